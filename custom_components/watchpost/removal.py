"""What has to be done at a device that is taken away."""

from collections.abc import Awaitable

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from .const import CONF_VENDOR, LOGGER
from .coordinator import login_from
from .devices.model.errors import DeviceConnectionError, DeviceError, Reason
from .devices.vendors import VENDORS
from .inbox.calls import is_borrowed
from .inbox.mailbox import has_mailbox
from .surroundings import StoredMemory, make_surroundings


async def async_give_back(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Put an earlier target of events back, if there was one, and forget the rest."""
    memory = await StoredMemory.async_load(hass, entry.entry_id)
    device = VENDORS[entry.data[CONF_VENDOR]].create(
        login_from(entry.data),
        make_surroundings(hass, verify_ssl=entry.data[CONF_VERIFY_SSL], memory=memory),
    )
    try:
        if is_borrowed(memory) or has_mailbox(memory):
            await device.identify()
            if device.serial != entry.unique_id:
                raise DeviceConnectionError(Reason.WRONG_DEVICE)
            if device.push is not None and is_borrowed(memory):
                await _given_back(entry, device.push.unsubscribe())
            if device.mails is not None and has_mailbox(memory):
                await _given_back(entry, device.mails.unsubscribe())
    except DeviceError as err:
        _warn(entry, err)
    finally:
        await device.close()
        await memory.async_forget()


async def _given_back(entry: ConfigEntry, work: Awaitable[None]) -> None:
    """Give one thing back; if it is refused, the other one still can be."""
    try:
        await work
    except DeviceError as err:
        _warn(entry, err)


def _warn(entry: ConfigEntry, err: DeviceError) -> None:
    LOGGER.warning(
        "Events of %s may still go to Home Assistant, look at its own page: %s",
        entry.title,
        err.reason,
    )
