"""Pictures: a test card for each channel, with masks, and a bar that moves."""

from collections.abc import Sequence
from typing import Final

from ..bview.jpeg import BLACK, WHITE, Color, encode, from_rgb, squares

type Mask = tuple[int, int, int, int]
"""Left, top, right and bottom, in percent of the picture."""

_BARS: Final = tuple(
    from_rgb(*color)
    for color in (
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


def size_of(text: str) -> tuple[int, int]:
    """Read a resolution such as 1280x720."""
    width, _, height = text.partition("x")
    return int(width), int(height)


def picture(
    size: str,
    number: int,
    *,
    shift: int,
    note: str,
    masks: Sequence[Mask] = (),
    lost: bool = False,
) -> bytes:
    """Return one picture; the bars are shifted, the bar below moves on."""
    width, height = size_of(size)
    columns, rows = squares(width), squares(height)
    count = len(_BARS)
    bars = [_BARS[(x * count // columns + shift) % count] for x in range(columns)]
    place = number % columns
    bar = tuple(WHITE if x == place else BLACK for x in range(columns))
    card: list[tuple[Color, ...]] = [tuple(bars)] * (rows - 2) + [bar] * 2
    if lost:
        card = [(_BLUE,) * columns] * rows
    for left, top, right, bottom in masks:
        for y in range(top * rows // 100, bottom * rows // 100):
            line = list(card[y])
            for x in range(left * columns // 100, right * columns // 100):
                line[x] = BLACK
            card[y] = tuple(line)
    return encode(width, height, card, f"{note} picture {number}")
