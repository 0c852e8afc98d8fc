"""What is recorded, and the storage for it (chapters 30 to 32)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from ....kit.fields import choice, level
from ....model.features import Detector, Level, Reading
from ....model.vocabulary import Cadence, Key, StorageState
from ....transport.payload import Node
from ..parts import Offer, Parts
from ..settings import MOTION, RECORDING, STORAGE, STORAGE_RULE
from ..storage import medium, numbered, state_of

_MINUTE: Final = 60
_LENGTHS: Final = (60, 3600)
_AFTER: Final = (0, 600)
"""Seconds; the document names no upper limits."""
_KEYS: Final = (
    Key.STORAGE_PROBLEM,
    Key.STORAGE_USED,
    Key.STORAGE_FREE,
    Key.STORAGE_STATUS,
)
_PROBLEMS: Final = frozenset(
    {StorageState.UNFORMATTED, StorageState.MISSING, StorageState.ERROR}
)


def recording(parts: Parts) -> Iterator[Offer]:
    """Yield what is recorded and how long."""
    words = {"main": 0, "sub": 1}
    yield choice(Key.RECORDING_STREAM, parts.field(RECORDING, "minor_stream"), words)
    yield level(
        Key.POST_RECORD_TIME, parts.field(MOTION, "alarm_handle_rec_time"), *_AFTER
    )
    yield _length(parts)


def _length(parts: Parts) -> Offer:
    """Return the length of a file in seconds; the camera counts in minutes."""
    field = parts.field(STORAGE_RULE, "package_time")
    offer = level(Key.RECORDING_FILE_LENGTH, field, *_LENGTHS)
    if not isinstance(offer, Level):
        return offer

    def read() -> float | None:
        minutes = field.number
        return None if minutes is None else minutes * _MINUTE

    async def write(value: float) -> None:
        await field.put(max(1, round(value / _MINUTE)))

    return replace(offer, read=read, write=write, step=_MINUTE)


def storage(parts: Parts) -> Iterator[Offer]:
    """Yield each medium, counted from 1."""
    names = numbered(parts.sections, parts.around.memory)
    if not names:
        yield from (parts.without(key, STORAGE, "devs") for key in _KEYS)
    for number, name in enumerate(names, 1):
        slot = str(number)
        yield Detector(
            key=Key.STORAGE_PROBLEM,
            source=STORAGE,
            cadence=Cadence.SETTINGS,
            slot=slot,
            placeholders={"number": slot},
            read=partial(_problem, parts, name),
        )
        for key, read in (
            (Key.STORAGE_USED, _used),
            (Key.STORAGE_FREE, _free),
            (Key.STORAGE_STATUS, _status),
        ):
            yield Reading(
                key=key,
                source=STORAGE,
                cadence=Cadence.SETTINGS,
                slot=slot,
                placeholders={"number": slot},
                read=partial(read, parts, name),
            )


def _medium(parts: Parts, name: str) -> Node:
    return medium(parts.node(STORAGE), name)


def _used(parts: Parts, name: str) -> float | None:
    one = _medium(parts, name)
    total, free = one.number("total_storage"), one.number("remaining_storage")
    if not total or free is None:
        return None
    return round(min(max(100 * (1 - free / total), 0.0), 100.0), 1)


def _free(parts: Parts, name: str) -> float | None:
    return _medium(parts, name).number("remaining_storage")


def _status(parts: Parts, name: str) -> str | None:
    return state_of(_medium(parts, name))


def _problem(parts: Parts, name: str) -> bool | None:
    state = state_of(_medium(parts, name))
    return None if state is None else state in _PROBLEMS
