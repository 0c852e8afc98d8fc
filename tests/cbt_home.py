"""A home with one cgi_action camera, used as its owner does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import logging
from typing import Any, Final

import pytest

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.camera_home import loaded
from tests.conftest import Time
from tests.emulators.base import VirtualClock
from tests.emulators.cbt import CbtEmulator, CbtOptions, action_of
from tests.home import OwnHome

PASSWORD: Final = "camera secret"
READING: Final = ("get", "cgi_images")


@dataclass(frozen=True)
class CbtHome(OwnHome):
    """A home with a cgi_action camera."""

    camera: CbtEmulator
    time: Time
    records: list[logging.LogRecord] = field(default_factory=list)
    """What is logged, if a test looks at it."""

    @property
    def entities(self) -> list[er.RegistryEntry]:
        """Return everything that is registered."""
        registry = er.async_get(self.hass)
        return er.async_entries_for_config_entry(registry, self.entry.entry_id)

    @property
    def sent(self) -> list[str]:
        """Return the actions that the camera was asked for."""
        return [action_of(record) for record in self.camera.requests]

    @property
    def asked(self) -> Counter[str]:
        """Return how often the camera was asked for each action."""
        return Counter(self.sent)

    @property
    def written(self) -> list[str]:
        """Return what the camera was told to do or to be."""
        return [one for one in self.sent if not one.startswith(READING)]

    async def poll(self, seconds: float = 31.0) -> None:
        """Let time pass until the camera was asked again."""
        await self.time.pass_by(seconds)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait in real time until something has come about."""
        async with asyncio.timeout(10):
            while True:
                if condition():
                    return
                await asyncio.sleep(0.01)

    async def finish(self, work: Awaitable[Any], step: float = 5.0) -> Any:
        """Let time pass until something is done, or was refused."""
        task = asyncio.ensure_future(work)
        while not (await asyncio.wait({task}, timeout=0.3))[0]:
            self.time.leap(step)
        return task.result()

    async def wait(self, seconds: float, step: float = 5.0) -> None:
        """Let time pass, however long the camera keeps somebody waiting."""
        self.time.leap(seconds)
        await self.finish(self.time.settle(), step)

    @property
    def shown(self) -> set[str]:
        """Return all states but the sign of life."""
        online = self.find("binary_sensor", "online")
        states = {
            one.entity_id: self.hass.states.get(one.entity_id) for one in self.entities
        }
        return {
            state.state
            for entity_id, state in states.items()
            if state is not None and entity_id != online
        }

    @property
    def works(self) -> bool:
        """Tell whether everything is shown."""
        online = self.value("binary_sensor", "online") == "on"
        return online and "unavailable" not in self.shown

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
            self.hass.config_entries.flow.async_progress_by_handler(
                DOMAIN, match_context={"source": SOURCE_REAUTH}
            )
        )


@dataclass(frozen=True)
class Figures:
    """How many entities a home has."""

    made: int
    enabled: int
    absent: int


def figures(home: CbtHome) -> Figures:
    """Count what is registered and what is absent."""
    entities = home.entities
    return Figures(
        made=len(entities),
        enabled=sum(entity.disabled_by is None for entity in entities),
        absent=len(home.entry.runtime_data.device.absent),
    )


@asynccontextmanager
async def cbt_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    time: Time,
    options: CbtOptions | None = None,
    *,
    records: list[logging.LogRecord] | None = None,
    **data: Any,
) -> AsyncIterator[CbtHome]:
    """Run an emulated camera in a home; in the end nothing bad was done to it."""
    clock = VirtualClock()
    time.follow(clock)
    camera = CbtEmulator(options or CbtOptions.full(password=PASSWORD), clock=clock)
    async with camera:
        own = {
            CONF_VENDOR: "cbt",
            CONF_PORT: camera.port,
            CONF_USERNAME: camera.options.username,
            CONF_PASSWORD: camera.options.password,
            **data,
        }
        mac = format_mac(camera.options.mac.replace("-", ":"))
        async with loaded(hass, monkeypatch, mac, "Workshop", own) as entry:
            logged = [] if records is None else records
            yield CbtHome(hass, entry, camera, time, logged)
            # What has been broken on purpose must not stand in the way of the end.
            camera.faults.clear()
            camera.plans.clear()
            if not camera.powered:
                camera.boot()
            await camera.settle()
        allowed = {"devsFormat", "setMailConf"}
        assert {action_of(one) for one in camera.dangerous} <= allowed
        assert camera.ptz.running == []
