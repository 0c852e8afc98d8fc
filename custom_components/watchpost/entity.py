"""The base of all entities and the one way in which they are added."""

from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from typing import Final, override

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN, LOGGER
from .coordinator import Hub, WatchpostConfigEntry, WatchpostCoordinator
from .devices.model.device import BOX, Unit
from .devices.model.errors import DeviceConnectionError
from .devices.model.features import Feature
from .devices.model.vocabulary import Cadence, Key
from .errors import command_errors

FIRST_SLOT_ONLY: Final = frozenset({Key.ALARM_SCHEDULE, Key.IDLE_SCHEDULE})
"""Numbered things of which only the first is enabled by default."""


class WatchpostEntity[F: Feature](CoordinatorEntity[WatchpostCoordinator]):
    """An entity that shows a feature of a unit."""

    _attr_has_entity_name = True

    def __init__(
        self, hub: Hub, unit: Unit, feature: F, description: EntityDescription
    ) -> None:
        """Bind the feature; its source is what the coordinator has to read."""
        super().__init__(hub.coordinators[feature.cadence], context=feature.source)
        self.entity_description = description
        self.hub = hub
        self.unit = unit
        self.feature = feature
        self._attr_unique_id = unique_id(hub.device.serial, unit.key, feature)
        self._attr_device_info = dr.DeviceInfo(
            identifiers={identifier(hub.device.serial, unit.key)}
        )
        self._written: tuple[bool, Hashable] | None = None
        if feature.placeholders:
            self._attr_translation_placeholders = dict(feature.placeholders)
        self._attr_entity_registry_enabled_default = is_enabled_by_default(
            feature, description
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Have everything asked for that is needed."""
        await super().async_added_to_hass()
        for source in self.feature.more_sources:
            self.async_on_remove(
                self.coordinator.async_add_listener(lambda: None, source)
            )

    @property
    @override
    def available(self) -> bool:
        """Return whether the device answers and gives this value."""
        if self.feature.independent:
            return True
        usable = self.feature.usable
        return (
            super().available
            and self.hub.available
            and self.unit.online()
            and self.feature.source not in self.hub.device.failed
            and (usable is None or usable())
        )

    @property
    def shown(self) -> Hashable:
        """What the state depends on besides availability; None is not known."""
        return None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless it is the one that is shown already.

        A recorder is asked every two seconds and has hundreds of entities.
        """
        if (shown := self.shown) is not None:
            state = (self.available, shown)
            if state == self._written:
                return
            self._written = state
        super()._handle_coordinator_update()

    @asynccontextmanager
    async def command(self) -> AsyncIterator[None]:
        """Translate the errors of a command and show what it has changed.

        What was not confirmed may have been done all the same: that is read as well.
        """
        with command_errors(self.hass, self.hub.entry):
            try:
                yield
            except DeviceConnectionError:
                await self.hub.async_written(self.feature)
                raise
        await self.hub.async_written(self.feature)


def is_enabled_by_default(feature: Feature, description: EntityDescription) -> bool:
    """Return whether a new entity is enabled without its owner's doing."""
    if feature.key in FIRST_SLOT_ONLY and feature.slot != "1":
        return False
    return description.entity_registry_enabled_default


def identifier(serial: str, unit: str) -> tuple[str, str]:
    """Return how the device registry knows a unit."""
    return (DOMAIN, serial if unit == BOX else f"{serial}_{unit}")


def unique_id(serial: str, unit: str, feature: Feature) -> str:
    """Return the identity of an entity: serial, unit, key and slot."""
    return "_".join(part for part in (serial, unit, feature.key, feature.slot) if part)


def by_key[D: EntityDescription](*descriptions: D) -> Mapping[str, D]:
    """Return descriptions by the key of the feature that they present."""
    return {description.key: description for description in descriptions}


def async_add_features[F: Feature, D: EntityDescription](
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    kind: type[F],
    catalog: Mapping[str, D],
    create: Callable[[Hub, Unit, F, D], WatchpostEntity[F]],
) -> None:
    """Add an entity for every feature of a kind, now and when more turn up."""
    hub = entry.runtime_data
    added: set[tuple[str, int]] = set()

    @callback
    def async_add_new() -> None:
        entities: list[WatchpostEntity[F]] = []
        for unit in hub.device.units:
            for feature in unit.features:
                if not isinstance(feature, kind):
                    continue
                own_id = unique_id(hub.device.serial, unit.key, feature)
                # What was taken away with its unit is added again with it.
                added_as = (own_id, hub.taken_away[unit.key])
                if added_as in added:
                    continue
                added.add(added_as)
                if (description := catalog.get(feature.key)) is None:
                    LOGGER.debug("No description for %s", feature.key)
                    continue
                entities.append(create(hub, unit, feature, description))
        if entities:
            async_add_entities(entities)

    async_add_new()
    entry.async_on_unload(
        hub.coordinators[Cadence.SETTINGS].async_add_listener(async_add_new)
    )
