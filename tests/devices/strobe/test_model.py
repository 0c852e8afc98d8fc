"""Any interleaving of callers and time, compared with a simple model."""

import asyncio
from itertools import product

from aiohttp import ClientSession, TCPConnector, ThreadedResolver
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.watchpost.devices.model.commands import (
    AlarmCommand,
    LampCommand,
    SoundPart,
)
from custom_components.watchpost.devices.model.vocabulary import Color, Key, Repeat
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.strobe import StrobeEmulator

from .bench import Bench, login_to
from .test_composition import A, B, C, D, reading

MOVES = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 7, 55, 70, 3000])),
    st.tuples(
        st.sampled_from(["front", "back", "relay", "siren"]), st.sampled_from([0, 1])
    ),
    st.tuples(st.just("alarm"), st.sampled_from([5, 30])),
    st.tuples(st.just("stop"), st.just(0)),
)
SCENES = st.lists(st.lists(MOVES, min_size=1, max_size=3), min_size=1, max_size=7)
ENDLESS = AlarmCommand(sound=SoundPart(file="Siren.wav", repeat=Repeat.ENDLESS))


class Model:
    """What is on, and until when."""

    def __init__(self) -> None:
        """Start with everything off."""
        self.ends: dict[str, float] = {}

    def order(self, move: str, value: int, now: float) -> None:
        """Take a command."""
        if move == "stop":
            self.ends.clear()
        elif move == "alarm":
            self.ends |= {"relay": now + value, "siren": now + value}
        elif value:
            self.ends[move] = now + 60 if move == "relay" else 1e9
        else:
            self.ends.pop(move, None)

    def on(self, now: float) -> set[str]:
        """Return what is on."""
        return {name for name, end in self.ends.items() if end > now}

    def settled(self, now: float) -> bool:
        """Return whether nothing ends just now."""
        return all(abs(end - now) > 1 for end in self.ends.values())


def shown(bench: Bench) -> set[str]:
    """Return what the unit has on."""
    now = bench.unit.outputs
    parts = {
        "front": now.front,
        "back": now.back,
        "siren": now.sound,
        "relay": now.relay or None,
    }
    return {name for name, part in parts.items() if part is not None}


async def order(bench: Bench, move: str, value: int) -> None:
    """Give a command to the unit."""
    match move:
        case "front":
            await bench.front.write(LampCommand(on=bool(value), color=Color.RED))
        case "back":
            await bench.back.write(LampCommand(on=bool(value), color=Color.BLUE))
        case "relay":
            await bench.relay.write(bool(value))
        case "siren":
            await (bench.siren.start(ENDLESS) if value else bench.siren.stop())
        case "alarm":
            sound = SoundPart(file="Siren.wav")
            await bench.siren.start(
                AlarmCommand(duration=value, relay=True, sound=sound)
            )
        case _:
            await bench.press(Key.STOP_ALARM)


async def play(
    scenes: list[list[tuple[str, int]]], letters: tuple[int, int, int, int]
) -> None:
    """Play scenes and compare after each of them."""
    options = reading(A[letters[0]], B[letters[1]], C[letters[2]], D[letters[3]])
    clock, model = VirtualClock(EPOCH), Model()
    connector = TCPConnector(resolver=ThreadedResolver())
    async with (
        ClientSession(connector=connector) as session,
        StrobeEmulator(options, clock=clock) as unit,
    ):
        world = World(session, FakeClock(clock))
        device = StrobeDevice(login_to(unit), world.surroundings)
        bench = Bench(unit, world, device)
        await device.connect()
        for scene in scenes:
            moves = [move for move in scene if move[0] != "wait"]
            for move, value in moves:
                model.order(move, value, clock.monotonic)
            await asyncio.gather(*(order(bench, *move) for move in moves))
            await bench.pass_by(sum(value for move, value in scene if move == "wait"))
            if model.settled(clock.monotonic):
                assert shown(bench) == model.on(clock.monotonic)
        await device.close()
        await world.settle()
        assert unit.dangerous == []


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(SCENES, st.sampled_from(list(product((0, 1), repeat=4))))
def test_any_evening(
    scenes: list[list[tuple[str, int]]], letters: tuple[int, int, int, int]
) -> None:
    """Whatever four callers do and when, the unit shows what they have asked for."""
    asyncio.run(play(scenes, letters))
