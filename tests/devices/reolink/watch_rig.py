"""A watch over the cameras of a unit."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from typing import Any

from aiohttp import ClientSession

from custom_components.watchpost.devices.kit.scene import Subject
from custom_components.watchpost.devices.model.vocabulary import DetectionKind as K
from custom_components.watchpost.devices.vendors.reolink.const import AI_KINDS
from custom_components.watchpost.devices.vendors.reolink.scenery import CameraScene
from custom_components.watchpost.devices.vendors.reolink.watch import (
    Sight,
    Watch,
    motion_source,
    objects_source,
)
from tests.devices.world import World
from tests.emulators.reolink import ReolinkOptions

from .client_rig import Lab, lab

ALL = (K.MOTION, K.PERSON, K.VEHICLE, K.ANIMAL, K.FACE)


def seen(sight: Sight) -> dict[K, bool | None]:
    """Return all kinds with what is known of them."""
    objects = {K(word): sight.objects.get(name) for name, word in AI_KINDS.items()}
    return {K.MOTION: sight.motion, **objects}


class Beginnings:
    """What begins, of all that a watch tells."""

    def __init__(self, world: World) -> None:
        """Know of nothing."""
        self.events: list[tuple[int, K]] = []
        self._scene = CameraScene(world.surroundings)

    def __call__(self, channel: int, kind: K, level: bool | None) -> None:
        """Take in what a camera sees otherwise than before."""
        subject = Subject(kind=kind, unit=str(channel))
        new = self._scene.seen(subject, level)
        self.events.extend((channel, kind) for _ in new)


def sources_of(channels: Iterable[int]) -> list[str]:
    """Return the sources of some cameras."""
    return [
        source
        for number in channels
        for source in (motion_source(number), objects_source(number))
    ]


@dataclass
class Post:
    """A watch over a unit."""

    lab: Lab
    watch: Watch
    sources: list[str]
    events: list[tuple[int, K]] = field(default_factory=list)

    async def poll(self) -> list[tuple[int, K]]:
        """Poll once; return what has begun."""
        self.events.clear()
        await self.watch.poll(self.sources)
        return list(self.events)

    def asked(self) -> list[list[int | None]]:
        """Return the channels of each request since this was last called."""
        found: list[list[int | None]] = []
        for record in self.lab.unit.requests:
            items: list[dict[str, Any]] = json.loads(record.body)
            channels = {item["param"].get("channel") for item in items}
            found.append(sorted(channels, key=lambda one: -1 if one is None else one))
        self.lab.unit.forget()
        return found

    def motions(self) -> list[bool | None]:
        """Return what is known of motion at all cameras."""
        count = len(self.lab.unit.cameras)
        return [self.watch.sight(number).motion for number in range(count)]


@asynccontextmanager
async def post(
    session: ClientSession, options: ReolinkOptions, *, hanging: bool = False
) -> AsyncIterator[Post]:
    """Run a unit and watch it."""
    async with lab(session, options, connect=True, hanging=hanging) as made:
        sources = sources_of(range(len(options.channels)))
        told = Beginnings(made.world)
        watch = Watch(made.client, made.world.clock, told)
        yield Post(made, watch, sources, told.events)
