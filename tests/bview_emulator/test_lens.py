"""The lens: press and release, end stops, calibration and its quiet time."""

import pytest

from .bench import Bench, full, with_options

GOTO = "/PTZ/1/Presets/Goto"
START, STOP = "Param1=1&Param2=2", "Param1=2&Param2=2"


async def test_press_and_release(bench: Bench) -> None:
    """A movement runs until its button is released."""
    lens = bench.unit.lens
    assert (await bench.put("/PTZ/1/ZoomIn", START)).code == 0
    bench.unit.clock.advance(1)
    (move,) = lens.running
    assert (move.command, move.speed, move.started) == ("ZoomIn", 2, 0.0)
    assert lens.zoom == 70.0
    assert (await bench.put("/PTZ/1/ZoomIn", STOP)).code == 0
    bench.unit.clock.advance(10)
    assert lens.running == []
    assert lens.zoom == 70.0
    assert (move.stopped, move.released) == (1.0, True)


async def test_forgotten_release(bench: Bench) -> None:
    """A motor whose release never comes runs to its end, without an error."""
    assert (await bench.put("/PTZ/1/FocusNear", "Param1=1&Param2=10")).code == 0
    assert (await bench.put("/PTZ/1/ZoomOut", "Param1=1")).code == 0
    bench.unit.clock.advance(20)
    focus, zoom = bench.unit.lens.running
    assert (focus.end_reached, zoom.end_reached) == (True, True)
    assert (bench.unit.lens.focus, bench.unit.lens.zoom) == (0.0, 0.0)
    assert zoom.speed == 1
    assert (await bench.put("/PTZ/1/ZoomOut", STOP)).code == 0
    assert bench.unit.lens.running == [focus]
    bench.unit.reboot()
    assert bench.unit.lens.running == []
    assert not focus.released


async def test_each_button_for_itself(bench: Bench) -> None:
    """A release only ends its own movement; one motor has one direction."""
    await bench.put("/PTZ/1/ZoomIn", START)
    await bench.put("/PTZ/1/ZoomOut", STOP)
    assert [move.command for move in bench.unit.lens.running] == ["ZoomIn"]
    await bench.put("/PTZ/1/FocusFar", START)
    await bench.put("/PTZ/1/ZoomOut", START)
    running = [move.command for move in bench.unit.lens.running]
    assert running == ["FocusFar", "ZoomOut"]
    assert [move.released for move in bench.unit.lens.moves] == [False] * 3


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/PTZ/1/ZoomIn", "", -5),
        ("/PTZ/1/ZoomIn", "Param1=0&Param2=0", -5),
        ("/PTZ/1/ZoomIn", "Param1=3", -5),
        ("/PTZ/1/ZoomIn", "Param1=1&Param2=11", -5),
        ("/PTZ/1/ZoomIn", "Param1=1&Param2=0", -5),
        ("/PTZ/1/ZoomIn", "Param1=1&Param2=fast", -5),
        ("/PTZ/1/ZoomIn", "Param1=1&Param3=1", -5),
        ("/PTZ/1/ZoomIn", "Param2=1", -5),
        ("/PTZ/1/ZoomIn", b"\xff\xfe", -1),
        ("/PTZ/1/ZoomIn", "Param1=2&Param2=1\r\n", 0),
        ("/PTZ/2/ZoomIn", START, -4),
        (GOTO, "Param1=85", 0),
        (GOTO, "Param1=1", -5),
        (GOTO, "Param1=85&Param2=1", -5),
    ],
)
async def test_parameters(
    bench: Bench, path: str, body: str | bytes, code: int
) -> None:
    """Only the documented numbers are taken."""
    assert (await bench.put(path, body)).code == code


@pytest.mark.parametrize("way", ["103", "85"])
async def test_calibration(bench: Bench, way: str) -> None:
    """While the lens calibrates itself it wants no image and no lens writes."""
    await bench.put("/PTZ/1/ZoomIn", START)
    assert (await bench.put(GOTO, f"Param1={way}")).code == 0
    assert bench.unit.lens.running == []
    assert bench.unit.lens.calibrating
    image = (await bench.get("/Images/1/Basic")).body
    assert (await bench.put("/Images/1/Basic", image)).code == -14
    assert (await bench.put("/PTZ/1/ZoomIn", START)).code == -14
    assert (await bench.put(GOTO, f"Param1={way}")).code == -14
    assert (await bench.change("/Record", "Record>5", "Record>6")).code == 0
    found = [one.label for one in bench.unit.violations_of("calibration")]
    assert found == ["PUT /Images/1/Basic", "PUT /PTZ/1/ZoomIn", f"PUT {GOTO}"]
    bench.unit.clock.advance(239)
    assert bench.unit.lens.calibrating
    bench.unit.clock.advance(1)
    assert not bench.unit.lens.calibrating
    assert (await bench.put("/Images/1/Basic", image)).code == 0
    assert bench.unit.lens.calibrations == [(0.0, way)]


@with_options(full(calibration="accept", calibration_seconds=180))
async def test_calibration_is_disturbed(bench: Bench) -> None:
    """A camera may take what it does not want; it is written down all the same."""
    await bench.put(GOTO, "Param1=103")
    assert (await bench.put("/PTZ/1/FocusFar", START)).code == 0
    assert len(bench.unit.violations) == 1
    bench.unit.lens.finish_calibration()
    assert (await bench.put("/PTZ/1/FocusFar", STOP)).code == 0
    assert len(bench.unit.violations) == 1
