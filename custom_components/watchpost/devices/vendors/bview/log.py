"""What a camera has written down of itself (9.2.10)."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Final

from ...model.commands import LoggedAlarm, LogRecord
from ...model.device import Surroundings
from ...model.vocabulary import AlarmKind, LogKind
from ...transport.payload import Node, PayloadError
from .client import Client
from .codes import LOG_BUSY, CodeError
from .const import LOG_RETRY, LOGGING
from .wallclock import Written, read_clock

LIMIT: Final = 1000
"""Entries of one answer, as the document has it."""
_PAGES: Final = 20
"""Requests for one log; what is longer nobody reads."""
_TEXT: Final = 128
"""Characters of one field that are kept."""
_FIRST: Final = datetime(1970, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(2099, 12, 31, tzinfo=UTC)
"""The years that a camera can show."""
_NO_TIME: Final = datetime(1970, 1, 1)
_SECOND: Final = timedelta(seconds=1)

_TYPES: Final = {
    LogKind.ALL: (8, 0),
    LogKind.SYSTEM: (1, 0),
    LogKind.CONFIGURATION: (2, 100),
    LogKind.RECORDING: (3, 200),
    LogKind.USERS: (4, 300),
    LogKind.ALARM: (5, 400),
    LogKind.ERROR: (6, 500),
    LogKind.STORAGE: (7, 600),
}
"""Major type, and the minor one that means any."""
_INPUT: Final = (5, 403)
_KINDS: Final = {major: kind for kind, (major, _) in _TYPES.items()}
_EVENTS: Final = {
    0: "system",
    1: "firmware_update",
    2: "ptz_control",
    3: "illegal_shutdown",
    4: "shutdown",
    5: "startup",
    6: "remote_restart",
    7: "alarm_cleared",
    100: "configuration",
    101: "recording_schedule",
    102: "general_settings",
    103: "encoding_settings",
    104: "network_settings",
    105: "server_settings",
    106: "motion_settings",
    107: "ptz_settings",
    108: "defaults_restored",
    109: "display_device",
    110: "display_mode",
    111: "image_settings",
    112: "maintenance_settings",
    113: "alarm_output_settings",
    114: "alarm_input_settings",
    115: "function_settings",
    116: "ptz_protocol_import",
    117: "ptz_protocol_export",
    118: "settings_import",
    119: "settings_export",
    120: "abnormal_settings",
    200: "recording",
    201: "manual_recording_start",
    202: "automatic_recording_start",
    203: "recording_stop",
    300: "users",
    301: "user_added",
    302: "user_deleted",
    303: "user_changed",
    304: "login",
    305: "logout",
    400: "alarm",
    401: "motion_start",
    402: "motion_end",
    403: "input_alarm",
    500: "error",
    501: "ip_conflict",
    502: "disk_full",
    503: "disk_error",
    504: "illegal_access",
    505: "signal_lost",
    506: "signal_restored",
    507: "network_lost",
    600: "storage",
    601: "disk_formatted",
    602: "partition_created",
    603: "partition_deleted",
    604: "disk_removed",
    605: "disk_group",
}


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A line of the log, with all that tells it from others."""

    number: str
    time: str
    major: int
    minor: int
    user: str
    address: str
    channel: str

    @cached_property
    def local(self) -> datetime | None:
        """When it was, on the camera's clock."""
        told = Written.parse(self.time)
        return None if told is None else told.local

    @property
    def record(self) -> LogRecord:
        """Return it in words that every family uses."""
        kind = _KINDS.get(self.major) or _KINDS.get(self.minor // 100 + 1)
        return LogRecord(
            time=self.time,
            kind=kind or LogKind.ALL,
            event=_EVENTS.get(self.minor, f"event_{self.minor}"),
            user=self.user,
            address=self.address,
        )


class DeviceLog:
    """Read the log, all of it in pages if it is long."""

    def __init__(self, client: Client, around: Surroundings) -> None:
        """Store whom to ask; nothing is sent."""
        self._client = client
        self._around = around

    async def read(
        self, start: datetime, end: datetime, kind: LogKind
    ) -> tuple[LogRecord, ...]:
        """Return what was written down between two moments, oldest first.

        Raise:
            DeviceError: It cannot be read.
        """
        entries = await self._collect(start, end, _TYPES[LogKind(kind)])
        return tuple(entry.record for entry in entries)

    async def alarms(self, start: datetime, end: datetime) -> tuple[LoggedAlarm, ...]:
        """Return the alarms of the input between two moments, oldest first.

        Raise:
            DeviceError: They cannot be read.
        """
        entries = await self._collect(start, end, _INPUT)
        return tuple(
            LoggedAlarm(time=entry.time, source=AlarmKind.INPUT.value)
            for entry in entries
            if entry.minor == _INPUT[1]
        )

    async def _collect(
        self, start: datetime, end: datetime, kind: tuple[int, int]
    ) -> list[_Entry]:
        """Read all pages.

        Whether a full answer holds the oldest or the newest entries is not said: what
        lies before and after it is asked for as well, with the seconds at its edges,
        of which it may hold a part only.
        """
        clock = await read_clock(self._client, self._around)
        first = clock.local(max(start, _FIRST)).replace(microsecond=0)
        last = clock.local(min(end, _LAST)).replace(microsecond=0)
        found: Counter[_Entry] = Counter()
        spans = [(first, last)]
        for _ in range(_PAGES):
            if not spans:
                break
            since, until = spans.pop()
            if since > until:
                continue
            page = await self._ask(since, until, kind)
            # What two pages share is the same entry, unless one page has it twice.
            found |= page
            times = [time for entry in page if (time := entry.local) is not None]
            if page.total() < LIMIT or not times:
                continue
            oldest, newest = min(times), max(times)
            spans += _rest((since, until), oldest, newest)
        inside = [one for one in found.elements() if _lies_in(one, first, last)]
        return sorted(inside, key=_age)

    async def _ask(
        self, start: datetime, end: datetime, kind: tuple[int, int]
    ) -> Counter[_Entry]:
        """Ask once, and once more of a log that is busy."""
        major, minor = kind
        path = (
            f"{LOGGING}?majorType={major}&minorType={minor}"
            f"&startTime={start:%Y-%m-%dT%H:%M:%S}&stopTime={end:%Y-%m-%dT%H:%M:%S}"
        )
        try:
            document = await self._client.ask(path)
        except CodeError as err:
            if err.code != LOG_BUSY:
                raise err.error from None
            await self._around.clock.sleep(LOG_RETRY)
            document = await self._client.get(path)
        if "log" not in document.root.name.lower():
            raise PayloadError
        rows = document.root.node().nodes("Log")
        entries = (entry for row in rows if (entry := _parse(row)) is not None)
        return Counter(islice(entries, LIMIT))


def _rest(
    span: tuple[datetime, datetime], oldest: datetime, newest: datetime
) -> list[tuple[datetime, datetime]]:
    """Return what a full answer may have left out, the earlier part last."""
    since, until = span
    before = (since, min(oldest, until))
    after = (max(newest, since), until)
    if before == span:
        # All of it lies in the last second: no question can be smaller.
        before = (since, until - _SECOND)
    if after == span:
        after = (since + _SECOND, until)
    return [after, before]


def _parse(row: Node) -> _Entry | None:
    minor = row.integer("minorType")
    if minor is None:
        return None
    major = row.integer("majorType")

    def text(name: str) -> str:
        return (row.text(name) or "").strip()[:_TEXT]

    return _Entry(
        number=text("ID"),
        time=text("time"),
        major=0 if major is None else major,
        minor=minor,
        user=text("netUser"),
        address=text("hostIPAddress"),
        channel=text("channel"),
    )


def _lies_in(entry: _Entry, first: datetime, last: datetime) -> bool:
    time = entry.local
    return time is None or first <= time <= last


def _age(entry: _Entry) -> tuple[datetime, int]:
    number = int(entry.number) if entry.number.isdecimal() else 0
    return entry.local or _NO_TIME, number
