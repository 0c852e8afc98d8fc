"""What changes a text over the picture (section 3.3.2.2)."""

from collections.abc import Awaitable, Callable
from typing import Final
import unicodedata

from ...model.commands import OverlayChange
from ...model.errors import DeviceRequestError, Reason
from .const import TITLE_BYTES
from .features.fields import Setting, setting
from .parts import Parts
from .settings import OVERLAY

TEXT_SLOTS: Final = range(1, 6)
"""The first one has no number in its names, the others 1 to 4."""
_PLACES: Final = 99
"""The greatest coordinate."""
_NO_LETTERS: Final = ("Cc", "Cs")
"""Control characters, and halves of letters."""


def text_name(what: str, slot: int) -> str:
    """Return the name of a value of a text."""
    return f"TextOSD{what}{slot - 1 if slot > 1 else ''}"


def title_setting(parts: Parts, slot: int) -> Setting:
    """Return a text with what stands in the same bracket."""
    return setting(
        parts,
        OVERLAY,
        text_name("Title", slot),
        slot=str(slot),
        together=tuple(text_name(one, slot) for one in ("Status", "X", "Y")),
    )


def check_text(text: str) -> None:
    """Make sure that a unit can keep a text.

    Raise:
        DeviceRequestError: It is too long, or holds what cannot be shown.
    """
    if any(unicodedata.category(letter) in _NO_LETTERS for letter in text):
        raise DeviceRequestError(Reason.INVALID_VALUE)
    if len(text.encode()) > TITLE_BYTES:
        raise DeviceRequestError(Reason.TEXT_TOO_LONG, {"limit": str(TITLE_BYTES)})


def overlay_writer(parts: Parts) -> Callable[[OverlayChange], Awaitable[None]] | None:
    """Return what changes the texts of a channel; None if it has none."""
    slots = [slot for slot in TEXT_SLOTS if title_setting(parts, slot).own is not None]
    if not slots:
        return None

    async def write(change: OverlayChange) -> None:
        if change.slot not in slots:
            limit = {"limit": str(len(slots))}
            raise DeviceRequestError(Reason.OVERLAY_NO_SLOT, limit)
        if change.text is not None:
            check_text(change.text)
        values: dict[str, str | int] = {}
        if change.text is not None:
            values[text_name("Title", change.slot)] = change.text
        if change.enabled is not None:
            values[text_name("Status", change.slot)] = int(change.enabled)
        for name, part in (("X", change.x), ("Y", change.y)):
            if part is not None:
                place = min(max(round(part * _PLACES), 0), _PLACES)
                values[text_name(name, change.slot)] = place
        if not values:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await title_setting(parts, change.slot).put_all(values)

    return write
