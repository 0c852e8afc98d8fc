"""Recordings: days and search."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.vendors.reolink import archive as module
from custom_components.watchpost.devices.vendors.reolink.archive import (
    LIMIT,
    ReolinkArchive,
    archive_of,
)
from tests.emulators.reolink import ChannelOptions, ReolinkOptions
from tests.emulators.reolink.recordings import printed_time

from .recorded import (
    DAY,
    MAIN,
    NOON,
    SUB,
    archive,
    at,
    camera,
    of_day,
    recorder,
    tell,
)
from .rig import rigged

# Days


async def test_days(session: ClientSession) -> None:
    """The days of a month, in the device's zone, with one request."""
    async with rigged(session, camera()) as rig:
        for day in (1, 2, 20, 30):
            rig.unit.recordings.add(datetime(2026, 11, day, 23, 30))
        rig.unit.recordings.add(datetime(2026, 10, 31, 12))
        found = await archive(rig).days(date(2026, 11, 15), MAIN)
        assert found == tuple(date(2026, 11, day) for day in (1, 2, 20, 30))
        (call,) = rig.unit.calls_of("Search")
        assert call.param == {
            "Search": {
                "channel": 0,
                "onlyStatus": 1,
                "streamType": "main",
                "StartTime": printed_time(datetime(2026, 11, 1)),
                "EndTime": printed_time(datetime(2026, 11, 30, 23, 59, 59)),
            }
        }


async def test_no_days(session: ClientSession) -> None:
    """A device leaves away what is empty."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY, streams=("sub",))
        assert await archive(rig).days(DAY.date(), MAIN) == ()
        assert await archive(rig).days(DAY.date(), SUB) == (DAY.date(),)


# Search


async def test_recording(session: ClientSession) -> None:
    """Times are moments, and all that the device tells is there."""
    async with rigged(session, camera()) as rig:
        (file, _) = rig.unit.recordings.add(DAY.replace(hour=12), 30)
        (found,) = await of_day(rig)
        assert found.start == datetime(2026, 11, 20, 11, tzinfo=UTC)
        assert found.end - found.start == timedelta(seconds=30)
        assert found.size == len(file.content)
        assert found.triggers == {"motion"}
        assert found.stream is MAIN


async def test_search_is_sent_as_printed(session: ClientSession) -> None:
    """In the device's own time, without fractions."""
    async with rigged(session, camera()) as rig:
        start = datetime(2026, 11, 20, 11, 26, 1, 900_000, tzinfo=UTC)
        await archive(rig).search(start, start + timedelta(minutes=8), SUB)
        (call,) = rig.unit.calls_of("Search")
        assert call.action == 0
        assert call.param == {
            "Search": {
                "channel": 0,
                "onlyStatus": 0,
                "streamType": "sub",
                "StartTime": printed_time(datetime(2026, 11, 20, 12, 26, 1)),
                "EndTime": printed_time(datetime(2026, 11, 20, 12, 34, 1)),
            }
        }


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (("motion",), {"motion"}),
        (("timer",), {"timer"}),
        (("people", "motion"), {"person", "motion"}),
        (("vehicle",), {"vehicle"}),
        (("dog_cat",), {"animal"}),
        (("face", "timer"), {"face", "timer"}),
        ((), set()),
    ],
)
async def test_triggers(
    session: ClientSession, told: Iterable[str], words: set[str]
) -> None:
    """Why something was recorded, in the words of the detection event."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY, triggers=told)
        (found,) = await of_day(rig)
        assert found.triggers == words


async def test_several_days(session: ClientSession) -> None:
    """A request for each day on which there is anything, oldest result first."""
    async with rigged(session, camera()) as rig:
        days = [DAY - timedelta(days=n) for n in (9, 5, 1)]
        for day in days:
            rig.unit.recordings.add(day.replace(hour=18))
        found = await archive(rig).search(at(DAY - timedelta(days=10)), at(DAY), MAIN)
        assert [one.start for one in found] == [at(d.replace(hour=18)) for d in days]
        status = [
            call.param["Search"]["onlyStatus"] for call in rig.unit.calls_of("Search")
        ]
        assert (status.count(1), status.count(0)) == (1, 4)


async def test_over_a_turn_of_the_year(session: ClientSession) -> None:
    """Months are asked for one by one."""
    async with rigged(session, camera()) as rig:
        files = [datetime(2026, 12, 31, 23), datetime(2027, 1, 1), datetime(2027, 1, 9)]
        for start in files:
            rig.unit.recordings.add(start)
        start, end = at(datetime(2026, 12, 20)), at(datetime(2027, 1, 8))
        found = await archive(rig).search(start, end, MAIN)
        assert [one.start for one in found] == [at(one) for one in files[:2]]


async def test_over_midnight_comes_once(session: ClientSession) -> None:
    """A file that both days tell is one recording."""
    async with rigged(session, camera()) as rig:
        rig.unit.recordings.add(DAY.replace(hour=23, minute=59, second=50), 30)
        start, end = at(DAY), at(DAY + timedelta(days=2)) - timedelta(seconds=1)
        (found,) = await archive(rig).search(start, end, MAIN)
        assert found.end == at(DAY + timedelta(days=1, seconds=20))
        assert len(rig.unit.calls_of("Search")) == 2
        # Who begins on the second day gets it as well.
        late = await archive(rig).search(at(DAY + timedelta(days=1)), end, MAIN)
        assert [one.id for one in late] == [found.id]


async def test_nothing(session: ClientSession) -> None:
    """Neither Status nor File is printed."""
    async with rigged(session, camera()) as rig:
        assert await of_day(rig) == ()
        end = at(DAY)
        assert await archive(rig).search(end - timedelta(days=90), end, MAIN) == ()
        assert await archive(rig).search(end, end - timedelta(days=1), MAIN) == ()


async def test_any_year(session: ClientSession) -> None:
    """What no calendar counts with is cut to the years of cameras."""
    async with rigged(session, camera()) as rig:
        first, last = (
            datetime.min.replace(tzinfo=UTC),
            datetime(2000, 2, 1, tzinfo=UTC),
        )
        assert await archive(rig).search(first, last, MAIN) == ()
        late = datetime.max.replace(tzinfo=UTC)
        assert await archive(rig).search(late, late, MAIN) == ()


async def test_too_many(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of too many the last ones are returned, and earlier days are not searched."""
    monkeypatch.setattr(module, "LIMIT", 5)
    assert LIMIT == 1_000
    async with rigged(session, camera()) as rig:
        starts = [DAY + timedelta(hours=3 * n) for n in range(-16, 7)]
        for start in starts:
            rig.unit.recordings.add(start)
        found = await archive(rig).search(
            at(DAY - timedelta(days=2)), at(DAY + timedelta(hours=20)), MAIN
        )
        assert [one.start for one in found] == [at(start) for start in starts[-5:]]
        searches = rig.unit.calls_of("Search")
        assert sum(not call.param["Search"]["onlyStatus"] for call in searches) == 1


async def test_time_out(session: ClientSession) -> None:
    """A device that takes too long says so."""
    async with rigged(session, camera()) as rig:
        rig.unit.plans.refuse("Search", -8)
        with pytest.raises(DeviceConnectionError) as caught:
            await of_day(rig)
        assert caught.value.reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (-9, DeviceUnsupportedError, Reason.UNSUPPORTED),
        (-26, DeviceRequestError, Reason.NO_PERMISSION),
        (-99, DeviceConnectionError, Reason.CAMERA_OFFLINE),
        (-25, DeviceError, Reason.FAILED),
    ],
)
async def test_refused_search(
    session: ClientSession, code: int, kind: type[DeviceError], reason: Reason
) -> None:
    """A refusal is raised as what it is."""
    async with rigged(session, camera()) as rig:
        rig.unit.plans.refuse("Search", code)
        with pytest.raises(kind) as caught:
            await of_day(rig)
        assert caught.value.reason is reason


async def test_camera_that_is_gone(session: ClientSession) -> None:
    """A channel without a camera is told as such."""
    async with rigged(session, recorder()) as rig:
        recordings = archive(rig, 1)
        rig.unit.set_online(1, online=False)
        with pytest.raises(DeviceConnectionError) as caught:
            await recordings.search(at(DAY), at(DAY), MAIN)
        assert caught.value.reason is Reason.CAMERA_OFFLINE


# Summer time


EUROPE: Final = {
    "enable": 1,
    "startWeek": 5,
    "endWeek": 5,
    "endMon": 10,
}


async def test_summer(session: ClientSession) -> None:
    """In summer the same hour is another moment."""
    async with rigged(session, camera()) as rig:
        rig.unit.wall_clock.dst.update(EUROPE)
        rig.unit.recordings.add(datetime(2026, 7, 1, 12))
        noon = datetime(2026, 7, 1, 10, tzinfo=UTC)
        (found,) = await archive(rig).search(noon, noon + timedelta(minutes=5), MAIN)
        assert found.start == noon


async def test_night_in_which_summer_ends(session: ClientSession) -> None:
    """The hour that comes twice is searched whole, wherever in it one begins."""
    async with rigged(session, camera()) as rig:
        rig.unit.wall_clock.dst.update({**EUROPE, "endHour": 3})
        rig.unit.recordings.add(datetime(2026, 10, 25, 2, 30))
        summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        winter = summer + timedelta(hours=1)
        minutes = timedelta(minutes=10)
        recordings = archive(rig)
        for moment in (summer, winter):
            (found,) = await recordings.search(moment - minutes, moment + minutes, MAIN)
            assert found.start == moment
        (found,) = await recordings.search(summer - minutes, winter - minutes, MAIN)
        assert found.start == summer
        (found,) = await recordings.search(summer + minutes, winter + minutes, MAIN)
        assert found.start == winter


# Odd answers


@pytest.mark.parametrize(
    ("row", "seconds", "size", "triggers"),
    [
        pytest.param({}, 9, 31, {"motion"}, id="plain"),
        pytest.param({"size": "31"}, 9, 31, {"motion"}, id="size as text"),
        pytest.param({"size": None}, 9, 31, {"motion"}, id="size in the name"),
        pytest.param({"StartTime": None}, 9, 31, {"motion"}, id="start in the name"),
        pytest.param({"EndTime": None}, 9, 31, {"motion"}, id="end in the name"),
        pytest.param(
            {"EndTime": {"year": 0, "mon": 0}},
            9,
            31,
            {"motion"},
            id="end that is none",
        ),
        pytest.param(
            {"EndTime": printed_time(datetime(2026, 11, 20, 11))},
            0,
            31,
            {"motion"},
            id="end before the start",
        ),
        pytest.param({"name": "0120261120.mp4"}, 9, 31, set(), id="other name"),
        pytest.param(
            {"name": "0120261120.mp4", "size": None}, 9, None, set(), id="no size"
        ),
    ],
)
async def test_odd_rows(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    row: dict[str, Any],
    seconds: int,
    size: int | None,
    triggers: set[str],
) -> None:
    """What is missing is read from the name, what is unknown is left away."""
    async with rigged(session, camera()) as rig:
        tell(monkeypatch, rig, **row)
        (found,) = await of_day(rig)
        assert found.start == NOON
        assert found.end - found.start == timedelta(seconds=seconds)
        assert found.size == size
        assert found.triggers == triggers


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"name": None}, id="no name"),
        pytest.param({"name": "x.mp4", "StartTime": None}, id="no time"),
    ],
)
async def test_row_that_nobody_can_open(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, row: dict[str, Any]
) -> None:
    """What cannot be opened or placed is left out."""
    async with rigged(session, camera()) as rig:
        tell(monkeypatch, rig, **row)
        assert await of_day(rig) == ()


async def test_name_that_tells_of_summer(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two hours with the same name it is the first one."""
    async with rigged(session, camera()) as rig:
        rig.unit.wall_clock.dst.update({**EUROPE, "endHour": 3})
        half_past_two = printed_time(datetime(2026, 10, 25, 2, 30))
        name = "RecM01_DST20261025_023000_023000_6D28808_1F.mp4"
        tell(
            monkeypatch, rig, StartTime=half_past_two, EndTime=half_past_two, name=name
        )
        summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        hour = timedelta(hours=1)
        (found,) = await archive(rig).search(summer - hour, summer + 2 * hour, MAIN)
        assert found.start == summer
        late = await archive(rig).search(summer + hour / 2, summer + 2 * hour, MAIN)
        assert late == ()


async def test_device_without_a_clock(session: ClientSession) -> None:
    """Where the zone is not told it is that of the site."""
    async with rigged(session, ReolinkOptions(abilities={"time": 0})) as rig:
        rig.unit.recordings.add(DAY.replace(hour=12))
        (found,) = await archive(rig).search(NOON, NOON + timedelta(hours=2), MAIN)
        # That of the site is Greenwich.
        assert found.start == datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_clock_that_does_not_answer(session: ClientSession) -> None:
    """Nothing is guessed while the device may still tell."""
    async with rigged(session, camera()) as rig:
        rig.unit.plans.refuse("GetTime", -25)
        with pytest.raises(DeviceError) as caught:
            await of_day(rig)
        assert caught.value.reason is Reason.FAILED
        assert await of_day(rig) == ()


# Who has recordings


@pytest.mark.parametrize(
    ("options", "there"),
    [
        pytest.param(ReolinkOptions(), True, id="camera"),
        pytest.param(ReolinkOptions(disks=()), False, id="no card"),
        pytest.param(
            ReolinkOptions(
                channels=[ChannelOptions(abilities={"recDownload": 0, "recReplay": 0})]
            ),
            False,
            id="no ability",
        ),
        pytest.param(
            ReolinkOptions(channels=[ChannelOptions(abilities={"recReplay": 0})]),
            True,
            id="download only",
        ),
        pytest.param(ReolinkOptions.nvr(2), True, id="recorder"),
        pytest.param(ReolinkOptions.nvr(2, online=0), False, id="no camera"),
    ],
)
async def test_who_has_recordings(
    session: ClientSession, options: ReolinkOptions, there: bool
) -> None:
    """Where nothing is stored nothing is offered."""
    async with rigged(session, options) as rig:
        found = archive_of(rig.parts())
        assert isinstance(found, ReolinkArchive) is there
        assert (found is None) is not there


def test_streams() -> None:
    """Both streams are recorded."""
    assert ReolinkArchive.streams == {MAIN, SUB}
