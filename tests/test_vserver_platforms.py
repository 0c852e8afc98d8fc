"""Every entity of a video server: what is made of it, word by word."""

from collections import Counter
from typing import Any, Final

import pytest

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.conftest import Time
from tests.emulators.vserver import ALIASES, VserverOptions
from tests.home import ENGLISH
from tests.vserver_home import (
    PASSWORD,
    Figures,
    VserverHome,
    dome,
    figures,
    server,
    vserver_home,
)

CONFIG: Final = EntityCategory.CONFIG
DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

type Row = tuple[str, str, str | None, EntityCategory | None, bool]
type Shown = tuple[str, str | None, EntityCategory | None, bool]

VOCABULARY: Final[tuple[Row, ...]] = (
    ("main_stream", "camera", None, None, True),
    ("sub_stream", "camera", "Sub stream", None, True),
    ("motion_jpeg", "camera", "Motion JPEG", None, False),
    ("image_brightness", "number", "Image brightness", CONFIG, False),
    ("image_contrast", "number", "Image contrast", CONFIG, False),
    ("image_saturation", "number", "Image saturation", CONFIG, False),
    ("image_sharpness", "number", "Image sharpness", CONFIG, False),
    ("image_hue", "number", "Image hue", CONFIG, False),
    ("picture_style", "select", "Picture style", CONFIG, False),
    ("white_balance", "select", "White balance", CONFIG, False),
    ("exposure_mode", "select", "Exposure mode", CONFIG, False),
    ("shutter", "select", "Shutter", CONFIG, False),
    ("longest_exposure", "select", "Longest exposure", CONFIG, False),
    ("gain", "select", "Gain", CONFIG, False),
    ("wdr", "switch", "Wide dynamic range", CONFIG, False),
    ("wdr_level", "number", "Wide dynamic range level", CONFIG, False),
    ("backlight_compensation", "switch", "Backlight compensation", CONFIG, False),
    ("backlight_level", "number", "Backlight compensation level", CONFIG, False),
    ("defog", "switch", "Defog", CONFIG, False),
    ("noise_reduction", "number", "Noise reduction", CONFIG, False),
    ("image_stabilization", "switch", "Image stabilization", CONFIG, False),
    ("mirror", "switch", "Mirror image", CONFIG, False),
    ("flip", "switch", "Flip image", CONFIG, False),
    ("day_night_mode", "select", "Day/night mode", CONFIG, True),
    ("day_threshold", "number", "Day switching threshold", CONFIG, False),
    ("night_threshold", "number", "Night switching threshold", CONFIG, False),
    ("day_night_delay", "number", "Day/night delay", CONFIG, False),
    ("overlay_text", "text", "Overlay text {number}", CONFIG, False),
    ("overlay_text_shown", "switch", "Overlay text {number}", CONFIG, False),
    ("overlay_date", "switch", "Overlay date", CONFIG, False),
    ("overlay_time", "switch", "Overlay time", CONFIG, False),
    ("main_resolution", "select", "Main stream resolution", CONFIG, False),
    ("sub_resolution", "select", "Sub stream resolution", CONFIG, False),
    ("main_codec", "select", "Main stream codec", CONFIG, False),
    ("sub_codec", "select", "Sub stream codec", CONFIG, False),
    ("main_bitrate_mode", "select", "Main stream bitrate mode", CONFIG, False),
    ("sub_bitrate_mode", "select", "Sub stream bitrate mode", CONFIG, False),
    ("main_frame_rate", "number", "Main stream frame rate", CONFIG, False),
    ("sub_frame_rate", "number", "Sub stream frame rate", CONFIG, False),
    ("main_bitrate", "number", "Main stream bitrate", CONFIG, False),
    ("sub_bitrate", "number", "Sub stream bitrate", CONFIG, False),
    (
        "main_keyframe_interval",
        "number",
        "Main stream keyframe interval",
        CONFIG,
        False,
    ),
    ("sub_keyframe_interval", "number", "Sub stream keyframe interval", CONFIG, False),
    ("motion", "binary_sensor", "Motion", None, True),
    ("detection", "event", "Detection", None, True),
    ("motion_detection", "switch", "Motion detection", CONFIG, True),
    ("motion_sensitivity", "number", "Motion sensitivity", CONFIG, True),
    ("motion_recording", "switch", "Record on motion", CONFIG, True),
    ("motion_email", "switch", "Email on motion", CONFIG, False),
    ("motion_ftp", "switch", "FTP upload on motion", CONFIG, False),
    ("motion_alarm_output", "switch", "Alarm output {number} on motion", CONFIG, False),
    ("alarm_input", "binary_sensor", "Alarm input {number}", None, True),
    ("alarm", "event", "Alarm", None, True),
    ("alarm_input_type", "select", "Alarm input {number} type", CONFIG, False),
    (
        "alarm_input_recording",
        "switch",
        "Record on alarm input {number}",
        CONFIG,
        False,
    ),
    ("alarm_input_email", "switch", "Email on alarm input {number}", CONFIG, False),
    ("alarm_input_ftp", "switch", "FTP upload on alarm input {number}", CONFIG, False),
    (
        "alarm_input_alarm_output",
        "switch",
        "Alarm output {output} on alarm input {input}",
        CONFIG,
        False,
    ),
    ("infrared_light", "select", "Infrared light", CONFIG, True),
    ("microphone", "switch", "Microphone", CONFIG, True),
    ("microphone_volume", "number", "Microphone volume", CONFIG, False),
    ("audio_codec", "select", "Audio codec", CONFIG, False),
    ("ptz_preset", "select", "PTZ preset", None, True),
    ("ptz_stop", "button", "PTZ stop", None, True),
    ("ptz_up", "button", "PTZ up", None, False),
    ("ptz_down", "button", "PTZ down", None, False),
    ("ptz_left", "button", "PTZ left", None, False),
    ("ptz_right", "button", "PTZ right", None, False),
    ("zoom_in", "button", "Zoom in", None, False),
    ("zoom_out", "button", "Zoom out", None, False),
    ("focus_near", "button", "Focus near", None, False),
    ("focus_far", "button", "Focus far", None, False),
    ("pan_position", "sensor", "Pan position", DIAGNOSTIC, False),
    ("tilt_position", "sensor", "Tilt position", DIAGNOSTIC, False),
    ("zoom_position", "sensor", "Zoom position", DIAGNOSTIC, False),
    ("manual_recording", "switch", "Manual recording", None, True),
    ("automatic_recording", "switch", "Automatic recording", CONFIG, True),
    ("recording_stream", "select", "Recording stream", CONFIG, False),
    ("recording_overwrite", "switch", "Overwrite old recordings", CONFIG, False),
    ("recording_file_length", "number", "Recording file length", CONFIG, False),
    ("storage_problem", "binary_sensor", "Storage {number} problem", DIAGNOSTIC, True),
    ("storage_used", "sensor", "Storage {number} used", DIAGNOSTIC, True),
    ("storage_status", "sensor", "Storage {number} status", DIAGNOSTIC, False),
    ("online", "binary_sensor", "Online", DIAGNOSTIC, True),
    ("event_delivery", "binary_sensor", "Event delivery", DIAGNOSTIC, True),
    ("last_event", "sensor", "Last event", DIAGNOSTIC, False),
    ("event_delay", "sensor", "Event delay", DIAGNOSTIC, False),
    ("event_path", "sensor", "Event path", DIAGNOSTIC, False),
    ("event_picture", "image", "Event picture", None, True),
    ("failed_requests", "sensor", "Failed requests", DIAGNOSTIC, False),
    ("intrusion", "binary_sensor", "Intrusion", None, True),
    ("request_rate", "sensor", "Requests", DIAGNOSTIC, False),
    ("tamper", "binary_sensor", None, None, True),
    ("response_time", "sensor", "Response time", DIAGNOSTIC, False),
    ("wifi_signal", "sensor", "Wi-Fi signal", DIAGNOSTIC, False),
    ("network_time", "switch", "Network time", CONFIG, False),
    ("sync_clock", "button", "Synchronize clock", CONFIG, False),
    ("clock_offset", "sensor", "Clock offset", DIAGNOSTIC, False),
    ("restart", "button", "Restart", CONFIG, True),
    ("last_restart", "sensor", "Last restart", DIAGNOSTIC, False),
    ("reset_picture", "button", "Reset picture settings", CONFIG, False),
)
"""Key, platform, name, category, and whether it is on."""
ALL: Final = {row[0] for row in VOCABULARY}
PAIRS: Final = ("1", "2")
SLOTS: Final[dict[str, tuple[str, ...]]] = {
    "alarm_input_alarm_output": ("1_1", "1_2", "2_1", "2_2"),
    "alarm_input_email": PAIRS,
    "alarm_input_ftp": PAIRS,
    "alarm_input_recording": PAIRS,
    "alarm_input": PAIRS,
    "alarm_input_type": PAIRS,
    "motion_alarm_output": PAIRS,
    "overlay_text": ("1", "2", "3", "4", "5"),
    "overlay_text_shown": ("1", "2", "3", "4", "5"),
    "storage_problem": ("1",),
    "storage_status": ("1",),
    "storage_used": ("1",),
}
TOLD: Final = {
    *("alarm", "detection", "event_delay", "event_delivery", "event_picture"),
    *("intrusion", "last_event", "motion", "tamper"),
}
"""What no answer tells: only ONVIF and mail do."""
ALARM_INPUTS: Final = {key for key in ALL if key.startswith("alarm_input")}
MOTORS: Final = {
    key for key in ALL if key.startswith(("ptz", "zoom", "focus", "pan", "tilt"))
}
TERMINALS: Final = ALARM_INPUTS | {"motion_alarm_output"}
OF_THE_UNIT: Final = {
    *("alarm", "clock_offset", "event_delivery", "last_event", "last_restart"),
    *("event_delay", "event_path", "failed_requests", "request_rate"),
    *("network_time", "online", "response_time", "restart", "storage_problem"),
    *("storage_status", "storage_used", "sync_clock", "wifi_signal"),
    *ALARM_INPUTS,
}
"""What a server has once, and not for each channel."""


def shown(home: VserverHome) -> dict[str, Shown]:
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
    for key, platform, name, category, on in VOCABULARY:
        if key in keys:
            ids = [f"{key}_{slot}" for slot in SLOTS.get(key, ())] or [key]
            found |= dict.fromkeys(ids, (platform, name, category, on))
    return found


def absent(home: VserverHome, unit: str = "") -> dict[str, str]:
    """Return what is absent at a unit, and why."""
    return {
        one.key.value: one.reason.value
        for one in home.entry.runtime_data.device.absent
        if one.unit == unit
    }


def test_vocabulary_is_complete() -> None:
    """The family backs so many keys."""
    assert len(VOCABULARY) == len(ALL) == 101


async def test_dome_with_everything(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """It has these entities and no others, named and sorted as agreed."""
    async with vserver_home(hass, monkeypatch, moving_time) as home:
        lacking = TOLD | {"alarm_input", "wifi_signal"}
        assert shown(home) == expected(ALL - lacking)
        assert figures(home) == Figures(made=106, enabled=16, absent=11)
        assert absent(home) == dict.fromkeys(lacking, "not_configured")
        ids = [one.unique_id for one in home.entities]
        assert len(set(ids)) == len(ids)
        primary = [one for one in shown(home).values() if one[2] is None and one[3]]
        assert len(primary) <= 15
        # Nobody has been asked twice but for the login, and nothing was written.
        assert len(home.sent) == 37
        assert Counter(home.sent).most_common(2)[0] == ("sys_get/DeviceInfo", 2)
        assert len(set(home.sent)) == len(home.sent) - 1
        assert home.written == []
        assert {record.method for record in home.server.requests} == {"GET"}
        assert "unavailable" not in home.shown


async def test_camera_of_the_document(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Without motors and terminals there are fewer, and each row says why."""
    options = VserverOptions(password=PASSWORD)
    async with vserver_home(hass, monkeypatch, moving_time, options) as home:
        denied = MOTORS | TERMINALS | {"main_codec", "sub_codec", "wifi_signal"}
        denied |= {"alarm"}
        assert shown(home) == expected(ALL - TOLD - denied)
        assert figures(home) == Figures(made=77, enabled=14, absent=32)
        assert absent(home) == {
            **dict.fromkeys(TOLD, "not_configured"),
            **dict.fromkeys(denied, "unsupported"),
        }
        assert len(home.sent) == 32
        assert home.written == []


async def test_server_with_four_channels(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Each channel has what it can do, and says why it has not the rest."""
    async with vserver_home(hass, monkeypatch, moving_time, server()) as home:
        assert figures(home) == Figures(made=289, enabled=42, absent=87)
        found = shown(home)
        # What an input has set off is a picture of the unit.
        units = {"": OF_THE_UNIT | {"event_picture"}} | {
            f"channel_{number}": ALL - OF_THE_UNIT for number in range(1, 5)
        }
        for unit, keys in units.items():
            lacking = absent(home, unit)
            assert lacking.keys() <= keys
            prefix = f"{unit}_" if unit else ""
            own = {
                name.removeprefix(prefix): one
                for name, one in found.items()
                if name.startswith(prefix or tuple("abcdefghijklmnopqrstuvwxyz"))
                and name.startswith("channel_") is bool(unit)
            }
            assert own == expected(keys - lacking.keys()), unit
        lost = {unit: len(absent(home, unit)) for unit in units}
        assert lost == {
            "": 7,
            "channel_1": 5,
            "channel_2": 10,
            "channel_3": 41,
            "channel_4": 24,
        }
        assert len(home.sent) == 77
        assert len(set(home.sent)) < 40
        asked = Counter((one.path, one.raw_query) for one in home.server.requests)
        assert asked.pop(("/cgi/sys_get", "Group=DeviceInfo")) == 2
        assert set(asked.values()) == {1}
        assert home.written == []
        assert "unavailable" not in home.shown


async def test_the_devices(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """The unit is what it says it is; its channels hang on it."""
    async with vserver_home(hass, monkeypatch, moving_time, server()) as home:
        registry = dr.async_get(hass)
        devices = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
        assert len(devices) == 5
        box = registry.async_get(home.unit_device())
        assert isinstance(box, dr.DeviceEntry)
        assert (box.name, box.manufacturer) == ("Yard", None)
        assert (box.model, box.serial_number) == ("V6202IR-AR0237", "5509560FBF2D")
        assert (box.sw_version, box.hw_version) == ("V1.04.10-161208", "1")
        assert box.connections == {(dr.CONNECTION_NETWORK_MAC, "52:3e:42:02:bc:20")}
        assert box.configuration_url == f"http://127.0.0.1:{home.server.port}"
        for number in range(1, 5):
            device = registry.async_get(home.unit_device(f"channel_{number}"))
            assert isinstance(device, dr.DeviceEntry)
            assert device.name == f"Channel {number}"
            assert device.via_device_id == box.id


async def test_a_look(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Every half minute the clock and what is recorded, now and then the rest."""
    async with vserver_home(hass, monkeypatch, moving_time) as home:
        await home.poll()
        home.server.forget()
        for _ in range(4):
            await home.poll()
        looks = ["record_get/RecordControl", "sys_get/TimeInfo"]
        assert sorted(home.sent) == sorted(looks * 4)
        for _ in range(40):
            await home.poll(60)
        asked = Counter(home.sent)
        assert set(asked) - set(looks) == {
            "alarm_get/MDAccessInfo",
            "alarm_get/MDInfo",
            "audio_get/AudioInfo",
            "camera_get/ExposureInfo",
            "ptz_get/PresetNameInfo",
            "record_get/RecordDevice",
        }
        assert 7 <= asked["record_get/RecordDevice"] <= 9
        assert home.written == []


async def test_a_closer_look(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
) -> None:
    """Where a position is shown it is asked for every ten seconds."""
    async with vserver_home(hass, monkeypatch, moving_time) as home:
        await home.poll(11)
        home.server.forget()
        for _ in range(6):
            await home.poll(11)
        asked = Counter(home.sent)
        assert 5 <= asked["ptz_get/PTZCtrlInfo"] <= 6
        assert asked["sys_get/TimeInfo"] <= 6


async def test_wireless_and_live_inputs(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> None:
    """Other units tell the state of their inputs, and how well they are heard."""
    options = dome(io_trigger="live", wifi_signal="-60")
    async with vserver_home(hass, monkeypatch, moving_time, options) as home:
        assert absent(home)["alarm_input_type"] == "unsupported"
        assert home.value("binary_sensor", "alarm_input_1") == "off"
        home.server.set_alarm_input(2)
        await home.poll(11)
        assert home.value("binary_sensor", "alarm_input_1") == "off"
        assert home.value("binary_sensor", "alarm_input_2") == "on"
        home.server.set_alarm_input(2, closed=False)
        await home.poll(11)
        assert home.value("binary_sensor", "alarm_input_2") == "off"
        assert home.find("sensor", "wifi_signal") is None
        home.server.settings.set("wifi/WifiInfo", "enable", 1)
        await home.reload()
        assert home.find("sensor", "wifi_signal") is not None
        assert "wifi_signal" not in absent(home)


VALUES: Final = {
    "automatic_recording": "off",
    "day_night_mode": "auto",
    "infrared_light": "on",
    "main_stream": "recording",
    "manual_recording": "on",
    "microphone": "off",
    "motion_detection": "off",
    "motion_recording": "off",
    "motion_sensitivity": "50",
    "online": "on",
    "ptz_preset": "unknown",
    "ptz_stop": "unknown",
    "restart": "unknown",
    "storage_problem_1": "off",
    "storage_used_1": "7.6",
    "sub_stream": "idle",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"spelling": ALIASES},
        {"typed": False, "channel_field": "always"},
        {"declaration": False, "pretty": False, "bom": True},
        {"head": "lf", "content_length": True, "keep_alive": True},
        {"list_separator": ",", "span_mark": "..", "channel_text": "span"},
        {"read_only_query": "absent", "extra_fields": True},
        {"auth": "digest", "nonce_uses": 1},
        {"auth": "both", "challenge": "one_line", "http_version": "1.1"},
        {"repeat": "fields", "io_names": "table"},
        {"set_answer": "all", "refusal_status": "mapped", "name_code": 403},
    ],
    ids=lambda changes: "-".join(changes),
)
async def test_other_ways_to_read_the_document(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    changes: dict[str, Any],
) -> None:
    """However a unit spells its answers, the same entities show the same."""
    options = dome(**changes)
    async with vserver_home(hass, monkeypatch, moving_time, options) as home:
        assert shown(home) == expected(ALL - TOLD - {"alarm_input", "wifi_signal"})
        values = {
            key: home.value(one[0], key) for key, one in shown(home).items() if one[3]
        }
        assert values == VALUES
        await home.act("switch", "motion_detection", "turn_on")
        await home.act("number", "motion_sensitivity", "set_value", value=3)
        await home.poll(301)
        assert home.value("switch", "motion_detection") == "on"
        assert home.value("number", "motion_sensitivity") == "3"
        one, two = home.server.writes
        assert one.changes == {"MDEnable": ("0", "1")}
        assert two.changes == {"MDSensitivity": ("50", "3")}
