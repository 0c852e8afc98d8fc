"""Alarm parts compose: no caller cancels what another one has switched on."""

from hypothesis import strategies as st

from custom_components.watchpost.devices.model.commands import (
    AlarmCommand,
    LampCommand,
    LightPart,
    SoundPart,
)
from custom_components.watchpost.devices.model.features import (
    Lamp,
    Level,
    Siren,
    Toggle,
)
from custom_components.watchpost.devices.model.vocabulary import (
    Cadence,
    Color,
    Key,
    Repeat,
)
from tests.emulators.base import Emulator
from tests.emulators.reolink import ReolinkEmulator
from tests.emulators.strobe import StrobeEmulator

from .families import STROBE, Family
from .stage import LATE, Stage, stage
from .steps import (
    Cancel,
    Cut,
    Do,
    Mend,
    Poll,
    Script,
    Step,
    faults,
    scripts,
    slow,
    waits,
)

_OFF = 0.0
_COLORS = {1.0: Color.RED, 2.0: Color.GREEN, 3.0: Color.BLUE}
_LONG = 3600.0
"""Seconds for which an alarm is ordered: longer than any script."""


def drawn(family: Family) -> st.SearchStrategy[Script]:
    """Draw callers of all parts; without restarts, which switch everything off."""
    lights = ("front", "back") if family is STROBE else ("light",)
    shown = st.sampled_from((_OFF, *_COLORS) if family is STROBE else (_OFF, 1.0))
    switched = st.sampled_from((_OFF, 1.0))
    lamps = st.builds(
        Do, verb=st.just("part"), what=st.sampled_from(lights), value=shown
    )
    others = ("siren", "relay") if family is STROBE else ("siren",)
    rest = st.builds(
        Do, verb=st.just("part"), what=st.sampled_from(others), value=switched
    )
    ends = st.just(Do("end"))
    whole = st.just(Do("alarm", value=2.0)) if family is STROBE else rest
    orders: st.SearchStrategy[Step] = st.one_of(lamps, lamps, rest, rest, whole, ends)
    around: st.SearchStrategy[Step] = st.one_of(
        st.just(Mend()),
        st.just(Cut()),
        st.booleans().map(Poll),
        st.integers(0, 3).map(Cancel),
    )
    broken = faults(family, "order", "order", "read", "write")
    return scripts(
        (8, orders), (4, waits()), (2, broken), (1, slow("order")), (1, around)
    )


async def perform(one: Stage, do: Do) -> None:
    """Switch a part, as its entity does."""
    on = do.value != _OFF
    siren = one.feature(Siren, Key.SIREN)
    if do.verb == "end":
        await siren.stop_all()
    elif do.verb == "alarm":
        color = _COLORS[do.value]
        await siren.start(
            AlarmCommand(
                front=LightPart(color=color), back=LightPart(color=color), relay=True
            )
        )
    elif do.what in ("front", "back"):
        key = Key.FRONT_LIGHT if do.what == "front" else Key.BACK_LIGHT
        shown = LampCommand(on=on, color=_COLORS.get(do.value))
        await one.feature(Lamp, key).write(shown)
    elif do.what == "light":
        await one.feature(Lamp, Key.FLOODLIGHT).write(LampCommand(on=on))
    elif do.what == "relay":
        await one.feature(Toggle, Key.ALARM_OUTPUT).write(on)
    elif on:
        endless = SoundPart(repeat=Repeat.ENDLESS)
        await siren.start(AlarmCommand(sound=endless))
    else:
        await siren.stop()


async def play(family: Family, script: Script) -> None:
    """In the end each part is as its own callers have left it, and shown as such."""
    async with stage(family, perform) as one:
        for key in (Key.ALARM_OUTPUT_DURATION, Key.SIREN_DURATION):
            if family is STROBE:
                await one.feature(Level, key).write(_LONG)
        await one.device.refresh(Cadence.SETTINGS, None)
        found = _parts(one.unit)
        before = dict.fromkeys(found, _OFF) | {"light": found.get("light", _OFF)}
        await one.play(script)
        found = _parts(one.unit)
        for part, value in found.items():
            allowed = _allowed(one, part, before[part])
            assert value in allowed, (
                f"{part} is {value:g}, not {sorted(allowed)}; {one.told()}"
            )


def _parts(unit: Emulator) -> dict[str, float]:
    """Return what every part shows: a color, or whether it is on."""
    match unit:
        case StrobeEmulator():
            now = unit.outputs
            return {
                "front": float(now.front.color1) if now.front else _OFF,
                "back": float(now.back.color1) if now.back else _OFF,
                "relay": float(now.relay),
                "siren": float(now.sound is not None),
            }
        case ReolinkEmulator():
            camera = unit.cameras[0]
            light = unit.settings.fields("WhiteLed")["state"]
            return {"light": float(light), "siren": float(camera.siren_sounds)}
        case _:
            return {}


def _allowed(one: Stage, part: str, before: float) -> set[float]:
    """Return what a part may show: the last that was acknowledged, or an uncertain one.

    Callers of other parts change nothing.
    """
    calls = [(call, _wanted(call.do, part)) for call in one.calls]
    named = [(call, value) for call, value in calls if value is not None]
    done = [(call, value) for call, value in named if call.done]
    last, value = done[-1] if done else (None, before)
    allowed = {value}
    for call, wanted in named:
        open_until = (call.ended or 0.0) + (LATE if call.cancelled else 0.0)
        over = last is not None and call.number < last.number
        if not call.done and not (over and last and open_until < last.began):
            allowed.add(wanted)
    return allowed


def _wanted(do: Do, part: str) -> float | None:
    """Return what a caller wants a part to show; None if it is not concerned."""
    if do.verb == "end":
        return None if part == "light" else _OFF
    if do.verb == "alarm":
        whole = {"front": do.value, "back": do.value, "relay": 1.0}
        return whole.get(part)
    return do.value if do.what == part else None
