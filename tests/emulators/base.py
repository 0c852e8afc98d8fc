"""What all device emulators share: sockets, records, faults, power."""

from abc import ABC, abstractmethod
import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
import socket
import ssl
from typing import Final, Self
from urllib.parse import unquote

from aiohttp import web

from .clock import Timer, VirtualClock
from .faults import BEFORE_EXECUTION, Fault, FaultKind, Faults, RequestRecord, damaged

__all__ = [
    "HOST",
    "Emulator",
    "Fault",
    "FaultKind",
    "Faults",
    "RequestRecord",
    "Timer",
    "VirtualClock",
    "parse_query",
]

HOST: Final = "127.0.0.1"
TICK: Final = 0.05
"""Real seconds between two looks at the clock when it runs by itself."""


def parse_query(raw: str) -> list[tuple[str, str]]:
    """Split a query string; undo percent signs, leave a plus alone."""
    pairs = [part.partition("=") for part in raw.split("&") if part]
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def _bound_socket(port: int) -> socket.socket:
    """Return a bound socket that refuses connections until somebody listens."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setblocking(False)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        raise
    return sock


class Emulator(ABC):
    """A device on 127.0.0.1 that records what it is asked."""

    SERVER: str = "Emulator"
    """The Server header of every answer."""
    DANGEROUS: frozenset[tuple[str, str]] = frozenset()
    """Methods and paths that a client must never use."""

    def __init__(
        self, *, port: int = 0, tls: bool = False, clock: VirtualClock | None = None
    ) -> None:
        """Prepare the device; nothing listens yet."""
        self.clock = clock or VirtualClock()
        self.faults = Faults()
        self.requests: list[RequestRecord] = []
        self.counts: Counter[str] = Counter()
        """Requests by method and path."""
        self.parallel = 0
        self.max_parallel = 0
        """The most requests that were being served at one moment."""
        self.port = port
        self.tls = tls
        self._context: ssl.SSLContext | None = None
        self._web: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._parked: socket.socket | None = None
        self._power_timer: Timer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None

    # Life

    async def __aenter__(self) -> Self:
        """Start the device."""
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop the device."""
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        if self.tls and self._context is None:
            self._context = self._tls_context()
        self._web = web.Server(self._serve, access_log=None)
        sock = _bound_socket(self.port)
        self.port = sock.getsockname()[1]
        await self._listen(sock)
        if self.clock.realtime:
            self._ticker = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Close everything; nothing stays behind."""
        self.faults.clear()
        if self._power_timer is not None:
            self._power_timer.cancel()
        tasks = list(self._tasks)
        if self._ticker is not None:
            tasks.append(self._ticker)
            self._ticker = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._close_listener()
        if self._parked is not None:
            self._parked.close()
            self._parked = None
        if self._web is not None:
            self._abort_connections()
            await self._web.shutdown(1)
            self._web = None
        await asyncio.sleep(0)

    @property
    def host(self) -> str:
        """Return the address."""
        return HOST

    @property
    def url(self) -> str:
        """Return the base address, without a trailing slash."""
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}"

    @property
    def powered(self) -> bool:
        """Tell whether the device takes connections."""
        return self._listener is not None

    def power_off(self, seconds: float | None = None) -> None:
        """Refuse connections for some virtual seconds, or until `power_on`."""
        if self._power_timer is not None:
            self._power_timer.cancel()
            self._power_timer = None
        if self._listener is not None:
            self._close_listener()
            self._abort_connections()
            self._parked = _bound_socket(self.port)
        if seconds is not None:
            self._power_timer = self.clock.call_later(seconds, self.power_on)

    def power_on(self) -> None:
        """Take connections again."""
        if self._power_timer is not None:
            self._power_timer.cancel()
            self._power_timer = None
        if self._parked is not None:
            sock, self._parked = self._parked, None
            sock.listen(128)
            self.spawn(self._listen(sock))

    def close_connections(self) -> None:
        """Cut every open connection, as an idle time-out of the device does."""
        self._abort_connections()

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run something in the background until the device stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until nothing runs in the background."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def requests_to(self, path: str, method: str | None = None) -> list[RequestRecord]:
        """Return the recorded requests to one path."""
        return [
            record
            for record in self.requests
            if record.path == path and method in (None, record.method)
        ]

    @property
    def dangerous(self) -> list[RequestRecord]:
        """Return the recorded requests that a client must never send."""
        return [record for record in self.requests if record.dangerous]

    def forget(self) -> None:
        """Empty the records and the counters."""
        self.requests.clear()
        self.counts.clear()
        self.max_parallel = self.parallel

    # What a device defines

    @abstractmethod
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""

    @abstractmethod
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return the device's own way to report an application error."""

    def http_error(self, status: int) -> web.Response:
        """Return a bare HTTP error."""
        return web.Response(status=status, headers={"Server": self.SERVER})

    # Serving

    def _tls_context(self) -> ssl.SSLContext:
        """Make the certificate, if the means are there."""
        try:
            from .tls import server_context
        except ImportError as err:
            raise RuntimeError("TLS needs the package cryptography") from err
        return server_context(self.SERVER)

    async def _listen(self, sock: socket.socket) -> None:
        """Accept connections on a bound socket."""
        if self._web is None:
            sock.close()
            return
        self._listener = await asyncio.get_running_loop().create_server(
            self._web, sock=sock, ssl=self._context
        )

    def _close_listener(self) -> None:
        """Stop accepting."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _abort_connections(self) -> None:
        """Cut what is open."""
        if self._web is not None:
            for connection in self._web.connections:
                if connection.transport is not None:
                    connection.transport.abort()

    async def _tick(self) -> None:
        """Let the clock run by itself."""
        while True:
            self.clock.sync()
            await asyncio.sleep(TICK)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Record a request, apply the faults, answer."""
        self.clock.sync()
        self.parallel += 1
        self.max_parallel = max(self.max_parallel, self.parallel)
        try:
            return await self._answer(request)
        finally:
            self.parallel -= 1

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, well or badly."""
        record = await self._record(request)
        latency, fault = self.faults.take(record)
        if latency:
            await asyncio.sleep(latency)
            self.clock.sync()
        if fault is not None:
            record.fault = fault.kind
        if fault is not None and fault.kind in BEFORE_EXECUTION:
            return await self._refuse(fault, record, request)
        answer = await self.handle(record, request)
        if fault is not None:
            answer = await self._spoil(fault, answer, request)
        record.status = answer.status
        if record.after:
            with suppress(ConnectionError):
                await answer.prepare(request)
                await answer.write_eof()
            for callback in record.after:
                callback()
        return answer

    async def _record(self, request: web.BaseRequest) -> RequestRecord:
        """Write down what came."""
        path, _, raw_query = request.raw_path.partition("?")
        query: dict[str, str] = {}
        for name, value in parse_query(raw_query):
            query.setdefault(name, value)
        record = RequestRecord(
            method=request.method,
            path=path,
            query=query,
            raw_query=raw_query,
            headers=request.headers,
            body=await request.read(),
            virtual_time=self.clock.monotonic,
            real_time=datetime.now(UTC),
            dangerous=(request.method, path) in self.DANGEROUS,
        )
        self.requests.append(record)
        self.counts[record.label] += 1
        return record

    async def _refuse(
        self, fault: Fault, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Fail without carrying the request out."""
        if fault.kind is FaultKind.APP_ERROR:
            answer = self.app_error(record, fault.code)
        elif fault.kind is FaultKind.HTTP_STATUS:
            answer = self.http_error(fault.code)
        else:
            if fault.kind is FaultKind.HANG:
                await self.faults.hang()
            return self._drop(request)
        record.status = answer.status
        return answer

    async def _spoil(
        self, fault: Fault, answer: web.StreamResponse, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Fail after the request was carried out."""
        if fault.kind is FaultKind.HANG_AFTER:
            await self.faults.hang()
        if fault.kind in (FaultKind.DROP_AFTER, FaultKind.HANG_AFTER):
            return self._drop(request)
        if fault.kind is FaultKind.TRUNCATED:
            return await self._cut_short(answer, request)
        return damaged(fault, answer)

    def _drop(self, request: web.BaseRequest) -> web.Response:
        """Cut the connection instead of answering."""
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _cut_short(
        self, answer: web.StreamResponse, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Send half a body and close the connection."""
        body = b"<?xml version='1.0'?><Cut>"
        if isinstance(answer, web.Response) and isinstance(answer.body, bytes):
            body = answer.body or body
        short = web.StreamResponse(
            status=answer.status,
            headers={
                "Server": self.SERVER,
                "Content-Type": answer.content_type,
                "Content-Length": str(len(body) + 1),
            },
        )
        with suppress(ConnectionError):
            await short.prepare(request)
            await short.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.close()
        return short
