"""The blocks of /System (9.2), /Record (9.10) and /Alarm (9.13)."""

from typing import Final

from . import kinds
from .options import BviewOptions
from .schema import Block, Flags, group, leaf
from .xmldoc import ZWCLOUD

TIME: Final = "/System/Time"
NTP: Final = "/System/NTP"
DST: Final = "/System/DST"
DEVICE_INFO: Final = "/System/DeviceInfo"
MAINTENANCE: Final = "/System/DeviceAutoMaintenance"
RECORD: Final = "/Record"
EVENT_CONFIG: Final = "/Record/HttpEvent/Config"
NOTIFY: Final = "/Record/Notify/URL"
AMS: Final = "/Alarm/AMS/2"
EVENT_LIST: Final = "/Alarm/EventCfgList/2"


def _clock_blocks(flags: Flags) -> list[Block]:
    """Describe time, time servers and summer time."""
    return [
        Block(
            path=TIME,
            root="Time",
            fields=(
                leaf(
                    "DateTimeFormat",
                    kinds.choice(*kinds.DATE_FORMATS),
                    "DDMMYYYYhhmmss",
                ),
                leaf("TimeFormat", kinds.choice("12hour", "24hour"), "24hour"),
                leaf("SystemTime", kinds.moment, "20040503T173008+00"),
            ),
        ),
        Block(
            path=NTP,
            root="NTP",
            fields=(
                flags("Enable"),
                leaf("ServerName", default="time.windows.com"),
                leaf("TimeZone", kinds.time_zone, "GMT-0:00:00"),
            ),
        ),
        Block(
            path=DST,
            root="DST",
            version="Version",
            namespace=ZWCLOUD,
            fields=(
                flags("Enable"),
                leaf("Mode", kinds.choice("date", "week"), "week"),
                leaf("TimeDifference", kinds.number(0), 3600),
                leaf("DateModeStart", kinds.moment, "20160327T020000+00"),
                leaf("DateModeStop", kinds.moment, "20161030T030000+00"),
                leaf("WeekModeStart", kinds.week_moment, "3-5-0-2-0-0"),
                leaf("WeekModeStop", kinds.week_moment, "10-5-0-3-0-0"),
            ),
        ),
    ]


def _info_block(options: BviewOptions, flags: Flags) -> Block:
    """Describe the camera itself."""
    facts: dict[str, str | int] = {
        "BoardType": 1,
        "DeviceTypeName": options.model,
        "SerialNum": options.serial,
        "HardWareVersion": options.hardware,
        "SoftWareVersion": options.software,
        "VideoInputChannels": 1,
        "AudioChannels": int(options.audio),
        "AlarmInputChannels": options.alarm_inputs,
        "AlarmOutputChannels": options.alarm_outputs,
        "MonitorCount": 0,
        "SpotOutChannels": 0,
    }
    return Block(
        path=DEVICE_INFO,
        root="DeviceInfo",
        fields=(
            leaf("DeviceName", default=options.name),
            *(leaf(name, default=fact, access="ro") for name, fact in facts.items()),
            flags("TwoWayAudio", on=options.audio, access="ro"),
        ),
    )


def _record_blocks(flags: Flags) -> list[Block]:
    """Describe what is recorded, and who hears about it."""
    seconds = kinds.number(1, 120)
    return [
        Block(
            path=RECORD,
            root="Record",
            fields=(
                leaf(
                    "RecordWriteCircleType",
                    kinds.choice("fullnotwrite", "writecircle"),
                    "writecircle",
                ),
                leaf("RecordDeleteType", kinds.choice("24", "48", "none"), "none"),
                leaf("RecordStreamType", kinds.choice("main", "sub"), "main"),
                leaf("PreRecord", seconds, 5, use="opt"),
                leaf("DelayRecord", seconds, 10, use="opt"),
            ),
        ),
        Block(
            path=EVENT_CONFIG,
            root="HttpEventConfig",
            fields=(flags("Enable", on=True),),
        ),
        Block(
            path=NOTIFY,
            root="URL",
            fields=(
                leaf("Protocol", kinds.choice("HTTP"), "HTTP"),
                leaf("Host"),
                leaf("Port", kinds.number(1, 65535), 80),
                leaf("Path", kinds.path, "/myevent.php"),
            ),
        ),
    ]


def _server(options: BviewOptions) -> kinds.Check:
    """Return a check for the address of the alarm server."""

    def check(value: str) -> str:
        host = kinds.decode(value)
        if options.server_port == "refuse" and ":" in host:
            raise ValueError(f"{host} has a port")
        return value

    return check


def _alarm_blocks(options: BviewOptions) -> list[Block]:
    """Describe who hears about motion; none of this is ever printed."""
    times = [leaf(name, kinds.empty) for name in ("PreRecordTime", "AlarmInterval")]
    return [
        Block(
            path=AMS,
            root="AMS",
            fields=(
                leaf("Enable", kinds.choice("true", "false"), "false"),
                leaf("ServerName", kinds.choice("motionEvent"), "motionEvent"),
                leaf("UserName", use="opt"),
                leaf("Password", use="opt"),
                leaf("ServerURL", _server(options)),
            ),
        ),
        Block(
            path=EVENT_LIST,
            root="EventCfgList",
            fields=(
                group("motion", *times, leaf("Message", kinds.empty)),
                group(
                    "http",
                    times[0],
                    leaf("AlarmInterval", kinds.number(1), 300),
                    leaf("Message", kinds.encoded),
                ),
            ),
        ),
    ]


def system_blocks(options: BviewOptions) -> list[Block]:
    """Describe everything below /System, /Record and /Alarm that is kept."""
    flags = Flags(options)
    maintenance = Block(
        path=MAINTENANCE,
        root="AutoMaintenance",
        fields=(
            flags("Enable"),
            leaf("Mode", kinds.choice("everyweek", "everyday", "once"), "everyday"),
            leaf("WeekDayMask", kinds.mask(7), "0000000"),
            leaf("MaintenanceTime", kinds.moment, "20040503T173008"),
        ),
    )
    return [
        *_clock_blocks(flags),
        _info_block(options, flags),
        maintenance,
        *_record_blocks(flags),
        *_alarm_blocks(options),
    ]
