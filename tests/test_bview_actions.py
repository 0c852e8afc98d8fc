"""What a B-VIEW camera can be asked to do: lens, overlay, events and logs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final, Literal

import pytest
import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.bview_controls import COLOR, IR_CUT, OSD
from tests.bview_home import PASSWORD, BviewHome, bview_home, told
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.home import refused

LENS: Final = "/PTZ/1/*"


@pytest.fixture
def options() -> BviewOptions:
    """Return a camera with everything; override it in a test."""
    return BviewOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: BviewOptions,
) -> AsyncIterator[BviewHome]:
    """Return a home with every entity enabled."""
    async with bview_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.camera.forget()
        yield found


async def ask(home: BviewHome, service: str, /, **data: Any) -> dict[str, Any]:
    """Call an action on the picture of the camera."""
    return await home.own(service, "camera", "main_stream", **data)


# Lens


MOVES: Final[tuple[tuple[dict[str, int], list[tuple[str, int]]], ...]] = (
    ({"zoom": 100}, [("ZoomIn", 10)]),
    ({"zoom": -50}, [("ZoomOut", 5)]),
    ({"zoom": 1}, [("ZoomIn", 1)]),
    ({"focus": 30}, [("FocusNear", 3)]),
    ({"focus": -100}, [("FocusFar", 10)]),
    ({"zoom": 20, "focus": -20}, [("FocusFar", 2), ("ZoomIn", 2)]),
)


async def test_move(home: BviewHome) -> None:
    """The lens moves, and stands still before the action ends."""
    found = home.camera.lens.moves
    for data, moves in MOVES:
        found.clear()
        await ask(home, "ptz_move", duration=0.05, **data)
        assert sorted((move.command, move.speed) for move in found) == moves
        assert all(move.released for move in found)
        assert home.camera.lens.running == []


async def test_a_newer_move_replaces_an_older_one(home: BviewHome) -> None:
    """And a stop ends it early, with every button released."""
    first = asyncio.ensure_future(ask(home, "ptz_move", zoom=10, duration=10))
    await home.until(lambda: len(home.camera.lens.running) == 1)
    second = asyncio.ensure_future(ask(home, "ptz_move", zoom=-10, duration=10))
    await home.until(
        lambda: [move.command for move in home.camera.lens.running] == ["ZoomOut"]
    )
    await ask(home, "ptz_stop")
    assert home.camera.lens.running == []
    await asyncio.gather(first, second)
    released = {one.path for one in home.camera.requests if b"Param1=2" in one.body}
    assert released == {
        f"/PTZ/1/{button}" for button in ("ZoomIn", "ZoomOut", "FocusNear", "FocusFar")
    }


async def test_a_move_ends_with_the_entry(home: BviewHome) -> None:
    """Nobody leaves a motor running."""
    moving = asyncio.ensure_future(ask(home, "ptz_move", zoom=10, duration=10))
    await home.until(lambda: bool(home.camera.lens.running))
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert home.camera.lens.running == []
    await asyncio.gather(moving, return_exceptions=True)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.LOADED


async def test_what_no_lens_can_do(home: BviewHome) -> None:
    """It is told what moves."""
    for axis in ("pan", "tilt", "iris"):
        with told("ptz_axis_unsupported") as placeholders:
            await ask(home, "ptz_move", zoom=10, **{axis: 10})
        assert (placeholders["axes"], placeholders["able"]) == (axis, "focus, zoom")
    assert home.sent == []


ELSEWHERE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("ptz_goto", {"preset": 1}),
    ("ptz_goto", {"home": True}),
    ("ptz_store", {"preset": 1}),
    ("ptz_clear", {"preset": 1}),
    ("ptz_patrol", {}),
    ("ptz_list", {}),
)


async def test_presets(home: BviewHome) -> None:
    """There are none, and it is told what there is."""
    for service, data in ELSEWHERE:
        with told("ptz_ability_unsupported") as placeholders:
            await ask(home, service, **data)
        assert placeholders["abilities"] == "move"
    assert home.sent == []


async def test_moves_that_are_wrong(home: BviewHome) -> None:
    """They are refused before anything is sent."""
    for data in ({}, {"zoom": 101}, {"zoom": 1, "duration": 11}):
        with pytest.raises((vol.Invalid, HomeAssistantError)):
            await ask(home, "ptz_move", **data)
    assert home.sent == []


@pytest.mark.parametrize(
    "options", [BviewOptions(password=PASSWORD)], ids=["fixed lens"]
)
async def test_a_fixed_lens(home: BviewHome) -> None:
    """The first order shows that there are no motors; then none are offered."""
    assert home.value("button", "zoom_in") == "unknown"
    with refused("unsupported"):
        await ask(home, "ptz_move", zoom=10, duration=0.05)
    home.camera.forget()
    with refused("unsupported"):
        await ask(home, "ptz_move", zoom=10)
    await home.reload()
    with refused("ptz_not_supported"):
        await ask(home, "ptz_stop")
    with told("calibration_unsupported") as placeholders:
        await ask(home, "lens_calibrate")
    assert placeholders["modes"] == "-"
    assert home.camera.requests_of(LENS) == []


@pytest.mark.parametrize(
    ("mode", "way", "reloaded"),
    [("refocus", "85", False), ("full", "103", True)],
    ids=["running", "reloaded"],
)
async def test_calibration(
    home: BviewHome, mode: str, way: str, *, reloaded: bool
) -> None:
    """While the lens finds itself nothing disturbs it, also after a reload."""
    await ask(home, "lens_calibrate", mode=mode)
    assert [found for _, found in home.camera.lens.calibrations] == [way]
    await home.wait(30)
    if reloaded:
        await home.reload()
        await home.poll()
    home.camera.forget()
    for act in (
        home.act("number", "image_contrast", "set_value", value=10),
        home.act("select", "day_night_mode", "select_option", option="night"),
        home.act("button", "zoom_in", "press"),
        ask(home, "ptz_move", focus=10),
        ask(home, "lens_calibrate"),
    ):
        with told("lens_calibrating") as placeholders:
            await act
        assert placeholders["minutes"] == "5"
    assert home.written == []
    # All else goes on.
    await home.act("switch", "motion_detection", "turn_off")
    await ask(home, "overlay_set", text="Gate")
    for _ in range(24):
        await home.wait(10)
    with told("lens_calibrating") as placeholders:
        await home.act("number", "image_contrast", "set_value", value=10)
    assert placeholders["minutes"] == "1"

    for _ in range(5):
        await home.wait(10)
    await home.act("number", "image_contrast", "set_value", value=10)
    await home.act("select", "day_night_mode", "select_option", option="night")
    assert home.kept(COLOR, "Contrast") == "10"
    assert home.kept(IR_CUT, "Mode") == "night"
    assert home.camera.violations_of("calibration") == []
    assert home.camera.lens.running == []


async def test_a_calibration_that_is_refused(home: BviewHome) -> None:
    """Then nothing has to be left alone."""
    home.camera.plans.refuse("/PTZ/1/Presets/Goto", -8)
    with refused("failed", HomeAssistantError):
        await ask(home, "lens_calibrate")
    await home.act("number", "image_contrast", "set_value", value=10)
    assert home.kept(COLOR, "Contrast") == "10"


async def test_a_calibration_whose_answer_is_lost(home: BviewHome) -> None:
    """It may run: the lens is left alone."""
    home.camera.faults.add("drop_after", "/PTZ/1/Presets/Goto")
    with refused("command_uncertain", HomeAssistantError):
        await ask(home, "lens_calibrate")
    with refused("lens_calibrating"):
        await home.act("number", "image_contrast", "set_value", value=10)
    assert home.camera.violations == []


# Overlay


async def test_overlay(home: BviewHome) -> None:
    """Text, place and whether it is shown, each by itself or together."""
    await ask(home, "overlay_set", text="Gate", x=50, y=50)
    assert home.kept(OSD, "DisplayName/Name") == "Gate"
    assert home.kept(OSD, "DisplayName/PosX") == "352"
    assert home.kept(OSD, "DisplayName/PosY") == "288"
    assert len(home.written) == 1
    await ask(home, "overlay_set", slot=2, enabled=False, x=0)
    assert home.kept(OSD, "DisplayTime/Enable") == "false"
    assert home.kept(OSD, "DisplayTime/PosX") == "0"
    assert home.kept(OSD, "DisplayName/Enable") == "true"
    await home.poll()
    assert home.value("text", "overlay_text_1") == "Gate"
    assert home.value("switch", "overlay_time") == "off"


WRONG: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("text_too_long", {"slot": 1, "text": "x" * 33}),
    ("text_too_long", {"slot": 1, "text": "ö" * 17}),
    ("overlay_text_fixed", {"slot": 2, "text": "Time"}),
    ("overlay_no_slot", {"slot": 3, "enabled": True}),
    ("overlay_no_change", {"slot": 1}),
)


async def test_overlays_that_are_wrong(home: BviewHome) -> None:
    """They are refused before anything is sent."""
    for key, data in WRONG:
        with refused(key):
            await ask(home, "overlay_set", **data)
    assert home.sent == []


async def test_overlays_on_top_of_each_other(home: BviewHome) -> None:
    """The camera refuses, and the reason is told."""
    with refused("overlay_crosses"):
        await ask(home, "overlay_set", slot=1, x=3, y=3)
    assert home.kept(OSD, "DisplayName/PosY") == "540"
    await ask(home, "overlay_set", slot=2, enabled=False)
    await ask(home, "overlay_set", slot=1, x=3, y=3)
    assert home.kept(OSD, "DisplayName/PosY") == "17"


async def test_texts_that_no_document_can_hold(home: BviewHome) -> None:
    """They are refused like other wrong values, and the old text stays."""
    for text in ("a\x00b", "a\x0bb", "\x1b[0m", "a\nb"):
        with refused("invalid_value"):
            await ask(home, "overlay_set", text=text)
        with refused("invalid_value"):
            await home.act("text", "overlay_text_1", "set_value", value=text)
    assert home.sent == []
    assert home.kept(OSD, "DisplayName/Name") == "Camera"
    await ask(home, "overlay_set", text="]]> <!-- & \"' -->")
    assert home.kept(OSD, "DisplayName/Name") == "]]> <!-- & \"' -->"


# Events and logs


async def test_arming_through_the_camera(home: BviewHome) -> None:
    """Home Assistant's own actions look for motion, or not."""
    state = home.state("camera", "main_stream")
    assert state.attributes["motion_detection"] is True
    await home.act("camera", "main_stream", "disable_motion_detection")
    assert home.kept("/Pictures/1/Motion", "Enable") == "false"
    assert home.value("switch", "motion_detection") == "off"
    state = home.state("camera", "main_stream")
    assert not state.attributes.get("motion_detection")
    await home.act("camera", "main_stream", "enable_motion_detection")
    assert home.kept("/Pictures/1/Motion", "Enable") == "true"


async def test_record_event(home: BviewHome) -> None:
    """A recording begins; while it runs, another order changes nothing."""
    await ask(home, "record_event")
    assert home.camera.recorder.busy
    await ask(home, "record_event")
    await home.poll()
    assert home.value("binary_sensor", "recording") == "on"
    assert home.value("sensor", "storage_status_1") in ("ready", "writing")
    await home.wait(15)
    assert home.value("binary_sensor", "recording") == "off"
    assert len(home.camera.recorder.recordings) == 1


async def test_record_event_while_it_is_off(home: BviewHome) -> None:
    """It is told what to switch on, whatever the camera calls it."""
    await home.act("switch", "automatic_recording", "turn_off")
    codes: tuple[Literal[-12, -3, -8], ...] = (-12, -3, -8)
    for code in codes:
        home.camera.options.call_disabled = code
        with refused("event_recording_off"):
            await ask(home, "record_event")
    await home.act("switch", "automatic_recording", "turn_on")
    await ask(home, "record_event")
    assert home.camera.recorder.busy


@pytest.mark.parametrize(
    "options",
    [BviewOptions.full(password=PASSWORD, absent={"/Record/*": -3})],
    ids=["without"],
)
async def test_a_camera_without_event_recording(home: BviewHome) -> None:
    """What can be done instead is told."""
    with refused("record_event_by_stream"):
        await ask(home, "record_event")
    assert home.find("button", "record_event") is None


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(password=PASSWORD, log_order="oldest", time_suffix=""),
        BviewOptions.full(password=PASSWORD, log_order="newest", time_suffix="Z"),
        BviewOptions.full(password=PASSWORD, log_order="newest", time_suffix="+00"),
    ],
    ids=["oldest_first", "newest_first", "with_zone"],
)
async def test_device_log(home: BviewHome) -> None:
    """What happened is told with its time and kind, oldest first."""
    await home.act("switch", "motion_detection", "turn_off")
    await home.wait(10)
    home.camera.set_alarm_input()
    await home.wait(10)

    entries = (await home.device("device_log"))["entries"]
    events = [(one["kind"], one["event"]) for one in entries]
    assert events == [
        ("system", "startup"),
        ("configuration", "motion_settings"),
        ("alarm", "input_alarm"),
    ]
    assert [one["time"] for one in entries] == sorted(one["time"] for one in entries)
    assert (entries[1]["user"], entries[1]["address"]) == ("admin", "127.0.0.1")
    for kind, count in (("all", 3), ("alarm", 1), ("system", 1), ("storage", 0)):
        found = (await home.device("device_log", kind=kind))["entries"]
        assert len(found) == count, kind

    (alarm,) = (await home.device("alarm_log"))["alarms"]
    assert alarm == {"time": entries[2]["time"], "source": "input"}


async def test_logs_of_a_time(home: BviewHome) -> None:
    """Only what lies within is told, on the clock of the camera."""
    home.camera.set_alarm_input()
    now = dt_util.now()
    hour = timedelta(hours=1)
    for start, end, count in (
        (now - hour, now + hour, 1),
        (now - 3 * hour, now - hour, 0),
        (now + hour, now + 2 * hour, 0),
    ):
        answer = await home.device("alarm_log", start=start, end=end)
        assert len(answer["alarms"]) == count
    with refused("start_after_end"):
        await home.device("device_log", start=now, end=now - hour)


async def test_a_log_that_is_busy(home: BviewHome) -> None:
    """It is asked for once more, then it is told."""
    home.camera.plans.refuse("/System/Logging", -6)
    answer = await home.finish(home.device("device_log"))
    assert answer["entries"]
    home.camera.plans.refuse("/System/Logging", -6, count=2)
    with refused("busy", HomeAssistantError):
        await home.finish(home.device("device_log"))
    home.camera.plans.refuse("/System/Logging", -7)
    with refused("refused", HomeAssistantError):
        await home.device("device_log")
