"""Bring any audio into the form that a device plays."""

import asyncio
from dataclasses import dataclass
from functools import partial
import hashlib
import io
from pathlib import Path
import re
import sys
import tempfile
from typing import Final
import wave

from aiohttp import ClientError, ClientTimeout
from yarl import URL

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
# Samples are numbers of this computer: the module wave expects them like this too.
_SAMPLES: Final = "s16le" if sys.byteorder == "little" else "s16be"
_UNTITLED: Final = "Announcement"
_LONGEST_TITLE: Final = 100
_SECRET: Final = re.compile(r"(?=[\w-]*\d)[\w-]{20,}")
"""What looks like a key rather than a name."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Audio as it was found."""

    data: bytes
    title: str = _UNTITLED
    """What to call it where everybody may read it."""

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
        if media_id == media_source.URI_SCHEME:
            # Home Assistant takes it for an address and fails when it is resolved.
            raise _error("media_not_found")
        try:
            media = await media_source.async_resolve_media(hass, media_id, entity_id)
        except (media_source.Unresolvable, BrowseError) as err:
            raise _error("media_not_found") from err
        if media.path is not None:
            return await async_read_file(hass, media.path)
        media_id = media.url
    try:
        url = async_process_play_media_url(hass, media_id) if media_id else ""
    except (HomeAssistantError, ValueError) as err:
        raise _error("media_unreachable") from err
    return await _async_download(hass, url)


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
    return Source(data=data, title=_title(path.name))


def _title(name: str) -> str:
    """Return the name of a file, if it has one that can be shown."""
    short = 0 < len(name) <= _LONGEST_TITLE
    return name if short and name.isprintable() else _UNTITLED


def _address_title(url: str) -> str:
    """Return the name of a file at an address, unless it may be a key to it."""
    address = URL(url)
    # Home Assistant's own addresses end in tokens, and so do many others.
    if address.path.startswith("/api/") or _SECRET.search(address.name):
        return _UNTITLED
    return _title(address.name)


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
    return Source(data=bytes(data), title=_address_title(url))


def _too_large() -> HomeAssistantError:
    return _error("media_too_large", limit=str(_SOURCE_LIMIT // 1024 // 1024))


async def async_convert(
    hass: HomeAssistant, source: Source, form: AudioFormat, name: str, *, managed: bool
) -> AudioUpload:
    """Return audio as a file that a device plays.

    Raise:
        HomeAssistantError: It holds no sound, or one that is too long.
    """
    data = await _async_decode(hass, source, form)
    seconds = None
    if form.container == "wav":
        seconds = _seconds(data, form)
        data = await hass.async_add_executor_job(_as_wav, data, form.rate)
    _check_length(data, seconds, form)
    return AudioUpload(name=name, data=data, seconds=seconds, managed=managed)


async def async_samples(
    hass: HomeAssistant, source: Source, form: AudioFormat
) -> bytes:
    """Return audio as bare samples, for a device that plays what is sent to it.

    Raise:
        HomeAssistantError: It holds no sound, or one that is too long.
    """
    samples = await _async_decode(hass, source, form)
    _check_length(samples, _seconds(samples, form), form)
    return samples


def _seconds(samples: bytes, form: AudioFormat) -> float:
    return len(samples) / 2 / form.rate


def _check_length(data: bytes, seconds: float | None, form: AudioFormat) -> None:
    if (seconds or 0) > form.max_seconds or len(data) > form.max_bytes:
        raise _error("audio_too_long", seconds=str(form.max_seconds))


async def _async_decode(
    hass: HomeAssistant, source: Source, form: AudioFormat
) -> bytes:
    """Return audio in another format; samples for a file of type WAV."""
    if not source.data:
        raise _error("audio_unreadable")
    # A file and no pipe: some formats keep their table at the end.
    path = await _async_keep(hass, source.data)
    try:
        # One second more than allowed tells a long sound from one that just fits.
        output = await _async_ffmpeg(hass, path, form, form.max_seconds + 1)
    finally:
        # Not awaited: it goes also if the caller is cancelled once more.
        hass.async_add_executor_job(_discard, path)
    if not output:
        raise _error("audio_unreadable")
    return output


async def _async_ffmpeg(
    hass: HomeAssistant, path: Path, form: AudioFormat, seconds: int
) -> bytes:
    """Convert a file; playlists in it may not lead anywhere else."""
    codec = (
        ["-f", "mp3", "-b:a", _MP3_BITRATE]
        if form.container == "mp3"
        else ["-f", _SAMPLES, "-c:a", f"pcm_{_SAMPLES}"]
    )
    try:
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
    except OSError as err:
        LOGGER.debug("The program ffmpeg cannot be run: %s", err.strerror)
        raise _error("audio_unreadable") from err
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


async def _async_keep(hass: HomeAssistant, data: bytes) -> Path:
    """Write data to a temporary file, which does not outlast a caller who has gone.

    Raise:
        HomeAssistantError: There is no room for it.
    """
    writing = hass.async_add_executor_job(_keep, data)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        # The thread goes on, whoever waits for it.
        writing.add_done_callback(partial(_discard_later, hass))
        raise
    except OSError as err:
        raise _error("audio_unreadable") from err


def _keep(data: bytes) -> Path:
    """Write data to a temporary file and return its path."""
    with tempfile.NamedTemporaryFile(prefix="watchpost-", delete=False) as file:
        path = Path(file.name)
        try:
            file.write(data)
            file.flush()
        except OSError:
            path.unlink()
            raise
    return path


def _discard_later(hass: HomeAssistant, writing: asyncio.Future[Path]) -> None:
    """Remove a temporary file that nobody needs any more."""
    if writing.exception() is None:
        hass.async_add_executor_job(_discard, writing.result())


def _discard(path: Path) -> None:
    """Remove a temporary file."""
    path.unlink(missing_ok=True)


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
