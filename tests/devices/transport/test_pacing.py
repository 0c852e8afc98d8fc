"""One at a time, and together what comes together."""

import asyncio

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.watchpost.devices.transport.pacing import Coalescer, Pacer


async def hold(pacer: Pacer, gate: asyncio.Event, done: list[str], name: str) -> None:
    """Hold the slot until the gate opens."""
    async with pacer.slot(command=name.startswith("c")):
        await gate.wait()
        done.append(name)


async def turns() -> None:
    """Let everything run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


@settings(max_examples=60)
@given(
    names=st.lists(st.sampled_from(["c", "r"]), min_size=1, max_size=7),
    cancelled=st.sets(st.integers(0, 6)),
    handed_over=st.booleans(),
)
def test_cancellation_never_loses_the_slot(
    names: list[str], cancelled: set[int], handed_over: bool
) -> None:
    """Whoever is cancelled, the others get their turn, commands first."""

    async def run() -> None:
        pacer, gate, done = Pacer(), asyncio.Event(), list[str]()
        tasks = [
            asyncio.create_task(hold(pacer, gate, done, f"{name}{number}"))
            for number, name in enumerate(names)
        ]
        await asyncio.sleep(0)
        gate.set()
        for _ in range(int(handed_over)):
            await asyncio.sleep(0)
        for number in cancelled & set(range(len(tasks))):
            tasks[number].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(1), pacer.slot(command=False):
            done.append("end")
        rest = [name for name in done[:-1] if name[1:] != "0"]
        assert rest == sorted(rest, key=lambda name: name[0])

    asyncio.run(run())


async def test_rest_after_a_command() -> None:
    """A command is followed by a rest; who gives up in it does not keep the slot."""
    pacer = Pacer(write_gap=0.02)
    loop = asyncio.get_running_loop()
    async with pacer.slot(command=True):
        pass
    began = loop.time()
    task = asyncio.create_task(hold(pacer, asyncio.Event(), [], "r"))
    await turns()
    task.cancel()
    async with pacer.slot(command=False):
        assert loop.time() - began > 0.005


class Sender:
    """Takes what is sent."""

    def __init__(self) -> None:
        """Answer at once."""
        self.sent: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def send(self, change: str) -> None:
        """Take a change."""
        await self.gate.wait()
        self.sent.append(change)
        if self.error is not None:
            raise self.error

    @property
    def coalescer(self) -> Coalescer[str]:
        """Return a coalescer that joins texts."""
        return Coalescer(
            self.send,
            lambda earlier, later: earlier + later,
            0.001,
            lambda target, name: asyncio.create_task(target, name=name),
        )


async def test_together() -> None:
    """What comes in the window is sent once, later over earlier."""
    sender = Sender()
    coalescer = sender.coalescer
    await asyncio.gather(*(coalescer.submit(letter) for letter in "abc"))
    await coalescer.submit("d")
    assert sender.sent == ["abc", "d"]


async def test_failure_reaches_all() -> None:
    """Everybody is told; the next change starts afresh."""
    sender = Sender()
    coalescer = sender.coalescer
    sender.error = LookupError()
    results = await asyncio.gather(
        *(coalescer.submit(letter) for letter in "abc"), return_exceptions=True
    )
    assert [type(result) for result in results] == [LookupError] * 3
    sender.error = None
    await coalescer.submit("d")
    assert sender.sent == ["abc", "d"]


async def test_while_sending() -> None:
    """Changes that arrive while one is on its way gather for the next."""
    sender = Sender()
    coalescer = sender.coalescer
    sender.gate.clear()
    tasks = [asyncio.create_task(coalescer.submit("a"))]
    await asyncio.sleep(0.005)
    for letter in "bcd":
        tasks.append(asyncio.create_task(coalescer.submit(letter)))
        await asyncio.sleep(0.003)
    sender.gate.set()
    await asyncio.gather(*tasks)
    assert sender.sent == ["a", "bcd"]


@pytest.mark.parametrize("fails", [False, True])
async def test_cancelled_caller(fails: bool) -> None:
    """Who gives up takes nothing along, and close waits for what is left."""
    sender = Sender()
    sender.error = LookupError() if fails else None
    coalescer = sender.coalescer
    task = asyncio.create_task(coalescer.submit("a"))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await coalescer.close()
    assert sender.sent == ["a"]


async def test_urgent_passes_everything() -> None:
    """What is urgent waits neither for an answer nor for a command."""
    pacer = Pacer()
    order: list[str] = []

    async def urgent() -> None:
        async with pacer.slot(command=True, urgent=True):
            order.append("urgent")

    for command in (False, True):
        async with pacer.slot(command=command):
            await urgent()
            order.append("other")
    await urgent()
    assert order == ["urgent", "other", "urgent", "other", "urgent"]
