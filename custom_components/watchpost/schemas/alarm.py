"""What actions on alarms and sounds accept, and the commands made of it."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers import config_validation as cv

from ..devices.model.commands import AlarmCommand, LightPart, PlayCommand, SoundPart
from ..devices.model.vocabulary import Color, Effect, Notify, Repeat
from .fields import LEVEL, PERCENT, fraction

_NO_SOUND: Final = "none"
_MAX_TIMES: Final = 999
_MAX_SECONDS: Final = 3600

_TIMES = vol.All(vol.Coerce(int), vol.Range(min=1, max=_MAX_TIMES))
_SECONDS = vol.All(vol.Coerce(int), vol.Range(min=0, max=_MAX_SECONDS))
_DURATION = vol.All(vol.Coerce(float), vol.Range(min=1, max=_MAX_SECONDS))
_REPEAT = vol.Coerce(Repeat)
_PERIOD = vol.All(vol.Coerce(int), vol.Range(min=50, max=2000))

_BACK: Final = {
    vol.Optional("color"): vol.Coerce(Color),
    vol.Optional("pattern"): vol.In([Effect.STEADY.value, Effect.CHASE.value]),
    vol.Optional("brightness"): LEVEL,
}
_FRONT: Final = {
    vol.Optional("color"): vol.Coerce(Color),
    vol.Optional("second_color"): vol.Coerce(Color),
    vol.Optional("pattern"): vol.In(
        [effect.value for effect in Effect if effect is not Effect.CHASE]
    ),
    vol.Optional("brightness"): LEVEL,
    vol.Optional("period"): _PERIOD,
}

ALARM_TRIGGER: Final = {
    vol.Optional("duration"): _DURATION,
    vol.Optional("sound"): cv.string,
    vol.Optional("volume"): PERCENT,
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
    vol.Optional("volume"): PERCENT,
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
            volume=fraction(fields.get("volume")),
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
        volume=fraction(fields.get("volume")),
        repeat=_repeat(fields) or Repeat.ONCE,
        times=fields.get("times", 1),
        interval=fields.get("interval", 0),
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
        level=fraction(fields.get("brightness")),
        period=fields.get("period"),
    )
