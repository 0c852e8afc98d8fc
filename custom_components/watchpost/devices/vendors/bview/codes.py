"""Status codes (section 7) and what they mean to the caller."""

from typing import Final

from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)

DONE: Final = 0
LOG_BUSY: Final = -6
USERS_FULL: Final = -11
INVALID_OPERATION: Final = -12
BUSY: Final = -14
_WRONG_QUESTION: Final = frozenset({-1, -2, -5})
_MISSING: Final = frozenset({-3, -4, -10})
_WAIT: Final = frozenset({LOG_BUSY, BUSY})
_MISSING_STATUS: Final = frozenset({404, 405, 410, 501})
_DENIED: Final = 401
_FORBIDDEN: Final = 403


class CodeError(Exception):
    """A device has refused something with a code of its own."""

    def __init__(self, code: int) -> None:
        """Store the code."""
        super().__init__(str(code))
        self.code = code

    @property
    def error(self) -> DeviceError:
        """What it means to the caller."""
        return error_for(self.code)


def error_for(code: int) -> DeviceError:
    """Return the error that a status code means as the answer to a request."""
    if code in _MISSING:
        return DeviceUnsupportedError()
    if code in _WRONG_QUESTION:
        return DeviceRequestError(Reason.INVALID_VALUE)
    if code in _WAIT:
        return DeviceConnectionError(Reason.BUSY)
    if code == USERS_FULL:
        return DeviceConnectionError(Reason.SESSIONS_FULL)
    if code == INVALID_OPERATION:
        return DeviceRequestError(Reason.NOT_NOW)
    if code == -8:
        return DeviceError(Reason.FAILED)
    return DeviceError(Reason.REFUSED, {"code": str(code)})


def error_for_status(status: int) -> DeviceError | None:
    """Return the error that an HTTP status means where the body tells nothing."""
    if 200 <= status < 300:
        return None
    if status == _DENIED:
        return DeviceAuthError()
    if status == _FORBIDDEN:
        return DeviceRequestError(Reason.NO_PERMISSION)
    if status in _MISSING_STATUS:
        return DeviceUnsupportedError()
    if status == 503:
        return DeviceConnectionError(Reason.BUSY)
    if status == 400:
        return DeviceRequestError(Reason.INVALID_VALUE)
    if status >= 500:
        return DeviceConnectionError(Reason.FAILED)
    return DeviceConnectionError(Reason.BAD_ANSWER)
