"""What the document does not allow is refused and written down."""

import pytest

from tests.emulators.vserver_coverage import DAY, GRID

from .bench import Bench, full, with_options

MAJOR = "major_stream_set?Channel=1&Group=StreamInfo"
OSD = "image_set?Channel=1&Group=OSDInfo"
EXPOSURE = "camera_set?Channel=1&Group=ExposureInfo"
MOTION = "alarm_set?Channel=1&Group=MDInfo"
WRONG = [
    ("sys_get", 402, "missing"),
    ("sys_get?Channel=1", 402, "missing"),
    ("sys_get?Group=", 402, "group"),
    ("sys_get?Group", 402, "name"),
    ("sys_get?=DeviceInfo", 402, "name"),
    ("sys_get?group=DeviceInfo", 402, "missing"),
    ("sys_get?Group=deviceinfo", 402, "group"),
    ("sys_get?Group=StreamInfo", 402, "group"),
    ("sys_get?Group=SystemInfo", 402, "group"),
    ("sys_get?Group=All", 402, "group"),
    ("sys_get?Group=DeviceInfo&Group=DeviceInfo", 402, "duplicate"),
    ("sys_get?Group=DeviceInfo&Channel=1", 402, "name"),
    ("sys_get?Group=DeviceInfo&DeviceID=1", 402, "name"),
    ("sys_get?Group=Device%ffInfo", 402, "encoding"),
    ("sys_set?Group=DeviceInfo&Firmware=1", 402, "name"),
    ("sys_set?Group=DeviceInfo", 402, "missing"),
    ("sys_set?Group=DeviceInfo&SerialNum=0123456789A", 402, "value"),
    ("sys_set?Group=DeviceInfo&SerialNum=0123456789AG", 402, "value"),
    ("sys_set?Group=SystemInfo&ResetFlag=0", 402, "missing"),
    ("sys_set?Group=SystemInfo&ResetFlag=2&IPkeep=1", 402, "value"),
    ("sys_set?Group=SystemInfo&ResetFlag=0&IPKeep=1", 402, "name"),
    ("sys_set?Group=TimeInfo&CameraTime=1000", 402, "missing"),
    ("sys_set?Group=TimeInfo&TimeMethod=0&CameraTime=0", 402, "value"),
    ("sys_set?Group=TimeInfo&TimeMethod=0&TimeZone=90", 402, "value"),
    ("sys_set?Group=TimeInfo&TimeMethod=0&UpTime=1", 402, "name"),
    ("sys_set?Group=TimeInfo&TimeMethod=1&NTPServerIP=pool.ntp.org", 402, "value"),
    ("sys_set?Group=TimeInfo&TimeMethod=1&NTPServerIP=1.2.3.256", 402, "value"),
    ("sys_set?Group=TimeInfo&TimeMethod=1&CameraTime=1000", 502, "mode"),
    ("sys_query?Group=RmSerialnum", 402, "group"),
    ("sys_query", 402, "missing"),
    ("sys_query?Group=All&Channel=1", 402, "name"),
    ("major_stream_get?Group=StreamInfo", 401, "missing"),
    ("major_stream_get?Channel=0&Group=StreamInfo", 401, "channel"),
    ("major_stream_get?Channel=5&Group=StreamInfo", 401, "channel"),
    ("major_stream_get?Channel=one&Group=StreamInfo", 401, "channel"),
    ("major_stream_get?Channel=&Group=StreamInfo", 401, "channel"),
    ("major_stream_query?Channel=1&Group=StreamInfo", 402, "name"),
    (f"{MAJOR}", 402, "missing"),
    (f"{MAJOR}&Resolution=1080P", 402, "value"),
    (f"{MAJOR}&Resolution=1920X1080", 402, "value"),
    (f"{MAJOR}&FrameRate=12", 402, "value"),
    (f"{MAJOR}&FrameRate=10.0", 402, "value"),
    (f"{MAJOR}&FrameRate=%2010", 402, "value"),
    (f"{MAJOR}&FrameRate=+10", 402, "value"),
    (f"{MAJOR}&FrameRate=", 402, "value"),
    (f"{MAJOR}&BitRate=255", 402, "value"),
    (f"{MAJOR}&BitRate=0", 402, "value"),
    (f"{MAJOR}&VideoQuality=5", 402, "value"),
    (f"{MAJOR}&VideoQuality=-1", 402, "value"),
    (f"{MAJOR}&ForceIframe=0", 402, "value"),
    (f"{MAJOR}&Fps=10", 402, "name"),
    (f"{MAJOR}&framerate=10", 402, "name"),
    ("mjpeg_set?Channel=1&Group=StreamInfo&FrameRate=6", 402, "value"),
    ("mjpeg_set?Channel=1&Group=StreamInfo&Resolution=closed", 402, "value"),
    ("image_set?Channel=1&Group=ImageInfo&Hue=256", 402, "value"),
    ("image_set?Channel=1&Group=ROIInfo&ROIEnable=1", 402, "group"),
    (f"{OSD}&TextOSDStatus=1", 402, "bracket"),
    (f"{OSD}&TextOSDStatus=1&TextOSDTitle=Hello&TextOSDX=20", 402, "bracket"),
    (f"{OSD}&DateOSDStatus=1&DateOSDX=1&DateOSDY=1", 402, "bracket"),
    (f"{OSD}&TextOSDSize=9", 402, "value"),
    ("audio_set?Channel=1&Group=AudioInfo&Volume=1", 402, "name"),
    ("audio_set?Channel=1&Group=AudioInfo&AudioVolume=10", 402, "value"),
    ("audio_set?Channel=1&Group=AudioInfo&SampleRate=16", 402, "value"),
    ("record_set?Channel=1&Group=RecordControl&Length=600", 402, "name"),
    ("record_set?Channel=1&Group=RecordControl&Lenght=9", 402, "value"),
    ("record_set?Channel=1&Group=RecordControl&StreamType=2", 402, "value"),
    ("record_set?Channel=1&Group=RecordDevice&OperateRate=1", 402, "name"),
    ("record_set?Channel=1&Group=RecordDevice&Operate=1", 502, "mode"),
    ("record_get?Channel=1&Group=RecordSearch", 402, "missing"),
    ("record_get?Channel=1&Group=RecordSearch&StartTime=9&EndTime=1", 402, "value"),
    ("record_get?Channel=1&Group=RecordSearch&StartTime=now&EndTime=1", 402, "value"),
    ("record_query?Group=RecordDevice", 402, "group"),
    ("rs485_set?Channel=1&Group=RS485Data", 402, "missing"),
    ("rs485_set?Channel=1&Group=RS485Data&Data=123", 402, "value"),
    ("rs485_set?Channel=1&Group=RS485Data&Data=12%2034", 402, "value"),
    ("rs485_get?Channel=1&Group=RS485Data&Data=xy", 402, "value"),
    ("camera_set?Channel=1&Group=BasicInfo&WBRGain=1&WBBGain=1", 502, "mode"),
    ("camera_set?Channel=1&Group=BasicInfo&WBMode=1&WBRGain=1", 402, "bracket"),
    ("camera_set?Channel=1&Group=BasicInfo&LDCSwitch=0&LDCSwitch=1", 402, "duplicate"),
    (f"{EXPOSURE}&ICRSwitch=3", 402, "bracket"),
    (f"{EXPOSURE}&ICRSwitch=3&ICRTimer=4", 402, "value"),
    (f"{EXPOSURE}&BLCSwitch=1&BLCLevel=0", 402, "name"),
    (f"{EXPOSURE}&BLCSwitch=1", 402, "bracket"),
    (f"{EXPOSURE}&SceneSelect=1", 402, "name"),
    (f"{EXPOSURE}&AGCMax=1", 402, "value"),
    (f"{EXPOSURE}&HLCSwitch=2", 402, "value"),
    ("camera_set?Channel=1&Group=ResetInfo&Reset=1", 402, "name"),
    ("net_set?Group=AddressInfo&IPAddress=192.168.1", 402, "value"),
    ("net_set?Group=SMTPInfo&SMTPServerIP=mail.example.com", 402, "value"),
    ("net_set?Group=SMTPInfo&SMTPAuth=0", 402, "bracket"),
    ("net_set?Group=SMTPInfo&ToMail=nobody", 402, "value"),
    ("net_set?Group=SMTPInfo&SMTPPort=0", 402, "value"),
    ("net_set?Group=FTPInfo&FTPUsername=a", 402, "bracket"),
    ("net_query?Group=NetProtocolInfo", 402, "group"),
    ("net_get?Group=GlinkInfo", 402, "group"),
    ("netport_get?Group=NetPortInfo", 401, "missing"),
    ("netport_set?Channel=1&Group=NetPortInfo&HttpPort=65536", 402, "value"),
    ("netport_query?Group=All", 402, "name"),
    ("wifi_query?Group=WifiInfo", 402, "name"),
    ("wifi_get?Group=WifiInfo&enable=1", 402, "name"),
    ("wifi_set?Group=WifiInfo&Protocol=n", 402, "value"),
    ("wifi_set?Group=WifiInfo&WifiChannel=6", 402, "name"),
    ("wifi_set?Group=WifiInfo&Enable=1", 402, "name"),
    ("alarm_get?Group=MDInfo", 401, "missing"),
    ("alarm_get?Channel=1&Group=IOTrigInfo", 402, "name"),
    ("alarm_get?Channel=1&Group=ScheduleInfo", 402, "name"),
    ("alarm_set?Group=IOTrigInfo&IOTrigNum=1", 402, "missing"),
    ("alarm_set?Group=IOTrigInfo&IOTrigNum=3&IOTrig=1", 402, "value"),
    ("alarm_set?Group=IOAccessInfo&IO1=1", 402, "missing"),
    ("alarm_set?Group=IOAccessInfo&IOTrigNum=1&IF2=1", 402, "name"),
    ("alarm_set?Group=IOAccessInfo&IOTrigNum=1&IM1=1", 402, "name"),
    ("alarm_set?Channel=1&Group=MDAccessInfo&MM=1", 402, "missing"),
    ("alarm_set?Channel=1&Group=MDAccessInfo&MDArea=5&MM=1", 402, "value"),
    ("alarm_set?Channel=1&Group=MDAccessInfo&MDArea=1&MO=1", 402, "name"),
    (f"{MOTION}&MDSensitivity=0", 402, "value"),
    (f"{MOTION}&MDArea={GRID}/", 402, "value"),
    (f"{MOTION}&MDArea={GRID[:-5]}", 402, "value"),
    (f"{MOTION}&MDArea={GRID.replace('/', '')}", 402, "value"),
    (f"{MOTION}&MDArea={GRID.replace('1', '-')}", 402, "value"),
    (f"{MOTION}&MDArea={GRID[:-1]}g", 402, "value"),
    ("alarm_set?Channel=1&Group=ScheduleInfo&enable1=1", 402, "bracket"),
    (f"alarm_set?Channel=1&Group=ScheduleInfo&{DAY}&enable7=1", 402, "name"),
    (f"alarm_set?Channel=1&Group=ScheduleInfo&{DAY[:-2]}60", 402, "value"),
    (f"alarm_set?Group=ScheduleInfo&{DAY}", 401, "missing"),
    ("user_set?Group=AddUser&UserName=guard&Password=x", 402, "missing"),
    ("user_set?Group=AddUser&UserName=admin&Password=x&Privilege=1", 402, "value"),
    ("user_set?Group=DeleteUser&UserName=nobody", 402, "value"),
    ("user_set?Group=DeleteUser&UserName=admin", 502, "mode"),
    (
        "user_set?Group=ChangePassword&UserName=admin&Password=x&NewPassword=y",
        402,
        "value",
    ),
]


@pytest.mark.parametrize(("target", "code", "kind"), WRONG)
async def test_wrong_requests(bench: Bench, target: str, code: int, kind: str) -> None:
    """A wrong request changes nothing and leaves a violation."""
    before = str(bench.unit.settings.values)
    answer = await bench.call(target)

    assert (answer.status, answer.code) == (200, code)
    assert answer.groups == []
    assert [one.kind for one in bench.unit.violations] == [kind]
    assert bench.unit.violations[0].label.startswith(target.partition("?")[0])
    assert not bench.unit.writes
    assert str(bench.unit.settings.values) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
async def test_other_methods(bench: Bench, method: str) -> None:
    """Only GET and POST are documented."""
    answer = await bench.caller.call("sys_get?Group=DeviceInfo", method=method)
    assert answer.status == 400
    assert bench.last_violation == "method"


async def test_parameters_in_the_body(bench: Bench) -> None:
    """Parameters belong into the address, also with POST."""
    caller, target = bench.caller, "sys_get?Group=DeviceInfo"
    assert (await caller.call(target, method="POST")).code == 200
    answer = await caller.call("sys_get", method="POST", body=b"Group=DeviceInfo")
    assert answer.status == 400
    assert bench.last_violation == "body"
    bench.options.bodies = "ignore"
    answer = await caller.call("sys_get", method="POST", body=b"Group=DeviceInfo")
    assert (answer.status, answer.code) == (200, 402)
    assert (await caller.call(target, method="POST", body=b"x")).code == 200


@pytest.mark.parametrize("status", [400, 404, 501])
async def test_units_without_post(bench: Bench, status: int) -> None:
    """A unit may refuse every POST, and does not carry it out then."""
    bench.options.post = full(post=status).post
    target = "ptz_set?Channel=1&Group=PTZCtrlInfo&AutoScan=1"
    assert (await bench.caller.call(target, method="POST")).status == status
    assert not bench.unit.head.moves
    assert await bench.code(target) == 200
    assert bench.unit.head.moves


@with_options(full(post=404, bodies="ignore"))
async def test_order_of_checks(bench: Bench) -> None:
    """Whoever has no login hears nothing else."""
    answer = await bench.caller.call("nothing", method="POST", headers={})
    assert answer.status == 401
    assert not bench.unit.violations
