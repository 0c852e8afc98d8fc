"""What a camera has written down of itself: kinds, times, pages."""

from datetime import UTC, datetime, timedelta
from typing import Any, override

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import LogRecord
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import LogKind
from custom_components.watchpost.devices.vendors.bview.log import LIMIT, DeviceLog
from custom_components.watchpost.devices.vendors.bview.wallclock import Written
from tests.emulators.bview import ALIASES, BviewOptions, log as theirs
from tests.emulators.bview.log import DeviceLog as TheirLog
from tests.emulators.bview.xmldoc import Node

from .watch_rig import Post, posted

LOGGING = "/System/Logging"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BEGIN, END = datetime.min, datetime.max


def log_of(post: Post) -> DeviceLog:
    """Return the log of a camera."""
    return DeviceLog(post.client, post.world.surroundings)


def queries(post: Post) -> list[dict[str, str]]:
    """Return what was asked."""
    return [record.query for record in post.unit.requests_to(LOGGING)]


async def read(
    post: Post,
    kind: LogKind = LogKind.ALL,
    start: datetime = NOON - DAY,
    end: datetime = NOON + DAY,
) -> tuple[LogRecord, ...]:
    """Read the log of two days."""
    return await log_of(post).read(start, end, kind)


READINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "aliases": {"spelling": ALIASES},
    "attributes": {"attributes": "everywhere"},
    "prefix": {"prefix": "ns", "bom": True},
    "suffix": {"time_suffix": "+01"},
    "zulu": {"time_suffix": "Z"},
    "newest": {"log_order": "newest"},
}


@pytest.mark.parametrize("name", READINGS)
async def test_read(session: ClientSession, name: str) -> None:
    """Oldest first, in our words, with the camera's own time."""
    options = BviewOptions.full(**READINGS[name])
    async with posted(session, options) as post:
        post.unit.settings.set("/System/NTP", "TimeZone", "CET-1")
        post.unit.detect_motion(3)
        post.unit.clock.advance(10)
        post.unit.set_alarm_input()
        local = post.unit.local_time
        post.unit.log.add((4, 304), local, user="anna", address="192.168.1.9")
        records = await read(post)
        assert [one.event for one in records] == [
            "startup",
            "motion_start",
            "automatic_recording_start",
            "motion_end",
            "input_alarm",
            "login",
        ]
        assert [one.kind for one in records][-2:] == [LogKind.ALARM, LogKind.USERS]
        assert (records[-1].user, records[-1].address) == ("anna", "192.168.1.9")
        suffix = post.unit.options.time_suffix
        assert records[-1].time == f"2026-11-21T13:00:10{suffix}"
        alarms = await log_of(post).alarms(NOON - DAY, NOON + DAY)
        assert [(one.time, one.source) for one in alarms] == [
            (f"2026-11-21T13:00:10{suffix}", "input")
        ]


@pytest.mark.parametrize("major", range(1, 8))
async def test_all_types(session: ClientSession, major: int) -> None:
    """Every type of the document has a name of its own, and a kind."""
    async with posted(session) as post:
        post.unit.log.entries.clear()
        for number, minor in enumerate(theirs.GROUPS[major]):
            moment = post.unit.local_time + timedelta(seconds=number)
            post.unit.log.add((major, minor), moment)
        everything = await read(post)
        kinds = {one.kind for one in everything}
        assert len(kinds) == 1
        assert await read(post, next(iter(kinds))) == everything
        names = [one.event for one in everything]
        assert len(set(names)) == len(names) == len(theirs.GROUPS[major])
        assert not any(name.startswith("event_") for name in names)
        assert all(name.replace("_", "").isalpha() for name in names)


async def test_questions(session: ClientSession) -> None:
    """The question is in the camera's own time, in the words of the document."""
    async with posted(session) as post:
        post.unit.settings.set("/System/NTP", "TimeZone", "EST+5")
        await read(post, LogKind.ERROR, NOON, NOON + timedelta(hours=2))
        assert queries(post) == [
            {
                "majorType": "6",
                "minorType": "500",
                "startTime": "2026-11-21T07:00:00",
                "stopTime": "2026-11-21T09:00:00",
            }
        ]
        assert await read(post, LogKind.ALL, NOON + DAY, NOON) == ()
        earliest, latest = (one.replace(tzinfo=UTC) for one in (BEGIN, END))
        await read(post, LogKind.ALL, earliest, latest)
        assert queries(post)[-1]["startTime"] == "1970-01-01T19:00:00"
        assert queries(post)[-1]["stopTime"] == "2099-12-30T19:00:00"


async def test_kind_as_text(session: ClientSession) -> None:
    """An action hands the kind over as a word."""
    async with posted(session) as post:
        await log_of(post).read(NOON, NOON, LogKind("storage"))
        assert queries(post)[0]["majorType"] == "7"


async def test_unknown_types(session: ClientSession) -> None:
    """What a newer camera writes down is told by its number."""
    body = (
        b"<LogList><Log><ID>1</ID><time>2026-11-21T12:00:00</time>"
        b"<majorType>9</majorType><minorType>905</minorType></Log>"
        b"<Log><ID>2</ID><time>whenever</time><minorType>402</minorType></Log>"
        b"<Log><ID>3</ID><time>1999-01-01T00:00:00</time><minorType>1</minorType></Log>"
        b"<Log/><Log>text</Log></LogList>"
    )
    async with posted(session) as post:
        post.unit.plans.answer(LOGGING, body)
        records = await read(post)
        assert sorted((one.event, one.kind) for one in records) == [
            ("event_905", LogKind.ALL),
            ("motion_end", LogKind.ALARM),
        ]


async def test_busy(session: ClientSession) -> None:
    """A log that is busy is asked once more, after two seconds."""
    async with posted(session) as post:
        post.unit.plans.refuse(LOGGING, -6)
        assert await read(post)
        assert post.world.clock.slept == [2.0]
        post.unit.plans.refuse(LOGGING, -6, count=2)
        with pytest.raises(DeviceConnectionError) as caught:
            await read(post)
        assert caught.value.reason is Reason.BUSY
        assert len(queries(post)) == 4


@pytest.mark.parametrize("code", [-7, -8, -9])
async def test_failing(session: ClientSession, code: int) -> None:
    """Other errors are told at once."""
    async with posted(session) as post:
        post.unit.plans.refuse(LOGGING, code)
        with pytest.raises(DeviceError):
            await read(post)
        assert len(queries(post)) == 1


async def test_missing(session: ClientSession) -> None:
    """A camera without a log says so."""
    async with posted(session, BviewOptions.full(absent={LOGGING: -3})) as post:
        with pytest.raises(DeviceUnsupportedError):
            await read(post)


@pytest.mark.parametrize("body", [b"<html/>", b"<a", b"", b"<DeviceInfo/>"])
async def test_something_else(session: ClientSession, body: bytes) -> None:
    """Another page is no empty log."""
    async with posted(session) as post:
        post.unit.plans.answer(LOGGING, body)
        with pytest.raises(DeviceConnectionError):
            await read(post)


class LongLog(TheirLog):
    """A log of any length that answers with a thousand entries of it."""

    keep_newest = False
    """Whether a full answer holds the newest entries."""

    @override
    def query(self, query: dict[str, str]) -> Node:
        """Print no more than a thousand lines."""
        found = super().query(query)
        if self.keep_newest:
            found.children = found.children[-LIMIT:]
        else:
            found.children = found.children[:LIMIT]
        return found


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("at_once", [1, 7, 400])
@pytest.mark.parametrize("count", [999, 1000, 1001, 4500])
async def test_pages(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    *,
    newest: bool,
    at_once: int,
    count: int,
) -> None:
    """None is lost and none is doubled, whichever thousand comes first."""
    monkeypatch.setattr(theirs, "CAPACITY", 10_000)
    async with posted(session) as post:
        post.unit.log = log = LongLog(post.unit.options)
        log.keep_newest = newest
        for number in range(count):
            moment = post.unit.local_time + timedelta(seconds=number // at_once)
            log.add((4, 304), moment, user=str(number))
        records = await read(post)
        assert [one.user for one in records] == [str(n) for n in range(count)]
        assert len(queries(post)) <= 20


async def test_too_many_in_a_second(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be asked for is left out, and there is an end of asking."""
    monkeypatch.setattr(theirs, "CAPACITY", 10_000)
    async with posted(session) as post:
        post.unit.log = log = LongLog(post.unit.options)
        for number in range(3_000):
            log.add((4, 304), post.unit.local_time, user=str(number))
        log.add((4, 305), post.unit.local_time + timedelta(minutes=5))
        records = await read(post)
        assert len(records) == 1_001
        assert records[-1].event == "logout"


async def test_a_full_answer_without_an_end(session: ClientSession) -> None:
    """What is more than a thousand is not read, and there is an end of asking."""
    rows = "".join(
        f"<Log><ID>{n}</ID><time>2026-11-21T12:{n // 60 % 60:02}:{n % 60:02}</time>"
        "<majorType>4</majorType><minorType>304</minorType></Log>"
        for n in range(1_500)
    )
    async with posted(session) as post:
        post.unit.plans.answer(
            LOGGING, f"<LogList>{rows}</LogList>".encode(), count=None
        )
        records = await read(post)
        assert len(records) == LIMIT
        assert records[-1].time == "2026-11-21T12:16:39"
        assert len(queries(post)) <= 20


async def test_a_time_is_read_once(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often entries are compared, each time is taken apart once."""
    parsed: list[str | None] = []
    parse = Written.parse

    def count(text: str | None) -> Written | None:
        parsed.append(text)
        return parse(text)

    async with posted(session) as post:
        post.unit.log.entries.clear()
        for number in range(50):
            moment = post.unit.local_time + timedelta(seconds=number)
            post.unit.log.add((4, 304), moment)
        monkeypatch.setattr(Written, "parse", count)
        assert len(await read(post)) == 50
        entries = [text for text in parsed if text and "2026-11-21T12:00" in text]
        assert len(entries) == len(set(entries)) == 50
