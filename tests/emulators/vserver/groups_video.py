"""Streams, picture, sound and image module (3.2, 3.3, 3.4, 3.8)."""

from typing import Final, Literal

from .groups import BOTH, Field, Group, Values, verbs
from .kinds import SWITCH, Kind, Numbers, Span, Text, Trigger, Words
from .options import CODECS, VserverOptions

BYTE: Final = Span(0, 255)
PLACE: Final = Span(0, 99)
SIZE: Final = Span(1, 8)
QUALITY: Final = Span(0, 4)
CLOSED: Final = "CLOSED"
GAINS: Final = (2, 4, 8, 16, 32, 64)
SHUTTERS: Final = (
    *(25, 30, 50, 60, 100, 120, 240, 250, 480, 500),
    *(960, 1000, 2000, 4000, 8000),
)
"""The document prints only the first two and the last."""
_FAST: Final = {"1920x1080": (1000, 2000, 3000, 4000, 6000, 8000)}
_SLOW: Final = (1000, 2000, 3000, 4000)


def rates(resolution: str, options: VserverOptions) -> dict[str, Kind]:
    """Return what depends on the resolution of a stream."""
    if not options.dependent_rates:
        return {
            "BitRate": Span(256, 10000),
            "FrameRate": Numbers(3, 5, 10, 15, 20, 25, 30),
            "IPRate": Numbers(5, 10, 15, 20, 25, 30, 40, 50, 60, 100, 120),
        }
    return {
        "BitRate": Numbers(*_FAST.get(resolution, _SLOW)),
        "FrameRate": Span(1, 30),
        "IPRate": Span(1, 30),
    }


def fit(values: Values, options: VserverOptions) -> None:
    """Move what no longer fits to the nearest value of the resolution."""
    for name, kind in rates(values["Resolution"], options).items():
        value = int(values[name])
        match kind:
            case Numbers():
                values[name] = str(min(kind.values, key=lambda x: abs(x - value)))
            case Span():
                values[name] = str(min(max(value, kind.low), kind.high))


def check_rates(values: Values, sent: Values, options: VserverOptions) -> None:
    """Refuse what the resolution does not allow; ValueError."""
    kinds = rates(values["Resolution"], options)
    for name in sent.keys() & kinds.keys():
        variable = options.vbr_zero and values["BitType"] == "0"
        if name == "BitRate" and variable and sent[name] == "0":
            continue
        kinds[name].check(sent[name])


def _stream(
    family: Literal["major_stream", "minor_stream"],
    options: VserverOptions,
    defaults: tuple[str, str, str],
) -> Group:
    """Return the group of a coded stream."""
    sizes = {size for one in options.channels for size in one.resolutions}
    ordered = sorted(sizes, key=lambda size: [-int(x) for x in size.split("x")])
    size, bits, frames = defaults
    start = {"Resolution": size, "BitRate": bits, "FrameRate": frames, "IPRate": "50"}
    if start["Resolution"] not in sizes:
        start["Resolution"] = ordered[0 if family == "major_stream" else -1]
    if options.dependent_rates:
        fit(start, options)
    wide = Span(0, 2**31 - 1)
    fields = (
        Field(name="Resolution", kind=Words(*ordered), initial=start["Resolution"]),
        Field(name="BitRate", kind=wide, initial=start["BitRate"]),
        Field(name="BitType", kind=SWITCH, initial="0"),
        Field(name="FrameRate", kind=wide, initial=start["FrameRate"]),
        Field(name="IPRate", kind=wide, initial=start["IPRate"]),
        Field(name="Payload", kind=SWITCH, initial="0", writable=options.h265),
        Field(
            name="StreamRateCut",
            kind=SWITCH,
            initial="0",
            writable=options.rate_cut,
        ),
        Field(name="VideoQuality", kind=QUALITY, initial="2"),
        Field(name="ForceIframe", kind=Trigger(), shown=False, queried=False),
        *(
            Field(name=name, kind=wide, initial="0", writable=False)
            for name in ("Emode", "HPan", "VPan", "Tilt", "Zoom")
            if options.panoramic
        ),
    )
    return Group(
        family=family,
        name="StreamInfo",
        fields=fields,
        channel=BOTH,
        prints_channel=True,
        ability="minor" if family == "minor_stream" else "",
    )


def stream_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of the three streams."""
    pictures = (
        Field(name="Resolution", kind=Words("1280x720", CLOSED), initial="1280x720"),
        Field(name="FrameRate", kind=Numbers(1, 2, 3, 4, 5), initial="5"),
        Field(name="VideoQuality", kind=QUALITY, initial="2"),
    )
    return [
        _stream("major_stream", options, ("1920x1080", "512", "20")),
        _stream("minor_stream", options, ("640x480", "512", "25")),
        Group(
            family="mjpeg",
            name="StreamInfo",
            fields=pictures,
            channel=BOTH,
            prints_channel=True,
            ability="mjpeg",
        ),
    ]


def _overlays(options: VserverOptions) -> Group:
    """Return the group of what is written into the picture."""
    fields: list[Field] = []
    brackets: list[frozenset[str]] = []

    def add(prefix: str, number: str = "", *, title: bool = False) -> set[str]:
        """Add one overlay; return what comes together."""
        status, x, y = (f"{prefix}{word}{number}" for word in ("Status", "X", "Y"))
        together = {status, x, y}
        fields.append(Field(name=status, kind=SWITCH, initial="0"))
        if title:
            name = f"{prefix}Title{number}"
            kind = Text("any string", options.title_bytes)
            fields.append(Field(name=name, kind=kind))
            together.add(name)
        fields.append(Field(name=x, kind=PLACE, initial="1"))
        fields.append(Field(name=y, kind=PLACE, initial="1"))
        if prefix != "DateOSD":
            size = f"{prefix}Size{number}"
            fields.append(Field(name=size, kind=SIZE, initial="2"))
        return together

    brackets.extend(
        frozenset(add("TextOSD", number, title=True)) for number in ("", *"1234")
    )
    add("MultipleOSD")
    date = add("DateOSD")
    if options.date_format:
        fields.append(Field(name="DateFormat", kind=Numbers(0, 1, 2), initial="0"))
        date.add("DateFormat")
    brackets.extend((frozenset(date), frozenset(add("TimeOSD"))))
    return Group(
        family="image",
        name="OSDInfo",
        fields=tuple(fields),
        channel=BOTH,
        ability="image",
        brackets=tuple(brackets),
    )


def picture_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `image` and `audio`."""
    names = ("Hue", "Brightness", "Sharpness", "Saturation", "Contrast", "Denoise")
    image = (
        Field(name="Format", kind=SWITCH, initial="0"),
        *(Field(name=name, kind=BYTE, initial="128") for name in names),
        Field(name="Gamma", kind=Span(0, 10), initial="4"),
    )
    audio = (
        Field(name="AudioCodec", kind=Words(*CODECS), initial="G711U"),
        Field(name="AudioEnable", kind=SWITCH, initial="0"),
        Field(name="AudioVolume", kind=Span(0, 9), initial="0"),
        Field(name="SampleRate", kind=Numbers(8, 44), initial="8"),
        *(
            Field(name=name, kind=Span(0, 65535), shown=False, queried=False)
            for name in ("BitRate", "Track")
        ),
    )
    return [
        Group(
            family="image",
            name="ImageInfo",
            fields=image,
            channel=BOTH,
            ability="image",
        ),
        _overlays(options),
        *(
            Group(
                family="image",
                name=name,
                verbs=verbs("get"),
                channel=verbs("get"),
                ability="image",
            )
            for name in ("ROIInfo", "AreaExpInfo", "PrivacyMaskInfo")
        ),
        Group(
            family="audio",
            name="AudioInfo",
            fields=audio,
            channel=BOTH,
            ability="audio",
        ),
    ]


def camera_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `camera`."""
    basic = (
        Field(name="MirrorHor", kind=SWITCH, initial="0"),
        Field(name="MirrorVer", kind=SWITCH, initial="0"),
        Field(name="WDRSwitch", kind=SWITCH, initial="0"),
        Field(name="WDRLevel", kind=BYTE, initial="128"),
        *(
            Field(name=f"{name}Switch", kind=SWITCH, initial="0")
            for name in ("AFC", "AFG", "LSC", "LDC", "DIS")
        ),
        Field(name="WBMode", kind=SWITCH, initial="0"),
        Field(name="WBRGain", kind=BYTE, initial="128"),
        Field(name="WBBGain", kind=BYTE, initial="128"),
        Field(name="LDCLevel", kind=BYTE, initial="0"),
    )
    metering = Numbers(0, 1) if options.metering == "table" else Numbers(0, 1, 2, 3)
    listed = options.filter_delay == "list"
    delay: Kind = Numbers(0, 3, 5, 10) if listed else Span(0, 15)
    exposure = (
        Field(name="ExposureMode", kind=Numbers(0, 1, 2), initial="0"),
        Field(name="ScenceSelect", kind=SWITCH, initial="0"),
        Field(name="AGCMax", kind=Numbers(*GAINS), initial="16"),
        Field(name="AGCManual", kind=Numbers(1, *GAINS), initial="1"),
        Field(name="ShutterMax", kind=Numbers(*SHUTTERS), initial="25"),
        Field(name="ShutterManual", kind=Numbers(*SHUTTERS), initial="100"),
        Field(name="ICRSwitch", kind=Numbers(0, 1, 2, 3), initial="3", ability="ir"),
        Field(name="ICREnable", kind=SWITCH, initial="1", ability="ir"),
        Field(name="ICRTimer", kind=delay, initial="5", ability="ir"),
        Field(name="ICRC2BThr", kind=BYTE, initial="64", ability="ir"),
        Field(name="ICRB2CThr", kind=BYTE, initial="96", ability="ir"),
        Field(name="BLCSwitch", kind=SWITCH, initial="0"),
        Field(name="ColorMode", kind=Numbers(0, 1, 2), initial="1"),
        Field(name="BLCLLevel", kind=Span(0, 240), initial="0"),
        Field(name="HLCSwitch", kind=metering, initial="0"),
        Field(name="ELCLevel", kind=BYTE, initial="128"),
    )
    together = (
        frozenset({"ICRSwitch", "ICRTimer"}),
        frozenset({"BLCSwitch", "BLCLLevel"}),
    )
    return [
        Group(
            family="camera",
            name="BasicInfo",
            fields=basic,
            channel=BOTH,
            ability="camera",
            brackets=(frozenset({"WBRGain", "WBBGain"}),),
        ),
        Group(
            family="camera",
            name="ExposureInfo",
            fields=exposure,
            channel=BOTH,
            ability="camera",
            brackets=together,
        ),
        Group(
            family="camera",
            name="ResetInfo",
            verbs=verbs("set", "query"),
            channel=verbs("set"),
            ability="camera",
        ),
    ]
