"""Alarms that the unit mails: borrowed, proven, told once, and given back."""

from collections.abc import AsyncIterator
import json

import pytest

from custom_components.watchpost.devices.kit.mailing import BorrowedMails
from custom_components.watchpost.devices.model.commands import AlarmCommand
from custom_components.watchpost.devices.model.device import (
    MailTarget,
    Notice,
    Proof,
    PushMessage,
)
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.model.features import Detector, Reading
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Delivery,
    EventPath,
    Key,
    Leg,
    Notify,
)
from custom_components.watchpost.inbox.mail import MailServer
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, EMAIL
from tests.emulators.strobe.xmldoc import render

from .bench import Bench
from .conftest import MakeBench, with_options

ADDRESS = "5ec12e7@watchpost.local"


class Post:
    """A mail server of ours that hands mails over."""

    def __init__(self, bench: Bench, server: MailServer) -> None:
        """Take mails for a device object."""
        self.bench = bench
        self.server = server
        self.deaf = False
        self.notices: list[Notice] = []
        self.raw: list[bytes] = []

    def take(self, raw: bytes) -> None:
        """Take in a mail."""
        self.raw.append(raw)
        if not self.deaf:
            self.notices += self.mails.handle(raw)

    @property
    def mails(self) -> BorrowedMails:
        """The mails of the device object."""
        mails = self.bench.device.mails
        assert isinstance(mails, BorrowedMails)
        return mails

    @property
    def target(self) -> MailTarget:
        """Where the unit shall mail to."""
        return MailTarget(host="127.0.0.1", port=self.server.port, address=ADDRESS)

    async def subscribe(self) -> Proof:
        """Borrow the mails."""
        return await self.mails.subscribe(self.target)

    def news(self) -> list[str]:
        """Return the kinds of what mails have told since the last time."""
        kinds = [notice.kind for notice in self.notices]
        self.notices.clear()
        return kinds


@pytest.fixture
async def post(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    """Run a mail server."""
    monkeypatch.setattr("custom_components.watchpost.devices.kit.mailing._PROOF", 0.5)
    server = MailServer()
    await server.start("127.0.0.1", 0)
    box = Post(bench, server)
    undo = server.add(ADDRESS, box.take)
    yield box
    await bench.unit.settle()
    undo()
    await server.close()


def stored(bench: Bench) -> tuple[bytes, bytes]:
    """Return the documents as the unit holds them."""
    documents = bench.unit.documents
    return render(documents[EMAIL]), render(documents[ALARM])


async def look(bench: Bench) -> list[str]:
    """Read the log; return the kinds of what is new."""
    await bench.device.refresh(Cadence.STATE, None)
    return [notice.kind for notice in bench.device.take_notices()]


@with_options(
    StrobeOptions(),
    StrobeOptions(mail_password="masked"),
    StrobeOptions(mail_password="absent"),
    StrobeOptions(mail_text="empty", mail_date=False),
    StrobeOptions(spelling="table"),
    StrobeOptions(write_answer="204"),
)
async def test_borrowed_and_given_back(bench: Bench, post: Post) -> None:
    """Proven by a real mail, verified without writing, given back byte for byte."""
    email = bench.unit.documents[EMAIL]
    email.set("Receiver_1", "owner@example.com")
    email.set("Receiver_3", "guard@example.com")
    before = stored(bench)
    assert not post.mails.configured

    proof = await post.subscribe()

    assert (proof.delivery, proof.leg) == (Delivery.PROVEN, None)
    assert proof.seconds is not None
    assert proof.seconds < 5
    await bench.unit.settle()
    (mail,) = bench.unit.mails
    assert (mail.cause, mail.recipients, mail.error) == ("api", (ADDRESS,), None)
    assert bench.unit.timeline == []
    assert post.news() == []
    # What is not told, or not to be known, is never written.
    assert email.get("SmtPassword") == "mail-secret"
    assert email.get("SmtUser") == "strobe"
    assert email.get("Sender") == "strobe@mail.invalid"
    enabled = bench.unit.documents.schedules(ALARM)[0]
    assert enabled.get("EmailEnabled") == "1"
    assert bench.device.interval(Cadence.STATE) == 60

    bench.unit.forget()
    assert await post.mails.verify(post.target)
    assert not [r for r in bench.unit.requests if r.method == "PUT"]

    await post.mails.unsubscribe()
    assert stored(bench) == before
    assert not post.mails.configured
    assert bench.device.interval(Cadence.STATE) == 10
    bench.unit.forget()
    await post.mails.unsubscribe()
    assert not bench.unit.requests


async def test_a_sender_that_is_missing(bench: Bench, post: Post) -> None:
    """A mail has to come from somebody; afterwards there is nobody again."""
    bench.unit.documents[EMAIL].set("Sender", "")
    assert (await post.subscribe()).delivery is Delivery.PROVEN
    assert bench.unit.documents[EMAIL].get("Sender") == ADDRESS
    await post.mails.unsubscribe()
    assert bench.unit.documents[EMAIL].get("Sender") == ""


async def test_only_silent_schedules_are_changed(bench: Bench, post: Post) -> None:
    """What mails already does so afterwards, and what is off stays untouched."""
    first, second, third = bench.unit.documents.schedules(ALARM)[:3]
    first.set("EmailEnabled", 1)
    second.set("ScheduleEnable", 1)
    third.set("ScheduleEnable", 0)
    await post.subscribe()
    schedules = bench.unit.documents.schedules(ALARM)[:3]
    now = [one.get("EmailEnabled") for one in schedules]
    assert now == ["1", "1", "0"]
    await post.mails.unsubscribe()
    schedules = bench.unit.documents.schedules(ALARM)[:3]
    assert [one.get("EmailEnabled") for one in schedules] == ["1", "0", "0"]


@pytest.mark.parametrize(
    ("fault", "path", "leg"),
    [
        (402, EMAIL, Leg.SETTINGS),
        (402, ALARM, Leg.SETTINGS),
        (502, "/ISAPI/Event/*", Leg.TEST),
        (0, "", Leg.ARRIVAL),
    ],
)
async def test_what_fails_is_put_back(
    bench: Bench, post: Post, fault: int, path: str, leg: Leg
) -> None:
    """Whatever goes wrong on the way, everything is as before."""
    before = stored(bench)
    if fault:
        method = "PUT" if leg is Leg.SETTINGS else None
        bench.unit.faults.add("app_error", path, method=method, code=fault)
    else:
        post.deaf = True

    proof = await post.subscribe()

    assert (proof.delivery, proof.leg) == (Delivery.FAILED, leg)
    assert stored(bench) == before
    assert not post.mails.configured


async def test_a_unit_that_goes_away_is_given_back_later(
    bench: Bench, post: Post
) -> None:
    """What could not be put back is remembered, also by another program."""
    before = stored(bench)
    fault = bench.unit.faults.add("drop_before", ALARM, count=None)
    with pytest.raises(DeviceError):
        await post.subscribe()
    bench.unit.faults.remove(fault)
    assert stored(bench) == before

    assert (await post.subscribe()).delivery is Delivery.PROVEN
    fault = bench.unit.faults.add("drop_before", EMAIL, count=None)
    with pytest.raises(DeviceError):
        await post.mails.unsubscribe()
    bench.unit.faults.remove(fault)
    await bench.again()
    await bench.device.identify()
    await post.mails.unsubscribe()
    assert stored(bench) == before


async def test_taken_by_somebody_else(bench: Bench, post: Post) -> None:
    """A server that others have set meanwhile is theirs."""
    await post.subscribe()
    bench.unit.documents[EMAIL].set("SmtServer", "192.0.2.9")
    theirs = stored(bench)
    assert not await post.mails.verify(post.target)
    assert post.mails.works is False
    assert bench.device.interval(Cadence.STATE) == 10
    await post.mails.unsubscribe()
    assert stored(bench) == theirs


@pytest.mark.parametrize("log_first", [True, False])
@with_options(
    StrobeOptions(),
    StrobeOptions(mail_text="named"),
    StrobeOptions(mail_text="empty", mail_date=False, log_zone="local"),
)
async def test_told_once(bench: Bench, post: Post, *, log_first: bool) -> None:
    """Mail and log tell of the same alarm, in either order; two are two."""
    await post.subscribe()
    await look(bench)
    assert post.news() == []
    for _ in range(2):
        post.deaf = log_first
        bench.unit.clock.advance(200)
        await bench.unit.trigger_probe()
        told = [*post.news(), *await look(bench)]
        if log_first:
            bench.unit.clock.advance(20)
            told += [notice.kind for notice in post.mails.handle(post.raw[-1])]
        assert told == ["input"]
        assert post.mails.works


async def test_three_paths(bench: Bench, post: Post) -> None:
    """Message, mail and log: one alarm."""
    await post.subscribe()
    await look(bench)
    bench.unit.clock.advance(200)
    await bench.unit.trigger_probe()
    assert post.news() == ["input"]
    body = (
        b"<AlarmLinkMsg><MACAddress>8C-1F-64-A3-6B-A9</MACAddress>"
        b"<AlarmType>0</AlarmType><AlarmTime>%s</AlarmTime></AlarmLinkMsg>"
        % f"{bench.unit.alarm_log[-1].time:%Y-%m-%dT%H:%M:%SZ}".encode()
    )
    message = PushMessage(body=body, via=EventPath.LISTENER)
    assert bench.device.handle_push(message) == ()
    assert await look(bench) == []


@with_options(StrobeOptions(mail_text="named"))
async def test_what_a_mail_says(bench: Bench, post: Post) -> None:
    """It is an alarm of the input unless it says otherwise."""
    await post.subscribe()
    await look(bench)
    bench.unit.clock.advance(200)
    await bench.unit.trigger_broadcast()
    assert post.news() == ["broadcast"]
    assert await look(bench) == []


async def test_an_alarm_of_our_own_that_is_mailed(bench: Bench, post: Post) -> None:
    """Who orders an alarm here with a mail hears of it as of a remote one."""
    await post.subscribe()
    await look(bench)
    bench.unit.clock.advance(200)
    command = AlarmCommand(notify=frozenset({Notify.MAIL}))
    await bench.siren.start(command)
    await bench.unit.settle()
    assert post.news() == ["remote"]
    assert await look(bench) == []


async def test_a_mail_that_does_not_come_is_noticed(bench: Bench, post: Post) -> None:
    """Polling is quick again after a minute, and the owner is told."""
    await post.subscribe()
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    delivery = bench.feature(Detector, Key.EVENT_DELIVERY)
    path = bench.feature(Reading, Key.EVENT_PATH)
    assert (delivery.read(), path.read()) == (True, EventPath.MAIL)
    await look(bench)
    post.deaf = True
    await bench.unit.trigger_probe()
    assert await look(bench) == ["input"]
    assert delivery.read() is True

    await bench.pass_by(61)

    assert (delivery.read(), path.read()) == (False, EventPath.POLL)
    assert "events_not_delivered" in [p.key for p in bench.device.problems()]
    assert bench.device.interval(Cadence.STATE) == 10
    post.mails.handle(post.raw[-1])
    assert delivery.read() is True
    assert "events_not_delivered" not in [p.key for p in bench.device.problems()]


async def test_what_is_shown(bench: Bench, post: Post) -> None:
    """The delay is that of the last mail, by the unit's clock set right."""
    bench.unit.clock.set_wall(bench.unit.clock.wall.replace(year=2020))
    bench.unit.clock.advance(3700)
    await bench.device.refresh(Cadence.SETTINGS, None)
    await post.subscribe()
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert bench.feature(Reading, Key.EVENT_DELAY).read() is not None
    assert bench.feature(Reading, Key.LAST_EVENT).read() is not None
    dump = json.dumps(bench.device.dump())
    assert '"in_use": "mail"' in dump


@pytest.mark.parametrize(
    ("absent", "offered", "reason"),
    [
        ({}, True, AbsenceReason.NOT_CONFIGURED),
        ({"/Network/Email": 404}, False, AbsenceReason.NOT_CONFIGURED),
        ({"/AlarmLink/HttpLinkConfig": 501}, True, AbsenceReason.NOT_CONFIGURED),
        (
            {"/Network/Email": 404, "/AlarmLink/HttpLinkConfig": 501},
            False,
            AbsenceReason.UNSUPPORTED,
        ),
    ],
)
async def test_a_unit_without_mails(
    make_bench: MakeBench,
    absent: dict[str, int],
    *,
    offered: bool,
    reason: AbsenceReason,
) -> None:
    """It is not offered; events that nobody tells are explained."""
    bench = await make_bench(StrobeOptions(absent=absent))
    assert (bench.device.mails is not None) is offered
    reasons = {one.key: one.reason for one in bench.device.absent}
    assert reasons[Key.EVENT_DELIVERY] is reasons[Key.EVENT_DELAY] is reason
    assert Key.EVENT_PATH in bench.keys
