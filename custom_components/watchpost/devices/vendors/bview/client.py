"""Requests to one camera: login, answers, pauses, and what must not be sent now."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
import logging
from typing import Final

from aiohttp import DigestAuthMiddleware, encode_basic_auth
from yarl import URL

from ...model.device import Clock, Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from ...transport.http import HttpAnswer, HttpStream, HttpTransport
from ...transport.payload import PayloadError
from ...transport.xmltext import XmlText
from .codes import DONE, CodeError, error_for_status
from .const import (
    CALIBRATION,
    IMAGES,
    NETWORK,
    NETWORK_GAP,
    PTZ,
    READ_TIMEOUT,
    SNAPSHOT,
    WRITE_TIMEOUT,
)

_LOGGER = logging.getLogger(__name__)

_XML: Final = "application/xml; charset=UTF-8"
FORM: Final = "application/x-www-form-urlencoded"
_STATUS: Final = "responsestatus"
_PAGE: Final = "html"
_OK: Final = "ok"
_CREATED: Final = 201
_MOVED: Final = (301, 302)
_JPEG: Final = b"\xff\xd8"
_PICTURE_LIMIT: Final = 8 * 1024 * 1024
_LENS: Final = (IMAGES, PTZ)
"""Before the paths of what disturbs a lens that calibrates itself (9.12)."""


class Client:
    """Speak to one camera; the meaning of the documents is not known here."""

    def __init__(self, transport: HttpTransport, login: Login, clock: Clock) -> None:
        """Prepare a client that sends the login as the document's examples do."""
        self._transport = transport
        self._login = login
        self._clock = clock
        self._basic = _basic(login)
        self._digest = False
        self._network = asyncio.Lock()
        self._network_rest = 0.0
        """Until when nothing is written below /Network, in seconds of the clock."""
        self.quiet_until = 0.0
        """Until when the lens is left alone, in seconds of the clock."""
        self.doubtful = False
        """Whether it was out of reach since it was last known who answers here."""
        self.outage = False
        """Whether it was out of reach several times on end: it may have restarted."""
        self._losses = 0
        """Requests on end that were not answered."""
        self.denied = False
        """Whether this account was told that it may not change something."""
        self.verify: Callable[[], Awaitable[None]] | None = None
        """Makes sure that the address still belongs to the same camera."""

    @property
    def username(self) -> str:
        """Name of the account."""
        return self._login.username

    @property
    def password(self) -> str:
        """Password of the account, for addresses of streams."""
        return self._login.password

    async def get(self, path: str) -> XmlText:
        """Read a document.

        Raise:
            DeviceError: It is not there, or not for us, or nobody answers.
        """
        try:
            return await self.ask(path)
        except CodeError as err:
            raise err.error from None

    async def ask(self, path: str) -> XmlText:
        """Read a document.

        Raise:
            CodeError: The camera refuses it with a code.
            DeviceError: There is no answer, or none that can be read.
        """
        answer = await self._follow(path)
        document = _judge(answer)
        if document is None:
            raise PayloadError
        return document

    async def put(
        self,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = _XML,
        urgent: bool = False,
    ) -> None:
        """Write a document, or have something done.

        Raise:
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        try:
            await self.order(path, body, content_type=content_type, urgent=urgent)
        except CodeError as err:
            raise err.error from None

    async def order(
        self,
        path: str,
        body: bytes | None = None,
        *,
        method: str = "PUT",
        content_type: str = _XML,
        urgent: bool = False,
    ) -> None:
        """Write a document, or have something done.

        Raise:
            CodeError: The camera refuses it with a code.
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        self._check_quiet(path)
        # Who stops something that has begun here does not wait for a question first.
        if self.doubtful and self.verify is not None and not urgent:
            await self.verify()
        if not path.startswith(NETWORK):
            await self._order(method, path, body, content_type, urgent=urgent)
            return
        async with self._network:
            await self.network_ready()
            try:
                await self._order(method, path, body, content_type, urgent=urgent)
            finally:
                self._network_rest = self._clock.now() + NETWORK_GAP

    async def network_ready(self) -> None:
        """Wait until the last write below /Network is stored (section 9.1)."""
        rest = self._network_rest - self._clock.now()
        if 0 < rest <= NETWORK_GAP:
            await self._clock.sleep(rest)

    async def _order(
        self,
        method: str,
        path: str,
        body: bytes | None,
        content_type: str,
        *,
        urgent: bool,
    ) -> None:
        answer = await self._request(
            method,
            path,
            command=True,
            urgent=urgent,
            headers={"Content-Type": content_type} if body else {},
            body=body,
        )
        try:
            _judge(answer, sent=body or b"")
        except DeviceError as err:
            self.denied = self.denied or err.reason is Reason.NO_PERMISSION
            raise

    def _check_quiet(self, path: str) -> None:
        """Leave the lens alone while it calibrates itself.

        Raise:
            DeviceRequestError: It does.
        """
        rest = self.quiet_until - self._clock.now()
        # A clock that was set back must not lock the lens for hours.
        if path.startswith(_LENS) and 0 < rest <= CALIBRATION:
            minutes = str(max(round(rest / 60 + 0.5), 1))
            raise DeviceRequestError(Reason.LENS_CALIBRATING, {"minutes": minutes})

    async def picture(self) -> bytes:
        """Return a picture as JPEG (section 9.5).

        Raise:
            DeviceError: The camera gives none.
        """
        answer = await self._request(
            "GET", SNAPSHOT, command=False, limit=_PICTURE_LIMIT
        )
        if answer.body.startswith(_JPEG) and answer.status < 300:
            return answer.body
        try:
            _judge(answer)
        except CodeError as err:
            raise err.error from None
        raise DeviceConnectionError(Reason.NO_PICTURE)

    @asynccontextmanager
    async def open(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        live: bool = False,
    ) -> AsyncIterator[HttpStream]:
        """Open something long; the status is for the caller.

        Raise:
            DeviceError: There is no answer, or it breaks off.
        """
        basic = not self._digest
        async with self._transport.open(
            path, headers=self._headers(headers or {}), live=live
        ) as stream:
            again = stream.status == 401 and self._challenge(stream.headers, basic)
            if not again:
                yield stream
                return
        async with self._transport.open(
            path, headers=headers or {}, live=live
        ) as stream:
            yield stream

    async def _follow(self, path: str) -> HttpAnswer:
        """Get something, also from where it was moved to on the same camera."""
        answer = await self._request("GET", path, command=False)
        if answer.status not in _MOVED:
            return answer
        here = URL.build(
            scheme="https" if self._login.ssl else "http",
            host=self._login.host.strip("[]"),
            port=self._login.port,
            path=path.partition("?")[0],
        )
        try:
            there = here.join(URL(answer.headers.get("Location", ""), encoded=True))
            same = there.origin() == here.origin() and there.user is None
        except ValueError:
            raise PayloadError from None
        if not same:
            raise PayloadError
        return await self._request("GET", there.raw_path_qs, command=False)

    async def _request(
        self,
        method: str,
        path: str,
        *,
        command: bool,
        urgent: bool = False,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int | None = None,
    ) -> HttpAnswer:
        """Send a request, and once more if the camera wants another kind of login."""

        async def send() -> HttpAnswer:
            sizes = {} if limit is None else {"limit": limit}
            return await self._transport.request(
                method,
                path,
                command=command,
                urgent=urgent,
                headers=self._headers(headers or {}),
                body=body,
                seconds=WRITE_TIMEOUT if command else READ_TIMEOUT,
                **sizes,
            )

        basic = not self._digest
        try:
            answer = await send()
            if answer.status == 401 and self._challenge(answer.headers, basic):
                # Nothing was done: only the login was refused.
                answer = await send()
        except DeviceConnectionError as err:
            if err.reason is not Reason.BAD_ANSWER:
                self.doubtful = True
                self._losses += 1
                self.outage = self.outage or self._losses > 1
            raise
        self._losses = 0
        return answer

    def trust(self) -> None:
        """Take in that the same camera answers again."""
        self.doubtful = self.outage = False

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        if self._digest:
            return dict(headers)
        if self._basic is None:
            raise DeviceAuthError
        return {**headers, "Authorization": self._basic}

    def _challenge(self, headers: Mapping[str, str], basic: bool) -> bool:
        """Return whether to ask again with a digest: the camera wants nothing else."""
        offers = headers.get("WWW-Authenticate", "").lower()
        if not basic or "digest" not in offers or "basic" in offers:
            return False
        if self._digest:
            # Another request has found out in the meantime.
            return True
        self._digest = True
        self._transport.challenged = (
            DigestAuthMiddleware(self._login.username, self._login.password),
        )
        _LOGGER.debug("The camera asks for a digest")
        return True


def _basic(login: Login) -> str | None:
    """Return the login as the document's examples send it; None if that cannot be."""
    try:
        return encode_basic_auth(login.username, login.password, "utf-8")
    except ValueError:
        return None


def _judge(answer: HttpAnswer, *, sent: bytes | None = None) -> XmlText | None:
    """Return the document of an answer, or None of one that says no more than yes.

    What was sent, if anything was, may come back as it is now.

    Raise:
        CodeError: It is a refusal with a code.
        DeviceError: It is a refusal without one, or cannot be read.
    """
    document: XmlText | None = None
    denied = error_for_status(answer.status)
    if answer.status == 401 and denied is not None:
        raise denied
    if answer.body.strip():
        try:
            document = XmlText(answer.body)
        except PayloadError:
            if denied is None:
                raise
    if document is not None and document.root.name.lower() == _STATUS:
        node = document.root.node()
        code = node.integer("statusCode")
        if (node.text("statusCode") or "").strip().lower() == _OK:
            code = DONE
        if code is None:
            raise denied or PayloadError()
        if code != DONE:
            raise CodeError(code)
        # "Done" is no answer to a question.
        document = None
    elif (
        document is not None
        and denied is None
        and not _belongs(document, answer.status, sent)
    ):
        # Nor is a page of somebody else, and it says nothing about an order.
        raise PayloadError
    if denied is not None:
        raise denied
    return document


def _belongs(document: XmlText, status: int, sent: bytes | None) -> bool:
    """Return whether a document can be the answer to a question, or to an order."""
    if document.root.name.lower() == _PAGE:
        return False
    # The table of section 7 has the new state in the answer to what was created.
    return (
        sent is None or status == _CREATED or f"<{document.root.tag}".encode() in sent
    )


async def first_that_exists[T](
    attempts: tuple[Callable[[], Awaitable[T]], ...],
) -> T:
    """Try spellings of a path until the camera knows one.

    Raise:
        DeviceError: What the last one was refused with.
    """
    *early, last = attempts
    for attempt in early:
        try:
            return await attempt()
        except CodeError as err:
            if err.code != -10:
                raise
        except DeviceError as err:
            if err.reason is not Reason.UNSUPPORTED:
                raise
    return await last()
