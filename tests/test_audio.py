"""Speech and other audio, from Home Assistant to the bytes on the unit."""

from collections.abc import AsyncIterator
from pathlib import Path
import shutil
from time import perf_counter
from typing import Any, Final

from aiohttp.test_utils import TestServer
import pytest

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests import sounds
from tests.conftest import Later
from tests.emulators.strobe.routes import UPLOAD
from tests.home import Home, refused
from tests.talker import Voice, serving, speech, talking

PCM: Final = (1, 2, 8000)
VOICE: Final = "tts.test_voice"
LONG: Final = "All of this takes the voice several seconds to say, for MP3 adds some"

pytestmark = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="needs the program ffmpeg"
)


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own: speech is cached there."""
    (tmp_path / "media").mkdir()
    return str(tmp_path)


@pytest.fixture
async def voice(hass: HomeAssistant) -> AsyncIterator[type[Voice]]:
    """Set up a voice."""
    async with talking(hass) as talker:
        yield talker


async def speak(home: Home, message: str) -> None:
    """Say something at the porch."""
    await home.hass.services.async_call(
        "tts",
        "speak",
        {
            ATTR_ENTITY_ID: VOICE,
            "media_player_entity_id": home.entity_id("media_player", "speaker"),
            "message": message,
        },
        blocking=True,
    )


async def play(home: Home, media: str, **data: Any) -> None:
    """Play something that is not on the unit."""
    await home.act(
        "media_player",
        "speaker",
        "play_media",
        media_content_type="music",
        media_content_id=media,
        **data,
    )


def clip(home: Home) -> bytes:
    """Return the file on the unit that plays now."""
    sound = home.strobe.outputs.sound
    assert sound is not None
    assert sound.file.startswith("ha_")
    return home.strobe.files.need(sound.file).content


def assert_same_sound(
    stored: bytes, source: bytes, rate: int = 8000, within: float = 0.05
) -> None:
    """Compare length and level of two sounds, within five percent."""
    one, other = sounds.samples(stored, rate), sounds.samples(source, rate)
    assert len(one) == pytest.approx(len(other), rel=within)
    assert sounds.level(one) == pytest.approx(sounds.level(other), rel=within)


@pytest.mark.parametrize("form", ["wav", "mp3", "ogg", "flac"])
async def test_speech(home: Home, voice: type[Voice], form: str) -> None:
    """Text to sound on the unit: right format, length and level; then cached."""
    voice.form = form
    message = f"Somebody is at the porch, {form}"
    started = perf_counter()
    await speak(home, message)
    first = perf_counter() - started

    stored = clip(home)
    assert sounds.read_wav(stored)[0] == PCM
    assert_same_sound(stored, speech(message, form))
    assert home.value("media_player", "speaker") == "playing"

    home.strobe.forget()
    started = perf_counter()
    await speak(home, message)
    cached = perf_counter() - started

    assert clip(home) == stored
    assert not home.strobe.requests_to(UPLOAD)
    assert voice.spoken == 1
    took = f"first {first:.2f} s, cached {cached:.2f} s, {len(stored)} bytes"
    print(f"\nspeech as {form}: {took}")  # noqa: T201


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe")
async def test_what_ffprobe_says(
    home: Home, voice: type[Voice], tmp_path: Path
) -> None:
    """Another program agrees on what is on the unit."""
    await speak(home, "Please close the gate")

    stored = tmp_path / "clip.wav"
    stored.write_bytes(clip(home))
    said = sounds.probe(stored)
    print(f"\nffprobe: {said}")  # noqa: T201
    assert said["format_name"] == "wav"
    assert said["codec_name"] == "pcm_s16le"
    assert (said["sample_rate"], said["channels"]) == ("8000", "1")
    assert float(said["duration"]) == pytest.approx(2.1, rel=0.05)


@pytest.mark.parametrize(
    ("choice", "ending", "rate", "within"),
    [
        ("wav_8k", "wav", 8000, 0.05),
        ("wav_16k", "wav", 16000, 0.05),
        ("mp3", "mp3", 16000, 0.1),
    ],
)
async def test_formats(
    home: Home, voice: type[Voice], choice: str, ending: str, rate: int, within: float
) -> None:
    """The option decides what the unit gets."""
    (option,) = (o for o in home.entry.runtime_data.vendor.options if "audio" in o.key)
    assert choice in option.choices
    await home.choose(**{option.key: choice})
    await speak(home, LONG)

    sound = home.strobe.outputs.sound
    assert sound is not None
    assert sound.file.endswith(f".{ending}")
    # MP3 adds a little silence at both ends.
    assert_same_sound(clip(home), speech(LONG), rate, within)


async def test_idle_at_the_true_end(
    later: Later, home: Home, voice: type[Voice]
) -> None:
    """Two seconds of speech are over after two seconds."""
    await speak(home, "x" * 20)
    await later(1)
    assert home.value("media_player", "speaker") == "playing"

    await later(3)

    assert home.value("media_player", "speaker") == "idle"
    assert home.strobe.outputs.sound is None


async def test_cached_after_a_restart(home: Home, voice: type[Voice]) -> None:
    """The same text is not sent again after a reload."""
    await speak(home, "Dinner is ready")
    await home.reload()
    home.strobe.forget()
    await speak(home, "Dinner is ready")

    assert not home.strobe.requests_to(UPLOAD)


async def test_siren_has_precedence(home: Home, voice: type[Voice]) -> None:
    """No announcement over a siren."""
    await home.act("siren", "siren", "turn_on")
    with refused("speaker_busy"):
        await speak(home, "Tea?")

    sound = home.strobe.outputs.sound
    assert sound is not None
    assert sound.file == "Siren.wav"


async def test_only_ten_announcements_stay(home: Home, voice: type[Voice]) -> None:
    """The oldest goes when the eleventh comes; files of others stay."""
    others = home.strobe.files.names
    for number in range(12):
        await speak(home, "x" * (number + 3))

    names = home.strobe.files.names
    assert [name for name in names if not name.startswith("ha_")] == others
    assert len(names) - len(others) == 10


async def test_speech_fails(
    home: Home, voice: type[Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A voice that cannot speak is told as such."""
    monkeypatch.setattr(voice, "hoarse", True)
    with refused("speech_failed", HomeAssistantError):
        await speak(home, "Hello")


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """Run a web server with all sorts of audio."""
    async with serving() as running:
        yield running


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("/tone.mp3", 2),
        ("/tone.ogg", 2),
        ("/tone.m4a", 2),
        ("/wrong-type", 2),
        ("/odd%20n%C3%A4me.wav", 2),
        ("/sixty.wav", 60),
    ],
)
@pytest.mark.parametrize("announce", [{}, {"announce": True}], ids=["play", "announce"])
async def test_address(
    home: Home, server: TestServer, path: str, seconds: int, announce: dict[str, bool]
) -> None:
    """Audio behind an address is fetched by us, converted and brought."""
    await play(home, f"http://127.0.0.1:{server.port}{path}", **announce)

    form, length = sounds.read_wav(clip(home))
    assert form == PCM
    assert length == pytest.approx(seconds, rel=0.05)


async def test_silence_is_a_sound(home: Home, server: TestServer) -> None:
    """A file in which nothing is heard is a file all the same."""
    await play(home, f"http://127.0.0.1:{server.port}/silence.wav")

    assert sounds.level(sounds.samples(clip(home))) < 5


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/long.mp3", "audio_too_long"),
        ("/corrupt.mp3", "audio_unreadable"),
        ("/page.html", "audio_unreadable"),
        ("/empty.wav", "audio_unreadable"),
        ("/gone.wav", "media_unreachable"),
        ("/huge.wav", "media_too_large"),
    ],
)
async def test_what_cannot_be_played(
    home: Home, server: TestServer, path: str, key: str
) -> None:
    """Each is told in its own words; nothing is sent to the unit."""
    home.strobe.forget()
    with refused(key, HomeAssistantError):
        await play(home, f"http://127.0.0.1:{server.port}{path}")

    assert home.strobe.requests == []
    assert home.value("media_player", "speaker") == "idle"


@pytest.mark.parametrize(
    "media",
    ["http://127.0.0.1:9/x.wav", "ftp://127.0.0.1/x.wav", "file:///etc/hostname"],
)
async def test_no_such_address(home: Home, media: str) -> None:
    """A server that is down, or a kind of address that is none."""
    home.strobe.forget()
    with refused("media_unreachable", HomeAssistantError):
        await play(home, media)

    assert home.strobe.requests == []


@pytest.mark.parametrize("scheme", ["file", "http"])
async def test_playlists_lead_nowhere(
    home: Home, server: TestServer, tmp_path: Path, scheme: str
) -> None:
    """A list that points to a file of ours, or to the network, is not followed."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(sounds.make(1.0))
    target = {
        "file": f"file://{secret}",
        "http": f"http://127.0.0.1:{server.port}/tone.mp3",
    }[scheme]
    before = home.strobe.files.names
    with refused("audio_unreadable", HomeAssistantError):
        await play(home, f"http://127.0.0.1:{server.port}/list.m3u8?to={target}")

    assert home.strobe.files.names == before


async def test_local_media(home: Home, tmp_path: Path) -> None:
    """A file in Home Assistant's media folder."""
    tone = sounds.make(1.0, form="mp3")
    (tmp_path / "media" / "tön & 1.mp3").write_bytes(tone)
    home.hass.config.media_dirs = {"local": str(tmp_path / "media")}
    assert await async_setup_component(home.hass, "media_source", {})

    await play(home, "media-source://media_source/local/tön & 1.mp3")

    assert_same_sound(clip(home), tone)


async def test_no_such_media(home: Home, voice: type[Voice]) -> None:
    """A media source that is not there."""
    with refused("media_not_found", HomeAssistantError):
        await play(home, "media-source://media_source/local/none.mp3")
    with refused("media_not_found", HomeAssistantError):
        await play(home, "media-source://nobody/none.mp3")


async def test_upload_that_fails(home: Home, voice: type[Voice]) -> None:
    """The unit that refuses a packet, twice: the error is told, no half file stays."""
    before = home.strobe.files.names
    home.strobe.faults.add("app_error", UPLOAD, code=503, skip=1, count=None)
    with refused("busy", HomeAssistantError):
        await speak(home, "x" * 60)

    assert home.strobe.files.names == before
    assert home.value("media_player", "speaker") == "idle"
