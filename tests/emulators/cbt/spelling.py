"""Other spellings of fields and actions."""

from typing import Any

from .actions import CARD
from .fields import Field, Json, Rows, Week
from .options import CbtOptions
from .sections_alarm import SLOT


def known_as(options: CbtOptions, sent: str) -> str | None:
    """Return the document's name of an action; None if the camera has none such."""
    theirs = {other: name for name, other in options.action_spelling.items()}
    name = theirs.get(sent, sent)
    if name == sent and sent in options.action_spelling:
        return None
    return name if name in CARD else None


class Spelling:
    """Translates names between the document and this camera."""

    def __init__(self, options: CbtOptions) -> None:
        """Remember who spells."""
        self._options = options

    def _name(self, section: str, name: str) -> str:
        """Return how this camera spells a name."""
        spelling = self._options.spelling
        return spelling.get(f"{section}/{name}", spelling.get(name, name))

    def pairs(self, section: str, values: Json) -> list[tuple[str, Any]]:
        """Return fields as this camera prints them."""
        return [
            (self._name(section, name), self._spelled(section, value))
            for name, value in values.items()
        ]

    def _spelled(self, section: str, value: Any) -> Any:
        """Return a value with the names inside it as this camera spells them."""
        if isinstance(value, dict):
            return dict(self.pairs(section, value))
        if isinstance(value, list):
            return [self._spelled(section, one) for one in value]
        return value

    def read(self, section: str, fields: tuple[Field, ...], sent: Json) -> Json:
        """Return what was sent in the document's spelling."""
        if not self._options.spelling:
            return sent
        names = _names(fields)
        theirs = {self._name(section, name): name for name in names}
        other = {name for name in names if self._name(section, name) != name}
        found = self._unspelled(sent, theirs, other)
        return found if isinstance(found, dict) else sent

    def _unspelled(self, value: Any, theirs: dict[str, str], other: set[str]) -> Any:
        """Return a value with the names inside it as the document spells them."""
        if isinstance(value, dict):
            return {
                theirs.get(k, f"not {k}" if k in other else k): self._unspelled(
                    v, theirs, other
                )
                for k, v in value.items()
            }
        if isinstance(value, list):
            return [self._unspelled(one, theirs, other) for one in value]
        return value


def _names(fields: tuple[Field, ...]) -> set[str]:
    """Return the names of fields and of all inside them."""
    found = {one.name for one in fields}
    for one in fields:
        if isinstance(one.kind, Rows):
            found |= _names(one.kind.fields)
        elif isinstance(one.kind, Week):
            found |= _names(SLOT)
    return found
