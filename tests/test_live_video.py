"""Live video for real: from a device, through Home Assistant, to a player."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
import json
import logging
from pathlib import Path
import subprocess
from typing import Any, Final
from urllib.parse import quote, quote_plus

from aiohttp import web
from aiohttp.test_utils import TestClient
import pytest

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from homeassistant.components.camera import async_get_image, async_request_stream
from homeassistant.components.camera.const import DATA_CAMERA_PREFS
from homeassistant.components.stream import (
    StreamOpenClientError,
    async_check_stream_client_error,
    set_pyav_logging,
)
from homeassistant.components.stream.const import ATTR_STREAMS, DOMAIN as STREAM_DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests import rtmp, rtsp
from tests.emulators.reolink import ChannelOptions, ReolinkEmulator, ReolinkOptions
from tests.flows import answer, begin, created, form
from tests.rtmp import RtmpServer
from tests.rtsp import Clip, Codec, RtspServer, Scheme
from tests.sounds import run

USER: Final = "admin"
PASSWORD: Final = "p@ss:w/ö rd#%&+"
SECRETS: Final = (
    PASSWORD,
    quote(PASSWORD, safe=""),
    quote(PASSWORD),
    quote_plus(PASSWORD),
    b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
)
"""The password as it is, and as it may be written in an address or a header."""
FAILED: Final = "Error from stream worker"
"""What Home Assistant logs when a stream breaks off or does not begin."""
PACE: Final = 0.25
"""Real seconds for a second of the emulator's own video."""

type Client = TestClient[web.Request, web.Application]
type MakeClient = Callable[[], Awaitable[Client]]

needs_rtsp = pytest.mark.skipif(
    rtsp.missing() is not None, reason=rtsp.missing() or "there is all it takes"
)
needs_rtmp = pytest.mark.skipif(
    rtmp.program() is None, reason="needs the packages nginx and libnginx-mod-rtmp"
)
pytestmark = [
    pytest.mark.usefixtures("no_search"),
    pytest.mark.skipif(not rtsp.has_ffmpeg(), reason="needs ffmpeg and ffprobe"),
]


def secrets_in(text: str) -> list[str]:
    """Return the secrets that a text tells."""
    return [secret for secret in SECRETS if secret in text]


def told(records: list[logging.LogRecord]) -> str:
    """Return all that was logged, as it is written to a file."""
    formatter = logging.Formatter("%(name)s %(message)s")
    return "\n".join(formatter.format(record) for record in records)


@pytest.fixture(autouse=True)
def _told_to_nobody(records: list[logging.LogRecord]) -> Iterator[None]:
    """Fail where the password is logged."""
    yield
    assert not secrets_in(told(records))


@pytest.fixture
def talkative() -> Iterator[None]:
    """Have everything logged that can be, by the libraries that play as well."""
    loggers = [
        logging.getLogger(name)
        for name in ("homeassistant.components", f"custom_components.{DOMAIN}", "libav")
    ]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)
    set_pyav_logging(enable=False)


async def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


# Playing


@dataclass(frozen=True)
class Shown:
    """What a player gets to see and to hear."""

    video: tuple[str, str, int, int]
    """Codec, how the container names it, width and height."""
    pictures: int
    audio: str | None
    shades: int
    """Different shades of gray in the first picture."""


def look(path: Path) -> Shown:
    """Return what is in a file, by ffprobe; decode the first picture."""
    probed = subprocess.run(
        [
            *("ffprobe", "-hide_banner", "-loglevel", "error", "-count_frames"),
            *("-show_streams", "-of", "json", str(path)),
        ],
        capture_output=True,
        check=True,
        timeout=30,
    )
    streams = json.loads(probed.stdout)["streams"]
    (video,) = (one for one in streams if one["codec_type"] == "video")
    audio = [one["codec_name"] for one in streams if one["codec_type"] == "audio"]
    size = (video["width"], video["height"])
    gray = ("-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo")
    picture = run("-i", str(path), *gray)
    assert len(picture) == size[0] * size[1]
    return Shown(
        video=(video["codec_name"], video["codec_tag_string"], *size),
        pictures=int(video["nb_read_frames"]),
        audio=next(iter(audio), None),
        shades=len(set(picture)),
    )


@dataclass(frozen=True)
class Screen:
    """Where somebody looks at cameras, over HLS as a browser does."""

    hass: HomeAssistant
    client: Client
    folder: Path

    async def play(self, camera: str) -> Shown:
        """Play a camera and return what its first whole segment shows."""
        # Home Assistant answers it as soon as the segment is whole.
        address = await async_request_stream(self.hass, camera, "hls")
        assert not secrets_in(address)
        base = address.removesuffix("master_playlist.m3u8")
        playlist = (await self._get(address)).decode().split()[-1]
        lines = (await self._get(base + playlist)).decode().splitlines()
        first = next(line for line in lines if line.endswith("/0.m4s"))
        film = await self._get(base + "init.mp4") + await self._get(base + first)
        path = self.folder / f"{camera}.mp4"
        await asyncio.to_thread(path.write_bytes, film)
        return await asyncio.to_thread(look, path)

    async def switch_off(self) -> None:
        """End all that plays."""
        for stream in self.hass.data[STREAM_DOMAIN][ATTR_STREAMS]:
            for output in stream.outputs().values():
                await stream.remove_provider(output)

    async def _get(self, address: str) -> bytes:
        """Get a part of the stream."""
        async with asyncio.timeout(10), self.client.get(address) as response:
            assert response.status == 200, address
            return await response.read()


@pytest.fixture
async def screen(
    hass: HomeAssistant, hass_client: MakeClient, tmp_path: Path
) -> AsyncIterator[Screen]:
    """Return a screen; whatever plays on it ends with the test."""
    short = {"segment_duration": 2, "part_duration": 0.2}
    assert await async_setup_component(hass, STREAM_DOMAIN, {STREAM_DOMAIN: short})
    # The web server takes no routes once it runs.
    for component in ("camera", "media_player", "media_source", DOMAIN):
        assert await async_setup_component(hass, component, {})
    screen = Screen(hass, await hass_client(), tmp_path)
    yield screen
    await screen.switch_off()


# Devices


def options(codec: Codec = "h264", **changes: Any) -> ReolinkOptions:
    """Return a camera behind the odd password."""
    defaults: dict[str, Any] = {
        "channels": [ChannelOptions(main_codec=codec)],
        "username": USER,
        "password": PASSWORD,
        "live_pace": PACE,
    }
    return ReolinkOptions(**{**defaults, **changes})


async def add(
    hass: HomeAssistant, unit: ReolinkEmulator, protocol: str = "auto"
) -> ConfigEntry:
    """Add a device in the dialog, as its owner does, and choose how it is played."""
    login = {CONF_USERNAME: USER, CONF_PASSWORD: PASSWORD}
    filled = form(unit, **{CONF_VENDOR: "reolink"}, **login)
    entry = created(await answer(hass, await begin(hass, SOURCE_USER), filled))
    await choose(hass, entry, protocol)
    return entry


async def choose(hass: HomeAssistant, entry: ConfigEntry, protocol: str) -> None:
    """Choose how a device is played."""
    chosen = {**entry.options, "stream_protocol": protocol}
    hass.config_entries.async_update_entry(entry, options=chosen)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


def camera_of(hass: HomeAssistant, entry: ConfigEntry, stream: str) -> str:
    """Return the camera that shows a stream."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    (camera,) = (
        one.entity_id
        for one in entities
        if one.domain == "camera" and one.translation_key == stream
    )
    return camera


def rtsp_server(
    folder: Path, path: str, codec: Codec, scheme: Scheme = "digest"
) -> RtspServer:
    """Return a server that shows a clip to those who know the odd password."""
    clip = Clip(codec=codec, width=256, height=144)
    login = {"user": USER, "password": PASSWORD}
    return RtspServer(folder, {path: clip}, **login, scheme=scheme)


# Tests


@needs_rtsp
@pytest.mark.parametrize(
    ("codec", "scheme", "protocol", "seen"),
    [
        ("h264", "digest", "auto", ("h264", "avc1")),
        # Nothing else carries it, whatever the owner prefers.
        ("h265", "basic", "flv", ("hevc", "hvc1")),
    ],
)
async def test_main_stream_over_rtsp(
    hass: HomeAssistant,
    screen: Screen,
    tmp_path: Path,
    codec: Codec,
    scheme: Scheme,
    protocol: str,
    seen: tuple[str, str],
) -> None:
    """The main stream is played over RTSP, with either codec and either login."""
    async with rtsp_server(tmp_path, "/Preview_01_main", codec, scheme) as server:
        camera = options(codec, rtsp_port=server.port, rtmp_enabled=True)
        async with ReolinkEmulator(camera) as unit:
            entry = await add(hass, unit, protocol)
            shown = await screen.play(camera_of(hass, entry, "main_stream"))
            assert await server.played() == "/Preview_01_main"
            assert shown.video == (*seen, 256, 144)
            assert shown.pictures == 2 * rtsp.RATE
            assert shown.audio is None
            assert shown.shades > 16
            assert unit.live_streams == 0
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("stream", "tls"), [("main_stream", False), ("sub_stream", True)]
)
async def test_streams_over_flv(
    hass: HomeAssistant, screen: Screen, stream: str, tls: bool
) -> None:
    """H.264 is played over HTTP if so wished."""
    async with ReolinkEmulator(options(rtmp_enabled=True), tls=tls) as unit:
        entry = await add(hass, unit, "flv")
        shown = await screen.play(camera_of(hass, entry, stream))
        assert shown.video == ("h264", "avc1", 160, 96)
        assert shown.pictures >= 18
        assert shown.audio == "aac"
        assert shown.shades > 16
        assert unit.live_streams == 1
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("preload", [False, True])
async def test_unloading_ends_the_stream(
    hass: HomeAssistant, screen: Screen, preload: bool
) -> None:
    """Nothing plays on with a login that may be an old one."""
    async with ReolinkEmulator(options(rtmp_enabled=True)) as unit:
        entry = await add(hass, unit, "flv")
        camera = camera_of(hass, entry, "sub_stream")
        await hass.data[DATA_CAMERA_PREFS].async_update(camera, preload_stream=preload)
        await async_request_stream(hass, camera, "hls")
        await until(lambda: unit.live_streams == 1)
        await hass.config_entries.async_unload(entry.entry_id)
        await until(lambda: unit.live_streams == 0)


@needs_rtmp
async def test_sub_stream_over_rtmp(
    hass: HomeAssistant, screen: Screen, tmp_path: Path
) -> None:
    """A stream is played over RTMP."""
    name = "channel0_sub.bcs"
    async with RtmpServer(tmp_path, name, user=USER, password=PASSWORD) as server:
        camera = options(rtmp_port=server.port, rtmp_enabled=True)
        async with ReolinkEmulator(camera) as unit:
            entry = await add(hass, unit, "rtmp")
            shown = await screen.play(camera_of(hass, entry, "sub_stream"))
            assert server.played == [name]
            assert shown.video == ("h264", "avc1", 160, 96)
            assert shown.audio == "aac"
            assert unit.live_streams == 0
            await hass.config_entries.async_unload(entry.entry_id)


async def test_still(hass: HomeAssistant, screen: Screen) -> None:
    """A still is a whole JPEG."""
    async with ReolinkEmulator(options()) as unit:
        entry = await add(hass, unit)
        still = await async_get_image(hass, camera_of(hass, entry, "main_stream"))
        assert still.content_type == "image/jpeg"
        path = screen.folder / "still.jpg"
        await asyncio.to_thread(path.write_bytes, still.content)
        shown = await asyncio.to_thread(look, path)
        assert (shown.video[0], *shown.video[2:]) == ("mjpeg", 640, 360)
        assert shown.shades > 16
        await hass.config_entries.async_unload(entry.entry_id)


@needs_rtsp
@pytest.mark.usefixtures("talkative")
async def test_nobody_is_told_the_password(
    hass: HomeAssistant,
    screen: Screen,
    tmp_path: Path,
    records: list[logging.LogRecord],
) -> None:
    """However much is logged, and whatever fails, the password stays secret."""
    async with rtsp_server(tmp_path, "/other", "h264") as server:
        camera = options(rtsp_port=server.port, rtmp_enabled=True)
        async with ReolinkEmulator(camera) as unit:
            entry = await add(hass, unit)
            main = camera_of(hass, entry, "main_stream")
            await async_request_stream(hass, main, "hls")
            await until(lambda: f"{FAILED}: Not Found" in told(records))
            await choose(hass, entry, "flv")
            await screen.play(main)
            states = [state.as_dict() for state in hass.states.async_all()]
            unit.close_connections()
            await until(lambda: told(records).count(FAILED) >= 2)
            await screen.switch_off()
            unit.sessions.users[USER].password = "another"
            await async_request_stream(hass, main, "hls")
            await until(lambda: f"{FAILED}: Unauthorized" in told(records))
            await hass.config_entries.async_unload(entry.entry_id)
    assert "libav." in told(records)
    assert not secrets_in(str(states))


@needs_rtsp
@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("scheme", ["basic", "digest"])
async def test_strangers_see_nothing(
    hass: HomeAssistant, tmp_path: Path, scheme: Scheme
) -> None:
    """The server of these tests does ask for the password."""
    async with rtsp_server(tmp_path, "/live", "h264", scheme) as server:
        address = f"127.0.0.1:{server.port}/live"
        for login in ("", f"{USER}:wrong@", f"other:{quote(PASSWORD, safe='')}@"):
            with pytest.raises(StreamOpenClientError, match="Unauthorized"):
                await async_check_stream_client_error(hass, f"rtsp://{login}{address}")
