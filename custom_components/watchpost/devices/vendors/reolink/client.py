"""Logins, batches of commands, pictures and files; no meaning."""

import asyncio
from asyncio import Task
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
import json
import logging
import secrets
from typing import Final
from urllib.parse import quote

from ...model.device import Clock, Json, Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from ...transport.http import HttpAnswer, HttpStream, HttpTransport
from ...transport.pacing import Spawn
from ...transport.payload import Node, PayloadError
from .answers import Answer, Told, parse_again, parse_answers, read_code
from .codes import (
    DONE,
    LOST,
    NO_ANSWER,
    NO_LOGIN,
    WRONG_VALUE,
    error_for,
    login_error,
    login_pause,
)
from .const import (
    API,
    BATCH_LIMIT,
    CLOSE_TIMEOUT,
    LEASE,
    LOGIN_LENGTH,
    LOGOUT_TIMEOUT,
    RENEW_BEFORE,
    SHORTEST_LEASE,
    SNAP_TIMEOUT,
    TIMEOUT,
    TOKEN_LENGTH,
)

_LOGGER = logging.getLogger(__name__)
_JSON: Final = {"Content-Type": "application/json"}
_JPEG: Final = b"\xff\xd8"
_BAD_GATEWAY: Final = 502
_RESTARTING: Final = frozenset({404, _BAD_GATEWAY})
"""The web server of the device is starting: its logins are gone."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A command as it is sent; action 1 asks for the range as well (section 2)."""

    command: str
    param: Mapping[str, Json] = field(default_factory=dict, repr=False)
    action: int = 0

    def body(self) -> dict[str, Json]:
        """Return the command as the guide prints it."""
        return {"cmd": self.command, "action": self.action, "param": dict(self.param)}


class Batch:
    """Commands of one request; encoded once, however often they are sent."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        """Encode the commands."""
        self.asks = tuple(asks)
        self.body = encode([ask.body() for ask in self.asks])
        self.first = self.asks[0].command
        self.told = Told()
        """What was last answered: most polls tell what the one before has told."""


IDENTITY: Final = Ask(command="GetLocalLink")
"""The question who a device is."""


def encode(value: Json | list[dict[str, Json]]) -> bytes:
    """Return JSON as the device takes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Client:
    """Speak to one device; one login, at most 35 commands in a request."""

    def __init__(
        self, transport: HttpTransport, login: Login, clock: Clock, spawn: Spawn
    ) -> None:
        """Prepare a client that is not logged in; spawn starts its logins."""
        self._transport = transport
        self._spawn = spawn
        self._login = login
        self._clock = clock
        self._token = ""
        self._ends = 0.0
        self._renewal: Task[None] | None = None
        self._failure: DeviceError | None = None
        """Why the last login failed."""
        self.verify: Callable[[Answer], None] | None = None
        """Looks at who has answered a login, before anything else is sent."""
        self._refusal: tuple[int, float] | None = None
        """Code of a login that was refused for a while, and when that was."""
        self._closed = False
        self.logins = 0
        """Logins so far."""
        self.losses = 0
        """Logins so far that the device has ended, by a restart as a rule."""

    @property
    def username(self) -> str:
        """Name of the account."""
        return self._login.username

    @property
    def took(self) -> float:
        """Seconds that the last request needed, without waiting for its turn."""
        return self._transport.last_round_trip or 0.0

    async def ask(
        self, asks: Sequence[Ask], *, seconds: float = TIMEOUT
    ) -> list[Answer]:
        """Ask for several things, in as few requests as the device allows.

        There is an answer to each, in order: a single refusal concerns nobody else.

        Raise:
            DeviceError: The device cannot be reached or refuses the login.
        """
        answers: list[Answer] = []
        for start in range(0, len(asks), BATCH_LIMIT):
            batch = Batch(asks[start : start + BATCH_LIMIT])
            answers += await self.send(batch, seconds=seconds)
        return answers

    async def send(self, batch: Batch, *, seconds: float = TIMEOUT) -> list[Answer]:
        """Send a batch that was made before; it may be sent again and again.

        An answer that has not changed is the same object as last time.
        """
        answers = await self._exchange(batch, seconds)
        if len(answers) == len(batch.asks):
            return answers
        return await self._apart(batch, answers, seconds)

    async def _apart(
        self, batch: Batch, answers: list[Answer], seconds: float
    ) -> list[Answer]:
        """Ask again in two halves, then one by one, after a batch has collapsed.

        What one camera cannot do would else be missing at all of them. There are
        three requests more than commands at the most.
        """
        code = answers[0].code if len(answers) == 1 else NO_ANSWER
        if code in NO_LOGIN:
            return [Answer(code=code) for _ in batch.asks]
        if len(batch.asks) == 1:
            return answers[:1] or [Answer(code=code)]
        _LOGGER.debug(
            "A batch of %s has %s answers (%s)", len(batch.asks), len(answers), code
        )
        middle = (len(batch.asks) + 1) // 2
        found: list[Answer] = []
        for part in (batch.asks[:middle], batch.asks[middle:]):
            half = await self._exchange(Batch(part), seconds)
            if len(half) == len(part):
                found += half
                continue
            for ask in part:
                single = await self._exchange(Batch([ask]), seconds)
                found.append(single[0] if single else Answer(code=NO_ANSWER))
        return found

    async def read(self, ask: Ask, *, seconds: float = TIMEOUT) -> Answer:
        """Ask for one thing and raise what refuses it."""
        (answer,) = await self.ask([ask], seconds=seconds)
        if answer.code != DONE:
            raise error_for(answer.code)
        return answer

    async def act(self, ask: Ask, *, urgent: bool = False) -> Answer:
        """Have something done, once; raise what refuses it.

        What is urgent is sent beside a read that is on its way.

        Raise:
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        answers = await self._exchange(
            Batch([ask]), TIMEOUT, command=True, urgent=urgent
        )
        if not answers:
            raise PayloadError
        if answers[0].code != DONE:
            raise error_for(answers[0].code)
        return answers[0]

    async def picture(self, channel: int) -> bytes:
        """Return a JPEG of a channel (section 3.6.8)."""
        code = DONE
        for attempt in range(2):
            token = await self._current()
            noise = secrets.token_hex(8)
            answer = await self._transport.request(
                "GET",
                f"{API}?cmd=Snap&channel={channel}&rs={noise}&token={token}",
                command=False,
                seconds=SNAP_TIMEOUT,
                limit=16 * 1024 * 1024,
            )
            if answer.body.startswith(_JPEG):
                return answer.body
            code = read_code(answer.body)
            if code not in LOST and answer.status not in _RESTARTING:
                break
            if not attempt:
                await self._renew(token)
        raise DeviceConnectionError(Reason.NO_PICTURE) if not code else error_for(code)

    @asynccontextmanager
    async def file(
        self, name: str, offset: int, end: int | None
    ) -> AsyncIterator[HttpStream]:
        """Open a recorded file (section 3.6.7); errors come as JSON instead.

        Raise:
            DeviceError: There is no such file, or the device is busy.
        """
        output = quote(name.rpartition("/")[2] or "recording.mp4", safe="")
        headers = {}
        if offset or end is not None:
            headers["Range"] = f"bytes={offset}-{'' if end is None else end}"
        code = status = 0
        for attempt in range(2):
            token = await self._current()
            path = (
                f"{API}?cmd=Download&source={quote(name, safe='/')}"
                f"&output={output}&token={token}"
            )
            async with self._transport.open(path, headers=headers) as stream:
                status = stream.status
                kind = stream.headers.get("Content-Type", "").lower()
                if status in (200, 206) and not kind.startswith(
                    ("text/", "application/json")
                ):
                    yield stream
                    return
                code = read_code(await _few(stream))
            if code not in LOST and status not in _RESTARTING:
                break
            if not attempt:
                await self._renew(token)
        raise _no_file(code, status)

    async def close(self) -> None:
        """Log out, for good: the logins of a device are few. Never raises."""
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                if self._renewal is not None:
                    # It may have opened a login that nobody would close.
                    await asyncio.wait((self._renewal,))
                token, self._token = self._token, ""
                if token:
                    await self._log_out(token)
        except TimeoutError:
            if self._renewal is not None:
                self._renewal.cancel()

    async def _exchange(
        self,
        batch: Batch,
        seconds: float,
        *,
        command: bool = False,
        urgent: bool = False,
    ) -> list[Answer]:
        """Send a batch in a login; log in again once if the device forgot it."""
        token = await self._current()
        post = partial(
            self._post, batch, seconds=seconds, command=command, urgent=urgent
        )
        answers = await post(token)
        if answers is None:
            self.losses += 1
            answers = await post(await self._renew(token))
        if answers is None:
            raise DeviceConnectionError(Reason.SESSION_LOST)
        return answers

    async def _post(
        self,
        batch: Batch,
        token: str,
        *,
        seconds: float,
        command: bool,
        urgent: bool = False,
    ) -> list[Answer] | None:
        """Send a batch once; None if the login is gone, so that nothing was done."""
        answer = await self._transport.request(
            "POST",
            f"{API}?cmd={batch.first}&token={token}",
            command=command,
            urgent=urgent,
            headers=_JSON,
            body=batch.body,
            seconds=seconds,
        )
        if answer.status in _RESTARTING:
            if command and answer.status == _BAD_GATEWAY:
                # What was behind the web server may have done it before it fell.
                raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN)
            return None
        told = parse_again(answer.body, batch.told)
        # One command may be refused in this way while all others are answered.
        if told.answers and all(one.code in LOST for one in told.answers):
            return None
        batch.told = told
        return told.answers

    async def _current(self) -> str:
        """Return a token, fit for an address, that will live for a while yet."""
        if self._token and self._clock.now() < self._ends:
            return self._token
        return await self._renew(self._token)

    async def _renew(self, old: str) -> str:
        """Log in unless somebody else just has; all who wait share one login.

        Nobody who is cancelled takes a login along that the device has just opened.
        """
        if self._token and self._token != old:
            return self._token
        if self._closed:
            raise DeviceConnectionError
        if (renewal := self._renewal) is None:
            renewal = self._spawn(self._replace(old), "watchpost login")
            self._renewal = renewal
            renewal.add_done_callback(self._renewed)
        await asyncio.wait((renewal,))
        if renewal.cancelled():
            raise DeviceConnectionError
        if (err := self._failure) is not None:
            # To each a new one: a raised one remembers all who have raised it.
            raise type(err)(err.reason, err.placeholders)
        return self._token

    def _renewed(self, task: Task[None]) -> None:
        self._renewal = None
        if not task.cancelled():
            # Seen here, in case everybody who waited was cancelled.
            task.exception()

    async def _replace(self, old: str) -> None:
        """Give the old place back and take a new one; note why that failed."""
        self._token, self._failure = "", None
        try:
            if (code := self._paused()) is not None:
                raise login_error(code)
            if old:
                await self._log_out(old)
            if self._closed:
                raise DeviceConnectionError
            await self._log_in()
            await self._verify()
        except DeviceError as err:
            self._failure = err

    async def _verify(self) -> None:
        """Make sure that the address still belongs to the same device.

        Cameras with one password for all may change places.
        """
        if self.verify is None:
            return
        try:
            answers = await self._post(
                Batch([IDENTITY]), self._token, seconds=TIMEOUT, command=False
            )
            self.verify(answers[0] if answers else Answer(code=NO_ANSWER))
        except DeviceError:
            token, self._token = self._token, ""
            await self._log_out(token)
            raise

    def _paused(self) -> int | None:
        """Return why there must be no login now."""
        if self._refusal is None:
            return None
        code, since = self._refusal
        # A clock that was set back must not make the pause longer.
        return code if 0 <= self._clock.now() - since < login_pause(code) else None

    async def _log_in(self) -> None:
        """Open a login (section 3.2.1)."""
        user: dict[str, Json] = {
            "Version": "0",
            "userName": self._login.username,
            "password": self._login.password,
        }
        ask = Ask(command="Login", param={"User": user})
        answer = await self._transport.request(
            "POST",
            f"{API}?cmd=Login",
            command=False,
            headers=_JSON,
            body=encode([ask.body()]),
            seconds=TIMEOUT,
        )
        node = self._judge_login(answer)
        token = node.node("Token") or Node({})
        name = token.text("name")
        if not name or len(name) > TOKEN_LENGTH:
            raise PayloadError
        lease = token.number("leaseTime", "leastTime") or LEASE
        lease = max(lease, SHORTEST_LEASE)
        self._ends = self._clock.now() + lease - min(RENEW_BEFORE, lease / 4)
        self._token = quote(name, safe="")
        self._refusal = None
        self.logins += 1

    def _judge_login(self, answer: HttpAnswer) -> Node:
        """Return what a login tells; a refusal for a while is remembered."""
        if answer.status in _RESTARTING:
            raise DeviceConnectionError(Reason.BUSY)
        answers = parse_answers(answer.body)
        if not answers:
            raise PayloadError
        code = answers[0].code
        if code == DONE:
            return answers[0].value
        if login_pause(code):
            self._refusal = (code, self._clock.now())
        if code in WRONG_VALUE and self._is_long:
            raise DeviceAuthError
        raise login_error(code)

    @property
    def _is_long(self) -> bool:
        """Whether the guide does not allow so long a name or password."""
        login = self._login
        return max(len(login.username), len(login.password)) > LOGIN_LENGTH

    async def _log_out(self, token: str) -> None:
        """Give a login back; it does not matter whether it was alive."""
        try:
            await self._transport.request(
                "POST",
                f"{API}?cmd=Logout&token={token}",
                # Before what else is waiting, and not again.
                command=True,
                headers=_JSON,
                body=encode([Ask(command="Logout").body()]),
                seconds=LOGOUT_TIMEOUT,
            )
        except DeviceError as err:
            _LOGGER.debug("Logout failed: %s", err.reason)


def _no_file(code: int, status: int) -> DeviceError:
    """Return why a file cannot be had."""
    if status == 416:
        # It ends before what was asked for.
        return error_for(-4)
    if status in _RESTARTING:
        return DeviceConnectionError(Reason.BUSY)
    return error_for(-222 if code == DONE else code)


async def _few(stream: HttpStream) -> bytes:
    """Return the beginning of a body, enough for an error."""
    body = b""
    try:
        async with asyncio.timeout(TIMEOUT):
            async for piece in stream.chunks:
                body += piece
                if len(body) > 64 * 1024:
                    break
    except TimeoutError:
        raise DeviceConnectionError(Reason.TIMEOUT) from None
    return body
