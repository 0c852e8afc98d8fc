"""What the camera tells over ONVIF, beside what it is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.features import (
    Detector,
    Happening,
    Reading,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    EventPath,
    Key,
)
from custom_components.watchpost.devices.vendors.cbt.device import CbtDevice
from tests.emulators.cbt import CbtOptions
from tests.emulators.cbt.alarms import Detector as Detecting
from tests.emulators.onvif import OnvifOptions, OnvifService, Topic

from .rig import Bench, bench, login_to
from .told import Follower, following, posted

SOURCE = "getIOAlarmIn"
PICTURE = "VideoSourceConfig_1"
SEEN: Final[dict[Detecting, Key]] = {
    "region": Key.INTRUSION,
    "occlusion": Key.TAMPER,
}


def speaking(**changes: Any) -> CbtOptions:
    """Return a camera with ONVIF."""
    return CbtOptions.full(**{"onvif": OnvifOptions(), **changes})


def service_of(one: Bench) -> OnvifService:
    """Return the ONVIF side of a camera."""
    assert one.emulator.onvif is not None
    return one.emulator.onvif


@asynccontextmanager
async def listening(
    session: ClientSession, *, inverted: bool = False
) -> AsyncIterator[tuple[Bench, Follower]]:
    """Run a camera and listen to it."""
    option = "yes" if inverted else "no"
    async with bench(session, speaking(), alarm_input_inverted=option) as one:
        for section in ("MotionDetConf", "RegInvConf"):
            one.emulator.settings.set(section, md_enable=1)
        async with following(one.device) as follower:
            yield one, follower
        # The subscription is given back.
        assert service_of(one).live == ()
        assert service_of(one).strange == []


async def test_motion(session: ClientSession) -> None:
    """It begins and ends when the camera says so."""
    async with listening(session) as (one, follower):
        motion = one.get(Detector, Key.MOTION)
        assert motion.read() is False
        assert one.emulator.detect_motion()
        await follower.until(lambda: bool(follower.notices))
        (notice,) = follower.news()
        assert (notice.unit, notice.key, notice.kind) == ("", "detection", "motion")
        assert motion.read() is True
        one.emulator.end_motion()
        await follower.until(lambda: motion.read() is False)
        assert follower.news() == []


async def test_what_it_can_tell(session: ClientSession) -> None:
    """What the camera has named is there, before anything happens."""
    async with listening(session) as (one, follower):
        assert one.get(Happening, Key.DETECTION).kinds == (
            "motion",
            "intrusion",
            "tamper",
        )
        assert one.get(Detector, Key.EVENT_DELIVERY).read() is True
        assert one.get(Reading, Key.EVENT_PATH).read() is EventPath.ONVIF
        for detector, key in SEEN.items():
            one.emulator.alarms.begin(detector)
            await follower.until(lambda: bool(follower.notices))
            assert [notice.kind for notice in follower.news()] == [key]
            assert one.get(Detector, key).read() is True
        delay = one.get(Reading, Key.EVENT_DELAY).read()
        assert isinstance(delay, int)
        assert 0 <= delay < 5_000


async def test_it_is_remembered(session: ClientSession) -> None:
    """After a restart everything is there at once, and nothing is known."""
    async with bench(session, speaking()) as one:
        assert Key.MOTION in one.absent
        async with following(one.device):
            assert Key.MOTION not in one.absent
        device = CbtDevice(login_to(one.emulator), one.world.surroundings)
        await device.connect()
        (unit,) = device.units
        detectors = [one for one in unit.features if isinstance(one, Detector)]
        known = {one.key: one.read() for one in detectors}
        assert known[Key.MOTION] is known[Key.TAMPER] is known[Key.INTRUSION] is None
        assert known[Key.EVENT_DELIVERY] is None
        await device.close()


async def test_the_input_is_one(session: ClientSession) -> None:
    """Who tells of it first tells it; then it is looked at now and then."""
    async with listening(session) as (one, follower):
        await one.look(Cadence.STATE, SOURCE)
        alarm = one.get(Detector, Key.ALARM_INPUT, "1")
        assert alarm.read() is False
        assert one.device.interval(Cadence.STATE) == 30

        one.emulator.set_alarm_input(on=True)
        await follower.until(lambda: bool(follower.notices))
        (notice,) = follower.news()
        assert (notice.key, notice.kind, dict(notice.data)) == (
            "alarm",
            "input",
            {"number": 1},
        )
        await one.look(Cadence.STATE, SOURCE)
        assert one.device.take_notices() == ()
        assert alarm.read() is True

        # What was seen at the last look does not keep it.
        one.emulator.set_alarm_input(on=False)
        await follower.until(lambda: alarm.read() is False)
        assert follower.news() == []
        assert [
            one.slot for one in one.unit.features if one.key is Key.ALARM_INPUT
        ] == ["1"]


async def test_inverted(session: ClientSession) -> None:
    """An input that rests closed is read so on both ways."""
    async with listening(session, inverted=True) as (one, follower):
        await one.look(Cadence.STATE, SOURCE)
        alarm = one.get(Detector, Key.ALARM_INPUT, "1")
        assert alarm.read() is True
        one.emulator.set_alarm_input(on=True)
        await follower.until(lambda: alarm.read() is False)
        await one.look(Cadence.STATE, SOURCE)
        assert alarm.read() is False
        one.emulator.set_alarm_input(on=False)
        await follower.until(lambda: alarm.read() is True)
        assert [notice.kind for notice in follower.news()] == ["input"]


async def test_lost(session: ClientSession) -> None:
    """The input is looked at often again; motion is not known after a minute."""
    async with listening(session) as (one, follower):
        await one.look(Cadence.STATE, SOURCE)
        assert one.device.interval(Cadence.STATE) == 30
        one.emulator.detect_motion()
        await follower.until(lambda: bool(follower.notices))
        service_of(one).kill()
        async with asyncio.timeout(5):
            await follower.ended.wait()
        assert one.device.interval(Cadence.STATE) == 3
        assert one.get(Detector, Key.EVENT_DELIVERY).read() is False
        assert one.get(Reading, Key.EVENT_PATH).read() is EventPath.POLL
        motion = one.get(Detector, Key.MOTION)
        assert motion.read() is True
        one.pass_by(61)
        assert motion.read() is None
        one.emulator.set_alarm_input(on=True)
        await one.look(Cadence.STATE, SOURCE)
        assert [notice.kind for notice in one.device.take_notices()] == ["input"]

        await service_of(one).revive()
        async with following(one.device):
            assert one.get(Detector, Key.EVENT_DELIVERY).read() is True
            assert one.device.interval(Cadence.STATE) == 30


async def test_silent(session: ClientSession) -> None:
    """Who says nothing of what was seen is not believed to be awake."""
    async with listening(session) as (one, follower):
        await one.look(Cadence.STATE, SOURCE)
        assert "events_not_delivered" not in [p.key for p in one.device.problems()]
        for _n in range(2):
            for closed in (True, False):
                # Behind the back of its ONVIF side.
                one.emulator.terminals.contact_closed = closed
                one.pass_by(25)
                await one.look(Cadence.STATE, SOURCE)
            assert len(one.device.take_notices()) == 1
        one.pass_by(25)
        assert "events_not_delivered" in [p.key for p in one.device.problems()]
        assert one.device.interval(Cadence.STATE) == 3

        # It tells of one before it is seen, so it is awake again.
        one.emulator.set_alarm_input(on=True)
        await follower.until(lambda: bool(follower.notices))
        await one.look(Cadence.STATE, SOURCE)
        assert one.device.interval(Cadence.STATE) == 30
        assert "events_not_delivered" not in [p.key for p in one.device.problems()]


async def test_with_mails(session: ClientSession) -> None:
    """One motion is one event, on however many ways."""
    async with listening(session) as (one, follower), posted(one.device) as post:
        await post.subscribe()
        one.emulator.detect_motion()
        await follower.until(lambda: bool(follower.notices))
        await one.emulator.settle()
        assert len(post.raw) == 2
        assert (len(follower.news()), post.news()) == (1, [])
        assert one.get(Reading, Key.EVENT_PATH).read() is EventPath.ONVIF
        await post.mails.unsubscribe()


async def test_not_wanted(session: ClientSession) -> None:
    """Whoever chooses No is not even asked for a port."""
    async with bench(session, speaking(), onvif_events="no") as one:
        assert one.device.stream is not None
        assert not one.device.stream.offered
        assert one.absent[Key.MOTION].detail == "onvif_events no"
        await one.look(Cadence.SETTINGS)
        assert "getWiredNetwork" not in one.actions
        assert service_of(one).requests == []


async def test_not_announced(session: ClientSession) -> None:
    """Without a port there is nothing to subscribe to."""
    async with bench(session) as one:
        assert one.device.stream is not None
        assert not one.device.stream.offered
        absent = one.absent[Key.MOTION]
        assert absent.reason is AbsenceReason.NOT_CONFIGURED
        assert absent.detail == "onvif WiredNetwork onvifPort"
        assert one.get(Reading, Key.EVENT_PATH).read() is EventPath.POLL


@pytest.mark.parametrize("auth", ["token", "digest"])
async def test_refused(session: ClientSession, auth: Any) -> None:
    """A camera that does not let us in is asked as before."""
    options = speaking(onvif=OnvifOptions(auth=auth))
    async with bench(session, options) as one:
        service_of(one).gate.password = "another"
        assert one.device.stream is not None
        follower = Follower()
        await follower.listen(one.device.stream)
        assert follower.answers == 0
        assert one.absent[Key.MOTION].detail == "onvif no answer"


@pytest.mark.parametrize("onvif", [OnvifOptions(), None])
async def test_only_what_is_of_use_is_kept(
    session: ClientSession, onvif: OnvifOptions | None
) -> None:
    """Addresses of the network are not told to anybody."""
    async with bench(session, speaking(onvif=onvif)) as one:
        sections = one.device.dump()["sections"]
        assert isinstance(sections, dict)
        kept = {"onvifPort": service_of(one).port} if onvif else {}
        assert sections["WiredNetwork"] == kept
        assert "255.255.255.0" not in json.dumps(one.device.dump())


async def test_storage_is_nothing_of_ours(session: ClientSession) -> None:
    """A topic that means nothing here makes nothing."""
    async with listening(session) as (one, follower):
        service_of(one).trigger(Topic.STORAGE, "Recording_1", on=True)
        service_of(one).trigger(Topic.CELL_MOTION, PICTURE, on=True)
        await follower.until(lambda: bool(follower.notices))
        assert [notice.kind for notice in follower.news()] == ["motion"]
