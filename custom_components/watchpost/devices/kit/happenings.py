"""What happens at a unit, as features."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from ..model.features import Detector, Feature, Happening, Picture
from ..model.vocabulary import NO_REQUEST, AlarmKind, DetectionKind, Key
from .scene import Scene, Subject

DETECTORS: Final = {kind: Key(kind.value) for kind in DetectionKind}
"""What shows that something is seen."""


def detections(
    scene: Scene, unit: str, kinds: Iterable[DetectionKind], source: str = NO_REQUEST
) -> Iterator[Feature]:
    """Yield a detector for each kind that a unit can see, and their event."""
    seen = [kind for kind in DetectionKind if kind in frozenset(kinds)]
    for kind in seen:
        subject = Subject(kind=kind, unit=unit)
        yield Detector(
            key=DETECTORS[kind], source=source, read=partial(scene.on, subject)
        )
    if seen:
        yield Happening(key=Key.DETECTION, source=source, kinds=tuple(seen))


def alarm_inputs(
    scene: Scene, unit: str, numbers: Iterable[int], source: str = NO_REQUEST
) -> Iterator[Feature]:
    """Yield a detector for each alarm input of a unit, and their event."""
    known = sorted(frozenset(numbers))
    for number in known:
        subject = Subject(kind=AlarmKind.INPUT, unit=unit, number=number)
        yield Detector(
            key=Key.ALARM_INPUT,
            source=source,
            slot=str(number),
            placeholders={"number": str(number)},
            read=partial(scene.on, subject),
        )
    if known:
        yield Happening(key=Key.ALARM, source=source, kinds=(AlarmKind.INPUT,))


def event_picture(scene: Scene, unit: str) -> Feature:
    """Return the picture of the last alarm."""
    return Picture(
        key=Key.EVENT_PICTURE, source=NO_REQUEST, read=partial(scene.picture, unit)
    )
