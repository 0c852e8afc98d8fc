"""Which failures are about a question, and which about the device."""

from typing import Final

from ..model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    Reason,
)

_ANSWERED: Final = frozenset(
    {Reason.BAD_ANSWER, Reason.BUSY, Reason.FAILED, Reason.SESSIONS_FULL}
)
"""Failures after which it is known that the device is there: it has said something."""


def is_answer(err: DeviceError) -> bool:
    """Return whether an error is about what was asked, and not about the device."""
    if isinstance(err, DeviceAuthError):
        return False
    return not isinstance(err, DeviceConnectionError) or err.reason in _ANSWERED
