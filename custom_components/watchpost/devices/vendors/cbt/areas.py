"""Areas of the picture, in the points of a frame of 704 by 576."""

from typing import Final, override

from ...kit.sections import Sections
from ...model.commands import Box
from ...model.device import Json
from ...model.errors import DeviceRequestError, Reason
from ...model.features import AreaStore
from ...model.vocabulary import AreaKind
from ...transport.payload import Node
from .const import FRAME
from .parts import Parts
from .settings import FIRE, MASK, MOTION, REGION

_SIDES: Final = ("x", "y", "w", "h")
_LIST: Final = "area_list"
_ROWS: Final = 9
"""So many rows are sent of a detector, and masks exist."""
_USED: Final = 4
"""So many areas of a detector count."""
_DETECTORS: Final = {
    AreaKind.MOTION: MOTION,
    AreaKind.REGION: REGION,
    AreaKind.FIRE: FIRE,
}
_WHOLE: Final = (0, 0, 703, 574)
"""What the document's example hides the whole picture with."""

type Points = tuple[int, int, int, int]
"""Left, top, width and height."""


class DetectorAreas(AreaStore):
    """Where a detector looks."""

    def __init__(self, sections: Sections, section: str) -> None:
        """Bind the section of a detector."""
        self._sections = sections
        self._section = section

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the areas that count."""
        rows = (await self._sections.read(self._section)).nodes(_LIST)[:_USED]
        boxes = (_box(row, *(f"area_{side}" for side in _SIDES)) for row in rows)
        # A new camera has the whole picture several times.
        return tuple(dict.fromkeys(box for box in boxes if box is not None))

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Replace the areas.

        Raise:
            DeviceRequestError: There are more than count.
        """
        _check(boxes, _USED)
        rows: list[Json] = [
            {f"area_{side}": point for side, point in zip(_SIDES, points, strict=True)}
            for points in _filled(boxes)
        ]
        await self._sections.put(self._section, {_LIST: rows})


class PrivacyAreas(AreaStore):
    """What a privacy mask hides; whether it does is left as it is."""

    def __init__(self, sections: Sections) -> None:
        """Bind the sections of the camera."""
        self._sections = sections

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the areas, hidden now or not."""
        return _masks(await self._sections.read(MASK))

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Replace the areas.

        Raise:
            DeviceRequestError: There are more than the camera can keep.
        """
        _check(boxes, _ROWS)
        values: dict[str, Json] = {}
        for number, points in enumerate(_filled(boxes)):
            values |= _mask(number, points)
        await self._sections.put(MASK, values)


def has_mask(node: Node) -> bool:
    """Return whether there is anything to be hidden."""
    return bool(_masks(node))


def whole_picture() -> dict[str, Json]:
    """Return the mask that hides everything."""
    return _mask(0, _WHOLE)


def area_stores(parts: Parts) -> dict[AreaKind, AreaStore]:
    """Return the areas of a camera, by what they are for."""
    sections = parts.sections
    stores: dict[AreaKind, AreaStore] = {
        kind: DetectorAreas(sections, section)
        for kind, section in _DETECTORS.items()
        if parts.node(section).spelling(_LIST) is not None
    }
    if sections.known(MASK):
        stores[AreaKind.PRIVACY] = PrivacyAreas(sections)
    return stores


def _mask(number: int, points: Points) -> dict[str, Json]:
    sides = zip(_SIDES, points, strict=True)
    return {f"mask_{number}_{side}": point for side, point in sides}


def _masks(node: Node) -> tuple[Box, ...]:
    boxes = (
        _box(node, *(f"mask_{number}_{side}" for side in _SIDES))
        for number in range(_ROWS)
    )
    return tuple(box for box in boxes if box is not None)


def _check(boxes: tuple[Box, ...], limit: int) -> None:
    if len(boxes) > limit:
        raise DeviceRequestError(Reason.TOO_MANY_AREAS, {"limit": str(limit)})


def _filled(boxes: tuple[Box, ...]) -> list[Points]:
    """Return areas in points, and empty ones up to the number that is sent."""
    nothing = (0, 0, 0, 0)
    return [*map(_points, boxes), *[nothing] * (_ROWS - len(boxes))]


def _box(node: Node, left: str, top: str, wide: str, high: str) -> Box | None:
    """Return an area as a part of the picture; None if it has no size."""
    across, down = FRAME
    x = min(max((node.number(left) or 0) / across, 0.0), 1.0)
    y = min(max((node.number(top) or 0) / down, 0.0), 1.0)
    width = min((node.number(wide) or 0) / across, 1.0 - x)
    height = min((node.number(high) or 0) / down, 1.0 - y)
    if width <= 0 or height <= 0:
        return None
    return Box(x=x, y=y, width=width, height=height)


def _points(box: Box) -> Points:
    """Return an area in whole points; never without a size."""
    across, down = FRAME
    left = min(max(round(box.x * across), 0), across - 1)
    top = min(max(round(box.y * down), 0), down - 1)
    right = min(max(round((box.x + box.width) * across), left + 1), across)
    bottom = min(max(round((box.y + box.height) * down), top + 1), down)
    return left, top, right - left, bottom - top
