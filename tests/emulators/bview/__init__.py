"""A strict, stateful B-VIEW 2 camera (REST API specification 1.8)."""

from .audio import AudioSession
from .describe import AccessPoint
from .device import BviewEmulator
from .options import ALIASES, BviewOptions, Disk
from .ptz import Movement
from .push import PushResult
from .recorder import Recording
from .routes import CARD, PAIRS
from .store import Write
from .unit import Violation
from .users import User

__all__ = [
    "ALIASES",
    "CARD",
    "PAIRS",
    "AccessPoint",
    "AudioSession",
    "BviewEmulator",
    "BviewOptions",
    "Disk",
    "Movement",
    "PushResult",
    "Recording",
    "User",
    "Violation",
    "Write",
]
