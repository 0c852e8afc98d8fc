"""The two texts over the picture: name and time (section 3.4.3)."""

from collections.abc import Awaitable, Callable
from typing import Final

from ...model.commands import OverlayChange
from ...model.device import Json
from ...model.errors import DeviceRequestError, Reason
from ...transport.payload import Node
from . import kinds
from .documents import put
from .features.picture import TEXT_BYTES
from .parts import Parts

_NAME: Final = "osdChannel"
_TIME: Final = "osdTime"
_SLOTS: Final = (_NAME, _TIME)
_PLACES: Final = {
    "Upper Left": (0.0, 0.0),
    "Top Center": (0.5, 0.0),
    "Upper Right": (1.0, 0.0),
    "Lower Left": (0.0, 1.0),
    "Bottom Center": (0.5, 1.0),
    "Lower Right": (1.0, 1.0),
}
"""Where a text can be; a place of its own cannot be chosen, only kept."""


def overlay_writer(
    parts: Parts,
) -> Callable[[OverlayChange], Awaitable[None]] | None:
    """Return what changes the texts of a camera; None if it has none."""
    if not parts.channel.has("osd"):
        return None
    osd = parts.doc(kinds.OSD)

    async def write(change: OverlayChange) -> None:
        _check(change)
        slot = _SLOTS[change.slot - 1]

        def apply(tree: dict[str, Json]) -> None:
            if change.text is not None:
                put(tree, (slot, "name"), change.text)
            if change.enabled is not None:
                put(tree, (slot, "enable"), int(change.enabled))
            if change.x is not None or change.y is not None:
                now = (Node(tree).node(slot) or Node({})).text("pos") or ""
                put(tree, (slot, "pos"), _nearest(change, now))

        await osd.change(apply)

    return write


def _check(change: OverlayChange) -> None:
    """Refuse what no camera can show, before anything is sent."""
    if not 1 <= change.slot <= len(_SLOTS):
        raise DeviceRequestError(Reason.OVERLAY_NO_SLOT, {"limit": str(len(_SLOTS))})
    if change.text is None:
        return
    if _SLOTS[change.slot - 1] == _TIME:
        raise DeviceRequestError(Reason.OVERLAY_TEXT_FIXED)
    if len(change.text.encode()) > TEXT_BYTES:
        raise DeviceRequestError(Reason.TEXT_TOO_LONG, {"limit": str(TEXT_BYTES)})


def _nearest(change: OverlayChange, now: str) -> str:
    """Return the place next to what is wanted; what is not named stays."""
    known = {name.lower(): place for name, place in _PLACES.items()}
    x, y = known.get(now.strip().lower(), (0.0, 0.0))
    x = x if change.x is None else change.x
    y = y if change.y is None else change.y
    return min(
        _PLACES,
        key=lambda name: (_PLACES[name][0] - x) ** 2 + (_PLACES[name][1] - y) ** 2,
    )
