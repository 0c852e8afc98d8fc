"""The motors of the lens: press and release, end stops, calibration (9.12)."""

from dataclasses import dataclass
from typing import Final

from ..clock import Timer, VirtualClock
from .errors import PARAMETER_ERROR, UNSUPPORTED, RefusedError
from .options import BviewOptions

START: Final = "1"
STOP: Final = "2"
INITIALIZE: Final = "103"
AUTOMATIC: Final = "85"
TRAVEL: Final = 100.0
_WAYS: Final = {
    "ZoomIn": ("zoom", 1),
    "ZoomOut": ("zoom", -1),
    "FocusFar": ("focus", 1),
    "FocusNear": ("focus", -1),
}


@dataclass
class Movement:
    """One press of a button, and its release."""

    command: str
    speed: int
    started: float
    """Seconds of the virtual clock."""
    stopped: float | None = None
    """When the button was released; None while it is held."""
    released: bool = False
    """Whether the client itself ended it."""
    end_reached: bool = False
    """The motor stands at the end of its way; nobody is told."""


class Lens:
    """A zoom and a focus motor."""

    def __init__(self, clock: VirtualClock, options: BviewOptions) -> None:
        """Stand in the middle."""
        self._clock = clock
        self._options = options
        self.moves: list[Movement] = []
        self.calibrations: list[tuple[float, str]] = []
        """When the lens was told to calibrate itself, and how."""
        self._position = {"zoom": 50.0, "focus": 50.0}
        self._seen = clock.monotonic
        self._timer: Timer | None = None

    @property
    def zoom(self) -> float:
        """Return the zoom, from 0 to 100."""
        self._catch_up()
        return self._position["zoom"]

    @property
    def focus(self) -> float:
        """Return the focus, from 0 (near) to 100 (far)."""
        self._catch_up()
        return self._position["focus"]

    @property
    def running(self) -> list[Movement]:
        """Return the movements that nobody has stopped."""
        self._catch_up()
        return [move for move in self.moves if move.stopped is None]

    @property
    def calibrating(self) -> bool:
        """Tell whether the lens adjusts itself right now."""
        return self._timer is not None

    def command(self, name: str, fields: dict[str, str]) -> None:
        """Carry out a press or a release."""
        self._need_motor()
        if set(fields) - {"Param1", "Param2"}:
            raise RefusedError(PARAMETER_ERROR, f"{name}: {fields}")
        speed = fields.get("Param2", "1")
        if not speed.isdecimal() or not 1 <= int(speed) <= 10:
            raise RefusedError(PARAMETER_ERROR, f"speed {speed!r}")
        match fields.get("Param1"):
            case "1":
                self._press(name, int(speed))
            case "2":
                self._release(name)
            case other:
                raise RefusedError(PARAMETER_ERROR, f"Param1 {other!r}")

    def go_to(self, fields: dict[str, str]) -> None:
        """Begin a calibration; every movement ends."""
        self._need_motor()
        way = fields.get("Param1", "")
        if set(fields) != {"Param1"} or way not in (INITIALIZE, AUTOMATIC):
            raise RefusedError(PARAMETER_ERROR, f"{fields}")
        self.stop_all()
        self.calibrations.append((self._clock.monotonic, way))
        if self._timer is not None:
            self._timer.cancel()
        seconds = self._options.calibration_seconds
        self._timer = self._clock.call_later(seconds, self.finish_calibration)

    def finish_calibration(self) -> None:
        """End the calibration now; the focus is right then."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._position["focus"] = 50.0

    def restart(self) -> None:
        """Lose all movements, as a restart does."""
        self.stop_all()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def stop_all(self) -> None:
        """Release every button."""
        for move in self.running:
            move.stopped = self._clock.monotonic

    def _need_motor(self) -> None:
        """Refuse what a fixed lens cannot do."""
        if not self._options.motor:
            raise RefusedError(UNSUPPORTED, "fixed lens")

    def _press(self, name: str, speed: int) -> None:
        """Begin a movement; it ends another one of the same motor."""
        motor = _WAYS[name][0]
        now = self._clock.monotonic
        for move in self.running:
            if _WAYS[move.command][0] == motor:
                move.stopped = now
        self.moves.append(Movement(name, speed, now))

    def _release(self, name: str) -> None:
        """End the movement of this button only."""
        for move in self.running:
            if move.command == name:
                move.stopped = self._clock.monotonic
                move.released = True

    def _catch_up(self) -> None:
        """Move the motors to where they are by now."""
        now = self._clock.monotonic
        seconds, self._seen = now - self._seen, now
        for move in self.moves:
            if move.stopped is not None:
                continue
            motor, way = _WAYS[move.command]
            step = seconds * move.speed * TRAVEL / self._options.travel_seconds
            place = self._position[motor] + way * step
            self._position[motor] = min(max(place, 0.0), TRAVEL)
            move.end_reached = place <= 0 or place >= TRAVEL
