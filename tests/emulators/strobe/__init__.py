"""A strict, stateful network strobe speaker (HTTP API 1.4)."""

from .device import StrobeEmulator
from .options import StrobeOptions
from .outputs import Light, OutputChange, Outputs, Sound

__all__ = [
    "Light",
    "OutputChange",
    "Outputs",
    "Sound",
    "StrobeEmulator",
    "StrobeOptions",
]
