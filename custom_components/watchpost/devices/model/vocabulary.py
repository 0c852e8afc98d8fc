"""The closed lists of things a device can mean."""

from enum import StrEnum, auto
from typing import Final


class Key(StrEnum):
    """What a feature means to the owner of the device.

    One key has one kind, one name and one category for every family. Each key has
    one description in its platform file, one translation and one icon.
    """

    ACCEPT_BROADCAST = auto()
    ALARM = auto()
    ALARM_ACTIVE = auto()
    ALARM_BROADCAST = auto()
    ALARM_INPUT = auto()
    ALARM_INPUT_DETECTION = auto()
    ALARM_INPUT_TYPE = auto()
    ALARM_OUTPUT = auto()
    ALARM_OUTPUT_DURATION = auto()
    ALARM_SCHEDULE = auto()
    ALARM_SCHEDULE_DURATION = auto()
    ALARM_SCHEDULE_END = auto()
    ALARM_SCHEDULE_START = auto()
    AUDIO_CLIPS = auto()
    AUDIO_CODEC = auto()
    BACK_LIGHT = auto()
    CLOCK_OFFSET = auto()
    EMAIL_ALERTS = auto()
    EVENT_DELIVERY = auto()
    FRONT_LIGHT = auto()
    FRONT_LIGHT_SECOND_COLOR = auto()
    IDLE_SCHEDULE = auto()
    IDLE_SCHEDULE_END = auto()
    IDLE_SCHEDULE_START = auto()
    LAST_EVENT = auto()
    MICROPHONE = auto()
    MICROPHONE_VOLUME = auto()
    NETWORK_TIME = auto()
    ONLINE = auto()
    OVERLAY_TEXT = auto()
    OVERLAY_TEXT_SHOWN = auto()
    RESPONSE_TIME = auto()
    RESTART = auto()
    SIREN = auto()
    SIREN_DURATION = auto()
    SIREN_TONE = auto()
    SIREN_VOLUME = auto()
    SPEAKER = auto()
    SPEAKER_VOLUME = auto()
    STOP_ALARM = auto()
    STROBE_PERIOD = auto()
    SYNC_CLOCK = auto()
    TEST_SOUND = auto()
    WIFI_CONNECTED = auto()
    WIFI_NETWORK = auto()
    WIFI_SIGNAL = auto()


class Cadence(StrEnum):
    """How often the source of a feature is read."""

    STATE = auto()
    """What happens now: seconds."""
    SETTINGS = auto()
    """How the device is set up: minutes."""


NO_REQUEST: Final = ""
"""Source of features that cost no request: commands, pushes, values kept by us."""


class Color(StrEnum):
    """A color that a lamp can show."""

    RED = auto()
    YELLOW = auto()
    GREEN = auto()
    CYAN = auto()
    BLUE = auto()
    VIOLET = auto()
    WHITE = auto()


HUES: Final = {
    Color.RED: 0,
    Color.YELLOW: 60,
    Color.GREEN: 120,
    Color.CYAN: 180,
    Color.BLUE: 240,
    Color.VIOLET: 300,
}
"""Hue of each color in degrees; white has none."""

WHITE_SATURATION: Final = 25
"""A saturation in percent below which a color counts as white."""


def nearest_color(hue: float, saturation: float, offered: tuple[Color, ...]) -> Color:
    """Return the offered color nearest to a hue (degrees) and saturation (percent)."""
    if saturation < WHITE_SATURATION and Color.WHITE in offered:
        return Color.WHITE
    hues = {color: HUES[color] for color in offered if color in HUES}
    if not hues:
        return offered[0]

    def distance(color: Color) -> float:
        away = abs(hue - hues[color]) % 360
        return min(away, 360 - away)

    return min(hues, key=distance)


class Effect(StrEnum):
    """A pattern in which a lamp shines."""

    STEADY = auto()
    BLINK_1S = auto()
    BLINK_2S = auto()
    BLINK_5S = auto()
    BREATHE = auto()
    STROBE = auto()
    CHASE = auto()


class AlarmKind(StrEnum):
    """What started an alarm."""

    INPUT = auto()
    REMOTE = auto()
    BROADCAST = auto()


class Notify(StrEnum):
    """Whom a device tells about an alarm that we start."""

    HTTP = auto()
    MAIL = auto()
    BROADCAST = auto()


class Repeat(StrEnum):
    """How often a sound is played."""

    ONCE = auto()
    TIMES = auto()
    ENDLESS = auto()


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = auto()
    TUESDAY = auto()
    WEDNESDAY = auto()
    THURSDAY = auto()
    FRIDAY = auto()
    SATURDAY = auto()
    SUNDAY = auto()


class ScheduleKind(StrEnum):
    """What a schedule that is stored in a device is for."""

    RECORDING = auto()
    MOTION = auto()
    SNAPSHOT = auto()
    MAIL = auto()
    PUSH = auto()
    FTP = auto()
    SIREN = auto()
    IDLE = auto()
    ALARM = auto()


class AbsenceReason(StrEnum):
    """Why a device does not have a feature that its family can have."""

    UNSUPPORTED = auto()
    REFUSED = auto()
    NO_PERMISSION = auto()
    NOT_CONFIGURED = auto()
    UNKNOWN = auto()
