"""A strict, stateful video server with the /cgi HTTP API (specification 3.1)."""

from .card import CARD, CGIS, Action
from .device import VserverEmulator
from .grid import Grid
from .mail import Notice
from .options import ALIASES, Card, Channel, Hotspot, VserverOptions
from .ptz import Movement, Place
from .storage import Recording
from .store import Write
from .unit import Violation
from .users import User

__all__ = [
    "ALIASES",
    "CARD",
    "CGIS",
    "Action",
    "Card",
    "Channel",
    "Grid",
    "Hotspot",
    "Movement",
    "Notice",
    "Place",
    "Recording",
    "User",
    "Violation",
    "VserverEmulator",
    "VserverOptions",
    "Write",
]
