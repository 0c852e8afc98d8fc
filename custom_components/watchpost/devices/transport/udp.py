"""Ask the network by broadcast and collect the answers."""

import asyncio
from asyncio import DatagramProtocol, DatagramTransport
from collections.abc import Iterable
from contextlib import suppress
import socket
from typing import Any, Final, override

ANSWER_LIMIT: Final = 256
"""Answers that one search takes in; more is an attack, not a house."""
SIZE_LIMIT: Final = 8192
"""Bytes of one answer."""


class _Collector(DatagramProtocol):
    """Keep what comes in."""

    def __init__(self, answers: list[tuple[bytes, str]]) -> None:
        self._answers = answers

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if len(data) <= SIZE_LIMIT and len(self._answers) < ANSWER_LIMIT:
            self._answers.append((data, str(addr[0])))


async def broadcast_query(
    question: bytes,
    targets: Iterable[str],
    port: int,
    *,
    wait: float,
    repeats: int = 2,
) -> list[tuple[bytes, str]]:
    """Send a question to addresses and return the answers with their senders.

    Units answer to the sender or to the port itself, so both are listened to; the
    port may be taken by another program, then the answers to the sender remain.
    The wait in seconds counts for each of the repeats.
    """
    loop = asyncio.get_running_loop()
    answers: list[tuple[bytes, str]] = []
    transports: list[DatagramTransport] = []
    for own_port in (0, port):
        with suppress(OSError):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Collector(answers), sock=_open(own_port)
            )
            transports.append(transport)
    try:
        for _ in range(repeats):
            for target in targets:
                # An address of a network that is down refuses; the others do not.
                with suppress(OSError):
                    transports[0].sendto(question, (target, port))
            await asyncio.sleep(wait)
    finally:
        for transport in transports:
            transport.close()
    return [(data, sender) for data, sender in answers if data != question]


def _open(port: int) -> socket.socket:
    """Return a bound socket that may broadcast and share its port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setblocking(False)
        sock.bind(("", port))
    except OSError:
        sock.close()
        raise
    return sock
