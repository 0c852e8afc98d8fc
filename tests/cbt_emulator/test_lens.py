"""The motors: moves run until they are stopped."""

from typing import Any

import pytest

from tests.emulators.cbt import COMMANDS, CbtOptions

from .bench import Bench, full, with_options


async def move(bench: Bench, command: int, speed: int = 50, **more: Any) -> int | None:
    """Send a command with all four fields."""
    sent = {"speed_h": speed, "speed_v": speed, "channel": 0, "ptz_cmd": command}
    return await bench.code("setPtzControl", **{**sent, **more})


@pytest.mark.parametrize(
    ("command", "pan", "tilt"),
    [
        (1, 0, 30),
        (2, 0, -30),
        (3, -30, 0),
        (4, 30, 0),
        (71, -30, 30),
        (72, -30, -30),
        (73, 30, 30),
        (74, 30, -30),
    ],
)
async def test_directions(bench: Bench, command: int, pan: float, tilt: float) -> None:
    """The camera turns for as long as nobody stops it."""
    assert await move(bench, command) == 0
    bench.unit.clock.advance(2)
    (running,) = bench.unit.ptz.running
    assert (running.name, running.stopped) == (COMMANDS[command], None)
    assert await move(bench, 21) == 0
    bench.unit.clock.advance(5)
    where = bench.unit.ptz.position
    assert (where.pan, where.tilt) == pytest.approx((pan, tilt))
    assert bench.unit.ptz.running == []
    assert (running.stopped, running.released) == (2, True)
    assert bench.unit.ptz.sent.stops == [2]


@pytest.mark.parametrize(
    ("command", "name", "way"),
    [
        (9, "zoom", 1),
        (10, "zoom", -1),
        (5, "focus", 1),
        (6, "focus", -1),
        (8, "iris", -1),
    ],
)
async def test_lens(bench: Bench, command: int, name: str, way: int) -> None:
    """Zoom, focus and iris move until they are stopped, too."""
    before = getattr(bench.unit.ptz.position, name)
    assert await move(bench, command, 100) == 0
    bench.unit.clock.advance(2)
    there = min(max(before + way * 20, 0), 100)
    assert getattr(bench.unit.ptz.position, name) == pytest.approx(there)
    bench.unit.clock.advance(20)
    assert bench.unit.ptz.running[0].end_reached
    await move(bench, 21)
    assert bench.unit.ptz.moves[0].released


async def test_two_motors(bench: Bench) -> None:
    """A move ends another one of the same motor only; a stop ends all."""
    for command in (1, 9, 4):
        await move(bench, command)
    assert [one.name for one in bench.unit.ptz.running] == ["zoom +", "right"]
    assert not bench.unit.ptz.moves[0].released
    await move(bench, 21)
    assert bench.unit.ptz.running == []


async def test_limits(bench: Bench) -> None:
    """A lost stop turns the camera to its limit."""
    await move(bench, 1, 100)
    bench.unit.clock.advance(60)
    assert bench.unit.ptz.position.tilt == 90
    assert bench.unit.ptz.running[0].end_reached
    await move(bench, 4, 100)
    bench.unit.clock.advance(7)
    assert bench.unit.ptz.position.pan == pytest.approx(-150)
    bench.unit.reboot()
    assert bench.unit.ptz.running == []


async def test_presets(bench: Bench) -> None:
    """19 stores where the camera looks, 20 goes there."""
    await move(bench, 4)
    bench.unit.clock.advance(1)
    sent = {"speed_v": 10, "channel": 0}
    assert await bench.code("setPtzControl", **sent, ptz_cmd=19) == 0
    bench.unit.clock.advance(1)
    assert await bench.code("setPtzControl", **sent, ptz_cmd=20) == 0
    assert bench.unit.ptz.running == []
    assert bench.unit.ptz.position.pan == pytest.approx(15)
    assert bench.unit.ptz.sent.stored == [(1, 10)]
    assert bench.unit.ptz.sent.called == [(2, 10)]
    assert await move(bench, 20, 11) == 205
    assert bench.kinds == ["preset"]
    bench.unit.options.unset_preset = "ignore"
    assert await move(bench, 20, 11) == 0
    assert len(bench.unit.ptz.sent.called) == 1


async def test_the_example_overwrites_presets(bench: Bench) -> None:
    """The example for calling a preset sends the command that stores it."""
    sent = {"speed_v": 10, "channel": 0, "ptz_cmd": 19}
    await bench.call("setPtzControl", **sent)
    await move(bench, 4)
    bench.unit.clock.advance(1)
    await bench.call("setPtzControl", **sent)
    assert bench.unit.ptz.presets[10].pan == pytest.approx(15)
    bench.unit.options.preset_example = True
    bench.unit.clock.advance(1)
    await bench.call("setPtzControl", **sent)
    assert bench.unit.ptz.presets[10].pan == pytest.approx(15)
    assert bench.unit.ptz.sent.called == [(2, 10)]


async def test_what_does_not_go_on(bench: Bench) -> None:
    """Autofocus, the light and the refresh are over at once."""
    await move(bench, 5)
    bench.unit.clock.advance(1)
    for command in (11, 13, 69):
        assert await move(bench, command) == 0
    sent = bench.unit.ptz.sent
    assert (sent.autofocus, sent.light, sent.refreshes) == ([1], [1], [1])
    assert bench.unit.ptz.position.focus == 50
    assert bench.unit.ptz.light
    assert bench.unit.ptz.running == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ptz_cmd": 7}, 205),
        ({"ptz_cmd": 0}, 205),
        ({"speed_h": 0}, 205),
        ({"speed_v": 101}, 205),
        ({"speed_h": 50.0}, 205),
        ({"channel": 1}, 205),
        ({"duration": 1}, 201),
    ],
    ids=str,
)
async def test_wrong_commands(bench: Bench, changes: dict[str, Any], code: int) -> None:
    """Unknown commands and speeds are refused, and nothing moves."""
    assert await move(bench, changes.get("ptz_cmd", 1), **changes) == code
    assert bench.unit.ptz.moves == []
    assert len(bench.unit.violations) == 1


@with_options(full(iris_open=7, ptz_speeds="optional"))
async def test_other_commands(bench: Bench) -> None:
    """The iris may be opened by a command that is not in the table."""
    assert await bench.code("setPtzControl", channel=0, ptz_cmd=7) == 0
    assert bench.unit.ptz.running[0].name == "iris +"
    bench.unit.clock.advance(1)
    assert bench.unit.ptz.position.iris == pytest.approx(55)
    assert await bench.code("setPtzControl", channel=0, ptz_cmd=21) == 0
    assert await bench.code("setPtzControl", channel=0, ptz_cmd=19) == 201


@with_options(
    full(), full(locked_ptz="move"), full(locked_ptz="refuse", travel_seconds=1.0)
)
async def test_lock(bench: Bench) -> None:
    """A locked head stands still, moves all the same, or refuses."""
    await bench.call("setPeripheralConf", PTZ_Lock=1)
    way = bench.unit.options.locked_ptz
    assert await move(bench, 1) == (209 if way == "refuse" else 0)
    assert len(bench.unit.ptz.running) == (way == "move")
    assert await move(bench, 21) == 0


@with_options(CbtOptions.full(pan_tilt=False), CbtOptions.full(lens=False))
async def test_half_of_the_motors(bench: Bench) -> None:
    """A camera may have a lens only, or a head only."""
    head = bench.unit.options.pan_tilt
    for command in (1, 20, 69):
        assert (await move(bench, command) == 209) != head
    for command in (9, 11, 8):
        assert (await move(bench, command) == 0) != head
    assert await move(bench, 21) == 0
