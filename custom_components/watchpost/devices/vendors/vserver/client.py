"""Requests to one unit: addresses, login, what is sent once and what is repeated."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
import logging
from typing import Final
from urllib.parse import quote

from aiohttp import encode_basic_auth

from ...model.device import Clock, Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from ...transport.digest import Digest, challenges, offers_basic, offers_digest
from ...transport.http import HttpAnswer, HttpStream, HttpTransport
from ...transport.payload import PayloadError
from .codes import (
    DONE,
    FAILED,
    HTTP_DENIED,
    NO_POST,
    CodeError,
    error_for_status,
)
from .const import (
    BUSY_PAUSES,
    BUSY_REST,
    CGI,
    COMMAND_TIMEOUT,
    FAILED_PAUSE,
    READ_TIMEOUT,
    STILL,
    STOP_TIMEOUT,
    WRITE_GAP,
)
from .message import Message, parse

_LOGGER = logging.getLogger(__name__)

type Values = Mapping[str, str | int]

_RAW: Final = "/:;"
"""What may stand in an address as it is: digits of the grid of motion."""
_NO_CONTENT: Final = 204
_JPEG: Final = b"\xff\xd8"
_PICTURE_LIMIT: Final = 8 * 1024 * 1024
_STILL_ATTEMPTS: Final = 2
"""A unit answers with an empty picture now and then."""


def address(
    cgi: str, group: str = "", channel: int | None = None, values: Values | None = None
) -> str:
    """Return the path of a request; values stand in it also with POST (2.3.1.1).

    Raise:
        DeviceRequestError: A value is no text that can be sent.
    """
    pairs: dict[str, str | int] = {"Group": group} if group else {}
    if channel is not None:
        pairs["Channel"] = channel
    pairs |= values or {}
    try:
        query = "&".join(
            f"{quote(name, safe='')}={quote(str(value), safe=_RAW)}"
            for name, value in pairs.items()
        )
    except UnicodeEncodeError:
        raise DeviceRequestError(Reason.INVALID_VALUE) from None
    return f"{CGI}{cgi}?{query}" if query else f"{CGI}{cgi}"


class Client:
    """Speak to one unit; the meaning of the groups is not known here."""

    def __init__(self, transport: HttpTransport, login: Login, clock: Clock) -> None:
        """Prepare a client that does not know yet how the unit wants a login."""
        self._transport = transport
        self._login = login
        self._clock = clock
        self._digest: Digest | None = None
        self._basic: str | None = None
        self._admitted = False
        """Whether a read was answered: who asks is known, and not locked out."""
        self._posts: bool | None = None
        """Whether the unit takes POST, once that is known."""
        self._rest_until = 0.0
        """Until when nothing is repeated: the unit has too much to do."""
        self._next_write = 0.0
        """When something may be set again, in seconds of the loop."""
        self._still = asyncio.Lock()
        self.doubtful = False
        """Whether it was out of reach since it was last known who answers here."""
        self.outage = False
        """Whether it may have restarted: it was out of reach several times on end."""
        self._losses = 0
        """Requests on end that were not answered."""
        self.denied = False
        """Whether this account was told that it may not change something."""
        self.changed: Callable[[], None] = lambda: None
        """Shows what was found out by a refusal, before the next refresh."""
        self.verify: Callable[[], Awaitable[None]] | None = None
        """Makes sure that the address still belongs to the same unit."""

    async def get(
        self,
        cgi: str,
        group: str = "",
        channel: int | None = None,
        values: Values | None = None,
    ) -> Message:
        """Read a group, or what it may be set to.

        Raise:
            DeviceError: It is not there, or not for us, or nobody answers.
        """
        try:
            return await self.ask(cgi, group, channel, values)
        except CodeError as err:
            raise err.error from None

    async def ask(
        self,
        cgi: str,
        group: str = "",
        channel: int | None = None,
        values: Values | None = None,
    ) -> Message:
        """Read a group, and once more if the unit has failed or is busy.

        Raise:
            CodeError: The unit refuses it with a code.
            DeviceError: There is no answer, or none that can be read.
        """
        path = address(cgi, group, channel, values)
        pauses = iter(BUSY_PAUSES)
        failed = False
        while True:
            try:
                message = _judge(await self._send("GET", path, command=False))
            except CodeError as err:
                if err.code != FAILED or failed or self._resting:
                    raise
                failed, pause = True, FAILED_PAUSE
            except DeviceConnectionError as err:
                again = self._pause_after(err, pauses, failed=failed)
                if again is None:
                    raise
                failed, pause = failed or err.reason is Reason.FAILED, again
            else:
                self._admitted = True
                return message
            await self._clock.sleep(pause)

    def _pause_after(
        self, err: DeviceError, pauses: Iterator[float], *, failed: bool
    ) -> float | None:
        """Return how long to wait before a read is repeated; None for not at all."""
        if err.reason is Reason.FAILED and not failed and not self._resting:
            return FAILED_PAUSE
        if err.reason is not Reason.BUSY or self._resting:
            return None
        pause = next(pauses, None)
        if pause is None:
            self._rest_until = self._clock.now() + BUSY_REST
        return pause

    @property
    def _resting(self) -> bool:
        return 0 < self._rest_until - self._clock.now() <= BUSY_REST

    async def order(
        self,
        cgi: str,
        group: str,
        channel: int | None = None,
        values: Values | None = None,
        *,
        post: bool = True,
        urgent: bool = False,
    ) -> Message:
        """Have something done, or set something, once.

        Raise:
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        try:
            return await self.attempt(
                cgi, group, channel, values, post=post, urgent=urgent
            )
        except CodeError as err:
            raise err.error from None

    async def attempt(
        self,
        cgi: str,
        group: str,
        channel: int | None = None,
        values: Values | None = None,
        *,
        post: bool = True,
        urgent: bool = False,
    ) -> Message:
        """Have something done, or set something, once.

        Raise:
            CodeError: The unit refuses it with a code.
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        path = address(cgi, group, channel, values)
        if self.doubtful and not urgent and self.verify is not None:
            await self.verify()
        if not post:
            await self._rest()
        try:
            return _judge(await self._order(path, post=post, urgent=urgent))
        except DeviceAuthError:
            if not self._admitted:
                raise
            # Reading is allowed: the account may not do this, the login is right.
            self._deny()
            raise DeviceRequestError(Reason.NO_PERMISSION) from None
        except DeviceRequestError as err:
            if err.reason is Reason.NO_PERMISSION:
                self._deny()
            raise

    def _deny(self) -> None:
        """Take in that the account may not change something."""
        if not self.denied:
            self.denied = True
            self.changed()

    async def _rest(self) -> None:
        """Leave a unit the time to store what was set; what moves does not wait."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        begin = max(now, self._next_write)
        self._next_write = begin + WRITE_GAP
        if begin > now:
            await asyncio.sleep(begin - now)

    async def _order(self, path: str, *, post: bool, urgent: bool) -> HttpAnswer:
        """Send an order by POST, else by GET to a unit that refuses POST."""
        if post and self._posts is not False:
            answer = await self._send("POST", path, command=True, urgent=urgent)
            if answer.status not in NO_POST or _is_message(answer.body):
                self._posts = self._posts or 200 <= answer.status < 300 or None
                return answer
            if self._posts:
                # It has taken others: this is about what was ordered.
                return answer
        answer = await self._send("GET", path, command=True, urgent=urgent)
        if post and answer.status not in NO_POST and self._posts is None:
            _LOGGER.debug("The unit does not take POST")
            self._posts = False
        return answer

    async def picture(self, channel: int) -> bytes:
        """Return a picture as JPEG (section 3.15.1), beside the other requests.

        Raise:
            DeviceError: The unit gives none.
        """
        async with self._still:
            for _ in range(_STILL_ATTEMPTS):
                body = await self._download(STILL.format(channel=channel))
                if body:
                    break
        if not body.startswith(_JPEG):
            raise DeviceConnectionError(Reason.NO_PICTURE)
        return body

    async def _download(self, path: str) -> bytes:
        content = bytearray()
        try:
            async with asyncio.timeout(READ_TIMEOUT), self.open(path) as stream:
                if (error := error_for_status(stream.status)) is not None:
                    raise error
                async for piece in stream.chunks:
                    content += piece
                    if len(content) > _PICTURE_LIMIT:
                        raise DeviceConnectionError(Reason.BAD_ANSWER)
        except TimeoutError:
            raise DeviceConnectionError(Reason.TIMEOUT) from None
        return bytes(content)

    @asynccontextmanager
    async def open(self, path: str, *, live: bool = False) -> AsyncIterator[HttpStream]:
        """Open something long beside the requests; the status is for the caller.

        Raise:
            DeviceError: There is no answer, or it breaks off.
        """
        sent = self._sent
        async with self._transport.open(
            path, headers=self._headers("GET", path), live=live
        ) as stream:
            denied = stream.status == HTTP_DENIED
            if not denied or not self._challenge(stream.headers, sent):
                yield stream
                return
        async with self._transport.open(
            path, headers=self._headers("GET", path), live=live
        ) as stream:
            yield stream

    async def _send(
        self, method: str, path: str, *, command: bool, urgent: bool = False
    ) -> HttpAnswer:
        """Send a request, and once more if the unit wants another kind of login."""
        seconds = READ_TIMEOUT
        if command:
            seconds = STOP_TIMEOUT if urgent else COMMAND_TIMEOUT

        async def send() -> HttpAnswer:
            return await self._transport.request(
                method,
                path,
                command=command,
                urgent=urgent,
                headers=self._headers(method, path),
                seconds=seconds,
            )

        sent = self._sent
        try:
            answer = await send()
            if answer.status == HTTP_DENIED and self._challenge(answer.headers, sent):
                # Nothing was done: only the login was refused.
                answer = await send()
        except DeviceConnectionError as err:
            if err.reason is not Reason.BAD_ANSWER:
                self.doubtful = True
                self._losses += 1
                self.outage = self.outage or self._losses > 1
            raise
        self._losses = 0
        return answer

    def trust(self) -> None:
        """Take in that the same unit answers again."""
        self.doubtful = self.outage = False

    @property
    def _sent(self) -> Digest | str | None:
        """The login that is sent as long as nothing else is asked for."""
        return self._digest or self._basic

    def _headers(self, method: str, path: str) -> dict[str, str]:
        """Return the login in the form that the unit has asked for, if it has."""
        login = self._login
        if self._digest is not None:
            answer = self._digest.header(method, path, login.username, login.password)
            return {"Authorization": answer}
        return {} if self._basic is None else {"Authorization": self._basic}

    def _challenge(self, headers: Mapping[str, str], sent: Digest | str | None) -> bool:
        """Take in how the unit wants a login; return whether to try once more.

        What counts is the login that was refused: another request may have found out
        in the meantime. The password is never sent in clear to a unit that offers a
        digest.
        """
        offers = challenges(headers)
        if offers_digest(offers):
            digest = Digest.offered(offers)
            if digest is None:
                return False
            self._digest, self._basic = digest, None
            return not isinstance(sent, Digest) or sent.nonce != digest.nonce
        if self._digest is not None and not offers_basic(offers):
            return False
        if self._basic is not None:
            return self._basic != sent
        login = self._login
        try:
            basic = encode_basic_auth(login.username, login.password, "utf-8")
        except ValueError:
            # Such a name cannot be sent in this way: the login stays refused.
            return False
        self._digest, self._basic = None, basic
        return True


def _judge(answer: HttpAnswer) -> Message:
    """Return the message of an answer.

    Raise:
        CodeError: It is a refusal with a code.
        DeviceError: It is a refusal without one, or cannot be read.
    """
    denied = error_for_status(answer.status)
    if answer.status == HTTP_DENIED and denied is not None:
        raise denied
    if answer.status == _NO_CONTENT:
        return Message(header="", code=DONE, blocks=())
    try:
        message = parse(answer.body)
    except PayloadError:
        raise denied or PayloadError() from None
    if message.code != DONE:
        raise CodeError(message.code)
    if denied is not None:
        raise denied
    return message


def _is_message(body: bytes) -> bool:
    try:
        parse(body)
    except PayloadError:
        return False
    return True
