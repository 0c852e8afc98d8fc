"""How the picture looks: colors, exposure, text, privacy (21, 22 and 34)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from ....kit.fields import choice, level, toggle
from ....model.device import Json
from ....model.features import Text, Toggle, Trigger
from ....model.vocabulary import NO_REQUEST, Cadence, Key
from ....transport.payload import Node
from ..areas import has_mask, whole_picture
from ..const import TEXT_BYTES
from ..overlay import SLOTS, check_text, title, write_title
from ..parts import Offer, Parts
from ..settings import IMAGE, IMAGE_EX, MASK, OSD, SPECS

_LEVELS: Final = (
    (Key.IMAGE_BRIGHTNESS, IMAGE, "brightness", 255),
    (Key.IMAGE_CONTRAST, IMAGE, "contrast", 255),
    (Key.IMAGE_SATURATION, IMAGE, "saturation", 255),
    (Key.IMAGE_SHARPNESS, IMAGE, "sharpness", 255),
    (Key.IMAGE_HUE, IMAGE, "hue", 255),
    (Key.BACKLIGHT_LEVEL, IMAGE, "blc_level", 255),
    (Key.WDR_LEVEL, IMAGE_EX, "wdr_level_sensor", 255),
    (Key.NOISE_REDUCTION, IMAGE_EX, "noiseReduction", 3),
)
_SWITCHES: Final = (
    (Key.DEFOG, IMAGE, "antiFog", ()),
    (Key.MIRROR, IMAGE_EX, "mirror", ()),
    (Key.FLIP, IMAGE_EX, "flip", ()),
    (Key.WDR, IMAGE_EX, "wdr_sensor", ()),
    (Key.HIGHLIGHT_COMPENSATION, IMAGE_EX, "hlc_enable", ()),
    (Key.SLOW_SHUTTER, IMAGE_EX, "low_farme_rate", ("low_frame_rate",)),
)
_EXPOSURES: Final = (
    *(12, 25, 30, 50, 60, 100, 200, 400, 800),
    *(1000, 2000, 4000, 8000),
)
_CHOICES: Final = (
    (Key.WHITE_BALANCE, IMAGE, "auto_awb", {"auto": 0, "manual": 1}),
    (Key.EXPOSURE_MODE, IMAGE, "auto_exposureEx", {"auto": 0, "manual": 1}),
    (Key.LONGEST_EXPOSURE, IMAGE, "max_exposure", {f"1_{n}": n for n in _EXPOSURES}),
    (
        Key.ANTI_FLICKER,
        IMAGE_EX,
        "anti_flicker",
        {"off": 0, "auto": 1, "50_hz": 2, "60_hz": 3},
    ),
)
_OVERLAYS: Final = ((Key.OVERLAY_DATE, "show_date"), (Key.OVERLAY_TIME, "show_time"))


def picture(parts: Parts) -> Iterator[Offer]:
    """Yield colors and exposure."""
    for key, section, name, most in _LEVELS:
        yield level(key, parts.field(section, name), 0, most)
    for key, section, name, more in _SWITCHES:
        yield toggle(key, parts.field(section, name, *more))
    for key, section, name, words in _CHOICES:
        yield choice(key, parts.field(section, name), words)
    if parts.sections.known(IMAGE):
        yield Trigger(
            key=Key.RESET_PICTURE, source=NO_REQUEST, press=partial(_reset, parts)
        )
    else:
        yield parts.without(Key.RESET_PICTURE, IMAGE)


async def _reset(parts: Parts) -> None:
    """Return colors and exposure to what they were when new."""
    await parts.client.set(SPECS[IMAGE].set, {"set_default": 1})
    parts.sections.outdate(IMAGE)
    parts.around.changed()


def overlay(parts: Parts) -> Iterator[Offer]:
    """Yield the texts over the picture."""
    for key, name in _OVERLAYS:
        yield toggle(key, parts.field(OSD, name))
    if not parts.node(OSD).nodes("title_list"):
        for key in (Key.OVERLAY_TEXT, Key.OVERLAY_TEXT_SHOWN):
            yield parts.without(key, OSD, "title_list")
        return
    for number in SLOTS:
        yield _text(parts, number)
        yield _shown(parts, number)


def _text(parts: Parts, number: int) -> Text:
    async def write(text: str) -> None:
        check_text(text)
        await write_title(parts.sections, number, text=text)

    return Text(
        key=Key.OVERLAY_TEXT,
        source=OSD,
        cadence=Cadence.SETTINGS,
        slot=str(number),
        placeholders={"number": str(number)},
        read=lambda: (title(parts.node(OSD), number).text("title") or "").strip(),
        write=write,
        max_bytes=TEXT_BYTES,
    )


def _shown(parts: Parts, number: int) -> Toggle:
    async def write(on: bool) -> None:
        await write_title(parts.sections, number, shown=on)

    return Toggle(
        key=Key.OVERLAY_TEXT_SHOWN,
        source=OSD,
        cadence=Cadence.SETTINGS,
        slot=str(number),
        placeholders={"number": str(number)},
        read=lambda: title(parts.node(OSD), number).flag("show_title"),
        write=write,
    )


def privacy(parts: Parts) -> Iterator[Offer]:
    """Yield the switch that hides the areas that are stored, or the whole picture."""
    offer = toggle(Key.PRIVACY_MASK, parts.field(MASK, "mask_enable"))
    if not isinstance(offer, Toggle):
        yield offer
        return

    def read() -> bool | None:
        node = parts.node(MASK)
        enabled = node.flag("mask_enable")
        # Without an area nothing is hidden, whatever the switch says.
        return enabled and has_mask(node)

    async def write(on: bool) -> None:
        def edit(now: Node) -> dict[str, Json]:
            values: dict[str, Json] = {"mask_enable": int(on)}
            return values if has_mask(now) or not on else values | whole_picture()

        await parts.sections.change(MASK, edit)

    yield replace(offer, read=read, write=write)
