"""The fast poll: what is seen, told once, and who holds up whom."""

import json

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import DetectionKind as K
from custom_components.watchpost.devices.vendors.reolink.client import Ask
from custom_components.watchpost.devices.vendors.reolink.watch import (
    Watch,
)
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .client_rig import TIME, done, failure, raw_lab

# What is seen
from .watch_rig import ALL, Beginnings, post, seen, sources_of


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

        def looked(channel: int, _kind: K, level: bool | None) -> None:
            if level:
                events.append(channel)

        watch = Watch(made.client, made.world.clock, looked)
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
        assert seen(made.watch.sight(2)) == dict.fromkeys(ALL, True)
        assert seen(made.watch.sight(3)) == dict.fromkeys(ALL, False)
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
        assert seen(sight)[K.FACE] is None


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
        begun = Beginnings(made.world)
        watch = Watch(made.client, made.world.clock, begun)
        await watch.poll(["0.AiState"])
        assert begun.events == []
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
        begun = Beginnings(made.world)
        watch = Watch(made.client, made.world.clock, begun)
        await watch.poll(["0.MdState"])
        assert begun.events == []
        assert watch.sight(0).motion is motion


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
        assert set(seen(made.watch.sight(3)).values()) == {None}
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
