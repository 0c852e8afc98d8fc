"""Have the motors of the lens move and adjust themselves (section 9.12)."""

import asyncio
from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

from ...model.commands import PtzMove
from ...model.device import Json, Surroundings
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.vocabulary import Axis, Calibration
from ...transport.moving import Mover
from .client import FORM, Client
from .const import CALIBRATION, PTZ
from .options import AUTO, MOTOR_LENS, YES

BUTTONS: Final = {
    Axis.ZOOM: ("ZoomIn", "ZoomOut"),
    Axis.FOCUS: ("FocusNear", "FocusFar"),
}
"""In and out, near and far; each is held with a speed, and released by itself."""
_ALL_BUTTONS: Final = tuple(one for pair in BUTTONS.values() for one in pair)
_PRESS: Final = 1
_RELEASE: Final = 2
_FASTEST: Final = 10
_GOTO: Final = "Presets/Goto"
_WAYS: Final = {Calibration.REFOCUS: 85, Calibration.FULL: 103}
_PULSE: Final = 0.3
"""Seconds for which a button of ours moves the lens."""
_PULSE_SPEED: Final = 0.2
"""Speed 2 of 10, which the document has as its default."""
_RELEASE_LIMIT: Final = 4.8
"""Seconds for all releases of a stop: each is tried before the stop is given up."""
_REFUSED: Final = (DeviceAuthError, DeviceRequestError, DeviceUnsupportedError)
_DOUBTFUL: Final = frozenset(
    {Reason.COMMAND_UNCERTAIN, Reason.TIMEOUT, Reason.BAD_ANSWER}
)
"""Failures after which the order may have been carried out."""
_QUIET: Final = "lens_quiet_until"
_MOTOR: Final = "lens_motor"


class LensDriver:
    """Move the lens of one camera; what moves is always stopped."""

    def __init__(self, client: Client, around: Surroundings, name: str) -> None:
        """Bind a camera; a quiet time that has begun before goes on."""
        self._client = client
        self._around = around
        self._option = around.options.get(MOTOR_LENS.key, MOTOR_LENS.default)
        self._mover = Mover(around.spawn, name)
        self._held: dict[str, int] = {}
        """Buttons that may be held, and their speeds."""
        self._firmware: str | None = None
        self._motor: bool | None = None
        """Whether there are motors, once an order has shown it."""
        self._undo_quiet = _nothing
        until = around.memory.get(_QUIET)
        if isinstance(until, (int, float)):
            self._keep_quiet(until)

    # What it can do

    @property
    def supported(self) -> bool:
        """Whether the camera has not said yet that it has no motors."""
        return self._motor is not False

    @property
    def offered(self) -> bool:
        """Whether motors are to be shown: what the owner says, else the camera."""
        return self._option == YES or (self._option == AUTO and self.supported)

    @property
    def ruled_out(self) -> bool:
        """Whether the owner says that there are no motors."""
        return self._option not in (YES, AUTO)

    @property
    def calibrating(self) -> bool:
        """Whether the lens adjusts itself, as far as we have told it to."""
        rest = self._client.quiet_until - self._around.clock.now()
        return 0 < rest <= CALIBRATION

    def know(self, firmware: str) -> None:
        """Take in which software runs, and recall what that has shown before."""
        if firmware == self._firmware:
            return
        self._firmware = firmware
        kept = self._around.memory.get(_MOTOR)
        self._motor = None
        if isinstance(kept, dict) and kept.get("firmware") == firmware:
            self._motor = kept.get("motor") is True

    def _learn(self, *, motor: bool) -> None:
        """Remember whether there are motors; one that has moved does not vanish."""
        if self._motor is True or self._motor is motor:
            return
        self._motor = motor
        if self._firmware is not None:
            kept: Json = {"firmware": self._firmware, "motor": motor}
            self._around.memory.put(_MOTOR, kept)
        if not motor:
            self._around.changed()

    def _require(self) -> None:
        """Make sure that there may be motors.

        Raise:
            DeviceUnsupportedError: There are none.
        """
        if not self.offered:
            raise DeviceUnsupportedError

    # Movements

    async def move(self, command: PtzMove) -> None:
        """Move for a while; a newer movement takes the place of an older one.

        Zoom and focus have motors of their own and move at the same time.

        Raise:
            DeviceUnsupportedError: Nothing else moves.
        """
        buttons = _buttons(command.speeds)
        self._require()
        await self._mover.move(
            partial(self._begin, buttons), self._halt, command.seconds
        )

    async def pulse(self, axis: Axis, direction: int) -> None:
        """Move a little."""
        speeds = {axis: direction * _PULSE_SPEED}
        await self.move(PtzMove(speeds=speeds, seconds=_PULSE))

    async def stop(self) -> None:
        """End every movement: all buttons are released, also those not pressed.

        Raise:
            DeviceError: Not all of it was confirmed.
        """
        self._require()
        await self._mover.stop_now(self._halt_all)
        if not self.supported:
            raise DeviceUnsupportedError

    async def _begin(self, buttons: Mapping[str, int]) -> None:
        """Press buttons, after releasing others; all of them are held, or none.

        Another button is released first, also the one of the other direction: the
        document does not tell what a motor does that is sent both ways at once.
        """
        await self._let_go(self._held.keys() - buttons.keys())
        try:
            for button, speed in buttons.items():
                await self._press(button, speed)
        except _REFUSED:
            # Where nothing seems to have begun, no stop follows.
            await self._let_go(self._held)
            raise

    async def _let_go(self, buttons: Collection[str]) -> None:
        """Release buttons before something else is done.

        Raise:
            DeviceConnectionError: One of them may still be held.
        """
        if any((await self._release(buttons)).values()):
            # Not the error itself: after a refusal nobody would try to stop again.
            raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN)

    async def _press(self, button: str, speed: int) -> None:
        before = self._held.get(button)
        # What holds if the answer is never seen.
        self._held[button] = speed
        try:
            await self._order(button, f"Param1={_PRESS}&Param2={speed}")
        except DeviceError as err:
            if before is None and _is_refusal(err):
                del self._held[button]
            raise

    async def _halt(self) -> None:
        """Release what may be held."""
        outcome = await self._release(self._held)
        for button, err in outcome.items():
            if isinstance(err, _REFUSED):
                # Would be refused again, and must not stand in the way of all else.
                self._held.pop(button, None)
        _raise_first(outcome.values())

    async def _halt_all(self) -> None:
        """Release every button; one that the camera does not have is not held."""
        held = tuple(self._held)
        others = tuple(one for one in _ALL_BUTTONS if one not in held)
        outcome = await self._release((*held, *others))
        for button in others:
            if isinstance(outcome[button], DeviceUnsupportedError):
                outcome[button] = None
        for button in held:
            if isinstance(outcome[button], _REFUSED):
                self._held.pop(button, None)
        _raise_first(outcome.values())

    async def _release(self, buttons: Collection[str]) -> dict[str, DeviceError | None]:
        """Release buttons, each whatever becomes of the others; return the errors."""
        outcome: dict[str, DeviceError | None] = {}
        limit = _RELEASE_LIMIT / max(len(buttons), 1)
        for button in tuple(buttons):
            speed = self._held.get(button, 1)
            try:
                async with asyncio.timeout(limit):
                    await self._order(
                        button, f"Param1={_RELEASE}&Param2={speed}", urgent=True
                    )
            except TimeoutError:
                outcome[button] = DeviceConnectionError(Reason.TIMEOUT)
            except DeviceError as err:
                outcome[button] = err
            else:
                outcome[button] = None
                self._held.pop(button, None)
        return outcome

    async def _order(self, path: str, body: str, *, urgent: bool = False) -> None:
        """Give an order, and learn from its answer whether there are motors."""
        soon = self._mover.replacing and not self._client.doubtful
        try:
            await self._client.put(
                f"{PTZ}/1/{path}",
                body.encode(),
                content_type=FORM,
                urgent=urgent or soon,
            )
        except DeviceUnsupportedError:
            self._learn(motor=False)
            raise
        self._learn(motor=True)

    # Calibration

    async def calibrate(self, way: Calibration) -> None:
        """Have the lens find itself again; nothing is sent to it while it does.

        Raise:
            DeviceRequestError: It does so already.
        """
        self._require()
        await self._mover.instead(partial(self._adjust, way), self._halt)

    async def _adjust(self, way: Calibration) -> None:
        await self._let_go(self._held)
        begun = True
        try:
            await self._order(_GOTO, f"Param1={_WAYS[way]}")
        except DeviceError as err:
            begun = err.reason in _DOUBTFUL
            raise
        finally:
            # Also if it was given up in the middle: the lens may not be disturbed.
            if begun:
                until = self._around.clock.now() + CALIBRATION
                self._around.memory.put(_QUIET, until)
                self._keep_quiet(until)
                self._around.changed()

    def _keep_quiet(self, until: float) -> None:
        """Leave the lens alone until a moment, unless that is over or absurd."""
        if 0 < until - self._around.clock.now() <= CALIBRATION:
            self._undo_quiet()
            self._client.quiet_until = until
            self._undo_quiet = self._around.clock.call_at(until, self._end_quiet)
        else:
            self._around.memory.put(_QUIET, None)

    def _end_quiet(self) -> None:
        self._undo_quiet = _nothing
        self._around.memory.put(_QUIET, None)
        self._around.changed()

    async def close(self) -> None:
        """Stop what moves; orders are refused from now on."""
        self._undo_quiet()
        self._undo_quiet = _nothing
        await self._mover.close()


def _buttons(speeds: Mapping[Axis, float]) -> dict[str, int]:
    """Return which buttons have to be held, and how fast they move.

    Raise:
        DeviceError: There are none, or something is wanted that no lens can do.
    """
    wanted = {axis: speed for axis, speed in speeds.items() if speed}
    if not wanted:
        raise DeviceRequestError
    if wanted.keys() - BUTTONS.keys():
        raise DeviceUnsupportedError
    return {
        BUTTONS[axis][speed < 0]: min(max(1, round(abs(speed) * _FASTEST)), _FASTEST)
        for axis, speed in wanted.items()
    }


def _is_refusal(err: DeviceError) -> bool:
    """Return whether an order was surely not carried out."""
    return isinstance(err, _REFUSED) or err.reason is Reason.BUSY


def _raise_first(errors: Collection[DeviceError | None]) -> None:
    """Raise one of the errors, rather one after which it is worth to try again."""
    found = [err for err in errors if err is not None]
    for err in sorted(found, key=lambda one: isinstance(one, _REFUSED)):
        raise err


def _nothing() -> None:
    """Undo nothing."""
