"""Check what a client writes against the fields and limits of a document."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from .errors import PARAM_ERROR, STRING_TOO_LONG, RefusedError
from .setting import BOOLEAN, Json

_MISSING: Final = object()


def is_number(value: object) -> bool:
    """Tell whether a value is a JSON number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: object) -> bool:
    """Tell whether a value is a JSON integer; true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def need_integer(param: Mapping[str, Any], key: str) -> int:
    """Return an integer that must be there."""
    value = param.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RefusedError(PARAM_ERROR, f"{key} must be an integer")
    return value


def need_text(param: Mapping[str, Any], key: str, most: int = 1024) -> str:
    """Return a text that must be there."""
    value = param.get(key)
    if not isinstance(value, str):
        raise RefusedError(PARAM_ERROR, f"{key} must be a text")
    if len(value) > most:
        raise RefusedError(STRING_TOO_LONG, key)
    return value


def need_object(param: Mapping[str, Any], key: str) -> Json:
    """Return an object that must be there."""
    value = param.get(key)
    if not isinstance(value, dict):
        raise RefusedError(PARAM_ERROR, f"{key} must be an object")
    return value


def is_bounds(limits: object) -> bool:
    """Tell whether limits are those of a number."""
    return (
        isinstance(limits, dict)
        and set(limits) == {"max", "min"}
        and all(is_number(limit) for limit in limits.values())
    )


def at(fields: object, path: str) -> object:
    """Return what is behind a dotted path, or a mark that nothing is."""
    for key in path.split("."):
        if not isinstance(fields, dict) or key not in fields:
            return _MISSING
        fields = fields[key]
    return fields


def check_mandatory(fields: Json, paths: Iterable[str], code: int) -> None:
    """Refuse a write that leaves out what must be there."""
    for path in paths:
        if at(fields, path) is _MISSING:
            raise RefusedError(code, f"{path} is missing")


class Checker:
    """Checks one write."""

    def __init__(self, *, strict: bool) -> None:
        """Say whether unknown fields are refused or ignored."""
        self._strict = strict

    def check(self, given: object, known: object, limits: object, path: str) -> None:
        """Compare a value with the current one and with its limits."""
        if isinstance(known, dict):
            self._check_object(given, known, limits, path)
        elif isinstance(known, list):
            self._check_list(given, known, limits, path)
        else:
            _check_type(given, known, limits, path)
            _check_limits(given, limits, path)

    def _check_object(
        self, given: object, known: Json, limits: object, path: str
    ) -> None:
        """Check the fields of an object."""
        if not isinstance(given, dict):
            raise RefusedError(PARAM_ERROR, f"{path} must be an object")
        for name, value in given.items():
            inner = limits.get(name) if isinstance(limits, dict) else None
            if is_bounds(limits):
                inner = limits
            if isinstance(inner, dict) and isinstance(value, str):
                inner = inner.get("table", inner)
            if name in known:
                self.check(value, known[name], inner, f"{path}.{name}")
            elif self._strict:
                raise RefusedError(PARAM_ERROR, f"{path}.{name} is unknown")

    def _check_list(
        self, given: object, known: list[Any], limits: object, path: str
    ) -> None:
        """Check the entries of a list."""
        if not isinstance(given, list):
            raise RefusedError(PARAM_ERROR, f"{path} must be a list")
        for position, entry in enumerate(given):
            inner = limits
            if isinstance(limits, list):
                inner = _row(entry, position, limits)
            if inner is _MISSING:
                raise RefusedError(PARAM_ERROR, f"{path} has too many entries")
            if known:
                self.check(entry, known[0], inner, f"{path}[{position}]")


def _row(entry: object, position: int, limits: list[Any]) -> object:
    """Return the limits of an entry: those of its id, or of its place."""
    if isinstance(entry, dict) and "id" in entry:
        rows = (row for row in limits if row.get("id") == entry["id"])
        return next(rows, _MISSING)
    return limits[position] if position < len(limits) else _MISSING


def _check_type(given: object, known: object, limits: object, path: str) -> None:
    """Refuse a value of another type than the document prints."""
    if isinstance(known, str) or known is None:
        fits = isinstance(given, str)
    elif isinstance(known, float):
        fits = is_number(given)
    else:
        fits = is_integer(given)
    if not fits:
        raise RefusedError(PARAM_ERROR, f"{path} has the wrong type: {given!r}")


def _check_limits(given: object, limits: object, path: str) -> None:
    """Refuse a value that is out of range."""
    if limits == BOOLEAN:
        if given not in (0, 1):
            raise RefusedError(PARAM_ERROR, f"{path} is neither 0 nor 1")
    elif isinstance(limits, list):
        if given not in limits:
            raise RefusedError(PARAM_ERROR, f"{path} is none of {limits}")
    elif isinstance(limits, dict) and is_number(given):
        if is_bounds(limits) and not limits["min"] <= given <= limits["max"]:
            raise RefusedError(PARAM_ERROR, f"{path} is out of {limits}")
    elif isinstance(limits, dict) and isinstance(given, str):
        _check_length(given, limits, path)
    elif limits is not None and not isinstance(limits, dict) and given != limits:
        raise RefusedError(PARAM_ERROR, f"{path} must be {limits}")


def _check_length(given: str, limits: Json, path: str) -> None:
    """Refuse a text that is too long or too short, and a bad table."""
    if len(given) > limits.get("maxLen", len(given)):
        raise RefusedError(STRING_TOO_LONG, path)
    if len(given) < limits.get("minLen", 0):
        raise RefusedError(PARAM_ERROR, f"{path} is too short")
    if ".table" in path and set(given) - set("01"):
        raise RefusedError(PARAM_ERROR, f"{path} has more than 0 and 1")


def check_scope(scope: object) -> None:
    """Refuse an area whose table does not have the size it says."""
    if not isinstance(scope, dict) or not isinstance(scope.get("table"), str):
        return
    size = scope.get("cols", 80) * scope.get("rows", len(scope["table"]) // 80)
    if len(scope["table"]) != size or size % 80:
        raise RefusedError(PARAM_ERROR, "the table does not have its size")


def prune(given: Json, known: Json) -> Json:
    """Return the fields of a write that the unit knows, and ignore the rest."""
    return {
        name: prune(value, known[name])
        if isinstance(value, dict) and isinstance(known[name], dict)
        else value
        for name, value in given.items()
        if name in known
    }


def merge(old: Json, new: Json, merged: Mapping[str, str]) -> Json:
    """Return old fields with new ones over them, inner objects field by field."""
    result = dict(old)
    for name, value in new.items():
        known = old.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            result[name] = merge(known, value, merged)
        elif name in merged and isinstance(known, list):
            result[name] = _merge_list(known, value, merged, merged[name])
        else:
            result[name] = value
    return result


def _merge_list(
    old: list[Json], new: list[Json], merged: Mapping[str, str], key: str
) -> list[Json]:
    """Merge the entries of two lists that carry the same key."""
    changes = {entry.get(key): entry for entry in new}
    return [merge(entry, changes.get(entry[key], {}), merged) for entry in old]


def channels_in(value: object) -> Iterator[object]:
    """Find every channel that a parameter mentions, outermost first."""
    if isinstance(value, dict):
        if "channel" in value:
            yield value["channel"]
        for inner in value.values():
            yield from channels_in(inner)
