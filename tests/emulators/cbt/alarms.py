"""The detectors, the terminals, and what an alarm sets off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from ..clock import Timer, VirtualClock
from .fields import Json
from .log import Log
from .options import CbtOptions
from .sections_alarm import (
    ALARM_INPUT,
    FIRE,
    MOTION,
    OCCLUSION,
    REGION,
    USED_AREAS,
)
from .storage import Recording, Storage
from .store import Settings
from .wallclock import WallClock, within

type Detector = Literal["motion", "region", "fire", "occlusion", "alarm_input"]

SECTIONS: Final[dict[Detector, tuple[str, str]]] = {
    "motion": (MOTION.name, "md_enable"),
    "region": (REGION.name, "md_enable"),
    "fire": (FIRE.name, "enable"),
    "occlusion": (OCCLUSION.name, "alarm_enable"),
    "alarm_input": (ALARM_INPUT.name, "alarm_enable"),
}
"""The section of each detector, and what switches it on there."""
DOOR: Final = "openDoor"


@dataclass(frozen=True)
class Pulse:
    """One time that the output was switched."""

    cause: str
    """openDoor, or the detector whose alarm did it."""
    time: float
    """Seconds of the virtual clock."""
    seconds: float


@dataclass(frozen=True)
class Alarm:
    """One time that a detector noticed something."""

    detector: Detector
    time: float
    """Seconds of the virtual clock."""


class Terminals:
    """One alarm input and one output, which may open a door."""

    def __init__(
        self, clock: VirtualClock, options: CbtOptions, settings: Settings, log: Log
    ) -> None:
        """Leave the contact open and the output at rest."""
        self._clock = clock
        self._options = options
        self._settings = settings
        self._log = log
        self.contact_closed = False
        """Whether the contact at the alarm input is closed."""
        self.pulses: list[Pulse] = []
        self.serial: list[str] = []
        """What was sent over RS485."""
        self._timer: Timer | None = None

    @property
    def input_alarm(self) -> bool:
        """Tell whether the contact is not as it should be at rest."""
        normally_closed = self._settings.number(ALARM_INPUT.name, "alarm_type") == 1
        return self.contact_closed != normally_closed

    @property
    def status(self) -> int:
        """Return what getIOAlarmIn tells."""
        if self._options.input_reading == "alarm":
            return int(self.input_alarm)
        return int(self.contact_closed)

    @property
    def output_active(self) -> bool:
        """Tell whether the output is not at rest."""
        return self._timer is not None

    @property
    def output_closed(self) -> bool:
        """Tell whether the contact of the output is closed."""
        rest = self._settings.number(ALARM_INPUT.name, "alarm_out_type") == 1
        return self.output_active != rest

    @property
    def door_openings(self) -> list[Pulse]:
        """Return each time that a client opened the door."""
        return [one for one in self.pulses if one.cause == DOOR]

    def open_door(self) -> None:
        """Open the door for as long as the output lasts."""
        seconds = self._options.door_seconds
        if seconds is None:
            name = "alarm_handle_alarmout_time"
            seconds = float(self._settings.number(ALARM_INPUT.name, name))
        self.pulse(DOOR, seconds)

    def pulse(self, cause: str, seconds: float) -> None:
        """Switch the output for some virtual seconds; it lasts anew each time."""
        now = self._clock.monotonic
        self.pulses.append(Pulse(cause, now, seconds))
        self._log.add(now, "output", cause)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.call_later(seconds, self.rest)

    def rest(self) -> None:
        """Let the output fall back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Alarms:
    """The detectors, and what their alarms set off."""

    def __init__(
        self,
        clock: VirtualClock,
        options: CbtOptions,
        settings: Settings,
        storage: Storage,
        terminals: Terminals,
        wall_clock: WallClock,
        log: Log,
    ) -> None:
        """See nothing."""
        self._clock = clock
        self._options = options
        self._settings = settings
        self._storage = storage
        self._terminals = terminals
        self._wall_clock = wall_clock
        self._log = log
        self.all: list[Alarm] = []
        self.active: set[Detector] = set()
        """The detectors that notice something now."""
        self.snapshots = 0
        """Pictures that alarms took."""
        self.told: Callable[[Detector, bool], None] = lambda _detector, _on: None
        """Hears which detector begins or ends to notice something."""
        self._timers: dict[Detector, Timer] = {}

    def conf(self, detector: Detector) -> Json:
        """Return the settings of a detector."""
        return self._settings.values(SECTIONS[detector][0])

    def armed(self, detector: Detector) -> bool:
        """Tell whether a detector would notice something now."""
        section, enable = SECTIONS[detector]
        conf = self._settings.values(section)
        if not self._options.has(detector) or not conf[enable]:
            return False
        if not conf["schedule_enable"]:
            return self._options.schedule_off == "always"
        return within(
            self._wall_clock.minute,
            conf["sch_start_hour"] * 60 + conf["sch_start_min"],
            conf["sch_end_hour"] * 60 + conf["sch_end_min"],
        )

    def begin(
        self,
        detector: Detector,
        seconds: float | None = None,
        *,
        at: tuple[int, int] = (352, 288),
        person: bool = False,
    ) -> bool:
        """Let something happen; tell whether the detector noticed."""
        if not self.armed(detector) or not self._sees(detector, at, person=person):
            return False
        if (timer := self._timers.pop(detector, None)) is not None:
            timer.cancel()
        if detector not in self.active:
            self.active.add(detector)
            now = self._clock.monotonic
            self.all.append(Alarm(detector, now))
            self._log.add(now, "alarm", detector)
            self.told(detector, True)
            self._link(detector)
        if seconds is not None:
            self._timers[detector] = self._clock.call_later(
                seconds, lambda: self.end(detector)
            )
        return True

    def end(self, detector: Detector) -> None:
        """Let it be over."""
        if (timer := self._timers.pop(detector, None)) is not None:
            timer.cancel()
        if detector in self.active:
            self.active.discard(detector)
            self._log.add(self._clock.monotonic, "end", detector)
            self.told(detector, False)

    def restart(self) -> None:
        """Forget what is going on, as a restart does."""
        for detector in sorted(self.active):
            self.end(detector)

    def _sees(self, detector: Detector, at: tuple[int, int], *, person: bool) -> bool:
        """Tell whether something happens where a detector looks."""
        conf = self.conf(detector)
        if conf.get("eventType") == 1 and not person:
            return False
        if "area_list" not in conf:
            return True
        x, y = at
        return any(
            area["area_w"] > 0
            and area["area_h"] > 0
            and 0 <= x - area["area_x"] <= area["area_w"]
            and 0 <= y - area["area_y"] <= area["area_h"]
            for area in conf["area_list"][:USED_AREAS]
        )

    def _link(self, detector: Detector) -> None:
        """Do what an alarm of a detector sets off."""
        conf = self.conf(detector)
        if conf["alarm_handle_alarmout"] and self._options.door:
            self._terminals.pulse(detector, float(conf["alarm_handle_alarmout_time"]))
        if conf["alarm_handle_email"]:
            self._storage.notices.send("mail", detector, "alarm")
        if conf["alarm_handle_snap"]:
            for number in range(conf["alarm_handle_snap_num"]):
                wait = number * conf["alarm_handle_snap_interval"] / 1000
                if number:
                    self._clock.call_later(wait, lambda: self._snap(detector))
                else:
                    self._snap(detector)
        if conf["alarm_handle_rec"]:
            self._storage.record(
                detector,
                float(conf["alarm_handle_rec_time"]),
                lambda recording: self._recorded(detector, recording),
            )

    def _snap(self, detector: Detector) -> None:
        """Take a picture of an alarm."""
        conf = self.conf(detector)
        self.snapshots += 1
        if conf["alarm_handle_snap_email"]:
            self._storage.notices.send("mail", detector, "snapshot")
        if conf["alarm_handle_snap_ftp"]:
            self._storage.notices.send("ftp", detector, "snapshot")

    def _recorded(self, detector: Detector, recording: Recording) -> None:
        """Send the recording of an alarm."""
        conf = self.conf(detector)
        if recording.medium is None:
            return
        if conf["alarm_handle_rec_email"]:
            self._storage.notices.send("mail", detector, "video")
        if conf["alarm_handle_rec_ftp"]:
            self._storage.notices.send("ftp", detector, "video")
