"""A unit, the device object that speaks to it, and a common clock."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from custom_components.watchpost.devices.model.commands import PlayCommand
from custom_components.watchpost.devices.model.device import Login
from custom_components.watchpost.devices.model.features import (
    AudioStore,
    DeviceFiles,
    Feature,
    Lamp,
    Siren,
    Speaker,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.devices.world import World
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.routes import API_ALARM, URL_ALARM


@dataclass
class Bench:
    """A unit and the device object that is connected to it."""

    unit: StrobeEmulator
    world: World
    device: StrobeDevice

    # Features

    def feature[F: Feature](
        self, kind: type[F], key: Key, slot: str | None = None
    ) -> F:
        """Return a feature of the unit."""
        for feature in self.device.units[0].features:
            if feature.key is key and feature.slot in (
                slot,
                "1" if slot is None else slot,
            ):
                assert isinstance(feature, kind)
                return feature
        raise KeyError(key)

    @property
    def keys(self) -> set[Key]:
        """Return the keys of all features."""
        return {feature.key for feature in self.device.units[0].features}

    @property
    def front(self) -> Lamp:
        """Return the front light."""
        return self.feature(Lamp, Key.FRONT_LIGHT)

    @property
    def back(self) -> Lamp:
        """Return the back light."""
        return self.feature(Lamp, Key.BACK_LIGHT)

    @property
    def siren(self) -> Siren:
        """Return the siren."""
        return self.feature(Siren, Key.SIREN)

    @property
    def speaker(self) -> Speaker:
        """Return the loudspeaker."""
        return self.feature(Speaker, Key.SPEAKER)

    @property
    def files(self) -> DeviceFiles:
        """Return the audio files and what can be done with them."""
        files = self.speaker.files
        assert files is not None
        return files

    @property
    def store(self) -> AudioStore:
        """Return the audio files."""
        return self.files.store

    async def play(self, command: PlayCommand) -> None:
        """Play a file."""
        await self.files.play(command)

    async def set_volume(self, volume: float) -> None:
        """Set the volume of the loudspeaker."""
        set_volume = self.speaker.set_volume
        assert set_volume is not None
        await set_volume(volume)

    @property
    def relay(self) -> Toggle:
        """Return the alarm output."""
        return self.feature(Toggle, Key.ALARM_OUTPUT)

    async def press(self, key: Key) -> None:
        """Press a button."""
        await self.feature(Trigger, key).press()

    # Time

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, stopping at each of our timers for what it sends."""
        clock, pending = self.unit.clock, self.world.clock.pending
        end = clock.monotonic + seconds
        while due := [moment for moment in pending.values() if moment <= end]:
            # A little more, because sums of fractions are not exact.
            clock.advance(max(0.0, min(due) - clock.monotonic) + 1e-6)
            await self.world.settle()
        clock.advance(max(0.0, end - clock.monotonic))
        await self.world.settle()

    # Counting

    @property
    def alarms(self) -> int:
        """Return how many alarm requests the unit has received."""
        paths = (API_ALARM, URL_ALARM)
        return sum(len(self.unit.requests_to(path)) for path in paths)

    async def scene(self, *work: Awaitable[None]) -> int:
        """Have several callers do something at once; return the alarm requests."""
        before = self.alarms
        await asyncio.gather(*work)
        return self.alarms - before

    async def again(self) -> None:
        """Restart the program: a new device object with the same memory."""
        await self.device.close()
        self.device = StrobeDevice(login_to(self.unit), self.world.surroundings)


def login_to(unit: StrobeEmulator, password: str | None = None) -> Login:
    """Return the login of a unit."""
    return Login(
        host=unit.host,
        port=unit.port,
        ssl=unit.tls,
        username=unit.options.username,
        password=unit.options.password if password is None else password,
    )
