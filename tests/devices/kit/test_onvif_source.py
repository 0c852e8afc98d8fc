"""Events by ONVIF, as a device of ours takes them in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
import itertools

from aiohttp import ClientSession, web
import pytest

from custom_components.watchpost.devices.kit.onvif import OnvifSource
from custom_components.watchpost.devices.kit.scene import Subject
from custom_components.watchpost.devices.model.device import Json, Login, Notice
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceError,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AlarmKind,
    DetectionKind,
    EventPath,
)
from tests.devices.kit.scene_rig import Stage, staged
from tests.emulators.onvif import OnvifOptions, OnvifService
from tests.emulators.onvif.options import channels
from tests.emulators.onvif.topics import Topic

PASSWORD = "camera secret"
MOTION = Subject(kind=DetectionKind.MOTION)


@dataclass
class Bench:
    """A device, and what a source has told of it."""

    stage: Stage
    service: OnvifService
    units: dict[int, str]
    port: int | None
    learned: int = 0
    notices: list[Notice] = field(default_factory=list)
    answers: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Prepare a source."""
        self.source = self.make()

    def make(self, *, chosen: bool = True, password: str = PASSWORD) -> OnvifSource:
        """Return a source with the same memory."""
        around = self.stage.world.surroundings
        login = Login(
            host=self.service.host, port=80, username="admin", password=password
        )

        def learn() -> None:
            self.learned += 1

        return OnvifSource(
            login,
            around,
            self.stage.scene,
            self.stage.paths,
            chosen=chosen,
            port=lambda: self.port,
            unit_of=self.units.get,
            learned=learn,
        )

    async def listen(self) -> None:
        """Take in what the source tells."""
        async with aclosing(self.source.listen()) as news:
            async for notices in news:
                self.answers += 1
                self.notices += notices
                self.heard.set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for a while."""
        task = asyncio.create_task(self.listen())
        await self.until(self.answers + 1)
        yield
        task.cancel()
        await asyncio.wait({task})

    async def until(self, count: int) -> None:
        """Wait until so many answers were told."""
        async with asyncio.timeout(5):
            while self.answers < count:
                self.heard.clear()
                await self.heard.wait()


@pytest.fixture
def options() -> OnvifOptions:
    """Return how the device is."""
    return OnvifOptions(tell_lifetime=True)


@pytest.fixture
async def bench(session: ClientSession, options: OnvifOptions) -> AsyncIterator[Bench]:
    """Return a device on which nothing happens."""
    async with staged(session) as stage:
        service = OnvifService("admin", PASSWORD, stage.timer, options)
        async with service:
            bench = Bench(stage, service, {1: ""}, service.port)
            yield bench
            bench.source.close()
            await stage.world.settle()


async def test_motion_begins_and_ends(bench: Bench) -> None:
    """One event, and the state follows the device."""
    async with bench.listening():
        assert bench.source.alive
        assert bench.stage.paths.best is EventPath.ONVIF
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
        assert bench.stage.scene.on(MOTION) is True
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", False)
        await bench.until(before + 2)

    assert bench.stage.scene.on(MOTION) is False
    assert [one.kind for one in bench.notices] == ["motion"]
    assert bench.stage.paths.delay is not None
    assert bench.service.left


async def test_what_it_can_tell_is_remembered(bench: Bench) -> None:
    """The next start knows it before anything happens."""
    assert not bench.source.worked
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.TAMPER, "VideoSourceConfig_1", True)
        bench.service.trigger(Topic.INPUT, "AlarmIn_1", True)
        await bench.until(before + 1)

    again = bench.make()

    assert again.worked
    assert DetectionKind.TAMPER in again.kinds("")
    assert again.inputs == {1}
    assert bench.learned >= 2
    assert bench.stage.scene.on(Subject(kind=AlarmKind.INPUT, number=1)) is True


@pytest.mark.parametrize("options", [OnvifOptions(profiles=channels(4))])
async def test_a_channel_is_a_unit(bench: Bench) -> None:
    """What happens at one nobody knows is told to nobody."""
    bench.units.clear()
    bench.units.update({1: "ch1", 3: "ch3"})
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_2", True)
        await bench.until(before + 1)
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_3", True)
        await bench.until(before + 2)

    assert [one.unit for one in bench.notices] == ["ch3"]
    assert DetectionKind.MOTION in bench.source.kinds("ch3")
    assert bench.source.kinds("ch2") == frozenset()


async def test_a_subscription_that_is_lost_is_history_after_a_minute(
    bench: Bench,
) -> None:
    """For a while the last state is shown, then nothing is known."""
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
    bench.service.kill()
    assert not bench.source.alive
    assert bench.stage.paths.delivery() is False
    bench.stage.wait(59)
    assert bench.stage.scene.on(MOTION) is True

    bench.stage.wait(2)

    assert bench.stage.scene.on(MOTION) is None


async def test_back_within_a_minute_it_goes_on(bench: Bench) -> None:
    """What has begun meanwhile is told, what lasts is not told again."""
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", False)
        await bench.until(before + 1)
    bench.service.kill()
    bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
    bench.stage.wait(30)
    await bench.service.revive()

    async with bench.listening():
        pass

    assert bench.stage.scene.on(MOTION) is True
    assert [one.kind for one in bench.notices] == ["motion"]
    bench.stage.wait(61)
    async with bench.listening():
        pass
    assert [one.kind for one in bench.notices] == ["motion"]


SILENT = OnvifOptions(tell_lifetime=True, initial=False, longest_wait=0.05)
"""A device that does not say how everything is."""


@pytest.mark.parametrize("options", [SILENT])
@pytest.mark.parametrize("gap", [30, 90])
async def test_an_end_in_a_gap_that_nobody_tells(bench: Bench, gap: float) -> None:
    """What the next subscription does not confirm is over, and begins anew."""
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
    bench.service.kill()
    bench.stage.wait(gap)
    await bench.service.revive()

    async with bench.listening():
        assert bench.stage.scene.on(MOTION) is (True if gap < 60 else None)
        changes = bench.stage.world.changes
        bench.stage.wait(10.1)
        assert bench.stage.scene.on(MOTION) is None
        assert bench.stage.world.changes == changes + 1
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
        bench.stage.wait(20)

    assert bench.stage.scene.on(MOTION) is True
    assert [one.kind for one in bench.notices] == ["motion", "motion"]


@pytest.mark.parametrize("initial", [True, False])
@pytest.mark.parametrize(
    "options", [OnvifOptions(lifetime=60, renew="no", longest_wait=0.05)]
)
async def test_another_subscription_must_confirm(bench: Bench, initial: bool) -> None:
    """A device that does not renew may lose the end on the way, or say it lasts."""
    bench.service.options.initial = initial
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
        bench.stage.wait(25)
        await bench.until(before + 2 + initial)
        assert bench.service.left == ["sub1"]
        assert bench.stage.scene.on(MOTION) is True
        bench.stage.wait(10.1)

        assert bench.stage.scene.on(MOTION) is (True if initial else None)

    assert [one.kind for one in bench.notices] == ["motion"]


@pytest.mark.parametrize("options", [SILENT])
async def test_another_subscription_at_once_gives_no_more_time(bench: Bench) -> None:
    """A device that never keeps one for ten seconds does not show it for ever."""
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
    for _ in range(2):
        async with bench.listening():
            bench.stage.wait(5.1)

    assert bench.stage.scene.on(MOTION) is None
    async with bench.listening():
        before = bench.answers
        bench.service.trigger(Topic.CELL_MOTION, "VideoSourceConfig_1", True)
        await bench.until(before + 1)
    async with bench.listening():
        pass
    # In the end no timer is left, though it is in doubt.


def inputs(answer: int) -> bytes:
    """Return an answer with a hundred inputs that no other has."""
    messages = "".join(
        "<NotificationMessage><Topic>Device/Trigger/DigitalInput</Topic><Message>"
        f"<Source><SimpleItem Name='InputToken' Value='t{answer}x{number}z'/></Source>"
        "<Data><SimpleItem Name='LogicalState' Value='true'/></Data>"
        "</Message></NotificationMessage>"
        for number in range(100)
    )
    return (
        "<Envelope><Body><PullMessagesResponse>"
        f"{messages}</PullMessagesResponse></Body></Envelope>"
    ).encode()


async def test_endless_inputs(bench: Bench) -> None:
    """No device has so many; they are written down once, and never more."""
    numbers = itertools.count()

    async def invent(_request: web.BaseRequest) -> web.Response:
        content = inputs(next(numbers))
        return web.Response(body=content, content_type="application/soap+xml")

    bench.service.answers["PullMessages"] = invent
    async with bench.listening():
        assert bench.learned == 1
        assert bench.source.inputs == frozenset(range(1, 33))
        await bench.until(4)

    assert bench.learned == 1
    assert bench.source.inputs == frozenset(range(1, 33))
    assert len(bench.notices) == 32
    assert bench.make().inputs == bench.source.inputs


async def test_endless_inputs_of_another_time(bench: Bench) -> None:
    """What was written down too much is not made again, nor added to."""
    kept: list[Json] = [*range(101, 1101)]
    bench.stage.world.memory.put("onvif", {"kinds": [], "inputs": kept})
    bench.source = bench.make()
    assert bench.source.inputs == frozenset(range(101, 133))
    bench.service.answers["PullMessages"] = inputs(0)

    async with bench.listening():
        pass

    assert bench.source.inputs == frozenset(range(101, 133))
    assert bench.notices == []


async def test_a_wrong_password(bench: Bench) -> None:
    """It is told, and never named."""
    bench.source = bench.make(password="another secret")

    with pytest.raises(DeviceAuthError) as caught:
        await bench.listen()

    assert "secret" not in str(caught.value)
    assert not bench.source.alive


async def test_without_a_port_nothing_is_offered(bench: Bench) -> None:
    """Neither where the device announces none, nor where nobody wants it."""
    assert not bench.make(chosen=False).offered
    bench.port = None
    assert not bench.source.offered

    await bench.listen()

    assert bench.service.requests == []


async def test_a_port_at_which_nobody_listens(bench: Bench) -> None:
    """It is an error like any other."""
    bench.service.power_off()

    with pytest.raises(DeviceError):
        await bench.listen()

    assert not bench.source.alive
