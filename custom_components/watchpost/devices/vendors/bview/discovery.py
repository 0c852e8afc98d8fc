"""Find cameras in the network and recognize one at an address (chapters 5 and 10).

The vendor's own search is answered with everything that is needed. The strings of
UPnP are not documented, so what answers there counts only if it is recognized.
"""

import asyncio
from dataclasses import dataclass
import re
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientSession

from ...model.device import Discovered, Login
from ...model.errors import DeviceConnectionError, DeviceError, Reason
from ...model.mac import mac_address
from ...transport.http import HttpAnswer, HttpTransport
from ...transport.payload import Node, PayloadError, parse_xml
from ...transport.udp import multicast_query
from .const import (
    DEVICE_INFO,
    DISCOVERY_GROUP,
    DISCOVERY_PORT,
    DISCOVERY_WAIT,
    VENDOR_ID,
)

_TIMEOUT: Final = 5.0
"""Seconds for an answer to a stranger; nothing is read from a disk for it."""
_PROBE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Request>'
    '<Head Version="1.0.0" ConfigLength="{length}" CommandID="10"/>'
    '<CfgInfo MainCommand="100" AssistCommand="-1" DeviceMac="{mac}"/></Request>'
)
"""A search. Other commands change addresses or tell passwords: none is known here."""
_ANY_MAC: Final = ("", "FF-FF-FF-FF-FF-FF")
"""What a search may have to hold as the address of everybody; one per round."""
# What may be hostile is never tried twice from the same place on.
_PROLOG: Final = re.compile(r"<\?xml[^<>]{0,200}>")
_TAG: Final = re.compile(r"<(\w{1,64})>([^<>]{0,256}+)(?=<)")
_HEAD: Final = re.compile(
    r"<(?:\w{1,64}:)?(Head|CfgInfo)\b([^<>]{0,512}+)", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(r"\b(\w{1,64}+)\s*+=\s*+[\"']([^\"'<>]{0,256}+)[\"']")
_CONFIG: Final = "DeviceProbeConfig"
_NAME_LENGTH: Final = 64
_HTTP: Final = 80

_SSDP_GROUP: Final = "239.255.255.250"
_SSDP_PORT: Final = 1900
_SSDP_SEARCH: Final = (
    b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
    b'MAN: "ssdp:discover"\r\nMX: 1\r\nST: upnp:rootdevice\r\n\r\n'
)
_DESCRIPTION_LIMIT: Final = 64 * 1024
_CANDIDATES: Final = 32
"""Descriptions that one search reads."""
_AT_ONCE: Final = 4
_STRANGERS: Final = 256
"""Descriptions that are known not to be of a camera."""
_UUID_MAC: Final = re.compile(
    r"uuid:[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[0-9a-f]{4}-([0-9a-f]{12})",
    re.IGNORECASE,
)
"""A name that is made of the time and of the MAC."""

_STATUS: Final = "responsestatus"
_ROOT: Final = "deviceinfo"
_FIELDS: Final = ("DeviceTypeName", "HardWareVersion", "SoftWareVersion", "BoardType")
_OWN_FIELDS: Final = 2
"""Fields of a document, of those above, by which the family is known."""
_REALM: Final = re.compile(r'realm="?[^",]*b-?view', re.IGNORECASE)


# At an address


async def recognize(login: Login, session: ClientSession) -> bool:
    """Ask for the device information without a login.

    A camera refuses in the words of its own documents, or names itself in its
    challenge. One that does neither is none: any web server can refuse.

    Raise:
        DeviceConnectionError: Nothing answers at the address.
    """
    transport = HttpTransport(session, login)
    try:
        answer = await transport.request(
            "GET",
            DEVICE_INFO,
            command=False,
            seconds=_TIMEOUT,
            limit=_DESCRIPTION_LIMIT,
        )
    except DeviceConnectionError as err:
        if err.reason is Reason.BAD_ANSWER:
            return False
        raise
    return _is_ours(answer)


def _is_ours(answer: HttpAnswer) -> bool:
    """Return whether an answer is one of this family."""
    if answer.status == 401 and _REALM.search(_challenges(answer)):
        return True
    try:
        root, node = parse_xml(answer.body)
    except PayloadError:
        return False
    name = root.rpartition(":")[2].lower()
    if name == _ROOT:
        told = _plain(node)
        known = [one for one in _FIELDS if told.spelling(one) is not None]
        return len(known) >= _OWN_FIELDS
    return name == _STATUS and _is_refusal(_plain(node))


def _is_refusal(node: Node) -> bool:
    """Return whether a status is one of this family.

    Others have documents of this name as well; their numbers are above 0.
    """
    code = node.integer("statusCode")
    path = (node.text("requestURL") or "").strip().lower()
    return path.endswith(DEVICE_INFO.lower()) and code is not None and code < 0


def _plain(node: Node) -> Node:
    """Return a document without attributes and without prefixes of name spaces."""
    return Node(
        {
            name.rpartition(":")[2]: value
            for name, value in node.tree.items()
            if not name.startswith(("@", "#"))
        }
    )


def _challenges(answer: HttpAnswer) -> str:
    return ", ".join(
        value
        for name, value in answer.headers.items()
        if name.lower() == "www-authenticate"
    )


# In the network


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where searches go, and how long each round of answers takes."""

    group: str = DISCOVERY_GROUP
    port: int = DISCOVERY_PORT
    ssdp_group: str = _SSDP_GROUP
    ssdp_port: int = _SSDP_PORT
    wait: float = DISCOVERY_WAIT


class Search:
    """Look for cameras, and remember what is none of them."""

    def __init__(self, places: Places | None = None) -> None:
        """Know nobody yet."""
        self._places = places or Places()
        self._strangers: dict[str, None] = {}

    async def discover(self, session: ClientSession) -> tuple[Discovered, ...]:
        """Search in both ways at once; none found is empty."""
        own, others = await asyncio.gather(self._own(), self._locations())
        found = {camera.mac: camera for camera in own}
        hosts = {camera.host for camera in own}
        new = [one for one in others if one[0] not in hosts]
        if new:
            for camera in await self._look_at(new[:_CANDIDATES], session):
                found.setdefault(camera.mac, camera)
        return tuple(found.values())

    async def _own(self) -> list[Discovered]:
        """Search as the vendor does, with the address of everybody in both forms."""
        places = self._places
        answers = await multicast_query(
            _probes(),
            places.group,
            places.port,
            wait=places.wait,
            listen=True,
        )
        cameras = [parse_answer(body, sender) for body, sender in answers]
        return [camera for camera in cameras if camera is not None]

    async def _locations(self) -> list[tuple[str, str]]:
        """Return the hosts that answer to UPnP, each with its description."""
        places = self._places
        answers = await multicast_query(
            (_SSDP_SEARCH,) * 2,
            places.ssdp_group,
            places.ssdp_port,
            wait=places.wait,
            listen=False,
        )
        found = [(sender, location_of(body, sender)) for body, sender in answers]
        return list(
            dict.fromkeys(
                (sender, location)
                for sender, location in found
                if location is not None and location not in self._strangers
            )
        )

    async def _look_at(
        self, found: list[tuple[str, str]], session: ClientSession
    ) -> list[Discovered]:
        """Read descriptions and recognize the cameras among them."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def look(host: str, location: str) -> Discovered | None:
            async with turn:
                try:
                    return await self._judge(host, location, session)
                except DeviceError:
                    # It may be a camera that is just starting.
                    return None

        looks = (look(host, location) for host, location in found)
        cameras = await asyncio.gather(*looks)
        return [camera for camera in cameras if camera is not None]

    async def _judge(
        self, host: str, location: str, session: ClientSession
    ) -> Discovered | None:
        """Return the camera that a description is of.

        Raise:
            DeviceError: Nobody answers.
        """
        parts = urlsplit(location)
        transport = HttpTransport(session, _stranger(host, parts.port or _HTTP))
        query = f"?{parts.query}" if parts.query else ""
        answer = await transport.request(
            "GET",
            f"{parts.path or '/'}{query}",
            command=False,
            seconds=_TIMEOUT,
            limit=_DESCRIPTION_LIMIT,
        )
        if answer.status >= 500:
            return None
        told = described(answer.body, host)
        if told is not None:
            mac, name, port = told
            named = {port, parts.port or _HTTP} - {None}
            silent = False
            for one in dict.fromkeys((port or _HTTP, parts.port or _HTTP, _HTTP)):
                try:
                    ours = await recognize(_stranger(host, one), session)
                except DeviceConnectionError:
                    silent = silent or one in named
                    continue
                if ours:
                    return Discovered(
                        vendor=VENDOR_ID, host=host, port=one, mac=mac, name=name
                    )
            if silent:
                return None
        while len(self._strangers) >= _STRANGERS:
            self._strangers.pop(next(iter(self._strangers)))
        self._strangers[location] = None
        return None


def _probes() -> tuple[bytes, ...]:
    """Return a search for each round.

    Which length the document means is not said: none, then that of all of it.
    """
    first, second = _ANY_MAC
    # It is some two hundred bytes: the length has three digits.
    length = len(_PROBE.format(mac=second, length="000"))
    return (
        _PROBE.format(mac=first, length=0).encode(),
        _PROBE.format(mac=second, length=length).encode(),
    )


def _stranger(host: str, port: int) -> Login:
    return Login(host=host, port=port, username="", password="")


def parse_answer(body: bytes, sender: str) -> Discovered | None:
    """Read the answer to a search; None if it is none.

    The document prints it with tags that are not closed and a prolog that is none, so
    what cannot be read as XML is read tag by tag.
    """
    text = body.decode("utf-8", "replace").lstrip().removeprefix("\ufeff").lstrip()
    if prolog := _PROLOG.match(text):
        text = text[prolog.end() :]
    heads = {
        match[1].lower(): {
            name.lower(): value for name, value in _ATTRIBUTE.findall(match[2])
        }
        for match in _HEAD.finditer(text)
    }
    head, info = heads.get("head", {}), heads.get("cfginfo", {})
    if head.get("commandid") != "11" or info.get("maincommand") != "100":
        return None
    if head.get("replymsg") != "0":
        return None
    try:
        root = _plain(parse_xml(text.encode())[1])
        config = _plain(root.node(_CONFIG) or Node({}))
    except PayloadError:
        config = Node({})
        for name, value in _TAG.findall(text):
            config.tree.setdefault(name, value.strip())
    mac = mac_address(config.text("DeviceMac") or info.get("devicemac"))
    if mac is None:
        return None
    port = config.integer("HttpPort") or _HTTP
    return Discovered(
        vendor=VENDOR_ID,
        # What answered is reachable; what it says of itself need not be.
        host=sender,
        port=port if 0 < port < 65536 else _HTTP,
        mac=mac,
        name=_label(config.text("DeviceType")),
    )


def location_of(body: bytes, sender: str) -> str | None:
    """Return where the description of a device is, if it is at the device itself."""
    lines = body.decode("latin-1").splitlines()
    if not lines or not lines[0].upper().startswith("HTTP/1.1 200"):
        return None
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.strip().upper() == "LOCATION":
            return value.strip() if _is_at(value.strip(), sender) else None
    return None


def _is_at(url: str, host: str) -> bool:
    """Return whether an address is one of a host, and can be asked for."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port or _HTTP
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname == host and 0 < port < 65536


def described(body: bytes, host: str) -> tuple[str, str, int | None] | None:
    """Return MAC, name and the port of the web page that a description tells.

    None if there is no MAC: then nothing tells this device from others.
    """
    try:
        _, root = parse_xml(body)
    except PayloadError:
        return None
    device = _plain(_plain(root).node("device") or Node({}))
    mac = _mac_of(device)
    if mac is None:
        return None
    page = (device.text("presentationURL") or "").strip()
    port = (urlsplit(page).port or _HTTP) if _is_at(page, host) else None
    name = _label(device.text("friendlyName")) or _label(device.text("modelName"))
    return mac, name, port


def _mac_of(device: Node) -> str | None:
    """Return the MAC in a serial number, or in a name that is made of one."""
    number = (device.text("serialNumber") or "").strip()
    # Twelve digits alone are a number as any other.
    mac = None if number.isdecimal() else mac_address(number)
    if mac is None:
        name = _UUID_MAC.match((device.text("UDN") or "").strip())
        mac = mac_address(name[1]) if name else None
    # The lowest bit marks a group: no device has such an address.
    return None if mac is None or int(mac[1], 16) & 1 else mac


def _label(text: str | None) -> str:
    """Return a text in a form that can be shown and stored."""
    printable = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(printable.split())[:_NAME_LENGTH]
