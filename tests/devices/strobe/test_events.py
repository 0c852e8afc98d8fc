"""Alarms told once, by log and by push; the push borrowed and given back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.watchpost.devices.model.commands import LampCommand
from custom_components.watchpost.devices.model.device import Notice, Proof, PushMessage
from custom_components.watchpost.devices.model.features import Detector, Reading
from custom_components.watchpost.devices.model.vocabulary import Cadence, Delivery, Key
from tests.devices.world import EPOCH
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, HTTP_LINK, NTP
from tests.emulators.strobe.routes import DEVICE_INFO, QUERY_LOG
from tests.emulators.strobe.xmldoc import render

from .bench import Bench
from .conftest import with_options

TOKEN = "t0ken"


async def look(bench: Bench) -> list[str]:
    """Read the log; return the kinds of what is new."""
    await bench.device.refresh(Cadence.STATE, None)
    return [notice.kind for notice in bench.device.take_notices()]


@with_options(
    StrobeOptions(),
    StrobeOptions(log_times="blank"),
    StrobeOptions(log_times="iso"),
    StrobeOptions(unclosed_log=True),
    StrobeOptions(log_zone="local"),
)
async def test_log(bench: Bench) -> None:
    """The first look is the base line; equal entries count; nothing is told twice."""
    bench.unit.add_log(0)
    assert await look(bench) == []
    bench.unit.add_log(0)
    bench.unit.add_log(0)
    bench.unit.add_log(2)
    bench.unit.add_log(1)
    assert sorted(await look(bench)) == ["broadcast", "input", "input", "remote"]
    assert await look(bench) == []
    asked = len(bench.unit.requests_to(QUERY_LOG))
    assert await look(bench) == []
    assert len(bench.unit.requests_to(QUERY_LOG)) == asked + 1


async def test_unknown_kind(bench: Bench) -> None:
    """A kind that no document knows is no crash and no alarm."""
    await look(bench)
    bench.unit.add_log(7)
    assert await look(bench) == []


async def test_own_alarms_are_not_news(bench: Bench) -> None:
    """What we have sent is subtracted; somebody else's is not."""
    await look(bench)
    await bench.front.write(LampCommand(on=True))
    await bench.relay.write(True)
    assert await look(bench) == []
    await bench.front.write(LampCommand(on=False))
    bench.unit.add_log(1)
    bench.unit.add_log(1)
    assert await look(bench) == ["remote", "remote"]


async def test_alarm_that_overtakes_the_log(bench: Bench) -> None:
    """A light that is switched while the log waits for its turn is still ours."""
    await look(bench)
    bench.unit.faults.add("latency", DEVICE_INFO, seconds=0.05)
    await bench.scene(bench.device.identify(), look_only(bench), later(bench))
    assert bench.device.take_notices() == ()
    assert await look(bench) == []


async def look_only(bench: Bench) -> None:
    """Read the log."""
    await bench.device.refresh(Cadence.STATE, None)


async def later(bench: Bench) -> None:
    """Switch the light."""
    await bench.front.write(LampCommand(on=True))


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
async def test_wrong_clock(bench: Bench, days: int) -> None:
    """A clock that is wrong hides nothing, and setting it right makes no news."""
    for day in range(-3, 3):
        bench.unit.add_log(0, EPOCH + timedelta(days=day))
    bench.unit.clock.set_wall(bench.unit.clock.wall + timedelta(days=days))
    bench.unit.clock.advance(3601)
    await bench.device.refresh(Cadence.SETTINGS, None)
    await look(bench)
    bench.unit.add_log(0)
    assert await look(bench) == ["input"]

    await bench.press(Key.SYNC_CLOCK)
    assert await look(bench) == []
    bench.unit.add_log(0)
    assert await look(bench) == ["input"]
    offset = bench.feature(Reading, Key.CLOCK_OFFSET).read()
    assert offset == pytest.approx(0, abs=1)
    assert [problem.key for problem in bench.device.problems()] == ["default_password"]


async def test_refused_log_recovers(bench: Bench) -> None:
    """A log that is refused for a time is read again; the unit counts as there."""
    await look(bench)
    bench.unit.faults.add("app_error", QUERY_LOG, code=502)
    assert await look(bench) == []
    assert bench.device.failed
    asked = len(bench.unit.requests_to(QUERY_LOG))
    await look(bench)
    assert len(bench.unit.requests_to(QUERY_LOG)) == asked
    bench.unit.add_log(0)
    bench.unit.clock.advance(301)
    assert await look(bench) == ["input"]
    assert not bench.device.failed


@with_options(StrobeOptions(absent={"/Log/QueryLog": 501}))
async def test_no_log(bench: Bench) -> None:
    """Without a log the device information is the sign of life."""
    for _ in range(3):
        assert await look(bench) == []
    assert len(bench.unit.requests_to(QUERY_LOG)) == 1
    assert len(bench.unit.requests_to(DEVICE_INFO)) == 2


async def test_asking_the_log(bench: Bench) -> None:
    """The log can be asked for any time."""
    bench.unit.add_log(0, datetime(2026, 3, 1, 8, tzinfo=UTC))
    bench.unit.add_log(9, datetime(2026, 3, 1, 9, tzinfo=UTC))
    assert bench.device.alarm_log is not None
    start = datetime(2026, 3, 1, tzinfo=UTC)
    (entry,) = await bench.device.alarm_log(start, start + timedelta(days=1))
    assert (entry.source, entry.time) == ("input", "2026-03-01T08:00:00Z")


# Push


class Inbox:
    """Where the unit sends its messages, and who passes them on."""

    def __init__(self, bench: Bench) -> None:
        """Take messages for a device object."""
        self.bench = bench
        self.url = ""
        self.deaf = False
        self.notices: list[Notice] = []
        self.tokens: list[str | None] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Take a message."""
        push = self.bench.device.push
        self.tokens.append(request.headers.get(push.token_header))
        if not self.deaf and push.accepts(self.tokens[-1]):
            body = await request.read()
            self.notices += self.bench.device.handle_push(PushMessage(body=body))
        return web.Response()

    async def subscribe(self) -> Proof:
        """Borrow the push."""
        return await self.bench.device.push.subscribe(self.url, TOKEN)


@pytest.fixture
async def inbox(bench: Bench) -> AsyncIterator[Inbox]:
    """Run a server that takes messages."""
    box = Inbox(bench)
    app = web.Application()
    app.router.add_post("/hook", box.handle)
    app.router.add_post("/hook2", box.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        box.url = str(server.make_url("/hook"))
        yield box
        await bench.unit.settle()


def stored(bench: Bench, path: str) -> bytes:
    """Return a document as the unit holds it."""
    return render(bench.unit.documents[path])


def target(bench: Bench, server: str) -> None:
    """Point the unit at somebody else."""
    link = bench.unit.documents[HTTP_LINK]
    link.set("Enabled", 1)
    link.set("Server", server)
    link.set("AuthMethod", 3)
    link.set("AuthKey", "user")
    link.set("AuthValue", "p&ss")


async def test_push_borrowed_and_given_back(bench: Bench, inbox: Inbox) -> None:
    """Proven, used, verified without writing, and given back byte for byte."""
    target(bench, "http://127.0.0.1:9/theirs")
    before = stored(bench, HTTP_LINK), stored(bench, ALARM)
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    assert inbox.tokens == [TOKEN]
    assert inbox.notices == []
    assert bench.device.interval(Cadence.STATE) == 60
    assert bench.unit.timeline == []
    assert bench.unit.documents.schedules(ALARM)[0].get("HTTPMsgEnabled") == "1"

    writes = [record for record in bench.unit.requests if record.method == "PUT"]
    assert await bench.device.push.verify(inbox.url, TOKEN)
    assert not await bench.device.push.verify("http://else", TOKEN)
    assert writes == [r for r in bench.unit.requests if r.method == "PUT"]

    # Our own address changes: the original target is still known.
    inbox.url += "2"
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    await bench.device.push.unsubscribe()
    assert (stored(bench, HTTP_LINK), stored(bench, ALARM)) == before
    await bench.device.push.unsubscribe()
    assert bench.device.interval(Cadence.STATE) == 10
    assert not bench.device.push.accepts(TOKEN)


async def test_push_taken_by_somebody_else(bench: Bench, inbox: Inbox) -> None:
    """A target that others have set meanwhile is theirs."""
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    target(bench, "http://127.0.0.1:9/theirs")
    theirs = stored(bench, HTTP_LINK)
    await bench.device.push.unsubscribe()
    assert stored(bench, HTTP_LINK) == theirs


async def test_push_not_proven(bench: Bench, inbox: Inbox) -> None:
    """Without the test message everything is as before."""
    before = stored(bench, HTTP_LINK), stored(bench, ALARM)
    inbox.deaf = True
    assert (await inbox.subscribe()).delivery is Delivery.FAILED
    assert (stored(bench, HTTP_LINK), stored(bench, ALARM)) == before
    bench.unit.faults.add("http_status", "/ISAPI/Event/*", code=409)
    assert (await inbox.subscribe()).delivery is Delivery.FAILED
    assert stored(bench, HTTP_LINK) == before[0]


@pytest.mark.parametrize("unit_options", [StrobeOptions(front_modes=(1, 2, 3))])
async def test_push_with_schedules_that_cannot_be_written(
    bench: Bench, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A unit that refuses what it has printed delivers all the same, and it is told."""
    before = stored(bench, ALARM)

    assert (await inbox.subscribe()).delivery is Delivery.PROVEN

    assert stored(bench, ALARM) == before
    assert "alarm schedules could not be told" in caplog.text


async def test_push_after_our_memory_was_lost(bench: Bench, inbox: Inbox) -> None:
    """A unit that already points at us is not given our own address back."""
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    bench.world.memory.kept.clear()
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    await bench.device.push.unsubscribe()
    assert bench.unit.documents[HTTP_LINK].get("Server") == ""


@pytest.mark.parametrize("push_first", [True, False])
async def test_told_once(bench: Bench, inbox: Inbox, push_first: bool) -> None:
    """Push and log tell of the same alarm, in either order; two are two."""
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    await look(bench)
    for _ in range(2):
        inbox.deaf = not push_first
        bench.unit.clock.advance(100)
        await bench.unit.trigger_probe()
        kinds = [*await look(bench), *[n.kind for n in inbox.notices]]
        for result in bench.unit.pushes[-1:] if inbox.deaf else []:
            message = PushMessage(body=result.body)
            kinds += [n.kind for n in bench.device.handle_push(message)]
        assert kinds == ["input"]
        inbox.notices.clear()


async def test_push_that_fails_is_noticed(bench: Bench, inbox: Inbox) -> None:
    """An alarm that only the log knows: the push does not work any more."""
    assert (await inbox.subscribe()).delivery is Delivery.PROVEN
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert bench.feature(Detector, Key.EVENT_DELIVERY).read()
    await look(bench)
    inbox.deaf = True
    await bench.unit.trigger_probe()
    assert await look(bench) == ["input"]
    assert not bench.feature(Detector, Key.EVENT_DELIVERY).read()
    assert "events_not_delivered" in [p.key for p in bench.device.problems()]
    last = bench.feature(Reading, Key.LAST_EVENT).read()
    assert isinstance(last, datetime)


def message(**fields: str) -> bytes:
    """Return an alarm message."""
    tags = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<AlarmLinkMsg>{tags}</AlarmLinkMsg>".encode()


MAC = "8c1f64a36ba9"


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (message(macaddress=MAC, AlarmType="0"), ["input"]),
        (message(DeviceID="2507150000", AlarmType="1"), ["remote"]),
        (b"<X>" + message(MacAddr=MAC, AlarmType="0") + b"</X>", ["input"]),
        (message(MACAddress="00-11-22-33-44-55", AlarmType="0"), []),
        (message(DeviceID="", AlarmType="0"), []),
        (message(MACAddress=MAC, AlarmType="9"), []),
        (message(MACAddress=MAC), []),
        (b"<Other/>", []),
        (b"garbage", []),
        (b"", []),
    ],
)
async def test_messages(bench: Bench, body: bytes, kinds: list[str]) -> None:
    """Only messages of this unit count; nonsense is nothing."""
    notices = bench.device.handle_push(PushMessage(body=body))
    assert [notice.kind for notice in notices] == kinds


@with_options(StrobeOptions(schedule_count=1))
async def test_how_long_an_alarm_lasts(bench: Bench) -> None:
    """As long as the schedule says; the input itself only pulses."""
    bench.unit.documents.schedules(ALARM)[0].set("AlarmOutInterval", 90)
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    await look(bench)
    bench.unit.add_log(0)
    await look(bench)
    active = bench.feature(Detector, Key.ALARM_ACTIVE)
    pulse = bench.feature(Detector, Key.ALARM_INPUT)
    assert (active.read(), pulse.read()) == (True, True)
    await bench.pass_by(6)
    assert (active.read(), pulse.read()) == (True, False)
    await bench.pass_by(90)
    assert active.read() is False

    bench.unit.documents.schedules(ALARM)[0].set("ScheduleEnable", 0)
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    bench.unit.add_log(0)
    await look(bench)
    await bench.pass_by(6)
    assert active.read() is False


async def test_zone_of_the_unit(bench: Bench) -> None:
    """Schedules run on the clock on the unit's wall."""
    bench.unit.documents[NTP].children[0].set("TZ", "GMT-11:00")
    bench.unit.clock.advance(3601)
    await bench.device.refresh(Cadence.SETTINGS, None)
    bench.unit.documents.schedules(ALARM)[0].set("EndTime", "03:00:00")
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    await look(bench)
    assert await bench.unit.trigger_probe()
    assert await look(bench) == ["input"]
    assert bench.feature(Detector, Key.ALARM_ACTIVE).read()
