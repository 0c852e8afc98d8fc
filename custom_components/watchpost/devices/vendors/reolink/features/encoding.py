"""How the streams are encoded (chapter 3.5)."""

from collections.abc import Iterator

from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Choice, Level
from ....model.vocabulary import Cadence, Key
from ....transport.payload import Node, as_text
from .. import kinds
from ..documents import Document
from ..parts import Offer, Parts
from .fields import toggle

_RATES = (1, 30)
_BITS = (64, 16384)


def encoding(parts: Parts) -> Iterator[Offer]:
    """Yield the microphone and the figures of both streams."""
    keys = tuple(
        Key(f"{stream}_{what}")
        for stream in ("main", "sub")
        for what in ("resolution", "frame_rate", "bitrate")
    )
    if not parts.channel.has("enc"):
        for key in (Key.MICROPHONE, *keys):
            yield parts.lacks(key, "enc")
    else:
        encoder = parts.doc(kinds.ENC)
        yield toggle(Key.MICROPHONE, encoder, "audio")
        for stream in ("main", "sub"):
            yield _resolution(encoder, stream)
            yield _figure(encoder, stream, Key(f"{stream}_frame_rate"), "frameRate")
            yield _figure(encoder, stream, Key(f"{stream}_bitrate"), "bitRate")


def _rows(encoder: Document, stream: str) -> dict[str, Node]:
    """Return what the device allows at each size of a stream."""
    found: dict[str, Node] = {}
    for row in encoder.limits_list:
        limits = row.node(f"{stream}Stream")
        size = limits.text("size") if limits is not None else None
        if limits is not None and size:
            found.setdefault(size, limits)
    return found


def _current(encoder: Document, stream: str) -> Node:
    """Return what the device allows at the size that is set."""
    main = encoder.at("mainStream").text("size")
    for row in encoder.limits_list:
        told = row.node("mainStream")
        if told is not None and told.text("size") == main:
            return row.node(f"{stream}Stream") or Node({})
    return Node({})


def _resolution(encoder: Document, stream: str) -> Choice:
    """Return the sizes; a new one takes along figures that it does not allow."""

    def sizes() -> dict[str, str]:
        return {_shown(size): size for size in _rows(encoder, stream)}

    def read() -> str | None:
        size = encoder.at(f"{stream}Stream").text("size")
        return _shown(size) if size else None

    async def write(option: str) -> None:
        if not encoder.limits_list:
            await encoder.read()
        size = sizes().get(option)
        if size is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        limits = _rows(encoder, stream)[size]

        def change(tree: dict[str, Json]) -> None:
            fields = Node(tree).node(f"{stream}Stream")
            if fields is None:
                raise DeviceRequestError(Reason.INVALID_VALUE)
            fields.tree["size"] = size
            for name in ("frameRate", "bitRate"):
                value = fields.number(name)
                if value is not None:
                    fields.tree[name] = _nearest(limits, name, value)

        await encoder.change(change)

    return Choice(
        key=Key(f"{stream}_resolution"),
        source=encoder.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        options=lambda: tuple(sizes()),
    )


def _figure(encoder: Document, stream: str, key: Key, name: str) -> Level:
    """Return a number of a stream; the nearest that the device allows is sent."""

    def limits() -> tuple[float, float] | None:
        values = _listed(_current(encoder, stream), name)
        return (min(values), max(values)) if len(values) > 1 else None

    async def write(value: float) -> None:
        if not encoder.limits_list:
            await encoder.read()
        nearest = _nearest(_current(encoder, stream), name, value)
        await encoder.write((f"{stream}Stream", name), nearest)

    least, most = _RATES if name == "frameRate" else _BITS
    return Level(
        key=key,
        source=encoder.source,
        cadence=Cadence.SETTINGS,
        read=lambda: encoder.at(f"{stream}Stream").number(name),
        write=write,
        minimum=least,
        maximum=most,
        limits=limits,
    )


def _listed(limits: Node, name: str) -> list[int]:
    """Return the values that a field may have."""
    told = limits.value(name)
    texts = map(as_text, told) if isinstance(told, list) else ()
    return [int(text) for text in texts if text and text.isdecimal()]


def _nearest(limits: Node, name: str, value: float) -> int:
    values = _listed(limits, name)
    return min(values, key=lambda one: abs(one - value)) if values else round(value)


def _shown(size: str) -> str:
    """Return a size as people write it."""
    return size.replace("*", "x")
