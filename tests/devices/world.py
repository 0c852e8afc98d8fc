"""A world for a device object: one clock for both sides, a memory, tasks."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
import itertools
import json
from typing import override

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import (
    Clock,
    Json,
    Memory,
    Surroundings,
)
from tests.emulators.base import VirtualClock

EPOCH = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeClock(Clock):
    """The clock of the program, driven by that of the unit.

    A timer fires at its own moment while time passes; sleeping takes none.
    """

    def __init__(self, clock: VirtualClock) -> None:
        """Follow a clock."""
        self.clock = clock
        self.slept: list[float] = []
        self.pending: dict[int, float] = {}
        """When each timer fires, in seconds of the unit's clock."""
        self._numbers = itertools.count()

    @override
    def now(self) -> float:
        """Return the seconds since the epoch."""
        return EPOCH.timestamp() + self.clock.monotonic

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call an action at a time; return its undo."""
        number = next(self._numbers)
        self.pending[number] = when - EPOCH.timestamp()

        def fire() -> None:
            del self.pending[number]
            action()

        def undo() -> None:
            timer.cancel()
            self.pending.pop(number, None)

        timer = self.clock.call_at(self.pending[number], fire)
        return undo

    @override
    async def sleep(self, seconds: float) -> None:
        """Write down the wait and go on."""
        self.slept.append(seconds)
        await asyncio.sleep(0)


class FakeMemory(Memory):
    """A memory that keeps what a file would keep: JSON text."""

    def __init__(self) -> None:
        """Remember nothing."""
        self.kept: dict[str, str] = {}

    @override
    def get(self, name: str) -> Json:
        """Return what is kept under a name."""
        value: Json = json.loads(self.kept.get(name, "null"))
        return value

    @override
    def put(self, name: str, value: Json) -> None:
        """Keep a value under a name."""
        if value is None:
            self.kept.pop(name, None)
        else:
            self.kept[name] = json.dumps(value)


@dataclass
class World:
    """Everything around one device object."""

    session: ClientSession
    clock: FakeClock
    memory: FakeMemory = field(default_factory=FakeMemory)
    options: dict[str, str] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    spawned: list[str] = field(default_factory=list)
    changes: int = 0

    def spawn(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Run something in the background."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self.spawned.append(name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def changed(self) -> None:
        """Count a change."""
        self.changes += 1

    async def settle(self) -> None:
        """Wait until nothing runs in the background."""
        await asyncio.sleep(0)
        while self.tasks:
            running = tuple(self.tasks)
            await asyncio.wait(running)
            for task in running:
                # Those of the coalescer raise to the callers who wait for them.
                if task.get_name() != "watchpost coalescer":
                    task.result()
            # The tasks that are done leave the set in the next turn of the loop.
            await asyncio.sleep(0)

    def time(self, offset: float = 0) -> datetime:
        """Return the time now, or that of a clock that is ahead."""
        return datetime.fromtimestamp(self.clock.now() + offset, UTC)

    @property
    def surroundings(self) -> Surroundings:
        """Return the world in the form that devices take."""
        return Surroundings(
            session=self.session,
            clock=self.clock,
            memory=self.memory,
            spawn=self.spawn,
            changed=self.changed,
            options=self.options,
            local_time=lambda: datetime.fromtimestamp(self.clock.now(), UTC),
        )
