"""Who asks: Basic and Digest access authentication."""

import base64
import binascii
from hashlib import md5
import re
import secrets
from typing import Final

from ..base import RequestRecord
from .errors import DeniedError
from .options import BviewOptions
from .users import User, Users

REALM: Final = "B-VIEW"
_PAIR: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


def _md5(text: str) -> str:
    """Return the digest that RFC 2617 asks for."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class Gate:
    """Lets in those who know a name and its password."""

    def __init__(self, options: BviewOptions, users: Users) -> None:
        """Start with no nonce given away."""
        self._options = options
        self._users = users
        self._nonces: dict[str, dict[str, int]] = {}
        """Uses of each nonce, and the highest count of each client nonce."""
        self.refused = 0

    def check(self, record: RequestRecord) -> User:
        """Return who asks, or refuse."""
        scheme, _, rest = record.headers.get("Authorization", "").partition(" ")
        ways = self._options.auth
        user: User | None = None
        stale = False
        if scheme.lower() == "basic" and ways != "digest":
            user = self._basic(rest.strip())
        elif scheme.lower() == "digest" and ways != "basic":
            user, stale = self._digest(record, rest)
        if user is None:
            self.refused += 1
            raise DeniedError(stale=stale)
        return user

    def challenges(self, *, stale: bool) -> list[str]:
        """Return the WWW-Authenticate headers of a 401."""
        found = []
        if self._options.auth != "basic":
            nonce = secrets.token_hex(16)
            self._nonces[nonce] = {}
            tail = ', stale="true"' if stale else ""
            found.append(f'Digest realm="{REALM}", qop="auth", nonce="{nonce}"{tail}')
        if self._options.auth != "digest":
            found.append(f'Basic realm="{REALM}"')
        return found

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
        middle = f"{nonce}:{count}:{found.get('cnonce', '')}:auth"
        if found.get("qop") != "auth":
            middle = nonce
        if found.get("response") != _md5(f"{one}:{middle}:{two}"):
            return None, False
        return (user, False) if self._fresh(nonce, found, count) else (None, True)

    def _fresh(self, nonce: str, found: dict[str, str], count: str) -> bool:
        """Tell whether a nonce is known, not used up, and counted upwards."""
        uses = self._nonces.get(nonce)
        if uses is None:
            return False
        limit = self._options.nonce_uses
        if limit is not None and sum(1 for _ in uses) >= limit:
            return False
        if found.get("qop") != "auth":
            return True
        key = f"{found.get('cnonce', '')}:{count}"
        if key in uses:
            return False
        uses[key] = 1
        return True

    def forget_nonces(self) -> None:
        """Make every nonce stale, as a restart does."""
        self._nonces.clear()
