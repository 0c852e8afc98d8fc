"""An emulated camera, and the drivers of its lens and its loudspeaker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Absent, Login
from custom_components.watchpost.devices.model.features import Trigger
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.bview.client import Client
from custom_components.watchpost.devices.vendors.bview.features.lens import lens
from custom_components.watchpost.devices.vendors.bview.features.sound import sound
from custom_components.watchpost.devices.vendors.bview.lens import LensDriver
from custom_components.watchpost.devices.vendors.bview.parts import Offer
from custom_components.watchpost.devices.vendors.bview.talk import TalkDriver
from tests.devices.world import FakeClock, World
from tests.emulators.base import RequestRecord, VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.bview.audio import AudioSession
from tests.emulators.bview.ptz import Movement

FIRMWARE = "2.1.8"


@dataclass
class Rig:
    """A camera, and everything that is needed to have it move and talk."""

    unit: BviewEmulator
    world: World
    client: Client
    lens: LensDriver
    talk: TalkDriver
    later: list[LensDriver | TalkDriver] = field(default_factory=list)
    """Drivers that a test has made."""

    @property
    def moves(self) -> list[Movement]:
        """Return all movements since power-on."""
        return self.unit.lens.moves

    @property
    def session(self) -> AudioSession:
        """Return the last session of sound."""
        return self.unit.intercom.sessions[-1]

    @property
    def orders(self) -> list[str]:
        """Return what was sent to the motors, refused or not."""
        return [
            f"{record.path.removeprefix('/PTZ/1/')} {record.body.decode()}"
            for record in self.unit.requests
            if record.path.startswith("/PTZ")
        ]

    @property
    def sounds(self) -> list[str]:
        """Return what was sent to the loudspeaker, refused or not."""
        return [
            record.path.removeprefix("/TwowayAudio/")
            for record in self.unit.requests
            if record.path.startswith("/TwowayAudio/")
        ]

    @property
    def offers(self) -> dict[Key, Offer]:
        """Return what the camera has, or lacks."""
        return {one.key: one for one in (*lens(self.lens), *sound(self.talk))}

    def trigger(self, key: Key) -> Trigger:
        """Return a button."""
        offer = self.offers[key]
        assert isinstance(offer, Trigger)
        return offer

    def absent(self, key: Key) -> Absent:
        """Return why something is not there."""
        offer = self.offers[key]
        assert isinstance(offer, Absent)
        return offer

    def another_lens(self) -> LensDriver:
        """Return a driver as it is after a restart of Home Assistant."""
        client = self._client()
        driver = LensDriver(client, self.world.surroundings, "Camera")
        driver.know(FIRMWARE)
        self.later.append(driver)
        self.client = client
        return driver

    def another_talk(self) -> TalkDriver:
        """Return a driver as it is after a restart of Home Assistant."""
        driver = TalkDriver(self._client(), self.world.surroundings, "Camera")
        self.later.append(driver)
        return driver

    def _client(self) -> Client:
        return client_of(self.unit, self.world)

    async def until(self, met: Callable[[], Any]) -> None:
        """Wait until something is so."""
        for _ in range(1_000):
            if met():
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.orders + self.sounds)

    async def close(self) -> None:
        """End everything as unloading does."""
        drivers = (self.lens, self.talk, *self.later)
        await asyncio.gather(*(one.close() for one in drivers))


def client_of(unit: BviewEmulator, world: World) -> Client:
    """Return a client of an emulated camera."""
    login = Login(
        host=unit.host,
        port=unit.port,
        username=unit.options.username,
        password=unit.options.password,
    )
    return Client(HttpTransport(world.session, login), login, world.clock)


def order_of(button: str, way: int | None = None) -> Callable[[RequestRecord], bool]:
    """Return whether a request presses (1) or releases (2) a button, or any of both."""
    begin = b"" if way is None else b"Param1=%d" % way

    def match(record: RequestRecord) -> bool:
        named = record.path == f"/PTZ/1/{button}" or not button
        return named and "/PTZ/" in record.path and record.body.startswith(begin)

    return match


@asynccontextmanager
async def rig(
    session: ClientSession,
    options: BviewOptions | None = None,
    *,
    realtime: bool = False,
    **chosen: str,
) -> AsyncIterator[Rig]:
    """Run a camera; nothing moves or sounds in the end."""
    clock = VirtualClock(realtime=realtime)
    unit = BviewEmulator(options or BviewOptions.full(), clock=clock)
    async with unit:
        world = World(session, FakeClock(clock), options=chosen)
        client = client_of(unit, world)
        driver = LensDriver(client, world.surroundings, "Camera")
        driver.know(FIRMWARE)
        talk = TalkDriver(client, world.surroundings, "Camera")
        assert not unit.requests
        found = Rig(unit, world, client, driver, talk)
        yield found
        unit.faults.clear()
        await found.close()
        await world.settle()
        assert not unit.dangerous
        assert not world.clock.pending
        assert not unit.lens.running
