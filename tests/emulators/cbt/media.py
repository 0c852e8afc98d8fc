"""Pictures in the three formats of the document."""

import struct
from typing import Final

from ..bview.media import Box, picture

__all__ = ["TYPES", "Box", "bitmap", "jpeg", "planes"]

TYPES: Final = {
    "jpg": "image/jpeg",
    "bmp": "image/bmp",
    "yuv": "application/octet-stream",
}
"""Content types; the document shows that of JPEG only."""
RAW_WIDTH: Final = 352
RAW_HEIGHT: Final = 288
"""Pictures without compression are small ones."""


def jpeg(
    size: tuple[int, int], number: int, text: str, masks: tuple[Box, ...]
) -> bytes:
    """Return a test card with a clock, a moving bar and the masks."""
    return picture(*size, number, text, masks)


def _gray(number: int, row: int) -> int:
    """Return the brightness of one row of a picture without compression."""
    return (row + number) % 256


def bitmap(number: int) -> bytes:
    """Return a Windows bitmap of gray rows."""
    size = RAW_WIDTH * RAW_HEIGHT * 3
    head = struct.pack("<2sIHHI", b"BM", 54 + size, 0, 0, 54)
    info = struct.pack(
        "<IiiHHIIiiII", 40, RAW_WIDTH, RAW_HEIGHT, 1, 24, 0, size, 2835, 2835, 0, 0
    )
    rows = (bytes([_gray(number, row)]) * RAW_WIDTH * 3 for row in range(RAW_HEIGHT))
    return head + info + b"".join(rows)


def planes(number: int) -> bytes:
    """Return a gray picture as planes of brightness and color, 4:2:0."""
    rows = (bytes([_gray(number, row)]) * RAW_WIDTH for row in range(RAW_HEIGHT))
    return b"".join(rows) + b"\x80" * (RAW_WIDTH * RAW_HEIGHT // 2)
