"""What a group of parameters is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .kinds import Kind
from .options import Channel

type Verb = Literal["get", "set", "query"]
type Values = dict[str, str]
"""Values by the usual spelling of their names."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One parameter."""

    name: str
    kind: Kind
    initial: str = ""
    shown: bool = True
    """Whether `_get` prints it."""
    writable: bool = True
    """Whether it may be set; `_query` prints an empty element if not."""
    queried: bool = True
    ability: str = ""
    """What a channel must be able to do."""
    secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """The parameters that one CGI family knows under one name."""

    family: str
    name: str
    fields: tuple[Field, ...] = ()
    verbs: frozenset[Verb] = frozenset({"get", "set", "query"})
    channel: frozenset[Verb] = frozenset()
    """The verbs whose syntax line has Channel."""
    shared: bool = False
    """Whether all channels have the same values."""
    prints_channel: bool = False
    """Whether an example prints Channel."""
    ability: str = ""
    needs: frozenset[str] = frozenset()
    """What every set must name."""
    optional: frozenset[str] = frozenset()
    """Parameters of `_get`."""
    brackets: tuple[frozenset[str], ...] = ()
    """What must come together, as the examples do."""
    key: str = ""
    """The parameter that tells the rows of a repeated group apart."""
    printed_key: str = ""
    """How `_get` calls the key, if not as a set does."""
    rows: Mapping[int, tuple[Field, ...]] = field(default_factory=dict)

    @property
    def per_channel(self) -> bool:
        """Tell whether every channel has values of its own."""
        return bool(self.channel & {"get", "set"}) and not self.shared

    def row(self, number: int) -> tuple[Field, ...]:
        """Return the parameters of a row; row 0 is a group without rows."""
        return self.rows.get(number, self.fields)

    def find(self, name: str, row: int = 0) -> Field | None:
        """Return a parameter."""
        return next((one for one in self.row(row) if one.name == name), None)

    def fields_for(self, channel: Channel, row: int = 0) -> tuple[Field, ...]:
        """Return the parameters that a channel has."""
        return tuple(one for one in self.row(row) if channel.can(one.ability))

    def initial(self, row: int = 0) -> Values:
        """Return the values of a new unit."""
        return {one.name: one.initial for one in self.row(row)}


type Catalog = dict[tuple[str, str], Group]
"""Groups by family and name."""


def index(groups: Iterable[Group]) -> Catalog:
    """Return the groups by family and name."""
    return {(group.family, group.name): group for group in groups}


def verbs(*names: Verb) -> frozenset[Verb]:
    """Return some verbs."""
    return frozenset(names)


BOTH: frozenset[Verb] = verbs("get", "set")
