"""Things that happen at a moment."""

from collections.abc import Hashable
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Notice, Unit
from .devices.model.features import Happening
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# Told by the device; nothing is asked.
PARALLEL_UPDATES = 0

_PICTURE: Final = "picture"

EVENTS: Final = by_key(
    EventEntityDescription(key=Key.ALARM, translation_key="alarm"),
    EventEntityDescription(
        key=Key.DETECTION,
        translation_key="detection",
    ),
    EventEntityDescription(
        key=Key.RECORDING_SAVED,
        translation_key="recording_saved",
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an event for every happening."""
    async_add_features(entry, async_add_entities, Happening, EVENTS, WatchpostEvent)


class WatchpostEvent(WatchpostEntity[Happening], EventEntity):
    """Something that has happened at a unit."""

    _unrecorded_attributes = frozenset({_PICTURE})
    """Its path is valid for a day, and is not for the history."""

    def __init__(
        self,
        hub: Hub,
        unit: Unit,
        feature: Happening,
        description: EventEntityDescription,
    ) -> None:
        """Take over the kinds of events."""
        super().__init__(hub, unit, feature, description)
        self._attr_event_types = list(feature.kinds)

    @property
    @override
    def shown(self) -> Hashable:
        """Return nothing: what happens is written at once."""
        return ()

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what the device tells."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.hub.async_listen(self.unit.key, self.feature, self._async_happened)
        )

    @callback
    def _async_happened(self, notice: Notice) -> None:
        if notice.kind not in self.event_types:
            # A device may tell more than it has announced.
            self._attr_event_types = [*self.event_types, notice.kind]
        data = dict(notice.data)
        if notice.picture is not None:
            data[_PICTURE] = self.hub.pictures.async_keep(self.unit.key, notice.picture)
        self._trigger_event(notice.kind, data)
        self.async_write_ha_state()
