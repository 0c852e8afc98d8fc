"""The 130 commands of the card: chapters, needs, dangers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

_CHAPTERS: Final[Mapping[str, str]] = {
    "System": """
        GetAbility GetDevInfo GetDevName SetDevName GetTime SetTime GetAutoMaint
        SetAutoMaint GetHddInfo Format Upgrade Restore Reboot UpgradePrepare
        GetAutoUpgrade SetAutoUpgrade CheckFirmware UpgradeOnline UpgradeStatus
        Getchannelstatus""",
    "Security": """
        Login Logout GetUser AddUser DelUser ModifyUser GetOnline Disconnect GetSysCfg
        SetSysCfg""",
    "Network": """
        GetLocalLink SetLocalLink GetDdns SetDdns GetEmail SetEmail GetEmailV20
        SetEmailV20 TestEmail GetFtp SetFtp GetFtpV20 SetFtpV20 TestFtp GetNtp SetNtp
        GetNetPort SetNetPort GetUpnp SetUpnp GetWifi SetWifi TestWifi ScanWifi
        GetWifiSignal GetPush SetPush GetPushV20 SetPushV20 GetPushCfg SetPushCfg GetP2p
        SetP2p GetCertificateInfo CertificateClear GetRtspUrl""",
    "Video input": """
        GetImage SetImage GetOsd SetOsd GetIsp SetIsp GetMask SetMask GetCrop SetCrop
        GetStitch SetStitch""",
    "Enc": "GetEnc SetEnc",
    "Record": """
        GetRec SetRec GetRecV20 SetRecV20 Search Download Snap Playback NvrDownload""",
    "PTZ": """
        GetPtzPreset SetPtzPreset GetPtzPatrol SetPtzPatrol PtzCtrl GetPtzSerial
        SetPtzSerial GetPtzTattern SetPtzTattern GetAutoFocus SetAutoFocus GetZoomFocus
        StartZoomFocus GetPtzGuard SetPtzGuard GetPtzCheckState PtzCheck""",
    "Alarm": """
        GetAlarm SetAlarm GetMdAlarm SetMdAlarm GetMdState GetAudioAlarm SetAudioAlarm
        GetAudioAlarmV20 SetAudioAlarmV20 GetBuzzerAlarmV20 SetBuzzerAlarmV20
        AudioAlarmPlay""",
    "LED": """
        GetIrLights SetIrLights GetPowerLed SetPowerLed GetWhiteLed SetWhiteLed
        GetAiAlarm SetAiAlarm SetAlarmArea""",
    "AI": "GetAiCfg SetAiCfg GetAiState",
}

CARD: Final[Mapping[str, tuple[str, ...]]] = {
    chapter: tuple(names.split()) for chapter, names in _CHAPTERS.items()
}
"""The commands by chapter of the document."""
COMMANDS: Final = tuple(name for names in CARD.values() for name in names)

DANGEROUS: Final = frozenset(
    [
        "AddUser",
        "CertificateClear",
        "DelUser",
        "Disconnect",
        "Format",
        "ModifyUser",
        "Restore",
        "SetDdns",
        "SetLocalLink",
        "SetP2p",
        "SetUpnp",
        "SetWifi",
        "TestWifi",
        "Upgrade",
        "UpgradePrepare",
    ]
)
"""Commands that could lock the owner out, open the unit to others or lose data.

`SetNetPort` joins them when it touches HTTP or HTTPS.
"""
BY_ADDRESS: Final = frozenset({"Download", "Playback", "Snap"})
"""Commands that are an address, not a POST."""

LEGACY: Final = frozenset(
    [
        "GetRec",
        "SetRec",
        "GetEmail",
        "SetEmail",
        "GetFtp",
        "SetFtp",
        "GetPush",
        "SetPush",
        "GetAudioAlarm",
        "SetAudioAlarm",
        "GetAlarm",
        "SetAlarm",
    ]
)
"""Schedules of version 0."""
V20: Final = frozenset(
    [
        "GetRecV20",
        "SetRecV20",
        "GetEmailV20",
        "SetEmailV20",
        "GetFtpV20",
        "SetFtpV20",
        "GetPushV20",
        "SetPushV20",
        "GetAudioAlarmV20",
        "SetAudioAlarmV20",
        "GetBuzzerAlarmV20",
        "SetBuzzerAlarmV20",
        "GetMdAlarm",
        "SetMdAlarm",
    ]
)
"""Schedules of version 1."""
NVR_ONLY: Final = frozenset(
    {"Getchannelstatus", "NvrDownload", "GetBuzzerAlarmV20", "SetBuzzerAlarmV20"}
)

NEEDS: Final[Mapping[str, str]] = {
    "AiAlarm": "c.supportAiSensitivity c.supportAiStayTime c.supportAiTargetSize",
    "AiCfg": "c.supportAiDetectConfig c.aiTrack",
    "AiState": "c.supportAi",
    "Alarm": "c.alarmMd c.supportMd",
    "AlarmArea": "c.supportAi",
    "AudioAlarm": "h.supportAudioAlarm",
    "AudioAlarmPlay": "c.alarmAudio",
    "AudioAlarmV20": "h.supportAudioAlarm",
    "AutoFocus": "c.disableAutoFocus",
    "AutoMaint": "h.autoMaint",
    "AutoUpgrade": "h.upgrade>1",
    "BuzzerAlarmV20": "h.supportBuzzer",
    "CheckFirmware": "h.upgrade>1",
    "Crop": "c.videoClip",
    "Ddns": "h.ddns",
    "DevName": "h.devName",
    "Disconnect": "h.online",
    "Download": "c.recDownload",
    "Email": "h.email",
    "EmailV20": "h.email",
    "Enc": "c.enc",
    "Format": "h.disk h.sdCard",
    "Ftp": "c.ftp",
    "FtpV20": "c.ftp",
    "HddInfo": "h.disk h.sdCard",
    "Image": "c.image",
    "IrLights": "c.ledControl",
    "Isp": "c.isp",
    "LocalLink": "h.localLink",
    "Mask": "c.mask",
    "MdAlarm": "c.alarmMd c.supportMd",
    "MdState": "c.alarmMd c.supportMd",
    "Ntp": "h.ntp",
    "NvrDownload": "c.recDownload",
    "Online": "h.online",
    "Osd": "c.osd",
    "P2p": "h.p2p",
    "Playback": "c.recReplay",
    "PowerLed": "c.powerLed c.indicatorLight",
    "PtzCheck": "c.supportPtzCheck",
    "PtzCheckState": "c.supportPtzCheck",
    "PtzCtrl": "c.ptzType",
    "PtzGuard": "c.ptzType>1",
    "PtzPatrol": "c.ptzPatrol",
    "PtzPreset": "c.ptzPreset",
    "PtzSerial": "c.ptzType>1",
    "PtzTattern": "c.ptzTattern",
    "Push": "h.push",
    "PushCfg": "h.supportPushInterval",
    "PushV20": "h.push",
    "Reboot": "h.reboot",
    "Rec": "c.recCfg",
    "RecV20": "c.recCfg",
    "Restore": "h.restore",
    "RtspUrl": "h.rtsp",
    "ScanWifi": "h.wifi",
    "Search": "c.recReplay c.recDownload",
    "Snap": "c.snap",
    "StartZoomFocus": "c.ptzCtrl>1",
    "Stitch": "c.supportBinoStitch",
    "TestEmail": "h.email",
    "TestFtp": "c.ftp",
    "TestWifi": "h.wifi",
    "Time": "h.time",
    "Upgrade": "h.upgrade",
    "UpgradeOnline": "h.upgrade>1",
    "UpgradePrepare": "h.upgrade",
    "UpgradeStatus": "h.upgrade>1",
    "Upnp": "h.upnp",
    "WhiteLed": "c.floodLight c.supportFLswitch",
    "Wifi": "h.wifi",
    "WifiSignal": "h.wifi",
    "ZoomFocus": "c.ptzCtrl>1",
}
"""Abilities of which one must be there: of the unit (h) or of the channel (c)."""

HARMLESS: Final = frozenset(
    [
        "CheckFirmware",
        "Download",
        "Login",
        "Logout",
        "NvrDownload",
        "Playback",
        "ScanWifi",
        "Search",
        "Snap",
        "UpgradeStatus",
    ]
)
"""Besides all that begins with Get, what a guest may do."""
WRONG_NAMES: Final[Mapping[str, str]] = {
    "Getchannelstatus": "GetChannelstatus",
    "SetFtpV20": "SetFtp",
    "SetIsp": "SetOsd",
    "SetP2p": "SetP2P",
}
"""Names in answers that differ from the question, as the document prints them."""


@dataclass(frozen=True)
class Command:
    """One command of the card."""

    name: str
    stem: str
    """The name without Get or Set."""
    verb: Literal["get", "set", "do"]

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the abilities of which one is enough; none if there are none."""
        return tuple(NEEDS.get(self.stem, "").split())

    @property
    def generation(self) -> Literal[0, 1] | None:
        """Return the version of schedules it belongs to."""
        if self.name in LEGACY:
            return 0
        return 1 if self.name in V20 else None


def _command(name: str) -> Command:
    """Take a name apart."""
    if name.startswith("Get"):
        return Command(name, name[3:], "get")
    if name.startswith("Set"):
        return Command(name, name[3:], "set")
    return Command(name, name, "do")


CATALOG: Final[Mapping[str, Command]] = {name: _command(name) for name in COMMANDS}
ALIASES: Final[Mapping[str, str]] = {"GetChannelstatus": "Getchannelstatus"}
