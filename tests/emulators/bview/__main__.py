"""Run one emulated camera: python -m tests.emulators.bview."""

import argparse
import asyncio
from datetime import timedelta
import signal
import sys

from ..clock import VirtualClock
from .device import BviewEmulator
from .options import DEMO_PASSWORD, DEMO_USERNAME, BviewOptions


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulators.bview",
        description="Run an emulated B-VIEW 2 camera on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 is any")
    parser.add_argument("--tls", action="store_true", help="HTTPS, self-signed")
    parser.add_argument(
        "--udp-port", type=int, default=None, help="answer searches here; off if absent"
    )
    parser.add_argument(
        "--ssdp-port", type=int, default=None, help="answer UPnP searches here"
    )
    parser.add_argument(
        "--plain", action="store_true", help="a fixed lens, no sound, no terminals"
    )
    parser.add_argument(
        "--extra-tags", action="store_true", help="print tags that no document knows"
    )
    parser.add_argument("--username", default=DEMO_USERNAME)
    parser.add_argument("--password", default=DEMO_PASSWORD)
    parser.add_argument("--mac", default=BviewOptions.mac)
    parser.add_argument("--name", default=BviewOptions.name)
    parser.add_argument(
        "--ip-address", default="127.0.0.1", help="how the camera sees itself"
    )
    parser.add_argument("--rtsp-port", type=int, default=BviewOptions.rtsp_port)
    parser.add_argument(
        "--boot-seconds", type=float, default=10.0, help="length of a restart"
    )
    parser.add_argument(
        "--calibration-seconds",
        type=float,
        default=BviewOptions.calibration_seconds,
        help="length of a calibration of the lens",
    )
    parser.add_argument(
        "--motion", type=float, default=0.0, help="see something every so many seconds"
    )
    return parser


def build(options: argparse.Namespace) -> BviewOptions:
    """Return the camera that the command line describes."""
    make = BviewOptions if options.plain else BviewOptions.full
    return make(
        username=options.username,
        password=options.password,
        mac=options.mac,
        name=options.name,
        ip_address=options.ip_address,
        rtsp_port=options.rtsp_port,
        boot_seconds=options.boot_seconds,
        calibration_seconds=options.calibration_seconds,
        extra_tags=options.extra_tags,
    )


def furnish(emulator: BviewEmulator, motion: float) -> None:
    """Put some recordings on the card, and let things move."""
    for hours in (1, 3, 26):
        emulator.recorder.add(emulator.local_time - timedelta(hours=hours))
    if motion <= 0:
        return

    def move() -> None:
        emulator.detect_motion(motion / 3)
        emulator.clock.call_later(motion, move)

    emulator.clock.call_later(motion, move)


async def run(options: argparse.Namespace) -> None:
    """Run until a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    emulator = BviewEmulator(
        build(options),
        port=options.port,
        udp_port=options.udp_port,
        ssdp_port=options.ssdp_port,
        tls=options.tls,
        clock=VirtualClock(realtime=True),
    )
    async with emulator:
        furnish(emulator, options.motion)
        line = f"bview ready at {emulator.url}"
        if emulator.discovery is not None:
            line += f" udp 127.0.0.1:{emulator.udp_port}"
        if emulator.upnp is not None:
            line += f" ssdp 127.0.0.1:{emulator.ssdp_port}"
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
