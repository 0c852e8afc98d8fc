"""What becomes of a block when somebody writes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from .errors import (
    DECODE_ERROR,
    MEMORY_OVERFLOW,
    PARAMETER_ERROR,
    TAG_MISSING,
    RefusedError,
)
from .options import BviewOptions
from .schema import Field
from .xmldoc import Node

VERSIONS: Final = frozenset({"Version", "version"})


@dataclass
class Merged:
    """A block as it will be, and what the merge found on the way."""

    node: Node
    dropped: list[str] = field(default_factory=list)
    """Tags and attributes that are printed and were not sent."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Passwords by tag."""
    parts: list[tuple[Field, Node]] = field(default_factory=list)
    """Blocks inside this one, as they were sent."""


class Merger:
    """Lays what was sent over what is stored, or refuses it."""

    def __init__(self, options: BviewOptions, where: str) -> None:
        """Remember how strict to be, and the path for whoever debugs a test."""
        self._options = options
        self._where = where

    def merge(self, fields: Sequence[Field], stored: Node, sent: Node) -> Merged:
        """Return the block as it will be."""
        merged = Merged(stored.copy())
        self._branch(fields, merged.node, sent, "", merged)
        return merged

    def _refuse(self, code: int, why: str) -> RefusedError:
        """Return an error that says where it happened."""
        return RefusedError(code, f"{self._where}: {why}")

    def _branch(
        self,
        fields: Sequence[Field],
        stored: Node,
        sent: Node,
        prefix: str,
        merged: Merged,
    ) -> None:
        """Lay one element over another."""
        if sent.text.strip():
            raise self._refuse(DECODE_ERROR, f"text in {prefix or 'the root'}")
        self._attributes(stored, sent, prefix, merged)
        self._order(fields, sent)
        self._extras({one.name for one in fields}, stored, sent, prefix, merged)
        for one in fields:
            found = sent.all(one.name)
            if len(found) > 1 and not one.many:
                raise self._refuse(DECODE_ERROR, f"{prefix}{one.name} repeated")
            self._field(one, stored, found, prefix, merged)

    def _order(self, fields: Sequence[Field], sent: Node) -> None:
        """Refuse tags that come in another order than the document's."""
        if not self._options.strict_order:
            return
        places = {one.name: place for place, one in enumerate(fields)}
        order = [places[node.name] for node in sent.children if node.name in places]
        if order != sorted(order):
            raise self._refuse(DECODE_ERROR, f"order of the tags of {sent.name}")

    def _field(
        self,
        one: Field,
        stored: Node,
        found: list[Node],
        prefix: str,
        merged: Merged,
    ) -> None:
        """Lay the occurrences of one tag over what is stored."""
        if one.access == "ro":
            if found and self._options.read_only == "refuse":
                raise self._refuse(PARAMETER_ERROR, f"{prefix}{one.name} is read-only")
            return
        if one.access == "wo":
            self._secret(one, found, merged)
        elif one.ref:
            self._part(one, found, prefix, merged)
        elif one.many:
            self._list(one, stored, found, prefix, merged)
        elif not found:
            self._missing(one, stored, prefix)
        elif one.is_branch:
            self._branch(
                one.children,
                stored.find(one.name),
                found[0],
                f"{prefix}{one.name}/",
                merged,
            )
        else:
            self._leaf(one, stored.find(one.name), found[0], prefix, merged)

    def _missing(self, one: Field, stored: Node, prefix: str) -> None:
        """Decide what a tag means that was not sent."""
        policy = self._options.missing_tags
        if policy == "refuse" and one.use == "req":
            raise self._refuse(TAG_MISSING, f"{prefix}{one.name}")
        if policy == "blank":
            node = stored.child(one.name)
            if node is not None and not one.is_branch:
                node.text = ""

    def _leaf(
        self, one: Field, stored: Node, sent: Node, prefix: str, merged: Merged
    ) -> None:
        """Check and store a text."""
        if sent.children:
            raise self._refuse(DECODE_ERROR, f"tags in {prefix}{one.name}")
        self._attributes(stored, sent, f"{prefix}{one.name}", merged)
        try:
            value = one.check(sent.text)
        except ValueError as err:
            raise self._refuse(PARAMETER_ERROR, f"{one.name}: {err}") from err
        if not one.fixed:
            stored.text = value

    def _secret(self, one: Field, found: list[Node], merged: Merged) -> None:
        """Take a password; an empty one changes nothing, or erases it."""
        if not found:
            required = self._options.password_tag == "required"
            if required and one.use == "req":
                raise self._refuse(TAG_MISSING, one.name)
            return
        if found[0].text or self._options.empty_password == "erase":
            merged.secrets[one.name] = found[0].text

    def _part(self, one: Field, found: list[Node], prefix: str, merged: Merged) -> None:
        """Remember a block inside the block."""
        needed = one.use == "req" and self._options.lacks(one.ref) is None
        if not found and needed and self._options.missing_tags == "refuse":
            raise self._refuse(TAG_MISSING, f"{prefix}{one.name}")
        merged.parts.extend((one, node) for node in found)

    def _list(
        self,
        one: Field,
        stored: Node,
        found: list[Node],
        prefix: str,
        merged: Merged,
    ) -> None:
        """Replace the items of a list."""
        if one.limit is not None and len(found) > one.limit:
            raise self._refuse(MEMORY_OVERFLOW, f"{len(found)} times {one.name}")
        items: list[Node] = []
        for number, sent in enumerate(found, 1):
            item = Node(one.name, children=[n for c in one.children for n in _blank(c)])
            where = f"{prefix}{one.name}[{number}]/"
            self._branch(one.children, item, sent, where, merged)
            sent_names = {node.name for node in sent.children}
            item.children = [n for n in item.children if n.name in sent_names]
            items.append(item)
        others = [node for node in stored.children if node.name != one.name]
        stored.children = [*others, *items]

    def _extras(
        self,
        known: set[str],
        stored: Node,
        sent: Node,
        prefix: str,
        merged: Merged,
    ) -> None:
        """Handle tags that no document knows."""
        names = {node.name for node in sent.children} - known
        printed = {node.name for node in stored.children} - known
        for name in sorted(names - printed):
            if self._options.unknown_tags == "refuse":
                raise self._refuse(DECODE_ERROR, f"unknown tag {prefix}{name}")
            if self._options.unknown_tags == "keep":
                stored.children.extend(node.copy() for node in sent.all(name))
        for name in sorted(printed & names):
            place = stored.children.index(stored.find(name))
            stored.children[place] = sent.find(name).copy()
        for name in sorted(printed - names):
            self._dropped(f"{prefix}{name}", merged)
            if self._options.dropped_extras == "lose":
                stored.children.remove(stored.find(name))

    def _attributes(
        self, stored: Node, sent: Node, prefix: str, merged: Merged
    ) -> None:
        """Handle attributes; the version may be left out, but not changed."""
        for name, value in sent.attributes.items():
            if name in VERSIONS:
                if value != "1.0":
                    raise self._refuse(DECODE_ERROR, f"version {value}")
            elif name in stored.attributes:
                stored.attributes[name] = value
            elif self._options.unknown_tags == "refuse":
                raise self._refuse(DECODE_ERROR, f"attribute {prefix}@{name}")
            elif self._options.unknown_tags == "keep":
                stored.attributes[name] = value
        for name in set(stored.attributes) - set(sent.attributes):
            self._dropped(f"{prefix}@{name}", merged)
            if self._options.dropped_extras == "lose":
                del stored.attributes[name]

    def _dropped(self, what: str, merged: Merged) -> None:
        """Write down what a client did not send back, or refuse that."""
        if self._options.dropped_extras == "refuse":
            raise self._refuse(TAG_MISSING, f"{what} is gone")
        merged.dropped.append(what)


def _blank(one: Field) -> list[Node]:
    """Return an item of a list with nothing in it yet."""
    children = [node for child in one.children for node in _blank(child)]
    return [Node(one.name, children=children)]
