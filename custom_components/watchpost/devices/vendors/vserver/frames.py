"""Pictures of a live stream whose boundary nobody has told.

The document does not say how the pictures are parted; most units declare it, and what
they declare is handed on. Others are cut at the marks of the pictures themselves.
"""

from collections.abc import AsyncIterator
import re
from typing import Final

from ...model.commands import LiveStream

_DECLARED: Final = re.compile(
    r"multipart/x-mixed-replace\s*;.*\bboundary\s*=\s*\S", re.I
)
_START: Final = b"\xff\xd8\xff"
_END: Final = b"\xff\xd9"
_LIMIT: Final = 8 * 1024 * 1024
"""Bytes in which a picture has to end."""
_BOUNDARY: Final = "watchpost-picture"


def framed(content_type: str, chunks: AsyncIterator[bytes]) -> LiveStream:
    """Return a stream whose boundary is declared."""
    if _DECLARED.match(content_type):
        return LiveStream(content_type=content_type, chunks=chunks)
    kind = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
    return LiveStream(content_type=kind, chunks=_cut(chunks))


async def _cut(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield each picture in a part of its own.

    The mark of the end may stand within a picture, at the end of a preview: a picture
    ends with the last one before the next picture begins behind a line of text.
    """
    held = bytearray()
    async for piece in chunks:
        held += piece
        while (picture := _first(held)) is not None:
            yield _part(picture)
        if len(held) > _LIMIT:
            held.clear()


def _first(held: bytearray) -> bytes | None:
    """Take the first picture out of what has come, once the next one has begun."""
    start = held.find(_START)
    if start < 0:
        del held[: max(len(held) - len(_START), 0)]
        return None
    search = start + len(_START)
    while (end := held.find(_END, search)) >= 0:
        after = end + len(_END)
        if len(held) < after + 4:
            return None
        if held[after : after + 4].lstrip(b"\r\n").startswith(b"-") or (
            held[after : after + len(_START)] == _START
        ):
            picture = bytes(held[start:after])
            del held[:after]
            return picture
        search = after
    return None


def _part(picture: bytes) -> bytes:
    head = (
        f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {len(picture)}\r\n\r\n"
    )
    return head.encode() + picture + b"\r\n"
