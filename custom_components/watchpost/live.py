"""Live pictures that a camera itself sends, handed on byte by byte."""

import asyncio
from asyncio import Task
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from http import HTTPStatus
import re
from typing import Final

from aiohttp import hdrs
from aiohttp.web import Request, Response, StreamResponse

from homeassistant.exceptions import HomeAssistantError

from .const import LOGGER
from .coordinator import Hub
from .devices.model.commands import LiveStream
from .devices.model.errors import DeviceConnectionError, Reason
from .errors import LATER, command_errors

type OpenLive = Callable[[], AbstractAsyncContextManager[LiveStream]]

_BEGIN: Final = 15
"""Seconds until pictures come; the transport may wait ten of them for a place."""
_STUCK: Final = 30
"""Seconds after which a viewer who takes nothing has to make room for others."""
_CLOSE: Final = 5
"""Seconds to wait for connections that are being closed."""
_STILL: Final = 8
"""Seconds for a still, less than those that who wants it waits."""
_LINE: Final = 1024
"""Bytes in which the first line has to end; a boundary has 70 at most."""
_PICTURE: Final = 8 * 1024 * 1024
"""Bytes of a picture: the largest sensors make JPEGs of half of it."""
_JPEG: Final = b"\xff\xd8\xff"
_END: Final = b"\xff\xd9"

_BOUNDARY: Final = r"[!#-:<-\[\]-~](?:[ !#-:<-\[\]-~]{0,68}[!#-:<-\[\]-~])?"
"""What does no harm in a header, which is more than the standard allows."""
_TYPE: Final = re.compile(
    r"\s*multipart/x-mixed-replace\s*;(?:[^;\"]*;)*\s*boundary\s*=\s*"
    rf"(?:\"(?P<quoted>{_BOUNDARY})\"|(?P<bare>{_BOUNDARY}))\s*(?:;.*)?",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_LENGTH: Final = re.compile(
    rb"^content-length[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_HEADERS: Final = {
    # A device must not have Home Assistant show a page with scripts.
    "Content-Security-Policy": "sandbox"
}


class Audience:
    """All who watch live pictures of a camera, each over a connection of its own."""

    def __init__(self, hub: Hub, live: OpenLive) -> None:
        """Store how pictures are opened; nothing is sent."""
        self._hub = hub
        self._live = live
        self._tasks: set[Task[StreamResponse]] = set()

    async def async_show(self, request: Request) -> StreamResponse:
        """Show the pictures until the viewer or the camera goes away."""
        showing = _Showing(self._hub, self._live, request)
        # A task of the entry: it ends when the device is unloaded, and also when
        # Home Assistant stops, which would wait for a request.
        task = self._hub.entry.async_create_background_task(
            self._hub.hass, showing.async_run(), "watchpost live pictures"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait((task,))
        finally:
            # Where the viewer has left, nobody else ends it.
            task.cancel()
        if task.cancelled():
            return showing.broken_off(HTTPStatus.SERVICE_UNAVAILABLE)
        return task.result()

    async def async_end(self) -> None:
        """Send everybody away and close all connections to the camera."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSE)


class _Showing:
    """The pictures on their way to one viewer."""

    def __init__(self, hub: Hub, live: OpenLive, request: Request) -> None:
        """Store what goes from where to whom; nothing is sent."""
        self._hub = hub
        self._live = live
        self._request = request
        self._response = StreamResponse(headers=_HEADERS)

    def broken_off(self, status: HTTPStatus) -> StreamResponse:
        """Return what has begun, else why nothing did."""
        return self._response if self._response.prepared else Response(status=status)

    async def async_run(self) -> StreamResponse:
        """Hand pictures on as long as there are any."""
        try:
            with command_errors(self._hub.hass, self._hub.entry):
                await self._async_hand_on()
        except HomeAssistantError as err:
            LOGGER.debug("No live pictures, or no more: %s", err.translation_key)
            return self.broken_off(_status(err.translation_key))
        except ConnectionError:
            LOGGER.debug("Nobody watches live pictures any more")
        return self._response

    async def _async_hand_on(self) -> None:
        """Send what the camera sends, from its first byte on."""
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(_BEGIN):
                    stream = await stack.enter_async_context(self._live())
                    declared = _declared(stream.content_type)
                    beginning = await _beginning(stream.chunks)
            except TimeoutError:
                raise DeviceConnectionError(Reason.TIMEOUT) from None
            boundary = _spoken(declared, beginning)
            if not _WORD.fullmatch(boundary):
                boundary = f'"{boundary}"'
            kind = f"multipart/x-mixed-replace; boundary={boundary}"
            self._response.headers[hdrs.CONTENT_TYPE] = kind
            await self._response.prepare(self._request)
            await self._async_send(beginning)
            async for piece in stream.chunks:
                await self._async_send(piece)

    async def _async_send(self, piece: bytes) -> None:
        """Send a piece; the next one is not read before this one is on its way."""
        try:
            async with asyncio.timeout(_STUCK):
                await self._response.write(piece)
        except TimeoutError:
            if (transport := self._request.transport) is not None:
                # What waits to be sent would keep the connection open.
                transport.abort()
            raise ConnectionResetError from None


def _status(key: str | None) -> HTTPStatus:
    """Return how HTTP calls the reason why there are no pictures."""
    if key == Reason.TIMEOUT:
        return HTTPStatus.GATEWAY_TIMEOUT
    return HTTPStatus.SERVICE_UNAVAILABLE if key in LATER else HTTPStatus.BAD_GATEWAY


def _declared(content_type: str) -> str:
    """Return the boundary between pictures that a header declares.

    Raise:
        DeviceConnectionError: These are no pictures, or nobody can part them.
    """
    if (match := _TYPE.fullmatch(content_type)) is None:
        raise DeviceConnectionError(Reason.BAD_ANSWER)
    return match["quoted"] or match["bare"]


async def _beginning(chunks: AsyncIterator[bytes]) -> bytes:
    """Return what comes first, with its first line.

    Raise:
        DeviceConnectionError: There is none.
    """
    received = b""
    async for piece in chunks:
        received += piece
        if b"\n" in received.lstrip() or len(received) > _LINE:
            return received
    raise DeviceConnectionError


def _spoken(declared: str, beginning: bytes | bytearray) -> str:
    """Return the boundary that is meant: many a camera declares it with its dashes.

    Some browsers look for it exactly as it is declared, behind two dashes.
    """
    line = beginning.lstrip().partition(b"\n")[0].strip().decode("latin-1")
    undashed = declared.removeprefix("--")
    return undashed if undashed and line == declared else declared


async def async_cut_still(live: OpenLive) -> bytes:
    """Return the next picture of a live stream.

    Raise:
        DeviceError: There is none, or not in time.
    """
    received = bytearray()
    try:
        async with asyncio.timeout(_STILL), live() as stream:
            declared = _declared(stream.content_type)
            async for piece in stream.chunks:
                received += piece
                if (picture := _first_picture(received, declared)) is not None:
                    return picture
                if len(received) > _PICTURE:
                    raise DeviceConnectionError(Reason.BAD_ANSWER)
    except TimeoutError:
        raise DeviceConnectionError(Reason.TIMEOUT) from None
    # The camera may have sent a single one and closed the connection behind it.
    picture = bytes(received[max(received.find(_JPEG), 0) :]).rstrip()
    if not picture.startswith(_JPEG) or not picture.endswith(_END):
        raise DeviceConnectionError(Reason.NO_PICTURE)
    return picture


def _first_picture(received: bytearray, declared: str) -> bytes | None:
    """Return the first picture if all of it is there.

    It ends where its head says, else before the next boundary: the mark of its end
    may stand within it as well, at the end of a preview.
    """
    if (start := received.find(_JPEG)) < 0:
        return None
    head = received[:start]
    if (match := _LENGTH.search(head)) is not None:
        end = start + int(match[1])
        return bytes(received[start:end]) if len(received) >= end else None
    delimiter = f"--{_spoken(declared, head)}".encode()
    if (end := received.find(delimiter, start)) < 0:
        return None
    return bytes(received[start:end]).removesuffix(b"\n").removesuffix(b"\r")
