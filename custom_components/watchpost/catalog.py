"""Which platform shows which kind of feature, and how; who is enabled."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription

from .binary_sensor import BINARY_SENSORS
from .button import BUTTONS
from .camera import CAMERAS
from .const import DOMAIN
from .coordinator import Hub
from .devices.model.features import (
    Choice,
    Detector,
    Feature,
    Firmware,
    Happening,
    Lamp,
    Level,
    Picture,
    Reading,
    Siren,
    Speaker,
    Text,
    TimeOfDay,
    Toggle,
    Trigger,
    View,
)
from .devices.model.vocabulary import Cadence
from .entity import is_enabled_by_default, unique_id
from .event import EVENTS
from .image import IMAGES
from .light import LIGHTS
from .media_player import MEDIA_PLAYERS
from .number import NUMBERS
from .select import SELECTS
from .sensor import SENSORS
from .siren import SIRENS
from .switch import SWITCHES
from .text import TEXTS
from .time import TIMES
from .update import UPDATES

type Shown = tuple[Platform, Mapping[str, EntityDescription]]

CATALOG: Final[Mapping[type[Feature], Shown]] = {
    Choice: (Platform.SELECT, SELECTS),
    Detector: (Platform.BINARY_SENSOR, BINARY_SENSORS),
    Firmware: (Platform.UPDATE, UPDATES),
    Happening: (Platform.EVENT, EVENTS),
    Lamp: (Platform.LIGHT, LIGHTS),
    Level: (Platform.NUMBER, NUMBERS),
    Picture: (Platform.IMAGE, IMAGES),
    Reading: (Platform.SENSOR, SENSORS),
    Siren: (Platform.SIREN, SIRENS),
    Speaker: (Platform.MEDIA_PLAYER, MEDIA_PLAYERS),
    Text: (Platform.TEXT, TEXTS),
    TimeOfDay: (Platform.TIME, TIMES),
    Toggle: (Platform.SWITCH, SWITCHES),
    Trigger: (Platform.BUTTON, BUTTONS),
    View: (Platform.CAMERA, CAMERAS),
}


@callback
def async_expected_sources(
    hass: HomeAssistant, hub: Hub
) -> dict[Cadence, frozenset[str]]:
    """Return what the entities will want that are going to be enabled.

    Before they are added nobody can ask them; without this a device with many parts
    would be read from end to end at each start.
    """
    registry = er.async_get(hass)
    by_default = not hub.entry.pref_disable_new_entities
    wanted: dict[Cadence, set[str]] = {cadence: set() for cadence in Cadence}
    for unit in hub.device.units:
        for feature in unit.features:
            platform, catalog = CATALOG[type(feature)]
            if (description := catalog.get(feature.key)) is None:
                continue
            entity_id = registry.async_get_entity_id(
                platform, DOMAIN, unique_id(hub.device.serial, unit.key, feature)
            )
            known = registry.async_get(entity_id) if entity_id else None
            enabled = (
                not known.disabled
                if known is not None
                else by_default and is_enabled_by_default(feature, description)
            )
            if enabled:
                wanted[feature.cadence].update((feature.source, *feature.more_sources))
    return {cadence: frozenset(sources) for cadence, sources in wanted.items()}
