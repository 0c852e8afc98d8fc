"""Which entities a trigger or a condition is about."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription

from .binary_sensor import BINARY_SENSORS
from .const import DOMAIN
from .devices.model.vocabulary import Key
from .event import EVENTS
from .switch import SWITCHES

_SHOWN: Final[Mapping[Platform, Mapping[str, EntityDescription]]] = {
    Platform.BINARY_SENSOR: BINARY_SENSORS,
    Platform.EVENT: EVENTS,
    Platform.SWITCH: SWITCHES,
}


@callback
def async_showing(
    hass: HomeAssistant, entities: set[str], platform: Platform, key: Key
) -> set[str]:
    """Return those of the entities that show a key, of any of our devices.

    The registry does not know the key. Translation key and device class of the
    description together are as good: no other key of the platform has both. What its
    owner has renamed or given another device class is still found.
    """
    description = _SHOWN[platform][key]
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entities
        if (entry := registry.async_get(entity_id)) is not None
        and (entry.platform, entry.domain) == (DOMAIN, platform)
        and entry.translation_key == description.translation_key
        and entry.original_device_class == description.device_class
    }
