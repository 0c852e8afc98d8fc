"""Weekly tables of motion and mail: half hours from Sunday on (9.7.7 and 9.1.3)."""

from typing import Final, override

from ...model.commands import WeekSchedule
from ...model.device import ScheduleChange, ScheduleStore
from ...model.errors import DeviceRequestError, Reason
from ...model.vocabulary import ScheduleKind
from ...model.weektable import DAYS, read_week, write_week
from ...transport.payload import PayloadError
from ...transport.xmltext import Element, XmlText, worded
from .blocks import EMAIL, MOTION_HOURS, Block
from .documents import Documents
from .names import Path, find
from .parts import Parts

_PARTS: Final = 48
_STORES: Final[tuple[tuple[ScheduleKind, Block, Path], ...]] = (
    (ScheduleKind.MOTION, MOTION_HOURS, ()),
    (ScheduleKind.MAIL, EMAIL, ("Schedule",)),
)


class StoredWeek(ScheduleStore):
    """The one table of a block; it counts while AllDay is false."""

    def __init__(self, documents: Documents, block: Block, inside: Path) -> None:
        """Bind the block that holds it."""
        self._documents = documents
        self._block = block
        self._inside = inside

    @override
    async def get(self) -> tuple[WeekSchedule, ...]:
        """Read it."""
        root = (await self._documents.read(self._block)).root
        schedule = self._schedule(root)
        enabled = schedule.node().flag("AllDay") is False
        days = [day.text.strip() for day in _days(schedule)]
        return (WeekSchedule(number=1, enabled=enabled, name="", week=read_week(days)),)

    @override
    async def set(self, number: int, changes: ScheduleChange) -> None:
        """Change the hours, or whether they count.

        Raise:
            DeviceRequestError: There is no such schedule, or it has other names or
                hours than the camera can keep.
        """
        if number != 1:
            raise DeviceRequestError(Reason.SCHEDULE_INVALID, {"number": str(number)})
        if changes.name:
            raise DeviceRequestError(Reason.SCHEDULE_NAME_FIXED)
        tables = None if changes.week is None else write_week(changes.week, _PARTS)

        def edit(document: XmlText) -> None:
            schedule = self._schedule(document.root)
            switch = find(schedule, "AllDay")
            if switch is None:
                raise PayloadError
            if tables is not None:
                for day, table in zip(_days(schedule), tables, strict=True):
                    document.put(day, table)
            if changes.enabled is not None:
                document.put(switch, worded(not changes.enabled, switch.text))

        await self._documents.change(self._block, edit)

    def _schedule(self, root: Element) -> Element:
        schedule = find(root, *self._inside)
        if schedule is None:
            raise PayloadError
        return schedule


def _days(schedule: Element) -> list[Element]:
    """Return the tables of seven days, from Sunday on.

    Raise:
        PayloadError: One is missing, or not as long as a day.
    """
    found = [find(schedule, "TimeBlock", f"Block_{n}") for n in range(len(DAYS))]
    days = [one for one in found if one and len(one.text.strip()) == _PARTS]
    if len(days) != len(DAYS):
        raise PayloadError
    return days


def schedule_stores(parts: Parts) -> dict[ScheduleKind, ScheduleStore]:
    """Return the schedules of a camera, by what they are for."""
    return {
        kind: StoredWeek(parts.documents, block, inside)
        for kind, block, inside in _STORES
        if parts.has(block, *inside, "AllDay")
    }
