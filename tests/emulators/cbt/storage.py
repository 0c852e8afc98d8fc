"""Media, recordings and the notices that leave by mail and FTP."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
import math
from typing import Final, Literal

from ..clock import Timer, VirtualClock
from .fields import Json
from .log import Log
from .options import CbtOptions, Medium
from .sections_alarm import RECORDING, SNAPSHOTS
from .sections_system import MAIL, PLATFORM
from .store import Settings
from .wallclock import WallClock, within

READY: Final = 1
FORMATTING: Final = 3

type Way = Literal["mail", "ftp"]


@dataclass
class Recording:
    """One recording that an alarm set off."""

    cause: str
    began: datetime
    """The camera's local time."""
    seconds: float
    stream: int
    medium: str | None
    """Where it lies; None if nothing was ready."""
    finished: bool = False


@dataclass(frozen=True)
class Notice:
    """A mail or an upload; only mails really leave."""

    way: Way
    cause: str
    what: Literal["alarm", "snapshot", "video"]
    time: float
    """Seconds of the virtual clock."""
    sent: bool
    """Whether there is a server to send it to."""


class Notices:
    """Counts what would be sent."""

    def __init__(self, clock: VirtualClock, settings: Settings) -> None:
        """Start with nothing."""
        self._clock = clock
        self._settings = settings
        self.all: list[Notice] = []
        self.deliver: Callable[[Notice], None] = lambda _notice: None
        """What brings a mail to its server."""

    def send(
        self, way: Way, cause: str, what: Literal["alarm", "snapshot", "video"]
    ) -> None:
        """Note a mail or an upload."""
        names = {"mail": (MAIL.name, "smtp_addr"), "ftp": (PLATFORM.name, "ftpServer")}
        ready = bool(self._settings.get(*names[way]))
        notice = Notice(way, cause, what, self._clock.monotonic, ready)
        self.all.append(notice)
        if ready and way == "mail":
            self.deliver(notice)

    def of(self, way: Way) -> list[Notice]:
        """Return the notices of one way that could be sent."""
        return [one for one in self.all if one.way == way and one.sent]


class Storage:
    """What is recorded, and where."""

    def __init__(
        self,
        clock: VirtualClock,
        options: CbtOptions,
        settings: Settings,
        wall_clock: WallClock,
        log: Log,
    ) -> None:
        """Start with the media of the options."""
        self._clock = clock
        self._options = options
        self._settings = settings
        self._wall_clock = wall_clock
        self._log = log
        self.notices = Notices(clock, settings)
        self.media: list[Medium] = options.media
        self.recordings: list[Recording] = []
        self.formats: list[tuple[float, int]] = []
        """When something was formatted, and the kind of medium."""
        self.scheduled_snapshots = 0
        self._timer: Timer | None = None
        self.arm()

    # Media

    def insert(self, medium: Medium) -> None:
        """Put a medium in."""
        self.media.append(medium)

    def eject(self, name: str) -> None:
        """Take a medium out."""
        self.media.remove(next(one for one in self.media if one.id == name))

    @property
    def printed(self) -> list[Json]:
        """Return what getStorageInfo tells."""
        return [
            {
                "id": one.id,
                "type": one.type,
                "total_storage": one.total,
                "remaining_storage": one.remaining,
                "status": one.status,
            }
            for one in self.media
        ]

    def format(self, kind: int) -> bool:
        """Begin to erase the media of one kind; tell whether there is any."""
        found = [one for one in self.media if one.type == kind]
        self.formats.append((self._clock.monotonic, kind))
        for medium in found:
            medium.status = FORMATTING
            self.recordings = [r for r in self.recordings if r.medium != medium.id]
            self._log.add(self._clock.monotonic, "format", medium.id)
        if found:
            self._clock.call_later(
                self._options.format_seconds, lambda: self._formatted(found)
            )
        return bool(found)

    def _formatted(self, media: list[Medium]) -> None:
        """Finish to erase media."""
        for medium in media:
            medium.status, medium.remaining = READY, medium.total

    # Recordings

    @property
    def ready(self) -> Medium | None:
        """Return a medium with room."""
        return next(
            (one for one in self.media if one.status == READY and one.remaining > 0),
            None,
        )

    @property
    def recording(self) -> bool:
        """Tell whether something is recorded now, by an alarm or by the schedule."""
        alarm = any(not one.finished and one.medium for one in self.recordings)
        return alarm or (self.ready is not None and self.planned(RECORDING.name))

    def planned(self, section: str) -> bool:
        """Tell whether a schedule of the week has a slot now."""
        day = self._wall_clock.weekday
        if self._options.week_begin == "monday":
            day = (day - 1) % 7
        slots = self._settings.get(section, "schedule_list")[day][f"day_{day}"]
        return any(
            slot["enable"]
            and within(
                self._wall_clock.minute,
                slot["hour_begain"] * 60 + slot["min_begain"],
                slot["hour_end"] * 60 + slot["min_end"],
            )
            for slot in slots
        )

    def record(
        self, cause: str, seconds: float, done: Callable[[Recording], None]
    ) -> Recording:
        """Record for some virtual seconds."""
        medium = self.ready
        recording = Recording(
            cause,
            self._wall_clock.local,
            seconds,
            self._settings.number(RECORDING.name, "minor_stream"),
            None if medium is None else medium.id,
        )
        self.recordings.append(recording)
        self._log.add(self._clock.monotonic, "record", cause)

        def finish() -> None:
            if not recording.finished:
                self._finish(recording)
                done(recording)

        self._clock.call_later(seconds, finish)
        return recording

    def _finish(self, recording: Recording) -> None:
        """Put a recording on its medium."""
        recording.finished = True
        rate = self._options.megabytes_per_minute
        size = math.ceil(recording.seconds * rate / 60)
        for medium in self.media:
            if medium.id == recording.medium:
                medium.remaining = max(medium.remaining - size, 0)

    def abort(self) -> None:
        """End what is recorded, as a restart does."""
        for recording in self.recordings:
            recording.finished = True

    # Snapshots by the schedule

    def arm(self) -> None:
        """Wait for the next snapshot of the schedule."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        interval = self._settings.number(SNAPSHOTS.name, "snapInterval")
        mode = self._settings.number(SNAPSHOTS.name, "saveMode")
        if interval > 0 and mode > 0:
            self._timer = self._clock.call_later(interval / 1000, self._snap)

    def _snap(self) -> None:
        """Take a snapshot of the schedule."""
        mode = self._settings.number(SNAPSHOTS.name, "saveMode")
        if self.planned(SNAPSHOTS.name):
            self.scheduled_snapshots += 1
            if mode & 2:
                self.notices.send("mail", "schedule", "snapshot")
            if mode & 4:
                self.notices.send("ftp", "schedule", "snapshot")
        self.arm()
