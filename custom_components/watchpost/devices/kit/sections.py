"""Sections of settings that a device tells and takes field by field.

For devices whose settings are named groups of fields, each read with one request and
changed by naming the fields that shall be different.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
import math
from typing import Final

from ..model.device import Json, Surroundings
from ..model.errors import DeviceConnectionError, DeviceError, DeviceUnsupportedError
from ..transport.pacing import Coalescer
from ..transport.payload import Node
from .failures import is_answer
from .shortening import shortened

type Values = Mapping[str, Json]
type Fetch = Callable[[str], Awaitable[Node]]
"""Reads a section by its name."""
type Send = Callable[[str, Values], Awaitable[Node | None]]
"""Changes fields of a section; returns the section if the device tells it at once."""
type Edit = Callable[[Node], Values]
"""Returns what shall change of a section that was just read."""

_WINDOW: Final = 0.06
"""Seconds in which changes of one section become one request, as in a scene."""
_SLACK: Final = 1.0
"""Seconds by which a refresh may come early: timers are not exact."""
_RETRY: Final = 60.0
"""Seconds after which a section that could not be read is asked for again."""
_MOST_PAUSES: Final = 15
"""The longest pause after failures, in such pauses."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a section is read."""

    name: str
    """What the family calls it; also the source of the features that it feeds."""
    interval: float
    """Seconds between two reads; infinite for what does not change by itself."""
    settle: float = 2.0
    """Seconds after a write in which an answer may be older than it."""


@dataclass(eq=False)
class _Held:
    """A section as last read or written."""

    plan: Plan
    node: Node = field(default_factory=lambda: Node({}))
    known: bool = False
    read_at: float = 0.0
    due_at: float = 0.0
    failures: int = 0
    error: DeviceError | None = None
    writes: int = 0
    ours_until: float = 0.0
    """Until when the device may still tell what was before our last write."""

    def forget(self) -> None:
        """Know nothing of it any more, but that somebody is writing."""
        self.node, self.known, self.read_at = Node({}), False, 0.0
        self.due_at, self.failures, self.error = 0.0, 0, None


@dataclass(eq=False)
class _Order:
    """A change that somebody waits for."""

    values: dict[str, Json]
    edit: Edit | None = None
    error: DeviceError | None = None


class Sections:
    """All sections of a device: what is due, what was refused, who has changed what."""

    def __init__(
        self, plans: Iterable[Plan], fetch: Fetch, send: Send, around: Surroundings
    ) -> None:
        """Prepare sections that were not read yet."""
        self._held = {plan.name: _Held(plan) for plan in plans}
        self._fetch = fetch
        self._send = send
        self._clock = around.clock
        self._memory = around.memory
        self._spawn = around.spawn
        self._lock = asyncio.Lock()
        self._writers: dict[str, Coalescer[tuple[_Order, ...]]] = {}
        self._firmware: str | None = None
        """The software of which the sections were learned."""

    def node(self, name: str) -> Node:
        """Return a section as last read or written; empty if it is not known."""
        held = self._held.get(name)
        return Node({}) if held is None else held.node

    def known(self, name: str) -> bool:
        """Return whether a section was read."""
        held = self._held.get(name)
        return held is not None and held.known

    def read_at(self, name: str) -> float:
        """Return when a section was read last, in seconds since the epoch."""
        return self._held[name].read_at

    def error(self, name: str) -> DeviceError | None:
        """Return why a section cannot be read."""
        held = self._held.get(name)
        return None if held is None else held.error

    @property
    def failed(self) -> dict[str, str]:
        """Why sections cannot be read just now, as reasons."""
        return {
            name: held.error.reason.value
            for name, held in self._held.items()
            if held.error is not None
        }

    def missing(self) -> list[str]:
        """Return the sections that the device does not have."""
        return [
            name
            for name, held in self._held.items()
            if isinstance(held.error, DeviceUnsupportedError)
        ]

    # Reading

    async def learn(self, names: Iterable[str], firmware: str, memory: str) -> None:
        """Read sections once, but for those that this firmware does not have.

        Which these are is kept under a name in the memory of the device. A single
        section that is not answered keeps nobody out; two on end are an outage.

        Raise:
            DeviceError: It is not about a section: nobody answers, or not to us.
        """
        if self._firmware not in (None, firmware):
            # Other software may have other sections, and other fields in them.
            for held in self._held.values():
                held.forget()
        self._firmware = firmware
        kept = self._memory.get(memory)
        told = Node(kept if isinstance(kept, dict) else {})
        refused = told.value("missing") if told.text("firmware") == firmware else None
        missing = set(map(str, refused)) if isinstance(refused, list) else set()
        lost = False
        for name in names:
            held = self._held[name]
            if name in missing:
                held.error, held.due_at = DeviceUnsupportedError(), math.inf
            elif not held.known:
                try:
                    await self._read(held)
                except DeviceConnectionError as err:
                    self._fail(held, err)
                    if lost:
                        raise
                    lost = True
                else:
                    lost = False
        lacking: list[Json] = [*self.missing()]
        self._memory.put(memory, {"firmware": firmware, "missing": lacking})

    async def refresh(self, wanted: Iterable[str]) -> None:
        """Read those of some sections that are due.

        Raise:
            DeviceError: It is not about a section: nobody answers, or not to us.
        """
        now = self._clock.now()
        found = (self._held[name] for name in wanted if name in self._held)
        due = [held for held in found if now >= held.due_at - _SLACK]
        # What failed before comes last, where it keeps nothing else from being read.
        for held in sorted(due, key=lambda one: (one.error is not None, one.due_at)):
            failed_before = held.error is not None
            try:
                await self._read(held)
            except DeviceConnectionError as err:
                self._fail(held, err)
                # Whether the device is there at all is not judged by what fails.
                if not failed_before:
                    # It may be the device: asked for again as soon as that is back.
                    held.due_at = self._clock.now()
                    raise

    async def read(self, name: str) -> Node:
        """Read a section now, to be looked at or changed.

        Raise:
            DeviceError: The device refuses it or cannot be reached.
        """
        held = self._held[name]
        began = self._clock.now()
        node = await self._fetch(name)
        held.error, held.failures = None, 0
        self._take(held, node, began)
        return node

    def wait(self, wanted: Iterable[str]) -> float:
        """Return the seconds until the next of some sections is due."""
        held = [self._held[name] for name in wanted if name in self._held]
        due = min((one.due_at for one in held), default=math.inf)
        return due - self._clock.now()

    async def _read(self, held: _Held) -> None:
        try:
            await self.read(held.plan.name)
        except DeviceError as err:
            if not is_answer(err):
                raise
            self._fail(held, err)

    def _fail(self, held: _Held, err: DeviceError) -> None:
        """Note a refusal, and ask later and later; what is missing stays missing."""
        held.failures += 1
        held.error = err
        pauses = min(held.failures, _MOST_PAUSES)
        missing = isinstance(err, DeviceUnsupportedError)
        held.due_at = math.inf if missing else self._clock.now() + _RETRY * pauses

    def _take(self, held: _Held, node: Node, began: float) -> None:
        """Keep what was told, unless we have just changed it."""
        now = self._clock.now()
        held.due_at = now + held.plan.interval
        if held.writes or began < held.ours_until:
            held.due_at = max(held.ours_until, now)
        else:
            held.node, held.known, held.read_at = node, True, now

    # Writing

    async def put(self, name: str, values: Values) -> None:
        """Change fields of a section; changes that come together become one request.

        Raise:
            DeviceError: The device refused it or cannot be reached.
        """
        await self._submit(name, _Order(dict(values)))

    async def change(self, name: str, edit: Edit) -> None:
        """Read a section and change what depends on how it is.

        Raise:
            DeviceError: The device refused it or cannot be reached.
        """
        await self._submit(name, _Order({}, edit))

    async def _submit(self, name: str, order: _Order) -> None:
        if name not in self._writers:

            async def send(orders: tuple[_Order, ...]) -> None:
                await self._write(name, orders)

            self._writers[name] = Coalescer(
                send, lambda first, later: (*first, *later), _WINDOW, self._spawn
            )
        await self._writers[name].submit((order,))
        if order.error is not None:
            raise order.error

    async def _write(self, name: str, orders: tuple[_Order, ...]) -> None:
        held = self._held[name]
        async with self._lock:
            if any(order.edit is not None for order in orders):
                fresh = (await self._fetch(name)).copy()
                read_at = self._clock.now()
            else:
                fresh, read_at = held.node.copy(), held.read_at
            values: dict[str, Json] = {}
            for order in orders:
                try:
                    wanted = order.edit(fresh) if order.edit else order.values
                except DeviceError as err:
                    order.error = err
                    continue
                values |= wanted
                fresh.tree |= wanted
            if values:
                told = await self._order(held, values)
                held.node, held.known = told or fresh, True
                # A clock in it is as old as the rest, not as what was changed.
                held.read_at = read_at if told is None else self._clock.now()

    async def _order(self, held: _Held, values: Values) -> Node | None:
        held.writes += 1
        try:
            told = await self._send(held.plan.name, values)
        finally:
            held.writes -= 1
            # Done or not: what is told until then may not hold any more.
            moment = self._clock.now() + held.plan.settle
            held.due_at = min(held.due_at, moment)
        held.ours_until = moment
        return told

    def outdate(self, name: str, seconds: float = 0.0) -> None:
        """Have a section read again soon: something else has changed it."""
        held = self._held[name]
        if held.error is None:
            held.due_at = min(held.due_at, self._clock.now() + seconds)

    def start_anew(self) -> None:
        """Have everything read again: the device may have restarted."""
        for held in self._held.values():
            # What fails is asked for again in its own time.
            if held.error is None:
                held.due_at = min(held.due_at, 0.0)

    async def close(self) -> None:
        """Wait until everything that was ordered has been sent."""
        await asyncio.gather(*(one.close() for one in self._writers.values()))

    def dump(self) -> dict[str, Json]:
        """Return all sections for diagnostics, without the long tables."""
        return {
            name: shortened(held.node.tree)
            for name, held in self._held.items()
            if held.known
        }
