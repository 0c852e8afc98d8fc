"""A day in simulated time: logins, tasks, sockets and memory of one device object."""

import asyncio
from asyncio import Task
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import gc
from pathlib import Path
import sys
from typing import Final, override

from aiohttp import ClientSession
from yarl import URL

from custom_components.watchpost.devices.model.device import (
    Clock,
    Device,
    Login,
    Surroundings,
)
from custom_components.watchpost.devices.model.vocabulary import Cadence
from custom_components.watchpost.devices.vendors.reolink import VENDOR
from scripts.lib.features import NoMemory
from tests.emulators.base import HOST, VirtualClock
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions

from .actors import wanted_by_default
from .report import Target

EPOCH: Final = datetime(2026, 11, 21, tzinfo=UTC)
DAY: Final = 24 * 3600
MORE_BLOCKS: Final = 300
"""Pieces of memory that may come and go; fewer than one for each poll of 12 hours."""
_KEPT: Final = 512
"""Addresses, more than yarl remembers."""
_HOUR: Final = 3600
_DESCRIPTORS: Final = Path("/dev/fd")


class SharedClock(Clock):
    """The clock of the unit, for the device object: nobody waits."""

    def __init__(self, clock: VirtualClock) -> None:
        """Follow a clock."""
        self._clock = clock

    @override
    def now(self) -> float:
        """Return the seconds since the epoch."""
        return EPOCH.timestamp() + self._clock.monotonic

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call an action at a time; return its undo."""
        return self._clock.call_at(when - EPOCH.timestamp(), action).cancel

    @override
    async def sleep(self, seconds: float) -> None:
        """Go on at once."""
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Load:
    """What the process holds at one moment."""

    hour: float
    tasks: int
    descriptors: int
    """Open files and sockets."""
    blocks: int
    """Pieces of memory that Python has handed out."""


@dataclass
class Day:
    """What a day has cost."""

    logins: list[float] = field(default_factory=list)
    """When each login was, in seconds from the start."""
    logouts: int = 0
    most_logins: int = 0
    """The most logins that were open at a time."""
    seconds: float = 0.0
    polls: int = 0
    cycles: int = 0
    requests: int = 0
    commands: int = 0
    refused: int = 0
    """Commands that were refused after the set-up, and requests in a dead login."""
    loads: list[Load] = field(default_factory=list)
    """One for each hour."""

    @property
    def pauses(self) -> list[float]:
        """Return the seconds between one login and the next."""
        return [
            later - sooner
            for sooner, later in zip(self.logins, self.logins[1:], strict=False)
        ]

    def growth(self, start: float) -> Load:
        """Return by how much the load is higher at the end than after some hours."""
        first = next(load for load in self.loads if load.hour >= start)
        last = self.loads[-1]
        return Load(
            last.hour - first.hour,
            last.tasks - first.tasks,
            last.descriptors - first.descriptors,
            last.blocks - first.blocks,
        )


class Simulation:
    """One device object and its unit, through the hours."""

    def __init__(self, unit: ReolinkEmulator, session: ClientSession) -> None:
        """Create the device object; nothing is sent."""
        self.day = Day()
        self._unit = unit
        self._tasks: set[Task[None]] = set()
        self._settings_due = 0.0
        self._refused_before = 0
        options = unit.options
        self._device: Device = VENDOR.create(
            Login(
                host=unit.host,
                port=unit.port,
                username=options.username,
                password=options.password,
            ),
            Surroundings(
                session=session,
                clock=SharedClock(unit.clock),
                memory=NoMemory(),
                spawn=self._spawn,
                changed=lambda: None,
                local_time=lambda: EPOCH + timedelta(seconds=unit.clock.monotonic),
            ),
        )

    def _spawn(self, target: Coroutine[None, None, None], name: str) -> Task[None]:
        task = asyncio.create_task(target, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def run(self, seconds: float, pause: float) -> Day:
        """Connect, live through some time with a poll after each pause, log out."""
        device, clock = self._device, self._unit.clock
        await device.connect()
        wanted = wanted_by_default(device)
        device.expect(wanted)
        for cadence in Cadence:
            await device.refresh(cadence, wanted[cadence])
        self._count(set_up=True)
        self._settings_due = clock.monotonic + device.interval(Cadence.SETTINGS)
        self._weigh()
        while clock.monotonic < seconds:
            clock.advance(pause)
            self._move()
            await device.refresh(Cadence.STATE, wanted[Cadence.STATE])
            device.take_notices()
            self.day.polls += 1
            if clock.monotonic >= self._settings_due:
                await device.refresh(Cadence.SETTINGS, wanted[Cadence.SETTINGS])
                self._settings_due = clock.monotonic + device.interval(Cadence.SETTINGS)
                self.day.cycles += 1
            if len(self.day.loads) <= clock.monotonic // _HOUR:
                self._count()
                self._weigh()
        await device.close()
        self._count()
        sessions = self._unit.sessions
        self.day.logouts = sessions.closed
        self.day.most_logins = sessions.most_open
        self.day.seconds = seconds
        return self.day

    def _move(self) -> None:
        """Let each camera see something now and then."""
        for camera in self._unit.cameras:
            if camera.online and (self.day.polls + camera.number) % 7 == 0:
                camera.detect(seconds=1)

    def _count(self, *, set_up: bool = False) -> None:
        """Add up what the unit was asked, and have it forget."""
        unit, day = self._unit, self.day
        day.requests += len(unit.requests)
        day.commands += sum(unit.commands.values())
        day.logins += [call.record.virtual_time for call in unit.calls_of("Login")]
        if not set_up:
            day.refused += sum(call.code != 0 for call in unit.calls)
            # A request that is refused as a whole reaches no command.
            reached = {id(call.record) for call in unit.calls}
            day.refused += sum(id(record) not in reached for record in unit.requests)
        unit.forget()

    def _weigh(self) -> None:
        gc.collect()
        self.day.loads.append(
            Load(
                self._unit.clock.monotonic / _HOUR,
                len(asyncio.all_tasks()),
                len(list(_DESCRIPTORS.iterdir())),
                sys.getallocatedblocks(),
            )
        )


async def simulate(
    options: ReolinkOptions,
    session: ClientSession,
    *,
    seconds: float = DAY,
    pause: float,
) -> Day:
    """Let a device object live through some time."""
    for number in range(_KEPT):
        # The library remembers as many addresses as fit: full is no growth.
        query = f"number={number}"
        str(URL(f"http://{HOST}/?{query}", encoded=True).raw_path_qs)
        str(URL.build(path="/", query_string=query, encoded=True).query)
    gc.collect()
    gc.freeze()
    try:
        async with ReolinkEmulator(options, clock=VirtualClock(EPOCH)) as unit:
            return await Simulation(unit, session).run(seconds, pause)
    finally:
        gc.unfreeze()


def describe(day: Day, options: ReolinkOptions) -> Sequence[str]:
    """Return the figures of a day, for a reader."""
    pauses = day.pauses or [0.0]
    lines = [
        f"{len(options.channels)} channels: {day.polls} polls, {day.cycles} settings"
        f" cycles, {day.requests} requests, {day.commands} commands,"
        f" {day.refused} refused after the set-up",
        f"{len(day.logins)} logins, {min(pauses):.0f} to {max(pauses):.0f} s after one"
        f" another in a lease of {options.lease:.0f} s; {day.logouts} logouts,"
        f" at most {day.most_logins} open at a time",
        f"{'hour':>6}{'tasks':>7}{'sockets and files':>19}{'memory blocks':>15}",
    ]
    return lines + [
        f"{load.hour:>6.1f}{load.tasks:>7}{load.descriptors:>19}{load.blocks:>15}"
        for load in day.loads
    ]


def day_targets(day: Day, options: ReolinkOptions) -> list[Target]:
    """Return what has to be true after a day; growth is that of the second half."""
    growth = day.growth(day.loads[-1].hour / 2)
    return [
        Target("seconds between logins", max(day.pauses), options.lease),
        Target("logins", len(day.logins), day.seconds / (options.lease - 600) + 1),
        Target("logins open at a time", day.most_logins, 1),
        Target("logins not given back", len(day.logins) - day.logouts, 0),
        Target("commands refused after the set-up", day.refused, 0),
        Target("more tasks", growth.tasks, 0),
        Target("more sockets and files", growth.descriptors, 0),
        Target("more memory blocks", growth.blocks, MORE_BLOCKS),
    ]
