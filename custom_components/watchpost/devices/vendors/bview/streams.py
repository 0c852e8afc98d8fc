"""Where the streams are, and in which sizes they can be had (9.4 and chapter 8)."""

import re
from typing import Final, NamedTuple, override
from urllib.parse import quote, urlsplit

from ...kit.failures import is_answer
from ...model.commands import StreamSource
from ...model.device import Login
from ...model.errors import DeviceError
from ...transport.payload import Node
from .blocks import STREAM
from .client import Client
from .documents import Documents
from .names import spellings, text_of

MAIN: Final = 1
SUB: Final = 2
THIRD: Final = 3
JPEG: Final = 4
_RTSP_PORT: Final = 554
_USUAL: Final = {MAIN: "/live/0/main", SUB: "/live/0/sub"}
"""Paths that the document prints (chapter 8); it has none for the third stream."""
_PATH: Final = re.compile(r"/[\w/.~@:!$&'()*+,;=%-]*")
_WIDEST: Final = 100_000
_FASTEST: Final = 255
"""Points and pictures in a second that are believed."""
_LISTS: Final = {
    SUB: ("SubStreamCapabilityList", "StreamCapability"),
    THIRD: ("SecondStreamCapabilityList", "StreamCapability"),
}


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

    def __init__(self, client: Client, documents: Documents, login: Login) -> None:
        """Prepare streams whose addresses are not known yet."""
        self._client = client
        self._documents = documents
        self._login = login
        self._asked: dict[int, str] = {}
        """Addresses that were asked for one by one."""

    async def learn(self) -> None:
        """Ask for the addresses that the settings of the streams do not hold.

        Raise:
            DeviceError: Nobody answers, or not to us.
        """
        for number in (MAIN, SUB, THIRD):
            known = self._documents.known(STREAM[number])
            if not known or self._told(number):
                continue
            path = f"{STREAM[number].path}/Transport"
            try:
                node = (await self._client.get(path)).root.node()
            except DeviceError as err:
                if not is_answer(err):
                    raise
            else:
                self._asked[number] = (node.text("RTSPURI") or "").strip()

    def _told(self, number: int) -> str:
        node = self._documents.node(STREAM[number])
        return (text_of(node, "Transport", "RTSPURI") or "").strip()

    def has(self, number: int) -> bool:
        """Return whether there is such a stream."""
        if not self._documents.known(STREAM[number]):
            return number == MAIN
        return bool(self._told(number) or self._asked.get(number) or number in _USUAL)

    def source(self, number: int) -> StreamSource | None:
        """Return where a stream is, with the login.

        The camera tells its own view of its address, which need not be ours.
        """
        told = self._told(number) or self._asked.get(number, "")
        port, path = _RTSP_PORT, _USUAL.get(number, "")
        try:
            parts = urlsplit(told)
            if parts.scheme.lower() == "rtsp" and _PATH.fullmatch(parts.path):
                query = f"?{parts.query}" if parts.query else ""
                port, path = parts.port or _RTSP_PORT, parts.path + query
        except ValueError:
            pass
        if not path:
            return None
        host = self._login.host.strip("[]")
        host = f"[{host}]" if ":" in host else host
        user, password = (
            quote(one, safe="") for one in (self._login.username, self._login.password)
        )
        return StreamSource(
            url=f"rtsp://{user}:{password}@{host}:{port}{path}", rtsp=True
        )


def modes(capability: Node, number: int, main: Size | None) -> dict[Size, int]:
    """Return the sizes of a stream with their highest rates (CapabilityV2).

    Those of the others depend on the size that the main stream has.
    """
    found: dict[Size, int] = {}
    listed = capability.node("MainStreamCapabilityList") or Node({})
    for mode in listed.nodes("MainStreamCapability"):
        size = size_of(mode)
        if number == MAIN:
            found |= _entry(mode)
        elif number in _LISTS and (size == main or main is None):
            holder, name = _LISTS[number]
            for one in (mode.node(holder) or Node({})).nodes(name):
                found |= _entry(one)
    return found


def size_of(mode: Node) -> Size | None:
    """Return the size of a stream or of a mode, if it makes sense."""
    width = mode.integer("ResolutionWidth") or 0
    height = mode.integer(*spellings("ResolutionHeigth")) or 0
    if not (0 < width < _WIDEST and 0 < height < _WIDEST):
        return None
    return Size(width, height)


def _entry(mode: Node) -> dict[Size, int]:
    size, rate = size_of(mode), mode.integer("MaxFrameRate") or 0
    if size is None:
        return {}
    # Some firmware counts in hundredths here as well.
    rate = rate // 100 if rate > _FASTEST else rate
    return {size: rate if 0 < rate <= _FASTEST else 0}
