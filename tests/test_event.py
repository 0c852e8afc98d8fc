"""The alarm event: probe, remote order, broadcast, by log and by push."""

from collections.abc import Callable

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant
from tests.conftest import Later
from tests.emulators.strobe.documents import ALARM
from tests.home import Home

POLL = 11
KINDS = [
    pytest.param(0, "input", {"number": 1}, id="probe"),
    pytest.param(1, "remote", {}, id="remote"),
    pytest.param(2, "broadcast", {}, id="broadcast"),
]

type Told = Callable[[], list[str]]


@pytest.fixture
def told(hass: HomeAssistant) -> Told:
    """Return what gives the kinds of all alarms that were told."""
    changes: list[Event[EventStateChangedData]] = async_capture_events(
        hass, EVENT_STATE_CHANGED
    )

    def kinds() -> list[str]:
        states = (
            change.data["new_state"]
            for change in changes
            if change.data["entity_id"] == "event.porch_alarm"
        )
        moments = {
            state.state: str(state.attributes["event_type"])
            for state in states
            if state is not None and state.state not in ("unknown", "unavailable")
        }
        return list(moments.values())

    return kinds


@pytest.mark.parametrize(("code", "kind", "data"), KINDS)
async def test_kinds(
    later: Later, home: Home, code: int, kind: str, data: dict[str, int]
) -> None:
    """Each kind of alarm in the log is an event of that kind."""
    assert home.value("event", "alarm") == "unknown"
    assert home.state("event", "alarm").attributes["event_types"] == [
        "input",
        "remote",
        "broadcast",
    ]

    home.strobe.add_log(code)
    await later(POLL)

    state = home.state("event", "alarm")
    assert state.attributes["event_type"] == kind
    assert data.items() <= state.attributes.items()
    assert ("number" in state.attributes) is ("number" in data)


async def test_each_alarm_once(later: Later, home: Home, told: Told) -> None:
    """An alarm is told once, however often the log is read."""
    assert await home.strobe.trigger_probe()
    for _ in range(4):
        await later(POLL)
    assert told() == ["input"]

    assert await home.strobe.trigger_broadcast()
    await later(POLL)

    assert told() == ["input", "broadcast"]


async def test_alarms_before_the_start_are_no_news(
    later: Later, home: Home, told: Told
) -> None:
    """What happened before we looked is history, also after a reload."""
    assert await home.strobe.trigger_probe()
    await home.reload()
    await later(POLL)

    assert told() == []


async def test_our_own_between_those_of_others(
    later: Later, home: Home, told: Told
) -> None:
    """Our own alarms are taken out, those of another client are told."""
    await home.alarm(sound="Siren.wav")
    home.strobe.add_log(1)
    await later(POLL)

    assert told() == ["remote"]


async def test_restored_after_a_restart(later: Later, home: Home) -> None:
    """The last alarm is still the state after a reload."""
    home.strobe.add_log(2)
    await later(POLL)
    before = home.state("event", "alarm")
    await home.reload()

    after = home.state("event", "alarm")
    assert (after.state, after.attributes["event_type"]) == (before.state, "broadcast")


async def test_push_and_log_tell_the_same_alarm_once(
    later: Later, webhook_home: Home, told: Told
) -> None:
    """The push comes at once; the log adds nothing to it."""
    home = webhook_home
    await home.choose(event_path="webhook")
    assert told() == []

    assert await home.strobe.trigger_probe()
    await later(1)
    assert told() == ["input"]

    await later(61)
    await later(61)

    assert told() == ["input"]


async def test_schedule_without_push_is_found_in_the_log(
    later: Later, webhook_home: Home, told: Told
) -> None:
    """An alarm that the unit does not push is still told, later."""
    home = webhook_home
    await home.choose(event_path="webhook")
    home.set_field(ALARM, "HTTPMsgEnabled", "0")
    await later(301)

    assert await home.strobe.trigger_probe()
    await later(61)

    assert told() == ["input"]


async def test_disarmed_input(later: Later, home: Home, told: Told) -> None:
    """A disarmed input gives no alarm."""
    await home.act("switch", "alarm_input_detection_1", "turn_off")
    assert not await home.strobe.trigger_probe()
    await later(POLL)

    assert told() == []


async def test_outputs_come_back_after_an_alarm_of_the_unit(
    later: Later, home: Home
) -> None:
    """The unit's own alarm takes the outputs; ours are shown again after it."""
    await home.light("back", hs_color=(240, 100))
    assert await home.strobe.trigger_probe()
    assert home.strobe.outputs.back is None
    await later(POLL)
    for _ in range(7):
        await later(10)

    back = home.strobe.outputs.back
    assert back is not None
    assert back.color1 == 3
