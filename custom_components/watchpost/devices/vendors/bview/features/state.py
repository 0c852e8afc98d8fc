"""What happens at a camera now, and what it tells of it by itself."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ....kit.happenings import event_picture
from ....kit.paths import Paths, delivery
from ....kit.scene import Scene
from ....model.device import BOX, Absent
from ....model.features import Detector, Happening, Reading
from ....model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    AlarmKind,
    DetectionKind,
    Key,
)
from ..blocks import EMAIL
from ..const import NOTIFY, STATUS
from ..mails import BviewMails
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


def delivered(paths: Paths) -> Iterator[Offer]:
    """Yield how events come in; the camera tells of them where it is set up to."""
    for one in delivery(paths):
        yield replace(one, detail=NOTIFY) if isinstance(one, Absent) else one


def recordings_told(push: BviewPush) -> Iterator[Offer]:
    """Yield the event of a finished recording: only a message tells of it."""
    if push.configured:
        yield Happening(key=Key.RECORDING_SAVED, source=NO_REQUEST, kinds=("saved",))
        return
    reason = AbsenceReason.NOT_CONFIGURED
    yield Absent(key=Key.RECORDING_SAVED, reason=reason, detail=NOTIFY)


def mailed_picture(parts: Parts, scene: Scene, mails: BviewMails) -> Offer:
    """Return what the camera saw last: it sends that with its mails alone."""
    if mails.configured:
        return event_picture(scene, BOX)
    if parts.documents.known(EMAIL):
        return parts.unset(Key.EVENT_PICTURE, EMAIL)
    return parts.without(Key.EVENT_PICTURE, EMAIL)
