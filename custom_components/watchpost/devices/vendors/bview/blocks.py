"""The blocks of settings: where each is read and written, and how often (chapter 9)."""

from dataclasses import dataclass
from typing import Final

from .const import RARE_INTERVAL, SETTINGS_INTERVAL, STREAMS
from .names import Path


@dataclass(frozen=True, kw_only=True)
class Block:
    """A document that is written as a whole."""

    path: str
    holder: str | None = None
    """A larger document that tells several blocks in one answer."""
    inside: Path = ()
    """Where in that one this block is."""
    number: int | None = None
    """Its ID, where several of that name are there."""
    other_path: str | None = None
    """The path as another page of the document has it."""
    interval: float = SETTINGS_INTERVAL
    secrets: frozenset[str] = frozenset()
    """Passwords: never told, and never sent unless somebody changes them."""
    read_only: tuple[Path, ...] = ()
    """Fields that some firmware may refuse to see again."""
    once: bool = False
    """What it tells does not change while the firmware stays the same."""


IMAGES: Final = "/Images/1"
PICTURES: Final = "/Pictures/1"


def _image(name: str, read_only: tuple[Path, ...] = ()) -> Block:
    return Block(
        path=f"{IMAGES}/{name}", holder=IMAGES, inside=(name,), read_only=read_only
    )


SCENE: Final = _image("Scene", (("Support",),))
BASIC: Final = _image("Basic")
COLOR: Final = _image("Color")
EXPOSURE: Final = _image("Exposure")
WHITE_BALANCE: Final = _image("WhiteBalance")
IR_CUT: Final = _image("IrCutFilter")
OSD: Final = Block(path=f"{PICTURES}/OSD", holder=PICTURES, inside=("OSD",))
MOTION: Final = Block(path=f"{PICTURES}/Motion", holder=PICTURES, inside=("Motion",))
TRIGGER: Final = Block(
    path=f"{PICTURES}/Motion/Trigger", holder=PICTURES, inside=("Motion", "Trigger")
)
MOTION_HOURS: Final = Block(
    path=f"{PICTURES}/Motion/Schedule", holder=PICTURES, inside=("Motion", "Schedule")
)
MOSAIC: Final = Block(path=f"{PICTURES}/Mosaic", holder=PICTURES, inside=("Mosaic",))
REGIONS: Final = Block(path=f"{PICTURES}/Motion/RegionsV2")


def _stream(number: int) -> Block:
    return Block(
        path=f"{STREAMS}/{number}",
        holder=STREAMS,
        inside=("StreamConfigList", "StreamConfig"),
        number=number,
        read_only=(("VideoCodecType",), ("keyFrameInterval",), ("Transport",)),
    )


STREAM: Final = {number: _stream(number) for number in range(1, 5)}
"""Main, first and second sub stream, and Motion JPEG."""
CAPABILITY: Final = Block(path=f"{STREAMS}/CapabilityV2", once=True)
RECORD: Final = Block(path="/Record")
EVENT_RECORDING: Final = Block(path="/Record/HttpEvent/Config")
DISK: Final = Block(path="/Disk")
EMAIL: Final = Block(
    path="/Network/EMail",
    other_path="/Network/Email",
    interval=RARE_INTERVAL,
    secrets=frozenset({"SenderEmailPassword"}),
)
FTP: Final = Block(
    path="/Network/FTP",
    interval=RARE_INTERVAL,
    secrets=frozenset({"Password"}),
    read_only=(("Status",),),
)
NTP: Final = Block(path="/System/NTP", interval=RARE_INTERVAL)
TIME: Final = Block(path="/System/Time", interval=RARE_INTERVAL)
MAINTENANCE: Final = Block(path="/System/DeviceAutoMaintenance", interval=RARE_INTERVAL)

BLOCKS: Final = (
    SCENE,
    BASIC,
    COLOR,
    EXPOSURE,
    WHITE_BALANCE,
    IR_CUT,
    OSD,
    MOTION,
    TRIGGER,
    MOTION_HOURS,
    MOSAIC,
    *STREAM.values(),
    CAPABILITY,
    RECORD,
    EVENT_RECORDING,
    DISK,
    EMAIL,
    FTP,
    NTP,
    TIME,
    MAINTENANCE,
)
"""What is read to learn what a camera can do."""
NOTIFY: Final = Block(path="/Record/Notify/URL")
"""Whom finished recordings are told to; borrowed only if the owner wants it."""
