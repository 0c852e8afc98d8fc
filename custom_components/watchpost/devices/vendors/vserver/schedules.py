"""The hours in which alarms are set off (3.13.1.4 and 3.13.2.6): two a day.

The second hours of a day have its number and 8 in their names.
"""

from datetime import time
from typing import Final, override

from ...model.commands import TimeRange, WeekSchedule
from ...model.device import ScheduleChange, ScheduleStore
from ...model.errors import DeviceError, DeviceRequestError, Reason
from ...model.vocabulary import ScheduleKind, Weekday
from ...model.weektable import DAYS
from ...transport.payload import Node
from .codes import NO_CHANNEL, WRONG, CodeError
from .parts import Parts

_GROUP: Final = "ScheduleInfo"
_SECOND: Final = 8
_SLOTS: Final = 2
_KINDS: Final = (ScheduleKind.ALARM, ScheduleKind.MOTION)
_MIDNIGHT: Final = time()


class AlarmSchedule(ScheduleStore):
    """The one table of a unit with one channel, or of its first one."""

    def __init__(self, parts: Parts) -> None:
        """Bind a channel."""
        self._client = parts.client
        self._channel = parts.channel

    @override
    async def get(self) -> tuple[WeekSchedule, ...]:
        """Read it."""
        node = await self._read()
        enabled = any(node.flag(f"enable{day}") for day in range(len(DAYS)))
        found = {
            name: tuple(one for one in _hours(node, day) if one is not None)
            for day, name in enumerate(DAYS)
            if node.flag(f"enable{day}") or not enabled
        }
        week = {day: found[day] for day in Weekday if found.get(day)}
        return (WeekSchedule(number=1, enabled=enabled, name="", week=week),)

    @override
    async def set(self, number: int, changes: ScheduleChange) -> None:
        """Change the hours, or whether they count; a day is one request.

        Raise:
            DeviceRequestError: There is no such schedule, or it has other names or
                hours than the unit can keep.
        """
        if number != 1:
            raise DeviceRequestError(Reason.SCHEDULE_INVALID, {"number": str(number)})
        if changes.name:
            raise DeviceRequestError(Reason.SCHEDULE_NAME_FIXED)
        if changes.week is not None:
            _check(changes.week)
        node = await self._read()
        for day, name in enumerate(DAYS):
            values = _values(node, day, name, changes)
            if any(node.integer(own) != value for own, value in values.items()):
                await self._client.order(
                    "alarm_set", _GROUP, self._channel, values, post=False
                )

    async def _read(self) -> Node:
        """Read it without a channel, as the document does, else with one."""
        try:
            answer = await self._client.ask("alarm_get", _GROUP)
        except CodeError as err:
            if err.code not in (NO_CHANNEL, *WRONG):
                raise err.error from None
            answer = await self._client.get("alarm_get", _GROUP, self._channel)
        node = answer.node(_GROUP)
        if node.spelling("enable0") is None:
            raise DeviceError(Reason.BAD_ANSWER)
        return node


def _names(day: int, slot: int) -> tuple[str, str, str, str]:
    number = day + _SECOND * slot
    return (
        f"start{number}H",
        f"start{number}M",
        f"end{number}H",
        f"end{number}M",
    )


def _hours(node: Node, day: int) -> list[TimeRange | None]:
    """Return the two parts of a day; one without a length is none."""
    found: list[TimeRange | None] = []
    for slot in range(_SLOTS):
        told = [node.integer(name) or 0 for name in _names(day, slot)]
        start, end = told[0] * 60 + told[1], told[2] * 60 + told[3]
        there = 0 <= start < end < 24 * 60
        hours = TimeRange(start=_moment(start), end=_moment(end)) if there else None
        found.append(hours)
    return found


def _moment(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _check(week: WeekSchedule) -> None:
    """Refuse what a unit cannot keep, before anything is sent."""
    for ranges in week.week.values():
        if len(ranges) > _SLOTS:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        for hours in ranges:
            if hours.start.replace(second=0) >= hours.end.replace(second=0):
                raise DeviceRequestError(Reason.INVALID_VALUE)


def _values(
    node: Node, day: int, name: Weekday, changes: ScheduleChange
) -> dict[str, int]:
    """Return all values of a day: they stand in one bracket."""
    hours: list[TimeRange | None] = _hours(node, day)
    enabled = bool(node.flag(f"enable{day}"))
    if changes.week is not None:
        wanted = changes.week.week.get(name, ())
        hours = [*wanted, *[None] * (_SLOTS - len(wanted))]
        enabled = bool(wanted)
    if changes.enabled is not None:
        enabled = changes.enabled and any(one is not None for one in hours)
    values = {f"enable{day}": int(enabled)}
    for slot, one in enumerate(hours):
        start, end = (_MIDNIGHT, _MIDNIGHT) if one is None else (one.start, one.end)
        numbers = (start.hour, start.minute, end.hour, end.minute)
        values |= dict(zip(_names(day, slot), numbers, strict=True))
    return values


def schedule_stores(parts: Parts) -> dict[ScheduleKind, ScheduleStore]:
    """Return the schedule of a channel under both of its names.

    It is read without a channel, so that of others cannot be changed safely.
    """
    if parts.channel != 1 or not parts.queries.known("alarm"):
        return {}
    store = AlarmSchedule(parts)
    return dict.fromkeys(_KINDS, store)
