"""Idle and alarm schedules that live on the unit (sections 2.4.9 and 2.4.10)."""

from collections.abc import Callable
from datetime import time
from typing import override

from ...model.commands import TimeRange, WeekSchedule
from ...model.device import ScheduleChange, ScheduleStore
from ...model.errors import DeviceRequestError, Reason
from ...model.vocabulary import Weekday
from ...transport.payload import Node
from .const import WEEKDAYS, Source
from .documents import Documents
from .models import Schedule, parse_schedules

type SlotEdit = Callable[[Node], None]


class StoredSchedules(ScheduleStore):
    """The schedules of one document; each has one time range for its weekdays."""

    def __init__(self, documents: Documents, source: Source) -> None:
        """Bind the document."""
        self._documents = documents
        self._source = source

    @override
    async def get(self) -> tuple[WeekSchedule, ...]:
        """Read all of them."""
        node = await self._documents.read(self._source)
        return tuple(_as_week(schedule) for schedule in parse_schedules(node))

    @override
    async def set(self, number: int, changes: ScheduleChange) -> None:
        """Change one of them.

        Raise:
            DeviceRequestError: There is no such schedule, or the unit cannot keep it.
        """
        week = changes.week

        def edit(part: Node) -> None:
            if changes.enabled is not None:
                part.put(str(int(changes.enabled)), "ScheduleEnable")
            if changes.name is not None:
                part.put(changes.name, "ScheduleName")
            if week is not None:
                _put_week(part, week)

        await self.edit(number, edit)

    async def edit(self, number: int, edit: SlotEdit) -> None:
        """Change the fields of one schedule and leave all others as they are."""

        def change(document: Node) -> None:
            for schedule in parse_schedules(document):
                part = document.node(schedule.tag)
                if schedule.number == number and part is not None:
                    edit(part)
                    return
            raise DeviceRequestError(Reason.SCHEDULE_INVALID, {"number": str(number)})

        await self._documents.change(self._source, change)


def _as_week(schedule: Schedule) -> WeekSchedule:
    hours = TimeRange(
        start=schedule.begin or time.min, end=schedule.end or time(23, 59, 59)
    )
    return WeekSchedule(
        number=schedule.number,
        enabled=bool(schedule.enabled),
        name=schedule.name,
        week={day: (hours,) for day in Weekday if day in schedule.weekdays},
    )


def _put_week(part: Node, week: WeekSchedule) -> None:
    """Write weekdays and hours: one range, the same on every day it applies to."""
    ranges = {hours for hours in week.week.values() if hours}
    if len(ranges) > 1 or any(len(hours) != 1 for hours in ranges):
        raise DeviceRequestError(Reason.SCHEDULE_INVALID, {"number": str(week.number)})
    days = {day for day, hours in week.week.items() if hours}
    part.put(
        "".join(str(n) for n, day in enumerate(WEEKDAYS) if day in days), "WeekDays"
    )
    for hours in (hours for (hours,) in ranges):
        if hours.start >= hours.end:
            raise DeviceRequestError(
                Reason.SCHEDULE_INVALID, {"number": str(week.number)}
            )
        part.put(f"{hours.start:%H:%M:%S}", "BeginTime")
        part.put(f"{hours.end:%H:%M:%S}", "EndTime")
