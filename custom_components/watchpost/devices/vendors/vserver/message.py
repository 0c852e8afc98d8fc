"""The messages of a unit: groups of values, in the order in which they came (2.3.1.2).

Groups repeat, values repeat inside a group, a value stands in an element that tells its
type or stands alone, and the last tag may be missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import re
from typing import Final

from ...model.device import Json
from ...transport.payload import Node, PayloadError
from ...transport.xmltext import Element, XmlText
from .codes import DONE, FAILED

_ROOT: Final = "message"
_HEADER: Final = "header"
_RESULT: Final = "result"
_CHANNEL: Final = "channel"
_END: Final = b"</Message>"
_CODE: Final = re.compile(
    rb"<result\b[^<>]{0,200}?\bcode\s*=\s*[\"']\s*(\d{1,5})", re.I
)
_CLASS: Final = re.compile(
    rb"<header\b[^<>]{0,200}?\bclass\s*=\s*[\"']\s*(\w{1,64})", re.I
)
_SUCCESS: Final = "success"


@dataclass(frozen=True)
class Value:
    """One value of a group, as the unit spells it."""

    name: str
    text: str


@dataclass(frozen=True)
class Block:
    """One group of an answer; there may be several of the same name."""

    name: str
    values: tuple[Value, ...]

    @property
    def node(self) -> Node:
        """The values by name, without the channel; the first of several."""
        tree: dict[str, Json] = {}
        for value in self.values:
            if value.name.lower() != _CHANNEL:
                tree.setdefault(value.name, value.text)
        return Node(tree)


@dataclass(frozen=True)
class Message:
    """An answer of a unit."""

    header: str
    """Family and verb, such as sys_get."""
    code: int
    blocks: tuple[Block, ...]

    def of(self, group: str) -> tuple[Block, ...]:
        """Return the groups of a name."""
        return tuple(one for one in self.blocks if one.name.lower() == group.lower())

    def node(self, group: str) -> Node:
        """Return the values of a group; empty if there is none."""
        found = self.of(group)
        return found[0].node if found else Node({})

    def rows(self, group: str, *keys: str) -> dict[str, dict[str, str]]:
        """Return the rows of a group that repeats, by the number that each begins with.

        Some units repeat the group, others its values. Rows without a number are
        counted from 1.
        """
        lower = [key.lower() for key in keys]
        found: dict[str, dict[str, str]] = {}
        for block in self.of(group):
            row: dict[str, str] | None = None
            for value in block.values:
                if value.name.lower() in lower:
                    row = found.setdefault(value.text, {})
                    continue
                if row is None:
                    if value.name.lower() == _CHANNEL:
                        continue
                    row = found.setdefault(str(len(found) + 1), {})
                row.setdefault(value.name, value.text)
        return found


def parse(body: bytes) -> Message:
    """Read an answer.

    Raise:
        PayloadError: It is none, or hostile.
    """
    root = _document(body)
    if root.name.lower() != _ROOT:
        raise PayloadError
    result = root.child(_RESULT)
    header = _CLASS.search(body)
    return Message(
        header=header[1].decode("ascii", "replace") if header else "",
        code=_code(body, result),
        blocks=tuple(_blocks(root)),
    )


def _document(body: bytes) -> Element:
    """Parse a body, also one whose last tag is missing."""
    try:
        return XmlText(body).root
    except PayloadError:
        if _END in body or b"<Message" not in body:
            raise
    return XmlText(body.rstrip(b"\x00 \t\r\n") + _END).root


def _code(body: bytes, result: Element | None) -> int:
    """Return the result code; a unit may leave it to a word."""
    if result is None:
        raise PayloadError
    if match := _CODE.search(body):
        return int(match[1])
    return DONE if _SUCCESS in result.text.lower() else FAILED


def _blocks(root: Element) -> Iterator[Block]:
    for element in root.children:
        if element.name.lower() not in (_HEADER, _RESULT):
            values = (Value(one.name, _leaf(one)) for one in element.children)
            yield Block(element.name, tuple(values))


def _leaf(element: Element) -> str:
    """Return a value, in the element of its type or without one."""
    while element.children:
        element = element.children[0]
    return element.text.strip()
