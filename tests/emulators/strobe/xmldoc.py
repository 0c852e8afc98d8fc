"""Small XML documents in the unit's own spelling and order."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>'

STATUS_TEXT: Final = {
    200: "Success",
    401: "Invalid Channel number",
    402: "Invalid parameter value",
    403: "Invalid parameter name",
    501: "The server does not support this feature",
    502: "The server supports the feature, but it is unavailable in the current mode",
    503: "Server error",
    504: "Failed to open NTP server",
    505: "Failed to close NTP server",
}


class RefusedError(Exception):
    """An application error; the code says which."""

    def __init__(self, code: int, why: str = "") -> None:
        """Remember the code; the reason is for whoever debugs a test."""
        super().__init__(f"{code} {why}")
        self.code = code
        self.why = why


@dataclass
class Node:
    """One element: either text or children."""

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def child(self, name: str) -> Node | None:
        """Return the first child of a name."""
        return next((node for node in self.children if node.name == name), None)

    def get(self, name: str, default: str = "") -> str:
        """Return the text of a child."""
        node = self.child(name)
        return default if node is None else node.text

    def get_any(self, *names: str, default: str = "") -> str:
        """Return the text of the first child with one of the spellings, any case."""
        wanted = {name.casefold() for name in names}
        for node in self.children:
            if node.name.casefold() in wanted:
                return node.text
        return default

    def set(self, name: str, value: str | int) -> None:
        """Set the text of a child that is there."""
        node = self.child(name)
        if node is None:
            raise KeyError(name)
        node.text = str(value)

    def walk(self) -> Iterator[Node]:
        """Yield the element and all below it."""
        yield self
        for node in self.children:
            yield from node.walk()

    def copy(self) -> Node:
        """Return an independent copy."""
        return deepcopy(self)


def leaf(name: str, value: str | int = "") -> Node:
    """Make an element with text."""
    return Node(name, str(value))


def branch(name: str, *children: Node) -> Node:
    """Make an element with children."""
    return Node(name, children=list(children))


def render(root: Node) -> bytes:
    """Print a document the way the unit does: in one line, with a declaration."""
    return (DECLARATION + _element(root)).encode()


def _element(node: Node) -> str:
    """Print one element."""
    inner = "".join(_element(child) for child in node.children) or escape(node.text)
    return f"<{node.name}>{inner}</{node.name}>"


def parse(body: bytes, root: str) -> Node:
    """Read a request body with exactly this root element."""
    try:
        element = ET.fromstring(body)
    except (ET.ParseError, ValueError) as err:
        raise RefusedError(402, f"not well formed: {err}") from err
    node = _node(element)
    if node.name != root:
        raise RefusedError(403, f"root {node.name!r} instead of {root!r}")
    return node


def _node(element: ET.Element) -> Node:
    """Turn a parsed element into ours."""
    if element.attrib:
        raise RefusedError(403, f"attributes at {element.tag}")
    children = [_node(child) for child in element]
    text = "" if children else (element.text or "")
    if children and any(
        (part or "").strip() for part in (element.text, *(c.tail for c in element))
    ):
        raise RefusedError(402, f"text between the elements of {element.tag}")
    return Node(element.tag, text, children)


def fields(node: Node, *names: str) -> dict[str, str]:
    """Return the leaves of a flat body; other names and repetitions are refused."""
    found: dict[str, str] = {}
    for child in node.children:
        if child.name not in names or child.children:
            raise RefusedError(403, f"unknown field {child.name}")
        if child.name in found:
            raise RefusedError(402, f"{child.name} repeated")
        found[child.name] = child.text
    return found


def need(found: dict[str, str], name: str) -> str:
    """Return a required field."""
    if name not in found:
        raise RefusedError(402, f"{name} missing")
    return found[name]


def integer(text: str, low: int, high: int | None, name: str = "") -> int:
    """Return a number in a range; digits only."""
    if not (text.isascii() and text.isdigit()):
        raise RefusedError(402, f"{name} {text!r} is not a number")
    value = int(text)
    if value < low or (high is not None and value > high):
        raise RefusedError(402, f"{name} {value} is out of range")
    return value


def status_document(url: str, code: int) -> bytes:
    """Return a ResponseStatus."""
    return render(
        branch(
            "ResponseStatus",
            leaf("RequestURL", url),
            leaf("StatusCode", code),
            leaf("StatusString", STATUS_TEXT.get(code, "Unknown")),
        )
    )
