"""The events of a device that come by ONVIF."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
import logging
from typing import Final, override

from ..model.device import BOX, EventStream, Json, Login, Notice, Surroundings
from ..model.errors import DeviceUnsupportedError
from ..model.vocabulary import AlarmKind, DetectionKind, EventPath
from ..transport.onvif import Onvif, OnvifEvent, OnvifStream
from .onvif_events import INPUT_LIMIT, Channels, Inputs, detection_of, is_input
from .paths import Paths
from .scene import Scene, Subject

_LOGGER = logging.getLogger(__name__)

_MEMORY: Final = "onvif"
_GRACE: Final = 60.0
"""Seconds for which the last state is shown when a subscription was lost."""
_CONFIRM: Final = 10.0
"""Seconds in which a new subscription must say again what the last one said."""


class OnvifSource(EventStream):
    """A subscription at a device, and what it has told."""

    def __init__(
        self,
        login: Login,
        around: Surroundings,
        scene: Scene,
        paths: Paths,
        *,
        chosen: bool,
        port: Callable[[], int | None],
        unit_of: Callable[[int], str | None],
        learned: Callable[[], None],
        inputs_inverted: bool = False,
        count: Callable[[], int] = lambda: 1,
    ) -> None:
        """Prepare; nothing is sent.

        `port` is the one that the device announces, None if it has none; `unit_of`
        finds the unit of a channel, from 1, of which there are `count`; `learned` is
        called when the device has shown that it can tell more than was known. Where
        inputs are inverted, a low level is the alarm.
        """
        self._login = login
        self._around = around
        self._scene = scene
        self._paths = paths
        self._chosen = chosen
        self._port = port
        self._unit_of = unit_of
        self._learned = learned
        self._count = count
        self._inputs_inverted = inputs_inverted
        self._client: Onvif | None = None
        self._client_port: int | None = None
        self._channels: Channels | None = None
        self._inputs = Inputs()
        self._alive: bool | None = None
        self._undo: Callable[[], None] = lambda: None
        self._lasting: set[Subject] = set()
        """What the device has told last that it lasts."""
        self._doubts: dict[Subject, float] = {}
        """Until when the device may say that it does so still."""
        self._undo_doubts: Callable[[], None] = lambda: None
        self._closed = False
        paths.add(
            EventPath.ONVIF,
            chosen=lambda: self.offered and self.worked,
            alive=lambda: self._alive,
        )
        self._worked = False
        self._kinds: set[tuple[str, DetectionKind]] = set()
        self._numbers: set[int] = set()
        self._news = False
        """Whether there is more to remember than is kept."""
        self._recall()

    @property
    @override
    def offered(self) -> bool:
        """Whether it is wanted, and the device announces a port for it."""
        return self._chosen and self._port() is not None

    @property
    def alive(self) -> bool:
        """Whether a subscription is known to work."""
        return bool(self._alive)

    @property
    def worked(self) -> bool:
        """Whether a subscription has worked at any time."""
        return self._worked

    @property
    def inputs(self) -> frozenset[int]:
        """Numbers of the alarm inputs that the device has told of, from 1."""
        return frozenset(self._numbers)

    def kinds(self, unit: str) -> frozenset[DetectionKind]:
        """Return what the device has told that it can see at a unit."""
        return frozenset(kind for own, kind in self._kinds if own == unit)

    # Streams

    async def streams(self) -> tuple[OnvifStream, ...]:
        """Read where the pictures of the device are.

        Raise:
            DeviceError: It does not tell.
        """
        client = self._connect()
        streams = () if client is None else await client.streams()
        self._channels = Channels(streams, self._count())
        return streams

    def _connect(self) -> Onvif | None:
        """Return the client for the port that is announced now."""
        port = self._port()
        if port is None:
            return None
        if self._client is None or port != self._client_port:
            self._client_port = port
            self._client = Onvif(
                self._around.session,
                replace(self._login, ssl=False),
                port,
                self._around.clock,
                self._around.spawn,
            )
        return self._client

    # Events

    @override
    async def listen(self) -> AsyncGenerator[tuple[Notice, ...]]:
        """Subscribe, and yield what happens."""
        try:
            if self._channels is None:
                await self._count_channels()
            client = self._connect()
            if client is None:
                return
            self._paths.clock_offset = lambda: client.clock_offset
            async with aclosing(client.events()) as answers:
                first = True
                async for events in answers:
                    self._begin()
                    if first or not events:
                        self._doubt()
                    first = False
                    yield self._take(events)
        finally:
            self._end()

    async def _count_channels(self) -> None:
        """Learn which channel each name in an event is about."""
        try:
            await self.streams()
        except DeviceUnsupportedError as err:
            # There are devices with events and without pictures.
            _LOGGER.debug("The device does not tell its channels: %s", err.reason)
            self._channels = Channels((), self._count())

    def _begin(self) -> None:
        """Take note that the subscription works."""
        self._undo()
        self._undo = lambda: None
        if not self._alive or not self._worked:
            self._alive = self._worked = self._news = True

    def _end(self) -> None:
        """Take note that it has ended; what was told is history after a while."""
        if self._closed:
            # Whoever listens may be told only after everything else was closed.
            self._alive = False
        elif self._alive:
            self._alive = False
            now = self._around.clock.now()
            self._undo = self._around.clock.call_at(now + _GRACE, self._forget)
        elif self._alive is None and self._worked:
            self._alive = False

    def _forget(self) -> None:
        self._undo = lambda: None
        self._scene.lost(EventPath.ONVIF)
        self._around.changed()

    # What a new subscription must say again: its end may have been missed

    def _doubt(self) -> None:
        """Give the device some time to say what lasts."""
        until = self._around.clock.now() + _CONFIRM
        for subject in self._lasting:
            # A device that is subscribed to again and again gets no more time.
            self._doubts.setdefault(subject, until)
        self._await_doubts()

    def _await_doubts(self) -> None:
        self._undo_doubts()
        self._undo_doubts = lambda: None
        if self._doubts and not self._closed:
            until = min(self._doubts.values())
            self._undo_doubts = self._around.clock.call_at(until, self._drop)

    def _drop(self) -> None:
        """Take for ended what the device has not said again."""
        first = min(self._doubts.values())
        over = [subject for subject, until in self._doubts.items() if until == first]
        for subject in over:
            del self._doubts[subject]
        self._lasting.difference_update(over)
        self._scene.unconfirmed(EventPath.ONVIF, over)
        self._await_doubts()
        self._around.changed()

    def _said(self, subject: Subject, *, lasts: bool) -> None:
        """Take note that the device says whether something lasts."""
        if lasts:
            self._lasting.add(subject)
        else:
            self._lasting.discard(subject)
        if self._doubts.pop(subject, None) is not None:
            self._await_doubts()

    def close(self) -> None:
        """Let go of the timers, for good."""
        self._closed = True
        self._undo_doubts()
        self._undo_doubts = lambda: None
        self._undo()
        self._undo = lambda: None

    def _take(self, events: tuple[OnvifEvent, ...]) -> tuple[Notice, ...]:
        """Take in what an answer tells, and return what is new of it."""
        notices: list[Notice] = []
        self._inputs.learn(events)
        for event in events:
            if (subject := self._subject(event)) is None:
                continue
            if not event.initial:
                self._paths.heard(EventPath.ONVIF, event.at)
            notices += self._told(event, subject)
        if self._news:
            # Once for all of an answer: it is written down, and entities are made.
            self._keep()
        return tuple(notices)

    def _told(self, event: OnvifEvent, subject: Subject) -> tuple[Notice, ...]:
        if event.on is None and not event.removed:
            return self._scene.told(EventPath.ONVIF, subject)
        inverted = self._inputs_inverted and subject.kind is AlarmKind.INPUT
        level = bool(event.on) is not inverted and not event.removed
        self._said(subject, lasts=level)
        return self._scene.shown(EventPath.ONVIF, subject, level, initial=event.initial)

    def _subject(self, event: OnvifEvent) -> Subject | None:
        """Return what an event is about; None if it is nothing of ours."""
        if is_input(event):
            number = self._inputs.number(event.source)
            if number is None:
                return None
            if number not in self._numbers:
                if len(self._numbers) >= INPUT_LIMIT:
                    return None
                self._numbers.add(number)
                self._news = True
            return Subject(kind=AlarmKind.INPUT, unit=BOX, number=number)
        kind = detection_of(event)
        channel = self._channels.number(event.source) if self._channels else 1
        unit = None if channel is None else self._unit_of(channel)
        if kind is None or unit is None:
            return None
        if (unit, kind) not in self._kinds:
            self._kinds.add((unit, kind))
            self._news = True
        return Subject(kind=kind, unit=unit)

    # What is remembered, so that entities are there before anything happens

    def _keep(self) -> None:
        self._news = False
        kinds: list[Json] = [[unit, kind.value] for unit, kind in sorted(self._kinds)]
        inputs: list[Json] = [*sorted(self._numbers)]
        self._around.memory.put(_MEMORY, {"kinds": kinds, "inputs": inputs})
        self._learned()

    def _recall(self) -> None:
        kept = self._around.memory.get(_MEMORY)
        if not isinstance(kept, dict):
            return
        self._worked = True
        known = {kind.value: kind for kind in DetectionKind}
        for row in _rows(kept.get("kinds")):
            match row:
                case [str(unit), str(word)] if word in known:
                    self._kinds.add((unit, known[word]))
        inputs = {n for n in _rows(kept.get("inputs")) if isinstance(n, int)}
        self._numbers = set(sorted(inputs)[:INPUT_LIMIT])


def _rows(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
