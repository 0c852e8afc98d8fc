"""Pictures and films: a test card with a clock, a moving bar and the masks."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
import struct
from typing import Final

from .blocks_picture import HEIGHT, WIDTH
from .jpeg import BLACK, WHITE, Color, encode, from_rgb, squares

type Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a mask, in units of 704 by 576."""

_BARS: Final = tuple(
    from_rgb(*color)
    for color in (
        (191, 191, 191),
        (191, 191, 0),
        (0, 191, 191),
        (0, 191, 0),
        (191, 0, 191),
        (191, 0, 0),
        (0, 0, 191),
    )
)
_BLUE: Final = from_rgb(16, 16, 160)
"""What is shown when no signal comes."""
_FONT: Final = {
    "0": (7, 5, 5, 5, 7),
    "1": (2, 6, 2, 2, 7),
    "2": (7, 1, 7, 4, 7),
    "3": (7, 1, 7, 1, 7),
    "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7),
    "6": (7, 4, 7, 5, 7),
    "7": (7, 1, 2, 2, 2),
    "8": (7, 5, 7, 5, 7),
    "9": (7, 5, 7, 1, 7),
    ":": (0, 2, 0, 2, 0),
}
"""Digits of three by five squares; each number is a row of three bits."""
_LINES: Final = 5
_CELL: Final = 4


def _clock_line(text: str, line: int) -> list[bool]:
    """Return which squares of a line of text are bright."""
    cells = [_FONT.get(letter, (0,) * _LINES)[line] for letter in text]
    return [bool(cell >> bit & 1) for cell in cells for bit in (3, 2, 1, 0)]


@lru_cache(maxsize=256)
def _card(
    columns: int, rows: int, text: str, masks: tuple[Box, ...]
) -> list[tuple[Color, ...]]:
    """Return the squares of the picture, without the bar that moves."""
    bars = tuple(_BARS[x * len(_BARS) // columns] for x in range(columns))
    picture = [list(bars) for _ in range(rows)]
    for line in range(_LINES + 2):
        bright = _clock_line(text, line - 1) if 0 < line <= _LINES else []
        width = min(len(text) * _CELL + 1, columns)
        for x in range(width):
            lit = x < len(bright) and bright[x]
            picture[min(line, rows - 1)][x] = WHITE if lit else BLACK
    for left, top, right, bottom in masks:
        for y in range(top * rows // HEIGHT, min(bottom * rows // HEIGHT + 1, rows)):
            for x in range(
                left * columns // WIDTH, min(right * columns // WIDTH + 1, columns)
            ):
                picture[y][x] = BLACK
    return [tuple(row) for row in picture]


def picture(
    width: int,
    height: int,
    number: int,
    text: str,
    masks: Iterable[Box] = (),
    *,
    lost: bool = False,
) -> bytes:
    """Return one picture; the bar moves on with each number."""
    columns, rows = squares(width), squares(height)
    if lost:
        card = [(_BLUE,) * columns] * rows
    else:
        card = list(_card(columns, rows, text, tuple(masks)))
        place = number % columns
        bar = tuple(WHITE if x == place else BLACK for x in range(columns))
        card[-3:] = [bar] * len(card[-3:])
    return encode(width, height, card, f"picture {number}")


def _chunk(name: bytes, body: bytes) -> bytes:
    """Return a piece of a RIFF file."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _list(kind: bytes, *chunks: bytes) -> bytes:
    """Return a list of pieces."""
    return _chunk(b"LIST", kind + b"".join(chunks))


def film(pictures: Sequence[bytes], width: int, height: int, rate: int) -> bytes:
    """Return an AVI of Motion JPEG."""
    largest = max(len(one) for one in pictures)
    count = len(pictures)
    main = struct.pack(
        "<14I",
        *(1_000_000 // rate, largest * rate, 0, 0x10, count, 0, 1, largest),
        *(width, height, 0, 0, 0, 0),
    )
    stream = b"vidsMJPG" + struct.pack(
        "<IHHIIIIIIII4H",
        *(0, 0, 0, 0, 1, rate, 0, count, largest, 0xFFFFFFFF, 0),
        *(0, 0, width, height),
    )
    form = struct.pack("<IiiHH", 40, width, height, 1, 24) + b"MJPG"
    form += struct.pack("<IiiII", width * height * 3, 0, 0, 0, 0)
    frames = [_chunk(b"00dc", one) for one in pictures]
    index, place = b"", 4
    for one, frame in zip(pictures, frames, strict=True):
        index += b"00dc" + struct.pack("<III", 0x10, place, len(one))
        place += len(frame)
    head = _list(
        b"hdrl",
        _chunk(b"avih", main),
        _list(b"strl", _chunk(b"strh", stream), _chunk(b"strf", form)),
    )
    body = b"AVI " + head + _list(b"movi", *frames) + _chunk(b"idx1", index)
    return _chunk(b"RIFF", body)
