"""A home with several sirens of several families, for alarms that are one."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import CONF_VENDOR, DOMAIN
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import format_mac
from tests.camera_home import loaded
from tests.conftest import strobe_data
from tests.emulators.base import Emulator, RequestRecord
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.emulators.strobe import StrobeEmulator, StrobeOptions

STROBES: Final = 3
CAMERAS: Final = 2
_ORDERS: Final = ("Alarm", "AudioAlarmPlay", "StopAlarm", "AlarmStop")


@dataclass(frozen=True)
class Siren:
    """One unit of the scene."""

    entry: MockConfigEntry
    device: Emulator
    entity_id: str
    device_id: str

    @property
    def name(self) -> str:
        """Return what errors call it."""
        return self.entry.title

    @property
    def orders(self) -> list[RequestRecord]:
        """Return the orders to its siren, as they came in."""
        return [one for one in self.device.requests if _is_order(one)]

    @property
    def sounds(self) -> bool:
        """Tell whether it sounds."""
        if isinstance(self.device, StrobeEmulator):
            return self.device.outputs.sound is not None
        assert isinstance(self.device, ReolinkEmulator)
        return self.device.cameras[0].siren_sounds


@dataclass(frozen=True)
class Scene:
    """Everything that sounds when something happens."""

    hass: HomeAssistant
    sirens: tuple[Siren, ...]

    @property
    def entity_ids(self) -> list[str]:
        """Return all sirens."""
        return [one.entity_id for one in self.sirens]

    @property
    def sounding(self) -> list[bool]:
        """Tell which of them sound."""
        return [one.sounds for one in self.sirens]

    def forget(self) -> None:
        """Forget what came in so far."""
        for one in self.sirens:
            one.device.forget()

    async def act(
        self, action: str, target: dict[str, list[str]] | None = None, **fields: object
    ) -> None:
        """Call an action on all, or on what is named."""
        await self.hass.services.async_call(
            DOMAIN,
            action,
            {**(target or {"entity_id": self.entity_ids}), **fields},
            blocking=True,
        )


def _is_order(record: RequestRecord) -> bool:
    name = record.query.get("cmd") or record.path.rpartition("/")[2]
    return name.endswith(_ORDERS) or b"AudioAlarmPlay" in record.body


def received(sirens: Iterable[Siren]) -> list[datetime]:
    """Return when the first order came in at each."""
    return [one.orders[0].real_time for one in sirens]


@asynccontextmanager
async def alarm_scene(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    """Run three strobes and two cameras in a home."""
    async with AsyncExitStack() as stack:
        sirens: list[Siren] = []
        for number in range(STROBES + CAMERAS):
            mac = f"02:00:00:00:00:{number:02x}"
            strobe = number < STROBES
            device: Emulator
            if strobe:
                unit = StrobeEmulator(StrobeOptions(mac=mac))
                device = await stack.enter_async_context(unit)
                data = strobe_data(unit)
            else:
                camera = ReolinkEmulator(ReolinkOptions(mac=mac))
                device = await stack.enter_async_context(camera)
                data = {
                    CONF_VENDOR: "reolink",
                    CONF_PORT: camera.port,
                    CONF_USERNAME: camera.options.username,
                    CONF_PASSWORD: camera.options.password,
                }
            title = f"{'Strobe' if strobe else 'Camera'} {number}"
            entry = await stack.enter_async_context(
                loaded(hass, monkeypatch, format_mac(mac), title, data)
            )
            sirens.append(_siren(hass, entry, device))
        scene = Scene(hass, tuple(sirens))
        scene.forget()
        yield scene
        for one in sirens:
            one.device.faults.clear()
            if not one.device.powered:
                one.device.power_on()


def _siren(hass: HomeAssistant, entry: MockConfigEntry, device: Emulator) -> Siren:
    registry = er.async_get(hass)
    (siren,) = (
        one
        for one in er.async_entries_for_config_entry(registry, entry.entry_id)
        if one.domain == "siren"
    )
    (own,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return Siren(entry, device, siren.entity_id, own.id)
