"""A device of the family, and what speaks to one of its cameras."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import BOX, Login
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.reolink.ability import (
    Ability,
    parse_abilities,
)
from custom_components.watchpost.devices.vendors.reolink.client import Ask, Client
from custom_components.watchpost.devices.vendors.reolink.documents import Documents
from custom_components.watchpost.devices.vendors.reolink.parts import Parts
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions


@dataclass
class Rig:
    """A unit, and what speaks to it."""

    unit: ReolinkEmulator
    world: World
    client: Client
    documents: Documents
    host: Ability
    channels: tuple[Ability, ...]

    def parts(self, number: int = 0) -> Parts:
        """Return what the features of a camera are bound to."""
        recorder = self.unit.options.is_nvr
        return Parts(
            unit=f"channel_{number + 1}" if recorder else BOX,
            number=number,
            host=self.host,
            channel=self.channels[number],
            recorder=recorder,
            client=self.client,
            documents=self.documents,
            around=self.world.surroundings,
            first=lambda: number,
        )

    async def learn(self) -> None:
        """Read what the cameras can do now."""
        answer = await self.client.read(
            Ask(
                command="GetAbility",
                param={"User": {"userName": self.client.username}},
            )
        )
        self.host, self.channels = parse_abilities(answer.value)


def login_to(unit: ReolinkEmulator, username: str = "", password: str = "") -> Login:
    """Return a login of a unit, by default the administrator's."""
    return Login(
        host=unit.host,
        port=unit.port,
        ssl=unit.tls,
        username=username or unit.options.username,
        password=password or unit.options.password,
    )


@asynccontextmanager
async def rigged(
    session: ClientSession,
    options: ReolinkOptions | None = None,
    *,
    wall: datetime = EPOCH,
    username: str = "",
    password: str = "",
    kind: type[ReolinkEmulator] = ReolinkEmulator,
) -> AsyncIterator[Rig]:
    """Start a unit at a time, log in and read its abilities."""
    clock = VirtualClock(wall)
    async with kind(options, clock=clock) as unit:
        world = World(session, FakeClock(clock))
        login = login_to(unit, username, password)
        client = Client(HttpTransport(session, login), login, world.clock, world.spawn)
        rig = Rig(unit, world, client, Documents(client, world.clock), Ability(), ())
        await rig.learn()
        unit.forget()
        yield rig
        await client.close()
