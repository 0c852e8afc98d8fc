"""Our own mail server: mailboxes, senders, and what they may take."""

import asyncio
from email.message import EmailMessage
import logging
import smtplib

import pytest

from custom_components.watchpost.inbox.access import Gate
from custom_components.watchpost.inbox.mail import MailServer
from tests.emulators.smtp import send_mail
from tests.inbox.corpus_smtp import (
    BEGIN,
    BOX,
    DATA,
    END,
    FROM,
    MAIL,
    OTHER,
    QUIT,
    TAKEN,
)
from tests.inbox.mail_peer import HOST, PATIENCE, WHOLE, serving, until_cut

PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 800


def alarm(picture: bytes = PICTURE) -> EmailMessage:
    """Return a mail with a picture."""
    mail = EmailMessage()
    mail["Subject"] = "Motion"
    mail["To"] = BOX
    mail.set_content(".\n..\nYours\n")
    mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="a.jpg")
    mail.set_boundary("frontier")
    return mail


async def test_ports() -> None:
    """A port is open from start to close, and belongs to one server."""
    server = MailServer()
    assert server.port == 0
    await server.start(HOST, 0)
    port = server.port
    assert port > 0
    with pytest.raises(RuntimeError):
        await server.start(HOST, 0)
    with pytest.raises(OSError, match="in use"):
        await MailServer().start(HOST, port)
    await server.close()
    await server.close()
    assert server.port == 0
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection(HOST, port)
    await server.start(HOST, port)
    assert server.port == port
    await server.close()


async def test_close_cuts_conversations() -> None:
    """Who is in the middle of a mail is cut off, and nothing arrives."""
    async with serving() as served:
        reader, writer = await asyncio.open_connection(HOST, served.server.port)
        writer.write(BEGIN + DATA + MAIL)
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b"354")
            await served.server.close()
            await until_cut(reader)
        writer.close()
        assert served.got == []
        assert served.refused == {"broken": 1}


async def test_mailboxes_come_and_go() -> None:
    """A mailbox is known until it is given up, and can be had again."""
    async with serving() as served:
        taken: list[bytes] = []
        with pytest.raises(ValueError, match="in use") as caught:
            served.server.add(BOX.upper(), taken.append)
        assert BOX.partition("@")[0] not in str(caught.value).lower()
        for name in ("", "@watchpost.local", "a b@watchpost.local", "<a>"):
            with pytest.raises(ValueError, match="cannot be"):
                served.server.add(name, taken.append)
        undo = served.server.add("new@watchpost.local", taken.append)
        begin = WHOLE.replace(BOX.encode(), b"NEW@x")
        assert await served.exchange(begin) == TAKEN
        undo()
        undo()
        assert "550" in await served.exchange(begin)
        served.server.add("new@watchpost.local", served.deliver)
        undo()
        assert await served.exchange(begin) == TAKEN
        assert taken == served.got == [MAIL]


async def test_mailbox_given_up_in_mid_mail() -> None:
    """A mail for a mailbox that has gone meanwhile is refused."""
    async with serving() as served:
        undo = served.server.add("new@watchpost.local", served.deliver)
        reader, writer = await asyncio.open_connection(HOST, served.server.port)
        writer.write(BEGIN.replace(BOX.encode(), b"new") + DATA)
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b"354")
            undo()
            writer.write(MAIL + END)
            await reader.readuntil(b"550")
        writer.close()
        assert served.got == []


async def test_one_entry_gets_a_mail_once() -> None:
    """Two mailboxes of one entry are one recipient."""
    async with serving() as served:
        served.server.add("second@watchpost.local", served.deliver)
        sent = BEGIN + b"RCPT TO:<second@x>\r\n" + DATA + MAIL + END + QUIT
        assert (await served.exchange(sent)).endswith("354 250 221")
        assert served.got == [MAIL]


async def test_delivery_fails(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours is logged by its kind, and answered, and nothing else."""
    caplog.set_level(logging.DEBUG)

    def fail(mail: bytes) -> None:
        raise ValueError(f"secret {mail!r}")

    async with serving() as served:
        served.server.add("bad@watchpost.local", fail)
        bad = WHOLE.replace(BOX.encode(), b"bad@x")
        assert await served.exchange(bad) == TAKEN.replace("354 250", "354 451")
        both = BEGIN + b"RCPT TO:<bad@x>\r\n" + DATA + MAIL + END + QUIT
        assert (await served.exchange(both)).endswith("354 250 221")
        assert served.got == [MAIL]
    errors = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert errors == ["A mail could not be taken in: ValueError"] * 2
    assert "Subject" not in caplog.text


@pytest.mark.parametrize("login", [False, True], ids=["nobody", "login"])
async def test_a_client_of_the_standard_library(login: bool) -> None:
    """Somebody else's client sends a mail with a picture.

    Whom nobody knows is refused, but for a copy of a mail that is for somebody: the
    client would give up all of it.
    """
    mailboxes = ["wrong@x", BOX, "copy@x"]

    def send(port: int) -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP(HOST, port, "cam", PATIENCE) as client:
            client.ehlo()
            assert client.esmtp_features["size"] == "65536"
            if login:
                client.login("user", "secret")
            return client.send_message(alarm(PICTURE[:9000]), "cam@x", mailboxes)

    async with serving() as served:
        refused = await asyncio.to_thread(send, served.server.port)
        assert {name: code for name, (code, _) in refused.items()} == {"wrong@x": 550}
        (mail,) = served.got
        expected = alarm(PICTURE[:9000]).as_bytes().replace(b"\n", b"\r\n")
        assert mail == expected
        assert served.server.counts.accepted == 1


@pytest.mark.parametrize("way", ["plain", "login"])
async def test_an_emulated_device(way: str) -> None:
    """What an emulated device sends arrives as it was."""
    async with serving() as served:
        await send_mail(
            HOST,
            served.server.port,
            sender="cam@watchpost.local",
            recipients=[BOX, OTHER],
            message=alarm(PICTURE[:9000]),
            username="user",
            password="secret",
            auth="plain" if way == "plain" else "login",
        )
        expected = alarm(PICTURE[:9000]).as_bytes().replace(b"\n", b"\r\n")
        assert served.got == [expected, expected]


async def test_an_emulated_device_is_refused() -> None:
    """It hears what the server says, and that there is none."""
    async with serving() as served:
        port = served.server.port
        with pytest.raises(ConnectionError, match="heard '550'"):
            await send_mail(
                HOST, port, sender="a@b", recipients=["c@d"], message=b"x\r\n"
            )
        with pytest.raises(ConnectionError, match="heard '552'"):
            await send_mail(
                HOST, port, sender="a@b", recipients=[BOX], message=bytes(70_000)
            )
        assert served.got == []
    with pytest.raises(OSError, match="Connect call failed"):
        await send_mail(HOST, port, sender="a@b", recipients=[BOX], message=b"x\r\n")


async def test_recipients_are_limited() -> None:
    """So many recipients are enough for any device."""
    async with serving() as served:
        sent = BEGIN + b"RCPT TO:<d4e5f6>\r\n" * 22 + DATA + MAIL + END + QUIT
        codes = await served.exchange(sent)
        assert codes.split().count("452") == 3
        assert codes.endswith("354 250 221")
        assert served.got == [MAIL, MAIL]


async def test_mails_are_limited() -> None:
    """Who sends too many in a minute has to wait; others do not."""
    moment = [0.0]
    gate = Gate(now=lambda: moment[0], per_minute=3)
    async with serving(gate=gate) as served:
        again = FROM + f"RCPT TO:<{BOX}>\r\n".encode() + DATA
        sent = BEGIN + DATA + (MAIL + END + again) * 2 + MAIL + END + again + QUIT
        codes = await served.exchange(sent)
        assert codes.split().count("354") == 3
        assert codes.endswith("250 250 450 221")
        assert len(served.got) == 3
        assert served.refused == {"hasty": 1}
        moment[0] += 20.0
        assert await served.exchange(WHOLE) == TAKEN


async def test_connections_are_limited() -> None:
    """Who has too many connections is told so, and may come back."""
    gate = Gate(now=lambda: 0.0, per_address=2)
    async with serving(gate=gate) as served:
        writers = []
        async with asyncio.timeout(PATIENCE):
            for _ in range(2):
                reader, writer = await asyncio.open_connection(HOST, served.server.port)
                assert (await reader.readline()).startswith(b"220 ")
                writers.append((reader, writer))
            assert await served.exchange(b"") == "421"
            for reader, writer in writers:
                writer.write(QUIT)
                assert (await reader.read()).startswith(b"221 ")
                writer.close()
        assert await served.exchange(WHOLE) == TAKEN
        assert served.refused == {"crowded": 1}
