"""The camera's clock (chapter 10)."""

from typing import Final

from ...model.errors import DeviceRequestError, Reason
from .parts import Parts
from .settings import TIME

_ZONES: Final = (
    *range(-720, -210, 60),
    -210,
    *range(-180, 210, 60),
    *(210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540, 570, 600, 660, 720, 780),
)
"""Minutes ahead of Greenwich, by the index that the camera tells."""
_MOST_WRONG: Final = 600
"""Seconds by which a clock that counts local seconds is believed to be wrong."""


def clock_offset(parts: Parts) -> float | None:
    """Return the seconds by which the clock is ahead."""
    told = parts.node(TIME).number("deviceTime")
    if told is None or not parts.sections.known(TIME):
        return None
    ahead = told - parts.sections.read_at(TIME)
    return round(ahead - _local_seconds(parts, ahead))


def _local_seconds(parts: Parts, ahead: float) -> float:
    """Return what the zone adds, for a camera that counts local seconds.

    The document does not say which it does. One that is ahead by its own zone, and by
    nothing else, does; the others count those of Greenwich.
    """
    index = parts.node(TIME).integer("timeZone")
    if index is None or not 0 <= index < len(_ZONES):
        return 0
    zone = _ZONES[index] * 60
    return zone if zone and abs(ahead - zone) <= _MOST_WRONG else 0


def network_time(parts: Parts) -> bool | None:
    """Return whether the camera asks the network for the time."""
    return parts.node(TIME).flag("ntp_enable")


async def set_clock(parts: Parts) -> None:
    """Set the clock to the time now.

    Raise:
        DeviceRequestError: The camera gets the time from the network.
    """
    node = await parts.sections.read(TIME)
    if node.flag("ntp_enable"):
        raise DeviceRequestError(Reason.NOT_NOW)
    now = parts.around.clock.now()
    ahead = (node.number("deviceTime") or now) - now
    seconds = round(now + _local_seconds(parts, ahead))
    await parts.sections.put(TIME, {"CurTime": seconds, "ntp_enable": 0})
    # What it shows by now is in another field.
    parts.sections.outdate(TIME)
    parts.around.changed()
