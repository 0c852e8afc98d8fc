"""PTZ always stops."""

from typing import Final

from hypothesis import strategies as st

from custom_components.watchpost.devices.model.commands import PtzMove
from custom_components.watchpost.devices.model.device import Unit
from custom_components.watchpost.devices.model.features import Ptz
from custom_components.watchpost.devices.model.vocabulary import Axis

from .families import BVIEW, VSERVER, Family, Motion, motions
from .stage import Stage, stage
from .steps import Do, Poll, Script, Step, faults, mishaps, scripts, slow, waits

OVERRUN: Final = 0.15
"""Seconds that a movement may last too long on loopback."""
_LENGTHS: Final = (0.05, 0.2, 0.5, 1.0, 4.0)
_EXACT: Final = 0.02


def _orders(family: Family) -> st.SearchStrategy[Step]:
    lens_only = family is BVIEW
    axes = ("zoom", "focus") if lens_only else ("pan", "tilt", "zoom", "focus")
    moves = st.builds(
        Do,
        verb=st.just("move"),
        what=st.sampled_from(axes),
        value=st.sampled_from((-1.0, -0.3, 0.3, 1.0)),
        seconds=st.sampled_from(_LENGTHS),
    )
    stops = st.just(Do("halt"))
    if lens_only:
        return st.one_of(moves, moves, stops)
    presets = st.sampled_from((1.0, 2.0)).map(lambda one: Do("preset", value=one))
    return st.one_of(moves, moves, moves, stops, presets)


def calm(family: Family) -> st.SearchStrategy[Script]:
    """Draw orders to a camera that answers, only slowly at times."""
    polls = st.booleans().map(Poll)
    return scripts(
        (5, _orders(family)), (4, waits()), (1, polls), (1, slow("read", "order"))
    )


def wild(family: Family) -> st.SearchStrategy[Script]:
    """Draw orders among all that can go wrong."""
    # The video server has no way to calibrate.
    refocus = st.just(Do("halt" if family is VSERVER else "refocus"))
    orders = _orders(family)
    broken = faults(family, "stop", "order", "read")
    return scripts(
        (7, orders),
        (5, waits()),
        (5, broken),
        (1, slow("stop", "order")),
        (4, mishaps()),
        (1, refocus),
    )


def _ptz(unit: Unit) -> Ptz:
    assert unit.ptz is not None
    return unit.ptz


async def perform(one: Stage, do: Do) -> None:
    """Give an order to the motors."""
    match do.verb:
        case "move":
            speeds = {Axis(do.what): do.value}
            await _ptz(one.box).move(PtzMove(speeds=speeds, seconds=do.seconds))
        case "preset":
            go = _ptz(one.box).go_to_preset
            assert go is not None
            await go(int(do.value), None)
        case "refocus":
            calibrations = one.box.calibrations
            await calibrations[next(iter(calibrations))]()
        case _:
            await _ptz(one.box).stop()


async def play_wild(family: Family, script: Script) -> None:
    """After all has settled nothing moves, whatever has happened."""
    async with stage(family, perform) as one:
        await one.play(script)
        moving = [move for move in motions(one.unit) if move.stopped is None]
        if moving and not _given_up(one, moving):
            raise AssertionError(f"still moves: {moving}; {one.told()}")


def _given_up(one: Stage, moving: list[Motion]) -> bool:
    """Return whether the camera itself has refused to stop, or was cut off for good.

    Then there was a warning, and whoever waited was told.
    """
    warned = any("may still be moving" in text for text in one.warnings)
    begun = max(move.started for move in moving)
    stops = [
        record
        for record in one.unit.requests
        if one.family.kind(record) == "stop" and record.virtual_time >= begun
    ]
    refused = any(record.fault in ("app_error", "http_status") for record in stops)
    lost = bool(stops) and all(record.fault is not None for record in stops)
    cut_off = one.unloaded is not None and (lost or not stops)
    return warned and (refused or cut_off)


async def play_calm(family: Family, script: Script) -> None:
    """Movements last as long as they shall, and are only stopped for a reason."""
    async with stage(family, perform) as one:
        await one.play(script)
        for move in motions(one.unit):
            _check(one, move)


def _check(one: Stage, move: Motion) -> None:
    assert move.stopped is not None, f"still moves: {move}; {one.told()}"
    sources = [
        call
        for call in one.calls
        if call.do.verb == "move" and call.began <= move.started + _EXACT
    ]
    longest = max(
        call.do.seconds + max(move.started - call.began, 0.0)
        for call in sources
        if (call.ended or 0.0) >= move.started
    )
    lasted = move.stopped - move.started
    assert lasted <= longest + OVERRUN, f"{lasted:.3f} s too long; {one.told()}"
    if move.released:
        assert _has_reason(one, move.stopped), (
            f"stopped at {move.stopped:.3f} for nothing; {one.told()}"
        )


def _has_reason(one: Stage, moment: float) -> bool:
    """Return whether somebody has ended a movement, or its time was over."""
    for call in one.calls:
        ended = moment if call.ended is None else call.ended
        if call.do.verb != "move":
            # A stop, or what takes the place of a movement.
            found = call.began - _EXACT <= moment <= ended + _EXACT
        else:
            # Its own time was over.
            over = moment - call.began >= call.do.seconds - _EXACT
            found = over and abs(ended - moment) <= OVERRUN
        if found:
            return True
    return _changes_motor(one, moment)


def _changes_motor(one: Stage, moment: float) -> bool:
    """Return whether an order for another motor has come at a moment."""
    return any(
        call.do.verb == "move"
        and call.began <= moment + _EXACT
        and (call.ended or moment) >= moment - _EXACT
        and _motor(one.family, earlier.do) != _motor(one.family, call.do)
        for call in one.calls
        for earlier in one.calls[: call.number]
        if earlier.do.verb == "move" and earlier.began <= moment + _EXACT
    )


def _motor(family: Family, do: Do) -> str:
    if family is BVIEW:
        # The other direction of one motor is another button, released first.
        return f"{do.what}{do.value > 0}"
    return "head" if do.what in ("pan", "tilt") else do.what
