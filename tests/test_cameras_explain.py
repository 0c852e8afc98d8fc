"""What is made of a camera, what is not, and why; the figures are printed with -s."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
import sys
from typing import Final

import pytest

from custom_components.watchpost.devices.model.vocabulary import AbsenceReason
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.camera_home import EmulatedHome, emulated
from tests.emulators.reolink import ChannelOptions, ReolinkOptions
from tests.emulators.reolink.sessions import User
from tests.test_platforms_cameras import ALL, BOTH, CHOSEN, CHOSEN_SHARED, SHARED


def say(text: str) -> None:
    """Print a line for whoever asks with -s."""
    sys.stdout.write(f"{text}\n")


@dataclass(frozen=True)
class Figures:
    """How many entities a home has."""

    made: int
    enabled: int
    absent: int


def figures(home: EmulatedHome) -> Figures:
    """Count what is registered and what is absent."""
    registry = er.async_get(home.hass)
    entities = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return Figures(
        made=len(entities),
        enabled=sum(entity.disabled_by is None for entity in entities),
        absent=len(home.entry.runtime_data.device.absent),
    )


def explain(home: EmulatedHome, title: str) -> None:
    """Print what is there, what is not, and why."""
    registry = er.async_get(home.hass)
    entities = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    device = home.entry.runtime_data.device
    say(f"\n{title}: {figures(home)}")
    made = Counter(entity.domain for entity in entities)
    on = Counter(e.domain for e in entities if e.disabled_by is None)
    for platform, count in sorted(made.items()):
        say(f"  {platform:14} {count:5} made {on[platform]:5} enabled")
    for one in device.absent if len(device.units) < 4 else ():
        say(f"  - {one.unit or 'box':10} {one.key:24} {one.reason}: {one.detail}")
    if len(device.units) >= 4:
        for (key, reason, detail), count in sorted(
            Counter((a.key, a.reason, a.detail) for a in device.absent).items()
        ):
            say(f"  - {count:3} x {key:24} {reason}: {detail}")


def check(home: EmulatedHome) -> None:
    """Make sure that everything is either there or absent for a reason, not both."""
    device = home.entry.runtime_data.device
    identity = str(home.entry.unique_id)
    registered = {
        entity.unique_id
        for entity in er.async_entries_for_config_entry(
            er.async_get(home.hass), home.entry.entry_id
        )
    }
    for unit in device.units:
        there = {str(feature.key) for feature in unit.features}
        away = {str(one.key) for one in device.absent if one.unit == unit.key}
        assert there & away == set(), unit.key
        recorder = len(device.units) > 1
        if not recorder:
            expected = ALL | CHOSEN | CHOSEN_SHARED
        elif unit.key:
            expected = ALL - SHARED | BOTH | CHOSEN
        else:
            expected = SHARED | CHOSEN_SHARED
        if unit.online():
            assert there | away == expected, unit.key
        for feature in unit.features:
            parts = (identity, unit.key, feature.key, feature.slot)
            assert "_".join(part for part in parts if part) in registered
    for one in device.absent:
        assert one.detail
        assert isinstance(one.reason, AbsenceReason)


CASES: Final[dict[str, Callable[[], ReolinkOptions]]] = {
    "typical camera": ReolinkOptions,
    "camera with everything": ReolinkOptions.full,
    "recorder, 16 channels, 14 cameras": lambda: ReolinkOptions.nvr(
        16, online=14, full=True
    ),
    "recorder, 16 typical cameras": lambda: ReolinkOptions.nvr(16),
    "camera of the older generation": lambda: ReolinkOptions.full(schedule_version=0),
    "camera that sees nothing": lambda: ReolinkOptions(
        channels=[
            ChannelOptions(
                motion=False,
                ai=(),
                floodlight=False,
                infrared=False,
                siren=False,
                audio=False,
            )
        ],
        disks=(),
        upgrade=0,
    ),
}
EXPECTED: Final = {
    "typical camera": Figures(made=73, enabled=24, absent=41),
    "camera with everything": Figures(made=105, enabled=32, absent=9),
    "recorder, 16 channels, 14 cameras": Figures(made=1229, enabled=400, absent=48),
    "recorder, 16 typical cameras": Figures(made=905, enabled=328, absent=550),
    "camera of the older generation": Figures(made=105, enabled=32, absent=9),
    "camera that sees nothing": Figures(made=41, enabled=10, absent=73),
}


@pytest.mark.parametrize("case", CASES)
async def test_everything_has_a_reason(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Each word of the family is an entity, or absent for a reason that is told."""
    async with emulated(hass, monkeypatch, CASES[case]()) as home:
        explain(home, case)
        check(home)
        assert figures(home) == EXPECTED[case]


async def test_a_guest_is_told_why(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a guest may not do is absent for that reason."""
    options = ReolinkOptions.full()
    async with emulated(hass, monkeypatch, options) as home:
        before = figures(home)
        home.device.sessions.users["guest"] = User("guest", "look", "guest")
        hass.config_entries.async_update_entry(
            home.entry,
            data={**home.entry.data, "username": "guest", "password": "look"},
        )
        await hass.config_entries.async_reload(home.entry.entry_id)
        await hass.async_block_till_done()

        explain(home, "camera with everything, guest")
        check(home)
        reasons = Counter(one.reason for one in home.entry.runtime_data.device.absent)
        assert reasons[AbsenceReason.NO_PERMISSION] > 70
        assert figures(home).made == before.made
        assert home.device.dangerous == []
