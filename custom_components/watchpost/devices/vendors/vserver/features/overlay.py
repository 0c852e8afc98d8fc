"""Texts over the picture (section 3.3.4)."""

from collections.abc import Iterator
from functools import partial

from ....model.features import Text
from ....model.vocabulary import Cadence, Key
from ..const import TITLE_BYTES
from ..overlay import TEXT_SLOTS, check_text, text_name, title_setting
from ..parts import Offer, Parts
from ..settings import OVERLAY
from .fields import Setting, setting, toggle

_DATE = ("DateOSDX", "DateOSDY", "DateFormat")
_TIME = ("TimeOSDX", "TimeOSDY")


def overlay(parts: Parts) -> Iterator[Offer]:
    """Yield five texts, the date and the time."""
    for slot in TEXT_SLOTS:
        yield _text(parts, slot)
        yield toggle(
            Key.OVERLAY_TEXT_SHOWN,
            setting(
                parts,
                OVERLAY,
                text_name("Status", slot),
                slot=str(slot),
                together=tuple(text_name(one, slot) for one in ("Title", "X", "Y")),
            ),
        )
    yield toggle(
        Key.OVERLAY_DATE, setting(parts, OVERLAY, "DateOSDStatus", together=_DATE)
    )
    yield toggle(
        Key.OVERLAY_TIME, setting(parts, OVERLAY, "TimeOSDStatus", together=_TIME)
    )


def _text(parts: Parts, slot: int) -> Offer:
    title = title_setting(parts, slot)
    if (absent := title.unfit(Key.OVERLAY_TEXT)) is not None:
        return absent
    return Text(
        key=Key.OVERLAY_TEXT,
        source=title.section,
        cadence=Cadence.SETTINGS,
        slot=title.slot,
        placeholders=title.placeholders,
        read=lambda: title.text,
        write=partial(_write, title),
        max_bytes=TITLE_BYTES,
    )


async def _write(title: Setting, text: str) -> None:
    check_text(text)
    await title.put(text)
