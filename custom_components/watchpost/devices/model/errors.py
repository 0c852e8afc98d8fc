"""The only errors that leave the device layer."""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why a request to a device failed; each has one translated message."""

    ALARM_REFUSED = "alarm_refused"
    BAD_ANSWER = "bad_answer"
    BUSY = "busy"
    CERTIFICATE = "certificate"
    COMMAND_UNCERTAIN = "command_uncertain"
    CONFLICT = "conflict"
    FAILED = "failed"
    FILE_IN_USE = "file_in_use"
    FILE_NOT_FOUND = "file_not_found"
    FILE_PROTECTED = "file_protected"
    FILE_TOO_LARGE = "file_too_large"
    FILES_FULL = "files_full"
    INVALID_AUTH = "invalid_auth"
    INVALID_VALUE = "invalid_value"
    NO_IDENTITY = "no_identity"
    NOT_NOW = "not_now"
    SCHEDULE_INVALID = "schedule_invalid"
    SESSIONS_FULL = "sessions_full"
    SPEAKER_BUSY = "speaker_busy"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"
    WRONG_DEVICE = "wrong_device"


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
