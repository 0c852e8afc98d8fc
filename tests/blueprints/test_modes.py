"""Arming, privacy and floodlights: what follows the people and the hours."""

from typing import Any, Final

import pytest

from tests.bview_home import BviewHome
from tests.camera_home import EmulatedHome

from .shelf import ARMED, Shelf

MOTION: Final = "/Pictures/1/Motion"
MASK: Final = "/Pictures/1/Mosaic"
ANNA: Final = "input_boolean.anna"
BEN: Final = "input_boolean.ben"


def guards(home: BviewHome) -> bool:
    """Tell whether the camera detects motion."""
    return home.kept(MOTION, "Enable") == "true"


def hidden(home: BviewHome) -> bool:
    """Tell whether the camera hides its picture."""
    return home.kept(MASK, "Enable") == "true"


@pytest.fixture
def arming(workshop: BviewHome) -> dict[str, Any]:
    """Return what the owner has chosen."""
    return {
        "armed": [ARMED],
        "switches": [workshop.entity_id("switch", "motion_detection")],
        "opposite": [workshop.entity_id("switch", "privacy_mask")],
    }


async def test_arming(
    shelf: Shelf, workshop: BviewHome, arming: dict[str, Any]
) -> None:
    """The camera follows, and is not told what it knows."""
    await shelf.automate("arming", **arming)
    for on in (False, True, False):
        await shelf.arm(on=on)
        await shelf.hass.async_block_till_done()
        assert (guards(workshop), hidden(workshop)) == (on, not on)
    before = len(workshop.written)
    await shelf.arm(on=False)
    shelf.hass.bus.async_fire("homeassistant_started")
    await shelf.hass.async_block_till_done()
    assert len(workshop.written) == before


async def test_arming_of_a_camera_that_was_away(
    shelf: Shelf, workshop: BviewHome, arming: dict[str, Any]
) -> None:
    """It is set right when it is back."""
    await shelf.automate("arming", **arming)
    await shelf.arm(on=True)
    await shelf.hass.async_block_till_done()
    assert guards(workshop)
    workshop.camera.power_off()
    for _ in range(3):
        await shelf.time.pass_by(11)
    await shelf.arm(on=False)
    await shelf.hass.async_block_till_done()
    workshop.camera.boot()
    for _ in range(12):
        await shelf.time.pass_by(31)
    assert not guards(workshop)


async def test_arming_by_a_panel_that_is_away(
    shelf: Shelf, workshop: BviewHome, arming: dict[str, Any]
) -> None:
    """Nothing is changed where it is not known whether it is armed."""
    panel = "alarm_control_panel.house"
    shelf.hass.states.async_set(panel, "disarmed")
    await shelf.automate("arming", **{**arming, "armed": [panel]})
    for state, expected in (
        ("armed_night", True),
        ("unavailable", True),
        ("triggered", True),
        ("disarmed", False),
        ("arming", False),
    ):
        shelf.hass.states.async_set(panel, state)
        await shelf.hass.async_block_till_done()
        assert guards(workshop) is expected, state


@pytest.fixture
def privacy(workshop: BviewHome) -> dict[str, Any]:
    """Return what the owner has chosen."""
    mask = workshop.entity_id("switch", "privacy_mask")
    return {"people": [ANNA, BEN], "masks": [mask], "minutes": 5}


async def test_privacy(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """The picture is hidden at once, and shown when all have been away for a while."""
    await shelf.automate("privacy_at_home", **privacy)
    for who in (ANNA, BEN):
        await shelf.switch(who, on=True)
        await shelf.hass.async_block_till_done()
        assert hidden(workshop)
    await shelf.switch(ANNA, on=False)
    await shelf.time.pass_by(400)
    assert hidden(workshop)
    await shelf.switch(BEN, on=False)
    await shelf.time.pass_by(290)
    assert hidden(workshop)
    await shelf.time.pass_by(11)
    assert not hidden(workshop)


async def test_back_soon(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """Who is back soon has not been away."""
    await shelf.automate("privacy_at_home", **privacy)
    await shelf.switch(ANNA, on=True)
    for on in (False, True):
        await shelf.switch(ANNA, on=on)
        await shelf.time.pass_by(200)
    await shelf.time.pass_by(200)
    assert hidden(workshop)


async def test_nobody_knows(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """A tracker that tells nothing does not show the picture."""
    await shelf.automate("privacy_at_home", **privacy)
    await shelf.switch(ANNA, on=True)
    await shelf.hass.async_block_till_done()
    shelf.hass.states.async_set(ANNA, "unavailable")
    await shelf.time.pass_by(600)
    assert hidden(workshop)


async def test_privacy_of_a_camera_that_was_away(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """It hides its picture when it is back."""
    await shelf.automate("privacy_at_home", **privacy)
    workshop.camera.power_off()
    for _ in range(3):
        await shelf.time.pass_by(11)
    await shelf.switch(BEN, on=True)
    await shelf.hass.async_block_till_done()
    workshop.camera.boot()
    for _ in range(12):
        await shelf.time.pass_by(31)
    assert hidden(workshop)


async def minutes_pass(shelf: Shelf, count: int) -> None:
    """Let minutes pass, one after the other."""
    for _ in range(count):
        await shelf.time.pass_by(60)


async def test_privacy_when_edited_meanwhile(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """The picture is shown although the automation was not there when all left."""
    await shelf.automate("privacy_at_home", **privacy)
    await shelf.switch(ANNA, on=True)
    await shelf.switch(ANNA, on=False)
    await minutes_pass(shelf, 2)
    for on in (False, True):
        await shelf.switch("automation.blueprint", on=on)
    await minutes_pass(shelf, 2)
    assert hidden(workshop)
    await minutes_pass(shelf, 4)
    assert not hidden(workshop)


async def test_privacy_after_a_restart(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """Who was away all the time has to be away for the whole time again."""
    (mask,) = privacy["masks"]
    await shelf.switch(mask, on=True)
    await shelf.automate("privacy_at_home", **privacy)
    await minutes_pass(shelf, 4)
    assert hidden(workshop)
    await minutes_pass(shelf, 4)
    assert not hidden(workshop)


async def test_privacy_that_is_wanted(
    shelf: Shelf, workshop: BviewHome, privacy: dict[str, Any]
) -> None:
    """A mask that is switched on long after all have left stays on, without runs."""
    (mask,) = privacy["masks"]
    await shelf.automate("privacy_at_home", **privacy)
    await minutes_pass(shelf, 7)
    await shelf.switch(mask, on=True)
    before = len(workshop.written)
    await minutes_pass(shelf, 5)
    assert hidden(workshop)
    assert len(workshop.written) == before
    state = shelf.hass.states.get("automation.blueprint")
    assert state is not None
    assert state.attributes["last_triggered"] is None


@pytest.fixture
def flood(camera: EmulatedHome) -> dict[str, Any]:
    """Return what the owner has chosen."""
    return {"cameras": [camera.device_id()], "lights": ["light.porch_floodlight"]}


def lit(camera: EmulatedHome) -> list[tuple[int, int | None]]:
    """Return what the floodlight was told: state and brightness."""
    told = [call.param["WhiteLed"] for call in camera.device.calls_of("SetWhiteLed")]
    return [(one["state"], one.get("bright")) for one in told]


async def test_floodlight(
    shelf: Shelf, camera: EmulatedHome, flood: dict[str, Any]
) -> None:
    """It is on as long as somebody is seen, and a while longer."""
    await shelf.automate("floodlight", **flood, brightness=40)
    camera.device.detect(kind="people")
    await shelf.until(lambda: len(lit(camera)) == 1)
    assert lit(camera) == [(1, 40)]
    for _ in range(8):
        shelf.time.leap(20)
        await shelf.soon(lambda: False, 20)
        # Motion does not count, and does not end it.
        camera.device.detect(kind="motion", seconds=3)
    assert len(lit(camera)) == 1
    camera.device.detect(kind="people", active=False)
    await shelf.end()
    assert [state for state, _ in lit(camera)] == [1, 0]


@pytest.mark.parametrize(
    ("kind", "dark", "expected"),
    [("people", True, 1), ("people", False, 0), ("motion", True, 0)],
)
async def test_when_it_counts(
    shelf: Shelf,
    camera: EmulatedHome,
    flood: dict[str, Any],
    kind: str,
    dark: bool,
    expected: int,
) -> None:
    """Only in the dark, and only what was chosen."""
    shelf.night(dark=dark)
    await shelf.automate("floodlight", **flood)
    camera.device.detect(kind=kind, seconds=5)
    for _ in range(2):
        shelf.time.leap(2.5)
        await shelf.soon(lambda: False, 30)
    assert len(lit(camera)) == expected
    await shelf.end()


async def test_light_of_somebody_else(
    shelf: Shelf, camera: EmulatedHome, flood: dict[str, Any]
) -> None:
    """A light that was on already is left alone."""
    await shelf.switch("light.porch_floodlight", on=True)
    await shelf.automate("floodlight", **flood)
    camera.device.detect(kind="people", seconds=5)
    for _ in range(40):
        await shelf.time.pass_by(2.5)
    assert [state for state, _ in lit(camera)] == [1]
