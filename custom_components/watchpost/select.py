"""Choices between several options."""

from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WatchpostConfigEntry
from .devices.model.features import Choice
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

SELECTS: Final = by_key(
    SelectEntityDescription(
        key=Key.ALARM_BROADCAST,
        translation_key="alarm_broadcast",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.ALARM_INPUT_TYPE,
        translation_key="alarm_input_type",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.ANTI_FLICKER,
        translation_key="anti_flicker",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.AUDIO_CODEC,
        translation_key="audio_codec",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.BRIGHTNESS_MODE,
        translation_key="brightness_mode",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.DAY_NIGHT_MODE,
        translation_key="day_night_mode",
        entity_category=EntityCategory.CONFIG,
    ),
    SelectEntityDescription(
        key=Key.EXPOSURE_MODE,
        translation_key="exposure_mode",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.FLOODLIGHT_MODE,
        translation_key="floodlight_mode",
        entity_category=EntityCategory.CONFIG,
    ),
    SelectEntityDescription(
        key=Key.FRONT_LIGHT_SECOND_COLOR,
        translation_key="front_light_second_color",
        entity_category=EntityCategory.CONFIG,
    ),
    SelectEntityDescription(
        key=Key.GAIN,
        translation_key="gain",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.INFRARED_LIGHT,
        translation_key="infrared_light",
        entity_category=EntityCategory.CONFIG,
    ),
    SelectEntityDescription(
        key=Key.LONGEST_EXPOSURE,
        translation_key="longest_exposure",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.MAIN_BITRATE_MODE,
        translation_key="main_bitrate_mode",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.MAIN_CODEC,
        translation_key="main_codec",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.MAIN_RESOLUTION,
        translation_key="main_resolution",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.MOTION_TARGET,
        translation_key="motion_target",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.NIGHT_LAMP,
        translation_key="night_lamp",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.PICTURE_STYLE,
        translation_key="picture_style",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.PTZ_PRESET,
        translation_key="ptz_preset",
    ),
    SelectEntityDescription(
        key=Key.RECORDING_STREAM,
        translation_key="recording_stream",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.SCHEDULED_RESTART_DAY,
        translation_key="scheduled_restart_day",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.SHUTTER,
        translation_key="shutter",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.SIREN_TONE,
        translation_key="siren_tone",
        entity_category=EntityCategory.CONFIG,
    ),
    SelectEntityDescription(
        key=Key.SUB_BITRATE_MODE,
        translation_key="sub_bitrate_mode",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.SUB_CODEC,
        translation_key="sub_codec",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.SUB_RESOLUTION,
        translation_key="sub_resolution",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SelectEntityDescription(
        key=Key.WHITE_BALANCE,
        translation_key="white_balance",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a select for every choice."""
    async_add_features(entry, async_add_entities, Choice, SELECTS, WatchpostSelect)


class WatchpostSelect(WatchpostEntity[Choice], SelectEntity):
    """A choice that a device holds."""

    @property
    @override
    def options(self) -> list[str]:
        """Return the options; one that nobody knows is still shown."""
        options = list(self.feature.options())
        current = self.feature.read()
        if current is not None and current not in options:
            options.append(current)
        return options

    @property
    @override
    def current_option(self) -> str | None:
        """Return the chosen option."""
        return self.feature.read()

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose an option."""
        async with self.command():
            await self.feature.write(option)
