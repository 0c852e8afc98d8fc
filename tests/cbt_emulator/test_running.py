"""The emulated camera as a program, and with faults."""

import asyncio
from pathlib import Path
import sys

from aiohttp import ClientError, ClientSession
import pytest

from tests.emulators.base import RequestRecord
from tests.emulators.cbt import CbtEmulator
from tests.emulators.cbt.actions import IMAGES
from tests.emulators.cbt_coverage import Caller, running

from .bench import Bench, full

ROOT = Path(__file__).parents[2]


async def test_port_in_use(bench: Bench) -> None:
    """Two cameras cannot share a port."""
    other = CbtEmulator(port=bench.unit.port)
    with pytest.raises(OSError, match="in use"):
        await other.start()
    await other.stop()


async def test_tls() -> None:
    """The camera speaks TLS with a certificate nobody knows."""
    async with CbtEmulator(tls=True) as unit, Caller(unit) as caller:
        assert unit.url.startswith("https://")
        assert (await caller.call("getSysConfig")).code == 0
        async with ClientSession() as strict:
            with pytest.raises(ClientError):
                await strict.get(unit.url)


async def test_refusals(bench: Bench) -> None:
    """A planned refusal hits so many requests of its kind."""
    plan = bench.unit.plans.refuse("set*", 204, count=2)
    assert await bench.code("getSysConfig") == 0
    codes = [await bench.code("setSysConfig", language=1) for _ in range(3)]
    assert codes == [204, 204, 0]
    assert plan.hits == 2
    assert len(bench.unit.writes) == 1
    bench.unit.plans.remove(plan)
    bench.unit.plans.refuse("getSys*", "error user/pwd", count=None)
    for _ in range(2):
        assert (await bench.call("getSysConfig")).text == "error user/pwd\r\n"
    bench.unit.plans.clear()
    bench.unit.plans.refuse("*", "503")
    assert (await bench.call("getSysConfig")).status == 503
    assert await bench.code("getSysConfig") == 0


async def test_refused_and_carried_out(bench: Bench) -> None:
    """A set may answer 1 and apply all the same."""
    bench.unit.plans.refuse("setSysConfig", 1, carried_out=True)
    answer = await bench.call("setSysConfig", language=4)
    assert (answer.code, answer.data["log"]) == (1, "libcurl")
    assert await bench.get("getSysConfig", "language") == 4


async def test_odd_answers(bench: Bench) -> None:
    """A plan may put other bytes in the place of an answer, or change them."""
    plans = bench.unit.plans
    plans.answer("getSysConfig", b"<html/>", content_type="text/html")
    answer = await bench.call("getSysConfig")
    assert (answer.headers["Content-Type"], answer.body) == ("text/html", b"<html/>")
    plans.patch("get*", "version", device_mac="00-00-00-00-00-01", language="1")
    data = await bench.caller.read("getSysConfig")
    assert "version" not in data
    assert (data["device_mac"], data["language"]) == ("00-00-00-00-00-01", "1")
    plans.change("getSysConfig", lambda body: body[:20])
    assert len((await bench.call("getSysConfig")).body) == 20
    assert await bench.get("getSysConfig", "language") == 0
    plans.answer("cgi_images", b"null")
    assert (await bench.caller.fetch(IMAGES)).body == b"null"
    plans.refuse("cgi_images", "failed")
    assert (await bench.caller.fetch(IMAGES)).text == "failed\r\n"
    plans.refuse("telnet", "404")
    assert (await bench.caller.sample("telnet")).status == 404


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
    """Every fault of all emulators works here, for one action or for a path."""
    code = 204 if kind == "app_error" else 503
    fault = bench.unit.fail(kind, "getOsd*", code=code)
    assert await bench.code("getSysConfig") == 0
    answer = await bench.call("getOsdConf")
    assert answer.status == status
    assert fault.hits == 1
    if kind in ("app_error", "latency"):
        assert answer.code == (204 if kind == "app_error" else 0)
    elif kind != "http_status":
        assert b'"device_ip"' not in answer.body
    assert await bench.code("getOsdConf") == 0
    bench.unit.faults.add("empty", IMAGES)
    assert (await bench.caller.fetch(IMAGES)).body == b""


@pytest.mark.parametrize(
    ("kind", "opened"), [("drop_before", 0), ("drop_after", 1), ("truncated", 1)]
)
async def test_broken_connections(bench: Bench, kind: str, opened: int) -> None:
    """A connection may break before or after the door is open."""
    bench.unit.fail(kind, "openDoor", count=None)
    with pytest.raises((ClientError, ConnectionError)):
        await bench.call("openDoor")
    assert len(bench.unit.requests_of("openDoor")) == 1
    assert len(bench.unit.door_openings) == opened


async def test_the_client_that_sends_twice(bench: Bench) -> None:
    """A client of aiohttp without care opens the door twice: the camera tells."""
    bench.unit.fail("drop_after", "openDoor")
    async with ClientSession() as session:
        url = f"{bench.unit.url}{bench.caller.target('openDoor')}"
        async with session.get(url) as answer:
            assert answer.status == 200
    assert len(bench.unit.requests_of("openDoor")) == 2
    assert len(bench.unit.door_openings) == 2


@pytest.mark.parametrize("kind", ["hang", "hang_after"])
async def test_hanging(bench: Bench, kind: str) -> None:
    """A request may hang until it is let go; others are served meanwhile."""
    arrived = asyncio.Event()

    def door(record: RequestRecord) -> bool:
        if record.query.get("action") != "openDoor":
            return False
        arrived.set()
        return True

    bench.unit.faults.add(kind, match=door)
    waiting = asyncio.create_task(bench.call("openDoor"))
    await asyncio.wait_for(arrived.wait(), 5)
    assert await bench.code("getSysConfig") == 0
    assert bench.unit.max_parallel == 2
    bench.unit.faults.release()
    with pytest.raises((ClientError, ConnectionError)):
        await waiting
    assert len(bench.unit.door_openings) == (kind == "hang_after")


async def test_danger_is_seen_in_spite_of_faults(bench: Bench) -> None:
    """What must not be sent is written down even if it never arrives."""
    bench.unit.fail("http_status", "reset")
    await bench.call("reset", netReset=1, userReset=1)
    assert [one.query["action"] for one in bench.unit.dangerous] == ["reset"]
    assert bench.unit.resets == []
    bench.unit.forget()
    assert bench.unit.dangerous == []


async def test_the_caller(bench: Bench) -> None:
    """The client of the tests needs to be opened, and tells what is no object."""
    caller = Caller(bench.unit)
    with pytest.raises(RuntimeError, match="open"):
        await caller.call("getSysConfig")
    async with running(full()) as (_, other):
        assert (await other.fetch(IMAGES)).code is None


async def started(*words: str) -> tuple[asyncio.subprocess.Process, str]:
    """Start the program and return it with the line that it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.emulators.cbt", *words),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 20)
    return process, line.decode()


@pytest.mark.parametrize(
    ("words", "wifi", "media"),
    [((), 0, 2), (("--plain",), 209, 0), (("--document", "--extra-keys"), 0, 0)],
    ids=["full", "plain", "document"],
)
async def test_command_line(words: tuple[str, ...], wifi: int, media: int) -> None:
    """The emulator runs alone, says where it is, and stops on a signal."""
    process, line = await started(
        *("--password", "demo secret", "--name", "Gate", "--alarm", "30", *words)
    )
    try:
        assert line.startswith("cbt ready at http://127.0.0.1:")
        assert "secret" not in line
        unit = CbtEmulator(full(password="demo secret"), port=int(line.split(":")[-1]))
        async with Caller(unit) as caller:
            data = await caller.read("getSysConfig")
            assert (data["dev_name"], data["code"]) == ("Gate", 0)
            assert ("vendorMode" in data) == ("--extra-keys" in words)
            assert (await caller.call("getWifiStatus")).code == wifi
            devs = (await caller.read("getStorageInfo"))["devs"]
            assert len(devs) == media
    finally:
        process.terminate()
    assert await process.wait() == 0
