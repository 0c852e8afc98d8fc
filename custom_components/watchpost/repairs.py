"""Things that the owner of a device can put right."""

from typing import Final

from homeassistant import data_entry_flow
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.device import Problem
from .devices.model.errors import DeviceError
from .devices.model.vocabulary import Cadence
from .errors import form_error

_ENTRY: Final = "entry_id"
_KEY: Final = "key"
_PORT_IN_USE: Final = "port_in_use"


@callback
def async_sync_issues(hass: HomeAssistant, hub: Hub) -> None:
    """Show the problems of a device and take back those that are gone."""
    problems = {f"{p.key}_{hub.entry.entry_id}": p for p in hub.device.problems()}
    for door, port in hub.blocked_ports.items():
        problems[f"{_PORT_IN_USE}_{door}_{hub.entry.entry_id}"] = Problem(
            key=_PORT_IN_USE, placeholders={"port": str(port)}
        )
    async_clear_issues(hass, hub.entry.entry_id, keep=frozenset(problems))
    for issue_id, problem in problems.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={_ENTRY: hub.entry.entry_id, _KEY: problem.key},
            is_fixable=problem.fix is not None,
            severity=ir.IssueSeverity.WARNING,
            translation_key=problem.key,
            translation_placeholders={
                "device": hub.entry.title,
                **problem.placeholders,
            },
        )


@callback
def async_clear_issues(
    hass: HomeAssistant, entry_id: str, keep: frozenset[str] = frozenset()
) -> None:
    """Take back the issues of an entry."""
    registry = ir.async_get(hass)
    for domain, issue_id in list(registry.issues):
        ours = domain == DOMAIN and issue_id.endswith(f"_{entry_id}")
        if ours and issue_id not in keep:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class DeviceRepairFlow(RepairsFlow):
    """Have a device put something right, after asking."""

    def __init__(self, entry: WatchpostConfigEntry, key: str) -> None:
        """Store what is to be fixed."""
        self._entry = entry
        self._key = key

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Do it."""
        if user_input is None:
            return self._form({})
        if self._entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        hub = self._entry.runtime_data
        try:
            for problem in hub.device.problems():
                if problem.key == self._key and problem.fix is not None:
                    await problem.fix()
        except DeviceError as err:
            return self._form({"base": form_error(err)})
        async_sync_issues(self.hass, hub)
        await hub.coordinators[Cadence.SETTINGS].async_request_refresh()
        return self.async_create_entry(data={})

    def _form(self, errors: dict[str, str]) -> RepairsFlowResult:
        return self.async_show_form(
            step_id="confirm",
            errors=errors,
            description_placeholders={"device": self._entry.title},
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    facts = data or {}
    entry = hass.config_entries.async_get_entry(str(facts.get(_ENTRY)))
    if entry is None:
        raise data_entry_flow.UnknownFlow
    return DeviceRepairFlow(entry, str(facts.get(_KEY)))
