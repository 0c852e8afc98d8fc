"""A unit and a bare client, a web server that does as it is told, and a log."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
import json
import logging
from typing import Any, override

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Json, Login
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.reolink.client import Ask, Client
from custom_components.watchpost.devices.vendors.reolink.documents import Documents
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import RequestRecord, VirtualClock
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions

from .rig import login_to

PASSWORD = "Lo&g=in secret#1"
TOKEN = "f00dfeedc0ffee"


@dataclass
class Lab:
    """A unit, and a client that was not used yet."""

    unit: ReolinkEmulator
    world: World
    login: Login
    transport: HttpTransport
    client: Client
    documents: Documents

    def commands(self) -> list[str]:
        """Return what has come, one entry for each request."""
        return [record.query.get("cmd", "") for record in self.unit.requests]

    def sizes(self) -> list[int]:
        """Return how many commands each request had that is no login or logout."""
        return [
            len(json.loads(record.body))
            for record in self.unit.requests
            if record.query.get("cmd") not in ("Login", "Logout")
        ]

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, stopping at each of our timers for what it sends."""
        clock, pending = self.unit.clock, self.world.clock.pending
        end = clock.monotonic + seconds
        while due := [moment for moment in pending.values() if moment <= end]:
            clock.advance(max(0.0, min(due) - clock.monotonic) + 1e-6)
            await self.world.settle()
        clock.advance(max(0.0, end - clock.monotonic))
        await self.world.settle()


@asynccontextmanager
async def lab(
    session: ClientSession,
    options: ReolinkOptions | None = None,
    *,
    password: str = "",
    connect: bool = False,
    hanging: bool = False,
) -> AsyncIterator[Lab]:
    """Start a unit; in the end no login is left and nothing bad was done."""
    clock = VirtualClock(EPOCH)
    async with ReolinkEmulator(options, clock=clock) as unit:
        world = World(session, FakeClock(clock))
        login = login_to(unit, password=password)
        transport = HttpTransport(session, login)
        client = Client(transport, login, world.clock, world.spawn)
        documents = Documents(client, world.clock)
        made = Lab(unit, world, login, transport, client, documents)
        if connect:
            await client.read(TIME)
            unit.forget()
        yield made
        unit.faults.clear()
        unit.plans.clear()
        await world.settle()
        await client.close()
        assert unit.sessions.open == []
        assert unit.dangerous == []
        # What hangs is still there when the next one comes.
        assert hanging or unit.max_parallel <= 1


TIME = Ask(command="GetTime")
SYNC = Ask(
    command="SetNtp",
    param={"Ntp": {"enable": 1, "interval": 0, "port": 123, "server": "pool.ntp.org"}},
)
"""A command that the emulator counts."""


def motions(count: int = 32) -> list[Ask]:
    """Return harmless questions to the channels of a recorder."""
    names = ("GetMdState", "GetAiState")
    return [
        Ask(command=names[number % 2], param={"channel": number // 2})
        for number in range(count)
    ]


def asks_for(command: str) -> Callable[[RequestRecord], bool]:
    """Return what picks the requests with a command."""

    def match(record: RequestRecord) -> bool:
        items = json.loads(record.body) if record.body else []
        return any(item["cmd"] == command for item in items)

    return match


def done(*values: dict[str, Json]) -> bytes:
    """Return a body with answers that are fine."""
    return json.dumps(
        [{"cmd": "Unknown", "code": 0, "value": value} for value in values]
    ).encode()


def refusal(code: int, count: int = 1) -> bytes:
    """Return a body that refuses."""
    error = {"rspCode": code, "detail": "no"}
    return json.dumps([{"cmd": "x", "code": 1, "error": error}] * count).encode()


LOGIN = done({"Token": {"name": TOKEN, "leaseTime": 3600}})
FINE = done({"rspCode": 200})


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How a raw server answers one request."""

    body: bytes = FINE
    status: int = 200
    headers: tuple[str, ...] = ("Content-Type: text/html",)
    raw: bytes | None = None
    """All of the answer, instead."""
    drop: bool = False
    """Take the request and cut the connection."""
    hang: bool = False
    """Take the request and never answer."""
    slowly: bool = False
    """Send the answer a byte at a time, for ever."""

    def encode(self) -> bytes:
        """Return what goes over the wire."""
        if self.raw is not None:
            return self.raw
        lines = [
            f"HTTP/1.1 {self.status} X",
            *self.headers,
            f"Content-Length: {len(self.body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Raw:
    """A web server that answers what it is told to, and remembers what came."""

    replies: Iterator[Reply]
    login: Reply = field(default_factory=lambda: Reply(body=LOGIN))
    asked: list[str] = field(default_factory=list)
    """The command of each request."""
    lines: list[str] = field(default_factory=list)
    """Its address."""
    bodies: list[list[dict[str, Any]]] = field(default_factory=list)
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def count(self, command: str) -> int:
        """Return how often a command came."""
        return self.asked.count(command)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                reply = await self._reply(reader)
                if reply.drop:
                    break
                if reply.hang:
                    await asyncio.Event().wait()
                if reply.slowly:
                    await _trickle(writer, reply.encode())
                writer.write(reply.encode())
                await writer.drain()
        writer.close()
        self._tasks.discard(task)

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        _, _, query = head.partition("cmd=")
        command = query.partition("&")[0].partition(" ")[0]
        _, _, length = head.lower().partition("content-length: ")
        body = await reader.readexactly(int(length.split("\r\n")[0] or 0))
        self.asked.append(command)
        self.lines.append(head.partition(" ")[2].partition(" ")[0])
        self.bodies.append(json.loads(body) if body else [])
        if command == "Login":
            return self.login
        return Reply() if command == "Logout" else next(self.replies)

    async def wait_for(self, command: str, times: int = 1) -> None:
        """Wait until a command has come."""
        for _ in range(1000):
            if self.count(command) >= times:
                return
            await asyncio.sleep(0.002)
        raise AssertionError(self.asked)

    async def stop(self) -> None:
        """End all connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _trickle(writer: asyncio.StreamWriter, data: bytes) -> None:
    for byte in chain(data, repeat(32)):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.01)


@dataclass
class RawLab:
    """A raw server and a client of it."""

    server: Raw
    world: World
    login: Login
    client: Client

    def another(self) -> Client:
        """Return one more client."""
        transport = HttpTransport(self.world.session, self.login)
        return Client(transport, self.login, self.world.clock, self.world.spawn)


@asynccontextmanager
async def raw_lab(
    session: ClientSession,
    *replies: Reply | bytes,
    login: Reply | bytes = LOGIN,
    last: Reply | bytes = FINE,
) -> AsyncIterator[RawLab]:
    """Run a server that gives some answers, then the last one for ever."""
    server = Raw(map(_as_reply, chain(replies, repeat(last))), _as_reply(login))
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    world = World(session, FakeClock(VirtualClock(EPOCH)))
    address = Login(
        host="127.0.0.1", port=server.port, username="admin", password=PASSWORD
    )
    client = Client(HttpTransport(session, address), address, world.clock, world.spawn)
    try:
        yield RawLab(server, world, address, client)
    finally:
        await client.close()
        await server.stop()
        listener.close()


def _as_reply(reply: Reply | bytes) -> Reply:
    return Reply(body=reply) if isinstance(reply, bytes) else reply


class _Everything(logging.Handler):
    """Keep all texts that are logged."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with all that belongs to it."""
        self.texts.append(f"{self.format(record)} {record.args!r}")


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Return what all libraries log, at the lowest level."""
    handler, root = _Everything(), logging.getLogger()
    level, disabled = root.level, logging.root.manager.disable
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.disable(logging.NOTSET)
    names = [name for name in logging.root.manager.loggerDict if "aiohttp" in name]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield handler.texts
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        logging.disable(disabled)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)


def told_by(err: BaseException | None) -> str:
    """Return all that an error and those behind it tell."""
    texts: list[str] = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [err]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        texts += [
            str(one),
            repr(one),
            repr(one.args),
            repr(getattr(one, "__dict__", 0)),
        ]
        waiting += [one.__context__, one.__cause__]
    return " ".join(texts)


async def failure(work: Any) -> DeviceError:
    """Return the error with which something fails."""
    try:
        await work
    except DeviceError as err:
        return err
    raise AssertionError("It did not fail")
