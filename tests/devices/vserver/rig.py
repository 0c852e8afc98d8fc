"""A unit, and the device of the integration that is connected to it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, override

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import (
    BOX,
    Absent,
    Login,
    Unit,
)
from custom_components.watchpost.devices.model.features import Feature
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.vserver.client import Client
from custom_components.watchpost.devices.vendors.vserver.device import VserverDevice
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.vserver import Card, Channel, VserverEmulator, VserverOptions


class PassingClock(FakeClock):
    """A clock on which time passes for both sides while the program sleeps."""

    @override
    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        await super().sleep(seconds)
        self.clock.advance(seconds)


def dome(**changes: Any) -> VserverOptions:
    """Return one camera that can do everything."""
    everything: Mapping[str, Any] = {
        "channels": [Channel(ptz=True, lens=True, serial=True)],
        "alarm_inputs": 2,
        "alarm_outputs": 2,
        "wifi": True,
        "h265": True,
        "card": Card(total=30436, used=2326, status=4),
        "position": "fields",
    }
    return VserverOptions(**{**everything, **changes})


def login_to(unit: VserverEmulator, **changes: Any) -> Login:
    """Return where a unit is, with its login."""
    known: Mapping[str, Any] = {
        "host": unit.host,
        "port": unit.port,
        "username": unit.options.username,
        "password": unit.options.password,
    }
    return Login(**{**known, **changes})


@dataclass
class Bench:
    """A unit and the device that is bound to it."""

    unit: VserverEmulator
    world: World
    device: VserverDevice

    def of(self, key: str = BOX) -> Unit:
        """Return a unit of the device."""
        return next(one for one in self.device.units if one.key == key)

    def features(self, unit: str = BOX) -> dict[tuple[Key, str | None], Feature]:
        """Return what a unit offers, by key and slot."""
        return {(one.key, one.slot): one for one in self.of(unit).features}

    def get[F: Feature](
        self, kind: type[F], key: Key, slot: str | None = None, unit: str = BOX
    ) -> F:
        """Return a feature of a kind."""
        feature = self.features(unit)[key, slot]
        assert isinstance(feature, kind)
        return feature

    def absent(self, unit: str = BOX) -> dict[Key, Absent]:
        """Return what a unit lacks, and why."""
        return {one.key: one for one in self.device.absent if one.unit == unit}

    def labels(self) -> list[str]:
        """Return what was asked for, as cgi/Group."""
        return [
            f"{record.path.rpartition('/')[2]}/{record.query.get('Group', '')}"
            for record in self.unit.requests
        ]


@asynccontextmanager
async def bench(
    session: ClientSession,
    options: VserverOptions | None = None,
    *,
    chosen: Mapping[str, str] | None = None,
    world: World | None = None,
    connect: bool = True,
    strict: bool = True,
    **login: Any,
) -> AsyncIterator[Bench]:
    """Start a unit and connect to it; in the end nothing bad was done."""
    timer = VirtualClock(EPOCH)
    async with VserverEmulator(options or dome(), clock=timer) as unit:
        around = world or World(session, PassingClock(timer))
        around.clock = PassingClock(timer)
        around.options.update(chosen or {})
        device = VserverDevice(login_to(unit, **login), around.surroundings)
        one = Bench(unit, around, device)
        if connect:
            await device.connect()
            assert unit.writes == []
        yield one
        await device.close()
        await around.settle()
        assert unit.dangerous == []
        if strict:
            kinds = {found.kind for found in unit.violations}
            assert kinds <= {"unsupported", "mode", "channel"}, unit.violations


@asynccontextmanager
async def client_bench(
    session: ClientSession, options: VserverOptions | None = None, **login: Any
) -> AsyncIterator[tuple[VserverEmulator, Client, World]]:
    """Start a unit, and a client that has asked it nothing yet."""
    timer = VirtualClock(EPOCH)
    async with VserverEmulator(options or dome(), clock=timer) as unit:
        world = World(session, PassingClock(timer))
        access = login_to(unit, **login)
        transport = HttpTransport(session, access)
        yield unit, Client(transport, access, world.clock), world
