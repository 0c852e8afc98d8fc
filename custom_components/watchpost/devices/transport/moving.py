"""Movements that always end, whatever becomes of whoever has asked for them."""

import asyncio
from asyncio import Future, Task
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
import logging
from typing import Final

from ..model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from .pacing import Spawn

_LOGGER = logging.getLogger(__name__)

type Action = Callable[[], Awaitable[None]]

_SOON: Final = (0.2, 0.5, 1.0)
"""Seconds before each new attempt to stop; after the last one the caller is told."""
_LATER: Final = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0, 60.0, 60.0)
"""Seconds before those that follow: a camera out of reach may go on turning."""
_LIMIT: Final = 5.0
"""Seconds for one order; cameras answer within 1.5, also behind a slow poll."""
_CLOSE_LIMIT: Final = 8.0
"""Seconds for the stop at the end; Home Assistant waits 10 for all that unloads."""
_REFUSED: Final = (DeviceAuthError, DeviceRequestError, DeviceUnsupportedError)
"""Errors of orders that were not carried out and would be refused again."""


@dataclass(eq=False, kw_only=True)
class _Order:
    """Something a camera shall do."""

    start: Action | None
    stop: Action
    seconds: float | None = None
    """How long it lasts; None for what ends by itself."""
    done: Future[None]
    """What the caller waits for."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Something has happened that ends the waiting."""
    begun: bool = False
    """Its start was sent, or will not be."""
    over: bool = False
    """Nobody wants it any more: it is not started, and stopped at once."""
    last: bool = False
    """It was cancelled: there is no time for late attempts."""
    tries: int = 0
    refusal: DeviceError | None = None
    """Why the start failed."""
    trouble: DeviceError | None = None
    """Why it could not be stopped."""

    @property
    def is_stop(self) -> bool:
        """Whether it does nothing but stop."""
        return self.start is None

    def end(self) -> None:
        """Let it end now."""
        self.over = True
        self.wake.set()

    def tell(self) -> None:
        """Tell the caller what has become of it."""
        if self.done.done():
            return
        error = self.refusal or self.trouble
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
            # Seen here, in case the caller has gone.
            self.done.exception()


class Mover:
    """Move one camera for a while; every movement is followed by its stop.

    Each order runs in a task of its own. The newest order has the duty to stop what
    older ones have left moving, so a movement can take the place of another one
    without a stop between them.
    """

    def __init__(
        self,
        spawn: Spawn,
        name: str,
        *,
        soon: tuple[float, ...] = _SOON,
        later: tuple[float, ...] = _LATER,
    ) -> None:
        """Store what starts tasks, and what the log calls the camera."""
        self._spawn = spawn
        self._name = name
        self._soon = len(soon) + 1
        self._pauses = (*soon, *later)
        self._turn = asyncio.Lock()
        self._newest: _Order | None = None
        self._running: dict[Task[None], _Order] = {}
        self._moving = False
        self.replacing = False
        """Whether what is being sent takes the place of a movement.

        Until it is sent the older movement goes on: it must not wait its turn.
        """
        self._closed = False
        self._abandoned = False

    @property
    def moving(self) -> bool:
        """Whether something may be moving that has to be stopped."""
        return self._moving

    async def move(self, start: Action, stop: Action, seconds: float) -> None:
        """Start, and stop so many seconds after the start was acknowledged.

        A newer order ends this one early, and this returns. A caller who is
        cancelled ends it as well.

        Raise:
            DeviceError: The start or, after several attempts, the stop has failed.
        """
        await self._carry_out(start, stop, max(seconds, 0.0))

    async def instead(self, action: Action, stop: Action) -> None:
        """Do something that ends by itself and takes the place of a movement.

        Raise:
            DeviceError: It has failed; a movement that ran before is stopped.
        """
        await self._carry_out(action, stop, None)

    async def stop_now(self, stop: Action) -> None:
        """End every movement; the stop is sent also if nothing seems to move.

        Raise:
            DeviceError: It has failed, several times.
        """
        await self._carry_out(None, stop, None)

    async def close(self) -> None:
        """Stop at once what moves and take no more orders; wait for it a while."""
        self._closed = True
        deadline = asyncio.get_running_loop().time() + _CLOSE_LIMIT
        for order in self._running.values():
            order.end()
        late = await self._settle(deadline)
        if self._moving and self._newest is not None and not late:
            # No attempt to stop it has succeeded so far.
            self._give(None, self._newest.stop, None)
            late = await self._settle(deadline)
        self._abandoned = True
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _settle(self, deadline: float) -> set[Task[None]]:
        """Wait until nothing runs any more; return what still does."""
        if not self._running:
            return set()
        left = deadline - asyncio.get_running_loop().time()
        return (await asyncio.wait(tuple(self._running), timeout=max(left, 0.0)))[1]

    async def _carry_out(
        self, start: Action | None, stop: Action, seconds: float | None
    ) -> None:
        """Give an order and wait for its end."""
        if self._closed:
            raise DeviceRequestError(Reason.CONFLICT)
        order = self._give(start, stop, seconds)
        try:
            await asyncio.wait((order.done,))
        except asyncio.CancelledError:
            order.end()
            raise
        order.done.result()

    def _give(
        self, start: Action | None, stop: Action, seconds: float | None
    ) -> _Order:
        """Put a new order in the place of the newest one."""
        order = _Order(
            start=start,
            stop=stop,
            seconds=seconds,
            done=asyncio.get_running_loop().create_future(),
        )
        older, self._newest = self._newest, order
        if older is not None:
            older.wake.set()
        self._launch(order)
        return order

    def _launch(self, order: _Order) -> None:
        task = self._spawn(self._run(order), "watchpost movement")
        self._running[task] = order
        task.add_done_callback(self._ended)

    def _ended(self, task: Task[None]) -> None:
        order = self._running.pop(task)
        if order.begun or self._abandoned:
            order.tell()
            return
        # It was cancelled before its first step, and has the duty to stop.
        order.over = order.last = True
        self._launch(order)

    async def _run(self, order: _Order) -> None:
        """Carry an order out; being cancelled is only a reason to hurry."""
        while True:
            try:
                try:
                    if not order.begun:
                        order.begun = True
                        await self._begin(order)
                finally:
                    await self._end(order)
                    order.tell()
            except asyncio.CancelledError:
                if self._abandoned:
                    order.tell()
                    raise
                order.over = order.last = True
            else:
                return

    async def _begin(self, order: _Order) -> None:
        """Start, and wait until the time is over or something else has come."""
        if order.start is None:
            return
        # What holds if it is not sent any more.
        order.refusal = DeviceRequestError(Reason.CONFLICT)
        async with self._turn:
            if order.seconds is not None and self._newest is not order:
                order.refusal = None
                return
            if order.over:
                return
            before = self._moving
            self._moving = before or order.seconds is not None
            # What holds if the task is cancelled while the answer is awaited.
            order.refusal = DeviceConnectionError(Reason.COMMAND_UNCERTAIN)
            self.replacing = before
            try:
                await _limited(order.start)
            except DeviceError as err:
                order.refusal = err
                if isinstance(err, _REFUSED):
                    self._moving = before
                return
            finally:
                self.replacing = False
            order.refusal = None
            if order.seconds is None:
                self._moving = False
                return
        await _wait(order.wake, order.seconds)

    async def _end(self, order: _Order) -> None:
        """Stop, as often as it takes, unless another order has taken over."""
        while not self._abandoned:
            order.wake.clear()
            if await self._stop(order):
                return
            if order.tries == self._soon:
                self._warn(order)
            if order.tries >= self._soon and (self._closed or order.last):
                return
            if order.tries > len(self._pauses):
                return
            await _wait(order.wake, self._pauses[order.tries - 1])

    async def _stop(self, order: _Order) -> bool:
        """Send the stop if it is needed; return whether nothing is left to do."""
        if self._is_taken_over(order):
            return True
        async with self._turn:
            if self._is_taken_over(order):
                return True
            if order.is_stop and not order.tries:
                # Whatever is believed: somebody wants it to stand still.
                self._moving = True
            if not self._moving:
                order.trouble = None
                return True
            order.tries += 1
            # What holds if the task is cancelled while the answer is awaited.
            order.trouble = DeviceConnectionError(Reason.COMMAND_UNCERTAIN)
            try:
                await _limited(order.stop)
            except DeviceError as err:
                order.trouble = err
                if not isinstance(err, _REFUSED):
                    return False
                self._warn(order)
            else:
                order.trouble = None
                if order.tries > self._soon:
                    _LOGGER.info("%s stands still at last", self._name)
            self._moving = False
            return True

    def _is_taken_over(self, order: _Order) -> bool:
        """Return whether a newer order will stop what this one has left moving."""
        newest = self._newest
        if newest is None or newest is order:
            return False
        if not order.is_stop:
            order.trouble = None
            return True
        # A stop is sent at least once, and two of them do not disturb each other.
        return order.tries > 0 and not newest.is_stop

    def _warn(self, order: _Order) -> None:
        """Tell once that a camera may not stand still."""
        _LOGGER.warning(
            "%s may still be moving, because it did not confirm the order to stop (%s)",
            self._name,
            order.trouble.reason if order.trouble else Reason.FAILED,
        )
        order.tell()


async def _limited(action: Action) -> None:
    """Give an order, and give it up if there is no answer.

    Raise:
        DeviceError: It has failed.
    """
    try:
        async with asyncio.timeout(_LIMIT):
            await action()
    except TimeoutError:
        raise DeviceConnectionError(Reason.TIMEOUT) from None


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    """Wait for a time, or less if something happens."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
