"""Numbers: volumes and durations, on the unit and kept by us."""

import pytest

from homeassistant.exceptions import ServiceValidationError
from tests.conftest import Later
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM, AUDIO
from tests.home import Home, refused

KEPT = [
    pytest.param("alarm_output_duration", 60, 1, 3600, 25, id="output"),
    pytest.param("siren_duration", 60, 1, 3600, 90, id="siren_duration"),
    pytest.param("siren_volume", 80, 0, 100, 33, id="siren_volume"),
    pytest.param("strobe_period", 100, 50, 2000, 750, id="strobe_period"),
]
STORED = [
    pytest.param("speaker_volume", AUDIO, "AudioOutVolume", 1, 70, 45, id="speaker"),
    pytest.param("microphone_volume", AUDIO, "AudioInVolume", 1, 60, 5, id="mic"),
    pytest.param(
        "alarm_schedule_duration_1", ALARM, "AlarmOutInterval", 1, 60, 120, id="first"
    ),
    pytest.param(
        "alarm_schedule_duration_5", ALARM, "AlarmOutInterval", 5, 60, 9, id="last"
    ),
]

pytestmark = pytest.mark.usefixtures("every_entity")


async def put(home: Home, key: str, value: float) -> None:
    """Set a number."""
    await home.act("number", key, "set_value", value=value)


@pytest.mark.parametrize(("key", "first", "low", "high", "other"), KEPT)
async def test_kept_by_us(
    home: Home, key: str, first: int, low: int, high: int, other: int
) -> None:
    """What the unit cannot keep costs no request and survives a restart."""
    state = home.state("number", key)
    assert float(state.state) == first
    assert (state.attributes["min"], state.attributes["max"]) == (low, high)
    home.strobe.forget()

    await put(home, key, other)

    assert home.strobe.requests == []
    assert float(home.value("number", key)) == other
    await home.reload()
    assert float(home.value("number", key)) == other


@pytest.mark.parametrize(("key", "first", "low", "high", "other"), KEPT)
@pytest.mark.parametrize("beyond", [-1, 1])
async def test_range(
    home: Home, key: str, first: int, low: int, high: int, other: int, beyond: int
) -> None:
    """A number outside its range is refused by Home Assistant."""
    with pytest.raises(ServiceValidationError):
        await put(home, key, {-1: low, 1: high}[beyond] + beyond)

    assert float(home.value("number", key)) == first


@pytest.mark.parametrize(("key", "path", "field", "number", "first", "other"), STORED)
async def test_stored_in_the_unit(
    home: Home, key: str, path: str, field: str, number: int, first: int, other: int
) -> None:
    """The number is written where the unit keeps it."""
    assert float(home.value("number", key)) == first

    await put(home, key, other)

    assert home.field(path, field, number) == str(other)
    assert float(home.value("number", key)) == other


@pytest.mark.parametrize(
    ("percent", "raw", "shown"), [(0, "10", 0), (50, "20", 50), (33, "17", 35)]
)
async def test_coarse_volume(
    later: Later, home: Home, percent: int, raw: str, shown: int
) -> None:
    """A unit with its own scale gets its own steps; percent are shown."""
    home.set_field(AUDIO, "AudioInVolume", "20")
    home.set_field(AUDIO, "AudioOutVolume", "12")
    home.set_field(AUDIO, "VolumeMin", "10")
    home.set_field(AUDIO, "VolumeMax", "30")
    await later(301)

    await put(home, "speaker_volume", percent)

    assert home.field(AUDIO, "AudioOutVolume") == raw
    assert float(home.value("number", "speaker_volume")) == shown


@pytest.mark.parametrize("strobe_options", [StrobeOptions(spelling="table")])
async def test_other_spelling(home: Home) -> None:
    """The duration of a schedule has two names; the unit's own is kept."""
    await put(home, "alarm_schedule_duration_2", 30)

    assert home.field(ALARM, "AlarmOutDuration", 2) == "30"
    assert "AlarmOutInterval" not in {n.name for n in home.document(ALARM).walk()}


async def test_period_changes_a_running_strobe(home: Home) -> None:
    """A light that strobes takes the new period at once; another one does not."""
    await home.light("front", effect="strobe")
    await put(home, "strobe_period", 500)

    front = home.strobe.outputs.front
    assert front is not None
    assert front.frequency == 500

    await home.light("front", effect="off")
    home.strobe.forget()
    await put(home, "strobe_period", 200)
    front = home.strobe.outputs.front
    assert front is not None
    assert front.frequency is None


async def test_refused(home: Home) -> None:
    """A number that the unit does not take stays as it was."""
    home.strobe.faults.add("app_error", AUDIO, method="PUT", code=402, count=None)

    with refused("invalid_value"):
        await put(home, "speaker_volume", 10)

    assert float(home.value("number", "speaker_volume")) == 70
