"""A camera that moves: what is sent, and that it always stops."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import logging
import random
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import PtzMove
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import Axis
from custom_components.watchpost.devices.transport import moving
from tests.devices.reolink.ptz_rig import Rig, camera, rig, rigs
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

PAN, TILT, ZOOM, FOCUS, IRIS = Axis
OVERRUN = 0.15
"""Seconds that a movement may last too long on loopback."""


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Rig]:
    """Return a camera that can do everything."""
    async with rig(session) as found:
        yield found


@pytest.fixture
async def real(session: ClientSession) -> AsyncIterator[Rig]:
    """Return a camera whose clock runs by itself."""
    async with rig(session, realtime=True) as found:
        yield found


async def move(rig: Rig, speeds: dict[Axis, float], seconds: float = 0.0) -> None:
    """Have a camera move."""
    await rig.driver.move(PtzMove(speeds=speeds, seconds=seconds))


def start(rig: Rig, speeds: dict[Axis, float], seconds: float) -> asyncio.Task[None]:
    """Have a camera move while something else happens."""
    return asyncio.create_task(move(rig, speeds, seconds))


@pytest.mark.parametrize(
    ("speeds", "op", "speed"),
    [
        ({PAN: 1.0}, "Right", 64),
        ({PAN: -0.5}, "Left", 32),
        ({TILT: 0.25}, "Up", 16),
        ({TILT: -0.001}, "Down", 1),
        ({PAN: 0.5, TILT: 0.75}, "RightUp", 48),
        ({PAN: 0.5, TILT: -0.5}, "RightDown", 32),
        ({PAN: -1.0, TILT: 0.1}, "LeftUp", 64),
        ({PAN: -0.1, TILT: -0.1}, "LeftDown", 6),
        ({ZOOM: 1.0}, "ZoomInc", 64),
        ({ZOOM: -1.0, PAN: 0.0}, "ZoomDec", 64),
        ({FOCUS: 0.5}, "FocusInc", 32),
        ({FOCUS: -0.5}, "FocusDec", 32),
        ({IRIS: 0.5}, "IrisInc", 32),
        ({IRIS: -0.5}, "IrisDec", 32),
    ],
)
async def test_what_is_sent(
    one: Rig, speeds: dict[Axis, float], op: str, speed: int
) -> None:
    """Speeds become one command and its speed, and then a stop."""
    await move(one, speeds)
    assert one.params == [
        {"channel": 0, "op": op, "speed": speed},
        {"channel": 0, "op": "Stop"},
    ]
    assert one.ops == [op, "Stop"]


@pytest.mark.parametrize(
    ("speeds", "op", "speed"),
    [
        ({PAN: 0.5, TILT: -0.75}, "Down", 48),
        ({PAN: -0.5, TILT: 0.5}, "Left", 32),
        ({TILT: 0.5}, "Up", 32),
    ],
)
async def test_four_directions(
    session: ClientSession, speeds: dict[Axis, float], op: str, speed: int
) -> None:
    """Where there are no diagonals, the larger part wins."""
    async with rig(session, camera(ptz_directions=4)) as found:
        await move(found, speeds)
        assert found.params[0] == {"channel": 0, "op": op, "speed": speed}


async def test_without_speeds(session: ClientSession) -> None:
    """Motors of type 5 have one speed; another one is not promised."""
    async with rig(session, camera(ptz_type=5)) as found:
        await move(found, {PAN: 0.1})
        assert found.params[0] == {"channel": 0, "op": "Right"}
        await found.driver.go_to_preset(1, None)
        found.device.forget()
        with pytest.raises(DeviceUnsupportedError):
            await found.driver.go_to_preset(1, 0.5)
        assert not found.device.requests


@pytest.mark.parametrize(
    ("kind", "axes"),
    [
        (0, set()),
        (1, {ZOOM, FOCUS}),
        (2, set(Axis)),
        (3, {PAN, TILT}),
        (4, {PAN, TILT, ZOOM}),
        (5, set(Axis)),
        (9, {PAN, TILT}),
    ],
)
async def test_axes(session: ClientSession, kind: int, axes: set[Axis]) -> None:
    """The type of the motors decides what moves; the camera takes all of it."""
    async with rig(session, camera(ptz_type=kind)) as found:
        assert found.driver.axes == axes
        for axis in sorted(axes):
            await move(found, {axis: 1.0})
            await move(found, {axis: -1.0})
        assert len(found.moves) == 2 * len(axes)
        found.device.forget()
        for axis in set(Axis) - axes:
            with pytest.raises(DeviceUnsupportedError):
                await move(found, {axis: 1.0})
        assert not found.device.requests


@pytest.mark.parametrize(
    ("speeds", "reason"),
    [
        ({PAN: 1.0, ZOOM: 1.0}, Reason.PTZ_ONE_AT_A_TIME),
        ({TILT: 1.0, IRIS: 1.0}, Reason.PTZ_ONE_AT_A_TIME),
        ({ZOOM: 1.0, FOCUS: 1.0}, Reason.PTZ_ONE_AT_A_TIME),
        ({}, Reason.INVALID_VALUE),
        ({PAN: 0.0}, Reason.INVALID_VALUE),
    ],
)
async def test_not_in_one_command(
    one: Rig, speeds: dict[Axis, float], reason: Reason
) -> None:
    """Only pan and tilt go together; for all else nothing is sent."""
    with pytest.raises(DeviceRequestError) as caught:
        await move(one, speeds)
    assert caught.value.reason is reason
    assert not one.device.requests


async def test_newer_takes_the_place(one: Rig) -> None:
    """There is no stop between two movements, and both callers are content."""
    first = start(one, {PAN: 1.0}, 30)
    await one.until("Right")
    await move(one, {PAN: -1.0}, 0.01)
    await first
    assert one.ops == ["Right", "Left", "Stop"]


async def test_stop(one: Rig) -> None:
    """A stop ends the movement, and is sent also if nothing seems to move."""
    await one.driver.stop()
    assert one.ops == ["Stop"]
    task = start(one, {PAN: 1.0}, 30)
    await one.until("Stop", "Right")
    await one.driver.stop()
    await task
    assert one.ops == ["Stop", "Right", "Stop"]


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
async def test_connection_dropped_on_start(one: Rig, kind: FaultKind) -> None:
    """It is not sent twice; as it may move, it is stopped, and the caller told."""
    one.device.faults.add(kind, match=one.hit("Right"))
    with pytest.raises(DeviceConnectionError) as caught:
        await move(one, {PAN: 1.0}, 30)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    posts = [record.body for record in one.device.requests]
    assert sum(b'"Right"' in body for body in posts) == 1
    assert one.ops[-1] == "Stop"
    assert one.motors.moving is None


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.GARBAGE,
        FaultKind.EMPTY,
        FaultKind.TRUNCATED,
    ],
)
async def test_stop_lost(one: Rig, kind: FaultKind) -> None:
    """It is sent again until the camera confirms it."""
    one.device.faults.add(kind, match=one.hit("Stop"), count=2)
    await move(one, {PAN: 1.0})
    assert one.motors.moving is None
    posts = [record.body for record in one.device.requests]
    assert sum(b'"Stop"' in body for body in posts) == 3


@pytest.mark.parametrize("code", [-8, -13])
async def test_stop_fails_in_the_camera(one: Rig, code: int) -> None:
    """A camera that could not stop is asked again."""
    task = start(one, {PAN: 1.0}, 30)
    await one.until("Right")
    one.device.plans.refuse("PtzCtrl", code, count=3)
    halt = asyncio.create_task(one.driver.stop())
    await asyncio.gather(task, halt)
    assert one.motors.moving is None


async def test_stop_that_always_fails(
    one: Rig, records: list[logging.LogRecord]
) -> None:
    """The caller is told, the log without secrets; nothing is given up."""
    fault = one.device.faults.add("drop_before", match=one.hit("Stop"), count=None)
    with pytest.raises(DeviceConnectionError):
        await move(one, {PAN: 1.0})
    assert fault.hits == 4
    warnings = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    assert warnings == [
        "Camera 1 may still be moving, because it did not confirm the order to stop "
        "(command_uncertain)"
    ]
    one.device.faults.clear()
    # A late attempt would follow; unloading does not wait for it.
    await one.driver.close()
    assert one.motors.moving is None


async def test_camera_is_back_later(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that was out of reach for long is stopped when it is back."""
    monkeypatch.setattr(
        moving.Mover.__init__,
        "__kwdefaults__",
        {"soon": (0.01,) * 3, "later": (0.05,) * 30},
    )
    async with rig(session) as found:
        found.device.faults.add("drop_before", match=found.hit("Stop"), count=9)
        with pytest.raises(DeviceConnectionError):
            await move(found, {PAN: 1.0})
        assert found.motors.moving is not None
        await found.until("Right", "Stop")


@pytest.mark.parametrize("name", ["Right", "Stop"])
@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.HANG_AFTER])
async def test_no_answer(
    one: Rig, monkeypatch: pytest.MonkeyPatch, kind: FaultKind, name: str
) -> None:
    """An order that hangs is given up soon and does not hold up the stop."""
    monkeypatch.setattr(moving, "_LIMIT", 0.1)
    one.device.faults.add(kind, match=one.hit(name))
    task = start(one, {PAN: 1.0}, 0.0)
    await asyncio.wait([task])
    fails = name == "Right"
    assert isinstance(task.exception(), DeviceConnectionError) is fails
    assert one.motors.moving is None


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (-4, DeviceRequestError),
        (-9, DeviceUnsupportedError),
        (-26, DeviceRequestError),
    ],
)
async def test_refused(one: Rig, code: int, error: type[DeviceError]) -> None:
    """What the camera refuses does not move and needs no stop."""
    one.device.plans.refuse("PtzCtrl", code)
    with pytest.raises(error):
        await move(one, {PAN: 1.0}, 30)
    assert [call.code for call in one.device.calls_of("PtzCtrl")] == [code]


async def test_failed(one: Rig) -> None:
    """A camera that failed to move may do so all the same: it is stopped."""
    one.device.plans.refuse("PtzCtrl", -13)
    with pytest.raises(DeviceError):
        await move(one, {PAN: 1.0}, 30)
    assert one.ops == ["Stop"]


async def test_login_lost_in_mid_move(one: Rig) -> None:
    """The stop arrives through a new login."""
    task = start(one, {PAN: 1.0}, 0.05)
    await one.until("Right")
    one.device.forget_sessions()
    await task
    assert one.ops == ["Right", "Stop"]
    assert len(one.device.calls_of("Login")) == 1


async def test_wrong_password_in_mid_move(one: Rig) -> None:
    """The password is not tried again and again: the account would be locked."""
    task = start(one, {PAN: 1.0}, 30)
    await one.until("Right")
    one.device.forget_sessions()
    one.device.sessions.users["admin"].password = "another"
    one.device.forget()
    with pytest.raises(DeviceError):
        await one.driver.stop()
    await task
    assert len(one.device.calls_of("Login")) == 1


async def test_cancelled_caller(one: Rig) -> None:
    """Who gives up ends the movement at once."""
    task = start(one, {PAN: 1.0}, 30)
    await one.until("Right")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await one.until("Right", "Stop")


async def test_cancelled_background(one: Rig) -> None:
    """Home Assistant cancels what runs in the background before it closes devices."""
    task = start(one, {PAN: 1.0}, 30)
    await one.acknowledged("Right")
    for running in tuple(one.world.tasks):
        running.cancel()
    await asyncio.gather(one.driver.close(), task)
    assert one.ops == ["Right", "Stop"]


async def test_close_in_mid_move(one: Rig) -> None:
    """Unloading stops what moves, before anything else is forgotten."""
    one.device.faults.add("drop_before", match=one.hit("Stop"))
    task = start(one, {PAN: 1.0}, 30)
    await one.until("Right")
    await one.driver.close()
    assert one.ops == ["Right", "Stop"]
    await task
    with pytest.raises(DeviceRequestError):
        await move(one, {PAN: 1.0})
    assert one.ops == ["Right", "Stop"]


type Goal = Callable[[Rig], Awaitable[None]]


@pytest.mark.parametrize(
    ("goal", "op"),
    [
        (lambda rig: rig.driver.go_to_preset(1, None), "ToPos"),
        (lambda rig: rig.driver.go_home(), "ToGuard"),
        (lambda rig: rig.driver.switch_patrol(True), "StartPatrol"),
        (lambda rig: rig.driver.calibrate(), "Check"),
    ],
)
async def test_goals_take_the_place(one: Rig, goal: Goal, op: str) -> None:
    """No stop of an older movement comes after them."""
    task = start(one, {PAN: 1.0}, 0.05)
    await one.until("Right")
    await goal(one)
    await task
    await asyncio.sleep(0.08)
    assert one.ops == ["Right", op]


@pytest.mark.parametrize("name", ["ZoomPos", "FocusPos"])
async def test_slider_in_mid_move(one: Rig, name: str) -> None:
    """The movement is ended first: its end would stop the lens on its way."""
    axis = {"ZoomPos": ZOOM, "FocusPos": FOCUS}[name]
    task = start(one, {ZOOM: 1.0}, 30)
    await one.until("ZoomInc")
    await one.driver.slide(axis, 12)
    await task
    assert one.ops == ["ZoomInc", "Stop", name]


async def test_goal_fails_in_mid_move(one: Rig) -> None:
    """What moved before is stopped."""
    task = start(one, {PAN: 1.0}, 30)
    await one.until("Right")
    with pytest.raises(DeviceRequestError):
        await one.driver.go_to_preset(63, None)
    await task
    assert one.ops == ["Right", "Stop"]


async def test_two_callers(session: ClientSession) -> None:
    """Cameras of one recorder move side by side; each gets its own stop."""
    async with rigs(session, ReolinkOptions.nvr(2, full=True)) as (left, right):
        task = start(left, {PAN: -1.0}, 30)
        await left.until("Left")
        await asyncio.gather(*(move(right, {PAN: 1.0}, 0.02) for _ in range(2)))
        assert right.motors.moving is None
        assert left.motors.moving is not None
        await left.driver.stop()
        await task
        assert left.ops == ["Left", "Stop"]


def overruns(rig: Rig, seconds: float) -> list[float]:
    """Return by how much each movement has lasted too long, or too short."""
    return [(one.ended or 1e9) - one.began - seconds for one in rig.moves]


async def test_overrun(real: Rig) -> None:
    """Movements end in time, also while the camera is asked for other things."""
    state = real.driver.state

    async def poll() -> None:
        while True:
            await state.presets.read()
            await asyncio.sleep(0.005)

    polling = asyncio.create_task(poll())
    for _ in range(20):
        await move(real, {PAN: 1.0}, 0.05)
    polling.cancel()
    late = overruns(real, 0.05)
    assert len(late) == 20
    assert max(late) <= OVERRUN
    assert min(late) > -0.02


KINDS = (
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.GARBAGE,
    FaultKind.HTTP_STATUS,
    FaultKind.HANG,
    FaultKind.HANG_AFTER,
)


async def fire(rig: Rig, chance: random.Random) -> int:
    """Let orders and faults come in any order; return how many faults have hit."""
    callers: list[asyncio.Task[Any]] = []
    for kind in chance.choices(KINDS, k=chance.randint(0, 3)):
        op = chance.choice(["Stop", "Stop", "Left", "Right", "ToPos"])
        skip = chance.randint(0, 1)
        rig.device.faults.add(kind, match=rig.hit(op), skip=skip)
    if chance.random() < 0.2:
        rig.device.plans.refuse("PtzCtrl", chance.choice([-4, -8, -9, -13]))
    for _ in range(chance.randint(2, 5)):
        what = chance.random()
        speed = chance.choice([-1.0, 1.0])
        if what < 0.6:
            callers.append(start(rig, {PAN: speed}, chance.uniform(0.0, 0.2)))
        elif what < 0.7:
            callers.append(asyncio.create_task(rig.driver.stop()))
        elif what < 0.8:
            callers.append(asyncio.create_task(rig.driver.go_to_preset(1, None)))
        elif callers:
            chance.choice(callers).cancel()
        await asyncio.sleep(chance.choice([0.0, 0.01, 0.05]))
    if chance.random() < 0.3:
        await rig.driver.close()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert not [one for one in results if not _is_expected(one)]
    await rig.world.settle()
    assert rig.motors.moving is None
    return sum(fault.hits for fault in rig.device.faults.planned)


def _is_expected(result: object) -> bool:
    return result is None or isinstance(result, DeviceError | asyncio.CancelledError)


async def under_fire(session: ClientSession, seed: int) -> int:
    """Put one camera under fire."""
    async with rig(session) as found:
        return await fire(found, random.Random(seed))


async def test_under_fire(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens, nothing moves in the end and every caller has an answer."""
    monkeypatch.setattr(moving, "_LIMIT", 0.5)
    hits = await asyncio.gather(*(under_fire(session, seed) for seed in range(24)))
    # The plans are the same each time; how many of them come to pass is not.
    assert sum(hits) > 4
