"""The settings of a camera: one tree, many addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .errors import (
    DECODE_ERROR,
    PARAMETER_ERROR,
    WRONG_CHANNEL,
    RefusedError,
)
from .merge import Merged, Merger
from .options import BviewOptions
from .schema import Block, Field
from .xmldoc import Node, branch, leaf


@dataclass(frozen=True, kw_only=True)
class Write:
    """One accepted write of a document."""

    path: str
    time: float
    """Seconds of the virtual clock."""
    before: Node
    """The document as it was printed just before."""
    sent: Node
    """What was sent, in the document's spelling."""
    after: Node
    dropped: tuple[str, ...] = ()
    """Undocumented tags and attributes that were printed and not sent back."""
    secrets: tuple[str, ...] = ()
    """Passwords that were set, by path and tag."""

    @property
    def changes(self) -> dict[str, tuple[str | None, str | None]]:
        """Return old and new text of every tag that changed."""
        old, new = dict(self.before.flat()), dict(self.after.flat())
        return {
            name: (old.get(name), new.get(name))
            for name in (*old, *(n for n in new if n not in old))
            if old.get(name) != new.get(name)
        }


@dataclass
class _Plan:
    """What a write will do, block by block."""

    nodes: dict[str, Node] = field(default_factory=dict)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)


class Settings:
    """All documents that can be written, and those inside them that cannot."""

    def __init__(
        self,
        options: BviewOptions,
        blocks: list[Block],
        live: Mapping[str, Callable[[], Node]],
    ) -> None:
        """Start as a new camera; `live` prints what only the camera can say."""
        self._options = options
        self.blocks = {block.path: block for block in blocks}
        self.live = dict(live)
        self.refreshers: dict[str, Callable[[Node], None]] = {}
        """Called with a stored block before it is printed."""
        self.checks: list[Callable[[dict[str, Node]], None]] = []
        """Called with the blocks that a write changes, before it is stored."""
        self.secrets: dict[tuple[str, str], str] = {}
        """Passwords, by path and tag; none of them is ever printed."""
        self._nodes: dict[str, Node] = {}
        self.reset()

    def reset(self) -> None:
        """Return to the settings of a new camera."""
        self._nodes = {path: block.initial() for path, block in self.blocks.items()}
        self.secrets = {}
        if self._options.extra_tags:
            for path, block in self.blocks.items():
                if not all(one.ref for one in block.fields):
                    _decorate(self._nodes[path])

    # Behind the camera's back

    def node(self, path: str) -> Node:
        """Return a stored block itself; to change it is to change the camera."""
        return self._nodes[path]

    def get(self, path: str, name: str) -> str:
        """Return one text; tags below the first level are joined by slashes."""
        return self.read(path).get(name)

    def set(self, path: str, name: str, value: str | int) -> None:
        """Change one text."""
        self._nodes[path].set(name, value)

    def remove(self, path: str, name: str) -> None:
        """Stop printing a tag."""
        above, _, last = name.rpartition("/")
        parent = self._nodes[path].find(above)
        parent.children.remove(parent.find(last))

    def dump(self) -> dict[str, Node]:
        """Return copies of all stored blocks."""
        return {path: node.copy() for path, node in self._nodes.items()}

    def restore(self, nodes: Mapping[str, Node]) -> None:
        """Take back what `dump` returned."""
        self._nodes.update({path: node.copy() for path, node in nodes.items()})

    # Reading

    def exists(self, path: str) -> bool:
        """Tell whether there is such a document."""
        return path in self._nodes or path in self.live

    def read(self, path: str) -> Node:
        """Return a document with all that it contains."""
        if path in self.live:
            return self.live[path]()
        block, node = self.blocks[path], self._nodes[path]
        if path in self.refreshers:
            self.refreshers[path](node)
        hidden = block.hidden(node) if block.hidden else frozenset()
        root = Node(block.root, attributes=dict(node.attributes))
        root.children = self._children(block.fields, node)
        root.children = [one for one in root.children if one.name not in hidden]
        return root

    def _children(self, fields: tuple[Field, ...], node: Node) -> list[Node]:
        """Return copies of the children, with blocks in their places."""
        known = {one.name: one for one in fields}
        found: list[Node] = []
        for child in node.children:
            one = known.get(child.name)
            if one is not None and one.ref:
                found += [self.read(p).copy(one.name) for p in self._targets(one)]
                continue
            copy = child.copy()
            if one is not None and one.is_branch and not one.many:
                copy.children = self._children(one.children, child)
            found.append(copy)
        return found

    def _targets(self, one: Field) -> list[str]:
        """Return the paths of the blocks that a tag contains."""
        if not one.many:
            candidates = [one.ref]
        else:
            candidates = [one.ref.format(number) for number in range(1, 10)]
        return [
            path
            for path in candidates
            if self.exists(path) and self._options.lacks(path) is None
        ]

    # Writing

    def prepare(self, path: str, sent: Node) -> Callable[[float], Write]:
        """Check a write; return what carries it out at a time."""
        plan = _Plan()
        self._plan(path, sent, plan, self.blocks[path].root)
        for check in self.checks:
            check(plan.nodes)
        before = self.read(path)

        def carry_out(time: float) -> Write:
            self._nodes.update(plan.nodes)
            self.secrets.update(plan.secrets)
            return Write(
                path=path,
                time=time,
                before=before,
                sent=sent,
                after=self.read(path),
                dropped=tuple(plan.dropped),
                secrets=tuple("/".join(key) for key in plan.secrets),
            )

        return carry_out

    def _plan(self, path: str, sent: Node, plan: _Plan, root: str) -> None:
        """Check one block and all inside it."""
        block = self.blocks[path]
        if sent.name != root:
            raise RefusedError(DECODE_ERROR, f"{path}: root {sent.name} for {root}")
        old = self._nodes[path]
        merged = merge(self._options, block, old, sent)
        plan.nodes[path] = merged.node
        plan.dropped += [f"{path}: {what}" for what in merged.dropped]
        for name, secret in merged.secrets.items():
            plan.secrets[path, name] = secret
        for one, inner in merged.parts:
            target = self._target(path, one, inner)
            if target in self.blocks:
                self._plan(target, inner, plan, one.name)

    def _target(self, path: str, one: Field, sent: Node) -> str:
        """Return where a block inside a block is kept."""
        if not one.many:
            return one.ref
        number = sent.get("ID", "1")
        target = one.ref.format(number)
        if number.isdecimal() and self.exists(target):
            return target
        pictured = path.startswith(("/Images", "/Pictures"))
        code = WRONG_CHANNEL if pictured or path == "/Streams" else PARAMETER_ERROR
        raise RefusedError(code, f"{path}: no {one.name} {number}")


def merge(options: BviewOptions, block: Block, old: Node, sent: Node) -> Merged:
    """Lay what was sent over a block and ask its rules."""
    merged = Merger(options, block.path).merge(block.fields, old, sent)
    try:
        for rule in block.rules:
            rule(merged.node, old, sent)
    except ValueError as err:
        raise RefusedError(PARAMETER_ERROR, f"{block.path}: {err}") from err
    return merged


def _decorate(node: Node) -> None:
    """Add what no document knows: tags in the middle and at the end, attributes."""
    node.attributes["revision"] = "7"
    node.children.insert(1, leaf("VendorMode", "eco & more", level="2"))
    node.children.append(
        branch("VendorData", leaf("First", "1"), leaf("Second"), kind="x")
    )
