"""Motion detection, alarm inputs, and what both set off (section 3.13)."""

from collections.abc import Iterator
from dataclasses import replace
import re
from typing import Final

from ....model.device import Absent
from ....model.vocabulary import AbsenceReason, Key
from ..events import Events
from ..names import row_name
from ..parts import Offer, Parts
from ..settings import INPUT_LINKS, INPUTS, MOTION, MOTION_LINKS
from .fields import choice, level, setting, toggle

_AREA: Final = 1
"""The rectangle whose links are shown: there is one grid for everything."""
_SENSITIVITY: Final = (1, 100)
_MOTION_LINKS: Final = {
    Key.MOTION_RECORDING: "MS",
    Key.MOTION_EMAIL: "MM",
    Key.MOTION_FTP: "MF",
}
_INPUT_LINKS: Final = {
    Key.ALARM_INPUT_RECORDING: "S",
    Key.ALARM_INPUT_EMAIL: "M",
    Key.ALARM_INPUT_FTP: "F",
}
_MOTION_OUTPUT: Final = re.compile(r"(?:MO|IO)(\d{0,2})", re.IGNORECASE)
_INPUT_OUTPUT: Final = re.compile(r"I?O(\d{1,2})", re.IGNORECASE)
_LEVELS: Final = {"normally_open": 0, "normally_closed": 1}
_TRIGGER: Final = "IOTrig"


def detection(parts: Parts) -> Iterator[Offer]:
    """Yield where motion is looked for, how closely, and what it sets off."""
    yield toggle(Key.MOTION_DETECTION, setting(parts, MOTION, "MDEnable"))
    yield level(
        Key.MOTION_SENSITIVITY,
        setting(parts, MOTION, "MDSensitivity"),
        *_SENSITIVITY,
    )
    for key, name in _MOTION_LINKS.items():
        yield toggle(key, setting(parts, MOTION_LINKS, name, row=_AREA))
    outputs = _outputs(parts)
    for slot, name in outputs.items():
        yield toggle(
            Key.MOTION_ALARM_OUTPUT,
            setting(parts, MOTION_LINKS, name, row=_AREA, slot=slot),
        )
    if not outputs:
        yield parts.without(Key.MOTION_ALARM_OUTPUT, MOTION_LINKS, "MO")


def _outputs(parts: Parts) -> dict[str, str]:
    """Return how the unit calls the link to each output, by its number."""
    found: dict[str, str] = {}
    for own in parts.node(MOTION_LINKS):
        row, _, name = own.partition("/")
        match = _MOTION_OUTPUT.fullmatch(name)
        if row == str(_AREA) and match:
            found.setdefault(match[1] or "1", name)
    return found


# Alarm inputs, which are of the unit and not of a channel


def input_links(parts: Parts, told: Events) -> Iterator[Offer]:
    """Yield how the alarm inputs rest, where that can be set, and what they set off."""
    yield from _input_types(parts, told)
    yield from _input_links(parts)


def _input_types(parts: Parts, told: Events) -> Iterator[Offer]:
    """Yield the level at which each input triggers an alarm."""
    if not told.numbers:
        yield parts.without(Key.ALARM_INPUT_TYPE, INPUTS)
    elif told.is_live is None:
        unknown = AbsenceReason.UNKNOWN
        yield parts.lacks(Key.ALARM_INPUT_TYPE, f"{INPUTS} query", unknown)
    elif told.is_live:
        yield parts.lacks(Key.ALARM_INPUT_TYPE, f"{INPUTS} read only")
    else:
        for number in told.numbers:
            one = setting(parts, INPUTS, _TRIGGER, row=number, slot=str(number))
            yield choice(Key.ALARM_INPUT_TYPE, one, _LEVELS)


def _input_links(parts: Parts) -> Iterator[Offer]:
    node = parts.node(INPUT_LINKS)
    rows = [int(row) for name in node if (row := name.removesuffix("/")).isdecimal()]
    made: list[Offer] = []
    for number in rows:
        for key, letter in _INPUT_LINKS.items():
            if (name := _link_name(parts, number, letter)) is not None:
                made.append(_link(parts, key, number, name))
        made += _output_links(parts, number)
    yield from made
    there = {one.key for one in made if not isinstance(one, Absent)}
    for key in (*_INPUT_LINKS, Key.ALARM_INPUT_ALARM_OUTPUT):
        if key not in there:
            yield parts.without(key, INPUT_LINKS)


def _link(parts: Parts, key: Key, number: int, name: str) -> Offer:
    return toggle(key, setting(parts, INPUT_LINKS, name, row=number, slot=str(number)))


def _link_name(parts: Parts, number: int, letter: str) -> str | None:
    """Return how the unit calls a link: the document has three ways for each."""
    node = parts.node(INPUT_LINKS)
    for name in (f"I{letter}{number}", f"I{letter}", f"{letter}{number}", letter):
        if node.spelling(row_name(number, name)) is not None:
            return name
    return None


def _output_links(parts: Parts, number: int) -> Iterator[Offer]:
    """Yield the links of an input to each output: IOj, or IO with both numbers."""
    slots: dict[str, str] = {}
    for own in parts.node(INPUT_LINKS):
        row, _, name = own.partition("/")
        match = _INPUT_OUTPUT.fullmatch(name)
        if row == str(number) and match:
            slots.setdefault(match[1][-1], name)
    for output, name in slots.items():
        one = setting(parts, INPUT_LINKS, name, row=number, slot=f"{number}_{output}")
        names = {"input": str(number), "output": output}
        yield toggle(Key.ALARM_INPUT_ALARM_OUTPUT, replace(one, numbers=names))
