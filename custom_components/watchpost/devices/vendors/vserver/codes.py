"""Result codes (section 2.3.1.3), HTTP codes (2.2), and what they mean."""

from typing import Final

from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)

DONE: Final = 200
NO_CHANNEL: Final = 401
"""Inside an answer: the channel does not exist. It has nothing to do with a login."""
WRONG: Final = frozenset({402, 403})
"""A value or a name; the document has one number for both, other code has two."""
UNSUPPORTED: Final = 501
WRONG_MODE: Final = 502
FAILED: Final = 503

HTTP_DENIED: Final = 401
HTTP_FAILED: Final = 500
HTTP_BUSY: Final = 503
NO_POST: Final = frozenset({400, 404, 501})
"""How a unit may refuse POST, which the document allows (2.3.1.1)."""
_MISSING: Final = frozenset({404, 405, 410, 501})


class CodeError(Exception):
    """A unit has refused something with a code of its own."""

    def __init__(self, code: int) -> None:
        """Store the code."""
        super().__init__(str(code))
        self.code = code

    @property
    def error(self) -> DeviceError:
        """What it means to the caller."""
        return error_for(self.code)


def error_for(code: int) -> DeviceError:
    """Return the error that a result code means."""
    if code in (NO_CHANNEL, UNSUPPORTED):
        return DeviceUnsupportedError()
    if code in WRONG:
        return DeviceRequestError(Reason.INVALID_VALUE)
    if code == WRONG_MODE:
        return DeviceRequestError(Reason.NOT_NOW)
    if code == FAILED:
        return DeviceConnectionError(Reason.FAILED)
    return DeviceError(Reason.REFUSED, {"code": str(code)})


def error_for_status(status: int) -> DeviceError | None:
    """Return the error that an HTTP status means where no message came with it."""
    if 200 <= status < 300:
        return None
    if status == HTTP_DENIED:
        return DeviceAuthError()
    if status == 403:
        return DeviceRequestError(Reason.NO_PERMISSION)
    if status in _MISSING:
        return DeviceUnsupportedError()
    if status == 409:
        return DeviceRequestError(Reason.CONFLICT)
    if status == 400:
        return DeviceRequestError(Reason.INVALID_VALUE)
    if status == HTTP_BUSY:
        return DeviceConnectionError(Reason.BUSY)
    if status >= 500:
        return DeviceConnectionError(Reason.FAILED)
    return DeviceConnectionError(Reason.BAD_ANSWER)
