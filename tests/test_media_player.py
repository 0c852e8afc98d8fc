"""The speaker: play, stop, volume, browse, and how it shares with the siren."""

from pathlib import Path
from typing import Any

import pytest

from homeassistant.components.media_player import (
    BrowseMedia,
    MediaPlayerEntityFeature,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.files import wav
from tests.emulators.strobe.outputs import Sound
from tests.emulators.strobe.routes import UPLOAD, URL_ALARM
from tests.home import Home, refused


def heard(home: Home) -> Sound:
    """Return what the unit plays; it has to play something."""
    sound = home.strobe.outputs.sound
    assert sound is not None
    return sound


async def act(home: Home, service: str, **data: Any) -> None:
    """Use the speaker."""
    await home.act("media_player", "speaker", service, **data)


async def play(home: Home, file: str, kind: str = "on_device", **data: Any) -> None:
    """Play a file of the unit."""
    await act(
        home, "play_media", media_content_type=kind, media_content_id=file, **data
    )


@pytest.mark.parametrize("kind", ["on_device", "music", "audio/wav"])
async def test_file_of_the_unit(home: Home, kind: str) -> None:
    """A file that is there is played and not sent; the state says what it is."""
    await play(home, "Welcome & Hello.wav", kind)

    sound = heard(home)
    assert (sound.file, sound.volume, sound.remaining) == ("Welcome & Hello.wav", 80, 1)
    assert not home.strobe.requests_to(UPLOAD)
    state = home.state("media_player", "speaker")
    assert (state.state, state.attributes["assumed_state"]) == ("playing", True)
    assert state.attributes["media_title"] == "Welcome & Hello.wav"
    assert state.attributes["source"] == "Welcome & Hello.wav"


async def test_abilities(home: Home) -> None:
    """No pause, no queue, no power: what a strobe can do."""
    attributes = home.state("media_player", "speaker").attributes
    assert attributes["supported_features"] == (
        MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.SELECT_SOURCE
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.VOLUME_SET
        | MediaPlayerEntityFeature.VOLUME_STEP
    )
    assert attributes["source_list"] == home.strobe.files.names


async def test_idle_at_the_true_end(later: Later, home: Home) -> None:
    """A sound of a second and a half is over after a second and a half."""
    await play(home, "Welcome & Hello.wav")
    await later(1)
    assert home.value("media_player", "speaker") == "playing"

    await later(2)

    assert home.value("media_player", "speaker") == "idle"
    assert home.strobe.outputs.sound is None


async def test_long_file(later: Later, home: Home) -> None:
    """A file longer than a guess plays to its end."""
    home.strobe.files.add("Long.wav", wav(45.0))
    await later(301)
    await play(home, "Long.wav")
    await later(0)
    await later(43)
    assert home.value("media_player", "speaker") == "playing"
    assert home.state("media_player", "speaker").attributes["media_duration"] == 45

    await later(4)

    assert home.value("media_player", "speaker") == "idle"


async def test_stop(home: Home) -> None:
    """Stop is silence; a light goes on."""
    await home.light("front")
    await play(home, "Siren.wav")
    await act(home, "media_stop")

    assert home.strobe.outputs.sound is None
    assert home.strobe.outputs.front is not None
    assert home.value("media_player", "speaker") == "idle"


async def test_source(home: Home) -> None:
    """Choosing a source plays it."""
    await act(home, "select_source", source="Doorbell.wav")
    assert heard(home).file == "Doorbell.wav"


@pytest.mark.parametrize(
    ("service", "data", "volume"),
    [
        ("volume_set", {"volume_level": 0.35}, 35),
        ("volume_set", {"volume_level": 0}, 0),
        ("volume_up", {}, 90),
        ("volume_down", {}, 70),
    ],
)
async def test_volume_while_playing(
    home: Home, service: str, data: dict[str, Any], volume: int
) -> None:
    """The volume changes what plays, and stays for the next one and a restart."""
    await home.audio("play", file="Siren.wav", repeat="endless")
    await act(home, service, **data)

    assert (heard(home).file, heard(home).volume) == ("Siren.wav", volume)
    level = home.state("media_player", "speaker").attributes["volume_level"]
    assert level == pytest.approx(volume / 100)

    await act(home, "media_stop")
    await home.reload()
    await play(home, "Doorbell.wav")
    assert heard(home).volume == volume


async def test_volume_while_silent(home: Home) -> None:
    """Nothing is sent for a volume that nobody hears."""
    home.strobe.forget()
    await act(home, "volume_set", volume_level=0.2)

    assert home.strobe.requests == []
    level = home.state("media_player", "speaker").attributes["volume_level"]
    assert level == pytest.approx(0.2)


@pytest.mark.parametrize("enqueue", ["add", "next"])
async def test_no_queue(home: Home, enqueue: str) -> None:
    """There is no queue to put something into."""
    home.strobe.forget()
    with refused("queue_unsupported"):
        await play(home, "Siren.wav", enqueue=enqueue)

    assert home.strobe.requests == []


@pytest.mark.parametrize("data", [{"enqueue": "play"}, {"enqueue": "replace"}])
async def test_play_now(home: Home, data: dict[str, Any]) -> None:
    """Now is what every play means."""
    await play(home, "Siren.wav", **data)
    assert heard(home).file == "Siren.wav"


async def test_siren_has_precedence(home: Home) -> None:
    """While the siren sounds the speaker is busy, and says so."""
    await home.act("siren", "siren", "turn_on")
    with refused("speaker_busy"):
        await play(home, "Doorbell.wav")

    assert heard(home).file == "Siren.wav"
    await act(home, "media_stop")
    assert heard(home).file == "Siren.wav"


async def test_file_that_is_not_there(home: Home) -> None:
    """A file that was deleted meanwhile is named."""
    home.strobe.files.discard("Welcome & Hello.wav")
    home.strobe.faults.add("app_error", URL_ALARM, code=402, count=None)
    with refused("file_not_found"):
        await play(home, "Gone.wav")

    assert home.value("media_player", "speaker") == "idle"


async def test_busy_unit(home: Home) -> None:
    """A unit that is too busy plays nothing, and nothing is shown."""
    home.strobe.faults.add("http_status", "*Alarm", code=503, count=None)
    with refused("busy", HomeAssistantError):
        await play(home, "Siren.wav")

    assert home.value("media_player", "speaker") == "idle"


async def browse(home: Home, **content: str) -> BrowseMedia:
    """Look through what can be played."""
    entity_id = home.entity_id("media_player", "speaker")
    answer = await home.hass.services.async_call(
        "media_player",
        "browse_media",
        {"entity_id": entity_id, **content},
        blocking=True,
        return_response=True,
    )
    found = (answer or {})[entity_id]
    assert isinstance(found, BrowseMedia)
    return found


async def test_browse_home_assistant_too(home: Home, tmp_path: Path) -> None:
    """After the files of the unit come Home Assistant's own sources of audio."""
    home.hass.config.media_dirs = {"local": str(tmp_path)}
    assert await async_setup_component(home.hass, "media_source", {})
    assert await async_setup_component(home.hass, "tts", {})
    root = await browse(home)

    sources = [one.media_content_id for one in (root.children or [])[4:]]
    assert sources
    assert all(source.startswith("media-source://") for source in sources)
    inside = await browse(home, media_content_id=sources[0], media_content_type="app")
    assert inside.media_content_id.startswith(sources[0])


async def test_browse(home: Home) -> None:
    """The files of the unit, in its order, each of which plays."""
    root = await browse(home)

    children = root.children or []
    assert root.title == "Porch"
    assert [one.title for one in children][:4] == home.strobe.files.names
    assert all(one.can_play and not one.can_expand for one in children[:4])
    await play(home, children[1].media_content_id, children[1].media_content_type)
    assert heard(home).file == children[1].title


@pytest.mark.parametrize("strobe_options", [StrobeOptions(repeated_sound="continue")])
async def test_light_does_not_disturb_a_sound(later: Later, home: Home) -> None:
    """A light that changes leaves what plays alone, to its true end."""
    await play(home, "Siren.wav")
    await later(2)
    await home.light("front")
    assert heard(home).file == "Siren.wav"
    await later(8)

    assert home.strobe.outputs.sound is None
    assert home.value("media_player", "speaker") == "idle"
    assert home.strobe.outputs.front is not None
