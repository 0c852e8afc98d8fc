"""What the standard's topics mean in our words, and where it was."""

from collections.abc import Iterable
import re
from typing import Final

from ..model.vocabulary import DetectionKind
from ..transport.onvif_messages import OnvifEvent, OnvifStream

INPUT_LIMIT: Final = 32
"""Alarm inputs of one device; large recorders have 16."""
_ANY: Final = "*"
_INPUT: Final = ("trigger", "digitalinput")
_KINDS: Final = {
    ("cellmotiondetector", "motion"): DetectionKind.MOTION,
    ("motionregiondetector", "motion"): DetectionKind.MOTION,
    ("videosource", "motionalarm"): DetectionKind.MOTION,
    ("fielddetector", "objectsinside"): DetectionKind.INTRUSION,
    ("linedetector", "crossed"): DetectionKind.INTRUSION,
    ("tamperdetector", "tamper"): DetectionKind.TAMPER,
    ("videosource", "globalscenechange", _ANY): DetectionKind.TAMPER,
    ("videosource", "imagetooblurry", _ANY): DetectionKind.TAMPER,
    ("videosource", "imagetoobright", _ANY): DetectionKind.TAMPER,
    ("videosource", "imagetoodark", _ANY): DetectionKind.TAMPER,
    ("myruledetector", "peopledetect"): DetectionKind.PERSON,
    ("myruledetector", "vehicledetect"): DetectionKind.VEHICLE,
    ("myruledetector", "dogcatdetect"): DetectionKind.ANIMAL,
    ("myruledetector", "facedetect"): DetectionKind.FACE,
}
"""Ends of topics in lower case; the star is what has detected it.

A picture too dark, too bright or blurred, or another scene, is what a hand on the
lens looks like.
"""
_DIGITS: Final = re.compile(r"[0-9]{1,4}\Z")


def detection_of(event: OnvifEvent) -> DetectionKind | None:
    """Return what a camera has seen; None if it is about something else."""
    steps = tuple(event.topic.lower().split("/"))
    pair = _KINDS.get(steps[-2:])
    return pair or _KINDS.get((*steps[-3:-1], _ANY))


def is_input(event: OnvifEvent) -> bool:
    """Return whether an event is the level of a digital input."""
    return tuple(event.topic.lower().split("/"))[-2:] == _INPUT


class Channels:
    """The video inputs of a device, in the order of its profiles."""

    def __init__(self, streams: Iterable[OnvifStream], count: int = 0) -> None:
        """Count the different video sources; count is what the device says elsewhere.

        Several configurations can show parts of one source: they are one channel. A
        device that does not tell the sources has one for each configuration.
        """
        self._numbers: dict[str, int] = {}
        known: dict[str, int] = {}
        for stream in streams:
            own = stream.source or stream.configuration
            if own is None:
                continue
            known.setdefault(own, len(known) + 1)
            for token in (stream.configuration, stream.source, stream.analytics):
                if token is not None:
                    self._numbers.setdefault(token, known[own])
        self._count = count or len(known)

    def number(self, token: str | None) -> int | None:
        """Return the channel of a token, from 1; None if it cannot be known.

        What happens at a device with one channel happens there.
        """
        found = None if token is None else self._numbers.get(token)
        return found or (1 if self._count == 1 else None)


class Inputs:
    """The digital inputs of a device, by the tokens of its events."""

    def __init__(self) -> None:
        """Know none."""
        self._numbers: dict[str, int] = {}

    def number(self, token: str | None) -> int | None:
        """Return the number of an input, from 1, the same each time.

        It is the one at the end of the token; a token without one, or with one that
        is taken, gets the next that is free. No token is the only input. None if
        there are more than a device can have.
        """
        token = token or ""
        if (known := self._numbers.get(token)) is not None:
            return known
        if len(self._numbers) >= INPUT_LIMIT:
            return None
        digits = _DIGITS.search(token)
        number = int(digits[0]) if digits else 0
        taken = set(self._numbers.values())
        if number == 0 or number in taken:
            number = next(n for n in range(1, len(taken) + 2) if n not in taken)
        self._numbers[token] = number
        return number

    def learn(self, events: Iterable[OnvifEvent]) -> None:
        """Give numbers to all inputs of an answer in the order of their tokens.

        The first answer names all of them, so a device that counts from 0 gets 1, 2,
        3 in whatever order it names them.
        """
        tokens = {event.source or "" for event in events if is_input(event)}
        for token in sorted(tokens, key=lambda one: (len(one), one)):
            self.number(token)
