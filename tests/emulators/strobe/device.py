"""The unit itself: what each request does and is answered with."""

from asyncio import get_running_loop
from datetime import datetime
from functools import cached_property
from typing import Final, override

from aiohttp import web

from ..base import RequestRecord, parse_query
from . import describe, routes
from .alarms import AlarmReader, from_url, from_xml
from .documents import ALARM, AUDIO, EMAIL, IDLE, NETWORK, NTP, USER
from .log import API, log_document, parse_time
from .outputs import SoundOrder
from .server import Serve, StrobeServer
from .xmldoc import Node, RefusedError, branch, fields, integer, leaf, need

__all__ = ["StrobeEmulator"]

MAX_USERS: Final = 30


class StrobeEmulator(StrobeServer):
    """A network strobe speaker on 127.0.0.1."""

    @cached_property
    def _reader(self) -> AlarmReader:
        """Return what reads alarm requests."""
        return AlarmReader(self.options, self.files)

    @override
    def _route_table(self) -> dict[routes.Route, Serve]:
        """Return what serves each pair of method and path."""
        table: dict[routes.Route, Serve] = {
            ("POST", routes.LOGIN): self._login,
            ("POST", routes.LOGOUT): self._logout,
            ("POST", routes.DEVICE_INFO): self._device_info,
            ("POST", routes.ENCODINGS): self._encodings,
            ("POST", routes.FILES): self._list_files,
            ("PUT", routes.FILES): self._delete_file,
            ("POST", routes.UPLOAD): self._upload,
            ("POST", routes.DOWNLOAD): self._download,
            ("POST", routes.COLORS): self._colors,
            ("POST", routes.MODES): self._modes,
            ("POST", routes.TEST_PLAY): self._test_play,
            ("POST", routes.WIFI_INFO): self._wifi_info,
            ("POST", routes.WIFI_SCAN): self._wifi_scan,
            ("POST", routes.LOG_CONFIG): self._log_config,
            ("POST", routes.QUERY_LOG): self._query_log,
            ("POST", routes.API_ALARM): self._api_alarm,
            ("GET", routes.API_ALARM): self._api_alarm,
            ("POST", routes.URL_ALARM): self._url_alarm,
            ("GET", routes.URL_ALARM): self._url_alarm,
            ("PUT", routes.RESTORE): self._restore,
            ("PUT", routes.REBOOT): self._reboot,
            ("POST", USER): self._read_user,
            ("PUT", USER): self._write_user,
            ("PUT", routes.ADD_USER): self._add_user,
            ("PUT", routes.DELETE_USER): self._delete_user,
            ("PUT", routes.RESET_PASSWORD): self._reset_password,
            ("POST", routes.ALARM_MESSAGE): self._alarm_message,
        }
        for path in routes.ROOTS:
            table["POST", path] = self._read_document
            table["PUT", path] = self._write_document
        return table

    # Sessions

    def _login(self, record: RequestRecord) -> web.Response:
        """Open a session, by password or by answering a challenge."""
        ways = self.options.login
        if not record.body.strip():
            if ways == "plain":
                raise RefusedError(402, "no login")
            return self._session_answer("", self.sessions.challenge())
        body = self._body(record, "UserCheck")
        found = fields(body, "Username", "Password", "SessionId")
        username, password = need(found, "Username"), need(found, "Password")
        right = self._password(username)
        session = found.get("SessionId", "")
        if (
            session
            and ways != "plain"
            and self.sessions.answer(session, username, password, right)
        ):
            return self._done(record)
        if ways == "challenge" or right is None or right != password:
            raise self._denied()
        return self._session_answer(username, self.sessions.create())

    def _session_answer(self, username: str, session: str) -> web.Response:
        """Answer with a session id."""
        return self._document(
            branch(
                "UserCheck",
                leaf("Username", username),
                leaf("Password"),
                leaf("SessionId", session),
            )
        )

    def _logout(self, record: RequestRecord) -> web.Response:
        """Close the session that the body names."""
        found = fields(self._body(record, "UserCheck"), "SessionID")
        if not self.sessions.close(need(found, "SessionID")):
            raise RefusedError(402, "no such session")
        return self._done(record)

    # Description

    def _device_info(self, record: RequestRecord) -> web.Response:
        """Describe the unit."""
        self._no_body(record)
        return self._document(describe.device_info(self.options))

    def _encodings(self, record: RequestRecord) -> web.Response:
        """List what the microphone can be encoded with."""
        self._no_body(record)
        return self._document(describe.encodings())

    def _colors(self, record: RequestRecord) -> web.Response:
        """List the colors of one light."""
        found = fields(self._body(record, "ColorConfig"), "FrontBackLight")
        side = integer(need(found, "FrontBackLight"), 0, 1)
        return self._document(describe.colors(self.options, side))

    def _modes(self, record: RequestRecord) -> web.Response:
        """List the display modes of both lights."""
        self._no_body(record)
        return self._document(describe.modes(self.options))

    def _wifi_info(self, record: RequestRecord) -> web.Response:
        """Describe the wireless connection."""
        self._no_body(record)
        return self._document(describe.wifi_info(self.options))

    def _wifi_scan(self, record: RequestRecord) -> web.Response:
        """List the networks in reach."""
        self._no_body(record)
        return self._document(describe.wifi_scan(self.options))

    def _log_config(self, record: RequestRecord) -> web.Response:
        """Describe where the system log goes."""
        self._no_body(record)
        return self._document(describe.log_config())

    # Settings

    def _read_document(self, record: RequestRecord) -> web.Response:
        """Print a document."""
        self._no_body(record)
        root = self.documents[record.path]
        if record.path == NTP:
            root.set("UTCDateTime", f"{self.clock.wall:%Y-%m-%dT%H:%M:%SZ}")
            root.set("IsUpdateTime", 0)
        if record.path == NETWORK:
            root.children[0].set("MACAddress", self.options.mac)
        if record.path == EMAIL:
            root = self._mail_document(root.copy())
        return self._document(root)

    def _mail_document(self, root: Node) -> Node:
        """Hide the password as this unit does."""
        if self.options.mail_password == "masked":
            root.set("SmtPassword", "********")
        elif self.options.mail_password == "absent":
            root.children = [n for n in root.children if n.name != "SmtPassword"]
        return root

    def _write_document(self, record: RequestRecord) -> web.Response:
        """Change a document."""
        body = self._body(record, routes.ROOTS[record.path])
        moment = body.get("UTCDateTime")
        sets_clock = record.path == NTP and body.get("IsUpdateTime") == "1"
        if sets_clock and not moment:
            raise RefusedError(402, "UTCDateTime missing")
        self.documents.write(record.path, body)
        if sets_clock:
            self.clock.set_wall(datetime.fromisoformat(moment))
        if record.path in (NTP, IDLE):
            self.refresh_idle()
        return self._done(record)

    # Files

    def _list_files(self, record: RequestRecord) -> web.Response:
        """List the audio files."""
        self._no_body(record)
        items: list[Node] = []
        for number, file in enumerate(self.files.files, 1):
            items.append(leaf(f"FileName_{number}", file.name))
            items.append(leaf(f"FileType_{number}", file.kind))
        count = leaf("FileCount", len(self.files.files))
        return self._document(branch("GetDelAudioFile", count, *items))

    def _delete_file(self, record: RequestRecord) -> web.Response:
        """Delete a customer file."""
        found = fields(self._body(record, "GetDelAudioFile"), "FileName")
        self.files.delete(need(found, "FileName"), self._files_in_use())
        return self._done(record)

    def _files_in_use(self) -> frozenset[str]:
        """Return the files that play or that a schedule names."""
        used = {
            schedule.get("PlayFile")
            for path in (IDLE, ALARM)
            for schedule in self.documents.schedules(path)
        }
        if self.engine.playing is not None:
            used.add(self.engine.playing)
        return frozenset(used)

    def _upload(self, record: RequestRecord) -> web.Response:
        """Take one packet of an audio file."""
        raw = dict(
            part.partition("=")[::2] for part in record.raw_query.split("&") if part
        )
        unknown = set(raw) - {"name", "offset", "id", "ID"}
        if unknown:
            raise RefusedError(403, f"unknown parameters {sorted(unknown)}")
        offset = integer(need(raw, "offset"), 0, None, "offset")
        name = need(raw, "name")
        self.files.receive(name, offset, record.body, self.engine.playing)
        return self._done(record)

    def _download(self, record: RequestRecord) -> web.Response:
        """Send the bytes of an audio file."""
        found = fields(self._body(record, "DownloadFile"), "FileName")
        file = self.files.need(need(found, "FileName"))
        return self._answer_bytes(file.content, kind="application/octet-stream")

    def _test_play(self, record: RequestRecord) -> web.Response:
        """Play a file for a test, at the unit's own volume."""
        body = self._body(record, "TestPlayAudio")
        found = fields(body, "Enabled", "FileType", "FileName")
        if integer(found.get("Enabled", "0"), 0, 1) == 0:
            self.engine.test_sound(None)
            return self._done(record)
        kind = integer(found.get("FileType", "0"), 0, 1)
        name = found.get("FileName") or self.files.names[0]
        file = self.files.need(name)
        if found.get("FileName") and file.kind != kind:
            raise RefusedError(402, f"{name!r} is not of type {kind}")
        volume = int(self.documents[AUDIO].get("AudioOutVolume"))
        self.engine.test_sound(SoundOrder(file=name, volume=volume, owner="test"))
        return self._done(record)

    # Alarms

    def _api_alarm(self, record: RequestRecord) -> web.Response:
        """Carry out an alarm request in XML."""
        if set(record.query) - {"ID"}:
            raise RefusedError(403, "parameters")
        return self._alarm(
            record, from_xml(self._body(record, "ApiAlarm"), self.options)
        )

    def _url_alarm(self, record: RequestRecord) -> web.Response:
        """Carry out an alarm request in the URL."""
        self._no_body(record)
        session = None if self.options.alarm_auth == "basic" else "ID"
        return self._alarm(record, from_url(parse_query(record.raw_query), session))

    def _alarm(self, record: RequestRecord, found: dict[str, str]) -> web.Response:
        """Check and carry out an alarm request."""
        order = self._reader.read(found)
        self.alarm_calls.append(found)
        self.engine.alarm(order, "api")
        if order.enable or self.options.log_stop:
            self.add_log(API)
        if order.enable:
            if found.get("EmailEnabled") == "1":
                self.emails.append("api")
                record.after.append(lambda: self.spawn(self._mail("api")))
            if found.get("BroadcastEnabled") == "1":
                self.broadcasts.append("api")
            if found.get("HttpMsgEnabled") == "1":
                record.after.append(lambda: self.spawn(self._push(API)))
        return self._done(record)

    def _query_log(self, record: RequestRecord) -> web.Response:
        """List the alarms of a time."""
        found = fields(self._body(record, "QueryLog"), "StartTime", "EndTime")
        accepted = self.options.log_times
        start = parse_time(need(found, "StartTime"), accepted)
        end = parse_time(need(found, "EndTime"), accepted)
        if start > end:
            raise RefusedError(402, "start after end")
        entries = sorted(
            (entry for entry in self.alarm_log if start <= entry.time <= end),
            key=lambda entry: entry.time,
        )
        return self._answer_bytes(
            log_document(entries, unclosed=self.options.unclosed_log)
        )

    def _alarm_message(self, record: RequestRecord) -> web.Response:
        """Take the alarm message of somebody else; it changes nothing."""
        names = ("DeviceID", "SoftwareVer", "MACAddress", "IPAddress")
        fields(self._body(record, "AlarmLinkMsg"), *names, "AlarmType", "AlarmTime")
        self.messages.append(record.body)
        return self._done(record)

    # System

    def _enabled(self, record: RequestRecord, root: str) -> bool:
        """Return the only field of a body."""
        found = fields(self._body(record, root), "Enabled")
        return integer(need(found, "Enabled"), 0, 1) == 1

    def _reboot(self, record: RequestRecord) -> web.Response:
        """Restart once the answer has left."""
        if self._enabled(record, "Reboot"):
            record.after.append(self._reboot_soon)
        return self._done(record)

    def _restore(self, record: RequestRecord) -> web.Response:
        """Return to the settings of a new unit and restart."""
        if self._enabled(record, "RestoreDefault"):
            self.reset_settings()
            self.users = {}
            self._set_administrator()
            record.after.append(self._reboot_soon)
        return self._done(record)

    def _reboot_soon(self) -> None:
        """Restart after the answer was handed to the network."""
        get_running_loop().call_soon(self.reboot)

    def _read_user(self, record: RequestRecord) -> web.Response:
        """Print the login of the administrator, in plain text."""
        self._no_body(record)
        password, privilege = self.users[self.options.username]
        return self._document(
            branch(
                "UserManagement",
                leaf("UserName", self.options.username),
                leaf("Password", password),
                leaf("Privilege", privilege),
            )
        )

    def _write_user(self, record: RequestRecord) -> web.Response:
        """Change a user."""
        body = self._body(record, "UserManagement")
        name, password, privilege = self._user(body, "Password")
        if name not in self.users:
            raise RefusedError(402, f"no user {name!r}")
        self.users[name] = (password, privilege)
        if name == self.options.username:
            self.options.password = password
        return self._done(record)

    def _add_user(self, record: RequestRecord) -> web.Response:
        """Add a user."""
        name, password, privilege = self._user(self._body(record, "AddUsr"), "PassWord")
        if name in self.users or len(self.users) >= MAX_USERS:
            raise RefusedError(402, f"user {name!r}")
        self.users[name] = (password, privilege)
        return self._done(record)

    def _user(self, body: Node, password_name: str) -> tuple[str, str, int]:
        """Read a user."""
        found = fields(body, "UserName", password_name, "Privilege")
        name, password = need(found, "UserName"), need(found, password_name)
        if not 0 < len(name) <= 32 or len(password) > 32:
            raise RefusedError(402, "too long")
        return name, password, integer(need(found, "Privilege"), 0, 2)

    def _delete_user(self, record: RequestRecord) -> web.Response:
        """Delete a user other than the administrator."""
        name = need(fields(self._body(record, "DelUsr"), "UserName"), "UserName")
        if name == self.options.username or name not in self.users:
            raise RefusedError(402, f"user {name!r}")
        del self.users[name]
        return self._done(record)

    def _reset_password(self, record: RequestRecord) -> web.Response:
        """Remember a new password until the next restart; asks for no login."""
        body = self._body(record, "ResetPassword")
        found = fields(body, "UserName", "PassWord")
        name, password = need(found, "UserName"), need(found, "PassWord")
        if name not in self.users:
            raise RefusedError(402, f"no user {name!r}")
        self._reset = (self.clock.monotonic, name, password)
        return self._done(record)
