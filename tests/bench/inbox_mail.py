"""Measure the mail server: mails a second, time from the last byte, memory.

Run: .venv/bin/python -m tests.bench.inbox_mail
"""

import asyncio
from email.message import EmailMessage
import gc
from pathlib import Path
import statistics
import sys
import time

from custom_components.watchpost.devices.kit.mails import parse_mail
from custom_components.watchpost.inbox.mail import Limits
from tests.inbox.corpus_smtp import BEGIN, BOX, CASES, DATA, END, MAIL, QUIT
from tests.inbox.mail_peer import HOST, Served, serving

MAILS = 500
TIMED = 1000
SMALL = 10_000
ROUNDS = 20
AT_ONCE = 8


def show(title: str, text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{title:<44}{text}\n")


def resident() -> int:
    """Return the memory of this process in KiB."""
    gc.collect()
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


def picture_mail(size: int) -> bytes:
    """Return a mail with a picture of so many bytes."""
    mail = EmailMessage()
    mail["Subject"] = "Motion Detection Alarm: Channel 1"
    mail["To"] = BOX
    mail.set_content("Channel 1\n")
    jpeg = b"\xff\xd8\xff" + (bytes(range(256)) * (size // 256 + 1))[: size - 3]
    mail.add_attachment(jpeg, maintype="image", subtype="jpeg", filename="a.jpg")
    return mail.as_bytes().replace(b"\n", b"\r\n")


async def one_mail(served: Served, content: bytes) -> None:
    """Send a mail as fast as it can be."""
    reader, writer = await asyncio.open_connection(HOST, served.server.port)
    writer.write(BEGIN + DATA + content + END + QUIT)
    await reader.read(-1)
    writer.close()


async def throughput(served: Served, content: bytes, number: int) -> float:
    """Return mails a second, some at once."""
    left = iter(range(number))

    async def send() -> None:
        for _ in left:
            await one_mail(served, content)

    start = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(AT_ONCE)))
    took = time.perf_counter() - start
    if len(served.got) != number:
        raise RuntimeError(f"{len(served.got)} of {number} mails have arrived")
    served.got.clear()
    return number / took


async def latencies(served: Served, content: bytes, number: int) -> list[float]:
    """Return seconds from when the last byte is written until it is delivered."""
    times: list[float] = []
    arrived: list[float] = []
    served.server.add("timed@x", lambda mail: arrived.append(time.perf_counter()))
    begin = BEGIN.replace(BOX.encode(), b"timed@x")
    for _ in range(number):
        reader, writer = await asyncio.open_connection(HOST, served.server.port)
        writer.write(begin + DATA)
        await reader.readuntil(b"354")
        writer.write(content)
        await writer.drain()
        # Until the server has read it: only the last byte is to be timed.
        await asyncio.sleep(0.002)
        start = time.perf_counter()
        writer.write(END)
        await reader.readuntil(b"250")
        times.append(arrived[-1] - start)
        writer.close()
    return times


async def main() -> None:
    """Measure everything."""
    large = picture_mail(200 * 1024)
    async with serving(Limits()) as served:
        show(
            f"Mails with 200 KB, {AT_ONCE} at once",
            f"{await throughput(served, large, MAILS):.0f}/s",
        )
        times = [1000 * one for one in await latencies(served, large, TIMED)]
        cuts = statistics.quantiles(times, n=100)
        show(
            f"From the last byte to deliver, {TIMED} mails",
            f"p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms",
        )
        before = resident()
        rate = await throughput(served, MAIL, SMALL)
        show(f"Small mails, {SMALL}", f"{rate:.0f}/s")
        show("Memory before and after them", f"{before} KiB, {resident()} KiB")
        for _ in range(ROUNDS):
            for case in CASES:
                await served.exchange(case.sent)
            served.got.clear()
        show(f"Memory after {ROUNDS} times the corpus", f"{resident()} KiB")
    for size in (200 * 1024, 2250 * 1024):
        raw = picture_mail(size)
        start = time.perf_counter()
        for _ in range(20):
            parse_mail(raw)
        took = (time.perf_counter() - start) / 20 * 1000
        show(f"Parsing {len(raw) // 1024} KiB", f"{took:.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
