"""Recordings of all devices in one tree.

Device, camera, stream, month, day, trigger, file: a level with a single choice is
left out, and a folder costs one request at most, when it is opened.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Self, override

from homeassistant.components.media_player import BrowseError, MediaClass, MediaType
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import Hub
from .devices.model.commands import Recording
from .devices.model.device import BOX, Unit
from .devices.model.features import Archive
from .devices.model.vocabulary import DetectionKind, StreamKind
from .errors import command_errors
from .recordings import (
    async_find_hub,
    find_archive,
    not_found,
    quote,
    recording_path,
    unquote,
)

_MONTHS: Final = 12
"""Months that are shown, this one among them; few disks hold more."""
_YEARS: Final = range(2000, 2100)
"""Years in which every calendar can count a day on."""
_REMEMBERED: Final = 30.0
"""Seconds in which a day is not searched again: its triggers are opened next."""
_ALL: Final = "all"
_TRIGGERS: Final = (*(kind.value for kind in DetectionKind), "timer")
_FILE: Final = "file"
_EVENTS: Final = "entity.event.detection.state_attributes.event_type.state"
_OWN: Final = "common"
_VIDEO: Final = "video/mp4"


async def async_get_media_source(hass: HomeAssistant) -> WatchpostMediaSource:
    """Return the recordings of all devices."""
    return WatchpostMediaSource(hass)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A place in the tree; each part lies in the one before."""

    entry: str
    unit: str | None = None
    stream: StreamKind | None = None
    month: date | None = None
    """The first day of it."""
    day: date | None = None
    trigger: str | None = None

    @classmethod
    def parse(cls, identifier: str) -> Self:
        """Read a place.

        Raise:
            HomeAssistantError: It is none.
        """
        entry, *rest = identifier.split("/")
        unit, stream, month, day, trigger = (*rest, *[None] * 5)[:5]
        try:
            first = date.fromisoformat(f"{month}-01") if month else None
            folder = cls(
                entry=entry,
                unit=unquote(unit) if unit else None,
                stream=StreamKind(stream) if stream else None,
                month=first,
                day=first.replace(day=int(day)) if first and day else None,
                trigger=trigger,
            )
        except ValueError:
            raise not_found() from None
        if folder.identifier != identifier or (first and first.year not in _YEARS):
            raise not_found()
        return folder

    @property
    def identifier(self) -> str:
        """Return the place as text, without any address or secret."""
        parts = (
            self.entry,
            None if self.unit is None else quote(self.unit),
            self.stream,
            f"{self.month:%Y-%m}" if self.month else None,
            f"{self.day:%d}" if self.day else None,
            self.trigger,
        )
        return "/".join(part for part in parts if part is not None)


class WatchpostMediaSource(MediaSource):
    """Recordings that devices hold."""

    name = "Watchpost"

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with nothing searched."""
        super().__init__(DOMAIN)
        self._hass = hass
        self._searched: dict[Folder, tuple[float, tuple[Recording, ...]]] = {}

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return where a recording can be had from Home Assistant."""
        with _translated(Unresolvable):
            # Home Assistant gives None for the tree itself.
            match (item.identifier or "").split("/"):
                case [entry, unit, kind, recording] if kind == _FILE:
                    key, name = unquote(unit), unquote(recording)
                    find_archive(async_find_hub(self._hass, entry), key)
                    return PlayMedia(recording_path(entry, key, name), _VIDEO)
            raise not_found()

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return what lies in a folder."""
        if not item.identifier:
            return _directory(None, self.name, self._devices())
        with _translated(BrowseError):
            folder = Folder.parse(item.identifier)
            hub = async_find_hub(self._hass, folder.entry)
            children = await self._async_children(hub, folder)
            return self._open(hub, folder, children)

    def _devices(self) -> list[BrowseMediaSource]:
        """Return all devices that hold recordings."""
        hubs: list[Hub] = [
            entry.runtime_data
            for entry in self._hass.config_entries.async_loaded_entries(DOMAIN)
        ]
        found = [
            self._open(hub, Folder(entry=hub.entry.entry_id))
            for hub in hubs
            if _cameras(hub)
        ]
        return sorted(found, key=lambda device: device.title)

    async def _async_children(
        self, hub: Hub, folder: Folder
    ) -> list[BrowseMediaSource]:
        """Return what lies in a folder; a single choice is made at once."""
        units = [unit.key for unit in _cameras(hub)]
        if folder.unit is None and len(units) != 1:
            return [self._open(hub, replace(folder, unit=unit)) for unit in units]
        unit = units[0] if folder.unit is None else folder.unit
        archive = find_archive(hub, unit)
        streams = [stream for stream in StreamKind if stream in archive.streams]
        folder = replace(folder, unit=unit)
        if folder.stream is None and len(streams) != 1:
            return [self._open(hub, replace(folder, stream=one)) for one in streams]
        stream = folder.stream or streams[0]
        folder = replace(folder, stream=stream)
        with command_errors(self._hass, hub.entry):
            if folder.day is None:
                return await self._async_days(hub, folder, archive, stream)
            return await self._async_day(hub, folder, archive, stream, folder.day)

    async def _async_days(
        self, hub: Hub, folder: Folder, archive: Archive, stream: StreamKind
    ) -> list[BrowseMediaSource]:
        """Return the days of a month, the present one with the earlier months."""
        this, *earlier = _months()
        month = folder.month or this
        days = await archive.days(month, stream)
        below = [replace(folder, month=month, day=day) for day in reversed(days)]
        if folder.month is None:
            below += [replace(folder, month=month) for month in earlier]
        return [self._open(hub, one) for one in below]

    async def _async_day(
        self,
        hub: Hub,
        folder: Folder,
        archive: Archive,
        stream: StreamKind,
        day: date,
    ) -> list[BrowseMediaSource]:
        """Return the recordings of a day, or what they can be chosen by."""
        whole = replace(folder, trigger=None)
        recordings = self._remembered(whole)
        if recordings is None:
            start, end = await archive.bounds(day) or _bounds(day)
            recordings = await archive.search(start, end, stream)
            until = self._hass.loop.time() + _REMEMBERED
            self._searched[whole] = (until, recordings)
        if folder.trigger is None and len({one.triggers for one in recordings}) > 1:
            kinds = (_ALL, *_kinds(recordings))
            return [self._open(hub, replace(folder, trigger=kind)) for kind in kinds]
        return [
            self._file(folder, recording)
            for recording in reversed(recordings)
            if folder.trigger in (None, _ALL, *recording.triggers)
        ]

    def _remembered(self, day: Folder) -> tuple[Recording, ...] | None:
        """Return what was found on a day a moment ago; forget what is older."""
        now = self._hass.loop.time()
        for key in [key for key, (until, _) in self._searched.items() if until <= now]:
            del self._searched[key]
        return self._searched[day][1] if day in self._searched else None

    def _open(
        self,
        hub: Hub,
        folder: Folder,
        children: list[BrowseMediaSource] | None = None,
    ) -> BrowseMediaSource:
        """Return a folder as it is shown."""
        return _directory(folder.identifier, self._title(hub, folder), children)

    def _file(self, folder: Folder, recording: Recording) -> BrowseMediaSource:
        """Return a recording as it is shown; it is the same in every folder."""
        parts = (folder.entry, quote(folder.unit or BOX), _FILE, quote(recording.id))
        title = (
            f"{dt_util.as_local(recording.start):%H:%M:%S}",
            _length(recording.end - recording.start),
            ", ".join(map(self._word, _kinds((recording,)))),
        )
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier="/".join(parts),
            media_class=MediaClass.VIDEO,
            media_content_type=_VIDEO,
            title=" · ".join(part for part in title if part),
            can_play=True,
            can_expand=False,
        )

    def _title(self, hub: Hub, folder: Folder) -> str:
        """Return the name of a folder: that of the part that was chosen last."""
        if folder.trigger is not None:
            return self._word(folder.trigger)
        if folder.day is not None:
            return folder.day.isoformat()
        if folder.month is not None:
            return f"{folder.month:%Y-%m}"
        if folder.stream is not None:
            return self._word(f"{folder.stream}_recordings")
        device_id = hub.device_ids.get(folder.unit or BOX, "")
        device = dr.async_get(self._hass).async_get(device_id)
        own = device and (device.name_by_user or device.name)
        return own or hub.entry.title

    @callback
    def _word(self, key: str) -> str:
        """Return what a trigger or a stream is called."""
        name = f"{_EVENTS}.{key}" if key in DetectionKind else f"{_OWN}.{key}"
        category = name.partition(".")[0]
        texts = async_get_cached_translations(
            self._hass, self._hass.config.language, category, DOMAIN
        )
        return texts.get(f"component.{DOMAIN}.{name}", key)


def _directory(
    identifier: str | None,
    title: str,
    children: list[BrowseMediaSource] | None,
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY if identifier else MediaClass.APP,
        media_content_type=MediaType.VIDEO if identifier else "",
        title=title,
        can_play=False,
        can_expand=True,
        children=children,
    )


def _cameras(hub: Hub) -> list[Unit]:
    """Return the parts of a device that hold recordings."""
    return [unit for unit in hub.device.units if unit.archive is not None]


def _months() -> list[date]:
    """Return the months that are shown, newest first."""
    months = [dt_util.now().date().replace(day=1)]
    while len(months) < _MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first and the last second of a day at home."""
    end = dt_util.start_of_local_day(day + timedelta(days=1))
    return dt_util.start_of_local_day(day), end - timedelta(seconds=1)


def _kinds(recordings: Iterable[Recording]) -> list[str]:
    """Return what started some recordings, in the order of the vocabulary."""
    kinds = {kind for recording in recordings for kind in recording.triggers}
    known = [kind for kind in _TRIGGERS if kind in kinds]
    return [*known, *sorted(kinds.difference(known))]


def _length(time: timedelta) -> str:
    """Return how long something is, in units that every language knows."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


@contextmanager
def _translated(kind: type[BrowseError | Unresolvable]) -> Iterator[None]:
    """Have errors in the form in which the browser of media shows them."""
    try:
        yield
    except HomeAssistantError as err:
        raise kind(
            translation_domain=err.translation_domain,
            translation_key=err.translation_key,
            translation_placeholders=err.translation_placeholders,
        ) from err
