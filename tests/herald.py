"""A device for tests with a loudspeaker that plays what is sent, and a home with it.

It is a family of its own on real sockets: each command is a POST, and its events go,
in whatever form a test wants, to the address that it was given.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, override
from urllib.parse import quote, unquote

from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.commands import (
    AudioClip,
    AudioFormat,
    SpeakerState,
)
from custom_components.watchpost.devices.model.device import (
    BOX,
    Absent,
    Device,
    Json,
    Login,
    Notice,
    Problem,
    Proof,
    Push,
    PushMessage,
    Surroundings,
    Unit,
    Vendor,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
)
from custom_components.watchpost.devices.model.features import (
    Detector,
    Happening,
    Speaker,
)
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    Cadence,
    Delivery,
    Key,
    Leg,
)
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.const import CONF_PORT
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests.camera_home import loaded

SERIAL: Final = "02:00:00:00:00:03"
FORMAT: Final = AudioFormat(
    container="pcm", rate=8000, max_seconds=5, max_bytes=1_000_000
)
_WITH_ROUTES: Final = (
    "camera",
    "image",
    "media_player",
    "media_source",
    "tts",
    "webhook",
    "websocket_api",
)
"""Components that extend the web server."""

type ClientMaker = Callable[[], Awaitable[TestClient[web.Request, web.Application]]]


@dataclass
class Can:
    """What the device can do."""

    format: AudioFormat = FORMAT
    live: bool = True
    volume: bool = False
    delivery: Delivery = Delivery.UNPROVEN
    methods: tuple[str, ...] = ("GET", "POST", "PUT")
    """How it delivers its events; without any it does not."""


@dataclass
class Unhurried:
    """The device: what it was asked, what it heard, and where it reports to."""

    asked: list[str] = field(default_factory=list)
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    """Title and samples."""
    volumes: list[float] = field(default_factory=list)
    target: str | None = None
    refused: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    messages: list[PushMessage] = field(default_factory=list)
    """What the integration was told of its messages."""

    async def answer(self, request: web.Request) -> web.Response:
        """Do what a command says."""
        command = request.path.strip("/")
        if command != "who":
            self.asked.append(command)
        body = await request.read()
        if command in self.broken:
            return web.Response(status=503)
        if command in self.refused:
            return web.Response(status=400)
        if command == "announce":
            self.heard.append((unquote(request.query["title"]), body))
        elif command == "volume":
            self.volumes.append(float(body))
        elif command == "target":
            self.target = body.decode() or None
        return web.Response()


class HeraldPush(Push):
    """Events by any HTTP method to an address, which is the only secret."""

    def __init__(self, device: HeraldDevice, can: Can) -> None:
        """Store whose they are."""
        self._device = device
        self._delivery = can.delivery
        self.methods = can.methods
        self.alive = False

    @override
    async def subscribe(self, url: str, token: str) -> Proof:
        await self._device.ask("target", url.encode())
        if self._delivery is Delivery.FAILED:
            await self._device.ask("target", b"")
            return Proof(delivery=Delivery.FAILED, leg=Leg.ARRIVAL)
        proven = self._delivery is Delivery.PROVEN
        return Proof(delivery=self._delivery, seconds=0.25 if proven else None)

    @override
    async def unsubscribe(self) -> None:
        await self._device.ask("target", b"")

    @override
    async def verify(self, url: str, token: str) -> bool:
        return self.alive

    @override
    def accepts(self, token: str | None) -> bool:
        return token is None


class HeraldDevice(Device):
    """The device, as the family sees it."""

    def __init__(
        self, login: Login, around: Surroundings, can: Can, box: Unhurried
    ) -> None:
        """Store where it is and what it can do."""
        super().__init__()
        self._url = f"http://{login.host}:{login.port}"
        self._around = around
        self._can = can
        self._box = box
        self._state = SpeakerState(playing=False, volume=0.5 if can.volume else None)
        self._reporting = HeraldPush(self, can)
        self.push = self._reporting if can.methods else None
        self._units: tuple[Unit, ...] = ()
        self._forget_end: Callable[[], None] = lambda: None

    async def ask(self, command: str, body: bytes = b"", title: str = "") -> None:
        """Send a command."""
        url = f"{self._url}/{command}?title={quote(quote(title))}"
        try:
            async with self._around.session.post(url, data=body) as response:
                if response.status == 400:
                    raise DeviceRequestError
                response.raise_for_status()
        except ClientError as err:
            raise DeviceConnectionError from err

    async def _announce(self, clip: AudioClip) -> None:
        await self.ask("announce", clip.samples, clip.title)
        now = self._around.clock.now()
        length = len(clip.samples) / 2 / self._can.format.rate
        self._state = replace(
            self._state, playing=True, file=clip.title, length=length, started=now
        )
        self._forget_end()
        self._forget_end = self._around.clock.call_at(now + length, self._silent)

    def _silent(self) -> None:
        self._forget_end()
        self._state = SpeakerState(playing=False, volume=self._state.volume)
        self._around.changed()

    async def _stop(self) -> None:
        await self.ask("stop")
        self._silent()

    async def _set_volume(self, volume: float) -> None:
        await self.ask("volume", str(volume).encode())
        self._state = replace(self._state, volume=volume)

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
        await self.ask("who")
        self.serial = SERIAL

    @override
    async def connect(self) -> None:
        await self.identify()
        self._units = (
            Unit(
                name="Herald",
                model="Three",
                features=(
                    Speaker(
                        key=Key.SPEAKER,
                        source=NO_REQUEST,
                        read=lambda: self._state,
                        stop=self._stop,
                        format=self._can.format,
                        announce=self._announce if self._can.live else None,
                        set_volume=self._set_volume if self._can.volume else None,
                    ),
                    Happening(key=Key.DETECTION, source=NO_REQUEST, kinds=("motion",)),
                    Detector(
                        key=Key.EVENT_DELIVERY,
                        source=NO_REQUEST,
                        read=lambda: self._reporting.alive,
                    ),
                ),
            ),
        )

    @override
    async def refresh(self, cadence: Cadence, wanted: frozenset[str] | None) -> None:
        await self.ask("who")

    @override
    def interval(self, cadence: Cadence) -> float:
        return 3600

    @override
    async def close(self) -> None:
        self._forget_end()

    @override
    def handle_push(self, message: PushMessage) -> tuple[Notice, ...]:
        self._reporting.alive = True
        self._box.messages.append(message)
        return (Notice(unit=BOX, key=Key.DETECTION, kind="motion"),)

    @override
    def problems(self) -> tuple[Problem, ...]:
        return ()

    @override
    def dump(self) -> dict[str, Json]:
        return {}


class HeraldVendor(Vendor):
    """The family."""

    id = "herald"
    name = "Herald"

    def __init__(self, can: Can, box: Unhurried) -> None:
        """Store what its devices can do."""
        self._can = can
        self._box = box

    @override
    def create(self, login: Login, surroundings: Surroundings) -> Device:
        return HeraldDevice(login, surroundings, self._can, self._box)

    @override
    async def recognize(self, login: Login, session: ClientSession) -> bool:
        return False


@dataclass(frozen=True)
class HeraldHome:
    """A home with one device of the family, used as its owner does."""

    hass: HomeAssistant
    entry: MockConfigEntry
    box: Unhurried
    client: TestClient[web.Request, web.Application]
    """Sends what anybody in the network could."""

    def entity_id(self, platform: str, key: Key) -> str:
        """Return the entity that shows a key."""
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id(platform, DOMAIN, f"{SERIAL}_{key}")
        assert found is not None
        return found

    def state(self, platform: str = "media_player", key: Key = Key.SPEAKER) -> State:
        """Return the state of the entity that shows a key."""
        found = self.hass.states.get(self.entity_id(platform, key))
        assert found is not None
        return found

    @property
    def shown(self) -> Mapping[str, Any]:
        """Return the attributes of the speaker."""
        return self.state().attributes

    async def act(
        self, service: str, domain: str = "media_player", **data: Any
    ) -> dict[str, Any]:
        """Call an action on the speaker; return its answer."""
        responds = self.hass.services.supports_response(domain, service)
        entity_id = self.entity_id("media_player", Key.SPEAKER)
        answer = await self.hass.services.async_call(
            domain,
            service,
            {"entity_id": entity_id, **data},
            blocking=True,
            return_response=responds.value != "none",
        )
        return dict(answer or {})

    async def play(self, media: str, kind: str = "music", **data: Any) -> None:
        """Play something."""
        await self.act(
            "play_media", media_content_type=kind, media_content_id=media, **data
        )


@asynccontextmanager
async def at_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    make_client: ClientMaker,
    can: Can,
) -> AsyncIterator[HeraldHome]:
    """Run a device in a home that it can send events to."""
    box = Unhurried()
    monkeypatch.setitem(VENDORS, HeraldVendor.id, HeraldVendor(can, box))
    monkeypatch.setattr(
        "custom_components.watchpost.async_setup_discovery", lambda hass: None
    )
    for component in (DOMAIN, *_WITH_ROUTES):
        # The web server takes no routes once it runs.
        assert await async_setup_component(hass, component, {})
    client = await make_client()
    hass.config.internal_url = f"http://{client.host}:{client.port}"
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/{command}", box.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        data = {CONF_VENDOR: HeraldVendor.id, CONF_PORT: server.port}
        async with loaded(hass, monkeypatch, SERIAL, "Gate", data) as entry:
            yield HeraldHome(hass, entry, box, client)
