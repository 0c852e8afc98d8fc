"""Heads that move until they are told to stop."""

import pytest

from .bench import Bench, full, started, with_options


async def test_a_move_runs_until_stop(bench: Bench) -> None:
    """Nothing but Stop ends a movement, and end stops are silent."""
    assert await bench.ptz("Direction=7&PanSpeed=10&TiltSpeed=5") == 200
    head = bench.unit.head
    assert head is bench.unit.heads[1]
    bench.unit.clock.advance(2)
    assert (head.pan, head.tilt) == (20.0, 10.0)
    assert [move.kind for move in head.running] == ["move"]
    bench.unit.clock.advance(60)
    assert (head.pan, head.tilt) == (260.0, 90.0)
    assert await bench.ptz("Stop=0") == 200
    bench.unit.clock.advance(10)
    assert (head.pan, head.running, head.stops) == (260.0, [], 1)
    assert head.moves[0].by_stop
    assert head.moves[0].stopped == 62.0


@pytest.mark.parametrize(
    ("direction", "pan", "tilt"),
    [
        (1, 180, 55),
        (2, 180, 35),
        (3, 170, 45),
        (4, 190, 45),
        (5, 170, 55),
        (6, 170, 35),
        (7, 190, 55),
        (8, 190, 35),
    ],
)
async def test_directions(bench: Bench, direction: int, pan: int, tilt: int) -> None:
    """The eight directions are those of the table."""
    assert await bench.ptz("Model=0&Pan=18000&Tilt=4500") == 200
    assert await bench.ptz(f"Direction={direction}&PanSpeed=10&TiltSpeed=10") == 200
    bench.unit.clock.advance(1)
    place = bench.unit.head.place
    assert (place.pan, place.tilt) == (pan, tilt)


async def test_speeds(bench: Bench) -> None:
    """Without a speed a move takes that of SpeedInfo."""
    target = "ptz_set?Channel=1&Group=SpeedInfo&PanSpeed=3&TiltSpeed=2"
    assert await bench.code(target) == 200
    await bench.ptz("Direction=4")
    move = bench.unit.head.moves[0]
    assert (move.pan_speed, move.tilt_speed) == (3, 2)
    await bench.ptz("Direction=4&PanSpeed=0&TiltSpeed=0")
    assert bench.unit.head.moves[1].pan_speed == 0
    assert bench.unit.head.moves[0].stopped is not None
    assert not bench.unit.head.moves[0].by_stop


async def test_lens(bench: Bench) -> None:
    """Zoom, focus and iris are motors of their own."""
    assert await bench.ptz("Zoom=1&Focus=0&Iris=1", channel=2) == 200
    head = bench.unit.heads[2]
    bench.unit.clock.advance(2)
    assert head.zoom > 10000
    assert (head.focus, head.iris) == (30.0, 70.0)
    assert [move.kind for move in head.running] == ["iris", "zoom", "focus"]
    assert await bench.ptz("Zoom=0", channel=2) == 200
    bench.unit.clock.advance(60)
    assert (head.zoom, head.focus) == (0.0, 0.0)
    assert await bench.ptz("Stop=0", channel=2) == 200
    assert not head.running


async def test_auto_scan(bench: Bench) -> None:
    """Auto scan goes round until it is stopped."""
    await bench.ptz("AutoScan=1")
    bench.unit.clock.advance(37)
    assert bench.unit.head.pan == 10.0
    await bench.ptz("Direction=1&PanSpeed=1&TiltSpeed=1")
    assert [move.kind for move in bench.unit.head.running] == ["move"]


async def test_presets(bench: Bench) -> None:
    """Presets are stored, listed, renamed and called."""
    head = bench.unit.head
    await bench.ptz("Model=0&Pan=9000&Tilt=3000&ZoomPosition=4681")
    assert await bench.ptz("PresetNumber=7&Preset=0&PresetTitle=T%C3%BCr") == 200
    assert await bench.ptz("PresetNumber=255&Preset=0") == 200
    await bench.ptz("Model=0&Pan=0&Tilt=0&ZoomPosition=0")
    assert (head.pan, head.calls) == (0.0, [])
    assert await bench.ptz("PresetNumber=7&Preset=1") == 200
    assert (head.pan, head.tilt, head.zoom) == (90.0, 30.0, 4681.0)
    answer = await bench.call("ptz_get?Channel=1&Group=PresetNameInfo")
    assert [values for _, values in answer.groups] == [
        {"PresetNumber": "7", "PresetTitle": "Tür"},
        {"PresetNumber": "255", "PresetTitle": ""},
    ]
    rename = "ptz_set?Channel=1&Group=PresetNameInfo&PresetTitle=Gate"
    assert await bench.code(f"{rename}&PresetNumber=7") == 200
    assert await bench.code(f"{rename}&PresetNumber=8") == 502
    await bench.ptz("PresetNumber=7&Preset=0")
    assert head.presets[7].title == "Gate"


@pytest.mark.parametrize("code", [200, 402, 502])
async def test_unknown_presets(bench: Bench, code: int) -> None:
    """What a call of a preset answers that nobody stored is not documented."""
    bench.options.unknown_preset = full(unknown_preset=code).unknown_preset
    assert await bench.ptz("PresetNumber=9&Preset=1") == code
    assert bench.unit.head.calls == [9]


@pytest.mark.parametrize("name", ["Pattern", "AutoPan"])
async def test_sweeps(bench: Bench, name: str) -> None:
    """Two ends are marked before a pattern or an auto pan can run."""
    form = f"{name}Number=2&{name}="
    assert await bench.ptz(f"{form}2") == 502
    assert await bench.ptz(f"{form}1") == 502
    assert await bench.ptz(f"{form}0") == 200
    await bench.ptz("Model=0&Pan=4000")
    assert await bench.ptz(f"{form}1") == 200
    assert await bench.ptz(f"{form}2") == 200
    head = bench.unit.head
    assert [move.value for move in head.running] == [2]
    bench.unit.clock.advance(5)
    assert head.pan == (30.0 if name == "AutoPan" else 90.0)
    bench.unit.clock.advance(1)
    assert await bench.ptz("Stop=0") == 200
    assert not head.running


async def test_auto_pan_swings() -> None:
    """The auto pan goes to and fro between its ends."""
    async with started(full()) as bench:
        await bench.ptz("AutoPanNumber=1&AutoPan=0")
        await bench.ptz("Model=0&Pan=4000")
        await bench.ptz("AutoPanNumber=1&AutoPan=1")
        await bench.ptz("AutoPanNumber=1&AutoPan=2")
        seen = []
        for _ in range(9):
            seen.append(round(bench.unit.head.pan))
            bench.unit.clock.advance(1)
        assert seen == [0, 10, 20, 30, 40, 30, 20, 10, 0]


@pytest.mark.parametrize(
    ("start", "parameters", "pan", "tilt", "zoom"),
    [
        ("Pan=0", "Model=0&Pan=36000", 0, 0, 0),
        ("Pan=9000", "Model=0&Tilt=9000", 90, 90, 0),
        ("Tilt=0", "Model=0&Tilt=36000", 0, 90, 0),
        ("Pan=9000", "Model=1&Pan=1000&Tilt=500", 100, 5, 0),
        ("Pan=9000", "Model=1&Pan=35000", 80, 0, 0),
        ("Tilt=3000", "Model=1&Tilt=35000", 0, 20, 0),
        ("ZoomPosition=65000", "Model=1&ZoomPosition=1000", 0, 0, 65535),
    ],
)
async def test_positions(
    bench: Bench, start: str, parameters: str, pan: int, tilt: int, zoom: int
) -> None:
    """Positions are hundredths of degrees; distances may turn back."""
    assert await bench.ptz(f"Model=0&{start}") == 200
    assert await bench.ptz(parameters) == 200
    place = bench.unit.head.place
    assert (place.pan, place.tilt, place.zoom) == (pan, tilt, zoom)
    values = await bench.values("ptz_get?Channel=1&Group=PTZCtrlInfo")
    assert values == {
        "Pan": str(pan * 100),
        "Tilt": str(tilt * 100),
        "ZoomPosition": str(zoom),
    }


@with_options(full(relative_wrap=False))
async def test_distances_that_only_add(bench: Bench) -> None:
    """A unit may not know distances below zero."""
    await bench.ptz("Model=0&Tilt=3000")
    await bench.ptz("Model=1&Tilt=35000")
    assert bench.unit.head.tilt == 90.0


@with_options(
    full(position="fields"), full(position="empty"), full(position="unsupported")
)
async def test_reading_the_position(bench: Bench) -> None:
    """The document prints no answer for PTZCtrlInfo."""
    answer = await bench.call("ptz_get?Channel=1&Group=PTZCtrlInfo")
    way = bench.options.position
    assert answer.code == (501 if way == "unsupported" else 200)
    assert ("Pan" in answer.values) == (way == "fields")


@with_options(full(tour_start=1), full(tour_start=0))
async def test_tours(bench: Bench) -> None:
    """A tour visits its presets until it is stopped."""
    on = bench.options.tour_start
    tour = "ptz_set?Channel=1&Group=TourInfo&TourNum=2"
    assert await bench.code(tour) == 402
    assert await bench.code(f"{tour}&TourAct={on}") == 502
    assert await bench.code(f"{tour}&PresetNumber=1") == 502
    for number in (1, 2):
        await bench.ptz(f"Model=0&Pan={number}000")
        await bench.ptz(f"PresetNumber={number}&Preset=0")
        assert await bench.code(f"{tour}&PresetNumber={number}") == 200
    assert await bench.code(f"{tour}&TourAct={on}") == 200
    seen = []
    for _ in range(3):
        bench.unit.clock.advance(10)
        seen.append(bench.unit.head.pan)
    assert seen == [20.0, 10.0, 20.0]
    values = await bench.values("ptz_get?Channel=1&Group=TourInfo")
    assert values == {"TourNum": "2", "TourAct": str(on), "PresetNumber": "1"}
    assert await bench.code(f"{tour}&TourAct={1 - on}") == 200
    assert not bench.unit.head.running


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ("", "name"),
        ("PanSpeed=3", "missing"),
        ("Stop=1", "value"),
        ("Stop=0&Direction=1", "name"),
        ("Direction=0", "value"),
        ("Direction=up", "value"),
        ("Direction=1&PanSpeed=64", "value"),
        ("Direction=1&Zoom=1", "name"),
        ("Zoom=2", "value"),
        ("AutoScan=0", "value"),
        ("Preset=1", "missing"),
        ("PresetNumber=1", "missing"),
        ("Preset=1&PresetNumber=0", "value"),
        ("Preset=1&PresetNumber=1&PresetTitle=x", "name"),
        ("Pattern=2", "missing"),
        ("AutoPan=2&AutoPanNumber=5", "value"),
        ("Model=0", "missing"),
        ("Model=2&Pan=0", "value"),
        ("Model=1&Pan=-1000", "value"),
        ("Pan=0", "missing"),
    ],
)
async def test_wrong_commands(bench: Bench, parameters: str, kind: str) -> None:
    """A command that is not documented moves nothing."""
    assert await bench.ptz(parameters) == 402
    assert bench.last_violation == kind
    assert not bench.unit.head.moves


@with_options(full(direction_words=True))
async def test_words(bench: Bench) -> None:
    """One example sends a word for the direction."""
    assert await bench.ptz("Direction=upleft&PanSpeed=6&TiltSpeed=6") == 200
    assert bench.unit.head.moves[0].value == 5


@with_options(full(ptz_speed=8))
async def test_other_speeds(bench: Bench) -> None:
    """The speeds of a move may have the range of SpeedInfo."""
    values = await bench.values("ptz_query?Group=PTZCtrlInfo")
    assert values["PanSpeed"] == "1 ... 8"
    assert await bench.ptz("Direction=1&PanSpeed=9") == 402


async def test_a_restart_stops_the_head(bench: Bench) -> None:
    """Nothing moves after a restart; presets stay."""
    await bench.ptz("PresetNumber=1&Preset=0")
    await bench.ptz("AutoScan=1")
    bench.unit.reboot(0)
    assert not bench.unit.head.running
    assert 1 in bench.unit.head.presets
