"""A strict, stateful cgi_action camera (HTTP GET with JSON in the query)."""

from .actions import CARD, COMMANDS, RESOURCES
from .alarms import Alarm, Pulse
from .device import CbtEmulator
from .login import User, digest
from .mail import Mail
from .options import ACTION_ALIASES, ALIASES, CbtOptions, Medium
from .ptz import Move, Position
from .storage import Notice, Recording
from .store import HIDDEN, Write
from .unit import Violation, action_of

__all__ = [
    "ACTION_ALIASES",
    "ALIASES",
    "CARD",
    "COMMANDS",
    "HIDDEN",
    "RESOURCES",
    "Alarm",
    "CbtEmulator",
    "CbtOptions",
    "Mail",
    "Medium",
    "Move",
    "Notice",
    "Position",
    "Pulse",
    "Recording",
    "User",
    "Violation",
    "Write",
    "action_of",
    "digest",
]
