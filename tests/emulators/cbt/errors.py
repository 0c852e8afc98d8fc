"""How the camera says no: codes in an envelope, bare texts, HTTP."""

from collections.abc import Mapping
from typing import Final

OK: Final = 0
NO_PARAMETER: Final = 201
BUSY: Final = 204
INVALID: Final = 205
WRONG_PASSWORD: Final = 206
UNSUPPORTED: Final = 209
OPEN_FAILED: Final = -107

MEANINGS: Final[Mapping[int, str]] = {
    -101: "id taken",
    -102: "library full",
    -103: "adding timed out",
    -104: "wrong parameter",
    -105: "file too large",
    -106: "no space",
    -107: "cannot open file",
    -108: "no database",
    -109: "cannot read picture",
    -110: "database damaged",
    -111: "picture too poor",
    -112: "odd picture size",
    -113: "no single face",
    -114: "wrong picture format",
    -115: "wrong face area",
    -116: "no algorithm handle",
    -117: "busy",
    -118: "cannot write file",
    -119: "nothing deleted",
    -120: "out of memory",
    -121: "empty list",
    -122: "wrong validity",
    -123: "cannot write features",
    NO_PARAMETER: "no such parameter",
    202: "user exists",
    203: "no such user",
    BUSY: "busy",
    INVALID: "invalid parameter",
    WRONG_PASSWORD: "wrong password",
    207: "wrong picture name",
    208: "nothing new",
    UNSUPPORTED: "not supported",
    210: "wrong file format",
    299: "no reaction",
}
"""Every code of the document's table, in short; 1 to 100 are those of libcurl."""


class RefusedError(Exception):
    """An action that is answered with a code."""

    def __init__(self, code: int, what: str = "") -> None:
        """Remember the code; what it is about never holds a secret."""
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what


class TextError(Exception):
    """A request that is answered with a bare text."""

    def __init__(self, text: str) -> None:
        """Remember the text."""
        super().__init__(text)
        self.text = text


class DeniedError(Exception):
    """Nobody that the camera knows."""

    def __init__(self, *, stale: bool = False) -> None:
        """Remember whether only the nonce was too old."""
        super().__init__("denied")
        self.stale = stale


class HttpError(Exception):
    """A request that the web server itself refuses."""

    def __init__(self, status: int) -> None:
        """Remember the status."""
        super().__init__(f"HTTP {status}")
        self.status = status


def meaning(code: int) -> str:
    """Return what a code means; nothing for success."""
    if code == OK:
        return ""
    return "libcurl" if 1 <= code <= 100 else MEANINGS.get(code, "unknown")
