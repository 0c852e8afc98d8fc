"""Everything that can be set at a video server: what is stored and shown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import logging
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.conftest import Time
from tests.devices.vserver.test_round_trip import CASES, Case
from tests.emulators.vserver import VserverOptions
from tests.home import refused
from tests.vserver_home import VserverHome, dome, server, vserver_home

SERVICES: Final = {
    "number": ("set_value", "value"),
    "select": ("select_option", "option"),
    "text": ("set_value", "value"),
}
WRITABLE: Final = {"number", "select", "switch", "text"}
LAST: Final = {
    "longest_exposure": 0,
    "night_threshold": 0,
    "day_threshold": 0,
    "day_night_delay": 0,
    "network_time": 3,
}
"""What has to be set before, or after, what makes it meaningless."""
BUTTONS: Final = {
    "focus_far": ("ptz_set/PTZCtrlInfo",) * 2,
    "focus_near": ("ptz_set/PTZCtrlInfo",) * 2,
    "ptz_down": ("ptz_set/PTZCtrlInfo",) * 2,
    "ptz_left": ("ptz_set/PTZCtrlInfo",) * 2,
    "ptz_right": ("ptz_set/PTZCtrlInfo",) * 2,
    "ptz_stop": ("ptz_set/PTZCtrlInfo",),
    "ptz_up": ("ptz_set/PTZCtrlInfo",) * 2,
    "reset_picture": ("camera_set/ResetInfo",),
    "restart": ("sys_set/SystemInfo",),
    "sync_clock": ("sys_set/TimeInfo",),
    "zoom_in": ("ptz_set/PTZCtrlInfo",) * 2,
    "zoom_out": ("ptz_set/PTZCtrlInfo",) * 2,
}


@pytest.fixture
def options() -> VserverOptions:
    """Return a camera that can do everything."""
    return dome()


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: VserverOptions,
) -> AsyncIterator[VserverHome]:
    """Return a home with every entity enabled."""
    async with vserver_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        await found.poll()
        records.clear()
        found.server.forget()
        yield found


def own_id(case: Case) -> str:
    """Return the end of the id of an entity."""
    return case.key.value if case.slot is None else f"{case.key.value}_{case.slot}"


def platform_of(home: VserverHome, case: Case) -> str:
    """Return the platform of a control."""
    return next(
        name for name in sorted(WRITABLE | {"switch"}) if home.find(name, own_id(case))
    )


async def choose(home: VserverHome, case: Case) -> None:
    """Set a value as its owner does."""
    platform = platform_of(home, case)
    if platform == "switch":
        service = "turn_on" if case.value else "turn_off"
        await home.act(platform, own_id(case), service)
        return
    service, field = SERVICES[platform]
    await home.act(platform, own_id(case), service, **{field: case.value})


def is_shown(home: VserverHome, case: Case) -> bool:
    """Tell whether a value is shown."""
    platform = platform_of(home, case)
    found = home.value(platform, own_id(case))
    value = case.value if case.read is None else case.read
    if platform == "number":
        return float(found) == float(value)
    return found == (
        {True: "on", False: "off"}[value]
        if platform == "switch" and isinstance(value, bool)
        else value
    )


async def test_everything_that_can_be_set(home: VserverHome) -> None:
    """It is stored, nothing else is, and it is shown at once and after reading."""
    registered = {
        one.unique_id.removeprefix(f"{home.entry.unique_id}_")
        for one in home.entities
        if one.domain in WRITABLE
    }
    # Presets are tried out with the motors.
    others = {"ptz_preset", *(f"overlay_text_shown_{slot}" for slot in (2, 3, 4))}
    others |= {name for name in registered if name.startswith("alarm_input_")}
    assert registered == {own_id(case) for case in CASES} | others
    unit = home.server
    for case in sorted(CASES, key=lambda case: LAST.get(case.key.value, 1)):
        name = f"{own_id(case)} {case.value}"
        assert not is_shown(home, case), name
        unit.forget()
        await choose(home, case)

        family, _, group = case.label.partition("/")
        assert home.written == [f"{family}_set/{group}"], name
        assert is_shown(home, case), name
        (write,) = unit.writes
        assert set(write.changes) == {case.sent}, name
        assert unit.settings.get(case.label, case.sent, 1, case.row) == case.raw
        await home.poll(301)
        assert is_shown(home, case), name
    assert unit.violations == []
    assert home.told(logging.ERROR) == home.told(logging.WARNING) == []


async def test_everything_that_is_set_to_what_it_is(home: VserverHome) -> None:
    """Then nothing changes, and nothing else does."""
    for one in home.entities:
        state = home.hass.states.get(one.entity_id)
        if one.domain == "switch" and state is not None:
            await home.hass.services.async_call(
                "switch",
                f"turn_{state.state}",
                {"entity_id": one.entity_id},
                blocking=True,
            )
    assert len(home.server.writes) > 30
    assert [write.changes for write in home.server.writes if write.changes] == []


async def test_everything_that_can_be_pressed(home: VserverHome) -> None:
    """It is done once; what moves stops by itself."""
    unit = home.server
    for name, sent in sorted(BUTTONS.items(), key=lambda one: one[0] == "restart"):
        unit.forget()
        await home.act("button", name, "press")
        assert tuple(home.written) == sent, name
        assert unit.head.running == [], name
    registered = {
        one.unique_id.removeprefix(f"{home.entry.unique_id}_")
        for one in home.entities
        if one.domain == "button"
    }
    assert registered == set(BUTTONS)
    assert len(unit.head.moves) == 8
    assert all(move.by_stop for move in unit.head.moves)
    assert unit.camera_resets == [1]
    assert (unit.reboots, unit.resets) == (1, 0)


async def test_a_scene_is_one_request_for_each_group(home: VserverHome) -> None:
    """What is set together and kept together is sent together."""
    await asyncio.gather(
        home.act("number", "image_contrast", "set_value", value=20),
        home.act("number", "image_hue", "set_value", value=30),
        home.act("switch", "mirror", "turn_on"),
        home.act("switch", "flip", "turn_on"),
        home.act("switch", "backlight_compensation", "turn_on"),
        home.act("number", "backlight_level", "set_value", value=9),
    )
    sent = {write.label: write.sent for write in home.server.writes}
    assert sent == {
        "image/ImageInfo": {"Contrast": "20", "Hue": "30"},
        "camera/BasicInfo": {"MirrorHor": "1", "MirrorVer": "1"},
        "camera/ExposureInfo": {"BLCSwitch": "1", "BLCLLevel": "9"},
    }
    assert len(home.written) == 3


async def test_what_was_changed_elsewhere_stays(home: VserverHome) -> None:
    """What somebody has set in the unit's own page meanwhile is not put back."""
    label = "image/OSDInfo"
    home.server.settings.set(label, "TextOSDTitle1", "Elsewhere")
    home.server.settings.set(label, "TextOSDX1", 7)
    await home.act("switch", "overlay_text_shown_2", "turn_on")
    kept = home.server.settings
    assert kept.get(label, "TextOSDTitle1") == "Elsewhere"
    assert (kept.get(label, "TextOSDX1"), kept.get(label, "TextOSDStatus1")) == (
        "7",
        "1",
    )
    assert home.value("text", "overlay_text_2") == "Elsewhere"


@pytest.mark.parametrize("options", [server()], ids=["server"])
async def test_channels_do_not_mix(home: VserverHome) -> None:
    """What is set at one channel changes at that channel only."""
    for number in range(1, 5):
        await home.act(
            "number", f"channel_{number}_image_hue", "set_value", value=10 + number
        )
        await home.act("switch", f"channel_{number}_motion_detection", "turn_on")
    hues = [(one.channel, one.sent) for one in home.server.writes_of("image/ImageInfo")]
    assert hues == [(n, {"Hue": str(10 + n)}) for n in range(1, 5)]
    assert [one.channel for one in home.server.writes_of("alarm/MDInfo")] == [
        1,
        2,
        3,
        4,
    ]
    await home.poll(301)
    shown = [home.value("number", f"channel_{n}_image_hue") for n in range(1, 5)]
    assert shown == ["11", "12", "13", "14"]


async def test_modes(home: VserverHome) -> None:
    """What has no meaning in the chosen mode cannot be chosen."""
    for name, value in (("shutter", "unavailable"), ("longest_exposure", "1_25")):
        assert home.value("select", name) == value
    await home.act("select", "exposure_mode", "select_option", option="manual")
    await home.act("select", "day_night_mode", "select_option", option="day")
    await home.poll()
    for name, value in (("shutter", "1_100"), ("longest_exposure", "unavailable")):
        assert home.value("select", name) == value
    assert home.value("number", "day_threshold") == "unavailable"


@pytest.mark.parametrize("options", [dome(clock_error=400)], ids=["wrong"])
async def test_clock(home: VserverHome) -> None:
    """It is told how wrong it is, and set right without its zone."""
    await home.poll(301)
    offset = float(home.value("sensor", "clock_offset"))
    assert offset == pytest.approx(400, abs=2)
    started = datetime.fromisoformat(home.value("sensor", "last_restart"))
    assert (datetime.now(UTC) - started).total_seconds() > 661
    home.server.forget()
    await home.act("button", "sync_clock", "press")
    (write,) = home.server.writes
    assert set(write.sent) == {"TimeMethod", "CameraTime"}
    await home.poll(31)
    assert float(home.value("sensor", "clock_offset")) == pytest.approx(0, abs=2)
    # With a time server it is not ours to set.
    await home.act("switch", "network_time", "turn_on")
    assert home.value("button", "sync_clock") == "unavailable"


REFUSALS: Final[dict[int, tuple[str, type[HomeAssistantError] | None]]] = {
    401: ("unsupported", None),
    402: ("invalid_value", None),
    403: ("invalid_value", None),
    501: ("unsupported", None),
    502: ("not_now", None),
    503: ("failed", HomeAssistantError),
    599: ("refused", HomeAssistantError),
}


@pytest.mark.parametrize("code", REFUSALS)
async def test_refused(home: VserverHome, code: int) -> None:
    """A result code is told in words, once, and nothing is taken for set."""
    key, kind = REFUSALS[code]
    home.server.plans.refuse("image_set/ImageInfo", code, count=None)
    data: dict[str, Any] = {"value": 1}
    if kind is None:
        with refused(key):
            await home.act("number", "image_hue", "set_value", **data)
    else:
        with refused(key, kind):
            await home.act("number", "image_hue", "set_value", **data)
    assert home.written == ["image_set/ImageInfo"]
    assert home.value("number", "image_hue") == "128"
    assert home.value("binary_sensor", "online") == "on"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("x" * 32, "text_too_long"),
        ("ü" * 16, "text_too_long"),
        ("a\nb", "invalid_value"),
    ],
    ids=["long", "wide", "line"],
)
async def test_texts_that_no_unit_can_show(
    home: VserverHome, text: str, key: str
) -> None:
    """They are refused before anything is sent."""
    with refused(key):
        await home.ask("overlay_set", text=text)
    assert home.sent == []
