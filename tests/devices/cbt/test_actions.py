"""What actions change: areas, schedules, clock, restarts, storage, serial line."""

from datetime import time

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import (
    Box,
    TimeRange,
    WeekSchedule,
)
from custom_components.watchpost.devices.model.device import ScheduleChange
from custom_components.watchpost.devices.model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Level,
    Reading,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AreaKind,
    Key,
    ScheduleKind,
    Weekday,
)
from tests.emulators.cbt import CbtOptions, Medium

from .rig import bench

IMAGE = "ImageAdjustment"


# Areas


@pytest.mark.parametrize("kind", [AreaKind.MOTION, AreaKind.REGION, AreaKind.FIRE])
async def test_areas(session: ClientSession, kind: AreaKind) -> None:
    """Up to four areas, with empty ones behind them."""
    async with bench(session) as one:
        store = one.unit.areas[kind]
        assert await store.get() == (Box(x=0, y=0, width=1, height=1),)
        boxes = (
            Box(x=0.25, y=0.5, width=0.5, height=0.25),
            Box(x=0, y=0, width=0.125, height=0.125),
        )
        await store.set(boxes)
        assert await store.get() == boxes
        rows = one.emulator.writes[-1].sent["area_list"]
        assert len(rows) == 9
        assert rows[0] == {"area_x": 176, "area_y": 288, "area_w": 352, "area_h": 144}
        with pytest.raises(DeviceRequestError) as caught:
            await store.set((boxes[0],) * 5)
        assert caught.value.reason is Reason.TOO_MANY_AREAS
        await store.set(())
        assert await store.get() == ()
        assert not one.emulator.violations


async def test_privacy(session: ClientSession) -> None:
    """Without an area the whole picture is hidden; areas are kept."""
    async with bench(session) as one:
        mask = one.get(Toggle, Key.PRIVACY_MASK)
        store = one.unit.areas[AreaKind.PRIVACY]
        await mask.write(True)
        assert one.emulator.writes[-1].sent == {
            "mask_enable": 1,
            "mask_0_x": 0,
            "mask_0_y": 0,
            "mask_0_w": 703,
            "mask_0_h": 574,
        }
        assert mask.read() is True
        boxes = (Box(x=0.5, y=0.5, width=0.25, height=0.25),) * 9
        await store.set(boxes)
        assert await store.get() == boxes
        await mask.write(False)
        await mask.write(True)
        assert one.emulator.writes[-1].sent == {"mask_enable": 1}
        with pytest.raises(DeviceRequestError):
            await store.set((*boxes, boxes[0]))
        assert not one.emulator.violations


# Schedules

HOURS = TimeRange(start=time(8, 30), end=time(17, 15))
NIGHT = TimeRange(start=time(22), end=time(23, 59))
WEEK = {Weekday.MONDAY: (HOURS, NIGHT), Weekday.SUNDAY: (NIGHT,)}


@pytest.mark.parametrize("kind", [ScheduleKind.RECORDING, ScheduleKind.SNAPSHOT])
async def test_schedules(session: ClientSession, kind: ScheduleKind) -> None:
    """Seven days of four slots; what is switched off comes back."""
    section = "RecSchedule" if kind is ScheduleKind.RECORDING else "ScheSnap"
    async with bench(session) as one:
        store = one.unit.schedules[kind]
        (empty,) = await store.get()
        assert (empty.enabled, empty.week) == (False, {})
        week = WeekSchedule(number=1, enabled=True, name="", week=WEEK)
        await store.set(1, ScheduleChange(week=week))
        days = one.emulator.settings.get(section, "schedule_list")
        assert days[0]["day_0"][0]["hour_begain"] == 22
        assert [slot["enable"] for slot in days[1]["day_1"]] == [1, 1, 0, 0]
        assert (await store.get())[0].week == WEEK
        await store.set(1, ScheduleChange(enabled=False))
        assert (await store.get())[0].enabled is False
        await store.set(1, ScheduleChange(enabled=True))
        assert (await store.get())[0].week == WEEK
        assert not one.emulator.violations


async def test_wrong_schedules(session: ClientSession) -> None:
    """What no camera can keep is refused before anything is sent."""
    backwards = TimeRange(start=time(9), end=time(9))
    async with bench(session) as one:
        store = one.unit.schedules[ScheduleKind.RECORDING]
        for hours in ((HOURS,) * 5, (backwards,)):
            week = WeekSchedule(
                number=1, enabled=True, name="", week={Weekday.MONDAY: hours}
            )
            with pytest.raises(DeviceRequestError):
                await store.set(1, ScheduleChange(week=week))
        for number, change in (
            (2, ScheduleChange(enabled=True)),
            (1, ScheduleChange(name="x")),
        ):
            with pytest.raises(DeviceRequestError):
                await store.set(number, change)
        assert not one.emulator.requests


async def test_copied_example(session: ClientSession) -> None:
    """A camera that tells something else as its schedule has none."""
    async with bench(session, CbtOptions.full(snap_reply="example")) as one:
        assert ScheduleKind.SNAPSHOT not in one.unit.schedules


# Clock and restarts


async def test_clock(session: ClientSession) -> None:
    """It can be set unless the network does."""
    async with bench(session) as one:
        sync = one.get(Trigger, Key.SYNC_CLOCK)
        assert sync.usable is not None
        assert not sync.usable()
        with pytest.raises(DeviceRequestError):
            await sync.press()
        await one.get(Toggle, Key.NETWORK_TIME).write(False)
        assert sync.usable()
        one.emulator.wall_clock.skew = 900.0
        await one.reread("DeviceTime")
        offset = one.get(Reading, Key.CLOCK_OFFSET)
        assert offset.read() == 900
        (wrong,) = [p for p in one.device.problems() if p.key == "clock_wrong"]
        assert wrong.fix is not None
        await wrong.fix()
        await one.reread("DeviceTime")
        assert offset.read() == 0
        assert not one.emulator.violations


async def test_local_seconds(session: ClientSession) -> None:
    """A camera that counts the seconds of its zone is not wrong by it."""
    async with bench(session, CbtOptions.full(device_time="local")) as one:
        offset = one.get(Reading, Key.CLOCK_OFFSET)
        assert offset.read() == 0
        await one.get(Toggle, Key.NETWORK_TIME).write(False)
        one.emulator.wall_clock.skew = 400.0
        await one.reread("DeviceTime")
        assert offset.read() == 400
        await one.get(Trigger, Key.SYNC_CLOCK).press()
        assert abs(one.emulator.wall_clock.skew) <= 1


async def test_scheduled_restart(session: ClientSession) -> None:
    """The day is kept while it is switched off."""
    async with bench(session) as one:
        on = one.get(Toggle, Key.SCHEDULED_RESTART)
        day = one.get(Choice, Key.SCHEDULED_RESTART_DAY)
        settings = one.emulator.settings
        await day.write("wednesday")
        assert (on.read(), day.read()) == (False, "wednesday")
        await on.write(True)
        assert settings.get("RebootConf", "mode") == 4
        assert settings.get("RebootConf", "day_week") == 3
        await on.write(False)
        await on.write(True)
        assert (on.read(), day.read()) == (True, "wednesday")
        await day.write("every_day")
        assert settings.get("RebootConf", "mode") == 2
        with pytest.raises(DeviceRequestError):
            await day.write("someday")
        assert not one.emulator.violations


async def test_reset_picture(session: ClientSession) -> None:
    """Colors come back, and are read again."""
    async with bench(session) as one:
        level = one.get(Level, Key.IMAGE_HUE)
        await level.write(3)
        one.pass_by(5)
        await one.get(Trigger, Key.RESET_PICTURE).press()
        await one.reread(IMAGE)
        assert level.read() == 128
        assert one.emulator.writes[-1].restored


# Storage and serial line


async def test_storage(session: ClientSession) -> None:
    """A medium keeps its number when another one is taken out."""
    async with bench(session) as one:
        used = one.get(Reading, Key.STORAGE_USED, "2")
        before = used.read()
        one.emulator.storage.eject("mmcblk0p1")
        one.pass_by(300)
        await one.reread("StorageInfo")
        assert used.read() == before
        assert one.get(Reading, Key.STORAGE_STATUS, "1").read() == "missing"


async def test_format(session: ClientSession) -> None:
    """Only the medium that is meant is erased."""
    async with bench(session) as one:
        erase = one.unit.format_storage
        assert erase is not None
        await erase(2)
        assert [kind for _, kind in one.emulator.storage.formats] == [1]
        one.emulator.storage.insert(Medium(id="sdb1", type=1))
        with pytest.raises(DeviceUnsupportedError) as caught:
            await erase(2)
        assert caught.value.reason is Reason.STORAGE_NOT_CHOSEN
        with pytest.raises(DeviceRequestError):
            await erase(7)
        assert len(one.emulator.storage.formats) == 1


async def test_serial(session: ClientSession) -> None:
    """Text is sent once; nothing can be read."""
    async with bench(session) as one:
        port = one.unit.serial_port
        assert port is not None
        assert not port.answers
        assert await port.send(b"open\r\n", False) is None
        assert one.emulator.terminals.serial == ["open\r\n"]
        with pytest.raises(DeviceUnsupportedError):
            await port.send(b"x", True)
        for wrong in (b"\xff\x00", b"x" * 1001, b""):
            with pytest.raises(DeviceRequestError):
                await port.send(wrong, False)
        one.emulator.fail("drop_after", "ioSendData")
        with pytest.raises(DeviceError):
            await port.send(b"twice", False)
        assert one.emulator.terminals.serial == ["open\r\n", "twice"]
