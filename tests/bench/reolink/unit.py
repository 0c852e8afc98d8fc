"""An emulated unit in a process of its own, so that its work is not counted as ours.

The process is this module, told what to do by lines of JSON on its standard input.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import sys
from typing import Any, Final, Literal, override

from aiohttp import web

from tests.emulators.base import RequestRecord
from tests.emulators.clock import VirtualClock
from tests.emulators.reolink import ReolinkEmulator, ReolinkOptions

ROOT: Final = Path(__file__).parents[3]
MARK: Final = "| "
"""Begins the lines of another process that are meant for the reader."""
LEASE: Final = 1e7
"""Seconds a login lasts."""
WIDEST: Final = 1 << 22
"""Bytes of the longest line between the two processes."""

type Kind = Literal["camera", "camera full", "recorder", "recorder full"]
KINDS: Final[tuple[Kind, ...]] = (
    "camera",
    "camera full",
    "recorder",
    "recorder full",
)


def options(kind: Kind) -> ReolinkOptions:
    """Return what a unit can do: what the document prints, or everything."""
    match kind:
        case "camera":
            return ReolinkOptions()
        case "camera full":
            return ReolinkOptions.full()
        case "recorder":
            return ReolinkOptions.nvr(16)
        case "recorder full":
            return ReolinkOptions.nvr(16, full=True)


def channels(kind: Kind) -> int:
    """Return how many channels a unit has."""
    return len(options(kind).channels)


@dataclass(frozen=True)
class Tally:
    """What a unit was asked since it was told to forget."""

    requests: int
    commands: int
    refused: int
    up: int
    """Bytes of the bodies that came."""
    down: int
    """Bytes of the bodies that went."""


@dataclass(frozen=True)
class Sent:
    """One request as it came: enough to send it again."""

    target: str
    body: str


class Unit:
    """The unit, as seen from the process that measures."""

    def __init__(
        self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take over the pipe."""
        self.port = port
        self._reader = reader
        self._writer = writer

    async def _ask(self, do: str, **arguments: object) -> Any:
        self._writer.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        await self._writer.drain()
        return json.loads(await self._reader.readline())

    async def forget(self) -> None:
        """Start to count anew."""
        await self._ask("forget")

    async def tally(self) -> Tally:
        """Return what was counted."""
        return Tally(**await self._ask("tally"))

    async def sent(self) -> list[Sent]:
        """Return the requests themselves."""
        return [Sent(**one) for one in await self._ask("sent")]

    async def commands(self) -> dict[str, int]:
        """Return how often each command came."""
        return dict(await self._ask("commands"))

    async def sessions(self) -> dict[str, int]:
        """Return how many logins are open, and how many there ever were."""
        return dict(await self._ask("sessions"))

    async def hang(self, channel: int, *, hangs: bool) -> None:
        """Let every request that concerns a channel hang, or end that."""
        await self._ask("hang", channel=channel, hangs=hangs)

    async def detect(self, channel: int, *, active: bool) -> None:
        """Begin or end motion at a channel."""
        await self._ask("detect", channel=channel, active=active)


@asynccontextmanager
async def running(kind: Kind) -> AsyncIterator[Unit]:
    """Run a unit in another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=WIDEST,
        cwd=ROOT,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The unit's process has no pipes")
    try:
        port = int(await process.stdout.readline())
        yield Unit(port, process.stdout, process.stdin)
    finally:
        process.stdin.close()
        await process.wait()


class CountedUnit(ReolinkEmulator):
    """A unit that counts what it sends."""

    down = 0

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer one request."""
        answer = await super().handle(record, request)
        if isinstance(answer, web.Response) and isinstance(answer.body, bytes):
            self.down += len(answer.body)
        return answer

    @override
    def forget(self) -> None:
        """Start to count anew."""
        super().forget()
        self.down = 0

    def obey(self, do: str, arguments: dict[str, Any]) -> object:
        """Do what the other process wants."""
        match do:
            case "forget":
                self.forget()
            case "tally":
                return {
                    "requests": len(self.requests),
                    "commands": sum(self.commands.values()),
                    "refused": sum(call.code != 0 for call in self.calls),
                    "up": sum(len(record.body) for record in self.requests),
                    "down": self.down,
                }
            case "sent":
                return [
                    {
                        "target": f"{record.path}?{record.raw_query}",
                        "body": record.body.decode(),
                    }
                    for record in self.requests
                ]
            case "commands":
                return self.commands
            case "sessions":
                now = self.sessions
                return {"open": len(now.open), "opened": now.opened}
            case "hang":
                self.hang_channel(**arguments)
            case "detect":
                self.detect(**arguments)
            case _:
                raise ValueError(do)
        return None


async def serve(kind: Kind) -> None:
    """Run the unit until the standard input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=WIDEST)
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    what = options(kind)
    # Settings are measured in days to come, without renewals in between.
    what.lease = LEASE
    unit = CountedUnit(what, clock=VirtualClock(realtime=True))
    async with unit:
        say(unit.port)
        while line := await reader.readline():
            order = json.loads(line)
            say(json.dumps(unit.obey(order.pop("do"), order)))


def say(line: object) -> None:
    """Write a line to the other process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    (which,) = (kind for kind in KINDS if kind == sys.argv[1])
    asyncio.run(serve(which))
