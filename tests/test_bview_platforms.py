"""Every entity of a B-VIEW camera: what is made of it, word by word."""

from collections import Counter
from typing import Final

import pytest

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.bview_home import BviewHome, Figures, bview_home, figures
from tests.conftest import Time
from tests.emulators.bview import ALIASES, BviewOptions
from tests.home import ENGLISH

CONFIG: Final = EntityCategory.CONFIG
DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

type Row = tuple[str, str, str | None, EntityCategory | None, bool, bool]
type Shown = tuple[str, str | None, EntityCategory | None, bool]

VOCABULARY: Final[tuple[Row, ...]] = (
    ("main_stream", "camera", None, None, True, False),
    ("sub_stream", "camera", "Sub stream", None, True, False),
    ("third_stream", "camera", "Third stream", None, False, False),
    ("motion_jpeg", "camera", "Motion JPEG", None, False, False),
    ("privacy_mask", "switch", "Privacy mask", None, True, False),
    ("image_brightness", "number", "Image brightness", CONFIG, False, False),
    ("image_contrast", "number", "Image contrast", CONFIG, False, False),
    ("image_saturation", "number", "Image saturation", CONFIG, False, False),
    ("image_sharpness", "number", "Image sharpness", CONFIG, False, False),
    ("image_hue", "number", "Image hue", CONFIG, False, False),
    ("brightness_mode", "select", "Brightness mode", CONFIG, False, False),
    ("picture_style", "select", "Picture style", CONFIG, False, False),
    ("white_balance", "select", "White balance", CONFIG, False, False),
    ("shutter", "select", "Shutter", CONFIG, False, False),
    ("gain", "select", "Gain", CONFIG, False, False),
    ("wdr_level", "number", "Wide dynamic range level", CONFIG, False, False),
    (
        "backlight_compensation",
        "switch",
        "Backlight compensation",
        CONFIG,
        False,
        False,
    ),
    ("noise_reduction", "number", "Noise reduction", CONFIG, False, False),
    ("anti_flicker", "select", "Anti-flicker", CONFIG, False, False),
    ("mirror", "switch", "Mirror image", CONFIG, False, False),
    ("flip", "switch", "Flip image", CONFIG, False, False),
    ("day_night_mode", "select", "Day/night mode", CONFIG, True, False),
    ("day_night_threshold", "number", "Day/night threshold", CONFIG, False, False),
    ("day_night_delay", "number", "Day/night delay", CONFIG, False, False),
    ("day_start", "time", "Day start", CONFIG, False, False),
    ("night_start", "time", "Night start", CONFIG, False, False),
    ("overlay_text", "text", "Overlay text {number}", CONFIG, False, True),
    ("overlay_text_shown", "switch", "Overlay text {number}", CONFIG, False, True),
    ("overlay_time", "switch", "Overlay time", CONFIG, False, False),
    ("main_resolution", "select", "Main stream resolution", CONFIG, False, False),
    ("sub_resolution", "select", "Sub stream resolution", CONFIG, False, False),
    ("main_bitrate_mode", "select", "Main stream bitrate mode", CONFIG, False, False),
    ("main_frame_rate", "number", "Main stream frame rate", CONFIG, False, False),
    ("sub_frame_rate", "number", "Sub stream frame rate", CONFIG, False, False),
    ("main_bitrate", "number", "Main stream bitrate", CONFIG, False, False),
    ("sub_bitrate", "number", "Sub stream bitrate", CONFIG, False, False),
    ("main_audio", "switch", "Main stream audio", CONFIG, False, False),
    ("main_data_rate", "sensor", "Main stream data rate", DIAGNOSTIC, False, False),
    ("sub_data_rate", "sensor", "Sub stream data rate", DIAGNOSTIC, False, False),
    ("motion", "binary_sensor", "Motion", None, True, False),
    ("video_loss", "binary_sensor", "Video loss", DIAGNOSTIC, True, False),
    ("detection", "event", "Detection", None, True, False),
    ("motion_detection", "switch", "Motion detection", CONFIG, True, False),
    ("motion_sensitivity", "number", "Motion sensitivity", CONFIG, True, False),
    ("motion_schedule", "switch", "Motion detection schedule", CONFIG, False, False),
    ("motion_recording", "switch", "Record on motion", CONFIG, True, False),
    ("motion_snapshot", "switch", "Snapshot on motion", CONFIG, False, False),
    ("motion_email", "switch", "Email on motion", CONFIG, False, False),
    (
        "motion_alarm_output",
        "switch",
        "Alarm output {number} on motion",
        CONFIG,
        False,
        True,
    ),
    ("alarm_input", "binary_sensor", "Alarm input {number}", None, True, True),
    ("alarm", "event", "Alarm", None, True, False),
    ("alarm_output_active", "binary_sensor", "Alarm output {number}", None, True, True),
    ("speaker", "media_player", "Speaker", None, True, False),
    ("buzzer_on_event", "switch", "Buzzer on event", CONFIG, False, False),
    ("zoom_in", "button", "Zoom in", None, False, False),
    ("zoom_out", "button", "Zoom out", None, False, False),
    ("focus_near", "button", "Focus near", None, False, False),
    ("focus_far", "button", "Focus far", None, False, False),
    ("refocus", "button", "Refocus", CONFIG, False, False),
    ("motor_calibration", "button", "Calibrate motors", CONFIG, False, False),
    ("recording", "binary_sensor", "Recording", None, True, False),
    ("recording_saved", "event", "Recording saved", None, True, False),
    ("record_event", "button", "Record event", None, True, False),
    ("automatic_recording", "switch", "Automatic recording", CONFIG, True, False),
    ("recording_stream", "select", "Recording stream", CONFIG, False, False),
    ("recording_overwrite", "switch", "Overwrite old recordings", CONFIG, False, False),
    ("pre_record_time", "number", "Pre-recording time", CONFIG, False, False),
    ("post_record_time", "number", "Post-recording time", CONFIG, False, False),
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
    ("test_email", "button", "Send test email", DIAGNOSTIC, False, False),
    ("online", "binary_sensor", "Online", DIAGNOSTIC, True, False),
    ("event_delivery", "binary_sensor", "Event delivery", DIAGNOSTIC, True, False),
    ("last_event", "sensor", "Last event", DIAGNOSTIC, False, False),
    ("event_path", "sensor", "Event path", DIAGNOSTIC, False, False),
    ("event_delay", "sensor", "Event delay", DIAGNOSTIC, False, False),
    ("event_picture", "image", "Event picture", None, True, False),
    ("request_rate", "sensor", "Requests", DIAGNOSTIC, False, False),
    ("failed_requests", "sensor", "Failed requests", DIAGNOSTIC, False, False),
    ("response_time", "sensor", "Response time", DIAGNOSTIC, False, False),
    ("network_time", "switch", "Network time", CONFIG, False, False),
    ("sync_clock", "button", "Synchronize clock", CONFIG, False, False),
    ("clock_offset", "sensor", "Clock offset", DIAGNOSTIC, False, False),
    ("restart", "button", "Restart", CONFIG, True, False),
    ("scheduled_restart", "switch", "Scheduled restart", CONFIG, False, False),
    ("scheduled_restart_time", "time", "Scheduled restart time", CONFIG, False, False),
)
"""Key, platform, name, category, whether it is on, and whether it has slots."""
ALL: Final = {row[0] for row in VOCABULARY}
PUSHED: Final = {
    "recording_saved",
    "event_delivery",
    "event_delay",
    "event_picture",
    "last_event",
}
"""What there is while the camera is set up to report, or to mail, by itself."""
OPTIONAL: Final = {
    "alarm",
    "alarm_input",
    "alarm_output_active",
    "main_audio",
    "motion_alarm_output",
    "speaker",
}
"""What a camera without sound and terminals lacks."""


def shown(home: BviewHome) -> dict[str, Shown]:
    """Return the entities as they are registered, by key and slot."""
    found: dict[str, Shown] = {}
    for entity in home.entities:
        names = ENGLISH["entity"].get(entity.domain, {})
        own = names.get(entity.translation_key or "", {}).get("name")
        found[entity.unique_id.removeprefix(f"{home.entry.unique_id}_")] = (
            entity.domain,
            own or entity.original_name,
            entity.entity_category,
            entity.disabled_by is None,
        )
    return found


def expected(keys: set[str], disks: int = 2) -> dict[str, Shown]:
    """Return the rows of some keys, under the ids that they have."""
    found: dict[str, Shown] = {}
    for key, platform, name, category, on, slots in VOCABULARY:
        if key not in keys:
            continue
        count = disks if key.startswith("storage") else int(slots)
        ids = [f"{key}_{slot}" for slot in range(1, count + 1)] if slots else [key]
        found |= dict.fromkeys(ids, (platform, name, category, on))
    return found


def test_vocabulary_is_complete() -> None:
    """The family backs so many keys."""
    assert len(VOCABULARY) == len(ALL) == 90


async def test_camera_with_everything(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """It has these entities and no others, named and sorted as agreed."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        assert shown(home) == expected(ALL - PUSHED)
        assert figures(home) == Figures(made=89, enabled=24, absent=5)
        primary = [one for one in shown(home).values() if one[2] is None and one[3]]
        assert len(primary) <= 15
        ids = [one.unique_id for one in home.entities]
        assert len(set(ids)) == len(ids)
        # Nobody has been asked twice, and nothing was written.
        assert len(home.sent) == 16
        assert max(Counter(home.sent).values()) == 1
        assert home.written == []
        values = {one.state for one in hass.states.async_all()}
        assert "unavailable" not in values


async def test_camera_of_the_document(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Without sound and terminals there are fewer; motors are shown until denied."""
    options = BviewOptions(password="camera secret")
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        assert shown(home) == expected(ALL - PUSHED - OPTIONAL, disks=1)
        assert figures(home) == Figures(made=79, enabled=18, absent=11)
        assert len(home.sent) == 16
        assert home.written == []


async def test_the_device(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """It is registered as what it says it is."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        device = dr.async_get(hass).async_get(home.device_id)
        assert isinstance(device, dr.DeviceEntry)
        assert (device.name, device.manufacturer) == ("Workshop", "B-VIEW")
        assert (device.model, device.serial_number) == ("BV-IPC-2", "BV20160714000042")
        assert (device.sw_version, device.hw_version) == ("2.1.8", "1.0.0")
        assert device.connections == {(dr.CONNECTION_NETWORK_MAC, "02:bb:1e:16:07:12")}
        assert device.configuration_url == f"http://127.0.0.1:{home.camera.port}"


async def test_a_look_is_one_request(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Between the readings of settings the camera is asked one thing only."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        await home.poll()
        home.camera.forget()
        for _ in range(10):
            await home.poll()
        assert home.sent == ["GET /System/DeviceStatus/1"] * 10


async def test_settings_that_nobody_looks_at_are_not_asked_for(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """After an hour only what feeds enabled entities was read, and the clock."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        home.camera.forget()
        for _ in range(62):
            await home.poll(60)
        asked = Counter(home.sent)
        assert asked.pop("GET /System/DeviceStatus/1") >= 62
        assert set(asked) == {
            "GET /Images/1",
            "GET /Pictures/1",
            "GET /Record/HttpEvent/Config",
            "GET /Disk",
            "GET /Network/EMail",
            "GET /System/Time",
        }
        assert 10 <= asked["GET /Disk"] <= 13
        assert asked["GET /Network/EMail"] == asked["GET /System/Time"] == 1
        assert home.written == []


@pytest.mark.parametrize(
    "changes",
    [
        {"spelling": ALIASES},
        {"attributes": "everywhere", "prefix": "bv", "bom": True},
        {"attributes": "none", "prolog": False, "pretty": False},
        {"booleans": "capitals", "padded_masks": False},
        {"booleans": "numbers", "extra_tags": True},
        {"nested_motion": False, "max_frame_rate": "hundredfold"},
        {"email_paths": "note", "error_status": "400"},
        {"unknown_url": 404, "auth": "digest"},
        {"stream_capability": True, "email_paths": "both", "auth": "both"},
    ],
    ids=lambda changes: "-".join(changes),
)
async def test_other_ways_to_read_the_document(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    changes: dict[str, object],
) -> None:
    """However a camera spells its answers, the same entities show the same."""
    options = BviewOptions.full(password="camera secret", **changes)
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        assert shown(home) == expected(ALL - PUSHED)
        values = {
            key: home.value(one[0], key) for key, one in shown(home).items() if one[3]
        }
        assert values == {
            "alarm": "unknown",
            "alarm_input_1": "off",
            "alarm_output_active_1": "off",
            "automatic_recording": "on",
            "day_night_mode": "auto",
            "detection": "unknown",
            "email_alerts": "off",
            "main_stream": "idle",
            "motion": "off",
            "motion_detection": "on",
            "motion_recording": "on",
            "motion_sensitivity": "2",
            "online": "on",
            "privacy_mask": "off",
            "record_event": "unknown",
            "recording": "off",
            "restart": "unknown",
            "speaker": "idle",
            "storage_problem_1": "off",
            "storage_problem_2": "off",
            "storage_used_1": "7.6",
            "storage_used_2": "35.8",
            "sub_stream": "idle",
            "video_loss": "off",
        }
        await home.act("switch", "motion_detection", "turn_off")
        await home.act("number", "motion_sensitivity", "set_value", value=3)
        await home.poll(10)
        assert home.value("switch", "motion_detection") == "off"
        assert home.value("number", "motion_sensitivity") == "3"
        assert home.camera.settings.get("/Pictures/1/Motion", "Sensitive") == "high"
        (one, two) = home.camera.writes
        assert one.dropped == two.dropped == ()
        assert one.changes.keys() | two.changes.keys() == {"Enable", "Sensitive"}
