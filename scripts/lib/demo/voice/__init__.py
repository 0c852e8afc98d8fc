"""A stand-in for text-to-speech that needs no internet; part of the demo only."""

from homeassistant.config_entries import SOURCE_IMPORT, ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

CONFIG_SCHEMA = cv.empty_config_schema("demo_voice")


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the voice because configuration.yaml names it."""
    # Not awaited: the new entry waits until this function has returned.
    hass.async_create_task(
        hass.config_entries.flow.async_init(
            "demo_voice", context={"source": SOURCE_IMPORT}
        )
    )
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set up the text-to-speech entity."""
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.TTS])
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Unload the text-to-speech entity."""
    return await hass.config_entries.async_unload_platforms(entry, [Platform.TTS])
