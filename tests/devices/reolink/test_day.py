"""A day in simulated time: one login in each lease, and nothing grows."""

import asyncio

from aiohttp import ClientSession
import pytest

from tests.bench.reolink.day import day_targets, simulate
from tests.emulators.reolink import ReolinkOptions

MINUTE = 60.0
"""Between two polls; those of every two seconds are left to the bench."""


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(ReolinkOptions.full(), id="camera"),
        pytest.param(ReolinkOptions.nvr(4, online=3, full=True), id="recorder"),
    ],
)
async def test_a_day(options: ReolinkOptions, session: ClientSession) -> None:
    """All logins, renewals and settings cycles of 24 hours."""
    # A debugged loop keeps the stack of every callback: most of the time of the test.
    asyncio.get_running_loop().set_debug(False)
    day = await simulate(options, session, pause=MINUTE)
    assert day.polls == 24 * 60
    assert day.cycles >= 24
    assert all(pause > options.lease / 2 for pause in day.pauses)
    missed = [target for target in day_targets(day, options) if not target.met]
    assert missed == []
