"""Units that differ in what the document leaves open."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.features import Level, Toggle, View
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from tests.devices.vserver.rig import bench, dome
from tests.emulators.vserver import Channel, VserverOptions

READINGS: dict[str, dict[str, Any]] = {
    "document": {},
    "http_1_1": {"http_version": "1.1", "content_length": True, "keep_alive": True},
    "lf_only": {"head": "lf"},
    "crlf": {"head": "crlf", "content_type": None},
    "bare_body": {"declaration": False, "pretty": False, "bom": True},
    "untyped": {"typed": False},
    "unclosed": {"unclosed_sets": True},
    "no_code": {"code_attribute": False},
    "whole_groups": {"set_answer": "all"},
    "result_only": {"set_answer": "result"},
    "no_content": {"set_answer": "204"},
    "mapped": {"refusal_status": "mapped", "name_code": 403},
    "always_channel": {"channel_field": "always"},
    "never_channel": {"channel_field": "never"},
    "extra_fields": {"extra_fields": True, "panoramic": True},
    "fields_repeat": {"repeat": "fields"},
    "other_lists": {"list_separator": ",", "span_mark": "..."},
    "absent_ranges": {"read_only_query": "absent", "h265": False, "rate_cut": False},
    "live_inputs": {"io_trigger": "live"},
    "dependent_rates": {"dependent_rates": True},
    "zero_bitrate": {"vbr_zero": True},
    "no_date_format": {"date_format": False},
    "other_outputs": {"all_outputs": "12", "md_output": "IOj", "io_names": "table"},
    "rectangle": {"md_form": "rectangle"},
    "short_grid": {"grid_rows": 13},
    "metering": {"metering": "text", "direction_words": True, "ptz_speed": 8},
    "no_position": {"position": "unsupported"},
    "empty_position": {"position": "empty"},
    "open": {"auth": "open"},
    "digest": {"auth": "digest", "nonce_uses": 1},
    "get_only": {"post": 400},
    "unknown_ignored": {"unknown_parameters": "ignore", "case": "ignore"},
    "no_tables": {"table_groups": False, "bare_query": "any"},
}


@pytest.mark.parametrize("name", READINGS)
async def test_every_reading(session: ClientSession, name: str) -> None:
    """It connects, is read, set, moved and seen."""
    async with bench(session, dome(**READINGS[name]), strict=False) as one:
        kinds = {found.kind for found in one.unit.violations}
        # A group that only a table has is asked for once: whether ONVIF is on.
        assert kinds <= {"unsupported", "channel", "group"}
        assert len(one.unit.violations_of("group")) <= 1
        await one.get(Level, Key.IMAGE_HUE).write(1)
        await one.get(Toggle, Key.OVERLAY_DATE).write(True)
        await one.get(Toggle, Key.MOTION_EMAIL).write(True)
        await one.get(Toggle, Key.BACKLIGHT_COMPENSATION).write(True)
        await one.get(Level, Key.MAIN_FRAME_RATE).write(30)
        ptz = one.of().ptz
        assert ptz is not None
        await ptz.stop()
        one.unit.clock.advance(4000)
        for cadence in Cadence:
            await one.device.refresh(cadence, None)
        assert set(one.device.failed.values()) <= {"unsupported"}
        assert one.get(Level, Key.IMAGE_HUE).read() == 1
        assert one.get(Toggle, Key.OVERLAY_DATE).read() is True
        assert one.get(Toggle, Key.MOTION_EMAIL).read() is True
        assert one.get(Level, Key.MAIN_FRAME_RATE).read() == 30
        snapshot = one.get(View, Key.MAIN_STREAM).snapshot
        assert snapshot is not None
        assert await snapshot()


KEYS = frozenset(
    [
        "main_stream",
        "sub_stream",
        "motion_jpeg",
        "image_brightness",
        "image_contrast",
        "image_saturation",
        "image_sharpness",
        "image_hue",
        "picture_style",
        "white_balance",
        "exposure_mode",
        "shutter",
        "longest_exposure",
        "gain",
        "wdr",
        "wdr_level",
        "backlight_compensation",
        "backlight_level",
        "defog",
        "noise_reduction",
        "image_stabilization",
        "mirror",
        "flip",
        "day_night_mode",
        "day_threshold",
        "night_threshold",
        "day_night_delay",
        "overlay_text",
        "overlay_text_shown",
        "overlay_date",
        "overlay_time",
        "main_resolution",
        "sub_resolution",
        "main_codec",
        "sub_codec",
        "main_bitrate_mode",
        "sub_bitrate_mode",
        "main_frame_rate",
        "sub_frame_rate",
        "main_bitrate",
        "sub_bitrate",
        "main_keyframe_interval",
        "sub_keyframe_interval",
        "motion",
        "detection",
        "motion_detection",
        "motion_sensitivity",
        "motion_recording",
        "motion_email",
        "motion_ftp",
        "motion_alarm_output",
        "alarm_input",
        "alarm",
        "alarm_input_type",
        "alarm_input_recording",
        "alarm_input_email",
        "alarm_input_ftp",
        "alarm_input_alarm_output",
        "infrared_light",
        "microphone",
        "microphone_volume",
        "audio_codec",
        "ptz_preset",
        "ptz_stop",
        "ptz_up",
        "ptz_down",
        "ptz_left",
        "ptz_right",
        "zoom_in",
        "zoom_out",
        "focus_near",
        "focus_far",
        "pan_position",
        "tilt_position",
        "zoom_position",
        "manual_recording",
        "automatic_recording",
        "recording_stream",
        "recording_overwrite",
        "recording_file_length",
        "storage_problem",
        "storage_used",
        "storage_status",
        "online",
        "event_delay",
        "event_delivery",
        "event_path",
        "event_picture",
        "failed_requests",
        "intrusion",
        "last_event",
        "request_rate",
        "response_time",
        "tamper",
        "wifi_signal",
        "network_time",
        "sync_clock",
        "clock_offset",
        "restart",
        "last_restart",
        "reset_picture",
    ]
)
"""The rows of the vocabulary that this family backs."""

UNITS: dict[str, VserverOptions] = {
    "dome": dome(),
    "live": dome(io_trigger="live"),
    "poor": VserverOptions(
        channels=[
            Channel(
                image=False,
                camera=False,
                minor=False,
                mjpeg=False,
                audio=False,
                motion=False,
                record=False,
            )
        ],
        card=None,
    ),
}


@pytest.mark.parametrize("name", UNITS)
async def test_everything_is_explained(session: ClientSession, name: str) -> None:
    """Each word of the vocabulary is made, or has a reason why it is not; once."""
    async with bench(session, UNITS[name], strict=False) as one:
        made = {feature.key for feature in one.of().features}
        absent = [one.key for one in one.device.absent]
        assert made | set(absent) == KEYS
        assert len(absent) == len(set(absent))
        assert not made & set(absent)
        assert Key.MAIN_STREAM in made


async def test_other_software(session: ClientSession) -> None:
    """After an update a unit is asked again what it can do."""
    options = dome(absent={"audio_get/AudioInfo": 501})
    async with bench(session, options) as one:
        assert Key.MICROPHONE in one.absent()
        one.unit.options.absent = {}
        one.unit.settings.set("sys/DeviceInfo", "Firmware", "V9.9")
        one.unit.reboot(5)
        one.unit.boot()
        await one.unit.settle()
        for _n in range(2):
            one.unit.clock.advance(400)
            await one.device.refresh(Cadence.STATE, frozenset())
        await one.device.refresh(Cadence.SETTINGS, frozenset())
        assert one.get(Toggle, Key.MICROPHONE).read() is False
        assert one.of().sw_version == "V9.9"
