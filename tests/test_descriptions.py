"""How the settings of the two CGI families are presented, word by word."""

import json
from pathlib import Path
from typing import Any, Final

import hass_frontend
import pytest

from custom_components.watchpost.binary_sensor import BINARY_SENSORS
from custom_components.watchpost.button import BUTTONS
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.number import NUMBERS
from custom_components.watchpost.select import SELECTS
from custom_components.watchpost.sensor import SENSORS
from custom_components.watchpost.switch import SWITCHES
from custom_components.watchpost.time import TIMES
from homeassistant.components.number import NumberMode
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory
from homeassistant.helpers.entity import EntityDescription
from tests.home import COMPONENT, ENGLISH

ICONS: Final[dict[str, Any]] = json.loads(
    (COMPONENT / "icons.json").read_text(encoding="utf-8")
)
MATERIAL: Final = {
    one["name"]
    for one in json.loads(
        Path(hass_frontend.where(), "static", "mdi", "iconList.json").read_text("utf-8")
    )
}
CATALOGS: Final = {
    "binary_sensor": BINARY_SENSORS,
    "button": BUTTONS,
    "number": NUMBERS,
    "select": SELECTS,
    "sensor": SENSORS,
    "switch": SWITCHES,
    "time": TIMES,
}
PRIMARY: Final = {
    ("switch", Key.MANUAL_RECORDING): "Manual recording",
    ("button", Key.OPEN_DOOR): "Open door",
}
"""What happens in front of the camera: no category, enabled."""
ENABLED: Final = {
    ("switch", Key.INTRUSION_DETECTION): "Intrusion detection",
    ("switch", Key.ALARM_INPUT_DETECTION): "Alarm input {number} detection",
    ("switch", Key.MOTION_RECORDING): "Record on motion",
    ("number", Key.ALARM_OUTPUT_DURATION): "Alarm output duration",
    ("number", Key.SPEAKER_VOLUME): "Speaker volume",
    ("select", Key.DAY_NIGHT_MODE): "Day/night mode",
    ("select", Key.INFRARED_LIGHT): "Infrared light",
}
"""Settings that people automate."""
SETTINGS: Final = {
    ("switch", Key.ALARM_INPUT_ALARM_OUTPUT): (
        "Alarm output {output} on alarm input {input}"
    ),
    ("switch", Key.ALARM_INPUT_EMAIL): "Email on alarm input {number}",
    ("switch", Key.ALARM_INPUT_FTP): "FTP upload on alarm input {number}",
    ("switch", Key.ALARM_INPUT_RECORDING): "Record on alarm input {number}",
    ("switch", Key.DEFOG): "Defog",
    ("switch", Key.FIRE_DETECTION): "Fire detection",
    ("switch", Key.HIGHLIGHT_COMPENSATION): "Highlight compensation",
    ("switch", Key.IMAGE_STABILIZATION): "Image stabilization",
    ("switch", Key.MOTION_FTP): "FTP upload on motion",
    ("switch", Key.OVERLAY_DATE): "Overlay date",
    ("switch", Key.PTZ_LOCK): "PTZ lock",
    ("switch", Key.RTMP_PUSH): "RTMP broadcast",
    ("switch", Key.SLOW_SHUTTER): "Slow shutter",
    ("switch", Key.SUB_AUDIO): "Sub stream audio",
    ("switch", Key.TAMPER_DETECTION): "Tamper detection",
    ("switch", Key.VOICE_PROMPTS): "Voice prompts",
    ("number", Key.DAY_THRESHOLD): "Day switching threshold",
    ("number", Key.FIRE_SENSITIVITY): "Fire sensitivity",
    ("number", Key.INFRARED_LEVEL): "Infrared brightness",
    ("number", Key.INTRUSION_SENSITIVITY): "Intrusion sensitivity",
    ("number", Key.MAIN_KEYFRAME_INTERVAL): "Main stream keyframe interval",
    ("number", Key.NIGHT_THRESHOLD): "Night switching threshold",
    ("number", Key.SUB_KEYFRAME_INTERVAL): "Sub stream keyframe interval",
    ("select", Key.LONGEST_EXPOSURE): "Longest exposure",
    ("select", Key.MAIN_CODEC): "Main stream codec",
    ("select", Key.MOTION_TARGET): "Motion target",
    ("select", Key.NIGHT_LAMP): "Night lamp",
    ("select", Key.SUB_BITRATE_MODE): "Sub stream bitrate mode",
    ("select", Key.SUB_CODEC): "Sub stream codec",
    ("button", Key.RESET_PICTURE): "Reset picture settings",
    ("time", Key.MOTION_SCHEDULE_END): "Motion detection schedule end",
    ("time", Key.MOTION_SCHEDULE_START): "Motion detection schedule start",
}
"""Settings that are made once."""
DIAGNOSTICS: Final = {
    ("sensor", Key.ISO): "ISO",
    ("sensor", Key.LAST_RESTART): "Last restart",
    ("sensor", Key.PAN_POSITION): "Pan position",
    ("sensor", Key.TILT_POSITION): "Tilt position",
    ("sensor", Key.ZOOM_POSITION): "Zoom position",
}
"""How the device is, where nothing tells of a fault."""
PRESENTED: Final = [
    pytest.param(platform, key, name, category, on, id=key)
    for named, category, on in (
        (PRIMARY, None, True),
        (ENABLED, EntityCategory.CONFIG, True),
        (SETTINGS, EntityCategory.CONFIG, False),
        (DIAGNOSTICS, EntityCategory.DIAGNOSTIC, False),
    )
    for (platform, key), name in named.items()
]
SHUTTERS: Final = {
    *("1_12", "1_25", "1_30", "1_50", "1_60", "1_100", "1_120", "1_200", "1_240"),
    *("1_250", "1_400", "1_480", "1_500", "1_800", "1_960", "1_1000", "1_2000"),
    *("1_4000", "1_8000"),
}
STREAMS: Final = ("main", "sub")
STATES: Final = [
    ("alarm_input_type", {"normally_open", "normally_closed"}),
    ("anti_flicker", {"off", "auto", "50_hz", "60_hz", "outdoor"}),
    ("audio_codec", {"g711a", "g711u", "g726", "aac", "pcm"}),
    ("day_night_mode", {"auto", "sensor", "schedule", "day", "night"}),
    ("exposure_mode", {"auto", "shutter", "manual"}),
    ("gain", {f"{decibels}_db" for decibels in range(0, 37, 6)}),
    ("infrared_light", {"auto", "on", "off"}),
    ("longest_exposure", SHUTTERS),
    ("motion_target", {"any", "person"}),
    ("night_lamp", {"infrared", "white", "auto"}),
    ("picture_style", {"vivid", "standard", "cold"}),
    ("recording_stream", {"main", "sub"}),
    ("shutter", {"auto", *SHUTTERS}),
    ("white_balance", {"auto", "manual"}),
    *((f"{stream}_bitrate_mode", {"constant", "variable"}) for stream in STREAMS),
    *((f"{stream}_codec", {"h264", "h265"}) for stream in STREAMS),
]


def described(platform: str, key: str) -> EntityDescription:
    """Return the description of a key."""
    return CATALOGS[platform][key]


@pytest.mark.parametrize(("platform", "key", "name", "category", "on"), PRESENTED)
def test_presentation(
    platform: str, key: Key, name: str, category: EntityCategory | None, on: bool
) -> None:
    """Each has the name, the category and the default that were agreed on."""
    description = described(platform, key)
    assert ENGLISH["entity"][platform][key]["name"] == name
    assert description.entity_category is category
    assert description.entity_registry_enabled_default is on


@pytest.mark.parametrize(
    ("key", "device_class", "unit", "state_class", "precision"),
    [
        (Key.ISO, None, None, SensorStateClass.MEASUREMENT, 0),
        (Key.LAST_RESTART, SensorDeviceClass.TIMESTAMP, None, None, None),
        (Key.PAN_POSITION, None, "°", SensorStateClass.MEASUREMENT, 1),
        (Key.TILT_POSITION, None, "°", SensorStateClass.MEASUREMENT, 1),
        (Key.ZOOM_POSITION, None, "%", SensorStateClass.MEASUREMENT, 1),
    ],
)
def test_sensors(
    key: Key,
    device_class: SensorDeviceClass | None,
    unit: str | None,
    state_class: SensorStateClass | None,
    precision: int | None,
) -> None:
    """Readings tell what they count."""
    sensor = SENSORS[key]
    assert sensor.device_class is device_class
    assert sensor.native_unit_of_measurement == unit
    assert sensor.state_class is state_class
    assert sensor.suggested_display_precision == precision


@pytest.mark.parametrize(
    ("key", "unit", "mode"),
    [
        (Key.DAY_THRESHOLD, None, None),
        (Key.INFRARED_LEVEL, "%", None),
        (Key.INTRUSION_SENSITIVITY, None, None),
        (Key.MAIN_KEYFRAME_INTERVAL, "frames", NumberMode.BOX),
        (Key.SUB_KEYFRAME_INTERVAL, "frames", NumberMode.BOX),
        (Key.SUB_FRAME_RATE, "fps", NumberMode.BOX),
        (Key.SUB_BITRATE, "kbit/s", NumberMode.BOX),
    ],
)
def test_numbers(key: Key, unit: str | None, mode: NumberMode | None) -> None:
    """What is counted has its unit and a box; the device's own scales a slider."""
    number = NUMBERS[key]
    assert (number.native_unit_of_measurement, number.mode) == (unit, mode)


@pytest.mark.parametrize(("key", "states"), STATES, ids=[key for key, _ in STATES])
def test_states_of_selects(key: str, states: set[str]) -> None:
    """Each option that a family can offer has a text in sentence case."""
    texts = ENGLISH["entity"]["select"][key]["state"]
    assert states - set(texts) == set()
    assert len(set(texts.values())) == len(texts)
    assert all(text[0].isdigit() or text[0].isupper() for text in texts.values())


@pytest.mark.parametrize("key", ["main_resolution", "sub_resolution", "ptz_preset"])
def test_selects_of_the_device(key: str) -> None:
    """What a device names itself is shown as it is."""
    assert "state" not in ENGLISH["entity"]["select"][key]


@pytest.mark.parametrize("key", ["shutter", "longest_exposure"])
def test_shutter_texts(key: str) -> None:
    """A slug is the fraction of a second that its text tells."""
    texts = dict(ENGLISH["entity"]["select"][key]["state"])
    texts.pop("auto", None)
    assert texts.pop("1_1", "1 s") == "1 s"
    assert texts == {slug: f"{slug.replace('_', '/')} s" for slug in texts}


def icons() -> list[tuple[str, str]]:
    """Return every icon with where it is used."""
    found = [
        (f"{platform}.{key}", icon)
        for platform, keys in ICONS["entity"].items()
        for key, used in keys.items()
        for icon in (
            used["default"],
            *used.get("state", {}).values(),
            *used.get("range", {}).values(),
        )
    ]
    found += [(name, used["service"]) for name, used in ICONS["services"].items()]
    return found


def test_icons_exist() -> None:
    """Each icon is one that the frontend has."""
    assert len(icons()) > 200
    missing = [
        (where, icon)
        for where, icon in icons()
        if icon.removeprefix("mdi:") not in MATERIAL
    ]
    assert missing == []
