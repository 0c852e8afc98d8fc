"""What is recorded, and the card for it (section 3.5)."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Final

from ....model.errors import DeviceError, DeviceRequestError, DeviceUnsupportedError
from ....model.features import Detector, Reading
from ....model.vocabulary import Cadence, Key, StorageState
from ..codes import WRONG, CodeError
from ..parts import Offer, Parts
from ..settings import CARD, GROUPS, RECORDING
from .fields import choice, level, setting, toggle

_STREAMS: Final = {"main": 0, "sub": 1}
_SECONDS: Final = (10, 3600)
_STATES: Final = {
    0: StorageState.MISSING,
    1: StorageState.READY,
    2: StorageState.MISSING,
    3: StorageState.FORMATTING,
    4: StorageState.READY,
    5: StorageState.UNMOUNTED,
    6: StorageState.READ_ONLY,
    7: StorageState.UNFORMATTED,
    8: StorageState.MOUNTING,
    9: StorageState.UNMOUNTING,
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
_WORDS: Final = {
    "total": ("total",),
    "used": ("used",),
    "status": ("status", "state", "flag"),
    "protect": ("protect",),
}
"""What the document only describes, by words that its name may have in it."""
_KEYS: Final = (Key.STORAGE_PROBLEM, Key.STORAGE_USED, Key.STORAGE_STATUS)
_SLOT: Final = "1"
_SEEN: Final = "storage"
_FORMAT: Final = 2
_OPERATE: Final = ("Operate", "OperateRate")
"""The table and the syntax line have different names."""


def recording(parts: Parts) -> Iterator[Offer]:
    """Yield when, what and how long is recorded."""
    yield toggle(
        Key.MANUAL_RECORDING,
        setting(parts, RECORDING, "Mode", cadence=Cadence.STATE),
    )
    yield toggle(Key.AUTOMATIC_RECORDING, setting(parts, RECORDING, "Event"))
    yield choice(
        Key.RECORDING_STREAM, setting(parts, RECORDING, "StreamType"), _STREAMS
    )
    yield toggle(Key.RECORDING_OVERWRITE, setting(parts, RECORDING, "Loop"))
    yield level(
        Key.RECORDING_FILE_LENGTH, setting(parts, RECORDING, "Lenght"), *_SECONDS
    )


def is_recording(parts: Parts) -> bool | None:
    """Return whether the unit records by hand."""
    return parts.node(RECORDING).flag("Mode")


def storage(parts: Parts) -> Iterator[Offer]:
    """Yield the card, if there has ever been one."""
    if not has_card(parts):
        for key in _KEYS:
            yield parts.without(key, CARD)
        return
    names = {"number": _SLOT}
    yield Detector(
        key=Key.STORAGE_PROBLEM,
        source=CARD,
        cadence=Cadence.SETTINGS,
        slot=_SLOT,
        placeholders=names,
        read=partial(_problem, parts),
    )
    if _used(parts) is not None or not _number(parts, "total"):
        yield Reading(
            key=Key.STORAGE_USED,
            source=CARD,
            cadence=Cadence.SETTINGS,
            slot=_SLOT,
            placeholders=names,
            read=partial(_used, parts),
        )
    else:
        yield parts.without(Key.STORAGE_USED, CARD, "used")
    yield Reading(
        key=Key.STORAGE_STATUS,
        source=CARD,
        cadence=Cadence.SETTINGS,
        slot=_SLOT,
        placeholders=names,
        read=partial(_status, parts),
    )


def has_card(parts: Parts) -> bool:
    """Return whether a card is there, or was: one that was pulled out is a problem."""
    if not parts.known(CARD):
        return False
    memory = parts.around.memory
    there = _status(parts) not in (None, StorageState.MISSING)
    if there and memory.get(_SEEN) is not True:
        memory.put(_SEEN, True)
    return there or memory.get(_SEEN) is True


def _number(parts: Parts, what: str) -> float | None:
    """Return a figure of the card by its name, else by its place."""
    node = parts.node(CARD)
    names = [*node]
    for name in names:
        if any(word in name.lower() for word in _WORDS[what]) and not (
            what == "status" and "protect" in name.lower()
        ):
            return node.number(name)
    known = any(
        word in name.lower()
        for words in _WORDS.values()
        for word in words
        for name in names
    )
    place = [*_WORDS].index(what)
    return None if known or place >= len(names) else node.number(names[place])


def _used(parts: Parts) -> float | None:
    total, used = _number(parts, "total"), _number(parts, "used")
    if used is None and total is not None:
        free = parts.node(CARD)
        left = next((free.number(one) for one in free if "free" in one.lower()), None)
        used = None if left is None else total - left
    if not total or total < 0 or used is None:
        return None
    return round(min(max(100 * used / total, 0.0), 100.0), 1)


def _status(parts: Parts) -> str | None:
    number = _number(parts, "status")
    if number is None:
        return None
    status = _STATES.get(round(number), StorageState.ERROR)
    if status is StorageState.READY and _number(parts, "protect"):
        return StorageState.READ_ONLY
    return status


def _problem(parts: Parts) -> bool | None:
    status = _status(parts)
    return None if status is None else status in _PROBLEMS


def storage_formatter(parts: Parts) -> Callable[[int], Awaitable[None]] | None:
    """Return how to erase the card (3.5.2.2), if there is one."""
    if not has_card(parts):
        return None

    async def erase(number: int) -> None:
        if str(number) != _SLOT:
            raise DeviceRequestError
        error: DeviceError = DeviceUnsupportedError()
        for name in _OPERATE:
            try:
                await parts.client.attempt(
                    "record_set", CARD, GROUPS[CARD].channel, {name: _FORMAT}
                )
            except CodeError as err:
                if err.code not in WRONG:
                    raise err.error from None
                error = err.error
            else:
                parts.sections.outdate(CARD)
                return
        raise error

    return erase
