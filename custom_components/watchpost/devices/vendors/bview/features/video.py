"""Live pictures (9.4 and 9.5)."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from ....model.commands import LiveStream
from ....model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from ....model.features import Toggle, View
from ....model.vocabulary import NO_REQUEST, Key
from ....transport.http import HttpStream
from ....transport.payload import PayloadError
from ....transport.xmltext import XmlText
from ..blocks import STREAM
from ..client import Client
from ..codes import error_for, error_for_status
from ..const import MOTION_JPEG
from ..parts import Offer, Parts
from ..streams import JPEG, MAIN, SUB, THIRD, Streams

_MULTIPART = "multipart/x-mixed-replace"
_REFUSAL = 16 * 1024
"""Bytes that are read of an answer that is no stream of pictures."""


def video(
    parts: Parts,
    streams: Streams,
    absent: frozenset[int],
    recording: Callable[[], bool | None],
    motion_detection: Toggle | None,
) -> Iterator[Offer]:
    """Yield a view for each stream, but for those that the camera says are off.

    The same picture serves as the still of all: it is that of the fourth stream.
    """
    snapshot = parts.client.picture
    for key, number in (
        (Key.MAIN_STREAM, MAIN),
        (Key.SUB_STREAM, SUB),
        (Key.THIRD_STREAM, THIRD),
    ):
        if number in absent or not streams.has(number):
            yield parts.without(key, STREAM[number], "Transport")
            continue
        main = number == MAIN
        yield View(
            key=key,
            source=NO_REQUEST,
            snapshot=snapshot,
            stream=partial(streams.source, number),
            recording=recording if main else None,
            motion_detection=motion_detection if main else None,
        )
    if parts.documents.known(STREAM[JPEG]):
        yield View(
            key=Key.MOTION_JPEG,
            source=NO_REQUEST,
            snapshot=snapshot,
            live=lambda: open_live(parts.client),
        )
    else:
        yield parts.without(Key.MOTION_JPEG, STREAM[JPEG])


def open_live(client: Client) -> AbstractAsyncContextManager[LiveStream]:
    """Open the pictures that the camera sends one after the other (9.4.6)."""
    return _open_live(client)


@asynccontextmanager
async def _open_live(client: Client) -> AsyncIterator[LiveStream]:
    async with client.open(MOTION_JPEG, live=True) as stream:
        kind = stream.headers.get("Content-Type", "")
        if not 200 <= stream.status < 300 or not kind.lower().startswith(_MULTIPART):
            raise await _refusal(stream)
        yield LiveStream(content_type=kind, chunks=stream.chunks)


async def _refusal(stream: HttpStream) -> DeviceError:
    """Return why there are no pictures; its code says more than its status."""
    denied = error_for_status(stream.status)
    body = b""
    async for piece in stream.chunks:
        body += piece
        if len(body) > _REFUSAL:
            break
    try:
        root = XmlText(body).root
    except PayloadError:
        code = None
    else:
        code = root.node().integer("statusCode")
    # What a login is refused with has a code as well.
    if code and not isinstance(denied, DeviceAuthError):
        return error_for(code)
    return denied or DeviceConnectionError(Reason.NO_PICTURE)
