"""Run one emulated camera or recorder: python -m tests.emulators.reolink."""

import argparse
import asyncio
from datetime import timedelta
import signal
import sys

from ..clock import VirtualClock
from .device import ReolinkEmulator
from .options import DEMO_PASSWORD, DEMO_USERNAME, ReolinkOptions


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulators.reolink",
        description="Run an emulated Reolink camera or recorder on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 is any")
    parser.add_argument("--tls", action="store_true", help="HTTPS, self-signed")
    parser.add_argument(
        "--channels", type=int, default=0, help="a recorder with so many channels"
    )
    parser.add_argument(
        "--online", type=int, default=None, help="how many of them have a camera"
    )
    parser.add_argument(
        "--plain", action="store_true", help="only what the document's example can do"
    )
    parser.add_argument(
        "--lenient", action="store_true", help="accept partial and unknown fields"
    )
    parser.add_argument(
        "--legacy", action="store_true", help="schedules of the first generation"
    )
    parser.add_argument("--username", default=DEMO_USERNAME)
    parser.add_argument("--password", default=DEMO_PASSWORD)
    parser.add_argument("--mac", default=ReolinkOptions.mac)
    parser.add_argument("--name", default=None)
    parser.add_argument("--rtsp-port", type=int, default=ReolinkOptions.rtsp_port)
    parser.add_argument("--media-port", type=int, default=ReolinkOptions.media_port)
    parser.add_argument(
        "--boot-seconds", type=float, default=10.0, help="length of a restart"
    )
    parser.add_argument(
        "--motion", type=float, default=0.0, help="see something every so many seconds"
    )
    return parser


def build(options: argparse.Namespace) -> ReolinkOptions:
    """Return the unit that the command line describes."""
    changes = {
        "username": options.username,
        "password": options.password,
        "mac": options.mac,
        "rtsp_port": options.rtsp_port,
        "media_port": options.media_port,
        "boot_seconds": options.boot_seconds,
        "rtmp_enabled": True,
    }
    if options.lenient:
        changes |= {"mandatory": "channel", "unknown_fields": "ignore"}
    if options.legacy:
        changes["schedule_version"] = 0
    if options.name:
        changes["name"] = options.name
    if options.channels:
        return ReolinkOptions.nvr(
            options.channels, online=options.online, full=not options.plain, **changes
        )
    make = ReolinkOptions if options.plain else ReolinkOptions.full
    return make(**changes)


def furnish(emulator: ReolinkEmulator, motion: float) -> None:
    """Record something on each channel, and let things move."""
    now = emulator.local_time
    for camera in emulator.cameras:
        for hours, trigger in ((1, "motion"), (3, "people"), (26, "vehicle")):
            emulator.recordings.add(
                now - timedelta(hours=hours), channel=camera.number, triggers=[trigger]
            )
    if motion <= 0:
        return

    def move() -> None:
        for camera in emulator.cameras:
            if camera.online:
                for kind in ("motion", *camera.options.ai[:1]):
                    camera.detect(kind, seconds=motion / 3)
        emulator.clock.call_later(motion, move)

    emulator.clock.call_later(motion, move)


async def run(options: argparse.Namespace) -> None:
    """Run until a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    emulator = ReolinkEmulator(
        build(options),
        port=options.port,
        tls=options.tls,
        clock=VirtualClock(realtime=True),
    )
    async with emulator:
        furnish(emulator, options.motion)
        sys.stdout.write(f"reolink ready at {emulator.url}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
