"""Where the streams are (the document has no path: section 12 of the card)."""

import asyncio
from collections.abc import Sequence
import logging
from typing import Final
from urllib.parse import quote

from ...kit.onvif import OnvifSource
from ...kit.onvif_events import Channels
from ...model.commands import StreamSource
from ...model.device import Login
from ...model.errors import DeviceError
from ...transport.onvif import OnvifStream
from .const import ONVIF_TIME, RTSP_PORT
from .parts import Parts
from .settings import MAIN, PORTS, SUB

_LOGGER = logging.getLogger(__name__)

_PATHS: Final = {MAIN: "/{channel}/h264major", SUB: "/{channel}/h264minor"}
"""What public programs use most; the name stays the same with H.265."""

type _Place = tuple[int, str]
"""A channel, and which of its streams."""


class Streams:
    """The addresses of the live streams: as ONVIF tells them, else as is usual."""

    def __init__(self, login: Login) -> None:
        """Know nothing but the login."""
        self._login = login
        self._told: dict[_Place, OnvifStream] = {}

    async def learn(self, onvif: OnvifSource) -> None:
        """Ask for the addresses; whoever takes long or refuses has the usual ones."""
        if not onvif.offered:
            return
        try:
            async with asyncio.timeout(ONVIF_TIME):
                streams = await onvif.streams()
        except (DeviceError, TimeoutError) as err:
            _LOGGER.debug("No addresses of streams: %s", type(err).__name__)
        else:
            self._told = sorted_out(streams)

    def source(self, parts: Parts, stream: str) -> StreamSource:
        """Return where a stream is, with the login; an empty password is one."""
        told = self._told.get((parts.channel, stream))
        if told is not None and told.path is not None:
            port, path = told.port, told.path
        else:
            announced = parts.node(PORTS).integer("RtspPort") or RTSP_PORT
            port = announced if 0 < announced < 65536 else RTSP_PORT
            path = _PATHS[stream].format(channel=parts.channel)
        login = self._login
        host = login.host.strip("[]")
        host = f"[{host}]" if ":" in host else host
        user, password = (
            quote(one, safe="") for one in (login.username, login.password)
        )
        url = f"rtsp://{user}:{password}@{host}:{port}{path}"
        return StreamSource(url=url, rtsp=True)


def sorted_out(streams: Sequence[OnvifStream]) -> dict[_Place, OnvifStream]:
    """Return the largest picture of each channel as its main stream, the next as sub.

    Of two of the same size the first is the main one.
    """
    usable = [one for one in streams if one.path is not None]
    channels = Channels(streams)
    found: dict[int, list[OnvifStream]] = {}
    for one in usable:
        number = channels.number(one.configuration or one.source)
        if number is not None:
            found.setdefault(number, []).append(one)
    return {
        (number, kind): one
        for number, listed in found.items()
        for kind, one in zip((MAIN, SUB), sorted(listed, key=_size), strict=False)
    }


def _size(stream: OnvifStream) -> int:
    return -(stream.width or 0) * (stream.height or 0)
