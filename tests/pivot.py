"""A device for tests whose cameras can do everything, and a home that has it.

It is a family of its own on real sockets: each command is a POST with its values as
JSON, and a recording breaks off or is misannounced as a test wants it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import re
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.watchpost.const import CONF_VENDOR
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.const import CONF_PORT
from homeassistant.core import HomeAssistant
from tests.camera_home import CameraHome, loaded
from tests.pivot_family import SERIAL, SETTINGS, Can, PivotVendor

FILM: Final = bytes(range(256)) * 1024
"""A recording: longer than what is sent and written in one piece."""
_RANGE: Final = re.compile(r"bytes=(\d+)-")


@dataclass
class Hold:
    """A command that takes its time."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Camera:
    """The device: what it was asked, and what it answers."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    held: dict[str, Hold] = field(default_factory=dict)
    """Commands that take until something happens."""
    film: bytes = field(default=FILM, repr=False)
    deliveries: list[Callable[[Delivery], Awaitable[None]]] = field(
        default_factory=list
    )
    """How the next recordings are sent; then as they should be."""
    offsets: list[int] = field(default_factory=list)
    """From which byte on each recording was asked for."""

    def of(self, *commands: str) -> list[dict[str, Any]]:
        """Return what came with some commands."""
        return [values for name, values in self.asked if name in commands]

    @property
    def done(self) -> list[str]:
        """Return the commands, without what is only read now and then."""
        return [name for name, _ in self.asked if name not in ("who", SETTINGS)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Do what a command says."""
        name = request.path.strip("/")
        if request.method == "GET":
            return await self._deliver(request)
        self.asked.append((name, await request.json()))
        if name in self.held:
            self.held[name].begun.set()
            await self.held[name].over.wait()
        if name in self.refused:
            return web.Response(status=400)
        return web.json_response(self.answers.get(name, {}))

    async def _deliver(self, request: web.Request) -> web.StreamResponse:
        match = _RANGE.match(request.headers.get("Range", ""))
        offset = int(match[1]) if match else 0
        self.offsets.append(offset)
        send = self.deliveries.pop(0) if self.deliveries else whole
        delivery = Delivery(self.film, offset, request)
        await send(delivery)
        return delivery.response


class Delivery:
    """One recording on its way out of the device."""

    def __init__(self, film: bytes, offset: int, request: web.Request) -> None:
        """Announce what is there from an offset on."""
        self.film = film
        self.offset = offset
        self.request = request
        self.response = web.StreamResponse()
        self.announce(len(film))

    def announce(self, total: int) -> None:
        """Tell how long the file is."""
        self.response.headers["X-Offset"] = str(self.offset)
        self.response.headers["X-Total"] = str(total)

    async def send(self, size: int | None = None) -> None:
        """Send some bytes, or all that are left."""
        data = self.film[self.offset :][:size]
        await self.response.prepare(self.request)
        await self.response.write(data)

    async def cut(self, size: int) -> None:
        """Break the connection after some bytes."""
        await self.send(size)
        transport = self.request.transport
        assert transport is not None
        # What is in the buffer of the socket arrives, and then no more.
        transport.close()


async def whole(delivery: Delivery) -> None:
    """Send everything."""
    await delivery.send()


@dataclass(frozen=True)
class PivotHome(CameraHome):
    """A home with one device of the family."""

    camera: Camera


@asynccontextmanager
async def at_home(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, can: Can
) -> AsyncIterator[PivotHome]:
    """Run a device in a home that does not look for others."""
    monkeypatch.setitem(VENDORS, PivotVendor.id, PivotVendor(can))
    camera = Camera()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", camera.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        data = {CONF_VENDOR: PivotVendor.id, CONF_PORT: server.port}
        async with loaded(hass, monkeypatch, SERIAL, "Pivot", data) as entry:
            camera.asked.clear()
            yield PivotHome(hass, entry, camera)
