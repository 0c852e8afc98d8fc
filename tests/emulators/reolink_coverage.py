"""What of the card the emulated Reolink unit serves, measured by asking for it.

``python -m tests.emulators.reolink_coverage`` prints the table.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import sys
from typing import Any, Final, Literal, Self
from urllib.parse import quote

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from yarl import URL

from .faults import FaultKind
from .reolink import CARD, COMMANDS, ReolinkEmulator, ReolinkOptions
from .reolink.commands import BY_ADDRESS, DANGEROUS, LEGACY, NVR_ONLY
from .reolink.recordings import printed_time
from .reolink.sessions import User
from .reolink.store import SETTINGS

API: Final = "/cgi-bin/api.cgi"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> list[dict[str, Any]]:
        """Return the answers to a batch."""
        answers: list[dict[str, Any]] = json.loads(self.body)
        return answers

    @property
    def value(self) -> dict[str, Any]:
        """Return the value of the first answer."""
        value: dict[str, Any] = self.json[0]["value"]
        return value

    @property
    def codes(self) -> list[int]:
        """Return 0 or the error code of each answer."""
        return [row.get("error", {}).get("rspCode", row["code"]) for row in self.json]

    @property
    def code(self) -> int:
        """Return 0 or the error code of the first answer; 0 if it is a file."""
        return self.codes[0] if self.body[:1] == b"[" else 0


class Caller:
    """A client without opinions: it sends what it is told to."""

    def __init__(self, emulator: ReolinkEmulator) -> None:
        """Remember whom to call."""
        self.emulator = emulator
        self.token = ""
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._http = ClientSession(
            connector=TCPConnector(
                resolver=ThreadedResolver(), ssl=False, force_close=True
            ),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=10),
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    async def call(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the target is sent as it stands."""
        url = URL(f"{self.emulator.url}{target}", encoded=True)
        async with self.http.request(method, url, data=body, headers=headers) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    @property
    def http(self) -> ClientSession:
        """Return the connections."""
        if self._http is None:
            raise RuntimeError("Not open")
        return self._http

    async def post(
        self, batch: object, *, query: str | None = None, path: str = API
    ) -> Answer:
        """Post a batch, with the token unless there is another query."""
        if query is None:
            query = f"token={self.token}"
        headers = {"Content-Type": "application/json"}
        return await self.call(
            "POST", f"{path}?{query}", json.dumps(batch).encode(), headers
        )

    async def ask(
        self, name: str, param: Mapping[str, Any] | None = None, action: int = 0
    ) -> Answer:
        """Send one command."""
        item = {"cmd": name, "action": action, "param": dict(param or {})}
        return await self.post([item], query=f"cmd={quote(name)}&token={self.token}")

    async def value(
        self, name: str, param: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return what a command answers."""
        return (await self.ask(name, param)).value

    async def get(self, name: str, range_header: str = "", **query: object) -> Answer:
        """Ask for a command that is an address."""
        parts = {"cmd": name, **query, "token": self.token}
        text = "&".join(f"{k}={quote(str(v), safe='/')}" for k, v in parts.items())
        headers = {"Range": range_header} if range_header else None
        return await self.call("GET", f"{API}?{text}", headers=headers)

    async def login(
        self, username: str | None = None, password: str | None = None
    ) -> Answer:
        """Log in and keep the token."""
        options = self.emulator.options
        user = {
            "Version": "0",
            "userName": username or options.username,
            "password": password or options.password,
        }
        batch = [{"cmd": "Login", "param": {"User": user}}]
        answer = await self.post(batch, query="cmd=Login")
        if answer.code == 0:
            self.token = answer.value["Token"]["name"]
        return answer

    async def upgrade(self, piece: bytes) -> Answer:
        """Send a piece of a firmware file."""
        edge = "----WebKitFormBoundaryYkwJBwvTHAd3Nukl"
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="upgrade-package"; '
            'filename="xxx.pak"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        return await self.call(
            "POST",
            f"{API}?cmd=Upgrade&clearConfig=0&token={self.token}",
            head.encode() + piece + f"\r\n--{edge}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={edge}"},
        )


@asynccontextmanager
async def logged_in(
    options: ReolinkOptions | None = None, *, tls: bool = False
) -> AsyncIterator[tuple[ReolinkEmulator, Caller]]:
    """Run a unit whose clock stands still, and somebody who is logged in."""
    async with ReolinkEmulator(options, tls=tls) as unit, Caller(unit) as caller:
        await caller.login()
        yield unit, caller


_USER: Final = {"userName": "spare", "password": "123456", "level": "guest"}
_SAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "AddUser": {"User": _USER},
    "AudioAlarmPlay": {
        "alarm_mode": "times",
        "manual_switch": 0,
        "times": 2,
        "channel": 0,
    },
    "DelUser": {"User": {"userName": "TestUser"}},
    "Disconnect": {"User": {"userName": "TestUser", "sessionId": 1000}},
    "Format": {"HddInfo": {"id": [0]}},
    "GetAbility": {"User": {"userName": "admin"}},
    "GetAiAlarm": {"channel": 0, "ai_type": "people"},
    "GetAlarm": {"Alarm": {"type": "md", "channel": 0}},
    "ModifyUser": {
        "User": {
            "userName": "TestUser",
            "newPassword": "111111",
            "oldPassword": "000000",
        }
    },
    "PtzCtrl": {"channel": 0, "op": "Auto", "speed": 32},
    "SetAiAlarm": {
        "channel": 0,
        "AiAlarm": {"channel": 0, "ai_type": "people", "sensitivity": 50},
    },
    "SetAlarmArea": {
        "channel": 0,
        "ai_type": "people",
        "width": 80,
        "height": 60,
        "area": "10" * 2400,
    },
    "SetDevName": {"DevName": {"name": "camera101"}},
    "SetIrLights": {"IrLights": {"channel": 0, "state": "Auto"}},
    "SetPtzGuard": {
        "PtzGuard": {
            "channel": 0,
            "cmdStr": "",
            "benable": 1,
            "bexistPos": 1,
            "timeout": 60,
            "bSaveCurrentPos": 1,
        }
    },
    "SetPtzPatrol": {
        "PtzPatrol": {
            "channel": 0,
            "enable": 1,
            "id": 1,
            "running": 0,
            "name": "hello",
            "preset": [
                {"dwellTime": 3, "id": 1, "speed": 10},
                {"dwellTime": 4, "id": 2, "speed": 20},
            ],
        }
    },
    "SetPtzPreset": {"PtzPreset": {"channel": 0, "enable": 1, "id": 1, "name": "pos1"}},
    "StartZoomFocus": {"ZoomFocus": {"channel": 0, "pos": 6, "op": "ZoomPos"}},
    "TestEmail": {
        "Email": {
            "addr1": "a@sz-bcs.com.cn",
            "addr2": "",
            "addr3": "",
            "interval": "5 Minutes",
            "nickName": "000",
            "password": "lwmypvelvexadfab",
            "smtpPort": 465,
            "smtpServer": "smtp.qq.com",
            "ssl": 1,
            "userName": "a@qq.com",
        }
    },
    "TestFtp": {
        "Ftp": {
            "server": "192.168.0.132",
            "port": 21,
            "anonymous": 0,
            "mode": 2,
            "userName": "ftpuser",
            "password": "000000",
            "remoteDir": "fadad",
            "onlyFtps": 1,
            "bpicSingle": 2,
            "bvideoSingle": 2,
        }
    },
    "TestWifi": {"Wifi": {"ssid": "ssid", "password": "password"}},
    "UpgradePrepare": {"restoreCfg": 0, "fileName": "XXX.pak"},
}
"""Parameters from the document's own examples."""


def options_for(command: str) -> ReolinkOptions:
    """Return a unit that can do a command."""
    if command in NVR_ONLY:
        return ReolinkOptions.nvr(2, full=True)
    version: Literal[0, 1] = 0 if command in LEGACY else 1
    # The servers of the examples are not on this computer.
    return ReolinkOptions.full(schedule_version=version, mail_test="silent")


async def sample(caller: Caller, command: str) -> Answer:
    """Send a command as the document allows it."""
    emulator = caller.emulator
    now = emulator.local_time
    files = emulator.recordings.add(now, streams=["main"])
    moment = printed_time(now)
    span = {"channel": 0, "streamType": "main", "StartTime": moment, "EndTime": moment}
    match command:
        case "Login":
            return await caller.login()
        case "Snap":
            return await caller.get("Snap", channel=0, rs="flsYJfZgM6RTB_os")
        case "Download" | "Playback":
            return await caller.get(command, source=files[0].name, output="a.mp4")
        case "Upgrade":
            await caller.ask("UpgradePrepare", _SAMPLES["UpgradePrepare"])
            return await caller.upgrade(b"x" * 100)
        case "UpgradeOnline":
            emulator.firmware.offered = "v3.1.0.1_22090600"
            return await caller.ask(command)
        case "Search":
            return await caller.ask(command, {"Search": {**span, "onlyStatus": 0}})
        case "NvrDownload":
            return await caller.ask(command, {"NvrDownload": span})
    if command in _SAMPLES:
        return await caller.ask(command, _SAMPLES[command])
    stem = command[3:]
    if command.startswith("Set"):
        return await caller.ask(command, await read_back(caller, stem))
    return await caller.ask(command, {"channel": 0}, action=1)


async def read_back(caller: Caller, stem: str) -> dict[str, Any]:
    """Return what a write of unchanged fields sends."""
    target = {"Alarm": {"type": "md", "channel": 0}} if stem == "Alarm" else None
    value = await caller.value(f"Get{stem}", target or {"channel": 0})
    setting = SETTINGS.get(stem)
    if setting is not None and "channel" in setting.write_only:
        value[setting.wrapper]["channel"] = 0
    return value


async def ask(command: str) -> tuple[Answer, ReolinkEmulator]:
    """Send a sample of one command to a new unit."""
    async with logged_in(options_for(command)) as (unit, caller):
        unit.sessions.users["TestUser"] = User("TestUser", "000000", "guest")
        return await sample(caller, command), unit


async def measure(commands: Iterable[str] = COMMANDS) -> list[tuple[str, bool]]:
    """Ask for every command of the card; tell which are served."""
    rows: list[tuple[str, bool]] = []
    for command in commands:
        answer, unit = await ask(command)
        right = answer.status == 200 and answer.code == 0 and unit.commands[command] > 0
        rows.append((command, right))
    return rows


def table(rows: Sequence[tuple[str, bool]]) -> str:
    """Print the measurement."""
    served = {command for command, right in rows if right}
    lines = []
    for chapter, commands in CARD.items():
        mine = served & set(commands)
        lines.append(f"{chapter:12} {len(mine):3}/{len(commands)}")
        lines += [f"  NO {command}" for command in commands if command not in served]
    lines += [
        f"{'commands':12} {len(served)}/{len(COMMANDS)}",
        f"{'addresses':12} {', '.join(sorted(BY_ADDRESS))}",
        f"{'dangerous':12} {', '.join(sorted(DANGEROUS))}",
        f"{'faults':12} {', '.join(FaultKind)}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(asyncio.run(measure())) + "\n")
