"""Boxes become cells and cells become few boxes."""

from dataclasses import dataclass
import random

import pytest

from custom_components.watchpost.devices.transport.grid import Rectangle, draw, trace
from custom_components.watchpost.devices.transport.payload import PayloadError

COLUMNS, ROWS = 80, 60


def table(*lines: str) -> str:
    """Return cells, drawn line by line."""
    return "".join(lines)


@dataclass(frozen=True)
class Part:
    """A part of the picture as callers have it."""

    x: float
    y: float
    width: float
    height: float


def test_whole_picture() -> None:
    """The whole picture is one box, and back."""
    cells = "1" * COLUMNS * ROWS
    assert trace(cells, COLUMNS, ROWS) == (Rectangle(0, 0, 1, 1),)
    assert draw([Part(0, 0, 1, 1)], COLUMNS, ROWS) == cells


def test_nothing() -> None:
    """No cell is no box, and back."""
    assert trace("0" * 12, 4, 3) == ()
    assert draw([], 4, 3) == "0" * 12


def test_rows_come_first() -> None:
    """Cells are written row by row from the top left corner."""
    cells = draw([Part(0.5, 0, 0.25, 1 / 3), Part(0, 2 / 3, 1, 1 / 3)], 4, 3)
    assert cells == table("0010", "0000", "1111")


@pytest.mark.parametrize(
    ("part", "cells"),
    [
        pytest.param(Part(0.1, 0, 0.45, 0.5), table("1100", "0000"), id="nearest"),
        pytest.param(Part(0.9, 0.9, 0.01, 0.01), table("0000", "0001"), id="tiny"),
        pytest.param(Part(0.30, 0, 0.02, 1), table("0100", "0100"), id="thin"),
        pytest.param(Part(1, 1, 0, 0), table("0000", "0001"), id="corner"),
        pytest.param(Part(-1, -1, 1.25, 1.5), table("1000", "0000"), id="outside"),
        pytest.param(Part(0.5, 0.5, 9, 9), table("0000", "0011"), id="too large"),
    ],
)
def test_edges(part: Part, cells: str) -> None:
    """Edges move to the nearest line; nothing vanishes."""
    assert draw([part], 4, 2) == cells


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        pytest.param(("0110", "0110", "0000"), 1, id="one"),
        pytest.param(("0100", "1110", "0100"), 3, id="cross"),
        pytest.param(("1010", "1010", "1111"), 3, id="two columns and a row"),
        pytest.param(("1111", "1100", "1100"), 2, id="corner"),
        pytest.param(("1001", "0000", "1001"), 4, id="apart"),
    ],
)
def test_few_boxes(lines: tuple[str, ...], count: int) -> None:
    """Neighboring cells are one box where that is possible."""
    cells = table(*lines)
    boxes = trace(cells, 4, 3)
    assert len(boxes) == count
    assert draw(boxes, 4, 3) == cells


def test_boxes_come_in_order() -> None:
    """From the top to the bottom, then from the left."""
    boxes = trace(table("0001", "1000", "0010"), 4, 3)
    assert [(box.x, box.y) for box in boxes] == [(0.75, 0), (0, 1 / 3), (0.5, 2 / 3)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("rows", [45, 60])
def test_there_and_back(seed: int, rows: int) -> None:
    """Any area is the same after it was read and written, also in rounded percent."""
    chance = random.Random(seed)
    parts = [
        Part(chance.random() * 0.9, chance.random() * 0.9, chance.random() / 3, 0.2)
        for _ in range(chance.randrange(1, 6))
    ]
    cells = draw(parts, COLUMNS, rows)
    boxes = trace(cells, COLUMNS, rows)
    assert draw(boxes, COLUMNS, rows) == cells
    rounded = [Part(*(round(100 * edge, 2) / 100 for edge in box)) for box in boxes]
    assert draw(rounded, COLUMNS, rows) == cells


def test_worst_case() -> None:
    """A chessboard is as many boxes as it has cells, and no more work than that."""
    lines = ["10" * 40, "01" * 40] * 30
    boxes = trace("".join(lines), COLUMNS, ROWS)
    assert len(boxes) == COLUMNS * ROWS // 2


def test_unknown_characters_are_off() -> None:
    """Only a 1 belongs to the area."""
    assert trace("1x 2", 4, 1) == (Rectangle(0, 0, 0.25, 1),)


@pytest.mark.parametrize(
    ("columns", "rows"), [(0, 3), (4, 0), (-4, -3), (5, 3), (10**6, 10**6)]
)
def test_size_that_no_grid_has(columns: int, rows: int) -> None:
    """A device that tells nonsense answers badly."""
    with pytest.raises(PayloadError):
        trace("0" * 12, columns, rows)


@pytest.mark.parametrize(("columns", "rows"), [(0, 3), (4, 0), (10**6, 10**6)])
def test_size_that_cannot_be_drawn(columns: int, rows: int) -> None:
    """Nothing is drawn on it either."""
    with pytest.raises(PayloadError):
        draw([Part(0, 0, 1, 1)], columns, rows)
