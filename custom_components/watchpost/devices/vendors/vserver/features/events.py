"""What happens at the unit and its channels, as far as it is told or can be asked."""

from collections.abc import Iterator
from typing import Final

from ....kit.happenings import DETECTORS, alarm_inputs, detections, event_picture
from ....model.device import BOX
from ....model.vocabulary import NO_REQUEST, AbsenceReason, DetectionKind, Key
from ..events import Events
from ..parts import Offer, Parts
from ..settings import INPUTS

_POSSIBLE: Final = (
    DetectionKind.MOTION,
    DetectionKind.INTRUSION,
    DetectionKind.TAMPER,
)
_MAIL: Final = "mail"


def inputs(parts: Parts, told: Events) -> Iterator[Offer]:
    """Yield the alarm inputs and their event; they are of the unit."""
    numbers, live = told.numbers, told.is_live
    if live and numbers:
        yield from alarm_inputs(
            told.scene, BOX, {*numbers, *told.told_inputs}, source=INPUTS
        )
    elif told.told_inputs:
        yield from alarm_inputs(told.scene, BOX, told.told_inputs, source=NO_REQUEST)
    else:
        for key in (Key.ALARM, Key.ALARM_INPUT):
            if not numbers:
                yield parts.without(key, INPUTS)
            elif live is None:
                yield parts.lacks(key, f"{INPUTS} query", AbsenceReason.UNKNOWN)
            else:
                yield parts.lacks(key, told.lacking, AbsenceReason.NOT_CONFIGURED)
    if parts.channels > 1 and numbers:
        # What an input has set off is a picture of the unit.
        yield from _picture(parts, told)


def detected(parts: Parts, told: Events) -> Iterator[Offer]:
    """Yield what a channel sees, its event and its picture."""
    kinds = told.kinds(parts.unit)
    yield from detections(told.scene, parts.unit, kinds)
    missing = [DETECTORS[kind] for kind in _POSSIBLE if kind not in kinds]
    for key in (*missing, *(() if kinds else (Key.DETECTION,))):
        yield parts.lacks(key, told.lacking, AbsenceReason.NOT_CONFIGURED)
    yield from _picture(parts, told)


def _picture(parts: Parts, told: Events) -> Iterator[Offer]:
    if told.mails.configured:
        yield event_picture(told.scene, parts.unit)
    else:
        yield parts.lacks(Key.EVENT_PICTURE, _MAIL, AbsenceReason.NOT_CONFIGURED)
