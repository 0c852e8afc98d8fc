"""Alarms that the unit tells of, by its log and by push, each told once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from ...model.commands import LoggedAlarm
from ...model.device import Json
from ...model.errors import DeviceRequestError, Reason
from ...model.vocabulary import EventPath
from ...transport.payload import parse_xml
from .client import Client
from .const import ALARM_KINDS, SAME_ALARM, SAME_MAIL, Source
from .models import DeviceTime, LogEntry, mac_address, parse_log, parse_utc

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""In English whatever the locale of this computer."""
_API: Final = 1
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def _written(moment: datetime) -> str:
    """Write a time as the tables of section 2.6.3 do: 1 July 2018 18:00:00."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S}"


def _sortable(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _zulu(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


_SPELLINGS: Final = (_written, _sortable, _zulu)


class AlarmLog:
    """Look for new entries; the clock of the unit need not be right."""

    def __init__(self, client: Client) -> None:
        """Prepare a log that was never read."""
        self._client = client
        self._spelling: int | None = None
        self._known: Counter[LogEntry] | None = None
        self._seen = (_EARLIEST, _EARLIEST)

    async def query(self, start: datetime, end: datetime) -> tuple[LogEntry, ...]:
        """Read the entries between two times of the unit's clock.

        The document writes times in three ways; the one that worked is kept.
        """
        if self._spelling is not None:
            return await self._ask(self._spelling, start, end)
        for number in range(len(_SPELLINGS)):
            try:
                entries = await self._ask(number, start, end)
            except DeviceRequestError as err:
                if err.reason is not Reason.INVALID_VALUE:
                    raise
            else:
                self._spelling = number
                return entries
        raise DeviceRequestError

    async def news(self, device_now: datetime) -> tuple[LogEntry, ...]:
        """Return what has come since the last look.

        The first look is the base line. Entries are compared as a set with counts:
        two alarms in one second are two, and a clock that jumps makes no news.
        """
        day = timedelta(days=1)
        midnight = device_now.replace(hour=0, minute=0, second=0, microsecond=0)
        window = (midnight - day, midnight + 2 * day)
        entries = Counter(await self.query(*window))
        known, self._known = self._known, entries
        seen, self._seen = self._seen, window
        if known is None:
            return ()
        fresh = sorted((entries - known).elements(), key=lambda entry: entry.time)
        # Days that were not looked at before may hold old alarms.
        return tuple(entry for entry in fresh if _lies_in(entry, seen))

    async def _ask(
        self, spelling: int, start: datetime, end: datetime
    ) -> tuple[LogEntry, ...]:
        write = _SPELLINGS[spelling]
        tree: dict[str, Json] = {"StartTime": write(start), "EndTime": write(end)}
        return parse_log(await self._client.read(Source.LOG, ("QueryLog", tree)))


def _lies_in(entry: LogEntry, window: tuple[datetime, datetime]) -> bool:
    moment = parse_utc(entry.time)
    return moment is None or window[0] <= moment <= window[1]


def without_own(entries: tuple[LogEntry, ...], own: int) -> tuple[LogEntry, ...]:
    """Return entries without as many alarms over the network as we have sent."""
    news: list[LogEntry] = []
    for entry in entries:
        if entry.kind == _API and own > 0:
            own -= 1
        else:
            news.append(entry)
    return tuple(news)


def as_logged(entries: tuple[LogEntry, ...]) -> tuple[LoggedAlarm, ...]:
    """Return entries in words that every family uses."""
    return tuple(
        LoggedAlarm(time=entry.time, source=kind)
        for entry in entries
        if (kind := ALARM_KINDS.get(entry.kind))
    )


@dataclass(kw_only=True)
class _Told:
    """An alarm that was told, and by whom."""

    kind: int | None
    """None is one that a mail did not name."""
    moment: float | None
    """By the clock of the unit; None if only a mail has told it."""
    came: float
    paths: set[EventPath] = field(default_factory=set)

    def is_same(self, kind: int | None, moment: float | None, now: float) -> bool:
        """Return whether what comes now, by a mail or not, is this alarm."""
        if None not in (self.kind, kind) and self.kind != kind:
            return False
        if self.moment is None or moment is None:
            return abs(now - self.came) <= SAME_MAIL
        return abs(self.moment - moment) <= SAME_ALARM


class Once:
    """Tell an alarm once, though message, mail and log all speak of it."""

    def __init__(self) -> None:
        """Prepare a memory of what was told."""
        self._told: list[_Told] = []

    def is_new(self, entry: LogEntry, now: float, path: EventPath) -> bool:
        """Return whether no other path has told this alarm within 30 s.

        Message and log carry the time of the same clock; without one the moment at
        which the alarm came in stands for it.
        """
        written = parse_utc(entry.time)
        moment = written.timestamp() if written else now
        return self._is_new(entry.kind, moment, now, path)

    def is_new_mail(self, kind: int | None, now: float) -> bool:
        """Return whether nothing else has told of what a mail tells.

        A mail takes its time, and so does the look into the log.
        """
        return self._is_new(kind, None, now, EventPath.MAIL)

    def _is_new(
        self, kind: int | None, moment: float | None, now: float, path: EventPath
    ) -> bool:
        for told in self._told:
            if path in told.paths or not told.is_same(kind, moment, now):
                continue
            told.paths.add(path)
            told.kind = kind if told.kind is None else told.kind
            told.moment = moment if told.moment is None else told.moment
            return False
        self._told = self._told[-50:]
        self._told.append(_Told(kind=kind, moment=moment, came=now, paths={path}))
        return True


def parse_push(
    body: bytes, *, mac: str | None, device_id: str | None
) -> LogEntry | None:
    """Read an AlarmLinkMsg (section 4.3) of this unit; None is somebody else's.

    Raise:
        PayloadError: It is not XML.
    """
    root, node = parse_xml(body)
    if root.lower() != "alarmlinkmsg":
        inner = node.node("AlarmLinkMsg")
        if inner is None:
            return None
        node = inner
    sender = mac_address(node.text("MACAddress", "MacAddr"))
    sender_id = node.text("DeviceID")
    known = (sender is not None and sender == mac) or (
        bool(sender_id) and sender_id == device_id
    )
    kind = node.integer("AlarmType")
    if not known or kind not in ALARM_KINDS:
        return None
    return LogEntry(kind=kind, time=node.text("AlarmTime") or "")


def nearest(text: str, zone: timedelta, now: datetime) -> datetime | None:
    """Return the moment that the unit writes, for itself or as its clock shows it.

    It puts the same Z behind both; the one that is nearer to now is meant.
    """
    written = parse_utc(text)
    if written is None:
        return None
    return min((written, written - zone), key=lambda one: abs(one - now))


def device_clock(time: DeviceTime | None, read_at: float, now: float) -> datetime:
    """Return the time on the unit's clock, or ours where it does not tell."""
    moment = datetime.fromtimestamp(now, UTC)
    if time is None or time.utc is None:
        return moment
    return time.utc + timedelta(seconds=now - read_at) + time.zone


def clock_offset(time: DeviceTime | None, read_at: float) -> float | None:
    """Return the seconds by which the unit's clock is ahead."""
    if time is None or time.utc is None:
        return None
    return round(time.utc.timestamp() - read_at, 1)
