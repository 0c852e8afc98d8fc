"""What the features of a camera, or of the device itself, are bound to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ...model.device import Absent, Surroundings
from ...model.features import Feature
from ...model.vocabulary import AbsenceReason, Key
from .ability import Ability
from .client import Client
from .documents import Document, Documents
from .kinds import Kind

type Offer = Feature | Absent


SHARED: Final = "shared."
"""Before the name of a request that any connected camera may answer."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A document, or the one of several that can be asked just now."""

    source: str
    get: Callable[[], Document]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A camera: a channel of a recorder, or the device itself."""

    unit: str
    """Key of the unit that gets the features."""
    number: int
    """The channel, counted from 0."""
    host: Ability
    channel: Ability
    recorder: bool
    """Whether it is a channel of a recorder, which has features of its own."""
    client: Client
    documents: Documents
    around: Surroundings
    first: Callable[[], int]
    """The first camera that is connected: it tells what all have in common."""

    @property
    def newer(self) -> bool:
        """Whether schedules are of the newer generation (scheduleVersion)."""
        return self.host.version("scheduleVersion") > 0

    def doc(self, kind: Kind, part: str = "") -> Document:
        """Return a document of this camera, or of the device."""
        return self.documents.get(kind, None if kind.host else self.number, part)

    def held(self, kind: Kind) -> Held:
        """Return a document of this camera in the form that fields take."""
        document = self.doc(kind)
        return Held(source=document.source, get=lambda: document)

    def shared(self, kind: Kind) -> Held:
        """Return a document that is the same for all cameras of a recorder."""
        self.documents.get(kind, self.first())
        return Held(
            source=f"{SHARED}{kind.name}",
            get=lambda: self.documents.get(kind, self.first()),
        )

    def lacks(self, key: Key, detail: str) -> Absent:
        """Return that something is not there because an ability is missing."""
        return Absent(
            key=key, reason=AbsenceReason.UNSUPPORTED, detail=detail, unit=self.unit
        )


def lacks_all(unit: str, keys: tuple[Key, ...], detail: str) -> tuple[Absent, ...]:
    """Return that several things are not there for the same reason."""
    return tuple(
        Absent(key=key, reason=AbsenceReason.UNSUPPORTED, detail=detail, unit=unit)
        for key in keys
    )
