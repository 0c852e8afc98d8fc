"""The door of a cgi_action camera: opened once for each press, or the owner is told."""

from collections import Counter
from collections.abc import AsyncIterator
import random
from typing import Final

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.cbt_home import CbtHome, cbt_home
from tests.conftest import Time
from tests.home import refused

PRESSES: Final = 200
KINDS: Final = ("drop_before", "drop_after", "truncated", "clipped", "html", "empty")
CARRIED_OUT: Final = {"drop_after", "truncated", "clipped", "html", "empty"}


@pytest.fixture
async def home(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, moving_time: Time
) -> AsyncIterator[CbtHome]:
    """Return a home with a camera at a door."""
    async with cbt_home(hass, monkeypatch, moving_time) as found:
        await found.poll()
        found.camera.forget()
        yield found


async def press(home: CbtHome) -> str:
    """Press the button; return what became of it."""
    try:
        await home.finish(home.act("button", "open_door", "press"))
    except HomeAssistantError as err:
        return err.translation_key or "untold"
    return "opened"


async def test_two_hundred_presses_on_a_bad_line(home: CbtHome) -> None:
    """Never twice for one press, and never lost without a word."""
    camera, dice = home.camera, random.Random(20261121)
    results: Counter[str] = Counter()
    for number in range(PRESSES):
        before = len(camera.door_openings)
        for _ in range(dice.randrange(3)):
            pattern = dice.choice(["openDoor", "openDoor", "getSysConfig", "*"])
            camera.fail(dice.choice(KINDS), pattern)
        if dice.random() < 0.2:
            camera.close_connections()
        told = await press(home)
        opened = len(camera.door_openings) - before
        camera.faults.clear()
        assert opened <= 1, number
        assert told != "untold", number
        if told == "opened":
            assert opened == 1, number
        results[f"{told} {opened}"] += 1
        if dice.random() < 0.3:
            await home.wait(4)
    assert results.total() == PRESSES
    assert results["opened 1"] > PRESSES / 5
    assert results["command_uncertain 1"] > 5
    assert results["command_uncertain 0"] + results["unreachable 0"] > 5
    sent = len(camera.requests_of("openDoor"))
    assert sent <= PRESSES
    assert len(camera.requests_of("openDoor")) >= len(camera.door_openings)
    assert camera.violations == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_press_whose_answer_is_lost(home: CbtHome, kind: str) -> None:
    """It is sent once, and the owner is told that nobody knows."""
    home.camera.fail(kind, "openDoor", count=None)
    assert await press(home) in ("command_uncertain", "unreachable", "bad_answer")
    assert len(home.camera.requests_of("openDoor")) == 1
    assert len(home.camera.door_openings) == int(kind in CARRIED_OUT)


@pytest.mark.parametrize("code", [204, 209, 299, -103, 1])
async def test_a_press_that_is_refused(home: CbtHome, code: int) -> None:
    """It is told, and not tried again behind anybody's back."""
    home.camera.plans.refuse("openDoor", code)
    assert await press(home) != "opened"
    assert len(home.camera.requests_of("openDoor")) == 1
    assert home.camera.door_openings == []
    assert await press(home) == "opened"


async def test_a_press_at_a_camera_that_is_starting(home: CbtHome) -> None:
    """A refused login was not carried out: it is tried once more."""
    home.camera.plans.refuse("openDoor", "error user/pwd")
    assert await press(home) == "opened"
    assert len(home.camera.door_openings) == 1


async def test_the_door_of_somebody_else(home: CbtHome) -> None:
    """It stays closed, even if the address has changed hands this very moment."""
    home.camera.replace(mac="88-07-cb-00-00-99")
    with refused("wrong_device", HomeAssistantError):
        await home.act("button", "open_door", "press")
    assert home.camera.requests_of("openDoor") == []
    assert home.camera.door_openings == []


async def test_a_press_without_power(home: CbtHome) -> None:
    """It is told, and does not come later."""
    home.camera.power_off()
    assert await press(home) == "unreachable"
    home.camera.boot()
    await home.camera.settle()
    for _ in range(5):
        await home.wait(31)
    assert home.works
    assert home.camera.door_openings == []
