"""How each document of the device is read and written (chapters 3.1 to 3.11)."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from .const import HEAVY_AGE, RARE_AGE, SETTINGS_INTERVAL, STATUS_AGE


class Place(Enum):
    """Where a write names the channel."""

    NOWHERE = auto()
    FIELDS = auto()
    """Among the fields of the document."""
    SCHEDULE = auto()
    """In a schedule of the document, as the newer generation has it."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A document that is read with Get and written with Set."""

    name: str
    """What follows Get and Set."""
    wrapper: str
    """The key around the fields; empty if there is none."""
    host: bool = False
    """One for the device, not one for each channel."""
    place: Place = Place.FIELDS
    whole: bool = False
    """A write sends everything back that was read."""
    drop: frozenset[str] = frozenset()
    """Fields that are told and must not be sent back."""
    ranged: bool = False
    """What it allows differs between devices and is asked for once."""
    age: float = SETTINGS_INTERVAL
    """Seconds for which it is believed."""
    shaping: tuple[tuple[str, ...], ...] = ()
    """Fields, in all spellings, that some devices lack and that features need."""
    type: str = ""
    """Word that a question must contain, in a wrapper of its own."""


def _host(name: str, wrapper: str | None = None, *, age: float | None = None) -> Kind:
    return Kind(
        name=name,
        wrapper=name if wrapper is None else wrapper,
        host=True,
        place=Place.NOWHERE,
        age=SETTINGS_INTERVAL if age is None else age,
    )


def _switched(name: str, wrapper: str, *, ranged: bool = False) -> Kind:
    """Return a document with a switch and a table for each channel."""
    return Kind(
        name=name,
        wrapper=wrapper,
        place=Place.SCHEDULE,
        ranged=ranged,
        shaping=(("enable",), ("scheduleEnable",)),
    )


# The device itself
HDD: Final = _host("HddInfo")
TIME: Final = _host("Time", "")
"""Two parts side by side: Time and Dst."""
NTP: Final = _host("Ntp")
WIFI_SIGNAL: Final = _host("WifiSignal", "")
AUTO_UPGRADE: Final = _host("AutoUpgrade")
AUTO_MAINT: Final = Kind(
    name="AutoMaint",
    wrapper="AutoMaint",
    host=True,
    place=Place.NOWHERE,
    whole=True,
)
CHANNELS: Final = _host("channelstatus", "status", age=STATUS_AGE)
"""Spelled with a small c, as the guide does it throughout."""

# The picture
IMAGE: Final = Kind(name="Image", wrapper="Image", whole=True, ranged=True)
ISP: Final = Kind(name="Isp", wrapper="Isp", whole=True, ranged=True)
OSD: Final = Kind(name="Osd", wrapper="Osd", whole=True)
MASK: Final = Kind(name="Mask", wrapper="Mask", whole=True)
ENC: Final = Kind(
    name="Enc",
    wrapper="Enc",
    whole=True,
    ranged=True,
    age=RARE_AGE,
    drop=frozenset({"width", "height", "resolution", "vType"}),
)

# Lamps
WHITE_LED: Final = Kind(
    name="WhiteLed",
    wrapper="WhiteLed",
    age=STATUS_AGE,
    shaping=(("wlAiDetectType", "wIAiDetectType"),),
)
IR_LIGHTS: Final = Kind(name="IrLights", wrapper="IrLights")
POWER_LED: Final = Kind(name="PowerLed", wrapper="PowerLed")

# What happens on an event, in both generations
REC_V20: Final = _switched("RecV20", "Rec", ranged=True)
REC: Final = Kind(name="Rec", wrapper="Rec", whole=True, ranged=True)
EMAIL_V20: Final = _switched("EmailV20", "Email")
EMAIL: Final = _switched("Email", "Email")
FTP_V20: Final = _switched("FtpV20", "Ftp")
FTP: Final = _switched("Ftp", "Ftp")
PUSH_V20: Final = _switched("PushV20", "Push")
PUSH: Final = _switched("Push", "Push")
SIREN_V20: Final = _switched("AudioAlarmV20", "Audio")
SIREN: Final = _switched("AudioAlarm", "Audio")
BUZZER: Final = _switched("BuzzerAlarmV20", "Buzzer")
MD_ALARM: Final = Kind(name="MdAlarm", wrapper="MdAlarm", age=HEAVY_AGE)
ALARM: Final = Kind(name="Alarm", wrapper="Alarm", age=HEAVY_AGE, type="md")

# Objects
AI_CFG: Final = Kind(name="AiCfg", wrapper="")
AI_ALARM: Final = Kind(name="AiAlarm", wrapper="AiAlarm", age=HEAVY_AGE)

# Motors and lens
PRESETS: Final = Kind(name="PtzPreset", wrapper="PtzPreset", age=RARE_AGE)
PATROLS: Final = Kind(name="PtzPatrol", wrapper="PtzPatrol", age=STATUS_AGE)
GUARD: Final = Kind(name="PtzGuard", wrapper="PtzGuard", age=RARE_AGE)
ZOOM_FOCUS: Final = Kind(
    name="ZoomFocus", wrapper="ZoomFocus", ranged=True, age=STATUS_AGE
)
AUTO_FOCUS: Final = Kind(name="AutoFocus", wrapper="AutoFocus")
