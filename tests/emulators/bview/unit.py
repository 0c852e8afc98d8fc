"""The camera without its web server: what it consists of, and its life."""

from abc import abstractmethod
import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import override

from ..base import Emulator, RequestRecord, Timer, VirtualClock
from . import describe, log
from .audio import Intercom
from .auth import Gate
from .blocks_network import FTP, P2P, network_blocks, wifi_test_block
from .blocks_picture import MOSAIC, image_blocks, picture_blocks
from .blocks_system import AMS, DEVICE_INFO, EVENT_LIST, TIME, system_blocks
from .blocks_video import (
    CAPABILITY,
    MJPEG,
    Encoding,
    capability,
    encoding,
    stream_blocks,
    stream_path,
)
from .describe import AccessPoint
from .discovery import DESCRIPTION, DatagramServer, Discovery, Ssdp
from .events import Events
from .kinds import truth
from .log import DeviceLog
from .mail import MailResult
from .media import Box, picture
from .options import BviewOptions
from .plans import Plans
from .ptz import Lens
from .push import PushResult
from .recorder import Recorder, Recording
from .store import Settings, Write
from .streams import StreamRules
from .users import Users
from .wallclock import WallClock
from .xmldoc import Node


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Something a client did that the document asks it not to do."""

    kind: str
    """network_pace or calibration."""
    label: str
    """Method and path."""
    time: float
    """Seconds of the virtual clock."""


@dataclass
class Surroundings:
    """What moves in front of the camera, and what is closed at its terminals."""

    moving: bool = False
    inputs: set[int] = field(default_factory=set)
    outputs: set[int] = field(default_factory=set)
    end_timer: Timer | None = None
    repeat_timer: Timer | None = None


class BviewUnit(Emulator):
    """A camera that answers no request yet."""

    SERVER = "thttpd"

    def __init__(
        self,
        options: BviewOptions | None = None,
        *,
        port: int = 0,
        udp_port: int | None = None,
        ssdp_port: int | None = None,
        tls: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        """Build a camera; UDP port 0 takes a free port, None does not listen."""
        super().__init__(port=port, tls=tls, clock=clock)
        self.options = options or BviewOptions()
        self.users = Users(self.options)
        self.gate = Gate(self.options, self.users)
        self.log = DeviceLog(self.options)
        self.events = Events(self.options, port)
        self.lens = Lens(self.clock, self.options)
        self.settings = self._settings()
        self.wall_clock = WallClock(self.clock, self.options, self.settings)
        self.settings.refreshers[TIME] = self.wall_clock.refresh
        self.intercom = Intercom(
            self.options, lambda: asyncio.get_running_loop().time()
        )
        self.recorder = Recorder(
            self.clock,
            self.options,
            self.settings,
            lambda: self.local_time,
            self.saved,
        )
        self.plans = Plans()
        self.redirects: dict[str, tuple[int, str]] = {}
        """HTTP status and Location, by the path of a GET."""
        self.networks: list[AccessPoint] = list(describe.NETWORKS)
        self.writes: list[Write] = []
        """Documents that were written, in the order in which they came."""
        self.violations: list[Violation] = []
        self.emails: list[str] = []
        """Causes of the mails that were to be sent."""
        self.mails: list[MailResult] = []
        """Mails that it has tried to send."""
        self.snapshots = 0
        self.key_frames = 0
        self.viewers = 0
        """Who watches MJPEG right now."""
        self.viewer_left = asyncio.Event()
        """Set whenever somebody stops watching."""
        self.views = 0
        """How often somebody began to watch."""
        self.frames = 0
        """Pictures that were sent to viewers."""
        self.reboots = 0
        self.resets = 0
        self.firmware: list[tuple[str, bytes]] = []
        """Names and bytes of uploaded firmware."""
        self.wifi_tests: list[float] = []
        """When a wireless connection was tested."""
        self.pushes: list[PushResult] = []
        """Notices that were sent, or could not be."""
        self.video_lost = False
        self.around = Surroundings()
        self._last_network_write: float | None = None
        self._udp_port = udp_port
        self._ssdp_port = ssdp_port
        self.search = Discovery(self.options, self._probe_config)
        self.ssdp = Ssdp(self.options, lambda: f"{self.url}{DESCRIPTION}")
        self.discovery: DatagramServer | None = None
        self.upnp: DatagramServer | None = None
        self.log.add(log.STARTUP, self.local_time)

    def _settings(self) -> Settings:
        """Build the settings of this camera."""
        options = self.options
        blocks = [
            *network_blocks(options),
            *([wifi_test_block(options)] if options.wifi else []),
            *system_blocks(options),
            *stream_blocks(options),
            *image_blocks(options),
            *picture_blocks(options),
        ]
        live = {
            "/Network/DDNS/ServerList": describe.ddns_servers,
            "/Network/DDNS/Status": lambda: describe.ddns_status(self.settings),
            "/Network/UPNP/Status": lambda: describe.upnp_status(self.settings),
            CAPABILITY: lambda: capability(options),
            f"{stream_path(1)}/Transport": lambda: describe.transport(options, 1),
            f"{stream_path(2)}/Transport": lambda: describe.transport(options, 2),
        }
        if options.second_sub:
            live[f"{stream_path(3)}/Transport"] = lambda: describe.transport(options, 3)
        settings = Settings(options, blocks, live)
        settings.checks.append(StreamRules(options, settings))
        settings.refreshers[P2P] = lambda node: node.set(
            "Status", "internet-ready" if truth(node.get("Enable")) else "offline"
        )
        settings.refreshers[FTP] = lambda node: node.set(
            "Status", "connected" if truth(node.get("Enable")) else "not connect"
        )
        return settings

    # Life

    @override
    async def start(self) -> None:
        """Listen on TCP, and on UDP if asked to."""
        await super().start()
        self.events.port = self.port
        if self._udp_port is not None:
            self.discovery = DatagramServer(
                lambda data: self.search.answer(data) if self.powered else None
            )
            await self.discovery.start(self._udp_port)
        if self._ssdp_port is not None:
            self.upnp = DatagramServer(
                lambda data: self.ssdp.answer(data) if self.powered else None
            )
            await self.upnp.start(self._ssdp_port)

    @override
    async def stop(self) -> None:
        """Close everything."""
        for server in (self.discovery, self.upnp):
            if server is not None:
                server.stop()
        await super().stop()

    def reboot(self, seconds: float | None = None) -> None:
        """Restart: silent for some virtual seconds, movements and sound end."""
        self.reboots += 1
        self.log.add(log.REMOTE_REBOOT, self.local_time)
        self.lens.restart()
        self.intercom.restart()
        self.recorder.abort()
        self.gate.forget_nonces()
        self.events.entries.clear()
        if not self.options.alarm_survives:
            for path in (AMS, EVENT_LIST):
                fresh = self.settings.blocks[path].initial()
                self.settings.restore({path: fresh})
        self.power_off(self.options.boot_seconds if seconds is None else seconds)

    def boot(self) -> None:
        """Finish a restart now."""
        self.power_on()

    @override
    def power_on(self) -> None:
        """Take connections again."""
        super().power_on()
        self.log.add(log.STARTUP, self.local_time)

    def reset(self) -> None:
        """Return to the settings and the login of a new camera, and restart."""
        self.resets += 1
        self.settings.reset()
        self.users.reset()
        self.events.subscriptions.clear()
        self.log.add(log.RESTORE_DEFAULTS, self.local_time)
        self.reboot()

    def replace(self, *, mac: str, serial: str = "BV20160714009999") -> None:
        """Become another camera at the same address."""
        self.options.mac, self.options.serial = mac, serial
        self.settings.set(DEVICE_INFO, "SerialNum", serial)
        self.settings.set("/Network/Interfaces/1/IPAddress", "MacAddress", mac)
        self.close_connections()

    def set_password(self, password: str) -> None:
        """Change the administrator's password, as somebody else may."""
        self.options.password = password
        self.users.accounts[0].password = password

    # Looking

    def requests_of(
        self, pattern: str, method: str | None = None
    ) -> list[RequestRecord]:
        """Return the recorded requests whose path fits a shell pattern."""
        return [
            record
            for record in self.requests
            if method in (None, record.method) and fnmatchcase(record.path, pattern)
        ]

    def writes_of(self, path: str) -> list[Write]:
        """Return the accepted writes of one document."""
        return [write for write in self.writes if write.path == path]

    def violations_of(self, kind: str) -> list[Violation]:
        """Return the violations of one rule."""
        return [one for one in self.violations if one.kind == kind]

    @property
    def dangerous_datagrams(self) -> list[bytes]:
        """Return the datagrams that a client must never send."""
        return self.search.dangerous

    @property
    def udp_port(self) -> int:
        """Return the port of the vendor's search; 0 if none."""
        return 0 if self.discovery is None else self.discovery.port

    @property
    def ssdp_port(self) -> int:
        """Return the port of UPnP searches; 0 if none."""
        return 0 if self.upnp is None else self.upnp.port

    @override
    def forget(self) -> None:
        """Empty the records and the counters."""
        super().forget()
        self.writes.clear()
        self.violations.clear()

    @property
    def local_time(self) -> datetime:
        """Return the camera's own time, without a zone."""
        return self.wall_clock.now

    @abstractmethod
    def saved(self, recording: Recording) -> None:
        """Hear of a file that is finished."""

    # Pictures

    @property
    def live_encoding(self) -> Encoding:
        """Return size and rate of MJPEG and of the snapshot."""
        return encoding(self.settings.node(stream_path(MJPEG)))

    def picture(self, number: int) -> bytes:
        """Return a picture of this moment."""
        config = self.live_encoding
        return picture(
            config.width,
            config.height,
            number,
            f"{self.local_time:%H:%M:%S}",
            self._masks(),
            lost=self.video_lost,
        )

    def _masks(self) -> list[Box]:
        """Return the privacy masks that cover something."""
        mosaic = self.settings.node(MOSAIC)
        if not truth(mosaic.get("Enable")):
            return []
        names = ("TopLeftX", "TopLeftY", "BottomRightX", "BottomRightY")
        boxes: list[Box] = []
        for region in mosaic.find("MosaicRegionList").all("Region"):
            left, top, right, bottom = (int(region.get(name)) for name in names)
            boxes.append((left, top, right, bottom))
        return boxes

    def _probe_config(self) -> Node:
        """Describe the camera to whoever searches."""
        ports = (self.port, self.options.rtsp_port)
        return describe.probe_config(self.options, self.settings, ports)
