"""A unit and somebody who is logged in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.routes import UPLOAD
from tests.emulators.strobe_coverage import Answer, Caller

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Bench:
    """A unit and somebody who is logged in."""

    unit: StrobeEmulator
    caller: Caller

    async def put(self, path: str, change: Callable[[str], str]) -> Answer:
        """Read a document, change its text, write it back."""
        read = await self.caller.call("POST", path)
        return await self.caller.call("PUT", path, change(read.body.decode()))

    def configure(self, path: str, name: str, value: str | int) -> None:
        """Set one field of a document of the unit, behind its back."""
        root = self.unit.documents[path]
        next(node for node in root.walk() if node.name == name).text = str(value)

    async def packet(self, name: str, offset: int, content: bytes) -> Answer:
        """Upload one packet; its Base64 name is sent as it stands."""
        query = f"name={name}&offset={offset}&id={self.caller.session_id}"
        return await self.caller.call("POST", UPLOAD, content, query=query)

    async def siren(self, **fields: int) -> Answer:
        """Play the siren so many times."""
        return await self.caller.alarm(
            playenable=1, playfile="Siren.wav", cyclemode=1, **fields
        )


def with_options(*variants: StrobeOptions) -> pytest.MarkDecorator:
    """Run a test with other options than the usual ones."""
    return pytest.mark.parametrize("options", variants, ids=repr_changes)


def repr_changes(options: StrobeOptions) -> str:
    """Name options by what differs from the usual ones."""
    usual = vars(StrobeOptions())
    changed = {k: v for k, v in vars(options).items() if v != usual[k]}
    return ",".join(f"{name}={value}" for name, value in changed.items()) or "usual"
