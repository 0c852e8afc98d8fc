"""Motors: what is sent, and that they always stop."""

import asyncio
import random

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
from custom_components.watchpost.devices.model.features import Ptz, Toggle, Trigger
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Axis,
    Cadence,
    Calibration,
    Key,
)
from tests.emulators.cbt import CbtOptions

from .rig import Bench, bench

PAN, TILT, ZOOM, FOCUS, IRIS = Axis
OVERRUN = 0.15
"""Seconds that a movement may last too long on loopback."""


def ptz_of(one: Bench) -> Ptz:
    """Return what moves."""
    assert one.unit.ptz is not None
    return one.unit.ptz


async def move(one: Bench, speeds: dict[Axis, float], seconds: float = 0.0) -> None:
    """Have the camera move."""
    await ptz_of(one).move(PtzMove(speeds=speeds, seconds=seconds))


@pytest.mark.parametrize(
    ("speeds", "command", "across", "upwards"),
    [
        ({PAN: 1.0}, 4, 100, 100),
        ({PAN: -0.5}, 3, 50, 50),
        ({TILT: 0.001}, 1, 1, 1),
        ({TILT: -1.0, PAN: 0.0}, 2, 100, 100),
        ({PAN: -0.2, TILT: 0.4}, 71, 20, 40),
        ({PAN: -0.2, TILT: -0.4}, 72, 20, 40),
        ({PAN: 0.2, TILT: 0.4}, 73, 20, 40),
        ({PAN: 9.0, TILT: -0.4}, 74, 100, 40),
        ({ZOOM: 0.5}, 9, 50, 50),
        ({ZOOM: -0.5}, 10, 50, 50),
        ({FOCUS: 0.5}, 5, 50, 50),
        ({FOCUS: -0.5}, 6, 50, 50),
        ({IRIS: 0.5}, 7, 50, 50),
        ({IRIS: -0.5}, 8, 50, 50),
    ],
)
async def test_what_is_sent(
    session: ClientSession,
    speeds: dict[Axis, float],
    command: int,
    across: int,
    upwards: int,
) -> None:
    """One command for what is wanted, and a stop."""
    async with bench(session, CbtOptions.full(iris_open=7)) as one:
        await move(one, speeds)
        (found,) = one.emulator.ptz.moves
        assert (found.command, found.speed_h, found.speed_v) == (
            command,
            across,
            upwards,
        )
        assert found.released
        assert one.actions == ["setPtzControl"] * 2
        assert not one.emulator.violations


@pytest.mark.parametrize(
    ("speeds", "reason"),
    [
        ({}, Reason.INVALID_VALUE),
        ({PAN: 0.0}, Reason.INVALID_VALUE),
        ({PAN: 1.0, ZOOM: 1.0}, Reason.PTZ_ONE_AT_A_TIME),
        ({FOCUS: 1.0, ZOOM: 1.0}, Reason.PTZ_ONE_AT_A_TIME),
    ],
    ids=["nothing", "zero", "turn_and_zoom", "lens"],
)
async def test_not_sent(
    session: ClientSession, speeds: dict[Axis, float], reason: Reason
) -> None:
    """What cannot be done at once is refused before anything is sent."""
    async with bench(session) as one:
        with pytest.raises(DeviceRequestError) as caught:
            await move(one, speeds)
        assert caught.value.reason is reason
        assert not one.emulator.requests


async def test_presets(session: ClientSession) -> None:
    """20 calls and 19 stores; names are kept here."""
    async with bench(session) as one:
        ptz = ptz_of(one)
        assert ptz.presets is not None
        assert (ptz.presets[0], ptz.presets[-1]) == (1, 100)
        assert ptz.store is not None
        assert ptz.go_to_preset is not None
        assert ptz.status is not None
        await ptz.store(7, " Gate ")
        await ptz.store(3, None)
        await ptz.go_to_preset(7, None)
        sent = one.emulator.ptz.sent
        assert [number for _, number in sent.stored] == [7, 3]
        assert [number for _, number in sent.called] == [7]
        status = await ptz.status()
        assert [(p.number, p.name) for p in status.presets] == [
            (3, "Preset 3"),
            (7, "Gate"),
        ]
        await ptz.store(7, None)
        assert (await ptz.status()).presets[1].name == "Gate"
        count = len(one.emulator.requests)
        for number in (0, 101):
            with pytest.raises(DeviceRequestError):
                await ptz.go_to_preset(number, None)
            with pytest.raises(DeviceRequestError):
                await ptz.store(number, None)
        with pytest.raises(DeviceUnsupportedError):
            await ptz.go_to_preset(7, 0.5)
        assert len(one.emulator.requests) == count
        assert not one.emulator.violations


async def test_preset_stops_first(session: ClientSession) -> None:
    """A preset takes the place of a movement."""
    async with bench(session) as one:
        ptz = ptz_of(one)
        assert ptz.store is not None
        assert ptz.go_to_preset is not None
        await ptz.store(1, None)
        task = asyncio.create_task(move(one, {PAN: 1.0}, 30))
        await one.until(lambda: one.emulator.ptz.running)
        await ptz.go_to_preset(1, None)
        await task
        assert one.emulator.ptz.moves[0].released
        assert len(one.emulator.ptz.sent.called) == 1


async def test_refocus(session: ClientSession) -> None:
    """As an action and as a button."""
    async with bench(session) as one:
        await one.unit.calibrations[Calibration.REFOCUS]()
        await one.get(Trigger, Key.REFOCUS).press()
        assert len(one.emulator.ptz.sent.autofocus) == 2


async def test_another_motor(session: ClientSession) -> None:
    """A start ends only what it moves itself: the rest is stopped before it."""
    async with bench(session) as one:
        first = asyncio.create_task(move(one, {ZOOM: 1.0}, 30))
        await one.until(lambda: one.emulator.ptz.running)
        second = asyncio.create_task(move(one, {PAN: 1.0}, 30))
        await one.until(lambda: len(one.emulator.ptz.moves) == 2)
        await one.until(first.done)
        assert [found.command for found in one.emulator.ptz.running] == [4]
        third = asyncio.create_task(move(one, {PAN: -1.0}, 30))
        await one.until(lambda: len(one.emulator.ptz.moves) == 3)
        # The same motor needs no stop between.
        assert len(one.emulator.ptz.sent.stops) == 1
        await ptz_of(one).stop()
        await asyncio.gather(first, second, third)


# What a camera has


async def test_offered_until_refused(session: ClientSession) -> None:
    """A refusal is remembered for this software; nothing is sent to find out."""
    options = CbtOptions.full(pan_tilt=False)
    async with bench(session, options) as one:
        assert PAN in ptz_of(one).axes
        with pytest.raises(DeviceUnsupportedError):
            await move(one, {PAN: 1.0})
        assert one.world.changes == 1
        await one.look(Cadence.SETTINGS)
        assert ptz_of(one).axes == {ZOOM, FOCUS, IRIS}
        assert ptz_of(one).presets is None
        assert one.absent[Key.PTZ_UP].reason is AbsenceReason.UNSUPPORTED
        await one.get(Trigger, Key.ZOOM_IN).press()
        assert "ptz_absent" in one.world.memory.kept


async def test_locked(session: ClientSession) -> None:
    """Motors that are locked are there all the same."""
    async with bench(session, CbtOptions.full(locked_ptz="refuse")) as one:
        await one.get(Toggle, Key.PTZ_LOCK).write(True)
        with pytest.raises(DeviceUnsupportedError):
            await move(one, {PAN: 1.0})
        assert PAN in ptz_of(one).axes


@pytest.mark.parametrize(("choice", "there"), [("yes", True), ("no", False)])
async def test_chosen(session: ClientSession, choice: str, *, there: bool) -> None:
    """The owner knows better."""
    async with bench(session, CbtOptions.bare(), ptz=choice) as one:
        assert (one.unit.ptz is not None) is there
        assert ((Key.PTZ_STOP, None) in one.features) is there
        assert bool(one.unit.calibrations) is there


async def test_not_configured(session: ClientSession) -> None:
    """What the owner has ruled out is told as such."""
    async with bench(session, ptz="no") as one:
        assert one.absent[Key.PTZ_STOP].reason is AbsenceReason.NOT_CONFIGURED


# Under fire


async def test_duration(session: ClientSession) -> None:
    """A movement lasts as long as it was told to."""
    async with bench(session, realtime=True) as one:
        for seconds in (0.05, 0.3):
            await move(one, {PAN: 0.5}, seconds)
            found = one.emulator.ptz.moves[-1]
            assert found.stopped is not None
            lasted = found.stopped - found.started
            assert seconds <= lasted + 0.01
            assert lasted <= seconds + OVERRUN


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "http_status"])
async def test_lost_stop(session: ClientSession, fault: str) -> None:
    """A stop that is lost is sent again."""
    async with bench(session, realtime=True) as one:
        one.emulator.fail(fault, "setPtzControl", skip=1, count=2)
        await move(one, {ZOOM: 1.0}, 0.1)
        assert not one.emulator.ptz.running
        assert one.actions.count("setPtzControl") == 4


async def test_stop_beside_a_hanging_read(session: ClientSession) -> None:
    """A stop does not wait for an answer that does not come."""
    async with bench(session, realtime=True) as one:
        one.pass_by(400)
        task = asyncio.create_task(move(one, {PAN: 1.0}, 0.2))
        await one.until(lambda: one.emulator.ptz.running)
        one.emulator.fail("hang", "getOsdConf")
        slow = asyncio.create_task(one.look(Cadence.SETTINGS, "OsdConf"))
        await task
        assert not slow.done()
        found = one.emulator.ptz.moves[-1]
        assert found.stopped is not None
        assert found.stopped - found.started <= 0.2 + OVERRUN
        one.emulator.faults.release()
        await asyncio.gather(slow, return_exceptions=True)


async def test_dropped_start(session: ClientSession) -> None:
    """A start of which nobody knows is stopped, and told."""
    async with bench(session) as one:
        one.emulator.fail("drop_after", "setPtzControl")
        with pytest.raises(DeviceConnectionError) as caught:
            await move(one, {PAN: 1.0}, 30)
        assert caught.value.reason is Reason.COMMAND_UNCERTAIN
        (found,) = one.emulator.ptz.moves
        assert found.released


async def test_cancelled(session: ClientSession) -> None:
    """A caller who goes away takes the movement along."""
    async with bench(session) as one:
        task = asyncio.create_task(move(one, {TILT: 1.0}, 30))
        await one.until(lambda: one.emulator.ptz.running)
        task.cancel()
        await one.until(lambda: not one.emulator.ptz.running)
        assert one.emulator.ptz.moves[-1].released


async def test_closed_in_mid_move(session: ClientSession) -> None:
    """Unloading stops everything, and takes no more orders."""
    async with bench(session) as one:
        task = asyncio.create_task(move(one, {ZOOM: -1.0}, 30))
        await one.until(lambda: one.emulator.ptz.running)
        one.emulator.fail("drop_before", "setPtzControl")
        await one.device.close()
        await asyncio.gather(task, return_exceptions=True)
        assert one.emulator.ptz.moves[-1].released
        with pytest.raises(DeviceRequestError):
            await move(one, {ZOOM: -1.0})


@pytest.mark.parametrize("seed", range(3))
async def test_chaos(session: ClientSession, seed: int) -> None:
    """Orders of all kinds under faults: nothing moves in the end."""
    dice = random.Random(seed)
    async with bench(session, realtime=True) as one:
        ptz = ptz_of(one)
        tasks: list[asyncio.Task[None]] = []
        for _ in range(25):
            if dice.random() < 0.4:
                kind = dice.choice(["drop_before", "drop_after", "http_status"])
                one.emulator.fail(kind, "setPtzControl")
            axis = dice.choice([PAN, TILT, ZOOM, FOCUS])
            speed = dice.choice([-1.0, 1.0])
            work = move(one, {axis: speed}, dice.random() * 0.1)
            tasks.append(asyncio.create_task(work))
            await asyncio.sleep(dice.random() * 0.02)
            if dice.random() < 0.2:
                dice.choice(tasks).cancel()
        one.emulator.faults.clear()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(
            one is None or isinstance(one, (DeviceError, asyncio.CancelledError))
            for one in results
        )
        await ptz.stop()
        await one.world.settle()
        assert not one.emulator.ptz.running
        assert all(found.released or found.stopped for found in one.emulator.ptz.moves)
