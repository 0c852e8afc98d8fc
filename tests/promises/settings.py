"""No lost command: what was acknowledged is stored, whoever writes at the same time."""

import asyncio
from typing import Final

from hypothesis import strategies as st

from custom_components.watchpost.devices.model.device import Device
from custom_components.watchpost.devices.model.features import Level, Toggle
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key

from .families import Family, login_to
from .stage import LATE, Call, Stage, feature_of, stage
from .steps import Do, Script, Step, faults, mishaps, scripts, slow, waits

_LEVELS: Final = {
    "bview": (Key.IMAGE_BRIGHTNESS, Key.IMAGE_CONTRAST),
    "cbt": (Key.IMAGE_BRIGHTNESS, Key.IMAGE_CONTRAST, Key.MOTION_SENSITIVITY),
    "reolink": (Key.IMAGE_BRIGHTNESS, Key.IMAGE_CONTRAST),
    "strobe": (Key.SPEAKER_VOLUME, Key.MICROPHONE_VOLUME),
    "vserver": (Key.IMAGE_BRIGHTNESS, Key.IMAGE_CONTRAST, Key.MOTION_SENSITIVITY),
}
"""Several of one section, and one of another."""
_TOGGLES: Final = {
    "bview": (Key.MIRROR, Key.MOTION_RECORDING),
    "cbt": (Key.MIRROR, Key.MOTION_RECORDING),
    "reolink": (Key.MIRROR, Key.FLIP),
    "strobe": (Key.MICROPHONE, Key.ACCEPT_BROADCAST),
    "vserver": (Key.MIRROR, Key.MOTION_RECORDING),
}

_CLOSE: Final = 0.6
"""Difference that scales of the device make."""
_STALE: Final = 4000.0
"""Seconds after which all settings are read again."""


def drawn(family: Family) -> st.SearchStrategy[Script]:
    """Draw writers of the same sections, among all that can go wrong."""
    levels = st.builds(
        Do,
        verb=st.just("level"),
        what=st.sampled_from(_LEVELS[family.name]),
        # A position within what is allowed.
        value=st.sampled_from((0.0, 0.25, 0.5, 0.75, 1.0)),
    )
    toggles = st.builds(
        Do,
        verb=st.just("toggle"),
        what=st.sampled_from(_TOGGLES[family.name]),
        value=st.sampled_from((0.0, 1.0)),
    )
    writes: st.SearchStrategy[Step] = st.one_of(levels, toggles)
    broken = faults(family, "write", "write", "read")
    return scripts(
        (8, writes),
        (3, waits()),
        (3, broken),
        (1, slow("write", "read")),
        (2, mishaps()),
    )


async def perform(one: Stage, do: Do) -> None:
    """Write a setting."""
    if do.verb == "toggle":
        await one.feature(Toggle, Key(do.what)).write(bool(do.value))
        return
    level = one.feature(Level, Key(do.what))
    await level.write(_scaled(level, do.value))


def _scaled(level: Level, part: float) -> float:
    """Return a value that is allowed."""
    steps = round((level.maximum - level.minimum) / level.step * part)
    return level.minimum + steps * level.step


async def play(family: Family, script: Script) -> None:
    """Compare with what a program is told that has never been here before."""
    kinds = [("level", key) for key in _LEVELS[family.name]]
    kinds += [("toggle", key) for key in _TOGGLES[family.name]]
    async with stage(family, perform) as one:
        # Some families read settings only when somebody wants them.
        await one.device.refresh(Cadence.SETTINGS, None)
        before = {key: _read(one.device, verb, key) for verb, key in kinds}
        await one.play(script)
        fresh = family.speak(login_to(one.unit), one.world.another())
        await fresh.connect()
        await fresh.refresh(Cadence.SETTINGS, None)
        stored = {key: _read(fresh, verb, key) for verb, key in kinds}
        await fresh.close()
        for verb, key in kinds:
            allowed = _allowed(one, verb, key, before[key])
            assert any(abs(stored[key] - value) < _CLOSE for value in allowed), (
                f"{key} is {stored[key]}, not {sorted(allowed)}; {one.told()}"
            )
        if one.unloaded is None:
            await asyncio.sleep(_STALE)
            await one.device.refresh(Cadence.SETTINGS, None)
            shown = {key: _read(one.device, verb, key) for verb, key in kinds}
            assert shown == stored, f"shows {shown}, has {stored}; {one.told()}"


def _read(device: Device, verb: str, key: Key) -> float:
    """Return the value of a setting as the device object knows it."""
    if verb == "toggle":
        on = feature_of(device, Toggle, key).read()
        assert on is not None, key
        return float(on)
    value = feature_of(device, Level, key).read()
    assert value is not None, key
    return value


def _allowed(one: Stage, verb: str, key: Key, before: float) -> set[float]:
    """Return what may be stored: the last that was acknowledged, or an uncertain one.

    Writes take effect in the order in which they were asked for.
    """

    def value(call: Call) -> float:
        if verb == "toggle":
            return call.do.value
        return _scaled(feature_of(one.device, Level, key), call.do.value)

    calls = [call for call in one.calls if call.do.what == key]
    last = max((call.number for call in calls if call.done), default=-1)
    allowed = {before} if last < 0 else {value(one.calls[last])}
    for call in calls:
        open_until = (call.ended or 0.0) + (LATE if call.cancelled else 0.0)
        if call.done or (call.number < last and open_until < one.calls[last].began):
            continue
        allowed.add(value(call))
    return allowed
