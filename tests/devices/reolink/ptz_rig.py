"""One camera of an emulated device, and the driver that moves it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
import json
from typing import Any

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Absent, Json, Login
from custom_components.watchpost.devices.model.features import (
    Choice,
    Feature,
    Level,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.reolink.ability import parse_abilities
from custom_components.watchpost.devices.vendors.reolink.client import Ask, Client
from custom_components.watchpost.devices.vendors.reolink.documents import Documents
from custom_components.watchpost.devices.vendors.reolink.features.ptz import ptz
from custom_components.watchpost.devices.vendors.reolink.parts import (
    Offer,
    Parts,
)
from custom_components.watchpost.devices.vendors.reolink.ptz import PtzDriver
from tests.devices.world import FakeClock, World
from tests.emulators.base import RequestRecord, VirtualClock
from tests.emulators.reolink import ChannelOptions, ReolinkEmulator, ReolinkOptions
from tests.emulators.reolink.ptz import Move, Ptz


@dataclass
class Rig:
    """A camera, and everything that is needed to move it."""

    device: ReolinkEmulator
    world: World
    client: Client
    documents: Documents
    parts: Parts
    driver: PtzDriver

    @property
    def motors(self) -> Ptz:
        """The motors of the emulated camera."""
        return self.device.cameras[self.parts.number].ptz

    @property
    def ops(self) -> list[str]:
        """What the motors have done since power-on."""
        return [move.op for move in self.motors.moves]

    @property
    def moves(self) -> list[Move]:
        """All movements that need a stop."""
        return [one for one in self.motors.moves if one.op in MOVEMENTS]

    @property
    def params(self) -> list[dict[str, Any]]:
        """The parameters of all orders, accepted or not."""
        return [
            dict(call.param)
            for call in self.device.calls_of("PtzCtrl", self.parts.number)
        ]

    @property
    def offers(self) -> dict[Key, Offer]:
        """What the camera has, or lacks."""
        return {offer.key: offer for offer in ptz(self.parts, self.driver)}

    def feature[F: Feature](self, kind: type[F], key: Key) -> F:
        """Return a feature that is there."""
        offer = self.offers[key]
        assert isinstance(offer, kind)
        return offer

    def absent(self, key: Key) -> Absent:
        """Return why a feature is not there."""
        offer = self.offers[key]
        assert isinstance(offer, Absent)
        return offer

    def trigger(self, key: Key) -> Trigger:
        """Return a button."""
        return self.feature(Trigger, key)

    def toggle(self, key: Key) -> Toggle:
        """Return a switch."""
        return self.feature(Toggle, key)

    def choice(self, key: Key) -> Choice:
        """Return a choice."""
        return self.feature(Choice, key)

    def level(self, key: Key) -> Level:
        """Return a number."""
        return self.feature(Level, key)

    async def read(self, *features: Feature) -> None:
        """Read what is due for some features, as the device object does it."""
        sources = {feature.source for feature in features}
        for document in self.documents.due(sources, {self.parts.number}):
            (answer,) = await self.client.ask([document.ask()])
            document.take(answer)

    async def until(self, *ops: str) -> None:
        """Wait until the motors have been told exactly this."""
        for _ in range(1_000):
            if self.ops == list(ops):
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.ops)

    async def acknowledged(self, *ops: str) -> None:
        """Wait until the motors have been told this, and the driver knows it."""
        await self.until(*ops)
        # Requests take turns: the answer to the order came before this one.
        await self.client.read(Ask(command="GetTime"))

    def hit(self, op: str) -> Callable[[RequestRecord], bool]:
        """Return whether a request is an order of this camera."""

        def match(record: RequestRecord) -> bool:
            return (op, self.parts.number) in set(_orders(record))

        return match


MOVEMENTS = frozenset(
    {
        *("Left", "Right", "Up", "Down", "LeftUp", "LeftDown", "RightUp", "RightDown"),
        *("ZoomInc", "ZoomDec", "FocusInc", "FocusDec", "IrisInc", "IrisDec"),
    }
)


def _orders(record: RequestRecord) -> Iterator[tuple[str, int]]:
    if record.query.get("cmd") == "PtzCtrl":
        for item in json.loads(record.body):
            yield item["param"]["op"], item["param"]["channel"]


def camera(**changes: Any) -> ReolinkOptions:
    """Return a camera that can do everything, but for some changes."""
    return ReolinkOptions.full(channels=[ChannelOptions.full(**changes)])


@asynccontextmanager
async def rigs(
    session: ClientSession,
    options: ReolinkOptions | None = None,
    *,
    realtime: bool = False,
) -> AsyncIterator[list[Rig]]:
    """Run a device and return all its cameras; nothing moves in the end."""
    clock = VirtualClock(realtime=realtime)
    device = ReolinkEmulator(options or camera(), clock=clock)
    async with device:
        world = World(session, FakeClock(clock))
        login = Login(
            host=device.host,
            port=device.port,
            username=device.options.username,
            password=device.options.password,
        )
        client = Client(HttpTransport(session, login), login, world.clock, world.spawn)
        documents = Documents(client, world.clock)
        user: Json = {"userName": login.username}
        answer = await client.read(Ask(command="GetAbility", param={"User": user}))
        host, channels = parse_abilities(answer.value)
        found: list[Rig] = []
        for number, channel in enumerate(channels):
            parts = Parts(
                unit=f"{number}",
                number=number,
                host=host,
                channel=channel,
                recorder=device.options.is_nvr,
                client=client,
                documents=documents,
                around=world.surroundings,
                first=partial(int, number),
            )
            driver = PtzDriver(parts)
            found.append(Rig(device, world, client, documents, parts, driver))
        device.forget()
        yield found
        device.faults.clear()
        await asyncio.gather(*(one.driver.close() for one in found))
        await world.settle()
        await client.close()
        assert not device.dangerous
        assert not world.clock.pending


@asynccontextmanager
async def rig(
    session: ClientSession,
    options: ReolinkOptions | None = None,
    *,
    realtime: bool = False,
) -> AsyncIterator[Rig]:
    """Run a device and return its first camera."""
    async with rigs(session, options, realtime=realtime) as found:
        yield found[0]
