"""What the text of a field may be; each check returns what is stored."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address
import re
from typing import Final, Literal

from .zone import Zone

type Check = Callable[[str], str]
"""Returns the text to store, or raises ValueError."""

_INTEGER: Final = re.compile(r"[+-]?\d+")
_MOMENT: Final = re.compile(r"(\d{8}T\d{6}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\S*)")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3])(:[0-5]\d){2}")
_OFFSET: Final = re.compile(r"Z|[+-]\d{2}(:?\d{2})?")
BOOLEANS: Final = {
    "words": ("false", "true"),
    "capitals": ("False", "True"),
    "numbers": ("0", "1"),
}
DATE_FORMATS: Final = (
    "YYYYMMDDWhhmmss",
    "YYYYMMDDhhmmss",
    "MMDDYYYYWhhmmss",
    "MMDDYYYYhhmmss",
    "DDMMYYYYWhhmmss",
    "DDMMYYYYhhmmss",
)


def text(value: str) -> str:
    """Take any text as it stands."""
    return value


def truth(value: str) -> bool:
    """Read an xs:boolean."""
    word = value.strip()
    if word not in ("true", "false", "1", "0", "True", "False"):
        raise ValueError(f"{value!r} is no boolean")
    return word in ("true", "1", "True")


def boolean(style: Literal["words", "capitals", "numbers"]) -> Check:
    """Return a check that stores booleans in one style."""
    words = BOOLEANS[style]

    def check(value: str) -> str:
        word = value.strip()
        if word not in (*words, "true", "false", "1", "0"):
            raise ValueError(f"{value!r} is no boolean")
        return words[truth(word)]

    return check


def number(low: int | None = None, high: int | None = None) -> Check:
    """Return a check for an xs:integer in a range."""

    def check(value: str) -> str:
        word = value.strip()
        if not _INTEGER.fullmatch(word):
            raise ValueError(f"{value!r} is no integer")
        amount = int(word)
        if (low is not None and amount < low) or (high is not None and amount > high):
            raise ValueError(f"{amount} is not within {low} and {high}")
        return word

    return check


def choice(*words: str, padding: str = "") -> Check:
    """Return a check for one of some words; blanks around them do not matter."""

    def check(value: str) -> str:
        word = value.strip()
        if word not in words:
            raise ValueError(f"{value!r} is none of {words}")
        return padding + word

    return check


def mask(length: int, padding: str = "") -> Check:
    """Return a check for so many zeros and ones."""

    def check(value: str) -> str:
        word = value.strip()
        if len(word) != length or set(word) - {"0", "1"}:
            raise ValueError(f"{value!r} is no mask of {length}")
        return padding + word

    return check


def address(value: str) -> str:
    """Take an IPv4 address, or nothing."""
    word = value.strip()
    if word:
        try:
            IPv4Address(word)
        except AddressValueError as err:
            raise ValueError(str(err)) from err
    return word


def moment(value: str) -> str:
    """Take a date and time in ISO 8601, basic or extended."""
    match = _MOMENT.fullmatch(value.strip())
    if match is None or (match[2] and not _OFFSET.fullmatch(match[2])):
        raise ValueError(f"{value!r} is no time")
    datetime.fromisoformat(match[1])
    return value.strip()


def moment_parts(value: str) -> tuple[datetime, str]:
    """Return the local time that `moment` took, and its offset."""
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        raise ValueError(value)
    return datetime.fromisoformat(match[1]), match[2]


def clock_time(value: str) -> str:
    """Take a time of day as hh:mm:ss."""
    word = value.strip()
    if not _CLOCK.fullmatch(word):
        raise ValueError(f"{value!r} is no time of day")
    return word


def week_moment(value: str) -> str:
    """Take month, week, day, hour, minute and second, joined by hyphens."""
    word = value.strip()
    if not re.fullmatch(r"\d{1,2}(-\d{1,2}){5}", word):
        raise ValueError(f"{value!r} is no time of a week")
    parts = [int(part) for part in word.split("-")]
    limits = ((1, 12), (1, 5), (0, 7), (0, 23), (0, 59), (0, 59))
    for part, (low, high) in zip(parts, limits, strict=True):
        if not low <= part <= high:
            raise ValueError(f"{value!r} does not exist")
    return word


def time_zone(value: str) -> str:
    """Take a POSIX time zone."""
    Zone.parse(value.strip())
    return value.strip()


def path(value: str) -> str:
    """Take a path with its leading slash."""
    if not value.startswith("/"):
        raise ValueError(f"{value!r} does not begin with a slash")
    return value


def encoded(value: str) -> str:
    """Take Base64 of readable text, in one line."""
    decode(value)
    return value


def decode(value: str) -> str:
    """Return what Base64 stands for."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as err:
        raise ValueError(f"{value!r} is no Base64") from err


def empty(value: str) -> str:
    """Take nothing at all."""
    if value:
        raise ValueError(f"{value!r} where nothing may be")
    return value


def numbers(*allowed: int) -> Check:
    """Return a check for one of some numbers."""
    return choice(*(str(one) for one in allowed))
