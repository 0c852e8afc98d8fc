"""Alarm notices: mails go out for real, FTP and TCP notices are only written down."""

import asyncio
import base64
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from .groups import Values

type Way = Literal["mail", "ftp", "tcp"]


@dataclass(kw_only=True)
class Notice:
    """One notice of an alarm."""

    way: Way
    cause: Literal["motion", "input"]
    number: int
    """Channel or alarm input."""
    target: str
    time: float
    """Seconds of the virtual clock."""
    picture: bytes | None = field(default=None, repr=False)
    sent: bool = False
    """Whether a mail server took it; FTP and TCP are not spoken."""
    error: str = ""


def compose(notice: Notice, settings: Values, subject: str) -> EmailMessage:
    """Write the mail of an alarm."""
    mail = EmailMessage()
    mail["From"] = settings["FromMail"]
    mail["To"] = settings["ToMail"]
    if settings["CcMail"]:
        mail["Cc"] = settings["CcMail"]
    mail["Subject"] = subject
    mail.set_content(f"{subject}\r\n")
    if notice.picture is not None and settings["SMTPSnapShot"] == "1":
        mail.add_attachment(
            notice.picture, maintype="image", subtype="jpeg", filename="alarm.jpg"
        )
    return mail


class _Talk:
    """A conversation with a mail server."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Remember the line."""
        self._reader = reader
        self._writer = writer

    async def hear(self, code: str) -> None:
        """Read an answer of one or more lines."""
        while True:
            line = (await self._reader.readline()).decode("latin-1")
            if not line.startswith(code):
                raise ConnectionError(f"expected {code}, heard {line[:3]!r}")
            if line[3:4] != "-":
                return

    async def say(self, text: str, code: str) -> None:
        """Say something and hear the answer."""
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()
        await self.hear(code)


async def send(mail: EmailMessage, settings: Values, seconds: float) -> None:
    """Bring a mail to the server of the settings; OSError if it takes it not."""
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(
            settings["SMTPServerIP"], int(settings["SMTPPort"])
        )
        try:
            talk = _Talk(reader, writer)
            await talk.hear("220")
            await talk.say("EHLO ipcamera", "250")
            if settings["SMTPAuth"] == "1":
                login = f"\0{settings['SMTPUsername']}\0{settings['SMTPPassword']}"
                secret = base64.b64encode(login.encode()).decode()
                await talk.say(f"AUTH PLAIN {secret}", "235")
            await talk.say(f"MAIL FROM:<{settings['FromMail']}>", "250")
            for name in ("ToMail", "CcMail"):
                if settings[name]:
                    await talk.say(f"RCPT TO:<{settings[name]}>", "250")
            await talk.say("DATA", "354")
            body = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n.", b"\n..")
            writer.write(body.replace(b"\n", b"\r\n"))
            await talk.say("\r\n.", "250")
            await talk.say("QUIT", "221")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
