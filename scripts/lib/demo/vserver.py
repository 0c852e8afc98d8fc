"""The dome camera and the video server of the demo."""

from functools import partial
from typing import ClassVar, Final, override

from tests.emulators.base import VirtualClock
from tests.emulators.vserver import Card, Channel, VserverEmulator, VserverOptions
from tests.emulators.vserver.unit import label_of

from .devices import Bench, DemoDevice
from .errors import DemoError

PASSWORD: Final = "demo-vserver"
BOOT_SECONDS: Final = 10.0
"""A real unit takes a minute; nobody wants to watch that."""
PRESET: Final = 3
TURNED: Final = 90
LIVE: Final = 10
"""Pictures of a live stream that does not go on for ever."""


class VserverDevice(DemoDevice):
    """A unit with one channel or several; the first one turns."""

    vendor: ClassVar[str] = "vserver"
    # They have a meaning in another mode of exposure.
    unavailable = frozenset({"shutter", "gain"})

    def __init__(self, name: str, options: VserverOptions, *, unit: str = "") -> None:
        """Describe the unit, and the channel that is tried out."""
        self.name = name
        self.username = options.username
        self.password = options.password
        self._options = options
        self._prefix = unit
        self._unit = VserverEmulator(options)
        self._told = 0

    @property
    @override
    def emulator(self) -> VserverEmulator:
        """Return the running emulator."""
        return self._unit

    @override
    async def start(self, port: int) -> None:
        """Start the emulator on a port; 0 takes a free one."""
        self._unit = VserverEmulator(
            self._options, port=port, clock=VirtualClock(realtime=True)
        )
        await self._unit.start()

    @override
    def controls(self) -> str:
        """Say what the device does by itself."""
        return "it does what it is told"

    @override
    async def try_out(self, bench: Bench) -> list[str]:
        """Look, watch, turn, go to a preset, and set something."""
        head = self._unit.head
        view = self._entity(bench, "camera", "main_stream")
        picture = await bench.api.get_bytes(f"/api/camera_proxy/{view}")
        if not picture.startswith(b"\xff\xd8"):
            raise DemoError("the still is no JPEG")
        proved = [f"still of {len(picture)} bytes"]
        proved.append(f"{await self._watch(bench)} live pictures")

        await bench.api.act("watchpost.ptz_move", view, pan=50, duration=0.3)
        await bench.until(
            "a movement that has ended", lambda: bool(head.moves) and not head.running
        )
        proved.append("moved and stopped")

        await bench.api.act("watchpost.ptz_goto", view, position={"pan": TURNED})
        await bench.api.act("watchpost.ptz_store", view, preset=PRESET, name="Gate")
        await bench.api.act("watchpost.ptz_goto", view, position={"pan": 0})
        await bench.until("a view to the front", lambda: head.pan == 0)
        await bench.api.act("watchpost.ptz_goto", view, preset=PRESET)
        await bench.until("a preset", lambda: head.pan == TURNED)
        proved.append("went to a preset")

        switch = self._entity(bench, "switch", "motion_detection")
        for service, state, kept in (("turn_on", "on", "1"), ("turn_off", "off", "0")):
            await bench.api.act(f"switch.{service}", switch)
            await bench.until(f"motion detection {state}", partial(self._watches, kept))
            await bench.until_state(switch, state)
        proved.append("motion detection on and off")
        if self._unit.dangerous:
            raise DemoError("a request was sent that must never be sent")
        return proved

    async def _watch(self, bench: Bench) -> int:
        """Watch until the unit has sent its last picture; return their number."""
        view = self._entity(bench, "camera", "motion_jpeg")
        self._unit.options.live_pace = 0
        try:
            body = await bench.api.get_bytes(f"/api/camera_proxy_stream/{view}")
        finally:
            self._unit.options.live_pace = 1
        number = body.count(b"\xff\xd8\xff")
        if number != LIVE:
            raise DemoError(f"the live stream had {number} pictures")
        return number

    def _entity(self, bench: Bench, domain: str, key: str) -> str:
        return bench.entity(domain, f"{self._prefix}{key}")

    def _watches(self, kept: str) -> bool:
        return self._unit.settings.get("alarm/MDInfo", "MDEnable") == kept

    @override
    def news(self) -> list[str]:
        """Return what the unit was told to do since the last call."""
        requests = self._unit.requests[self._told :]
        self._told = len(self._unit.requests)
        return [label for one in requests if "_set/" in (label := label_of(one))]


DEVICES: Final = (
    VserverDevice(
        "Yard dome",
        VserverOptions(
            channels=[Channel(ptz=True, lens=True, serial=True)],
            password=PASSWORD,
            mac="52:3e:42:02:bc:31",
            serial="5509560FBF31",
            card=Card(total=30436, used=2326, status=4),
            position="fields",
            alarm_inputs=2,
            alarm_outputs=2,
            boot_seconds=BOOT_SECONDS,
        ),
    ),
    VserverDevice(
        "Warehouse server",
        VserverOptions.full(
            password=PASSWORD,
            device_id="V9404-SERVER",
            mac="52:3e:42:02:bc:47",
            serial="5509560FBF47",
            boot_seconds=BOOT_SECONDS,
        ),
        unit="channel_1_",
    ),
)
