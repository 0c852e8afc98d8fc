"""Fixtures for the tests of the emulated video server."""

import asyncio
from collections.abc import AsyncIterator
from ssl import SSLError
from typing import Any

import pytest

from tests.emulators.base import VirtualClock
from tests.emulators.vserver import VserverEmulator, VserverOptions
from tests.emulators.vserver_coverage import Caller

from .bench import SATURDAY, Bench


@pytest.fixture(autouse=True)
def _custom_integrations(socket_enabled: None) -> None:
    """Let tests talk to the unit on this computer; Home Assistant stays out."""


@pytest.fixture(autouse=True)
async def _no_failures_in_the_background() -> AsyncIterator[None]:
    """Fail a test for what nobody waited for, as Home Assistant's loop would.

    A client that hangs up is no failure of the unit.
    """
    failures: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    report = loop.get_exception_handler()

    def keep(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Remember a failure."""
        if not isinstance(context.get("exception"), ConnectionError | SSLError):
            failures.append(context)

    loop.set_exception_handler(keep)
    yield
    loop.set_exception_handler(report)
    assert not failures


@pytest.fixture
def options() -> VserverOptions:
    """Return the options; a test may replace them by parametrizing."""
    return VserverOptions.full()


@pytest.fixture
async def bench(options: VserverOptions) -> AsyncIterator[Bench]:
    """Run a unit, and somebody who knows its password."""
    unit = VserverEmulator(options, clock=VirtualClock(SATURDAY))
    async with unit, Caller(unit) as caller:
        yield Bench(unit, caller)
