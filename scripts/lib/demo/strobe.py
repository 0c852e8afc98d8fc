"""The strobe speakers of the demo."""

from typing import ClassVar, Final, override

from tests.emulators.base import HOST, VirtualClock
from tests.emulators.strobe import OutputChange, StrobeEmulator, StrobeOptions
from tests.emulators.strobe.control import ControlServer

from .devices import Bench, DemoDevice, free_port
from .errors import DemoError
from .home import VOICE

COLORS: Final = ("", "red", "green", "blue", "white", "yellow", "violet", "cyan")
RED: Final = 1
RED_HUE: Final = (0, 100)
FRONT_MODES: Final = (
    *("", "steady", "blinking (1 s)", "blinking (2 s)", "blinking (5 s)"),
    *("breathing", "strobing"),
)
BACK_MODES: Final = ("", "steady", "chasing")
PASSWORD: Final = "demo-strobe"
"""Not the factory's, which Watchpost warns of."""
BOOT_SECONDS: Final = 10
"""A real unit takes a minute; nobody wants to watch that."""


class StrobeDevice(DemoDevice):
    """A strobe speaker."""

    vendor: ClassVar[str] = "strobe"

    def __init__(self, name: str, options: StrobeOptions) -> None:
        """Describe the unit."""
        self.name = name
        self.username = options.username
        self.password = options.password
        self._options = options
        self._unit = StrobeEmulator(options)
        self._control = ControlServer(self._unit)
        self._told = 0

    @property
    @override
    def emulator(self) -> StrobeEmulator:
        """Return the running emulator."""
        return self._unit

    @override
    async def start(self, port: int) -> None:
        """Start the emulator on a port; 0 takes a free one."""
        self._unit = StrobeEmulator(
            self._options, port=port, clock=VirtualClock(realtime=True)
        )
        await self._unit.start()
        self._control = ControlServer(self._unit)
        await self._control.start()

    @override
    async def stop(self) -> None:
        """Stop the emulator."""
        await self._control.stop()
        await super().stop()

    @override
    def controls(self) -> str:
        """Say how a person makes the device do something."""
        address = f"http://{HOST}:{self._control.port}"
        return (
            f"curl {address}/state; curl -X POST {address}/probe, /broadcast, /reboot"
        )

    @override
    async def try_out(self, bench: Bench) -> list[str]:
        """Operate lights, siren and loudspeaker; none may disturb another."""
        light = bench.entity("light", "front_light")
        await bench.api.act("light.turn_on", light, hs_color=RED_HUE)
        await bench.until("a red front light", lambda: self._front_color() == RED)
        await bench.until_state(light, "on")
        proved = ["light red"]

        siren = bench.entity("siren", "siren")
        await bench.api.act("siren.turn_on", siren, duration=30)
        await bench.until("a sounding siren", lambda: bool(self._sound()))
        await bench.until_state(siren, "on")
        await bench.api.act("siren.turn_off", siren)
        await bench.until("silence", lambda: not self._sound())
        await bench.until_state(siren, "off")
        proved.append("siren on and off")

        speaker = bench.entity("media_player", "speaker")
        files = self._unit.files.names
        await bench.api.act(
            "media_player.play_media",
            speaker,
            media_content_type="music",
            media_content_id=files[0],
        )
        await bench.until(f"{files[0]} playing", lambda: self._sound() == files[0])
        await bench.until_state(speaker, "playing")
        proved.append(f"speaker plays {files[0]}")

        await bench.api.act(
            "tts.speak",
            f"tts.{VOICE}",
            media_player_entity_id=speaker,
            message="Please close the gate",
        )
        await bench.until("an announcement", lambda: self._sound() not in ("", *files))
        proved.append("announcement")

        if self._front_color() != RED:
            raise DemoError("the sounds have changed the front light")
        await bench.api.act("button.press", bench.entity("button", "stop_alarm"))
        await bench.until("everything off", self._is_quiet)
        await bench.until_state(light, "off")
        if self._unit.dangerous:
            raise DemoError("a request was sent that must never be sent")
        told = await bench.choose(
            event_path="listener", ports={"listener_port": free_port()}
        )
        await bench.choose(event_path="poll")
        return [*proved, "all off", f"messages at a port of our own {told}"]

    @override
    def news(self) -> list[str]:
        """Return the changes of the outputs since the last call."""
        changes = self._unit.timeline[self._told :]
        self._told += len(changes)
        return [describe(change) for change in changes]

    def _front_color(self) -> int:
        """Return the color the front light shows; 0 is dark."""
        front = self._unit.outputs.front
        return 0 if front is None else front.color1

    def _sound(self) -> str:
        """Return the file that the loudspeaker plays, if any."""
        sound = self._unit.outputs.sound
        return "" if sound is None else sound.file

    def _is_quiet(self) -> bool:
        """Tell whether the unit neither shines nor sounds nor closes its relay."""
        outputs = self._unit.outputs
        return not (outputs.front or outputs.back or outputs.sound or outputs.relay)


def describe(change: OutputChange) -> str:
    """Say in words what became different."""
    if change.event == "off":
        return f"{change.output}: off ({change.cause})"
    if change.light is not None:
        modes = FRONT_MODES if change.output == "front" else BACK_MODES
        colors = [COLORS[change.light.color1]]
        if change.light.color2:
            colors.append(COLORS[change.light.color2])
        return (
            f"{change.output}: {' and '.join(colors)}, {modes[change.light.mode]}, "
            f"brightness {change.light.brightness}"
        )
    if change.file is not None:
        return f"{change.output}: plays {change.file} at volume {change.volume}"
    return f"{change.output}: {change.event}"


DEVICES: Final = (
    StrobeDevice(
        "Yard strobe",
        StrobeOptions(
            name="Yard strobe",
            model="SS-200",
            mac="8C-1F-64-A3-6B-A9",
            device_id="2507150001",
            password=PASSWORD,
            boot_seconds=BOOT_SECONDS,
        ),
    ),
    StrobeDevice(
        "Lobby strobe",
        StrobeOptions(
            name="Lobby strobe",
            model="SS-100",
            mac="8C-1F-64-A3-6B-B4",
            device_id="2507150002",
            password=PASSWORD,
            boot_seconds=BOOT_SECONDS,
            front_colors=(1, 4),
            back_colors=(1,),
            # With the mode of the alarm schedule that a new unit has.
            front_modes=(1, 2, 3, 6),
            back_modes=(1,),
            schedule_count=2,
        ),
    ),
)
