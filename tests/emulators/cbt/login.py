"""Who asks: a hash in the address, or HTTP access authentication."""

import base64
import binascii
from dataclasses import dataclass, field
from hashlib import md5
import re
import secrets
from typing import Final, Literal

from ..base import RequestRecord
from ..clock import VirtualClock
from .errors import DeniedError, TextError
from .options import CbtOptions

REALM: Final = "IPCamera"
_PAIR: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')

type Way = Literal["url", "digest", "basic", "none", "open"]


def digest(text: str) -> str:
    """Return the MD5 that stands in addresses."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class User:
    """One account."""

    name: str
    password: str = field(repr=False)
    administrator: bool = True

    def knows(self, sent: str, *, any_case: bool = False) -> bool:
        """Tell whether a hash is that of the password."""
        return digest(self.password) == (sent.lower() if any_case else sent)


class Gate:
    """Lets in those who know a name and its password."""

    def __init__(self, clock: VirtualClock, options: CbtOptions) -> None:
        """Know the administrator only."""
        self._clock = clock
        self._options = options
        self.accounts: list[User] = []
        self.refused = 0
        """How many logins were wrong."""
        self._row = 0
        self._closed_until = 0.0
        self._booted = float("-inf")
        self._nonces: set[str] = set()
        self.reset()

    def reset(self, password: str | None = None) -> None:
        """Return to the administrator alone."""
        options = self._options
        self.accounts = [User(options.username, password or options.password)]

    def add(self, name: str, password: str, *, administrator: bool = False) -> User:
        """Add an account, as no action can."""
        user = User(name, password, administrator)
        self.accounts.append(user)
        return user

    def restart(self) -> None:
        """Forget nonces and wrong logins, as a restart does."""
        self._nonces.clear()
        self._row = 0
        self._closed_until = 0.0
        self._booted = self._clock.monotonic

    @property
    def locked(self) -> bool:
        """Tell whether nobody gets in for a while."""
        return self._clock.monotonic < self._closed_until

    def check(self, record: RequestRecord, way: Way) -> User:
        """Return who asks, or refuse."""
        if way in ("none", "open"):
            return self.accounts[0]
        user, stale = self._asks(record, way)
        early = self._clock.monotonic - self._booted < self._options.boot_login_seconds
        if user is None or early or self.locked:
            self._count()
            if way == "url":
                raise TextError(self._options.wrong_login)
            raise DeniedError(stale=stale)
        self._row = 0
        return user

    def check_right(self, user: User, action: str) -> None:
        """Refuse others than the administrator what is his."""
        reads = self._options.rights == "reads" and action.lower().startswith("get")
        if not user.administrator and not reads:
            raise TextError(self._options.wrong_login)

    def challenge(self, way: Way, *, stale: bool) -> str:
        """Return the WWW-Authenticate header of a 401."""
        if way == "basic":
            return f'Basic realm="{REALM}"'
        nonce = secrets.token_hex(16)
        self._nonces.add(nonce)
        tail = ', stale="true"' if stale else ""
        return f'Digest realm="{REALM}", qop="auth", nonce="{nonce}"{tail}'

    def _count(self) -> None:
        """Count a wrong login; too many of them close the door."""
        self.refused += 1
        self._row += 1
        limit = self._options.lockout
        if limit is not None and self._row >= limit[0]:
            self._closed_until = self._clock.monotonic + limit[1]

    def _find(self, name: str) -> User | None:
        """Return an account."""
        return next((user for user in self.accounts if user.name == name), None)

    def _asks(self, record: RequestRecord, way: Way) -> tuple[User | None, bool]:
        """Return who asks; tell whether only the nonce is too old."""
        if way == "url":
            user = self._find(record.query.get("user", ""))
            any_case = self._options.hash_case == "any"
            sent = record.query.get("pwd", "")
            known = user is not None and user.knows(sent, any_case=any_case)
            return (user if known else None), False
        scheme, _, rest = record.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != way:
            return None, False
        if way == "basic":
            return self._basic(rest.strip()), False
        return self._digest(record, rest)

    def _basic(self, encoded: str) -> User | None:
        """Check a name and a password in Base64 of UTF-8."""
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except binascii.Error, UnicodeDecodeError:
            return None
        name, colon, password = text.partition(":")
        user = self._find(name)
        right = user is not None and bool(colon) and user.password == password
        return user if right else None

    def _digest(self, record: RequestRecord, rest: str) -> tuple[User | None, bool]:
        """Check the answer to a challenge."""
        found = {m[1].lower(): m[2] or m[3] or "" for m in _PAIR.finditer(rest)}
        user = self._find(found.get("username", ""))
        target = record.path + (f"?{record.raw_query}" if record.raw_query else "")
        if user is None or found.get("uri") != target or found.get("realm") != REALM:
            return None, False
        nonce = found.get("nonce", "")
        one = digest(f"{user.name}:{REALM}:{user.password}")
        two = digest(f"{record.method}:{target}")
        middle = f"{nonce}:{found.get('nc', '')}:{found.get('cnonce', '')}:auth"
        if found.get("qop") != "auth":
            middle = nonce
        if found.get("response") != digest(f"{one}:{middle}:{two}"):
            return None, False
        return (user, False) if nonce in self._nonces else (None, True)
