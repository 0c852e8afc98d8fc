"""The fast poll: what a camera sees, hears and records now (9.2.5 and 9.9.2)."""

from collections import Counter
from collections.abc import Callable
import logging
from typing import Final

from ...kit.scene import Scene, Subject
from ...model.device import BOX, Json, Notice, Surroundings
from ...model.errors import (
    DeviceAuthError,
    DeviceError,
    DeviceUnsupportedError,
)
from ...model.vocabulary import AlarmKind, DetectionKind, EventPath, Key
from ...transport.payload import Node, PayloadError
from ...transport.xmltext import XmlText
from .client import Client
from .codes import CodeError
from .const import (
    EVENTS,
    MOST_PAUSES,
    RETRY_FAILED,
    STATE_INTERVAL,
    STATE_INTERVAL_PUSHED,
    STATUS,
    STATUS_LIST,
    SUBSCRIPTIONS,
)
from .names import text_of

_LOGGER = logging.getLogger(__name__)

MOVING: Final = Subject(kind=DetectionKind.MOTION)
ALARMED: Final = Subject(kind=AlarmKind.INPUT, number=1)
"""All inputs have one state together."""
MOTION: Final = "vmd"
INPUT: Final = "alarmin"
_WANTED: Final = frozenset({MOTION, INPUT})
"""Types of events that tell more than the status does, in lower case."""
_KNOWN: Final = 4_096
"""Events that are remembered: more than are read of any answer."""
_ROWS: Final = 2_000
"""Events of one answer that are read, the last ones of it."""
_TEXT: Final = 64
"""Characters of a field that tell one event from another."""
_STALE: Final = 120.0
"""Seconds without a look at the events after which they are history."""
_NOTHING: Final = "none"
_SUB_STREAMS: Final = {2: "FirstSubStreamEnable", 3: "SecondSubStreamEnable"}
_STATUS: Final = ("MotionState", "RecordState", "VideoLostState", "AlarmInState")
"""Fields by which a status is known."""

type _EventId = tuple[str, str, str]


class Watch:
    """Look at the status of the camera, and at its events if they are kept."""

    def __init__(self, client: Client, around: Surroundings) -> None:
        """Store whom to ask; nothing is sent."""
        self._client = client
        self._clock = around.clock
        self.scene = Scene(around)
        """What happens, whoever tells it."""
        self._motion = self.scene.spell(MOVING)
        self._input = self.scene.spell(ALARMED)
        self.alarm_out: bool | None = None
        self.video_lost: bool | None = None
        self.record_state: str | None = None
        self.rates: tuple[float | None, ...] = (None, None, None)
        """Of the three streams, in kbit/s."""
        self.off: frozenset[int] = frozenset()
        """Numbers of the streams that the camera says it does not have."""
        self.source = STATUS
        """The request that feeds all of this."""
        self._works: list[Callable[[], bool]] = []
        self._seen: list[Callable[[], None]] = []
        self._notices: list[Notice] = []
        self._events = _Events()
        self._subscribed: frozenset[str] = frozenset()
        self._retry_at = 0.0
        """When the subscriptions are read again; 0 while there is no reason."""
        self._failures = 0

    @property
    def motion(self) -> bool | None:
        """Whether something moves."""
        return self._motion.on

    @property
    def alarm_in(self) -> bool | None:
        """Whether the alarm input is active."""
        return self._input.on

    @property
    def recording(self) -> bool | None:
        """Whether anything is recorded."""
        return None if self.record_state is None else self.record_state != _NOTHING

    async def connect(self) -> None:
        """Learn whether the camera keeps events; nothing is written.

        Raise:
            DeviceAuthError: The login is refused.
        """
        self._failures = 0
        await self._learn()

    async def refresh(self) -> None:
        """Look once.

        Raise:
            DeviceError: The status cannot be read.
        """
        before = self._motion.on, self._input.on
        self.scene.begin_look()
        self._take(await self._status())
        if 0 < self._retry_at <= self._clock.now():
            await self._learn()
        elif self._retry_at > self._clock.now() + RETRY_FAILED * MOST_PAUSES:
            # The clock was set back.
            self._retry_at = self._clock.now()
        if self._subscribed:
            await self._look_at_events(*before)

    def take_notices(self) -> tuple[Notice, ...]:
        """Return what has happened, once."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def told_motion(self, path: EventPath) -> tuple[Notice, ...]:
        """Take in a message of motion and return what has happened."""
        return self.scene.told(path, MOVING)

    def compare(self, *, seen: Callable[[], None], works: Callable[[], bool]) -> None:
        """Have a path of events judged by what is seen.

        `seen` is called when motion has begun that nobody has told; `works` returns
        whether motion is known to be told on that path.
        """
        self._seen.append(seen)
        self._works.append(works)

    def interval(self) -> float:
        """Return the seconds until the next look."""
        told = any(works() for works in self._works)
        return STATE_INTERVAL_PUSHED if told else STATE_INTERVAL

    def close(self) -> None:
        """Let go of all timers."""
        self.scene.close()

    def dump(self) -> dict[str, Json]:
        """Return what is known, for diagnostics."""
        types: list[Json] = [*sorted(self._subscribed)]
        return {
            "motion": self.motion,
            "alarm_in": self.alarm_in,
            "alarm_out": self.alarm_out,
            "video_lost": self.video_lost,
            "record_state": self.record_state,
            "source": self.source,
            "subscribed": types,
            "events": self._events.count,
        }

    # Status

    async def _status(self) -> Node:
        """Read the status, of the channel or as a list."""
        if self.source == STATUS:
            try:
                return _channel(await self._client.get(STATUS))
            except DeviceUnsupportedError:
                status = _channel(await self._client.get(STATUS_LIST))
                self.source = STATUS_LIST
                return status
        return _channel(await self._client.get(STATUS_LIST))

    def _take(self, status: Node) -> None:
        """Keep what a status tells."""
        if self._motion.look(status.flag("MotionState")):
            self._begun_unheard(_motion())
        if self._input.look(status.flag("AlarmInState")):
            self._notices.append(_alarm())
        self.alarm_out = status.flag("AlarmOutState")
        self.video_lost = status.flag("VideoLostState")
        state = (status.text("RecordState") or "").strip().lower()
        self.record_state = state or None
        self.off = frozenset(
            number
            for number, name in _SUB_STREAMS.items()
            if status.flag(name) is False
        )
        self.rates = tuple(
            _number(text_of(status, name))
            for name in (
                "MainStreamVideoBitrate",
                "FirstSubStreamVideoBitrate",
                "SecondSubStreamVideoBitrate",
            )
        )

    def _begun_unheard(self, notice: Notice) -> None:
        """Tell of motion that no message has told."""
        self._notices.append(notice)
        for seen in self._seen:
            seen()

    # Events

    async def _learn(self) -> None:
        """Read what events the camera keeps; without any there is nothing to ask."""
        self._retry_at = 0.0
        try:
            document = await self._client.get(SUBSCRIPTIONS)
        except DeviceAuthError:
            raise
        except DeviceUnsupportedError:
            self._subscribed = frozenset()
        except DeviceError as err:
            self._pause(err)
        else:
            self._subscribed = subscribed(document) & _WANTED
            if self._failures and not self._subscribed:
                # They were lost: somebody may subscribe again.
                self._pause(None)

    async def _look_at_events(self, moving: bool | None, alarmed: bool | None) -> None:
        """Find what was too short to be seen."""
        try:
            document = await self._client.ask(EVENTS)
        except DeviceAuthError:
            raise
        except CodeError as err:
            # No subscription is left, or the camera is not able just now.
            self._pause(err.error)
            return
        except DeviceError as err:
            self._pause(err)
            return
        self._failures = 0
        news = self._events.news(document, self._clock.now())
        if self._motion.listed(news[MOTION], before=bool(moving)):
            self._begun_unheard(_motion())
        if self._input.listed(news[INPUT], before=bool(alarmed)):
            self._notices.append(_alarm())

    def _pause(self, err: DeviceError | None) -> None:
        """Leave the events alone, longer from time to time."""
        self._subscribed = frozenset()
        self._failures = min(self._failures + 1, MOST_PAUSES)
        self._retry_at = self._clock.now() + RETRY_FAILED * self._failures
        _LOGGER.debug("No events for a while: %s", err.reason if err else "none kept")


class _Events:
    """Tell new events from those that were seen before."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._known: dict[_EventId, None] = {}
        self._read_at: float | None = None

    @property
    def count(self) -> int:
        """How many events are remembered."""
        return len(self._known)

    def news(self, document: XmlText, now: float) -> Counter[str]:
        """Return how many events of each type are new.

        What a first look finds, or one after a long time, is history.
        """
        read_at, self._read_at = self._read_at, now
        fresh: Counter[str] = Counter()
        for row in document.root.node().nodes("Event")[-_ROWS:]:
            number, moment, kind = (
                (row.text(name) or "").strip()[:_TEXT]
                for name in ("ID", "DateTime", "EventType")
            )
            event = (number, moment, kind.lower())
            if event not in self._known:
                fresh[event[2]] += 1
            # What is told again stays known longest.
            self._known.pop(event, None)
            self._known[event] = None
        while len(self._known) > _KNOWN:
            self._known.pop(next(iter(self._known)))
        if read_at is None or now - read_at > _STALE:
            return Counter()
        return fresh


def subscribed(document: XmlText) -> frozenset[str]:
    """Return the types of events that a camera keeps, in lower case."""
    rows = document.root.node().nodes("SubscribedEventType")
    return frozenset((row.text("EventType") or "").strip().lower() for row in rows)


def _channel(document: XmlText) -> Node:
    """Return the status of the first channel, alone or in a list.

    Raise:
        PayloadError: It is something else.
    """
    root = document.root.node()
    rows = root.nodes("DeviceStatus") or (root,)
    status = next((row for row in rows if row.integer("ID") == 1), rows[0])
    if all(status.value(name) is None for name in _STATUS):
        raise PayloadError
    return status


def _number(text: str | None) -> float | None:
    return Node({"number": text or ""}).number("number")


def _motion() -> Notice:
    return Notice(unit=BOX, key=Key.DETECTION, kind=DetectionKind.MOTION)


def _alarm() -> Notice:
    return Notice(unit=BOX, key=Key.ALARM, kind=AlarmKind.INPUT, data={"number": 1})
