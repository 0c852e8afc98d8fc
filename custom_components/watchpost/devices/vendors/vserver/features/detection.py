"""Motion detection, alarm inputs, and what both set off (section 3.13)."""

from collections.abc import Iterator
from dataclasses import replace
import re
from typing import Final

from ....model.device import Absent
from ....model.features import Detector
from ....model.vocabulary import AbsenceReason, Cadence, Key
from ..names import row_name
from ..options import INPUT_INVERTED, YES
from ..parts import Offer, Parts
from ..settings import GROUPS, INPUT_LINKS, INPUTS, MOTION, MOTION_LINKS
from .fields import Setting, choice, level, setting, toggle

EVENTS: Final = "events"
"""What nothing here tells: only ONVIF and mail do."""
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
_GROUNDED: Final = 0
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
    for key in (Key.MOTION, Key.DETECTION):
        yield parts.lacks(key, EVENTS, AbsenceReason.NOT_CONFIGURED)


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


def inputs(parts: Parts) -> Iterator[Offer]:
    """Yield the alarm inputs, or how they rest, and what they set off."""
    for key in (Key.ALARM, Key.EVENT_DELIVERY, Key.LAST_EVENT):
        yield parts.lacks(key, EVENTS, AbsenceReason.NOT_CONFIGURED)
    node = parts.node(INPUTS)
    numbers = [int(row) for name in node if (row := name.removesuffix("/")).isdecimal()]
    yield from _inputs(parts, numbers)
    yield from _input_links(parts)


def is_live(parts: Parts) -> bool | None:
    """Return whether IOTrig is what the input is now; None if nothing tells.

    It is if it cannot be set (card of the protocol, from 3.13.3): the document calls
    it trigger information, a header file of the vendor the state.
    """
    family = GROUPS[INPUTS].family
    if not parts.queries.has(family, INPUTS):
        return None
    told = parts.queries.range(family, INPUTS, _TRIGGER)
    return told is None or not told.settable


def _inputs(parts: Parts, numbers: list[int]) -> Iterator[Offer]:
    """Yield the state of each input, or the level at which it triggers an alarm."""
    live = is_live(parts)
    if not numbers or live is None:
        for key in (Key.ALARM_INPUT, Key.ALARM_INPUT_TYPE):
            if numbers:
                yield parts.lacks(key, f"{INPUTS} query", AbsenceReason.UNKNOWN)
            else:
                yield parts.without(key, INPUTS)
        return
    if live:
        yield parts.lacks(Key.ALARM_INPUT_TYPE, f"{INPUTS} read only")
    else:
        yield parts.lacks(Key.ALARM_INPUT, EVENTS, AbsenceReason.NOT_CONFIGURED)
    for number in numbers:
        one = setting(parts, INPUTS, _TRIGGER, row=number, slot=str(number))
        if live:
            yield _live_input(parts, one)
        else:
            yield choice(Key.ALARM_INPUT_TYPE, one, _LEVELS)


def _live_input(parts: Parts, one: Setting) -> Offer:
    inverted = parts.around.options.get(INPUT_INVERTED.key) == YES

    def read() -> bool | None:
        told = one.number
        return None if told is None else (told == _GROUNDED) is not inverted

    return Detector(
        key=Key.ALARM_INPUT,
        source=one.section,
        cadence=Cadence.STATE,
        slot=one.slot,
        placeholders=one.placeholders,
        read=read,
    )


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
