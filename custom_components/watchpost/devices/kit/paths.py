"""The ways in which events come in, and how each of them does."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from ..model.device import Absent, Json, Surroundings
from ..model.features import Detector, Feature, Reading
from ..model.vocabulary import NO_REQUEST, AbsenceReason, EventPath, Key

_ORDER: Final = (
    EventPath.LISTENER,
    EventPath.WEBHOOK,
    EventPath.ONVIF,
    EventPath.MAIL,
)
"""The quickest first; polling is what is left."""
DOORS: Final = (EventPath.WEBHOOK, EventPath.LISTENER)
"""Where a device may call; it has one address, so only one of them is in use."""
_CHOICE: Final = "event_path"
_LONGEST: Final = 600.0
"""Seconds after which a message is not late: a clock is wrong."""


class Paths:
    """What is known of each way."""

    def __init__(self, around: Surroundings) -> None:
        """Know nothing yet: there is only the poll."""
        self._clock = around.clock
        self._alive: dict[EventPath, Callable[[], bool | None]] = {}
        self._chosen: dict[EventPath, Callable[[], bool]] = {}
        self.counts: dict[EventPath, int] = {}
        """Messages that have come, by way."""
        self.last_event: datetime | None = None
        """When the last message came, on any way but the poll."""
        self.delay: float | None = None
        """Milliseconds from the device's time in a message to its arrival."""
        self.clock_offset: Callable[[], float | None] = lambda: None
        """Seconds by which the device's clock is ahead."""

    def add(
        self,
        path: EventPath,
        *,
        chosen: Callable[[], bool],
        alive: Callable[[], bool | None],
    ) -> None:
        """Know of a way: whether it is to be used, and whether it works.

        None is not known yet.
        """
        self._chosen[path] = chosen
        self._alive[path] = alive

    def heard(self, path: EventPath, at: datetime | None = None) -> None:
        """Take note of a message, and of the device's own time in it."""
        now = self._clock.now()
        self.counts[path] = self.counts.get(path, 0) + 1
        self.last_event = datetime.fromtimestamp(now, UTC)
        if at is None:
            return
        late = now - at.timestamp() + (self.clock_offset() or 0.0)
        # The clock of the device may be a little ahead, or plainly wrong.
        self.delay = round(max(late, 0.0) * 1000) if abs(late) < _LONGEST else None

    @property
    def chosen(self) -> tuple[EventPath, ...]:
        """The ways that are to be used besides the poll, the quickest first."""
        return tuple(path for path in _ORDER if self._is_chosen(path))

    @property
    def best(self) -> EventPath:
        """The quickest way that is known to work."""
        for path in self.chosen:
            if self._alive[path]():
                return path
        return EventPath.POLL

    def delivery(self) -> bool | None:
        """Return whether events come by themselves; None while it is not known."""
        states = [self._alive[path]() for path in self.chosen]
        if any(states):
            return True
        return False if False in states else None

    def dump(self) -> dict[str, Json]:
        """Return what is known, for diagnostics."""
        return {
            "in_use": self.best.value,
            "chosen": {path.value: self._alive[path]() for path in self.chosen},
            "messages": {path.value: count for path, count in self.counts.items()},
        }

    def _is_chosen(self, path: EventPath) -> bool:
        chosen = self._chosen.get(path)
        return chosen is not None and chosen()


def chosen_door(options: Mapping[str, str]) -> EventPath:
    """Return the door for calls that was chosen; a message tells if it is another."""
    chosen = options.get(_CHOICE)
    return next((path for path in DOORS if path == chosen), EventPath.WEBHOOK)


def delivery(paths: Paths) -> Iterator[Feature | Absent]:
    """Yield how events come in."""
    yield Reading(key=Key.EVENT_PATH, source=NO_REQUEST, read=lambda: paths.best)
    if not paths.chosen:
        for key in (Key.EVENT_DELIVERY, Key.LAST_EVENT, Key.EVENT_DELAY):
            yield Absent(key=key, reason=AbsenceReason.NOT_CONFIGURED)
        return
    yield Detector(
        key=Key.EVENT_DELIVERY,
        source=NO_REQUEST,
        independent=True,
        read=paths.delivery,
    )
    yield Reading(key=Key.LAST_EVENT, source=NO_REQUEST, read=lambda: paths.last_event)
    yield Reading(key=Key.EVENT_DELAY, source=NO_REQUEST, read=lambda: paths.delay)
