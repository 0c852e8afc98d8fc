"""Things to be switched on and off."""

from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Unit
from .devices.model.features import Toggle
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

SWITCHES: Final = by_key(
    SwitchEntityDescription(
        key=Key.ACCEPT_BROADCAST,
        translation_key="accept_broadcast",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.ALARM_INPUT_ALARM_OUTPUT,
        translation_key="alarm_input_alarm_output",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.ALARM_INPUT_DETECTION,
        translation_key="alarm_input_detection",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.ALARM_INPUT_EMAIL,
        translation_key="alarm_input_email",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.ALARM_INPUT_FTP,
        translation_key="alarm_input_ftp",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.ALARM_INPUT_RECORDING,
        translation_key="alarm_input_recording",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(key=Key.ALARM_OUTPUT, translation_key="alarm_output"),
    SwitchEntityDescription(
        key=Key.ALARM_SCHEDULE,
        translation_key="alarm_schedule",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.ANIMAL_DETECTION,
        translation_key="animal_detection",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.AUTO_TRACKING,
        translation_key="auto_tracking",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.AUTOFOCUS,
        translation_key="autofocus",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.AUTOMATIC_RECORDING,
        translation_key="automatic_recording",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.AUTOMATIC_UPDATE,
        translation_key="automatic_update",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.BACKLIGHT_COMPENSATION,
        translation_key="backlight_compensation",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.BUZZER_ON_EVENT,
        translation_key="buzzer_on_event",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.DEFOG,
        translation_key="defog",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.EMAIL_ALERTS,
        translation_key="email_alerts",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.FACE_DETECTION,
        translation_key="face_detection",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FIRE_DETECTION,
        translation_key="fire_detection",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FLIP,
        translation_key="flip",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FLOODLIGHT_ON_ANIMAL,
        translation_key="floodlight_on_animal",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FLOODLIGHT_ON_FACE,
        translation_key="floodlight_on_face",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FLOODLIGHT_ON_PERSON,
        translation_key="floodlight_on_person",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FLOODLIGHT_ON_VEHICLE,
        translation_key="floodlight_on_vehicle",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.FTP_UPLOAD,
        translation_key="ftp_upload",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.HIGHLIGHT_COMPENSATION,
        translation_key="highlight_compensation",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.HOME_RETURN,
        translation_key="home_return",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.IDLE_SCHEDULE,
        translation_key="idle_schedule",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.IMAGE_STABILIZATION,
        translation_key="image_stabilization",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.INTRUSION_DETECTION,
        translation_key="intrusion_detection",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.MAIN_AUDIO,
        translation_key="main_audio",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.MANUAL_RECORDING,
        translation_key="manual_recording",
    ),
    SwitchEntityDescription(
        key=Key.MICROPHONE,
        translation_key="microphone",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.MIRROR,
        translation_key="mirror",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_ALARM_OUTPUT,
        translation_key="motion_alarm_output",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_DETECTION,
        translation_key="motion_detection",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_EMAIL,
        translation_key="motion_email",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_FTP,
        translation_key="motion_ftp",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_RECORDING,
        translation_key="motion_recording",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_SCHEDULE,
        translation_key="motion_schedule",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.MOTION_SNAPSHOT,
        translation_key="motion_snapshot",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.NETWORK_TIME,
        translation_key="network_time",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.OVERLAY_DATE,
        translation_key="overlay_date",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.OVERLAY_TEXT_SHOWN,
        translation_key="overlay_text_shown",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.OVERLAY_TIME,
        translation_key="overlay_time",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.PERSON_DETECTION,
        translation_key="person_detection",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.PHONE_NOTIFICATIONS,
        translation_key="phone_notifications",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.PRE_RECORDING,
        translation_key="pre_recording",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.PRIVACY_MASK,
        translation_key="privacy_mask",
    ),
    SwitchEntityDescription(
        key=Key.PTZ_LOCK,
        translation_key="ptz_lock",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.PTZ_PATROL,
        translation_key="ptz_patrol",
    ),
    SwitchEntityDescription(
        key=Key.RECORDING_OVERWRITE,
        translation_key="recording_overwrite",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.RTMP_PUSH,
        translation_key="rtmp_push",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.SCHEDULED_RESTART,
        translation_key="scheduled_restart",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.SIREN_ON_EVENT,
        translation_key="siren_on_event",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.SLOW_SHUTTER,
        translation_key="slow_shutter",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.STATUS_LED,
        translation_key="status_led",
        entity_category=EntityCategory.CONFIG,
    ),
    SwitchEntityDescription(
        key=Key.SUB_AUDIO,
        translation_key="sub_audio",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.TAMPER_DETECTION,
        translation_key="tamper_detection",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.VEHICLE_DETECTION,
        translation_key="vehicle_detection",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.VOICE_PROMPTS,
        translation_key="voice_prompts",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key=Key.WDR,
        translation_key="wdr",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a switch for every toggle."""
    async_add_features(entry, async_add_entities, Toggle, SWITCHES, WatchpostSwitch)


class WatchpostSwitch(WatchpostEntity[Toggle], SwitchEntity):
    """Something of a device that is on or off."""

    def __init__(
        self,
        hub: Hub,
        unit: Unit,
        feature: Toggle,
        description: SwitchEntityDescription,
    ) -> None:
        """Take over whether the device tells its state."""
        super().__init__(hub, unit, feature, description)
        self._attr_assumed_state = feature.assumed

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on."""
        return self.feature.read()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        async with self.command():
            await self.feature.write(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        async with self.command():
            await self.feature.write(False)
