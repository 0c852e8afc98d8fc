"""Count the requests of a unit in a running Home Assistant: set-up and idle.

Run: .venv/bin/python -m pytest tests/bench/reolink/through_home.py -s -q -p no:logging
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.conftest import Time
from tests.emulators.reolink import ReolinkEmulator

from .report import say
from .unit import KINDS, MARK, Kind, options

MINUTES: Final = 30
"""Long enough for the slowest of the settings to be read twice."""
FAST: Final = {"GetMdState", "GetAiState"}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Return which unit is measured."""
    (found,) = (kind for kind in KINDS if kind == request.param)
    return found


@pytest.fixture
async def unit(kind: Kind, moving_time: Time) -> AsyncIterator[ReolinkEmulator]:
    """Run a unit whose time is Home Assistant's."""
    async with ReolinkEmulator(options(kind)) as unit:
        moving_time.follow(unit.clock)
        yield unit


@pytest.fixture
def entry(hass: HomeAssistant, unit: ReolinkEmulator) -> MockConfigEntry:
    """Return an entry for the unit that is not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=unit.options.name,
        unique_id=format_mac(unit.options.mac),
        data={
            CONF_VENDOR: "reolink",
            CONF_HOST: unit.host,
            CONF_PORT: unit.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: unit.options.username,
            CONF_PASSWORD: unit.options.password,
        },
    )
    entry.add_to_hass(hass)
    return entry


def asked(unit: ReolinkEmulator) -> str:
    """Return what was asked for most."""
    return ", ".join(f"{n} {count}" for n, count in unit.commands.most_common(4))


def slow_of(unit: ReolinkEmulator) -> list[set[str]]:
    """Return the commands of each request for something else than motion."""
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    for call in unit.calls:
        kinds[id(call.record)].add(call.command)
    return [commands for commands in kinds.values() if not commands <= FAST]


def refused(unit: ReolinkEmulator) -> int:
    """Return how many commands were refused."""
    return sum(call.code != 0 for call in unit.calls)


@pytest.mark.usefixtures("no_search")
async def test_set_up_and_idle(
    hass: HomeAssistant,
    kind: Kind,
    unit: ReolinkEmulator,
    entry: MockConfigEntry,
    moving_time: Time,
) -> None:
    """Few requests until all entities are there; then one for each poll, and few."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await moving_time.settle()
    assert entry.state is ConfigEntryState.LOADED
    made = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    enabled = [one for one in made if one.disabled_by is None]
    requests, commands = len(unit.requests), sum(unit.commands.values())
    say()
    say(f"{MARK}{kind.upper()}: {len(made)} entities, {len(enabled)} enabled")
    say(
        f"{MARK}  set-up    {requests:7} requests, {commands} commands,"
        f" {refused(unit)} refused"
    )
    recorder = unit.options.is_nvr
    assert requests <= (6 if recorder else 3)
    assert refused(unit) <= 16
    unit.forget()
    for _ in range(30):
        await moving_time.pass_by(2)
    say(f"{MARK}  1st minute{len(slow_of(unit)):7} requests that are not motion")
    unit.forget()
    for _ in range(MINUTES * 30):
        await moving_time.pass_by(2)
    slow = len(slow_of(unit))
    say(
        f"{MARK}  idle      {len(unit.requests) / MINUTES:7.2f} requests a minute, of"
        f" which {slow / MINUTES:.2f} are not motion;"
        f" {sum(unit.commands.values()) / MINUTES:.1f} commands"
    )
    say(f"{MARK}            {asked(unit)}")
    assert len(unit.requests) - slow <= MINUTES * 30
    assert unit.max_parallel == 1
    assert unit.dangerous == []
    assert refused(unit) == 0
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert unit.sessions.open == []
