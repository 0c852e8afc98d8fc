"""What of the card the emulated B-VIEW 2 camera serves, measured by asking for it.

``python -m tests.emulators.bview_coverage`` prints the table.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import re
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

from .bview import CARD, PAIRS, BviewEmulator, BviewOptions
from .bview.errors import UNSUPPORTED
from .bview.routes import Pair, is_dangerous
from .faults import FaultKind

XML: Final = "application/xml; charset=UTF-8"
PROLOG: Final = '<?xml version="1.0" encoding="UTF-8" ?>'
DOCUMENTED: Final[Mapping[Pair, int]] = {("PUT", "/Disk"): UNSUPPORTED}
"""What the document says is refused: the refusal is what is asked for."""

USER: Final = (
    "<User><ID/><UserName>{name}</UserName><Password>secret</Password>"
    "<UserLevel>{level}</UserLevel><IPAddress/><MACAddress/></User>"
)
WIFI: Final = (
    '<ConnectionConfig Version="1.0"><SSID>TestWiFi</SSID><MACAddress/>'
    "<NetworkType>managed</NetworkType><AuthMode>WPA2PSK</AuthMode>"
    '<WEP Version="1.0"><KeyID>0</KeyID><keyList Version="1.0">'
    '<Key Version="1.0"><ID>1</ID><KeyType>HEX</KeyType><KeyValue/></Key>'
    "</keyList></WEP>"
    '<WPA Version="1.0"><EncryptType>TKIP</EncryptType><Key Version="1.0"><ID>1</ID>'
    "<KeyType>ASCII</KeyType><KeyValue>3008993007</KeyValue></Key></WPA>"
    "</ConnectionConfig>"
)
"""The document's own example, with one WEP key instead of four."""
SUBSCRIPTION: Final = (
    "<SubscribedEventTypeList><SubscribedEventType><ID>1</ID>"
    "<EventType>VMD</EventType><EventTypeDescription/>"
    "</SubscribedEventType></SubscribedEventTypeList>"
)
AMS: Final = (
    '<AMS Version="1.0"><Enable>true</Enable><ServerName>motionEvent</ServerName>'
    "<UserName/><Password/><ServerURL>MTkyLjE2OC4zMS4x</ServerURL></AMS>"
)
EVENT_LIST: Final = (
    '<EventCfgList Version="1.0"><motion Version="1.0"><PreRecordTime/>'
    '<AlarmInterval/><Message/></motion><http Version="1.0"><PreRecordTime/>'
    "<AlarmInterval>300</AlarmInterval><Message>bW90aW9uL3Rlc3QuYXNw</Message>"
    "</http></EventCfgList>"
)
VOICE: Final = "<TwoWayAudio><VoiceMode>{mode}</VoiceMode></TwoWayAudio>"
FIRMWARE: Final = (
    b'--x\r\nContent-Disposition: form-data; name="setting_file"; '
    b'filename="bv-b-20200503.pkg"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\nfirmware\r\n--x--\r\n"
)
LOG_QUERY: Final = (
    "majorType=8&minorType=0&startTime=2015-07-28T00:00:00&stopTime=2099-07-29T23:59:00"
)
MOVES: Final = ("ZoomIn", "ZoomOut", "FocusFar", "FocusNear")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def xml(self) -> ET.Element:
        """Return the document, without its name space."""
        text = self.body.decode("utf-8-sig")
        text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
        return ET.fromstring(re.sub(r"(</?)\w+:", r"\1", text))

    @property
    def root(self) -> str:
        """Return the name of the root; nothing if this is no document."""
        kind = self.headers.get("Content-Type", "")
        return self.xml.tag if "xml" in kind and self.body else ""

    @property
    def code(self) -> int | None:
        """Return the code of a ResponseStatus."""
        if self.root != "ResponseStatus":
            return None
        return int(self.xml.findtext("statusCode", "0"))

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    def get(self, path: str) -> str | None:
        """Return the text of a tag."""
        return self.xml.findtext(path)


class Caller:
    """A client without opinions: it sends what it is told to."""

    def __init__(self, emulator: BviewEmulator) -> None:
        """Remember whom to call."""
        self.emulator = emulator
        self.username = emulator.options.username
        self.password = emulator.options.password
        self._http: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._http = ClientSession(
            connector=TCPConnector(
                resolver=ThreadedResolver(), ssl=False, force_close=True
            ),
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

    async def call(
        self,
        method: str,
        target: str,
        body: str | bytes = b"",
        *,
        kind: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the target is sent as it stands."""
        data = body.encode() if isinstance(body, str) else body
        usual = XML if data.lstrip(b"\xef\xbb\xbf").startswith(b"<") else None
        kind = usual if kind is None else kind
        typed = {"Content-Type": kind} if kind else {}
        url = URL(f"{self.emulator.url}{target}", encoded=True)
        async with self.http.request(
            method,
            url,
            data=data,
            headers={**typed, **(self.basic if headers is None else headers)},
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    async def get(self, target: str) -> Answer:
        """Read something."""
        return await self.call("GET", target)

    async def put(self, target: str, body: str | bytes = b"") -> Answer:
        """Write something."""
        return await self.call("PUT", target, body)

    async def change(self, path: str, old: str, new: str, *, times: int = 1) -> Answer:
        """Read a document, change its text, write it back."""
        text = (await self.get(path)).text
        if old not in text:
            raise ValueError(f"{old!r} is not in {text}")
        return await self.put(path, text.replace(old, new, times))

    @asynccontextmanager
    async def watch(
        self, path: str = "/Streams/1/4/ReceiveData"
    ) -> AsyncIterator[ClientResponse]:
        """Watch MJPEG."""
        url = URL(f"{self.emulator.url}{path}")
        async with self.http.get(url, headers=self.basic) as answer:
            yield answer

    async def sample(self, pair: Pair) -> Answer:
        """Send a request of one kind that the document allows."""
        method, template = pair
        path = concrete(template)
        match pair:
            case "GET", "/Streams/{ch}/{st}/ReceiveData":
                async with self.watch() as answer:
                    head = await answer.content.readexactly(400)
                    return Answer(answer.status, head, answer.headers)
            case "GET", "/TwowayAudio/ReceiveData":
                await self.sample(("PUT", "/TwowayAudio/Open"))
            case "PUT", "/TwowayAudio/SendData":
                await self.sample(("PUT", "/TwowayAudio/Open"))
                return await self.call("PUT", path, b"\xff" * 800, kind="audio/basic")
            case "GET", "/System/Logging":
                path = f"{path}?{LOG_QUERY}"
            case ("GET", "/EventsNotification/EventList") | (
                "DELETE",
                "/EventsNotification/SubscribedEventTypeList",
            ):
                await self.put(
                    "/EventsNotification/SubscribedEventTypeList", SUBSCRIPTION
                )
            case "PUT", "/System/FirmwareUpgrade":
                kind = "multipart/form-data; boundary=x"
                return await self.call("PUT", path, FIRMWARE, kind=kind)
            case "PUT", "/System/DeviceConfigFile":
                file = (await self.get(path)).body
                kind = "application/octet-stream"
                return await self.call("PUT", path, file, kind=kind)
        if method == "PUT" and "GET" in CARD[template] and pair not in SAMPLES:
            return await self.put(path, (await self.get(path)).body)
        return await self.call(method, path, SAMPLES.get(pair, ""))


SAMPLES: Final[Mapping[Pair, str]] = {
    ("PUT", "/Network/WifiParamTest"): WIFI,
    ("POST", "/System/Users/1"): USER.format(name="guard", level="Normal"),
    ("PUT", "/System/Users/1"): USER.format(name="spare", level=""),
    ("DELETE", "/System/Users/1"): USER.format(name="spare", level=""),
    ("PUT", "/Security/UserAuth"): "Username=admin&Password=admin",
    ("PUT", "/TwowayAudio/Open"): VOICE.format(mode="G711U"),
    ("PUT", "/EventsNotification/SubscribedEventTypeList"): SUBSCRIPTION,
    ("DELETE", "/EventsNotification/SubscribedEventTypeList"): SUBSCRIPTION,
    ("PUT", "/PTZ/{ch}/Presets/Goto"): "Param1=103",
    **{("PUT", f"/PTZ/{{ch}}/{move}"): "Param1=1&Param2=3" for move in MOVES},
    ("PUT", "/Alarm/AMS/2"): AMS,
    ("PUT", "/Alarm/EventCfgList/2"): EVENT_LIST,
}
"""Bodies for what cannot be read first; the document's own examples if it has any."""


def concrete(template: str) -> str:
    """Return a path that fits a template."""
    wireless = template.rpartition("/")[2] in (
        "WIFIAccessPointList",
        "Wireless",
        "WIFIStatus",
    )
    places = {
        "{ch}": "1",
        "{n}": "2" if wireless else "1",
        "{st}": "4" if template.endswith("ReceiveData") else "1",
        "{user}": "1",
    }
    for place, number in places.items():
        template = template.replace(place, number)
    return template


@asynccontextmanager
async def running(
    options: BviewOptions | None = None,
) -> AsyncIterator[tuple[BviewEmulator, Caller]]:
    """Run a camera, and somebody who knows its password."""
    async with BviewEmulator(options) as unit, Caller(unit) as caller:
        yield unit, caller


async def ask(pair: Pair) -> tuple[Answer, BviewEmulator]:
    """Send a sample request to a new camera that can do everything."""
    async with running(BviewOptions.full()) as (unit, caller):
        unit.users.add("spare", "secret")
        return await caller.sample(pair), unit


def right(pair: Pair, answer: Answer) -> bool:
    """Tell whether an answer is what the document promises."""
    expected = DOCUMENTED.get(pair)
    if expected is not None:
        return answer.code == expected
    return answer.status in (200, 201, 204) and answer.code in (None, 0)


async def measure(pairs: Iterable[Pair] = PAIRS) -> list[tuple[Pair, bool]]:
    """Ask for every pair of the card; tell which are served."""
    return [(pair, right(pair, (await ask(pair))[0])) for pair in pairs]


def table(rows: Sequence[tuple[Pair, bool]]) -> str:
    """Print the measurement."""
    paths = {path for (_, path), _ in rows}
    whole = {p for p in paths if all(good for (_, path), good in rows if path == p)}
    marks = [
        f"{'ok ' if good else 'NO '} {method:7}{path}"
        + (" (dangerous)" if is_dangerous(method, concrete(path)) else "")
        for (method, path), good in rows
    ]
    return "\n".join(
        [
            *marks,
            f"resources       {len(whole)}/{len(CARD)}",
            f"method and path {sum(good for _, good in rows)}/{len(PAIRS)}",
            f"faults          {len(FaultKind)}: {', '.join(FaultKind)}",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(table(asyncio.run(measure())) + "\n")
