"""Documents as last read: what is due, what was refused, how they are changed."""

import asyncio
from collections.abc import Callable, Container, Iterable, Mapping
import math
from typing import Final

from ...kit.shortening import shortened
from ...model.device import Clock, Json
from ...model.errors import DeviceConnectionError, Reason
from ...transport.payload import Node
from .answers import Answer
from .client import Ask, Client
from .codes import DONE, NO_ANSWER, REFUSED, WRONG_VALUE, error_for
from .const import FAILURES, MOST_PAUSES, RETRY_FAILED, SETTLE
from .kinds import Kind, Place

type Path = tuple[str, ...]

_FRESH: Final = 5.0
"""Seconds for which a document is good enough to be changed and sent back."""
_LEVELS: Final = 16
"""Levels of a document; the deepest known one has seven."""
_EMPTY: Final = Node({})


class Document:
    """One document of a channel or of the device itself."""

    def __init__(
        self,
        kind: Kind,
        channel: int | None,
        part: str,
        client: Client,
        clock: Clock,
        troubled: dict[str, Document],
    ) -> None:
        """Prepare a document that was not read yet."""
        self.kind = kind
        self.channel = channel
        self.part = part
        self._client = client
        self._clock = clock
        self._lock = asyncio.Lock()
        self._content: Json = None
        self._answer: Answer | None = None
        """The answer that the content comes from; None once we have changed it."""
        self._read_at: float | None = None
        self._due_at = 0.0
        self._settled_at = 0.0
        """When the device will have done what it was told."""
        self._failures = 0
        self._writes = 0
        """Writes that are under way."""
        self._ours_until = 0.0
        """Until when the device may still tell what was before our last write."""
        self.wants_range = kind.ranged
        """Whether the range is still to be asked for."""
        self._asked_range = False
        self.limits: Node = _EMPTY
        """What the values may be, as far as the device tells."""
        self.limits_list: tuple[Node, ...] = ()
        """The same for devices that tell several sets of values."""
        self._troubled = troubled
        self._code = DONE
        self.shape: tuple[str, ...] = ()
        """What the choice of features depends on."""

    @property
    def source(self) -> str:
        """Name of the request, as features know it."""
        where = "" if self.channel is None else f"{self.channel}."
        return f"{where}{self.kind.name}{f'.{self.part}' if self.part else ''}"

    @property
    def code(self) -> int:
        """Why it cannot be read; 0 if it can."""
        return self._code

    @code.setter
    def code(self, code: int) -> None:
        if code == self._code:
            return
        self._code = code
        if code == DONE:
            self._troubled.pop(self.source, None)
        else:
            self._troubled[self.source] = self

    @property
    def known(self) -> bool:
        """Whether it was read at least once."""
        return self._read_at is not None

    @property
    def read_at(self) -> float | None:
        """When it was read last, in seconds since the epoch."""
        return self._read_at

    @property
    def node(self) -> Node:
        """The fields; empty while nothing is known."""
        content = self._content
        if isinstance(content, list):
            content = content[0] if content else None
        return Node(content) if isinstance(content, dict) else _EMPTY

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The entries of a document that is a list."""
        content = self._content
        rows = content if isinstance(content, list) else [content]
        return tuple(Node(row) for row in rows if isinstance(row, dict))

    def at(self, *path: str) -> Node:
        """Return the part below some names; empty if it is not there."""
        node = self.node
        for name in path:
            node = node.node(name) or _EMPTY
        return node

    @property
    def due_at(self) -> float:
        """When it should be read again; never if it was refused."""
        return math.inf if self._code in REFUSED else self._due_at

    def due(self, now: float) -> bool:
        """Return whether it should be read again."""
        return now >= self.due_at

    def outdate(self, seconds: float = 0.0) -> None:
        """Have it read again soon, whatever is read until then."""
        moment = self._clock.now() + seconds
        self._due_at = min(self._due_at, moment)
        self._settled_at = max(self._settled_at, moment)

    def ask(self) -> Ask:
        """Return the command that reads it."""
        param: dict[str, Json] = {}
        if self.channel is not None:
            param["channel"] = self.channel
        if self.kind.type:
            param = {self.kind.wrapper: {"type": self.kind.type, **param}}
        if self.part:
            param["ai_type"] = self.part
        self._asked_range = self.wants_range
        action = int(self._asked_range)
        return Ask(command=f"Get{self.kind.name}", param=param, action=action)

    def take(self, answer: Answer) -> None:
        """Keep what the device has answered; a failure keeps the last value."""
        now = self._clock.now()
        if answer.code != DONE:
            self._fail(answer.code, now)
            return
        content = self._content_of(answer)
        if content is None:
            self._fail(NO_ANSWER, now)
        elif self.known and (self._writes or now < self._ours_until):
            # It may have been told before it was changed, or while it was.
            self._due_at = max(now, self._ours_until)
        else:
            self.code, self._failures = DONE, 0
            if answer is not self._answer:
                self._content, self._answer = content, answer
                self._take_limits(answer)
                self._take_shape()
            if self._asked_range:
                self.wants_range = self._asked_range = False
            self._read_at = now
            self._due_at = now + self.kind.age
            if now < self._settled_at:
                self._due_at = self._settled_at

    def _content_of(self, answer: Answer) -> Json:
        """Return what an answer tells; None if that is nothing."""
        if answer is self._answer:
            return self._content
        wrapper = self.kind.wrapper
        held = answer.value.value(wrapper) if wrapper else None
        content: Json = answer.value.tree if held is None else held
        if isinstance(content, list) or (isinstance(content, dict) and content):
            return content
        return None

    def _take_shape(self) -> None:
        """Note how many rows there are, and which fields are missing."""
        if isinstance(self._content, list):
            self.shape = ("",) * len(self._content)
        else:
            self.shape = tuple(
                names[0]
                for names in self.kind.shaping
                if self.node.spelling(*names) is None
            )

    def _fail(self, code: int, now: float) -> None:
        """Note a failure, and try again later and later."""
        self._failures += 1
        lasting = code in REFUSED or code in WRONG_VALUE
        if lasting or self._failures >= FAILURES or not self.known:
            self.code = code
        self._due_at = now + RETRY_FAILED * min(self._failures, MOST_PAUSES)

    def start_anew(self) -> None:
        """Ask again for what was refused, and for the range: all may be different."""
        self.code, self._failures = DONE, 0
        self.wants_range = self.kind.ranged
        self.outdate()

    def _take_limits(self, answer: Answer) -> None:
        wrapper = self.kind.wrapper
        rows = answer.limits.nodes(wrapper) if wrapper else (answer.limits,)
        if rows and rows[0].tree:
            self.limits, self.limits_list = rows[0], rows

    @property
    def failed(self) -> str | None:
        """Why it cannot be shown, as a reason."""
        return None if self.code == DONE else error_for(self.code).reason.value

    async def read(self) -> Node:
        """Read it now.

        Raise:
            DeviceError: The device refuses it or cannot be reached.
        """
        answer = await self._client.read(self.ask())
        self.take(answer)
        return self.node

    async def write(self, path: Path, value: Json) -> None:
        """Change one value, in the device's own spelling."""
        await self.write_all({path: value})

    async def write_all(self, values: Mapping[Path, Json]) -> None:
        """Change several values in one command.

        Raise:
            DeviceError: The device refused it or cannot be reached.
        """

        def change(tree: dict[str, Json]) -> None:
            for path, value in values.items():
                put(tree, path, value)

        async with self._lock:
            if self.kind.whole:
                await self._change_whole(change)
                return
            fields: dict[str, Json] = {}
            for path, value in values.items():
                put(fields, self._spelled(path), value)
            content = _copy(self._content)
            await self._send(fields)
            if isinstance(content, dict):
                change(content)
                self._content, self._answer = content, None

    async def change(self, change: Callable[[dict[str, Json]], None]) -> None:
        """Read the document, change it and send all of it back."""
        async with self._lock:
            await self._change_whole(change)

    async def _change_whole(self, change: Callable[[dict[str, Json]], None]) -> None:
        """Send everything back: what was left out would be lost or refused."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at > _FRESH:
            await self.read()
        tree = _copy(self.node.tree)
        if not isinstance(tree, dict) or not tree:
            raise DeviceConnectionError(Reason.BAD_ANSWER)
        change(tree)
        await self._send(_without(tree, self.kind.drop))
        self._content, self._answer = tree, None

    async def _send(self, fields: dict[str, Json]) -> None:
        """Write fields; the next reading confirms what became of them."""
        kind = self.kind
        if self.channel is not None:
            if kind.place is Place.FIELDS:
                # Some tell a wrong one, which would write to another camera.
                fields = {**fields, "channel": self.channel}
            elif kind.place is Place.SCHEDULE:
                put(fields, ("schedule", "channel"), self.channel)
        if kind.type:
            fields = {"type": kind.type, **fields}
        if self.part:
            fields = {"ai_type": self.part, **fields}
        param: dict[str, Json] = {kind.wrapper: fields} if kind.wrapper else fields
        if self.part and self.channel is not None:
            param = {"channel": self.channel, **param}
        self._writes += 1
        try:
            await self._client.act(Ask(command=f"Set{kind.name}", param=param))
            self._ours_until = self._clock.now() + SETTLE
        finally:
            # Done or not: what is told until then may not hold any more.
            self._writes -= 1
            self.outdate(SETTLE)

    def _spelled(self, path: Path) -> Path:
        """Return a path in the spelling of the device."""
        found: list[str] = []
        node: Node | None = self.node
        for name in path:
            own = node.spelling(name) if node is not None else None
            found.append(own or name)
            node = node.node(name) if node is not None else None
        return tuple(found)

    def dump(self) -> Json:
        """Return what it holds, without the long areas and tables."""
        return shortened(self._content) if self.code == DONE else {"code": self.code}


class Documents:
    """All documents of a device."""

    def __init__(self, client: Client, clock: Clock) -> None:
        """Prepare an empty collection."""
        self._client = client
        self._clock = clock
        self._all: dict[str, Document] = {}
        self._by_kind: dict[tuple[str, int | None, str], Document] = {}
        self._troubled: dict[str, Document] = {}
        """Those that cannot be read; nearly always none."""

    def get(self, kind: Kind, channel: int | None = None, part: str = "") -> Document:
        """Return a document; there is one of each."""
        key = (kind.name, channel, part)
        if (document := self._by_kind.get(key)) is None:
            document = Document(
                kind, channel, part, self._client, self._clock, self._troubled
            )
            self._by_kind[key] = document
            self._all[document.source] = document
        return document

    def wait(self, sources: Iterable[str], channels: Container[int | None]) -> float:
        """Return the seconds until the next document of some channels is due."""
        now = self._clock.now()
        found = [self._all[source] for source in sources if source in self._all]
        times = [one.due_at - now for one in found if one.channel in channels]
        return min(times, default=math.inf)

    def due(
        self, sources: Iterable[str], channels: Container[int | None]
    ) -> list[Document]:
        """Return what of some sources is to be read, the lightest first."""
        now = self._clock.now()
        found = [self._all[source] for source in sources if source in self._all]
        ready = [one for one in found if one.channel in channels and one.due(now)]
        return sorted(ready, key=lambda one: (one.kind.age, one.known, one.source))

    @property
    def failed(self) -> dict[str, str]:
        """The sources that cannot be read, and why."""
        return {
            source: document.failed
            for source, document in self._troubled.items()
            if document.failed is not None
        }

    @property
    def refused(self) -> dict[str, int]:
        """The sources that the device does not have, with the code it answered."""
        return {
            source: document.code
            for source, document in self._troubled.items()
            if document.code in REFUSED
        }

    def forget_channel(self, channel: int) -> None:
        """Ask again for what a camera refused: another one may be there now."""
        for document in self._all.values():
            if document.channel == channel:
                document.start_anew()

    def dump(self) -> dict[str, Json]:
        """Return everything that was read."""
        return {
            source: document.dump()
            for source, document in sorted(self._all.items())
            if document.known or document.code != DONE
        }


def put(tree: dict[str, Json], path: Path, value: Json) -> None:
    """Set a value in a tree, in the spelling that is there already."""
    for name in path[:-1]:
        own = Node(tree).spelling(name) or name
        below = tree.get(own)
        if not isinstance(below, dict):
            below = {}
            tree[own] = below
        tree = below
    tree[Node(tree).spelling(path[-1]) or path[-1]] = value


def _without(tree: dict[str, Json], names: frozenset[str]) -> dict[str, Json]:
    """Return a tree without some fields, at any depth."""
    return {
        name: _without(value, names) if isinstance(value, dict) else value
        for name, value in tree.items()
        if name not in names
    }


def _copy(value: Json, levels: int = _LEVELS) -> Json:
    """Return a copy that can be changed.

    Raise:
        DeviceConnectionError: It is nested as no device has a reason to.
    """
    if not isinstance(value, dict | list):
        return value
    if not levels:
        raise DeviceConnectionError(Reason.BAD_ANSWER)
    if isinstance(value, list):
        return [_copy(one, levels - 1) for one in value]
    return {name: _copy(one, levels - 1) for name, one in value.items()}
