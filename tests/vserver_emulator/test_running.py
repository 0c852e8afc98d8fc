"""The emulated server as a program, and with faults."""

import asyncio
from pathlib import Path
import sys

from aiohttp import ClientError, ClientSession, TCPConnector
import pytest

from tests.emulators.base import RequestRecord
from tests.emulators.vserver import VserverEmulator
from tests.emulators.vserver_coverage import Caller

from .bench import Bench, full, started

INFO = "sys_get?Group=DeviceInfo"
SET = "image_set?Channel=1&Group=ImageInfo&Hue=1"


async def test_port_in_use(bench: Bench) -> None:
    """Two units cannot share a port."""
    other = VserverEmulator(port=bench.unit.port)
    with pytest.raises(OSError, match="in use"):
        await other.start()
    await other.stop()


async def test_tls() -> None:
    """The unit speaks TLS with a certificate nobody knows."""
    async with VserverEmulator(tls=True) as unit:
        assert unit.url.startswith("https://")
        async with Caller(unit) as caller:
            assert (await caller.call(INFO)).code == 200
        async with ClientSession(connector=TCPConnector()) as strict:
            with pytest.raises(ClientError):
                await strict.get(f"{unit.url}/cgi/{INFO}")


async def test_refusals(bench: Bench) -> None:
    """A planned refusal hits so many requests of its kind, and changes nothing."""
    plan = bench.unit.plans.refuse("image_set/*", 502, count=2)
    assert await bench.code(INFO) == 200
    assert [await bench.code(SET) for _ in range(3)] == [502, 502, 200]
    assert plan.hits == 2
    assert len(bench.unit.writes) == 1
    assert not bench.unit.violations
    bench.unit.plans.refuse("*", 503, count=None)
    assert await bench.code(INFO) == 503
    bench.unit.plans.clear()
    bench.unit.plans.refuse("image_set/*", 503, method="POST")
    assert await bench.code(SET) == 200
    assert (await bench.caller.call(SET, method="POST")).code == 503


async def test_odd_answers(bench: Bench) -> None:
    """A plan may put other bytes in the place of an answer, or change them."""
    bench.unit.plans.answer("sys_get/DeviceInfo", b"<html/>", content_type="text/xml")
    answer = await bench.call(INFO)
    assert (answer.headers["Content-Type"], answer.body) == ("text/xml", b"<html/>")
    bench.unit.plans.change("sys_get/*", lambda body: body.replace(b"V6202IR", b"<b>"))
    assert b"<b>-AR0237" in (await bench.call(INFO)).body
    bench.unit.plans.answer("jpgimage/2", b"no picture")
    assert (await bench.caller.call("/jpgimage/2/image.jpg")).body == b"no picture"
    assert await bench.code(INFO) == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("http_status", 503),
        ("app_error", 200),
        ("garbage", 200),
        ("clipped", 200),
        ("html", 200),
        ("empty", 200),
        ("huge", 200),
        ("latency", 200),
    ],
)
async def test_faults(bench: Bench, kind: str, status: int) -> None:
    """Every fault of all emulators works here, too."""
    code = 502 if kind == "app_error" else 503
    bench.unit.faults.add(kind, "/cgi/sys_get", code=code, size=10000)
    answer = await bench.call(INFO)
    assert answer.status == status
    if kind == "app_error":
        assert answer.code == 502
    assert await bench.code(INFO) == 200


@pytest.mark.parametrize(
    ("kind", "done"),
    [("drop_before", False), ("drop_after", True), ("truncated", True)],
)
async def test_lost_connections(bench: Bench, kind: str, done: bool) -> None:
    """A connection breaks before or after the request is carried out."""
    bench.unit.faults.add(kind, "/cgi/image_set")
    with pytest.raises(ClientError):
        await bench.caller.call(SET, method="POST")
    assert bool(bench.unit.writes) == done
    assert len(bench.unit.requests_of("image_set/ImageInfo", "POST")) == 1


@pytest.mark.parametrize(("kind", "done"), [("hang", False), ("hang_after", True)])
async def test_hanging(bench: Bench, kind: str, done: bool) -> None:
    """A request may hang until it is let go."""
    arrived = asyncio.Event()

    def matches(record: RequestRecord) -> bool:
        """Tell that the request is there."""
        arrived.set()
        return True

    bench.unit.faults.add(kind, "/cgi/image_set", match=matches)
    task = asyncio.create_task(bench.caller.call(SET, method="POST"))
    await arrived.wait()
    assert (await bench.call(INFO)).code == 200
    assert bench.unit.max_parallel == 2
    assert bool(bench.unit.writes) == done
    bench.unit.faults.release()
    with pytest.raises(ClientError):
        await task


@pytest.mark.parametrize(
    ("absent", "target", "code"),
    [
        ({"sys_get/*": 501}, INFO, 501),
        ({"image_get/ROIInfo": 502}, "image_get?Channel=1&Group=ROIInfo", 502),
        ({"image_get/ROIInfo": 502}, "image_get?Channel=1&Group=OSDInfo", 200),
        ({"image_query/All": 503}, "image_query?Group=All", 503),
    ],
    ids=str,
)
async def test_absence(absent: dict[str, int], target: str, code: int) -> None:
    """A unit may lack single groups."""
    async with started(full(absent=absent)) as bench:
        assert await bench.code(target) == code


async def test_missing_programs() -> None:
    """A unit may lack whole programs; they are not found then."""
    options = full(
        missing_cgi=frozenset({"wifi_*", "sys_query"}),
        absent={"jpgimage/*": 501, "image_query/OSDInfo": 501},
    )
    async with started(options) as bench:
        for target in ("wifi_get?Group=WifiInfo", "wifi_query", "sys_query?Group=All"):
            assert (await bench.call(target)).status == 404
        assert (await bench.caller.call("/jpgimage/1/image.jpg")).status == 404
        names = [name for name, _ in (await bench.call("image_query?Group=All")).groups]
        assert names == ["ImageInfo"]


async def test_records(bench: Bench) -> None:
    """Requests and sets are kept until they are forgotten."""
    await bench.call(SET)
    (write,) = bench.unit.writes_of("image/ImageInfo")
    assert (write.channel, write.row, write.sent) == (1, 0, {"Hue": "1"})
    assert write.changes == {"Hue": ("128", "1")}
    assert (write.before["Hue"], write.after["Hue"]) == ("128", "1")
    assert bench.unit.settings.get("image/ImageInfo", "Hue", channel=2) == "128"
    bench.unit.settings.set("image/ImageInfo", "Hue", 7, channel=2)
    with pytest.raises(KeyError):
        bench.unit.settings.set("image/ImageInfo", "Nonsense", 7)
    values = await bench.values("image_get?Channel=2&Group=ImageInfo")
    assert values["Hue"] == "7"
    bench.unit.forget()
    assert not bench.unit.requests
    assert not bench.unit.writes


async def program(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    """Run the program until it says something."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.emulators.vserver", *arguments),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def test_program() -> None:
    """The program says where it is, answers, and ends on a signal."""
    process, line = await program("--motion", "60", "--auth", "open")
    try:
        url = line.removeprefix("vserver ready at ")
        async with ClientSession() as session:
            target = f"{url}/cgi/ptz_get?Channel=1&Group=PresetNameInfo"
            async with session.get(target) as answer:
                assert "Gate" in await answer.text()
    finally:
        process.terminate()
        assert await process.wait() == 0


async def test_program_help() -> None:
    """The program explains itself."""
    process, line = await program("--help")
    assert line.startswith("usage: python -m tests.emulators.vserver")
    assert await process.wait() == 0
