"""Have what moves at a channel move (section 3.6)."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from ...model.commands import PtzMove, PtzPatrol, PtzPosition, PtzPreset, PtzStatus
from ...model.errors import (
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...model.vocabulary import Axis, PatrolKind
from ...transport.moving import Mover
from .options import NO, PTZ, YES
from .overlay import check_text
from .parts import Parts
from .settings import POSITION, PRESETS, SPEEDS, TOURS

PRESET_NUMBERS: Final = range(1, 256)
PATROL_NUMBERS: Final = range(1, 5)
"""Numbers of tours, patterns and pans (section 3.6.4)."""
_SHOWN_PRESETS: Final = range(1, 9)
"""Presets that are offered where the unit does not tell which are stored."""
_PULSE: Final = 0.3
"""Seconds for which a button moves the camera."""
_PULSE_SPEED: Final = 0.5
_STEPS: Final = 8
"""The fastest speed of SpeedInfo; the 63 of another table is not known everywhere."""
_LENS_STEPS: Final = 2
_CIRCLE: Final = 36000
"""A whole turn in hundredths of a degree."""
_ZOOM: Final = 65535
_TURNING: Final = frozenset({Axis.PAN, Axis.TILT})
_LENS: Final = {Axis.ZOOM: "Zoom", Axis.FOCUS: "Focus", Axis.IRIS: "Iris"}
"""1 is in, near and open, 0 is out, far and closed."""
_LENS_SPEEDS: Final = {Axis.ZOOM: "ZoomSpeed", Axis.FOCUS: "FocusSpeed"}
_DIRECTIONS: Final = {
    (0, 1): 1,
    (0, -1): 2,
    (-1, 0): 3,
    (1, 0): 4,
    (-1, 1): 5,
    (-1, -1): 6,
    (1, 1): 7,
    (1, -1): 8,
}
_STOP: Final = {"Stop": 0}
_CONTROL: Final = "PTZCtrlInfo"
_HEAD: Final = "head"


class PtzDriver:
    """Move one channel; what moves is always stopped."""

    def __init__(self, parts: Parts) -> None:
        """Bind a channel; it is not believed to move."""
        self._parts = parts
        name = f"Channel {parts.channel} of {parts.identity.name}"
        self._mover = Mover(parts.around.spawn, name)
        self._motor: str | None = None
        """What may be moving by an order of ours."""
        self._at: int | None = None
        """The preset to which it went, as far as nothing has moved it since."""

    # What it can do

    @property
    def chosen(self) -> str:
        """What the owner says of motors."""
        return self._parts.around.options.get(PTZ.key, PTZ.default)

    @property
    def offered(self) -> bool:
        """Whether anything moves: what the owner says, else the query."""
        if self.chosen in (YES, NO):
            return self.chosen == YES
        return bool(self._told("Direction") or self._told("Zoom"))

    @property
    def turns(self) -> bool:
        """Whether it turns: a channel without speeds and presets has only a lens."""
        if self.chosen in (YES, NO):
            return self.chosen == YES
        if not self._told("Direction"):
            return False
        return self._parts.known(SPEEDS) or self._parts.known(PRESETS)

    @property
    def axes(self) -> frozenset[Axis]:
        """What moves as long as it is told to."""
        if not self.offered:
            return frozenset()
        lens = frozenset(
            axis
            for axis, name in _LENS.items()
            if self.chosen == YES or self._told(name)
        )
        return lens | (_TURNING if self.turns else frozenset())

    @property
    def tells_position(self) -> bool:
        """Whether the unit says where it looks; no document prints how."""
        node = self._parts.node(POSITION)
        return any(node.number(name) is not None for name in ("Pan", "Tilt"))

    def _told(self, name: str) -> bool:
        """Return whether the query names something for this channel."""
        queries, family = self._parts.queries, "ptz"
        channels = queries.channels_of(family, _CONTROL)
        if channels and self._parts.channel not in channels:
            return False
        told = queries.range(family, _CONTROL, name)
        return told is not None and told.settable

    # Movements

    async def move(self, command: PtzMove) -> None:
        """Move for a while; a newer movement takes the place of an older one.

        Raise:
            DeviceRequestError: Turning and the lens, or two parts of the lens, were
                asked for at once.
        """
        await self._move(command.speeds, command.seconds)

    async def pulse(self, axis: Axis, direction: int) -> None:
        """Move a little, the lens as fast as it is set to."""
        await self._move({axis: direction * _PULSE_SPEED}, _PULSE, paced=False)

    async def _move(
        self, speeds: Mapping[Axis, float], seconds: float, *, paced: bool = True
    ) -> None:
        wanted = {axis: speed for axis, speed in speeds.items() if speed}
        if not wanted:
            raise DeviceRequestError
        if wanted.keys() - self.axes:
            raise DeviceUnsupportedError
        lens = [axis for axis in wanted if axis in _LENS]
        if lens and len(wanted) > 1:
            raise DeviceRequestError(Reason.PTZ_ONE_AT_A_TIME)
        if lens:
            start = partial(self._drive, lens[0], wanted[lens[0]], paced=paced)
        else:
            start = partial(self._turn, wanted)
        await self._mover.move(start, self._halt, seconds)

    async def stop(self) -> None:
        """End every movement, sent also if nothing seems to move."""
        await self._mover.stop_now(self._halt)

    async def _turn(self, wanted: Mapping[Axis, float]) -> None:
        """Begin to turn."""
        pan, tilt = wanted.get(Axis.PAN, 0.0), wanted.get(Axis.TILT, 0.0)
        values = {
            "Direction": _DIRECTIONS[_sign(pan), _sign(tilt)],
            "PanSpeed": _speed(pan or tilt),
            "TiltSpeed": _speed(tilt or pan),
        }
        await self._begin(_HEAD, values)

    async def _drive(self, axis: Axis, speed: float, *, paced: bool) -> None:
        """Begin to move a part of the lens."""
        if paced:
            await self._pace(axis, abs(speed))
        await self._begin(axis.value, {_LENS[axis]: int(speed > 0)})

    async def _pace(self, axis: Axis, speed: float) -> None:
        """Have the lens move so fast, where that can be set and is different."""
        parts, name = self._parts, _LENS_SPEEDS.get(axis)
        own = None if name is None else parts.node(SPEEDS).spelling(name)
        steps = min(round(speed * _LENS_STEPS), _LENS_STEPS)
        if own is None or parts.node(SPEEDS).integer(own) == steps:
            return
        try:
            await parts.client.order(
                "ptz_set", SPEEDS, parts.channel, {own: steps}, post=False
            )
        except DeviceRequestError, DeviceUnsupportedError:
            # It moves all the same, only not so fast.
            return
        parts.node(SPEEDS).tree[own] = str(steps)

    async def _begin(self, motor: str, values: Mapping[str, int]) -> None:
        """Start a motor, after stopping another one that would run on."""
        if self._motor not in (None, motor):
            await self._halt()
        self._motor = motor
        self._displace()
        await self._control(values)

    async def _halt(self) -> None:
        """Stop everything; this goes before what waits."""
        try:
            await self._control(_STOP, urgent=True)
        finally:
            self._displace()
        self._motor = None

    async def _control(
        self, values: Mapping[str, str | int], *, urgent: bool = False
    ) -> None:
        parts = self._parts
        soon = self._mover.replacing and not parts.client.doubtful
        await parts.client.order(
            "ptz_set", _CONTROL, parts.channel, values, urgent=urgent or soon
        )

    def _displace(self) -> None:
        """Forget what a movement makes untrue."""
        self._at = None
        name = self._parts.name(POSITION)
        if self._parts.known(POSITION):
            self._parts.sections.outdate(name)

    async def _instead(self, values: Mapping[str, str | int]) -> None:
        """Have something done that takes the place of a movement."""

        async def act() -> None:
            if self._motor is not None:
                await self._halt()
            self._displace()
            await self._control(values)

        await self._mover.instead(act, self._halt)

    # Positions

    @property
    def stored(self) -> dict[int, str]:
        """Names of the presets by their numbers."""
        parts = self._parts
        if not parts.known(PRESETS):
            return {number: f"Preset {number}" for number in _SHOWN_PRESETS}
        node = parts.node(PRESETS)
        found: dict[int, str] = {}
        for own in node:
            row = own.partition("/")[0]
            if row.isdecimal() and int(row) in PRESET_NUMBERS:
                title = (node.text(f"{row}/PresetTitle") or "").strip()
                found[int(row)] = title or f"Preset {int(row)}"
        return dict(sorted(found.items()))

    @property
    def labels(self) -> dict[str, int]:
        """Numbers of the presets by names of which there are no two."""
        found: dict[str, int] = {}
        for number, name in self.stored.items():
            label = name
            while label in found:
                label = f"{label} ({number})"
            found[label] = number
        return found

    @property
    def label(self) -> str | None:
        """Name of the preset to which it went last and that it has not left since."""
        return next(
            (one for one, number in self.labels.items() if number == self._at), None
        )

    async def go_to_preset(self, number: int, speed: float | None) -> None:
        """Go to a preset (3.6.2.5), at the speed that the unit has for that."""
        if speed is not None:
            raise DeviceUnsupportedError
        _check(number, PRESET_NUMBERS)
        await self._instead({"PresetNumber": number, "Preset": 1})
        self._at = number

    async def go_to_label(self, label: str) -> None:
        """Go to a preset by a name of which there are no two."""
        number = self.labels.get(label)
        if number is None:
            raise DeviceRequestError
        await self.go_to_preset(number, None)

    async def store(self, number: int, name: str | None) -> None:
        """Store where it looks; without a name the one stays that it had."""
        _check(number, PRESET_NUMBERS)
        values: dict[str, str | int] = {"PresetNumber": number, "Preset": 0}
        if name is not None:
            title = name.strip()
            check_text(title)
            if not title:
                raise DeviceRequestError
            values["PresetTitle"] = title
        await self._control(values)
        if self._parts.known(PRESETS):
            self._parts.sections.outdate(self._parts.name(PRESETS))

    async def go_to(self, position: PtzPosition, speed: float | None) -> None:
        """Go to a position (3.6.2.8): hundredths of a degree, and a part of the zoom.

        Raise:
            DeviceRequestError: A tilt below the horizon cannot be told to a unit.
        """
        if speed is not None:
            raise DeviceUnsupportedError
        values: dict[str, str | int] = {}
        if position.pan is not None:
            values["Pan"] = round(position.pan * 100) % _CIRCLE
        if position.tilt is not None:
            tilt = round(position.tilt * 100)
            if not 0 <= tilt <= _CIRCLE:
                raise DeviceRequestError(Reason.INVALID_VALUE)
            values["Tilt"] = tilt
        if position.zoom is not None:
            values["ZoomPosition"] = round(min(max(position.zoom, 0.0), 1.0) * _ZOOM)
        if not values:
            raise DeviceRequestError
        await self._instead({"Model": 0, **values})

    @property
    def position(self) -> PtzPosition | None:
        """Where it looks, as far as the unit has said."""
        node = self._parts.node(POSITION)
        pan, tilt, zoom = (
            node.number(name) for name in ("Pan", "Tilt", "ZoomPosition")
        )
        if pan is None and tilt is None and zoom is None:
            return None
        return PtzPosition(
            pan=None if pan is None else pan / 100,
            tilt=None if tilt is None else tilt / 100,
            zoom=None if zoom is None else min(max(zoom / _ZOOM, 0.0), 1.0),
        )

    # Rounds

    async def patrol(self, kind: PatrolKind, number: int, run: bool) -> None:
        """Start a round, or end all: nothing else is sure to end one."""
        if not run:
            await self.stop()
            return
        if kind is not PatrolKind.AUTO_SCAN:
            _check(number, PATROL_NUMBERS)
        match kind:
            case PatrolKind.PATTERN:
                await self._instead({"PatternNumber": number, "Pattern": 2})
            case PatrolKind.AUTO_PAN:
                await self._instead({"AutoPanNumber": number, "AutoPan": 2})
            case PatrolKind.AUTO_SCAN:
                await self._instead({"AutoScan": 1})
            case _:
                await self._mover.instead(partial(self._tour, number), self._halt)

    async def _tour(self, number: int) -> None:
        if self._motor is not None:
            await self._halt()
        self._displace()
        values = {"TourNum": number, "TourAct": 1}
        await self._parts.client.order("ptz_set", TOURS, self._parts.channel, values)

    async def status(self) -> PtzStatus:
        """Ask for what is stored, and for where it looks."""
        parts = self._parts
        for group, there in (
            (PRESETS, parts.known(PRESETS)),
            (TOURS, parts.known(TOURS)),
            (POSITION, self.tells_position),
        ):
            if there:
                await parts.sections.read(parts.name(group))
        known = parts.known(PRESETS)
        return PtzStatus(
            presets=tuple(
                PtzPreset(number=number, name=name)
                for number, name in (self.stored if known else {}).items()
            ),
            patrols=tuple(self._told_tours()),
            position=self.position,
        )

    def _told_tours(self) -> list[PtzPatrol]:
        rows = {own.partition("/")[0] for own in self._parts.node(TOURS)}
        numbers = sorted(int(row) for row in rows if row.isdecimal())
        return [
            PtzPatrol(number=number, name=f"Tour {number}", kind=PatrolKind.PATROL)
            for number in numbers
            if number in PATROL_NUMBERS
        ]

    async def close(self) -> None:
        """Stop what moves; orders are refused from now on."""
        await self._mover.close()


def _check(number: int, numbers: range) -> None:
    """Refuse what no unit has, before anything is sent."""
    if number not in numbers:
        raise DeviceRequestError


def _speed(value: float) -> int:
    return min(max(1, round(abs(value) * _STEPS)), _STEPS)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
