"""How SOAP gets to a device: one request at a time, and what answers a 401."""

from collections.abc import Callable
import logging
from typing import Final

from aiohttp import (
    ClientConnectorCertificateError,
    ClientError,
    ClientSession,
    ClientTimeout,
    encode_basic_auth,
)
from yarl import URL

from ..model.device import Login
from ..model.errors import DeviceAuthError, DeviceConnectionError, Reason
from .digest import Digest, challenges, offers_basic, offers_digest
from .http import HttpAnswer
from .onvif_soap import Action
from .pacing import Pacer

_LOGGER = logging.getLogger(__name__)

BODY_LIMIT: Final = 1024 * 1024
"""Bytes of an answer: a hundred messages, or the profiles of 64 channels."""
_CHUNK: Final = 64 * 1024

type Make = Callable[[], bytes]


class SoapPost:
    """Posts to one device; nothing but action and status reaches a log.

    Paths come from the device and can name a subscription, so they are not logged.
    """

    def __init__(self, session: ClientSession, login: Login) -> None:
        """Store the session, which is never closed here, and the address."""
        self._session = session
        self._login = login
        base = URL.build(
            scheme="https" if login.ssl else "http",
            host=login.host.strip("[]"),
            port=login.port,
        )
        self.root: Final = str(base).rstrip("/")
        self._turn = Pacer()
        self._digest: Digest | None = None
        self._basic = False

    async def send(
        self,
        path: str,
        action: Action,
        make: Make,
        *,
        seconds: float,
        beside: bool = False,
    ) -> HttpAnswer:
        """Send a request, again after a challenge; what is made is new each time.

        What goes beside the others does not take their turn: a wait for events.

        Raise:
            DeviceConnectionError: There is no answer, or one that is too large.
            DeviceAuthError: The device wants a login that cannot be given.
        """
        answer = await self._in_turn(path, action, make, seconds, beside)
        if answer.status == 401 and self._challenged(answer):
            answer = await self._in_turn(path, action, make, seconds, beside)
        return answer

    async def _in_turn(
        self, path: str, action: Action, make: Make, seconds: float, beside: bool
    ) -> HttpAnswer:
        if beside:
            return await self._post(path, action, make(), seconds)
        async with self._turn.slot(command=False):
            return await self._post(path, action, make(), seconds)

    async def _post(
        self, path: str, action: Action, body: bytes, seconds: float
    ) -> HttpAnswer:
        kind = f'application/soap+xml; charset=utf-8; action="{action.uri}"'
        headers = {
            "Content-Type": kind,
            # Devices drop an idle connection without a word, and a request that was
            # lost with it cannot be told from one that was carried out.
            "Connection": "close",
        }
        if (authorization := self._authorization(path)) is not None:
            headers["Authorization"] = authorization
        reason: Reason
        try:
            async with self._session.post(
                URL(self.root + path, encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=seconds),
            ) as response:
                content = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    content += chunk
                    if len(content) > BODY_LIMIT:
                        response.close()
                        raise DeviceConnectionError(Reason.BAD_ANSWER)
                _LOGGER.debug("%s: %s", action.name, response.status)
                return HttpAnswer(
                    status=response.status,
                    headers=response.headers,
                    body=bytes(content),
                )
        except TimeoutError:
            reason = Reason.TIMEOUT
        except ClientConnectorCertificateError:
            reason = Reason.CERTIFICATE
        except (ClientError, OSError, ValueError, RuntimeError) as err:
            # A closed session is a RuntimeError: the program ends.
            _LOGGER.debug("%s: %s", action.name, type(err).__name__)
            reason = Reason.UNREACHABLE
        # Raised out here, so that the error with the URL is not behind it.
        raise DeviceConnectionError(reason)

    def _authorization(self, path: str) -> str | None:
        name, password = self._login.username, self._login.password
        if self._digest is not None:
            return self._digest.header("POST", path, name, password)
        if not self._basic:
            return None
        try:
            return encode_basic_auth(name, password, "utf-8")
        except ValueError:
            raise DeviceAuthError from None

    def _challenged(self, answer: HttpAnswer) -> bool:
        """Return whether there is something to answer a challenge with.

        The password is never sent in clear to a device that offers a digest.
        """
        offers = challenges(answer.headers)
        if offers_digest(offers):
            self._basic, self._digest = False, Digest.offered(offers)
            return self._digest is not None
        if not offers_basic(offers) or self._basic or self._digest is not None:
            return False
        self._basic = True
        return True
