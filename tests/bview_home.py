"""A home with one B-VIEW camera, used as its owner does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
import logging
from typing import Any

import pytest

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.camera_home import loaded
from tests.conftest import Time
from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.home import OwnHome, Refused, refused

READING = ("GET", "HEAD")
PASSWORD = "camera secret"


@dataclass(frozen=True)
class BviewHome(OwnHome):
    """A home with a B-VIEW camera."""

    camera: BviewEmulator
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
        """Return method and path of what the camera was asked."""
        return [record.label for record in self.camera.requests]

    @property
    def written(self) -> list[str]:
        """Return what the camera was told to do or to be."""
        return [
            record.label
            for record in self.camera.requests
            if record.method not in READING
        ]

    def kept(self, path: str, field: str) -> str:
        """Return a setting as the camera has it."""
        return self.camera.settings.get(path, field)

    async def poll(self, seconds: float = 5.5) -> None:
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


def figures(home: BviewHome) -> Figures:
    """Count what is registered and what is absent."""
    entities = home.entities
    return Figures(
        made=len(entities),
        enabled=sum(entity.disabled_by is None for entity in entities),
        absent=len(home.entry.runtime_data.device.absent),
    )


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


@asynccontextmanager
async def bview_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    time: Time,
    options: BviewOptions | None = None,
    *,
    records: list[logging.LogRecord] | None = None,
    **data: Any,
) -> AsyncIterator[BviewHome]:
    """Run an emulated camera in a home; in the end nothing bad was done to it."""
    clock = VirtualClock()
    time.follow(clock)
    camera = BviewEmulator(
        options or BviewOptions.full(password=PASSWORD),
        clock=clock,
        udp_port=0,
        ssdp_port=0,
    )
    async with camera:
        own = {
            CONF_VENDOR: "bview",
            CONF_PORT: camera.port,
            CONF_USERNAME: camera.options.username,
            CONF_PASSWORD: camera.options.password,
            **data,
        }
        mac = format_mac(camera.options.mac)
        async with loaded(hass, monkeypatch, mac, "Workshop", own) as entry:
            logged = [] if records is None else records
            yield BviewHome(hass, entry, camera, time, logged)
            # What has been broken on purpose must not stand in the way of the end.
            camera.faults.clear()
            camera.plans.clear()
            if not camera.powered:
                camera.boot()
            await camera.settle()
        assert not camera.dangerous
        assert not camera.dangerous_datagrams
        assert not camera.lens.running
        assert camera.intercom.session is None
