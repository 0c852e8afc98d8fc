"""Disks and cards (chapter 30), each with a number that it keeps."""

from collections.abc import Awaitable, Callable
from typing import Final

from ...kit.sections import Sections
from ...model.device import Memory
from ...model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ...model.vocabulary import StorageState
from ...transport.payload import Node
from .const import FORMAT
from .parts import Parts
from .settings import STORAGE

_MEMORY: Final = "storage"
_MOST: Final = 16
_STATES: Final = {
    0: StorageState.MISSING,
    1: StorageState.READY,
    2: StorageState.UNFORMATTED,
    3: StorageState.FORMATTING,
    4: StorageState.ERROR,
}


def numbered(sections: Sections, memory: Memory) -> tuple[str, ...]:
    """Return the ids of all media that were ever seen, in the order of the camera.

    One that was taken out keeps its number, so that it does not pass to another.
    """
    kept = memory.get(_MEMORY)
    known = [str(one) for one in kept] if isinstance(kept, list) else []
    told = [one.text("id") or "" for one in devices(sections.node(STORAGE))]
    found = tuple(dict.fromkeys([*known, *told]))[:_MOST]
    if list(found) != known:
        memory.put(_MEMORY, [*found])
    return found


def devices(node: Node) -> tuple[Node, ...]:
    """Return the media that a section tells of."""
    return node.nodes("devs")


def medium(node: Node, name: str) -> Node:
    """Return a medium by its id; empty if it is not there."""
    found = (one for one in devices(node) if (one.text("id") or "") == name)
    return next(found, Node({}))


def state_of(one: Node) -> StorageState | None:
    """Return how a medium is."""
    if not one.tree:
        return StorageState.MISSING
    return _STATES.get(one.integer("status") or 0)


def storage_formatter(parts: Parts) -> Callable[[int], Awaitable[None]] | None:
    """Return what erases a medium; None if there is none.

    The camera is told a kind of medium: with two of a kind both would be erased.
    """
    sections, memory = parts.sections, parts.around.memory
    if not numbered(sections, memory):
        return None

    async def erase(number: int) -> None:
        names = numbered(sections, memory)
        if not 1 <= number <= len(names):
            raise DeviceRequestError(Reason.INVALID_VALUE)
        # Another one may have come since the last look.
        now = await sections.read(STORAGE)
        kind = medium(now, names[number - 1]).integer("type")
        if not kind:
            raise DeviceUnsupportedError
        if sum(one.integer("type") == kind for one in devices(now)) > 1:
            raise DeviceUnsupportedError(Reason.STORAGE_NOT_CHOSEN)
        await parts.client.act(FORMAT, {"dev_type": kind}, certain=True)
        sections.outdate(STORAGE)

    return erase
