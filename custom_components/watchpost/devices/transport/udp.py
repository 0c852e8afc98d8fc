"""Ask the network by broadcast or multicast and collect the answers."""

import asyncio
from asyncio import DatagramProtocol, DatagramTransport
from collections.abc import Callable, Iterable
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
    rounds = (question,) * repeats
    return await _ask(rounds, tuple(targets), port, wait, lambda: query_socket(port))


async def multicast_query(
    questions: Iterable[bytes], group: str, port: int, *, wait: float, listen: bool
) -> list[tuple[bytes, str]]:
    """Send questions to a group, one after the other, and return the answers.

    What listens as well joins the group, for devices that answer to all of it. No
    question leaves the own network. The wait in seconds counts for each of them.
    """

    def join() -> socket.socket:
        return query_socket(port, group)

    return await _ask(tuple(questions), (group,), port, wait, join if listen else None)


async def _ask(
    rounds: tuple[bytes, ...],
    targets: tuple[str, ...],
    port: int,
    wait: float,
    listen: Callable[[], socket.socket] | None,
) -> list[tuple[bytes, str]]:
    """Send each question to all targets and collect the answers."""
    loop = asyncio.get_running_loop()
    answers: list[tuple[bytes, str]] = []
    transports: list[DatagramTransport] = []
    for opened in (query_socket, listen):
        if opened is None:
            continue
        with suppress(OSError):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Collector(answers), sock=opened()
            )
            transports.append(transport)
    try:
        for question in rounds:
            for target in targets:
                # An address of a network that is down refuses; the others do not.
                with suppress(OSError):
                    for transport in transports[:1]:
                        transport.sendto(question, (target, port))
            await asyncio.sleep(wait)
    finally:
        for transport in transports:
            transport.close()
    return [(data, sender) for data, sender in answers if data not in rounds]


def query_socket(port: int = 0, group: str | None = None) -> socket.socket:
    """Return a bound socket that may broadcast and share its port.

    One for a group has joined it; what it sends to any group stays in this network.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        sock.setblocking(False)
        sock.bind(("", port))
        if group is not None:
            member = socket.inet_aton(group) + socket.inet_aton("0.0.0.0")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except OSError:
        sock.close()
        raise
    return sock
