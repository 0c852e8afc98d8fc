"""What happens at the unit now, and the few things that are simply done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from ...kit.paths import Paths
from ...model.device import Notice, Surroundings
from ...model.vocabulary import AlarmKind, EventPath, Key
from .client import Client
from .const import (
    ALARM_DURATION,
    ALARM_KINDS,
    INPUT_PULSE,
    MAIL_LATE,
    REBOOT,
    TEST_PLAY,
    Source,
)
from .events import Once, device_clock, nearest
from .models import LogEntry, Schedule
from .outputs import OutputDriver
from .push import StrobePush
from .settings import Settings

_CODES: Final = {kind: code for code, kind in ALARM_KINDS.items()}


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
        settings: Settings,
        outputs: OutputDriver,
        push: StrobePush,
        paths: Paths,
        around: Surroundings,
    ) -> None:
        """Bind what it watches."""
        self._client = client
        self._settings = settings
        self._outputs = outputs
        self._push = push
        self._paths = paths
        self._clock = around.clock
        self._input = Pulse(around)
        self._alarm = Pulse(around)
        self._once = Once()
        self._testing = False
        self.outage = False
        """Whether the last refresh failed."""
        self.unmailed: Callable[[], None] = lambda: None
        """Called when an alarm is told that the unit should mail as well."""

    def online(self) -> bool:
        """Return whether the unit answered last time."""
        return not self.outage

    def alarm_active(self) -> bool:
        """Return whether the unit runs an alarm of its own."""
        return self._alarm.active()

    def input_active(self) -> bool:
        """Return whether the alarm input has just been set off."""
        return self._input.active()

    def device_now(self) -> datetime:
        """Return the time on the unit's clock."""
        return device_clock(
            self._settings.time, self._settings.time_read_at, self._clock.now()
        )

    def pushed(self, entry: LogEntry, door: EventPath) -> tuple[Notice, ...]:
        """Take in a message of the unit."""
        now = self._clock.now()
        time = self._settings.time
        zone = time.zone if time else timedelta()
        self._paths.heard(
            door, nearest(entry.time, zone, datetime.fromtimestamp(now, UTC))
        )
        kind = ALARM_KINDS[entry.kind]
        test = self._push.proving and kind is AlarmKind.REMOTE
        self._push.arrived(door)
        if test or not self._once.is_new(entry, now, door):
            return ()
        if self._is_to_tell(kind, _mails):
            self.unmailed()
        return (self._happened(kind, entry.time),)

    def mailed(
        self, kind: AlarmKind | None, sent_at: datetime | None
    ) -> tuple[Notice, ...]:
        """Take in a mail of the unit, of an alarm of a kind if it names one."""
        now = self._clock.now()
        ordered = self._outputs.mailed_at
        if kind is None and ordered is not None and 0 <= now - ordered <= MAIL_LATE:
            # Somebody has ordered an alarm here that is mailed.
            kind = AlarmKind.REMOTE
        code = None if kind is None else _CODES[kind]
        if not self._once.is_new_mail(code, now):
            return ()
        time = f"{sent_at:%Y-%m-%dT%H:%M:%S%:z}" if sent_at else ""
        return (self._happened(kind or AlarmKind.INPUT, time),)

    def logged(self, entry: LogEntry) -> tuple[Notice, ...]:
        """Take in a new entry of the log."""
        if entry.kind not in ALARM_KINDS:
            return ()
        if not self._once.is_new(entry, self._clock.now(), EventPath.POLL):
            return ()
        kind = ALARM_KINDS[entry.kind]
        if self._push.alive and self._is_to_tell(kind, _reports):
            self._push.alive = False
        if self._is_to_tell(kind, _mails):
            self.unmailed()
        return (self._happened(kind, entry.time),)

    def _is_to_tell(
        self, kind: AlarmKind, tells: Callable[[Schedule], bool | None]
    ) -> bool:
        """Return whether the unit is set up to tell such an alarm on a path."""
        if kind is not AlarmKind.INPUT:
            return False
        now = self.device_now()
        for schedule in self._settings.schedules(Source.ALARM):
            if schedule.covers(now):
                return tells(schedule) is True
        return False

    def _happened(self, kind: AlarmKind, time: str) -> Notice:
        if kind is AlarmKind.INPUT:
            self._input.start(INPUT_PULSE)
        self._alarm.start(self._alarm_seconds(kind))
        data: dict[str, str | int] = {"device_time": time}
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


def _reports(schedule: Schedule) -> bool | None:
    return schedule.http


def _mails(schedule: Schedule) -> bool | None:
    return schedule.email
