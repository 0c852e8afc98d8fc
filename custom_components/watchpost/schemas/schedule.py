"""What actions on schedules accept, and the weeks made of it."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers import config_validation as cv

from ..devices.model.commands import TimeRange, WeekSchedule
from ..devices.model.vocabulary import ScheduleKind, Weekday
from .fields import ONE_DEVICE


def _time_range(value: Any) -> TimeRange:
    """Read HH:MM-HH:MM, with seconds if need be; 24:00 is the end of the day."""
    start, dash, end = str(value).partition("-")
    if not dash:
        raise vol.Invalid("hours are written as 08:00-18:00")
    end = "23:59:59" if end.strip() in ("24:00", "24:00:00") else end
    hours = TimeRange(start=_clock(start), end=_clock(end))
    if hours.start >= hours.end:
        raise vol.Invalid("the end must lie after the start")
    return hours


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError as err:
        raise vol.Invalid("hours are written as 08:00-18:00") from err


_WEEK: Final = vol.Schema({vol.Coerce(Weekday): vol.All(cv.ensure_list, [_time_range])})
_SCHEDULE: Final = {
    **ONE_DEVICE,
    vol.Required("kind"): vol.Coerce(ScheduleKind),
    vol.Optional("number"): vol.All(vol.Coerce(int), vol.Range(min=1, max=64)),
}
SCHEDULE_GET: Final = vol.Schema(_SCHEDULE)
SCHEDULE_SET: Final = vol.All(
    vol.Schema(
        {
            **_SCHEDULE,
            vol.Optional("enabled"): cv.boolean,
            vol.Optional("name"): cv.string,
            vol.Optional("week"): _WEEK,
        }
    ),
    cv.has_at_least_one_key("enabled", "name", "week"),
)


def week_schedule(number: int, week: Mapping[Weekday, list[TimeRange]]) -> WeekSchedule:
    """Return the hours of a week."""
    return WeekSchedule(
        number=number,
        enabled=True,
        name="",
        week={day: tuple(hours) for day, hours in week.items()},
    )
