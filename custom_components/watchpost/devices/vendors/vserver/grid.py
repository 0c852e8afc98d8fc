"""The grid of motion detection: 18 rows of 22 cells, in digits of 64 (3.13.2.2).

The first digit of a row is its left end, the lowest bit of a digit its leftmost cell.
"""

import string
from typing import Final

from ...transport.grid import OFF, ON
from ...transport.payload import PayloadError

ROWS: Final = 18
COLUMNS: Final = 22
_DIGITS: Final = string.digits + string.ascii_lowercase + string.ascii_uppercase + ":;"
_BITS: Final = 6
_LENGTH: Final = 4
"""Digits of a row."""
_SEPARATOR: Final = "/"


def read_grid(text: str) -> str:
    """Return the cells row by row, 1 where motion is looked for.

    Units print rows with something between them or without, and not always all.

    Raise:
        PayloadError: It is no grid.
    """
    text = "".join(text.split())
    if _SEPARATOR in text:
        rows = [one for one in text.split(_SEPARATOR) if one]
    else:
        rows = [text[n : n + _LENGTH] for n in range(0, len(text), _LENGTH)]
    cells = [_read_row(row) for row in rows[:ROWS]]
    cells += [OFF * COLUMNS] * (ROWS - len(cells))
    return "".join(cells)


def write_grid(cells: str) -> str:
    """Return the grid as the table of the document has it: all rows, four digits each.

    Raise:
        PayloadError: There are not as many cells as the grid has.
    """
    if len(cells) != ROWS * COLUMNS:
        raise PayloadError
    rows = (cells[n * COLUMNS : (n + 1) * COLUMNS] for n in range(ROWS))
    return _SEPARATOR.join(_write_row(row) for row in rows)


def _read_row(row: str) -> str:
    if not 1 <= len(row) <= _LENGTH or set(row) - set(_DIGITS):
        raise PayloadError
    value = sum(_DIGITS.index(digit) << _BITS * n for n, digit in enumerate(row))
    return "".join(ON if value >> n & 1 else OFF for n in range(COLUMNS))


def _write_row(row: str) -> str:
    value = sum(1 << n for n, cell in enumerate(row) if cell == ON)
    return "".join(_DIGITS[value >> _BITS * n & 63] for n in range(_LENGTH))
