"""What actions on the logs of devices accept."""

from typing import Final

import voluptuous as vol

from homeassistant.helpers import config_validation as cv

from ..devices.model.vocabulary import LogKind
from .fields import ONE_DEVICE

_LOG: Final = {
    **ONE_DEVICE,
    vol.Optional("start"): cv.datetime,
    vol.Optional("end"): cv.datetime,
}
ALARM_LOG: Final = vol.Schema(_LOG)
DEVICE_LOG: Final = vol.Schema(
    {
        **_LOG,
        vol.Optional("kind", default=LogKind.ALL.value): vol.Coerce(LogKind),
    }
)
