"""Constants of the integration."""

import logging
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "watchpost"
LOGGER: Final = logging.getLogger(__package__)

CONF_VENDOR: Final = "vendor"
CONF_ADVANCED: Final = "advanced"
CONF_EVENT_PATH: Final = "event_path"

VENDOR_AUTO: Final = "auto"
PATH_POLL: Final = "poll"
PATH_WEBHOOK: Final = "webhook"
PATH_LISTENER: Final = "listener"

CONF_LISTENER_PORT: Final = "listener_port"
CONF_MAIL: Final = "alarm_mails"
CONF_MAIL_PORT: Final = "mail_port"
DEFAULT_LISTENER_PORT: Final = 8129
DEFAULT_MAIL_PORT: Final = 2525

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.TIME,
    Platform.UPDATE,
]
