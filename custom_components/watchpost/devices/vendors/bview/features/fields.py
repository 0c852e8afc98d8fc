"""Features that are one field of a block."""

from collections.abc import Callable, Mapping
from datetime import time
import re
from typing import Final

from ....model.errors import DeviceRequestError, DeviceUnsupportedError, Reason
from ....model.features import Choice, Level, TimeOfDay, Toggle
from ....model.vocabulary import Cadence, Key
from ....model.words import slug
from ....transport.xmltext import XmlText, worded
from ..blocks import Block
from ..names import find
from ..parts import Offer, Parts

type Usable = Callable[[], bool]

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")
_OFF_WORD: Final = "close"


def toggle(
    parts: Parts,
    key: Key,
    block: Block,
    *path: str,
    inverted: bool = False,
    slot: str | None = None,
) -> Offer:
    """Return a switch for a field that is true or false, or open or close."""
    if not parts.has(block, *path):
        return parts.without(key, block, *path)

    def read() -> bool | None:
        flag = _flag(parts.text(block, *path))
        return flag if flag is None else flag is not inverted

    async def write(on: bool) -> None:
        await set_flag(parts, block, path, on=on is not inverted)

    return Toggle(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        slot=slot,
        placeholders=None if slot is None else {"number": slot},
        read=read,
        write=write,
    )


async def set_flag(
    parts: Parts, block: Block, path: tuple[str, ...], *, on: bool
) -> None:
    """Change a field that is true or false, in the words of the camera."""

    def edit(document: XmlText) -> None:
        element = find(document.root, *path)
        if element is None:
            raise DeviceUnsupportedError
        if element.text.strip().lower() in (_OFF_WORD, "open"):
            document.put(element, "open" if on else _OFF_WORD)
        elif _flag(element.text) is not on:
            document.put(element, worded(on, element.text))

    await parts.documents.change(block, edit)


def _flag(text: str | None) -> bool | None:
    word = (text or "").strip().lower()
    if word in ("true", "1", "open", "on"):
        return True
    return False if word in ("false", "0", _OFF_WORD, "off") else None


def _dormant(parts: Parts, block: Block, usable: Usable | None) -> bool:
    """Return whether a field may be left out because of the mode."""
    return parts.documents.known(block) and usable is not None and not usable()


def level(
    parts: Parts,
    key: Key,
    block: Block,
    *path: str,
    minimum: float,
    maximum: float,
    usable: Usable | None = None,
) -> Offer:
    """Return a number for a field that is one, also if it is not told just now."""
    if not parts.has(block, *path) and not _dormant(parts, block, usable):
        return parts.without(key, block, *path)

    async def write(value: float) -> None:
        await parts.documents.put(block, {path: str(round(value))})

    return Level(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=lambda: parts.node(block, *path[:-1]).number(path[-1]),
        write=write,
        minimum=minimum,
        maximum=maximum,
        usable=usable,
    )


def steps(
    parts: Parts,
    key: Key,
    block: Block,
    *path: str,
    words: tuple[str, ...],
    least: int,
) -> Offer:
    """Return a number for a field that is one of some words, from the lowest on."""
    if not parts.has(block, *path):
        return parts.without(key, block, *path)

    def read() -> float | None:
        word = (parts.text(block, *path) or "").lower()
        return words.index(word) + least if word in words else None

    async def write(value: float) -> None:
        await parts.documents.put(block, {path: words[round(value) - least]})

    return Level(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        minimum=least,
        maximum=least + len(words) - 1,
    )


def choice(
    parts: Parts, key: Key, block: Block, *path: str, words: Mapping[str, str]
) -> Offer:
    """Return a choice between the document's words, by slug.

    A word that the document does not know is offered while it is chosen.
    """
    if not parts.has(block, *path):
        return parts.without(key, block, *path)
    slugs = {word.lower(): one for one, word in words.items()}
    seen: dict[str, str] = {}

    def read() -> str | None:
        word = parts.text(block, *path)
        if not word:
            return None
        if (known := slugs.get(word.lower())) is not None:
            return known
        seen[slug(word)] = word
        return slug(word)

    async def write(option: str) -> None:
        word = words.get(option) or seen.get(option)
        if word is None:
            raise DeviceRequestError(Reason.INVALID_VALUE)
        await parts.documents.put(block, {path: word})

    def options() -> tuple[str, ...]:
        now = read()
        return tuple(dict.fromkeys([*words, *([now] if now else [])]))

    return Choice(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        options=options,
    )


def time_of_day(
    parts: Parts, key: Key, block: Block, *path: str, usable: Usable | None = None
) -> Offer:
    """Return a time for a field written hh:mm:ss, also if it is not told just now."""
    if not parts.has(block, *path) and not _dormant(parts, block, usable):
        return parts.without(key, block, *path)

    def read() -> time | None:
        found = _CLOCK.fullmatch(parts.text(block, *path) or "")
        if found is None:
            return None
        hour, minute, second = (int(one or 0) for one in found.groups())
        if hour > 23 or minute > 59 or second > 59:
            return None
        return time(hour, minute, second)

    async def write(value: time) -> None:
        await parts.documents.put(block, {path: f"{value:%H:%M:%S}"})

    return TimeOfDay(
        key=key,
        source=parts.documents.source(block),
        cadence=Cadence.SETTINGS,
        read=read,
        write=write,
        usable=usable,
    )
