"""A unit and a device object on which a script is played."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import logging
from typing import Final

from aiohttp import ClientSession

from custom_components.watchpost.devices.model.device import Device, Unit
from custom_components.watchpost.devices.model.errors import DeviceError, Reason
from custom_components.watchpost.devices.model.features import Feature
from custom_components.watchpost.devices.model.vocabulary import Cadence, Key
from tests.emulators.base import Emulator, RequestRecord

from .families import Family, login_to, restart
from .steps import (
    Break,
    Cancel,
    Cut,
    Do,
    Mend,
    Poll,
    Restart,
    Script,
    Step,
    Unload,
    Wait,
)
from .timeless import LoopClock, SleepingClock, TimelessWorld

PATIENCE: Final = 900.0
"""Seconds until every caller has been told: far longer than all attempts to stop."""
LAST: Final = 40.0
"""Seconds until everything is mended: longer than any single time-out."""
LATE: Final = 15.0
"""Seconds for which the order of a caller who has gone may still be on its way."""
UNCERTAIN: Final = frozenset(
    {
        Reason.BAD_ANSWER,
        Reason.COMMAND_UNCERTAIN,
        Reason.TIMEOUT,
    }
)
"""Reasons that leave open whether something was carried out."""


@dataclass
class Call:
    """What a caller has asked for, and what has become of it."""

    do: Do
    task: asyncio.Task[None]
    number: int
    began: float
    ended: float | None = None
    error: DeviceError | None = None
    cancelled: bool = False

    @property
    def done(self) -> bool:
        """Whether it was acknowledged."""
        return self.ended is not None and self.error is None and not self.cancelled

    @property
    def outcome(self) -> str:
        """What the caller was told, for the text of a failure."""
        if self.cancelled:
            return "cancelled"
        return "done" if self.error is None else self.error.reason.value


class _Warnings(logging.Handler):
    """Keeps the warnings that are given while a script is played."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@dataclass
class Stage:
    """A unit, the device object that speaks to it, and those who ask for something."""

    family: Family
    unit: Emulator
    world: TimelessWorld
    device: Device
    perform: Callable[[Stage, Do], Awaitable[None]]
    calls: list[Call] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    polls: list[asyncio.Task[None]] = field(default_factory=list)
    unloaded: float | None = None
    """When the integration was unloaded."""
    restarts: list[float] = field(default_factory=list)

    @property
    def now(self) -> float:
        """Seconds of the clock."""
        return self.unit.clock.monotonic

    @property
    def box(self) -> Unit:
        """The unit that can do something: all of them have only one."""
        return self.device.units[0]

    def feature[F: Feature](self, kind: type[F], key: Key) -> F:
        """Return a feature of a kind."""
        return feature_of(self.device, kind, key)

    # Playing

    async def play(self, script: Script) -> None:
        """Play a script, mend everything, and wait until all is quiet."""
        for step in script:
            await self._take(step)
        if waiting := [call.task for call in self.calls]:
            # What was broken last hits what was asked last.
            await asyncio.wait(waiting, timeout=LAST)
        self.unit.faults.clear()
        if not self.unit.powered:
            self.unit.power_on()
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until every caller was told and nothing goes on."""
        running = [one.task for one in self.calls] + self.polls
        if running:
            _, late = await asyncio.wait(running, timeout=PATIENCE)
            assert not late, f"never told: {self.told()}"
        assert await self.world.rest(PATIENCE), "something never ends"
        for call in self.calls:
            if call.task.cancelled():
                # Before its first step.
                call.cancelled, call.ended = True, call.began
            else:
                # Raises what no caller may be told.
                call.task.result()

    async def _take(self, step: Step) -> None:
        match step:
            case Do():
                self.call(step)
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case Break():
                self._break(step)
            case Mend():
                self.unit.faults.clear()
            case Restart(seconds):
                self._restart(seconds)
            case Cut():
                self.unit.close_connections()
            case Poll(settings):
                self.polls.append(asyncio.create_task(self._poll(settings=settings)))
            case Cancel(back):
                waiting = [one for one in self.calls if not one.task.done()]
                if back < len(waiting):
                    waiting[-1 - back].task.cancel()
            case Unload():
                await self.unload()

    def call(self, do: Do) -> Call:
        """Have a caller ask for something; nobody waits for it here."""
        call = Call(
            do, asyncio.create_task(asyncio.sleep(0)), len(self.calls), self.now
        )
        call.task = asyncio.create_task(self._call(call))
        self.calls.append(call)
        return call

    async def _call(self, call: Call) -> None:
        try:
            await self.perform(self, call.do)
        except DeviceError as err:
            call.error = err
        except asyncio.CancelledError:
            call.cancelled = True
        finally:
            call.ended = self.now

    def _break(self, step: Break) -> None:
        def match(record: RequestRecord) -> bool:
            return self.family.kind(record) == step.target

        self.unit.faults.add(
            step.kind,
            skip=step.skip,
            count=step.count,
            code=step.code,
            seconds=step.seconds,
            match=match,
        )

    def _restart(self, seconds: float) -> None:
        if self.unit.powered:
            self.restarts.append(self.now)
            restart(self.unit, seconds)

    async def _poll(self, *, settings: bool) -> None:
        cadence = Cadence.SETTINGS if settings else Cadence.STATE
        if self.unloaded is None:
            with suppress(DeviceError):
                await self.device.refresh(cadence, None)

    async def unload(self) -> None:
        """End everything as unloading does; asking for more is refused."""
        if self.unloaded is None:
            self.unloaded = self.now
            for poll in self.polls:
                poll.cancel()
            await self.device.close()

    def told(self) -> str:
        """Return what was asked for and what has become of it, for a failure."""
        return "; ".join(
            f"{one.began:.3f} {one.do.verb} {one.do.what} {one.do.value:g}"
            f" {one.do.seconds:g} → {one.outcome}"
            f" {-1.0 if one.ended is None else one.ended:.3f}"
            for one in self.calls
        )


def feature_of[F: Feature](device: Device, kind: type[F], key: Key) -> F:
    """Return the first feature of a kind and key."""
    for unit in device.units:
        for feature in unit.features:
            if feature.key is key and isinstance(feature, kind):
                return feature
    raise KeyError(key)


@asynccontextmanager
async def stage(
    family: Family, perform: Callable[[Stage, Do], Awaitable[None]]
) -> AsyncIterator[Stage]:
    """Run a unit with everything around it; in the end nothing is left behind."""
    heard = _Warnings()
    unseen: list[str] = []
    logger = logging.getLogger("custom_components.watchpost")
    logger.addHandler(heard)
    unit = family.emulate(LoopClock())
    try:
        async with ClientSession() as session, unit:
            world = TimelessWorld(session, SleepingClock(unit.clock))
            device = family.speak(login_to(unit), world.surroundings)
            await device.connect()
            unit.forget()
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda _, what: unseen.append(f"{what}"))
            yield Stage(family, unit, world, device, perform, warnings=heard.texts)
            await device.close()
            assert await world.rest(PATIENCE), "something never ends"
            assert not unseen, unseen
    finally:
        logger.removeHandler(heard)
