"""The Reolink camera and the recorder of the demo."""

import asyncio
from asyncio import Task
from contextlib import suppress
from typing import ClassVar, Final, override

from tests.emulators.base import VirtualClock
from tests.emulators.reolink import ChannelOptions, ReolinkEmulator, ReolinkOptions

from .devices import Bench, DemoDevice
from .errors import DemoError

PASSWORD: Final = "demo-reolink"
PASSING: Final = 20.0
"""Seconds between two people who pass the cameras of the demo by themselves."""
STAYING: Final = 8.0
"""Seconds that somebody stays in the picture."""
FULL_LEVEL: Final = 100
KINDS: Final = ("people", "vehicle", "dog_cat")


class ReolinkDevice(DemoDevice):
    """A Reolink camera or recorder."""

    vendor: ClassVar[str] = "reolink"

    def __init__(
        self, name: str, options: ReolinkOptions, *, unit: str, channel: int
    ) -> None:
        """Describe the device, and the camera that is tried out."""
        self.name = name
        self.username = options.username
        self.password = options.password
        self._options = options
        self._prefix = unit
        self._channel = channel
        self._unit = ReolinkEmulator(options)
        self._told = 0
        self._life: Task[None] | None = None

    @property
    @override
    def emulator(self) -> ReolinkEmulator:
        """Return the running emulator."""
        return self._unit

    @override
    async def start(self, port: int) -> None:
        """Start the emulator on a port; 0 takes a free one."""
        self._unit = ReolinkEmulator(
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
        """Let somebody pass each camera in turn."""
        turn = 0
        while True:
            await asyncio.sleep(PASSING)
            cameras = [c.number for c in self._unit.cameras if c.online]
            channel = cameras[turn % len(cameras)]
            kind = KINDS[turn % len(KINDS)]
            self._unit.detect(channel, "motion", seconds=STAYING)
            self._unit.detect(channel, kind, seconds=STAYING)
            turn += 1

    @override
    def controls(self) -> str:
        """Say what the device does by itself."""
        return f"somebody passes a camera every {PASSING:.0f} seconds"

    @override
    async def try_out(self, bench: Bench) -> list[str]:
        """See somebody, light the floodlight, sound the siren, move the camera."""
        camera = self._unit.cameras[self._channel]
        self._unit.detect(self._channel, "people", seconds=4 * STAYING)
        await bench.until_state(self._entity(bench, "binary_sensor", "person"), "on")
        proved = ["person seen"]

        light = self._entity(bench, "light", "floodlight")
        await bench.api.act("light.turn_on", light, brightness_pct=FULL_LEVEL)
        await bench.until("a floodlight", lambda: self._lamp() == (1, FULL_LEVEL))
        await bench.until_state(light, "on", brightness=255)
        await bench.api.act("light.turn_off", light)
        await bench.until("a dark floodlight", lambda: self._lamp()[0] == 0)
        proved.append("floodlight on and off")

        siren = self._entity(bench, "siren", "siren")
        await bench.api.act("siren.turn_on", siren, duration=30)
        await bench.until_state(siren, "on")
        await bench.api.act("siren.turn_off", siren)
        await bench.until_state(siren, "off")
        orders = [call.mode for call in camera.siren_calls]
        if orders[:1] != ["times"] or len(orders) < 2:
            raise DemoError(f"the siren was ordered {orders}")
        proved.append("siren on and off")

        view = self._entity(bench, "camera", "main_stream")
        picture = await bench.api.get_bytes(f"/api/camera_proxy/{view}")
        if not picture.startswith(b"\xff\xd8"):
            raise DemoError("the still is no JPEG")
        proved.append(f"still of {len(picture)} bytes")

        await bench.api.act("watchpost.ptz_move", view, pan=50, duration=0.3)
        await bench.until(
            "a movement that has ended",
            lambda: bool(camera.ptz.moves) and camera.ptz.moving is None,
        )
        proved.append("moved and stopped")
        if self._unit.dangerous:
            raise DemoError("a request was sent that must never be sent")
        return proved

    def _entity(self, bench: Bench, domain: str, key: str) -> str:
        return bench.entity(domain, f"{self._prefix}{key}")

    def _lamp(self) -> tuple[int, int]:
        """Return whether the floodlight shines, and how brightly."""
        fields = self._unit.settings.fields("WhiteLed", self._channel)
        return fields["state"], fields["bright"]

    @override
    def news(self) -> list[str]:
        """Return what the device was told to do since the last call."""
        calls = self._unit.calls[self._told :]
        self._told = len(self._unit.calls)
        return [
            f"{call.command}, channel {call.channel}"
            for call in calls
            if not call.command.startswith(("Get", "Log"))
        ]


def _camera(name: str) -> ChannelOptions:
    """Return a camera that can do everything, with video that every player plays."""
    return ChannelOptions.full(name=name, main_codec="h264")


DEVICES: Final = (
    ReolinkDevice(
        "Driveway camera",
        ReolinkOptions.full(
            channels=[_camera("Driveway camera")],
            name="Driveway camera",
            model="RLC-823A",
            mac="ec:71:db:0f:93:91",
            password=PASSWORD,
            rtsp_enabled=False,
        ),
        unit="",
        channel=0,
    ),
    ReolinkDevice(
        "House recorder",
        ReolinkOptions(
            kind="nvr",
            channels=[
                _camera("Front door"),
                ChannelOptions(name="Garden", main_codec="h264"),
                ChannelOptions(name="Garage", main_codec="h264"),
                ChannelOptions(name="", online=False),
            ],
            name="House recorder",
            model="RLN8-410",
            mac="ec:71:db:0f:93:a7",
            password=PASSWORD,
            rtsp_enabled=False,
            rtmp_enabled=True,
        ),
        unit="channel_1_",
        channel=0,
    ),
)
