"""The motors of one channel: moves, presets, patrols, guard point, calibration."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ..clock import Timer, VirtualClock
from .checks import Checker, check_mandatory, is_integer, need_integer, need_text, prune
from .errors import NOT_SUPPORTED, PARAM_ERROR, RefusedError
from .options import ChannelOptions, ReolinkOptions
from .setting import BOOLEAN, Json, bounds, length

PRESETS: Final = 64
PATROLS: Final = 6
STOPS: Final = 16
"""Presets in one patrol."""
MAX_ZOOM: Final = 33
MAX_FOCUS: Final = 223
DEFAULT_SPEED: Final = 32
DEGREES: Final = 0.5
"""Degrees that the unit turns each second for each step of speed."""
_AXES: Final = {
    "Left": (-1, 0),
    "Right": (1, 0),
    "Up": (0, 1),
    "Down": (0, -1),
    "LeftUp": (-1, 1),
    "LeftDown": (-1, -1),
    "RightUp": (1, 1),
    "RightDown": (1, -1),
    "Auto": (1, 0),
}
_FOUR: Final = frozenset({"Left", "Right", "Up", "Down"})
_LENS: Final = {
    "ZoomDec": ("zoom", -1),
    "ZoomInc": ("zoom", 1),
    "FocusDec": ("focus", -1),
    "FocusInc": ("focus", 1),
}
_IRIS: Final = frozenset({"IrisDec", "IrisInc"})
_GOALS: Final = frozenset({"StartPatrol", "StopPatrol", "ToPos"})
_ENDS: Final = {"zoom": MAX_ZOOM, "focus": MAX_FOCUS}


@dataclass
class Move:
    """One movement; without an end it still runs."""

    op: str
    speed: int
    number: int | None
    began: float
    ended: float | None = None


@dataclass
class Position:
    """Where the unit looks."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0
    focus: float = 23.0


class Ptz:
    """The motors of one channel."""

    def __init__(
        self, clock: VirtualClock, options: ReolinkOptions, channel: int
    ) -> None:
        """Stand still."""
        self._clock = clock
        self._options = options
        self._channel = channel
        self._timer: Timer | None = None
        self._checked_at: float | None = None
        self.moves: list[Move] = []
        """All movements since power-on, oldest first."""
        self.presets: list[Json] = []
        self.patrols: list[Json] = []
        self.guard: Json = {}
        self.positions: dict[int, Position] = {}
        self.guard_position = Position()
        self._here = Position()
        self.reset()

    @property
    def camera(self) -> ChannelOptions:
        """Return what the motors can do."""
        return self._options.channels[self._channel]

    def reset(self) -> None:
        """Return to the document's presets and patrols."""
        self.presets = [
            {
                "channel": self._channel,
                "enable": int(number <= 2),
                "id": number,
                "name": "pos1" if number <= 2 else "",
            }
            for number in range(1, PRESETS + 1)
        ]
        self.positions = {1: Position(pan=30.0), 2: Position(pan=-30.0)}
        stops = [
            {"dwellTime": 3, "id": 1, "speed": 10},
            {"dwellTime": 4, "id": 2, "speed": 20},
        ]
        self.patrols = [
            {
                "channel": self._channel,
                "enable": int(number == 1),
                "id": number,
                "name": "cruise1" if number == 1 else "",
                "preset": [dict(stop) for stop in stops],
                "running": 0,
            }
            for number in range(1, PATROLS + 1)
        ]
        self.guard = {
            "benable": 1,
            "bexistPos": 1,
            "channel": self._channel,
            "timeout": 60,
        }
        self.guard_position = Position()

    # Movement

    @property
    def moving(self) -> Move | None:
        """Return the movement that runs now."""
        last = self.moves[-1] if self.moves else None
        return last if last is not None and last.ended is None else None

    @property
    def patrolling(self) -> int | None:
        """Return the patrol that runs now."""
        return next((row["id"] for row in self.patrols if row["running"]), None)

    @property
    def position(self) -> Position:
        """Return where the unit looks now."""
        here = Position(**vars(self._here))
        move = self.moving
        if move is None:
            return here
        seconds = self._clock.monotonic - move.began
        if move.op in _AXES:
            pan, tilt = _AXES[move.op]
            step = (move.speed or DEFAULT_SPEED) * DEGREES * seconds
            here.pan = (here.pan + pan * step + 180.0) % 360.0 - 180.0
            here.tilt = min(max(here.tilt + tilt * step, -90.0), 90.0)
        elif move.op in _LENS:
            name, sign = _LENS[move.op]
            value = getattr(here, name) + sign * seconds * 5
            setattr(here, name, min(max(value, 0.0), float(_ENDS[name])))
        return here

    def control(self, param: Json) -> None:
        """Carry out PtzCtrl."""
        op = need_text(param, "op")
        speed = param.get("speed", 0)
        number = param.get("id")
        if not is_integer(speed) or not 0 <= speed <= 64:
            raise RefusedError(PARAM_ERROR, f"speed {speed!r}")
        if number is not None and not is_integer(number):
            raise RefusedError(PARAM_ERROR, f"id {number!r}")
        self._check_op(op)
        if op == "ToPos":
            goal = self._preset(number)
            self._halt()
            self._end_patrol()
            self._record(op, speed, number, ended=True)
            self._here = Position(**vars(self.positions[goal["id"]]))
        elif op in ("StartPatrol", "StopPatrol"):
            self._patrol_control(op, speed, number)
        else:
            self._halt()
            self._end_patrol()
            self._record(op, speed, number, ended=op == "Stop")
        self._plan_return(op)

    def _patrol_control(self, op: str, speed: int, number: int | None) -> None:
        """Start or stop a patrol."""
        if op == "StartPatrol":
            patrol = self._patrol(number)
            if not patrol["enable"]:
                raise RefusedError(PARAM_ERROR, f"patrol {number} is not enabled")
            self._halt()
            self._end_patrol()
            patrol["running"] = 1
        else:
            self._end_patrol()
        self._record(op, speed, number, ended=True)

    def _check_op(self, op: str) -> None:
        """Refuse what the motors cannot do."""
        if op == "Stop":
            return
        if op not in {*_AXES, *_LENS, *_IRIS, *_GOALS}:
            raise RefusedError(PARAM_ERROR, f"no operation {op!r}")
        kind = self.camera.ptz_type
        can_zoom = kind in (1, 2, 4, 5)
        if (op in _LENS or op in _IRIS) and not can_zoom:
            raise RefusedError(NOT_SUPPORTED, op)
        if (op in _AXES or op in _GOALS) and kind == 1:
            raise RefusedError(NOT_SUPPORTED, op)
        if op in _AXES and op not in _FOUR and self.camera.ptz_directions == 4:
            raise RefusedError(NOT_SUPPORTED, op)

    def _record(
        self, op: str, speed: int, number: int | None, *, ended: bool = False
    ) -> None:
        """Write down a movement."""
        now = self._clock.monotonic
        self.moves.append(Move(op, speed, number, now, now if ended else None))

    def _halt(self) -> None:
        """End the movement that runs."""
        move = self.moving
        self._here = self.position
        if move is not None:
            move.ended = self._clock.monotonic

    def _end_patrol(self) -> None:
        """End the patrol that runs."""
        for patrol in self.patrols:
            patrol["running"] = 0

    def stop(self) -> None:
        """Stand still, as after a restart."""
        self._halt()
        self._end_patrol()
        if self._timer is not None:
            self._timer.cancel()

    # Presets and patrols

    def _preset(self, number: object) -> Json:
        """Return an enabled preset."""
        for preset in self.presets:
            if preset["id"] == number and preset["enable"]:
                return preset
        raise RefusedError(PARAM_ERROR, f"no preset {number!r}")

    def _patrol(self, number: object) -> Json:
        """Return a patrol."""
        for patrol in self.patrols:
            if patrol["id"] == number:
                return patrol
        raise RefusedError(PARAM_ERROR, f"no patrol {number!r}")

    def read_presets(self, action: int) -> Json:
        """Return what GetPtzPreset answers."""
        rows = [dict(preset) for preset in self.presets]
        answer: Json = {"value": {"PtzPreset": rows}}
        if action:
            limits = {"channel": self._channel, **PRESET_LIMITS}
            answer["initial"] = {"PtzPreset": rows}
            answer["range"] = {"PtzPreset": limits}
        return answer

    def read_patrols(self, action: int) -> Json:
        """Return what GetPtzPatrol answers."""
        answer: Json = {"value": {"PtzPatrol": deepcopy(self.patrols)}}
        if action:
            answer["range"] = {"PtzPatrol": {**PATROL_LIMITS, "id": bounds(1, 1)}}
        return answer

    def set_preset(self, fields: Json) -> None:
        """Carry out SetPtzPreset."""
        check_mandatory(fields, ("channel", "id", "name"), self._options.missing)
        self._check(fields, self.presets[0], PRESET_LIMITS)
        need_text(fields, "name", 31)
        preset = self.presets[need_integer(fields, "id") - 1]
        preset["name"] = fields["name"]
        if "enable" not in fields:
            return
        preset["enable"] = fields["enable"]
        if fields["enable"]:
            self.positions[preset["id"]] = self.position

    def set_patrol(self, fields: Json) -> None:
        """Carry out SetPtzPatrol."""
        mandatory = ("channel", "enable", "id")
        check_mandatory(fields, mandatory, self._options.missing)
        self._check(fields, self.patrols[0], PATROL_LIMITS)
        stops = fields.get("preset", [])
        if len(stops) > STOPS:
            raise RefusedError(PARAM_ERROR, "too many presets in a patrol")
        for stop in stops:
            check_mandatory(stop, ("dwellTime", "id", "speed"), self._options.missing)
        patrol = self._patrol(fields["id"])
        patrol.update(prune(fields, patrol))

    def set_guard(self, fields: Json) -> None:
        """Carry out SetPtzGuard."""
        check_mandatory(fields, ("channel", "cmdStr"), self._options.missing)
        extra = {"cmdStr": "", "bSaveCurrentPos": 0, "bsaveCurrentPos": 0}
        self._check(fields, {**self.guard, **extra}, GUARD_LIMITS)
        if "benable" in fields:
            self.guard["benable"] = fields["benable"]
        save = fields.get("bSaveCurrentPos", fields.get("bsaveCurrentPos", 0))
        if fields["cmdStr"] == "setPos" and save:
            self.guard["bexistPos"] = 1
            self.guard_position = self.position
        if fields["cmdStr"] == "toPos":
            self._go_to_guard()

    def _check(self, fields: Json, known: Json, limits: Json) -> None:
        """Check types and limits of a write."""
        strict = self._options.unknown_fields == "refuse"
        Checker(strict=strict).check(fields, known, limits, "Ptz")

    def _go_to_guard(self) -> None:
        """Turn to the guard point."""
        if not self.guard["bexistPos"]:
            raise RefusedError(PARAM_ERROR, "there is no guard point")
        self._halt()
        self._end_patrol()
        self._record("ToGuard", 0, None, ended=True)
        self._here = Position(**vars(self.guard_position))

    def _plan_return(self, op: str) -> None:
        """Return to the guard point after a while without movement."""
        if self._timer is not None:
            self._timer.cancel()
        if op in ("Stop", "ToPos", "StopPatrol") and self.camera.ptz_type >= 2:
            self._timer = self._clock.call_later(self.guard["timeout"], self._return)

    def _return(self) -> None:
        """Return to the guard point if that is switched on."""
        if self.guard["benable"] and self.guard["bexistPos"]:
            self._go_to_guard()

    # Lens

    def zoom_focus(self, action: int) -> Json:
        """Return what GetZoomFocus answers."""
        here = self.position
        fields = {
            "channel": self._channel,
            "focus": {"pos": round(here.focus)},
            "zoom": {"pos": round(here.zoom)},
        }
        answer = {"value": {"ZoomFocus": fields}}
        if action:
            limits = {
                "channel": self._channel,
                "focus": {"pos": bounds(0, MAX_FOCUS)},
                "zoom": {"pos": bounds(0, MAX_ZOOM)},
            }
            answer["initial"] = {"ZoomFocus": fields}
            answer["range"] = {"ZoomFocus": limits}
        return answer

    def start_zoom_focus(self, fields: Json) -> None:
        """Carry out StartZoomFocus."""
        check_mandatory(fields, ("channel",), self._options.missing)
        op = need_text(fields, "op")
        goal = need_integer(fields, "pos")
        name = {"ZoomPos": "zoom", "FocusPos": "focus"}.get(op)
        if name is None or not 0 <= goal <= _ENDS[name]:
            raise RefusedError(PARAM_ERROR, f"{op} {goal}")
        self._halt()
        self._record(op, 0, goal, ended=True)
        if not self._options.zoom_seconds:
            setattr(self._here, name, float(goal))
            return
        self._clock.call_later(
            self._options.zoom_seconds, lambda: setattr(self._here, name, float(goal))
        )

    # Calibration

    def check(self) -> None:
        """Carry out PtzCheck."""
        self._halt()
        self._record("Check", 0, None, ended=True)
        self._checked_at = self._clock.monotonic

    @property
    def check_state(self) -> int:
        """Return 0 before, 1 during and 2 after a calibration."""
        if self._checked_at is None:
            return 0
        busy = self._clock.monotonic - self._checked_at < self._options.check_seconds
        return 1 if busy else 2


PRESET_LIMITS: Final[dict[str, Any]] = {
    "enable": BOOLEAN,
    "id": bounds(1, PRESETS),
    "name": length(31),
}
PATROL_LIMITS: Final[dict[str, Any]] = {
    "enable": BOOLEAN,
    "id": bounds(1, PATROLS),
    "name": length(31),
    "preset": {
        "dwellTime": bounds(1, 30),
        "id": bounds(1, PRESETS),
        "speed": bounds(1, 64),
    },
    "running": BOOLEAN,
}
GUARD_LIMITS: Final[dict[str, Any]] = {
    "bSaveCurrentPos": BOOLEAN,
    "benable": BOOLEAN,
    "bexistPos": BOOLEAN,
    "bsaveCurrentPos": BOOLEAN,
    "cmdStr": ["", "setPos", "toPos"],
    "timeout": [60],
}
