"""The form of answers, byte by byte."""

import asyncio
import json

import pytest

from tests.emulators.cbt import ACTION_ALIASES, ALIASES
from tests.emulators.cbt.actions import IMAGES

from .bench import Bench, full, with_options


async def test_the_head_of_the_document(bench: Bench) -> None:
    """The head is that of the examples: no type, no length, an odd date."""
    head, _, body = (await bench.wire(bench.caller.target("getRebootConf"))).partition(
        b"\r\n\r\n"
    )

    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Date: Sat Nov 21 12:00:00 2026",
        b"Transfer-Encoding: chunked",
        b"Connection: keep-alive",
        b"X-Frame-Options: SAMEORIGIN",
    ]
    size, _, rest = body.partition(b"\r\n")
    data = json.loads(rest[: int(size, 16)])
    assert list(data)[:4] == ["mode", "day_week", "hour", "minute"]
    assert rest[int(size, 16) :] == b"\r\n0\r\n\r\n"


async def test_the_head_of_a_picture(bench: Bench) -> None:
    """A picture comes over HTTP/1.0 and ends the connection."""
    head, _, body = (await bench.wire(IMAGES)).partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.0 200 OK",
        b"Content-Length: %d" % len(body),
        b"Content-Type: image/jpeg",
    ]
    assert body[:2] == b"\xff\xd8"


@with_options(full(bare_lf=True))
async def test_bare_line_feeds(bench: Bench) -> None:
    """Some web servers end the lines of a head with LF alone."""
    wire = await bench.wire(bench.caller.target("getRebootConf"))
    head, _, _ = wire.partition(b"\n\n")
    assert head.split(b"\n")[-1] == b"X-Frame-Options: SAMEORIGIN"
    assert b"\r" not in head


@with_options(
    full(transfer="length"),
    full(transfer="close"),
    full(keep_alive=False),
    full(content_type="text/plain"),
    full(pretty=False),
    full(json_end="\r\n"),
)
async def test_other_heads(bench: Bench) -> None:
    """Other ways to end a body, other types, other blanks."""
    options = bench.unit.options
    answer = await bench.call("getStorageInfo")

    assert answer.code == 0
    long = str(len(answer.body)) if options.transfer == "length" else None
    assert answer.headers.get("Content-Length") == long
    stays = options.keep_alive and options.transfer != "close"
    assert (answer.headers["Connection"] == "keep-alive") == stays
    assert answer.headers.get("Content-Type") == options.content_type
    assert answer.body.startswith(b"{\n") == options.pretty
    assert answer.body.endswith(b"}" + options.json_end.encode())


async def test_persistent_connections(bench: Bench) -> None:
    """One connection serves many requests, as the head promises."""
    async with type(bench.caller.http)() as session:
        for _ in range(4):
            url = f"{bench.unit.url}{bench.caller.target('getIOAlarmIn')}"
            async with session.get(url) as answer:
                assert (await answer.read()).startswith(b"{")
    assert len(bench.unit.requests_of("getIOAlarmIn")) == 4


@with_options(full(), full(bare_lf=True))
async def test_clients_that_close(bench: Bench) -> None:
    """A client that wants the end of the connection gets it."""
    async with type(bench.caller.http)() as session:
        url = f"{bench.unit.url}{bench.caller.target('getIOAlarmIn')}"
        async with session.get(url, headers={"Connection": "close"}) as answer:
            assert b'"status": 0' in await answer.read()
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.unit.port)
    target = bench.caller.target("getIOAlarmIn")
    head = f"GET {target} HTTP/1.1\r\nHost: camera\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    wire = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert wire.endswith(b"\r\n0\r\n\r\n")


@with_options(full(numbers="strings"), full(numbers="floats"), full(code_form="string"))
async def test_odd_numbers(bench: Bench) -> None:
    """Numbers may be printed as texts, or as fractions."""
    data = await bench.caller.read("getOsdConf")
    options = bench.unit.options
    kind = {"numbers": int, "strings": str, "floats": float}[options.numbers]
    assert type(data["show_date"]) is kind
    assert type(data["title_list"][0]["title_pos_x"]) is kind
    assert data["code"] == ("0" if options.code_form == "string" else 0)


@with_options(
    full(),
    full(envelope="plain"),
    full(envelope="brief"),
    full(signed="everywhere"),
    full(signed="none", log_texts=False),
)
async def test_envelopes(bench: Bench) -> None:
    """What stands around the fields, as in the document or everywhere alike."""
    options = bench.unit.options
    one, other = await bench.call("getDeviceTime"), await bench.call("getRtmpConf")
    assert ("message" in one.data) == (options.envelope != "plain")
    assert ("log" in one.data) == (options.envelope == "plain")
    assert ("message" in other.data) == (options.envelope == "brief")
    assert ("sign_tby" in one.data) == (options.signed == "everywhere")
    assert ("sign_tby" in other.data) == (options.signed != "none")
    refused = (await bench.call("setRtmpConf", RtmpType=7)).data
    told = "invalid parameter" if options.log_texts else ""
    assert refused.get("log", told) == told
    for data in (one.data, other.data, refused):
        assert data["device_mac"] == "88-07-cb-00-02-be"
        assert data["deviceID"] == "CBT000114010100010238"
        assert data["device_ip"] == "192.168.1.89"


@with_options(full(spelling=ALIASES, action_spelling=ACTION_ALIASES))
async def test_other_spellings(bench: Bench) -> None:
    """Other names are printed and taken; the document's are unknown then."""
    for name in ACTION_ALIASES:
        assert (await bench.call(name)).text == "error json\r\n"
    assert bench.kinds == ["action"] * len(ACTION_ALIASES)
    bench.unit.forget()
    assert await bench.get("get4GConfig", "APN_AUTO") == 1
    assert len(await bench.get("getWifiScan", "ap_list")) == 2
    data = await bench.caller.read("getRecSchedule")
    week = data["schedule_list"]
    assert week[0]["day_0"][0]["hour_begin"] == 0
    week[3]["day_3"][1]["hour_begin"] = 5
    assert await bench.code("setRecSchedule", schedule_list=week) == 0
    kept = bench.unit.settings.get("RecSchedule", "schedule_list")
    assert kept[3]["day_3"][1]["hour_begain"] == 5
    assert await bench.code("setImageAdjustmentEx", low_frame_rate=1) == 0
    assert await bench.code("setImageAdjustmentEx", low_farme_rate=1) == 201
    assert await bench.get("getWifiConfig", "SSID") == "HIFACE"
    assert await bench.get("getWifiStatus", "ap_number") == ""
    assert bench.kinds == ["unknown_field"]
    assert bench.unit.dangerous == []
    await bench.call("set4GConfig", Enable=1)
    assert len(bench.unit.dangerous) == 1


@with_options(full(extra_keys=True))
async def test_extra_keys(bench: Bench) -> None:
    """A camera may print what no document knows, and takes none of it back."""
    data = await bench.caller.read("getStorageRule")
    assert (data["vendorMode"], data["vendor_data"]["first"]) == (7, "a & b")
    assert await bench.code("setStorageRule", vendorMode=7) == 201


@with_options(full(encoding="gbk", name="摄像机"))
async def test_other_encodings(bench: Bench) -> None:
    """A camera may print its texts in another encoding than UTF-8."""
    answer = await bench.call("getSysConfig")
    assert "摄像机".encode("gbk") in answer.body
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()


@with_options(
    full(
        bad_json="bad request",
        text_end="",
        text_status=400,
        refusal_status=500,
        unknown_code=205,
        missing_code=-104,
        invalid_code=-1,
    )
)
async def test_other_refusals(bench: Bench) -> None:
    """Other texts, codes and HTTP statuses for what is refused."""
    answer = await bench.call("getNothing")
    assert (answer.status, answer.text) == (400, "bad request")
    refused = await bench.call("setSysConfig", nothing=1)
    assert (refused.status, refused.code) == (500, 205)
    assert await bench.code("setRebootConf", hour=1) == -104
    assert await bench.code("setRebootConf", mode=9) == -1


@with_options(
    full(stray_queries="ignore", plus="blank", unknown_fields="ignore"),
)
async def test_lenient_queries(bench: Bench) -> None:
    """A camera may overlook what it does not know; it is written down all the same."""
    target = bench.caller.target("setSysConfig", '{"dev_name":"a b","x":1}')
    answer = await bench.caller.fetch(f"{target.replace('%20', '+')}&t=1")
    assert answer.code == 0
    assert bench.kinds == ["plus", "query", "unknown_field"]
    assert await bench.get("getSysConfig", "dev_name") == "a b"


async def test_a_plus_stays_a_plus(bench: Bench) -> None:
    """Blanks must be sent as percent signs; a plus is a plus."""
    target = bench.caller.target("setSysConfig", '{"dev_name":"a b"}')
    await bench.caller.fetch(target.replace("%20", "+"))
    assert await bench.get("getSysConfig", "dev_name") == "a+b"
    assert bench.kinds == ["plus"]
    await bench.call("setSysConfig", dev_name="ä + ö & #")
    assert await bench.get("getSysConfig", "dev_name") == "ä + ö & #"
    assert bench.kinds == ["plus"]


@with_options(full(max_url=300))
async def test_long_addresses(bench: Bench) -> None:
    """A web server may not take addresses of any length."""
    assert await bench.code("ioSendData", data="x" * 50) == 0
    assert (await bench.call("ioSendData", data="x" * 300)).status == 414
    assert bench.unit.terminals.serial == ["x" * 50]
