"""The blocks below /Network (9.1)."""

from functools import partial
from typing import Final

from . import kinds
from .errors import PARAMETER_ERROR, TAG_MISSING, RefusedError
from .options import BviewOptions
from .schema import Block, Field, Flags, group, leaf, part, repeated, undefined
from .xmldoc import ZWCLOUD, Node, branch, leaf as text_node

NETWORK: Final = "/Network"
DDNS: Final = "/Network/DDNS"
DDNS_SERVERS: Final = "/Network/DDNS/ServerList"
DDNS_CONFIG: Final = "/Network/DDNS/Config"
DDNS_STATUS: Final = "/Network/DDNS/Status"
UPNP: Final = "/Network/UPNP"
UPNP_CONFIG: Final = "/Network/UPNP/Config"
UPNP_STATUS: Final = "/Network/UPNP/Status"
EMAIL: Final = "/Network/EMail"
EMAIL_NOTE: Final = "/Network/Email"
PORT: Final = "/Network/Port"
P2P: Final = "/Network/P2P"
FTP: Final = "/Network/FTP"
INTERFACES: Final = "/Network/Interfaces"
WIFI_TEST: Final = "/Network/WifiParamTest"

DDNS_NAMES: Final = ("dyndns.org", "no-ip.com", "changeip.com")
AUTH_MODES: Final = (
    "OPEN",
    "SHRED",
    "WEPAUTO",
    "WPAPSK",
    "WPA2PSK",
    "WPANONE",
    "WPA",
    "WPA2",
    "NOPASSWORD",
)
ENCRYPTIONS: Final = ("NONE", "WEP", "TKIP", "AES")
_PORT: Final = kinds.number(1, 65535)


def schedule(list_name: str, block: str, flags: Flags) -> list[Field]:
    """Describe a week of half hours, from Sunday."""
    days = [leaf(f"{block}_{day}", kinds.mask(48), "1" * 48) for day in range(7)]
    return [flags("AllDay", on=True), group(list_name, *days)]


def _ddns(flags: Flags) -> list[Block]:
    """Describe dynamic names."""
    config = (
        flags("Enable"),
        leaf("ProtocolName", kinds.choice(*DDNS_NAMES), DDNS_NAMES[0]),
        leaf("ServerPort", kinds.numbers(0), 0),
        leaf("DomainName"),
        leaf("UserName"),
        leaf("Password", access="wo"),
        leaf("RefreshIntervals", kinds.number(0), 600),
    )
    return [
        Block(
            path=DDNS,
            root="DDNS",
            fields=(
                part("ServerList", DDNS_SERVERS),
                part("Config", DDNS_CONFIG, use="req"),
                part("Status", DDNS_STATUS),
            ),
        ),
        Block(path=DDNS_CONFIG, root="Config", fields=config),
    ]


def _upnp(flags: Flags) -> list[Block]:
    """Describe port mapping."""
    names = ("HTTPPort", 80), ("MobllePort", 5052), ("CommandPort", 5050)
    ports = [
        leaf(f"{side}{name}", _PORT, port)
        for name, port in (*names, ("MediaPort", 5051))
        for side in ("Local", "Export")
    ]
    return [
        Block(
            path=UPNP,
            root="UPNP",
            fields=(
                part("Config", UPNP_CONFIG, use="req"),
                part("Status", UPNP_STATUS),
            ),
        ),
        Block(
            path=UPNP_CONFIG,
            root="Config",
            fields=(flags("Enable"), leaf("WanIPAddress"), *ports),
        ),
    ]


def _email(flags: Flags) -> Block:
    """Describe the sending of mail."""
    week = schedule("TimeBlockList", "TimeBlock", flags)
    return Block(
        path=EMAIL,
        root="Email",
        fields=(
            flags("Enable"),
            leaf("SMTPServer", default="smtp.example.com"),
            leaf("SMTPPort", _PORT, 25),
            leaf("SMTPAuthMethod", kinds.choice("None", "Login"), "Login"),
            group("SMTPTLSConfig", leaf("SMTPTLS", kinds.choice("off", "on"), "off")),
            leaf("SenderEmailAddress", default="camera@example.com"),
            leaf("SenderEmailPassword", use="opt", access="wo"),
            group(
                "ReceiverList",
                repeated("Receiver", leaf("ID", kinds.number(0)), leaf("EmailAddress")),
            ),
            flags("AttachedSnapshot", on=True),
            leaf("RefreshIntervals", kinds.number(0), 60),
            group("Schedule", *week, use="opt"),
        ),
        items={
            "ReceiverList": [
                branch(
                    "Receiver",
                    text_node("ID", 1),
                    text_node("EmailAddress", "guard@example.com"),
                )
            ]
        },
    )


def _services(options: BviewOptions, flags: Flags) -> list[Block]:
    """Describe ports, the vendor's cloud and file transfer."""
    masks = kinds.choice("00", "01", "10", "11")
    return [
        Block(
            path=PORT,
            root="Port",
            fields=(
                leaf("HTTP", _PORT, 80),
                leaf("Command", _PORT, 5050),
                leaf("Media", _PORT, 5051),
                leaf("Mobile", _PORT, 5052),
                leaf("RTP", _PORT, options.rtsp_port),
                leaf("Discovery", _PORT, 5566),
            ),
        ),
        Block(
            path=P2P,
            root="P2P",
            fields=(
                flags("Enable", on=True),
                leaf("UUID", default=options.uid),
                leaf("Status", use="opt", access="ro", default="internet-ready"),
            ),
        ),
        Block(
            path=FTP,
            root="FTP",
            version="Version",
            namespace=ZWCLOUD,
            fields=(
                flags("Enable"),
                leaf("UserName", default="ftpuser"),
                leaf("Password", use="opt", access="wo"),
                leaf("IPAddress", kinds.address, "192.168.1.20"),
                leaf("Port", _PORT, 21),
                leaf("TransferContentTypeMask", masks, "00"),
                leaf("StorageDirectory", default="/camera"),
                leaf("Status", use="opt", access="ro", default="not connect"),
            ),
        ),
    ]


def _key_rules(where: str, new: Node, old: Node, sent: Node) -> None:
    """Refuse keys without a value, and a WPA network without a key."""
    wpa = new.child("WPA")
    mode = new.get("AuthMode")
    if mode in ("WPAPSK", "WPA2PSK"):
        key = wpa.child("Key") if wpa else None
        if key is None or not (key.get("KeyValue") or key.get("KeyValueB64")):
            raise RefusedError(PARAMETER_ERROR, f"{where}: no key for {mode}")
    keys = [key for wep in sent.all("WEP") for key in wep.find("keyList").all("Key")]
    keys += [key for one in sent.all("WPA") for key in one.all("Key")]
    for key in keys:
        if key.child("KeyValue") is None and key.child("KeyValueB64") is None:
            raise RefusedError(TAG_MISSING, f"{where}: KeyValue or KeyValueB64")


def connection_fields(mac: str, *, enable: Field | None = None) -> tuple[Field, ...]:
    """Describe a wireless connection; a test of one has no Enable."""
    fields = (
        leaf("SSID"),
        leaf("MACAddress", access="ro", default=mac),
        leaf("NetworkType", kinds.choice("managed", "Ad-hoc"), "managed"),
        leaf("AuthMode", kinds.choice(*AUTH_MODES), "NOPASSWORD"),
        group(
            "WEP",
            leaf("KeyID", kinds.number(0, 4), 1),
            group(
                "keyList",
                repeated(
                    "Key",
                    leaf("ID", kinds.number(1, 4)),
                    leaf("KeyType", kinds.choice("HEX", "ASCII")),
                    leaf("KeyValue", use="opt"),
                    leaf("KeyValueB64", kinds.encoded, use="opt"),
                    limit=4,
                ),
            ),
            use="dep",
        ),
        group(
            "WPA",
            leaf("EncryptType", kinds.choice(*ENCRYPTIONS), "AES"),
            group(
                "Key",
                leaf("ID", kinds.number(1, 4), 1, use="opt"),
                leaf("KeyType", kinds.choice("ASCII"), "ASCII"),
                leaf("KeyValue", _wpa_key, use="opt"),
                leaf("KeyValueB64", kinds.encoded, use="opt"),
            ),
            use="dep",
        ),
    )
    return fields if enable is None else (enable, *fields)


def _wpa_key(value: str) -> str:
    """Take 8 to 63 characters, or none at all."""
    if value and not 8 <= len(value) <= 63:
        raise ValueError("a WPA key has 8 to 63 characters")
    return value


def _wireless(options: BviewOptions, number: int) -> Block:
    """Describe the wireless connection of an interface."""
    words = ("disconnected", "connected")
    if options.wifi_enable == "numbers":
        words = ("0", "1")
    enable = leaf("Enable", kinds.choice(*words), words[0])
    keys = [
        branch(
            "Key",
            text_node("ID", key),
            text_node("KeyType", "HEX"),
            text_node("KeyValue"),
        )
        for key in range(1, 5)
    ]
    path = f"{INTERFACES}/{number}/Wireless"
    return Block(
        path=path,
        root="ConnectionConfig",
        fields=connection_fields(options.mac, enable=enable),
        rules=(partial(_key_rules, path),),
        items={"WEP/keyList": keys},
    )


def wifi_test_block(options: BviewOptions) -> Block:
    """Describe what WifiParamTest takes; it is never printed."""
    return Block(
        path=WIFI_TEST,
        root="ConnectionConfig",
        fields=connection_fields(options.mac),
        rules=(partial(_key_rules, WIFI_TEST),),
    )


def _interface(options: BviewOptions, flags: Flags, number: int) -> list[Block]:
    """Describe one interface."""
    path = f"{INTERFACES}/{number}"
    wired = number == 1
    own = options.ip_address if wired else "0.0.0.0"
    dhcp_status = "obtained" if wired else "initializing"
    return [
        Block(
            path=path,
            root="Interface",
            fields=(
                leaf("ID", kinds.numbers(number), number),
                part("IPAddress", f"{path}/IPAddress", use="req"),
            ),
        ),
        Block(
            path=f"{path}/IPAddress",
            root="IPAddress",
            fields=(
                leaf("ipVersion", use="opt", access="ro", default="V4"),
                leaf("ipAddress", kinds.address, own),
                leaf("MacAddress", use="opt", access="ro", default=options.mac),
                leaf("SubnetMask", kinds.address, "255.255.255.0"),
                leaf("Gateway", kinds.address, "192.168.1.1" if wired else own),
                part("DHCP", f"{path}/IPAddress/DHCP", use="req"),
                part("DNS", f"{path}/IPAddress/DNS", use="req"),
            ),
        ),
        Block(
            path=f"{path}/IPAddress/DHCP",
            root="DHCP",
            fields=(
                flags("Enable", on=True),
                leaf("Status", use="opt", access="ro", default=dhcp_status),
            ),
        ),
        Block(
            path=f"{path}/IPAddress/DNS",
            root="DNS",
            fields=(
                flags("Enable"),
                leaf("PrimaryDNS", kinds.address, "192.168.1.1"),
                leaf("SecondaryDNS", kinds.address, "8.8.8.8"),
            ),
        ),
    ]


def network_blocks(options: BviewOptions) -> list[Block]:
    """Describe everything below /Network that is kept."""
    flags = Flags(options)
    root = Block(
        path=NETWORK,
        root="Network",
        version="version",
        namespace="",
        fields=(
            undefined("PPPOE"),
            part("DDNS", DDNS),
            part("UPNP", UPNP),
            part("EMail", EMAIL),
            part("Port", PORT),
            part("P2P", P2P),
            part("Interfaces", INTERFACES),
        ),
    )
    interfaces = Block(
        path=INTERFACES,
        root="InterfaceList",
        fields=(part("Interface", f"{INTERFACES}/{{}}", many=True),),
    )
    numbers = (1, 2) if options.wifi else (1,)
    blocks = [root, *_ddns(flags), *_upnp(flags), _email(flags), interfaces]
    blocks += _services(options, flags)
    for number in numbers:
        blocks += _interface(options, flags, number)
    if options.wifi:
        blocks.append(_wireless(options, 2))
    return blocks
