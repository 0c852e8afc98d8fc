"""Weekly tables that devices keep as one character for each part of a day.

A character that is not 0 stands for a part in which something is active. The first
table of a week is that of Sunday.
"""

from collections.abc import Iterator, Sequence
from datetime import time
from typing import Final

from .commands import TimeRange, WeekSchedule
from .errors import DeviceRequestError, Reason
from .vocabulary import Weekday

DAYS: Final = (
    Weekday.SUNDAY,
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.WEDNESDAY,
    Weekday.THURSDAY,
    Weekday.FRIDAY,
    Weekday.SATURDAY,
)
_OFF: Final = "0"
_ON: Final = "1"
_MINUTES: Final = 24 * 60
_DAY_END: Final = time(23, 59, 59)
_REASONS: Final = {24: Reason.SCHEDULE_HOURS, 48: Reason.SCHEDULE_HALF_HOURS}


def read_week(days: Sequence[str]) -> dict[Weekday, tuple[TimeRange, ...]]:
    """Return the days on which there is anything, with their hours."""
    found = {day: tuple(_ranges(cells)) for day, cells in zip(DAYS, days, strict=False)}
    return {day: found[day] for day in Weekday if found.get(day)}


def write_week(week: WeekSchedule, parts: int) -> list[str]:
    """Return the tables of seven days; a day that is not named is off.

    Raise:
        DeviceRequestError: Something begins or ends within one of the parts.
    """
    tables = [[_OFF] * parts for _ in DAYS]
    for day, ranges in week.week.items():
        table = tables[DAYS.index(day)]
        for hours in ranges:
            start, end = _part(hours.start, parts), _end_part(hours.end, parts)
            if start >= end:
                raise DeviceRequestError(_REASONS[parts])
            table[start:end] = [_ON] * (end - start)
    return ["".join(table) for table in tables]


def _ranges(cells: str) -> Iterator[TimeRange]:
    """Yield the parts of a day that follow on each other."""
    start: int | None = None
    for number, cell in enumerate([*cells, _OFF]):
        if cell != _OFF and start is None:
            start = number
        elif cell == _OFF and start is not None:
            last = number == len(cells)
            end = _DAY_END if last else _moment(number, len(cells))
            yield TimeRange(start=_moment(start, len(cells)), end=end)
            start = None


def _moment(number: int, parts: int) -> time:
    minutes = number * _MINUTES // parts
    return time(minutes // 60, minutes % 60)


def _part(moment: time, parts: int) -> int:
    """Return the part that begins at a time.

    Raise:
        DeviceRequestError: None does: what cannot be kept is not rounded, as nobody
            wants to be told that it was.
    """
    number, rest = divmod(moment.hour * 60 + moment.minute, _MINUTES // parts)
    if rest or moment.second or moment.microsecond:
        raise DeviceRequestError(_REASONS[parts])
    return number


def _end_part(moment: time, parts: int) -> int:
    """Return the part before which a range ends; a day ends in its last minute."""
    last = moment.replace(second=0, microsecond=0)
    return parts if last == time(23, 59) else _part(moment, parts)
