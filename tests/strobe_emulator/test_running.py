"""The emulated strobe as a program: its port, TLS, and the demo's strings."""

import asyncio
from pathlib import Path
import ssl
import sys

from aiohttp import ClientError, ClientSession, TCPConnector
import pytest

from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe.control import ControlServer
from tests.emulators.strobe.routes import DEVICE_INFO, LOGIN

from .bench import Bench


async def test_port_in_use(bench: Bench) -> None:
    """Two units cannot share a port."""
    other = StrobeEmulator(port=bench.unit.port)
    with pytest.raises(OSError, match="in use"):
        await other.start()
    await other.stop()


async def test_tls() -> None:
    """The unit speaks TLS with a certificate nobody knows."""
    async with (
        StrobeEmulator(tls=True, udp_port=0) as unit,
        ClientSession(connector=TCPConnector(ssl=False)) as session,
    ):
        assert unit.url.startswith("https://")
        async with session.post(f"{unit.url}{DEVICE_INFO}") as answer:
            assert answer.status == 401
        strict = TCPConnector(ssl=ssl.create_default_context())
        async with ClientSession(connector=strict) as other:
            with pytest.raises(ClientError):
                await other.post(f"{unit.url}{DEVICE_INFO}")


async def test_control_server(bench: Bench) -> None:
    """The demo's strings: look, trigger, restart, let time pass."""
    async with ControlServer(bench.unit) as control, ClientSession() as session:
        base = f"http://127.0.0.1:{control.port}"
        async with session.post(f"{base}/probe") as answer:
            assert await answer.json() == {"ran": True}
        async with session.post(f"{base}/advance?seconds=10") as answer:
            assert await answer.json() == {"time": "2026-11-21T12:00:10Z"}
        async with session.get(f"{base}/state") as answer:
            state = await answer.json()
        async with session.post(f"{base}/broadcast") as answer:
            assert await answer.json() == {"ran": True}
        async with session.post(f"{base}/reboot?seconds=5") as answer:
            assert await answer.json() == {"reboots": 1}

    assert state["outputs"]["relay"] is True
    assert state["outputs"]["sound"]["file"] == "Siren.wav"
    assert state["log"] == [{"type": 0, "time": "2026-11-21T12:00:00Z"}]
    assert state["requests"] == {f"POST {LOGIN}": 1}
    assert not bench.unit.powered


async def test_command_line() -> None:
    """The emulator runs alone, says where it is, and stops on a signal."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.emulators.strobe"),
        *("--control-port", "0", "--udp-port", "0", "--password", "demo"),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().split()
    async with ClientSession() as session:
        async with session.get(f"{line[-1]}/state") as answer:
            state = await answer.json()
        async with session.post(f"{line[3]}{DEVICE_INFO}") as answer:
            assert answer.status == 401
    process.terminate()

    assert await process.wait() == 0
    assert line[:3] == ["strobe", "ready", "at"]
    assert state["address"] == line[3]
