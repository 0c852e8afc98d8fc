"""Sirens, and the alarms that everything of a unit takes part in."""

from typing import Any, Final, override

from homeassistant.components.siren import (
    ATTR_DURATION,
    ATTR_TONE,
    ATTR_VOLUME_LEVEL,
    SirenEntity,
    SirenEntityDescription,
    SirenEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_actions import listed, refusal
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.commands import AlarmCommand, SoundPart
from .devices.model.device import Unit
from .devices.model.features import Siren
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key
from .schemas import alarm_command

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

SIRENS: Final = by_key(SirenEntityDescription(key=Key.SIREN, translation_key="siren"))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a siren for every siren."""
    async_add_features(entry, async_add_entities, Siren, SIRENS, WatchpostSiren)


class WatchpostSiren(WatchpostEntity[Siren], SirenEntity):
    """The siren of a unit."""

    def __init__(
        self, hub: Hub, unit: Unit, feature: Siren, description: SirenEntityDescription
    ) -> None:
        """Take over what the siren can do."""
        super().__init__(hub, unit, feature, description)
        self._attr_assumed_state = feature.assumed
        features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF
        if feature.tones is not None:
            features |= SirenEntityFeature.TONES
        if feature.volume:
            features |= SirenEntityFeature.VOLUME_SET
        if feature.duration:
            features |= SirenEntityFeature.DURATION
        self._attr_supported_features = features

    @property
    @override
    def available_tones(self) -> list[int | str] | None:
        """Return the tones, which may change while the device runs."""
        return list(self.feature.tones()) if self.feature.tones else None

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the siren sounds."""
        return self.feature.read()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Sound the siren and leave everything else of the unit as it is."""
        command = AlarmCommand(
            duration=kwargs.get(ATTR_DURATION),
            sound=SoundPart(
                file=kwargs.get(ATTR_TONE), volume=kwargs.get(ATTR_VOLUME_LEVEL)
            ),
        )
        async with self.command():
            await self.feature.start(command)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Silence the siren and leave everything else of the unit as it is."""
        async with self.command():
            await self.feature.stop()

    @property
    def _able(self) -> frozenset[str]:
        """What its alarms can be given: the words of the action."""
        able = set(self.feature.parts)
        if self.feature.tones is not None:
            able |= {"interval", "sound file"}
        if self.feature.volume:
            able.add("volume")
        return frozenset(able)

    async def async_alarm_trigger(self, **fields: Any) -> None:
        """Start an alarm with all parts that are named."""
        command = alarm_command(fields)
        able = self._able
        if missing := _needed(command) - able:
            raise refusal(
                self.hub,
                self.unit,
                "alarm_part_unsupported",
                part=listed(missing),
                parts=listed(able),
            )
        async with self.command():
            await self.feature.start(command)

    async def async_alarm_stop(self) -> None:
        """End everything, even if nothing is believed to be on."""
        async with self.command():
            await self.feature.stop_all()


def _needed(command: AlarmCommand) -> frozenset[str]:
    """Return what a device has to be able to do for an alarm."""
    needed = set(command.parts)
    if (sound := command.sound) is not None:
        given = {
            "sound file": sound.file is not None,
            "interval": bool(sound.interval),
            "volume": sound.volume is not None,
        }
        needed |= {name for name, is_given in given.items() if is_given}
    return frozenset(needed)
