"""The B-VIEW camera of the demo."""

import asyncio
from asyncio import Task
from contextlib import suppress
from typing import ClassVar, Final, override

from tests.emulators.base import VirtualClock
from tests.emulators.bview import BviewEmulator, BviewOptions

from .devices import PATIENCE, Bench, DemoDevice, free_port
from .errors import DemoError
from .home import VOICE
from .waiting import reached

PASSWORD: Final = "demo-bview"
PASSING: Final = 25.0
"""Seconds between two movements in front of the camera of the demo."""
STAYING: Final = 8.0
"""Seconds that a movement takes."""
BOOT_SECONDS: Final = 10.0
"""A real camera takes a minute; nobody wants to watch that."""
READING: Final = frozenset({"GET", "HEAD"})


class BviewDevice(DemoDevice):
    """A B-VIEW camera."""

    vendor: ClassVar[str] = "bview"
    # They have a meaning in another day/night mode.
    unavailable = frozenset({"day_start", "night_start"})

    def __init__(self, options: BviewOptions) -> None:
        """Describe the camera."""
        self.name = options.name
        self.username = options.username
        self.password = options.password
        self._options = options
        self._unit = BviewEmulator(options)
        self._told = 0
        self._life: Task[None] | None = None

    @property
    @override
    def emulator(self) -> BviewEmulator:
        """Return the running emulator."""
        return self._unit

    @override
    async def start(self, port: int) -> None:
        """Start the emulator on a port; 0 takes a free one."""
        self._unit = BviewEmulator(
            self._options, port=port, clock=VirtualClock(realtime=True)
        )
        await self._unit.start()
        self._life = asyncio.create_task(self._live())

    @override
    async def stop(self) -> None:
        """Stop the emulator."""
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
        await super().stop()

    async def _live(self) -> None:
        """Let something move from time to time."""
        while True:
            await asyncio.sleep(PASSING)
            self._unit.detect_motion(STAYING)

    @override
    def controls(self) -> str:
        """Say what the device does by itself."""
        return f"something moves every {PASSING:.0f} seconds"

    @override
    async def try_out(self, bench: Bench) -> list[str]:
        """See motion, look, speak, zoom, hide, and record."""
        self._unit.detect_motion(STAYING)
        await bench.until_state(bench.entity("binary_sensor", "motion"), "on")
        proved = ["motion seen"]

        view = bench.entity("camera", "main_stream")
        picture = await bench.api.get_bytes(f"/api/camera_proxy/{view}")
        if not picture.startswith(b"\xff\xd8"):
            raise DemoError("the still is no JPEG")
        proved.append(f"still of {len(picture)} bytes")

        speaker = bench.entity("media_player", "speaker")
        await bench.api.act(
            "tts.speak",
            f"tts.{VOICE}",
            media_player_entity_id=speaker,
            message="Please close the gate",
        )
        await bench.until_state(speaker, "playing")
        await bench.until("an announcement that has ended", self._has_spoken)
        await bench.until_state(speaker, "idle")
        proved.append(f"announcement of {self._spoken():.1f} s")

        await bench.api.act("watchpost.ptz_move", view, zoom=40, duration=0.3)
        await bench.until("a zoom that has ended", self._has_zoomed)
        proved.append("zoomed and stopped")

        mask = bench.entity("switch", "privacy_mask")
        await bench.api.act("switch.turn_on", mask)
        await bench.until("a privacy mask", lambda: self._mask() == "true")
        await bench.until_state(mask, "on")
        await bench.api.act("switch.turn_off", mask)
        await bench.until("no privacy mask", lambda: self._mask() == "false")
        proved.append("privacy on and off")

        await bench.api.act("button.press", bench.entity("button", "record_event"))
        await bench.until_state(bench.entity("binary_sensor", "recording"), "on")
        proved.append("event recorded")
        proved.append(await self._mail(bench))
        if self._unit.dangerous:
            raise DemoError("a request was sent that must never be sent")
        return proved

    async def _mail(self, bench: Bench) -> str:
        """Have alarms mailed, and see the picture of one."""
        told = await bench.choose(alarm_mails=True, ports={"mail_port": free_port()})
        detection = bench.entity("event", "detection")
        before = (await bench.state(detection))["state"]
        await bench.until_state(bench.entity("binary_sensor", "motion"), "off")
        mails = len(self._unit.mails)
        self._unit.detect_motion(STAYING)
        await bench.until("a mail", lambda: len(self._unit.mails) > mails)
        image = bench.entity("image", "event_picture")

        async def seen() -> bool:
            shown = (await bench.state(image))["state"]
            happened = (await bench.state(detection))["state"]
            return shown not in ("unknown", "unavailable") and happened != before

        if not await reached(seen, PATIENCE):
            raise DemoError("a mail has brought no event, or no picture")
        picture = await bench.api.get_bytes(f"/api/image_proxy/{image}")
        await bench.choose(alarm_mails=False)
        return f"alarm mails {told}, picture of {len(picture)} bytes"

    def _has_spoken(self) -> bool:
        sessions = self._unit.intercom.sessions
        return bool(sessions) and sessions[-1].reason == "close"

    def _spoken(self) -> float:
        return self._unit.intercom.sessions[-1].seconds

    def _has_zoomed(self) -> bool:
        lens = self._unit.lens
        return bool(lens.moves) and not lens.running

    def _mask(self) -> str:
        return self._unit.settings.get("/Pictures/1/Mosaic", "Enable")

    @override
    def news(self) -> list[str]:
        """Return what the camera was told to do since the last call."""
        requests = self._unit.requests[self._told :]
        self._told = len(self._unit.requests)
        return [
            f"{one.method} {one.path}" for one in requests if one.method not in READING
        ]


DEVICES: Final = (
    BviewDevice(
        BviewOptions.full(
            name="Workshop camera",
            model="BV-IPC-2",
            mac="02:bb:1e:16:07:31",
            password=PASSWORD,
            boot_seconds=BOOT_SECONDS,
        )
    ),
)
