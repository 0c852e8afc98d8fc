"""Options: how events come in, and what no answer of a device tells."""

from collections.abc import Mapping
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .const import (
    CONF_EVENT_PATH,
    CONF_LISTENER_PORT,
    CONF_MAIL,
    CONF_MAIL_PORT,
    DEFAULT_LISTENER_PORT,
    DEFAULT_MAIL_PORT,
    PATH_LISTENER,
    PATH_POLL,
    PATH_WEBHOOK,
)
from .coordinator import WatchpostConfigEntry
from .devices.model.device import Proof
from .devices.model.vocabulary import Delivery
from .inbox.switching import Switching, UnchangedError

_PORTS: Final = "ports"
_DEFAULT_PORTS: Final = {
    CONF_LISTENER_PORT: DEFAULT_LISTENER_PORT,
    CONF_MAIL_PORT: DEFAULT_MAIL_PORT,
}
# Below 1024 ports belong to the system.
_PORT: Final = vol.All(
    NumberSelector(
        NumberSelectorConfig(min=1024, max=65535, step=1, mode=NumberSelectorMode.BOX)
    ),
    vol.Coerce(int),
)


class WatchpostOptionsFlow(OptionsFlowWithReload):
    """Choose how events come in, and what no answer of the device tells."""

    config_entry: WatchpostConfigEntry

    def __init__(self) -> None:
        """Start with nothing chosen."""
        self._switching: Switching | None = None
        self._pending: dict[str, Any] = {}
        """What was chosen, as long as it waits for its owner to read of it."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask, set the device up accordingly, and prove that it works."""
        entry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        errors: dict[str, str] = {}
        if user_input is not None:
            options = _flat(user_input)
            if _shares_a_port(options):
                return self._show_form(user_input, {"base": "same_port"})
            switching = self._switching = self._switching or Switching(self.hass, entry)
            try:
                proofs = await switching.async_apply(options)
            except UnchangedError as err:
                errors[err.field if err.field in user_input else "base"] = err.key
            else:
                return await self._async_show_proofs(options, proofs)
        return self._show_form(user_input, errors)

    def _show_form(
        self, user_input: dict[str, Any] | None, errors: dict[str, str]
    ) -> ConfigFlowResult:
        """Show the form with what was entered, else with what is saved."""
        entry = self.config_entry
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                self._schema(), user_input or _nested(entry.options)
            ),
            errors=errors,
            description_placeholders={"device": entry.title},
        )

    async def _async_show_proofs(
        self, options: dict[str, Any], proofs: tuple[Proof, ...]
    ) -> ConfigFlowResult:
        """Tell what the tests have shown, if there were any."""
        if not proofs:
            return await self._async_finish(options)
        self._pending = options
        seconds = [proof.seconds for proof in proofs if proof.seconds is not None]
        unproven = any(proof.delivery is Delivery.UNPROVEN for proof in proofs)
        milliseconds = str(round(max(seconds) * 1000)) if seconds else ""
        if unproven or not seconds:
            step = "partly_proven" if seconds else "unproven"
        else:
            step = "proven"
        return self.async_show_form(
            step_id=step,
            description_placeholders={
                "device": self.config_entry.title,
                "milliseconds": milliseconds,
            },
        )

    async def async_step_proven(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save what was shown to work."""
        return await self._async_finish(self._pending)

    async def async_step_partly_proven(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save what was shown to work in part."""
        return await self._async_finish(self._pending)

    async def async_step_unproven(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save what only the first event will show to work."""
        return await self._async_finish(self._pending)

    async def _async_finish(self, options: dict[str, Any]) -> ConfigFlowResult:
        switching, self._switching = self._switching, None
        entry = self.config_entry
        if switching is not None:
            await switching.async_close()
        if switching is not None and switching.renewed and options == entry.options:
            # Home Assistant sets up again what has other options only.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data=options)

    @callback
    @override
    def async_remove(self) -> None:
        """Set the device back if the dialog was closed and nothing is saved."""
        switching, self._switching = self._switching, None
        if switching is not None:
            switching.async_end()

    def _schema(self) -> vol.Schema:
        hub = self.config_entry.runtime_data
        fields: dict[vol.Marker, Any] = {}
        ports: dict[vol.Marker, Any] = {}
        if hub.device.push is not None:
            fields[vol.Required(CONF_EVENT_PATH, default=PATH_POLL)] = _select(
                CONF_EVENT_PATH, (PATH_POLL, PATH_WEBHOOK, PATH_LISTENER)
            )
            ports[_port_marker(CONF_LISTENER_PORT)] = _PORT
        if hub.device.mails is not None:
            fields[vol.Required(CONF_MAIL, default=False)] = BooleanSelector()
            ports[_port_marker(CONF_MAIL_PORT)] = _PORT
        for option in hub.vendor.options:
            fields[vol.Required(option.key, default=option.default)] = _select(
                option.key, option.choices
            )
        if ports:
            fields[vol.Optional(_PORTS)] = section(
                vol.Schema(ports), {"collapsed": True}
            )
        return vol.Schema(fields)


def _port_marker(key: str) -> vol.Marker:
    return vol.Optional(key, default=_DEFAULT_PORTS[key])


def _flat(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return what was entered as options; a section is no option."""
    options = dict(user_input)
    options.update(options.pop(_PORTS, {}))
    return options


def _shares_a_port(options: Mapping[str, Any]) -> bool:
    """Return whether messages and mails are to come in at the same port."""
    ports = {**_DEFAULT_PORTS, **options}
    return (
        options.get(CONF_EVENT_PATH) == PATH_LISTENER
        and bool(options.get(CONF_MAIL))
        and ports[CONF_LISTENER_PORT] == ports[CONF_MAIL_PORT]
    )


def _nested(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options in the form of the form."""
    ports = {key: options[key] for key in _DEFAULT_PORTS if key in options}
    return {**options, _PORTS: ports}


def _select(key: str, choices: tuple[str, ...]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=list(choices),
            translation_key=key,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )
