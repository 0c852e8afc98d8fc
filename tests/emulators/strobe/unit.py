"""The unit without its web server: settings, files, outputs, alarms, schedules."""

from datetime import datetime, timedelta
from typing import Final, override

from ..base import Emulator, Timer, VirtualClock
from .describe import discovery_answer
from .discovery import DiscoveryServer
from .documents import (
    ALARM,
    BROADCAST_LINK,
    EMAIL,
    HTTP_LINK,
    IDLE,
    NTP,
    SENSOR,
    Documents,
)
from .files import FileStore
from .log import BROADCAST, CAPACITY, PROBE, LogEntry
from .mail import MailResult, compose, deliver, recipients
from .options import StrobeOptions
from .outputs import (
    STROBE_MODE,
    Light,
    OutputChange,
    OutputEngine,
    Outputs,
    SoundOrder,
)
from .push import PUSH_PATH, PushResult, post, push_document, push_headers
from .sessions import Sessions
from .xmldoc import Node, render

RESET_WINDOW: Final = 30.0
"""A reset password takes effect if the unit restarts within so many seconds."""


class StrobeUnit(Emulator):
    """A unit that can raise alarms, but answers no request yet."""

    SERVER = "GoAhead-Webs/2.5.0"

    def __init__(
        self,
        options: StrobeOptions | None = None,
        *,
        port: int = 0,
        udp_port: int | None = None,
        tls: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        """Build a unit; `udp_port` 0 takes a free port, None does not listen."""
        super().__init__(port=port, tls=tls, clock=clock)
        self.options = options or StrobeOptions()
        self.files = FileStore(self.options)
        self.documents = Documents(
            self.options, lambda n: self.files.find(n) is not None
        )
        self.sessions = Sessions(self.clock, self.options)
        self.engine = OutputEngine(self.clock, self.options, self.files.seconds)
        self.alarm_log: list[LogEntry] = []
        self.alarm_calls: list[dict[str, str]] = []
        """Accepted alarm requests: fields as sent, under their XML names."""
        self.pushes: list[PushResult] = []
        self.messages: list[bytes] = []
        """AlarmLinkMsg bodies that others sent to this unit."""
        self.broadcasts: list[str] = []
        """Causes of the alarms this unit passed on to other units."""
        self.emails: list[str] = []
        """Causes of the alarms this unit was to mail."""
        self.mails: list[MailResult] = []
        """Mails that it has tried to send."""
        self.reboots = 0
        self.users: dict[str, tuple[str, int]] = {}
        self.discovery: DiscoveryServer | None = None
        self._udp_port = udp_port
        self._reset: tuple[float, str, str] | None = None
        self._idle_timer: Timer | None = None
        self._set_administrator()

    # Life

    @override
    async def start(self) -> None:
        """Listen on TCP, and on UDP if asked to."""
        await super().start()
        if self._udp_port is not None:
            self.discovery = DiscoveryServer(self._found)
            await self.discovery.start(self._udp_port)
        self.refresh_idle()

    @override
    async def stop(self) -> None:
        """Close everything."""
        if self.discovery is not None:
            self.discovery.stop()
        await super().stop()

    def reboot(self, seconds: float | None = None) -> None:
        """Restart: silent for some virtual seconds, everything off, files kept."""
        self.reboots += 1
        self.sessions.clear()
        self.files.upload = None
        self.engine.off("reboot")
        if self._reset is not None:
            when, name, password = self._reset
            if self.clock.monotonic - when <= RESET_WINDOW and name in self.users:
                self.users[name] = (password, self.users[name][1])
            self._reset = None
        self.power_off(self.options.boot_seconds if seconds is None else seconds)

    def shutdown(self) -> None:
        """Pull the plug, until `boot`."""
        self.reboot()
        self.power_off()

    def boot(self) -> None:
        """Finish a restart now."""
        self.power_on()

    @override
    def power_on(self) -> None:
        """Take connections again; the idle schedule starts."""
        super().power_on()
        self.refresh_idle()

    def replace(
        self, *, mac: str, device_id: str = "2507159999", name: str | None = None
    ) -> None:
        """Become another unit at the same address."""
        self.options.mac = mac
        self.options.device_id = device_id
        if name is not None:
            self.options.name = name
        self.reset_settings()
        self.sessions.clear()
        self.engine.off("replaced")
        self.close_connections()

    def reset_settings(self) -> None:
        """Return to the settings and files of a new unit; the login stays."""
        self.documents.reset()
        self.files.reset()
        self.alarm_log.clear()
        self.refresh_idle()

    def set_password(self, password: str, *, keep_sessions: bool = False) -> None:
        """Change the administrator's password."""
        self.options.password = password
        self._set_administrator()
        if not keep_sessions:
            self.sessions.clear()

    def expire_sessions(self) -> None:
        """End every session at once."""
        self.sessions.clear()

    # Looking

    @property
    def outputs(self) -> Outputs:
        """Return what the unit shows and plays now."""
        self.clock.sync()
        return self.engine.snapshot()

    @property
    def timeline(self) -> list[OutputChange]:
        """Return every change of the outputs so far."""
        self.clock.sync()
        return self.engine.timeline

    @property
    def udp_port(self) -> int:
        """Return the port on which searches are answered; 0 if none."""
        return 0 if self.discovery is None else self.discovery.port

    # Alarms from outside

    async def trigger_probe(self) -> bool:
        """Let the probe report; return whether an alarm schedule answered.

        Waits until the push has been answered.
        """
        self.clock.sync()
        if not self.powered or self.documents[SENSOR].get("Enabled") != "1":
            return False
        return await self._run_schedule(PROBE, "probe")

    async def trigger_broadcast(self) -> bool:
        """Let another unit's alarm arrive; return whether it was acted upon."""
        self.clock.sync()
        if not self.powered:
            return False
        if self.documents[BROADCAST_LINK].get("IsAcceptBroadcast") != "1":
            return False
        return await self._run_schedule(BROADCAST, "broadcast")

    def add_log(self, kind: int, time: datetime | None = None) -> None:
        """Write an alarm into the log (0 probe, 1 API, 2 broadcast)."""
        moment = time or self._log_time()
        self.alarm_log.append(LogEntry(kind, moment.replace(microsecond=0)))
        del self.alarm_log[:-CAPACITY]

    @property
    def local_time(self) -> datetime:
        """Return the wall clock in the unit's own zone."""
        zone = self.documents[NTP].children[0].get("TZ", "GMT+00:00")
        sign = -1 if zone[3] == "-" else 1
        hours, minutes = int(zone[4:6]), int(zone[7:9])
        summer = int(self.documents[NTP].get("DST") == "1")
        shift = sign * timedelta(hours=hours, minutes=minutes)
        return self.clock.wall + shift + timedelta(hours=summer)

    def _log_time(self) -> datetime:
        """Return the time as the log prints it."""
        return self.clock.wall if self.options.log_zone == "utc" else self.local_time

    def _matching_schedule(self, path: str) -> Node | None:
        """Return the enabled schedule of this moment with the lowest id."""
        now = self.local_time
        day = str((now.weekday() + 1) % 7)
        time = f"{now:%H:%M:%S}"
        for schedule in self.documents.schedules(path):
            if schedule.get("ScheduleEnable") != "1":
                continue
            if day not in schedule.get("WeekDays"):
                continue
            begin, end = schedule.get("BeginTime"), schedule.get("EndTime")
            if begin <= end and begin <= time <= end:
                return schedule
            if begin > end and (time >= begin or time <= end):
                return schedule
        return None

    async def _run_schedule(self, kind: int, cause: str) -> bool:
        """Carry out the alarm schedule of this moment."""
        schedule = self._matching_schedule(ALARM)
        if schedule is None:
            return False
        loop = self.options.schedule_sound == "loop"
        self.engine.run_schedule(
            front=_front(schedule),
            back=_back(schedule),
            sound=_sound(schedule, None if loop else 1),
            relay=schedule.get("AlarmOutEnable") == "1",
            duration=_number(schedule, 60, "AlarmOutInterval", "AlarmOutDuration"),
            cause=cause,
        )
        self.add_log(kind)
        mailing = schedule.get("EmailEnabled") == "1"
        if mailing:
            self.emails.append(cause)
        if schedule.get("BroadcastEnabled") == "1" and kind == PROBE:
            self.broadcasts.append(cause)
        if schedule.get_any("HTTPMsgEnabled") == "1" and kind == PROBE:
            await self._push(PROBE)
        if mailing:
            await self._mail(cause)
        return True

    async def _mail(self, cause: str) -> None:
        """Send a mail to the configured receivers."""
        config = self.documents[EMAIL].copy()
        names = recipients(config)
        if config.get("Enabled") != "1" or not names:
            return
        zone = self.local_time - self.clock.wall
        mail = compose(config, self.options, cause, self.local_time, zone)
        moment = self.clock.monotonic
        error = await deliver(config, mail, self.options.mail_timeout)
        self.mails.append(
            MailResult(
                cause=cause,
                time=moment,
                server=f"{config.get('SmtServer')}:{config.get('SmtPort')}",
                recipients=names,
                subject=config.get("SensorAlarmTitle"),
                error=error,
            )
        )

    async def _push(self, alarm_type: int) -> None:
        """Send an alarm message to the configured server."""
        config = self.documents[HTTP_LINK]
        url = config.get("Server")
        if config.get("Enabled") != "1" or not url:
            return
        if self.options.append_push_path:
            url = f"{url.rstrip('/')}{PUSH_PATH}?ID=0"
        body = render(
            push_document(
                device_id=self.options.device_id,
                software=self.options.software,
                mac=self.options.mac,
                address=self.options.ip_address,
                alarm_type=alarm_type,
                time=self._log_time(),
            )
        )
        headers = push_headers(config)
        moment = self.clock.monotonic
        status, error = await post(url, body, headers, self.options.push_timeout)
        self.pushes.append(
            PushResult(
                time=moment,
                url=url,
                alarm_type=alarm_type,
                body=body,
                headers=headers,
                status=status,
                error=error,
            )
        )

    # Idle schedule

    def refresh_idle(self) -> None:
        """Show the idle schedule of this moment and look again when it changes."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self.powered or self._parked is None:
            schedule = self._matching_schedule(IDLE)
            if schedule is None:
                self.engine.set_idle(None, None, None)
            else:
                self.engine.set_idle(
                    _front(schedule), _back(schedule), _idle_sound(schedule)
                )
        wait = self._seconds_to_boundary()
        self._idle_timer = self.clock.call_later(wait, self.refresh_idle)

    def _seconds_to_boundary(self) -> float:
        """Return the time until a window of the idle schedule opens or closes."""
        now = self.local_time
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        waits = [timedelta(days=1) - (now - midnight)]
        for schedule in self.documents.schedules(IDLE):
            for name, extra in (("BeginTime", 0), ("EndTime", 1)):
                clock = schedule.get(name) or "00:00:00"
                hours, minutes, seconds = (int(part) for part in clock.split(":"))
                moment = midnight + timedelta(
                    hours=hours, minutes=minutes, seconds=seconds + extra
                )
                if moment > now:
                    waits.append(moment - now)
        return max(min(waits).total_seconds(), 0.001)

    def _set_administrator(self) -> None:
        """Enter the login of the options into the table of users."""
        self.users[self.options.username] = (self.options.password, 0)

    def _found(self) -> bytes | None:
        """Describe the unit to whoever searches; nothing while it is off."""
        if not self.powered:
            return None
        return render(discovery_answer(self.options, self.port, tls=self.tls))


def _number(node: Node, default: int, *names: str) -> int:
    """Return a number of a schedule, in any spelling; empty means the default."""
    return int(node.get_any(*names) or default)


def _front(schedule: Node) -> Light | None:
    """Return what a schedule shows in front."""
    if schedule.get("FrontLightEnable") != "1":
        return None
    mode = _number(schedule, 1, "FrontLightDisplayMode")
    color = _number(schedule, 1, "FrontLightColor1")
    brightness = _number(schedule, 255, "FrontLightBrightness")
    frequency = _number(schedule, 100, "FrontLightFrequency")
    return Light(
        color1=color,
        color2=_number(schedule, 0, "FrontLightColor2", "FrontLighColor2"),
        mode=mode,
        brightness=brightness if color <= 4 else 255,
        frequency=frequency if mode == STROBE_MODE else None,
    )


def _back(schedule: Node) -> Light | None:
    """Return what a schedule shows at the back."""
    if schedule.get_any("BackLightEnable") != "1":
        return None
    color = _number(schedule, 1, "BackLightColor")
    brightness = _number(schedule, 255, "BackLightBrightness")
    return Light(
        color1=color,
        mode=_number(schedule, 1, "BackLightDisplayMode"),
        brightness=brightness if color <= 4 else 255,
    )


def _sound(schedule: Node, plays: int | None) -> SoundOrder | None:
    """Return what an alarm schedule plays."""
    if schedule.get("PlayEnable") != "1" or not schedule.get("PlayFile"):
        return None
    return SoundOrder(
        file=schedule.get("PlayFile"),
        volume=_number(schedule, 80, "Volume"),
        plays=plays,
    )


def _idle_sound(schedule: Node) -> SoundOrder | None:
    """Return what an idle schedule plays."""
    order = _sound(schedule, 1)
    if order is None:
        return None
    times = _number(schedule, 1, "PlayTimes")
    plays = {0: 1, 1: times, 2: None}[_number(schedule, 0, "CycleMode")]
    return SoundOrder(
        file=order.file,
        volume=order.volume,
        plays=plays,
        interval=float(_number(schedule, 0, "Interval")),
        owner="idle",
    )
