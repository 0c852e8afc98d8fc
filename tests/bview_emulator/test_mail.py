"""The mails that the emulated camera sends of motion, and to try them out."""

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default

import pytest

from custom_components.watchpost.inbox.mail import MailServer

from .bench import Bench

EMAIL = "/Network/EMail"
TRIGGER = "/Pictures/1/Motion/Trigger"
GUARD = "guard@example.com"


@pytest.fixture
async def inbox(bench: Bench) -> AsyncIterator[list[bytes]]:
    """Run a mail server and have the camera send to it."""
    mails: list[bytes] = []
    server = MailServer()
    await server.start("127.0.0.1", 0)
    server.add(GUARD, mails.append)
    settings = bench.unit.settings
    settings.set(EMAIL, "Enable", "true")
    settings.set(EMAIL, "SMTPServer", "127.0.0.1")
    settings.set(EMAIL, "SMTPPort", server.port)
    settings.set(TRIGGER, "Mail/Enable", "true")
    yield mails
    await server.close()


async def move(bench: Bench, seconds: float = 0) -> None:
    """Let time pass, and something move for a second."""
    bench.unit.clock.advance(seconds)
    assert bench.unit.detect_motion(1)
    await bench.unit.settle()


async def test_motion_with_a_picture(bench: Bench, inbox: list[bytes]) -> None:
    """The mail carries what the camera saw."""
    await move(bench)
    (raw,) = inbox
    (sent,) = bench.unit.mails
    mail = message_from_bytes(raw, policy=default)
    (picture,) = mail.iter_attachments()
    assert picture.get_content() == sent.picture
    assert mail["Subject"] == "Camera: Motion detected"
    assert (sent.error, sent.login) == (None, ("camera@example.com", ""))


async def test_pause_hours_and_switches(bench: Bench, inbox: list[bytes]) -> None:
    """Motion is mailed once a minute, in its hours, while it is switched on."""
    settings = bench.unit.settings
    await move(bench)
    await move(bench, 30)
    assert len(inbox) == 1
    await move(bench, 61)
    assert len(inbox) == 2
    settings.set(EMAIL, "Schedule/AllDay", "false")
    for day in range(7):
        name = f"Schedule/TimeBlockList/TimeBlock_{day}"
        settings.set(EMAIL, name, "0" * 48)
    await move(bench, 61)
    settings.set(EMAIL, "Schedule/AllDay", "true")
    settings.set(EMAIL, "Enable", "false")
    await move(bench, 61)
    settings.set(EMAIL, "Enable", "true")
    settings.set(TRIGGER, "Mail/Enable", "false")
    await move(bench, 61)
    assert len(inbox) == 2


async def test_a_test(bench: Bench, inbox: list[bytes]) -> None:
    """It is sent however short the last mail is ago, without a picture if so set."""
    bench.unit.settings.set(EMAIL, "AttachedSnapshot", "false")
    for _ in range(2):
        assert (await bench.put("/System/SendTestEmail")).status == 200
        await bench.unit.settle()
    assert len(inbox) == 2
    mail = message_from_bytes(inbox[0], policy=default)
    assert list(mail.iter_attachments()) == []


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("SMTPServer", "smtp.example.com", "unknown name"),
        ("SMTPServer", "192.0.2.1", "unreachable"),
        ("SMTPTLSConfig/SMTPTLS", "on", "the server has no TLS"),
        ("SMTPPort", "1", "ConnectionRefusedError"),
    ],
)
async def test_what_does_not_work(
    bench: Bench, inbox: list[bytes], name: str, value: str, error: str
) -> None:
    """Nothing leaves this computer, and what went wrong is known."""
    bench.unit.settings.set(EMAIL, name, value)
    await move(bench)
    (sent,) = bench.unit.mails
    assert sent.error is not None
    assert sent.error.startswith(error)
    assert inbox == []
