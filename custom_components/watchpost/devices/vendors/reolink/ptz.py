"""Have the motors and the lens of a camera move (chapter 3.7)."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

from ...model.commands import PtzMove, PtzPosition, PtzStatus
from ...model.device import Json
from ...model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ...model.vocabulary import Axis, PatrolKind
from ...transport.moving import Mover
from .client import Ask
from .codes import DONE, REFUSED, error_for
from .parts import Parts
from .ptz_state import PtzState

PATROLS: Final = range(1, 7)
PRESETS: Final = range(1, 65)
"""Numbers of presets (section 3.7.2)."""
_NAME_BYTES: Final = 31
"""Length of a preset's name (section 3.7.2)."""
_PULSE: Final = 0.3
"""Seconds for which a button moves the camera."""
_PULSE_SPEED: Final = 0.5
_STEPS: Final = 64
"""The fastest speed (section 3.7.4)."""
_CALIBRATING: Final = 1
_NO_SPEED: Final = 5
"""Type of motors whose speed cannot be chosen (section 3.1.1, ptzType)."""
_TURNING: Final = frozenset({Axis.PAN, Axis.TILT})
_AXES: Final = {
    0: frozenset[Axis](),
    1: frozenset({Axis.ZOOM, Axis.FOCUS}),
    2: frozenset(Axis),
    3: _TURNING,
    4: _TURNING | {Axis.ZOOM},
    5: frozenset(Axis),
}
"""What moves, by ptzType; cameras of a type that the guide does not know turn."""
_DIRECTIONS: Final = {
    (-1, 0): "Left",
    (1, 0): "Right",
    (0, 1): "Up",
    (0, -1): "Down",
    (-1, 1): "LeftUp",
    (-1, -1): "LeftDown",
    (1, 1): "RightUp",
    (1, -1): "RightDown",
}
_LENS: Final = {
    Axis.ZOOM: ("ZoomInc", "ZoomDec"),
    Axis.FOCUS: ("FocusInc", "FocusDec"),
    Axis.IRIS: ("IrisInc", "IrisDec"),
}
"""In and out, near and far, open and closed; the guide has the zoom swapped."""
_SLIDERS: Final = {Axis.ZOOM: "ZoomPos", Axis.FOCUS: "FocusPos"}
_STOP: Final = "Stop"


class PtzDriver:
    """Move one camera; what moves is always stopped."""

    def __init__(self, parts: Parts) -> None:
        """Bind a camera; it is not believed to move."""
        self.ability = parts.channel
        """What the camera can do; another one may be connected later."""
        self.state = PtzState(parts)
        self._number = parts.number
        self._client = parts.client
        self._mover = Mover(parts.around.spawn, f"Camera {parts.number + 1}")
        self._lens_moves = False
        self._calibration = asyncio.Lock()

    # What it can do

    @property
    def axes(self) -> frozenset[Axis]:
        """What moves as long as it is told to (ptzType)."""
        return _AXES.get(self.ability.version("ptzType"), _TURNING)

    @property
    def turns(self) -> bool:
        """Whether it turns, and so has a guard point."""
        return Axis.PAN in self.axes

    @property
    def slides(self) -> bool:
        """Whether zoom and focus can be sent to a position (ptzCtrl)."""
        return self.ability.version("ptzCtrl") > 1

    @property
    def stores(self) -> bool:
        """Whether it has presets."""
        return self.ability.has("ptzPreset")

    @property
    def patrols(self) -> bool:
        """Whether it has patrols."""
        return self.ability.has("ptzPatrol")

    @property
    def calibrates(self) -> bool:
        """Whether its motors can find themselves again."""
        return self.ability.has("supportPtzCheck")

    # Movements

    async def move(self, command: PtzMove) -> None:
        """Move for a while; a newer movement takes the place of an older one.

        Raise:
            DeviceRequestError: Turning and the lens, or two parts of the lens, were
                asked for at once.
        """
        operation, speed = self._operation(command.speeds)
        await self._mover.move(
            partial(self._control, operation, speed=speed), self._halt, command.seconds
        )

    async def pulse(self, axis: Axis, direction: int) -> None:
        """Move a little."""
        speeds = {axis: direction * _PULSE_SPEED}
        await self.move(PtzMove(speeds=speeds, seconds=_PULSE))

    async def stop(self) -> None:
        """End every movement, sent also if nothing seems to move."""
        await self._mover.stop_now(self._halt)

    def _operation(self, speeds: Mapping[Axis, float]) -> tuple[str, float]:
        """Return the one command that does all that is wanted, and its speed."""
        wanted = {axis: speed for axis, speed in speeds.items() if speed}
        if not wanted:
            raise DeviceRequestError
        if wanted.keys() - self.axes:
            raise DeviceUnsupportedError
        lens = [axis for axis in wanted if axis in _LENS]
        if lens and len(wanted) > 1:
            raise DeviceRequestError(Reason.PTZ_ONE_AT_A_TIME)
        if lens:
            speed = wanted[lens[0]]
            return _LENS[lens[0]][speed < 0], abs(speed)
        pan, tilt = wanted.get(Axis.PAN, 0.0), wanted.get(Axis.TILT, 0.0)
        if pan and tilt and self.ability.version("ptzDirection") > 0:
            # Four directions only.
            pan, tilt = (pan, 0.0) if abs(pan) >= abs(tilt) else (0.0, tilt)
        return _DIRECTIONS[_sign(pan), _sign(tilt)], max(abs(pan), abs(tilt))

    async def _halt(self) -> None:
        await self._control(_STOP)

    async def _control(
        self, operation: str, *, number: int | None = None, speed: float | None = None
    ) -> None:
        """Give an order (section 3.7.5), once."""
        param: dict[str, Json] = {"channel": self._number, "op": operation}
        if number is not None:
            param["id"] = number
        if speed is not None and self._has_speeds:
            param["speed"] = min(max(1, round(speed * _STEPS)), _STEPS)
        if operation != _STOP:
            self._lens_moves = operation not in _DIRECTIONS.values()
        try:
            ask = Ask(command="PtzCtrl", param=param)
            urgent = operation == _STOP or self._mover.replacing
            await self._client.act(ask, urgent=urgent)
        finally:
            # Done or not: what was known may not hold any more.
            self.state.displace(lens=self._lens_moves)

    # Positions

    @property
    def _has_speeds(self) -> bool:
        return self.ability.version("ptzType") != _NO_SPEED

    async def go_to_preset(self, number: int, speed: float | None) -> None:
        """Go to a preset."""
        if speed is not None and not self._has_speeds:
            raise DeviceUnsupportedError

        async def go() -> None:
            await self._control("ToPos", number=number, speed=speed)
            self.state.arrive(number)

        await self._mover.instead(go, self._halt)

    async def go_to_label(self, label: str) -> None:
        """Go to a preset by a name of which there are no two."""
        number = self.state.labels.get(label)
        if number is None:
            raise DeviceRequestError
        await self.go_to_preset(number, None)

    async def go_home(self, speed: float | None = None) -> None:
        """Go to the guard point, at the speed that the camera has for that."""
        if speed is not None:
            raise DeviceUnsupportedError

        async def go() -> None:
            try:
                await self._act("SetPtzGuard", "PtzGuard", cmdStr="toPos")
            finally:
                self.state.displace(lens=True)

        await self._mover.instead(go, self._halt)

    async def set_home(self) -> None:
        """Make the guard point of where it looks."""
        await self._act("SetPtzGuard", "PtzGuard", cmdStr="setPos", bSaveCurrentPos=1)
        self.state.guard.outdate()

    async def set_home_return(self, on: bool) -> None:
        """Choose whether it returns to the guard point by itself.

        The guide demands a command in each write; this one saves no position.
        """
        await self.state.guard.write_all(
            {("cmdStr",): "setPos", ("bSaveCurrentPos",): 0, ("benable",): int(on)}
        )

    async def go_to(self, position: PtzPosition, speed: float | None) -> None:
        """Go to a zoom; nothing else can be sent to a position."""
        turned = (position.pan, position.tilt) != (None, None)
        if position.zoom is None or turned or speed is not None:
            raise DeviceUnsupportedError
        least, most = self.state.limits(Axis.ZOOM)
        await self.slide(Axis.ZOOM, least + position.zoom * (most - least))

    async def slide(self, axis: Axis, value: float) -> None:
        """Send zoom or focus to a position (section 3.7.13)."""
        if self._mover.moving:
            # Its end would stop the lens on its way.
            await self.stop()
        least, most = self.state.limits(axis)
        goal = round(min(max(value, least), most))
        await self._act("StartZoomFocus", "ZoomFocus", op=_SLIDERS[axis], pos=goal)
        self.state.slide(axis, goal)

    # What is stored

    async def store(self, number: int, name: str | None) -> None:
        """Store where it looks; without a name the one stays that it had."""
        name = await self.state.name_of(number) if name is None else name.strip()
        if not 1 <= len(name.encode()) <= _NAME_BYTES:
            raise DeviceRequestError
        await self._set_preset(number, name, enable=1)

    async def clear(self, number: int) -> None:
        """Forget a preset; the guide demands its name."""
        await self._set_preset(number, await self.state.name_of(number), enable=0)
        if self.state.preset == number:
            self.state.leave()

    async def _set_preset(self, number: int, name: str, *, enable: int) -> None:
        await self._act(
            "SetPtzPreset", "PtzPreset", enable=enable, id=number, name=name
        )
        self.state.presets.outdate()

    async def patrol(self, kind: PatrolKind, number: int, run: bool) -> None:
        """Start or end a patrol."""
        if kind is not PatrolKind.PATROL:
            raise DeviceUnsupportedError

        async def order() -> None:
            await self._control("StartPatrol" if run else "StopPatrol", number=number)
            self.state.patrol(runs=run)

        await self._mover.instead(order, self._halt)

    async def switch_patrol(self, on: bool) -> None:
        """Start the first patrol that is set up, or end the one that runs."""
        if not self.state.patrols.known:
            await self.state.patrols.read()
        first = self.state.first_patrol("enable")
        if not on:
            first = self.state.first_patrol("running") or first or 1
        if first is None:
            raise DeviceRequestError(Reason.CONFLICT)
        await self.patrol(PatrolKind.PATROL, first, on)

    async def status(self) -> PtzStatus:
        """Ask for all that is stored and for the zoom, in one request."""
        state = self.state
        documents = [
            document
            for document, there in (
                (state.presets, self.stores),
                (state.patrols, self.patrols),
                (state.lens, self.slides),
            )
            if there
        ]
        answers = await self._client.ask([document.ask() for document in documents])
        for document, answer in zip(documents, answers, strict=True):
            document.take(answer)
        for answer in answers:
            if answer.code not in (DONE, *REFUSED):
                raise error_for(answer.code)
        return PtzStatus(
            presets=state.told_presets(),
            patrols=state.told_patrols(),
            position=state.told_position() if self.slides else None,
        )

    # Calibration

    async def calibrate(self) -> None:
        """Have the motors find themselves again (sections 3.7.16 and 3.7.17).

        Raise:
            DeviceRequestError: They are about to.
        """
        async with self._calibration:
            if await self._check_state() == _CALIBRATING:
                raise DeviceRequestError(Reason.CONFLICT)
            await self._mover.instead(self._check, self._halt)

    async def _check_state(self) -> int | None:
        ask = Ask(command="GetPtzCheckState", param={"channel": self._number})
        try:
            answer = await self._client.read(ask)
        except DeviceUnsupportedError:
            return None
        return answer.value.integer("PtzCheckState")

    async def _check(self) -> None:
        ask = Ask(command="PtzCheck", param={"channel": self._number})
        try:
            await self._client.act(ask)
        finally:
            self.state.displace(lens=True)

    async def _act(self, command: str, wrapper: str, **fields: Json) -> None:
        param: dict[str, Json] = {wrapper: {"channel": self._number, **fields}}
        await self._client.act(Ask(command=command, param=param))

    async def close(self) -> None:
        """Stop what moves; orders are refused from now on."""
        self.state.leave()
        await self._mover.close()


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
