"""Requests are read the same, however their bytes arrive, and nothing is kept."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.watchpost.inbox.http_parser import (
    BadMessageError,
    Body,
    Head,
    Parser,
)
from tests.inbox.corpus_http import CORPUS, Case

_WORDS = (
    *(b"GET ", b"POST ", b"/a", b" HTTP/1.1", b" HTTP/1.0", b"\r\n", b"\n", b"\r"),
    *(b"Content-Length:", b"Transfer-Encoding:", b"chunked", b"0", b"5", b"A: b"),
    *(b" ", b":", b";", b",", b"hello", b"\r\n\r\n", b"Expect: 100-continue", b"\0"),
)
PIECES = st.lists(st.sampled_from(_WORDS) | st.binary(max_size=20), max_size=60)

type Read = tuple[list[tuple[str, bytes]], list[bytes], tuple[int, str] | None]


def read(pieces: list[bytes], *, body: int = 1000, head: int = 8192) -> Read:
    """Read pieces, with the end of the connection after them."""
    parser = Parser(body_limit=body, head_limit=head)
    heads: list[tuple[str, bytes]] = []
    bodies: list[bytes] = []
    refused: tuple[int, str] | None = None

    def pull() -> None:
        while (event := parser.pull()) is not None:
            match event:
                case Head():
                    heads.append((event.method, event.target))
                case Body():
                    bodies.append(event.data)

    try:
        for piece in pieces:
            parser.receive(piece)
            pull()
        parser.end()
        pull()
    except BadMessageError as err:
        refused = (err.status, err.reason)
        assert parser.pull() is None
    return heads, bodies, refused


def single(data: bytes) -> list[bytes]:
    """Return bytes one by one."""
    return [data[at : at + 1] for at in range(len(data))]


@pytest.mark.parametrize("case", CORPUS, ids=[case.name for case in CORPUS])
def test_each_cut_is_read_the_same(case: Case) -> None:
    """Wherever a message is cut in two, and if all its bytes come one by one."""
    whole = read([case.data])
    assert read(single(case.data)) == whole
    for at in range(0, len(case.data), max(1, len(case.data) // 300)):
        assert read([case.data[:at], case.data[at:]]) == whole


@given(PIECES)
@settings(max_examples=500, deadline=None)
def test_anything_is_read_or_refused(pieces: list[bytes]) -> None:
    """Nothing else than a refusal comes out, however the bytes arrive."""
    data = b"".join(pieces)
    heads, bodies, refused = whole = read([data])
    assert read(pieces) == whole
    assert read(single(data)) == whole
    assert len(heads) - len(bodies) in (0, 1)
    assert refused is None or refused[0] in (400, 413, 431)


@given(
    st.binary(max_size=200),
    st.lists(st.integers(1, 50), min_size=1, max_size=20),
    st.sampled_from([b"\n", b"\r\n"]),
)
def test_chunks_hold_anything(data: bytes, sizes: list[int], end: bytes) -> None:
    """What is cut in chunks comes out whole, with the request that follows."""
    text = end.join((b"POST /a HTTP/1.1", b"Transfer-Encoding: chunked", b"", b""))
    rest = data
    for size in sizes:
        chunk, rest = rest[:size], rest[size:]
        text += b"%x%b%b%b" % (len(chunk), end, chunk, end) if chunk else b""
    text += b"0" + end + end + b"GET /b HTTP/1.1" + end + end
    sent = data[: len(data) - len(rest)]
    wanted = ([("POST", b"/a"), ("GET", b"/b")], [sent, b""], None)
    assert read([text]) == wanted
    assert read(single(text)) == wanted


@given(st.binary(max_size=1000))
def test_length_holds_anything(data: bytes) -> None:
    """What has a length comes out whole, with the request that follows."""
    text = b"PUT /a HTTP/1.1\nContent-Length: %d\n\n%bGET /b HTTP/1.1\n\n"
    heads, bodies, refused = read([text % (len(data), data)])
    assert heads == [("PUT", b"/a"), ("GET", b"/b")]
    assert (bodies, refused) == ([data, b""], None)


@pytest.mark.parametrize(
    ("size", "refused"), [(100, None), (101, (413, "length"))], ids=["at", "over"]
)
def test_limit_of_a_body(size: int, refused: tuple[int, str] | None) -> None:
    """As much as is allowed, and not a byte more."""
    text = b"PUT /a HTTP/1.1\nContent-Length: %d\n\n" % size + b"x" * size
    assert read([text], body=100)[2] == refused


@pytest.mark.parametrize(
    ("head", "refused"), [(34, None), (33, (431, "head"))], ids=["at", "over"]
)
def test_limit_of_a_head(head: int, refused: tuple[int, str] | None) -> None:
    """The request line, the headers and the empty line count."""
    text = b"GET /a HTTP/1.1\r\nHost: example\r\n\r\n"
    assert len(text) == 34
    assert read([text], head=head)[2] == refused
    assert read(single(text), head=head)[2] == refused


def test_nothing_is_repeated_in_a_refusal() -> None:
    """What is said about a message holds nothing of it."""
    parser = Parser(body_limit=10)
    parser.receive(b"GET /confidential confidential HTTP/9.9\r\n")
    with pytest.raises(BadMessageError) as caught:
        parser.pull()
    assert "confidential" not in f"{caught.value} {caught.value!r}"
    parser = Parser(body_limit=10)
    parser.receive(b"PUT /confidential HTTP/1.1\nContent-Length: 1\n\nx")
    assert "confidential" not in repr([parser.pull(), parser.pull()])
