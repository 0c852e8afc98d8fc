"""Areas of the picture: motion and privacy (9.7.5 and 9.7.8)."""

from typing import Final, override

from ...model.commands import Box
from ...model.errors import DeviceRequestError, Reason
from ...model.features import AreaStore
from ...model.vocabulary import AreaKind
from ...transport.grid import draw, trace
from ...transport.payload import Node, PayloadError
from ...transport.xmltext import Element, XmlText
from .blocks import MOSAIC, REGIONS
from .const import FRAME
from .documents import Documents
from .names import find
from .parts import Parts

_ROW: Final = "RegionX"
_MASKS: Final = 4
"""Areas that a privacy mask has at most (9.7.8)."""
_CORNERS: Final = ("TopLeftX", "TopLeftY", "BottomRightX", "BottomRightY")


class MotionAreas(AreaStore):
    """Where motion is looked for: cells of a grid, one text for each row.

    The document does not say which way it lies. As the rows are called RegionX and
    are 12 of 14 cells for a picture that is wider than high, they are taken as rows
    from the top, and a 1 as a part in which motion is looked for.
    """

    def __init__(self, documents: Documents) -> None:
        """Bind the blocks of the camera."""
        self._documents = documents

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the cells, as few boxes."""
        rows = _rows((await self._documents.read(REGIONS)).root)
        cells = [row.text.strip() for row in rows]
        return tuple(
            Box(x=one.x, y=one.y, width=one.width, height=one.height)
            for one in trace("".join(cells), len(cells[0]), len(cells))
        )

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Look for motion in these boxes only; in none without any."""

        def edit(document: XmlText) -> None:
            rows = _rows(document.root)
            columns = len(rows[0].text.strip())
            cells = draw(boxes, columns, len(rows))
            for number, row in enumerate(rows):
                line = cells[number * columns : (number + 1) * columns]
                # Blanks around the cells stay: some firmware prints and wants them.
                document.put(row, row.text.replace(row.text.strip(), line))

        await self._documents.change(REGIONS, edit)


def _rows(root: Element) -> list[Element]:
    """Return the rows of the grid, from the top.

    Raise:
        PayloadError: There are none, or they are of different length.
    """
    names = root.node().numbered(_ROW).values()
    rows = [one for name in names if (one := root.child(name)) is not None]
    lengths = {len(row.text.strip()) for row in rows}
    if len(lengths) != 1 or lengths == {0}:
        raise PayloadError
    return rows


class PrivacyAreas(AreaStore):
    """What a privacy mask hides; whether it does is left as it is."""

    def __init__(self, documents: Documents) -> None:
        """Bind the blocks of the camera."""
        self._documents = documents

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the areas, hidden now or not."""
        root = (await self._documents.read(MOSAIC)).root
        regions = find(root, "MosaicRegionList")
        found = regions.all("Region") if regions is not None else []
        boxes = (_box(one.node()) for one in found)
        return tuple(box for box in boxes if box is not None)

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Replace the areas.

        Raise:
            DeviceRequestError: There are more than the camera can keep.
        """
        if len(boxes) > _MASKS:
            raise DeviceRequestError(Reason.TOO_MANY_AREAS, {"limit": str(_MASKS)})

        def edit(document: XmlText) -> None:
            regions = find(document.root, "MosaicRegionList")
            if regions is None:
                raise PayloadError
            for old in regions.all("Region"):
                document.remove(old)
            for number, box in enumerate(boxes, 1):
                corners = zip(_CORNERS, _points(box), strict=True)
                fields = {name: str(point) for name, point in corners}
                document.add(regions, "Region", {"ID": str(number), **fields})

        await self._documents.change(MOSAIC, edit)


def _box(region: Node) -> Box | None:
    """Return an area as a part of the picture; None if it has no size."""
    corners = [region.number(name) for name in _CORNERS]
    left, top, right, bottom = (0.0 if one is None else one for one in corners)
    # Corners are points of the frame: the last one is its edge.
    across, down = FRAME[0] - 1, FRAME[1] - 1
    x, y = min(max(left / across, 0), 1), min(max(top / down, 0), 1)
    width, height = min(right / across, 1) - x, min(bottom / down, 1) - y
    if width <= 0 or height <= 0:
        return None
    return Box(x=x, y=y, width=width, height=height)


def _points(box: Box) -> tuple[int, int, int, int]:
    """Return the corners of an area; never nothing between them."""
    across, down = FRAME[0] - 1, FRAME[1] - 1
    left = min(max(round(box.x * across), 0), across - 1)
    top = min(max(round(box.y * down), 0), down - 1)
    right = min(max(round((box.x + box.width) * across), left + 1), across)
    bottom = min(max(round((box.y + box.height) * down), top + 1), down)
    return left, top, right, bottom


def area_stores(parts: Parts) -> dict[AreaKind, AreaStore]:
    """Return the areas of a camera, by what they are for."""
    stores: dict[AreaKind, AreaStore] = {AreaKind.MOTION: MotionAreas(parts.documents)}
    if parts.documents.known(MOSAIC):
        stores[AreaKind.PRIVACY] = PrivacyAreas(parts.documents)
    return stores
