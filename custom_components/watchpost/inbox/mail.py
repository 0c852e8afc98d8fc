"""A mail server of our own, for devices that report alarms by mail.

It takes in mails for mailboxes that were added, keeps none and sends none on. What a
device gives as its login is not looked at. The commands are aiosmtpd's; the content,
the login and the limits are ours: the library keeps every line as an object of its own,
and writes mailboxes, logins and contents to its log.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
import hmac
import logging
import re
import sys
import time
from typing import AnyStr, Final, override

from aiosmtpd.smtp import SMTP

from ..const import LOGGER
from .access import Bucket, Gate, Refusal
from .listener import Counts
from .mail_content import NEWLINE, Content

type Deliver = Callable[[bytes], None]
"""Takes in a mail: headers and content, lines ended by CRLF."""

_HOST: Final = "watchpost.local"
_LOGGED_PER_MINUTE: Final = 30
_BACKLOG: Final = 128
"""Connections that wait until we look at them."""
_MAILBOX: Final = re.compile(r"[^\s<>@]+")
_SENDER: Final = re.compile(r"FROM\s*:", re.IGNORECASE)
_RECIPIENT: Final = re.compile(r"TO\s*:\s*<?([^\s<>@]+)(?:@[^\s<>]*)?>?", re.IGNORECASE)
_SIZE: Final = re.compile(r"\sSIZE=(\d{1,18})", re.IGNORECASE)
_PROMPTS: Final = {
    "PLAIN": ("",),
    "LOGIN": ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"),
    # For devices that do not look at what is offered.
    "CRAM-MD5": ("PDFAd2F0Y2hwb3N0LmxvY2FsPg==",),
}
"""What a device is asked for its login: "Username:", "Password:", "<1@...>"."""
_OURS: Final[ContextVar[bool]] = ContextVar("watchpost_mail", default=False)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a sender may take; sizes in bytes, times in seconds."""

    size: int = 8 * 1024 * 1024
    """Of a mail; one picture of a camera has 5 MB at most."""
    held: int = 32 * 1024 * 1024
    """Of all mails that are being received at a moment."""
    command: int = 2048
    """Of a line that is a command; a login of 1,500 bytes fits in."""
    recipients: int = 20
    strangers: int = 3
    """Wrong mailboxes before a sender is cut off."""
    errors: int = 10
    """Commands refused, those of no sense included, before it is cut off."""
    calls: int = 100
    """Of each command in one conversation."""
    command_seconds: float = 20.0
    """Between two commands that make sense."""
    seconds: float = 60.0
    """For a whole conversation."""


class MailServer:
    """A port at which devices leave mails, for whomever the mailbox is.

    Nothing it does raises on account of a sender. One gate may be shared with others.
    It does not encrypt: devices do not know its certificate, and what they send stays
    in the own network.
    """

    def __init__(self, gate: Gate | None = None, limits: Limits | None = None) -> None:
        """Prepare to listen; without a gate, one with the usual limits is made."""
        self.gate = Gate(now=time.monotonic) if gate is None else gate
        self.limits = Limits() if limits is None else limits
        self.held = 0
        """Bytes of mails that are being received."""
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._mailboxes: dict[bytes, Deliver] = {}
        self._accepted = 0
        self._refused: Counter[str] = Counter()
        self._log = Bucket(_LOGGED_PER_MINUTE, time.monotonic())
        self._faults = Bucket(_LOGGED_PER_MINUTE, time.monotonic())

    @property
    def port(self) -> int:
        """The port that is listened at; 0 while there is none."""
        sockets = () if self._server is None else self._server.sockets
        return int(sockets[0].getsockname()[1]) if sockets else 0

    @property
    def counts(self) -> Counts:
        """Mails accepted, and what was refused or broken off for which reason."""
        return Counts(
            accepted=self._accepted, refused=dict(sorted(self._refused.items()))
        )

    async def start(self, host: str, port: int) -> None:
        """Begin to listen; port 0 stands for any that is free.

        Raise:
            OSError: The port is taken, or the address is not ours.
        """
        if self._server is not None:
            raise RuntimeError("The mail server is running already")
        logging.getLogger("mail.log").addFilter(_is_others)
        # Whatever happens on a connection happens in the context of its server.
        before = _OURS.set(True)
        try:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: Conversation(self), host, port, backlog=_BACKLOG
            )
        finally:
            _OURS.reset(before)

    async def close(self) -> None:
        """Close the port and cut all conversations; it may be started again."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        server.abort_clients()
        await server.wait_closed()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def add(self, address: str, deliver: Deliver) -> Callable[[], None]:
        """Hand over the mails of a mailbox; return how to stop that.

        Only what stands before the @ counts, without regard to case.

        Raise:
            ValueError: It cannot be a mailbox, or is in use.
        """
        name = address.partition("@")[0]
        if not _MAILBOX.fullmatch(name):
            raise ValueError("This cannot be a mailbox")
        digest = _digest(name)
        if digest in self._mailboxes:
            raise ValueError("The mailbox is in use")
        self._mailboxes[digest] = deliver

        def remove() -> None:
            if self._mailboxes.get(digest) is deliver:
                del self._mailboxes[digest]

        return remove

    def find(self, name: str) -> Deliver | None:
        """Return whose mailbox it is; the time that it takes says nothing about it."""
        given, found = _digest(name), None
        for digest, deliver in self._mailboxes.items():
            if hmac.compare_digest(digest, given):
                found = deliver
        return found

    def hand_over(self, names: Iterable[str], mail: bytes) -> str:
        """Deliver a mail, once to each that it is for, and return what to answer."""
        delivers = {self.find(name): None for name in names}
        delivers.pop(None, None)
        taken = False
        for deliver in filter(None, delivers):
            try:
                deliver(mail)
            except Exception as err:  # noqa: BLE001
                # A fault of ours is none of the device, and must not end the server.
                # The text of an error could hold what came in.
                if self._faults.take(time.monotonic()):
                    LOGGER.error("A mail could not be taken in: %s", type(err).__name__)
            else:
                taken = True
        if taken:
            self._accepted += 1
            return "250 2.0.0 OK"
        if delivers:
            return "451 4.3.0 The mail could not be taken in"
        return "550 5.1.1 No such mailbox"

    def note(self, address: str, reason: str) -> None:
        """Count a refusal; write it down unless there are too many."""
        self._refused[reason] += 1
        if self._log.take(time.monotonic()):
            LOGGER.debug("A mail of %s is refused: %s", address, reason)

    def follow(self, talk: asyncio.Task[None]) -> None:
        """Know of a conversation until it is over; what ended it is not logged."""
        self._talks.add(talk)
        talk.add_done_callback(self._over)

    def _over(self, talk: asyncio.Task[None]) -> None:
        self._talks.discard(talk)
        if not talk.cancelled() and (err := talk.exception()) is not None:
            LOGGER.debug("A conversation has ended: %s", type(err).__name__)


class Conversation(SMTP):
    """One connection of a device."""

    # The library reads command lines with this limit; contents are read by us.
    line_length_limit = 4096

    def __init__(self, server: MailServer) -> None:
        """Wait for the connection."""
        self._server = server
        self._limits = limits = server.limits
        self._address = ""
        self._entered = False
        self._line: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._carriage = False
        """Whether the last byte was a carriage return."""
        self._errors = self._strangers = 0
        self._receiving = False
        # The library's own is one for all connections, and grows with them.
        self.command_size_limits = defaultdict(lambda: limits.command)
        self.command_size_limit = limits.command
        super().__init__(
            None,
            data_size_limit=limits.size,
            # Senders with other letters in their names are no worse.
            enable_SMTPUTF8=True,
            # Without a name, it asks the name server, and waits.
            hostname=_HOST,
            ident="ESMTP",
            timeout=limits.command_seconds,
            auth_require_tls=False,
            command_call_limit=limits.calls,
            loop=asyncio.get_running_loop(),
        )

    # What happens to the connection

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let somebody in, or not."""
        if not isinstance(transport, asyncio.Transport):
            transport.close()
            return
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        refusal = self._server.gate.enter(self._address)
        if refusal is not None:
            self._server.note(self._address, refusal)
            if refusal is Refusal.FAR:
                transport.abort()
            else:
                transport.write(b"421 4.7.0 Too many connections\r\n")
                transport.close()
            return
        self._entered = True
        self._line = transport
        super().connection_made(transport)
        if self._handler_coroutine is not None:
            self._server.follow(self._handler_coroutine)
        self._deadline = self.loop.call_later(self._limits.seconds, self._timeout_cb)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        if not self._entered:
            return
        self._entered = False
        self._line = None
        if self._receiving:
            self._server.note(self._address, "broken")
        if self._deadline is not None:
            self._deadline.cancel()
        self._server.gate.leave(self._address)
        super().connection_lost(error)

    @override
    def data_received(self, data: bytes) -> None:
        """Take in bytes; lines may end with LF alone."""
        first = b""
        if self._carriage and data.startswith(b"\n"):
            first, data = data[:1], data[1:]
        self._carriage = data.endswith(b"\r")
        lines = data.replace(NEWLINE, b"\n").replace(b"\n", NEWLINE)
        super().data_received(first + lines)

    @override
    def _timeout_cb(self) -> None:
        """Cut off who is too slow."""
        if self._line is not None:
            self._server.note(self._address, "slow")
            self._line.abort()

    async def _hang_up(self, answer: str) -> None:
        """Say why, and end the conversation at once, whatever was sent in advance."""
        await super().push(answer)
        if self._line is not None:
            self._line.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
        await asyncio.sleep(0)

    @override
    async def push(self, status: AnyStr) -> None:
        """Answer; who is refused too often is cut off."""
        await super().push(status)
        code = status if isinstance(status, bytes) else status.encode()
        if code.startswith((b"4", b"5")):
            self._errors += 1
            if self._errors >= self._limits.errors:
                self._server.note(self._address, "errors")
                await self._hang_up("421 4.7.0 Too many errors")

    @override
    async def handle_exception(self, error: Exception) -> str:
        """Answer after a fault; what it says may hold what came in."""
        self._server.note(self._address, type(error).__name__)
        return "451 4.3.0 This could not be understood"

    # Commands

    @override
    async def smtp_HELO(self, hostname: str) -> None:
        """Greet, even who has no name."""
        await super().smtp_HELO(hostname or _HOST)

    @override
    async def smtp_EHLO(self, hostname: str) -> None:
        """Greet, even who has no name."""
        await super().smtp_EHLO(hostname or _HOST)

    @override
    async def smtp_VRFY(self, arg: str) -> None:
        """Tell nothing."""
        await self.push("252 2.5.0 Try it")

    @override
    async def smtp_AUTH(self, arg: str | None) -> None:
        """Take any login: the secret is the mailbox. What is said is forgotten."""
        mechanism, *given = (arg or "").split() or [""]
        prompts = _PROMPTS.get(mechanism.upper())
        if prompts is None:
            await self.push("504 5.5.4 Use LOGIN or PLAIN")
            return
        for prompt in prompts[len(given) :]:
            await self.push(f"334 {prompt}")
            try:
                answer = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                await self._hang_up("500 5.5.6 Line too long")
                return
            if answer.strip() == b"*":
                await self.push("501 5.7.0 Stopped")
                return
        await self.push("235 2.7.0 OK")

    @override
    async def smtp_MAIL(self, arg: str | None) -> None:
        """Begin a mail, whoever it is from."""
        if self.envelope is None or await self.check_helo_needed():
            return
        if arg is None or not _SENDER.match(arg):
            await self.push("501 5.5.4 Syntax: MAIL FROM:<address>")
        elif self.envelope.mail_from is not None:
            await self.push("503 5.5.1 One mail at a time")
        elif (size := _SIZE.search(arg)) and int(size[1]) > self._limits.size:
            self._server.note(self._address, "size")
            await self.push("552 5.3.4 The mail is too large")
        else:
            self.envelope.mail_from = ""
            await self.push("250 2.1.0 OK")

    @override
    async def smtp_RCPT(self, arg: str | None) -> None:
        """Take a mailbox that is known."""
        if self.envelope is None or await self.check_helo_needed():
            return
        found = _RECIPIENT.match(arg or "")
        if self.envelope.mail_from is None:
            await self.push("503 5.5.1 MAIL first")
        elif found is None:
            await self.push("501 5.5.4 Syntax: RCPT TO:<address>")
        elif len(self.envelope.rcpt_tos) >= self._limits.recipients:
            await self.push("452 4.5.3 Too many recipients")
        elif self._server.find(found[1]) is None and self.envelope.rcpt_tos:
            # A copy for somebody else: the device would give up the whole mail. It
            # goes nowhere but to the mailbox that was named first.
            await self.push("250 2.1.5 OK")
        elif self._server.find(found[1]) is None:
            self._strangers += 1
            self._server.note(self._address, "mailbox")
            await self.push("550 5.1.1 No such mailbox")
            if self._strangers >= self._limits.strangers:
                await self._hang_up("421 4.7.0 Too many wrong mailboxes")
        else:
            self.envelope.rcpt_tos.append(found[1])
            await self.push("250 2.1.5 OK")

    @override
    async def smtp_DATA(self, arg: str | None) -> None:
        """Take in a mail and hand it over."""
        if self.envelope is None:
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 RCPT first")
            return
        names, self.envelope = self.envelope.rcpt_tos, self._create_envelope()
        if (refusal := self._server.gate.admit(self._address)) is not None:
            self._server.note(self._address, refusal)
            await self.push("450 4.7.1 Too many mails")
            return
        await self.push("354 End with a line that is a dot")
        # As long as the conversation may last: what it may take, one mail may.
        self._reset_timeout(self._limits.seconds)
        mail = await self._receive()
        self._reset_timeout()
        await self.push(
            "552 5.3.4 The mail is too large"
            if mail is None
            else self._server.hand_over(names, mail)
        )

    async def _receive(self) -> bytes | None:
        """Return the content of a mail; None if there is too much of it."""
        content = Content(self._limits.size)
        held = 0
        self._receiving = True
        try:
            rest = None
            while rest is None:
                # All that is there: so what is left over may be put back.
                rest = content.feed(await self._reader.read(sys.maxsize))
                if self._server.held + content.held - held > self._limits.held:
                    content.drop()
                self._server.held += content.held - held
                held = content.held
                if content.is_endless:
                    self._server.note(self._address, "size")
                    self._receiving = False
                    await self._hang_up("552 5.3.4 The mail is too large")
            self._reader.feed_data(rest)
        finally:
            self._server.held -= held
        self._receiving = False
        if content.dropped:
            self._server.note(self._address, "size")
            return None
        return content.take()


def _digest(name: str) -> bytes:
    """Return what stands for a mailbox, of the same length for each."""
    return sha256(name.lower().encode("utf-8", "surrogateescape")).digest()


def _is_others(record: logging.LogRecord) -> bool:
    """Keep what the library logs of our conversations out of the log."""
    return not _OURS.get()
