"""The clock of the emulated strobe."""

import pytest

from tests.emulators.base import VirtualClock
from tests.emulators.strobe import StrobeEmulator
from tests.emulators.strobe_coverage import Caller

from .bench import SATURDAY


def test_virtual_clock() -> None:
    """Timers fire in order at their own moments; time does not run backwards."""
    clock = VirtualClock(SATURDAY)
    seen: list[tuple[str, float]] = []
    clock.call_later(2, lambda: seen.append(("b", clock.monotonic)))
    clock.call_later(1, lambda: seen.append(("a", clock.monotonic)))
    clock.call_later(1.5, lambda: seen.append(("x", clock.monotonic))).cancel()
    clock.advance(1)
    clock.advance(5)
    clock.sync()

    assert seen == [("a", 1), ("b", 2)]
    assert clock.wall == SATURDAY.replace(second=6)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


async def test_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a demo the clock runs by itself, and can still be pushed."""
    now = 0.0
    monkeypatch.setattr("tests.emulators.clock.time.monotonic", lambda: now)
    async with StrobeEmulator(clock=VirtualClock(realtime=True)) as unit:
        async with Caller(unit) as caller:
            await caller.alarm(alarmoutenable=1, alarmoutduration=20)
        now = 10.0
        assert unit.outputs.relay
        unit.clock.advance(9)
        assert unit.outputs.relay
        now = 11.0
        assert not unit.outputs.relay
