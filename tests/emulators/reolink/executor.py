"""Carry out single commands: who may, whether the unit can, what it answers."""

from collections.abc import Callable, Mapping
from typing import Final

from ..base import RequestRecord
from .ability import ability, channel_versions, unit_versions
from .camera import Camera, printed_status
from .checks import (
    Checker,
    channels_in,
    is_integer,
    need_integer,
    need_object,
    need_text,
)
from .commands import CATALOG, DANGEROUS, HARMLESS, NVR_ONLY, WRONG_NAMES, Command
from .documents_alarm import MAILBOX, MAILBOX_LIMITS
from .documents_unit import EMAIL_TEST, FTP_TEST, NETWORKS, USER_RANGE
from .errors import (
    ABILITY,
    CHANNEL_INVALID,
    DEVICE_OFFLINE,
    INVALID_USER,
    NOT_SUPPORTED,
    PARAM_ERROR,
    TOO_MANY_USERS,
    USER_EXISTS,
    RefusedError,
)
from .sessions import MAX_USERS, Session, User
from .setting import Json
from .store import SETTINGS
from .unit import ReolinkUnit

type Handler = Callable[[int, int, Json], Json]
"""Takes the channel, `action` and `param`; returns value, initial and range."""

DONE: Final = {"value": {"rspCode": 200}}
_NO_CHANNEL: Final = frozenset(
    stem for stem, setting in SETTINGS.items() if setting.optional_channel
) | {"DevName", "MdState", "SysCfg"}
"""Commands whose channel may be left out."""
_UNIT_WIDE: Final = frozenset(
    stem for stem, setting in SETTINGS.items() if setting.host
) | frozenset(
    [
        "Ability",
        "AddUser",
        "CertificateClear",
        "CheckFirmware",
        "DelUser",
        "DevInfo",
        "Disconnect",
        "Format",
        "HddInfo",
        "Login",
        "Logout",
        "ModifyUser",
        "Online",
        "Reboot",
        "Restore",
        "ScanWifi",
        "TestEmail",
        "TestFtp",
        "TestWifi",
        "Time",
        "UpgradeOnline",
        "UpgradePrepare",
        "UpgradeStatus",
        "User",
        "channelstatus",
    ]
)
"""Commands that are not about a channel."""


class Executor(ReolinkUnit):
    """A unit that carries out commands."""

    _handlers: Mapping[str, Handler] | None = None

    def execute(
        self, item: Json, session: Session | None, user: User, record: RequestRecord
    ) -> Json:
        """Carry out one command that came in a batch."""
        name = item["cmd"]
        param, action = item.get("param", {}), item.get("action", 0)
        command = CATALOG.get(self.canonical(name))
        if command is None:
            if name in self.options.extra:
                return {"value": dict(self.options.extra[name])}
            raise RefusedError(NOT_SUPPORTED, f"no command {name!r}")
        if not isinstance(param, dict) or action not in (0, 1) or action is True:
            raise RefusedError(PARAM_ERROR, "param or action")
        record.dangerous |= _is_dangerous(command, param)
        self._check_kind(command)
        channel = self._channel(command, param)
        self._check_ability(command, channel, user)
        code = self.plans.refused(command.name, channel)
        if code is not None:
            raise RefusedError(code, "planned")
        if command.name in ("Logout", "GetAbility"):
            return self._personal(command.name, session, user)
        if command.name in ("Reboot", "Restore"):
            reboot = command.name == "Reboot"
            record.after.append(self.reboot if reboot else self.reset)
            return DONE
        return self._handler(command)(channel, action, param)

    def canonical(self, name: str) -> str:
        """Return the spelling of the catalog."""
        return "Getchannelstatus" if name == "GetChannelstatus" else name

    def answer_name(self, name: str) -> str:
        """Return the name that an answer carries."""
        command = self.canonical(name)
        if command not in CATALOG and name not in self.options.extra:
            return "Unknown"
        if command == "Getchannelstatus" or self.options.wrong_names:
            return WRONG_NAMES.get(command, command)
        return command

    # Rights

    def permit(self, name: str, channel: int, user: User) -> int:
        """Refuse an address as the command of the same name would be."""
        command = CATALOG[name]
        self._check_kind(command)
        if name != "Upgrade":
            self._channel(command, {"channel": channel})
        self._check_ability(command, channel, user)
        code = self.plans.refused(name, channel)
        if code is not None:
            raise RefusedError(code, "planned")
        return channel

    def _check_kind(self, command: Command) -> None:
        """Refuse what this kind of unit or this generation does not know."""
        if command.name in NVR_ONLY and not self.options.is_nvr:
            raise RefusedError(NOT_SUPPORTED, "only recorders")
        version = self.options.schedule_version
        if command.generation not in (None, version):
            raise RefusedError(NOT_SUPPORTED, f"scheduleVersion is {version}")

    def _channel(self, command: Command, param: Json) -> int:
        """Return the channel of a command."""
        if command.stem in _UNIT_WIDE:
            return 0
        found = list(channels_in(param))
        setting = SETTINGS.get(command.stem)
        shared = setting is not None and bool(setting.shared)
        if not found:
            lax = command.stem in _NO_CHANNEL or (shared and command.verb == "set")
            if not lax:
                raise RefusedError(self.options.missing, "channel is missing")
            found = [0]
        for channel in found:
            if not is_integer(channel):
                raise RefusedError(PARAM_ERROR, f"channel {channel!r}")
        if len(set(map(repr, found))) > 1:
            raise RefusedError(PARAM_ERROR, f"several channels: {found}")
        channel = found[0]
        if not isinstance(channel, int) or not 0 <= channel < len(self.cameras):
            raise RefusedError(CHANNEL_INVALID, f"channel {channel!r}")
        if not self.cameras[channel].online:
            raise RefusedError(DEVICE_OFFLINE, f"channel {channel}")
        return channel

    def _check_ability(self, command: Command, channel: int, user: User) -> None:
        """Refuse what the unit cannot do, and what a guest must not."""
        if command.needs and not any(self._has(n, channel) for n in command.needs):
            raise RefusedError(self.options.no_ability, str(command.needs))
        harmless = command.verb == "get" or command.name in HARMLESS
        if user.level != "admin" and not harmless:
            raise RefusedError(ABILITY, "guests may only look")

    def _has(self, need: str, channel: int) -> bool:
        """Tell whether an ability is there, in the version that is needed."""
        scope, _, rest = need.partition(".")
        name, _, least = rest.partition(">")
        if scope == "h":
            versions = unit_versions(self.options)
        else:
            versions = channel_versions(self.options.channels[channel])
        return versions.get(name, 0) > int(least or 0)

    # Commands

    def _handler(self, command: Command) -> Handler:
        """Return what carries a command out."""
        if self._handlers is None:
            self._handlers = self._specials()
        special = self._handlers.get(command.name)
        if special is not None:
            return special
        setting = SETTINGS[command.stem]
        if command.verb == "get":
            return lambda channel, action, param: self.settings.read(
                setting.stem, channel, action
            )
        return lambda channel, action, param: self._write(setting.stem, channel, param)

    def _specials(self) -> Mapping[str, Handler]:
        """Return the commands that are more than a document."""
        cameras, encoders = self.cameras, self.encoders
        firmware, files = self.firmware, self.recordings
        return {
            "AddUser": lambda c, a, p: self._done(self._add_user, p),
            "AudioAlarmPlay": lambda c, a, p: self._done(cameras[c].play_siren, p),
            "CertificateClear": lambda c, a, p: self._clear_certificate(),
            "CheckFirmware": lambda c, a, p: {"value": firmware.check()},
            "DelUser": lambda c, a, p: self._done(self._delete_user, p),
            "Disconnect": lambda c, a, p: self._done(self._disconnect, p),
            "Format": lambda c, a, p: self._done(self._format, p),
            "GetAiAlarm": lambda c, a, p: {"value": cameras[c].read_ai_alarm(p)},
            "GetAiState": lambda c, a, p: {"value": cameras[c].ai_state},
            "GetAlarm": self._get_alarm,
            "GetDevInfo": lambda c, a, p: {"value": {"DevInfo": self._dev_info()}},
            "GetDevName": self._get_name,
            "GetEnc": lambda c, a, p: encoders[c].read(a),
            "GetHddInfo": lambda c, a, p: {"value": {"HddInfo": self._disks()}},
            "GetMdState": lambda c, a, p: {"value": cameras[c].md_state},
            "GetOnline": lambda c, a, p: {"value": {"User": self._online()}},
            "GetPtzCheckState": lambda c, a, p: {
                "value": {"PtzCheckState": cameras[c].ptz.check_state}
            },
            "GetPtzGuard": lambda c, a, p: {
                "value": {"PtzGuard": dict(cameras[c].ptz.guard)}
            },
            "GetPtzPatrol": lambda c, a, p: cameras[c].ptz.read_patrols(a),
            "GetPtzPreset": lambda c, a, p: cameras[c].ptz.read_presets(a),
            "GetRtspUrl": lambda c, a, p: {"value": {"rtspUrl": self._rtsp(c)}},
            "GetTime": lambda c, a, p: self.wall_clock.read(a),
            "GetUser": lambda c, a, p: self._users(a),
            "GetZoomFocus": lambda c, a, p: cameras[c].ptz.zoom_focus(a),
            "Getchannelstatus": lambda c, a, p: {"value": self._channels()},
            "ModifyUser": lambda c, a, p: self._done(self._modify_user, p),
            "NvrDownload": lambda c, a, p: {"value": files.prepare(p)},
            "PtzCheck": lambda c, a, p: self._done(cameras[c].ptz.check),
            "PtzCtrl": lambda c, a, p: self._done(cameras[c].ptz.control, p),
            "ScanWifi": lambda c, a, p: {"value": {"Wifi": NETWORKS}},
            "Search": lambda c, a, p: {"value": files.search(p)},
            "SetAiAlarm": lambda c, a, p: self._done(cameras[c].write_ai_alarm, p),
            "SetAlarmArea": lambda c, a, p: self._done(cameras[c].write_area, p),
            "SetDevName": self._set_name,
            "SetEnc": lambda c, a, p: self._done(
                encoders[c].write, need_object(p, "Enc")
            ),
            "SetPtzGuard": lambda c, a, p: self._done(
                cameras[c].ptz.set_guard, need_object(p, "PtzGuard")
            ),
            "SetPtzPatrol": lambda c, a, p: self._done(
                cameras[c].ptz.set_patrol, need_object(p, "PtzPatrol")
            ),
            "SetPtzPreset": lambda c, a, p: self._done(
                cameras[c].ptz.set_preset, need_object(p, "PtzPreset")
            ),
            "SetTime": lambda c, a, p: self._set_time(p),
            "StartZoomFocus": lambda c, a, p: self._done(
                cameras[c].ptz.start_zoom_focus, need_object(p, "ZoomFocus")
            ),
            "TestEmail": lambda c, a, p: self._test(p, "Email", EMAIL_TEST),
            "TestFtp": lambda c, a, p: self._test(p, "Ftp", FTP_TEST),
            "TestWifi": lambda c, a, p: self._test(p, "Wifi", ("ssid",)),
            "UpgradeOnline": lambda c, a, p: self._done(firmware.start),
            "UpgradePrepare": lambda c, a, p: self._done(firmware.prepare, p),
            "UpgradeStatus": lambda c, a, p: {"value": firmware.status()},
        }

    def _done(self, work: Callable[..., None], *values: Json) -> Json:
        """Carry something out and say so."""
        work(*values)
        return DONE

    def _write(self, stem: str, channel: int, param: Json) -> Json:
        """Carry out the Set command of a document."""
        setting = SETTINGS[stem]
        wrapper = setting.wrapper
        fields = need_object(param, wrapper) if wrapper else param
        if stem == "Ntp" and fields.get("interval") == 0:
            fields = {name: fields[name] for name in fields if name != "interval"}
            self.clock_syncs += 1
        self.settings.write(stem, channel, fields)
        if stem == "Osd":
            name = self.settings.fields("Osd", channel)["osdChannel"]["name"]
            self.options.channels[channel].name = name
        elif stem == "NetPort":
            self.sessions.clear()
        elif stem == "SysCfg":
            self.sessions.lock.enabled = self.settings.fields(stem)["loginLock"] == 1
        return DONE

    def _personal(self, name: str, session: Session | None, user: User) -> Json:
        """Carry out a command that depends on who asks."""
        if name == "GetAbility":
            guest = user.level != "admin"
            return {"value": ability(self.options, self.channels_online(), guest=guest)}
        if session is not None:
            self.sessions.logout(session)
        return DONE

    # System

    def _dev_info(self) -> Json:
        """Return what GetDevInfo answers."""
        nvr = self.options.is_nvr
        return {
            "B485": int(nvr),
            "IOInputNum": 0,
            "IOOutputNum": 0,
            "audioNum": len(self.cameras),
            "buildDay": "build 20080734",
            "cfgVer": "v3.0.0.0",
            "channelNum": len(self.cameras),
            "detail": "NVR652410104001000200000" if nvr else "IPC_515B8M5S10E1W0110000",
            "diskNum": len(self.disks),
            "exactType": "NVR" if nvr else "IPC",
            "firmVer": self.firmware.version,
            "frameworkVer": 1,
            "hardVer": self.options.hardware,
            "model": self.options.model,
            "name": self.options.name,
            "pakSuffix": "pak,paks",
            "serial": self.options.serial,
            "type": "NVR" if nvr else "IPC",
            "wifi": int(self.options.wifi),
        }

    def _get_name(self, channel: int, action: int, param: Json) -> Json:
        """Return what GetDevName answers."""
        return {"value": {"DevName": {"name": self.options.name}}}

    def _set_name(self, channel: int, action: int, param: Json) -> Json:
        """Carry out SetDevName."""
        self.options.name = need_text(need_object(param, "DevName"), "name", 31)
        return DONE

    def _disks(self) -> list[Json]:
        """Return what GetHddInfo answers."""
        return [
            {
                "capacity": disk.capacity,
                "format": int(disk.formatted),
                "mount": int(disk.mounted),
                self.options.disk_key: number + int(self.options.disk_key == "number"),
                "size": disk.remaining,
                "storageType": disk.kind,
            }
            for number, disk in enumerate(self.disks)
        ]

    def _set_time(self, param: Json) -> Json:
        """Carry out SetTime."""
        strict = self.options.unknown_fields == "refuse"
        self.wall_clock.write(param, strict=strict)
        return DONE

    def _channels(self) -> Json:
        """Return what Getchannelstatus answers."""
        uids = self.options.channel_uids
        status = [printed_status(camera, uids=uids) for camera in self.cameras]
        return {"count": len(self.cameras), "status": status}

    def _format(self, param: Json) -> None:
        """Carry out Format."""
        numbers = need_object(param, "HddInfo").get("id")
        if not isinstance(numbers, list) or not numbers:
            raise RefusedError(PARAM_ERROR, "id must be a list")
        for number in numbers:
            if not is_integer(number) or not 0 <= number < len(self.disks):
                raise RefusedError(PARAM_ERROR, f"id {number!r}")
        self.formatted.extend(numbers)
        self.recordings.clear()

    def _get_alarm(self, channel: int, action: int, param: Json) -> Json:
        """Return what GetAlarm answers."""
        if need_object(param, "Alarm").get("type") != "md":
            raise RefusedError(PARAM_ERROR, "type must be md")
        return self.settings.read("Alarm", channel, action)

    # Users

    def _users(self, action: int) -> Json:
        """Return what GetUser answers."""
        users = [
            {"level": user.level, "userName": user.name}
            for user in self.sessions.users.values()
        ]
        answer: Json = {"value": {"User": users}}
        if action:
            answer |= USER_RANGE
        return answer

    def _online(self) -> list[Json]:
        """Return what GetOnline answers."""
        return [
            {
                "canbeDisconn": 0,
                "ip": "127.0.0.1",
                "level": session.user.level,
                "sessionId": session.number,
                "userName": session.user.name,
            }
            for session in self.sessions.open
        ]

    def _add_user(self, param: Json) -> None:
        """Carry out AddUser."""
        user = need_object(param, "User")
        name, password = (
            need_text(user, "userName", 31),
            need_text(user, "password", 31),
        )
        level = need_text(user, "level")
        if not name or len(password) < 6 or level not in ("admin", "guest"):
            raise RefusedError(PARAM_ERROR, "userName, password or level")
        if name in self.sessions.users:
            raise RefusedError(USER_EXISTS)
        if len(self.sessions.users) >= MAX_USERS:
            raise RefusedError(TOO_MANY_USERS)
        self.sessions.users[name] = User(name, password, level)

    def _user(self, user: Json) -> User:
        """Return the account a parameter names."""
        name = need_text(user, "userName", 31)
        if name not in self.sessions.users:
            raise RefusedError(INVALID_USER)
        return self.sessions.users[name]

    def _delete_user(self, param: Json) -> None:
        """Carry out DelUser."""
        del self.sessions.users[self._user(need_object(param, "User")).name]

    def _modify_user(self, param: Json) -> None:
        """Carry out ModifyUser."""
        fields = need_object(param, "User")
        user = self._user(fields)
        if need_text(fields, "oldPassword", 31) != user.password:
            raise RefusedError(self.options.wrong_password)
        user.password = need_text(fields, "newPassword", 31)

    def _disconnect(self, param: Json) -> None:
        """Carry out Disconnect."""
        fields = need_object(param, "User")
        self._user(fields)
        if not self.sessions.drop([need_integer(fields, "sessionId")]):
            raise RefusedError(PARAM_ERROR, "no such session")

    # Network

    def _rtsp(self, channel: int) -> Json:
        """Return what GetRtspUrl answers."""
        port = self.settings.fields("NetPort")["rtspPort"]
        address = f"rtsp://{self.options.ip_address}:{port}/Preview_{channel + 1:02d}"
        return {
            "channel": channel,
            "mainStream": f"{address}_main",
            "subStream": f"{address}_sub",
        }

    def _test(self, param: Json, wrapper: str, mandatory: tuple[str, ...]) -> Json:
        """Carry out TestEmail, TestFtp or TestWifi."""
        fields = need_object(param, wrapper)
        if any(name not in fields for name in mandatory):
            raise RefusedError(self.options.missing, str(mandatory))
        addresses = [fields.get(f"addr{number}") for number in (1, 2, 3)]
        if wrapper == "Email" and not any(addresses):
            raise RefusedError(PARAM_ERROR, "an address is needed")
        if wrapper == "Email":
            self._check_mail_test(fields)
        self.tests.append(param)
        return DONE

    def _check_mail_test(self, fields: Json) -> None:
        """Refuse what TestEmail does not allow."""
        if self.options.mail_test == "needs_password" and not fields.get("password"):
            raise RefusedError(self.options.missing, "password")
        strict = self.options.unknown_fields == "refuse"
        Checker(strict=strict).check(fields, MAILBOX, MAILBOX_LIMITS, "TestEmail")

    def _clear_certificate(self) -> Json:
        """Carry out CertificateClear."""
        self.settings.change("CertificateInfo", crtName="", enable=0, keyName="")
        return DONE


def _is_dangerous(command: Command, param: Json) -> bool:
    """Tell whether a command could do harm that cannot be undone."""
    if command.name == "SetNetPort":
        ports = param.get("NetPort", {})
        return isinstance(ports, dict) and any(n.startswith("http") for n in ports)
    return command.name in DANGEROUS


def hangs(cameras: list[Camera], batch: list[Json]) -> bool:
    """Tell whether a batch concerns a channel that hangs."""
    return any(
        is_integer(channel) and camera.hangs and camera.number == channel
        for item in batch
        for channel in channels_in(item.get("param"))
        for camera in cameras
    )
