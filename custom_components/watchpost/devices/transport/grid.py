"""Parts of a picture as cells of a grid, and cells as few rectangles.

A camera that keeps an area as a grid writes one character for each cell, row by row
from the top left corner: 1 belongs to the area.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from .payload import PayloadError

ON: Final = "1"
OFF: Final = "0"
_CELLS: Final = 100_000
"""Cells of a grid that are believed; the largest known one has 6,400."""


class Placed(Protocol):
    """A part of the picture in fractions of it; 0, 0 is the top left corner."""

    @property
    def x(self) -> float:
        """Left edge."""

    @property
    def y(self) -> float:
        """Upper edge."""

    @property
    def width(self) -> float:
        """Width."""

    @property
    def height(self) -> float:
        """Height."""


class Rectangle(NamedTuple):
    """A part of the picture in fractions of it."""

    x: float
    y: float
    width: float
    height: float


class _Span(NamedTuple):
    """Cells of a row, or of a column, from one to before another one."""

    start: int
    end: int


def draw(parts: Iterable[Placed], columns: int, rows: int) -> str:
    """Return the cells that some parts of the picture cover.

    Edges move to the nearest line of the grid; a part that is smaller than a cell
    becomes the cell in which its middle lies.

    Raise:
        PayloadError: No grid has such a size.
    """
    _check(columns, rows)
    cells = [bytearray(columns) for _ in range(rows)]
    for part in parts:
        across = _span(part.x, part.width, columns)
        down = _span(part.y, part.height, rows)
        for row in cells[down.start : down.end]:
            row[across.start : across.end] = b"\1" * (across.end - across.start)
    return "".join(ON if cell else OFF for row in cells for cell in row)


def trace(cells: str, columns: int, rows: int) -> tuple[Rectangle, ...]:
    """Return rectangles that cover exactly the cells of an area, without overlap.

    Drawn again they are the same cells.

    Raise:
        PayloadError: There are not as many cells as the grid has.
    """
    _check(columns, rows)
    if len(cells) != columns * rows:
        raise PayloadError
    lines = [cells[n * columns : (n + 1) * columns] for n in range(rows)]
    by_row = [
        Rectangle(
            x=across.start / columns,
            y=down.start / rows,
            width=(across.end - across.start) / columns,
            height=(down.end - down.start) / rows,
        )
        for across, down in _merge(lines)
    ]
    turned = [cells[n::columns] for n in range(columns)]
    by_column = [
        Rectangle(
            x=across.start / columns,
            y=down.start / rows,
            width=(across.end - across.start) / columns,
            height=(down.end - down.start) / rows,
        )
        for down, across in _merge(turned)
    ]
    fewer = by_column if len(by_column) < len(by_row) else by_row
    return tuple(sorted(fewer, key=lambda one: (one.y, one.x)))


def _check(columns: int, rows: int) -> None:
    if columns < 1 or rows < 1 or columns * rows > _CELLS:
        raise PayloadError


def _span(start: float, length: float, count: int) -> _Span:
    """Return the cells between two edges, at least one."""
    first, last = (_nearest(edge, count) for edge in (start, start + length))
    if last <= first:
        first = min(max(int((start + length / 2) * count), 0), count - 1)
        last = first + 1
    return _Span(first, last)


def _nearest(edge: float, count: int) -> int:
    return min(max(int(edge * count + 0.5), 0), count)


def _merge(lines: list[str]) -> list[tuple[_Span, _Span]]:
    """Join equal spans of neighboring lines; return each with its lines."""
    found: list[tuple[_Span, _Span]] = []
    growing: dict[_Span, int] = {}
    for number, line in enumerate([*lines, ""]):
        spans = _spans(line)
        ended = [span for span in growing if span not in spans]
        found += [(span, _Span(growing.pop(span), number)) for span in ended]
        for span in spans:
            growing.setdefault(span, number)
    return found


def _spans(line: str) -> set[_Span]:
    """Return the spans of cells that belong to the area."""
    spans: set[_Span] = set()
    start = line.find(ON)
    while start >= 0:
        end = start
        while end < len(line) and line[end] == ON:
            end += 1
        spans.add(_Span(start, end))
        start = line.find(ON, end)
    return spans
