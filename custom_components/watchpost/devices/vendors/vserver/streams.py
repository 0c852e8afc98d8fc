"""Where the streams are (the document has no path: section 12 of the card)."""

from typing import Final
from urllib.parse import quote

from ...model.commands import StreamSource
from ...model.device import Login
from .const import RTSP_PORT
from .parts import Parts
from .settings import MAIN, PORTS, SUB

_PATHS: Final = {MAIN: "/{channel}/h264major", SUB: "/{channel}/h264minor"}
"""What public programs use most; the name stays the same with H.265."""


def stream_source(login: Login, parts: Parts, stream: str) -> StreamSource:
    """Return where a stream is, with the login; an empty password is one."""
    port = parts.node(PORTS).integer("RtspPort") or RTSP_PORT
    host = login.host.strip("[]")
    host = f"[{host}]" if ":" in host else host
    user, password = (quote(one, safe="") for one in (login.username, login.password))
    path = _PATHS[stream].format(channel=parts.channel)
    place = f"{host}:{port if 0 < port < 65536 else RTSP_PORT}"
    return StreamSource(url=f"rtsp://{user}:{password}@{place}{path}", rtsp=True)
