"""The device's own time, and what it is anywhere (section 3.1.5, GetTime).

`timeZone` counts seconds to the west. The guide does not say on which clock summer
time begins and ends: as everywhere, on the one that the owner sees.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil
from typing import Final

from ...transport.payload import Node
from .documents import Document

_PARTS: Final = ("year", "mon", "day", "hour", "min", "sec")
_YEARS: Final = range(1900, 2101)
"""Years that a device can show."""
_LAST_WEEK: Final = 5
_NEAR: Final = timedelta(hours=2)
_FARTHEST: Final = 16 * 3600
"""Seconds by which a zone may lie beside that of Greenwich to be believed."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """When summer time begins or ends, such as the second Sunday of March at 2:00."""

    month: int
    week: int
    """The fifth one is the last."""
    weekday: int
    """0 is Sunday."""
    hour: int
    minute: int
    second: int

    @classmethod
    def parse(cls, node: Node, side: str) -> Turn | None:
        """Read the fields that begin with `start` or `end`."""
        names = ("Mon", "Week", "Weekday", "Hour", "Min", "Sec")
        month, week, weekday, hour, minute, second = (
            node.integer(f"{side}{name}") for name in names
        )
        if month is None or week is None or weekday is None or hour is None:
            return None
        if not (1 <= month <= 12 and 1 <= week <= _LAST_WEEK and 0 <= hour < 24):
            return None
        return cls(
            month=month,
            week=week,
            weekday=weekday % 7,
            hour=hour,
            minute=min(max(minute or 0, 0), 59),
            second=min(max(second or 0, 0), 59),
        )

    def of(self, year: int) -> datetime:
        """Return when it is in a year."""
        first = datetime(year, self.month, 1, self.hour, self.minute, self.second)
        day = 1 + (self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)
        while day > monthrange(year, self.month)[1]:
            day -= 7
        return first.replace(day=day)


@dataclass(frozen=True, kw_only=True)
class WallClock:
    """What the clock on the device's wall shows."""

    offset: timedelta
    """What it is ahead of Greenwich without summer time."""
    summer: timedelta = timedelta()
    """What summer time adds."""
    begin: Turn | None = None
    end: Turn | None = None

    @classmethod
    def parse(cls, document: Node) -> WallClock | None:
        """Read what GetTime answers; None if it tells no zone."""
        time = document.node("Time") or document
        west = time.integer("timeZone")
        if west is None or abs(west) > _FARTHEST:
            return None
        offset = timedelta(seconds=-west)
        rule = document.node("Dst")
        if rule is None or not rule.flag("enable"):
            return cls(offset=offset)
        begin, end = Turn.parse(rule, "start"), Turn.parse(rule, "end")
        hours = rule.number("offset")
        if begin is None or end is None or hours is None or not 0 < hours <= 3:
            return cls(offset=offset)
        return cls(offset=offset, summer=timedelta(hours=hours), begin=begin, end=end)

    @classmethod
    def of_zone(cls, zone: tzinfo | None, moment: datetime) -> WallClock:
        """Return a clock that shows the time of a zone as it is at a moment."""
        there = moment.astimezone(zone)
        return cls(offset=there.utcoffset() or timedelta())

    def local(self, moment: datetime) -> datetime:
        """Return what the clock shows at a moment, without a zone."""
        standard = (moment.astimezone(UTC) + self.offset).replace(tzinfo=None)
        return standard + (self.summer if self._in_summer(standard) else timedelta())

    def _in_summer(self, standard: datetime) -> bool:
        if self.begin is None or self.end is None:
            return False
        # Summer time ends on a clock that still shows it.
        begin = self.begin.of(standard.year)
        end = self.end.of(standard.year) - self.summer
        if begin <= end:
            return begin <= standard < end
        return not end <= standard < begin

    def moments(self, local: datetime) -> tuple[datetime, ...]:
        """Return when the clock shows a time; twice in the hour it is turned back.

        A time that the clock never shows, as it is turned forward, is taken as if
        it had not been turned.
        """
        candidates = self.candidates(local)
        shown = tuple(one for one in candidates if self.local(one) == local)
        return shown or candidates[-1:]

    def candidates(self, local: datetime) -> tuple[datetime, ...]:
        """Return when a clock could show a time, in summer and in winter."""
        standard = (local - self.offset).replace(tzinfo=UTC)
        return tuple(dict.fromkeys((standard - self.summer, standard)))

    def turns_near(self, local: datetime) -> bool:
        """Return whether the clock is turned within an hour or two."""
        turns = (turn.of(local.year) for turn in (self.begin, self.end) if turn)
        return any(abs(local - turn) <= _NEAR for turn in turns)


def read_moment(node: Node | None) -> datetime | None:
    """Return a time that is printed in six fields, without a zone."""
    if node is None:
        return None
    parts = [node.integer(name) for name in _PARTS]
    numbers = [part for part in parts if part is not None]
    if len(numbers) != len(_PARTS):
        return None
    year, month, day, hour, minute, second = numbers
    if year not in _YEARS:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)
    except OverflowError, ValueError:
        return None


def clock_of(document: Document) -> WallClock | None:
    """Return the clock of a device; None while nothing is known of it."""
    return WallClock.parse(document.node)


def clock_offset(document: Document) -> float | None:
    """Return by how many seconds the device's clock is ahead of ours.

    While the clock is turned the likelier of two hours is meant: devices need not
    agree with the guide's readers on the minute.
    """
    clock, read_at = clock_of(document), document.read_at
    shown = read_moment(document.node.node("Time") or document.node)
    if clock is None or shown is None or read_at is None:
        return None
    near = clock.turns_near(shown)
    moments = clock.candidates(shown) if near else clock.moments(shown)
    # The device leaves away the fraction of a second.
    offsets = [ceil(moment.timestamp() - read_at) for moment in moments]
    return float(min(offsets, key=abs))
