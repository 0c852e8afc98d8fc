"""Alarms that a unit mails: borrowed, told once, and given back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import BOX, MailTarget
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
    Key,
    Leg,
)
from custom_components.watchpost.devices.vendors.vserver.device import VserverDevice
from tests.devices.cbt.told import ADDRESS, HOST, Post, posted
from tests.emulators.base import FaultKind
from tests.emulators.vserver import VserverOptions

from .rig import Bench, bench, dome, login_to

OWNERS: Final[dict[str, Any]] = {
    "SMTPServerIP": "192.0.2.25",
    "SMTPPort": "465",
    "SMTPUseSSL": "1",
    "FromMail": "camera@example.org",
    "ToMail": "owner@example.org",
    "SMTPAuth": "1",
    "SMTPUsername": "owner",
    "SMTPPassword": "owners secret",
    "SMTPSnapShot": "0",
}
"""What was set up before anybody asked for mails."""
SMTP: Final = "net/SMTPInfo"
LINKS: Final = ("alarm/MDAccessInfo", "alarm/IOAccessInfo")


@asynccontextmanager
async def mailing(
    session: ClientSession, options: VserverOptions | None = None
) -> AsyncIterator[tuple[Bench, Post]]:
    """Run a unit that can mail, and a server for its mails."""
    async with bench(session, options) as one:
        for name, value in OWNERS.items():
            one.unit.settings.set(SMTP, name, value)
        for number, _ in one.unit.numbered:
            one.unit.settings.set("alarm/MDInfo", "MDEnable", 1, number)
        if one.unit.options.io_trigger == "setting":
            # A closed contact is the alarm.
            for number in range(1, one.unit.options.alarm_inputs + 1):
                one.unit.settings.set("alarm/IOTrigInfo", "IOTrig", 0, 1, number)
        async with posted(one.device) as post:
            yield one, post
            await one.unit.settle()


def stored(one: Bench) -> dict[str, dict[str, str]]:
    """Return everything that mails depend on."""
    settings, found = one.unit.settings, {}
    for label in (SMTP, *LINKS):
        group = settings.group(label)
        for number, _ in one.unit.numbered:
            for row in group.rows or (0,):
                values = settings.of(group, number, row)
                found[f"{label} {number} {row}"] = {**values}
    return found


WAYS: Final[dict[str, dict[str, Any]]] = {
    "document": {},
    "aliases": {"io_names": "table", "io_number": "Channel"},
    "syntax": {"io_names": "syntax", "repeat": "fields"},
    "mapped": {"refusal_status": "mapped", "set_answer": "result", "auth": "digest"},
    "live": {"io_trigger": "live"},
    "chinese": {
        "mail_subject": "通道{channel} 移动侦测",
        "mail_subject_input": "输入{input}",
    },
}


@pytest.mark.parametrize("way", WAYS)
async def test_from_beginning_to_end(session: ClientSession, way: str) -> None:
    """Motion and inputs are told with a picture, and all is as it was at last."""
    async with mailing(session, dome(**WAYS[way])) as (one, post):
        before = stored(one)
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.UNPROVEN, None)
        await one.device.connect()
        motion = one.get(Detector, Key.MOTION)
        delivery = one.get(Detector, Key.EVENT_DELIVERY)
        assert (motion.read(), delivery.read()) == (None, None)

        assert one.unit.detect_motion()
        await one.unit.settle()
        (notice,) = post.news()
        assert (notice.unit, notice.key, notice.kind) == (BOX, "detection", "motion")
        assert (motion.read(), delivery.read()) == (True, True)
        (sent,) = one.unit.notices_of("mail")
        assert sent.sent
        shown = one.get(Picture, Key.EVENT_PICTURE).read()
        assert shown is not None
        assert shown == notice.picture
        assert shown.jpeg == sent.picture
        one.unit.clock.advance(30)
        assert motion.read() is False

        one.unit.set_alarm_input(2)
        await one.unit.settle()
        (notice,) = post.news()
        assert (notice.key, notice.kind, dict(notice.data)) == (
            "alarm",
            "input",
            {"number": 2},
        )
        assert one.get(Detector, Key.ALARM_INPUT, "2").read() is True
        one.unit.clock.advance(5)
        await one.device.refresh(Cadence.STATE, None)
        assert one.device.take_notices() == ()

        await post.mails.unsubscribe()
        assert stored(one) == before
        await one.device.connect()
        assert one.absent()[Key.MOTION].reason is AbsenceReason.NOT_CONFIGURED


async def test_what_is_written(session: ClientSession) -> None:
    """The server comes last and goes first; the login is never touched."""
    async with mailing(session) as (one, post):
        await post.subscribe()
        labels = [write.label for write in one.unit.writes]
        assert labels == [*LINKS, "alarm/IOAccessInfo", SMTP]
        changes = {
            name: value for name, (_, value) in one.unit.writes[-1].changes.items()
        }
        assert changes == {
            "SMTPServerIP": HOST,
            "SMTPPort": str(post.target.port),
            "SMTPUseSSL": "0",
            "FromMail": ADDRESS,
            "ToMail": ADDRESS,
            "SMTPSnapShot": "1",
        }
        sent = " ".join(record.raw_query for record in one.unit.requests)
        assert "SMTPAuth" not in sent
        assert "SMTPPassword" not in sent
        one.unit.forget()
        await post.mails.unsubscribe()
        labels = [write.label for write in one.unit.writes]
        assert labels == [SMTP, *LINKS, "alarm/IOAccessInfo"]
        text = json.dumps(one.device.dump())
        assert ADDRESS not in text
        assert "owners secret" not in text


async def test_four_channels(session: ClientSession) -> None:
    """Each channel tells for itself; the inputs are of the unit."""
    async with mailing(session, VserverOptions.full()) as (one, post):
        before = stored(one)
        await post.subscribe()
        await one.device.connect()
        for number in (3, 1):
            one.unit.detect_motion(number)
            await one.unit.settle()
            (notice,) = post.news()
            assert notice.unit == f"channel_{number}"
            unit = notice.unit
            assert one.get(Detector, Key.MOTION, unit=unit).read() is True
            picture = one.get(Picture, Key.EVENT_PICTURE, unit=unit).read()
            assert picture == notice.picture
        assert one.get(Detector, Key.MOTION, unit="channel_2").read() is None
        assert Key.MOTION not in {key for key, _ in one.features()}
        one.unit.set_alarm_input(1)
        await one.unit.settle()
        (notice,) = post.news()
        assert (notice.unit, notice.kind) == (BOX, "input")
        assert one.get(Picture, Key.EVENT_PICTURE).read() == notice.picture
        await post.mails.unsubscribe()
        assert stored(one) == before


@pytest.mark.parametrize("number", [0, 5, 32])
async def test_a_channel_that_is_not_there(session: ClientSession, number: int) -> None:
    """What a mail says of a place that is not known was seen at the first one."""
    options = VserverOptions.full(mail_subject=f"Motion at channel {number}")
    async with mailing(session, options) as (one, post):
        await post.subscribe()
        one.unit.detect_motion(2)
        await one.unit.settle()
        assert [notice.unit for notice in post.news()] == ["channel_1"]
        await post.mails.unsubscribe()


async def test_no_name_of_a_host(session: ClientSession) -> None:
    """The unit takes addresses only: nothing is written."""
    async with mailing(session) as (one, post):
        target = MailTarget(host="home.local", port=25, address=ADDRESS)
        proof = await post.mails.subscribe(target)
        assert (proof.delivery, proof.leg) == (Delivery.FAILED, Leg.SETTINGS)
        assert one.unit.writes == []
        assert not post.mails.configured


async def test_a_refused_server(session: ClientSession) -> None:
    """What cannot be set up whole is undone."""
    async with mailing(session) as (one, post):
        before = stored(one)
        one.unit.options.absent = {"net_set/SMTPInfo": 502}
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.FAILED, Leg.SETTINGS)
        assert stored(one) == before


async def test_what_the_owner_does_meanwhile(session: ClientSession) -> None:
    """It stays: a link that was switched off, and another server."""
    async with mailing(session) as (one, post):
        before = stored(one)
        await post.subscribe()
        await one.device.connect()
        assert await post.mails.verify(post.target)
        await one.get(Toggle, Key.MOTION_EMAIL).write(False)
        await post.mails.unsubscribe()
        assert stored(one) == before
        await post.subscribe()
        one.unit.settings.set(SMTP, "SMTPServerIP", "192.0.2.9")
        assert not await post.mails.verify(post.target)
        one.unit.forget()
        await post.mails.unsubscribe()
        assert one.unit.writes == []


async def test_shown_links_follow(session: ClientSession) -> None:
    """A switch shows what was set for the mails, and that it was taken back."""
    async with mailing(session) as (one, post):
        link = one.get(Toggle, Key.MOTION_EMAIL)
        assert link.read() is False
        for on in (True, False):
            if on:
                await post.subscribe()
            else:
                await post.mails.unsubscribe()
            one.unit.clock.advance(3)
            await one.device.refresh(Cadence.SETTINGS, None)
            assert link.read() is on


async def test_given_back_by_another_object(session: ClientSession) -> None:
    """A unit that is taken away is only identified before."""
    async with mailing(session, VserverOptions.full()) as (one, post):
        before = stored(one)
        await post.subscribe()
        other = VserverDevice(login_to(one.unit), one.world.surroundings)
        await other.identify()
        assert other.mails is not None
        await other.mails.unsubscribe()
        await other.close()
        assert stored(one) == before
        assert one.world.memory.get("mail") is None


async def test_out_of_reach(session: ClientSession) -> None:
    """What cannot be given back now is given back later."""
    async with mailing(session) as (one, post):
        before = stored(one)
        await post.subscribe()
        one.unit.faults.add(FaultKind.DROP_BEFORE, count=None)
        with pytest.raises(DeviceConnectionError):
            await post.mails.unsubscribe()
        assert post.mails.configured
        one.unit.faults.clear()
        await post.mails.unsubscribe()
        assert stored(one) == before


async def test_a_unit_without_mails(session: ClientSession) -> None:
    """It says so, and nothing was written."""
    options = dome(absent={"net_get/SMTPInfo": 501})
    async with bench(session, options) as one, posted(one.device) as post:
        with pytest.raises(DeviceUnsupportedError):
            await post.subscribe()
        assert one.unit.writes == []


async def test_a_unit_without_inputs(session: ClientSession) -> None:
    """A mail about an input of a unit that has none is nobody's."""
    options = VserverOptions(mail_subject="I/O Alarm: Input 1")
    async with mailing(session, options) as (one, post):
        await post.subscribe()
        await one.device.connect()
        one.unit.detect_motion()
        await one.unit.settle()
        assert len(post.raw) == 1
        assert post.news() == []
        assert one.get(Happening, Key.DETECTION).kinds == ("motion",)
        await post.mails.unsubscribe()
