"""Values that several actions accept."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.helpers import config_validation as cv

PERCENT = vol.All(vol.Coerce(float), vol.Range(min=0, max=100))
LEVEL = vol.All(vol.Coerce(float), vol.Range(min=1, max=100))
"""A percentage of something that is on."""


def _one_device(value: Any) -> str:
    """Take a device, alone or in the list that a target makes of it."""
    devices = cv.ensure_list(value)
    if len(devices) != 1:
        raise vol.Invalid("one device is needed")
    return str(cv.string(devices[0]))


ONE_DEVICE: Final = {vol.Required(ATTR_DEVICE_ID): _one_device}

DEVICE: Final = vol.Schema(ONE_DEVICE)


def fraction(percent: float | None) -> float | None:
    """Return percent as the devices count it: 0 to 1."""
    return None if percent is None else percent / 100
