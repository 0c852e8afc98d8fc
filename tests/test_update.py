"""Firmware of devices: what is there, how it is installed, what the owner sees."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.watchpost.const import DOMAIN
from custom_components.watchpost.devices.model.commands import FirmwareState
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from tests.cameras import Lens
from tests.conftest import Time
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions
from tests.home import refused
from tests.media import reolink_at_home

OLD = "v3.0.0.59_20080734"
NEW = "v3.1.0.1_24010100"

pytestmark = pytest.mark.usefixtures("no_search")


@dataclass(frozen=True)
class Yard:
    """A camera and the time around it."""

    hass: HomeAssistant
    device: ReolinkEmulator
    entry: MockConfigEntry
    time: Time

    @property
    def entity_id(self) -> str:
        """Return the entity of the firmware."""
        found = er.async_get(self.hass).async_get_entity_id(
            "update", DOMAIN, f"{self.entry.unique_id}_firmware"
        )
        assert found is not None
        return found

    @property
    def state(self) -> State:
        """Return what is shown."""
        found = self.hass.states.get(self.entity_id)
        assert found is not None
        return found

    async def wait(self, seconds: float, step: float = 10) -> None:
        """Let time pass in steps in which devices are read."""
        for _ in range(round(seconds / step)):
            await self.time.pass_by(step)

    async def install(self) -> None:
        """Have it installed."""
        await self.hass.services.async_call(
            "update", "install", {"entity_id": self.entity_id}, blocking=True
        )


@pytest.fixture
async def yard(hass: HomeAssistant, moving_time: Time) -> AsyncIterator[Yard]:
    """Return a camera, in use."""
    async with reolink_at_home(hass, ReolinkOptions.full()) as (device, entry):
        moving_time.follow(device.clock)
        yield Yard(hass, device, entry, moving_time)


async def test_nobody_has_looked(yard: Yard) -> None:
    """What runs is known at once, what is there is asked later."""
    shown = yard.state
    assert shown.state == "unknown"
    assert shown.name == "Yard Firmware"
    assert shown.attributes["installed_version"] == OLD
    assert shown.attributes["latest_version"] is None
    assert shown.attributes["device_class"] == "firmware"


async def test_nothing_newer(yard: Yard) -> None:
    """The newest one is the one that runs."""
    await yard.wait(700)
    assert yard.state.state == "off"
    assert yard.state.attributes["latest_version"] == OLD


async def test_install(yard: Yard) -> None:
    """From the offer over its progress to the new version."""
    yard.device.firmware.offered = NEW
    await yard.wait(700)
    assert yard.state.state == "on"
    assert yard.state.attributes["in_progress"] is False
    await yard.install()
    assert yard.state.attributes["in_progress"] is True
    assert yard.state.attributes["update_percentage"] == 0
    seen = []
    for _ in range(30):
        await yard.wait(10)
        if yard.state.attributes.get("update_percentage"):
            seen.append(yard.state.attributes["update_percentage"])
    assert seen
    assert seen == sorted(seen)
    assert 0 < seen[0] <= 100
    await yard.wait(1000)
    assert yard.device.firmware.installed == [NEW]
    assert yard.state.state == "off"
    assert yard.state.attributes["installed_version"] == NEW
    assert yard.state.attributes["latest_version"] == NEW
    assert yard.state.attributes["in_progress"] is False


async def test_offer_is_withdrawn(yard: Yard) -> None:
    """What is not there any more cannot be installed."""
    yard.device.firmware.offered = NEW
    await yard.wait(700)
    yard.device.firmware.offered = None
    with refused("already_current", ServiceValidationError):
        await yard.install()
    assert yard.state.attributes["in_progress"] is False


async def test_device_renews_itself(yard: Yard) -> None:
    """It takes no second order meanwhile."""
    yard.device.firmware.offered = NEW
    await yard.wait(700)
    yard.device.firmware.start()
    with refused("busy", HomeAssistantError):
        await yard.install()


async def test_connection_breaks(yard: Yard) -> None:
    """The order is not repeated, and the owner is told to look."""
    yard.device.firmware.offered = NEW
    await yard.wait(700)
    yard.device.faults.add(
        "drop_before", match=lambda record: b"UpgradeOnline" in record.body
    )
    with refused("command_uncertain", HomeAssistantError):
        await yard.install()
    assert yard.state.attributes["in_progress"] is False
    assert not yard.device.firmware.running
    await yard.install()
    assert yard.device.firmware.running


@pytest.mark.parametrize(
    ("running", "progress", "shown"),
    [(False, None, None), (True, None, None), (True, 0.25, 25), (False, 0.25, None)],
)
async def test_versions_without_a_rule(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    running: bool,
    progress: float | None,
    shown: int | None,
) -> None:
    """What a device offers is newer, whatever it is called; unknown is unknown."""
    lens = Lens(
        firmware=FirmwareState(
            installed="2.10", latest="2.9", running=running, progress=progress
        )
    )
    async with lens.at_home(hass, monkeypatch) as add:
        await add()
        (found,) = hass.states.async_all("update")
        assert found.state == "on"
        assert found.attributes["in_progress"] is running
        assert found.attributes["update_percentage"] == shown
