"""Areas of the picture: motion, objects and privacy (3.8.3, 3.10.7, 3.4.7)."""

from abc import abstractmethod
from collections.abc import Collection
from typing import Final, override

from ...model.commands import Box
from ...model.device import Json
from ...model.errors import DeviceRequestError, Reason
from ...model.features import AreaStore
from ...model.vocabulary import AreaKind
from ...transport.grid import draw, trace
from ...transport.payload import Node, PayloadError
from . import kinds
from .client import Ask, Client
from .const import AI_ABILITIES, AI_KINDS
from .documents import Document, put
from .parts import Parts

_COLUMNS: Final = 80
"""Cells of a row, where a camera does not tell; all have as many."""
_MASKS: Final = 4
"""Areas that a privacy mask has at most (section 3.4.7, maxAreas)."""
_SCREEN: Final = (1280, 720)
"""The picture in which areas are drawn; each carries its own (section 3.4.8)."""
_SETTINGS: Final = (
    "supportAiSensitivity",
    "supportAiStayTime",
    "supportAiTargetSize",
)
"""Abilities without which a camera does not tell how it looks for objects."""


class GridAreas(AreaStore):
    """Areas that are cells of a grid: in those with a 1 something is looked for."""

    def __init__(self, document: Document) -> None:
        """Bind the document that holds the cells."""
        self._document = document

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the cells, as few boxes."""
        cells, columns, rows = self._grid(await self._document.read())
        return tuple(
            Box(x=one.x, y=one.y, width=one.width, height=one.height)
            for one in trace(cells, columns, rows)
        )

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Look for something in these boxes only; in none without any."""
        _, columns, rows = self._grid(await self._document.read())
        await self._write(draw(boxes, columns, rows), columns, rows)

    @abstractmethod
    def _grid(self, node: Node) -> tuple[str, int, int]:
        """Return the cells and how many are in a row and in a column."""

    @abstractmethod
    async def _write(self, cells: str, columns: int, rows: int) -> None:
        """Store cells."""


class MotionAreas(GridAreas):
    """Where motion is looked for, in both generations of commands."""

    @override
    def _grid(self, node: Node) -> tuple[str, int, int]:
        scope = node.node("scope") or Node({})
        return _sized(scope.text("table"), scope.integer("cols"), scope.integer("rows"))

    @override
    async def _write(self, cells: str, columns: int, rows: int) -> None:
        await self._document.write_all(
            {
                ("scope", "cols"): columns,
                ("scope", "rows"): rows,
                ("scope", "table"): cells,
            }
        )


class ObjectAreas(GridAreas):
    """Where objects of a kind are looked for."""

    def __init__(self, document: Document, client: Client) -> None:
        """Bind the document of a kind; it is written with another command."""
        super().__init__(document)
        self._client = client

    @override
    def _grid(self, node: Node) -> tuple[str, int, int]:
        area = (node.node("scope") or node).text("area")
        return _sized(area, node.integer("width"), node.integer("height"))

    @override
    async def _write(self, cells: str, columns: int, rows: int) -> None:
        param: dict[str, Json] = {
            "channel": self._document.channel,
            "ai_type": self._document.part,
            "width": columns,
            "height": rows,
            "area": cells,
        }
        await self._client.act(Ask(command="SetAlarmArea", param=param))
        self._document.outdate()


class PrivacyAreas(AreaStore):
    """What a privacy mask hides; whether it does is left as it is."""

    def __init__(self, document: Document) -> None:
        """Bind the document of the mask."""
        self._document = document

    @override
    async def get(self) -> tuple[Box, ...]:
        """Read the areas, hidden now or not."""
        node = await self._document.read()
        found = (_hidden(area) for area in node.nodes("area"))
        return tuple(box for box in found if box is not None)

    @override
    async def set(self, boxes: tuple[Box, ...]) -> None:
        """Replace the areas.

        Raise:
            DeviceRequestError: There are more than the camera can keep.
        """
        if len(boxes) > _MASKS:
            raise DeviceRequestError(Reason.TOO_MANY_AREAS, {"limit": str(_MASKS)})

        def change(tree: dict[str, Json]) -> None:
            width, height = _screen(Node(tree))
            areas: list[Json] = [_area(box, width, height) for box in boxes]
            put(tree, ("area",), areas)

        await self._document.change(change)


def area_stores(
    parts: Parts, objects: Collection[str] | None = None
) -> dict[AreaKind, AreaStore]:
    """Return the areas of a camera, by what they are for.

    `objects` are the device's words for what the camera tells apart, where that is
    known better than from its abilities.
    """
    stores: dict[AreaKind, AreaStore] = {}
    if parts.channel.has("alarmMd", "supportMd"):
        kind = kinds.MD_ALARM if parts.newer else kinds.ALARM
        stores[AreaKind.MOTION] = MotionAreas(parts.doc(kind))
    if parts.channel.has("mask"):
        stores[AreaKind.PRIVACY] = PrivacyAreas(parts.doc(kinds.MASK))
    if parts.channel.has("supportAi") and parts.channel.has(*_SETTINGS):
        for name, word in AI_KINDS.items():
            known = parts.channel.has(AI_ABILITIES[name])
            if known if objects is None else name in objects:
                document = parts.doc(kinds.AI_ALARM, name)
                stores[AreaKind(word)] = ObjectAreas(document, parts.client)
    return stores


def _sized(
    cells: str | None, columns: int | None, rows: int | None
) -> tuple[str, int, int]:
    """Return cells with the size of their grid, as far as it is told.

    Raise:
        PayloadError: There are none, or not as many as it should be.
    """
    if not cells:
        raise PayloadError
    columns = columns or (len(cells) // rows if rows and rows > 0 else _COLUMNS)
    if columns < 1:
        raise PayloadError
    rows = rows or len(cells) // columns
    if len(cells) != columns * rows:
        raise PayloadError
    return cells, columns, rows


def _screen(mask: Node) -> tuple[int, int]:
    """Return the size of the picture in which areas are drawn so far."""
    for area in mask.nodes("area"):
        screen = area.node("screen") or Node({})
        width, height = screen.integer("width"), screen.integer("height")
        if width and height and width > 0 and height > 0:
            return width, height
    return _SCREEN


def _hidden(area: Node) -> Box | None:
    """Return an area as a part of the picture; None if it has no size."""
    screen, block = area.node("screen") or Node({}), area.node("block") or Node({})
    across, down = screen.number("width") or 0, screen.number("height") or 0
    width, height = block.number("width") or 0, block.number("height") or 0
    if min(across, down, width, height) <= 0:
        return None
    x = min(max((block.number("x") or 0) / across, 0.0), 1.0)
    y = min(max((block.number("y") or 0) / down, 0.0), 1.0)
    return Box(
        x=x, y=y, width=min(width / across, 1 - x), height=min(height / down, 1 - y)
    )


def _area(box: Box, across: int, down: int) -> dict[str, Json]:
    """Return a part of the picture as the device keeps it, in whole points."""
    left, right = _edges(box.x, box.width, across)
    top, bottom = _edges(box.y, box.height, down)
    return {
        "screen": {"height": down, "width": across},
        "block": {"x": left, "y": top, "width": right - left, "height": bottom - top},
    }


def _edges(start: float, length: float, count: int) -> tuple[int, int]:
    """Return two edges in points; never nothing between them."""
    first = min(max(round(start * count), 0), count - 1)
    last = min(max(round((start + length) * count), first + 1), count)
    return first, last
