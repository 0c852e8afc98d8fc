"""The documents of the unit itself: system, security and network."""

from typing import Any, Final

from .setting import BOOLEAN, Setting, bounds, length

DAYS: Final = [
    "Everyday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
]
_AUTO_MAINT: Final = Setting(
    stem="AutoMaint",
    wrapper="AutoMaint",
    host=True,
    value={"enable": 1, "hour": 2, "min": 0, "sec": 0, "weekDay": "Sunday"},
    initial={"enable": 0, "hour": 0, "min": 0, "sec": 0, "weekDay": "Sunday"},
    limits={
        "enable": BOOLEAN,
        "hour": bounds(0, 23),
        "min": bounds(0, 59),
        "sec": bounds(0, 59),
        "weekDay": DAYS,
    },
)
_AUTO_UPGRADE: Final = Setting(
    stem="AutoUpgrade",
    wrapper="AutoUpgrade",
    host=True,
    value={"enable": 1},
    limits={"enable": BOOLEAN},
    always_full=True,
)
_SYS_CFG: Final = Setting(
    stem="SysCfg",
    wrapper="SysCfg",
    host=True,
    value={"LockTime": 300, "allowedTimes": 5, "loginLock": 0},
    limits={
        "LockTime": bounds(0, 300),
        "allowedTimes": bounds(0, 5),
        "loginLock": BOOLEAN,
    },
    inert=frozenset({"LockTime", "allowedTimes"}),
)
_LOCAL_LINK: Final = Setting(
    stem="LocalLink",
    wrapper="LocalLink",
    host=True,
    value={
        "activeLink": "LAN",
        "dns": {"auto": 1, "dns1": "192.168.2.1", "dns2": "114.114.114.114"},
        "mac": "ec:71:db:0f:93:91",
        "static": {
            "gateway": "192.168.2.1",
            "ip": "192.168.3.38",
            "mask": "255.255.252.0",
        },
        "type": "DHCP",
    },
    limits={
        "dns": {"auto": BOOLEAN, "dns1": length(15), "dns2": length(15)},
        "static": {"gateway": length(15), "ip": length(15), "mask": length(15)},
        "type": ["DHCP", "Static"],
    },
    inert=frozenset({"activeLink", "mac"}),
)
_DDNS: Final = Setting(
    stem="Ddns",
    wrapper="Ddns",
    host=True,
    value={
        "domain": "",
        "enable": 0,
        "password": "",
        "servAddr": "dynupdate.no-ip.com",
        "type": "no-ip",
        "userName": "",
    },
    limits={
        "domain": length(127),
        "enable": BOOLEAN,
        "password": length(127),
        "servAddr": length(127),
        "type": ["no-ip", "Dyndns", "dyndns", "3322"],
        "userName": length(127),
    },
    secrets=frozenset({"password"}),
)
_NTP: Final = Setting(
    stem="Ntp",
    wrapper="Ntp",
    host=True,
    value={"enable": 0, "interval": 1440, "port": 123, "server": "pool.ntp.org"},
    limits={
        "enable": BOOLEAN,
        "interval": bounds(60, 65535),
        "port": bounds(1, 65535),
        "server": length(127),
    },
)
_NET_PORT: Final = Setting(
    stem="NetPort",
    wrapper="NetPort",
    host=True,
    value={
        "httpEnable": 0,
        "httpPort": 80,
        "httpsEnable": 1,
        "httpsPort": 443,
        "mediaPort": 9000,
        "onvifEnable": 1,
        "onvifPort": 8000,
        "rtmpEnable": 0,
        "rtmpPort": 1935,
        "rtspEnable": 1,
        "rtspPort": 554,
    },
)
NET_PORT_LIMITS: Final = {
    f"{name}{end}": BOOLEAN if end == "Enable" else bounds(1, 65535)
    for name in ("http", "https", "media", "onvif", "rtmp", "rtsp")
    for end in ("Enable", "Port")
}
"""The document prints no range for GetNetPort."""
_UPNP: Final = Setting(
    stem="Upnp",
    wrapper="Upnp",
    host=True,
    value={"enable": 0},
    limits={"enable": BOOLEAN},
)
_WIFI: Final = Setting(
    stem="Wifi",
    wrapper="Wifi",
    host=True,
    value={"password": "hunter2-wifi", "ssid": "reolink_pyc"},
    initial={"password": "", "ssid": ""},
    limits={"password": length(127), "ssid": length(127)},
    secrets=frozenset({"password"}),
)
_WIFI_SIGNAL: Final = Setting(
    stem="WifiSignal",
    wrapper="",
    host=True,
    value={"wifiSignal": 100},
    limits={"wifiSignal": bounds(0, 255)},
)
_PUSH_CFG: Final = Setting(
    stem="PushCfg",
    wrapper="PushCfg",
    host=True,
    value={"pushInterval": 30},
    initial={"pushInterval": 0},
    limits={"pushInterval": [20, 30, 60, 120]},
)
_P2P: Final = Setting(
    stem="P2p",
    wrapper="P2p",
    host=True,
    value={"enable": 1, "uid": "95270000SXIPOGIJ"},
    initial={"enable": 1},
    limits={"enable": BOOLEAN},
    inert=frozenset({"uid"}),
)
_CERTIFICATE: Final = Setting(
    stem="CertificateInfo",
    wrapper="CertificateInfo",
    host=True,
    value={"crtName": "", "enable": 0, "keyName": ""},
)
UNIT_DOCUMENTS: Final = (
    _AUTO_MAINT,
    _AUTO_UPGRADE,
    _SYS_CFG,
    _LOCAL_LINK,
    _DDNS,
    _NTP,
    _NET_PORT,
    _UPNP,
    _WIFI,
    _WIFI_SIGNAL,
    _PUSH_CFG,
    _P2P,
    _CERTIFICATE,
)
DST: Final = {
    "enable": 0,
    "endHour": 2,
    "endMin": 0,
    "endMon": 10,
    "endSec": 0,
    "endWeek": 5,
    "endWeekday": 0,
    "offset": 1,
    "startHour": 2,
    "startMin": 0,
    "startMon": 3,
    "startSec": 0,
    "startWeek": 2,
    "startWeekday": 0,
}
_MOMENT_LIMITS: Final = {
    "Hour": bounds(0, 23),
    "Min": bounds(0, 59),
    "Mon": bounds(1, 12),
    "Sec": bounds(0, 59),
    "Week": bounds(1, 5),
    "Weekday": bounds(0, 6),
}
DST_LIMITS: Final = {
    "enable": BOOLEAN,
    "offset": bounds(1, 2),
    **{f"start{name}": limits for name, limits in _MOMENT_LIMITS.items()},
    **{f"end{name}": limits for name, limits in _MOMENT_LIMITS.items()},
}
TIME_INITIAL: Final = {
    "day": 1,
    "hour": 0,
    "hourFmt": 0,
    "min": 0,
    "mon": 0,
    "sec": 0,
    "timeFmt": "DD/MM/YYYY",
    "timeZone": 28800,
    "year": 0,
}
TIME_LIMITS: Final = {
    "day": bounds(1, 31),
    "hour": bounds(0, 23),
    "hourFmt": bounds(0, 1),
    "min": bounds(0, 59),
    "mon": bounds(1, 12),
    "sec": bounds(0, 59),
    "timeFmt": ["DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD"],
    "timeZone": bounds(-46800, 43200),
    "year": bounds(1900, 2100),
}
EMAIL_TEST: Final = ("smtpServer", "smtpPort", "userName", "ssl")
FTP_TEST: Final = (
    "server",
    "port",
    "anonymous",
    "remoteDir",
    "mode",
    "onlyFtps",
    "bpicSingle",
    "bvideoSingle",
)
NETWORKS: Final[list[dict[str, Any]]] = [
    {"bencrypt": 1, "signal": 4, "ssid": "HUAWEI-D1FC"},
    {"bencrypt": 0, "signal": 1, "ssid": "guests"},
]
USER_RANGE: Final[dict[str, Any]] = {
    "initial": {"User": {"level": "guest"}},
    "range": {
        "User": {
            "level": ["guest", "admin"],
            "password": {"maxLen": 31, "minLen": 6},
            "userName": {"maxLen": 31, "minLen": 1},
        }
    },
}
