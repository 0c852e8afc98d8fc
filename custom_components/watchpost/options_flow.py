"""Options: how events come in, and what no answer of a device tells."""

from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .const import CONF_EVENT_PATH, DOMAIN, LOGGER, PATH_POLL, PATH_WEBHOOK
from .coordinator import WatchpostConfigEntry
from .devices.model.errors import DeviceError
from .devices.model.vocabulary import Delivery
from .errors import form_error
from .inbox.webhook import Inbox


class _UnchangedError(Exception):
    """The events come in as before."""

    def __init__(self, key: str) -> None:
        """Store the text that is shown."""
        super().__init__(key)
        self.key = key


class WatchpostOptionsFlow(OptionsFlowWithReload):
    """Choose how events come in, and what no answer of the device tells."""

    config_entry: WatchpostConfigEntry

    def __init__(self) -> None:
        """Start with nothing chosen."""
        self._unproven: dict[str, Any] = {}
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
            try:
                delivery = await self._async_switch(
                    user_input.get(CONF_EVENT_PATH, PATH_POLL)
                )
            except _UnchangedError as err:
                errors[CONF_EVENT_PATH] = err.key
            else:
                if delivery is Delivery.UNPROVEN:
                    self._unproven = user_input
                    return await self.async_step_unproven()
                return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                self._schema(), user_input or entry.options
            ),
            errors=errors,
            description_placeholders={"device": entry.title},
        )

    async def async_step_unproven(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell that only the first event will show whether events arrive."""
        if user_input is None:
            return self.async_show_form(
                step_id="unproven",
                description_placeholders={"device": self.config_entry.title},
            )
        options, self._unproven = self._unproven, {}
        return self.async_create_entry(data=options)

    @callback
    @override
    def async_remove(self) -> None:
        """Set the device back if the dialog was closed and nothing is saved."""
        entry: WatchpostConfigEntry | None = self.hass.config_entries.async_get_entry(
            self.handler
        )
        if (
            self._unproven
            and entry is not None
            and entry.state is ConfigEntryState.LOADED
            and entry.options.get(CONF_EVENT_PATH) != PATH_WEBHOOK
        ):
            entry.async_create_background_task(
                self.hass, self._async_set_back(entry), f"{DOMAIN} set back"
            )

    async def _async_set_back(self, entry: WatchpostConfigEntry) -> None:
        try:
            await Inbox(self.hass, entry.runtime_data).async_unsubscribe()
        except DeviceError as err:
            LOGGER.warning(
                "Events of %s still go to Home Assistant, choose polling again: %s",
                entry.title,
                err.reason,
            )

    def _schema(self) -> vol.Schema:
        hub = self.config_entry.runtime_data
        fields: dict[vol.Marker, SelectSelector] = {}
        if hub.device.push is not None:
            fields[vol.Required(CONF_EVENT_PATH, default=PATH_POLL)] = _select(
                CONF_EVENT_PATH, (PATH_POLL, PATH_WEBHOOK)
            )
        for option in hub.vendor.options:
            fields[vol.Required(option.key, default=option.default)] = _select(
                option.key, option.choices
            )
        return vol.Schema(fields)

    async def _async_switch(self, wanted: str) -> Delivery | None:
        """Change the way of the events; return whether the new one is known to work.

        Raise:
            _UnchangedError: It stays as it was.
        """
        entry = self.config_entry
        # Polling twice costs nothing, and ends what could not be ended before.
        if wanted == entry.options.get(CONF_EVENT_PATH) == PATH_WEBHOOK:
            return None
        inbox = Inbox(self.hass, entry.runtime_data)
        try:
            if wanted == PATH_POLL:
                await inbox.async_unsubscribe()
                return None
            if inbox.url is None:
                raise _UnchangedError("no_internal_url")
            delivery = await inbox.async_subscribe()
        except DeviceError as err:
            raise _UnchangedError(form_error(err)) from err
        finally:
            # The entry is set up again and takes over, or nothing has changed.
            inbox.async_unregister()
        if delivery is Delivery.FAILED:
            raise _UnchangedError("event_not_received")
        return delivery


def _select(key: str, choices: tuple[str, ...]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=list(choices),
            translation_key=key,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )
