"""How the blocks of the document are described."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .kinds import BOOLEANS, Check, boolean, text as any_text
from .options import BviewOptions
from .xmldoc import Node

type Use = Literal["req", "opt", "dep"]
type Access = Literal["rw", "ro", "wo"]
type Rule = Callable[[Node, Node, Node], None]
"""Looks at a block as it will be, as it was, and at what was sent.

It may raise RefusedError, or change the block that will be.
"""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One tag of a block."""

    name: str
    check: Check = any_text
    default: str = ""
    children: tuple[Field, ...] = ()
    use: Use = "req"
    access: Access = "rw"
    many: bool = False
    ref: str = ""
    """Path of the block that this tag contains; in a list, with {} for the ID."""
    fixed: bool = False
    """The document calls it not applicable: what is sent is ignored."""
    limit: int | None = None
    """How many times a repeated tag may be there."""

    @property
    def is_branch(self) -> bool:
        """Tell whether it contains tags of its own."""
        return bool(self.children)

    def initial(self) -> Iterator[Node]:
        """Yield what a new camera has; nothing for lists and passwords."""
        if self.access == "wo" or (self.many and not self.ref):
            return
        if self.children:
            nodes = [node for child in self.children for node in child.initial()]
            yield Node(self.name, children=nodes)
        else:
            yield Node(self.name, self.default)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One resource that is a document."""

    path: str
    root: str
    fields: tuple[Field, ...]
    version: str | None = None
    """The name of the version attribute, where the document prints one."""
    namespace: str | None = None
    rules: tuple[Rule, ...] = ()
    items: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    """What lists contain in a new camera, by the paths of the lists."""
    hidden: Callable[[Node], frozenset[str]] | None = None
    """Which tags are not printed right now."""

    def initial(self) -> Node:
        """Return the block of a new camera."""
        nodes = [node for one in self.fields for node in one.initial()]
        root = Node(self.root, children=nodes)
        for place, items in self.items.items():
            root.find(place).children.extend(item.copy() for item in items)
        return root


def leaf(
    name: str,
    check: Check = any_text,
    default: str | int = "",
    *,
    use: Use = "req",
    access: Access = "rw",
    fixed: bool = False,
) -> Field:
    """Describe a tag with text."""
    return Field(
        name=name,
        check=check,
        default=str(default),
        use=use,
        access=access,
        fixed=fixed,
    )


def group(name: str, *children: Field, use: Use = "req") -> Field:
    """Describe a tag that contains tags."""
    return Field(name=name, children=children, use=use)


def repeated(name: str, *children: Field, limit: int | None = None) -> Field:
    """Describe a tag that comes any number of times."""
    return Field(name=name, children=children, use="opt", many=True, limit=limit)


def part(name: str, ref: str, *, use: Use = "opt", many: bool = False) -> Field:
    """Describe a tag that contains another block."""
    return Field(name=name, ref=ref, use=use, many=many)


def undefined(name: str, *, use: Use = "opt") -> Field:
    """Describe a tag whose content no document tells."""
    return Field(name=name, use=use)


class Flags:
    """Makes the boolean tags of a camera, in its own style."""

    def __init__(self, options: BviewOptions) -> None:
        """Remember the style."""
        self._style = options.booleans

    def __call__(
        self,
        name: str,
        *,
        on: bool = False,
        access: Access = "rw",
        fixed: bool = False,
    ) -> Field:
        """Describe a boolean tag."""
        return leaf(
            name,
            boolean(self._style),
            self.word(on=on),
            access=access,
            fixed=fixed,
        )

    def word(self, *, on: bool) -> str:
        """Print a boolean."""
        return BOOLEANS[self._style][on]
