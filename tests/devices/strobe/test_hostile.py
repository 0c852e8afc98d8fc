"""Documents that nobody should send: they are cut to size and break nothing."""

import pytest

from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.transport.payload import Node
from custom_components.watchpost.devices.vendors.strobe.models import (
    Identity,
    parse_files,
    parse_overlay,
    parse_schedules,
)


def test_names_are_made_fit_to_be_shown() -> None:
    """Control characters and endless names do not reach a registry."""
    identity = Identity.parse(
        Node(
            {
                "DeviceName": " Yard\x1b[31m\r\n\u202estrobe " + "x" * 10_000,
                "DeviceModel": "\x00\x07",
                "FactoryInfo": None,
            }
        )
    )
    assert identity.name.startswith("Yard [31m strobe xxx")
    assert len(identity.name) == 64
    assert identity.model is None
    assert identity.manufacturer is None


def test_a_flood_of_files_is_dammed() -> None:
    """A list of thousands, doubles and endless names does not bloat a state."""
    node = Node({f"FileName_{n}": f"{n % 4000}.wav" for n in range(2, 5000)})
    node.tree["FileName_1"] = "y" * 300
    names = [file.name for file in parse_files(node)]
    assert len(names) == len(set(names)) == 200


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        pytest.param(["0", "0", "0"], [1], id="doubles"),
        pytest.param(["-5", "3", "99999"], [4], id="out of range"),
        pytest.param(["x", "", "4"], [1, 2, 5], id="no numbers"),
    ],
)
def test_schedules_have_numbers_of_their_own(
    numbers: list[str], kept: list[int]
) -> None:
    """Two with one number, or one with none, make no entity twice."""
    node = Node(
        {
            f"ScheduleCount_{n}": {"ScheduleID": own, "WeekDays": "0189x"}
            for n, own in enumerate(numbers, 1)
        }
    )
    assert [schedule.number for schedule in parse_schedules(node)] == kept


def test_a_flood_of_texts_is_dammed() -> None:
    """Hundreds of overlay texts do not become hundreds of entities."""
    part: dict[str, Json] = {
        "OSDType": "1",
        "Position": {"Enabled": "7", "OSDText": "a"},
    }
    texts = parse_overlay(Node({f"OSDParam_{n}": dict(part) for n in range(500)}))
    assert [text.number for text in texts] == list(range(1, 9))
