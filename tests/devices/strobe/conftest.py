"""A running unit and what a device object needs to speak to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.vendors.strobe import outputs, push
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock
from tests.emulators.strobe import StrobeEmulator, StrobeOptions

from .bench import Bench, login_to


class MakeBench(Protocol):
    """Starts a unit and connects to it."""

    def __call__(
        self,
        options: StrobeOptions | None = None,
        *,
        connect: bool = True,
        chosen: dict[str, str] | None = None,
    ) -> Awaitable[Bench]:
        """Return the bench."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less: callers that come together do so within a few turns of the loop."""
    monkeypatch.setattr(outputs, "COALESCE_WINDOW", 0.002)
    monkeypatch.setattr(push, "PUSH_PROOF", 0.3)


@pytest.fixture
def unit_options() -> StrobeOptions:
    """Return what the unit is; tests replace it by parametrizing."""
    return StrobeOptions()


@pytest.fixture
async def unit(unit_options: StrobeOptions) -> AsyncIterator[StrobeEmulator]:
    """Run a unit; whatever a test does, nothing dangerous may reach it."""
    clock = VirtualClock(EPOCH)
    async with StrobeEmulator(unit_options, clock=clock, udp_port=0) as unit:
        yield unit
        assert unit.dangerous == []
        assert unit.discovery is not None
        assert unit.discovery.dangerous == []
        assert unit.max_parallel <= 1


@pytest.fixture
def world(unit: StrobeEmulator, session: ClientSession) -> World:
    """Return the world around a device object."""
    return World(session, FakeClock(unit.clock))


@pytest.fixture
async def bench(unit: StrobeEmulator, world: World) -> AsyncIterator[Bench]:
    """Return a device object that is connected to the unit; records are empty."""
    device = StrobeDevice(login_to(unit), world.surroundings)
    bench = Bench(unit, world, device)
    await device.connect()
    unit.forget()
    yield bench
    unit.faults.clear()
    await bench.device.close()
    await world.settle()


@pytest.fixture
async def make_bench(session: ClientSession) -> AsyncIterator[MakeBench]:
    """Return what starts more units, for tests that try many."""
    async with AsyncExitStack() as stack:

        async def make(
            options: StrobeOptions | None = None,
            *,
            connect: bool = True,
            chosen: dict[str, str] | None = None,
        ) -> Bench:
            clock = VirtualClock(EPOCH)
            unit = await stack.enter_async_context(
                StrobeEmulator(options or StrobeOptions(), clock=clock)
            )
            world = World(session, FakeClock(clock), options=chosen or {})
            device = StrobeDevice(login_to(unit), world.surroundings)
            bench = Bench(unit, world, device)

            async def end() -> None:
                unit.faults.clear()
                await bench.device.close()
                await world.settle()
                assert unit.dangerous == []

            stack.push_async_callback(end)
            if connect:
                await device.connect()
                unit.forget()
            return bench

        yield make


def with_options(*variants: StrobeOptions) -> pytest.MarkDecorator:
    """Run a test with units of other kinds."""
    return pytest.mark.parametrize("unit_options", variants, ids=describe)


def describe(options: StrobeOptions) -> str:
    """Name options by what differs from the usual ones."""
    usual = vars(StrobeOptions())
    changed = {k: v for k, v in vars(options).items() if v != usual[k]}
    return ",".join(f"{name}={value}" for name, value in changed.items()) or "usual"


type Step = Callable[[Bench], Awaitable[None]]
