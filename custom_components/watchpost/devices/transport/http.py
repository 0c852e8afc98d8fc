"""HTTP to one box: limits, time-outs, one request at a time, no secret in a log."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
import logging
import re
from typing import Final

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
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

_QUERY_VALUE: Final = re.compile(r"=[^&\s]*")


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """What came back; the status is for the vendor's client only."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _DroppedError(Exception):
    """The connection was dropped before the answer; hides it from aiohttp's repeat."""


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
        self._base = URL.build(
            scheme="https" if login.ssl else "http",
            host=login.host.strip("[]"),
            port=login.port,
        )
        self._pacer = pacer or Pacer()
        self.last_round_trip: float | None = None
        """Seconds that the last answered request took, without waiting for its turn."""
        self.sent = 0
        """Requests sent so far."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        command: bool,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = TIMEOUT,
        limit: int = BODY_LIMIT,
    ) -> HttpAnswer:
        """Send a request and read its answer, whatever the status.

        The path is sent as it is: quoted by the caller, with %20 for blanks. A
        command is sent once; a read is sent again if the connection was dropped.

        Raise:
            DeviceConnectionError: There is no answer, or one that is too large.
        """
        async with self._pacer.slot(command=command):
            try:
                return await self._send(method, path, headers, body, seconds, limit)
            except _DroppedError as err:
                _LOGGER.debug("%s %s: %s", method, redact_path(path), err)
                if command:
                    raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN) from None
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
        # Built from text that is already quoted, else yarl would undo a part of it.
        url = URL(f"{self._base}".rstrip("/") + path, encoded=True)
        loop = asyncio.get_running_loop()
        started = loop.time()
        self.sent += 1
        try:
            async with self._session.request(
                method,
                url,
                headers=headers,
                data=body,
                # A request without a body has no type, as the devices' own pages do it.
                skip_auto_headers=() if body else (CONTENT_TYPE,),
                allow_redirects=False,
                timeout=ClientTimeout(total=seconds),
                middlewares=(_once,),
            ) as response:
                content = await _read(response, limit)
                answer = HttpAnswer(
                    status=response.status, headers=response.headers, body=content
                )
        except TimeoutError:
            raise DeviceConnectionError(Reason.TIMEOUT) from None
        except ClientConnectorCertificateError:
            raise DeviceConnectionError(Reason.CERTIFICATE) from None
        except (ClientError, OSError, ValueError) as err:
            # The text of these errors can hold the URL: only the type is told.
            _LOGGER.debug("%s %s: %s", method, redact_path(path), type(err).__name__)
            raise DeviceConnectionError from None
        self.last_round_trip = loop.time() - started
        _LOGGER.debug(
            "%s %s: %s, %s bytes, %.0f ms",
            method,
            redact_path(path),
            answer.status,
            len(content),
            self.last_round_trip * 1000,
        )
        return answer


async def _read(response: ClientResponse, limit: int) -> bytes:
    """Read a body and give up as soon as it is too large."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            response.close()
            raise DeviceConnectionError(Reason.BAD_ANSWER)
    return bytes(content)
