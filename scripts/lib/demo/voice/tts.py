"""Speak with espeak-ng where it is installed, in tones where it is not."""

from asyncio import subprocess
import io
import math
import shutil
import struct
from typing import Any, Final, override
import wave

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

RATE: Final = 16000
TONE_SECONDS: Final = 0.08
LONGEST: Final = 200
"""Characters that get a tone; the rest is left out."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the voice."""
    async_add_entities([DemoVoice(entry.entry_id)])


class DemoVoice(TextToSpeechEntity):
    """A voice that needs no internet."""

    _attr_name = "Demo voice"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]  # noqa: RUF012  (Home Assistant's own way)

    def __init__(self, unique_id: str) -> None:
        """Take the entry's id."""
        self._attr_unique_id = unique_id

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Return the message as a WAV file."""
        program = await self.hass.async_add_executor_job(shutil.which, "espeak-ng")
        if program is None:
            return "wav", await self.hass.async_add_executor_job(tones, message)
        process = await subprocess.create_subprocess_exec(
            program, "--stdout", "--", message, stdout=subprocess.PIPE
        )
        audio, _ = await process.communicate()
        return "wav", audio


def tones(message: str) -> bytes:
    """Return a WAV file with a tone per letter and a pause per blank."""
    samples: list[int] = []
    for character in message[:LONGEST]:
        loudness = 9000 if character.isalnum() else 0
        frequency = 300 + ord(character) % 32 * 25
        samples += (
            round(loudness * math.sin(2 * math.pi * frequency * index / RATE))
            for index in range(round(RATE * TONE_SECONDS))
        )
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return content.getvalue()
