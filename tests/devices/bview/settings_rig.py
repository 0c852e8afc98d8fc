"""A camera, and the settings of the integration that read and change it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, override

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Absent, Login
from custom_components.watchpost.devices.model.features import Feature
from custom_components.watchpost.devices.model.vocabulary import Key
from custom_components.watchpost.devices.transport.http import HttpTransport
from custom_components.watchpost.devices.vendors.bview.client import Client
from custom_components.watchpost.devices.vendors.bview.documents import Documents
from custom_components.watchpost.devices.vendors.bview.features.detection import (
    detection,
)
from custom_components.watchpost.devices.vendors.bview.features.encoding import (
    encoding,
)
from custom_components.watchpost.devices.vendors.bview.features.maintenance import (
    clock,
    mail_and_uploads,
    maintenance,
)
from custom_components.watchpost.devices.vendors.bview.features.picture import (
    overlay,
    picture,
    privacy,
)
from custom_components.watchpost.devices.vendors.bview.features.recording import (
    recording,
    storage,
)
from custom_components.watchpost.devices.vendors.bview.identity import read_identity
from custom_components.watchpost.devices.vendors.bview.parts import Offer, Parts
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions


class PassingClock(FakeClock):
    """A clock on which time passes for both sides while the program sleeps."""

    @override
    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        await super().sleep(seconds)
        self.clock.advance(seconds)


@dataclass
class Bench:
    """A camera and everything that is bound to its settings."""

    unit: BviewEmulator
    world: World
    transport: HttpTransport
    client: Client
    documents: Documents
    parts: Parts
    offers: list[Offer] = field(default_factory=list)

    def offer(self) -> None:
        """Make the features."""
        parts = self.parts
        self.offers = [
            *picture(parts),
            *overlay(parts),
            *privacy(parts),
            *encoding(parts),
            *detection(parts),
            *recording(parts),
            *storage(parts),
            *mail_and_uploads(parts),
            *clock(parts),
            *maintenance(parts),
        ]

    @property
    def features(self) -> dict[tuple[Key, str | None], Feature]:
        """The features that were made, by key and slot."""
        made = (one for one in self.offers if isinstance(one, Feature))
        return {(one.key, one.slot): one for one in made}

    @property
    def absent(self) -> dict[Key, Absent]:
        """What was not made, and why."""
        return {one.key: one for one in self.offers if isinstance(one, Absent)}

    def get[F: Feature](self, kind: type[F], key: Key, slot: str | None = None) -> F:
        """Return a feature of a kind."""
        feature = self.features[key, slot]
        assert isinstance(feature, kind)
        return feature

    def pass_by(self, seconds: float) -> None:
        """Let time pass for both sides."""
        self.unit.clock.advance(seconds)


def login_to(unit: BviewEmulator, **changes: Any) -> Login:
    """Return where a camera is, with its login."""
    known: Mapping[str, Any] = {
        "host": unit.host,
        "port": unit.port,
        "username": unit.options.username,
        "password": unit.options.password,
        "ssl": False,
    }
    return Login(**{**known, **changes})


@asynccontextmanager
async def settings_bench(
    session: ClientSession,
    options: BviewOptions | None = None,
    *,
    learn: bool = True,
    **login: Any,
) -> AsyncIterator[Bench]:
    """Start a camera, and read its settings; in the end nothing bad was done."""
    timer = VirtualClock(EPOCH)
    unit = BviewEmulator(
        options or BviewOptions.full(), clock=timer, udp_port=0, ssdp_port=0
    )
    async with unit:
        world = World(session, PassingClock(timer))
        access = login_to(unit, **login)
        transport = HttpTransport(session, access)
        client = Client(transport, access, world.clock)
        documents = Documents(client, world.surroundings)
        identity = await read_identity(client)
        if learn:
            await documents.learn(identity.software)
        parts = Parts(
            identity=identity,
            client=client,
            documents=documents,
            around=world.surroundings,
        )
        bench = Bench(unit, world, transport, client, documents, parts)
        if learn:
            bench.offer()
        yield bench
        await documents.close()
        await world.settle()
        assert not unit.dangerous
        assert not unit.violations_of("network_pace")
