"""The blocks of /Images (9.6) and /Pictures (9.7)."""

from typing import Final

from . import kinds
from .blocks_network import schedule
from .errors import INVALID_OPERATION, PARAMETER_ERROR, UNSUPPORTED, RefusedError
from .options import BviewOptions
from .schema import Block, Field, Flags, group, leaf, part, repeated, undefined
from .xmldoc import Node, branch, leaf as text_node

IMAGES: Final = "/Images"
IMAGE: Final = "/Images/1"
SCENE: Final = "/Images/1/Scene"
BASIC: Final = "/Images/1/Basic"
COLOR: Final = "/Images/1/Color"
EXPOSURE: Final = "/Images/1/Exposure"
WHITE_BALANCE: Final = "/Images/1/WhiteBalance"
IR_CUT: Final = "/Images/1/IrCutFilter"
PICTURES: Final = "/Pictures"
PICTURE: Final = "/Pictures/1"
OSD: Final = "/Pictures/1/OSD"
MOTION: Final = "/Pictures/1/Motion"
REGIONS: Final = "/Pictures/1/Motion/RegionsV2"
TRIGGER: Final = "/Pictures/1/Motion/Trigger"
SCHEDULE: Final = "/Pictures/1/Motion/Schedule"
MOSAIC: Final = "/Pictures/1/Mosaic"

NOT: Final = "notsupport"
LEVELS: Final = ("close", "weak", "normal", "strong")
FLIPS: Final = ("close", "leftright", "updown", "center")
_PARTS: Final = (1, 3, 8, 12, 15, 25, 30, 50, 60, 100, 120, 240, 480, 960)
_FAST: Final = (1000, 2000, 4000, 8000, 10000)
SHUTTERS: Final = ("auto", *(f"1/{part}" for part in (*_PARTS, *_FAST)))
GAINS: Final = ("auto", *(f"{gain}dB" for gain in range(6, 43, 6)))
BALANCES: Final = (
    "auto",
    "incandescent",
    "warm",
    "fluorescent",
    "natural",
    "manual",
    "locked",
)
DAY_MODES: Final = ("initiative", "passivity", "day", "night", "time")
ROWS: Final = 12
COLUMNS: Final = 14
WIDTH: Final = 704
HEIGHT: Final = 576
"""The picture in the units of overlays and masks."""
_TIME_CELLS: Final = 19
_LETTER: Final = (8, 16)
"""Width and height of a letter of an overlay."""

_PERCENT: Final = kinds.number(0, 100)
_X: Final = kinds.number(0, WIDTH - 1)
_Y: Final = kinds.number(0, HEIGHT - 1)


def _keep(names: tuple[str, ...], new: Node, old: Node) -> None:
    """Take back the changes of some fields."""
    for name in names:
        new.set(name, old.get(name))


class ImageRules:
    """What the modes of the image allow."""

    def __init__(self, options: BviewOptions) -> None:
        """Remember how to read the notes."""
        self._options = options

    def scene(self, new: Node, old: Node, sent: Node) -> None:
        """Refuse another scene where scenes are not supported."""
        if not kinds.truth(new.get("Support")) and new.get("Mode") != old.get("Mode"):
            raise RefusedError(UNSUPPORTED, "Scene")

    def color(self, new: Node, old: Node, sent: Node) -> None:
        """Refuse another brightness while brightness is automatic."""
        if new.get("Mode") != "auto" or new.get("Brightness") == old.get("Brightness"):
            return
        if self._options.auto_brightness == "refuse":
            raise RefusedError(INVALID_OPERATION, "Brightness is automatic")
        _keep(("Brightness",), new, old)

    def white_balance(self, new: Node, old: Node, sent: Node) -> None:
        """Ignore gains outside the manual mode, if they are not stored."""
        if self._options.ineffective == "ignore" and new.get("Mode") != "manual":
            _keep(("GainRed", "GainBlue"), new, old)

    def ir_cut(self, new: Node, old: Node, sent: Node) -> None:
        """Ignore what the mode makes meaningless, if it is not stored."""
        if self._options.ineffective == "ignore":
            _keep(tuple(sorted(self.idle_ir_cut(new))), new, old)

    def idle_gains(self, node: Node) -> frozenset[str]:
        """Return the gains that mean nothing now."""
        manual = node.get("Mode") == "manual"
        return frozenset() if manual else frozenset({"GainRed", "GainBlue"})

    def idle_ir_cut(self, node: Node) -> frozenset[str]:
        """Return what the day and night mode makes meaningless."""
        mode = node.get("Mode")
        names = set() if mode == "time" else {"DayStartTime", "DayEndTime"}
        named = mode in ("initiative", "passivity")
        if named == (self._options.ir_note == "literal"):
            names |= {"Sensitivity", "SwitchTime"}
        return frozenset(names)


def _image_blocks(options: BviewOptions, flags: Flags) -> list[Block]:
    """Describe the six parts of the image settings."""
    rules = ImageRules(options)
    absent = options.not_supported
    hide = options.dependent_fields == "when_valid"
    blc = (NOT,) if "BLC" in absent else ("close", "open")
    flips = (NOT,) if "FlipMode" in absent else FLIPS
    colors = (NOT,) if "Color" in absent else ("manual", "auto")
    iris = " DC-Iris" if options.padded_masks else "DC-Iris"
    scenes = kinds.choice("standard", "soft", "vivid", "custom")
    return [
        Block(
            path=SCENE,
            root="Scene",
            fields=(
                flags("Support", on="Scene" not in absent, access="ro"),
                leaf("Mode", scenes, "standard"),
            ),
            rules=(rules.scene,),
        ),
        Block(
            path=BASIC,
            root="Basic",
            fields=(
                leaf("powerLineFrequencyMode", kinds.choice("50HZ", "60HZ"), "50HZ"),
                leaf("NoiseReduce", kinds.choice(*LEVELS), "normal"),
                leaf("BLC", kinds.choice(*blc), blc[0]),
                leaf("WDR", kinds.choice(*LEVELS), "close"),
                leaf("FlipMode", kinds.choice(*flips), flips[0]),
            ),
        ),
        Block(
            path=COLOR,
            root="Color",
            fields=(
                leaf("Mode", kinds.choice(*colors), colors[0]),
                *(
                    leaf(name, _PERCENT, 50)
                    for name in ("Brightness", "Contrast", "Saturation", "Hue")
                ),
                leaf("Sharpness", _PERCENT, 50),
            ),
            rules=(rules.color,),
        ),
        Block(
            path=EXPOSURE,
            root="Exposure",
            fields=(
                leaf("IrisType", _iris(iris), iris),
                leaf("shutter", kinds.choice(*SHUTTERS), "auto"),
                leaf("Gain", kinds.choice(*GAINS), "auto"),
            ),
        ),
        Block(
            path=WHITE_BALANCE,
            root="WhiteBalance",
            fields=(
                leaf("Mode", kinds.choice(*BALANCES), "auto"),
                leaf("GainRed", _PERCENT, 50, use="dep"),
                leaf("GainBlue", _PERCENT, 50, use="dep"),
            ),
            rules=(rules.white_balance,),
            hidden=rules.idle_gains if hide else None,
        ),
        Block(
            path=IR_CUT,
            root="IrCutFilter",
            fields=(
                leaf("Mode", kinds.choice(*DAY_MODES), "initiative"),
                leaf("DayStartTime", kinds.clock_time, "07:00:00", use="dep"),
                leaf("DayEndTime", kinds.clock_time, "18:00:00", use="dep"),
                leaf("Sensitivity", _PERCENT, 50, use="dep"),
                leaf("SwitchTime", kinds.number(3, 15), 5, use="dep"),
            ),
            rules=(rules.ir_cut,),
            hidden=rules.idle_ir_cut if hide else None,
        ),
    ]


def _iris(printed: str) -> kinds.Check:
    """Return a check for the kind of iris."""

    def check(value: str) -> str:
        word = kinds.choice("manual", "DC-Iris")(value)
        return printed if word == "DC-Iris" else word

    return check


def image_blocks(options: BviewOptions) -> list[Block]:
    """Describe everything below /Images that is kept."""
    parts = (
        ("Scene", SCENE),
        ("Basic", BASIC),
        ("Color", COLOR),
        ("Exposure", EXPOSURE),
        ("WhiteBlance", WHITE_BALANCE),
        ("IrCutFillter", IR_CUT),
    )
    return [
        Block(
            path=IMAGES,
            root="ImageList",
            fields=(part("Image", f"{IMAGES}/{{}}", many=True),),
        ),
        Block(
            path=IMAGE,
            root="Image",
            fields=(
                leaf("ID", kinds.numbers(1), 1),
                *(part(name, path) for name, path in parts),
            ),
        ),
        *_image_blocks(options, Flags(options)),
    ]


class OverlayRule:
    """Keeps time and name apart, which the document leaves to the client."""

    def __init__(self, options: BviewOptions) -> None:
        """Remember whether to care."""
        self._options = options

    def __call__(self, new: Node, old: Node, sent: Node) -> None:
        """Refuse overlays that are on top of each other."""
        boxes = []
        for name, letters in (
            ("DisplayTime", _TIME_CELLS),
            ("DisplayName", len(new.get("DisplayName/Name"))),
        ):
            x, y = (int(new.get(f"{name}/{field}")) for field in ("PosX", "PosY"))
            boxes.append((x, y, x + letters * _LETTER[0], y + _LETTER[1]))
        both = all(
            kinds.truth(new.get(f"{name}/Enable"))
            for name in ("DisplayTime", "DisplayName")
        )
        one, two = boxes
        across = one[0] < two[2] and two[0] < one[2]
        down = one[1] < two[3] and two[1] < one[3]
        if both and across and down and self._options.overlap == "refuse":
            raise RefusedError(PARAMETER_ERROR, "time and name overlap")


def _osd(options: BviewOptions, flags: Flags) -> Block:
    """Describe the overlays."""

    def place(y: int) -> tuple[Field, ...]:
        return (flags("Enable", on=True), leaf("PosX", _X, 16), leaf("PosY", _Y, y))

    return Block(
        path=OSD,
        root="OSD",
        fields=(
            group("DisplayTime", *place(16)),
            group("DisplayName", *place(540), leaf("Name", default=options.name)),
        ),
        rules=(OverlayRule(options),),
    )


def _trigger(options: BviewOptions, flags: Flags) -> Block:
    """Describe what motion sets off."""
    padding = " " if options.padded_masks else ""
    mask = kinds.mask(COLUMNS, padding)
    ones = padding + "1" * COLUMNS
    plain = [
        group(name, flags("Enable"))
        for name in ("NotifyAMS", "BeepAlert", "FullScreen", "Mail")
    ]
    masked = [
        group(
            name,
            flags("Enable", on=name == "Record"),
            leaf(f"{name}Mask", mask, ones, fixed=True),
        )
        for name in ("AlarmOut", "Snapshot", "Record")
    ]
    actions = kinds.choice("none", "preset", "pattern", "patrol")
    ptz = group(
        "PTZ",
        flags("Enable", fixed=True),
        leaf("ptzChannelID", default="1", fixed=True),
        leaf("ActionName", actions, "none", fixed=True),
        leaf("ActionNum", kinds.number(0), 0, fixed=True),
    )
    return Block(path=TRIGGER, root="Trigger", fields=(*plain, *masked, ptz))


def check_mosaic(new: Node, old: Node, sent: Node) -> None:
    """Refuse masks with the same number, or turned inside out."""
    regions = new.find("MosaicRegionList").all("Region")
    numbers = [region.get("ID") for region in regions]
    if len(set(numbers)) != len(numbers):
        raise RefusedError(PARAMETER_ERROR, "two masks of one number")
    for region in regions:
        for axis in "XY":
            first, last = (int(region.get(f"{c}{axis}")) for c in CORNERS)
            if first >= last:
                raise RefusedError(PARAMETER_ERROR, "mask without an area")


CORNERS: Final = ("TopLeft", "BottomRight")


def _mosaic(flags: Flags) -> Block:
    """Describe the privacy masks."""
    region = repeated(
        "Region",
        leaf("ID", kinds.number(1, 4)),
        *(
            leaf(f"{corner}{axis}", _X if axis == "X" else _Y)
            for corner in CORNERS
            for axis in "XY"
        ),
        limit=4,
    )
    numbers = (1, 528, 48, 640, 144)
    names = ("ID", "TopLeftX", "TopLeftY", "BottomRightX", "BottomRightY")
    first = [text_node(*pair) for pair in zip(names, numbers, strict=True)]
    return Block(
        path=MOSAIC,
        root="Mosaic",
        fields=(flags("Enable"), group("MosaicRegionList", region)),
        rules=(check_mosaic,),
        items={"MosaicRegionList": [branch("Region", *first)]},
    )


def picture_blocks(options: BviewOptions) -> list[Block]:
    """Describe everything below /Pictures that is kept."""
    flags = Flags(options)
    nested = (part("Trigger", TRIGGER), part("Schedule", SCHEDULE))
    rows = [
        leaf(f"RegionX_{row}", kinds.mask(COLUMNS), "1" * COLUMNS)
        for row in range(ROWS)
    ]
    return [
        Block(
            path=PICTURES,
            root="PictureList",
            fields=(part("Picture", f"{PICTURES}/{{}}", many=True),),
        ),
        Block(
            path=PICTURE,
            root="Picture",
            fields=(
                leaf("ID", kinds.numbers(1), 1),
                part("OSD", OSD, use="req"),
                undefined("VideoLost", use="req"),
                part("Motion", MOTION, use="req"),
                part("Mosaic", MOSAIC, use="req"),
            ),
        ),
        _osd(options, flags),
        Block(
            path=MOTION,
            root="Motion",
            fields=(
                flags("Enable", on=True),
                leaf("Sensitive", kinds.choice("low", "middle", "high"), "middle"),
                *(nested if options.nested_motion else ()),
                undefined("MotionRegionList"),
            ),
        ),
        Block(path=REGIONS, root="MotionRegionListV2", fields=tuple(rows)),
        _trigger(options, flags),
        Block(
            path=SCHEDULE,
            root="Schedule",
            fields=tuple(schedule("TimeBlock", "Block", flags)),
        ),
        _mosaic(flags),
    ]
