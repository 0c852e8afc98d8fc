"""A home with one video server or dome camera, used as its owner does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import logging
from typing import Any

import pytest

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from custom_components.watchpost.devices.model.device import BOX
from custom_components.watchpost.entity import identifier
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.camera_home import loaded
from tests.conftest import Time
from tests.emulators.base import VirtualClock
from tests.emulators.vserver import Card, Channel, VserverEmulator, VserverOptions
from tests.emulators.vserver.unit import label_of
from tests.home import OwnHome

PASSWORD = "server secret"
LENIENT = frozenset({"unsupported", "mode", "channel"})
"""What a client may find out by trying."""


def dome(**changes: Any) -> VserverOptions:
    """Return one camera that can do everything."""
    everything: dict[str, Any] = {
        "password": PASSWORD,
        "channels": [Channel(ptz=True, lens=True, serial=True)],
        "alarm_inputs": 2,
        "alarm_outputs": 2,
        "wifi": True,
        "h265": True,
        "card": Card(total=30436, used=2326, status=4),
        "position": "fields",
    }
    return VserverOptions(**{**everything, **changes})


def server(**changes: Any) -> VserverOptions:
    """Return four channels that differ."""
    return VserverOptions.full(**{"password": PASSWORD, **changes})


@dataclass(frozen=True)
class VserverHome(OwnHome):
    """A home with a unit of this family."""

    server: VserverEmulator
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
        """Return what the unit was asked, as CGI and group."""
        return [label_of(record) for record in self.server.requests]

    @property
    def written(self) -> list[str]:
        """Return what the unit was told to do or to be."""
        return [label for label in self.sent if "_set/" in label]

    def unit_device(self, unit: str = BOX) -> str:
        """Return the device of the unit or of one of its channels."""
        own_id = identifier(str(self.entry.unique_id), unit)
        registry = dr.async_get(self.hass)
        for device in dr.async_entries_for_config_entry(registry, self.entry.entry_id):
            if own_id in device.identifiers:
                return device.id
        raise KeyError(unit)

    async def ask(
        self, service: str, unit: str = BOX, /, **data: Any
    ) -> dict[str, Any]:
        """Call an action of the integration on the picture of a channel."""
        own_id = f"{unit}_main_stream" if unit else "main_stream"
        return await self.own(service, "camera", own_id, **data)

    async def tell(
        self, service: str, unit: str = BOX, /, **data: Any
    ) -> dict[str, Any]:
        """Call an action of the integration on a device."""
        return await self._ask(service, {"device_id": self.unit_device(unit), **data})

    async def poll(self, seconds: float = 31) -> None:
        """Let time pass until the unit was asked again."""
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
        """Let time pass, however long the unit keeps somebody waiting."""
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


def figures(home: VserverHome) -> Figures:
    """Count what is registered and what is absent."""
    entities = home.entities
    return Figures(
        made=len(entities),
        enabled=sum(entity.disabled_by is None for entity in entities),
        absent=len(home.entry.runtime_data.device.absent),
    )


@asynccontextmanager
async def vserver_home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    time: Time,
    options: VserverOptions | None = None,
    *,
    records: list[logging.LogRecord] | None = None,
    erased: int = 0,
) -> AsyncIterator[VserverHome]:
    """Run an emulated unit in a home; in the end nothing bad was done to it."""
    clock = VirtualClock()
    time.follow(clock)
    unit = VserverEmulator(options or dome(), clock=clock)
    async with unit:
        own = {
            CONF_VENDOR: "vserver",
            CONF_PORT: unit.port,
            CONF_USERNAME: unit.options.username,
            CONF_PASSWORD: unit.options.password,
        }
        mac = format_mac(unit.options.mac)
        async with loaded(hass, monkeypatch, mac, "Yard", own) as entry:
            logged = [] if records is None else records
            yield VserverHome(hass, entry, unit, time, logged)
            # What has been broken on purpose must not stand in the way of the end.
            unit.faults.clear()
            unit.plans.clear()
            if not unit.powered:
                unit.boot()
            await unit.settle()
        assert len(unit.dangerous) == erased
        assert {one.kind for one in unit.violations} <= LENIENT, unit.violations
        assert [head for head in unit.heads.values() if head.running] == []
