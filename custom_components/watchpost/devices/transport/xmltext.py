"""XML documents that are changed without touching the rest of their text.

Some devices want a whole document back. What is sent is what they have told, byte by
byte, but for the values that were changed: attributes, order, spelling, spaces and
what nobody knows the meaning of stay as they were.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from ..model.device import Json
from ..model.errors import DeviceRequestError, Reason
from .payload import DEPTH_LIMIT, ELEMENT_LIMIT, Node, PayloadError

_BOM: Final = b"\xef\xbb\xbf"
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_KNOWN: Final = re.compile(
    rb"us-ascii|ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|gb2312|gbk"
    rb"|gb18030|big5|shift_jis|euc-(?:jp|kr|cn)"
)
"""Encodings that a device may declare; their first 128 characters are ASCII."""
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold."""
_TAG_END: Final = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*?(/?)>""")
_SPELLINGS: Final = {"1": "0", "0": "1", "true": "false", "false": "true"}


@dataclass(eq=False)
class Element:
    """An element and where it stands in the text, in bytes."""

    name: str
    """Without the prefix of a name space."""
    tag: str
    """As it is written."""
    start: int
    inner: int = 0
    """Where the content begins."""
    outer: int = 0
    """Where the content ends."""
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether it is written as one tag."""
        return self.inner == self.end

    def all(self, *names: str) -> list[Element]:
        """Return the children of the first of some names that there is, in any case."""
        for name in names:
            found = [one for one in self.children if one.name.lower() == name.lower()]
            if found:
                return found
        return []

    def child(self, *names: str) -> Element | None:
        """Return the first child of one of some names."""
        return next(iter(self.all(*names)), None)

    def tree(self) -> Json:
        """Return what it holds, as parsed documents hold it."""
        if not self.children:
            return self.text.strip()
        held: dict[str, Json] = {}
        for child in self.children:
            value = child.tree()
            if child.name not in held:
                held[child.name] = value
                continue
            earlier = held[child.name]
            if isinstance(earlier, list):
                earlier.append(value)
            else:
                held[child.name] = [earlier, value]
        return held

    def node(self) -> Node:
        """Return it for reading; a text is no node and reads as an empty one."""
        held = self.tree()
        return Node(held if isinstance(held, dict) else {})


class XmlText:
    """A document and the changes that were made to it."""

    def __init__(self, body: bytes) -> None:
        """Take a document apart.

        Raise:
            PayloadError: It is not XML, or hostile.
        """
        body = body.strip(b"\x00 \t\r\n").removeprefix(_BOM).lstrip()
        self._body = _in_utf8(body)
        self.root = _Reader(self._body).read()
        self._changes: dict[Element, bytes | None] = {}
        self._added: dict[Element, list[bytes]] = {}

    @property
    def changed(self) -> bool:
        """Whether anything is different from what was read."""
        return bool(self._changes or self._added)

    def put(self, element: Element, text: str) -> None:
        """Change the text of an element without children.

        Raise:
            DeviceRequestError: No document can hold that text.
        """
        if _FORBIDDEN.search(text):
            raise DeviceRequestError(Reason.INVALID_VALUE)
        if text != element.text:
            self._changes[element] = escape(text).encode()
            element.text = text

    def remove(self, element: Element) -> None:
        """Take an element away."""
        self._changes[element] = None

    def add(self, parent: Element, name: str, fields: Mapping[str, str]) -> None:
        """Put an element with some fields behind the others of its parent."""
        prefix = parent.tag[: -len(parent.name)] if parent.name else ""
        inner = "".join(
            f"<{prefix}{one}>{escape(value)}</{prefix}{one}>"
            for one, value in fields.items()
        )
        text = f"<{prefix}{name}>{inner}</{prefix}{name}>"
        self._added.setdefault(parent, []).append(text.encode())

    def render(self) -> bytes:
        """Return the document with its changes."""
        return b"".join(self._pieces(self.root, 0, len(self._body)))

    def _pieces(self, element: Element, start: int, end: int) -> Iterator[bytes]:
        """Yield the text from one place to another one, around and in an element."""
        if element in self._changes:
            text = self._changes[element]
            yield self._body[start : element.start]
            if text is not None:
                yield self._opened(element) + text + _closing(element)
            yield self._body[element.end : end]
            return
        added = b"".join(self._added.get(element, []))
        place = start
        for child in element.children:
            yield from self._pieces(child, place, child.end)
            place = child.end
        if not added:
            yield self._body[place:end]
        elif element.empty:
            yield self._body[place : element.start] + self._opened(element)
            yield added + _closing(element) + self._body[element.end : end]
        else:
            # Before the line break and the blanks of the closing tag.
            edge = element.outer
            while edge > place and self._body[edge - 1 : edge].isspace():
                edge -= 1
            yield self._body[place:edge] + added + self._body[edge:end]

    def _opened(self, element: Element) -> bytes:
        """Return the opening tag, also of an element that is written as one."""
        tag = self._body[element.start : element.inner]
        return tag.removesuffix(b"/>").rstrip() + b">" if element.empty else tag


def _closing(element: Element) -> bytes:
    return f"</{element.tag}>".encode()


def worded(on: bool, like: str) -> str:
    """Return a yes or no in the words in which a device has written one."""
    word = like.strip()
    if word.lower() not in _SPELLINGS:
        return "true" if on else "false"
    numeric = word in ("0", "1")
    text = str(int(on)) if numeric else str(on).lower()
    if word.isupper():
        return text.upper()
    return text.capitalize() if word[0].isupper() else text


def _in_utf8(body: bytes) -> bytes:
    """Return a document in the encoding in which it can be changed and sent back."""
    declared = _ENCODING.match(body)
    if declared is None or declared[1].lower() in (b"utf-8", b"utf8"):
        return body
    if _KNOWN.fullmatch(declared[1].lower()) is None:
        raise PayloadError
    start, end = declared.span(1)
    try:
        # Up to here it is ASCII in all of them.
        text = body[end:].decode(declared[1].decode())
        return b"".join((body[:start], b"UTF-8", text.encode()))
    except ValueError:
        raise PayloadError from None


class _Reader:
    """Build the tree of a document whose places in the text are known."""

    def __init__(self, body: bytes) -> None:
        """Prepare a parser that knows no document types and no entities."""
        self._body = body
        self._open: list[Element] = []
        self._count = 0
        self._root: Element | None = None
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        parser.buffer_text = True

    def read(self) -> Element:
        """Return the root."""
        try:
            self._parser.Parse(self._body, True)
        except expat.ExpatError, ValueError, LookupError:
            raise PayloadError from None
        if self._root is None:
            raise PayloadError
        return self._root

    def _start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEPTH_LIMIT or self._count > ELEMENT_LIMIT:
            raise PayloadError
        start = self._parser.CurrentByteIndex
        found = _TAG_END.match(self._body, start)
        if found is None:
            raise PayloadError
        element = Element(tag.rpartition(":")[2], tag, start, inner=found.end())
        if found[1]:
            element.outer = element.end = element.inner
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        if element.empty and element.end:
            return
        element.outer = self._parser.CurrentByteIndex
        closing = self._body.find(b">", element.outer)
        element.end = closing + 1

    def _data(self, text: str) -> None:
        self._open[-1].text += text

    def _doctype(self, *_parts: str | int | None) -> None:
        raise PayloadError
