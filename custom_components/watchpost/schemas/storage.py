"""What actions on recordings and on what holds them accept."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers import config_validation as cv

from ..devices.model.vocabulary import StreamKind
from .fields import ONE_DEVICE

RECORDINGS_SEARCH: Final = {
    vol.Optional("start"): cv.datetime,
    vol.Optional("end"): cv.datetime,
    vol.Optional("stream"): vol.Coerce(StreamKind),
}
RECORDING_DOWNLOAD: Final = {
    vol.Required("id"): cv.string,
    vol.Required("path"): cv.string,
}


def _as_it_is(value: Any) -> Any:
    """Take anything: only the truth itself confirms, and the action looks for it."""
    return value


STORAGE_FORMAT: Final = vol.Schema(
    {
        **ONE_DEVICE,
        vol.Required("storage"): vol.All(vol.Coerce(int), vol.Range(min=1, max=99)),
        vol.Optional("confirm"): _as_it_is,
    }
)
