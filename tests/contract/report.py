"""What the calls of the table have come to, as a table."""

from collections.abc import Iterable, Iterator
from typing import Final

from tests.contract.houses import FAMILIES
from tests.contract.run import Cell

CELLS: Final[list[Cell]] = []
"""All cells that have been run in this process."""


def lines(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield the table: a row for each call, a column for each family."""
    rows: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row.name, {})[cell.family] = cell
    yield _line("action", FAMILIES)
    for name, row in sorted(rows.items()):
        yield _line(name, (_word(row.get(family)) for family in FAMILIES))
    found = [cell for row in rows.values() for cell in row.values()]
    kept = sum(cell.kept for cell in found)
    done = sum(cell.found == "done" for cell in found)
    yield f"{len(rows)} calls, {len(found)} cells: {kept} as promised, {done} done"


def _word(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    return cell.found if cell.kept else f"! {cell.found}"


def _line(name: str, words: Iterable[str]) -> str:
    return "".join((f"{name:34.34}", *(f"{word:27.26}" for word in words))).rstrip()
