"""The clock on the camera's wall: right while NTP is on, with a fixed zone."""

from datetime import datetime, timedelta

from ..clock import VirtualClock
from .fields import Json
from .options import CbtOptions
from .sections_system import TIME, ZONES
from .store import Settings


class WallClock:
    """Tells the camera's time."""

    def __init__(
        self, clock: VirtualClock, options: CbtOptions, settings: Settings
    ) -> None:
        """Be right."""
        self._clock = clock
        self._options = options
        self._settings = settings
        self.skew = 0.0
        """Seconds ahead of the right time."""
        settings.refreshers[TIME.name] = self._refresh

    @property
    def zone(self) -> timedelta:
        """Return how far local time is ahead of Greenwich."""
        index = int(self._settings.peek(TIME.name, "timeZone"))
        return timedelta(minutes=ZONES[index])

    @property
    def utc(self) -> datetime:
        """Return what the camera believes the time to be."""
        return self._clock.wall + timedelta(seconds=self.skew)

    @property
    def local(self) -> datetime:
        """Return the local time, without a zone."""
        return self.utc.replace(tzinfo=None) + self.zone

    @property
    def epoch(self) -> int:
        """Return the seconds that the camera prints."""
        seconds = self.utc.timestamp()
        if self._options.device_time == "local":
            seconds += self.zone.total_seconds()
        return int(seconds)

    @property
    def date(self) -> str:
        """Return the Date header, in the form of the document's examples."""
        now = self.local
        return f"{now:%a %b} {now.day} {now:%H:%M:%S %Y}"

    @property
    def minute(self) -> int:
        """Return the minute of the day."""
        return self.local.hour * 60 + self.local.minute

    @property
    def weekday(self) -> int:
        """Return the day of the week; Sunday is 0."""
        return self.local.isoweekday() % 7

    def set(self, epoch: int) -> None:
        """Set the clock to what a client sent."""
        if self._options.device_time == "local":
            epoch -= int(self.zone.total_seconds())
        self.skew = epoch - self._clock.wall.timestamp()

    def is_stale(self, epoch: int) -> bool:
        """Tell whether a time lies before the camera's own."""
        return epoch < self.epoch

    def until(self, minute: int, weekday: int | None = None) -> float:
        """Return the seconds until the next such minute of a day, or of one day."""
        now = self.local
        when = now.replace(hour=0, minute=0, second=0, microsecond=0)
        when += timedelta(minutes=minute)
        while when <= now or weekday not in (None, when.isoweekday() % 7):
            when += timedelta(days=1)
        return (when - now).total_seconds()

    def _refresh(self, values: Json) -> None:
        """Print the time of this moment."""
        values["deviceTime"] = self.epoch


def within(minute: int, begin: int, end: int) -> bool:
    """Tell whether a minute of the day lies in a window, which may pass midnight."""
    if begin <= end:
        return begin <= minute <= end
    return minute >= begin or minute <= end
