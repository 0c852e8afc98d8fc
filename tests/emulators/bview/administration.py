"""Settings, network, system and users: what an installer does."""

from asyncio import get_running_loop
from email.parser import BytesParser
from email.policy import HTTP
import json
from typing import Final, override
from urllib.parse import unquote_plus

from aiohttp import web

from . import describe, log, routes
from .blocks_network import NETWORK, P2P, PORT, WIFI_TEST
from .blocks_system import TIME
from .errors import (
    DECODE_ERROR,
    INVALID_OPERATION,
    PARAMETER_ERROR,
    SDK_FAILED,
    UNSUPPORTED,
    RefusedError,
)
from .server import BviewServer, Call, Serve
from .xmldoc import Node, branch, leaf, parse, render

_MAGIC: Final = b"BVIEWCFG1"


class BviewAdministration(BviewServer):
    """A camera that can be set up."""

    @override
    def _route_table(self) -> dict[routes.Pair, Serve]:
        """Return what serves each pair; most are documents to read and write."""
        table: dict[routes.Pair, Serve] = {}
        for pair in routes.PAIRS:
            table[pair] = self._read if pair[0] == "GET" else self._write
        interface = "/Network/Interfaces/{n}"
        special: dict[routes.Pair, Serve] = {
            ("GET", f"{interface}/WIFIAccessPointList"): self._access_points,
            ("GET", f"{interface}/WIFIStatus"): self._wifi_status,
            ("PUT", WIFI_TEST): self._test_wifi,
            ("GET", "/Network/WifiParamTestStatus"): self._wifi_test_status,
            ("GET", "/System/DeviceStatus"): self._device_statuses,
            ("GET", "/System/DeviceStatus/{ch}"): self._device_status,
            ("PUT", "/System/FirmwareUpgrade"): self._upgrade,
            ("PUT", "/System/Reboot"): self._reboot,
            ("PUT", "/System/FactoryDefault"): self._factory_default,
            ("PUT", "/System/SendTestEmail"): self._test_email,
            ("GET", "/System/Logging"): self._logging,
            ("GET", "/System/Users"): self._users,
            ("GET", "/System/Users/{user}"): self._user,
            ("POST", "/System/Users/1"): self._add_user,
            ("PUT", "/System/Users/1"): self._change_user,
            ("DELETE", "/System/Users/1"): self._delete_user,
            ("PUT", "/System/{ch}/RemoteForceFrame"): self._force_frame,
            ("GET", "/System/DeviceConfigFile"): self._read_config,
            ("PUT", "/System/DeviceConfigFile"): self._write_config,
            ("PUT", "/Security/UserAuth"): self._user_auth,
        }
        return table | special

    # Settings

    def _read(self, call: Call) -> web.Response:
        """Print a document."""
        if not self.settings.exists(call.path):
            raise RefusedError(UNSUPPORTED, call.path)
        return self.document(self.settings.read(call.path), call.path)

    def _write(self, call: Call) -> web.Response:
        """Change a document."""
        if call.path not in self.settings.blocks:
            raise RefusedError(UNSUPPORTED, call.path)
        sent = self.read_xml(call)
        carry_out = self.settings.prepare(call.path, sent)
        restarts = call.path in (PORT, P2P)

        def store() -> None:
            self.writes.append(carry_out(self.clock.monotonic))

        if call.path.startswith(NETWORK) and not self._in_time(call):
            return self.done(call)
        if call.path.startswith(NETWORK) and not restarts:
            wait = self.options.store_seconds
            if wait > 0:
                self.clock.call_later(wait, store)
            else:
                store()
        else:
            store()
        if call.path == TIME:
            self.wall_clock.set(sent.get("SystemTime"))
        self.note(call, log.settings_type(call.path))
        if restarts:
            self._restart_after(call)
        return self.done(call)

    def _in_time(self, call: Call) -> bool:
        """Tell whether a write below /Network will be kept."""
        now, last = self.clock.monotonic, self._last_network_write
        self._last_network_write = now
        if last is None or now - last >= self.options.network_gap:
            return True
        self.note_violation("network_pace", call)
        if self.options.network_pace == "refuse":
            raise RefusedError(SDK_FAILED, "too early")
        return self.options.network_pace == "accept"

    def note(self, call: Call, kind: tuple[int, int]) -> None:
        """Write a line into the log about somebody's request."""
        peer = call.request.remote or ""
        self.log.add(kind, self.local_time, user=call.user.name, address=peer)

    # Network

    def _need_wireless(self, call: Call) -> None:
        """Refuse what a wired interface cannot do."""
        if call.route.numbers.get("n") == "1":
            raise RefusedError(UNSUPPORTED, "wired")

    def _access_points(self, call: Call) -> web.Response:
        """List the wireless networks in reach."""
        self._need_wireless(call)
        return self.document(describe.access_points(self.networks))

    def _wifi_status(self, call: Call) -> web.Response:
        """Tell whether the wireless interface is open."""
        self._need_wireless(call)
        word = self.settings.get("/Network/Interfaces/2/Wireless", "Enable")
        state = "open" if word in ("connected", "1") else "close"
        return self.document(branch("WIFIStatus", leaf("State", state)))

    def _test_wifi(self, call: Call) -> web.Response:
        """Try a wireless connection; the answer is ready half a minute later."""
        carry_out = self.settings.prepare(WIFI_TEST, self.read_xml(call))
        self.writes.append(carry_out(self.clock.monotonic))
        self.wifi_tests.append(self.clock.monotonic)
        return self.done(call)

    def _wifi_test_status(self, call: Call) -> web.Response:
        """Tell how the last test went."""
        since = self.clock.monotonic - self.options.wifi_test_seconds
        name = self.settings.node(WIFI_TEST).get("SSID")
        known = any(one.ssid == name for one in self.networks)
        good = bool(self.wifi_tests) and self.wifi_tests[-1] <= since and known
        word = "connected" if good else "disconnect"
        root = branch("WIFIStatusForTest", leaf("Status", word))
        if self.options.attributes == "document":
            root.attributes["Version"] = "1.0"
        return self.document(root)

    # System

    def _device_status(self, call: Call) -> web.Response:
        """Print the state of the channel."""
        return self.document(self._channel())

    def _device_statuses(self, call: Call) -> web.Response:
        """Print the state of all channels, which is one."""
        return self.document(branch("DeviceStatusList", self._channel()))

    def _channel(self) -> Node:
        """Describe the state of the channel."""
        return describe.device_status(self.options, self.settings, self.state)

    def _upgrade(self, call: Call) -> web.Response:
        """Take firmware and restart."""
        kind = call.record.headers.get("Content-Type", "")
        head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
        message = BytesParser(policy=HTTP).parsebytes(head + call.body)
        for part in message.iter_parts() if message.is_multipart() else ():
            name = part.get_filename() or ""
            field = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            right = field == "setting_file" and name.endswith(".pkg")
            if right and isinstance(content, bytes) and content:
                self.note(call, log.UPGRADE)
                self.firmware.append((name, content))
                seconds = self.options.upgrade_seconds
                self._restart_after(call, seconds)
                return self.done(call)
        raise RefusedError(DECODE_ERROR, "no firmware")

    def _reboot(self, call: Call) -> web.StreamResponse:
        """Restart once the answer has left."""
        if self.options.reboot_answer == "dropped":
            transport = call.request.transport
            self.reboot()
            if transport is not None:
                transport.abort()
            return web.Response(status=500)
        self._restart_after(call)
        return self.done(call)

    def _restart_after(self, call: Call, seconds: float | None = None) -> None:
        """Restart after the answer was handed to the network."""
        loop = get_running_loop()
        call.record.after.append(lambda: void(loop.call_soon(self.reboot, seconds)))

    def _factory_default(self, call: Call) -> web.Response:
        """Forget everything and restart."""
        loop = get_running_loop()
        call.record.after.append(lambda: void(loop.call_soon(self.reset)))
        return self.done(call)

    def _test_email(self, call: Call) -> web.Response:
        """Send a mail, if mail is configured."""
        node = self.settings.read("/Network/EMail")
        receivers = node.find("ReceiverList").all("Receiver")
        ready = node.get("SMTPServer") and node.get("SenderEmailAddress")
        if not ready or not any(one.get("EmailAddress") for one in receivers):
            raise RefusedError(INVALID_OPERATION, "mail is not configured")
        self.emails.append("test")
        call.record.after.append(lambda: self.mail("test"))
        return self.done(call)

    def _logging(self, call: Call) -> web.Response:
        """Print a part of the log."""
        return self.document(self.log.query(call.record.query))

    def _force_frame(self, call: Call) -> web.Response:
        """Begin a new group of pictures."""
        self.key_frames += 1
        return self.done(call)

    def _read_config(self, call: Call) -> web.Response:
        """Send all settings as a file."""
        nodes = {p: render(n).decode() for p, n in self.settings.dump().items()}
        self.note(call, log.EXPORT_SETTINGS)
        body = _MAGIC + json.dumps(nodes).encode()
        return self.binary(body, "application/octet-stream")

    def _write_config(self, call: Call) -> web.Response:
        """Take back all settings and restart."""
        if not call.body.startswith(_MAGIC):
            raise RefusedError(DECODE_ERROR, "no settings")
        try:
            texts = json.loads(call.body.removeprefix(_MAGIC))
            nodes = {path: parse(text.encode()) for path, text in texts.items()}
        except (ValueError, AttributeError) as err:
            raise RefusedError(DECODE_ERROR, "broken settings") from err
        self.settings.restore(nodes)
        self.note(call, log.IMPORT_SETTINGS)
        self._restart_after(call)
        return self.done(call)

    # Users

    def _users(self, call: Call) -> web.Response:
        """List the accounts."""
        return self.document(self.users.print_all())

    def _user(self, call: Call) -> web.Response:
        """Print one account."""
        return self.document(self.users.print_one(int(call.route.numbers["user"])))

    def _add_user(self, call: Call) -> web.Response:
        """Add an account."""
        user = self.users.create(self.read_xml(call))
        self.note(call, log.ADD_USER)
        return self.created(call, f"/System/Users/{user.number + 1}")

    def _change_user(self, call: Call) -> web.Response:
        """Change a password."""
        self.users.change(self.read_xml(call))
        self.note(call, log.MODIFY_USER)
        return self.done(call)

    def _delete_user(self, call: Call) -> web.Response:
        """Remove an account."""
        self.users.delete(self.read_xml(call))
        self.note(call, log.DELETE_USER)
        return self.done(call)

    def _user_auth(self, call: Call) -> web.Response:
        """Check a name and a password."""
        fields = form(call)
        if set(fields) != {"Username", "Password"}:
            raise RefusedError(PARAMETER_ERROR, "Username and Password")
        user = self.users.find(fields["Username"])
        if user is None or user.password != fields["Password"]:
            raise RefusedError(self.options.wrong_login, "wrong password")
        return self.done(call)


def form(call: Call) -> dict[str, str]:
    """Read Param1=...&Param2=...; a name may come once only."""
    try:
        text = call.body.decode().strip()
    except UnicodeDecodeError as err:
        raise RefusedError(DECODE_ERROR, "no text") from err
    kind = call.record.headers.get("Content-Type", "")
    encoded = kind.startswith("application/x-www-form-urlencoded")
    fields: dict[str, str] = {}
    for pair in text.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or name in fields:
            raise RefusedError(PARAMETER_ERROR, f"{text!r}")
        fields[name] = unquote_plus(value) if encoded else value
    return fields


def void(value: object) -> None:
    """Drop a value, for callbacks that must return none."""
