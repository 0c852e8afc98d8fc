"""Search the network for devices of every family that can be found."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.components import network
from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_INTEGRATION_DISCOVERY
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started

from .const import DOMAIN, LOGGER
from .devices.model.device import Discovered
from .devices.vendors import VENDORS
from .surroundings import get_session

INTERVAL: Final = timedelta(minutes=15)
"""A device that has moved is found again in a quarter of an hour at most."""


@callback
def async_setup_discovery(hass: HomeAssistant) -> None:
    """Search once Home Assistant has started, and from time to time."""

    @callback
    def search(_now: datetime | HomeAssistant) -> None:
        # In the background: it must not hold up a start or a stop.
        hass.async_create_background_task(async_search(hass), "watchpost discovery")

    async_at_started(hass, search)
    async_track_time_interval(hass, search, INTERVAL, cancel_on_shutdown=True)


async def async_search(hass: HomeAssistant) -> None:
    """Start a flow for every device that answers and is not known there."""
    targets = [
        str(address)
        for address in await network.async_get_ipv4_broadcast_addresses(hass)
    ]
    # Nothing secret is sent to strangers, so they may have any certificate.
    session = get_session(hass, verify_ssl=False)
    for vendor in VENDORS.values():
        try:
            found = await vendor.discover(targets, session)
        except OSError as err:
            LOGGER.debug("Search for %s failed: %s", vendor.id, type(err).__name__)
            continue
        for device in found:
            if not _is_known(hass, device):
                _start_flow(hass, device)


def _is_known(hass: HomeAssistant, device: Discovered) -> bool:
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, device.mac)
    if entry is None:
        return False
    if entry.source == SOURCE_IGNORE:
        return True
    # What is told is the port for HTTP.
    port: int = device.port if entry.data[CONF_SSL] else entry.data[CONF_PORT]
    return (entry.data[CONF_HOST], port) == (device.host, device.port)


@callback
def _start_flow(hass: HomeAssistant, device: Discovered) -> None:
    discovery_flow.async_create_flow(
        hass,
        DOMAIN,
        context={"source": SOURCE_INTEGRATION_DISCOVERY},
        data={
            "vendor": device.vendor,
            CONF_HOST: device.host,
            CONF_PORT: device.port,
            "mac": device.mac,
            "name": device.name,
        },
    )
