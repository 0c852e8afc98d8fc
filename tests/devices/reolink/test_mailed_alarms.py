"""Alarm mails that come in: whose they are, what they say, and what polls say."""

from email.message import EmailMessage
from typing import Any, Literal

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import BOX
from custom_components.watchpost.devices.model.features import (
    Detector,
    Happening,
    Picture,
    Reading,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    DetectionKind as K,
    EventPath,
    Key,
)
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .mail_rig import Post, posted

type Style = Literal["labels", "name", "number", "nobody"]


async def settled(post: Post) -> None:
    """Switch mails on and restart, as an entry does."""
    await post.subscribe()
    await post.restart()
    await post.rig.start()
    assert await post.mails.verify(post.target)
    await post.rig.poll()
    post.notices.clear()
    post.rig.emulator.mails.sent.clear()


def letter(subject: str, text: str = "") -> bytes:
    """Return a mail that no emulated unit would write."""
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content(text)
    return message.as_bytes()


def told(post: Post) -> list[tuple[str, str]]:
    """Return where what has happened, so far."""
    return [(notice.unit, notice.kind) for notice in post.notices]


async def test_a_mail_with_a_picture(session: ClientSession) -> None:
    """It is an event, and the picture is what the camera has sent."""
    async with posted(session, ReolinkOptions()) as post:
        await settled(post)
        post.rig.emulator.detect(0, "people")
        await post.see()
        (notice,) = post.notices
        (sent,) = post.rig.emulator.mails.sent
        assert (notice.unit, notice.key, notice.kind) == (BOX, Key.DETECTION, K.PERSON)
        assert notice.picture is not None
        assert notice.picture.jpeg == sent.picture
        shown = post.rig.feature(Picture, Key.EVENT_PICTURE).read()
        assert shown == notice.picture
        assert post.shows(K.PERSON) is True
        assert post.device.dump()["events"] == {
            "in_use": "mail",
            "chosen": {"mail": True},
            "messages": {"mail": 1},
            "silent": False,
        }


async def test_a_mail_and_the_poll_are_one_event(session: ClientSession) -> None:
    """Whoever is first tells it; the detector shows it as long as either does."""
    async with posted(session, ReolinkOptions()) as post:
        await settled(post)
        post.rig.emulator.detect(0)
        await post.see()
        await post.poll()
        assert told(post) == [(BOX, K.MOTION)]
        assert post.shows() is True
        post.rig.emulator.detect(0, active=False)
        await post.poll()
        assert post.shows() is True
        await post.see(seconds=31)
        assert post.shows() is False
        # The other way round, after the interval between two mails.
        post.notices.clear()
        server = post.rig.emulator.settings.fields("EmailV20")["smtpPort"]
        post.rig.emulator.settings.change("EmailV20", smtpPort=1)
        post.rig.emulator.detect(0)
        await post.poll()
        assert told(post) == [(BOX, K.MOTION)]
        post.rig.emulator.settings.change("EmailV20", smtpPort=server)
        post.take(letter("Motion Detection"))
        assert told(post) == [(BOX, K.MOTION)]


async def test_a_mail_that_the_poll_has_missed(session: ClientSession) -> None:
    """It ends by itself, when somebody has looked."""
    async with posted(session, ReolinkOptions()) as post:
        await settled(post)
        post.rig.emulator.detect(0, seconds=1)
        await post.see(seconds=2)
        await post.poll()
        assert told(post) == [(BOX, K.MOTION)]
        assert post.shows() is True
        await post.see(seconds=31)
        assert post.shows() is False
        await post.poll()
        assert told(post) == [(BOX, K.MOTION)]


@pytest.mark.parametrize("style", ["labels", "name", "number"])
async def test_the_camera_of_a_recorder(session: ClientSession, style: Style) -> None:
    """It is named, or has a number; a number in a name is none of a channel."""
    options = ReolinkOptions.nvr(3, mail_style=style)
    options.channels[0].name = "Camera 2"
    options.channels[1].name = "Front Door"
    options.channels[2].name = "Door"
    async with posted(session, options) as post:
        await settled(post)
        for channel in range(3):
            post.rig.emulator.detect(channel)
            await post.see()
        assert told(post) == [
            ("channel_1", K.MOTION),
            ("channel_2", K.MOTION),
            ("channel_3", K.MOTION),
        ]
        shots = [mail.picture for mail in post.rig.emulator.mails.sent]
        units = ["channel_1", "channel_2", "channel_3"]
        pictures = [
            post.rig.feature(Picture, Key.EVENT_PICTURE, unit).read() for unit in units
        ]
        assert [one.jpeg if one else None for one in pictures] == shots
        assert len(set(shots)) == 3


async def test_nobody_is_named(session: ClientSession) -> None:
    """At a recorder it is nobody's, at a camera its own."""
    async with posted(session, ReolinkOptions.nvr(2, mail_style="nobody")) as post:
        await settled(post)
        post.rig.emulator.detect(1)
        await post.see()
        post.take(letter("Something", "Look at this"))
        assert len(post.rig.emulator.mails.sent) == 1
        assert post.notices == []
    async with posted(session, ReolinkOptions(mail_style="nobody")) as post:
        await settled(post)
        post.rig.emulator.detect(0)
        await post.see()
        assert told(post) == [(BOX, K.MOTION)]


@pytest.mark.parametrize(
    ("subject", "text", "unit", "kind"),
    [
        ("Car park - Motion Detection", "", "channel_1", K.MOTION),
        ("Car park - Vehicle Detected", "", "channel_1", K.VEHICLE),
        ("car PARK: motion", "Garden", None, None),
        ("Garden", "Animal Detected", "channel_2", K.ANIMAL),
        # It cannot tell faces, so it has seen something that moves.
        ("Garden", "Face Detected", "channel_2", K.MOTION),
        ("Motion", "Channel 2", "channel_2", K.MOTION),
        ("Motion", "Channel 9", None, None),
        # The number says which of two it is.
        ("Car park and Garden: motion", "Channel 02", "channel_2", K.MOTION),
        ("Gardening motion", "", None, None),
        ("Alarm input 3", "Garden", None, None),
    ],
)
async def test_what_a_mail_says(
    session: ClientSession, subject: str, text: str, unit: str | None, kind: K | None
) -> None:
    """Names of cameras are no words of an alarm."""
    options = ReolinkOptions.nvr(2)
    options.channels[0].name = "Car park"
    options.channels[1].name = "Garden"
    async with posted(session, options) as post:
        await settled(post)
        post.take(letter(subject, text))
        assert told(post) == ([] if unit is None else [(unit, kind)])


async def test_silence_is_noticed(session: ClientSession) -> None:
    """Twice seen and not mailed is a problem, until a mail comes again."""
    async with posted(session, ReolinkOptions()) as post:
        await settled(post)
        delivery = post.rig.feature(Detector, Key.EVENT_DELIVERY)
        assert delivery.read() is None
        settings = post.rig.emulator.settings
        settings.change("EmailV20", enable=0)
        for expected in (None, False):
            post.rig.emulator.detect(0)
            await post.poll()
            await post.see(seconds=61)
            post.rig.emulator.detect(0, active=False)
            await post.poll()
            assert delivery.read() is expected
            await post.see(seconds=60)
        assert [one.key for one in post.device.problems()] == ["events_not_delivered"]
        settings.change("EmailV20", enable=1)
        post.rig.emulator.detect(0)
        await post.see()
        assert delivery.read() is True
        assert post.device.problems() == ()


async def test_the_interval_is_no_silence(session: ClientSession) -> None:
    """What begins soon after a mail is not mailed."""
    async with posted(session, ReolinkOptions()) as post:
        await settled(post)
        for _ in range(10):
            post.rig.emulator.detect(0)
            await post.see()
            await post.poll()
            await post.see(seconds=12)
            post.rig.emulator.detect(0, active=False)
            await post.poll()
        await post.see(seconds=120)
        assert 3 <= len(post.rig.emulator.mails.sent) <= 5
        assert post.device.problems() == ()


async def test_only_who_was_set_up_is_expected_to_mail(session: ClientSession) -> None:
    """A camera that came later mails nothing, and that is no fault."""
    async with posted(session, ReolinkOptions.nvr(2, online=1)) as post:
        await settled(post)
        post.rig.emulator.set_online(1)
        await post.see(seconds=60)
        await post.rig.settings()
        await post.rig.poll()
        for _ in range(3):
            post.rig.emulator.settings.change("EmailV20", 1, scheduleEnable=0)
            post.rig.emulator.detect(1)
            await post.poll()
            await post.see(seconds=120)
            post.rig.emulator.detect(1, active=False)
            await post.poll()
        assert told(post) == [("channel_2", K.MOTION)] * 3
        assert post.device.problems() == ()


async def test_without_mails(session: ClientSession) -> None:
    """What is not set up is absent, with the reason; a mail is nothing."""
    async with posted(session, ReolinkOptions()) as post:
        absent = {(one.key, one.reason, one.detail) for one in post.device.absent}
        assert (
            Key.EVENT_PICTURE,
            AbsenceReason.NOT_CONFIGURED,
            "alarm_mails",
        ) in absent
        assert (
            Key.EVENT_DELIVERY,
            AbsenceReason.NOT_CONFIGURED,
            "alarm_mails, onvif_events",
        ) in absent
        post.take(letter("Motion Detection"))
        assert post.notices == []
    unable = ReolinkOptions(abilities={"email": 0})
    async with posted(session, unable) as post:
        absent = {(one.key, one.reason, one.detail) for one in post.device.absent}
        assert (Key.EVENT_PICTURE, AbsenceReason.UNSUPPORTED, "email") in absent


async def test_the_poll_stays_as_quick(session: ClientSession) -> None:
    """One mail in half a minute is no reason to look less often."""
    async with posted(session, ReolinkOptions()) as post:
        await settled(post)
        post.rig.emulator.detect(0)
        await post.see()
        path = post.rig.feature(Reading, Key.EVENT_PATH)
        assert path.read() == EventPath.MAIL
        assert post.device.interval(Cadence.STATE) < 3.0


async def test_events_of_a_kind_it_has(session: ClientSession) -> None:
    """The event names what polls see; nothing of what only others could."""
    options = ReolinkOptions(channels=[ChannelOptions(ai=("people",))])
    async with posted(session, options) as post:
        await settled(post)
        event: Any = post.rig.feature(Happening, Key.DETECTION)
        assert event.kinds == (K.MOTION, K.PERSON)
