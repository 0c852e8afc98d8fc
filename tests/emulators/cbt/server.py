"""How the camera takes requests: who may ask, and the form of its answers."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, override

from aiohttp import web

from ..base import RequestRecord, parse_query
from .actions import CARD, CGI, IMAGES, PATHS, TELNET, Action
from .answers import Printer
from .checks import Checker, Note, parse_json
from .errors import OK, DeniedError, HttpError, RefusedError, TextError, meaning
from .fields import Json
from .login import User, Way
from .plans import Plan
from .spelling import Spelling, known_as
from .unit import CbtUnit, Violation, action_of

PAGE = b"<html><head><title>IPCamera</title></head><body>login</body></html>"
_QUERIES = {
    CGI: frozenset({"user", "pwd", "action", "json"}),
    IMAGES: frozenset({"user", "pwd", "fmt"}),
    TELNET: frozenset({"action"}),
}


@dataclass(frozen=True)
class Call:
    """One action that somebody may call."""

    record: RequestRecord
    action: Action
    user: User
    sent: Json
    check: Checker
    note: Note
    """Writes down what the client did wrong."""


class CbtServer(CbtUnit):
    """A camera with a web server."""

    # Requests

    @override
    async def _record(self, request: web.BaseRequest) -> RequestRecord:
        """Write down what came, and whether it should never have."""
        record = await super()._record(request)
        record.dangerous = self._is_dangerous(record)
        return record

    def _is_dangerous(self, record: RequestRecord) -> bool:
        """Tell whether a request could lock the owner out or let others in."""
        if record.path == TELNET:
            return True
        name = known_as(self.options, action_of(record))
        return record.path == CGI and name is not None and CARD[name].dangerous

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        try:
            return self._dispatch(record)
        except TextError as err:
            return self._text(err.text)
        except RefusedError as err:
            return self.app_error(record, err.code)
        except DeniedError as err:
            challenge = self.gate.challenge(self._way(record.path), stale=err.stale)
            return self._answer_with(
                b"", status=401, extra=(("WWW-Authenticate", challenge),)
            )
        except HttpError as err:
            return self.http_error(err.status)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return an envelope with a code."""
        name = known_as(self.options, action_of(record))
        pairs = self.envelope(CARD.get(name or ""), code)
        body = self.printer.json(pairs)
        return self._answer_with(body, status=self.options.refusal_status)

    @override
    def http_error(self, status: int) -> web.Response:
        """Return a bare HTTP error."""
        return self._answer_with(b"", status=status)

    @property
    def printer(self) -> Printer:
        """Return what writes answers."""
        return Printer(self.options)

    @property
    def spelling(self) -> Spelling:
        """Return what translates names."""
        return Spelling(self.options)

    def note(self, kind: str, action: str, detail: str) -> None:
        """Write down what a client did wrong."""
        time = self.clock.monotonic
        violation = Violation(kind=kind, action=action, detail=detail, time=time)
        self.violations.append(violation)

    def _dispatch(self, record: RequestRecord) -> web.Response:
        """Find out who serves a request and whether it may."""
        options = self.options
        if record.path not in PATHS:
            if options.unknown_path == "page" or record.path == "/":
                return self._answer_with(PAGE, content_type="text/html")
            self.note("path", "", record.path)
            raise HttpError(404)
        self._check_request(record)
        if record.path != CGI:
            return self._other(record)
        user = self.gate.check(record, self._way(CGI))
        call = self._call(record, user)
        plan = self.plans.take(call.action.name)
        if plan is not None and plan.answer is not None:
            if plan.carried_out:
                self.serve(call)
            return self._refused(record, plan.answer)
        return self._planned(plan, self.serve(call))

    def _other(self, record: RequestRecord) -> web.Response:
        """Serve a picture or the switch of telnet."""
        name = action_of(record)
        lacking = self.options.lacks(name)
        if lacking is not None:
            return self._refused(record, lacking)
        if record.path == IMAGES:
            self.gate.check(record, self._way(IMAGES))
        plan = self.plans.take(name)
        if plan is not None and plan.answer is not None:
            return self._refused(record, plan.answer)
        if record.path == TELNET:
            return self._planned(plan, self.switch_telnet(record))
        return self._planned(plan, self.still(record))

    def _way(self, path: str) -> Way:
        """Return how a path asks who is there."""
        return self.options.snapshot_auth if path == IMAGES else self.options.auth

    def _check_request(self, record: RequestRecord) -> None:
        """Refuse what is wrong before anybody looks at the action."""
        action, options = action_of(record), self.options
        target = len(record.path) + len(record.raw_query) + 1
        if options.max_url is not None and target > options.max_url:
            raise HttpError(414)
        if record.method != "GET":
            self.note("method", action, record.method)
            if options.methods == "get":
                raise HttpError(405)
        if "+" in record.raw_query:
            self.note("plus", action, "a plus is no blank")
            if options.plus == "blank":
                blank = record.raw_query.replace("+", "%20")
                record.query = dict(reversed(parse_query(blank)))
        if any("\ufffd" in value for value in record.query.values()):
            self.note("encoding", action, "not UTF-8")
        names = [name for name, _ in parse_query(record.raw_query)]
        stray = sorted(set(names) - _QUERIES[record.path])
        if stray or len(names) != len(set(names)):
            self.note("query", action, f"{len(stray)} stray of {len(names)}")
            if options.stray_queries == "refuse":
                raise TextError(options.bad_json)

    def _call(self, record: RequestRecord, user: User) -> Call:
        """Return the action with what was sent for it."""
        sent_name = action_of(record)
        name = known_as(self.options, sent_name)
        if name is None:
            known = sent_name if sent_name.isidentifier() else "?"
            self.note("action", "", known)
            raise TextError(self.options.bad_json)
        self.gate.check_right(user, name)
        action = CARD[name]
        self._check_ability(action)
        raw = record.query.get("json")

        def note(kind: str, what: str) -> None:
            self.note(kind, name, what)

        sent = {} if raw is None else parse_json(raw, note, self.options.bad_json)
        if raw is None and action.kind == "set":
            note("missing_field", "json")
            raise TextError(self.options.bad_json)
        check = Checker(self.options, note)
        return Call(record, action, user, sent, check, note)

    def _check_ability(self, action: Action) -> None:
        """Refuse what this camera lacks."""
        lacking = self.options.lacks(action.name)
        if lacking is None and not self.options.has(action.ability):
            lacking = self.options.unsupported
        if isinstance(lacking, int):
            raise RefusedError(lacking, action.name)
        if lacking is not None:
            raise HttpError(int(lacking)) if _status(lacking) else TextError(lacking)

    # What a camera does

    @abstractmethod
    def serve(self, call: Call) -> web.Response:
        """Carry out an action."""

    @abstractmethod
    def still(self, record: RequestRecord) -> web.Response:
        """Return a picture."""

    @abstractmethod
    def switch_telnet(self, record: RequestRecord) -> web.Response:
        """Open or close telnet."""

    # Answers

    def envelope(self, action: Action | None, code: int = OK) -> list[tuple[str, Any]]:
        """Return what stands behind the fields of every answer."""
        options = self.options
        brief = options.envelope == "brief" or (
            options.envelope == "document" and action is not None and action.brief
        )
        log = meaning(code) if options.log_texts else ""
        pairs: list[tuple[str, Any]] = [("code", code)]
        if brief:
            pairs += [
                ("message", "NULL"),
                ("deviceID", options.device_id),
                ("device_mac", options.mac),
            ]
        else:
            pairs += [
                ("device_mac", options.mac),
                ("deviceID", options.device_id),
                ("device_id", options.device_id),
                ("log", log),
            ]
        pairs.append(("device_ip", self.settings.get("WiredNetwork", "IP")))
        signs = options.signed == "everywhere" or (
            options.signed == "document" and action is not None and action.signed
        )
        return [*pairs, ("sign_tby", options.sign)] if signs else pairs

    def done(
        self, action: Action, pairs: list[tuple[str, Any]] | None = None
    ) -> web.Response:
        """Answer an action that succeeded."""
        found = list(pairs or [])
        if self.options.extra_keys:
            found.insert(0, ("vendorMode", 7))
            found.append(("vendor_data", {"first": "a & b", "list": [1, 2]}))
        everything = [*found, *self.envelope(action)]
        if not self.options.twice:
            everything = list(dict(everything).items())
        return self._answer_with(self.printer.json(everything))

    def page(self, body: bytes) -> web.Response:
        """Answer with bytes that are no JSON."""
        return self._answer_with(body)

    def _text(self, text: str) -> web.Response:
        """Answer with a bare text."""
        login = text == self.options.wrong_login
        status = self.options.login_status if login else self.options.text_status
        return self._answer_with(self.printer.text(text), status=status)

    def _refused(self, record: RequestRecord, answer: int | str) -> web.Response:
        """Answer with a planned code, text or HTTP status."""
        if isinstance(answer, int):
            return self.app_error(record, answer)
        return self.http_error(int(answer)) if _status(answer) else self._text(answer)

    def _answer_with(
        self,
        body: bytes,
        *,
        status: int = 200,
        content_type: str | None = None,
        extra: tuple[tuple[str, str], ...] = (),
    ) -> web.Response:
        """Return an answer with the camera's head."""
        date = self.wall_clock.date
        return self.printer.answer(
            body, date, status=status, content_type=content_type, extra=extra
        )

    def _planned(self, plan: Plan | None, answer: web.Response) -> web.Response:
        """Put a planned body in the place of the camera's."""
        if plan is None:
            return answer
        body = plan.body
        if body is None:
            own = answer.body if isinstance(answer.body, bytes) else b""
            body = plan.change(own) if plan.change else own
        return self._answer_with(body, content_type=plan.content_type)


def _status(text: str) -> bool:
    """Tell whether a text is the status of HTTP."""
    return len(text) == 3 and text.isdecimal()
