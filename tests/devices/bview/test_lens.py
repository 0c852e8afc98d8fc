"""The lens: what is sent, that it always stops, and that it is left alone."""

import asyncio
from collections.abc import AsyncIterator
import logging
import random
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import PtzMove
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.features import Trigger
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    Axis,
    Calibration,
    Key,
)
from custom_components.watchpost.devices.transport import moving
from custom_components.watchpost.devices.vendors.bview.features.lens import (
    calibrations,
    ptz_of,
)
from tests.devices.bview.lens_rig import FIRMWARE, Rig, order_of, rig
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewOptions

PAN, TILT, ZOOM, FOCUS, IRIS = Axis
OVERRUN = 0.15
"""Seconds that a movement may last too long on loopback."""
BUTTONS = {
    Key.ZOOM_IN: "ZoomIn",
    Key.ZOOM_OUT: "ZoomOut",
    Key.FOCUS_NEAR: "FocusNear",
    Key.FOCUS_FAR: "FocusFar",
}
GOTO = {"Presets/Goto Param1=85": "refocus", "Presets/Goto Param1=103": "full"}
FIXED = BviewOptions.full(motor=False)


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
    """Have the lens move."""
    await rig.lens.move(PtzMove(speeds=speeds, seconds=seconds))


def start(rig: Rig, speeds: dict[Axis, float], seconds: float) -> asyncio.Task[None]:
    """Have the lens move while something else happens."""
    return asyncio.create_task(move(rig, speeds, seconds))


async def held(rig: Rig, *buttons: str) -> None:
    """Wait until exactly some buttons are held, and the driver knows it."""
    await rig.until(
        lambda: [one.command for one in rig.unit.lens.running] == [*buttons]
    )
    # Requests take turns: the answer to the order came before this one.
    await rig.client.get("/System/DeviceInfo")


# What is sent


@pytest.mark.parametrize(
    ("speeds", "button", "speed"),
    [
        ({ZOOM: 1.0}, "ZoomIn", 10),
        ({ZOOM: -1.0}, "ZoomOut", 10),
        ({ZOOM: 0.5, FOCUS: 0.0}, "ZoomIn", 5),
        ({ZOOM: 7.0}, "ZoomIn", 10),
        ({FOCUS: 0.14}, "FocusNear", 1),
        ({FOCUS: -0.16}, "FocusFar", 2),
        ({FOCUS: -0.001}, "FocusFar", 1),
    ],
)
async def test_what_is_sent(
    one: Rig, speeds: dict[Axis, float], button: str, speed: int
) -> None:
    """A button is pressed and released, with the same speed."""
    await move(one, speeds)
    assert one.orders == [
        f"{button} Param1=1&Param2={speed}",
        f"{button} Param1=2&Param2={speed}",
    ]
    (found,) = one.moves
    assert (found.command, found.speed, found.released) == (button, speed, True)
    kinds = {record.headers["Content-Type"] for record in one.unit.requests}
    assert kinds == {"application/x-www-form-urlencoded"}


async def test_zoom_and_focus(one: Rig) -> None:
    """Both motors run at the same time."""
    task = start(one, {ZOOM: -0.5, FOCUS: -1.0}, 30)
    await held(one, "ZoomOut", "FocusFar")
    await one.lens.stop()
    await task
    assert all(found.released for found in one.moves)


@pytest.mark.parametrize(
    ("speeds", "error"),
    [
        ({}, DeviceRequestError),
        ({ZOOM: 0.0}, DeviceRequestError),
        ({PAN: 1.0}, DeviceUnsupportedError),
        ({ZOOM: 1.0, TILT: 1.0}, DeviceUnsupportedError),
        ({IRIS: 1.0}, DeviceUnsupportedError),
    ],
)
async def test_what_no_lens_can_do(
    one: Rig, speeds: dict[Axis, float], error: type[DeviceError]
) -> None:
    """Nothing is sent for it."""
    with pytest.raises(error):
        await move(one, speeds)
    assert not one.unit.requests


async def test_stop_releases_every_button(one: Rig) -> None:
    """A stop is sent also if nothing seems to move: somebody else may have begun."""
    one.unit.lens.command("FocusNear", {"Param1": "1", "Param2": "3"})
    await one.lens.stop()
    assert not one.unit.lens.running
    names = [f"{name} Param1=2&Param2=1" for name in ("ZoomIn", "ZoomOut")]
    names += [f"{name} Param1=2&Param2=1" for name in ("FocusNear", "FocusFar")]
    assert one.orders == names


@pytest.mark.parametrize("way", ["refused", "dropped", "hangs"])
async def test_stop_tries_all(one: Rig, way: str) -> None:
    """One release that fails does not keep the others from being sent."""
    one.unit.lens.command("FocusFar", {"Param1": "1", "Param2": "3"})
    hit = order_of("ZoomIn", 2)
    if way == "refused":
        one.unit.plans.refuse("/PTZ/1/ZoomIn", -5, count=None)
    elif way == "dropped":
        one.unit.faults.add(FaultKind.DROP_BEFORE, match=hit, count=None)
    else:
        one.unit.faults.add(FaultKind.HANG, match=hit, count=None)
    stopping = asyncio.create_task(one.lens.stop())
    await one.until(lambda: not one.unit.lens.running)
    stopping.cancel()
    one.unit.faults.clear()
    one.unit.plans.clear()
    await asyncio.wait((stopping,))


@pytest.mark.parametrize(
    ("first", "second", "orders"),
    [
        ({ZOOM: 0.1}, {ZOOM: 0.9}, ["ZoomIn 1", "ZoomIn 1", "ZoomIn 2"]),
        (
            {ZOOM: 1.0},
            {ZOOM: -1.0},
            ["ZoomIn 1", "ZoomIn 2", "ZoomOut 1", "ZoomOut 2"],
        ),
        (
            {ZOOM: 1.0},
            {FOCUS: 1.0},
            ["ZoomIn 1", "ZoomIn 2", "FocusNear 1", "FocusNear 2"],
        ),
        (
            {ZOOM: 1.0, FOCUS: 1.0},
            {FOCUS: 0.5},
            ["ZoomIn 1", "FocusNear 1", "ZoomIn 2", "FocusNear 1", "FocusNear 2"],
        ),
    ],
)
async def test_newer_takes_the_place(
    one: Rig,
    first: dict[Axis, float],
    second: dict[Axis, float],
    orders: list[str],
) -> None:
    """The same button is pressed anew; another one is released first."""
    task = start(one, first, 30)
    await one.until(lambda: len(one.unit.lens.running) == len(first))
    await move(one, second)
    await task
    told = [order.replace("Param1=", "").split("&")[0] for order in one.orders]
    assert told == orders
    assert not one.unit.lens.running


# What goes wrong


@pytest.mark.parametrize("code", [-3, -5, -8, -14])
async def test_second_motor_refused(one: Rig, code: int) -> None:
    """The first one does not run on, whatever the camera says to the second."""
    one.unit.plans.refuse("/PTZ/1/FocusNear", code)
    with pytest.raises(DeviceError) as caught:
        await move(one, {ZOOM: 1.0, FOCUS: 1.0}, 30)
    assert caught.value.reason is not Reason.COMMAND_UNCERTAIN
    assert [found.command for found in one.moves] == ["ZoomIn"]
    assert not one.unit.lens.running
    # A camera that has moved its zoom has motors.
    assert one.lens.offered


async def test_second_motor_refused_and_no_release(one: Rig) -> None:
    """It is released later, and the caller told."""
    one.unit.plans.refuse("/PTZ/1/FocusNear", -5)
    one.unit.faults.add(FaultKind.DROP_BEFORE, match=order_of("ZoomIn", 2), count=2)
    with pytest.raises(DeviceConnectionError) as caught:
        await move(one, {ZOOM: 1.0, FOCUS: 1.0}, 30)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert not one.unit.lens.running


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
async def test_connection_dropped_on_start(one: Rig, kind: FaultKind) -> None:
    """It is not sent twice; as it may move, it is stopped, and the caller told."""
    one.unit.faults.add(kind, match=order_of("ZoomIn", 1))
    with pytest.raises(DeviceConnectionError) as caught:
        await move(one, {ZOOM: 1.0}, 30)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert one.orders == ["ZoomIn Param1=1&Param2=10", "ZoomIn Param1=2&Param2=10"]
    assert not one.unit.lens.running


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.GARBAGE,
        FaultKind.TRUNCATED,
        FaultKind.HTML,
        FaultKind.HTTP_STATUS,
    ],
)
async def test_stop_lost(one: Rig, kind: FaultKind) -> None:
    """It is sent again until the camera confirms it."""
    one.unit.faults.add(kind, match=order_of("ZoomIn", 2), count=2)
    await move(one, {ZOOM: 1.0})
    assert not one.unit.lens.running
    assert one.orders.count("ZoomIn Param1=2&Param2=10") == 3


async def test_stop_that_always_fails(
    one: Rig, records: list[logging.LogRecord]
) -> None:
    """The caller is told, the log without secrets; nothing is given up."""
    one.unit.faults.add(FaultKind.DROP_BEFORE, match=order_of("ZoomIn", 2), count=None)
    with pytest.raises(DeviceConnectionError):
        await move(one, {ZOOM: 1.0})
    warnings = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    assert warnings == [
        "Camera may still be moving, because it did not confirm the order to stop "
        "(command_uncertain)"
    ]
    one.unit.faults.clear()
    await one.lens.close()
    assert not one.unit.lens.running


async def test_release_refused(one: Rig, records: list[logging.LogRecord]) -> None:
    """It is told once, and does not keep the lens from moving again."""
    task = start(one, {ZOOM: 1.0}, 30)
    await held(one, "ZoomIn")
    one.unit.plans.refuse("/PTZ/1/ZoomIn", -5, count=None)
    with pytest.raises(DeviceError):
        await move(one, {FOCUS: 1.0})
    await task
    assert len([r for r in records if r.levelno >= logging.WARNING]) == 1
    await move(one, {FOCUS: 1.0})
    assert one.moves[-1].released
    one.unit.plans.clear()
    await one.lens.stop()
    assert not one.unit.lens.running


async def test_wrong_password_in_mid_move(one: Rig) -> None:
    """The password is not tried again and again."""
    task = start(one, {ZOOM: 1.0}, 30)
    await held(one, "ZoomIn")
    one.unit.set_password("another")
    one.unit.forget()
    with pytest.raises(DeviceAuthError):
        await one.lens.stop()
    await task
    assert len(one.orders) == 4
    one.unit.lens.stop_all()


async def test_restart_in_mid_move(one: Rig) -> None:
    """A camera that has restarted is stopped all the same."""
    task = start(one, {ZOOM: 1.0}, 0.2)
    await held(one, "ZoomIn")
    one.unit.reboot()
    one.unit.boot()
    await task
    assert one.orders[-1] == "ZoomIn Param1=2&Param2=10"


@pytest.mark.parametrize("name", ["press", "release"])
@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.HANG_AFTER])
async def test_no_answer(
    one: Rig, monkeypatch: pytest.MonkeyPatch, kind: FaultKind, name: str
) -> None:
    """An order that hangs is given up soon and does not hold up the stop."""
    monkeypatch.setattr(moving, "_LIMIT", 0.1)
    way = {"press": 1, "release": 2}[name]
    one.unit.faults.add(kind, match=order_of("ZoomIn", way))
    task = start(one, {ZOOM: 1.0}, 0.0)
    await asyncio.wait([task])
    assert isinstance(task.exception(), DeviceConnectionError) is (name == "press")
    assert not one.unit.lens.running


async def test_slow_read_does_not_hold_up_a_stop(real: Rig) -> None:
    """A release goes beside a read that is on its way."""
    real.unit.faults.add(FaultKind.LATENCY, path="/Disk", seconds=0.6)
    task = start(real, {ZOOM: 1.0}, 0.1)
    await held(real, "ZoomIn")
    await asyncio.gather(real.client.get("/Disk"), task)
    (found,) = real.moves
    assert (found.stopped or 9) - found.started < 0.1 + OVERRUN


async def test_cancelled_caller(one: Rig) -> None:
    """Who gives up ends the movement at once."""
    task = start(one, {ZOOM: 1.0, FOCUS: 1.0}, 30)
    await held(one, "ZoomIn", "FocusNear")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await one.until(lambda: not one.unit.lens.running)


async def test_cancelled_background(one: Rig) -> None:
    """Home Assistant cancels what runs in the background before it closes devices."""
    task = start(one, {ZOOM: 1.0}, 30)
    await held(one, "ZoomIn")
    for running in tuple(one.world.tasks):
        running.cancel()
    await asyncio.gather(one.lens.close(), task)
    assert not one.unit.lens.running


async def test_close_in_mid_move(one: Rig) -> None:
    """Unloading stops what moves; nothing moves from then on."""
    one.unit.faults.add(FaultKind.DROP_BEFORE, match=order_of("ZoomIn", 2))
    task = start(one, {ZOOM: 1.0}, 30)
    await held(one, "ZoomIn")
    await one.lens.close()
    await task
    assert not one.unit.lens.running
    with pytest.raises(DeviceRequestError):
        await move(one, {ZOOM: 1.0})
    assert len(one.moves) == 1


# Calibration


@pytest.mark.parametrize(
    ("way", "param"), [(Calibration.REFOCUS, "85"), (Calibration.FULL, "103")]
)
async def test_calibration(one: Rig, way: Calibration, param: str) -> None:
    """What moves is stopped first; then the lens is left alone until it is done."""
    task = start(one, {ZOOM: 1.0}, 30)
    await held(one, "ZoomIn")
    await one.lens.calibrate(way)
    await task
    assert [way for _, way in one.unit.lens.calibrations] == [param]
    assert one.moves[0].released
    assert one.lens.calibrating
    one.unit.forget()
    changes = one.world.changes
    for order in (
        move(one, {ZOOM: 1.0}),
        one.lens.stop(),
        one.lens.calibrate(way),
        one.client.put("/Images/1/Basic", b"<Basic/>"),
    ):
        with pytest.raises(DeviceRequestError) as caught:
            await order
        assert caught.value.reason is Reason.LENS_CALIBRATING
    assert not one.unit.requests

    one.unit.clock.advance(299)
    assert one.lens.calibrating
    one.unit.clock.advance(1)
    assert not one.lens.calibrating
    assert one.world.changes == changes + 1
    await move(one, {ZOOM: 1.0})
    assert not one.unit.violations
    assert "lens_quiet_until" not in one.world.memory.kept


async def test_calibration_outlives_a_restart(one: Rig) -> None:
    """A restart of Home Assistant does not shorten the quiet time."""
    await one.lens.calibrate(Calibration.FULL)
    one.unit.clock.advance(100)
    await one.lens.close()
    driver = one.another_lens()
    with pytest.raises(DeviceRequestError) as caught:
        await driver.pulse(ZOOM, 1)
    assert caught.value.placeholders == {"minutes": "4"}
    one.unit.clock.advance(200)
    await driver.pulse(ZOOM, 1)
    await driver.close()


@pytest.mark.parametrize("until", [-1.0, 4_000.0, "soon", None])
async def test_absurd_quiet_time(one: Rig, until: Any) -> None:
    """A clock that was wrong does not lock the lens."""
    kept = until if not isinstance(until, float) else one.world.clock.now() + until
    one.world.memory.put("lens_quiet_until", kept)
    driver = one.another_lens()
    assert not driver.calibrating
    await driver.move(PtzMove(speeds={ZOOM: 1.0}, seconds=0))


@pytest.mark.parametrize(
    ("kind", "begun"),
    [
        (FaultKind.DROP_BEFORE, True),
        (FaultKind.DROP_AFTER, True),
        (FaultKind.GARBAGE, True),
        (FaultKind.HTTP_STATUS, False),
    ],
)
async def test_doubtful_calibration(one: Rig, kind: FaultKind, begun: bool) -> None:
    """If it may have begun, the lens is left alone as well."""
    one.unit.faults.add(kind, path="*/Goto", code=500)
    with pytest.raises(DeviceConnectionError):
        await one.lens.calibrate(Calibration.FULL)
    assert one.lens.calibrating is begun
    assert [order for order in one.orders if "Goto" in order] == [*GOTO][1:]


@pytest.mark.parametrize(("code", "reason"), [(-14, "busy"), (-5, "invalid_value")])
async def test_calibration_refused(one: Rig, code: int, reason: str) -> None:
    """Then the lens can be used."""
    one.unit.plans.refuse("*/Goto", code)
    with pytest.raises(DeviceError) as caught:
        await one.lens.calibrate(Calibration.REFOCUS)
    assert caught.value.reason == reason
    assert not one.lens.calibrating
    await move(one, {ZOOM: 1.0})


async def test_somebody_else_calibrates(
    one: Rig, records: list[logging.LogRecord]
) -> None:
    """The camera is busy; nothing was begun, and nothing has to be stopped."""
    one.unit.lens.go_to({"Param1": "85"})
    with pytest.raises(DeviceConnectionError) as caught:
        await move(one, {ZOOM: 1.0, FOCUS: 1.0})
    assert caught.value.reason is Reason.BUSY
    assert one.orders == ["ZoomIn Param1=1&Param2=10"]
    assert not [r for r in records if r.levelno >= logging.WARNING]
    one.unit.lens.finish_calibration()


# Whether there are motors


async def test_offers(one: Rig) -> None:
    """Buttons pulse and calibrate; actions get zoom and focus."""
    keys = {*BUTTONS, Key.REFOCUS, Key.MOTOR_CALIBRATION}
    found = {key: one.trigger(key) for key in keys}
    assert {trigger.source for trigger in found.values()} == {NO_REQUEST}
    ptz = ptz_of(one.lens)
    assert ptz is not None
    assert ptz.axes == {ZOOM, FOCUS}
    assert (ptz.status, ptz.go_to, ptz.presets) == (None, None, None)
    await ptz.move(PtzMove(speeds={ZOOM: 1.0}, seconds=0))
    await ptz.stop()
    await found[Key.REFOCUS].press()
    one.unit.lens.finish_calibration()
    one.unit.clock.advance(300)
    await found[Key.MOTOR_CALIBRATION].press()
    assert [way for _, way in one.unit.lens.calibrations] == ["85", "103"]
    one.unit.lens.finish_calibration()
    one.unit.clock.advance(300)
    for way, calibrate in calibrations(one.lens).items():
        await calibrate()
        assert GOTO[one.orders[-1]] == way
        one.unit.clock.advance(300)


@pytest.mark.parametrize("key", BUTTONS)
async def test_buttons(real: Rig, key: Key) -> None:
    """A button moves the lens for 300 ms, at a slow speed."""
    await real.trigger(key).press()
    (found,) = real.moves
    assert (found.command, found.speed) == (BUTTONS[key], 2)
    assert 0.28 < (found.stopped or 9) - found.started < 0.3 + OVERRUN


@pytest.mark.parametrize(
    "order",
    [
        lambda rig: move(rig, {ZOOM: 1.0, FOCUS: 1.0}),
        lambda rig: rig.lens.stop(),
        lambda rig: rig.lens.calibrate(Calibration.FULL),
    ],
)
async def test_fixed_lens(
    session: ClientSession, order: Any, records: list[logging.LogRecord]
) -> None:
    """The first order tells; then nothing is offered and nothing sent any more."""
    async with rig(session, FIXED) as found:
        assert found.lens.offered
        with pytest.raises(DeviceUnsupportedError):
            await order(found)
        assert not found.lens.supported
        assert found.world.changes == 1
        assert found.absent(Key.ZOOM_IN).reason is AbsenceReason.UNSUPPORTED
        assert ptz_of(found.lens) is None
        assert not calibrations(found.lens)
        assert not found.lens.calibrating
        found.unit.forget()
        with pytest.raises(DeviceUnsupportedError):
            await order(found)
        assert not found.unit.requests
        assert not [r for r in records if r.levelno >= logging.WARNING]

        driver = found.another_lens()
        assert not driver.offered
        driver.know("3.0.0")
        assert driver.offered


async def test_motor_is_remembered(one: Rig) -> None:
    """A lens that has moved does not vanish because one order is not known."""
    await move(one, {ZOOM: 1.0})
    driver = one.another_lens()
    one.unit.plans.refuse("*/Goto", -3)
    with pytest.raises(DeviceUnsupportedError):
        await driver.calibrate(Calibration.FULL)
    assert driver.offered
    one.unit.plans.refuse("/PTZ/1/Focus*", -10, count=2)
    await driver.stop()
    driver.know(FIRMWARE)
    assert driver.supported


async def test_refused_before_the_firmware_is_known(session: ClientSession) -> None:
    """What is learned is kept for this run only."""
    async with rig(session, FIXED) as found:
        driver = type(found.lens)(found.client, found.world.surroundings, "Camera")
        with pytest.raises(DeviceUnsupportedError):
            await driver.pulse(ZOOM, 1)
        assert not driver.offered
        assert not found.world.memory.kept


@pytest.mark.parametrize("option", ["yes", "no"])
async def test_owner_knows_better(session: ClientSession, option: str) -> None:
    """The owner's word counts, whatever the camera has said."""
    async with rig(session, FIXED, motor_lens=option) as found:
        with pytest.raises(DeviceUnsupportedError):
            await found.lens.pulse(ZOOM, 1)
        assert bool(found.unit.requests) is (option == "yes")
        assert found.lens.offered is (option == "yes")
        kinds = {type(found.offers[key]) for key in BUTTONS}
        assert (kinds == {Trigger}) is (option == "yes")


async def test_owner_says_no(session: ClientSession) -> None:
    """It is told why nothing is there."""
    async with rig(session, motor_lens="no") as found:
        absent = found.absent(Key.REFOCUS)
        assert absent.reason is AbsenceReason.NOT_CONFIGURED
        assert absent.detail == "motor_lens"


# Time


async def test_overrun(real: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """Movements end in time, also while the camera is asked for other things."""

    async def poll() -> None:
        while True:
            await real.client.get("/System/DeviceStatus/1")
            await asyncio.sleep(0.005)

    polling = asyncio.create_task(poll())
    for number in range(40):
        speeds = {ZOOM: 1.0, FOCUS: 1.0} if number % 2 else {ZOOM: -1.0}
        await move(real, speeds, 0.05)
    polling.cancel()
    late = sorted((found.stopped or 1e9) - found.started - 0.05 for found in real.moves)
    assert len(late) == 60
    told = f"p95 {late[56] * 1000:.1f} ms, most {late[-1] * 1000:.1f} ms"
    with capsys.disabled():
        print(f"\nA lens moves too long: {told}")  # noqa: T201
    assert late[-1] <= OVERRUN
    assert late[0] > -0.02


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
        button = chance.choice(["", "ZoomIn", "ZoomOut", "FocusNear"])
        way = chance.choice([1, 2, 2])
        match = order_of(button, way)
        rig.unit.faults.add(kind, match=match, skip=chance.randint(0, 1))
    if chance.random() < 0.3:
        button = chance.choice(["ZoomIn", "FocusNear", "FocusFar"])
        code = chance.choice([-3, -5, -8, -9, -12, -14])
        match = order_of(button, 1)
        rig.unit.faults.add(FaultKind.APP_ERROR, match=match, code=code)
    for _ in range(chance.randint(2, 5)):
        what = chance.random()
        speeds = {ZOOM: chance.choice([-1.0, 1.0]), FOCUS: chance.choice([-1, 0, 1])}
        if what < 0.6:
            callers.append(start(rig, speeds, chance.uniform(0.0, 0.2)))
        elif what < 0.75:
            callers.append(asyncio.create_task(rig.lens.stop()))
        elif callers:
            chance.choice(callers).cancel()
        await asyncio.sleep(chance.choice([0.0, 0.01, 0.05]))
    if chance.random() < 0.1:
        callers.append(asyncio.create_task(rig.lens.calibrate(Calibration.FULL)))
    if chance.random() < 0.3:
        await rig.lens.close()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert not [one for one in results if not _is_expected(one)]
    await rig.world.settle()
    assert not rig.unit.lens.running, rig.orders
    return sum(fault.hits for fault in rig.unit.faults.planned)


def _is_expected(result: object) -> bool:
    return result is None or isinstance(result, DeviceError | asyncio.CancelledError)


async def under_fire(session: ClientSession, seed: int) -> int:
    """Put one camera under fire."""
    async with rig(session) as found:
        return await fire(found, random.Random(seed))


@pytest.mark.parametrize("batch", range(5))
async def test_under_fire(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Whatever happens, nothing moves in the end and every caller has an answer."""
    monkeypatch.setattr(moving, "_LIMIT", 0.5)
    seeds = range(batch * 40, batch * 40 + 40)
    hits = await asyncio.gather(*(under_fire(session, seed) for seed in seeds))
    # The plans are the same each time; how many of them come to pass is not.
    assert sum(hits) > 4
