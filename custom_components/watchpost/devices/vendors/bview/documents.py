"""Blocks as last read: what is due, what was refused, how they are changed."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
import math
from typing import Final

from ...kit.failures import is_answer
from ...kit.shortening import shortened
from ...model.device import Json, Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...transport.pacing import Coalescer
from ...transport.payload import Node
from ...transport.xmltext import XmlText
from .blocks import BLOCKS, Block
from .client import Client
from .const import (
    MOST_PAUSES,
    NETWORK,
    NETWORK_SETTLE,
    RETRY_FAILED,
    SETTLE,
)
from .names import below, find

type Edit = Callable[[XmlText], None]

_MEMORY: Final = "refused"
_WINDOW: Final = 0.06
"""Seconds in which changes of one block become one request, as in a scene."""


@dataclass(eq=False)
class _Source:
    """A request and when it is due."""

    path: str
    interval: float
    due_at: float = 0.0
    failures: int = 0
    error: DeviceError | None = None
    """Why it cannot be read, once that is certain."""


@dataclass(eq=False)
class _Held:
    """A block as last read or written."""

    block: Block
    source: _Source
    node: Node = field(default_factory=lambda: Node({}))
    known: bool = False
    read_at: float = 0.0
    writes: int = 0
    ours_until: float = 0.0
    """Until when the camera may still tell what was before our last write."""


@dataclass(eq=False)
class _Order:
    """A change that somebody waits for."""

    edit: Edit
    error: DeviceError | None = None


class Documents:
    """All blocks of a camera."""

    def __init__(self, client: Client, around: Surroundings) -> None:
        """Prepare blocks that were not read yet."""
        self._client = client
        self._clock = around.clock
        self._memory = around.memory
        self._sources: dict[str, _Source] = {}
        self._held: dict[str, _Held] = {}
        self._other_paths: set[str] = set()
        """Blocks that are under the path of the other page."""
        self._locks = {True: asyncio.Lock(), False: asyncio.Lock()}
        """One for all writes below /Network, which take long, and one for others."""
        self._writers: dict[str, Coalescer[tuple[_Order, ...]]] = {}
        self._spawn = around.spawn
        self._firmware: str | None = None
        self._lost = False
        """Whether what was asked for last was not answered."""
        self._lean: set[str] = set()
        """Blocks whose camera does not want to see its own fields again."""

    def node(self, block: Block) -> Node:
        """Return a block as last read or written; empty if it is not known."""
        held = self._held.get(block.path)
        return Node({}) if held is None else held.node

    def known(self, block: Block) -> bool:
        """Return whether a block was read."""
        held = self._held.get(block.path)
        return held is not None and held.known

    def read_at(self, block: Block) -> float:
        """Return when a block was read last, in seconds since the epoch."""
        held = self._held.get(block.path)
        return 0.0 if held is None else held.read_at

    def source(self, block: Block) -> str:
        """Return the request that feeds a block, as features name it."""
        held = self._held.get(block.path)
        return block.path if held is None else held.source.path

    def error(self, block: Block) -> DeviceError | None:
        """Return why a block cannot be read."""
        held = self._held.get(block.path)
        return None if held is None else held.source.error

    # Reading

    async def learn(self, firmware: str) -> None:
        """Read every block once, but for those that this firmware does not have.

        Raise:
            DeviceError: It is not about a block: nobody answers, or not to us.
        """
        if self._firmware not in (None, firmware):
            self._sources.clear()
            self._held.clear()
            self._lean.clear()
        self._firmware = firmware
        kept = self._memory.get(_MEMORY)
        known = Node(kept if isinstance(kept, dict) else {})
        refused = known.value("paths") if known.text("firmware") == firmware else None
        missing = set(refused) if isinstance(refused, list) else set()
        for holder in dict.fromkeys(one.holder for one in BLOCKS if one.holder):
            source = self._source(holder, math.inf)
            if holder in missing:
                source.error = DeviceUnsupportedError()
            else:
                await self._learn_one(source)
        for block in BLOCKS:
            if not self.known(block):
                await self._learn_alone(block, missing)
        unsupported: list[Json] = [
            source.path
            for source in self._sources.values()
            if isinstance(source.error, DeviceUnsupportedError)
        ]
        self._memory.put(_MEMORY, {"firmware": firmware, "paths": unsupported})

    async def _learn_alone(self, block: Block, missing: set[Json]) -> None:
        """Read a block that no larger one tells."""
        source = self._source(block.path, block.interval)
        self._held[block.path] = _Held(block=block, source=source)
        if block.path in missing:
            source.error, source.due_at = DeviceUnsupportedError(), math.inf
        else:
            await self._learn_one(source)

    async def _learn_one(self, source: _Source) -> None:
        """Read a source; a single one that is not answered keeps nobody out."""
        try:
            await self._read(source)
        except DeviceConnectionError as err:
            self._fail(source, err)
            if self._lost:
                raise
            self._lost = True
        else:
            self._lost = False

    def _source(self, path: str, interval: float) -> _Source:
        return self._sources.setdefault(path, _Source(path=path, interval=interval))

    async def refresh(self, wanted: Iterable[str]) -> None:
        """Read those of some sources that are due.

        Raise:
            DeviceError: It is not about a block: nobody answers, or not to us.
        """
        now = self._clock.now()
        found = (self._sources[path] for path in wanted if path in self._sources)
        # Timers are not exact: what is due in a moment is due.
        due = [source for source in found if now >= source.due_at - 1.0]
        # What failed before comes last, where it keeps nothing else from being read.
        for source in sorted(due, key=lambda one: (one.error is not None, one.path)):
            failed_before = source.error is not None
            try:
                await self._read(source)
            except DeviceConnectionError as err:
                self._fail(source, err)
                # Whether the camera is there at all is judged by its status.
                if not failed_before:
                    raise

    def wait(self, wanted: Iterable[str]) -> float:
        """Return the seconds until the next of some sources is due."""
        sources = [self._sources[path] for path in wanted if path in self._sources]
        due = min((source.due_at for source in sources), default=math.inf)
        return due - self._clock.now()

    @property
    def failed(self) -> dict[str, str]:
        """Why sources cannot be read just now, as reasons."""
        return {
            source.path: source.error.reason.value
            for source in self._sources.values()
            if source.error is not None
        }

    async def _read(self, source: _Source) -> None:
        """Read one source and keep what it tells, or why it does not."""
        began = self._clock.now()
        try:
            document = await self._fetch(source.path)
        except DeviceError as err:
            if not is_answer(err):
                raise
            self._fail(source, err)
            return
        source.error, source.failures = None, 0
        self._take(source, document, began)

    def _fail(self, source: _Source, err: DeviceError) -> None:
        """Note a refusal, and ask later and later; what is missing stays missing."""
        source.failures += 1
        source.error = err
        pauses = min(source.failures, MOST_PAUSES)
        missing = isinstance(err, DeviceUnsupportedError)
        source.due_at = (
            math.inf if missing else self._clock.now() + RETRY_FAILED * pauses
        )

    async def _fetch(self, path: str) -> XmlText:
        """Read a document under the path that this camera has for it."""
        other = _OTHER_PATHS.get(path)
        if other is None:
            return await self._client.get(path)
        first, second = (other, path) if path in self._other_paths else (path, other)
        try:
            return await self._client.get(first)
        except DeviceUnsupportedError:
            document = await self._client.get(second)
        self._other_paths ^= {path}
        return document

    def _take(self, source: _Source, document: XmlText, began: float) -> None:
        """Keep the blocks of an answer, unless we have just written them."""
        held_here = [held for held in self._held.values() if held.source is source]
        root = document.root.node()
        for block in BLOCKS:
            if block.path == source.path and not held_here:
                self._held[block.path] = held = _Held(block=block, source=source)
                held_here.append(held)
            elif block.holder == source.path and block.path not in self._held:
                if (node := _part(root, block)) is None:
                    continue
                held = _Held(block=block, source=source)
                source.interval = min(source.interval, block.interval)
                self._held[block.path] = held
                held_here.append(held)
        now = self._clock.now()
        source.due_at = now + source.interval
        if any(held.block.once for held in held_here):
            source.due_at = math.inf
        for held in held_here:
            node = root if held.block.path == source.path else _part(root, held.block)
            if held.writes or began < held.ours_until:
                source.due_at = min(source.due_at, max(held.ours_until, now))
            elif node is not None:
                held.node, held.known, held.read_at = node, True, now
            else:
                # It is told no more.
                held.node, held.known = Node({}), False

    # Writing

    async def read(self, block: Block) -> XmlText:
        """Read a block alone and now, to be looked at.

        Raise:
            DeviceError: The camera refuses it or cannot be reached.
        """
        return await self._fetch(block.path)

    async def change(self, block: Block, edit: Edit) -> None:
        """Read a block, change it and send all of it back.

        Changes of one block that come together become one. An edit that raises an
        error has changed nothing, and takes nothing along.

        Raise:
            DeviceError: The camera refused it or cannot be reached.
        """
        if block.path not in self._writers:

            async def send(orders: tuple[_Order, ...]) -> None:
                await self._send(block, orders)

            self._writers[block.path] = Coalescer(
                send, lambda first, later: (*first, *later), _WINDOW, self._spawn
            )
        order = _Order(edit)
        await self._writers[block.path].submit((order,))
        if order.error is not None:
            raise order.error

    async def put(self, block: Block, values: Mapping[tuple[str, ...], str]) -> None:
        """Change the texts of some fields of a block.

        Raise:
            DeviceError: The camera has no such field, refused it, or is gone.
        """

        def edit(document: XmlText) -> None:
            found = {path: find(document.root, *path) for path in values}
            for element in found.values():
                if element is None:
                    raise DeviceUnsupportedError
            for path, element in found.items():
                if element is not None:
                    document.put(element, values[path])

        await self.change(block, edit)

    async def _send(self, block: Block, orders: tuple[_Order, ...]) -> None:
        network = block.path.startswith(NETWORK)
        async with self._locks[network]:
            if network:
                # Before that it may tell what was before the last write.
                await self._client.network_ready()
            document = await self._fetch(block.path)
            for order in orders:
                try:
                    order.edit(document)
                except DeviceError as err:
                    order.error = err
            if document.changed:
                await self._write(block, document)

    async def _write(self, block: Block, document: XmlText) -> None:
        held = self._held.get(block.path)
        if held is None:
            source = self._source(block.path, block.interval)
            held = self._held[block.path] = _Held(block=block, source=source)
        for name in block.secrets:
            for element in document.root.all(name):
                document.remove(element)
        path = _OTHER_PATHS[block.path] if self._is_other(block) else block.path
        node = XmlText(document.render()).root.node()
        held.writes += 1
        try:
            await self._put(path, block, document)
        finally:
            held.writes -= 1
            # Done or not: what is told until then may not hold any more.
            settle = NETWORK_SETTLE if path.startswith(NETWORK) else SETTLE
            moment = self._clock.now() + settle
            held.source.due_at = min(held.source.due_at, moment)
        held.ours_until = self._clock.now() + settle
        held.node, held.known, held.read_at = node, True, self._clock.now()

    def _is_other(self, block: Block) -> bool:
        return block.path in self._other_paths

    async def _put(self, path: str, block: Block, document: XmlText) -> None:
        extra = (find(document.root, *one) for one in block.read_only)
        found = [element for element in extra if element is not None]
        if not found or block.path not in self._lean:
            try:
                await self._client.put(path, document.render())
            except DeviceRequestError as err:
                if not found or err.reason is not Reason.INVALID_VALUE:
                    raise
            else:
                return
        for element in found:
            document.remove(element)
        await self._client.put(path, document.render())
        self._lean.add(block.path)

    def outdate(self, block: Block, seconds: float = SETTLE) -> None:
        """Have a block read again soon: something else has changed it."""
        held = self._held.get(block.path)
        if held is not None and held.source.error is None:
            moment = self._clock.now() + seconds
            held.source.due_at = min(held.source.due_at, moment)

    def start_anew(self) -> None:
        """Have everything read again: the camera may have restarted."""
        for source in self._sources.values():
            # What fails is asked for again in its own time.
            if source.error is None:
                source.due_at = min(source.due_at, 0.0)

    async def close(self) -> None:
        """Wait until everything that was ordered has been sent."""
        await asyncio.gather(*(one.close() for one in self._writers.values()))

    def dump(self) -> dict[str, Json]:
        """Return all blocks for diagnostics, without the long tables."""
        return {
            path: shortened(held.node.tree)
            for path, held in self._held.items()
            if held.known
        }


_OTHER_PATHS: Final = {one.path: one.other_path for one in BLOCKS if one.other_path}


def _part(root: Node, block: Block) -> Node | None:
    """Return a block within a larger document."""
    *outer, name = block.inside
    holder = below(root, *outer)
    if block.number is None:
        part = below(holder, name)
        return part if part.tree else None
    return next(
        (one for one in holder.nodes(name) if one.integer("ID") == block.number), None
    )
