"""Accounts: one administrator, and others with fewer rights."""

from dataclasses import dataclass
from typing import Final

from .errors import (
    DECODE_ERROR,
    INVALID_OPERATION,
    PARAMETER_ERROR,
    TAG_MISSING,
    USER_EXISTS,
    USER_OVERFLOW,
    RefusedError,
)
from .options import BviewOptions
from .xmldoc import Node, branch, leaf

ADMINISTRATOR: Final = "Adminstrator"
"""As the document spells it."""
NORMAL: Final = "Normal"
_EMPTY: Final = ("ID", "IPAddress", "MACAddress")


@dataclass
class User:
    """One account."""

    number: int
    name: str
    password: str
    level: str = NORMAL

    @property
    def is_operator(self) -> bool:
        """Tell whether the account may do what the document leaves to an Operator."""
        return self.level == ADMINISTRATOR


class Users:
    """The accounts of one camera."""

    def __init__(self, options: BviewOptions) -> None:
        """Start with the administrator."""
        self._options = options
        self.accounts: list[User] = []
        self.reset()

    def reset(self) -> None:
        """Return to the administrator alone."""
        options = self._options
        self.accounts = [User(0, options.username, options.password, ADMINISTRATOR)]

    def find(self, name: str) -> User | None:
        """Return an account."""
        return next((user for user in self.accounts if user.name == name), None)

    def add(self, name: str, password: str, level: str = NORMAL) -> User:
        """Add an account."""
        if self.find(name) is not None:
            raise RefusedError(USER_EXISTS, name)
        if len(self.accounts) >= self._options.max_users:
            raise RefusedError(USER_OVERFLOW, name)
        number = max(user.number for user in self.accounts) + 1
        user = User(number, name, password, level)
        self.accounts.append(user)
        return user

    def print_one(self, number: int) -> Node:
        """Print the account whose ID is one less than a number."""
        for user in self.accounts:
            if user.number == number - 1:
                return _printed(user)
        raise RefusedError(PARAMETER_ERROR, f"no user {number}")

    def print_all(self) -> Node:
        """Print all accounts, without their passwords."""
        return branch("UserList", *(_printed(user) for user in self.accounts))

    def create(self, sent: Node) -> User:
        """Carry out a POST: only Normal users can be added."""
        name, password = self._read(sent)
        if sent.get("UserLevel") != NORMAL:
            raise RefusedError(PARAMETER_ERROR, "UserLevel must be Normal")
        return self.add(name, password)

    def change(self, sent: Node) -> User:
        """Carry out a PUT: only the password can be changed."""
        name, password = self._read(sent)
        if sent.get("UserLevel"):
            raise RefusedError(PARAMETER_ERROR, "UserLevel must be empty")
        user = self._need(name)
        user.password = password
        if user.number == 0:
            self._options.password = password
        return user

    def delete(self, sent: Node) -> User:
        """Carry out a DELETE: everybody but the administrator."""
        name, _ = self._read(sent, password=False)
        user = self._need(name)
        if user.number == 0:
            raise RefusedError(INVALID_OPERATION, "the administrator stays")
        self.accounts.remove(user)
        return user

    def _need(self, name: str) -> User:
        """Return an account, or refuse."""
        user = self.find(name)
        if user is None:
            raise RefusedError(PARAMETER_ERROR, f"no user {name!r}")
        return user

    def _read(self, sent: Node, *, password: bool = True) -> tuple[str, str]:
        """Check a User document; return its name and password."""
        order = ("ID", "UserName", "Password", "UserLevel", "IPAddress", "MACAddress")
        names = [node.name for node in sent.children]
        unknown = set(names) - set(order)
        if sent.name != "User" or unknown or len(names) != len(set(names)):
            raise RefusedError(DECODE_ERROR, f"User with {names}")
        if self._options.strict_order and names != [n for n in order if n in names]:
            raise RefusedError(DECODE_ERROR, "order of the tags of User")
        missing = set(order) - set(names) - ({"Password"} if not password else set())
        if missing:
            raise RefusedError(TAG_MISSING, f"User without {sorted(missing)}")
        for name in _EMPTY:
            if sent.get(name):
                raise RefusedError(PARAMETER_ERROR, f"{name} must be empty")
        if not sent.get("UserName") or (password and not sent.get("Password")):
            raise RefusedError(PARAMETER_ERROR, "UserName or Password is empty")
        return sent.get("UserName"), sent.get("Password")


def _printed(user: User) -> Node:
    """Print an account."""
    return branch(
        "User",
        leaf("ID", user.number),
        leaf("UserName", user.name),
        leaf("UserLevel", user.level),
        leaf("IPAddress"),
        leaf("MACAddress"),
    )
