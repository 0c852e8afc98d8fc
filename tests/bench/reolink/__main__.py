"""Measure the family on emulated units: python -m tests.bench.reolink --help."""

import argparse
import asyncio
from collections.abc import Callable
import cProfile
import pstats
import sys
from typing import Final

from aiohttp import ClientSession, TCPConnector

from tests.emulators.reolink import ReolinkOptions

from .actors import Actor, Floor, Ours, Peer
from .day import day_targets, describe, simulate
from .measure import Row, measure_set_up, measure_task
from .report import Target, say, show_rows, show_targets, targets_of
from .unit import KINDS, MARK, ROOT, Kind, Unit, channels, running

HANGING: Final = 5
"""The channel that does not answer."""
LIVE: Final = 9
"""A channel that does."""


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.reolink", description=__doc__
    )
    parser.add_argument("--polls", type=int, default=200)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--set-ups", type=int, default=10)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--no-peer", action="store_true", help="only ours")
    parser.add_argument("--no-ours", action="store_true", help="only the peer")
    parser.add_argument(
        "--no-home", action="store_true", help="leave Home Assistant out"
    )
    parser.add_argument(
        "--day",
        type=float,
        metavar="SECONDS",
        help="live through 24 simulated hours instead, with so long between polls",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=30.0,
        help="seconds after which a set-up with a hanging channel is given up",
    )
    parser.add_argument(
        "--profile",
        choices=("set-up", "motion", "settings"),
        help="show where our time goes instead of measuring",
    )
    return parser


def makers(
    choice: argparse.Namespace, session: ClientSession, unit: Unit
) -> list[Callable[[], Actor]]:
    """Return what creates those who are measured."""
    found: list[Callable[[], Actor]] = []
    if not choice.no_ours:
        found.append(lambda: Ours(session, unit.port))
    if not choice.no_peer and Peer.is_installed():
        found.append(lambda: Peer(session, unit.port))
    return found


def new_session() -> ClientSession:
    """Return the connections that all share, so that none has better ones."""
    return ClientSession(connector=TCPConnector(ssl=False))


async def compare(choice: argparse.Namespace, kind: Kind) -> list[Row]:
    """Measure everybody on one unit."""
    async with running(kind) as unit, new_session() as session:
        make = makers(choice, session, unit)
        floor = Floor(session, unit.port)
        rows = await measure_set_up(unit, floor, make, choice.set_ups)
        actors = [one() for one in make]
        for actor in actors:
            await actor.set_up()
        polls = [(actor.name, actor.poll) for actor in actors]
        cycles = [(actor.name, actor.read_settings) for actor in actors]

        async def move(number: int) -> None:
            for channel in range(channels(kind)):
                await unit.detect(channel, active=(number + channel) % 2 == 0)

        rows += await measure_task(unit, floor, "motion", polls, choice.polls)
        rows += await measure_task(unit, floor, "busy", polls, choice.polls, move)
        rows += await measure_task(unit, floor, "settings", cycles, choice.cycles)
        daily = [(one.name, one.read_all) for one in actors if isinstance(one, Ours)]
        rows += await measure_task(unit, floor, "daily", daily, choice.cycles)
        for actor in actors:
            await actor.close()
        return rows


async def hang(choice: argparse.Namespace) -> list[Target]:
    """Set up with one channel that hangs."""
    say()
    say(f"SET-UP WITH A HANGING CHANNEL (recorder full, channel {HANGING})")
    found: list[Target] = []
    async with running("recorder full") as unit, new_session() as session:
        for make in makers(choice, session, unit):
            await unit.hang(HANGING, hangs=True)
            await unit.detect(LIVE, active=True)
            actor = make()
            loop = asyncio.get_running_loop()
            began = loop.time()
            live = False
            try:
                async with asyncio.timeout(choice.patience):
                    await actor.set_up()
                    await actor.poll()
                    live = actor.sees_motion(LIVE) is True
            except TimeoutError:
                pass
            seconds = loop.time() - began
            say(
                f"{actor.name:<13}{seconds:6.2f} s, the others are "
                f"{'live' if live else 'not live'}"
            )
            if isinstance(actor, Ours):
                found.append(Target("hanging channel: set-up", seconds, 10, " s"))
                found.append(Target("hanging channel: others dead", not live, 0))
            await unit.hang(HANGING, hangs=False)
            await actor.close()
    return found


async def profile(choice: argparse.Namespace, kind: Kind) -> None:
    """Show where our time goes."""
    async with running(kind) as unit, new_session() as session:
        actor = Ours(session, unit.port)
        profiler = cProfile.Profile()
        if choice.profile != "set-up":
            await actor.set_up()
        action, times = {
            "set-up": (actor.set_up, 1),
            "motion": (actor.poll, choice.polls),
            "settings": (actor.read_settings, choice.cycles),
        }[choice.profile]
        profiler.enable()
        for _ in range(times):
            await action()
        profiler.disable()
        await actor.close()
    say(f"{kind}: {choice.profile}, {times} times")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


async def through_home() -> list[Target]:
    """Count requests in a running Home Assistant, in a process of its own."""
    say()
    say("THROUGH HOME ASSISTANT (virtual time)")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "pytest", "tests/bench/reolink/through_home.py"),
        *("-s", "-q", "-p", "no:logging"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await process.communicate()
    lines = output.decode(errors="replace").splitlines()
    for line in lines:
        if line.startswith((MARK, "FAILED", "ERROR")):
            say(line.removeprefix(MARK))
    failed = process.returncode or 0
    return [Target("through Home Assistant: pytest's exit code", failed, 0)]


async def live_through(pause: float) -> bool:
    """Live through a day with each kind of unit that counts."""
    good = True
    for options in (ReolinkOptions.full(), ReolinkOptions.nvr(16, full=True)):
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with new_session() as session:
            day = await simulate(options, session, pause=pause)
        say()
        say(f"A DAY IN {loop.time() - began:.0f} s")
        for line in describe(day, options):
            say(line)
        good = show_targets(day_targets(day, options)) and good
    return good


async def measure(choice: argparse.Namespace) -> bool:
    """Measure all that was asked for; return whether the targets are met."""
    targets: list[Target] = []
    for kind in choice.kind or KINDS:
        rows = await compare(choice, kind)
        show_rows(kind, rows)
        targets += targets_of(kind, [row for row in rows if row.actor == Ours.name])
    targets += await hang(choice)
    if not choice.no_home:
        targets += await through_home()
    if not Peer.is_installed():
        say("reolink-aio is not installed: see tests/bench/README.md.")
    return show_targets(targets)


def main() -> int:
    """Read the arguments and measure."""
    choice = arguments().parse_args()
    if choice.profile:
        asyncio.run(profile(choice, (choice.kind or KINDS)[-1]))
        return 0
    work = live_through(choice.day) if choice.day else measure(choice)
    return 0 if asyncio.run(work) else 1


if __name__ == "__main__":
    sys.exit(main())
