"""What the emulated camera tells by itself: mails and ONVIF."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import pytest

from tests.emulators.cbt import CbtEmulator, CbtOptions
from tests.emulators.onvif import OnvifOptions, Topic

from .bench import Bench


class Inbox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        """Have got nothing."""
        self.said: list[str] = []
        self.mails: list[Message] = []
        self.port = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Talk to a client."""
        answers = {"DATA": "354", "QUIT": "221", "AUTH": "334"}
        writer.write(b"220 here\r\n")
        steps = 0
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            code = answers.get(line[:4], "250")
            if line.startswith("AUTH LOGIN"):
                steps = 2
            elif steps:
                steps -= 1
                code = "334" if steps else "235"
            writer.write(f"{code} ok\r\n".encode())
            if line == "DATA":
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(body))
                writer.write(b"250 ok\r\n")
        writer.close()


@asynccontextmanager
async def inbox() -> AsyncIterator[Inbox]:
    """Run a mail server."""
    found = Inbox()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0, limit=2**22)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


def mailing(unit: CbtEmulator, port: int, **more: Any) -> None:
    """Have motion mailed."""
    unit.settings.set(
        "MailConf",
        smtp_addr="127.0.0.1",
        smtp_port=port,
        to_addr="first@example.org",
        from_user="second@example.org",
        **more,
    )
    unit.settings.set(
        "MotionDetConf",
        md_enable=1,
        alarm_handle_email=1,
        alarm_handle_snap=1,
        alarm_handle_snap_email=1,
    )


SUBJECTS = {
    "plain": "Alarm Message: Motion Detection",
    "labels": "IPCamera Alarm Message",
    "chinese": "移动侦测报警",
}


@pytest.mark.parametrize(
    ("options", "sender"),
    [
        (CbtOptions.full(mail_words="plain"), "first@example.org"),
        (CbtOptions.full(mail_words="labels"), "first@example.org"),
        (
            CbtOptions.full(mail_words="chinese", mail_roles="names"),
            "second@example.org",
        ),
    ],
)
async def test_mails(bench: Bench, options: CbtOptions, sender: str) -> None:
    """An alarm sends a text, and a picture of the moment."""
    unit = bench.unit
    async with inbox() as box:
        mailing(unit, box.port)
        assert unit.detect_motion()
        await unit.settle()
    assert [mail.delivered for mail in unit.mails] == [True, True]
    assert [mail.what for mail in unit.mails] == ["alarm", "snapshot"]
    by_length = sorted(box.mails, key=lambda one: len(one.as_bytes()))
    text, picture = by_length
    assert (
        str(make_header(decode_header(text["Subject"])))
        == (SUBJECTS[unit.options.mail_words])
    )
    assert text["From"] == picture["From"] == sender
    assert {text["From"], text["To"]} == {"first@example.org", "second@example.org"}
    (attached,) = [p for p in picture.walk() if p.get_content_type() == "image/jpeg"]
    content = attached.get_payload(decode=True)
    assert content == unit.mails[1].picture
    assert isinstance(content, bytes)
    assert content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("options", [CbtOptions.full()])
async def test_login(bench: Bench, options: CbtOptions) -> None:
    """A stored login is sent; TLS is not spoken."""
    unit = bench.unit
    async with inbox() as box:
        mailing(unit, box.port, smtp_user="owner", smtp_passw="secret")
        unit.detect_motion()
        await unit.settle()
        assert "b3duZXI=" in box.said
        assert len(box.mails) == 2
        unit.end_motion()
        unit.settings.set("MailConf", enable_ssl=1)
        unit.detect_motion()
        await unit.settle()
        assert len(box.mails) == 2
    assert [bool(mail.error) for mail in unit.mails] == [False, False, True, True]


@pytest.mark.parametrize("options", [CbtOptions.full(onvif=OnvifOptions())])
async def test_onvif(bench: Bench, options: CbtOptions) -> None:
    """The port is announced, and the scene is told there."""
    unit = bench.unit
    assert unit.onvif is not None
    assert unit.settings.read("WiredNetwork")["onvifPort"] == unit.onvif.port
    states = unit.onvif.events.states
    assert set(states.values()) == {False}
    unit.settings.set("MotionDetConf", md_enable=1)
    unit.detect_motion()
    unit.set_alarm_input(on=True)
    assert {topic for (topic, _), on in states.items() if on} == {
        Topic.CELL_MOTION,
        Topic.INPUT,
    }
    unit.end_motion()
    unit.set_alarm_input(on=False)
    assert set(states.values()) == {False}
    unit.reboot(5)
    assert not unit.onvif.powered
    unit.boot()
    await unit.settle()
    await unit.onvif.settle()
    assert unit.onvif.powered
    unit.set_password("another")
    assert unit.onvif.gate.password == "another"


async def test_no_port_by_default(bench: Bench) -> None:
    """It could be somebody else's."""
    assert "onvifPort" not in bench.unit.settings.read("WiredNetwork")
