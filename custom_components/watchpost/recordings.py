"""Recorded files of devices, handed on by Home Assistant.

Who plays a file gets a path of Home Assistant, which it signs for a while; the
device, its address and its login stay behind it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
import re
from typing import Final

from aiohttp import hdrs
from aiohttp.web import Request, Response, StreamResponse

from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN, LOGGER
from .coordinator import Hub, WatchpostConfigEntry
from .devices.model.commands import OpenRecording
from .devices.model.errors import (
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from .devices.model.features import Archive
from .errors import LATER, command_errors

_NOT_FOUND: Final = "media_not_found"
_NOT_LOADED: Final = "device_not_loaded"
_EMPTY: Final = "-"
"""Stands for no text, which would leave a gap in a path; base64 is never so short."""
_RANGE: Final = re.compile(r"bytes=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)
_GONE: Final = frozenset(
    {
        _NOT_FOUND,
        Reason.FILE_NOT_FOUND,
        Reason.INVALID_VALUE,
        Reason.NO_PERMISSION,
        Reason.RECORDING_NOT_FOUND,
        Reason.UNSUPPORTED,
    }
)
"""Why a file will never come."""
_PLAYABLE: Final = ("video/", "audio/")
_UNKNOWN: Final = "application/octet-stream"
_HEADERS: Final[Mapping[str, str]] = {
    hdrs.ACCEPT_RANGES: "bytes",
    # Home Assistant adds it, but too late for answers that are sent piece by piece.
    "X-Content-Type-Options": "nosniff",
}


def quote(text: str) -> str:
    """Return any text as a part of a path."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=") or _EMPTY


def unquote(part: str) -> str:
    """Return what was quoted.

    Raise:
        HomeAssistantError: It was not.
    """
    if part == _EMPTY:
        return ""
    try:
        text = urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except ValueError:
        raise not_found() from None
    if quote(text) != part:
        raise not_found()
    return text


def not_found() -> HomeAssistantError:
    """Return the error of a place where nothing is."""
    return _error(_NOT_FOUND)


def _error(key: str, **placeholders: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def async_find_hub(hass: HomeAssistant, entry_id: str) -> Hub:
    """Return the running device of an entry.

    Raise:
        HomeAssistantError: There is no such entry, or it does not run.
    """
    entry: WatchpostConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN:
        raise not_found()
    if entry.state is not ConfigEntryState.LOADED:
        raise _error(_NOT_LOADED, device=entry.title)
    return entry.runtime_data


def find_archive(hub: Hub, key: str) -> Archive:
    """Return the recordings of a unit.

    Raise:
        HomeAssistantError: There is no such unit, or it keeps none.
    """
    for unit in hub.device.units:
        if unit.key == key and unit.archive is not None:
            return unit.archive
    raise not_found()


def recording_path(entry_id: str, unit: str, recording: str) -> str:
    """Return where a recording can be had; Home Assistant has to sign it."""
    return RecordingView.url.format(
        entry_id=entry_id, unit=quote(unit), recording=quote(recording)
    )


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of a file: from a byte to another one, or so many at its end."""

    start: int = 0
    end: int | None = None
    """The last byte; None is that of the file."""
    tail: int | None = None

    @classmethod
    def parse(cls, request: Request) -> Span | None:
        """Return what a request asks for; None is the whole file.

        Several parts at once are not given, and If-Range never matches, as files
        carry no mark by which a player knows them again: both get the whole file.

        Raise:
            ValueError: No file has such a part.
        """
        wanted = request.headers.get(hdrs.RANGE, "")
        if request.method == HTTPMethod.HEAD or hdrs.IF_RANGE in request.headers:
            return None
        if not wanted.lower().startswith("bytes=") or "," in wanted:
            return None
        if (match := _RANGE.fullmatch(wanted)) is None:
            raise ValueError(wanted)
        first, last = match.groups()
        if not first:
            return cls(tail=int(last))
        span = cls(start=int(first), end=int(last) if last else None)
        if span.end is not None and span.end < span.start:
            raise ValueError(wanted)
        return span


class RecordingView(HomeAssistantView):
    """Recorded files, whole or in parts."""

    url = "/api/watchpost/recordings/{entry_id}/{unit}/{recording}"
    name = "api:watchpost:recording"

    async def get(
        self, request: Request, entry_id: str, unit: str, recording: str
    ) -> StreamResponse:
        """Hand a file on as the device delivers it."""
        hass = request.app[KEY_HASS]
        try:
            span = Span.parse(request)
            hub = async_find_hub(hass, entry_id)
            archive = find_archive(hub, unquote(unit))
            delivery = Delivery(hub, archive, unquote(recording), request)
        except ValueError:
            return _unsatisfiable(None)
        except HomeAssistantError as err:
            return _refusal(err)
        # A task of the entry: it ends when the device is unloaded, and with this one
        # when nobody listens any more.
        return await hub.entry.async_create_background_task(
            hass, delivery.async_run(span), "watchpost recording"
        )

    head = get


class Delivery:
    """One file on its way from a device to a player."""

    def __init__(
        self, hub: Hub, archive: Archive, recording: str, request: Request
    ) -> None:
        """Store what goes from where to whom; nothing is sent."""
        self._hub = hub
        self._archive = archive
        self._recording = recording
        self._request = request
        self._response = StreamResponse(headers=_HEADERS)

    async def async_run(self, span: Span | None) -> StreamResponse:
        """Deliver a file, or a part of it, or the reason why not."""
        try:
            with command_errors(self._hub.hass, self._hub.entry):
                return await self._async_deliver(span)
        except HomeAssistantError as err:
            if not self._response.prepared:
                return _refusal(err)
            LOGGER.debug("A recording broke off: %s", err.translation_key)
            if self._request.transport is not None:
                # What has begun must not look as if it were whole.
                self._request.transport.close()
        except ConnectionError:
            LOGGER.debug("Nobody listens to a recording any more")
        return self._response

    async def _async_deliver(self, span: Span | None) -> StreamResponse:
        if self._request.method == HTTPMethod.HEAD:
            return await self._async_describe()
        if span is not None and span.tail is not None:
            total = await self._async_total()
            if not span.tail:
                return _unsatisfiable(total)
            # Where the end is not known, the whole file holds it as well.
            span = Span(start=max(0, total - span.tail)) if total else None
        wanted = span or Span()
        try:
            async with self._archive.open(
                self._recording, wanted.start, wanted.end
            ) as opened:
                return await self._async_send(opened, span)
        except DeviceRequestError:
            if not wanted.start or self._response.prepared:
                raise
            total = await self._async_total()
            if total is None or wanted.start < total:
                raise
            # It is only shorter than that.
            return _unsatisfiable(total)

    async def _async_total(self) -> int | None:
        """Return how many bytes the file has."""
        async with self._archive.open(self._recording, 0, 0) as opened:
            return opened.total

    async def _async_describe(self) -> StreamResponse:
        """Tell what there is, without it."""
        async with self._archive.open(self._recording, 0, 0) as opened:
            self._response.content_type = _safe_type(opened)
            self._response.content_length = opened.total
        await self._response.prepare(self._request)
        return self._response

    async def _async_send(
        self, opened: OpenRecording, span: Span | None
    ) -> StreamResponse:
        """Send what was opened: the part that was asked for, else the whole file."""
        response = self._response
        start = span.start if span else 0
        if span and opened.total is not None and start >= opened.total:
            return _unsatisfiable(opened.total)
        if opened.offset not in (0, start):
            raise DeviceConnectionError(Reason.BAD_ANSWER)
        if span and opened.offset == start and opened.length:
            response.set_status(HTTPStatus.PARTIAL_CONTENT)
            last = start + opened.length - 1
            total = "*" if opened.total is None else opened.total
            response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{last}/{total}"
        response.content_type = _safe_type(opened)
        response.content_length = opened.length
        await response.prepare(self._request)
        sent = 0
        async for chunk in opened.chunks:
            await response.write(chunk)
            sent += len(chunk)
        if opened.length is not None and sent < opened.length:
            raise DeviceConnectionError
        await response.write_eof()
        return response


def _safe_type(opened: OpenRecording) -> str:
    """Return the type of a file; a device must not have Home Assistant show a page."""
    kind = opened.content_type.partition(";")[0].strip().lower()
    return kind if kind.startswith(_PLAYABLE) else _UNKNOWN


def _unsatisfiable(total: int | None) -> Response:
    """Answer that the file has no such part."""
    response = Response(
        status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=_HEADERS
    )
    if total is not None:
        response.headers[hdrs.CONTENT_RANGE] = f"bytes */{total}"
    return response


def _refusal(err: HomeAssistantError) -> Response:
    """Answer why there is no file, in the words of the translated error."""
    status = HTTPStatus.BAD_GATEWAY
    if err.translation_key in _GONE:
        status = HTTPStatus.NOT_FOUND
    elif err.translation_key in {_NOT_LOADED, *LATER}:
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return Response(status=status, text=str(err))
