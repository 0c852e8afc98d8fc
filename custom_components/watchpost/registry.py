"""Units of a device in Home Assistant's device registry."""

from yarl import URL

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .coordinator import Hub
from .devices.model.device import BOX, Unit
from .entity import identifier


@callback
def async_sync_devices(hass: HomeAssistant, hub: Hub) -> None:
    """Register all units, parents first, and remove those that are gone."""
    registry = dr.async_get(hass)
    units = hub.device.units
    for unit in units:
        known = hub.device_ids.get(unit.key)
        if known is not None and registry.async_get(known) is None:
            hub.taken_away[unit.key] += 1
        hub.device_ids[unit.key] = _register(registry, hub, unit)
    own = {hub.device_ids[unit.key] for unit in units}
    for device in dr.async_entries_for_config_entry(registry, hub.entry.entry_id):
        if device.id not in own:
            registry.async_remove_device(device.id)


def _register(registry: dr.DeviceRegistry, hub: Hub, unit: Unit) -> str:
    connections = set()
    if unit.mac:
        connections.add((dr.CONNECTION_NETWORK_MAC, unit.mac))
    device = registry.async_get_or_create(
        config_entry_id=hub.entry.entry_id,
        identifiers={identifier(hub.device.serial, unit.key)},
        connections=connections,
        configuration_url=_url(hub) if unit.key == BOX else None,
        manufacturer=unit.manufacturer,
        model=unit.model,
        name=hub.entry.title if unit.key == BOX else unit.name,
        serial_number=unit.serial,
        sw_version=unit.sw_version,
        hw_version=unit.hw_version,
        via_device_id=None if unit.parent is None else hub.device_ids[unit.parent],
    )
    return device.id


def _url(hub: Hub) -> str:
    """Return the address of the device's own pages, without a login."""
    data = hub.entry.data
    return str(
        URL.build(
            scheme="https" if data[CONF_SSL] else "http",
            host=data[CONF_HOST],
            port=data[CONF_PORT],
        )
    )
