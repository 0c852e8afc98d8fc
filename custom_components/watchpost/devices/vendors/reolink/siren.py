"""The siren of a camera (section 3.8.12, AudioAlarmPlay)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import math
from typing import Final

from ...model.commands import AlarmCommand
from ...model.device import Json, Surroundings
from ...model.errors import (
    DeviceError,
    DeviceRequestError,
    Reason,
)
from ...model.vocabulary import Repeat
from .client import Ask, Client
from .const import LOGOUT_TIMEOUT

_MANUAL: Final = ("manu", "manul")
"""The guide's word, and the one that other devices want."""
_NO_END: Final = 3600.0
"""Seconds after which a siren without an end is believed to be silent."""
_AGAIN: Final = (2.0, 5.0, 10.0)
"""Seconds before each new attempt to end an alarm whose time is over."""
_PERHAPS: Final = frozenset(
    {Reason.BAD_ANSWER, Reason.COMMAND_UNCERTAIN, Reason.TIMEOUT, Reason.UNREACHABLE}
)
"""Why an order has failed that may have been carried out all the same."""


class SirenDriver:
    """Sound the siren; the device does not tell whether it sounds."""

    def __init__(self, channel: int, client: Client, around: Surroundings) -> None:
        """Prepare a silent siren."""
        self._channel = channel
        self._client = client
        self._around = around
        self._word = _MANUAL[0]
        self._turn = asyncio.Lock()
        kept = around.memory.get(f"siren_{channel}")
        self._until = float(kept) if isinstance(kept, int | float) else None
        """When it is believed to fall silent; one without an end outlasts us."""
        self._ends: float | None = None
        """When it is to be silenced."""
        self._timers: dict[str, Callable[[], None]] = {}

    def read(self) -> bool | None:
        """Return whether it sounds, as far as it was told to."""
        until = self._until
        return until is not None and self._around.clock.now() < until

    async def start(self, command: AlarmCommand) -> None:
        """Sound for a time, a number of times, or until it is stopped.

        Raise:
            DeviceRequestError: A sound, a volume or a pause was asked for.
        """
        sound = command.sound
        if sound is None:
            return
        if sound.silent:
            await self.stop()
            return
        if sound.file or sound.volume is not None or sound.interval:
            raise DeviceRequestError(Reason.UNSUPPORTED)
        times = 1 if sound.repeat is Repeat.ONCE else sound.times
        if sound.repeat is Repeat.ENDLESS:
            times = None
        async with self._turn:
            await self._sound(command.duration, times)

    async def stop(self) -> None:
        """Silence it, also if it is not believed to sound."""
        async with self._turn:
            await self._silence()

    async def close(self) -> None:
        """Silence it now if that was to be done later; never raises."""
        ends = self._ends
        for name in tuple(self._timers):
            self._timers.pop(name)()
        if ends is None:
            return
        with suppress(DeviceError, TimeoutError):
            async with asyncio.timeout(LOGOUT_TIMEOUT):
                await self.stop()

    async def _sound(self, seconds: float | None, times: int | None) -> None:
        """Give the order; an earlier one ends as it was to if this one is refused."""
        clock = self._around.clock
        before = self._ends
        self._end_at(None)
        believed = _NO_END if seconds is None and times is None else seconds
        if believed is None:
            believed = float(times or 1)
        try:
            if seconds is None and times is None:
                await self._switch(on=True)
            else:
                # A sound lasts a second or more: so many are never too short, and
                # the siren falls silent by itself should nobody stop it.
                await self._play(max(1, times or math.ceil(seconds or 1)))
        except DeviceError as err:
            if err.reason in _PERHAPS:
                self._end_at(None if seconds is None else clock.now() + seconds)
                if err.reason is not Reason.UNREACHABLE:
                    self._believe(believed)
            else:
                self._end_at(before)
            raise
        except asyncio.CancelledError:
            self._end_at(None if seconds is None else clock.now() + seconds)
            self._believe(believed)
            raise
        self._believe(believed)
        self._end_at(None if seconds is None else clock.now() + seconds)

    async def _silence(self) -> None:
        await self._switch(on=False)
        self._around.memory.put(f"siren_{self._channel}", None)
        self._until = None
        self._end_at(None)

    # What happens later

    def _believe(self, seconds: float) -> None:
        """Believe that it sounds for a while."""
        self._until = until = self._around.clock.now() + seconds
        self._around.memory.put(
            f"siren_{self._channel}", until if seconds == _NO_END else None
        )
        self._call("believed", until, self._around.changed)

    def _end_at(self, moment: float | None) -> None:
        """Silence it at a moment, and not at an earlier one any more."""
        self._ends = moment

        def due() -> None:
            self._timers.pop("end", None)
            self._around.spawn(self._finish(moment), "watchpost siren")

        self._call("end", moment, due)

    def _call(
        self, name: str, moment: float | None, action: Callable[[], None]
    ) -> None:
        undo = self._timers.pop(name, None)
        if undo is not None:
            undo()
        if moment is not None:
            self._timers[name] = self._around.clock.call_at(moment, action)

    async def _finish(self, moment: float | None) -> None:
        """Silence it at its end, unless there was another order."""
        for pause in (0.0, *_AGAIN):
            if pause:
                await self._around.clock.sleep(pause)
            async with self._turn:
                if self._ends != moment:
                    return
                with suppress(DeviceError):
                    await self._silence()
                    break
        else:
            # It ends by itself; whether it has is not known.
            self._until = self._ends = None
        self._around.changed()

    # Orders

    async def _play(self, times: int) -> None:
        await self._send("times", times=times, switch=0)

    async def _switch(self, *, on: bool) -> None:
        """Switch it by hand; the word for that differs between devices."""
        try:
            await self._send(self._word, times=1, switch=int(on))
        except DeviceRequestError as err:
            if err.reason is not Reason.INVALID_VALUE:
                raise
        else:
            return
        # Refused: nothing has sounded.
        other = _MANUAL[1 - _MANUAL.index(self._word)]
        await self._send(other, times=1, switch=int(on))
        self._word = other

    async def _send(self, mode: str, *, times: int, switch: int) -> None:
        """Send all four fields, as the guide's example does."""
        param: dict[str, Json] = {
            "alarm_mode": mode,
            "manual_switch": switch,
            "times": times,
            "channel": self._channel,
        }
        await self._client.act(Ask(command="AudioAlarmPlay", param=param))
