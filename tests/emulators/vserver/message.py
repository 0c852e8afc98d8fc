"""The messages of the unit, and the bytes in which they leave it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, override
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .options import VserverOptions

SERVER: Final = "thttpd"
REASONS: Final = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    404: "File Not Found",
    409: "Conflict",
    500: "Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


@dataclass(frozen=True)
class Entry:
    """One value of a group."""

    name: str
    value: str
    type: str = "int"


@dataclass
class Block:
    """One group of an answer."""

    name: str
    entries: list[Entry] = field(default_factory=list)


def render(
    cgi: str,
    code: int,
    text: str,
    blocks: Sequence[Block],
    options: VserverOptions,
) -> bytes:
    """Print a message."""
    end = "\n" if options.pretty else ""
    pad = "  " if options.pretty else ""
    lines: list[str] = []
    if options.declaration:
        lines.append('<?xml version="1.0" encoding="utf-8"?>')
    lines.append("<Message>")
    lines.append(f"{pad}<Header class={quoteattr(cgi)}></Header>")
    attribute = f' code="{code}"' if options.code_attribute else ""
    lines.append(f"{pad}<result{attribute}>{escape(text)}</result>")
    for block in blocks:
        lines.append(f"{pad}<{block.name}>")
        lines.extend(_entry(entry, pad * 2, options) for entry in block.entries)
        lines.append(f"{pad}</{block.name}>")
    if not (options.unclosed_sets and cgi.endswith("_set")):
        lines.append("</Message>")
    body = (end.join(lines) + end).encode()
    return b"\xef\xbb\xbf" + body if options.bom else body


def _entry(entry: Entry, pad: str, options: VserverOptions) -> str:
    """Print one value."""
    name = options.spelling.get(entry.name, entry.name)
    value = escape(entry.value)
    if options.typed:
        value = f"<{entry.type}>{value}</{entry.type}>"
    return f"{pad}<{name}>{value}</{name}>"


def merged(blocks: Iterable[Block], options: VserverOptions) -> list[Block]:
    """Put blocks of one name into one, if the unit repeats its fields instead."""
    if options.repeat == "groups":
        return list(blocks)
    found: dict[str, Block] = {}
    for block in blocks:
        found.setdefault(block.name, Block(block.name)).entries.extend(block.entries)
    return list(found.values())


class Raw(web.Response):
    """An answer whose head is printed as the document prints it."""

    def __init__(
        self,
        options: VserverOptions,
        body: bytes = b"",
        *,
        status: int = 200,
        kind: str | None = None,
        endless: bool = False,
    ) -> None:
        """Remember what to print; an endless answer has no length."""
        super().__init__(body=body, status=status)
        self.headers["Server"] = SERVER
        self.headers.popall("Content-Type", None)
        if kind is not None:
            self.headers["Content-Type"] = kind
        self._options = options
        self._endless = endless
        self._begun = self._ended = False
        self._writer: AbstractStreamWriter | None = None
        if endless or not options.keep_alive:
            self.force_close()

    @property
    @override
    def keep_alive(self) -> bool | None:
        """Tell whether the connection stays."""
        return self._options.keep_alive and not self._endless

    @override
    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Print the head."""
        if not self._begun:
            self._begun = True
            self._writer = request.writer
            await self._writer.write(self._head())
        return self._writer

    @override
    async def write(self, data: bytes | bytearray | memoryview[int]) -> None:
        """Print a piece of an endless answer."""
        if self._writer is not None:
            await self._writer.write(data)
            await self._writer.drain()

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Print the body, once."""
        if self._ended or self._writer is None:
            return
        self._ended = True
        body = self.body if isinstance(self.body, bytes) else b""
        await self._writer.write_eof(body + data)

    def _head(self) -> bytes:
        """Return the head with the line ends of this unit."""
        options = self._options
        first = "\n" if options.head == "lf" else "\r\n"
        end = "\r\n" if options.head == "crlf" else "\n"
        reason = REASONS.get(self.status, "Unknown")
        head = f"HTTP/{options.http_version} {self.status} {reason}{first}"
        extra = [
            f"{name}: {value}{first}"
            for name, value in self.headers.items()
            if name not in ("Content-Type", "Content-Length")
        ]
        if not self._endless and options.content_length:
            length = len(self.body) if isinstance(self.body, bytes) else 0
            extra.append(f"Content-Length: {length}{first}")
        if not self.keep_alive:
            extra.append(f"Connection: close{first}")
        if (kind := self.headers.get("Content-Type")) is not None:
            extra.append(f"Content-Type: {kind}{end}")
        return (head + "".join(extra) + first).encode()
