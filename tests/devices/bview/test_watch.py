"""The fast poll: one request, and each happening told once."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import PushMessage
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
)
from tests.emulators.base import FaultKind
from tests.emulators.bview import ALIASES, BviewOptions

from .watch_rig import ALARM, EVENTS, MOTION, STATUS, SUBSCRIPTIONS, Post, posted

READINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "aliases": {"spelling": ALIASES},
    "attributes": {"attributes": "everywhere", "version_attribute": "version"},
    "prefix": {"prefix": "ns", "bom": True},
    "bare": {"attributes": "none", "prolog": False, "pretty": False},
    "numbers": {"booleans": "numbers"},
    "capitals": {"booleans": "capitals"},
    "digest": {"auth": "digest"},
    "status_400": {"error_status": "400"},
    "list": {"absent": {STATUS: -10}},
    "list_404": {"absent": {STATUS: 404}},
    "list_alias": {"absent": {STATUS: -3}, "spelling": ALIASES},
}


def event(number: int, time: str, kind: str = "VMD") -> str:
    """Return an event as a camera prints it."""
    return (
        f"<Event><ID>{number}</ID><DateTime>{time}</DateTime>"
        f"<EventType>{kind}</EventType></Event>"
    )


def listed(*events: str) -> bytes:
    """Return a list of events."""
    return f"<EventList>{''.join(events)}</EventList>".encode()


@pytest.mark.parametrize("name", READINGS)
async def test_all_readings(session: ClientSession, name: str) -> None:
    """Whatever the form of the answers, all of the state is read."""
    async with posted(session, BviewOptions.full(**READINGS[name])) as post:
        assert (post.watch.motion, post.watch.alarm_in) == (False, False)
        assert (post.watch.alarm_out, post.watch.video_lost) == (False, False)
        assert post.watch.recording is False
        assert all(rate is not None for rate in post.watch.rates)
        post.unit.detect_motion()
        post.unit.set_alarm_input()
        post.unit.set_alarm_output()
        assert sorted(await post.look()) == [ALARM, MOTION]
        assert (post.watch.motion, post.watch.alarm_in) == (True, True)
        assert post.watch.alarm_out
        assert (post.watch.record_state, post.watch.recording) == ("motion", True)
        post.unit.end_motion()
        post.unit.lose_video()
        post.unit.set_alarm_input(on=False)
        assert await post.look() == []
        assert (post.watch.motion, post.watch.alarm_in) == (False, False)
        assert post.watch.video_lost


async def test_one_request(session: ClientSession) -> None:
    """Without a subscription nothing but the status is asked for."""
    async with posted(session) as post:
        await post.look()
        await post.look()
        assert post.labels == [f"GET {STATUS}"] * 2
        await post.subscribe()
        await post.look()
        assert post.labels == [f"GET {STATUS}", f"GET {EVENTS}"]


async def test_nothing_is_written(session: ClientSession) -> None:
    """Connecting reads what is subscribed to, and writes nothing."""
    async with posted(session) as post:
        await post.watch.connect()
        assert post.labels == [f"GET {SUBSCRIPTIONS}"]
        assert post.unit.events.subscriptions == []


async def test_list_from_then_on(session: ClientSession) -> None:
    """The form that is not there is asked for once."""
    options = BviewOptions.full(absent={STATUS: -3})
    async with posted(session, options) as post:
        await post.look()
        assert post.labels == ["GET /System/DeviceStatus"]


async def test_a_list_in_place_of_one(session: ClientSession) -> None:
    """The status of a channel may come as a list, or as the second of it."""
    one = (
        "<DeviceStatus><ID>{}</ID><MotionState>{}</MotionState>"
        "<RecordState/></DeviceStatus>"
    )
    body = f"<DeviceStateList>{one.format(2, 0)}{one.format(1, 1)}</DeviceStateList>"
    async with posted(session) as post:
        post.unit.plans.answer(STATUS, body.encode())
        assert await post.look() == [MOTION]
        assert post.watch.recording is None


@pytest.mark.parametrize(
    "body", [b"<html/>", b"<DeviceStatus/>", b"", b"<DeviceStatusList/>", b"<a", b"{}"]
)
async def test_something_else(session: ClientSession, body: bytes) -> None:
    """What is no status is an error and changes nothing."""
    async with posted(session) as post:
        post.unit.plans.answer(STATUS, body)
        with pytest.raises(DeviceConnectionError):
            await post.look()
        assert post.watch.motion is False


async def test_refused(session: ClientSession) -> None:
    """A refusal comes through, and so does a wrong login."""
    async with posted(session) as post:
        post.unit.plans.refuse(STATUS, -8)
        with pytest.raises(DeviceError):
            await post.look()
        post.unit.set_password("other")
        with pytest.raises(DeviceAuthError):
            await post.look()
        with pytest.raises(DeviceAuthError):
            await post.watch.connect()


async def test_first_look_tells_no_history(session: ClientSession) -> None:
    """What lasts at the first look has begun nobody knows when."""
    async with posted(session) as post:
        post.unit.detect_motion()
        fresh = type(post.watch)(post.client, post.world.surroundings)
        await fresh.refresh()
        assert fresh.take_notices() == ()
        assert fresh.motion


async def test_lasting_motion(session: ClientSession) -> None:
    """Motion that lasts is one motion, also if events tell it again."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.detect_motion()
        assert await post.look() == [MOTION]
        for number in range(4):
            post.unit.events.happen("VMD", post.unit.local_time)
            assert await post.look() == [], number
        post.unit.end_motion()
        post.unit.events.happen("VMD", post.unit.local_time)
        assert await post.look() == []
        await post.look()
        assert await post.look() == []
        assert post.watch.motion is False
        post.unit.detect_motion(1)
        assert await post.look() == [MOTION]


async def test_told_again_at_its_end(session: ClientSession) -> None:
    """An event of the motion that has ended since the last look is no other one."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.detect_motion()
        assert await post.look() == [MOTION]
        for _ in range(6):
            assert await post.look() == []
        post.unit.events.happen("VMD", post.unit.local_time)
        post.unit.end_motion()
        assert await post.look() == []
        post.unit.clock.advance(11)
        assert post.watch.motion is False


@pytest.mark.parametrize("reading", ["keep", "clear"])
async def test_pulses(session: ClientSession, reading: str) -> None:
    """What is too short to be seen is told by the list, and shown for a while."""
    async with posted(session, BviewOptions.full(event_list=reading)) as post:
        await post.subscribe()
        for _ in range(3):
            post.unit.detect_motion(1)
            assert await post.look() == [MOTION]
            assert post.watch.motion is True
            changes = post.world.changes
            assert await post.look(8) == []
            assert post.watch.motion is True
            post.unit.clock.advance(2.5)
            assert post.watch.motion is False
            assert post.world.changes == changes + 1
            assert await post.look(30) == []


async def test_pulses_of_the_input(session: ClientSession) -> None:
    """The alarm input has pulses as well, and a number."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.set_alarm_input()
        post.unit.set_alarm_input(on=False)
        assert await post.look() == [ALARM]
        assert dict(post.notices[0].data) == {"number": 1}
        assert post.watch.alarm_in is True
        assert post.watch.motion is False
        post.unit.clock.advance(11)
        assert post.watch.alarm_in is False


async def test_two_pulses_between_two_looks(session: ClientSession) -> None:
    """What is on all the time happens once."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.detect_motion(1)
        post.unit.clock.advance(2)
        post.unit.detect_motion(1)
        assert await post.look() == [MOTION]
        assert await post.look() == []


async def test_history_is_not_told(session: ClientSession) -> None:
    """The first list, and one after a long silence, tells nothing new."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.events.happen("VMD", post.unit.local_time)
        fresh = type(post.watch)(post.client, post.world.surroundings)
        await fresh.connect()
        await fresh.refresh()
        assert fresh.take_notices() == ()
        assert fresh.motion is False
        await post.look()
        post.news()
        post.unit.events.happen("VMD", post.unit.local_time)
        assert await post.look(600) == []
        post.unit.events.happen("VMD", post.unit.local_time)
        assert await post.look() == [MOTION]


async def test_numbers_that_begin_again(session: ClientSession) -> None:
    """After a restart the numbers are old, and the times are other ones."""
    async with posted(session) as post:
        await post.subscribe()
        bodies = [
            listed(event(1, "2026-11-21T12:00:00"), event(2, "2026-11-21T12:01:00")),
            listed(event(1, "2004-01-01T00:00:09")),
            listed(event(1, "2004-01-01T00:00:09"), event(2, "2031-01-01T00:00:09")),
            listed(event(2, "2031-01-01T00:00:09")),
            listed(),
            listed(event(2, "2031-01-01T00:00:09")),
        ]
        found = []
        for body in bodies:
            post.unit.plans.answer(EVENTS, body)
            found.append(len(await post.look(30)))
        assert found == [1, 1, 1, 0, 0, 0]


async def test_other_events(session: ClientSession) -> None:
    """Types nobody knows, and rows without any fields, are nothing."""
    async with posted(session) as post:
        await post.subscribe()
        rows = (
            event(1, "x", "tamper"),
            "<Event/>",
            "<Event><ID/></Event>",
            event(7, "now", "videolost"),
        )
        post.unit.plans.answer(EVENTS, listed(*rows))
        assert await post.look() == []
        post.unit.plans.answer(EVENTS, listed(event(1, "x", " vmd "), "<Other/>"))
        assert await post.look() == [MOTION]


async def test_hostile_lists(session: ClientSession) -> None:
    """A list may be long, deep, or none; the memory has an end."""
    async with posted(session) as post:
        await post.subscribe()
        for number in range(0, 12_000, 2_000):
            rows = [event(number + n, "t" * 500) for n in range(2_000)]
            post.unit.plans.answer(EVENTS, listed(*rows))
            await post.look()
        assert post.watch.dump()["events"] == 4_096
        for body in (b"<EventList>" * 50, b"x" * 3_000_000, b"<html/>"):
            post.unit.plans.answer(EVENTS, body)
            await post.look(100)
        assert post.watch.motion is False


@pytest.mark.parametrize("code", [-12, -8])
async def test_a_subscription_is_lost(session: ClientSession, code: int) -> None:
    """It is looked for later, and not at every look."""
    async with posted(session) as post:
        await post.subscribe()
        types = list(post.unit.events.subscriptions)
        post.unit.events.subscriptions.clear()
        post.unit.plans.refuse(EVENTS, code)
        await post.look()
        assert post.labels.count(f"GET {EVENTS}") == 1
        for _ in range(11):
            await post.look()
        assert post.labels.count(f"GET {SUBSCRIPTIONS}") == 0
        await post.look()
        assert post.labels.count(f"GET {SUBSCRIPTIONS}") == 1
        post.unit.events.subscriptions = types
        for _ in range(12 * 4):
            await post.look()
        assert post.labels.count(f"GET {SUBSCRIPTIONS}") == 2
        assert post.labels.count(f"GET {EVENTS}") > 10
        post.unit.detect_motion(1)
        assert await post.look() == [MOTION]


async def test_a_list_that_hangs(session: ClientSession) -> None:
    """It does not hold up every look."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.faults.add(FaultKind.HTTP_STATUS, path=EVENTS, code=500, count=None)
        for _ in range(10):
            await post.look()
        assert post.labels.count(f"GET {EVENTS}") == 1
        assert post.labels.count(f"GET {STATUS}") == 10


async def test_more_events_than_are_remembered(session: ClientSession) -> None:
    """Of a list that is too long the last events are known, and none is new twice."""
    rows = [event(n, f"t{n}") for n in range(4_900)]
    async with posted(session) as post:
        await post.subscribe()
        post.unit.plans.answer(EVENTS, listed(*rows), count=3)
        assert await post.look() == [MOTION]
        assert post.watch.dump()["events"] == 2_000
        for _ in range(2):
            assert await post.look(60) == []
        assert post.watch.dump()["events"] == 2_000
        rows.append(event(4_900, "t4900"))
        post.unit.plans.answer(EVENTS, listed(*rows), count=2)
        assert await post.look() == [MOTION]
        assert await post.look() == []


async def test_without_events(session: ClientSession) -> None:
    """A camera that keeps no events is asked once."""
    options = BviewOptions.full(absent={"/EventsNotification/*": -3})
    async with posted(session, options) as post:
        for _ in range(20):
            await post.look(60)
        assert set(post.labels) == {f"GET {STATUS}"}


async def test_a_clock_that_is_set_back(session: ClientSession) -> None:
    """Pauses and holds end nevertheless."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.plans.refuse(EVENTS, -12)
        await post.look()
        post.clock.shift = -1_000_000
        await post.look()
        await post.look()
        assert post.labels.count(f"GET {SUBSCRIPTIONS}") == 1
        await told_by_push(post)
        post.clock.shift = -2_000_000
        await post.look()
        assert post.watch.motion is False


async def told_by_push(post: Post) -> list[tuple[str, str]]:
    """Hand a message over as if delivery was set up."""
    post.world.memory.put("push", {"url": "http://127.0.0.1/api/webhook/1"})
    return post.message()


@pytest.mark.parametrize("seconds", [0.5, 2, 30])
@pytest.mark.parametrize("wait", [0.2, 5, 15])
async def test_push_then_look(
    session: ClientSession, seconds: float, wait: float
) -> None:
    """A message, then the status and the list: one motion."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.detect_motion(seconds)
        assert await told_by_push(post) == [MOTION]
        assert post.watch.motion is True
        for _ in range(4):
            assert await post.look(wait) == []
        for _ in range(3):
            assert await post.look(15) == []
        assert post.watch.motion is False


@pytest.mark.parametrize("seconds", [0.5, 4, 30])
async def test_look_then_push(session: ClientSession, seconds: float) -> None:
    """The status and the list, then a late message: one motion."""
    async with posted(session) as post:
        await post.subscribe()
        post.unit.detect_motion(seconds)
        assert await post.look(0.2) == [MOTION]
        assert await post.look(5) == []
        assert await told_by_push(post) == []
        assert await post.look(5) == []


async def test_repeated_pushes(session: ClientSession) -> None:
    """Motion that lasts is told again every five minutes: one motion."""
    async with posted(session) as post:
        post.unit.detect_motion()
        assert await told_by_push(post) == [MOTION]
        for number in range(1, 70):
            assert await post.look(15) == []
            if not number % 20:
                assert await told_by_push(post) == []
        post.unit.end_motion()
        assert await post.look(15) == []
        assert post.watch.motion is False
        assert await told_by_push(post) == [MOTION]


async def test_a_late_message_after_the_end(session: ClientSession) -> None:
    """A message of a motion that was seen and is over is no other motion."""
    async with posted(session) as post:
        post.unit.detect_motion(4)
        assert await post.look(1) == [MOTION]
        assert await post.look(5) == []
        assert post.watch.motion is False
        assert await told_by_push(post) == []
        assert await told_by_push(post) == [MOTION]


async def test_nobody_looks(session: ClientSession) -> None:
    """What was told stays until somebody has looked, and no shorter than 10 s."""
    async with posted(session) as post:
        await told_by_push(post)
        post.unit.clock.advance(60)
        assert post.watch.motion is True
        await post.look(0)
        assert post.watch.motion is False
        await told_by_push(post)
        await post.look(3)
        assert post.watch.motion is True
        post.unit.clock.advance(7.5)
        assert post.watch.motion is False


async def test_told_while_somebody_looks(session: ClientSession) -> None:
    """What is told later than the answer was given is newer than it."""
    async with posted(session) as post:
        post.world.memory.put("push", {"url": "http://127.0.0.1/api/webhook/1"})

        def meanwhile(body: bytes) -> bytes:
            post.heard(post.push.handle(PushMessage()))
            return body

        post.unit.plans.change(STATUS, meanwhile)
        assert await post.look() == [MOTION]
        post.unit.detect_motion()
        post.unit.clock.advance(12)
        assert post.watch.motion is True
        assert await post.look() == []
        post.unit.end_motion()
        await post.look()
        assert post.watch.motion is False


async def test_interval(session: ClientSession) -> None:
    """Looks are rarer while motion is known to be told."""
    async with posted(session) as post:
        assert post.watch.interval() == 5
        await told_by_push(post)
        assert post.watch.interval() == 15


async def test_dump(session: ClientSession) -> None:
    """Diagnostics have what is known."""
    async with posted(session) as post:
        await post.subscribe()
        assert post.watch.dump() == {
            "motion": False,
            "alarm_in": False,
            "alarm_out": False,
            "video_lost": False,
            "record_state": "none",
            "source": STATUS,
            "subscribed": ["alarmin", "vmd"],
            "events": 0,
        }
