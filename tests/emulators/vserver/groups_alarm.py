"""Recording, PTZ, serial data and alarms (3.5, 3.6, 3.7, 3.13)."""

from collections.abc import Mapping
from typing import Final

from .grid import Grid
from .groups import BOTH, Field, Group, verbs
from .kinds import SWITCH, GridText, HexPairs, Kind, Numbers, Span, Text, Words
from .options import VserverOptions

AREAS: Final = 4
TOURS: Final = 4
DAYS: Final = range(7)
MOMENT: Final = Span(0, 2**31 - 1)
LINKS: Final[Mapping[str, str]] = {
    "M": "mail",
    "S": "card",
    "F": "ftp",
    "T": "tcp",
    "A": "all",
}
"""What an alarm can set off, besides the outputs, by its letter."""
DIRECTIONS: Final = (
    "up",
    "down",
    "left",
    "right",
    "upleft",
    "downleft",
    "upright",
    "downright",
)


def record_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `record`."""
    control = (
        Field(name="Loop", kind=SWITCH, initial="1"),
        Field(name="Mode", kind=SWITCH, initial="1"),
        Field(name="StreamType", kind=SWITCH, initial="1"),
        Field(name="Event", kind=SWITCH, initial="0"),
        Field(name="Lenght", kind=Span(10, 3600), initial="600"),
    )
    operate = Field(name="Operate", kind=Numbers(0, 1, 2))
    times = tuple(Field(name=n, kind=MOMENT) for n in ("StartTime", "EndTime"))
    return [
        Group(
            family="record",
            name="RecordControl",
            fields=control,
            channel=BOTH,
            ability="record",
        ),
        Group(
            family="record",
            name="RecordDevice",
            fields=(operate,),
            verbs=BOTH,
            channel=BOTH,
            prints_channel=True,
            ability="record",
            needs=frozenset({"Operate"}),
        ),
        *(
            Group(
                family="record",
                name=name,
                fields=times,
                verbs=verbs("get"),
                channel=verbs("get"),
                ability="record",
                optional=frozenset({"StartTime", "EndTime"}),
            )
            for name in ("RecordSearch", "ElSearch")
        ),
    ]


def ptz_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `ptz` and `rs485`."""
    speed = Span(0, 63) if options.ptz_speed == 63 else Span(1, 8)
    way: Kind = Span(1, 8)
    if options.direction_words:
        way = Words(*(str(n) for n in range(1, 9)), *DIRECTIONS)
    preset, title = Span(1, 255), Text("string", 63)
    turn = Span(0, 36000)
    control = (
        Field(name="Stop", kind=Numbers(0)),
        Field(name="Direction", kind=way, ability="ptz"),
        Field(name="PanSpeed", kind=speed, ability="ptz"),
        Field(name="TiltSpeed", kind=speed, ability="ptz"),
        *(Field(name=name, kind=SWITCH) for name in ("Iris", "Zoom", "Focus")),
        Field(name="AutoScan", kind=Numbers(1), ability="ptz"),
        Field(name="Preset", kind=SWITCH, ability="ptz"),
        Field(name="PresetNumber", kind=preset, ability="ptz"),
        Field(name="PresetTitle", kind=title, ability="ptz"),
        Field(name="Pattern", kind=Numbers(0, 1, 2), ability="ptz"),
        Field(name="PatternNumber", kind=Span(1, 4), ability="ptz"),
        Field(name="AutoPan", kind=Numbers(0, 1, 2), ability="ptz"),
        Field(name="AutoPanNumber", kind=Span(1, 4), ability="ptz"),
        Field(name="Model", kind=SWITCH, ability="ptz"),
        Field(name="Pan", kind=turn, ability="ptz"),
        Field(name="Tilt", kind=turn, ability="ptz"),
        Field(name="ZoomPosition", kind=Span(0, 65535), ability="ptz"),
    )
    speeds = (
        Field(name="PanSpeed", kind=Span(1, 8), initial="6"),
        Field(name="TiltSpeed", kind=Span(1, 8), initial="6"),
        Field(name="ZoomSpeed", kind=Span(0, 2), initial="2"),
        Field(name="FocusSpeed", kind=Span(0, 2), initial="2"),
    )
    names = (
        Field(name="PresetNumber", kind=preset),
        Field(name="PresetTitle", kind=Text(limit=63)),
    )
    tour = (
        Field(name="TourNum", kind=Span(1, TOURS)),
        Field(name="TourAct", kind=SWITCH),
        Field(name="PresetNumber", kind=preset),
    )
    protocol = (
        Field(name="CamAddr", kind=Span(1, 255), initial="1"),
        Field(name="ProtocolType", kind=Numbers(0, 1, 2), initial="0"),
        Field(name="BaudRate", kind=Span(0, 4), initial="2"),
        Field(name="Protocol3D", kind=SWITCH, initial="0"),
        Field(name="UserMode", kind=Span(0, 3), initial="0"),
    )
    data = (Field(name="Data", kind=HexPairs()),)
    groups = [
        Group(
            family="ptz",
            name=name,
            fields=fields,
            verbs=verbs("get", "set", "query") if name == "PTZCtrlInfo" else BOTH,
            channel=BOTH,
            prints_channel=name == "PTZCtrlInfo",
            ability="control" if name == "PTZCtrlInfo" else "ptz",
            needs=frozenset(needs),
        )
        for name, fields, needs in (
            ("PTZCtrlInfo", control, ()),
            ("SpeedInfo", speeds, ()),
            ("PresetNameInfo", names, ("PresetNumber", "PresetTitle")),
            ("TourInfo", tour, ("TourNum",)),
            ("ProtocolInfo", protocol, ()),
        )
    ]
    serial = Group(
        family="rs485",
        name="RS485Data",
        fields=data,
        verbs=BOTH,
        channel=BOTH,
        ability="serial",
        needs=frozenset({"Data"}),
        optional=frozenset({"Data"}),
    )
    return [*groups, serial]


def input_fields(options: VserverOptions, row: int) -> tuple[Field, ...]:
    """Return what one alarm input can set off."""
    scheme = options.io_names
    everything = Numbers(0, 1) if options.all_outputs == "01" else Numbers(1, 2)
    outputs = [
        f"IO{row}{n}" if scheme == "table" else f"IO{n}"
        for n in range(1, options.alarm_outputs + 1)
    ]
    fields = [Field(name=name, kind=SWITCH, initial="0") for name in outputs]
    for letter in LINKS:
        prefix = "" if scheme == "syntax" else "I"
        digit = "" if scheme == "example" and letter == "M" else str(row)
        name = f"{prefix}{letter}{digit}"
        kind = everything if letter == "A" else SWITCH
        closed = "2" if letter == "A" and options.all_outputs == "12" else "0"
        fields.append(Field(name=name, kind=kind, initial=closed))
    return tuple(fields)


def area_fields(options: VserverOptions) -> tuple[Field, ...]:
    """Return what motion can set off."""
    count = options.alarm_outputs
    form = options.md_output
    if form == "auto":
        form = "MO" if count < 2 else "MOj"
    outputs = ["MO"] if form == "MO" else [f"{form[:-1]}{n + 1}" for n in range(count)]
    names = [*(outputs if count else []), *(f"M{letter}" for letter in LINKS)]
    return tuple(Field(name=name, kind=SWITCH, initial="0") for name in names)


def _schedule() -> tuple[tuple[Field, ...], tuple[frozenset[str], ...]]:
    """Return the parameters of the schedule, and those of each day."""
    fields: list[Field] = []
    days: list[frozenset[str]] = []
    for day in DAYS:
        names = [
            f"{edge}{slot}{unit}"
            for slot in (day, day + 8)
            for edge in ("start", "end")
            for unit in ("H", "M")
        ]
        fields.append(Field(name=f"enable{day}", kind=SWITCH, initial="0"))
        for name in names:
            kind = Span(0, 23) if name.endswith("H") else Span(0, 59)
            fields.append(Field(name=name, kind=kind, initial="0"))
        days.append(frozenset((f"enable{day}", *names)))
    return tuple(fields), tuple(days)


def _motion(options: VserverOptions) -> Group:
    """Return the group of motion detection."""
    area = GridText(trailing=options.grid_trailing)
    place = Span(0, 99)
    where: tuple[Field, ...] = (
        Field(name="MDArea", kind=area, initial=Grid.whole().plain),
    )
    if options.md_form == "rectangle":
        corners = (("X0", "0"), ("Y0", "0"), ("X1", "99"), ("Y1", "99"))
        where = tuple(Field(name=n, kind=place, initial=i) for n, i in corners)
    fields = (
        Field(name="MDEnable", kind=SWITCH, initial="0"),
        Field(name="MDSensitivity", kind=Span(1, 100), initial="50"),
        *where,
    )
    return Group(
        family="alarm",
        name="MDInfo",
        fields=fields,
        channel=BOTH,
        prints_channel=True,
        ability="motion",
    )


def alarm_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `alarm`."""
    inputs = range(1, options.alarm_inputs + 1)
    live = options.io_trigger == "live"
    level = Field(name="IOTrig", kind=SWITCH, initial="1", writable=not live)
    io_rows = {row: input_fields(options, row) for row in inputs}
    areas = area_fields(options)
    schedule, days = _schedule()
    scope = Field(name="AlarmAccessScope", kind=SWITCH, initial="0")
    return [
        Group(
            family="alarm",
            name="IOTrigInfo",
            verbs=verbs("get", "query") if live else verbs("get", "set", "query"),
            key="IOTrigNum",
            rows=dict.fromkeys(inputs, (level,)),
            needs=frozenset({"IOTrigNum", "IOTrig"}),
        ),
        _motion(options),
        Group(family="alarm", name="AccessScopeInfo", fields=(scope,)),
        Group(
            family="alarm",
            name="IOAccessInfo",
            key="IOTrigNum",
            printed_key=options.io_number,
            rows=io_rows,
            needs=frozenset({"IOTrigNum"}),
        ),
        Group(
            family="alarm",
            name="MDAccessInfo",
            channel=BOTH,
            ability="motion",
            prints_channel=True,
            key="MDArea",
            rows=dict.fromkeys(range(1, AREAS + 1), areas),
            needs=frozenset({"MDArea"}),
        ),
        Group(
            family="alarm",
            name="ScheduleInfo",
            fields=schedule,
            verbs=BOTH,
            channel=BOTH if options.schedule_channel else verbs("set"),
            ability="motion",
            brackets=days,
        ),
    ]
