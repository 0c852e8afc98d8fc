"""The clock on the unit's wall: zone, summer time, GetTime and SetTime."""

from calendar import monthrange
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Final

from ..clock import VirtualClock
from .checks import Checker
from .documents_unit import DST, DST_LIMITS, TIME_INITIAL, TIME_LIMITS
from .errors import PARAM_ERROR, RefusedError
from .recordings import printed_time
from .setting import Json

_PARTS: Final = frozenset({"year", "mon", "day", "hour", "min", "sec"})


class WallClock:
    """What time the unit believes it is."""

    def __init__(self, clock: VirtualClock, zone: int) -> None:
        """Start without summer time; the zone counts seconds to the west."""
        self._clock = clock
        self._zone = zone
        self.dst: Json = {}
        self.form: Json = {}
        self.reset()

    def reset(self) -> None:
        """Return to the factory's form and the owner's zone."""
        self.dst = deepcopy(DST)
        self.form = {"hourFmt": 0, "timeFmt": "DD/MM/YYYY", "timeZone": self._zone}

    @property
    def now(self) -> datetime:
        """Return the local time, without a zone."""
        standard = self._clock.wall - timedelta(seconds=self.form["timeZone"])
        local = standard.replace(tzinfo=None)
        return local + self._summer(local)

    def _summer(self, local: datetime) -> timedelta:
        """Return what summer time adds to a standard time."""
        if not self.dst["enable"]:
            return timedelta()
        start, end = self._edge(local.year, "start"), self._edge(local.year, "end")
        inside = start <= local < end
        if start > end:
            inside = not end <= local < start
        return timedelta(hours=self.dst["offset"]) if inside else timedelta()

    def _edge(self, year: int, side: str) -> datetime:
        """Return when summer time starts or ends; the fifth week is the last."""
        month = self.dst[f"{side}Mon"]
        weekday = (self.dst[f"{side}Weekday"] - 1) % 7
        first = datetime(year, month, 1)
        day = 1 + (weekday - first.weekday()) % 7 + 7 * (self.dst[f"{side}Week"] - 1)
        while day > monthrange(year, month)[1]:
            day -= 7
        return datetime(
            year,
            month,
            day,
            self.dst[f"{side}Hour"],
            self.dst[f"{side}Min"],
            self.dst[f"{side}Sec"],
        )

    def read(self, action: int) -> Json:
        """Return what GetTime answers."""
        time = {**printed_time(self.now), **self.form}
        answer: Json = {"value": {"Dst": deepcopy(self.dst), "Time": time}}
        if action:
            answer["initial"] = {"Dst": DST, "Time": TIME_INITIAL}
            answer["range"] = {"Dst": DST_LIMITS, "Time": TIME_LIMITS}
        return answer

    def write(self, param: Json, *, strict: bool) -> None:
        """Carry out SetTime."""
        checker = Checker(strict=strict)
        known = self.read(0)["value"]
        limits = {"Dst": DST_LIMITS, "Time": TIME_LIMITS}
        checker.check(param, known, limits, "Time")
        time = dict(param.get("Time", {}))
        parts = {name: time.pop(name) for name in _PARTS & set(time)}
        if parts and set(parts) != _PARTS:
            raise RefusedError(PARAM_ERROR, "a time needs all its parts")
        self.dst.update(param.get("Dst", {}))
        self.form.update({name: time[name] for name in self.form if name in time})
        if parts:
            self._set(parts)

    def _set(self, parts: Json) -> None:
        """Set the clock to a local time."""
        try:
            local = datetime(
                parts["year"],
                parts["mon"],
                parts["day"],
                parts["hour"],
                parts["min"],
                parts["sec"],
            )
        except ValueError as err:
            raise RefusedError(PARAM_ERROR, str(err)) from err
        west = timedelta(seconds=self.form["timeZone"])
        self._clock.set_wall((local - self._summer(local) + west).replace(tzinfo=UTC))
