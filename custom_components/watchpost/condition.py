"""Conditions: what is the case at our devices now."""

from collections.abc import Mapping
from typing import ClassVar, Final, override

from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityStateConditionBase

from .devices.model.vocabulary import Key
from .showing import async_showing


class ShownCondition(EntityStateConditionBase):
    """Something is the case, as binary sensors or switches show it."""

    # Some are diagnostic, which areas and devices would leave out.
    _primary_entities_only: ClassVar[bool] = False

    _key: ClassVar[Key]
    _platform: ClassVar[Platform]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities that show it."""
        return async_showing(self._hass, entities, self._platform, self._key)

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        """Test if it is the case everywhere; where nothing is known it is not."""
        return bool(states) and super()._check_all_match_state(states)


def _shown(
    key: Key, state: str = STATE_ON, platform: Platform = Platform.BINARY_SENSOR
) -> type[Condition]:
    """Return the condition that a key is shown in a state."""
    specs: Mapping[str, DomainSpec] = {platform: DomainSpec()}
    states: set[str | bool] = {state}

    class StateCondition(ShownCondition):
        _domain_specs = specs
        _key = key
        _platform = platform
        _states = states

    return StateCondition


CONDITIONS: Final[Mapping[str, type[Condition]]] = {
    "alarm_input_is_active": _shown(Key.ALARM_INPUT),
    "alarm_is_active": _shown(Key.ALARM_ACTIVE),
    "animal_is_detected": _shown(Key.ANIMAL),
    "device_is_offline": _shown(Key.ONLINE, STATE_OFF),
    "device_is_online": _shown(Key.ONLINE),
    "face_is_detected": _shown(Key.FACE),
    "intrusion_is_detected": _shown(Key.INTRUSION),
    "motion_is_detected": _shown(Key.MOTION),
    "person_is_detected": _shown(Key.PERSON),
    "privacy_is_off": _shown(Key.PRIVACY_MASK, STATE_OFF, Platform.SWITCH),
    "privacy_is_on": _shown(Key.PRIVACY_MASK, STATE_ON, Platform.SWITCH),
    "storage_has_problem": _shown(Key.STORAGE_PROBLEM),
    "tampering_is_detected": _shown(Key.TAMPER),
    "vehicle_is_detected": _shown(Key.VEHICLE),
    "video_is_lost": _shown(Key.VIDEO_LOSS),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their names."""
    return dict(CONDITIONS)
