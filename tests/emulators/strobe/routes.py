"""Every endpoint of the document, and which of them a client must not touch."""

from typing import Final

from .documents import (
    ALARM,
    AUDIO,
    BROADCAST_LINK,
    EMAIL,
    HTTP_LINK,
    HTTPS,
    IDLE,
    NETWORK,
    NTP,
    OSD,
    SENSOR,
    SERVERS,
    SIP,
    SNMP,
    USER,
    WIFI,
)

type Route = tuple[str, str]

PREFIX: Final = "/ISAPI"
LOGIN: Final = "/ISAPI/Security/Login"
LOGOUT: Final = "/ISAPI/Security/Logout"
DEVICE_INFO: Final = "/ISAPI/DeviceInfo"
ENCODINGS: Final = "/ISAPI/AudioInfo/AudioEncodeOptions"
FILES: Final = "/ISAPI/AudioInfo/GetDelAudioFile"
UPLOAD: Final = "/ISAPI/UploadFile/AudioFile"
DOWNLOAD: Final = "/ISAPI/DownloadFile/AudioFile"
COLORS: Final = "/ISAPI/LED/ColorConfig"
MODES: Final = "/ISAPI/LED/DisplayModeConfig"
TEST_PLAY: Final = "/ISAPI/TestItem/TestPlayAudio"
WIFI_INFO: Final = "/ISAPI/System/WifiInfo"
WIFI_SCAN: Final = "/ISAPI/System/WifiScanResult"
LOG_CONFIG: Final = "/ISAPI/Log/LogConfig"
QUERY_LOG: Final = "/ISAPI/Log/QueryLog"
API_ALARM: Final = "/ISAPI/Event/ApiAlarm"
URL_ALARM: Final = "/ISAPI/Event/UrlApiAlarm"
RESTORE: Final = "/ISAPI/System/RestoreDefault"
REBOOT: Final = "/ISAPI/System/Reboot"
ADD_USER: Final = "/ISAPI/UserManagement/AddUsr"
DELETE_USER: Final = "/ISAPI/UserManagement/DelUsr"
RESET_PASSWORD: Final = "/ISAPI/UserManagement/ResetPassword"
ALARM_MESSAGE: Final = "/ISAPI/AlarmLink/AlarmLinkMsg"

ROOTS: Final = {
    AUDIO: "AudioConfig",
    IDLE: "IdleScheduleConfig",
    ALARM: "AlarmScheduleConfig",
    OSD: "OSDInfo",
    NETWORK: "NetworkConfig",
    EMAIL: "EmailStatus",
    SNMP: "SNMPStatus",
    WIFI: "WifiConfig",
    HTTPS: "HTTPSPort",
    SIP: "SIPConfig",
    SERVERS: "ExtServer",
    SENSOR: "AlarmConfig",
    NTP: "NTPStatus",
    HTTP_LINK: "HttpLinkConfig",
    BROADCAST_LINK: "BroadcastLinkConfig",
}
"""Root elements of the documents that POST reads and PUT writes."""

DANGEROUS: Final[frozenset[Route]] = frozenset(
    {
        ("PUT", NETWORK),
        ("POST", SNMP),
        ("PUT", SNMP),
        ("PUT", WIFI),
        ("PUT", HTTPS),
        ("PUT", SIP),
        ("PUT", SERVERS),
        ("PUT", RESTORE),
        ("POST", USER),
        ("PUT", USER),
        ("PUT", ADD_USER),
        ("PUT", DELETE_USER),
        ("PUT", RESET_PASSWORD),
    }
)
"""Requests that reveal passwords, open the unit, or lock its owner out."""
