"""Have the motors of a camera move (chapter 9)."""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Final

from ...kit.sections import Sections
from ...model.commands import PtzMove, PtzPreset, PtzStatus
from ...model.device import Json, Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.vocabulary import Axis
from ...transport.moving import Action, Mover
from .client import Client
from .const import MOVE
from .options import AUTO, PTZ, YES
from .settings import PERIPHERAL

PRESETS: Final = range(1, 101)
"""Numbers of presets; those of the general table, chapter 9 has none."""
_NAME_BYTES: Final = 64
_PULSE: Final = 0.3
"""Seconds for which a button moves the camera."""
_PULSE_SPEED: Final = 0.5
_FASTEST: Final = 100
_USUAL: Final = 50
_STOP: Final = 21
_STORE: Final = 19
_CALL: Final = 20
"""The document's example of a call sends 19, which would store."""
_REFOCUS: Final = 11
_TURNS: Final = {
    (0, 1): 1,
    (0, -1): 2,
    (-1, 0): 3,
    (1, 0): 4,
    (-1, 1): 71,
    (-1, -1): 72,
    (1, 1): 73,
    (1, -1): 74,
}
_LENS: Final = {Axis.ZOOM: (9, 10), Axis.FOCUS: (5, 6), Axis.IRIS: (7, 8)}
"""In and out, near and far, open and closed.

The document prints 9 for opening the iris, which is the zoom's; 7 completes the row.
"""
_MEMORY: Final = "ptz_absent"
_NAMES: Final = "ptz_presets"


class Motor(StrEnum):
    """What a camera can have of motors."""

    HEAD = "head"
    LENS = "lens"


_AXES: Final = {
    Motor.HEAD: frozenset({Axis.PAN, Axis.TILT}),
    Motor.LENS: frozenset({Axis.ZOOM, Axis.FOCUS, Axis.IRIS}),
}


class PtzDriver:
    """Move one camera; what moves is always stopped."""

    def __init__(
        self, client: Client, sections: Sections, around: Surroundings, name: str
    ) -> None:
        """Bind a camera; it is not believed to move."""
        self._client = client
        self._sections = sections
        self._around = around
        self._option = around.options.get(PTZ.key, PTZ.default)
        self._mover = Mover(around.spawn, name)
        self._moving: set[str] = set()
        """What may be moving."""
        self._firmware: str | None = None
        self._absent: set[Motor] = set()
        """What the camera has said that it does not have."""
        self._proven: set[Motor] = set()

    # What it can do

    @property
    def motors(self) -> frozenset[Motor]:
        """What is to be shown: what the owner says, else what was not refused."""
        if self._option == YES:
            return frozenset(Motor)
        return frozenset(Motor) - self._absent if self._option == AUTO else frozenset()

    @property
    def ruled_out(self) -> bool:
        """Whether the owner says that there are no motors."""
        return self._option not in (YES, AUTO)

    @property
    def axes(self) -> frozenset[Axis]:
        """What moves as long as it is told to."""
        return frozenset[Axis]().union(*(_AXES[one] for one in self.motors))

    def know(self, firmware: str) -> None:
        """Take in which software runs, and recall what that has refused before."""
        if firmware == self._firmware:
            return
        self._firmware = firmware
        kept = self._around.memory.get(_MEMORY)
        self._absent, self._proven = set(), set()
        if isinstance(kept, dict) and kept.get("firmware") == firmware:
            told = kept.get("absent")
            names = told if isinstance(told, list) else []
            self._absent = {one for one in Motor if one.value in names}

    def _learn_absence(self, motor: Motor) -> None:
        """Remember that there is no such motor, unless it is only locked."""
        locked = self._sections.node(PERIPHERAL).flag("PTZ_Lock")
        if locked or motor in self._proven or motor in self._absent:
            return
        self._absent.add(motor)
        absent: list[Json] = [*sorted(one.value for one in self._absent)]
        kept: Json = {"firmware": self._firmware or "", "absent": absent}
        self._around.memory.put(_MEMORY, kept)
        self._around.changed()

    # Movements

    async def move(self, command: PtzMove) -> None:
        """Move for a while; a newer movement takes the place of an older one.

        Raise:
            DeviceRequestError: Turning and the lens, or two parts of the lens, were
                asked for at once.
        """
        begin = self._plan(command.speeds)
        await self._mover.move(begin, self._halt, command.seconds)

    async def pulse(self, axis: Axis, direction: int) -> None:
        """Move a little."""
        speeds = {axis: direction * _PULSE_SPEED}
        await self.move(PtzMove(speeds=speeds, seconds=_PULSE))

    async def stop(self) -> None:
        """End every movement, sent also if nothing seems to move."""
        await self._mover.stop_now(self._halt)

    def _plan(self, speeds: Mapping[Axis, float]) -> Action:
        """Return the one command that does all that is wanted."""
        wanted = {axis: speed for axis, speed in speeds.items() if speed}
        if not wanted:
            raise DeviceRequestError
        if wanted.keys() - self.axes:
            raise DeviceUnsupportedError
        lens = [axis for axis in wanted if axis in _LENS]
        if lens and len(wanted) > 1:
            raise DeviceRequestError(Reason.PTZ_ONE_AT_A_TIME)
        if lens:
            (axis,), speed = lens, wanted[lens[0]]
            command, steps = _LENS[axis][speed < 0], _steps(speed)
            return partial(self._begin, Motor.LENS, axis.value, command, steps, steps)
        pan, tilt = wanted.get(Axis.PAN, 0.0), wanted.get(Axis.TILT, 0.0)
        command = _TURNS[_sign(pan), _sign(tilt)]
        # One that does not turn gets the speed of the other: 0 is not allowed.
        across, upwards = _steps(pan or tilt), _steps(tilt or pan)
        return partial(
            self._begin, Motor.HEAD, Motor.HEAD.value, command, across, upwards
        )

    async def _begin(
        self, motor: Motor, part: str, command: int, across: int, upwards: int
    ) -> None:
        """Start a part, after stopping others: a start ends only what it moves."""
        if self._moving - {part}:
            await self._halt_before()
        known = part in self._moving
        # What holds if the answer is never seen.
        self._moving.add(part)
        try:
            await self._control(command, across, upwards)
        except DeviceUnsupportedError:
            self._moving -= set() if known else {part}
            self._learn_absence(motor)
            raise
        except DeviceRequestError:
            self._moving -= set() if known else {part}
            raise
        self._proven.add(motor)

    async def _halt_before(self) -> None:
        """Stop before something else is done.

        Raise:
            DeviceConnectionError: Something may still be moving.
        """
        try:
            await self._halt()
        except DeviceError:
            # Not the error itself: after a refusal nobody would try to stop again.
            raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN) from None

    async def _halt(self) -> None:
        await self._control(_STOP, _USUAL, _USUAL, urgent=True)
        self._moving.clear()

    async def _control(
        self, command: int, across: int, upwards: int, *, urgent: bool = False
    ) -> None:
        """Give an order, once; all four fields are always sent."""
        await self._client.act(
            MOVE,
            {
                "speed_h": across,
                "speed_v": upwards,
                "channel": 0,
                "ptz_cmd": command,
            },
            urgent=urgent or (self._mover.replacing and not self._client.doubtful),
        )

    async def _once(self, motor: Motor, command: int, number: int) -> None:
        """Have something done that ends by itself, with everything at rest."""
        if self._moving:
            await self._halt_before()
        try:
            await self._control(command, _USUAL, number)
        except DeviceUnsupportedError:
            self._learn_absence(motor)
            raise
        self._proven.add(motor)

    # Presets

    async def go_to_preset(self, number: int, speed: float | None) -> None:
        """Go to a preset, at the speed that the camera has for that."""
        _check(number)
        if speed is not None:
            raise DeviceUnsupportedError
        go = partial(self._once, Motor.HEAD, _CALL, number)
        await self._mover.instead(go, self._halt)

    async def store(self, number: int, name: str | None) -> None:
        """Store where it looks; the name is kept here, the camera has none."""
        _check(number)
        name = None if name is None else name.strip()
        if name is not None and len(name.encode()) > _NAME_BYTES:
            raise DeviceRequestError(Reason.TEXT_TOO_LONG, {"limit": str(_NAME_BYTES)})
        await self._control(_STORE, _USUAL, number)
        names = self._names()
        names[number] = name or names.get(number) or f"Preset {number}"
        kept: Json = {str(one): names[one] for one in sorted(names)}
        self._around.memory.put(_NAMES, kept)

    async def status(self) -> PtzStatus:
        """Return the presets that were stored from here: the camera tells none."""
        names = self._names()
        return PtzStatus(
            presets=tuple(PtzPreset(number=one, name=names[one]) for one in names)
        )

    def _names(self) -> dict[int, str]:
        kept = self._around.memory.get(_NAMES)
        rows = kept.items() if isinstance(kept, dict) else ()
        found = {int(one): str(name) for one, name in rows if one.isdecimal()}
        return dict(sorted(found.items()))

    # Focus

    async def refocus(self) -> None:
        """Have the lens focus by itself."""
        if Motor.LENS not in self.motors:
            raise DeviceUnsupportedError
        focus = partial(self._once, Motor.LENS, _REFOCUS, _USUAL)
        await self._mover.instead(focus, self._halt)

    async def close(self) -> None:
        """Stop what moves; orders are refused from now on."""
        await self._mover.close()


def _steps(speed: float) -> int:
    return min(max(1, round(abs(speed) * _FASTEST)), _FASTEST)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _check(number: int) -> None:
    """Refuse numbers that no camera has."""
    if number not in PRESETS:
        raise DeviceRequestError(Reason.INVALID_VALUE)
