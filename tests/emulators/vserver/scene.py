"""What happens around the unit: motion, alarm inputs, and what they set off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, override

from ..base import Timer, VirtualClock
from ..onvif import Topic
from .grid import Grid
from .groups import Values
from .groups_alarm import DAYS, LINKS
from .mail import Notice, Way, compose, send
from .options import VserverOptions
from .unit import VserverUnit

type Cause = tuple[Literal["motion", "input"], int]
"""What, and at which channel or input."""


@dataclass
class Alarm:
    """One alarm that lasts."""

    cause: Cause
    channel: int
    started: int
    """Seconds since 1970, by the unit's clock."""
    links: frozenset[str]
    """What it sets off: outputs by number, and mail, card, ftp, tcp, all."""
    timer: Timer | None = None


@dataclass(frozen=True)
class Switching:
    """One change of an alarm output."""

    output: int
    on: bool
    time: float
    """Seconds of the virtual clock."""


class VserverScene(VserverUnit):
    """A unit to which things happen."""

    def __init__(
        self,
        options: VserverOptions | None = None,
        *,
        port: int = 0,
        tls: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        """Start with nothing moving and every input open."""
        super().__init__(options, port=port, tls=tls, clock=clock)
        self.alarms: dict[Cause, Alarm] = {}
        self.closed: set[int] = set()
        """Alarm inputs that are grounded."""
        self.switchings: list[Switching] = []
        """Changes of the alarm outputs, in order."""

    # Driving

    def detect_motion(
        self,
        channel: int = 1,
        seconds: float | None = None,
        *,
        cells: Iterable[tuple[int, int]] = (),
        strength: int = 100,
        area: int = 1,
    ) -> bool:
        """Let something move; tell whether the unit takes it for an alarm."""
        values = self.settings.of(self.settings.group("alarm/MDInfo"), channel)
        quiet = strength + int(values["MDSensitivity"]) <= 100
        if values["MDEnable"] != "1" or quiet or channel in self.lost:
            return False
        if not self._watched(values, cells) or not self.armed(channel):
            return False
        links = self._links("alarm/MDAccessInfo", channel, area)
        alarm = self._begin(("motion", channel), channel, links)
        if alarm.timer is not None:
            alarm.timer.cancel()
            alarm.timer = None
        if seconds is not None:
            alarm.timer = self.clock.call_later(
                seconds, lambda: self.end_motion(channel)
            )
        return True

    def end_motion(self, channel: int = 1) -> None:
        """Let everything come to rest."""
        self._finish(("motion", channel))

    @property
    def moving(self) -> set[int]:
        """Return the channels that see motion."""
        return {number for kind, number in self.alarms if kind == "motion"}

    def set_alarm_input(self, number: int = 1, *, closed: bool = True) -> None:
        """Close or open an alarm input; closed is grounded."""
        if not 1 <= number <= self.options.alarm_inputs:
            raise ValueError(f"No alarm input {number}")
        if closed == (number in self.closed):
            return
        self.closed.symmetric_difference_update({number})
        self._tell_input(number)
        live = self.options.io_trigger == "live"
        if live:
            self.settings.set("alarm/IOTrigInfo", "IOTrig", int(not closed), 1, number)
        setting = self.settings.get("alarm/IOTrigInfo", "IOTrig", 1, number)
        level = "0" if live else setting
        if (level == "0") == closed and self.armed(1):
            links = self._links("alarm/IOAccessInfo", 1, number)
            self._begin(("input", number), 1, links)
        else:
            self._finish(("input", number))

    def lose_video(self, channel: int = 1) -> None:
        """Pull the cable of a camera."""
        self.lost.add(channel)
        self.end_motion(channel)

    def restore_video(self, channel: int = 1) -> None:
        """Plug the cable in again."""
        self.lost.discard(channel)

    # Looking

    @property
    def outputs(self) -> set[int]:
        """Return the alarm outputs that are on."""
        count = self.options.alarm_outputs
        found: set[int] = set()
        for alarm in self.alarms.values():
            found |= {int(one) for one in alarm.links if one.isdigit()}
            if "all" in alarm.links:
                found |= set(range(1, count + 1))
        return found

    def armed(self, channel: int) -> bool:
        """Tell whether the schedule lets alarms through right now."""
        group = self.settings.group("alarm/ScheduleInfo")
        values = self.settings.of(group, channel)
        if all(values[f"enable{day}"] == "0" for day in DAYS):
            return self.options.schedule_off == "always"
        return _inside(values, self.wall_clock.local)

    # Telling over ONVIF

    @override
    def tell_all(self) -> None:
        """Tell how everything is."""
        for number, channel in self.numbered:
            if channel.motion:
                self._tell_motion(("motion", number))
        for number in range(1, self.options.alarm_inputs + 1):
            self._tell_input(number)

    def _tell_motion(self, cause: Cause) -> None:
        """Tell whether a channel sees motion."""
        kind, number = cause
        if self.onvif is not None and kind == "motion":
            token = f"VideoSourceConfig_{number}"
            self.onvif.trigger(Topic.CELL_MOTION, token, cause in self.alarms)

    def _tell_input(self, number: int) -> None:
        """Tell whether an alarm input is grounded."""
        if self.onvif is not None:
            on = number in self.closed
            self.onvif.trigger(Topic.INPUT, f"DigitalInput_{number}", on)

    # Consequences

    def _watched(self, values: Values, cells: Iterable[tuple[int, int]]) -> bool:
        """Tell whether any of the cells is watched; no cells are everywhere."""
        if "MDArea" not in values:
            return True
        area, places = Grid.parse(values["MDArea"]), list(cells)
        if not places:
            return not area.empty
        return any(area.watches(column, row) for column, row in places)

    def _links(self, label: str, channel: int, row: int) -> frozenset[str]:
        """Return what an alarm sets off."""
        group = self.settings.group(label)
        values = self.settings.of(group, channel, row)
        found: set[str] = set()
        for name in (name for name, value in values.items() if value == "1"):
            letters = name.rstrip("0123456789")
            if letters[-1] == "O":
                found.add(name[len(letters) :][-1:] or "1")
            else:
                found.add(LINKS[letters[-1]])
        return frozenset(found)

    def _begin(self, cause: Cause, channel: int, links: frozenset[str]) -> Alarm:
        """Begin an alarm, unless it goes on already."""
        if cause in self.alarms:
            return self.alarms[cause]
        before = self.outputs
        alarm = Alarm(cause, channel, self.wall_clock.utc, links)
        self.alarms[cause] = alarm
        self._tell_motion(cause)
        self._switch(before)
        for way in _SERVERS:
            if way in links:
                self._tell(way, alarm)
        return alarm

    def _finish(self, cause: Cause) -> None:
        """End an alarm; what was recorded is on the card then."""
        before = self.outputs
        alarm = self.alarms.pop(cause, None)
        if alarm is None:
            return
        if alarm.timer is not None:
            alarm.timer.cancel()
        self._tell_motion(cause)
        self._switch(before)
        on = self.settings.get("record/RecordControl", "Event", alarm.channel) == "1"
        if ("card" in alarm.links or on) and self.storage.mounted:
            seconds = max(self.wall_clock.utc - alarm.started, 1)
            self.storage.add(alarm.channel, alarm.started, seconds, cause[0])

    def _switch(self, before: set[int]) -> None:
        """Write down which outputs changed."""
        now = self.outputs
        for output in sorted(before ^ now):
            one = Switching(output, output in now, self.clock.monotonic)
            self.switchings.append(one)

    def _tell(self, way: Way, alarm: Alarm) -> None:
        """Tell a server about an alarm, if one is set."""
        label, name = _SERVERS[way]
        values = self.settings.of(self.settings.group(label), 1)
        if values[name] in ("", "0.0.0.0"):
            return
        kind, number = alarm.cause
        notice = Notice(
            way=way,
            cause=kind,
            number=number,
            target=values[name],
            time=self.clock.monotonic,
        )
        self.notices.append(notice)
        if way == "mail":
            notice.picture = self.picture(alarm.channel, len(self.notices))
            self.spawn(self._mail(notice, dict(values)))

    async def _mail(self, notice: Notice, settings: Values) -> None:
        """Send a mail, and remember whether it was taken."""
        options = self.options
        form = options.mail_subject
        if notice.cause == "input":
            form = options.mail_subject_input
        subject = form.format(channel=notice.number, input=notice.number)
        try:
            mail = compose(notice, settings, subject)
            await send(mail, settings, options.mail_timeout)
        except (OSError, TimeoutError) as err:
            notice.error = type(err).__name__
        else:
            notice.sent = True


_SERVERS: dict[Way, tuple[str, str]] = {
    "mail": ("net/SMTPInfo", "SMTPServerIP"),
    "ftp": ("net/FTPInfo", "FTPServerIP"),
    "tcp": ("net/AlarmServerInfo", "AlarmServerIP"),
}


def _inside(values: Values, moment: datetime) -> bool:
    """Tell whether a moment is in one of the two slots of its day."""
    day = moment.isoweekday() % 7
    if values[f"enable{day}"] != "1":
        return False
    now = moment.hour * 60 + moment.minute
    for slot in (day, day + 8):
        start, end = (
            int(values[f"{edge}{slot}H"]) * 60 + int(values[f"{edge}{slot}M"])
            for edge in ("start", "end")
        )
        if start <= now < end or (start < end == now == 23 * 60 + 59):
            return True
    return False
