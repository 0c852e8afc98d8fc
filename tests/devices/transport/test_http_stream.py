"""Long answers, beside the requests: beginnings, ends, places, no secrets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
import logging
from typing import Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.transport import http
from custom_components.watchpost.devices.transport.http import HttpTransport

SECRET: Final = "hunter2"
PATH: Final = f"/a?name=a%20b&token={SECRET}"
HEAD: Final = b"HTTP/1.1 200 OK\r\nX-Name: value\r\nContent-Length: 8\r\n\r\n"

type Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """A server that talks as a test wants it, and counts."""

    transport: HttpTransport
    lines: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    """A connection has ended."""


@asynccontextmanager
async def site(session: ClientSession, talk: Talk) -> AsyncIterator[Site]:
    """Run a server."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                made.lines.append(head.split("\r\n")[0])
                made.heads.append(head)
                await talk(reader, writer)
        except asyncio.IncompleteReadError, ConnectionError:
            pass
        finally:
            made.closed.set()
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    login = Login(host="127.0.0.1", port=port, username="u", password=SECRET)
    made = Site(HttpTransport(session, login))
    try:
        yield made
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listener.close()


async def _whole(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"12345678")


async def _half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"1234")
    await reader.read()


async def _cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"1234")
    await writer.drain()
    writer.close()


async def _nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def _slowly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in HEAD * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.02)


async def _elsewhere(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")


async def _no_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-dropbear\r\n\r\n")


async def _bad_chunk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\nzz")


async def load(made: Site) -> bytes:
    """Read all of it."""
    async with made.transport.open(PATH) as stream:
        return b"".join([piece async for piece in stream.chunks])


async def test_a_stream(session: ClientSession) -> None:
    """Status, heads and pieces are handed on; what was asked for arrives as it is."""
    async with site(session, _whole) as made:
        async with made.transport.open(PATH, headers={"Range": "bytes=1-"}) as stream:
            assert stream.status == 200
            assert stream.headers["x-name"] == "value"
            assert b"".join([piece async for piece in stream.chunks]) == b"12345678"
        assert made.lines == [f"GET {PATH} HTTP/1.1"]
        assert "Range: bytes=1-\r\n" in made.heads[0]
        assert "Content-Type" not in made.heads[0]
        assert made.transport.sent == 1


async def test_redirects_are_not_followed(session: ClientSession) -> None:
    """Nobody sends our token somewhere else."""
    async with site(session, _elsewhere) as made:
        async with made.transport.open(PATH) as stream:
            assert stream.status == 302
        assert len(made.lines) == 1


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (_cut, Reason.UNREACHABLE),
        (_half, Reason.TIMEOUT),
        (_nothing, Reason.TIMEOUT),
        (_slowly, Reason.TIMEOUT),
        (_no_http, Reason.UNREACHABLE),
        (_bad_chunk, Reason.UNREACHABLE),
    ],
)
async def test_what_goes_wrong(
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    talk: Talk,
    reason: Reason,
) -> None:
    """It ends soon, with an error of ours that holds no secret, nor hides one."""
    monkeypatch.setattr(http, "_STREAM_SILENCE", 0.1)
    monkeypatch.setattr(http, "_STREAM_START", 0.2)
    async with site(session, talk) as made:
        with pytest.raises(DeviceConnectionError) as caught:
            await load(made)
        assert caught.value.reason is reason
        assert SECRET not in _all_of(caught.value)


async def test_nobody_there(session: ClientSession) -> None:
    """Without a connection there is no stream."""
    login = Login(host="127.0.0.1", port=1, username="u", password=SECRET)
    with pytest.raises(DeviceConnectionError) as caught:
        async with HttpTransport(session, login).open(PATH):
            pass
    assert caught.value.reason is Reason.UNREACHABLE


@pytest.fixture
def loud() -> Iterator[None]:
    """Log everything."""
    logger = logging.getLogger(http.__name__)
    logger.setLevel(logging.DEBUG)
    yield
    logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"SSH-2.0-dropbear\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        # Longer than a header, for which the decoder of Home Assistant would wait.
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 40\r\n\r\n"
        + b"ab" * 20,
    ],
    ids=["length", "no http", "chunk", "gzip"],
)
async def test_no_secret_behind_an_error(
    session: ClientSession,
    answer: bytes,
    loud: None,
    records: list[logging.LogRecord],
) -> None:
    """The library's own errors hold the address; ours have none behind them."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with site(session, talk) as made:
        for work in (
            made.transport.request("POST", PATH, command=True, body=b"x"),
            made.transport.request("GET", PATH, command=False),
            load(made),
        ):
            with pytest.raises(DeviceConnectionError) as caught:
                await work
            assert SECRET not in _all_of(caught.value)
    texts = " ".join(record.getMessage() for record in records)
    assert "token=**" in texts
    assert SECRET not in texts


def _all_of(err: BaseException | None) -> str:
    """Return what an error and all those behind it tell."""
    texts: list[str] = []
    while err is not None:
        texts += [str(err), repr(err), repr(err.args)]
        err = err.__context__
    return " ".join(texts)


async def test_three_at_a_time(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third one waits for a while; then the box is busy, and not for ever."""
    monkeypatch.setattr(http, "TIMEOUT", 0.1)
    async with site(session, _half) as made, AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(made.transport.open(PATH))
        with pytest.raises(DeviceConnectionError) as caught:
            await load(made)
        assert caught.value.reason is Reason.BUSY
        waiting = asyncio.create_task(_enter(made))
        await asyncio.sleep(0)
        await stack.aclose()
        assert await waiting == 200
        assert len(made.lines) == 3


async def _enter(made: Site) -> int:
    async with made.transport.open(PATH) as stream:
        return stream.status


async def test_places_are_given_back(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After errors of the server and of the reader, and after a cancelled one."""
    monkeypatch.setattr(http, "TIMEOUT", 0.5)
    async with site(session, _half) as made:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with made.transport.open(PATH):
                    raise ZeroDivisionError
            task = asyncio.create_task(load(made))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait((task,))
        assert await _enter(made) == 200
    async with site(session, _no_http) as made:
        for _ in range(3):
            with pytest.raises(DeviceConnectionError):
                await load(made)


async def test_a_stream_that_is_left_is_cut(session: ClientSession) -> None:
    """The box does not go on sending a film that nobody looks at."""
    async with site(session, _half) as made:
        assert await _enter(made) == 200
        await asyncio.wait_for(made.closed.wait(), 5)


async def test_errors_of_the_reader_are_its_own(session: ClientSession) -> None:
    """Also those that look like ours."""
    async with site(session, _whole) as made:
        for kind in (TimeoutError, OSError, ValueError):
            with pytest.raises(kind) as caught:
                async with made.transport.open(PATH):
                    raise kind
            assert type(caught.value) is kind
