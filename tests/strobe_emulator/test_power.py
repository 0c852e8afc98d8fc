"""The emulated strobe restarts, loses power, or becomes another one."""

import asyncio

from aiohttp import ClientError
import pytest

from tests.emulators.strobe.documents import (
    AUDIO,
    NETWORK,
)
from tests.emulators.strobe.files import wav
from tests.emulators.strobe.routes import DEVICE_INFO, REBOOT, RESET_PASSWORD, RESTORE

from .bench import Bench


async def test_reboot_by_request(bench: Bench) -> None:
    """The answer arrives, then there is silence for a minute."""
    bench.unit.files.add("Mine.wav", wav(1))
    await bench.caller.alarm(flightenable=1, alarmoutenable=1)

    answer = await bench.caller.sample(("PUT", REBOOT))

    assert answer.code == 200
    await asyncio.sleep(0)
    assert bench.unit.outputs.front is None
    with pytest.raises(ClientError):
        await bench.caller.login()
    assert not await bench.unit.trigger_probe()
    bench.unit.clock.advance(59)
    assert not bench.unit.powered
    bench.unit.clock.advance(1)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    assert (await bench.caller.login()).status == 200
    assert "Mine.wav" in bench.unit.files.names
    assert (bench.unit.reboots, bench.unit.timeline[-1].cause) == (1, "reboot")


async def test_requests_to_switch_nothing(bench: Bench) -> None:
    """Enabled 0 is accepted and does nothing."""
    body = "<Reboot><Enabled>0</Enabled></Reboot>"
    assert (await bench.caller.call("PUT", REBOOT, body)).code == 200
    assert bench.unit.powered


async def test_shutdown_and_boot(bench: Bench) -> None:
    """The plug can be pulled for as long as a test likes."""
    port = bench.unit.port
    bench.unit.shutdown()
    bench.unit.clock.advance(100_000)
    with pytest.raises(ClientError):
        await bench.caller.login()
    bench.unit.boot()
    assert (await bench.caller.login()).status == 200
    assert bench.unit.port == port


async def test_replaced_by_another_unit(bench: Bench) -> None:
    """Another unit at the same address has another identity and no sessions."""
    bench.unit.files.add("Mine.wav", wav(1))
    bench.unit.replace(mac="8C-1F-64-A3-6B-AA", name="Other")

    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    await bench.caller.login()
    info = (await bench.caller.call("POST", DEVICE_INFO)).xml
    network = (await bench.caller.call("POST", NETWORK)).xml
    assert info.findtext("MACAddress") == "8C-1F-64-A3-6B-AA"
    assert network.findtext("NetLink/MACAddress") == "8C-1F-64-A3-6B-AA"
    assert info.findtext("DeviceName") == "Other"
    assert "Mine.wav" not in bench.unit.files.names


@pytest.mark.parametrize(("wait", "status"), [(30, 200), (31, 401)])
async def test_reset_password(bench: Bench, wait: int, status: int) -> None:
    """The hole in the document: no login, only a restart within 30 seconds."""
    await bench.caller.sample(("PUT", RESET_PASSWORD))
    bench.unit.clock.advance(wait)
    bench.unit.reboot(0)
    bench.unit.clock.advance(0)

    assert (await bench.caller.login(password="x")).status == status
    assert len(bench.unit.dangerous) == 1


async def test_restore_default(bench: Bench) -> None:
    """Everything but the login returns to what it was in the shop."""
    bench.unit.files.add("Mine.wav", wav(1))
    bench.configure(AUDIO, "AudioOutVolume", 5)

    answer = await bench.caller.sample(("PUT", RESTORE))

    assert answer.code == 200
    await asyncio.sleep(0)
    assert not bench.unit.powered
    assert bench.unit.documents[AUDIO].get("AudioOutVolume") == "70"
    assert "Mine.wav" not in bench.unit.files.names
