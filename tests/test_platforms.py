"""What every platform shows of a strobe: the vocabulary, word by word."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import (
    HomeAssistantSnapshotExtension,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.watchpost.const import DOMAIN
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.conftest import Later, Time, strobe_data
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.home import ENGLISH, Home

CONFIG: Final = EntityCategory.CONFIG
DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

type Show = Callable[[Platform], Awaitable[None]]


@dataclass(frozen=True)
class Row:
    """A row of the vocabulary: on is yes, no, or the first slot alone."""

    key: str
    platform: Platform
    name: str
    category: EntityCategory | None
    on: str
    slots: int = 0


VOCABULARY: Final = (
    Row("overlay_text", Platform.TEXT, "Overlay text {number}", CONFIG, "n", 1),
    Row("overlay_text_shown", Platform.SWITCH, "Overlay text {number}", CONFIG, "n", 1),
    Row("alarm_input", Platform.BINARY_SENSOR, "Alarm input {number}", None, "y", 1),
    Row("alarm_active", Platform.BINARY_SENSOR, "Alarm", None, "y"),
    Row("alarm", Platform.EVENT, "Alarm", None, "y"),
    Row("stop_alarm", Platform.BUTTON, "Stop alarm", None, "y"),
    Row("alarm_output", Platform.SWITCH, "Alarm output {number}", None, "y", 1),
    Row("alarm_output_duration", Platform.NUMBER, "Alarm output duration", CONFIG, "y"),
    Row(
        "alarm_input_detection",
        Platform.SWITCH,
        "Alarm input {number} detection",
        CONFIG,
        "y",
        1,
    ),
    Row(
        "alarm_input_type",
        Platform.SELECT,
        "Alarm input {number} type",
        CONFIG,
        "n",
        1,
    ),
    Row("alarm_broadcast", Platform.SELECT, "Alarm broadcast", CONFIG, "n"),
    Row("accept_broadcast", Platform.SWITCH, "Accept alarm broadcasts", CONFIG, "n"),
    Row("front_light", Platform.LIGHT, "Front light", None, "y"),
    Row("back_light", Platform.LIGHT, "Back light", None, "y"),
    Row(
        "front_light_second_color",
        Platform.SELECT,
        "Front light second color",
        CONFIG,
        "y",
    ),
    Row("strobe_period", Platform.NUMBER, "Strobe period", CONFIG, "y"),
    Row("siren", Platform.SIREN, "Siren", None, "y"),
    Row("speaker", Platform.MEDIA_PLAYER, "Speaker", None, "y"),
    Row("siren_tone", Platform.SELECT, "Siren tone", CONFIG, "y"),
    Row("siren_volume", Platform.NUMBER, "Siren volume", CONFIG, "y"),
    Row("siren_duration", Platform.NUMBER, "Siren duration", CONFIG, "y"),
    Row("speaker_volume", Platform.NUMBER, "Speaker volume", CONFIG, "y"),
    Row("microphone", Platform.SWITCH, "Microphone", CONFIG, "y"),
    Row("microphone_volume", Platform.NUMBER, "Microphone volume", CONFIG, "n"),
    Row("audio_codec", Platform.SELECT, "Audio codec", CONFIG, "n"),
    Row("audio_clips", Platform.SENSOR, "Audio clips", DIAGNOSTIC, "n"),
    Row("test_sound", Platform.BUTTON, "Test sound", DIAGNOSTIC, "n"),
    Row("email_alerts", Platform.SWITCH, "Email alerts", CONFIG, "y"),
    Row("idle_schedule", Platform.SWITCH, "Idle schedule {number}", CONFIG, "1", 5),
    Row(
        "idle_schedule_start",
        Platform.TIME,
        "Idle schedule {number} start",
        CONFIG,
        "n",
        5,
    ),
    Row(
        "idle_schedule_end", Platform.TIME, "Idle schedule {number} end", CONFIG, "n", 5
    ),
    Row("alarm_schedule", Platform.SWITCH, "Alarm schedule {number}", CONFIG, "1", 5),
    Row(
        "alarm_schedule_start",
        Platform.TIME,
        "Alarm schedule {number} start",
        CONFIG,
        "n",
        5,
    ),
    Row(
        "alarm_schedule_end",
        Platform.TIME,
        "Alarm schedule {number} end",
        CONFIG,
        "n",
        5,
    ),
    Row(
        "alarm_schedule_duration",
        Platform.NUMBER,
        "Alarm schedule {number} duration",
        CONFIG,
        "n",
        5,
    ),
    Row("online", Platform.BINARY_SENSOR, "Online", DIAGNOSTIC, "y"),
    Row("event_delivery", Platform.BINARY_SENSOR, "Event delivery", DIAGNOSTIC, "y"),
    Row("last_event", Platform.SENSOR, "Last event", DIAGNOSTIC, "n"),
    Row("event_path", Platform.SENSOR, "Event path", DIAGNOSTIC, "n"),
    Row("event_delay", Platform.SENSOR, "Event delay", DIAGNOSTIC, "n"),
    Row("request_rate", Platform.SENSOR, "Requests", DIAGNOSTIC, "n"),
    Row("failed_requests", Platform.SENSOR, "Failed requests", DIAGNOSTIC, "n"),
    Row("response_time", Platform.SENSOR, "Response time", DIAGNOSTIC, "n"),
    Row("wifi_connected", Platform.BINARY_SENSOR, "Wi-Fi", DIAGNOSTIC, "n"),
    Row("wifi_signal", Platform.SENSOR, "Wi-Fi signal", DIAGNOSTIC, "n"),
    Row("wifi_network", Platform.SENSOR, "Wi-Fi network", DIAGNOSTIC, "n"),
    Row("network_time", Platform.SWITCH, "Network time", CONFIG, "n"),
    Row("sync_clock", Platform.BUTTON, "Synchronize clock", CONFIG, "n"),
    Row("clock_offset", Platform.SENSOR, "Clock offset", DIAGNOSTIC, "n"),
    Row("restart", Platform.BUTTON, "Restart", CONFIG, "y"),
)
"""The rows of vocabulary.md that the strobe backs (st and st+)."""

BY_CLASS: Final = {"speaker": "Speaker", "restart": "Restart"}
"""Names that the device class gives (marked with a star in the vocabulary)."""

type Shown = tuple[str, str, EntityCategory | None, bool, dict[str, str]]


def expected(row: Row) -> dict[str, Shown]:
    """Return the entities of a row: key and slot, how each is shown."""
    slots = [str(number) for number in range(1, row.slots + 1)] or [""]
    return {
        f"{row.key}_{slot}".rstrip("_"): (
            row.platform.value,
            row.name,
            row.category,
            {"y": True, "n": False}.get(row.on, slot == row.on),
            {"number": slot} if slot else {},
        )
        for slot in slots
    }


@pytest.fixture
async def told_strobe(webhook_home: Home) -> MockConfigEntry:
    """Return the entry of a strobe that delivers its events itself."""
    await webhook_home.choose(event_path="webhook")
    return webhook_home.entry


def english_name(entity: er.RegistryEntry) -> str:
    """Return the name an entity has in English, with its placeholders."""
    names = ENGLISH["entity"][entity.domain]
    key = entity.translation_key or ""
    return str(names[key]["name"]) if key in names else str(entity.original_name)


async def test_every_row_of_the_vocabulary(
    hass: HomeAssistant, told_strobe: MockConfigEntry
) -> None:
    """The strobe has these entities and no others, named and sorted as agreed."""
    registry = er.async_get(hass)
    prefix = f"{told_strobe.unique_id}_"
    found: dict[str, Shown] = {}
    for entity in er.async_entries_for_config_entry(registry, told_strobe.entry_id):
        own_id = entity.unique_id.removeprefix(prefix)
        slot = own_id.rpartition("_")[2]
        found[own_id] = (
            entity.domain,
            english_name(entity),
            entity.entity_category,
            entity.disabled_by is None,
            {"number": slot} if slot.isdigit() else {},
        )

    wanted = {
        own_id: shown for row in VOCABULARY for own_id, shown in expected(row).items()
    }
    assert found == wanted
    assert len({row.key for row in VOCABULARY}) == 50


async def test_names_show_the_number_of_their_slot(
    hass: HomeAssistant, loaded_strobe: MockConfigEntry
) -> None:
    """Numbered things always carry their number, also when there is only one."""
    registry = er.async_get(hass)
    names = {
        entity.unique_id.removeprefix(
            f"{loaded_strobe.unique_id}_"
        ): entity.original_name
        for entity in er.async_entries_for_config_entry(
            registry, loaded_strobe.entry_id
        )
    }

    assert names["alarm_input_1"] == "Alarm input 1"
    assert names["alarm_schedule_duration_3"] == "Alarm schedule 3 duration"
    assert {names[key] for key in BY_CLASS} == set(BY_CLASS.values())


@pytest.mark.parametrize(
    "strobe_options",
    [
        StrobeOptions(
            absent={"/AudioInfo/GetDelAudioFile": 404, "/OSD/OSDInfo": 501},
            back_colors=(),
            front_modes=(1,),
            schedule_count=2,
            wifi_connected=False,
        )
    ],
    ids=["small"],
)
async def test_absent_abilities_make_no_entities(home: Home) -> None:
    """What the unit does not have does not show up."""
    registry = er.async_get(home.hass)
    keys = {
        entity.unique_id.removeprefix(f"{home.entry.unique_id}_")
        for entity in er.async_entries_for_config_entry(registry, home.entry.entry_id)
    }

    assert not keys & {
        "siren",
        "speaker",
        "siren_tone",
        "siren_volume",
        "siren_duration",
        "audio_clips",
        "overlay_text_1",
        "overlay_text_shown_1",
        "back_light",
        "strobe_period",
        "idle_schedule_3",
        "alarm_schedule_end_3",
        "wifi_signal",
        "event_delivery",
        "last_event",
        "event_delay",
    }
    assert {"front_light", "alarm_output_1", "idle_schedule_2"} <= keys


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return snapshots that understand what Home Assistant registers."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
async def show(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: SnapshotAssertion,
    moving_time: Time,
    webhook_entry: MockConfigEntry,
    strobe: StrobeEmulator,
    later: Later,
) -> Show:
    """Return what compares one platform, with all its entities, to its snapshot."""

    async def compare(platform: Platform) -> None:
        monkeypatch.setattr(f"custom_components.{DOMAIN}.PLATFORMS", [platform])
        assert await hass.config_entries.async_setup(webhook_entry.entry_id)
        await hass.async_block_till_done()
        await Home(hass, webhook_entry, strobe).choose(event_path="webhook")
        await later(5)
        registry = er.async_get(hass)
        entities = er.async_entries_for_config_entry(registry, webhook_entry.entry_id)
        assert {entity.domain for entity in entities} == {platform}
        # Measured in real time, so no two runs agree.
        steady = [e for e in entities if not e.unique_id.endswith("_response_time")]
        for entity in sorted(steady, key=lambda entity: entity.entity_id):
            assert entity == snapshot(name=f"{entity.entity_id}-entry")
            state = hass.states.get(entity.entity_id)
            assert state is not None
            assert state == snapshot(name=f"{entity.entity_id}-state")
        await hass.config_entries.async_unload(webhook_entry.entry_id)

    return compare


@pytest.mark.parametrize("platform", sorted({row.platform for row in VOCABULARY}))
async def test_platform(show: Show, platform: Platform) -> None:
    """All entities of one platform, as they are registered and as they show."""
    await show(platform)


async def test_two_units_have_their_own_entities(
    hass: HomeAssistant, home: Home
) -> None:
    """Identities come from the hardware: nothing collides."""
    async with StrobeEmulator(StrobeOptions(mac="8C-1F-64-A3-6B-AA")) as other:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Barn",
            unique_id="8c:1f:64:a3:6b:aa",
            data=strobe_data(other),
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()

        registry = er.async_get(hass)
        first, second = (
            {
                entity.unique_id.removeprefix(f"{one.unique_id}_")
                for entity in er.async_entries_for_config_entry(registry, one.entry_id)
            }
            for one in (home.entry, entry)
        )
        assert first == second
        await hass.config_entries.async_unload(entry.entry_id)
