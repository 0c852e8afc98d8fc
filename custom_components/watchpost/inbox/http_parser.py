"""Read HTTP requests as cheap devices write them: bytes in, heads and bodies out.

More is accepted than RFC 9112 allows: line ends without CR, no Host, repeated lengths
that agree, blanks in the target, folded headers, no version, a body of no known length.
None of it is a risk here: nobody stands between a device and us who could read the
same bytes in another way, and each request has to bring its own secret.
What could be read in two ways, and matters, is refused: lengths that differ, chunks
that do not end where they say, control characters.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
import re
from typing import Final

HEAD_LIMIT: Final = 8 * 1024
"""Bytes of the request line and headers, and of all that is around chunks."""
HEADERS_LIMIT: Final = 64
"""Lines of headers."""

_DIGITS_LIMIT: Final = 15
"""Of a length; a longer one is too large, and slow to read."""
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOKEN_START: Final = frozenset(b"!#$%&'*+.^_`|~-") | frozenset(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
_VERSION: Final = re.compile(rb"HTTP/(?:0\.9|1\.([0-9]))", re.IGNORECASE)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_DECIMAL: Final = re.compile(r"[0-9]+")
_HEXADECIMAL: Final = re.compile(rb"[0-9A-Fa-f]+")


class BadMessageError(Exception):
    """A message that is not taken in; the connection is of no more use."""

    def __init__(self, status: int, reason: str) -> None:
        """Say it with an HTTP status, and a word that holds nothing of the message."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, kw_only=True, repr=False)
class Head:
    """A request line and its headers; the target may hold a secret."""

    method: str
    """In upper case."""
    target: bytes
    """As it was sent, without blanks around it."""
    headers: Mapping[str, str]
    """The first of each, in lower case; obs-text is read as Latin-1."""
    has_body: bool
    """Whether a body of at least one byte may follow."""
    keep_alive: bool
    """Whether another request may follow."""
    continues: bool
    """Whether the sender waits to be told to go on."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Body:
    """The whole body of the last head, at the end of its message."""

    data: bytes


type Event = Head | Body
type _Reading[T] = Generator[Event | None, None, T]
"""Yields None where more bytes are needed."""


@dataclass(frozen=True, kw_only=True)
class _Framing:
    """Where a body ends."""

    length: int | None
    """Bytes of it; None if nothing says so."""
    chunked: bool


class Parser:
    """The requests of one connection. Pure: it neither reads, writes nor waits.

    Bytes are handed over with receive; pull is called until it returns None. Not more
    is kept than a head, a body and what was received at last.
    """

    def __init__(
        self,
        *,
        body_limit: int,
        head_limit: int = HEAD_LIMIT,
        headers_limit: int = HEADERS_LIMIT,
    ) -> None:
        """Prepare to read; the limits are in bytes and lines."""
        self._body_limit = body_limit
        self._head_limit = head_limit
        self._headers_limit = headers_limit
        self._buffer = bytearray()
        self._searched = 0
        """Bytes of the buffer that are known to hold no line end."""
        self._left = head_limit
        """Bytes that lines may still have."""
        self._line_end = b""
        """What the last line ended with."""
        self._over = False
        """Whether nothing more will come."""
        self.begun = False
        """Whether a message has begun and has not ended."""
        self.ends_with_silence = False
        """Whether only silence, or the end of the connection, ends the message."""
        self._reading = self._messages()

    def receive(self, data: bytes) -> None:
        """Take in bytes."""
        self._buffer += data

    def end(self) -> None:
        """Take in that no more bytes will come, or none came for a while."""
        self._over = True

    def pull(self) -> Event | None:
        """Return what was read, or None until there are more bytes.

        Raise:
            BadMessageError: The message is not taken in, and none that follows.
        """
        return next(self._reading, None)

    def _messages(self) -> _Reading[None]:
        """Read one message after another."""
        keep_alive = True
        while keep_alive:
            head, framing = yield from self._head()
            keep_alive = head.keep_alive
            yield head
            body = yield from self._body(framing)
            self.begun = self.ends_with_silence = False
            yield Body(data=body)

    # Heads

    def _head(self) -> _Reading[tuple[Head, _Framing]]:
        """Read a request line and the headers."""
        self._left = self._head_limit
        line = yield from self._first_line()
        method, target, minor = _request_line(line)
        # Without a version nothing tells whether headers follow: a sender of HTTP/0.9
        # waits for the answer, others end the headers as usual. It is harmless, as it
        # can only be a GET, and nothing can follow on the connection.
        self.ends_with_silence = minor is None
        pairs = yield from self._headers()
        self.ends_with_silence = False
        framing = _framing(method, pairs)
        if (framing.length or 0) > self._body_limit:
            raise BadMessageError(413, "length")
        endless = framing.length is None and not framing.chunked
        mixed = framing.chunked and framing.length is not None
        headers: dict[str, str] = {}
        for name, value in pairs:
            headers.setdefault(name, value)
        head = Head(
            method=method,
            target=target,
            headers=headers,
            has_body=framing.chunked or framing.length != 0,
            keep_alive=_keeps(pairs, minor) and not endless and not mixed,
            continues=(minor or 0) > 0
            and headers.get("expect", "").lower() == "100-continue",
        )
        return head, framing

    def _first_line(self) -> _Reading[bytes]:
        """Read a request line; empty lines in front of it are left out."""
        while True:
            while not self._buffer:
                yield None
            if self._buffer[0] not in b"\r\n":
                self.begun = True
                # Whoever speaks another protocol may never end a line.
                if self._buffer[0] not in _TOKEN_START:
                    raise BadMessageError(400, "protocol")
            if line := (yield from self._line()):
                return line

    def _headers(self) -> _Reading[list[tuple[str, str]]]:
        """Read the headers up to the empty line: names in lower case, and values."""
        pairs: list[tuple[str, str]] = []
        lines = 0
        while line := (yield from self._line()):
            lines += 1
            if lines > self._headers_limit:
                raise BadMessageError(431, "headers")
            if line[0] in b" \t":
                if not pairs:
                    raise BadMessageError(400, "folding")
                name, value = pairs[-1]
                more = line.strip().decode("latin-1")
                pairs[-1] = (name, f"{value} {more}".strip())
                continue
            raw, colon, text = line.partition(b":")
            raw = raw.rstrip(b" \t")
            if not colon or not _TOKEN.fullmatch(raw):
                raise BadMessageError(400, "header")
            value = text.strip(b" \t").decode("latin-1")
            pairs.append((raw.decode("ascii").lower(), value))
        return pairs

    def _line(self) -> _Reading[bytes]:
        """Read a line without its end; silence is an empty line where it may be."""
        while (end := self._buffer.find(b"\n", self._searched)) < 0:
            self._searched = len(self._buffer)
            if self._searched > self._left:
                raise BadMessageError(431, "head")
            if self._over and self.ends_with_silence:
                return b""
            yield None
        line = self._take(end + 1)
        self._left -= len(line)
        if self._left < 0:
            raise BadMessageError(431, "head")
        self._line_end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        line = line.rstrip(b"\r\n")
        if _CONTROL.search(line):
            raise BadMessageError(400, "control")
        return line

    # Bodies

    def _body(self, framing: _Framing) -> _Reading[bytes]:
        """Read a body up to its end."""
        if framing.chunked:
            return (yield from self._chunks())
        if framing.length is not None:
            return (yield from self._bytes(framing.length))
        self.ends_with_silence = True
        while not self._over:
            self._check_body(len(self._buffer))
            yield None
        self._check_body(len(self._buffer))
        return self._take(len(self._buffer))

    def _chunks(self) -> _Reading[bytes]:
        """Read chunks and the trailers, which mean nothing to us."""
        body = bytearray()
        self._left = self._head_limit
        while size := (yield from self._chunk_size(len(body))):
            body += yield from self._bytes(size)
            yield from self._chunk_end()
        yield from self._headers()
        return bytes(body)

    def _chunk_size(self, so_far: int) -> _Reading[int]:
        """Read how long a chunk is; extensions mean nothing to us."""
        line = yield from self._line()
        text = line.partition(b";")[0].strip(b" \t")
        if not _HEXADECIMAL.fullmatch(text):
            raise BadMessageError(400, "chunk")
        # Many small chunks are no offense, only what is said about them.
        self._left = min(self._head_limit, self._left + min(len(line), 8) + 2)
        text = text.lstrip(b"0")
        if len(text) > _DIGITS_LIMIT:
            raise BadMessageError(413, "chunks")
        size = int(text or b"0", 16)
        self._check_body(so_far + size)
        return size

    def _chunk_end(self) -> _Reading[None]:
        """Read the line end after a chunk; it is the one that its size had.

        Else a chunk that is told to be a byte longer than it is would pass.
        """
        wanted = self._line_end
        if (yield from self._bytes(len(wanted))) != wanted:
            raise BadMessageError(400, "chunk")

    def _bytes(self, count: int) -> _Reading[bytes]:
        """Read so many bytes."""
        while len(self._buffer) < count:
            yield None
        return self._take(count)

    def _check_body(self, size: int) -> None:
        """Refuse a body that is too large."""
        if size > self._body_limit:
            raise BadMessageError(413, "body")

    def _take(self, count: int) -> bytes:
        """Remove bytes from the buffer."""
        data = bytes(memoryview(self._buffer)[:count])
        del self._buffer[:count]
        self._searched = 0
        return data


def _request_line(line: bytes) -> tuple[str, bytes, int | None]:
    """Return the method, the target, and x of HTTP/1.x; None without a version."""
    method, _, rest = line.strip(b" \t").partition(b" ")
    if not _TOKEN.fullmatch(method):
        raise BadMessageError(400, "method")
    name = method.decode("ascii").upper()
    rest = rest.strip(b" \t")
    target, _, last = rest.rpartition(b" ")
    if version := _VERSION.fullmatch(last):
        # Names of devices have blanks, and not all devices escape them.
        if not (target := target.strip(b" \t")):
            raise BadMessageError(400, "target")
        return name, target, int(version[1] or b"0")
    if name != "GET" or not rest or b" " in rest or _VERSION.fullmatch(rest):
        raise BadMessageError(400, "version")
    return name, rest, None


def _framing(method: str, pairs: list[tuple[str, str]]) -> _Framing:
    """Return where the body ends."""
    codings = _listed(pairs, "transfer-encoding")
    if codings not in ([], ["chunked"], ["identity"]):
        raise BadMessageError(400, "coding")
    length: int | None = None
    for text in _listed(pairs, "content-length"):
        if not _DECIMAL.fullmatch(text):
            raise BadMessageError(400, "length")
        digits = text.lstrip("0")
        if len(digits) > _DIGITS_LIMIT:
            raise BadMessageError(413, "length")
        size = int(digits or "0")
        if length not in (None, size):
            raise BadMessageError(400, "length")
        length = size
    chunked = codings == ["chunked"]
    if length is None and not chunked and method not in ("POST", "PUT"):
        length = 0
    return _Framing(length=length, chunked=chunked)


def _keeps(pairs: list[tuple[str, str]], minor: int | None) -> bool:
    """Return whether the sender wants to keep the connection."""
    options = _listed(pairs, "connection")
    if minor is None or "close" in options:
        return False
    return minor > 0 or "keep-alive" in options


def _listed(pairs: list[tuple[str, str]], name: str) -> list[str]:
    """Return the items of all headers of a name, in lower case."""
    values = [value for header, value in pairs if header == name]
    return [item.strip().lower() for value in values for item in value.split(",")]
