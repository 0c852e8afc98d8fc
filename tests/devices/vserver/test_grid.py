"""The grid of motion detection, in all its forms."""

import re

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.watchpost.devices.transport.payload import PayloadError
from custom_components.watchpost.devices.vendors.vserver.grid import (
    COLUMNS,
    ROWS,
    read_grid,
    write_grid,
)
from tests.emulators.vserver import Grid

CELLS = st.lists(
    st.sampled_from("01"), min_size=ROWS * COLUMNS, max_size=ROWS * COLUMNS
).map("".join)
WHOLE = "1" * COLUMNS
NOTHING = "0" * COLUMNS


@settings(max_examples=200, deadline=None)
@given(cells=CELLS)
def test_every_grid_survives(cells: str) -> None:
    """What was written is read, in each form that the document prints."""
    text = write_grid(cells)
    assert re.fullmatch(r"(?:[0-9a-zA-Z:;]{4}/){17}[0-9a-zA-Z:;]{4}", text)
    for form in (text, f"{text}/", text.replace("/", "")):
        assert read_grid(form) == cells


@settings(max_examples=50, deadline=None)
@given(cells=CELLS)
def test_others_read_the_same(cells: str) -> None:
    """The emulated unit sees the same cells."""
    grid = Grid.parse(write_grid(cells))
    seen = [
        "1" if grid.watches(column, row) else "0"
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    assert "".join(seen) == cells


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=90))
def test_garbage(text: str) -> None:
    """It is a grid or none, never another error."""
    try:
        cells = read_grid(text)
    except PayloadError:
        return
    assert len(cells) == ROWS * COLUMNS
    assert set(cells) <= {"0", "1"}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1", "1" + "0" * 21),
        (";f/0", "1" * 10 + "0" * 12),
        (";;;f", WHOLE),
        ("0001/0/0", "0" * 18 + "1000"),
        ("", NOTHING),
    ],
    ids=["leftmost", "ten", "row", "right", "empty"],
)
def test_examples(text: str, first: str) -> None:
    """The examples of the document: the lowest bit is the leftmost cell."""
    assert read_grid(text)[:COLUMNS] == first
    assert len(read_grid(text)) == ROWS * COLUMNS


@pytest.mark.parametrize("rows", [13, 15, 18, 20])
def test_other_lengths(rows: int) -> None:
    """Missing rows are empty, others too many."""
    cells = read_grid(";;;f" * rows)
    assert cells.count("1") == min(rows, ROWS) * COLUMNS


@pytest.mark.parametrize("text", ["#", ";;;;;/1", "ä"], ids=["sign", "five", "letter"])
def test_no_grid(text: str) -> None:
    """Other signs and longer rows are none."""
    with pytest.raises(PayloadError):
        read_grid(text)


def test_wrong_size() -> None:
    """Only a whole grid is written."""
    with pytest.raises(PayloadError):
        write_grid("1")
