"""Whether what a client sent is what the document asks for."""

from collections.abc import Callable
import json
from typing import Any, Final, NoReturn

from .errors import RefusedError, TextError
from .fields import Field, Json, Kind, Number, Rows, Text, Week
from .options import CbtOptions
from .sections_alarm import SLOT

ENVELOPE: Final = frozenset(
    {
        "code",
        "message",
        "device_mac",
        "deviceID",
        "device_id",
        "log",
        "device_ip",
        "sign_tby",
    }
)
"""What the camera prints around the fields of a section."""

type Note = Callable[[str, str], None]
"""Writes down what a client did wrong: the kind and what about."""


def parse_json(raw: str, note: Note, bad: str) -> Json:
    """Return the object that was sent; refuse all that is not plain JSON."""

    def pairs(found: list[tuple[str, Any]]) -> Json:
        names = [name for name, _ in found]
        if len(names) != len(set(names)):
            raise ValueError("a name twice")
        return dict(found)

    def constant(name: str) -> Any:
        raise ValueError(name)

    try:
        data = json.loads(raw, object_pairs_hook=pairs, parse_constant=constant)
    except ValueError as err:
        note("json", type(err).__name__)
        raise TextError(bad) from err
    if not isinstance(data, dict):
        note("json", "not an object")
        raise TextError(bad)
    return data


class Checker:
    """Checks the fields of one request."""

    def __init__(self, options: CbtOptions, note: Note) -> None:
        """Remember whose reading counts."""
        self._options = options
        self._note = note

    def fields(
        self, fields: tuple[Field, ...], sent: Json, *, whole: bool = False
    ) -> Json:
        """Return the values of fields that may be set; `whole` needs all of them."""
        known = {one.name: one for one in fields}
        found: Json = {}
        for name, value in sent.items():
            one = known.get(name)
            if one is None:
                self._unknown(name)
            elif not one.settable:
                self._read_only(name)
            elif self._hidden(one):
                self._refuse("unknown_field", name, self._options.unknown_code)
            else:
                found[name] = self._value(one.kind, value, name)
        for one in fields:
            if (one.necessary or whole) and one.name not in found:
                self.missing(one.name)
        return found

    def needs(self, fields: tuple[Field, ...], found: Json, merged: Json) -> list[str]:
        """Return the fields that mean nothing; they are refused, or taken away."""
        idle = [
            one.name
            for one in fields
            if one.name in found
            and any(merged[name] != value for name, value in one.needs)
        ]
        for name in idle:
            if self._options.dependent == "refuse":
                self.refuse("dependent", name)
            self._note("dependent", name)
            if self._options.dependent == "ignore":
                del found[name]
        return idle if self._options.dependent == "ignore" else []

    def refuse(self, kind: str, what: str) -> NoReturn:
        """Write down and refuse a value."""
        self._refuse(kind, what, self._options.invalid_code)

    def missing(self, name: str) -> NoReturn:
        """Write down and refuse what is missing."""
        self._refuse("missing_field", name, self._options.missing_code)

    def _refuse(self, kind: str, what: str, code: int) -> NoReturn:
        """Write down and refuse."""
        self._note(kind, what)
        raise RefusedError(code, what)

    def _hidden(self, one: Field) -> bool:
        """Tell whether this camera has nothing like it."""
        options = self._options
        return (
            one.printed == "table"
            and options.keys == "example"
            and options.hidden_keys == "refuse"
        )

    def _unknown(self, name: str) -> None:
        """Refuse a field that is not there; tell parts of an answer sent back."""
        kind = "envelope" if name in ENVELOPE else "unknown_field"
        self._note(kind, name)
        if self._options.unknown_fields == "refuse":
            raise RefusedError(self._options.unknown_code, name)

    def _read_only(self, name: str) -> None:
        """Refuse a field that is only printed."""
        self._note("read_only", name)
        if self._options.read_only == "refuse":
            raise RefusedError(self._options.unknown_code, name)

    def _value(self, kind: Kind, value: Any, where: str) -> Any:
        """Return a value as the camera keeps it."""
        match kind:
            case Number():
                return self._number(kind, value, where)
            case Text():
                if not isinstance(value, str):
                    self.refuse("type", where)
                if kind.choices and value not in kind.choices:
                    self.refuse("range", where)
                return value
            case Rows():
                return self._rows(kind, value, where)
            case Week():
                return self._week(kind, value, where)

    def _number(self, kind: Number, value: Any, where: str) -> int | float:
        """Return a number; anything but an integer of JSON is of a wrong type."""
        reading = self._options.integers
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole:
            fine = reading == "loose" or (
                reading == "areas" and kind.fraction and isinstance(value, float)
            )
            if not fine:
                self.refuse("type", where)
            try:
                value = round(float(value))
            except TypeError, ValueError, OverflowError:
                self.refuse("type", where)
        if not kind.holds(value):
            self.refuse("range", where)
        return int(value)

    def _list(self, value: Any, length: int, where: str) -> list[Any]:
        """Return a list of the right length."""
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.refuse("type", where)
        short = self._options.short_arrays == "pad" and len(value) < length
        if len(value) != length and not short:
            self.refuse("array", f"{where}: {len(value)} for {length}")
        return list(value)

    def _rows(self, kind: Rows, value: Any, where: str) -> list[Json]:
        """Return objects that are complete."""
        rows = [
            self.fields(kind.fields, row, whole=True)
            for row in self._list(value, kind.length, where)
        ]
        blank = {one.name: one.value for one in kind.fields}
        return rows + [dict(blank) for _ in range(kind.length - len(rows))]

    def _week(self, kind: Week, value: Any, where: str) -> list[Json]:
        """Return seven days in their order; each element holds its own day."""
        days = self._list(value, 7, where)
        found = []
        slots = Rows(fields=SLOT, length=kind.slots)
        for number, day in enumerate(days):
            name = f"day_{number}"
            if list(day) != [name]:
                self.refuse("array", f"{where}[{number}]: {sorted(day)}")
            found.append({name: self._rows(slots, day[name], f"{where}/{name}")})
        blank = {one.name: one.value for one in SLOT}
        return found + [
            {f"day_{number}": [dict(blank) for _ in range(kind.slots)]}
            for number in range(len(found), 7)
        ]
