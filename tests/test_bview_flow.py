"""Adding a B-VIEW camera: the form, new logins and new addresses."""

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from typing import Final
from urllib.parse import unquote

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import Discovered, Login
from custom_components.watchpost.devices.vendors import VENDORS
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
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
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC
from tests.bview_flows import (
    CLOSED,
    FAMILY,
    LOGIN,
    MAC,
    PASSWORD,
    added,
    data_of,
    filled,
    running,
    with_login,
)
from tests.emulators.base import Emulator
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.cbt import CbtEmulator
from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.vserver import VserverEmulator
from tests.flows import (
    Form,
    aborted,
    advanced,
    answer,
    begin,
    created,
)
from tests.stranger import MANNERS, Stranger

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


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_a_camera_is_added(hass: HomeAssistant, vendor: str, auth: str) -> None:
    """Nothing but address and login is needed."""
    async with running(hass, auth=auth, name="Yard") as camera:
        shown = await begin(hass, SOURCE_USER)
        result = await answer(hass, shown, filled(camera, vendor=vendor))

        entry = created(result)
        assert (result["title"], entry.unique_id) == ("Yard", MAC)
        assert dict(entry.data) == data_of(camera)
        assert entry.state is ConfigEntryState.LOADED


async def test_its_device(hass: HomeAssistant) -> None:
    """Who made it, what it is, and by what it is known elsewhere."""
    async with running(hass) as camera:
        entry = await added(hass, camera)

        registry = dr.async_get(hass)
        (device,) = dr.async_entries_for_config_entry(registry, entry.entry_id)
        assert device.manufacturer == "B-VIEW"
        assert (device.model, device.serial_number) == (
            "BV-IPC-2",
            "BV20160714000042",
        )
        assert (device.sw_version, device.hw_version) == ("2.1.8", "1.0.0")
        assert device.connections == {(CONNECTION_NETWORK_MAC, MAC)}
        assert device.identifiers == {(DOMAIN, MAC)}
        assert device.name == "Camera"


@pytest.mark.parametrize("usual", [False, True], ids=["entered", "usual"])
@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.usefixtures("handshakes_may_fail")
async def test_https(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, vendor: str, usual: bool
) -> None:
    """A certificate of its own making is taken unless it has to be verified."""
    async with running(hass, tls=True) as camera:
        section: Form = {CONF_PORT: camera.port, CONF_SSL: True}
        if usual:
            monkeypatch.setattr(VENDORS[FAMILY], "default_ssl_port", camera.port)
            section = {CONF_SSL: True}
        shown = await begin(hass, SOURCE_USER)
        strict = {**section, CONF_VERIFY_SSL: True}
        shown = await answer(
            hass, shown, filled(camera, vendor=vendor, advanced=strict)
        )
        assert shown["errors"] == {"base": "invalid_certificate"}
        assert camera.requests == []

        entry = created(
            await answer(hass, shown, filled(camera, vendor=vendor, advanced=section))
        )

        assert dict(entry.data) == data_of(camera)
        assert entry.state is ConfigEntryState.LOADED


async def test_the_usual_port(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to know that it is 80."""
    assert VENDORS[FAMILY].default_port == 80
    assert VENDORS[FAMILY].default_ssl_port == 443
    async with running(hass) as camera:
        monkeypatch.setattr(VENDORS[FAMILY], "default_port", camera.port)

        entry = await added(hass, camera, advanced={})

        assert dict(entry.data) == data_of(camera)


async def test_a_wrong_port(hass: HomeAssistant) -> None:
    """Nobody answers there; with the right one it goes on."""
    async with running(hass) as camera:
        shown = await begin(hass, SOURCE_USER)
        for vendor in (FAMILY, "auto"):
            wrong = {**advanced(camera), CONF_PORT: CLOSED}
            entered = filled(camera, vendor=vendor, advanced=wrong)
            shown = await answer(hass, shown, entered)
            assert shown["errors"] == {CONF_HOST: "cannot_connect"}

        created(await answer(hass, shown, filled(camera)))


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("auth", ["basic", "digest"])
@pytest.mark.parametrize(
    "wrong", [{CONF_PASSWORD: "wrong"}, {CONF_USERNAME: "nobody"}], ids=["pass", "user"]
)
async def test_a_wrong_login(
    hass: HomeAssistant, vendor: str, auth: str, wrong: Form
) -> None:
    """It is told next to its field, is tried once, and is mended."""
    async with running(hass, auth=auth) as camera:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(camera, vendor=vendor, **wrong))

        assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}
        refused = [one for one in with_login(camera) if one.status == 401]
        assert len(refused) <= 2
        entry = created(await answer(hass, shown, filled(camera, vendor=vendor)))
        assert entry.state is ConfigEntryState.LOADED


async def test_a_camera_that_is_off(hass: HomeAssistant) -> None:
    """It cannot be added before it is on."""
    async with running(hass) as camera:
        camera.power_off()
        shown = await begin(hass, SOURCE_USER)
        for vendor in ("auto", FAMILY):
            shown = await answer(hass, shown, filled(camera, vendor=vendor))
            assert shown["errors"] == {CONF_HOST: "cannot_connect"}
        camera.power_on()
        await camera.settle()

        created(await answer(hass, shown, filled(camera)))


# Whose device it is


FAMILIES: Final[dict[str, Callable[[], Emulator]]] = {
    "bview": lambda: BviewEmulator(BviewOptions.full(password=PASSWORD)),
    "cbt": CbtEmulator,
    "reolink": ReolinkEmulator,
    "strobe": StrobeEmulator,
    "vserver": VserverEmulator,
}


def login_of(emulator: Emulator) -> Form:
    """Return the login of an emulated device."""
    match emulator:
        case (
            BviewEmulator()
            | CbtEmulator()
            | ReolinkEmulator()
            | StrobeEmulator()
            | VserverEmulator()
        ):
            return {
                CONF_USERNAME: emulator.options.username,
                CONF_PASSWORD: emulator.options.password,
            }
    raise TypeError


def test_all_families_are_tried() -> None:
    """Nobody forgets the next one."""
    assert set(FAMILIES) == set(VENDORS)


@pytest.mark.parametrize("name", FAMILIES)
async def test_automatic_knows_each_of_its_neighbors(
    hass: HomeAssistant, name: str
) -> None:
    """A device of each family at one computer: the one that is meant is found."""
    async with AsyncExitStack() as stack:
        devices = {
            family: await stack.enter_async_context(make())
            for family, make in FAMILIES.items()
        }
        device = devices[name]
        shown = await begin(hass, SOURCE_USER)

        entry = created(
            await answer(hass, shown, filled(device, **login_of(device), vendor="auto"))
        )

        assert (entry.data[CONF_VENDOR], entry.data[CONF_PORT]) == (name, device.port)
        assert entry.state is ConfigEntryState.LOADED
        for family, other in devices.items():
            assert family == name or other.requests == []
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("chosen", FAMILIES)
@pytest.mark.parametrize("actual", FAMILIES)
async def test_one_family_recognizes(chosen: str, actual: str) -> None:
    """Each knows its own devices, no others, and tells none of them a login."""
    async with FAMILIES[actual]() as device, ClientSession() as session:
        login = Login(
            host=device.host, port=device.port, username="admin", password=PASSWORD
        )
        found = await VENDORS[chosen].recognize(login, session)

        assert found is (chosen == actual)
        assert device.requests
        assert with_login(device) == []
        for record in device.requests:
            assert PASSWORD.encode() not in record.body
            assert PASSWORD not in unquote(record.raw_query)


@pytest.mark.parametrize("actual", ["reolink", "strobe"])
async def test_the_wrong_family_was_chosen(hass: HomeAssistant, actual: str) -> None:
    """The form says so, in both directions."""
    async with running(hass) as camera, FAMILIES[actual]() as other:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(other))
        assert shown["errors"] == STRANGE
        shown = await answer(hass, shown, filled(camera, vendor=actual))
        # A strobe, too, refuses a login with nothing but the status of HTTP.
        expected = {"strobe": {CONF_PASSWORD: "invalid_auth"}}
        assert shown["errors"] == expected.get(actual, STRANGE)

        created(await answer(hass, shown, filled(camera)))


@pytest.mark.parametrize("manner", MANNERS)
async def test_what_is_no_camera_is_told(hass: HomeAssistant, manner: str) -> None:
    """A web server that is something else is not added, and hears no password."""
    async with Stranger(MANNERS[manner]) as stranger:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(stranger, vendor="auto"))
        assert shown["errors"] == UNKNOWN
        assert stranger.requests
        assert with_login(stranger) == []
        assert not stranger.heard(PASSWORD)

        shown = await answer(hass, shown, filled(stranger))
        expected = {"camera": {CONF_PASSWORD: "invalid_auth"}}
        assert shown["errors"] == expected.get(manner, STRANGE)


# Again, and elsewhere


async def test_a_camera_that_is_there_already(hass: HomeAssistant) -> None:
    """Adding it again changes its address and nothing else."""
    async with running(hass) as camera:
        entry = await added(hass, camera)
        hass.config_entries.async_update_entry(
            entry, data=data_of(camera, **{CONF_HOST: "localhost"})
        )
        shown = await begin(hass, SOURCE_USER)

        result = await answer(hass, shown, filled(camera))

        assert aborted(result) == "already_configured"
        assert dict(entry.data) == data_of(camera)
        assert len(hass.config_entries.async_entries(DOMAIN)) == 1


async def test_a_new_login(hass: HomeAssistant) -> None:
    """The camera refuses, a dialog asks, the same camera goes on."""
    async with running(hass) as camera:
        entry = await added(hass, camera)
        camera.set_password("changed later")
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert camera.requests[-1].status == 401
        (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        assert flow["context"]["source"] == "reauth"
        shown = await hass.config_entries.flow.async_configure(flow["flow_id"])
        login = {CONF_USERNAME: "admin", CONF_PASSWORD: "wrong"}
        shown = await answer(hass, shown, login)
        assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}
        login[CONF_PASSWORD] = "changed later"

        result = await answer(hass, shown, login)

        assert aborted(result) == "reauth_successful"
        assert entry.data[CONF_PASSWORD] == "changed later"
        assert entry.state is ConfigEntryState.LOADED


async def test_another_camera_took_the_place(hass: HomeAssistant) -> None:
    """A new login is for the same camera only."""
    async with running(hass) as camera:
        entry = await added(hass, camera)
        await hass.config_entries.async_unload(entry.entry_id)
        camera.replace(mac="02:BB:1E:00:00:01")
        shown = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": "reauth", "entry_id": entry.entry_id},
            data=dict(entry.data),
        )

        assert aborted(await answer(hass, shown, dict(LOGIN))) == "another_device"
        assert entry.data[CONF_PASSWORD] == PASSWORD


@pytest.mark.usefixtures("handshakes_may_fail")
async def test_a_new_address(hass: HomeAssistant) -> None:
    """The same camera at another port is taken, another camera is not."""
    other = BviewOptions.full(
        password=PASSWORD, mac="02:BB:1E:00:00:01", serial="BV20160714000043"
    )
    async with (
        running(hass, tls=True) as moved,
        BviewEmulator(other) as another,
        running(hass) as camera,
    ):
        entry = await added(hass, camera)

        async def reconfigure(emulator: BviewEmulator) -> str | None:
            shown = await hass.config_entries.flow.async_init(
                DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
            )
            # No form shows the password; an empty one is the old one.
            place: Form = {
                CONF_HOST: emulator.host,
                CONF_USERNAME: "admin",
                CONF_ADVANCED: advanced(emulator),
            }
            return aborted(await answer(hass, shown, place))

        assert await reconfigure(another) == "another_device"
        assert entry.data[CONF_PORT] == camera.port
        assert await reconfigure(moved) == "reconfigure_successful"
        assert dict(entry.data) == data_of(moved)
        assert entry.state is ConfigEntryState.LOADED
