"""What the device and its cameras can do (section 3.1.1, GetAbility)."""

from ...model.device import Json
from ...transport.payload import Node
from .const import MAX_CHANNELS


class Ability:
    """Abilities by name; version 0 is absent, whatever the permit says."""

    def __init__(self, node: Node | None = None) -> None:
        """Take in what the device has told; it is asked for again and again."""
        self._versions: dict[str, int] = {}
        self._permits: dict[str, int] = {}
        for name in node or ():
            told = node.node(name) if node is not None else None
            if told is None:
                continue
            self._versions[name.lower()] = told.integer("ver") or 0
            self._permits[name.lower()] = told.integer("permit") or 0
        self.empty = not any(self._versions.values())
        """Whether nothing at all can be done: the camera is not connected."""

    def version(self, name: str) -> int:
        """Return the version of an ability, 0 if it is not there."""
        return self._versions.get(name.lower(), 0)

    def has(self, *names: str) -> bool:
        """Return whether one of several abilities is there."""
        return any(self.version(name) > 0 for name in names)

    def permit(self, name: str) -> int:
        """Return the bits of a permit: 4 read, 2 write, 1 execute."""
        return self._permits.get(name.lower(), 0)

    def dump(self) -> dict[str, Json]:
        """Return the versions of what is there."""
        return {name: version for name, version in self._versions.items() if version}


def parse_abilities(node: Node) -> tuple[Ability, tuple[Ability, ...]]:
    """Return the abilities of the device and of each of its channels."""
    told = node.node("Ability") or node
    rows = told.value("abilityChn")
    # The place in the list is the channel, also behind one that cannot be read.
    return Ability(told), tuple(
        Ability(Node(row) if isinstance(row, dict) else None)
        for row in (rows if isinstance(rows, list) else [])[:MAX_CHANNELS]
    )
