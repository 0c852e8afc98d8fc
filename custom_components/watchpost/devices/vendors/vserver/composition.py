"""The units of a device and what each of them offers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...kit.paths import delivery
from ...model.device import BOX, Absent, Surroundings, Unit
from ...model.features import Feature, Happening, Toggle
from ...model.vocabulary import Key
from ...transport.http import HttpTransport
from .areas import area_stores
from .client import Client
from .events import Events, unit_key
from .features.detection import detection, input_links
from .features.encoding import encoding, sound
from .features.events import detected, inputs
from .features.maintenance import Started, clock, health, maintenance
from .features.overlay import overlay
from .features.picture import picture
from .features.ptz import ptz, ptz_of
from .features.recording import recording, storage, storage_formatter
from .features.video import video
from .identity import Identity
from .overlay import overlay_writer
from .parts import Offer, Parts
from .ptz import PtzDriver
from .queries import Queries
from .schedules import schedule_stores
from .serial import SerialLines
from .settings import Settings
from .streams import Streams


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """What everything acts through; made once for a device."""

    transport: HttpTransport
    client: Client
    queries: Queries
    settings: Settings
    lines: SerialLines
    events: Events
    streams: Streams
    around: Surroundings
    online: Callable[[], bool]


class Composition:
    """Make the units anew whenever the device has come to have other features."""

    def __init__(self, equipment: Equipment) -> None:
        """Prepare a device that nothing is known of."""
        self._equipment = equipment
        self._started = Started()
        self._drivers: dict[int, PtzDriver] = {}
        self._shape: tuple[object, ...] = ()
        self.channels = 1
        self.units: tuple[Unit, ...] = ()
        self.absent: tuple[Absent, ...] = ()

    def name(self, identity: Identity, serial: str) -> None:
        """Make the box with nothing in it: who it is, before what it can do."""
        self.units = (self._box(identity, serial, ()),)

    def begin(self, channels: int) -> None:
        """Take in how many channels there are, before anything is made of them."""
        self.channels = self._equipment.events.channels = channels
        self._drivers = {}
        self._shape = ()

    def build(self, identity: Identity, serial: str) -> None:
        """Make the units if something has changed."""
        made = self._offers(identity)
        shape = (
            identity,
            *((unit, *_shape(one)) for unit, offers in made.items() for one in offers),
        )
        if shape == self._shape:
            return
        self._shape = shape
        self.absent = tuple(one for offers in made.values() for one in _lacking(offers))
        self.units = tuple(self._units(identity, serial, made))

    # Parts

    def parts(self, identity: Identity, channel: int = 1, unit: str = BOX) -> Parts:
        """Return what the features of a channel, or of the box, are bound to."""
        equipment = self._equipment
        return Parts(
            unit=unit,
            channel=channel,
            channels=self.channels,
            identity=identity,
            client=equipment.client,
            queries=equipment.queries,
            sections=equipment.settings.sections,
            around=equipment.around,
        )

    def channel_parts(self, identity: Identity) -> tuple[Parts, ...]:
        """Return the parts of all channels; a single one is the box itself."""
        numbers = range(1, self.channels + 1)
        return tuple(
            self.parts(identity, number, unit_key(number, self.channels))
            for number in numbers
        )

    def driver(self, parts: Parts) -> PtzDriver:
        """Return what moves a channel; a movement outlives a new composition."""
        if parts.channel not in self._drivers:
            self._drivers[parts.channel] = PtzDriver(parts)
        return self._drivers[parts.channel]

    # Offers

    def _offers(self, identity: Identity) -> dict[str, tuple[Offer, ...]]:
        """Return everything that there can be, or why it is not, by unit."""
        made: dict[str, tuple[Offer, ...]] = {}
        made[BOX] = tuple(self._device_offers(self.parts(identity)))
        for parts in self.channel_parts(identity):
            offers = tuple(self._channel_offers(parts))
            made[parts.unit] = (*made.get(parts.unit, ()), *offers)
        return made

    def _device_offers(self, parts: Parts) -> Iterator[Offer]:
        equipment = self._equipment
        yield from health(parts, equipment.transport, equipment.online)
        yield from delivery(equipment.events.paths)
        yield from inputs(parts, equipment.events)
        yield from input_links(parts, equipment.events)
        yield from storage(parts)
        yield from clock(parts, self._started)
        yield from maintenance(parts)

    def _channel_offers(self, parts: Parts) -> Iterator[Offer]:
        equipment = self._equipment
        yield from detected(parts, equipment.events)
        detections = tuple(detection(parts))
        yield from detections
        toggle = next(
            (
                one
                for one in detections
                if isinstance(one, Toggle) and one.key is Key.MOTION_DETECTION
            ),
            None,
        )
        yield from video(parts, equipment.streams, toggle)
        yield from picture(parts)
        yield from overlay(parts)
        yield from encoding(parts)
        yield from sound(parts)
        yield from recording(parts)
        yield from ptz(parts, self.driver(parts))

    # Units

    def _units(
        self, identity: Identity, serial: str, made: dict[str, tuple[Offer, ...]]
    ) -> Iterator[Unit]:
        features = {
            unit: tuple(one for one in offers if isinstance(one, Feature))
            for unit, offers in made.items()
        }
        box = self._box(identity, serial, features[BOX])
        box = replace(box, format_storage=storage_formatter(self.parts(identity)))
        channels = self.channel_parts(identity)
        if self.channels == 1:
            yield self._equip(box, channels[0])
            return
        yield box
        for parts in channels:
            unit = Unit(
                key=parts.unit,
                name=f"Channel {parts.channel}",
                model=identity.model,
                parent=BOX,
                features=features[parts.unit],
                online=self._equipment.online,
            )
            yield self._equip(unit, parts)

    def _box(
        self, identity: Identity, serial: str, features: tuple[Feature, ...]
    ) -> Unit:
        return Unit(
            key=BOX,
            name=identity.name,
            model=identity.model,
            sw_version=identity.firmware or None,
            hw_version=identity.hardware or None,
            serial=identity.number or None,
            mac=serial if ":" in serial else None,
            features=features,
        )

    def _equip(self, unit: Unit, parts: Parts) -> Unit:
        """Add what actions need."""
        return replace(
            unit,
            ptz=ptz_of(self.driver(parts)),
            overlay=overlay_writer(parts),
            areas=area_stores(parts),
            schedules=schedule_stores(parts),
            serial_port=self._equipment.lines.port(parts.channel),
        )

    async def close(self) -> None:
        """End every movement."""
        for driver in self._drivers.values():
            await driver.close()


def _shape(one: Offer) -> tuple[object, ...]:
    """Return what makes a feature another one."""
    if isinstance(one, Absent):
        return (one.key, one.reason, one.detail)
    kinds = one.kinds if isinstance(one, Happening) else ()
    return (one.key, one.slot, one.source, kinds)


def _lacking(offers: tuple[Offer, ...]) -> tuple[Absent, ...]:
    """Return what a unit lacks, once: of several texts one may be there."""
    there = {one.key for one in offers if isinstance(one, Feature)}
    found: dict[Key, Absent] = {}
    for one in offers:
        if isinstance(one, Absent) and one.key not in there:
            found.setdefault(one.key, one)
    return tuple(found.values())
