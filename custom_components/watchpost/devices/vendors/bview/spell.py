"""Something that is seen by looking and told by others, and happens once."""

from collections.abc import Callable
from typing import Final

from ...model.device import Surroundings
from .const import MOTION_HOLD

_LATE: Final = 20.0
"""Seconds by which a message may come after what was seen."""


class Spell:
    """Something that lasts for a while, such as motion.

    A look tells whether it lasts now; a list of events and messages tell that it has
    begun, and nobody tells its end but the next look. It has happened when it is on
    after it was not: whoever speaks of it later speaks of the same.
    """

    def __init__(self, around: Surroundings) -> None:
        """Know nothing yet."""
        self._clock = around.clock
        self._changed = around.changed
        self.on: bool | None = None
        """Whether it is shown; None is not known."""
        self._level: bool | None = None
        """What the last look has seen."""
        self._looked = True
        """Whether anybody has looked since it was told last."""
        self._fresh = True
        """Whether nobody has told it since the look began that is on its way."""
        self._until = 0.0
        """Until when it is shown at least."""
        self._undo: Callable[[], None] | None = None
        self._begun = 0
        """Beginnings that the list of events has not told yet."""
        self._begun_at: float | None = None
        self._told = False
        """Whether a message has told the last beginning."""

    def begin_look(self) -> None:
        """Take note that somebody goes to look: the answer is of this moment."""
        self._fresh = True

    def look(self, level: bool | None) -> bool:
        """Take in what is seen now and return whether it has just begun.

        What lasts at the first look has begun nobody knows when.
        """
        first = self.on is None
        self._level, self._looked = level, self._fresh
        if level:
            rising = not self.on
            self.on = True
            if rising:
                self._begin()
            return rising and not first
        if self._looked and not self._held:
            self.on = level
        return False

    def listed(self, entries: int, *, before: bool) -> bool:
        """Take in new entries of the list and return whether it has just begun.

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
        self._hold()
        if rising:
            self._begin()
            self._begun = 0
        return rising

    def told(self) -> bool:
        """Take in a message of now and return whether it has just begun."""
        now = self._clock.now()
        at, known = self._begun_at, self._told
        self._told = True
        if not self.on and not known and at is not None and 0 <= now - at <= _LATE:
            return False
        rising = not self.on
        self._looked = self._fresh = False
        self._hold()
        if rising:
            self._begin()
            self._told = True
        return rising

    def close(self) -> None:
        """Let go of the timer."""
        if self._undo is not None:
            self._undo()
            self._undo = None

    @property
    def _held(self) -> bool:
        """Whether it is shown whatever is seen."""
        # A clock that was set back must not hold it for hours.
        return 0 < self._until - self._clock.now() <= MOTION_HOLD

    def _begin(self) -> None:
        self._begun += 1
        self._begun_at = self._clock.now()
        self._told = False

    def _hold(self) -> None:
        self.on = True
        self._until = self._clock.now() + MOTION_HOLD
        self.close()
        self._undo = self._clock.call_at(self._until, self._release)

    def _release(self) -> None:
        """Show what the last look has seen, if there was one since."""
        self._undo = None
        if self._looked and not self._level:
            self.on = self._level if self._level is not None else False
            self._changed()
