"""The four texts over the picture (chapter 34); all are sent to change one."""

from collections.abc import Awaitable, Callable
from typing import Final
import unicodedata

from ...kit.sections import Sections
from ...model.commands import OverlayChange
from ...model.device import Json
from ...model.errors import DeviceRequestError, Reason
from ...transport.payload import Node
from .const import FRAME, TEXT_BYTES
from .parts import Parts
from .settings import OSD

SLOTS: Final = range(1, 5)
_LIST: Final = "title_list"
_NUMBERS: Final = ("title_pos_x", "title_pos_y", "show_title")
_EMPTY: Final = " "
"""How the camera writes a text that is none."""
_NO_LETTERS: Final = ("Cc", "Cs")
"""Control characters, and halves of letters."""


def title(node: Node, number: int) -> Node:
    """Return a text as the section has it; empty if it is not there."""
    rows = node.nodes(_LIST)
    return rows[number - 1] if number <= len(rows) else Node({})


def check_text(text: str) -> None:
    """Make sure that a camera can keep a text.

    Raise:
        DeviceRequestError: It is too long, or holds what cannot be shown.
    """
    if any(unicodedata.category(letter) in _NO_LETTERS for letter in text):
        raise DeviceRequestError(Reason.INVALID_VALUE)
    if len(text.encode()) > TEXT_BYTES:
        raise DeviceRequestError(Reason.TEXT_TOO_LONG, {"limit": str(TEXT_BYTES)})


async def write_title(
    sections: Sections,
    number: int,
    *,
    text: str | None = None,
    shown: bool | None = None,
    places: dict[str, int] | None = None,
) -> None:
    """Change one text and send all of them as they are now.

    Raise:
        DeviceError: The camera refused it or cannot be reached.
    """

    def edit(node: Node) -> dict[str, Json]:
        rows: list[dict[str, Json]] = [_row(title(node, one)) for one in SLOTS]
        row = rows[number - 1]
        if text is not None:
            row["title"] = text.strip() or _EMPTY
            if not text.strip():
                row["show_title"] = 0
        if shown is not None:
            row["show_title"] = int(shown)
        row |= places or {}
        return {_LIST: [*rows]}

    await sections.change(OSD, edit)


def _row(told: Node) -> dict[str, Json]:
    """Return a text as it has to be sent."""
    row: dict[str, Json] = {"title": (told.text("title") or "").strip() or _EMPTY}
    return row | {name: told.integer(name) or 0 for name in _NUMBERS}


def overlay_writer(parts: Parts) -> Callable[[OverlayChange], Awaitable[None]] | None:
    """Return what changes the texts of a camera; None if it has none."""
    if not parts.node(OSD).nodes(_LIST):
        return None

    async def write(change: OverlayChange) -> None:
        if change.slot not in SLOTS:
            limit = {"limit": str(len(SLOTS))}
            raise DeviceRequestError(Reason.OVERLAY_NO_SLOT, limit)
        if change.text is not None:
            check_text(change.text)
        places = {
            name: min(max(round(part * points), 0), points)
            for name, part, points in (
                ("title_pos_x", change.x, FRAME[0]),
                ("title_pos_y", change.y, FRAME[1]),
            )
            if part is not None
        }
        await write_title(
            parts.sections,
            change.slot,
            text=change.text,
            shown=change.enabled,
            places=places,
        )

    return write
