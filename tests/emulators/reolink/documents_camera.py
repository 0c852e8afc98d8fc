"""The documents of one channel: picture, recording streams, lamps, objects."""

from typing import Any, Final

from .setting import BOOLEAN, Setting, bounds, length

POSITIONS: Final = [
    "Upper Left",
    "Top Center",
    "Upper Right",
    "Lower Left",
    "Bottom Center",
    "Lower Right",
    "Other Configuration",
]
_LEVELS: Final = ("bright", "contrast", "hue", "saturation", "sharpen")
_IMAGE: Final = Setting(
    stem="Image",
    wrapper="Image",
    value={"channel": 0, **dict.fromkeys(_LEVELS, 128)},
    limits={"channel": 0, **{name: bounds(0, 255) for name in _LEVELS}},
    mandatory=("channel", *_LEVELS),
)
_OSD: Final = Setting(
    stem="Osd",
    wrapper="Osd",
    value={
        "bgcolor": 0,
        "channel": 0,
        "osdChannel": {"enable": 1, "name": "Camera1", "pos": "Lower Right"},
        "osdTime": {"enable": 1, "pos": "Top Center"},
        "watermark": 1,
    },
    limits={
        "bgcolor": BOOLEAN,
        "channel": 0,
        "osdChannel": {"enable": BOOLEAN, "name": length(31), "pos": POSITIONS},
        "osdTime": {"enable": BOOLEAN, "pos": POSITIONS},
        "watermark": BOOLEAN,
    },
    mandatory=(
        "channel",
        "osdChannel.enable",
        "osdChannel.name",
        "osdChannel.pos",
        "osdTime.enable",
        "osdTime.pos",
    ),
)
_DARK: Final = {"bright": 128, "dark": 128, "mode": "Auto"}
_DARK_LIMITS: Final = {
    "bright": bounds(0, 255),
    "dark": bounds(0, 255),
    "mode": ["Auto", "Manual"],
}
_ISP_VALUE: Final[dict[str, Any]] = {
    "antiFlicker": "Off",
    "backLight": "Off",
    "bd_day": _DARK,
    "bd_led_color": {"bright": 0, "dark": 0, "mode": "Auto"},
    "bd_night": _DARK,
    "blc": 128,
    "blueGain": 128,
    "cdsType": 0,
    "channel": 0,
    "constantFrameRate": 1,
    "dayNight": "Auto",
    "dayNightThreshold": 73,
    "drc": 128,
    "exposure": "Auto",
    "gain": {"max": 62, "min": 1},
    "mirroring": 0,
    "nr3d": 1,
    "redGain": 128,
    "rotation": 0,
    "shutter": {"max": 125, "min": 0},
    "whiteBalance": "Auto",
}
_ISP: Final = Setting(
    stem="Isp",
    wrapper="Isp",
    value=_ISP_VALUE,
    initial={
        **_ISP_VALUE,
        "bd_led_color": _DARK,
        "cdsType": 1,
        "constantFrameRate": 0,
        "dayNightThreshold": 0,
    },
    limits={
        "antiFlicker": ["Other", "50HZ", "60HZ", "Off"],
        "backLight": ["Off", "BackLightControl", "DynamicRangeControl"],
        "bd_day": _DARK_LIMITS,
        "bd_led_color": _DARK_LIMITS,
        "bd_night": _DARK_LIMITS,
        "blc": bounds(0, 255),
        "blueGain": bounds(0, 255),
        "cdsType": BOOLEAN,
        "channel": 0,
        "constantFrameRate": [0, 1],
        "dayNight": ["Auto", "Color", "Black&White"],
        "dayNightThreshold": bounds(0, 0),
        "drc": bounds(0, 255),
        "exposure": ["Auto", "LowNoise", "Anti-Smearing", "Manual"],
        "gain": bounds(1, 100),
        "mirroring": BOOLEAN,
        "nr3d": BOOLEAN,
        "redGain": bounds(0, 255),
        "rotation": BOOLEAN,
        "shutter": bounds(0, 125),
        "whiteBalance": ["Auto", "Manual"],
    },
    mandatory=(
        "channel",
        "antiFlicker",
        "exposure",
        "gain",
        "shutter",
        "whiteBalance",
        "blueGain",
        "redGain",
        "dayNight",
        "backLight",
        "blc",
        "drc",
        "nr3d",
        "mirroring",
        "rotation",
        "cdsType",
        "constantFrameRate",
    ),
)
_EMPTY_AREA: Final = {
    "block": {"height": 0, "width": 0, "x": 0, "y": 0},
    "screen": {"height": 0, "width": 0},
}
_MASK: Final = Setting(
    stem="Mask",
    wrapper="Mask",
    value={
        "area": [
            {
                "block": {"height": 163, "width": 121, "x": 192, "y": 143},
                "screen": {"height": 480, "width": 640},
            }
        ],
        "channel": 0,
        "enable": 1,
    },
    initial={"area": [_EMPTY_AREA], "channel": 0, "enable": 0},
    limits={"channel": 0, "enable": BOOLEAN, "maxAreas": 4},
    mandatory=("channel", "enable", "area"),
)
AREA: Final = _EMPTY_AREA
"""The form of each area of a privacy mask."""
_CROP: Final = Setting(
    stem="Crop",
    wrapper="Crop",
    value={
        "channel": 0,
        "cropHeight": 480,
        "cropWidth": 640,
        "mainHeight": 1920,
        "mainWidth": 2560,
        "minHeight": 480,
        "minWidth": 640,
        "topLeftX": 960,
        "topLeftY": 720,
    },
    limits={"topLeftX": bounds(0, 1920), "topLeftY": bounds(0, 1440)},
    inert=frozenset({"mainHeight", "mainWidth", "minHeight", "minWidth"}),
    write_only={"screenHeight": 0, "screenWidth": 0},
    optional_channel=True,
)
_STITCH: Final = Setting(
    stem="Stitch",
    wrapper="stitch",
    value={"distance": 8.100000381469727, "stitchXMove": 5, "stitchYMove": 3},
    initial={"distance": 2.0, "stitchXMove": 0, "stitchYMove": 0},
    limits={
        "distance": bounds(2.0, 20.0),
        "stitchXMove": bounds(-100, 100),
        "stitchYMove": bounds(-100, 100),
    },
    mandatory=("distance", "stitchXMove", "stitchYMove"),
    optional_channel=True,
)
_IR_LIGHTS: Final = Setting(
    stem="IrLights",
    wrapper="IrLights",
    value={"state": "Auto"},
    limits={"state": ["Auto", "Off", "On"]},
    write_only={"channel": 0},
    mandatory=("channel",),
    always_full=True,
    optional_channel=True,
)
_POWER_LED: Final = Setting(
    stem="PowerLed",
    wrapper="PowerLed",
    value={"channel": 0, "state": "On"},
    initial={},
    limits={"state": ["On", "Off"]},
    always_full=True,
    optional_channel=True,
)
_LED_KINDS: Final = ("dog_cat", "face", "people", "vehicle")
_WHITE_LED: Final = Setting(
    stem="WhiteLed",
    wrapper="WhiteLed",
    value={
        "LightingSchedule": {
            "EndHour": 6,
            "EndMin": 0,
            "StartHour": 18,
            "StartMin": 0,
        },
        "bright": 79,
        "channel": 0,
        "mode": 1,
        "state": 0,
        "wlAiDetectType": {"dog_cat": 1, "face": 0, "people": 1, "vehicle": 0},
    },
    initial={"wlAiDetectType": dict.fromkeys(_LED_KINDS, 0)},
    limits={
        "LightingSchedule": {
            "EndHour": bounds(0, 23),
            "EndMin": bounds(0, 59),
            "StartHour": bounds(0, 23),
            "StartMin": bounds(0, 59),
        },
        "bright": bounds(0, 100),
        "state": BOOLEAN,
        "wlAiDetectType": dict.fromkeys(_LED_KINDS, BOOLEAN),
    },
    mandatory=("channel",),
    always_full=True,
)
WHITE_LED_RANGE: Final = {
    "AiDetectType": dict.fromkeys(_LED_KINDS, BOOLEAN),
    "WhiteLed": {"bright": bounds(0, 100)},
}
"""What the document prints of the limits of the floodlight."""
_AI_CFG: Final = Setting(
    stem="AiCfg",
    wrapper="",
    value={
        "AiDetectType": {"dog_cat": 1, "face": 0, "people": 1, "vehicle": 1},
        "aiTrack": 0,
        "channel": 0,
        "trackType": {"dog_cat": 0, "face": 0, "people": 1, "vehicle": 0},
    },
    limits={
        "AiDetectType": dict.fromkeys(_LED_KINDS, BOOLEAN),
        "aiTrack": BOOLEAN,
        "trackType": dict.fromkeys(_LED_KINDS, BOOLEAN),
    },
    mandatory=("channel",),
)
_AUTO_FOCUS: Final = Setting(
    stem="AutoFocus",
    wrapper="AutoFocus",
    value={"disable": 0},
    initial={"channel": 0, "disable": 0},
    limits={"disable": BOOLEAN},
    write_only={"channel": 0},
    mandatory=("disable",),
)
_PTZ_SERIAL: Final = Setting(
    stem="PtzSerial",
    wrapper="PtzSerial",
    value={
        "baudRate": 1200,
        "channel": 0,
        "ctrlAddr": 0,
        "ctrlProtocol": "PELCO_D",
        "dataBit": "CS8",
        "flowCtrl": "none",
        "parity": "none",
        "stopBit": 1,
    },
    limits={
        "baudRate": [1200, 2400, 4800, 9600],
        "channel": 0,
        "ctrlAddr": bounds(1, 64),
        "ctrlProtocol": ["PELCO_D", "PELCO_P"],
        "dataBit": ["CS8", "CS7", "CS6", "CS5"],
        "flowCtrl": ["none", "hard", "xon", "xoff"],
        "parity": ["none", "odd", "even"],
        "stopBit": [1, 2],
    },
    mandatory=("channel",),
)
_TRACK: Final = [
    {"enable": 0, "id": number, "name": "", "running": 0} for number in range(1, 7)
]
_PTZ_TATTERN: Final = Setting(
    stem="PtzTattern",
    wrapper="PtzTattern",
    value={"channel": 0, "track": _TRACK},
    limits={
        "track": {
            "enable": BOOLEAN,
            "id": bounds(1, 6),
            "name": length(191),
            "running": BOOLEAN,
        }
    },
    mandatory=("channel", "track"),
    merged={"track": "id"},
)
CAMERA_DOCUMENTS: Final = (
    _IMAGE,
    _OSD,
    _ISP,
    _MASK,
    _CROP,
    _STITCH,
    _IR_LIGHTS,
    _POWER_LED,
    _WHITE_LED,
    _AI_CFG,
    _AUTO_FOCUS,
    _PTZ_SERIAL,
    _PTZ_TATTERN,
)
