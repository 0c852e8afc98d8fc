"""Answers byte by byte, as the camera's own web server writes them."""

from collections.abc import Iterable
import json
from typing import Any, Final, override

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .options import CbtOptions

REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    414: "URI Too Long",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_CHUNK: Final = 1400


class RawAnswer(web.Response):
    """An answer whose head is exactly what it was given."""

    def __init__(
        self,
        wire: bytes,
        body: bytes,
        *,
        status: int,
        stays_open: bool,
        content_type: str | None = None,
    ) -> None:
        """Keep what will be written, and what it is about."""
        super().__init__(body=body, status=status, content_type=content_type)
        self._wire = wire
        self._stays_open = stays_open
        self._written = False

    @property
    @override
    def keep_alive(self) -> bool:
        """Tell whether the connection stays open."""
        return self._stays_open

    @override
    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write everything, once."""
        if not self._written:
            self._written = True
            if request.transport is None or request.transport.is_closing():
                raise ConnectionResetError("gone")
            request.transport.write(self._wire)
            self._stays_open = self._stays_open and request.keep_alive
        return None

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing more."""


class Printer:
    """Writes answers as the options want them."""

    def __init__(self, options: CbtOptions) -> None:
        """Remember whose style counts."""
        self._options = options

    def answer(
        self,
        body: bytes,
        date: str,
        *,
        status: int = 200,
        content_type: str | None = None,
        extra: Iterable[tuple[str, str]] = (),
    ) -> RawAnswer:
        """Return an answer with the head of the document's examples."""
        options = self._options
        transfer = options.transfer
        stays = options.keep_alive and transfer != "close"
        head = [("Date", date)]
        wire = body
        if transfer == "chunked":
            head.append(("Transfer-Encoding", "chunked"))
            wire = _chunked(body)
        elif transfer == "length":
            head.append(("Content-Length", str(len(body))))
        head.append(("Connection", "keep-alive" if stays else "close"))
        head.append(("X-Frame-Options", "SAMEORIGIN"))
        kind = content_type or options.content_type
        if kind is not None:
            head.append(("Content-Type", kind))
        start = f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}"
        return RawAnswer(
            self._head(start, [*head, *extra]) + wire,
            body,
            status=status,
            stays_open=stays,
            content_type=content_type,
        )

    def picture(self, body: bytes, content_type: str) -> RawAnswer:
        """Return a picture with the head of the document's example."""
        head = [("Content-Length", str(len(body))), ("Content-Type", content_type)]
        return RawAnswer(
            self._head("HTTP/1.0 200 OK", head) + body,
            body,
            status=200,
            stays_open=False,
            content_type=content_type,
        )

    def _head(self, start: str, head: Iterable[tuple[str, str]]) -> bytes:
        """Return the head of an answer with its empty line."""
        end = "\n" if self._options.bare_lf else "\r\n"
        lines = [start, *(f"{name}: {value}" for name, value in head), "", ""]
        return end.join(lines).encode()

    def text(self, text: str) -> bytes:
        """Return a bare text."""
        return f"{text}{self._options.text_end}".encode()

    def json(self, pairs: list[tuple[str, Any]]) -> bytes:
        """Return an object; a name may stand in it twice."""
        options = self._options
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {self._value(name, value)}"
            for name, value in pairs
        ]
        if options.pretty:
            body = "{\n" + ",\n".join(parts) + "\n}"
        else:
            body = "{" + ",".join(part.replace(": ", ":", 1) for part in parts) + "}"
        return (body + options.json_end).encode(options.encoding, "replace")

    def _value(self, name: str, value: Any) -> str:
        """Return one value as JSON."""
        if name == "code":
            text = self._options.code_form == "string"
            return json.dumps(str(value) if text else value)
        form = self._options.numbers
        return json.dumps(_formed(value, form), ensure_ascii=False)


def _formed(value: Any, form: str) -> Any:
    """Return a value with its numbers in another form."""
    if isinstance(value, dict):
        return {name: _formed(one, form) for name, one in value.items()}
    if isinstance(value, list):
        return [_formed(one, form) for one in value]
    if isinstance(value, int) and form != "numbers":
        return str(value) if form == "strings" else float(value)
    return value


def _chunked(body: bytes) -> bytes:
    """Return a body in pieces."""
    pieces = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    wire = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return wire + b"0\r\n\r\n"
