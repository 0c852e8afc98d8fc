"""Recordings of a camera: search, and files to be opened (chapter 3.6)."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from calendar import monthrange
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
import json
import re
from typing import Final, override

from ...model.commands import OpenRecording, Recording
from ...model.device import Json
from ...model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.features import Archive
from ...model.vocabulary import StreamKind
from ...transport.payload import Node
from ...transport.received import opened_file
from . import kinds
from .client import Ask
from .const import SEARCH_TIMEOUT
from .filenames import NO_TRIGGERS, FileName
from .parts import Parts
from .wallclock import WallClock, clock_of, read_moment

LIMIT: Final = 1_000
"""Recordings that a search returns; more is no list that anybody reads."""
_SINGLE_DAYS: Final = 2
"""Days that are searched without asking first on which there is anything."""
_FIRST: Final = datetime(2000, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""The years in which a camera can have recorded something."""
_DAY_END: Final = time(23, 59, 59)
_PREPARED: Final = 32
"""Files cut by a recorder whose names are remembered."""
_TOKEN_LIMIT: Final = 2_048
_FORM: Final = "%Y%m%d%H%M%S"
_FRAGMENT: Final = re.compile(r"\d{14}")


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is needed to open a recording again; its id is all of this."""

    channel: int
    stream: StreamKind
    name: str
    """Empty where a recorder did not tell one."""
    start: datetime
    end: datetime
    """Local times of the device."""
    size: int | None = None
    """Bytes, where the search and the name of the file tell the same."""

    @property
    def token(self) -> str:
        """Return it as a text that fits into an address."""
        fields = [
            self.channel,
            self.stream.value,
            self.name,
            f"{self.start:{_FORM}}",
            f"{self.end:{_FORM}}",
            self.size,
        ]
        text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, token: str) -> Place:
        """Read what was written as a token.

        Raise:
            DeviceRequestError: It is none.
        """
        try:
            padded = token[:_TOKEN_LIMIT] + "=" * (-len(token) % 4)
            fields = json.loads(urlsafe_b64decode(padded.encode("ascii")))
            channel, stream, name, start, end, size = fields
            place = cls(
                channel=int(channel),
                stream=StreamKind(stream),
                name=str(name),
                start=datetime.strptime(start, _FORM),
                end=datetime.strptime(end, _FORM),
                size=None if size is None else int(size),
            )
        except ArithmeticError, RecursionError, TypeError, ValueError:
            raise DeviceRequestError(Reason.RECORDING_NOT_FOUND) from None
        if place.token != token:
            raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
        return place


class ReolinkArchive(Archive):
    """Recordings on the card of a camera, or on the disks of a recorder."""

    streams = frozenset({StreamKind.MAIN, StreamKind.SUB})

    def __init__(self, parts: Parts) -> None:
        """Bind the camera; nothing is asked."""
        self._channel = parts.number
        self._recorder = parts.recorder
        self._client = parts.client
        self._around = parts.around
        self._time = parts.doc(kinds.TIME)
        self._cutting = asyncio.Lock()
        self._cuts: dict[Place, str] = {}
        self._must_cut = False
        """Whether the recorder is known to give nothing but what it has cut."""

    @override
    async def days(self, month: date, stream: StreamKind) -> tuple[date, ...]:
        """Return the days of a month that have recordings."""
        first = datetime(month.year, month.month, 1)
        count = monthrange(month.year, month.month)[1]
        last = datetime.combine(first.replace(day=count), _DAY_END)
        result = await self._ask(first, last, stream, days_only=True)
        flags = "".join(
            row.text("table") or ""
            for row in result.nodes("Status")
            if (row.integer("year"), row.integer("mon")) == (month.year, month.month)
        )
        return tuple(
            date(month.year, month.month, day)
            for day, flag in enumerate(flags[:count], 1)
            if flag != "0"
        )

    @override
    async def bounds(self, day: date) -> tuple[datetime, datetime] | None:
        """Return the first and the last second of a day on the device's clock."""
        clock = await self._clock()
        first = clock.moments(datetime.combine(day, time.min))[0]
        return first, clock.moments(datetime.combine(day, _DAY_END))[-1]

    @override
    async def search(
        self, start: datetime, end: datetime, stream: StreamKind
    ) -> tuple[Recording, ...]:
        """Return the recordings of a time; of too many those that came last.

        A request is for one day, as a longer one runs into the device's own limit.
        """
        start, end = max(start, _FIRST), min(end, _LAST)
        if start > end:
            return ()
        clock = await self._clock()
        first, last = _span(clock, start, end)
        found: dict[str, Recording] = {}
        for day in reversed(await self._days(first, last, stream)):
            since = max(first, datetime.combine(day, time.min))
            until = min(last, datetime.combine(day, _DAY_END))
            result = await self._ask(since, until, stream)
            for row in result.nodes("File"):
                place = self._place(row, stream)
                if place is None:
                    continue
                recording = _recording(place, row, clock, start, end)
                if recording is not None:
                    found.setdefault(place.name or place.token, recording)
            if len(found) >= LIMIT:
                break
        ordered = sorted(found.values(), key=lambda one: (one.start, one.end, one.id))
        return tuple(ordered[-LIMIT:])

    async def _days(
        self, first: datetime, last: datetime, stream: StreamKind
    ) -> list[date]:
        """Return the days to be searched; of many those that have recordings."""
        begin, end = first.date(), last.date()
        days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
        if len(days) <= _SINGLE_DAYS:
            return days
        recorded: set[date] = set()
        for month in dict.fromkeys(day.replace(day=1) for day in days):
            recorded.update(await self.days(month, stream))
        # What lasts over midnight may be listed on the day before only.
        return [day for day in days if day in recorded or day == begin]

    async def _clock(self) -> WallClock:
        if not self._time.known:
            with suppress(DeviceUnsupportedError):
                await self._time.read()
        told = clock_of(self._time)
        if told is not None:
            return told
        # A device that does not tell its zone is taken to be in that of the site.
        site = self._around.local_time()
        return WallClock.of_zone(site.tzinfo, site)

    async def _ask(
        self,
        start: datetime,
        end: datetime,
        stream: StreamKind,
        *,
        days_only: bool = False,
    ) -> Node:
        """Search in local times of the device (section 3.6.5)."""
        wanted: dict[str, Json] = {
            "channel": self._channel,
            "onlyStatus": int(days_only),
            "streamType": stream.value,
            "StartTime": _printed(start),
            "EndTime": _printed(end),
        }
        answer = await self._client.read(
            Ask(command="Search", param={"Search": wanted}), seconds=SEARCH_TIMEOUT
        )
        return answer.value.node("SearchResult") or answer.value

    def _place(self, row: Node, stream: StreamKind) -> Place | None:
        """Return where a file is; None if it cannot be opened."""
        name = row.text("name") or ""
        told = FileName.parse(name)
        start, end = (
            read_moment(row.node("StartTime")),
            read_moment(row.node("EndTime")),
        )
        if told is not None:
            start, end = start or told.start, end or told.end
        if start is None or (not name and not self._recorder):
            return None
        end = start if end is None or end < start else end
        size = row.integer("size")
        sure = told is not None and told.size == size
        return Place(
            channel=self._channel,
            stream=stream,
            name=name,
            start=start,
            end=end,
            size=size if sure else None,
        )

    @asynccontextmanager
    @override
    async def open(
        self, recording: str, offset: int = 0, end: int | None = None
    ) -> AsyncIterator[OpenRecording]:
        """Open a file; a recorder may have to cut it first."""
        place = Place.parse(recording)
        if place.channel != self._channel:
            raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
        async with AsyncExitStack() as stack:
            yield await self._enter(stack, place, offset, end)

    async def _enter(
        self, stack: AsyncExitStack, place: Place, offset: int, end: int | None
    ) -> OpenRecording:
        """Open a file by its name, else what the recorder cuts for it."""
        if place.name and not (self._recorder and self._must_cut):
            try:
                stream = await stack.enter_async_context(
                    self._client.file(place.name, offset, end)
                )
            except (DeviceRequestError, DeviceUnsupportedError) as err:
                if not self._recorder or not _needs_cut(err, offset):
                    raise
            else:
                # What a recorder sends need not be the file that it has found.
                size = None if self._recorder else place.size
                return opened_file(stream, place.name, offset, size)
        name = self._cuts.get(place)
        if name is not None:
            try:
                stream = await stack.enter_async_context(
                    self._client.file(name, offset, end)
                )
            except DeviceRequestError as err:
                if not _needs_cut(err, offset):
                    raise
                # A recorder keeps what it has cut for a while only.
                self._cuts.pop(place, None)
            else:
                return opened_file(stream, name, offset)
        name = await self._cut(place)
        stream = await stack.enter_async_context(self._client.file(name, offset, end))
        return opened_file(stream, name, offset)

    async def _cut(self, place: Place) -> str:
        """Have a recorder cut a file out of its disks (section 3.6.9).

        Several callers at a time, as a player asks for both ends of a file, have it
        cut once.
        """
        async with self._cutting:
            if (known := self._cuts.get(place)) is not None:
                return known
            wanted: dict[str, Json] = {
                "channel": self._channel,
                "streamType": place.stream.value,
                "StartTime": _printed(place.start),
                "EndTime": _printed(place.end),
            }
            answer = await self._client.read(
                Ask(command="NvrDownload", param={"NvrDownload": wanted}, action=1),
                seconds=SEARCH_TIMEOUT,
            )
            name = _best_fragment(answer.value.nodes("fileList"), place.start)
            if name is None:
                raise DeviceRequestError(Reason.RECORDING_NOT_FOUND)
            self._must_cut = True
            while len(self._cuts) >= _PREPARED:
                self._cuts.pop(next(iter(self._cuts)))
            self._cuts[place] = name
            return name


def archive_of(parts: Parts) -> ReolinkArchive | None:
    """Return the recordings of a camera; None where nothing can be stored."""
    if not parts.host.has("disk", "sdCard"):
        return None
    if not parts.channel.has("recDownload", "recReplay"):
        return None
    return ReolinkArchive(parts)


def _needs_cut(err: DeviceError, offset: int) -> bool:
    """Return whether a refused file may be there under another name."""
    if err.reason is Reason.INVALID_VALUE:
        # Behind its end no file has anything, whatever it is called.
        return not offset
    return err.reason in (
        Reason.RECORDING_NOT_FOUND,
        Reason.RECORDING_UNREADABLE,
        Reason.UNSUPPORTED,
    )


def _best_fragment(rows: tuple[Node, ...], start: datetime) -> str | None:
    """Return the file that begins where it should, the largest of several."""

    def distance(row: Node) -> tuple[float, float]:
        match = _FRAGMENT.search(row.text("fileName") or "")
        size = row.number("fileSize") or 0
        try:
            begin = datetime.strptime(match[0], _FORM) if match else None
        except ValueError:
            begin = None
        if begin is None:
            return float("inf"), -size
        return abs((begin - start).total_seconds()), -size

    named = [row for row in rows if row.text("fileName")]
    return min(named, key=distance).text("fileName") if named else None


def _span(
    clock: WallClock, start: datetime, end: datetime
) -> tuple[datetime, datetime]:
    """Return local times between which all of a time lies.

    Where the clock is turned in between, a little more is searched.
    """
    first, last = clock.local(start), clock.local(end)
    if last - first != end - start:
        first, last = first - clock.summer, last + clock.summer
    return first.replace(microsecond=0), last.replace(microsecond=0)


def _recording(
    place: Place, row: Node, clock: WallClock, start: datetime, end: datetime
) -> Recording | None:
    """Return a file as a recording, if it lies in a time."""
    told = FileName.parse(place.name)
    size = row.integer("size")
    for begin in _beginnings(place, clock, summer=told is not None and told.summer):
        until = begin + (place.end - place.start)
        if begin <= end and until >= start:
            return Recording(
                id=place.token,
                start=begin,
                end=until,
                size=size if size is not None else (told.size if told else None),
                triggers=told.triggers if told else NO_TRIGGERS,
                stream=place.stream,
            )
    return None


def _beginnings(
    place: Place, clock: WallClock, *, summer: bool
) -> tuple[datetime, ...]:
    """Return when a file may have begun; some names say that it was summer."""
    moments = clock.moments(place.start)
    return moments[:1] if summer else moments


def _printed(moment: datetime) -> dict[str, Json]:
    """Return a time in six fields."""
    return {
        "year": moment.year,
        "mon": moment.month,
        "day": moment.day,
        "hour": moment.hour,
        "min": moment.minute,
        "sec": moment.second,
    }
