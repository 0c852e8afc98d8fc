"""Texts and times of the day that the unit keeps."""

import pytest
import voluptuous as vol

from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, IDLE, OSD
from tests.home import Home, refused

pytestmark = pytest.mark.usefixtures("every_entity")

LONGEST = 31


@pytest.mark.parametrize(
    "text",
    ["Gate", "", "A < B & C > D", "Tür 1", "x" * LONGEST, " gaps  inside "],
    ids=["plain", "empty", "markup", "umlaut", "longest", "blanks"],
)
async def test_overlay_text(home: Home, text: str) -> None:
    """A text arrives on the unit as it is."""
    assert home.value("text", "overlay_text_1") == "Watchpost"

    await home.act("text", "overlay_text_1", "set_value", value=text)

    assert home.field(OSD, "OSDText", 2) == text
    assert home.field(OSD, "OSDText", 1) == ""
    assert home.value("text", "overlay_text_1") == text


async def test_text_that_is_longer_than_documented(home: Home, later: Later) -> None:
    """What others have set shows as far as it fits, and stops no other entity."""
    home.set_field(OSD, "OSDText", "x" * 300, 2)

    await later(3601)

    assert home.value("text", "overlay_text_1") == "x" * 255
    assert home.value("switch", "overlay_text_shown_1") == "off"


async def test_text_too_long_for_home_assistant(home: Home) -> None:
    """More characters than fit are refused before anything is sent."""
    home.strobe.forget()
    with pytest.raises(ValueError, match="too long"):
        await home.act("text", "overlay_text_1", "set_value", value="x" * 32)

    assert home.strobe.requests == []


async def test_text_too_long_in_bytes(home: Home) -> None:
    """The limit counts bytes, not characters."""
    home.strobe.forget()
    with refused("text_too_long"):
        await home.act("text", "overlay_text_1", "set_value", value="ü" * 16)

    assert home.strobe.requests == []
    assert home.value("text", "overlay_text_1") == "Watchpost"


@pytest.mark.parametrize(
    ("key", "path", "field", "number", "value"),
    [
        ("alarm_schedule_start_1", ALARM, "BeginTime", 1, "06:30:00"),
        ("alarm_schedule_end_1", ALARM, "EndTime", 1, "22:15:30"),
        ("alarm_schedule_end_5", ALARM, "EndTime", 5, "12:00:00"),
        ("idle_schedule_start_2", IDLE, "BeginTime", 2, "23:59:58"),
        ("idle_schedule_end_3", IDLE, "EndTime", 3, "00:00:01"),
    ],
)
async def test_time(
    home: Home, key: str, path: str, field: str, number: int, value: str
) -> None:
    """A time is written to its own schedule, with its seconds."""
    await home.act("time", key, "set_value", time=value)

    assert home.field(path, field, number) == value
    assert home.value("time", key) == value
    others = [home.field(path, field, n) for n in range(1, 6) if n != number]
    assert len(set(others)) == 1


@pytest.mark.parametrize("strobe_options", [StrobeOptions(overnight="accept")])
async def test_over_midnight_where_the_unit_can(home: Home) -> None:
    """A window over midnight is the unit's decision."""
    await home.act("time", "alarm_schedule_start_1", "set_value", time="22:00:00")
    await home.act("time", "alarm_schedule_end_1", "set_value", time="06:00:00")

    assert home.value("time", "alarm_schedule_end_1") == "06:00:00"


async def test_over_midnight_is_refused(home: Home) -> None:
    """A unit that cannot do it says so, and the time stays."""
    await home.act("time", "alarm_schedule_start_1", "set_value", time="22:00:00")
    with refused("invalid_value"):
        await home.act("time", "alarm_schedule_end_1", "set_value", time="06:00:00")

    assert home.value("time", "alarm_schedule_end_1") == "23:59:59"


async def test_not_a_time(home: Home) -> None:
    """Home Assistant refuses what is no time."""
    with pytest.raises(vol.Invalid, match="Invalid time"):
        await home.act("time", "alarm_schedule_end_1", "set_value", time="25:00")


async def test_changed_elsewhere(later: Later, home: Home) -> None:
    """A new text and a new time show after the next look."""
    home.set_field(OSD, "OSDText", "Yard", 2)
    home.set_field(IDLE, "EndTime", "09:00:00", 1)
    await later(3700)

    assert home.value("text", "overlay_text_1") == "Yard"
    assert home.value("time", "idle_schedule_end_1") == "09:00:00"
