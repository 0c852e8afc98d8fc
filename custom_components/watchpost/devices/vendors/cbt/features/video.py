"""Live pictures, and how they are encoded (chapters 19, 20 and 42)."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from ....kit.fields import choice, level, toggle
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Choice, Toggle, View
from ....model.vocabulary import NO_REQUEST, Cadence, Key
from ..parts import Offer, Parts
from ..settings import RTSP, VIDEO
from ..streams import Streams, size_of, sizes_of

_VIEWS: Final = (Key.MAIN_STREAM, Key.SUB_STREAM, Key.THIRD_STREAM)
_ENCODED: Final = (
    (
        VIDEO[0],
        Key.MAIN_RESOLUTION,
        Key.MAIN_CODEC,
        Key.MAIN_BITRATE_MODE,
        Key.MAIN_FRAME_RATE,
        Key.MAIN_BITRATE,
        Key.MAIN_KEYFRAME_INTERVAL,
    ),
    (
        VIDEO[1],
        Key.SUB_RESOLUTION,
        Key.SUB_CODEC,
        Key.SUB_BITRATE_MODE,
        Key.SUB_FRAME_RATE,
        Key.SUB_BITRATE,
        Key.SUB_KEYFRAME_INTERVAL,
    ),
)
_CODECS: Final = {"h264": 1, "h265": 5}
_MODES: Final = {"variable": 0, "constant": 1}
_USUAL_RATE: Final = 25
_BITRATES: Final = (32, 16_384)
"""Least and most kbit/s; the document names none."""
_INTERVALS: Final = (1, 400)


def video(
    parts: Parts, streams: Streams, motion_detection: Toggle | None
) -> Iterator[Offer]:
    """Yield a view for each stream; the same still serves for all of them."""
    for number, key in enumerate(_VIEWS):
        if not streams.has(number):
            yield parts.without(key, VIDEO[number])
            continue
        yield View(
            key=key,
            source=NO_REQUEST,
            snapshot=parts.client.picture,
            stream=partial(streams.source, number),
            motion_detection=None if number else motion_detection,
        )


def encoding(parts: Parts) -> Iterator[Offer]:
    """Yield how the two streams are encoded, and whether they carry sound."""
    for section, size, codec, mode, rate, bits, interval in _ENCODED:
        yield _resolution(parts, size, section)
        yield choice(codec, parts.field(section, "encode_type"), _CODECS)
        yield choice(mode, parts.field(section, "rc_mode"), _MODES)
        most = partial(_rates, parts, section)
        field = parts.field(section, "frame_rate")
        yield level(rate, field, 1, _USUAL_RATE, limits=most)
        yield level(bits, parts.field(section, "bitrate"), *_BITRATES)
        yield level(interval, parts.field(section, "gop"), *_INTERVALS)
    for key, name in ((Key.MAIN_AUDIO, "audio_main"), (Key.SUB_AUDIO, "audio_sub")):
        yield toggle(key, parts.field(RTSP, name))


def _rates(parts: Parts, section: str) -> tuple[float, float] | None:
    most = parts.node(section).number("max_framerate")
    return (1, most) if most is not None and most > 1 else None


def _resolution(parts: Parts, key: Key, section: str) -> Offer:
    """Return a choice of the sizes that the camera lists."""
    if parts.node(section).spelling("pic_width") is None:
        return parts.without(key, section, "pic_width")

    def read() -> str | None:
        now = size_of(parts.node(section), "pic_width", "pic_height")
        return None if now is None else str(now)

    async def write(option: str) -> None:
        sizes = sizes_of(parts.node(section))
        size = next((one for one in sizes if str(one) == option), None)
        if size is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        values = {"pic_width": size.width, "pic_height": size.height}
        await parts.sections.put(section, values)

    return Choice(
        key=key,
        source=section,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        options=lambda: tuple(map(str, sizes_of(parts.node(section)))),
    )
