"""Things to be done once."""

from collections.abc import Hashable
from typing import Final, override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WatchpostConfigEntry
from .devices.model.features import Trigger
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

BUTTONS: Final = by_key(
    ButtonEntityDescription(
        key=Key.FOCUS_FAR,
        translation_key="focus_far",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.FOCUS_NEAR,
        translation_key="focus_near",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.HOME_GO_TO,
        translation_key="home_go_to",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.HOME_SET,
        translation_key="home_set",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.MOTOR_CALIBRATION,
        translation_key="motor_calibration",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.OPEN_DOOR,
        translation_key="open_door",
    ),
    ButtonEntityDescription(
        key=Key.PTZ_DOWN,
        translation_key="ptz_down",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.PTZ_LEFT,
        translation_key="ptz_left",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.PTZ_RIGHT,
        translation_key="ptz_right",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.PTZ_STOP,
        translation_key="ptz_stop",
    ),
    ButtonEntityDescription(
        key=Key.PTZ_UP,
        translation_key="ptz_up",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.RECORD_EVENT,
        translation_key="record_event",
    ),
    ButtonEntityDescription(
        key=Key.REFOCUS,
        translation_key="refocus",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.RESET_PICTURE,
        translation_key="reset_picture",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.RESTART,
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
    ),
    ButtonEntityDescription(key=Key.STOP_ALARM, translation_key="stop_alarm"),
    ButtonEntityDescription(
        key=Key.SYNC_CLOCK,
        translation_key="sync_clock",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.TEST_EMAIL,
        translation_key="test_email",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.TEST_SOUND,
        translation_key="test_sound",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.ZOOM_IN,
        translation_key="zoom_in",
        entity_registry_enabled_default=False,
    ),
    ButtonEntityDescription(
        key=Key.ZOOM_OUT,
        translation_key="zoom_out",
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a button for every trigger."""
    async_add_features(entry, async_add_entities, Trigger, BUTTONS, WatchpostButton)


class WatchpostButton(WatchpostEntity[Trigger], ButtonEntity):
    """Something that a device does when asked."""

    @property
    @override
    def shown(self) -> Hashable:
        """Return nothing: only availability changes by itself."""
        return ()

    @override
    async def async_press(self) -> None:
        """Have it done."""
        async with self.command():
            await self.feature.press()
