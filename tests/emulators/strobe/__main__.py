"""Run one emulated strobe: python -m tests.emulators.strobe."""

import argparse
import asyncio
from contextlib import AsyncExitStack
import signal
import sys

from ..clock import VirtualClock
from .control import ControlServer
from .device import StrobeEmulator
from .options import DEMO_PASSWORD, DEMO_USERNAME, StrobeOptions


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulators.strobe",
        description="Run an emulated network strobe speaker on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 is any")
    parser.add_argument(
        "--udp-port", type=int, default=None, help="answer searches here; off if absent"
    )
    parser.add_argument(
        "--control-port", type=int, default=None, help="serve /state and the triggers"
    )
    parser.add_argument("--username", default=DEMO_USERNAME)
    parser.add_argument("--password", default=DEMO_PASSWORD)
    parser.add_argument("--mac", default=StrobeOptions.mac)
    parser.add_argument("--name", default=StrobeOptions.name)
    parser.add_argument("--tls", action="store_true", help="HTTPS, self-signed")
    parser.add_argument(
        "--boot-seconds", type=float, default=10.0, help="length of a restart"
    )
    return parser


async def run(options: argparse.Namespace) -> None:
    """Run until a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    emulator = StrobeEmulator(
        StrobeOptions(
            username=options.username,
            password=options.password,
            mac=options.mac,
            name=options.name,
            boot_seconds=options.boot_seconds,
        ),
        port=options.port,
        udp_port=options.udp_port,
        tls=options.tls,
        clock=VirtualClock(realtime=True),
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(emulator)
        line = f"strobe ready at {emulator.url}"
        if emulator.discovery is not None:
            line += f" udp 127.0.0.1:{emulator.udp_port}"
        if options.control_port is not None:
            control = ControlServer(emulator, options.control_port)
            await stack.enter_async_context(control)
            line += f" control http://127.0.0.1:{control.port}"
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
