"""The registry of families: one name each."""

from importlib import import_module
from typing import Final

from ..model.device import Vendor

_NAMES: Final = ("bview", "cbt", "reolink", "strobe", "vserver")


def _load(name: str) -> Vendor:
    vendor = import_module(f"{__name__}.{name}").VENDOR
    if not isinstance(vendor, Vendor):
        raise TypeError(name)
    return vendor


VENDORS: Final[dict[str, Vendor]] = {vendor.id: vendor for vendor in map(_load, _NAMES)}
"""All families by their id."""
