"""Pictures, recordings and live video: real bytes over real sockets."""

from datetime import datetime, timedelta

import pytest

from tests.emulators.reolink import ChannelOptions, ReolinkOptions
from tests.emulators.reolink.clips import FLV, MP4
from tests.emulators.reolink.media import FRAMES, Tag, tags
from tests.emulators.reolink.recordings import printed_time
from tests.emulators.reolink_coverage import Answer, Caller, logged_in

pytestmark = pytest.mark.usefixtures("socket_enabled")

NOON = datetime(2020, 12, 21, 12, 33, 39)
LIVE = "port=1935&app=bcs&user=admin&password=reolink123"
PLAYABLE = ReolinkOptions(rtmp_enabled=True, live_pace=0)


def boxes(film: bytes) -> list[bytes]:
    """Return the kinds of the outer boxes of an MP4."""
    position, kinds = 0, []
    while position < len(film):
        kinds.append(film[position + 4 : position + 8])
        position += int.from_bytes(film[position : position + 4])
    assert position == len(film)
    return kinds


async def search(
    caller: Caller, start: datetime, hours: float, **changes: object
) -> Answer:
    """Search the recordings of some hours."""
    fields = {
        "channel": 0,
        "onlyStatus": 0,
        "streamType": "main",
        "StartTime": printed_time(start),
        "EndTime": printed_time(start + timedelta(hours=hours)),
        **changes,
    }
    return await caller.ask("Search", {"Search": fields})


async def test_pictures() -> None:
    """Each picture is a JPEG of its own; the sub stream's is smaller."""
    async with logged_in() as (unit, caller):
        first = await caller.get("Snap", channel=0, rs="flsYJfZgM6RTB_os")
        second = await caller.get("Snap", channel=0, rs="b", snapType="sub")
        assert first.headers["Content-Type"] == "image/jpeg"
        for answer in (first, second):
            assert answer.body[:3] == b"\xff\xd8\xff"
            assert answer.body[-2:] == b"\xff\xd9"
        assert len(second.body) < len(first.body)
        assert b"channel 0 number 1" in first.body
        assert unit.cameras[0].snapshots == 2
        unit.plans.refuse("Snap", -48)
        refused = await caller.get("Snap", channel=0, rs="c")
        assert refused.codes == [-48]
        assert refused.headers["Content-Type"].startswith("text/html")
        assert (await caller.get("Snap", channel=1, rs="c")).codes == [-49]
        unit.options.require_rs = True
        assert (await caller.get("Snap", channel=0)).codes == [-4]


async def test_search_as_in_the_document() -> None:
    """Names tell stream, channel, time, triggers and, in hex, the size."""
    async with logged_in() as (unit, caller):
        unit.recordings.add(NOON, 3, triggers=["motion"])
        answer = await search(caller, NOON - timedelta(minutes=8), 1)
        result = answer.value["SearchResult"]
        assert result["Status"] == [
            {"mon": 12, "table": "0" * 20 + "1" + "0" * 10, "year": 2020}
        ]
        (file,) = result["File"]
        size = file["size"]
        assert file["name"] == (
            f"Mp4Record/2020-12-21/RecM01_20201221_123339_123342_6D28808_{size:X}.mp4"
        )
        assert file["StartTime"]["sec"] == 39
        only = await search(caller, NOON, 1, onlyStatus=1)
        assert "File" not in only.value["SearchResult"]
        small = (await search(caller, NOON, 1, streamType="sub")).value
        assert small["SearchResult"]["File"][0]["name"].startswith(
            "Mp4Record/2020-12-21/RecS01_"
        )


async def test_searches_that_find_nothing() -> None:
    """Status and File are missing then; long searches time out."""
    async with logged_in() as (unit, caller):
        unit.recordings.add(NOON)
        empty = await search(caller, NOON + timedelta(days=40), 1)
        assert empty.value == {"SearchResult": {"channel": 0}}
        assert (await search(caller, NOON, 72)).code == -8
        assert (await search(caller, NOON, 72, onlyStatus=1)).code == 0
        assert (await search(caller, NOON, -1)).code == -4
        assert (await search(caller, NOON, 1, StartTime={"year": 2020})).code == -4


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("", 200, slice(None)),
        ("bytes=0-99", 206, slice(0, 100)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-50", 206, slice(-50, None)),
        ("bytes=100000000-", 416, slice(0, 0)),
    ],
)
async def test_download(wanted: str, status: int, part: slice) -> None:
    """A file comes whole or in parts, under the name that was asked for."""
    async with logged_in() as (unit, caller):
        file = unit.recordings.add(NOON)[0]
        for command in ("Download", "Playback"):
            answer = await caller.get(
                command, wanted, source=file.name, output="out.mp4"
            )
            assert answer.status == status
            assert answer.body == file.content[part]
            headers = answer.headers
            assert headers["Content-Type"] == "apolication/octet-stream"
            assert headers["Accept-Ranges"] == "bytes"
            assert headers["Content-Disposition"] == "attachment;filename=out.mp4"
            assert headers["ETag"].endswith(f'-{len(file.content):x}"')


async def test_films_are_films() -> None:
    """Each is the clip and a box that players skip."""
    async with logged_in() as (unit, _):
        main, sub = unit.recordings.add(NOON)
        assert main.content != sub.content
        assert boxes(MP4)[0] == b"ftyp"
        assert boxes(main.content) == [*boxes(MP4), b"free"]


async def test_missing_file() -> None:
    """Errors come as JSON."""
    async with logged_in() as (_, caller):
        answer = await caller.get("Download", source="Mp4Record/x.mp4", output="x.mp4")
        assert answer.codes == [-222]
        assert answer.headers["Content-Type"].startswith("text/html")
        assert (await caller.get("Download", source="x.mp4")).codes == [-4]
        caller.token = "gone"
        answer = await caller.get("Download", source="x.mp4", output="x.mp4")
        assert answer.codes == [-6]


async def test_recorder_cuts_before_it_downloads() -> None:
    """A recorder names the fragments that can be downloaded then."""
    async with logged_in(ReolinkOptions.nvr(2)) as (unit, caller):
        file = unit.recordings.add(NOON, 60, channel=1)[1]
        name = {"source": file.name, "output": "a.mp4"}
        assert (await caller.get("Download", **name)).codes == [-222]
        assert (await caller.get("Playback", **name)).status == 200
        start = NOON + timedelta(seconds=10)
        order = {
            "channel": 1,
            "streamType": "sub",
            "StartTime": printed_time(start),
            "EndTime": printed_time(start + timedelta(seconds=20)),
        }
        value = await caller.value("NvrDownload", {"NvrDownload": order})
        assert value == {
            "fileCount": 1,
            "fileList": [
                {
                    "fileName": "fragment_02_20201221123349.mp4",
                    "fileSize": str(len(file.content)),
                }
            ],
        }
        fragment = "fragment_02_20201221123349.mp4"
        answer = await caller.get("Download", source=fragment, output="a.mp4")
        assert answer.body == file.content
        none = {**order, "channel": 0}
        assert (await caller.ask("NvrDownload", {"NvrDownload": none})).code == -222


async def test_live_video() -> None:
    """A live stream is FLV: how to decode, then frames."""
    async with logged_in(PLAYABLE) as (unit, caller):
        answer = await caller.call("GET", f"/flv?{LIVE}&stream=channel0_sub.bcs")
        assert answer.headers["Content-Type"] == "video/x-flv"
        assert answer.body[:3] == b"FLV"
        seen = list(tags(answer.body))
        frames = [tag for tag in seen if not tag.is_setup]
        assert frames == list(FRAMES)
        assert {tag.kind for tag in frames} == {8, 9}
        first = next(tag for tag in frames if tag.kind == 9)
        assert first.data[0] == 0x17
        assert unit.live_streams == 0


async def test_live_video_goes_on() -> None:
    """The clip is repeated, and time goes on."""
    options = ReolinkOptions(rtmp_enabled=True, live_pace=0.001)
    async with logged_in(options) as (unit, caller):
        url = f"{unit.url}/flv?{LIVE}&stream=channel0_sub.bcs"
        async with caller.http.get(url) as answer:
            body = await answer.content.readexactly(3 * len(FLV))
            assert unit.live_streams == 1
            assert unit.parallel == 0
        times = [tag.time for tag in tags(body) if tag.kind == 9]
        assert times == sorted(times)
        assert times[-1] > 4000


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"{LIVE}&stream=channel0_main.bcs", 404),
        (f"{LIVE}&stream=channel0_ext.bcs", 404),
        (f"{LIVE}&stream=channel1_sub.bcs", 404),
        (f"{LIVE}&stream=playback.bcs", 404),
        ("port=1935&app=bcs&user=admin&password=x&stream=channel0_sub.bcs", 401),
        (LIVE.replace("1935", "1936") + "&stream=channel0_sub.bcs", 404),
    ],
)
async def test_no_live_video(query: str, status: int) -> None:
    """H.265, unknown streams, wrong ports and strangers get nothing."""
    async with logged_in(PLAYABLE) as (_, caller):
        assert (await caller.call("GET", f"/flv?{query}")).status == status


async def test_live_video_needs_rtmp() -> None:
    """RTMP is off at the factory; an H.264 main stream plays once it is on."""
    camera = ChannelOptions(main_codec="h264")
    options = ReolinkOptions(channels=[camera], live_pace=0)
    async with logged_in(options) as (_, caller):
        target = f"/flv?{LIVE}&stream=channel0_main.bcs"
        assert (await caller.call("GET", target)).status == 404
        await caller.ask("SetNetPort", {"NetPort": {"rtmpEnable": 1}})
        assert (await caller.call("GET", target)).status == 200


def test_tags_survive() -> None:
    """Taking an FLV apart and putting it together changes nothing."""
    parts = list(tags(FLV))
    assert FLV[:13] + b"".join(tag.encode() for tag in parts) == FLV
    late = Tag(9, 0x01020304, b"\x17\x01\0\0\0")
    assert list(tags(FLV[:13] + late.encode())) == [late]


async def test_tls() -> None:
    """Everything works over TLS with a self-signed certificate."""
    async with logged_in(tls=True) as (unit, caller):
        assert unit.url.startswith("https://")
        assert (await caller.ask("GetTime")).code == 0
        assert (await caller.get("Snap", channel=0, rs="a")).body[:2] == b"\xff\xd8"


async def test_firmware_by_file() -> None:
    """Pieces of a file are taken after UpgradePrepare, 40 KiB at most."""
    async with logged_in() as (unit, caller):
        assert (await caller.upgrade(b"x")).codes == [-25]
        prepare = {"restoreCfg": 0, "fileName": "XXX.pak"}
        assert (await caller.ask("UpgradePrepare", prepare)).code == 0
        assert (await caller.upgrade(b"first\r\n\x00\xff")).codes == [0]
        assert (await caller.upgrade(b"x" * 40961)).codes == [-4]
        assert unit.firmware.pieces == [b"first\r\n\x00\xff"]
        assert len(unit.dangerous) == 4
