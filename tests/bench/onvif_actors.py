"""One client in a process of its own: it subscribes and prints what arrives.

Started by tests/bench/onvif.py with whatever Python has the client.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
import importlib
import importlib.util
import json
from pathlib import Path
import sys
import time
from typing import Any

from aiohttp import ClientSession, TCPConnector, ThreadedResolver

DEVICES = Path(__file__).parents[2] / "custom_components/watchpost/devices"
USER, PASSWORD = "admin", "bench"

type Seen = tuple[str, bool | None]


def resident() -> float:
    """Return the memory of this process in MiB."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def say(**fields: Any) -> None:
    """Print a line for who has started us."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


class RealClock:
    """The clock of this computer."""

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    def call_at(self, _when: float, _action: Callable[[], None]) -> Callable[[], None]:
        """Refuse; nobody here sets a timer."""
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def load_ours() -> Any:
    """Import the client without the integration around it."""
    spec = importlib.util.spec_from_file_location(
        "devices",
        DEVICES / "__init__.py",
        submodule_search_locations=[str(DEVICES)],
    )
    if spec is None or spec.loader is None:
        raise RuntimeError(DEVICES)
    module = importlib.util.module_from_spec(spec)
    sys.modules["devices"] = module
    spec.loader.exec_module(module)
    return importlib.import_module("devices.transport.onvif")


async def ours(port: int, session: ClientSession) -> AsyncIterator[list[Seen]]:
    """Yield what our client sees."""
    model = importlib.import_module("devices.model.device")
    client = importlib.import_module("devices.transport.onvif")

    def spawn(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(work, name=name)

    login = model.Login(host="127.0.0.1", port=80, username=USER, password=PASSWORD)
    device = client.Onvif(session, login, port, RealClock(), spawn)
    batches = device.events()
    try:
        async for batch in batches:
            yield [(event.topic, event.on) for event in batch]
    finally:
        await batches.aclose()


async def peer(port: int, _session: ClientSession) -> AsyncIterator[list[Seen]]:
    """Yield what the other client sees, used as Home Assistant's integration does."""
    camera = importlib.import_module("onvif").ONVIFCamera(
        "127.0.0.1", port, USER, PASSWORD, adjust_time=True, nat_override=True
    )
    manager = None
    try:
        await camera.update_xaddrs()
        manager = await camera.create_pullpoint_manager(
            timedelta(minutes=10), lambda: None
        )
        wait = timedelta(seconds=1)
        while True:
            answer = await manager.get_service().PullMessages(
                {"MessageLimit": 100, "Timeout": wait}
            )
            wait = timedelta(seconds=30)
            yield [read_peer(one) for one in answer.NotificationMessage]
    finally:
        if manager is not None and not manager.closed:
            await manager.shutdown()
        await camera.close()


def read_peer(message: Any) -> Seen:
    """Return topic and state as Home Assistant's integration reads them."""
    # pylint: disable=protected-access
    topic = message.Topic._value_1  # noqa: SLF001
    topic = "/".join(step.rpartition(":")[2] for step in topic.split("/"))
    item = message.Message._value_1.Data.SimpleItem[0]  # noqa: SLF001
    return topic, item.Value.lower() in ("true", "1")


async def run(actor: str, port: int) -> None:
    """Subscribe, print, and stop when the input ends."""
    async with ClientSession(
        connector=TCPConnector(resolver=ThreadedResolver())
    ) as session:
        before, start = resident(), time.monotonic()
        if actor == "ours":
            load_ours()
        else:
            importlib.import_module("onvif")
        imported = time.monotonic()
        say(memory=resident() - before, imported=imported - start)

        async def watch() -> None:
            first = True
            client = ours if actor == "ours" else peer
            async for batch in client(port, session):
                if first:
                    first = False
                    say(first=time.monotonic() - imported, memory=resident() - before)
                for topic, on in batch:
                    say(at=time.monotonic(), topic=topic, on=on)

        task = asyncio.ensure_future(watch())
        end = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await asyncio.wait([task, end], return_when=asyncio.FIRST_COMPLETED)
        gone = task.done()
        task.cancel()
        await asyncio.wait([task])
        error = None if task.cancelled() else task.exception()
        say(
            gone=gone,
            error=None if error is None else f"{type(error).__name__}: {error}",
            memory=resident() - before,
        )


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2])))
