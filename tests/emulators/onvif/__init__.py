"""The standard's services of a network video device, to attach to any emulator."""

from .options import OnvifOptions, OnvifProfile
from .service import OnvifService
from .topics import Topic

__all__ = ["OnvifOptions", "OnvifProfile", "OnvifService", "Topic"]
