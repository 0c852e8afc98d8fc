"""The grid of motion detection."""

import pytest

from tests.emulators.vserver import Grid
from tests.emulators.vserver.grid import decode_row, encode_row

from .bench import Bench, full, with_options

GET = "alarm_get?Channel=1&Group=MDInfo"
SET = "alarm_set?Channel=1&Group=MDInfo"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("0000", 0),
        ("1", 1),
        ("1000", 1),
        (";f", 2**10 - 1),
        (";;;f", 2**22 - 1),
        ("0008", 2**21),
        ("a000", 10),
        ("A000", 36),
        (":000", 62),
    ],
)
def test_rows(text: str, cells: int) -> None:
    """The first digit is the left end, its lowest bit the leftmost cell."""
    assert decode_row(text) == cells
    assert decode_row(encode_row(cells)) == cells
    assert encode_row(cells)[: len(text)] == text


@pytest.mark.parametrize("text", ["", "00000", ";;;;", "000g", "-", "é", " 1"])
def test_wrong_rows(text: str) -> None:
    """Other digits, and cells beyond the right end, are refused."""
    with pytest.raises(ValueError, match=r"row|cells"):
        decode_row(text)


def test_round_trip() -> None:
    """A grid is read as it was written."""
    grid = Grid.of([(0, 0), (21, 0), (9, 17)])
    assert Grid.parse(grid.plain) == grid
    assert grid.watches(21, 0)
    assert not grid.watches(20, 0)
    assert Grid.of([]).empty
    assert not Grid.whole().empty
    assert Grid.whole().printed("joined") == ";;;f" * 18
    assert Grid.whole().printed("trailing", 15) == ";;;f/" * 15


async def test_documented_forms(bench: Bench) -> None:
    """A read prints no slashes, an echo ends in one, a set must not."""
    assert (await bench.values(GET))["MDArea"] == ";;;f" * 18
    plain = Grid.of([(0, 3)]).plain
    echo = await bench.values(f"{SET}&MDArea={plain}&MDEnable=1")
    assert echo == {"Channel": "1", "MDEnable": "1", "MDArea": f"{plain}/"}
    assert (await bench.values(GET))["MDArea"] == plain.replace("/", "")


@with_options(
    full(grid_get="plain", grid_echo="joined", grid_rows=13, grid_trailing=True)
)
async def test_other_forms(bench: Bench) -> None:
    """Slashes and the number of rows are the unit's choice."""
    whole = Grid.whole().plain
    echo = await bench.values(f"{SET}&MDArea={whole}/")
    assert echo["MDArea"] == ";;;f" * 13
    assert (await bench.values(GET))["MDArea"] == "/".join([";;;f"] * 13)
    assert bench.unit.settings.get("alarm/MDInfo", "MDArea") == whole


@with_options(full(md_form="rectangle"))
async def test_rectangles(bench: Bench) -> None:
    """Old units have the corners of a rectangle."""
    values = await bench.values(GET)
    assert (values["X0"], values["Y1"]) == ("0", "99")
    assert "MDArea" not in values
    assert await bench.code(f"{SET}&X0=100") == 402
    assert await bench.code(f"{SET}&X0=20&MDEnable=1") == 200
    assert bench.unit.detect_motion(1)
