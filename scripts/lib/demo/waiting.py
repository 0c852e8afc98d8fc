"""Wait for things that nobody announces."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

STEP: Final = 0.1
"""Seconds between two looks."""


async def reached(goal: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Look until the goal is reached; tell whether it was, in that time."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                if await goal():
                    return True
                await asyncio.sleep(STEP)
    except TimeoutError:
        return False
