"""Where the streams are (chapter 42), and in which sizes they can be had."""

from typing import Final, NamedTuple, override
from urllib.parse import quote

from ...kit.sections import Sections
from ...model.commands import StreamSource
from ...model.device import Login
from ...transport.payload import Node
from .settings import RTSP, VIDEO

_RTSP_PORT: Final = 554


class Size(NamedTuple):
    """Width and height of a picture."""

    width: int
    height: int

    @override
    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.width}x{self.height}"


class Streams:
    """The addresses of the live streams."""

    def __init__(self, sections: Sections, login: Login) -> None:
        """Bind the settings of a camera."""
        self._sections = sections
        self._login = login

    def has(self, number: int) -> bool:
        """Return whether there is such a stream; the first one always is."""
        return number == 0 or self._sections.known(VIDEO[number])

    def source(self, number: int) -> StreamSource | None:
        """Return where a stream is; None while the camera does not serve it."""
        node = self._sections.node(RTSP)
        if _is_off(node):
            return None
        port = node.integer("rtsp_port")
        port = port if port is not None and 0 < port < 65_536 else _RTSP_PORT
        host = self._login.host.strip("[]")
        host = f"[{host}]" if ":" in host else host
        access = ""
        if _asks_for_login(node):
            user, password = (
                quote(one, safe="")
                for one in (self._login.username, self._login.password)
            )
            access = f"{user}:{password}@"
        return StreamSource(
            url=f"rtsp://{access}{host}:{port}/stream_{number}", rtsp=True
        )


def _is_off(node: Node) -> bool:
    """Return whether the service is off: only where another field is the login's."""
    return node.flag("auth") is not None and node.flag("enable") is False


def _asks_for_login(node: Node) -> bool:
    """Return whether a login is needed.

    The table calls `enable` the authentication; where there is `auth` as well, as in
    the example, that one is. What is not known is answered with a login.
    """
    told = node.flag("auth")
    if told is None:
        told = node.flag("enable")
    return told is not False


def size_of(node: Node, width: str, height: str) -> Size | None:
    """Return a size that is told in two fields."""
    wide, high = node.integer(width), node.integer(height)
    return Size(wide, high) if wide and high else None


def sizes_of(node: Node) -> tuple[Size, ...]:
    """Return the sizes of a stream, the present one included."""
    told = [size_of(row, "width", "height") for row in node.nodes("pixel_list")]
    now = size_of(node, "pic_width", "pic_height")
    return tuple(dict.fromkeys(one for one in (*told, now) if one is not None))
