"""What a parameter is: its kind, its limits, who prints it and who may set it."""

from dataclasses import dataclass
from typing import Any, Literal

type Json = dict[str, Any]
type Needs = tuple[tuple[str, int], ...]

WIDTH = 704
HEIGHT = 576
"""The grid of areas, masks and titles."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """An integer within limits, or out of a list."""

    low: int | None = None
    high: int | None = None
    choices: tuple[int, ...] = ()
    fraction: bool = False
    """The document's example has a fraction here."""

    def holds(self, value: int) -> bool:
        """Tell whether an integer is allowed."""
        if self.choices:
            return value in self.choices
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text, or one of some texts."""

    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rows:
    """So many objects with the same fields."""

    fields: tuple[Field, ...]
    length: int


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days with so many slots each; day n stands in element n."""

    slots: int = 4


type Kind = Number | Text | Rows | Week


@dataclass(frozen=True, kw_only=True)
class Field:
    """One parameter of a section or of a command."""

    name: str
    kind: Kind
    value: Any = 0
    """What a new camera prints."""
    settable: bool = True
    necessary: bool = False
    printed: Literal["example", "table", "never"] = "example"
    """`table` is printed only by a camera that prints all that a table names."""
    secret: bool = False
    needs: Needs = ()
    """Other fields and the values without which this one means nothing."""


def switch(name: str, value: int = 0, **more: Any) -> Field:
    """Return a field for 0 and 1."""
    return Field(name=name, kind=Number(choices=(0, 1)), value=value, **more)


def choice(name: str, value: int, *choices: int, **more: Any) -> Field:
    """Return a field for some integers."""
    return Field(name=name, kind=Number(choices=choices), value=value, **more)


def number(
    name: str, value: int = 0, low: int | None = None, high: int | None = None, **m: Any
) -> Field:
    """Return a field for integers within limits."""
    return Field(name=name, kind=Number(low=low, high=high), value=value, **m)


def level(name: str, value: int = 128, **more: Any) -> Field:
    """Return a field for 0 to 255."""
    return number(name, value, 0, 255, **more)


def text(name: str, value: str = "", **more: Any) -> Field:
    """Return a field for any text."""
    return Field(name=name, kind=Text(), value=value, **more)


def shown(name: str, value: Any = 0, **more: Any) -> Field:
    """Return a field that is printed and cannot be set."""
    kind: Kind = Text() if isinstance(value, str) else Number()
    return Field(name=name, kind=kind, value=value, settable=False, **more)


def only_table(*fields: Field) -> tuple[Field, ...]:
    """Return fields that only a table names, and no example prints."""
    return tuple(_table(one) for one in fields)


def _table(one: Field) -> Field:
    """Return a field that only a table names."""
    return Field(**{**vars(one), "printed": "table"})
