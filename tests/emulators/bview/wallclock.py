"""The clock on the camera's wall, with its zone and its summer time."""

from datetime import datetime, timedelta

from ..clock import VirtualClock
from .blocks_system import DST, NTP
from .kinds import moment_parts, truth
from .options import BviewOptions
from .store import Settings
from .xmldoc import Node
from .zone import Rule, Zone, parsed_offset, printed_offset


class WallClock:
    """Tells local time as the settings want it."""

    def __init__(
        self, clock: VirtualClock, options: BviewOptions, settings: Settings
    ) -> None:
        """Remember whose time it is."""
        self._clock = clock
        self._options = options
        self._settings = settings

    @property
    def utc_offset(self) -> timedelta:
        """Return how far local time is ahead of Greenwich."""
        utc = self._clock.wall.replace(tzinfo=None)
        zone = Zone.parse(self._settings.node(NTP).get("TimeZone"))
        offset = zone.utc_offset(utc)
        node = self._settings.node(DST)
        if zone.start is None and _summer(node, utc + offset):
            offset += timedelta(seconds=int(node.get("TimeDifference")))
        return offset

    @property
    def now(self) -> datetime:
        """Return the local time, without a zone."""
        return self._clock.wall.replace(tzinfo=None) + self.utc_offset

    def refresh(self, node: Node) -> None:
        """Print the time of this moment."""
        extended = self._options.time_form == "extended"
        form = "%Y-%m-%dT%H:%M:%S" if extended else "%Y%m%dT%H%M%S"
        offset = printed_offset(self.utc_offset, colon=extended)
        node.set("SystemTime", f"{self.now:{form}}{offset}")

    def set(self, text: str) -> None:
        """Set the clock; a time without an offset is local."""
        moment, offset = moment_parts(text)
        ahead = parsed_offset(offset) if offset else self.utc_offset
        wall = (moment - ahead).replace(tzinfo=self._clock.wall.tzinfo)
        self._clock.set_wall(wall)


def _summer(node: Node, local: datetime) -> bool:
    """Tell whether the settings of summer time apply at a local time."""
    if not truth(node.get("Enable")):
        return False
    edges = []
    for name in ("Start", "Stop"):
        if node.get("Mode") == "date":
            moment, _ = moment_parts(node.get(f"DateMode{name}"))
            edges.append(moment.replace(year=local.year))
            continue
        parts = (int(part) for part in node.get(f"WeekMode{name}").split("-"))
        month, week, day, hours, minutes, seconds = parts
        time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        edges.append(Rule(month, week, day % 7, time).moment(local.year))
    begin, end = edges
    if begin < end:
        return begin <= local < end
    return local >= begin or local < end
