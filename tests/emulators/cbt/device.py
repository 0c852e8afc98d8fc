"""The camera itself: what each action does."""

import base64
from collections.abc import Callable
from functools import cached_property
from typing import Any, override

from aiohttp import web

from ..base import RequestRecord
from .actions import Action
from .errors import (
    OPEN_FAILED,
    UNSUPPORTED,
    WRONG_PASSWORD,
    HttpError,
    RefusedError,
    TextError,
)
from .fields import Json
from .media import TYPES, bitmap, planes
from .sections_alarm import ALARM_INPUT, SNAPSHOTS
from .sections_system import GB28181, REBOOT, TIME, WIRED
from .server import Call, CbtServer
from .store import Write

__all__ = ["CbtEmulator"]

type Serve = Callable[[Call], web.Response]

NETWORKS = [
    {
        "ap_number": "621-NB",
        "ap_encrypt_type": "'WPA/WPA2'",
        "ap_signal": 50,
        "ap_bssid": "48:0e:ec:d9:59:54",
    },
    {
        "ap_number": "Actionair.SZX",
        "ap_encrypt_type": "'WPA/WPA2'",
        "ap_signal": 80,
        "ap_bssid": "20:76:93:50:81:02",
    },
]
"""What the document's example of a scan finds."""


class CbtEmulator(CbtServer):
    """A cgi_action camera on 127.0.0.1."""

    @cached_property
    def _served(self) -> dict[str, Serve]:
        """Return what serves the actions that are no plain get or set."""
        return {
            "setPasswd": self._set_password,
            "reset": self._reset,
            "restart": self._restart,
            "setPtzControl": self._control,
            "setTime": self._set_time,
            "setWifiScan": self._scan,
            "setGb28181Logout": self._register,
            "setGb28181Register": self._register,
            "getVencConf": self._video,
            "setVencConf": self._set_video,
            "getScheSnap": self._snap_schedule,
            "getStorageInfo": self._storage_info,
            "devsFormat": self._format,
            "getFmtSnap": self._snap,
            "getIOAlarmIn": self._input,
            "getPlatformConfFile": self._read_file,
            "setPlatformConfFile": self._write_file,
            "openDoor": self._open_door,
            "ioSendData": self._send_serial,
        }

    @override
    def serve(self, call: Call) -> web.Response:
        """Carry out an action."""
        special = self._served.get(call.action.name)
        if special is not None:
            return special(call)
        if call.action.kind == "get":
            call.check.fields((), call.sent)
            return self._print(call.action, call.action.section)
        self._write(call, call.action.section)
        return self.done(call.action)

    # Settings

    def _print(self, action: Action, section: str) -> web.Response:
        """Answer with a section."""
        values = self.settings.read(section)
        found: list[tuple[str, Any]] = []
        for name, value in self._quirks(values).items():
            times = 1 + (name in self.settings.sections[section].twice)
            found += self.spelling.pairs(section, {name: value}) * times
        return self.done(action, found)

    def _quirks(self, values: Json) -> Json:
        """Return what is printed a little differently from how it is kept."""
        for title in values.get("title_list", ()):
            if not title["title"].strip():
                title["title"] = self.options.empty_title
        return values

    def _prepare(self, call: Call, section: str) -> Callable[[float], Write]:
        """Check a write of a section."""
        fields = self.settings.sections[section].fields
        sent = self.spelling.read(section, fields, call.sent)
        return self.settings.prepare(call.action.name, section, sent, call.note)

    def _write(self, call: Call, section: str) -> Write:
        """Write a section."""
        write = self._prepare(call, section)(self.clock.monotonic)
        self.writes.append(write)
        self.log.add(self.clock.monotonic, "write", section)
        if section == WIRED.name and self.options.network_change == "move":
            self._move_away(call.record, write)
        elif section == REBOOT.name:
            self.arm_reboot()
        elif section == SNAPSHOTS.name:
            self.storage.arm()
        elif section == ALARM_INPUT.name and self.options.alarm_input:
            self.set_alarm_input(on=self.terminals.contact_closed)
        return write

    def _move_away(self, record: RequestRecord, write: Write) -> None:
        """Leave this address once the answer is out, if it is another one now."""
        if write.changes.keys() & {"IP", "webPort", "DHCP"}:
            record.after.append(self.power_off)

    def _channel(self, call: Call) -> int:
        """Return the stream that is meant."""
        if "channel" not in call.sent:
            if call.action.kind == "get" and self.options.video_channel == "optional":
                return 0
            call.check.missing("channel")
        channel = call.sent["channel"]
        if not isinstance(channel, int) or isinstance(channel, bool):
            call.check.refuse("type", "channel")
        if not 0 <= channel <= 2:
            call.check.refuse("range", f"channel {channel}")
        return channel

    def _video(self, call: Call) -> web.Response:
        """Print the settings of a stream."""
        channel = self._channel(call)
        call.check.fields(call.action.fields, {"channel": channel, **call.sent})
        if channel < len(self.options.sizes):
            return self._print(call.action, f"VencConf{channel}")
        if self.options.absent_stream == "refuse":
            raise RefusedError(self.options.invalid_code, f"channel {channel}")
        zeros: Json = {
            name: [] if isinstance(value, list) else 0
            for name, value in self.settings.read("VencConf0").items()
        }
        pairs = self.spelling.pairs("VencConf0", {**zeros, "channel": channel})
        return self.done(call.action, pairs)

    def _set_video(self, call: Call) -> web.Response:
        """Write the settings of a stream."""
        channel = self._channel(call)
        if channel >= len(self.options.sizes):
            raise RefusedError(self.options.invalid_code, f"channel {channel}")
        self._write(call, f"VencConf{channel}")
        return self.done(call.action)

    def _set_time(self, call: Call) -> web.Response:
        """Set the clock, or let NTP do it."""
        carry_out = self._prepare(call, TIME.name)
        sent = call.sent.get("CurTime")
        late = isinstance(sent, int) and self.wall_clock.is_stale(sent)
        if late and self.options.stale_time == "refuse":
            raise RefusedError(self.options.unknown_code, "CurTime")
        write = carry_out(self.clock.monotonic)
        self.writes.append(write)
        if self.settings.get(TIME.name, "ntp_enable"):
            self.wall_clock.skew = 0.0
        elif "CurTime" in write.sent and "CurTime" not in write.ignored:
            self.wall_clock.set(write.sent["CurTime"])
        self.arm_reboot()
        return self.done(call.action)

    def _snap_schedule(self, call: Call) -> web.Response:
        """Print the schedule of snapshots, or the wrong copy of the example."""
        call.check.fields((), call.sent)
        copied = self.options.snap_reply == "example"
        section = ALARM_INPUT.name if copied else SNAPSHOTS.name
        return self._print(call.action, section)

    # The camera itself

    def _fields(self, call: Call) -> Json:
        """Return what was sent for an action that is no get or set."""
        return call.check.fields(call.action.fields, call.sent)

    def _set_password(self, call: Call) -> web.Response:
        """Change the password of who asks."""
        sent = self._fields(call)
        if not call.user.knows(sent["oldPassword"]):
            raise RefusedError(WRONG_PASSWORD, "oldPassword")
        call.user.password = sent["newPassword"]
        self.password_changes += 1
        self.log.add(self.clock.monotonic, "password", call.user.name)
        return self.done(call.action)

    def _reset(self, call: Call) -> web.Response:
        """Return to the settings of a new camera."""
        sent = self._fields(call)
        network, users = bool(sent["netReset"]), bool(sent["userReset"])
        call.record.after.append(lambda: self.reset(network=network, users=users))
        return self.done(call.action)

    def _restart(self, call: Call) -> web.Response:
        """Restart, once the answer is out."""
        self._fields(call)
        if self.options.restart_answer == "dropped":
            self.reboot()
        else:
            call.record.after.append(self.reboot)
        return self.done(call.action)

    def _scan(self, call: Call) -> web.Response:
        """Look for wireless networks."""
        self._fields(call)
        self.wifi_scans += 1
        return self.done(call.action, [("ap_list", NETWORKS)])

    def _register(self, call: Call) -> web.Response:
        """Register or log out by hand, where that was chosen."""
        self._fields(call)
        if self.settings.get(GB28181.name, "register_type") != 1:
            raise RefusedError(self.options.invalid_code, "register_type")
        self.registered = call.action.name.endswith("Register")
        return self.done(call.action)

    def _read_file(self, call: Call) -> web.Response:
        """Print a text file."""
        path = self._fields(call)["file_path"]
        if path not in self.files:
            raise RefusedError(OPEN_FAILED, "file_path")
        return self.done(call.action, [("file_content", self.files[path])])

    def _write_file(self, call: Call) -> web.Response:
        """Keep a text file."""
        sent = self._fields(call)
        self.files[sent["file_path"]] = sent["file_content"]
        length = len(sent["file_content"].encode())
        return self.done(call.action, [("file_length", length)])

    # What moves and switches

    def _control(self, call: Call) -> web.Response:
        """Move, stop, store or call."""
        self.ptz.control(self._fields(call), call.check)
        return self.done(call.action)

    def _open_door(self, call: Call) -> web.Response:
        """Open the door once."""
        self._fields(call)
        self.terminals.open_door()
        return self.done(call.action)

    def _input(self, call: Call) -> web.Response:
        """Print the level of the alarm input."""
        self._fields(call)
        return self.done(call.action, [("status", self.terminals.status)])

    def _send_serial(self, call: Call) -> web.Response:
        """Send a text over RS485."""
        self.terminals.serial.append(self._fields(call)["data"])
        return self.done(call.action)

    # Storage and pictures

    def _storage_info(self, call: Call) -> web.Response:
        """Print the media."""
        self._fields(call)
        return self.done(call.action, [("devs", self.storage.printed)])

    def _format(self, call: Call) -> web.Response:
        """Erase the media of one kind."""
        if not self.storage.format(self._fields(call)["dev_type"]):
            raise RefusedError(self.options.invalid_code, "dev_type")
        return self.done(call.action)

    def _snap(self, call: Call) -> web.Response:
        """Print a picture in Base64."""
        self._fields(call)
        if self.video_lost:
            raise RefusedError(UNSUPPORTED, "no picture")
        picture = self._picture()
        encoded = base64.b64encode(picture).decode()
        counted: Any = picture if self.options.image_length == "bytes" else encoded
        pairs = [("image_base64", encoded), ("image_length", len(counted))]
        return self.done(call.action, pairs)

    def _picture(self) -> bytes:
        """Return a picture, and count it."""
        self.snapshots += 1
        return self.picture()

    @override
    def still(self, record: RequestRecord) -> web.Response:
        """Return a picture in the format that was asked for."""
        kind = record.query.get("fmt", "jpg")
        if kind not in self.options.formats:
            if kind not in TYPES:
                self.note("range", "cgi_images", "fmt")
            raise TextError("failed")
        if self.video_lost:
            raise TextError("null")
        body = self._picture()
        if kind != "jpg":
            body = {"bmp": bitmap, "yuv": planes}[kind](self.snapshots)
        return self.printer.picture(body, TYPES[kind])

    @override
    def switch_telnet(self, record: RequestRecord) -> web.Response:
        """Open or close telnet for everybody."""
        word = record.query.get("action", "")
        if self.options.telnet == "refuse":
            raise HttpError(404)
        if word not in ("open", "close"):
            self.note("range", "telnet", "action")
            raise TextError(self.options.bad_json)
        self.telnet_open = word == "open"
        page = f"<html><body><h2> oper: {word}</h2></body></html>\r\nOK"
        return self.page(page.encode())
