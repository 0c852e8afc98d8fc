"""A loop in which waiting takes no time: minutes of faults pass in milliseconds.

Sockets are real. Time jumps to the next timer only when nothing is left to be read or
written, and no thread works: what is sent on loopback is there at once.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
import selectors
from time import sleep
from typing import Any, Final, override

from custom_components.watchpost.devices.model.device import Surroundings
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import Timer, VirtualClock

_GRACE: Final = 3
"""Looks at the sockets before time jumps: the kernel may deliver a moment later."""
_DEADLOCK: Final = 20.0
"""Real seconds after which a loop without timers is given up."""
_BEGIN: Final = 1000.0


class _JumpingSelector(selectors.DefaultSelector):
    """Lets time jump instead of waiting for it."""

    def __init__(self) -> None:
        """Stand at the beginning."""
        super().__init__()
        self.now = _BEGIN
        self.busy: Callable[[], bool] = lambda: False

    @override
    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready; else let the time pass that would be waited for."""
        for _ in range(_GRACE):
            found = super().select(0)
            if found or timeout == 0:
                return found
            sleep(0)
        if timeout is None or self.busy():
            found = super().select(_DEADLOCK)
            if not found:
                raise RuntimeError("Nothing will ever happen")
            return found
        self.now += timeout
        return []


class TimelessLoop(asyncio.SelectorEventLoop):
    """An event loop with a time of its own."""

    def __init__(self) -> None:
        """Start at a fixed moment."""
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._working: set[asyncio.Future[Any]] = set()
        self._jumping.busy = lambda: bool(self._working)

    @override
    def time(self) -> float:
        """Return the seconds of this loop."""
        return self._jumping.now

    @override
    def run_in_executor[*Ts, T](
        self, executor: Any, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run something in a thread; time stands still until it is done."""
        work = super().run_in_executor(executor, func, *args)
        self._working.add(work)
        work.add_done_callback(self._working.discard)
        return work


class LoopClock(VirtualClock):
    """The clock of an emulator, which is that of the loop."""

    def __init__(self) -> None:
        """Start with the running loop."""
        super().__init__(EPOCH)
        self._loop = asyncio.get_running_loop()
        self._begin = self._loop.time()
        self._noon = EPOCH

    @property
    @override
    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._loop.time() - self._begin

    @property
    @override
    def wall(self) -> datetime:
        """Return what the unit believes the time to be (UTC)."""
        return self._noon + timedelta(seconds=self.monotonic)

    @override
    def set_wall(self, wall: datetime) -> None:
        """Set the unit's wall clock; timers are not affected."""
        self._noon = wall - timedelta(seconds=self.monotonic)

    @override
    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call back when the loop reaches a moment."""
        timer = Timer(when, callback)
        self._loop.call_at(self._begin + when, timer.fire)
        return timer

    @override
    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call back when so many seconds have passed."""
        return self.call_at(self.monotonic + seconds, callback)


class SleepingClock(FakeClock):
    """The clock of the program, which is that of the loop as well."""

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait for as long as it says."""
        self.slept.append(seconds)
        await asyncio.sleep(seconds)


class TimelessWorld(World):
    """A world whose background tasks can be waited for, up to a limit."""

    async def rest(self, seconds: float) -> bool:
        """Wait until nothing runs in the background; return whether that is so."""
        deadline = asyncio.get_running_loop().time() + seconds
        await asyncio.sleep(0)
        while self.tasks:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait(tuple(self.tasks), timeout=left)
            await asyncio.sleep(0)
        return True

    def another(self) -> Surroundings:
        """Return the surroundings of another program, which remembers nothing."""
        options = dict(self.options)
        clock = SleepingClock(self.clock.clock)
        return TimelessWorld(self.session, clock, options=options).surroundings


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run something in a loop in which waiting takes no time."""
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(work)
