"""Every address that the document prints as an example, sent as it stands."""

from typing import Final

import pytest

from .bench import full, started

EXAMPLES: Final = (
    "major_stream_set?Channel=1&Group=StreamInfo&Resolution=720x576&IPRate=20",
    "major_stream_query?Group=StreamInfo",
    "sys_get?Group=HardwareV",
    "sys_get?Group=FactoryCheck",
    "sys_get?Group=DeviceInfo",
    "sys_get?Group=EapilInfo",
    "sys_get?Group=TimeInfo",
    "sys_set?Group=SystemInfo&ResetFlag=1&IPkeep=0",
    "sys_set?Group=DeviceInfo&SerialNum=0123456789AB",
    "sys_set?Group=TimeInfo&TimeMethod=0&CameraTime=1000",
    "sys_set?Group=TimeInfo&TimeMethod=1&NTPServerIP=192.168.1.2",
    "sys_query?Group=All",
    "major_stream_get?Channel=1&Group=StreamInfo",
    "major_stream_set?Channel=1&Group=StreamInfo&Resolution=1920x1080",
    "major_stream_set?Channel=1&Group=StreamInfo&FrameRate=10",
    "major_stream_query?Group=All",
    "minor_stream_get?Channel=1&Group=StreamInfo",
    "minor_stream_query?Group=All",
    "minor_stream_query?Group=StreamInfo",
    "mjpeg_get?Channel=1&Group=StreamInfo",
    "mjpeg_query?Group=All",
    (
        "image_set?Channel=1&Group=ImageInfo&Hue=128&Brightness=128"
        "&Sharpness=128&Saturation=128&Contrast=128&Denoise=128&Gamma=4"
    ),
    "image_set?Channel=1&Group=ImageInfo&Contrast=128",
    (
        "image_set?Channel=1&Group=OSDInfo&TextOSDStatus=1&TextOSDTitle=Hello"
        "&TextOSDX=20&TextOSDY=30"
    ),
    "audio_get?Channel=1&Group=AudioInfo",
    (
        "audio_set?Channel=1&Group=AudioInfo&AudioCodec=G711U&AudioEnable=1"
        "&AudioVolume=9"
    ),
    "record_get?Channel=1&Group=RecordSearch&StartTime=0&EndTime=1516171330",
    "record_get?Channel=1&Group=RecordControl",
    "record_get?Channel=1&Group=RecordDevice",
    "ptz_get?Channel=1&Group=SpeedInfo",
    "ptz_set?Channel=1&Group=PTZCtrlInfo&Stop=0",
    "ptz_set?Channel=1&Group=PTZCtrlInfo&Direction=1&PanSpeed=2&TiltSpeed=3",
    "ptz_set?Channel=1&Group=PTZCtrlInfo&Iris=1",
    "ptz_set?Channel=1&Group=PTZCtrlInfo&AutoScan=1",
    "ptz_set?Channel=1&Group=PTZCtrlInfo&PresetNumber=1&Preset=0",
    "rs485_set?Channel=1&Group=RS485Data&Data=1234567890abcdef",
    "rs485_get?Channel=1&Group=RS485Data",
    "camera_get?Channel=1&Group=ExposureInfo",
    "camera_set?Channel=1&Group=BasicInfo&DISSwitch=1",
    "camera_set?Channel=1&Group=BasicInfo&WBMode=1&WBRGain=255&WBBGain=255",
    ("camera_set?Channel=1&Group=ExposureInfo&ExposureMode=0&ScenceSelect=0&AGCMax=16"),
    ("camera_set?Channel=1&Group=ExposureInfo&ExposureMode=1&AGCMax=16&ShutterMax=100"),
    (
        "camera_set?Channel=1&Group=ExposureInfo&ExposureMode=2&AGCManual=1"
        "&ShutterManual=100"
    ),
    "camera_set?Channel=1&Group=ExposureInfo&ICRSwitch=3&ICRTimer=5",
    "camera_set?Channel=1&Group=ExposureInfo&BLCSwitch=1&BLCLLevel=0",
    "camera_set?Channel=1&Group=ExposureInfo&HLCSwitch=0",
    "camera_query?Group=ExposureInfo",
    "net_get?Group=AddressInfo",
    "net_get?Group=SMTPInfo",
    "net_get?Group=FTPInfo",
    "net_set?Group=AddressInfo&IPAddress=192.168.1.67",
    "net_set?Group=AddressInfo&SubnetMask=255.255.240.0&Gateway=192.168.1.1",
    (
        "net_set?Group=SMTPInfo&SMTPServerIP=192.168.1.100"
        "&SMTPUsername=Username&SMTPPassword=1234&SMTPAuth=0"
        "&ToMail=testTo@126.com&FromMail=testFrom@126.com"
        "&CcMail=testCC@126.com"
    ),
    (
        "net_set?Group=FTPInfo&FTPServerIP=192.168.1.110"
        "&FTPUsername=FTPUsername&FTPPassword=1234"
    ),
    "netport_get?Channel=1&Group=NetPortInfo",
    "netport_set?Channel=1&Group=NetPortInfo&HttpPort=8001",
    "netport_query",
    "wifi_get?Group=WifiInfo",
    "wifi_get?Group=HotspotList",
    "wifi_set?Group=WifiInfo&enable=1&SSID=aWifi&password=password",
    "wifi_query",
    "alarm_get?Group=IOTrigInfo",
    "alarm_get?Channel=1&Group=MDInfo",
    "alarm_get?Group=IOAccessInfo",
    "alarm_get?Group=ScheduleInfo",
    "alarm_set?Group=IOAccessInfo&IOTrigNum=1&IO1=1&IM=0&IF1=1&IT1=1",
    "alarm_set?Channel=1&Group=MDAccessInfo&MDArea=2&MO=1&MM=0&MF=1&MT=1",
    (
        "alarm_set?Channel=1&Group=ScheduleInfo&enable1=1&start1H=0&start1M=0"
        "&end1H=8&end1M=0&start9H=18&start9M=0&end9H=23&end9M=59"
    ),
    "alarm_query?Group=All",
    "user_get?Group=UserList",
)
OTHERS: Final = (
    (
        "ptz_set?Channel=1&Group=PTZCtrlInfo&Direction=up&PanSpeed=6&TiltSpeed=6",
        402,
        "value",
    ),
    ("ptz_set?Channel=1&Group=PTZCtrlInfo&PresetNumber=1&Preset=1", 502, "mode"),
    (
        "user_set?Group=AddUser&UserName=admin&Password=password&Privilege=6",
        402,
        "value",
    ),
    (
        "user_set?Group=ChangePassword&UserName=thisisusername&Password=oldpassword"
        "&NewPassword=newpassword",
        402,
        "value",
    ),
)
"""A word where all else has numbers, and what a new unit does not have."""


@pytest.mark.parametrize("target", EXAMPLES)
async def test_examples(target: str) -> None:
    """A unit with one output takes the document's examples."""
    async with started(full(alarm_outputs=1)) as bench:
        answer = await bench.call(target)
        assert (answer.status, answer.code) == (200, 200)
        assert answer.xml[0].get("class") == target.partition("?")[0]
        assert not bench.unit.violations


@pytest.mark.parametrize(("target", "code", "kind"), OTHERS)
async def test_other_examples(target: str, code: int, kind: str) -> None:
    """Some examples need another unit, or contradict the rest."""
    async with started(full(alarm_outputs=1)) as bench:
        assert await bench.code(target) == code
        assert bench.last_violation == kind


def test_count() -> None:
    """All examples are here."""
    assert len(EXAMPLES) + len(OTHERS) == 74
