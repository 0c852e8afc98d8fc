"""A unit that does not answer, comes back as another one, or refuses."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import Detector, Level
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from tests.devices.vserver.rig import Bench, bench, client_bench, dome
from tests.emulators.base import FaultKind

LIVE = "/mjpgstreamreq/1/image.jpg"


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Bench]:
    """Return one camera."""
    async with bench(session) as made:
        made.unit.forget()
        yield made


async def look(one: Bench, seconds: float = 30, *wanted: str) -> None:
    """Let some time pass, and look at what happens."""
    one.unit.clock.advance(seconds)
    await one.device.refresh(Cadence.STATE, frozenset(wanted))


async def lose(one: Bench, looks: int) -> None:
    """Have the network vanish for some looks, and come back."""
    one.unit.faults.add(FaultKind.DROP_BEFORE, count=None)
    for _ in range(looks):
        with pytest.raises(DeviceConnectionError):
            await look(one)
    one.unit.faults.clear()


# Outages


async def test_outage(one: Bench) -> None:
    """After one of several requests everything is read again."""
    await lose(one, 2)
    one.unit.settings.set("image/ImageInfo", "Hue", 5)
    await look(one)
    await one.device.refresh(Cadence.SETTINGS, frozenset({"1.ImageInfo"}))
    assert one.get(Level, Key.IMAGE_HUE).read() == 5


async def test_one_loss(one: Bench) -> None:
    """A single request that was not answered is no restart."""
    await lose(one, 1)
    await look(one)
    assert one.device.failed == {}
    one.unit.forget()
    await one.device.refresh(Cadence.SETTINGS, frozenset({"1.ImageInfo"}))
    assert one.labels() == []


async def test_group_that_hangs(one: Bench) -> None:
    """It takes the unit down once, and never hides that it is gone."""
    online = one.get(Detector, Key.ONLINE)
    one.unit.faults.add(
        FaultKind.DROP_BEFORE,
        count=None,
        match=lambda record: record.query.get("Group") == "IOTrigInfo",
    )
    with pytest.raises(DeviceConnectionError):
        await look(one, 30, "IOTrigInfo")
    assert online.read() is False
    await look(one, 3, "IOTrigInfo")
    assert online.read() is True
    assert set(one.device.failed) == {"IOTrigInfo"}
    one.unit.forget()
    await one.device.refresh(Cadence.SETTINGS, frozenset({"1.ImageInfo"}))
    assert one.labels() == []
    await look(one, 110)
    one.unit.faults.add(FaultKind.DROP_BEFORE, count=None)
    with pytest.raises(DeviceConnectionError):
        await look(one, 15, "IOTrigInfo")
    assert online.read() is False


async def test_settings_of_another(one: Bench) -> None:
    """They are not taken for those of the unit."""
    await lose(one, 1)
    one.unit.replace(mac="52:3e:42:00:00:01")
    one.unit.clock.advance(300)
    with pytest.raises(DeviceConnectionError) as caught:
        await one.device.refresh(Cadence.SETTINGS, frozenset({"1.ImageInfo"}))
    assert caught.value.reason is Reason.WRONG_DEVICE


async def test_group_that_hangs_at_first(session: ClientSession) -> None:
    """It does not keep the unit from being set up."""
    async with bench(session, connect=False) as one:
        one.unit.faults.add(
            FaultKind.DROP_BEFORE,
            count=None,
            match=lambda record: record.path.endswith("image_get"),
        )
        with pytest.raises(DeviceConnectionError):
            await one.device.connect()
        one.unit.faults.clear()
        one.unit.faults.add(
            FaultKind.DROP_BEFORE,
            count=None,
            match=lambda record: record.path.endswith("audio_get"),
        )
        await one.device.connect()
        assert set(one.device.failed) == {"1.AudioInfo"}


async def test_other_software(one: Bench) -> None:
    """What it can do is asked until it was told, and then shown."""
    one.unit.settings.set("sys/DeviceInfo", "Firmware", "V9.9")
    await lose(one, 1)
    one.unit.faults.add(
        FaultKind.DROP_BEFORE,
        count=None,
        match=lambda record: record.path.endswith("image_get"),
    )
    with pytest.raises(DeviceConnectionError):
        await look(one)
    assert one.get(Detector, Key.ONLINE).read() is False
    assert one.of().sw_version != "V9.9"
    one.unit.faults.clear()
    one.unit.options.absent = {"audio_get/AudioInfo": 501}
    await look(one)
    await one.device.refresh(Cadence.SETTINGS, frozenset())
    assert one.of().sw_version == "V9.9"
    assert Key.MICROPHONE in one.absent()
    one.unit.forget()
    await look(one)
    assert one.labels() == ["sys_get/TimeInfo"]


# Polling


async def test_expected(one: Bench) -> None:
    """What is asked for later does not change what was expected at first."""
    expected = {Cadence.STATE: frozenset({"IOTrigInfo"})}
    one.device.expect(expected)
    assert one.device.interval(Cadence.STATE) == 10
    await look(one)
    assert one.device.expected == expected
    assert one.device.interval(Cadence.STATE) == 30


# Logins


@pytest.mark.parametrize("way", ["login", "status"])
async def test_small_account(one: Bench, way: str) -> None:
    """One that may not change anything is a problem that the owner can solve."""
    faults = {
        "login": (FaultKind.LATENCY, "401"),
        "status": (FaultKind.HTTP_STATUS, ""),
    }
    kind, rights = faults[way]
    assert "guest_login" not in {problem.key for problem in one.device.problems()}
    one.unit.faults.add(kind, "/cgi/image_set", code=403)
    one.unit.options.low_rights = "401" if rights else "open"
    one.unit.users.accounts[0].privilege = 1
    with pytest.raises(DeviceRequestError) as caught:
        await one.get(Level, Key.IMAGE_HUE).write(1)
    assert caught.value.reason is Reason.NO_PERMISSION
    assert one.world.changes == 1
    assert "guest_login" in {problem.key for problem in one.device.problems()}


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_two_challenges_at_once(session: ClientSession, auth: str) -> None:
    """Who is asked for a login while somebody else is, asks again as well."""
    async with client_bench(session, dome(auth=auth)) as (_, client, _world):

        async def watch() -> int:
            async with client.open(LIVE, live=True) as stream:
                return stream.status

        assert await asyncio.gather(*(watch() for _ in range(4))) == [200] * 4


async def test_name_that_cannot_be_sent(session: ClientSession) -> None:
    """A colon ends the name of a user who logs in in clear."""
    options = dome(auth="basic", username="a:b")
    async with client_bench(session, options) as (_, client, _world):
        with pytest.raises(DeviceAuthError):
            await client.get("sys_get", "DeviceInfo")
