"""Times of the day to be set."""

from datetime import time
from typing import Final, override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WatchpostConfigEntry
from .devices.model.features import TimeOfDay
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

TIMES: Final = by_key(
    TimeEntityDescription(
        key=Key.ALARM_SCHEDULE_END,
        translation_key="alarm_schedule_end",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.ALARM_SCHEDULE_START,
        translation_key="alarm_schedule_start",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.DAY_START,
        translation_key="day_start",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.FLOODLIGHT_END,
        translation_key="floodlight_end",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.FLOODLIGHT_START,
        translation_key="floodlight_start",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.IDLE_SCHEDULE_END,
        translation_key="idle_schedule_end",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.IDLE_SCHEDULE_START,
        translation_key="idle_schedule_start",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.MOTION_SCHEDULE_END,
        translation_key="motion_schedule_end",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.MOTION_SCHEDULE_START,
        translation_key="motion_schedule_start",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.NIGHT_START,
        translation_key="night_start",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    TimeEntityDescription(
        key=Key.SCHEDULED_RESTART_TIME,
        translation_key="scheduled_restart_time",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a time for every time of the day."""
    async_add_features(entry, async_add_entities, TimeOfDay, TIMES, WatchpostTime)


class WatchpostTime(WatchpostEntity[TimeOfDay], TimeEntity):
    """A time that a device holds, in its own zone."""

    @property
    @override
    def native_value(self) -> time | None:
        """Return the time."""
        return self.feature.read()

    @override
    async def async_set_value(self, value: time) -> None:
        """Set the time."""
        async with self.command():
            await self.feature.write(value)
