"""Every resource of the document: its methods, its bodies, who may use it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, Literal

type Inbound = Literal["none", "xml", "form", "audio", "file", "upload", "any"]
type Pair = tuple[str, str]
"""Method and path, or path template."""

CARD: Final[Mapping[str, str]] = {
    "/Network": "GET PUT",
    "/Network/DDNS": "GET PUT",
    "/Network/DDNS/ServerList": "GET",
    "/Network/DDNS/Config": "GET PUT",
    "/Network/DDNS/Status": "GET",
    "/Network/UPNP": "GET PUT",
    "/Network/UPNP/Config": "GET PUT",
    "/Network/UPNP/Status": "GET",
    "/Network/EMail": "GET PUT",
    "/Network/Port": "GET PUT",
    "/Network/P2P": "GET PUT",
    "/Network/FTP": "GET PUT",
    "/Network/Interfaces": "GET PUT",
    "/Network/Interfaces/{n}": "GET PUT",
    "/Network/Interfaces/{n}/IPAddress": "GET PUT",
    "/Network/Interfaces/{n}/IPAddress/DHCP": "GET PUT",
    "/Network/Interfaces/{n}/IPAddress/DNS": "GET PUT",
    "/Network/Interfaces/{n}/WIFIAccessPointList": "GET",
    "/Network/Interfaces/{n}/Wireless": "GET PUT",
    "/Network/Interfaces/{n}/WIFIStatus": "GET",
    "/Network/WifiParamTest": "PUT",
    "/Network/WifiParamTestStatus": "GET",
    "/System/Time": "GET PUT",
    "/System/NTP": "GET PUT",
    "/System/DST": "GET PUT",
    "/System/DeviceInfo": "GET PUT",
    "/System/DeviceStatus": "GET",
    "/System/DeviceStatus/{ch}": "GET",
    "/System/FirmwareUpgrade": "PUT",
    "/System/Reboot": "PUT",
    "/System/FactoryDefault": "PUT",
    "/System/SendTestEmail": "PUT",
    "/System/Logging": "GET",
    "/System/Users": "GET",
    "/System/Users/{user}": "GET",
    "/System/Users/1": "PUT POST DELETE",
    "/System/{ch}/RemoteForceFrame": "PUT",
    "/System/DeviceConfigFile": "GET PUT",
    "/System/DeviceAutoMaintenance": "GET PUT",
    "/Security/UserAuth": "PUT",
    "/Streams": "GET PUT",
    "/Streams/{ch}": "GET PUT",
    "/Streams/{ch}/CapabilityV2": "GET",
    "/Streams/{ch}/{st}": "GET PUT",
    "/Streams/{ch}/{st}/Transport": "GET",
    "/Streams/{ch}/{st}/ReceiveData": "GET",
    "/Snapshot/{ch}/RemoteImageCapture": "GET",
    "/Images": "GET PUT",
    "/Images/{ch}": "GET PUT",
    "/Images/{ch}/Scene": "GET PUT",
    "/Images/{ch}/Basic": "GET PUT",
    "/Images/{ch}/Color": "GET PUT",
    "/Images/{ch}/Exposure": "GET PUT",
    "/Images/{ch}/WhiteBalance": "GET PUT",
    "/Images/{ch}/IrCutFilter": "GET PUT",
    "/Pictures": "GET PUT",
    "/Pictures/{ch}": "GET PUT",
    "/Pictures/{ch}/OSD": "GET PUT",
    "/Pictures/{ch}/Motion": "GET PUT",
    "/Pictures/{ch}/Motion/RegionsV2": "GET PUT",
    "/Pictures/{ch}/Motion/Trigger": "GET PUT",
    "/Pictures/{ch}/Motion/Schedule": "GET PUT",
    "/Pictures/{ch}/Mosaic": "GET PUT",
    "/TwowayAudio/Open": "PUT",
    "/TwowayAudio/SendData": "PUT",
    "/TwowayAudio/ReceiveData": "GET",
    "/TwowayAudio/Close": "PUT",
    "/EventsNotification/SubscribedEventTypeList": "GET PUT DELETE",
    "/EventsNotification/EventList": "GET",
    "/Record": "GET PUT",
    "/Record/HttpEvent/Config": "GET PUT",
    "/Record/HttpEvent/Call": "PUT",
    "/Record/Notify/URL": "GET PUT",
    "/Record/Format/Call": "PUT",
    "/Disk": "GET PUT",
    "/PTZ/{ch}/Presets/Goto": "PUT",
    "/PTZ/{ch}/ZoomIn": "PUT",
    "/PTZ/{ch}/ZoomOut": "PUT",
    "/PTZ/{ch}/FocusFar": "PUT",
    "/PTZ/{ch}/FocusNear": "PUT",
    "/Alarm/AMS/2": "PUT",
    "/Alarm/EventCfgList/2": "PUT",
}
"""Methods by path, as the protocol card and the document list them."""

PAIRS: Final[tuple[Pair, ...]] = tuple(
    (method, path) for path, methods in CARD.items() for method in methods.split()
)

DOWNLOAD: Final = "/download/video/{file}"
"""Mentioned by the document, not tabled."""
OTHERS: Final[Mapping[str, str]] = {DOWNLOAD: "GET"}

_BODIES: Final[Mapping[Pair, Inbound]] = {
    ("PUT", "/System/FirmwareUpgrade"): "upload",
    ("PUT", "/System/Reboot"): "any",
    ("PUT", "/System/FactoryDefault"): "any",
    ("PUT", "/System/SendTestEmail"): "any",
    ("PUT", "/System/{ch}/RemoteForceFrame"): "none",
    ("PUT", "/System/DeviceConfigFile"): "file",
    ("PUT", "/Security/UserAuth"): "form",
    ("PUT", "/TwowayAudio/Open"): "any",
    ("PUT", "/TwowayAudio/SendData"): "audio",
    ("PUT", "/TwowayAudio/Close"): "none",
    ("PUT", "/Record/HttpEvent/Call"): "none",
    ("PUT", "/Record/Format/Call"): "none",
    ("PUT", "/PTZ/{ch}/Presets/Goto"): "form",
    ("PUT", "/PTZ/{ch}/ZoomIn"): "form",
    ("PUT", "/PTZ/{ch}/ZoomOut"): "form",
    ("PUT", "/PTZ/{ch}/FocusFar"): "form",
    ("PUT", "/PTZ/{ch}/FocusNear"): "form",
}
"""What a method takes that is neither a GET nor a document in XML."""

QUERIES: Final[Mapping[str, frozenset[str]]] = {
    "/System/Logging": frozenset({"majorType", "minorType", "startTime", "stopTime"}),
    "/Snapshot/{ch}/RemoteImageCapture": frozenset({"ImageFormat"}),
}

OPERATOR: Final[frozenset[Pair]] = frozenset(
    {
        ("PUT", "/System/DeviceAutoMaintenance"),
        ("PUT", "/EventsNotification/SubscribedEventTypeList"),
        ("DELETE", "/EventsNotification/SubscribedEventTypeList"),
        ("PUT", "/Record"),
        ("PUT", "/Record/HttpEvent/Config"),
        ("PUT", "/Disk"),
    }
)
"""What the document's tables leave to an Operator."""

_DANGEROUS: Final = (
    ("PUT", "/Network"),
    ("PUT", "/Network/DDNS*"),
    ("PUT", "/Network/UPNP*"),
    ("PUT", "/Network/Port"),
    ("PUT", "/Network/P2P"),
    ("PUT", "/Network/Interfaces*"),
    ("PUT", "/Network/WifiParamTest"),
    ("PUT", "/System/FactoryDefault"),
    ("PUT", "/System/FirmwareUpgrade"),
    ("PUT", "/System/DeviceConfigFile"),
    ("PUT", "/System/Users/*"),
    ("POST", "/System/Users/*"),
    ("DELETE", "/System/Users/*"),
    ("PUT", "/Record/Format/Call"),
)
"""What could lock the owner out, open the camera to others, or lose recordings."""


def is_dangerous(method: str, path: str) -> bool:
    """Tell whether a client must never send this without being told to."""
    return any(method == m and fnmatchcase(path, p) for m, p in _DANGEROUS)


@dataclass(frozen=True)
class Route:
    """Where a request goes."""

    template: str
    method: str
    numbers: Mapping[str, str]
    """What the places in the template stand for."""

    @property
    def pair(self) -> Pair:
        """Return method and template."""
        return self.method, self.template

    @property
    def inbound(self) -> Inbound:
        """Return the kind of body."""
        usual: Inbound = "none" if self.method == "GET" else "xml"
        return _BODIES.get(self.pair, usual)


def _matches(template: str, path: str) -> dict[str, str] | None:
    """Return what the places of a template stand for, if a path fits."""
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    found: dict[str, str] = {}
    for want, have in zip(wanted, given, strict=True):
        if want.startswith("{"):
            name = want[1:-1]
            if not have or (name != "file" and not have.isdecimal()):
                return None
            found[name] = have
        elif want != have:
            return None
    return found


def templates(path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the templates that a path fits, with the meaning of their places."""
    for template in (*CARD, *OTHERS):
        found = _matches(template, path)
        if found is not None:
            yield template, found


def methods(template: str) -> list[str]:
    """Return the methods of a template."""
    return (CARD.get(template) or OTHERS[template]).split()
