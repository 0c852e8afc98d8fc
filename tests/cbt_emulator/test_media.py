"""Pictures: three formats, in Base64, with masks, and none at all."""

import base64
import struct

import pytest

from tests.emulators.cbt.actions import IMAGES
from tests.emulators.cbt.media import RAW_HEIGHT, RAW_WIDTH

from .bench import Bench, full, with_options


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG."""
    at = jpeg.index(b"\xff\xc0")
    height, width = struct.unpack_from(">HH", jpeg, at + 5)
    return width, height


async def test_stills(bench: Bench) -> None:
    """A still has the size of the main stream, and no two are the same."""
    first = await bench.caller.fetch(IMAGES)
    second = await bench.caller.fetch(f"{IMAGES}?fmt=jpg")
    assert first.headers["Content-Type"] == "image/jpeg"
    assert size_of(first.body) == (2560, 1440)
    assert first.body[-2:] == b"\xff\xd9"
    assert first.body != second.body
    assert bench.unit.snapshots == 2
    await bench.call("setVencConf", channel=0, pic_width=1920, pic_height=1080)
    assert size_of((await bench.caller.fetch(IMAGES)).body) == (1920, 1080)


async def test_other_formats(bench: Bench) -> None:
    """Bitmaps and raw planes are there, too, if the camera has them."""
    bitmap = await bench.caller.fetch(f"{IMAGES}?fmt=bmp")
    assert bitmap.body[:2] == b"BM"
    assert struct.unpack_from("<I", bitmap.body, 2)[0] == len(bitmap.body)
    planes = await bench.caller.fetch(f"{IMAGES}?fmt=yuv")
    assert len(planes.body) == RAW_WIDTH * RAW_HEIGHT * 3 // 2
    assert bench.unit.violations == []
    bench.unit.options.formats = ("jpg",)
    assert (await bench.caller.fetch(f"{IMAGES}?fmt=bmp")).text == "failed\r\n"
    assert bench.unit.violations == []
    assert (await bench.caller.fetch(f"{IMAGES}?fmt=png")).text == "failed\r\n"
    assert bench.kinds == ["range"]


@with_options(full(), full(image_length="characters"))
async def test_base64(bench: Bench) -> None:
    """A still in JSON, with a length of one kind or the other."""
    data = await bench.caller.read("getFmtSnap")
    picture = base64.b64decode(data["image_base64"], validate=True)
    assert size_of(picture) == (2560, 1440)
    counted = picture
    if bench.unit.options.image_length == "characters":
        counted = data["image_base64"].encode()
    assert data["image_length"] == len(counted)


async def test_no_picture(bench: Bench) -> None:
    """Without a picture the answer is a word, or a code."""
    bench.unit.video_lost = True
    answer = await bench.caller.fetch(IMAGES)
    assert (answer.status, answer.text) == (200, "null\r\n")
    assert await bench.code("getFmtSnap") == 209
    assert bench.unit.snapshots == 0


async def test_masks(bench: Bench) -> None:
    """What is masked is black."""
    plain = bench.unit.picture()
    box = {"mask_0_w": 703, "mask_0_h": 574}
    await bench.call("setViMask", **box)
    assert bench.unit.picture() == plain
    await bench.call("setViMask", mask_enable=1)
    masked = bench.unit.picture()
    assert masked != plain
    assert len(masked) < len(plain)


@pytest.mark.parametrize("query", ["?fmt=jpg&fmt=bmp", "?format=jpg"])
async def test_wrong_queries(bench: Bench, query: str) -> None:
    """Stray parameters are refused here as well."""
    assert (await bench.caller.fetch(f"{IMAGES}{query}")).text == "error json\r\n"
    assert bench.kinds == ["query"]
    bench.unit.options.stray_queries = "ignore"
    assert (await bench.caller.fetch(f"{IMAGES}{query}")).body[:2] == b"\xff\xd8"
