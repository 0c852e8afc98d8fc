"""Lights of devices."""

from typing import Any, Final, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_EFFECT,
    ATTR_HS_COLOR,
    EFFECT_OFF,
    ColorMode,
    LightEntity,
    LightEntityDescription,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.commands import LampCommand
from .devices.model.device import Unit
from .devices.model.features import Lamp
from .devices.model.vocabulary import HUES, Effect, Key, nearest_color
from .entity import WatchpostEntity, async_add_features, by_key

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

LIGHTS: Final = by_key(
    LightEntityDescription(key=Key.BACK_LIGHT, translation_key="back_light"),
    LightEntityDescription(
        key=Key.FLOODLIGHT,
        translation_key="floodlight",
    ),
    LightEntityDescription(key=Key.FRONT_LIGHT, translation_key="front_light"),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a light for every lamp."""
    async_add_features(entry, async_add_entities, Lamp, LIGHTS, WatchpostLight)


class WatchpostLight(WatchpostEntity[Lamp], LightEntity):
    """A lamp of a unit."""

    def __init__(
        self, hub: Hub, unit: Unit, feature: Lamp, description: LightEntityDescription
    ) -> None:
        """Take over what the lamp can do."""
        super().__init__(hub, unit, feature, description)
        self._attr_assumed_state = feature.assumed
        mode = ColorMode.ONOFF
        if len(feature.colors) > 1:
            mode = ColorMode.HS
        elif feature.dimmable:
            mode = ColorMode.BRIGHTNESS
        self._attr_color_mode = mode
        self._attr_supported_color_modes = {mode}
        if feature.effects:
            self._attr_supported_features = LightEntityFeature.EFFECT
            self._attr_effect_list = [_effect_name(e) for e in feature.effects]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the lamp is on."""
        state = self.feature.read()
        return None if state is None else state.on

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness, 1 to 255."""
        state = self.feature.read()
        if state is None or state.level is None:
            return None
        return max(1, round(state.level * 255))

    @property
    @override
    def hs_color(self) -> tuple[float, float] | None:
        """Return the color that is shown; white has no saturation."""
        state = self.feature.read()
        if state is None or state.color is None or not self.feature.colors:
            return None
        hue = HUES.get(state.color)
        return (0.0, 0.0) if hue is None else (float(hue), 100.0)

    @property
    @override
    def effect(self) -> str | None:
        """Return the pattern that is shown."""
        state = self.feature.read()
        if state is None or state.effect is None:
            return None
        return _effect_name(state.effect)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the lamp on in the nearest color that it has."""
        brightness: int | None = kwargs.get(ATTR_BRIGHTNESS)
        color: tuple[float, float] | None = kwargs.get(ATTR_HS_COLOR)
        effect: str | None = kwargs.get(ATTR_EFFECT)
        command = LampCommand(
            on=True,
            level=None if brightness is None else max(1, brightness) / 255,
            color=nearest_color(*color, self.feature.colors) if color else None,
            effect=None if effect is None else self._effect(effect),
        )
        async with self.command():
            await self.feature.write(command)

    def _effect(self, name: str) -> Effect:
        """Return a pattern that the lamp has."""
        for effect in self.feature.effects:
            if _effect_name(effect) == name:
                return effect
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="effect_unsupported",
            translation_placeholders={
                "device": self.hub.entry.title,
                "effect": name,
                "effects": ", ".join(map(_effect_name, self.feature.effects)) or "-",
            },
        )

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the lamp off."""
        async with self.command():
            await self.feature.write(LampCommand(on=False))


def _effect_name(effect: Effect) -> str:
    return EFFECT_OFF if effect is Effect.STEADY else effect.value
