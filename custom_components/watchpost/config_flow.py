"""One form for every family; discovery, new logins and new addresses."""

from collections.abc import Mapping
from typing import Any, Final, override

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo

from .const import CONF_ADVANCED, CONF_VENDOR, DOMAIN, VENDOR_AUTO
from .coordinator import WatchpostConfigEntry, login_from
from .devices.model.device import Login, Vendor
from .devices.model.errors import DeviceError
from .devices.vendors import VENDORS
from .errors import form_error
from .options_flow import WatchpostOptionsFlow
from .surroundings import get_session, make_surroundings

_PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_PORT: Final = vol.All(
    NumberSelector(
        NumberSelectorConfig(min=1, max=65535, step=1, mode=NumberSelectorMode.BOX)
    ),
    vol.Coerce(int),
)
_ADVANCED: Final = vol.Schema(
    {
        vol.Optional(CONF_PORT): _PORT,
        vol.Optional(CONF_SSL, default=False): BooleanSelector(),
        vol.Optional(CONF_VERIFY_SSL, default=False): BooleanSelector(),
    }
)
_ADDRESS: Final = (CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL)
_LOGIN: Final = {
    vol.Required(CONF_USERNAME): TextSelector(),
    vol.Required(CONF_PASSWORD): _PASSWORD,
}


def _vendor_selector() -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=[VENDOR_AUTO, *VENDORS],
            translation_key=CONF_VENDOR,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _user_schema() -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_HOST): TextSelector(),
            **_LOGIN,
            vol.Required(CONF_VENDOR, default=VENDOR_AUTO): _vendor_selector(),
            vol.Optional(CONF_ADVANCED): section(_ADVANCED, {"collapsed": True}),
        }
    )


_FIELDS: Final = {
    "cannot_connect": CONF_HOST,
    "family_unknown": CONF_VENDOR,
    "invalid_auth": CONF_PASSWORD,
    "invalid_host": CONF_HOST,
    "wrong_family": CONF_VENDOR,
}
"""The field that each error is about; the others are about the whole form."""


class _FormError(Exception):
    """What was entered does not work."""

    def __init__(self, key: str) -> None:
        """Store the text that is shown."""
        super().__init__(key)
        self.key = key

    def errors(self, schema: vol.Schema) -> dict[str, str]:
        """Return the text next to its field, if the form has that."""
        field = _FIELDS.get(self.key, "base")
        return {field if field in schema.schema else "base": self.key}


def _address(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return host, port and TLS; people paste whole addresses."""
    advanced: Mapping[str, Any] = user_input.get(CONF_ADVANCED) or {}
    entered = str(user_input[CONF_HOST]).strip()
    ssl = bool(advanced.get(CONF_SSL, False))
    port: int | None = advanced.get(CONF_PORT)
    try:
        url = URL(entered if "://" in entered else f"//{_bracketed(entered)}")
        host, own_port = url.host or "", url.explicit_port
        URL.build(scheme="http", host=host)
    except ValueError:
        raise _FormError("invalid_host") from None
    if not host or any(character.isspace() for character in host):
        raise _FormError("invalid_host")
    if url.scheme == "https":
        ssl = True
    return {
        CONF_HOST: host,
        # A form may fill in the port of before, nobody types one by accident.
        CONF_PORT: own_port or port,
        CONF_SSL: ssl,
        CONF_VERIFY_SSL: bool(advanced.get(CONF_VERIFY_SSL, False)),
    }


def _bracketed(host: str) -> str:
    """Return a bare IPv6 address in brackets."""
    return f"[{host}]" if host.count(":") > 1 and "[" not in host else host


class WatchpostConfigFlow(ConfigFlow, domain=DOMAIN):
    """Add a device, or change how it is reached."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Prepare for a device that nothing is known of."""
        self._suggested: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(
        config_entry: WatchpostConfigEntry,
    ) -> WatchpostOptionsFlow:
        """Return the flow for the options."""
        return WatchpostOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for address and login and connect."""
        return await self._async_add("user", user_input)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Follow a device to its new address, or offer a new one."""
        return await self._async_discovered(
            discovery_info.macaddress, discovery_info.ip, discovery_info.hostname
        )

    @override
    async def async_step_integration_discovery(
        self, discovery_info: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Follow a device to its new address, or offer a new one."""
        port = discovery_info[CONF_PORT]
        self._suggested = {
            CONF_VENDOR: discovery_info[CONF_VENDOR],
            CONF_ADVANCED: {CONF_PORT: port},
        }
        return await self._async_discovered(
            discovery_info["mac"],
            discovery_info[CONF_HOST],
            discovery_info["name"],
            port,
        )

    async def _async_discovered(
        self, mac: str, host: str, name: str, port: int | None = None
    ) -> ConfigFlowResult:
        entry = await self.async_set_unique_id(format_mac(mac))
        updates: dict[str, Any] = {CONF_HOST: host}
        # Devices tell their port for HTTP: one for HTTPS is left alone.
        if entry is not None and port and not entry.data.get(CONF_SSL):
            updates[CONF_PORT] = port
        self._abort_if_unique_id_configured(updates=updates)
        self._suggested[CONF_HOST] = host
        self.context["title_placeholders"] = {"name": name or host}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the login of a device that was found."""
        return await self._async_add("discovery_confirm", user_input)

    async def _async_add(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show the form until a device answers, then add it."""
        errors: dict[str, str] = {}
        schema = _user_schema()
        if user_input is not None:
            try:
                title, data = await self._async_try(user_input)
            except _FormError as err:
                errors = err.errors(schema)
            else:
                self._abort_if_unique_id_configured(
                    updates={key: data[key] for key in _ADDRESS}
                )
                return self.async_create_entry(title=title, data=data)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or self._suggested
            ),
            errors=errors,
            description_placeholders={"host": self._suggested.get(CONF_HOST, "")},
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Start over after the device has refused the login."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the login that the device takes now."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        schema = vol.Schema(_LOGIN)
        if user_input is not None:
            try:
                await self._async_connect({**entry.data, **user_input})
            except _FormError as err:
                errors = err.errors(schema)
            else:
                self._abort_if_unique_id_mismatch(reason="another_device")
                return self.async_update_reload_and_abort(
                    entry, data_updates=user_input
                )
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(
                schema,
                user_input or {CONF_USERNAME: entry.data[CONF_USERNAME]},
            ),
            errors=errors,
            description_placeholders={"device": entry.title},
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or login of the same device."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        schema = vol.Schema(
            {
                vol.Required(CONF_HOST): TextSelector(),
                vol.Required(CONF_USERNAME): TextSelector(),
                vol.Optional(CONF_PASSWORD): _PASSWORD,
                vol.Optional(CONF_ADVANCED): section(_ADVANCED, {"collapsed": True}),
            }
        )
        current = {
            **entry.data,
            CONF_PASSWORD: "",
            CONF_ADVANCED: {
                key: entry.data[key] for key in (CONF_PORT, CONF_SSL, CONF_VERIFY_SSL)
            },
        }
        if user_input is not None:
            entered = {
                **current,
                **user_input,
                # An empty password keeps the stored one, which no form shows.
                CONF_PASSWORD: user_input.get(CONF_PASSWORD)
                or entry.data[CONF_PASSWORD],
            }
            try:
                _, data = await self._async_try(entered)
            except _FormError as err:
                errors = err.errors(schema)
            else:
                self._abort_if_unique_id_mismatch(reason="another_device")
                return self.async_update_reload_and_abort(entry, data=data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or current
            ),
            errors=errors,
            description_placeholders={"device": entry.title},
        )

    async def _async_try(
        self, user_input: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Connect with what was entered; return a title and the entry's data."""
        data = {
            CONF_VENDOR: user_input[CONF_VENDOR],
            **_address(user_input),
            CONF_USERNAME: user_input[CONF_USERNAME],
            CONF_PASSWORD: user_input[CONF_PASSWORD],
        }
        data, recognized = await self._async_locate(data)
        try:
            return await self._async_connect(data), data
        except _FormError as err:
            if not recognized and err.key == "cannot_connect":
                # Something does answer, only in another language.
                raise _FormError("wrong_family") from err
            raise

    async def _async_locate(self, data: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Find out, without the login, which family answers, and on which port.

        Also tell whether the family was recognized, or was not asked.
        """
        auto = data[CONF_VENDOR] == VENDOR_AUTO
        vendors = list(VENDORS.values()) if auto else [VENDORS[data[CONF_VENDOR]]]
        found: list[dict[str, Any]] = []
        answering: list[dict[str, Any]] = []
        distrust: _FormError | None = None
        for vendor in vendors:
            places = _places(vendor, data)
            if not auto and len(places) == 1:
                return places[0], True
            for place in places:
                try:
                    recognized = await self._async_recognizes(vendor, place)
                except _FormError as err:
                    # Nothing is tried without TLS instead; other families may be.
                    distrust = err
                    break
                if recognized is not None:
                    answering.append(place)
                if recognized:
                    found.append(place)
                    break
        if distrust is not None and not found:
            raise distrust
        if not answering:
            raise _FormError("cannot_connect")
        if not auto:
            # Somebody who has named the family may know better than we.
            return (found or answering)[0], bool(found)
        if len(found) != 1:
            raise _FormError("family_unknown")
        return found[0], True

    async def _async_recognizes(
        self, vendor: Vendor, place: Mapping[str, Any]
    ) -> bool | None:
        """Return whether a family answers at a port, or None if nobody does."""
        session = get_session(self.hass, verify_ssl=place[CONF_VERIFY_SSL])
        try:
            return await vendor.recognize(login_from(place), session)
        except DeviceError as err:
            if form_error(err) == "invalid_certificate":
                raise _FormError("invalid_certificate") from err
            return None

    async def _async_connect(self, data: Mapping[str, Any]) -> str:
        """Connect to a device, set the unique id and return a title."""
        login: Login = login_from(data)
        device = VENDORS[data[CONF_VENDOR]].create(
            login, make_surroundings(self.hass, verify_ssl=data[CONF_VERIFY_SSL])
        )
        try:
            await device.identify()
        except DeviceError as err:
            raise _FormError(form_error(err)) from err
        finally:
            # The sessions of a device are few: none stays open.
            await device.close()
        # Whoever types the login need not wait for a flow that nobody looks at.
        await self.async_set_unique_id(device.serial, raise_on_progress=False)
        return device.units[0].name


def _places(vendor: Vendor, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return where a family may listen, most likely first."""
    port, ssl = data[CONF_PORT], data[CONF_SSL]
    if port is not None:
        ports = [(port, ssl)]
        if vendor.prefers_ssl and not ssl:
            ports.append((port, True))
    else:
        with_ssl, without = (
            (vendor.default_ssl_port, True),
            (vendor.default_port, False),
        )
        ports = [with_ssl, without] if vendor.prefers_ssl else [without]
        if ssl:
            ports = [with_ssl]
    return [
        {**data, CONF_VENDOR: vendor.id, CONF_PORT: number, CONF_SSL: secure}
        for number, secure in ports
    ]
