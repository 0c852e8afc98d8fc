"""What happens in front of the camera, and what it tells others about it."""

from datetime import timezone
from typing import override

from . import events, log
from .blocks_network import EMAIL
from .blocks_picture import MOTION, SCHEDULE, TRIGGER
from .describe import ChannelState
from .errors import RefusedError
from .kinds import truth
from .mail import MailResult, compose, deliver, login_of, mails_at, recipients
from .push import (
    Notice,
    PushResult,
    interval,
    motion_notice,
    recording_notice,
    send,
)
from .recorder import HTTP, MOTION as MOTION_FILE, Recording
from .unit import BviewUnit
from .xmldoc import Node


class BviewScene(BviewUnit):
    """A camera that sees, hears of alarms, records and sends notices."""

    _mailed_at: float | None = None
    """When motion was mailed last, in seconds of the virtual clock."""

    @override
    def reboot(self, seconds: float | None = None) -> None:
        """Restart; motion is forgotten, outputs open."""
        self.end_motion()
        self.around.outputs.clear()
        super().reboot(seconds)

    @override
    def forget(self) -> None:
        """Empty the records and the counters."""
        super().forget()
        self.pushes.clear()

    @property
    def state(self) -> ChannelState:
        """Return what DeviceStatus tells."""
        return ChannelState(
            record_state=self.recorder.state,
            video_lost=self.video_lost,
            motion=self.around.moving,
            alarm_in=bool(self.around.inputs),
            alarm_out=bool(self.around.outputs),
        )

    @property
    def motion_armed(self) -> bool:
        """Tell whether motion would be detected now."""
        if self.video_lost or not truth(self.settings.node(MOTION).get("Enable")):
            return False
        week = self.settings.node(SCHEDULE)
        if truth(week.get("AllDay")):
            return True
        now = self.local_time
        day = (now.weekday() + 1) % 7
        half_hour = now.hour * 2 + now.minute // 30
        return week.get(f"TimeBlock/Block_{day}")[half_hour : half_hour + 1] == "1"

    def detect_motion(self, seconds: float | None = None) -> bool:
        """Let something move; tell whether the camera noticed.

        It ends by itself after some virtual seconds, or with `end_motion`.
        """
        self.clock.sync()
        if not self.motion_armed:
            return False
        if self.around.end_timer is not None:
            self.around.end_timer.cancel()
            self.around.end_timer = None
        if not self.around.moving:
            self.around.moving = True
            self.events.happen(events.MOTION, self.local_time)
            self.log.add(log.MOTION_BEGIN, self.local_time, channel=1)
            self._trigger()
        if seconds is not None:
            self.around.end_timer = self.clock.call_later(seconds, self.end_motion)
        return True

    def end_motion(self) -> None:
        """Let nothing move any more."""
        for timer in (self.around.end_timer, self.around.repeat_timer):
            if timer is not None:
                timer.cancel()
        self.around.end_timer = self.around.repeat_timer = None
        if self.around.moving:
            self.around.moving = False
            self.around.outputs.clear()
            self.log.add(log.MOTION_END, self.local_time, channel=1)
            self.recorder.release()

    def set_alarm_input(self, number: int = 1, *, on: bool = True) -> None:
        """Close or open an alarm input."""
        if not 1 <= number <= self.options.alarm_inputs:
            raise ValueError(f"No alarm input {number}")
        self.clock.sync()
        rising = on and not self.around.inputs
        (self.around.inputs.add if on else self.around.inputs.discard)(number)
        if rising:
            self.events.happen(events.ALARM_IN, self.local_time)
            self.log.add(log.INPUT_ALARM, self.local_time, channel=1)

    def set_alarm_output(self, number: int = 1, *, on: bool = True) -> None:
        """Close or open an alarm output, as no command can."""
        if not 1 <= number <= self.options.alarm_outputs:
            raise ValueError(f"No alarm output {number}")
        (self.around.outputs.add if on else self.around.outputs.discard)(number)

    def lose_video(self) -> None:
        """Lose the signal of the sensor."""
        if not self.video_lost:
            self.end_motion()
            self.video_lost = True
            self.events.happen(events.VIDEO_LOST, self.local_time)
            self.log.add(log.SIGNAL_LOSS, self.local_time, channel=1)

    def restore_video(self) -> None:
        """Find the signal of the sensor again."""
        if self.video_lost:
            self.video_lost = False
            self.log.add(log.SIGNAL_RESTORE, self.local_time, channel=1)

    def _trigger(self) -> None:
        """Do what motion sets off."""
        trigger = self.settings.node(TRIGGER)
        if truth(trigger.get("Record/Enable")) and not self.recorder.busy:
            try:
                self.recorder.start(MOTION_FILE, "motion", hold=True)
            except RefusedError:
                self.log.add(log.DISK_FULL, self.local_time)
            else:
                self.log.add(log.AUTO_RECORD, self.local_time, channel=1)
        if truth(trigger.get("AlarmOut/Enable")) and self.options.alarm_outputs:
            self.around.outputs.add(1)
        if truth(trigger.get("Mail/Enable")):
            self.emails.append("motion")
            self._mail_motion()
        self._tell_motion()

    def _mail_motion(self) -> None:
        """Send a mail of motion, unless the last one was a moment ago."""
        config = self.settings.read(EMAIL)
        now, last = self.clock.monotonic, self._mailed_at
        pause = float(config.get("RefreshIntervals") or 0)
        if last is not None and now - last < pause:
            return
        if mails_at(config, self.local_time):
            self._mailed_at = now
            self.mail("motion")

    def mail(self, cause: str) -> None:
        """Send a mail in the background; `settle` waits for it."""
        self.spawn(self._mail(self.settings.read(EMAIL), cause))

    async def _mail(self, config: Node, cause: str) -> None:
        """Send a mail and keep what came of it."""
        picture: bytes | None = None
        if truth(config.get("AttachedSnapshot")):
            self.snapshots += 1
            picture = self.picture(self.snapshots)
        zone = timezone(self.wall_clock.utc_offset)
        now = self.local_time.replace(tzinfo=zone, microsecond=0)
        message = compose(config, self.options, cause, now, picture)
        password = self.settings.secrets.get((EMAIL, "SenderEmailPassword"), "")
        login, moment = login_of(config, password), self.clock.monotonic
        error = await deliver(config, message, login, self.options.mail_timeout)
        self.mails.append(
            MailResult(
                cause=cause,
                time=moment,
                server=f"{config.get('SMTPServer')}:{config.get('SMTPPort')}",
                recipients=recipients(config),
                message=message,
                picture=picture,
                login=login,
                error=error,
            )
        )

    def motion_target(self) -> str | None:
        """Return the address that hears of motion, if there is one."""
        notice = motion_notice(self.settings, self.options)
        return None if notice is None else notice.url

    def _tell_motion(self) -> None:
        """Tell about motion, and again for as long as it lasts."""
        if not self.around.moving:
            return
        if truth(self.settings.node(TRIGGER).get("NotifyAMS/Enable")):
            self._push(motion_notice(self.settings, self.options))
        wait = interval(self.settings)
        self.around.repeat_timer = self.clock.call_later(wait, self._tell_motion)

    def record_event(self) -> None:
        """Record as `HttpEvent/Call` does."""
        self.recorder.start(HTTP, self.options.http_record_state)
        self.log.add(log.MANUAL_RECORD, self.local_time, channel=1)

    @override
    def saved(self, recording: Recording) -> None:
        """Note a finished file, and tell about it."""
        self.log.add(log.RECORD_STOP, self.local_time, channel=1)
        if recording.name.startswith(HTTP) or self.options.notify_for == "all":
            self._push(recording_notice(self.settings, self.options, recording.name))

    def _push(self, notice: Notice | None) -> None:
        """Send a notice in the background; `settle` waits for it."""
        if notice is not None and self.powered:
            self.spawn(self._send(notice))

    async def _send(self, notice: Notice) -> None:
        """Send a notice and keep what came of it."""
        time = self.clock.monotonic
        status, error = await send(notice, self.options.push_timeout)
        self.pushes.append(
            PushResult(notice=notice, time=time, status=status, error=error)
        )
