"""What the unit says about itself; nothing of it can be written."""

from .options import StrobeOptions
from .xmldoc import Node, branch, leaf

ENCODINGS = (("G711A", 64, 8000), ("G711U", 64, 8000), ("AAC", 32, 16000))
"""Encoding, bitrate and sample rate of the microphone's stream."""


def device_info(options: StrobeOptions) -> Node:
    """Describe the unit, whole or as in the document's example."""
    full = options.device_info == "full"
    addresses = (
        leaf("MACAddress", options.mac),
        leaf("IPAddress", options.ip_address),
    )
    return branch(
        "DeviceInfo",
        leaf("DeviceName", options.name),
        leaf("DeviceID", options.device_id),
        leaf("DeviceModel", options.model),
        leaf("SoftwareVer", options.software if full else options.mac),
        *(addresses if full else ()),
        leaf("FactoryInfo", "StrobeSpeaker"),
    )


def encodings() -> Node:
    """List what the microphone can be encoded with."""
    return branch(
        "GetAudioEncodeOptions",
        *(
            branch(
                "Options",
                leaf("Encoding", encoding),
                branch("BitrateList", leaf("Items", bitrate)),
                branch("SampleRateList", leaf("Items", rate)),
            )
            for encoding, bitrate, rate in ENCODINGS
        ),
    )


def colors(options: StrobeOptions, side: int) -> Node:
    """List the colors of one light, in the template's mixed spelling."""
    offered = options.back_colors if side else options.front_colors
    return branch(
        "ColorConfig",
        leaf("FrontBackLight", side),
        leaf("colorCount", len(offered)),
        *(
            leaf(f"{'colorType' if number == 1 else 'ColorType'}_{number}", color)
            for number, color in enumerate(offered, 1)
        ),
    )


def modes(options: StrobeOptions) -> Node:
    """List the display modes of both lights."""
    front, back = options.front_modes, options.back_modes
    return branch(
        "DisplayModeConfig",
        leaf("FrontModeCount", len(front)),
        *(leaf(f"FrontModeType_{n}", mode) for n, mode in enumerate(front, 1)),
        leaf("BackModeCount", len(back)),
        *(leaf(f"BackModeType_{n}", mode) for n, mode in enumerate(back, 1)),
    )


def wifi_info(options: StrobeOptions) -> Node:
    """Describe the wireless connection."""
    return branch(
        "WifiInfo",
        leaf("IpAddr", options.ip_address if options.wifi_connected else ""),
        leaf("SubMask", "255.255.255.0"),
        leaf("Broadcast", "127.255.255.255"),
        leaf("Gateway", "127.0.0.1"),
        leaf("MacAddr", options.mac),
    )


def wifi_scan(options: StrobeOptions) -> Node:
    """List the networks in reach; numbered from zero."""
    return branch(
        "ScanResult",
        leaf("Count", len(options.wifi_networks)),
        *(
            branch(f"Wifi_{number}", leaf("SignalLevel", level), leaf("SSIDname", name))
            for number, (level, name) in enumerate(options.wifi_networks)
        ),
    )


def log_config() -> Node:
    """Describe where the system log goes."""
    return branch(
        "LogConfig",
        leaf("LogEnabled", 0),
        leaf("ServerIp", "127.0.0.1"),
        leaf("ServerPort", 514),
    )


def discovery_answer(options: StrobeOptions, port: int, *, tls: bool) -> Node:
    """Describe the unit to whoever searches."""
    return branch(
        "DiscoveryRes",
        leaf("DeviceName", options.name),
        leaf("DeviceModel", options.model),
        leaf("SerialNumber", options.device_id),
        leaf("SoftwareVersion", options.software),
        leaf("IPAddr", options.ip_address),
        leaf("MacAddr", options.mac),
        leaf("SubnetMask", "255.255.255.0"),
        leaf("Gateway", "127.0.0.1"),
        leaf("DNSIpAddr1", "127.0.0.1"),
        leaf("DNSIpAddr2"),
        leaf("HTTPPort", port),
        leaf("HTTPsPort", port if tls else 443),
        leaf("ONVIFPort", 8080),
        leaf("RTSPPort", 554),
        leaf("DHCPEnabled", 1),
    )
