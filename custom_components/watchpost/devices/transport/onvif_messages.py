"""What devices tell over SOAP: addresses of streams, events, moments."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
import re
from typing import Final
from urllib.parse import urlsplit

from .onvif_soap import read_time
from .payload import Node, PayloadError

RTSP_PORT: Final = 554
MESSAGE_LIMIT: Final = 100
"""Messages of one answer that are asked for, and read."""
_TARGET: Final = re.compile(r"/[\x21-\x7e]{0,2047}")
"""What may stand in a request line."""
_ADDRESS_LIMIT: Final = 4096
_TOKEN_LIMIT: Final = 256
_TOPIC_LIMIT: Final = 256
_SECRET: Final = re.compile(
    r"(?:user(?:name)?|usr|pass(?:word|wd)?|pwd|auth|token)=", re.IGNORECASE
)
_ON: Final = frozenset({"true", "1", "on", "active"})
_OFF: Final = frozenset({"false", "0", "off", "inactive"})
_STATES: Final = ("IsMotion", "State", "IsInside", "IsTamper", "LogicalState")
"""Names of the item that says whether something is so, best known first."""
_SOURCES: Final = (
    "VideoSourceConfigurationToken",
    "VideoSourceToken",
    "VideoSource",
    "InputToken",
    "Source",
    "Token",
    "VideoAnalyticsConfigurationToken",
)
"""Names of the item that says where it was, best first."""


@dataclass(frozen=True, kw_only=True)
class OnvifStream:
    """A picture that a device sends, as one of its profiles describes it."""

    token: str
    """Name of the profile."""
    configuration: str | None = None
    """Token of the configuration of the video source."""
    source: str | None = None
    """Token of the video source itself."""
    analytics: str | None = None
    """Token of the analytics that run on the picture."""
    width: int | None = None
    height: int | None = None
    encoding: str | None = None
    path: str | None = field(default=None, repr=False)
    """Path and query of the RTSP address, without a login; None if it is not told."""
    port: int = RTSP_PORT


@dataclass(frozen=True, kw_only=True)
class OnvifEvent:
    """Something that a device has seen, or how it is now."""

    topic: str
    """Its name without prefixes, like RuleEngine/CellMotionDetector/Motion."""
    source: str | None = None
    """Token of where it was."""
    on: bool | None = None
    """Whether it is so; None if it has just happened and does not last."""
    at: datetime | None = None
    """When, by the clock of the device."""
    initial: bool = False
    """It was so before we asked."""
    removed: bool = False
    """What it was about is not there any more."""


def read_clock(answer: Node) -> float | None:
    """Return the time of a device in seconds since the epoch; None if unknown."""
    moment = answer.node("SystemDateAndTime") or answer
    if (utc := moment.node("UTCDateTime")) is None:
        return None
    date, time = utc.node("Date"), utc.node("Time")
    if date is None or time is None:
        return None
    parts = [
        *(date.integer(name) for name in ("Year", "Month", "Day")),
        *(time.integer(name) for name in ("Hour", "Minute", "Second")),
    ]
    year, month, day, hour, minute, second = (
        -1 if part is None else part for part in parts
    )
    if not 1970 <= year < 2100:
        return None
    try:
        # A leap second is written as 60.
        found = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError, OverflowError:
        return None
    return found.timestamp()


def read_target(address: str | None) -> str:
    """Return path and query of an address; whose it is does not matter.

    Raise:
        PayloadError: It cannot be asked.
    """
    if not address or len(address) > _ADDRESS_LIMIT:
        raise PayloadError
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        raise PayloadError from None
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    target = f"{path}?{parts.query}" if parts.query else path
    if not _TARGET.fullmatch(target):
        raise PayloadError
    return target


def read_lifetime(answer: Node, now: float) -> float | None:
    """Return for how many seconds a subscription is granted; None if not told.

    Both moments are of the device; if it leaves one out, `now` is its time.
    """
    until = read_time(answer.text("TerminationTime"))
    start = read_time(answer.text("CurrentTime"))
    if until is None:
        return None
    return until.timestamp() - (now if start is None else start.timestamp())


def read_profiles(answer: Node) -> tuple[OnvifStream, ...]:
    """Return what a device can send, without addresses, in its order."""
    found: list[OnvifStream] = []
    for profile in answer.nodes("Profiles"):
        token = _token(profile.text("@token"))
        video = profile.node("VideoSourceConfiguration")
        if token is None or video is None:
            continue
        encoder = profile.node("VideoEncoderConfiguration") or Node({})
        size = encoder.node("Resolution") or Node({})
        analytics = profile.node("VideoAnalyticsConfiguration") or Node({})
        found.append(
            OnvifStream(
                token=token,
                configuration=_token(video.text("@token")),
                source=_token(video.text("SourceToken")),
                analytics=_token(analytics.text("@token")),
                width=size.integer("Width"),
                height=size.integer("Height"),
                encoding=_token(encoder.text("Encoding")),
            )
        )
    return tuple(found)


def read_stream_address(answer: Node) -> tuple[str, int] | None:
    """Return path and port of a stream; None if the address is of no use."""
    media = answer.node("MediaUri") or answer
    try:
        parts = urlsplit((media.text("Uri") or "").strip())
        port = parts.port or RTSP_PORT
    except ValueError:
        return None
    if parts.scheme.lower() != "rtsp":
        return None
    query = "&".join(pair for pair in parts.query.split("&") if not _SECRET.match(pair))
    path = parts.path or "/"
    target = f"{path}?{query}" if query else path
    return (target, port) if _TARGET.fullmatch(target) else None


def read_events(answer: Node) -> tuple[OnvifEvent, ...]:
    """Return the events of an answer; what has no topic is left out.

    A device that sends more messages than it was asked for means no good.
    """
    return tuple(_events(answer))


def _events(answer: Node) -> Iterator[OnvifEvent]:
    for notification in islice(answer.nodes("NotificationMessage"), MESSAGE_LIMIT):
        outer = notification.node("Message")
        topic = _topic(notification.text("Topic"))
        if outer is None or topic is None:
            continue
        # The message of the device is inside that of the notification.
        message = outer.node("Message") or outer
        operation = (message.text("@PropertyOperation") or "").lower()
        yield OnvifEvent(
            topic=topic,
            source=_source(_items(message, "Source")),
            on=_state(_items(message, "Data")),
            at=read_time(message.text("@UtcTime")),
            initial=operation == "initialized",
            removed=operation == "deleted",
        )


def _topic(text: str | None) -> str | None:
    """Return a topic without prefixes and dots."""
    if text is None or len(text) > _TOPIC_LIMIT:
        return None
    steps = (step.rpartition(":")[2].strip() for step in text.split("/"))
    return "/".join(step for step in steps if step not in ("", ".")) or None


def _items(message: Node, part: str) -> dict[str, str]:
    """Return the simple items of a part of a message, by their names."""
    items = (message.node(part) or Node({})).nodes("SimpleItem")
    return {
        name: item.text("@Value") or ""
        for item in items
        if (name := item.text("@Name")) is not None
    }


def _source(items: dict[str, str]) -> str | None:
    for name in _SOURCES:
        if name in items:
            return _token(items[name])
    return None


def _state(items: dict[str, str]) -> bool | None:
    for name in _STATES:
        if (state := _flag(items.get(name, ""))) is not None:
            return state
    # Other names are anything, so 0 and 1 may be numbers of objects.
    for value in items.values():
        if value.strip().lower() in ("true", "false"):
            return _flag(value)
    return None


def _flag(value: str) -> bool | None:
    text = value.strip().lower()
    return True if text in _ON else False if text in _OFF else None


def _token(text: str | None) -> str | None:
    text = (text or "").strip()
    return text if 0 < len(text) <= _TOKEN_LIMIT else None
