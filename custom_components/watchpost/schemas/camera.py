"""What actions on cameras accept, and the commands made of it."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers import config_validation as cv

from ..devices.model.commands import Box, OverlayChange, PtzMove, PtzPosition
from ..devices.model.vocabulary import AreaKind, Axis, Calibration, PatrolKind
from .fields import LEVEL, PERCENT, fraction

_SLACK: Final = 0.05
"""Percent of the picture that rounding may lead out of it."""

_SPEED = vol.All(vol.Coerce(float), vol.Range(min=-100, max=100))
_DURATION = vol.All(vol.Coerce(float), vol.Range(min=0.05, max=10))
_NUMBER = vol.All(vol.Coerce(int), vol.Range(min=0, max=999))
_ANGLE = vol.All(vol.Coerce(float), vol.Range(min=-360, max=360))
_EDGE = vol.All(vol.Coerce(float), vol.Range(min=0, max=100, max_included=False))
_SIZE = vol.All(vol.Coerce(float), vol.Range(min=0, max=100, min_included=False))


def _preset(value: Any) -> int | str:
    """Take a number or a name; digits alone are a number."""
    if isinstance(value, float) and value.is_integer():
        # A template makes such a number out of a calculation.
        return int(value)
    text = str(cv.string(value)).strip()
    return int(text) if text.isdecimal() else text


PTZ_MOVE: Final = {
    **{vol.Optional(axis.value, default=0): _SPEED for axis in Axis},
    vol.Optional("duration", default=0.5): _DURATION,
}
PTZ_GOTO: Final = {
    vol.Optional("preset"): _preset,
    vol.Optional("home", default=False): cv.boolean,
    vol.Optional("position"): vol.All(
        {
            vol.Optional("pan"): _ANGLE,
            vol.Optional("tilt"): _ANGLE,
            vol.Optional("zoom"): PERCENT,
        },
        cv.has_at_least_one_key("pan", "tilt", "zoom"),
    ),
    vol.Optional("speed"): LEVEL,
}
PTZ_STORE: Final = {
    vol.Required("preset"): _NUMBER,
    vol.Optional("name"): cv.string,
}
PTZ_CLEAR: Final = {vol.Required("preset"): _NUMBER}
PTZ_PATROL: Final = {
    vol.Optional("patrol", default=1): _NUMBER,
    vol.Optional("kind", default=PatrolKind.PATROL.value): vol.Coerce(PatrolKind),
    vol.Optional("run", default=True): cv.boolean,
}
LENS_CALIBRATE: Final = {
    vol.Optional("mode", default=Calibration.REFOCUS.value): vol.Coerce(Calibration)
}
OVERLAY_SET: Final = {
    vol.Optional("slot", default=1): vol.All(vol.Coerce(int), vol.Range(min=1, max=64)),
    vol.Optional("text"): cv.string,
    vol.Optional("x"): PERCENT,
    vol.Optional("y"): PERCENT,
    vol.Optional("enabled"): cv.boolean,
}
AREAS_GET: Final = {vol.Required("kind"): vol.Coerce(AreaKind)}
AREAS_SET: Final = {
    vol.Required("kind"): vol.Coerce(AreaKind),
    vol.Required("boxes"): vol.All(
        cv.ensure_list,
        [
            {
                vol.Required("x"): _EDGE,
                vol.Required("y"): _EDGE,
                vol.Required("width"): _SIZE,
                vol.Required("height"): _SIZE,
            }
        ],
    ),
}


def ptz_move(fields: Mapping[str, Any]) -> PtzMove:
    """Return the movement that the fields of ptz_move describe; 0 is no movement."""
    speeds = {axis: fields[axis.value] / 100 for axis in Axis if fields[axis.value]}
    return PtzMove(speeds=speeds, seconds=fields["duration"])


def ptz_position(fields: Mapping[str, float]) -> PtzPosition:
    """Return the position that a field of ptz_goto describes."""
    return PtzPosition(
        pan=fields.get("pan"),
        tilt=fields.get("tilt"),
        zoom=fraction(fields.get("zoom")),
    )


def overlay_change(fields: Mapping[str, Any]) -> OverlayChange:
    """Return what the fields of overlay_set describe."""
    return OverlayChange(
        slot=fields["slot"],
        text=fields.get("text"),
        x=fraction(fields.get("x")),
        y=fraction(fields.get("y")),
        enabled=fields.get("enabled"),
    )


def in_picture(box: Mapping[str, float]) -> bool:
    """Tell whether a box lies in the picture."""
    return max(box["x"] + box["width"], box["y"] + box["height"]) <= 100 + _SLACK


def area_box(box: Mapping[str, float]) -> Box:
    """Return a box that lies in the picture."""
    x, y = box["x"] / 100, box["y"] / 100
    return Box(
        x=x,
        y=y,
        width=min(box["width"] / 100, 1 - x),
        height=min(box["height"] / 100, 1 - y),
    )


def box_fields(box: Box) -> dict[str, float]:
    """Return a box in percent of the picture."""
    return {name: round(value * 100, 2) for name, value in vars(box).items()}
