"""Everything that can be set at a B-VIEW camera, and what it changes there."""

from dataclasses import dataclass, field
from typing import Any, Final

IMAGES: Final = "/Images/1"
PICTURES: Final = "/Pictures/1"
BASIC: Final = f"{IMAGES}/Basic"
COLOR: Final = f"{IMAGES}/Color"
IR_CUT: Final = f"{IMAGES}/IrCutFilter"
MOTION: Final = f"{PICTURES}/Motion"
TRIGGER: Final = f"{MOTION}/Trigger"
OSD: Final = f"{PICTURES}/OSD"
MOSAIC: Final = f"{PICTURES}/Mosaic"
MAIN: Final = "/Streams/1/1"
SUB: Final = "/Streams/1/2"
RECORD: Final = "/Record"
EMAIL: Final = "/Network/EMail"
FTP: Final = "/Network/FTP"
MAINTENANCE: Final = "/System/DeviceAutoMaintenance"

type Changes = dict[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something that is set, and all that changes by it in the camera."""

    platform: str
    own_id: str
    service: str
    data: dict[str, Any] = field(default_factory=dict)
    path: str
    changes: Changes
    """The text of each field before and after."""
    before: str
    """What is shown before it is set."""
    shown: str

    @property
    def name(self) -> str:
        """Return what it is called in a list."""
        return f"{self.platform}.{self.own_id}"


def switch(
    own_id: str,
    path: str,
    name: str = "Enable",
    old: str = "false",
    new: str = "true",
    *,
    on: bool = True,
) -> Control:
    """Return a switch that is turned, on unless told otherwise."""
    return Control(
        platform="switch",
        own_id=own_id,
        service="turn_on" if on else "turn_off",
        path=path,
        changes={name: (old, new)},
        before="off" if on else "on",
        shown="on" if on else "off",
    )


def number(
    own_id: str,
    path: str,
    name: str,
    old: str,
    value: float,
    *,
    before: str | None = None,
    new: str | None = None,
) -> Control:
    """Return a number that is set; its texts are what is shown unless given."""
    return Control(
        platform="number",
        own_id=own_id,
        service="set_value",
        data={"value": value},
        path=path,
        changes={name: (old, f"{value}" if new is None else new)},
        before=old if before is None else before,
        shown=f"{value}",
    )


def select(
    own_id: str, path: str, name: str, old: str, new: str, before: str, option: str
) -> Control:
    """Return a choice."""
    return Control(
        platform="select",
        own_id=own_id,
        service="select_option",
        data={"option": option},
        path=path,
        changes={name: (old, new)},
        before=before,
        shown=option,
    )


def moment(own_id: str, path: str, name: str, old: str, new: str) -> Control:
    """Return a time of day, written as it is shown."""
    return Control(
        platform="time",
        own_id=own_id,
        service="set_value",
        data={"time": new},
        path=path,
        changes={name: (old, new)},
        before=old,
        shown=new,
    )


CONTROLS: Final = (
    switch("privacy_mask", MOSAIC),
    number("image_brightness", COLOR, "Brightness", "50", 61),
    number("image_contrast", COLOR, "Contrast", "50", 0),
    number("image_saturation", COLOR, "Saturation", "50", 100),
    number("image_hue", COLOR, "Hue", "50", 1),
    number("image_sharpness", COLOR, "Sharpness", "50", 99),
    select("brightness_mode", COLOR, "Mode", "manual", "auto", "manual", "auto"),
    select(
        "picture_style",
        f"{IMAGES}/Scene",
        "Mode",
        "standard",
        "vivid",
        "standard",
        "vivid",
    ),
    select(
        "white_balance",
        f"{IMAGES}/WhiteBalance",
        "Mode",
        "auto",
        "fluorescent",
        "auto",
        "fluorescent",
    ),
    select(
        "shutter", f"{IMAGES}/Exposure", "shutter", "auto", "1/10000", "auto", "1_10000"
    ),
    select("gain", f"{IMAGES}/Exposure", "Gain", "auto", "42dB", "auto", "42_db"),
    number("wdr_level", BASIC, "WDR", "close", 3, before="0", new="strong"),
    number(
        "noise_reduction", BASIC, "NoiseReduce", "normal", 1, before="2", new="weak"
    ),
    switch("backlight_compensation", BASIC, "BLC", "close", "open"),
    switch("mirror", BASIC, "FlipMode", "close", "leftright"),
    switch("flip", BASIC, "FlipMode", "leftright", "center"),
    select(
        "anti_flicker",
        BASIC,
        "powerLineFrequencyMode",
        "50HZ",
        "60HZ",
        "50_hz",
        "60_hz",
    ),
    number("day_night_threshold", IR_CUT, "Sensitivity", "50", 33),
    number("day_night_delay", IR_CUT, "SwitchTime", "5", 15),
    select("day_night_mode", IR_CUT, "Mode", "initiative", "time", "auto", "schedule"),
    moment("day_start", IR_CUT, "DayStartTime", "07:00:00", "06:30:00"),
    moment("night_start", IR_CUT, "DayEndTime", "18:00:00", "23:59:59"),
    Control(
        platform="text",
        own_id="overlay_text_1",
        service="set_value",
        data={"value": "Gate & <Tür>"},
        path=OSD,
        changes={"DisplayName/Name": ("Camera", "Gate & <Tür>")},
        before="Camera",
        shown="Gate & <Tür>",
    ),
    switch(
        "overlay_text_shown_1", OSD, "DisplayName/Enable", "true", "false", on=False
    ),
    switch("overlay_time", OSD, "DisplayTime/Enable", "true", "false", on=False),
    select(
        "main_bitrate_mode", MAIN, "BitrateType", "CBR", "SmartAVC", "constant", "smart"
    ),
    number("main_frame_rate", MAIN, "FrameRate", "2500", 12, before="25", new="1200"),
    number("sub_frame_rate", SUB, "FrameRate", "2500", 1, before="25", new="100"),
    number("main_bitrate", MAIN, "Bitrate", "2048", 12288),
    number("sub_bitrate", SUB, "Bitrate", "512", 128),
    switch("main_audio", MAIN, "StreamType", "VideoAndAudio", "Video", on=False),
    switch("motion_detection", MOTION, "Enable", "true", "false", on=False),
    number(
        "motion_sensitivity", MOTION, "Sensitive", "middle", 1, before="2", new="low"
    ),
    switch("motion_schedule", f"{MOTION}/Schedule", "AllDay", "true", "false"),
    switch("motion_recording", TRIGGER, "Record/Enable", "true", "false", on=False),
    switch("motion_snapshot", TRIGGER, "Snapshot/Enable"),
    switch("motion_email", TRIGGER, "Mail/Enable"),
    switch("motion_alarm_output_1", TRIGGER, "AlarmOut/Enable"),
    switch("buzzer_on_event", TRIGGER, "BeepAlert/Enable"),
    switch(
        "automatic_recording",
        "/Record/HttpEvent/Config",
        old="true",
        new="false",
        on=False,
    ),
    select(
        "recording_stream", RECORD, "RecordStreamType", "main", "sub", "main", "sub"
    ),
    switch(
        "recording_overwrite",
        RECORD,
        "RecordWriteCircleType",
        "writecircle",
        "fullnotwrite",
        on=False,
    ),
    number("pre_record_time", RECORD, "PreRecord", "5", 120),
    number("post_record_time", RECORD, "DelayRecord", "10", 1),
    switch("email_alerts", EMAIL),
    switch("network_time", "/System/NTP"),
    switch("scheduled_restart", MAINTENANCE),
    Control(
        platform="time",
        own_id="scheduled_restart_time",
        service="set_value",
        data={"time": "04:05:00"},
        path=MAINTENANCE,
        changes={"MaintenanceTime": ("20040503T173008", "20040503T040500")},
        before="17:30:08",
        shown="04:05:00",
    ),
)
"""In an order in which each can be set after the one before it."""

SEVERAL: Final = {"select.main_resolution", "select.sub_resolution"}
"""Controls that change more than one field."""
ELSEWHERE: Final = {"switch.ftp_upload"}
"""Controls whose value depends on what was before."""

BUTTONS: Final = {
    "zoom_in": ("PUT /PTZ/1/ZoomIn", "PUT /PTZ/1/ZoomIn"),
    "zoom_out": ("PUT /PTZ/1/ZoomOut", "PUT /PTZ/1/ZoomOut"),
    "focus_near": ("PUT /PTZ/1/FocusNear", "PUT /PTZ/1/FocusNear"),
    "focus_far": ("PUT /PTZ/1/FocusFar", "PUT /PTZ/1/FocusFar"),
    "record_event": ("PUT /Record/HttpEvent/Call",),
    "test_email": ("PUT /System/SendTestEmail",),
    "sync_clock": ("PUT /System/Time",),
    "refocus": ("PUT /PTZ/1/Presets/Goto",),
    "restart": ("PUT /System/Reboot",),
}
"""What the camera is told when a button is pressed; but the full calibration."""
WRITABLE: Final = {"button", "number", "select", "switch", "text", "time"}


def find(name: str) -> Control:
    """Return a control by its name in lists."""
    return next(control for control in CONTROLS if control.name == name)
