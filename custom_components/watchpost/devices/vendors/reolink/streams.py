"""Where live pictures are (chapter 5 of the guide)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from ...model.commands import StreamSource
from ...model.device import Login
from ...transport.payload import Node
from .ability import Ability

AUTO: Final = "auto"
RTSP: Final = "rtsp"
RTMP: Final = "rtmp"
FLV: Final = "flv"
PROTOCOLS: Final = (AUTO, RTSP, RTMP, FLV)

MAIN: Final = "main"
SUB: Final = "sub"
EXT: Final = "ext"
_LAST_PORT: Final = 65535
_NUMBERS: Final[Mapping[str, int]] = {MAIN: 0, EXT: 0, SUB: 1}
"""Numbers of the streams in RTMP addresses, as the guide prints them (chapter 5)."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Ports of live streams and events, and which are open (section 3.3.20)."""

    rtsp: int = 554
    rtmp: int = 1935
    rtsp_on: bool = True
    rtmp_on: bool = False
    onvif: int | None = None
    """None where the service is closed, or not told."""

    @classmethod
    def parse(cls, node: Node) -> Ports:
        """Read the ports; of those it tells, one it cannot close is open."""
        ports = node.node("NetPort") or node
        rtsp, rtmp = _port(ports, "rtspPort"), _port(ports, "rtmpPort")
        rtmp_on = ports.flag("rtmpEnable")
        return cls(
            rtsp=rtsp or cls.rtsp,
            rtmp=rtmp or cls.rtmp,
            rtsp_on=ports.flag("rtspEnable") is not False,
            rtmp_on=rtmp is not None if rtmp_on is None else rtmp_on,
            onvif=_port(ports, "onvifPort") if ports.flag("onvifEnable") else None,
        )


def _port(ports: Node, name: str) -> int | None:
    number = ports.integer(name)
    return number if number is not None and 0 < number <= _LAST_PORT else None


class Streams:
    """Addresses of the live streams of all channels; each holds the login."""

    def __init__(self, login: Login, wish: str) -> None:
        """Store the login and which protocol is wanted."""
        self._login = login
        self._wish = wish
        self.ports = Ports()
        self.host = Ability()

    def source(self, channel: int, stream: str, *, h265: bool) -> StreamSource | None:
        """Return where a stream is; None if no open port can carry it.

        H.265 is only carried by RTSP; over the others players see nothing.
        """
        order = sorted((RTSP, FLV, RTMP), key=lambda one: one != self._wish)
        for protocol in order:
            if protocol == RTSP and self.ports.rtsp_on and stream != EXT:
                return self._rtsp(channel, stream)
            if protocol == RTMP and self.ports.rtmp_on and not h265:
                return self._rtmp(channel, stream)
            if protocol == FLV and self._flv_on and not h265:
                return self._flv(channel, stream)
        return None

    @property
    def _flv_on(self) -> bool:
        return self.ports.rtmp_on and self.host.version("httpFlv") > 0

    @property
    def open(self) -> bool:
        """Whether any port for live pictures is open."""
        return self.ports.rtsp_on or self.ports.rtmp_on

    def _host(self) -> str:
        host = self._login.host.strip("[]")
        return f"[{host}]" if ":" in host else host

    def _credentials(self) -> tuple[str, str]:
        login = self._login
        return quote(login.username, safe=""), quote(login.password, safe="")

    def _rtsp(self, channel: int, stream: str) -> StreamSource:
        user, password = self._credentials()
        return StreamSource(
            url=(
                f"rtsp://{user}:{password}@{self._host()}:{self.ports.rtsp}"
                f"/Preview_{channel + 1:02d}_{stream}"
            ),
            rtsp=True,
        )

    def _rtmp(self, channel: int, stream: str) -> StreamSource:
        user, password = self._credentials()
        return StreamSource(
            url=(
                f"rtmp://{self._host()}:{self.ports.rtmp}/bcs/channel{channel}_{stream}"
                f".bcs?channel={channel}&stream={_NUMBERS[stream]}"
                f"&user={user}&password={password}"
            )
        )

    def _flv(self, channel: int, stream: str) -> StreamSource:
        user, password = self._credentials()
        scheme = "https" if self._login.ssl else "http"
        return StreamSource(
            url=(
                f"{scheme}://{self._host()}:{self._login.port}/flv"
                f"?port={self.ports.rtmp}&app=bcs&stream=channel{channel}_{stream}.bcs"
                f"&user={user}&password={password}"
            )
        )
