"""The two lights and what is chosen for them."""

from collections.abc import Iterator
from dataclasses import replace

from ....model.features import (
    Choice,
    Feature,
    Lamp,
    Level,
)
from ....model.vocabulary import (
    NO_REQUEST,
    Color,
    Effect,
    Key,
)
from ..actors import LightActor
from ..const import (
    DIMMABLE,
    STROBE_PERIOD,
)
from .parts import Parts


def lights(parts: Parts) -> Iterator[Feature]:
    """Yield each light that has colors."""
    if parts.front is not None:
        colors = parts.front_palette.colors
        yield Lamp(
            key=Key.FRONT_LIGHT,
            source=NO_REQUEST,
            read=parts.front.read,
            write=parts.front.write,
            dimmable=any(color in DIMMABLE for color in colors),
            colors=colors,
            effects=parts.modes.front,
            assumed=True,
        )
        yield _second_color(parts, parts.front, colors)
        if Effect.STROBE in parts.modes.front:
            yield _strobe_period(parts, parts.front)
    if parts.back is not None:
        colors = parts.back_palette.colors
        yield Lamp(
            key=Key.BACK_LIGHT,
            source=NO_REQUEST,
            read=parts.back.read,
            write=parts.back.write,
            dimmable=any(color in DIMMABLE for color in colors),
            colors=colors,
            effects=parts.modes.back,
            assumed=True,
        )


def _second_color(parts: Parts, light: LightActor, colors: tuple[Color, ...]) -> Choice:
    async def write(slug: str) -> None:
        parts.settings.choose_second_color(slug)
        await light.renew()

    return Choice(
        key=Key.FRONT_LIGHT_SECOND_COLOR,
        source=NO_REQUEST,
        read=lambda: parts.kept.choices.second_color or "none",
        write=write,
        options=lambda: ("none", *colors),
    )


def _strobe_period(parts: Parts, light: LightActor) -> Level:
    async def write(value: float) -> None:
        choices = replace(parts.kept.choices, strobe_period=round(value))
        parts.kept.choose(choices)
        await light.renew()

    return Level(
        key=Key.STROBE_PERIOD,
        source=NO_REQUEST,
        read=lambda: parts.kept.choices.strobe_period,
        write=write,
        minimum=STROBE_PERIOD[0],
        maximum=STROBE_PERIOD[1],
    )
