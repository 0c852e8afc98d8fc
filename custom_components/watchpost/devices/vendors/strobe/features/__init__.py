"""Everything a unit offers, made from what it has answered."""

from ....model.features import Feature
from .absence import explain_absent
from .alarms import alarm_input, alarms, broadcast
from .health import clock, health
from .lights import lights
from .parts import Parts
from .schedules import overlay, schedules
from .sounds import audio, sounds

__all__ = ["Parts", "build_features", "explain_absent"]


def build_features(parts: Parts) -> tuple[Feature, ...]:
    """Return all features, in the order of the protocol card."""
    return (
        *lights(parts),
        *sounds(parts),
        *alarms(parts),
        *audio(parts),
        *alarm_input(parts),
        *broadcast(parts),
        *schedules(parts),
        *overlay(parts),
        *health(parts),
        *clock(parts),
    )
