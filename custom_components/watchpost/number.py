"""Numbers to be set."""

from typing import Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Unit
from .devices.model.features import Level
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

NUMBERS: Final = by_key(
    NumberEntityDescription(
        key=Key.ALARM_OUTPUT_DURATION,
        translation_key="alarm_output_duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.ALARM_SCHEDULE_DURATION,
        translation_key="alarm_schedule_duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.MICROPHONE_VOLUME,
        translation_key="microphone_volume",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.SIREN_DURATION,
        translation_key="siren_duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.SIREN_VOLUME,
        translation_key="siren_volume",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key=Key.SPEAKER_VOLUME,
        translation_key="speaker_volume",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key=Key.STROBE_PERIOD,
        translation_key="strobe_period",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a number for every level."""
    async_add_features(entry, async_add_entities, Level, NUMBERS, WatchpostNumber)


class WatchpostNumber(WatchpostEntity[Level], NumberEntity):
    """A number that a device holds."""

    def __init__(
        self,
        hub: Hub,
        unit: Unit,
        feature: Level,
        description: NumberEntityDescription,
    ) -> None:
        """Take over the range of the device."""
        super().__init__(hub, unit, feature, description)
        self._attr_native_min_value = feature.minimum
        self._attr_native_max_value = feature.maximum
        self._attr_native_step = feature.step

    @property
    @override
    def native_value(self) -> float | None:
        """Return the number."""
        return self.feature.read()

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the number."""
        async with self.command():
            await self.feature.write(value)
