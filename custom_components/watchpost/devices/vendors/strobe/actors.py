"""What people do with lights, siren, loudspeaker and relay, as steps on the outputs."""

from collections.abc import Callable
from dataclasses import replace
import math
from typing import Literal

from ...model.commands import (
    AlarmCommand,
    LampCommand,
    LampState,
    LightPart,
    PlayCommand,
    SoundPart,
    SpeakerState,
)
from ...model.device import Clock, Surroundings
from ...model.errors import DeviceRequestError, Reason
from ...model.vocabulary import Color, Effect, Repeat
from .clips import Clips
from .composition import Light, Outputs, Owner, Relay, Sound, Step
from .const import BLINK_SECONDS, DIMMABLE, FINITE_PLAYS
from .kept import Kept, Shown
from .outputs import OutputDriver

type Side = Literal["front", "back"]


class LightActor:
    """One of the two lights."""

    def __init__(
        self,
        side: Side,
        colors: tuple[Color, ...],
        effects: tuple[Effect, ...],
        outputs: OutputDriver,
        kept: Kept,
        clock: Clock,
    ) -> None:
        """Bind a side with the colors it has."""
        self._side: Side = side
        self._colors = colors
        self._effects = effects
        self._outputs = outputs
        self._kept = kept
        self._clock = clock

    def read(self) -> LampState:
        """Return what was acknowledged; colors that cannot be dimmed are full on."""
        light = _light(self._outputs.now, self._side)
        if light is None:
            return LampState(on=False)
        return LampState(
            on=True,
            level=light.level if light.color in DIMMABLE else 1.0,
            color=light.color,
            effect=light.effect,
        )

    async def write(self, command: LampCommand) -> None:
        """Switch the light and leave everything else as it is."""
        if not command.on:
            await self._outputs.change(lambda outputs: self._put(outputs, None))
            return
        part = LightPart(
            color=command.color, effect=command.effect, level=command.level
        )
        await self._outputs.change(self.step(part, None))
        light = _light(self._outputs.now, self._side)
        if light is not None:
            shown = Shown(color=light.color, effect=light.effect, level=light.level)
            if self._side == "front":
                self._kept.show(front=shown)
            else:
                self._kept.show(back=shown)

    def step(self, part: LightPart, duration: float | None) -> Step:
        """Return the change that shows a light, for a time in seconds or until off."""
        choices = self._kept.choices
        last = choices.front if self._side == "front" else choices.back
        first = Color.WHITE if Color.WHITE in self._colors else self._colors[0]
        second = part.second_color or choices.second_color

        def show(outputs: Outputs) -> Outputs:
            base = _light(outputs, self._side)
            before = last or Shown(color=first)
            if base is not None:
                before = Shown(color=base.color, effect=base.effect, level=base.level)
            effect = part.effect or before.effect
            ends = [self._clock.now() + s for s in (duration,) if s is not None]
            if effect in BLINK_SECONDS:
                running = base is not None and part.effect is None
                # Only the color of a running pattern changes: it ends as it would.
                fresh = self._clock.now() + BLINK_SECONDS[effect]
                ends.append((base.until if running and base else None) or fresh)
            light = Light(
                color=part.color or before.color,
                effect=effect,
                level=before.level if part.level is None else part.level,
                second=second if self._side == "front" else None,
                period=part.period or choices.strobe_period,
                until=min(ends, default=None),
            )
            return self._put(outputs, light)

        return show

    async def renew(self) -> None:
        """Show the light with a second color or period chosen since."""
        choices = self._kept.choices
        if _light(self._outputs.now, self._side) is None:
            return

        def show(outputs: Outputs) -> Outputs:
            light = _light(outputs, self._side)
            if light is None:
                return outputs
            return self._put(
                outputs,
                replace(
                    light, second=choices.second_color, period=choices.strobe_period
                ),
            )

        await self._outputs.change(show)

    def require(self, part: LightPart) -> None:
        """Make sure that the unit has the colors and the pattern of a light.

        Raise:
            DeviceRequestError: It has not.
        """
        if part.effect not in (None, Effect.STEADY, *self._effects):
            raise DeviceRequestError(Reason.INVALID_VALUE)
        for color in (part.color, part.second_color):
            if color is not None and color not in self._colors:
                raise DeviceRequestError(Reason.INVALID_VALUE)

    def _put(self, outputs: Outputs, light: Light | None) -> Outputs:
        if self._side == "front":
            return replace(outputs, front=light)
        return replace(outputs, back=light)


class SoundActor:
    """The loudspeaker, which siren and media player share: the siren wins."""

    def __init__(
        self, clips: Clips, outputs: OutputDriver, kept: Kept, around: Surroundings
    ) -> None:
        """Bind the files."""
        self._clips = clips
        self._outputs = outputs
        self._kept = kept
        self._clock = around.clock
        self._spawn = around.spawn
        self._measuring: set[str] = set()
        """Files that are read at the moment."""

    @property
    def tone(self) -> str | None:
        """The file that the siren plays: the chosen one while it exists."""
        chosen, names = self._kept.choices.siren_tone, self._clips.names
        if chosen in names or not names:
            return chosen
        sirens = [name for name in names if "siren" in name.lower()]
        return (sirens or list(names))[0]

    def sounding(self) -> bool:
        """Return whether the siren sounds."""
        sound = self._outputs.now.sound
        return sound is not None and sound.owner is Owner.SIREN

    def speaker(self) -> SpeakerState:
        """Return what the media player plays."""
        sound = self._outputs.now.sound
        volume = self._kept.choices.speaker_volume / 100
        if sound is None or sound.owner is not Owner.SPEAKER:
            return SpeakerState(playing=False, volume=volume)
        return SpeakerState(
            playing=True,
            volume=sound.volume / 100,
            file=sound.file,
            length=sound.length,
            started=sound.started,
        )

    async def siren_step(self, part: SoundPart, duration: float | None) -> Step:
        """Return the change that sounds the siren, after looking for the file."""
        if part.silent:
            return lambda outputs: replace(outputs, sound=None)
        choices = self._kept.choices
        file = part.file or self.tone
        if file is None:
            raise DeviceRequestError(Reason.FILE_NOT_FOUND, {"file": ""})
        if part.file is not None:
            await self._clips.require(part.file)
        length = self._clips.length(file)
        interval = part.interval or 0
        seconds: float | None = duration
        if seconds is None and part.repeat is None:
            seconds = choices.siren_duration
        times = _plays(part, length, interval, seconds)
        percent = _percent(part.volume, choices.siren_volume)

        def sound(outputs: Outputs) -> Outputs:
            now = self._clock.now()
            return replace(
                outputs,
                sound=Sound(
                    file=file,
                    volume=percent,
                    owner=Owner.SIREN,
                    started=now,
                    times=times,
                    interval=interval,
                    length=length,
                    until=None if seconds is None else now + seconds,
                ),
            )

        return sound

    async def silence_siren(self) -> None:
        """Silence the siren and nothing else."""
        await self._outputs.change(_without_sound_of(Owner.SIREN))

    async def play(self, command: PlayCommand) -> None:
        """Play a file, unless the siren sounds."""
        self._refuse_while_siren()
        await self._clips.require(command.file)
        length = self._clips.length(command.file)
        times = {
            Repeat.ONCE: 1,
            Repeat.TIMES: command.times,
            Repeat.ENDLESS: None,
        }[command.repeat]
        percent = _percent(command.volume, self._kept.choices.speaker_volume)

        def play(outputs: Outputs) -> Outputs:
            if outputs.sound is not None and outputs.sound.owner is Owner.SIREN:
                return outputs
            return replace(
                outputs,
                sound=Sound(
                    file=command.file,
                    volume=percent,
                    owner=Owner.SPEAKER,
                    started=self._clock.now(),
                    times=times,
                    interval=command.interval,
                    length=length,
                ),
            )

        await self._outputs.change(play)
        # The siren may have come in between, with the same request.
        self._refuse_while_siren()
        self.learn(command.file)

    async def stop(self) -> None:
        """Stop what the media player plays; the siren goes on."""
        await self._outputs.change(_without_sound_of(Owner.SPEAKER))

    async def set_volume(self, volume: float) -> None:
        """Set the volume of the media player, also of what it plays now."""
        percent = _percent(volume, 0)
        self._kept.choose(replace(self._kept.choices, speaker_volume=percent))
        sound = self._outputs.now.sound
        if sound is None or sound.owner is not Owner.SPEAKER:
            return

        def turn(outputs: Outputs) -> Outputs:
            playing = outputs.sound
            if playing is None or playing.owner is not Owner.SPEAKER:
                return outputs
            left = playing.resent(self._clock.now())
            louder = replace(left, volume=percent) if left else None
            return replace(outputs, sound=louder)

        await self._outputs.change(turn)

    def _refuse_while_siren(self) -> None:
        if self.sounding():
            raise DeviceRequestError(Reason.SPEAKER_BUSY)

    def learn(self, file: str | None) -> None:
        """Find out in the background how long a file is, for its end and next time."""
        if file is None or file in self._measuring or self._clips.measured(file):
            return
        self._measuring.add(file)
        self._spawn(self._measure(file), "watchpost sound length")

    async def _measure(self, file: str) -> None:
        try:
            length = await self._clips.measure(file)
        finally:
            self._measuring.discard(file)
        if length is not None:
            self._outputs.learn_length(file, length)


class RelayActor:
    """The alarm output, which opens by itself."""

    def __init__(self, outputs: OutputDriver, kept: Kept, clock: Clock) -> None:
        """Bind the relay."""
        self._outputs = outputs
        self._kept = kept
        self._clock = clock

    def read(self) -> bool:
        """Return whether it is closed."""
        return self._outputs.now.relay is not None

    async def write(self, on: bool) -> None:
        """Close it for the chosen duration, or open it."""
        await self._outputs.change(self.step(on=on, duration=None))

    def step(self, *, on: bool, duration: float | None) -> Step:
        """Return the change that closes or opens it."""
        seconds = duration or self._kept.choices.output_duration

        def switch(outputs: Outputs) -> Outputs:
            closed = Relay(until=self._clock.now() + seconds) if on else None
            return replace(outputs, relay=closed)

        return switch


class AlarmActor:
    """All of them at once."""

    def __init__(
        self,
        outputs: OutputDriver,
        sound: SoundActor,
        relay: RelayActor,
        front: LightActor | None,
        back: LightActor | None,
    ) -> None:
        """Bind what the unit has."""
        self._outputs = outputs
        self._sound = sound
        self._relay = relay
        self._front = front
        self._back = back

    async def start(self, command: AlarmCommand) -> None:
        """Start an alarm in one request; parts that are not named stay as they are."""
        steps: list[Step] = []
        for light, part in ((self._front, command.front), (self._back, command.back)):
            if part is None:
                continue
            if light is None:
                raise DeviceRequestError(Reason.INVALID_VALUE)
            light.require(part)
            steps.append(light.step(part, command.duration))
        if command.relay is not None:
            steps.append(self._relay.step(on=command.relay, duration=command.duration))
        if command.sound is not None:
            steps.append(await self._sound.siren_step(command.sound, command.duration))
        await self._outputs.change(*steps, notify=command.notify)
        if command.sound is not None and not command.sound.silent:
            # Only now: nothing may hold up an alarm.
            self._sound.learn(command.sound.file or self._sound.tone)


def _light(outputs: Outputs, side: Side) -> Light | None:
    return outputs.front if side == "front" else outputs.back


def _percent(volume: float | None, default: int) -> int:
    return default if volume is None else round(min(1.0, max(0.0, volume)) * 100)


def _plays(
    part: SoundPart, length: float | None, interval: int, seconds: float | None
) -> int | None:
    """Return how often a tone has to play; None plays until it is stopped.

    A duration is turned into plays where the length is known: then the siren ends
    even if nobody is left to stop it.
    """
    match part.repeat:
        case Repeat.ONCE:
            return 1
        case Repeat.TIMES:
            return part.times or 1
        case Repeat.ENDLESS:
            return None
    if length is None or seconds is None or length + interval <= 0:
        return None
    plays = math.ceil((seconds + interval) / (length + interval))
    return plays if plays <= FINITE_PLAYS else None


def _without_sound_of(owner: Owner) -> Callable[[Outputs], Outputs]:
    def silence(outputs: Outputs) -> Outputs:
        if outputs.sound is None or outputs.sound.owner is not owner:
            return outputs
        return replace(outputs, sound=None)

    return silence
