"""Measure our ONVIF client, and another one, against the emulated service.

Run: .venv/bin/python -m tests.bench.onvif [--peer PYTHON] [--quick]
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import statistics
import subprocess
import sys
import time
from typing import Any, Final

from aiohttp import web

from tests.emulators.clock import VirtualClock
from tests.emulators.onvif import OnvifOptions, OnvifService, Topic

ACTORS: Final = Path(__file__).with_name("onvif_actors.py")
ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = "VideoSourceConfig_1"
PATIENCE: Final = 12.0
"""Seconds until an event that has not arrived is lost."""
EVENTS: Final = 100


@dataclass(frozen=True, kw_only=True)
class Quirk:
    """A device that is not as the book says."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    ahead: timedelta = timedelta()
    pause: float = 0.0
    """Seconds between the subscription and the event."""


QUIRKS: Final = (
    Quirk(name="as the standard says"),
    Quirk(name="SOAP 1.1 answers", options={"soap": "1.1"}),
    Quirk(name="other prefixes", options={"prefixes": "odd"}),
    Quirk(name="no prefixes", options={"prefixes": "none"}),
    Quirk(name='"True"', options={"spelling": "title"}),
    Quirk(name='"1"', options={"spelling": "digit"}),
    Quirk(name="messages without UtcTime", options={"moments": False}),
    Quirk(name="reference parameters", options={"reference": True}),
    Quirk(name="addresses at 0.0.0.0", options={"address": "http://0.0.0.0:1"}),
    Quirk(name="HTTP digest instead of signatures", options={"auth": "digest"}),
    Quirk(name="HTTP Basic instead of signatures", options={"auth": "basic"}),
    Quirk(name="HTTP Basic and digest offered", options={"auth": "both"}),
    Quirk(name="clock a day ahead", ahead=timedelta(days=1)),
    Quirk(name="clock a day behind", ahead=timedelta(days=-1)),
    Quirk(name="clock only with a login", options={"clock": "protected"}),
    Quirk(name="clock only in local time", options={"clock": "local"}),
    Quirk(name="clock with year 0", options={"clock": "absurd"}),
    Quirk(name="end as a moment only", options={"terms": "absolute"}),
    Quirk(name="end not accepted at all", options={"terms": "neither"}),
    Quirk(name="end not told", options={"tell_lifetime": False}),
    Quirk(name="grants 6 s", options={"lifetime": 6.0}, pause=14),
    Quirk(
        name="grants 6 s, no Renew",
        options={"lifetime": 6.0, "renew": "fault"},
        pause=14,
    ),
    Quirk(name="GetServices only", options={"discovery": "services"}),
    Quirk(name="one place", options={"places": 1}),
    Quirk(name="does not hold requests", options={"long_poll": False}),
    Quirk(name="faults with status 200", options={"fault_status": 200}),
)


@dataclass
class Actor:
    """A client that runs in another process."""

    process: asyncio.subprocess.Process
    lines: list[dict[str, Any]] = field(default_factory=list)

    async def until(self, name: str, seconds: float) -> dict[str, Any] | None:
        """Return the next line with a field; None if it does not come, or the end."""
        try:
            async with asyncio.timeout(seconds):
                while line := await self._stdout.readline():
                    self.lines.append(json.loads(line))
                    if name in self.lines[-1]:
                        return self.lines[-1]
                    if "gone" in self.lines[-1]:
                        return None
        except TimeoutError:
            pass
        return None

    @property
    def _stdout(self) -> asyncio.StreamReader:
        if self.process.stdout is None:
            raise RuntimeError
        return self.process.stdout

    async def stop(self) -> dict[str, Any] | None:
        """Let it say goodbye; return its last words."""
        if self.lines and "gone" in self.lines[-1]:
            return self.lines[-1]
        if self.process.stdin is not None:
            self.process.stdin.close()
        return await self.until("gone", 10)


@asynccontextmanager
async def actor(python: str, name: str, port: int) -> AsyncIterator[Actor]:
    """Run a client; it is ended afterwards in any case."""
    process = await asyncio.create_subprocess_exec(
        python,
        # Or the other client's package would be this file.
        "-P",
        str(ACTORS),
        name,
        str(port),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Actor(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def device(quirk: Quirk) -> AsyncIterator[OnvifService]:
    """Run a device in real time."""
    clock = VirtualClock(datetime.now(UTC) + quirk.ahead, realtime=True)
    options = OnvifOptions(**quirk.options)
    async with OnvifService("admin", "bench", clock, options) as service:
        service.trigger(Topic.STORAGE, "1", on=True)
        yield service


def show(text: str = "") -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def measure(python: str, name: str) -> None:
    """Print start-up, memory, latency and requests of a client."""
    async with device(QUIRKS[0]) as service, actor(python, name, service.port) as one:
        started = time.monotonic()
        imported = await one.until("imported", 60)
        first = await one.until("first", 60)
        ready = time.monotonic() - started
        if imported is None or first is None:
            show(f"{name}: does not start: {one.lines}")
            return
        await one.until("at", 5)
        show(
            f"{name}: import {imported['imported'] * 1000:.0f} ms, first states "
            f"{first['first'] * 1000:.0f} ms later, {ready * 1000:.0f} ms with Python"
        )
        show(
            f"{name}: memory {imported['memory']:.1f} MiB by the import, "
            f"{first['memory']:.1f} MiB when subscribed"
        )
        show(f"{name}: {len(service.actions)} requests: {', '.join(service.actions)}")
        late: list[float] = []
        before = len(service.actions)
        for number in range(EVENTS):
            await service.wait_for(lambda: service.waiting > 0)
            now = time.monotonic()
            service.trigger(Topic.CELL_MOTION, SOURCE, on=number % 2 == 0)
            seen = await one.until("at", 5)
            if seen is not None:
                late.append((seen["at"] - now) * 1000)
        late.sort()
        show(
            f"{name}: {len(late)} of {EVENTS} events, median "
            f"{statistics.median(late):.1f} ms, worst {late[-1]:.1f} ms, "
            f"{(len(service.actions) - before) / EVENTS:.2f} requests each"
        )
        last = await one.stop()
        show(f"{name}: given back {service.left}; {last}")


async def survives(python: str, name: str, quirk: Quirk) -> str:
    """Return whether a client gets an event from an odd device, or why not."""
    async with device(quirk) as service, actor(python, name, service.port) as one:
        if await one.until("first", 20) is not None:
            if quirk.pause:
                await asyncio.sleep(quirk.pause)
            service.trigger(Topic.CELL_MOTION, SOURCE, on=True)
            deadline = time.monotonic() + PATIENCE
            while (left := deadline - time.monotonic()) > 0:
                seen = await one.until("at", left)
                if seen is None:
                    break
                if "CellMotion" in seen["topic"] and seen["on"]:
                    return "yes"
        last = await one.stop()
        if last is None or last["error"] is None:
            return "no: no event"
        return f"no: {last['error'].replace('\n', ' ')[:70]}"


async def pour(request: web.BaseRequest) -> web.StreamResponse:
    """Answer with 300 MB."""
    answer = web.StreamResponse(headers={"Content-Type": "application/soap+xml"})
    await answer.prepare(request)
    await answer.write(b'<?xml version="1.0"?><Envelope>')
    with suppress(ConnectionError):
        for _ in range(300):
            await answer.write(b"<a>x</a>" * 131072)
    return answer


async def endless(python: str, name: str) -> str:
    """Return what becomes of a client that is answered without an end."""
    async with device(QUIRKS[0]) as service, actor(python, name, service.port) as one:
        service.answers["PullMessages"] = pour
        last = await one.until("gone", 60)
        if last is None:
            return "still busy after 60 s"
        return f"{last['error'][:60]!r}, {last['memory']:.0f} MiB"


async def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", metavar="PYTHON", help="with onvif-zeep-async")
    parser.add_argument("--quick", action="store_true", help="no odd devices")
    choice = parser.parse_args()
    clients = [(sys.executable, "ours")]
    if choice.peer:
        clients.append((choice.peer, "peer"))
    for python, name in clients:
        await measure(python, name)
    if choice.quick:
        return
    show()
    for quirk in QUIRKS:
        found = [await survives(python, name, quirk) for python, name in clients]
        show(f"| {quirk.name} | {' | '.join(found)} |")
    found = [await endless(python, name) for python, name in clients]
    show(f"| an answer of 300 MB | {' | '.join(found)} |")


if __name__ == "__main__":
    asyncio.run(main())
