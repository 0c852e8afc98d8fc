"""Things to be done once."""

from typing import Final, override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WatchpostConfigEntry
from .devices.model.features import Trigger
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

BUTTONS: Final = by_key(
    ButtonEntityDescription(
        key=Key.RESTART,
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
    ),
    ButtonEntityDescription(key=Key.STOP_ALARM, translation_key="stop_alarm"),
    ButtonEntityDescription(
        key=Key.SYNC_CLOCK,
        translation_key="sync_clock",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.TEST_SOUND,
        translation_key="test_sound",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a button for every trigger."""
    async_add_features(entry, async_add_entities, Trigger, BUTTONS, WatchpostButton)


class WatchpostButton(WatchpostEntity[Trigger], ButtonEntity):
    """Something that a device does when asked."""

    @override
    async def async_press(self) -> None:
        """Have it done."""
        async with self.command():
            await self.feature.press()
