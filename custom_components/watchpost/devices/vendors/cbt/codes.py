"""Codes and texts of refusals (section 1.3), and what they mean to the caller."""

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
WRONG_LOGIN: Final = "error user/pwd"
UNKNOWN_ACTION: Final = "error json"
"""Bad JSON as well, which we do not send."""
_BUSY: Final = frozenset({204, -103, -117, 299})
_UNSUPPORTED: Final = frozenset({209, -1})
_INVALID: Final = frozenset({205, -104, -122})
_OUTGOING: Final = range(1, 101)
_MISSING_STATUS: Final = frozenset({404, 405, 410, 501})


class OutgoingError(DeviceError):
    """The camera has met an error of its own on the way to another server.

    Some cameras tell it although they have kept what was set.
    """

    default = Reason.REFUSED


def error_for(code: int) -> DeviceError:
    """Return the error that a code means (section 1.3)."""
    number = {"code": str(code)}
    if code in _BUSY:
        return DeviceConnectionError(Reason.BUSY)
    if code in _UNSUPPORTED:
        return DeviceUnsupportedError()
    if code in _INVALID:
        return DeviceRequestError(Reason.INVALID_VALUE)
    if code in _OUTGOING:
        return OutgoingError(Reason.REFUSED, number)
    return DeviceRequestError(Reason.REFUSED, number)


def error_for_text(text: str) -> DeviceError | None:
    """Return the error that a bare text means; None if it is none of the known."""
    words = " ".join(text.lower().split())
    if words == WRONG_LOGIN:
        return DeviceAuthError()
    return DeviceUnsupportedError() if words == UNKNOWN_ACTION else None


def error_for_status(status: int) -> DeviceError | None:
    """Return the error that an HTTP status means where the body tells nothing."""
    if 200 <= status < 300:
        return None
    if status == 401:
        return DeviceAuthError()
    if status == 403:
        return DeviceRequestError(Reason.NO_PERMISSION)
    if status in _MISSING_STATUS:
        return DeviceUnsupportedError()
    if status in (400, 414):
        return DeviceRequestError(Reason.INVALID_VALUE)
    if status == 503:
        return DeviceConnectionError(Reason.BUSY)
    if status >= 500:
        return DeviceConnectionError(Reason.FAILED)
    return DeviceConnectionError(Reason.BAD_ANSWER)
