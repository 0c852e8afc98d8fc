"""A family for tests: a camera that sends live pictures, exactly as a test has it.

It talks on a plain socket, so that each byte, each connection and each moment at which
one of them ends is that of the test.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, override

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.const import CONF_VENDOR
from custom_components.watchpost.devices.model.commands import LiveStream, StreamSource
from custom_components.watchpost.devices.model.device import (
    Absent,
    Device,
    Json,
    Login,
    Problem,
    Surroundings,
    Unit,
    Vendor,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.model.features import View
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    Cadence,
    Key,
)
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.const import CONF_PORT
from homeassistant.core import HomeAssistant
from tests.camera_home import CameraHome, loaded
from tests.emulators.reolink.media import picture

SERIAL: Final = "02:00:00:00:00:04"
BOUNDARY: Final = "frame"
MIXED: Final = "multipart/x-mixed-replace; boundary="
STILL: Final = picture("a still of its own")


def part(data: bytes, *, length: bool = True, boundary: str = BOUNDARY) -> bytes:
    """Return a picture as a camera sends it."""
    size = f"Content-Length: {len(data)}\r\n" if length else ""
    head = f"--{boundary}\r\nContent-Type: image/jpeg\r\n{size}\r\n"
    return head.encode() + data + b"\r\n"


def parts(count: int, *, length: bool = True) -> bytes:
    """Return several pictures, no two the same."""
    return b"".join(part(picture(f"{n}"), length=length) for n in range(count))


@dataclass
class Webcam:
    """The camera: what it sends, and who is connected to it."""

    sends: bytes = field(default_factory=lambda: parts(5), repr=False)
    """What each viewer gets; then the camera waits."""
    content_type: str | None = f"{MIXED}{BOUNDARY}"
    status: int = 200
    for_ever: bool = False
    """It is sent again and again."""
    more: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to send everything once more and to end."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to drop all connections."""
    silent: bool = False
    """Accept connections and say nothing."""
    stills: bool = False
    stream: str | None = None
    port: int = 0
    views: int = 0
    open: int = 0
    sent: int = 0
    """Bytes of pictures that have been taken from it."""

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """Answer on a socket."""
        tasks: set[asyncio.Task[None]] = set()

        async def answer(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    while True:
                        head = await reader.readuntil(b"\r\n\r\n")
                        await self._answer(head.split()[1].decode(), reader, writer)
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(
        self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if path == "/who":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nme")
            return
        if self.gone.is_set():
            raise ConnectionResetError
        self.views += 1
        self.open += 1
        left = asyncio.create_task(reader.read())
        dropped = asyncio.create_task(self.gone.wait())
        talk = asyncio.create_task(self._talk(writer))
        try:
            await asyncio.wait(
                (left, dropped, talk), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            self.open -= 1
            for task in (left, dropped, talk):
                task.cancel()
            await asyncio.gather(left, dropped, talk, return_exceptions=True)
        raise ConnectionResetError

    async def _talk(self, writer: asyncio.StreamWriter) -> None:
        """Send the pictures."""
        if self.silent:
            await asyncio.Event().wait()
        kind = f"Content-Type: {self.content_type}\r\n" if self.content_type else ""
        status = HTTPStatus(self.status)
        line = f"HTTP/1.1 {status} {status.phrase}\r\n"
        writer.write(f"{line}{kind}Connection: close\r\n\r\n".encode())
        await self._send(writer)
        while self.for_ever:
            await self._send(writer)
        await self.more.wait()
        await self._send(writer)

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self.sends)
        await writer.drain()
        self.sent += len(self.sends)


class WebcamDevice(Device):
    """The camera, as the integration sees it."""

    def __init__(self, webcam: Webcam, login: Login, session: ClientSession) -> None:
        """Store where it is."""
        super().__init__()
        self._transport = HttpTransport(session, login)
        view = View(
            key=Key.MAIN_STREAM,
            source=NO_REQUEST,
            live=self._live,
            snapshot=self._still if webcam.stills else None,
            stream=(lambda: StreamSource(url=webcam.stream or "", rtsp=True))
            if webcam.stream
            else None,
        )
        self._units = (Unit(name="Webcam", model="Eye", features=(view,)),)

    @asynccontextmanager
    async def _live(self) -> AsyncIterator[LiveStream]:
        async with self._transport.open("/live", live=True) as opened:
            if opened.status == HTTPStatus.UNAUTHORIZED:
                raise DeviceAuthError
            if opened.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise DeviceConnectionError(Reason.SESSIONS_FULL)
            kind = opened.headers.get("Content-Type", "")
            yield LiveStream(content_type=kind, chunks=opened.chunks)

    async def _still(self) -> bytes:
        return STILL

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        return self._units

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        return ()

    @override
    async def identify(self) -> None:
        await self._transport.request("GET", "/who", command=False)
        self.serial = SERIAL

    @override
    async def connect(self) -> None:
        await self.identify()

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        """There is nothing to read."""

    @override
    def interval(self, cadence: Cadence) -> float:
        return 3600

    @override
    async def close(self) -> None:
        """Leave nothing open."""

    @override
    def problems(self) -> tuple[Problem, ...]:
        return ()

    @override
    def dump(self) -> dict[str, Json]:
        return {}


class WebcamVendor(Vendor):
    """The family of one camera."""

    id = "webcam"
    name = "Webcam"

    def __init__(self, webcam: Webcam) -> None:
        """Remember the camera."""
        self._webcam = webcam

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        return WebcamDevice(self._webcam, login, surroundings.session)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        return False


@dataclass(frozen=True)
class WebcamHome(CameraHome):
    """A home with the camera."""

    webcam: Webcam

    @property
    def entity(self) -> str:
        """Return the entity of the camera."""
        return self.entity_id(key=Key.MAIN_STREAM)

    @property
    def path(self) -> str:
        """Return where Home Assistant shows its live pictures."""
        return f"/api/camera_proxy_stream/{self.entity}"


@asynccontextmanager
async def webcam_home(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, webcam: Webcam
) -> AsyncIterator[WebcamHome]:
    """Run the camera in a home."""
    monkeypatch.setitem(VENDORS, WebcamVendor.id, WebcamVendor(webcam))
    async with webcam.serve():
        data = {CONF_VENDOR: WebcamVendor.id, CONF_PORT: webcam.port}
        async with loaded(hass, monkeypatch, SERIAL, "Webcam", data) as entry:
            yield WebcamHome(hass, entry, webcam)
