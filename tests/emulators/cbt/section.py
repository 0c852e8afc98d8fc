"""A section: what one get prints and its set takes."""

from collections.abc import Callable
from dataclasses import dataclass

from .fields import Field, Json

type Rule = Callable[[Json, Json], str | None]
"""Gets the merged and the sent values; returns what is wrong with them."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """The fields of one pair of get and set, in the order of the example."""

    name: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    restorable: bool = False
    """It takes set_default, alone, instead of its fields."""
    twice: tuple[str, ...] = ()
    """Fields that the example prints twice."""
    together: tuple[str, ...] = ()
    """Fields that are sent all, or none of them."""

    def initial(self) -> Json:
        """Return the values of a new camera."""
        return {one.name: one.value for one in self.fields}
