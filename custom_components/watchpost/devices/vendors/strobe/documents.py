"""The settings documents of the unit: read, kept, changed in the unit's own words."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final

from ...model.device import Clock, Json
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...transport.payload import Node
from .client import Client
from .const import (
    RARE_INTERVAL,
    RARE_SOURCES,
    ROOTS,
    SETTINGS_INTERVAL,
    Source,
)

_READ_ONLY: Final = {
    Source.AUDIO: ("VolumeMax", "VolumeMin"),
}
"""Fields that some firmware may refuse to see again in a write."""

_SLACK: Final = 5.0
"""Seconds by which a refresh may come early."""

type Edit = Callable[[Node], None]


class Documents:
    """What was read last, when, and what the unit does not have."""

    def __init__(self, client: Client, clock: Clock) -> None:
        """Prepare an empty store."""
        self._client = client
        self._clock = clock
        self._documents: dict[Source, Node] = {}
        self._read_at: dict[Source, float] = {}
        self._expired: set[Source] = set()
        self._turns: defaultdict[Source, asyncio.Lock] = defaultdict(asyncio.Lock)
        """One change of a document at a time: each begins with what the last left."""
        self.missing: dict[Source, DeviceError] = {}
        """Documents that the unit refused at first sight, with the reason."""
        self.taken: Callable[[Source, Node], None] = _ignore
        """Called with every document that was read."""

    def get(self, source: Source) -> Node | None:
        """Return a document as last read or written."""
        return self._documents.get(source)

    def read_at(self, source: Source) -> float:
        """Return when a document was last read, in seconds since the epoch."""
        return self._read_at.get(source, 0.0)

    def absent(self, source: Source) -> bool:
        """Return whether the unit is known not to have a document."""
        return isinstance(self.missing.get(source), DeviceUnsupportedError)

    def due(self, source: Source) -> bool:
        """Return whether a document is old enough to be read again."""
        if self.absent(source):
            return False
        if source in self._expired:
            return True
        interval = RARE_INTERVAL if source in RARE_SOURCES else SETTINGS_INTERVAL
        # Timers are not exact: what is due in a moment is due.
        return self._clock.now() - self.read_at(source) >= interval - _SLACK

    def expire(self, *sources: Source) -> None:
        """Have documents read again at the next refresh."""
        self._expired.update(sources)

    async def read(
        self, source: Source, body: tuple[str, Mapping[str, Json]] | None = None
    ) -> Node:
        """Read a document and keep it."""
        node = await self._client.read(source, body)
        self._documents[source] = node
        self._read_at[source] = self._clock.now()
        self._expired.discard(source)
        self.missing.pop(source, None)
        self.taken(source, node)
        return node

    async def probe(
        self, source: Source, body: tuple[str, Mapping[str, Json]] | None = None
    ) -> Node | None:
        """Read a document for the first time; None if the unit will not give it.

        Raise:
            DeviceConnectionError, DeviceAuthError: It is not about this document.
        """
        try:
            return await self.read(source, body)
        except DeviceAuthError:
            raise
        except DeviceConnectionError as err:
            if err.reason not in (Reason.BUSY, Reason.BAD_ANSWER):
                raise
            self.missing[source] = err
        except DeviceError as err:
            self.missing[source] = err
        return None

    async def change(self, source: Source, edit: Edit) -> None:
        """Read a document, change it, and write the whole of it back.

        The spelling and the order are the unit's, and what others have changed in
        the meantime stays. Fields that can only be read are left out if the unit
        refuses them.
        """
        async with self._turns[source]:
            await self._change(source, edit)

    async def _change(self, source: Source, edit: Edit) -> None:
        tree = (await self.read(source)).copy()
        edit(tree)
        try:
            await self._write(source, tree)
        except (DeviceRequestError, DeviceUnsupportedError) as err:
            read_only = [
                own
                for name in _READ_ONLY.get(source, ())
                if (own := tree.spelling(name)) is not None
            ]
            if not read_only or err.reason is Reason.NOT_NOW:
                raise
            reduced = tree.copy()
            for own in read_only:
                del reduced.tree[own]
            await self._write(source, reduced)
        self._documents[source] = tree
        self.taken(source, tree)
        self.expire(source)

    async def _write(self, source: Source, tree: Node) -> None:
        await self._client.write(source, ROOTS[source], tree.tree)

    def dump(self) -> dict[str, Json]:
        """Return all documents for diagnostics."""
        return {source.value: node.tree for source, node in self._documents.items()}


def _ignore(_source: Source, _node: Node) -> None:
    """Do nothing."""
