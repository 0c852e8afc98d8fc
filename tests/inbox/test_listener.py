"""Our own HTTP server takes in what devices send, once, and nothing else."""

import asyncio
from collections.abc import Mapping
import logging

import pytest

from custom_components.watchpost.inbox.listener import Limits, Listener, Received
from tests.inbox.corpus_http import (
    ACCEPTED,
    CORPUS,
    ENDED,
    REFUSED,
    UNFINISHED,
    Case,
    Got,
)
from tests.inbox.http_peer import HOST, LIMITS, SECRET, Peer, Served, serving

REQUEST = f"GET /{SECRET} HTTP/1.1\r\n\r\n".encode()


def told(served: Served) -> tuple[Got, ...]:
    """Return what was delivered, in words of the corpus."""
    return tuple(
        Got(one.method, one.path, tuple(one.query.items()), one.body)
        for one in served.got
    )


def named(*groups: tuple[Case, ...]) -> pytest.MarkDecorator:
    """Run a test for each case."""
    cases = [case for group in groups for case in group]
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def test_corpus_is_large_and_named() -> None:
    """No two cases have one name."""
    assert len(CORPUS) >= 80
    assert len({case.name for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("piece", [0, 1], ids=["whole", "bytes"])
@named(ACCEPTED, REFUSED)
async def test_case(case: Case, piece: int) -> None:
    """Each message is answered, and delivered exactly if it is valid."""
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(case.data, piece=piece)
        answers = [await peer.answer(bodiless=case.bodiless) for _ in case.statuses]
        peer.half_close()
        assert await peer.rest() == b""
    assert tuple(answer.status for answer in answers) == case.statuses
    assert told(served) == case.got
    assert served.listener.counts.accepted == len(case.got)
    kept = answers[-1].headers["connection"] == "keep-alive"
    assert kept is case.keeps
    assert sum(served.refused.values()) == (case.statuses[-1] != 200)


@named(tuple(case for case in (*ACCEPTED, *REFUSED) if not case.keeps))
async def test_case_is_hung_up_on(case: Case) -> None:
    """A connection that is of no more use is ended by the listener."""
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(case.data)
        assert b"Connection: close\r\n" in await peer.rest()


@named(tuple(case for case in ACCEPTED if case.keeps))
async def test_case_is_followed_by_another(case: Case) -> None:
    """A connection that is kept takes in the next message as it is."""
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(case.data)
        for _ in case.statuses:
            await peer.answer(bodiless=case.bodiless)
        await peer.send(REQUEST)
        assert (await peer.answer()).body == b"OK"
        assert told(served) == (*case.got, Got())


@pytest.mark.parametrize("piece", [0, 1], ids=["whole", "bytes"])
@named(UNFINISHED, ENDED)
async def test_case_that_ends(case: Case, piece: int) -> None:
    """A message whose connection ends is taken in only if that can be its end."""
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(case.data, piece=piece)
        peer.half_close()
        answers = [await peer.answer() for _ in case.statuses]
        assert await peer.rest() == b""
        assert tuple(answer.status for answer in answers) == case.statuses
    assert told(served) == case.got


@named(UNFINISHED)
async def test_case_that_is_cut(case: Case) -> None:
    """A device that goes away in the middle leaves nothing behind."""
    async with serving() as served:
        async with Peer(served.listener.port) as peer:
            await peer.send(case.data)
        async with Peer(served.listener.port) as peer:
            await peer.send(REQUEST)
            assert (await peer.answer()).status == 200
        assert told(served) == (Got(),)
    assert served.listener.gate.connections == 0


async def test_answer() -> None:
    """The answer is short and complete."""
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(REQUEST)
        answer = await peer.answer()
        assert (answer.status, answer.body) == (200, b"OK")
        assert answer.headers == {
            "connection": "keep-alive",
            "content-length": "2",
            "content-type": "text/plain",
        }
        await peer.send(f"BREW /{SECRET} HTTP/1.1\r\n\r\n".encode())
        assert (await peer.answer()).headers == {
            "connection": "close",
            "content-length": "0",
            "allow": "GET, HEAD, POST, PUT",
        }


async def test_headers_are_handed_over() -> None:
    """Names are in lower case, values without blanks, the first of each counts."""
    lines = f"GET /{SECRET} HTTP/1.1\nX-Token:  a b \nx-token: c\nName: T\xfcr\n d\n\n"
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(lines.encode("latin-1"))
        await peer.answer()
        expected: Mapping[str, str] = {"x-token": "a b", "name": "T\xfcr d"}
        assert served.got[0].headers == expected


async def test_go_on_comes_before_the_body() -> None:
    """A device that asks first is told to go on, or is refused at once."""
    ask = "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    async with serving() as served:
        async with Peer(served.listener.port) as peer:
            await peer.send(f"POST /{SECRET} HTTP/1.1\r\n{ask}".encode())
            assert (await peer.answer()).status == 100
            assert served.got == []
            await peer.send(b"hello")
            assert (await peer.answer()).status == 200
        async with Peer(served.listener.port) as peer:
            await peer.send(f"POST /other HTTP/1.1\r\n{ask}".encode())
            assert (await peer.answer()).status == 401
    assert [one.body for one in served.got] == [b"hello"]


async def test_each_secret_has_its_recipient() -> None:
    """Messages go to whom they are for, until that is undone."""
    async with serving() as served:
        listener, others = served.listener, Served(served.listener)
        undo = listener.add("another", others.deliver)
        other = REQUEST.replace(SECRET.encode(), b"another")
        async with Peer(listener.port) as peer:
            await peer.send(other + REQUEST)
            await peer.answer()
            await peer.answer()
            assert (len(served.got), len(others.got)) == (1, 1)
            undo()
            undo()
            await peer.send(other)
            assert (await peer.answer()).status == 401
        undo_again = listener.add("another", others.deliver)
        undo_again()
        assert len(others.got) == 1


@pytest.mark.parametrize("secret", ["", "a/b", "a\nb", "\0", SECRET])
async def test_secrets_that_are_none(secret: str) -> None:
    """What can be no secret, or is one already, is not added."""
    async with serving() as served:
        with pytest.raises(ValueError, match="secret") as caught:
            served.listener.add(secret, served.deliver)
        assert SECRET not in str(caught.value)


async def test_message_that_is_denied() -> None:
    """A recipient may refuse a message."""
    async with serving() as served, Peer(served.listener.port) as peer:
        served.answer = False
        await peer.send(REQUEST)
        assert (await peer.answer()).status == 401
        assert served.listener.counts.accepted == 0
        assert served.refused == {"denied": 1}


async def test_recipient_that_raises(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of a recipient is answered, and told without its text."""

    def fail(message: Received) -> bool:
        raise KeyError(message.path)

    async with serving() as served:
        served.listener.add("failing", fail)
        async with Peer(served.listener.port) as peer:
            await peer.send(b"GET /failing/confidential HTTP/1.1\r\n\r\n")
            assert (await peer.answer()).status == 500
        async with Peer(served.listener.port) as peer:
            await peer.send(REQUEST)
            assert (await peer.answer()).status == 200
        assert served.refused == {"failed": 1}
    assert "KeyError" in caplog.text
    assert "confidential" not in caplog.text


async def test_port_is_taken() -> None:
    """Somebody else listens there: that is said, and another port can be tried."""
    async with serving() as served:
        second = Listener(limits=LIMITS)
        with pytest.raises(OSError, match="in use"):
            await second.start(HOST, served.listener.port)
        assert second.port == 0
        await second.start(HOST, 0)
        assert second.port not in (0, served.listener.port)
        with pytest.raises(RuntimeError):
            await second.start(HOST, 0)
        await second.close()


async def test_close_cuts_connections_and_frees_the_port() -> None:
    """Nothing is left of it, and it can be started again."""
    async with serving() as served:
        listener, port = served.listener, served.listener.port
        async with Peer(port) as idle, Peer(port) as busy:
            await busy.send(REQUEST[:-2])
            await idle.send(REQUEST)
            await idle.answer()
            await listener.close()
            assert (await idle.rest(), await busy.rest()) == (b"", b"")
        assert listener.port == 0
        assert listener.gate.connections == 0
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port)
        await listener.close()
        await listener.start(HOST, port)
        async with Peer(port) as peer:
            await peer.send(REQUEST)
            assert (await peer.answer()).status == 200


async def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a secret nor anything else that was sent is in the log or in a repr."""
    caplog.set_level(logging.DEBUG)
    async with serving() as served, Peer(served.listener.port) as peer:
        await peer.send(REQUEST + f"GET /x/{SECRET}?confidential=1 OK\r\n\r\n".encode())
        assert (await peer.answer()).status == 200
        assert (await peer.answer()).status == 400
        assert SECRET not in repr(served.got)
    assert f"A message of {HOST} is refused: version" in caplog.messages
    assert SECRET not in caplog.text
    assert "confidential" not in caplog.text


async def test_log_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """Not every refusal is worth a line; all are counted."""
    caplog.set_level(logging.DEBUG)
    async with serving(Limits()) as served:
        for _ in range(100):
            async with Peer(served.listener.port) as peer:
                await peer.send(b"\0")
                await peer.answer()
        assert served.refused == {"protocol": 100}
    assert 0 < caplog.text.count("is refused") <= 40
