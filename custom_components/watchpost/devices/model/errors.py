"""The only errors that leave the device layer."""

from collections.abc import Mapping
from enum import StrEnum, auto


class Reason(StrEnum):
    """Why a request to a device failed; each has one translated message."""

    ALARM_REFUSED = auto()
    BAD_ANSWER = auto()
    BUSY = auto()
    CERTIFICATE = auto()
    COMMAND_UNCERTAIN = auto()
    CONFLICT = auto()
    FAILED = auto()
    FILE_IN_USE = auto()
    FILE_NOT_FOUND = auto()
    FILE_PROTECTED = auto()
    FILE_TOO_LARGE = auto()
    FILES_FULL = auto()
    INVALID_AUTH = auto()
    INVALID_VALUE = auto()
    NO_IDENTITY = auto()
    NOT_NOW = auto()
    PUSH_TARGET_REFUSED = auto()
    SCHEDULE_INVALID = auto()
    SESSIONS_FULL = auto()
    SPEAKER_BUSY = auto()
    TIMEOUT = auto()
    UNREACHABLE = auto()
    UNSUPPORTED = auto()
    WRONG_DEVICE = auto()


class DeviceError(Exception):
    """A device did not do what it was asked.

    The text never holds a secret or a URL: it is the reason and its placeholders.
    """

    default = Reason.FAILED

    def __init__(
        self,
        reason: Reason | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> None:
        """Store why it failed and the values for the translated message."""
        self.reason = reason or self.default
        self.placeholders = dict(placeholders or {})
        super().__init__(" ".join([self.reason, *self.placeholders.values()]))


class DeviceConnectionError(DeviceError):
    """The device cannot be reached, is too busy or answers with nonsense."""

    default = Reason.UNREACHABLE


class DeviceAuthError(DeviceError):
    """The device refuses the user name or the password."""

    default = Reason.INVALID_AUTH


class DeviceRequestError(DeviceError):
    """The request itself is wrong: a bad value, a missing file, a wrong moment."""

    default = Reason.INVALID_VALUE


class DeviceUnsupportedError(DeviceError):
    """The device does not have what it was asked for."""

    default = Reason.UNSUPPORTED
