"""The camera without its web server: what it consists of, and its life."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from ipaddress import IPv4Address
from typing import Final, Literal, override

from ..base import Emulator, RequestRecord, Timer, VirtualClock
from ..faults import Fault
from ..onvif import OnvifService, Topic
from .actions import CGI
from .alarms import Alarms, Detector, Pulse, Terminals
from .build import sections
from .fields import Json
from .log import Log
from .login import Gate
from .mail import Mail, compose, roles, send
from .media import Box, jpeg
from .options import CbtOptions
from .plans import Plans
from .ptz import Motors
from .sections_picture import ADVANCED, MASK, MASKS
from .sections_system import (
    CELLULAR,
    GB28181,
    MAIL,
    PLATFORM,
    REBOOT,
    SYSTEM,
    TIME,
    WIFI,
    WIFI_STATUS,
    WIRED,
)
from .sections_video import PERIPHERAL
from .storage import Notice, Storage
from .store import Settings, Write
from .wallclock import WallClock, within

NETWORK = (WIRED, WIFI, CELLULAR, PLATFORM, MAIL, GB28181)
_TOPICS: Final[dict[Detector, Topic]] = {
    "motion": Topic.CELL_MOTION,
    "region": Topic.INSIDE,
    "occlusion": Topic.TAMPER,
}
_PICTURE: Final = "VideoSourceConfig_1"
_INPUT: Final = "AlarmIn_0"
"""Tokens of the one picture and of the one alarm input, which ONVIF counts from 0."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Something a client did that the document does not allow."""

    kind: str
    """action, array, dependent, encoding, envelope, json, method, missing_field,
    path, plus, preset, query, range, read_only, type or unknown_field."""
    action: str
    detail: str
    """What it is about, never a secret."""
    time: float
    """Seconds of the virtual clock."""


class CbtUnit(Emulator):
    """A camera that answers no request yet."""

    SERVER = "IPCamera"

    def __init__(
        self,
        options: CbtOptions | None = None,
        *,
        port: int = 0,
        tls: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        """Build a camera."""
        super().__init__(port=port, tls=tls, clock=clock)
        self.options = options or CbtOptions()
        self.log = Log()
        self.gate = Gate(self.clock, self.options)
        self.settings = Settings(self.options, sections(self.options))
        self.wall_clock = WallClock(self.clock, self.options, self.settings)
        self.ptz = Motors(
            self.clock,
            self.options,
            lambda: self.settings.get(PERIPHERAL.name, "PTZ_Lock") == 1,
        )
        self.storage = Storage(
            self.clock, self.options, self.settings, self.wall_clock, self.log
        )
        self.terminals = Terminals(self.clock, self.options, self.settings, self.log)
        self.alarms = Alarms(
            self.clock,
            self.options,
            self.settings,
            self.storage,
            self.terminals,
            self.wall_clock,
            self.log,
        )
        self.storage.notices.deliver = self._mail
        self.alarms.told = self._tell
        self.mails: list[Mail] = []
        """Mails that were to leave, in their order."""
        self.onvif: OnvifService | None = None
        if self.options.onvif is not None:
            self.onvif = OnvifService(
                self.options.username,
                self.options.password,
                self.clock,
                self.options.onvif,
            )
        self.plans = Plans()
        self.writes: list[Write] = []
        """Accepted writes, in the order in which they came."""
        self.violations: list[Violation] = []
        self.files: dict[str, str] = {}
        """Text files that were stored over the API."""
        self.telnet_open = False
        self.registered = False
        """Whether a client registered the camera by hand (GB28181)."""
        self.password_changes = 0
        self.reboots = 0
        self.resets: list[tuple[int, int]] = []
        """netReset and userReset of each factory reset."""
        self.wifi_scans = 0
        self.snapshots = 0
        """Pictures that clients asked for."""
        self.video_lost = False
        """No picture can be had."""
        self.wifi_connected = True
        """Whether the access point is there, if Wi-Fi is switched on."""
        self.dark = False
        """Whether it is night in front of the camera."""
        self.booted_at = self.wall_clock.utc
        self._boot_time = self.clock.monotonic
        self._reboot_timer: Timer | None = None
        self.settings.refreshers[WIFI_STATUS.name] = self._wifi_status
        self.settings.refreshers[SYSTEM.name] = self._web_port
        self.log.add(self.clock.monotonic, "boot")

    # Life

    @override
    async def start(self) -> None:
        """Listen, at the port for ONVIF as well."""
        await super().start()
        if self.onvif is not None:
            await self.onvif.start()
            self.settings.set(WIRED.name, onvifPort=self.onvif.port)
            self._tell_all()

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

    def reboot(self, seconds: float | None = None) -> None:
        """Restart: silent for some virtual seconds; movements and alarms end."""
        self.reboots += 1
        self.log.add(self.clock.monotonic, "restart")
        self.ptz.stop_all()
        self.terminals.rest()
        self.alarms.restart()
        self.storage.abort()
        self.gate.restart()
        self.telnet_open = self.registered = False
        self.power_off(self.options.boot_seconds if seconds is None else seconds)

    def boot(self) -> None:
        """Finish a restart now."""
        self.power_on()

    @override
    def power_on(self) -> None:
        """Take connections again."""
        super().power_on()
        if self.onvif is not None:
            self.onvif.power_on()
            self._tell_all()
        self.gate.restart()
        if self.settings.get(TIME.name, "ntp_enable"):
            self.wall_clock.skew = 0.0
        self.booted_at = self.wall_clock.utc
        self._boot_time = self.clock.monotonic
        self.log.add(self.clock.monotonic, "boot")
        self.arm_reboot()

    @property
    def uptime(self) -> float:
        """Return the virtual seconds since the camera was started."""
        return self.clock.monotonic - self._boot_time

    def arm_reboot(self) -> None:
        """Wait for the restart that the settings plan."""
        if self._reboot_timer is not None:
            self._reboot_timer.cancel()
            self._reboot_timer = None
        conf = self.settings.values(REBOOT.name)
        if conf["mode"]:
            day = conf["day_week"] if conf["mode"] == 4 else None
            wait = self.wall_clock.until(conf["hour"] * 60 + conf["minute"], day)
            self._reboot_timer = self.clock.call_later(wait, self.reboot)

    def reset(self, *, network: bool = True, users: bool = True) -> None:
        """Return to the settings of a new camera, and restart."""
        self.resets.append((int(network), int(users)))
        self.log.add(self.clock.monotonic, "reset")
        names = {section.name for section in NETWORK}
        self.settings.reset(
            *(n for n in self.settings.sections if network or n not in names)
        )
        if users:
            self.gate.reset()
        self.ptz.presets.clear()
        self.storage.arm()
        self.arm_reboot()
        if self.options.reset_restarts:
            self.reboot()

    def replace(self, *, mac: str, device_id: str = "H01000171410100010156") -> None:
        """Become another camera at the same address."""
        self.options.mac, self.options.device_id = mac, device_id
        self.close_connections()

    def set_password(self, password: str) -> None:
        """Change the administrator's password, as somebody else may."""
        self.gate.accounts[0].password = password
        if self.onvif is not None:
            self.onvif.gate.password = password

    # Driving

    def detect_motion(
        self,
        seconds: float | None = None,
        *,
        at: tuple[int, int] = (352, 288),
        person: bool = False,
    ) -> bool:
        """Let something move; tell whether the camera noticed."""
        self.clock.sync()
        return self.alarms.begin("motion", seconds, at=at, person=person)

    def end_motion(self) -> None:
        """Let nothing move any more."""
        self.alarms.end("motion")

    def set_alarm_input(self, *, on: bool = True) -> None:
        """Close or open the contact at the alarm input."""
        if not self.options.alarm_input:
            raise ValueError("No alarm input")
        self.clock.sync()
        self.terminals.contact_closed = on
        self._tell_input()
        if self.terminals.input_alarm:
            self.alarms.begin("alarm_input")
        else:
            self.alarms.end("alarm_input")

    def fail(
        self,
        kind: str,
        action: str = "*",
        *,
        count: int | None = 1,
        skip: int = 0,
        seconds: float = 0.0,
        code: int = 503,
    ) -> Fault:
        """Plan a fault for an action, or a pattern; all share one path."""
        return self.faults.add(
            kind,
            count=count,
            skip=skip,
            seconds=seconds,
            code=code,
            match=lambda record: fnmatchcase(action_of(record), action),
        )

    # Telling

    def _tell_all(self) -> None:
        """Tell how everything is."""
        for detector in _TOPICS:
            if self.options.has(detector):
                self._tell(detector, detector in self.alarms.active)
        self._tell_input()

    def _tell(self, detector: Detector, on: bool) -> None:
        """Tell over ONVIF what a detector notices."""
        if self.onvif is not None and detector in _TOPICS:
            self.onvif.trigger(_TOPICS[detector], _PICTURE, on)

    def _tell_input(self) -> None:
        """Tell over ONVIF what getIOAlarmIn tells."""
        if self.onvif is not None and self.options.alarm_input:
            self.onvif.trigger(Topic.INPUT, _INPUT, bool(self.terminals.status))

    def _mail(self, notice: Notice) -> None:
        """Send a mail."""
        settings = self.settings.values(MAIL.name)
        sender, recipient = roles(self.options, settings)
        mail = Mail(
            cause=notice.cause,
            what=notice.what,
            server=settings["smtp_addr"],
            port=settings["smtp_port"],
            sender=sender,
            recipient=recipient,
            picture=self.picture() if notice.what == "snapshot" else None,
        )
        self.mails.append(mail)
        message = compose(mail, self.options, settings, self.wall_clock)
        self.spawn(send(mail, message, dict(settings)))

    # Looking

    def requests_of(self, action: str) -> list[RequestRecord]:
        """Return the recorded requests for an action, or a pattern of actions."""
        return [one for one in self.requests if fnmatchcase(action_of(one), action)]

    def writes_of(self, section: str) -> list[Write]:
        """Return the accepted writes of one section."""
        return [write for write in self.writes if write.section == section]

    def violations_of(self, kind: str) -> list[Violation]:
        """Return the violations of one kind."""
        return [one for one in self.violations if one.kind == kind]

    @property
    def door_openings(self) -> list[Pulse]:
        """Return each time that a client opened the door."""
        return self.terminals.door_openings

    @property
    def notices(self) -> list[Notice]:
        """Return the mails and uploads that alarms set off."""
        return self.storage.notices.all

    @property
    def local_time(self) -> datetime:
        """Return the camera's own time, without a zone."""
        return self.wall_clock.local

    @override
    def forget(self) -> None:
        """Empty the records and the counters."""
        super().forget()
        self.writes.clear()
        self.violations.clear()

    @property
    def night(self) -> bool:
        """Tell whether the camera sees in black and white."""
        conf = self.settings.values(ADVANCED.name)
        if conf["color_black"] != 1:
            return bool(conf["color_black"])
        if conf["infr_detect_mode"] == 1:
            begin = conf["infr_day_h"] * 60 + conf["infr_day_m"]
            end = conf["infr_night_h"] * 60 + conf["infr_night_m"]
            minute = self.wall_clock.minute
            return minute == end or not within(minute, begin, end)
        return self.dark

    @property
    def light(self) -> tuple[Literal["ir", "white"], int] | None:
        """Return the lamp that shines, with its brightness; None if none does."""
        if not self.options.lamps:
            return None
        conf = self.settings.values(ADVANCED.name)
        if conf["led_control"] == 2 or (conf["led_control"] == 0 and not self.night):
            return None
        white = conf["lamp_type"] == 1
        if not conf["led_control_mode"]:
            brightness = 255
        else:
            brightness = conf["led_level" if white else "ir_level"]
        return ("white" if white else "ir"), brightness

    # Pictures

    def picture(self) -> bytes:
        """Return a picture of the main stream of this moment."""
        conf = self.settings.values("VencConf0")
        size = (conf["pic_width"], conf["pic_height"])
        return jpeg(size, self.snapshots, f"{self.local_time:%H:%M:%S}", self._masks())

    def _masks(self) -> tuple[Box, ...]:
        """Return the masks that cover something."""
        conf = self.settings.values(MASK.name)
        if not conf["mask_enable"]:
            return ()
        boxes = (
            tuple(conf[f"mask_{box}_{side}"] for side in "xywh") for box in range(MASKS)
        )
        return tuple((x, y, x + w, y + h) for x, y, w, h in boxes if w and h)

    # What is never stored

    def _wifi_status(self, values: Json) -> None:
        """Tell how Wi-Fi is doing."""
        conf = self.settings.values(WIFI.name)
        on = bool(conf["enable"]) and self.wifi_connected
        off = 5 if conf["enable"] else self.options.wifi_off
        values.update(
            status=2 if on else off,
            freq=6 if on else 0,
            signal=72 if on else 0,
            mac_address="88:07:cb:00:02:bf" if on else "00:00:00:00:00:00",
            ssid=conf["ssid"] if on else "",
            bssid="48:0e:ec:d9:59:54" if on else "00:00:00:00:00:00",
            wifi_ip=int(IPv4Address(conf["IP"])) if on else 0,
            wifi_gateway=int(IPv4Address(conf["gateway"])) if on else 0,
            online_time=int(self.uptime) if on else 0,
        )

    def _web_port(self, values: Json) -> None:
        """Print the port of the network settings."""
        values["webPort"] = self.settings.get(WIRED.name, "webPort")


def action_of(record: RequestRecord) -> str:
    """Return the action of a request; cgi_images and telnet are named by the path."""
    if record.path == CGI:
        return record.query.get("action", "")
    return record.path.rpartition("/")[2]
