"""What a camera can be asked to do beyond showing its picture."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from homeassistant.core import ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from . import schemas
from .const import DOMAIN
from .coordinator import Hub
from .devices.model.commands import PtzPosition, PtzPreset, Recording
from .devices.model.device import BOX, Unit
from .devices.model.errors import DeviceConnectionError, DeviceUnsupportedError
from .devices.model.features import Archive, AreaStore, Ptz, RecordingFiles, View
from .devices.model.vocabulary import (
    AreaKind,
    Axis,
    Cadence,
    Calibration,
    PatrolKind,
    StreamKind,
)
from .downloads import Download, check_target
from .entity import WatchpostEntity
from .errors import command_errors

_SEARCH_DEFAULT: Final = timedelta(days=1)


def refusal(
    hub: Hub, unit: Unit, key: str, **placeholders: str
) -> ServiceValidationError:
    """Return the error of something that a part of a device cannot do."""
    device = hub.entry.title if unit.key == BOX else unit.name
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"device": device, **placeholders},
    )


def listed(words: Iterable[str]) -> str:
    """Return words as they stand in a message."""
    return ", ".join(sorted(words)) or "-"


class CameraActions(WatchpostEntity[View]):
    """The actions of a camera; all pictures of a unit share them."""

    @property
    def _now(self) -> Unit:
        """Return the unit as it is now: a device may have learned more about it."""
        units = (one for one in self.hub.device.units if one.key == self.unit.key)
        return next(units, self.unit)

    async def async_ptz_move(self, **fields: Any) -> None:
        """Move for a while."""
        ptz = self._ptz()
        move = schemas.ptz_move(fields)
        if not move.speeds:
            raise self._refusal("ptz_no_movement")
        self._check_axes("ptz_axis_unsupported", move.speeds.keys(), ptz.axes)
        async with self._acting():
            await ptz.move(move)

    async def async_ptz_stop(self) -> None:
        """End every movement, sent even when nothing is believed to move."""
        ptz = self._ptz()
        async with self._acting():
            await ptz.stop()

    async def async_ptz_goto(self, **fields: Any) -> None:
        """Go to a preset, to the home position or to any other."""
        ptz = self._ptz()
        speed = schemas.fraction(fields.get("speed"))
        match fields:
            case {"preset": preset, "home": False} if "position" not in fields:
                await self._async_go_to_preset(ptz, preset, speed)
            case {"position": to, "home": False} if "preset" not in fields:
                await self._async_go_to(ptz, schemas.ptz_position(to), speed)
            case {"home": True} if not fields.keys() & {"preset", "position"}:
                await self._async_go_home(ptz, speed)
            case _:
                raise self._refusal("ptz_one_target")

    async def _async_go_home(self, ptz: Ptz, speed: float | None) -> None:
        if ptz.go_home is None:
            raise self._cannot(ptz, "home")
        async with self._going(speed):
            await ptz.go_home(speed)

    async def _async_go_to_preset(
        self, ptz: Ptz, preset: int | str, speed: float | None
    ) -> None:
        if ptz.go_to_preset is None:
            raise self._cannot(ptz, "preset")
        if isinstance(preset, str):
            preset = await self._async_find_preset(ptz, preset)
        else:
            self._check_preset(ptz, preset)
        async with self._going(speed):
            await ptz.go_to_preset(preset, speed)

    async def _async_go_to(
        self, ptz: Ptz, position: PtzPosition, speed: float | None
    ) -> None:
        if ptz.go_to is None:
            raise self._cannot(ptz, "position")
        axes = {Axis(name) for name, at in vars(position).items() if at is not None}
        self._check_axes("ptz_position_unsupported", axes, ptz.position_axes)
        async with self._going(speed):
            await ptz.go_to(position, speed)

    async def async_ptz_store(self, preset: int, name: str | None = None) -> None:
        """Store where the camera looks."""
        ptz = self._ptz()
        if ptz.store is None:
            raise self._cannot(ptz, "store")
        self._check_preset(ptz, preset)
        async with self._acting():
            await ptz.store(preset, name)

    async def async_ptz_clear(self, preset: int) -> None:
        """Forget a preset."""
        ptz = self._ptz()
        if ptz.clear is None:
            raise self._cannot(ptz, "clear")
        self._check_preset(ptz, preset)
        async with self._acting():
            await ptz.clear(preset)

    async def async_ptz_patrol(
        self, patrol: int, kind: PatrolKind, *, run: bool
    ) -> None:
        """Start or end a patrol."""
        ptz = self._ptz()
        if ptz.patrol is None:
            raise self._cannot(ptz, "patrol")
        if kind not in ptz.patrol_kinds:
            raise self._refusal(
                "patrol_kind_unsupported", kind=kind, kinds=listed(ptz.patrol_kinds)
            )
        self._check_number("patrol_outside", ptz.patrols, patrol, kind=kind)
        async with self._acting():
            await ptz.patrol(kind, patrol, run)

    async def async_ptz_list(self) -> ServiceResponse:
        """Return presets, patrols and where the camera looks."""
        ptz = self._ptz()
        if ptz.status is None:
            raise self._cannot(ptz, "list")
        with command_errors(self.hass, self.hub.entry):
            status = await ptz.status()
        return {
            "presets": [
                {"number": one.number, "name": one.name} for one in status.presets
            ],
            "patrols": [
                {
                    "number": one.number,
                    "name": one.name,
                    "kind": one.kind.value,
                    "running": one.running,
                }
                for one in status.patrols
            ],
            "position": _position(status.position),
        }

    async def async_lens_calibrate(self, mode: Calibration) -> None:
        """Have the lens find itself again."""
        calibrations = self._now.calibrations
        if (calibrate := calibrations.get(mode)) is None:
            raise self._refusal(
                "calibration_unsupported", mode=mode, modes=listed(calibrations)
            )
        async with self._acting():
            await calibrate()

    async def async_overlay_set(self, **fields: Any) -> None:
        """Change a text over the picture."""
        overlay = self._now.overlay
        if overlay is None:
            raise self._refusal("overlay_unsupported")
        if not fields.keys() & {"text", "x", "y", "enabled"}:
            raise self._refusal("overlay_no_change")
        async with self._acting():
            await overlay(schemas.overlay_change(fields))

    async def async_areas_get(self, kind: AreaKind) -> ServiceResponse:
        """Return the areas of a kind."""
        store = self._areas(kind)
        with command_errors(self.hass, self.hub.entry):
            boxes = await store.get()
        found: list[JsonValueType] = [{**schemas.box_fields(box)} for box in boxes]
        return {"kind": kind.value, "boxes": found}

    async def async_areas_set(
        self, kind: AreaKind, boxes: list[dict[str, float]]
    ) -> None:
        """Replace the areas of a kind."""
        store = self._areas(kind)
        if not all(schemas.in_picture(box) for box in boxes):
            raise self._refusal("area_outside")
        async with self._acting():
            await store.set(tuple(schemas.area_box(box) for box in boxes))

    async def async_record_event(self) -> None:
        """Have the device record what happens now."""
        unit = self._now
        if unit.record_event is None:
            views = [one for one in unit.features if isinstance(one, View)]
            streams = any(one.stream and one.stream() for one in views)
            raise self._refusal(
                "record_event_by_stream" if streams else "record_event_unsupported"
            )
        async with self.command():
            await unit.record_event()

    async def async_recordings_search(self, **fields: Any) -> ServiceResponse:
        """Return the recordings of a time."""
        archive = self._archive()
        stream = self._stream(archive, fields.get("stream"))
        end = dt_util.as_local(fields.get("end", dt_util.now()))
        start = dt_util.as_local(fields.get("start", end - _SEARCH_DEFAULT))
        if start >= end:
            raise self._refusal("start_after_end")
        with command_errors(self.hass, self.hub.entry):
            recordings = await archive.search(start, end, stream)
        return {"recordings": [_recording(one) for one in recordings]}

    async def async_recording_download(self, **fields: Any) -> ServiceResponse:
        """Store a recording on this computer."""
        files = self._files()
        target = await self.hass.async_add_executor_job(
            check_target, self.hass, fields["path"]
        )
        download = Download(self.hub, files, fields["id"], target)
        with command_errors(self.hass, self.hub.entry):
            size = await download.async_run()
        return {"path": str(target), "bytes": size}

    @asynccontextmanager
    async def _acting(self) -> AsyncIterator[None]:
        """Translate the errors of a command; what it moved is read a little later.

        Only what is due is asked for: nothing, if nobody wants to see a position.
        """
        with command_errors(self.hass, self.hub.entry):
            try:
                yield
            except DeviceConnectionError:
                # It may have been done all the same.
                await self._async_look()
                raise
        await self._async_look()

    @asynccontextmanager
    async def _going(self, speed: float | None) -> AsyncIterator[None]:
        """Translate the errors of a way, whose speed cannot be chosen everywhere."""
        async with self._acting():
            try:
                yield
            except DeviceUnsupportedError as err:
                if speed is None:
                    raise
                raise self._refusal("ptz_speed_fixed") from err

    async def _async_look(self) -> None:
        """Show what is known, and have what may be different read."""
        self.hub.async_changed()
        await self.hub.coordinators[Cadence.SETTINGS].async_request_refresh()

    def _refusal(self, key: str, **placeholders: str) -> ServiceValidationError:
        return refusal(self.hub, self._now, key, **placeholders)

    def _ptz(self) -> Ptz:
        ptz = self._now.ptz
        if ptz is None:
            raise self._refusal("ptz_not_supported")
        return ptz

    def _cannot(self, ptz: Ptz, ability: str) -> ServiceValidationError:
        """Return the error of something that not every camera that moves can do."""
        abilities = {
            "clear": ptz.clear,
            "home": ptz.go_home,
            "list": ptz.status,
            "move": ptz.move,
            "patrol": ptz.patrol,
            "position": ptz.go_to,
            "preset": ptz.go_to_preset,
            "store": ptz.store,
        }
        able = listed(name for name, action in abilities.items() if action is not None)
        return self._refusal("ptz_ability_unsupported", ability=ability, abilities=able)

    def _check_axes(
        self, key: str, wanted: Iterable[Axis], able: frozenset[Axis]
    ) -> None:
        if missing := set(wanted) - able:
            raise self._refusal(key, axes=listed(missing), able=listed(able))

    def _check_preset(self, ptz: Ptz, number: int) -> None:
        self._check_number("preset_outside", ptz.presets, number)

    def _check_number(
        self, key: str, numbers: range | None, number: int, **placeholders: str
    ) -> None:
        """Refuse a number that the camera is known not to have."""
        if numbers is not None and number not in numbers:
            raise self._refusal(
                key,
                number=str(number),
                first=str(min(numbers, default="-")),
                last=str(max(numbers, default="-")),
                **placeholders,
            )

    async def _async_find_preset(self, ptz: Ptz, name: str) -> int:
        """Return the number of a preset by its name."""
        if ptz.status is None:
            raise self._refusal("preset_by_number")
        with command_errors(self.hass, self.hub.entry):
            status = await ptz.status()
        found = [one for one in status.presets if _same(one.name, name)]
        if len(found) != 1:
            raise self._refusal(
                "preset_ambiguous" if found else "preset_unknown",
                name=name,
                names=", ".join(map(_named, found or status.presets)) or "-",
            )
        return found[0].number

    def _areas(self, kind: AreaKind) -> AreaStore:
        areas = self._now.areas
        if (store := areas.get(kind)) is None:
            raise self._refusal("no_such_areas", kind=kind, kinds=listed(areas))
        return store

    def _files(self) -> RecordingFiles:
        if (files := self._now.recordings) is None:
            raise self._refusal("no_recordings")
        return files

    def _archive(self) -> Archive:
        self._files()
        if (archive := self._now.archive) is None:
            raise self._refusal("recordings_by_name")
        return archive

    def _stream(self, archive: Archive, wanted: StreamKind | None) -> StreamKind:
        """Return which recordings are meant: the best ones unless told otherwise."""
        best = (stream for stream in StreamKind if stream in archive.streams)
        stream = wanted or next(best, StreamKind.MAIN)
        if stream not in archive.streams:
            raise self._refusal(
                "stream_not_recorded", stream=stream, streams=listed(archive.streams)
            )
        return stream


def _same(name: str, other: str) -> bool:
    return name.strip().casefold() == other.strip().casefold()


def _named(preset: PtzPreset) -> str:
    return f"{preset.name} ({preset.number})"


def _position(position: PtzPosition | None) -> JsonValueType:
    if position is None:
        return None
    zoom = position.zoom
    return {
        "pan": position.pan,
        "tilt": position.tilt,
        "zoom": None if zoom is None else round(zoom * 100, 1),
    }


def _recording(recording: Recording) -> JsonValueType:
    return {
        "id": recording.id,
        "start": dt_util.as_local(recording.start).isoformat(),
        "end": dt_util.as_local(recording.end).isoformat(),
        "bytes": recording.size,
        "triggers": [*sorted(recording.triggers)],
        "stream": recording.stream.value,
    }
