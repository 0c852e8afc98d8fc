"""Streams and sound (3.2.4 and 3.4.4)."""

from collections.abc import Iterator
from typing import Final

from ....model.features import Level
from ....model.vocabulary import Cadence, Key
from ..parts import Offer, Parts
from ..settings import GROUPS, MAIN, SOUND, SUB
from .fields import Setting, choice, level, setting, texts, toggle

_CODECS: Final = {"h264": 0, "h265": 1}
_BITRATE_MODES: Final = {"constant": 1, "variable": 0}
_SOUND_CODECS: Final = {
    "g711u": "G711U",
    "g711a": "G711A",
    "pcm": "PCM",
    "g726": "G726",
    "aac": "AAC",
}
_BITRATES: Final = (256, 10000)
_RATES: Final = (1, 30)
_INTERVALS: Final = (1, 120)
_VOLUMES: Final = (0.0, 9.0)
_PERCENT: Final = 100
_SIZE: Final = "Resolution"
_STREAMS: Final = (
    (
        MAIN,
        (
            Key.MAIN_RESOLUTION,
            Key.MAIN_CODEC,
            Key.MAIN_BITRATE_MODE,
            Key.MAIN_FRAME_RATE,
            Key.MAIN_BITRATE,
            Key.MAIN_KEYFRAME_INTERVAL,
        ),
    ),
    (
        SUB,
        (
            Key.SUB_RESOLUTION,
            Key.SUB_CODEC,
            Key.SUB_BITRATE_MODE,
            Key.SUB_FRAME_RATE,
            Key.SUB_BITRATE,
            Key.SUB_KEYFRAME_INTERVAL,
        ),
    ),
)


def encoding(parts: Parts) -> Iterator[Offer]:
    """Yield how the two streams are encoded."""
    for group, (size, codec, mode, rate, bits, interval) in _STREAMS:
        yield _resolution(parts, size, group)
        yield choice(codec, _of(parts, group, "Payload"), _CODECS)
        yield choice(mode, _of(parts, group, "BitType"), _BITRATE_MODES)
        yield level(rate, _of(parts, group, "FrameRate"), *_RATES)
        yield level(bits, _of(parts, group, "BitRate"), *_BITRATES)
        yield level(interval, _of(parts, group, "IPRate"), *_INTERVALS)


def _of(parts: Parts, group: str, name: str) -> Setting:
    """Return a value of a stream, whose range depends on its resolution."""
    return setting(parts, group, name, where=_SIZE)


def _resolution(parts: Parts, key: Key, group: str) -> Offer:
    """Return the sizes that the query lists, each in a group of its own."""
    family = GROUPS[group]

    def sizes() -> tuple[str, ...]:
        return parts.queries.every(family.family, family.group, _SIZE)

    return texts(key, setting(parts, group, _SIZE), sizes)


def sound(parts: Parts) -> Iterator[Offer]:
    """Yield the microphone, which the document calls audio."""
    yield toggle(Key.MICROPHONE, setting(parts, SOUND, "AudioEnable"))
    yield _volume(parts)
    yield choice(Key.AUDIO_CODEC, setting(parts, SOUND, "AudioCodec"), _SOUND_CODECS)


def _volume(parts: Parts) -> Offer:
    """Return the volume in percent; the unit has a few steps."""
    key, one = Key.MICROPHONE_VOLUME, setting(parts, SOUND, "AudioVolume")
    if (absent := one.unfit(key)) is not None:
        return absent

    def span() -> tuple[float, float]:
        told = one.told()
        limits = None if told is None else told.limits
        return _VOLUMES if limits is None or limits[0] >= limits[1] else limits

    def read() -> float | None:
        low, high = span()
        number = one.number
        return (
            None if number is None else round(_PERCENT * (number - low) / (high - low))
        )

    async def write(value: float) -> None:
        low, high = span()
        await one.put(round(low + value / _PERCENT * (high - low)))

    return Level(
        key=key,
        source=one.section,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        minimum=0,
        maximum=_PERCENT,
    )
