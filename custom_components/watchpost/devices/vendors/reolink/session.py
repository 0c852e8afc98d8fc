"""The login of a client: opened once for all, renewed, given back."""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
import logging
from typing import Final
from urllib.parse import quote

from ...model.device import Clock, Json, Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    Reason,
)
from ...transport.http import HttpAnswer, HttpTransport
from ...transport.pacing import Spawn
from ...transport.payload import Node, PayloadError
from .answers import parse_answers
from .asks import Ask, encode
from .codes import DONE, WRONG_VALUE, login_error, login_pause
from .const import (
    API,
    CLOSE_TIMEOUT,
    LEASE,
    LOGIN_LENGTH,
    LOGOUT_TIMEOUT,
    RENEW_BEFORE,
    SHORTEST_LEASE,
    TIMEOUT,
    TOKEN_LENGTH,
)

_LOGGER = logging.getLogger(__name__)
JSON: Final = {"Content-Type": "application/json"}
BAD_GATEWAY: Final = 502
RESTARTING: Final = frozenset({404, BAD_GATEWAY})
"""The web server of the device is starting: its logins are gone."""

type Verify = Callable[[str], Awaitable[None]]


@dataclass(eq=False)
class _Renewal:
    """A login that is being opened, for all who wait for one."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    task: Task[None] | None = None
    token: str = field(default="", repr=False)
    failure: DeviceError | None = None


class Session:
    """Log in when somebody needs it, never twice at a time."""

    def __init__(
        self,
        transport: HttpTransport,
        login: Login,
        clock: Clock,
        spawn: Spawn,
        verify: Verify,
    ) -> None:
        """Open nothing yet; verify looks at who has answered a login."""
        self._transport = transport
        self._login = login
        self._clock = clock
        self._spawn = spawn
        self._verify = verify
        self._token = ""
        self._ends = 0.0
        self._renewal: _Renewal | None = None
        self._refusal: tuple[int, float] | None = None
        """Code of a login that was refused for a while, and when that was."""
        self._closed = False
        self.logins = 0
        """Logins so far."""

    async def current(self) -> str:
        """Return a token, fit for an address, that will live for a while yet."""
        if self._token and self._clock.now() < self._ends:
            return self._token
        return await self.renew(self._token)

    async def renew(self, old: str) -> str:
        """Log in unless somebody else just has; all who wait share one login.

        Nobody who is cancelled takes a login along that the device has just opened.
        """
        if self._token and self._token != old:
            return self._token
        if self._closed:
            raise DeviceConnectionError
        if (renewal := self._renewal) is None:
            renewal = self._renewal = _Renewal()
            task = self._spawn(self._replace(old, renewal), "watchpost login")
            renewal.task = task
            task.add_done_callback(partial(self._renewed, renewal))
        await renewal.over.wait()
        if renewal.token:
            return renewal.token
        err = renewal.failure or DeviceConnectionError()
        # To each a new one: a raised one remembers all who have raised it.
        raise type(err)(err.reason, err.placeholders)

    def _renewed(self, renewal: _Renewal, _task: Task[None]) -> None:
        self._renewal = None
        renewal.over.set()

    async def _replace(self, old: str, renewal: _Renewal) -> None:
        """Give the old place back and take a new one; note why that failed."""
        self._token = ""
        try:
            if (code := self._paused()) is not None:
                raise login_error(code)
            if old:
                await self._log_out(old)
            if self._closed:
                raise DeviceConnectionError
            token, lasts = await self._log_in()
            try:
                await self._verify(token)
            except DeviceError:
                await self._log_out(token)
                raise
        except DeviceError as err:
            renewal.failure = err
        else:
            # Only now: until it was looked at nobody else sends anything in it.
            self._token = renewal.token = token
            self._ends = self._clock.now() + lasts

    async def close(self) -> None:
        """Log out, for good: the logins of a device are few. Never raises."""
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                if (renewal := self._renewal) is not None:
                    # It may have opened a login that nobody would close.
                    await renewal.over.wait()
                token, self._token = self._token, ""
                if token:
                    await self._log_out(token)
        except TimeoutError:
            if renewal is not None and renewal.task is not None:
                renewal.task.cancel()

    def _paused(self) -> int | None:
        """Return why there must be no login now."""
        if self._refusal is None:
            return None
        code, since = self._refusal
        # A clock that was set back must not make the pause longer.
        return code if 0 <= self._clock.now() - since < login_pause(code) else None

    async def _log_in(self) -> tuple[str, float]:
        """Open a login (section 3.2.1); return its token and how long it is good."""
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
            headers=JSON,
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
        self._refusal = None
        self.logins += 1
        return quote(name, safe=""), lease - min(RENEW_BEFORE, lease / 4)

    def _judge_login(self, answer: HttpAnswer) -> Node:
        """Return what a login tells; a refusal for a while is remembered."""
        if answer.status in RESTARTING:
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
                headers=JSON,
                body=encode([Ask(command="Logout").body()]),
                seconds=LOGOUT_TIMEOUT,
            )
        except DeviceError as err:
            _LOGGER.debug("Logout failed: %s", err.reason)
