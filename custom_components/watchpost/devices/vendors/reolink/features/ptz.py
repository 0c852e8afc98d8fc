"""What moves: buttons, presets, patrols, lens and guard point (chapter 3.7)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Final

from ....model.device import Absent
from ....model.features import Choice, Level, Ptz, Toggle, Trigger
from ....model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    Axis,
    Cadence,
    Calibration,
    Key,
    PatrolKind,
)
from .. import kinds
from ..codes import REFUSED
from ..parts import Offer, Parts, lacks_all
from ..ptz import PATROLS, PRESETS, PtzDriver
from .fields import toggle

_PULSES: Final = {
    Key.PTZ_UP: (Axis.TILT, 1),
    Key.PTZ_DOWN: (Axis.TILT, -1),
    Key.PTZ_LEFT: (Axis.PAN, -1),
    Key.PTZ_RIGHT: (Axis.PAN, 1),
    Key.ZOOM_IN: (Axis.ZOOM, 1),
    Key.ZOOM_OUT: (Axis.ZOOM, -1),
}
_SLIDERS: Final = {Key.ZOOM: Axis.ZOOM, Key.FOCUS: Axis.FOCUS}
_HOME: Final = (Key.HOME_RETURN, Key.HOME_GO_TO, Key.HOME_SET)


def ptz(parts: Parts, driver: PtzDriver) -> Iterator[Offer]:
    """Yield everything that has to do with motors and lens."""
    # Another camera may have been connected since the driver was made.
    driver.ability = parts.channel
    yield from _buttons(parts, driver)
    yield from _stored(parts, driver)
    yield from _lens(parts, driver)
    yield from _home(parts, driver)
    if driver.calibrates:
        yield _trigger(Key.MOTOR_CALIBRATION, driver.calibrate)
    else:
        yield parts.lacks(Key.MOTOR_CALIBRATION, "supportPtzCheck")


def ptz_of(driver: PtzDriver) -> Ptz | None:
    """Return what actions can have a camera do; None if it does not move."""
    if not driver.axes:
        return None
    slides, stores, patrols = driver.slides, driver.stores, driver.patrols
    return Ptz(
        axes=driver.axes,
        move=driver.move,
        stop=driver.stop,
        status=driver.status if slides or stores or patrols else None,
        presets=PRESETS if stores else None,
        go_to_preset=driver.go_to_preset if stores else None,
        go_home=driver.go_home if _has_guard(driver) else None,
        go_to=driver.go_to if slides else None,
        position_axes=frozenset({Axis.ZOOM} if slides else ()),
        store=driver.store if stores else None,
        clear=driver.clear if stores else None,
        patrol_kinds=frozenset({PatrolKind.PATROL} if patrols else ()),
        patrols=PATROLS if patrols else None,
        patrol=driver.patrol if patrols else None,
    )


def calibrations(
    driver: PtzDriver,
) -> Mapping[Calibration, Callable[[], Awaitable[None]]]:
    """Return how the lens can find itself again; it cannot be told to focus only."""
    return {Calibration.FULL: driver.calibrate} if driver.calibrates else {}


def _buttons(parts: Parts, driver: PtzDriver) -> Iterator[Offer]:
    """Yield what moves the camera a little, and what stops it."""
    if driver.axes:
        yield _trigger(Key.PTZ_STOP, driver.stop)
    else:
        yield parts.lacks(Key.PTZ_STOP, "ptzType")
    for key, (axis, direction) in _PULSES.items():
        if axis in driver.axes:
            yield _trigger(key, partial(driver.pulse, axis, direction))
        else:
            yield parts.lacks(key, "ptzType")


def _stored(parts: Parts, driver: PtzDriver) -> Iterator[Offer]:
    """Yield presets and patrols."""
    state = driver.state
    if driver.stores:
        yield Choice(
            key=Key.PTZ_PRESET,
            source=state.presets.source,
            cadence=Cadence.SETTINGS,
            read=lambda: state.label,
            write=driver.go_to_label,
            options=lambda: tuple(state.labels),
        )
    else:
        yield parts.lacks(Key.PTZ_PRESET, "ptzPreset")
    if driver.patrols:
        yield Toggle(
            key=Key.PTZ_PATROL,
            source=state.patrols.source,
            cadence=Cadence.SETTINGS,
            read=lambda: state.patrolling,
            write=driver.switch_patrol,
        )
    else:
        yield parts.lacks(Key.PTZ_PATROL, "ptzPatrol")


def _lens(parts: Parts, driver: PtzDriver) -> Iterator[Offer]:
    """Yield zoom and focus as numbers, and the automatic focus."""
    if driver.slides:
        for key, axis in _SLIDERS.items():
            yield _slider(key, axis, driver)
    else:
        yield from lacks_all(parts.unit, tuple(_SLIDERS), "ptzCtrl")
    if parts.channel.has("disableAutoFocus"):
        yield toggle(
            Key.AUTOFOCUS, parts.doc(kinds.AUTO_FOCUS), "disable", inverted=True
        )
    else:
        yield parts.lacks(Key.AUTOFOCUS, "disableAutoFocus")


def _slider(key: Key, axis: Axis, driver: PtzDriver) -> Level:
    state = driver.state
    least, most = state.limits(axis)
    return Level(
        key=key,
        source=state.lens.source,
        cadence=Cadence.SETTINGS,
        read=lambda: state.position(axis),
        write=partial(driver.slide, axis),
        minimum=least,
        maximum=most,
        limits=lambda: state.limits(axis),
    )


def _home(parts: Parts, driver: PtzDriver) -> Iterator[Offer]:
    """Yield the guard point."""
    guard = driver.state.guard
    if not driver.turns:
        yield from lacks_all(parts.unit, _HOME, "ptzType")
        return
    if not _has_guard(driver):
        for key in _HOME:
            yield Absent(
                key=key,
                reason=AbsenceReason.REFUSED,
                detail=f"GetPtzGuard {guard.code}",
                unit=parts.unit,
            )
        return
    yield Toggle(
        key=Key.HOME_RETURN,
        source=guard.source,
        cadence=Cadence.SETTINGS,
        read=lambda: guard.node.flag("benable"),
        write=driver.set_home_return,
    )
    yield _trigger(Key.HOME_GO_TO, driver.go_home)
    yield _trigger(Key.HOME_SET, driver.set_home)


def _has_guard(driver: PtzDriver) -> bool:
    """Return whether there is a guard point, unless the camera denies it."""
    return driver.turns and driver.state.guard.code not in REFUSED


def _trigger(key: Key, press: Callable[[], Awaitable[None]]) -> Trigger:
    return Trigger(key=key, source=NO_REQUEST, press=press)
