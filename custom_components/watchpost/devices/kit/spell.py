"""Something that is seen by looking and told by others, and happens once."""

from collections.abc import Callable, Mapping
from typing import Final

from ..model.device import Surroundings
from ..model.vocabulary import EventPath

HOLD: Final[Mapping[EventPath, float]] = {
    EventPath.WEBHOOK: 10.0,
    EventPath.LISTENER: 10.0,
    EventPath.MAIL: 30.0,
    EventPath.ONVIF: 10.0,
}
"""Seconds for which it is shown where a message tells nothing but the start."""
_LATE: Final = 20.0
"""Seconds by which a path may come after the one that told of it first."""
_LATE_MAIL: Final = 30.0
"""The same for a mail: cameras write one when they have the picture for it."""


class Spell:
    """Something that lasts for a while, such as motion.

    A look tells whether it lasts now, a stream tells when it begins and ends, and
    messages tell that it has begun. It has happened when it is on after it was not:
    whoever speaks of it later, on another path, speaks of the same.
    """

    def __init__(self, around: Surroundings) -> None:
        """Know nothing yet."""
        self._clock = around.clock
        self._changed = around.changed
        self.on: bool | None = None
        """Whether it is shown; None is not known."""
        self._last: bool | None = None
        """What was shown when it was known last."""
        self._levels: dict[EventPath, bool] = {}
        """What the last look, and each stream, tell of it."""
        self._polled = False
        """Whether anybody looks at all."""
        self._looked = True
        """Whether anybody has looked since it was told last."""
        self._fresh = True
        """Whether nobody has told it since the look began that is on its way."""
        self._until = 0.0
        """Until when it is shown at least."""
        self._longest = 0.0
        """Seconds for which it may be shown from now at most."""
        self._undo: Callable[[], None] | None = None
        self._begun = 0
        """Beginnings that the list of events has not told yet."""
        self._begun_at: float | None = None
        self._told: set[EventPath] = set()
        """The paths that have told the last beginning."""

    # Looking

    def begin_look(self) -> None:
        """Take note that somebody goes to look: the answer is of this moment."""
        self._fresh = True

    def look(self, level: bool | None) -> bool:
        """Take in what is seen now and return whether it has just begun.

        What lasts at the first look has begun nobody knows when.
        """
        first = self._last is None
        looked, self._looked, self._polled = self._looked, self._fresh, True
        if level is None:
            self._levels.pop(EventPath.POLL, None)
        else:
            self._levels[EventPath.POLL] = level
        if level:
            rising = not self.on
            # It was told, has ended for the others, and nobody has looked until now.
            same = rising and not looked and self._is_same(EventPath.POLL)
            self._show(True)
            if rising and not same:
                self._begin(EventPath.POLL)
            return rising and not same and not first
        if self._looked and not self._held and not self._lasts:
            self._show(level if level is not None or not self._levels else False)
        return False

    def listed(self, entries: int, *, before: bool) -> bool:
        """Take in new entries of a list and return whether it has just begun.

        `before` tells whether it was on before the look that came along: entries are
        of that time, also if it has ended meanwhile.
        """
        now = self._clock.now()
        at, begun = self._begun_at, self._begun
        if at is None or not 0 <= now - at <= _LATE:
            begun = 0
        self._begun = max(begun - entries, 0)
        if entries <= begun:
            # It was told already, and may have gone since.
            return False
        rising = not self.on and not before
        self._hold(HOLD[EventPath.WEBHOOK])
        if rising:
            self._begin(EventPath.POLL)
            self._begun = 0
        return rising

    # Being told

    def told(self, path: EventPath) -> bool:
        """Take in a message that it begins and return whether it has just begun."""
        if self._is_same(path) and not self.on:
            self._told.add(path)
            return False
        rising = not self.on
        self._looked = self._fresh = False
        self._told.add(path)
        if self._streamed:
            # Whoever tells its beginning tells its end as well.
            return False
        self._hold(HOLD[path])
        if rising:
            self._begin(path)
        return rising

    def shown(self, path: EventPath, level: bool, *, initial: bool = False) -> bool:
        """Take in what a stream tells and return whether it has just begun.

        What lasts when a first stream starts has begun nobody knows when; what has
        begun while a stream was interrupted is told when it is there again.
        """
        before = self._levels.get(path)
        self._levels[path] = level
        if not level:
            if before:
                # That it has ended is newer than what was seen at the last look.
                self._levels.pop(EventPath.POLL, None)
            if not self._lasts:
                self._let_go()
                self._show(False)
            return False
        if before:
            return False
        rising = not (self.on or (self.on is None and self._last))
        first, same = self._last is None, self._is_same(path)
        self._looked = self._fresh = False
        self._show(True)
        self._told.add(path)
        if not rising or same:
            return False
        self._begin(path)
        return not (initial and first)

    def lost(self, path: EventPath) -> None:
        """Take note that a stream is interrupted: what it told last is history."""
        if self._levels.pop(path, None) is None or self._held or self._lasts:
            return
        self._show(False if self._levels else None)

    def unconfirmed(self, path: EventPath) -> None:
        """Take note that a stream is back and does not say that it goes on.

        Nobody knows when it has ended; what the stream tells next is another beginning.
        """
        self._levels.pop(path, None)
        if self._last and not self._held and not self._lasts:
            self._show(False if self._levels else None)
            self._last = False

    def forget(self) -> None:
        """Know nothing again."""
        self.close()
        self.on = self._last = self._begun_at = None
        self._levels.clear()
        self._told.clear()
        self._until, self._begun = 0.0, 0

    def close(self) -> None:
        """Let go of the timer."""
        if self._undo is not None:
            self._undo()
            self._undo = None

    # What it comes to

    def was_told(self, path: EventPath) -> bool:
        """Return whether a path has told the last beginning."""
        return path in self._told

    @property
    def _lasts(self) -> bool:
        """Whether anybody who sees it says that it lasts."""
        return any(self._levels.values())

    @property
    def _streamed(self) -> bool:
        """Whether a stream says that it lasts."""
        return any(on for path, on in self._levels.items() if path != EventPath.POLL)

    @property
    def _held(self) -> bool:
        """Whether it is shown whatever is seen."""
        # A clock that was set back must not hold it for hours.
        return 0 < self._until - self._clock.now() <= self._longest

    def _is_same(self, path: EventPath) -> bool:
        """Return whether a path tells late what another one has told."""
        if path in self._told or self._begun_at is None:
            return False
        late = _LATE_MAIL if path is EventPath.MAIL else _LATE
        return 0 <= self._clock.now() - self._begun_at <= late

    def _begin(self, path: EventPath) -> None:
        self._begun += 1
        self._begun_at = self._clock.now()
        self._told = {path}

    def _show(self, on: bool | None) -> None:
        self.on = on
        if on is not None:
            self._last = on

    def _hold(self, seconds: float) -> None:
        self._show(True)
        now = self._clock.now()
        # A shorter one does not end a longer one.
        self._until = max(self._until, now + seconds) if self._held else now + seconds
        self._longest = self._until - now
        self.close()
        self._undo = self._clock.call_at(self._until, self._release)

    def _let_go(self) -> None:
        self.close()
        self._until = 0.0

    def _release(self) -> None:
        """Show what is seen, if anybody has looked since."""
        self._undo = None
        if not self._lasts and (self._looked or not self._polled):
            self._show(False)
            self._changed()
