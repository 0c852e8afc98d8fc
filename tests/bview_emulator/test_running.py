"""The emulated camera as a program, and with faults."""

import asyncio
from pathlib import Path
import sys

from aiohttp import ClientError, ClientSession, TCPConnector
import pytest

from tests.emulators.bview import BviewEmulator
from tests.emulators.bview_coverage import Caller

from .bench import Bench, full

INFO = "/System/DeviceInfo"


async def test_port_in_use(bench: Bench) -> None:
    """Two cameras cannot share a port."""
    other = BviewEmulator(port=bench.unit.port)
    with pytest.raises(OSError, match="in use"):
        await other.start()
    await other.stop()


async def test_tls() -> None:
    """The camera speaks TLS with a certificate nobody knows."""
    async with BviewEmulator(tls=True) as unit:
        assert unit.url.startswith("https://")
        async with Caller(unit) as caller:
            assert (await caller.get(INFO)).root == "DeviceInfo"
        async with ClientSession(connector=TCPConnector()) as strict:
            with pytest.raises(ClientError):
                await strict.get(f"{unit.url}{INFO}")


async def test_persistent_connections(bench: Bench) -> None:
    """A connection serves as many requests as the client likes."""
    async with ClientSession(headers=bench.caller.basic) as session:
        for _ in range(5):
            async with session.get(f"{bench.unit.url}{INFO}") as answer:
                assert answer.status == 200
                assert answer.headers["Server"] == "thttpd"
    assert len(bench.unit.requests_of("/System/*", "GET")) == 5


async def test_refusals(bench: Bench) -> None:
    """A planned refusal hits so many requests of its kind."""
    plan = bench.unit.plans.refuse("/Images/*", -8, method="PUT", count=2)
    body = (await bench.get("/Images/1/Basic")).body
    assert (await bench.get("/System/NTP")).code is None
    assert [(await bench.put("/Images/1/Basic", body)).code for _ in range(3)] == [
        -8,
        -8,
        0,
    ]
    assert plan.hits == 2
    bench.unit.plans.remove(plan)
    bench.unit.plans.refuse("*", -9, count=None)
    assert (await bench.get(INFO)).code == -9
    bench.unit.plans.clear()
    assert (await bench.get(INFO)).code is None


async def test_log_is_busy(bench: Bench) -> None:
    """The log may be busy for once."""
    bench.unit.plans.refuse("/System/Logging", -6)
    query = "majorType=8&minorType=0&startTime=2026-01-01T00:00:00"
    target = f"/System/Logging?{query}&stopTime=2027-01-01T00:00:00"
    assert (await bench.get(target)).code == -6
    assert (await bench.get(target)).root == "LogList"


async def test_odd_answers(bench: Bench) -> None:
    """A plan may put other bytes in the place of an answer, or change them."""
    bench.unit.plans.answer(INFO, b"<html/>", content_type="text/html")
    answer = await bench.get(INFO)
    assert (answer.headers["Content-Type"], answer.body) == ("text/html", b"<html/>")
    bench.unit.plans.change(INFO, lambda body: body.replace(b"Camera", b"<b>"))
    assert b"<DeviceName><b></DeviceName>" in (await bench.get(INFO)).body
    assert (await bench.get(INFO)).get("DeviceName") == "Camera"


@pytest.mark.parametrize("status", [301, 302])
async def test_redirects(bench: Bench, status: int) -> None:
    """A GET may be sent elsewhere, a PUT never."""
    bench.unit.redirects["/Record"] = (status, "/System/NTP")
    answer = await bench.get("/Record")
    assert (answer.status, answer.headers["Location"]) == (status, "/System/NTP")
    url = f"{bench.unit.url}/Record"
    async with bench.caller.http.get(url, headers=bench.caller.basic) as followed:
        assert b"<NTP>" in await followed.read()
    assert (await bench.put("/Record", b"")).code == -1


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
    code = -8 if kind == "app_error" else 503
    bench.unit.faults.add(kind, INFO, code=code, size=10000)
    usual = len((await bench.get("/System/NTP")).body)
    answer = await bench.get(INFO)
    assert answer.status == status
    assert usual > 100
    if kind == "app_error":
        assert answer.code == -8
    assert (await bench.get(INFO)).root == "DeviceInfo"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated"])
async def test_broken_connections(bench: Bench, kind: str) -> None:
    """A connection may break, before or after the request was carried out."""
    bench.unit.faults.add(kind, "/System/1/RemoteForceFrame", count=None)
    with pytest.raises(ClientError):
        await bench.put("/System/1/RemoteForceFrame")
    carried_out = bench.unit.key_frames
    assert (carried_out > 0) == (kind != "drop_before")
    assert not bench.unit.dangerous


async def test_danger_is_seen_in_spite_of_faults(bench: Bench) -> None:
    """What must not be sent is written down even if it never arrives."""
    bench.unit.faults.add("http_status", "/System/*")
    await bench.put("/System/FactoryDefault")
    assert [record.label for record in bench.unit.dangerous] == [
        "PUT /System/FactoryDefault"
    ]
    bench.unit.forget()
    assert bench.unit.dangerous == []


async def test_command_line() -> None:
    """The emulator runs alone, says where it is, and stops on a signal."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.emulators.bview", "--udp-port", "0", "--ssdp-port", "0"),
        *("--password", "demo", "--motion", "5", "--extra-tags"),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().split()
    async with BviewEmulator(full(password="demo")) as unit, Caller(unit) as caller:
        url = f"{line[3]}{INFO}"
        async with caller.http.get(url, headers=caller.basic) as answer:
            assert answer.status == 200
            assert b"VendorMode" in await answer.read()
    process.terminate()

    assert await process.wait() == 0
    assert line[:3] == ["bview", "ready", "at"]
    assert (line[4], line[6]) == ("udp", "ssdp")
