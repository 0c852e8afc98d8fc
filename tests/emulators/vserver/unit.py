"""The unit without its web server: what it consists of, and its life."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, override

from ..base import Emulator, RequestRecord, VirtualClock
from ..bview.plans import Plans
from ..onvif import OnvifService
from .auth import Gate
from .card import catalog
from .mail import Notice
from .media import Mask, picture
from .message import SERVER
from .options import Channel, VserverOptions
from .ptz import Head
from .storage import SerialPort, Storage
from .store import Settings, Write
from .users import Users
from .wallclock import WallClock

PORTS: Final = "netport/NetPortInfo"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Something a client did that the document does not allow."""

    kind: str
    """method, body, cgi, group, channel, name, value, missing, duplicate, bracket,
    encoding, unsupported, mode, privilege, overload or clear_password."""
    label: str
    """CGI and group; never a value."""
    time: float
    """Seconds of the virtual clock."""
    why: str = ""
    """Names of parameters."""


class VserverUnit(Emulator):
    """A video server that answers no request yet."""

    SERVER = SERVER

    def __init__(
        self,
        options: VserverOptions | None = None,
        *,
        port: int = 0,
        tls: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        """Build a unit."""
        super().__init__(port=port, tls=tls, clock=clock)
        self.options = options or VserverOptions()
        self.settings = Settings(self.options, catalog(self.options))
        self.wall_clock = WallClock(self.clock, self.options, self.settings)
        self.users = Users(self.options)
        self.gate = Gate(
            self.options,
            self.users,
            lambda: (
                self.settings.get("net/DigestLoginInfo", "AuthenticationEnable") == "1"
            ),
        )
        self.heads: Mapping[int, Head] = {
            number: Head(self.clock, self.options)
            for number, channel in self.numbered
            if channel.can("control")
        }
        self.serial_ports: Mapping[int, SerialPort] = {
            number: SerialPort()
            for number, channel in self.numbered
            if channel.can("serial")
        }
        self.onvif: OnvifService | None = None
        if self.options.onvif is not None:
            self.onvif = OnvifService(
                self.options.username,
                self.options.password,
                self.clock,
                self.options.onvif,
            )
        self.storage = Storage(self.clock, self.options, lambda: self.wall_clock.utc)
        self.plans = Plans()
        """By method and `cgi/Group`, such as `ptz_set/PTZCtrlInfo`."""
        self.writes: list[Write] = []
        self.violations: list[Violation] = []
        self.notices: list[Notice] = []
        """Mails, and FTP and TCP notices, of alarms."""
        self.masks: dict[int, list[Mask]] = {}
        """Privacy masks by channel; the API can only read them."""
        self.lost: set[int] = set()
        """Channels without a signal."""
        self.snapshots = 0
        self.views = 0
        """How often somebody began to watch MJPEG."""
        self.viewers = 0
        self.viewer_left = asyncio.Event()
        """Set whenever somebody stops watching."""
        self.frames = 0
        self.key_frames = 0
        self.stream_restarts = 0
        """How often resolution or codec of a stream changed."""
        self.reboots = 0
        self.resets = 0
        self.camera_resets: list[int] = []
        """Channels whose image module was reset."""
        self.aging = False
        for number, _ in self.numbered:
            self.record_by_hand(number)

    @property
    def numbered(self) -> list[tuple[int, Channel]]:
        """Return the channels with their numbers."""
        return list(enumerate(self.options.channels, 1))

    # Life

    @override
    async def start(self) -> None:
        """Listen; print the port that was taken."""
        await super().start()
        if self.options.http_port is None:
            self.settings.set(PORTS, "HttpPort", self.port)
        if self.onvif is not None:
            await self.onvif.start()
            self.settings.set(PORTS, "OnvifPort", self.onvif.port)
            self.tell_all()

    @override
    async def stop(self) -> None:
        """Close everything."""
        if self.onvif is not None:
            await self.onvif.stop()
        await super().stop()

    @override
    def power_off(self, seconds: float | None = None) -> None:
        """Refuse connections for some virtual seconds, or until `power_on`."""
        super().power_off(seconds)
        if self.onvif is not None:
            self.onvif.kill()

    def tell_all(self) -> None:
        """Tell over ONVIF how everything is; a unit alone sees nothing."""

    def reboot(self, seconds: float | None = None) -> None:
        """Restart: silent for some virtual seconds; movements and nonces end."""
        self.reboots += 1
        for head in self.heads.values():
            head.restart()
        self.storage.restart()
        self.gate.forget_nonces()
        self.power_off(self.options.boot_seconds if seconds is None else seconds)

    def boot(self) -> None:
        """Finish a restart now."""
        self.power_on()

    @override
    def power_on(self) -> None:
        """Take connections again, and count up from zero."""
        if not self.powered:
            self.wall_clock.boot()
        super().power_on()
        if self.onvif is not None:
            self.onvif.power_on()
            self.tell_all()
        for number, _ in self.numbered:
            self.record_by_hand(number)

    def reset(self, *, keep_address: bool = True) -> None:
        """Return to the settings and the account of a new unit, and restart."""
        self.resets += 1
        labels = ("net/AddressInfo", PORTS, "wifi/WifiInfo")
        kept = {
            label: dict(self.settings.of(self.settings.group(label), 1))
            for label in labels
        }
        self.settings.reset()
        if keep_address:
            for label, values in kept.items():
                self.settings.of(self.settings.group(label), 1).update(values)
        self.settings.set("sys/FactoryCheck", "Reset", 1)
        self.users.reset()
        self.reboot()

    def replace(self, *, mac: str, serial: str = "5509560FBF99") -> None:
        """Become another unit at the same address."""
        self.options.mac, self.options.serial = mac, serial
        self.settings.set("sys/DeviceInfo", "Mac", mac)
        self.settings.set("sys/DeviceInfo", "SerialNum", serial)
        self.close_connections()

    def set_password(self, password: str) -> None:
        """Change the first account's password, as somebody else may."""
        self.options.password = password
        self.users.accounts[0].password = password
        if self.onvif is not None:
            self.onvif.gate.password = password

    def set_digest(self, *, on: bool) -> None:
        """Flip DigestLoginInfo, as somebody else may."""
        self.settings.set("net/DigestLoginInfo", "AuthenticationEnable", int(on))

    # Looking

    def requests_of(
        self, pattern: str, method: str | None = None
    ) -> list[RequestRecord]:
        """Return the requests whose `cgi/Group` fits a shell pattern."""
        return [
            record
            for record in self.requests
            if method in (None, record.method)
            and fnmatchcase(label_of(record), pattern)
        ]

    def writes_of(self, label: str) -> list[Write]:
        """Return the accepted sets of one `family/Group`."""
        return [write for write in self.writes if write.label == label]

    def violations_of(self, kind: str) -> list[Violation]:
        """Return the violations of one rule."""
        return [one for one in self.violations if one.kind == kind]

    def notices_of(self, way: str) -> list[Notice]:
        """Return the notices that went one way."""
        return [one for one in self.notices if one.way == way]

    @property
    def head(self) -> Head:
        """Return the motors of the first channel that has any."""
        return next(iter(self.heads.values()))

    @override
    def forget(self) -> None:
        """Empty the records and the counters."""
        super().forget()
        self.writes.clear()
        self.violations.clear()

    def violate(self, kind: str, label: str, why: str = "") -> None:
        """Write down what the document does not allow."""
        time = self.clock.monotonic
        self.violations.append(Violation(kind=kind, label=label, time=time, why=why))

    # Pictures

    def picture_size(self, channel: int) -> str:
        """Return the size of stills and MJPEG."""
        size = self.settings.get("mjpeg/StreamInfo", "Resolution", channel)
        return "1280x720" if size == "CLOSED" else size

    def picture(self, channel: int, number: int) -> bytes:
        """Return a picture of this moment."""
        turned = round(self.heads[channel].pan / 60) if channel in self.heads else 0
        title = self.settings.get("image/OSDInfo", "TextOSDTitle", channel)
        shown = self.settings.get("image/OSDInfo", "TextOSDStatus", channel) == "1"
        return picture(
            self.picture_size(channel),
            number,
            shift=channel - 1 + turned,
            note=f"channel {channel}" + (f" title {title}" if shown else ""),
            masks=self.masks.get(channel, ()),
            lost=channel in self.lost,
        )

    def record_by_hand(self, channel: int) -> None:
        """Record, or do not, as RecordControl says."""
        mode = self.settings.get("record/RecordControl", "Mode", channel)
        length = int(self.settings.get("record/RecordControl", "Lenght", channel))
        self.storage.record(channel, on=mode == "1", length=length)


def label_of(record: RequestRecord) -> str:
    """Return `cgi/Group` of a request, or name and channel of a picture."""
    parts = record.path.strip("/").split("/")
    if parts[0] == "cgi" and len(parts) > 1:
        return f"{parts[1]}/{record.query.get('Group', '')}"
    return "/".join(parts[:2])
