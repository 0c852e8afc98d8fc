"""How the picture looks: colors, exposure, day and night, text over it, privacy."""

from collections.abc import Iterator
from typing import Final

from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Text, Toggle
from ....model.vocabulary import Cadence, Key
from .. import kinds
from ..documents import Document
from ..parts import Offer, Parts
from .fields import choice, level, toggle

_COLORS: Final = (
    (Key.IMAGE_BRIGHTNESS, "ispBright", "bright"),
    (Key.IMAGE_CONTRAST, "ispContrast", "contrast"),
    (Key.IMAGE_SATURATION, "ispSatruation", "saturation"),
    (Key.IMAGE_SHARPNESS, "ispSharpen", "sharpen"),
    (Key.IMAGE_HUE, "ispHue", "hue"),
)
_BYTE: Final = (0, 255)
_CHOICES: Final = (
    (
        Key.DAY_NIGHT_MODE,
        "ispDayNight",
        "dayNight",
        {"auto": "Auto", "day": "Color", "night": "Black&White"},
    ),
    (
        Key.ANTI_FLICKER,
        "ispAntiFlick",
        "antiFlicker",
        {"outdoor": "Other", "50_hz": "50HZ", "60_hz": "60HZ", "off": "Off"},
    ),
    (
        Key.EXPOSURE_MODE,
        "ispExposureMode",
        "exposure",
        {
            "auto": "Auto",
            "low_noise": "LowNoise",
            "anti_smearing": "Anti-Smearing",
            "manual": "Manual",
        },
    ),
    (
        Key.WHITE_BALANCE,
        "ispWhiteBalance",
        "whiteBalance",
        {"auto": "Auto", "manual": "Manual"},
    ),
)
_BACKLIGHT: Final = (
    (Key.WDR, "DynamicRangeControl", Key.WDR_LEVEL, "drc"),
    (Key.BACKLIGHT_COMPENSATION, "BackLightControl", Key.BACKLIGHT_LEVEL, "blc"),
)
TEXT_BYTES: Final = 31
"""Bytes of a text over the picture (section 3.4.4)."""


def picture(parts: Parts) -> Iterator[Offer]:
    """Yield colors, exposure and mirroring (sections 3.4.1 and 3.4.5)."""
    image, isp = parts.doc(kinds.IMAGE), parts.doc(kinds.ISP)
    least, most = _BYTE
    for key, ability, field in _COLORS:
        if parts.channel.has("image") and parts.channel.has(ability):
            yield level(key, image, field, minimum=least, maximum=most)
        else:
            yield parts.lacks(key, ability)
    for key, ability, field, words in _CHOICES:
        if parts.channel.has("isp") and parts.channel.has(ability):
            yield choice(key, isp, field, words=words)
        else:
            yield parts.lacks(key, ability)
    if parts.channel.version("ispDayNight") > 1:
        yield level(
            Key.DAY_NIGHT_THRESHOLD, isp, "dayNightThreshold", minimum=0, maximum=100
        )
    else:
        yield parts.lacks(Key.DAY_NIGHT_THRESHOLD, "ispDayNight < 2")
    for key, word, strength, field in _BACKLIGHT:
        if not parts.channel.has("ispBackLight"):
            yield parts.lacks(key, "ispBackLight")
            yield parts.lacks(strength, "ispBackLight")
            continue
        yield _backlight(key, isp, word)
        yield level(strength, isp, field, minimum=least, maximum=most)
    for key, ability, field in (
        (Key.MIRROR, "ispMirror", "mirroring"),
        (Key.FLIP, "ispFlip", "rotation"),
    ):
        if parts.channel.has(ability):
            yield toggle(key, isp, field)
        else:
            yield parts.lacks(key, ability)


def _backlight(key: Key, isp: Document, word: str) -> Toggle:
    """Return one of two switches on a field that can only be one of them."""

    def read() -> bool | None:
        told = isp.node.text("backLight")
        return None if told is None else told.lower() == word.lower()

    async def write(on: bool) -> None:
        # The other one may be on: switching this one off must not end it.
        if on or read():
            await isp.write(("backLight",), word if on else "Off")

    return Toggle(
        key=key, source=isp.source, cadence=Cadence.SETTINGS, read=read, write=write
    )


def overlay(parts: Parts) -> Iterator[Offer]:
    """Yield the texts over the picture (section 3.4.3)."""
    if not parts.channel.has("osd"):
        for key in (Key.OVERLAY_TEXT, Key.OVERLAY_TEXT_SHOWN, Key.OVERLAY_TIME):
            yield parts.lacks(key, "osd")
        return
    osd = parts.doc(kinds.OSD)

    async def write(text: str) -> None:
        await osd.write(("osdChannel", "name"), text)

    yield Text(
        key=Key.OVERLAY_TEXT,
        source=osd.source,
        cadence=Cadence.SETTINGS,
        slot="1",
        placeholders={"number": "1"},
        read=lambda: osd.at("osdChannel").text("name"),
        write=write,
        max_bytes=TEXT_BYTES,
    )
    shown = toggle(Key.OVERLAY_TEXT_SHOWN, osd, "osdChannel", "enable")
    yield Toggle(
        key=shown.key,
        source=shown.source,
        cadence=shown.cadence,
        slot="1",
        placeholders={"number": "1"},
        read=shown.read,
        write=shown.write,
    )
    yield toggle(Key.OVERLAY_TIME, osd, "osdTime", "enable")


def privacy(parts: Parts) -> Iterator[Offer]:
    """Yield the switch that hides the areas that are stored (section 3.4.7)."""
    if not parts.channel.has("mask"):
        yield parts.lacks(Key.PRIVACY_MASK, "mask")
        return
    mask = parts.doc(kinds.MASK)

    def areas() -> bool:
        return any(
            (block := area.node("block")) is not None
            and (block.number("width") or 0) > 0
            and (block.number("height") or 0) > 0
            for area in mask.node.nodes("area")
        )

    def read() -> bool | None:
        if not mask.known:
            return None
        # Without an area nothing is hidden, whatever the switch says.
        return bool(mask.node.flag("enable")) and areas()

    async def write(on: bool) -> None:
        def change(tree: dict[str, Json]) -> None:
            if on and not areas():
                raise DeviceRequestError(Reason.NO_AREAS)
            tree["enable"] = int(on)

        await mask.change(change)

    yield Toggle(
        key=Key.PRIVACY_MASK,
        source=mask.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )
