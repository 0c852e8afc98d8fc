"""Automations as their owner writes them, and what they have done."""

from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component

_EVENT: Final = "rule_ran"
_KIND: Final = (
    "{{ (trigger.to_state.attributes.event_type | default('')) "
    "if trigger.to_state is defined else '' }}"
)


@dataclass(frozen=True)
class Ran:
    """What has run, in its order."""

    runs: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how often it ran."""
        return len(self.runs)

    @property
    def entities(self) -> list[str]:
        """Return whose doing it was, each time."""
        return [run["entity"] for run in self.runs]

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of events that set it off."""
        return [run["kind"] for run in self.runs]


async def rule(
    hass: HomeAssistant,
    trigger: dict[str, Any],
    conditions: list[dict[str, Any]] | None = None,
) -> Ran:
    """Set up an automation; return what it does."""
    ran = Ran()

    @callback
    def took_place(event: Event[dict[str, Any]]) -> None:
        ran.runs.append(dict(event.data))

    hass.bus.async_listen(_EVENT, took_place)
    action = {
        "event": _EVENT,
        "event_data": {
            "entity": "{{ trigger.entity_id | default('') }}",
            "kind": _KIND,
        },
    }
    config = {
        "alias": "Rule",
        "triggers": [trigger],
        "conditions": conditions or [],
        "actions": [action],
        "mode": "queued",
    }
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()
    state = hass.states.get("automation.rule")
    assert state is not None
    assert state.state == "on", "refused"
    return ran
