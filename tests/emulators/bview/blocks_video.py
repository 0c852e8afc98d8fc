"""The blocks of /Streams (9.4) and what the sensor allows."""

from dataclasses import dataclass
from typing import Final

from . import kinds
from .errors import PARAMETER_ERROR, RefusedError
from .options import BviewOptions
from .schema import Block, group, leaf, part
from .xmldoc import Node, branch, leaf as text_node

STREAMS: Final = "/Streams"
STREAM: Final = "/Streams/1"
CAPABILITY: Final = "/Streams/1/CapabilityV2"
FULL_RATE: Final = 25500
TOP_RATE: Final = 25
MJPEG: Final = 4
"""The stream that only MJPEG and the snapshot have."""
SECOND_SUB: Final = 3
RTSP_NAMES: Final = {1: "main", 2: "sub", 3: "second"}
"""The document prints no name for the third."""

type Size = tuple[int, int]
_MAIN: Final[tuple[Size, ...]] = ((1920, 1080), (1024, 768), (640, 512))
_WIDE: Final[tuple[Size, ...]] = ((704, 576), (640, 360), (320, 240))
_NARROW: Final[tuple[Size, ...]] = ((704, 576), (320, 240))
SUB_SIZES: Final[dict[Size, tuple[Size, ...]]] = {
    (1920, 1080): _WIDE,
    (1024, 768): _NARROW,
    (640, 512): ((320, 240),),
}
"""What a size of the main stream allows the sub streams."""
SECOND_SIZES: Final[dict[Size, tuple[Size, ...]]] = {
    (1920, 1080): ((640, 360), (320, 240)),
    (1024, 768): ((320, 240),),
    (640, 512): ((320, 240),),
}
MAX_RATES: Final[dict[Size, int]] = dict.fromkeys((*_MAIN, *_WIDE), TOP_RATE)
_BITRATES: Final = {1: (512, 12288, 2048), 2: (128, 2048, 512)}
_LATER_BITRATE: Final = (128, 2048, 512)
_SHARED: Final = ("ResolutionWidth", "ResolutionHeigth", "FrameRate", "Bitrate")


@dataclass(frozen=True)
class Encoding:
    """How one stream is encoded right now."""

    width: int
    height: int
    fps: float
    bitrate: int


def stream_path(number: int) -> str:
    """Return where the settings of a stream are."""
    return f"{STREAM}/{number}"


def encoding(node: Node) -> Encoding:
    """Read a StreamConfig."""
    rate = int(node.get("FrameRate"))
    return Encoding(
        int(node.get("ResolutionWidth")),
        int(node.get("ResolutionHeigth")),
        TOP_RATE if rate == FULL_RATE else rate / 100,
        int(node.get("Bitrate", "0")),
    )


def stream_numbers(options: BviewOptions) -> tuple[int, ...]:
    """Return the streams that the camera has."""
    return (1, 2, SECOND_SUB, MJPEG) if options.second_sub else (1, 2, MJPEG)


def _rate(value: str) -> str:
    """Take a frame rate: hundreds, up to what the sensor gives, or full."""
    word = kinds.number(100, FULL_RATE)(value)
    if int(word) != FULL_RATE and (int(word) > TOP_RATE * 100 or int(word) % 100):
        raise ValueError(f"{value} is no frame rate")
    return word


def _stream_block(options: BviewOptions, number: int) -> Block:
    """Describe the settings of one stream."""
    width, height = (1920, 1080) if number == 1 else (640, 360)
    low, high, usual = _BITRATES.get(number, _LATER_BITRATE)
    kinds_of = kinds.choice("Video", "VideoAndAudio")
    audible = "VideoAndAudio" if options.audio else "Video"
    modes = kinds.choice("CBR", "VBR", "SmartAVC")
    transport = [part("Transport", f"{stream_path(number)}/Transport")]
    return Block(
        path=stream_path(number),
        root="StreamConfig",
        fields=(
            leaf("ID", kinds.numbers(number), number),
            leaf("StreamType", kinds_of, audible, fixed=number > 1),
            leaf("VideoCodecType", default="H.264", use="opt", access="ro"),
            leaf("ResolutionWidth", kinds.number(1), width),
            leaf("ResolutionHeigth", kinds.number(1), height),
            leaf("FrameRate", _rate, TOP_RATE * 100),
            leaf("BitrateType", modes, "CBR", fixed=number > 1),
            leaf("Bitrate", kinds.number(low, high), usual, use="opt"),
            leaf("FixedQuality", kinds.number(0, 5), 0, fixed=number > 1),
            leaf("keyFrameInterval", kinds.number(), 50, use="opt", fixed=True),
            *(transport if number != MJPEG else []),
        ),
    )


def stream_blocks(options: BviewOptions) -> list[Block]:
    """Describe everything below /Streams that is kept."""
    capability = [part("StreamCapability", CAPABILITY)]
    items = part("StreamConfig", f"{STREAM}/{{}}", many=True)
    return [
        Block(
            path=STREAMS,
            root="StreamList",
            fields=(part("Stream", f"{STREAMS}/{{}}", many=True),),
        ),
        Block(
            path=STREAM,
            root="Stream",
            fields=(
                leaf("ID", kinds.numbers(1), 1, use="opt"),
                *(capability if options.stream_capability else []),
                group("StreamConfigList", items, use="opt"),
            ),
        ),
        *(_stream_block(options, number) for number in stream_numbers(options)),
    ]


def check_streams(configs: dict[int, Node]) -> None:
    """Refuse sizes that the main stream does not allow together."""
    main = encoding(configs[1])
    size = (main.width, main.height)
    if size not in _MAIN:
        raise RefusedError(PARAMETER_ERROR, f"main stream of {size}")
    for number, config in configs.items():
        wanted = encoding(config)
        table = SUB_SIZES if number == 2 else SECOND_SIZES
        if number > 1 and (wanted.width, wanted.height) not in table[size]:
            raise RefusedError(PARAMETER_ERROR, f"stream {number} beside {size}")


def share(source: Node, target: Node) -> None:
    """Copy what MJPEG and the second sub stream have in common."""
    for name in _SHARED:
        target.set(name, source.get(name))


def fit(main: Node, number: int, config: Node) -> None:
    """Give a sub stream a size that a new main stream allows."""
    chosen, wanted = encoding(main), encoding(config)
    table = SUB_SIZES if number == 2 else SECOND_SIZES
    allowed = table[chosen.width, chosen.height]
    if (wanted.width, wanted.height) not in allowed:
        config.set("ResolutionWidth", allowed[0][0])
        config.set("ResolutionHeigth", allowed[0][1])


def _mode(name: str, number: int, size: Size, options: BviewOptions) -> Node:
    """Print one mode of a stream."""
    rate = MAX_RATES[size] * (1 if options.max_frame_rate == "fps" else 100)
    return branch(
        name,
        text_node("ID", number),
        text_node("ResolutionWidth", size[0]),
        text_node("ResolutionHeigth", size[1]),
        text_node("MaxFrameRate", rate),
    )


def capability(options: BviewOptions) -> Node:
    """Print StreamCapability: what each main mode allows the others."""
    modes = []
    for number, size in enumerate(_MAIN, 1):
        mode = _mode("MainStreamCapability", number, size, options)
        for name, table in (
            ("SubStreamCapabilityList", SUB_SIZES),
            ("SecondStreamCapabilityList", SECOND_SIZES),
        ):
            mode.children.append(
                branch(
                    name,
                    *(
                        _mode("StreamCapability", index, one, options)
                        for index, one in enumerate(table[size], 1)
                    ),
                )
            )
        modes.append(mode)
    return branch(
        "StreamCapability",
        text_node("ID", 1),
        branch("MainStreamCapabilityList", *modes),
    )
