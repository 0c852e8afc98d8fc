"""Triggers: what our devices see, are told and suffer.

What is seen and what alarm inputs tell comes from event entities, because each event
counts, also the second of a kind in a row. What lasts comes from binary sensors.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, override

import voluptuous as vol

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.const import (
    CONF_OPTIONS,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    Platform,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTargetStateTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerConfig,
)
from homeassistant.util import dt as dt_util

from .devices.model.vocabulary import AlarmKind, DetectionKind, Key
from .showing import async_showing

CONF_KIND: Final = "kind"
CONF_NUMBER: Final = "number"

_MOST_INPUTS: Final = 64
"""More than any recorder has."""
_KINDS: Final = [kind.value for kind in AlarmKind]
_KIND_SELECTOR: Final = SelectSelector(
    SelectSelectorConfig(options=_KINDS, multiple=True, translation_key="alarm_kind")
)


class HappeningTrigger(StatelessEntityTriggerBase):
    """Something happens: each event of some kinds, of one event entity."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.EVENT: DomainSpec()}
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()
    """What happened while an entity was unavailable is told when it is back."""

    _key: ClassVar[Key]
    _kinds: frozenset[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the event entities that tell it."""
        return async_showing(self._hass, entities, Platform.EVENT, self._key)

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Return whether the last event is of one of the kinds."""
        return state.attributes.get(ATTR_EVENT_TYPE) in self._kinds

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Return whether it is another event.

        No two events of an entity have the same time. One that is shown again after
        a loss of the device, a reload or a restart is older than the loss.
        """
        if from_state.state == STATE_UNAVAILABLE:
            happened = dt_util.parse_datetime(to_state.state)
            return happened is not None and happened > from_state.last_changed
        return super().is_valid_transition(from_state, to_state)


class AlarmTrigger(HappeningTrigger):
    """An alarm begins, whatever has started it."""

    _key = Key.ALARM
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_KIND): vol.All(
                    cv.ensure_list, vol.Length(min=1), _KIND_SELECTOR
                ),
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take over the kinds."""
        super().__init__(hass, config)
        self._kinds = frozenset(self._options.get(CONF_KIND, _KINDS))


class AlarmInputTrigger(HappeningTrigger):
    """An alarm input becomes active."""

    _key = Key.ALARM
    _kinds = frozenset({AlarmKind.INPUT.value})
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_NUMBER): vol.All(
                    vol.Coerce(int), vol.Range(min=1, max=_MOST_INPUTS)
                ),
            }
        }
    )

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Return whether the last event is of the input."""
        wanted = self._options.get(CONF_NUMBER)
        return super().is_valid_state(state, report_not_triggered) and (
            wanted is None or state.attributes.get(CONF_NUMBER) == wanted
        )


class LastingTrigger(EntityTargetStateTriggerBase):
    """Something that lasts begins, or has lasted for a time.

    It has to be known that it was not so before: what is the case when Home Assistant
    starts, or when an entry is reloaded, does not begin then.
    """

    _domain_specs: Mapping[str, DomainSpec] = {Platform.BINARY_SENSOR: DomainSpec()}
    # All of them are diagnostic, which areas and devices would leave out.
    _primary_entities_only: ClassVar[bool] = False

    _key: ClassVar[Key]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the binary sensors that show it."""
        return async_showing(self._hass, entities, Platform.BINARY_SENSOR, self._key)


def _detection(kind: DetectionKind) -> type[Trigger]:
    """Return the trigger of something that is seen."""

    class DetectionTrigger(HappeningTrigger):
        _key = Key.DETECTION
        _kinds = frozenset({kind.value})

    return DetectionTrigger


def _lasting(key: Key, to_state: str) -> type[Trigger]:
    """Return the trigger of a binary sensor."""
    states = {to_state}

    class BinarySensorTrigger(LastingTrigger):
        _key = key
        _to_states = states

    return BinarySensorTrigger


TRIGGERS: Final[Mapping[str, type[Trigger]]] = {
    **{kind.value: _detection(kind) for kind in DetectionKind},
    "alarm": AlarmTrigger,
    "alarm_input": AlarmInputTrigger,
    "device_offline": _lasting(Key.ONLINE, STATE_OFF),
    "device_online": _lasting(Key.ONLINE, STATE_ON),
    "storage_problem": _lasting(Key.STORAGE_PROBLEM, STATE_ON),
    "video_lost": _lasting(Key.VIDEO_LOSS, STATE_ON),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their names."""
    return dict(TRIGGERS)
