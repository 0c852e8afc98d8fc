"""What the features of a camera are bound to."""

from dataclasses import dataclass
from typing import Final

from ...model.device import Absent, Surroundings
from ...model.errors import DeviceConnectionError, DeviceUnsupportedError, Reason
from ...model.features import Feature
from ...model.vocabulary import AbsenceReason, Key
from ...transport.payload import Node
from .blocks import Block
from .client import Client
from .documents import Documents
from .identity import Identity
from .names import below, text_of

type Offer = Feature | Absent

NOT_SUPPORTED: Final = "notsupport"
"""What a field tells that this camera does not have."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A camera and everything through which it is read and changed."""

    identity: Identity
    client: Client
    documents: Documents
    around: Surroundings

    def node(self, block: Block, *path: str) -> Node:
        """Return a part of a block as last read."""
        return below(self.documents.node(block), *path)

    def text(self, block: Block, *path: str) -> str | None:
        """Return the text of a field, without blanks around it."""
        text = text_of(self.documents.node(block), *path)
        return None if text is None else text.strip()

    def has(self, block: Block, *path: str) -> bool:
        """Return whether a block has a field, and the camera what it stands for."""
        text = self.text(block, *path)
        return text is not None and text.lower() != NOT_SUPPORTED

    def lacks(self, key: Key, detail: str) -> Absent:
        """Return that something is not there."""
        return Absent(key=key, reason=AbsenceReason.UNSUPPORTED, detail=detail)

    def unset(self, key: Key, block: Block) -> Absent:
        """Return that something is not there until its owner sets it up."""
        reason = AbsenceReason.NOT_CONFIGURED
        return Absent(key=key, reason=reason, detail=block.path)

    def without(self, key: Key, block: Block, *path: str) -> Absent:
        """Return that something is not there, and what the camera said."""
        error = self.documents.error(block)
        source = self.documents.source(block)
        if error is None:
            return self.lacks(key, f"{source} {'/'.join(path)}".strip())
        detail = f"{source} {error.reason}"
        if isinstance(error, DeviceUnsupportedError):
            return self.lacks(key, detail)
        if error.reason is Reason.NO_PERMISSION:
            reason = AbsenceReason.NO_PERMISSION
        elif isinstance(error, DeviceConnectionError):
            reason = AbsenceReason.UNKNOWN
        else:
            reason = AbsenceReason.REFUSED
        return Absent(key=key, reason=reason, detail=detail)
