"""Adding a device: the form, what can be wrong in it, and what becomes of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_socket import socket_allow_hosts

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.options import DEMO_PASSWORD, DEMO_USERNAME
from tests.flows import (
    Form,
    aborted,
    advanced,
    answer,
    begin,
    created,
    form,
    left_alone,
)
from tests.stranger import MANNERS, Stranger

UNIQUE_ID: Final = "8c:1f:64:a3:6b:a9"
LOGIN: Final = {CONF_USERNAME: DEMO_USERNAME, CONF_PASSWORD: DEMO_PASSWORD}

type Act = Callable[[StrobeEmulator], None]


def nothing(strobe: StrobeEmulator) -> None:
    """Leave the unit as it is."""


def take_all_sessions(strobe: StrobeEmulator) -> None:
    """Log in elsewhere until nobody else can."""
    for _ in range(strobe.options.max_links):
        strobe.sessions.create()


def drop_twice(strobe: StrobeEmulator) -> None:
    """Cut the connection, also when asked again."""
    strobe.faults.add("drop_before", "*/DeviceInfo", count=2)


def hide_identity(strobe: StrobeEmulator) -> None:
    """Have the unit tell nothing by which it could be known again."""
    strobe.options.mac = strobe.options.device_id = ""


def tell_identity(strobe: StrobeEmulator) -> None:
    """Have the unit tell its address again."""
    strobe.options.mac = StrobeOptions().mac


@pytest.fixture
async def secure_strobe(handshakes_may_fail: None) -> AsyncIterator[StrobeEmulator]:
    """Run an emulated strobe with a certificate of its own making."""
    async with StrobeEmulator(tls=True) as emulator:
        yield emulator


@pytest.mark.parametrize("vendor", ["strobe", "auto"])
async def test_a_device_is_added(
    hass: HomeAssistant, strobe: StrobeEmulator, vendor: str
) -> None:
    """The form needs nothing but address, login and, with luck, no family."""
    shown = await begin(hass, SOURCE_USER)
    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "user")
    assert shown["errors"] == {}

    result = await answer(hass, shown, form(strobe, vendor=vendor))

    entry = created(result)
    assert result["title"] == "StrobeSpeaker"
    assert entry.unique_id == UNIQUE_ID
    assert dict(entry.data) == {
        CONF_VENDOR: "strobe",
        CONF_HOST: strobe.host,
        CONF_PORT: strobe.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        **LOGIN,
    }
    assert entry.state is ConfigEntryState.LOADED
    # One session for the probe, which is closed, and one for the entry.
    assert strobe.sessions.opened == 2
    left_alone(strobe, sessions=1)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that is wrong when the form is sent for the first time."""

    error: dict[str, str]
    entered: Form = field(default_factory=dict)
    act: Act = nothing
    mend: Act = nothing


TROUBLES: Final = {
    "no_power": Trouble(
        error={CONF_HOST: "cannot_connect"},
        act=StrobeEmulator.power_off,
        mend=StrobeEmulator.power_on,
    ),
    "no_power_auto": Trouble(
        error={CONF_HOST: "cannot_connect"},
        entered={CONF_VENDOR: "auto"},
        act=StrobeEmulator.power_off,
        mend=StrobeEmulator.power_on,
    ),
    "dropped": Trouble(
        error={CONF_HOST: "cannot_connect"},
        act=drop_twice,
    ),
    "wrong_password": Trouble(
        error={CONF_PASSWORD: "invalid_auth"}, entered={CONF_PASSWORD: "wrong"}
    ),
    "wrong_user": Trouble(
        error={CONF_PASSWORD: "invalid_auth"}, entered={CONF_USERNAME: "nobody"}
    ),
    "sessions_full": Trouble(
        error={"base": "sessions_full"},
        act=take_all_sessions,
        mend=StrobeEmulator.expire_sessions,
    ),
    "no_identity": Trouble(
        error={"base": "no_identity"}, act=hide_identity, mend=tell_identity
    ),
    "two_words": Trouble(
        error={CONF_HOST: "invalid_host"}, entered={CONF_HOST: "the porch"}
    ),
    "no_host": Trouble(error={CONF_HOST: "invalid_host"}, entered={CONF_HOST: " "}),
    "scheme_only": Trouble(
        error={CONF_HOST: "invalid_host"}, entered={CONF_HOST: "http://"}
    ),
    "half_bracket": Trouble(
        error={CONF_HOST: "invalid_host"}, entered={CONF_HOST: "[::1"}
    ),
    "backslash": Trouble(
        error={CONF_HOST: "invalid_host"}, entered={CONF_HOST: "\\\\porch"}
    ),
    "port_too_high": Trouble(
        error={CONF_HOST: "invalid_host"}, entered={CONF_HOST: "127.0.0.1:99999"}
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_an_error_stands_next_to_its_field_and_is_overcome(
    hass: HomeAssistant, strobe: StrobeEmulator, trouble: Trouble
) -> None:
    """The form says what is wrong, keeps what was typed, and works when it is not."""
    shown = await begin(hass, SOURCE_USER)
    trouble.act(strobe)

    shown = await answer(hass, shown, form(strobe, **trouble.entered))

    assert shown["errors"] == trouble.error
    trouble.mend(strobe)
    await strobe.settle()
    left_alone(strobe)
    entry = created(await answer(hass, shown, form(strobe)))
    assert entry.unique_id == UNIQUE_ID


@pytest.mark.parametrize("manner", ["page", "json", "not_found", "redirect", "failing"])
async def test_what_is_no_strobe_is_told(
    hass: HomeAssistant, strobe: StrobeEmulator, manner: str
) -> None:
    """A web server that is something else is not added."""
    shown = await begin(hass, SOURCE_USER)
    async with Stranger(MANNERS[manner]) as stranger:
        shown = await answer(hass, shown, form(stranger))

    assert shown["errors"] == {CONF_VENDOR: "wrong_family"}
    created(await answer(hass, shown, form(strobe)))


@pytest.mark.parametrize("manner", MANNERS)
async def test_a_stranger_never_sees_the_login(
    hass: HomeAssistant, strobe: StrobeEmulator, manner: str
) -> None:
    """Automatic asks harmlessly, and asks the person when that tells nothing."""
    shown = await begin(hass, SOURCE_USER)
    async with Stranger(MANNERS[manner]) as stranger:
        shown = await answer(hass, shown, form(stranger, vendor="auto"))

        assert shown["errors"] == {CONF_VENDOR: "family_unknown"}
        assert stranger.requests
        assert not stranger.heard(DEMO_PASSWORD)
        assert not stranger.heard("Authorization")
        assert not stranger.heard("Login")
    created(await answer(hass, shown, form(strobe, vendor="auto")))


@pytest.mark.parametrize("vendor", ["strobe", "auto"])
async def test_a_certificate_that_cannot_be_verified(
    hass: HomeAssistant, secure_strobe: StrobeEmulator, vendor: str
) -> None:
    """TLS works without verification, and with it the form says why not."""
    shown = await begin(hass, SOURCE_USER)
    strict = advanced(secure_strobe, verify_ssl=True)
    filled = form(secure_strobe, vendor=vendor)

    shown = await answer(hass, shown, {**filled, CONF_ADVANCED: strict})

    assert shown["errors"] == {"base": "invalid_certificate"}
    assert not secure_strobe.requests
    entry = created(await answer(hass, shown, filled))
    assert (entry.data[CONF_SSL], entry.data[CONF_VERIFY_SSL]) == (True, False)
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("entered", "section"),
    [
        pytest.param("http://{host}:{port}/", None, id="url"),
        pytest.param("http://admin@{host}:{port}/login.asp?x=1", None, id="long_url"),
        pytest.param("{host}:{port}", None, id="host_and_port"),
        pytest.param("  {host}:{port} ", {CONF_SSL: False}, id="blanks"),
        pytest.param("{host}:{port}", {CONF_PORT: 1}, id="address_before_field"),
    ],
)
async def test_people_paste_addresses(
    hass: HomeAssistant, strobe: StrobeEmulator, entered: str, section: Form | None
) -> None:
    """Scheme, port and blanks are understood; the section may be left out."""
    filled = form(strobe, host=entered.format(host=strobe.host, port=strobe.port))
    del filled[CONF_ADVANCED]
    sections = {} if section is None else {CONF_ADVANCED: section}

    shown = await begin(hass, SOURCE_USER)
    entry = created(await answer(hass, shown, {**filled, **sections}))

    address = {key: entry.data[key] for key in (CONF_HOST, CONF_PORT, CONF_SSL)}
    assert address == {CONF_HOST: strobe.host, CONF_PORT: strobe.port, CONF_SSL: False}


async def test_https_in_a_pasted_address_counts(
    hass: HomeAssistant, secure_strobe: StrobeEmulator
) -> None:
    """The scheme chooses TLS."""
    filled = form(secure_strobe, host=secure_strobe.url)
    del filled[CONF_ADVANCED]

    entry = created(await answer(hass, await begin(hass, SOURCE_USER), filled))

    assert entry.data[CONF_SSL] is True
    assert entry.data[CONF_PORT] == secure_strobe.port


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        pytest.param("::1", "::1", id="bare"),
        pytest.param("[::1]", "::1", id="in_brackets"),
        pytest.param("http://[::1]:{port}", "::1", id="url"),
    ],
)
async def test_an_address_of_ip_version_6(
    hass: HomeAssistant, strobe: StrobeEmulator, entered: str, kept: str
) -> None:
    """Addresses with colons are no host and port."""
    socket_allow_hosts([strobe.host, "::1"])

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(4096):
            target.write(data)
        target.close()

    async def forward(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        inner = await asyncio.open_connection(strobe.host, strobe.port)
        await asyncio.gather(copy(reader, inner[1]), copy(inner[0], writer))

    server = await asyncio.start_server(forward, "::1", 0)
    port = server.sockets[0].getsockname()[1]
    filled = form(
        strobe,
        host=entered.format(port=port),
        advanced=advanced(strobe, port=port),
    )

    entry = created(await answer(hass, await begin(hass, SOURCE_USER), filled))

    assert (entry.data[CONF_HOST], entry.data[CONF_PORT]) == (kept, port)
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)
    server.close()


@pytest.mark.parametrize("ssl", [False, True], ids=["http", "https"])
async def test_without_a_port_the_usual_one_is_asked(
    hass: HomeAssistant, strobe: StrobeEmulator, ssl: bool
) -> None:
    """Nothing listens on the usual ports here, so the right one is asked for."""
    shown = await begin(hass, SOURCE_USER)

    shown = await answer(hass, shown, form(strobe, advanced={CONF_SSL: ssl}))

    assert shown["errors"] == {CONF_HOST: "cannot_connect"}
    assert not strobe.requests
    created(await answer(hass, shown, form(strobe)))


async def test_a_device_that_is_there_already(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Adding it again follows it to its new address and adds nothing."""
    hass.config_entries.async_update_entry(
        loaded_strobe, data={**loaded_strobe.data, CONF_HOST: "localhost"}
    )

    result = await answer(hass, await begin(hass, SOURCE_USER), form(strobe))

    assert aborted(result) == "already_configured"
    assert loaded_strobe.data[CONF_HOST] == strobe.host
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1
    assert loaded_strobe.state is ConfigEntryState.LOADED
    left_alone(strobe, sessions=1)
