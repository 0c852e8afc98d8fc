"""What is known of each way in which events come in."""

from datetime import UTC, datetime

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.kit.paths import delivery
from custom_components.watchpost.devices.model.device import Absent
from custom_components.watchpost.devices.model.features import Detector, Reading
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    EventPath,
    Key,
)
from tests.devices.kit.scene_rig import Stage, staged


def offer(stage: Stage, path: EventPath, *, alive: bool | None) -> None:
    """Add a way that is to be used."""
    stage.paths.add(path, chosen=lambda: True, alive=lambda: alive)


@pytest.mark.parametrize(
    ("alive", "best", "delivered"),
    [
        pytest.param({}, EventPath.POLL, None, id="none"),
        pytest.param({"mail": None}, EventPath.POLL, None, id="unknown"),
        pytest.param({"mail": False}, EventPath.POLL, False, id="silent"),
        pytest.param({"mail": True}, EventPath.MAIL, True, id="mail"),
        pytest.param(
            {"mail": True, "onvif": True}, EventPath.ONVIF, True, id="quickest"
        ),
        pytest.param(
            {"mail": True, "webhook": False}, EventPath.MAIL, True, id="other"
        ),
        pytest.param(
            {"mail": None, "webhook": False}, EventPath.POLL, False, id="one silent"
        ),
        pytest.param(
            {"listener": True, "onvif": True}, EventPath.LISTENER, True, id="listener"
        ),
    ],
)
async def test_the_quickest_way_that_works_is_in_use(
    session: ClientSession,
    alive: dict[str, bool | None],
    best: EventPath,
    delivered: bool | None,
) -> None:
    """Polling is what is left."""
    async with staged(session) as stage:
        for path, works in alive.items():
            offer(stage, EventPath(path), alive=works)

        assert stage.paths.best is best
        assert stage.paths.delivery() is delivered
        assert stage.paths.dump()["in_use"] == best.value


async def test_a_way_that_is_not_chosen_is_none(session: ClientSession) -> None:
    """Whether it would work does not matter."""
    async with staged(session) as stage:
        stage.paths.add(EventPath.MAIL, chosen=lambda: False, alive=lambda: True)

        assert stage.paths.best is EventPath.POLL
        absent = [one for one in delivery(stage.paths) if isinstance(one, Absent)]
        assert {one.key for one in absent} == {
            Key.EVENT_DELIVERY,
            Key.LAST_EVENT,
            Key.EVENT_DELAY,
        }
        assert {one.reason for one in absent} == {AbsenceReason.NOT_CONFIGURED}


@pytest.mark.parametrize(
    ("ahead", "told", "delay"),
    [
        pytest.param(0.0, -0.25, 250, id="right"),
        pytest.param(30.0, 29.5, 500, id="ahead"),
        pytest.param(-3600.0, -3601.0, 1000, id="an hour behind"),
        pytest.param(0.0, 0.2, 0, id="a little ahead"),
        pytest.param(0.0, -3600.0, None, id="wrong clock"),
    ],
)
async def test_how_late_a_message_is(
    session: ClientSession, ahead: float, told: float, delay: int | None
) -> None:
    """By the device's own time in it, and by how its clock stands."""
    async with staged(session) as stage:
        offer(stage, EventPath.ONVIF, alive=True)
        stage.paths.clock_offset = lambda: ahead
        now = stage.world.clock.now()

        stage.paths.heard(EventPath.ONVIF, datetime.fromtimestamp(now + told, UTC))

        features = {
            one.key: one.read()
            for one in delivery(stage.paths)
            if isinstance(one, (Detector, Reading))
        }
        assert features == {
            Key.EVENT_PATH: EventPath.ONVIF,
            Key.EVENT_DELIVERY: True,
            Key.LAST_EVENT: datetime.fromtimestamp(now, UTC),
            Key.EVENT_DELAY: delay,
        }
        assert stage.paths.counts == {EventPath.ONVIF: 1}
