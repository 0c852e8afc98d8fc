"""Our own mail server, and those who mean no good or know no better."""

import asyncio
from contextlib import suppress
from dataclasses import replace
import gc
from random import Random
import socket
import tracemalloc
from typing import Final, override

import pytest

from custom_components.watchpost.inbox.mail import Conversation, Limits, MailServer
from custom_components.watchpost.inbox.mail_content import Content
from tests.inbox.corpus_smtp import (
    BEGIN,
    CASES,
    DATA,
    END,
    FROM,
    HELLO,
    MAIL,
    QUIT,
    TAKEN,
)
from tests.inbox.mail_peer import (
    HOST,
    LIMITS,
    PATIENCE,
    WHOLE,
    serving,
    until_cut,
    wide_gate,
)

MEGABYTE: Final = 1024 * 1024
GARBAGE: Final = 300
CROWD: Final = 500


class FarLine(asyncio.Transport):
    """A connection from somewhere; tests can only make those to themselves."""

    def __init__(self, peer: object) -> None:
        """Remember who it is."""
        super().__init__({"peername": peer})
        self.said = b""
        self.cut = False

    @override
    def write(self, data: bytes | bytearray | memoryview[int]) -> None:
        """Remember what is said."""
        self.said += bytes(data)

    @override
    def abort(self) -> None:
        """Remember that it was cut."""
        self.cut = True

    @override
    def is_closing(self) -> bool:
        """Return whether it was cut."""
        return self.cut

    @override
    def close(self) -> None:
        """Remember that it was cut."""
        self.cut = True


@pytest.mark.parametrize(
    "peer",
    [("8.8.8.8", 1025), ("2001:4860::1", 1025, 0, 0), ("", 0), "name", None],
)
async def test_far_senders_hear_nothing(peer: object) -> None:
    """Who is not in the own network is cut off without a word."""
    server = MailServer(wide_gate())
    talk = Conversation(server)
    line = FarLine(peer)
    talk.connection_made(line)
    assert line.cut
    assert line.said == b""
    talk.connection_lost(None)
    assert server.gate.connections == 0
    assert server.counts.refused == {"far": 1}


@pytest.mark.parametrize(
    ("limits", "sent"),
    [
        (replace(LIMITS, command_seconds=0.2), b""),
        (replace(LIMITS, command_seconds=0.2), HELLO + b"NO"),
        (replace(LIMITS, command_seconds=0.2), HELLO + b"AUTH LOGIN\r\n"),
        (replace(LIMITS, seconds=0.2), b"EH"),
        (replace(LIMITS, seconds=0.2), BEGIN + DATA + MAIL),
    ],
    ids=["silent", "command", "login", "conversation", "content"],
)
async def test_slow_senders_are_cut_off(limits: Limits, sent: bytes) -> None:
    """Who does not go on is not waited for."""
    async with serving(limits) as served, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(HOST, served.server.port)
        writer.write(sent)
        await until_cut(reader)
        writer.close()
        assert served.got == []
        assert served.refused["slow"] == 1


async def test_content_may_take_longer_than_a_command() -> None:
    """A large picture over a slow network is no reason to cut a device off."""
    limits = replace(LIMITS, command_seconds=0.2)
    async with serving(limits) as served, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(HOST, served.server.port)
        writer.write(BEGIN + DATA)
        await reader.readuntil(b"354")
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(0.4, passed.set)
        await passed.wait()
        writer.write(MAIL + END + QUIT)
        await reader.readuntil(b"221")
        writer.close()
        assert served.got == [MAIL]


async def test_who_does_not_read_is_cut_off() -> None:
    """Answers that nobody reads do not pile up."""
    limits = replace(LIMITS, seconds=0.5, calls=10**9)
    with socket.socket() as line:
        async with serving(limits) as served, asyncio.timeout(PATIENCE):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(line, (HOST, served.server.port))
            noise = b"NOOP\r\n" * 10_000_000
            with pytest.raises(ConnectionError):
                await loop.sock_sendall(line, noise)
            assert served.refused["slow"] == 1


async def test_ten_megabytes() -> None:
    """Too large a mail is refused, or cut off, and nothing of it is kept."""
    async with serving(Limits()) as served:
        mail = b"x" * 10_000_000 + b"\r\n"
        tracemalloc.start()
        codes = await served.exchange(BEGIN + DATA + mail + END + WHOLE)
        assert codes == "220 250 250 250 354 552 250 250 250 354 250 221"
        assert served.got == [MAIL]
        served.got.clear()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        content = b"\r\n" * (MEGABYTE * 7 // 2)
        assert await served.exchange(BEGIN + DATA + content + END + QUIT) == TAKEN
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        (got,) = served.got
        assert got == content
        # The mail as it is sent, held and delivered: no object for each line.
        assert peak - before < 6 * len(content)
        assert after - before < 3 * len(content)


async def test_endless_mail() -> None:
    """Who does not end a mail that is much too large is not listened to."""
    async with serving() as served:
        codes = await served.exchange(BEGIN + DATA + b"x" * MEGABYTE)
        assert codes.endswith(("552", "cut"))
        assert served.refused == {"size": 1}
        assert await served.exchange(WHOLE) == TAKEN


async def test_many_large_mails_at_once() -> None:
    """What all mails together may take is limited, and given back."""
    limits = Limits(size=MEGABYTE, held=2 * MEGABYTE)
    async with serving(limits) as served:
        talks = []
        async with asyncio.timeout(PATIENCE):
            for _ in range(4):
                talk = await asyncio.open_connection(HOST, served.server.port)
                talk[1].write(BEGIN + DATA)
                await talk[0].readuntil(b"354")
                talk[1].write(b"x" * (MEGABYTE - 1000))
                await talk[1].drain()
                talks.append(talk)
            for _, writer in talks:
                writer.write(b"\r\n" + END + QUIT)
            answers = [await reader.readuntil(b"221") for reader, _ in talks]
            for _, writer in talks:
                writer.close()
        kept = sum(b"\r\n250 " in answer for answer in answers)
        assert kept == 2
        assert sum(b"\r\n552 " in answer for answer in answers) == 4 - kept
        assert len(served.got) == kept
        assert await served.exchange(WHOLE) == TAKEN


async def test_a_crowd() -> None:
    """A hundred times as many connections as usual harm nobody."""
    async with serving(gate=MailServer().gate) as served:
        # All at once; most are told to come back, and some are cut while they talk.
        codes = await asyncio.gather(*(served.exchange(WHOLE) for _ in range(CROWD)))
        assert len(served.got) == codes.count(TAKEN) >= 1
        assert set(codes) - {TAKEN} <= {"421", "421 cut", "cut"}
        assert await served.exchange(WHOLE) == TAKEN


async def test_garbage() -> None:
    """Bytes of no sense come to nothing, and the server goes on."""
    random = Random(6)
    pieces = [
        b"\r\n",
        b"\n",
        b"\r",
        b".",
        DATA,
        END,
        HELLO,
        HELLO + FROM,
        b"AUTH LOGIN\r\n",
    ]
    async with serving() as served:
        for number in range(GARBAGE):
            sent = b"".join(
                random.choice([random.choice(pieces), random.randbytes(number)])
                for _ in range(random.randrange(1, 30))
            )
            assert (await served.exchange(sent)).startswith(("220", "cut"))
        assert served.got == []
        assert await served.exchange(WHOLE) == TAKEN
        assert served.got == [MAIL]


@pytest.mark.parametrize("length", [1, 20, 60, 100, len(WHOLE) - len(QUIT) - 1])
async def test_disconnect_in_between(length: int) -> None:
    """Who hangs up before the end has said nothing."""
    async with serving() as served:
        await served.exchange(WHOLE[:length])
        with suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, served.server.port)
            writer.write(WHOLE[:length])
            writer.transport.abort()
        assert served.got == []
        assert await served.exchange(WHOLE) == TAKEN
        assert served.got == [MAIL]


async def test_memory_is_flat() -> None:
    """The corpus leaves nothing behind, however often it comes."""
    async with serving() as served:

        async def round_trip() -> None:
            for case in CASES:
                await served.exchange(case.sent)
            served.got.clear()

        await round_trip()
        tracemalloc.start()
        await round_trip()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        await round_trip()
        await round_trip()
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert after - before < 100_000


@pytest.mark.parametrize("step", range(1, 8))
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b".\r\nrest", b""),
        (b"a\r\n.\r\nrest", b"a\r\n"),
        (b"\r\n.\r\nrest", b"\r\n"),
        (b"..\r\n.\r\nrest", b".\r\n"),
        (b"..\r\n..\r\n.\r\nrest", b".\r\n.\r\n"),
        (b".a\r\n.b\r\n.\r\nrest", b"a\r\nb\r\n"),
        (b"a.\r\n.\r\nrest", b"a.\r\n"),
        (b"x" * 19 + b"\r\n.\r\nrest", None),
    ],
)
def test_content(sent: bytes, expected: bytes | None, step: int) -> None:
    """The end is found wherever the bytes are cut, and the rest is not lost."""
    content = Content(20)
    rest = None
    pieces = [sent[start : start + step] for start in range(0, len(sent), step)]
    while rest is None:
        rest = content.feed(pieces.pop(0))
    assert rest + b"".join(pieces) == b"rest"
    assert content.dropped is (expected is None)
    assert content.dropped or content.take() == expected


def test_content_is_dropped_before_its_end() -> None:
    """Of a mail that is too large, only the end is of interest."""
    content = Content(20)
    assert content.feed(b"x" * 30) is None
    assert content.dropped
    assert not content.is_endless
    for _ in range(20):
        assert content.feed(b"\r\n") is None
        assert content.held < 10
    assert content.is_endless
    assert content.feed(b".") is None
    assert content.feed(b"\r\nQUIT") == b"QUIT"
