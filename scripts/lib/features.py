"""Print what a device at an address offers; nothing is written to it."""

import argparse
import asyncio
from asyncio import Task
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from getpass import getpass
import os
import sys
import time
from typing import override

from aiohttp import ClientSession, TCPConnector

from custom_components.watchpost.devices.model.device import (
    Clock,
    Json,
    Login,
    Memory,
    Surroundings,
)
from custom_components.watchpost.devices.model.errors import DeviceError
from custom_components.watchpost.devices.vendors import VENDORS


class WallClock(Clock):
    """The time of this computer."""

    @override
    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    @override
    def call_at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call an action at a time; return its undo."""
        loop = asyncio.get_running_loop()
        return loop.call_later(max(0.0, when - time.time()), action).cancel

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class NoMemory(Memory):
    """A memory that keeps nothing."""

    @override
    def get(self, name: str) -> Json:
        """Return nothing."""
        return None

    @override
    def put(self, name: str, value: Json) -> None:
        """Keep nothing."""


def _spawn(target: Coroutine[None, None, None], name: str) -> Task[None]:
    return asyncio.create_task(target, name=name)


async def show(login: Login, vendor: str | None) -> int:
    """Connect, print a table of features, and log out."""
    async with ClientSession(connector=TCPConnector(ssl=False)) as session:
        if vendor is None:
            for candidate in VENDORS.values():
                with suppress(DeviceError):
                    if await candidate.recognize(login, session):
                        vendor = candidate.id
        if vendor is None:
            print("No family recognizes this device; name one with --vendor.")
            return 1
        device = VENDORS[vendor].create(
            login,
            Surroundings(
                session=session,
                clock=WallClock(),
                memory=NoMemory(),
                spawn=_spawn,
                changed=lambda: None,
                local_time=lambda: datetime.now().astimezone(),
            ),
        )
        try:
            await device.connect()
        except DeviceError as err:
            print(f"The device could not be read: {err.reason}.")
            return 1
        finally:
            await device.close()
    for unit in device.units:
        print(f"{unit.name} ({unit.model}, {device.serial})")
        for feature in unit.features:
            kind = type(feature).__name__
            slot = feature.slot or ""
            print(f"  {kind:10} {feature.key:26} {slot:3} {feature.source}")
    for absent in device.absent:
        print(f"  {'absent':10} {absent.key:26}     {absent.reason} {absent.detail}")
    return 0


def main() -> int:
    """Read the arguments and show the device."""
    parser = argparse.ArgumentParser(prog="scripts/features", description=__doc__)
    parser.add_argument("host")
    parser.add_argument("--vendor", choices=sorted(VENDORS))
    parser.add_argument("--port", type=int)
    parser.add_argument("--ssl", action="store_true")
    parser.add_argument("--username", default="admin")
    arguments = parser.parse_args()
    password = os.environ.get("WATCHPOST_PASSWORD") or getpass()
    login = Login(
        host=arguments.host,
        port=arguments.port or (443 if arguments.ssl else 80),
        ssl=arguments.ssl,
        username=arguments.username,
        password=password,
    )
    return asyncio.run(show(login, arguments.vendor))


if __name__ == "__main__":
    sys.exit(main())
