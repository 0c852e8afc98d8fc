"""What moves: buttons, presets and the focus (chapter 9)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Final

from ....model.device import Absent
from ....model.features import Ptz, Trigger
from ....model.vocabulary import NO_REQUEST, AbsenceReason, Axis, Calibration, Key
from ..const import MOVE
from ..options import PTZ
from ..parts import Offer
from ..ptz import PRESETS, Motor, PtzDriver

_PULSES: Final = {
    Key.PTZ_UP: (Axis.TILT, 1),
    Key.PTZ_DOWN: (Axis.TILT, -1),
    Key.PTZ_LEFT: (Axis.PAN, -1),
    Key.PTZ_RIGHT: (Axis.PAN, 1),
    Key.ZOOM_IN: (Axis.ZOOM, 1),
    Key.ZOOM_OUT: (Axis.ZOOM, -1),
}


def ptz(driver: PtzDriver) -> Iterator[Offer]:
    """Yield everything that has to do with motors."""
    yield _offer(driver, Key.PTZ_STOP, driver.stop, there=bool(driver.motors))
    for key, (axis, direction) in _PULSES.items():
        press = partial(driver.pulse, axis, direction)
        yield _offer(driver, key, press, there=axis in driver.axes)
    lens = Motor.LENS in driver.motors
    yield _offer(driver, Key.REFOCUS, driver.refocus, there=lens)


def _offer(
    driver: PtzDriver, key: Key, press: Callable[[], Awaitable[None]], *, there: bool
) -> Offer:
    if there:
        return Trigger(key=key, source=NO_REQUEST, press=press)
    if driver.ruled_out:
        reason = AbsenceReason.NOT_CONFIGURED
        return Absent(key=key, reason=reason, detail=PTZ.key)
    return Absent(key=key, reason=AbsenceReason.UNSUPPORTED, detail=MOVE)


def ptz_of(driver: PtzDriver) -> Ptz | None:
    """Return what actions can have a camera do; None if it does not move."""
    if not driver.motors:
        return None
    stores = Motor.HEAD in driver.motors
    return Ptz(
        axes=driver.axes,
        move=driver.move,
        stop=driver.stop,
        status=driver.status if stores else None,
        presets=PRESETS if stores else None,
        go_to_preset=driver.go_to_preset if stores else None,
        store=driver.store if stores else None,
    )


def calibrations(
    driver: PtzDriver,
) -> Mapping[Calibration, Callable[[], Awaitable[None]]]:
    """Return how the lens can find itself again."""
    if Motor.LENS not in driver.motors:
        return {}
    return {Calibration.REFOCUS: driver.refocus}
