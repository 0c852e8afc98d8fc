"""Microphone, loudspeaker and spoken prompts (chapters 20 and 39)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ....kit.fields import choice, level, toggle
from ....model.features import Level
from ....model.vocabulary import Key
from ..parts import Offer, Parts
from ..settings import AUDIO, PROMPTS

_CODECS: Final = {"g711a": 3, "g711u": 7, "aac": 8}
_LOUDEST: Final = 15
_PERCENT: Final = 100


def sound(parts: Parts) -> Iterator[Offer]:
    """Yield everything that is heard; nothing can be played on demand."""
    yield toggle(Key.MICROPHONE, parts.field(AUDIO, "enable"))
    yield _volume(parts, Key.MICROPHONE_VOLUME, "volume_in")
    yield _volume(parts, Key.SPEAKER_VOLUME, "volume_out")
    yield choice(Key.AUDIO_CODEC, parts.field(AUDIO, "encode_type"), _CODECS)
    yield toggle(Key.VOICE_PROMPTS, parts.field(PROMPTS, "enable"))


def _volume(parts: Parts, key: Key, name: str) -> Offer:
    """Return a volume in percent; the camera has sixteen steps."""
    field = parts.field(AUDIO, name)
    offer = level(key, field, 0, _PERCENT)
    if not isinstance(offer, Level):
        return offer

    def read() -> float | None:
        number = field.number
        return None if number is None else round(number * _PERCENT / _LOUDEST)

    async def write(value: float) -> None:
        await field.put(round(value * _LOUDEST / _PERCENT))

    return replace(offer, read=read, write=write)
