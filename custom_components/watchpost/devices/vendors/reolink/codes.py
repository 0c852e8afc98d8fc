"""Error codes (chapter 4 of the guide) and what they mean to the caller."""

from typing import Final

from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from .const import FREQUENT_PAUSE, FULL_PAUSE, LOCKED_PAUSE

DONE: Final = 0
NO_ANSWER: Final = -1_000
"""Ours: a batch came back without an answer to this command."""
NO_REASON: Final = -1_001
"""Ours: it was refused without a code."""
TIMED_OUT: Final = -8
"""The device has waited in vain, for one of its cameras as a rule."""

LOST: Final = frozenset({-6, -21})
"""The login is gone: log in again."""
REFUSED: Final = frozenset({-9, -24, -26})
"""It is not there, or this account may not see it: not asked for again."""
AWAY: Final = frozenset({-49, -99})
"""The camera is not connected to the recorder."""
_WRONG_LOGIN: Final = frozenset({-7, -27, -501, -502, -503})
_FULL: Final = frozenset({-5, -500, -507})
_LOCKED: Final = frozenset({-105, -505, -506})
WRONG_VALUE: Final = frozenset({-1, -4, -10, -22, -23})
"""The question is wrong: it is refused whenever it is asked."""
NO_LOGIN: Final = _WRONG_LOGIN | _FULL | _LOCKED
"""It concerns the login: each part of a batch would be refused alike."""
_TIMEOUT: Final = frozenset({TIMED_OUT, -36})
TRANSIENT: Final = frozenset({-2, -3, -8, *range(-20, -10), -25, NO_ANSWER})
"""It may work in a second."""
_PAUSES: Final = {
    **dict.fromkeys(_WRONG_LOGIN, LOCKED_PAUSE),
    **dict.fromkeys(_FULL, FULL_PAUSE),
    -105: FREQUENT_PAUSE,
    -505: FREQUENT_PAUSE,
    -506: LOCKED_PAUSE,
}
_REASONS: Final = {
    -30: (DeviceRequestError, Reason.ALREADY_CURRENT),
    -31: (DeviceConnectionError, Reason.BUSY),
    -48: (DeviceConnectionError, Reason.NO_PICTURE),
    -101: (DeviceError, Reason.FIRMWARE_FAILED),
    -102: (DeviceError, Reason.FIRMWARE_FAILED),
    -103: (DeviceError, Reason.FIRMWARE_FAILED),
    -220: (DeviceRequestError, Reason.RECORDING_UNREADABLE),
    -221: (DeviceConnectionError, Reason.BUSY),
    -222: (DeviceRequestError, Reason.RECORDING_NOT_FOUND),
}


def error_for(code: int) -> DeviceError:
    """Return the error that a code means as the answer to a command."""
    if code in _REASONS:
        kind, reason = _REASONS[code]
        return kind(reason)
    if code in (-9, -24):
        return DeviceUnsupportedError()
    if code == -26:
        return DeviceRequestError(Reason.NO_PERMISSION)
    if code in WRONG_VALUE:
        return DeviceRequestError(Reason.INVALID_VALUE)
    if code in AWAY:
        return DeviceConnectionError(Reason.CAMERA_OFFLINE)
    if code in LOST:
        return DeviceConnectionError(Reason.SESSION_LOST)
    if code in _FULL | _LOCKED:
        return login_error(code)
    if code in _TIMEOUT:
        return DeviceConnectionError(Reason.TIMEOUT)
    if code in TRANSIENT or code == NO_REASON:
        return DeviceError(Reason.FAILED)
    return DeviceError(Reason.REFUSED, {"code": str(code)})


def login_error(code: int) -> DeviceError:
    """Return the error that a code means as the answer to a login."""
    if code in _WRONG_LOGIN:
        return DeviceAuthError()
    if code in _FULL:
        return DeviceConnectionError(Reason.SESSIONS_FULL)
    if code in _LOCKED:
        return DeviceConnectionError(Reason.LOGIN_LOCKED)
    if code in LOST:
        return DeviceConnectionError(Reason.SESSION_LOST)
    return error_for(code)


def login_pause(code: int) -> float:
    """Return the seconds without another login after one was refused.

    A wrong password is not tried again either: five of them lock the device.
    """
    return _PAUSES.get(code, 0.0)
