"""Where motion is looked for (section 3.13.4, MDInfo)."""

from collections.abc import Mapping
from typing import Final, override

from ...kit.sections import Values
from ...model.commands import Box
from ...model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ...model.features import AreaStore
from ...model.vocabulary import AreaKind
from ...transport.grid import draw, trace
from ...transport.payload import Node
from .grid import COLUMNS, ROWS, read_grid, write_grid
from .parts import Parts
from .settings import MOTION

_GRID: Final = "MDArea"
_CORNERS: Final = ("X0", "Y0", "X1", "Y1")
_EDGE: Final = 99
"""The greatest coordinate of a corner."""


class MotionGrid(AreaStore):
    """The cells in which motion is looked for."""

    def __init__(self, parts: Parts) -> None:
        """Bind a channel."""
        self._sections = parts.sections
        self._name = parts.name(MOTION)

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the cells, as few boxes."""
        node = await self._sections.read(self._name)
        cells = read_grid(node.text(_GRID) or "")
        return tuple(
            Box(x=one.x, y=one.y, width=one.width, height=one.height)
            for one in trace(cells, COLUMNS, ROWS)
        )

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Look for motion in these boxes only; in none without any."""
        own = self._sections.node(self._name).spelling(_GRID)
        if own is None:
            raise DeviceUnsupportedError
        text = write_grid(draw(boxes, COLUMNS, ROWS))
        await self._sections.put(self._name, {own: text})


class MotionRectangle(AreaStore):
    """The one rectangle that units without a grid have."""

    def __init__(self, parts: Parts) -> None:
        """Bind a channel."""
        self._sections = parts.sections
        self._name = parts.name(MOTION)

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the rectangle."""
        node = await self._sections.read(self._name)
        told = [(node.number(one) or 0.0) / _EDGE for one in _CORNERS]
        left, top, right, bottom = (min(max(one, 0.0), 1.0) for one in told)
        if right <= left or bottom <= top:
            return ()
        return (Box(x=left, y=top, width=right - left, height=bottom - top),)

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Look for motion in this box only.

        Raise:
            DeviceRequestError: There is none, or more than one.
        """
        if len(boxes) > 1:
            raise DeviceRequestError(Reason.TOO_MANY_AREAS, {"limit": "1"})
        if not boxes:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        box = boxes[0]
        left, top = _place(box.x), _place(box.y)
        right, bottom = _place(box.x + box.width), _place(box.y + box.height)
        values = (left, top, max(right, left), max(bottom, top))
        wanted = dict(zip(_CORNERS, values, strict=True))

        def edit(fresh: Node) -> Values:
            return {fresh.spelling(name) or name: at for name, at in wanted.items()}

        await self._sections.change(self._name, edit)


def _place(part: float) -> int:
    return min(max(round(part * _EDGE), 0), _EDGE)


def area_stores(parts: Parts) -> Mapping[AreaKind, AreaStore]:
    """Return the areas of a channel, by what they are for."""
    node = parts.node(MOTION)
    if node.spelling(_GRID) is not None:
        return {AreaKind.MOTION: MotionGrid(parts)}
    if all(node.spelling(name) is not None for name in _CORNERS):
        return {AreaKind.MOTION: MotionRectangle(parts)}
    return {}
