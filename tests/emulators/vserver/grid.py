"""The grid of motion detection: 18 rows of 22 cells, in digits of base 64."""

from collections.abc import Iterable
from dataclasses import dataclass
import string
from typing import Final, Literal, Self

ROWS: Final = 18
COLUMNS: Final = 22
DIGITS: Final = string.digits + string.ascii_lowercase + string.ascii_uppercase + ":;"
BITS: Final = 6
LENGTH: Final = 4
"""Digits of one row."""
LIMIT: Final = 1 << COLUMNS

type GridForm = Literal["joined", "trailing", "plain"]


def encode_row(cells: int) -> str:
    """Print one row; the first digit is its left end."""
    return "".join(DIGITS[cells >> BITS * n & 63] for n in range(LENGTH))


def decode_row(text: str) -> int:
    """Read one row of one to four digits."""
    if not 1 <= len(text) <= LENGTH or set(text) - set(DIGITS):
        raise ValueError(f"{text!r} is no row")
    value = sum(DIGITS.index(digit) << BITS * n for n, digit in enumerate(text))
    if value >= LIMIT:
        raise ValueError(f"{text!r} has more than {COLUMNS} cells")
    return value


@dataclass(frozen=True)
class Grid:
    """Which cells are watched; the lowest bit of a row is its left end."""

    rows: tuple[int, ...]

    @classmethod
    def parse(cls, text: str, *, trailing: bool = False) -> Self:
        """Read eighteen rows with slashes between them."""
        parts = text.split("/")
        if trailing and parts[-1] == "":
            parts.pop()
        if len(parts) != ROWS:
            raise ValueError(f"{len(parts)} rows instead of {ROWS}")
        return cls(tuple(decode_row(part) for part in parts))

    @classmethod
    def of(cls, cells: Iterable[tuple[int, int]]) -> Self:
        """Return a grid in which some cells are watched, by column and row."""
        rows = [0] * ROWS
        for column, row in cells:
            rows[row] |= 1 << column
        return cls(tuple(rows))

    @classmethod
    def whole(cls) -> Self:
        """Return a grid in which everything is watched."""
        return cls((LIMIT - 1,) * ROWS)

    @property
    def plain(self) -> str:
        """Print the rows with slashes between them."""
        return self.printed("plain")

    @property
    def empty(self) -> bool:
        """Tell whether nothing is watched."""
        return not any(self.rows)

    def printed(self, form: GridForm, rows: int = ROWS) -> str:
        """Print the grid, or only its first rows, in one of the document's forms."""
        parts = [encode_row(row) for row in self.rows[:rows]]
        match form:
            case "joined":
                return "".join(parts)
            case "trailing":
                return "".join(f"{part}/" for part in parts)
            case _:
                return "/".join(parts)

    def watches(self, column: int, row: int) -> bool:
        """Tell whether a cell is watched."""
        return bool(self.rows[row] >> column & 1)
