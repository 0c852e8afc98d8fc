"""Bring any audio into the form that a device plays."""

import asyncio
from dataclasses import dataclass
import hashlib
import io
from pathlib import Path
import tempfile
from typing import Final
import wave

from aiohttp import ClientError, ClientTimeout

from homeassistant.components import media_source, tts
from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.components.media_player import (
    BrowseError,
    async_process_play_media_url,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .const import DOMAIN, LOGGER
from .devices.model.commands import AudioFormat, AudioUpload

_SOURCE_LIMIT: Final = 32 * 1024 * 1024
"""Bytes that are fetched; an announcement is far smaller."""
_FETCH_SECONDS: Final = 30
_CONVERT_SECONDS: Final = 30
_TTS_PREFIX: Final = "media-source://tts/"
_CLIP_PREFIX: Final = "ha_"
_ONE_CHANNEL: Final = "aformat=sample_fmts=s16:channel_layouts=mono:sample_rates={rate}"
_MP3_BITRATE: Final = "64k"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Audio as it was found."""

    data: bytes

    def clip_name(self, form: AudioFormat) -> str:
        """Return the name of this audio on a device: the same for the same sound."""
        digest = hashlib.sha1(self.data, usedforsecurity=False)
        digest.update(f"{form.container}{form.rate}".encode())
        return f"{_CLIP_PREFIX}{digest.hexdigest()[:8]}.{form.container}"


def _error(key: str, **placeholders: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


async def async_fetch(hass: HomeAssistant, media_id: str, entity_id: str) -> Source:
    """Return the audio behind a media source or an address.

    Raise:
        HomeAssistantError: It cannot be fetched, or is too large.
    """
    if media_id.startswith(_TTS_PREFIX):
        return await _async_speak(hass, media_id)
    if media_source.is_media_source_id(media_id):
        try:
            media = await media_source.async_resolve_media(hass, media_id, entity_id)
        except (media_source.Unresolvable, BrowseError) as err:
            raise _error("media_not_found") from err
        if media.path is not None:
            return await async_read_file(hass, media.path)
        media_id = media.url
    return await _async_download(hass, async_process_play_media_url(hass, media_id))


async def _async_speak(hass: HomeAssistant, media_id: str) -> Source:
    try:
        _, data = await tts.async_get_media_source_audio(hass, media_id)
    except (HomeAssistantError, ValueError, KeyError) as err:
        raise _error("speech_failed") from err
    return Source(data=data)


async def async_read_file(hass: HomeAssistant, path: Path) -> Source:
    """Return the audio in a file of this computer."""

    def read() -> bytes:
        with path.open("rb") as file:
            return file.read(_SOURCE_LIMIT + 1)

    try:
        data = await hass.async_add_executor_job(read)
    except OSError as err:
        raise _error("media_not_found") from err
    if len(data) > _SOURCE_LIMIT:
        raise _too_large()
    return Source(data=data)


async def _async_download(hass: HomeAssistant, url: str) -> Source:
    data = bytearray()
    try:
        async with async_get_clientsession(hass).get(
            url, timeout=ClientTimeout(total=_FETCH_SECONDS)
        ) as response:
            response.raise_for_status()
            async for chunk in response.content.iter_chunked(65536):
                data += chunk
                if len(data) > _SOURCE_LIMIT:
                    raise _too_large()
    except ClientError, TimeoutError, ValueError:
        # The text of the error can hold an address with a signature.
        raise _error("media_unreachable") from None
    return Source(data=bytes(data))


def _too_large() -> HomeAssistantError:
    return _error("media_too_large", limit=str(_SOURCE_LIMIT // 1024 // 1024))


async def async_convert(
    hass: HomeAssistant, source: Source, form: AudioFormat, name: str, *, managed: bool
) -> AudioUpload:
    """Return audio as a file that a device plays.

    Raise:
        HomeAssistantError: It holds no sound, or one that is too long.
    """
    if not source.data:
        raise _error("audio_unreadable")
    # A file and no pipe: some formats keep their table at the end.
    path = await hass.async_add_executor_job(_keep, source.data)
    try:
        # One second more than allowed tells a long sound from one that just fits.
        output = await _async_ffmpeg(hass, path, form, form.max_seconds + 1)
    finally:
        await hass.async_add_executor_job(path.unlink)
    if form.container == "wav":
        seconds: float | None = len(output) / 2 / form.rate
        data = await hass.async_add_executor_job(_as_wav, output, form.rate)
    else:
        seconds, data = None, output
    if not output:
        raise _error("audio_unreadable")
    if (seconds or 0) > form.max_seconds or len(data) > form.max_bytes:
        raise _error("audio_too_long", seconds=str(form.max_seconds))
    return AudioUpload(name=name, data=data, seconds=seconds, managed=managed)


async def _async_ffmpeg(
    hass: HomeAssistant, path: Path, form: AudioFormat, seconds: int
) -> bytes:
    """Convert a file; playlists in it may not lead anywhere else."""
    codec = (
        ["-f", "s16le", "-c:a", "pcm_s16le"]
        if form.container == "wav"
        else ["-f", "mp3", "-b:a", _MP3_BITRATE]
    )
    process = await asyncio.create_subprocess_exec(
        get_ffmpeg_manager(hass).binary,
        *("-hide_banner", "-loglevel", "error", "-nostdin"),
        *("-protocol_whitelist", "file,pipe", "-i", str(path)),
        *("-vn", "-sn", "-dn", "-t", str(seconds)),
        # Mixed as integers: as floats two channels add up, and loud ones clip.
        *("-af", _ONE_CHANNEL.format(rate=form.rate)),
        *codec,
        "pipe:1",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_CONVERT_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        raise _error("audio_unreadable") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        LOGGER.debug("Conversion failed with %s", process.returncode)
        raise _error("audio_unreadable")
    return output


def _keep(data: bytes) -> Path:
    """Write data to a temporary file and return its path."""
    with tempfile.NamedTemporaryFile(prefix="watchpost-", delete=False) as file:
        file.write(data)
    return Path(file.name)


def _as_wav(samples: bytes, rate: int) -> bytes:
    """Put samples into a WAV file whose sizes are right from the start."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return buffer.getvalue()


def check_path(hass: HomeAssistant, path: str) -> Path:
    """Return a path that Home Assistant may use; call it in the executor.

    Raise:
        ServiceValidationError: It lies outside the allowed folders.
    """
    if not hass.config.is_allowed_path(path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"path": path},
        )
    return Path(path)
