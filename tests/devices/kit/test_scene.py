"""One happening is one event, on however many ways it is told."""

from collections.abc import AsyncIterator
from itertools import permutations

from aiohttp import ClientSession
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.watchpost.devices.kit.scene import (
    Scene,
    Subject,
    event_picture,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AlarmKind,
    DetectionKind,
    EventPath,
    Key,
)
from tests.devices.kit.scene_rig import Stage, staged
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock

MOTION = Subject(kind=DetectionKind.MOTION)
INPUT = Subject(kind=AlarmKind.INPUT, unit="2", number=3)
POLL, HOOK, MAIL, ONVIF = (
    EventPath.POLL,
    EventPath.WEBHOOK,
    EventPath.MAIL,
    EventPath.ONVIF,
)


@pytest.fixture
async def stage(session: ClientSession) -> AsyncIterator[Stage]:
    """Return a scene in which nothing has happened, as far as the poll sees."""
    async with staged(session) as stage:
        stage.scene.look(MOTION, False)
        yield stage


def tell(stage: Stage, path: EventPath) -> int:
    """Tell that it moves on one way; return the number of events."""
    if path is POLL:
        stage.scene.begin_look()
        return len(stage.scene.look(MOTION, True))
    if path is ONVIF:
        return len(stage.scene.shown(ONVIF, MOTION, True))
    return len(stage.scene.told(path, MOTION))


@pytest.mark.parametrize(
    "order",
    list(permutations((POLL, HOOK, MAIL, ONVIF))),
    ids=lambda order: "-".join(order),
)
@pytest.mark.parametrize("gap", [0.0, 2.0], ids=["at once", "slowly"])
async def test_four_ways_are_one_event(
    stage: Stage, order: tuple[EventPath, ...], gap: float
) -> None:
    """Whichever is first tells it, and the others speak of the same."""
    events = 0
    for path in order:
        events += tell(stage, path)
        stage.wait(gap)

    assert events == 1
    assert stage.scene.on(MOTION) is True


@pytest.mark.parametrize("late", [HOOK, MAIL])
async def test_a_message_after_the_end_is_late(stage: Stage, late: EventPath) -> None:
    """It tells of what is over, so nothing is shown again."""
    assert tell(stage, ONVIF) == 1
    stage.scene.shown(ONVIF, MOTION, False)
    stage.wait(5)

    assert tell(stage, late) == 0
    assert stage.scene.on(MOTION) is False


async def test_two_mails_are_two_events(session: ClientSession) -> None:
    """A way that has told it tells of something new, once it is over."""
    async with staged(session) as stage:
        assert tell(stage, MAIL) == 1
        stage.wait(31)
        assert stage.scene.on(MOTION) is False

        assert tell(stage, MAIL) == 1


async def test_a_mail_much_later_is_something_else(stage: Stage) -> None:
    """Nobody knows of a motion that it could be about."""
    assert tell(stage, ONVIF) == 1
    stage.scene.shown(ONVIF, MOTION, False)
    stage.wait(31)

    assert tell(stage, MAIL) == 1


async def test_a_start_alone_ends_by_itself(session: ClientSession) -> None:
    """Nobody looks, so the time decides; a second start prolongs it."""
    async with staged(session) as stage:
        assert tell(stage, MAIL) == 1
        stage.wait(20)
        assert tell(stage, MAIL) == 0
        stage.wait(20)
        assert stage.scene.on(MOTION) is True
        before = stage.world.changes

        stage.wait(10.1)

        assert stage.scene.on(MOTION) is False
        assert stage.world.changes == before + 1


async def test_a_stream_tells_the_end(stage: Stage) -> None:
    """What a message holds is over when who sees it says so."""
    tell(stage, MAIL)
    assert tell(stage, ONVIF) == 0

    stage.scene.shown(ONVIF, MOTION, False)

    assert stage.scene.on(MOTION) is False


async def test_what_lasts_at_the_start_has_not_begun(session: ClientSession) -> None:
    """It is shown, and it is no event."""
    async with staged(session) as stage:
        assert stage.scene.shown(ONVIF, MOTION, True, initial=True) == ()
        assert stage.scene.on(MOTION) is True


async def test_what_begins_in_a_gap_is_told(session: ClientSession) -> None:
    """A stream that is back tells what has begun while it was not there."""
    async with staged(session) as stage:
        stage.scene.shown(ONVIF, MOTION, False, initial=True)
        stage.scene.lost(ONVIF)
        assert stage.scene.on(MOTION) is None
        stage.wait(30)

        assert len(stage.scene.shown(ONVIF, MOTION, True, initial=True)) == 1


async def test_what_lasts_over_a_gap_is_not_told_again(session: ClientSession) -> None:
    """It was on when it was seen last."""
    async with staged(session) as stage:
        assert len(stage.scene.shown(ONVIF, MOTION, True)) == 1
        stage.scene.lost(ONVIF)
        stage.wait(30)

        assert stage.scene.shown(ONVIF, MOTION, True, initial=True) == ()
        assert stage.scene.on(MOTION) is True


async def test_a_lost_stream_leaves_what_the_poll_sees(stage: Stage) -> None:
    """Only its own word is history."""
    tell(stage, ONVIF)
    stage.scene.lost(ONVIF)
    assert stage.scene.on(MOTION) is False

    tell(stage, POLL)
    stage.scene.lost(ONVIF)

    assert stage.scene.on(MOTION) is True


async def test_a_look_that_began_before_a_message_ends_nothing(stage: Stage) -> None:
    """Its answer is older than the message."""
    stage.scene.begin_look()
    tell(stage, HOOK)

    assert stage.scene.look(MOTION, False) == ()

    stage.wait(10.1)
    assert stage.scene.on(MOTION) is True
    stage.scene.begin_look()
    stage.scene.look(MOTION, False)
    assert stage.scene.on(MOTION) is False


async def test_notices_name_what_where_and_which(stage: Stage) -> None:
    """An input is an alarm with its number, and a picture is kept with its unit."""
    picture = event_picture(b"\xff\xd8\xff\xd9", stage.world.clock.now())

    (notice,) = stage.scene.told(MAIL, INPUT, picture)

    assert (notice.unit, notice.key, notice.kind) == ("2", Key.ALARM, "input")
    assert notice.data == {"number": 3}
    assert notice.picture is picture
    assert stage.scene.picture("2") is picture
    assert stage.scene.picture("") is None
    assert (INPUT, True) in list(stage.scene.known())


async def test_a_unit_that_is_gone_is_forgotten(stage: Stage) -> None:
    """Its pictures and timers go with it."""
    picture = event_picture(b"\xff\xd8\xff\xd9", stage.world.clock.now())
    stage.scene.told(MAIL, INPUT, picture)

    stage.scene.forget("2")

    assert stage.scene.picture("2") is None
    assert [subject for subject, _ in stage.scene.known()] == [MOTION]
    assert not stage.world.clock.pending


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("look"), st.booleans()),
        st.tuples(st.just("onvif"), st.booleans()),
        st.tuples(st.sampled_from(["webhook", "mail"]), st.just(True)),
        st.tuples(st.just("lost"), st.just(True)),
        st.tuples(st.just("wait"), st.sampled_from([0.5, 4.0, 15.0, 45.0, 90.0])),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(steps=STEPS)
async def test_whatever_comes_it_ends_and_each_event_has_a_start(
    steps: list[tuple[str, bool | float]],
) -> None:
    """No event while it is shown already, or without it being shown; no timer left."""
    timer = VirtualClock(EPOCH)
    async with ClientSession() as session:
        world = World(session, FakeClock(timer))
        scene = Scene(world.surroundings)
        for step, value in steps:
            before = scene.on(MOTION)
            match step, value:
                case "look", bool(level):
                    scene.begin_look()
                    told = scene.look(MOTION, level)
                case "onvif", bool(level):
                    told = scene.shown(ONVIF, MOTION, level)
                case "lost", _:
                    scene.lost(ONVIF)
                    told = ()
                case "wait", _:
                    timer.advance(float(value))
                    told = ()
                case _:
                    told = scene.told(EventPath(step), MOTION)
            assert not (told and before)
            assert not told or scene.on(MOTION)
        scene.shown(ONVIF, MOTION, False)
        timer.advance(61)
        scene.begin_look()
        scene.look(MOTION, False)
        assert scene.on(MOTION) is False
        scene.close()
        assert not world.clock.pending
