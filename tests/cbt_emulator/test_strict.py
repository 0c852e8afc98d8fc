"""What a client sends wrong is refused, and written down."""

import json
from typing import Any

import pytest

from tests.emulators.cbt import CARD
from tests.emulators.cbt.actions import CGI
from tests.emulators.cbt.errors import MEANINGS, meaning
from tests.emulators.cbt.samples import AREAS, week

from .bench import Bench, full, with_options

DAY = {"enable": 1, "hour_begain": 0, "min_begain": 0, "hour_end": 23, "min_end": 59}


@pytest.mark.parametrize(
    ("action", "fields", "code", "kind"),
    [
        ("setSysConfig", {"nothing": 1}, 201, "unknown_field"),
        ("setSysConfig", {"dev_name": 5}, 205, "type"),
        ("setSysConfig", {"dev_name": None}, 205, "type"),
        ("setSysConfig", {"language": 2}, 205, "range"),
        ("setSysConfig", {"language": "1"}, 205, "type"),
        ("setSysConfig", {"language": 1.0}, 205, "type"),
        ("setSysConfig", {"language": True}, 205, "type"),
        ("setSysConfig", {"webPort": 81}, 201, "read_only"),
        ("setSysConfig", {"device_mac": "x"}, 201, "envelope"),
        ("setSysConfig", {"sign_tby": "x"}, 201, "envelope"),
        ("setRebootConf", {"hour": 4}, 201, "missing_field"),
        ("setRebootConf", {"mode": 1}, 205, "range"),
        ("setRebootConf", {"mode": 2, "hour": 24}, 205, "range"),
        ("setTime", {"CurTime": 1669272783}, 201, "missing_field"),
        ("setTime", {"ntp_enable": 1, "timeZone": 33}, 205, "range"),
        ("setTime", {"ntp_enable": 0, "deviceTime": 1}, 201, "read_only"),
        ("setRtspConf", {"audio_main": 1}, 201, "missing_field"),
        ("setRtspConf", {"rtsp_port": 0}, 205, "range"),
        ("setVencConf", {"gop": 50}, 201, "missing_field"),
        ("setVencConf", {"channel": 5, "gop": 50}, 205, "range"),
        ("setVencConf", {"channel": "0", "gop": 50}, 205, "type"),
        ("setVencConf", {"channel": 0, "frame_rate": 26}, 205, "range"),
        ("setVencConf", {"channel": 0, "pic_width": 1920}, 205, "range"),
        ("setVencConf", {"channel": 0, "max_framerate": 9}, 201, "read_only"),
        ("setVencConf", {"channel": 0, "pixel_list": []}, 201, "read_only"),
        ("setVencConf", {"channel": 0, "encode_type": 2}, 205, "range"),
        ("getVencConf", {}, 201, "missing_field"),
        ("getVencConf", {"channel": True}, 205, "type"),
        ("getSysConfig", {"channel": 0}, 201, "unknown_field"),
        ("setAencConf", {"volume_in": 16}, 205, "range"),
        ("setAencConf", {"encode_type": 1}, 205, "range"),
        ("setImageAdjustment", {"hue": 256}, 205, "range"),
        ("setImageAdjustment", {"max_exposure": 13}, 205, "range"),
        ("setImageAdjustment", {"max_a_gain": 13}, 201, "read_only"),
        ("setImageAdjustment", {"set_default": 0}, 205, "range"),
        ("setImageAdjustment", {"set_default": True}, 205, "range"),
        ("setImageAdjustment", {"set_default": 1, "hue": 1}, 205, "range"),
        ("setOsdConf", {"set_default": 1}, 201, "unknown_field"),
        ("setOsdConf", {"osd_color": 6}, 205, "range"),
        ("setOsdConf", {"title_list": []}, 205, "array"),
        ("setOsdConf", {"title_list": {}}, 205, "type"),
        ("setOsdConf", {"title_list": [{}] * 4}, 201, "missing_field"),
        ("setViMask", {"mask_0_x": 705}, 205, "range"),
        ("setViMask", {"mask_9_x": 0}, 201, "unknown_field"),
        ("setMotionDetConf", {"md_sensitivity": 0}, 205, "range"),
        ("setMotionDetConf", {"enable": 1}, 201, "unknown_field"),
        ("setMotionDetConf", {"area_list": AREAS[:4]}, 205, "array"),
        ("setIVSConf", {"md_enable": 1}, 201, "unknown_field"),
        ("setAlarmInConf", {"alarm_name": "x"}, 201, "read_only"),
        ("setAlarmInConf", {"alarm_handle_snap_num": -1}, 205, "range"),
        ("setRecSchedule", {"schedule_list": week({})[:6]}, 205, "array"),
        ("setRecSchedule", {"schedule_list": week({})[::-1]}, 205, "array"),
        ("setRecSchedule", {"schedule_list": [{}] * 7}, 205, "array"),
        ("setScheSnap", {"saveMode": 1}, 205, "range"),
        ("setPtzControl", {"channel": 0, "ptz_cmd": 1}, 201, "missing_field"),
        ("setPtzControl", {"channel": 0, "ptz_cmd": 21}, 201, "missing_field"),
        ("setPtzControl", {"channel": 0, "ptz_cmd": 20}, 201, "missing_field"),
        ("devsFormat", {}, 201, "missing_field"),
        ("setPlatformServer", {"mqtt_user": "x"}, 201, "missing_field"),
        ("setPlatformServer", {"platform": "x"}, 201, "read_only"),
        ("setWifiConfig", {"enable": 1}, 201, "missing_field"),
        (
            "setWifiConfig",
            {"enable": 0, "dhcp": 1, "encryptType": 1, "bssid": "1"},
            205,
            "range",
        ),
        ("ioSendData", {"data": 5}, 205, "type"),
        ("openDoor", {"seconds": 5}, 201, "unknown_field"),
        ("restart", {"delay": 5}, 201, "unknown_field"),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else None,
)
async def test_wrong_fields(
    bench: Bench, action: str, fields: dict[str, Any], code: int, kind: str
) -> None:
    """A wrong field is refused with a code, and nothing is changed."""
    before = {name: bench.unit.settings.read(name) for name in ("SysConfig", "OsdConf")}
    answer = await bench.call(action, **fields)

    assert (answer.status, answer.code) == (200, code)
    assert answer.data["log"] == MEANINGS[code]
    assert bench.kinds == [kind]
    assert bench.unit.violations[0].action == action
    assert bench.unit.violations_of(kind) == bench.unit.violations
    assert bench.unit.writes == []
    assert bench.unit.reboots == 0
    for name, values in before.items():
        assert bench.unit.settings.read(name) == values


@pytest.mark.parametrize(
    ("change", "code", "kind"),
    [
        ({"area_x": 705}, 205, "range"),
        ({"area_y": 123.99999999999999}, 205, "type"),
        ({"area_z": 1}, 201, "unknown_field"),
    ],
    ids=str,
)
async def test_wrong_areas(
    bench: Bench, change: dict[str, Any], code: int, kind: str
) -> None:
    """Rows are looked at like everything else, the printed fraction too."""
    areas = [AREAS[0] | change, *AREAS[1:]]
    assert await bench.code("setRegInvConf", area_list=areas) == code
    assert bench.kinds == [kind]
    slots = [DAY | {"hour_end": 24}, DAY, DAY, DAY]
    days = [{"day_0": slots}, *week({})[1:]]
    assert await bench.code("setRecSchedule", schedule_list=days) == 205


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "1",
        '{"language":1,}',
        "{language:1}",
        '{"language":1,"language":1}',
        '{"language":NaN}',
        'ity":3,"alarm_out_type":0}',
        "{'language':1}",
    ],
)
async def test_broken_json(bench: Bench, raw: str) -> None:
    """What is no JSON is refused in words; the document's slips are, too."""
    answer = await bench.caller.raw("setSysConfig", raw)

    assert (answer.status, answer.text) == (200, "error json\r\n")
    assert bench.kinds == ["json"]
    assert bench.unit.writes == []


@pytest.mark.parametrize(
    "action",
    [
        "",
        "getsysconfig",
        "GetSysConfig",
        "getNothing",
        "get4GConfig",
        "setTimes",
        "a b",
    ],
)
async def test_unknown_actions(bench: Bench, action: str) -> None:
    """What is no action is refused as broken JSON is."""
    answer = await bench.call(action.replace(" ", "%20"))
    assert answer.text == "error json\r\n"
    assert bench.kinds == ["action"]


@pytest.mark.parametrize("action", ["getSysConfig", "restart", "openDoor"])
async def test_empty_json(bench: Bench, action: str) -> None:
    """What takes nothing may be sent nothing, as the general examples do."""
    assert (await bench.caller.raw(action, "{}")).code == 0
    assert bench.unit.violations == []


async def test_a_set_needs_json(bench: Bench) -> None:
    """A set without JSON is broken; one that sets nothing is odd."""
    assert (await bench.call("setSysConfig")).text == "error json\r\n"
    answer = await bench.caller.raw("setSysConfig", "{}")
    assert answer.code == 0
    assert bench.kinds == ["missing_field", "missing_field"]
    assert bench.unit.writes[0].changes == {}


@pytest.mark.parametrize(
    ("tail", "kind", "text"),
    [
        ("&action=getSysConfig&action=restart", "query", "error json\r\n"),
        ("&action=getSysConfig&lang=en", "query", "error json\r\n"),
        ('&action=setSysConfig&json={"dev_name":"a&b"}', "query", "error json\r\n"),
        ("&action=setOsdConf&json=+{}", "plus", "error json\r\n"),
        ("&action=get%ffSys", "encoding", "error json\r\n"),
    ],
)
async def test_wrong_queries(bench: Bench, tail: str, kind: str, text: str) -> None:
    """Doubled, stray and badly encoded parameters are refused."""
    answer = await bench.caller.fetch(f"{CGI}?{bench.caller.login}{tail}")
    assert answer.text == text
    assert kind in bench.kinds
    assert bench.unit.writes == []


async def test_methods(bench: Bench) -> None:
    """Only GET is documented."""
    target = bench.caller.target("getSysConfig")
    assert (await bench.caller.fetch(target, method="POST")).status == 405
    assert bench.kinds == ["method"]
    bench.unit.options.methods = "any"
    assert (await bench.caller.fetch(target, method="POST")).code == 0


@pytest.mark.parametrize("path", ["/cgi-bin/x", "/action/cgi_actions", "/ACTION"])
async def test_other_paths(bench: Bench, path: str) -> None:
    """Nothing else is there, but for the page of the web server."""
    assert (await bench.caller.fetch(path)).status == 404
    assert bench.kinds == ["path"]
    assert b"<html>" in (await bench.caller.fetch("/")).body
    bench.unit.options.unknown_path = "page"
    page = await bench.caller.fetch(path)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html")


@with_options(full(keys="example"))
async def test_keys_of_tables(bench: Bench) -> None:
    """Keys that only tables name are unknown to the camera of the examples."""
    data = await bench.caller.read("getImageAdjustmentEx")
    assert "wdr_sensor" not in data
    assert await bench.code("setImageAdjustmentEx", wdr_sensor=1) == 201
    assert bench.kinds == ["unknown_field"]
    bench.unit.options.hidden_keys = "accept"
    assert await bench.code("setImageAdjustmentEx", wdr_sensor=1) == 0


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("setImageAdjustmentEx", {"led_level": 9}),
        ("setImageAdjustmentEx", {"led_control_mode": 1, "led_level": 9}),
        ("setImageAdjustmentEx", {"infr_day_h": 9}),
        ("setImageAdjustmentEx", {"irisLevel": 9}),
        ("setImageAdjustmentEx", {"color_black": 0, "infr_detect_mode": 1}),
        ("setTime", {"ntp_enable": 1, "CurTime": 1669272783}),
    ],
    ids=str,
)
async def test_dependent_fields(
    bench: Bench, action: str, fields: dict[str, int]
) -> None:
    """A field that means nothing now is ignored, refused or kept."""
    last = list(fields)[-1]
    section = action.removeprefix("set").replace("Time", "DeviceTime")
    before = bench.unit.settings.get(section, last)

    assert await bench.code(action, **fields) == 0
    assert bench.kinds == ["dependent"]
    assert bench.unit.writes[0].ignored == (last,)
    assert bench.unit.settings.get(section, last) == before
    bench.unit.options.dependent = "refuse"
    assert await bench.code(action, **fields) == 205
    bench.unit.options.dependent = "store"
    assert await bench.code(action, **fields) == 0
    assert bench.unit.settings.get(section, last) == fields[last]


async def test_fields_that_mean_something(bench: Bench) -> None:
    """The mode may be sent along with what depends on it."""
    sent = {"lamp_type": 1, "led_control_mode": 1, "led_level": 9}
    assert await bench.code("setImageAdjustmentEx", **sent) == 0
    assert await bench.get("getImageAdjustmentEx", "led_level") == 9
    assert bench.unit.violations == []


def test_meanings() -> None:
    """Every code has a word or two."""
    assert meaning(0) == ""
    assert meaning(7) == "libcurl"
    assert meaning(-1) == "unknown"
    assert all(MEANINGS.values())
    assert len(MEANINGS) == 34


@pytest.mark.parametrize(
    "section",
    sorted(
        one.section
        for one in CARD.values()
        if one.name.startswith("set") and one.section and one.name != "setTime"
        if one.section != "VencConf"
    ),
)
async def test_answers_sent_back(bench: Bench, section: str) -> None:
    """A whole answer sent back is refused: it has the envelope in it."""
    data = await bench.caller.read(f"get{section}")
    assert await bench.code(f"set{section}", **data) == 201
    assert set(bench.kinds) & {"envelope", "read_only"}
    assert bench.unit.writes == []
