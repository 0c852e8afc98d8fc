"""Run one emulated video server: python -m tests.emulators.vserver."""

import argparse
import asyncio
import signal
import sys

from ..clock import VirtualClock
from ..onvif.options import OnvifOptions, channels
from .device import VserverEmulator
from .options import DEMO_PASSWORD, DEMO_USERNAME, VserverOptions


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulators.vserver",
        description="Run an emulated video server with the /cgi API on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 is any")
    parser.add_argument("--tls", action="store_true", help="HTTPS, self-signed")
    parser.add_argument(
        "--plain", action="store_true", help="one channel that does not move"
    )
    parser.add_argument(
        "--extra-fields", action="store_true", help="print names no document knows"
    )
    parser.add_argument(
        "--auth",
        choices=("switch", "basic", "digest", "both", "open"),
        default=VserverOptions.auth,
        help="how to log in; switch goes by DigestLoginInfo",
    )
    parser.add_argument("--username", default=DEMO_USERNAME)
    parser.add_argument("--password", default=DEMO_PASSWORD)
    parser.add_argument("--mac", default=VserverOptions.mac)
    parser.add_argument("--device-id", default=VserverOptions.device_id)
    parser.add_argument("--rtsp-port", type=int, default=VserverOptions.rtsp_port)
    parser.add_argument("--onvif-port", type=int, default=VserverOptions.onvif_port)
    parser.add_argument(
        "--onvif", action="store_true", help="a service for ONVIF at a port of its own"
    )
    parser.add_argument(
        "--boot-seconds", type=float, default=10.0, help="length of a restart"
    )
    parser.add_argument(
        "--motion", type=float, default=0.0, help="see something every so many seconds"
    )
    return parser


def build(options: argparse.Namespace) -> VserverOptions:
    """Return the unit that the command line describes."""
    make = VserverOptions if options.plain else VserverOptions.full
    count = len(make().channels)
    onvif = OnvifOptions(profiles=channels(count)) if options.onvif else None
    return make(
        onvif=onvif,
        username=options.username,
        password=options.password,
        auth=options.auth,
        mac=options.mac,
        device_id=options.device_id,
        rtsp_port=options.rtsp_port,
        onvif_port=options.onvif_port,
        boot_seconds=options.boot_seconds,
        extra_fields=options.extra_fields,
    )


def furnish(emulator: VserverEmulator, motion: float) -> None:
    """Put some recordings on the card, and let things move."""
    for hours in (1, 3, 26):
        emulator.storage.add(1, emulator.wall_clock.utc - hours * 3600)
    for head in emulator.heads.values():
        head.store(1, "Door")
        head.store(2, "Gate")
    if motion <= 0:
        return

    def move() -> None:
        """See something on the first channel."""
        emulator.detect_motion(1, motion / 3)
        emulator.clock.call_later(motion, move)

    emulator.clock.call_later(motion, move)


async def run(options: argparse.Namespace) -> None:
    """Run until a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    emulator = VserverEmulator(
        build(options),
        port=options.port,
        tls=options.tls,
        clock=VirtualClock(realtime=True),
    )
    async with emulator:
        furnish(emulator, options.motion)
        sys.stdout.write(f"vserver ready at {emulator.url}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
