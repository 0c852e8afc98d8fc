"""The card: every address and every action of the document, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .groups import Catalog, Group, index
from .groups_alarm import alarm_groups, ptz_groups, record_groups
from .groups_system import (
    network_groups,
    system_groups,
    user_groups,
    wireless_groups,
)
from .groups_video import camera_groups, picture_groups, stream_groups
from .options import VserverOptions


@dataclass(frozen=True)
class Action:
    """One thing that a client may ask for."""

    cgi: str
    """Name of the CGI, or of a picture."""
    group: str = ""
    what: str = ""
    """Which of the uses of a group."""

    def __str__(self) -> str:
        """Print it as it is listed."""
        return " ".join(part for part in (self.cgi, self.group, self.what) if part)


CGIS: Final[Mapping[str, tuple[str, ...]]] = {
    "sys_get": ("HardwareV", "FactoryCheck", "DeviceInfo", "EapilInfo", "TimeInfo"),
    "sys_set": (
        "SystemInfo reboot",
        "SystemInfo reset",
        "DeviceInfo",
        "TimeInfo manual",
        "TimeInfo NTP",
        "Reboot",
        "RmTemplate",
        "RmSerialnum",
        "HardwareV",
    ),
    "sys_query": (
        *("All", "HardwareV", "FactoryCheck", "DeviceInfo", "EapilInfo"),
        *("TimeInfo", "SystemInfo"),
    ),
    **{
        f"{family}_{verb}": (
            ("All", "StreamInfo") if verb == "query" else ("StreamInfo",)
        )
        for family in ("major_stream", "minor_stream", "mjpeg")
        for verb in ("get", "set", "query")
    },
    "image_get": ("ImageInfo", "OSDInfo", "ROIInfo", "AreaExpInfo", "PrivacyMaskInfo"),
    "image_set": ("ImageInfo", "OSDInfo"),
    "image_query": ("All", "ImageInfo", "OSDInfo"),
    "audio_get": ("AudioInfo",),
    "audio_set": ("AudioInfo",),
    "audio_query": ("All", "AudioInfo"),
    "record_get": ("RecordSearch", "ElSearch", "RecordControl", "RecordDevice"),
    "record_set": (
        "RecordControl",
        "RecordDevice unmount",
        "RecordDevice mount",
        "RecordDevice format",
    ),
    "record_query": ("All", "RecordControl"),
    "ptz_get": (
        *("PTZCtrlInfo", "SpeedInfo", "PresetNameInfo", "TourInfo"),
        "ProtocolInfo",
    ),
    "ptz_set": (
        *(
            f"PTZCtrlInfo {what}"
            for what in (
                *("stop", "move", "zoom", "focus", "iris", "auto scan"),
                *("store preset", "call preset"),
                *("pattern start", "pattern end", "pattern run"),
                *("auto pan start", "auto pan end", "auto pan run"),
                *("absolute position", "relative position"),
            )
        ),
        *("SpeedInfo", "PresetNameInfo", "TourInfo stop", "TourInfo run"),
        "ProtocolInfo",
    ),
    "ptz_query": ("All", "PTZCtrlInfo"),
    "rs485_set": ("RS485Data",),
    "rs485_get": ("RS485Data", "RS485Data with Data"),
    "camera_get": ("BasicInfo", "ExposureInfo"),
    "camera_set": ("BasicInfo", "ExposureInfo", "ResetInfo"),
    "camera_query": ("All", "BasicInfo", "ExposureInfo", "ResetInfo"),
    **{
        f"net_{verb}": (
            *("AddressInfo", "SMTPInfo", "FTPInfo", "AlarmServerInfo"),
            *("DigestLoginInfo", "KaiCong", "DDNSInfo", "NetProtocolInfo"),
        )
        for verb in ("get", "set")
    },
    "net_query": (
        *("All", "AddressInfo", "SMTPInfo", "FTPInfo", "DigestLoginInfo"),
        *("KaiCong", "DDNSInfo", "UluInfo", "GlinkInfo", "ElInfo"),
    ),
    "netport_get": ("NetPortInfo",),
    "netport_set": ("NetPortInfo",),
    "netport_query": ("",),
    "wifi_get": ("WifiInfo", "HotspotList"),
    "wifi_set": ("WifiInfo",),
    "wifi_query": ("",),
    "alarm_get": (
        *("IOTrigInfo", "MDInfo", "IOAccessInfo", "MDAccessInfo"),
        *("AccessScopeInfo", "ScheduleInfo"),
    ),
    "alarm_set": (
        *("IOTrigInfo", "MDInfo", "AccessScopeInfo", "IOAccessInfo"),
        *("MDAccessInfo", "ScheduleInfo"),
    ),
    "alarm_query": (
        *("All", "IOTrigInfo", "MDInfo", "AccessScopeInfo", "IOAccessInfo"),
        "MDAccessInfo",
    ),
    "user_set": ("AddUser", "DeleteUser", "ChangePassword"),
    "user_get": ("UserList",),
}
"""Groups, and the uses of some, by CGI."""
PICTURES: Final = ("jpgimage", "mjpgstreamreq")


def _action(cgi: str, text: str) -> Action:
    """Split a group from its use."""
    group, _, what = text.partition(" ")
    return Action(cgi, group, what)


CARD: Final = (
    *(_action(cgi, text) for cgi, texts in CGIS.items() for text in texts),
    *(Action(name) for name in PICTURES),
)
"""Everything that the document knows."""

QUERIES: Final[Mapping[str, frozenset[str]]] = {
    cgi.removesuffix("_query"): frozenset(texts)
    for cgi, texts in CGIS.items()
    if cgi.endswith("_query")
}
"""The group names that each query takes, by family."""

_DANGEROUS: Final = {
    "sys_set": {"DeviceInfo", "RmTemplate", "RmSerialnum", "HardwareV"},
    "net_set": {
        *("AddressInfo", "DigestLoginInfo", "KaiCong", "DDNSInfo"),
        "NetProtocolInfo",
    },
    "netport_set": {"NetPortInfo"},
    "wifi_set": {"WifiInfo"},
    "user_set": {"AddUser", "DeleteUser", "ChangePassword"},
}


def is_dangerous(cgi: str, query: Mapping[str, str]) -> bool:
    """Tell whether a request could lock the owner out, or lose what he has."""
    given = {name.lower(): value for name, value in query.items()}
    group = given.get("group", "")
    match cgi, group:
        case "sys_set", "SystemInfo":
            plain = given.get("resetflag") == "0" and given.get("ipkeep") == "1"
            return not plain or "aging" in given
        case "record_set", "RecordDevice":
            return "2" in (given.get("operate"), given.get("operaterate"))
        case "wifi_get", "WifiInfo":
            return len(given) > 1
    return group in _DANGEROUS.get(cgi, set())


def catalog(options: VserverOptions) -> Catalog:
    """Return the groups of one unit."""
    groups: list[Group] = [
        *system_groups(options),
        *stream_groups(options),
        *picture_groups(options),
        *record_groups(options),
        *ptz_groups(options),
        *camera_groups(options),
        *network_groups(options),
        *wireless_groups(options),
        *alarm_groups(options),
        *user_groups(),
    ]
    return index(groups)
