"""A camera, and what watches it and hears of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import override

from aiohttp import ClientSession, web

from custom_components.watchpost.devices.kit.paths import Paths
from custom_components.watchpost.devices.model.device import (
    Login,
    Notice,
    PushMessage,
)
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.bview.client import Client
from custom_components.watchpost.devices.vendors.bview.documents import Documents
from custom_components.watchpost.devices.vendors.bview.push import BviewPush
from custom_components.watchpost.devices.vendors.bview.watch import Watch
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions

SUBSCRIPTIONS = "/EventsNotification/SubscribedEventTypeList"
EVENTS = "/EventsNotification/EventList"
STATUS = "/System/DeviceStatus/1"
TYPES = (
    b"<SubscribedEventTypeList>"
    b"<SubscribedEventType><ID>1</ID><EventType>VMD</EventType>"
    b"<EventTypeDescription/></SubscribedEventType>"
    b"<SubscribedEventType><ID>2</ID><EventType>AlarmIn</EventType>"
    b"<EventTypeDescription/></SubscribedEventType>"
    b"</SubscribedEventTypeList>"
)


class ShiftingClock(FakeClock):
    """A clock that can be set, as a computer's clock is."""

    shift = 0.0
    """Seconds that it is ahead of the right time."""

    @override
    def now(self) -> float:
        """Return the seconds since the epoch, as far as is known."""
        return super().now() + self.shift

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call an action at a time of this clock; return its undo."""
        return super().call_at(when - self.shift, action)


@dataclass
class Post:
    """A camera, and what watches it and hears of it."""

    unit: BviewEmulator
    world: World
    client: Client
    watch: Watch
    push: BviewPush
    paths: Paths
    clock: ShiftingClock
    told: list[tuple[str, str]] = field(default_factory=list)
    """Key and kind of all that has happened."""
    notices: list[Notice] = field(default_factory=list)

    async def look(self, seconds: float = 5.0) -> list[tuple[str, str]]:
        """Let time pass and look; return what has happened since the last time."""
        self.unit.clock.advance(seconds)
        await self.watch.refresh()
        self.heard(self.watch.take_notices())
        return self.news()

    def heard(self, notices: tuple[Notice, ...]) -> None:
        """Keep what has happened."""
        self.notices += notices
        self.told += [(notice.key, notice.kind) for notice in notices]

    def news(self) -> list[tuple[str, str]]:
        """Return what has happened since the last time."""
        told, self.told = self.told, []
        return told

    def message(self, **query: str) -> list[tuple[str, str]]:
        """Hand a message over."""
        self.heard(self.push.handle(PushMessage(query=query)))
        return self.news()

    async def subscribe(self) -> None:
        """Subscribe to events as somebody else may."""
        await self.client.put(SUBSCRIPTIONS, TYPES)
        await self.watch.connect()
        await self.watch.refresh()
        self.unit.forget()

    @property
    def labels(self) -> list[str]:
        """Method and path of all requests."""
        return [record.label for record in self.unit.requests]


@asynccontextmanager
async def posted(
    session: ClientSession, options: BviewOptions | None = None
) -> AsyncIterator[Post]:
    """Run a camera with everything, unless told otherwise, and look once."""
    clock = VirtualClock(EPOCH)
    unit = BviewEmulator(options or BviewOptions.full(), clock=clock)
    async with unit:
        ours = ShiftingClock(clock)
        world = World(session, ours)
        login = Login(
            host=unit.host,
            port=unit.port,
            username=unit.options.username,
            password=unit.options.password,
        )
        client = Client(HttpTransport(session, login), login, world.clock)
        around = world.surroundings
        watch = Watch(client, around)
        paths = Paths(around)
        push = BviewPush(client, Documents(client, around), watch, around, paths)
        await watch.connect()
        await watch.refresh()
        unit.forget()
        yield Post(unit, world, client, watch, push, paths, ours)
        await world.settle()
        watch.close()
        push.close()


@dataclass
class Ear:
    """A server as Home Assistant is one: it hands over what arrives."""

    post: Post
    port: int = 0
    heard: list[str] = field(default_factory=list)
    """Method and path of all messages."""

    @property
    def url(self) -> str:
        """The address of the webhook."""
        return f"http://127.0.0.1:{self.port}/api/webhook/5ec12e7"


@asynccontextmanager
async def listening(
    post: Post, before: Callable[[], None] = lambda: None
) -> AsyncIterator[Ear]:
    """Run a server for the messages of a camera."""
    ear = Ear(post)

    async def take(request: web.BaseRequest) -> web.Response:
        ear.heard.append(f"{request.method} {request.path}")
        if request.path != "/api/webhook/5ec12e7" or not post.push.accepts(None):
            return web.Response(status=401)
        before()
        message = PushMessage(body=await request.read(), query=dict(request.query))
        post.heard(post.push.handle(message))
        return web.Response()

    runner = web.ServerRunner(web.Server(take, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ear.port = runner.addresses[0][1]
    try:
        yield ear
    finally:
        await runner.cleanup()


MOTION = (Key.DETECTION, "motion")
ALARM = (Key.ALARM, "input")
SAVED = (Key.RECORDING_SAVED, "saved")
