"""Texts to be set."""

from typing import Final, override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import WatchpostConfigEntry
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

    @property
    @override
    def native_max(self) -> int:
        """Return the length that fits, or that the device has got all the same."""
        return max(self.feature.max_bytes, len(self.native_value or ""))

    @property
    @override
    def native_value(self) -> str | None:
        """Return the text, as far as it fits into a state."""
        value = self.feature.read()
        return None if value is None else value[:MAX_LENGTH_STATE_STATE]

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
