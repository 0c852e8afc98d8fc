"""Who may connect to our own servers, how often, and how much at once."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from enum import StrEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

CONNECTIONS: Final = 32
"""In all; a house has fewer devices that report at the same moment."""
CONNECTIONS_PER_ADDRESS: Final = 8
"""A recorder may report for each of its channels at once."""
MESSAGES_PER_MINUTE: Final = 240
"""Of one address; a camera in a storm sends about one a second."""
_ADDRESSES: Final = 256
"""Whose messages are counted at the same time."""
_MINUTE: Final = 60.0

_NEAR: Final[tuple[IPv4Network | IPv6Network, ...]] = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""What is in the house: private, loopback, link-local and unique local addresses.

Not is_private, which also means networks for documents, tests and the future.
"""


class Refusal(StrEnum):
    """Why somebody is not let in."""

    FAR = "far"
    """The address is not in the own network."""
    FULL = "full"
    """There are too many connections in all."""
    CROWDED = "crowded"
    """There are too many connections of this address."""
    HASTY = "hasty"
    """There are too many messages of this address."""


class Bucket:
    """What may happen a minute; unused turns are saved up, for a minute at most."""

    def __init__(self, per_minute: int, now: float) -> None:
        """Begin with a full bucket; now is in seconds of a clock of one's own."""
        self._most = float(per_minute)
        self._left = self._most
        self._at = now

    def take(self, now: float) -> bool:
        """Take a turn; return whether there was one."""
        # A clock that goes back gives nothing, and takes nothing either.
        saved = max(0.0, now - self._at) * self._most / _MINUTE
        self._left = min(self._most, self._left + saved)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Gate:
    """Count connections and messages by address; servers may share one.

    What is remembered is bounded: an address has a connection, or is one of the
    last that sent a message.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        connections: int = CONNECTIONS,
        per_address: int = CONNECTIONS_PER_ADDRESS,
        per_minute: int = MESSAGES_PER_MINUTE,
        addresses: int = _ADDRESSES,
    ) -> None:
        """Take over the limits; now returns seconds of a clock that never goes back."""
        self._now = now
        self._connections = connections
        self._per_address = per_address
        self._per_minute = per_minute
        self._addresses = addresses
        self._open: Counter[str] = Counter()
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._refused: Counter[Refusal] = Counter()

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return self._open.total()

    @property
    def remembered(self) -> int:
        """How many addresses are remembered for their messages."""
        return len(self._buckets)

    @property
    def refused(self) -> dict[str, int]:
        """How often which reason applied, for diagnostics."""
        return {reason.value: self._refused[reason] for reason in sorted(self._refused)}

    def enter(self, address: str) -> Refusal | None:
        """Count a connection, or return why it may not be.

        Who was let in has to leave once.
        """
        name = _name(address)
        if not is_near(address):
            return self._refuse(Refusal.FAR)
        if self.connections >= self._connections:
            return self._refuse(Refusal.FULL)
        if self._open[name] >= self._per_address:
            return self._refuse(Refusal.CROWDED)
        self._open[name] += 1
        return None

    def leave(self, address: str) -> None:
        """Forget a connection that was let in."""
        name = _name(address)
        self._open[name] -= 1
        if self._open[name] <= 0:
            del self._open[name]

    def admit(self, address: str) -> Refusal | None:
        """Count a message, or return why it may not be; secrets are not yet known."""
        name, now = _name(address), self._now()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = Bucket(self._per_minute, now)
        self._buckets.move_to_end(name)
        while len(self._buckets) > self._addresses:
            self._buckets.popitem(last=False)
        return None if bucket.take(now) else self._refuse(Refusal.HASTY)

    def _refuse(self, reason: Refusal) -> Refusal:
        """Count a refusal."""
        self._refused[reason] += 1
        return reason


def is_near(address: str) -> bool:
    """Return whether an address is in the own network; what is none is not."""
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in _NEAR)


def _name(address: str) -> str:
    """Return one name for all ways to write an address."""
    return str(_parse(address))


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    """Read an address; one within IPv6 that is an IPv4 address is that."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
