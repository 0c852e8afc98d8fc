"""Small XML documents that keep order, attributes and spelling."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
import re
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from .errors import DECODE_ERROR, RefusedError

ZWCLOUD: Final = "http://www.zwcloud.wang/ver10/XMLSchema"
HIKVISION: Final = "http://www.hikvision.com/ver10/XMLSchema"
NAMESPACES: Final = frozenset({"", ZWCLOUD, HIKVISION})
"""Name spaces that a request may use; all of them are the document's."""
_PROLOG: Final = '<?xml version="1.0" encoding="UTF-8" ?>'
_ENCODING: Final = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")
_TAG: Final = re.compile(r"(?:\{(.*)\})?(.+)")


@dataclass
class Node:
    """One element: either text or children, and attributes."""

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    namespace: str | None = None
    """What `xmlns` says at this element; None prints nothing."""

    def child(self, name: str) -> Node | None:
        """Return the first child of a name."""
        return next((node for node in self.children if node.name == name), None)

    def all(self, name: str) -> list[Node]:
        """Return the children of a name."""
        return [node for node in self.children if node.name == name]

    def find(self, path: str) -> Node:
        """Return a descendant, or the element itself for an empty path."""
        node = self
        for name in filter(None, path.split("/")):
            child = node.child(name)
            if child is None:
                raise KeyError(f"{self.name}: {path}")
            node = child
        return node

    def get(self, path: str, default: str = "") -> str:
        """Return the text of a descendant."""
        try:
            return self.find(path).text
        except KeyError:
            return default

    def set(self, path: str, value: str | int) -> None:
        """Set the text of a descendant that is there."""
        self.find(path).text = str(value)

    def copy(self, name: str | None = None) -> Node:
        """Return an independent copy, under another name if asked to."""
        node = deepcopy(self)
        node.name = name or node.name
        return node

    def flat(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Yield the path and the text of each leaf; lists are numbered from 1."""
        seen: dict[str, int] = {}
        for node in self.children:
            seen[node.name] = seen.get(node.name, 0) + 1
            many = len(self.all(node.name)) > 1
            number = f"[{seen[node.name]}]" if many else ""
            path = f"{prefix}{node.name}{number}"
            if node.children:
                yield from node.flat(f"{path}/")
            else:
                yield path, node.text


def leaf(name: str, value: str | int = "", **attributes: str) -> Node:
    """Make an element with text."""
    return Node(name, str(value), attributes=attributes)


def branch(name: str, *children: Node, **attributes: str) -> Node:
    """Make an element with children."""
    return Node(name, children=list(children), attributes=attributes)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How documents are printed."""

    prolog: bool = True
    bom: bool = False
    pretty: bool = True
    prefix: str = ""
    """Print `<prefix:Tag>`; needs a name space at the root."""


def render(root: Node, style: Style | None = None) -> bytes:
    """Print a document."""
    style = style or Style()
    text = "\r\n".join(_lines(root, style, 0)) if style.pretty else _line(root, style)
    if style.prolog:
        text = _PROLOG + ("\r\n" if style.pretty else "") + text
    return ("\ufeff" if style.bom else "").encode() + text.encode()


def _open(node: Node, style: Style) -> tuple[str, str]:
    """Return the name with its attributes, and the bare name."""
    name = f"{style.prefix}:{node.name}" if style.prefix else node.name
    text = name + "".join(f" {k}={quoteattr(v)}" for k, v in node.attributes.items())
    if node.namespace is not None:
        label = f"xmlns:{style.prefix}" if style.prefix else "xmlns"
        text += f" {label}={quoteattr(node.namespace)}"
    return text, name


def _line(node: Node, style: Style) -> str:
    """Print an element in one line."""
    start, name = _open(node, style)
    inner = "".join(_line(child, style) for child in node.children)
    inner = inner or escape(node.text)
    return f"<{start}>{inner}</{name}>" if inner else f"<{start}/>"


def _lines(node: Node, style: Style, depth: int) -> Iterator[str]:
    """Print an element in lines."""
    indent = "  " * depth
    if not node.children:
        yield indent + _line(node, style)
        return
    start, name = _open(node, style)
    yield f"{indent}<{start}>"
    for child in node.children:
        yield from _lines(child, style, depth + 1)
    yield f"{indent}</{name}>"


def parse(body: bytes) -> Node:
    """Read a document as strictly as the unit does."""
    declared = _ENCODING.match(body.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].upper() != b"UTF-8":
        raise RefusedError(DECODE_ERROR, f"encoding {declared[1]!r}")
    if b"<!DOCTYPE" in body:
        raise RefusedError(DECODE_ERROR, "document type")
    try:
        return _node(ET.fromstring(body))
    except (ET.ParseError, ValueError) as err:
        raise RefusedError(DECODE_ERROR, f"not well formed: {err}") from err


def _node(element: ET.Element) -> Node:
    """Turn a parsed element into ours."""
    match = _TAG.fullmatch(element.tag)
    if match is None or (match[1] or "") not in NAMESPACES:
        raise RefusedError(DECODE_ERROR, f"name space of {element.tag}")
    if any(name.startswith("{") for name in element.attrib):
        raise RefusedError(DECODE_ERROR, f"attributes of {element.tag}")
    children = [_node(child) for child in element]
    around = (element.text, *(child.tail for child in element))
    if children and any((part or "").strip() for part in around):
        raise RefusedError(DECODE_ERROR, f"text between the tags of {element.tag}")
    text = "" if children else (element.text or "")
    return Node(match[2], text, children, dict(element.attrib))


def _fits(place: str, key: str) -> bool:
    """Tell whether a table's key means a tag at a place such as /Root/Tag."""
    return place == key if key.startswith("/") else place.endswith(f"/{key}")


def respell(node: Node, table: Mapping[str, str], above: str = "") -> Node:
    """Return a copy in other spellings of `Tag`, `Parent/Tag` or the root's `/Tag`."""
    place = f"{above}/{node.name}"
    names = [printed for key, printed in table.items() if _fits(place, key)]
    copy = Node(names[0] if names else node.name, node.text)
    copy.attributes, copy.namespace = dict(node.attributes), node.namespace
    copy.children = [respell(child, table, place) for child in node.children]
    return copy


def unspell(node: Node, table: Mapping[str, str], above: str = "") -> Node:
    """Undo `respell`; what the unit spells otherwise becomes an unknown tag."""
    name = node.name
    for key, printed in table.items():
        tag = key.rpartition("/")[2]
        if printed == node.name and _fits(f"{above}/{tag}", key):
            name = tag
            break
        if tag == node.name and _fits(f"{above}/{tag}", key):
            name = f"?{tag}"
    copy = Node(name, node.text, attributes=dict(node.attributes))
    copy.children = [
        unspell(child, table, f"{above}/{name}") for child in node.children
    ]
    return copy
