"""Fixtures that every test may use."""

# The integration comes first: the test package has a custom_components of its own.

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
import math
import time
from typing import Any

from freezegun import freeze_time
from freezegun.api import (
    FrozenDateTimeFactory,
    StepTickTimeFactory,
    TickingDateTimeFactory,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
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
from tests.emulators.base import VirtualClock
from tests.emulators.strobe import StrobeEmulator, StrobeOptions

# In a tuple, where freezegun does not find and replace it.
_MONOTONIC = (time.monotonic,)

type Frozen = StepTickTimeFactory | TickingDateTimeFactory | FrozenDateTimeFactory
type Later = Callable[[float], Awaitable[None]]


@pytest.fixture(autouse=True)
def _custom_integrations(
    enable_custom_integrations: None, socket_enabled: None
) -> None:
    """Load the integration, and let it talk to emulators on this computer."""


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
    await hass.config_entries.async_unload(strobe_entry.entry_id)
    await hass.async_block_till_done()


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

    async def pass_by(self, seconds: float) -> None:
        """Let seconds pass and everything happen that is due by then."""
        self._frozen.tick(seconds)
        self._ahead += seconds
        for clock in self._clocks:
            clock.advance(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is on its way."""
        for _ in range(3):
            await asyncio.sleep(0)
            await self._hass.async_block_till_done(wait_background_tasks=True)


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
