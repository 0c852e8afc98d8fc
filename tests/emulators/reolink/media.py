"""Pictures, files and live video, out of one real clip and two real pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
import struct
from typing import Final

from .clips import FLV, MP4, PICTURE, SMALL_PICTURE

CLIP_SECONDS: Final = 2.0
_VIDEO: Final = 9
_AUDIO: Final = 8


def picture(comment: str, *, small: bool = False) -> bytes:
    """Return a JPEG that carries a comment, so that no two are the same."""
    base = SMALL_PICTURE if small else PICTURE
    text = comment.encode()
    segment = struct.pack(">2sH", b"\xff\xfe", len(text) + 2) + text
    return base[:2] + segment + base[2:]


def film(comment: str) -> bytes:
    """Return an MP4 that carries a comment in a box that players skip."""
    text = comment.encode()
    return MP4 + struct.pack(">I4s", len(text) + 8, b"free") + text


@dataclass(frozen=True)
class Tag:
    """One piece of an FLV."""

    kind: int
    time: int
    """Milliseconds."""
    data: bytes

    @property
    def is_setup(self) -> bool:
        """Tell whether this says how to decode, and is sent only once."""
        if self.kind == _VIDEO:
            return self.data[1] != 1
        return self.kind != _AUDIO or self.data[1] == 0

    @property
    def is_end(self) -> bool:
        """Tell whether this ends the video."""
        return self.kind == _VIDEO and self.data[1] == 2

    def encode(self, shift: int = 0) -> bytes:
        """Return the tag with its length behind it, moved in time."""
        time = self.time + shift
        head = struct.pack(">B", self.kind) + len(self.data).to_bytes(3)
        head += (time & 0xFFFFFF).to_bytes(3) + (time >> 24 & 0xFF).to_bytes(1)
        body = head + b"\0\0\0" + self.data
        return body + struct.pack(">I", len(body))


def tags(stream: bytes) -> Iterator[Tag]:
    """Take an FLV apart."""
    position = struct.unpack_from(">I", stream, 5)[0] + 4
    while position + 11 <= len(stream):
        size = int.from_bytes(stream[position + 1 : position + 4])
        time = int.from_bytes(stream[position + 4 : position + 7])
        time |= stream[position + 7] << 24
        start = position + 11
        yield Tag(stream[position], time, stream[start : start + size])
        position = start + size + 4


HEADER: Final = FLV[:9] + b"\0\0\0\0"
_TAGS: Final = [tag for tag in tags(FLV) if not tag.is_end]
SETUP: Final = HEADER + b"".join(tag.encode() for tag in _TAGS if tag.is_setup)
"""What every live stream begins with."""
FRAMES: Final = tuple(
    tag for tag in _TAGS if not tag.is_setup and tag.time < CLIP_SECONDS * 1000
)
"""One round of the clip; sound that is longer would overlap with the next round."""
