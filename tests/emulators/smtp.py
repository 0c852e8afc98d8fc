"""Mails as devices send them: over a plain connection, with or without a login."""

import asyncio
import base64
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from typing import Literal


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
                # What else it says may be secret.
                raise ConnectionError(f"expected {code}, heard {line[:3]!r}")
            if line[3:4] != "-":
                return

    async def say(self, text: str, code: str) -> None:
        """Say something and hear the answer."""
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()
        await self.hear(code)

    async def log_in(
        self, auth: Literal["plain", "login"], username: str, password: str
    ) -> None:
        """Tell who one is, in one line or in two."""
        if auth == "plain":
            await self.say(f"AUTH PLAIN {_base64(f'\0{username}\0{password}')}", "235")
            return
        await self.say("AUTH LOGIN", "334")
        await self.say(_base64(username), "334")
        await self.say(_base64(password), "235")

    async def bring(self, mail: bytes) -> None:
        """Send the content of a mail."""
        await self.say("DATA", "354")
        body = b"\n" + mail.replace(b"\r\n", b"\n")
        body = body.replace(b"\n.", b"\n..").replace(b"\n", b"\r\n")[2:]
        self._writer.write(body.removesuffix(b"\r\n"))
        await self.say("\r\n.", "250")


async def send_mail(
    host: str,
    port: int,
    *,
    sender: str,
    recipients: Sequence[str],
    message: EmailMessage | bytes,
    username: str | None = None,
    password: str | None = None,
    auth: Literal["plain", "login"] = "plain",
    ehlo: str = "ipcamera",
    seconds: float = 10.0,
) -> None:
    """Bring a mail to a server; without a user name, nobody logs in.

    Raise:
        OSError: The server cannot be reached, does not take it, or hangs up.
        TimeoutError: It takes longer than so many seconds.
    """
    mail = message if isinstance(message, bytes) else message.as_bytes()
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            talk = _Talk(reader, writer)
            await talk.hear("220")
            await talk.say(f"EHLO {ehlo}", "250")
            if username is not None:
                await talk.log_in(auth, username, password or "")
            await talk.say(f"MAIL FROM:<{sender}>", "250")
            for recipient in recipients:
                await talk.say(f"RCPT TO:<{recipient}>", "250")
            await talk.bring(mail)
            await talk.say("QUIT", "221")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _base64(text: str) -> str:
    """Return text as it is sent in a login."""
    return base64.b64encode(text.encode()).decode()
