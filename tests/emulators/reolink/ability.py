"""What GetAbility answers, built from the options."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .options import ChannelOptions, ReolinkOptions

READ: Final = 4
WRITE: Final = 2
EXECUTE: Final = 1

_UNIT: Final = """
3g:0:0 alarmAudio:6:1 alarmDisconnct:6:1 alarmHddErr:6:1 alarmHddFull:6:1
alarmIpConflict:6:1 auth:6:1 autoMaint:6:1 cloudStorage:0:0 customAudio:1:1
dateFormat:6:1 ddns:6:9 ddnsCfg:6:1 devInfo:4:1 devName:6:2 disableAutoFocus:0:0
disk:0:0 display:6:1 email:6:3 emailInterval:6:1 emailSchedule:6:1 exportCfg:4:0
ftpAutoDir:6:1 ftpExtStream:0:0 ftpPic:0:0 ftpSubStream:6:1 ftpTest:6:0 hourFmt:6:2
http:6:3 httpFlv:6:1 https:6:3 importCfg:1:0 ipcManager:6:1 ledControl:7:1
localLink:6:1 log:6:1 mediaPort:6:1 ntp:6:1 online:6:1 onvif:6:3 p2p:6:1
performance:4:1 pppoe:6:0 push:6:1 pushSchedule:6:1 reboot:1:1
recExtensionTimeList:6:1 recOverWrite:6:1 recPackDuration:6:0 recPreRecord:6:1
restore:1:1 rtmp:6:3 rtsp:6:3 scheduleVersion:6:1 sdCard:6:1 showQrCode:6:0
simMoudule:6:0 supportAudioAlarm:6:1 supportAudioAlarmEnable:6:1
supportAudioAlarmSchedule:6:1 supportAudioAlarmTaskEnable:6:1 supportBuzzer:0:0
supportBuzzerEnable:0:0 supportBuzzerTask:0:0 supportBuzzerTaskEnable:0:0
supportEmailEnable:6:1 supportEmailTaskEnable:6:1 supportFtpCoverPicture:6:1
supportFtpCoverVideo:6:1 supportFtpDirYM:6:1 supportFtpEnable:6:1
supportFtpPicCaptureMode:6:1 supportFtpPicResoCustom:6:0 supportFtpPictureSwap:6:1
supportFtpTask:6:1 supportFtpTaskEnable:6:1 supportFtpVideoSwap:6:1
supportFtpsEncrypt:6:1 supportHttpEnable:6:1 supportHttpsEnable:6:1
supportOnvifEnable:6:1 supportPushInterval:6:1 supportRecScheduleEnable:6:1
supportRecordEnable:6:1 supportRtmpEnable:6:1 supportRtspEnable:6:1 talk:4:1 time:6:2
tvSystem:6:0 upgrade:1:2 upnp:6:1 user:6:1 videoClip:0:0 wifi:0:0 wifiTest:6:0
"""
"""Name, permit and version, as the document's example prints them."""

_CHANNEL: Final = """
aiTrack:0:0 aiTrackDogCat:0:0 alarmAudio:6:1 alarmIoIn:0:0 alarmIoOut:0:0 alarmMd:6:1
alarmRf:0:0 batAnalysis:0:0 battery:0:0 cameraMode:6:0 disableAutoFocus:0:0 enc:6:1
floodLight:0:0 ftp:6:6 image:6:1 indicatorLight:0:0 isp:6:1 isp3Dnr:0:0
ispAntiFlick:6:1 ispBackLight:0:0 ispBright:6:1 ispContrast:6:1 ispDayNight:6:1
ispExposureMode:0:0 ispFlip:6:1 ispHue:0:0 ispMirror:6:1 ispSatruation:6:1
ispSharpen:6:1 ispWhiteBalance:6:0 ledControl:6:1 live:4:2 mainEncType:0:0 mask:6:1
mdTriggerAudio:0:0 mdTriggerRecord:0:0 mdWithPir:0:0 osd:6:1 powerLed:0:0 ptzCtrl:0:0
ptzDirection:1:0 ptzPatrol:0:0 ptzPreset:0:0 ptzTattern:0:0 ptzType:0:0 recCfg:6:1
recDownload:6:1 recReplay:6:1 recSchedule:6:2 shelterCfg:6:1 snap:6:1 supportAi:6:1
supportAiAnimal:0:0 supportAiDetectConfig:6:1 supportAiDogCat:6:1 supportAiFace:0:0
supportAiPeople:6:1 supportAiSensitivity:6:1 supportAiStayTime:6:1
supportAiTargetSize:6:1 supportAiTrackClassify:0:0 supportAiVehicle:6:1
supportAoAdjust:0:1 supportBinoStitch:0:0 supportFLBrightness:6:1
supportFLIntelligent:6:1 supportFLKeepOn:0:0 supportFLSchedule:6:1 supportFLswitch:6:1
supportGop:0:1 supportMd:6:1 supportPtzCalibration:0:0 supportPtzCheck:0:0
supportThresholdAdjust:6:1 supportWhiteDark:6:1 videoClip:0:0 waterMark:6:1
white_balance:6:0
"""

_KIND_NAMES: Final = {
    "people": "supportAiPeople",
    "vehicle": "supportAiVehicle",
    "dog_cat": "supportAiDogCat",
    "face": "supportAiFace",
}


def _table(text: str) -> Mapping[str, tuple[int, int]]:
    """Read permits and versions."""
    rows = (row.split(":") for row in text.split())
    return {name: (int(permit), int(version)) for name, permit, version in rows}


UNIT: Final = _table(_UNIT)
CHANNEL: Final = _table(_CHANNEL)


def unit_versions(options: ReolinkOptions) -> dict[str, int]:
    """Return the versions of the abilities of the unit itself."""
    nvr = int(options.is_nvr)
    task = int(options.task_enable)
    return {
        **{name: version for name, (_, version) in UNIT.items()},
        "disk": nvr if options.disks else 0,
        "sdCard": 1 - nvr if options.disks else 0,
        "scheduleVersion": options.schedule_version,
        "supportAudioAlarmTaskEnable": task,
        "supportBuzzer": nvr,
        "supportBuzzerEnable": nvr,
        "supportBuzzerTask": nvr,
        "supportBuzzerTaskEnable": nvr & task,
        "supportEmailTaskEnable": task,
        "supportFtpTaskEnable": task,
        "supportRecScheduleEnable": task,
        "upgrade": options.upgrade,
        "wifi": int(options.wifi),
        **options.abilities,
    }


def channel_versions(camera: ChannelOptions) -> dict[str, int]:
    """Return the versions of the abilities of a channel that is online."""
    moves = int(camera.ptz_type >= 2)
    light = int(camera.floodlight)
    ai = int(bool(camera.ai))
    settings = int(camera.ai_settings and bool(camera.ai))
    versions = {name: version for name, (_, version) in CHANNEL.items()}
    versions |= {f"isp{name}": 1 for name in camera.isp}
    versions |= {name: int(kind in camera.ai) for kind, name in _KIND_NAMES.items()}
    versions |= {
        "aiTrack": int(camera.ai_track),
        "alarmAudio": int(camera.siren),
        "alarmMd": int(camera.motion),
        "disableAutoFocus": int(camera.autofocus),
        "ledControl": int(camera.infrared),
        "live": 1 if camera.ext_stream else 2,
        "powerLed": int(camera.status_led),
        "ptzCtrl": camera.ptz_ctrl,
        "ptzDirection": int(camera.ptz_directions == 4),
        "ptzPatrol": moves,
        "ptzPreset": moves,
        "ptzTattern": moves,
        "ptzType": camera.ptz_type,
        "supportAi": ai,
        "supportAiDetectConfig": settings,
        "supportAiSensitivity": settings,
        "supportAiStayTime": settings,
        "supportAiTargetSize": settings,
        "supportBinoStitch": int(camera.stitch),
        "supportFLBrightness": light,
        "supportFLIntelligent": light & ai,
        "supportFLSchedule": light,
        "supportFLswitch": light,
        "supportMd": int(camera.motion),
        "supportPtzCheck": int(camera.ptz_check),
        "videoClip": int(camera.crop),
    }
    if camera.day_night_threshold:
        versions["ispDayNight"] = 2
    return {**versions, **camera.abilities}


def _printed(
    versions: Mapping[str, int], known: Mapping[str, tuple[int, int]], *, guest: bool
) -> dict[str, Any]:
    """Print abilities: a permit for what is there, else the document's."""
    rows: dict[str, Any] = {}
    for name, version in versions.items():
        permit = known.get(name, (0, 0))[0]
        if version and not permit:
            permit = 7 if name.startswith(("ptz", "supportPtz")) else READ | WRITE
        if version and name in ("supportAoAdjust", "supportGop"):
            permit = known[name][0]
        rows[name] = {"permit": permit & READ if guest else permit, "ver": version}
    return rows


def ability(
    options: ReolinkOptions, online: Iterable[bool], *, guest: bool = False
) -> dict[str, Any]:
    """Return what GetAbility prints; a channel that is offline can do nothing."""
    channels = [
        _printed(channel_versions(camera), CHANNEL, guest=guest)
        if up
        else {name: {"permit": 0, "ver": 0} for name in CHANNEL}
        for camera, up in zip(options.channels, online, strict=True)
    ]
    unit = _printed(unit_versions(options), UNIT, guest=guest)
    return {"Ability": {**unit, "abilityChn": channels}}
