"""Sections: what is read when, what is remembered, what is refused, who wins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.kit.sections import Plan, Sections, Values
from custom_components.watchpost.devices.model.device import Json
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.transport.payload import Node
from tests.devices.world import EPOCH, FakeClock, World
from tests.emulators.base import VirtualClock

NAMES = ("clock", "image", "sound", "wifi")
INTERVAL = 300.0
SETTLE = 2.0
PAUSE = 60.0
MEMORY = "sections"


@dataclass
class Bench:
    """Sections of a device that is a table."""

    timer: VirtualClock
    world: World
    table: dict[str, dict[str, Json]] = field(
        default_factory=lambda: {name: {"value": 1} for name in NAMES}
    )
    errors: dict[str, DeviceError] = field(default_factory=dict)
    """With what a section is refused."""
    asked: list[str] = field(default_factory=list)
    sent: list[tuple[str, Values]] = field(default_factory=list)
    tells: bool = False
    """Whether the device answers a change with how the section is now."""
    slow: asyncio.Event | None = None
    """What the device waits for before it answers a question."""

    def __post_init__(self) -> None:
        """Know nothing yet."""
        self.sections = self.anew()

    def anew(self) -> Sections:
        """Return sections that have the same memory."""
        plans = [Plan(name=one, interval=INTERVAL, settle=SETTLE) for one in NAMES]
        return Sections(plans, self.fetch, self.send, self.world.surroundings)

    async def fetch(self, name: str) -> Node:
        """Tell a section."""
        self.asked.append(name)
        told = dict(self.table[name])
        if self.slow is not None:
            await self.slow.wait()
        if name in self.errors:
            raise self.errors[name]
        return Node(told)

    async def send(self, name: str, values: Values) -> Node | None:
        """Take a change."""
        self.sent.append((name, values))
        self.table[name] |= values
        return Node(dict(self.table[name])) if self.tells else None

    async def learn(self, firmware: str = "1") -> list[str]:
        """Learn everything; return what was asked for."""
        self.asked.clear()
        await self.sections.learn(NAMES, firmware, MEMORY)
        return list(self.asked)

    async def look(self, *wanted: str, after: float = 0) -> list[str]:
        """Let time pass and read what is due; return what was asked for."""
        self.timer.advance(after)
        self.asked.clear()
        await self.sections.refresh(wanted or NAMES)
        return list(self.asked)

    @property
    def now(self) -> float:
        """The seconds since the epoch."""
        return self.world.clock.now()


@asynccontextmanager
async def run(session: ClientSession) -> AsyncIterator[Bench]:
    """Make sections; in the end nothing is on its way."""
    timer = VirtualClock(EPOCH)
    bench = Bench(timer, World(session, FakeClock(timer)))
    yield bench
    await bench.sections.close()
    await bench.world.settle()


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Bench]:
    """Return sections of which everything is known."""
    async with run(session) as bench:
        await bench.learn()
        yield bench


@pytest.fixture
async def new(session: ClientSession) -> AsyncIterator[Bench]:
    """Return sections of which nothing is known."""
    async with run(session) as bench:
        yield bench


def lost() -> DeviceConnectionError:
    """Return what a section that is never answered ends with."""
    return DeviceConnectionError(Reason.TIMEOUT)


# Reading


async def test_ages(one: Bench) -> None:
    """What is due is read, and a timer need not be exact."""
    assert await one.look(after=INTERVAL - 2) == []
    assert await one.look("image", "nothing", after=1.5) == ["image"]
    assert one.sections.wait(["image"]) == INTERVAL
    assert one.sections.wait(["nothing"]) == float("inf")
    assert sorted(await one.look()) == ["clock", "sound", "wifi"]


REFUSALS: dict[str, DeviceError] = {
    "failed": DeviceConnectionError(Reason.FAILED),
    "busy": DeviceConnectionError(Reason.BUSY),
    "bad_answer": DeviceConnectionError(Reason.BAD_ANSWER),
    "sessions_full": DeviceConnectionError(Reason.SESSIONS_FULL),
    "no_permission": DeviceRequestError(Reason.NO_PERMISSION),
}


@pytest.mark.parametrize("reason", REFUSALS)
async def test_refused(one: Bench, reason: str) -> None:
    """A refusal is noted, keeps nothing else from being read, and is asked later."""
    one.errors["clock"] = REFUSALS[reason]
    assert sorted(await one.look(after=INTERVAL)) == sorted(NAMES)
    assert one.sections.failed == {"clock": reason}
    assert one.sections.node("clock").integer("value") == 1
    assert await one.look(after=PAUSE) == ["clock"]
    assert await one.look(after=PAUSE) == []
    one.errors.clear()
    assert await one.look(after=PAUSE) == ["clock"]
    assert one.sections.failed == {}


@pytest.mark.parametrize("error", [lost(), DeviceAuthError()], ids=["lost", "login"])
async def test_outage(one: Bench, error: DeviceError) -> None:
    """What is not about a section reaches the caller."""
    one.errors["clock"] = error
    with pytest.raises(type(error)):
        await one.look(after=INTERVAL)


async def test_lost_section(one: Bench) -> None:
    """One that is never answered takes the device down once, also on its own."""
    one.errors["clock"] = lost()
    with pytest.raises(DeviceConnectionError):
        await one.look("clock", after=INTERVAL)
    # The device may be back: at once, and no more as if it were the device.
    assert await one.look("clock", after=3) == ["clock"]
    assert one.sections.failed == {"clock": "timeout"}
    assert await one.look("clock", after=PAUSE) == []
    assert await one.look("clock", after=PAUSE) == ["clock"]


async def test_back(one: Bench) -> None:
    """What an outage was noticed with is there again as soon as the device is."""
    one.errors["clock"] = lost()
    with pytest.raises(DeviceConnectionError):
        await one.look("clock", after=INTERVAL)
    one.errors.clear()
    assert await one.look("clock", after=3) == ["clock"]
    assert one.sections.failed == {}


async def test_what_fails_comes_last(one: Bench) -> None:
    """It keeps nothing else from being read."""
    one.errors["clock"] = lost()
    with pytest.raises(DeviceConnectionError):
        await one.look("clock", after=INTERVAL)
    assert await one.look() == ["image", "sound", "wifi", "clock"]


async def test_anew(one: Bench) -> None:
    """After a restart all is read, but what fails in its own time."""
    one.errors |= {"image": DeviceUnsupportedError(), "wifi": REFUSALS["failed"]}
    await one.look(after=INTERVAL)
    one.errors.clear()
    one.sections.start_anew()
    assert sorted(await one.look()) == ["clock", "sound"]
    assert sorted(await one.look(after=PAUSE)) == ["wifi"]
    assert one.sections.failed == {"image": "unsupported"}


# Learning


async def test_missing_is_remembered(new: Bench) -> None:
    """What this software does not have is not asked for again."""
    new.errors["wifi"] = DeviceUnsupportedError()
    assert await new.learn() == [*NAMES]
    assert new.sections.missing() == ["wifi"]
    new.sections = new.anew()
    assert await new.learn() == ["clock", "image", "sound"]
    assert new.sections.missing() == ["wifi"]
    assert isinstance(new.sections.error("wifi"), DeviceUnsupportedError)
    new.sections = new.anew()
    new.errors.clear()
    assert await new.learn("2") == [*NAMES]


async def test_other_software(one: Bench) -> None:
    """What was known of the old one is forgotten, also what it lacked."""
    one.errors["wifi"] = DeviceUnsupportedError()
    one.table["image"] = {"old": 1}
    await one.look(after=INTERVAL)
    assert await one.learn() == []
    one.errors = {"sound": DeviceUnsupportedError()}
    one.table["image"] = {"new": 2}
    assert await one.learn("2") == [*NAMES]
    assert one.sections.failed == {"sound": "unsupported"}
    assert list(one.sections.node("image")) == ["new"]
    assert one.sections.known("wifi")
    assert not one.sections.known("sound")


async def test_one_loss(new: Bench) -> None:
    """A single section that is not answered keeps nobody out."""
    new.errors["image"] = lost()
    assert await new.learn() == [*NAMES]
    assert new.sections.failed == {"image": "timeout"}
    assert new.sections.known("wifi")
    assert new.sections.missing() == []
    new.errors.clear()
    assert await new.look(after=PAUSE) == ["image"]
    assert new.sections.known("image")


async def test_losses_apart(new: Bench) -> None:
    """Nor do two, between which the device has answered."""
    new.errors |= {"clock": lost(), "sound": lost()}
    assert await new.learn() == [*NAMES]


async def test_two_losses(new: Bench) -> None:
    """Two on end are an outage; nothing is concluded from it."""
    new.errors |= {"image": lost(), "sound": lost()}
    with pytest.raises(DeviceConnectionError):
        await new.learn()
    assert new.asked == ["clock", "image", "sound"]
    assert MEMORY not in new.world.memory.kept
    new.errors.clear()
    assert await new.learn() == ["image", "sound", "wifi"]
    assert new.sections.failed == {}


async def test_login_while_learning(new: Bench) -> None:
    """A refused login is no refused section."""
    new.errors["image"] = DeviceAuthError()
    with pytest.raises(DeviceAuthError):
        await new.learn()


# Writing


async def test_scene(one: Bench) -> None:
    """Changes that come together become one request, and are known at once."""
    one.asked.clear()
    await asyncio.gather(
        one.sections.put("image", {"a": 1}), one.sections.put("image", {"b": 2})
    )
    assert one.sent == [("image", {"a": 1, "b": 2})]
    assert one.asked == []
    assert one.sections.node("image").tree == {"value": 1, "a": 1, "b": 2}


async def test_an_edit_that_fails(one: Bench) -> None:
    """It changes nothing, and takes nothing along."""

    def refuse(_: Node) -> Values:
        raise DeviceRequestError(Reason.NOT_NOW)

    results = await asyncio.gather(
        one.sections.change("image", refuse),
        one.sections.change("image", lambda node: {"a": node.integer("value")}),
        return_exceptions=True,
    )
    assert isinstance(results[0], DeviceRequestError)
    assert one.sent == [("image", {"a": 1})]


async def test_old_answer(one: Bench) -> None:
    """What was asked for before a write does not undo it."""
    one.slow = asyncio.Event()
    one.timer.advance(INTERVAL)
    reading = asyncio.create_task(one.sections.refresh(["image"]))
    await asyncio.sleep(0)
    await one.sections.put("image", {"value": 5})
    one.slow.set()
    await reading
    assert one.sections.node("image").integer("value") == 5
    assert await one.look("image", after=SETTLE) == ["image"]


async def test_when_it_was_told(one: Bench) -> None:
    """A clock in a section is as old as what was read, not as what was changed."""
    learned = one.now
    one.timer.advance(100)
    await one.sections.put("clock", {"zone": 1})
    assert one.sections.read_at("clock") == learned
    await one.sections.change("clock", lambda _: {"zone": 2})
    assert one.sections.read_at("clock") == one.now
    one.timer.advance(100)
    one.tells = True
    await one.sections.put("clock", {"zone": 3})
    assert one.sections.read_at("clock") == one.now


async def test_outdated(one: Bench) -> None:
    """What something else has changed is read soon, unless it fails."""
    one.sections.outdate("image")
    assert await one.look() == ["image"]
    one.errors["image"] = REFUSALS["failed"]
    one.sections.outdate("image")
    await one.look()
    one.sections.outdate("image")
    assert await one.look() == []


# Diagnostics


async def test_dump(one: Bench) -> None:
    """Everything that is known, without what is a table."""
    nested: Json = "deep"
    for _ in range(20):
        nested = [nested]
    one.table["image"] = {"grid": "0" * 200, "rows": [*range(70)], "nested": nested}
    one.errors["wifi"] = DeviceUnsupportedError()
    one.sections = one.anew()
    await one.learn()
    dump = one.sections.dump()
    assert list(dump) == ["clock", "image", "sound"]
    image = dump["image"]
    assert isinstance(image, dict)
    assert image["grid"] == "(200 characters)"
    assert isinstance(image["rows"], list)
    assert (len(image["rows"]), image["rows"][-1]) == (65, "(70 rows)")
    assert "deep" not in str(image["nested"])
    assert "(more)" in str(image["nested"])
