"""Alarm mails: set up, proven and given back, in both generations."""

from copy import deepcopy
from typing import Literal

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.kit import mailing
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.model.vocabulary import Delivery, Leg
from tests.emulators.base import FaultKind
from tests.emulators.reolink import ReolinkOptions

from .mail_rig import MAILBOX, posted

ALWAYS = "1" * 168
NEVER = "0" * 168
NIGHTS = "1" * 6 + "0" * 162


async def test_a_camera_is_pointed_here_and_back(session: ClientSession) -> None:
    """A test proves it; only what has to be is changed, and the password never."""
    async with posted(session, ReolinkOptions()) as post:
        tables = {"MD": NIGHTS, "AI_PEOPLE": NEVER, "AI_VEHICLE": ALWAYS}
        post.rig.emulator.settings.change(
            "EmailV20",
            enable=0,
            ssl=1,
            interval="10 Minutes",
            schedule={"table": {**tables, "AI_DOG_CAT": NEVER}},
        )
        before = deepcopy(post.stored())
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.PROVEN, None)
        assert proof.seconds is not None
        now = post.stored()
        assert now == {
            **before,
            "smtpServer": "127.0.0.1",
            "smtpPort": post.target.port,
            "ssl": 0,
            "addr1": MAILBOX,
            "addr2": "",
            "addr3": "",
            "attachmentType": 1,
            "enable": 1,
            "interval": "30 Seconds",
            "schedule": {
                "channel": 0,
                "table": {**dict.fromkeys(tables, ALWAYS), "AI_DOG_CAT": ALWAYS},
            },
        }
        (test,) = post.rig.emulator.mails.sent
        assert (test.username, test.password) == (now["userName"], "hunter2-mail")
        assert test.recipients == (MAILBOX,)
        assert post.notices == []
        assert await post.mails.verify(post.target)
        await post.mails.unsubscribe()
        assert post.stored() == before
        assert post.rig.world.memory.get("mail") is None
        sent = [*post.written(), *(call["Email"] for call in post.rig.emulator.tests)]
        assert len(sent) == 3
        assert not any("password" in fields for fields in sent)
        assert not await post.mails.verify(post.target)


async def test_the_older_generation(session: ClientSession) -> None:
    """Its words are others, and its schedule is one for all alarms."""
    async with posted(session, ReolinkOptions(schedule_version=0)) as post:
        post.rig.emulator.settings.change(
            "Email", attachment="video", schedule={"enable": 0, "table": NIGHTS}
        )
        before = deepcopy(post.stored())
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        now = post.stored()
        assert (now["attachment"], now["interval"]) == ("picture", "30 Seconds")
        assert now["schedule"] == {"enable": 1, "table": ALWAYS}
        assert (now["smtpServer"], now["smtpPort"]) == ("127.0.0.1", post.target.port)
        await post.mails.unsubscribe()
        assert post.stored() == before
        assert not any("password" in fields for fields in post.written())


async def test_a_recorder(session: ClientSession) -> None:
    """Each camera has a schedule and a switch; the server is set first, given last."""
    async with posted(session, ReolinkOptions.nvr(3)) as post:
        settings = post.rig.emulator.settings
        settings.change("EmailV20", 1, scheduleEnable=0)
        table = {"MD": NEVER, "AI_PEOPLE": NIGHTS}
        settings.change("EmailV20", 2, schedule={"table": table})
        before = deepcopy(post.all_stored)
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        now = post.all_stored
        assert [one["scheduleEnable"] for one in now] == [1, 1, 1]
        assert {day for one in now for day in one["schedule"]["table"].values()} == {
            ALWAYS
        }
        written = post.written()
        assert ["smtpServer" in fields for fields in written] == [True, False, False]
        assert [fields["schedule"]["channel"] for fields in written] == [0, 1, 2]
        post.rig.emulator.forget()
        await post.mails.unsubscribe()
        assert post.all_stored == before
        assert ["smtpServer" in one for one in post.written()] == [False, False, True]


async def test_a_camera_that_is_away_when_it_is_given_back(
    session: ClientSession,
) -> None:
    """All others get theirs back, and the server is the owner's again."""
    async with posted(session, ReolinkOptions.nvr(3)) as post:
        post.rig.emulator.settings.change("EmailV20", 2, scheduleEnable=0)
        before = deepcopy(post.all_stored)
        await post.subscribe()
        post.rig.emulator.set_online(2, online=False)
        await post.mails.unsubscribe()
        now = post.all_stored
        assert now[:2] == before[:2]
        assert now[2] == {**before[2], "scheduleEnable": 1}


async def test_without_a_switch_for_each_camera(session: ClientSession) -> None:
    """What a device does not tell is not written."""
    async with posted(session, ReolinkOptions.nvr(2, task_enable=False)) as post:
        before = deepcopy(post.all_stored)
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        await post.mails.unsubscribe()
        assert post.all_stored == before
        assert not any("scheduleEnable" in fields for fields in post.written())


async def test_a_device_that_never_sent_a_mail(session: ClientSession) -> None:
    """It needs a sender, which is taken away again."""
    async with posted(session, ReolinkOptions()) as post:
        empty = dict.fromkeys(("userName", "password", "addr1", "smtpServer"), "")
        post.rig.emulator.settings.change("EmailV20", **empty, addr2="", addr3="")
        before = deepcopy(post.stored())
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        assert post.stored()["userName"] == "camera@watchpost.local"
        assert post.stored()["password"] == ""
        await post.mails.unsubscribe()
        assert post.stored() == before


@pytest.mark.parametrize("missing", [-1, -4, -23])
async def test_a_test_that_needs_a_password(
    session: ClientSession, missing: Literal[-1, -4, -23]
) -> None:
    """One that is made up does; the owner's stays where it is."""
    options = ReolinkOptions(mail_test="needs_password", missing=missing)
    async with posted(session, options) as post:
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        (test,) = post.rig.emulator.mails.sent
        assert test.password == "watchpost"
        assert post.stored()["password"] == "hunter2-mail"


async def test_a_test_that_is_stored(session: ClientSession) -> None:
    """What it changes is put back at once."""
    async with posted(session, ReolinkOptions(mail_test="keeps")) as post:
        settings = post.rig.emulator.settings
        settings.change("EmailV20", addr3="other@example.com")
        before = deepcopy(post.stored())
        assert (await post.subscribe()).delivery is Delivery.PROVEN
        assert post.stored()["password"] == "hunter2-mail"
        assert post.stored()["userName"] == before["userName"]
        await post.mails.unsubscribe()
        assert post.stored() == before


async def test_nothing_arrives(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is as it was."""
    monkeypatch.setattr(mailing, "_PROOF", 0.05)
    async with posted(session, ReolinkOptions(mail_test="silent")) as post:
        before = deepcopy(post.stored())
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.FAILED, Leg.ARRIVAL)
        assert post.stored() == before


@pytest.mark.parametrize(
    ("command", "leg"), [("SetEmailV20", Leg.SETTINGS), ("TestEmail", Leg.TEST)]
)
async def test_what_is_refused(session: ClientSession, command: str, leg: Leg) -> None:
    """The part of the way is named, and everything is as it was."""
    async with posted(session, ReolinkOptions()) as post:
        before = deepcopy(post.stored())
        count = 2 if command == "TestEmail" else 1
        post.rig.emulator.plans.refuse(command, -100, count=count)
        proof = await post.subscribe()
        assert (proof.delivery, proof.leg) == (Delivery.FAILED, leg)
        assert post.stored() == before
        assert post.rig.world.memory.get("mail") is None


async def test_it_breaks_off_in_the_middle(session: ClientSession) -> None:
    """What was done is undone."""
    async with posted(session, ReolinkOptions.nvr(2)) as post:
        for number in range(2):
            post.rig.emulator.settings.change("EmailV20", number, scheduleEnable=0)
        before = deepcopy(post.all_stored)
        post.rig.emulator.faults.add(
            FaultKind.DROP_AFTER,
            match=lambda record: b"SetEmailV20" in record.body,
            skip=1,
        )
        with pytest.raises(DeviceError):
            await post.subscribe()
        assert post.all_stored == before
        assert len(post.written()) == 4


async def test_after_a_restart(session: ClientSession) -> None:
    """Who takes the entry away has only asked for the name of the device."""
    async with posted(session, ReolinkOptions.nvr(2)) as post:
        before = deepcopy(post.all_stored)
        await post.subscribe()
        device = await post.restart()
        await device.identify()
        await post.mails.unsubscribe()
        assert post.all_stored == before


async def test_the_owner_has_set_another_server(session: ClientSession) -> None:
    """Then nothing is ours any more, and nothing is touched."""
    async with posted(session, ReolinkOptions()) as post:
        await post.subscribe()
        settings = post.rig.emulator.settings
        settings.change("EmailV20", smtpServer="mail.example.com", addr1="me@ex.com")
        now = deepcopy(post.stored())
        assert not await post.mails.verify(post.target)
        assert [problem.key for problem in post.device.problems()] == [
            "events_not_delivered"
        ]
        await post.mails.unsubscribe()
        assert post.stored() == now


@pytest.mark.parametrize("which", ["unable", "guest"])
async def test_who_cannot(session: ClientSession, which: str) -> None:
    """A device without mail, and an account that may not change it."""
    able = {"email": 0 if which == "unable" else 1}
    async with posted(session, ReolinkOptions(abilities=able), start=False) as post:
        emulator = post.rig.emulator
        levels = {"unable": "admin", "guest": "guest"}
        emulator.sessions.users["admin"].level = levels[which]
        await post.rig.start()
        assert post.device.mails is None
