"""The kinds of values: what may be set, and how `_query` prints what may be set."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
import re
from typing import Final, Literal, override

from . import grid

_INT: Final = re.compile(r"-?\d+", re.ASCII)
_ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_SERIAL: Final = re.compile(r"[0-9A-Fa-f]{12}")
_HEX: Final = re.compile(r"([0-9A-Fa-f]{2})+")


@dataclass(frozen=True)
class QueryStyle:
    """How the unit prints sets and ranges."""

    separator: str = ", "
    span: str = " ... "


class Kind(ABC):
    """What one parameter may be."""

    TYPE: Literal["int", "string"] = "int"

    @abstractmethod
    def check(self, text: str) -> str:
        """Return the value as the unit keeps it; ValueError if it may not be."""

    @abstractmethod
    def query(self, style: QueryStyle) -> str:
        """Print what may be set."""


def number(text: str) -> int:
    """Read a whole number as the document prints them."""
    if not _INT.fullmatch(text):
        raise ValueError(f"{text!r} is no int")
    return int(text)


class Numbers(Kind):
    """One of some whole numbers."""

    def __init__(self, *values: int) -> None:
        """Remember the numbers."""
        self.values = values

    @override
    def check(self, text: str) -> str:
        """Accept only these numbers."""
        value = number(text)
        if value not in self.values:
            raise ValueError(f"{value} is not in {self.values}")
        return str(value)

    @override
    def query(self, style: QueryStyle) -> str:
        """Print `0, 1`."""
        return style.separator.join(str(value) for value in self.values)


class Span(Kind):
    """A whole number between two others."""

    def __init__(self, low: int, high: int) -> None:
        """Remember the ends, which are included."""
        self.low = low
        self.high = high

    @override
    def check(self, text: str) -> str:
        """Accept only numbers between the ends."""
        value = number(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{value} is not {self.low}...{self.high}")
        return str(value)

    @override
    def query(self, style: QueryStyle) -> str:
        """Print `1 ... 30`."""
        return f"{self.low}{style.span}{self.high}"


class Words(Kind):
    """One of some words."""

    TYPE = "string"

    def __init__(self, *values: str) -> None:
        """Remember the words."""
        self.values = values

    @override
    def check(self, text: str) -> str:
        """Accept only these words, in this spelling."""
        if text not in self.values:
            raise ValueError(f"{text!r} is not in {self.values}")
        return text

    @override
    def query(self, style: QueryStyle) -> str:
        """Print `G711U, G711A`."""
        return style.separator.join(self.values)


class Text(Kind):
    """Any words; the limit is in bytes of UTF-8."""

    TYPE = "string"

    def __init__(self, printed: str = "valid string", limit: int = 255) -> None:
        """Remember how the document calls it."""
        self.printed = printed
        self.limit = limit

    @override
    def check(self, text: str) -> str:
        """Refuse control characters and what is too long."""
        if not text.isprintable():
            raise ValueError("control characters")
        if len(text.encode()) > self.limit:
            raise ValueError(f"more than {self.limit} bytes")
        return text

    @override
    def query(self, style: QueryStyle) -> str:
        """Print `valid string`."""
        return self.printed


class Address(Text):
    """An IPv4 address; no names."""

    @override
    def check(self, text: str) -> str:
        """Accept four numbers."""
        parts = text.split(".")
        if not _ADDRESS.fullmatch(text) or any(int(part) > 255 for part in parts):
            raise ValueError(f"{text!r} is no address")
        return text


class Mail(Text):
    """A mail address."""

    @override
    def check(self, text: str) -> str:
        """Accept xxx@xxx.com."""
        if not _MAIL.fullmatch(text):
            raise ValueError(f"{text!r} is no mail address")
        return super().check(text)


class Serial(Text):
    """Twelve hexadecimal digits."""

    @override
    def check(self, text: str) -> str:
        """Accept exactly twelve."""
        if not _SERIAL.fullmatch(text):
            raise ValueError(f"{text!r} is no serial number")
        return text.upper()


class HexPairs(Text):
    """Bytes as pairs of hexadecimal digits without anything between them."""

    @override
    def check(self, text: str) -> str:
        """Accept whole bytes."""
        if not _HEX.fullmatch(text):
            raise ValueError(f"{text!r} is not hexadecimal")
        return text.upper()


class GridText(Text):
    """The cells of motion detection."""

    def __init__(self, *, trailing: bool = False, query: str = "string") -> None:
        """Remember whether a slash may follow the last row."""
        super().__init__(query)
        self._trailing = trailing

    @override
    def check(self, text: str) -> str:
        """Accept eighteen rows."""
        return grid.Grid.parse(text, trailing=self._trailing).plain


class Trigger(Kind):
    """A parameter that has no value of its own, such as ForceIframe."""

    @override
    def check(self, text: str) -> str:
        """Accept nothing at all, or 1."""
        if text not in ("", "1"):
            raise ValueError(f"{text!r} where no value is documented")
        return "1"

    @override
    def query(self, style: QueryStyle) -> str:
        """Print 1."""
        return "1"


SWITCH: Final = Numbers(0, 1)
