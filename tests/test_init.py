"""Setting an entry up, taking it down, and everything in between."""

import asyncio
import logging
from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.watchpost.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.conftest import Later, Time, strobe_data
from tests.emulators.base import RequestRecord
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.documents import HTTP_LINK
from tests.flows import left_alone
from tests.home import Home

LOGIN: Final = "POST /ISAPI/Security/Login"
LOGOUT: Final = "POST /ISAPI/Security/Logout"
OTHER_MAC: Final = "8C-1F-64-A3-00-01"


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigEntryState:
    """Set an entry up and tell what became of it."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry.state


def reauth_flows(hass: HomeAssistant) -> int:
    """Count the dialogs that ask for a new login."""
    return len(
        hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_REAUTH}
        )
    )


async def test_set_up_asks_each_thing_once_and_writes_nothing(
    loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """A start is a login, a look at every document, and silence."""
    assert loaded_strobe.state is ConfigEntryState.LOADED
    left_alone(strobe, sessions=1)
    assert strobe.counts[LOGIN] == 1
    assert strobe.max_parallel == 1
    assert len(strobe.requests) <= 20


@pytest.mark.usefixtures("no_search")
async def test_nobody_looks_so_nothing_is_asked(
    hass: HomeAssistant,
    strobe: StrobeEmulator,
    strobe_entry: MockConfigEntry,
    later: Later,
) -> None:
    """Without an enabled entity there are a sign of life and the clock."""
    hass.config_entries.async_update_entry(strobe_entry, pref_disable_new_entities=True)
    assert await set_up(hass, strobe_entry) is ConfigEntryState.LOADED
    strobe.forget()

    for _ in range(13):
        await later(301)

    asked = {record.label for record in strobe.requests}
    assert asked == {"POST /ISAPI/Log/QueryLog", "POST /ISAPI/System/NTP"}


async def test_unloading_logs_out(
    hass: HomeAssistant, home: Home, loaded_strobe: MockConfigEntry
) -> None:
    """Everything is unavailable, and no session stays taken."""
    await hass.config_entries.async_unload(loaded_strobe.entry_id)
    await hass.async_block_till_done()

    assert loaded_strobe.state is ConfigEntryState.NOT_LOADED
    assert {state.state for state in hass.states.async_all()} == {"unavailable"}
    left_alone(home.strobe)
    assert home.strobe.counts[LOGOUT] == 1


async def test_reloading_takes_one_session(home: Home) -> None:
    """The session of before is given back first."""
    for _ in range(12):
        await home.reload()

    assert home.entry.state is ConfigEntryState.LOADED
    assert home.strobe.sessions.most_open == 1
    left_alone(home.strobe, sessions=1)


async def test_the_end_of_home_assistant_logs_out(
    hass: HomeAssistant, strobe_entry: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """Nothing is asked any more once Home Assistant stops."""
    await set_up(hass, strobe_entry)

    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()

    left_alone(strobe)
    assert strobe.counts[LOGOUT] == 1


async def test_a_unit_that_is_away_is_tried_again(
    hass: HomeAssistant,
    strobe_entry: MockConfigEntry,
    strobe: StrobeEmulator,
    later: Later,
) -> None:
    """It is found by itself when it comes back."""
    strobe.power_off()
    assert await set_up(hass, strobe_entry) is ConfigEntryState.SETUP_RETRY
    assert strobe_entry.error_reason_translation_key == "unreachable"
    assert strobe_entry.error_reason_translation_placeholders == {"device": "Porch"}

    strobe.power_on()
    await later(60)

    assert strobe_entry.state is ConfigEntryState.LOADED
    left_alone(strobe, sessions=1)
    await hass.config_entries.async_unload(strobe_entry.entry_id)


async def test_a_full_table_of_sessions_is_no_wrong_password(
    hass: HomeAssistant,
    strobe_entry: MockConfigEntry,
    strobe: StrobeEmulator,
    later: Later,
) -> None:
    """Somebody else has logged in ten times; nobody is asked for a new login."""
    for _ in range(strobe.options.max_links):
        strobe.sessions.create()

    assert await set_up(hass, strobe_entry) is ConfigEntryState.SETUP_RETRY
    assert strobe_entry.error_reason_translation_key == "sessions_full"
    assert reauth_flows(hass) == 0

    strobe.expire_sessions()
    await later(60)
    assert strobe_entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(strobe_entry.entry_id)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        pytest.param("*/DeviceInfo", "failed", id="first_document"),
        pytest.param("*/AlarmScheduleConfig", "unreachable", id="in_the_middle"),
        pytest.param("*/QueryLog", "unreachable", id="first_refresh"),
    ],
)
async def test_a_set_up_that_fails_half_way_leaves_no_session(
    hass: HomeAssistant,
    strobe_entry: MockConfigEntry,
    strobe: StrobeEmulator,
    later: Later,
    path: str,
    key: str,
) -> None:
    """Whatever fails, the session is given back and the next try works."""
    kind = "http_status" if key == "failed" else "drop_before"
    strobe.faults.add(kind, path, count=2, code=418)

    assert await set_up(hass, strobe_entry) is ConfigEntryState.SETUP_RETRY
    assert strobe_entry.error_reason_translation_key == key
    left_alone(strobe)

    strobe.faults.clear()
    await later(60)
    assert strobe_entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(strobe_entry.entry_id)


async def test_a_wrong_login_is_not_tried_again(
    hass: HomeAssistant,
    strobe_entry: MockConfigEntry,
    strobe: StrobeEmulator,
    later: Later,
) -> None:
    """A dialog asks for the new one, and the account is not locked meanwhile."""
    strobe.set_password("new one")

    assert await set_up(hass, strobe_entry) is ConfigEntryState.SETUP_ERROR
    assert strobe_entry.error_reason_translation_key == "invalid_auth"
    assert reauth_flows(hass) == 1
    logins = strobe.counts[LOGIN]
    assert logins <= 2
    for _ in range(10):
        await later(60)

    assert strobe.counts[LOGIN] == logins
    left_alone(strobe)


async def test_another_unit_at_the_address_gets_nothing_to_do(
    hass: HomeAssistant,
    strobe_entry: MockConfigEntry,
    strobe: StrobeEmulator,
    later: Later,
) -> None:
    """The entry waits until its own unit is back."""
    own = strobe.options.mac
    strobe.replace(mac=OTHER_MAC)

    assert await set_up(hass, strobe_entry) is ConfigEntryState.SETUP_RETRY
    assert strobe_entry.error_reason_translation_key == "wrong_device"
    assert strobe_entry.error_reason_translation_placeholders == {"device": "Porch"}
    left_alone(strobe)

    strobe.replace(mac=own)
    await later(60)
    assert strobe_entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(strobe_entry.entry_id)


async def test_the_device_of_the_registry(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry, strobe: StrobeEmulator
) -> None:
    """One box, known by its MAC."""
    registry = dr.async_get(hass)
    (device,) = dr.async_entries_for_config_entry(registry, loaded_strobe.entry_id)

    mac = "8c:1f:64:a3:6b:a9"
    assert device.identifiers == {(DOMAIN, mac)}
    assert device.connections == {(dr.CONNECTION_NETWORK_MAC, mac)}
    assert device.configuration_url == strobe.url
    assert (device.name, device.sw_version) == ("Porch", "V1.4.0")


@pytest.fixture
def stale_device(hass: HomeAssistant, strobe_entry: MockConfigEntry) -> dr.DeviceEntry:
    """Return a unit that the device does not have any more."""
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=strobe_entry.entry_id, identifiers={(DOMAIN, "gone")}
    )


@pytest.mark.usefixtures("loaded_strobe")
async def test_units_that_are_gone_are_removed(
    hass: HomeAssistant, stale_device: dr.DeviceEntry, home: Home
) -> None:
    """The registry shows what the device has."""
    await home.reload()

    assert dr.async_get(hass).async_get(stale_device.id) is None
    assert home.device_id


@pytest.mark.parametrize(
    ("which", "loaded", "allowed"),
    [
        pytest.param("stale", True, True, id="gone"),
        pytest.param("own", True, False, id="present"),
        pytest.param("own", False, False, id="not_loaded"),
    ],
)
async def test_only_what_is_gone_can_be_deleted(
    hass: HomeAssistant,
    home: Home,
    hass_ws_client: WebSocketGenerator,
    which: str,
    loaded: bool,
    allowed: bool,
) -> None:
    """The button of the device page deletes no unit that is there."""
    assert await async_setup_component(hass, "config", {})
    own = home.device_id
    stale = dr.async_get(hass).async_get_or_create(
        config_entry_id=home.entry.entry_id, identifiers={(DOMAIN, "gone")}
    )
    devices = {"own": own, "stale": stale.id}
    if not loaded:
        await hass.config_entries.async_unload(home.entry.entry_id)

    client = await hass_ws_client(hass)
    answer = await client.remove_device(devices[which])

    assert answer["success"] is allowed
    assert (dr.async_get(hass).async_get(devices[which]) is None) is allowed


async def test_removal_of_what_was_never_pointed_here_asks_nothing(
    hass: HomeAssistant,
    loaded_strobe: MockConfigEntry,
    strobe: StrobeEmulator,
    hass_storage: dict[str, dict[str, object]],
) -> None:
    """Only the logout reaches the unit."""
    strobe.forget()

    await hass.config_entries.async_remove(loaded_strobe.entry_id)
    await hass.async_block_till_done()

    assert dict(strobe.counts) == {LOGOUT: 1}
    assert f"{DOMAIN}.{loaded_strobe.entry_id}" not in hass_storage
    assert not hass.states.async_all()


async def test_two_entries_do_not_mix(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry
) -> None:
    """Each entry speaks to its own unit."""
    async with StrobeEmulator() as second:
        second.options.mac = OTHER_MAC
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Gate",
            unique_id="8c:1f:64:a3:00:01",
            data=strobe_data(second),
        )
        entry.add_to_hass(hass)
        assert await set_up(hass, entry) is ConfigEntryState.LOADED
        await hass.services.async_call(
            "light", "turn_on", {"entity_id": "light.gate_front_light"}, blocking=True
        )
        assert second.outputs.front is not None
        await hass.config_entries.async_unload(entry.entry_id)
    assert loaded_strobe.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("why", ["away", "replaced", "refused", "redirected"])
async def test_removal_of_a_unit_that_cannot_be_set_back(
    hass: HomeAssistant,
    webhook_home: Home,
    hass_storage: dict[str, dict[str, object]],
    records: list[logging.LogRecord],
    why: str,
) -> None:
    """The owner is told without a secret; strangers and later targets stay as are."""
    home, strobe = webhook_home, webhook_home.strobe
    await home.choose(event_path="webhook")
    server = home.field(HTTP_LINK, "Server")
    match why:
        case "away":
            strobe.shutdown()
        case "replaced":
            strobe.replace(mac=OTHER_MAC)
            home.set_field(HTTP_LINK, "Server", server)
        case "refused":
            strobe.set_password("new one")
        case _:
            home.set_field(HTTP_LINK, "Server", "http://192.0.2.9/later")
    before = home.field(HTTP_LINK, "Server")

    await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()

    assert home.field(HTTP_LINK, "Server") == before
    assert f"{DOMAIN}.{home.entry.entry_id}" not in hass_storage
    assert strobe.sessions.open == []
    told = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    ours = [text for text in told if "Events of Porch" in text]
    assert len(ours) == (0 if why == "redirected" else 1)
    assert not [text for text in ours if server in text or "admin" in text]


async def test_actions_need_a_loaded_entry(hass: HomeAssistant, home: Home) -> None:
    """What is asked of a device that is not set up is refused."""
    device = home.device_id
    await hass.config_entries.async_unload(home.entry.entry_id)

    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            DOMAIN,
            "alarm_log",
            {"device_id": device},
            blocking=True,
            return_response=True,
        )


async def test_unloading_in_the_middle_of_a_refresh_leaves_no_session(
    hass: HomeAssistant, home: Home, moving_time: Time
) -> None:
    """What is being read is dropped; nobody logs in again behind the logout."""
    moving_time.follow(home.strobe.clock)
    asked = asyncio.Event()

    def note(_: RequestRecord) -> bool:
        asked.set()
        return True

    home.strobe.faults.add("hang", "*/GetDelAudioFile", match=note)
    moving_time.leap(301)
    await asked.wait()

    unload = asyncio.ensure_future(
        hass.config_entries.async_unload(home.entry.entry_id)
    )
    await asyncio.sleep(0)
    home.strobe.faults.release()
    await unload
    await moving_time.settle()

    left_alone(home.strobe)
