"""A person at night: light, warning and siren, of two devices."""

from datetime import timedelta
from typing import Any, Final

import pytest

from homeassistant.util import dt as dt_util
from tests.camera_home import EmulatedHome
from tests.emulators.strobe.outputs import Sound
from tests.home import Home
from tests.talker import Voice

from .shelf import ARMED, Shelf

FLOODLIGHT: Final = "light.porch_floodlight"
PANEL: Final = "alarm_control_panel.house"
SIREN: Final = "siren.porch_siren"


@pytest.fixture
async def inputs(camera: EmulatedHome) -> dict[str, Any]:
    """Return what the owner has chosen, without the warning."""
    return {
        "cameras": [camera.device_id()],
        "armed": [ARMED],
        "lights": [FLOODLIGHT],
        "sirens": [SIREN],
    }


def lit(camera: EmulatedHome) -> list[int]:
    """Return what the floodlight was told."""
    return [
        call.param["WhiteLed"]["state"]
        for call in camera.device.calls_of("SetWhiteLed")
    ]


def ordered(camera: EmulatedHome) -> list[int]:
    """Return whether the siren was switched on or off, each time."""
    return [call.switch for call in camera.device.cameras[0].siren_calls]


def sounds(camera: EmulatedHome) -> bool:
    """Tell whether the siren is heard."""
    return camera.device.cameras[0].siren_sounds


async def test_stages(
    shelf: Shelf,
    camera: EmulatedHome,
    inputs: dict[str, Any],
    strobe_home: Home,
    voice: type[Voice],
) -> None:
    """Light, then words from the strobe, then the siren; and all of it ends."""
    speaker = strobe_home.entity_id("media_player", "speaker")
    await shelf.automate(
        "person_deterrent", **inputs, voice="tts.test_voice", speakers=[speaker]
    )
    camera.device.detect(kind="people")

    await shelf.until(lambda: lit(camera) == [1])
    assert voice.spoken == 0
    heard: list[Sound] = []

    def speaks() -> bool:
        if (sound := strobe_home.strobe.outputs.sound) is not None:
            heard.append(sound)
        return bool(heard)

    assert await shelf.until(speaks) >= 7.5
    assert heard[0].file.startswith("ha_")
    assert voice.spoken == 1
    assert ordered(camera) == []

    await shelf.until(lambda: sounds(camera))
    assert shelf.names.count("siren.turn_on") == 1
    camera.device.detect(kind="people", active=False)
    await shelf.until(lambda: shelf.names[-1] == "siren.turn_off")
    assert await shelf.soon(lambda: not sounds(camera))
    await shelf.end()

    assert lit(camera) == [1, 0]
    own = [name for name in shelf.names if not name.startswith("media_player")]
    assert own == [
        "light.turn_on",
        "tts.speak",
        "siren.turn_on",
        "siren.turn_off",
        "light.turn_off",
    ]


@pytest.mark.parametrize(
    ("armed", "dark", "hours"),
    [(False, True, "dark"), (True, False, "dark"), (False, False, "always")],
)
async def test_nothing_happens(
    shelf: Shelf,
    camera: EmulatedHome,
    inputs: dict[str, Any],
    armed: bool,
    dark: bool,
    hours: str,
) -> None:
    """Neither when it is not armed nor in the daytime."""
    await shelf.arm(on=armed)
    shelf.night(dark=dark)
    await shelf.automate("person_deterrent", **inputs, hours=hours)
    camera.device.detect(kind="people")
    for _ in range(20):
        await shelf.time.pass_by(2.5)
    assert camera.hass.states.is_state("binary_sensor.porch_person", "on")
    assert (lit(camera), ordered(camera)) == ([], [])


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [(-60, 60, [1]), (60, 120, []), (-120, -60, [])],
)
async def test_hours(
    shelf: Shelf,
    camera: EmulatedHome,
    inputs: dict[str, Any],
    begin: int,
    end: int,
    expected: list[int],
) -> None:
    """Between two times it counts, outside of them it does not."""
    shelf.night(dark=False)
    first, last = (
        f"{dt_util.now() + timedelta(minutes=one):%H:%M:%S}" for one in (begin, end)
    )
    await shelf.automate(
        "person_deterrent", **inputs, hours="times", from_time=first, until_time=last
    )
    camera.device.detect(kind="people")
    shelf.time.leap(2.5)
    assert await shelf.soon(
        lambda: camera.hass.states.is_state("binary_sensor.porch_person", "on")
    )
    assert await shelf.soon(lambda: bool(lit(camera)), 50) is bool(expected)
    assert lit(camera) == expected


async def test_gone_in_the_light(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """Who leaves when the light goes on hears no siren."""
    await shelf.automate("person_deterrent", **inputs)
    camera.device.detect(kind="people")
    await shelf.until(lambda: lit(camera) == [1])
    camera.device.detect(kind="people", active=False)
    await shelf.end()
    assert lit(camera) == [1, 0]
    assert ordered(camera) == []


async def test_back_again(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """Who comes back while the light is still on, and stays, hears the siren."""
    await shelf.automate("person_deterrent", **inputs)
    camera.device.detect(kind="people")
    await shelf.until(lambda: lit(camera) == [1])
    camera.device.detect(kind="people", active=False)
    for _ in range(6):
        shelf.time.leap(2.5)
        await shelf.soon(lambda: False, 10)
    camera.device.detect(kind="people")
    await shelf.until(lambda: sounds(camera))
    camera.device.detect(kind="people", active=False)
    await shelf.end()
    assert not sounds(camera)
    assert lit(camera)[-1] == 0


async def test_who_stays(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """The siren has so many rounds and no more."""
    await shelf.automate("person_deterrent", **inputs, rounds=2)
    camera.device.detect(kind="people")
    await shelf.until(lambda: "siren.turn_off" in shelf.names)
    await shelf.end()
    assert shelf.names.count("siren.turn_on") == 2
    assert not sounds(camera)
    assert ordered(camera)[-1] == 0


async def test_disarmed_meanwhile(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """Disarming silences the siren at once, not after its round."""
    await shelf.automate("person_deterrent", **inputs, round=120)
    camera.device.detect(kind="people")
    await shelf.until(lambda: sounds(camera))
    await shelf.arm(on=False)
    assert await shelf.soon(lambda: not sounds(camera))
    await shelf.end()
    assert shelf.names.count("siren.turn_on") == 1
    assert lit(camera) == [1, 0]


@pytest.mark.parametrize("state", ["unavailable", "unknown"])
async def test_panel_that_fails_meanwhile(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any], state: str
) -> None:
    """Only a panel that is known to be disarmed ends it."""
    shelf.hass.states.async_set(PANEL, "armed_away")
    await shelf.automate(
        "person_deterrent", **{**inputs, "armed": [PANEL]}, siren_after=0, round=120
    )
    camera.device.detect(kind="people")
    await shelf.until(lambda: lit(camera) == [1])
    shelf.hass.states.async_set(PANEL, state)
    await shelf.until(lambda: sounds(camera))
    shelf.hass.states.async_set(PANEL, "disarmed")
    assert await shelf.soon(lambda: not sounds(camera))
    await shelf.end()
    assert lit(camera) == [1, 0]


async def test_interrupted(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """An automation that is stopped leaves no siren on."""
    await shelf.automate("person_deterrent", **inputs)
    camera.device.detect(kind="people")
    await shelf.until(lambda: sounds(camera))
    await shelf.switch("automation.blueprint", on=False)
    assert shelf.names[-1] == "siren.turn_on"
    assert await shelf.until(lambda: not sounds(camera)) <= 22.5


async def test_light_that_was_on(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """It stays on."""
    await shelf.switch(FLOODLIGHT, on=True)
    await shelf.automate("person_deterrent", **inputs, siren_after=0, rounds=1)
    camera.device.detect(kind="people")
    await shelf.until(lambda: sounds(camera))
    await shelf.end()
    assert lit(camera) == [1]


async def test_light_that_fails(
    shelf: Shelf, camera: EmulatedHome, inputs: dict[str, Any]
) -> None:
    """What cannot be lit does not keep the siren from it, nor from its end."""
    camera.device.plans.refuse("SetWhiteLed", -9, count=None)
    await shelf.automate("person_deterrent", **inputs, rounds=1)
    camera.device.detect(kind="people")
    await shelf.until(lambda: sounds(camera))
    await shelf.end()
    assert not sounds(camera)
    camera.device.plans.clear()
