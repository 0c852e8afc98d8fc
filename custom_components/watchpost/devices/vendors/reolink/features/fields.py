"""Features that are one field of a document."""

from collections.abc import Mapping
from datetime import time

from ....model.device import Json
from ....model.errors import DeviceRequestError, Reason
from ....model.features import Choice, Level, TimeOfDay, Toggle
from ....model.vocabulary import Cadence, Key
from ....model.words import slug
from ....transport.payload import Node, as_text
from ..documents import Document, Path
from ..parts import Held
from ..spans import seconds


def below(document: Document, path: Path) -> Node:
    """Return the part of a document that holds the last name of a path."""
    return document.at(*path[:-1])


def limits_below(document: Document, path: Path) -> Node:
    """Return what the device allows there."""
    node = document.limits
    for name in path[:-1]:
        node = node.node(name) or Node({})
    return node


def toggle(key: Key, document: Document, *path: str, inverted: bool = False) -> Toggle:
    """Return a switch for a field that is 0 or 1."""
    held = Held(source=document.source, get=lambda: document)
    return held_toggle(key, held, *path, inverted=inverted)


def held_toggle(key: Key, held: Held, *path: str, inverted: bool = False) -> Toggle:
    """Return a switch for a field of one document or another."""

    def read() -> bool | None:
        flag = below(held.get(), path).flag(path[-1])
        return flag if flag is None else flag is not inverted

    async def write(on: bool) -> None:
        await held.get().write(path, int(on is not inverted))

    return Toggle(
        key=key,
        source=held.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )


def level(
    key: Key,
    document: Document,
    *path: str,
    minimum: float,
    maximum: float,
) -> Level:
    """Return a number for a field, in the range that the device tells."""

    def limits() -> tuple[float, float] | None:
        told = limits_below(document, path).node(path[-1])
        least = told.number("min") if told is not None else None
        most = told.number("max") if told is not None else None
        # The guide itself prints a range of 0 to 0 for a threshold of 73.
        return None if least is None or most is None or least >= most else (least, most)

    async def write(value: float) -> None:
        await document.write(path, round(value))

    return Level(
        key=key,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=lambda: below(document, path).number(path[-1]),
        write=write,
        minimum=minimum,
        maximum=maximum,
        limits=limits,
    )


def choice(
    key: Key, document: Document, *path: str, words: Mapping[str, str]
) -> Choice:
    """Return a choice between words of the device, by slug.

    The device's own list decides what is offered; a word that is not known is
    offered under a slug made of it.
    """
    slugs = {word: slug for slug, word in words.items()}

    def slug_of(word: str) -> str:
        known = slugs.get(word) or next(
            (slug for own, slug in slugs.items() if own.lower() == word.lower()), None
        )
        return known or slug(word)

    def told() -> dict[str, str]:
        listed = limits_below(document, path).value(path[-1])
        values = listed if isinstance(listed, list) else list(words.values())
        return {slug_of(word): word for word in map(as_text, values) if word}

    def read() -> str | None:
        word = below(document, path).text(path[-1])
        return slug_of(word) if word else None

    async def write(option: str) -> None:
        word = told().get(option) or words.get(option)
        if word is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await document.write(path, word)

    return Choice(
        key=key,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        options=lambda: tuple(told()),
    )


def clock(
    key: Key, document: Document, path: Path, hour: str, minute: str
) -> TimeOfDay:
    """Return a time of day for two fields."""

    def read() -> time | None:
        node = document.at(*path)
        h, m = node.integer(hour), node.integer(minute)
        if h is None or m is None or not (0 <= h < 24 and 0 <= m < 60):
            return None
        return time(h, m)

    async def write(moment: time) -> None:
        # Both ends of a time are needed at once, else it could be turned around.
        node = document.at(*path)
        values: dict[Path, Json] = {(*path, name): node.tree[name] for name in node}
        values[*path, node.spelling(hour) or hour] = moment.hour
        values[*path, node.spelling(minute) or minute] = moment.minute
        await document.write_all(values)

    return TimeOfDay(
        key=key,
        source=document.source,
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
    )


def duration(key: Key, held: Held, name: str, usual: tuple[str, ...]) -> Level:
    """Return a number of seconds for a field that is one of several words."""

    def words() -> dict[int, str]:
        listed = held.get().limits.value(name)
        values = listed if isinstance(listed, list) and listed else list(usual)
        found = {seconds(word): word for word in map(as_text, values) if word}
        return {length: word for length, word in found.items() if length is not None}

    def limits() -> tuple[float, float] | None:
        lengths = words()
        return (min(lengths), max(lengths)) if len(lengths) > 1 else None

    async def write(value: float) -> None:
        lengths = words()
        nearest = min(lengths, key=lambda length: abs(length - value))
        await held.get().write((name,), lengths[nearest])

    known = [length for word in usual if (length := seconds(word)) is not None]
    return Level(
        key=key,
        source=held.source,
        cadence=Cadence.SETTINGS,
        read=lambda: seconds(held.get().node.text(name)),
        write=write,
        minimum=min(known),
        maximum=max(known),
        limits=limits,
    )
