"""Measure our own HTTP server: messages a second, and memory before and after.

Run: .venv/bin/python -m tests.bench.inbox

The devices run in the same process, so a server alone is faster than what is shown.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
import gc
from pathlib import Path
import resource
import time

from custom_components.watchpost.inbox.listener import Limits
from tests.inbox.corpus_http import CORPUS
from tests.inbox.http_peer import SECRET, Peer, Served, exchange, serving

MESSAGES = 10_000
HOSTILE_ROUNDS = 20
GET = f"GET /{SECRET}?eventFile=20260101/a.avi HTTP/1.1\n\n".encode()
BODY = b"<event>" + b"x" * 400 + b"</event>"
POST = b"POST /%s HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (
    SECRET.encode(),
    len(BODY),
    BODY,
)
LARGE = POST.split(b"\r\n")[0] + b"\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000


def show(text: str) -> None:
    """Print a line."""
    print(text)  # noqa: T201


def memory() -> float:
    """Return how much memory the process has now, in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2


async def kept(served: Served, data: bytes, count: int) -> None:
    """Send messages on one connection, one after the other."""
    async with Peer(served.listener.port) as peer:
        for _ in range(count):
            await peer.send(data)
            await peer.answer()


async def each(served: Served, data: bytes, count: int) -> None:
    """Send each message on a connection of its own."""
    for _ in range(count):
        await exchange(served.listener.port, data)


async def piped(served: Served, data: bytes, count: int) -> None:
    """Send messages by the hundred."""
    async with Peer(served.listener.port) as peer:
        for _ in range(count // 100):
            await peer.send(data * 100)
            for _ in range(100):
                await peer.answer()


async def measure(
    served: Served,
    title: str,
    way: Callable[[Served, bytes, int], Awaitable[None]],
    data: bytes,
    count: int = MESSAGES,
) -> None:
    """Send messages and print how long it took."""
    before, accepted = memory(), served.listener.counts.accepted
    began, cpu = time.perf_counter(), time.process_time()
    await way(served, data, count)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    got = served.listener.counts.accepted - accepted
    show(
        f"{title:<34}{count / took:9.0f} a second{cpu / count * 1e6:8.0f} us CPU each"
        f"{got:8d} delivered   {before:6.1f} -> {memory():6.1f} MiB"
    )


async def hostile(served: Served) -> None:
    """Send all that nobody should send, again and again, and ten megabytes."""
    before, found = memory(), Counter[int]()
    cases = [case for case in CORPUS if not case.got]
    for _ in range(HOSTILE_ROUNDS):
        for case in cases:
            found.update(await exchange(served.listener.port, case.data))
        async with Peer(served.listener.port) as peer:
            await peer.send(LARGE.replace(b": 200000", b": 10000000") * 50, piece=65536)
            found[(await peer.answer()).status] += 1
    statuses = ", ".join(f"{status} {count}" for status, count in sorted(found.items()))
    show(f"Hostile: {statuses}; {served.listener.counts.accepted} delivered")
    show(f"{'':<34}{before:6.1f} -> {memory():6.1f} MiB")


async def main() -> None:
    """Measure all."""
    show(f"Empty: {memory():.1f} MiB")
    async with serving(Limits()) as served:
        served.keeps = False
        await measure(served, "GET, one connection", kept, GET)
        await measure(served, "POST 415 bytes, one connection", kept, POST)
        await measure(served, "POST 415 bytes, a connection each", each, POST)
        await measure(served, "GET, a hundred at once", piped, GET)
        await measure(served, "POST 200 kB, one connection", kept, LARGE, 500)
    async with serving() as served:
        served.keeps = False
        await hostile(served)
        await measure(served, "POST 415 bytes, one connection", kept, POST)
        show(f"Refused: {served.refused}")


if __name__ == "__main__":
    asyncio.run(main())
