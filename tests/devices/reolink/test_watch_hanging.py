"""The fast poll: who holds up whom, and who is to blame."""

import asyncio
from collections.abc import Callable
import json

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.errors import Reason
from custom_components.watchpost.devices.model.vocabulary import DetectionKind as K
from custom_components.watchpost.devices.vendors.reolink import (
    session as session_module,
    watch as watch_module,
)
from custom_components.watchpost.devices.vendors.reolink.const import (
    CHANNEL_TIMEOUT,
    STATE_TIMEOUT,
)
from tests.emulators.base import FaultKind, RequestRecord
from tests.emulators.reolink import ReolinkOptions

from .client_rig import TIME, failure
from .watch_rig import post, sources_of


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be less patient."""
    monkeypatch.setattr(watch_module, "STATE_TIMEOUT", 0.5)
    monkeypatch.setattr(watch_module, "CHANNEL_TIMEOUT", 0.25)
    monkeypatch.setattr(watch_module, "TIMEOUT", 3.0)


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


async def test_nonsense_in_the_middle_of_a_search(
    session: ClientSession, quick: None
) -> None:
    """It ends the search: no camera is to blame for it."""

    def last(record: RequestRecord) -> bool:
        bodies = json.loads(record.body)
        return [item["param"].get("channel") for item in bodies] == [2, 2]

    async with post(session, ReolinkOptions.nvr(3), hanging=True) as made:
        made.lab.unit.hang_channel(0)
        made.lab.unit.faults.add(FaultKind.HTML, match=last)
        assert (await failure(made.poll())).reason is Reason.BAD_ANSWER
        assert not any(made.watch.hangs(number) for number in range(3))
        made.lab.unit.detect(2)
        await made.poll()
        assert made.motions() == [None, False, True]


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
        made.watch.forget(99)
        monkeypatch.setattr(session_module, "LOGOUT_TIMEOUT", 0.2)
        made.lab.unit.power_off()
        assert (await failure(made.poll())).reason is Reason.UNREACHABLE
        made.lab.unit.power_on()
        await made.lab.unit.settle()
        made.lab.unit.detect(1)
        assert await made.poll() == [(1, K.MOTION)]
