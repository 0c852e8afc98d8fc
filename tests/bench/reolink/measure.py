"""Repeat, in turn, and compare with the floor of the same moment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
import gc
from statistics import median
import time

from .actors import Actor, Floor
from .unit import Sent, Tally, Unit


@dataclass(frozen=True)
class Sample:
    """How long something took, in milliseconds."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Row:
    """What one task costs one actor."""

    task: str
    actor: str
    tally: Tally
    """Of the first time."""
    most: int
    """The most requests that it ever took."""
    wall: float
    cpu: float
    floor_wall: float
    floor_cpu: float
    ratio: float
    """Median of CPU over the floor's, measured right after one another."""


async def timed(action: Callable[[], Awaitable[object]]) -> Sample:
    """Do something and tell how long it took."""
    loop = asyncio.get_running_loop()
    began, used = loop.time(), time.process_time()
    await action()
    cpu, wall = time.process_time() - used, loop.time() - began
    return Sample(wall * 1000, cpu * 1000)


class Series:
    """One task of one actor, again and again, each time beside its floor."""

    def __init__(self, unit: Unit, floor: Floor, task: str, actor: str) -> None:
        """Start without samples."""
        self._unit = unit
        self._floor = floor
        self._task = task
        self._actor = actor
        self._own: list[Sample] = []
        self._floors: list[Sample] = []
        self._tallies: list[Tally] = []
        self._sent: list[Sent] = []

    async def pair(self, action: Callable[[], Awaitable[object]], number: int) -> None:
        """Measure the actor and the floor; who is first changes from time to time."""
        if number % 2 and self._sent:
            await self._beside()
            await self._once(action)
        else:
            await self._once(action)
            await self._beside()

    async def _once(self, action: Callable[[], Awaitable[object]]) -> None:
        await self._unit.forget()
        sample = await timed(action)
        self._tallies.append(await self._unit.tally())
        self._own.append(sample)
        self._sent = await self._unit.sent()

    async def _beside(self) -> None:
        tokens: list[str | None] = []

        async def replay() -> None:
            tokens.append(await self._floor.replay(self._sent))

        self._floors.append(await timed(replay))
        for token in tokens:
            if token is not None:
                await self._floor.log_out(token)

    def row(self, *, warm_up: int = 1) -> Row:
        """Return the result, without the first times."""
        own, floors = self._own[warm_up:], self._floors[warm_up:]
        pairs = zip(own, floors, strict=True)
        return Row(
            task=self._task,
            actor=self._actor,
            tally=self._tallies[warm_up],
            most=max(tally.requests for tally in self._tallies[warm_up:]),
            wall=median(sample.wall for sample in own),
            cpu=median(sample.cpu for sample in own),
            floor_wall=median(sample.wall for sample in floors),
            floor_cpu=median(sample.cpu for sample in floors),
            ratio=median(mine.cpu / floor.cpu for mine, floor in pairs),
        )


def rest() -> None:
    """Tidy up, so that nobody pays for what others left behind."""
    gc.collect()
    gc.freeze()


async def measure_set_up(
    unit: Unit, floor: Floor, make: Sequence[Callable[[], Actor]], times: int
) -> list[Row]:
    """Measure how actors that know nothing get to know everything."""
    series = [Series(unit, floor, "set-up", one().name) for one in make]
    rest()
    for number in range(times + 1):
        for offset in range(len(make)):
            which = (number + offset) % len(make)
            actor = make[which]()
            await series[which].pair(actor.set_up, number)
            await actor.close()
    return [one.row() for one in series]


async def measure_task(
    unit: Unit,
    floor: Floor,
    task: str,
    actions: Sequence[tuple[str, Callable[[], Awaitable[object]]]],
    times: int,
    before: Callable[[int], Awaitable[object]] | None = None,
) -> list[Row]:
    """Measure what actors that are set up do over and over."""
    series = [Series(unit, floor, task, name) for name, _ in actions]
    warm_up = max(1, times // 20)
    rest()
    for number in range(times + warm_up):
        for offset in range(len(actions)):
            which = (number + offset) % len(actions)
            if before is not None:
                await before(number)
            await series[which].pair(actions[which][1], number)
    return [one.row(warm_up=warm_up) for one in series]
