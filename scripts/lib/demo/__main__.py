"""Start the demo; scripts/demo is its command."""

import argparse
import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib.metadata import distributions
from pathlib import Path
import signal
import sys
import time

import aiohttp

from .api import HomeAssistantApi
from .check import check, report
from .errors import DemoError
from .families import DEVICES
from .home import PASSWORD, RESTART_EXIT_CODE, ROOT, USERNAME, Home
from .stage import Stage
from .state import State, StateFolder, free_port

NEWS_SECONDS = 0.5
"""How often the terminal tells what the devices show."""


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Start emulated devices and a Home Assistant with Watchpost.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="try everything without a person, print a table, and stop",
    )
    parser.add_argument(
        "--next",
        action="store_true",
        help="use Home Assistant 2026.11 instead of 2026.10",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="forget what the last demo has stored"
    )
    return parser.parse_args()


def installed_version(environment: Path) -> str:
    """Return the version of Home Assistant in an environment."""
    folders = [str(path) for path in environment.glob("lib/python3*/site-packages")]
    for found in distributions(name="homeassistant", path=folders):
        return found.version
    raise DemoError(f"There is no Home Assistant in {environment}; run scripts/setup")


class Demo:
    """One run, from the first port to the last."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Choose environment and folder."""
        self.checking: bool = arguments.check
        self.fresh: bool = arguments.check or arguments.fresh
        suffix = "-next" if arguments.next else ""
        self.environment = ROOT / ".venv" / ("next" if suffix else "")
        self.version = installed_version(self.environment)
        self.table = [device.identity for device in DEVICES]
        self.home: Home | None = None
        name = "check" if self.checking else "home"
        self.folder = StateFolder(ROOT / ".demo" / f"{name}{suffix}")

    async def run(self) -> None:
        """Bring everything up, then check it or leave it to the person."""
        async with AsyncExitStack() as stack:
            stack.enter_context(self.folder.locked())
            state = self._last_state()
            if state is None:
                self.folder.clear()
                state = State(version=self.version, table=self.table, port=free_port())
            for device in DEVICES:
                await device.start(state.devices.get(device.name, 0))
                stack.push_async_callback(device.stop)
                state.devices[device.name] = device.emulator.port
                say(f"{device.name} ({device.vendor}) at {device.emulator.url}")
            home = self.home = Home(self.folder.path, self.environment, state.port)
            session = await stack.enter_async_context(
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
            )
            stage = Stage(home, HomeAssistantApi(session, home.url), DEVICES)
            stack.push_async_callback(stage.shut_down)
            home.log.unlink(missing_ok=True)
            say(f"Home Assistant {self.version} starts at {home.url}")
            home.prepare()
            await stage.boot()
            await stage.keep_devices(state.entries)
            await self._set_up(stage)
            state.entries = stage.entries
            self.folder.save(state)
            if self.checking:
                await self._check(stage)
            else:
                await self._show(stage)

    def _last_state(self) -> State | None:
        """Return the state to go on from, unless all is to be new."""
        if self.fresh:
            return None
        return self.folder.load(self.version, self.table)

    async def _set_up(self, stage: Stage) -> None:
        """Add what is missing, enable all entities, store the dashboard."""
        missing = [device for device in DEVICES if device.name not in stage.entries]
        if missing:
            say("Adding the devices")
            await stage.add_devices(missing)
        # Enabling takes a reload half a minute later; a restart is quicker, and
        # shows that everything comes back.
        if await stage.enable_everything():
            say("Restarting with all entities enabled")
            await stage.shut_down()
            await stage.boot()
        for device in missing:
            await stage.wait_for(device)
        await stage.save_dashboard()

    async def _check(self, stage: Stage) -> None:
        """Try everything out and report."""
        rows = await check(stage)
        await stage.shut_down()
        print(report(rows), flush=True)
        if stage.home.problems():
            raise DemoError("Home Assistant's log has what must not be there")

    async def _show(self, stage: Stage) -> None:
        """Wait until the person has seen enough."""
        pull = "\n".join(f"  {item.name}: {item.controls()}" for item in DEVICES)
        print(
            f"""
  Home Assistant {self.version}:  {stage.home.url}
  User name:  {USERNAME}
  Password:   {PASSWORD}
  Log:        {stage.home.log.relative_to(ROOT)}

What happens to the emulated devices:
{pull}

Below is what they show. Ctrl-C stops everything.
""",
            flush=True,
        )
        teller = asyncio.create_task(tell_news())
        try:
            while await stage.home.wait() == RESTART_EXIT_CODE:
                say("Home Assistant restarts")
                await stage.api.close()
                await stage.boot()
        finally:
            teller.cancel()
        raise DemoError(f"Home Assistant ended by itself:\n{stage.home.tail()}")


async def tell_news() -> None:
    """Print what the devices show whenever it changes."""
    while True:
        for device in DEVICES:
            for line in device.news():
                print(f"{time.strftime('%H:%M:%S')}  {device.name}: {line}", flush=True)
        await asyncio.sleep(NEWS_SECONDS)


def say(text: str) -> None:
    """Tell the person what goes on."""
    print(text, file=sys.stderr, flush=True)


def stop_on_signals(stop: Callable[[], object]) -> None:
    """Let Ctrl-C, kill and a closed terminal end the run in order, once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop_once() -> None:
        for number in signals:
            loop.add_signal_handler(number, lambda: None)
        say("Stopping")
        stop()

    for number in signals:
        loop.add_signal_handler(number, stop_once)


async def main() -> int:
    """Run the demo and return the exit status."""
    arguments = parse_arguments()
    demo = None
    try:
        demo = Demo(arguments)
        run = asyncio.create_task(demo.run())
        stop_on_signals(run.cancel)
        await run
    except DemoError as err:
        if demo is not None and demo.home is not None:
            say("\n\n".join(demo.home.problems()))
        say(f"error: {err}")
        return 1
    except asyncio.CancelledError:
        return 130 if arguments.check else 0
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
