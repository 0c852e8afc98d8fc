"""How the unit takes requests: who may ask, and the form of its answers."""

from abc import abstractmethod
import base64
import binascii
from collections.abc import Callable
from functools import cached_property
from typing import override

from aiohttp import web

from ..base import RequestRecord
from . import routes
from .files import FullError
from .sessions import NoLinkError
from .unit import StrobeUnit
from .xmldoc import Node, RefusedError, parse, render, status_document

type Serve = Callable[[RequestRecord], web.Response]


class HttpError(Exception):
    """A bare HTTP error."""

    def __init__(self, status: int, *, basic: bool = False) -> None:
        """Remember the status, and whether to ask for HTTP Basic."""
        super().__init__(str(status))
        self.status = status
        self.basic = basic


class StrobeServer(StrobeUnit):
    """A unit with a web server that serves what a route table names."""

    DANGEROUS = routes.DANGEROUS

    @property
    def served(self) -> frozenset[routes.Route]:
        """Return all pairs of method and path that the unit serves."""
        return frozenset(self._routes)

    # Requests

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        try:
            return self._dispatch(record)
        except RefusedError as err:
            return self.app_error(record, err.code)
        except HttpError as err:
            answer = self.http_error(err.status)
            if err.basic:
                answer.headers["WWW-Authenticate"] = 'Basic realm="GoAhead"'
            return answer
        except NoLinkError:
            return self.http_error(503)
        except FullError:
            if self.options.full_error == 409:
                return self.http_error(409)
            return self.app_error(record, 402)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return a ResponseStatus with the unit's choice of HTTP status."""
        status = 200 if self.options.errors_in_200 else 400
        return self._status(record, code, status)

    @override
    def http_error(self, status: int) -> web.Response:
        """Return an HTTP error with the web server's page."""
        headers = {"Server": self.SERVER, "Connection": "keep-alive"}
        page = f"<html><head><title>Document Error: {status}</title></head></html>"
        return web.Response(
            status=status, text=page, content_type="text/html", headers=headers
        )

    @abstractmethod
    def _route_table(self) -> dict[routes.Route, Serve]:
        """Return what serves each pair of method and path."""

    @cached_property
    def _routes(self) -> dict[routes.Route, Serve]:
        """Keep what serves each pair of method and path."""
        return self._route_table()

    def _dispatch(self, record: RequestRecord) -> web.Response:
        """Find out who serves a request and whether it may."""
        paths = {path for _, path in self._routes}
        if record.path not in paths:
            raise HttpError(404)
        serve = self._routes.get((record.method, record.path))
        if serve is None:
            raise HttpError(self.options.wrong_verb)
        short = record.path.removeprefix(routes.PREFIX)
        absent = self.options.absent.get(short)
        if absent == 404:
            raise HttpError(404)
        self._authorize(record)
        if absent is not None:
            raise RefusedError(absent)
        if short in self.options.unavailable:
            raise RefusedError(502)
        return serve(record)

    def _authorize(self, record: RequestRecord) -> None:
        """Let in who has a session, or a login where that is asked for."""
        if record.path in (routes.LOGIN, routes.RESET_PASSWORD):
            return
        alarm = record.path in (routes.API_ALARM, routes.URL_ALARM)
        ways = {self.options.alarm_auth if alarm else "session"}
        if ways & {"basic", "both"} and self._basic_is_right(record):
            return
        if ways & {"session", "both"}:
            names = {"ID"}
            if record.path == routes.UPLOAD:
                upload = self.options.upload_id
                names = {"ID", "id"} if upload == "both" else {upload}
            if any(self.sessions.touch(record.query.get(name, "")) for name in names):
                return
        raise HttpError(401, basic=True) if alarm else self._denied()

    def _denied(self) -> HttpError:
        """Return the error of a refused login or session."""
        return HttpError(int(self.options.denied))

    def _basic_is_right(self, record: RequestRecord) -> bool:
        """Check the Authorization header."""
        scheme, _, encoded = record.headers.get("Authorization", "").partition(" ")
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except binascii.Error, UnicodeDecodeError:
            return False
        username, _, password = text.partition(":")
        return scheme == "Basic" and self._password(username) == password

    def _password(self, username: str) -> str | None:
        """Return the password of a user, if there is such a user."""
        user = self.users.get(username)
        return None if user is None else user[0]

    # Bodies

    def _answer_bytes(
        self, body: bytes, status: int = 200, kind: str = "application/xml"
    ) -> web.Response:
        """Return an answer with the unit's headers."""
        return web.Response(
            body=body,
            status=status,
            content_type=kind,
            headers={"Server": self.SERVER, "Connection": "keep-alive"},
        )

    def _status(
        self, record: RequestRecord, code: int, status: int = 200
    ) -> web.Response:
        """Answer with a ResponseStatus."""
        url = record.path + (f"?{record.raw_query}" if record.raw_query else "")
        return self._answer_bytes(status_document(url, code), status)

    def _document(self, root: Node) -> web.Response:
        """Answer with a document."""
        return self._answer_bytes(render(root))

    def _done(self, record: RequestRecord) -> web.Response:
        """Answer a write that succeeded."""
        match self.options.write_answer:
            case "204":
                return web.Response(status=204, headers={"Server": self.SERVER})
            case "empty":
                return self._answer_bytes(b"")
            case _:
                return self._status(record, 200)

    def _body(self, record: RequestRecord, root: str) -> Node:
        """Return the XML body of a request."""
        kind = record.headers.get("Content-Type", "").partition(";")[0].strip()
        if self.options.require_content_type and kind != "application/xml":
            raise RefusedError(402, f"Content-Type {kind!r}")
        return parse(record.body, root)

    def _no_body(self, record: RequestRecord) -> None:
        """Refuse a body where the document asks for an empty message."""
        if record.body.strip():
            raise RefusedError(402, "body not empty")
