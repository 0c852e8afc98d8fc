"""Sessions: ten at most, and each ends after half an hour of silence."""

from hashlib import md5
from typing import Final

from ..clock import VirtualClock
from .options import StrobeOptions

STEP: Final = 7919
"""The next session id is so much higher."""


class NoLinkError(Exception):
    """All links are taken."""


class Sessions:
    """The sessions of one unit."""

    def __init__(self, clock: VirtualClock, options: StrobeOptions) -> None:
        """Start with none."""
        self._clock = clock
        self._options = options
        self._next = options.first_session
        self._used: dict[str, float] = {}
        self._challenges: dict[str, float] = {}
        self.opened = 0
        self.refused = 0
        self.most_open = 0

    @property
    def open(self) -> list[str]:
        """Return the ids of the sessions that are alive."""
        self._expire()
        return list(self._used)

    def create(self, session: str | None = None) -> str:
        """Open a session."""
        self._expire()
        if len(self._used) >= self._options.max_links:
            self.refused += 1
            raise NoLinkError
        session = session or self._new_id()
        self._used[session] = self._clock.monotonic
        self.opened += 1
        self.most_open = max(self.most_open, len(self._used))
        return session

    def touch(self, session: str) -> bool:
        """Tell whether a session is alive, and keep it so."""
        self._expire()
        if session not in self._used:
            return False
        self._used[session] = self._clock.monotonic
        return True

    def close(self, session: str) -> bool:
        """End a session."""
        return self._used.pop(session, None) is not None

    def clear(self) -> None:
        """End all sessions."""
        self._used.clear()
        self._challenges.clear()

    def challenge(self) -> str:
        """Return an id that a client must answer with a digest."""
        session = self._new_id()
        self._challenges[session] = self._clock.monotonic
        return session

    def answer(
        self, session: str, username: str, digest: str, password: str | None
    ) -> bool:
        """Open the session of a challenge if the digest is right."""
        if self._challenges.pop(session, None) is None or password is None:
            return False
        if digest.lower() != challenge_digest(session, username, password):
            return False
        self.create(session)
        return True

    def _new_id(self) -> str:
        """Return the next id."""
        session, self._next = self._next, self._next + STEP
        return str(session)

    def _expire(self) -> None:
        """Drop what was silent for too long."""
        oldest = self._clock.monotonic - self._options.idle_timeout
        self._used = {sid: at for sid, at in self._used.items() if at > oldest}
        self._challenges = {
            sid: at for sid, at in self._challenges.items() if at > oldest
        }


def challenge_digest(session: str, username: str, password: str) -> str:
    """Return the password of the challenge form."""
    text = f"{session}:{username}:{password}:IPCAM"
    return md5(text.encode(), usedforsecurity=False).hexdigest()
