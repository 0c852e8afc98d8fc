"""The camera's time in all its spellings, and its zone."""

from datetime import UTC, datetime, timedelta, timezone

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import pytest

from custom_components.watchpost.devices.vendors.bview.wallclock import (
    WallClock,
    Written,
    Zone,
    clock_offset,
    read_clock,
)
from tests.emulators.bview import BviewOptions
from tests.emulators.bview.zone import Zone as TheirZone

from .watch_rig import posted

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CENTRAL = "CET-1CEST01:00:00,M3.5.0/02:00:00,M10.5.0/03:00:00"
EASTERN = "EST+5EDT01:00:00,M3.2.0/02:00:00,M11.1.0/02:00:00"


@pytest.mark.parametrize(
    ("text", "minutes", "again"),
    [
        ("20040503T173008+08", 480, "20261121T200000+08"),
        (" 20040503T173008+08", 480, "20261121T200000+08"),
        ("20040503T173008+0530", 330, "20261121T173000+0530"),
        ("20040503T173008-03:30", -210, "20261121T083000-03:30"),
        ("20040503T173008Z", 0, "20261121T120000Z"),
        ("2004-05-03T17:30:08+01:00", 60, "2026-11-21T13:00:00+01:00"),
        ("2004-05-03T17:30:08z", 0, "2026-11-21T12:00:00z"),
        ("2004-05-03 17:30:08.250+01", 60, "2026-11-21 13:00:00+01"),
        ("2004-05-03T17:30:08", None, "2026-11-21T12:00:00"),
        ("20040503T173008", None, "20261121T120000"),
    ],
)
def test_times(text: str, minutes: int | None, again: str) -> None:
    """A time is read, and another one is written in the same form."""
    told = Written.parse(text)
    assert told is not None
    assert told.local == datetime(2004, 5, 3, 17, 30, 8)
    offset = None if minutes is None else timedelta(minutes=minutes)
    assert told.offset == offset
    assert told.at(NOON) == again
    assert (told.moment is None) is (minutes is None)
    if told.moment is not None and offset is not None:
        assert told.moment == told.local.replace(tzinfo=timezone(offset))


def test_written_with_another_offset() -> None:
    """Summer time changes the offset, and not the form."""
    short = Written.parse("20040503T173008+08")
    long = Written.parse("2004-05-03T17:30:08+01:00")
    wide = Written.parse("20040503T173008+0530")
    zulu = Written.parse("20040503T173008Z")
    none = Written.parse("20040503T173008")
    assert short
    assert long
    assert wide
    assert zulu
    assert none
    two, half = timedelta(hours=2), timedelta(hours=-3, minutes=-30)
    assert short.at(NOON, two) == "20261121T140000+02"
    assert short.at(NOON, half) == "20261121T083000-0330"
    assert long.at(NOON, two) == "2026-11-21T14:00:00+02:00"
    assert wide.at(NOON, two) == "20261121T140000+0200"
    assert zulu.at(NOON, two) == "20261121T140000+02"
    assert none.at(NOON, two) == "20261121T140000"
    assert none.local_at(datetime(2026, 1, 2, 3, 4, 5)) == "20260102T030405"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "now",
        "20041303T173008+08",
        "20040503T173008+99",
        "20040503T173008+0590",
        "2004-0503T173008",
        "20040503T17:3008",
        "20040503",
        "20040503T173008+8",
        "x20040503T173008",
        "\u0662\u0660\u0660\u06640503T173008",
        "9" * 10_000,
        "00000503T173008",
        "00010101T000000+08",
        "99991231T235959-08",
        "00010101T000000Z",
        "20040503T173008" + " " * 30_000 + "x",
        "20040503T173008" + " " * 30_000 + "+",
        "20040503T173008." + "1" * 60,
    ],
)
def test_no_times(text: str | None) -> None:
    """Anything else is none."""
    assert Written.parse(text) is None


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        (CENTRAL, 60, 120),
        (EASTERN, -300, -240),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 60, 120),
        ("EST5EDT4,M3.2.0,M11.1.0", -300, -240),
        ("EST5EDT,M3.2.0/2,M11.1.0/2", -300, -240),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 60, 60),
        ("LHST-10:30LHDT-11,M10.1.0,M4.1.0", 660, 630),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", 660, 600),
        ("<+0330>-3:30", 210, 210),
        ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", -180, -120),
        ("CST-9:00:00", 540, 540),
        ("GMT-0:00:00", 0, 0),
        ("UTC0", 0, 0),
        ("CET-1CEST", 60, 60),
        ("CET-1CEST,J60,J300", 60, 60),
    ],
)
def test_zones(text: str, winter: int, summer: int) -> None:
    """Signs count to the west, and summer time is in its half of the year."""
    zone = Zone.parse(text)
    assert zone is not None
    january, july = datetime(2026, 1, 9, tzinfo=UTC), datetime(2026, 7, 9, tzinfo=UTC)
    assert zone.at(january) == timedelta(minutes=winter)
    if text != "IST-1GMT0,M10.5.0,M3.5.0/1":
        assert zone.at(july) == timedelta(minutes=summer)


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "CET", "-1", "CET-99", "C-1", "CET-1,M3.5.0", "Z" * 9999, "é-1"),
        *("CET-24", "CET-1CEST999", "CET-1CEST999,M3.5.0,M10.5.0"),
        *("XXX-16YYY+24,M3.5.0,M10.5.0", "XXX-16YYY-24"),
        "A" * 60_000 + "-1",
    ],
)
def test_no_zones(text: str | None) -> None:
    """Anything else is none."""
    assert Zone.parse(text) is None


@pytest.mark.parametrize("text", [CENTRAL, EASTERN])
def test_every_hour_of_two_years(text: str) -> None:
    """Each hour has the offset that the camera itself finds."""
    ours, theirs = Zone.parse(text), TheirZone.parse(text)
    assert ours is not None
    naive = datetime(2026, 1, 1)
    different = []
    for _ in range(2 * 366 * 24):
        moment = naive.replace(tzinfo=UTC)
        if ours.at(moment) != theirs.utc_offset(naive):
            different.append(moment)
        naive += timedelta(hours=1)
    # The emulator ends summer time on the clock that does not show it any more.
    assert len(different) == 2
    for moment in different:
        assert ours.at(moment) == ours.offset


def test_what_counts() -> None:
    """The rules count as long as the time agrees with them."""
    site = timedelta(hours=3)
    july = datetime(2026, 7, 9, tzinfo=UTC)

    def offset(system: str | None, zone: str | None) -> timedelta:
        return WallClock.of(system, zone, NOON, site).zone.at(july)

    hour = timedelta(hours=1)
    assert offset("20261121T130000+01", CENTRAL) == 2 * hour
    assert offset("20261121T140000+02", CENTRAL) == 2 * hour
    assert offset("20261121T130000+01", "CST-9") == hour
    assert offset("20261121T130000", CENTRAL) == 2 * hour
    assert offset("20261121T130000", None) == site
    assert offset(None, "nonsense") == site
    assert WallClock.of(None, CENTRAL, NOON, site).local(NOON) == datetime(
        2026, 11, 21, 13
    )


@pytest.mark.parametrize("form", ["basic", "extended"])
async def test_read(session: ClientSession, form: str) -> None:
    """Both forms of a real clock, also without one of the documents."""
    options = BviewOptions.full(time_form=form)
    async with posted(session, options) as post:
        post.unit.settings.set("/System/NTP", "TimeZone", CENTRAL)
        clock = await read_clock(post.client, post.world.surroundings)
        assert clock.local(post.world.time()) == post.unit.local_time
        july = datetime(2026, 7, 9, 12, tzinfo=UTC)
        assert clock.local(july) == datetime(2026, 7, 9, 14)
        for path in ("/System/Time", "/System/NTP"):
            post.unit.plans.refuse(path, -3)
            clock = await read_clock(post.client, post.world.surroundings)
            assert clock.local(post.world.time()) == post.unit.local_time
        post.unit.plans.refuse("/System/*", -3, count=2)
        clock = await read_clock(post.client, post.world.surroundings)
        assert clock.local(NOON) == NOON.replace(tzinfo=None)


def test_how_far_it_is_ahead() -> None:
    """In seconds, with the offset that it tells, or of its zone."""
    now = NOON.timestamp() + 0.4
    assert clock_offset("20261121T130010+01", now, None) == 10
    assert clock_offset("20261121T130000+01", now, None) == 0
    assert clock_offset("20261121T125950", now, Zone.parse("CET-1")) == -10
    assert clock_offset("20261121T125950", now, None) is None
    assert clock_offset("nonsense", now, None) is None


DIGITS = st.sampled_from(["0", "1", "2", "16", "24", "99", "999", "0001", "9999"])
PIECES = st.sampled_from(
    [
        *("0001", "9999", "2026", "01", "12", "31", "99", "T", "-", "+", ":", ".", " "),
        *("Z", "0", "1", "5", "16", "24", "999", "XXX", "CEST", "<", ">", ",", "/"),
        *("M1.1.0", "M12.5.6", "M3.5.0/-999", "J60", "\t", "\u0661"),
    ]
)
DATES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["0001", "0002", "0999", "1970", "2026", "9998", "9999"]),
    st.sampled_from(["0101", "0102", "1230", "1231", "0331", "0230"]),
    st.sampled_from(["T000000", "T235959", "T235960", " 120000.5 "]),
    st.sampled_from(["", "Z", "+00", "-1600", "+16:00", "+1601", "-24", "+99", "-9"]),
)
TURNS = st.builds(
    ",M{}.{}.{}/{}{}".format,
    st.integers(0, 13),
    st.integers(0, 6),
    st.integers(0, 7),
    st.sampled_from(["", "-"]),
    st.sampled_from(["0", "2:00", "167", "168", "999:59:59"]),
)
ZONES = st.builds(
    "XXX{}{}YYY{}{}{}{}".format,
    st.sampled_from(["", "+", "-"]),
    DIGITS,
    st.sampled_from(["", "+", "-"]),
    st.one_of(st.just(""), DIGITS),
    TURNS,
    TURNS,
)
TEXTS = st.one_of(DATES, ZONES, st.lists(PIECES, max_size=30).map("".join))
MOMENTS = [
    datetime.min.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=16))),
    datetime(1, 1, 2, tzinfo=UTC),
    NOON,
    datetime(9999, 12, 31, tzinfo=UTC),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-16))),
]
SIXTEEN = timedelta(hours=16)


@given(TEXTS, TEXTS)
def test_whatever_a_camera_says(system: str, zone: str) -> None:
    """A text is a time, a zone, or none; whatever it is, nothing raises."""
    told, rules = Written.parse(system), Zone.parse(zone)
    if told is not None:
        assert (told.moment is None) is (told.offset is None)
        assert Written.parse(told.local_at(told.local)) is not None
        for moment in MOMENTS:
            assert len(told.at(moment)) == len(told.local_at(moment))
            assert told.at(moment, -SIXTEEN)
        assert Written.parse(told.at(NOON, -SIXTEEN)) is not None
    for moment in MOMENTS:
        if rules is not None:
            assert abs(rules.at(moment)) <= SIXTEEN
        clock = WallClock.of(system, zone, moment, timedelta(hours=1))
        if moment == NOON:
            assert abs(clock.local(moment) - NOON.replace(tzinfo=None)) <= SIXTEEN
        else:
            assert 1 < clock.local(moment).year < 9999
    ahead = clock_offset(system, NOON.timestamp(), rules)
    known = told is not None and (told.offset is not None or rules is not None)
    assert (ahead is not None) is known


def test_a_clock_that_is_far_off() -> None:
    """A time of the first or of the last year is one, as long as it has no offset."""
    told = Written.parse("00010101T000000")
    assert told is not None
    assert told.at(NOON, timedelta(hours=1)) == "20261121T130000"
    ahead = clock_offset("00010101T000000", NOON.timestamp(), Zone.parse("CET-1"))
    assert ahead is not None
    assert ahead < -60_000_000_000
    # Six months of a zone without summer time are left when a rule is nonsense.
    zone = Zone.parse("CET-1CEST,M3.5.0/168,M10.5.0")
    assert zone == Zone(offset=timedelta(hours=1))
