"""The motors: a camera that is told to move moves until it is told to stop (9)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ..clock import VirtualClock
from .actions import COMMANDS
from .checks import Checker
from .errors import UNSUPPORTED, RefusedError
from .fields import Json
from .options import CbtOptions

AUTOFOCUS: Final = 11
LIGHT: Final = 13
STORE: Final = 19
CALL: Final = 20
STOP: Final = 21
REFRESH: Final = 69
TRAVEL: Final = 100.0
_TURNS: Final = {
    1: (0, 1),
    2: (0, -1),
    3: (-1, 0),
    4: (1, 0),
    71: (-1, 1),
    72: (-1, -1),
    73: (1, 1),
    74: (1, -1),
}
"""Steps to the right and upwards."""
_LENS: Final = {
    5: ("focus", 1),
    6: ("focus", -1),
    7: ("iris", 1),
    8: ("iris", -1),
    9: ("zoom", 1),
    10: ("zoom", -1),
}


@dataclass
class Move:
    """One movement."""

    command: int
    name: str
    speed_h: int
    speed_v: int
    started: float
    """Seconds of the virtual clock."""
    stopped: float | None = None
    """When it ended; None while it runs."""
    released: bool = False
    """Whether a stop ended it."""
    end_reached: bool = False
    """The motor stands at the end of its way; nobody is told."""


@dataclass
class Position:
    """Where the camera looks; degrees, and the lens from 0 to 100."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0
    focus: float = 50.0
    iris: float = 50.0


@dataclass
class Sent:
    """What else the motors were told, by the seconds of the virtual clock."""

    stops: list[float] = field(default_factory=list)
    stored: list[tuple[float, int]] = field(default_factory=list)
    called: list[tuple[float, int]] = field(default_factory=list)
    autofocus: list[float] = field(default_factory=list)
    light: list[float] = field(default_factory=list)
    refreshes: list[float] = field(default_factory=list)


class Motors:
    """Pan, tilt, zoom, focus and iris."""

    def __init__(
        self, clock: VirtualClock, options: CbtOptions, locked: Callable[[], bool]
    ) -> None:
        """Stand still."""
        self._clock = clock
        self._options = options
        self._locked = locked
        self.moves: list[Move] = []
        """All movements, oldest first."""
        self.sent = Sent()
        self.presets: dict[int, Position] = {}
        self.light = False
        """The light that command 13 switches."""
        self._here = Position()
        self._seen = clock.monotonic

    @property
    def position(self) -> Position:
        """Return where the camera looks now."""
        self._catch_up()
        return Position(**vars(self._here))

    @property
    def running(self) -> list[Move]:
        """Return the movements that nobody has stopped."""
        self._catch_up()
        return [move for move in self.moves if move.stopped is None]

    def control(self, sent: Json, check: Checker) -> None:
        """Carry out a command; the fields have been looked at."""
        command = sent["ptz_cmd"]
        moving = command in _TURNS or self._lens(command) is not None
        if command not in COMMANDS and not moving:
            check.refuse("range", f"ptz_cmd {command}")
        self._check_speeds(command, sent, check)
        if not self._able(command):
            raise RefusedError(UNSUPPORTED, f"ptz_cmd {command}")
        if moving and self._locked() and self._options.locked_ptz != "move":
            if self._options.locked_ptz == "refuse":
                raise RefusedError(UNSUPPORTED, "locked")
            return
        if moving:
            self._move(command, sent)
        else:
            self._once(command, sent.get("speed_v", 0), check)

    def stop_all(self, *, released: bool = False) -> None:
        """End every movement."""
        for move in self.running:
            move.stopped = self._clock.monotonic
            move.released = released

    def _lens(self, command: int) -> tuple[str, int] | None:
        """Return what a command does to the lens."""
        if command == self._options.iris_open:
            return "iris", 1
        return _LENS.get(command) if command in COMMANDS else None

    def _check_speeds(self, command: int, sent: Json, check: Checker) -> None:
        """Refuse a command without its speeds; presets have a number instead."""
        needed = {"speed_v"} if command in (STORE, CALL) else {"speed_h", "speed_v"}
        optional = self._options.ptz_speeds == "optional"
        if optional and command not in (STORE, CALL):
            return
        for name in sorted(needed - sent.keys()):
            check.missing(name)

    def _able(self, command: int) -> bool:
        """Tell whether there is a motor for a command."""
        if self._lens(command) is not None or command == AUTOFOCUS:
            return self._options.lens
        if command in _TURNS or command in (STORE, CALL, REFRESH):
            return self._options.pan_tilt
        return True

    def _move(self, command: int, sent: Json) -> None:
        """Begin a movement; it ends another one of the same motor."""
        motor = self._motor(command)
        for move in self.running:
            if self._motor(move.command) == motor:
                move.stopped = self._clock.monotonic
        name = COMMANDS.get(command, "iris +")
        if command == self._options.iris_open:
            name = "iris +"
        self.moves.append(
            Move(
                command,
                name,
                sent.get("speed_h", 50),
                sent.get("speed_v", 50),
                self._clock.monotonic,
            )
        )

    def _motor(self, command: int) -> str:
        """Return the motor of a command."""
        lens = self._lens(command)
        return lens[0] if lens is not None else "head"

    def _once(self, command: int, number: int, check: Checker) -> None:
        """Carry out what does not go on."""
        now = self._clock.monotonic
        known = self._options.preset_example and number in self.presets
        if command == STOP:
            self.sent.stops.append(now)
            self.stop_all(released=True)
        elif command == AUTOFOCUS:
            self.sent.autofocus.append(now)
            self.stop_all()
            self._here.focus = 50.0
        elif command == LIGHT:
            self.sent.light.append(now)
            self.light = not self.light
        elif command == REFRESH:
            self.sent.refreshes.append(now)
        elif command == STORE and not known:
            self.sent.stored.append((now, number))
            self.presets[number] = self.position
        else:
            self._call(number, check)

    def _call(self, number: int, check: Checker) -> None:
        """Go to a preset."""
        if number not in self.presets:
            if self._options.unset_preset == "refuse":
                check.refuse("preset", f"preset {number} was never stored")
            return
        self.sent.called.append((self._clock.monotonic, number))
        self.stop_all()
        self._here = Position(**vars(self.presets[number]))

    def _catch_up(self) -> None:
        """Move the motors to where they are by now."""
        now = self._clock.monotonic
        seconds, self._seen = now - self._seen, now
        for move in self.moves:
            if move.stopped is None:
                self._advance(move, seconds)

    def _advance(self, move: Move, seconds: float) -> None:
        """Let one movement go on."""
        here = self._here
        lens = self._lens(move.command)
        if lens is not None:
            name, way = lens
            step = seconds * move.speed_v * TRAVEL / 100 / self._options.travel_seconds
            place = getattr(here, name) + way * step
            setattr(here, name, min(max(place, 0.0), TRAVEL))
            move.end_reached = place <= 0 or place >= TRAVEL
            return
        right, up = _TURNS[move.command]
        pan = here.pan + right * move.speed_h * self._options.degrees * seconds
        here.pan = (pan + 180.0) % 360.0 - 180.0
        tilt = here.tilt + up * move.speed_v * self._options.degrees * seconds
        here.tilt = min(max(tilt, -90.0), 90.0)
        move.end_reached = bool(up) and abs(tilt) >= 90.0
