"""What happens at the unit now, and the few things that are simply done."""

from collections.abc import Callable
from datetime import UTC, datetime

from ...model.device import Notice, Surroundings
from ...model.vocabulary import AlarmKind, Key
from ...transport.http import HttpTransport
from .client import Client
from .const import ALARM_DURATION, ALARM_KINDS, INPUT_PULSE, REBOOT, TEST_PLAY, Source
from .events import Once, device_clock
from .models import LogEntry
from .outputs import OutputDriver
from .push import StrobePush
from .settings import Settings


class Pulse:
    """Something that is told when it starts and ends after a known time."""

    def __init__(self, around: Surroundings) -> None:
        """Prepare a pulse that is off."""
        self._clock = around.clock
        self._changed = around.changed
        self._until = 0.0
        self._cancel: Callable[[], None] = lambda: None

    def start(self, seconds: float) -> None:
        """Be on for a time; a running pulse is never cut short."""
        until = self._clock.now() + seconds
        if until > self._until:
            self._until = until
            self.close()
            self._cancel = self._clock.call_at(until, self._changed)

    def active(self) -> bool:
        """Return whether it is on."""
        return self._clock.now() < self._until

    def close(self) -> None:
        """Tell nobody of its end any more."""
        self._cancel()


class Status:
    """The live side of the unit."""

    def __init__(
        self,
        client: Client,
        transport: HttpTransport,
        settings: Settings,
        outputs: OutputDriver,
        push: StrobePush,
        around: Surroundings,
    ) -> None:
        """Bind what it watches."""
        self._client = client
        self._transport = transport
        self._settings = settings
        self._outputs = outputs
        self._push = push
        self._clock = around.clock
        self._input = Pulse(around)
        self._alarm = Pulse(around)
        self._once = Once()
        self._testing = False
        self._last_push: float | None = None
        self.outage = False
        """Whether the last refresh failed."""
        self.missed = 0
        """Alarms that only the log told of and the unit should have pushed."""

    def online(self) -> bool:
        """Return whether the unit answered last time."""
        return not self.outage

    def response_time(self) -> float | None:
        """Return the milliseconds that the last answer took."""
        trip = self._transport.last_round_trip
        return None if trip is None else round(trip * 1000)

    def alarm_active(self) -> bool:
        """Return whether the unit runs an alarm of its own."""
        return self._alarm.active()

    def input_active(self) -> bool:
        """Return whether the alarm input has just been set off."""
        return self._input.active()

    def push_configured(self) -> bool:
        """Return whether the unit was asked to deliver events."""
        return self._push.configured

    def event_delivery(self) -> bool:
        """Return whether it is known to deliver them."""
        return self._push.alive

    def last_event(self) -> datetime | None:
        """Return when the last message came in."""
        if self._last_push is None:
            return None
        return datetime.fromtimestamp(self._last_push, UTC)

    def device_now(self) -> datetime:
        """Return the time on the unit's clock."""
        return device_clock(
            self._settings.time, self._settings.time_read_at, self._clock.now()
        )

    def pushed(self, entry: LogEntry) -> tuple[Notice, ...]:
        """Take in a message of the unit."""
        now = self._clock.now()
        self._last_push = now
        test = self._push.proving and ALARM_KINDS[entry.kind] is AlarmKind.REMOTE
        self._push.arrived()
        self.missed = 0
        if test or not self._once.is_new(entry, now, pushed=True):
            return ()
        return (self._happened(entry),)

    def logged(self, entry: LogEntry) -> tuple[Notice, ...]:
        """Take in a new entry of the log."""
        if entry.kind not in ALARM_KINDS:
            return ()
        if not self._once.is_new(entry, self._clock.now(), pushed=False):
            return ()
        if self._push.alive and self._should_push(entry):
            self._push.alive = False
            self.missed += 1
        return (self._happened(entry),)

    def _should_push(self, entry: LogEntry) -> bool:
        """Return whether the unit is set up to push such an alarm."""
        if ALARM_KINDS[entry.kind] is not AlarmKind.INPUT:
            return False
        now = self.device_now()
        for schedule in self._settings.schedules(Source.ALARM):
            if schedule.covers(now):
                return schedule.http is True
        return False

    def _happened(self, entry: LogEntry) -> Notice:
        kind = ALARM_KINDS[entry.kind]
        if kind is AlarmKind.INPUT:
            self._input.start(INPUT_PULSE)
        self._alarm.start(self._alarm_seconds(kind))
        data: dict[str, str | int] = {"device_time": entry.time}
        if kind is AlarmKind.INPUT:
            data["number"] = 1
        return Notice(unit="", key=Key.ALARM, kind=kind, data=data)

    def _alarm_seconds(self, kind: AlarmKind) -> float:
        """Return how long an alarm lasts, and mind the outputs that it replaces."""
        if kind is AlarmKind.REMOTE:
            return ALARM_DURATION
        schedules = self._settings.schedules(Source.ALARM)
        now = self.device_now()
        for schedule in schedules:
            if schedule.covers(now):
                seconds = float(schedule.duration or ALARM_DURATION)
                self._outputs.interrupted(seconds)
                return seconds
        # No schedule applies: the unit logs the alarm and does nothing.
        return INPUT_PULSE if schedules else ALARM_DURATION

    def close(self) -> None:
        """Stop keeping time."""
        self._input.close()
        self._alarm.close()

    async def stop_all(self) -> None:
        """Switch everything off, also a sound that is being tested."""
        await self._outputs.stop()
        if self._testing:
            await self._test(on=False)

    async def test_sound(self) -> None:
        """Play the default file once (section 2.4.12)."""
        await self._test(on=True)

    async def _test(self, *, on: bool) -> None:
        await self._client.act(
            TEST_PLAY,
            "TestPlayAudio",
            {"Enabled": str(int(on)), "FileType": "0", "FileName": ""},
        )
        self._testing = on

    async def restart(self) -> None:
        """Restart the unit (section 2.7.3); everything goes off."""
        await self._client.write(REBOOT, "Reboot", {"Enabled": "1"})
        self._outputs.forget()
