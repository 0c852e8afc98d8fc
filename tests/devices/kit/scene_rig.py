"""A scene with all its ways, in a world of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession

from custom_components.watchpost.devices.kit.paths import Paths
from custom_components.watchpost.devices.kit.scene import Scene
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock


@dataclass
class Stage:
    """Something that can be told of on all ways."""

    timer: VirtualClock
    world: World

    def __post_init__(self) -> None:
        """See nothing yet."""
        self.scene = Scene(self.world.surroundings)
        self.paths = Paths(self.world.surroundings)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.timer.advance(seconds)


@asynccontextmanager
async def staged(session: ClientSession) -> AsyncIterator[Stage]:
    """Make a scene; in the end no timer is left."""
    timer = VirtualClock(EPOCH)
    stage = Stage(timer, World(session, FakeClock(timer)))
    yield stage
    stage.scene.close()
    await stage.world.settle()
    assert not stage.world.clock.pending
