"""How the unit refuses: codes of its own, and bare HTTP errors."""

from typing import Final

SUCCESS: Final = 0
DECODE_ERROR: Final = -1
TAG_MISSING: Final = -2
UNSUPPORTED: Final = -3
WRONG_CHANNEL: Final = -4
PARAMETER_ERROR: Final = -5
LOG_BUSY: Final = -6
LOG_ERROR: Final = -7
SDK_FAILED: Final = -8
MEMORY_OVERFLOW: Final = -9
URL_ERROR: Final = -10
USER_OVERFLOW: Final = -11
INVALID_OPERATION: Final = -12
USER_EXISTS: Final = -13
CAMERA_BUSY: Final = -14


class RefusedError(Exception):
    """An application error; the code says which."""

    def __init__(self, code: int, why: str = "") -> None:
        """Remember the code; the reason is for whoever debugs a test."""
        super().__init__(f"{code} {why}")
        self.code = code
        self.why = why


class HttpError(Exception):
    """An error on the level of HTTP, with no document in its body."""

    def __init__(self, status: int) -> None:
        """Remember the status."""
        super().__init__(str(status))
        self.status = status


class DeniedError(Exception):
    """Nobody the unit knows has asked."""

    def __init__(self, *, stale: bool = False) -> None:
        """Remember whether only the nonce was too old."""
        super().__init__("denied")
        self.stale = stale
