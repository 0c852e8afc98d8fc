"""An emulated camera, and the device object that speaks to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, override

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Absent, Login, Unit
from custom_components.watchpost.devices.model.features import Feature
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.cbt.client import Client
from custom_components.watchpost.devices.vendors.cbt.device import CbtDevice
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.cbt import CbtEmulator, CbtOptions, action_of


class PassingClock(FakeClock):
    """A clock on which time passes for both sides while the program sleeps."""

    @override
    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        await super().sleep(seconds)
        self.clock.advance(seconds)


def login_to(unit: CbtEmulator, **changes: Any) -> Login:
    """Return where a camera is, with its login."""
    known: dict[str, Any] = {
        "host": unit.host,
        "port": unit.port,
        "username": unit.options.username,
        "password": unit.options.password,
    }
    return Login(**{**known, **changes})


@dataclass
class Bench:
    """A camera and its device object."""

    emulator: CbtEmulator
    world: World
    device: CbtDevice

    @property
    def unit(self) -> Unit:
        """The one unit."""
        (unit,) = self.device.units
        return unit

    @property
    def features(self) -> dict[tuple[Key, str | None], Feature]:
        """The features that were made, by key and slot."""
        return {(one.key, one.slot): one for one in self.unit.features}

    @property
    def absent(self) -> dict[Key, Absent]:
        """What was not made, and why."""
        return {one.key: one for one in self.device.absent}

    def get[F: Feature](self, kind: type[F], key: Key, slot: str | None = None) -> F:
        """Return a feature of a kind."""
        feature = self.features[key, slot]
        assert isinstance(feature, kind)
        return feature

    def pass_by(self, seconds: float) -> None:
        """Let time pass for both sides."""
        self.emulator.clock.advance(seconds)

    async def look(self, cadence: Cadence = Cadence.STATE, *wanted: str) -> None:
        """Refresh some sources, or all."""
        await self.device.refresh(cadence, frozenset(wanted) if wanted else None)

    async def reread(self, section: str) -> None:
        """Have a section read from the camera."""
        self.pass_by(10)
        await self.look(Cadence.SETTINGS, section)

    async def until(self, met: Callable[[], Any]) -> None:
        """Wait until something is so."""
        for _ in range(1_000):
            if met():
                return
            await asyncio.sleep(0.005)
        raise AssertionError([one.path for one in self.emulator.requests])

    @property
    def actions(self) -> list[str]:
        """The actions that were asked for, in order."""
        return [
            one.query.get("action", one.path.rpartition("/")[2])
            for one in self.emulator.requests
        ]


@asynccontextmanager
async def bench(
    session: ClientSession,
    options: CbtOptions | None = None,
    *,
    connect: bool = True,
    realtime: bool = False,
    login: dict[str, Any] | None = None,
    **chosen: str,
) -> AsyncIterator[Bench]:
    """Run a camera; in the end nothing moves and nothing bad was done."""
    timer = VirtualClock(EPOCH, realtime=realtime)
    emulator = CbtEmulator(options or CbtOptions.full(), clock=timer)
    async with emulator:
        clock = FakeClock(timer) if realtime else PassingClock(timer)
        world = World(session, clock, options=dict(chosen))
        device = CbtDevice(login_to(emulator, **(login or {})), world.surroundings)
        found = Bench(emulator, world, device)
        if connect:
            await device.connect()
            # Reading has changed nothing.
            assert not emulator.writes
            assert not emulator.violations
            assert not emulator.ptz.moves
            emulator.forget()
        yield found
        emulator.faults.clear()
        await device.close()
        await world.settle()
        assert not emulator.ptz.running
        allowed = {"devsFormat", "setMailConf"}
        assert {*map(action_of, emulator.dangerous)} <= allowed


def client_of(
    emulator: CbtEmulator, world: World, **changes: Any
) -> tuple[Client, HttpTransport]:
    """Return a client of an emulated camera, and what it sends through."""
    login = login_to(emulator, **changes)
    transport = HttpTransport(world.session, login)
    return Client(transport, login, world.clock), transport
