"""Which values the unit accepts in its settings documents."""

from collections.abc import Callable, Mapping
from datetime import datetime
import re
from typing import Final

from .options import StrobeOptions

type Check = Callable[[str], bool]

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d")
_ZONE: Final = re.compile(r"GMT[+-](0\d|1[0-4]):[0-5]\d")
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_OCTET: Final = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESS: Final = re.compile(rf"({_OCTET}(\.{_OCTET}){{3}})?")


def number(low: int, high: int) -> Check:
    """Accept digits in a range."""
    return lambda text: text.isascii() and text.isdigit() and low <= int(text) <= high


def choice(*values: str | int) -> Check:
    """Accept one of some values."""
    accepted = {str(value) for value in values}
    return lambda text: text in accepted


def matching(pattern: re.Pattern[str]) -> Check:
    """Accept what a pattern describes."""
    return lambda text: pattern.fullmatch(text) is not None


def limited(length: int) -> Check:
    """Accept text up to a length."""
    return lambda text: len(text) <= length


def weekdays(text: str) -> bool:
    """Accept digits from 0, Sunday, to 6, each once."""
    return set(text) <= set("0123456") and len(set(text)) == len(text)


def instant(text: str) -> bool:
    """Accept a moment such as 2018-07-01T18:00:00Z."""
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


FLAG: Final = number(0, 1)
PORT: Final = number(1, 65535)
SECONDS: Final = number(0, 86400)
TEXT: Final = limited(255)
ADDRESS: Final = matching(_ADDRESS)
CLOCK: Final = matching(_CLOCK)
ENCODING: Final = choice("G711A", "G711U", "G726", "AAC")


def _schedule_checks(
    options: StrobeOptions, has_file: Callable[[str], bool]
) -> dict[str, Check]:
    """Return the checks of both schedule documents, by name in lower case."""
    return {
        "schedulecount": number(0, 5),
        "scheduleid": number(0, 4),
        "schedulename": limited(64),
        "scheduleenable": FLAG,
        "playenable": FLAG,
        "playfile": lambda text: text == "" or has_file(text),
        "volume": number(0, 100),
        "cyclemode": number(0, 2),
        "playtimes": number(0, 9999),
        "interval": SECONDS,
        "alarmoutenable": FLAG,
        "alarmoutduration": number(1, options.max_duration or 86400),
        "alarmoutinterval": number(1, options.max_duration or 86400),
        "frontlightenable": FLAG,
        "frontlightcolor1": choice(*options.front_colors),
        "frontlightcolor2": choice(0, *options.front_colors),
        "frontlighcolor2": choice(0, *options.front_colors),
        "frontlightdisplaymode": choice(*options.front_modes),
        "frontlightbrightness": number(0, 255),
        "frontlightfrequency": number(0, 10000),
        "backlightenable": FLAG,
        "backlightcolor": choice(*options.back_colors),
        "backlightdisplaymode": choice(*options.back_modes),
        "backlightbrightness": number(0, 255),
        "backlightfrequency": number(0, 10000),
        "httpmsgenabled": FLAG,
        "tcpipmsgenabled": FLAG,
        "mqttmsgenabled": FLAG,
        "emailenabled": FLAG,
        "broadcastenabled": FLAG,
        "weekdays": weekdays,
        "begintime": CLOCK,
        "endtime": CLOCK,
    }


def _volume(text: str) -> bool:
    """Accept what lies between VolumeMin and VolumeMax of the document."""
    return number(0, 100)(text)


NAMED: Final[Mapping[str, Mapping[str, Check]]] = {
    "/ISAPI/AudioInfo/AudioConfig": {
        "pcmicenabled": FLAG,
        "devmicenabled": FLAG,
        "lineinenabled": FLAG,
        "encoding": ENCODING,
        "bitrate": number(1, 512000),
        "samplerate": number(8000, 48000),
        "audioinvolume": _volume,
        "audiooutvolume": _volume,
    },
    "/ISAPI/OSD/OSDInfo": {
        "osdtype": FLAG,
        "enabled": FLAG,
        "osdtext": limited(64),
        "x": number(0, 1000),
        "y": number(0, 1000),
        "dateformat": number(0, 2),
        "fontsize": number(1, 128),
        "fontcolor": matching(_COLOR),
    },
    "/ISAPI/Network/NetworkConfig": {
        "dhcp": FLAG,
        "rtspauthentication": FLAG,
        "subnetmask": ADDRESS,
        "ipv6prefixlength": number(0, 128),
    },
    "/ISAPI/Network/Email": {"enabled": FLAG, "smtport": PORT},
    "/ISAPI/Network/SNMP": {
        "ver1": FLAG,
        "ver2": FLAG,
        "snmpport": PORT,
        "trapport": PORT,
    },
    "/ISAPI/System/WifiConfig": {"enabled": FLAG},
    "/ISAPI/Network/HTTPs": {"enabled": FLAG, "httpsport": PORT},
    "/ISAPI/Network/SIP": {
        "enabled": FLAG,
        "username": limited(64),
        "password": limited(64),
        "serverport": PORT,
    },
    "/ISAPI/Network/ExtServerParam": {
        "servertype": number(1, 3),
        "enabled": FLAG,
        "port": PORT,
    },
    "/ISAPI/Event/SensorAlarmParam": {
        "enabled": FLAG,
        "alarmintype": FLAG,
        "alarmouttype": FLAG,
    },
    "/ISAPI/System/NTP": {
        "tz": matching(_ZONE),
        "isupdatetime": FLAG,
        "enabled": FLAG,
        "dst": FLAG,
        "utcdatetime": instant,
    },
    "/ISAPI/AlarmLink/HttpLinkConfig": {
        "enabled": FLAG,
        "authmethod": number(0, 3),
    },
    "/ISAPI/AlarmLink/BroadcastLinkConfig": {
        "broadcasttype": number(0, 3),
        "ipcount": number(0, 255),
        "ipaddr": ADDRESS,
        "beginip": ADDRESS,
        "endip": ADDRESS,
        "isacceptbroadcast": FLAG,
    },
}
"""Checks by path and by name in lower case, without a trailing number."""


def checks_for(
    path: str, options: StrobeOptions, has_file: Callable[[str], bool]
) -> Mapping[str, Check]:
    """Return the checks of one document."""
    if path.startswith("/ISAPI/LED/"):
        return _schedule_checks(options, has_file)
    return NAMED[path]
