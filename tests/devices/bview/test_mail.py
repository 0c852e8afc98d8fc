"""Motion that the camera mails: borrowed, proven, told once, and given back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.kit.mailing import BorrowedMails
from custom_components.watchpost.devices.model.device import (
    MailTarget,
    Notice,
    Proof,
    PushMessage,
)
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.model.features import Detector, Picture
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Delivery,
    Key,
    Leg,
)
from custom_components.watchpost.devices.vendors.bview.device import BviewDevice
from custom_components.watchpost.inbox.mail import MailServer
from tests.devices.world import EPOCH, World
from tests.emulators.base import FaultKind, VirtualClock
from tests.emulators.bview import ALIASES, BviewEmulator, BviewOptions

from .settings_rig import PassingClock, login_to

EMAIL = "/Network/EMail"
TRIGGER = "/Pictures/1/Motion/Trigger"
TEST = "/System/SendTestEmail"
ADDRESS = "5ec12e7@watchpost.local"


@dataclass
class Post:
    """A camera, and a mail server of ours that hands its mails over."""

    unit: BviewEmulator
    device: BviewDevice
    world: World
    server: MailServer
    deaf: bool = False
    notices: list[Notice] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def take(self, raw: bytes) -> None:
        """Take in a mail."""
        self.raw.append(raw)
        if not self.deaf:
            self.notices += self.mails.handle(raw)

    @property
    def mails(self) -> BorrowedMails:
        """The mails of the device object."""
        mails = self.device.mails
        assert isinstance(mails, BorrowedMails)
        return mails

    @property
    def target(self) -> MailTarget:
        """Where the camera shall mail to."""
        return MailTarget(host="127.0.0.1", port=self.server.port, address=ADDRESS)

    async def subscribe(self) -> Proof:
        """Borrow the mails."""
        return await self.mails.subscribe(self.target)

    async def look(self) -> list[str]:
        """Look; return the kinds of all that is new, mails included."""
        await self.unit.settle()
        await self.device.refresh(Cadence.STATE, None)
        kinds = [one.kind for one in (*self.notices, *self.device.take_notices())]
        self.notices.clear()
        return kinds

    def documents(self) -> list[list[tuple[str, str]]]:
        """Return all values as the camera holds them, once they are stored."""
        self.unit.clock.advance(3)
        nodes = (self.unit.settings.node(path) for path in (EMAIL, TRIGGER))
        return [list(node.flat()) for node in nodes]

    async def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.unit.clock.advance(seconds)
        await self.world.settle()

    async def features(self) -> dict[Key, Any]:
        """Return all features, made anew."""
        await self.device.refresh(Cadence.SETTINGS, frozenset())
        return {one.key: one for one in self.device.units[0].features}


@asynccontextmanager
async def mailing(
    session: ClientSession, options: BviewOptions | None = None
) -> AsyncIterator[Post]:
    """Run a camera that is connected, and a mail server."""
    clock = VirtualClock(EPOCH)
    unit = BviewEmulator(options or BviewOptions.full(), clock=clock)
    async with unit:
        no = "0" if unit.options.booleans == "numbers" else "false"
        unit.settings.set(EMAIL, "Schedule/AllDay", no)
        unit.settings.set(TRIGGER, "Mail/Enable", no)
        world = World(session, PassingClock(clock))
        device = BviewDevice(login_to(unit), world.surroundings)
        await device.connect()
        await device.refresh(Cadence.STATE, None)
        server = MailServer()
        await server.start("127.0.0.1", 0)
        post = Post(unit, device, world, server)
        undo = server.add(ADDRESS, post.take)
        unit.forget()
        yield post
        await unit.settle()
        undo()
        await server.close()
        await post.device.close()
        await world.settle()
        assert not unit.violations


READINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "aliases": {"spelling": ALIASES},
    "attributes": {"attributes": "everywhere", "extra_tags": True},
    "prefix": {"prefix": "ns", "bom": True},
    "note": {"email_paths": "note"},
    "erase": {"empty_password": "erase"},
    "numbers": {"booleans": "numbers"},
    "status_400": {"error_status": "400"},
    "none": {"write_answer": "none"},
}


@pytest.mark.parametrize("name", READINGS)
async def test_borrowed_and_given_back(session: ClientSession, name: str) -> None:
    """Proven by a real mail, verified without writing, given back byte for byte."""
    async with mailing(session, BviewOptions.full(**READINGS[name])) as post:
        settings = post.unit.settings
        settings.set(EMAIL, "RefreshIntervals", "900")
        secret = (EMAIL, "SenderEmailPassword")
        settings.secrets[secret] = "mail-secret"
        before = post.documents()

        proof = await post.subscribe()

        assert (proof.delivery, proof.leg) == (Delivery.PROVEN, None)
        assert proof.seconds is not None
        assert proof.seconds < 4
        await post.unit.settle()
        (mail,) = post.unit.mails
        assert (mail.cause, mail.recipients, mail.error) == ("test", (ADDRESS,), None)
        assert mail.login == ("camera@example.com", "mail-secret")
        assert settings.get(EMAIL, "RefreshIntervals") == "60"
        assert await post.look() == []

        post.unit.forget()
        assert await post.mails.verify(post.target)
        assert not [r for r in post.unit.requests if r.method != "GET"]

        await post.mails.unsubscribe()
        assert post.documents() == before
        assert settings.secrets[secret] == "mail-secret"
        assert not post.mails.configured


async def test_nobody_who_gets_mails(session: ClientSession) -> None:
    """A receiver is added, and is gone afterwards."""
    async with mailing(session) as post:
        post.unit.settings.node(EMAIL).find("ReceiverList").children.clear()
        before = post.documents()
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        await post.mails.unsubscribe()
        assert post.documents() == before


@pytest.mark.parametrize(
    ("path", "leg"),
    [
        (EMAIL, Leg.SETTINGS),
        (TRIGGER, Leg.SETTINGS),
        (TEST, Leg.TEST),
        ("", Leg.ARRIVAL),
    ],
)
async def test_what_fails_is_put_back(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, path: str, leg: Leg
) -> None:
    """Whatever goes wrong on the way, everything is as before."""
    monkeypatch.setattr("custom_components.watchpost.devices.kit.mailing._PROOF", 0.5)
    async with mailing(session) as post:
        before = post.documents()
        post.deaf = not path
        if path:
            post.unit.faults.add(FaultKind.APP_ERROR, path, method="PUT", code=-5)
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.FAILED, leg)
        assert post.documents() == before
        assert not post.mails.configured


@pytest.mark.parametrize("code", [-3, -10, 404])
async def test_a_camera_that_sends_no_test(session: ClientSession, code: int) -> None:
    """It stays set up, and the first mail shows that it works."""
    options = BviewOptions.full(absent={TEST: code})
    async with mailing(session, options) as post:
        assert (await post.subscribe()).delivery is Delivery.UNPROVEN
        assert post.mails.works is None
        post.unit.detect_motion(3)
        assert await post.look() == ["motion"]
        assert post.mails.works is True


async def test_a_camera_that_goes_away_is_given_back_later(
    session: ClientSession,
) -> None:
    """What could not be put back is remembered, also by another program."""
    async with mailing(session) as post:
        before = post.documents()
        await post.subscribe()
        fault = post.unit.faults.add(FaultKind.DROP_BEFORE, EMAIL, count=None)
        with pytest.raises(DeviceError):
            await post.mails.unsubscribe()
        post.unit.faults.remove(fault)
        await post.device.close()
        post.device = BviewDevice(login_to(post.unit), post.world.surroundings)
        await post.device.identify()
        await post.mails.unsubscribe()
        assert post.documents() == before


@pytest.mark.parametrize("text", ["subject", "labelled", "html", "silent"])
async def test_motion_by_mail(session: ClientSession, text: str) -> None:
    """It is on at once with its picture, one event, and ends by itself."""
    async with mailing(session, BviewOptions.full(mail_text=text)) as post:
        await post.subscribe()
        features = await post.features()
        motion, seen = features[Key.MOTION], features[Key.EVENT_PICTURE]
        assert isinstance(motion, Detector)
        assert isinstance(seen, Picture)
        assert seen.read() is None

        post.unit.detect_motion(3)
        await post.unit.settle()

        (notice,) = post.notices
        mail = post.unit.mails[-1]
        assert (notice.key, notice.kind) == (Key.DETECTION, "motion")
        assert notice.picture is not None
        assert notice.picture.jpeg == mail.picture
        shown = seen.read()
        assert shown is not None
        assert shown.jpeg == mail.picture
        assert motion.read() is True
        assert post.device.interval(Cadence.STATE) == 15
        await post.pass_by(31)
        await post.device.refresh(Cadence.STATE, None)
        assert motion.read() is False
        assert post.device.take_notices() == ()


async def test_told_once(session: ClientSession) -> None:
    """Status, message and mail tell of the same motion; the next one is another."""
    async with mailing(session) as post:
        await post.subscribe()
        await post.look()
        for _ in range(2):
            await post.pass_by(120)
            await post.look()
            post.deaf = True
            post.unit.detect_motion(20)
            assert await post.look() == ["motion"]
            assert post.mails.handle(post.raw[-1]) == ()
            assert post.device.handle_push(PushMessage()) == ()
            assert await post.look() == []


async def test_mails_that_do_not_come_are_noticed(session: ClientSession) -> None:
    """Polling is quick again, and the owner is told, until one comes."""
    async with mailing(session) as post:
        await post.subscribe()
        post.unit.detect_motion(3)
        await post.look()
        post.deaf = True
        await post.pass_by(120)
        await post.look()
        post.unit.detect_motion(20)
        assert await post.look() == ["motion"]
        assert post.mails.works is True

        await post.pass_by(61)

        assert post.mails.works is False
        assert "events_not_delivered" in [p.key for p in post.device.problems()]
        assert post.device.interval(Cadence.STATE) == 5
        post.mails.handle(post.raw[-1])
        assert "events_not_delivered" not in [p.key for p in post.device.problems()]
        assert post.device.interval(Cadence.STATE) == 15


async def test_a_camera_without_mails(session: ClientSession) -> None:
    """It is not offered, and the picture says why."""
    async with mailing(session) as post:
        reasons = {one.key: one.reason for one in post.device.absent}
        assert reasons[Key.EVENT_PICTURE] is AbsenceReason.NOT_CONFIGURED
    options = BviewOptions.full(absent={EMAIL: -3, "/Network/Email": -3})
    clock = VirtualClock(EPOCH)
    async with BviewEmulator(options, clock=clock) as unit:
        world = World(session, PassingClock(clock))
        device = BviewDevice(login_to(unit), world.surroundings)
        await device.connect()
        assert device.mails is None
        reasons = {one.key: one.reason for one in device.absent}
        assert reasons[Key.EVENT_PICTURE] is AbsenceReason.UNSUPPORTED
        await device.close()
