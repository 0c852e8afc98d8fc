"""Typed reading of XML and JSON that comes from a device and may be anything."""

from collections.abc import Iterator, Mapping
import copy
import json
import re
from typing import Final
from xml.parsers import expat

import xmltodict

from ..model.device import Json
from ..model.errors import DeviceConnectionError, Reason

DEPTH_LIMIT: Final = 32
"""Levels of nesting; no document of any family has more than seven."""
ELEMENT_LIMIT: Final = 20_000
"""Elements of a document; the largest known one has about 1,500."""

_TRUE: Final = frozenset({"1", "true", "on", "yes", "enable", "enabled"})
_FALSE: Final = frozenset({"0", "false", "off", "no", "disable", "disabled"})
_NUMBERED: Final = re.compile(r"^(.*?)_?(\d+)$")
_NUMBERED_LENGTH: Final = 64
"""Characters of the longest name that is looked at for a number."""


class PayloadError(DeviceConnectionError):
    """A body is not what it should be."""

    default = Reason.BAD_ANSWER


class Node:
    """A part of a document; names are found in any case, wrong types are None.

    The tree itself keeps the spelling and the order in which the device wrote it,
    so that a changed document can be written back.
    """

    def __init__(self, tree: dict[str, Json]) -> None:
        """Wrap a tree."""
        self.tree = tree

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names as the device spells them."""
        return iter(self.tree)

    def copy(self) -> Node:
        """Return a copy that can be changed without touching this one."""
        return Node(copy.deepcopy(self.tree))

    def spelling(self, *names: str) -> str | None:
        """Return how the device spells the first of these names that it has."""
        for name in names:
            if name in self.tree:
                return name
            lower = name.lower()
            for own in self.tree:
                if own.lower() == lower:
                    return own
        return None

    def value(self, *names: str) -> Json:
        """Return what stands under the first of these names, else None."""
        own = self.spelling(*names)
        return None if own is None else self.tree[own]

    def node(self, *names: str) -> Node | None:
        """Return the part under the first of these names; the first of several."""
        value = self.value(*names)
        if isinstance(value, list):
            value = value[0] if value else None
        return Node(value) if isinstance(value, dict) else None

    def nodes(self, name: str) -> tuple[Node, ...]:
        """Return all parts under a name, one or several."""
        value = self.value(name)
        values = value if isinstance(value, list) else [value]
        return tuple(Node(item) for item in values if isinstance(item, dict))

    def text(self, *names: str) -> str | None:
        """Return a text; an empty element is an empty text."""
        own = self.spelling(*names)
        return None if own is None else as_text(self.tree[own])

    def integer(self, *names: str) -> int | None:
        """Return a whole number, however it is written."""
        number = self.number(*names)
        return None if number is None else round(number)

    def number(self, *names: str) -> float | None:
        """Return a number, however it is written."""
        text = self.text(*names)
        try:
            number = float(text or "")
        except ValueError:
            return None
        # "nan" and "1e999" are numbers to Python and to nobody else.
        return number if abs(number) < 1e15 else None

    def flag(self, *names: str) -> bool | None:
        """Return a yes or no, however it is written."""
        text = (self.text(*names) or "").strip().lower()
        if text in _TRUE:
            return True
        return False if text in _FALSE else None

    def numbered(self, prefix: str) -> dict[int, str]:
        """Return how the device spells prefix_0, prefix_1 …, by their number."""
        found: dict[int, str] = {}
        for own in self.tree:
            match = _NUMBERED.match(own) if len(own) <= _NUMBERED_LENGTH else None
            if match and match[1].lower() == prefix.lower() and len(match[2]) < 6:
                found.setdefault(int(match[2]), own)
        return dict(sorted(found.items()))

    def put(self, value: str, *names: str) -> bool:
        """Change a value that is there, in the device's spelling; else return False."""
        own = self.spelling(*names)
        if own is None:
            return False
        self.tree[own] = value
        return True

    def find(self, *names: str) -> str | None:
        """Return the text of the first of these names at any depth."""
        if (text := self.text(*names)) is not None:
            return text
        for value in self.tree.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and (text := Node(item).find(*names)):
                    return text
        return None


def as_text(value: Json) -> str | None:
    """Return a leaf as text; a part with children is None."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        inner = value.get("#text")
        return inner if isinstance(inner, str) else None
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def parse_xml(body: bytes) -> tuple[str, Node]:
    """Return the name of the root and the document below it.

    No DTD, no entities, limited depth and size: a device, or somebody who pretends
    to be one, must not be able to make us read files or eat memory.

    Raise:
        PayloadError: It is not XML, or hostile.
    """
    body = body.strip(b"\x00 \t\r\n")
    try:
        _vet(body)
        tree = xmltodict.parse(body, disable_entities=True)
    except expat.ExpatError, ValueError, LookupError:
        raise PayloadError from None
    for name, content in tree.items():
        return name, Node(content if isinstance(content, dict) else {"#text": content})
    raise PayloadError


def _vet(body: bytes) -> None:
    """Refuse documents that no device has a reason to send."""
    depth = count = 0

    def start(_name: str, _attributes: Mapping[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > DEPTH_LIMIT or count > ELEMENT_LIMIT:
            raise PayloadError

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_parts: str | int | None) -> None:
        raise PayloadError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(body, True)


def build_xml(root: str, tree: Mapping[str, Json]) -> bytes:
    """Return a document without a declaration, with everything escaped."""
    text: str = xmltodict.unparse({root: tree}, full_document=False)
    return text.encode()


def parse_json(body: bytes) -> Json:
    """Return what a JSON body holds.

    Raise:
        PayloadError: It is not JSON, or nested too deeply.
    """
    try:
        value: Json = json.loads(body)
    except ValueError, RecursionError:
        raise PayloadError from None
    return value
