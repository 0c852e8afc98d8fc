"""Every field that can be set, set through its feature and read back."""

from datetime import time
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import (
    OverlayChange,
)
from custom_components.watchpost.devices.model.device import ScheduleChange
from custom_components.watchpost.devices.model.errors import (
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Level,
    Text,
    TimeOfDay,
    Toggle,
)
from custom_components.watchpost.devices.model.vocabulary import (
    Key,
    ScheduleKind,
)
from tests.emulators.cbt import ALIASES, CbtOptions

from .rig import bench

MOTION, EX, IMAGE = "MotionDetConf", "ImageAdjustmentEx", "ImageAdjustment"
ALARM_IN = "AlarmInConf"

TOGGLES: dict[Key, tuple[str | None, str, str]] = {
    Key.MOTION_DETECTION: (None, MOTION, "md_enable"),
    Key.INTRUSION_DETECTION: (None, "RegInvConf", "md_enable"),
    Key.FIRE_DETECTION: (None, "IVSConf", "enable"),
    Key.TAMPER_DETECTION: (None, "ODAlarmConf", "alarm_enable"),
    Key.MOTION_SCHEDULE: (None, MOTION, "schedule_enable"),
    Key.MOTION_RECORDING: (None, MOTION, "alarm_handle_rec"),
    Key.MOTION_SNAPSHOT: (None, MOTION, "alarm_handle_snap"),
    Key.MOTION_EMAIL: (None, MOTION, "alarm_handle_email"),
    Key.MOTION_FTP: (None, MOTION, "alarm_handle_snap_ftp"),
    Key.MOTION_ALARM_OUTPUT: ("1", MOTION, "alarm_handle_alarmout"),
    Key.ALARM_INPUT_DETECTION: ("1", ALARM_IN, "alarm_enable"),
    Key.ALARM_INPUT_RECORDING: ("1", ALARM_IN, "alarm_handle_rec"),
    Key.ALARM_INPUT_EMAIL: ("1", ALARM_IN, "alarm_handle_email"),
    Key.ALARM_INPUT_FTP: ("1", ALARM_IN, "alarm_handle_snap_ftp"),
    Key.ALARM_INPUT_ALARM_OUTPUT: ("1_1", ALARM_IN, "alarm_handle_alarmout"),
    Key.DEFOG: (None, IMAGE, "antiFog"),
    Key.MIRROR: (None, EX, "mirror"),
    Key.FLIP: (None, EX, "flip"),
    Key.WDR: (None, EX, "wdr_sensor"),
    Key.HIGHLIGHT_COMPENSATION: (None, EX, "hlc_enable"),
    Key.SLOW_SHUTTER: (None, EX, "low_farme_rate"),
    Key.OVERLAY_DATE: (None, "OsdConf", "show_date"),
    Key.OVERLAY_TIME: (None, "OsdConf", "show_time"),
    Key.MAIN_AUDIO: (None, "RtspConf", "audio_main"),
    Key.SUB_AUDIO: (None, "RtspConf", "audio_sub"),
    Key.MICROPHONE: (None, "AencConf", "enable"),
    Key.VOICE_PROMPTS: (None, "SmartAudioConf", "enable"),
    Key.RTMP_PUSH: (None, "RtmpConf", "RtmpEnable"),
    Key.PTZ_LOCK: (None, "PeripheralConf", "PTZ_Lock"),
    Key.NETWORK_TIME: (None, "DeviceTime", "ntp_enable"),
}
LEVELS: dict[Key, tuple[str, str, float, int]] = {
    Key.MOTION_SENSITIVITY: (MOTION, "md_sensitivity", 5.0, 5),
    Key.INTRUSION_SENSITIVITY: ("RegInvConf", "md_sensitivity", 1.0, 1),
    Key.FIRE_SENSITIVITY: ("IVSConf", "sensitivity", 4.0, 4),
    Key.IMAGE_BRIGHTNESS: (IMAGE, "brightness", 10.0, 10),
    Key.IMAGE_CONTRAST: (IMAGE, "contrast", 255.0, 255),
    Key.IMAGE_SATURATION: (IMAGE, "saturation", 0.0, 0),
    Key.IMAGE_SHARPNESS: (IMAGE, "sharpness", 77.0, 77),
    Key.IMAGE_HUE: (IMAGE, "hue", 78.0, 78),
    Key.BACKLIGHT_LEVEL: (IMAGE, "blc_level", 79.0, 79),
    Key.WDR_LEVEL: (EX, "wdr_level_sensor", 80.0, 80),
    Key.NOISE_REDUCTION: (EX, "noiseReduction", 3.0, 3),
    Key.DAY_THRESHOLD: (EX, "sens_night_to_day", 81.0, 81),
    Key.NIGHT_THRESHOLD: (EX, "sens_day_to_night", 82.0, 82),
    Key.MAIN_FRAME_RATE: ("VencConf0", "frame_rate", 12.0, 12),
    Key.SUB_FRAME_RATE: ("VencConf1", "frame_rate", 6.0, 6),
    Key.MAIN_BITRATE: ("VencConf0", "bitrate", 2048.0, 2048),
    Key.SUB_BITRATE: ("VencConf1", "bitrate", 256.0, 256),
    Key.MAIN_KEYFRAME_INTERVAL: ("VencConf0", "gop", 30.0, 30),
    Key.SUB_KEYFRAME_INTERVAL: ("VencConf1", "gop", 31.0, 31),
    Key.MICROPHONE_VOLUME: ("AencConf", "volume_in", 40.0, 6),
    Key.SPEAKER_VOLUME: ("AencConf", "volume_out", 20.0, 3),
    Key.POST_RECORD_TIME: (MOTION, "alarm_handle_rec_time", 15.0, 15),
    Key.RECORDING_FILE_LENGTH: ("StorageRule", "package_time", 600.0, 10),
    Key.ALARM_OUTPUT_DURATION: (ALARM_IN, "alarm_handle_alarmout_time", 5.0, 5),
}
CHOICES: dict[Key, tuple[str | None, str, dict[str, dict[str, int]]]] = {
    Key.MOTION_TARGET: (
        None,
        MOTION,
        {"person": {"eventType": 1}, "any": {"eventType": 0}},
    ),
    Key.ALARM_INPUT_TYPE: (
        "1",
        ALARM_IN,
        {"normally_closed": {"alarm_type": 1}, "normally_open": {"alarm_type": 0}},
    ),
    Key.DAY_NIGHT_MODE: (
        None,
        EX,
        {
            "sensor": {"color_black": 1, "infr_detect_mode": 2},
            "day": {"color_black": 0},
            "schedule": {"color_black": 1, "infr_detect_mode": 1},
            "night": {"color_black": 2},
            "auto": {"color_black": 1, "infr_detect_mode": 0},
        },
    ),
    Key.NIGHT_LAMP: (
        None,
        EX,
        {"auto": {"lamp_type": 2}, "white": {"lamp_type": 1}},
    ),
    Key.INFRARED_LIGHT: (
        None,
        EX,
        {"on": {"led_control": 1}, "off": {"led_control": 2}},
    ),
    Key.WHITE_BALANCE: (None, IMAGE, {"manual": {"auto_awb": 1}}),
    Key.EXPOSURE_MODE: (None, IMAGE, {"manual": {"auto_exposureEx": 1}}),
    Key.LONGEST_EXPOSURE: (None, IMAGE, {"1_100": {"max_exposure": 100}}),
    Key.ANTI_FLICKER: (
        None,
        EX,
        {"50_hz": {"anti_flicker": 2}, "60_hz": {"anti_flicker": 3}},
    ),
    Key.MAIN_RESOLUTION: (
        None,
        "VencConf0",
        {"1920x1080": {"pic_width": 1920, "pic_height": 1080}},
    ),
    Key.SUB_RESOLUTION: (
        None,
        "VencConf1",
        {"640x360": {"pic_width": 640, "pic_height": 360}},
    ),
    Key.MAIN_CODEC: (None, "VencConf0", {"h265": {"encode_type": 5}}),
    Key.SUB_CODEC: (None, "VencConf1", {"h265": {"encode_type": 5}}),
    Key.MAIN_BITRATE_MODE: (None, "VencConf0", {"constant": {"rc_mode": 1}}),
    Key.SUB_BITRATE_MODE: (None, "VencConf1", {"constant": {"rc_mode": 1}}),
    Key.AUDIO_CODEC: (None, "AencConf", {"aac": {"encode_type": 8}}),
    Key.RECORDING_STREAM: (None, "RecSchedule", {"sub": {"minor_stream": 1}}),
}
TIMES: dict[Key, tuple[str, str, str]] = {
    Key.MOTION_SCHEDULE_START: (MOTION, "sch_start_hour", "sch_start_min"),
    Key.MOTION_SCHEDULE_END: (MOTION, "sch_end_hour", "sch_end_min"),
    Key.SCHEDULED_RESTART_TIME: ("RebootConf", "hour", "minute"),
}


async def test_toggles(session: ClientSession) -> None:
    """Each switch changes its own field, and nothing else."""
    async with bench(session) as one:
        for key, (slot, section, name) in TOGGLES.items():
            toggle = one.get(Toggle, key, slot)
            wanted = not toggle.read()
            await toggle.write(wanted)
            write = one.emulator.writes[-1]
            assert write.changes.keys() - {"deviceTime"} == {name}, key
            assert write.ignored == ()
            assert toggle.read() is wanted
            await one.reread(section)
            assert toggle.read() is wanted
        assert not one.emulator.violations


async def test_levels(session: ClientSession) -> None:
    """Each number arrives as an integer in the unit of the camera."""
    async with bench(session) as one:
        for key, (section, name, value, sent) in LEVELS.items():
            level = one.get(Level, key)
            await level.write(value)
            write = one.emulator.writes[-1]
            assert write.changes == {name: (write.before[name], sent)}, key
            await one.reread(section)
            assert level.read() == value
        assert not one.emulator.violations


async def test_choices(session: ClientSession) -> None:
    """Each option is known by what it sends."""
    async with bench(session) as one:
        for key, (slot, section, options) in CHOICES.items():
            choice = one.get(Choice, key, slot)
            for option, values in options.items():
                assert option in choice.options()
                await choice.write(option)
                own = {"channel"} if section.startswith("Venc") else set()
                sent = one.emulator.writes[-1].sent
                assert {k: v for k, v in sent.items() if k not in own} == values
                await one.reread(section)
                assert choice.read() == option
            with pytest.raises(DeviceRequestError):
                await choice.write("nonsense")
        assert not one.emulator.violations


async def test_times(session: ClientSession) -> None:
    """Hour and minute are sent together."""
    async with bench(session) as one:
        for key, (section, hour, minute) in TIMES.items():
            moment = one.get(TimeOfDay, key)
            await moment.write(time(5, 45))
            sent = one.emulator.writes[-1].sent
            assert (sent[hour], sent[minute]) == (5, 45)
            await one.reread(section)
            assert moment.read() == time(5, 45)
        assert not one.emulator.violations


async def test_hours_of_the_day(session: ClientSession) -> None:
    """They have a meaning only where the clock decides."""
    async with bench(session) as one:
        start = one.get(TimeOfDay, Key.DAY_START)
        threshold = one.get(Level, Key.DAY_THRESHOLD)
        assert start.usable is not None
        assert threshold.usable is not None
        assert (start.usable(), threshold.usable()) == (False, True)
        await one.get(Choice, Key.DAY_NIGHT_MODE).write("schedule")
        assert (start.usable(), threshold.usable()) == (True, False)
        await start.write(time(6, 30))
        assert one.emulator.settings.get(EX, "infr_day_m") == 30
        await one.get(TimeOfDay, Key.NIGHT_START).write(time(19, 15))
        assert one.emulator.settings.get(EX, "infr_night_h") == 19
        assert not one.emulator.violations


def test_every_setting_is_tried() -> None:
    """The tables are not cut short by accident."""
    assert (len(TOGGLES), len(LEVELS), len(CHOICES), len(TIMES)) == (30, 24, 17, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"spelling": ALIASES},
        {"numbers": "strings"},
        {"numbers": "floats"},
        {"extra_keys": True},
        {"dependent": "refuse", "short_arrays": "refuse"},
    ],
    ids=["spelling", "strings", "floats", "extra", "strict"],
)
async def test_readings(session: ClientSession, changes: dict[str, Any]) -> None:
    """However a camera writes, it is sent what it understands."""
    async with bench(session, CbtOptions.full(**changes)) as one:
        await one.get(Toggle, Key.SLOW_SHUTTER).write(True)
        await one.get(Toggle, Key.MAIN_AUDIO).write(False)
        await one.get(Text, Key.OVERLAY_TEXT, "2").write("Gate")
        await one.get(Toggle, Key.SCHEDULED_RESTART).write(True)
        await one.unit.schedules[ScheduleKind.RECORDING].set(
            1, ScheduleChange(enabled=True)
        )
        settings = one.emulator.settings
        assert settings.get(EX, "low_farme_rate") == 1
        assert settings.get("RtspConf", "rtsp_port") == 554
        assert settings.get("OsdConf", "title_list")[1]["title"] == "Gate"
        assert settings.get("RebootConf", "mode") == 2
        assert not one.emulator.violations


async def test_changed_by_others(session: ClientSession) -> None:
    """A necessary field is sent as it is now, not as it was."""
    async with bench(session) as one:
        one.emulator.settings.set("RtspConf", rtsp_port=8554)
        one.emulator.settings.set("RebootConf", mode=4)
        await one.get(Toggle, Key.SUB_AUDIO).write(True)
        await one.get(TimeOfDay, Key.SCHEDULED_RESTART_TIME).write(time(4))
        assert one.emulator.settings.get("RtspConf", "rtsp_port") == 8554
        assert one.emulator.settings.get("RebootConf", "mode") == 4


async def test_errors_of_other_servers(session: ClientSession) -> None:
    """An error on the way to another server counts only if nothing was kept."""
    async with bench(session) as one:
        toggle = one.get(Toggle, Key.RTMP_PUSH)
        one.emulator.plans.refuse("setRtmpConf", 7, carried_out=True)
        await toggle.write(True)
        assert toggle.read() is True
        one.emulator.plans.refuse("setRtmpConf", 7)
        with pytest.raises(DeviceError) as caught:
            await toggle.write(False)
        assert caught.value.placeholders == {"code": "7"}
        assert toggle.read() is True


# Texts


async def test_texts(session: ClientSession) -> None:
    """All four are sent, and an empty one is hidden."""
    async with bench(session) as one:
        text = one.get(Text, Key.OVERLAY_TEXT, "3")
        await text.write("Tür & <Tor>")
        await one.get(Toggle, Key.OVERLAY_TEXT_SHOWN, "3").write(True)
        rows = one.emulator.settings.get("OsdConf", "title_list")
        assert [row["title"] for row in rows] == ["xxx", " ", "Tür & <Tor>", " "]
        assert [row["show_title"] for row in rows] == [1, 0, 1, 0]
        await text.write("")
        row = one.emulator.settings.get("OsdConf", "title_list")[2]
        assert (row["title"], row["show_title"]) == (" ", 0)
        for wrong in ("x" * 33, "a\nb"):
            with pytest.raises(DeviceRequestError):
                await text.write(wrong)
        assert not one.emulator.violations


async def test_overlay_action(session: ClientSession) -> None:
    """Text, place and visibility in one request."""
    async with bench(session) as one:
        overlay = one.unit.overlay
        assert overlay is not None
        await overlay(OverlayChange(slot=4, text="Gate", x=1.0, y=0.5, enabled=True))
        row = one.emulator.settings.get("OsdConf", "title_list")[3]
        assert row == {
            "title": "Gate",
            "title_pos_x": 704,
            "title_pos_y": 288,
            "show_title": 1,
        }
        assert len(one.emulator.writes) == 1
        with pytest.raises(DeviceRequestError) as caught:
            await overlay(OverlayChange(slot=5, text="x"))
        assert caught.value.reason is Reason.OVERLAY_NO_SLOT
