"""Measure a B-VIEW camera in Home Assistant: requests, stills, live pictures, speech.

Run: .venv/bin/python -m pytest tests/bench/bview.py -s -q -p no:logging
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
import logging
from pathlib import Path
import statistics
import time

from aiohttp import ClientSession, encode_basic_auth, web
from aiohttp.test_utils import TestClient
import pytest

from custom_components.watchpost.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests import sounds
from tests.bview_events import reachable_home
from tests.bview_home import BviewHome, bview_home
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.hearing import compare

MINUTES = 60
STEP = 2.5
STILLS = 50
VIEWERS = 4
WATCHING = 4.0
"""Real seconds for which the viewers look."""
SOUND = 10.0
BLOCK = 0.5
"""Seconds of sound, and of one block of it."""

# In a tuple, where freezegun does not find and replace it.
_NOW = (time.perf_counter,)

type Clients = Callable[[], Awaitable[TestClient[web.Request, web.Application]]]


def show(text: str) -> None:
    """Print a line."""
    print(text)  # noqa: T201


def made_of(home: BviewHome) -> str:
    """Return what was asked, most often first."""
    kinds = Counter(record.path for record in home.camera.requests)
    return ", ".join(f"{name} {number}" for name, number in kinds.most_common(12))


async def idle(home: BviewHome, title: str) -> float:
    """Let an hour pass in steps that no timer outlasts; return requests a minute."""
    home.camera.requests.clear()
    for _ in range(round(MINUTES * 60 / STEP)):
        await home.poll(STEP)
    rate = len(home.camera.requests) / MINUTES
    show(f"{title:<34}{rate:6.2f} requests a minute   {made_of(home)}")
    return rate


@pytest.mark.parametrize("all_enabled", [False, True])
async def test_set_up_and_idle(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    request: pytest.FixtureRequest,
    all_enabled: bool,
) -> None:
    """The status every five seconds, settings every five minutes or hours."""
    if all_enabled:
        request.getfixturevalue("every_entity")
    async with bview_home(hass, monkeypatch, moving_time) as home:
        show("")
        title = "all entities" if all_enabled else "as usual"
        show(f"{'Set-up, ' + title:<34}{len(home.sent):6d} requests")
        assert await idle(home, f"Idle, {title}") < 15
        assert home.written == []


async def test_stills_and_live_pictures(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    every_entity: None,
    hass_client: Clients,
) -> None:
    """A still costs hardly more than asking the camera; viewers get its own rate."""
    # Its log does not understand a clock that stands still.
    logging.getLogger("aiohttp.access").disabled = True
    monkeypatch.setattr(
        "custom_components.watchpost.async_setup_discovery", lambda hass: None
    )
    for component in (DOMAIN, "webhook", "camera", "media_player", "media_source"):
        # The web server takes no routes once it runs.
        assert await async_setup_component(hass, component, {})
    client = await hass_client()
    options = BviewOptions.full(password="camera secret")
    async with bview_home(hass, monkeypatch, moving_time, options) as home:
        show("")
        (now,) = _NOW
        direct, through = [], []
        url = f"{home.camera.url}/Snapshot/1/RemoteImageCapture?ImageFormat=2"
        login = encode_basic_auth(options.username, options.password, "utf-8")
        headers = {"Authorization": login}
        own = home.entity_id("camera", "main_stream")
        async with ClientSession() as session:
            for _ in range(STILLS):
                start = now()
                async with session.get(url, headers=headers) as answer:
                    assert (await answer.read()).startswith(b"\xff\xd8")
                direct.append(now() - start)
                # The last still is shown to everybody for a second.
                moving_time.leap(1.1)
                start = now()
                got = await client.get(f"/api/camera_proxy/{own}")
                assert (await got.read()).startswith(b"\xff\xd8")
                through.append(now() - start)
        for title, taken in (("direct", direct), ("through Home Assistant", through)):
            middle = statistics.median(taken) * 1000
            worst = sorted(taken)[int(0.95 * len(taken))] * 1000
            show(f"Still, {title:<27}{middle:6.1f} ms, p95 {worst:.1f} ms")

        live = home.entity_id("camera", "motion_jpeg")
        before = home.camera.views

        async def watch() -> tuple[int, int]:
            frames = size = 0
            got = await client.get(f"/api/camera_proxy_stream/{live}")
            assert got.headers["Content-Type"].startswith("multipart/x-mixed-replace")
            end = now() + WATCHING
            while now() < end:
                piece = await got.content.readany()
                frames += piece.count(b"\xff\xd8\xff")
                size += len(piece)
            got.close()
            return frames, size

        seen = await asyncio.gather(*(watch() for _ in range(VIEWERS)))
        rates = ", ".join(f"{frames / WATCHING:.1f}" for frames, _ in seen)
        opened = home.camera.views - before
        show(
            f"Live pictures, {VIEWERS} viewers: {rates} a second, {opened} connections"
        )
        assert opened == VIEWERS
        await home.until(lambda: home.camera.viewers == 0)


def source(seconds: float) -> bytes:
    """Return tones that rise and fall like speech, with some noise, at 48 kHz."""
    tones = "+".join(
        f"{share}*sin(2*PI*{hertz}*t)"
        for share, hertz in ((0.2, 180), (0.12, 620), (0.08, 1250), (0.05, 2600))
    )
    wave = f"(0.55+0.45*sin(2*PI*3*t))*({tones})+0.01*(random(0)*2-1)"
    return sounds.run(
        *("-f", "lavfi", "-i", f"aevalsrc={wave}|{wave}:s=48000:d={seconds}"),
        *("-f", "wav"),
    )


async def test_announcement(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    tmp_path: Path,
    hass_client: Clients,
) -> None:
    """What comes out is what was sent, in time, and the session is closed."""
    wav = source(SOUND)
    (tmp_path / "sound.wav").write_bytes(wav)
    hass.config.media_dirs = {"local": str(tmp_path)}
    async with reachable_home(hass, monkeypatch, moving_time, hass_client) as (home, _):
        (now,) = _NOW
        start = now()
        playing = asyncio.create_task(
            home.act(
                "media_player",
                "speaker",
                "play_media",
                media_content_type="music",
                media_content_id="media-source://media_source/local/sound.wav",
                announce=True,
            )
        )
        sessions = home.camera.intercom.sessions
        await home.until(lambda: bool(sessions and sessions[0].chunks))
        first = now() - start
        await playing
        await asyncio.sleep(SOUND - 2)
        await home.until(lambda: sessions[0].closed is not None)
        (session,) = sessions
        found = compare(session.samples, sounds.samples(wav))
        begun = session.chunks[0][0]
        # The first block sounds at once, the others may come one block before.
        late = sorted(
            moment - begun - max(number - 1, 0) * BLOCK
            for number, (moment, _) in enumerate(session.chunks)
        )
        closed = (session.closed or 0.0) - begun - session.seconds
        show("")
        show(f"Announcement of {SOUND:.0f} s, {len(session.chunks)} blocks")
        show(f"  Length {found.length * 1000:+.1f} ms, level {found.level:+.2f} dB")
        show(
            f"  Correlation {found.correlation:.5f} at {found.delay * 1000:+.1f} ms, "
            f"thirds of octaves within {found.spectrum:.2f} dB"
        )
        show(
            f"  Blocks late: p95 {late[int(0.95 * len(late))] * 1000:.1f} ms, "
            f"max {late[-1] * 1000:.1f} ms; a gap needs {BLOCK * 1000:.0f} ms"
        )
        show(f"  Most ahead {session.most_ahead:.3f} s, gaps {session.gaps}")
        show(
            f"  Ended by {session.reason}, {closed * 1000:.0f} ms after the last sample"
        )
        show(f"  From play_media to the first block: {first * 1000:.0f} ms")
        assert session.reason == "close"
        assert session.gaps == 0
