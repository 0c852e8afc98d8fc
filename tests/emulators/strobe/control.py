"""A second, tiny web server that shows a unit's state and pulls its strings."""

from dataclasses import asdict
from typing import Self

from aiohttp import web

from ..base import HOST
from .device import StrobeEmulator
from .log import iso

CHANGES = 50
"""Changes of the outputs that the state shows."""


def state(emulator: StrobeEmulator) -> dict[str, object]:
    """Return what the unit shows, keeps and has been asked, as plain data."""
    outputs = emulator.outputs
    return {
        "address": emulator.url,
        "powered": emulator.powered,
        "time": iso(emulator.clock.wall),
        "outputs": asdict(outputs),
        "timeline": [
            {**asdict(change), "wall": iso(change.wall)}
            for change in emulator.timeline[-CHANGES:]
        ],
        "files": [
            {"name": file.name, "type": file.kind, "size": len(file.content)}
            for file in emulator.files.files
        ],
        "log": [
            {"type": entry.kind, "time": iso(entry.time)}
            for entry in emulator.alarm_log
        ],
        "requests": dict(emulator.counts),
        "dangerous": [record.label for record in emulator.dangerous],
        "max_parallel": emulator.max_parallel,
        "sessions": {
            "open": len(emulator.sessions.open),
            "opened": emulator.sessions.opened,
            "most_open": emulator.sessions.most_open,
        },
        "pushes": [
            {"type": push.alarm_type, "status": push.status, "error": push.error}
            for push in emulator.pushes
        ],
        "reboots": emulator.reboots,
    }


class ControlServer:
    """Serve /state, /probe, /broadcast, /reboot and /advance on 127.0.0.1."""

    def __init__(self, emulator: StrobeEmulator, port: int = 0) -> None:
        """Prepare; port 0 takes any free one."""
        self._emulator = emulator
        self.port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Start listening."""
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop listening."""
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get("/state", self._state)
        app.router.add_post("/probe", self._probe)
        app.router.add_post("/broadcast", self._broadcast)
        app.router.add_post("/reboot", self._reboot)
        app.router.add_post("/advance", self._advance)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close everything."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _state(self, request: web.Request) -> web.Response:
        """Show the unit."""
        return web.json_response(state(self._emulator))

    async def _probe(self, request: web.Request) -> web.Response:
        """Let the probe report."""
        return web.json_response({"ran": await self._emulator.trigger_probe()})

    async def _broadcast(self, request: web.Request) -> web.Response:
        """Let another unit's alarm arrive."""
        return web.json_response({"ran": await self._emulator.trigger_broadcast()})

    async def _reboot(self, request: web.Request) -> web.Response:
        """Restart the unit."""
        seconds = request.query.get("seconds")
        self._emulator.reboot(None if seconds is None else float(seconds))
        return web.json_response({"reboots": self._emulator.reboots})

    async def _advance(self, request: web.Request) -> web.Response:
        """Let time pass."""
        self._emulator.clock.advance(float(request.query.get("seconds", "1")))
        return web.json_response({"time": iso(self._emulator.clock.wall)})
