"""A unit and somebody who knows its password."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulators.base import VirtualClock
from tests.emulators.vserver import VserverEmulator, VserverOptions
from tests.emulators.vserver_coverage import Answer, Caller

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Bench:
    """A unit and somebody who knows its password."""

    unit: VserverEmulator
    caller: Caller

    async def call(self, target: str) -> Answer:
        """Send one request to a CGI."""
        return await self.caller.call(target)

    async def code(self, target: str) -> int | None:
        """Return the result code of a request."""
        return (await self.caller.call(target)).code

    async def values(self, target: str) -> dict[str, str]:
        """Return the values of the first group of an answer."""
        return (await self.caller.call(target)).values

    async def ptz(self, parameters: str, channel: int = 1) -> int | None:
        """Send a command to a head."""
        target = f"ptz_set?Channel={channel}&Group=PTZCtrlInfo&{parameters}"
        return await self.code(target)

    @property
    def options(self) -> VserverOptions:
        """Return the options of the unit."""
        return self.unit.options

    @property
    def last_violation(self) -> str:
        """Return the kind of the last violation."""
        return self.unit.violations[-1].kind


def full(**changes: Any) -> VserverOptions:
    """Return a unit that can do everything, but for some changes."""
    return VserverOptions.full(**changes)


def plain(**changes: Any) -> VserverOptions:
    """Return a unit as the document shows it, but for some changes."""
    return VserverOptions(**changes)


def with_options(*variants: VserverOptions) -> pytest.MarkDecorator:
    """Run a test with other options than the usual ones."""
    return pytest.mark.parametrize("options", variants, ids=_changes)


def _changes(options: VserverOptions) -> str:
    """Name options by what differs from the usual ones."""
    usual = vars(VserverOptions.full())
    changed = {k: v for k, v in vars(options).items() if v != usual[k]}
    return ",".join(f"{k}={_told(v)}" for k, v in changed.items())[:60] or "full"


@asynccontextmanager
async def started(options: VserverOptions) -> AsyncIterator[Bench]:
    """Run a unit with other options."""
    unit = VserverEmulator(options, clock=VirtualClock(SATURDAY))
    async with unit, Caller(unit) as caller:
        yield Bench(unit, caller)


def _told(value: object) -> object:
    """Return a value as it is always told: sets have no order of their own."""
    return sorted(value) if isinstance(value, frozenset) else value


@dataclass
class PostOffice:
    """A mail server."""

    port: int = 0
    commands: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    refuse: bool = False


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """Run a mail server that takes everything, or nothing."""
    office = PostOffice()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one client."""
        writer.write(b"554 no\r\n" if office.refuse else b"220-hello\r\n220 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            office.commands.append(line)
            if line == "DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                office.mails.append(body.decode())
            codes = {"AUTH": b"235", "QUIT": b"221"}
            writer.write(codes.get(line[:4], b"250") + b" ok\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
