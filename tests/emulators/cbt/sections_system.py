"""Settings of the camera itself and of its network, as the examples print them."""

from typing import Final

from .fields import Field, Text, choice, number, only_table, shown, switch, text
from .section import Section

NTP_OFF: Final = (("ntp_enable", 0),)
ZONES: Final = (
    *(hours * 60 for hours in range(-12, -3)),
    -210,
    *(hours * 60 for hours in range(-3, 4)),
    210,
    240,
    270,
    300,
    330,
    345,
    360,
    390,
    420,
    480,
    540,
    570,
    600,
    660,
    720,
    780,
)
"""Minutes ahead of Greenwich, by the index of the zone."""

SYSTEM: Final = Section(
    name="SysConfig",
    fields=(
        shown("version", "14.030.19.3_MAIN_V3(221114)"),
        shown("ai_version", ""),
        shown("ui_version", ""),
        shown("pf_version", "platform_8hours v4.7.1D"),
        *only_table(shown("kernel_version", "4.9.37")),
        text("dev_name", "IPCamera"),
        choice("language", 0, 0, 1, 4),
        shown("webPort", 80),
        shown("dev_type", 1),
        shown("ivs_mask", 1),
        shown("dev_mask", 0),
        shown("update_type", 268828701),
    ),
)
REBOOT: Final = Section(
    name="RebootConf",
    fields=(
        choice("mode", 0, 0, 2, 4, necessary=True),
        number("day_week", 0, 0, 6),
        number("hour", 0, 0, 23),
        number("minute", 0, 0, 59),
    ),
)
TIME: Final = Section(
    name="DeviceTime",
    fields=(
        shown("deviceTime", 0),
        number("CurTime", 0, 0, printed="never", needs=NTP_OFF),
        switch("ntp_enable", 1, necessary=True),
        text("ntpServer", "pool.ntp.org"),
        number("timeInterval", 60, 0),
        number("timeZone", 26, 0, len(ZONES) - 1),
    ),
)
WIRED: Final = Section(
    name="WiredNetwork",
    fields=(
        switch("DHCP", necessary=True),
        switch("manual_dns"),
        number("webPort", 80, 1, 65535),
        shown("onvifPort", 8080),
        text("IP", "192.168.1.89", necessary=True),
        text("gateway", "192.168.1.1", necessary=True),
        text("subnet_mask", "255.255.255.0", necessary=True),
        text("DNS", "1.2.4.8", necessary=True),
        text("DNS2", "8.8.8.8"),
        *only_table(number("networktype", 0, 0, 4)),
    ),
)
WIFI: Final = Section(
    name="WifiConfig",
    fields=(
        switch("enable", necessary=True),
        switch("dhcp", 1, necessary=True),
        choice("wifiType", 0, 0, 1, 2),
        choice("encryptType", 1, 0, 1, 2, necessary=True),
        text("ssid", "HIFACE"),
        text("passwd", "1234567890", secret=True),
        Field(
            name="bssid",
            kind=Text(choices=("00:00:00:00:00:00",)),
            value="00:00:00:00:00:00",
            necessary=True,
            printed="never",
        ),
        text("IP", "192.168.2.168"),
        text("gateway", "192.168.2.1"),
        text("subnet_mask", "255.255.255.0"),
        text("DNS", "0.0.0.0"),
        text("DNS2", "0.0.0.0"),
    ),
)
WIFI_STATUS: Final = Section(
    name="WifiStatus",
    fields=(
        shown("status", 0),
        shown("freq", 0),
        *only_table(shown("signal", 0)),
        shown("mac_address", "00:00:00:00:00:00"),
        shown("ssid", ""),
        shown("bssid", "00:00:00:00:00:00"),
        shown("wifi_ip", 0),
        shown("wifi_gateway", 0),
        shown("online_time", 0),
    ),
)
CELLULAR: Final = Section(
    name="4GConfig",
    fields=(
        switch("Enable"),
        switch("APN_AUTO", 1),
        switch("DNSType", 1),
        shown("gpsEnable", 0),
        text("HeartBeatAddr"),
        shown("ModuleType", 1),
        text("APNName"),
        text("APNUser"),
        text("APNPwd", secret=True),
    ),
)
MQTT: Final = ("mqtt_server", "mqtt_user", "mqtt_passwd", "mqtt_topic")
PLATFORM: Final = Section(
    name="PlatformServer",
    fields=(
        text("serverAddr"),
        shown("serverPort"),
        text("wsServerAddr"),
        *(
            shown(name)
            for name in ("wsServerPort", "resumeTransf", "uploadtype", "uploadInterval")
        ),
        shown("platform", "HF"),
        shown("platformCode"),
        number("platformSubCode", 0, 0),
        shown("snap_camera1", ""),
        shown("snap_camera2", ""),
        *(text(name, secret=name == "mqtt_passwd") for name in MQTT),
        switch("gat_enable"),
        number("heartbeat_interval", 0, 0),
        shown("status_gat1400"),
        text("gat_uri"),
        text("gat_pwd", secret=True),
        text("gat_devid"),
        shown("gat_user", ""),
        shown("platformType_cf"),
        shown("status_cf"),
        shown("serverPort_cf"),
        shown("serverId_cf", ""),
        shown("devNameCloud_cf", ""),
        shown("serverIp_cf", ""),
        shown("devNameLocal_cf", ""),
        text("ftpServer"),
        number("ftpPort", 21, 1, 65535),
        text("ftpUser"),
        text("ftpPasswd", secret=True),
        text("ftpPath", "/"),
        shown("ftpNameType"),
        shown("ftpNameCode", ""),
        shown("ftpNameStreet", ""),
        shown("ftpNamePlot", ""),
        shown("ftpNameSN"),
    ),
    together=MQTT,
)
MAIL: Final = Section(
    name="MailConf",
    fields=(
        text("smtp_addr"),
        number("smtp_port", 25, 1, 65535),
        shown("smtp_user", ""),
        shown("smtp_passw", "", secret=True),
        switch("enable_ssl"),
        shown("mail_tital", "Alarm Message"),
        text("to_name"),
        text("to_addr"),
        *only_table(text("to_passw", secret=True)),
        number("event_type", 0, 0),
        text("from_user"),
    ),
)
GB28181: Final = Section(
    name="Gb28181",
    fields=(
        text("server_id"),
        text("server_addr"),
        number("server_port", 5060, 1, 65535),
        shown("device_id", "CBT000114010100010238"),
        number("device_port", 5060, 1, 65535),
        text("user_name"),
        text("password", secret=True),
        text("channel_id"),
        text("alarm_id"),
        *(
            shown(name, "")
            for name in (
                "administrative_region",
                "device_assignment",
                "police_region",
                "manufacturer",
                "secrecy_attr",
                "secrecy_attr2",
            )
        ),
        shown("longitude"),
        shown("latitude"),
        number("active_time", 60, 0),
        number("active_count", 3, 0),
        number("regist_effecttime", 3600, 0),
        shown("device_name", ""),
        switch("register_type"),
    ),
)
RTMP: Final = Section(
    name="RtmpConf",
    fields=(switch("RtmpEnable"), text("RtmpServerAddr"), switch("RtmpType")),
)
SECTIONS: Final = (
    SYSTEM,
    REBOOT,
    TIME,
    WIRED,
    WIFI,
    WIFI_STATUS,
    CELLULAR,
    PLATFORM,
    MAIL,
    GB28181,
    RTMP,
)
