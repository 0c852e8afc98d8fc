"""A voice for tests, and a web server with all sorts of audio."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, override

from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.setup import async_setup_component
from tests import sounds


class Voice(TextToSpeechEntity):
    """A voice that says everything in one tone, for as long as the text is."""

    _attr_name = "Test voice"
    _attr_unique_id = "voice"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]  # noqa: RUF012  (Home Assistant's own way)
    form = "wav"
    spoken = 0
    hoarse = False

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Return a tenth of a second for each letter."""
        Voice.spoken += 1
        if Voice.hoarse:
            return None, None
        audio = await self.hass.async_add_executor_job(speech, message, self.form)
        return self.form, audio


def speech(message: str, form: str = "wav") -> bytes:
    """Return what the voice says."""
    return sounds.make(len(message) / 10, form=form, rate=22050)


@asynccontextmanager
async def talking(hass: HomeAssistant) -> AsyncIterator[type[Voice]]:
    """Set up a voice as an integration of its own."""
    for component in ("homeassistant", "tts", "media_source"):
        assert await async_setup_component(hass, component, {})

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, [Platform.TTS])
        return True

    async def add(
        hass: HomeAssistant,
        entry: ConfigEntry,
        async_add_entities: AddEntitiesCallback,
    ) -> None:
        async_add_entities([Voice()])

    mock_integration(hass, MockModule("talker", async_setup_entry=set_up))
    mock_platform(hass, "talker.tts", MockPlatform(async_setup_entry=add))
    mock_platform(hass, "talker.config_flow")
    entry = MockConfigEntry(domain="talker")
    entry.add_to_hass(hass)
    with mock_config_flow("talker", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        Voice.spoken = 0
        Voice.form = "wav"
        yield Voice


@asynccontextmanager
async def serving() -> AsyncIterator[TestServer]:
    """Run a web server with all sorts of audio."""
    files: dict[str, tuple[bytes, str]] = {
        "/tone.mp3": (sounds.make(2.0, form="mp3"), "audio/mpeg"),
        "/tone.ogg": (sounds.make(2.0, form="ogg"), "application/octet-stream"),
        "/tone.m4a": (fragmented(2.0), "audio/mp4"),
        "/wrong-type": (sounds.make(2.0, form="flac"), "text/html"),
        "/odd%20n%C3%A4me.wav": (sounds.make(2.0), "audio/wav"),
        "/silence.wav": (sounds.silent(2.0), "audio/wav"),
        "/sixty.wav": (sounds.make(60.0, rate=8000), "audio/wav"),
        "/long.mp3": (sounds.make(62.0, form="mp3"), "audio/mpeg"),
        "/corrupt.mp3": (b"\xff\xfb\x90" + bytes(4000), "audio/mpeg"),
        "/page.html": (b"<html><body>No music</body></html>", "text/html"),
        "/empty.wav": (b"", "audio/wav"),
    }

    async def serve(request: web.Request) -> web.StreamResponse:
        # Below these any name is a tone.
        named = request.path.startswith(("/named/", "/api/"))
        found = files.get("/tone.mp3" if named else request.raw_path)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[0], headers={"Content-Type": found[1]})

    async def huge(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(40):
            await response.write(bytes(1024 * 1024))
        return response

    async def playlist(request: web.Request) -> web.StreamResponse:
        lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:5", "#EXTINF:5,")
        text = "\n".join((*lines, request.query["to"], "#EXT-X-ENDLIST", ""))
        return web.Response(text=text, content_type="application/vnd.apple.mpegurl")

    app = web.Application()
    app.router.add_get("/huge.wav", huge)
    app.router.add_get("/list.m3u8", playlist)
    app.router.add_get("/{name:.*}", serve)
    running = TestServer(app, host="127.0.0.1")
    await running.start_server()
    yield running
    await running.close()


def fragmented(seconds: float) -> bytes:
    """Return an MP4 file that can be written to a pipe."""
    return sounds.make(seconds, "-movflags", "frag_keyframe+empty_moov", form="mp4")
