"""The unit itself: what it answers to each request."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from email.parser import BytesParser
from email.policy import HTTP
import json
from typing import Any, Final, override

from aiohttp import web

from ..base import RequestRecord
from .checks import channels_in, is_integer
from .commands import BY_ADDRESS
from .errors import (
    LOGIN_FAILED,
    LOGIN_FIRST,
    PARAM_ERROR,
    PROTOCOL,
    SEND_FAILED,
    TIMED_OUT,
    RefusedError,
    error_answer,
)
from .executor import Executor, hangs
from .media import CLIP_SECONDS, FRAMES, SETUP, picture
from .recordings import file_answer
from .sessions import Session, User
from .setting import Json
from .unit import Call

__all__ = ["ReolinkEmulator"]

API: Final = frozenset({"/cgi-bin/api.cgi", "/api.cgi"})
LIVE: Final = "/flv"
KINDS: Final = frozenset(
    {
        "application/json",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
    }
)
"""Content types of a POST; the document's own example sends the last one."""
HEADERS: Final = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
}


class ReolinkEmulator(Executor):
    """A Reolink camera or recorder on 127.0.0.1."""

    # Requests

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        if record.path == LIVE and record.method == "GET":
            return await self._live(record, request)
        if record.path == "/" and record.method == "GET":
            page = "<html><head><title>Reolink</title></head></html>"
            return web.Response(text=page, content_type="text/html", headers=HEADERS)
        if record.path not in API:
            return self.http_error(404)
        command = record.query.get("cmd", "")
        if record.method == "GET":
            return await self._get(command, record)
        if record.method != "POST":
            return self.http_error(405)
        if command == "Upgrade":
            return self._upgrade(record)
        return await self._post(record)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Return one error for the whole request."""
        return self._answers([error_answer(_first_command(record), code)])

    def _answers(self, answers: list[Json]) -> web.Response:
        """Print answers as the unit does: indented, blanks around colons."""
        text = json.dumps(
            answers,
            indent=3,
            separators=(",", " : "),
            sort_keys=True,
            ensure_ascii=False,
        )
        return web.Response(
            text=text + "\n",
            content_type="text/html",
            headers={**HEADERS, "Server": self.SERVER},
        )

    # Who asks

    def _authorize(self, record: RequestRecord) -> tuple[Session | None, User]:
        """Let in who has a token, or a name and a password."""
        query = record.query
        if "user" in query and "token" not in query:
            return None, self.sessions.verify(query["user"], query.get("password", ""))
        session = self.sessions.need(query.get("token"))
        return session, session.user

    def _login(self, item: Json) -> Json:
        """Carry out Login."""
        param = item.get("param")
        user = param.get("User") if isinstance(param, dict) else None
        if not isinstance(user, dict) or user.get("Version", "0") not in ("0", 0):
            raise RefusedError(PARAM_ERROR, "User")
        name, password = user.get("userName"), user.get("password", "")
        for text in (name, password):
            if not isinstance(text, str) or len(text) > 31:
                raise RefusedError(PARAM_ERROR, "userName or password")
        if not name or not isinstance(name, str) or not isinstance(password, str):
            raise RefusedError(LOGIN_FAILED)
        session = self.sessions.login(name, password)
        lease = int(self.options.lease)
        token = {self.options.lease_key: lease, "name": session.token}
        return {"value": {"Token": token}}

    # Batches

    async def _post(self, record: RequestRecord) -> web.Response:
        """Answer a list of commands."""
        kind = record.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in KINDS:
            return self.app_error(record, PROTOCOL)
        try:
            batch = json.loads(record.body)
        except ValueError:
            return self.app_error(record, PROTOCOL)
        if not isinstance(batch, list) or not batch:
            return self.app_error(record, PARAM_ERROR)
        if not all(
            isinstance(i, dict) and isinstance(i.get("cmd"), str) for i in batch
        ):
            return self.app_error(record, PARAM_ERROR)
        for item in batch:
            self.commands[item["cmd"]] += 1
        if len(batch) > self.options.max_batch:
            return self.app_error(record, SEND_FAILED)
        if batch[0]["cmd"] == "Login":
            return self._answers([self._one(batch[0], None, None, record)])
        try:
            session, user = self._authorize(record)
        except RefusedError as err:
            return self.app_error(record, err.code)
        return await self._batch(batch, session, user, record)

    async def _batch(
        self,
        batch: list[Json],
        session: Session | None,
        user: User,
        record: RequestRecord,
    ) -> web.Response:
        """Answer commands of somebody who may ask."""
        if hangs(self.cameras, batch):
            await self.faults.hang()
        names = [(self.canonical(i["cmd"]), _number(i.get("param"))) for i in batch]
        code = self.plans.collapsed(names)
        if code is None and hangs(self.cameras, batch):
            code = TIMED_OUT
        if code is not None:
            return self.app_error(record, code)
        answers = [self._one(item, session, user, record) for item in batch]
        for number, item in enumerate(batch):
            if item["cmd"] == "TestEmail" and answers[number]["code"] == 0:
                answers[number] = await self._test_mail(item["param"]["Email"])
        missing = self.plans.missing(len(answers))
        return self._answers(answers[: len(answers) - missing])

    async def _test_mail(self, fields: Json) -> Json:
        """Send a test mail, and answer when the server has taken it."""
        code = await self.mails.test(fields)
        if code:
            return error_answer("TestEmail", code)
        return {"cmd": "TestEmail", "code": 0, "value": {"rspCode": 200}}

    def _one(
        self,
        item: Json,
        session: Session | None,
        user: User | None,
        record: RequestRecord,
    ) -> Json:
        """Answer one command."""
        name = item["cmd"]
        param, action = item.get("param", {}), item.get("action", 0)
        call = Call(
            command=self.canonical(name),
            param=param if isinstance(param, dict) else {},
            action=action if is_integer(action) else 0,
            channel=_number(param),
            code=0,
            record=record,
        )
        self.calls.append(call)
        try:
            result = self._result(item, session, user, record)
        except RefusedError as err:
            call.code = err.code
            return error_answer(self.answer_name(name), err.code)
        return {"cmd": self.answer_name(name), "code": 0, **result}

    def _result(
        self,
        item: Json,
        session: Session | None,
        user: User | None,
        record: RequestRecord,
    ) -> Json:
        """Carry out one command, or refuse it."""
        if item["cmd"] == "Login":
            code = self.plans.refused("Login", None)
            if code is not None:
                raise RefusedError(code, "planned")
            return self._login(item)
        if user is None:
            raise RefusedError(LOGIN_FIRST)
        return self.execute(item, session, user, record)

    # Addresses

    async def _get(self, command: str, record: RequestRecord) -> web.Response:
        """Answer a command that is an address."""
        if command not in (*BY_ADDRESS, "GetMdState"):
            return self.app_error(record, PROTOCOL)
        self.commands[command] += 1
        number = record.query.get("channel", "0")
        channel = int(number) if number.isdecimal() else 0
        call = Call(command, dict(record.query), 0, channel, 0, record)
        self.calls.append(call)
        try:
            if channel < len(self.cameras) and self.cameras[channel].hangs:
                await self.faults.hang()
            return self._addressed(command, channel, record)
        except RefusedError as err:
            call.code = err.code
            return self.app_error(record, err.code)

    def _addressed(
        self, command: str, channel: int, record: RequestRecord
    ) -> web.Response:
        """Carry out a command that is an address, or refuse it."""
        session, user = self._authorize(record)
        if channel < len(self.cameras) and self.cameras[channel].hangs:
            raise RefusedError(TIMED_OUT)
        if command == "Snap":
            return self._snap(record, user)
        if command in BY_ADDRESS:
            return self._file(command, record, user)
        item: Json = {"cmd": command, "param": {"channel": channel}}
        result = self.execute(item, session, user, record)
        return self._answers([{"cmd": command, "code": 0, **result}])

    def _snap(self, record: RequestRecord, user: User) -> web.Response:
        """Return a picture."""
        number = record.query.get("channel", "")
        if not number.isdecimal():
            raise RefusedError(PARAM_ERROR, "channel")
        if self.options.require_rs and not record.query.get("rs"):
            raise RefusedError(self.options.missing, "rs")
        channel = self.permit("Snap", int(number), user)
        camera = self.cameras[channel]
        camera.snapshots += 1
        small = record.query.get("snapType") == "sub"
        comment = f"channel {channel} number {camera.snapshots}"
        return web.Response(
            body=picture(comment, small=small),
            content_type="image/jpeg",
            headers={**HEADERS, "Server": self.SERVER},
        )

    def _file(self, command: str, record: RequestRecord, user: User) -> web.Response:
        """Return a recorded file, or a part of it."""
        source, output = record.query.get("source"), record.query.get("output")
        if not source or not output:
            raise RefusedError(self.options.missing, "source or output")
        file = self.recordings.find(source, playback=command == "Playback")
        self.permit(command, file.channel, user)
        headers = {**HEADERS, "Server": self.SERVER}
        return file_answer(file, output, record.headers.get("Range"), headers)

    def _upgrade(self, record: RequestRecord) -> web.Response:
        """Take one piece of a firmware file."""
        record.dangerous = True
        self.commands["Upgrade"] += 1
        call = Call("Upgrade", dict(record.query), 0, None, 0, record)
        self.calls.append(call)
        try:
            _, user = self._authorize(record)
            self.permit("Upgrade", 0, user)
            self.firmware.receive(_package(record))
        except RefusedError as err:
            call.code = err.code
            return self.app_error(record, err.code)
        done = {"cmd": "Upgrade", "code": 0, "value": {"rspCode": 200}}
        return self._answers([done])

    # Live video

    async def _live(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Send live video until nobody looks any more."""
        status = self._live_status(record)
        if status is not None:
            return self.http_error(status)
        answer = web.StreamResponse(
            headers={"Content-Type": "video/x-flv", "Server": self.SERVER}
        )
        self.live_streams += 1
        self.parallel -= 1
        try:
            with suppress(ConnectionError):
                await answer.prepare(request)
                await answer.write(SETUP)
                await self._play(answer)
                await answer.write_eof()
        finally:
            self.live_streams -= 1
            self.parallel += 1
        return answer

    async def _play(self, answer: web.StreamResponse) -> None:
        """Send the clip again and again, as fast as it was made."""
        pace = self.options.live_pace
        loop = asyncio.get_running_loop()
        began = loop.time()
        shift = timedelta()
        while True:
            for frame in FRAMES:
                due = began + (shift.total_seconds() + frame.time / 1000) * pace
                if due > loop.time():
                    await asyncio.sleep(due - loop.time())
                await answer.write(frame.encode(round(shift.total_seconds() * 1000)))
            if not pace:
                return
            shift += timedelta(seconds=CLIP_SECONDS)

    def _live_status(self, record: RequestRecord) -> int | None:
        """Return why there is no live video; None if there is."""
        query = record.query
        ports = self.settings.fields("NetPort")
        try:
            self.sessions.verify(query.get("user", ""), query.get("password", ""))
        except RefusedError:
            return 401
        if not ports["rtmpEnable"] or query.get("port") != str(ports["rtmpPort"]):
            return 404
        name, _, stream = query.get("stream", "").rpartition("_")
        number = name.removeprefix("channel")
        if query.get("app") != "bcs" or not number.isdecimal():
            return 404
        channel = int(number)
        if channel >= len(self.cameras) or not self.cameras[channel].online:
            return 404
        camera = self.options.channels[channel]
        fields = self.encoders[channel].fields
        match stream:
            case "main.bcs":
                playable = fields["mainStream"]["vType"] == "h264"
            case "sub.bcs":
                playable = fields["subStream"]["vType"] == "h264"
            case "ext.bcs":
                playable = camera.ext_stream
            case _:
                playable = False
        return None if playable else 404


def _number(param: object) -> int | None:
    """Return the channel of a parameter, if it has one."""
    for channel in channels_in(param):
        if isinstance(channel, int) and not isinstance(channel, bool):
            return channel
    return None


def _first_command(record: RequestRecord) -> str:
    """Return the command that an error for the whole request names."""
    try:
        batch: Any = json.loads(record.body)
    except ValueError:
        batch = None
    if isinstance(batch, list) and batch and isinstance(batch[0], dict):
        name = batch[0].get("cmd")
        if isinstance(name, str):
            return name
    return record.query.get("cmd", "Unknown")


def _package(record: RequestRecord) -> bytes:
    """Return the file of a form."""
    kind = record.headers.get("Content-Type", "")
    if record.query.get("clearConfig") not in ("0", "1"):
        raise RefusedError(PARAM_ERROR, "clearConfig")
    if not kind.startswith("multipart/form-data"):
        raise RefusedError(PARAM_ERROR, "not a form")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + record.body)
    for part in form.iter_parts():
        if part.get_param("name", header="content-disposition") == "upgrade-package":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise RefusedError(PARAM_ERROR, "no upgrade-package")
