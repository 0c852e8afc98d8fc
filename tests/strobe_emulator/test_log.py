"""The emulated strobe's log of alarms."""

from datetime import UTC, datetime

import pytest

from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import NTP
from tests.emulators.strobe.routes import QUERY_LOG

from .bench import Bench, with_options


def query(start: str, end: str) -> str:
    """Return the body of a log query."""
    times = f"<StartTime>{start}</StartTime><EndTime>{end}</EndTime>"
    return f"<QueryLog>{times}</QueryLog>"


DAY = query("20 November 2026 12:00:00", "22 November 2026 12:00:00")


@pytest.mark.parametrize(
    ("options", "accepted"),
    [
        (StrobeOptions(), "document"),
        (StrobeOptions(log_times="blank"), "blank"),
        (StrobeOptions(log_times="iso"), "iso"),
    ],
    ids=["document", "blank", "iso"],
)
@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("document", "1 July 2018 18:00:00"),
        ("blank", "2018-07-01 18:00:00"),
        ("iso", "2018-07-01T18:00:00Z"),
        ("none", "1 juillet 2018 18:00:00"),
        ("none", "31 June 2018 18:00:00"),
        ("none", "now"),
    ],
)
async def test_log_times(bench: Bench, accepted: str, form: str, start: str) -> None:
    """One of three ways to write a time is taken."""
    answer = await bench.caller.call("POST", QUERY_LOG, query(start, start))

    assert answer.code == (None if form == accepted else 402)


async def test_log(bench: Bench) -> None:
    """The alarms of a time, by time, with the unit's own clock."""
    await bench.caller.alarm(flightenable=1)
    bench.unit.clock.advance(5)
    await bench.unit.trigger_probe()
    await bench.unit.trigger_broadcast()
    bench.unit.add_log(0, datetime(2018, 7, 1, 18, tzinfo=UTC))

    answer = await bench.caller.call("POST", QUERY_LOG, DAY)

    assert answer.xml.findtext("AlarmCount") == "3"
    assert [
        (node.findtext("AlarmType"), node.findtext("AlarmTime"))
        for node in answer.xml[1:]
    ] == [
        ("1", "2026-11-21T12:00:00Z"),
        ("0", "2026-11-21T12:00:05Z"),
        ("2", "2026-11-21T12:00:05Z"),
    ]
    backwards = query("2 July 2018 18:00:00", "1 July 2018 18:00:00")
    assert (await bench.caller.call("POST", QUERY_LOG, backwards)).code == 402


@with_options(StrobeOptions(unclosed_log=True))
async def test_unclosed_log(bench: Bench) -> None:
    """The log as the template prints it is not well formed."""
    bench.unit.add_log(1)

    answer = await bench.caller.call("POST", QUERY_LOG, DAY)

    assert answer.body.endswith(
        b"<QueryLog><AlarmCount>1</AlarmCount><AlarmCount_1><AlarmType>1</AlarmType>"
        b"<AlarmTime>2026-11-21T12:00:00Z</AlarmTime><AlarmCount_1></QueryLog>"
    )


@with_options(StrobeOptions(log_zone="local"))
async def test_log_in_local_time(bench: Bench) -> None:
    """A firmware may print local time and call it Z."""
    await bench.put(NTP, lambda text: text.replace("GMT+00:00", "GMT+08:00"))
    bench.unit.add_log(1)

    answer = await bench.caller.call("POST", QUERY_LOG, DAY)

    assert answer.xml.findtext("AlarmCount_1/AlarmTime") == "2026-11-21T20:00:00Z"
