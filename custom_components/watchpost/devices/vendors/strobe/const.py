"""Paths, numbers and codes of the vendor document, with the reasons for ours."""

from enum import StrEnum
from typing import Final

from ...model.vocabulary import AlarmKind, Color, Effect, Weekday

VENDOR_ID: Final = "strobe"
MANUFACTURER: Final = "StrobeSpeaker"
DISCOVERY_PORT: Final = 3704
DISCOVERY_WAIT: Final = 1.5
"""Seconds for the answers to each of two broadcasts."""


class Source(StrEnum):
    """A document that feeds features, named by its path."""

    LOG = "/ISAPI/Log/QueryLog"
    DEVICE = "/ISAPI/DeviceInfo"
    AUDIO = "/ISAPI/AudioInfo/AudioConfig"
    CODECS = "/ISAPI/AudioInfo/AudioEncodeOptions"
    FILES = "/ISAPI/AudioInfo/GetDelAudioFile"
    COLORS = "/ISAPI/LED/ColorConfig"
    MODES = "/ISAPI/LED/DisplayModeConfig"
    IDLE = "/ISAPI/LED/IdleScheduleConfig"
    ALARM = "/ISAPI/LED/AlarmScheduleConfig"
    INPUT = "/ISAPI/Event/SensorAlarmParam"
    OVERLAY = "/ISAPI/OSD/OSDInfo"
    BROADCAST = "/ISAPI/AlarmLink/BroadcastLinkConfig"
    TIME = "/ISAPI/System/NTP"
    WIFI = "/ISAPI/System/WifiConfig"
    WIFI_SCAN = "/ISAPI/System/WifiScanResult"
    NETWORK = "/ISAPI/Network/NetworkConfig"
    HTTP_LINK = "/ISAPI/AlarmLink/HttpLinkConfig"
    EMAIL = "/ISAPI/Network/Email"


LOGIN: Final = "/ISAPI/Security/Login"
LOGOUT: Final = "/ISAPI/Security/Logout"
UPLOAD: Final = "/ISAPI/UploadFile/AudioFile"
DOWNLOAD: Final = "/ISAPI/DownloadFile/AudioFile"
TEST_PLAY: Final = "/ISAPI/TestItem/TestPlayAudio"
REBOOT: Final = "/ISAPI/System/Reboot"
ALARM_XML: Final = "/ISAPI/Event/ApiAlarm"
ALARM_URL: Final = "/ISAPI/Event/UrlApiAlarm"

ROOTS: Final = {
    Source.AUDIO: "AudioConfig",
    Source.IDLE: "IdleScheduleConfig",
    Source.ALARM: "AlarmScheduleConfig",
    Source.INPUT: "AlarmConfig",
    Source.OVERLAY: "OSDInfo",
    Source.BROADCAST: "BroadcastLinkConfig",
    Source.TIME: "NTPStatus",
    Source.HTTP_LINK: "HttpLinkConfig",
    Source.EMAIL: "EmailStatus",
}
"""Name of the root element of each document that is written."""

LOG_INTERVAL: Final = 10.0
"""Seconds between two looks into the alarm log while nothing else tells of alarms."""
LOG_INTERVAL_PUSHED: Final = 60.0
"""Seconds between two looks while the push is proven: a floor and a keep-alive."""
SETTINGS_INTERVAL: Final = 300.0
"""Seconds between two reads of what people change by the day."""
RARE_INTERVAL: Final = 3600.0
"""Seconds between two reads of what is set up once."""
RARE_SOURCES: Final = frozenset(
    {
        Source.OVERLAY,
        Source.BROADCAST,
        Source.TIME,
        Source.WIFI,
        Source.WIFI_SCAN,
        Source.EMAIL,
    }
)

TIMEOUT: Final = 10.0
UPLOAD_TIMEOUT: Final = 30.0
"""Seconds for one packet: the unit writes it to its flash memory."""
RETRY_BUSY: Final = (1.0, 2.0, 5.0)
"""Seconds to wait before each repeat of a read that was answered with 503."""
RETRY_INTERNAL: Final = (1.0,)
"""The same for 500."""
COALESCE_WINDOW: Final = 0.06
"""Seconds in which changes become one request: long enough for a scene that switches
light, siren and output one after the other, too short to be noticed."""
HOLD: Final = 3600
"""Seconds for which outputs without a limit are ordered; refreshed before the end, so
that they go out by themselves within the hour if Home Assistant has died."""
HOLD_MARGIN: Final = 60
STOP_ATTEMPTS: Final = 3
SOUND_MARGIN: Final = 1.0
"""Seconds after the computed end of a sound before it counts as over."""
UNKNOWN_LENGTH: Final = 30.0
"""Seconds that a sound of unknown length is believed to take."""
FINITE_PLAYS: Final = 999
"""Most plays asked of the unit at once; the document names no limit."""

INPUT_PULSE: Final = 5.0
"""Seconds for which the alarm input shows a happening: its level cannot be read."""
ALARM_DURATION: Final = 60.0
"""Seconds an alarm lasts where the unit does not say (section 2.4.10)."""
SAME_ALARM: Final = 30.0
"""Seconds between a push and a log entry that tell of the same alarm."""
MAIL_LATE: Final = 60.0
"""Seconds in which a mail of an alarm has to come."""
SAME_MAIL: Final = MAIL_LATE + LOG_INTERVAL_PUSHED
"""Seconds between a mail and what else tells of the same alarm, such as the log."""
PUSH_PROOF: Final = 10.0
"""Seconds to wait for the message that proves the push."""
PUSH_TOKEN_HEADER: Final = "X-Watchpost-Token"

PACKET: Final = 20480
"""Bytes of a packet of an upload (section 2.4.4)."""
SCHEDULES: Final = 5
"""Schedules of each kind (sections 2.4.9 and 2.4.10)."""
FILES_MAX: Final = 50
CLIPS_KEPT: Final = 10
"""Announcements that stay on the unit, so that the same text is not sent again."""
AUDIO_SECONDS: Final = 60
AUDIO_BYTES: Final = 2 * 1024 * 1024

STROBE_PERIOD: Final = (50, 2000, 100)
"""Shortest, longest and default period of the strobe in milliseconds."""
DURATION: Final = (1, 3600, 60)
"""Shortest, longest and default duration of siren and output in seconds."""
VOLUME_DEFAULT: Final = 80
OVERLAY_BYTES: Final = 31
"""The document names no limit; the families that do name this one."""

COLORS: Final = {
    1: Color.RED,
    2: Color.GREEN,
    3: Color.BLUE,
    4: Color.WHITE,
    5: Color.YELLOW,
    6: Color.VIOLET,
    7: Color.CYAN,
}
COLOR_CODES: Final = {color: code for code, color in COLORS.items()}
DIMMABLE: Final = frozenset({Color.RED, Color.GREEN, Color.BLUE, Color.WHITE})
"""The document allows a brightness for these colors alone."""
FRONT_EFFECTS: Final = {
    1: Effect.STEADY,
    2: Effect.BLINK_1S,
    3: Effect.BLINK_2S,
    4: Effect.BLINK_5S,
    5: Effect.BREATHE,
    6: Effect.STROBE,
}
BACK_EFFECTS: Final = {1: Effect.STEADY, 2: Effect.CHASE}
FRONT_EFFECT_CODES: Final = {effect: code for code, effect in FRONT_EFFECTS.items()}
BACK_EFFECT_CODES: Final = {effect: code for code, effect in BACK_EFFECTS.items()}
BLINK_SECONDS: Final = {
    Effect.BLINK_1S: 20.0,
    Effect.BLINK_2S: 40.0,
    Effect.BLINK_5S: 50.0,
}
"""Seconds until a blinking light ends by itself: 10, 10 and 5 times on and off."""

ALARM_KINDS: Final = {
    0: AlarmKind.INPUT,
    1: AlarmKind.REMOTE,
    2: AlarmKind.BROADCAST,
}
BROADCAST_MODES: Final = {0: "off", 1: "all", 2: "list", 3: "range"}
INPUT_TYPES: Final = {0: "high_level", 1: "low_level"}
CODECS: Final = ("G711A", "G711U", "G726", "AAC")
"""Codecs of section 2.4.2; the slug of each is its name in lower case."""
WEEKDAYS: Final = (
    Weekday.SUNDAY,
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.WEDNESDAY,
    Weekday.THURSDAY,
    Weekday.FRIDAY,
    Weekday.SATURDAY,
)
"""Day of each digit of WeekDays: the week of the unit starts on Sunday."""
