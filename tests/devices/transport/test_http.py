"""HTTP to one box, over a real socket that counts what arrives."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from io import StringIO
import logging
import ssl

from aiohttp import ClientSession, TCPConnector, ThreadedResolver
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.transport.http import HttpTransport
from tests.emulators.tls import server_context

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SECRET = "hunter2"
PATH = f"/a?name=a%20b%2Bc&pw={SECRET}"


@dataclass
class Server:
    """Answers with what is planned; None drops the connection."""

    answers: list[bytes | None] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    port: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    open: int = 0
    most: int = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.lines.append(head.split(b"\r\n")[0].decode())
                self.asked.set()
                self.open += 1
                self.most = max(self.most, self.open)
                await self.gate.wait()
                self.open -= 1
                answer = self.answers.pop(0) if self.answers else OK
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except asyncio.IncompleteReadError, ConnectionError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Run a server that answers at once."""
    served = Server()
    served.gate.set()
    listener = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = listener.sockets[0].getsockname()[1]
    yield served
    served.gate.set()
    listener.close()


@pytest.fixture
def login(server: Server) -> Login:
    """Return a login for the server."""
    return Login(host="127.0.0.1", port=server.port, username="u", password=SECRET)


@pytest.fixture
def transport(session: ClientSession, login: Login) -> HttpTransport:
    """Return what is tested."""
    return HttpTransport(session, login)


METHODS = pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
KEPT_ALIVE = pytest.mark.parametrize("kept_alive", [0, 1], ids=["fresh", "kept alive"])


@METHODS
@KEPT_ALIVE
async def test_commands_are_sent_once(
    transport: HttpTransport, server: Server, method: str, kept_alive: int
) -> None:
    """A connection that drops before the answer does not make a door open twice."""
    server.answers = [*[OK] * kept_alive, None]
    for _ in range(kept_alive):
        await transport.request("POST", "/warm", command=True)
    with pytest.raises(DeviceConnectionError) as caught:
        await transport.request(method, PATH, command=True)
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert server.lines[kept_alive:] == [f"{method} {PATH} HTTP/1.1"]
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_aiohttp_alone_repeats(
    session: ClientSession, server: Server, method: str
) -> None:
    """Why the above is needed: the library sends the request a second time."""
    server.answers = [None, OK]
    async with session.request(method, f"http://127.0.0.1:{server.port}/x"):
        pass
    assert len(server.lines) == 2


@METHODS
async def test_reads_are_repeated_once(
    transport: HttpTransport, server: Server, method: str
) -> None:
    """A read may be asked again, and then no more."""
    server.answers = [None]
    answer = await transport.request(method, PATH, command=False)
    assert (answer.status, answer.body, len(server.lines)) == (200, b"ok", 2)
    server.answers = [None, None]
    with pytest.raises(DeviceConnectionError) as caught:
        await transport.request(method, PATH, command=False)
    assert caught.value.reason is Reason.UNREACHABLE
    assert len(server.lines) == 4
    assert transport.sent == 4


@pytest.mark.parametrize("command", [True, False])
async def test_nobody_there(
    session: ClientSession, login: Login, command: bool
) -> None:
    """Where there is no connection nothing was sent, and that is certain."""
    transport = HttpTransport(session, replace(login, port=1))
    with pytest.raises(DeviceConnectionError) as caught:
        await transport.request("PUT", PATH, command=command)
    assert caught.value.reason is Reason.UNREACHABLE


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000, Reason.BAD_ANSWER),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
            Reason.BAD_ANSWER,
        ),
        (b"SSH-2.0-dropbear\r\n\r\n", Reason.UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Reason.UNREACHABLE),
    ],
    ids=["endless", "large", "no http", "bad head"],
)
async def test_bad_answers(
    transport: HttpTransport, server: Server, answer: bytes, reason: Reason
) -> None:
    """Answers that are too large or not HTTP end the request."""
    server.answers = [answer]
    with pytest.raises(DeviceConnectionError) as caught:
        await transport.request("GET", PATH, command=False, limit=1000)
    assert caught.value.reason is reason


async def test_timeout(transport: HttpTransport, server: Server) -> None:
    """Silence ends the request; the next one has its turn."""
    server.gate.clear()
    with pytest.raises(DeviceConnectionError) as caught:
        await transport.request("GET", PATH, command=False, seconds=0.05)
    assert caught.value.reason is Reason.TIMEOUT
    server.gate.set()
    assert (await transport.request("GET", PATH, command=False)).body == b"ok"
    assert transport.last_round_trip is not None


async def test_redirects_are_not_followed(
    transport: HttpTransport, server: Server
) -> None:
    """Nobody sends our login somewhere else."""
    server.answers = [
        b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
    ]
    assert (await transport.request("GET", PATH, command=False)).status == 302
    assert len(server.lines) == 1


async def test_one_at_a_time_commands_first(
    transport: HttpTransport, server: Server
) -> None:
    """One request in flight; a command passes the reads that wait."""
    server.gate.clear()
    work = [
        asyncio.create_task(transport.request("GET", f"/{n}", command=n == 3))
        for n in range(4)
    ]
    await server.asked.wait()
    server.gate.set()
    await asyncio.gather(*work)
    assert [line.split()[1] for line in server.lines] == ["/0", "/3", "/1", "/2"]
    assert server.most == 1


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Return everything that any library logs."""
    text = StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize("answer", [OK, None, b"x\r\n\r\n"], ids=["ok", "drop", "odd"])
async def test_no_secret_in_any_log(
    transport: HttpTransport, server: Server, log: StringIO, answer: bytes | None
) -> None:
    """Neither our log nor that of the library shows a value of a query."""
    server.answers = [answer]
    (result,) = await asyncio.gather(
        transport.request("POST", PATH, command=True), return_exceptions=True
    )
    assert SECRET not in repr(result)
    assert "/a?name=**&pw=**" in log.getvalue()
    assert SECRET not in log.getvalue()
    assert SECRET not in repr(Login(host="h", port=1, username="u", password=SECRET))


async def test_tls(server: Server, login: Login) -> None:
    """A self-signed certificate is refused, unless it need not be verified."""
    listener = await asyncio.start_server(
        server.serve, "127.0.0.1", 0, ssl=server_context()
    )
    port = listener.sockets[0].getsockname()[1]
    secure = replace(login, ssl=True, port=port)
    async with AsyncExitStack() as stack:
        sessions = [
            await stack.enter_async_context(
                ClientSession(
                    connector=TCPConnector(ssl=check, resolver=ThreadedResolver())
                )
            )
            for check in (ssl.create_default_context(), False)
        ]
        with pytest.raises(DeviceConnectionError) as caught:
            await HttpTransport(sessions[0], secure).request("PUT", "/", command=True)
        assert caught.value.reason is Reason.CERTIFICATE
        answer = await HttpTransport(sessions[1], secure).request(
            "PUT", "/", command=True
        )
        assert answer.body == b"ok"
    listener.close()
