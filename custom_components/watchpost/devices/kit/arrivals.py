"""Whether the messages of a device arrive, as far as that can be known."""

from collections.abc import Callable
import logging
from typing import Final

from ..model.device import Surroundings

_LOGGER = logging.getLogger(__name__)

_TOLD: Final = 20.0
"""Seconds in which a message has to tell a motion that was seen."""
_MISSES: Final = 2
"""Motions that a camera may leave untold before it has ever told one."""


class Arrivals:
    """Compare what is seen with what is told."""

    def __init__(
        self,
        around: Surroundings,
        missed: Callable[[], None] = lambda: None,
        *,
        repeat: float,
        patience: float = _TOLD,
    ) -> None:
        """Know nothing yet; `missed` is called for a motion that was not told.

        A device may leave out what begins within `repeat` seconds after the last; a
        message takes up to `patience` seconds.
        """
        self._repeat = repeat
        self._patience = patience
        self._clock = around.clock
        self._changed = around.changed
        self._missed = missed
        self.count = 0
        """Messages that have come."""
        self.motion: bool | None = None
        """Whether motion is told; None while that is not known."""
        self._heard = False
        """Whether any message has come."""
        self._moved_at: float | None = None
        """When motion was known of last."""
        self._missed_at: float | None = None
        """When the motion began that was missed last."""
        self._misses = 0
        self._undo: Callable[[], None] | None = None

    @property
    def works(self) -> bool | None:
        """Whether messages come; None while that is not known."""
        if self.motion is False:
            return False
        return True if self._heard else None

    def heard(self, *, motion: bool) -> None:
        """Take note of a message."""
        self.count += 1
        self._heard = True
        if motion:
            self.motion = True
            self._moved_at, self._missed_at = self._clock.now(), None
            self._misses = 0
            self.close()

    def seen(self) -> None:
        """Give a message some time to tell motion that was seen to begin.

        As long as motion comes again and again, a camera may tell the first one only.
        """
        now = self._clock.now()
        last = self._moved_at if self.motion else self._missed_at
        self._moved_at = now
        # A clock may have been set back.
        quiet = last is None or abs(now - last) > self._repeat
        if not quiet or self._undo is not None:
            return
        self._missed_at = now
        self._undo = self._clock.call_at(now + self._patience, self._give_up)

    def _give_up(self) -> None:
        self._undo = None
        _LOGGER.debug("A motion was not told")
        self._misses += 1
        if self.motion or (self.motion is None and self._misses >= _MISSES):
            self.motion = False
            self._changed()
        self._missed()

    def forget(self) -> None:
        """Know nothing again."""
        self.motion, self._heard = None, False
        self._moved_at = self._missed_at = None
        self._misses = 0
        self.close()

    def close(self) -> None:
        """Let go of the timer."""
        if self._undo is not None:
            self._undo()
            self._undo = None
