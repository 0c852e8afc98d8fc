"""Fixtures that every test may use."""

# The integration comes first: the test package has a custom_components of its own.

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
import logging
import math
from ssl import SSLError
import time
from typing import Any, Final, override

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient
from freezegun import freeze_time
from freezegun.api import (
    FrozenDateTimeFactory,
    StepTickTimeFactory,
    TickingDateTimeFactory,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import Discovered
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
from tests.emulators.base import VirtualClock
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.home import Home

# In a tuple, where freezegun does not find and replace it.
_MONOTONIC = (time.monotonic,)

type Frozen = StepTickTimeFactory | TickingDateTimeFactory | FrozenDateTimeFactory
type Later = Callable[[float], Awaitable[None]]


@pytest.fixture(autouse=True)
def _custom_integrations(
    enable_custom_integrations: None, socket_enabled: None
) -> None:
    """Load the integration, and let it talk to emulators on this computer."""


@pytest.fixture(autouse=True)
async def enable_event_loop_debug(request: pytest.FixtureRequest) -> None:
    """Debug the event loop where Home Assistant runs in it, as its own tests do.

    What that finds are calls from other threads; without Home Assistant there are
    none, and to note where each future was made takes half of the time of a test.
    """
    asyncio.get_running_loop().set_debug("hass" in request.fixturenames)


@pytest.fixture(autouse=True)
def _no_multicast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the searches of one family, which take seconds, out of the real network."""

    async def nobody(
        _targets: Iterable[str], _session: ClientSession
    ) -> tuple[Discovered, ...]:
        return ()

    monkeypatch.setattr(VENDORS["bview"], "discover", nobody)


@pytest.fixture
def strobe_options() -> StrobeOptions:
    """Return how the emulated strobe behaves; override it in a test module."""
    return StrobeOptions()


@pytest.fixture
async def strobe(strobe_options: StrobeOptions) -> AsyncIterator[StrobeEmulator]:
    """Run an emulated strobe."""
    async with StrobeEmulator(strobe_options) as emulator:
        yield emulator


def strobe_data(emulator: StrobeEmulator, **changes: Any) -> dict[str, Any]:
    """Return the data of an entry for an emulated strobe."""
    return {
        CONF_VENDOR: "strobe",
        CONF_HOST: emulator.host,
        CONF_PORT: emulator.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: emulator.options.username,
        CONF_PASSWORD: emulator.options.password,
        **changes,
    }


@pytest.fixture
def strobe_entry(hass: HomeAssistant, strobe: StrobeEmulator) -> MockConfigEntry:
    """Return an entry for the emulated strobe that is not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Porch",
        unique_id=format_mac(strobe.options.mac),
        data=strobe_data(strobe),
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded_strobe(
    hass: HomeAssistant, strobe_entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    """Return the entry of the emulated strobe, set up and running."""
    assert await hass.config_entries.async_setup(strobe_entry.entry_id)
    await hass.async_block_till_done()
    yield strobe_entry
    if hass.config_entries.async_get_entry(strobe_entry.entry_id) is not None:
        await hass.config_entries.async_unload(strobe_entry.entry_id)
    await hass.async_block_till_done()


_LISTENING: Final = "watchpost events of"
"""How the tasks are called that follow what a device tells."""


class Time:
    """Time for Home Assistant, its event loop and the devices, moved by hand.

    The event loop keeps running in real time in between, so that real sockets work.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        frozen: Frozen,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Start at the present."""
        self._hass = hass
        self._frozen = frozen
        self._ahead = 0.0
        self._clocks: list[VirtualClock] = []
        (real,) = _MONOTONIC
        monkeypatch.setattr(hass.loop, "time", lambda: real() + self._ahead)
        # A leap in time is not a slow callback.
        hass.loop.slow_callback_duration = math.inf

    def follow(self, clock: VirtualClock) -> None:
        """Move the clock of an emulator along."""
        self._clocks.append(clock)

    def leap(self, seconds: float) -> None:
        """Let seconds pass; what is due happens afterwards."""
        self._frozen.tick(seconds)
        self._ahead += seconds
        for clock in self._clocks:
            clock.advance(seconds)

    async def pass_by(self, seconds: float) -> None:
        """Let seconds pass and everything happen that is due by then."""
        self.leap(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is on its way; who listens for events does so forever."""
        for _ in range(3):
            await asyncio.sleep(0)
            await self._hass.async_block_till_done()
            while busy := self._busy():
                await asyncio.wait(busy)
                await self._hass.async_block_till_done()

    def _busy(self) -> set[asyncio.Future[Any]]:
        """Return what runs in the background and comes to an end."""
        running = self._hass._background_tasks  # noqa: SLF001
        return {
            task
            for task in running
            if not (isinstance(task, asyncio.Task) and _LISTENING in task.get_name())
        }


@pytest.fixture
def moving_time(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    """Return the time, standing still until it is moved."""
    start = datetime.now(UTC).replace(microsecond=0)
    with freeze_time(start) as frozen:
        yield Time(hass, frozen, monkeypatch)


@pytest.fixture
def later(moving_time: Time, strobe: StrobeEmulator) -> Later:
    """Return what lets time pass for Home Assistant and for the strobe."""
    moving_time.follow(strobe.clock)
    return moving_time.pass_by


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep Home Assistant from searching the network, which takes real seconds."""
    monkeypatch.setattr(
        "custom_components.watchpost.async_setup_discovery", lambda hass: None
    )


@pytest.fixture
def home(
    hass: HomeAssistant,
    no_search: None,
    loaded_strobe: MockConfigEntry,
    strobe: StrobeEmulator,
) -> Home:
    """Return the home of the emulated strobe, as its owner uses it."""
    return Home(hass, loaded_strobe, strobe)


@pytest.fixture
def every_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable entities that are disabled by default."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
async def webhook_entry(
    hass: HomeAssistant,
    no_search: None,
    strobe: StrobeEmulator,
    request: pytest.FixtureRequest,
    hass_client_no_auth: Callable[
        [], Awaitable[TestClient[web.Request, web.Application]]
    ],
) -> MockConfigEntry:
    """Return an entry, not set up, in a home that devices can send events to."""
    for component in (
        DOMAIN,
        "webhook",
        "camera",
        "media_player",
        "media_source",
        "tts",
    ):
        # The web server takes no routes once it runs.
        assert await async_setup_component(hass, component, {})
    client = await hass_client_no_auth()
    hass.config.internal_url = f"http://{client.host}:{client.port}"
    # Only now: setting up the integration would have set up its entries.
    entry: MockConfigEntry = request.getfixturevalue("strobe_entry")
    return entry


@pytest.fixture
async def webhook_home(
    hass: HomeAssistant,
    webhook_entry: MockConfigEntry,
    loaded_strobe: MockConfigEntry,
    strobe: StrobeEmulator,
) -> Home:
    """Return a home, in use, that the strobe can send its events to."""
    return Home(hass, loaded_strobe, strobe)


@pytest.fixture
def handshakes_may_fail(hass: HomeAssistant) -> None:
    """Let an emulator's side of a broken TLS handshake pass without a failure."""
    report = hass.loop.get_exception_handler()
    assert report is not None

    def ignore(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), ConnectionResetError | SSLError):
            report(loop, context)

    hass.loop.set_exception_handler(ignore)


class _Collector(logging.Handler):
    """Keep everything that is logged."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append(record)


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """Return what is logged, while it is."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield collector.records
    logging.getLogger().removeHandler(collector)


@pytest.fixture(autouse=True)
def _no_platform_warnings(records: list[logging.LogRecord]) -> Iterator[None]:
    """Fail where Home Assistant finds that it is not used as it should be."""
    yield
    complaints = [text for r in records if "Detected " in (text := r.getMessage())]
    assert not complaints
