"""Live pictures and stills (sections 3.2 and 3.14)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Final

from ....model.commands import LiveStream
from ....model.errors import DeviceConnectionError, Reason
from ....model.features import Toggle, View
from ....model.vocabulary import NO_REQUEST, AbsenceReason, Key
from ..client import Client
from ..codes import error_for_status
from ..const import MOTION_JPEG
from ..frames import framed
from ..parts import Offer, Parts
from ..settings import JPEG, MAIN, RECORDING, SUB
from ..streams import Streams
from .recording import is_recording

_CLOSED: Final = "closed"


def video(parts: Parts, streams: Streams, motion: Toggle | None) -> Iterator[Offer]:
    """Yield a view for each stream; the same still serves all of them."""
    snapshot = partial(parts.client.picture, parts.channel)
    yield View(
        key=Key.MAIN_STREAM,
        source=NO_REQUEST,
        snapshot=snapshot,
        stream=partial(streams.source, parts, MAIN),
        recording=partial(is_recording, parts) if parts.known(RECORDING) else None,
        motion_detection=motion,
    )
    if parts.known(SUB):
        yield View(
            key=Key.SUB_STREAM,
            source=NO_REQUEST,
            snapshot=snapshot,
            stream=partial(streams.source, parts, SUB),
        )
    else:
        yield parts.without(Key.SUB_STREAM, SUB)
    size = parts.node(JPEG).text("Resolution")
    if size is None:
        yield parts.without(Key.MOTION_JPEG, JPEG, "Resolution")
    elif size.strip().lower() == _CLOSED:
        reason = AbsenceReason.NOT_CONFIGURED
        yield parts.lacks(Key.MOTION_JPEG, f"{JPEG} {size}", reason)
    else:
        yield View(
            key=Key.MOTION_JPEG,
            source=NO_REQUEST,
            snapshot=snapshot,
            live=lambda: open_live(parts.client, parts.channel),
        )


def open_live(client: Client, channel: int) -> AbstractAsyncContextManager[LiveStream]:
    """Open the pictures that the unit sends one after the other (3.15.2)."""
    return _open_live(client, channel)


@asynccontextmanager
async def _open_live(client: Client, channel: int) -> AsyncIterator[LiveStream]:
    path = MOTION_JPEG.format(channel=channel)
    async with client.open(path, live=True) as stream:
        if (error := error_for_status(stream.status)) is not None:
            raise error
        kind = stream.headers.get("Content-Type", "")
        if not kind.lower().startswith("multipart/"):
            raise DeviceConnectionError(Reason.NO_PICTURE)
        yield framed(kind, stream.chunks)
