"""Stills, MJPEG and recorded files: real bytes over real sockets."""

import asyncio
from datetime import datetime, timedelta
import io
import re
import shutil
import subprocess

from aiohttp import ClientResponse
from PIL import Image
import pytest

from .bench import Bench, full, with_options

SNAPSHOT = "/Snapshot/1/RemoteImageCapture?ImageFormat=2"
MJPEG = "/Streams/1/4"
ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg")


def opened(body: bytes) -> Image.Image:
    """Decode a picture."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image.convert("RGB")


def decoded(body: bytes) -> str:
    """Return what ffmpeg has to complain about."""
    done = subprocess.run(
        ["ffmpeg", "-v", "warning", "-i", "-", "-f", "null", "-"],
        input=body,
        capture_output=True,
        check=False,
    )
    return done.stderr.decode() + str(done.returncode)


async def frames(
    answer: ClientResponse, count: int, *, sized: bool = True
) -> list[bytes]:
    """Read some pictures of a stream."""
    found: list[bytes] = []
    for _ in range(count):
        head = await answer.content.readuntil(b"\r\n\r\n")
        assert head.startswith(b"--bviewmjpeg\r\nContent-Type: image/jpeg\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        assert (length is not None) == sized
        if length is not None:
            found.append(await answer.content.readexactly(int(length[1])))
        else:
            picture = await answer.content.readuntil(b"\xff\xd9\r\n--")
            found.append(picture[:-4])
            return found
        assert await answer.content.readexactly(2) == b"\r\n"
    return found


async def test_snapshot(bench: Bench) -> None:
    """Each still is a JPEG of its own, of the size of stream 4."""
    first, second = await bench.get(SNAPSHOT), await bench.get(SNAPSHOT[:-14])

    assert first.headers["Content-Type"] == "image/jpeg"
    assert first.body.startswith(b"\xff\xd8")
    assert first.body.endswith(b"\xff\xd9")
    assert first.body != second.body
    assert opened(first.body).size == (640, 360)
    assert bench.unit.snapshots == 2
    assert (await bench.change(MJPEG, ">640<", ">320<")).code == -5
    text = (await bench.get(MJPEG)).text.replace(">640<", ">320<")
    assert (await bench.put(MJPEG, text.replace(">360<", ">240<"))).code == 0
    assert opened((await bench.get(SNAPSHOT)).body).size == (320, 240)


@ffmpeg
async def test_pictures_for_ffmpeg(bench: Bench) -> None:
    """The usual decoder has nothing to complain about."""
    assert decoded((await bench.get(SNAPSHOT)).body) == "0"
    name = bench.unit.recorder.add(seconds=3).name
    assert decoded((await bench.get(f"/download/video/{name}")).body) == "0"


async def test_masks_are_black(bench: Bench) -> None:
    """A privacy mask covers its part of the picture."""
    place = (600 * 640 // 704, 100 * 360 // 576)
    before = opened((await bench.get(SNAPSHOT)).body).getpixel(place)
    assert (await bench.change("/Pictures/1/Mosaic", ">false<", ">true<")).code == 0
    after = opened((await bench.get(SNAPSHOT)).body).getpixel(place)

    assert before != after
    assert isinstance(after, tuple)
    assert max(after) < 30


async def test_no_signal(bench: Bench) -> None:
    """Without a signal a still is refused with a document."""
    bench.unit.lose_video()
    answer = await bench.get(SNAPSHOT)
    assert (answer.status, answer.code) == (200, -8)
    status = await bench.status()
    assert (status["VideoLostState"], status["MainStreamVideoBitrate"]) == ("true", "0")
    async with bench.caller.watch() as stream:
        (picture,) = await frames(stream, 1)
    blue = opened(picture).getpixel((10, 10))
    assert isinstance(blue, tuple)
    assert blue[2] > 120 > blue[0]
    bench.unit.restore_video()
    assert (await bench.get(SNAPSHOT)).headers["Content-Type"] == "image/jpeg"


async def test_stream_at_its_own_rate(bench: Bench) -> None:
    """Four viewers get every picture at the rate of stream 4."""
    text = (await bench.get(MJPEG)).text
    faster = text.replace("<FrameRate>2500", "<FrameRate>2000")
    assert (await bench.put(MJPEG, faster)).code == 0

    async def view() -> float:
        loop = asyncio.get_running_loop()
        async with bench.caller.watch() as stream:
            await frames(stream, 1)
            start = loop.time()
            pictures = await frames(stream, 6)
            assert bench.unit.viewers == 4
            taken = loop.time() - start
        assert len(set(pictures)) == 6
        assert {opened(picture).size for picture in pictures} == {(640, 360)}
        return taken

    times = await asyncio.gather(*(view() for _ in range(4)))
    assert all(0.25 < taken < 0.5 for taken in times), times
    assert bench.unit.views == 4


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("plain", "boundary=bviewmjpeg"),
        ("quoted", 'boundary="bviewmjpeg"'),
        ("dashes", "boundary=--bviewmjpeg"),
    ],
)
@with_options(full(live_pace=0, part_length=False))
async def test_boundaries(bench: Bench, form: str, printed: str) -> None:
    """The boundary is declared in one of three ways; parts may lack a length."""
    match form:
        case "quoted":
            bench.unit.options.boundary_form = "quoted"
        case "dashes":
            bench.unit.options.boundary_form = "dashes"
    async with bench.caller.watch() as stream:
        kind = stream.headers["Content-Type"]
        (picture,) = await frames(stream, 1, sized=False)
    assert kind == f"multipart/x-mixed-replace; {printed}"
    assert opened(picture).size == (640, 360)


@with_options(full(max_viewers=1))
async def test_too_many_viewers(bench: Bench) -> None:
    """A camera may have an end to its viewers; one who leaves makes room."""
    async with bench.caller.watch() as stream:
        await frames(stream, 1)
        assert (await bench.get("/Streams/1/4/ReceiveData")).code == -11
        assert bench.unit.viewers == 1
    await asyncio.wait_for(bench.unit.viewer_left.wait(), 5)
    assert bench.unit.viewers == 0
    async with bench.caller.watch() as stream:
        await frames(stream, 1)


async def test_download(bench: Bench) -> None:
    """A recording is a film of its real length, under the name of the document."""
    moment = datetime(2016, 7, 12, 19, 22, 33)
    recording = bench.unit.recorder.add(moment, 20)
    answer = await bench.get(f"/download/video/{recording.name}")

    assert recording.name == "H_20160712192233_00001.avi"
    assert answer.headers["Content-Type"] == "video/x-msvideo"
    assert answer.body[:4] + answer.body[8:12] == b"RIFFAVI "
    assert answer.body.count(b"00dc") == 2 * 20 * 2
    assert int.from_bytes(answer.body[4:8], "little") == len(answer.body) - 8
    other = bench.unit.recorder.add(moment, content=b"x" * 9)
    assert (await bench.get(f"/download/video/{other.name}")).body == b"x" * 9
    bench.unit.settings.set("/Record", "RecordDeleteType", "24")
    assert (await bench.get(f"/download/video/{other.name}")).code == -10
    young = bench.unit.recorder.add(bench.unit.local_time - timedelta(hours=23))
    assert bench.unit.recorder.find(young.name) is not None


async def test_streams_depend_on_each_other(bench: Bench) -> None:
    """A smaller main stream makes the others smaller; 3 and 4 are alike."""
    path = "/Streams/1/1"
    text = (await bench.get(path)).text.replace(">1920<", ">640<")
    assert (await bench.put(path, text.replace(">1080<", ">512<"))).code == 0
    for stream in (2, 3, 4):
        assert await bench.text(f"/Streams/1/{stream}", "ResolutionWidth") == "320"
    rate = await bench.change("/Streams/1/3", "Rate>2500", "Rate>500")
    assert rate.code == 0
    assert await bench.text(MJPEG, "FrameRate") == "500"
    bench.unit.options.shared_mjpeg = False
    assert (await bench.change(MJPEG, "Rate>500", "Rate>700")).code == 0
    assert await bench.text("/Streams/1/3", "FrameRate") == "500"


async def test_what_streams_ignore(bench: Bench) -> None:
    """Sub streams are always CBR; a group of pictures has no settable length."""
    answer = await bench.change("/Streams/1/2", ">CBR<", ">VBR<")
    assert answer.code == 0
    assert await bench.text("/Streams/1/2", "BitrateType") == "CBR"
    assert (await bench.change("/Streams/1/1", "Interval>50", "Interval>99")).code == 0
    assert await bench.text("/Streams/1/1", "keyFrameInterval") == "50"
    assert (await bench.change("/Streams/1/1", ">CBR<", ">VBR<")).code == 0
    assert await bench.text("/Streams/1/1", "BitrateType") == "VBR"


@with_options(full(second_sub=False))
async def test_two_streams(bench: Bench) -> None:
    """A camera without a second sub stream says so."""
    assert (await bench.get("/Streams/1/3")).code == -3
    assert (await bench.get("/Streams/1/3/Transport")).code == -3
    assert (await bench.status())["SecondSubStreamEnable"] == "false"
    config = (await bench.get("/Streams")).xml
    assert len(list(config.iter("StreamConfig"))) == 3
