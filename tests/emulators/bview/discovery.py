"""Searches over UDP on loopback: the vendor's own (10), and UPnP (5)."""

import asyncio
from collections.abc import Callable
import re
from typing import Final, override
from xml.etree import ElementTree as ET

from ..base import HOST
from .options import BviewOptions
from .xmldoc import Node, branch, leaf, render

DISCOVERY_PORT: Final = 5566
GROUP: Final = "239.239.239.52"
SSDP_PORT: Final = 1900
DESCRIPTION: Final = "/description.xml"
UPNP_TYPE: Final = "urn:schemas-upnp-org:device:Basic:1"
"""A guess: the document keeps the strings of UPnP to itself."""
PROLOG: Final = '<?xml version="1.0" encoding="UTF-8">'
"""As the document prints it, without the second question mark."""
BROADCAST_MAC: Final = "FF-FF-FF-FF-FF-FF"
SEARCH: Final = "100"
NEVER: Final = frozenset({"101", "102", "103"})
"""Commands that change addresses, or carry a password for everybody to read."""
_UNCLOSED: Final = ("DeviceMask", "TutkUID", "UlUID")
_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*>")

type Answer = Callable[[bytes], bytes | None]


class DatagramServer(asyncio.DatagramProtocol):
    """Answers searches on loopback, to the sender."""

    def __init__(self, answer: Answer) -> None:
        """Remember how to answer; None keeps silent."""
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None
        self.received: list[bytes] = []
        self.arrived = asyncio.Event()
        """Set whenever something came."""
        self.answered = 0
        self.port = 0

    async def start(self, port: int) -> None:
        """Listen; port 0 takes any free one."""
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, local_addr=(HOST, port)
        )
        self.port = transport.get_extra_info("sockname")[1]

    def stop(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def send(self, data: bytes, port: int) -> None:
        """Send something unasked to a port of this computer."""
        if self._transport is not None:
            self._transport.sendto(data, (HOST, port))

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the answers."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Write down what came, and answer."""
        self.received.append(data)
        self.arrived.set()
        answer = self._answer(data)
        if answer is not None and self._transport is not None:
            self.answered += 1
            self._transport.sendto(answer, (str(addr[0]), int(addr[1])))


class Discovery:
    """Answers the vendor's search, and obeys nothing else."""

    def __init__(self, options: BviewOptions, describe: Callable[[], Node]) -> None:
        """Remember how to describe the camera."""
        self._options = options
        self._describe = describe
        self.dangerous: list[bytes] = []
        """Attempts to change addresses, or to send a password around."""

    def answer(self, data: bytes) -> bytes | None:
        """Answer a search."""
        request = _parse(data)
        if request is None:
            return None
        head, info = request
        if info.get("MainCommand") in NEVER:
            self.dangerous.append(data)
        if head.get("CommandID") != "10" or info.get("MainCommand") != SEARCH:
            return None
        if not self._is_meant(info.get("DeviceMac", ""), head, data):
            return None
        known = head.get("Version") == "1.0.0"
        return self._print(known=known)

    def _is_meant(self, mac: str, head: dict[str, str], data: bytes) -> bool:
        """Tell whether a search carries the address and the length it must."""
        if self._options.config_length == "exact":
            length = len(_DECLARATION.sub(b"", data))
            if head.get("ConfigLength") not in (str(length), str(len(data))):
                return False
        wanted = {
            "empty": {""},
            "broadcast": {BROADCAST_MAC},
            "own": {self._options.mac},
        }
        way = self._options.probe_mac
        return way == "any" or mac in wanted[way]

    def _print(self, *, known: bool) -> bytes:
        """Print the answer, as broken as the document's sample or whole."""
        config = self._describe()
        attributes = {
            "Version": "1.0.0",
            "ConfigLength": str(len(render(config))),
            "CommandID": "11",
            "ReplyMsg": "0" if known else "1",
        }
        info = {
            "MainCommand": SEARCH,
            "AssistCommand": "-1",
            "DeviceMac": self._options.mac,
        }
        parts = [leaf("Head", **attributes), leaf("CfgInfo", **info)]
        root = branch("Response", *parts, *([config] if known else []))
        if self._options.discovery_form == "wellformed":
            return render(root)
        text = render(root).decode().partition("\r\n")[2]
        text = text.replace('ReplyMsg="0"/>', 'ReplyMsg="0">')
        for name in _UNCLOSED:
            text = text.replace(f"</{name}>", f"<{name}>")
        return f"{PROLOG}\r\n{text}".encode()


def _parse(data: bytes) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return the attributes of Head and CfgInfo; the prolog may be broken."""
    try:
        root = ET.fromstring(_DECLARATION.sub(b"", data))
    except ET.ParseError:
        # The document's own requests for 101 and 103 leave Head open.
        text = data.decode("utf-8", "replace")
        found = [
            dict(re.findall(r'(\w+)="([^"]*)"', match))
            for match in re.findall(r"<(?:Head|CfgInfo)\b([^>]*)>", text)
        ]
        return (found[0], found[1]) if "<Request" in text and len(found) > 1 else None
    head, info = root.find("Head"), root.find("CfgInfo")
    if root.tag != "Request" or head is None or info is None:
        return None
    return dict(head.attrib), dict(info.attrib)


class Ssdp:
    """Answers UPnP searches and announces the camera."""

    def __init__(self, options: BviewOptions, location: Callable[[], str]) -> None:
        """Remember where the description is."""
        self._options = options
        self._location = location

    @property
    def _uuid(self) -> str:
        """Return the camera's UPnP name."""
        digits = self._options.mac.replace(":", "").replace("-", "").lower()
        return f"uuid:00000000-0000-1000-8000-{digits:0>12}"

    def answer(self, data: bytes) -> bytes | None:
        """Answer an M-SEARCH for everything, for root devices, or for this one."""
        lines = data.decode("latin-1").split("\r\n")
        headers = {
            name.strip().upper(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:])
        }
        target = headers.get("ST", "")
        if not lines[0].startswith("M-SEARCH * HTTP/1.1"):
            return None
        if headers.get("MAN") != '"ssdp:discover"':
            return None
        if target not in ("ssdp:all", "upnp:rootdevice", UPNP_TYPE, self._uuid):
            return None
        kind = "upnp:rootdevice" if target == "ssdp:all" else target
        return self._print("HTTP/1.1 200 OK", "ST", kind)

    def announcement(self, kind: str = "ssdp:alive") -> bytes:
        """Return a NOTIFY."""
        text = self._print("NOTIFY * HTTP/1.1", "NT", "upnp:rootdevice").decode()
        extra = f"HOST: 239.255.255.250:1900\r\nNTS: {kind}\r\n\r\n"
        return (text.removesuffix("\r\n") + extra).encode()

    def _print(self, first: str, name: str, kind: str) -> bytes:
        """Print the headers that both messages have."""
        usn = self._uuid if kind == self._uuid else f"{self._uuid}::{kind}"
        lines = (
            first,
            "CACHE-CONTROL: max-age=1800",
            f"LOCATION: {self._location()}",
            "SERVER: Linux UPnP/1.0 B-VIEW/2",
            f"{name}: {kind}",
            f"USN: {usn}",
            "EXT:",
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def description(self, url: str) -> bytes:
        """Return the UPnP description."""
        options = self._options
        device = branch(
            "device",
            leaf("deviceType", UPNP_TYPE),
            leaf("friendlyName", options.name),
            leaf("manufacturer", "BV"),
            leaf("modelName", options.model),
            leaf("serialNumber", options.serial),
            leaf("UDN", self._uuid),
            leaf("presentationURL", f"{url}/"),
        )
        version = branch("specVersion", leaf("major", 1), leaf("minor", 0))
        root = branch("root", version, device)
        root.namespace = "urn:schemas-upnp-org:device-1-0"
        return render(root)
