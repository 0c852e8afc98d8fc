"""The siren: tones, volume, duration, and what it leaves alone."""

import pytest

from homeassistant.components.siren import SirenEntityFeature
from homeassistant.exceptions import HomeAssistantError
from tests.conftest import Later
from tests.emulators.strobe import Light
from tests.emulators.strobe.outputs import Sound
from tests.home import Home, refused


def heard(home: Home) -> Sound:
    """Return what the unit plays; it has to play something."""
    sound = home.strobe.outputs.sound
    assert sound is not None
    return sound


async def siren(home: Home, **data: str | float) -> None:
    """Switch the siren on."""
    await home.act("siren", "siren", "turn_on", **data)


async def test_on_and_off(home: Home) -> None:
    """The chosen tone at the chosen volume; off is off."""
    await siren(home)

    sound = heard(home)
    assert (sound.file, sound.volume, sound.owner) == ("Siren.wav", 80, "alarm")
    state = home.state("siren", "siren")
    assert (state.state, state.attributes["assumed_state"]) == ("on", True)

    await home.act("siren", "siren", "turn_off")

    assert home.strobe.outputs.sound is None
    assert home.value("siren", "siren") == "off"


async def test_abilities(home: Home) -> None:
    """Tones are the files of the unit."""
    attributes = home.state("siren", "siren").attributes
    assert attributes["supported_features"] == (
        SirenEntityFeature.TURN_ON
        | SirenEntityFeature.TURN_OFF
        | SirenEntityFeature.TONES
        | SirenEntityFeature.VOLUME_SET
        | SirenEntityFeature.DURATION
    )
    assert attributes["available_tones"] == home.strobe.files.names


@pytest.mark.parametrize(
    ("data", "file", "volume"),
    [
        pytest.param({"tone": "Doorbell.wav"}, "Doorbell.wav", 80, id="tone"),
        pytest.param(
            {"tone": "Welcome & Hello.wav"}, "Welcome & Hello.wav", 80, id="odd_name"
        ),
        pytest.param({"volume_level": 0.35}, "Siren.wav", 35, id="volume"),
        pytest.param({"volume_level": 0}, "Siren.wav", 0, id="volume_zero"),
    ],
)
async def test_arguments(
    home: Home, data: dict[str, str | float], file: str, volume: int
) -> None:
    """Arguments hold for this time only."""
    await siren(home, **data)
    assert (heard(home).file, heard(home).volume) == (file, volume)

    await siren(home)
    assert (heard(home).file, heard(home).volume) == ("Siren.wav", 80)


async def test_unknown_tone(home: Home) -> None:
    """Home Assistant refuses a tone that is not in the list; nothing is sent."""
    home.strobe.forget()
    with pytest.raises(ValueError, match="Invalid tone"):
        await siren(home, tone="Gone.wav")

    assert home.strobe.requests == []


async def test_tone_deleted_behind_our_back(home: Home) -> None:
    """A file that has gone since the last look is named in the error."""
    home.strobe.files.discard("Welcome & Hello.wav")
    home.strobe.faults.add("app_error", "*Alarm", code=402, count=None)

    with refused("invalid_value"):
        await siren(home, tone="Welcome & Hello.wav")

    assert home.value("siren", "siren") == "off"


@pytest.mark.parametrize("duration", [7, 30])
async def test_duration(later: Later, home: Home, duration: int) -> None:
    """The siren sounds for as long as asked, then is off here and there."""
    await siren(home, duration=duration)
    await later(duration - 2)
    assert home.value("siren", "siren") == "on"
    assert home.strobe.outputs.sound is not None

    await later(3)

    assert home.value("siren", "siren") == "off"
    assert home.strobe.outputs.sound is None


async def test_usual_duration_tone_and_volume(later: Later, home: Home) -> None:
    """What was chosen once is what a plain siren does, also after a restart."""
    await home.act("number", "siren_duration", "set_value", value=12)
    await home.act("number", "siren_volume", "set_value", value=55)
    await home.act("select", "siren_tone", "select_option", option="Doorbell.wav")
    await home.reload()
    await siren(home)
    assert (heard(home).file, heard(home).volume) == ("Doorbell.wav", 55)

    await later(11)
    assert home.value("siren", "siren") == "on"
    await later(2)
    assert home.value("siren", "siren") == "off"


async def test_leaves_the_rest_alone(home: Home) -> None:
    """Light and output go on while the siren comes and goes."""
    await home.light("front", hs_color=(0, 100))
    await home.act("switch", "alarm_output_1", "turn_on")
    await siren(home)
    await home.act("siren", "siren", "turn_off")

    outputs = home.strobe.outputs
    assert (outputs.front, outputs.relay, outputs.sound) == (
        Light(color1=1),
        True,
        None,
    )


async def test_turning_off_leaves_music_alone(home: Home) -> None:
    """A siren that does not sound takes nothing from the speaker."""
    await home.audio("play", file="Welcome & Hello.wav", repeat="endless")
    await home.act("siren", "siren", "turn_off")

    assert heard(home).file == "Welcome & Hello.wav"


async def test_siren_over_music(home: Home) -> None:
    """The siren takes the loudspeaker; it does not give it back."""
    await home.audio("play", file="Doorbell.wav", repeat="endless")
    assert home.value("media_player", "speaker") == "playing"

    await siren(home)

    assert heard(home).file == "Siren.wav"
    assert home.value("media_player", "speaker") == "idle"
    await home.act("siren", "siren", "turn_off")
    assert home.strobe.outputs.sound is None


async def test_busy(home: Home) -> None:
    """A siren that the unit does not start is not shown."""
    home.strobe.faults.add("http_status", "*Alarm", code=503, count=None)

    with refused("busy", HomeAssistantError):
        await siren(home)

    assert home.value("siren", "siren") == "off"


async def test_restart_of_the_unit_ends_it(later: Later, home: Home) -> None:
    """A unit that restarts is silent, and so it is shown."""
    await siren(home, duration=600)
    home.strobe.reboot(20)
    await later(11)
    assert home.value("siren", "siren") == "unavailable"

    await later(30)
    await later(11)

    assert home.value("siren", "siren") == "off"
    assert home.strobe.outputs.sound is None
