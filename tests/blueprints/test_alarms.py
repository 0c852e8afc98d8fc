"""Doors, alarm inputs, lost pictures: what sounds, and what ends it."""

from typing import Any, Final

import pytest

from custom_components.watchpost.devices.model.device import BOX, Notice
from custom_components.watchpost.devices.model.vocabulary import DetectionKind, Key
from tests.bview_home import BviewHome
from tests.camera_home import EmulatedHome
from tests.home import Home
from tests.talker import Voice

from .shelf import ARMED, Shelf

ANNA: Final = "input_boolean.anna"
PANEL: Final = "alarm_control_panel.house"
CONTACT: Final = "binary_sensor.workshop_alarm_input_1"


@pytest.fixture
async def siren(strobe_home: Home) -> str:
    """Return the siren of the strobe."""
    return strobe_home.entity_id("siren", "siren")


@pytest.fixture
def door(siren: str) -> dict[str, Any]:
    """Return what the owner has chosen for the door."""
    return {"contacts": [CONTACT], "armed": [ARMED], "sirens": [siren]}


def sounds(home: Home) -> bool:
    """Tell whether the siren of the strobe is heard."""
    return home.strobe.outputs.sound is not None


async def test_door(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, door: dict[str, Any]
) -> None:
    """After the time to disarm the siren sounds, and ends by itself."""
    await shelf.automate("door_alarm", **door, duration=60)
    workshop.camera.set_alarm_input()
    assert await shelf.until(lambda: sounds(strobe_home)) >= 30
    assert await shelf.soon(lambda: len(shelf.told) == 1)
    assert shelf.told == ["Workshop Alarm input 1 was opened."]
    assert 50 <= await shelf.until(lambda: not sounds(strobe_home)) <= 65
    await shelf.end()
    assert shelf.names == ["siren.turn_on", "siren.turn_off"]


async def test_door_that_is_not_guarded(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, door: dict[str, Any]
) -> None:
    """Nothing happens while it is not armed."""
    await shelf.arm(on=False)
    await shelf.automate("door_alarm", **door)
    workshop.camera.set_alarm_input()
    for _ in range(10):
        await shelf.time.pass_by(6)
    assert shelf.hass.states.is_state(CONTACT, "on")
    assert (shelf.names, sounds(strobe_home)) == ([], False)


async def test_disarmed_in_time(
    shelf: Shelf,
    workshop: BviewHome,
    strobe_home: Home,
    door: dict[str, Any],
    voice: type[Voice],
) -> None:
    """Who disarms in time is only reminded."""
    speaker = strobe_home.entity_id("media_player", "speaker")
    await shelf.automate(
        "door_alarm", **door, voice="tts.test_voice", speakers=[speaker]
    )
    workshop.camera.set_alarm_input()
    await shelf.until(lambda: "tts.speak" in shelf.names)
    assert await shelf.soon(lambda: voice.spoken == 1)
    await shelf.arm(on=False)
    await shelf.end()
    assert "siren.turn_on" not in shelf.names
    assert shelf.told == []


async def test_disarmed_in_the_alarm(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, door: dict[str, Any]
) -> None:
    """Disarming ends it at once."""
    await shelf.automate("door_alarm", **door, entry_delay=0)
    workshop.camera.set_alarm_input()
    await shelf.until(lambda: sounds(strobe_home))
    await shelf.arm(on=False)
    assert await shelf.soon(lambda: not sounds(strobe_home))
    await shelf.end()


async def test_panel_that_fails_in_the_alarm(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, door: dict[str, Any]
) -> None:
    """A panel that does not answer neither prevents the alarm nor ends it."""
    shelf.hass.states.async_set(PANEL, "armed_away")
    await shelf.automate("door_alarm", **{**door, "armed": [PANEL]})
    workshop.camera.set_alarm_input()
    await shelf.until(lambda: shelf.runs == 1)
    shelf.hass.states.async_set(PANEL, "unavailable")
    assert await shelf.until(lambda: sounds(strobe_home)) >= 25
    shelf.hass.states.async_set(PANEL, "unknown")
    assert await shelf.until(lambda: not sounds(strobe_home)) >= 60
    await shelf.end()
    assert len(shelf.told) == 1


@pytest.mark.parametrize("state", ["disarmed", "disarming", "arming"])
async def test_panel_that_disarms(
    shelf: Shelf,
    workshop: BviewHome,
    strobe_home: Home,
    door: dict[str, Any],
    state: str,
) -> None:
    """A panel that is known to guard nothing ends the alarm at once."""
    shelf.hass.states.async_set(PANEL, "armed_away")
    await shelf.automate("door_alarm", **{**door, "armed": [PANEL]}, entry_delay=0)
    workshop.camera.set_alarm_input()
    await shelf.until(lambda: sounds(strobe_home))
    shelf.hass.states.async_set(PANEL, state)
    assert await shelf.soon(lambda: not sounds(strobe_home))
    await shelf.end()


@pytest.mark.parametrize(("number", "spoken"), [(0, 1), (1, 1), (2, 0)])
async def test_announcement(
    shelf: Shelf, strobe_home: Home, voice: type[Voice], number: int, spoken: int
) -> None:
    """A button at the right input is announced, once for several presses."""
    speaker = strobe_home.entity_id("media_player", "speaker")
    await shelf.automate(
        "alarm_input_announcement",
        devices=[strobe_home.device_id],
        number=number,
        voice="tts.test_voice",
        speakers=[speaker],
        pause=60,
        more=[
            {
                "action": "input_boolean.turn_on",
                "target": {"entity_id": ANNA},
            }
        ],
    )
    strobe_home.strobe.add_log(1)
    strobe_home.strobe.add_log(0)
    shelf.time.leap(11)
    heard: set[str] = set()

    def speaks() -> bool:
        if (sound := strobe_home.strobe.outputs.sound) is not None:
            heard.add(sound.file[:3])
        return bool(heard)

    assert await shelf.soon(speaks, 200 + 400 * spoken) is bool(spoken)
    assert heard == {"ha_"} if spoken else not heard
    strobe_home.strobe.add_log(0)
    shelf.time.leap(11)
    await shelf.soon(lambda: voice.spoken > spoken, 50)
    assert voice.spoken == spoken
    assert shelf.hass.states.is_state(ANNA, "on") is bool(spoken)
    await shelf.end()


async def test_video_loss(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, siren: str
) -> None:
    """A camera that has lost its signal is told of, loudly."""
    await shelf.automate(
        "sabotage_alarm", cameras=[workshop.device_id], sirens=[siren], armed=[ARMED]
    )
    workshop.camera.lose_video()
    assert await shelf.until(lambda: sounds(strobe_home)) >= 10
    assert await shelf.soon(lambda: len(shelf.told) == 1)
    assert shelf.told == ["Workshop has lost its video signal."]
    assert await shelf.until(lambda: not sounds(strobe_home)) <= 35
    await shelf.end()


async def test_short_video_loss(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, siren: str
) -> None:
    """A short loss does not count, nor one while it is not armed."""
    await shelf.automate(
        "sabotage_alarm", cameras=[workshop.device_id], sirens=[siren], armed=[ARMED]
    )
    workshop.camera.lose_video()
    await shelf.time.pass_by(5.5)
    workshop.camera.restore_video()
    for _ in range(3):
        await shelf.time.pass_by(5.5)
    await shelf.arm(on=False)
    workshop.camera.lose_video()
    for _ in range(6):
        await shelf.time.pass_by(5.5)
    assert (shelf.names, shelf.told) == ([], [])


@pytest.mark.parametrize(("offline", "expected"), [(True, 1), (False, 0)])
async def test_camera_that_is_cut_off(
    shelf: Shelf, workshop: BviewHome, offline: bool, expected: int
) -> None:
    """Whether that counts is the owner's choice."""
    await shelf.automate(
        "sabotage_alarm", cameras=[workshop.device_id], offline=offline
    )
    workshop.camera.power_off()
    for _ in range(8):
        await shelf.time.pass_by(11)
    assert workshop.value("binary_sensor", "online") == "off"
    assert shelf.told == ["Workshop does not answer."] * expected


def tamper(workshop: BviewHome) -> None:
    """Let the camera tell that somebody tampers with it."""
    notice = Notice(unit=BOX, key=Key.DETECTION, kind=DetectionKind.TAMPER)
    workshop.entry.runtime_data.async_dispatch((notice,))


async def test_detector_that_flaps(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, siren: str
) -> None:
    """It neither makes the siren endless nor a flood of notifications."""
    await shelf.automate("sabotage_alarm", cameras=[workshop.device_id], sirens=[siren])
    tamper(workshop)
    await shelf.until(lambda: sounds(strobe_home))
    for _ in range(24):
        shelf.time.leap(5)
        tamper(workshop)
        await shelf.soon(lambda: False, 10)
    assert await shelf.soon(lambda: not sounds(strobe_home))
    assert shelf.names == ["siren.turn_on", "siren.turn_off"]
    assert len(shelf.told) == 1
    await shelf.end()
    tamper(workshop)
    assert await shelf.soon(lambda: len(shelf.told) == 2)
    await shelf.end()


async def test_panel_that_fails_in_sabotage(
    shelf: Shelf, workshop: BviewHome, strobe_home: Home, siren: str
) -> None:
    """Only a panel that is known to be disarmed ends it."""
    shelf.hass.states.async_set(PANEL, "armed_night")
    await shelf.automate(
        "sabotage_alarm",
        cameras=[workshop.device_id],
        sirens=[siren],
        armed=[PANEL],
        duration=600,
    )
    tamper(workshop)
    await shelf.until(lambda: sounds(strobe_home))
    shelf.hass.states.async_set(PANEL, "unavailable")
    assert not await shelf.soon(lambda: "siren.turn_off" in shelf.names, 50)
    assert sounds(strobe_home)
    shelf.hass.states.async_set(PANEL, "disarmed")
    assert await shelf.soon(lambda: not sounds(strobe_home))
    await shelf.end()


async def test_tampering(shelf: Shelf, workshop: BviewHome) -> None:
    """A camera that tells of it is believed."""
    await shelf.automate("sabotage_alarm", cameras=[workshop.device_id])
    tamper(workshop)
    assert await shelf.soon(lambda: len(shelf.told) == 1)
    assert shelf.told == ["Workshop is tampered with."]
    await shelf.end()


@pytest.mark.parametrize(
    ("chosen", "presets", "homes"),
    [({}, [2, 1], 0), ({"back": 0}, [2], 1), ({"there": 1, "back": 2}, [1, 2], 0)],
    ids=["default", "home", "preset"],
)
async def test_look(
    shelf: Shelf,
    strobe_home: Home,
    camera: EmulatedHome,
    chosen: dict[str, int],
    presets: list[int],
    homes: int,
) -> None:
    """The camera looks there, and back after a while."""
    await shelf.automate(
        "look_at_alarm_input",
        devices=[strobe_home.device_id],
        camera=camera.entity_id(key=Key.MAIN_STREAM),
        **chosen,
        seconds=30,
    )
    strobe_home.strobe.add_log(0)
    await shelf.until(lambda: bool(visited(camera)))
    assert (visited(camera), returns(camera)) == (presets[:1], 0)
    await shelf.end()
    assert (visited(camera), returns(camera)) == (presets, homes)


def visited(camera: EmulatedHome) -> list[int]:
    """Return the presets to which the camera was sent."""
    calls = camera.device.calls_of("PtzCtrl")
    return [call.param["id"] for call in calls if call.param["op"] == "ToPos"]


def returns(camera: EmulatedHome) -> int:
    """Return how often the camera was sent to its home position."""
    calls = camera.device.calls_of("SetPtzGuard")
    return sum(call.param["PtzGuard"].get("cmdStr") == "toPos" for call in calls)
