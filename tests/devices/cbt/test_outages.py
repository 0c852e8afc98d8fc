"""A camera that does not answer, or comes back as another one."""

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import DeviceConnectionError
from custom_components.watchpost.devices.model.features import Detector, Toggle
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from tests.emulators.cbt import CbtOptions

from .rig import Bench, bench

EX = "ImageAdjustmentEx"
INPUT = "getIOAlarmIn"


async def lose(one: Bench, looks: int) -> None:
    """Have the camera vanish for some looks, and come back."""
    one.emulator.power_off()
    for _ in range(looks):
        with pytest.raises(DeviceConnectionError):
            await one.look()
    one.emulator.power_on()
    await one.until(lambda: one.emulator.powered)


async def test_outage(session: ClientSession) -> None:
    """After an outage everything is read again."""
    async with bench(session) as one:
        await one.look()
        await lose(one, 2)
        one.emulator.settings.set("OsdConf", show_date=0)
        await one.look()
        await one.look(Cadence.SETTINGS)
        assert one.get(Toggle, Key.OVERLAY_DATE).read() is False


async def test_outage_that_an_order_ends(session: ClientSession) -> None:
    """Whoever hears of the camera first, everything is read again."""
    async with bench(session) as one:
        await one.look()
        await lose(one, 2)
        one.emulator.settings.set("OsdConf", show_date=0)
        await one.get(Toggle, Key.MIRROR).write(True)
        await one.look(Cadence.SETTINGS)
        assert one.get(Toggle, Key.OVERLAY_DATE).read() is False


async def test_one_loss(session: ClientSession) -> None:
    """A single request that was not answered is no restart."""
    async with bench(session) as one:
        await one.look()
        await lose(one, 1)
        await one.look()
        one.emulator.forget()
        await one.look(Cadence.SETTINGS)
        assert one.actions == []


async def test_lamps_that_hang(session: ClientSession) -> None:
    """They take the camera down once, and never hide that it is gone."""
    async with bench(session) as one:
        await one.look()
        one.pass_by(30)
        one.emulator.fail("drop_before", f"get{EX}", count=None)
        with pytest.raises(DeviceConnectionError):
            await one.look(Cadence.STATE, EX)
        online = one.get(Detector, Key.ONLINE)
        assert online.read() is False
        one.pass_by(3)
        await one.look(Cadence.STATE, EX)
        assert online.read() is True
        assert EX in one.device.failed
        one.emulator.forget()
        await one.look(Cadence.SETTINGS)
        assert one.actions == []
        one.pass_by(120)
        one.emulator.power_off()
        with pytest.raises(DeviceConnectionError):
            await one.look(Cadence.STATE, EX)
        assert online.read() is False


async def test_lamps_are_back_at_once(session: ClientSession) -> None:
    """What an outage was noticed with does not stay away longer than the camera."""
    async with bench(session) as one:
        await one.look()
        one.pass_by(30)
        one.emulator.power_off()
        with pytest.raises(DeviceConnectionError):
            await one.look(Cadence.STATE, EX)
        one.emulator.power_on()
        await one.until(lambda: one.emulator.powered)
        await one.look(Cadence.STATE, EX)
        assert one.device.failed == {}


async def test_other_software(session: ClientSession) -> None:
    """What it can do is asked until it was told, and then shown."""
    async with bench(session) as one:
        await one.look()
        one.emulator.settings.set("SysConfig", version="15.0")
        await lose(one, 1)
        fault = one.emulator.fail("drop_before", "getImageAdjustment*", count=None)
        with pytest.raises(DeviceConnectionError):
            await one.look()
        assert one.get(Detector, Key.ONLINE).read() is False
        assert one.unit.sw_version != "15.0"
        one.emulator.faults.remove(fault)
        one.emulator.plans.refuse("getRegInvConf", 209)
        await one.look()
        assert one.unit.sw_version == "15.0"
        assert Key.INTRUSION_DETECTION in one.absent
        one.emulator.forget()
        one.pass_by(3)
        await one.look(Cadence.STATE, INPUT)
        assert one.actions == [INPUT]


async def test_one_section_hangs(session: ClientSession) -> None:
    """It does not keep the camera from being set up."""
    async with bench(session, connect=False) as one:
        one.emulator.fail("drop_before", "getOsdConf", count=None)
        await one.device.connect()
        assert set(one.device.failed) == {"OsdConf"}
        assert (Key.MOTION_DETECTION, None) in one.features


async def test_refused_input(session: ClientSession) -> None:
    """Whatever the input is refused with, the rest goes on."""
    async with bench(session) as one:
        await one.look()
        one.emulator.plans.refuse(INPUT, 7)
        await one.look()
        assert one.device.failed == {INPUT: "refused"}


async def test_lamps_and_settings(session: ClientSession) -> None:
    """What the lamps need does not have the settings read as often."""
    async with bench(session, CbtOptions.full()) as one:
        one.device.expect({Cadence.SETTINGS: frozenset({EX})})
        assert one.device.interval(Cadence.SETTINGS) == 300
