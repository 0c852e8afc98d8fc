"""A device that writes bytes to our listener and reads what comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import socket
import time
from typing import Final, Self, override

from custom_components.watchpost.inbox.access import Gate, Refusal
from custom_components.watchpost.inbox.listener import Limits, Listener, Received

SECRET: Final = "5ecretof8"
HOST: Final = "127.0.0.1"
PATIENCE: Final = 10.0
"""Seconds until a test gives up."""
LIMITS: Final = Limits(
    body=1000, message_seconds=5, idle_seconds=5, silence_seconds=0.5, linger_seconds=2
)
SHORT: Final = Limits(
    body=1000,
    message_seconds=0.5,
    idle_seconds=0.5,
    silence_seconds=0.4,
    linger_seconds=0.1,
)


class WatchedGate(Gate):
    """A gate that tells when nobody is connected; a wide one unless told."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.monotonic,
        connections: int = 1000,
        per_address: int = 1000,
        per_minute: int = 1_000_000,
    ) -> None:
        """Take over the limits."""
        super().__init__(
            now=now,
            connections=connections,
            per_address=per_address,
            per_minute=per_minute,
        )
        self._empty = asyncio.Event()
        self._empty.set()

    async def left(self) -> None:
        """Wait until everybody has left."""
        async with asyncio.timeout(PATIENCE):
            await self._empty.wait()

    @override
    def enter(self, address: str) -> Refusal | None:
        """Take note of who enters."""
        refusal = super().enter(address)
        if refusal is None:
            self._empty.clear()
        return refusal

    @override
    def leave(self, address: str) -> None:
        """Take note of who leaves."""
        super().leave(address)
        if not self.connections:
            self._empty.set()


@dataclass
class Served:
    """A listener, and what it has delivered."""

    listener: Listener
    gate: WatchedGate = field(default_factory=WatchedGate)
    got: list[Received] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as anything is delivered."""
    answer: bool = True
    keeps: bool = True
    """Whether messages are remembered."""

    def deliver(self, message: Received) -> bool:
        """Take in a message."""
        if self.keeps:
            self.got.append(message)
        self.came.set()
        return self.answer

    @property
    def refused(self) -> dict[str, int]:
        """What was refused, by reason."""
        return dict(self.listener.counts.refused)


@asynccontextmanager
async def serving(
    limits: Limits = LIMITS, gate: WatchedGate | None = None
) -> AsyncIterator[Served]:
    """Run a listener that knows one secret."""
    gate = gate or WatchedGate()
    listener = Listener(gate, limits)
    served = Served(listener, gate)
    listener.add(SECRET, served.deliver)
    await listener.start(HOST, 0)
    try:
        yield served
    finally:
        await listener.close()


@dataclass(frozen=True)
class Answer:
    """What the listener answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Peer:
    """A connection of a device."""

    def __init__(self, port: int) -> None:
        """Prepare; nothing is connected yet."""
        self._port = port
        self._read = bytearray()
        self.socket = socket.socket()
        self.socket.setblocking(False)

    async def __aenter__(self) -> Self:
        """Connect."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(PATIENCE):
            await self._loop.sock_connect(self.socket, (HOST, self._port))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        self.socket.close()

    @property
    def _loop(self) -> asyncio.AbstractEventLoop:
        """The loop that runs."""
        return asyncio.get_running_loop()

    async def send(self, data: bytes, *, piece: int = 0) -> None:
        """Send bytes, in pieces if wanted; it is no fault to be cut off."""
        size = piece or max(1, len(data))
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                for start in range(0, len(data), size):
                    await self._loop.sock_sendall(
                        self.socket, data[start : start + size]
                    )
                    # Let the listener read each piece for itself.
                    await asyncio.sleep(0)

    def half_close(self) -> None:
        """Say that nothing more will be sent."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    async def answer(self, *, bodiless: bool = False) -> Answer:
        """Return the next answer."""
        while b"\r\n\r\n" not in self._read:
            await self._more()
        head, _, rest = bytes(self._read).partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        pairs = [line.split(": ", 1) for line in lines]
        headers = {name.lower(): value for name, value in pairs}
        size = 0 if bodiless else int(headers.get("content-length", "0"))
        while len(rest) < size:
            await self._more()
            rest = bytes(self._read).partition(b"\r\n\r\n")[2]
        del self._read[: len(head) + 4 + size]
        return Answer(int(first.split(" ")[1]), headers, rest[:size])

    async def rest(self) -> bytes:
        """Return everything up to the end; a cut is an end."""
        with suppress(ConnectionError):
            while True:
                await self._more()
        return bytes(self._read)

    async def _more(self) -> None:
        """Read more bytes.

        Raise:
            ConnectionError: There are none.
        """
        async with asyncio.timeout(PATIENCE):
            data = await self._loop.sock_recv(self.socket, 65536)
        if not data:
            raise ConnectionResetError("The listener has closed")
        self._read += data


async def exchange(port: int, data: bytes) -> list[int]:
    """Send bytes and nothing more; return the statuses of the answers."""
    async with Peer(port) as peer:
        await peer.send(data)
        peer.half_close()
        text = await peer.rest()
    return [int(part[:3]) for part in text.split(b"HTTP/1.1 ")[1:]]
