"""What moves: buttons, presets and where it looks (section 3.6)."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Final

from ....model.features import Choice, Ptz, Reading, Trigger
from ....model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    Axis,
    Cadence,
    Key,
    PatrolKind,
)
from ..options import NO, PTZ
from ..parts import Offer, Parts
from ..ptz import PATROL_NUMBERS, PRESET_NUMBERS, PtzDriver
from ..settings import POSITION, PRESETS

_PULSES: Final = {
    Key.PTZ_UP: (Axis.TILT, 1),
    Key.PTZ_DOWN: (Axis.TILT, -1),
    Key.PTZ_LEFT: (Axis.PAN, -1),
    Key.PTZ_RIGHT: (Axis.PAN, 1),
    Key.ZOOM_IN: (Axis.ZOOM, 1),
    Key.ZOOM_OUT: (Axis.ZOOM, -1),
    Key.FOCUS_NEAR: (Axis.FOCUS, 1),
    Key.FOCUS_FAR: (Axis.FOCUS, -1),
}
_POSITIONS: Final = {
    Key.PAN_POSITION: ("Pan", 1 / 100),
    Key.TILT_POSITION: ("Tilt", 1 / 100),
    Key.ZOOM_POSITION: ("ZoomPosition", 100 / 65535),
}
"""Hundredths of a degree, and a part of the zoom in percent."""


def ptz(parts: Parts, driver: PtzDriver) -> Iterator[Offer]:
    """Yield everything that has to do with motors."""
    if driver.offered:
        yield _trigger(Key.PTZ_STOP, driver.stop)
    else:
        yield _lacks(parts, driver, Key.PTZ_STOP)
    for key, (axis, direction) in _PULSES.items():
        if axis in driver.axes:
            yield _trigger(key, partial(driver.pulse, axis, direction))
        else:
            yield _lacks(parts, driver, key)
    yield _presets(parts, driver)
    for key, (name, scale) in _POSITIONS.items():
        if driver.offered and parts.node(POSITION).number(name) is not None:
            yield Reading(
                key=key,
                source=parts.name(POSITION),
                cadence=Cadence.STATE,
                read=partial(_position, parts, name, scale),
            )
        else:
            yield parts.without(key, POSITION, name)


def _position(parts: Parts, name: str, scale: float) -> float | None:
    number = parts.node(POSITION).number(name)
    return None if number is None else round(number * scale, 2)


def _presets(parts: Parts, driver: PtzDriver) -> Offer:
    if not driver.turns:
        return _lacks(parts, driver, Key.PTZ_PRESET)
    return Choice(
        key=Key.PTZ_PRESET,
        source=parts.name(PRESETS) if parts.known(PRESETS) else NO_REQUEST,
        cadence=Cadence.SETTINGS,
        read=lambda: driver.label,
        write=driver.go_to_label,
        options=lambda: tuple(driver.labels),
    )


def ptz_of(driver: PtzDriver) -> Ptz | None:
    """Return what actions can have a channel do; None if nothing moves."""
    if not driver.axes:
        return None
    turns = driver.turns
    return Ptz(
        axes=driver.axes,
        move=driver.move,
        stop=driver.stop,
        status=driver.status if turns else None,
        presets=PRESET_NUMBERS if turns else None,
        go_to_preset=driver.go_to_preset if turns else None,
        go_to=driver.go_to if turns else None,
        position_axes=(
            frozenset({Axis.PAN, Axis.TILT, Axis.ZOOM}) if turns else frozenset()
        ),
        store=driver.store if turns else None,
        patrol_kinds=frozenset(PatrolKind) if turns else frozenset(),
        patrols=PATROL_NUMBERS if turns else None,
        patrol=driver.patrol if turns else None,
    )


def _lacks(parts: Parts, driver: PtzDriver, key: Key) -> Offer:
    """Return that nothing moves: the owner says so, or the query."""
    if driver.chosen == NO:
        return parts.lacks(key, PTZ.key, AbsenceReason.NOT_CONFIGURED)
    return parts.lacks(key, POSITION)


def _trigger(key: Key, press: Callable[[], Awaitable[None]]) -> Trigger:
    return Trigger(key=key, source=NO_REQUEST, press=press)
