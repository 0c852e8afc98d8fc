"""The emulated strobe answers the document's own examples."""

import asyncio
import base64

import pytest

from tests.emulators.strobe import Light, StrobeEmulator, StrobeOptions
from tests.emulators.strobe.files import PACKET
from tests.emulators.strobe.routes import ENCODINGS, URL_ALARM

from .bench import Bench, with_options

RED_STROBE = Light(color1=1, color2=2, mode=6, brightness=20, frequency=100)


DEVICE_INFO_EXAMPLE = (
    b"POST /ISAPI/DeviceInfo?ID=3088 HTTP/1.1\r\n"
    b"Accept: text/plain, */*; q=0.01\r\n"
    b"X-Requested-With: XMLHttpRequest\r\n"
    b"Referer: http://192.168.0.112/BaseInforPage.html\r\n"
    b"Accept-Language: zh-CN\r\n"
    b"Accept-Encoding: gzip, deflate\r\n"
    b"User-Agent: Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) "
    b"like Gecko\r\n"
    b"Host: 192.168.0.112\r\n"
    b"Content-Length: 0\r\n"
    b"Connection: Keep-Alive\r\n"
    b"Cache-Control: no-cache\r\n\r\n"
)


ALARM_EXAMPLE = """<ApiAlarm>
<Armenable>1</Armenable>
<AlarmOutEnable>1</AlarmOutEnable>
<AlarmOutDuration>20</AlarmOutDuration>
<PlayEnable>1</PlayEnable>
<PlayFile>You are not Alone.wav</PlayFile>
<Volume>80</Volume>
<CycleMode>1</CycleMode>
<PlayTimes>3</PlayTimes>
<Interval>5</Interval>
<FrontLightEnable>1</FrontLightEnable>
<FrontLightColor1>1</FrontLightColor1>
<FrontLightColor2>2</FrontLightColor2>
<FrontLightDisplayMode>6</FrontLightDisplayMode>
<FrontLightBrightness>20</FrontLightBrightness>
<FrontLightFrequency>100</FrontLightFrequency>
<BackLightEnable>1</BackLightEnable>
<BackLightColor>1</BackLightColor>
<BackLightDisplayMode>1</BackLightDisplayMode>
<BackLightBrightness>20</BackLightBrightness>
<BackLightFrequency>100</BackLightFrequency>
<HttpMsgEnabled>0</HttpMsgEnabled>
<BroadcastEnabled>0</BroadcastEnabled>
<EmailEnabled>0</EmailEnabled>
</ApiAlarm>"""


SOUND_URL = (
    "alarmenable=1&alarmoutenable=1&alarmoutduration=20&playenable=1"
    "&playfile=You%20are%20not%20Alone.wav&volume=80&cyclemode=1&playtimes=3&interval=5"
)


FRONT_URL = (
    "alarmenable=1&alarmoutenable=1&alarmoutduration=20&flightenable=1"
    "&flightcolor1=1&flightcolor2=2&flightdisplaymode=6&flightbrightness=20"
    "&flightfrequency=100"
)


BACK_URL = (
    "alarmenable=1&alarmoutenable=1&alarmoutduration=20&blightenable=1"
    "&blightcolor=1&blightdisplaymode=1&blightbrightness=100&blightfrequency=100"
)


ALL_URL = (
    f"{SOUND_URL}&flightenable=1&flightcolor1=1&flightcolor2=2&flightdisplaymode=6"
    "&flightbrightness=20&flightfrequency=100&blightenable=1&blightcolor=1"
    "&blightdisplaymode=1&blightbrightness=100&blightfrequency=100"
    "&httpmsgenabled=0&emailenabled=0&broadcastenabled=0"
)


async def raw(unit: StrobeEmulator, request: bytes) -> tuple[bytes, bytes]:
    """Send bytes as they are; return head and body of the answer."""
    reader, writer = await asyncio.open_connection(unit.host, unit.port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    body = await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()
    return head, body


@with_options(StrobeOptions(first_session=3088, device_info="example"))
async def test_example_device_info(bench: Bench) -> None:
    """The first example of the document, byte for byte."""
    head, body = await raw(bench.unit, DEVICE_INFO_EXAMPLE)

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nServer: GoAhead-Webs/2.5.0\r\n" in head
    assert b"\r\nConnection: keep-alive\r\n" in head
    assert b"\r\nContent-Type: application/xml\r\n" in head
    assert body == (
        b'<?xml version="1.0" encoding="utf-8"?><DeviceInfo>'
        b"<DeviceName>StrobeSpeaker</DeviceName><DeviceID>2507150000</DeviceID>"
        b"<DeviceModel></DeviceModel><SoftwareVer>8C-1F-64-A3-6B-A9</SoftwareVer>"
        b"<FactoryInfo>StrobeSpeaker</FactoryInfo></DeviceInfo>"
    )


@with_options(StrobeOptions(first_session=3088))
async def test_example_error(bench: Bench) -> None:
    """The example of an error has exactly the length the document states."""
    bench.unit.faults.add("app_error", ENCODINGS, code=401)

    answer = await bench.caller.call("POST", ENCODINGS)

    assert answer.status == 400
    assert answer.headers["Content-Length"] == "218"
    assert answer.xml.findtext("RequestURL") == f"{ENCODINGS}?ID=3088"
    assert answer.code == 401
    assert answer.xml.findtext("StatusString") == "Invalid Channel number"


async def test_example_alarm_xml(bench: Bench) -> None:
    """The filled alarm example, with its own header lines."""
    request = (
        "POST /ISAPI/Event/ApiAlarm HTTP/1.1\r\n"
        "User-Agent: Apifox/1.0.0 (https://apifox.com)\r\n"
        "Content-Type: application/xml\r\n"
        "Authorization: Basic YWRtaW46YWRtaW4xMjM0NTY=\r\n"
        "Accept: */*\r\nHost: 192.168.1.88\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n"
        f"Content-Length: {len(ALARM_EXAMPLE)}\r\n\r\n{ALARM_EXAMPLE}"
    )

    head, _ = await raw(bench.unit, request.encode())

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    outputs = bench.unit.outputs
    assert outputs.front == RED_STROBE
    assert outputs.back == Light(color1=1, brightness=20)
    assert outputs.sound is not None
    assert (outputs.sound.file, outputs.sound.volume) == ("You are not Alone.wav", 80)
    assert outputs.sound.remaining == 3
    assert outputs.relay


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param(SOUND_URL, {"sound"}, id="example1"),
        pytest.param(FRONT_URL, {"front"}, id="example2"),
        pytest.param(BACK_URL, {"back"}, id="example3"),
        pytest.param(ALL_URL, {"front", "back", "sound"}, id="example4"),
    ],
)
async def test_example_alarm_url(
    bench: Bench, method: str, query: str, shown: set[str]
) -> None:
    """The four URL examples, with blanks as %20."""
    answer = await bench.caller.call(
        method,
        URL_ALARM,
        query=query,
        headers={"Authorization": "Basic YWRtaW46YWRtaW4xMjM0NTY="},
    )

    assert (answer.status, answer.code) == (200, 200)
    outputs = bench.unit.outputs
    assert outputs.relay
    assert {n for n in ("front", "back", "sound") if getattr(outputs, n)} == shown


async def test_example_upload(bench: Bench) -> None:
    """The upload example; its Base64 name lost a letter and is repaired here."""
    name = base64.b64encode(b"Know11111.mp3").decode()
    assert name == "S25vdzExMTExLm1wMw=="

    first = await bench.packet(name, 0, b"\xff" * PACKET)
    second = await bench.packet(name, PACKET, b"\xff" * 20)

    assert (first.status, second.status) == (200, 200)
    file = bench.unit.files.find("Know11111.mp3")
    assert file is not None
    assert len(file.content) == PACKET + 20


async def test_example_upload_as_printed_is_refused(bench: Bench) -> None:
    """The printed name is no Base64."""
    answer = await bench.packet("S25vdzExMTEExLm1wMw==", 0, b"x")

    assert answer.code == 402
