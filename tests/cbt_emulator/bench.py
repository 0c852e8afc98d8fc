"""A camera and somebody who knows its password."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulators.cbt import CbtEmulator, CbtOptions
from tests.emulators.cbt_coverage import Answer, Caller

SATURDAY = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in the camera's zone, which is eight hours ahead."""


@dataclass
class Bench:
    """A camera and somebody who knows its password."""

    unit: CbtEmulator
    caller: Caller

    async def call(self, action: str, **fields: Any) -> Answer:
        """Call an action."""
        return await self.caller.call(action, **fields)

    async def code(self, action: str, **fields: Any) -> int | None:
        """Call an action and return the code of the answer."""
        return (await self.caller.call(action, **fields)).code

    async def get(self, action: str, name: str, **fields: Any) -> Any:
        """Return one value of what a get answers."""
        return (await self.caller.read(action, **fields))[name]

    async def wire(self, target: str) -> bytes:
        """Return all that the camera writes, byte by byte."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.unit.port)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: camera\r\n\r\n".encode())
        try:
            if "cgi_images" in target or self.unit.options.transfer == "close":
                return await reader.read()
            head = await reader.readuntil(
                b"\n\n" if self.unit.options.bare_lf else b"\r\n\r\n"
            )
            if b"chunked" not in head:
                return head
            return head + await reader.readuntil(b"\r\n0\r\n\r\n")
        finally:
            writer.close()

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of what was written down."""
        return [one.kind for one in self.unit.violations]


def full(**changes: Any) -> CbtOptions:
    """Return a camera that can do everything, but for some changes."""
    return CbtOptions.full(**changes)


def with_options(*variants: CbtOptions) -> pytest.MarkDecorator:
    """Run a test with other options than the usual ones."""
    return pytest.mark.parametrize("options", variants, ids=_changes)


def _changes(options: CbtOptions) -> str:
    """Name options by what differs from the usual ones."""
    usual = vars(CbtOptions.full())
    changed = {k: v for k, v in vars(options).items() if v != usual[k]}
    return (
        ",".join(f"{name}={_told(value)}" for name, value in changed.items())[:60]
        or "full"
    )


def _told(value: object) -> object:
    """Return a value as it is always told: sets have no order of their own."""
    return sorted(value) if isinstance(value, frozenset) else value
