"""What the features of a camera, or of the device itself, are bound to."""

from ..parts import Held, Offer, Parts, lacks_all

__all__ = ["Held", "Offer", "Parts", "lacks_all"]
