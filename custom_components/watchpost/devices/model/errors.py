"""The only errors that leave the device layer."""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why a request to a device failed; each has one translated message."""

    ALARM_REFUSED = "alarm_refused"
    ALREADY_CURRENT = "already_current"
    BAD_ANSWER = "bad_answer"
    BUSY = "busy"
    CAMERA_OFFLINE = "camera_offline"
    CERTIFICATE = "certificate"
    COMMAND_UNCERTAIN = "command_uncertain"
    CONFLICT = "conflict"
    EVENT_RECORDING_OFF = "event_recording_off"
    FAILED = "failed"
    FILES_FULL = "files_full"
    FILE_IN_USE = "file_in_use"
    FILE_NOT_FOUND = "file_not_found"
    FILE_PROTECTED = "file_protected"
    FILE_TOO_LARGE = "file_too_large"
    FIRMWARE_FAILED = "firmware_failed"
    INVALID_AUTH = "invalid_auth"
    INVALID_VALUE = "invalid_value"
    LENS_CALIBRATING = "lens_calibrating"
    LOGIN_LOCKED = "login_locked"
    NOT_NOW = "not_now"
    NO_AREAS = "no_areas"
    NO_IDENTITY = "no_identity"
    NO_PERMISSION = "no_permission"
    NO_PICTURE = "no_picture"
    OVERLAY_CROSSES = "overlay_crosses"
    OVERLAY_NO_SLOT = "overlay_no_slot"
    OVERLAY_TEXT_FIXED = "overlay_text_fixed"
    PTZ_ONE_AT_A_TIME = "ptz_one_at_a_time"
    RECORDING_NOT_FOUND = "recording_not_found"
    RECORDING_UNREADABLE = "recording_unreadable"
    REFUSED = "refused"
    SCHEDULE_HALF_HOURS = "schedule_half_hours"
    SCHEDULE_HOURS = "schedule_hours"
    SCHEDULE_INVALID = "schedule_invalid"
    SCHEDULE_NAME_FIXED = "schedule_name_fixed"
    SESSIONS_FULL = "sessions_full"
    SESSION_LOST = "session_lost"
    SPEAKER_BUSY = "speaker_busy"
    SPEAKER_IN_USE = "speaker_in_use"
    STORAGE_NOT_CHOSEN = "storage_not_chosen"
    TEXT_TOO_LONG = "text_too_long"
    TIMEOUT = "timeout"
    TOO_MANY_AREAS = "too_many_areas"
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
