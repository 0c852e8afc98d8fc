"""A clock that tests move by hand and that a demo lets run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import heapq
import itertools
import time


class Timer:
    """Hold one callback until its moment comes."""

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        """Remember what to call, and when."""
        self.when = when
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Forget the callback."""
        self._callback = None

    def fire(self) -> None:
        """Call the callback, at most once."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class VirtualClock:
    """Count seconds since power-on and keep the clock on the unit's wall.

    Without ``realtime`` nothing moves until `advance` is called, and every timer on
    the way fires in order, at its own moment.
    """

    def __init__(self, wall: datetime | None = None, *, realtime: bool = False) -> None:
        """Start at zero seconds; the wall clock is right unless told otherwise."""
        self.realtime = realtime
        self._seconds = 0.0
        self._zero = wall or datetime.now(UTC)
        self._real_zero = time.monotonic()
        self._queue: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._moving = False

    @property
    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._seconds

    @property
    def wall(self) -> datetime:
        """Return what the unit believes the time to be (UTC)."""
        return self._zero + timedelta(seconds=self._seconds)

    def set_wall(self, wall: datetime) -> None:
        """Set the unit's wall clock; timers are not affected."""
        self._zero = wall - timedelta(seconds=self._seconds)

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call back when the clock reaches a moment."""
        timer = Timer(when, callback)
        heapq.heappush(self._queue, (when, next(self._order), timer))
        return timer

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call back when so many seconds have passed."""
        return self.call_at(self._seconds + seconds, callback)

    def advance(self, seconds: float) -> None:
        """Let time pass and fire the timers on the way."""
        if seconds < 0:
            raise ValueError("Time does not run backwards")
        self._real_zero -= seconds
        self._move_to(self._seconds + seconds)

    def sync(self) -> None:
        """Catch up with real time if the clock runs by itself."""
        if self.realtime and not self._moving:
            now = time.monotonic() - self._real_zero
            self._move_to(max(now, self._seconds))

    def _move_to(self, target: float) -> None:
        """Fire what is due until a moment, then stand there."""
        self._moving = True
        try:
            while self._queue and self._queue[0][0] <= target:
                when, _, timer = heapq.heappop(self._queue)
                self._seconds = max(self._seconds, when)
                timer.fire()
        finally:
            self._moving = False
        self._seconds = max(self._seconds, target)
