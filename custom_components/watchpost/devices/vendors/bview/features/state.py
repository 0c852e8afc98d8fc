"""What happens at a camera now, and what it tells of it by itself."""

from collections.abc import Iterator
from functools import partial

from ....model.device import Absent
from ....model.features import Detector, Happening, Reading
from ....model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    AlarmKind,
    DetectionKind,
    Key,
)
from ..const import NOTIFY, STATUS
from ..parts import Offer, Parts
from ..push import BviewPush
from ..watch import Watch

_FIRST = "1"
"""All inputs, or outputs, have one state together."""


def state(parts: Parts, watch: Watch) -> Iterator[Offer]:
    """Yield what the fast poll tells, and the events that it finds."""
    yield Detector(key=Key.MOTION, source=STATUS, read=lambda: watch.motion)
    yield Happening(key=Key.DETECTION, source=STATUS, kinds=(DetectionKind.MOTION,))
    yield Detector(key=Key.VIDEO_LOSS, source=STATUS, read=lambda: watch.video_lost)
    yield Detector(key=Key.RECORDING, source=STATUS, read=lambda: watch.recording)
    yield from _terminals(parts, watch)
    for number, key in enumerate((Key.MAIN_DATA_RATE, Key.SUB_DATA_RATE)):
        yield Reading(key=key, source=STATUS, read=partial(_rate, watch, number))


def _terminals(parts: Parts, watch: Watch) -> Iterator[Offer]:
    """Yield the alarm input and the alarm output, where there are any."""
    placeholders = {"number": _FIRST}
    if parts.identity.alarm_inputs:
        yield Detector(
            key=Key.ALARM_INPUT,
            source=STATUS,
            slot=_FIRST,
            placeholders=placeholders,
            read=lambda: watch.alarm_in,
        )
        yield Happening(key=Key.ALARM, source=STATUS, kinds=(AlarmKind.INPUT,))
    else:
        yield parts.lacks(Key.ALARM_INPUT, "AlarmInputChannels")
        yield parts.lacks(Key.ALARM, "AlarmInputChannels")
    if parts.identity.alarm_outputs:
        yield Detector(
            key=Key.ALARM_OUTPUT_ACTIVE,
            source=STATUS,
            slot=_FIRST,
            placeholders=placeholders,
            read=lambda: watch.alarm_out,
        )
    else:
        yield parts.lacks(Key.ALARM_OUTPUT_ACTIVE, "AlarmOutputChannels")


def _rate(watch: Watch, number: int) -> float | None:
    return watch.rates[number]


def delivery(parts: Parts, push: BviewPush) -> Iterator[Offer]:
    """Yield what the camera tells by itself, while it is set up to."""
    if not push.configured:
        for key in (Key.RECORDING_SAVED, Key.EVENT_DELIVERY, Key.LAST_EVENT):
            yield Absent(key=key, reason=AbsenceReason.NOT_CONFIGURED, detail=NOTIFY)
        return
    yield Happening(key=Key.RECORDING_SAVED, source=NO_REQUEST, kinds=("saved",))
    yield Detector(
        key=Key.EVENT_DELIVERY,
        source=NO_REQUEST,
        independent=True,
        read=push.delivery,
    )
    yield Reading(key=Key.LAST_EVENT, source=NO_REQUEST, read=lambda: push.last_event)
