"""The bytes on the line: heads, bodies, spellings."""

import asyncio

import pytest

from tests.emulators.vserver import ALIASES
from tests.emulators.vserver_coverage import GRID

from .bench import Bench, full, started, with_options

INFO = "sys_get?Group=DeviceInfo"
SET = "major_stream_set?Channel=1&Group=StreamInfo&Resolution=720x576&IPRate=20"
OFF = "image_set?Channel=1&Group=ImageInfo&Hue=300"


async def raw(bench: Bench, target: str = INFO) -> bytes:
    """Return all bytes of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.unit.port)
    login = bench.caller.basic["Authorization"]
    head = f"GET /cgi/{target} HTTP/1.1\r\nHost: unit\r\nAuthorization: {login}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    try:
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_the_documented_answer(bench: Bench) -> None:
    """An answer looks as in 2.3.1.2: HTTP/1.0, a bare LF, no length."""
    head, body = (await raw(bench, SET)).split(b"<?xml", 1)
    assert head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert head.endswith(b"\r\nContent-Type: text/html\n\r\n")
    assert b"Content-Length" not in head
    assert b"<?xml" + body == (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        b"<Message>\n"
        b'  <Header class="major_stream_set"></Header>\n'
        b'  <result code="200">Successfully</result>\n'
        b"  <StreamInfo>\n"
        b"    <Channel><int>1</int></Channel>\n"
        b"    <Resolution><string>720x576</string></Resolution>\n"
        b"    <IPRate><int>20</int></IPRate>\n"
        b"  </StreamInfo>\n"
        b"</Message>\n"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"head": "crlf"}, b"Content-Type: text/html\r\n\r\n"),
        ({"head": "lf"}, b"HTTP/1.0 200 OK\nServer: thttpd\nConnection: close\n"),
        ({"http_version": "1.1"}, b"HTTP/1.1 200 OK\r\n"),
        ({"content_type": "text/xml"}, b"Content-Type: text/xml\n"),
        ({"content_length": True}, b"Content-Length: "),
        ({"bom": True}, b"\n\r\n\xef\xbb\xbf<?xml"),
        ({"declaration": False}, b"\n\r\n<Message>"),
        ({"pretty": False}, b"</result><DeviceInfo><DeviceID>"),
        ({"typed": False}, b"<DeviceID>V6202IR-AR0237</DeviceID>"),
        ({"code_attribute": False}, b"<result>Successfully</result>"),
        ({"extra_fields": True}, b"<VendorExtra><int>1</int></VendorExtra>"),
    ],
    ids=str,
)
async def test_forms(bench: Bench, changes: dict[str, object], expected: bytes) -> None:
    """The line ends, the head and the body have other forms on other units."""
    for name, value in changes.items():
        setattr(bench.options, name, value)
    assert expected in await raw(bench)
    assert (await bench.call(INFO)).status == 200


@with_options(full(content_type=None))
async def test_no_content_type(bench: Bench) -> None:
    """An answer may not say what it is."""
    assert b"Content-Type" not in await raw(bench)
    assert await bench.code(INFO) == 200


@with_options(full(content_length=True, keep_alive=True, http_version="1.1"))
async def test_connections_that_stay(bench: Bench) -> None:
    """A unit may serve several requests on one connection."""
    for _ in range(3):
        assert await bench.code(INFO) == 200
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.unit.port)
    login = bench.caller.basic["Authorization"]
    for _ in range(2):
        head = f"GET /cgi/{INFO} HTTP/1.1\r\nHost: x\r\nAuthorization: {login}\r\n\r\n"
        writer.write(head.encode())
        text = await reader.readuntil(b"</Message>\n")
        assert b"Connection" not in text
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("changes", [{"channels": []}, {"keep_alive": True}], ids=str)
def test_impossible_units(changes: dict[str, object]) -> None:
    """Options that contradict each other are refused."""
    with pytest.raises(ValueError, match=r"channels|Content-Length"):
        full(**changes)


@with_options(full(unclosed_sets=True))
async def test_unclosed_sets(bench: Bench) -> None:
    """One example of a set lacks its last tag."""
    assert b"</Message>" not in (await bench.call(SET)).body
    assert (await bench.call(INFO)).body.endswith(b"</Message>\n")


@pytest.mark.parametrize(
    ("way", "status", "names"),
    [
        ("echo", 200, ["Channel", "Resolution", "IPRate"]),
        ("all", 200, None),
        ("result", 200, []),
        ("204", 204, []),
    ],
)
async def test_answers_of_sets(way: str, status: int, names: list[str] | None) -> None:
    """A set prints what was set; other units print more or less."""
    async with started(full(set_answer=way)) as bench:
        answer = await bench.call(SET)
        assert answer.status == status
        assert len(bench.unit.writes) == 1
        if way == "204":
            assert answer.body == b""
            return
        printed = list(answer.values)
        assert len(printed) == 9 if names is None else printed == names
        stop = await bench.values("ptz_set?Channel=1&Group=PTZCtrlInfo&Stop=0")
        assert stop == ({} if way == "result" else {"Channel": "1", "Stop": "0"})


@with_options(full(refusal_status="mapped"))
async def test_status_of_refusals(bench: Bench) -> None:
    """A refusal may change the HTTP status, too."""
    answer = await bench.call(OFF)
    assert (answer.status, answer.code) == (400, 402)
    answer = await bench.call("camera_get?Channel=3&Group=BasicInfo")
    assert (answer.status, answer.code) == (500, 501)


@with_options(full(name_code=403))
async def test_code_of_names(bench: Bench) -> None:
    """A wrong name and a wrong value share a code in the document."""
    answer = await bench.call(OFF.replace("Hue", "Tone"))
    assert answer.code == 403
    assert "Invalid parameter name." in answer.text
    answer = await bench.call(OFF)
    assert answer.code == 402
    assert "Invalid parameter value." in answer.text


@pytest.mark.parametrize("name", sorted(ALIASES))
async def test_spellings(name: str) -> None:
    """A unit that spells a name differently knows only that spelling."""
    samples = {
        "Firmware": "sys_get?Group=DeviceInfo",
        "SerialNum": "sys_set?Group=DeviceInfo&SerialNum=0123456789AB",
        "Mac": "sys_get?Group=DeviceInfo",
        "AudioVolume": "audio_set?Channel=1&Group=AudioInfo&AudioVolume=1",
        "Lenght": "record_set?Channel=1&Group=RecordControl&Lenght=10",
        "BLCLLevel": (
            "camera_set?Channel=1&Group=ExposureInfo&BLCSwitch=1&BLCLLevel=9"
        ),
        "FTPPath": "net_set?Group=FTPInfo&FTPPath=/a",
        "FTPCount": "net_set?Group=FTPInfo&FTPCount=2",
        "FTPInterval": "net_set?Group=FTPInfo&FTPInterval=2",
        "WifiChanel": "wifi_set?Group=WifiInfo&WifiChanel=6",
        "ScenceSelect": "camera_set?Channel=1&Group=ExposureInfo&ScenceSelect=1",
        "Operate": "record_set?Channel=1&Group=RecordDevice&Operate=0",
        "IPkeep": "sys_set?Group=SystemInfo&ResetFlag=0&IPkeep=1",
    }
    target = samples[name]
    async with started(full(spelling={name: ALIASES[name]})) as bench:
        if "_set" in target:
            assert await bench.code(target) == 402
        answer = await bench.call(target.replace(f"{name}=", f"{ALIASES[name]}="))
        assert answer.code == 200
        assert ALIASES[name] in answer.values
        assert name not in answer.values


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"list_separator": ","}, "<BitType><int>0,1</int>"),
        ({"span_mark": "..."}, "<BitRate><int>256...10000</int>"),
        ({"channel_text": "span"}, "<Channel><int>1 ... 4</int>"),
        ({"channel_field": "never"}, "<StreamInfo>\n    <Resolution>"),
    ],
    ids=str,
)
async def test_forms_of_ranges(
    bench: Bench, changes: dict[str, object], text: str
) -> None:
    """Sets and ranges may be printed in other ways."""
    for name, value in changes.items():
        setattr(bench.options, name, value)
    assert text in (await bench.call("major_stream_query?Group=All")).text


async def test_where_channel_is_printed(bench: Bench) -> None:
    """Channel is printed where an example has it, or everywhere, or nowhere."""
    stream = "major_stream_get?Channel=2&Group=StreamInfo"
    image = "image_get?Channel=2&Group=ImageInfo"
    assert (await bench.values(stream))["Channel"] == "2"
    assert "Channel" not in await bench.values(image)
    bench.options.channel_field = "always"
    assert (await bench.values(image))["Channel"] == "2"
    bench.options.channel_field = "never"
    assert "Channel" not in await bench.values(stream)
    moved = await bench.values("ptz_set?Channel=1&Group=PTZCtrlInfo&Stop=0")
    assert moved == {"Stop": "0"}


@with_options(full(read_only_query="absent"))
async def test_read_only_names(bench: Bench) -> None:
    """What can only be read is empty in a query, or not there."""
    assert list(await bench.values("sys_query?Group=DeviceInfo")) == ["SerialNum"]
    bench.options.read_only_query = "empty"
    assert (await bench.values("sys_query?Group=DeviceInfo"))["Mac"] == ""


@with_options(full(repeat="fields"))
async def test_repeated_fields(bench: Bench) -> None:
    """Several inputs may be printed in one group."""
    answer = await bench.call("alarm_get?Group=IOTrigInfo")
    assert answer.text.count("<IOTrigInfo>") == 1
    assert answer.text.count("<IOTrigNum>") == 2
    bench.options.repeat = "groups"
    answer = await bench.call("alarm_get?Group=IOTrigInfo")
    assert answer.text.count("<IOTrigInfo>") == 2


@with_options(
    full(case="ignore"),
    full(unknown_parameters="ignore"),
    full(stray_channel="ignore"),
    full(missing_channel=402),
    full(missing_channel=1),
    full(duplicates="first"),
    full(duplicates="last"),
    full(empty_set="accept"),
)
async def test_lenient_units(bench: Bench) -> None:
    """Each option lets one kind of mistake through, and no other."""
    option = bench.options
    start = "major_stream_set?Channel=1&Group=StreamInfo"
    codes = {
        "case": await bench.code(
            "major_stream_set?channel=1&group=streaminfo&iprate=5"
        ),
        "unknown": await bench.code(f"{start}&IPRate=5&Nonsense=1"),
        "stray": await bench.code(f"{INFO}&Channel=1"),
        "channel": await bench.code("major_stream_get?Group=StreamInfo"),
        "double": await bench.code(f"{start}&IPRate=10&IPRate=20"),
        "empty": await bench.code(start),
    }
    expected = dict.fromkeys(codes, 402) | {"channel": 401}
    good = {
        "case": option.case == "ignore",
        "unknown": option.unknown_parameters == "ignore",
        "stray": option.stray_channel == "ignore",
        "double": option.duplicates != "refuse",
        "empty": option.empty_set == "accept",
    }
    expected |= {name: 200 for name, yes in good.items() if yes}
    expected["channel"] = {401: 401, 402: 402, 1: 200}[option.missing_channel]
    assert codes == expected
    rate = bench.unit.settings.get("major_stream/StreamInfo", "IPRate")
    if option.duplicates != "refuse":
        assert rate == ("10" if option.duplicates == "first" else "20")


async def test_names_and_values_are_utf8(bench: Bench) -> None:
    """Titles are percent-encoded UTF-8; what is printed is escaped."""
    target = "image_set?Channel=1&Group=OSDInfo&TextOSDStatus=1&TextOSDX=1&TextOSDY=1"
    answer = await bench.call(f"{target}&TextOSDTitle=T%C3%BCr%20%3C1%3E%20%26+")
    assert answer.values["TextOSDTitle"] == "Tür <1> &+"
    encoded = GRID.replace("/", "%2F")
    assert await bench.code(f"alarm_set?Channel=1&Group=MDInfo&MDArea={encoded}") == 200
