"""Announcements through a camera's loudspeaker, heard where they come out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import logging
from pathlib import Path
import shutil
import time
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from homeassistant.components.media_player import (
    BrowseMedia,
    MediaPlayerEntityFeature,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceNotSupported
from homeassistant.helpers.event import async_track_state_change_event
from tests import sounds
from tests.bview_events import ClientMaker, reachable_home
from tests.bview_home import PASSWORD, BviewHome, told
from tests.conftest import Time
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewOptions
from tests.emulators.bview.audio import AudioSession
from tests.hearing import compare, power_of, tones
from tests.home import Refused, refused
from tests.talker import speech, talking

SPEAKER: Final = ("media_player", "speaker")
SEND: Final = "/TwowayAudio/SendData"
OPEN: Final = "/TwowayAudio/Open"
BLOCK: Final = 0.5
CHORD: Final = (437.0, 1250.0, 2800.0)
HISS: Final = 5000.0
"""More than a telephone carries: folded back it would be heard at 3000 Hz."""

# In a tuple, where freezegun does not find and replace it.
_NOW: Final = (time.perf_counter,)

type Address = Callable[[str], str]

pytestmark = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="needs the program ffmpeg"
)


def chord(seconds: float, form: str = "wav") -> bytes:
    """Return three tones, and one that is too high, in stereo at 48 kHz."""
    wave = "+".join(f"0.15*sin(2*PI*{hertz}*t)" for hertz in (*CHORD, HISS))
    return sounds.run(
        *("-f", "lavfi", "-i", f"aevalsrc={wave}|{wave}:s=48000:d={seconds}"),
        *("-f", form),
    )


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own: speech is cached there."""
    (tmp_path / "media").mkdir()
    return str(tmp_path)


@pytest.fixture
def options() -> BviewOptions:
    """Return how the camera behaves; override it in a test."""
    return BviewOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    hass_client_no_auth: ClientMaker,
    tmp_path: Path,
    records: list[logging.LogRecord],
    options: BviewOptions,
) -> AsyncIterator[BviewHome]:
    """Return a home with a camera that has a loudspeaker."""
    hass.config.media_dirs = {"local": str(tmp_path / "media")}
    async with reachable_home(
        hass, monkeypatch, moving_time, hass_client_no_auth, options, records=records
    ) as (found, _):
        yield found


@pytest.fixture
async def address(hass: HomeAssistant) -> AsyncIterator[Address]:
    """Run a web server with sounds; return what makes their addresses."""

    async def serve(request: web.Request) -> web.Response:
        stem, _, form = request.match_info["name"].partition(".")
        return web.Response(body=chord(float(stem) / 10, form))

    app = web.Application()
    app.router.add_get("/{name}", serve)
    async with TestServer(app, host="127.0.0.1") as server:
        yield lambda name: f"http://127.0.0.1:{server.port}/{name}"


async def play(home: BviewHome, media: str) -> None:
    """Announce something; return once it sounds."""
    await home.act(
        "media_player",
        "speaker",
        "play_media",
        media_content_type="music",
        media_content_id=media,
        announce=True,
    )


def value(home: BviewHome) -> str:
    """Return the state of the speaker."""
    return home.value(*SPEAKER)


def last(home: BviewHome) -> AudioSession:
    """Return the newest session at the camera."""
    return home.camera.intercom.sessions[-1]


async def heard_to_the_end(home: BviewHome) -> AudioSession:
    """Wait until it sounds no more, and return what was heard."""
    session = last(home)
    await home.until(lambda: session.closed is not None)
    await home.time.settle()
    return session


def assert_as(session: AudioSession, source: bytes) -> None:
    """Compare what was heard with its source, and look whether it came in time."""
    difference = compare(session.samples, sounds.samples(source))
    assert abs(difference.length) < 0.05
    assert abs(difference.level) < 1
    assert difference.correlation > 0.98
    assert abs(difference.delay) < 0.01
    assert difference.spectrum < 1
    assert (session.reason, session.gaps) == ("close", 0)
    # Half a second ahead is asked for, and one more half is on its way.
    assert session.most_ahead < 2 * BLOCK + 0.05
    begun = session.chunks[0][0]
    for number, (moment, block) in enumerate(session.chunks):
        assert len(block) == 4000 or number == len(session.chunks) - 1
        # Neither later than it has to sound nor earlier than it may come.
        assert (number - 1) * BLOCK - 0.05 < moment - begun < max(number, 0.1) * BLOCK
    assert session.closed is not None
    rest = session.closed - begun - session.seconds
    assert 0 < rest < 0.7


def states(home: BviewHome) -> list[tuple[str, float]]:
    """Return a list that grows with the states of the speaker, in real time."""
    seen: list[tuple[str, float]] = []
    (now,) = _NOW

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is not None:
            seen.append((new.state, now()))

    async_track_state_change_event(home.hass, home.entity_id(*SPEAKER), note)
    return seen


def warnings(home: BviewHome) -> list[str]:
    """Return what the integration warns of."""
    return home.told(logging.WARNING)


@pytest.mark.parametrize("form", ["wav", "mp3"])
@pytest.mark.parametrize("where", ["folder", "address"])
async def test_announcement(
    home: BviewHome, address: Address, tmp_path: Path, form: str, where: str
) -> None:
    """Every sample comes out, as loud and as long as its source, then it is quiet."""
    source, name = chord(1.3, form), f"13.{form}"
    (tmp_path / "media" / name).write_bytes(source)
    folder = f"media-source://media_source/local/{name}"
    seen = states(home)

    await play(home, folder if where == "folder" else address(name))

    assert value(home) == "playing"
    shown = home.state(*SPEAKER).attributes
    assert (shown["media_title"], shown["media_position"]) == (name, 0)
    assert shown["media_duration"] == 1
    assert last(home).closed is None
    session = await heard_to_the_end(home)
    assert_as(session, source)
    assert tones(session.samples, 3) == pytest.approx(CHORD, abs=2)
    assert power_of(session.samples, 3000.0) < -40
    assert [state for state, _ in seen] == ["playing", "idle"]
    lasted = seen[1][1] - seen[0][1]
    assert session.seconds <= lasted < session.seconds + 0.6
    shown = home.state(*SPEAKER).attributes
    assert not {"media_title", "media_duration", "media_position"} & shown.keys()
    assert len(home.camera.intercom.sessions) == 1
    assert home.written == [
        f"PUT {OPEN}",
        *[f"PUT {SEND}"] * 3,
        "PUT /TwowayAudio/Close",
    ]
    assert warnings(home) == []


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(password=PASSWORD),
        BviewOptions.full(password=PASSWORD, voice_modes=("G711A",), auth="digest"),
    ],
    ids=["mu_law", "a_law_digest"],
)
async def test_speech(
    hass: HomeAssistant, home: BviewHome, options: BviewOptions
) -> None:
    """What Home Assistant says is heard; its words are shown to nobody."""
    message = "The code is 4711"
    async with talking(hass) as voice:
        # Home Assistant makes this of everything else, with a pause before it.
        voice.form = "mp3"
        await hass.services.async_call(
            "tts",
            "speak",
            {
                "entity_id": "tts.test_voice",
                "media_player_entity_id": home.entity_id(*SPEAKER),
                "message": message,
            },
            blocking=True,
        )
        assert home.state(*SPEAKER).attributes["media_title"] == "Announcement"
        session = await heard_to_the_end(home)
        assert voice.spoken == 1
    assert_as(session, speech(message, "mp3"))
    assert session.mode == ("G711A" if options.auth == "digest" else "G711U")
    assert tones(session.samples, 1) == pytest.approx([440.0], abs=2)
    logged = [r for r in home.records if "4711" in r.getMessage()]
    assert not [r for r in logged if r.name.startswith("custom_components")]


async def test_stop(home: BviewHome, address: Address) -> None:
    """Nothing more is sent, and others may talk."""
    await play(home, address("60.wav"))

    await home.act(*SPEAKER, "media_stop")

    assert value(home) == "idle"
    session = last(home)
    assert session.reason == "close"
    assert session.seconds <= 3 * BLOCK
    # There is nothing to stop any more, and nobody is asked.
    home.camera.forget()
    await home.act(*SPEAKER, "media_stop")
    assert home.sent == []
    assert warnings(home) == []


async def test_the_next_one_takes_the_place(home: BviewHome, address: Address) -> None:
    """One session at a time: the newest is heard, whole."""
    await play(home, address("60.wav"))
    await play(home, address("7.wav"))
    assert home.state(*SPEAKER).attributes["media_title"] == "7.wav"
    assert value(home) == "playing"

    await heard_to_the_end(home)

    first, second = home.camera.intercom.sessions
    assert first.closed is not None
    assert first.closed <= second.opened
    assert first.seconds <= 3 * BLOCK
    assert_as(second, chord(0.7))
    assert value(home) == "idle"
    assert warnings(home) == []


async def test_a_camera_that_is_away(home: BviewHome, address: Address) -> None:
    """Nobody is kept waiting, then the speaker is not available."""
    home.camera.power_off()
    with told("unreachable", HomeAssistantError) as placeholders:
        await home.finish(play(home, address("5.wav")))
    assert placeholders == {"device": "Workshop"}
    await home.wait(6)
    assert value(home) == "unavailable"

    home.camera.power_on()
    await home.camera.settle()
    await home.wait(6)
    assert value(home) == "idle"
    await play(home, address("5.wav"))
    assert_as(await heard_to_the_end(home), chord(0.5))


@pytest.mark.parametrize(
    "options",
    [BviewOptions.full(password=PASSWORD, audio_busy=code) for code in (-14, -12, -11)],
    ids=["busy", "invalid", "users"],
)
async def test_somebody_else_talks(home: BviewHome, address: Address) -> None:
    """They are not cut off."""
    other = home.camera.intercom.open("G711U", "somebody")

    with told("speaker_in_use") as placeholders:
        await play(home, address("5.wav"))

    assert placeholders == {"device": "Workshop"}
    assert value(home) == "idle"
    assert (last(home), other.closed) == (other, None)
    home.camera.intercom.close()
    await play(home, address("5.wav"))
    assert_as(await heard_to_the_end(home), chord(0.5))


@pytest.mark.parametrize(
    ("path", "code", "key", "kind"),
    [
        (OPEN, -8, "failed", HomeAssistantError),
        (OPEN, -7, "refused", HomeAssistantError),
        (SEND, -5, "invalid_value", None),
        (SEND, -8, "failed", HomeAssistantError),
    ],
)
async def test_a_camera_that_takes_nothing(
    home: BviewHome,
    address: Address,
    path: str,
    code: int,
    key: str,
    kind: Refused | None,
) -> None:
    """The error says why, nothing is shown as playing, and nothing stays open."""
    home.camera.plans.refuse(path, code, count=None)

    with refused(key, *(() if kind is None else (kind,))):
        await play(home, address("5.wav"))

    assert value(home) == "idle"
    assert home.camera.intercom.session is None
    home.camera.plans.clear()
    await play(home, address("5.wav"))
    assert_as(await heard_to_the_end(home), chord(0.5))


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.HTTP_STATUS])
async def test_it_breaks_off(
    home: BviewHome, address: Address, kind: FaultKind
) -> None:
    """The state does not claim what nobody hears, and the log tells of it once."""
    await play(home, address("30.wav"))
    home.camera.faults.add(kind, SEND, count=None)

    session = await heard_to_the_end(home)

    assert value(home) == "idle"
    assert session.reason == "close"
    assert session.seconds <= 3 * BLOCK
    (warning,) = warnings(home)
    assert "broke off in the middle" in warning
    assert PASSWORD not in warning


async def test_a_camera_that_restarts(home: BviewHome, address: Address) -> None:
    """What was open is lost at the camera; it can talk again when it is back."""
    await play(home, address("30.wav"))
    home.camera.reboot()
    await home.until(lambda: value(home) != "playing")
    assert last(home).reason == "restart"
    home.camera.boot()
    await home.camera.settle()
    await home.wait(6)
    await home.wait(6)

    await play(home, address("5.wav"))
    assert_as(await heard_to_the_end(home), chord(0.5))


async def unload(home: BviewHome) -> None:
    """Take the camera out of use."""
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)


async def reload(home: BviewHome) -> None:
    """Set the camera up again."""
    await home.reload()


@pytest.mark.parametrize("end", [unload, reload])
async def test_unloaded_in_the_middle(
    home: BviewHome, address: Address, end: Callable[[BviewHome], Awaitable[None]]
) -> None:
    """The session is closed before the camera is let go of."""
    await play(home, address("60.wav"))

    await end(home)

    session = last(home)
    assert (session.reason, session.closed is not None) == ("close", True)
    assert session.seconds <= 3 * BLOCK
    if home.entry.state is not ConfigEntryState.LOADED:
        assert value(home) == "unavailable"
        await home.reload()
    assert value(home) == "idle"
    assert warnings(home) == []


@pytest.mark.parametrize("path", [OPEN, SEND])
async def test_nobody_waits_any_more(
    home: BviewHome, address: Address, path: str
) -> None:
    """An automation that is stopped leaves no session behind."""
    home.camera.faults.add(FaultKind.LATENCY, path, seconds=0.5, count=1)
    calling = asyncio.create_task(play(home, address("30.wav")))
    await home.until(lambda: bool(home.camera.requests_of(path)))

    calling.cancel()
    await asyncio.wait((calling,))
    await home.until(
        lambda: bool(home.camera.intercom.sessions) and last(home).closed is not None
    )
    await home.time.settle()

    assert last(home).reason == "close"
    assert last(home).seconds <= 2 * BLOCK
    assert value(home) == "idle"


async def test_abilities(home: BviewHome) -> None:
    """No volume and no files: the camera has neither."""
    shown = home.state(*SPEAKER).attributes
    assert shown["supported_features"] == (
        MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.STOP
    )
    assert not {"volume_level", "source", "source_list"} & shown.keys()
    with pytest.raises(ServiceNotSupported):
        await home.act(*SPEAKER, "volume_set", volume_level=0.3)
    with told("audio_files_unsupported") as placeholders:
        await home.own("audio_list", *SPEAKER)
    assert placeholders == {"device": "Workshop"}
    assert home.written == []


async def browse(home: BviewHome, **data: str) -> BrowseMedia:
    """Return what there is to choose from."""
    entity_id = home.entity_id(*SPEAKER)
    answer = await home.hass.services.async_call(
        "media_player",
        "browse_media",
        {"entity_id": entity_id, **data},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    found = answer[entity_id]
    assert isinstance(found, BrowseMedia)
    return found


async def test_browse(home: BviewHome, tmp_path: Path) -> None:
    """Only Home Assistant's own sounds are there to choose from."""
    for name in ("chime.wav", "door.mp4", "gate.jpg"):
        (tmp_path / "media" / name).write_bytes(b"")

    root = await browse(home)

    sources = [one.media_content_id for one in root.children or []]
    assert root.title == "Workshop"
    assert "media-source://media_source" in sources
    assert all(one.startswith("media-source://") for one in sources)
    folder = await browse(
        home,
        media_content_type="app",
        media_content_id="media-source://media_source/local",
    )
    assert [one.title for one in folder.children or []] == ["chime.wav"]
    assert home.camera.intercom.sessions == []


@pytest.mark.parametrize("options", [BviewOptions(password=PASSWORD)])
async def test_a_camera_without_a_loudspeaker(home: BviewHome) -> None:
    """It has no speaker, and nobody opens its sound."""
    assert home.find(*SPEAKER) is None
    assert home.camera.requests_of("/TwowayAudio/*") == []
