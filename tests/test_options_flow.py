"""Options: what no answer of the device tells, and how its events come in."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_EVENT_PATH
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.documents import ALARM, HTTP_LINK
from tests.home import Home, confirm, enter

OPTIONS: dict[str, Any] = {
    "event_path": "poll",
    "alarm_mails": False,
    "alarm_request": "auto",
    "audio_format": "wav_8k",
}
EARLIER = {
    "Enabled": "1",
    "Server": "http://192.0.2.7/alarm?x=1&y=2",
    "AuthMethod": "3",
    "AuthKey": "nvr",
    "AuthValue": "of the recorder",
}
"""The target to which the unit reported before anybody asked it otherwise."""


async def show(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the options."""
    return await hass.config_entries.options.async_init(entry.entry_id)


async def choose(
    hass: HomeAssistant, shown: ConfigFlowResult, **options: str
) -> ConfigFlowResult:
    """Choose options, and save them if nothing is wrong."""
    assert shown["type"] is FlowResultType.FORM, shown
    return await confirm(hass, await enter(hass, shown, {**OPTIONS, **options}))


def point(strobe: StrobeEmulator, target: dict[str, str]) -> None:
    """Have the unit report to an address of somebody else."""
    for name, value in target.items():
        strobe.documents[HTTP_LINK].set(name, value)


def target(strobe: StrobeEmulator) -> dict[str, str]:
    """Return where the unit reports to."""
    return {name: strobe.documents[HTTP_LINK].get(name) for name in EARLIER}


async def test_the_form_offers_every_option(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry
) -> None:
    """Everything has a default."""
    shown = await show(hass, loaded_strobe)

    assert (shown["step_id"], shown["errors"]) == ("init", {})
    assert shown["description_placeholders"] == {"device": "Porch"}
    schema = shown["data_schema"]
    assert schema is not None
    assert schema({}) == OPTIONS


async def test_a_device_that_is_not_connected_has_no_options(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry
) -> None:
    """What cannot be asked cannot be changed."""
    await hass.config_entries.async_unload(loaded_strobe.entry_id)

    shown = await show(hass, loaded_strobe)

    assert (shown["type"], shown["reason"]) == (FlowResultType.ABORT, "not_loaded")


@pytest.mark.parametrize(
    ("form", "path"),
    [
        pytest.param("url", "/ISAPI/Event/UrlApiAlarm", id="url"),
        pytest.param("xml", "/ISAPI/Event/ApiAlarm", id="xml"),
    ],
)
async def test_the_form_of_alarms_changes_at_once(
    hass: HomeAssistant, home: Home, form: str, path: str
) -> None:
    """The entry is set up anew with the option."""
    result = await choose(hass, await show(hass, home.entry), alarm_request=form)
    assert result["type"] is FlowResultType.CREATE_ENTRY

    await home.act("siren", "siren", "turn_on")

    assert home.strobe.requests_to(path)
    assert len(home.strobe.alarm_calls) == 1


async def test_events_by_webhook_are_proven_by_a_real_message(
    hass: HomeAssistant, webhook_home: Home
) -> None:
    """The unit is pointed at Home Assistant and delivers a test without a sound."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    point(strobe, EARLIER)

    result = await choose(hass, await show(hass, entry), event_path="webhook")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options[CONF_EVENT_PATH] == "webhook"
    (push,) = strobe.pushes
    assert (push.status, push.error) == (200, None)
    assert push.url.startswith(f"{hass.config.internal_url}/api/webhook/")
    now = target(strobe)
    assert now["Server"] == push.url
    assert (now["Enabled"], now["AuthMethod"], now["AuthKey"]) == (
        "1",
        "1",
        "X-Watchpost-Token",
    )
    assert strobe.documents.schedules(ALARM)[0].get("HTTPMsgEnabled") == "1"
    assert not [change for change in strobe.timeline if change.cause == "api"]
    assert webhook_home.value("binary_sensor", "event_delivery") == "on"


async def test_back_to_polling_gives_the_earlier_target_back(
    hass: HomeAssistant, webhook_home: Home
) -> None:
    """Nothing of Home Assistant stays on the unit."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    point(strobe, EARLIER)
    before = strobe.documents[ALARM]
    schedules = [(one.name, one.text) for one in before.walk()]
    await choose(hass, await show(hass, entry), event_path="webhook")

    result = await choose(hass, await show(hass, entry), event_path="poll")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert target(strobe) == EARLIER
    assert [(one.name, one.text) for one in strobe.documents[ALARM].walk()] == schedules
    assert webhook_home.find("binary_sensor", "event_delivery") is None or (
        webhook_home.value("binary_sensor", "event_delivery") == "unavailable"
    )


async def test_saving_the_webhook_again_asks_nothing_of_the_unit(
    hass: HomeAssistant, webhook_home: Home
) -> None:
    """Another option can be changed without another test message."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    await choose(hass, await show(hass, entry), event_path="webhook")
    strobe.forget()

    shown = await show(hass, entry)
    await choose(hass, shown, event_path="webhook", audio_format="mp3")

    assert entry.options == {
        **OPTIONS,
        "event_path": "webhook",
        "audio_format": "mp3",
    }
    assert not [r for r in strobe.requests if r.method != "POST"]
    assert len(strobe.pushes) == 1


@pytest.mark.parametrize(
    "internal_url",
    [
        pytest.param("https://home.example:8123", id="https"),
        pytest.param(None, id="none"),
    ],
)
async def test_a_home_that_the_unit_could_not_reach(
    hass: HomeAssistant, webhook_home: Home, internal_url: str | None
) -> None:
    """Without an internal http address nothing is asked of the unit."""
    reachable, hass.config.internal_url = hass.config.internal_url, internal_url
    hass.config.api = None
    shown = await show(hass, webhook_home.entry)
    webhook_home.strobe.forget()

    shown = await choose(hass, shown, event_path="webhook")

    assert shown["errors"] == {CONF_EVENT_PATH: "no_internal_url"}
    assert not webhook_home.strobe.requests
    hass.config.internal_url = reachable
    result = await choose(hass, shown, event_path="webhook")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_test_message_that_the_unit_refuses_to_send(
    hass: HomeAssistant, webhook_home: Home
) -> None:
    """The unit is set back, and the form says what to look at."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    point(strobe, EARLIER)
    strobe.faults.add("app_error", "/ISAPI/Event/*", code=502)
    shown = await show(hass, entry)

    shown = await choose(hass, shown, event_path="webhook")

    assert shown["errors"] == {CONF_EVENT_PATH: "event_test_refused"}
    assert target(strobe) == EARLIER
    assert entry.options == {}
    result = await choose(hass, shown, event_path="webhook")
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "code", "error"),
    [
        pytest.param("drop_before", 0, "cannot_connect", id="away"),
        pytest.param("app_error", 402, "wrong_family", id="refused"),
        pytest.param("http_status", 404, "wrong_family", id="absent"),
        pytest.param("http_status", 409, "wrong_family", id="conflict"),
    ],
)
async def test_a_unit_that_does_not_take_the_address(
    hass: HomeAssistant, webhook_home: Home, fault: str, code: int, error: str
) -> None:
    """The form tells a refusal from a unit that is away."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    before = target(strobe)
    strobe.faults.add(fault, HTTP_LINK, method="PUT", count=2, code=code)
    shown = await show(hass, entry)

    shown = await choose(hass, shown, event_path="webhook")

    assert shown["errors"] == {CONF_EVENT_PATH: error}
    assert target(strobe) == before
    strobe.faults.clear()
    result = await choose(hass, shown, event_path="webhook")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_what_could_not_be_given_back_is_given_back_later(
    hass: HomeAssistant, webhook_home: Home
) -> None:
    """A unit that goes away in the middle is not left pointing at Home Assistant."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    point(strobe, EARLIER)
    strobe.faults.add("http_status", "/ISAPI/Event/*", code=500)
    away = strobe.faults.add("http_status", HTTP_LINK, skip=3, count=None, code=500)
    shown = await show(hass, entry)
    shown = await choose(hass, shown, event_path="webhook")
    assert shown["errors"] is not None
    assert target(strobe)["Server"] != EARLIER["Server"]
    strobe.faults.remove(away)

    result = await choose(hass, shown, event_path="poll")

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert target(strobe) == EARLIER
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("moment", ["loaded", "unloaded"])
async def test_removal_gives_the_earlier_target_back(
    hass: HomeAssistant,
    webhook_home: Home,
    hass_storage: dict[str, dict[str, object]],
    moment: str,
) -> None:
    """What was borrowed goes back, and the memory is gone for good."""
    strobe, entry = webhook_home.strobe, webhook_home.entry
    point(strobe, EARLIER)
    await choose(hass, await show(hass, entry), event_path="webhook")
    while moment == "unloaded" and entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()

    assert target(strobe) == EARLIER
    assert strobe.sessions.open == []
    assert f"watchpost.{entry.entry_id}" not in hass_storage


async def test_a_family_that_pushes_nothing_is_not_asked_about_it(
    hass: HomeAssistant, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its form has no field for events, and saves the rest."""
    for way in ("push", "mails"):
        monkeypatch.setattr(home.entry.runtime_data.device, way, None)
    shown = await show(hass, home.entry)
    rest = {"alarm_request": "xml", "audio_format": "mp3"}
    schema = shown["data_schema"]
    assert schema is not None
    assert set(schema({})) == set(rest)

    result = await hass.config_entries.options.async_configure(shown["flow_id"], rest)
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.options == rest
