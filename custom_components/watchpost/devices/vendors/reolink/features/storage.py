"""Disks and memory cards (section 3.1.11, GetHddInfo)."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Detector, Reading
from ....model.vocabulary import Cadence, Key, StorageState
from ....transport.payload import Node
from .. import kinds
from ..client import Ask
from ..documents import Document
from ..parts import Offer, Parts, lacks_all

_KEYS = (
    Key.STORAGE_PROBLEM,
    Key.STORAGE_USED,
    Key.STORAGE_FREE,
    Key.STORAGE_STATUS,
)


def storage(parts: Parts) -> Iterator[Offer]:
    """Yield each disk or card that was ever there, counted from 1."""
    if not parts.host.has("disk", "sdCard"):
        yield from lacks_all(parts.unit, _KEYS, "disk, sdCard")
        return
    disks = parts.doc(kinds.HDD)
    found = False
    for number, row in enumerate(disks.nodes, 1):
        if not row.number("capacity"):
            continue
        found = True
        yield from _disk(disks, number)
    if not found:
        yield from lacks_all(parts.unit, _KEYS, "HddInfo is empty")


def _disk(disks: Document, number: int) -> Iterator[Offer]:
    slot, names = str(number), {"number": str(number)}
    yield Detector(
        key=Key.STORAGE_PROBLEM,
        source=disks.source,
        cadence=Cadence.SETTINGS,
        slot=slot,
        placeholders=names,
        read=partial(_problem, disks, number),
    )
    for key, read in (
        (Key.STORAGE_USED, _used),
        (Key.STORAGE_FREE, _free),
        (Key.STORAGE_STATUS, _status),
    ):
        yield Reading(
            key=key,
            source=disks.source,
            cadence=Cadence.SETTINGS,
            slot=slot,
            placeholders=names,
            read=partial(read, disks, number),
        )


def _row(disks: Document, number: int) -> Node | None:
    rows = disks.nodes
    return rows[number - 1] if 0 < number <= len(rows) else None


def _format_id(row: Node | None) -> int | None:
    """Return what Format calls a disk.

    The guide's examples show a disk with the number 1 and erase the one with the id 0:
    numbers of sockets count from 1, ids from 0.
    """
    if row is None:
        return None
    own, socket = row.integer("id"), row.integer("number")
    if own is None and socket is not None:
        return socket - 1
    return own


def _used(disks: Document, number: int) -> float | None:
    """Return percent; size is what remains of the capacity."""
    row = _row(disks, number)
    capacity = row.number("capacity") if row is not None else None
    free = row.number("size") if row is not None else None
    if not capacity or free is None:
        return None
    return round(min(max(100 * (1 - free / capacity), 0.0), 100.0), 1)


def _free(disks: Document, number: int) -> float | None:
    row = _row(disks, number)
    return row.number("size") if row is not None else None


def _status(disks: Document, number: int) -> str | None:
    row = _row(disks, number)
    if row is None or not row.number("capacity"):
        return StorageState.MISSING
    if row.flag("format") is False:
        return StorageState.UNFORMATTED
    if row.flag("mount") is False:
        return StorageState.UNMOUNTED
    return StorageState.READY


def _problem(disks: Document, number: int) -> bool | None:
    return _status(disks, number) != StorageState.READY


def storage_formatter(parts: Parts) -> Callable[[int], Awaitable[None]] | None:
    """Return how to erase a disk (section 3.1.12, Format), if there is one."""
    if not parts.host.has("disk", "sdCard"):
        return None
    disks = parts.doc(kinds.HDD)

    async def erase(number: int) -> None:
        own = _format_id(_row(disks, number))
        if own is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        ids: dict[str, Json] = {"HddInfo": {"id": [own]}}
        await parts.client.act(Ask(command="Format", param=ids))
        disks.outdate()

    return erase
