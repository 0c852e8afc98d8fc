"""Never twice: what must not repeat reaches the device once, or the caller is told."""

from collections import Counter
import json
from typing import Final

from hypothesis import strategies as st

from custom_components.watchpost.devices.model.commands import (
    AlarmCommand,
    SoundPart,
)
from custom_components.watchpost.devices.model.features import Siren, Toggle, Trigger
from custom_components.watchpost.devices.model.vocabulary import Key, Notify, Repeat
from tests.emulators.base import Emulator, RequestRecord
from tests.emulators.bview import BviewEmulator
from tests.emulators.cbt import CbtEmulator
from tests.emulators.faults import BEFORE_EXECUTION
from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.vserver import VserverEmulator

from .families import Family
from .stage import UNCERTAIN, Call, Stage, stage
from .steps import Do, Script, Step, faults, mishaps, scripts, slow, waits

_VERBS: Final = {
    "bview": ("event",),
    "cbt": ("door", "serial", "store", "goto"),
    "reolink": ("store", "goto", "siren"),
    "strobe": ("mail", "relay"),
    "vserver": ("serial", "exchange", "store", "goto"),
}
_FIRST: Final = 11
"""The first number of a preset: each call has its own."""
_STORED: Final = 40
"""How many presets there are to go to."""


def drawn(family: Family) -> st.SearchStrategy[Script]:
    """Draw what must not repeat, among all that can go wrong."""
    verbs = st.sampled_from(_VERBS[family.name])
    orders: st.SearchStrategy[Step] = verbs.map(Do)
    broken = faults(family, "order", "order", "order", "write", "read")
    return scripts(
        (7, orders),
        (4, waits()),
        (5, broken),
        (1, slow("order", "write")),
        (2, mishaps()),
    )


async def perform(one: Stage, do: Do) -> None:
    """Ask for something; the place among the calls is what it is known by."""
    box = one.box
    number = int(do.value)
    match do.verb:
        case "door":
            await one.feature(Trigger, Key.OPEN_DOOR).press()
        case "event":
            assert box.record_event is not None
            await box.record_event()
        case "serial" | "exchange":
            assert box.serial_port is not None
            await box.serial_port.send(_text(number), do.verb == "exchange")
        case "store":
            assert box.ptz is not None
            assert box.ptz.store is not None
            await box.ptz.store(number, None)
        case "goto":
            assert box.ptz is not None
            assert box.ptz.go_to_preset is not None
            await box.ptz.go_to_preset(number, None)
        case "siren":
            await one.feature(Siren, Key.SIREN).start(_times(number))
        case "mail":
            notify = frozenset({Notify.MAIL})
            await one.feature(Siren, Key.SIREN).start(AlarmCommand(notify=notify))
        case _:
            await one.feature(Toggle, Key.ALARM_OUTPUT).write(True)


def _times(number: int) -> AlarmCommand:
    """Return an alarm that sounds so many times."""
    return AlarmCommand(sound=SoundPart(repeat=Repeat.TIMES, times=number))


def _text(number: int) -> bytes:
    return f"{number:04d}".encode()


async def play(family: Family, script: Script) -> None:
    """Count at the unit what each caller has asked for."""
    numbered = [
        Do(step.verb, value=_FIRST + number) if isinstance(step, Do) else step
        for number, step in enumerate(script)
    ]
    async with stage(family, perform) as one:
        _prepare(one.unit)
        await one.play(numbered)
        found = executed(one.unit)
        for verb in _VERBS[family.name]:
            calls = [call for call in one.calls if call.do.verb == verb]
            if verb in ("door", "event", "mail", "relay"):
                _check_all(one, calls, found[verb, 0])
            else:
                for call in calls:
                    _check_one(one, call, found[verb, int(call.do.value)])


def _check_one(one: Stage, call: Call, times: int) -> None:
    text = f"{call.do.verb} {call.do.value:g} was carried out {times} times"
    assert times <= 1, f"{text}; {one.told()}"
    if call.done:
        assert times == 1, f"{text}; {one.told()}"
    elif call.error is not None and call.error.reason not in UNCERTAIN:
        assert times == 0, f"{text}; {one.told()}"


def _check_all(one: Stage, calls: list[Call], times: int) -> None:
    done = sum(call.done for call in calls)
    perhaps = sum(
        call.cancelled or (call.error is not None and call.error.reason in UNCERTAIN)
        for call in calls
    )
    together = bool(calls) and calls[0].do.verb in ("mail", "relay")
    least = min(done, 1) if together else done
    assert least <= times <= done + perhaps, (
        f"{times} times, {done} acknowledged and {perhaps} uncertain; {one.told()}"
    )


def _prepare(unit: Emulator) -> None:
    """Give the unit presets to go to, by its own means."""
    numbers = range(_FIRST, _FIRST + _STORED)
    match unit:
        case CbtEmulator():
            unit.ptz.presets.update(dict.fromkeys(numbers, unit.ptz.position))
        case VserverEmulator():
            for number in numbers:
                unit.head.store(number, None)
        case ReolinkEmulator():
            ptz = unit.cameras[0].ptz
            for row in ptz.presets:
                if row["id"] in numbers:
                    row["enable"] = 1
                    row["name"] = f"p{row['id']}"
                    ptz.positions[row["id"]] = ptz.position
        case BviewEmulator():
            unit.settings.set("/Record/HttpEvent/Config", "Enable", "true")


def _reached(unit: Emulator, name: str) -> list[RequestRecord]:
    """Return the requests of a name that the unit has looked at."""
    return [
        record
        for record in unit.requests
        if name in (record.label, record.query.get("cmd"))
        and record.fault not in BEFORE_EXECUTION
    ]


def executed(unit: Emulator) -> Counter[tuple[str, int]]:
    """Return how often each thing was done, by the name and the number of a call."""
    found: Counter[tuple[str, int]] = Counter()
    match unit:
        case CbtEmulator():
            found["door", 0] = len(unit.door_openings)
            found.update(("serial", int(text)) for text in unit.terminals.serial)
            found.update(("store", number) for _, number in unit.ptz.sent.stored)
            found.update(("goto", number) for _, number in unit.ptz.sent.called)
        case VserverEmulator():
            sent = (int(text) for text in unit.serial_ports[1].sent)
            found.update((verb, one) for one in sent for verb in ("serial", "exchange"))
            found.update(("goto", number) for number in unit.head.calls)
            found.update(
                ("store", int(record.query["PresetNumber"]))
                for record in unit.requests
                if record.query.get("Preset") == "0"
                and record.fault not in BEFORE_EXECUTION
            )
        case ReolinkEmulator():
            camera = unit.cameras[0]
            found.update(
                ("goto", one.number or 0)
                for one in camera.ptz.moves
                if one.op == "ToPos"
            )
            found.update(("siren", one.times) for one in camera.siren_calls)
            found.update(
                ("store", json.loads(record.body)[0]["param"]["PtzPreset"]["id"])
                for record in _reached(unit, "SetPtzPreset")
            )
        case BviewEmulator():
            found["event", 0] = len(_reached(unit, "PUT /Record/HttpEvent/Call"))
        case StrobeEmulator():
            found["mail", 0] = len(unit.emails)
            found["relay", 0] = sum(
                (one.output, one.event) == ("relay", "on") for one in unit.timeline
            )
    return found
