"""POSIX time zones in the spelling of the document."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from typing import Final, Self

_TIME: Final = r"(?:\d{1,2}(?::\d\d){0,2})"
_ZONE: Final = re.compile(
    rf"(?P<std>[A-Za-z]{{3,}})(?P<sign>[+-]?)(?P<offset>{_TIME})"
    rf"(?:(?P<dst>[A-Za-z]{{3,}})(?P<shift>{_TIME})?"
    rf"(?:,(?P<start>M[^,]+),(?P<stop>M[^,]+))?)?"
)
_RULE: Final = re.compile(rf"M(\d{{1,2}})\.([1-5])\.([0-6])(?:/({_TIME}))?")
TWO: Final = timedelta(hours=2)


def _span(text: str) -> timedelta:
    """Read hours, with minutes and seconds if there are any."""
    hours, minutes, seconds = (*(int(part) for part in text.split(":")), 0, 0)[:3]
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


@dataclass(frozen=True)
class Rule:
    """A moment of each year: the nth weekday of a month."""

    month: int
    week: int
    day: int
    """Counted from Sunday, 0."""
    time: timedelta

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rule such as M3.5.0/02:00:00."""
        match = _RULE.fullmatch(text)
        if match is None or not 1 <= int(match[1]) <= 12:
            raise ValueError(f"{text!r} is no rule")
        time = _span(match[4]) if match[4] else TWO
        return cls(int(match[1]), int(match[2]), int(match[3]), time)

    def moment(self, year: int) -> datetime:
        """Return when it comes in a year; week 5 is the last one."""
        first = datetime(year, self.month, 1)
        ahead = (self.day - (first.weekday() + 1) % 7) % 7
        found = first + timedelta(days=ahead, weeks=self.week - 1)
        while found.month != self.month:
            found -= timedelta(weeks=1)
        return found + self.time


@dataclass(frozen=True)
class Zone:
    """A time zone with its summer time, if it has one."""

    offset: timedelta
    """East of Greenwich; the text has the opposite sign."""
    shift: timedelta
    """How far summer time is ahead, as the document prints behind its name."""
    start: Rule | None = None
    stop: Rule | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a zone such as CET-1CEST01:00:00,M3.5.0/02:00:00,M10.5.0/03:00:00."""
        match = _ZONE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no time zone")
        offset = _span(match["offset"])
        if offset > timedelta(hours=24):
            raise ValueError(f"{text!r} is too far away")
        shift = _span(match["shift"]) if match["shift"] else timedelta(hours=1)
        rules = [Rule.parse(match[name]) for name in ("start", "stop") if match[name]]
        return cls(
            offset if match["sign"] == "-" else -offset,
            shift if match["dst"] else timedelta(0),
            *rules,
        )

    def summer(self, local: datetime) -> bool:
        """Tell whether summer time is in force at a local standard time."""
        if self.start is None or self.stop is None:
            return False
        begin, end = self.start.moment(local.year), self.stop.moment(local.year)
        if begin < end:
            return begin <= local < end
        return local >= begin or local < end

    def utc_offset(self, utc: datetime) -> timedelta:
        """Return the offset at a moment without a zone of its own, in UTC."""
        local = utc + self.offset
        return self.offset + (self.shift if self.summer(local) else timedelta(0))


def printed_offset(offset: timedelta, *, colon: bool = False) -> str:
    """Print an offset the short way: +08, or +0530 if it has minutes."""
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    tail = f"{':' if colon else ''}{rest:02}" if rest or colon else ""
    return f"{sign}{hours:02}{tail}"


def parsed_offset(text: str) -> timedelta:
    """Read an offset as `printed_offset` prints it, or Z."""
    if text in ("", "Z"):
        return timedelta(0)
    digits = text[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -span if text[0] == "-" else span
