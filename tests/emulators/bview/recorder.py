"""Recordings on a memory card, and the card itself (9.10, 9.11)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from ..clock import Timer, VirtualClock
from .blocks_system import RECORD
from .blocks_video import Encoding, encoding, stream_path
from .errors import CAMERA_BUSY, SDK_FAILED, RefusedError
from .media import film, picture
from .options import BviewOptions, Disk
from .store import Settings
from .xmldoc import Node, branch, leaf

HTTP: Final = "H"
MOTION: Final = "M"
_HEALTHY: Final = frozenset({"idle", "writing", "reading", "readwrite"})


@dataclass
class Recording:
    """One finished file."""

    name: str
    started: datetime
    """The camera's local time."""
    seconds: float
    size: Encoding
    rate: int
    content: bytes | None = field(default=None, repr=False)
    """Other bytes than the film that is made on demand."""

    @cached_property
    def film(self) -> bytes:
        """Return the file's bytes."""
        if self.content is not None:
            return self.content
        pictures = [
            picture(
                self.size.width,
                self.size.height,
                number,
                f"{self.started + timedelta(seconds=number / self.rate):%H:%M:%S}",
            )
            for number in range(max(round(self.seconds * self.rate), 1))
        ]
        return film(pictures, self.size.width, self.size.height, self.rate)

    @property
    def megabytes(self) -> int:
        """Return what the file takes away from the card."""
        return max(round(self.seconds * self.size.bitrate / 8 / 1024), 1)


class Recorder:
    """Records events to the first medium that works."""

    def __init__(
        self,
        clock: VirtualClock,
        options: BviewOptions,
        settings: Settings,
        local_time: Callable[[], datetime],
        saved: Callable[[Recording], None],
    ) -> None:
        """Start with nothing recorded; `saved` hears of each finished file."""
        self._clock = clock
        self._options = options
        self._settings = settings
        self._local_time = local_time
        self._saved = saved
        self.disks: list[Disk] = list(options.disks)
        self.recordings: list[Recording] = []
        self.formats = 0
        self.continuous = False
        """Whether something is recorded by a timetable that no document has."""
        self._active: tuple[str, str, datetime] | None = None
        self._timer: Timer | None = None
        self._formatting: Timer | None = None
        self._number = 0

    @property
    def state(self) -> str:
        """Return what DeviceStatus prints as RecordState."""
        if self._active is not None:
            return self._active[1]
        return "normal" if self.continuous else "none"

    @property
    def busy(self) -> bool:
        """Tell whether an event is being recorded."""
        return self._active is not None

    def seconds(self, name: str) -> int:
        """Return PreRecord or DelayRecord."""
        return int(self._settings.get(RECORD, name) or 0)

    def find(self, name: str) -> Recording | None:
        """Return a file."""
        self._prune()
        return next((one for one in self.recordings if one.name == name), None)

    def add(
        self,
        started: datetime | None = None,
        seconds: float = 15.0,
        *,
        kind: str = HTTP,
        content: bytes | None = None,
    ) -> Recording:
        """Put a finished file on the card."""
        number = 1 if self._settings.get(RECORD, "RecordStreamType") == "main" else 2
        config = encoding(self._settings.read(stream_path(number)))
        moment = (started or self._local_time()).replace(microsecond=0)
        self._number += 1
        recording = Recording(
            name=f"{kind}_{moment:%Y%m%d%H%M%S}_{self._number:05}.avi",
            started=moment,
            seconds=seconds,
            size=config,
            rate=self._options.film_rate,
            content=content,
        )
        self.recordings.append(recording)
        return recording

    def start(self, kind: str, state: str, *, hold: bool = False) -> None:
        """Begin to record an event; it ends after DelayRecord, unless held."""
        if self._active is not None:
            raise RefusedError(CAMERA_BUSY, "an event is being recorded")
        self._need_room()
        before = timedelta(seconds=self.seconds("PreRecord"))
        self._active = (kind, state, self._local_time() - before)
        if not hold:
            self.release()

    def release(self) -> None:
        """Let a recording that is held end after DelayRecord."""
        if self._timer is not None:
            self._timer.cancel()
        if self._active is not None:
            wait = self.seconds("DelayRecord")
            self._timer = self._clock.call_later(wait, self._finish)

    def abort(self) -> None:
        """Lose what is being recorded, as a restart does."""
        if self._timer is not None:
            self._timer.cancel()
        self._active = self._timer = None

    def format(self) -> None:
        """Erase every medium; it takes its time."""
        if not self.disks:
            raise RefusedError(SDK_FAILED, "no medium")
        self.abort()
        self.formats += 1
        self.recordings.clear()
        for disk in self.disks:
            disk.status = "formatting"
        if self._formatting is not None:
            self._formatting.cancel()
        wait = self._options.format_seconds
        self._formatting = self._clock.call_later(wait, self._formatted)

    def print_disks(self) -> Node:
        """Print the media."""
        return branch("DiskList", *(self._printed(disk) for disk in self.disks))

    def _printed(self, disk: Disk) -> Node:
        """Print one medium."""
        working = self.busy and disk is self._medium()
        writing = disk.attribute == "idle" and working
        return branch(
            "Disk",
            leaf("DiskID", disk.number),
            leaf("TotalCapacity", disk.total),
            leaf("AvailableCapacity", disk.available),
            leaf("DiskStorageType", disk.kind),
            leaf("DiskStorageAttribute", "writing" if writing else disk.attribute),
            leaf("PictureCapacityPercent", disk.picture_percent),
            leaf("RecordCapacityPercent", disk.record_percent),
            leaf("DiskFormatStatus", disk.status),
        )

    def _medium(self) -> Disk | None:
        """Return where recordings go."""
        for disk in self.disks:
            if disk.status == "formatted" and disk.attribute in _HEALTHY:
                return disk
        return None

    def _need_room(self) -> None:
        """Refuse to record without a medium, or on a full one that stays so."""
        disk = self._medium()
        if disk is None:
            raise RefusedError(SDK_FAILED, "no medium to record on")
        circle = self._settings.get(RECORD, "RecordWriteCircleType")
        if disk.available <= 0 and circle == "fullnotwrite":
            raise RefusedError(SDK_FAILED, "the medium is full")

    def _finish(self) -> None:
        """Close the file and tell about it."""
        self._timer = None
        if self._active is None:
            return
        kind, _, started = self._active
        self._active = None
        seconds = (self._local_time() - started).total_seconds()
        recording = self.add(started, seconds, kind=kind)
        self._take_room(recording)
        self._saved(recording)

    def _take_room(self, recording: Recording) -> None:
        """Make room for a file by removing the oldest ones."""
        disk = self._medium()
        if disk is None:
            return
        while disk.available < recording.megabytes and len(self.recordings) > 1:
            disk.available += self.recordings.pop(0).megabytes
        disk.available = max(disk.available - recording.megabytes, 0)

    def _prune(self) -> None:
        """Remove what is older than RecordDeleteType allows."""
        limit = self._settings.get(RECORD, "RecordDeleteType")
        if limit.isdecimal():
            oldest = self._local_time() - timedelta(hours=int(limit))
            self.recordings = [r for r in self.recordings if r.started >= oldest]

    def _formatted(self) -> None:
        """Finish formatting."""
        self._formatting = None
        for disk in self.disks:
            disk.status = "formatted"
            disk.attribute = "idle"
            disk.available = disk.total
