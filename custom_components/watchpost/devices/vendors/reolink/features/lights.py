"""Floodlight, infrared light and status LED (chapter 3.10)."""

from collections.abc import Iterator
from typing import Final

from ....model.commands import LampCommand, LampState
from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Choice, Lamp, Toggle
from ....model.vocabulary import Cadence, Key
from ....transport.payload import as_text
from .. import kinds
from ..const import AI_KINDS
from ..documents import Document, Path
from ..parts import Offer, Parts, lacks_all
from .fields import clock, toggle

_MODES: Final = {"manual": 0, "auto": 1, "night": 2, "schedule": 3}
_DOCUMENTED: Final = frozenset({0, 1, 2})
"""Modes that every device has; another one is offered where it is seen."""
_STATES: Final = {"auto": "Auto", "on": "On", "off": "Off"}
_NUMBERS: Final = {"0": "off", "1": "on", "2": "auto"}
"""The guide's own example answers with a number where it lists words."""
_LED_TYPES: Final = ("wlAiDetectType", "wIAiDetectType")
"""As it is called, and as the guide prints it once."""


def floodlight(parts: Parts) -> Iterator[Offer]:
    """Yield the floodlight; one of two abilities is enough (section 3.10.5)."""
    keys = (
        Key.FLOODLIGHT,
        Key.FLOODLIGHT_MODE,
        Key.FLOODLIGHT_START,
        Key.FLOODLIGHT_END,
        *(Key(f"floodlight_on_{word}") for word in AI_KINDS.values()),
    )
    if not parts.channel.has("floodLight", "supportFLswitch"):
        yield from lacks_all(parts.unit, keys, "floodLight, supportFLswitch")
        return
    led = parts.doc(kinds.WHITE_LED)
    yield _lamp(led, dimmable=parts.channel.has("supportFLBrightness"))
    yield _mode(led)
    if parts.channel.has("supportFLSchedule"):
        for key, edge in ((Key.FLOODLIGHT_START, "Start"), (Key.FLOODLIGHT_END, "End")):
            yield clock(key, led, ("LightingSchedule",), f"{edge}Hour", f"{edge}Min")
    else:
        yield from lacks_all(
            parts.unit, (Key.FLOODLIGHT_START, Key.FLOODLIGHT_END), "supportFLSchedule"
        )
    for name, word in AI_KINDS.items():
        key = Key(f"floodlight_on_{word}")
        spelled = led.node.spelling(*_LED_TYPES) or _LED_TYPES[0]
        told = led.at(spelled)
        if not parts.channel.has("supportFLIntelligent"):
            yield parts.lacks(key, "supportFLIntelligent")
        elif led.known and told.spelling(name) is None:
            yield parts.lacks(key, spelled)
        else:
            yield toggle(key, led, spelled, name)


def _lamp(led: Document, *, dimmable: bool) -> Lamp:
    def read() -> LampState | None:
        on = led.node.flag("state")
        bright = led.node.number("bright")
        if on is None:
            return None
        level = None if bright is None else min(max(bright / 100, 0.0), 1.0)
        return LampState(on=on, level=level if dimmable else None)

    async def write(command: LampCommand) -> None:
        values: dict[Path, Json] = {("state",): int(command.on)}
        mode = led.node.integer("mode")
        if mode is not None:
            # Without its mode some devices switch the lamp back at once.
            values["mode",] = mode
        if dimmable and command.level is not None:
            # A lamp that is on never goes dark by dimming it.
            values["bright",] = max(1, round(command.level * 100))
        await led.write_all(values)

    return Lamp(
        key=Key.FLOODLIGHT,
        source=led.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        dimmable=dimmable,
    )


def _mode(led: Document) -> Choice:
    """Return what switches the floodlight on; unknown numbers keep their number."""
    words = {number: slug for slug, number in _MODES.items()}

    def named(number: int) -> str:
        return words.get(number, f"mode_{number}")

    def offered() -> dict[str, int]:
        limits = led.limits.value("mode")
        texts = map(as_text, limits) if isinstance(limits, list) else ()
        told = {int(text) for text in texts if text and text.isdecimal()}
        current = led.node.integer("mode")
        numbers = told or set(_DOCUMENTED)
        if current is not None:
            numbers.add(current)
        return {named(number): number for number in sorted(numbers)}

    def read() -> str | None:
        number = led.node.integer("mode")
        return None if number is None else named(number)

    async def write(option: str) -> None:
        number = offered().get(option)
        if number is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await led.write(("mode",), number)

    return Choice(
        key=Key.FLOODLIGHT_MODE,
        source=led.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        options=lambda: tuple(offered()),
    )


def lamps(parts: Parts) -> Iterator[Offer]:
    """Yield infrared light and status LED (sections 3.10.1 to 3.10.4)."""
    if parts.channel.has("ledControl"):
        yield _infrared(parts.doc(kinds.IR_LIGHTS))
    else:
        yield parts.lacks(Key.INFRARED_LIGHT, "ledControl")
    if parts.channel.has("powerLed", "indicatorLight"):
        yield _status_led(parts.doc(kinds.POWER_LED))
    else:
        yield parts.lacks(Key.STATUS_LED, "powerLed, indicatorLight")


def _state(document: Document) -> str | None:
    """Return auto, on or off, from a word or a number."""
    told = document.node.text("state")
    if told is None:
        return None
    return _NUMBERS.get(told, told.lower())


def _infrared(document: Document) -> Choice:
    def options() -> tuple[str, ...]:
        told = document.limits.value("state")
        texts = map(as_text, told) if isinstance(told, list) else ()
        words = tuple(text.lower() for text in texts if text)
        return tuple(slug for slug in _STATES if slug in words) or tuple(_STATES)

    async def write(option: str) -> None:
        if option not in _STATES:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await document.write(("state",), _STATES[option])

    return Choice(
        key=Key.INFRARED_LIGHT,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=lambda: _state(document),
        write=write,
        options=options,
    )


def _status_led(document: Document) -> Toggle:
    async def write(on: bool) -> None:
        await document.write(("state",), "On" if on else "Off")

    def read() -> bool | None:
        state = _state(document)
        return None if state is None else state == "on"

    return Toggle(
        key=Key.STATUS_LED,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )
