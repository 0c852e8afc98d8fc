"""How the streams are encoded (9.4)."""

from collections.abc import Iterator
from typing import Final

from ....model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ....model.features import Choice, Level, Toggle
from ....model.vocabulary import Cadence, Key
from ....transport.xmltext import XmlText
from ..blocks import CAPABILITY, STREAM
from ..names import Path, find
from ..parts import Offer, Parts
from ..streams import MAIN, SUB, Size, modes, size_of
from .fields import choice

_FULL_RATE: Final = 25_500
"""What the document writes for as many pictures as the sensor gives."""
_USUAL_RATE: Final = 25
_BITRATES: Final = {MAIN: (512, 12288), SUB: (128, 2048)}
"""Least and most kbit/s (chapter 8)."""
_BITRATE_MODES: Final = {"constant": "CBR", "variable": "VBR", "smart": "SmartAVC"}
_SOUND: Final = "videoandaudio"
_STREAMS: Final = (
    (MAIN, Key.MAIN_RESOLUTION, Key.MAIN_FRAME_RATE, Key.MAIN_BITRATE),
    (SUB, Key.SUB_RESOLUTION, Key.SUB_FRAME_RATE, Key.SUB_BITRATE),
)


def encoding(parts: Parts) -> Iterator[Offer]:
    """Yield size, rate and bit rate of the streams, and the sound of the main one."""
    for number, size, rate, bits in _STREAMS:
        yield _resolution(parts, size, number)
        yield _frame_rate(parts, rate, number)
        yield _bitrate(parts, bits, number)
    yield choice(
        parts,
        Key.MAIN_BITRATE_MODE,
        STREAM[MAIN],
        "BitrateType",
        words=_BITRATE_MODES,
    )
    yield _sound(parts)


def _size(parts: Parts, number: int) -> Size | None:
    return size_of(parts.node(STREAM[number]))


def _resolution(parts: Parts, key: Key, number: int) -> Offer:
    """Return a choice of the sizes that go with the main stream's."""
    block = STREAM[number]
    if not parts.has(block, "ResolutionWidth"):
        return parts.without(key, block, "ResolutionWidth")

    def sizes() -> list[Size]:
        now = _size(parts, number)
        told = modes(parts.node(CAPABILITY), number, _size(parts, MAIN))
        return list(dict.fromkeys([*told, *([now] if now else [])]))

    async def write(option: str) -> None:
        size = next((one for one in sizes() if str(one) == option), None)
        if size is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        values: dict[Path, str] = {
            ("ResolutionWidth",): str(size.width),
            ("ResolutionHeigth",): str(size.height),
        }
        rate = parts.node(block).integer("FrameRate") or 0
        most = _most_frames(parts, number, size) * 100
        if most < rate < _FULL_RATE:
            values["FrameRate",] = str(most)
        await parts.documents.put(block, values)
        _outdate_others(parts, number)

    return Choice(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=lambda: str(now) if (now := _size(parts, number)) else None,
        write=write,
        options=lambda: tuple(str(one) for one in sizes()),
    )


def _outdate_others(parts: Parts, number: int) -> None:
    """Have the other streams read again: their sizes may have followed."""
    for other in STREAM:
        if other != number:
            parts.documents.outdate(STREAM[other])


def _most_frames(parts: Parts, number: int, size: Size | None) -> int:
    told = modes(parts.node(CAPABILITY), number, _size(parts, MAIN))
    return (told.get(size) if size else None) or _USUAL_RATE


def _frame_rate(parts: Parts, key: Key, number: int) -> Offer:
    """Return the pictures in a second; the camera counts in hundredths."""
    block = STREAM[number]
    if not parts.has(block, "FrameRate"):
        return parts.without(key, block, "FrameRate")

    def most() -> int:
        return _most_frames(parts, number, _size(parts, number))

    def read() -> float | None:
        rate = parts.node(block).integer("FrameRate")
        if rate is None:
            return None
        return most() if rate >= _FULL_RATE else rate / 100

    async def write(value: float) -> None:
        frames = min(max(round(value), 1), most())
        await parts.documents.put(block, {("FrameRate",): str(frames * 100)})
        _outdate_others(parts, number)

    return Level(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        minimum=1,
        maximum=_USUAL_RATE,
        limits=lambda: (1, most()) if most() > 1 else None,
    )


def _bitrate(parts: Parts, key: Key, number: int) -> Offer:
    block = STREAM[number]
    if not parts.has(block, "Bitrate"):
        return parts.without(key, block, "Bitrate")
    least, most = _BITRATES[number]

    async def write(value: float) -> None:
        await parts.documents.put(block, {("Bitrate",): str(round(value))})
        _outdate_others(parts, number)

    return Level(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=lambda: parts.node(block).number("Bitrate"),
        write=write,
        minimum=least,
        maximum=most,
    )


def _sound(parts: Parts) -> Offer:
    """Return whether the main stream carries sound, where there is a microphone."""
    key, block = Key.MAIN_AUDIO, STREAM[MAIN]
    kind = (parts.text(block, "StreamType") or "").lower()
    if not kind or (kind != _SOUND and not parts.identity.audio_channels):
        return parts.without(key, block, "StreamType")

    def read() -> bool | None:
        word = parts.text(block, "StreamType")
        return None if not word else word.lower() == _SOUND

    async def write(on: bool) -> None:
        def edit(document: XmlText) -> None:
            element = find(document.root, "StreamType")
            if element is None:
                raise DeviceUnsupportedError
            if (element.text.strip().lower() == _SOUND) is not on:
                document.put(element, "VideoAndAudio" if on else "Video")

        await parts.documents.change(block, edit)

    return Toggle(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )
