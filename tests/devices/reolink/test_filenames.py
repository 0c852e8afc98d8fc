"""What the names of recorded files tell."""

from datetime import datetime

import pytest

from custom_components.watchpost.devices.vendors.reolink.filenames import FileName

TIMES = "20261120_120000_120009"
NOON = datetime(2026, 11, 20, 12)


@pytest.mark.parametrize(
    ("name", "size", "triggers"),
    [
        pytest.param(
            "Mp4Record/2020-12-21/RecM01_20201221_122057_202123_6D28C08_E4B0AE.mp4",
            14987438,
            {"person", "motion"},
            id="first example",
        ),
        pytest.param(
            "Mp4Record/2020-12-21/RecM01_20201221_123339_123342_6D28808_2D9AF5.mp4",
            2988789,
            {"motion"},
            id="second example",
        ),
        pytest.param(
            "Mp4Record/2020-12-21/RecM01_20201221_123349_123849_6D28C18_98ADFFF.mp4",
            160096255,
            {"person", "motion", "timer"},
            id="third example",
        ),
        pytest.param(f"RecS01_{TIMES}_0000100_1.mp4", 1, {"vehicle"}, id="vehicle"),
        pytest.param(f"RecS01_{TIMES}_0000080_1.mp4", 1, {"animal"}, id="animal"),
        pytest.param(f"RecS01_{TIMES}_0000200_1.mp4", 1, {"face"}, id="face"),
        pytest.param(f"recs01_{TIMES}_ffff867_1.mp4", 1, set(), id="unknown bits"),
        pytest.param(
            f"RecM07_{TIMES}_0_A714C0A000_2.mp4", 2, {"person", "motion"}, id="7"
        ),
        pytest.param(f"RecM0A_{TIMES}_00000100000000_2.mp4", 2, {"timer"}, id="long"),
        pytest.param(
            f"/mnt/sda/x-y/RecM02_{TIMES}_0_800_800_0000008000_3.mp4",
            3,
            {"timer"},
            id="timer of a hub",
        ),
        pytest.param(
            f"RecM02_{TIMES}_0_800_800_0000404000_3.mp4",
            3,
            {"person", "motion"},
            id="motion of a hub",
        ),
        pytest.param(
            f"RecM01_{TIMES}_0_800_800_0000008000_3.mp4",
            3,
            {"motion"},
            id="motion of an older hub",
        ),
    ],
)
def test_names(name: str, size: int, triggers: set[str]) -> None:
    """The examples of the guide, and what newer devices make of them."""
    told = FileName.parse(name)
    assert told is not None
    assert told.size == size
    assert told.triggers == triggers
    assert not told.summer


def test_times() -> None:
    """A name has a date and two times of day."""
    told = FileName.parse(f"RecM01_{TIMES}_6D28808_1F.mp4")
    assert told is not None
    assert (told.start, told.end) == (NOON, NOON.replace(second=9))


def test_over_midnight() -> None:
    """An end that lies before the start is on the next day."""
    told = FileName.parse("RecM01_20261231_235950_000005_6D28808_1F.mp4")
    assert told is not None
    assert told.end == datetime(2027, 1, 1, 0, 0, 5)


def test_summer() -> None:
    """Some devices say that their clock shows summer time."""
    told = FileName.parse("RecS02_DST20230426_145918_150032_2B14808_32F1DF.mp4")
    assert told is not None
    assert told.summer
    assert told.start == datetime(2023, 4, 26, 14, 59, 18)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "RecM01.mp4",
        "fragment_01_20261120120000.mp4",
        "0120261120-1.mp4",
        "RecM01_20269920_120000_120009_6D28808_1F.mp4",
        "RecM01_20261120_250000_120009_6D28808_1F.mp4",
        "RecM01_20261120_120000_120009_6D28808_1F",
        "RecM01_20261120_120000_120009_6D_1F.mp4",
        f"RecM01_{TIMES}_0_0_0_0_6D28808_1F.mp4",
        f"RecM01_{TIMES}_" + "0_" * 5_000 + "x",
    ],
)
def test_other_names(name: str) -> None:
    """A name that is built in another way tells nothing."""
    assert FileName.parse(name) is None
