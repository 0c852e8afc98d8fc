"""Pictures that cameras send along with their events, kept for a while."""

from collections import OrderedDict
from datetime import timedelta
from http import HTTPStatus
import secrets
from typing import Final

from aiohttp.web import Request, Response

from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .devices.model.commands import EventPicture

_KEPT: Final = 12
"""Pictures of each unit that are kept."""
_BYTES: Final = 48 * 1024 * 1024
"""Bytes of all pictures of a device."""
_PATH: Final = "/api/watchpost/event_picture"
_VALID: Final = timedelta(hours=24)
"""For how long a notification can show its picture."""


class EventPictures:
    """The last pictures of a device."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Keep nothing yet."""
        self._hass = hass
        self._entry = entry
        self._kept: OrderedDict[str, tuple[str, EventPicture]] = OrderedDict()
        """The unit and the picture, by the name of the picture, oldest first."""

    @callback
    def async_keep(self, unit: str, picture: EventPicture) -> str:
        """Keep a picture of a unit and return a signed path at which it can be had."""
        name = secrets.token_urlsafe(16)
        self._kept[name] = (unit, picture)
        own = [name for name, (of, _) in self._kept.items() if of == unit]
        for old in own[:-_KEPT]:
            del self._kept[old]
        while sum(len(one.jpeg) for _, one in self._kept.values()) > _BYTES:
            self._kept.popitem(last=False)
        path = f"{_PATH}/{self._entry.entry_id}/{name}"
        return async_sign_path(self._hass, path, _VALID, use_content_user=True)

    def find(self, name: str) -> EventPicture | None:
        """Return a picture that is still kept."""
        kept = self._kept.get(name)
        return None if kept is None else kept[1]


class EventPictureView(HomeAssistantView):
    """Pictures of events, for who has a signed path or is logged in."""

    url = f"{_PATH}/{{entry_id}}/{{name}}"
    name = "api:watchpost:event_picture"

    async def get(self, request: Request, entry_id: str, name: str) -> Response:
        """Hand out a picture."""
        hass = request.app[KEY_HASS]
        entry = hass.config_entries.async_get_entry(entry_id)
        if (
            entry is None
            or entry.domain != DOMAIN
            or entry.state is not ConfigEntryState.LOADED
            or (picture := entry.runtime_data.pictures.find(name)) is None
        ):
            return Response(status=HTTPStatus.NOT_FOUND)
        return Response(
            body=picture.jpeg,
            content_type="image/jpeg",
            headers={"Cache-Control": "private, max-age=86400"},
        )
