"""How strict the emulated camera is with what is sent to it."""

import pytest

from tests.emulators.bview import BviewOptions
from tests.emulators.bview.xmldoc import ZWCLOUD
from tests.emulators.bview_coverage import AMS, EVENT_LIST, VOICE, WIFI, XML

from .bench import Bench, full, with_options

STREAM = "/Streams/1/1"
SUB = "/Streams/1/2"
COLOR = "/Images/1/Color"
BASIC = "/Images/1/Basic"
IR_CUT = "/Images/1/IrCutFilter"
EXPOSURE = "/Images/1/Exposure"
OSD = "/Pictures/1/OSD"
MOTION = "/Pictures/1/Motion"
REGIONS = "/Pictures/1/Motion/RegionsV2"
SCHEDULE = "/Pictures/1/Motion/Schedule"
MOSAIC = "/Pictures/1/Mosaic"
RECORD = "/Record"
NOTIFY = "/Record/Notify/URL"
EMAIL = "/Network/EMail"
NTP = "/System/NTP"
DST = "/System/DST"
TIME = "/System/Time"
REPAIR = "/System/DeviceAutoMaintenance"
ONES = "1" * 48


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (COLOR, "<Contrast>50", "<Contrast>101", -5),
        (COLOR, "<Contrast>50", "<Contrast>-1", -5),
        (COLOR, "<Contrast>50", "<Contrast>high", -5),
        (COLOR, "<Contrast>50", "<Contrast>", -5),
        (COLOR, "<Contrast>50", "<Contrast>100", 0),
        (COLOR, "<Contrast>50", '<Contrast Version="1.0">50', 0),
        (COLOR, "<Contrast>50", '<Contrast Version="2.0">50', -1),
        (COLOR, "<Contrast>50", '<Contrast unit="%">50', -1),
        (COLOR, "<Contrast>50</Contrast>", "", -2),
        (COLOR, "<Contrast>", "<Contrast>1</Contrast><Contrast>", -1),
        (COLOR, "<Contrast>50", "<Contrast><Value>50</Value>", -1),
        (COLOR, "Contrast>", "contrast>", -1),
        (COLOR, "<Color>", "<Color>text", -1),
        (COLOR, "Color>", "Colour>", -1),
        (COLOR, "</Color>", "", -1),
        (COLOR, "<Color>", '<Color xmlns="http://www.w3.org/1999/xhtml">', -1),
        (COLOR, "<Color>", f'<Color xmlns="{ZWCLOUD}">', 0),
        (COLOR, "<Mode>manual", "<Mode>notsupport", -5),
        (BASIC, "<BLC>close", "<BLC>open", 0),
        (BASIC, "<BLC>close", "<BLC>on", -5),
        (BASIC, "50HZ", "50Hz", -5),
        (BASIC, "<FlipMode>close", "<FlipMode>center", 0),
        (IR_CUT, "07:00:00", "7:00:00", -5),
        (IR_CUT, "07:00:00", "24:00:00", -5),
        (IR_CUT, "<SwitchTime>5", "<SwitchTime>2", -5),
        (IR_CUT, "<SwitchTime>5", "<SwitchTime>15", 0),
        (IR_CUT, "initiative", "auto", -5),
        (EXPOSURE, "<shutter>auto", "<shutter>1/100", 0),
        (EXPOSURE, "<shutter>auto", "<shutter>1/99", -5),
        (EXPOSURE, "<Gain>auto", "<Gain>42dB", 0),
        (EXPOSURE, "<Gain>auto", "<Gain>48dB", -5),
        (EXPOSURE, " DC-Iris", "DC-Iris", 0),
        (STREAM, "<FrameRate>2500", "<FrameRate>25500", 0),
        (STREAM, "<FrameRate>2500", "<FrameRate>25", -5),
        (STREAM, "<FrameRate>2500", "<FrameRate>1250", -5),
        (STREAM, "<FrameRate>2500", "<FrameRate>2600", -5),
        (STREAM, "<Bitrate>2048", "<Bitrate>12288", 0),
        (STREAM, "<Bitrate>2048", "<Bitrate>12289", -5),
        (STREAM, "<Bitrate>2048</Bitrate>", "", 0),
        (STREAM, "1920", "1280", -5),
        (STREAM, "<ID>1", "<ID>2", -5),
        (STREAM, "<FixedQuality>0", "<FixedQuality>6", -5),
        (SUB, "<ResolutionWidth>640", "<ResolutionWidth>352", -5),
        (SUB, "<Bitrate>512", "<Bitrate>4096", -5),
        (OSD, "<PosX>16", "<PosX>704", -5),
        (OSD, "<PosY>540", "<PosY>576", -5),
        (OSD, "<PosY>540", "<PosY>20", -5),
        (MOTION, "middle", "medium", -5),
        (MOTION, "<Trigger>", "<Trigger><Sound/>", -1),
        (REGIONS, "<RegionX_3>11", "<RegionX_3>", -5),
        (REGIONS, "<RegionX_3>11", "<RegionX_3>12", -5),
        (REGIONS, "<RegionX_3>11", "<RegionX_3>00", 0),
        (SCHEDULE, f"<Block_2>{ONES}", f"<Block_2>{ONES}0", -5),
        (SCHEDULE, f"<Block_2>{ONES}", f"<Block_2>{'01' * 24}", 0),
        (MOSAIC, "<ID>1", "<ID>5", -5),
        (MOSAIC, "<TopLeftX>528", "<TopLeftX>640", -5),
        (MOSAIC, "<BottomRightY>144", "<BottomRightY>576", -5),
        (RECORD, "<PreRecord>5", "<PreRecord>0", -5),
        (RECORD, "<PreRecord>5", "<PreRecord>120", 0),
        (RECORD, "<PreRecord>5</PreRecord>", "", 0),
        (RECORD, "writecircle", "overwrite", -5),
        (NOTIFY, "<Path>/myevent.php", "<Path>myevent.php", -5),
        (NOTIFY, "<Protocol>HTTP", "<Protocol>HTTPS", -5),
        (NOTIFY, "<Port>80", "<Port>0", -5),
        (EMAIL, "<SMTPTLS>off", "<SMTPTLS>tls", -5),
        (EMAIL, "<SMTPAuthMethod>Login", "<SMTPAuthMethod>Plain", -5),
        (EMAIL, "<AttachedSnapshot>true", "<AttachedSnapshot>yes", -5),
        (EMAIL, "<EmailAddress>guard@example.com</EmailAddress>", "", -2),
        ("/Network/DDNS/Config", "<ServerPort>0", "<ServerPort>80", -5),
        ("/Network/DDNS/Config", "dyndns.org", "example.org", -5),
        ("/Network/FTP", "TypeMask>00", "TypeMask>02", -5),
        ("/Network/Interfaces/1/IPAddress", "255.255.255.0", "255.255.255", -5),
        (NTP, "GMT-0:00:00", "Europe/Rome", -5),
        (NTP, "GMT-0:00:00", "CET-1CEST01:00:00,M3.5.0/02:00:00,M13.1.0", -5),
        (DST, "<Mode>week", "<Mode>month", -5),
        (DST, "3-5-0-2-0-0", "13-5-0-2-0-0", -5),
        (DST, "20160327T020000", "20160327", -5),
        (TIME, "24hour", "24", -5),
        (REPAIR, "<WeekDayMask>0000000", "<WeekDayMask>000000", -5),
        (REPAIR, "<Mode>everyday", "<Mode>everyweek", 0),
    ],
)
async def test_writes(bench: Bench, path: str, old: str, new: str, code: int) -> None:
    """A changed document is checked; a refused one changes nothing."""
    before = (await bench.get(path)).body
    answer = await bench.change(path, old, new, times=9 if old.endswith(">") else 1)
    bench.unit.clock.advance(0)

    assert (answer.status, answer.code) == (200, code), answer.text
    assert len(bench.unit.writes) <= (code == 0)
    if code:
        assert (await bench.get(path)).body == before


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/System/NTP", "", -1),
        ("/System/NTP", "<NTP>", -1),
        ("/System/NTP", '<?xml version="1.0" encoding="latin-1"?><NTP/>', -1),
        ("/System/NTP", "<!DOCTYPE NTP><NTP/>", -1),
        ("/System/NTP", "<NTP/>", -2),
        ("/Images", "<ImageList><Image><ID>2</ID></Image></ImageList>", -4),
        ("/Streams", "<StreamList><Stream><ID>2</ID></Stream></StreamList>", -4),
        ("/Images", "<ImageList/>", 0),
        ("/Images/1", "<Image><ID>1</ID></Image>", 0),
        ("/Images/1", "<Image/>", -2),
        ("/Pictures/1", "<Picture><ID>1</ID></Picture>", -2),
        ("/Alarm/AMS/2", AMS.replace("motionEvent", "other"), -5),
        ("/Alarm/AMS/2", AMS.replace("MTky", "MTky\n"), -5),
        ("/Alarm/AMS/2", AMS.replace("MTkyLjE2OC4zMS4x", "192.168.31.1"), -5),
        ("/Alarm/AMS/2", AMS.replace("<UserName/><Password/>", ""), 0),
        ("/Alarm/EventCfgList/2", EVENT_LIST.replace(">300<", "><"), -5),
        ("/Alarm/EventCfgList/2", EVENT_LIST.replace("<Message/>", ""), -2),
        (
            "/Alarm/EventCfgList/2",
            EVENT_LIST.replace("<PreRecordTime/>", "<PreRecordTime>5</PreRecordTime>"),
            -5,
        ),
        ("/Network/WifiParamTest", WIFI.replace(">3008993007<", ">short<"), -5),
        ("/Network/WifiParamTest", WIFI.replace(">3008993007<", "><"), -5),
        ("/Network/WifiParamTest", WIFI.replace("<KeyValue/>", ""), -2),
        ("/Network/WifiParamTest", WIFI.replace("WPA2PSK", "NOPASSWORD"), 0),
        ("/TwowayAudio/Open", VOICE.format(mode="PCM"), -5),
        ("/TwowayAudio/Open", "", -1),
        ("/TwowayAudio/Open", "<TwoWayAudio/>", -1),
        ("/TwowayAudio/Close", "<x/>", -1),
        ("/Record/HttpEvent/Call", "<x/>", -1),
        ("/Disk", "<DiskList/>", -3),
    ],
)
async def test_bodies(bench: Bench, path: str, body: str, code: int) -> None:
    """What is no right document is refused for the right reason."""
    assert (await bench.caller.call("PUT", path, body, kind=XML)).code == code


async def test_order(bench: Bench) -> None:
    """Tags come in the order of the document, unless the camera does not mind."""
    body = "<Scene><Mode>soft</Mode><Support>true</Support></Scene>"

    assert (await bench.put("/Images/1/Scene", body)).code == -1
    bench.unit.options.strict_order = False
    assert (await bench.put("/Images/1/Scene", body)).code == 0


async def test_a_refused_part_refuses_the_whole(bench: Bench) -> None:
    """Of a document of documents, all is stored or nothing."""
    text = (await bench.get("/Images/1")).text
    text = text.replace("<Contrast>50", "<Contrast>60")

    wrong = text.replace("<Gain>auto", "<Gain>7dB")
    assert (await bench.put("/Images/1", wrong)).code == -5
    assert await bench.text("/Images/1/Color", "Contrast") == "50"
    assert (await bench.put("/Images", f"<ImageList>{text[41:]}</ImageList>")).code == 0
    assert await bench.text("/Images/1/Color", "Contrast") == "60"


@pytest.mark.parametrize(
    ("path", "body", "kind", "code"),
    [
        ("/System/NTP", "<NTP/>", "", -1),
        ("/System/NTP", "<NTP/>", "text/xml", -1),
        ("/System/NTP", "<NTP/>", "application/octet-stream", -1),
        ("/System/NTP", "<NTP/>", "application/xml; charset=latin-1", -1),
        ("/System/NTP", "<NTP/>", 'application/xml; charset="UTF-8"', -2),
        ("/TwowayAudio/SendData", "x", "application/octet-stream", -1),
        ("/System/DeviceConfigFile", "x", "application/xml", -1),
        ("/System/FirmwareUpgrade", "x", "application/octet-stream", -1),
        ("/PTZ/1/ZoomIn", "Param1=1", "application/json", -1),
        ("/PTZ/1/ZoomIn", "Param1=1", "", 0),
        ("/PTZ/1/ZoomIn", "Param1=1", "application/x-www-form-urlencoded", 0),
        ("/System/Reboot", "anything", "text/plain", 0),
    ],
)
async def test_content_types(
    bench: Bench, path: str, body: str, kind: str, code: int
) -> None:
    """Each kind of body must be declared."""
    assert (await bench.caller.call("PUT", path, body, kind=kind)).code == code


@with_options(full(content_type=False))
async def test_content_types_do_not_matter(bench: Bench) -> None:
    """A lenient camera looks at the body only."""
    body = (await bench.get("/System/NTP")).body
    assert (await bench.caller.call("PUT", "/System/NTP", body, kind="")).code == 0


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/System/NTP?x=1", -5),
        ("/Snapshot/1/RemoteImageCapture?ImageFormat=1", -5),
        ("/Snapshot/1/RemoteImageCapture?imageformat=2", -5),
        ("/Snapshot/1/RemoteImageCapture?ImageFormat=2&ImageFormat=2", -5),
    ],
)
async def test_queries(bench: Bench, target: str, code: int) -> None:
    """Only documented parameters are taken."""
    assert (await bench.get(target)).code == code
    bench.unit.options.stray_queries = "ignore"
    assert (await bench.get("/System/NTP?x=1")).root == "NTP"


async def test_bodies_where_none_belong(bench: Bench) -> None:
    """A GET has no body."""
    answer = await bench.caller.call("GET", "/System/NTP", "<NTP/>")
    assert answer.code == -1


@pytest.mark.parametrize(("accepts", "status"), [(False, 411), (True, 200)])
async def test_chunked_bodies(bench: Bench, *, accepts: bool, status: int) -> None:
    """A body needs its Content-Length."""
    bench.unit.options.chunked = accepts
    body = (await bench.get("/System/NTP")).body
    async with bench.caller.http.put(
        f"{bench.unit.url}/System/NTP",
        data=body,
        chunked=True,
        headers={**bench.caller.basic, "Content-Type": XML},
    ) as answer:
        assert answer.status == status


@pytest.mark.parametrize(("policy", "code"), [("ignore", 0), ("refuse", -5)])
async def test_read_only_fields(bench: Bench, policy: str, code: int) -> None:
    """What is read-only is ignored, as the document says, or refused."""
    options: BviewOptions = bench.unit.options
    options.read_only = "refuse" if policy == "refuse" else "ignore"
    answer = await bench.change(
        "/System/DeviceInfo", "<AudioChannels>1", "<AudioChannels>4"
    )

    assert answer.code == code
    assert await bench.text("/System/DeviceInfo", "AudioChannels") == "1"


async def test_only_the_name_can_be_set(bench: Bench) -> None:
    """DeviceInfo takes a name without all the rest."""
    body = "<DeviceInfo><DeviceName>Tür &amp; Hof</DeviceName></DeviceInfo>"

    assert (await bench.put("/System/DeviceInfo", body)).code == 0
    assert await bench.text("/System/DeviceInfo", "DeviceName") == "Tür & Hof"
    assert await bench.text("/System/DeviceInfo", "SerialNum") == "BV20160714000042"
    (write,) = bench.unit.writes
    assert write.changes == {"DeviceName": ("Camera", "Tür & Hof")}


async def test_not_applicable_fields(bench: Bench) -> None:
    """Masks and PTZ actions of motion are taken and ignored."""
    path = "/Pictures/1/Motion/Trigger"
    text = (await bench.get(path)).text
    assert "<RecordMask> 11111111111111</RecordMask>" in text

    changed = text.replace("<RecordMask> 1", "<RecordMask>0").replace("none", "preset")
    assert (await bench.put(path, changed)).code == 0
    assert (await bench.get(path)).text == text
