"""What a camera has stored and where it looks, as far as it tells (chapter 3.7)."""

from collections.abc import Callable
from typing import Final

from ...model.commands import PtzPatrol, PtzPosition, PtzPreset
from ...model.device import Clock
from ...model.vocabulary import Axis
from ...transport.payload import Node
from . import kinds
from .const import SETTLE
from .documents import Document
from .parts import Parts

_GUARD_RETURN: Final = 60.0
"""Seconds after which a camera returns by itself, if it does not say (3.7.15)."""
_SLIDERS: Final = {
    Axis.ZOOM: ("zoom", (0.0, 33.0)),
    Axis.FOCUS: ("focus", (0.0, 223.0)),
}
"""Field, and the range if the device tells none (section 3.7.12)."""
_EMPTY: Final = Node({})


class Ordered[T]:
    """What was ordered, as long as the device cannot tell what has become of it."""

    def __init__(self, document: Document, clock: Clock) -> None:
        """Prepare for orders that a document will confirm."""
        self._document = document
        self._clock = clock
        self._order: tuple[T] | None = None
        self._until = 0.0

    def set(self, value: T) -> None:
        """Keep what was ordered until the document was read in a few seconds."""
        self._order = (value,)
        self._until = self._clock.now() + SETTLE
        self._document.outdate(SETTLE)

    def clear(self) -> None:
        """Forget it; the document is read in a few seconds all the same."""
        self._order = None
        self._document.outdate(SETTLE)

    def get(self) -> T | None:
        """Return what was ordered; None if the document knows better."""
        read_at = self._document.read_at
        if read_at is not None and read_at >= self._until:
            self._order = None
        return None if self._order is None else self._order[0]


class PtzState:
    """Presets, patrols, guard point, zoom and focus of one camera."""

    def __init__(self, parts: Parts) -> None:
        """Bind the documents; nothing is known yet."""
        self.presets = parts.doc(kinds.PRESETS)
        self.patrols = parts.doc(kinds.PATROLS)
        self.guard = parts.doc(kinds.GUARD)
        self.lens = parts.doc(kinds.ZOOM_FOCUS)
        self._around = parts.around
        clock = parts.around.clock
        self._patrolling = Ordered[bool](self.patrols, clock)
        self._wanted = {axis: Ordered[float](self.lens, clock) for axis in _SLIDERS}
        self._at: tuple[int, float] | None = None
        """The preset that it went to, and when."""
        self._undo: Callable[[], None] | None = None

    # What orders do to it

    def displace(self, *, lens: bool) -> None:
        """Forget what a movement makes untrue: a patrol, the preset, the zoom."""
        self.leave()
        if self.patrolling:
            self._patrolling.set(False)
        else:
            self._patrolling.clear()
        if lens:
            for wanted in self._wanted.values():
                wanted.clear()

    def arrive(self, number: int) -> None:
        """Remember the preset until the camera returns to its guard point."""
        clock = self._around.clock
        self._at = (number, clock.now())
        self._undo = clock.call_at(clock.now() + self._stay, self._around.changed)

    def leave(self) -> None:
        """Forget the preset."""
        self._at = None
        if self._undo is not None:
            self._undo()
            self._undo = None

    def patrol(self, *, runs: bool) -> None:
        """Believe that a patrol runs, or that none does."""
        self._patrolling.set(runs)

    def slide(self, axis: Axis, goal: float) -> None:
        """Believe that zoom or focus will be there; a zoom also has to be focused."""
        self.leave()
        for wanted in self._wanted.values():
            wanted.clear()
        self._wanted[axis].set(goal)

    # Presets

    @property
    def stored(self) -> dict[int, str]:
        """Names of the presets by their numbers."""
        return {
            number: _named(row, number)
            for row in self.presets.nodes
            if (number := row.integer("id")) is not None and row.flag("enable")
        }

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
        """Name of the preset that it went to last and has not left since."""
        number = self.preset
        return next(
            (key for key, value in self.labels.items() if value == number), None
        )

    @property
    def preset(self) -> int | None:
        """The preset that it went to last, as far as nothing has moved it since."""
        if self._at is None or self.patrolling:
            return None
        number, since = self._at
        guard = self.guard.node
        returns = guard.flag("benable") and guard.flag("bexistPos")
        if returns and self._around.clock.now() >= since + self._stay:
            return None
        return number

    @property
    def _stay(self) -> float:
        return self.guard.node.number("timeout") or _GUARD_RETURN

    async def name_of(self, number: int) -> str:
        """Ask for the name of a preset, stored or not."""
        await self.presets.read()
        rows = (one for one in self.presets.nodes if one.integer("id") == number)
        return _named(next(rows, _EMPTY), number)

    def told_presets(self) -> tuple[PtzPreset, ...]:
        """Return the presets as the model has them."""
        stored = self.stored
        return tuple(PtzPreset(number=one, name=stored[one]) for one in sorted(stored))

    # Patrols

    @property
    def patrolling(self) -> bool | None:
        """Whether a patrol runs."""
        wanted = self._patrolling.get()
        if wanted is not None or not self.patrols.known:
            return wanted
        return any(row.flag("running") for row in self.patrols.nodes)

    def first_patrol(self, flag: str) -> int | None:
        """Return the first patrol that is enabled, or that is running."""
        rows = (row for row in self.patrols.nodes if row.flag(flag))
        return next((row.integer("id") for row in rows), None)

    def told_patrols(self) -> tuple[PtzPatrol, ...]:
        """Return the patrols as the model has them."""
        return tuple(
            PtzPatrol(
                number=number,
                name=row.text("name") or f"Patrol {number}",
                running=row.flag("running"),
            )
            for row in self.patrols.nodes
            if (number := row.integer("id")) is not None and row.flag("enable")
        )

    # Zoom and focus

    def limits(self, axis: Axis) -> tuple[float, float]:
        """Return how far zoom or focus go."""
        name, usual = _SLIDERS[axis]
        told = (self.lens.limits.node(name) or _EMPTY).node("pos") or _EMPTY
        least, most = told.number("min"), told.number("max")
        return usual if least is None or most is None else (least, most)

    def position(self, axis: Axis) -> float | None:
        """Return where zoom or focus are, or will be in a moment."""
        wanted = self._wanted[axis].get()
        if wanted is not None:
            return wanted
        return self.lens.at(_SLIDERS[axis][0]).number("pos")

    def told_position(self) -> PtzPosition | None:
        """Return the zoom as the model has it: 0 to 1."""
        at = self.position(Axis.ZOOM)
        least, most = self.limits(Axis.ZOOM)
        if at is None or least >= most:
            return None
        return PtzPosition(zoom=min(max((at - least) / (most - least), 0.0), 1.0))


def _named(row: Node, number: int) -> str:
    return (row.text("name") or "").strip() or f"Preset {number}"
