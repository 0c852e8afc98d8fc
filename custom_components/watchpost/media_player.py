"""Loudspeakers that play files which are on the device, or what is sent to them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, override

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    ATTR_MEDIA_EXTRA,
    BrowseError,
    BrowseMedia,
    MediaClass,
    MediaPlayerDeviceClass,
    MediaPlayerEnqueue,
    MediaPlayerEntity,
    MediaPlayerEntityDescription,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .audio import (
    async_convert,
    async_fetch,
    async_read_file,
    async_samples,
    check_path,
)
from .camera_actions import refusal
from .const import DOMAIN, LOGGER
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.commands import AudioClip, PlayCommand
from .devices.model.device import Unit
from .devices.model.features import DeviceFiles, Speaker
from .devices.model.vocabulary import Key
from .entity import WatchpostEntity, async_add_features, by_key
from .errors import command_errors
from .schemas import play_command

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

MEDIA_PLAYERS: Final = by_key(
    MediaPlayerEntityDescription(
        key=Key.SPEAKER,
        # Media players do not take their name from the device class.
        translation_key="speaker",
        device_class=MediaPlayerDeviceClass.SPEAKER,
    ),
)
_ON_DEVICE: Final = "on_device"
"""Content type of a file on the device."""
_ABILITIES: Final = (
    MediaPlayerEntityFeature.BROWSE_MEDIA
    | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
    | MediaPlayerEntityFeature.PLAY_MEDIA
    | MediaPlayerEntityFeature.STOP
)
"""What every speaker can do."""
ATTR_VOLUME: Final = "volume"
"""Percentage for one sound, among what is extra of play_media."""
_PERCENT: Final = 100
_NAME_BYTES: Final = 60
"""Longest name of a file that is brought by an action."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a media player for every speaker."""
    async_add_features(
        entry, async_add_entities, Speaker, MEDIA_PLAYERS, WatchpostSpeaker
    )


class WatchpostSpeaker(WatchpostEntity[Speaker], MediaPlayerEntity):
    """The loudspeaker of a unit."""

    _attr_media_content_type = MediaType.MUSIC
    # The list of files is long and hardly ever changes.
    _unrecorded_attributes = frozenset({"source_list"})

    def __init__(
        self,
        hub: Hub,
        unit: Unit,
        feature: Speaker,
        description: MediaPlayerEntityDescription,
    ) -> None:
        """Take over what the speaker can do and whether it tells its state."""
        super().__init__(hub, unit, feature, description)
        self._attr_assumed_state = feature.assumed
        self._attr_supported_features = _ABILITIES
        if feature.files is not None:
            self._attr_supported_features |= MediaPlayerEntityFeature.SELECT_SOURCE
        if feature.set_volume is not None:
            self._attr_supported_features |= (
                MediaPlayerEntityFeature.VOLUME_SET
                | MediaPlayerEntityFeature.VOLUME_STEP
            )

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return whether something plays."""
        playing = self.feature.read().playing
        return MediaPlayerState.PLAYING if playing else MediaPlayerState.IDLE

    @property
    @override
    def volume_level(self) -> float | None:
        """Return the volume, 0 to 1, if the device has one that can be set."""
        return self.feature.read().volume

    @property
    @override
    def source(self) -> str | None:
        """Return the file of the device that plays."""
        return None if self.feature.files is None else self.feature.read().file

    @property
    @override
    def source_list(self) -> list[str] | None:
        """Return the files on the device, if it keeps any."""
        files = self.feature.files
        return None if files is None else list(files.names())

    @property
    @override
    def media_title(self) -> str | None:
        """Return what plays."""
        return self.feature.read().file

    @property
    @override
    def media_duration(self) -> int | None:
        """Return the length of what plays, in seconds."""
        length = self.feature.read().length
        return None if length is None else round(length)

    @property
    @override
    def media_position(self) -> int | None:
        """Return where the sound was when it began."""
        return 0 if self.feature.read().started is not None else None

    @property
    @override
    def media_position_updated_at(self) -> datetime | None:
        """Return when the sound began."""
        started = self.feature.read().started
        return None if started is None else datetime.fromtimestamp(started, UTC)

    @override
    async def async_play_media(
        self,
        media_type: MediaType | str,
        media_id: str,
        enqueue: MediaPlayerEnqueue | None = None,
        announce: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Play a file of the device, a media source, speech or an address."""
        if enqueue in (MediaPlayerEnqueue.ADD, MediaPlayerEnqueue.NEXT):
            raise refusal(self.hub, self.unit, "queue_unsupported")
        volume = self._volume_of(kwargs.get(ATTR_MEDIA_EXTRA) or {})
        files = self._files() if media_type == _ON_DEVICE else self.feature.files
        if files is None:
            if volume is not None:
                raise refusal(self.hub, self.unit, "unsupported")
            await self._async_announce(media_id)
            return
        file = media_id
        if media_type != _ON_DEVICE and media_id not in files.names():
            file = await self._async_bring(files, media_id)
        async with self.command():
            # Of this sound alone: the volume of the player stays as it was.
            await files.play(PlayCommand(file=file, volume=volume))

    def _volume_of(self, extra: Mapping[str, Any]) -> float | None:
        """Return the volume that is wanted for one sound, 0 to 1, if any.

        Raise:
            ServiceValidationError: It is no percentage.
        """
        if ATTR_VOLUME not in extra:
            return None
        volume = extra[ATTR_VOLUME]
        percentage = isinstance(volume, (int, float)) and not isinstance(volume, bool)
        if not percentage or not 0 <= volume <= _PERCENT:
            raise refusal(self.hub, self.unit, "invalid_value")
        return float(volume) / _PERCENT

    async def _async_announce(self, media_id: str) -> None:
        """Send audio while it sounds; the device has it only once all of it is here."""
        announce = self._need(self.feature.announce, "unsupported")
        source = await async_fetch(self.hass, media_id, self.entity_id)
        samples = await async_samples(self.hass, source, self.feature.format)
        async with self.command():
            await announce(AudioClip(title=source.title, samples=samples))

    async def _async_bring(self, files: DeviceFiles, media_id: str) -> str:
        """Have audio on the device; what is there already is not sent again."""
        source = await async_fetch(self.hass, media_id, self.entity_id)
        name = source.clip_name(self.feature.format)
        if name in files.names():
            return name
        upload = await async_convert(
            self.hass, source, self.feature.format, name, managed=True
        )
        with command_errors(self.hass, self.hub.entry):
            return await files.store.upload(upload)

    @override
    async def async_media_stop(self) -> None:
        """Stop what plays."""
        async with self.command():
            await self.feature.stop()

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Set the volume, also of what plays."""
        set_volume = self._need(self.feature.set_volume, "unsupported")
        async with self.command():
            await set_volume(volume)

    @override
    async def async_select_source(self, source: str) -> None:
        """Play a file of the device."""
        files = self._files()
        async with self.command():
            await files.play(PlayCommand(file=source))

    @override
    async def async_browse_media(
        self,
        media_content_type: MediaType | str | None = None,
        media_content_id: str | None = None,
    ) -> BrowseMedia:
        """Return the files of the device, if any, then Home Assistant's own audio."""
        if media_content_id:
            return await media_source.async_browse_media(
                self.hass, media_content_id, content_filter=_is_audio
            )
        children = [_browse_file(name) for name in self.source_list or ()]
        try:
            sources = await media_source.async_browse_media(
                self.hass, None, content_filter=_is_audio
            )
        except BrowseError:
            # Home Assistant may run without media sources; the files remain.
            LOGGER.debug("There are no media sources")
        else:
            children += sources.children or []
        return BrowseMedia(
            title=self.hub.entry.title,
            media_class=MediaClass.DIRECTORY,
            media_content_id="",
            media_content_type=_ON_DEVICE,
            can_play=False,
            can_expand=True,
            children=children,
        )

    async def async_audio_play(self, **fields: Any) -> None:
        """Play a file of the device once, several times or without an end."""
        files = self._files()
        async with self.command():
            await files.play(play_command(fields))

    async def async_audio_list(self) -> ServiceResponse:
        """Return the files on the device."""
        store = self._files().store
        with command_errors(self.hass, self.hub.entry):
            files = await store.list()
        return {
            "files": [
                {
                    "name": file.name,
                    "kind": "customer" if file.removable else "system",
                }
                for file in files
            ]
        }

    async def async_audio_upload(self, **fields: Any) -> ServiceResponse:
        """Convert audio and store it on the device."""
        store = self._files().store
        if "path" in fields:
            path = await self._async_check_path(fields["path"])
            source = await async_read_file(self.hass, path)
            title = path.name
        else:
            media = fields["media"]
            media_id = media if isinstance(media, str) else media["media_content_id"]
            source = await async_fetch(self.hass, media_id, self.entity_id)
            title = source.clip_name(self.feature.format)
        name = self._file_name(fields.get("name") or title)
        upload = await async_convert(
            self.hass, source, self.feature.format, name, managed=False
        )
        async with self.command():
            stored = await store.upload(upload)
        return {"name": stored, "bytes": len(upload.data)}

    async def async_audio_delete(self, file: str) -> None:
        """Delete a file of the customer from the device."""
        store = self._files().store
        async with self.command():
            await store.delete(file)

    async def async_audio_download(self, file: str, path: str) -> ServiceResponse:
        """Store a file of the device on this computer."""
        store = self._files().store
        target = await self._async_check_path(path)
        with command_errors(self.hass, self.hub.entry):
            data = await store.download(file)
        try:
            await self.hass.async_add_executor_job(_write, target, data)
        except OSError as err:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="path_not_writable",
                translation_placeholders={"path": path},
            ) from err
        return {"path": str(target), "bytes": len(data)}

    def _files(self) -> DeviceFiles:
        """Return the files on the device, or raise what to do instead."""
        return self._need(self.feature.files, "audio_files_unsupported")

    def _need[T](self, ability: T | None, key: str) -> T:
        """Return what the speaker can do, or raise that it cannot."""
        if ability is None:
            raise refusal(self.hub, self.unit, key)
        return ability

    async def _async_check_path(self, path: str) -> Path:
        return await self.hass.async_add_executor_job(check_path, self.hass, path)

    def _file_name(self, title: str) -> str:
        """Return a name that fits on the device, with the ending of its format."""
        stem = PurePosixPath(title.replace("\\", "/")).name
        ending = f".{self.feature.format.container}"
        stem = stem.rsplit(".", 1)[0] if "." in stem else stem
        room = _NAME_BYTES - len(ending)
        stem = stem.encode()[:room].decode(errors="ignore").strip() or "clip"
        return stem + ending


def _is_audio(item: BrowseMedia) -> bool:
    return item.media_content_type.startswith("audio/")


def _browse_file(name: str) -> BrowseMedia:
    return BrowseMedia(
        title=name,
        media_class=MediaClass.MUSIC,
        media_content_id=name,
        media_content_type=_ON_DEVICE,
        can_play=True,
        can_expand=False,
    )


def _write(target: Path, data: bytes) -> None:
    """Write a file in one step: never half of it under its name."""
    half = target.with_name(f".{target.name}.part")
    try:
        half.write_bytes(data)
        half.replace(target)
    except OSError:
        half.unlink(missing_ok=True)
        raise
