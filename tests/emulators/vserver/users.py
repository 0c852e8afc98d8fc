"""Accounts (3.13.5); the document explains no privilege."""

from dataclasses import dataclass, field
from typing import Final

from .errors import BAD_VALUE, WRONG_MODE, RefusedError
from .options import VserverOptions

FULL: Final = 6
"""The privilege of the document's example, whose user is called admin."""


@dataclass
class User:
    """One account."""

    name: str
    password: str = field(repr=False)
    privilege: int = FULL


class Users:
    """The accounts of one unit."""

    def __init__(self, options: VserverOptions) -> None:
        """Start with one account."""
        self._options = options
        self.accounts: list[User] = []
        self.reset()

    def reset(self) -> None:
        """Return to the one account of a new unit."""
        self.accounts = [User(self._options.username, self._options.password)]

    def find(self, name: str) -> User | None:
        """Return an account."""
        return next((user for user in self.accounts if user.name == name), None)

    def add(self, name: str, password: str, privilege: int = FULL) -> User:
        """Add an account."""
        if not name or self.find(name) is not None:
            raise RefusedError(BAD_VALUE, "value", "UserName")
        user = User(name, password, privilege)
        self.accounts.append(user)
        return user

    def delete(self, name: str) -> None:
        """Remove an account; the last one stays."""
        user = self._known(name)
        if len(self.accounts) == 1:
            raise RefusedError(WRONG_MODE, "mode", "the last account")
        self.accounts.remove(user)

    def change(self, name: str, old: str, new: str) -> None:
        """Change a password."""
        user = self._known(name)
        if user.password != old:
            raise RefusedError(BAD_VALUE, "value", "Password")
        user.password = new

    def _known(self, name: str) -> User:
        """Return an account that is there."""
        user = self.find(name)
        if user is None:
            raise RefusedError(BAD_VALUE, "value", "UserName")
        return user
