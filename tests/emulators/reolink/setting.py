"""How one Get/Set pair is described: its fields, their limits, who shares them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

type Json = dict[str, Any]

BOOLEAN: Final = "boolean"
HOURS: Final = 7 * 24
"""Characters of a weekly table."""


def bounds(least: float, most: float) -> Json:
    """Return the limits of a number."""
    return {"max": most, "min": least}


def length(most: int, least: int | None = None) -> Json:
    """Return the limits of a text."""
    return {"maxLen": most} if least is None else {"maxLen": most, "minLen": least}


def weekly(kinds: Iterable[str], flag: str = "1") -> Json:
    """Return one weekly table for each kind of event."""
    return dict.fromkeys(kinds, flag * HOURS)


def weekly_limits(kinds: Iterable[str]) -> Json:
    """Return the limits of weekly tables, as the document prints them."""
    return {kind: {"table": length(HOURS, HOURS)} for kind in kinds}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One document that commands read and write."""

    stem: str
    """What follows Get and Set."""
    value: Json
    """The fields of a new unit, with the channel where it is printed."""
    wrapper: str
    """The key around the fields; empty if there is none."""
    limits: Json | None = None
    """What `range` prints; None if the document prints none."""
    initial: Json | None = None
    """What `initial` prints, if not the factory's value; empty prints nothing."""
    host: bool = False
    """One for the unit, not one for each channel."""
    shared: frozenset[str] = frozenset()
    """Fields that are the same on all channels."""
    mandatory: tuple[str, ...] = ()
    """Fields that a write must contain, inner ones behind a dot."""
    inert: frozenset[str] = frozenset()
    """Fields that a write may contain and that change nothing."""
    write_only: Json = field(default_factory=dict)
    """Fields of a write that a read does not print, with an example of each."""
    secrets: frozenset[str] = frozenset()
    always_full: bool = False
    """Print initial and range whatever `action` says."""
    merged: Mapping[str, str] = field(default_factory=dict)
    """Lists whose entries are merged one by one, and the key that names an entry."""
    optional_channel: bool = False
    """The document's own request has no channel, or marks it O."""

    def wrap(self, fields: Json) -> Json:
        """Put the wrapper around fields."""
        return {self.wrapper: fields} if self.wrapper else fields
