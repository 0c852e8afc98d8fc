"""Run one emulated camera: python -m tests.emulators.cbt."""

import argparse
import asyncio
import signal
import sys
from typing import Any

from ..clock import VirtualClock
from ..onvif import OnvifOptions
from .device import CbtEmulator
from .options import DEMO_PASSWORD, DEMO_USERNAME, CbtOptions


def arguments() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulators.cbt",
        description="Run an emulated cgi_action camera on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="HTTP port; 0 is any")
    parser.add_argument("--tls", action="store_true", help="HTTPS, self-signed")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--plain", action="store_true", help="a fixed camera with infrared only"
    )
    kind.add_argument(
        "--document", action="store_true", help="the camera of the document's examples"
    )
    parser.add_argument(
        "--extra-keys", action="store_true", help="print keys that no document knows"
    )
    parser.add_argument(
        "--auth", choices=("url", "digest", "basic", "none"), default="url"
    )
    parser.add_argument("--username", default=DEMO_USERNAME)
    parser.add_argument("--password", default=DEMO_PASSWORD)
    parser.add_argument("--mac", default=CbtOptions.mac)
    parser.add_argument("--device-id", default=CbtOptions.device_id)
    parser.add_argument("--name", default=CbtOptions.name)
    parser.add_argument(
        "--ip-address", default="127.0.0.1", help="how the camera sees itself"
    )
    parser.add_argument("--rtsp-port", type=int, default=CbtOptions.rtsp_port)
    parser.add_argument(
        "--onvif-port",
        type=int,
        default=CbtOptions.onvif_port,
        help="the port to announce; nothing listens there",
    )
    parser.add_argument(
        "--onvif", action="store_true", help="a service for ONVIF at a port of its own"
    )
    parser.add_argument(
        "--boot-seconds", type=float, default=10.0, help="length of a restart"
    )
    parser.add_argument(
        "--alarm", type=float, default=0.0, help="switch the alarm input so often"
    )
    return parser


def build(options: argparse.Namespace) -> CbtOptions:
    """Return the camera that the command line describes."""
    changes: dict[str, Any] = {
        name: getattr(options, name)
        for name in (
            "username",
            "password",
            "mac",
            "device_id",
            "name",
            "ip_address",
            "rtsp_port",
            "onvif_port",
            "boot_seconds",
            "extra_keys",
            "auth",
        )
    }
    if options.onvif:
        changes["onvif"] = OnvifOptions()
    if options.plain:
        return CbtOptions.bare(**changes)
    if options.document:
        return CbtOptions(**changes)
    return CbtOptions.full(**changes)


def furnish(emulator: CbtEmulator, seconds: float) -> None:
    """Let the contact at the alarm input open and close."""
    if seconds <= 0 or not emulator.options.alarm_input:
        return

    def switch() -> None:
        emulator.set_alarm_input(on=not emulator.terminals.contact_closed)
        emulator.clock.call_later(seconds, switch)

    emulator.clock.call_later(seconds, switch)


async def run(options: argparse.Namespace) -> None:
    """Run until a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    emulator = CbtEmulator(
        build(options),
        port=options.port,
        tls=options.tls,
        clock=VirtualClock(realtime=True),
    )
    async with emulator:
        furnish(emulator, options.alarm)
        sys.stdout.write(f"cbt ready at {emulator.url}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments().parse_args()))
