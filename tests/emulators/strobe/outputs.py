"""Lights, loudspeaker and relay of the unit, in virtual time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

from ..clock import Timer, VirtualClock
from .options import StrobeOptions

BLINK_SECONDS: Final[Mapping[int, float]] = {2: 20.0, 3: 40.0, 4: 50.0}
"""Ten times one second on and off, ten times two, five times five."""
STROBE_MODE: Final = 6


class Keep(Enum):
    """Marks a section that a request does not mention."""

    KEEP = auto()


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, kw_only=True)
class Light:
    """What one light shows."""

    color1: int
    color2: int = 0
    mode: int = 1
    brightness: int = 255
    frequency: int | None = None
    """Milliseconds; None unless the light strobes."""


@dataclass(frozen=True, kw_only=True)
class SoundOrder:
    """What the loudspeaker is told to play."""

    file: str
    volume: int
    plays: int | None = 1
    """None plays for ever."""
    interval: float = 0.0
    owner: str = "alarm"


@dataclass(frozen=True, kw_only=True)
class Sound:
    """What the loudspeaker does right now."""

    file: str
    volume: int
    finished: int
    """Plays that are over."""
    remaining: int | None
    """Plays that are not, with the running one; None if it never ends."""
    position: float | None
    """Seconds into the running play; None between two plays."""
    owner: str


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """All outputs at one moment."""

    front: Light | None
    back: Light | None
    sound: Sound | None
    relay: bool


@dataclass(frozen=True, kw_only=True)
class OutputChange:
    """One thing that became different."""

    time: float
    """Seconds of the virtual clock."""
    wall: datetime
    output: str
    """front, back, sound or relay."""
    event: str
    """on, off, changed or (sound only) restarted."""
    cause: str
    """api, probe, broadcast, idle, test, stop, expired, blink, played, reboot, …"""
    light: Light | None = None
    file: str | None = None
    volume: int | None = None
    plays: int | None = None


@dataclass(frozen=True, kw_only=True)
class AlarmOrder:
    """An alarm request after validation; what is KEEP was not mentioned."""

    enable: bool
    duration: int
    relay: bool | Keep
    front: Light | Keep | None
    back: Light | Keep | None
    sound: SoundOrder | Keep | None


class Player:
    """One run of a file: it knows where it is at any moment."""

    def __init__(self, order: SoundOrder, length: float, now: float) -> None:
        """Start playing."""
        self.order = order
        self.length = length
        self.started = now
        self._base = 0

    @property
    def period(self) -> float:
        """Return the seconds from one start to the next."""
        return max(self.length + self.order.interval, 0.001)

    def ends_at(self) -> float | None:
        """Return when the last play is over."""
        if self.order.plays is None:
            return None
        left = self.order.plays - self._base
        return self.started + left * self.period - self.order.interval

    def state(self, now: float) -> Sound:
        """Return what is heard at a moment."""
        cycles, into = divmod(now - self.started, self.period)
        playing = into < self.length
        finished = self._base + int(cycles) + (0 if playing else 1)
        plays = self.order.plays
        return Sound(
            file=self.order.file,
            volume=self.order.volume,
            finished=finished,
            remaining=None if plays is None else max(plays - finished, 0),
            position=into if playing else None,
            owner=self.order.owner,
        )

    def go_on(self, order: SoundOrder, now: float) -> None:
        """Take a new order for the same file without starting again.

        The number of plays counts from the one that is running.
        """
        cycles = int((now - self.started) // self.period)
        finished = self.state(now).finished
        self._base += cycles
        self.started += cycles * self.period
        plays = None if order.plays is None else finished + order.plays
        self.order = replace(order, plays=plays)


class OutputEngine:
    """Run the outputs and write down each change."""

    def __init__(
        self,
        clock: VirtualClock,
        options: StrobeOptions,
        length: Callable[[str], float | None],
    ) -> None:
        """Start with everything off."""
        self._clock = clock
        self._options = options
        self._length = length
        self.timeline: list[OutputChange] = []
        self._front: Light | None = None
        self._back: Light | None = None
        self._relay = False
        self._player: Player | None = None
        self._idle_front: Light | None = None
        self._idle_back: Light | None = None
        self._idle_order: SoundOrder | None = None
        self._idle_player: Player | None = None
        self._idle_hidden = False
        self._timers: dict[str, Timer] = {}
        self._seen_front: Light | None = None
        self._seen_back: Light | None = None
        self._seen_relay = False
        self._seen_player: Player | None = None
        self._seen_order: SoundOrder | None = None

    @property
    def playing(self) -> str | None:
        """Return the file that plays."""
        player = self._heard()
        return None if player is None else player.order.file

    def snapshot(self) -> Outputs:
        """Return what is visible and audible now."""
        player = self._heard()
        return Outputs(
            front=self._visible(self._front, self._idle_front),
            back=self._visible(self._back, self._idle_back),
            sound=None if player is None else player.state(self._clock.monotonic),
            relay=self._relay,
        )

    # Orders

    def alarm(self, order: AlarmOrder, cause: str) -> None:
        """Carry out an alarm request."""
        if not order.enable:
            if self._options.alarm_disable == "stop":
                self.stop("stop")
            return
        self._idle_hidden = not self._options.idle_returns
        missing: Keep | None = (
            KEEP if self._options.missing_section == "untouched" else None
        )
        self._set_front(missing if order.front is KEEP else order.front)
        self._set_back(missing if order.back is KEEP else order.back)
        self._set_sound(missing if order.sound is KEEP else order.sound, cause)
        self._set_relay(
            (missing or False) if order.relay is KEEP else order.relay,
            order.duration,
            cause,
        )
        if self._options.duration_bounds == "all":
            self._arm("alarm", order.duration, lambda: self.stop("expired"))
        else:
            self._disarm("alarm")
        self._record(cause)

    def run_schedule(
        self,
        *,
        front: Light | None,
        back: Light | None,
        sound: SoundOrder | None,
        relay: bool,
        duration: int,
        cause: str,
    ) -> None:
        """Let an alarm schedule take all outputs over for its duration."""
        self._idle_hidden = not self._options.idle_returns
        self._set_front(front)
        self._set_back(back)
        self._set_sound(sound, cause)
        self._set_relay(relay, duration, cause)
        self._arm("alarm", duration, lambda: self.stop("expired"))
        self._record(cause)

    def test_sound(self, order: SoundOrder | None) -> None:
        """Start or stop the loudspeaker test."""
        if order is not None:
            self._set_sound(order, "test")
        elif self._player is not None and self._player.order.owner == "test":
            self._set_sound(None, "test")
        self._record("test")

    def stop(self, cause: str) -> None:
        """Switch off all that is not the idle schedule's."""
        for name in ("alarm", "front", "relay", "sound"):
            self._disarm(name)
        self._front = self._back = None
        self._relay = False
        self._player = None
        self._resume_idle()
        self._record(cause)

    def set_idle(
        self,
        front: Light | None,
        back: Light | None,
        sound: SoundOrder | None,
        cause: str = "idle",
    ) -> None:
        """Show what the idle schedule of this moment says."""
        self._idle_hidden = False
        self._idle_front, self._idle_back = front, back
        if sound != self._idle_order:
            self._idle_order = sound
            self._idle_player = None
            self._disarm("idle")
            if sound is not None and self._player is None:
                self._start_idle()
        self._record(cause)

    def off(self, cause: str) -> None:
        """Lose power: everything is off, the idle schedule too."""
        self._idle_front = self._idle_back = None
        self._idle_order = None
        self._idle_player = None
        self._disarm("idle")
        self.stop(cause)

    # Parts

    def _set_front(self, light: Light | Keep | None) -> None:
        """Switch the front light; blinks end by themselves."""
        if light is KEEP:
            return
        self._front = light
        self._disarm("front")
        finite = self._options.blinks == "finite"
        if light is not None and finite and light.mode in BLINK_SECONDS:
            self._arm("front", BLINK_SECONDS[light.mode], self._blink_over)

    def _set_back(self, light: Light | Keep | None) -> None:
        """Switch the back light."""
        if light is not KEEP:
            self._back = light

    def _set_relay(self, closed: bool | Keep, duration: int, cause: str) -> None:
        """Switch the relay; it opens after the duration."""
        if closed is KEEP:
            return
        if closed and self._relay and self._options.relay_repeat == "pulse":
            self._relay = False
            self._record(cause)
        self._relay = closed
        self._disarm("relay")
        if closed:
            self._arm("relay", duration, self._relay_over)

    def _set_sound(self, order: SoundOrder | Keep | None, cause: str) -> None:
        """Start, continue or stop the sound."""
        if order is KEEP:
            return
        running = self._player
        self._disarm("sound")
        if order is None:
            self._player = None
            self._resume_idle()
            return
        now = self._clock.monotonic
        if (
            running is not None
            and running.order.file == order.file
            and running.order.owner == order.owner
            and self._options.repeated_sound == "continue"
        ):
            running.go_on(order, now)
        else:
            length = self._length(order.file)
            self._player = None if length is None else Player(order, length, now)
            self._idle_player = None
            self._disarm("idle")
        self._arm_end("sound", self._player, self._sound_over)

    def _start_idle(self) -> None:
        """Play the sound of the idle schedule."""
        if self._idle_order is None:
            return
        length = self._length(self._idle_order.file)
        if length is not None:
            now = self._clock.monotonic
            self._idle_player = Player(self._idle_order, length, now)
            self._arm_end("idle", self._idle_player, self._idle_over)

    def _resume_idle(self) -> None:
        """Return to an endless idle sound after another one."""
        if (
            self._idle_order is not None
            and self._idle_player is None
            and self._idle_order.plays is None
            and not self._idle_hidden
        ):
            self._start_idle()

    def _blink_over(self) -> None:
        """End a blink that counts."""
        self._front = None
        self._record("blink")

    def _relay_over(self) -> None:
        """Open the relay."""
        self._relay = False
        self._record("expired")

    def _sound_over(self) -> None:
        """End a sound that was played often enough."""
        self._player = None
        self._resume_idle()
        self._record("played")

    def _idle_over(self) -> None:
        """End the sound of the idle schedule."""
        self._idle_player = None
        self._record("played")

    def _arm_end(
        self, name: str, player: Player | None, callback: Callable[[], None]
    ) -> None:
        """Call back at the end of a player."""
        end = None if player is None else player.ends_at()
        if end is not None:
            self._arm(name, end - self._clock.monotonic, callback)

    def _arm(self, name: str, seconds: float, callback: Callable[[], None]) -> None:
        """Set the timer of a name, in place of an earlier one."""
        self._disarm(name)
        self._timers[name] = self._clock.call_later(seconds, callback)

    def _disarm(self, name: str) -> None:
        """Take back the timer of a name."""
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    # Looking

    def _heard(self) -> Player | None:
        """Return what plays, alarms before the idle schedule."""
        if self._player is not None:
            return self._player
        return None if self._idle_hidden else self._idle_player

    def _visible(self, light: Light | None, idle: Light | None) -> Light | None:
        """Return what shows, alarms before the idle schedule."""
        if light is not None or self._idle_hidden:
            return light
        return idle

    def _record(self, cause: str) -> None:
        """Compare with what was seen last and write the differences down."""
        now = self.snapshot()
        self._note_light("front", self._seen_front, now.front, cause)
        self._note_light("back", self._seen_back, now.back, cause)
        if now.relay != self._seen_relay:
            self._note("relay", "on" if now.relay else "off", cause)
        self._note_sound(cause)
        self._seen_front, self._seen_back = now.front, now.back
        self._seen_relay = now.relay

    def _note_light(
        self, name: str, before: Light | None, after: Light | None, cause: str
    ) -> None:
        """Write down a different light."""
        if before == after:
            return
        event = "off" if after is None else "changed" if before else "on"
        self._note(name, event, cause, light=after)

    def _note_sound(self, cause: str) -> None:
        """Write down a different, or restarted, sound."""
        player = self._heard()
        order = None if player is None else player.order
        before, before_order = self._seen_player, self._seen_order
        self._seen_player, self._seen_order = player, order
        if order is None:
            if before is not None:
                self._note("sound", "off", cause)
            return
        if player is before and order == before_order:
            return
        if before is None or before_order is None:
            event = "on"
        elif player is not before and before_order.file == order.file:
            event = "restarted"
        else:
            event = "changed"
        self._note(
            "sound",
            event,
            cause,
            file=order.file,
            volume=order.volume,
            plays=order.plays,
        )

    def _note(
        self,
        output: str,
        event: str,
        cause: str,
        *,
        light: Light | None = None,
        file: str | None = None,
        volume: int | None = None,
        plays: int | None = None,
    ) -> None:
        """Add a line to the timeline."""
        self.timeline.append(
            OutputChange(
                time=self._clock.monotonic,
                wall=self._clock.wall,
                output=output,
                event=event,
                cause=cause,
                light=light,
                file=file,
                volume=volume,
                plays=plays,
            )
        )
