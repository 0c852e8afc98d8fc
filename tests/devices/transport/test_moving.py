"""Every movement ends, whatever goes wrong and whoever gives up."""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable, Coroutine
import logging
import random
from typing import Final

import pytest

from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.transport import moving
from custom_components.watchpost.devices.transport.moving import Mover

SOON: Final = (0.003, 0.003, 0.003)
LATER: Final = (0.003,) * 30
LONG: Final = 30.0
"""Seconds of a movement that something else has to end."""

type Begin = Callable[[Coroutine[None, None, None]], Task[None]]


def lazily(work: Coroutine[None, None, None]) -> Task[None]:
    """Start a task in the next turn of the loop."""
    return asyncio.get_running_loop().create_task(work)


def eagerly(work: Coroutine[None, None, None]) -> Task[None]:
    """Start a task at once, as Home Assistant does it."""
    return Task(work, loop=asyncio.get_running_loop(), eager_start=True)


class Camera:
    """Moves as it is told, and fails as it is planned."""

    def __init__(self, begin: Begin = lazily) -> None:
        """Stand still."""
        self.begin = begin
        self.orders: list[str] = []
        """What has arrived."""
        self.times: list[float] = []
        self.moves: str | None = None
        self.lost: dict[str, int] = {}
        """How many orders of a name get lost on their way."""
        self.unheard: dict[str, int] = {}
        """How many orders of a name are carried out without an answer."""
        self.refused: dict[str, DeviceError] = {}
        self.gates: dict[str, asyncio.Event] = {}
        """Orders that are answered only when their gate opens."""
        self.tasks: list[Task[None]] = []
        self.news = asyncio.Event()
        """An order has arrived, or a task was started."""
        self.mover = Mover(self.spawn, "Door", soon=SOON, later=LATER)

    def spawn(self, work: Coroutine[None, None, None], name: str) -> Task[None]:
        """Run something in the background."""
        assert name == "watchpost movement"
        task = self.begin(work)
        self.tasks.append(task)
        self.news.set()
        return task

    async def take(self, name: str) -> None:
        """Take an order."""
        await asyncio.sleep(0)
        if self.lost.get(name, 0) > 0:
            self.lost[name] -= 1
            raise DeviceConnectionError
        if name in self.refused:
            raise self.refused[name]
        self.orders.append(name)
        self.times.append(asyncio.get_running_loop().time())
        self.news.set()
        self.moves = None if name.startswith(("stop", "goto")) else name
        if name in self.gates:
            await self.gates[name].wait()
        if self.unheard.get(name, 0) > 0:
            self.unheard[name] -= 1
            raise DeviceConnectionError(Reason.COMMAND_UNCERTAIN)

    async def stop(self) -> None:
        """Stand still."""
        await self.take("stop")

    def order(self, name: str) -> Callable[[], Awaitable[None]]:
        """Return an order of a name."""
        return lambda: self.take(name)

    def move(self, name: str, seconds: float = LONG) -> Task[None]:
        """Have it move; somebody waits for that."""
        work = self.mover.move(self.order(name), self.stop, seconds)
        return asyncio.create_task(work)

    def goto(self, name: str = "goto") -> Task[None]:
        """Have it go somewhere, which ends by itself."""
        return asyncio.create_task(self.mover.instead(self.order(name), self.stop))

    def halt(self) -> Task[None]:
        """Have it stop now."""
        return asyncio.create_task(self.mover.stop_now(self.stop))

    async def reach(self, reached: Callable[[], bool]) -> None:
        """Wait until something is the case."""
        async with asyncio.timeout(2):
            while not reached():
                self.news.clear()
                await self.news.wait()

    async def until(self, *orders: str) -> None:
        """Wait until exactly these orders have arrived, and a moment longer."""
        await self.reach(lambda: self.orders == list(orders))
        await turns()
        assert self.orders == list(orders)

    async def idle(self) -> None:
        """Wait until nothing runs in the background."""
        async with asyncio.timeout(5):
            while running := [task for task in self.tasks if not task.done()]:
                await asyncio.wait(running)
                await asyncio.sleep(0)


async def turns() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture(params=[lazily, eagerly])
def camera(request: pytest.FixtureRequest) -> Camera:
    """Return a camera whose movements run in either kind of task."""
    begin: Begin = request.param
    return Camera(begin)


async def test_time_counts_from_the_acknowledgement(camera: Camera) -> None:
    """However long the start takes, the movement lasts as long as was asked for."""
    camera.gates["left"] = asyncio.Event()
    task = camera.move("left", 0.05)
    await camera.until("left")
    await asyncio.sleep(0.03)
    camera.gates["left"].set()
    loop = asyncio.get_running_loop()
    acknowledged = loop.time()
    await task
    assert camera.orders == ["left", "stop"]
    assert 0.045 < camera.times[1] - acknowledged < 0.05 + 0.15
    assert not camera.mover.moving


async def test_newer_takes_the_place(camera: Camera) -> None:
    """There is no stop between two movements, and the first caller is content."""
    first = camera.move("left")
    await camera.until("left")
    second = camera.move("right", 0.01)
    await first
    assert "stop" not in camera.orders
    await second
    assert camera.orders == ["left", "right", "stop"]


async def test_overtaken_before_it_was_sent(camera: Camera) -> None:
    """What was replaced while it waited for its turn is not sent at all."""
    camera.gates["left"] = asyncio.Event()
    first = camera.move("left")
    await camera.until("left")
    middle, last = camera.move("up"), camera.move("right", 0.01)
    await turns()
    camera.gates["left"].set()
    await asyncio.gather(first, middle, last)
    assert camera.orders == ["left", "right", "stop"]


async def test_stop_now(camera: Camera) -> None:
    """The running movement ends; its caller is content."""
    task = camera.move("left")
    await camera.until("left")
    await camera.mover.stop_now(camera.stop)
    await task
    assert camera.orders == ["left", "stop"]


async def test_stop_is_sent_in_any_case(camera: Camera) -> None:
    """A stop is sent although nothing seems to move, once for everybody who asks."""
    await camera.mover.stop_now(camera.stop)
    assert camera.orders == ["stop"]
    await asyncio.gather(camera.halt(), camera.halt())
    assert camera.orders == ["stop"] * 3


async def test_stop_before_a_newer_movement(camera: Camera) -> None:
    """A stop that waits for its turn is not lost when a movement follows."""
    camera.gates["left"] = asyncio.Event()
    first = camera.move("left")
    await camera.until("left")
    halt = camera.halt()
    await turns()
    second = camera.move("right", 0.01)
    await turns()
    camera.gates["left"].set()
    await asyncio.gather(first, halt, second)
    assert camera.orders == ["left", "stop", "right", "stop"]


@pytest.mark.parametrize("lost", [1, 2, 3])
@pytest.mark.parametrize("name", ["move", "halt"])
async def test_lost_stop(
    camera: Camera, records: list[logging.LogRecord], name: str, lost: int
) -> None:
    """A stop that gets lost is sent again, three times."""
    camera.lost["stop"] = lost
    tasks = {"move": lambda: camera.move("left", 0.0), "halt": camera.halt}
    await tasks[name]()
    assert camera.orders[-1] == "stop"
    assert camera.lost["stop"] == 0
    assert not [one for one in records if one.levelno >= logging.WARNING]


@pytest.mark.parametrize("lost", [4, 9])
async def test_stop_fails(
    camera: Camera, records: list[logging.LogRecord], lost: int
) -> None:
    """The caller is told after four attempts; others follow until it stands still."""
    camera.lost["stop"] = lost
    with pytest.raises(DeviceConnectionError) as caught:
        await camera.move("left", 0.0)
    assert caught.value.reason is Reason.UNREACHABLE
    assert camera.mover.moving
    await camera.idle()
    assert camera.moves is None
    assert not camera.mover.moving
    (warning,) = [one for one in records if one.levelno >= logging.WARNING]
    assert warning.getMessage() == (
        "Door may still be moving, because it did not confirm the order to stop "
        "(unreachable)"
    )


async def test_unheard_stop(camera: Camera) -> None:
    """A stop whose answer gets lost is sent again."""
    camera.unheard["stop"] = 1
    await camera.move("left", 0.0)
    assert camera.orders == ["left", "stop", "stop"]


async def test_giving_up(camera: Camera) -> None:
    """After the last attempt the movement is left; the next order tries again."""
    camera.lost["stop"] = 1 + len(SOON) + len(LATER)
    with pytest.raises(DeviceConnectionError):
        await camera.move("left", 0.0)
    await camera.idle()
    assert camera.moves == "left"
    camera.lost["stop"] = 1
    await camera.mover.close()
    assert camera.moves is None


async def test_newer_while_the_stop_fails(camera: Camera) -> None:
    """A stop that is still tried does not disturb the next movement."""
    camera.lost["stop"] = 6
    with pytest.raises(DeviceConnectionError):
        await camera.move("left", 0.0)
    second = camera.move("right")
    await camera.until("left", "right")
    await asyncio.sleep(0.03)
    assert camera.orders == ["left", "right"]
    camera.lost.clear()
    await asyncio.gather(second, camera.halt())
    assert camera.moves is None


async def test_overtaken_while_the_stop_fails(camera: Camera) -> None:
    """The newer movement takes over the duty to stop; the first caller is content."""
    camera.lost["stop"] = 1
    camera.mover = Mover(camera.spawn, "Door", soon=(0.05,) * 3, later=())
    first = camera.move("left", 0.0)
    await camera.until("left")
    second = camera.move("right", 0.1)
    await asyncio.gather(first, second)
    assert camera.lost["stop"] == 0
    assert camera.orders == ["left", "right", "stop"]


async def test_stop_overtaken_while_it_fails(camera: Camera) -> None:
    """Who wanted it to stop is told that a movement came instead."""
    camera.lost["stop"] = 1
    camera.mover = Mover(camera.spawn, "Door", soon=(0.05,) * 3, later=())
    halt = camera.halt()
    await turns()
    move = camera.move("right", 0.1)
    with pytest.raises(DeviceConnectionError):
        await halt
    await move
    assert camera.orders == ["right", "stop"]


@pytest.mark.parametrize("error", [DeviceAuthError, DeviceUnsupportedError])
async def test_refused_stop(camera: Camera, error: type[DeviceError]) -> None:
    """A refusal is not tried again, least of all a wrong password."""
    tried = 0

    async def refuse() -> None:
        nonlocal tried
        tried += 1
        raise error

    with pytest.raises(error):
        await camera.mover.move(camera.order("left"), refuse, 0.0)
    await camera.mover.close()
    assert tried == 1


@pytest.mark.parametrize(
    "error", [DeviceRequestError, DeviceUnsupportedError, DeviceAuthError]
)
async def test_refused_start(camera: Camera, error: type[DeviceError]) -> None:
    """What was refused does not move: nothing has to be stopped."""
    camera.refused["left"] = error()
    with pytest.raises(error):
        await camera.move("left")
    assert camera.orders == []
    assert not camera.mover.moving


async def test_refused_start_while_another_moves(camera: Camera) -> None:
    """The older movement was replaced, so it is stopped at once."""
    camera.refused["up"] = DeviceRequestError()
    first = camera.move("left")
    await camera.until("left")
    with pytest.raises(DeviceRequestError):
        await camera.move("up")
    await first
    assert camera.orders == ["left", "stop"]


@pytest.mark.parametrize("how", ["lost", "unheard"])
async def test_uncertain_start(camera: Camera, how: str) -> None:
    """Without an answer it may move: it is stopped at once and the caller told."""
    plans = {"lost": camera.lost, "unheard": camera.unheard}
    plans[how]["left"] = 1
    with pytest.raises(DeviceConnectionError):
        await camera.move("left")
    assert camera.orders[-1] == "stop"
    assert camera.moves is None


@pytest.mark.parametrize("name", ["left", "stop"])
async def test_no_answer_at_all(
    camera: Camera, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An order without an answer is given up after a while."""
    monkeypatch.setattr(moving, "_LIMIT", 0.02)
    camera.gates[name] = asyncio.Event()
    task = camera.move("left", 0.0)
    with pytest.raises(DeviceConnectionError) as caught:
        await task
    assert caught.value.reason is Reason.TIMEOUT
    assert camera.moves is None
    camera.gates.clear()
    await camera.idle()


@pytest.mark.parametrize("gate", [True, False])
async def test_cancelled_caller(camera: Camera, gate: bool) -> None:
    """Who gives up ends the movement, also if it has not been confirmed yet."""
    event = asyncio.Event()
    camera.gates = {"left": event} if gate else {}
    task = camera.move("left")
    await camera.until("left")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    event.set()
    await camera.until("left", "stop")
    await camera.idle()


async def test_cancelled_before_it_was_sent(camera: Camera) -> None:
    """What nobody wants any more is not started, and the older movement ends."""
    camera.gates["left"] = asyncio.Event()
    first = camera.move("left")
    await camera.until("left")
    second = camera.move("up")
    await turns()
    second.cancel()
    await turns()
    camera.gates["left"].set()
    await first
    await camera.idle()
    assert camera.orders == ["left", "stop"]


@pytest.mark.parametrize("phase", ["starting", "moving", "stopping"])
@pytest.mark.parametrize("times", [1, 3])
async def test_cancelled_task(camera: Camera, phase: str, times: int) -> None:
    """When everything in the background is cancelled, the stop is sent all the same."""
    camera.gates = {
        "starting": {"left": asyncio.Event()},
        "stopping": {"stop": asyncio.Event()},
    }.get(phase, {})
    caller = camera.move("left", 0.0 if phase == "stopping" else LONG)
    await camera.reach(lambda: len(camera.orders) == 1 + (phase == "stopping"))
    for _ in range(times):
        for task in tuple(camera.tasks):
            task.cancel()
        await asyncio.sleep(0)
    for gate in camera.gates.values():
        gate.set()
    await asyncio.wait([caller])
    await camera.idle()
    assert camera.moves is None
    assert camera.orders[-1] == "stop"
    # It was done, or it was not: nobody is told otherwise.
    assert (caller.exception() is None) is (phase in ("moving", "stopping"))


async def test_replacement_cancelled_before_its_first_step() -> None:
    """The older movement relies on it, so it stops what it has not started."""
    camera = Camera()

    def cancelled(work: Coroutine[None, None, None]) -> Task[None]:
        camera.begin = lazily
        task = lazily(work)
        task.cancel()
        return task

    first = camera.move("left")
    await camera.until("left")
    camera.begin = cancelled
    with pytest.raises(DeviceRequestError):
        await camera.move("up")
    await first
    assert camera.orders == ["left", "stop"]


async def test_cancelled_while_it_waits_for_its_turn(camera: Camera) -> None:
    """It is not started, and its caller is told."""
    camera.gates["left"] = asyncio.Event()
    first = camera.move("left")
    await camera.until("left")
    second = camera.move("up")
    await turns()
    camera.tasks[1].cancel()
    await turns()
    camera.gates["left"].set()
    with pytest.raises(DeviceRequestError):
        await second
    await first
    assert camera.orders == ["left", "stop"]


async def test_close(camera: Camera) -> None:
    """What moves is stopped at once; its caller is content, and nobody else comes."""
    await Camera().mover.close()
    task = camera.move("left")
    await camera.until("left")
    await camera.mover.close()
    assert camera.orders == ["left", "stop"]
    await task
    for order in (camera.move("up"), camera.goto(), camera.halt()):
        with pytest.raises(DeviceRequestError) as caught:
            await order
        assert caught.value.reason is Reason.CONFLICT
    await camera.mover.close()
    assert camera.orders == ["left", "stop"]


async def test_close_tries_again(camera: Camera) -> None:
    """A lost stop is sent again, but not for ever."""
    camera.lost["stop"] = 2
    task = camera.move("left")
    await camera.until("left")
    await camera.mover.close()
    assert camera.orders == ["left", "stop"]
    await task
    other = Camera()
    other.lost["stop"] = 100
    task = other.move("left")
    await other.until("left")
    await other.mover.close()
    assert other.lost["stop"] == 100 - 2 * (1 + len(SOON))
    with pytest.raises(DeviceConnectionError):
        await task


async def test_close_while_it_waits_for_a_late_attempt(camera: Camera) -> None:
    """The next attempt is made at once, and it is the last one."""
    camera.mover = Mover(camera.spawn, "Door", soon=SOON, later=(LONG, LONG))
    camera.lost["stop"] = 4
    with pytest.raises(DeviceConnectionError):
        await camera.move("left", 0.0)
    await camera.mover.close()
    assert camera.orders == ["left", "stop"]
    await camera.idle()


async def test_close_does_not_wait_for_ever(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that does not answer is given up; nothing stays behind."""
    monkeypatch.setattr(moving, "_CLOSE_LIMIT", 0.03)
    camera.gates["stop"] = asyncio.Event()
    task = camera.move("left")
    await camera.until("left")
    await camera.mover.close()
    assert all(one.done() for one in camera.tasks)
    with pytest.raises(DeviceConnectionError) as caught:
        await task
    assert caught.value.reason is Reason.COMMAND_UNCERTAIN
    assert camera.orders == ["left", "stop"]


async def test_close_with_one_that_waits(camera: Camera) -> None:
    """What waits for its turn is not started any more, and its caller told."""
    camera.gates["left"] = asyncio.Event()
    first = camera.move("left")
    await camera.until("left")
    second = camera.goto()
    await turns()
    closing = asyncio.create_task(camera.mover.close())
    await turns()
    camera.gates["left"].set()
    await closing
    with pytest.raises(DeviceRequestError):
        await second
    await first
    assert camera.orders == ["left", "stop"]


async def test_instead(camera: Camera) -> None:
    """What ends by itself takes the place of a movement, and needs no stop."""
    first = camera.move("left")
    await camera.until("left")
    await camera.goto()
    await first
    assert not camera.mover.moving
    await asyncio.gather(camera.goto("goto 1"), camera.goto("goto 2"))
    await camera.idle()
    assert camera.orders == ["left", "goto", "goto 1", "goto 2"]


@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize("how", ["lost", "refused"])
async def test_instead_fails(camera: Camera, how: str, moves: bool) -> None:
    """What moved before is stopped, and only that."""
    camera.lost = {"goto": 1} if how == "lost" else {}
    camera.refused = {"goto": DeviceRequestError()} if how == "refused" else {}
    before = ["left"] if moves else []
    tasks = [camera.move(name) for name in before]
    await camera.until(*before)
    with pytest.raises(DeviceError):
        await camera.goto()
    await asyncio.gather(*tasks)
    assert camera.orders == [*before, *(["stop"] * moves)]


async def test_mistakes_of_ours(camera: Camera) -> None:
    """An error that no device causes leaves nobody waiting, and nothing moving."""

    async def mistake() -> None:
        raise LookupError

    with pytest.raises(DeviceConnectionError):
        await camera.mover.move(mistake, camera.stop, LONG)
    assert camera.orders == ["stop"]
    with pytest.raises(DeviceConnectionError):
        await camera.mover.stop_now(mistake)
    assert [type(one.exception()) for one in camera.tasks] == [LookupError] * 2


async def trouble(camera: Camera, chance: random.Random) -> None:
    """Let anything happen, in any order."""
    callers: list[Task[None]] = []
    closes = chance.random() < 0.3
    for number in range(chance.randint(3, 9)):
        what = chance.random()
        if what < 0.5:
            callers.append(camera.move(f"move {number}", chance.uniform(0, 0.01)))
        elif what < 0.6:
            callers.append(camera.goto(f"goto {number}"))
        elif what < 0.7:
            callers.append(camera.halt())
        elif what < 0.8 and callers:
            chance.choice(callers).cancel()
        elif what < 0.9 and camera.tasks:
            # Home Assistant does that only when it is about to close everything.
            closes = chance.choice(camera.tasks).cancel() or closes
        for plan in (camera.lost, camera.unheard):
            name = chance.choice(["stop", f"move {number}", f"goto {number}"])
            plan[name] = plan.get(name, 0) + chance.choice([0, 0, 1, 2])
        if chance.random() < 0.1:
            camera.refused[f"move {number + 1}"] = DeviceRequestError()
        for _ in range(chance.randint(0, 4)):
            await asyncio.sleep(chance.choice([0, 0, 0.002]))
    if closes:
        camera.lost["stop"] = min(camera.lost.get("stop", 0), 2)
        camera.unheard.clear()
        await camera.mover.close()
        assert camera.moves is None
    async with asyncio.timeout(20):
        await asyncio.gather(*callers, return_exceptions=True)
    await camera.idle()


async def test_whatever_happens() -> None:
    """None of many movements runs for ever, and every caller gets an answer."""
    cameras = [Camera(begin) for _ in range(125) for begin in (lazily, eagerly)]
    await asyncio.gather(
        *(trouble(camera, random.Random(seed)) for seed, camera in enumerate(cameras))
    )
    assert [seed for seed, one in enumerate(cameras) if one.moves is not None] == []
    assert sum(one.orders.count("stop") for one in cameras) > len(cameras)
    assert all(one.mover.moving is False for one in cameras)
