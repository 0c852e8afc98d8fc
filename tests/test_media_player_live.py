"""A speaker that has no files: what it plays is sent to it while it sounds."""

from array import array
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
import shutil
from typing import Any, Final
from urllib.parse import quote

from aiohttp.test_utils import TestServer
import pytest

from homeassistant.components.media_player import (
    BrowseMedia,
    MediaPlayerEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceNotSupported
from tests import sounds
from tests.camera_home import told
from tests.conftest import Time
from tests.herald import FORMAT, Can, ClientMaker, HeraldHome, at_home
from tests.home import ENGLISH, Refused, refused
from tests.talker import Voice, serving, speech, talking

ALWAYS: Final = (
    MediaPlayerEntityFeature.BROWSE_MEDIA
    | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
    | MediaPlayerEntityFeature.PLAY_MEDIA
    | MediaPlayerEntityFeature.STOP
)
VOLUME: Final = (
    MediaPlayerEntityFeature.VOLUME_SET | MediaPlayerEntityFeature.VOLUME_STEP
)

pytestmark = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="needs the program ffmpeg"
)


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own: speech is cached there."""
    (tmp_path / "media").mkdir()
    return str(tmp_path)


@pytest.fixture
def can() -> Can:
    """Return what the device can do."""
    return Can()


@pytest.fixture
async def herald(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    hass_client_no_auth: ClientMaker,
    can: Can,
    tmp_path: Path,
) -> AsyncIterator[HeraldHome]:
    """Return a home with a speaker that plays what is sent."""
    hass.config.media_dirs = {"local": str(tmp_path / "media")}
    async with at_home(hass, monkeypatch, hass_client_no_auth, can) as home:
        yield home


@pytest.fixture
async def web() -> AsyncIterator[Callable[[str], str]]:
    """Run a web server with all sorts of audio; return what makes its addresses."""
    async with serving() as server:
        yield lambda path: address(server, path)


@pytest.fixture
async def voice(hass: HomeAssistant) -> AsyncIterator[type[Voice]]:
    """Set up a voice."""
    async with talking(hass) as talker:
        yield talker


def address(server: TestServer, path: str) -> str:
    """Return the address of something on a server."""
    return f"http://127.0.0.1:{server.port}{path}"


def assert_heard(home: HeraldHome, source: bytes) -> None:
    """Compare the only sound that was sent with its source: length and level."""
    ((_, sent),) = home.box.heard
    played, expected = array("h", sent), sounds.samples(source)
    assert len(played) == pytest.approx(len(expected), rel=0.05)
    assert sounds.level(played) == pytest.approx(sounds.level(expected), rel=0.05)


@pytest.mark.parametrize(
    ("can", "abilities", "level"),
    [
        pytest.param(Can(), ALWAYS, None, id="fixed_volume"),
        pytest.param(Can(volume=True), ALWAYS | VOLUME, 0.5, id="volume"),
    ],
)
async def test_abilities(
    herald: HeraldHome, abilities: MediaPlayerEntityFeature, level: float | None
) -> None:
    """No files to choose from, and a volume only where it can be set."""
    assert herald.shown["supported_features"] == abilities
    assert herald.shown.get("volume_level") == level
    assert not {"source", "source_list"} & herald.shown.keys()
    assert herald.state().state == "idle"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/tone.mp3", "mp3"),
        ("/tone.ogg", "ogg"),
        ("/tone.m4a", "mp3"),
        ("/wrong-type", "flac"),
    ],
)
@pytest.mark.parametrize(
    "how",
    [{}, {"announce": True}, {"enqueue": "play"}, {"enqueue": "replace"}],
    ids=["play", "announce", "now", "replace"],
)
async def test_address(
    herald: HeraldHome,
    web: Callable[[str], str],
    path: str,
    form: str,
    how: dict[str, Any],
) -> None:
    """Audio behind an address is sent as samples; the state says what sounds."""
    await herald.play(web(path), **how)

    assert_heard(herald, sounds.make(2.0, form=form))
    assert herald.box.asked == ["announce"]
    assert herald.state().state == "playing"
    shown = herald.shown
    assert (shown["media_title"], shown["media_position"]) == (path[1:], 0)
    assert shown["media_duration"] == 2
    assert "media_position_updated_at" in shown
    assert "source" not in shown


async def test_silence_is_a_sound(
    herald: HeraldHome, web: Callable[[str], str]
) -> None:
    """A file in which nothing is heard is sent all the same."""
    await herald.play(web("/silence.wav"))

    ((_, sent),) = herald.box.heard
    assert len(sent) == pytest.approx(2 * 2 * FORMAT.rate, rel=0.05)
    assert sounds.level(array("h", sent)) < 5


async def test_speech(herald: HeraldHome, voice: type[Voice]) -> None:
    """What is said arrives; its words are shown to nobody."""
    message = "The alarm code is 4711"
    await herald.hass.services.async_call(
        "tts",
        "speak",
        {
            "entity_id": "tts.test_voice",
            "media_player_entity_id": herald.state().entity_id,
            "message": message,
        },
        blocking=True,
    )

    assert_heard(herald, speech(message))
    assert herald.shown["media_title"] == "Announcement"
    assert "4711" not in str(herald.state().as_dict())


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/named/gate.mp3", "gate.mp3"),
        ("/named/gate.mp3?token=secret", "gate.mp3"),
        ("/named/T%C3%BCr%20%26%20Tor.mp3", "Tür & Tor.mp3"),
        ("/named/a%09b.mp3", "Announcement"),
        ("/named/" + "x y" * 40, "Announcement"),
        ("/named/", "Announcement"),
        ("/named/Zm9vYmFyMTIzNDU2Nzg5MA.mp3", "Announcement"),
        ("/api/tts_proxy/gate.mp3", "Announcement"),
    ],
    ids=["name", "query", "odd", "control", "long", "none", "key", "own"],
)
async def test_title(
    herald: HeraldHome, web: Callable[[str], str], path: str, title: str
) -> None:
    """The name of the file, unless it is none or may be the key to it."""
    await herald.play(web(quote(path, safe="/%?=")))

    ((told_title, _),) = herald.box.heard
    assert (told_title, herald.shown["media_title"]) == (title, title)


async def test_local_media(herald: HeraldHome, tmp_path: Path) -> None:
    """A file in Home Assistant's media folder."""
    tone = sounds.make(1.0, form="mp3")
    (tmp_path / "media" / "tön & 1.mp3").write_bytes(tone)

    await herald.play("media-source://media_source/local/tön & 1.mp3")

    assert_heard(herald, tone)
    assert herald.shown["media_title"] == "tön & 1.mp3"


async def test_idle_at_the_true_end(
    moving_time: Time, herald: HeraldHome, web: Callable[[str], str]
) -> None:
    """Two seconds of sound are over after two seconds."""
    await herald.play(web("/tone.mp3"))
    await moving_time.pass_by(1)
    assert herald.state().state == "playing"

    await moving_time.pass_by(2)

    assert herald.state().state == "idle"
    assert not {"media_title", "media_duration"} & herald.shown.keys()


async def test_the_next_sound_takes_the_place(
    herald: HeraldHome, web: Callable[[str], str]
) -> None:
    """There is no queue: the latest is what sounds, until it is stopped."""
    await herald.play(web("/tone.mp3"))
    await herald.play(web("/tone.ogg"), announce=True)
    assert [title for title, _ in herald.box.heard] == ["tone.mp3", "tone.ogg"]
    assert herald.shown["media_title"] == "tone.ogg"

    await herald.act("media_stop")

    assert herald.box.asked == ["announce", "announce", "stop"]
    assert herald.state().state == "idle"


@pytest.mark.parametrize("enqueue", ["add", "next"])
async def test_no_queue(
    herald: HeraldHome, web: Callable[[str], str], enqueue: str
) -> None:
    """There is no queue to put something into."""
    with told("queue_unsupported") as placeholders:
        await herald.play(web("/tone.mp3"), enqueue=enqueue)

    assert placeholders == {"device": "Gate"}
    assert herald.box.asked == []


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/sixty.wav", "audio_too_long"),
        ("/corrupt.mp3", "audio_unreadable"),
        ("/page.html", "audio_unreadable"),
        ("/empty.wav", "audio_unreadable"),
        ("/list.m3u8?to=file:///etc/hostname", "audio_unreadable"),
        ("/gone.wav", "media_unreachable"),
        ("/huge.wav", "media_too_large"),
    ],
)
async def test_what_cannot_be_played(
    herald: HeraldHome, web: Callable[[str], str], path: str, key: str
) -> None:
    """Each is told in its own words; nothing is sent, not even a part."""
    with refused(key, HomeAssistantError):
        await herald.play(web(path))

    assert herald.box.asked == []
    assert herald.state().state == "idle"


@pytest.mark.parametrize(
    ("media", "key"),
    [
        ("http://127.0.0.1:9/x.wav", "media_unreachable"),
        ("http://[", "media_unreachable"),
        ("gate.wav", "media_unreachable"),
        ("", "media_unreachable"),
        ("file:///etc/hostname", "media_unreachable"),
        ("media-source://media_source/local/none.mp3", "media_not_found"),
        ("media-source://", "media_not_found"),
        ("media-source:// /x", "media_unreachable"),
    ],
    ids=["down", "malformed", "relative", "empty", "file", "source", "bare", "space"],
)
async def test_no_such_media(herald: HeraldHome, media: str, key: str) -> None:
    """A server that is down, or a kind of address that is none."""
    with refused(key, HomeAssistantError):
        await herald.play(media)

    assert herald.box.asked == []


@pytest.mark.parametrize(
    "can",
    [
        pytest.param(Can(format=replace(FORMAT, max_seconds=1)), id="seconds"),
        pytest.param(Can(format=replace(FORMAT, max_bytes=31_000)), id="bytes"),
    ],
)
async def test_limits(herald: HeraldHome, can: Can, web: Callable[[str], str]) -> None:
    """The device takes only so much, in time and in bytes."""
    with told("audio_too_long", HomeAssistantError) as placeholders:
        await herald.play(web("/tone.mp3"))

    assert placeholders == {"seconds": str(can.format.max_seconds)}
    assert herald.box.asked == []


@pytest.mark.parametrize("can", [Can(format=replace(FORMAT, rate=16000))])
async def test_rate(herald: HeraldHome, web: Callable[[str], str]) -> None:
    """Samples come as fast as the device wants them."""
    await herald.play(web("/tone.mp3"))

    ((_, sent),) = herald.box.heard
    assert len(sent) == pytest.approx(2 * 2 * 16000, rel=0.05)
    assert herald.shown["media_duration"] == 2


@pytest.mark.parametrize(
    ("failing", "key", "kind"),
    [("refused", "invalid_value", None), ("broken", "unreachable", HomeAssistantError)],
)
async def test_a_device_that_does_not_take_it(
    herald: HeraldHome,
    web: Callable[[str], str],
    failing: str,
    key: str,
    kind: Refused | None,
) -> None:
    """Nothing is shown as playing that does not play."""
    getattr(herald.box, failing).add("announce")
    with refused(key, *(() if kind is None else (kind,))):
        await herald.play(web("/tone.mp3"))

    assert herald.state().state == "idle"


@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("audio_play", {"file": "Siren.wav"}),
        ("audio_list", {}),
        ("audio_upload", {"media": "http://127.0.0.1:9/x.wav"}),
        ("audio_upload", {"path": "/etc/hostname"}),
        ("audio_delete", {"file": "Siren.wav"}),
        ("audio_download", {"file": "Siren.wav", "path": "/media/x.wav"}),
    ],
)
async def test_actions_on_files(
    herald: HeraldHome, service: str, data: dict[str, Any]
) -> None:
    """Each says what can be done instead, and asks nothing of anybody."""
    with told("audio_files_unsupported") as placeholders:
        await herald.act(service, "watchpost", **data)

    text = ENGLISH["exceptions"]["audio_files_unsupported"]["message"]
    assert text.format(**placeholders).startswith("Gate keeps no sound files.")
    assert "media_player.play_media" in text
    assert herald.box.asked == []


async def test_a_file_of_the_device(herald: HeraldHome) -> None:
    """Somebody who asks for a file on the device is told that there are none."""
    with refused("audio_files_unsupported"):
        await herald.play("Siren.wav", "on_device")


@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("volume_set", {"volume_level": 0.3}),
        ("volume_up", {}),
        ("select_source", {"source": "Siren.wav"}),
    ],
)
async def test_what_home_assistant_does_not_offer(
    herald: HeraldHome, service: str, data: dict[str, Any]
) -> None:
    """Home Assistant itself refuses what a speaker does not declare."""
    with pytest.raises(ServiceNotSupported):
        await herald.act(service, **data)

    assert herald.box.asked == []


@pytest.mark.parametrize("can", [Can(volume=True)])
async def test_volume(herald: HeraldHome) -> None:
    """A volume that can be set is set and shown."""
    await herald.act("volume_set", volume_level=0.2)

    assert herald.box.volumes == [0.2]
    assert herald.shown["volume_level"] == pytest.approx(0.2)


@pytest.mark.parametrize("can", [Can(live=False)])
async def test_a_speaker_that_can_nothing(
    herald: HeraldHome, web: Callable[[str], str]
) -> None:
    """Neither files nor live sound: it says so."""
    with told("unsupported") as placeholders:
        await herald.play(web("/tone.mp3"))

    assert placeholders == {"device": "Gate"}


async def test_browse(herald: HeraldHome) -> None:
    """Only Home Assistant's own sources of audio are there to choose from."""
    answer = await herald.act("browse_media")

    root = answer[herald.state().entity_id]
    assert isinstance(root, BrowseMedia)
    sources = [one.media_content_id for one in root.children or []]
    assert root.title == "Gate"
    assert sources
    assert all(one.startswith("media-source://") for one in sources)
