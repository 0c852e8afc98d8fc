"""Length and repair of audio files, read from their bytes."""

from typing import Final

from .const import PACKET

_BITRATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s of MPEG-1 layer III frames."""
_BITRATES_LOW: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""kbit/s of MPEG-2 layer III frames."""
_RATES: Final = {
    3: (44100, 48000, 32000),
    2: (22050, 24000, 16000),
    0: (11025, 12000, 8000),
}
"""Hz by MPEG version."""


def sound_length(data: bytes) -> float | None:
    """Return the seconds that a WAV or MP3 file takes, None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _wav_length(data)
    return _mp3_length(data)


def _wav_length(data: bytes) -> float | None:
    rate = 0
    for name, start, size in _chunks(data):
        if name == b"fmt " and size >= 16:
            rate = int.from_bytes(data[start + 8 : start + 12], "little")
        elif name == b"data":
            return min(size, len(data) - start) / rate if rate else None
    return None


def _chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """Return name, start and size of each chunk of a RIFF file."""
    found: list[tuple[bytes, int, int]] = []
    at = 12
    while at + 8 <= len(data) and len(found) < 64:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append((data[at : at + 4], at + 8, size))
        at += 8 + size + size % 2
    return found


def _mp3_length(data: bytes) -> float | None:
    """Add up the frames: a file may change its bit rate in the middle."""
    at = 0
    if data[:3] == b"ID3" and len(data) > 10:
        size = 0
        for byte in data[6:10]:
            size = size * 128 + (byte & 0x7F)
        at = 10 + size
    seconds = 0.0
    while at + 4 <= len(data):
        frame = _mp3_frame(data[at : at + 4])
        if frame is None:
            break
        size, duration = frame
        seconds += duration
        at += size
    return seconds or None


def _mp3_frame(head: bytes) -> tuple[int, float] | None:
    """Return bytes and seconds of a layer III frame."""
    version, layer = (head[1] >> 3) & 3, (head[1] >> 1) & 3
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or version == 1 or layer != 1:
        return None
    rate_index, code = (head[2] >> 2) & 3, head[2] >> 4
    if rate_index == 3 or code in (0, 15):
        return None
    rate = _RATES[version][rate_index]
    bits = (_BITRATES if version == 3 else _BITRATES_LOW)[code] * 1000
    samples = 1152 if version == 3 else 576
    return samples // 8 * bits // rate + ((head[2] >> 1) & 1), samples / rate


def fit_for_upload(data: bytes) -> bytes:
    """Return a file that the unit can take.

    A WAV file that was written to a pipe holds 0xFFFFFFFF as its sizes; they are put
    right. The unit knows the end of an upload by a short packet alone, so a file
    that fills its packets exactly gets a little silence.
    """
    wav = data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    if wav:
        data = _true_sizes(data, silence=0)
    if len(data) % PACKET == 0:
        data = _true_sizes(data, silence=2) if wav else data + bytes(2)
    return data


def _true_sizes(data: bytes, *, silence: int) -> bytes:
    """Return a WAV file with the sizes that it really has, and some silence more."""
    fixed = bytearray(data)
    for name, start, size in _chunks(data):
        if name != b"data":
            continue
        real = len(data) - start
        if size == 0 or size > real:
            size = real - real % 2
            del fixed[start + size :]
        fixed[start + size : start + size] = bytes(silence)
        fixed[start - 4 : start] = (size + silence).to_bytes(4, "little")
        break
    else:
        fixed += bytes(silence)
    fixed[4:8] = (len(fixed) - 8).to_bytes(4, "little")
    return bytes(fixed)
