"""Subscriptions to events, and the list of those that happened (9.9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .errors import (
    DECODE_ERROR,
    INVALID_OPERATION,
    PARAMETER_ERROR,
    TAG_MISSING,
    RefusedError,
)
from .options import BviewOptions
from .xmldoc import Node, branch, leaf

MOTION: Final = "VMD"
VIDEO_LOST: Final = "videolost"
ALARM_IN: Final = "AlarmIn"
TYPES: Final = (MOTION, VIDEO_LOST, ALARM_IN)
ROOT: Final = "SubscribedEventTypeList"
_ITEM: Final = ("ID", "EventType", "EventTypeDescription")
_TEXTS: Final = {
    MOTION: "Motion detection",
    VIDEO_LOST: "Video signal lost",
    ALARM_IN: "Alarm input",
}


@dataclass(frozen=True)
class Subscription:
    """One type of event that somebody wants to hear of."""

    number: int
    kind: str
    description: str


@dataclass(frozen=True)
class EventEntry:
    """One event that happened."""

    number: int
    kind: str
    time: datetime
    """The camera's local time."""


class Events:
    """The events of one camera."""

    def __init__(self, options: BviewOptions, port: int) -> None:
        """Start with no subscription."""
        self._options = options
        self.port = port
        self.subscriptions: list[Subscription] = []
        self.entries: list[EventEntry] = []
        self._number = 0

    def happen(self, kind: str, time: datetime) -> None:
        """Note an event if somebody has subscribed to its type."""
        if any(one.kind == kind for one in self.subscriptions):
            self._number += 1
            moment = time.replace(microsecond=0)
            self.entries.append(EventEntry(self._number, kind, moment))
            del self.entries[: -self._options.max_events]

    def subscribe(self, sent: Node) -> None:
        """Add types; a type that is there keeps its place under the new number."""
        for one in self._read(sent):
            kinds = [old.kind for old in self.subscriptions]
            if one.kind in kinds:
                self.subscriptions[kinds.index(one.kind)] = one
            else:
                self.subscriptions.append(one)

    def unsubscribe(self, sent: Node) -> None:
        """Remove types."""
        gone = {one.kind for one in self._read(sent)}
        missing = gone - {one.kind for one in self.subscriptions}
        if missing:
            raise RefusedError(INVALID_OPERATION, f"not subscribed: {sorted(missing)}")
        self.subscriptions = [s for s in self.subscriptions if s.kind not in gone]

    def print_subscriptions(self) -> Node:
        """Print the types that are subscribed to."""
        return branch(
            ROOT,
            *(
                branch(
                    "SubscribedEventType",
                    leaf("ID", one.number),
                    leaf("EventType", one.kind),
                    leaf("EventTypeDescription", one.description),
                )
                for one in self.subscriptions
            ),
        )

    def print_events(self) -> Node:
        """Print what happened since the subscription."""
        if not self.subscriptions:
            raise RefusedError(INVALID_OPERATION, "no subscription")
        found = [self._printed(entry) for entry in self.entries]
        if self._options.event_list == "clear":
            self.entries.clear()
        return branch("EventList", *found)

    def _printed(self, entry: EventEntry) -> Node:
        """Print one event."""
        moment = f"{entry.time:%Y-%m-%dT%H:%M:%S}{self._options.time_suffix}"
        return branch(
            "Event",
            leaf("ID", entry.number),
            leaf("IPAddress", self._options.ip_address),
            leaf("Port", self.port),
            leaf("Protocol", "HTTP"),
            leaf("ChannelID", "1"),
            leaf("DateTime", moment),
            leaf("EventType", entry.kind),
            leaf("EventDescription", _TEXTS[entry.kind]),
        )

    def _read(self, sent: Node) -> list[Subscription]:
        """Check a document of types."""
        roots = {"block": {ROOT}, "table": {"EventList"}, "both": {ROOT, "EventList"}}
        if sent.name not in roots[self._options.subscription_root]:
            raise RefusedError(DECODE_ERROR, f"root {sent.name}")
        found = []
        for item in sent.children:
            names = [node.name for node in item.children]
            if item.name != "SubscribedEventType" or set(names) - set(_ITEM):
                raise RefusedError(DECODE_ERROR, f"{item.name} with {names}")
            if set(_ITEM) - set(names):
                raise RefusedError(TAG_MISSING, f"{item.name} with {names}")
            if self._options.strict_order and tuple(names) != _ITEM:
                raise RefusedError(DECODE_ERROR, f"{item.name} with {names}")
            number, kind = item.get("ID"), item.get("EventType")
            if not number.isdecimal() or kind not in TYPES:
                raise RefusedError(PARAMETER_ERROR, f"type {number} {kind!r}")
            text = item.get("EventTypeDescription")
            found.append(Subscription(int(number), kind, text))
        if not found:
            raise RefusedError(TAG_MISSING, "no SubscribedEventType")
        return found
