"""The picture: adjustment, exposure, day and night (3.3.4, 3.8.4 and 3.8.5)."""

from collections.abc import Iterator, Mapping
from typing import Final

from ....model.features import Trigger
from ....model.vocabulary import NO_REQUEST, Key
from ..const import SHUTTERS
from ..parts import Offer, Parts
from ..settings import BASIC, EXPOSURE, IMAGE
from .fields import Setting, choice, level, setting, toggle

_ADJUSTMENTS: Final = {
    Key.IMAGE_BRIGHTNESS: "Brightness",
    Key.IMAGE_CONTRAST: "Contrast",
    Key.IMAGE_SATURATION: "Saturation",
    Key.IMAGE_SHARPNESS: "Sharpness",
    Key.IMAGE_HUE: "Hue",
    Key.NOISE_REDUCTION: "Denoise",
}
_SWITCHES: Final = {
    Key.WDR: "WDRSwitch",
    Key.DEFOG: "AFGSwitch",
    Key.IMAGE_STABILIZATION: "DISSwitch",
    Key.MIRROR: "MirrorHor",
    Key.FLIP: "MirrorVer",
}
_BYTE: Final = (0, 255)
_BACKLIGHT: Final = (0, 240)
_DELAY: Final = (0, 10)
_WHITE_BALANCE: Final = {"auto": 0, "manual": 1}
_EXPOSURE: Final = {"auto": 0, "shutter": 1, "manual": 2}
_STYLES: Final = {"vivid": 0, "standard": 1, "cold": 2}
_DAY_NIGHT: Final = {"auto": 3, "sensor": 0, "day": 2, "night": 1}
_INFRARED: Final = {"on": 1, "off": 0}
_GAINS: Final = {
    "0_db": 1,
    "6_db": 2,
    "12_db": 4,
    "18_db": 8,
    "24_db": 16,
    "30_db": 32,
    "36_db": 64,
}
"""Factors of the document; each doubling is 6 dB."""
_MANUAL: Final = 2
_AUTO: Final = 3


def picture(parts: Parts) -> Iterator[Offer]:
    """Yield everything about how the picture looks."""
    for key, name in _ADJUSTMENTS.items():
        yield level(key, setting(parts, IMAGE, name), *_BYTE)
    for key, name in _SWITCHES.items():
        yield toggle(key, setting(parts, BASIC, name))
    yield level(Key.WDR_LEVEL, setting(parts, BASIC, "WDRLevel"), *_BYTE)
    yield choice(Key.WHITE_BALANCE, setting(parts, BASIC, "WBMode"), _WHITE_BALANCE)
    yield from _exposure(parts)
    yield from _day_and_night(parts)
    yield _reset(parts)


def _exposure(parts: Parts) -> Iterator[Offer]:
    """Yield exposure, light from behind, and colors."""

    def mode() -> int | None:
        return parts.node(EXPOSURE).integer("ExposureMode")

    def manual() -> bool:
        return mode() in (_MANUAL, None)

    def automatic() -> bool:
        return mode() != _MANUAL

    yield choice(Key.EXPOSURE_MODE, setting(parts, EXPOSURE, "ExposureMode"), _EXPOSURE)
    shutter = setting(parts, EXPOSURE, "ShutterManual", usable=manual)
    yield choice(Key.SHUTTER, shutter, _shutters(shutter))
    longest = setting(parts, EXPOSURE, "ShutterMax", usable=automatic)
    yield choice(Key.LONGEST_EXPOSURE, longest, _shutters(longest))
    yield choice(Key.GAIN, setting(parts, EXPOSURE, "AGCManual", usable=manual), _GAINS)
    yield choice(Key.PICTURE_STYLE, setting(parts, EXPOSURE, "ColorMode"), _STYLES)
    switch, strength = "BLCSwitch", "BLCLevel"
    yield toggle(
        Key.BACKLIGHT_COMPENSATION,
        setting(parts, EXPOSURE, switch, together=(strength,)),
    )
    yield level(
        Key.BACKLIGHT_LEVEL,
        setting(parts, EXPOSURE, strength, together=(switch,)),
        *_BACKLIGHT,
    )


def _shutters(one: Setting) -> Mapping[str, str | int]:
    """Return the parts of a second that a unit has, the longest first."""
    told = one.told()
    numbers = () if told is None else told.numbers
    return {f"1_{round(part)}": round(part) for part in numbers or SHUTTERS}


def _day_and_night(parts: Parts) -> Iterator[Offer]:
    """Yield when the picture is one of the night, and the lamps for it."""

    def automatic() -> bool:
        return parts.node(EXPOSURE).integer("ICRSwitch") in (_AUTO, None)

    mode, delay = "ICRSwitch", "ICRTimer"
    yield choice(
        Key.DAY_NIGHT_MODE,
        setting(parts, EXPOSURE, mode, together=(delay,)),
        _DAY_NIGHT,
    )
    yield level(
        Key.DAY_NIGHT_DELAY,
        setting(parts, EXPOSURE, delay, together=(mode,), usable=automatic),
        *_DELAY,
    )
    for key, name in (
        (Key.NIGHT_THRESHOLD, "ICRC2BThr"),
        (Key.DAY_THRESHOLD, "ICRB2CThr"),
    ):
        yield level(key, setting(parts, EXPOSURE, name, usable=automatic), *_BYTE)
    yield choice(Key.INFRARED_LIGHT, setting(parts, EXPOSURE, "ICREnable"), _INFRARED)


def _reset(parts: Parts) -> Offer:
    """Return what sets the image module back (section 3.8.2.3)."""
    if not (parts.known(BASIC) or parts.known(EXPOSURE)):
        return parts.without(Key.RESET_PICTURE, BASIC)

    async def reset() -> None:
        await parts.client.order("camera_set", "ResetInfo", parts.channel)
        for group in (BASIC, EXPOSURE):
            parts.sections.outdate(parts.name(group))

    return Trigger(key=Key.RESET_PICTURE, source=NO_REQUEST, press=reset)
