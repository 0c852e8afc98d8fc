"""A strict, stateful Reolink camera or recorder (HTTP API, guide version 7)."""

from .camera import SirenCall
from .commands import CARD, COMMANDS
from .device import ReolinkEmulator
from .options import ChannelOptions, Disk, ReolinkOptions
from .ptz import Move, Position
from .recordings import Recording
from .unit import Call

__all__ = [
    "CARD",
    "COMMANDS",
    "Call",
    "ChannelOptions",
    "Disk",
    "Move",
    "Position",
    "Recording",
    "ReolinkEmulator",
    "ReolinkOptions",
    "SirenCall",
]
