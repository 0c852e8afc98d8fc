"""Areas and weekly hours of a B-VIEW camera, through actions."""

from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

import pytest
import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.bview_controls import EMAIL, MOSAIC, MOTION
from tests.bview_home import PASSWORD, BviewHome, bview_home, told
from tests.conftest import Time
from tests.emulators.bview import BviewOptions
from tests.home import refused

REGIONS = f"{MOTION}/RegionsV2"
SCHEDULE = f"{MOTION}/Schedule"
WHOLE = {"x": 0.0, "y": 0.0, "width": 100.0, "height": 100.0}


@pytest.fixture
def options() -> BviewOptions:
    """Return a camera with everything; override it in a test."""
    return BviewOptions.full(password=PASSWORD)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
    options: BviewOptions,
) -> AsyncIterator[BviewHome]:
    """Return a home where everything works."""
    async with bview_home(hass, monkeypatch, moving_time, options) as found:
        await found.poll()
        found.camera.forget()
        yield found


async def areas(home: BviewHome, kind: str) -> list[dict[str, float]]:
    """Return the areas of a kind."""
    answer = await home.own("areas_get", "camera", "main_stream", kind=kind)
    assert answer["kind"] == kind
    found: list[dict[str, float]] = answer["boxes"]
    return found


async def set_areas(
    home: BviewHome, kind: str, boxes: Sequence[Mapping[str, float]]
) -> None:
    """Replace the areas of a kind."""
    await home.own("areas_set", "camera", "main_stream", kind=kind, boxes=boxes)


def rows(home: BviewHome) -> list[str]:
    """Return the grid as the camera has it."""
    return [home.kept(REGIONS, f"RegionX_{row}") for row in range(12)]


@pytest.mark.parametrize(
    "options",
    [
        BviewOptions.full(password=PASSWORD),
        BviewOptions.full(password=PASSWORD, pretty=False, attributes="everywhere"),
        BviewOptions.full(password=PASSWORD, extra_tags=True),
    ],
    ids=["document", "other_form", "more_tags"],
)
async def test_motion_areas(home: BviewHome) -> None:
    """The cells of the grid are boxes in percent, both ways."""
    assert await areas(home, "motion") == [WHOLE]
    boxes = [
        {"x": 0, "y": 0, "width": 50, "height": 50},
        {"x": 50, "y": 75, "width": 50, "height": 25},
    ]
    await set_areas(home, "motion", boxes)

    grid = rows(home)
    assert grid[:6] == ["11111110000000"] * 6
    assert grid[6:9] == ["0" * 14] * 3
    assert grid[9:] == ["00000001111111"] * 3
    for box, found in zip(boxes, await areas(home, "motion"), strict=True):
        assert found == pytest.approx(box, abs=0.1)
    assert home.written == [f"PUT {REGIONS}"]
    assert home.camera.writes[-1].dropped == ()


async def test_motion_nowhere_and_everywhere(home: BviewHome) -> None:
    """Without a box nothing is looked for; the same again is no write."""
    await set_areas(home, "motion", [])
    assert rows(home) == ["0" * 14] * 12
    assert await areas(home, "motion") == []
    await set_areas(home, "motion", [WHOLE])
    await set_areas(home, "motion", [WHOLE])
    assert rows(home) == ["1" * 14] * 12
    assert len(home.written) == 2


async def test_each_cell_is_found_again(home: BviewHome) -> None:
    """Cell by cell, as anybody may have drawn them."""
    cells = [(x, y) for x, y in product(range(14), range(12)) if (x * 3 + y) % 5 == 0]
    for row in range(12):
        line = "".join("01"[(x, row) in cells] for x in range(14))
        home.camera.settings.set(REGIONS, f"RegionX_{row}", line)
    before = rows(home)
    found = await areas(home, "motion")
    await set_areas(home, "motion", [])
    await set_areas(home, "motion", found)
    assert rows(home) == before


async def test_a_grid_of_another_size(home: BviewHome) -> None:
    """Rows are as long as the camera has them."""
    for row in range(12):
        home.camera.settings.set(REGIONS, f"RegionX_{row}", "1" * 7 + "0" * 15)
    (found,) = await areas(home, "motion")
    assert found["width"] == pytest.approx(100 * 7 / 22, abs=0.1)


@pytest.mark.parametrize("line", ["", "111"])
async def test_a_grid_that_is_none(home: BviewHome, line: str) -> None:
    """Nothing is written over what is not understood."""
    home.camera.settings.set(REGIONS, "RegionX_3", line)
    with refused("bad_answer", HomeAssistantError):
        await areas(home, "motion")
    with refused("bad_answer", HomeAssistantError):
        await set_areas(home, "motion", [WHOLE])
    assert home.written == []


async def test_privacy_areas(home: BviewHome) -> None:
    """Areas are replaced and read back; whether they hide is left as it is."""
    (first,) = await areas(home, "privacy")
    assert first == pytest.approx(
        {"x": 75.1, "y": 8.3, "width": 15.9, "height": 16.7}, abs=0.1
    )
    boxes: list[dict[str, float]] = [
        {"x": 0, "y": 0, "width": 25, "height": 25},
        {"x": 50, "y": 50, "width": 50, "height": 50},
        {"x": 10, "y": 90, "width": 0.5, "height": 0.5},
    ]
    await set_areas(home, "privacy", boxes)

    for box, found in zip(boxes, await areas(home, "privacy"), strict=True):
        assert found == pytest.approx(box, abs=0.2)
    assert home.kept(MOSAIC, "Enable") == "false"
    await set_areas(home, "privacy", [])
    assert await areas(home, "privacy") == []
    assert home.camera.settings.node(MOSAIC).find("MosaicRegionList").children == []
    assert len(home.written) == 2


async def test_a_mask_of_no_area_is_off(home: BviewHome) -> None:
    """The switch follows the areas."""
    await home.act("switch", "privacy_mask", "turn_on")
    assert home.value("switch", "privacy_mask") == "on"
    await set_areas(home, "privacy", [])
    await home.poll()
    assert home.value("switch", "privacy_mask") == "off"
    await set_areas(home, "privacy", [WHOLE])
    await home.poll()
    assert home.value("switch", "privacy_mask") == "on"


async def test_five_privacy_areas(home: BviewHome) -> None:
    """The camera keeps four."""
    box = {"x": 1, "y": 1, "width": 5, "height": 5}
    with told("too_many_areas") as placeholders:
        await set_areas(home, "privacy", [box] * 5)
    assert placeholders["limit"] == "4"
    assert home.written == []
    await set_areas(home, "privacy", [box] * 4)
    assert len(await areas(home, "privacy")) == 4


@pytest.mark.parametrize("kind", ["motion", "privacy"])
async def test_areas_beyond_the_picture(home: BviewHome, kind: str) -> None:
    """They are refused before anything is sent."""
    with refused("area_outside"):
        await set_areas(home, kind, [{"x": 60, "y": 0, "width": 50, "height": 10}])
    with pytest.raises(vol.Invalid):
        await set_areas(home, kind, [{"x": 0, "y": 0, "width": 0, "height": 10}])
    assert home.sent == []


async def test_other_kinds_of_areas(home: BviewHome) -> None:
    """It is told which there are."""
    with told("no_such_areas") as placeholders:
        await areas(home, "person")
    assert placeholders["kinds"] == "motion, privacy"


# Hours


async def schedule(home: BviewHome, kind: str) -> dict[str, Any]:
    """Return the one schedule of a kind."""
    (found,) = (await home.device("schedule_get", kind=kind))["schedules"]
    return dict(found)


WEEK = {
    "monday": ["08:00-12:30", "13:00-18:00"],
    "saturday": ["00:00-24:00"],
    "sunday": ["23:30-24:00"],
}


async def test_motion_schedule(home: BviewHome) -> None:
    """A week is written and read back; nothing of it is lost."""
    found = await schedule(home, "motion")
    assert (found["number"], found["name"], found["enabled"]) == (1, "", False)
    assert set(found["week"]) == {
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    }
    await home.device("schedule_set", kind="motion", week=WEEK, enabled=True)

    assert home.kept(SCHEDULE, "AllDay") == "false"
    assert home.kept(SCHEDULE, "TimeBlock/Block_0") == "0" * 47 + "1"
    monday = "0" * 16 + "1" * 9 + "0" + "1" * 10 + "0" * 12
    assert home.kept(SCHEDULE, "TimeBlock/Block_1") == monday
    assert home.kept(SCHEDULE, "TimeBlock/Block_2") == "0" * 48
    assert home.kept(SCHEDULE, "TimeBlock/Block_6") == "1" * 48
    assert home.written == [f"PUT {SCHEDULE}"]
    found = await schedule(home, "motion")
    assert found["enabled"] is True
    assert found["week"] == {
        "monday": ["08:00-12:30", "13:00-18:00"],
        "saturday": ["00:00-23:59"],
        "sunday": ["23:30-23:59"],
    }
    await home.device("schedule_set", kind="motion", week=found["week"])
    assert len(home.written) == 1


async def test_mail_schedule(home: BviewHome) -> None:
    """The hours of mail are part of its settings, whose password stays."""
    home.camera.settings.secrets[EMAIL, "SenderEmailPassword"] = "kept"
    await home.device("schedule_set", kind="mail", week={"friday": ["10:00-11:00"]})
    await home.finish(home.device("schedule_set", kind="mail", enabled=True))
    await home.wait(6)

    hours = "0" * 20 + "11" + "0" * 26
    assert home.kept(EMAIL, "Schedule/TimeBlockList/TimeBlock_5") == hours
    assert home.kept(EMAIL, "Schedule/AllDay") == "false"
    assert home.camera.settings.secrets[EMAIL, "SenderEmailPassword"] == "kept"
    assert home.camera.violations == []
    found = await schedule(home, "mail")
    assert (found["enabled"], found["week"]) == (True, {"friday": ["10:00-11:00"]})


async def test_the_switch_follows_the_schedule(
    hass: HomeAssistant,
    every_entity: None,
    monkeypatch: pytest.MonkeyPatch,
    moving_time: Time,
) -> None:
    """Both are one field."""
    async with bview_home(hass, monkeypatch, moving_time) as home:
        await home.device("schedule_set", kind="motion", enabled=True)
        await home.poll()
        assert home.value("switch", "motion_schedule") == "on"
        await home.act("switch", "motion_schedule", "turn_off")
        assert (await schedule(home, "motion"))["enabled"] is False


UNFIT: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("schedule_half_hours", {"week": {"monday": ["08:15-09:00"]}}),
    ("schedule_half_hours", {"week": {"monday": ["08:00-08:59"]}}),
    ("schedule_half_hours", {"week": {"monday": ["08:00:10-09:00"]}}),
    ("schedule_invalid", {"number": 2, "enabled": True}),
    ("schedule_name_fixed", {"name": "Night"}),
)


@pytest.mark.parametrize("kind", ["motion", "mail"])
async def test_hours_that_do_not_fit(home: BviewHome, kind: str) -> None:
    """What the camera cannot keep is not rounded."""
    for key, data in UNFIT:
        with refused(key):
            await home.device("schedule_set", kind=kind, **data)
    assert home.written == []


async def test_other_kinds_of_schedules(home: BviewHome) -> None:
    """It is told which there are."""
    with told("no_such_schedule") as placeholders:
        await schedule(home, "siren")
    assert placeholders["kinds"] == "mail, motion"
