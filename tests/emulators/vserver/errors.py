"""How the unit refuses: result codes inside an answer, and bare HTTP errors."""

from typing import Final

OK: Final = 200
BAD_CHANNEL: Final = 401
BAD_VALUE: Final = 402
BAD_NAME: Final = -402
"""The document gives it the number of BAD_VALUE; the options may say otherwise."""
UNSUPPORTED: Final = 501
WRONG_MODE: Final = 502
FAILED: Final = 503

TEXTS: Final = {
    OK: "Successfully",
    BAD_CHANNEL: "Invalid Channel number.",
    BAD_VALUE: "Invalid parameter value.",
    BAD_NAME: "Invalid parameter name.",
    UNSUPPORTED: "Feature does not support by server.",
    WRONG_MODE: "Feature supported by server but not available in current mode.",
    FAILED: "Server failed.",
}


class RefusedError(Exception):
    """An application error; the code says which, the kind what the client did."""

    def __init__(self, code: int, kind: str, why: str = "") -> None:
        """Remember the code; the reason is for whoever debugs a test."""
        super().__init__(f"{code} {kind} {why}")
        self.code = code
        self.kind = kind
        self.why = why


class HttpError(Exception):
    """An error on the level of HTTP, with no message in its body."""

    def __init__(self, status: int, kind: str, why: str = "") -> None:
        """Remember the status."""
        super().__init__(f"{status} {kind} {why}")
        self.status = status
        self.kind = kind
        self.why = why


class DeniedError(Exception):
    """Nobody the unit knows has asked."""

    def __init__(self, *, stale: bool = False) -> None:
        """Remember whether only the nonce was too old."""
        super().__init__("denied")
        self.stale = stale
