"""Devices that turn up by themselves: DHCP and the family's own search."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from ipaddress import IPv4Address
from typing import Any, Final, NoReturn

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import Discovered
from custom_components.watchpost.devices.vendors import VENDORS
from custom_components.watchpost.devices.vendors.strobe.discovery import discover
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.setup import async_setup_component
from tests.conftest import Time, strobe_data
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.flows import aborted, answer, begin, created, form, left_alone, suggested

MAC: Final = "8c:1f:64:a3:6b:a9"

type Search = Callable[
    [Iterable[str], ClientSession], Awaitable[tuple[Discovered, ...]]
]


def lease(ip: str, mac: str = MAC, name: str = "strobe-3") -> DhcpServiceInfo:
    """Return what Home Assistant tells of a device that got an address."""
    return DhcpServiceInfo(ip=ip, hostname=name, macaddress=mac.replace(":", ""))


def told(strobe: StrobeEmulator, **changes: Any) -> dict[str, Any]:
    """Return what the search tells of a device."""
    return {
        "vendor": "strobe",
        "host": strobe.host,
        "port": strobe.port,
        "mac": MAC,
        "name": "StrobeSpeaker",
        **changes,
    }


def title(shown: ConfigFlowResult, hass: HomeAssistant) -> str:
    """Return the name under which a discovered device is shown."""
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["flow_id"] == shown["flow_id"]
    placeholders: dict[str, str] = dict(flow["context"]["title_placeholders"])
    return placeholders["name"]


@pytest.mark.parametrize(
    ("name", "shown_as"), [("strobe-3", "strobe-3"), ("", "127.0.0.1")]
)
async def test_a_new_device_on_the_network(
    hass: HomeAssistant, strobe: StrobeEmulator, name: str, shown_as: str
) -> None:
    """Its address is filled in, the login is asked for."""
    shown = await begin(hass, SOURCE_DHCP, lease(strobe.host, name=name))

    assert (shown["type"], shown["step_id"]) == (
        FlowResultType.FORM,
        "discovery_confirm",
    )
    assert suggested(shown) == {CONF_HOST: strobe.host}
    assert shown["description_placeholders"] == {"host": strobe.host}
    assert title(shown, hass) == shown_as
    assert not strobe.requests

    entry = created(await answer(hass, shown, form(strobe, vendor="auto")))
    assert entry.unique_id == MAC


async def test_a_new_device_that_answered_a_search(
    hass: HomeAssistant, strobe: StrobeEmulator
) -> None:
    """Family and port are known too; an error is overcome."""
    shown = await begin(hass, SOURCE_INTEGRATION_DISCOVERY, told(strobe))
    assert suggested(shown) == {
        CONF_HOST: strobe.host,
        CONF_VENDOR: "strobe",
        CONF_ADVANCED: {CONF_PORT: strobe.port},
    }

    shown = await answer(hass, shown, form(strobe, password="wrong"))
    assert shown["errors"] == {"password": "invalid_auth"}

    entry = created(await answer(hass, shown, form(strobe)))
    assert entry.data == strobe_data(strobe)


async def test_a_device_is_offered_once(
    hass: HomeAssistant, strobe: StrobeEmulator
) -> None:
    """Two ways to find it are one offer; who adds it by hand ends it."""
    await begin(hass, SOURCE_DHCP, lease(strobe.host))
    second = await begin(hass, SOURCE_INTEGRATION_DISCOVERY, told(strobe))
    assert aborted(second) == "already_in_progress"

    by_hand = await begin(hass, SOURCE_USER)
    created(await answer(hass, by_hand, form(strobe)))

    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


@pytest.fixture
async def moved_entry(
    hass: HomeAssistant, strobe_entry: MockConfigEntry
) -> MockConfigEntry:
    """Return an entry that looks for its device at an old port."""
    hass.config_entries.async_update_entry(
        strobe_entry, data={**strobe_entry.data, CONF_PORT: 9}
    )
    await hass.config_entries.async_setup(strobe_entry.entry_id)
    await hass.async_block_till_done()
    assert strobe_entry.state is ConfigEntryState.SETUP_RETRY
    return strobe_entry


async def test_a_known_device_with_a_new_address(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """DHCP moves the host, leaves the port, and the entry goes on there."""
    hass.config_entries.async_update_entry(
        loaded_strobe, data={**loaded_strobe.data, CONF_HOST: "localhost"}
    )

    result = await begin(hass, SOURCE_DHCP, lease(strobe.host))

    assert aborted(result) == "already_configured"
    assert loaded_strobe.data == strobe_data(strobe)
    assert loaded_strobe.state is ConfigEntryState.LOADED
    left_alone(strobe, sessions=1)


async def test_a_search_moves_the_port_too(
    hass: HomeAssistant, moved_entry: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """What a device tells of itself replaces what is stored."""
    result = await begin(hass, SOURCE_INTEGRATION_DISCOVERY, told(strobe))

    assert aborted(result) == "already_configured"
    assert moved_entry.data == strobe_data(strobe)
    assert moved_entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(moved_entry.entry_id)


async def test_a_search_leaves_the_port_of_tls_alone(hass: HomeAssistant) -> None:
    """Devices tell their port for HTTP; the one for HTTPS is another."""
    async with StrobeEmulator(tls=True) as secure:
        entry = MockConfigEntry(
            domain=DOMAIN,
            unique_id=MAC,
            data=strobe_data(secure, host="localhost", ssl=True),
        )
        entry.add_to_hass(hass)

        result = await begin(
            hass, SOURCE_INTEGRATION_DISCOVERY, told(secure, port=8080)
        )

        assert aborted(result) == "already_configured"
        assert entry.data == strobe_data(secure, ssl=True)


@pytest.fixture
async def searchable(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StrobeEmulator]:
    """Run a unit that a search over the loopback finds, on a port of its own."""
    async with StrobeEmulator(StrobeOptions(name="Yard"), udp_port=0) as emulator:

        async def search(
            targets: Iterable[str], _session: ClientSession
        ) -> tuple[Discovered, ...]:
            return await discover(targets, port=emulator.udp_port, wait=0.1)

        async def nobody(
            _targets: Iterable[str], _session: ClientSession
        ) -> tuple[Discovered, ...]:
            return ()

        for vendor in VENDORS.values():
            monkeypatch.setattr(vendor, "discover", nobody)
        monkeypatch.setattr(VENDORS["strobe"], "discover", search)

        async def loopback(_hass: HomeAssistant) -> set[IPv4Address]:
            return {IPv4Address(emulator.host)}

        monkeypatch.setattr(
            "homeassistant.components.network.async_get_ipv4_broadcast_addresses",
            loopback,
        )
        yield emulator
        await hass.async_block_till_done(wait_background_tasks=True)


async def found(hass: HomeAssistant) -> list[str]:
    """Start the integration, wait for the search, return what is offered."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done(wait_background_tasks=True)
    return [
        flow["context"]["title_placeholders"]["name"]
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    ]


async def test_the_search_offers_what_is_new(
    hass: HomeAssistant, searchable: StrobeEmulator
) -> None:
    """A start of Home Assistant finds units without asking them over HTTP."""
    assert await found(hass) == ["Yard"]

    assert not searchable.requests
    assert searchable.discovery is not None
    assert searchable.discovery.searches
    assert not searchable.discovery.dangerous


async def test_the_search_is_repeated(
    hass: HomeAssistant, searchable: StrobeEmulator, moving_time: Time
) -> None:
    """A unit that is switched on later is found too."""
    searchable.power_off()
    assert await found(hass) == []
    searchable.power_on()
    await searchable.settle()

    await moving_time.pass_by(15 * 60 + 1)

    assert len(hass.config_entries.flow.async_progress_by_handler(DOMAIN)) == 1


@pytest.mark.parametrize("ssl", [False, True], ids=["http", "https"])
async def test_the_search_leaves_what_is_in_place_alone(
    hass: HomeAssistant, searchable: StrobeEmulator, ssl: bool
) -> None:
    """Nothing is started for a device that is where its entry says."""
    port = 443 if ssl else searchable.port
    data = strobe_data(searchable, ssl=ssl, port=port)
    entry = MockConfigEntry(domain=DOMAIN, unique_id=MAC, data=data)
    entry.add_to_hass(hass)

    assert await found(hass) == []
    assert entry.data == data


async def test_the_search_follows_a_device(
    hass: HomeAssistant, searchable: StrobeEmulator
) -> None:
    """A known unit with another address or port gets its entry changed."""
    entry = MockConfigEntry(
        domain=DOMAIN, unique_id=MAC, data=strobe_data(searchable, port=9)
    )
    entry.add_to_hass(hass)

    assert await found(hass) == []

    assert entry.data == strobe_data(searchable)
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("searchable")
async def test_what_was_ignored_stays_ignored(hass: HomeAssistant) -> None:
    """A unit that nobody wants is not offered again."""
    MockConfigEntry(
        domain=DOMAIN, unique_id=MAC, source=SOURCE_IGNORE, data={}
    ).add_to_hass(hass)

    assert await found(hass) == []


async def test_a_network_without_broadcast(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that is impossible is no error."""
    searched: list[str] = []

    def impossible(vendor: str) -> Search:
        async def search(_targets: Iterable[str], _session: ClientSession) -> NoReturn:
            searched.append(vendor)
            raise OSError

        return search

    for vendor in VENDORS:
        monkeypatch.setattr(VENDORS[vendor], "discover", impossible(vendor))

    assert await found(hass) == []

    assert searched == list(VENDORS)
