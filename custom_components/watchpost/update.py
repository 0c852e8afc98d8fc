"""Software of devices that can be renewed from here."""

from collections.abc import Hashable
from typing import Any, Final, override

from homeassistant.components.update import (
    UpdateDeviceClass,
    UpdateEntity,
    UpdateEntityDescription,
    UpdateEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WatchpostConfigEntry
from .devices.model.features import Firmware
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

UPDATES: Final = by_key(
    UpdateEntityDescription(key=Key.FIRMWARE, device_class=UpdateDeviceClass.FIRMWARE),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an update for every firmware."""
    async_add_features(entry, async_add_entities, Firmware, UPDATES, WatchpostUpdate)


class WatchpostUpdate(WatchpostEntity[Firmware], UpdateEntity):
    """The firmware of a unit."""

    _attr_supported_features = (
        UpdateEntityFeature.INSTALL | UpdateEntityFeature.PROGRESS
    )

    @property
    @override
    def shown(self) -> Hashable:
        """What the state depends on."""
        return self.feature.read()

    @property
    @override
    def installed_version(self) -> str | None:
        """Return the version that runs."""
        return self.feature.read().installed

    @property
    @override
    def latest_version(self) -> str | None:
        """Return the version that is there; None while nobody has looked."""
        return self.feature.read().latest

    @property
    @override
    def in_progress(self) -> bool:
        """Return whether the device renews itself."""
        return self.feature.read().running

    @property
    @override
    def update_percentage(self) -> float | None:
        """Return how far it is, if the device tells."""
        progress = self.feature.read().progress
        return None if progress is None else progress * 100

    @override
    def version_is_newer(self, latest_version: str, installed_version: str) -> bool:
        """Trust the device, which names another version only if it is newer.

        Its versions follow no rule by which they could be compared.
        """
        return latest_version != installed_version

    @override
    async def async_install(
        self, version: str | None, backup: bool, **kwargs: Any
    ) -> None:
        """Have the device renew itself."""
        async with self.command():
            await self.feature.install()
