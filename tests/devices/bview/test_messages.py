"""Messages of the camera: what they mean, and when they are missed."""

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import PushMessage
from custom_components.watchpost.devices.model.errors import DeviceConnectionError
from custom_components.watchpost.devices.model.vocabulary import Delivery
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewOptions

from .watch_rig import MOTION, SAVED, Post, listening, posted

TRIGGER = "/Pictures/1/Motion/Trigger"
URL = "http://127.0.0.1:9/api/webhook/5ec12e7"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
async def test_motion_over_the_network(session: ClientSession, method: str) -> None:
    """A message of any form means that something moves now."""
    options = BviewOptions.full(push_method=method, push_body=b"<x/>")
    async with posted(session, options) as post, listening(post) as ear:
        assert method in post.push.methods
        await post.push.subscribe(ear.url, "t")
        post.unit.detect_motion(3)
        await post.unit.settle()
        assert ear.heard == [f"{method} /api/webhook/5ec12e7"]
        assert post.news() == [MOTION]
        assert post.watch.motion is True
        assert post.push.delivery() is True
        assert post.paths.last_event == post.world.time()
        assert await post.look() == []


async def test_a_recording_over_the_network(session: ClientSession) -> None:
    """A finished recording is told with the name of its file."""
    async with posted(session) as post, listening(post) as ear:
        await post.push.subscribe(ear.url, "t")
        post.unit.record_event()
        post.unit.clock.advance(60)
        await post.unit.settle()
        (name,) = [one.name for one in post.unit.recorder.recordings]
        assert post.news() == [SAVED]
        assert dict(post.notices[0].data) == {"file": name}
        assert post.watch.motion is False
        assert post.push.delivery() is True
        assert post.watch.interval() == 5


async def test_proven_meanwhile(session: ClientSession) -> None:
    """Something happens while delivery is set up."""
    async with posted(session) as post, listening(post) as ear:
        post.unit.plans.change(
            TRIGGER, lambda body: (post.message(), body)[1], method="GET"
        )
        assert (await post.push.subscribe(ear.url, "t")).delivery is Delivery.PROVEN


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.avi",
        "/etc/x.avi",
        "a b.avi",
        "H.avi\n",
        "H.avi.exe",
        "H.AVI",
        "",
        ".avi",
        "a" * 200 + ".avi",
        "\u0661.avi",
    ],
)
async def test_names_that_are_none(session: ClientSession, name: str) -> None:
    """Neither a recording nor motion."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        assert post.message(eventfile=name) == []
        assert post.watch.motion is False


async def test_told_twice(session: ClientSession) -> None:
    """A notice that is repeated is one recording."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        assert post.message(eventfile="H_20160712192233_00006.avi") == [SAVED]
        assert post.message(EventFile="H_20160712192233_00006.avi") == []
        for number in range(60):
            assert post.message(eventfile=f"H_{number}.avi") == [SAVED]
        assert post.message(eventfile="H_59.avi") == []
        assert post.message(eventfile="H_0.avi") == [SAVED]


async def test_not_configured(session: ClientSession) -> None:
    """Nothing comes in before it was asked for."""
    async with posted(session) as post:
        assert post.message() == []
        assert post.paths.last_event is None
        assert post.push.handle(PushMessage(query={"eventfile": "a.avi"})) == ()


async def test_no_message_for_a_motion(session: ClientSession) -> None:
    """A motion that is seen and not told makes delivery doubtful."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        await post.look()
        post.unit.detect_motion(20)
        post.message()
        for _ in range(4):
            await post.look(15)
        assert post.push.delivery() is True
        post.unit.clock.advance(400)
        post.unit.detect_motion(600)
        assert await post.look(15) == [MOTION]
        assert post.push.delivery() is True
        changes = post.world.changes
        await post.look(15)
        await post.look(15)
        assert post.push.delivery() is False
        assert post.watch.interval() == 5
        assert post.world.changes == changes + 1
        post.message()
        assert post.push.delivery() is True


async def test_a_message_in_time(session: ClientSession) -> None:
    """A message that comes within 20 s is in time."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        post.message()
        await post.look(400)
        post.unit.detect_motion(60)
        await post.look(5)
        post.unit.clock.advance(15)
        post.message()
        await post.look(60)
        assert post.push.delivery() is True


async def test_motion_again_and_again(session: ClientSession) -> None:
    """A camera that tells the first one only within five minutes is not silent."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        post.message()
        for _ in range(10):
            await post.look(100)
            post.unit.detect_motion(10)
            assert await post.look(5) == [MOTION]
            await post.look(100)
        assert post.push.delivery() is True


AMS = "/Alarm/AMS/2"
CONFIG = "/Alarm/EventCfgList/2"
NOTIFY = "/Record/Notify/URL"


async def untold(post: Post, pause: float = 400) -> None:
    """Let something move that no message tells."""
    await post.look(pause)
    post.unit.detect_motion(10)
    assert await post.look(5) == [MOTION]
    await post.look(30)
    await post.world.settle()


async def test_never_told(session: ClientSession) -> None:
    """Two motions without a message are enough, and it is renewed once."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        post.unit.forget()
        await untold(post)
        assert post.push.delivery() is None
        assert post.labels.count(f"PUT {AMS}") == 1
        await untold(post, 100)
        assert post.push.delivery() is None
        changes = post.world.changes
        await untold(post)
        assert post.push.delivery() is False
        assert post.world.changes > changes
        for _ in range(3):
            await untold(post, 700)
        assert post.labels.count(f"PUT {AMS}") == 1
        post.message(eventfile="H.avi")
        assert post.push.delivery() is False
        post.message()
        assert post.push.delivery() is True
        await untold(post)
        assert post.push.delivery() is False
        assert post.labels.count(f"PUT {AMS}") == 2


async def test_not_renewed_too_often(session: ClientSession) -> None:
    """A renewal that fails is tried again, and not within ten minutes."""
    async with posted(session) as post:
        await post.push.subscribe(URL, "t")
        post.message()
        post.unit.forget()
        post.unit.faults.add(FaultKind.DROP_BEFORE, path=AMS, count=None)
        post.unit.faults.add(FaultKind.DROP_BEFORE, path=CONFIG, count=None)
        await untold(post)
        assert post.push.delivery() is False
        assert post.world.spawned.count("watchpost push") == 1
        await untold(post, 350)
        assert post.world.spawned.count("watchpost push") == 1
        post.unit.faults.clear()
        await untold(post, 350)
        assert post.world.spawned.count("watchpost push") == 2
        await untold(post, 700)
        assert post.world.spawned.count("watchpost push") == 2


async def test_nobody_was_to_tell(session: ClientSession) -> None:
    """Where motion is not set up none is missed."""
    options = BviewOptions.full(absent={"/Alarm/*": -3})
    async with posted(session, options) as post:
        await untold(post)
        await post.push.subscribe(URL, "t")
        for _ in range(3):
            await untold(post)
        assert post.push.delivery() is None
        assert post.world.spawned == []


async def test_lost_while_nobody_listened(session: ClientSession) -> None:
    """What start-up finds missing is set up again once something moves."""
    options = BviewOptions.full(absent={"/Alarm/*": -3})
    async with posted(session, options) as post:
        await post.push.subscribe(URL, "t")
        post.unit.settings.set(NOTIFY, "Host", "")
        assert not await post.push.verify(URL, "t")
        await post.look(60)
        await post.world.settle()
        assert post.world.spawned == []
        await untold(post)
        assert post.unit.settings.get(NOTIFY, "Host") == "127.0.0.1"
        assert post.world.spawned == ["watchpost push"]
        await untold(post, 700)
        assert post.world.spawned == ["watchpost push"]


async def test_forgotten_while_nobody_listened(session: ClientSession) -> None:
    """An alarm server cannot be read: the first motion that is missed proves it."""
    options = BviewOptions.full(alarm_survives=False)
    async with posted(session, options) as post, listening(post) as ear:
        await post.push.subscribe(ear.url, "t")
        post.unit.reboot()
        post.unit.boot()
        assert await post.push.verify(ear.url, "t")
        assert post.unit.motion_target() is None
        await untold(post)
        assert post.unit.motion_target() == ear.url
        await post.look(400)
        post.unit.detect_motion(10)
        await post.unit.settle()
        assert post.push.delivery() is True


async def test_another_address(session: ClientSession) -> None:
    """A new address of Home Assistant is what the next renewal tells the camera."""
    other = "http://127.0.0.1:10/api/webhook/5ec12e7"
    async with posted(session) as post:
        before = post.unit.settings.get(NOTIFY, "Host")
        await post.push.subscribe(URL, "t")
        assert not await post.push.verify(other, "t")
        assert post.unit.motion_target() == URL
        post.unit.faults.add(FaultKind.DROP_BEFORE, path=NOTIFY, method="PUT", count=2)
        await untold(post)
        assert post.unit.motion_target() == other
        assert post.unit.settings.get(NOTIFY, "Port") == "9"
        post.unit.faults.clear()
        await untold(post, 700)
        assert post.unit.settings.get(NOTIFY, "Port") == "10"
        assert await post.push.verify(other, "t")
        await post.push.unsubscribe()
        assert post.unit.settings.get(NOTIFY, "Host") == before
        assert post.world.memory.kept == {}


async def test_given_back_between_two_addresses(session: ClientSession) -> None:
    """A renewal that broke off leaves a target that is still known to be ours."""
    other = "http://127.0.0.1:10/api/webhook/5ec12e7"
    async with posted(session) as post:
        before = post.unit.settings.get(NOTIFY, "Host")
        await post.push.subscribe(URL, "t")
        await post.push.verify(other, "t")
        post.unit.faults.add(FaultKind.DROP_BEFORE, path=NOTIFY, method="PUT", count=2)
        with pytest.raises(DeviceConnectionError):
            await post.push.renew()
        post.unit.faults.clear()
        assert post.unit.settings.get(NOTIFY, "Port") == "9"
        await post.push.unsubscribe()
        assert post.unit.settings.get(NOTIFY, "Host") == before
        await post.push.renew()
        assert post.unit.settings.get(AMS, "Enable") == "false"
