"""What of the card the emulated video server serves, measured by asking for it.

``python -m tests.emulators.vserver_coverage`` prints the table.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import sys
from typing import Final, Self
from xml.etree import ElementTree as ET

from aiohttp import (
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from yarl import URL

from .faults import FaultKind
from .vserver import CARD, CGIS, Action, Grid, VserverEmulator, VserverOptions
from .vserver.card import is_dangerous

DAY: Final = (
    "enable1=1&start1H=0&start1M=0&end1H=8&end1M=0"
    "&start9H=18&start9M=0&end9H=23&end9M=59"
)
"""Monday, as in the document's example."""
GRID: Final = Grid.of([(0, 0), (21, 17)]).plain
STORE: Final = "ptz_set?Channel=1&Group=PTZCtrlInfo&PresetNumber=1&Preset=0"
TOUR: Final = "ptz_set?Channel=1&Group=TourInfo&TourNum=1&PresetNumber=1"


def _sweep(name: str, step: int) -> str:
    """Return a request for a pattern or an auto pan."""
    start = "ptz_set?Channel=1&Group=PTZCtrlInfo"
    return f"{start}&{name}Number=1&{name}={step}"


BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "ptz_set PTZCtrlInfo call preset": (STORE,),
    "ptz_set PresetNameInfo": (STORE,),
    "ptz_get PresetNameInfo": (STORE,),
    "ptz_set TourInfo run": (STORE, TOUR),
    "ptz_set TourInfo stop": (STORE,),
    "ptz_get TourInfo": (STORE, TOUR),
    **{
        f"ptz_set PTZCtrlInfo {words} {step}": tuple(_sweep(name, n) for n in earlier)
        for words, name in (("pattern", "Pattern"), ("auto pan", "AutoPan"))
        for step, earlier in (("end", (0,)), ("run", (0, 1)))
    },
    "record_set RecordDevice mount": (
        "record_set?Channel=1&Group=RecordDevice&Operate=0",
    ),
    "user_set DeleteUser": (
        "user_set?Group=AddUser&UserName=guard&Password=secret&Privilege=1",
    ),
}
"""What must have happened before some actions."""

SETS: Final[Mapping[str, str]] = {
    "sys_set SystemInfo reboot": "ResetFlag=0&IPkeep=1",
    "sys_set SystemInfo reset": "ResetFlag=1&IPkeep=0",
    "sys_set DeviceInfo": "SerialNum=0123456789AB",
    "sys_set TimeInfo manual": "TimeMethod=0&CameraTime=1000",
    "sys_set TimeInfo NTP": "TimeMethod=1&NTPServerIP=192.168.1.2",
    "sys_set HardwareV": "HwdVersion=0",
    "major_stream_set StreamInfo": "Resolution=720x576&IPRate=20",
    "minor_stream_set StreamInfo": "FrameRate=10",
    "mjpeg_set StreamInfo": "FrameRate=2&VideoQuality=4",
    "image_set ImageInfo": (
        "Hue=128&Brightness=128&Sharpness=128&Saturation=128"
        "&Contrast=128&Denoise=128&Gamma=4"
    ),
    "image_set OSDInfo": ("TextOSDStatus=1&TextOSDTitle=Hello&TextOSDX=20&TextOSDY=30"),
    "audio_set AudioInfo": "AudioCodec=G711U&AudioEnable=1&AudioVolume=9",
    "record_set RecordControl": "Loop=0&Mode=0&Lenght=60",
    "record_set RecordDevice unmount": "Operate=0",
    "record_set RecordDevice mount": "Operate=1",
    "record_set RecordDevice format": "Operate=2",
    "ptz_set PTZCtrlInfo stop": "Stop=0",
    "ptz_set PTZCtrlInfo move": "Direction=1&PanSpeed=2&TiltSpeed=3",
    "ptz_set PTZCtrlInfo zoom": "Zoom=1",
    "ptz_set PTZCtrlInfo focus": "Focus=0",
    "ptz_set PTZCtrlInfo iris": "Iris=1",
    "ptz_set PTZCtrlInfo auto scan": "AutoScan=1",
    "ptz_set PTZCtrlInfo store preset": "PresetNumber=1&Preset=0&PresetTitle=Door",
    "ptz_set PTZCtrlInfo call preset": "PresetNumber=1&Preset=1",
    **{
        f"ptz_set PTZCtrlInfo {words} {step}": f"{name}Number=1&{name}={number}"
        for words, name in (("pattern", "Pattern"), ("auto pan", "AutoPan"))
        for number, step in enumerate(("start", "end", "run"))
    },
    "ptz_set PTZCtrlInfo absolute position": (
        "Model=0&Pan=18000&Tilt=4500&ZoomPosition=4681"
    ),
    "ptz_set PTZCtrlInfo relative position": "Model=1&Pan=1000",
    "ptz_set SpeedInfo": "PanSpeed=3&ZoomSpeed=1",
    "ptz_set PresetNameInfo": "PresetNumber=1&PresetTitle=Door",
    "ptz_set TourInfo stop": "TourNum=1&PresetNumber=1",
    "ptz_set TourInfo run": "TourNum=1&TourAct=1",
    "ptz_set ProtocolInfo": "CamAddr=2&BaudRate=4",
    "rs485_set RS485Data": "Data=1234567890abcdef",
    "rs485_get RS485Data with Data": "Data=1234567890abcdef",
    "record_get RecordSearch": "StartTime=0&EndTime=1516171330",
    "record_get ElSearch": "StartTime=0&EndTime=1516171330",
    "camera_set BasicInfo": "WBMode=1&WBRGain=255&WBBGain=255",
    "camera_set ExposureInfo": "ExposureMode=0&ScenceSelect=0&AGCMax=16",
    "net_set AddressInfo": "IPAddress=192.168.1.67",
    "net_set SMTPInfo": (
        "SMTPServerIP=192.168.1.100&SMTPUsername=Username&SMTPPassword=1234"
        "&SMTPAuth=0&ToMail=testTo@126.com&FromMail=testFrom@126.com"
        "&CcMail=testCC@126.com"
    ),
    "net_set FTPInfo": (
        "FTPServerIP=192.168.1.110&FTPUsername=FTPUsername&FTPPassword=1234"
    ),
    "net_set AlarmServerInfo": "AlarmServerIP=192.168.1.9",
    "net_set DigestLoginInfo": "AuthenticationEnable=1",
    "net_set KaiCong": "KcDdnsEnable=1",
    "net_set DDNSInfo": "DDNSEnable=1&DDNSType=3",
    "net_set NetProtocolInfo": "ONVIF=0",
    "netport_set NetPortInfo": "HttpPort=8001",
    "wifi_set WifiInfo": "enable=1&SSID=aWifi&password=password",
    "alarm_set IOTrigInfo": "IOTrigNum=1&IOTrig=0",
    "alarm_set MDInfo": f"MDEnable=1&MDSensitivity=15&MDArea={GRID}",
    "alarm_set AccessScopeInfo": "AlarmAccessScope=1",
    "alarm_set IOAccessInfo": "IOTrigNum=1&IO1=1&IM=0&IF1=1&IT1=1",
    "alarm_set MDAccessInfo": "MDArea=2&MO1=1&MM=0&MF=1&MT=1",
    "alarm_set ScheduleInfo": DAY,
    "user_set AddUser": "UserName=guard&Password=secret&Privilege=6",
    "user_set DeleteUser": "UserName=guard",
    "user_set ChangePassword": "UserName=admin&Password=password&NewPassword=new",
}
"""Parameters of actions; the document's own examples if it has any."""

_UNIT: Final = frozenset({"sys", "net", "wifi", "user"})
_UNIT_GROUPS: Final = frozenset(
    {"IOTrigInfo", "IOAccessInfo", "AccessScopeInfo", "ScheduleInfo"}
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8-sig")

    @property
    def xml(self) -> ET.Element:
        """Return the message, closed if need be."""
        text = self.text.strip()
        return ET.fromstring(text if "</Message>" in text else f"{text}</Message>")

    @property
    def code(self) -> int | None:
        """Return the result code of a message."""
        if b"<Message>" not in self.body:
            return None
        results = self.xml.findall("result")
        return int(results[0].get("code", "0"))

    @property
    def groups(self) -> list[tuple[str, dict[str, str]]]:
        """Return the groups with their values, in order."""
        return [
            (
                node.tag,
                {one.tag: "".join(one.itertext()) for one in node},
            )
            for node in self.xml
            if node.tag not in ("Header", "result")
        ]

    @property
    def values(self) -> dict[str, str]:
        """Return the values of the first group; nothing if there is none."""
        return self.groups[0][1] if self.groups else {}


class Caller:
    """A client without opinions: it sends what it is told to."""

    def __init__(self, emulator: VserverEmulator) -> None:
        """Remember whom to call."""
        self.emulator = emulator
        self.username = emulator.options.username
        self.password = emulator.options.password
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._http = ClientSession(
            connector=TCPConnector(resolver=ThreadedResolver(), ssl=False),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=10),
            skip_auto_headers=("Content-Type",),
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    @property
    def http(self) -> ClientSession:
        """Return the connections."""
        if self._http is None:
            raise RuntimeError("Not open")
        return self._http

    @property
    def basic(self) -> dict[str, str]:
        """Return the login as a header."""
        pair = f"{self.username}:{self.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def url(self, target: str) -> URL:
        """Return the address of a CGI, or of a path."""
        path = target if target.startswith("/") else f"/cgi/{target}"
        return URL(f"{self.emulator.url}{path}", encoded=True)

    async def call(
        self,
        target: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the target is sent as it stands."""
        async with self.http.request(
            method,
            self.url(target),
            data=body or None,
            headers=self.basic if headers is None else headers,
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    @asynccontextmanager
    async def watch(self, channel: int = 1) -> AsyncIterator[ClientResponse]:
        """Watch MJPEG."""
        url = self.url(f"/mjpgstreamreq/{channel}/image.jpg")
        async with self.http.get(url, headers=self.basic) as answer:
            yield answer

    async def sample(self, action: Action) -> Answer:
        """Send a request of one kind that the document allows."""
        for target in BEFORE.get(str(action), ()):
            await self.call(target)
        if str(action).startswith("record_set RecordDevice mount"):
            self.emulator.clock.advance(60)
        if action.cgi == "mjpgstreamreq":
            async with self.watch() as answer:
                head = await answer.content.readexactly(400)
                return Answer(answer.status, head, answer.headers)
        return await self.call(target_of(action))


def target_of(action: Action) -> str:
    """Return a request for an action."""
    if action.cgi not in CGIS:
        return f"/{action.cgi}/1/image.jpg"
    family, _, verb = action.cgi.rpartition("_")
    parts: list[str] = []
    whole = family in _UNIT or action.group in _UNIT_GROUPS
    scheduled = (action.cgi, action.group) == ("alarm_set", "ScheduleInfo")
    if verb != "query" and (scheduled or not whole):
        parts.append("Channel=1")
    if action.group:
        parts.append(f"Group={action.group}")
    if str(action) in SETS:
        parts.append(SETS[str(action)])
    return f"{action.cgi}?{'&'.join(parts)}" if parts else action.cgi


@asynccontextmanager
async def running(
    options: VserverOptions | None = None,
) -> AsyncIterator[tuple[VserverEmulator, Caller]]:
    """Run a unit, and somebody who knows its password."""
    async with VserverEmulator(options) as unit, Caller(unit) as caller:
        yield unit, caller


async def ask(action: Action) -> tuple[Answer, VserverEmulator]:
    """Send a sample request to a new unit that can do everything."""
    async with running(VserverOptions.full()) as (unit, caller):
        return await caller.sample(action), unit


def right(action: Action, answer: Answer) -> bool:
    """Tell whether an answer is what the document promises."""
    if action.cgi not in CGIS:
        return answer.status == 200 and b"\xff\xd8" in answer.body
    return answer.status == 200 and answer.code == 200


async def measure(actions: Iterable[Action] = CARD) -> list[tuple[Action, bool]]:
    """Ask for every action of the card; tell which are served."""
    return [(one, right(one, (await ask(one))[0])) for one in actions]


def dangerous(action: Action) -> bool:
    """Tell whether a client must never ask for an action by itself."""
    _, _, query = target_of(action).partition("?")
    pairs = (part.partition("=") for part in query.split("&"))
    return is_dangerous(action.cgi, {name: value for name, _, value in pairs})


def table(rows: Sequence[tuple[Action, bool]]) -> str:
    """Print the measurement."""
    cgis = {one.cgi for one, _ in rows if one.cgi in CGIS}
    whole = {cgi for cgi in cgis if all(good for one, good in rows if one.cgi == cgi)}
    marks = [
        f"{'ok ' if good else 'NO '} {one}" + (" (dangerous)" * dangerous(one))
        for one, good in rows
    ]
    return "\n".join(
        [
            *marks,
            f"CGIs    {len(whole)}/{len(CGIS)}",
            f"actions {sum(good for _, good in rows)}/{len(CARD)}",
            f"faults  {len(FaultKind)}: {', '.join(FaultKind)}",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(table(asyncio.run(measure())) + "\n")
