"""The fast poll: what is seen, told once, and who holds up whom."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import DetectionKind as K
from custom_components.watchpost.devices.vendors.reolink import (
    client as client_module,
    watch as watch_module,
)
from custom_components.watchpost.devices.vendors.reolink.client import Ask
from custom_components.watchpost.devices.vendors.reolink.const import (
    CHANNEL_TIMEOUT,
    STATE_TIMEOUT,
)
from custom_components.watchpost.devices.vendors.reolink.watch import (
    Watch,
    motion_source,
    objects_source,
)
from tests.emulators.base import FaultKind, RequestRecord
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .client_rig import TIME, Lab, done, failure, lab, raw_lab

ALL = (K.MOTION, K.PERSON, K.VEHICLE, K.ANIMAL, K.FACE)


def sources_of(channels: Iterable[int]) -> list[str]:
    """Return the sources of some cameras."""
    return [
        source
        for number in channels
        for source in (motion_source(number), objects_source(number))
    ]


@dataclass
class Post:
    """A watch over a unit."""

    lab: Lab
    watch: Watch
    sources: list[str]
    events: list[tuple[int, K]] = field(default_factory=list)

    async def poll(self) -> list[tuple[int, K]]:
        """Poll once; return what has begun."""
        self.events.clear()
        await self.watch.poll(self.sources)
        return list(self.events)

    def asked(self) -> list[list[int | None]]:
        """Return the channels of each request since this was last called."""
        found: list[list[int | None]] = []
        for record in self.lab.unit.requests:
            items: list[dict[str, Any]] = json.loads(record.body)
            channels = {item["param"].get("channel") for item in items}
            found.append(sorted(channels, key=lambda one: -1 if one is None else one))
        self.lab.unit.forget()
        return found

    def motions(self) -> list[bool | None]:
        """Return what is known of motion at all cameras."""
        count = len(self.lab.unit.cameras)
        return [self.watch.sight(number).motion for number in range(count)]


@asynccontextmanager
async def post(
    session: ClientSession, options: ReolinkOptions, *, hanging: bool = False
) -> AsyncIterator[Post]:
    """Run a unit and watch it."""
    async with lab(session, options, connect=True, hanging=hanging) as made:
        sources = sources_of(range(len(options.channels)))
        events: list[tuple[int, K]] = []

        def happened(channel: int, kind: K) -> None:
            events.append((channel, kind))

        watch = Watch(made.client, made.world.clock, happened)
        yield Post(made, watch, sources, events)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be less patient."""
    monkeypatch.setattr(watch_module, "STATE_TIMEOUT", 0.5)
    monkeypatch.setattr(watch_module, "CHANNEL_TIMEOUT", 0.25)
    monkeypatch.setattr(watch_module, "TIMEOUT", 3.0)


# What is seen


async def test_all_in_one_request(session: ClientSession) -> None:
    """The questions to all cameras, in the order of the channels, and nothing else."""
    async with post(session, ReolinkOptions.nvr(16)) as made:
        for _ in range(3):
            await made.poll()
        bodies = [json.loads(record.body) for record in made.lab.unit.requests]
        assert [len(body) for body in bodies] == [32] * 3
        assert bodies[0] == [
            {"cmd": f"Get{name}", "action": 0, "param": {"channel": number}}
            for number in range(16)
            for name in ("AiState", "MdState")
        ]


async def test_only_what_is_wanted(session: ClientSession) -> None:
    """Other sources are none of its business."""
    async with post(session, ReolinkOptions.nvr(16)) as made:
        await made.watch.poll(iter(["3.MdState", "12.AiState", "3.Isp", "HddInfo"]))
        commands = [
            (call.command, call.channel)
            for call in made.lab.unit.calls
            if call.command != "GetTime"
        ]
        assert commands == [("GetMdState", 3), ("GetAiState", 12)]
        assert (made.watch.sight(3).motion, made.watch.sight(12).motion) == (
            False,
            None,
        )


async def test_more_cameras_than_fit(session: ClientSession) -> None:
    """A recorder with 36 channels is asked in three requests, all of them full."""
    still: dict[str, Json] = {"state": 0}
    moving: dict[str, Json] = {"state": 1}
    async with raw_lab(
        session,
        *[done(*[still] * 35), done(*[still] * 35), done(*[still] * 2)],
        *[done(*[still] * 35), done(*[still] * 35), done(still, moving)],
    ) as made:
        events: list[int] = []
        watch = Watch(
            made.client, made.world.clock, lambda channel, _: events.append(channel)
        )
        await watch.poll(sources_of(range(36)))
        await watch.poll(sources_of(range(36)))
        sizes = [len(body) for body in made.server.bodies]
        assert sizes == [1, 35, 35, 2, 35, 35, 2]
        assert events == [35]


async def test_events_are_told_once(session: ClientSession) -> None:
    """When something begins; not at the first look, and not while it lasts."""
    async with post(session, ReolinkOptions.nvr(4, full=True)) as made:
        unit = made.lab.unit
        unit.detect(0)
        unit.detect(1, "people")
        assert await made.poll() == []
        unit.detect(2)
        unit.detect(1, "vehicle")
        assert await made.poll() == [(1, K.VEHICLE), (2, K.MOTION)]
        assert await made.poll() == []
        unit.detect(2, active=False)
        assert await made.poll() == []
        for kind in ("motion", "people", "dog_cat", "face", "vehicle"):
            unit.detect(2, kind)
        assert await made.poll() == [(2, kind) for kind in ALL[1:]] + [(2, K.MOTION)]
        assert await made.poll() == []
        assert made.watch.sight(2).now() == dict.fromkeys(ALL, True)
        assert made.watch.sight(3).now() == dict.fromkeys(ALL, False)
        assert made.motions() == [True, False, True, False]


async def test_what_was_asked_for_in_between(session: ClientSession) -> None:
    """Other callers and other selections of cameras do not make it tell twice."""
    async with post(session, ReolinkOptions.nvr(4)) as made:
        await made.poll()
        made.lab.unit.detect(1)
        await made.watch.poll(sources_of([0, 1]))
        assert made.events == [(1, K.MOTION)]
        assert await made.poll() == []
        await made.watch.poll(sources_of([1]))
        assert made.events == []


@pytest.mark.parametrize("form", ["objects", "numbers"])
async def test_kinds_that_are_supported(session: ClientSession, form: str) -> None:
    """Old firmware tells numbers of what it knows; unknown kinds do no harm."""
    camera = ChannelOptions(ai=("people", "dog_cat", "package"))
    options = ReolinkOptions(
        channels=[camera], ai_state="numbers" if form == "numbers" else "objects"
    )
    async with post(session, options) as made:
        await made.poll()
        sight = made.watch.sight(0)
        assert sight.supported == {"people", "dog_cat"}
        assert sight.objects == {"people": False, "dog_cat": False}
        made.lab.unit.detect(0, "package")
        made.lab.unit.detect(0, "dog_cat")
        assert await made.poll() == [(0, K.ANIMAL)]
        assert sight.now()[K.FACE] is None


@pytest.mark.parametrize(
    ("told", "objects"),
    [
        ({}, {}),
        ({"people": None, "face": {}}, {"face": False}),
        ({"people": {"alarm_state": 1}}, {"people": True}),
        ({"people": {"alarm_state": "1", "support": "1"}}, {"people": True}),
        ({"people": {"alarm_state": "0", "support": "0"}}, {}),
        ({"people": {"alarm_state": 1, "support": None}}, {}),
        ({"people": {"alarm_state": True, "support": True}}, {"people": True}),
        ({"people": {"alarm_state": [], "support": 1}}, {"people": False}),
        ({"people": {"alarm_state": {"a": 1}, "support": 1}}, {"people": False}),
        ({"people": {"alarm_state": -1, "support": 1}}, {"people": False}),
        ({"people": 3, "vehicle": "0", "face": False},
         {"people": True, "vehicle": False, "face": False}),
        ({"people": [], "vehicle": "x"}, {"people": False, "vehicle": False}),
        ({"channel": 5, "unknown": {"alarm_state": 1, "support": 1}}, {}),
    ],
    ids=str,
)  # fmt: skip
async def test_odd_objects(
    session: ClientSession, told: dict[str, Json], objects: dict[str, bool]
) -> None:
    """Whatever it tells, some of it can be read."""
    async with raw_lab(session, done(told)) as made:
        watch = Watch(made.client, made.world.clock, _nobody)
        await watch.poll(["0.AiState"])
        assert watch.sight(0).objects == objects
        assert watch.sight(0).supported == set(objects)


@pytest.mark.parametrize(
    ("told", "motion"),
    [
        ({"state": 1}, True),
        ({"state": 0}, False),
        ({"state": True}, True),
        ({"state": "1"}, True),
        ({"State": "0"}, False),
        ({"state": "maybe"}, None),
        ({"state": None}, None),
        ({"state": {}}, None),
        ({}, None),
    ],
    ids=str,
)
async def test_odd_motion(
    session: ClientSession, told: dict[str, Json], motion: bool | None
) -> None:
    """What cannot be read is not known."""
    async with raw_lab(session, done(told)) as made:
        watch = Watch(made.client, made.world.clock, _nobody)
        await watch.poll(["0.MdState"])
        assert watch.sight(0).motion is motion


def _nobody(_channel: int, _kind: K) -> None:
    raise AssertionError("Nothing has begun")


async def test_more_in_the_same_request(session: ClientSession) -> None:
    """What else is wanted comes along; its answers are handed on."""
    async with post(session, ReolinkOptions.nvr(2)) as made:
        made.lab.unit.detect(1)
        ntp = Ask(command="GetNtp")
        answers = await made.watch.poll(made.sources, [TIME, ntp])
        assert len(answers) == 2
        assert answers[1].value.node("Ntp") is not None
        assert made.motions() == [False, True]
        assert await made.watch.poll([], [ntp]) != []
        assert made.lab.sizes() == [6, 1]


async def test_a_lost_login_and_a_collapsed_request(session: ClientSession) -> None:
    """Neither costs an event."""
    async with post(session, ReolinkOptions.nvr(4)) as made:
        await made.poll()
        made.lab.unit.detect(0)
        made.lab.unit.forget_sessions()
        assert await made.poll() == [(0, K.MOTION)]
        made.lab.unit.detect(1)
        made.lab.unit.plans.collapse(-16)
        assert await made.poll() == [(1, K.MOTION)]
        made.lab.unit.plans.shorten(2)
        made.lab.unit.detect(2)
        assert await made.poll() == [(2, K.MOTION)]
        assert made.watch.failed == {}


# Refusals


@pytest.mark.parametrize("code", [-9, -24, -26])
async def test_a_refused_question(session: ClientSession, code: int) -> None:
    """It is not asked again, until another camera is there; the others are live."""
    async with post(session, ReolinkOptions.nvr(4)) as made:
        made.lab.unit.plans.refuse("GetAiState", code, channel=2, count=None)
        await made.poll()
        made.lab.unit.detect(2)
        assert await made.poll() == [(2, K.MOTION)]
        assert made.lab.sizes() == [8, 7]
        assert list(made.watch.failed) == ["2.AiState"]
        assert made.watch.sight(2).codes == {"2.AiState": code}
        await made.lab.pass_by(1e6)
        await made.poll()
        assert made.lab.sizes() == [8, 7, 7]
        made.watch.forget(2)
        made.lab.unit.plans.clear()
        await made.poll()
        assert made.watch.failed == {}
        assert made.watch.sight(2).supported == {"people", "vehicle", "dog_cat"}


async def test_a_camera_that_is_away(session: ClientSession) -> None:
    """Nothing of it is known; after a while it is asked seldom."""
    async with post(session, ReolinkOptions.nvr(4)) as made:
        made.lab.unit.detect(3)
        await made.poll()
        made.lab.unit.set_online(3, online=False)
        made.lab.unit.detect(0)
        assert await made.poll() == [(0, K.MOTION)]
        assert made.motions() == [True, False, False, None]
        assert set(made.watch.sight(3).now().values()) == {None}
        assert set(made.watch.failed.values()) == {Reason.CAMERA_OFFLINE}
        for _ in range(4):
            await made.poll()
        assert made.lab.sizes() == [8, 8, 8, 8, 6, 6]
        made.lab.unit.set_online(3)
        await made.lab.pass_by(30)
        # What has begun meanwhile is nobody's news.
        assert await made.poll() == []
        assert made.motions() == [True, False, False, True]
        assert made.watch.failed == {}
        made.lab.unit.detect(3, active=False)
        await made.poll()
        made.lab.unit.detect(3)
        assert await made.poll() == [(3, K.MOTION)]


@pytest.mark.parametrize("code", [-8, -12, -16, -25, -31, -6])
async def test_a_failure_that_passes(session: ClientSession, code: int) -> None:
    """The last value is kept for two polls; then nothing is known any more."""
    async with post(session, ReolinkOptions.nvr(2)) as made:
        made.lab.unit.detect(1)
        await made.poll()
        made.lab.unit.plans.refuse("GetMdState", code, channel=1, count=2)
        assert await made.poll() == []
        assert await made.poll() == []
        assert made.watch.sight(1).motion is True
        assert await made.poll() == []
        assert made.watch.failed == {}
        made.lab.unit.plans.refuse("GetMdState", code, channel=1, count=None)
        for _ in range(3):
            await made.poll()
        assert made.watch.sight(1).motion is None
        assert list(made.watch.failed) == ["1.MdState"]
        made.asked()
        pauses = []
        for _ in range(3):
            passed = 0
            while not made.lab.unit.calls_of("GetMdState", 1):
                made.asked()
                await made.lab.pass_by(10)
                await made.poll()
                passed += 10
            made.lab.unit.forget()
            pauses.append(passed)
        assert pauses == [30, 60, 90]
        made.lab.unit.plans.clear()
        await made.lab.pass_by(600)
        assert await made.poll() == []
        assert made.watch.sight(1).motion is True
        assert made.watch.failed == {}


async def test_nothing_can_be_asked(session: ClientSession) -> None:
    """Then it asks for the time: that the device has gone would not be noticed."""
    async with post(session, ReolinkOptions.nvr(2)) as made:
        made.lab.unit.plans.refuse("*", -9, count=None)
        await made.poll()
        made.asked()
        await made.poll()
        assert made.lab.commands() == ["GetTime"]
        made.lab.unit.power_off()
        err = await failure(made.poll())
        assert isinstance(err, DeviceConnectionError)
        made.lab.unit.plans.clear()
        made.lab.unit.power_on()
        await made.lab.unit.settle()


# Who holds up the others


@pytest.mark.parametrize(
    ("count", "hanging", "requests"),
    [
        (2, [0], 4),
        (2, [1], 4),
        (3, [1], 5),
        (3, [0, 2], 5),
        (4, [3], 6),
        (4, [0, 2], 8),
        (4, [0, 1], 6),
        (5, [4], 6),
        (9, [0, 3, 6], 14),
        (16, [5], 10),
        (16, [0, 4], 14),
        (16, [8, 9], 10),
        (16, [0, 1, 2, 3], 10),
        (16, [15], 10),
        (6, list(range(5)), 10),
    ],
)
async def test_cameras_that_hang(
    session: ClientSession,
    quick: None,
    count: int,
    hanging: list[int],
    requests: int,
) -> None:
    """They are found in one poll, in which the others are seen; wherever they are."""
    async with post(session, ReolinkOptions.nvr(count), hanging=True) as made:
        await made.poll()
        live = [number for number in range(count) if number not in hanging]
        made.asked()
        for number in range(count):
            made.lab.unit.detect(number)
        for number in hanging:
            made.lab.unit.hang_channel(number)
        assert sorted(await made.poll()) == [(number, K.MOTION) for number in live]
        assert len(made.asked()) == requests
        assert [one for one in range(count) if made.watch.hangs(one)] == hanging
        assert [n for n, on in enumerate(made.motions()) if on] == live
        assert await made.poll() == []
        assert made.asked() == [live]
        assert made.watch.failed == {}


def test_the_time_it_takes() -> None:
    """One camera of sixteen costs a poll and two time-outs: 7 seconds."""
    assert STATE_TIMEOUT + 2 * CHANNEL_TIMEOUT <= 7


async def test_it_is_asked_again(session: ClientSession, quick: None) -> None:
    """Later and later, alone, after the others; and then it belongs to them again."""
    async with post(session, ReolinkOptions.nvr(4), hanging=True) as made:
        await made.poll()
        made.lab.unit.detect(2)
        made.lab.unit.hang_channel(2)
        await made.poll()
        for pause in (60, 120, 300, 900, 900):
            made.asked()
            await made.lab.pass_by(pause - 1)
            await made.poll()
            assert made.asked() == [[0, 1, 3]]
            await made.lab.pass_by(1)
            await made.poll()
            assert made.asked() == [[0, 1, 3], [2]]
        made.lab.unit.hang_channel(2, hangs=False)
        await made.lab.pass_by(900)
        # What has begun meanwhile is nobody's news.
        assert await made.poll() == []
        assert made.motions() == [False, False, True, False]
        assert not made.watch.hangs(2)
        made.asked()
        await made.poll()
        assert made.asked() == [[0, 1, 2, 3]]
        made.lab.unit.hang_channel(2)
        await made.poll()
        made.asked()
        await made.lab.pass_by(60)
        await made.poll()
        assert made.asked() == [[0, 1, 3], [2]]


async def test_two_are_asked_again_in_turn(session: ClientSession, quick: None) -> None:
    """One in a poll: each may hold up all others."""
    async with post(session, ReolinkOptions.nvr(4), hanging=True) as made:
        await made.poll()
        for number in (1, 2):
            made.lab.unit.hang_channel(number)
        await made.poll()
        await made.lab.pass_by(60)
        made.asked()
        await made.poll()
        assert made.asked() == [[0, 3], [1]]
        await made.poll()
        assert made.asked() == [[0, 3], [2]]
        await made.poll()
        assert made.asked() == [[0, 3]]


async def test_a_camera_that_came_back_with_another_answer(
    session: ClientSession, quick: None
) -> None:
    """It does not hang any more when it is not there any more."""
    async with post(session, ReolinkOptions.nvr(4), hanging=True) as made:
        made.lab.unit.hang_channel(2)
        await made.poll()
        made.lab.unit.hang_channel(2, hangs=False)
        made.lab.unit.set_online(2, online=False)
        await made.lab.pass_by(60)
        await made.poll()
        assert not made.watch.hangs(2)
        assert set(made.watch.failed.values()) == {Reason.CAMERA_OFFLINE}


async def test_a_device_that_is_slow_with_everything(
    session: ClientSession, quick: None
) -> None:
    """No camera is to blame, and few requests are spent on it."""
    async with post(session, ReolinkOptions.nvr(16), hanging=True) as made:
        await made.poll()
        made.asked()
        made.lab.unit.faults.add(FaultKind.LATENCY, seconds=0.8, count=None)
        for _ in range(2):
            err = await failure(made.poll())
            assert err.reason is Reason.TIMEOUT
            assert len(made.asked()) == 2
        assert not any(made.watch.hangs(number) for number in range(16))
        made.lab.unit.faults.clear()
        made.lab.unit.detect(3)
        assert await made.poll() == [(3, K.MOTION)]


def _longer_than(commands: int) -> Callable[[RequestRecord], bool]:
    return lambda record: len(json.loads(record.body)) > commands


@pytest.mark.parametrize("most", [8, 2])
async def test_a_device_that_is_slow_with_many_questions(
    session: ClientSession, quick: None, most: int
) -> None:
    """No camera is to blame; from then on it is given more time."""
    async with post(session, ReolinkOptions.nvr(16), hanging=True) as made:
        made.lab.unit.faults.add(
            FaultKind.LATENCY, seconds=0.7, count=None, match=_longer_than(most)
        )
        await made.poll()
        made.asked()
        made.lab.unit.detect(3)
        assert await made.poll() == [(3, K.MOTION)]
        assert made.asked() == [list(range(16))]
        assert made.watch.took >= 0.7
        assert not any(made.watch.hangs(number) for number in range(16))
        # Once it is quick again, a camera that hangs is found quickly again.
        made.lab.unit.faults.clear()
        await made.poll()
        assert made.watch.took < 0.5
        made.lab.unit.hang_channel(7)
        made.lab.unit.detect(4)
        async with asyncio.timeout(2.5):
            assert await made.poll() == [(4, K.MOTION)]
        assert made.watch.hangs(7)


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_all_cameras_hang(
    session: ClientSession, quick: None, count: int
) -> None:
    """Then it is the device that does not answer."""
    async with post(session, ReolinkOptions.nvr(count), hanging=True) as made:
        await made.poll()
        for number in range(count):
            made.lab.unit.hang_channel(number)
        err = await failure(made.poll())
        assert err.reason is Reason.TIMEOUT
        assert not any(made.watch.hangs(number) for number in range(count))


async def test_the_last_camera_that_answers_goes(
    session: ClientSession, quick: None
) -> None:
    """With nobody left to ask, the device itself is asked."""
    async with post(session, ReolinkOptions.nvr(2), hanging=True) as made:
        made.lab.unit.hang_channel(0)
        await made.poll()
        made.watch.forget(1)
        made.sources = sources_of([0])
        made.asked()
        await made.poll()
        assert made.lab.commands() == ["GetTime"]
        await made.lab.pass_by(60)
        made.asked()
        await made.poll()
        assert made.asked() == [[0], [None]]
        made.lab.unit.faults.add(FaultKind.LATENCY, seconds=0.8, count=None)
        assert (await failure(made.poll())).reason is Reason.TIMEOUT


async def test_the_device_tells_that_a_camera_hangs(session: ClientSession) -> None:
    """After a while of its own; it is left alone in the same way."""
    async with post(session, ReolinkOptions.nvr(16)) as made:
        await made.poll()
        for command in ("GetMdState", "GetAiState"):
            made.lab.unit.plans.refuse(
                command, -8, channel=5, count=None, collapse=True
            )
        made.lab.unit.detect(6)
        assert await made.poll() == [(6, K.MOTION)]
        assert [number for number in range(16) if made.watch.hangs(number)] == [5]
        made.asked()
        await made.poll()
        assert made.lab.sizes() == [30]
        await made.lab.pass_by(60)
        await made.poll()
        assert made.lab.sizes() == [30, 30, 2, 1, 1]
        assert made.watch.hangs(5)
        await made.lab.pass_by(60)
        await made.poll()
        assert made.lab.sizes()[5:] == [30]
        made.lab.unit.plans.clear()
        await made.lab.pass_by(60)
        await made.poll()
        assert not made.watch.hangs(5)


async def test_no_time_for_what_else_was_asked(
    session: ClientSession, quick: None
) -> None:
    """It has no answers then; the cameras have theirs."""
    async with post(session, ReolinkOptions.nvr(3), hanging=True) as made:
        made.lab.unit.hang_channel(0)
        made.lab.unit.detect(1)
        assert await made.watch.poll(made.sources, [TIME]) == []
        assert made.motions() == [None, True, False]


async def test_other_failures_are_not_looked_into(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that has gone has gone, also in the middle of a search."""
    async with post(session, ReolinkOptions.nvr(4)) as made:
        await made.poll()
        made.asked()
        made.lab.unit.faults.add(FaultKind.HTML)
        assert (await failure(made.poll())).reason is Reason.BAD_ANSWER
        assert len(made.asked()) == 1
        monkeypatch.setattr(client_module, "LOGOUT_TIMEOUT", 0.2)
        made.lab.unit.power_off()
        assert (await failure(made.poll())).reason is Reason.UNREACHABLE
        made.lab.unit.power_on()
        await made.lab.unit.settle()
        made.lab.unit.detect(1)
        assert await made.poll() == [(1, K.MOTION)]
