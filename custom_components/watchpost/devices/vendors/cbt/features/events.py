"""What happens at the camera now, as far as it is told or can be asked."""

from collections.abc import Iterator
from typing import Final

from ....kit.happenings import DETECTORS, alarm_inputs, detections, event_picture
from ....model.device import BOX, Absent
from ....model.vocabulary import NO_REQUEST, AbsenceReason, DetectionKind, Key
from ..events import Events
from ..parts import Offer
from ..watch import SOURCE, Watch

_POSSIBLE: Final = (
    DetectionKind.MOTION,
    DetectionKind.INTRUSION,
    DetectionKind.TAMPER,
)
_MAIL: Final = "mail"


def events(watch: Watch, told: Events) -> Iterator[Offer]:
    """Yield what is seen, the alarm inputs, their events and their picture."""
    yield from _inputs(watch, told)
    kinds = told.kinds
    yield from detections(told.scene, BOX, kinds)
    missing = [DETECTORS[kind] for kind in _POSSIBLE if kind not in kinds]
    for key in (*missing, *(() if kinds else (Key.DETECTION,))):
        reason = AbsenceReason.NOT_CONFIGURED
        yield Absent(key=key, reason=reason, detail=told.lacking)
    if told.mails.configured:
        yield event_picture(told.scene, BOX)
    else:
        reason = AbsenceReason.NOT_CONFIGURED
        yield Absent(key=Key.EVENT_PICTURE, reason=reason, detail=_MAIL)


def _inputs(watch: Watch, told: Events) -> Iterator[Offer]:
    """Yield the alarm inputs; only the first one can be asked for."""
    if not watch.missing:
        yield from alarm_inputs(told.scene, BOX, {1, *told.inputs}, SOURCE)
    elif told.inputs:
        yield from alarm_inputs(told.scene, BOX, told.inputs, NO_REQUEST)
    else:
        for key in (Key.ALARM_INPUT, Key.ALARM):
            reason = AbsenceReason.UNSUPPORTED
            yield Absent(key=key, reason=reason, detail=SOURCE)
