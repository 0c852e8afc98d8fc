"""A device that is there already: new logins and new addresses by hand."""

from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_ADVANCED, CONF_VENDOR, DOMAIN
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
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
from tests.conftest import strobe_data
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.options import DEMO_PASSWORD, DEMO_USERNAME
from tests.flows import Form, aborted, advanced, answer, form, left_alone, suggested

OTHER_MAC: Final = "8C-1F-64-A3-00-01"


def changed(strobe: StrobeEmulator, **changes: Form | str) -> Form:
    """Return the form for a new address, filled in."""
    filled = {**form(strobe), **changes}
    del filled[CONF_VENDOR]
    return filled


async def test_a_new_login_is_asked_for_until_it_is_right(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Reauthentication stores what works and sets the entry up again."""
    strobe.set_password("new one", keep_sessions=True)
    shown = await loaded_strobe.start_reauth_flow(hass)
    assert (shown["step_id"], shown["errors"]) == ("reauth_confirm", {})
    assert suggested(shown) == {CONF_USERNAME: DEMO_USERNAME}

    wrong = {CONF_USERNAME: DEMO_USERNAME, CONF_PASSWORD: "wrong"}
    shown = await answer(hass, shown, wrong)
    assert shown["errors"] == {CONF_PASSWORD: "invalid_auth"}

    right = {CONF_USERNAME: DEMO_USERNAME, CONF_PASSWORD: "new one"}
    assert aborted(await answer(hass, shown, right)) == "reauth_successful"
    assert loaded_strobe.data == strobe_data(strobe)
    assert loaded_strobe.state is ConfigEntryState.LOADED
    left_alone(strobe, sessions=1)


async def test_a_new_login_for_a_device_that_is_away(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Without an address in the form, the error stands above it."""
    shown = await loaded_strobe.start_reauth_flow(hass)
    login = {CONF_USERNAME: DEMO_USERNAME, CONF_PASSWORD: DEMO_PASSWORD}
    strobe.power_off()

    shown = await answer(hass, shown, login)

    assert shown["errors"] == {"base": "cannot_connect"}
    strobe.power_on()
    await strobe.settle()
    assert aborted(await answer(hass, shown, login)) == "reauth_successful"


async def test_a_new_login_does_not_make_it_another_device(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """The login of another unit at the same address is not stored."""
    shown = await loaded_strobe.start_reauth_flow(hass)
    strobe.replace(mac=OTHER_MAC)
    strobe.set_password("of another")

    login = {CONF_USERNAME: DEMO_USERNAME, CONF_PASSWORD: "of another"}
    assert aborted(await answer(hass, shown, login)) == "another_device"

    assert loaded_strobe.data[CONF_PASSWORD] == DEMO_PASSWORD
    left_alone(strobe)


async def test_the_form_shows_the_present_address(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Everything but the password is filled in."""
    shown = await loaded_strobe.start_reconfigure_flow(hass)

    assert suggested(shown) == {
        CONF_HOST: strobe.host,
        CONF_USERNAME: DEMO_USERNAME,
        CONF_PASSWORD: "",
        CONF_ADVANCED: advanced(strobe),
    }


@pytest.mark.usefixtures("handshakes_may_fail")
async def test_a_device_moves_by_hand(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Address, port, TLS and login change at once; an error is overcome."""
    shown = await loaded_strobe.start_reconfigure_flow(hass)
    async with StrobeEmulator(StrobeOptions(password="moved"), tls=True) as moved:
        wrong = changed(moved, advanced=advanced(moved, ssl=False))
        shown = await answer(hass, shown, wrong)
        assert shown["errors"] == {CONF_HOST: "cannot_connect"}

        right = changed(moved, password="moved")
        assert aborted(await answer(hass, shown, right)) == "reconfigure_successful"

        assert loaded_strobe.data == strobe_data(moved, ssl=True)
        assert loaded_strobe.state is ConfigEntryState.LOADED
        assert strobe.sessions.open == []
        left_alone(moved, sessions=1)
        await hass.config_entries.async_unload(loaded_strobe.entry_id)


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param((CONF_PASSWORD,), id="no_password"),
        pytest.param((CONF_PASSWORD, CONF_ADVANCED), id="no_password_no_section"),
    ],
)
async def test_what_is_left_out_stays(
    hass: HomeAssistant,
    loaded_strobe: MockConfigEntry,
    strobe: StrobeEmulator,
    left_out: tuple[str, ...],
) -> None:
    """The stored password and port are kept."""
    before = dict(loaded_strobe.data)
    filled = changed(strobe)
    for name in left_out:
        del filled[name]

    shown = await loaded_strobe.start_reconfigure_flow(hass)

    assert aborted(await answer(hass, shown, filled)) == "reconfigure_successful"
    assert loaded_strobe.data == before


async def test_an_empty_password_keeps_the_stored_one(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Nobody has to type it again."""
    shown = await loaded_strobe.start_reconfigure_flow(hass)
    filled = changed(strobe, password="", host=f"{strobe.host}:{strobe.port}")

    assert aborted(await answer(hass, shown, filled)) == "reconfigure_successful"
    assert loaded_strobe.data[CONF_PASSWORD] == DEMO_PASSWORD
    assert set(loaded_strobe.data) == {
        CONF_VENDOR,
        CONF_HOST,
        CONF_PORT,
        CONF_SSL,
        CONF_VERIFY_SSL,
        CONF_USERNAME,
        CONF_PASSWORD,
    }


@pytest.mark.parametrize(
    ("entered", "error"),
    [
        pytest.param({CONF_USERNAME: ""}, {CONF_PASSWORD: "invalid_auth"}, id="name"),
        pytest.param({CONF_HOST: ""}, {CONF_HOST: "invalid_host"}, id="host"),
        pytest.param({CONF_HOST: "a b"}, {CONF_HOST: "invalid_host"}, id="two_words"),
    ],
)
async def test_what_cannot_be_left_empty(
    hass: HomeAssistant,
    loaded_strobe: MockConfigEntry,
    strobe: StrobeEmulator,
    entered: Form,
    error: dict[str, str],
) -> None:
    """An empty field is an error next to it, not a failure."""
    shown = await loaded_strobe.start_reconfigure_flow(hass)

    shown = await answer(hass, shown, changed(strobe, **entered))

    assert shown["errors"] == error
    result = await answer(hass, shown, changed(strobe))
    assert aborted(result) == "reconfigure_successful"


async def test_another_device_is_refused(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry
) -> None:
    """An entry stays with its device."""
    before = dict(loaded_strobe.data)
    shown = await loaded_strobe.start_reconfigure_flow(hass)
    async with StrobeEmulator(StrobeOptions(mac=OTHER_MAC)) as other:
        result = await answer(hass, shown, changed(other))

        assert aborted(result) == "another_device"
        left_alone(other)
    assert loaded_strobe.data == before


async def test_what_is_no_device_has_no_family_field_to_stand_at(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """The family cannot be changed, so the error stands above the form."""
    shown = await loaded_strobe.start_reconfigure_flow(hass)
    strobe.faults.add("http_status", "*/Login", code=404)

    shown = await answer(hass, shown, changed(strobe))

    assert shown["errors"] == {"base": "wrong_family"}
    result = await answer(hass, shown, changed(strobe))
    assert aborted(result) == "reconfigure_successful"
    assert not hass.config_entries.flow.async_progress_by_handler(
        DOMAIN, match_context={"source": SOURCE_REAUTH}
    )
    assert not hass.config_entries.flow.async_progress_by_handler(
        DOMAIN, match_context={"source": SOURCE_RECONFIGURE}
    )
