"""Requests to one camera: login, answers, pauses, and who has answered."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Mapping
from hashlib import md5
import json
import logging
from typing import Final
from urllib.parse import quote

from aiohttp import DigestAuthMiddleware, encode_basic_auth

from ...kit.failures import is_answer
from ...model.device import Clock, Json, Login
from ...model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from ...transport.http import BODY_LIMIT, HttpAnswer, HttpTransport
from ...transport.payload import Node
from .answers import Answer, judge, parse
from .const import (
    BUSY_PAUSES,
    CGI,
    IDENTITY,
    IMAGES,
    LOGIN_PAUSE,
    PICTURE,
    PICTURE_LIMIT,
    PICTURE_TIMEOUT,
    PROOF,
    TIMEOUT,
)

_LOGGER = logging.getLogger(__name__)

_JPEG: Final = b"\xff\xd8"


def hashed(password: str) -> str:
    """Return what stands in addresses; as good as the password itself."""
    return md5(password.encode(), usedforsecurity=False).hexdigest()


class Client:
    """Speak to one camera; the meaning of the fields is not known here."""

    def __init__(self, transport: HttpTransport, login: Login, clock: Clock) -> None:
        """Prepare a client that sends the login as the document's examples do."""
        self._transport = transport
        self._login = login
        self._clock = clock
        user = quote(login.username, safe="")
        self._credentials = f"user={user}&pwd={hashed(login.password)}"
        self._headers: dict[str, str] = {}
        self._challenged = False
        """Whether the login is sent as the camera has asked for it."""
        self._mac: str | None = None
        """Who has to answer, once it is known."""
        self._proved_at = 0.0
        self._still: Callable[[], Awaitable[bytes]] | None = None
        """The way in which pictures can be had, once one has worked."""
        self.doubtful = False
        """Whether it was out of reach since it was last known who answers here."""
        self.outage = False
        """Whether it was out of reach several times on end: it may have restarted."""
        self._losses = 0
        """Requests on end that were not answered."""
        self._stranger = False
        """Whether somebody else has answered last."""
        self.guest = False
        """Whether the account may read and not change anything."""
        self.changed: Callable[[], None] = lambda: None
        """Shows what was found out by a refusal, before the next refresh."""

    def belong_to(self, mac: str | None) -> None:
        """Take in whose answers count from now on."""
        self._mac = mac

    def trust(self) -> None:
        """Take in that the same camera answers again."""
        self.doubtful = self.outage = False

    # Actions

    async def identify(self) -> Answer:
        """Ask who is there."""
        return await self._patiently(IDENTITY, None, command=False)

    async def get(self, action: str, sent: Mapping[str, Json] | None = None) -> Node:
        """Read something; it is asked for again while the camera is busy.

        Raise:
            DeviceError: It is not there, or nobody answers.
        """
        return (await self._patiently(action, sent, command=False)).fields

    async def set(self, action: str, values: Mapping[str, Json]) -> None:
        """Change something that is the same after being changed twice.

        Raise:
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        await self._prove(certain=False)
        await self._with_rights(lambda: self._patiently(action, values, command=True))

    async def act(
        self,
        action: str,
        values: Mapping[str, Json] | None = None,
        *,
        urgent: bool = False,
        certain: bool = False,
    ) -> None:
        """Have something done, once; if certain, only by the one that is meant.

        What is urgent waits for nothing, unless a stranger has answered before.

        Raise:
            DeviceError: It was refused, or nobody knows whether it was done.
        """
        if not urgent or self._stranger:
            await self._prove(certain=certain)
        await self._with_rights(
            lambda: self._logged_in(action, values, command=True, urgent=urgent)
        )

    async def _prove(self, *, certain: bool) -> None:
        """Make sure that the address still belongs to the same camera.

        Raise:
            DeviceConnectionError: It does not, or nobody answers.
        """
        age = self._clock.now() - self._proved_at
        if self._mac is not None and (certain or self.doubtful or not 0 <= age < PROOF):
            await self.identify()

    async def _with_rights(self, send: Callable[[], Awaitable[Answer]]) -> None:
        """Send something, and find out whether a refused login may read at least."""
        try:
            await send()
        except DeviceAuthError:
            await self.identify()
            if not self.guest:
                self.guest = True
                self.changed()
            raise DeviceRequestError(Reason.NO_PERMISSION) from None

    async def _patiently(
        self, action: str, sent: Mapping[str, Json] | None, *, command: bool
    ) -> Answer:
        """Send something again while the camera is busy."""
        for pause in BUSY_PAUSES:
            try:
                return await self._logged_in(action, sent, command=command)
            except DeviceConnectionError as err:
                if err.reason is not Reason.BUSY:
                    raise
            await self._clock.sleep(pause)
        return await self._logged_in(action, sent, command=command)

    async def _logged_in(
        self,
        action: str,
        sent: Mapping[str, Json] | None,
        *,
        command: bool,
        urgent: bool = False,
    ) -> Answer:
        """Send something again, once, if the login was refused: it was not done."""
        try:
            return await self._ask(action, sent, command=command, urgent=urgent)
        except DeviceAuthError:
            await self._clock.sleep(LOGIN_PAUSE)
        return await self._ask(action, sent, command=command, urgent=urgent)

    async def _ask(
        self,
        action: str,
        sent: Mapping[str, Json] | None,
        *,
        command: bool,
        urgent: bool,
    ) -> Answer:
        picture = action == PICTURE
        raw = await self._request(
            f"{CGI}?{self._credentials}&action={action}{_query(sent)}",
            command=command,
            urgent=urgent,
            seconds=PICTURE_TIMEOUT if picture else TIMEOUT,
            limit=PICTURE_LIMIT if picture else BODY_LIMIT,
        )
        answer = parse(raw)
        self._check(answer)
        judge(answer)
        return answer

    def _check(self, answer: Answer) -> None:
        """Make sure that the right one has answered.

        Raise:
            DeviceConnectionError: It is another camera.
        """
        if self._mac is None or answer.mac is None:
            return
        self._stranger = self.doubtful = answer.mac != self._mac
        if self._stranger:
            raise DeviceConnectionError(Reason.WRONG_DEVICE)
        self._proved_at = self._clock.now()

    # Pictures

    async def picture(self) -> bytes:
        """Return a JPEG, in the way that has worked before, else in another one.

        Raise:
            DeviceError: The camera gives none.
        """
        if self.doubtful:
            # A picture does not tell whose it is.
            await self._prove(certain=True)
        ways = (self._open_still, self._still_with_login, self._encoded_still)
        ordered = [self._still] if self._still is not None else []
        for way in (*ordered, *(one for one in ways if one != self._still)):
            try:
                picture = await way()
            except DeviceError as err:
                if isinstance(err, DeviceConnectionError) and not is_answer(err):
                    raise
                _LOGGER.debug("No picture in this way: %s", err.reason)
            else:
                if picture.startswith(_JPEG):
                    self._still = way
                    return picture
        raise DeviceConnectionError(Reason.NO_PICTURE)

    async def _open_still(self) -> bytes:
        return await self._image("")

    async def _still_with_login(self) -> bytes:
        return await self._image(f"?{self._credentials}")

    async def _image(self, query: str) -> bytes:
        answer = await self._request(
            f"{IMAGES}{query}",
            command=False,
            seconds=PICTURE_TIMEOUT,
            limit=PICTURE_LIMIT,
        )
        return answer.body if answer.status < 300 else b""

    async def _encoded_still(self) -> bytes:
        text = (await self.get(PICTURE)).text("image_base64") or ""
        try:
            return b64decode(text.rpartition(",")[2])
        except Base64Error, ValueError:
            return b""

    # HTTP

    async def _request(
        self,
        path: str,
        *,
        command: bool,
        urgent: bool = False,
        seconds: float = TIMEOUT,
        limit: int = BODY_LIMIT,
    ) -> HttpAnswer:
        """Send a request, and once more if the camera wants another kind of login."""

        async def send() -> HttpAnswer:
            return await self._transport.request(
                "GET",
                path,
                command=command,
                urgent=urgent,
                headers=self._headers,
                seconds=seconds,
                limit=limit,
            )

        challenged = self._challenged
        try:
            answer = await send()
            if answer.status == 401 and self._challenge(answer.headers, challenged):
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

    def _challenge(self, headers: Mapping[str, str], challenged: bool) -> bool:
        """Answer challenges from now on; return whether to ask again.

        Whoever was refused before that asks again as well, also if another request
        has found out in the meantime.
        """
        offers = headers.get("WWW-Authenticate", "").lower()
        if challenged or not offers.startswith(("digest", "basic")):
            return False
        if self._challenged:
            return True
        user, password = self._login.username, self._login.password
        if "digest" in offers:
            self._transport.challenged = (DigestAuthMiddleware(user, password),)
        else:
            try:
                basic = encode_basic_auth(user, password, "utf-8")
            except ValueError:
                # Such a name cannot be sent in this way: the login stays refused.
                return False
            self._headers = {"Authorization": basic}
        self._challenged = True
        return True


def _query(sent: Mapping[str, Json] | None) -> str:
    """Return what is sent along: blanks are %20, never a plus."""
    if sent is None:
        return ""
    text = json.dumps(sent, ensure_ascii=False, separators=(",", ":"))
    return f"&json={quote(text, safe='')}"
