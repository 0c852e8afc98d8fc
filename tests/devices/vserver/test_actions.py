"""Areas, texts, schedules, the card and the serial line."""

from collections.abc import AsyncIterator
from datetime import time
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import (
    Box,
    OverlayChange,
    TimeRange,
    WeekSchedule,
)
from custom_components.watchpost.devices.model.device import (
    ScheduleChange,
    ScheduleStore,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    AreaStore,
    Detector,
    Reading,
    SerialPort,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AreaKind,
    Cadence,
    Key,
    ScheduleKind,
    StorageState,
    Weekday,
)
from tests.devices.vserver.rig import Bench, bench, dome
from tests.emulators.base import FaultKind
from tests.emulators.vserver import Card, Channel, Grid


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Bench]:
    """Return one camera that can do everything."""
    async with bench(session) as made:
        made.unit.forget()
        yield made


# Areas


def areas(one: Bench) -> AreaStore:
    """Return where motion is looked for."""
    return one.of().areas[AreaKind.MOTION]


FORMS: dict[str, dict[str, Any]] = {
    "joined": {"grid_get": "joined"},
    "trailing": {"grid_get": "trailing"},
    "plain": {"grid_get": "plain"},
}


@pytest.mark.parametrize("name", FORMS)
async def test_grid(session: ClientSession, name: str) -> None:
    """Boxes become cells and boxes again; nothing else is changed."""
    box = Box(x=2 / 22, y=3 / 18, width=4 / 22, height=5 / 18)
    async with bench(session, dome(**FORMS[name])) as one:
        assert await areas(one).get() == (Box(x=0, y=0, width=1, height=1),)
        await areas(one).set((box,))
        (write,) = one.unit.writes
        assert set(write.changes) == {"MDArea"}
        grid = Grid.parse(one.unit.settings.get("alarm/MDInfo", "MDArea"))
        cells = [(x, y) for y in range(18) for x in range(22) if grid.watches(x, y)]
        assert cells == [(x, y) for y in range(3, 8) for x in range(2, 6)]
        one.unit.clock.advance(3)
        (found,) = await areas(one).get()
        assert vars(found) == pytest.approx(vars(box))
        await areas(one).set(())
        one.unit.clock.advance(3)
        assert await areas(one).get() == ()


async def test_grid_is_garbage(one: Bench) -> None:
    """The grid is unknown then, and nothing else."""
    one.unit.plans.change(
        "alarm_get/MDInfo", lambda body: body.replace(b";;;f", b"###!"), count=None
    )
    with pytest.raises(DeviceConnectionError) as caught:
        await areas(one).get()
    assert caught.value.reason is Reason.BAD_ANSWER


async def test_rectangle(session: ClientSession) -> None:
    """Older units have one rectangle."""
    async with bench(session, dome(md_form="rectangle")) as one:
        assert await areas(one).get() == (Box(x=0, y=0, width=1, height=1),)
        await areas(one).set((Box(x=0.5, y=0.25, width=0.25, height=0.5),))
        one.unit.clock.advance(3)
        (found,) = await areas(one).get()
        assert vars(found) == pytest.approx(
            {"x": 50 / 99, "y": 25 / 99, "width": 24 / 99, "height": 49 / 99}
        )
        for boxes in ((), (found, found)):
            with pytest.raises(DeviceRequestError):
                await areas(one).set(boxes)


# Texts


async def test_overlay(one: Bench) -> None:
    """What is named changes, the rest of the bracket is sent as it is."""
    write = one.of().overlay
    assert write is not None
    one.unit.settings.set("image/OSDInfo", "TextOSDTitle2", "Garden")
    await write(OverlayChange(slot=3, x=0.5, y=1, enabled=True))
    (done,) = one.unit.writes
    assert done.sent == {
        "TextOSDStatus2": "1",
        "TextOSDTitle2": "Garden",
        "TextOSDX2": "50",
        "TextOSDY2": "99",
    }
    await write(OverlayChange(slot=1, text="Gate"))
    assert one.unit.settings.get("image/OSDInfo", "TextOSDTitle") == "Gate"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (OverlayChange(slot=6, text="x"), Reason.OVERLAY_NO_SLOT),
        (OverlayChange(slot=1, text="x" * 32), Reason.TEXT_TOO_LONG),
        (OverlayChange(slot=1, text="\x07"), Reason.INVALID_VALUE),
        (OverlayChange(slot=1), Reason.INVALID_VALUE),
    ],
    ids=["slot", "long", "control", "nothing"],
)
async def test_bad_overlay(one: Bench, change: OverlayChange, reason: Reason) -> None:
    """What no unit can show is not sent."""
    write = one.of().overlay
    assert write is not None
    with pytest.raises(DeviceRequestError) as caught:
        await write(change)
    assert caught.value.reason is reason
    assert one.unit.requests_of("image_set/*") == []


# Schedules

NIGHT = TimeRange(start=time(18), end=time(23, 59))
MORNING = TimeRange(start=time(0), end=time(8))


def schedule(one: Bench) -> ScheduleStore:
    """Return the hours of alarms."""
    return one.of().schedules[ScheduleKind.ALARM]


def week(**days: tuple[TimeRange, ...]) -> WeekSchedule:
    """Return a week."""
    named = {Weekday(day): ranges for day, ranges in days.items()}
    return WeekSchedule(number=1, enabled=True, name="", week=named)


@pytest.mark.parametrize("by_channel", [False, True])
async def test_schedule(session: ClientSession, *, by_channel: bool) -> None:
    """The document's own example, a day per request; other days stay as they are."""
    async with bench(session, dome(schedule_channel=by_channel), strict=False) as one:
        assert one.of().schedules.keys() == {ScheduleKind.ALARM, ScheduleKind.MOTION}
        wanted = week(monday=(MORNING, NIGHT), sunday=(NIGHT,))
        await schedule(one).set(1, ScheduleChange(week=wanted))
        label = "alarm/ScheduleInfo"
        sunday, monday = one.unit.writes_of(label)
        assert sunday.sent["enable0"] == "1"
        assert {
            name: monday.sent[name]
            for name in ("enable1", "start1H", "end1H", "start9H", "end9H", "end9M")
        } == {
            "enable1": "1",
            "start1H": "0",
            "end1H": "8",
            "start9H": "18",
            "end9H": "23",
            "end9M": "59",
        }
        (told,) = await schedule(one).get()
        assert told.enabled
        assert told.week == wanted.week


async def test_schedule_is_switched(one: Bench) -> None:
    """Off leaves the hours, on takes them up again."""
    wanted = week(friday=(MORNING,))
    await schedule(one).set(1, ScheduleChange(week=wanted))
    await schedule(one).set(1, ScheduleChange(enabled=False))
    (told,) = await schedule(one).get()
    assert (told.enabled, told.week) == (False, wanted.week)
    await schedule(one).set(1, ScheduleChange(enabled=True))
    (told,) = await schedule(one).get()
    assert (told.enabled, told.week) == (True, wanted.week)
    await schedule(one).set(1, ScheduleChange(week=week()))
    (told,) = await schedule(one).get()
    assert (told.enabled, told.week) == (False, {})


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (2, ScheduleChange(enabled=True)),
        (1, ScheduleChange(name="x")),
        (1, ScheduleChange(week=week(monday=(MORNING, NIGHT, NIGHT)))),
        (1, ScheduleChange(week=week(monday=(TimeRange(start=time(5), end=time(5)),)))),
    ],
    ids=["number", "name", "three", "empty"],
)
async def test_bad_schedules(one: Bench, number: int, change: ScheduleChange) -> None:
    """What cannot be kept is refused before anything is sent."""
    with pytest.raises(DeviceRequestError):
        await schedule(one).set(number, change)
    assert one.unit.requests == []


# The card

STATES = {
    0: StorageState.MISSING,
    1: StorageState.READY,
    2: StorageState.MISSING,
    3: StorageState.FORMATTING,
    4: StorageState.READY,
    5: StorageState.UNMOUNTED,
    6: StorageState.READ_ONLY,
    7: StorageState.UNFORMATTED,
    8: StorageState.MOUNTING,
    9: StorageState.UNMOUNTING,
    12: StorageState.ERROR,
}
GOOD = (1, 3, 4, 8, 9)


@pytest.mark.parametrize("status", STATES)
async def test_card_states(one: Bench, status: int) -> None:
    """Each has a word; some are a problem."""
    one.unit.storage.present.status = status
    one.unit.clock.advance(400)
    await one.device.refresh(Cadence.SETTINGS, None)
    assert one.get(Reading, Key.STORAGE_STATUS, "1").read() == STATES[status]
    problem = one.get(Detector, Key.STORAGE_PROBLEM, "1").read()
    assert problem is (status not in GOOD)


NAMES = {
    "usual": ("TotalSpace", "UsedSpace", "Status", "WriteProtect"),
    "others": ("sdtotal", "sdused", "state", "ProtectStatus"),
    "unknown": ("a", "b", "c", "d"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_card_names(session: ClientSession, name: str) -> None:
    """The document has no names: words in them count, else their order."""
    card = Card(total=1000, used=255, status=4, protect=1)
    async with bench(session, dome(device_names=NAMES[name], card=card)) as one:
        assert one.get(Reading, Key.STORAGE_USED, "1").read() == 25.5
        assert one.get(Reading, Key.STORAGE_STATUS, "1").read() == "read_only"


@pytest.mark.parametrize("card", [None, Card(status=2)], ids=["no_slot", "empty_slot"])
async def test_no_card(session: ClientSession, card: Card | None) -> None:
    """What never held a card is no storage; a card that was pulled out is."""
    async with bench(session, dome(card=card)) as one:
        assert Key.STORAGE_STATUS in one.absent()
        assert one.of().format_storage is None
    async with bench(session) as one:
        one.unit.storage.pull()
        one.unit.clock.advance(400)
        await one.device.refresh(Cadence.SETTINGS, None)
        assert one.get(Detector, Key.STORAGE_PROBLEM, "1").read() is True


@pytest.mark.parametrize("spelling", [{}, {"Operate": "OperateRate"}], ids=["a", "b"])
async def test_format(session: ClientSession, spelling: dict[str, str]) -> None:
    """Only what was asked for, under the name that the unit takes."""
    async with bench(session, dome(spelling=spelling), strict=False) as one:
        erase = one.of().format_storage
        assert erase is not None
        with pytest.raises(DeviceRequestError):
            await erase(2)
        assert one.unit.storage.operations == []
        await erase(1)
        assert one.unit.storage.operations == [2]
        assert len(one.unit.dangerous) == 1 + bool(spelling)
        one.unit.requests.clear()


# The serial line


def line(one: Bench, unit: str = "") -> SerialPort:
    """Return the serial line."""
    port = one.of(unit).serial_port
    assert port is not None
    return port


async def test_serial(one: Bench) -> None:
    """Bytes leave once; what comes back is read with the same request."""
    port = one.unit.serial_ports[1]
    port.answer({"0102": "12 34 AB"})
    assert await line(one).send(b"\xff", False) is None
    assert await line(one).send(b"\x01\x02", True) == b"\x12\x34\xab"
    assert await line(one).send(b"", True) == b""
    assert port.sent == [b"\xff", b"\x01\x02"]
    assert [record.method for record in one.unit.requests] == ["POST"] * 3
    for data, read in ((b"", False), (b"x" * 257, False)):
        with pytest.raises(DeviceRequestError):
            await line(one).send(data, read)


@pytest.mark.parametrize("read", [True, False])
async def test_serial_once(one: Bench, *, read: bool) -> None:
    """Without an answer the caller is told, and nothing is repeated."""
    one.unit.faults.add(FaultKind.DROP_AFTER, count=None)
    with pytest.raises(DeviceConnectionError) as caught:
        await line(one).send(b"\x01", read)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert one.unit.serial_ports[1].sent == [b"\x01"]
    one.unit.faults.clear()


async def test_no_serial(session: ClientSession) -> None:
    """Not every channel has a line; which ones is asked once per software."""
    channels = [Channel(), Channel(serial=True)]
    async with bench(session, dome(channels=channels)) as one:
        assert one.of("channel_1").serial_port is None
        assert line(one, "channel_2").answers
        memory = one.world
    async with bench(session, dome(channels=channels), world=memory) as one:
        assert one.unit.requests_of("rs485_get/*") == []
        assert one.of("channel_2").serial_port is not None


@pytest.mark.parametrize("code", [404, 500])
async def test_serial_is_not_vital(session: ClientSession, code: int) -> None:
    """A unit that cannot say whether it has a line is asked the next time."""
    async with bench(session, connect=False) as one:
        one.unit.faults.add(
            FaultKind.HTTP_STATUS, "/cgi/rs485_get", code=code, count=None
        )
        await one.device.connect()
        assert one.of().serial_port is None
        assert ("serial" in one.world.memory.kept) is (code == 404)
