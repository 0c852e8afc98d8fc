"""The camera's own time, as it tells it, and what it is anywhere (9.2.1 and 9.2.2).

Times are basic or extended ISO 8601 with a short offset, a long one, or none; time
zones are POSIX rules, whose signs count to the west.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from math import ceil
import re
from typing import Final

from ...model.device import Surroundings
from ...model.errors import DeviceAuthError, DeviceConnectionError, DeviceError
from ...transport.payload import PayloadError
from .blocks import NTP, TIME
from .client import Client

_LENGTH: Final = 64
"""Characters of the longest text that can be a time or a zone."""
_MOMENT: Final = re.compile(
    r"(?P<date>\d{4}(?P<dash>-?)\d\d(?P=dash)\d\d)(?P<gap>[Tt ])"
    r"(?P<time>\d\d(?P<colon>:?)\d\d(?P=colon)\d\d)(?:[.,]\d{1,9})?"
    r"\s*(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_SPAN: Final = r"\d{1,3}(?::\d{1,2}){0,2}"
_NAME: Final = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{1,32}>)"
_ZONE: Final = re.compile(
    rf"{_NAME}(?P<sign>[+-]?)(?P<west>{_SPAN})"
    rf"(?:{_NAME}(?:(?P<turned>[+-]?)(?P<shift>{_SPAN}))?"
    r"(?:,(?P<begin>[^,]{1,32}),(?P<end>[^,]{1,32}))?)?",
    re.ASCII,
)
_RULE: Final = re.compile(
    rf"M(\d{{1,2}})\.([1-5])\.([0-6])(?:/(-?)({_SPAN}))?", re.ASCII
)
_HOUR: Final = timedelta(hours=1)
_TWO: Final = timedelta(hours=2)
_FARTHEST: Final = timedelta(hours=16)
"""By which a zone may lie beside that of Greenwich to be believed."""
_LONGEST: Final = timedelta(hours=167)
"""By which a clock may be turned beside midnight, as POSIX has it."""
_EARLIEST: Final = datetime(2, 1, 2)
_LATEST: Final = datetime(9998, 12, 30)
"""Between them every clock on earth shows a year that exists."""


def _short(text: str | None) -> str:
    """Return a text without blanks around it; one that is too long is none."""
    stripped = (text or "").strip()
    return stripped if len(stripped) <= _LENGTH else ""


def _greenwich(moment: datetime) -> datetime:
    """Return a moment without its zone, within the years that can be shown."""
    try:
        naive = moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        naive = moment.replace(tzinfo=None)
    return min(max(naive, _EARLIEST), _LATEST)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A time as the camera writes it."""

    local: datetime
    """Without a zone."""
    offset: timedelta | None
    """What it is ahead of Greenwich, if that is told."""
    dash: str
    gap: str
    colon: str
    mark: str
    """The offset as it is written; empty for none."""

    @classmethod
    def parse(cls, text: str | None) -> Written | None:
        """Read a time; None if it is none."""
        match = _MOMENT.fullmatch(_short(text))
        if match is None:
            return None
        date, time = match["date"].replace("-", ""), match["time"].replace(":", "")
        mark = match["offset"] or ""
        offset = _offset(mark)
        try:
            local = datetime(
                *(int(date[:4]), int(date[4:6]), int(date[6:])),
                *(int(time[:2]), int(time[2:4]), int(time[4:])),
            )
        except ValueError:
            return None
        if mark and (offset is None or abs(offset) > _FARTHEST):
            return None
        if mark and not _EARLIEST <= local <= _LATEST:
            # Elsewhere it is in a year that does not exist.
            return None
        return cls(
            local=local,
            offset=offset,
            dash=match["dash"],
            gap=match["gap"],
            colon=match["colon"],
            mark=mark,
        )

    @property
    def moment(self) -> datetime | None:
        """When that is, if an offset tells it."""
        if self.offset is None:
            return None
        return self.local.replace(tzinfo=timezone(self.offset)).astimezone(UTC)

    def at(self, moment: datetime, ahead: timedelta | None = None) -> str:
        """Write another moment in the same form.

        What is ahead of Greenwich stays as it is told here, unless it is known.
        """
        offset = ahead if ahead is not None else self.offset
        return self.local_at(_greenwich(moment) + (offset or timedelta()), offset)

    def local_at(self, local: datetime, ahead: timedelta | None = None) -> str:
        """Write another time of the camera's own clock in the same form."""
        dash, colon = self.dash, self.colon
        # strftime does not fill up years below 1000, nor need it.
        date = f"{local.year:04}{dash}{local.month:02}{dash}{local.day:02}"
        time = f"{local.hour:02}{colon}{local.minute:02}{colon}{local.second:02}"
        return f"{date}{self.gap}{time}{self._mark(ahead)}"

    def _mark(self, ahead: timedelta | None) -> str:
        """Return an offset as this one is written."""
        if not self.mark or ahead is None or ahead == self.offset:
            return self.mark
        minutes = round(ahead.total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        short = len(self.mark) <= 3 and not rest
        gap = ":" if ":" in self.mark else ""
        tail = "" if short else f"{gap}{rest:02}"
        return f"{'-' if minutes < 0 else '+'}{hours:02}{tail}"


def _offset(mark: str) -> timedelta | None:
    """Read an offset such as +08, +0530, +05:30 or Z."""
    if not mark:
        return None
    if mark in "Zz":
        return timedelta()
    digits = mark[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) >= 60:
        return None
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -span if mark[0] == "-" else span


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """When summer time begins or ends, such as the last Sunday of March at 2:00."""

    month: int
    week: int
    """The fifth one is the last."""
    weekday: int
    """0 is Sunday."""
    time: timedelta

    @classmethod
    def parse(cls, text: str | None) -> _Turn | None:
        """Read a rule such as M3.5.0/02:00:00; None if it is none."""
        match = _RULE.fullmatch(text or "")
        if match is None or not 1 <= int(match[1]) <= 12:
            return None
        time = _span(match[5]) if match[5] else _TWO
        if time > _LONGEST:
            return None
        return cls(
            month=int(match[1]),
            week=int(match[2]),
            weekday=int(match[3]),
            time=-time if match[4] else time,
        )

    def of(self, year: int) -> datetime:
        """Return when it is in a year, on the clock that is about to be turned."""
        first = datetime(year, self.month, 1)
        day = 1 + (self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)
        while day > monthrange(year, self.month)[1]:
            day -= 7
        return first.replace(day=day) + self.time


def _span(text: str) -> timedelta:
    """Read hours, with minutes and seconds if there are any."""
    hours, minutes, seconds = (*(int(part) for part in text.split(":")), 0, 0)[:3]
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Zone:
    """What a clock on the wall shows, all year round."""

    offset: timedelta
    """What it is ahead of Greenwich without summer time."""
    summer: timedelta = timedelta()
    """What summer time adds."""
    begin: _Turn | None = None
    end: _Turn | None = None

    @classmethod
    def parse(cls, text: str | None) -> Zone | None:
        """Read a POSIX time zone; None if it is none."""
        match = _ZONE.fullmatch(_short(text))
        if match is None:
            return None
        west = _span(match["west"])
        offset = west if match["sign"] == "-" else -west
        summer = _summer(offset, match["turned"], match["shift"])
        if max(abs(offset), abs(offset + summer)) > _FARTHEST:
            return None
        begin, end = _Turn.parse(match["begin"]), _Turn.parse(match["end"])
        if begin is None or end is None:
            return cls(offset=offset)
        return cls(offset=offset, summer=summer, begin=begin, end=end)

    def at(self, moment: datetime) -> timedelta:
        """Return what the clock is ahead of Greenwich at a moment."""
        if self.begin is None or self.end is None:
            return self.offset
        standard = _greenwich(moment) + self.offset
        # Summer time ends on a clock that still shows it.
        begin = self.begin.of(standard.year)
        end = self.end.of(standard.year) - self.summer
        if begin <= end:
            turned = begin <= standard < end
        else:
            turned = not end <= standard < begin
        return self.offset + (self.summer if turned else timedelta())


def _summer(offset: timedelta, sign: str | None, text: str | None) -> timedelta:
    """Return what summer time adds.

    POSIX has its offset there. The examples of the document have what it adds: of the
    two readings of a number without a sign only one makes sense.
    """
    if not text:
        return _HOUR
    span = _span(text)
    added = (span if sign == "-" else -span) - offset
    if sign or timedelta() < added <= _HOUR:
        return added
    return span


@dataclass(frozen=True, kw_only=True)
class WallClock:
    """What a camera's clock shows at any moment."""

    zone: Zone

    @classmethod
    def of(
        cls, system: str | None, zone: str | None, read_at: datetime, site: timedelta
    ) -> WallClock:
        """Combine what a camera tells of its time and of its zone.

        The rules of the zone count as long as the time agrees with them: summer time
        can be set up elsewhere as well.
        """
        told, rules = Written.parse(system), Zone.parse(zone)
        ahead = told.offset if told is not None else None
        if ahead is None:
            return cls(zone=rules or Zone(offset=site))
        if rules is not None and rules.at(read_at) == ahead:
            return cls(zone=rules)
        return cls(zone=Zone(offset=ahead))

    def local(self, moment: datetime) -> datetime:
        """Return what the clock shows at a moment, without a zone."""
        return _greenwich(moment) + self.zone.at(moment)


async def read_clock(client: Client, around: Surroundings) -> WallClock:
    """Ask a camera for its time and its zone, in two requests.

    Raise:
        DeviceError: Nobody answers, or not to us.
    """
    system, zone = (
        await _text(client, TIME.path, "SystemTime"),
        await _text(client, NTP.path, "TimeZone"),
    )
    site = around.local_time()
    return WallClock.of(system, zone, site, site.utcoffset() or timedelta())


async def _text(client: Client, path: str, name: str) -> str | None:
    try:
        return (await client.get(path)).root.node().text(name)
    except PayloadError:
        return None
    except DeviceAuthError, DeviceConnectionError:
        raise
    except DeviceError:
        # It may be missing, or hidden from this account.
        return None


def clock_offset(system: str | None, read_at: float, zone: Zone | None) -> float | None:
    """Return by how many seconds a camera's clock is ahead of ours."""
    told = Written.parse(system)
    if told is None:
        return None
    moment = told.moment
    if moment is None:
        if zone is None:
            return None
        ahead = zone.at(datetime.fromtimestamp(read_at, UTC))
        moment = told.local.replace(tzinfo=timezone(ahead))
    # The fraction of a second is left away.
    return float(ceil(moment.timestamp() - read_at))
