"""The camera as a whole: who answers, what is learned when, how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from custom_components.watchpost.devices.model.features import Toggle
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from custom_components.watchpost.devices.transport import pacing
from custom_components.watchpost.devices.vendors.bview.device import BviewDevice
from tests.devices.world import EPOCH, World
from tests.emulators.base import FaultKind, VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions, Disk

from .settings_rig import PassingClock, login_to

STATE, SETTINGS = Cadence.STATE, Cadence.SETTINGS


@asynccontextmanager
async def running(
    session: ClientSession, options: BviewOptions
) -> AsyncIterator[tuple[BviewEmulator, BviewDevice, World]]:
    """Run a camera that is connected."""
    clock = VirtualClock(EPOCH)
    async with BviewEmulator(options, clock=clock, udp_port=0, ssdp_port=0) as unit:
        world = World(session, PassingClock(clock))
        device = BviewDevice(login_to(unit), world.surroundings)
        await device.connect()
        # What was read while connecting is not read again at once.
        await device.refresh(STATE, None)
        yield unit, device, world
        await device.close()
        await world.settle()


def toggle(device: BviewDevice, key: Key) -> Toggle:
    """Return a switch."""
    (unit,) = device.units
    (found,) = [one for one in unit.features if one.key is key]
    assert isinstance(found, Toggle)
    return found


async def lose(unit: BviewEmulator, device: BviewDevice) -> None:
    """Have the camera be out of reach for two looks."""
    fault = unit.faults.add(FaultKind.DROP_BEFORE, count=None)
    for _ in range(2):
        with pytest.raises(DeviceConnectionError):
            await device.refresh(STATE, None)
    unit.faults.remove(fault)


@pytest.mark.parametrize("serial", ["", "BV20160714000042"])
async def test_another_camera(session: ClientSession, serial: str) -> None:
    """Nothing is written to a stranger, whose number may be the same or missing."""
    options = BviewOptions.full(serial=serial)
    async with running(session, options) as (unit, device, _):
        assert device.serial == "02:bb:1e:16:07:12"
        await lose(unit, device)
        unit.options.mac = "02:bb:1e:99:99:99"
        unit.replace(mac="02:bb:1e:99:99:99")
        unit.boot()
        before = len(unit.requests)
        for attempt in (
            device.refresh(STATE, None),
            device.refresh(SETTINGS, None),
            toggle(device, Key.MOTION_DETECTION).write(False),
        ):
            with pytest.raises(DeviceConnectionError) as caught:
                await attempt
            assert caught.value.reason is Reason.WRONG_DEVICE
        assert {one.method for one in unit.requests[before:]} == {"GET"}


async def test_new_software_is_learned_until_it_is(session: ClientSession) -> None:
    """Learning that fails half way is taken up again."""
    options = BviewOptions.full(absent={"/Disk": -3})
    async with running(session, options) as (unit, device, _):
        keys = {one.key for one in device.units[0].features}
        assert Key.STORAGE_USED not in keys
        await lose(unit, device)
        unit.options.absent = {}
        unit.options.software = "9.9.9"
        unit.settings.set("/System/DeviceInfo", "SoftWareVersion", "9.9.9")
        unit.faults.add(FaultKind.DROP_BEFORE, path="/Images*", count=None)
        unit.faults.add(FaultKind.DROP_BEFORE, path="/Pictures*", count=None)
        with pytest.raises(DeviceConnectionError):
            await device.refresh(STATE, None)
        unit.faults.clear()
        await device.refresh(STATE, None)
        await device.refresh(SETTINGS, None)
        keys = {one.key for one in device.units[0].features}
        assert Key.STORAGE_USED in keys


async def test_a_card_that_comes(session: ClientSession) -> None:
    """Storage that is put in later turns up by itself."""
    async with running(session, BviewOptions(disks=[])) as (unit, device, _):
        unit.recorder.disks.append(Disk())
        unit.clock.advance(300)
        await device.refresh(SETTINGS, frozenset())
        keys = {one.key for one in device.units[0].features}
        assert Key.STORAGE_USED in keys


async def test_small_account(session: ClientSession) -> None:
    """An account that is refused a change is told of in a repair issue."""
    async with running(session, BviewOptions.full()) as (unit, device, _):
        assert "guest_login" not in [one.key for one in device.problems()]
        unit.faults.add(FaultKind.HTTP_STATUS, method="PUT", code=403)
        with pytest.raises(DeviceError):
            await toggle(device, Key.MOTION_DETECTION).write(False)
        assert "guest_login" in [one.key for one in device.problems()]


async def test_closed_in_time(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that hangs does not hold up the end."""
    monkeypatch.setattr(pacing, "_CLOSE_LIMIT", 0.3)
    async with running(session, BviewOptions.full()) as (unit, device, _):
        unit.faults.add(FaultKind.HANG, method="PUT", count=None)
        keys = (Key.MOTION_DETECTION, Key.OVERLAY_TIME)
        writes = asyncio.gather(
            *(toggle(device, key).write(False) for key in keys), return_exceptions=True
        )
        await asyncio.sleep(0.2)
        async with asyncio.timeout(2):
            await device.close()
        unit.faults.clear()
        assert all(isinstance(one, BaseException) for one in await writes)
