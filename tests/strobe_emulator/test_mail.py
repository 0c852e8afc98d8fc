"""The mails that the emulated strobe sends on an alarm."""

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default

import pytest

from custom_components.watchpost.inbox.mail import MailServer
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, EMAIL

from .bench import Bench, with_options

GUARD = "guard@example.com"


@pytest.fixture
async def inbox(bench: Bench) -> AsyncIterator[list[bytes]]:
    """Run a mail server and have the unit send to it."""
    mails: list[bytes] = []
    server = MailServer()
    await server.start("127.0.0.1", 0)
    server.add(GUARD, mails.append)
    bench.configure(EMAIL, "Enabled", 1)
    bench.configure(EMAIL, "SmtServer", "127.0.0.1")
    bench.configure(EMAIL, "SmtPort", server.port)
    bench.configure(EMAIL, "Receiver_2", GUARD)
    bench.configure(ALARM, "EmailEnabled", 1)
    yield mails
    await server.close()


@with_options(
    StrobeOptions(), StrobeOptions(mail_text="named"), StrobeOptions(mail_text="empty")
)
async def test_an_alarm_is_mailed(bench: Bench, inbox: list[bytes]) -> None:
    """The title is the one that was set; the date is that of the unit."""
    await bench.unit.trigger_probe()
    (raw,) = inbox
    mail = message_from_bytes(raw, policy=default)
    assert (mail["Subject"], mail["To"]) == ("Alarm", GUARD)
    assert mail["Date"].datetime == bench.unit.clock.wall.replace(microsecond=0)
    assert list(mail.iter_attachments()) == []
    assert bench.unit.mails[0].error is None


async def test_who_asks_for_a_mail_gets_one(bench: Bench, inbox: list[bytes]) -> None:
    """Alarms over the network, and schedules, only mail if they are to."""
    await bench.caller.alarm(alarmenable=1, emailenabled=0)
    await bench.caller.alarm(alarmenable=1, emailenabled=1)
    await bench.unit.settle()
    assert len(inbox) == 1
    bench.configure(EMAIL, "Enabled", 0)
    await bench.unit.trigger_probe()
    bench.configure(EMAIL, "Enabled", 1)
    bench.configure(ALARM, "EmailEnabled", 0)
    await bench.unit.trigger_probe()
    assert len(inbox) == 1


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("SmtServer", "mail.invalid", "unknown name"),
        ("SmtServer", "192.0.2.1", "unreachable"),
        ("SmtPort", 1, "ConnectionRefusedError"),
        ("Receiver_1", "stranger@example.com", "550"),
    ],
)
async def test_what_does_not_work(
    bench: Bench, inbox: list[bytes], name: str, value: str | int, error: str
) -> None:
    """Nothing leaves this computer, and what went wrong is known."""
    bench.configure(EMAIL, name, value)
    await bench.unit.trigger_probe()
    (sent,) = bench.unit.mails
    assert sent.error is not None
    assert error in sent.error
    assert inbox == []


@pytest.mark.parametrize(
    ("form", "printed"), [("plain", "mail-secret"), ("masked", "********")]
)
async def test_how_the_password_is_printed(
    bench: Bench, form: str, printed: str
) -> None:
    """As it is, or as stars; what is sent is stored as it is sent."""
    bench.unit.options.mail_password = "masked" if form == "masked" else "plain"
    read = await bench.caller.call("POST", EMAIL)
    assert f"<SmtPassword>{printed}</SmtPassword>".encode() in read.body
    assert bench.unit.documents[EMAIL].get("SmtPassword") == "mail-secret"
    await bench.caller.call("PUT", EMAIL, read.body.decode())
    assert bench.unit.documents[EMAIL].get("SmtPassword") == printed
