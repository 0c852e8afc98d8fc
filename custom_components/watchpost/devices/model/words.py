"""Words of devices as they may stand in a translation key."""

import re
from typing import Final

_OTHERS: Final = re.compile(r"[^a-z0-9]+")


def slug(word: str) -> str:
    """Return a word of a device as a slug; never empty."""
    return _OTHERS.sub("_", word.lower()).strip("_") or "unknown"
