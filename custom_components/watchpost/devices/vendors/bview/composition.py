"""The unit of a camera and what it offers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from ...kit.health import health
from ...kit.paths import Paths
from ...model.device import BOX, Absent, Unit
from ...model.features import Feature, Toggle, Trigger
from ...model.mac import mac_address
from ...model.vocabulary import NO_REQUEST, Key
from ...transport.http import HttpTransport
from .areas import area_stores
from .blocks import EVENT_RECORDING
from .const import MANUFACTURER
from .features.detection import detection
from .features.encoding import encoding
from .features.lens import calibrations, lens, ptz_of
from .features.maintenance import clock, mail_and_uploads, maintenance
from .features.picture import overlay, picture, privacy
from .features.recording import recording, storage, storage_formatter
from .features.sound import sound
from .features.state import delivered, mailed_picture, recordings_told, state
from .features.video import video
from .lens import LensDriver
from .mails import BviewMails
from .overlay import overlay_writer
from .parts import Offer, Parts
from .push import BviewPush
from .recordings import BviewRecordings, record_event
from .schedules import schedule_stores
from .streams import Streams
from .talk import TalkDriver
from .watch import Watch


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What everything acts through; made once for a camera."""

    transport: HttpTransport
    watch: Watch
    push: BviewPush
    mails: BviewMails
    paths: Paths
    lens: LensDriver
    talk: TalkDriver
    streams: Streams
    online: Callable[[], bool]


def offers(parts: Parts, drivers: Drivers) -> Iterator[Offer]:
    """Yield everything that a camera of this family can have, or why it has not."""
    yield from health(drivers.transport, drivers.online)
    yield from state(parts, drivers.watch)
    yield from recordings_told(drivers.push)
    yield from delivered(drivers.paths)
    yield mailed_picture(parts, drivers.watch.scene, drivers.mails)
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
    watch = drivers.watch
    yield from video(parts, drivers.streams, watch.off, lambda: watch.recording, toggle)
    yield from picture(parts)
    yield from overlay(parts)
    yield from privacy(parts)
    yield from encoding(parts)
    yield from recording(parts)
    yield _recorder(parts)
    yield from storage(parts)
    yield from mail_and_uploads(parts)
    yield from clock(parts)
    yield from maintenance(parts)
    yield from lens(drivers.lens)
    yield from sound(drivers.talk if parts.identity.talks else None)


def _recorder(parts: Parts) -> Offer:
    """Return what has the camera record what happens now (9.10.2)."""
    if not parts.documents.known(EVENT_RECORDING):
        return parts.without(Key.RECORD_EVENT, EVENT_RECORDING)
    return Trigger(
        key=Key.RECORD_EVENT,
        source=NO_REQUEST,
        press=partial(record_event, parts.client),
    )


class Composition:
    """Make the unit anew whenever the camera has come to have other features."""

    def __init__(self) -> None:
        """Prepare a camera that nothing is known of."""
        self._shape: tuple[object, ...] = ()
        self.units: tuple[Unit, ...] = ()
        self.absent: tuple[Absent, ...] = ()

    def name(self, parts: Parts, serial: str) -> None:
        """Make the unit with nothing in it: who it is, before what it can do."""
        self.units = (self._unit(parts, serial, ()),)

    def build(self, parts: Parts, drivers: Drivers, serial: str) -> None:
        """Make the unit if something has changed."""
        made = tuple(offers(parts, drivers))
        shape = (
            parts.identity,
            *(
                (one.key, one.slot, one.source)
                if isinstance(one, Feature)
                else (one.key, one.reason, one.detail)
                for one in made
            ),
        )
        if shape == self._shape:
            return
        self._shape = shape
        features = tuple(one for one in made if isinstance(one, Feature))
        self.absent = tuple(one for one in made if isinstance(one, Absent))
        self.units = (self._unit(parts, serial, features, drivers),)

    def _unit(
        self,
        parts: Parts,
        serial: str,
        features: tuple[Feature, ...],
        drivers: Drivers | None = None,
    ) -> Unit:
        identity = parts.identity
        unit = Unit(
            key=BOX,
            name=identity.name,
            model=identity.model,
            manufacturer=MANUFACTURER,
            sw_version=identity.software or None,
            hw_version=identity.hardware or None,
            serial=identity.number or None,
            mac=mac_address(serial),
            features=features,
        )
        return unit if drivers is None else _equip(unit, parts, drivers)


def _equip(unit: Unit, parts: Parts, drivers: Drivers) -> Unit:
    """Add what actions need."""
    records = parts.documents.known(EVENT_RECORDING)
    return replace(
        unit,
        ptz=ptz_of(drivers.lens),
        calibrations=calibrations(drivers.lens),
        overlay=overlay_writer(parts),
        areas=area_stores(parts),
        schedules=schedule_stores(parts),
        files=BviewRecordings(parts.client),
        record_event=partial(record_event, parts.client) if records else None,
        format_storage=storage_formatter(parts),
    )
