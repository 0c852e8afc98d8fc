"""What a device tells by itself, taken in as Home Assistant's side does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from custom_components.watchpost.devices.kit.mailing import BorrowedMails
from custom_components.watchpost.devices.model.device import (
    Device,
    EventStream,
    MailTarget,
    Notice,
    Proof,
)
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.inbox.mail import MailServer

ADDRESS: Final = "5ec12e7@watchpost.local"
HOST: Final = "127.0.0.1"


@dataclass
class Post:
    """A mail server of ours, and what the mails of a device have told."""

    device: Device
    server: MailServer
    notices: list[Notice] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def take(self, raw: bytes) -> None:
        """Take in a mail."""
        self.raw.append(raw)
        self.notices += self.mails.handle(raw)

    @property
    def mails(self) -> BorrowedMails:
        """The mails of the device object."""
        mails = self.device.mails
        assert isinstance(mails, BorrowedMails)
        return mails

    @property
    def target(self) -> MailTarget:
        """Where the device shall mail to."""
        return MailTarget(host=HOST, port=self.server.port, address=ADDRESS)

    async def subscribe(self) -> Proof:
        """Borrow the mails."""
        return await self.mails.subscribe(self.target)

    def news(self) -> list[Notice]:
        """Return what mails have told since the last time."""
        notices, self.notices = self.notices, []
        return notices


@asynccontextmanager
async def posted(device: Device) -> AsyncIterator[Post]:
    """Run a mail server for a device object."""
    server = MailServer()
    await server.start(HOST, 0)
    post = Post(device, server)
    undo = server.add(ADDRESS, post.take)
    try:
        yield post
    finally:
        undo()
        await server.close()


@dataclass
class Follower:
    """Somebody who listens to the stream of a device."""

    notices: list[Notice] = field(default_factory=list)
    answers: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, stream: EventStream) -> None:
        """Take in what is told, until it breaks off."""
        with suppress(DeviceError):
            async with aclosing(stream.listen()) as news:
                async for notices in news:
                    self.answers += 1
                    self.notices += notices
                    self.heard.set()
        self.ended.set()

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until something is so that only an answer can change."""
        async with asyncio.timeout(5):
            while not met():
                self.heard.clear()
                await self.heard.wait()

    def news(self) -> list[Notice]:
        """Return what was told since the last time."""
        notices, self.notices = self.notices, []
        return notices


@asynccontextmanager
async def following(device: Device) -> AsyncIterator[Follower]:
    """Listen to a device for a while."""
    stream = device.stream
    assert stream is not None
    assert stream.offered
    follower = Follower()
    task = asyncio.create_task(follower.listen(stream))
    try:
        await follower.until(lambda: follower.answers > 0)
        yield follower
    finally:
        task.cancel()
        await asyncio.wait({task})
