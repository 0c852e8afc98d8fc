"""What every platform shows of a camera and of a recorder, word by word."""

from typing import Final

import pytest

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.camera_home import EmulatedHome, emulated
from tests.emulators.reolink import ReolinkOptions
from tests.home import ENGLISH

CONFIG: Final = EntityCategory.CONFIG
DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

type Row = tuple[str, str, str | None, EntityCategory | None, bool, bool]
type Shown = tuple[str, str | None, EntityCategory | None, bool]

VOCABULARY: Final[tuple[Row, ...]] = (
    ("main_stream", "camera", None, None, True, False),
    ("sub_stream", "camera", "Sub stream", None, True, False),
    ("third_stream", "camera", "Third stream", None, False, False),
    ("privacy_mask", "switch", "Privacy mask", None, True, False),
    ("image_brightness", "number", "Image brightness", CONFIG, False, False),
    ("image_contrast", "number", "Image contrast", CONFIG, False, False),
    ("image_saturation", "number", "Image saturation", CONFIG, False, False),
    ("image_sharpness", "number", "Image sharpness", CONFIG, False, False),
    ("image_hue", "number", "Image hue", CONFIG, False, False),
    ("white_balance", "select", "White balance", CONFIG, False, False),
    ("exposure_mode", "select", "Exposure mode", CONFIG, False, False),
    ("wdr", "switch", "Wide dynamic range", CONFIG, False, False),
    ("wdr_level", "number", "Wide dynamic range level", CONFIG, False, False),
    (
        "backlight_compensation",
        "switch",
        "Backlight compensation",
        CONFIG,
        False,
        False,
    ),
    ("backlight_level", "number", "Backlight compensation level", CONFIG, False, False),
    ("anti_flicker", "select", "Anti-flicker", CONFIG, False, False),
    ("mirror", "switch", "Mirror image", CONFIG, False, False),
    ("flip", "switch", "Flip image", CONFIG, False, False),
    ("day_night_mode", "select", "Day/night mode", CONFIG, True, False),
    ("day_night_threshold", "number", "Day/night threshold", CONFIG, False, False),
    ("overlay_text", "text", "Overlay text {number}", CONFIG, False, True),
    ("overlay_text_shown", "switch", "Overlay text {number}", CONFIG, False, True),
    ("overlay_time", "switch", "Overlay time", CONFIG, False, False),
    ("main_resolution", "select", "Main stream resolution", CONFIG, False, False),
    ("sub_resolution", "select", "Sub stream resolution", CONFIG, False, False),
    ("main_frame_rate", "number", "Main stream frame rate", CONFIG, False, False),
    ("sub_frame_rate", "number", "Sub stream frame rate", CONFIG, False, False),
    ("main_bitrate", "number", "Main stream bitrate", CONFIG, False, False),
    ("sub_bitrate", "number", "Sub stream bitrate", CONFIG, False, False),
    ("motion", "binary_sensor", "Motion", None, True, False),
    ("person", "binary_sensor", "Person", None, True, False),
    ("vehicle", "binary_sensor", "Vehicle", None, True, False),
    ("animal", "binary_sensor", "Animal", None, True, False),
    ("face", "binary_sensor", "Face", None, True, False),
    ("detection", "event", "Detection", None, True, False),
    ("motion_sensitivity", "number", "Motion sensitivity", CONFIG, True, False),
    ("person_detection", "switch", "Person detection", CONFIG, False, False),
    ("vehicle_detection", "switch", "Vehicle detection", CONFIG, False, False),
    ("animal_detection", "switch", "Animal detection", CONFIG, False, False),
    ("face_detection", "switch", "Face detection", CONFIG, False, False),
    ("person_sensitivity", "number", "Person sensitivity", CONFIG, False, False),
    ("vehicle_sensitivity", "number", "Vehicle sensitivity", CONFIG, False, False),
    ("animal_sensitivity", "number", "Animal sensitivity", CONFIG, False, False),
    ("face_sensitivity", "number", "Face sensitivity", CONFIG, False, False),
    ("person_delay", "number", "Person delay", CONFIG, False, False),
    ("vehicle_delay", "number", "Vehicle delay", CONFIG, False, False),
    ("animal_delay", "number", "Animal delay", CONFIG, False, False),
    ("face_delay", "number", "Face delay", CONFIG, False, False),
    ("auto_tracking", "switch", "Auto tracking", CONFIG, True, False),
    ("floodlight", "light", "Floodlight", None, True, False),
    ("floodlight_mode", "select", "Floodlight mode", CONFIG, True, False),
    ("floodlight_start", "time", "Floodlight start", CONFIG, False, False),
    ("floodlight_end", "time", "Floodlight end", CONFIG, False, False),
    ("floodlight_on_person", "switch", "Floodlight on person", CONFIG, False, False),
    ("floodlight_on_vehicle", "switch", "Floodlight on vehicle", CONFIG, False, False),
    ("floodlight_on_animal", "switch", "Floodlight on animal", CONFIG, False, False),
    ("floodlight_on_face", "switch", "Floodlight on face", CONFIG, False, False),
    ("infrared_light", "select", "Infrared light", CONFIG, True, False),
    ("status_led", "switch", "Status LED", CONFIG, True, False),
    ("siren", "siren", "Siren", None, True, False),
    ("microphone", "switch", "Microphone", CONFIG, True, False),
    ("siren_on_event", "switch", "Siren on event", CONFIG, True, False),
    ("buzzer_on_event", "switch", "Buzzer on event", CONFIG, False, False),
    ("ptz_preset", "select", "PTZ preset", None, True, False),
    ("ptz_patrol", "switch", "PTZ patrol", None, True, False),
    ("ptz_stop", "button", "PTZ stop", None, True, False),
    ("ptz_up", "button", "PTZ up", None, False, False),
    ("ptz_down", "button", "PTZ down", None, False, False),
    ("ptz_left", "button", "PTZ left", None, False, False),
    ("ptz_right", "button", "PTZ right", None, False, False),
    ("zoom_in", "button", "Zoom in", None, False, False),
    ("zoom_out", "button", "Zoom out", None, False, False),
    ("zoom", "number", "Zoom", None, True, False),
    ("focus", "number", "Focus", None, False, False),
    ("autofocus", "switch", "Autofocus", CONFIG, False, False),
    ("motor_calibration", "button", "Calibrate motors", CONFIG, False, False),
    ("home_return", "switch", "Return to home position", CONFIG, True, False),
    ("home_go_to", "button", "Go to home position", None, False, False),
    ("home_set", "button", "Set home position", CONFIG, False, False),
    ("automatic_recording", "switch", "Automatic recording", CONFIG, True, False),
    ("recording_overwrite", "switch", "Overwrite old recordings", CONFIG, False, False),
    ("pre_recording", "switch", "Pre-recording", CONFIG, False, False),
    ("post_record_time", "number", "Post-recording time", CONFIG, False, False),
    ("recording_file_length", "number", "Recording file length", CONFIG, False, False),
    (
        "storage_problem",
        "binary_sensor",
        "Storage {number} problem",
        DIAGNOSTIC,
        True,
        True,
    ),
    ("storage_used", "sensor", "Storage {number} used", DIAGNOSTIC, True, True),
    ("storage_free", "sensor", "Storage {number} free", DIAGNOSTIC, False, True),
    ("storage_status", "sensor", "Storage {number} status", DIAGNOSTIC, False, True),
    ("email_alerts", "switch", "Email alerts", CONFIG, True, False),
    ("ftp_upload", "switch", "FTP upload", CONFIG, False, False),
    ("phone_notifications", "switch", "Phone notifications", CONFIG, True, False),
    ("online", "binary_sensor", "Online", DIAGNOSTIC, True, False),
    ("response_time", "sensor", "Response time", DIAGNOSTIC, False, False),
    ("event_path", "sensor", "Event path", DIAGNOSTIC, False, False),
    ("request_rate", "sensor", "Requests", DIAGNOSTIC, False, False),
    ("failed_requests", "sensor", "Failed requests", DIAGNOSTIC, False, False),
    ("wifi_signal", "sensor", "Wi-Fi signal", DIAGNOSTIC, False, False),
    ("network_time", "switch", "Network time", CONFIG, False, False),
    ("sync_clock", "button", "Synchronize clock", CONFIG, False, False),
    ("clock_offset", "sensor", "Clock offset", DIAGNOSTIC, False, False),
    ("firmware", "update", "Firmware", CONFIG, True, False),
    ("automatic_update", "switch", "Automatic firmware update", CONFIG, False, False),
    ("restart", "button", "Restart", CONFIG, True, False),
    ("scheduled_restart", "switch", "Scheduled restart", CONFIG, False, False),
    ("scheduled_restart_day", "select", "Scheduled restart day", CONFIG, False, False),
    ("scheduled_restart_time", "time", "Scheduled restart time", CONFIG, False, False),
)
"""Key, platform, name, category, whether it is on, and whether it has slots."""
RECORDER: Final = {"buzzer_on_event"}
"""What only recorders have."""
CHOSEN_SHARED: Final = {
    "alarm",
    "alarm_input",
    "event_delay",
    "event_delivery",
    "last_event",
}
"""What a device has itself when it tells events by itself, which has to be chosen."""
CHOSEN: Final = {"event_picture", "intrusion", "tamper"}
"""What a camera has then."""
SHARED: Final = {
    "automatic_recording",
    "automatic_update",
    "buzzer_on_event",
    "clock_offset",
    "email_alerts",
    "event_path",
    "failed_requests",
    "firmware",
    "ftp_upload",
    "network_time",
    "online",
    "phone_notifications",
    "recording_file_length",
    "recording_overwrite",
    "request_rate",
    "response_time",
    "restart",
    "scheduled_restart",
    "scheduled_restart_day",
    "scheduled_restart_time",
    "storage_free",
    "storage_problem",
    "storage_status",
    "storage_used",
    "sync_clock",
    "wifi_signal",
}
"""What a recorder has itself."""
BOTH: Final = {
    "automatic_recording",
    "buzzer_on_event",
    "email_alerts",
    "ftp_upload",
    "online",
    "phone_notifications",
}
"""What a recorder has for all its cameras, and each of them for itself."""


def shown(home: EmulatedHome, unit: str = "") -> dict[str, Shown]:
    """Return the entities of a unit as they are registered."""
    registry = er.async_get(home.hass)
    prefix = f"{home.entry.unique_id}_{f'{unit}_' if unit else ''}"
    found: dict[str, Shown] = {}
    for entity in er.async_entries_for_config_entry(registry, home.entry.entry_id):
        if entity.device_id != home.device_id(unit):
            continue
        names = ENGLISH["entity"].get(entity.domain, {})
        own = names.get(entity.translation_key or "", {}).get("name")
        found[entity.unique_id.removeprefix(prefix)] = (
            entity.domain,
            own or entity.original_name,
            entity.entity_category,
            entity.disabled_by is None,
        )
    return found


def expected(keys: set[str]) -> dict[str, Shown]:
    """Return the rows of some keys, under the ids that they have."""
    return {
        f"{key}_1" if slots else key: (platform, name, category, on)
        for key, platform, name, category, on, slots in VOCABULARY
        if key in keys
    }


ALL: Final = {row[0] for row in VOCABULARY}


async def test_camera_with_everything(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The camera has these entities and no others, named and sorted as agreed."""
    async with emulated(hass, monkeypatch, ReolinkOptions.full()) as home:
        assert shown(home) == expected(ALL - RECORDER)


async def test_recorder_with_everything(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recorder has what concerns all, and each camera the rest."""
    options = ReolinkOptions.nvr(2, full=True, wifi=True)
    async with emulated(hass, monkeypatch, options) as home:
        assert shown(home) == expected(SHARED)
        for unit in ("channel_1", "channel_2"):
            assert shown(home, unit) == expected(ALL - SHARED | BOTH)
        registry = dr.async_get(hass)
        box = registry.async_get(home.device_id())
        camera = registry.async_get(home.device_id("channel_2"))
        assert isinstance(box, dr.DeviceEntry)
        assert isinstance(camera, dr.DeviceEntry)
        assert camera.via_device_id == box.id
        assert (camera.name, camera.model) == ("Camera2", "E1 X")


def test_vocabulary_is_complete() -> None:
    """The family backs so many keys."""
    assert len(VOCABULARY) == len(ALL) == 106


async def test_primary_entities_are_few(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most fifteen of what happens in front of a camera are enabled."""
    async with emulated(hass, monkeypatch, ReolinkOptions.full()) as home:
        on = [one for one in shown(home).values() if one[2] is None and one[3]]
        assert len(on) <= 15
