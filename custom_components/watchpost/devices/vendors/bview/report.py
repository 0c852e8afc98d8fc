"""The blocks with which a camera is told to whom it reports (9.9.1, 9.10.3, 9.13)."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from ...model.device import Json
from ...transport.payload import Node, build_xml
from .const import PUSH_REPEAT

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SERVER: Final = "motionEvent"
TYPES: Final = ("VMD", "AlarmIn", "videolost")
_ITEM: Final = "SubscribedEventType"
TARGET: Final = ("Protocol", "Host", "Port", "Path")
_HTTP_PORT: Final = 80
ROOTS: Final = ("SubscribedEventTypeList", "EventList")
"""Of a list of types: as its block is printed, and as its table calls it."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the camera shall report to; the path holds the secret."""

    host: str
    port: int
    path: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> Address | None:
        """Take an address apart; None if a camera could not reach it."""
        try:
            parts = urlsplit(url)
            port = parts.port or _HTTP_PORT
        except ValueError:
            return None
        host = parts.hostname or ""
        if parts.scheme != "http" or not host:
            return None
        return cls(
            host=f"[{host}]" if ":" in host else host, port=port, path=parts.path
        )

    @property
    def server(self) -> str:
        """Host and port as an alarm server is named."""
        return self.host if self.port == _HTTP_PORT else f"{self.host}:{self.port}"

    @property
    def fields(self) -> dict[str, str]:
        """The block of the recording notice."""
        values = ("HTTP", self.host, str(self.port), self.path)
        return dict(zip(TARGET, values, strict=True))


def is_on(text: str) -> bool:
    """Return whether a text means yes."""
    return bool(Node({"it": text}).flag("it"))


def fields_of(node: Node) -> dict[str, str]:
    """Return the target that a block of the recording notice names."""
    return {name: (node.text(name) or "").strip() for name in TARGET}


def is_same(one: dict[str, str], other: dict[str, str]) -> bool:
    """Return whether two targets are the same, whatever the protocol is called."""
    return all(one[name] == other[name] for name in TARGET[1:])


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def events_body(address: Address) -> bytes:
    """Return the block of the path; what is fixed stays empty (9.13.2)."""
    fixed: dict[str, Json] = {"PreRecordTime": "", "AlarmInterval": "", "Message": ""}
    version: dict[str, Json] = {"@Version": "1.0"}
    motion: dict[str, Json] = {**version, **fixed}
    http: dict[str, Json] = {
        **motion,
        "AlarmInterval": str(PUSH_REPEAT),
        "Message": _encoded(address.path.lstrip("/")),
    }
    tree: dict[str, Json] = {**version, "motion": motion, "http": http}
    return _DECLARATION + build_xml("EventCfgList", tree)


def server_body(address: Address, *, enabled: bool) -> bytes:
    """Return the block of the alarm server (9.13.1)."""
    tree: dict[str, Json] = {
        "@Version": "1.0",
        "Enable": "true" if enabled else "false",
        "ServerName": _SERVER,
        "ServerURL": _encoded(address.server),
    }
    return _DECLARATION + build_xml("AMS", tree)


def types_body(root: str, kinds: list[str]) -> bytes:
    """Return a list of types of events (9.9.1)."""
    rows: list[Json] = [
        {
            "ID": str(TYPES.index(kind) + 1),
            "EventType": kind,
            "EventTypeDescription": kind,
        }
        for kind in kinds
        if kind in TYPES
    ]
    return _DECLARATION + build_xml(root, {_ITEM: rows})
