"""Sessions, error codes and the two spellings of the alarm endpoint."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import hashlib
import logging
from urllib.parse import quote

from ...model.device import Clock, Json, Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from ...transport.http import HttpAnswer, HttpTransport
from ...transport.payload import Node, PayloadError, build_xml, parse_xml
from .answers import (
    SessionLostError,
    UnknownFieldError,
    judge,
    read_document,
    repair,
    status_code,
)
from .const import (
    ALARM_URL,
    ALARM_XML,
    DOWNLOAD,
    LOGIN,
    LOGOUT,
    RETRY_BUSY,
    RETRY_INTERNAL,
    TIMEOUT,
    UPLOAD,
    UPLOAD_TIMEOUT,
    Source,
)

_LOGGER = logging.getLogger(__name__)
_XML = {"Content-Type": "application/xml"}


class AlarmForm(StrEnum):
    """How an alarm is sent (section 2.6.4)."""

    URL = "url"
    XML = "xml"
    XML_ARM = "xml_arm"
    """The spelling of the document's filled example: Armenable."""


@dataclass(frozen=True, kw_only=True)
class AlarmField:
    """A field of an alarm in both spellings."""

    xml: str
    url: str
    value: str


class Client:
    """Speak to one unit; the meaning of the documents is not known here."""

    def __init__(
        self,
        transport: HttpTransport,
        login: Login,
        clock: Clock,
        alarm_form: AlarmForm | None = None,
    ) -> None:
        """Prepare a client that is not logged in."""
        self._transport = transport
        self._login = login
        self._clock = clock
        self._session = ""
        self._challenge = False
        self._refused = False
        self._lock = asyncio.Lock()
        self._fixed_form = alarm_form
        self._form = alarm_form or AlarmForm.URL
        self._alarm_by_session = False
        self.sessions = 0
        """Logins so far."""
        self.on_login: Callable[[Node], None] | None = None
        """Called with the device information after each login, before anything else
        is sent; what it raises makes the login fail."""
        self.doubtful = False
        """Whether the unit was out of reach since it last answered in the session."""

    async def read(
        self, path: str, body: tuple[str, Mapping[str, Json]] | None = None
    ) -> Node:
        """Read a document (POST, empty body or a question)."""
        answer = await self._in_session("POST", path, _encode(body), command=False)
        return read_document(answer)

    async def write(self, path: str, root: str, tree: Mapping[str, Json]) -> None:
        """Write a document (PUT)."""
        await self._in_session("PUT", path, build_xml(root, tree), command=True)

    async def act(self, path: str, root: str, tree: Mapping[str, Json]) -> None:
        """Have something done (POST with a body)."""
        await self._in_session("POST", path, build_xml(root, tree), command=True)

    async def upload(self, name: str, offset: int, packet: bytes) -> None:
        """Send one packet of a file (section 2.4.4).

        A lost session ends the whole upload: the unit has forgotten the beginning.
        """
        session = self._session or await self._log_in("")
        coded = quote(b64encode(name.encode()).decode(), safe="=")
        answer = await self._request(
            "POST",
            f"{UPLOAD}?name={coded}&offset={offset}&id={quote(session)}",
            command=True,
            headers={"Content-Type": "application/octet-stream"},
            body=packet,
            seconds=UPLOAD_TIMEOUT,
        )
        try:
            judge(answer)
        except SessionLostError:
            await self._log_in(session)
            raise DeviceConnectionError(Reason.FAILED) from None

    async def download(self, name: str) -> bytes:
        """Return the bytes of a file (section 2.4.6)."""
        body = build_xml("DownloadFile", {"FileName": name})
        answer = await self._in_session("POST", DOWNLOAD, body, command=False)
        return answer.body

    async def alarm(self, fields: tuple[AlarmField, ...]) -> None:
        """Set all outputs at once (section 2.6.4, HTTP Basic).

        The two forms and the two spellings are tried once, only after the unit has
        said that it does not know the one before.
        """
        try:
            await self._alarm(fields)
        except DeviceUnsupportedError:
            if self._fixed_form or self._form is not AlarmForm.URL:
                raise
            self._form = AlarmForm.XML
            await self._alarm(fields)

    async def _alarm(self, fields: tuple[AlarmField, ...]) -> None:
        try:
            await self._send_alarm(fields, self._form)
        except UnknownFieldError:
            if self._form is not AlarmForm.XML:
                raise
            await self._send_alarm(fields, AlarmForm.XML_ARM)
            self._form = AlarmForm.XML_ARM

    async def _send_alarm(
        self, fields: tuple[AlarmField, ...], form: AlarmForm
    ) -> None:
        path, body = _encode_alarm(fields, form)
        if self._alarm_by_session:
            await self._in_session("POST", path, body, command=True)
            return
        await self.ready()
        answer = await self._request(
            "POST",
            path,
            command=True,
            headers={**_headers(body), "Authorization": self._basic()},
            body=body,
            seconds=TIMEOUT,
        )
        try:
            judge(answer)
        except SessionLostError:
            # Nothing was done: the unit refused the login itself.
            pass
        else:
            return
        try:
            await self._patient("POST", path, body, self._session, command=True)
        except SessionLostError:
            # No new login: the old session is alive and would stay taken.
            raise DeviceAuthError(Reason.ALARM_REFUSED) from None
        self._alarm_by_session = True

    def _basic(self) -> str:
        pair = f"{self._login.username}:{self._login.password}".encode()
        return f"Basic {b64encode(pair).decode()}"

    async def close(self) -> None:
        """Log out, so that none of the unit's ten sessions stays taken."""
        session, self._session = self._session, ""
        if session:
            await self._log_out(session)

    async def ready(self) -> None:
        """Make sure that nobody else's unit at the same address is set off.

        After an outage the unit may have restarted, or be another one.
        """
        if not self._session:
            await self._log_in("")
        elif self.doubtful:
            await self.read(Source.DEVICE)

    async def _log_out(self, session: str) -> None:
        try:
            await self._request(
                "POST",
                f"{LOGOUT}?ID={quote(session)}",
                command=True,
                headers=_XML,
                body=build_xml("UserCheck", {"SessionID": session}),
                seconds=TIMEOUT,
            )
        except DeviceError as err:
            _LOGGER.debug("Logout failed: %s", err.reason)

    async def _in_session(
        self, method: str, path: str, body: bytes | None, *, command: bool
    ) -> HttpAnswer:
        """Send a request in the session; log in again once if the unit forgot it."""
        session = self._session or await self._log_in("")
        try:
            return await self._patient(method, path, body, session, command)
        except SessionLostError:
            session = await self._log_in(session)
        try:
            return await self._patient(method, path, body, session, command)
        except SessionLostError:
            raise DeviceAuthError from None

    async def _patient(
        self, method: str, path: str, body: bytes | None, session: str, command: bool
    ) -> HttpAnswer:
        """Send a request and repeat a read that the unit was too busy for."""
        separator = "&" if "?" in path else "?"
        waits = {500: iter(RETRY_INTERNAL), 503: iter(RETRY_BUSY)}
        while True:
            answer = await self._request(
                method,
                f"{path}{separator}ID={quote(session)}",
                command=command,
                headers=_headers(body),
                body=body,
                seconds=TIMEOUT,
            )
            status = 500 if status_code(answer)[0] == 503 else answer.status
            wait = next(waits.get(status, iter(())), None)
            if command or wait is None:
                judge(answer)
                self.doubtful = False
                return answer
            await self._clock.sleep(wait)

    async def _request(
        self,
        method: str,
        path: str,
        *,
        command: bool,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
    ) -> HttpAnswer:
        try:
            return await self._transport.request(
                method,
                path,
                command=command,
                headers=headers,
                body=body,
                seconds=seconds,
            )
        except DeviceConnectionError:
            self.doubtful = True
            raise

    async def _log_in(self, lost: str) -> str:
        """Return a session; a single login serves all who have lost the same one."""
        async with self._lock:
            if self._session != lost:
                return self._session
            if self._refused:
                # Asking again and again could lock the account.
                raise DeviceAuthError
            self._session = ""
            try:
                session = await self._open_session()
            except DeviceAuthError:
                self._refused = True
                raise
            self.sessions += 1
            # Nobody else may use the session before it is known whose it is.
            await self._check_login(session)
            self._session = session
            return session

    async def _check_login(self, session: str) -> None:
        """Let the device see whether it still talks to the same unit."""
        if self.on_login is None:
            return
        try:
            answer = await self._request(
                "POST",
                f"{Source.DEVICE}?ID={quote(session)}",
                command=False,
                headers={},
                body=None,
                seconds=TIMEOUT,
            )
            judge(answer)
            self.on_login(read_document(answer))
        except SessionLostError:
            raise DeviceAuthError from None
        except DeviceError:
            await self._log_out(session)
            raise
        self.doubtful = False

    async def _open_session(self) -> str:
        if self._challenge:
            return await self._log_in_by_challenge()
        try:
            return await self._log_in_plainly()
        except DeviceAuthError:
            session = await self._log_in_by_challenge()
        self._challenge = True
        return session

    async def _log_in_plainly(self) -> str:
        """Log in as section 2.1 prints it."""
        session = await self._check_user(
            {"Username": self._login.username, "Password": self._login.password}
        )
        if not session:
            raise DeviceAuthError
        return session

    async def _log_in_by_challenge(self) -> str:
        """Log in with the "encrypted content" that section 2.1 mentions.

        The document lost the picture that explains it; this is the form which
        public clients of the sibling cameras use.
        """
        session = await self._check_user(None)
        if not session:
            raise DeviceAuthError
        name, word = self._login.username, self._login.password
        secret = f"{session}:{name}:{word}:IPCAM".encode()
        digest = hashlib.md5(secret, usedforsecurity=False).hexdigest()
        await self._check_user(
            {"Username": name, "Password": digest, "SessionId": session}
        )
        return session

    async def _check_user(self, tree: Mapping[str, Json] | None) -> str | None:
        body = None if tree is None else build_xml("UserCheck", tree)
        answer = await self._request(
            "POST",
            LOGIN,
            command=False,
            headers=_headers(body),
            body=body,
            seconds=TIMEOUT,
        )
        if 503 in (answer.status, status_code(answer)[0]):
            # All ten sessions of the unit are taken; the password may be right.
            raise DeviceConnectionError(Reason.SESSIONS_FULL)
        if answer.status in (404, 405, 501):
            raise DeviceConnectionError(Reason.BAD_ANSWER)
        try:
            judge(answer)
        except SessionLostError, DeviceRequestError, DeviceUnsupportedError:
            raise DeviceAuthError from None
        if not answer.body.strip():
            return None
        root, node = parse_xml(repair(answer.body))
        session = (node.find("SessionId") or "").strip()
        if not session and root.lower() not in ("usercheck", "responsestatus"):
            # Any page that is well formed: not a word about this login.
            raise PayloadError
        return session or None


def _headers(body: bytes | None) -> dict[str, str]:
    return dict(_XML) if body else {}


def _encode(body: tuple[str, Mapping[str, Json]] | None) -> bytes | None:
    return None if body is None else build_xml(*body)


def _encode_alarm(
    fields: tuple[AlarmField, ...], form: AlarmForm
) -> tuple[str, bytes | None]:
    """Return the path and the body of an alarm in one of its forms."""
    if form is AlarmForm.URL:
        query = "&".join(
            f"{field.url}={quote(field.value, safe='')}" for field in fields
        )
        return f"{ALARM_URL}?{query}", None
    names = {"AlarmEnable": "Armenable"} if form is AlarmForm.XML_ARM else {}
    tree: dict[str, Json] = {
        names.get(field.xml, field.xml): field.value for field in fields
    }
    return ALARM_XML, build_xml("ApiAlarm", tree)
