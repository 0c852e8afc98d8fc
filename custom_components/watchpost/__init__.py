"""Watchpost: security devices of several families as one."""

from functools import partial

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.typing import ConfigType

from .catalog import async_expected_sources
from .const import CONF_VENDOR, DOMAIN, PLATFORMS
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import BOX
from .devices.model.errors import Reason
from .devices.model.vocabulary import Cadence
from .devices.vendors import VENDORS
from .discovery import async_setup_discovery
from .entity import identifier
from .errors import setup_errors
from .inbox.doors import async_open_doors
from .inbox.webhook import AppendedPathView
from .pictures import EventPictureView
from .recordings import RecordingView
from .registry import async_sync_devices
from .removal import async_give_back
from .repairs import async_clear_issues, async_sync_issues
from .services import async_setup_services
from .surroundings import StoredMemory

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions and look for devices."""
    async_setup_services(hass)
    async_setup_discovery(hass)
    hass.http.register_view(AppendedPathView)
    hass.http.register_view(EventPictureView)
    hass.http.register_view(RecordingView)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: WatchpostConfigEntry) -> bool:
    """Connect a device and add everything that it offers; nothing is written to it."""
    memory = await StoredMemory.async_load(hass, entry.entry_id)
    hub = Hub(hass, entry, VENDORS[entry.data[CONF_VENDOR]], memory)
    try:
        await _async_connect(hub)
        entry.runtime_data = hub
        await _async_start(hass, hub)
    except BaseException:
        # Its sessions are few: none may stay open.
        await hub.async_close()
        raise
    return True


async def _async_start(hass: HomeAssistant, hub: Hub) -> None:
    """Register the parts of a device and add what they offer."""
    entry = hub.entry

    async def close(_event: Event) -> None:
        await hub.async_close()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, close))
    await async_open_doors(hass, hub)

    @callback
    def sync() -> None:
        async_sync_devices(hass, hub)
        async_sync_issues(hass, hub)

    sync()
    entry.async_on_unload(partial(async_clear_issues, hass, entry.entry_id))
    entry.async_on_unload(hub.async_watch())
    entry.async_on_unload(hub.coordinators[Cadence.SETTINGS].async_add_listener(sync))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)


async def _async_connect(hub: Hub) -> None:
    """Connect, make sure that it is the same device, and read it once."""
    entry = hub.entry
    with setup_errors(entry.title):
        await hub.device.connect()
    if hub.device.serial != entry.unique_id:
        # It may come back to this address, so this is tried again.
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key=Reason.WRONG_DEVICE.value,
            translation_placeholders={"device": entry.title},
        )
    hub.device.expect(async_expected_sources(hub.hass, hub))
    for coordinator in hub.coordinators.values():
        await coordinator.async_config_entry_first_refresh()


async def async_unload_entry(hass: HomeAssistant, entry: WatchpostConfigEntry) -> bool:
    """Take everything away and log out."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_close()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Give back what was borrowed from the device and forget it."""
    async_clear_issues(hass, entry.entry_id)
    await async_give_back(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: WatchpostConfigEntry, device: AnyDeviceEntry
) -> bool:
    """Allow to delete a part that is not there any more, or not connected."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    hub = entry.runtime_data
    for unit in hub.device.units:
        if identifier(hub.device.serial, unit.key) in device.identifiers:
            forget = hub.device.forget
            if forget is None or unit.key == BOX:
                return False
            if unit.online() or not hub.available:
                return False
            forget(unit.key)
    return True
