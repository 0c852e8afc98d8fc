"""The only translation of device errors into Home Assistant's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN
from .devices.model.errors import (
    DeviceAuthError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)

_FORM_ERRORS: Final = {
    Reason.INVALID_AUTH: "invalid_auth",
    Reason.CERTIFICATE: "invalid_certificate",
    Reason.LOGIN_LOCKED: "login_locked",
    Reason.SESSIONS_FULL: "sessions_full",
    Reason.BAD_ANSWER: "wrong_family",
    Reason.CONFLICT: "wrong_family",
    Reason.FAILED: "wrong_family",
    Reason.INVALID_VALUE: "wrong_family",
    Reason.NOT_NOW: "wrong_family",
    Reason.NO_PERMISSION: "wrong_family",
    Reason.REFUSED: "wrong_family",
    Reason.UNSUPPORTED: "wrong_family",
    Reason.NO_IDENTITY: "no_identity",
}

LATER: Final = frozenset(
    {
        Reason.BUSY,
        Reason.CAMERA_OFFLINE,
        Reason.CONFLICT,
        Reason.LOGIN_LOCKED,
        Reason.NOT_NOW,
        Reason.SESSIONS_FULL,
        Reason.SESSION_LOST,
    }
)
"""Why a device does not deliver now, but may a little later."""


def form_error(err: DeviceError) -> str:
    """Return the key of the error that a form shows."""
    return _FORM_ERRORS.get(err.reason, "cannot_connect")


def _placeholders(err: DeviceError, device: str) -> dict[str, str]:
    return {"device": device, **err.placeholders}


@contextmanager
def command_errors(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[None]:
    """Translate what goes wrong while a user has something done."""
    try:
        yield
    except (DeviceRequestError, DeviceUnsupportedError) as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=err.reason.value,
            translation_placeholders=_placeholders(err, entry.title),
        ) from err
    except DeviceError as err:
        if isinstance(err, DeviceAuthError):
            entry.async_start_reauth(hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.reason.value,
            translation_placeholders=_placeholders(err, entry.title),
        ) from err


@contextmanager
def update_errors(device: str) -> Iterator[None]:
    """Translate what goes wrong while a device is read."""
    with _read_errors(device, UpdateFailed):
        yield


@contextmanager
def setup_errors(device: str) -> Iterator[None]:
    """Translate what goes wrong while a device is set up."""
    with _read_errors(device, ConfigEntryNotReady):
        yield


@contextmanager
def _read_errors(
    device: str, otherwise: type[UpdateFailed | ConfigEntryNotReady]
) -> Iterator[None]:
    """Ask for a new login where it is refused; else it is tried again later."""
    try:
        yield
    except DeviceError as err:
        refused = isinstance(err, DeviceAuthError)
        raise (ConfigEntryAuthFailed if refused else otherwise)(
            translation_domain=DOMAIN,
            translation_key=err.reason.value,
            translation_placeholders=_placeholders(err, device),
        ) from err
