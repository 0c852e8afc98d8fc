"""Every entity of a cgi_action camera: what is made of it, word by word."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest

from custom_components.watchpost.devices.model.device import Absent
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.cbt_home import PASSWORD, CbtHome, Figures, cbt_home, figures
from tests.conftest import Time
from tests.emulators.cbt import ACTION_ALIASES, ALIASES, CbtOptions
from tests.home import ENGLISH

CONFIG: Final = EntityCategory.CONFIG
DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

type Row = tuple[str, str, str | None, EntityCategory | None, bool, bool]
type Shown = tuple[str, str | None, EntityCategory | None, bool]

VOCABULARY: Final[tuple[Row, ...]] = (
    ("alarm", "event", "Alarm", None, True, False),
    ("alarm_input", "binary_sensor", "Alarm input {number}", None, True, True),
    (
        "alarm_input_alarm_output",
        "switch",
        "Alarm output {output} on alarm input {input}",
        CONFIG,
        False,
        True,
    ),
    (
        "alarm_input_detection",
        "switch",
        "Alarm input {number} detection",
        CONFIG,
        True,
        True,
    ),
    (
        "alarm_input_email",
        "switch",
        "Email on alarm input {number}",
        CONFIG,
        False,
        True,
    ),
    (
        "alarm_input_ftp",
        "switch",
        "FTP upload on alarm input {number}",
        CONFIG,
        False,
        True,
    ),
    (
        "alarm_input_recording",
        "switch",
        "Record on alarm input {number}",
        CONFIG,
        False,
        True,
    ),
    ("alarm_input_type", "select", "Alarm input {number} type", CONFIG, False, True),
    ("alarm_output_duration", "number", "Alarm output duration", CONFIG, True, False),
    ("anti_flicker", "select", "Anti-flicker", CONFIG, False, False),
    ("audio_codec", "select", "Audio codec", CONFIG, False, False),
    ("backlight_level", "number", "Backlight compensation level", CONFIG, False, False),
    ("clock_offset", "sensor", "Clock offset", DIAGNOSTIC, False, False),
    ("day_night_mode", "select", "Day/night mode", CONFIG, True, False),
    ("day_start", "time", "Day start", CONFIG, False, False),
    ("day_threshold", "number", "Day switching threshold", CONFIG, False, False),
    ("defog", "switch", "Defog", CONFIG, False, False),
    ("exposure_mode", "select", "Exposure mode", CONFIG, False, False),
    ("fire_detection", "switch", "Fire detection", CONFIG, False, False),
    ("fire_sensitivity", "number", "Fire sensitivity", CONFIG, False, False),
    ("flip", "switch", "Flip image", CONFIG, False, False),
    ("floodlight", "light", "Floodlight", None, True, False),
    (
        "highlight_compensation",
        "switch",
        "Highlight compensation",
        CONFIG,
        False,
        False,
    ),
    ("image_brightness", "number", "Image brightness", CONFIG, False, False),
    ("image_contrast", "number", "Image contrast", CONFIG, False, False),
    ("image_hue", "number", "Image hue", CONFIG, False, False),
    ("image_saturation", "number", "Image saturation", CONFIG, False, False),
    ("image_sharpness", "number", "Image sharpness", CONFIG, False, False),
    ("infrared_level", "number", "Infrared brightness", CONFIG, False, False),
    ("infrared_light", "select", "Infrared light", CONFIG, True, False),
    ("intrusion_detection", "switch", "Intrusion detection", CONFIG, True, False),
    ("intrusion_sensitivity", "number", "Intrusion sensitivity", CONFIG, False, False),
    ("iso", "sensor", "ISO", DIAGNOSTIC, False, False),
    ("longest_exposure", "select", "Longest exposure", CONFIG, False, False),
    ("main_audio", "switch", "Main stream audio", CONFIG, False, False),
    ("main_bitrate", "number", "Main stream bitrate", CONFIG, False, False),
    ("main_bitrate_mode", "select", "Main stream bitrate mode", CONFIG, False, False),
    ("main_codec", "select", "Main stream codec", CONFIG, False, False),
    ("main_frame_rate", "number", "Main stream frame rate", CONFIG, False, False),
    (
        "main_keyframe_interval",
        "number",
        "Main stream keyframe interval",
        CONFIG,
        False,
        False,
    ),
    ("main_resolution", "select", "Main stream resolution", CONFIG, False, False),
    ("main_stream", "camera", None, None, True, False),
    ("microphone", "switch", "Microphone", CONFIG, True, False),
    ("microphone_volume", "number", "Microphone volume", CONFIG, False, False),
    ("mirror", "switch", "Mirror image", CONFIG, False, False),
    (
        "motion_alarm_output",
        "switch",
        "Alarm output {number} on motion",
        CONFIG,
        False,
        True,
    ),
    ("motion_detection", "switch", "Motion detection", CONFIG, True, False),
    ("motion_email", "switch", "Email on motion", CONFIG, False, False),
    ("motion_ftp", "switch", "FTP upload on motion", CONFIG, False, False),
    ("motion_recording", "switch", "Record on motion", CONFIG, True, False),
    ("motion_schedule", "switch", "Motion detection schedule", CONFIG, False, False),
    (
        "motion_schedule_end",
        "time",
        "Motion detection schedule end",
        CONFIG,
        False,
        False,
    ),
    (
        "motion_schedule_start",
        "time",
        "Motion detection schedule start",
        CONFIG,
        False,
        False,
    ),
    ("motion_sensitivity", "number", "Motion sensitivity", CONFIG, True, False),
    ("motion_snapshot", "switch", "Snapshot on motion", CONFIG, False, False),
    ("motion_target", "select", "Motion target", CONFIG, False, False),
    ("network_time", "switch", "Network time", CONFIG, False, False),
    ("night_lamp", "select", "Night lamp", CONFIG, False, False),
    ("night_start", "time", "Night start", CONFIG, False, False),
    ("night_threshold", "number", "Night switching threshold", CONFIG, False, False),
    ("noise_reduction", "number", "Noise reduction", CONFIG, False, False),
    ("online", "binary_sensor", "Online", DIAGNOSTIC, True, False),
    ("open_door", "button", "Open door", None, True, False),
    ("overlay_date", "switch", "Overlay date", CONFIG, False, False),
    ("overlay_text", "text", "Overlay text {number}", CONFIG, False, True),
    ("overlay_text_shown", "switch", "Overlay text {number}", CONFIG, False, True),
    ("overlay_time", "switch", "Overlay time", CONFIG, False, False),
    ("post_record_time", "number", "Post-recording time", CONFIG, False, False),
    ("privacy_mask", "switch", "Privacy mask", None, True, False),
    ("ptz_down", "button", "PTZ down", None, False, False),
    ("ptz_left", "button", "PTZ left", None, False, False),
    ("ptz_lock", "switch", "PTZ lock", CONFIG, False, False),
    ("ptz_right", "button", "PTZ right", None, False, False),
    ("ptz_stop", "button", "PTZ stop", None, True, False),
    ("ptz_up", "button", "PTZ up", None, False, False),
    ("recording_file_length", "number", "Recording file length", CONFIG, False, False),
    ("recording_stream", "select", "Recording stream", CONFIG, False, False),
    ("refocus", "button", "Refocus", CONFIG, False, False),
    ("reset_picture", "button", "Reset picture settings", CONFIG, False, False),
    ("response_time", "sensor", "Response time", DIAGNOSTIC, False, False),
    ("restart", "button", "Restart", CONFIG, True, False),
    ("rtmp_push", "switch", "RTMP broadcast", CONFIG, False, False),
    ("scheduled_restart", "switch", "Scheduled restart", CONFIG, False, False),
    ("scheduled_restart_day", "select", "Scheduled restart day", CONFIG, False, False),
    ("scheduled_restart_time", "time", "Scheduled restart time", CONFIG, False, False),
    ("slow_shutter", "switch", "Slow shutter", CONFIG, False, False),
    ("speaker_volume", "number", "Speaker volume", CONFIG, True, False),
    ("storage_free", "sensor", "Storage {number} free", DIAGNOSTIC, False, True),
    (
        "storage_problem",
        "binary_sensor",
        "Storage {number} problem",
        DIAGNOSTIC,
        True,
        True,
    ),
    ("storage_status", "sensor", "Storage {number} status", DIAGNOSTIC, False, True),
    ("storage_used", "sensor", "Storage {number} used", DIAGNOSTIC, True, True),
    ("sub_audio", "switch", "Sub stream audio", CONFIG, False, False),
    ("sub_bitrate", "number", "Sub stream bitrate", CONFIG, False, False),
    ("sub_bitrate_mode", "select", "Sub stream bitrate mode", CONFIG, False, False),
    ("sub_codec", "select", "Sub stream codec", CONFIG, False, False),
    ("sub_frame_rate", "number", "Sub stream frame rate", CONFIG, False, False),
    (
        "sub_keyframe_interval",
        "number",
        "Sub stream keyframe interval",
        CONFIG,
        False,
        False,
    ),
    ("sub_resolution", "select", "Sub stream resolution", CONFIG, False, False),
    ("sub_stream", "camera", "Sub stream", None, True, False),
    ("sync_clock", "button", "Synchronize clock", CONFIG, False, False),
    ("tamper_detection", "switch", "Tamper detection", CONFIG, False, False),
    ("third_stream", "camera", "Third stream", None, False, False),
    ("voice_prompts", "switch", "Voice prompts", CONFIG, False, False),
    ("wdr", "switch", "Wide dynamic range", CONFIG, False, False),
    ("wdr_level", "number", "Wide dynamic range level", CONFIG, False, False),
    ("white_balance", "select", "White balance", CONFIG, False, False),
    ("zoom_in", "button", "Zoom in", None, False, False),
    ("zoom_out", "button", "Zoom out", None, False, False),
    ("event_delay", "sensor", "Event delay", DIAGNOSTIC, False, False),
    ("event_path", "sensor", "Event path", DIAGNOSTIC, False, False),
    ("event_picture", "image", "Event picture", None, True, False),
    ("failed_requests", "sensor", "Failed requests", DIAGNOSTIC, False, False),
    ("intrusion", "binary_sensor", "Intrusion", None, True, False),
    ("request_rate", "sensor", "Requests", DIAGNOSTIC, False, False),
    ("tamper", "binary_sensor", None, None, True, False),
    ("motion", "binary_sensor", None, None, True, False),
    ("detection", "event", "Detection", None, True, False),
    ("event_delivery", "binary_sensor", "Event delivery", DIAGNOSTIC, True, False),
    ("last_event", "sensor", "Last event", DIAGNOSTIC, False, False),
    ("wifi_connected", "binary_sensor", "Wi-Fi", DIAGNOSTIC, False, False),
    ("wifi_signal", "sensor", "Wi-Fi signal", DIAGNOSTIC, False, False),
    ("wifi_network", "sensor", "Wi-Fi network", DIAGNOSTIC, False, False),
)
"""Key, platform, name, category, whether it is on, and whether it has slots."""
KEYS: Final = {row[0] for row in VOCABULARY}
SEEN: Final = {"motion", "intrusion", "tamper", "detection"}
"""What nothing but ONVIF and mails tell."""
DELIVERY: Final = {"event_delivery", "event_delay", "last_event"}
EVENTS: Final = SEEN | DELIVERY | {"event_picture"}
WIFI: Final = {"wifi_connected", "wifi_signal", "wifi_network"}
STORAGE: Final = {"storage_problem", "storage_used", "storage_free", "storage_status"}
TABLES_ONLY: Final = {
    "motion_target",
    "wdr_level",
    "noise_reduction",
    "wdr",
    "slow_shutter",
    "white_balance",
    "exposure_mode",
    "anti_flicker",
}
"""Fields that tables of the document name and its examples do not print."""
BARE: Final = {
    "alarm",
    "alarm_input",
    "alarm_input_alarm_output",
    "alarm_input_detection",
    "alarm_input_email",
    "alarm_input_ftp",
    "alarm_input_recording",
    "alarm_input_type",
    "alarm_output_duration",
    "audio_codec",
    "fire_detection",
    "fire_sensitivity",
    "intrusion_detection",
    "intrusion_sensitivity",
    "iso",
    "microphone",
    "microphone_volume",
    "open_door",
    "ptz_lock",
    "speaker_volume",
    "tamper_detection",
    "voice_prompts",
}
"""What a fixed camera without terminals lacks besides."""
MOTORS: Final = {
    "ptz_stop",
    "ptz_up",
    "ptz_down",
    "ptz_left",
    "ptz_right",
    "zoom_in",
    "zoom_out",
    "refocus",
}
SLOTS: Final = {"overlay_text": 4, "overlay_text_shown": 4} | dict.fromkeys(STORAGE, 2)
LACKS: Final = {
    "full": EVENTS | WIFI,
    "document": EVENTS | WIFI | STORAGE | TABLES_ONLY | {"third_stream"},
    "bare": EVENTS | WIFI | STORAGE | TABLES_ONLY | {"third_stream"} | BARE,
}
FIGURES: Final = {
    "full": Figures(made=121, enabled=24, absent=11),
    "document": Figures(made=104, enabled=20, absent=24),
    "bare": Figures(made=82, enabled=12, absent=46),
}


def options_of(name: str, **changes: Any) -> CbtOptions:
    """Return one of three cameras."""
    make: dict[str, Callable[..., CbtOptions]] = {
        "full": CbtOptions.full,
        "document": CbtOptions,
        "bare": CbtOptions.bare,
    }
    return make[name](password=PASSWORD, **changes)


def shown(home: CbtHome) -> dict[str, Shown]:
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


def expected(keys: set[str]) -> dict[str, Shown]:
    """Return the rows of some keys, under the ids that they have."""
    found: dict[str, Shown] = {}
    for key, platform, name, category, on, slots in VOCABULARY:
        if key not in keys:
            continue
        ids = [key]
        if key == "alarm_input_alarm_output":
            ids = [f"{key}_1_1"]
        elif slots:
            ids = [f"{key}_{slot}" for slot in range(1, SLOTS.get(key, 1) + 1)]
        found |= dict.fromkeys(ids, (platform, name, category, on))
    return found


def absent(home: CbtHome) -> dict[str, Absent]:
    """Return what is not there, by key."""
    rows = home.entry.runtime_data.device.absent
    found = {one.key.value: one for one in rows}
    assert len(found) == len(rows)
    return found


def test_vocabulary_is_complete() -> None:
    """The family backs so many keys."""
    assert len(VOCABULARY) == len(KEYS) == 122


@pytest.mark.parametrize("name", LACKS)
async def test_every_row_is_made_or_absent(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time, name: str
) -> None:
    """These entities and no others, named and sorted as agreed; reasons for others."""
    async with cbt_home(hass, monkeypatch, moving_time, options_of(name)) as home:
        assert shown(home) == expected(KEYS - LACKS[name])
        lacking = absent(home)
        assert set(lacking) == LACKS[name]
        told = {one.detail for key, one in lacking.items() if key not in DELIVERY}
        assert all(one.reason for one in lacking.values())
        assert "" not in told
        details = {lacking[key].detail for key in SEEN}
        assert details == {"onvif WiredNetwork onvifPort"}
        assert lacking["event_picture"].detail == "mail"
        assert figures(home) == FIGURES[name]
        assert "unavailable" not in {one.state for one in hass.states.async_all()}


@pytest.mark.parametrize("name", LACKS)
async def test_set_up_reads_everything_once(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time, name: str
) -> None:
    """Each section once, each stream once, and nothing is written."""
    async with cbt_home(hass, monkeypatch, moving_time, options_of(name)) as home:
        assert len(home.sent) == 28
        assert home.sent[0] == "getSysConfig"
        assert home.asked.pop("getVencConf") == 3
        assert max(home.asked[one] for one in home.sent if one != "getVencConf") == 1
        assert home.written == []
        assert home.camera.violations == []
        assert home.camera.writes == []


async def test_what_is_asked_while_nothing_happens(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """The input every 3 s, the lamps every 30 s, settings of enabled entities."""
    async with cbt_home(hass, monkeypatch, moving_time) as home:
        await home.poll()
        home.camera.forget()
        for _ in range(300):
            await home.poll(3.1)
        asked = home.asked
        assert 200 <= asked.pop("getIOAlarmIn") <= 301
        assert 28 <= asked.pop("getImageAdjustmentEx") <= 62
        assert set(asked) == {
            "getAencConf",
            "getAlarmInConf",
            "getDeviceTime",
            "getMotionDetConf",
            "getRegInvConf",
            "getStorageInfo",
            "getViMask",
        }
        assert max(asked.values()) <= 4
        assert home.written == []


async def test_without_an_input_little_is_asked(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """A look every 30 s."""
    options = options_of("bare")
    async with cbt_home(hass, monkeypatch, moving_time, options) as home:
        await home.poll()
        home.camera.forget()
        for _ in range(40):
            await home.poll(15.1)
        asked = Counter(home.sent)
        looks = asked.pop("getImageAdjustmentEx") + asked.pop("getSysConfig", 0)
        # Two cadences read the lamps: at most one request each in 30 s.
        assert 20 <= looks <= 41
        assert set(asked) == {"getDeviceTime", "getMotionDetConf", "getViMask"}
        assert max(asked.values()) <= 3


async def test_wifi_that_is_on(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """It is there as soon as it is used."""
    async with cbt_home(hass, monkeypatch, moving_time) as home:
        home.camera.settings.set("WifiConfig", enable=1)
        await home.reload()
        assert shown(home) == expected(KEYS - EVENTS)
        assert figures(home) == Figures(made=124, enabled=24, absent=8)


@pytest.mark.parametrize("ptz", ["no", "yes", "auto"])
async def test_the_owner_says_whether_there_are_motors(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time, ptz: str
) -> None:
    """Nothing else tells before something was told to move."""
    options = options_of("full")
    async with cbt_home(hass, monkeypatch, moving_time, options) as home:
        hass.config_entries.async_update_entry(home.entry, options={"ptz": ptz})
        await home.reload()
        lacking = absent(home)
        assert MOTORS & set(lacking) == (MOTORS if ptz == "no" else set())
        for key in MOTORS & set(lacking):
            assert lacking[key].reason == "not_configured"


async def test_the_device(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """It is registered as what it says it is."""
    async with cbt_home(hass, monkeypatch, moving_time) as home:
        device = dr.async_get(hass).async_get(home.device_id)
        assert isinstance(device, dr.DeviceEntry)
        assert (device.name, device.manufacturer) == ("Workshop", "HF (OEM)")
        assert device.model == "IP camera"
        assert device.serial_number == "CBT000114010100010238"
        assert device.sw_version == "14.030.19.3_MAIN_V3(221114)"
        assert device.connections == {(dr.CONNECTION_NETWORK_MAC, "88:07:cb:00:02:be")}
        assert device.configuration_url == f"http://127.0.0.1:{home.camera.port}"


@pytest.mark.parametrize(
    "changes",
    [
        {"spelling": ALIASES},
        {"bare_lf": True, "transfer": "length", "keep_alive": False},
        {"transfer": "close", "pretty": False, "json_end": "\r\n"},
        {"numbers": "strings", "code_form": "string"},
        {"numbers": "floats", "envelope": "plain", "signed": "everywhere"},
        {"envelope": "brief", "signed": "none", "twice": False},
        {"extra_keys": True, "empty_title": ""},
        {"auth": "digest", "snapshot_auth": "digest"},
        {"auth": "basic", "snapshot_auth": "url"},
        {"absent_stream": "zeros", "unsupported": "error json"},
        {"refusal_status": 400, "text_status": 404},
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
    options = options_of("full", **changes)
    async with cbt_home(hass, monkeypatch, moving_time, options) as home:
        assert shown(home) == expected(KEYS - EVENTS - WIFI)
        values = {
            key: home.value(one[0], key) for key, one in shown(home).items() if one[3]
        }
        assert values == {
            "alarm": "unknown",
            "alarm_input_1": "off",
            "alarm_input_detection_1": "on",
            "alarm_output_duration": "10",
            "day_night_mode": "auto",
            "floodlight": "off",
            "infrared_light": "auto",
            "intrusion_detection": "off",
            "main_stream": "idle",
            "microphone": "on",
            "motion_detection": "off",
            "motion_recording": "off",
            "motion_sensitivity": "3",
            "online": "on",
            "open_door": "unknown",
            "privacy_mask": "off",
            "ptz_stop": "unknown",
            "restart": "unknown",
            "speaker_volume": "100",
            "storage_problem_1": "off",
            "storage_problem_2": "off",
            "storage_used_1": "7.6",
            "storage_used_2": "97.1",
            "sub_stream": "idle",
        }
        await home.act("switch", "motion_detection", "turn_on")
        await home.act("number", "motion_sensitivity", "set_value", value=5)
        await home.act("light", "floodlight", "turn_on")
        await home.wait(31)
        assert home.value("switch", "motion_detection") == "on"
        assert home.value("number", "motion_sensitivity") == "5"
        assert home.value("light", "floodlight") == "on"
        changed = [write.changes for write in home.camera.writes]
        assert changed == [
            {"md_enable": (0, 1)},
            {"md_sensitivity": (3, 5)},
            {"lamp_type": (0, 1), "led_control": (0, 1)},
        ]


async def test_actions_that_are_spelled_differently(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """A camera whose clock is read under another name has everything else."""
    options = options_of("full", action_spelling=ACTION_ALIASES)
    async with cbt_home(hass, monkeypatch, moving_time, options) as home:
        clock = {"network_time", "sync_clock", "clock_offset"}
        assert set(absent(home)) - clock == EVENTS | WIFI
        assert home.works
