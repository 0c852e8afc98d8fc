"""One request at a time for a box, and one for changes that come together."""

import asyncio
from asyncio import Future, Task
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

_CLOSE_LIMIT: Final = 8.0
"""Seconds for what is on its way at the end; Home Assistant waits 10 for an unload."""

type Spawn = Callable[[Coroutine[None, None, None], str], Task[None]]


class Pacer:
    """Let one request through at a time; commands go before reads that wait."""

    def __init__(self, write_gap: float = 0) -> None:
        """Prepare a free slot; write_gap is the rest in seconds after a command."""
        self._write_gap = write_gap
        self._busy = False
        self._commands: deque[Future[None]] = deque()
        self._reads: deque[Future[None]] = deque()
        self._rest_until = 0.0

    @asynccontextmanager
    async def slot(self, *, command: bool, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for the turn, hold it, and rest after a command.

        What is urgent does not wait for what is on its way: a camera that shall stop
        would turn on while a slow answer is awaited.
        """
        if urgent and self._busy:
            yield
            return
        await self._acquire(command=command)
        try:
            yield
        finally:
            if command and self._write_gap:
                loop = asyncio.get_running_loop()
                self._rest_until = loop.time() + self._write_gap
            self._release()

    async def _acquire(self, *, command: bool) -> None:
        loop = asyncio.get_running_loop()
        if self._busy:
            turn: Future[None] = loop.create_future()
            (self._commands if command else self._reads).append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._release()
                raise
        self._busy = True
        if (rest := self._rest_until - loop.time()) > 0:
            try:
                await asyncio.sleep(rest)
            except asyncio.CancelledError:
                self._release()
                raise

    def _release(self) -> None:
        for queue in (self._commands, self._reads):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    # The slot is handed over: it never looks free in between.
                    turn.set_result(None)
                    return
        self._busy = False


class Coalescer[C]:
    """Fold changes that arrive together into one, and tell every caller its result."""

    def __init__(
        self,
        send: Callable[[C], Awaitable[None]],
        merge: Callable[[C, C], C],
        window: float,
        spawn: Spawn,
    ) -> None:
        """Store how to send, how to lay a later change over, and the window in s.

        Spawn starts what has to go on when a caller is cancelled.
        """
        self._send = send
        self._merge = merge
        self._window = window
        self._spawn = spawn
        self._open: _Batch[C] | None = None
        self._running: set[Task[None]] = set()
        self._turn = asyncio.Lock()

    async def submit(self, change: C) -> None:
        """Send a change with those that come with it; raise what sending raises.

        A caller that is cancelled does not take the change of the others along.
        """
        if self._open is None:
            self._open = batch = _Batch(change)
            batch.task = self._spawn(self._run(batch), "watchpost coalescer")
            self._running.add(batch.task)
            batch.task.add_done_callback(self._ended)
        else:
            batch = self._open
            batch.change = self._merge(batch.change, change)
        if batch.task is not None:
            # No shield: it would report what nobody waits for any more as an error.
            await asyncio.wait((batch.task,))
            batch.task.result()

    async def close(self) -> None:
        """Wait until everything that was submitted has been sent, but not for ever."""
        deadline = asyncio.get_running_loop().time() + _CLOSE_LIMIT
        while self._running:
            left = deadline - asyncio.get_running_loop().time()
            _, late = await asyncio.wait(set(self._running), timeout=max(left, 0.0))
            if late and left <= 0:
                for task in late:
                    task.cancel()
                await asyncio.wait(late)
                return

    async def _run(self, batch: _Batch[C]) -> None:
        await asyncio.sleep(self._window)
        # While one change is on its way, the next ones keep gathering.
        async with self._turn:
            self._open = None
            await self._send(batch.change)

    def _ended(self, task: Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            # Seen here, in case every caller has been cancelled.
            task.exception()


@dataclass(eq=False)
class _Batch[C]:
    """Changes that are sent together."""

    change: C
    task: Task[None] | None = None
