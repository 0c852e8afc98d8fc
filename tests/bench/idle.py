"""Count the requests of a strobe: set-up, idle with and without push, scenes.

Run: .venv/bin/python -m pytest tests/bench/idle.py -s -q
"""

import asyncio
from collections import Counter

from tests.conftest import Later
from tests.emulators.strobe.routes import URL_ALARM
from tests.home import Home

MINUTES = 60


def show(title: str, count: float, unit: str, home: Home) -> None:
    """Print one figure with what it is made of, and start to count again."""
    kinds = Counter(record.path.rpartition("/")[2] for record in home.strobe.requests)
    made_of = ", ".join(f"{name} {number}" for name, number in kinds.most_common(6))
    print(f"{title:<28}{count:8.2f} {unit:<22}{made_of}")  # noqa: T201
    home.strobe.forget()


async def idle(home: Home, later: Later, title: str) -> float:
    """Let an hour pass in steps that no timer outlasts; return requests a minute."""
    home.strobe.forget()
    for _ in range(MINUTES * 12):
        await later(5)
    rate = len(home.strobe.requests) / MINUTES
    show(title, rate, "requests a minute", home)
    return rate


async def test_set_up_and_idle_without_push(later: Later, home: Home) -> None:
    """The log is looked into every ten seconds."""
    print()  # noqa: T201
    show("Set-up", len(home.strobe.requests), "requests", home)
    assert await idle(home, later, "Idle, log only") < 8


async def test_idle_with_push(later: Later, webhook_home: Home) -> None:
    """A proven push makes the log a matter of a minute."""
    print()  # noqa: T201
    home = webhook_home
    home.strobe.forget()
    await home.choose(event_path="webhook")
    show("Turning push on, reload", len(home.strobe.requests), "requests", home)
    assert await idle(home, later, "Idle, proven push") < 3


async def test_scene(home: Home) -> None:
    """Two lights, siren and output from four callers are one request."""
    print()  # noqa: T201
    home.strobe.forget()
    await asyncio.gather(
        home.light("front", hs_color=(0, 100)),
        home.light("back"),
        home.act("siren", "siren", "turn_on"),
        home.act("switch", "alarm_output_1", "turn_on"),
    )
    alarms = len(home.strobe.requests_to(URL_ALARM))
    show("Scene of four", alarms, "alarm requests", home)
    assert alarms == 1
