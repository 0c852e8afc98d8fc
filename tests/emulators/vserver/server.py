"""How the unit takes requests: who may ask, and the form of its answers."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
import re
from typing import Final, override

from aiohttp import web

from ..base import RequestRecord
from ..bview.plans import Plan
from .card import CGIS, is_dangerous
from .errors import (
    BAD_NAME,
    BAD_VALUE,
    OK,
    TEXTS,
    UNSUPPORTED,
    DeniedError,
    HttpError,
    RefusedError,
)
from .groups import Group, Values, Verb
from .groups_system import TABLE_ONLY
from .message import Block, Entry, Raw, merged, render
from .request import BARE, Call, Reader, need_method
from .scene import VserverScene
from .store import Write
from .unit import label_of
from .users import FULL, User

type Serve = Callable[[Call], list[Block]]

PICTURE: Final = re.compile(r"/(jpgimage|mjpgstreamreq)/([^/]*)/image\.jpg")
_VERBS: Final[Mapping[str, Verb]] = {"get": "get", "set": "set", "query": "query"}


class VserverServer(VserverScene):
    """A unit with a web server that serves what the card names."""

    @cached_property
    def reader(self) -> Reader:
        """Return what reads requests."""
        return Reader(self.options, self.settings.catalog)

    @cached_property
    def served(self) -> Mapping[str, Serve]:
        """Return what serves groups that are not just values, by `cgi/Group`."""
        return self._serve_table()

    @abstractmethod
    def _serve_table(self) -> Mapping[str, Serve]:
        """Return what serves groups that are not just values."""

    @abstractmethod
    def serve(self, call: Call) -> list[Block]:
        """Read, set or describe the values of a group."""

    @abstractmethod
    async def serve_picture(
        self, name: str, channel: int, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Send a still, or MJPEG until the viewer goes away."""

    # Requests

    @override
    async def _record(self, request: web.BaseRequest) -> RequestRecord:
        """Write down what came, and whether it should never have."""
        record = await super()._record(request)
        cgi = record.path.removeprefix("/cgi/")
        record.dangerous = is_dangerous(cgi, record.query)
        return record

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        try:
            return await self._dispatch(record, request)
        except RefusedError as err:
            self.violate(err.kind, label_of(record), err.why)
            return self.app_error(record, err.code)
        except HttpError as err:
            self.violate(err.kind, label_of(record), err.why)
            return self.http_error(err.status)
        except DeniedError as err:
            return self._denied(stale=err.stale)

    async def _dispatch(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Find out who serves a request and whether it may."""
        limit = self.options.overload
        if limit is not None and self.parallel - self.viewers > limit:
            raise HttpError(503, "overload")
        image = PICTURE.fullmatch(record.path)
        user = self._enter(record, picture=image is not None)
        need_method(record, self.options)
        plan = self.plans.take(record.method, label_of(record))
        if plan is not None and plan.code is not None:
            return self.app_error(record, plan.code)
        if image is not None:
            answer = await self._picture(image, record, request)
            return self._planned(plan, answer)
        call = self._call(record, user)
        self._check_absence(call.label)
        blocks = self.served.get(call.label, self.serve)(call)
        return self._planned(plan, self._done(call, blocks, request))

    def _enter(self, record: RequestRecord, *, picture: bool) -> User:
        """Return who asks, or refuse; a password in clear may be a mistake."""
        before = self.gate.basic_to_digest
        try:
            return self.gate.check(record, picture=picture)
        finally:
            if self.gate.basic_to_digest > before:
                self.violate("clear_password", label_of(record))

    async def _picture(
        self, image: re.Match[str], record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Serve a still or MJPEG."""
        name, text = image[1], image[2]
        if record.raw_query:
            raise HttpError(400, "name", "a picture with parameters")
        digits = text.isascii() and text.isdecimal()
        if not digits or not 1 <= int(text) <= len(self.options.channels):
            raise HttpError(404, "channel", text)
        if self.options.lacks(f"{name}/{text}") is not None:
            raise HttpError(404, "unsupported", name)
        return await self.serve_picture(name, int(text), request)

    def _call(self, record: RequestRecord, user: User) -> Call:
        """Read a request to a CGI."""
        cgi = record.path.removeprefix("/cgi/")
        missing = any(fnmatchcase(cgi, one) for one in self.options.missing_cgi)
        if cgi == record.path or cgi not in CGIS or missing:
            raise HttpError(404, "cgi", cgi)
        family, _, word = cgi.rpartition("_")
        verb, given = _VERBS[word], self.reader.given(record.raw_query)
        name = self.reader.take(given, "Group")
        channel = self.reader.take(given, "Channel")
        if verb == "query" and family in BARE:
            group = self._bare(family, name)
        else:
            group = self.reader.group(family, verb, name)
        if cgi == "wifi_get" and given and self.options.wifi_set_by_get:
            verb = "set"
        call = Call(record, user, cgi, family, verb, group)
        self._check_group(call)
        call.channel = self.reader.channel(call, channel)
        call.sent = self.reader.parameters(call, given)
        if verb == "set":
            self._check_right(user)
            self.reader.check_set(call)
        return call

    def _bare(self, family: str, name: str | None) -> Group:
        """Return the group of a query without parameters."""
        if name is not None and self.options.bare_query == "none":
            raise RefusedError(BAD_NAME, "name", "Group")
        return next(
            group for key, group in self.settings.catalog.items() if key[0] == family
        )

    def _check_group(self, call: Call) -> None:
        """Refuse what this unit lacks as a whole."""
        options, group = self.options, call.group
        hidden = call.verb != "query" and not options.table_groups
        if hidden and group.name in TABLE_ONLY:
            raise RefusedError(BAD_VALUE, "group", group.name)
        if call.family == "wifi" and not options.wifi:
            raise RefusedError(UNSUPPORTED, "unsupported", "wifi")
        if group.key == "IOTrigNum" and not options.alarm_inputs:
            raise RefusedError(UNSUPPORTED, "unsupported", group.name)
        if group.name == "RecordDevice" and options.card is None:
            raise RefusedError(UNSUPPORTED, "unsupported", group.name)
        able = [one for one in options.channels if one.can(group.ability)]
        if not able:
            raise RefusedError(UNSUPPORTED, "unsupported", group.name)

    def _check_absence(self, label: str) -> None:
        """Refuse what the options say is absent."""
        code = self.options.lacks(label)
        if code is not None:
            raise RefusedError(code, "unsupported", label)

    def _check_right(self, user: User) -> None:
        """Refuse a set of a user with little privilege, if this unit does."""
        way = self.options.low_rights
        if way == "open" or user.privilege >= FULL:
            return
        if way == "401":
            raise DeniedError
        raise RefusedError(int(way), "privilege")

    # Answers

    def _message(self, cgi: str, code: int, blocks: Sequence[Block] = ()) -> bytes:
        """Print a message."""
        number = self.options.name_code if code == BAD_NAME else code
        text = TEXTS.get(code, "Server failed.")
        return render(cgi, number, text, merged(blocks, self.options), self.options)

    def _done(
        self, call: Call, blocks: Sequence[Block], request: web.BaseRequest
    ) -> web.Response:
        """Answer a request that succeeded."""
        options = self.options
        if call.verb == "set" and options.set_answer == "204":
            return Raw(options, status=204)
        body = self._message(call.cgi, OK, blocks)
        if call.record.after and options.reboot_answer == "dropped":
            return self._drop(request)
        return Raw(options, body, kind=options.content_type)

    def note(self, call: Call, before: Values, after: Values) -> None:
        """Write a set down."""
        group = call.group
        own = group.per_channel or (group.channel and not group.shared)
        self.writes.append(
            Write(
                label=call.place,
                channel=call.channel if own else 0,
                row=call.row,
                before=before,
                sent=dict(call.sent),
                after=after,
                time=self.clock.monotonic,
            )
        )

    def told(self, call: Call) -> list[Block]:
        """Note a command and print what was sent."""
        self.note(call, {}, {})
        if self.options.set_answer not in ("echo", "all"):
            return []
        block = Block(call.group.name)
        if call.group.prints_channel and self.options.channel_field != "never":
            block.entries.append(Entry("Channel", str(call.channel)))
        for one in call.group.fields:
            if one.name in call.sent:
                entry = Entry(one.name, call.sent[one.name], one.kind.TYPE)
                block.entries.append(entry)
        return [block]

    def later(self, call: Call, action: Callable[[], None]) -> None:
        """Do something once the answer has left, or instead of an answer."""
        call.record.after.append(action)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return a message with a result code."""
        options = self.options
        cgi = record.path.rpartition("/")[2]
        status = 200
        if options.refusal_status == "mapped":
            status = 400 if abs(code) < 500 else 500
        body = self._message(cgi, code)
        return Raw(options, body, status=status, kind=options.content_type)

    @override
    def http_error(self, status: int) -> web.Response:
        """Return a bare HTTP error."""
        return Raw(self.options, status=status)

    def _denied(self, *, stale: bool) -> web.Response:
        """Ask for a login."""
        answer = self.http_error(401)
        for challenge in self.gate.challenges(stale=stale):
            answer.headers.add("WWW-Authenticate", challenge)
        return answer

    def _planned(
        self, plan: Plan | None, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """Put a planned body in the place of the unit's."""
        if plan is None or not isinstance(answer, web.Response):
            return answer
        body, kind = plan.body, answer.headers.get("Content-Type")
        if body is None and plan.change and isinstance(answer.body, bytes):
            body = plan.change(answer.body)
        elif body is not None:
            kind = plan.content_type
        return Raw(self.options, body or b"", status=answer.status, kind=kind)
