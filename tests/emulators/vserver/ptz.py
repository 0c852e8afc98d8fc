"""A head that pans, tilts and zooms until it is told to stop (3.6)."""

from dataclasses import dataclass, field
from typing import Final

from ..clock import VirtualClock
from .errors import WRONG_MODE, RefusedError
from .options import VserverOptions

CIRCLE: Final = 360.0
TILT_END: Final = 90.0
HUNDREDTHS: Final = 100
ZOOM_END: Final = 65535
TRAVEL: Final = 100.0
SCAN_SPEED: Final = 10
DWELL: Final = 10.0
"""Virtual seconds at each stop of a tour."""
_WAYS: Final = {
    1: (0, 1),
    2: (0, -1),
    3: (-1, 0),
    4: (1, 0),
    5: (-1, 1),
    6: (-1, -1),
    7: (1, 1),
    8: (1, -1),
}
"""Pan and tilt, by Direction."""
_MOTOR: Final = {"zoom": "zoom", "focus": "focus", "iris": "iris"}


@dataclass
class Movement:
    """Something that goes on until it is stopped."""

    kind: str
    """move, scan, zoom, focus, iris, pattern, auto_pan or tour."""
    value: int
    """Direction, way, or number."""
    pan_speed: int
    tilt_speed: int
    started: float
    """Seconds of the virtual clock."""
    stopped: float | None = None
    by_stop: bool = False
    """Whether a Stop ended it, and not another movement."""

    @property
    def motor(self) -> str:
        """Return what moves; whole movements share the head."""
        return _MOTOR.get(self.kind, "head")


@dataclass
class Place:
    """Where the head looks."""

    pan: float = 0.0
    """Degrees to the right."""
    tilt: float = 0.0
    """Degrees upwards."""
    zoom: float = 0.0
    """0 to 65535."""


@dataclass
class Preset:
    """A stored place."""

    number: int
    title: str
    place: Place


@dataclass
class Sweep:
    """The two ends of a pattern or of an auto pan."""

    start: Place | None = None
    end: Place | None = None


@dataclass
class Tour:
    """Presets to visit one after another."""

    stops: list[int] = field(default_factory=list)


class Head:
    """The motors of one channel."""

    def __init__(self, clock: VirtualClock, options: VserverOptions) -> None:
        """Look straight ahead."""
        self._clock = clock
        self._options = options
        self._place = Place()
        self._focus = self._iris = TRAVEL / 2
        self._seen = clock.monotonic
        self.moves: list[Movement] = []
        self.stops = 0
        """How often Stop came."""
        self.presets: dict[int, Preset] = {}
        self.calls: list[int] = []
        """Presets that were called, in order."""
        self.patterns: dict[int, Sweep] = {}
        self.auto_pans: dict[int, Sweep] = {}
        self.tours: dict[int, Tour] = {}

    # Looking

    @property
    def running(self) -> list[Movement]:
        """Return the movements that nobody has stopped."""
        return [move for move in self.moves if move.stopped is None]

    @property
    def place(self) -> Place:
        """Return where the head looks now."""
        self._catch_up()
        return Place(**vars(self._place))

    @property
    def pan(self) -> float:
        """Return degrees to the right, 0 to 360."""
        return self.place.pan

    @property
    def tilt(self) -> float:
        """Return degrees upwards, 0 to 90."""
        return self.place.tilt

    @property
    def zoom(self) -> float:
        """Return the zoom, 0 to 65535."""
        return self.place.zoom

    @property
    def focus(self) -> float:
        """Return the focus, from 0 (far) to 100 (near)."""
        self._catch_up()
        return self._focus

    @property
    def iris(self) -> float:
        """Return the iris, from 0 (closed) to 100 (open)."""
        self._catch_up()
        return self._iris

    # Commands

    def move(self, direction: int, pan_speed: int, tilt_speed: int) -> None:
        """Begin to pan and tilt."""
        self._begin("move", direction, pan_speed, tilt_speed)

    def turn(self, motor: str, way: int, speed: int) -> None:
        """Begin to zoom, to focus, or to move the iris; way 1 or 0."""
        self._begin(motor, way, speed, speed)

    def scan(self) -> None:
        """Turn round and round."""
        self._begin("scan", 1, SCAN_SPEED, 0)

    def stop(self) -> None:
        """End everything."""
        self.stops += 1
        self._catch_up()
        self._end(self.running, by_stop=True)

    def store(self, number: int, title: str | None) -> None:
        """Remember this place; the title stays if none is given."""
        old = self.presets.get(number)
        name = title if title is not None else old.title if old else ""
        self.presets[number] = Preset(number, name, self.place)

    def call(self, number: int) -> None:
        """Look where a preset was stored."""
        self.calls.append(number)
        preset = self.presets.get(number)
        if preset is None:
            code = self._options.unknown_preset
            if code != 200:
                raise RefusedError(code, "mode", f"preset {number} was never stored")
            return
        self.look(Place(**vars(preset.place)))

    def rename(self, number: int, title: str) -> None:
        """Give a stored preset another title."""
        if number not in self.presets:
            raise RefusedError(WRONG_MODE, "mode", f"preset {number} was never stored")
        self.presets[number].title = title

    def look(self, place: Place) -> None:
        """Go to a place at once; movements of the head end."""
        self._catch_up()
        self._end([move for move in self.running if move.motor in ("head", "zoom")])
        tilt = min(max(place.tilt, 0.0), TILT_END)
        zoom = min(max(place.zoom, 0.0), float(ZOOM_END))
        self._place = Place(place.pan % CIRCLE, tilt, zoom)

    def sweep(self, kind: str, number: int, step: int) -> None:
        """Mark an end of a pattern or an auto pan (0, 1), or run it (2)."""
        known = self.patterns if kind == "pattern" else self.auto_pans
        one = known.setdefault(number, Sweep())
        match step:
            case 0:
                one.start = self.place
            case 1:
                if one.start is None:
                    raise RefusedError(WRONG_MODE, "mode", f"{kind} without a start")
                one.end = self.place
            case _:
                if one.start is None or one.end is None:
                    raise RefusedError(WRONG_MODE, "mode", f"{kind} without ends")
                self._begin(kind, number, SCAN_SPEED, 0)

    def run_tour(self, number: int) -> None:
        """Visit the presets of a tour until told to stop."""
        if not self.tours.get(number, Tour()).stops:
            raise RefusedError(WRONG_MODE, "mode", f"tour {number} is empty")
        self._begin("tour", number, 0, 0)

    def stop_tour(self, number: int) -> None:
        """End a tour, if it runs."""
        self._catch_up()
        tours = [m for m in self.running if (m.kind, m.value) == ("tour", number)]
        self._end(tours, by_stop=True)

    def add_stop(self, number: int, preset: int) -> None:
        """Add a preset to a tour."""
        if preset not in self.presets:
            raise RefusedError(WRONG_MODE, "mode", f"preset {preset} was never stored")
        self.tours.setdefault(number, Tour()).stops.append(preset)

    def restart(self) -> None:
        """Lose all movements, as a restart does."""
        self._catch_up()
        self._end(self.running)

    # The motors

    def _begin(self, kind: str, value: int, pan_speed: int, tilt_speed: int) -> None:
        """Begin a movement; it ends another one of the same motor."""
        self._catch_up()
        move = Movement(kind, value, pan_speed, tilt_speed, self._clock.monotonic)
        self._end([other for other in self.running if other.motor == move.motor])
        self.moves.append(move)

    def _end(self, moves: list[Movement], *, by_stop: bool = False) -> None:
        """End some movements."""
        for move in moves:
            move.stopped = self._clock.monotonic
            move.by_stop = by_stop

    def _catch_up(self) -> None:
        """Move the motors to where they are by now."""
        now = self._clock.monotonic
        seconds, self._seen = now - self._seen, now
        for move in self.running:
            self._advance(move, seconds, now)

    def _advance(self, move: Movement, seconds: float, now: float) -> None:
        """Let one movement go on for some seconds."""
        place, way = self._place, 1 if move.value else -1
        match move.kind:
            case "move":
                pan, tilt = _WAYS[move.value]
                place.pan = (place.pan + pan * seconds * move.pan_speed) % CIRCLE
                raised = place.tilt + tilt * seconds * move.tilt_speed
                place.tilt = min(max(raised, 0.0), TILT_END)
            case "scan" | "pattern":
                place.pan = (place.pan + seconds * move.pan_speed) % CIRCLE
            case "auto_pan":
                self._swing(self.auto_pans[move.value], now - move.started)
            case "tour":
                self._visit(self.tours[move.value], now - move.started)
            case "zoom":
                step = way * seconds * (move.pan_speed + 1) * ZOOM_END / 20
                place.zoom = min(max(place.zoom + step, 0.0), float(ZOOM_END))
            case "focus":
                self._focus = _clamped(self._focus + way * seconds * 10)
            case "iris":
                self._iris = _clamped(self._iris + way * seconds * 10)

    def _swing(self, sweep: Sweep, seconds: float) -> None:
        """Stand where an auto pan is after some seconds."""
        if sweep.start is None or sweep.end is None:
            return
        width = abs(sweep.end.pan - sweep.start.pan)
        if width:
            phase = seconds * SCAN_SPEED % (2 * width)
            share = min(phase, 2 * width - phase) / width
            pan = sweep.start.pan + share * (sweep.end.pan - sweep.start.pan)
            self._place.pan = pan % CIRCLE

    def _visit(self, tour: Tour, seconds: float) -> None:
        """Stand where a tour is after some seconds."""
        number = tour.stops[int(seconds // DWELL) % len(tour.stops)]
        if number in self.presets:
            self._place = Place(**vars(self.presets[number].place))


def _clamped(value: float) -> float:
    """Keep a motor between its ends."""
    return min(max(value, 0.0), TRAVEL)
