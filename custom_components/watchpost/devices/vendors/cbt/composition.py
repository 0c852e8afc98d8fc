"""The unit of a camera and what it offers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...kit.health import health
from ...kit.paths import delivery
from ...model.device import BOX, Absent, Unit
from ...model.features import Feature, Happening, Lamp, Toggle
from ...model.vocabulary import Key
from ...transport.http import HttpTransport
from .areas import area_stores
from .const import MANUFACTURER, MODEL
from .events import Events
from .features.detection import alarm_input, detection
from .features.events import events
from .features.lamps import day_and_night, lamps
from .features.maintenance import (
    clock,
    maintenance,
    scheduled_restart,
    serial_port,
    wifi,
)
from .features.picture import overlay, picture, privacy
from .features.ptz import calibrations, ptz, ptz_of
from .features.recording import recording, storage
from .features.sound import sound
from .features.video import encoding, video
from .overlay import overlay_writer
from .parts import Offer, Parts
from .ptz import PtzDriver
from .schedules import schedule_stores
from .storage import storage_formatter
from .streams import Streams
from .watch import Watch


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What everything acts through; made once for a camera."""

    transport: HttpTransport
    watch: Watch
    events: Events
    ptz: PtzDriver
    streams: Streams
    online: Callable[[], bool]


def offers(parts: Parts, drivers: Drivers) -> Iterator[Offer]:
    """Yield everything that a camera of this family can have, or why it has not."""
    yield from health(drivers.transport, drivers.online)
    yield from delivery(drivers.events.paths)
    yield from events(drivers.watch, drivers.events)
    detections = tuple(detection(parts))
    yield from detections
    yield from video(parts, drivers.streams, _motion_detection(detections))
    for subject in (
        alarm_input,
        lamps,
        day_and_night,
        picture,
        overlay,
        privacy,
        encoding,
        sound,
        recording,
        storage,
        clock,
        scheduled_restart,
        maintenance,
        wifi,
    ):
        yield from subject(parts)
    yield from ptz(drivers.ptz)


def _motion_detection(detections: tuple[Offer, ...]) -> Toggle | None:
    for one in detections:
        if isinstance(one, Toggle) and one.key is Key.MOTION_DETECTION:
            return one
    return None


class Composition:
    """Make the unit anew whenever the camera has come to have other features."""

    def __init__(self) -> None:
        """Prepare a camera that nothing is known of."""
        self._shape: tuple[object, ...] = ()
        self.units: tuple[Unit, ...] = ()
        self.absent: tuple[Absent, ...] = ()

    def name(self, parts: Parts) -> None:
        """Make the unit with nothing in it: who it is, before what it can do."""
        self.units = (_unit(parts, ()),)

    def build(self, parts: Parts, drivers: Drivers) -> None:
        """Make the unit if something has changed."""
        made = tuple(offers(parts, drivers))
        shape = (parts.identity, *map(_shape, made))
        if shape == self._shape:
            return
        self._shape = shape
        self.absent = tuple(one for one in made if isinstance(one, Absent))
        features = tuple(one for one in made if isinstance(one, Feature))
        self.units = (_equip(_unit(parts, features), parts, drivers),)


def _shape(one: Offer) -> tuple[object, ...]:
    """Return what makes a feature another one."""
    if isinstance(one, Absent):
        return (one.key, one.reason, one.detail)
    dimmable = isinstance(one, Lamp) and one.dimmable
    kinds = one.kinds if isinstance(one, Happening) else ()
    return (one.key, one.slot, one.source, dimmable, kinds)


def _unit(parts: Parts, features: tuple[Feature, ...]) -> Unit:
    identity = parts.identity
    return Unit(
        key=BOX,
        name=identity.name,
        model=MODEL,
        manufacturer=MANUFACTURER,
        sw_version=identity.firmware or None,
        serial=identity.number or None,
        mac=identity.mac,
        features=features,
    )


def _equip(unit: Unit, parts: Parts, drivers: Drivers) -> Unit:
    """Add what actions need."""
    return replace(
        unit,
        ptz=ptz_of(drivers.ptz),
        calibrations=calibrations(drivers.ptz),
        overlay=overlay_writer(parts),
        areas=area_stores(parts),
        schedules=schedule_stores(parts),
        format_storage=storage_formatter(parts),
        serial_port=serial_port(parts),
    )
