"""A camera and somebody who knows its password."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
import pytest

from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions, Disk
from tests.emulators.bview_coverage import Answer, Caller

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Bench:
    """A camera and somebody who knows its password."""

    unit: BviewEmulator
    caller: Caller

    async def get(self, target: str) -> Answer:
        """Read something."""
        return await self.caller.get(target)

    async def put(self, target: str, body: str | bytes = b"") -> Answer:
        """Write something."""
        return await self.caller.put(target, body)

    async def change(self, path: str, old: str, new: str, times: int = 1) -> Answer:
        """Read a document, change its text, write it back."""
        return await self.caller.change(path, old, new, times=times)

    async def text(self, path: str, tag: str) -> str | None:
        """Return the text of a tag of a document."""
        return (await self.get(path)).get(tag)

    async def status(self) -> dict[str, str]:
        """Return what DeviceStatus tells."""
        root = (await self.get("/System/DeviceStatus/1")).xml
        return {node.tag: node.text or "" for node in root}


def full(**changes: Any) -> BviewOptions:
    """Return a camera that can do everything, but for some changes."""
    return BviewOptions.full(**changes)


def with_options(*variants: BviewOptions) -> pytest.MarkDecorator:
    """Run a test with other options than the usual ones."""
    return pytest.mark.parametrize("options", variants, ids=_changes)


def _changes(options: BviewOptions) -> str:
    """Name options by what differs from the usual ones."""
    usual = vars(BviewOptions.full())
    changed = {k: v for k, v in vars(options).items() if v != usual[k]}
    return (
        ",".join(f"{name}={_told(value)}" for name, value in changed.items())[:60]
        or "full"
    )


@dataclass
class Hook:
    """A server that cameras tell about motion and recordings."""

    port: int = 0
    requests: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    """Method, path with query, Authorization, body."""


@asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    """Run such a server."""
    hook = Hook()

    async def keep(request: web.BaseRequest) -> web.Response:
        login = request.headers.get("Authorization", "")
        body = await request.read()
        hook.requests.append((request.method, request.raw_path, login, body))
        return web.Response()

    runner = web.ServerRunner(web.Server(keep, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.port = runner.addresses[0][1]
    try:
        yield hook
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running_with(disk: Disk) -> AsyncIterator[Bench]:
    """Run a camera with one medium."""
    unit = BviewEmulator(full(disks=[disk]), clock=VirtualClock(SATURDAY))
    async with unit, Caller(unit) as caller:
        yield Bench(unit, caller)


def _told(value: object) -> object:
    """Return a value as it is always told: sets have no order of their own."""
    return sorted(value) if isinstance(value, frozenset) else value
