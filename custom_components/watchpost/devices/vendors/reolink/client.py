"""Batches of commands, pictures and files, in one login; no meaning."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
import logging
import secrets
from typing import Final
from urllib.parse import quote

from ...model.device import Clock, Login
from ...model.errors import DeviceConnectionError, DeviceError, Reason
from ...transport.http import HttpStream, HttpTransport
from ...transport.pacing import Spawn
from ...transport.payload import PayloadError
from .answers import Answer, parse_again, read_code
from .asks import IDENTITY, Ask, Batch, encode
from .codes import DONE, LOST, NO_ANSWER, NO_LOGIN, error_for
from .const import API, BATCH_LIMIT, SNAP_TIMEOUT, TIMEOUT
from .session import BAD_GATEWAY, JSON, RESTARTING, Session

__all__ = ["Ask", "Batch", "Client", "encode"]

_LOGGER = logging.getLogger(__name__)
_JPEG: Final = b"\xff\xd8"


class Client:
    """Speak to one device; one login, at most 35 commands in a request."""

    def __init__(
        self, transport: HttpTransport, login: Login, clock: Clock, spawn: Spawn
    ) -> None:
        """Prepare a client that is not logged in; spawn starts its logins."""
        self._transport = transport
        self._login = login
        self._session = Session(transport, login, clock, spawn, self._look)
        self.verify: Callable[[Answer], None] | None = None
        """Looks at who has answered a login, before anything else is sent."""
        self.losses = 0
        """Logins so far that the device has ended, by a restart as a rule."""

    @property
    def logins(self) -> int:
        """Logins so far."""
        return self._session.logins

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
            token = await self._session.current()
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
            if code not in LOST and answer.status not in RESTARTING:
                break
            if not attempt:
                await self._session.renew(token)
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
            token = await self._session.current()
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
            if code not in LOST and status not in RESTARTING:
                break
            if not attempt:
                await self._session.renew(token)
        raise _no_file(code, status)

    async def close(self) -> None:
        """Log out, for good: the logins of a device are few. Never raises."""
        await self._session.close()

    async def _look(self, token: str) -> None:
        """Make sure that the address still belongs to the same device.

        Cameras with one password for all may change places.
        """
        if self.verify is not None:
            answers = await self._post(
                Batch([IDENTITY]), token, seconds=TIMEOUT, command=False
            )
            self.verify(answers[0] if answers else Answer(code=NO_ANSWER))

    async def _exchange(
        self,
        batch: Batch,
        seconds: float,
        *,
        command: bool = False,
        urgent: bool = False,
    ) -> list[Answer]:
        """Send a batch in a login; log in again once if the device forgot it."""
        token = await self._session.current()
        post = partial(
            self._post, batch, seconds=seconds, command=command, urgent=urgent
        )
        answers = await post(token)
        if answers is None:
            self.losses += 1
            answers = await post(await self._session.renew(token))
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
            headers=JSON,
            body=batch.body,
            seconds=seconds,
        )
        if answer.status in RESTARTING:
            if command and answer.status == BAD_GATEWAY:
                # What was behind the web server may have done it before it fell.
                raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN)
            return None
        told = parse_again(answer.body, batch.told)
        # One command may be refused in this way while all others are answered.
        if told.answers and all(one.code in LOST for one in told.answers):
            return None
        batch.told = told
        return told.answers


def _no_file(code: int, status: int) -> DeviceError:
    """Return why a file cannot be had."""
    if status == 416:
        # It ends before what was asked for.
        return error_for(-4)
    if status in RESTARTING:
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
