"""Pictures that come by themselves when something happens."""

from collections.abc import Hashable
from datetime import datetime
from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Unit
from .devices.model.features import Picture
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# Sent by the device; nothing is asked.
PARALLEL_UPDATES = 0

IMAGES: Final = by_key(
    ImageEntityDescription(key=Key.EVENT_PICTURE, translation_key="event_picture"),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an image for every picture."""
    async_add_features(entry, async_add_entities, Picture, IMAGES, WatchpostImage)


class WatchpostImage(WatchpostEntity[Picture], ImageEntity):
    """What a camera saw when something happened last."""

    _attr_content_type = "image/jpeg"

    def __init__(
        self,
        hub: Hub,
        unit: Unit,
        feature: Picture,
        description: ImageEntityDescription,
    ) -> None:
        """Prepare the access tokens, which an image makes itself."""
        WatchpostEntity.__init__(self, hub, unit, feature, description)
        ImageEntity.__init__(self, hub.hass)

    @property
    @override
    def shown(self) -> Hashable:
        """Return when the picture came."""
        return (self.image_last_updated,)

    @property
    @override
    def image_last_updated(self) -> datetime | None:
        """Return when the picture came."""
        picture = self.feature.read()
        return None if picture is None else picture.taken_at

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture."""
        picture = self.feature.read()
        return None if picture is None else picture.jpeg
