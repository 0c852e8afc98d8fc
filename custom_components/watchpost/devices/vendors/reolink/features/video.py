"""Live pictures of a camera."""

from collections.abc import Awaitable, Callable, Iterator

from ....model.commands import StreamSource
from ....model.errors import DeviceConnectionError, Reason
from ....model.features import View
from ....model.vocabulary import NO_REQUEST, Cadence, Key
from .. import kinds
from ..parts import Offer, Parts
from ..streams import EXT, MAIN, SUB, Streams
from ..watch import Watch


def video(parts: Parts, streams: Streams, watch: Watch) -> Iterator[Offer]:
    """Yield a view for each stream (live 1: main, ext and sub; 2: main and sub)."""
    live = parts.channel.version("live")

    async def still() -> bytes:
        if watch.hangs(parts.number):
            # It would hold up the others until it is given up.
            raise DeviceConnectionError(Reason.CAMERA_OFFLINE)
        return await parts.client.picture(parts.number)

    # The same still serves all streams: who looks at several costs one request.
    snapshot = still if parts.channel.has("snap") else None
    yield _view(parts, streams, Key.MAIN_STREAM, MAIN, snapshot)
    yield _view(parts, streams, Key.SUB_STREAM, SUB, snapshot)
    if live == 1:
        yield _view(parts, streams, Key.THIRD_STREAM, EXT, snapshot)
    else:
        yield parts.lacks(Key.THIRD_STREAM, f"live {live}")


def _view(
    parts: Parts,
    streams: Streams,
    key: Key,
    stream: str,
    snapshot: Callable[[], Awaitable[bytes]] | None,
) -> View:
    encoder = parts.doc(kinds.ENC)

    def is_h265() -> bool:
        codec = encoder.at(f"{stream}Stream").text("vType")
        if codec is None:
            # Until the encoder was read; only the main stream can be H.265.
            return stream == MAIN and parts.channel.version("mainEncType") == 1
        return codec.lower() == "h265"

    def source() -> StreamSource | None:
        return streams.source(parts.number, stream, h265=is_h265())

    return View(
        key=key,
        source=NO_REQUEST,
        cadence=Cadence.STATE,
        snapshot=snapshot,
        stream=source,
    )
