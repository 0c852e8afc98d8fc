"""Buttons: stop, restart, clock, test sound."""

from datetime import timedelta

import pytest

from homeassistant.exceptions import HomeAssistantError
from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.routes import REBOOT, TEST_PLAY, URL_ALARM
from tests.home import Home, refused

pytestmark = pytest.mark.usefixtures("every_entity")


async def press(home: Home, key: str) -> None:
    """Press a button."""
    await home.act("button", key, "press")


@pytest.mark.parametrize(
    "strobe_options",
    [
        pytest.param(StrobeOptions(alarm_disable=disable), id=disable)
        for disable in ("stop", "noop")
    ],
)
async def test_stop_alarm(home: Home) -> None:
    """Everything goes off, whatever the unit takes for an end."""
    await home.alarm(front={"color": "red"}, back={}, relay=True, sound="Siren.wav")
    assert home.strobe.outputs.sound is not None

    await press(home, "stop_alarm")

    outputs = home.strobe.outputs
    assert (outputs.front, outputs.back, outputs.sound, outputs.relay) == (
        None,
        None,
        None,
        False,
    )
    for platform, key in (
        ("light", "front_light"),
        ("light", "back_light"),
        ("siren", "siren"),
        ("switch", "alarm_output_1"),
    ):
        assert home.value(platform, key) == "off"


async def test_stop_is_sent_though_nothing_seems_on(home: Home) -> None:
    """Somebody else may have started something."""
    home.strobe.forget()
    await press(home, "stop_alarm")

    assert len(home.strobe.requests_to(URL_ALARM)) == 2


async def test_stop_is_tried_three_times(home: Home) -> None:
    """Off is worth a repetition."""
    await home.light("back")
    fault = home.strobe.faults.add("http_status", "*Alarm", code=503, count=2)
    await press(home, "stop_alarm")

    assert fault.hits == 2
    assert home.strobe.outputs.back is None


async def test_stop_that_fails_is_told(home: Home) -> None:
    """After three failures the owner knows, and the light shows as on."""
    await home.light("back")
    home.strobe.faults.add("http_status", "*Alarm", code=503, count=None)
    with refused("busy", HomeAssistantError):
        await press(home, "stop_alarm")

    assert home.value("light", "back_light") == "on"


async def test_restart(later: Later, home: Home) -> None:
    """The unit restarts; everything is off, away for a minute, and back."""
    await home.light("front")
    await press(home, "restart")
    await home.strobe.settle()

    assert home.strobe.reboots == 1
    assert len(home.strobe.requests_to(REBOOT, "PUT")) == 1
    assert home.value("light", "front_light") in ("off", "unavailable")

    await later(15)
    assert home.value("light", "front_light") == "unavailable"
    await later(50)
    await later(11)

    assert home.value("light", "front_light") == "off"


async def test_sync_clock(home: Home) -> None:
    """The unit's clock is set to ours."""
    home.strobe.clock.set_wall(home.strobe.clock.wall - timedelta(hours=3))
    before = home.strobe.clock.wall
    await press(home, "sync_clock")

    gained = home.strobe.clock.wall - before
    assert timedelta(hours=3) - gained < timedelta(seconds=3)


async def test_test_sound(home: Home) -> None:
    """The unit plays its first file at its own volume; stop ends that too."""
    await press(home, "test_sound")
    sound = home.strobe.outputs.sound
    assert sound is not None
    assert (sound.file, sound.volume, sound.owner) == (
        "You are not Alone.wav",
        70,
        "test",
    )

    await press(home, "stop_alarm")

    assert home.strobe.outputs.sound is None
    assert len(home.strobe.requests_to(TEST_PLAY)) == 2


@pytest.mark.parametrize(
    ("key", "path"), [("restart", REBOOT), ("test_sound", TEST_PLAY)]
)
async def test_refused(home: Home, key: str, path: str) -> None:
    """A button that does nothing says so."""
    home.strobe.faults.add("app_error", path, code=501, count=None)
    with refused("unsupported"):
        await press(home, key)
