"""Make an emulated device misbehave on request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from aiohttp import web
from multidict import CIMultiDictProxy


@dataclass(kw_only=True)
class RequestRecord:
    """One request as the device received it."""

    method: str
    path: str
    """Path as sent, without the query."""
    query: dict[str, str]
    """Percent-decoded parameters; a plus stays a plus, the first of a name wins."""
    raw_query: str
    headers: CIMultiDictProxy[str]
    body: bytes
    virtual_time: float
    """Seconds of the virtual clock."""
    real_time: datetime
    status: int | None = None
    """HTTP status of the answer; None while there is none."""
    dangerous: bool = False
    """The request could lock the owner out or open the device to others."""
    fault: str | None = None
    """The fault that answered instead of the device."""
    after: list[Callable[[], None]] = field(default_factory=list, repr=False)
    """What to do once the answer has left."""

    @property
    def label(self) -> str:
        """Return method and path."""
        return f"{self.method} {self.path}"


class FaultKind(StrEnum):
    """The ways in which a device can fail."""

    LATENCY = "latency"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HTTP_STATUS = "http_status"
    APP_ERROR = "app_error"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    """Half a body, then the connection is cut."""
    CLIPPED = "clipped"
    """Half a body, delivered as if it were whole."""
    HTML = "html"
    HUGE = "huge"
    EMPTY = "empty"
    HANG = "hang"
    HANG_AFTER = "hang_after"


BEFORE_EXECUTION = frozenset(
    {
        FaultKind.DROP_BEFORE,
        FaultKind.HTTP_STATUS,
        FaultKind.APP_ERROR,
        FaultKind.HANG,
    }
)
"""Faults whose request the device never carries out."""


@dataclass(kw_only=True)
class Fault:
    """One planned misbehavior."""

    kind: FaultKind
    path: str = "*"
    """Shell pattern for the path."""
    method: str | None = None
    count: int | None = 1
    """How many requests are hit; None until it is removed."""
    skip: int = 0
    """How many matching requests pass unharmed first."""
    seconds: float = 0.0
    """Real seconds of latency."""
    code: int = 503
    """HTTP status, or application code."""
    size: int = 8 * 1024 * 1024
    """Bytes of a huge body."""
    match: Callable[[RequestRecord], bool] | None = None
    hits: int = 0

    def applies(self, record: RequestRecord) -> bool:
        """Tell whether the fault hits a request, and count it."""
        if self.count is not None and self.hits >= self.count:
            return False
        if not fnmatchcase(record.path, self.path):
            return False
        if self.method is not None and record.method != self.method:
            return False
        if self.match is not None and not self.match(record):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.hits += 1
        return True


class Faults:
    """The list of planned misbehavior of one device."""

    def __init__(self) -> None:
        """Start with a healthy device."""
        self.planned: list[Fault] = []
        self._released = asyncio.Event()

    def add(
        self,
        kind: FaultKind | str,
        path: str = "*",
        *,
        method: str | None = None,
        count: int | None = 1,
        skip: int = 0,
        seconds: float = 0.0,
        code: int = 503,
        size: int = 8 * 1024 * 1024,
        match: Callable[[RequestRecord], bool] | None = None,
    ) -> Fault:
        """Plan a fault for the next requests that match."""
        fault = Fault(
            kind=FaultKind(kind),
            path=path,
            method=method,
            count=count,
            skip=skip,
            seconds=seconds,
            code=code,
            size=size,
            match=match,
        )
        self.planned.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take back one fault."""
        self.planned.remove(fault)

    def clear(self) -> None:
        """Make the device healthy and let hanging requests go."""
        self.planned.clear()
        self.release()

    def release(self) -> None:
        """Let the requests go that hang right now."""
        self._released.set()
        self._released = asyncio.Event()

    async def hang(self) -> None:
        """Wait until released."""
        await self._released.wait()

    def take(self, record: RequestRecord) -> tuple[float, Fault | None]:
        """Return the latency of a request and the fault that hits it."""
        latency = 0.0
        for fault in self.planned:
            if fault.kind is FaultKind.LATENCY:
                if fault.applies(record):
                    latency += fault.seconds
            elif fault.applies(record):
                return latency, fault
        return latency, None


def damaged(fault: Fault, answer: web.StreamResponse) -> web.StreamResponse:
    """Return the answer with the body that the fault puts in its place."""
    server = answer.headers.get("Server", "")
    headers = {"Server": server}
    match fault.kind:
        case FaultKind.GARBAGE:
            body, kind = b"\x00\xff\x1b<<&;" * 40, "application/xml"
        case FaultKind.HTML:
            body, kind = b"<html><body><h1>It works!<br></body>", "text/html"
        case FaultKind.HUGE:
            filler = b"<x>" + b"0" * 1021
            body, kind = filler * (fault.size // len(filler) + 1), "application/xml"
        case FaultKind.CLIPPED:
            body, kind = b"", answer.content_type
            if isinstance(answer, web.Response) and isinstance(answer.body, bytes):
                body = answer.body[: len(answer.body) // 2]
        case FaultKind.EMPTY:
            body, kind = b"", "application/xml"
        case _:
            return answer
    return web.Response(body=body, content_type=kind, headers=headers)
