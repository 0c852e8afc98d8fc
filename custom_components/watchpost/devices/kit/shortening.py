"""What a device has told, short enough for diagnostics."""

from typing import Final

from ..model.device import Json

_LONG: Final = 160
"""Characters of a text that is a table, not a setting."""
_ROWS: Final = 64
"""Rows of a list, after which the others tell nothing new."""
_LEVELS: Final = 16
"""Levels of nesting; no device has a reason to have more."""


def shortened(value: Json, levels: int = _LEVELS) -> Json:
    """Return a value without its long texts, long lists and deepest parts."""
    if isinstance(value, dict | list) and not levels:
        return "(more)"
    if isinstance(value, dict):
        return {name: shortened(one, levels - 1) for name, one in value.items()}
    if isinstance(value, list):
        rows = [shortened(one, levels - 1) for one in value[:_ROWS]]
        return [*rows, f"({len(value)} rows)"] if len(value) > _ROWS else rows
    if isinstance(value, str) and len(value) > _LONG:
        return f"({len(value)} characters)"
    return value
