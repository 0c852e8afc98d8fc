"""Measure an alarm on five units: from the call to each unit, and between the units.

Run: .venv/bin/python -m pytest tests/bench/alarm.py -s -q -p no:logging
"""

from datetime import UTC, datetime
import statistics

import pytest

from homeassistant.core import HomeAssistant
from tests.contract.scene import alarm_scene, received

RUNS = 50


def show(title: str, seconds: list[float]) -> float:
    """Print one line of figures in milliseconds; return the 95th percentile."""
    p95 = statistics.quantiles(seconds, n=20)[-1]
    p50 = statistics.median(seconds)
    worst = max(seconds)
    print(  # noqa: T201
        f"{title:<34}p50 {p50 * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms"
        f"   worst {worst * 1000:7.1f} ms"
    )
    return p95


async def test_alarm(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three strobes and two cameras, fifty times."""
    print()  # noqa: T201
    async with alarm_scene(hass, monkeypatch) as scene:
        for action in ("alarm_trigger", "alarm_stop"):
            spread, first, last, whole = [], [], [], []
            for _ in range(RUNS):
                scene.forget()
                called = datetime.now(UTC)
                await scene.act(action)
                done = datetime.now(UTC)
                times = received(scene.sirens)
                spread.append((max(times) - min(times)).total_seconds())
                first.append((min(times) - called).total_seconds())
                last.append((max(times) - called).total_seconds())
                whole.append((done - called).total_seconds())
            assert show(f"{action}: spread", spread) <= 0.1
            show(f"{action}: until the first unit", first)
            show(f"{action}: until the last unit", last)
            show(f"{action}: until all have answered", whole)
