"""B-VIEW cameras that turn up by themselves: DHCP and searches."""

from collections.abc import Iterable

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import Discovered
from custom_components.watchpost.devices.vendors import VENDORS
from custom_components.watchpost.devices.vendors.bview.discovery import Places, Search
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_INTEGRATION_DISCOVERY,
    ConfigEntryState,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.setup import async_setup_component
from tests.bview_flows import (
    CLOSED,
    FAMILY,
    LOCAL,
    MAC,
    added,
    data_of,
    filled,
    running,
    with_login,
)
from tests.emulators.bview import BviewEmulator
from tests.flows import (
    aborted,
    answer,
    begin,
    created,
    suggested,
)


@pytest.fixture(autouse=True)
def _nobody_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep searches away from the network."""

    async def nobody(
        _targets: Iterable[str], _session: ClientSession
    ) -> tuple[Discovered, ...]:
        return ()

    for vendor in VENDORS.values():
        monkeypatch.setattr(vendor, "discover", nobody)


# Searches


def lease(mac: str = MAC, ip: str = LOCAL) -> DhcpServiceInfo:
    """Return what Home Assistant tells of a device that got an address."""
    return DhcpServiceInfo(ip=ip, hostname="ipc", macaddress=mac.replace(":", ""))


async def test_a_new_camera_on_the_network(hass: HomeAssistant) -> None:
    """DHCP tells its address; the login and the family are asked for."""
    async with running(hass) as camera:
        shown = await begin(hass, SOURCE_DHCP, lease())
        assert shown["step_id"] == "discovery_confirm"
        assert suggested(shown) == {CONF_HOST: LOCAL}
        assert camera.requests == []

        entry = created(await answer(hass, shown, filled(camera, vendor="auto")))

        assert entry.unique_id == MAC


async def test_dhcp_follows_a_camera(hass: HomeAssistant) -> None:
    """It goes on at its new address."""
    async with running(hass) as camera:
        entry = await added(hass, camera)
        hass.config_entries.async_update_entry(
            entry, data=data_of(camera, **{CONF_HOST: "localhost"})
        )

        assert aborted(await begin(hass, SOURCE_DHCP, lease())) == "already_configured"

        assert dict(entry.data) == data_of(camera)
        assert entry.state is ConfigEntryState.LOADED


def search_near(monkeypatch: pytest.MonkeyPatch, camera: BviewEmulator) -> None:
    """Have the family search at this computer only."""
    places = Places(
        group=LOCAL,
        port=camera.udp_port,
        ssdp_group=LOCAL,
        ssdp_port=camera.ssdp_port,
        wait=0.1,
    )
    search = Search(places)

    async def near(
        _targets: Iterable[str], session: ClientSession
    ) -> tuple[Discovered, ...]:
        return await search.discover(session)

    monkeypatch.setattr(VENDORS[FAMILY], "discover", near)


async def offered(hass: HomeAssistant) -> list[str]:
    """Start the integration, wait for the search, return what is offered."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done(wait_background_tasks=True)
    return [
        flow["context"]["title_placeholders"]["name"]
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    ]


async def test_the_search_offers_a_new_camera(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Address, port and family are filled in; nothing was asked over HTTP."""
    async with running(hass) as camera:
        search_near(monkeypatch, camera)

        assert await offered(hass) == ["BV-IPC-2"]

        assert camera.requests == []
        (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        shown = await hass.config_entries.flow.async_configure(flow["flow_id"])
        assert suggested(shown) == {
            CONF_HOST: LOCAL,
            CONF_VENDOR: FAMILY,
            CONF_ADVANCED: {CONF_PORT: camera.port},
        }
        shown = await answer(hass, shown, filled(camera, password="wrong"))
        assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}
        entry = created(await answer(hass, shown, filled(camera)))
        assert dict(entry.data) == data_of(camera)


async def test_found_by_its_description(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that does not hear the vendor's search is found by UPnP."""
    async with running(hass, probe_mac="own") as camera:
        search_near(monkeypatch, camera)

        assert await offered(hass) == ["Camera"]

        assert with_login(camera) == []
        (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        assert flow["context"]["unique_id"] == MAC


@pytest.mark.parametrize("ssl", [False, True], ids=["http", "https"])
async def test_the_search_leaves_what_is_in_place_alone(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, ssl: bool
) -> None:
    """Nothing is started for a camera that is where its entry says."""
    async with running(hass) as camera:
        search_near(monkeypatch, camera)
        port = 443 if ssl else camera.port
        data = data_of(camera, **{CONF_SSL: ssl, CONF_PORT: port})
        entry = MockConfigEntry(domain=DOMAIN, unique_id=MAC, data=data)
        entry.add_to_hass(hass)

        assert await offered(hass) == []
        assert dict(entry.data) == data


async def test_the_search_follows_a_camera(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known camera with another port gets its entry changed."""
    async with running(hass) as camera:
        search_near(monkeypatch, camera)
        entry = MockConfigEntry(
            domain=DOMAIN,
            unique_id=format_mac(camera.options.mac),
            data=data_of(camera, **{CONF_PORT: CLOSED}),
        )
        entry.add_to_hass(hass)

        assert await offered(hass) == []

        assert dict(entry.data) == data_of(camera)
        assert entry.state is ConfigEntryState.LOADED


async def test_what_was_ignored_stays_ignored(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that nobody wants is not offered again."""
    async with running(hass) as camera:
        search_near(monkeypatch, camera)
        MockConfigEntry(
            domain=DOMAIN, unique_id=MAC, source=SOURCE_IGNORE, data={}
        ).add_to_hass(hass)

        assert await offered(hass) == []


async def test_offered_once(hass: HomeAssistant) -> None:
    """Two ways to find it are one offer; who adds it by hand ends it."""
    async with running(hass) as camera:
        await begin(hass, SOURCE_DHCP, lease())
        told = {
            "vendor": FAMILY,
            "host": LOCAL,
            "port": camera.port,
            "mac": MAC,
            "name": "Camera",
        }
        second = await begin(hass, SOURCE_INTEGRATION_DISCOVERY, told)
        assert aborted(second) == "already_in_progress"

        await added(hass, camera)

        assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_options(hass: HomeAssistant) -> None:
    """How events come in, and whether the lens has motors."""
    async with running(hass) as camera:
        entry = await added(hass, camera)
        flow = await hass.config_entries.options.async_init(entry.entry_id)
        schema = flow["data_schema"]
        assert schema is not None
        assert schema({}) == {
            "event_path": "poll",
            "alarm_mails": False,
            "motor_lens": "auto",
        }

        done = await hass.config_entries.options.async_configure(
            flow["flow_id"], {"event_path": "poll", "motor_lens": "no"}
        )
        await hass.async_block_till_done()

        assert done["type"] is FlowResultType.CREATE_ENTRY
        assert entry.state is ConfigEntryState.LOADED
        assert entry.options["motor_lens"] == "no"
