"""Stills and MJPEG: real bytes over real sockets."""

import asyncio
import io
import re

from aiohttp import ClientResponse
from PIL import Image
import pytest

from .bench import Bench, full, with_options

STILL = "/jpgimage/{}/image.jpg"
SIZE = "mjpeg_set?Channel=1&Group=StreamInfo&Resolution"


def opened(body: bytes) -> Image.Image:
    """Decode a picture."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image.convert("RGB")


async def still(bench: Bench, channel: int = 1) -> bytes:
    """Return a still."""
    answer = await bench.caller.call(STILL.format(channel))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    return answer.body


async def frame(answer: ClientResponse) -> bytes:
    """Read one picture of a stream."""
    head = await answer.content.readuntil(b"\r\n\r\n")
    assert head.startswith(b"--vserverjpeg\r\nContent-Type: image/jpeg\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    if length is None:
        return (await answer.content.readuntil(b"\xff\xd9\r\n"))[:-2]
    body = await answer.content.readexactly(int(length[1]))
    assert await answer.content.readexactly(2) == b"\r\n"
    return body


async def test_stills(bench: Bench) -> None:
    """Each still is a JPEG of its own; each channel shows something else."""
    first, second = await still(bench), await still(bench)
    assert first != second
    assert first.startswith(b"\xff\xd8")
    assert first.endswith(b"\xff\xd9")
    assert opened(first).size == (1280, 720)
    other = opened(await still(bench, 2))
    assert opened(first).getpixel((5, 5)) != other.getpixel((5, 5))
    assert (await still(bench, 4)).startswith(b"\xff\xd8")
    assert bench.unit.snapshots == 4


async def test_what_is_seen(bench: Bench) -> None:
    """Turning the head, a mask and a title change the picture."""
    unit, corner = bench.unit, (5, 5)
    before = opened(await still(bench)).getpixel(corner)
    await bench.ptz("Model=0&Pan=6000")
    turned = opened(await still(bench)).getpixel(corner)
    assert turned != before
    unit.masks[1] = [(0, 0, 50, 50)]
    masked = opened(await still(bench)).getpixel(corner)
    assert isinstance(masked, tuple)
    assert max(masked) < 30
    values = await bench.values("image_get?Channel=1&Group=PrivacyMaskInfo")
    assert list(values.values()) == ["1", "0", "0", "50", "50"]
    title = "TextOSDStatus=1&TextOSDTitle=Yard&TextOSDX=1&TextOSDY=1"
    await bench.call(f"image_set?Channel=1&Group=OSDInfo&{title}")
    assert b"title Yard" in await still(bench)


async def test_no_signal(bench: Bench) -> None:
    """Without a signal there is no still, and a blue stream."""
    bench.unit.lose_video()
    assert (await bench.caller.call(STILL.format(1))).status == 503
    async with bench.caller.watch() as stream:
        blue = opened(await frame(stream)).getpixel((10, 10))
    assert isinstance(blue, tuple)
    assert blue[2] > 120 > blue[0]


@with_options(full(empty_pictures=2))
async def test_empty_pictures(bench: Bench) -> None:
    """A unit may answer nothing now and then."""
    assert [len(await still(bench)) > 0 for _ in range(3)] == [False, False, True]


async def test_pictures_take_no_parameters(bench: Bench) -> None:
    """The address of a picture has no query; POST works like GET."""
    assert (await bench.caller.call(f"{STILL.format(1)}?t=1")).status == 400
    answer = await bench.caller.call(STILL.format(1), method="POST")
    assert answer.body.startswith(b"\xff\xd8")


@with_options(full(live_pace=1.0, part_length=True), full(part_length=False))
async def test_mjpeg(bench: Bench) -> None:
    """Pictures come at the rate of the settings until the viewer leaves."""
    await bench.call("mjpeg_set?Channel=1&Group=StreamInfo&FrameRate=5")
    loop = asyncio.get_running_loop()
    async with bench.caller.watch() as stream:
        kind = stream.headers["Content-Type"]
        assert kind == "multipart/x-mixed-replace; boundary=vserverjpeg"
        assert stream.version is not None
        assert stream.version.minor == 0
        first = await frame(stream)
        begin = loop.time()
        second = await frame(stream)
        assert 0.1 < loop.time() - begin < 2
        assert bench.unit.viewers == 1
        stream.close()
    assert first != second
    await asyncio.wait_for(bench.unit.viewer_left.wait(), 5)
    assert (bench.unit.viewers, bench.unit.views) == (0, 1)
    assert bench.unit.frames >= 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("quoted", '; boundary="vserverjpeg"'),
        ("dashes", "; boundary=--vserverjpeg"),
        ("none", ""),
    ],
)
async def test_boundaries(bench: Bench, form: str, expected: str) -> None:
    """The boundary is declared in several ways, or not at all."""
    bench.options.boundary_form = full(boundary_form=form).boundary_form
    bench.options.live_pace = 0
    async with bench.caller.watch() as stream:
        kind = stream.headers["Content-Type"]
        assert kind == f"multipart/x-mixed-replace{expected}"
        body = await stream.read()
    assert body.count(b"--vserverjpeg\r\n") == bench.unit.frames == 10


@with_options(full(live_pace=0, boundary="other"))
async def test_other_boundary(bench: Bench) -> None:
    """The document names no boundary."""
    async with bench.caller.watch() as stream:
        assert (await stream.read()).count(b"--other\r\n") == 10


@with_options(full(closed_stream=404), full(closed_stream=409), full(closed_stream=503))
async def test_closed_stream(bench: Bench) -> None:
    """MJPEG can be closed; stills remain."""
    assert await bench.code(f"{SIZE}=CLOSED") == 200
    async with bench.caller.watch() as stream:
        assert stream.status == bench.options.closed_stream
    assert opened(await still(bench)).size == (1280, 720)


@with_options(full(max_viewers=1))
async def test_too_many_viewers(bench: Bench) -> None:
    """A unit may serve only so many viewers."""
    async with bench.caller.watch() as first:
        assert first.status == 200
        async with bench.caller.watch() as second:
            assert second.status == 503
        first.close()


async def test_watching_through_a_restart(bench: Bench) -> None:
    """A restart cuts every stream."""
    async with bench.caller.watch() as stream:
        await frame(stream)
        bench.unit.reboot(1)
        await asyncio.wait_for(bench.unit.viewer_left.wait(), 5)
    assert bench.unit.viewers == 0
