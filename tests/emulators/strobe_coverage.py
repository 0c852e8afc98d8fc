"""What of the protocol the emulated strobe serves, measured by asking for it.

``python -m tests.emulators.strobe_coverage`` prints the table.
"""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
import sys
from typing import Final, Self
from urllib.parse import quote
from xml.etree import ElementTree as ET

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from yarl import URL

from .faults import FaultKind
from .strobe import StrobeEmulator
from .strobe.files import wav
from .strobe.log import document_time
from .strobe.routes import (
    ADD_USER,
    ALARM_MESSAGE,
    API_ALARM,
    COLORS,
    DELETE_USER,
    DOWNLOAD,
    FILES,
    LOGIN,
    LOGOUT,
    QUERY_LOG,
    REBOOT,
    RESET_PASSWORD,
    RESTORE,
    ROOTS,
    TEST_PLAY,
    UPLOAD,
    URL_ALARM,
    Route,
)

CARD: Final[Mapping[str, str]] = {
    "/Security/Login": "POST",
    "/Security/Logout": "POST",
    "/DeviceInfo": "POST",
    "/AudioInfo/AudioEncodeOptions": "POST",
    "/AudioInfo/AudioConfig": "POST PUT",
    "/AudioInfo/GetDelAudioFile": "POST PUT",
    "/UploadFile/AudioFile": "POST",
    "/DownloadFile/AudioFile": "POST",
    "/LED/ColorConfig": "POST",
    "/LED/DisplayModeConfig": "POST",
    "/LED/IdleScheduleConfig": "POST PUT",
    "/LED/AlarmScheduleConfig": "POST PUT",
    "/OSD/OSDInfo": "POST PUT",
    "/TestItem/TestPlayAudio": "POST",
    "/Network/NetworkConfig": "POST PUT",
    "/Network/Email": "POST PUT",
    "/Network/SNMP": "POST PUT",
    "/System/WifiConfig": "POST PUT",
    "/System/WifiInfo": "POST",
    "/System/WifiScanResult": "POST",
    "/Network/HTTPs": "POST PUT",
    "/Network/SIP": "POST PUT",
    "/Network/ExtServerParam": "POST PUT",
    "/Event/SensorAlarmParam": "POST PUT",
    "/Log/LogConfig": "POST",
    "/Log/QueryLog": "POST",
    "/Event/ApiAlarm": "POST GET",
    "/Event/UrlApiAlarm": "POST GET",
    "/System/NTP": "POST PUT",
    "/System/RestoreDefault": "PUT",
    "/System/Reboot": "PUT",
    "/UserManagement/UsrConfig": "POST PUT",
    "/UserManagement/AddUsr": "PUT",
    "/UserManagement/DelUsr": "PUT",
    "/UserManagement/ResetPassword": "PUT",
    "/AlarmLink/HttpLinkConfig": "POST PUT",
    "/AlarmLink/BroadcastLinkConfig": "POST PUT",
    "/AlarmLink/AlarmLinkMsg": "POST",
}
"""Verbs by path, as the protocol card lists them."""

PAIRS: Final[tuple[Route, ...]] = tuple(
    (verb, f"/ISAPI{path}") for path, verbs in CARD.items() for verb in verbs.split()
)

_BODIES: Final[Mapping[Route, str]] = {
    ("PUT", FILES): "<GetDelAudioFile><FileName>Spare.wav</FileName></GetDelAudioFile>",
    ("POST", DOWNLOAD): ("<DownloadFile><FileName>Siren.wav</FileName></DownloadFile>"),
    ("POST", COLORS): "<ColorConfig><FrontBackLight>1</FrontBackLight></ColorConfig>",
    ("POST", TEST_PLAY): (
        "<TestPlayAudio><Enabled>1</Enabled><FileType>0</FileType><FileName/>"
        "</TestPlayAudio>"
    ),
    ("POST", API_ALARM): "<ApiAlarm><AlarmEnable>1</AlarmEnable></ApiAlarm>",
    ("GET", API_ALARM): "<ApiAlarm><AlarmEnable>0</AlarmEnable></ApiAlarm>",
    ("PUT", RESTORE): "<RestoreDefault><Enabled>1</Enabled></RestoreDefault>",
    ("PUT", REBOOT): "<Reboot><Enabled>1</Enabled></Reboot>",
    ("PUT", "/ISAPI/UserManagement/UsrConfig"): (
        "<UserManagement><UserName>admin</UserName><Password>new</Password>"
        "<Privilege>0</Privilege></UserManagement>"
    ),
    ("PUT", ADD_USER): (
        "<AddUsr><UserName>guard</UserName><PassWord>x</PassWord>"
        "<Privilege>2</Privilege></AddUsr>"
    ),
    ("PUT", DELETE_USER): "<DelUsr><UserName>spare</UserName></DelUsr>",
    ("PUT", RESET_PASSWORD): (
        "<ResetPassword><UserName>admin</UserName><PassWord>x</PassWord>"
        "</ResetPassword>"
    ),
    ("POST", ALARM_MESSAGE): "<AlarmLinkMsg><AlarmType>0</AlarmType></AlarmLinkMsg>",
}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def code(self) -> int | None:
        """Return the application code, if there is one."""
        try:
            root = ET.fromstring(self.body)
        except ET.ParseError:
            return None
        text = root.findtext("StatusCode") if root.tag == "ResponseStatus" else None
        return None if text is None else int(text)

    @property
    def xml(self) -> ET.Element:
        """Return the document."""
        return ET.fromstring(self.body)


class Caller:
    """A client without opinions: it sends what it is told to."""

    def __init__(self, emulator: StrobeEmulator) -> None:
        """Remember whom to call."""
        self.emulator = emulator
        self.session_id = ""
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
        path: str,
        body: str | bytes = b"",
        *,
        query: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the query is sent as it stands."""
        if self._http is None:
            raise RuntimeError("Not open")
        if query is None:
            query = f"ID={self.session_id}" if self.session_id else ""
        url = f"{self.emulator.url}{path}" + (f"?{query}" if query else "")
        data = body.encode() if isinstance(body, str) else body
        kind = {"Content-Type": "application/xml"} if data else {}
        async with self._http.request(
            method,
            URL(url, encoded=True),
            data=data,
            headers={**kind, **(headers or {})},
        ) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    async def login(
        self, username: str | None = None, password: str | None = None
    ) -> Answer:
        """Log in with the plain form and keep the session."""
        options = self.emulator.options
        answer = await self.call(
            "POST",
            LOGIN,
            "<UserCheck>"
            f"<Username>{username or options.username}</Username>"
            f"<Password>{password or options.password}</Password>"
            "</UserCheck>",
            query="",
        )
        if answer.status == 200 and answer.code is None:
            self.session_id = answer.xml.findtext("SessionId", "")
        return answer

    async def alarm(self, **fields: str | int) -> Answer:
        """Send an alarm request in the URL."""
        query = "&".join(f"{k}={quote(str(v), safe='')}" for k, v in fields.items())
        return await self.call("POST", URL_ALARM, query=query, headers=self.basic)

    async def upload(self, name: str, content: bytes, packet: int = 20480) -> Answer:
        """Upload a file in packets; stops at the first refusal."""
        encoded = quote(base64.b64encode(name.encode()).decode(), safe="=")
        answer = Answer(0, b"", {})
        for offset in range(0, max(len(content), 1), packet):
            answer = await self.call(
                "POST",
                UPLOAD,
                content[offset : offset + packet],
                query=f"name={encoded}&offset={offset}&id={self.session_id}",
                headers={"Content-Type": "application/octet-stream"},
            )
            if answer.status != 200 or answer.code not in (None, 200):
                break
        return answer

    @property
    def basic(self) -> dict[str, str]:
        """Return the login for the alarm endpoints, as a header."""
        options = self.emulator.options
        pair = f"{options.username}:{options.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    async def sample(self, route: Route) -> Answer:
        """Send a request of one kind that the document allows."""
        method, path = route
        if path == LOGIN:
            return await self.login()
        if path == UPLOAD:
            return await self.upload("Sample.wav", wav(0.5))
        if path == URL_ALARM:
            return await self.call(
                method, path, query="alarmenable=1", headers=self.basic
            )
        if path == RESET_PASSWORD:
            return await self.call(method, path, _BODIES[route], query="")
        body = _BODIES.get(route, "")
        if path == API_ALARM:
            return await self.call(method, path, body, query="", headers=self.basic)
        if path == LOGOUT:
            session = f"<SessionID>{self.session_id}</SessionID>"
            body = f"<UserCheck>{session}</UserCheck>"
        if path == QUERY_LOG:
            now = document_time(self.emulator.clock.wall)
            times = f"<StartTime>{now}</StartTime><EndTime>{now}</EndTime>"
            body = f"<QueryLog>{times}</QueryLog>"
        if method == "PUT" and path in ROOTS:
            read = await self.call("POST", path)
            body = read.body.decode()
        return await self.call(method, path, body)


async def ask(route: Route) -> Answer:
    """Send a sample request to a new unit."""
    async with StrobeEmulator() as emulator, Caller(emulator) as caller:
        emulator.files.add("Spare.wav", wav(0.5))
        emulator.users["spare"] = ("x", 2)
        await caller.login()
        return await caller.sample(route)


async def measure() -> list[tuple[Route, bool]]:
    """Ask for every pair of the card; tell which are served."""
    rows: list[tuple[Route, bool]] = []
    for route in PAIRS:
        answer = await ask(route)
        served = answer.status in (200, 204) and answer.code in (None, 200)
        rows.append((route, served))
    return rows


def table(rows: list[tuple[Route, bool]]) -> str:
    """Print the measurement."""
    paths = {path for (_, path), _ in rows}
    whole = {
        path for path in paths if all(served for (_, p), served in rows if p == path)
    }
    lines = [f"{'ok ' if served else 'NO '} {m:5}{path}" for (m, path), served in rows]
    lines += [
        f"paths           {len(whole)}/{len(CARD)}",
        f"method and path {sum(served for _, served in rows)}/{len(PAIRS)}",
        f"faults          {len(FaultKind)}: {', '.join(FaultKind)}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(asyncio.run(measure())) + "\n")
