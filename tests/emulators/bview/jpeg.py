"""A small baseline JPEG encoder: squares of eight pixels, each of one color."""

from collections.abc import Sequence
from functools import lru_cache
import struct
from typing import Final

type Color = tuple[int, int, int]
"""Brightness, blueness and redness, 0 to 255 each (JFIF)."""

BLACK: Final[Color] = (16, 128, 128)
WHITE: Final[Color] = (235, 128, 128)
SQUARE: Final = 8
_COMPONENTS: Final = 3
_DC_LENGTHS: Final = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
"""How many codes of each length: the usual table for sizes 0 to 11."""
_DC_CODES: Final = (
    (0b00, 2),
    (0b010, 3),
    (0b011, 3),
    (0b100, 3),
    (0b101, 3),
    (0b110, 3),
    (0b1110, 4),
    (0b11110, 5),
    (0b111110, 6),
    (0b1111110, 7),
    (0b11111110, 8),
    (0b111111110, 9),
)
"""Code and length of each size."""
_FILL: Final = b"\xff" * 4
"""Any marker may have these before it; some decoders read too far without them."""
_END: Final = (0b00, 2)
"""The only code for the rest of a square: nothing more comes."""


def _segment(marker: int, body: bytes) -> bytes:
    """Return a segment with its length."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


@lru_cache(maxsize=64)
def _head(width: int, height: int, columns: int) -> bytes:
    """Return all that precedes the picture itself."""
    planes = b"".join(bytes((one, 0x11, 0)) for one in (1, 2, 3))
    return b"".join(
        (
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + bytes([8]) + b"\1" * 63),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + planes),
            _segment(0xC4, b"\x00" + bytes(_DC_LENGTHS) + bytes(range(12))),
            _segment(0xC4, b"\x10" + b"\0\1" + b"\0" * 14 + b"\0"),
            _segment(0xDD, struct.pack(">H", columns)),
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
        )
    )


@lru_cache(maxsize=8192)
def _row(colors: tuple[Color, ...]) -> bytes:
    """Encode one row of squares; each row stands alone."""
    bits, length = 0, 0
    last = [0] * _COMPONENTS
    for color in colors:
        for plane in range(_COMPONENTS):
            value = color[plane] - 128
            step, last[plane] = value - last[plane], value
            size = abs(step).bit_length()
            code, code_length = _DC_CODES[size]
            rest = step if step >= 0 else step + (1 << size) - 1
            bits = (((bits << code_length | code) << size) | rest) << _END[1] | _END[0]
            length += code_length + size + _END[1]
    fill = -length % 8
    bits = bits << fill | ((1 << fill) - 1)
    return bits.to_bytes((length + fill) // 8).replace(b"\xff", b"\xff\0")


def encode(
    width: int, height: int, rows: Sequence[tuple[Color, ...]], comment: str = ""
) -> bytes:
    """Return a JPEG of squares; it carries a comment, so that no two are the same."""
    body = b"".join(
        _row(colors) + bytes((0xFF, 0xD0 + number % 8))
        for number, colors in enumerate(rows)
    )
    note = _segment(0xFE, comment.encode()) if comment else b""
    head = _head(width, height, len(rows[0]))
    return b"\xff\xd8" + note + head + body[:-2] + _FILL + b"\xff\xd9"


def squares(pixels: int) -> int:
    """Return how many squares cover so many pixels."""
    return -(-pixels // SQUARE)


def from_rgb(red: int, green: int, blue: int) -> Color:
    """Return a color as JFIF has it."""
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return (
        round(luma),
        min(round(128 + (blue - luma) * 0.564), 255),
        min(round(128 + (red - luma) * 0.713), 255),
    )
