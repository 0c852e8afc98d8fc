"""Names with several spellings, and names that must come together."""

from typing import Final

_ALIASES: Final = (
    ("Firmware", "SoftwareVersion", "Version"),
    ("SerialNum", "SerialNumber"),
    ("Mac", "MacAddress"),
    ("AudioVolume", "Volume"),
    ("Lenght", "Length"),
    ("BLCLevel", "BLCLLevel"),
    ("WifiChanel", "WifiChannel"),
    ("ScenceSelect", "SceneSelect"),
)
"""Typing errors are a part of the protocol; a unit gets the name that it has used."""


def spellings(name: str) -> tuple[str, ...]:
    """Return all names under which units have a value, the usual one first."""
    return next((names for names in _ALIASES if name in names), (name,))


def row_name(row: int | str, name: str) -> str:
    """Return the name of a value in a row of a group that repeats."""
    return f"{row}/{name}"
