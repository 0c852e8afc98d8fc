"""Cameras: still pictures and live streams."""

from collections.abc import Hashable
from functools import partial
from typing import Final, override

from aiohttp.web import Request, StreamResponse

from homeassistant.components.camera import (
    Camera,
    CameraEntityDescription,
    CameraEntityFeature,
    async_get_still_stream,
)
from homeassistant.components.stream import CONF_RTSP_TRANSPORT, Stream
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_actions import CameraActions
from .const import LOGGER
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.commands import StreamSource
from .devices.model.device import Unit
from .devices.model.features import View
from .devices.model.vocabulary import Key
from .entity import async_add_features, by_key
from .errors import command_errors
from .live import Audience, async_cut_still
from .stills import FRESH, Stills

# The transport sends one request at a time to each device.
PARALLEL_UPDATES = 0

CAMERAS: Final = by_key(
    CameraEntityDescription(
        key=Key.MAIN_STREAM, translation_key="main_stream", name=None
    ),
    CameraEntityDescription(
        key=Key.MOTION_JPEG,
        translation_key="motion_jpeg",
        entity_registry_enabled_default=False,
    ),
    CameraEntityDescription(key=Key.SUB_STREAM, translation_key="sub_stream"),
    CameraEntityDescription(
        key=Key.THIRD_STREAM,
        translation_key="third_stream",
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WatchpostConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a camera for every view."""
    async_add_features(entry, async_add_entities, View, CAMERAS, WatchpostCamera)


class WatchpostCamera(CameraActions, Camera):
    """A picture of a camera."""

    _attr_frame_interval = FRESH

    def __init__(
        self, hub: Hub, unit: Unit, feature: View, description: CameraEntityDescription
    ) -> None:
        """Take over what the camera can do."""
        # The base of entities with a coordinator does not call what comes after it.
        Camera.__init__(self)
        super().__init__(hub, unit, feature, description)
        self._attr_brand = unit.manufacturer
        self._attr_model = unit.model
        self._audience = Audience(hub, feature.live) if feature.live else None
        self._stills: Stills | None = None
        if feature.snapshot is not None:
            self._stills = hub.share_stills(feature.snapshot)
        elif feature.live is not None and feature.stream is None:
            self._stills = hub.share_stills(partial(async_cut_still, feature.live))

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the motion detection as well, which may be read elsewhere."""
        await super().async_added_to_hass()
        if (detection := self.feature.motion_detection) is not None:
            self.async_on_remove(
                self.hub.coordinators[detection.cadence].async_add_listener(
                    self._handle_coordinator_update, detection.source
                )
            )

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Leave no stream behind, which would knock with an old login for minutes."""
        await super().async_will_remove_from_hass()
        if self._audience is not None:
            await self._audience.async_end()
        if self.stream is not None:
            # Not waited for: a reader that hangs needs half a minute to notice.
            self.hass.async_create_task(_async_end(self.stream), "watchpost stream")
            self.stream = None

    @property
    @override
    def shown(self) -> Hashable:
        """What the state depends on: nothing of it is in the picture."""
        return (
            self.is_recording,
            self.motion_detection_enabled,
            self.supported_features,
        )

    @property
    @override
    def supported_features(self) -> CameraEntityFeature:
        """Return whether there is live video: a device may have closed its ports."""
        source = self.feature.stream
        if source is None or source() is None:
            return CameraEntityFeature(0)
        return CameraEntityFeature.STREAM

    @property
    @override
    def use_stream_for_stills(self) -> bool:
        """Return whether stills have to be cut out of the stream."""
        return self._stills is None and self.feature.stream is not None

    @property
    @override
    def is_recording(self) -> bool:
        """Return whether the device records this camera."""
        return bool(self.feature.recording and self.feature.recording())

    @property
    @override
    def motion_detection_enabled(self) -> bool:
        """Return whether the camera looks for motion."""
        detection = self.feature.motion_detection
        return bool(detection and detection.read())

    @override
    async def stream_source(self) -> str | None:
        """Return where the stream is; nobody but the player may see it."""
        source = self._source()
        if source is None:
            return None
        if source.rtsp:
            self.stream_options[CONF_RTSP_TRANSPORT] = "tcp"
        else:
            self.stream_options.pop(CONF_RTSP_TRANSPORT, None)
        return source.url

    def _source(self) -> StreamSource | None:
        return self.feature.stream() if self.feature.stream else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Have a running stream follow where the device moves it."""
        source = self._source()
        if self.stream and source and self.stream.source != source.url:
            self.stream.update_source(source.url)
        super()._handle_coordinator_update()

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return a still picture; None where there are only streams."""
        if self._stills is None:
            return None
        with command_errors(self.hass, self.hub.entry):
            return await self._stills.async_get()

    @override
    async def handle_async_mjpeg_stream(
        self, request: Request
    ) -> StreamResponse | None:
        """Show what the camera itself sends, else one still after the other."""
        if self._audience is None:
            return await super().handle_async_mjpeg_stream(request)
        return await self._audience.async_show(request)

    @override
    async def handle_async_still_stream(
        self, request: Request, interval: float
    ) -> StreamResponse:
        """Show one still after the other."""
        return await async_get_still_stream(
            request, self._async_next_still, self.content_type, interval
        )

    async def _async_next_still(self) -> bytes | None:
        """Return a still, the last one while there is no newer, None to end it."""
        try:
            return await self.async_camera_image()
        except HomeAssistantError as err:
            LOGGER.debug("No still of %s: %s", self.entity_id, err.translation_key)
            return self._stills.last if self._stills and self.available else None

    @override
    async def async_enable_motion_detection(self) -> None:
        """Have the camera look for motion."""
        await self._async_detect_motion(on=True)

    @override
    async def async_disable_motion_detection(self) -> None:
        """Have the camera look for motion no more."""
        await self._async_detect_motion(on=False)

    async def _async_detect_motion(self, *, on: bool) -> None:
        detection = self.feature.motion_detection
        if detection is None:
            raise self._refusal("motion_detection_fixed")
        with command_errors(self.hass, self.hub.entry):
            await detection.write(on)
        await self.hub.async_written(detection)


async def _async_end(stream: Stream) -> None:
    """Take the stream away from all who watch it, which ends it."""
    for output in stream.outputs().values():
        await stream.remove_provider(output)
    # One that is loaded in advance goes on without anybody who watches.
    settings = stream.dynamic_stream_settings
    preload, settings.preload_stream = settings.preload_stream, False
    await stream.stop()
    settings.preload_stream = preload
