"""Things that are or are not the case."""

from collections.abc import Hashable
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WatchpostConfigEntry
from .devices.model.features import Detector
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# Read from the coordinator, which asks the device one thing at a time.
PARALLEL_UPDATES = 0

BINARY_SENSORS: Final = by_key(
    BinarySensorEntityDescription(
        key=Key.ALARM_ACTIVE,
        translation_key="alarm_active",
        device_class=BinarySensorDeviceClass.SAFETY,
    ),
    BinarySensorEntityDescription(key=Key.ALARM_INPUT, translation_key="alarm_input"),
    BinarySensorEntityDescription(
        key=Key.ALARM_OUTPUT_ACTIVE,
        translation_key="alarm_output_active",
    ),
    BinarySensorEntityDescription(
        key=Key.ANIMAL,
        translation_key="animal",
    ),
    BinarySensorEntityDescription(
        key=Key.EVENT_DELIVERY,
        translation_key="event_delivery",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    BinarySensorEntityDescription(
        key=Key.FACE,
        translation_key="face",
    ),
    BinarySensorEntityDescription(
        key=Key.INTRUSION,
        translation_key="intrusion",
        device_class=BinarySensorDeviceClass.MOTION,
    ),
    BinarySensorEntityDescription(
        key=Key.MOTION,
        device_class=BinarySensorDeviceClass.MOTION,
    ),
    BinarySensorEntityDescription(
        key=Key.ONLINE,
        translation_key="online",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    BinarySensorEntityDescription(
        key=Key.PERSON,
        translation_key="person",
    ),
    BinarySensorEntityDescription(
        key=Key.RECORDING,
        translation_key="recording",
        device_class=BinarySensorDeviceClass.RUNNING,
    ),
    BinarySensorEntityDescription(
        key=Key.STORAGE_PROBLEM,
        translation_key="storage_problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    BinarySensorEntityDescription(
        key=Key.TAMPER,
        device_class=BinarySensorDeviceClass.TAMPER,
    ),
    BinarySensorEntityDescription(
        key=Key.VEHICLE,
        translation_key="vehicle",
    ),
    BinarySensorEntityDescription(
        key=Key.VIDEO_LOSS,
        translation_key="video_loss",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    BinarySensorEntityDescription(
        key=Key.WIFI_CONNECTED,
        translation_key="wifi_connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a binary sensor for every detector."""
    async_add_features(
        entry, async_add_entities, Detector, BINARY_SENSORS, WatchpostBinarySensor
    )


class WatchpostBinarySensor(WatchpostEntity[Detector], BinarySensorEntity):
    """Something that a device detects."""

    @property
    @override
    def shown(self) -> Hashable:
        """Return whether it is the case, also if that is not known."""
        return (self.is_on,)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is the case."""
        return self.feature.read()
