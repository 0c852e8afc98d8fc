"""Recorded files: search, names, real bytes, ranges."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
import re
from typing import Any, Final, Literal

from aiohttp import web

from .checks import need_integer, need_object, need_text
from .errors import FILE_MISSING, PARAM_ERROR, TIMED_OUT, RefusedError
from .media import CLIP_SECONDS, film
from .options import ReolinkOptions
from .setting import Json

type Stream = Literal["main", "sub"]

TRIGGERS: Final[Mapping[str, int]] = {
    "people": 0x400,
    "face": 0x200,
    "vehicle": 0x100,
    "dog_cat": 0x80,
    "timer": 0x10,
    "motion": 0x8,
}
"""Bits of the file name; those of the document's three examples fit."""
_OTHER_BITS: Final = 0x6D28800
_PARTS: Final = ("year", "mon", "day", "hour", "min", "sec")
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)$")


@dataclass(frozen=True)
class Recording:
    """One recorded file; times are the unit's own."""

    channel: int
    start: datetime
    end: datetime
    stream: Stream
    triggers: frozenset[str]

    @property
    def name(self) -> str:
        """Return the name; the last part is the size."""
        bits = _OTHER_BITS | sum(TRIGGERS[trigger] for trigger in self.triggers)
        letter = "M" if self.stream == "main" else "S"
        return (
            f"Mp4Record/{self.start:%Y-%m-%d}/Rec{letter}{self.channel + 1:02d}_"
            f"{self.start:%Y%m%d_%H%M%S}_{self.end:%H%M%S}_{bits:X}_"
            f"{len(self.content):X}.mp4"
        )

    @property
    def content(self) -> bytes:
        """Return a film that no other recording has."""
        return film(f"channel {self.channel} {self.stream} {self.start.isoformat()}")

    def printed(self) -> Json:
        """Return the entry of a search."""
        return {
            "EndTime": printed_time(self.end),
            "StartTime": printed_time(self.start),
            "frameRate": 0,
            "height": 0,
            "name": self.name,
            "size": len(self.content),
            "type": self.stream,
            "width": 0,
        }


def printed_time(moment: datetime) -> Json:
    """Return a time as the unit prints it."""
    return dict(zip(_PARTS, moment.timetuple()[:6], strict=True))


def read_time(param: Json, key: str) -> datetime:
    """Read a time; all six parts must be there."""
    parts = need_object(param, key)
    year, month, day, hour, minute, second = (need_integer(parts, p) for p in _PARTS)
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError as err:
        raise RefusedError(PARAM_ERROR, f"{key}: {err}") from err


class Recordings:
    """The files of one unit."""

    def __init__(self, options: ReolinkOptions) -> None:
        """Start empty."""
        self._options = options
        self.files: list[Recording] = []
        self.prepared: dict[str, Recording] = {}
        """Fragments that a recorder has cut, by name."""

    def add(
        self,
        start: datetime,
        seconds: float = CLIP_SECONDS,
        *,
        channel: int = 0,
        triggers: Iterable[str] = ("motion",),
        streams: Iterable[Stream] = ("main", "sub"),
    ) -> list[Recording]:
        """Record something, in each stream; the time is the unit's own."""
        start = start.replace(microsecond=0, tzinfo=None)
        files = [
            Recording(
                channel,
                start,
                start + timedelta(seconds=seconds),
                stream,
                frozenset(triggers),
            )
            for stream in streams
        ]
        self.files.extend(files)
        self.files.sort(key=lambda file: file.start)
        return files

    def clear(self) -> None:
        """Lose all files."""
        self.files.clear()
        self.prepared.clear()

    def search(self, param: Json) -> Json:
        """Carry out Search."""
        wanted = need_object(param, "Search")
        channel = need_integer(wanted, "channel")
        only_status = need_integer(wanted, "onlyStatus")
        stream = need_text(wanted, "streamType")
        start, end = read_time(wanted, "StartTime"), read_time(wanted, "EndTime")
        if only_status not in (0, 1) or end < start:
            raise RefusedError(PARAM_ERROR, "onlyStatus, StartTime or EndTime")
        if not only_status and end - start > timedelta(days=self._options.search_days):
            raise RefusedError(TIMED_OUT, "searches over many days take too long")
        stream = "main" if stream == "main" else "sub"
        mine = [
            file
            for file in self.files
            if file.channel == channel and file.stream == stream
        ]
        result: Json = {"channel": channel}
        status = _months(mine, start, end)
        if status:
            result["Status"] = status
        found = [file for file in mine if file.start <= end and file.end >= start]
        if found and not only_status:
            result["File"] = [file.printed() for file in found]
        return {"SearchResult": result}

    def prepare(self, param: Json) -> Json:
        """Carry out NvrDownload: cut files and name them."""
        wanted = need_object(param, "NvrDownload")
        channel = need_integer(wanted, "channel")
        stream = need_text(wanted, "streamType")
        start, end = read_time(wanted, "StartTime"), read_time(wanted, "EndTime")
        if stream not in ("main", "sub"):
            raise RefusedError(PARAM_ERROR, f"streamType {stream!r}")
        cut = {
            f"fragment_{channel + 1:02d}_{max(file.start, start):%Y%m%d%H%M%S}.mp4": (
                file
            )
            for file in self.files
            if file.channel == channel
            and file.stream == stream
            and file.start <= end
            and file.end >= start
        }
        if not cut:
            raise RefusedError(FILE_MISSING, "nothing was recorded then")
        self.prepared.update(cut)
        files = [
            {"fileName": name, "fileSize": str(len(file.content))}
            for name, file in cut.items()
        ]
        return {"fileCount": len(files), "fileList": files}

    def find(self, name: str, *, playback: bool) -> Recording:
        """Return a file by its name; a recorder downloads what it has cut."""
        if name in self.prepared:
            return self.prepared[name]
        if playback or not self._options.is_nvr:
            for file in self.files:
                if file.name == name:
                    return file
        raise RefusedError(FILE_MISSING, name)


def _months(files: Iterable[Recording], start: datetime, end: datetime) -> list[Json]:
    """Return on which days of the months of a search something was recorded."""
    days: dict[tuple[int, int], set[int]] = {}
    for file in files:
        month = (file.start.year, file.start.month)
        if (start.year, start.month) <= month <= (end.year, end.month):
            days.setdefault(month, set()).add(file.start.day)
    return [
        {
            "mon": month,
            "table": "".join(
                str(int(day in days[year, month]))
                for day in range(1, monthrange(year, month)[1] + 1)
            ),
            "year": year,
        }
        for year, month in sorted(days)
    ]


def file_answer(
    file: Recording, output: str, wanted: str | None, headers: Mapping[str, str]
) -> web.Response:
    """Return a file or the part of it that a Range header asks for."""
    content = file.content
    all_headers: dict[str, Any] = {
        **headers,
        "Content-Type": "apolication/octet-stream",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment;filename={output}",
        "ETag": f'"{int(file.start.timestamp()):x}-{len(content):x}"',
        "Last-Modified": format_datetime(file.start, usegmt=False),
    }
    match = _RANGE.match(wanted or "")
    if match is None or match.group(0) == "bytes=-":
        return web.Response(body=content, headers=all_headers)
    first, last = match.groups()
    if first:
        begin = int(first)
        end = min(int(last), len(content) - 1) if last else len(content) - 1
    else:
        begin, end = max(len(content) - int(last), 0), len(content) - 1
    if begin > end or begin >= len(content):
        all_headers["Content-Range"] = f"bytes */{len(content)}"
        return web.Response(status=416, headers=all_headers)
    all_headers["Content-Range"] = f"bytes {begin}-{end}/{len(content)}"
    return web.Response(status=206, body=content[begin : end + 1], headers=all_headers)
