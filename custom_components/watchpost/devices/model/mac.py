"""Addresses of hardware, however a device writes them."""

import re
from typing import Final

_DIGITS: Final = re.compile(r"[0-9a-f]{12}")
_NOBODY: Final = ("0" * 12, "f" * 12)
"""What devices tell that were never given one."""


def mac_address(text: str | None) -> str | None:
    """Return a MAC as aa:bb:cc:dd:ee:ff; None if it is none."""
    digits = re.sub(r"[:.\-\s]", "", text or "").lower()
    if not _DIGITS.fullmatch(digits) or digits in _NOBODY:
        return None
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))
