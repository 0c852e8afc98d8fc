"""The units of a device and what each of them offers."""

from dataclasses import dataclass, replace
from functools import partial

from ...model.device import BOX, Absent, Surroundings, Unit
from ...transport.http import HttpTransport
from .archive import ReolinkArchive, archive_of
from .areas import area_stores
from .cameras import Camera, Cameras
from .client import Client
from .documents import Documents
from .events import Events
from .features import (
    Drivers,
    camera_offers,
    channel_offers,
    device_offers,
    recorder_offers,
    sort_offers,
)
from .features.ptz import calibrations, ptz_of
from .features.storage import storage_formatter
from .firmware import FirmwareDriver
from .identity import MANUFACTURER, Overview
from .overlay import overlay_writer
from .parts import Parts
from .ptz import PtzDriver
from .schedules import schedule_stores
from .siren import SirenDriver
from .streams import Streams
from .watch import Watch


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """What everything acts through; made once for a device."""

    client: Client
    documents: Documents
    transport: HttpTransport
    around: Surroundings
    watch: Watch
    events: Events
    streams: Streams
    firmware: FirmwareDriver


class Composition:
    """Make the units anew whenever the device has come to have others."""

    def __init__(self, equipment: Equipment, cameras: Cameras) -> None:
        """Prepare a device without units."""
        self._equipment = equipment
        self._cameras = cameras
        self._drivers: dict[int, Drivers] = {}
        self._archives: dict[int, ReolinkArchive] = {}
        self._outdated = True
        self._seen: tuple[tuple[int, frozenset[str]], ...] = ()
        """What the cameras have said they can tell apart."""
        self.answering = False
        """Whether the device answered when it was last asked."""
        self.overview: Overview | None = None
        self.units: tuple[Unit, ...] = ()
        self.absent: tuple[Absent, ...] = ()

    def online(self, camera: Camera) -> bool:
        """Return whether a camera is connected and answers."""
        return (
            self.answering
            and camera.online
            and not self._equipment.watch.hangs(camera.number)
        )

    def first(self) -> int:
        """Return the first camera that can be asked for what all have in common."""
        camera = self._first_camera()
        return 0 if camera is None else camera.number

    def _first_camera(self) -> Camera | None:
        usable = [one for one in self._cameras if one.usable]
        hangs = self._equipment.watch.hangs
        return min(
            usable, key=lambda one: (hangs(one.number), one.number), default=None
        )

    def outdate(self) -> None:
        """Make the units anew at the next opportunity."""
        self._outdated = True

    def build(self) -> None:
        """Make the units if something has changed."""
        overview = self.overview
        seen = tuple(
            (number, sight.supported)
            for number, sight in self._equipment.watch.sights.items()
        )
        if overview is None or not (self._outdated or seen != self._seen):
            return
        self._outdated, self._seen = False, seen
        units: list[Unit] = []
        absent: list[Absent] = []
        for unit, lacking in self._make(overview):
            units.append(unit)
            absent += lacking
        self.units, self.absent = tuple(units), tuple(absent)

    def _make(self, overview: Overview) -> list[tuple[Unit, tuple[Absent, ...]]]:
        identity = overview.identity
        cameras = list(self._cameras)
        if not identity.recorder:
            return [self._box(overview, cameras[0], own=True)]
        box = self._first_camera() or Camera(number=0, unit=BOX)
        made = [self._box(overview, box, own=False)]
        return made + [self._channel(overview, camera) for camera in cameras]

    def _box(
        self, overview: Overview, camera: Camera, *, own: bool
    ) -> tuple[Unit, tuple[Absent, ...]]:
        """Return the device itself, with its camera if that is its own."""
        identity, equipment = overview.identity, self._equipment
        parts = self._parts(overview, camera, BOX, recorder=not own)
        offers = [
            *device_offers(
                parts,
                equipment.transport,
                equipment.firmware,
                equipment.events,
                lambda: self.answering,
            ),
            *(
                camera_offers(parts, self._drivers_of(camera, parts))
                if own
                else recorder_offers(parts)
            ),
        ]
        features, absent = sort_offers(
            offers, equipment.documents, admin=overview.admin
        )
        unit = Unit(
            key=BOX,
            name=identity.name,
            model=identity.model,
            manufacturer=MANUFACTURER,
            sw_version=equipment.firmware.installed or identity.firmware,
            hw_version=identity.hardware or None,
            mac=identity.mac,
            features=features,
            format_storage=storage_formatter(parts) if overview.admin else None,
        )
        return (self._equip(unit, parts, camera) if own else unit), absent

    def _channel(
        self, overview: Overview, camera: Camera
    ) -> tuple[Unit, tuple[Absent, ...]]:
        """Return a camera of a recorder."""
        parts = self._parts(overview, camera, camera.unit, recorder=True)
        online = partial(self.online, camera)
        offers = list(channel_offers(online))
        if not camera.ability.empty:
            offers += camera_offers(parts, self._drivers_of(camera, parts))
        features, absent = sort_offers(
            offers, self._equipment.documents, camera.unit, admin=overview.admin
        )
        unit = Unit(
            key=camera.unit,
            name=camera.name,
            model=camera.model or MANUFACTURER,
            manufacturer=MANUFACTURER,
            parent=BOX,
            features=features,
            online=online,
        )
        return self._equip(unit, parts, camera), absent

    def _parts(
        self, overview: Overview, camera: Camera, unit: str, *, recorder: bool
    ) -> Parts:
        return Parts(
            unit=unit,
            number=camera.number,
            host=overview.host,
            channel=camera.ability,
            recorder=recorder,
            client=self._equipment.client,
            documents=self._equipment.documents,
            around=self._equipment.around,
            first=self.first,
        )

    def _drivers_of(self, camera: Camera, parts: Parts) -> Drivers:
        """Return what a camera acts through; a movement outlives a new composition."""
        if camera.number not in self._drivers:
            self._drivers[camera.number] = Drivers(
                watch=self._equipment.watch,
                events=self._equipment.events,
                streams=self._equipment.streams,
                siren=SirenDriver(
                    camera.number, self._equipment.client, self._equipment.around
                ),
                ptz=PtzDriver(parts),
            )
        return self._drivers[camera.number]

    def _equip(self, unit: Unit, parts: Parts, camera: Camera) -> Unit:
        """Add what actions need; a guest may only search recordings."""
        overview = self.overview
        if camera.ability.empty or overview is None:
            return unit
        archive = self._archives.get(camera.number) or archive_of(parts)
        if archive is not None:
            # It remembers what the recorder has prepared.
            self._archives[camera.number] = archive
        if not overview.admin:
            return replace(unit, archive=archive)
        driver = self._drivers_of(camera, parts).ptz
        supported = self._equipment.watch.sight(camera.number).supported
        return replace(
            unit,
            archive=archive,
            ptz=ptz_of(driver),
            calibrations=calibrations(driver),
            overlay=overlay_writer(parts),
            areas=area_stores(parts, supported or None),
            schedules=schedule_stores(parts),
        )

    async def close(self) -> None:
        """End every movement, and every siren that was to end later."""
        for drivers in self._drivers.values():
            await drivers.ptz.close()
            await drivers.siren.close()
