"""Events that a device answers to a request that waits for them."""

import asyncio
from contextlib import aclosing
from typing import Final

from ..const import LOGGER
from ..coordinator import Hub
from ..devices.model.device import EventStream
from ..devices.model.errors import (
    DeviceAuthError,
    DeviceError,
    DeviceUnsupportedError,
)

_FIRST_PAUSE: Final = 5.0
"""Seconds until a stream that broke off is opened again; doubled each time."""
_LONGEST_PAUSE: Final = 60.0
_REFUSED_PAUSE: Final = 3600.0
"""Seconds until a device is asked again that has no such thing, or not for us."""


async def async_follow(hub: Hub, stream: EventStream) -> None:
    """Take in the events of a stream for as long as the entry runs."""
    pause = _FIRST_PAUSE
    while True:
        if not stream.offered:
            await _async_sleep(hub, _LONGEST_PAUSE)
            continue
        try:
            async with aclosing(stream.listen()) as news:
                async for notices in news:
                    pause = _FIRST_PAUSE
                    hub.async_receive(notices)
        except (DeviceAuthError, DeviceUnsupportedError) as err:
            LOGGER.debug("No stream of events: %s", err.reason)
            pause = _REFUSED_PAUSE
        except DeviceError as err:
            LOGGER.debug("The stream of events broke off: %s", err.reason)
        except Exception as err:  # noqa: BLE001
            # A fault of ours; some devices have no other way to tell motion. What
            # such an error says may hold what came in.
            LOGGER.error("Events were not understood: %s", type(err).__name__)
        hub.async_changed()
        await _async_sleep(hub, pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _async_sleep(hub: Hub, seconds: float) -> None:
    """Wait by the clock of Home Assistant."""
    done = asyncio.get_running_loop().create_future()

    def wake() -> None:
        if not done.done():
            done.set_result(None)

    undo = hub.clock.call_at(hub.clock.now() + seconds, wake)
    try:
        await done
    finally:
        undo()
