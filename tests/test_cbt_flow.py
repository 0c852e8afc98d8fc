"""Adding a cgi_action camera: the form, new logins, and whose device it is."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import Discovered
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
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC
from tests.emulators.base import Emulator, RequestRecord
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.cbt import CbtEmulator, CbtOptions, digest
from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.vserver import VserverEmulator
from tests.flows import Form, aborted, advanced, answer, begin, created
from tests.stranger import MANNERS, Stranger

FAMILY: Final = "cbt"
PASSWORD: Final = "p@ss:w/ö rd#%&+"
MAC: Final = "88:07:cb:00:02:be"
CLOSED: Final = 9
LOGIN: Final = {CONF_USERNAME: "admin", CONF_PASSWORD: PASSWORD}


@pytest.fixture(autouse=True)
def _nobody_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep searches away from the network."""

    async def nobody(
        _targets: Iterable[str], _session: ClientSession
    ) -> tuple[Discovered, ...]:
        return ()

    for vendor in VENDORS.values():
        monkeypatch.setattr(vendor, "discover", nobody)


async def unload(hass: HomeAssistant) -> None:
    """Unload what was added."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@asynccontextmanager
async def running(
    hass: HomeAssistant, *, tls: bool = False, **changes: Any
) -> AsyncIterator[CbtEmulator]:
    """Run a camera; entries that were made for it are unloaded before it ends."""
    options = CbtOptions.full(**{"password": PASSWORD, **changes})
    async with CbtEmulator(options, tls=tls) as camera:
        yield camera
        await unload(hass)
        assert camera.dangerous == []
        assert camera.writes == []
        assert camera.ptz.moves == []
        assert camera.door_openings == []


def filled(camera: Emulator, **changes: Any) -> Form:
    """Return the form for a camera, filled in."""
    return {
        CONF_HOST: camera.host,
        **LOGIN,
        CONF_VENDOR: FAMILY,
        CONF_ADVANCED: advanced(camera),
        **changes,
    }


def data_of(camera: CbtEmulator, **changes: Any) -> Form:
    """Return the data of an entry for a camera."""
    return {
        CONF_VENDOR: FAMILY,
        CONF_HOST: camera.host,
        CONF_PORT: camera.port,
        CONF_SSL: camera.tls,
        CONF_VERIFY_SSL: False,
        **LOGIN,
        **changes,
    }


async def added(
    hass: HomeAssistant, camera: CbtEmulator, **changes: Any
) -> ConfigEntry:
    """Add a camera as its owner does."""
    shown = await begin(hass, SOURCE_USER)
    return created(await answer(hass, shown, filled(camera, **changes)))


@pytest.mark.parametrize("vendor", [FAMILY, "auto"])
@pytest.mark.parametrize("auth", ["url", "digest", "basic", "none"])
async def test_a_camera_is_added(hass: HomeAssistant, vendor: str, auth: str) -> None:
    """Nothing but address and login is needed."""
    async with running(hass, auth=auth, name="Yard") as camera:
        shown = await begin(hass, SOURCE_USER)
        result = await answer(hass, shown, filled(camera, vendor=vendor))
        if vendor == "auto" and auth in ("digest", "basic"):
            # A bare 401 can come from anybody.
            assert result["errors"] == {CONF_VENDOR: "family_unknown"}
            result = await answer(hass, result, filled(camera))
        entry = created(result)
        assert (result["title"], entry.unique_id) == ("Yard", MAC)
        assert dict(entry.data) == data_of(camera)
        assert entry.state is ConfigEntryState.LOADED
        registry = dr.async_get(hass)
        (device,) = dr.async_entries_for_config_entry(registry, entry.entry_id)
        assert device.connections == {(CONNECTION_NETWORK_MAC, MAC)}
        assert device.identifiers == {(DOMAIN, MAC)}


async def test_the_usual_port(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to know that it is 80."""
    assert VENDORS[FAMILY].default_port == 80
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
@pytest.mark.parametrize(
    "wrong", [{CONF_PASSWORD: "wrong"}, {CONF_USERNAME: "nobody"}], ids=["pass", "user"]
)
async def test_a_wrong_login(hass: HomeAssistant, vendor: str, wrong: Form) -> None:
    """It is told next to its field, after two refusals, and is mended."""
    async with running(hass) as camera:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(camera, vendor=vendor, **wrong))
        assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}
        user = wrong.get(CONF_USERNAME, "admin")
        asked = [one for one in camera.requests if one.query.get("user") == user]
        assert len(asked) == 2
        entry = created(await answer(hass, shown, filled(camera, vendor=vendor)))
        assert entry.state is ConfigEntryState.LOADED


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


async def test_another_camera_took_the_place(hass: HomeAssistant) -> None:
    """A new login is for the same camera only."""
    async with running(hass) as camera:
        entry = await added(hass, camera)
        await hass.config_entries.async_unload(entry.entry_id)
        camera.replace(mac="88-07-cb-00-00-99")
        shown = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": "reauth", "entry_id": entry.entry_id},
            data=dict(entry.data),
        )
        assert aborted(await answer(hass, shown, dict(LOGIN))) == "another_device"


# Whose device it is


FAMILIES: Final[dict[str, Callable[[], Emulator]]] = {
    "bview": lambda: BviewEmulator(BviewOptions.full(password=PASSWORD)),
    "cbt": lambda: CbtEmulator(CbtOptions.full(password=PASSWORD)),
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


def carries(record: RequestRecord, login: Form) -> bool:
    """Tell whether a request gives away a login, openly or as a digest of it."""
    text = f"{unquote(record.raw_query)} {record.body!r} {record.path}"
    password = login[CONF_PASSWORD]
    told = password in text or digest(password) in text
    return told or "Authorization" in record.headers


def family_of(record: RequestRecord) -> str:
    """Return who asks like this."""
    for part, family in (
        ("/action/", "cbt"),
        ("/System/", "bview"),
        ("/cgi-bin/api.cgi", "reolink"),
        ("/ISAPI", "strobe"),
        ("/cgi/", "vserver"),
    ):
        if part in record.path:
            return family
    return "bview" if record.path[1:2].isupper() else "unknown"


def test_all_families_are_tried() -> None:
    """Nobody forgets the next one."""
    assert set(FAMILIES) == set(VENDORS)


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("actual", FAMILIES)
async def test_automatic(hass: HomeAssistant, actual: str, right: bool) -> None:
    """With a right and a wrong password the same family is taken."""
    async with FAMILIES[actual]() as device:
        login = login_of(device)
        entered = dict(login) if right else {**login, CONF_PASSWORD: "not this one"}
        shown = await begin(hass, SOURCE_USER)
        result = await answer(hass, shown, filled(device, **entered, vendor="auto"))
        asked = [(family_of(one), carries(one, entered)) for one in device.requests]
        # Everybody asks once without a login, then the family that was found.
        assert asked[:5] == [(family, False) for family in FAMILIES]
        told = {family for family, secret in asked[5:] if secret}
        assert told == {actual}
        assert len(asked) > 5 if right else len(asked) <= 7
        if right:
            assert created(result).data[CONF_VENDOR] == actual
        else:
            assert result["errors"] == {CONF_PASSWORD: "invalid_auth"}
        await unload(hass)


@pytest.mark.parametrize("chosen", FAMILIES)
@pytest.mark.parametrize("actual", FAMILIES)
async def test_a_family_that_is_chosen(
    hass: HomeAssistant, actual: str, chosen: str
) -> None:
    """Its own devices are added; others are not, and the form says why."""
    async with FAMILIES[actual]() as device:
        login = login_of(device)
        shown = await begin(hass, SOURCE_USER)
        result = await answer(hass, shown, filled(device, **login, vendor=chosen))
        if actual == chosen:
            assert created(result).data[CONF_VENDOR] == actual
        else:
            # What refuses everybody with a bare 401 may be of that family.
            bare = actual in ("bview", "vserver") and chosen == "strobe"
            field = CONF_PASSWORD if bare else CONF_VENDOR
            expected = "invalid_auth" if bare else "wrong_family"
            assert result["errors"] == {field: expected}
        await unload(hass)


@pytest.mark.parametrize("manner", MANNERS)
async def test_what_is_no_camera_is_told(hass: HomeAssistant, manner: str) -> None:
    """A web server that is something else is not added, and hears no password."""
    async with Stranger(MANNERS[manner]) as stranger:
        shown = await begin(hass, SOURCE_USER)
        shown = await answer(hass, shown, filled(stranger, vendor="auto"))
        assert shown["errors"] == {CONF_VENDOR: "family_unknown"}
        assert [one for one in stranger.requests if carries(one, LOGIN)] == []

        shown = await answer(hass, shown, filled(stranger))
        expected = {"camera": {CONF_PASSWORD: "invalid_auth"}}
        assert shown["errors"] == expected.get(manner, {CONF_VENDOR: "wrong_family"})
