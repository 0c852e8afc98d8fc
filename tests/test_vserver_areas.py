"""What a dome can be asked to do: areas, texts, hours, and the card."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import pytest

from homeassistant.core import HomeAssistant
from tests.bview_home import told
from tests.conftest import Time
from tests.emulators.vserver import Card, Channel, Grid, VserverOptions
from tests.home import refused
from tests.vserver_home import VserverHome, dome, vserver_home


@pytest.fixture
def options() -> VserverOptions:
    """Return a camera that can do everything; override it in a test."""
    return dome()


@pytest.fixture
async def home(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: VserverOptions,
) -> AsyncIterator[VserverHome]:
    """Return a home with every entity enabled."""
    async with vserver_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.server.forget()
        yield found


async def areas(home: VserverHome) -> list[dict[str, float]]:
    """Return where motion is looked for."""
    found: list[dict[str, float]] = (await home.ask("areas_get", kind="motion"))[
        "boxes"
    ]
    return found


def cells(home: VserverHome) -> set[tuple[int, int]]:
    """Return the cells that the unit watches."""
    grid = Grid.parse(home.server.settings.get("alarm/MDInfo", "MDArea"))
    return {(x, y) for y in range(18) for x in range(22) if grid.watches(x, y)}


@pytest.mark.parametrize(
    "options",
    [dome(), dome(grid_get="trailing"), dome(grid_get="plain")],
    ids=["joined", "trailing", "plain"],
)
async def test_motion_areas(home: VserverHome) -> None:
    """The cells of the grid are boxes in percent, both ways."""
    whole = {"x": 0.0, "y": 0.0, "width": 100.0, "height": 100.0}
    assert await areas(home) == [whole]
    boxes: list[Mapping[str, float]] = [
        {"x": 0, "y": 0, "width": 50, "height": 50},
        {"x": 50, "y": 75, "width": 50, "height": 25},
    ]
    await home.ask("areas_set", kind="motion", boxes=boxes)
    watched = cells(home)
    assert {(x, y) for x in range(11) for y in range(9)} <= watched
    assert (21, 17) in watched
    assert (21, 0) not in watched
    assert home.server.writes[-1].changes.keys() == {"MDArea"}
    await home.poll(3)
    found = await areas(home)
    assert found[0] == pytest.approx(boxes[0], abs=0.1)
    await home.ask("areas_set", kind="motion", boxes=found)
    assert cells(home) == watched
    await home.ask("areas_set", kind="motion", boxes=[])
    assert cells(home) == set()
    with told("no_such_areas") as placeholders:
        await home.ask("areas_get", kind="person")
    assert placeholders["kinds"] == "motion"


async def test_overlay(home: VserverHome) -> None:
    """Text, place and whether it is shown, each by itself or together."""
    label = "image/OSDInfo"
    await home.ask(
        "overlay_set", slot=5, text="Gate & <Tür>", x=50, y=100, enabled=True
    )
    kept = home.server.settings
    names = ("TextOSDTitle4", "TextOSDX4", "TextOSDY4", "TextOSDStatus4")
    found = [kept.get(label, name) for name in names]
    assert found == ["Gate & <Tür>", "50", "99", "1"]
    await home.ask("overlay_set", slot=5, enabled=False)
    assert kept.get(label, "TextOSDTitle4") == "Gate & <Tür>"
    await home.poll(3)
    assert home.value("text", "overlay_text_5") == "Gate & <Tür>"
    assert home.value("switch", "overlay_text_shown_5") == "off"
    with refused("overlay_no_slot"):
        await home.ask("overlay_set", slot=6, text="x")
    with refused("overlay_no_change"):
        await home.ask("overlay_set", slot=1)
    assert len(home.written) == 2


WEEK: Final = {
    "monday": ["08:00-12:30", "13:00-18:00"],
    "sunday": ["23:30-23:59"],
}


@pytest.mark.parametrize("kind", ["alarm", "motion"])
async def test_schedule(home: VserverHome, kind: str) -> None:
    """A week is written day by day and read back; nothing of it is lost."""
    await home.tell("schedule_set", kind=kind, week=WEEK)
    assert len(home.written) == 2
    answer = await home.tell("schedule_get", kind=kind)
    (found,) = answer["schedules"]
    assert (found["enabled"], found["week"]) == (True, WEEK)
    await home.tell("schedule_set", kind=kind, week=WEEK)
    assert len(home.written) == 2
    await home.tell("schedule_set", kind=kind, enabled=False)
    (found,) = (await home.tell("schedule_get", kind=kind))["schedules"]
    assert (found["enabled"], found["week"]) == (False, WEEK)


async def test_hours_that_do_not_fit(home: VserverHome) -> None:
    """A day has two parts, and there is one schedule without a name."""
    three = {"monday": ["01:00-02:00", "03:00-04:00", "05:00-06:00"]}
    with refused("invalid_value"):
        await home.tell("schedule_set", kind="motion", week=three)
    with refused("schedule_name_fixed"):
        await home.tell("schedule_set", kind="motion", name="Night")
    with refused("schedule_invalid"):
        await home.tell("schedule_set", kind="motion", number=2, enabled=True)
    with told("no_such_schedule") as placeholders:
        await home.tell("schedule_get", kind="siren")
    assert placeholders["kinds"] == "alarm, motion"
    assert home.written == []


async def test_storage_format(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
) -> None:
    """The card is erased once, and what it says meanwhile is shown."""
    async with vserver_home(hass, monkeypatch, moving_time, dome(), erased=1) as home:
        with refused("not_confirmed"):
            await home.tell("storage_format", storage=1)
        with refused("no_such_storage"):
            await home.tell("storage_format", storage=2, confirm=True)
        assert home.written == []
        await home.tell("storage_format", storage=1, confirm=True)
        assert home.server.storage.operations == [2]
        await home.poll(3)
        assert home.value("sensor", "storage_status_1") == "formatting"
        await home.poll(301)
        assert home.value("sensor", "storage_status_1") == "ready"
        assert home.value("sensor", "storage_used_1") == "0.0"
        assert home.server.storage.operations == [2]


@pytest.mark.parametrize(
    "options",
    [dome(channels=[Channel()], card=None), dome(card=Card(status=2))],
    ids=["none", "no_card"],
)
async def test_without_a_card(home: VserverHome) -> None:
    """There is nothing to erase."""
    with refused("storage_format_unsupported"):
        await home.tell("storage_format", storage=1, confirm=True)
    assert home.find("binary_sensor", "storage_problem_1") is None
    assert home.written == []


async def test_a_card_that_is_pulled_out(home: VserverHome) -> None:
    """One that was there is missed, also after a restart of Home Assistant."""
    home.server.storage.pull()
    await home.poll(301)
    assert home.value("binary_sensor", "storage_problem_1") == "on"
    await home.reload()
    await home.poll(301)
    assert home.value("binary_sensor", "storage_problem_1") == "on"
    assert home.value("sensor", "storage_status_1") == "missing"
    home.server.storage.insert()
    await home.poll(301)
    assert home.value("binary_sensor", "storage_problem_1") == "off"
