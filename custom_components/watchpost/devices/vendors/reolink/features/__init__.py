"""All features of the family, one module for each subject."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ....kit.health import health
from ....model.device import BOX, Absent
from ....model.features import (
    Choice,
    Detector,
    Feature,
    Firmware,
    Lamp,
    Level,
    Siren,
    Text,
    TimeOfDay,
    Toggle,
    Trigger,
)
from ....model.vocabulary import NO_REQUEST, AbsenceReason, Key
from ....transport.http import HttpTransport
from ..documents import Documents
from ..events import Events
from ..firmware import FirmwareDriver
from ..parts import Offer, Parts
from ..ptz import PtzDriver
from ..siren import SirenDriver
from ..streams import Streams
from ..watch import Watch
from .alerts import alerts, recording, shared_alerts, shared_recording
from .detection import alarms, detection, mailed_picture, sensitivity, told
from .encoding import encoding
from .lights import floodlight, lamps
from .maintenance import maintenance, network, time_of_device
from .picture import overlay, picture, privacy
from .ptz import ptz
from .siren import siren
from .storage import storage
from .video import video

_WRITABLE = (
    Choice,
    Firmware,
    Lamp,
    Level,
    Siren,
    Text,
    TimeOfDay,
    Toggle,
    Trigger,
)

_NO_PERMISSION: Final = -26


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What a camera's features act through."""

    watch: Watch
    events: Events
    streams: Streams
    siren: SirenDriver
    ptz: PtzDriver


def camera_offers(parts: Parts, drivers: Drivers) -> Iterator[Offer]:
    """Yield what a camera has, and what it lacks."""
    yield from video(parts, drivers.streams, drivers.watch)
    yield from detection(parts, drivers.watch, drivers.events)
    yield from mailed_picture(parts, drivers.events)
    yield from sensitivity(parts, drivers.watch)
    yield from picture(parts)
    yield from overlay(parts)
    yield from privacy(parts)
    yield from encoding(parts)
    yield from floodlight(parts)
    yield from lamps(parts)
    yield from siren(parts, drivers.siren)
    yield from ptz(parts, drivers.ptz)
    yield from alerts(parts)
    yield from recording(parts)


def channel_offers(online: Callable[[], bool]) -> Iterator[Offer]:
    """Yield what a channel of a recorder has besides its camera."""
    yield Detector(key=Key.ONLINE, source=NO_REQUEST, read=online, independent=True)


def device_offers(
    parts: Parts,
    transport: HttpTransport,
    firmware: FirmwareDriver,
    events: Events,
    online: Callable[[], bool],
) -> Iterator[Offer]:
    """Yield what the device itself has."""
    yield from health(transport, online)
    yield from told(events)
    yield from alarms(events)
    yield from network(parts)
    yield from time_of_device(parts)
    yield from storage(parts)
    yield from maintenance(parts, firmware)


def recorder_offers(parts: Parts) -> Iterator[Offer]:
    """Yield what a recorder has for all its cameras."""
    yield from shared_alerts(parts)
    yield from shared_recording(parts)


def sort_offers(
    offers: Iterable[Offer], documents: Documents, unit: str = BOX, *, admin: bool
) -> tuple[tuple[Feature, ...], tuple[Absent, ...]]:
    """Part what is there from what is not; a guest and a refusal take away more."""
    features: list[Feature] = []
    absent: list[Absent] = []
    refused = documents.refused
    for offer in offers:
        if isinstance(offer, Absent):
            absent.append(offer)
        elif not admin and isinstance(offer, _WRITABLE):
            absent.append(
                Absent(
                    key=offer.key,
                    reason=AbsenceReason.NO_PERMISSION,
                    detail="guest",
                    unit=unit,
                )
            )
        elif offer.source in refused:
            absent.append(_refused(offer, refused[offer.source], unit))
        else:
            features.append(offer)
    return tuple(features), tuple(absent)


def _refused(feature: Feature, code: int, unit: str) -> Absent:
    """Return that the device has refused what feeds a feature."""
    command = feature.source.partition(".")[2] or feature.source
    guest = code == _NO_PERMISSION
    return Absent(
        key=feature.key,
        reason=AbsenceReason.NO_PERMISSION if guest else AbsenceReason.REFUSED,
        detail=f"Get{command} {code}",
        unit=unit,
    )
