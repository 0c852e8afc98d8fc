"""A device that writes to our mail server and reads what it answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import time
from typing import Final

from custom_components.watchpost.inbox.access import Gate
from custom_components.watchpost.inbox.mail import Limits, MailServer
from tests.inbox.corpus_smtp import BEGIN, BOX, DATA, END, LIMIT, MAIL, OTHER, QUIT

HOST: Final = "127.0.0.1"
PATIENCE: Final = 20.0
"""Seconds until a test gives up."""
LIMITS: Final = Limits(size=LIMIT, calls=50)
WHOLE: Final = BEGIN + DATA + MAIL + END + QUIT


def wide_gate() -> Gate:
    """Return a gate that lets in everybody near, as often as they like."""
    return Gate(
        now=time.monotonic, connections=1000, per_address=1000, per_minute=1_000_000
    )


@dataclass
class Served:
    """A mail server, and what it has delivered."""

    server: MailServer
    got: list[bytes] = field(default_factory=list)

    @property
    def refused(self) -> dict[str, int]:
        """What was refused, by reason."""
        return dict(self.server.counts.refused)

    def deliver(self, mail: bytes) -> None:
        """Take in a mail."""
        self.got.append(mail)

    def deliver_other(self, mail: bytes) -> None:
        """Take in a mail for somebody else."""
        self.got.append(mail)

    async def exchange(self, sent: bytes, *, each: int = 0) -> str:
        """Send everything, so many bytes at a time, and return the codes heard.

        The last one is "cut" if the connection was reset.
        """
        heard = bytearray()
        cut = False
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(HOST, self.server.port)

            async def hear() -> None:
                while data := await reader.read(65536):
                    heard.extend(data)

            hearing = asyncio.create_task(hear())
            try:
                for start in range(0, len(sent), each or len(sent) or 1):
                    writer.write(sent[start : start + (each or len(sent))])
                    await writer.drain()
                    await asyncio.sleep(0)
                writer.write_eof()
                await hearing
            except OSError:
                cut = True
            finally:
                hearing.cancel()
                with suppress(OSError, asyncio.CancelledError):
                    await hearing
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
        lines = bytes(heard).split(b"\r\n")
        codes = [line[:3].decode() for line in lines if line[3:4] == b" "]
        return " ".join([*codes, "cut"] if cut else codes)


async def until_cut(reader: asyncio.StreamReader) -> bytes:
    """Return what is heard until the server hangs up."""
    heard = bytearray()
    async with asyncio.timeout(PATIENCE):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                heard += data
    return bytes(heard)


@asynccontextmanager
async def serving(
    limits: Limits = LIMITS, gate: Gate | None = None
) -> AsyncIterator[Served]:
    """Run a mail server that knows two mailboxes."""
    served = Served(MailServer(wide_gate() if gate is None else gate, limits))
    await served.server.start(HOST, 0)
    served.server.add(BOX, served.deliver)
    served.server.add(OTHER, served.deliver_other)
    try:
        yield served
    finally:
        await served.server.close()
        assert served.server.gate.connections == 0
        assert served.server.held == 0
