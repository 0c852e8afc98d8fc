"""Odd things to play: each is told in its own words, and nothing is left behind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
import shutil
import tempfile
import threading
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.watchpost import audio
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests import sounds
from tests.bview_events import ClientMaker, reachable_home
from tests.bview_home import PASSWORD, BviewHome
from tests.conftest import Later, Time
from tests.emulators.bview import BviewOptions
from tests.emulators.strobe.routes import URL_ALARM
from tests.home import Home, refused
from tests.media import start, until

SPEAKER: Final = ("media_player", "speaker")
HOUR: Final = 3600
PATIENCE: Final = 1.0
"""Seconds for which a test waits for an address: long enough for all that answers."""

pytestmark = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="needs the program ffmpeg"
)


@dataclass
class Web:
    """A web server with what nobody should play."""

    server: TestServer
    open: int = 0
    """Requests that are being answered."""

    def address(self, name: str) -> str:
        """Return an address on it."""
        return f"http://127.0.0.1:{self.server.port}/{name}"


def silent_film() -> bytes:
    """Return a film without a track of sound."""
    return sounds.run(
        *("-f", "lavfi", "-i", "color=size=64x48:duration=1", "-c:v", "mjpeg"),
        *("-f", "matroska"),
    )


def picture() -> bytes:
    """Return a PNG."""
    return sounds.run(
        *("-f", "lavfi", "-i", "color=size=64x48", "-frames:v", "1"),
        *("-c:v", "png", "-f", "image2pipe"),
    )


def an_hour() -> bytes:
    """Return an hour of speech quality in a few megabytes."""
    rate = ("-ar", "8000", "-ac", "1", "-b:a", "8k")
    return sounds.make(HOUR, *rate, form="mp3", rate=8000)


@pytest.fixture
async def odd() -> AsyncIterator[Web]:
    """Run the web server; in the end it answers nobody any more."""
    # Made before anybody waits for it.
    an_hour()
    files = {
        "picture.png": (picture, "image/png"),
        "picture.mp3": (picture, "audio/mpeg"),
        "film.mkv": (silent_film, "video/x-matroska"),
        "hour.mp3": (an_hour, "audio/mpeg"),
        "cut.mp3": (lambda: sounds.make(2.0, form="mp3")[:40], "audio/mpeg"),
        "zeros.wav": (lambda: bytes(100_000), "audio/wav"),
        "empty.mp3": (lambda: b"", "audio/mpeg"),
        "text.mp3": (lambda: b"Not found\n", "audio/mpeg"),
    }

    async def serve(request: web.Request) -> web.StreamResponse:
        make, kind = files[request.match_info["name"]]
        return web.Response(body=make(), content_type=kind)

    async def around(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/around")

    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100000"})
        await response.prepare(request)
        await response.write(sounds.make(2.0, form="mp3")[:5000])
        assert request.transport is not None
        request.transport.close()
        return response

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
        found.open += 1
        try:
            await response.prepare(request)
            while True:
                await response.write(sounds.make(1.0, form="mp3"))
                await asyncio.sleep(0.05)
        finally:
            found.open -= 1

    async def mute(request: web.Request) -> web.StreamResponse:
        found.open += 1
        try:
            await asyncio.Event().wait()
        finally:
            found.open -= 1
        raise web.HTTPOk

    app = web.Application()
    app.router.add_get("/around", around)
    app.router.add_get("/broken", broken)
    app.router.add_get("/endless", endless)
    app.router.add_get("/mute", mute)
    app.router.add_get("/{name}", serve)
    server = TestServer(app, host="127.0.0.1")
    found = Web(server)
    await server.start_server()
    yield found
    await until(lambda: not found.open)
    await server.close()


@pytest.fixture(autouse=True)
def leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where temporary files lie."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(audio, "_FETCH_SECONDS", PATIENCE)
    return folder


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own."""
    return str(tmp_path)


@pytest.fixture
async def camera(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    hass_client_no_auth: ClientMaker,
) -> AsyncIterator[BviewHome]:
    """Return a home with a camera that has a loudspeaker."""
    options = BviewOptions.full(password=PASSWORD)
    async with reachable_home(
        hass, monkeypatch, moving_time, hass_client_no_auth, options
    ) as (found, _):
        yield found


def files_in(folder: Path) -> list[Path]:
    """Return what lies in a folder."""
    return list(folder.iterdir())


async def play(home: Home | BviewHome, media: str, **data: Any) -> None:
    """Play something from an address."""
    await home.act(
        *SPEAKER,
        "play_media",
        media_content_type="music",
        media_content_id=media,
        **data,
    )


ODD: Final = [
    ("picture.png", "audio_unreadable"),
    ("picture.mp3", "audio_unreadable"),
    ("film.mkv", "audio_unreadable"),
    ("hour.mp3", "audio_too_long"),
    ("cut.mp3", "audio_unreadable"),
    ("zeros.wav", "audio_unreadable"),
    ("empty.mp3", "audio_unreadable"),
    ("text.mp3", "audio_unreadable"),
    ("around", "media_unreachable"),
    ("broken", "media_unreachable"),
    ("endless", "media_unreachable"),
    ("mute", "media_unreachable"),
]


@pytest.mark.parametrize(("name", "key"), ODD)
async def test_odd_for_a_strobe(
    home: Home, odd: Web, leftovers: Path, name: str, key: str
) -> None:
    """Nothing is sent to the unit, and no file stays."""
    home.strobe.forget()
    with refused(key, HomeAssistantError):
        await play(home, odd.address(name), announce=True)
    await home.hass.async_block_till_done()
    assert home.strobe.requests == []
    assert home.value(*SPEAKER) == "idle"
    assert not files_in(leftovers)


@pytest.mark.parametrize(("name", "key"), ODD)
async def test_odd_for_a_camera(
    camera: BviewHome, odd: Web, leftovers: Path, name: str, key: str
) -> None:
    """Nobody opens its loudspeaker, and no file stays."""
    with refused(key, HomeAssistantError):
        await play(camera, odd.address(name), announce=True)
    await camera.hass.async_block_till_done()
    assert camera.camera.intercom.sessions == []
    assert camera.value(*SPEAKER) == "idle"
    assert not files_in(leftovers)


async def test_without_the_program(
    home: Home, odd: Web, monkeypatch: pytest.MonkeyPatch, leftovers: Path
) -> None:
    """A computer without ffmpeg tells it as it tells everything else."""

    class Missing:
        binary = str(leftovers / "ffmpeg")

    monkeypatch.setattr(audio, "get_ffmpeg_manager", lambda _: Missing)
    with refused("audio_unreadable", HomeAssistantError):
        await play(home, odd.address("hour.mp3"))
    await home.hass.async_block_till_done()
    assert not files_in(leftovers)


async def test_nobody_waits_for_the_file(
    home: Home, odd: Web, monkeypatch: pytest.MonkeyPatch, leftovers: Path
) -> None:
    """Who is cancelled while a file is written leaves no file."""
    begun, go_on = threading.Event(), threading.Event()
    keep = audio._keep  # noqa: SLF001

    def slowly(data: bytes) -> Path:
        path = keep(data)
        begun.set()
        go_on.wait(5)
        return path

    monkeypatch.setattr(audio, "_keep", slowly)
    playing = start(play(home, odd.address("picture.png")))
    await until(begun.is_set)
    assert files_in(leftovers)
    playing.cancel()
    await asyncio.wait((playing,))
    go_on.set()
    await until(lambda: not files_in(leftovers))
    assert playing.cancelled()


async def test_no_room(
    home: Home, odd: Web, monkeypatch: pytest.MonkeyPatch, leftovers: Path
) -> None:
    """A full disk is no mystery."""
    monkeypatch.setattr(tempfile, "tempdir", str(leftovers / "gone"))
    with refused("audio_unreadable", HomeAssistantError):
        await play(home, odd.address("picture.png"))


@pytest.mark.parametrize("announce", [True, False])
async def test_volume_of_one_sound(home: Home, later: Later, *, announce: bool) -> None:
    """Louder for one sound; the next one is as loud as before."""
    await home.act(*SPEAKER, "volume_set", volume_level=0.3)
    await play(home, "Welcome & Hello.wav", announce=announce, extra={"volume": 90})
    assert home.strobe.outputs.sound is not None
    assert home.strobe.outputs.sound.volume == 90
    await later(5)
    assert home.state(*SPEAKER).attributes["volume_level"] == 0.3
    await play(home, "Welcome & Hello.wav")
    assert home.strobe.outputs.sound is not None
    assert home.strobe.outputs.sound.volume == 30


async def test_volume_of_a_sound_that_fails(home: Home) -> None:
    """A sound that was not played changes no volume."""
    await home.act(*SPEAKER, "volume_set", volume_level=0.3)
    home.strobe.faults.add("http_status", URL_ALARM, code=503, count=None)
    with pytest.raises(HomeAssistantError):
        await play(home, "Welcome & Hello.wav", extra={"volume": 90})
    assert home.value(*SPEAKER) == "idle"
    assert home.state(*SPEAKER).attributes["volume_level"] == 0.3


@pytest.mark.parametrize("volume", [-1, 101, "loud", None, True])
async def test_no_volume(home: Home, volume: object) -> None:
    """What is no percentage is refused before anything is sent."""
    home.strobe.forget()
    with refused("invalid_value"):
        await play(home, "Welcome & Hello.wav", extra={"volume": volume})
    assert home.strobe.requests == []


async def test_volume_that_cannot_be_set(camera: BviewHome, odd: Web) -> None:
    """A camera without a volume says so, and fetches nothing."""
    with refused("unsupported"):
        await play(camera, odd.address("hour.mp3"), extra={"volume": 50})
    assert camera.camera.intercom.sessions == []
