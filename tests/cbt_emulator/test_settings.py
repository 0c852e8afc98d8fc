"""Settings are kept, written down, and read back."""

from typing import Any

import pytest

from tests.emulators.cbt import CbtEmulator, CbtOptions
from tests.emulators.cbt.samples import AREAS, SAMPLES, week

from .bench import Bench, full, with_options

SETS = sorted(
    name
    for name in SAMPLES
    if name.lower().startswith("set")
    and name not in ("setPasswd", "setPtzControl", "setPlatformConfFile")
)


@pytest.mark.parametrize("action", SETS)
async def test_what_is_written_can_be_read(bench: Bench, action: str) -> None:
    """The example of each set is kept and printed by its get."""
    sent = SAMPLES[action]
    bench.unit.options.network_change = "store"
    before = bench.unit.clock.monotonic
    assert await bench.code(action, **sent) == 0

    write = bench.unit.writes[-1]
    get = {"setTime": "getDeviceTime", "Set4GConfig": "Get4GConfig"}.get(
        action, action.replace("set", "get", 1)
    )
    channel = {"channel": 0} if action == "setVencConf" else {}
    data = await bench.caller.read(get, **channel)
    for name, value in sent.items():
        if name == "title_list":
            assert [row["title"] for row in data[name]] == ["xxx", " ", "test", " "]
        elif name != "bssid":
            assert data[name] == value
    assert (write.action, write.time) == (action, before)
    assert write.sent.keys() == sent.keys()
    assert bench.unit.writes_of(write.section) == [write]
    assert bench.unit.violations == []


async def test_writes(bench: Bench) -> None:
    """A write tells what was there, what was sent and what came of it."""
    await bench.call("setMotionDetConf", md_enable=1, md_sensitivity=3)
    await bench.call("setMotionDetConf", area_list=AREAS)
    first, second = bench.unit.writes_of("MotionDetConf")
    assert first.sent == {"md_enable": 1, "md_sensitivity": 3}
    assert first.changes == {"md_enable": (0, 1)}
    assert list(second.changes) == ["area_list"]
    assert second.before["md_enable"] == second.after["md_enable"] == 1
    bench.unit.forget()
    assert bench.unit.writes == []


async def test_restoring(bench: Bench) -> None:
    """The picture can be brought back to what it was when new."""
    await bench.call("setImageAdjustment", hue=1, rotate=2)
    await bench.call("setImageAdjustmentEx", flip=1)
    assert await bench.code("setImageAdjustment", set_default=1) == 0
    assert bench.unit.writes[-1].restored
    assert bench.unit.writes[-1].changes == {"hue": (1, 128), "rotate": (2, 0)}
    assert await bench.get("getImageAdjustment", "hue") == 128
    assert await bench.get("getImageAdjustmentEx", "flip") == 1
    assert await bench.code("setImageAdjustmentEx", set_default=1) == 0
    assert await bench.get("getImageAdjustmentEx", "flip") == 0


async def test_streams(bench: Bench) -> None:
    """Each stream has settings of its own, and sizes that come in pairs."""
    sent = {"pic_width": 640, "pic_height": 360, "bitrate": 300}
    assert await bench.code("setVencConf", channel=1, **sent) == 0
    for channel, width in enumerate((2560, 640, 640)):
        data = await bench.caller.read("getVencConf", channel=channel)
        assert (data["channel"], data["pic_width"]) == (channel, width)
        assert {"width": width, "height": data["pic_height"]} in data["pixel_list"]
    assert bench.unit.writes_of("VencConf1")


@with_options(
    full(sizes=CbtOptions().sizes),
    full(sizes=CbtOptions().sizes, absent_stream="zeros"),
)
async def test_absent_streams(bench: Bench) -> None:
    """A stream that is not there is refused, or is all zeros."""
    answer = await bench.call("getVencConf", channel=2)
    if bench.unit.options.absent_stream == "zeros":
        assert answer.code == 0
        assert (answer.data["pic_width"], answer.data["pixel_list"]) == (0, [])
        assert answer.data["channel"] == 2
    else:
        assert answer.code == 205
    assert await bench.code("setVencConf", channel=2, gop=1) == 205
    assert bench.unit.violations == []


@with_options(full(video_channel="optional", encodings=(1, 5, 3), frame_rate=30))
async def test_the_example_without_a_channel(bench: Bench) -> None:
    """Without a channel it may be the main stream that is meant."""
    data = await bench.caller.read("getVencConf")
    assert (data["channel"], data["max_framerate"], data["gop"]) == (0, 30, 60)
    assert await bench.code("setVencConf", channel=0, encode_type=3) == 0


@with_options(full(integers="areas"), full(integers="loose"))
async def test_numbers_that_are_no_integers(bench: Bench) -> None:
    """Fractions in areas as in the example; or anything that is like a number."""
    areas = [AREAS[0] | {"area_y": 123.99999999999999}, *AREAS[1:]]
    assert await bench.code("setRegInvConf", area_list=areas) == 0
    kept = bench.unit.settings.get("RegInvConf", "area_list")
    assert kept[0]["area_y"] == 124
    loose = bench.unit.options.integers == "loose"
    odd: tuple[Any, ...] = ("3", 3.0, True)
    for value in odd:
        code = await bench.code("setRegInvConf", md_sensitivity=value)
        assert code == (0 if loose else 205)
    for raw in ("null", "[]", "1e400", '"x"', '""'):
        answer = await bench.caller.raw("setRegInvConf", f'{{"md_sensitivity":{raw}}}')
        assert answer.code == 205


@with_options(full(short_arrays="pad"))
async def test_short_arrays(bench: Bench) -> None:
    """A camera may fill arrays up with nothing."""
    assert await bench.code("setMotionDetConf", area_list=AREAS[:2]) == 0
    kept = bench.unit.settings.get("MotionDetConf", "area_list")
    assert len(kept) == 9
    assert kept[2]["area_w"] == 0
    assert await bench.code("setRecSchedule", schedule_list=week({0: (1, 2)})[:1]) == 0
    days = bench.unit.settings.get("RecSchedule", "schedule_list")
    assert [list(day) for day in days] == [[f"day_{n}"] for n in range(7)]
    assert [len(day[f"day_{n}"]) for n, day in enumerate(days)] == [4] * 7
    assert await bench.code("setMotionDetConf", area_list=[*AREAS, AREAS[0]]) == 205


@with_options(full(read_only="ignore", empty_title=""))
async def test_what_is_only_printed(bench: Bench) -> None:
    """A camera may overlook what cannot be set."""
    assert await bench.code("setSysConfig", version="9", dev_name="x") == 0
    assert (await bench.get("getSysConfig", "version"))[:3] == "14."
    assert bench.kinds == ["read_only"]
    assert (await bench.get("getOsdConf", "title_list"))[1]["title"] == ""


@with_options(full(snap_reply="example"))
async def test_the_copied_example(bench: Bench) -> None:
    """A camera may really print the alarm input in the place of the schedule."""
    data = await bench.caller.read("getScheSnap")
    assert "alarm_name" in data
    assert "snapInterval" not in data
    assert await bench.code("setScheSnap", snapInterval=1000) == 0


@with_options(
    full(lamps=frozenset()),
    full(lamps=frozenset({"white"})),
    full(lamps=frozenset({"ir"})),
    full(onvif_port=None),
    full(onvif_port=8899, web_port=8000, rtsp_port=5540, ip_address="10.0.0.9"),
)
async def test_identity_and_abilities_in_settings(bench: Bench) -> None:
    """Ports, address and lamps are those of the options."""
    options = bench.unit.options
    wired = await bench.caller.read("getWiredNetwork")
    assert wired.get("onvifPort") == options.onvif_port
    assert (wired["webPort"], wired["IP"]) == (options.web_port, options.ip_address)
    assert wired["device_ip"] == options.ip_address
    assert await bench.get("getRtspConf", "rtsp_port") == options.rtsp_port
    assert await bench.get("getSysConfig", "webPort") == options.web_port
    picture = await bench.caller.read("getImageAdjustmentEx")
    assert ("led_level" in picture) == bool(options.lamps)
    for kind, name in ((0, "ir"), (1, "white")):
        code = await bench.code("setImageAdjustmentEx", lamp_type=kind)
        lacking = 205 if options.lamps else 201
        assert code == (0 if name in options.lamps else lacking)


@with_options(full(without=frozenset({"RtspConf/auth", "ImageAdjustmentEx/wdr_*"})))
async def test_keys_that_are_missing(bench: Bench) -> None:
    """Any key may be missing; it is not taken then, either."""
    assert "auth" not in await bench.caller.read("getRtspConf")
    names = await bench.caller.read("getImageAdjustmentEx")
    assert [name for name in names if name.startswith("wdr")] == []
    assert await bench.code("setImageAdjustmentEx", wdr_level=1) == 201
    assert await bench.code("setImageAdjustmentEx", flip=1) == 0


@with_options(
    full(firmware="V9", platform_library="p 1", device_id="H01", sign="abc", name="Tür")
)
async def test_identity(bench: Bench) -> None:
    """The camera says what its options say."""
    data = await bench.caller.read("getSysConfig")
    assert (data["version"], data["pf_version"], data["dev_name"]) == (
        "V9",
        "p 1",
        "Tür",
    )
    assert (data["deviceID"], data["device_id"]) == ("H01", "H01")
    assert await bench.get("getIOAlarmIn", "sign_tby") == "abc"
    assert await bench.get("getGb28181", "device_id") == "H01"


async def test_behind_the_back(bench: Bench) -> None:
    """Tests may change settings without a request, but only those that are there."""
    bench.unit.settings.set("RtspConf", enable=0, auth=1)
    assert await bench.get("getRtspConf", "auth") == 1
    assert bench.unit.writes == []
    with pytest.raises(KeyError, match="nothing"):
        bench.unit.settings.set("RtspConf", nothing=0)


async def test_another_camera() -> None:
    """A camera may be replaced by another one at the same address."""
    unit = CbtEmulator(full())
    async with unit:
        unit.replace(mac="bc-07-18-00-1b-df")
        assert unit.options.mac == "bc-07-18-00-1b-df"
        assert unit.envelope(None)[1] == ("device_mac", "bc-07-18-00-1b-df")
        assert unit.envelope(None)[2] == ("deviceID", "H01000171410100010156")
