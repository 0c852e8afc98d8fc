"""Selects: what can be chosen, where it goes, and what is shown."""

import pytest

from homeassistant.exceptions import ServiceValidationError
from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import AUDIO, BROADCAST_LINK, SENSOR
from tests.home import Home, refused

pytestmark = pytest.mark.usefixtures("every_entity")


async def pick(home: Home, key: str, option: str) -> None:
    """Choose an option."""
    await home.act("select", key, "select_option", option=option)


@pytest.mark.parametrize(
    ("key", "path", "field", "option", "text"),
    [
        ("alarm_broadcast", BROADCAST_LINK, "BroadcastType", "all", "1"),
        ("alarm_broadcast", BROADCAST_LINK, "BroadcastType", "off", "0"),
        ("alarm_input_type_1", SENSOR, "AlarmInType", "high_level", "0"),
        ("alarm_input_type_1", SENSOR, "AlarmInType", "low_level", "1"),
        ("audio_codec", AUDIO, "Encoding", "g711u", "G711U"),
        ("audio_codec", AUDIO, "Encoding", "aac", "AAC"),
    ],
)
async def test_stored_in_the_unit(
    home: Home, key: str, path: str, field: str, option: str, text: str
) -> None:
    """The option is written in the unit's own word."""
    await pick(home, key, option)

    assert home.field(path, field) == text
    assert home.value("select", key) == option


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("alarm_broadcast", ["off", "all"]),
        ("alarm_input_type_1", ["high_level", "low_level"]),
        ("audio_codec", ["g711a", "g711u", "aac"]),
        (
            "front_light_second_color",
            ["none", "red", "green", "blue", "white", "yellow", "violet", "cyan"],
        ),
        (
            "siren_tone",
            [
                "You are not Alone.wav",
                "Siren.wav",
                "Doorbell.wav",
                "Welcome & Hello.wav",
            ],
        ),
    ],
)
async def test_options(home: Home, key: str, options: list[str]) -> None:
    """A list offers what this unit has."""
    assert home.state("select", key).attributes["options"] == options


async def test_broadcast_to_a_list_that_is_filled_in(later: Later, home: Home) -> None:
    """A range of units is offered once the unit knows one."""
    home.set_field(BROADCAST_LINK, "BeginIp", "192.168.1.10")
    home.set_field(BROADCAST_LINK, "EndIp", "192.168.1.20")
    await later(3700)
    await pick(home, "alarm_broadcast", "range")

    assert home.field(BROADCAST_LINK, "BroadcastType") == "3"


@pytest.mark.parametrize(
    ("path", "field", "text", "key", "shown"),
    [
        (SENSOR, "AlarmInType", "7", "alarm_input_type_1", "mode_7"),
        (AUDIO, "Encoding", "OPUS", "audio_codec", "opus"),
        (BROADCAST_LINK, "BroadcastType", "9", "alarm_broadcast", "mode_9"),
    ],
)
async def test_unknown_value_is_shown(
    later: Later, home: Home, path: str, field: str, text: str, key: str, shown: str
) -> None:
    """A value that nobody knows is one more option, not an error."""
    home.set_field(path, field, text)
    await later(3700)

    state = home.state("select", key)
    assert state.state == shown
    assert shown in state.attributes["options"]


async def test_second_color(home: Home) -> None:
    """The second color goes along with the front light, also while it is on."""
    await home.light("front", hs_color=(0, 100), effect="strobe")
    await pick(home, "front_light_second_color", "blue")

    front = home.strobe.outputs.front
    assert front is not None
    assert (front.color1, front.color2) == (1, 3)

    await home.reload()
    assert home.value("select", "front_light_second_color") == "blue"
    await pick(home, "front_light_second_color", "none")
    front = home.strobe.outputs.front
    assert front is not None
    assert front.color2 == 0


async def test_second_color_of_a_dark_light(home: Home) -> None:
    """Choosing a color switches nothing on."""
    home.strobe.forget()
    await pick(home, "front_light_second_color", "red")

    assert home.strobe.requests == []
    assert home.strobe.outputs.front is None


async def test_tone_follows_the_files(later: Later, home: Home) -> None:
    """New files are options; the tone whose file has gone falls back."""
    await pick(home, "siren_tone", "Welcome & Hello.wav")
    home.strobe.files.discard("Welcome & Hello.wav")
    home.strobe.files.add("New.wav", home.strobe.files.need("Siren.wav").content)
    await later(301)

    state = home.state("select", "siren_tone")
    assert state.state == "Siren.wav"
    assert "New.wav" in state.attributes["options"]
    assert "Welcome & Hello.wav" not in state.attributes["options"]


async def test_not_an_option(home: Home) -> None:
    """Home Assistant refuses what is not in the list."""
    with pytest.raises(ServiceValidationError):
        await pick(home, "siren_tone", "Gone.wav")


async def test_refused(home: Home) -> None:
    """An option that the unit does not take is not shown."""
    home.strobe.faults.add("app_error", AUDIO, method="PUT", code=402, count=None)
    with refused("invalid_value"):
        await pick(home, "audio_codec", "aac")

    assert home.value("select", "audio_codec") == "g711a"


@pytest.mark.parametrize("strobe_options", [StrobeOptions(front_colors=(1, 4))])
async def test_second_colors_of_the_unit(home: Home) -> None:
    """Only the colors that the light has are offered."""
    options = home.state("select", "front_light_second_color").attributes["options"]
    assert options == ["none", "red", "white"]
