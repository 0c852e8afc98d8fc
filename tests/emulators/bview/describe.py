"""Documents that only the camera can say: nobody writes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from .blocks_network import DDNS_CONFIG, DDNS_NAMES, UPNP_CONFIG
from .blocks_video import RTSP_NAMES, encoding, stream_path
from .kinds import truth
from .options import BviewOptions
from .schema import Flags
from .store import Settings
from .xmldoc import Node, branch, leaf


@dataclass(frozen=True)
class AccessPoint:
    """One wireless network in reach."""

    ssid: str
    mac: str
    signal: int
    """0 to 100."""
    authentication: str = "WPA2PSK"
    encryption: str = "AES"
    mode: int = 9


NETWORKS = (
    AccessPoint("TestWiFi", "02:00:00:00:00:01", 78),
    AccessPoint("Guests", "02:00:00:00:00:02", 41, "None", "NONE", 7),
)


@dataclass(frozen=True, kw_only=True)
class ChannelState:
    """What DeviceStatus tells besides the streams."""

    record_state: str
    video_lost: bool
    motion: bool
    alarm_in: bool
    alarm_out: bool


def device_status(
    options: BviewOptions, settings: Settings, state: ChannelState
) -> Node:
    """Print the state of the channel."""
    flags = Flags(options)

    def rate(number: int) -> int:
        if state.video_lost:
            return 0
        return encoding(settings.node(stream_path(number))).bitrate

    def flag(name: str, *, on: bool) -> Node:
        return leaf(name, flags.word(on=on))

    second = options.second_sub
    return branch(
        "DeviceStatus",
        leaf("ID", 1),
        leaf("MainStreamVideoBitrate", rate(1)),
        flag("FirstSubStreamEnable", on=True),
        leaf("FirstSubStreamVideoBitrate", rate(2)),
        flag("SecondSubStreamEnable", on=second),
        leaf("SecondSubStreamVideoBitrate", rate(3) if second else 0),
        leaf("RecordState", state.record_state),
        flag("VideoLostState", on=state.video_lost),
        flag("MotionState", on=state.motion),
        flag("AlarmInState", on=state.alarm_in),
        flag("AlarmOutState", on=state.alarm_out),
    )


def transport(options: BviewOptions, number: int) -> Node:
    """Print where a stream is, as the camera sees itself."""
    port = f":{options.rtsp_port}"
    url = f"rtsp://{options.ip_address}{port}/live/0/{RTSP_NAMES[number]}"
    return branch("Transport", leaf("RTSPURI", url))


def access_points(networks: Sequence[AccessPoint]) -> Node:
    """Print the wireless networks in reach."""
    return branch(
        "WiFiAccessPointList",
        *(
            branch(
                "AccessPoint",
                leaf("ID", number),
                leaf("SSID", one.ssid),
                leaf("MACAddress", one.mac),
                leaf("SignalValue", one.signal),
                leaf("Authentication", one.authentication),
                leaf("EncryptType", one.encryption),
                leaf("WirelessMode", one.mode),
            )
            for number, one in enumerate(networks, 1)
        ),
    )


def ddns_servers() -> Node:
    """Print the providers of dynamic names."""
    servers = [branch("Server", leaf("ServerName", name)) for name in DDNS_NAMES]
    return branch("ServerList", *servers)


def ddns_status(settings: Settings) -> Node:
    """Print whether the dynamic name is registered."""
    enabled = truth(settings.node(DDNS_CONFIG).get("Enable"))
    return branch("Status", leaf("State", "Registered" if enabled else "stopped"))


def upnp_status(settings: Settings) -> Node:
    """Print whether the ports are mapped."""
    enabled = truth(settings.node(UPNP_CONFIG).get("Enable"))
    names = ("HTTPPortState", "MobliePortState", "CommandPortState", "MediaPortState")
    state = "success" if enabled else "failed"
    return branch("Status", *(leaf(name, state) for name in names))


def probe_config(
    options: BviewOptions, settings: Settings, ports: tuple[int, int]
) -> Node:
    """Print what an answer to the vendor's search contains."""
    http_port, rtsp_port = ports
    address = settings.node("/Network/Interfaces/1/IPAddress")
    port = settings.node("/Network/Port")
    return branch(
        "DeviceProbeConfig",
        leaf("DeviceType", options.model),
        leaf("DeviceVersion", options.software),
        leaf("DeviceChannelCount", 1),
        leaf("DeviceEnableRegister", "false"),
        leaf("DeviceRegisterInterval", 30),
        leaf("DeviceMac", options.mac),
        leaf("DeviceIP", options.discovery_ip),
        leaf("DeviceMask", address.get("SubnetMask")),
        leaf("DeviceGateway", address.get("Gateway")),
        leaf("DeviceManagerHost", "0.0.0.0"),
        leaf("DeviceDetectPort", port.get("Discovery")),
        leaf("ManagerHostPort", 0),
        leaf("CommandPort", port.get("Command")),
        leaf("MediaPort", port.get("Media")),
        leaf("HttpPort", http_port),
        leaf("RtspPort", rtsp_port),
        leaf("TutkUID", options.uid),
        leaf("UlUID"),
    )
