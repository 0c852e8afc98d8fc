"""The clock of the unit: UTC seconds, its zone, and how long it runs."""

from datetime import UTC, datetime, timedelta
from typing import Final

from ..clock import VirtualClock
from .options import VserverOptions
from .store import Settings

TIME: Final = "sys/TimeInfo"


class WallClock:
    """Tells the time as the settings want it."""

    def __init__(
        self, clock: VirtualClock, options: VserverOptions, settings: Settings
    ) -> None:
        """Be as wrong as the options say."""
        self._clock = clock
        self._settings = settings
        self.ahead = options.clock_error
        """Seconds by which the unit's clock is wrong."""
        self._booted = clock.monotonic - options.uptime

    @property
    def utc(self) -> int:
        """Return CameraTime."""
        return int(self._clock.wall.timestamp() + self.ahead)

    @property
    def uptime(self) -> int:
        """Return the seconds since the last start."""
        return int(self._clock.monotonic - self._booted)

    @property
    def local(self) -> datetime:
        """Return the time that the unit shows, without a zone."""
        minutes = int(self._settings.get(TIME, "TimeZone"))
        if self._settings.get(TIME, "DaylightEnable") == "1":
            minutes += 60
        moment = datetime.fromtimestamp(self.utc, UTC) + timedelta(minutes=minutes)
        return moment.replace(tzinfo=None)

    def boot(self) -> None:
        """Start to count again."""
        self._booted = self._clock.monotonic

    def set(self, seconds: int) -> None:
        """Set the clock by hand."""
        self.ahead = seconds - self._clock.wall.timestamp()

    def synchronize(self) -> None:
        """Take the right time from a server."""
        self.ahead = 0.0

    def refresh(self) -> None:
        """Bring the settings up to date before they are read."""
        self._settings.set(TIME, "CameraTime", self.utc)
        self._settings.set(TIME, "UpTime", self.uptime)
