"""The two texts over the picture: name and time (9.7.3)."""

from collections.abc import Awaitable, Callable
from typing import Final
import unicodedata

from ...model.commands import OverlayChange
from ...model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ...transport.xmltext import XmlText, worded
from .blocks import OSD
from .const import FRAME, TEXT_BYTES
from .names import find
from .parts import Parts

_SLOTS: Final = ("DisplayName", "DisplayTime")
_NO_LETTERS: Final = ("Cc", "Cs")
"""Control characters, and halves of letters."""


def overlay_writer(parts: Parts) -> Callable[[OverlayChange], Awaitable[None]] | None:
    """Return what changes the texts of a camera; None if it has none."""
    if not parts.documents.known(OSD):
        return None

    async def write(change: OverlayChange) -> None:
        _check(change)
        slot = _SLOTS[change.slot - 1]
        values = _values(change)

        def edit(document: XmlText) -> None:
            found = {name: find(document.root, slot, name) for name in values}
            if None in found.values():
                raise DeviceUnsupportedError
            for name, element in found.items():
                if element is None:
                    continue
                text = values[name]
                if name == "Enable":
                    text = worded(text == "1", element.text)
                document.put(element, text)

        try:
            await parts.documents.change(OSD, edit)
        except DeviceRequestError as err:
            if err.reason is not Reason.INVALID_VALUE:
                raise
            # What was sent is in range: the camera lets no text cover another one.
            raise DeviceRequestError(Reason.OVERLAY_CROSSES) from None

    return write


def _check(change: OverlayChange) -> None:
    """Refuse what no camera can show, before anything is sent."""
    if not 1 <= change.slot <= len(_SLOTS):
        raise DeviceRequestError(Reason.OVERLAY_NO_SLOT, {"limit": str(len(_SLOTS))})
    if change.text is None:
        return
    if _SLOTS[change.slot - 1] != "DisplayName":
        raise DeviceRequestError(Reason.OVERLAY_TEXT_FIXED)
    check_text(change.text)


def check_text(text: str) -> None:
    """Make sure that a camera can keep a text.

    Raise:
        DeviceRequestError: It is too long, or holds what no document can hold.
    """
    if any(unicodedata.category(letter) in _NO_LETTERS for letter in text):
        raise DeviceRequestError(Reason.INVALID_VALUE)
    if len(text.encode()) > TEXT_BYTES:
        raise DeviceRequestError(Reason.TEXT_TOO_LONG, {"limit": str(TEXT_BYTES)})


def _values(change: OverlayChange) -> dict[str, str]:
    """Return the fields that change; places in points of the frame."""
    values: dict[str, str] = {}
    if change.enabled is not None:
        values["Enable"] = str(int(change.enabled))
    for name, part, points in (
        ("PosX", change.x, FRAME[0]),
        ("PosY", change.y, FRAME[1]),
    ):
        if part is not None:
            values[name] = str(min(max(round(part * (points - 1)), 0), points - 1))
    if change.text is not None:
        values["Name"] = change.text
    return values
