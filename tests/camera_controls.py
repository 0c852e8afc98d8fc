"""Everything that can be set at a camera, and what each of it changes in the device."""

from dataclasses import dataclass, field
from typing import Any, Final

from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.reolink.store import SETTINGS

AREA: Final = {
    "screen": {"width": 1920, "height": 1080},
    "block": {"x": 10, "y": 20, "width": 300, "height": 200},
}


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Return the values of a document by their path."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return {path: value}
    found: dict[str, Any] = {}
    for name, one in value.items():
        found |= flat(one, f"{path}.{name}" if path else str(name))
    return found


def stored(device: ReolinkEmulator) -> dict[str, Any]:
    """Return everything that the device keeps, by its path."""
    documents: dict[str, Any] = {}
    for number, camera in enumerate(device.cameras):
        for stem, setting in SETTINGS.items():
            name = stem if setting.host else f"{number}.{stem}"
            documents[name] = device.settings.fields(stem, number)
        documents[f"{number}.Enc"] = device.encoders[number].fields
        documents[f"{number}.AiAlarm"] = camera.ai_alarms
        documents[f"{number}.Ptz"] = {
            "presets": camera.ptz.presets,
            "patrols": camera.ptz.patrols,
            "guard": camera.ptz.guard,
        }
    documents["clock"] = {**device.wall_clock.form, **device.wall_clock.dst}
    documents["name"] = device.options.name
    return flat(documents)


def changes(before: dict[str, Any], device: ReolinkEmulator) -> dict[str, Any]:
    """Return what has changed since, with the new value."""
    after = stored(device)
    return {
        path: after.get(path)
        for path in before.keys() | after.keys()
        if before.get(path) != after.get(path)
    }


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something that is set, and all that changes by it in the device."""

    platform: str
    key: str
    service: str
    data: dict[str, Any] = field(default_factory=dict)
    command: str
    changes: dict[str, Any] = field(default_factory=dict)
    shown: str | None = None
    """The state afterwards; None for what has none of its own."""

    @property
    def name(self) -> str:
        """Return what it is called in a list."""
        return f"{self.platform}.{self.key}"


def switch(
    key: str, command: str, path: str, value: object, *, on: bool = False
) -> Control:
    """Return a switch that is turned, off unless told otherwise."""
    return Control(
        platform="switch",
        key=key,
        service=f"turn_{'on' if on else 'off'}",
        command=command,
        changes={path: value},
        shown="on" if on else "off",
    )


def number(key: str, value: float, command: str, path: str, raw: object) -> Control:
    """Return a number that is set."""
    return Control(
        platform="number",
        key=key,
        service="set_value",
        data={"value": value},
        command=command,
        changes={path: raw} if path else {},
        shown=str(value),
    )


def select(key: str, option: str, command: str, **changes: object) -> Control:
    """Return a choice that is made; the dots of a path are underscores here."""
    return Control(
        platform="select",
        key=key,
        service="select_option",
        data={"option": option},
        command=command,
        changes={path.replace("__", "."): value for path, value in changes.items()},
        shown=option,
    )


def button(key: str, command: str) -> Control:
    """Return something that is pressed."""
    return Control(platform="button", key=key, service="press", command=command)


def at_time(key: str, command: str, hour: str, minute: str) -> Control:
    """Return a time of day that is set to a quarter to four."""
    return Control(
        platform="time",
        key=key,
        service="set_value",
        data={"time": "03:45:00"},
        command=command,
        changes={hour: 3, minute: 45},
        shown="03:45:00",
    )


OBJECTS: Final = {
    "person": "people",
    "vehicle": "vehicle",
    "animal": "dog_cat",
    "face": "face",
}
SWITCHES: Final = (
    *(
        switch(
            f"{word}_detection",
            "SetAiCfg",
            f"0.AiCfg.AiDetectType.{name}",
            int(word == "face"),
            on=word == "face",
        )
        for word, name in OBJECTS.items()
    ),
    *(
        switch(
            f"floodlight_on_{word}",
            "SetWhiteLed",
            f"0.WhiteLed.wlAiDetectType.{name}",
            int(word in ("face", "vehicle")),
            on=word in ("face", "vehicle"),
        )
        for word, name in OBJECTS.items()
    ),
    switch("auto_tracking", "SetAiCfg", "0.AiCfg.aiTrack", 1, on=True),
    switch("autofocus", "SetAutoFocus", "0.AutoFocus.disable", 1),
    switch("automatic_recording", "SetRecV20", "0.RecV20.enable", 0),
    switch("automatic_update", "SetAutoUpgrade", "AutoUpgrade.enable", 0),
    switch(
        "backlight_compensation",
        "SetIsp",
        "0.Isp.backLight",
        "BackLightControl",
        on=True,
    ),
    switch("email_alerts", "SetEmailV20", "0.EmailV20.enable", 0),
    switch("flip", "SetIsp", "0.Isp.rotation", 1, on=True),
    switch("ftp_upload", "SetFtpV20", "0.FtpV20.enable", 0),
    switch("home_return", "SetPtzGuard", "0.Ptz.guard.benable", 0),
    switch("microphone", "SetEnc", "0.Enc.audio", 0),
    switch("mirror", "SetIsp", "0.Isp.mirroring", 1, on=True),
    switch("network_time", "SetNtp", "Ntp.enable", 1, on=True),
    switch("overlay_text_shown_1", "SetOsd", "0.Osd.osdChannel.enable", 0),
    switch("overlay_time", "SetOsd", "0.Osd.osdTime.enable", 0),
    switch("phone_notifications", "SetPushV20", "0.PushV20.enable", 0),
    switch("pre_recording", "SetRecV20", "0.RecV20.preRec", 0),
    switch("privacy_mask", "SetMask", "0.Mask.enable", 0),
    switch("recording_overwrite", "SetRecV20", "0.RecV20.overwrite", 0),
    switch("scheduled_restart", "SetAutoMaint", "AutoMaint.enable", 0),
    switch("siren_on_event", "SetAudioAlarmV20", "0.AudioAlarmV20.enable", 0),
    switch("status_led", "SetPowerLed", "0.PowerLed.state", "Off"),
    switch("wdr", "SetIsp", "0.Isp.backLight", "DynamicRangeControl", on=True),
    switch("ptz_patrol", "PtzCtrl", "0.Ptz.patrols.0.running", 1, on=True),
)
NUMBERS: Final = (
    *(
        number(f"{word}_delay", 5.0, "SetAiAlarm", f"0.AiAlarm.{name}.stay_time", 5)
        for word, name in OBJECTS.items()
    ),
    *(
        number(
            f"{word}_sensitivity",
            33.0,
            "SetAiAlarm",
            f"0.AiAlarm.{name}.sensitivity",
            33,
        )
        for word, name in OBJECTS.items()
    ),
    number("backlight_level", 90.0, "SetIsp", "0.Isp.blc", 90),
    number("day_night_threshold", 40.0, "SetIsp", "0.Isp.dayNightThreshold", 40),
    number("focus", 100.0, "StartZoomFocus", "", None),
    number("image_brightness", 0.0, "SetImage", "0.Image.bright", 0),
    number("image_contrast", 255.0, "SetImage", "0.Image.contrast", 255),
    number("image_hue", 1.0, "SetImage", "0.Image.hue", 1),
    number("image_saturation", 200.0, "SetImage", "0.Image.saturation", 200),
    number("image_sharpness", 17.0, "SetImage", "0.Image.sharpen", 17),
    number("main_bitrate", 4096.0, "SetEnc", "0.Enc.mainStream.bitRate", 4096),
    number("main_frame_rate", 15.0, "SetEnc", "0.Enc.mainStream.frameRate", 15),
    number("motion_sensitivity", 50.0, "SetMdAlarm", "0.MdAlarm.newSens.sensDef", 1),
    number("post_record_time", 60, "SetRecV20", "0.RecV20.postRec", "1 Minute"),
    number(
        "recording_file_length", 1800, "SetRecV20", "0.RecV20.packTime", "30 Minutes"
    ),
    number("sub_bitrate", 512.0, "SetEnc", "0.Enc.subStream.bitRate", 512),
    number("sub_frame_rate", 15.0, "SetEnc", "0.Enc.subStream.frameRate", 15),
    number("wdr_level", 250.0, "SetIsp", "0.Isp.drc", 250),
    number("zoom", 20.0, "StartZoomFocus", "", None),
)
SELECTS: Final = (
    select("anti_flicker", "60_hz", "SetIsp", **{"0.Isp.antiFlicker": "60HZ"}),
    select("day_night_mode", "night", "SetIsp", **{"0.Isp.dayNight": "Black&White"}),
    select("exposure_mode", "low_noise", "SetIsp", **{"0.Isp.exposure": "LowNoise"}),
    select("floodlight_mode", "night", "SetWhiteLed", **{"0.WhiteLed.mode": 2}),
    select("infrared_light", "off", "SetIrLights", **{"0.IrLights.state": "Off"}),
    select(
        "main_resolution",
        "2560x1440",
        "SetEnc",
        **{
            "0.Enc.mainStream.size": "2560*1440",
            "0.Enc.mainStream.width": 2560,
            "0.Enc.mainStream.height": 1440,
            "0.Enc.mainStream.vType": "h264",
        },
    ),
    select("ptz_preset", "pos1 (2)", "PtzCtrl"),
    select(
        "scheduled_restart_day",
        "friday",
        "SetAutoMaint",
        **{"AutoMaint.weekDay": "Friday"},
    ),
    select("white_balance", "manual", "SetIsp", **{"0.Isp.whiteBalance": "Manual"}),
)
OTHERS: Final = (
    Control(
        platform="light",
        key="floodlight",
        service="turn_on",
        data={"brightness": 128},
        command="SetWhiteLed",
        changes={"0.WhiteLed.bright": 50, "0.WhiteLed.state": 1},
        shown="on",
    ),
    Control(
        platform="text",
        key="overlay_text_1",
        service="set_value",
        data={"value": "Hellö"},
        command="SetOsd",
        changes={"0.Osd.osdChannel.name": "Hellö"},
        shown="Hellö",
    ),
    Control(
        platform="siren",
        key="siren",
        service="turn_on",
        command="AudioAlarmPlay",
        shown="on",
    ),
    at_time(
        "floodlight_start",
        "SetWhiteLed",
        "0.WhiteLed.LightingSchedule.StartHour",
        "0.WhiteLed.LightingSchedule.StartMin",
    ),
    at_time(
        "floodlight_end",
        "SetWhiteLed",
        "0.WhiteLed.LightingSchedule.EndHour",
        "0.WhiteLed.LightingSchedule.EndMin",
    ),
    at_time(
        "scheduled_restart_time", "SetAutoMaint", "AutoMaint.hour", "AutoMaint.min"
    ),
)
BUTTONS: Final = (
    button("home_go_to", "SetPtzGuard"),
    button("home_set", "SetPtzGuard"),
    button("motor_calibration", "PtzCheck"),
    *(
        button(key, "PtzCtrl")
        for key in (
            "ptz_down",
            "ptz_left",
            "ptz_right",
            "ptz_stop",
            "ptz_up",
            "zoom_in",
            "zoom_out",
        )
    ),
    button("sync_clock", "SetNtp"),
    button("restart", "Reboot"),
)
CONTROLS: Final = (*SELECTS, *NUMBERS, *OTHERS, *SWITCHES)
WRITABLE: Final = {
    "button",
    "light",
    "number",
    "select",
    "siren",
    "switch",
    "text",
    "time",
    "update",
}
ELSEWHERE: Final = {"update.firmware", "select.sub_resolution"}
"""Tested by themselves: one needs an offer, one has a single option."""
