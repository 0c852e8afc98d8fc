"""Fixtures for the tests of the emulated cgi_action camera."""

import asyncio
from collections.abc import AsyncIterator
from ssl import SSLError
from typing import Any

import pytest

from tests.emulators.base import VirtualClock
from tests.emulators.cbt import CbtEmulator, CbtOptions
from tests.emulators.cbt_coverage import Caller

from .bench import SATURDAY, Bench


@pytest.fixture(autouse=True)
def _custom_integrations(socket_enabled: None) -> None:
    """Let tests talk to the camera on this computer; Home Assistant stays out."""


@pytest.fixture(autouse=True)
async def _no_failures_in_the_background() -> AsyncIterator[None]:
    """Fail a test for what nobody waited for, as Home Assistant's loop would.

    A client that hangs up is no failure of the camera.
    """
    failures: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    report = loop.get_exception_handler()

    def keep(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), ConnectionError | SSLError):
            failures.append(context)

    loop.set_exception_handler(keep)
    yield
    loop.set_exception_handler(report)
    assert not failures


@pytest.fixture
def options() -> CbtOptions:
    """Return the options; a test may replace them by parametrizing."""
    return CbtOptions.full()


@pytest.fixture
async def bench(options: CbtOptions) -> AsyncIterator[Bench]:
    """Run a camera, and somebody who knows its password."""
    clock = VirtualClock(SATURDAY)
    unit = CbtEmulator(options, clock=clock)
    async with unit, Caller(unit) as caller:
        yield Bench(unit, caller)
