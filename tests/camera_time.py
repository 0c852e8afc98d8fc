"""A home with cameras while time passes: faults, states, logs, dialogs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import logging
from typing import Any

import pytest

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.device import BOX
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from tests.camera_home import EmulatedHome, emulated
from tests.conftest import Time
from tests.emulators.base import RequestRecord
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions

STATE = "GetMdState"


@dataclass(frozen=True)
class Owner:
    """Somebody who looks at a home with cameras while time passes."""

    home: EmulatedHome
    time: Time
    records: list[logging.LogRecord]

    @property
    def device(self) -> ReolinkEmulator:
        """Return the emulated device."""
        return self.home.device

    async def wait(self, seconds: float = 3) -> None:
        """Let time pass, however long the device keeps somebody waiting."""
        self.time.leap(seconds)
        await self.until(self.time.settle())

    async def until(self, work: Awaitable[Any]) -> None:
        """Let time pass until something is done, or was refused."""
        task = asyncio.ensure_future(work)
        while not (await asyncio.wait({task}, timeout=0.3))[0]:
            self.time.leap(5)
        await task

    def find(self, platform: str, key: str, unit: str = BOX) -> str | None:
        """Return the entity of a key."""
        own_id = "_".join(
            part for part in (self.home.entry.unique_id, unit, key) if part
        )
        registry = er.async_get(self.home.hass)
        return registry.async_get_entity_id(platform, DOMAIN, own_id)

    def state(self, platform: str, key: str, unit: str = BOX) -> State:
        """Return what is shown of a key."""
        entity_id = self.find(platform, key, unit)
        assert entity_id is not None, f"no {platform} {unit} {key}"
        state = self.home.hass.states.get(entity_id)
        assert state is not None, f"no state of {entity_id}"
        return state

    def value(self, platform: str, key: str, unit: str = BOX) -> str:
        """Return what is shown of a key as text."""
        return self.state(platform, key, unit).state

    async def act(
        self, platform: str, key: str, service: str, unit: str = BOX, **data: Any
    ) -> None:
        """Call an action of Home Assistant on an entity."""
        entity_id = self.find(platform, key, unit)
        assert entity_id is not None, f"no {platform} {unit} {key}"
        await self.until(
            self.home.hass.services.async_call(
                platform, service, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True
            )
        )

    def shown(self, unit: str | None = None) -> set[str]:
        """Return all states, or those of a unit, but the signs of life."""
        found: set[str] = set()
        registry = er.async_get(self.home.hass)
        only = None if unit is None else self.home.device_id(unit)
        for entry in er.async_entries_for_config_entry(
            registry, self.home.entry.entry_id
        ):
            state = self.home.hass.states.get(entry.entity_id)
            wanted = only in (None, entry.device_id)
            if state is not None and wanted and not entry.unique_id.endswith("_online"):
                found.add(state.state)
        return found

    @property
    def online(self) -> str:
        """Return the sign of life of the device itself."""
        return self.value("binary_sensor", "online")

    @property
    def works(self) -> bool:
        """Tell whether everything is shown."""
        return self.online == "on" and "unavailable" not in self.shown()

    def told(self, level: int) -> list[str]:
        """Return what was logged at a level."""
        return [
            record.getMessage()
            for record in self.records
            if record.name.startswith("custom_components") and record.levelno == level
        ]

    @property
    def reauth(self) -> list[ConfigFlowResult]:
        """Return the dialogs that ask for a new login."""
        return list(
            self.home.hass.config_entries.flow.async_progress_by_handler(
                DOMAIN, match_context={"source": SOURCE_REAUTH}
            )
        )

    async def reload(self) -> None:
        """Set the entry up again."""
        await self.until(
            self.home.hass.config_entries.async_reload(self.home.entry.entry_id)
        )
        await self.until(self.home.hass.async_block_till_done())


def names(record: RequestRecord, *commands: str) -> bool:
    """Tell whether a request is about one of some commands."""
    return any(f'"{command}"'.encode() in record.body for command in commands)


@asynccontextmanager
async def at_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    time: Time,
    records: list[logging.LogRecord],
    options: ReolinkOptions,
) -> AsyncIterator[Owner]:
    """Run an emulated device in a home whose time is moved by hand."""
    async with emulated(hass, monkeypatch, options) as home:
        time.follow(home.device.clock)
        person = Owner(home, time, records)
        for _ in range(5):
            await person.wait()
        assert person.works, person.shown()
        records.clear()
        home.device.forget()
        yield person
        home.device.faults.clear()
        home.device.plans.clear()
        for camera in home.device.cameras:
            camera.hangs = False
