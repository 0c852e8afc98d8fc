"""What is recorded, and the storage for it (9.10 and 9.11)."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Final

from ....model.errors import DeviceUnsupportedError, Reason
from ....model.features import Detector, Reading, Toggle
from ....model.vocabulary import Cadence, Key, StorageState
from ....transport.payload import Node
from ....transport.xmltext import XmlText
from ..blocks import DISK, EVENT_RECORDING, RECORD
from ..const import FORMAT_CALL
from ..names import below, find
from ..parts import Offer, Parts
from .fields import choice, level, toggle

_OVERWRITE: Final = "writecircle"
_KEEP: Final = "fullnotwrite"
_SECONDS: Final = (1, 120)
_STREAMS: Final = {"main": "main", "sub": "sub"}
_STATES: Final = {
    "idle": StorageState.READY,
    "readwrite": StorageState.READY,
    "writing": StorageState.WRITING,
    "reading": StorageState.READING,
    "readonly": StorageState.READ_ONLY,
    "diskexception": StorageState.ERROR,
    "diskerror": StorageState.ERROR,
}
_FORMATS: Final = {
    "unformatted": StorageState.UNFORMATTED,
    "formatting": StorageState.FORMATTING,
    "formatfailure": StorageState.ERROR,
}
_PROBLEMS: Final = frozenset(
    {
        StorageState.READ_ONLY,
        StorageState.UNFORMATTED,
        StorageState.UNMOUNTED,
        StorageState.MISSING,
        StorageState.ERROR,
    }
)
_KEYS: Final = (
    Key.STORAGE_PROBLEM,
    Key.STORAGE_USED,
    Key.STORAGE_FREE,
    Key.STORAGE_STATUS,
)


def recording(parts: Parts) -> Iterator[Offer]:
    """Yield when, what and how long is recorded."""
    yield toggle(parts, Key.AUTOMATIC_RECORDING, EVENT_RECORDING, "Enable")
    yield choice(
        parts, Key.RECORDING_STREAM, RECORD, "RecordStreamType", words=_STREAMS
    )
    yield _overwrite(parts)
    least, most = _SECONDS
    for key, field in (
        (Key.PRE_RECORD_TIME, "PreRecord"),
        (Key.POST_RECORD_TIME, "DelayRecord"),
    ):
        yield level(parts, key, RECORD, field, minimum=least, maximum=most)


def _overwrite(parts: Parts) -> Offer:
    key, field = Key.RECORDING_OVERWRITE, "RecordWriteCircleType"
    if not parts.has(RECORD, field):
        return parts.without(key, RECORD, field)

    def read() -> bool | None:
        word = (parts.text(RECORD, field) or "").lower()
        return word == _OVERWRITE if word in (_OVERWRITE, _KEEP) else None

    async def write(on: bool) -> None:
        def edit(document: XmlText) -> None:
            element = find(document.root, field)
            if element is None:
                raise DeviceUnsupportedError
            document.put(element, _OVERWRITE if on else _KEEP)

        await parts.documents.change(RECORD, edit)

    return Toggle(
        key=key,
        source=parts.documents.source(RECORD),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )


def storage(parts: Parts) -> Iterator[Offer]:
    """Yield each medium, counted from 1."""
    count = len(disks(parts))
    if not count:
        yield from (parts.without(key, DISK, "Disk") for key in _KEYS)
    for number in range(1, count + 1):
        slot, names = str(number), {"number": str(number)}
        yield Detector(
            key=Key.STORAGE_PROBLEM,
            source=parts.documents.source(DISK),
            cadence=Cadence.SETTINGS,
            slot=slot,
            placeholders=names,
            read=partial(_problem, parts, number),
        )
        for key, read in (
            (Key.STORAGE_USED, _used),
            (Key.STORAGE_FREE, _free),
            (Key.STORAGE_STATUS, _status),
        ):
            yield Reading(
                key=key,
                source=parts.documents.source(DISK),
                cadence=Cadence.SETTINGS,
                slot=slot,
                placeholders=names,
                read=partial(read, parts, number),
            )


def disks(parts: Parts) -> tuple[Node, ...]:
    """Return the media as they were told last."""
    return _listed(parts.documents.node(DISK))


def _listed(node: Node) -> tuple[Node, ...]:
    """Return the media of a list."""
    # The list is the document itself; some put another one around it.
    return node.nodes("Disk") or below(node, "DiskList").nodes("Disk")


def _disk(parts: Parts, number: int) -> Node:
    found = disks(parts)
    return found[number - 1] if number <= len(found) else Node({})


def _used(parts: Parts, number: int) -> float | None:
    total = _disk(parts, number).number("TotalCapacity")
    free = _free(parts, number)
    if not total or free is None:
        return None
    return round(min(max(100 * (1 - free / total), 0.0), 100.0), 1)


def _free(parts: Parts, number: int) -> int | None:
    free = _disk(parts, number).number("AvailableCapacity")
    return None if free is None else max(round(free), 0)


def _status(parts: Parts, number: int) -> str | None:
    disk = _disk(parts, number)
    if not disk.tree:
        return StorageState.MISSING
    formatted = _word(disk.text("DiskFormatStatus"))
    if formatted in _FORMATS:
        return _FORMATS[formatted]
    return _STATES.get(_word(disk.text("DiskStorageAttribute")))


def _word(text: str | None) -> str:
    """Return a word that may be printed over two lines."""
    return "".join((text or "").lower().split())


def _problem(parts: Parts, number: int) -> bool | None:
    status = _status(parts, number)
    return None if status is None else status in _PROBLEMS


def storage_formatter(parts: Parts) -> Callable[[int], Awaitable[None]] | None:
    """Return how to erase the storage (9.10.4), if there is any.

    The command does not say which one: with several the wrong one could be erased.
    """
    if not disks(parts):
        return None

    async def erase(_number: int) -> None:
        # Another one may have come since the last look.
        if len(_listed((await parts.documents.read(DISK)).root.node())) > 1:
            raise DeviceUnsupportedError(Reason.STORAGE_NOT_CHOSEN)
        await parts.client.put(FORMAT_CALL)
        parts.documents.outdate(DISK)

    return erase
