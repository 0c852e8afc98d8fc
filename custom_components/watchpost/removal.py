"""What has to be done at a device that is taken away."""

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
                await device.push.unsubscribe()
            if device.mails is not None and has_mailbox(memory):
                await device.mails.unsubscribe()
    except DeviceError as err:
        LOGGER.warning(
            "Events of %s still go to Home Assistant, as it could not be reached: %s",
            entry.title,
            err.reason,
        )
    finally:
        await device.close()
        await memory.async_forget()
