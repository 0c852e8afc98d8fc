"""What a unit tells over ONVIF: events, and where its streams are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
import json

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import BOX
from custom_components.watchpost.devices.model.features import (
    Detector,
    Happening,
    Reading,
    View,
)
from custom_components.watchpost.devices.model.vocabulary import (
    Cadence,
    EventPath,
    Key,
)
from custom_components.watchpost.devices.transport.onvif import OnvifStream
from custom_components.watchpost.devices.vendors.vserver.settings import MAIN, SUB
from custom_components.watchpost.devices.vendors.vserver.streams import sorted_out
from tests.devices.cbt.told import Follower, following, posted
from tests.emulators.base import FaultKind
from tests.emulators.onvif import OnvifOptions, OnvifProfile, OnvifService, Topic
from tests.emulators.onvif.options import channels
from tests.emulators.vserver import VserverOptions

from .rig import Bench, bench, dome

INPUTS = "IOTrigInfo"


def four() -> VserverOptions:
    """Return a server of four channels with ONVIF."""
    return VserverOptions.full(onvif=OnvifOptions(profiles=channels(4)))


def service_of(one: Bench) -> OnvifService:
    """Return the ONVIF side of a unit."""
    assert one.unit.onvif is not None
    return one.unit.onvif


def is_off(detector: Detector) -> bool:
    """Return whether nothing is seen any more."""
    return detector.read() is False


def address(one: Bench, key: Key, unit: str = BOX) -> str:
    """Return where a stream is."""
    stream = one.get(View, key, unit=unit).stream
    assert stream is not None
    source = stream()
    assert source is not None
    return source.url


@asynccontextmanager
async def listening(
    session: ClientSession, options: VserverOptions, **chosen: str
) -> AsyncIterator[tuple[Bench, Follower]]:
    """Run a unit and listen to it."""
    async with bench(session, options, chosen=chosen) as one:
        for number, _ in one.unit.numbered:
            one.unit.settings.set("alarm/MDInfo", "MDEnable", 1, number)
        async with following(one.device) as follower:
            yield one, follower
        # The subscription is given back.
        assert service_of(one).live == ()
        assert service_of(one).strange == []


# Events


async def test_four_channels(session: ClientSession) -> None:
    """Each channel tells for itself."""
    async with listening(session, four()) as (one, follower):
        for number in (4, 2):
            unit = f"channel_{number}"
            motion = one.get(Detector, Key.MOTION, unit=unit)
            assert motion.read() is False
            assert one.unit.detect_motion(number)
            await follower.until(lambda: bool(follower.notices))
            (notice,) = follower.news()
            assert (notice.unit, notice.kind) == (unit, "motion")
            assert motion.read() is True
            one.unit.end_motion(number)
            await follower.until(partial(is_off, motion))
        assert follower.news() == []
        assert Key.MOTION not in {key for key, _ in one.features()}
        assert one.get(Reading, Key.EVENT_PATH).read() is EventPath.ONVIF


async def test_more_than_motion(session: ClientSession) -> None:
    """What one channel has told of is shown there and nowhere else."""
    async with listening(session, four()) as (one, follower):
        token = "VideoSourceConfig_3"
        service_of(one).trigger(Topic.INSIDE, token, on=True)
        await follower.until(lambda: bool(follower.notices))
        assert [notice.unit for notice in follower.news()] == ["channel_3"]
        happening = one.get(Happening, Key.DETECTION, unit="channel_3")
        assert happening.kinds == ("motion", "intrusion")
        assert one.get(Detector, Key.INTRUSION, unit="channel_3").read() is True
        assert Key.INTRUSION in one.absent("channel_2")


async def test_inputs_that_cannot_be_asked(session: ClientSession) -> None:
    """What the unit tells is all that is known of them."""
    options = dome(onvif=OnvifOptions())
    async with listening(session, options) as (one, follower):
        inputs = [one.get(Detector, Key.ALARM_INPUT, slot) for slot in "12"]
        assert [found.read() for found in inputs] == [False, False]
        one.unit.set_alarm_input(2)
        await follower.until(lambda: bool(follower.notices))
        (notice,) = follower.news()
        assert (notice.unit, notice.key, dict(notice.data)) == (
            BOX,
            "alarm",
            {"number": 2},
        )
        assert [found.read() for found in inputs] == [False, True]


async def test_live_inputs_are_one(session: ClientSession) -> None:
    """Who tells of one first tells it; then they are looked at now and then."""
    options = dome(onvif=OnvifOptions(), io_trigger="live")
    async with listening(session, options) as (one, follower):

        async def look() -> list[str]:
            await one.device.refresh(Cadence.STATE, frozenset({INPUTS}))
            return [notice.kind for notice in one.device.take_notices()]

        assert await look() == []
        assert one.device.interval(Cadence.STATE) == 30
        one.unit.set_alarm_input(2)
        await follower.until(lambda: bool(follower.notices))
        assert [notice.kind for notice in follower.news()] == ["input"]
        one.unit.clock.advance(30)
        assert await look() == []
        assert one.get(Detector, Key.ALARM_INPUT, "2").read() is True
        one.unit.set_alarm_input(2, closed=False)
        second = one.get(Detector, Key.ALARM_INPUT, "2")
        await follower.until(lambda: second.read() is False)

        one.unit.forget()
        one.unit.clock.advance(10)
        await look()
        assert f"alarm_get/{INPUTS}" not in one.labels()
        one.unit.clock.advance(20)
        await look()
        assert one.labels().count(f"alarm_get/{INPUTS}") == 1

        service_of(one).kill()
        async with asyncio.timeout(5):
            await follower.ended.wait()
        assert one.device.interval(Cadence.STATE) == 10
        one.unit.set_alarm_input(1)
        one.unit.clock.advance(10)
        assert await look() == ["input"]
        await service_of(one).revive()


async def test_silent(session: ClientSession) -> None:
    """Who says nothing of what was seen is not believed to be awake."""
    options = dome(onvif=OnvifOptions(), io_trigger="live", alarm_inputs=1)
    async with listening(session, options) as (one, _):
        for _n in range(2):
            for level in ("0", "1"):
                # Behind the back of its ONVIF side.
                one.unit.settings.set("alarm/IOTrigInfo", "IOTrig", level, 1, 1)
                one.unit.clock.advance(30)
                await one.device.refresh(Cadence.STATE, frozenset({INPUTS}))
            assert len(one.device.take_notices()) == 1
        one.unit.clock.advance(25)
        assert "events_not_delivered" in [p.key for p in one.device.problems()]
        assert one.device.interval(Cadence.STATE) == 10


async def test_inverted(session: ClientSession) -> None:
    """An input that rests closed is read so on both ways."""
    options = dome(onvif=OnvifOptions(), io_trigger="live")
    async with listening(session, options, alarm_input_inverted="yes") as (one, told):
        found = one.get(Detector, Key.ALARM_INPUT, "1")
        assert found.read() is True
        one.unit.set_alarm_input(1)
        await told.until(lambda: found.read() is False)
        one.unit.clock.advance(30)
        await one.device.refresh(Cadence.STATE, frozenset({INPUTS}))
        assert found.read() is False


async def test_with_mails(session: ClientSession) -> None:
    """One motion is one event, on however many ways."""
    options = dome(onvif=OnvifOptions())
    async with listening(session, options) as (one, told), posted(one.device) as post:
        await post.subscribe()
        one.unit.detect_motion()
        await told.until(lambda: bool(told.notices))
        await one.unit.settle()
        assert len(post.raw) == 1
        assert (len(told.news()), post.news()) == (1, [])
        await post.mails.unsubscribe()


@pytest.mark.parametrize(
    ("options", "chosen", "detail"),
    [
        (dome(onvif=OnvifOptions()), {"onvif_events": "no"}, "onvif_events no"),
        (dome(), {}, "NetProtocolInfo ONVIF"),
        (
            dome(absent={"net_get/NetProtocolInfo": 501}, missing_cgi={"netport_*"}),
            {},
            "NetPortInfo OnvifPort",
        ),
    ],
)
async def test_not_offered(
    session: ClientSession,
    options: VserverOptions,
    chosen: dict[str, str],
    detail: str,
) -> None:
    """It is told why nothing is told."""
    async with bench(session, options, chosen=chosen, strict=False) as one:
        assert one.device.stream is not None
        assert not one.device.stream.offered
        assert one.absent()[Key.MOTION].detail == detail
        if one.unit.onvif is not None:
            assert one.unit.onvif.requests == []
            assert one.unit.requests_of("net_get/*") == []


async def test_only_the_port_is_told(session: ClientSession) -> None:
    """A unit that does not know the switch has ONVIF if it has a port."""
    options = dome(onvif=OnvifOptions(), absent={"net_get/NetProtocolInfo": 501})
    async with bench(session, options, strict=False) as one:
        assert one.device.stream is not None
        assert one.device.stream.offered
        assert one.absent()[Key.MOTION].detail == "onvif no answer"


# Streams


async def test_addresses(session: ClientSession) -> None:
    """They are those that ONVIF tells, at our host and with our login."""
    options = four()
    options.password = "p@ss word"
    async with bench(session, options) as one:
        start = "rtsp://admin:p%40ss%20word@127.0.0.1:8554/live"
        for number in range(1, 5):
            unit = f"channel_{number}"
            main, sub = f"Profile_{number}_main", f"Profile_{number}_sub"
            end = "?transport=tcp"
            assert address(one, Key.MAIN_STREAM, unit) == f"{start}/{main}{end}"
            assert address(one, Key.SUB_STREAM, unit) == f"{start}/{sub}{end}"
        assert "live/Profile" not in json.dumps(one.device.dump())


@pytest.mark.parametrize("fault", [FaultKind.HTTP_STATUS, FaultKind.DROP_BEFORE])
async def test_usual_addresses(session: ClientSession, fault: FaultKind) -> None:
    """Where ONVIF fails, the usual ones are taken and nothing else fails."""
    async with bench(session, dome(onvif=OnvifOptions()), connect=False) as one:
        service_of(one).faults.add(fault, count=None, code=500)
        await one.device.connect()
        assert address(one, Key.MAIN_STREAM).endswith("@127.0.0.1:554/1/h264major")
        assert address(one, Key.SUB_STREAM).endswith("@127.0.0.1:554/1/h264minor")
        service_of(one).faults.clear()


async def test_slow_addresses(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr(
        "custom_components.watchpost.devices.vendors.vserver.streams.ONVIF_TIME", 0.2
    )
    async with bench(session, dome(onvif=OnvifOptions()), connect=False) as one:
        service_of(one).faults.add(FaultKind.HANG, count=None)
        async with asyncio.timeout(5):
            await one.device.connect()
        assert address(one, Key.MAIN_STREAM).endswith("/1/h264major")
        service_of(one).faults.clear()


def stream(
    token: str, channel: int, *size: int, path: str | None = "/x"
) -> OnvifStream:
    """Return a profile."""
    width, height = size or (None, None)
    return OnvifStream(
        token=token,
        configuration=f"C{channel}",
        source=f"S{channel}",
        width=width,
        height=height,
        path=path,
    )


def test_sorting() -> None:
    """The larger one is the main stream, in whatever order they come."""
    found = sorted_out(
        (
            stream("small", 1, 640, 360),
            stream("large", 1, 1920, 1080),
            stream("middle", 1, 1280, 720),
            stream("first", 2),
            stream("second", 2),
            stream("lost", 3, 640, 480, path=None),
            stream("left", 3, 320, 240),
        )
    )
    assert {place: one.token for place, one in found.items()} == {
        (1, MAIN): "large",
        (1, SUB): "middle",
        (2, MAIN): "first",
        (2, SUB): "second",
        (3, MAIN): "left",
    }
    assert sorted_out(()) == {}


async def test_an_address_without_use(session: ClientSession) -> None:
    """What is no address of RTSP is as good as none."""
    profiles = (
        OnvifProfile(token="a", uri="http://192.0.2.1/video"),
        OnvifProfile(token="b", uri="rtsp://192.0.2.1/ok", width=640, height=360),
    )
    async with bench(session, dome(onvif=OnvifOptions(profiles=profiles))) as one:
        assert address(one, Key.MAIN_STREAM).endswith("@127.0.0.1:554/ok")
        assert address(one, Key.SUB_STREAM).endswith("/1/h264minor")
