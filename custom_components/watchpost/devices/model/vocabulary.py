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
    ALARM_INPUT_ALARM_OUTPUT = auto()
    ALARM_INPUT_DETECTION = auto()
    ALARM_INPUT_EMAIL = auto()
    ALARM_INPUT_FTP = auto()
    ALARM_INPUT_RECORDING = auto()
    ALARM_INPUT_TYPE = auto()
    ALARM_OUTPUT = auto()
    ALARM_OUTPUT_ACTIVE = auto()
    ALARM_OUTPUT_DURATION = auto()
    ALARM_SCHEDULE = auto()
    ALARM_SCHEDULE_DURATION = auto()
    ALARM_SCHEDULE_END = auto()
    ALARM_SCHEDULE_START = auto()
    ANIMAL = auto()
    ANIMAL_DELAY = auto()
    ANIMAL_DETECTION = auto()
    ANIMAL_SENSITIVITY = auto()
    ANTI_FLICKER = auto()
    AUDIO_CLIPS = auto()
    AUDIO_CODEC = auto()
    AUTOFOCUS = auto()
    AUTOMATIC_RECORDING = auto()
    AUTOMATIC_UPDATE = auto()
    AUTO_TRACKING = auto()
    BACKLIGHT_COMPENSATION = auto()
    BACKLIGHT_LEVEL = auto()
    BACK_LIGHT = auto()
    BRIGHTNESS_MODE = auto()
    BUZZER_ON_EVENT = auto()
    CLOCK_OFFSET = auto()
    DAY_NIGHT_DELAY = auto()
    DAY_NIGHT_MODE = auto()
    DAY_NIGHT_THRESHOLD = auto()
    DAY_START = auto()
    DAY_THRESHOLD = auto()
    DEFOG = auto()
    DETECTION = auto()
    EMAIL_ALERTS = auto()
    EVENT_DELAY = auto()
    EVENT_DELIVERY = auto()
    EVENT_PATH = auto()
    EVENT_PICTURE = auto()
    EXPOSURE_MODE = auto()
    FACE = auto()
    FACE_DELAY = auto()
    FACE_DETECTION = auto()
    FACE_SENSITIVITY = auto()
    FAILED_REQUESTS = auto()
    FIRE_DETECTION = auto()
    FIRE_SENSITIVITY = auto()
    FIRMWARE = auto()
    FLIP = auto()
    FLOODLIGHT = auto()
    FLOODLIGHT_END = auto()
    FLOODLIGHT_MODE = auto()
    FLOODLIGHT_ON_ANIMAL = auto()
    FLOODLIGHT_ON_FACE = auto()
    FLOODLIGHT_ON_PERSON = auto()
    FLOODLIGHT_ON_VEHICLE = auto()
    FLOODLIGHT_START = auto()
    FOCUS = auto()
    FOCUS_FAR = auto()
    FOCUS_NEAR = auto()
    FRONT_LIGHT = auto()
    FRONT_LIGHT_SECOND_COLOR = auto()
    FTP_UPLOAD = auto()
    GAIN = auto()
    HIGHLIGHT_COMPENSATION = auto()
    HOME_GO_TO = auto()
    HOME_RETURN = auto()
    HOME_SET = auto()
    IDLE_SCHEDULE = auto()
    IDLE_SCHEDULE_END = auto()
    IDLE_SCHEDULE_START = auto()
    IMAGE_BRIGHTNESS = auto()
    IMAGE_CONTRAST = auto()
    IMAGE_HUE = auto()
    IMAGE_SATURATION = auto()
    IMAGE_SHARPNESS = auto()
    IMAGE_STABILIZATION = auto()
    INFRARED_LEVEL = auto()
    INFRARED_LIGHT = auto()
    INTRUSION = auto()
    INTRUSION_DETECTION = auto()
    INTRUSION_SENSITIVITY = auto()
    ISO = auto()
    LAST_EVENT = auto()
    LAST_RESTART = auto()
    LONGEST_EXPOSURE = auto()
    MAIN_AUDIO = auto()
    MAIN_BITRATE = auto()
    MAIN_BITRATE_MODE = auto()
    MAIN_CODEC = auto()
    MAIN_DATA_RATE = auto()
    MAIN_FRAME_RATE = auto()
    MAIN_KEYFRAME_INTERVAL = auto()
    MAIN_RESOLUTION = auto()
    MAIN_STREAM = auto()
    MANUAL_RECORDING = auto()
    MICROPHONE = auto()
    MICROPHONE_VOLUME = auto()
    MIRROR = auto()
    MOTION = auto()
    MOTION_ALARM_OUTPUT = auto()
    MOTION_DETECTION = auto()
    MOTION_EMAIL = auto()
    MOTION_FTP = auto()
    MOTION_JPEG = auto()
    MOTION_RECORDING = auto()
    MOTION_SCHEDULE = auto()
    MOTION_SCHEDULE_END = auto()
    MOTION_SCHEDULE_START = auto()
    MOTION_SENSITIVITY = auto()
    MOTION_SNAPSHOT = auto()
    MOTION_TARGET = auto()
    MOTOR_CALIBRATION = auto()
    NETWORK_TIME = auto()
    NIGHT_LAMP = auto()
    NIGHT_START = auto()
    NIGHT_THRESHOLD = auto()
    NOISE_REDUCTION = auto()
    ONLINE = auto()
    OPEN_DOOR = auto()
    OVERLAY_DATE = auto()
    OVERLAY_TEXT = auto()
    OVERLAY_TEXT_SHOWN = auto()
    OVERLAY_TIME = auto()
    PAN_POSITION = auto()
    PERSON = auto()
    PERSON_DELAY = auto()
    PERSON_DETECTION = auto()
    PERSON_SENSITIVITY = auto()
    PHONE_NOTIFICATIONS = auto()
    PICTURE_STYLE = auto()
    POST_RECORD_TIME = auto()
    PRE_RECORDING = auto()
    PRE_RECORD_TIME = auto()
    PRIVACY_MASK = auto()
    PTZ_DOWN = auto()
    PTZ_LEFT = auto()
    PTZ_LOCK = auto()
    PTZ_PATROL = auto()
    PTZ_PRESET = auto()
    PTZ_RIGHT = auto()
    PTZ_STOP = auto()
    PTZ_UP = auto()
    RECORDING = auto()
    RECORDING_FILE_LENGTH = auto()
    RECORDING_OVERWRITE = auto()
    RECORDING_SAVED = auto()
    RECORDING_STREAM = auto()
    RECORD_EVENT = auto()
    REFOCUS = auto()
    REQUEST_RATE = auto()
    RESET_PICTURE = auto()
    RESPONSE_TIME = auto()
    RESTART = auto()
    RTMP_PUSH = auto()
    SCHEDULED_RESTART = auto()
    SCHEDULED_RESTART_DAY = auto()
    SCHEDULED_RESTART_TIME = auto()
    SHUTTER = auto()
    SIREN = auto()
    SIREN_DURATION = auto()
    SIREN_ON_EVENT = auto()
    SIREN_TONE = auto()
    SIREN_VOLUME = auto()
    SLOW_SHUTTER = auto()
    SPEAKER = auto()
    SPEAKER_VOLUME = auto()
    STATUS_LED = auto()
    STOP_ALARM = auto()
    STORAGE_FREE = auto()
    STORAGE_PROBLEM = auto()
    STORAGE_STATUS = auto()
    STORAGE_USED = auto()
    STROBE_PERIOD = auto()
    SUB_AUDIO = auto()
    SUB_BITRATE = auto()
    SUB_BITRATE_MODE = auto()
    SUB_CODEC = auto()
    SUB_DATA_RATE = auto()
    SUB_FRAME_RATE = auto()
    SUB_KEYFRAME_INTERVAL = auto()
    SUB_RESOLUTION = auto()
    SUB_STREAM = auto()
    SYNC_CLOCK = auto()
    TAMPER = auto()
    TAMPER_DETECTION = auto()
    TEST_EMAIL = auto()
    TEST_SOUND = auto()
    THIRD_STREAM = auto()
    TILT_POSITION = auto()
    VEHICLE = auto()
    VEHICLE_DELAY = auto()
    VEHICLE_DETECTION = auto()
    VEHICLE_SENSITIVITY = auto()
    VIDEO_LOSS = auto()
    VOICE_PROMPTS = auto()
    WDR = auto()
    WDR_LEVEL = auto()
    WHITE_BALANCE = auto()
    WIFI_CONNECTED = auto()
    WIFI_NETWORK = auto()
    WIFI_SIGNAL = auto()
    ZOOM = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    ZOOM_POSITION = auto()


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


class StorageState(StrEnum):
    """How a disk or a memory card is."""

    READY = auto()
    WRITING = auto()
    READING = auto()
    READ_ONLY = auto()
    UNFORMATTED = auto()
    FORMATTING = auto()
    MOUNTING = auto()
    UNMOUNTING = auto()
    UNMOUNTED = auto()
    MISSING = auto()
    ERROR = auto()


class DetectionKind(StrEnum):
    """What a camera has seen."""

    MOTION = auto()
    PERSON = auto()
    VEHICLE = auto()
    ANIMAL = auto()
    FACE = auto()
    INTRUSION = auto()
    TAMPER = auto()


class Axis(StrEnum):
    """A direction in which a camera or its lens moves."""

    PAN = auto()
    TILT = auto()
    ZOOM = auto()
    FOCUS = auto()
    IRIS = auto()


class PatrolKind(StrEnum):
    """A movement that goes on until it is stopped."""

    PATROL = auto()
    PATTERN = auto()
    AUTO_PAN = auto()
    AUTO_SCAN = auto()


class Calibration(StrEnum):
    """How thoroughly a lens finds itself again."""

    REFOCUS = auto()
    FULL = auto()


class AreaKind(StrEnum):
    """What an area of the picture is for."""

    MOTION = auto()
    PRIVACY = auto()
    REGION = auto()
    FIRE = auto()
    PERSON = auto()
    VEHICLE = auto()
    ANIMAL = auto()
    FACE = auto()


class StreamKind(StrEnum):
    """Which of its pictures a camera has recorded."""

    MAIN = auto()
    SUB = auto()


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


class LogKind(StrEnum):
    """What an entry of a device's log is about."""

    ALL = auto()
    SYSTEM = auto()
    CONFIGURATION = auto()
    RECORDING = auto()
    USERS = auto()
    ALARM = auto()
    ERROR = auto()
    STORAGE = auto()


class Delivery(StrEnum):
    """Whether a device delivers its events to us."""

    PROVEN = auto()
    """A message has arrived."""
    UNPROVEN = auto()
    """It is set up, and the device cannot be made to send a test."""
    FAILED = auto()
    """It was tried, no message arrived, and everything is as it was before."""


class EventPath(StrEnum):
    """A way in which events come in."""

    POLL = auto()
    """The device is asked again and again."""
    WEBHOOK = auto()
    """The device calls Home Assistant's web server."""
    LISTENER = auto()
    """The device calls a port of our own, which is not as strict."""
    MAIL = auto()
    """The device sends alarm mails to a port of our own."""
    ONVIF = auto()
    """A subscription at the device's ONVIF service, which answers when it has news."""


class Leg(StrEnum):
    """The part of the way of a test message that failed."""

    SETTINGS = auto()
    """The device does not take the address."""
    TEST = auto()
    """The device refuses to send a test."""
    ARRIVAL = auto()
    """The device says that it has sent a test, and nothing has arrived."""


class AbsenceReason(StrEnum):
    """Why a device does not have a feature that its family can have."""

    UNSUPPORTED = auto()
    REFUSED = auto()
    NO_PERMISSION = auto()
    NOT_CONFIGURED = auto()
    UNKNOWN = auto()
