"""What the features of a unit, or of one of its channels, are bound to."""

from dataclasses import dataclass

from ...kit.fields import lacks as section_lacks
from ...kit.sections import Sections
from ...model.device import Absent, Surroundings
from ...model.features import Feature
from ...model.vocabulary import AbsenceReason, Key
from ...transport.payload import Node
from .client import Client
from .identity import Identity
from .queries import Queries
from .settings import section

type Offer = Feature | Absent


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A channel, and everything through which it is read and changed."""

    unit: str
    """Key of the unit that gets the features."""
    channel: int
    """The channel, counted from 1."""
    channels: int
    """How many there are."""
    identity: Identity
    client: Client
    queries: Queries
    sections: Sections
    around: Surroundings

    def name(self, group: str) -> str:
        """Return the name of the section of a group of this channel."""
        return section(group, self.channel)

    def node(self, group: str) -> Node:
        """Return the values of a group as last read or set."""
        return self.sections.node(self.name(group))

    def known(self, group: str) -> bool:
        """Return whether a group was read."""
        return self.sections.known(self.name(group))

    def lacks(
        self,
        key: Key,
        detail: str,
        reason: AbsenceReason = AbsenceReason.UNSUPPORTED,
    ) -> Absent:
        """Return that something is not there."""
        return Absent(key=key, reason=reason, detail=detail, unit=self.unit)

    def without(self, key: Key, group: str, name: str = "") -> Absent:
        """Return that something is not there, and what the unit has said."""
        return section_lacks(self.sections, key, self.name(group), name, unit=self.unit)
