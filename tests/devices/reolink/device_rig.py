"""A device, the object that speaks to it, and a common clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import BOX, Login, Notice, Unit
from custom_components.watchpost.devices.model.features import Feature
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from custom_components.watchpost.devices.vendors.reolink.device import ReolinkDevice
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions


@dataclass
class Rig:
    """A device and the object that is connected to it."""

    emulator: ReolinkEmulator
    world: World
    device: ReolinkDevice

    def unit(self, key: str = BOX) -> Unit:
        """Return a unit of the device."""
        return next(unit for unit in self.device.units if unit.key == key)

    def feature[F: Feature](
        self, kind: type[F], key: Key, unit: str = BOX, slot: str | None = None
    ) -> F:
        """Return a feature of a unit."""
        for feature in self.unit(unit).features:
            if feature.key is key and slot in (None, feature.slot):
                assert isinstance(feature, kind)
                return feature
        raise KeyError(key)

    def has(self, unit: str = BOX) -> set[Key]:
        """Return what a unit has."""
        return {feature.key for feature in self.unit(unit).features}

    def sources(self, cadence: Cadence, *keys: Key) -> frozenset[str]:
        """Return the sources of some keys of all units, or of all keys."""
        return frozenset(
            feature.source
            for unit in self.device.units
            for feature in unit.features
            if feature.cadence is cadence and (not keys or feature.key in keys)
        )

    @property
    def commands(self) -> list[str]:
        """Return the names of all commands that were sent."""
        return [call.command for call in self.emulator.calls]

    async def start(self) -> None:
        """Connect, and read what is wanted, as an entry does."""
        await self.device.connect()
        wanted = {cadence: self.sources(cadence) for cadence in Cadence}
        self.device.expect(wanted)
        for cadence in Cadence:
            await self.device.refresh(cadence, wanted[cadence])

    async def poll(self) -> tuple[Notice, ...]:
        """Ask what is seen, and return what has begun."""
        await self.device.refresh(Cadence.STATE, self.sources(Cadence.STATE))
        return self.device.take_notices()

    async def settings(self, *keys: Key) -> None:
        """Read the settings that are due."""
        await self.device.refresh(
            Cadence.SETTINGS, self.sources(Cadence.SETTINGS, *keys)
        )

    async def pass_by(self, seconds: float) -> None:
        """Let time pass on both sides."""
        self.emulator.clock.advance(seconds)
        await self.world.settle()


@asynccontextmanager
async def rig(
    session: ClientSession, options: ReolinkOptions, **choices: str
) -> AsyncIterator[Rig]:
    """Run a device, with an object for it that nothing was asked of yet."""
    async with ReolinkEmulator(options, clock=VirtualClock(EPOCH)) as emulator:
        world = World(session, FakeClock(emulator.clock), options=choices)
        device = ReolinkDevice(login_to(emulator), world.surroundings)
        yield Rig(emulator, world, device)
        await device.close()
        await world.settle()


def login_to(emulator: ReolinkEmulator, password: str | None = None) -> Login:
    """Return the login of a device."""
    return Login(
        host=emulator.host,
        port=emulator.port,
        ssl=emulator.tls,
        username=emulator.options.username,
        password=emulator.options.password if password is None else password,
    )
