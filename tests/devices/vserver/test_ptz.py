"""Movements that always end, whatever happens to them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import PtzMove, PtzPosition
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Ptz,
    Reading,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Axis,
    Cadence,
    Key,
    PatrolKind,
)
from tests.devices.vserver.rig import Bench, bench, dome
from tests.emulators.base import FaultKind, RequestRecord
from tests.emulators.vserver import Channel
from tests.emulators.vserver.ptz import Head

RIGHT = {Axis.PAN: 1.0}
OVERRUN = 0.15
"""Seconds that a movement may last longer than it was asked for."""


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Bench]:
    """Return a camera that turns; in the end nothing moves."""
    async with bench(session) as made:
        made.unit.forget()
        yield made
        await made.device.close()
        assert made.unit.head.running == []


def motors(one: Bench) -> Head:
    """Return the motors of the camera."""
    return one.unit.head


def ptz(one: Bench) -> Ptz:
    """Return what actions can have the camera do."""
    found = one.of().ptz
    assert found is not None
    return found


async def move(one: Bench, speeds: Mapping[Axis, float], seconds: float) -> None:
    """Move as an action does."""
    await ptz(one).move(PtzMove(speeds=speeds, seconds=seconds))


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(1_000):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError


def is_stop(record: RequestRecord) -> bool:
    """Tell whether a request is an order to stop."""
    return "Stop" in record.query


def is_start(record: RequestRecord) -> bool:
    """Tell whether a request starts something."""
    return record.path == "/cgi/ptz_set" and "Stop" not in record.query


def sent(one: Bench) -> list[dict[str, str]]:
    """Return the orders that the unit has heard, without what all have."""
    return [
        {k: v for k, v in record.query.items() if k not in ("Group", "Channel")}
        for record in one.unit.requests
        if record.path == "/cgi/ptz_set"
    ]


DIRECTIONS: dict[str, tuple[dict[Axis, float], dict[str, str]]] = {
    "up": ({Axis.TILT: 1}, {"Direction": "1", "PanSpeed": "8", "TiltSpeed": "8"}),
    "down": ({Axis.TILT: -0.5}, {"Direction": "2", "PanSpeed": "4", "TiltSpeed": "4"}),
    "left": ({Axis.PAN: -0.01}, {"Direction": "3", "PanSpeed": "1", "TiltSpeed": "1"}),
    "right": ({Axis.PAN: 0.25}, {"Direction": "4", "PanSpeed": "2", "TiltSpeed": "2"}),
    "up_left": (
        {Axis.PAN: -1, Axis.TILT: 0.25},
        {"Direction": "5", "PanSpeed": "8", "TiltSpeed": "2"},
    ),
    "down_left": (
        {Axis.PAN: -1, Axis.TILT: -1},
        {"Direction": "6", "PanSpeed": "8", "TiltSpeed": "8"},
    ),
    "up_right": (
        {Axis.PAN: 1, Axis.TILT: 1},
        {"Direction": "7", "PanSpeed": "8", "TiltSpeed": "8"},
    ),
    "down_right": (
        {Axis.PAN: 1, Axis.TILT: -1},
        {"Direction": "8", "PanSpeed": "8", "TiltSpeed": "8"},
    ),
    "zoom_in": ({Axis.ZOOM: 1}, {"Zoom": "1"}),
    "zoom_out": ({Axis.ZOOM: -1}, {"Zoom": "0"}),
    "focus_near": ({Axis.FOCUS: 1}, {"Focus": "1"}),
    "focus_far": ({Axis.FOCUS: -1}, {"Focus": "0"}),
    "iris_open": ({Axis.IRIS: 0.1}, {"Iris": "1"}),
    "iris_close": ({Axis.IRIS: -0.1}, {"Iris": "0"}),
}


@pytest.mark.parametrize("name", DIRECTIONS)
async def test_directions(one: Bench, name: str) -> None:
    """Each is one order, and a stop."""
    speeds, order = DIRECTIONS[name]
    await move(one, speeds, 0.01)
    assert sent(one) == [order, {"Stop": "0"}]
    assert [record.method for record in one.unit.requests] == ["POST", "POST"]


async def test_lens_speeds(one: Bench) -> None:
    """The lens is told its speed where that is different."""
    await move(one, {Axis.ZOOM: 0.5}, 0.01)
    await move(one, {Axis.ZOOM: -0.5}, 0.01)
    stop = {"Stop": "0"}
    assert sent(one) == [{"ZoomSpeed": "1"}, {"Zoom": "1"}, stop, {"Zoom": "0"}, stop]


@pytest.mark.parametrize(
    ("speeds", "reason"),
    [
        ({}, Reason.INVALID_VALUE),
        ({Axis.PAN: 0.0}, Reason.INVALID_VALUE),
        ({Axis.PAN: 1, Axis.ZOOM: 1}, Reason.PTZ_ONE_AT_A_TIME),
        ({Axis.FOCUS: 1, Axis.IRIS: 1}, Reason.PTZ_ONE_AT_A_TIME),
    ],
    ids=["nothing", "zero", "turn_and_lens", "two_of_the_lens"],
)
async def test_impossible(
    one: Bench, speeds: dict[Axis, float], reason: Reason
) -> None:
    """What no order can say is refused before anything is sent."""
    with pytest.raises(DeviceRequestError) as caught:
        await move(one, speeds, 0.1)
    assert caught.value.reason is reason
    assert sent(one) == []


# Under fire


async def test_overrun(one: Bench) -> None:
    """A movement lasts as long as it was asked for."""
    loop = asyncio.get_running_loop()
    late: list[float] = []
    for _n in range(5):
        began = loop.time()
        await move(one, RIGHT, 0.2)
        late.append(loop.time() - began - 0.2)
    assert max(late) < OVERRUN, late


async def test_stop_does_not_wait(one: Bench) -> None:
    """It goes before a read that takes its time."""
    loop = asyncio.get_running_loop()
    one.unit.faults.add(FaultKind.LATENCY, "/cgi/sys_get", seconds=1.0)
    moving = asyncio.create_task(move(one, RIGHT, 10))
    await until(lambda: len(motors(one).running) == 1)
    one.unit.clock.advance(60)
    slow = asyncio.create_task(one.device.refresh(Cadence.STATE, frozenset()))
    await until(lambda: one.unit.requests[-1].path == "/cgi/sys_get")
    began = loop.time()
    await ptz(one).stop()
    assert loop.time() - began < 0.5
    assert motors(one).running == []
    await moving
    await slow


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.HTTP_STATUS,
        FaultKind.GARBAGE,
        FaultKind.TRUNCATED,
    ],
)
async def test_lost_stops(one: Bench, kind: FaultKind) -> None:
    """They are sent again until one is confirmed."""
    one.unit.faults.add(kind, count=2, match=is_stop)
    await move(one, RIGHT, 0.01)
    assert motors(one).running == []
    assert len([record for record in one.unit.requests if is_stop(record)]) == 3


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
async def test_dropped_start(one: Bench, kind: FaultKind) -> None:
    """Nobody knows whether it moves: it is sent once, and stopped."""
    one.unit.faults.add(kind, match=is_start)
    with pytest.raises(DeviceConnectionError) as caught:
        await move(one, RIGHT, 0.01)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert len([record for record in one.unit.requests if is_start(record)]) == 1
    assert is_stop(one.unit.requests[-1])
    assert motors(one).running == []


async def test_refused_start(one: Bench) -> None:
    """What surely does not move is not stopped."""
    one.unit.plans.refuse("ptz_set/PTZCtrlInfo", 502)
    with pytest.raises(DeviceRequestError):
        await move(one, RIGHT, 0.01)
    assert len(one.unit.requests) == 1


async def test_cancelled(one: Bench) -> None:
    """Whoever goes away takes the movement along."""
    moving = asyncio.create_task(move(one, RIGHT, 10))
    await until(lambda: len(motors(one).running) == 1)
    moving.cancel()
    with suppress(asyncio.CancelledError):
        await moving
    await one.world.settle()
    assert motors(one).running == []


async def test_closed_in_the_middle(one: Bench) -> None:
    """The end of the program is a stop; later orders are refused."""
    moving = asyncio.create_task(move(one, RIGHT, 10))
    await until(lambda: len(motors(one).running) == 1)
    await one.device.close()
    assert motors(one).running == []
    await moving
    with pytest.raises(DeviceRequestError):
        await move(one, RIGHT, 0.1)


async def test_two_callers(one: Bench) -> None:
    """The newer one takes over without a stop between them, and stops."""
    first = asyncio.create_task(move(one, RIGHT, 10))
    await until(lambda: len(motors(one).running) == 1)
    await move(one, {Axis.TILT: 1}, 0.05)
    await first
    assert [is_stop(record) for record in one.unit.requests] == [False, False, True]
    assert motors(one).running == []


async def test_another_motor(one: Bench) -> None:
    """What would run on beside the new movement is stopped before it."""
    first = asyncio.create_task(move(one, {Axis.FOCUS: 1}, 10))
    await until(lambda: len(motors(one).running) == 1)
    await move(one, RIGHT, 0.05)
    await first
    kinds = [is_stop(record) for record in one.unit.requests]
    assert kinds == [False, True, False, True]
    assert [found.kind for found in motors(one).moves] == ["focus", "move"]
    assert motors(one).running == []


async def test_many_callers(one: Bench) -> None:
    """Whatever they do at once, in the end nothing moves."""
    everything: list[Awaitable[None]] = [
        move(one, speeds, 0.02 * number)
        for number, (speeds, _) in enumerate(DIRECTIONS.values())
    ]
    one.unit.faults.add(FaultKind.DROP_AFTER, count=3, skip=4)
    await asyncio.gather(*everything, return_exceptions=True)
    assert motors(one).running == []


async def test_get_only(session: ClientSession) -> None:
    """A unit that refuses POST moves and stops all the same."""
    async with bench(session, dome(post=501), strict=False) as one:
        await move(one, RIGHT, 0.01)
        assert [found.by_stop for found in motors(one).moves] == [True]
        assert motors(one).running == []


# What is stored


async def test_presets(one: Bench) -> None:
    """They are stored with a title, listed, and called once."""
    store, go = ptz(one).store, ptz(one).go_to_preset
    assert store is not None
    assert go is not None
    await store(7, "Gate")
    await store(8, "Gate")
    await store(9, None)
    await one.device.refresh(Cadence.SETTINGS, None)
    choice = one.get(Choice, Key.PTZ_PRESET)
    assert choice.options() == ("Gate", "Gate (8)", "Preset 9")
    assert choice.read() is None
    await choice.write("Gate (8)")
    assert choice.read() == "Gate (8)"
    await move(one, RIGHT, 0.01)
    assert choice.read() is None
    await go(7, None)
    assert motors(one).calls == [8, 7]
    for number in (0, 256):
        with pytest.raises(DeviceRequestError):
            await go(number, None)
    with pytest.raises(DeviceUnsupportedError):
        await go(7, 0.5)
    with pytest.raises(DeviceRequestError):
        await choice.write("Nowhere")
    assert ptz(one).clear is None


async def test_call_ends_a_movement(one: Bench) -> None:
    """A preset takes the place of what moves, of the lens too."""
    store, go = ptz(one).store, ptz(one).go_to_preset
    assert store is not None
    assert go is not None
    await store(1, None)
    first = asyncio.create_task(move(one, {Axis.FOCUS: 1}, 10))
    await until(lambda: len(motors(one).running) == 1)
    await go(1, None)
    await first
    assert motors(one).running == []
    assert motors(one).calls == [1]


async def test_call_is_sent_once(one: Bench) -> None:
    """Also a preset without an answer."""
    go = ptz(one).go_to_preset
    assert go is not None
    one.unit.faults.add(FaultKind.DROP_AFTER)
    with pytest.raises(DeviceConnectionError) as caught:
        await go(1, None)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert one.get(Choice, Key.PTZ_PRESET).read() is None


POSITIONS: dict[str, tuple[PtzPosition, tuple[float, float, float]]] = {
    "all": (PtzPosition(pan=90.5, tilt=10, zoom=1), (90.5, 10, 65535)),
    "left": (PtzPosition(pan=-90), (270, 0, 0)),
    "round": (PtzPosition(pan=360), (0, 0, 0)),
    "zoom": (PtzPosition(zoom=30 / 420), (0, 0, 4681)),
}


@pytest.mark.parametrize("name", POSITIONS)
async def test_positions(one: Bench, name: str) -> None:
    """Hundredths of a degree, and the document's own example of a zoom."""
    go = ptz(one).go_to
    assert go is not None
    position, (pan, tilt, zoom) = POSITIONS[name]
    await go(position, None)
    place = motors(one).place
    assert (place.pan, place.tilt, place.zoom) == (pan, tilt, zoom)
    await one.device.refresh(Cadence.STATE, None)
    told = one.get(Reading, Key.PAN_POSITION).read()
    assert told == pan
    assert one.get(Reading, Key.ZOOM_POSITION).read() == round(zoom / 655.35, 2)


@pytest.mark.parametrize(
    "position",
    [PtzPosition(), PtzPosition(tilt=-5), PtzPosition(tilt=361)],
    ids=["nowhere", "below", "beyond"],
)
async def test_bad_positions(one: Bench, position: PtzPosition) -> None:
    """What cannot be told to a unit is not sent."""
    go = ptz(one).go_to
    assert go is not None
    with pytest.raises(DeviceRequestError):
        await go(position, None)
    assert sent(one) == []


ROUNDS = {
    PatrolKind.PATTERN: {"PatternNumber": "2", "Pattern": "2"},
    PatrolKind.AUTO_PAN: {"AutoPanNumber": "2", "AutoPan": "2"},
    PatrolKind.AUTO_SCAN: {"AutoScan": "1"},
    PatrolKind.PATROL: {"TourNum": "2", "TourAct": "1"},
}


@pytest.mark.parametrize("kind", ROUNDS)
async def test_rounds(one: Bench, kind: PatrolKind) -> None:
    """They go on until they are stopped, and are told."""
    head = motors(one)
    for kinds in ("pattern", "auto_pan"):
        for step in (0, 1):
            head.sweep(kinds, 2, step)
    head.store(1, "Door")
    head.add_stop(2, 1)
    patrol, status = ptz(one).patrol, ptz(one).status
    assert patrol is not None
    assert status is not None
    assert kind in ptz(one).patrol_kinds
    await patrol(kind, 2, True)
    assert sent(one) == [ROUNDS[kind]]
    assert len(head.running) == 1
    told = await status()
    assert [(found.number, found.name) for found in told.presets] == [(1, "Door")]
    assert [found.number for found in told.patrols] == [2]
    assert told.position is not None
    await patrol(kind, 2, False)
    assert head.running == []


async def test_bad_rounds(one: Bench) -> None:
    """There are four of each kind."""
    patrol = ptz(one).patrol
    assert patrol is not None
    for number in (0, 5):
        with pytest.raises(DeviceRequestError):
            await patrol(PatrolKind.PATTERN, number, True)
    assert sent(one) == []


# Which there are


async def test_buttons(one: Bench) -> None:
    """Each moves for a moment."""
    keys = [
        key for key, _ in one.features() if key.startswith(("ptz_", "zoom_", "foc"))
    ]
    pressed = 0
    for key in keys:
        feature = one.features()[key, None]
        if isinstance(feature, Trigger) and key is not Key.PTZ_STOP:
            await feature.press()
            pressed += 1
    assert pressed == len(motors(one).moves) == 8
    assert motors(one).running == []
    assert {"ZoomSpeed"} not in [set(order) for order in sent(one)]


CHANNELS: dict[str, tuple[dict[str, Any], dict[str, str], frozenset[Axis]]] = {
    "turns": ({"ptz": True, "lens": True}, {}, frozenset(Axis)),
    "lens": (
        {"lens": True},
        {},
        frozenset({Axis.ZOOM, Axis.FOCUS, Axis.IRIS}),
    ),
    "fixed": ({}, {}, frozenset()),
    "fixed_and_chosen": ({}, {"ptz": "yes"}, frozenset(Axis)),
    "turns_and_ruled_out": ({"ptz": True, "lens": True}, {"ptz": "no"}, frozenset()),
}


@pytest.mark.parametrize("name", CHANNELS)
async def test_what_moves(session: ClientSession, name: str) -> None:
    """The query decides, unless the owner does."""
    able, chosen, axes = CHANNELS[name]
    options = dome(channels=[Channel(**able)])
    async with bench(session, options, chosen=chosen) as one:
        found = one.of().ptz
        assert (found.axes if found else frozenset()) == axes
        assert ((Key.PTZ_STOP, None) in one.features()) is bool(axes)
        assert ((Key.PTZ_PRESET, None) in one.features()) is (Axis.PAN in axes)
        reasons = {
            key: absent.reason
            for key, absent in one.absent().items()
            if key is Key.PTZ_UP
        }
        ruled_out = {Key.PTZ_UP: AbsenceReason.NOT_CONFIGURED}
        lacking = {Key.PTZ_UP: AbsenceReason.UNSUPPORTED}
        expected = ruled_out if chosen.get("ptz") == "no" else lacking
        assert reasons == ({} if Axis.PAN in axes else expected)


async def test_unsupported_axes(session: ClientSession) -> None:
    """A lens does not turn, and says so before anything is sent."""
    async with bench(session, dome(channels=[Channel(lens=True)])) as one:
        before = len(one.unit.requests)
        with pytest.raises(DeviceUnsupportedError):
            await move(one, RIGHT, 0.1)
        with pytest.raises(DeviceError):
            await move(one, {Axis.TILT: 1}, 0.1)
        assert len(one.unit.requests) == before
