"""The fast poll: motion and objects of all channels in one request."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
import logging
import math
from typing import Final

from ...model.device import Clock, Json
from ...model.errors import DeviceConnectionError, Reason
from ...model.vocabulary import DetectionKind
from ...transport.payload import Node
from .answers import Answer
from .client import Ask, Batch, Client
from .codes import AWAY, DONE, REFUSED, TIMED_OUT, WRONG_VALUE, error_for
from .const import (
    AI_KINDS,
    BATCH_LIMIT,
    CHANNEL_TIMEOUT,
    FAILURES,
    MOST_PAUSES,
    RETRY_FAILED,
    RETRY_HANGING,
    STATE_TIMEOUT,
    TIMEOUT,
)

_LOGGER = logging.getLogger(__name__)

MOTION: Final = "MdState"
OBJECTS: Final = "AiState"
_KINDS: Final = tuple((name, DetectionKind(word)) for name, word in AI_KINDS.items())
_LIFE: Final = Ask(command="GetTime")
"""What every device can tell at once, whatever its cameras do."""
_FEW: Final = 3
"""Cameras that are asked one by one at once when one of them hangs."""


def motion_source(channel: int) -> str:
    """Return the name of the request for motion."""
    return f"{channel}.{MOTION}"


def objects_source(channel: int) -> str:
    """Return the name of the request for objects."""
    return f"{channel}.{OBJECTS}"


@dataclass(kw_only=True)
class Trouble:
    """A request of a camera that is refused again and again."""

    count: int = 0
    retry_at: float = 0.0


@dataclass(kw_only=True)
class Sight:
    """What a camera sees now; None is not known."""

    motion: bool | None = None
    objects: dict[str, bool] = field(default_factory=dict)
    supported: frozenset[str] = frozenset()
    """Kinds of objects the camera says it can tell apart."""
    codes: dict[str, int] = field(default_factory=dict)
    """Why a request of this camera is refused, by source."""
    troubles: dict[str, Trouble] = field(default_factory=dict)
    """Requests of this camera that were refused when last asked, by source."""
    hangs: int = 0
    """How often in a row the camera has held up a request; 0 if it answers."""
    retry_at: float = 0.0
    told: dict[str, Json] | None = None
    """What it has told of objects."""

    def forget(self, source: str = "") -> None:
        """Forget what one request, or both, have told."""
        if not source.endswith(OBJECTS):
            self.motion = None
        if not source.endswith(MOTION):
            self.objects, self.told = {}, None


class _Request:
    """Questions that go out together, and where their answers belong."""

    def __init__(self, sources: Sequence[str]) -> None:
        """Make the request; it is sent again and again."""
        self.places = [
            (_channel(source), source, source.endswith(MOTION)) for source in sources
        ]
        self.batch = Batch(
            [
                Ask(
                    command=f"Get{MOTION if motion else OBJECTS}",
                    param={"channel": channel},
                )
                for channel, _, motion in self.places
            ]
        )
        self.seen: list[Answer | None] = [None] * len(self.places)
        """Answers that need not be looked at again."""


class Watch:
    """Ask what the cameras see, and find the one that holds up the others."""

    def __init__(
        self,
        client: Client,
        clock: Clock,
        looked: Callable[[int, DetectionKind, bool | None], None],
    ) -> None:
        """Store whom to tell what is seen otherwise than before; None is not known."""
        self._client = client
        self._clock = clock
        self._looked = looked
        self._wanted: frozenset[str] = frozenset()
        self._requests: tuple[_Request, ...] = ()
        self._late: tuple[str, ...] = ()
        self._planned: tuple[float, float] = (0.0, 0.0)
        """From when until when the requests are the right ones."""
        self._patience = STATE_TIMEOUT
        self.sights: dict[int, Sight] = {}
        self.took = 0.0
        """Seconds that the device needed for the last poll of all cameras."""

    def sight(self, channel: int) -> Sight:
        """Return what a camera sees."""
        return self.sights.setdefault(channel, Sight())

    def hangs(self, channel: int) -> bool:
        """Return whether a camera does not answer and holds up the others."""
        sight = self.sights.get(channel)
        return sight is not None and sight.hangs > 0

    @property
    def failed(self) -> dict[str, str]:
        """The sources that cannot be read, and why."""
        return {
            source: error_for(code).reason.value
            for sight in self.sights.values()
            for source, code in sight.codes.items()
        }

    def forget(self, channel: int) -> None:
        """Forget a camera that is not connected: nothing it saw is true any more."""
        if (sight := self.sights.pop(channel, None)) is not None:
            self._blind(channel, sight)
            self._replan()

    async def poll(
        self, sources: Iterable[str], more: Sequence[Ask] = ()
    ) -> list[Answer]:
        """Ask for the wanted sources; return the answers to what else was asked.

        Raise:
            DeviceConnectionError: The device does not answer at all.
        """
        self._plan(frozenset(sources))
        requests, late = self._requests, self._late
        answers: list[Answer] = []
        took = 0.0
        try:
            if more:
                answers = await self._ask_more(requests, more)
                took = self._client.took
            else:
                for request in requests:
                    await self._ask(request, self._patience)
                    took += self._client.took
        except DeviceConnectionError as err:
            channels = {place[0] for one in requests for place in one.places}
            if err.reason is not Reason.TIMEOUT or len(channels) < 2:
                raise
            await self._search(requests, channels)
        else:
            self.took = took
            if took < STATE_TIMEOUT:
                self._patience = STATE_TIMEOUT
        answered = bool(requests or more)
        if late:
            answered = await self._try(late) or answered
        if not answered:
            # Else nobody would notice that the device itself has gone.
            await self._client.ask([_LIFE], seconds=STATE_TIMEOUT)
        return answers

    # What is asked

    def _replan(self) -> None:
        """Choose anew what to ask, and look at all answers again."""
        self._planned = (0.0, 0.0)

    def _plan(self, wanted: frozenset[str]) -> None:
        """Choose what to ask: all but what hangs or was refused lately."""
        now = self._clock.now()
        if wanted == self._wanted and self._planned[0] <= now < self._planned[1]:
            return
        asked: list[str] = []
        late: dict[int, list[str]] = {}
        until = math.inf
        ours = [source for source in wanted if source.endswith((MOTION, OBJECTS))]
        for source in sorted(ours, key=_order):
            channel = _channel(source)
            sight = self.sight(channel)
            trouble = sight.troubles.get(source)
            retry_at = trouble.retry_at if trouble is not None else 0.0
            if sight.hangs:
                retry_at = max(retry_at, sight.retry_at)
            if now < retry_at:
                until = min(until, retry_at)
            elif sight.hangs:
                late.setdefault(channel, []).append(source)
            else:
                asked.append(source)
        self._wanted = wanted
        self._requests = tuple(
            _Request(asked[start : start + BATCH_LIMIT])
            for start in range(0, len(asked), BATCH_LIMIT)
        )
        # One at a time: each may hold up everything else.
        self._late = tuple(next(iter(late.values()), ()))
        self._planned = (now, now if late else until)

    async def _ask(self, request: _Request, seconds: float) -> None:
        self._take(request, await self._client.send(request.batch, seconds=seconds))

    async def _ask_more(
        self, requests: tuple[_Request, ...], more: Sequence[Ask]
    ) -> list[Answer]:
        """Ask for other things in the same request."""
        asks = [ask for request in requests for ask in request.batch.asks]
        answers = await self._client.ask([*asks, *more], seconds=self._patience)
        start = 0
        for request in requests:
            end = start + len(request.places)
            self._take(request, answers[start:end])
            start = end
        return answers[start:]

    # Who does not answer

    async def _search(
        self, requests: tuple[_Request, ...], channels: Iterable[int]
    ) -> None:
        """Find the cameras that do not answer, in parts and then one by one.

        With n cameras, each one that hangs costs two time-outs, the others about
        2 √n quick answers. Halving would need log n time-outs.
        """
        # A device that is slow with everything is not the fault of a camera.
        await self._client.ask([_LIFE], seconds=CHANNEL_TIMEOUT)
        numbers = sorted(channels)
        size = math.isqrt(len(numbers) - 1) + 1 if len(numbers) > _FEW else 1
        parts = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        answering = False
        hanging: list[int] = []
        while parts:
            part = parts.pop(0)
            if await self._answer(_of(requests, part)):
                answering = True
            elif len(part) > 1:
                parts += [[number] for number in part]
            else:
                hanging += part
        if not answering:
            raise DeviceConnectionError(Reason.TIMEOUT)
        for number in hanging:
            self._mark(number)
        if not hanging:
            # Each answers, all together need longer: they are given the time.
            self._patience = TIMEOUT

    async def _answer(self, sources: Sequence[str]) -> bool:
        """Ask some cameras; return whether they have answered in time."""
        try:
            await self._ask(_Request(sources), CHANNEL_TIMEOUT)
        except DeviceConnectionError as err:
            if err.reason is not Reason.TIMEOUT:
                raise
            return False
        return True

    async def _try(self, sources: Sequence[str]) -> bool:
        """Ask a camera again that has hung; return whether the device answers."""
        answered = await self._answer(sources)
        channel = _channel(sources[0])
        if not answered or self.hangs(channel):
            self._mark(channel)
        return answered

    def _mark(self, channel: int) -> None:
        """Leave a camera alone that holds up the others, longer each time."""
        sight = self.sight(channel)
        pause = RETRY_HANGING[min(sight.hangs, len(RETRY_HANGING) - 1)]
        sight.hangs += 1
        sight.retry_at = self._clock.now() + pause
        self._blind(channel, sight)
        self._replan()
        _LOGGER.debug("Channel %s does not answer; next in %s s", channel, pause)

    # What is answered

    def _take(self, request: _Request, answers: list[Answer]) -> None:
        """Keep what the cameras see, and tell what is otherwise than before."""
        refused: list[tuple[int, str, int]] = []
        seen, request.seen = request.seen, list(answers)
        for number, (answer, before) in enumerate(zip(answers, seen, strict=True)):
            if answer is before:
                continue
            channel, source, motion = request.places[number]
            if answer.code != DONE:
                request.seen[number] = None
                refused.append((channel, source, answer.code))
                continue
            sight = self.sights.get(channel) or self.sight(channel)
            if sight.hangs or sight.troubles:
                self._recover(sight, source)
            if motion:
                self._take_motion(channel, sight, answer.value)
            elif answer.value.tree != sight.told:
                self._take_objects(channel, sight, answer.value.tree)
        if refused:
            self._refuse(request, refused)

    def _recover(self, sight: Sight, source: str) -> None:
        """Ask for it with the others again."""
        sight.hangs = 0
        sight.troubles.pop(source, None)
        sight.codes.pop(source, None)
        self._replan()

    def _refuse(self, request: _Request, refused: list[tuple[int, str, int]]) -> None:
        """Keep the last value for a while, and leave alone what is always refused."""
        asked = Counter(channel for channel, _, _ in request.places)
        late = Counter(channel for channel, _, code in refused if code == TIMED_OUT)
        # The device itself may wait in vain for a camera, and then tells so.
        hanging = {channel for channel in late if late[channel] == asked[channel]}
        if len(hanging) == len(asked):
            hanging = set()
        for channel in hanging:
            self._mark(channel)
        for channel, source, code in refused:
            if channel not in hanging:
                self._trouble(self.sight(channel), source, code)

    def _trouble(self, sight: Sight, source: str, code: int) -> None:
        trouble = sight.troubles.setdefault(source, Trouble())
        trouble.count += 1
        if code != TIMED_OUT and sight.hangs:
            sight.hangs = 0
            self._replan()
        often = trouble.count - FAILURES + 1
        if often > 0 or code in REFUSED | AWAY | WRONG_VALUE:
            sight.codes[source] = code
            self._blind(_channel(source), sight, source)
        if code in REFUSED:
            trouble.retry_at = math.inf
        elif often > 0:
            pause = RETRY_FAILED * min(often, MOST_PAUSES)
            trouble.retry_at = self._clock.now() + pause
        if trouble.retry_at:
            self._replan()

    def _take_motion(self, channel: int, sight: Sight, value: Node) -> None:
        state = value.tree.get("state")
        on = state == 1 if isinstance(state, int) else value.flag("state")
        if on is not sight.motion:
            sight.motion = on
            self._looked(channel, DetectionKind.MOTION, on)

    def _take_objects(self, channel: int, sight: Sight, tree: dict[str, Json]) -> None:
        seen: dict[str, bool] = {}
        before = sight.objects
        for name, kind in _KINDS:
            told = tree.get(name)
            if isinstance(told, dict):
                if not _number(told.get("support", 1)):
                    continue
                told = told.get("alarm_state")
            elif told is None:
                # Older firmware tells plain numbers, of what it supports alone.
                continue
            seen[name] = on = _number(told) > 0
            if on is not before.get(name):
                self._looked(channel, kind, on)
        sight.objects, sight.told = seen, tree
        if before.keys() - seen.keys():
            self._lose(channel, before, seen)
        if seen.keys() != sight.supported:
            sight.supported = frozenset(seen)

    def _blind(self, channel: int, sight: Sight, source: str = "") -> None:
        """Forget what a camera saw, and tell so."""
        motion, objects = sight.motion, sight.objects
        sight.forget(source)
        if motion is not sight.motion:
            self._looked(channel, DetectionKind.MOTION, None)
        self._lose(channel, objects, sight.objects)

    def _lose(
        self, channel: int, before: dict[str, bool], seen: dict[str, bool]
    ) -> None:
        """Tell which objects nothing is known of any more."""
        for name, kind in _KINDS:
            if name in before and name not in seen:
                self._looked(channel, kind, None)


def _number(told: Json) -> float:
    """Return a number, however it is written; 0 for what is none."""
    if isinstance(told, int):
        return told
    return Node({"": told}).number("") or 0


def _channel(source: str) -> int:
    return int(source.partition(".")[0])


def _order(source: str) -> tuple[int, str]:
    return _channel(source), source


def _of(requests: Iterable[_Request], channels: Sequence[int]) -> list[str]:
    """Return the questions that concern some cameras."""
    return [
        source
        for request in requests
        for channel, source, _ in request.places
        if channel in channels
    ]
