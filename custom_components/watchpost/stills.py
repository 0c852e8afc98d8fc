"""Still pictures of a camera, shared by all who look at it."""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .devices.model.errors import DeviceConnectionError, Reason

type Take = Callable[[], Awaitable[bytes]]

FRESH: Final = 1.0
"""Seconds for which a still is shown to everybody: devices need that long for one."""
_PATIENCE: Final = 9.0
"""Seconds to wait for a still, less than those after which Home Assistant gives up."""


class Stills:
    """Still pictures: one request for all who look at the same time."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, take: Take) -> None:
        """Store how a picture is taken; nothing is sent."""
        self._hass = hass
        self._entry = entry
        self._take = take
        self._task: Task[bytes] | None = None
        self._fresh_until = 0.0
        self.last: bytes | None = None
        """The last picture, however old."""

    async def async_get(self) -> bytes:
        """Return a picture that is a second old at most.

        Who stops waiting takes nothing away from the others.

        Raise:
            DeviceError: The device gave none, or not in time.
        """
        if self.last is not None and self._hass.loop.time() < self._fresh_until:
            return self.last
        if self._task is None:
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_take(), "watchpost still", eager_start=False
            )
            self._task.add_done_callback(self._ended)
        task = self._task
        await asyncio.wait((task,), timeout=_PATIENCE)
        if not task.done():
            raise DeviceConnectionError(Reason.TIMEOUT)
        if task.cancelled():
            # The device has just been unloaded.
            raise DeviceConnectionError
        return task.result()

    async def _async_take(self) -> bytes:
        return await self._take()

    @callback
    def _ended(self, task: Task[bytes]) -> None:
        self._task = None
        # Seen here, in case nobody waits any more.
        if not task.cancelled() and task.exception() is None:
            self.last = task.result()
            self._fresh_until = self._hass.loop.time() + FRESH
