"""A small HTTP server of our own, for devices that others' servers refuse.

It knows nothing but secrets: the first part of a path says for whom a message is. What
is no valid message, or comes too often, too slowly or from outside, costs a bounded
amount of memory and time, and the connection.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
import hmac
from http import HTTPStatus
import re
import time
from typing import Final, override
from urllib.parse import parse_qsl, unquote

from ..const import LOGGER
from .access import Bucket, Gate, Refusal
from .http_parser import HEAD_LIMIT, HEADERS_LIMIT, BadMessageError, Body, Head, Parser

METHODS: Final = ("GET", "HEAD", "POST", "PUT")

_LOGGED_PER_MINUTE: Final = 30
_WRITE_LIMIT: Final = 16 * 1024
"""Bytes of answers that a sender may leave unread; it has some 200 of them then."""
_BACKLOG: Final = 128
"""Connections that wait until we look at them."""
_ORIGIN: Final = re.compile(r"https?://[^/?]*", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True, repr=False)
class Received:
    """A message of a device; what it says is not to be trusted."""

    method: str
    """In upper case, one of METHODS."""
    path: str
    """What follows the secret, percent-decoded, without a slash in front."""
    query: Mapping[str, str]
    """Decoded, with + as a blank; the first of each name."""
    headers: Mapping[str, str]
    """The first of each name, in lower case."""
    body: bytes


type Deliver = Callable[[Received], bool]
"""Takes in a message; False if it is not accepted, which is answered with 401."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one connection may take; sizes in bytes, times in seconds."""

    head: int = HEAD_LIMIT
    headers: int = HEADERS_LIMIT
    body: int = 256 * 1024
    message_seconds: float = 10.0
    """From the first byte of a message to its last."""
    idle_seconds: float = 15.0
    """Without a message."""
    silence_seconds: float = 0.5
    """After which a body of no known length is at its end."""
    linger_seconds: float = 1.0
    """In which who was refused may read why; what it sends meanwhile is dropped."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What became of messages and connections, for diagnostics."""

    accepted: int
    refused: Mapping[str, int]
    """By reason."""


class Listener:
    """A port at which devices report, to whomever their secret belongs.

    Nothing it does raises on account of a sender. One gate may be shared with others.
    """

    def __init__(self, gate: Gate | None = None, limits: Limits | None = None) -> None:
        """Prepare to listen; without a gate, one with the usual limits is made."""
        self.gate = Gate(now=time.monotonic) if gate is None else gate
        self.limits = Limits() if limits is None else limits
        self._server: asyncio.Server | None = None
        self._recipients: dict[bytes, Deliver] = {}
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
        """What was accepted, and what was refused for which reason."""
        return Counts(
            accepted=self._accepted, refused=dict(sorted(self._refused.items()))
        )

    async def start(self, host: str, port: int) -> None:
        """Begin to listen; port 0 stands for any that is free.

        Raise:
            OSError: The port is taken, or the address is not ours.
        """
        if self._server is not None:
            raise RuntimeError("The listener is running already")
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self), host, port, backlog=_BACKLOG
        )

    async def close(self) -> None:
        """Close the port and cut all connections; it may be started again."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            server.abort_clients()
            await server.wait_closed()

    def add(self, secret: str, deliver: Deliver) -> Callable[[], None]:
        """Hand over messages with a secret in front; return how to stop that.

        Raise:
            ValueError: The secret cannot be a part of a path, or is in use.
        """
        if not secret or "/" in secret or _UNPRINTABLE.search(secret):
            raise ValueError("The secret cannot be a part of a path")
        digest = _digest(secret)
        if digest in self._recipients:
            raise ValueError("The secret is in use")
        self._recipients[digest] = deliver

        def remove() -> None:
            if self._recipients.get(digest) is deliver:
                del self._recipients[digest]

        return remove

    def find(self, secret: str) -> Deliver | None:
        """Return whose secret it is; the time that it takes says nothing about it."""
        given, found = _digest(secret), None
        for digest, deliver in self._recipients.items():
            if hmac.compare_digest(digest, given):
                found = deliver
        return found

    def hand_over(self, deliver: Deliver, message: Received) -> HTTPStatus:
        """Deliver a message and return what to answer."""
        try:
            accepted = deliver(message)
        except Exception as err:  # noqa: BLE001
            # A fault of ours is none of the device, and must not end the server. The
            # text of an error could hold what came in.
            if self._faults.take(time.monotonic()):
                LOGGER.error("A message could not be taken in: %s", type(err).__name__)
            return HTTPStatus.INTERNAL_SERVER_ERROR
        if not accepted:
            return HTTPStatus.UNAUTHORIZED
        self._accepted += 1
        return HTTPStatus.OK

    def note(self, address: str, reason: str) -> None:
        """Count a refusal, and write it down unless there are too many."""
        self._refused[reason] += 1
        if self._log.take(time.monotonic()):
            LOGGER.debug("A message of %s is refused: %s", address, reason)


class Connection(asyncio.Protocol):
    """One connection of a device."""

    def __init__(self, listener: Listener) -> None:
        """Wait for the connection."""
        self._listener = listener
        self._limits = limits = listener.limits
        self._loop = asyncio.get_running_loop()
        self._parser = Parser(
            body_limit=limits.body,
            head_limit=limits.head,
            headers_limit=limits.headers,
        )
        self._transport: asyncio.Transport | None = None
        """None unless there is a connection that messages are taken in from."""
        self._address = ""
        self._entered = False
        self._head: Head | None = None
        """The head of the message that is being read."""
        self._deliver: Deliver | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._in_message: bool | None = None
        """Whether the deadline is that of a message; None if it is out of date."""
        self._silence: asyncio.TimerHandle | None = None

    # What happens to the connection

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let somebody in, or not."""
        if not isinstance(transport, asyncio.Transport):
            transport.close()
            return
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        refusal = self._listener.gate.enter(self._address)
        if refusal is not None:
            self._listener.note(self._address, refusal)
            if refusal is Refusal.FAR:
                transport.abort()
            else:
                transport.write(_answer(HTTPStatus.SERVICE_UNAVAILABLE))
                transport.close()
            return
        self._entered = True
        self._transport = transport
        transport.set_write_buffer_limits(high=_WRITE_LIMIT)
        self._set_times()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._transport is not None and self._parser.begun:
            self._listener.note(self._address, "broken")
        self._stop()
        _cancel(self._deadline)
        if self._entered:
            self._entered = False
            self._listener.gate.leave(self._address)

    @override
    def pause_writing(self) -> None:
        """Cut off who sends and does not read."""
        if self._transport is not None:
            self._listener.note(self._address, "unread")
            self._abort(self._transport)

    @override
    def data_received(self, data: bytes) -> None:
        """Take in bytes."""
        # What comes after a refusal is dropped.
        if self._transport is not None:
            self._parser.receive(data)
            self._go_on(self._transport)

    @override
    def eof_received(self) -> bool:
        """Take in that the device sends nothing more; it may still read."""
        if self._transport is not None:
            self._parser.end()
            self._go_on(self._transport)
        return False

    # Times

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        """Have only one deadline."""
        _cancel(self._deadline)
        self._deadline = self._loop.call_later(seconds, then)

    def _set_times(self) -> None:
        """Set the deadline of what is being waited for."""
        limits, begun = self._limits, self._parser.begun
        if begun is not self._in_message:
            self._in_message = begun
            if begun:
                self._wait(limits.message_seconds, self._late)
            else:
                self._wait(limits.idle_seconds, self._idle)
        _cancel(self._silence)
        if self._parser.ends_with_silence:
            self._silence = self._loop.call_later(limits.silence_seconds, self._silent)

    def _idle(self) -> None:
        """Cut off who says nothing."""
        if self._transport is not None:
            self._abort(self._transport)

    def _late(self) -> None:
        """Cut off who is too slow."""
        if self._transport is not None:
            self._refuse(self._transport, HTTPStatus.REQUEST_TIMEOUT, "late")

    def _silent(self) -> None:
        """Take silence for the end of a message."""
        if self._transport is not None:
            self._parser.end()
            self._go_on(self._transport)

    # Messages

    def _go_on(self, transport: asyncio.Transport) -> None:
        """Read and answer all that is there."""
        try:
            while (
                self._transport is not None
                and (event := self._parser.pull()) is not None
            ):
                if isinstance(event, Head):
                    self._begin(transport, event)
                else:
                    self._in_message = None
                    self._finish(transport, event)
        except BadMessageError as err:
            counted = self._head is not None
            if not counted and self._listener.gate.admit(self._address) is not None:
                self._refuse(transport, HTTPStatus.TOO_MANY_REQUESTS, Refusal.HASTY)
            else:
                self._refuse(transport, HTTPStatus(err.status), err.reason)
        if self._transport is not None:
            self._set_times()

    def _begin(self, transport: asyncio.Transport, head: Head) -> None:
        """Look at a head: who may not send a message need not send its body."""
        listener = self._listener
        self._head = head
        if listener.gate.admit(self._address) is not None:
            self._refuse(transport, HTTPStatus.TOO_MANY_REQUESTS, Refusal.HASTY)
            return
        if head.method not in METHODS:
            self._refuse(transport, HTTPStatus.METHOD_NOT_ALLOWED, "method")
            return
        secret, path, _ = _split(head.target)
        self._deliver = listener.find(secret)
        if self._deliver is None:
            self._refuse(transport, HTTPStatus.UNAUTHORIZED, "secret")
        elif not _is_harmless(path):
            self._refuse(transport, HTTPStatus.BAD_REQUEST, "path")
        elif head.continues and head.has_body:
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _finish(self, transport: asyncio.Transport, body: Body) -> None:
        """Hand over a whole message and answer."""
        head, deliver = self._head, self._deliver
        self._head = self._deliver = None
        if head is None or deliver is None:
            return
        _, path, query = _split(head.target)
        message = Received(
            method=head.method,
            path=path,
            query=query,
            headers=head.headers,
            body=body.data,
        )
        status = self._listener.hand_over(deliver, message)
        if status is not HTTPStatus.OK:
            reason = "denied" if status is HTTPStatus.UNAUTHORIZED else "failed"
            self._refuse(transport, status, reason)
            return
        transport.write(
            _answer(status, keep_alive=head.keep_alive, body=head.method != "HEAD")
        )
        if not head.keep_alive:
            self._hang_up(transport)

    # Ends

    def _refuse(
        self, transport: asyncio.Transport, status: HTTPStatus, reason: str
    ) -> None:
        """Say that a message is not taken in, and take in no other."""
        self._listener.note(self._address, reason)
        transport.write(_answer(status))
        self._hang_up(transport)

    def _hang_up(self, transport: asyncio.Transport) -> None:
        """Send nothing more, and wait a little until the device has read the answer.

        To close at once, with bytes unread, would have the device lose the answer.
        """
        self._stop()
        if transport.can_write_eof():
            transport.write_eof()
        self._wait(self._limits.linger_seconds, transport.abort)

    def _abort(self, transport: asyncio.Transport) -> None:
        """Cut a connection."""
        self._stop()
        transport.abort()

    def _stop(self) -> None:
        """Take in nothing more."""
        self._transport = self._deliver = self._head = None
        _cancel(self._silence)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    """Have nothing happen."""
    if timer is not None:
        timer.cancel()


def _digest(secret: str) -> bytes:
    """Return what secrets are compared by: all have one length."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _split(target: bytes) -> tuple[str, str, dict[str, str]]:
    """Return the secret, the path behind it, and the query of a target."""
    # Bytes that are not escaped are those of UTF-8 or mean nothing to us.
    text = target.decode("utf-8", "replace")
    if origin := _ORIGIN.match(text):
        text = text[origin.end() :]
    path, _, query = text.partition("?")
    secret, _, appended = path.lstrip("/").partition("/")
    names: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        names.setdefault(name, value)
    return unquote(secret), unquote(appended).lstrip("/"), names


def _is_harmless(path: str) -> bool:
    """Return whether a path leads nowhere else and has no control characters."""
    parts = path.replace("\\", "/").split("/")
    return ".." not in parts and not _UNPRINTABLE.search(path)


def _answer(
    status: HTTPStatus, *, keep_alive: bool = False, body: bool = True
) -> bytes:
    """Write an answer; errors close the connection and have no body."""
    accepted = status is HTTPStatus.OK
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        f"Content-Length: {2 if accepted else 0}",
    ]
    if accepted:
        lines.append("Content-Type: text/plain")
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append(f"Allow: {', '.join(METHODS)}")
    text = "OK" if accepted and body else ""
    return "\r\n".join((*lines, "", text)).encode("ascii")
