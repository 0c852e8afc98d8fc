"""A unit, the device object that speaks to it, and a common clock."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
import itertools
import json
from typing import override

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import (
    Clock,
    Json,
    Login,
    Memory,
    Surroundings,
)
from custom_components.watchpost.devices.model.features import (
    AudioStore,
    Feature,
    Lamp,
    Siren,
    Speaker,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.emulators.base import VirtualClock
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.routes import API_ALARM, URL_ALARM

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


@dataclass
class Bench:
    """A unit and the device object that is connected to it."""

    unit: StrobeEmulator
    world: World
    device: StrobeDevice

    # Features

    def feature[F: Feature](
        self, kind: type[F], key: Key, slot: str | None = None
    ) -> F:
        """Return a feature of the unit."""
        for feature in self.device.units[0].features:
            if feature.key is key and feature.slot in (
                slot,
                "1" if slot is None else slot,
            ):
                assert isinstance(feature, kind)
                return feature
        raise KeyError(key)

    @property
    def keys(self) -> set[Key]:
        """Return the keys of all features."""
        return {feature.key for feature in self.device.units[0].features}

    @property
    def front(self) -> Lamp:
        """Return the front light."""
        return self.feature(Lamp, Key.FRONT_LIGHT)

    @property
    def back(self) -> Lamp:
        """Return the back light."""
        return self.feature(Lamp, Key.BACK_LIGHT)

    @property
    def siren(self) -> Siren:
        """Return the siren."""
        return self.feature(Siren, Key.SIREN)

    @property
    def speaker(self) -> Speaker:
        """Return the loudspeaker."""
        return self.feature(Speaker, Key.SPEAKER)

    @property
    def store(self) -> AudioStore:
        """Return the audio files."""
        return self.speaker.store

    @property
    def relay(self) -> Toggle:
        """Return the alarm output."""
        return self.feature(Toggle, Key.ALARM_OUTPUT)

    async def press(self, key: Key) -> None:
        """Press a button."""
        await self.feature(Trigger, key).press()

    # Time

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, stopping at each of our timers for what it sends."""
        clock, pending = self.unit.clock, self.world.clock.pending
        end = clock.monotonic + seconds
        while due := [moment for moment in pending.values() if moment <= end]:
            # A little more, because sums of fractions are not exact.
            clock.advance(max(0.0, min(due) - clock.monotonic) + 1e-6)
            await self.world.settle()
        clock.advance(max(0.0, end - clock.monotonic))
        await self.world.settle()

    # Counting

    @property
    def alarms(self) -> int:
        """Return how many alarm requests the unit has received."""
        paths = (API_ALARM, URL_ALARM)
        return sum(len(self.unit.requests_to(path)) for path in paths)

    async def scene(self, *work: Awaitable[None]) -> int:
        """Have several callers do something at once; return the alarm requests."""
        before = self.alarms
        await asyncio.gather(*work)
        return self.alarms - before

    async def again(self) -> None:
        """Restart the program: a new device object with the same memory."""
        await self.device.close()
        self.device = StrobeDevice(login_to(self.unit), self.world.surroundings)


def login_to(unit: StrobeEmulator, password: str | None = None) -> Login:
    """Return the login of a unit."""
    return Login(
        host=unit.host,
        port=unit.port,
        ssl=unit.tls,
        username=unit.options.username,
        password=unit.options.password if password is None else password,
    )
