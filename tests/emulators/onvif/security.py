"""Who asks: signatures inside of the envelope, or what HTTP has."""

import base64
import binascii
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
import hashlib
import re
import secrets
from typing import Final
from xml.etree.ElementTree import Element

from ..base import RequestRecord
from .options import OnvifOptions

_OASIS: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_SEXT: Final = f"{{{_OASIS}wssecurity-secext-1.0.xsd}}"
_UTIL: Final = f"{{{_OASIS}wssecurity-utility-1.0.xsd}}"
_TYPE: Final = f"{_OASIS}username-token-profile-1.0#PasswordDigest"
_PAIR: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
REALM: Final = "device"


class NotAuthorizedError(Exception):
    """Nobody that the device knows has signed."""


class ChallengeError(Exception):
    """The device wants to know first who asks."""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Gate:
    """Lets in those who know the name and the password."""

    def __init__(
        self,
        username: str,
        password: str,
        options: OnvifOptions,
        wall: Callable[[], datetime],
    ) -> None:
        """Start with nothing used."""
        self.username = username
        self.password = password
        self._options = options
        self._wall = wall
        self._used: set[str] = set()
        self._nonces: dict[str, int] = {}
        self.replays = 0
        """Signatures that came a second time."""
        self.refused: list[str] = []
        """Why requests were refused."""
        self.in_clear = 0
        """Passwords that came as they are although a digest was offered."""

    def check(self, record: RequestRecord, header: Element | None) -> None:
        """Let a request in, or raise."""
        match self._options.auth:
            case "none":
                return
            case "token":
                if (why := self._signed(header)) is not None:
                    self.refused.append(why)
                    raise NotAuthorizedError(why)
            case way:
                if not self._known(record, way):
                    self.refused.append(way)
                    raise ChallengeError

    def challenges(self) -> Iterator[str]:
        """Yield what goes with a 401."""
        if self._options.auth in ("basic", "both"):
            yield f'Basic realm="{REALM}"'
        if self._options.auth in ("digest", "both"):
            nonce = secrets.token_hex(8)
            self._nonces[nonce] = self._options.nonce_uses
            yield f'Digest realm="{REALM}", qop="auth", nonce="{nonce}", algorithm=MD5'

    def _signed(self, header: Element | None) -> str | None:
        """Return what is wrong with a signature; None is right."""
        path = f"{_SEXT}Security/{_SEXT}UsernameToken"
        token = None if header is None else header.find(path)
        if token is None:
            return "no signature"
        password = token.find(f"{_SEXT}Password")
        nonce_text = token.findtext(f"{_SEXT}Nonce", "")
        created = token.findtext(f"{_UTIL}Created", "")
        if password is None or password.get("Type") != _TYPE:
            return "no digest"
        try:
            nonce = base64.b64decode(nonce_text, validate=True)
            moment = datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ")
        except binascii.Error, ValueError:
            return "unreadable"
        away = moment.replace(tzinfo=UTC) - self._wall()
        if abs(away.total_seconds()) > self._options.tolerance:
            return "too old"
        if len(nonce) < 8:
            return "short nonce"
        if nonce_text in self._used:
            self.replays += 1
            return "replay"
        data = nonce + created.encode() + self.password.encode()
        digest = hashlib.sha1(data, usedforsecurity=False).digest()
        right = base64.b64encode(digest).decode()
        if token.findtext(f"{_SEXT}Username") != self.username:
            return "name"
        if password.text != right:
            return "password"
        self._used.add(nonce_text)
        return None

    def _known(self, record: RequestRecord, way: str) -> bool:
        """Return whether the header of HTTP is right."""
        scheme, _, rest = record.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            self.in_clear += way != "basic"
            right = base64.b64encode(f"{self.username}:{self.password}".encode())
            return way != "digest" and rest == right.decode()
        if scheme != "Digest" or way == "basic":
            return False
        found = {m[1].lower(): m[2] or m[3] or "" for m in _PAIR.finditer(rest)}
        nonce = found.get("nonce", "")
        target = record.path + (f"?{record.raw_query}" if record.raw_query else "")
        one = _md5(f"{self.username}:{REALM}:{self.password}")
        two = _md5(f"POST:{target}")
        middle = f"{nonce}:{found.get('nc')}:{found.get('cnonce')}:auth"
        if (left := self._nonces.get(nonce, 0)) <= 0 or found.get("uri") != target:
            return False
        self._nonces[nonce] = left - 1
        return found.get("response") == _md5(f"{one}:{middle}:{two}")
