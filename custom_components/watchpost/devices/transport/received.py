"""Recorded files as they are received."""

from collections.abc import AsyncIterator
import re
from typing import Final

from ..model.commands import OpenRecording
from ..model.errors import DeviceConnectionError
from .http import HttpStream
from .payload import PayloadError

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE: Final = re.compile(
    r"bytes\s+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.IGNORECASE
)
_PARTIAL: Final = 206
_KINDS: Final = {".mp4": "video/mp4", ".avi": "video/x-msvideo"}
"""What is certain whatever a device calls it."""
_UNKNOWN: Final = "application/octet-stream"


def opened_file(
    stream: HttpStream, name: str, offset: int, size: int | None = None
) -> OpenRecording:
    """Return a file that is being received.

    A length that the device announces is not believed against the range or the size
    that it tells as well.

    Raise:
        PayloadError: It sends a part that ends before it begins.
    """
    announced = stream.headers.get("Content-Length", "")
    length = int(announced) if _NUMBER.fullmatch(announced) else None
    total = size
    told = _CONTENT_RANGE.fullmatch(stream.headers.get("Content-Range", "").strip())
    if stream.status != _PARTIAL:
        # It gives all of it, whatever was asked for.
        offset, total = 0, max((one for one in (length, size) if one), default=length)
        length = total
    elif told is not None:
        first, last, whole = told.groups()
        offset, length = int(first), int(last) - int(first) + 1
        total = size if whole == "*" else int(whole)
        if length < 1:
            raise PayloadError
    kind = stream.headers.get("Content-Type", _UNKNOWN)
    return OpenRecording(
        content_type=_KINDS.get(name.lower()[-4:], kind),
        offset=offset,
        length=length,
        total=total,
        chunks=_whole(stream.chunks, length),
    )


async def _whole(
    chunks: AsyncIterator[bytes], length: int | None
) -> AsyncIterator[bytes]:
    """Yield as many bytes as were announced.

    Raise:
        DeviceConnectionError: There are fewer.
    """
    left = length
    async for chunk in chunks:
        if left is None:
            yield chunk
            continue
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            return
    if left:
        raise DeviceConnectionError
