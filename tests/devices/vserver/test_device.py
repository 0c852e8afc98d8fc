"""A device in the course of time: polls, outages, restarts, problems, diagnostics."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Detector,
    Level,
    Reading,
    Toggle,
    Trigger,
)
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from custom_components.watchpost.devices.vendors.vserver import VENDOR
from custom_components.watchpost.devices.vendors.vserver.features.maintenance import (
    signal_strength,
)
from tests.devices.vserver.rig import Bench, bench, dome
from tests.devices.world import EPOCH
from tests.emulators.base import FaultKind

NOTHING: frozenset[str] = frozenset()


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


# Polling


async def test_only_what_is_wanted(one: Bench) -> None:
    """A heartbeat, and what somebody wants to see."""
    await look(one)
    assert one.labels() == ["sys_get/TimeInfo"]
    one.unit.forget()
    await look(one, 10, "1.PTZCtrlInfo")
    assert one.labels() == ["ptz_get/PTZCtrlInfo"]
    assert one.device.interval(Cadence.STATE) == 10
    one.unit.forget()
    await look(one, 10, "1.RecordControl")
    assert one.labels() == ["record_get/RecordControl"]
    assert one.device.interval(Cadence.STATE) == 30
    one.unit.forget()
    await look(one, 10, "1.RecordControl")
    assert one.labels() == ["sys_get/TimeInfo"]


async def test_settings_when_due(one: Bench) -> None:
    """They are read every five minutes, and soon after a write."""
    wanted = frozenset({"1.ImageInfo", "1.RecordControl"})
    await one.device.refresh(Cadence.SETTINGS, wanted)
    assert one.unit.requests == []
    assert one.device.interval(Cadence.SETTINGS) == 300
    one.unit.clock.advance(300)
    await one.device.refresh(Cadence.SETTINGS, wanted)
    assert sorted(one.labels()) == [
        "image_get/ImageInfo",
        "record_get/RecordControl",
        "record_get/RecordDevice",
    ]
    await one.get(Level, Key.IMAGE_HUE).write(1)
    assert one.device.interval(Cadence.SETTINGS) == 2


async def test_every_source_can_be_read(one: Bench) -> None:
    """No feature names a request that there is not."""
    one.unit.clock.advance(4000)
    for cadence in Cadence:
        await one.device.refresh(cadence, None)
    asked = set(one.labels())
    assert len(one.labels()) == len(asked) == 19
    assert one.device.failed == {}
    assert one.unit.max_parallel == 1


# Outages


async def test_outage(one: Bench) -> None:
    """Everything is back when the unit is."""
    online = one.get(Detector, Key.ONLINE)
    assert online.independent
    one.unit.power_off()
    with pytest.raises(DeviceConnectionError):
        await look(one)
    assert online.read() is False
    one.unit.power_on()
    await one.unit.settle()
    await look(one)
    assert online.read() is True
    assert one.labels()[-2:] == ["sys_get/DeviceInfo", "sys_get/TimeInfo"]


async def test_another_unit(one: Bench) -> None:
    """Nothing is written to one that has taken the address."""
    one.unit.faults.add(FaultKind.DROP_BEFORE, count=2)
    with pytest.raises(DeviceConnectionError):
        await look(one)
    one.unit.replace(mac="52:3e:42:00:00:01")
    orders: tuple[Callable[[], Awaitable[None]], ...] = (
        partial(look, one),
        partial(one.get(Level, Key.IMAGE_HUE).write, 1),
        one.get(Trigger, Key.RESTART).press,
    )
    for order in orders:
        with pytest.raises(DeviceConnectionError) as caught:
            await order()
        assert caught.value.reason is Reason.WRONG_DEVICE
    assert one.unit.writes == []
    assert one.get(Detector, Key.ONLINE).read() is False


async def test_wrong_password_later(one: Bench) -> None:
    """It is told, so that the owner is asked."""
    one.unit.set_password("other")
    with pytest.raises(DeviceAuthError):
        await look(one)


async def test_failing_clock(one: Bench) -> None:
    """A group that fails is no outage."""
    one.unit.plans.refuse("sys_get/TimeInfo", 503, count=None)
    await look(one)
    assert one.device.failed == {"TimeInfo": "failed"}
    assert one.get(Detector, Key.ONLINE).read() is True


async def test_no_clock(session: ClientSession) -> None:
    """A unit that does not tell the time is asked who it is instead."""
    async with bench(session, dome(absent={"sys_*/TimeInfo": 501})) as one:
        assert {Key.SYNC_CLOCK, Key.LAST_RESTART, Key.CLOCK_OFFSET} <= set(one.absent())
        one.unit.forget()
        await look(one)
        assert one.labels() == ["sys_get/DeviceInfo"]


# Restarts and the clock


async def test_restart(one: Bench) -> None:
    """It restarts and keeps everything; the settings are read anew after it."""
    await one.get(Trigger, Key.RESTART).press()
    assert one.unit.reboots == 1
    (record,) = one.unit.requests
    assert record.method == "POST"
    assert (record.query["ResetFlag"], record.query["IPkeep"]) == ("0", "1")
    one.unit.boot()
    await one.unit.settle()
    one.unit.settings.set("image/ImageInfo", "Hue", 5)
    await look(one, 1000)
    await look(one, 30)
    await one.device.refresh(Cadence.SETTINGS, frozenset({"1.ImageInfo"}))
    assert one.get(Level, Key.IMAGE_HUE).read() == 5


async def test_restart_elsewhere(one: Bench) -> None:
    """Another start is seen, and a little noise is not."""
    feature = one.get(Reading, Key.LAST_RESTART)
    before = feature.read()
    assert before == EPOCH - timedelta(seconds=661)
    one.unit.plans.change(
        "sys_get/TimeInfo", lambda body: body.replace(b">691<", b">660<")
    )
    await look(one)
    assert feature.read() == before
    one.unit.wall_clock.boot()
    await look(one)
    assert feature.read() == EPOCH + timedelta(seconds=30)
    assert one.get(Reading, Key.CLOCK_OFFSET).read() == 0
    one.unit.forget()
    await look(one)
    assert one.labels() == ["sys_get/DeviceInfo", "sys_get/TimeInfo"]


@pytest.mark.parametrize("code", [402, 403, 501])
async def test_other_restart(one: Bench, code: int) -> None:
    """What does not know the usual way knows the group of the table."""
    one.unit.plans.refuse("sys_set/SystemInfo", code)
    await one.get(Trigger, Key.RESTART).press()
    assert one.unit.reboots == 1
    assert one.unit.resets == 0


async def test_clock(session: ClientSession) -> None:
    """It is set in UTC, once, and not behind the back of a time server."""
    async with bench(session, dome(clock_error=1000)) as one:
        offset = one.get(Reading, Key.CLOCK_OFFSET)
        assert offset.read() == 1000
        (problem,) = one.device.problems()
        assert (problem.key, problem.placeholders) == (
            "clock_wrong",
            {"seconds": "1000"},
        )
        assert problem.fix is not None
        await problem.fix()
        (write,) = one.unit.writes
        assert set(write.sent) == {"TimeMethod", "CameraTime"}
        await look(one, 3, "TimeInfo")
        assert offset.read() == 0
        assert one.device.problems() == ()
        await one.get(Toggle, Key.NETWORK_TIME).write(True)
        sync = one.get(Trigger, Key.SYNC_CLOCK)
        assert sync.usable is not None
        assert not sync.usable()
        with pytest.raises(DeviceRequestError) as caught:
            await sync.press()
        assert caught.value.reason is Reason.NOT_NOW


async def test_reset_picture(one: Bench) -> None:
    """The image module starts anew, and is read again."""
    await one.get(Toggle, Key.MIRROR).write(True)
    await one.get(Trigger, Key.RESET_PICTURE).press()
    assert one.unit.camera_resets == [1]
    one.unit.clock.advance(3)
    await one.device.refresh(Cadence.SETTINGS, frozenset({"1.BasicInfo"}))
    assert one.get(Toggle, Key.MIRROR).read() is False


@pytest.mark.parametrize("key", [Key.RESTART, Key.RESET_PICTURE])
async def test_orders_once(one: Bench, key: Key) -> None:
    """Without an answer they are not repeated."""
    one.unit.faults.add(FaultKind.DROP_BEFORE, count=None)
    with pytest.raises(DeviceError) as caught:
        await one.get(Trigger, key).press()
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert len(one.unit.requests) == 1
    one.unit.faults.clear()


# Wireless


@pytest.mark.parametrize(
    ("told", "percent"),
    [
        (None, None),
        (808663348, None),
        (-121, None),
        (-120, 0),
        (-75, 50),
        (-30, 100),
        (0, 0),
        (3, 75),
        (4, 100),
        (5, 5),
        (100, 100),
    ],
)
def test_signal(told: float | None, percent: float | None) -> None:
    """Bars, percent and dBm are percent; the document's example is nothing."""
    assert signal_strength(told) == percent


async def test_wifi(session: ClientSession) -> None:
    """The signal is shown while it is used; nothing else of the group is kept."""
    async with bench(session, dome(wifi_signal="-60"), connect=False) as one:
        one.unit.settings.set("wifi/WifiInfo", "enable", 1)
        await one.device.connect()
        assert one.get(Reading, Key.WIFI_SIGNAL).read() == 80
        sections = one.device.dump()["sections"]
        assert isinstance(sections, dict)
        assert sections["WifiInfo"] == {"enable": "1", "signal": "-60"}


# Problems and diagnostics


@pytest.mark.parametrize("password", ["admin", ""])
async def test_known_passwords(session: ClientSession, password: str) -> None:
    """Those with which units are sold are a problem."""
    async with bench(session, dome(password=password)) as one:
        assert [problem.key for problem in one.device.problems()] == [
            "default_password"
        ]


async def test_nothing_known() -> None:
    """Before it was ever reached there is nothing to tell."""
    assert VENDOR.id == "vserver"
    assert VENDOR.redact == {name.lower() for name in VENDOR.redact}


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_no_secret_in_diagnostics(session: ClientSession, auth: Any) -> None:
    """No group with a password is ever asked for, but for that of the radio.

    What switches ONVIF on stands beside them.
    """
    options = dome(auth=auth, secrets_in_get=True, password="geheim")
    async with bench(session, options) as one:
        for name in ("FTPPassword", "FTPUsername"):
            one.unit.settings.set("net/FTPInfo", name, "geheim-ftp")
        for cadence in Cadence:
            await one.device.refresh(cadence, None)
        text = json.dumps(one.device.dump())
        assert "geheim" not in text
        assert "53T0A" not in text
        asked = one.unit.requests_of("net_*")
        assert {record.query["Group"] for record in asked} == {"NetProtocolInfo"}
        assert one.unit.requests_of("user_*") == []
        assert "geheim" not in repr(one.device.units)
        assert '"requests"' in text
