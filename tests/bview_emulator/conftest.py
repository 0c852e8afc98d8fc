"""Fixtures for the tests of the emulated B-VIEW 2 camera."""

import asyncio
from collections.abc import AsyncIterator
from ssl import SSLError
from typing import Any

import pytest

from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions
from tests.emulators.bview_coverage import Caller

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
def options() -> BviewOptions:
    """Return the options; a test may replace them by parametrizing."""
    return BviewOptions.full()


@pytest.fixture
async def bench(options: BviewOptions) -> AsyncIterator[Bench]:
    """Run a camera, and somebody who knows its password."""
    clock = VirtualClock(SATURDAY)
    unit = BviewEmulator(options, clock=clock, udp_port=0, ssdp_port=0)
    async with unit, Caller(unit) as caller:
        yield Bench(unit, caller)
