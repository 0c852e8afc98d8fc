"""Who asks: Basic and Digest access authentication, or nobody in particular."""

import base64
import binascii
from collections.abc import Callable
from hashlib import md5
import re
import secrets
from typing import Final

from ..base import RequestRecord
from .errors import DeniedError
from .options import VserverOptions
from .users import User, Users

REALM: Final = "IPCamera"
_PAIR: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


def _md5(text: str) -> str:
    """Return the digest that RFC 2617 asks for."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class Gate:
    """Lets in those who know a name and its password."""

    def __init__(
        self, options: VserverOptions, users: Users, switched: Callable[[], bool]
    ) -> None:
        """Start with no nonce given away; somebody knows the Digest switch."""
        self._options = options
        self._users = users
        self._switched = switched
        self._nonces: dict[str, set[str]] = {}
        """Counts that were used with each nonce."""
        self.refused = 0
        self.basic_to_digest = 0
        """How often a password was sent in clear to a unit that asks for Digest."""

    @property
    def ways(self) -> frozenset[str]:
        """Return the ways to log in; none if the unit is open."""
        match self._options.auth:
            case "open":
                return frozenset()
            case "both":
                return frozenset({"basic", "digest"})
            case "switch":
                return frozenset({"digest" if self._switched() else "basic"})
            case way:
                return frozenset({way})

    def check(self, record: RequestRecord, *, picture: bool = False) -> User:
        """Return who asks, or refuse."""
        ways = self.ways
        if picture and self._options.pictures == "open":
            ways = frozenset()
        if picture and self._options.pictures == "protected":
            ways = ways or frozenset({"basic"})
        if not ways:
            return self._users.accounts[0]
        scheme, _, rest = record.headers.get("Authorization", "").partition(" ")
        user: User | None = None
        stale = False
        if scheme.lower() == "basic":
            self.basic_to_digest += "digest" in ways
            user = self._basic(rest.strip()) if "basic" in ways else None
        elif scheme.lower() == "digest" and "digest" in ways:
            user, stale = self._digest(record, rest)
        if user is None:
            self.refused += 1
            raise DeniedError(stale=stale)
        return user

    def challenges(self, *, stale: bool) -> list[str]:
        """Return the WWW-Authenticate headers of a 401."""
        if self._options.challenge == "none":
            return []
        ways, found = self.ways or frozenset({"basic"}), []
        if "digest" in ways:
            nonce = secrets.token_hex(16)
            self._nonces[nonce] = set()
            qop = ' qop="auth",' if self._options.digest_qop else ""
            tail = ", stale=true" if stale else ""
            found.append(f'Digest realm="{REALM}",{qop} nonce="{nonce}"{tail}')
        if "basic" in ways:
            found.append(f'Basic realm="{REALM}"')
        return [", ".join(found)] if self._options.challenge == "one_line" else found

    def _basic(self, encoded: str) -> User | None:
        """Check a name and a password in Base64 of UTF-8."""
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except binascii.Error, UnicodeDecodeError:
            return None
        name, colon, password = text.partition(":")
        user = self._users.find(name)
        right = user is not None and bool(colon) and user.password == password
        return user if right else None

    def _digest(self, record: RequestRecord, rest: str) -> tuple[User | None, bool]:
        """Check the answer to a challenge; tell whether its nonce is too old."""
        found = {m[1].lower(): m[2] or m[3] or "" for m in _PAIR.finditer(rest)}
        user = self._users.find(found.get("username", ""))
        target = record.path + (f"?{record.raw_query}" if record.raw_query else "")
        nonce, count = found.get("nonce", ""), found.get("nc", "")
        if user is None or found.get("uri") != target or found.get("realm") != REALM:
            return None, False
        one = _md5(f"{user.name}:{REALM}:{user.password}")
        two = _md5(f"{record.method}:{target}")
        middle = nonce
        if found.get("qop") == "auth":
            middle = f"{nonce}:{count}:{found.get('cnonce', '')}:auth"
        if found.get("response") != _md5(f"{one}:{middle}:{two}"):
            return None, False
        return (user, False) if self._fresh(nonce, found) else (None, True)

    def _fresh(self, nonce: str, found: dict[str, str]) -> bool:
        """Tell whether a nonce is known, not used up, and counted upwards."""
        uses = self._nonces.get(nonce)
        limit = self._options.nonce_uses
        if uses is None or (limit is not None and len(uses) >= limit):
            return False
        if found.get("qop") != "auth":
            uses.add(f"use {len(uses)}")
            return True
        key = f"{found.get('cnonce', '')}:{found.get('nc', '')}"
        fresh = key not in uses
        uses.add(key)
        return fresh

    def forget_nonces(self) -> None:
        """Make every nonce stale, as a restart does."""
        self._nonces.clear()
