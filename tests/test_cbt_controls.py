"""Everything that can be set at a cgi_action camera: what is stored and shown."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.cbt_home import PASSWORD, CbtHome, cbt_home
from tests.conftest import Time
from tests.emulators.cbt import CbtOptions
from tests.home import refused

EX: Final = "ImageAdjustmentEx"
WRITABLE: Final = ("button", "light", "number", "select", "switch", "text", "time")
BUTTONS: Final = {
    "open_door": ["openDoor"],
    "ptz_down": ["setPtzControl"] * 2,
    "ptz_left": ["setPtzControl"] * 2,
    "ptz_right": ["setPtzControl"] * 2,
    "ptz_stop": ["setPtzControl"],
    "ptz_up": ["setPtzControl"] * 2,
    "refocus": ["setPtzControl"],
    "reset_picture": ["setImageAdjustment"],
    "sync_clock": ["setTime"],
    "zoom_in": ["setPtzControl"] * 2,
    "zoom_out": ["setPtzControl"] * 2,
    "restart": ["restart"],
}
"""What each sends; the last one takes the camera away."""
OTHERS: Final = {"light.floodlight"}
"""What has a test of its own."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something that is set, and all that changes by it in the camera."""

    platform: str
    own_id: str
    service: str
    data: dict[str, Any] = field(default_factory=dict)
    section: str
    changes: dict[str, tuple[Any, Any]] | None
    """The value of each field before and after; None for what lies deeper."""
    before: str
    shown: str
    prepare: dict[str, int] = field(default_factory=dict)
    """What the camera has to be set to, so that it means anything."""
    action: str = ""

    @property
    def name(self) -> str:
        """Return what it is called in a list."""
        return f"{self.platform}.{self.own_id}"

    @property
    def sent(self) -> str:
        """Return the action that changes it."""
        return self.action or f"set{self.section}"


def switch(
    own_id: str, section: str, name: str, *, on: bool = True, **more: Any
) -> Control:
    """Return a switch that is turned, on unless told otherwise."""
    return Control(
        platform="switch",
        own_id=own_id,
        service="turn_on" if on else "turn_off",
        section=section,
        changes={name: (int(not on), int(on))},
        before="off" if on else "on",
        shown="on" if on else "off",
        **more,
    )


def number(  # One line each in the table.
    own_id: str,
    section: str,
    name: str,
    old: int,
    new: int,
    before: float | None = None,
    shown: float | None = None,
    **more: Any,
) -> Control:
    """Return a number; what is shown is what is stored unless given."""
    value = new if shown is None else shown
    return Control(
        platform="number",
        own_id=own_id,
        service="set_value",
        data={"value": value},
        section=section,
        changes={name: (old, new)},
        before=str(old if before is None else before),
        shown=str(value),
        **more,
    )


def select(
    own_id: str,
    section: str,
    name: str,
    old: tuple[int, str],
    new: tuple[int, str],
    **more: Any,
) -> Control:
    """Return a choice: its numbers and its words."""
    return Control(
        platform="select",
        own_id=own_id,
        service="select_option",
        data={"option": new[1]},
        section=section,
        changes={name: (old[0], new[0])},
        before=old[1],
        shown=new[1],
        **more,
    )


def moment(
    own_id: str,
    section: str,
    changes: dict[str, tuple[int, int]],
    before: str,
    shown: str,
    **more: Any,
) -> Control:
    """Return a time of day."""
    return Control(
        platform="time",
        own_id=own_id,
        service="set_value",
        data={"time": shown},
        section=section,
        changes=changes,
        before=before,
        shown=shown,
        **more,
    )


BY_CLOCK: Final = {"color_black": 1, "infr_detect_mode": 1}
STREAM: Final[dict[str, Any]] = {"action": "setVencConf"}
CONTROLS: Final = (
    switch(
        "alarm_input_alarm_output_1_1", "AlarmInConf", "alarm_handle_alarmout", on=False
    ),
    switch("alarm_input_detection_1", "AlarmInConf", "alarm_enable", on=False),
    switch("alarm_input_email_1", "AlarmInConf", "alarm_handle_email"),
    switch("alarm_input_ftp_1", "AlarmInConf", "alarm_handle_snap_ftp"),
    switch("alarm_input_recording_1", "AlarmInConf", "alarm_handle_rec", on=False),
    switch("defog", "ImageAdjustment", "antiFog"),
    switch("fire_detection", "IVSConf", "enable"),
    switch("flip", EX, "flip"),
    switch("highlight_compensation", EX, "hlc_enable"),
    switch("intrusion_detection", "RegInvConf", "md_enable"),
    switch("main_audio", "RtspConf", "audio_main", on=False),
    switch("microphone", "AencConf", "enable", on=False),
    switch("mirror", EX, "mirror"),
    switch("motion_alarm_output_1", "MotionDetConf", "alarm_handle_alarmout"),
    switch("motion_detection", "MotionDetConf", "md_enable"),
    switch("motion_email", "MotionDetConf", "alarm_handle_email"),
    switch("motion_ftp", "MotionDetConf", "alarm_handle_snap_ftp"),
    switch("motion_recording", "MotionDetConf", "alarm_handle_rec"),
    switch("motion_schedule", "MotionDetConf", "schedule_enable", on=False),
    switch("motion_snapshot", "MotionDetConf", "alarm_handle_snap"),
    switch("network_time", "DeviceTime", "ntp_enable", on=False, action="setTime"),
    switch("overlay_date", "OsdConf", "show_date", on=False),
    switch("overlay_time", "OsdConf", "show_time", on=False),
    switch("ptz_lock", "PeripheralConf", "PTZ_Lock"),
    switch("rtmp_push", "RtmpConf", "RtmpEnable"),
    switch("slow_shutter", EX, "low_farme_rate"),
    switch("sub_audio", "RtspConf", "audio_sub"),
    switch("tamper_detection", "ODAlarmConf", "alarm_enable", on=False),
    switch("voice_prompts", "SmartAudioConf", "enable", on=False),
    switch("wdr", EX, "wdr_sensor"),
    number(
        "alarm_output_duration", "AlarmInConf", "alarm_handle_alarmout_time", 10, 25
    ),
    number("backlight_level", "ImageAdjustment", "blc_level", 142, 9),
    number("day_threshold", EX, "sens_night_to_day", 160, 0),
    number("fire_sensitivity", "IVSConf", "sensitivity", 3, 5),
    number("image_brightness", "ImageAdjustment", "brightness", 128, 255),
    number("image_contrast", "ImageAdjustment", "contrast", 128, 0),
    number("image_hue", "ImageAdjustment", "hue", 128, 1),
    number("image_saturation", "ImageAdjustment", "saturation", 128, 77),
    number("image_sharpness", "ImageAdjustment", "sharpness", 128, 99),
    number(
        "infrared_level",
        EX,
        "ir_level",
        48,
        128,
        19,
        50,
        prepare={"led_control_mode": 1},
    ),
    number("intrusion_sensitivity", "RegInvConf", "md_sensitivity", 3, 1),
    number("main_bitrate", "VencConf0", "bitrate", 6144, 4096, **STREAM),
    number("main_frame_rate", "VencConf0", "frame_rate", 25, 12, **STREAM),
    number("main_keyframe_interval", "VencConf0", "gop", 50, 25, **STREAM),
    number("microphone_volume", "AencConf", "volume_in", 12, 6, 80, 40),
    number("motion_sensitivity", "MotionDetConf", "md_sensitivity", 3, 5),
    number("night_threshold", EX, "sens_day_to_night", 255, 254),
    number("noise_reduction", EX, "noiseReduction", 2, 3),
    number("post_record_time", "MotionDetConf", "alarm_handle_rec_time", 60, 15),
    number("recording_file_length", "StorageRule", "package_time", 30, 10, 1800, 600),
    number("speaker_volume", "AencConf", "volume_out", 15, 0, 100, 0),
    number("sub_bitrate", "VencConf1", "bitrate", 1024, 512, **STREAM),
    number("sub_frame_rate", "VencConf1", "frame_rate", 25, 1, **STREAM),
    number("sub_keyframe_interval", "VencConf1", "gop", 50, 100, **STREAM),
    number("wdr_level", EX, "wdr_level_sensor", 128, 12, prepare={"wdr_sensor": 1}),
    select(
        "alarm_input_type_1",
        "AlarmInConf",
        "alarm_type",
        (0, "normally_open"),
        (1, "normally_closed"),
    ),
    select("anti_flicker", EX, "anti_flicker", (0, "off"), (2, "50_hz")),
    select("audio_codec", "AencConf", "encode_type", (7, "g711u"), (3, "g711a")),
    select("day_night_mode", EX, "color_black", (1, "auto"), (2, "night")),
    select(
        "exposure_mode",
        "ImageAdjustment",
        "auto_exposureEx",
        (0, "auto"),
        (1, "manual"),
    ),
    select("infrared_light", EX, "led_control", (0, "auto"), (2, "off")),
    select(
        "longest_exposure",
        "ImageAdjustment",
        "max_exposure",
        (12, "1_12"),
        (8000, "1_8000"),
    ),
    select(
        "main_bitrate_mode",
        "VencConf0",
        "rc_mode",
        (0, "variable"),
        (1, "constant"),
        **STREAM,
    ),
    select(
        "main_codec", "VencConf0", "encode_type", (1, "h264"), (5, "h265"), **STREAM
    ),
    select("motion_target", "MotionDetConf", "eventType", (0, "any"), (1, "person")),
    select("night_lamp", EX, "lamp_type", (0, "infrared"), (2, "auto")),
    select("recording_stream", "RecSchedule", "minor_stream", (0, "main"), (1, "sub")),
    select(
        "sub_bitrate_mode",
        "VencConf1",
        "rc_mode",
        (0, "variable"),
        (1, "constant"),
        **STREAM,
    ),
    select("sub_codec", "VencConf1", "encode_type", (1, "h264"), (5, "h265"), **STREAM),
    select("white_balance", "ImageAdjustment", "auto_awb", (0, "auto"), (1, "manual")),
    moment(
        "motion_schedule_start",
        "MotionDetConf",
        {"sch_start_hour": (0, 6), "sch_start_min": (0, 30)},
        "00:00:00",
        "06:30:00",
    ),
    moment(
        "motion_schedule_end",
        "MotionDetConf",
        {"sch_end_hour": (23, 22), "sch_end_min": (59, 5)},
        "23:59:00",
        "22:05:00",
    ),
    moment(
        "day_start",
        EX,
        {"infr_day_h": (7, 6), "infr_day_m": (0, 45)},
        "07:00:00",
        "06:45:00",
        prepare=BY_CLOCK,
    ),
    moment(
        "night_start",
        EX,
        {"infr_night_h": (18, 19), "infr_night_m": (0, 15)},
        "18:00:00",
        "19:15:00",
        prepare=BY_CLOCK,
    ),
    moment(
        "scheduled_restart_time",
        "RebootConf",
        {"hour": (0, 4), "minute": (0, 30)},
        "00:00:00",
        "04:30:00",
    ),
)
"""What changes exactly the fields that are named."""
SEVERAL: Final = {
    "select.main_resolution",
    "select.sub_resolution",
    "select.scheduled_restart_day",
    "switch.scheduled_restart",
    "switch.privacy_mask",
    *(f"text.overlay_text_{n}" for n in range(1, 5)),
    *(f"switch.overlay_text_shown_{n}" for n in range(1, 5)),
}
"""What changes several, or rows of a list; each has a test below."""


@pytest.fixture
def options() -> CbtOptions:
    """Return a camera with everything."""
    return CbtOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    records: list[logging.LogRecord],
    options: CbtOptions,
) -> AsyncIterator[CbtHome]:
    """Return a home with every entity enabled."""
    async with cbt_home(
        hass, monkeypatch, moving_time, options, records=records
    ) as found:
        await found.poll()
        found.camera.forget()
        yield found


def is_shown(home: CbtHome, control: Control, value: str) -> bool:
    """Tell whether a value is shown."""
    shown = home.value(control.platform, control.own_id)
    if control.platform == "number":
        return float(shown) == float(value)
    return shown == value


async def test_everything_that_can_be_set_is_in_the_table(home: CbtHome) -> None:
    """Nobody forgets the next one, and nothing is there twice."""
    registered = {
        f"{one.domain}.{one.unique_id.removeprefix(f'{home.entry.unique_id}_')}"
        for one in home.entities
        if one.domain in WRITABLE
    }
    names = [control.name for control in CONTROLS]
    assert len(names) == len(set(names))
    buttons = {f"button.{own_id}" for own_id in BUTTONS}
    assert registered == {*names} | buttons | SEVERAL | OTHERS


@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: one.name)
async def test_control(home: CbtHome, control: Control) -> None:
    """It is stored, nothing else is, and it is shown at once and after reading."""
    camera = home.camera
    if control.prepare:
        camera.settings.set(control.section, **control.prepare)
        await home.wait(301)
        camera.forget()
    assert is_shown(home, control, control.before)

    await home.act(control.platform, control.own_id, control.service, **control.data)

    assert home.written == [control.sent]
    assert is_shown(home, control, control.shown)
    await home.wait(6)
    (write,) = camera.writes
    assert write.changes == control.changes
    assert write.ignored == write.secrets == ()
    assert camera.violations == []
    await home.wait(3601)
    assert home.asked[
        control.sent.replace("set", "get", 1).replace("getTime", "getDeviceTime")
    ]
    assert is_shown(home, control, control.shown)
    assert home.told(logging.ERROR) == home.told(logging.WARNING) == []


async def test_everything_that_is_set_to_what_it_is(home: CbtHome) -> None:
    """Nothing is written where nothing changes."""
    for control in (one for one in CONTROLS if one.platform == "switch"):
        same = "turn_off" if control.service == "turn_on" else "turn_on"
        await home.act("switch", control.own_id, same)
        assert is_shown(home, control, control.before), control.name
    assert [one.changes for one in home.camera.writes if one.changes] == []


async def test_everything_that_can_be_pressed(home: CbtHome) -> None:
    """It is done once; movements end by themselves."""
    camera = home.camera
    camera.settings.set("DeviceTime", ntp_enable=0)
    await home.wait(301)
    for own_id, actions in BUTTONS.items():
        camera.forget()
        await home.act("button", own_id, "press")
        assert home.written == actions, own_id
        assert camera.ptz.running == []
    assert [(move.name, move.released) for move in camera.ptz.moves] == [
        ("down", True),
        ("left", True),
        ("right", True),
        ("up", True),
        ("zoom +", True),
        ("zoom -", True),
    ]
    assert len(camera.door_openings) == camera.reboots == 1
    assert len(camera.ptz.sent.autofocus) == 1


async def test_two_fields_of_one_section_at_once(home: CbtHome) -> None:
    """What is set together and kept together is sent together."""
    await asyncio.gather(
        home.act("switch", "mirror", "turn_on"),
        home.act("switch", "flip", "turn_on"),
        home.act("switch", "wdr", "turn_on"),
        home.act("number", "image_hue", "set_value", value=30),
    )
    assert sorted(home.written) == ["setImageAdjustment", "setImageAdjustmentEx"]
    kept = home.camera.settings.values(EX)
    assert (kept["mirror"], kept["flip"], kept["wdr_sensor"]) == (1, 1, 1)


async def test_what_was_changed_elsewhere_stays(home: CbtHome) -> None:
    """What somebody has set in the camera's own page meanwhile is not put back."""
    home.camera.settings.set("ImageAdjustment", contrast=7)
    home.camera.settings.set("DeviceTime", ntpServer="time.example", timeZone=3)
    home.camera.settings.set("RtspConf", rtsp_port=8554)
    await home.act("number", "image_hue", "set_value", value=10)
    await home.act("switch", "network_time", "turn_off")
    await home.act("switch", "sub_audio", "turn_on")
    get = home.camera.settings.get
    assert get("ImageAdjustment", "contrast") == 7
    assert get("DeviceTime", "ntpServer") == "time.example"
    assert get("DeviceTime", "timeZone") == 3
    assert get("RtspConf", "rtsp_port") == 8554


async def test_resolutions(home: CbtHome) -> None:
    """Only sizes that the camera lists can be chosen."""
    state = home.state("select", "main_resolution")
    assert state.state == "2560x1440"
    assert state.attributes["options"] == ["2560x1440", "1920x1080"]
    await home.act("select", "main_resolution", "select_option", option="1920x1080")
    await home.act("select", "sub_resolution", "select_option", option="640x360")
    assert [one.changes for one in home.camera.writes] == [
        {"pic_width": (2560, 1920), "pic_height": (1440, 1080)},
        {"pic_width": (704, 640), "pic_height": (576, 360)},
    ]
    await home.wait(301)
    assert home.value("select", "main_resolution") == "1920x1080"
    assert home.value("select", "sub_resolution") == "640x360"


async def test_scheduled_restart(home: CbtHome) -> None:
    """Off and on again keeps the day."""
    await home.act("switch", "scheduled_restart", "turn_on")
    assert home.camera.settings.get("RebootConf", "mode") == 2
    assert home.value("select", "scheduled_restart_day") == "every_day"
    await home.act(
        "select", "scheduled_restart_day", "select_option", option="wednesday"
    )
    assert home.camera.settings.get("RebootConf", "mode") == 4
    assert home.camera.settings.get("RebootConf", "day_week") == 3
    await home.act("switch", "scheduled_restart", "turn_off")
    assert home.camera.settings.get("RebootConf", "mode") == 0
    await home.reload()
    await home.act("switch", "scheduled_restart", "turn_on")
    assert home.camera.settings.get("RebootConf", "mode") == 4
    assert home.value("select", "scheduled_restart_day") == "wednesday"
    assert home.camera.violations == []


async def test_privacy_mask_hides_the_whole_picture(home: CbtHome) -> None:
    """Without stored areas everything is hidden, and shown again."""
    await home.act("switch", "privacy_mask", "turn_on")
    mask = home.camera.settings.values("ViMask")
    assert (mask["mask_enable"], mask["mask_0_w"], mask["mask_0_h"]) == (1, 703, 574)
    await home.wait(301)
    assert home.value("switch", "privacy_mask") == "on"
    await home.act("switch", "privacy_mask", "turn_off")
    assert home.camera.settings.get("ViMask", "mask_enable") == 0
    assert home.value("switch", "privacy_mask") == "off"


async def test_overlay_texts(home: CbtHome) -> None:
    """One text is changed, all four are sent as they are, an empty one is hidden."""
    camera = home.camera
    await home.act("text", "overlay_text_2", "set_value", value="Gate & +ö")
    await home.act("switch", "overlay_text_shown_2", "turn_on")
    rows = camera.settings.get("OsdConf", "title_list")
    assert [row["title"].strip() for row in rows] == ["xxx", "Gate & +ö", "", ""]
    assert [row["show_title"] for row in rows] == [1, 1, 0, 0]
    await home.wait(301)
    assert home.value("text", "overlay_text_2") == "Gate & +ö"
    assert home.value("switch", "overlay_text_shown_2") == "on"
    await home.act("text", "overlay_text_1", "set_value", value="")
    rows = camera.settings.get("OsdConf", "title_list")
    assert (rows[0]["title"], rows[0]["show_title"]) == (" ", 0)
    assert [row["title_pos_y"] for row in rows] == [546, 506, 466, 426]
    for bad in ("a\nb", "x\x1b"):
        with refused("invalid_value"):
            await home.own("overlay_set", "camera", "main_stream", text=bad)
    for wrong in ("x" * 33, "ö" * 17):
        with refused("text_too_long"):
            await home.own("overlay_set", "camera", "main_stream", text=wrong)
    with refused("overlay_no_slot"):
        await home.own("overlay_set", "camera", "main_stream", slot=5, text="x")
    await home.own("overlay_set", "camera", "main_stream", slot=4, text="D", x=50, y=50)
    row = camera.settings.get("OsdConf", "title_list")[3]
    assert (row["title"], row["title_pos_x"], row["title_pos_y"]) == ("D", 352, 288)
    assert camera.violations == []


# Lamps


async def test_the_white_light(home: CbtHome) -> None:
    """On is white and steady; off is what was before, also after a restart of ours."""
    camera = home.camera
    camera.settings.set(EX, led_control=2)
    await home.wait(31)
    await home.act("light", "floodlight", "turn_on")
    assert camera.light == ("white", 255)
    assert home.value("light", "floodlight") == "on"
    assert home.value("select", "infrared_light") == "unavailable"
    await home.reload()
    await home.act("light", "floodlight", "turn_off")
    kept = camera.settings.values(EX)
    assert (kept["lamp_type"], kept["led_control"]) == (0, 2)
    assert camera.light is None
    assert home.value("light", "floodlight") == "off"
    assert camera.violations == []


@pytest.mark.parametrize("brightness", [1, 2, 128, 254, 255])
async def test_a_light_that_can_be_dimmed(home: CbtHome, brightness: int) -> None:
    """The brightness is the camera's own, and never 0 while it is on."""
    camera = home.camera
    camera.settings.set(EX, led_control_mode=1)
    await home.reload()
    await home.act("light", "floodlight", "turn_on", brightness=brightness)
    assert camera.light == ("white", brightness)
    assert len([one for one in home.written if one == f"set{EX}"]) == 1
    await home.wait(31)
    state = home.state("light", "floodlight")
    assert (state.state, state.attributes["brightness"]) == ("on", brightness)


async def test_the_light_of_a_board_without_dimming(home: CbtHome) -> None:
    """It is on or off."""
    state = home.state("light", "floodlight")
    assert state.attributes["supported_color_modes"] == ["onoff"]
    assert home.value("number", "infrared_level") == "unavailable"


async def test_infrared(home: CbtHome) -> None:
    """Automatic, on and off, as the camera shows it."""
    camera = home.camera
    camera.dark = True
    assert camera.light == ("ir", 255)
    for option, light in (("off", None), ("on", ("ir", 255)), ("auto", ("ir", 255))):
        await home.act("select", "infrared_light", "select_option", option=option)
        assert camera.light == light
    camera.dark = False
    assert camera.light is None
    await home.act("select", "night_lamp", "select_option", option="white")
    assert home.value("light", "floodlight") == "unknown"
    assert home.value("select", "infrared_light") == "unavailable"
    await home.act("select", "night_lamp", "select_option", option="infrared")
    assert home.value("light", "floodlight") == "off"


async def test_somebody_else_switches_the_light(home: CbtHome) -> None:
    """It is seen within half a minute, and off is off."""
    home.camera.settings.set(EX, lamp_type=1, led_control=1)
    await home.wait(31)
    assert home.value("light", "floodlight") == "on"
    await home.act("light", "floodlight", "turn_off")
    assert home.camera.light is None


async def test_the_clock(home: CbtHome) -> None:
    """It is set from here where no network does."""
    camera = home.camera
    assert home.value("button", "sync_clock") == "unavailable"
    await home.act("switch", "network_time", "turn_off")
    await home.wait(6)
    camera.wall_clock.set(camera.settings.get("DeviceTime", "deviceTime") - 7200)
    await home.wait(301)
    assert float(home.value("sensor", "clock_offset")) == pytest.approx(-7200, abs=10)
    await home.act("button", "sync_clock", "press")
    await home.wait(6)
    assert abs(float(home.value("sensor", "clock_offset"))) < 10
    assert timedelta(seconds=abs(camera.wall_clock.skew)) < timedelta(seconds=400)


async def test_what_has_no_meaning_now_is_not_shown(home: CbtHome) -> None:
    """These four wait for another mode, or belong to another board."""
    prefix = f"{home.entry.unique_id}_"
    states = {
        one.unique_id.removeprefix(prefix): home.hass.states.get(one.entity_id)
        for one in home.entities
    }
    assert {
        own_id
        for own_id, state in states.items()
        if state is not None and state.state == "unavailable"
    } == {"day_start", "night_start", "infrared_level", "sync_clock"}
