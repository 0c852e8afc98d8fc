"""Logins: tokens with a lease, too many of them, too many failures."""

from collections.abc import Iterable
from dataclasses import dataclass
import hashlib
import itertools
from typing import Final

from ..clock import VirtualClock
from .errors import (
    FREQUENT_LOGINS,
    LOGIN_FIRST,
    LOGIN_LOCKED,
    RefusedError,
)
from .options import ReolinkOptions

FIRST_ID: Final = 1000
MAX_USERS: Final = 20


@dataclass
class User:
    """One account."""

    name: str
    password: str
    level: str = "admin"


@dataclass
class Session:
    """One login."""

    token: str
    user: User
    number: int
    ends: float


@dataclass
class Lock:
    """The switch of the login lock, and its two numbers."""

    enabled: bool = False
    tries: int = 5
    seconds: float = 300.0


class Sessions:
    """The accounts and logins of one unit."""

    def __init__(self, clock: VirtualClock, options: ReolinkOptions) -> None:
        """Start with the administrator."""
        self._clock = clock
        self._options = options
        self._numbers = itertools.count(FIRST_ID)
        self._open: dict[str, Session] = {}
        self._logins: list[float] = []
        self._failures = 0
        self._locked_until = -1.0
        self.lock = Lock()
        self.users: dict[str, User] = {}
        self.opened = 0
        self.refused = 0
        """Logins that found no free place, were too frequent or locked."""
        self.failed = 0
        """Logins with the wrong name or password."""
        self.closed = 0
        """Logouts."""
        self.most_open = 0
        self.reset_users()

    def reset_users(self) -> None:
        """Leave the administrator only."""
        name = self._options.username
        self.users = {name: User(name, self._options.password)}

    @property
    def open(self) -> list[Session]:
        """Return the logins that are alive."""
        now = self._clock.monotonic
        self._open = {t: s for t, s in self._open.items() if s.ends > now}
        return list(self._open.values())

    def login(self, name: str, password: str) -> Session:
        """Open a session."""
        now = self._clock.monotonic
        if self._options.frequent_logins is not None:
            most, seconds = self._options.frequent_logins
            self._logins = [at for at in self._logins if at > now - seconds]
            if len(self._logins) >= most:
                self.refused += 1
                raise RefusedError(FREQUENT_LOGINS)
            self._logins.append(now)
        user = self.verify(name, password)
        if len(self.open) >= self._options.max_sessions:
            self.refused += 1
            raise RefusedError(self._options.full_error)
        number = next(self._numbers)
        token = hashlib.sha256(f"{number}:{name}:{now}".encode()).hexdigest()[:15]
        session = Session(token, user, number, now + self._options.lease)
        self._open[token] = session
        self.opened += 1
        self.most_open = max(self.most_open, len(self._open))
        return session

    def verify(self, name: str, password: str) -> User:
        """Return the account of a name and a password, or refuse."""
        now = self._clock.monotonic
        if now < self._locked_until:
            self.refused += 1
            raise RefusedError(LOGIN_LOCKED)
        user = self.users.get(name)
        if user is not None and user.password == password:
            self._failures = 0
            return user
        self.failed += 1
        self._failures += 1
        if self.lock.enabled and self._failures >= self.lock.tries:
            self._failures = 0
            self._locked_until = now + self.lock.seconds
        known = user is not None
        code = self._options.wrong_password if known else self._options.wrong_user
        raise RefusedError(code)

    def need(self, token: str | None) -> Session:
        """Return the session of a token, or refuse."""
        if not token or token == "null":
            raise RefusedError(LOGIN_FIRST)
        for session in self.open:
            if session.token == token:
                return session
        raise RefusedError(self._options.lost_token)

    def logout(self, session: Session) -> None:
        """Close a session."""
        if self._open.pop(session.token, None) is not None:
            self.closed += 1

    def drop(self, numbers: Iterable[int]) -> bool:
        """Cut sessions off; tell whether there were any."""
        wanted = set(numbers)
        gone = [s.token for s in self._open.values() if s.number in wanted]
        for token in gone:
            del self._open[token]
        return bool(gone)

    def clear(self) -> None:
        """End all sessions, as a restart does."""
        self._open.clear()
