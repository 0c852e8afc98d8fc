"""What the features of a camera, or of the device itself, are bound to."""

from ..parts import Offer, Parts, lacks_all

__all__ = ["Offer", "Parts", "lacks_all"]
