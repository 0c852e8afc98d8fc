"""Numbers to be set."""

from typing import Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfDataRate,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Unit
from .devices.model.features import Level
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

NUMBERS: Final = by_key(
    NumberEntityDescription(
        key=Key.ALARM_OUTPUT_DURATION,
        translation_key="alarm_output_duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.ALARM_SCHEDULE_DURATION,
        translation_key="alarm_schedule_duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.ANIMAL_DELAY,
        translation_key="animal_delay",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.ANIMAL_SENSITIVITY,
        translation_key="animal_sensitivity",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.BACKLIGHT_LEVEL,
        translation_key="backlight_level",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.DAY_NIGHT_DELAY,
        translation_key="day_night_delay",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.DAY_NIGHT_THRESHOLD,
        translation_key="day_night_threshold",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.DAY_THRESHOLD,
        translation_key="day_threshold",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.FACE_DELAY,
        translation_key="face_delay",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.FACE_SENSITIVITY,
        translation_key="face_sensitivity",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.FIRE_SENSITIVITY,
        translation_key="fire_sensitivity",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.FOCUS,
        translation_key="focus",
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.IMAGE_BRIGHTNESS,
        translation_key="image_brightness",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.IMAGE_CONTRAST,
        translation_key="image_contrast",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.IMAGE_HUE,
        translation_key="image_hue",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.IMAGE_SATURATION,
        translation_key="image_saturation",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.IMAGE_SHARPNESS,
        translation_key="image_sharpness",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.INFRARED_LEVEL,
        translation_key="infrared_level",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.INTRUSION_SENSITIVITY,
        translation_key="intrusion_sensitivity",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.MAIN_BITRATE,
        translation_key="main_bitrate",
        device_class=NumberDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.MAIN_FRAME_RATE,
        translation_key="main_frame_rate",
        native_unit_of_measurement="fps",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.MAIN_KEYFRAME_INTERVAL,
        translation_key="main_keyframe_interval",
        native_unit_of_measurement="frames",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.MICROPHONE_VOLUME,
        translation_key="microphone_volume",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.MOTION_SENSITIVITY,
        translation_key="motion_sensitivity",
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key=Key.NIGHT_THRESHOLD,
        translation_key="night_threshold",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.NOISE_REDUCTION,
        translation_key="noise_reduction",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.PERSON_DELAY,
        translation_key="person_delay",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.PERSON_SENSITIVITY,
        translation_key="person_sensitivity",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.POST_RECORD_TIME,
        translation_key="post_record_time",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.PRE_RECORD_TIME,
        translation_key="pre_record_time",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.RECORDING_FILE_LENGTH,
        translation_key="recording_file_length",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.SIREN_DURATION,
        translation_key="siren_duration",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.SIREN_VOLUME,
        translation_key="siren_volume",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key=Key.SPEAKER_VOLUME,
        translation_key="speaker_volume",
        native_unit_of_measurement=PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key=Key.STROBE_PERIOD,
        translation_key="strobe_period",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.SUB_BITRATE,
        translation_key="sub_bitrate",
        device_class=NumberDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.SUB_FRAME_RATE,
        translation_key="sub_frame_rate",
        native_unit_of_measurement="fps",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.SUB_KEYFRAME_INTERVAL,
        translation_key="sub_keyframe_interval",
        native_unit_of_measurement="frames",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.VEHICLE_DELAY,
        translation_key="vehicle_delay",
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=Key.VEHICLE_SENSITIVITY,
        translation_key="vehicle_sensitivity",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.WDR_LEVEL,
        translation_key="wdr_level",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    NumberEntityDescription(
        key=Key.ZOOM,
        translation_key="zoom",
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a number for every level."""
    async_add_features(entry, async_add_entities, Level, NUMBERS, WatchpostNumber)


class WatchpostNumber(WatchpostEntity[Level], NumberEntity):
    """A number that a device holds."""

    def __init__(
        self,
        hub: Hub,
        unit: Unit,
        feature: Level,
        description: NumberEntityDescription,
    ) -> None:
        """Take over the step of the device."""
        super().__init__(hub, unit, feature, description)
        self._attr_native_step = feature.step

    @property
    @override
    def native_min_value(self) -> float:
        """Return the least that the device takes."""
        return self._limits()[0]

    @property
    @override
    def native_max_value(self) -> float:
        """Return the most that the device takes."""
        return self._limits()[1]

    def _limits(self) -> tuple[float, float]:
        """Return the range; some devices tell theirs only with the value."""
        told = self.feature.limits() if self.feature.limits else None
        return told or (self.feature.minimum, self.feature.maximum)

    @property
    @override
    def native_value(self) -> float | None:
        """Return the number; a whole one is shown as one, wherever it comes from."""
        value = self.feature.read()
        if value is not None and float(value).is_integer():
            return int(value)
        return value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the number."""
        async with self.command():
            await self.feature.write(value)
