"""A client and an emulated service that share a clock."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.transport.onvif import Onvif, OnvifEvent
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.clock import VirtualClock
from tests.emulators.onvif import OnvifOptions, OnvifService, Topic

NAME: Final = "watch & post"
PASSWORD: Final = "s3cret<&>word"

STORAGE: Final = "RecordingHistory/Recording/State"

type Events = AsyncGenerator[tuple[OnvifEvent, ...]]


@dataclass
class Rig:
    """Both sides."""

    service: OnvifService
    world: World
    onvif: Onvif

    def set_clock(self, ahead: timedelta) -> None:
        """Set the clock of the device."""
        self.service.clock.set_wall(EPOCH + ahead)

    async def next_of(self, events: Events) -> tuple[OnvifEvent, ...]:
        """Return the next batch; fail if there is none soon."""
        async with asyncio.timeout(5):
            return await anext(events)

    async def start(self) -> Events:
        """Subscribe and take the states."""
        events = self.onvif.events()
        assert [event.topic for event in await self.next_of(events)] == [STORAGE]
        return events

    async def happen(
        self, events: Events, topic: Topic, token: str, *, on: bool
    ) -> OnvifEvent:
        """Let something happen while it is waited for; return what arrives."""
        task = asyncio.ensure_future(anext(events))
        await self.waiting()
        self.service.trigger(topic, token, on)
        async with asyncio.timeout(5):
            (event,) = await task
        return event

    async def waiting(self) -> None:
        """Wait until the device keeps a request for messages."""
        await self.service.wait_for(lambda: self.service.waiting > 0)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass in steps, each request being answered in between."""
        for _ in range(round(seconds / 5)):
            await self.waiting()
            self.service.clock.advance(5)


def new_client(
    session: ClientSession,
    service: OnvifService,
    world: World,
    *,
    username: str = NAME,
    password: str = PASSWORD,
) -> Onvif:
    """Return a client; the port of the login is another one on purpose."""
    login = Login(host=service.host, port=1, username=username, password=password)
    return Onvif(session, login, service.port, world.clock, world.spawn)


@asynccontextmanager
async def onvif_rig(
    session: ClientSession, options: OnvifOptions | None = None
) -> AsyncIterator[Rig]:
    """Run an emulated service and return a client for it."""
    clock = VirtualClock(EPOCH)
    world = World(session=session, clock=FakeClock(clock))
    async with OnvifService(NAME, PASSWORD, clock, options) as service:
        # So that the first answer is there at once.
        service.trigger(Topic.STORAGE, "1", on=True)
        yield Rig(
            service=service, world=world, onvif=new_client(session, service, world)
        )
        await world.settle()
