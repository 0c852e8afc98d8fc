"""The unit without its web server: state, commands to it, what happens in time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from ..base import Emulator, RequestRecord, VirtualClock
from ..onvif import OnvifOptions, OnvifService, Topic
from ..onvif.options import channels
from .camera import Camera
from .encoder import Encoder
from .firmware import Firmware
from .mails import Mailer
from .options import Disk, ReolinkOptions
from .plans import Plans
from .recordings import Recordings
from .sessions import Sessions
from .setting import Json
from .store import Settings
from .wallclock import WallClock

_TOPICS: Final = {
    "motion": (Topic.CELL_MOTION, "VideoSourceConfig"),
    "people": (Topic.PEOPLE, "VideoSource"),
    "vehicle": (Topic.VEHICLE, "VideoSource"),
    "dog_cat": (Topic.PET, "VideoSource"),
    "face": (Topic.FACE, "VideoSource"),
}
"""What is told of each, and the beginning of the token that says where."""


@dataclass
class Call:
    """One command as the unit received it."""

    command: str
    param: Json
    action: int
    channel: int | None
    code: int
    """0, or the error it was answered with."""
    record: RequestRecord


class ReolinkUnit(Emulator):
    """A camera or a recorder that answers no request yet."""

    SERVER = "nginx"

    def __init__(
        self,
        options: ReolinkOptions | None = None,
        *,
        port: int = 0,
        tls: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        """Build a unit; nothing listens yet."""
        super().__init__(port=port, tls=tls, clock=clock)
        self.options = options or ReolinkOptions()
        self.settings = Settings(self.options)
        self.sessions = Sessions(self.clock, self.options)
        self.cameras = [
            Camera(self.clock, self.options, number)
            for number in range(len(self.options.channels))
        ]
        self.mails = Mailer(self.settings, self.options, self.clock, self.spawn)
        self.onvif: OnvifService | None = None
        for camera in self.cameras:
            camera.changed = self._changed
        self.encoders = [
            Encoder(self.options, camera.number) for camera in self.cameras
        ]
        self.recordings = Recordings(self.options)
        self.firmware = Firmware(self.clock, self.options, self.reboot)
        self.wall_clock = WallClock(self.clock, self.options.zone)
        self.plans = Plans()
        self.calls: list[Call] = []
        """Commands in the order in which they came."""
        self.commands: Counter[str] = Counter()
        """How often each command came, as it was spelled."""
        self.disks: list[Disk] = list(self.options.disks)
        self.formatted: list[int] = []
        self.tests: list[Json] = []
        """Parameters of TestEmail, TestFtp and TestWifi."""
        self.clock_syncs = 0
        """How often the time server was asked by SetNtp with interval 0."""
        self.reboots = 0
        self.resets = 0
        self.live_streams = 0
        """Live videos that are being sent."""

    # Life

    @override
    async def start(self) -> None:
        """Listen, at the port of ONVIF as well if there is one."""
        await super().start()
        if self.options.onvif:
            # Cameras of one recorder are the inputs of one device.
            self.onvif = OnvifService(
                self.options.username,
                self.options.password,
                self.clock,
                OnvifOptions(profiles=channels(len(self.cameras))),
            )
            await self.onvif.start()
            self.settings.change("NetPort", onvifPort=self.onvif.port)
            for camera in self.cameras:
                for kind in ("motion", *camera.options.ai):
                    self._push(camera.number, kind, kind in camera.seen)

    @override
    async def stop(self) -> None:
        """Close everything."""
        if self.onvif is not None:
            await self.onvif.stop()
        await super().stop()

    def _changed(self, channel: int, kind: str, on: bool) -> None:
        """Tell what begins or ends to whoever is to be told."""
        if on and self.powered:
            self.mails.alarm(channel, kind)
        self._push(channel, kind, on)

    def _push(self, channel: int, kind: str, on: bool) -> None:
        """Tell a state to who has subscribed to it."""
        if self.onvif is not None and kind in _TOPICS:
            topic, token = _TOPICS[kind]
            self.onvif.trigger(topic, f"{token}_{channel + 1}", on)

    # What a test does to the unit

    def detect(
        self,
        channel: int = 0,
        kind: str = "motion",
        *,
        active: bool = True,
        seconds: float | None = None,
    ) -> None:
        """Begin or end a detection; it ends by itself after some virtual seconds."""
        self.cameras[channel].detect(kind, active=active, seconds=seconds)

    def set_online(self, channel: int, *, online: bool = True) -> None:
        """Plug the camera of a recorder's channel in or out."""
        self.cameras[channel].online = online

    def hang_channel(self, channel: int, *, hangs: bool = True) -> None:
        """Let every request that concerns a channel hang, or end that."""
        self.cameras[channel].hangs = hangs
        if not hangs:
            self.faults.release()

    def forget_sessions(self) -> None:
        """End all logins, as another client or an administrator may."""
        self.sessions.clear()

    @property
    def local_time(self) -> datetime:
        """Return the unit's own time."""
        return self.wall_clock.now

    def calls_of(self, command: str, channel: int | None = None) -> list[Call]:
        """Return the calls of one command."""
        return [
            call
            for call in self.calls
            if call.command == command and channel in (None, call.channel)
        ]

    def channels_online(self) -> list[bool]:
        """Tell which channels have a camera that answers."""
        return [camera.online for camera in self.cameras]

    @override
    def forget(self) -> None:
        """Empty the records and the counters."""
        super().forget()
        self.calls.clear()
        self.commands.clear()

    # What the unit does to itself

    def reboot(self) -> None:
        """Restart: silent for some virtual seconds, logins lost, settings kept."""
        self.reboots += 1
        self.sessions.clear()
        self.firmware.abort()
        for camera in self.cameras:
            camera.restart()
        self.power_off(self.options.boot_seconds)

    def reset(self) -> None:
        """Return to the factory's settings and restart."""
        self.resets += 1
        self.settings.reset()
        self.sessions.reset_users()
        self.wall_clock.reset()
        for camera in self.cameras:
            camera.reset()
        for encoder in self.encoders:
            encoder.reset()
        self.reboot()
