"""Weekly hours of recordings and snapshots: seven days with four slots each.

The document does not say which day the first one is; it is Sunday here, as it is
where the document counts the days of the scheduled restart.
"""

from collections.abc import Callable
from datetime import time
from typing import Final, override

from ...kit.sections import Sections
from ...model.commands import TimeRange, WeekSchedule
from ...model.device import Json, ScheduleChange, ScheduleStore
from ...model.errors import DeviceRequestError, Reason
from ...model.vocabulary import ScheduleKind, Weekday
from ...model.weektable import DAYS
from ...transport.payload import Node, PayloadError
from .parts import Parts
from .settings import RECORDING, SNAPSHOTS

_LIST: Final = "schedule_list"
_SLOTS: Final = 4
_NAMES: Final = (
    ("hour_begain", "hour_begin"),
    ("min_begain", "min_begin"),
    ("hour_end",),
    ("min_end",),
)
"""The document's spelling, and the one without its slip."""
_ENABLE: Final = "enable"
_KINDS: Final = {ScheduleKind.RECORDING: RECORDING, ScheduleKind.SNAPSHOT: SNAPSHOTS}


class StoredWeek(ScheduleStore):
    """The one table of a section."""

    def __init__(self, sections: Sections, section: str) -> None:
        """Bind the section that holds it."""
        self._sections = sections
        self._section = section

    @override
    async def get(self) -> tuple[WeekSchedule, ...]:
        """Read it."""
        days = _days(await self._sections.read(self._section))
        enabled = any(slot.flag(_ENABLE) for day in days for slot in day)
        found = {
            name: _ranges(day, disabled=False)
            for name, day in zip(DAYS, days, strict=True)
        }
        week = {day: found[day] for day in Weekday if found[day]}
        return (WeekSchedule(number=1, enabled=enabled, name="", week=week),)

    @override
    async def set(self, number: int, changes: ScheduleChange) -> None:
        """Change the hours, or whether they count; all of the week is sent.

        Raise:
            DeviceRequestError: There is no such schedule, or it has other names or
                hours than the camera can keep.
        """
        if number != 1:
            raise DeviceRequestError(Reason.SCHEDULE_INVALID, {"number": str(number)})
        if changes.name:
            raise DeviceRequestError(Reason.SCHEDULE_NAME_FIXED)
        if changes.week is not None:
            _check(changes.week)

        def edit(node: Node) -> dict[str, Json]:
            days = zip(DAYS, _days(node), strict=True)
            rows: list[Json] = [
                {f"day_{one}": _changed(name, slots, changes)}
                for one, (name, slots) in enumerate(days)
            ]
            return {_LIST: rows}

        await self._sections.change(self._section, edit)


def _days(node: Node) -> list[tuple[Node, ...]]:
    """Return the slots of seven days, from Sunday on.

    Raise:
        PayloadError: One is missing.
    """
    found: dict[str, tuple[Node, ...]] = {}
    for row in node.nodes(_LIST):
        for name in row:
            found[name.lower()] = row.nodes(name)
    days = [found.get(f"day_{one}", ()) for one in range(len(DAYS))]
    if not all(days):
        raise PayloadError
    return days


def _ranges(slots: tuple[Node, ...], *, disabled: bool) -> tuple[TimeRange, ...]:
    """Return the hours of a day, or those that could be enabled, each once."""
    found: list[TimeRange] = []
    for slot in slots:
        hours = _hours(slot)
        wanted = disabled or slot.flag(_ENABLE)
        if wanted and hours is not None and hours not in found:
            found.append(hours)
    return tuple(found)


def _hours(slot: Node) -> TimeRange | None:
    """Return the hours of a slot; None if there is no time between them."""
    numbers = [slot.integer(*names) for names in _NAMES]
    start_hour, start_minute, end_hour, end_minute = (one or 0 for one in numbers)
    try:
        start, end = time(start_hour, start_minute), time(end_hour, end_minute)
    except ValueError:
        return None
    return TimeRange(start=start, end=end) if start < end else None


def _check(week: WeekSchedule) -> None:
    """Refuse what no camera can keep, before anything is sent."""
    for ranges in week.week.values():
        if len(ranges) > _SLOTS:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        for hours in ranges:
            if _minute(hours.start) >= _minute(hours.end):
                raise DeviceRequestError(Reason.INVALID_VALUE)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _changed(
    name: Weekday, slots: tuple[Node, ...], changes: ScheduleChange
) -> list[Json]:
    """Return all slots of a day as they have to be sent."""
    spelled = [slots[0].spelling(*names) or names[0] for names in _NAMES]
    enabled: Callable[[TimeRange], bool]
    if changes.week is not None:
        ranges, enabled = changes.week.week.get(name, ()), lambda _hours: True
    else:
        ranges, active = (
            _ranges(slots, disabled=True),
            _ranges(slots, disabled=False),
        )
        enabled = active.__contains__
    rows: list[Json] = []
    for hours in ranges[:_SLOTS]:
        on = enabled(hours) if changes.enabled is None else changes.enabled
        rows.append(_slot(spelled, hours, on=on))
    nothing = TimeRange(start=time(), end=time())
    return [*rows, *(_slot(spelled, nothing, on=False) for _ in range(_SLOTS))][:_SLOTS]


def _slot(names: list[str], hours: TimeRange, *, on: bool) -> Json:
    numbers = (hours.start.hour, hours.start.minute, hours.end.hour, hours.end.minute)
    return {_ENABLE: int(on), **dict(zip(names, numbers, strict=True))}


def schedule_stores(parts: Parts) -> dict[ScheduleKind, ScheduleStore]:
    """Return the schedules of a camera, by what they are for."""
    return {
        kind: StoredWeek(parts.sections, section)
        for kind, section in _KINDS.items()
        if parts.node(section).nodes(_LIST)
    }
