"""How the picture looks: colors, exposure, day and night, text, privacy (9.6, 9.7)."""

from collections.abc import Iterator
from typing import Final

from ....model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ....model.features import Text, Toggle
from ....model.vocabulary import Cadence, Key
from ....transport.xmltext import XmlText, worded
from ..blocks import (
    BASIC,
    COLOR,
    EXPOSURE,
    IR_CUT,
    MOSAIC,
    OSD,
    SCENE,
    WHITE_BALANCE,
)
from ..const import TEXT_BYTES
from ..names import find
from ..overlay import check_text
from ..parts import Offer, Parts
from .fields import choice, level, steps, time_of_day, toggle

_COLORS: Final = (
    (Key.IMAGE_BRIGHTNESS, "Brightness"),
    (Key.IMAGE_CONTRAST, "Contrast"),
    (Key.IMAGE_SATURATION, "Saturation"),
    (Key.IMAGE_HUE, "Hue"),
    (Key.IMAGE_SHARPNESS, "Sharpness"),
)
_STRENGTHS: Final = ("close", "weak", "normal", "strong")
_STYLES: Final = {word: word for word in ("standard", "soft", "vivid", "custom")}
_BALANCES: Final = {
    word: word
    for word in (
        "auto",
        "incandescent",
        "warm",
        "fluorescent",
        "natural",
        "manual",
        "locked",
    )
}
_SHUTTERS: Final = (
    *(1, 3, 8, 12, 15, 25, 30, 50, 60, 100, 120, 240, 480, 960),
    *(1000, 2000, 4000, 8000, 10000),
)
_GAINS: Final = range(6, 43, 6)
_MODES: Final = {
    "auto": "initiative",
    "sensor": "passivity",
    "schedule": "time",
    "day": "day",
    "night": "night",
}
_BY_LIGHT: Final = ("initiative", "passivity")
"""Modes in which threshold and delay have a meaning (9.6.7, read sensibly)."""
_FLIPS: Final = {
    (False, False): "close",
    (True, False): "leftright",
    (False, True): "updown",
    (True, True): "center",
}
"""What the one field is called for mirrored and upside down."""


def picture(parts: Parts) -> Iterator[Offer]:
    """Yield colors, exposure, and day and night."""
    yield from _colors(parts)
    if parts.node(SCENE).flag("Support"):
        yield choice(parts, Key.PICTURE_STYLE, SCENE, "Mode", words=_STYLES)
    else:
        yield parts.without(Key.PICTURE_STYLE, SCENE, "Support")
    shutters = {f"1_{one}": f"1/{one}" for one in _SHUTTERS}
    gains = {f"{one}_db": f"{one}dB" for one in _GAINS}
    for key, block, field, words in (
        (Key.WHITE_BALANCE, WHITE_BALANCE, "Mode", _BALANCES),
        (Key.SHUTTER, EXPOSURE, "shutter", {"auto": "auto", **shutters}),
        (Key.GAIN, EXPOSURE, "Gain", {"auto": "auto", **gains}),
        (
            Key.ANTI_FLICKER,
            BASIC,
            "powerLineFrequencyMode",
            {"50_hz": "50HZ", "60_hz": "60HZ"},
        ),
        (Key.DAY_NIGHT_MODE, IR_CUT, "Mode", _MODES),
    ):
        yield choice(parts, key, block, field, words=words)
    for key, field in (
        (Key.WDR_LEVEL, "WDR"),
        (Key.NOISE_REDUCTION, "NoiseReduce"),
    ):
        yield steps(parts, key, BASIC, field, words=_STRENGTHS, least=0)
    yield toggle(parts, Key.BACKLIGHT_COMPENSATION, BASIC, "BLC")
    yield _flip(parts, Key.MIRROR, 0)
    yield _flip(parts, Key.FLIP, 1)
    yield from _day_and_night(parts)


def _colors(parts: Parts) -> Iterator[Offer]:
    words = {"auto": "auto", "manual": "manual"}
    yield choice(parts, Key.BRIGHTNESS_MODE, COLOR, "Mode", words=words)

    def manual() -> bool:
        return (parts.text(COLOR, "Mode") or "").lower() != "auto"

    for key, field in _COLORS:
        usable = manual if key is Key.IMAGE_BRIGHTNESS else None
        yield level(parts, key, COLOR, field, minimum=0, maximum=100, usable=usable)


def _flip(parts: Parts, key: Key, which: int) -> Offer:
    """Return one of two switches that share a field; each leaves the other alone."""
    if not parts.has(BASIC, "FlipMode"):
        return parts.without(key, BASIC, "FlipMode")
    states = {word: state for state, word in _FLIPS.items()}

    def read() -> bool | None:
        state = states.get((parts.text(BASIC, "FlipMode") or "").lower())
        return None if state is None else state[which]

    async def write(on: bool) -> None:
        def edit(document: XmlText) -> None:
            element = find(document.root, "FlipMode")
            if element is None:
                raise DeviceUnsupportedError
            now = states.get(element.text.strip().lower(), (False, False))
            wanted = (on, now[1]) if which == 0 else (now[0], on)
            document.put(element, _FLIPS[wanted])

        await parts.documents.change(BASIC, edit)

    return Toggle(
        key=key,
        source=parts.documents.source(BASIC),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )


def _day_and_night(parts: Parts) -> Iterator[Offer]:
    def mode() -> str:
        return (parts.text(IR_CUT, "Mode") or "").lower()

    def by_light() -> bool:
        return mode() in _BY_LIGHT

    def by_time() -> bool:
        return mode() == "time"

    for key, field, least, most in (
        (Key.DAY_NIGHT_THRESHOLD, "Sensitivity", 0, 100),
        (Key.DAY_NIGHT_DELAY, "SwitchTime", 3, 15),
    ):
        yield level(
            parts, key, IR_CUT, field, minimum=least, maximum=most, usable=by_light
        )
    for key, field in (
        (Key.DAY_START, "DayStartTime"),
        (Key.NIGHT_START, "DayEndTime"),
    ):
        yield time_of_day(parts, key, IR_CUT, field, usable=by_time)


def overlay(parts: Parts) -> Iterator[Offer]:
    """Yield the texts over the picture (9.7.3)."""
    if parts.has(OSD, "DisplayName", "Name"):

        async def write(text: str) -> None:
            check_text(text)
            await parts.documents.put(OSD, {("DisplayName", "Name"): text})

        yield Text(
            key=Key.OVERLAY_TEXT,
            source=parts.documents.source(OSD),
            cadence=Cadence.SETTINGS,
            slot="1",
            placeholders={"number": "1"},
            read=lambda: parts.text(OSD, "DisplayName", "Name"),
            write=write,
            max_bytes=TEXT_BYTES,
        )
    else:
        yield parts.without(Key.OVERLAY_TEXT, OSD, "DisplayName", "Name")
    yield toggle(parts, Key.OVERLAY_TEXT_SHOWN, OSD, "DisplayName", "Enable", slot="1")
    yield toggle(parts, Key.OVERLAY_TIME, OSD, "DisplayTime", "Enable")


def privacy(parts: Parts) -> Iterator[Offer]:
    """Yield the switch that hides the areas that are stored (9.7.8)."""
    if not parts.has(MOSAIC, "Enable"):
        yield parts.without(Key.PRIVACY_MASK, MOSAIC, "Enable")
        return

    def read() -> bool | None:
        enabled = parts.node(MOSAIC).flag("Enable")
        # Without an area nothing is hidden, whatever the switch says.
        return enabled and bool(parts.node(MOSAIC, "MosaicRegionList").tree)

    async def write(on: bool) -> None:
        def edit(document: XmlText) -> None:
            regions = find(document.root, "MosaicRegionList")
            if on and not (regions and regions.children):
                raise DeviceRequestError(Reason.NO_AREAS)
            element = find(document.root, "Enable")
            if element is None:
                raise DeviceUnsupportedError
            document.put(element, worded(on, element.text))

        await parts.documents.change(MOSAIC, edit)

    yield Toggle(
        key=Key.PRIVACY_MASK,
        source=parts.documents.source(MOSAIC),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )
