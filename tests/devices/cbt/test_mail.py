"""Alarms that the camera mails: borrowed, told once, and given back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceUnsupportedError,
)
from custom_components.watchpost.devices.model.features import (
    Detector,
    Happening,
    Picture,
    Toggle,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Delivery,
    EventPath,
    Key,
    Leg,
)
from custom_components.watchpost.devices.vendors.cbt.device import CbtDevice
from tests.emulators.cbt import CbtOptions

from .rig import Bench, bench, login_to
from .told import ADDRESS, HOST, Post, posted

LINKED: Final = ("MotionDetConf", "AlarmInConf", "ODAlarmConf", "RegInvConf")
OWNERS: Final[dict[str, Any]] = {
    "smtp_addr": "mail.example.org",
    "smtp_port": 465,
    "enable_ssl": 1,
    "smtp_user": "owner",
    "smtp_passw": "owners secret",
    "to_addr": "camera@example.org",
    "from_user": "owner@example.org",
}
"""What was set up before anybody asked for mails."""


@asynccontextmanager
async def mailing(
    session: ClientSession, options: CbtOptions | None = None
) -> AsyncIterator[tuple[Bench, Post]]:
    """Run a camera that can mail, and a server for its mails."""
    async with bench(session, options) as one:
        one.emulator.settings.set("MailConf", **OWNERS)
        one.emulator.settings.set("MotionDetConf", md_enable=1)
        async with posted(one.device) as post:
            yield one, post
            await one.emulator.settle()


def stored(one: Bench) -> dict[str, Any]:
    """Return everything that mails depend on."""
    settings = one.emulator.settings
    return {name: {**settings.values(name)} for name in ("MailConf", *LINKED)}


WAYS: Final = {
    "table": CbtOptions.full(),
    "names": CbtOptions.full(mail_roles="names"),
    "labels": CbtOptions.full(mail_words="labels", twice=False),
    "chinese": CbtOptions.full(mail_words="chinese", keys="example"),
    "strings": CbtOptions.full(numbers="strings"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_from_beginning_to_end(session: ClientSession, way: str) -> None:
    """Motion and inputs are told with a picture, and all is as it was at last."""
    async with mailing(session, WAYS[way]) as (one, post):
        before = stored(one)
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.UNPROVEN, None)
        await one.device.connect()
        motion = one.get(Detector, Key.MOTION)
        delivery = one.get(Detector, Key.EVENT_DELIVERY)
        assert (motion.read(), delivery.read()) == (None, None)

        assert one.emulator.detect_motion()
        await one.emulator.settle()
        (notice,) = post.news()
        assert (notice.unit, notice.key, notice.kind) == ("", "detection", "motion")
        assert (motion.read(), delivery.read()) == (True, True)
        (sent,) = {one.picture for one in one.emulator.mails if one.picture}
        shown = one.get(Picture, Key.EVENT_PICTURE).read()
        assert shown is not None
        assert shown.jpeg == sent
        assert sent.startswith(b"\xff\xd8")
        assert len(post.raw) == 2
        one.pass_by(30)
        assert motion.read() is False

        one.emulator.set_alarm_input(on=True)
        await one.emulator.settle()
        (notice,) = post.news()
        assert (notice.key, notice.kind, dict(notice.data)) == (
            "alarm",
            "input",
            {"number": 1},
        )
        await one.device.refresh(Cadence.STATE, None)
        assert one.device.take_notices() == ()
        assert one.get(Detector, Key.ALARM_INPUT, "1").read() is True

        await post.mails.unsubscribe()
        assert stored(one) == before
        assert one.emulator.violations == []
        await one.device.connect()
        assert one.absent[Key.MOTION].reason is AbsenceReason.NOT_CONFIGURED


async def test_what_is_written(session: ClientSession) -> None:
    """The server comes last and goes first; no password is ever written."""
    async with mailing(session) as (one, post):
        await post.subscribe()
        assert [write.section for write in one.emulator.writes] == [*LINKED, "MailConf"]
        link, server = one.emulator.writes[0], one.emulator.writes[-1]
        assert link.sent == {
            "alarm_handle_email": 1,
            "alarm_handle_snap": 1,
            "alarm_handle_snap_email": 1,
        }
        assert server.sent == {
            "smtp_addr": HOST,
            "smtp_port": post.target.port,
            "enable_ssl": 0,
            "to_addr": ADDRESS,
            "from_user": ADDRESS,
        }
        one.emulator.forget()
        await post.mails.unsubscribe()
        assert [write.section for write in one.emulator.writes] == ["MailConf", *LINKED]
        assert not {name for write in one.emulator.writes for name in write.sent} & {
            "to_passw",
            "smtp_passw",
            "smtp_user",
        }
        assert "owners secret" not in json.dumps(one.device.dump())
        assert ADDRESS not in json.dumps(one.device.dump())


@pytest.mark.parametrize("keys", ["example", "all"])
async def test_a_stored_login_is_sent_along(session: ClientSession, keys: Any) -> None:
    """It stays in the camera, and our server takes it."""
    async with mailing(session, CbtOptions.full(keys=keys)) as (one, post):
        await post.subscribe()
        assert one.emulator.settings.get("MailConf", "smtp_passw") == "owners secret"
        one.emulator.detect_motion()
        await one.emulator.settle()
        assert [mail.delivered for mail in one.emulator.mails] == [True, True]


async def test_a_refused_link(session: ClientSession) -> None:
    """What cannot be set up whole is undone."""
    async with mailing(session) as (one, post):
        before = stored(one)
        one.emulator.plans.refuse("setRegInvConf", 205)
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.FAILED, Leg.SETTINGS)
        assert stored(one) == before
        assert not post.mails.configured
        assert one.emulator.writes_of("MailConf") == []


@pytest.mark.parametrize("done", [True, False])
async def test_an_error_that_is_none(session: ClientSession, done: bool) -> None:
    """Some cameras tell an error of their own and have kept what was set."""
    async with mailing(session) as (one, post):
        before = stored(one)
        one.emulator.plans.refuse("setMailConf", 7, carried_out=done)
        proof = await post.subscribe()
        expected = Delivery.UNPROVEN if done else Delivery.FAILED
        assert proof.delivery is expected
        assert (stored(one) == before) is not done


async def test_lost_half_way(session: ClientSession) -> None:
    """Who cannot be reached is given back later."""
    async with mailing(session) as (one, post):
        before = stored(one)
        one.emulator.fail("drop_before", "set*", skip=2, count=None)
        with pytest.raises(DeviceConnectionError):
            await post.subscribe()
        one.emulator.faults.clear()
        assert stored(one) != before
        await post.mails.unsubscribe()
        # The server was never ours: it is not known whose the links are.
        assert stored(one)["MailConf"] == before["MailConf"]


async def test_what_the_owner_does_meanwhile(session: ClientSession) -> None:
    """It stays: a link that was switched off, and another server."""
    async with mailing(session) as (one, post):
        await post.subscribe()
        await one.device.connect()
        await one.get(Toggle, Key.MOTION_EMAIL).write(False)
        assert await post.mails.verify(post.target)
        one.emulator.settings.set("MailConf", smtp_addr="192.0.2.9")
        assert not await post.mails.verify(post.target)
        assert one.get(Detector, Key.EVENT_DELIVERY).read() is False
        one.emulator.forget()
        await post.mails.unsubscribe()
        assert one.emulator.writes == []
        assert not post.mails.configured


async def test_links_that_were_on_stay_on(session: ClientSession) -> None:
    """Only what was off before goes off again."""
    async with mailing(session) as (one, post):
        one.emulator.settings.set(
            "MotionDetConf", alarm_handle_email=1, alarm_handle_snap_num=0
        )
        before = stored(one)
        await post.subscribe()
        assert one.emulator.settings.get("MotionDetConf", "alarm_handle_snap_num") == 1
        await post.mails.unsubscribe()
        assert stored(one) == before


async def test_given_back_by_another_object(session: ClientSession) -> None:
    """A camera that is taken away is only identified before."""
    async with mailing(session) as (one, post):
        before = stored(one)
        await post.subscribe()
        other = CbtDevice(login_to(one.emulator), one.world.surroundings)
        await other.identify()
        assert other.mails is not None
        await other.mails.unsubscribe()
        await other.close()
        assert stored(one) == before
        assert one.world.memory.get("mail") is None


async def test_a_camera_without_mails(session: ClientSession) -> None:
    """It says so, and nothing was written."""
    options = CbtOptions.full(absent={"getMailConf": "error json"})
    async with bench(session, options) as one, posted(one.device) as post:
        with pytest.raises(DeviceUnsupportedError):
            await post.subscribe()
        assert one.emulator.writes == []
        assert not post.mails.configured


async def test_a_simple_camera(session: ClientSession) -> None:
    """What it does not have mails nothing and is not shown."""
    async with mailing(session, CbtOptions.bare()) as (one, post):
        before = stored(one)
        await post.subscribe()
        await one.device.connect()
        sections = [write.section for write in one.emulator.writes]
        assert sections == ["MotionDetConf", "MailConf"]
        assert one.get(Happening, Key.DETECTION).kinds == ("motion",)
        assert {Key.TAMPER, Key.INTRUSION, Key.ALARM_INPUT} <= one.absent.keys()
        await post.mails.unsubscribe()
        assert stored(one) == before


@pytest.mark.parametrize(
    ("detector", "kind"), [("region", "intrusion"), ("occlusion", "tamper")]
)
async def test_other_detectors(
    session: ClientSession, detector: Any, kind: str
) -> None:
    """What else the camera looks for is told as what it is."""
    async with mailing(session) as (one, post):
        await post.subscribe()
        await one.device.connect()
        section = {"region": "RegInvConf", "occlusion": "ODAlarmConf"}[detector]
        enable = {"region": "md_enable", "occlusion": "alarm_enable"}[detector]
        one.emulator.settings.set(section, **{enable: 1})
        one.emulator.alarms.begin(detector)
        await one.emulator.settle()
        assert [notice.kind for notice in post.news()] == [kind]
        assert one.get(Detector, Key(kind)).read() is True
        assert one.get(Happening, Key.DETECTION).kinds == (
            "motion",
            "intrusion",
            "tamper",
        )


async def test_the_way_in_use(session: ClientSession) -> None:
    """A mail is a way that works once one has come."""
    async with mailing(session) as (one, post):
        assert one.device.dump()["events"]
        await post.subscribe()
        await one.device.connect()
        await one.look(Cadence.STATE, "getIOAlarmIn")
        assert one.device.interval(Cadence.STATE) == 3
        one.emulator.detect_motion()
        await one.emulator.settle()
        events = one.device.dump()["events"]
        assert isinstance(events, dict)
        assert events["in_use"] == EventPath.MAIL
        assert events["messages"] == {"mail": 2}
        # A mail does not tell that an input has opened: it is looked at as before.
        assert one.device.interval(Cadence.STATE) == 3
