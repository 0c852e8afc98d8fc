"""A family of cameras on real sockets that does what a test tells it.

Emulated devices behave as their documents say; this one shows what others may do:
lose their stream, ignore ranges, break off in the middle, tell no length.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Final, override

from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices import vendors
from custom_components.watchpost.devices.model.commands import (
    FirmwareState,
    OpenRecording,
    Recording,
    StreamSource,
)
from custom_components.watchpost.devices.model.device import (
    BOX,
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
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Archive,
    Feature,
    Firmware,
    Toggle,
    View,
)
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    Cadence,
    Key,
    StreamKind,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.emulators.reolink.media import picture

FAMILY: Final = "lens"
MAC: Final = "02:00:00:00:00:02"
SECRET: Final = "hunter2"
NO_FIRMWARE: Final = FirmwareState(installed=None, latest=None)

type SetUp = Callable[[], Awaitable[MockConfigEntry]]

_PIECE: Final = 1000
"""Bytes of a file that leave the device at a time."""


@dataclass
class Lens:
    """A camera, and what it can and does."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    stills: bool = True
    shooting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as long as stills are delivered; else they wait."""
    broken: bool = False
    """Stills fail."""
    lost: bool = False
    """Everything else fails."""
    stream: str | None = f"rtsp://owner:{SECRET}@127.0.0.1/main"
    rtsp: bool = True
    can_stream: bool = True
    can_detect: bool = True
    detects: bool = True
    records: bool = False
    firmware: FirmwareState | None = None
    units: tuple[str, ...] = (BOX,)
    streams: frozenset[StreamKind] = frozenset({StreamKind.MAIN})
    recordings: list[Recording] = field(default_factory=list)
    zone: tzinfo | None = None
    """Where its clock is right; None is at home."""
    content: bytes = bytes(range(256)) * 40
    content_type: str = "video/mp4"
    ranges: bool = True
    tells_length: bool = True
    claims: int = 0
    """Bytes that are announced and never come."""
    breaks_at: int | None = None
    """After so many bytes of a file the connection is cut."""
    refusal: DeviceError | None = None
    """Why recordings are not delivered."""
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as long as files are delivered; else the second piece waits."""
    open_files: int = 0

    def __post_init__(self) -> None:
        """Begin with everything working."""
        self.shooting.set()
        self.flowing.set()

    def count(self, path: str) -> int:
        """Return how often something was asked."""
        return self.asked.count(path)

    @asynccontextmanager
    async def at_home(
        self, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[SetUp]:
        """Answer on a socket and return what adds the camera to Home Assistant."""
        entries: list[MockConfigEntry] = []

        async def add() -> MockConfigEntry:
            entry = add_lens(hass, self, monkeypatch)
            entries.append(entry)
            assert await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
            return entry

        async with self.serve():
            yield add
            self.shooting.set()
            self.flowing.set()
            for entry in entries:
                await hass.config_entries.async_unload(entry.entry_id)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """Answer on a socket."""
        app = web.Application()
        app.router.add_get("/who", self._who)
        app.router.add_get("/still", self._still)
        app.router.add_get("/file", self._file)
        app.router.add_get("/detect/{on}", self._detect)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        try:
            self.port = server.port or 0
            yield
        finally:
            await server.close()

    async def _who(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(status=500) if self.lost else web.Response(text=MAC)

    async def _still(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        await self.shooting.wait()
        if self.broken:
            return web.Response(status=500)
        return web.Response(body=picture(f"number {self.count('/still')}"))

    async def _detect(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.detects = request.match_info["on"] == "on"
        return web.Response()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.path} {request.headers.get('Range', '')}".strip())
        content, status = self.content, 200
        if self.ranges and (wanted := request.http_range) != slice(None, None, 1):
            content, status = self.content[wanted.start or 0 : wanted.stop], 206
        if status == 206 and not content:
            return web.Response(status=416)
        response = web.StreamResponse(status=status)
        if self.tells_length:
            response.content_length = len(content)
        self.open_files += 1
        try:
            await response.prepare(request)
            for start in range(0, len(content), _PIECE):
                if start:
                    await self.flowing.wait()
                if self.breaks_at is not None and start >= self.breaks_at:
                    assert request.transport is not None
                    request.transport.close()
                    break
                await response.write(content[start : start + _PIECE])
        finally:
            self.open_files -= 1
        return response


class LensArchive(Archive):
    """The recordings of a camera."""

    def __init__(self, device: LensDevice) -> None:
        """Bind the device."""
        self.streams = device.lens.streams
        self._device = device

    def _refuse(self) -> None:
        if self._device.lens.refusal is not None:
            raise self._device.lens.refusal

    @override
    async def days(self, month: date, stream: StreamKind) -> tuple[date, ...]:
        self._refuse()
        self._device.lens.asked.append(f"days {month:%Y-%m} {stream}")
        zone = self._device.lens.zone or dt_util.get_default_time_zone()
        starts = [one.start.astimezone(zone) for one in self._device.lens.recordings]
        days = {start.date() for start in starts}
        return tuple(sorted(day for day in days if day.replace(day=1) == month))

    @override
    async def bounds(self, day: date) -> tuple[datetime, datetime] | None:
        if (zone := self._device.lens.zone) is None:
            return None
        return (
            datetime.combine(day, time.min, zone),
            datetime.combine(day, time(23, 59, 59), zone),
        )

    @override
    async def search(
        self, start: datetime, end: datetime, stream: StreamKind
    ) -> tuple[Recording, ...]:
        self._refuse()
        self._device.lens.asked.append(f"search {start:%Y-%m-%d} {stream}")
        return tuple(
            one for one in self._device.lens.recordings if start <= one.start <= end
        )

    @override
    @asynccontextmanager
    async def open(
        self, recording: str, offset: int = 0, end: int | None = None
    ) -> AsyncIterator[OpenRecording]:
        lens, headers = self._device.lens, {}
        self._refuse()
        if offset or end is not None:
            headers["Range"] = f"bytes={offset}-{'' if end is None else end}"
        async with self._device.session.get(
            f"{self._device.url}/file", headers=headers
        ) as response:
            if response.status == 416:
                raise DeviceRequestError
            if (length := response.content_length) is not None:
                length += lens.claims
            yield OpenRecording(
                content_type=lens.content_type,
                offset=offset if response.status == 206 else 0,
                length=length,
                total=len(lens.content) if lens.tells_length else None,
                chunks=_pieces(response.content.iter_any()),
            )


async def _pieces(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the pieces of a file."""
    try:
        async for piece in pieces:
            yield piece
    except ClientError:
        raise DeviceConnectionError from None


class LensDevice(Device):
    """A camera, as the integration sees it."""

    def __init__(self, lens: Lens, login: Login, session: ClientSession) -> None:
        """Store where it is."""
        super().__init__()
        self.lens = lens
        self.session = session
        self.url = f"http://{login.host}:{login.port}"
        self._units: tuple[Unit, ...] = ()

    async def ask(self, path: str) -> bytes:
        """Ask for something."""
        try:
            async with self.session.get(self.url + path) as response:
                if response.status != 200:
                    raise DeviceError(Reason.NO_PICTURE)
                return await response.read()
        except ClientError:
            raise DeviceConnectionError from None

    async def still(self) -> bytes:
        """Take a picture."""
        return await self.ask("/still")

    async def detect(self, on: bool) -> None:
        """Look for motion, or do not."""
        await self.ask(f"/detect/{'on' if on else 'off'}")

    async def install(self) -> None:
        """Renew the software."""
        await self.ask("/who")

    def source(self) -> StreamSource | None:
        """Return where the stream is."""
        if self.lens.stream is None:
            return None
        return StreamSource(url=self.lens.stream, rtsp=self.lens.rtsp)

    def _features(self) -> tuple[Feature, ...]:
        toggle = Toggle(
            # Any key will do: this one is a switch of cameras as well.
            key=Key.PRIVACY_MASK,
            source="/who",
            cadence=Cadence.SETTINGS,
            read=lambda: self.lens.detects,
            write=self.detect,
        )
        view = View(
            key=Key.MAIN_STREAM,
            source=NO_REQUEST,
            snapshot=self.still if self.lens.stills else None,
            stream=self.source if self.lens.can_stream else None,
            recording=lambda: self.lens.records,
            motion_detection=toggle if self.lens.can_detect else None,
        )
        firmware = Firmware(
            key=Key.FIRMWARE,
            source="/who",
            read=lambda: self.lens.firmware or NO_FIRMWARE,
            install=self.install,
        )
        return (view, toggle, *([firmware] if self.lens.firmware else []))

    @property
    @override
    def units(self) -> tuple[Unit, ...]:
        if not self._units:
            self._units = tuple(
                Unit(
                    key=key,
                    name=f"Camera {key}",
                    model="Eye",
                    manufacturer="Lens & Co.",
                    parent=BOX if key else None,
                    features=self._features(),
                    archive=LensArchive(self),
                )
                for key in self.lens.units
            )
        return self._units

    @property
    @override
    def absent(self) -> tuple[Absent, ...]:
        return ()

    @override
    async def identify(self) -> None:
        self.serial = (await self.ask("/who")).decode()

    @override
    async def connect(self) -> None:
        await self.identify()

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        await self.ask("/who")

    @override
    def interval(self, cadence: Cadence) -> float:
        return 5 if cadence is Cadence.STATE else 600

    @override
    async def close(self) -> None:
        """Leave nothing open."""

    @override
    def problems(self) -> tuple[Problem, ...]:
        return ()

    @override
    def dump(self) -> dict[str, Json]:
        return {}


class LensVendor(Vendor):
    """The family of one camera."""

    id = FAMILY
    name = "Lens"

    def __init__(self, lens: Lens) -> None:
        """Remember the camera."""
        self._lens = lens

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        return LensDevice(self._lens, login, surroundings.session)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        return False


def own_id(key: str) -> str:
    """Return the identity of an entity of the camera."""
    return f"{MAC}_{key}"


def add_lens(
    hass: HomeAssistant, lens: Lens, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Put the family next to the others and return an entry of its camera."""
    vendor = LensVendor(lens)
    monkeypatch.setitem(vendors.VENDORS, vendor.id, vendor)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Gate",
        unique_id=MAC,
        data={
            CONF_VENDOR: FAMILY,
            CONF_HOST: "127.0.0.1",
            CONF_PORT: lens.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: "owner",
            CONF_PASSWORD: SECRET,
        },
    )
    entry.add_to_hass(hass)
    return entry
