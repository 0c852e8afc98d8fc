"""How the camera takes requests: who may ask, and the form of its answers."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, override

from aiohttp import web

from ..base import RequestRecord, parse_query
from . import log, routes
from .blocks_network import EMAIL, EMAIL_NOTE
from .discovery import DESCRIPTION
from .errors import (
    CAMERA_BUSY,
    DECODE_ERROR,
    INVALID_OPERATION,
    PARAMETER_ERROR,
    SUCCESS,
    UNSUPPORTED,
    URL_ERROR,
    WRONG_CHANNEL,
    DeniedError,
    HttpError,
    RefusedError,
)
from .plans import Plan
from .routes import Route
from .scene import BviewScene
from .unit import Violation
from .users import User
from .xmldoc import (
    ZWCLOUD,
    Node,
    Style,
    branch,
    leaf,
    parse,
    render,
    respell,
    unspell,
)

XML: Final = "application/xml"
_FORM_TYPES: Final = frozenset(
    {
        "",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "text/plain",
    }
)
"""The document's examples of such bodies name no type at all."""
_TYPES: Final = {
    "xml": frozenset({XML}),
    "audio": frozenset({"audio/basic"}),
    "file": frozenset({"application/octet-stream"}),
    "upload": frozenset({"multipart/form-data"}),
    "form": _FORM_TYPES,
}


@dataclass(frozen=True)
class Call:
    """One request that somebody may make, to something that is there."""

    record: RequestRecord
    request: web.BaseRequest
    route: Route
    user: User
    path: str
    """The path as the table of the document has it."""

    @property
    def body(self) -> bytes:
        """Return what was sent."""
        return self.record.body


type Serve = Callable[[Call], web.StreamResponse]


class BviewServer(BviewScene):
    """A camera with a web server that serves what a table names."""

    # Requests

    @override
    async def _record(self, request: web.BaseRequest) -> RequestRecord:
        """Write down what came, and whether it should never have."""
        record = await super()._record(request)
        record.dangerous = routes.is_dangerous(record.method, record.path)
        return record

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        if record.path == DESCRIPTION and self.upnp is not None:
            return self._bytes(self.ssdp.description(self.url), kind="text/xml")
        try:
            return await self._dispatch(record, request)
        except RefusedError as err:
            return self.app_error(record, err.code)
        except HttpError as err:
            return self.http_error(err.status)
        except DeniedError as err:
            return self._denied(record, stale=err.stale)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return a ResponseStatus with the camera's choice of HTTP status."""
        return self._status(record, code, int(self.options.error_status))

    def _denied(self, record: RequestRecord, *, stale: bool) -> web.Response:
        """Ask for a login."""
        self.log.add(log.ILLEGAL_VISIT, self.local_time)
        if self.options.denied_body:
            answer = self._status(record, INVALID_OPERATION, 401)
        else:
            answer = self.http_error(401)
        for challenge in self.gate.challenges(stale=stale):
            answer.headers.add("WWW-Authenticate", challenge)
        return answer

    @cached_property
    def served(self) -> dict[routes.Pair, Serve]:
        """Return what serves each pair of method and path."""
        return self._route_table()

    @abstractmethod
    def _route_table(self) -> dict[routes.Pair, Serve]:
        """Return what serves each pair of method and path."""

    async def _dispatch(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Find out who serves a request and whether it may."""
        open_door = record.path == "/Security/UserAuth" and self.options.user_auth_open
        user = self.users.accounts[0] if open_door else self.gate.check(record)
        route = self._route(record)
        call = Call(record, request, route, user, self._table_path(record.path))
        self._check_right(call)
        plan = self.plans.take(record.method, record.path)
        if plan is not None and plan.code is not None:
            raise RefusedError(plan.code, "planned")
        if record.method == "GET" and record.path in self.redirects:
            status, location = self.redirects[record.path]
            headers = {"Location": location, "Server": self.SERVER}
            return web.Response(status=status, headers=headers)
        self._check_query(call)
        self._check_body(call)
        self._check_calibration(call)
        if route.template == "/Streams/{ch}/{st}/ReceiveData":
            return await self.stream(call)
        answer = self.served[route.pair](call)
        return _planned(plan, answer)

    @abstractmethod
    async def stream(self, call: Call) -> web.StreamResponse:
        """Send MJPEG until the viewer goes away."""

    def _table_path(self, path: str) -> str:
        """Return a path as the table has it, if the camera takes another form."""
        if path == EMAIL_NOTE and self.options.email_paths != "table":
            return EMAIL
        if path == EMAIL and self.options.email_paths == "note":
            return path + "?"
        head, _, last = path.rpartition("/")
        if head == "/TwowayAudio" and last in ("sendData", "receiveData"):
            allowed = self.options.audio_paths != "table"
            return f"{head}/{last[0].upper()}{last[1:]}" if allowed else path
        if head == "/TwowayAudio" and last in ("SendData", "ReceiveData"):
            return path + "?" if self.options.audio_paths == "example" else path
        return path

    def _route(self, record: RequestRecord) -> Route:
        """Find the resource; refuse other paths, methods, channels and numbers."""
        path = self._table_path(record.path)
        found = list(routes.templates(path))
        if not found:
            raise self._unknown()
        for template, numbers in found:
            if record.method in routes.methods(template):
                route = Route(template, record.method, numbers)
                break
        else:
            if self.options.wrong_method == 405:
                raise HttpError(405)
            raise RefusedError(UNSUPPORTED, record.label)
        if numbers.get("ch", "1") != "1":
            raise RefusedError(WRONG_CHANNEL, record.label)
        if numbers.get("st", "1") not in "1234" or numbers.get("n", "1") not in "12":
            raise self._unknown()
        self._check_absence(record, path)
        return route

    def _unknown(self) -> Exception:
        """Return the error of a path that nothing is at."""
        if self.options.unknown_url == 404:
            return HttpError(404)
        return RefusedError(URL_ERROR)

    def _check_absence(self, record: RequestRecord, path: str) -> None:
        """Refuse what this camera lacks."""
        code = self.options.lacks(path)
        if code is not None:
            raise HttpError(code) if code > 0 else RefusedError(code, "absent")
        wireless = path.startswith(("/Network/Interfaces/2", "/Network/Wifi"))
        if wireless and not self.options.wifi:
            raise RefusedError(UNSUPPORTED, record.label)
        if path.startswith("/TwowayAudio") and not self.options.audio:
            raise RefusedError(UNSUPPORTED, record.label)

    def _check_right(self, call: Call) -> None:
        """Refuse a Viewer what an Operator may."""
        if self.options.rights == "open" or call.user.is_operator:
            return
        if call.route.pair in routes.OPERATOR:
            if self.options.no_right == 403:
                raise HttpError(403)
            raise RefusedError(INVALID_OPERATION, "Operator only")

    def _check_query(self, call: Call) -> None:
        """Refuse parameters that the resource does not have."""
        known = routes.QUERIES.get(call.route.template, frozenset())
        pairs = [name for name, _ in parse_query(call.record.raw_query)]
        if self.options.stray_queries == "refuse" and (
            set(pairs) - known or len(pairs) != len(set(pairs))
        ):
            raise RefusedError(PARAMETER_ERROR, f"query {call.record.raw_query!r}")

    def _check_body(self, call: Call) -> None:
        """Refuse bodies of another kind than the resource takes."""
        record, inbound = call.record, call.route.inbound
        coding = record.headers.get("Transfer-Encoding", "").lower()
        if "chunked" in coding and not self.options.chunked:
            raise HttpError(411)
        if inbound == "none" and record.body:
            raise RefusedError(DECODE_ERROR, "a body where none may be")
        kind = record.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        allowed = _TYPES.get(inbound)
        if self.options.content_type and allowed is not None and kind not in allowed:
            raise RefusedError(DECODE_ERROR, f"Content-Type {kind!r}")
        charset = record.headers.get("Content-Type", "").lower().replace('"', "")
        if inbound == "xml" and "charset=" in charset and "utf-8" not in charset:
            raise RefusedError(DECODE_ERROR, f"Content-Type {charset!r}")

    def _check_calibration(self, call: Call) -> None:
        """Note image and lens writes while the lens calibrates itself."""
        touchy = call.path.startswith(("/Images", "/PTZ"))
        if not (touchy and call.record.method == "PUT" and self.lens.calibrating):
            return
        self.note_violation("calibration", call)
        if self.options.calibration == "refuse":
            raise RefusedError(CAMERA_BUSY, "the lens calibrates itself")

    def note_violation(self, kind: str, call: Call) -> None:
        """Write down what the document asks a client not to do."""
        time = self.clock.monotonic
        self.violations.append(Violation(kind=kind, label=call.record.label, time=time))

    # Documents

    @property
    def _style(self) -> Style:
        """Return how documents are printed."""
        options = self.options
        return Style(
            prolog=options.prolog,
            bom=options.bom,
            pretty=options.pretty,
            prefix=options.prefix,
        )

    def printed(self, root: Node, path: str = "") -> bytes:
        """Print a document with the attributes of its block."""
        root = respell(root, self.options.spelling)
        block = self.settings.blocks.get(path)
        self._mark(
            root,
            version=block.version if block else None,
            namespace=block.namespace if block else None,
        )
        return render(root, self._style)

    def _mark(self, root: Node, *, version: str | None, namespace: str | None) -> None:
        """Print version and name space where this camera has them."""
        options = self.options
        match options.attributes:
            case "none":
                return
            case "everywhere":
                _version_everywhere(root, options.version_attribute)
                root.namespace = options.namespace or ZWCLOUD
            case "document":
                if version is not None:
                    root.attributes = {version: "1.0", **root.attributes}
                if namespace or options.prefix:
                    root.namespace = options.namespace or namespace or ZWCLOUD
                else:
                    root.namespace = namespace

    def read_xml(self, call: Call) -> Node:
        """Return the document that was sent, in the document's spelling."""
        return unspell(parse(call.body), self.options.spelling)

    # Answers

    def _bytes(self, body: bytes, status: int = 200, kind: str = XML) -> web.Response:
        """Return an answer with the camera's headers."""
        kind = f"{kind}; charset=UTF-8" if kind == XML else kind
        headers = {"Server": self.SERVER, "Content-Type": kind}
        return web.Response(body=body, status=status, headers=headers)

    def document(self, root: Node, path: str = "") -> web.Response:
        """Answer with a document."""
        return self._bytes(self.printed(root, path))

    def binary(self, body: bytes, kind: str) -> web.Response:
        """Answer with bytes."""
        return self._bytes(body, kind=kind)

    def _status(
        self, record: RequestRecord, code: int, status: int = 200
    ) -> web.Response:
        """Answer with a ResponseStatus."""
        root = branch(
            "ResponseStatus",
            leaf("requestURL", record.path),
            leaf("statusCode", code),
        )
        root = respell(root, self.options.spelling)
        self._mark(root, version=self.options.version_attribute, namespace=ZWCLOUD)
        return self._bytes(render(root, self._style), status)

    def done(self, call: Call) -> web.Response:
        """Answer a write that succeeded."""
        match self.options.write_answer:
            case "none":
                return web.Response(status=204, headers={"Server": self.SERVER})
            case "empty":
                return self._bytes(b"")
            case "created":
                return self._status(call.record, SUCCESS, 201)
            case _:
                return self._status(call.record, SUCCESS)

    def created(self, call: Call, location: str) -> web.Response:
        """Answer a POST that succeeded."""
        answer = self._status(call.record, SUCCESS, self.options.post_answer)
        if self.options.post_answer == 201:
            answer.headers["Location"] = location
        return answer


def _version_everywhere(node: Node, name: str) -> None:
    """Print the version at every level."""
    node.attributes = {name: "1.0", **node.attributes}
    for child in node.children:
        _version_everywhere(child, name)


def _planned(plan: Plan | None, answer: web.StreamResponse) -> web.StreamResponse:
    """Put a planned body in the place of the camera's."""
    if plan is None or not isinstance(answer, web.Response):
        return answer
    body, headers = plan.body, answer.headers.copy()
    if body is None and plan.change and isinstance(answer.body, bytes):
        body = plan.change(answer.body)
    elif body is not None:
        headers["Content-Type"] = plan.content_type
    headers.popall("Content-Length", None)
    return web.Response(body=body, status=answer.status, headers=headers)
