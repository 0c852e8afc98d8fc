"""Weekly tables that are stored in the device, one for each kind of event.

A table has a character for each hour of the week. The guide does not name the day it
begins with: Sunday at midnight is assumed, as people have found who looked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, override

from ...model.commands import WeekSchedule
from ...model.device import Json, ScheduleChange, ScheduleStore
from ...model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ...model.vocabulary import DetectionKind, Key, ScheduleKind
from ...model.weektable import DAYS, read_week, write_week
from ...model.words import slug
from ...transport.payload import Node
from .documents import Document, Path
from .features.alerts import TASKS
from .filenames import TIMER
from .parts import Parts

_HOURS: Final = 24
_WEEK: Final = len(DAYS) * _HOURS
_NAMES: Final = {
    "md": DetectionKind.MOTION.value,
    "timing": TIMER,
    "ai_people": DetectionKind.PERSON.value,
    "ai_vehicle": DetectionKind.VEHICLE.value,
    "ai_dog_cat": DetectionKind.ANIMAL.value,
    "ai_face": DetectionKind.FACE.value,
}
_KINDS: Final = {
    Key.AUTOMATIC_RECORDING: ScheduleKind.RECORDING,
    Key.EMAIL_ALERTS: ScheduleKind.MAIL,
    Key.FTP_UPLOAD: ScheduleKind.FTP,
    Key.PHONE_NOTIFICATIONS: ScheduleKind.PUSH,
    Key.SIREN_ON_EVENT: ScheduleKind.SIREN,
}


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a document."""

    number: int
    path: Path
    name: str
    hours: str


class StoredTables(ScheduleStore):
    """The tables of one document, in its order; they share one switch."""

    def __init__(self, parts: Parts, document: Document) -> None:
        """Bind the document of a camera."""
        self._document = document
        self._newer = parts.newer
        self._recorder = parts.recorder

    @override
    async def get(self) -> tuple[WeekSchedule, ...]:
        """Read all of them."""
        node = await self._document.read()
        enabled = all(_flags(node, self._switches()))
        return tuple(
            WeekSchedule(
                number=table.number,
                enabled=enabled,
                name=table.name,
                week=read_week(
                    [
                        table.hours[n : n + _HOURS]
                        for n in range(0, len(table.hours), _HOURS)
                    ]
                ),
            )
            for table in _tables(node)
        )

    @override
    async def set(self, number: int, changes: ScheduleChange) -> None:
        """Change one of them, or switch all of them.

        Raise:
            DeviceRequestError: There is no such schedule, or it has other names or
                hours than the device can keep.
        """
        node = await self._document.read()
        table = next((one for one in _tables(node) if one.number == number), None)
        if table is None:
            raise DeviceRequestError(Reason.SCHEDULE_INVALID, {"number": str(number)})
        if changes.name not in (None, table.name):
            raise DeviceRequestError(Reason.SCHEDULE_NAME_FIXED)
        values: dict[Path, Json] = {}
        if changes.week is not None:
            values[table.path] = "".join(write_week(changes.week, _HOURS))
        if changes.enabled is not None:
            values |= self._switched(node, on=changes.enabled)
        if values:
            await self._document.write_all(values)

    def _switches(self) -> tuple[Path, ...]:
        """Return where the switches of this camera are."""
        own: tuple[Path, ...] = (("scheduleEnable",), ("schedule", "enable"))
        # That of a recorder is for all its cameras.
        return own if self._recorder or not self._newer else (("enable",), *own)

    def _switched(self, node: Node, *, on: bool) -> dict[Path, Json]:
        """Return what has to be written: one off is enough, on needs all of them."""
        told = [path for path in self._switches() if _flag(node, path) is not None]
        if not told:
            raise DeviceUnsupportedError
        if not on:
            return {told[0]: 0}
        return {path: 1 for path in told if not _flag(node, path)} or {told[0]: 1}


def _flags(node: Node, paths: Iterable[Path]) -> Iterator[bool]:
    """Yield the switches that are told; at least that of the whole document."""
    told = [flag for path in paths if (flag := _flag(node, path)) is not None]
    yield from told or [node.flag("enable") is not False]


def schedule_stores(parts: Parts) -> dict[ScheduleKind, ScheduleStore]:
    """Return the schedules of a camera, by what they are for."""
    stores: dict[ScheduleKind, ScheduleStore] = {}
    for task in TASKS:
        kind = task.newer if parts.newer else task.older
        if kind is None or task.key not in _KINDS:
            continue
        if task.host and not parts.host.has(*task.host):
            continue
        if task.channel and not parts.channel.has(*task.channel):
            continue
        stores[_KINDS[task.key]] = StoredTables(parts, parts.doc(kind))
    return stores


def _flag(node: Node, path: Path) -> bool | None:
    below: Node | None = node
    for name in path[:-1]:
        below = below.node(name) if below is not None else None
    return below.flag(path[-1]) if below is not None else None


def _tables(node: Node) -> list[Table]:
    """Return the tables of a document of either generation."""
    schedule = node.node("schedule")
    own = schedule.spelling("table") if schedule is not None else None
    if schedule is None or own is None:
        return []
    held = schedule.tree[own]
    if isinstance(held, str):
        rows = [("", held)]
    else:
        inner = schedule.node(own) or Node({})
        rows = [(name, inner.text(name) or "") for name in inner]
    path = ("schedule", own)
    return [
        Table(
            number=number,
            path=(*path, name) if name else path,
            name=(_NAMES.get(name.lower()) or slug(name)) if name else "",
            hours=hours,
        )
        for number, (name, hours) in enumerate(
            ((name, hours) for name, hours in rows if len(hours) == _WEEK), 1
        )
    ]
