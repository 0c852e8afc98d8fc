"""What front light, back light, relay and loudspeaker show, as one request.

The unit takes all outputs in one alarm request and tells nothing back (section
2.6.4). Nothing in the document says what a missing part means, so all four parts
are always sent, on or off.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum, auto
import math
from typing import Self

from ...model.device import Json
from ...model.vocabulary import Color, Effect, Notify
from ...transport.payload import Node
from .client import AlarmField
from .const import (
    BACK_EFFECT_CODES,
    COLOR_CODES,
    DIMMABLE,
    FRONT_EFFECT_CODES,
    SOUND_MARGIN,
    UNKNOWN_LENGTH,
)


class Owner(StrEnum):
    """Who uses the loudspeaker."""

    SIREN = auto()
    SPEAKER = auto()


@dataclass(frozen=True, kw_only=True)
class Light:
    """A light that is on; until is in seconds since the epoch, None without a limit."""

    color: Color
    effect: Effect = Effect.STEADY
    level: float = 1.0
    second: Color | None = None
    period: int = 100
    until: float | None = None

    @property
    def brightness(self) -> int:
        """Brightness of the unit, 1 to 255: a light that is on never rounds to 0."""
        return max(1, min(255, round(self.level * 255)))


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The closed alarm output."""

    until: float | None = None


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A file that plays, from the moment it was last sent."""

    file: str
    volume: int
    """Percent."""
    owner: Owner
    started: float
    times: int | None = 1
    """Plays asked for; None plays until it is stopped."""
    interval: int = 0
    length: float | None = None
    """Seconds of one play, None where it is not known."""
    until: float | None = None

    @property
    def natural_end(self) -> float | None:
        """When the last play is over, in seconds since the epoch."""
        if self.times is None:
            return None
        length = UNKNOWN_LENGTH if self.length is None else self.length
        plays = self.times * length + (self.times - 1) * self.interval
        return self.started + plays + SOUND_MARGIN

    def resent(self, now: float) -> Self | None:
        """Return what is left to be played when this is sent again now, if anything.

        A play that is over is not asked for again, also while its margin lasts.
        """
        if self.times is None:
            return replace(self, started=now)
        length = UNKNOWN_LENGTH if self.length is None else self.length
        one = max(length + self.interval, 0.1)
        finished = int((now - self.started + self.interval) / one)
        if finished >= self.times:
            return None
        return replace(self, started=now, times=self.times - finished)


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Everything that is on."""

    front: Light | None = None
    back: Light | None = None
    relay: Relay | None = None
    sound: Sound | None = None

    @property
    def anything(self) -> bool:
        """Return whether something is on."""
        return any((self.front, self.back, self.relay, self.sound))

    def at(self, now: float) -> Self:
        """Return what is on at a moment: without what has come to its end."""
        sound = self.sound
        if sound and sound.natural_end is not None and sound.natural_end <= now:
            sound = None
        return replace(
            self,
            front=None if _over(self.front, now) else self.front,
            back=None if _over(self.back, now) else self.back,
            relay=None if _over(self.relay, now) else self.relay,
            sound=None if _over(sound, now) else sound,
        )

    @property
    def limits(self) -> tuple[float, ...]:
        """When parts have to go off, in seconds since the epoch."""
        parts = (self.front, self.back, self.relay, self.sound)
        return tuple(part.until for part in parts if part and part.until is not None)

    def fields(
        self, duration: int, notify: frozenset[Notify]
    ) -> tuple[AlarmField, ...]:
        """Return the request that makes the unit show exactly this."""
        return (
            _field("AlarmEnable", "alarmenable", value=True),
            _field("AlarmOutEnable", "alarmoutenable", value=self.relay is not None),
            _field("AlarmOutDuration", "alarmoutduration", duration),
            *_sound_fields(self.sound),
            *_light_fields("Front", self.front, FRONT_EFFECT_CODES),
            *_light_fields("Back", self.back, BACK_EFFECT_CODES),
            *_notify_fields(notify),
        )

    def save(self) -> dict[str, Json]:
        """Return this as something to be kept."""
        return {
            name: None if part is None else dict(vars(part))
            for name, part in vars(self).items()
        }

    @classmethod
    def load(cls, saved: Json) -> Self:
        """Read what save has returned; what cannot be read is off."""
        node = Node(saved if isinstance(saved, dict) else {})
        try:
            return cls(
                front=_load_light(node.node("front")),
                back=_load_light(node.node("back")),
                relay=_load_relay(node.node("relay")),
                sound=_load_sound(node.node("sound")),
            )
        except ValueError:
            return cls()


type Step = Callable[[Outputs], Outputs]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one caller, or several at once, want to be different."""

    steps: tuple[Step, ...] = ()
    notify: frozenset[Notify] = frozenset()
    force: bool = False
    """Silence the unit with all it takes, even if nothing is believed to be on."""

    def over(self, earlier: Change) -> Change:
        """Return both changes, this one on top."""
        return Change(
            steps=earlier.steps + self.steps,
            notify=earlier.notify | self.notify,
            force=earlier.force or self.force,
        )

    def apply(self, outputs: Outputs) -> Outputs:
        """Return the outputs as they shall be."""
        for step in self.steps:
            outputs = step(outputs)
        return outputs


def silence(*, alarm: bool) -> tuple[AlarmField, ...]:
    """Return the request with everything off, as an end of the alarm or as an alarm.

    As an alarm it lasts a second, so that an idle schedule can come back.
    """
    return (
        _field("AlarmEnable", "alarmenable", value=alarm),
        _field("AlarmOutEnable", "alarmoutenable", value=False),
        *([_field("AlarmOutDuration", "alarmoutduration", 1)] if alarm else []),
        _field("PlayEnable", "playenable", value=False),
        _field("FrontLightEnable", "flightenable", value=False),
        _field("BackLightEnable", "blightenable", value=False),
        *_notify_fields(frozenset()),
    )


def seconds_until(moment: float, now: float) -> int:
    """Return whole seconds until a moment, rounded up, at least one."""
    # A little less: 12.0000001 seconds are 12.
    return max(1, math.ceil(moment - now - 0.001))


def _over(part: Light | Relay | Sound | None, now: float) -> bool:
    return part is not None and part.until is not None and part.until <= now


def _field(xml: str, url: str, value: str | int | bool) -> AlarmField:
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return AlarmField(xml=xml, url=url, value=text)


def _sound_fields(sound: Sound | None) -> list[AlarmField]:
    if sound is None:
        return [_field("PlayEnable", "playenable", value=False)]
    mode = {None: 2, 1: 0}.get(sound.times, 1)
    return [
        _field("PlayEnable", "playenable", value=True),
        _field("PlayFile", "playfile", sound.file),
        _field("Volume", "volume", sound.volume),
        _field("CycleMode", "cyclemode", mode),
        *([_field("PlayTimes", "playtimes", sound.times or 1)] if mode == 1 else []),
        _field("Interval", "interval", sound.interval),
    ]


def _light_fields(
    side: str, light: Light | None, codes: dict[Effect, int]
) -> list[AlarmField]:
    name, short = f"{side}Light", f"{side[0].lower()}light"
    fields = [_field(f"{name}Enable", f"{short}enable", value=light is not None)]
    if light is None:
        return fields
    color = COLOR_CODES[light.color]
    if side == "Front":
        second = COLOR_CODES[light.second] if light.second else 0
        fields += [
            _field(f"{name}Color1", f"{short}color1", color),
            _field(f"{name}Color2", f"{short}color2", second),
        ]
    else:
        fields.append(_field(f"{name}Color", f"{short}color", color))
    mode = codes.get(light.effect, 1)
    fields.append(_field(f"{name}DisplayMode", f"{short}displaymode", mode))
    if light.color in DIMMABLE:
        fields.append(
            _field(f"{name}Brightness", f"{short}brightness", light.brightness)
        )
    if light.effect is Effect.STROBE:
        fields.append(_field(f"{name}Frequency", f"{short}frequency", light.period))
    return fields


def _notify_fields(notify: frozenset[Notify]) -> tuple[AlarmField, ...]:
    return (
        _field("HttpMsgEnabled", "httpmsgenabled", value=Notify.HTTP in notify),
        _field("EmailEnabled", "emailenabled", value=Notify.MAIL in notify),
        _field(
            "BroadcastEnabled", "broadcastenabled", value=Notify.BROADCAST in notify
        ),
    )


def _load_light(node: Node | None) -> Light | None:
    if node is None:
        return None
    second = node.text("second")
    return Light(
        color=Color(node.text("color") or ""),
        effect=Effect(node.text("effect") or ""),
        level=node.number("level") or 1.0,
        second=Color(second) if second else None,
        period=node.integer("period") or 100,
        until=node.number("until"),
    )


def _load_relay(node: Node | None) -> Relay | None:
    return None if node is None else Relay(until=node.number("until"))


def _load_sound(node: Node | None) -> Sound | None:
    if node is None:
        return None
    return Sound(
        file=node.text("file") or "",
        volume=node.integer("volume") or 0,
        owner=Owner(node.text("owner") or ""),
        started=node.number("started") or 0.0,
        times=node.integer("times"),
        interval=node.integer("interval") or 0,
        length=node.number("length"),
        until=node.number("until"),
    )
