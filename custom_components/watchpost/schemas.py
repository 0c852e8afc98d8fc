"""What actions accept, and the commands made of it."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.helpers import config_validation as cv

from .devices.model.commands import (
    AlarmCommand,
    LightPart,
    PlayCommand,
    SoundPart,
    TimeRange,
    WeekSchedule,
)
from .devices.model.vocabulary import (
    Color,
    Effect,
    Notify,
    Repeat,
    ScheduleKind,
    Weekday,
)

_NO_SOUND: Final = "none"
_MAX_TIMES: Final = 999
_MAX_SECONDS: Final = 3600

_PERCENT = vol.All(vol.Coerce(float), vol.Range(min=0, max=100))
_TIMES = vol.All(vol.Coerce(int), vol.Range(min=1, max=_MAX_TIMES))
_SECONDS = vol.All(vol.Coerce(int), vol.Range(min=0, max=_MAX_SECONDS))
_DURATION = vol.All(vol.Coerce(float), vol.Range(min=1, max=_MAX_SECONDS))
_REPEAT = vol.Coerce(Repeat)
_PERIOD = vol.All(vol.Coerce(int), vol.Range(min=50, max=2000))
_LEVEL = vol.All(vol.Coerce(float), vol.Range(min=1, max=100))

_BACK: Final = {
    vol.Optional("color"): vol.Coerce(Color),
    vol.Optional("pattern"): vol.In([Effect.STEADY.value, Effect.CHASE.value]),
    vol.Optional("brightness"): _LEVEL,
}
_FRONT: Final = {
    vol.Optional("color"): vol.Coerce(Color),
    vol.Optional("second_color"): vol.Coerce(Color),
    vol.Optional("pattern"): vol.In(
        [effect.value for effect in Effect if effect is not Effect.CHASE]
    ),
    vol.Optional("brightness"): _LEVEL,
    vol.Optional("period"): _PERIOD,
}

ALARM_TRIGGER: Final = {
    vol.Optional("duration"): _DURATION,
    vol.Optional("sound"): cv.string,
    vol.Optional("volume"): _PERCENT,
    vol.Optional("repeat"): _REPEAT,
    vol.Optional("times"): _TIMES,
    vol.Optional("interval"): _SECONDS,
    vol.Optional("relay"): cv.boolean,
    vol.Optional("front"): _FRONT,
    vol.Optional("back"): _BACK,
    vol.Optional("notify"): vol.All(cv.ensure_list, [vol.Coerce(Notify)]),
}

AUDIO_PLAY: Final = {
    vol.Required("file"): cv.string,
    vol.Optional("volume"): _PERCENT,
    vol.Optional("repeat"): _REPEAT,
    vol.Optional("times"): _TIMES,
    vol.Optional("interval"): _SECONDS,
}

AUDIO_UPLOAD: Final = vol.All(
    cv.make_entity_service_schema(
        {
            vol.Exclusive("media", "source"): vol.Any(
                cv.string,
                vol.Schema(
                    {vol.Required("media_content_id"): cv.string},
                    extra=vol.ALLOW_EXTRA,
                ),
            ),
            vol.Exclusive("path", "source"): cv.string,
            vol.Optional("name"): cv.string,
        }
    ),
    cv.has_at_least_one_key("media", "path"),
)

AUDIO_DELETE: Final = {vol.Required("file"): cv.string}
AUDIO_DOWNLOAD: Final = {
    vol.Required("file"): cv.string,
    vol.Required("path"): cv.string,
}


def _one_device(value: Any) -> str:
    """Take a device, alone or in the list that a target makes of it."""
    devices = cv.ensure_list(value)
    if len(devices) != 1:
        raise vol.Invalid("one device is needed")
    return str(cv.string(devices[0]))


_DEVICE: Final = {vol.Required(ATTR_DEVICE_ID): _one_device}

DEVICE: Final = vol.Schema(_DEVICE)
ALARM_LOG: Final = vol.Schema(
    {**_DEVICE, vol.Optional("start"): cv.datetime, vol.Optional("end"): cv.datetime}
)


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
    **_DEVICE,
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


def alarm_command(fields: Mapping[str, Any]) -> AlarmCommand:
    """Return the alarm that the fields of alarm_trigger describe.

    An alarm without any part sounds the siren: silence is not what is meant.
    """
    parts = {"relay", "front", "back"}
    told = {"sound", "volume", "repeat", "times", "interval"}
    sound = None
    if told & fields.keys() or not parts & fields.keys():
        file = fields.get("sound")
        silent = file == _NO_SOUND
        sound = SoundPart(
            file=None if silent else file,
            silent=silent,
            volume=_fraction(fields.get("volume")),
            repeat=_repeat(fields),
            times=fields.get("times"),
            interval=fields.get("interval"),
        )
    return AlarmCommand(
        duration=fields.get("duration"),
        sound=sound,
        relay=fields.get("relay"),
        front=_light(fields.get("front")),
        back=_light(fields.get("back")),
        notify=frozenset(fields.get("notify", ())),
    )


def play_command(fields: Mapping[str, Any]) -> PlayCommand:
    """Return what the fields of audio_play describe."""
    return PlayCommand(
        file=fields["file"],
        volume=_fraction(fields.get("volume")),
        repeat=_repeat(fields) or Repeat.ONCE,
        times=fields.get("times", 1),
        interval=fields.get("interval", 0),
    )


def week_schedule(number: int, week: Mapping[Weekday, list[TimeRange]]) -> WeekSchedule:
    """Return the hours of a week."""
    return WeekSchedule(
        number=number,
        enabled=True,
        name="",
        week={day: tuple(hours) for day, hours in week.items()},
    )


def _repeat(fields: Mapping[str, Any]) -> Repeat | None:
    """Return how often to play; a number of times alone says it as well."""
    repeat: Repeat | None = fields.get("repeat")
    if repeat is None and "times" in fields:
        return Repeat.TIMES
    return repeat


def _light(fields: Mapping[str, Any] | None) -> LightPart | None:
    if fields is None:
        return None
    pattern = fields.get("pattern")
    return LightPart(
        color=fields.get("color"),
        second_color=fields.get("second_color"),
        effect=None if pattern is None else Effect(pattern),
        level=_fraction(fields.get("brightness")),
        period=fields.get("period"),
    )


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100
