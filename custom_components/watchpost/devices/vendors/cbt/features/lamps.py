"""White and infrared light, and when the camera sees in black and white (23)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ....kit.fields import Usable, choice, hour_and_minute, lacks, level
from ....model.commands import LampCommand, LampState
from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Choice, Lamp, Level
from ....model.vocabulary import Cadence, Key
from ....transport.payload import Node
from ..parts import Offer, Parts
from ..settings import IMAGE_EX

_LAMP: Final = "lamp_type"
_CONTROL: Final = "led_control"
_PWM: Final = "led_control_mode"
_WHITE_LEVEL: Final = "led_level"
_INFRARED_LEVEL: Final = "ir_level"
_INFRARED, _WHITE = 0, 1
_ON, _OFF = 1, 2
_FULL: Final = 255
_PERCENT: Final = 100
_MEMORY: Final = "floodlight_before"
_COLOR: Final = "color_black"
_WAY: Final = "infr_detect_mode"
_AUTO: Final = 1
_BY_PICTURE, _BY_CLOCK = 0, 1
_FIXED: Final = {"day": 0, "night": 2}
_WAYS: Final = {"auto": _BY_PICTURE, "sensor": 2, "schedule": _BY_CLOCK}


def lamps(parts: Parts) -> Iterator[Offer]:
    """Yield the lamps."""
    yield _floodlight(parts)

    def lamp() -> int | None:
        return parts.node(IMAGE_EX).integer(_LAMP)

    def infrared_shines() -> bool:
        return lamp() == _INFRARED and _dims(parts.node(IMAGE_EX))

    words = {"auto": 0, "on": _ON, "off": _OFF}
    field = parts.field(IMAGE_EX, _CONTROL, usable=lambda: lamp() != _WHITE)
    yield choice(Key.INFRARED_LIGHT, field, words)
    kinds = {"infrared": _INFRARED, "white": _WHITE, "auto": 2}
    yield choice(Key.NIGHT_LAMP, parts.field(IMAGE_EX, _LAMP), kinds)
    yield _infrared_level(parts, infrared_shines)


def _infrared_level(parts: Parts, usable: Usable) -> Offer:
    field = parts.field(IMAGE_EX, _INFRARED_LEVEL)
    offer = level(Key.INFRARED_LEVEL, field, 0, _PERCENT)
    if not isinstance(offer, Level):
        return offer

    def read() -> float | None:
        number = field.number
        return None if number is None else round(number * _PERCENT / _FULL)

    async def write(value: float) -> None:
        await field.put(round(value * _FULL / _PERCENT))

    return replace(
        offer,
        read=read,
        write=write,
        usable=usable,
    )


def _dims(node: Node) -> bool:
    """Return whether brightness has an effect on this board."""
    return node.integer(_PWM) == 1


def _state(node: Node) -> bool | None:
    """Return whether the white light shines; unknown while the camera decides."""
    lamp, control = node.integer(_LAMP), node.integer(_CONTROL)
    if lamp == _WHITE and control == _ON:
        return True
    return False if lamp == _INFRARED or control == _OFF else None


def _floodlight(parts: Parts) -> Offer:
    node = parts.node(IMAGE_EX)
    for name in (_LAMP, _CONTROL):
        if node.spelling(name) is None:
            return lacks(parts.sections, Key.FLOODLIGHT, IMAGE_EX, name)
    dimmable = _dims(node) and node.spelling(_WHITE_LEVEL) is not None

    def read() -> LampState | None:
        now = parts.node(IMAGE_EX)
        on = _state(now)
        number = now.number(_WHITE_LEVEL)
        if on is None:
            return None
        bright = None if number is None else min(max(number / _FULL, 0.0), 1.0)
        return LampState(on=on, level=bright if dimmable else None)

    async def write(command: LampCommand) -> None:
        def edit(now: Node) -> dict[str, Json]:
            return _switched_on(parts, now, command) if command.on else _off(parts, now)

        await parts.sections.change(IMAGE_EX, edit)

    return Lamp(
        key=Key.FLOODLIGHT,
        source=IMAGE_EX,
        cadence=Cadence.STATE,
        read=read,
        write=write,
        dimmable=dimmable,
    )


def _switched_on(parts: Parts, now: Node, command: LampCommand) -> dict[str, Json]:
    """Return what switches the light on; what was before is kept for later."""
    if _state(now) is not True:
        before: dict[str, Json] = {
            name: now.integer(name) for name in (_LAMP, _CONTROL)
        }
        parts.around.memory.put(_MEMORY, before)
    values: dict[str, Json] = {_LAMP: _WHITE, _CONTROL: _ON}
    if command.level is not None and _dims(now):
        # A lamp that is on never goes dark by dimming it.
        values[_WHITE_LEVEL] = min(max(1, round(command.level * _FULL)), _FULL)
    return values


def _off(parts: Parts, now: Node) -> dict[str, Json]:
    """Return what switches the light off: what was before we switched it on."""
    kept = parts.around.memory.get(_MEMORY)
    before = Node(kept if isinstance(kept, dict) else {})
    lamp, control = before.integer(_LAMP), before.integer(_CONTROL)
    if _state(now) is True and lamp is not None and control is not None:
        return {_LAMP: lamp, _CONTROL: control}
    return {_CONTROL: _OFF}


# Day and night


def day_and_night(parts: Parts) -> Iterator[Offer]:
    """Yield when the picture is in color."""

    def decided_by(way: int) -> bool:
        node = parts.node(IMAGE_EX)
        return node.integer(_COLOR) == _AUTO and node.integer(_WAY) == way

    yield _mode(parts)
    for key, name in (
        (Key.DAY_THRESHOLD, "sens_night_to_day"),
        (Key.NIGHT_THRESHOLD, "sens_day_to_night"),
    ):
        field = parts.field(IMAGE_EX, name, usable=lambda: decided_by(_BY_PICTURE))
        yield level(key, field, 0, _FULL)
    for key, name in ((Key.DAY_START, "infr_day"), (Key.NIGHT_START, "infr_night")):
        yield hour_and_minute(
            key,
            parts.field(IMAGE_EX, f"{name}_h", usable=lambda: decided_by(_BY_CLOCK)),
            parts.field(IMAGE_EX, f"{name}_m"),
        )


def _mode(parts: Parts) -> Offer:
    """Return the choice that two fields make together."""
    key = Key.DAY_NIGHT_MODE
    if parts.node(IMAGE_EX).spelling(_COLOR) is None:
        return parts.without(key, IMAGE_EX, _COLOR)

    def ways() -> dict[str, int]:
        has = parts.node(IMAGE_EX).spelling(_WAY) is not None
        return _WAYS if has else {"auto": _BY_PICTURE}

    def read() -> str | None:
        node = parts.node(IMAGE_EX)
        color, way = node.integer(_COLOR), node.integer(_WAY) or 0
        table = ways() if color == _AUTO else _FIXED
        wanted = way if color == _AUTO else color
        return next((word for word, one in table.items() if one == wanted), None)

    async def write(option: str) -> None:
        values: dict[str, Json]
        if option in _FIXED:
            values = {_COLOR: _FIXED[option]}
        elif option in ways():
            values = {_COLOR: _AUTO, _WAY: _WAYS[option]}
        else:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        if len(ways()) == 1:
            values.pop(_WAY, None)
        await parts.sections.put(IMAGE_EX, values)

    return Choice(
        key=key,
        source=IMAGE_EX,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        options=lambda: (*ways(), *_FIXED),
    )
