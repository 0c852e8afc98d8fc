"""Adding a video server: the form, new logins, and whose device it is."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import Discovered, Login
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.bview_flows import with_login
from tests.emulators.base import Emulator
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.vserver import VserverEmulator
from tests.flows import Form, aborted, advanced, answer, begin, created
from tests.stranger import MANNERS, Stranger
from tests.vserver_home import dome, server

FAMILY: Final = "vserver"
PASSWORD: Final = "p@ss:w/ö rd#%&+"
LOGIN: Final = {CONF_USERNAME: "admin", CONF_PASSWORD: PASSWORD}
MAC: Final = "52:3e:42:02:bc:20"
CLOSED: Final = 9
STRANGE: Final = {CONF_VENDOR: "wrong_family"}
UNKNOWN: Final = {CONF_VENDOR: "family_unknown"}


@pytest.fixture(autouse=True)
def _nobody_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep searches away from the network."""

    async def nobody(
        _targets: Iterable[str], _session: ClientSession
    ) -> tuple[Discovered, ...]:
        return ()

    for vendor in VENDORS.values():
        monkeypatch.setattr(vendor, "discover", nobody)


@asynccontextmanager
async def running(
    hass: HomeAssistant, *, tls: bool = False, **changes: Any
) -> AsyncIterator[VserverEmulator]:
    """Run a unit; entries that were made for it are unloaded before it ends."""
    options = dome(**{"password": PASSWORD, **changes})
    async with VserverEmulator(options, tls=tls) as unit:
        yield unit
        for entry in hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        assert unit.dangerous == []
        assert unit.writes == []


def filled(device: Emulator, **changes: Any) -> Form:
    """Return the form for a device, filled in."""
    return {
        CONF_HOST: device.host,
        **LOGIN,
        CONF_VENDOR: FAMILY,
        CONF_ADVANCED: advanced(device),
        **changes,
    }


async def added(
    hass: HomeAssistant, unit: VserverEmulator, **changes: Any
) -> ConfigEntry:
    """Add a unit as its owner does."""
    shown = await begin(hass, SOURCE_USER)
    return created(await answer(hass, shown, filled(unit, **changes)))


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("auth", ["basic", "digest", "both"])
async def test_a_unit_is_added(hass: HomeAssistant, vendor: str, auth: str) -> None:
    """Nothing but address and login is needed."""
    async with running(hass, auth=auth) as unit:
        shown = await begin(hass, SOURCE_USER)
        result = await answer(hass, shown, filled(unit, vendor=vendor))
        entry = created(result)
        assert (result["title"], entry.unique_id) == ("V6202IR-AR0237 BC20", MAC)
        assert dict(entry.data) == {
            CONF_VENDOR: FAMILY,
            CONF_HOST: unit.host,
            CONF_PORT: unit.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            **LOGIN,
        }
        assert entry.state is ConfigEntryState.LOADED
        # Who offers a digest never hears the password in clear.
        assert auth == "basic" or unit.gate.basic_to_digest == 0


async def test_its_devices(hass: HomeAssistant) -> None:
    """A server stands with its channels behind it."""
    async with running(hass, channels=server().channels) as unit:
        entry = await added(hass, unit)
        registry = dr.async_get(hass)
        devices = dr.async_entries_for_config_entry(registry, entry.entry_id)
        assert [one.name for one in devices] == [
            "V6202IR-AR0237 BC20",
            *(f"Channel {number}" for number in range(1, 5)),
        ]


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.usefixtures("handshakes_may_fail")
async def test_https(hass: HomeAssistant, vendor: str) -> None:
    """A certificate of its own making is taken unless it has to be verified."""
    async with running(hass, tls=True) as unit:
        section: Form = {CONF_PORT: unit.port, CONF_SSL: True}
        shown = await begin(hass, SOURCE_USER)
        strict = {**section, CONF_VERIFY_SSL: True}
        shown = await answer(hass, shown, filled(unit, vendor=vendor, advanced=strict))
        assert shown["errors"] == {"base": "invalid_certificate"}
        assert unit.requests == []
        filled_in = filled(unit, vendor=vendor, advanced=section)
        entry = created(await answer(hass, shown, filled_in))
        assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("auth", ["basic", "digest"])
@pytest.mark.parametrize(
    "wrong", [{CONF_PASSWORD: "wrong"}, {CONF_USERNAME: "nobody"}], ids=["pass", "user"]
)
async def test_a_wrong_login(
    hass: HomeAssistant, vendor: str, auth: str, wrong: Form
) -> None:
    """It is told next to its field, is tried once, and is mended."""
    async with running(hass, auth=auth) as unit:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(unit, vendor=vendor, **wrong))
        assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}
        tried = [one for one in with_login(unit) if one.status == 401]
        assert len(tried) <= 2
        entry = created(await answer(hass, shown, filled(unit, vendor=vendor)))
        assert entry.state is ConfigEntryState.LOADED


async def test_a_wrong_port_and_no_power(hass: HomeAssistant) -> None:
    """Nobody answers there; with the right one it goes on."""
    async with running(hass) as unit:
        shown = await begin(hass, SOURCE_USER)
        for vendor in (FAMILY, "auto"):
            wrong = {**advanced(unit), CONF_PORT: CLOSED}
            entered = filled(unit, vendor=vendor, advanced=wrong)
            shown = await answer(hass, shown, entered)
            assert shown["errors"] == {CONF_HOST: "cannot_connect"}
        unit.power_off()
        shown = await answer(hass, shown, filled(unit))
        assert shown["errors"] == {CONF_HOST: "cannot_connect"}
        unit.power_on()
        await unit.settle()
        created(await answer(hass, shown, filled(unit)))


# Whose device it is


FAMILIES: Final[dict[str, Callable[[], Emulator]]] = {
    "bview": lambda: BviewEmulator(
        BviewOptions.full(password=PASSWORD), udp_port=0, ssdp_port=0
    ),
    "reolink": ReolinkEmulator,
    "strobe": StrobeEmulator,
    "vserver": lambda: VserverEmulator(dome(password=PASSWORD)),
    "vserver_digest": lambda: VserverEmulator(dome(password=PASSWORD, auth="digest")),
    "vserver_open": lambda: VserverEmulator(dome(password=PASSWORD, auth="open")),
}


def login_of(emulator: Emulator) -> Form:
    """Return the login of an emulated device."""
    match emulator:
        case BviewEmulator() | ReolinkEmulator() | StrobeEmulator() | VserverEmulator():
            return {
                CONF_USERNAME: emulator.options.username,
                CONF_PASSWORD: emulator.options.password,
            }
    raise TypeError


@pytest.mark.parametrize("name", FAMILIES)
async def test_automatic_knows_each_of_its_neighbors(
    hass: HomeAssistant, name: str
) -> None:
    """Several devices at one computer: the one that is meant, and its family."""
    async with AsyncExitStack() as stack:
        devices = {
            family: await stack.enter_async_context(make())
            for family, make in FAMILIES.items()
        }
        device = devices[name]
        shown = await begin(hass, SOURCE_USER)
        entered = filled(device, **login_of(device), vendor="auto")
        entry = created(await answer(hass, shown, entered))

        family = name.partition("_")[0]
        assert (entry.data[CONF_VENDOR], entry.data[CONF_PORT]) == (
            family,
            device.port,
        )
        assert entry.state is ConfigEntryState.LOADED
        for other, neighbor in devices.items():
            assert other == name or neighbor.requests == []
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("chosen", VENDORS)
@pytest.mark.parametrize("actual", FAMILIES)
async def test_one_family_recognizes(chosen: str, actual: str) -> None:
    """Each knows its own devices, no others, and tells none of them a login."""
    async with FAMILIES[actual]() as device, ClientSession() as session:
        login = Login(
            host=device.host, port=device.port, username="admin", password=PASSWORD
        )
        found = await VENDORS[chosen].recognize(login, session)
        assert found is (chosen == actual.partition("_")[0])
        assert with_login(device) == []
        for record in device.requests:
            assert PASSWORD.encode() not in record.body
            assert PASSWORD not in unquote(record.raw_query)


@pytest.mark.parametrize("actual", ["bview", "reolink", "strobe"])
async def test_the_wrong_family_was_chosen(hass: HomeAssistant, actual: str) -> None:
    """The form says so, in both directions."""
    async with running(hass) as unit, FAMILIES[actual]() as other:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(other))
        # A wrong login looks the same at some of them.
        refusal = {CONF_PASSWORD: "invalid_auth"}
        assert shown["errors"] in (STRANGE, refusal)
        shown = await answer(hass, shown, filled(unit, vendor=actual))
        assert shown["errors"] in (STRANGE, refusal)
        created(await answer(hass, shown, filled(unit)))


@pytest.mark.parametrize("manner", MANNERS)
async def test_what_is_no_unit_is_told(hass: HomeAssistant, manner: str) -> None:
    """A web server that is something else is not added, and hears no password."""
    async with Stranger(MANNERS[manner]) as stranger:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(stranger, vendor="auto"))
        assert shown["errors"] == UNKNOWN
        assert with_login(stranger) == []
        assert not stranger.heard(PASSWORD)

        shown = await answer(hass, shown, filled(stranger))
        expected = {
            "camera": {CONF_PASSWORD: "invalid_auth"},
            "failing": {CONF_HOST: "cannot_connect"},
        }
        assert shown["errors"] in (STRANGE, expected.get(manner, STRANGE))
        assert not stranger.heard(PASSWORD)


# Again, and elsewhere


async def test_a_unit_that_is_there_already(hass: HomeAssistant) -> None:
    """Adding it again changes its address and nothing else."""
    async with running(hass) as unit:
        entry = await added(hass, unit)
        data = dict(entry.data)
        hass.config_entries.async_update_entry(
            entry, data={**data, CONF_HOST: "localhost"}
        )
        shown = await begin(hass, SOURCE_USER)
        result = await answer(hass, shown, filled(unit))
        assert aborted(result) == "already_configured"
        assert dict(entry.data) == data
        assert len(hass.config_entries.async_entries(DOMAIN)) == 1


async def test_a_new_login(hass: HomeAssistant) -> None:
    """The unit refuses, a dialog asks, the same unit goes on."""
    async with running(hass) as unit:
        entry = await added(hass, unit)
        unit.set_password("changed later")
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        assert flow["context"]["source"] == "reauth"
        shown = await hass.config_entries.flow.async_configure(flow["flow_id"])
        login = {CONF_USERNAME: "admin", CONF_PASSWORD: "wrong"}
        shown = await answer(hass, shown, login)
        assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}
        login[CONF_PASSWORD] = "changed later"
        result = await answer(hass, shown, login)
        assert aborted(result) == "reauth_successful"
        assert entry.state is ConfigEntryState.LOADED


async def test_another_unit_took_the_place(hass: HomeAssistant) -> None:
    """A new login is for the same unit only."""
    async with running(hass) as unit:
        entry = await added(hass, unit)
        await hass.config_entries.async_unload(entry.entry_id)
        unit.replace(mac="52:3e:42:00:00:01")
        shown = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": "reauth", "entry_id": entry.entry_id},
            data=dict(entry.data),
        )
        assert aborted(await answer(hass, shown, dict(LOGIN))) == "another_device"
        assert entry.data[CONF_PASSWORD] == PASSWORD


async def test_options(hass: HomeAssistant) -> None:
    """Its owner knows whether it turns, and how its inputs rest."""
    async with running(hass) as unit:
        entry = await added(hass, unit)
        flow = await hass.config_entries.options.async_init(entry.entry_id)
        schema = flow["data_schema"]
        assert schema is not None
        assert {"ptz", "alarm_input_inverted"} <= set(schema({}))
        await hass.config_entries.options.async_configure(
            flow["flow_id"], {**schema({}), "ptz": "no"}
        )
        await hass.async_block_till_done()
        absent = {one.key.value for one in entry.runtime_data.device.absent}
        assert {"ptz_up", "ptz_stop", "zoom_in", "ptz_preset"} <= absent
