"""The cgi_action camera of the demo."""

from typing import ClassVar, Final, override

from tests.emulators.base import VirtualClock
from tests.emulators.cbt import CbtEmulator, CbtOptions, action_of
from tests.emulators.onvif import OnvifOptions

from .devices import Bench, DemoDevice
from .errors import DemoError

PASSWORD: Final = "demo-cbt"
BOOT_SECONDS: Final = 10.0
"""A real camera takes a minute; nobody wants to watch that."""
READING: Final = ("get", "cgi_images")


class CbtDevice(DemoDevice):
    """A camera with lamps, motors, and a door."""

    vendor: ClassVar[str] = "cbt"
    # They have a meaning in another mode, or on another board.
    unavailable = frozenset(
        {"day_start", "night_start", "infrared_level", "sync_clock"}
    )

    def __init__(self, options: CbtOptions) -> None:
        """Describe the camera."""
        self.name = options.name
        self.username = options.username
        self.password = options.password
        self._options = options
        self._unit = CbtEmulator(options)
        self._told = 0

    @property
    @override
    def emulator(self) -> CbtEmulator:
        """Return the running emulator."""
        return self._unit

    @override
    async def start(self, port: int) -> None:
        """Start the emulator on a port; 0 takes a free one."""
        self._unit = CbtEmulator(
            self._options, port=port, clock=VirtualClock(realtime=True)
        )
        await self._unit.start()

    @override
    def controls(self) -> str:
        """Say what the device does by itself."""
        return "nothing happens by itself"

    @override
    async def try_out(self, bench: Bench) -> list[str]:
        """Look, light up, turn, open the door, and change a setting."""
        view = bench.entity("camera", "main_stream")
        picture = await bench.api.get_bytes(f"/api/camera_proxy/{view}")
        if not picture.startswith(b"\xff\xd8"):
            raise DemoError("the still is no JPEG")
        proved = [f"still of {len(picture)} bytes"]

        self._unit.set_alarm_input()
        await bench.until_state(bench.entity("binary_sensor", "alarm_input_1"), "on")
        self._unit.set_alarm_input(on=False)
        await bench.until_state(bench.entity("binary_sensor", "alarm_input_1"), "off")
        proved.append("alarm input seen")

        lamp = bench.entity("light", "floodlight")
        await bench.api.act("light.turn_on", lamp)
        await bench.until("a white light", lambda: self._shines("white"))
        await bench.until_state(lamp, "on")
        await bench.api.act("light.turn_off", lamp)
        await bench.until("no white light", lambda: not self._shines("white"))
        await bench.until_state(lamp, "off")
        proved.append("white light on and off")

        await bench.api.act("watchpost.ptz_move", view, pan=40, duration=0.3)
        await bench.until("a movement that has ended", self._has_moved)
        proved.append("turned and stopped")

        before = len(self._unit.door_openings)
        await bench.api.act("button.press", bench.entity("button", "open_door"))
        if len(self._unit.door_openings) != before + 1:
            raise DemoError("the door was not opened exactly once")
        proved.append("door opened once")

        detection = bench.entity("switch", "motion_detection")
        for service, state, kept in (("turn_on", "on", 1), ("turn_off", "off", 0)):
            await bench.api.act(f"switch.{service}", detection)
            await bench.until_state(detection, state)
            if self._unit.settings.get("MotionDetConf", "md_enable") != kept:
                raise DemoError("motion detection is not stored")
            if kept:
                await self._see_motion(bench)
        proved.append("motion detection on and off, motion by ONVIF")
        if self._unit.dangerous:
            raise DemoError("a request was sent that must never be sent")
        return proved

    async def _see_motion(self, bench: Bench) -> None:
        """Let something move, which only ONVIF tells."""
        motion = bench.entity("binary_sensor", "motion")
        self._unit.detect_motion()
        await bench.until_state(motion, "on")
        self._unit.end_motion()
        await bench.until_state(motion, "off")

    def _shines(self, lamp: str) -> bool:
        light = self._unit.light
        return light is not None and light[0] == lamp

    def _has_moved(self) -> bool:
        motors = self._unit.ptz
        return bool(motors.moves) and not motors.running

    @override
    def news(self) -> list[str]:
        """Return what the camera was told to do since the last call."""
        actions = [action_of(one) for one in self._unit.requests[self._told :]]
        self._told = len(self._unit.requests)
        return [one for one in actions if not one.startswith(READING)]


DEVICES: Final = (
    CbtDevice(
        CbtOptions.full(
            name="Gate camera",
            mac="88-07-cb-16-07-31",
            device_id="CBT000114010100010731",
            password=PASSWORD,
            boot_seconds=BOOT_SECONDS,
            onvif=OnvifOptions(),
        )
    ),
)
