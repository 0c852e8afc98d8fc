"""Drive all outputs of the unit: compose, coalesce, keep time, survive a restart."""

from dataclasses import replace
import logging
import math
from typing import Final

from ...model.device import Surroundings
from ...model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from ...model.vocabulary import Notify
from ...transport.pacing import Coalescer
from ...transport.payload import Node
from .client import AlarmField, Client
from .composition import Change, Outputs, Step, seconds_until, silence
from .const import COALESCE_WINDOW, HOLD, HOLD_MARGIN, STOP_ATTEMPTS

_LOGGER = logging.getLogger(__name__)

_MEMORY: Final = "outputs"
_SHORTEST_HOLD: Final = 60
_LAG: Final = 1
"""Seconds that an order lasts longer than its first part if others go on: else these
would go off, and a relay open, for the moment until the next order arrives."""
_TICK: Final = 0.001
"""Seconds after a moment at which it has passed for certain: clocks are rounded."""
_RETRY: Final = 10.0
"""Seconds until a part that should have gone off is tried again."""


class OutputDriver:
    """Hold what the unit has acknowledged and change it, one request at a time."""

    def __init__(self, client: Client, surroundings: Surroundings) -> None:
        """Take back what was on before a restart; nothing is sent."""
        self._client = client
        self._clock = surroundings.clock
        self._memory = surroundings.memory
        self._spawn = surroundings.spawn
        self._changed = surroundings.changed
        self._coalescer = Coalescer(
            self._send,
            lambda earlier, later: later.over(earlier),
            COALESCE_WINDOW,
            surroundings.spawn,
        )
        self._limit = HOLD
        self._proven = 0
        self._hold_ends: float | None = None
        self._interrupted: float | None = None
        self._cancel_timer = _nothing
        self._closed = False
        self.own_alarms = 0
        """Requests that the unit may have put into its log since the last look."""
        self.mailed_at: float | None = None
        """When an alarm was ordered that is mailed, in seconds since the epoch."""
        self._accepted = self._load()
        self._schedule()

    @property
    def now(self) -> Outputs:
        """What is on at this moment, as far as the unit has acknowledged it."""
        return self._accepted.at(self._clock.now())

    async def change(
        self, *steps: Step, notify: frozenset[Notify] = frozenset()
    ) -> None:
        """Have the unit show a change together with everything that stays on.

        Raise:
            DeviceError: The unit did not take it; it shows what it showed before.
        """
        await self._coalescer.submit(Change(steps=steps, notify=notify))

    async def stop(self) -> None:
        """Switch everything off, whatever is believed to be on."""
        await self._coalescer.submit(
            Change(steps=(lambda _outputs: Outputs(),), force=True)
        )

    def forget(self) -> None:
        """Take note that the unit has restarted: everything is off."""
        self._interrupted = None
        self._accept(Outputs(), None)

    def learn_length(self, file: str, length: float) -> None:
        """Correct the end of a sound whose length was not known when it began."""
        sound = self._accepted.sound
        if sound and sound.file == file and sound.length is None:
            timed = replace(sound, length=length)
            self._accept(replace(self._accepted, sound=timed), self._hold_ends)

    def interrupted(self, seconds: float) -> None:
        """Take note that an alarm of the unit itself replaces our outputs for a time.

        Afterwards they are sent once more.
        """
        self._interrupted = self._clock.now() + seconds
        self._schedule()

    async def close(self) -> None:
        """Stop keeping time; what is on stays on."""
        self._closed = True
        self._cancel_timer()
        await self._coalescer.close()

    async def _send(self, change: Change) -> None:
        # Before anything is composed: the unit may turn out to have restarted.
        await self._client.ready()
        now = self._clock.now()
        before = self._accepted.at(now)
        wanted = change.apply(before).at(now)
        if not wanted.anything and not change.notify:
            await self._send_silence(forced=change.force or self._was_on(now))
            self._accept(wanted, None)
            return
        if wanted.sound is not None and wanted.sound is before.sound:
            # It already plays: only what is left of it is asked for.
            wanted = replace(wanted, sound=wanted.sound.resent(now))
        duration = await self._order(wanted, change.notify)
        self._accept(wanted, self._clock.now() + duration)

    def _was_on(self, now: float) -> bool:
        """Return whether something may still be on that does not end by itself."""
        sound = self._accepted.sound
        ended = sound is None or (
            sound.natural_end is not None and sound.natural_end <= now
        )
        return replace(self._accepted, sound=None if ended else sound).anything

    async def _order(self, wanted: Outputs, notify: frozenset[Notify]) -> int:
        """Send an alarm and return for how many seconds it was ordered.

        The document names no longest duration: where the unit refuses a long one,
        half of it is tried and what it took is remembered.
        """
        known_limit = self._limit
        while True:
            now = self._clock.now()
            # With nothing on, a message is all there is to it.
            idle = now + (self._limit if wanted.anything else 1)
            ends = min(wanted.limits, default=idle)
            lag = _LAG if wanted.at(ends).anything else 0
            duration = min(seconds_until(ends, now) + lag, self._limit)
            try:
                await self._alarm(wanted, duration, notify)
            except DeviceRequestError as err:
                shorter = duration // 2
                too_long = err.reason is Reason.INVALID_VALUE and (
                    duration > self._proven and shorter >= _SHORTEST_HOLD // 2
                )
                if not too_long:
                    self._limit = known_limit
                    raise
                self._limit = max(shorter, _SHORTEST_HOLD // 2)
            else:
                self._proven = max(self._proven, duration)
                return duration

    async def _alarm(
        self, wanted: Outputs, duration: int, notify: frozenset[Notify]
    ) -> None:
        if Notify.MAIL in notify:
            self.mailed_at = self._clock.now()
        await self._tell(wanted.fields(duration, notify))

    async def _tell(self, fields: tuple[AlarmField, ...]) -> None:
        try:
            await self._client.alarm(fields)
        except DeviceConnectionError as err:
            # It may have arrived.
            self.own_alarms += err.reason is not Reason.UNREACHABLE
            raise
        self.own_alarms += 1

    async def _send_silence(self, *, forced: bool) -> None:
        """End the alarm; where that may do nothing, order an alarm without outputs."""
        for attempt in range(1, STOP_ATTEMPTS + 1):
            try:
                await self._tell(silence(alarm=False))
                if forced:
                    await self._tell(silence(alarm=True))
            except DeviceError:
                # Everything off is the one command that may be sent again.
                if attempt == STOP_ATTEMPTS:
                    raise
            else:
                return

    def _accept(self, outputs: Outputs, hold_ends: float | None) -> None:
        self._accepted = outputs
        self._hold_ends = hold_ends if outputs.anything else None
        if outputs.anything:
            self._memory.put(_MEMORY, {**outputs.save(), "hold_ends": self._hold_ends})
        else:
            self._memory.put(_MEMORY, None)
        self._schedule()
        self._changed()

    def _load(self) -> Outputs:
        saved = self._memory.get(_MEMORY)
        if not isinstance(saved, dict):
            return Outputs()
        self._hold_ends = Node(saved).number("hold_ends")
        if self._hold_ends is None or self._hold_ends <= self._clock.now():
            # Nobody has renewed the order: the unit has ended it.
            return Outputs()
        loaded = Outputs.load(saved).at(self._clock.now())
        renewal_due = self._hold_ends - HOLD_MARGIN <= self._clock.now()
        # Nothing is renewed at a start: within the minute it goes out by itself.
        return Outputs() if renewal_due and not loaded.limits else loaded

    def _schedule(self) -> None:
        """Wake up when the next part ends or the order has to be renewed."""
        self._cancel_timer()
        self._cancel_timer = _nothing
        moments = list(self._accepted.limits)
        if (sound := self._accepted.sound) and sound.natural_end is not None:
            moments.append(sound.natural_end)
        if self._hold_ends is not None:
            # Ordered for as long as the unit allows, which may be too short.
            margin = min(HOLD_MARGIN, self._limit // 2)
            if min(moments, default=math.inf) > self._hold_ends:
                moments.append(self._hold_ends - margin)
        if self._interrupted is not None:
            # What ends while the unit's own alarm runs is sent after it.
            now = self._clock.now()
            moments = [moment for moment in moments if moment > now]
            moments.append(self._interrupted)
        if moments and not self._closed:
            self._cancel_timer = self._clock.call_at(min(moments) + _TICK, self._due)

    def _due(self) -> None:
        if not self._closed:
            self._spawn(self._flush(), "watchpost outputs")

    async def _flush(self) -> None:
        """Send what is left after a part has come to its end."""
        now = self._clock.now()
        present = self._accepted.at(now)
        if self._interrupted is not None and self._interrupted > now:
            # Any request would end the unit's own alarm.
            self._changed()
            self._schedule()
            return
        if self._interrupted is not None:
            self._interrupted = None
            if not self._accepted.anything:
                return
        elif self._guessed_end(now):
            # Say nothing that could cut short a sound of unknown length.
            self._accept(present, self._hold_ends)
            return
        try:
            await self._coalescer.submit(Change())
        except DeviceError as err:
            _LOGGER.debug("Outputs could not be renewed: %s", err.reason)
            if not self._closed:
                self._cancel_timer()
                self._cancel_timer = self._clock.call_at(now + _RETRY, self._due)

    def _guessed_end(self, now: float) -> bool:
        """Return whether all that ends now is a sound whose length is a guess."""
        sound = self._accepted.sound
        if sound is None or sound.length is not None or sound.natural_end is None:
            return False
        others = replace(self._accepted, sound=None)
        return sound.natural_end <= now and others == others.at(now)


def _nothing() -> None:
    """Do nothing."""
