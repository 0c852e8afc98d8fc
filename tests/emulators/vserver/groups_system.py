"""System, network, wireless network, ports and users (3.1, 3.9, 3.10, 3.12, 3.13.5)."""

from typing import Final

from .groups import BOTH, Field, Group, verbs
from .kinds import SWITCH, Address, Mail, Numbers, Serial, Span, Text, Words
from .options import VserverOptions

ZONES: Final = (
    *(-720, -660, -600, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60),
    *(0, 60, 120, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540, 570),
    *(600, 660, 720, 780),
)
TEXT: Final = Text()
IP: Final = Address()
PORT: Final = Span(1, 65535)
PROTOCOLS: Final = ("ONVIF", "HK", "XM", "TOPSEE", "ZW", "ZENO")
TABLE_ONLY: Final = (
    "AlarmServerInfo",
    "DigestLoginInfo",
    "KaiCong",
    "DDNSInfo",
    "NetProtocolInfo",
)
"""Groups of `net` without a syntax line for reading and setting."""


def _fixed(name: str, initial: str = "", *, text: bool = True) -> Field:
    """Return a parameter that can only be read."""
    kind = TEXT if text else Span(0, 2**31 - 1)
    return Field(name=name, kind=kind, initial=initial, writable=False)


def system_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `sys`."""
    hardware = Field(name="HwdVersion", kind=SWITCH, initial=str(options.hardware))
    reset = tuple(Field(name=n, kind=SWITCH) for n in ("ResetFlag", "IPkeep", "Aging"))
    device = (
        _fixed("DeviceID", options.device_id),
        _fixed("Firmware", options.firmware),
        Field(name="SerialNum", kind=Serial(), initial=options.serial),
        _fixed("Mac", options.mac),
    )
    centers = ("centerLX", "centerLY", "centerRX", "centerRY")
    eapil = (
        *(_fixed(name, "0", text=False) for name in centers),
        _fixed("GoolinkID", "by019e253e"),
        _fixed("ElvisionUUID", "abcd"),
    )
    time = (
        Field(name="TimeMethod", kind=SWITCH, initial="0"),
        Field(name="CameraTime", kind=Span(1, 2**31 - 1), initial="0"),
        _fixed("UpTime", "0", text=False),
        Field(name="DaylightEnable", kind=SWITCH, initial="0"),
        Field(name="TimeZone", kind=Numbers(*ZONES), initial="480"),
        Field(name="NTPServerIP", kind=IP, initial="192.168.1.100"),
    )
    check = (_fixed("Reset", "0", text=False),)
    return [
        Group(family="sys", name="HardwareV", fields=(hardware,)),
        Group(
            family="sys",
            name="FactoryCheck",
            fields=check,
            verbs=verbs("get", "query"),
        ),
        Group(family="sys", name="DeviceInfo", fields=device),
        Group(
            family="sys", name="EapilInfo", fields=eapil, verbs=verbs("get", "query")
        ),
        Group(
            family="sys", name="TimeInfo", fields=time, needs=frozenset({"TimeMethod"})
        ),
        Group(
            family="sys",
            name="SystemInfo",
            fields=reset,
            verbs=verbs("set", "query"),
            needs=frozenset({"ResetFlag", "IPkeep"}),
        ),
        *(
            Group(family="sys", name=name, verbs=verbs("set"))
            for name in ("Reboot", "RmTemplate", "RmSerialnum")
        ),
    ]


def _address(options: VserverOptions) -> Group:
    """Return the group of the unit's own address."""
    fields = (
        Field(name="IPAddress", kind=IP, initial=options.address),
        Field(name="SubnetMask", kind=IP, initial="255.255.255.0"),
        Field(name="Gateway", kind=IP, initial="192.168.1.1"),
        Field(name="AddressType", kind=SWITCH, initial="0"),
        Field(name="AutoDNSEnable", kind=SWITCH, initial="1"),
        Field(name="DNSServer", kind=IP, initial="192.168.1.1"),
        Field(name="DNSServer2", kind=IP, initial="8.8.8.8"),
    )
    return Group(family="net", name="AddressInfo", fields=fields)


def _mail(options: VserverOptions) -> Group:
    """Return the group of the mail server."""
    shown = options.secrets_in_get
    mail = Mail("valid string")
    fields = (
        Field(name="SMTPServerIP", kind=IP, initial="0.0.0.0"),
        Field(name="SMTPPort", kind=PORT, initial="25"),
        Field(name="SMTPUseSSL", kind=SWITCH, initial="0"),
        Field(name="SMTPSSLPort", kind=PORT, initial="465"),
        Field(name="FromMail", kind=mail, initial="ipc@domain.com"),
        Field(name="ToMail", kind=mail, initial="test@domain.com"),
        Field(name="CcMail", kind=mail, shown=False),
        Field(name="SMTPAuth", kind=SWITCH, initial="0"),
        Field(name="SMTPSnapShot", kind=SWITCH, initial="1"),
        Field(name="SMTPUsername", kind=TEXT, shown=shown),
        Field(name="SMTPPassword", kind=TEXT, shown=shown, secret=True),
    )
    login = frozenset({"SMTPUsername", "SMTPPassword", "SMTPAuth"})
    return Group(family="net", name="SMTPInfo", fields=fields, brackets=(login,))


def _ftp(options: VserverOptions) -> Group:
    """Return the group of the FTP server."""
    shown = options.secrets_in_get
    fields = (
        Field(name="FTPServerIP", kind=IP, initial="0.0.0.0"),
        Field(name="FTPPort", kind=Span(0, 65535), initial="21"),
        Field(name="FTPPath", kind=TEXT, initial="/"),
        Field(name="FTPCount", kind=Span(1, 10), initial="1"),
        Field(name="FTPInterval", kind=Span(1, 15), initial="0"),
        Field(name="FTPFilename", kind=TEXT, shown=shown),
        Field(name="FTPUsername", kind=TEXT, shown=shown),
        Field(name="FTPPassword", kind=TEXT, shown=shown, secret=True),
    )
    login = frozenset({"FTPUsername", "FTPPassword"})
    return Group(family="net", name="FTPInfo", fields=fields, brackets=(login,))


def network_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `net` and `netport`."""
    servers = ("AlarmServerIP", "AlarmServerIP1", "AlarmServerIP2")
    digest = Field(
        name="AuthenticationEnable",
        kind=SWITCH,
        initial=str(int(options.digest_login)),
    )
    cloud = (
        Field(name="KcDdnsEnable", kind=SWITCH, initial="0"),
        Field(name="KcDdnsUser", kind=TEXT),
        Field(name="KcDdnsPasswd", kind=TEXT, secret=True),
        Field(name="TutkEnable", kind=SWITCH, initial="0"),
        Field(name="TutkUid", kind=TEXT),
    )
    ddns = (
        Field(name="DDNSEnable", kind=SWITCH, initial="0"),
        Field(name="DDNSType", kind=Numbers(0, 1, 2, 3), initial="0"),
        Field(name="DDNSServerAddr", kind=TEXT),
        Field(name="DDNSServerPort", kind=Span(0, 65535), initial="0"),
        Field(name="DDNSUserName", kind=TEXT),
        Field(name="DDNSPassword", kind=TEXT, secret=True),
        Field(name="DDNSDomain", kind=TEXT),
    )
    alarm = tuple(Field(name=n, kind=IP, initial="0.0.0.0") for n in servers)
    ports = tuple(
        Field(name=name, kind=PORT, initial=str(port))
        for name, port in (
            ("HttpPort", options.http_port or 80),
            ("VideoPort", options.video_port),
            ("RtspPort", options.rtsp_port),
            ("OnvifPort", options.onvif_port),
            ("RecordPort", options.record_port),
        )
    )
    off = set() if options.onvif else {"ONVIF"}
    switches = tuple(
        Field(name=n, kind=SWITCH, initial=str(int(n not in off))) for n in PROTOCOLS
    )
    return [
        _address(options),
        _mail(options),
        _ftp(options),
        Group(family="net", name="AlarmServerInfo", fields=alarm, verbs=BOTH),
        Group(family="net", name="DigestLoginInfo", fields=(digest,)),
        Group(family="net", name="KaiCong", fields=cloud),
        Group(family="net", name="DDNSInfo", fields=ddns),
        Group(family="net", name="NetProtocolInfo", fields=switches, verbs=BOTH),
        *(
            Group(family="net", name=name, verbs=verbs("query"))
            for name in ("UluInfo", "GlinkInfo", "ElInfo")
        ),
        Group(
            family="netport",
            name="NetPortInfo",
            fields=ports,
            channel=BOTH,
            shared=True,
        ),
    ]


def wireless_groups(options: VserverOptions) -> list[Group]:
    """Return the groups of `wifi`."""
    fields = (
        Field(name="enable", kind=SWITCH, initial="0"),
        Field(name="Mode", kind=SWITCH, initial="0"),
        Field(name="SSID", kind=TEXT, initial="Hkvision"),
        Field(name="password", kind=TEXT, initial="53T0A", secret=True),
        _fixed("signal", options.wifi_signal, text=False),
        Field(name="AutoMode", kind=SWITCH, initial="1"),
        Field(name="WifiChanel", kind=Span(1, 14), initial="26"),
        Field(name="Protocol", kind=Words(*options.wifi_protocols), initial="n"),
    )
    return [
        Group(family="wifi", name="WifiInfo", fields=fields),
        Group(family="wifi", name="HotspotList", verbs=verbs("get")),
    ]


def user_groups() -> list[Group]:
    """Return the groups of `user`."""
    name = Field(name="UserName", kind=Text(limit=32))
    password = Field(name="Password", kind=Text(limit=32), secret=True)
    new = Field(name="NewPassword", kind=Text(limit=32), secret=True)
    right = Field(name="Privilege", kind=Span(0, 255))
    return [
        Group(family="user", name="UserList", verbs=verbs("get")),
        *(
            Group(
                family="user",
                name=group,
                fields=fields,
                verbs=verbs("set"),
                needs=frozenset(field.name for field in fields),
            )
            for group, fields in (
                ("AddUser", (name, password, right)),
                ("DeleteUser", (name,)),
                ("ChangePassword", (name, password, new)),
            )
        ),
    ]
