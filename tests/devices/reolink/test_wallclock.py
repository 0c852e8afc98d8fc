"""The device's own time: zones, summer time, and how far its clock is off."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.reolink import kinds
from custom_components.watchpost.devices.vendors.reolink.answers import Answer
from custom_components.watchpost.devices.vendors.reolink.wallclock import (
    WallClock,
    clock_of,
    clock_offset,
    read_moment,
)
from tests.devices.world import EPOCH
from tests.emulators.reolink import ReolinkOptions

from .rig import Rig, rigged

EUROPE: Final[dict[str, Any]] = {
    "enable": 1,
    "offset": 1,
    "startMon": 3,
    "startWeek": 5,
    "startWeekday": 0,
    "startHour": 2,
    "endMon": 10,
    "endWeek": 5,
    "endWeekday": 0,
    "endHour": 3,
}
SYDNEY: Final[dict[str, Any]] = {
    **EUROPE,
    "startMon": 10,
    "startWeek": 1,
    "endMon": 4,
    "endWeek": 1,
}


def clock(west: int, **rule: Any) -> WallClock:
    """Return a clock."""
    told = WallClock.parse(Node({"Time": {"timeZone": west}, "Dst": rule}))
    assert told is not None
    return told


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime:
    """Return a moment."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("west", "shown"),
    [
        pytest.param(0, datetime(2026, 6, 1, 12), id="Greenwich"),
        pytest.param(-3600, datetime(2026, 6, 1, 13), id="east"),
        pytest.param(18000, datetime(2026, 6, 1, 7), id="west"),
        pytest.param(-46800, datetime(2026, 6, 2, 1), id="Tonga"),
        pytest.param(-20700, datetime(2026, 6, 1, 17, 45), id="Nepal"),
    ],
)
def test_zone_counts_to_the_west(west: int, shown: datetime) -> None:
    """Seconds west of Greenwich, with and without the sign of other devices."""
    moment = utc(2026, 6, 1, 12)
    assert clock(west).local(moment) == shown
    assert clock(west).moments(shown) == (moment,)


@pytest.mark.parametrize(
    ("rule", "west", "moment", "shown"),
    [
        pytest.param(
            EUROPE, -3600, utc(2026, 3, 29, 0, 59, 59), "01:59:59", id="before spring"
        ),
        pytest.param(EUROPE, -3600, utc(2026, 3, 29, 1), "03:00:00", id="spring"),
        pytest.param(
            EUROPE, -3600, utc(2026, 10, 25, 0, 59, 59), "02:59:59", id="before autumn"
        ),
        pytest.param(EUROPE, -3600, utc(2026, 10, 25, 1), "02:00:00", id="autumn"),
        pytest.param(EUROPE, -3600, utc(2026, 7, 1), "02:00:00", id="summer"),
        pytest.param(EUROPE, -3600, utc(2026, 12, 1), "01:00:00", id="winter"),
        pytest.param(SYDNEY, -36000, utc(2026, 1, 1), "11:00:00", id="southern summer"),
        pytest.param(SYDNEY, -36000, utc(2026, 7, 1), "10:00:00", id="southern winter"),
        pytest.param(
            SYDNEY, -36000, utc(2026, 4, 4, 15, 59), "02:59:00", id="southern autumn"
        ),
        pytest.param(
            {**EUROPE, "enable": 0}, -3600, utc(2026, 7, 1), "01:00:00", id="off"
        ),
        pytest.param(
            {**EUROPE, "offset": 2}, -3600, utc(2026, 7, 1), "03:00:00", id="two hours"
        ),
        pytest.param(
            {**EUROPE, "startWeekday": 7},
            -3600,
            utc(2026, 3, 29, 1),
            "03:00:00",
            id="7",
        ),
        pytest.param(
            {**EUROPE, "startMon": 13},
            -3600,
            utc(2026, 7, 1),
            "01:00:00",
            id="no month",
        ),
        pytest.param(
            {**EUROPE, "offset": "x"}, -3600, utc(2026, 7, 1), "01:00:00", id="no hours"
        ),
        pytest.param(
            {**EUROPE, "endHour": None}, -3600, utc(2026, 7, 1), "01:00:00", id="no end"
        ),
        pytest.param(
            {name.upper(): str(value) for name, value in EUROPE.items()},
            -3600,
            utc(2026, 7, 1),
            "02:00:00",
            id="other spelling",
        ),
    ],
)
def test_summer_time(
    rule: dict[str, Any], west: int, moment: datetime, shown: str
) -> None:
    """It begins and ends on the clock that the owner sees."""
    wall = clock(west, **rule)
    local = wall.local(moment)
    assert f"{local:%H:%M:%S}" == shown
    assert moment in wall.moments(local)


def test_hour_that_comes_twice() -> None:
    """As the clock is turned back an hour is shown twice, the summer's first."""
    wall = clock(-3600, **EUROPE)
    shown = datetime(2026, 10, 25, 2, 30)
    assert wall.moments(shown) == (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))


def test_hour_that_never_comes() -> None:
    """As the clock is turned forward an hour is left out."""
    wall = clock(-3600, **EUROPE)
    assert wall.moments(datetime(2026, 3, 29, 2, 30)) == (utc(2026, 3, 29, 1, 30),)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Time": {}}, id="no zone"),
        pytest.param({"Time": {"timeZone": "x"}}, id="no number"),
        pytest.param({"Time": {"timeZone": 10**9}}, id="no place on earth"),
    ],
)
def test_unknown_zone(told: dict[str, Json]) -> None:
    """A device that does not tell its zone has no clock to count with."""
    assert WallClock.parse(Node(told)) is None


def test_zone_beside_the_time() -> None:
    """The fields may stand without a wrapper, and as text."""
    wall = WallClock.parse(Node({"timezone": "-3600"}))
    assert wall == WallClock(offset=timedelta(hours=1))


def test_clock_of_the_site() -> None:
    """Where nothing is told the zone of the site counts."""
    zone = timezone(timedelta(hours=-5))
    wall = WallClock.of_zone(zone, utc(2026, 1, 1))
    assert wall.local(utc(2026, 1, 1)) == datetime(2025, 12, 31, 19)


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"day": 6}, None),
        ({"year": 0, "mon": 0}, None),
        ({"mon": 2, "day": 30}, None),
        ({"year": 1}, None),
        ({"hour": 10**12}, None),
        ({"hour": "7"}, datetime(2026, 5, 4, 7, 2, 1)),
        ({}, datetime(2026, 5, 4, 3, 2, 1)),
    ],
)
def test_printed_time(fields: dict[str, Json], moment: datetime | None) -> None:
    """A time has six fields, or it is none."""
    known: dict[str, Json] = {
        "year": 2026,
        "mon": 5,
        "day": 4,
        "hour": 3,
        "min": 2,
        "sec": 1,
    }
    whole = fields if "day" in fields and len(fields) == 1 else {**known, **fields}
    assert read_moment(Node(whole)) == moment


def test_no_time() -> None:
    """A part that is missing is no time."""
    assert read_moment(None) is None


async def offset_of(rig: Rig) -> float | None:
    """Read the clock and return how far it is off."""
    document = rig.documents.get(kinds.TIME)
    await document.read()
    return clock_offset(document)


@pytest.mark.parametrize("west", [0, -3600, 28800, -46800])
@pytest.mark.parametrize("seconds", [0, 1, -1, 400, -86400])
async def test_offset(session: ClientSession, west: int, seconds: int) -> None:
    """How far the device is ahead of us, wherever it is."""
    async with rigged(session, ReolinkOptions(zone=west)) as rig:
        rig.unit.clock.set_wall(EPOCH + timedelta(seconds=seconds))
        assert await offset_of(rig) == seconds


@pytest.mark.parametrize(
    "wall",
    [
        utc(2027, 3, 28, 0, 59, 59),
        utc(2027, 3, 28, 1),
        utc(2027, 7, 1),
        utc(2027, 10, 31, 0, 30),
        utc(2027, 10, 31, 0, 59, 59),
        utc(2027, 10, 31, 1),
        utc(2027, 10, 31, 1, 30),
        utc(2027, 12, 24),
    ],
    ids=str,
)
async def test_offset_in_summer(session: ClientSession, wall: datetime) -> None:
    """Summer time is no error of the clock, nor is the night in which it ends."""
    async with rigged(session, ReolinkOptions(zone=-3600)) as rig:
        # The unit itself counts the end of summer time on winter's clock.
        rig.unit.wall_clock.dst.update({**EUROPE, "endHour": 2})
        rig.unit.clock.advance((wall - EPOCH).total_seconds())
        assert await offset_of(rig) == 0


async def test_offset_is_that_of_the_reading(session: ClientSession) -> None:
    """Time that has passed since then counts for nothing."""
    async with rigged(session) as rig:
        assert await offset_of(rig) == 0
        rig.unit.clock.advance(500)
        assert clock_offset(rig.documents.get(kinds.TIME)) == 0


async def test_offset_unknown(session: ClientSession) -> None:
    """Nothing is known before the clock was read."""
    async with rigged(session, ReolinkOptions(zone=-3600)) as rig:
        document = rig.documents.get(kinds.TIME)
        assert clock_of(document) is None
        assert clock_offset(document) is None
        await document.read()
        assert clock_of(document) == WallClock(offset=timedelta(hours=1))


async def test_clock_that_shows_no_time(session: ClientSession) -> None:
    """A zone alone is no time."""
    async with rigged(session) as rig:
        document = rig.documents.get(kinds.TIME)
        document.take(Answer(value=Node({"Time": {"timeZone": 0, "mon": 13}})))
        assert clock_of(document) == WallClock(offset=timedelta())
        assert clock_offset(document) is None
