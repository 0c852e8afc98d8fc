"""A home with cameras, used as its owner does: actions and their answers."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import BOX
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.entity import identifier
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.home import Refused, refused


@dataclass(frozen=True)
class CameraHome:
    """What a test needs to act as the owner."""

    hass: HomeAssistant
    entry: MockConfigEntry

    def entity_id(self, unit: str = BOX, key: Key = Key.SUB_STREAM) -> str:
        """Return the camera entity of a unit."""
        own_id = "_".join(part for part in (self.entry.unique_id, unit, key) if part)
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id("camera", DOMAIN, own_id)
        assert found is not None
        return found

    def device_id(self, unit: str = BOX) -> str:
        """Return the device of a unit."""
        own_id = identifier(str(self.entry.unique_id), unit)
        registry = dr.async_get(self.hass)
        for device in dr.async_entries_for_config_entry(registry, self.entry.entry_id):
            if own_id in device.identifiers:
                return device.id
        raise KeyError(unit)

    async def act(self, service: str, unit: str = BOX, **data: Any) -> dict[str, Any]:
        """Call an action of the integration on a camera; return its answer."""
        entity_id = self.entity_id(unit)
        answers = await self.call(service, {ATTR_ENTITY_ID: entity_id, **data})
        return dict(answers.get(entity_id) or {})

    async def call(
        self, service: str, data: dict[str, Any], context: Context | None = None
    ) -> dict[str, Any]:
        """Call an action of the integration; return what it answers."""
        responds = self.hass.services.supports_response(DOMAIN, service)
        answer = await self.hass.services.async_call(
            DOMAIN,
            service,
            data,
            blocking=True,
            context=context,
            return_response=responds.value != "none",
        )
        return dict(answer or {})


@asynccontextmanager
async def loaded(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    unique_id: str,
    title: str,
    data: dict[str, Any],
) -> AsyncIterator[MockConfigEntry]:
    """Run a device at this computer in a home that does not look for others."""
    monkeypatch.setattr(
        "custom_components.watchpost.async_setup_discovery", lambda hass: None
    )
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=title,
        unique_id=unique_id,
        data={
            CONF_HOST: "127.0.0.1",
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: "owner",
            CONF_PASSWORD: "secret",
            **data,
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@dataclass(frozen=True)
class EmulatedHome(CameraHome):
    """A home with an emulated camera or recorder."""

    device: ReolinkEmulator

    def asked(self, *but: str) -> list[str]:
        """Return the commands that came, without what is read again and again."""
        return [
            call.command
            for call in self.device.calls
            if call.command not in (*but, "Login", "Logout", "GetMdState", "GetAiState")
        ]


@asynccontextmanager
async def emulated(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, options: ReolinkOptions
) -> AsyncIterator[EmulatedHome]:
    """Run an emulated device in a home."""
    async with ReolinkEmulator(options) as device:
        data = {
            CONF_VENDOR: "reolink",
            CONF_PORT: device.port,
            CONF_USERNAME: options.username,
            CONF_PASSWORD: options.password,
        }
        mac = format_mac(options.mac)
        async with loaded(hass, monkeypatch, mac, "Porch", data) as entry:
            device.forget()
            yield EmulatedHome(hass, entry, device)


@contextmanager
def told(key: str, kind: Refused = ServiceValidationError) -> Iterator[dict[str, str]]:
    """Expect an error with a translated text, and fill in what it tells."""
    placeholders: dict[str, str] = {}
    with refused(key, kind):
        try:
            yield placeholders
        except HomeAssistantError as err:
            placeholders.update(err.translation_placeholders or {})
            raise
