"""HTTP to one box: limits, time-outs, one request at a time, no secret in a log."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
import logging
import re
from types import TracebackType
from typing import Final, NoReturn

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientMiddlewareType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)
from aiohttp.hdrs import CONTENT_TYPE
from yarl import URL

from ..model.device import Login
from ..model.errors import DeviceConnectionError, Reason
from .pacing import Pacer

_LOGGER = logging.getLogger(__name__)

TIMEOUT: Final = 10
"""Seconds for a whole request; a camera on a slow link answers within 5."""
BODY_LIMIT: Final = 2 * 1024 * 1024
"""Bytes of an answer that is not a picture or a recording."""
_CHUNK: Final = 64 * 1024
_STREAM_SILENCE: Final = 30
"""Seconds without a byte after which a stream is given up."""
_STREAM_START: Final = 60
"""Seconds until a stream begins; a recorder has to look for it on its disks."""
_STREAMS: Final = 2
"""Streams of one box at a time: a player asks for two ends of a file."""
_VIEWERS: Final = 8
"""Live pictures of one box at a time: each viewer has a connection of its own."""

_SECONDS: Final = 60
"""For which requests are counted."""

_QUERY_VALUE: Final = re.compile(r"=[^&\s]*")


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """What came back; the status is for the vendor's client only."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class HttpStream:
    """An answer whose body is read piece by piece."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class _DroppedError(Exception):
    """The connection was dropped before the answer; hides it from aiohttp's repeat."""


class _BrokenOffError(DeviceConnectionError):
    """The answer broke off: what was asked for may have been done."""


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Send a request a single time.

    aiohttp repeats GET, PUT and DELETE by itself when a connection drops without an
    answer: a door would open twice. What it does not recognize it does not repeat.
    """
    try:
        return await handler(request)
    except ClientConnectorError:
        # There is no connection: nothing was sent.
        raise
    except (ClientOSError, ServerDisconnectedError) as err:
        raise _DroppedError(type(err).__name__) from None


def redact_path(path: str) -> str:
    """Return a path with the values of its query removed."""
    return _QUERY_VALUE.sub("=**", path)


class HttpTransport:
    """Requests to one box, in turn."""

    def __init__(
        self, session: ClientSession, login: Login, pacer: Pacer | None = None
    ) -> None:
        """Store the session, which is never closed here, and the address."""
        self._session = session
        base = URL.build(
            scheme="https" if login.ssl else "http",
            host=login.host.strip("[]"),
            port=login.port,
        )
        self._root = str(base).rstrip("/")
        self._pacer = pacer or Pacer()
        self._streams = asyncio.Semaphore(_STREAMS)
        self._viewers = asyncio.Semaphore(_VIEWERS)
        self.challenged: tuple[ClientMiddlewareType, ...] = ()
        """What answers a challenge of the box, around everything that is sent."""
        self.last_round_trip: float | None = None
        """Seconds that the last answered request took, without waiting for its turn."""
        self.sent = 0
        """Requests sent so far."""
        self.failed = 0
        """Requests so far that were not answered."""
        self._counts = [0] * _SECONDS
        """Requests of each second of the last minute, by the clock of the loop."""
        self._second = 0
        """The second that was counted last."""

    @property
    def rate(self) -> int:
        """How many requests were sent in the last minute."""
        self._turn_to(asyncio.get_running_loop().time())
        return sum(self._counts)

    def _turn_to(self, now: float) -> int:
        """Forget what is older than a minute; return the place of this second."""
        second = int(now)
        for passed in range(1, min(second - self._second, _SECONDS) + 1):
            self._counts[(self._second + passed) % _SECONDS] = 0
        self._second = max(second, self._second)
        return self._second % _SECONDS

    async def request(
        self,
        method: str,
        path: str,
        *,
        command: bool,
        urgent: bool = False,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = TIMEOUT,
        limit: int = BODY_LIMIT,
    ) -> HttpAnswer:
        """Send a request and read its answer, whatever the status.

        The path is sent as it is: quoted by the caller, with %20 for blanks. A
        command is sent once; a read is sent again if the connection was dropped.
        What is urgent is sent beside a read that is on its way.

        Raise:
            DeviceConnectionError: There is no answer, or one that is too large.
        """
        async with self._pacer.slot(command=command, urgent=urgent):
            try:
                return await self._send(method, path, headers, body, seconds, limit)
            except _DroppedError as err:
                _LOGGER.debug("%s %s: %s", method, redact_path(path), err)
                if command:
                    raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN) from None
            except _BrokenOffError:
                if command:
                    raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN) from None
                raise
            try:
                return await self._send(method, path, headers, body, seconds, limit)
            except _DroppedError:
                raise DeviceConnectionError from None

    async def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        seconds: float,
        limit: int,
    ) -> HttpAnswer:
        loop = asyncio.get_running_loop()
        started = loop.time()
        self.sent += 1
        self._counts[self._turn_to(started)] += 1
        with self._counted(), _Translated(method, path):
            async with self._session.request(
                method,
                self._url(path),
                headers=headers,
                data=body,
                # A request without a body has no type, as the devices' own pages do it.
                skip_auto_headers=() if body else (CONTENT_TYPE,),
                allow_redirects=False,
                timeout=ClientTimeout(total=seconds),
                middlewares=(*self.challenged, _once),
            ) as response:
                content = await _read(response, limit)
                answer = HttpAnswer(
                    status=response.status, headers=response.headers, body=content
                )
        self.last_round_trip = loop.time() - started
        if _LOGGER.isEnabledFor(logging.DEBUG):
            _LOGGER.debug(
                "%s %s: %s, %s bytes, %.0f ms",
                method,
                redact_path(path),
                answer.status,
                len(content),
                self.last_round_trip * 1000,
            )
        return answer

    @asynccontextmanager
    async def open(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        live: bool = False,
    ) -> AsyncIterator[HttpStream]:
        """Get something long beside the requests, which must not wait for it.

        Live pictures, which never end, do not take the place of recordings.

        Raise:
            DeviceConnectionError: There is no answer, or it breaks off.
        """
        places = self._viewers if live else self._streams
        try:
            async with asyncio.timeout(TIMEOUT):
                await places.acquire()
        except TimeoutError:
            raise DeviceConnectionError(Reason.BUSY) from None
        try:
            self.sent += 1
            # What the caller does with the pieces is no error of the device.
            with _Translated("GET", path):
                async with asyncio.timeout(_STREAM_START):
                    response = await self._session.get(
                        self._url(path),
                        headers=headers,
                        skip_auto_headers=(CONTENT_TYPE,),
                        allow_redirects=False,
                        timeout=ClientTimeout(
                            total=None, sock_connect=TIMEOUT, sock_read=_STREAM_SILENCE
                        ),
                        middlewares=self.challenged,
                    )
            try:
                yield HttpStream(
                    status=response.status,
                    headers=response.headers,
                    chunks=_chunks(response, path),
                )
            finally:
                response.close()
        finally:
            places.release()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Take note of a request that is not answered."""
        try:
            yield
        except DeviceConnectionError, _DroppedError:
            self.failed += 1
            raise

    def _url(self, path: str) -> URL:
        """Return an address; the text is already quoted, yarl must not undo it."""
        if not path.startswith("/"):
            # It would become a part of the host.
            raise ValueError(path)
        return URL(self._root + path, encoded=True)


class _Translated:
    """Hide what aiohttp says: its errors can hold the URL."""

    __slots__ = ("_method", "_path")

    def __init__(self, method: str, path: str) -> None:
        """Store what is said in a log instead."""
        self._method = method
        self._path = path

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        err: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Raise one of ours instead, without the other one behind it."""
        if err is None:
            return
        if isinstance(err, TimeoutError):
            reason = Reason.TIMEOUT
        elif isinstance(err, ClientConnectorCertificateError):
            reason = Reason.CERTIFICATE
        elif isinstance(err, (ClientError, OSError, ValueError)):
            path = redact_path(self._path)
            _LOGGER.debug("%s %s: %s", self._method, path, type(err).__name__)
            reason = Reason.UNREACHABLE
        else:
            return
        try:
            _fail(reason)
        except DeviceConnectionError as ours:
            ours.__context__ = None
            raise


def _fail(reason: Reason) -> NoReturn:
    raise DeviceConnectionError(reason)


async def _chunks(response: ClientResponse, path: str) -> AsyncIterator[bytes]:
    """Yield the pieces of a body."""
    pieces = response.content.iter_chunked(_CHUNK)
    while True:
        with _Translated("GET", path):
            piece = await anext(pieces, b"")
        if not piece:
            return
        yield piece


async def _read(response: ClientResponse, limit: int) -> bytes:
    """Read a body and give up as soon as it is too large."""
    content = bytearray()
    try:
        async for chunk in response.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > limit:
                response.close()
                raise DeviceConnectionError(Reason.BAD_ANSWER)
    except TimeoutError:
        raise
    except ClientError:
        # Without its text, which can hold the URL.
        raise _BrokenOffError from None
    return bytes(content)
