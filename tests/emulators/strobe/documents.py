"""The settings documents of a unit: printed, checked and changed in its spelling."""

from collections.abc import Callable, Mapping
import re
from typing import Final

from .checks import TEXT, Check, checks_for
from .options import StrobeOptions
from .xmldoc import Node, RefusedError, branch, leaf

AUDIO: Final = "/ISAPI/AudioInfo/AudioConfig"
IDLE: Final = "/ISAPI/LED/IdleScheduleConfig"
ALARM: Final = "/ISAPI/LED/AlarmScheduleConfig"
OSD: Final = "/ISAPI/OSD/OSDInfo"
NETWORK: Final = "/ISAPI/Network/NetworkConfig"
EMAIL: Final = "/ISAPI/Network/Email"
SNMP: Final = "/ISAPI/Network/SNMP"
WIFI: Final = "/ISAPI/System/WifiConfig"
HTTPS: Final = "/ISAPI/Network/HTTPs"
SIP: Final = "/ISAPI/Network/SIP"
SERVERS: Final = "/ISAPI/Network/ExtServerParam"
SENSOR: Final = "/ISAPI/Event/SensorAlarmParam"
NTP: Final = "/ISAPI/System/NTP"
USER: Final = "/ISAPI/UserManagement/UsrConfig"
HTTP_LINK: Final = "/ISAPI/AlarmLink/HttpLinkConfig"
BROADCAST_LINK: Final = "/ISAPI/AlarmLink/BroadcastLinkConfig"

REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    IDLE: frozenset({"ScheduleID"}),
    ALARM: frozenset({"ScheduleID"}),
    OSD: frozenset({"OSDType"}),
    NETWORK: frozenset({"MACAddress"}),
    SIP: frozenset({"UserName", "PassWord", "AuthId", "ServerIp", "ServerPort"}),
    SERVERS: frozenset({"ServerType"}),
    SENSOR: frozenset({"Enabled", "AlarmInType", "AlarmOutType"}),
}
"""Fields marked "Required: Yes", checked in every element that is sent."""

READ_ONLY: Final[Mapping[str, frozenset[str]]] = {
    AUDIO: frozenset({"VolumeMax", "VolumeMin"}),
    NETWORK: frozenset({"MaxLink", "MACAddress"}),
    WIFI: frozenset({"Status"}),
}

_SCHEDULE: Final = re.compile(r"ScheduleCount_([1-5])")
_ADDRESS: Final = re.compile(r"IpAddr_\d+")
_NUMBER: Final = re.compile(r"_\d+$")

_TABLE_IDLE: Final[Mapping[str, str]] = {
    "FrontLightColor2": "FrontLighColor2",
    "BackLightcolor": "BackLightColor",
    "BackLightDisplayMode": "BacklightDisplayMode",
    "BackLightBrightness": "BacklightBrightness",
    "BackLightFrequency": "BacklightFrequency",
}
_TABLE_ALARM: Final[Mapping[str, str]] = {
    "AlarmOutInterval": "AlarmOutDuration",
    "FrontLightcolor1": "FrontLightColor1",
    "FrontLightcolor2": "FrontLightColor2",
    "BackLightcolor": "BackLightColor",
    "BackLightDisplayMode": "BacklightDisplayMode",
    "BackLightBrightness": "BacklightBrightness",
    "BackLightFrequency": "BacklightFrequency",
    "HTTPMsgEnabled": "HttpMsgEnabled",
}
"""Spellings of the field tables, by those of the templates."""


def _lights(color1: str, color2: str) -> tuple[Node, ...]:
    """Return the light fields of a schedule; the first colors' spelling differs."""
    return (
        leaf("FrontLightEnable", 0),
        leaf(color1, 1),
        leaf(color2, 0),
        leaf("FrontLightDisplayMode", 1),
        leaf("FrontLightBrightness", 255),
        leaf("FrontLightFrequency", 100),
        leaf("BackLightEnable", 0),
        leaf("BackLightcolor", 1),
        leaf("BackLightDisplayMode", 1),
        leaf("BackLightBrightness", 255),
        leaf("BackLightFrequency", 100),
    )


def _window() -> tuple[Node, ...]:
    """Return the fields that say when a schedule applies: always."""
    return (
        leaf("WeekDays", "0123456"),
        leaf("BeginTime", "00:00:00"),
        leaf("EndTime", "23:59:59"),
    )


def _idle_schedule(number: int) -> Node:
    """Return an idle schedule of a new unit; all of them are off."""
    return branch(
        f"ScheduleCount_{number}",
        leaf("ScheduleID", number - 1),
        leaf("ScheduleName", f"Idle {number}"),
        leaf("ScheduleEnable", 0),
        leaf("PlayEnable", 0),
        leaf("PlayFile", "Doorbell.wav"),
        leaf("Volume", 50),
        leaf("CycleMode", 0),
        leaf("PlayTimes", 1),
        leaf("Interval", 5),
        *_lights("FrontLightColor1", "FrontLightColor2"),
        *_window(),
    )


def _alarm_schedule(number: int) -> Node:
    """Return an alarm schedule of a new unit; the first one is on."""
    first = 1 if number == 1 else 0
    schedule = branch(
        f"ScheduleCount_{number}",
        leaf("ScheduleID", number - 1),
        leaf("ScheduleName", f"Alarm {number}"),
        leaf("ScheduleEnable", first),
        leaf("AlarmOutEnable", first),
        leaf("AlarmOutInterval", 60),
        leaf("PlayEnable", first),
        leaf("PlayFile", "Siren.wav"),
        leaf("Volume", 80),
        *_lights("FrontLightcolor1", "FrontLightcolor2"),
        leaf("HTTPMsgEnabled", 0),
        leaf("TCPIPMsgEnabled", 0),
        leaf("MQTTMsgEnabled", 0),
        leaf("EmailEnabled", 0),
        leaf("BroadcastEnabled", 0),
        *_window(),
    )
    schedule.set("FrontLightEnable", first)
    schedule.set("FrontLightDisplayMode", 6)
    return schedule


def _schedules(options: StrobeOptions, root: str, make: Callable[[int], Node]) -> Node:
    """Return a schedule document in the spelling of the unit."""
    count = options.schedule_count
    document = branch(
        root,
        leaf("ScheduleCount", count),
        *(make(number) for number in range(1, count + 1)),
    )
    for schedule in document.children[1:]:
        schedule.children.extend(leaf(*item) for item in options.extra_schedule_fields)
    if options.spelling == "table":
        _respell(document)
    return document


def _respell(document: Node) -> None:
    """Turn the templates' spelling into that of the field tables."""
    idle = document.name == "IdleScheduleConfig"
    names = _TABLE_IDLE if idle else _TABLE_ALARM
    for schedule in document.children:
        schedule.children = [
            node
            for node in schedule.children
            if node.name not in ("TCPIPMsgEnabled", "MQTTMsgEnabled")
        ]
        for node in schedule.children:
            node.name = names.get(node.name, node.name)


def factory_documents(options: StrobeOptions) -> dict[str, Node]:
    """Return the settings of a new unit, by path."""
    return {
        AUDIO: branch(
            "AudioConfig",
            leaf("PCMicEnabled", 0),
            leaf("DevMicEnabled", 1),
            leaf("LineInEnabled", 0),
            leaf("Encoding", "G711A"),
            leaf("Bitrate", 64),
            leaf("SampleRate", 8000),
            leaf("VolumeMax", 100),
            leaf("VolumeMin", 0),
            leaf("AudioInVolume", 60),
            leaf("AudioOutVolume", 70),
        ),
        IDLE: _schedules(options, "IdleScheduleConfig", _idle_schedule),
        ALARM: _schedules(options, "AlarmScheduleConfig", _alarm_schedule),
        OSD: branch("OSDInfo", _osd(0, ""), _osd(1, "Watchpost")),
        **_network_documents(options),
        SENSOR: branch(
            "AlarmConfig",
            leaf("Enabled", 1),
            leaf("AlarmInType", 1),
            leaf("AlarmOutType", 0),
        ),
        NTP: branch(
            "NTPStatus",
            branch("TimeZone", leaf("TZ", "GMT+00:00")),
            leaf("IsUpdateTime", 0),
            leaf("Enabled", 0),
            leaf("DST", 0),
            leaf("UTCDateTime", ""),
            leaf("NTPServer", "pool.ntp.org"),
        ),
        HTTP_LINK: branch(
            "HttpLinkConfig",
            leaf("Enabled", 0),
            leaf("Server", ""),
            leaf("AuthMethod", 0),
            leaf("AuthKey", ""),
            leaf("AuthValue", ""),
        ),
        BROADCAST_LINK: branch(
            "BroadcastLinkConfig",
            leaf("BroadcastType", 0),
            leaf("IpCount", 0),
            leaf("BeginIp", ""),
            leaf("EndIp", ""),
            leaf("IsAcceptBroadcast", 1),
        ),
    }


def _osd(kind: int, text: str) -> Node:
    """Return one overlay of the picture."""
    return branch(
        f"OSDParam_{kind}",
        leaf("OSDType", kind),
        branch(
            "Position",
            leaf("Enabled", 0),
            leaf("OSDText", text),
            leaf("X", 20),
            leaf("Y", 20 + 900 * kind),
        ),
        leaf("DateFormat", 0),
        leaf("FontSize", 32),
        leaf("FontColor", "#FFFFFF"),
    )


def _network_documents(options: StrobeOptions) -> dict[str, Node]:
    """Return the documents that a client should leave alone."""
    ports = ((1, 80), (2, 8080), (3, 554))
    return {
        NETWORK: branch(
            "NetworkConfig",
            branch(
                "NetLink",
                leaf("MaxLink", options.max_links),
                leaf("DHCP", 1),
                leaf("RtspAuthentication", 1),
                leaf("Name", "eth0"),
                branch(
                    "Ipv4",
                    leaf("IpAddr", options.ip_address),
                    leaf("SubnetMask", "255.255.255.0"),
                    leaf("Gateway", "127.0.0.1"),
                    leaf("DNS1", "127.0.0.1"),
                    leaf("DNS2", ""),
                ),
                branch(
                    "Ipv6",
                    leaf("IpAddr", ""),
                    leaf("Gateway", ""),
                    leaf("DNS1", ""),
                    leaf("DNS2", ""),
                    leaf("Ipv6PrefixLength", 64),
                ),
                leaf("MACAddress", options.mac),
            ),
        ),
        EMAIL: branch(
            "EmailStatus",
            leaf("Enabled", 0),
            leaf("SensorAlarmTitle", "Alarm"),
            leaf("SmtServer", "mail.invalid"),
            leaf("SmtUser", "strobe"),
            leaf("SmtPassword", "mail-secret"),
            leaf("Sender", "strobe@mail.invalid"),
            *(leaf(f"Receiver_{number}") for number in range(1, 5)),
            leaf("SmtPort", 25),
        ),
        SNMP: branch(
            "SNMPStatus",
            branch("Enabled", leaf("Ver1", 0), leaf("Ver2", 0)),
            leaf("ReadPublic", "public-secret"),
            leaf("WritePublic", "private-secret"),
            leaf("TrapAddress", ""),
            leaf("SnmpPort", 161),
            leaf("TrapPort", 162),
        ),
        WIFI: branch(
            "WifiConfig",
            leaf("Enabled", int(options.wifi_connected)),
            leaf("Status", int(options.wifi_connected)),
            leaf("SSIDname", options.wifi_ssid),
            leaf("Passwd", "wifi-secret"),
        ),
        HTTPS: branch("HTTPSPort", leaf("Enabled", 0), leaf("HTTPSPort", 443)),
        SIP: branch(
            "SIPConfig",
            leaf("Enabled", 0),
            leaf("UserName", "strobe"),
            leaf("PassWord", "sip-secret"),
            leaf("AuthId", "strobe"),
            leaf("ServerIp", "127.0.0.1"),
            leaf("ServerPort", 5060),
        ),
        SERVERS: branch(
            "ExtServer",
            *(
                branch(
                    f"Option_{kind}",
                    leaf("ServerType", kind),
                    leaf("Enabled", 1),
                    leaf("Port", port),
                )
                for kind, port in ports
            ),
        ),
    }


class Documents:
    """All settings of one unit."""

    def __init__(self, options: StrobeOptions, has_file: Callable[[str], bool]) -> None:
        """Start with the settings of a new unit."""
        self._options = options
        self._has_file = has_file
        self._roots = factory_documents(options)

    def __getitem__(self, path: str) -> Node:
        """Return a document; a change of it changes the unit."""
        return self._roots[path]

    def __contains__(self, path: object) -> bool:
        """Tell whether there is such a document."""
        return path in self._roots

    def reset(self) -> None:
        """Return to the settings of a new unit."""
        self._roots = factory_documents(self._options)

    def schedules(self, path: str) -> list[Node]:
        """Return the schedules of a document, by ScheduleID."""
        return self._roots[path].children[1:]

    def write(self, path: str, sent: Node) -> None:
        """Check a written document whole, then take it."""
        changed = self._roots[path].copy()
        writer = _Writer(path, self._options, self._has_file)
        if path in (IDLE, ALARM):
            writer.schedules(changed, sent)
        else:
            writer.merge(changed, sent)
        if path == AUDIO:
            _check_volumes(changed)
        if path == BROADCAST_LINK:
            _check_addresses(changed)
        self._roots[path] = changed


class _Writer:
    """Put one written document into the stored one."""

    def __init__(
        self, path: str, options: StrobeOptions, has_file: Callable[[str], bool]
    ) -> None:
        """Collect the rules of the document."""
        self._path = path
        self._options = options
        self._checks: Mapping[str, Check] = checks_for(path, options, has_file)
        self._required = REQUIRED.get(path, frozenset())
        self._read_only = READ_ONLY.get(path, frozenset())
        self._extra = {name for name, _ in options.extra_schedule_fields}

    def schedules(self, stored: Node, sent: Node) -> None:
        """Take schedules; which one is meant says ScheduleID."""
        by_id = {node.get("ScheduleID"): node for node in stored.children[1:]}
        seen: set[str] = set()
        items = 0
        for item in sent.children:
            if item.name in seen:
                raise RefusedError(402, f"{item.name} repeated")
            seen.add(item.name)
            if item.name == "ScheduleCount":
                continue
            if not _SCHEDULE.fullmatch(item.name):
                raise RefusedError(403, f"unknown field {item.name}")
            target = by_id.pop(item.get("ScheduleID"), None)
            if target is None:
                raise RefusedError(402, f"ScheduleID of {item.name}")
            items += 1
            self.merge(target, item)
            self._check_window(target)
        count = sent.child("ScheduleCount")
        if count is not None and count.text != str(items):
            raise RefusedError(402, f"ScheduleCount {count.text} of {items}")

    def merge(self, target: Node, sent: Node) -> None:
        """Take the children of one element."""
        seen: list[str] = []
        for item in sent.children:
            if item.name in seen:
                raise RefusedError(402, f"{item.name} repeated")
            seen.append(item.name)
            slot = target.child(item.name) or self._grow(target, item.name)
            if slot.children:
                self.merge(slot, item)
            else:
                self._take(slot, item)
        names = [node.name for node in target.children]
        missing = self._required & set(names) - set(seen)
        if missing:
            raise RefusedError(402, f"missing {sorted(missing)}")
        if self._options.strict_order and seen != [n for n in names if n in seen]:
            raise RefusedError(402, f"order of {target.name}")
        if self._options.missing_fields == "reset" and target.child("ScheduleID"):
            for node in target.children:
                if node.name not in seen:
                    node.text = ""

    def _take(self, slot: Node, item: Node) -> None:
        """Take one value."""
        if item.children:
            raise RefusedError(403, f"{item.name} has no children")
        if slot.name in self._read_only:
            if self._options.read_only == "refuse":
                raise RefusedError(403, f"{slot.name} is read only")
            return
        known = _NUMBER.sub("", slot.name).casefold()
        if not self._checks.get(known, TEXT)(item.text):
            raise RefusedError(402, f"{slot.name} {item.text!r}")
        slot.text = item.text

    def _grow(self, target: Node, name: str) -> Node:
        """Add a numbered address, where the document has room for more."""
        if self._path == BROADCAST_LINK and _ADDRESS.fullmatch(name):
            node = leaf(name)
            place = [child.name for child in target.children].index("BeginIp")
            target.children.insert(place, node)
            return node
        raise RefusedError(403, f"unknown field {name}")

    def _check_window(self, schedule: Node) -> None:
        """Refuse a window over midnight, unless the unit takes it."""
        begin, end = schedule.get("BeginTime"), schedule.get("EndTime")
        if begin > end and self._options.overnight == "refuse":
            raise RefusedError(402, f"{begin} to {end}")


def _check_volumes(document: Node) -> None:
    """Refuse a volume outside the limits the document names."""
    low, high = int(document.get("VolumeMin")), int(document.get("VolumeMax"))
    for name in ("AudioInVolume", "AudioOutVolume"):
        if not low <= int(document.get(name)) <= high:
            raise RefusedError(402, f"{name} {document.get(name)}")


def _check_addresses(document: Node) -> None:
    """Keep as many addresses as IpCount says; fewer than that are an error."""
    count = int(document.get("IpCount") or 0)
    addresses = [node for node in document.children if _ADDRESS.fullmatch(node.name)]
    kept = [node for node in addresses if int(node.name.split("_")[1]) < count]
    if len(kept) != count:
        raise RefusedError(402, f"IpCount {count} of {len(addresses)}")
    document.children = [
        node
        for node in document.children
        if node in kept or not _ADDRESS.fullmatch(node.name)
    ]
