"""Whether motion is looked for, and what it sets off (9.7.4 to 9.7.7)."""

from collections.abc import Iterator
from typing import Final

from ....model.vocabulary import Key
from ..blocks import MOTION, MOTION_HOURS, TRIGGER
from ..parts import Offer, Parts
from .fields import steps, toggle

_SENSITIVITIES: Final = ("low", "middle", "high")
_EFFECTS: Final = (
    (Key.MOTION_RECORDING, "Record"),
    (Key.MOTION_SNAPSHOT, "Snapshot"),
    (Key.MOTION_EMAIL, "Mail"),
    (Key.BUZZER_ON_EVENT, "BeepAlert"),
)


def detection(parts: Parts) -> Iterator[Offer]:
    """Yield the detection of motion, its hours and its effects."""
    yield toggle(parts, Key.MOTION_DETECTION, MOTION, "Enable")
    yield steps(
        parts,
        Key.MOTION_SENSITIVITY,
        MOTION,
        "Sensitive",
        words=_SENSITIVITIES,
        least=1,
    )
    yield toggle(parts, Key.MOTION_SCHEDULE, MOTION_HOURS, "AllDay", inverted=True)
    for key, field in _EFFECTS:
        yield toggle(parts, key, TRIGGER, field, "Enable")
    if parts.identity.alarm_outputs:
        yield toggle(
            parts, Key.MOTION_ALARM_OUTPUT, TRIGGER, "AlarmOut", "Enable", slot="1"
        )
    else:
        yield parts.lacks(Key.MOTION_ALARM_OUTPUT, "AlarmOutputChannels")
