"""Zoom, focus and the calibration of a lens with motors (section 9.12)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Final

from ....model.device import Absent
from ....model.features import Ptz, Trigger
from ....model.vocabulary import NO_REQUEST, AbsenceReason, Axis, Calibration, Key
from ..lens import BUTTONS, LensDriver
from ..options import MOTOR_LENS
from ..parts import Offer

_PULSES: Final = {
    Key.ZOOM_IN: (Axis.ZOOM, 1),
    Key.ZOOM_OUT: (Axis.ZOOM, -1),
    Key.FOCUS_NEAR: (Axis.FOCUS, 1),
    Key.FOCUS_FAR: (Axis.FOCUS, -1),
}
_CALIBRATIONS: Final = {
    Key.REFOCUS: Calibration.REFOCUS,
    Key.MOTOR_CALIBRATION: Calibration.FULL,
}


def lens(driver: LensDriver) -> Iterator[Offer]:
    """Yield everything that has to do with the motors of the lens."""
    presses: dict[Key, Callable[[], Awaitable[None]]] = {
        key: partial(driver.pulse, *pulse) for key, pulse in _PULSES.items()
    }
    for key, way in _CALIBRATIONS.items():
        presses[key] = partial(driver.calibrate, way)
    for key, press in presses.items():
        if driver.offered:
            yield Trigger(key=key, source=NO_REQUEST, press=press)
        elif driver.ruled_out:
            reason = AbsenceReason.NOT_CONFIGURED
            yield Absent(key=key, reason=reason, detail=MOTOR_LENS.key)
        else:
            yield Absent(key=key, reason=AbsenceReason.UNSUPPORTED, detail="PTZ")


def ptz_of(driver: LensDriver) -> Ptz | None:
    """Return what actions can have the lens do; None if it does not move."""
    if not driver.offered:
        return None
    return Ptz(axes=frozenset(BUTTONS), move=driver.move, stop=driver.stop)


def calibrations(
    driver: LensDriver,
) -> Mapping[Calibration, Callable[[], Awaitable[None]]]:
    """Return how the lens can find itself again."""
    if not driver.offered:
        return {}
    return {way: partial(driver.calibrate, way) for way in Calibration}
