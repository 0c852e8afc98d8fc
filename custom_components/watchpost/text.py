"""Texts to be set."""

from typing import Final, override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Unit
from .devices.model.features import Text
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

TEXTS: Final = by_key(
    TextEntityDescription(
        key=Key.OVERLAY_TEXT,
        translation_key="overlay_text",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a text for every text."""
    async_add_features(entry, async_add_entities, Text, TEXTS, WatchpostText)


class WatchpostText(WatchpostEntity[Text], TextEntity):
    """A text that a device holds."""

    def __init__(
        self, hub: Hub, unit: Unit, feature: Text, description: TextEntityDescription
    ) -> None:
        """Take over the length that fits."""
        super().__init__(hub, unit, feature, description)
        self._attr_native_max = feature.max_bytes

    @property
    @override
    def native_value(self) -> str | None:
        """Return the text."""
        return self.feature.read()

    @override
    async def async_set_value(self, value: str) -> None:
        """Set the text; its limit counts bytes."""
        if len(value.encode()) > self.feature.max_bytes:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="text_too_long",
                translation_placeholders={
                    "device": self.hub.entry.title,
                    "limit": str(self.feature.max_bytes),
                },
            )
        async with self.command():
            await self.feature.write(value)
