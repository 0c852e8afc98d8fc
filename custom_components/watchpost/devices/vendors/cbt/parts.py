"""What the features of a camera are bound to."""

from dataclasses import dataclass

from ...kit.fields import Field, Usable, lacks
from ...kit.sections import Sections
from ...model.device import Absent, Surroundings
from ...model.features import Feature
from ...model.vocabulary import AbsenceReason, Key
from ...transport.payload import Node
from .client import Client
from .identity import Identity

type Offer = Feature | Absent

FIRST = "1"
"""Slot of what there is one of."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A camera and everything through which it is read and changed."""

    identity: Identity
    client: Client
    sections: Sections
    around: Surroundings

    def node(self, section: str) -> Node:
        """Return a section as last read or written."""
        return self.sections.node(section)

    def field(
        self,
        section: str,
        name: str,
        *more: str,
        slot: str | None = None,
        usable: Usable | None = None,
    ) -> Field:
        """Return a field of a section."""
        return Field(
            sections=self.sections,
            section=section,
            name=name,
            more=more,
            slot=slot,
            usable=usable,
        )

    def without(self, key: Key, section: str, name: str = "") -> Absent:
        """Return that something is not there, and what the camera said."""
        return lacks(self.sections, key, section, name)

    def unset(self, key: Key, detail: str) -> Absent:
        """Return that something is not there until its owner sets it up."""
        return Absent(key=key, reason=AbsenceReason.NOT_CONFIGURED, detail=detail)
