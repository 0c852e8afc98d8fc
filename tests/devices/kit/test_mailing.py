"""Mail settings of a device: borrowed, proven, given back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import override

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.kit import mailing
from custom_components.watchpost.devices.kit.mailing import BorrowedMails, MailRoute
from custom_components.watchpost.devices.kit.mails import MailedAlarm
from custom_components.watchpost.devices.kit.scene import Subject
from custom_components.watchpost.devices.model.device import Json, MailTarget, Notice
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
)
from custom_components.watchpost.devices.model.vocabulary import (
    Delivery,
    DetectionKind,
    EventPath,
    Leg,
)
from tests.devices.kit.scene_rig import Stage, staged

TARGET = MailTarget(host="192.0.2.9", port=2525, address="abc@watchpost.local")
OTHER = MailTarget(host="192.0.2.9", port=2526, address="abc@watchpost.local")
FORMER: dict[str, Json] = {"server": "mail.example.com", "to": "me@example.com"}
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 50 + b"\xff\xd9"


def mail(subject: str = "Motion detected", picture: bytes | None = None) -> bytes:
    """Return a mail as a device writes it."""
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content(f"{subject}\r\n")
    if picture is not None:
        message.add_attachment(picture, maintype="image", subtype="jpeg")
    return message.as_bytes()


@dataclass
class Table(MailRoute):
    """The settings of a device, and what goes wrong with them."""

    now: dict[str, Json] = field(default_factory=lambda: dict(FORMER))
    errors: dict[str, DeviceError] = field(default_factory=dict)
    """What each step raises."""
    half: bool = False
    """Whether pointing breaks off in the middle."""
    tests: bool = True
    mails: BorrowedMails | None = None
    """Whom a test goes to."""
    writes: list[str] = field(default_factory=list)

    def fail(self, step: str) -> None:
        """Raise what is planned."""
        if step in self.errors:
            raise self.errors[step]

    @override
    async def read(self) -> dict[str, Json]:
        self.fail("read")
        return dict(self.now)

    @override
    async def point(self, target: MailTarget) -> None:
        self.fail("point")
        self.writes.append("point")
        self.now["server"] = f"{target.host}:{target.port}"
        if self.half:
            raise DeviceConnectionError
        self.now["to"] = target.address

    @override
    def is_ours(self, state: dict[str, Json], target: MailTarget) -> bool:
        server = f"{target.host}:{target.port}"
        return state["server"] == server and state["to"] == target.address

    @override
    async def restore(self, former: dict[str, Json]) -> None:
        self.fail("restore")
        self.writes.append("restore")
        self.now = dict(former)

    @override
    async def test(self, target: MailTarget) -> bool:
        self.fail("test")
        if self.mails is not None:
            assert self.mails.handle(mail("Test mail")) == ()
        return self.tests


@dataclass
class Bench:
    """A device with mails."""

    stage: Stage
    table: Table
    mails: BorrowedMails


def place(alarm: MailedAlarm) -> Subject | None:
    """Know one camera, the first."""
    if alarm.number not in (None, 1) or not isinstance(alarm.kind, DetectionKind):
        return None
    return Subject(kind=alarm.kind)


@pytest.fixture
async def bench(session: ClientSession) -> AsyncIterator[Bench]:
    """Return a device that mails to somebody else."""
    async with staged(session) as stage:
        table = Table()
        mails = BorrowedMails(
            table, stage.world.surroundings, stage.scene, stage.paths, place
        )
        table.mails = mails
        yield Bench(stage, table, mails)


async def test_a_test_that_arrives_proves_it(bench: Bench) -> None:
    """The time that it took is told, and a test is no alarm."""
    proof = await bench.mails.subscribe(TARGET)

    assert proof.delivery is Delivery.PROVEN
    assert proof.seconds is not None
    assert bench.table.now == {"server": "192.0.2.9:2525", "to": TARGET.address}
    assert bench.stage.paths.best is EventPath.MAIL
    assert bench.stage.paths.delivery() is True


async def test_a_device_without_a_test_is_not_proven(bench: Bench) -> None:
    """The first alarm shows it."""
    bench.table.mails, bench.table.tests = None, False

    assert (await bench.mails.subscribe(TARGET)).delivery is Delivery.UNPROVEN
    assert bench.stage.paths.delivery() is None

    (notice,) = bench.mails.handle(mail(picture=JPEG))
    assert (notice.kind, notice.picture and notice.picture.jpeg) == ("motion", JPEG)
    assert bench.stage.paths.delivery() is True


@pytest.mark.parametrize(
    ("step", "error", "leg"),
    [
        pytest.param("point", DeviceRequestError(), Leg.SETTINGS, id="settings"),
        pytest.param("point", DeviceUnsupportedError(), Leg.SETTINGS, id="unsupported"),
        pytest.param("test", DeviceRequestError(), Leg.TEST, id="test"),
    ],
)
async def test_what_is_refused_is_named_and_undone(
    bench: Bench, step: str, error: DeviceError, leg: Leg
) -> None:
    """The device is as it was."""
    bench.table.errors[step] = error
    bench.table.mails = None

    proof = await bench.mails.subscribe(TARGET)

    assert (proof.delivery, proof.leg) == (Delivery.FAILED, leg)
    assert bench.table.now == FORMER
    assert not bench.mails.configured


async def test_a_test_that_does_not_arrive(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device says that it was sent."""
    monkeypatch.setattr(mailing, "_PROOF", 0.01)
    bench.table.mails = None

    proof = await bench.mails.subscribe(TARGET)

    assert (proof.delivery, proof.leg) == (Delivery.FAILED, Leg.ARRIVAL)
    assert bench.table.now == FORMER


async def test_a_test_that_arrives_in_spite_of_an_error(bench: Bench) -> None:
    """It complains about something else."""
    arriving = bench.mails

    class Late(Table):
        @override
        async def test(self, target: MailTarget) -> bool:
            arriving.handle(mail("Test mail"))
            raise DeviceRequestError

    bench.table.__class__ = Late

    assert (await bench.mails.subscribe(TARGET)).delivery is Delivery.PROVEN


@pytest.mark.parametrize("half", [False, True])
async def test_a_lost_connection_is_told_and_undone(bench: Bench, half: bool) -> None:
    """A half change is undone, too."""
    bench.table.half = half
    if not half:
        bench.table.errors["test"] = DeviceConnectionError()
        bench.table.mails = None

    if half:
        with pytest.raises(DeviceConnectionError):
            await bench.mails.subscribe(TARGET)
    else:
        assert (await bench.mails.subscribe(TARGET)).leg is Leg.TEST

    assert bench.table.now == FORMER


async def test_what_cannot_be_undone_now_is_undone_later(bench: Bench) -> None:
    """It is remembered until the owner switches mails off."""
    bench.table.half = True
    bench.table.errors["restore"] = DeviceConnectionError()
    with pytest.raises(DeviceConnectionError):
        await bench.mails.subscribe(TARGET)
    assert bench.mails.configured
    bench.table.errors.clear()
    bench.table.now["to"] = TARGET.address

    await bench.mails.unsubscribe()

    assert bench.table.now == FORMER
    assert not bench.mails.configured


async def test_another_target_keeps_what_was_first(bench: Bench) -> None:
    """Our own earlier settings are not what is put back."""
    await bench.mails.subscribe(TARGET)
    await bench.mails.subscribe(OTHER)
    await bench.mails.subscribe(OTHER)

    await bench.mails.unsubscribe()

    assert bench.table.now == FORMER
    await bench.mails.unsubscribe()
    assert bench.table.writes == ["point", "point", "point", "restore"]


async def test_what_somebody_else_has_set_stays(bench: Bench) -> None:
    """It is not ours to put anything back."""
    await bench.mails.subscribe(TARGET)
    bench.table.now["server"] = "mail.example.net"

    assert await bench.mails.verify(TARGET) is False
    assert bench.stage.paths.delivery() is False
    await bench.mails.unsubscribe()

    assert bench.table.now["server"] == "mail.example.net"
    assert not bench.mails.configured


async def test_a_refused_restore_is_told(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the secret in it, and nothing is remembered."""
    await bench.mails.subscribe(TARGET)
    bench.table.errors["restore"] = DeviceRequestError()

    await bench.mails.unsubscribe()

    assert "earlier mail settings" in caplog.text
    assert TARGET.address not in caplog.text
    assert not bench.mails.configured


async def test_verify_looks_and_writes_nothing(bench: Bench) -> None:
    """It is right if the device has what was set, for this target."""
    assert await bench.mails.verify(TARGET) is False
    await bench.mails.subscribe(TARGET)
    bench.table.writes.clear()

    assert await bench.mails.verify(TARGET) is True
    assert await bench.mails.verify(OTHER) is False
    assert bench.table.writes == []


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail("Motion at channel 7"), id="somebody else"),
        pytest.param(mail("Video signal lost"), id="no alarm"),
        pytest.param(mail("This is a test"), id="test"),
    ],
)
async def test_mails_that_are_no_event(bench: Bench, raw: bytes) -> None:
    """They show that mails come, and nothing else."""
    await bench.mails.subscribe(TARGET)

    assert bench.mails.handle(raw) == ()
    assert bench.stage.paths.counts[EventPath.MAIL] == 2


async def test_without_a_subscription_nothing_comes_in(bench: Bench) -> None:
    """Mails were switched off."""
    assert bench.mails.handle(mail()) == ()
    assert bench.stage.paths.last_event is None


async def test_two_changes_do_not_overtake_each_other(bench: Bench) -> None:
    """What was first is put back, whatever comes together."""
    await asyncio.gather(
        bench.mails.subscribe(TARGET),
        bench.mails.subscribe(OTHER),
        bench.mails.unsubscribe(),
    )

    assert bench.table.now == FORMER


async def test_two_mails_of_one_motion_are_one_event(bench: Bench) -> None:
    """Cameras send several pictures."""
    await bench.mails.subscribe(TARGET)
    told: list[Notice] = []
    for picture in (JPEG, JPEG + b"2"):
        told += bench.mails.handle(mail(picture=picture))

    assert len(told) == 1
    shown = bench.stage.scene.picture("")
    assert shown is not None
    assert shown.jpeg in (JPEG, JPEG + b"2")
