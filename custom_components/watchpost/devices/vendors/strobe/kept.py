"""Values that the unit cannot hold and its owner chooses once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self

from ...model.device import Json, Memory
from ...model.vocabulary import Color, Effect
from ...transport.payload import Node
from .const import DURATION, STROBE_PERIOD, VOLUME_DEFAULT

_MEMORY: Final = "kept"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a light was last on: what comes back when it is only switched on."""

    color: Color
    effect: Effect = Effect.STEADY
    level: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What was chosen; durations in seconds, volumes in percent, period in ms."""

    second_color: Color | None = None
    strobe_period: int = STROBE_PERIOD[2]
    siren_tone: str | None = None
    siren_volume: int = VOLUME_DEFAULT
    siren_duration: int = DURATION[2]
    output_duration: int = DURATION[2]
    speaker_volume: int = VOLUME_DEFAULT
    front: Shown | None = None
    back: Shown | None = None

    @classmethod
    def load(cls, saved: Json) -> Self:
        """Read what was saved; what cannot be read is the default."""
        node = Node(saved if isinstance(saved, dict) else {})
        base = cls()
        second = node.text("second_color")
        try:
            return cls(
                second_color=Color(second) if second else None,
                strobe_period=node.integer("strobe_period") or base.strobe_period,
                siren_tone=node.text("siren_tone") or None,
                siren_volume=_or(node.integer("siren_volume"), base.siren_volume),
                siren_duration=node.integer("siren_duration") or base.siren_duration,
                output_duration=node.integer("output_duration") or base.output_duration,
                speaker_volume=_or(node.integer("speaker_volume"), base.speaker_volume),
                front=_load_shown(node.node("front")),
                back=_load_shown(node.node("back")),
            )
        except ValueError:
            return base


class Kept:
    """The choices, saved whenever they change."""

    def __init__(self, memory: Memory, changed: Callable[[], None]) -> None:
        """Take back what was chosen before."""
        self._memory = memory
        self._changed = changed
        self.choices = Choices.load(memory.get(_MEMORY))

    def choose(self, choices: Choices) -> None:
        """Keep other choices."""
        if choices == self.choices:
            return
        self.choices = choices
        saved: dict[str, Json] = {
            name: dict(vars(value)) if isinstance(value, Shown) else value
            for name, value in vars(choices).items()
        }
        self._memory.put(_MEMORY, saved)
        self._changed()

    def show(self, *, front: Shown | None = None, back: Shown | None = None) -> None:
        """Keep how a light was switched on."""
        self.choose(
            replace(
                self.choices,
                front=front or self.choices.front,
                back=back or self.choices.back,
            )
        )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _load_shown(node: Node | None) -> Shown | None:
    if node is None:
        return None
    return Shown(
        color=Color(node.text("color") or ""),
        effect=Effect(node.text("effect") or ""),
        level=node.number("level") or 1.0,
    )
