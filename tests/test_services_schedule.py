"""Actions on the schedules that are stored in the unit."""

from typing import Any

import pytest
import voluptuous as vol

from homeassistant.exceptions import HomeAssistantError
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, IDLE
from tests.home import Home, refused

PATHS = {"alarm": ALARM, "idle": IDLE}


@pytest.mark.parametrize("kind", ["alarm", "idle"])
async def test_get_all(home: Home, kind: str) -> None:
    """All five, each with number, name, state and week."""
    answer = await home.device("schedule_get", kind=kind)

    assert set(answer) == {"schedules"}
    schedules = answer["schedules"]
    assert [one["number"] for one in schedules] == [1, 2, 3, 4, 5]
    assert schedules[0] == {
        "number": 1,
        "name": f"{kind.title()} 1",
        "enabled": kind == "alarm",
        "week": {
            day: ["00:00-23:59"]
            for day in (
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
            )
        },
    }


async def test_get_one(home: Home) -> None:
    """One by its number."""
    answer = await home.device("schedule_get", kind="idle", number=4)
    assert [one["number"] for one in answer["schedules"]] == [4]


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        pytest.param({"enabled": True}, {"ScheduleEnable": "1"}, id="enabled"),
        pytest.param(
            {"name": "Day & <night>"}, {"ScheduleName": "Day & <night>"}, id="name"
        ),
        pytest.param(
            {"week": {"monday": ["08:00-18:30"], "friday": ["08:00-18:30"]}},
            {"WeekDays": "15", "BeginTime": "08:00:00", "EndTime": "18:30:00"},
            id="week",
        ),
        pytest.param(
            {"week": {"sunday": "22:00-24:00"}},
            {"WeekDays": "0", "BeginTime": "22:00:00", "EndTime": "23:59:59"},
            id="till_midnight",
        ),
        pytest.param(
            {"week": {"saturday": ["01:02:03-04:05:06"]}},
            {"WeekDays": "6", "BeginTime": "01:02:03", "EndTime": "04:05:06"},
            id="seconds",
        ),
        pytest.param({"week": {}}, {"WeekDays": ""}, id="never"),
        pytest.param(
            {"week": {"tuesday": []}},
            {"WeekDays": "", "BeginTime": "00:00:00"},
            id="empty_day",
        ),
    ],
)
@pytest.mark.parametrize("number", [1, 3])
async def test_set(
    home: Home, number: int, data: dict[str, Any], fields: dict[str, str]
) -> None:
    """What is named is changed, all else stays, in this and the other schedules."""
    before = home.document(IDLE).copy()
    await home.device("schedule_set", kind="idle", number=number, **data)

    changed: dict[str, str] = {}
    for new, old in zip(home.document(IDLE).children, before.children, strict=True):
        for node, was in zip(new.children, old.children, strict=True):
            changed |= {node.name: node.text} if node.text != was.text else {}
            assert node.text == was.text or new.name == f"ScheduleCount_{number}"
    assert changed.items() <= fields.items()
    schedule = home.document(IDLE).children[number]
    assert {name: schedule.get(name) for name in fields} == fields


async def test_set_shows_at_once(home: Home) -> None:
    """The switch of the schedule follows."""
    await home.device("schedule_set", kind="idle", enabled=True)
    assert home.value("switch", "idle_schedule_1") == "on"


async def test_set_keeps_what_nobody_knows(home: Home) -> None:
    """Fields of a later firmware are written back as they came."""
    await home.device("schedule_set", kind="alarm", number=2, name="Yard")

    assert home.field(ALARM, "TCPIPMsgEnabled", 2) == "0"
    assert home.field(ALARM, "ScheduleName", 2) == "Yard"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"kind": "idle"}, id="nothing_to_change"),
        pytest.param({"kind": "sauna", "enabled": True}, id="kind"),
        pytest.param({"enabled": True}, id="no_kind"),
        pytest.param({"kind": "idle", "number": 0, "enabled": True}, id="number"),
        pytest.param({"kind": "idle", "week": {"funday": []}}, id="day"),
        pytest.param({"kind": "idle", "week": {"monday": ["8-9"]}}, id="hours"),
        pytest.param({"kind": "idle", "week": {"monday": ["08:00"]}}, id="no_dash"),
        pytest.param(
            {"kind": "idle", "week": {"monday": ["22:00-06:00"]}}, id="over_midnight"
        ),
        pytest.param(
            {"kind": "idle", "week": {"monday": ["08:00-25:00"]}}, id="no_such_hour"
        ),
        pytest.param({"kind": "idle", "enabled": "perhaps"}, id="enabled"),
    ],
)
async def test_wrong_input(home: Home, data: dict[str, Any]) -> None:
    """What no unit could keep is refused before anything is sent."""
    home.strobe.forget()
    with pytest.raises(vol.Invalid):
        await home.device("schedule_set", **data)

    assert home.strobe.requests == []


@pytest.mark.parametrize("kind", ["motion", "recording", "siren"])
async def test_kind_that_this_family_has_not(home: Home, kind: str) -> None:
    """The error names the kinds that there are; nothing is sent."""
    home.strobe.forget()
    with refused("no_such_schedule"):
        await home.device("schedule_set", kind=kind, enabled=True)
    with refused("no_such_schedule"):
        await home.device("schedule_get", kind=kind)

    assert home.strobe.requests == []


@pytest.mark.parametrize("strobe_options", [StrobeOptions(schedule_count=2)])
async def test_number_that_is_not_there(home: Home) -> None:
    """The third of two schedules."""
    with refused("schedule_invalid"):
        await home.device("schedule_set", kind="idle", number=3, enabled=True)
    with refused("schedule_invalid"):
        await home.device("schedule_get", kind="idle", number=3)


@pytest.mark.parametrize(
    "week",
    [
        pytest.param(
            {"monday": ["08:00-09:00"], "tuesday": ["10:00-11:00"]}, id="different"
        ),
        pytest.param({"monday": ["08:00-09:00", "10:00-11:00"]}, id="two_ranges"),
    ],
)
async def test_week_that_the_unit_cannot_keep(home: Home, week: dict[str, Any]) -> None:
    """One time range for all days is all that this family has."""
    with refused("schedule_invalid"):
        await home.device("schedule_set", kind="idle", week=week)

    assert home.field(IDLE, "WeekDays") == "0123456"


async def test_unit_refuses(home: Home) -> None:
    """An error of the unit is told."""
    home.strobe.faults.add("http_status", IDLE, method="PUT", code=503, count=None)
    with refused("busy", HomeAssistantError):
        await home.device("schedule_set", kind="idle", enabled=True)
