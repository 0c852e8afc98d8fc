"""The emulated strobe itself: the document's examples, strictness, time, faults."""

import ast
import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
import ssl
import struct
import sys
from typing import override

from aiohttp import ClientError, ClientSession, TCPConnector, web
import pytest

from tests.emulators.base import Emulator, FaultKind, RequestRecord, VirtualClock
from tests.emulators.strobe import Light, StrobeEmulator, StrobeOptions
from tests.emulators.strobe.control import ControlServer
from tests.emulators.strobe.documents import ALARM, AUDIO, IDLE, NTP
from tests.emulators.strobe.files import PACKET, mp3_seconds, wav, wav_seconds
from tests.emulators.strobe.routes import (
    API_ALARM,
    COLORS,
    DEVICE_INFO,
    DOWNLOAD,
    ENCODINGS,
    FILES,
    LOGIN,
    LOGOUT,
    QUERY_LOG,
    REBOOT,
    RESET_PASSWORD,
    TEST_PLAY,
    UPLOAD,
    URL_ALARM,
    Route,
)
from tests.emulators.strobe.sessions import challenge_digest
from tests.emulators.strobe_coverage import (
    CARD,
    PAIRS,
    Answer,
    Caller,
    ask,
    measure,
    table,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RED_STROBE = Light(color1=1, color2=2, mode=6, brightness=20, frequency=100)
HTTP_LINK = "/ISAPI/AlarmLink/HttpLinkConfig"
BROADCAST_LINK = "/ISAPI/AlarmLink/BroadcastLinkConfig"
USERS = "/ISAPI/UserManagement/"
SENSOR = "/ISAPI/Event/SensorAlarmParam"


@dataclass
class Bench:
    """A unit and somebody who is logged in."""

    unit: StrobeEmulator
    caller: Caller

    async def put(self, path: str, change: Callable[[str], str]) -> Answer:
        """Read a document, change its text, write it back."""
        read = await self.caller.call("POST", path)
        return await self.caller.call("PUT", path, change(read.body.decode()))

    def configure(self, path: str, name: str, value: str | int) -> None:
        """Set one field of a document of the unit, behind its back."""
        root = self.unit.documents[path]
        next(node for node in root.walk() if node.name == name).text = str(value)

    async def siren(self, **fields: int) -> Answer:
        """Play the siren so many times."""
        return await self.caller.alarm(
            playenable=1, playfile="Siren.wav", cyclemode=1, **fields
        )


@pytest.fixture
def options() -> StrobeOptions:
    """Return the options; a test may replace them by parametrizing."""
    return StrobeOptions()


@pytest.fixture
async def bench(options: StrobeOptions) -> AsyncIterator[Bench]:
    """Run a unit and log in."""
    clock = VirtualClock(SATURDAY)
    unit = StrobeEmulator(options, clock=clock, udp_port=0)
    async with unit, Caller(unit) as caller:
        if options.login != "challenge":
            await caller.login()
        yield Bench(unit, caller)


def with_options(*variants: StrobeOptions) -> pytest.MarkDecorator:
    """Run a test with other options than the usual ones."""
    return pytest.mark.parametrize("options", variants, ids=repr_changes)


def repr_changes(options: StrobeOptions) -> str:
    """Name options by what differs from the usual ones."""
    usual = vars(StrobeOptions())
    changed = {k: v for k, v in vars(options).items() if v != usual[k]}
    return ",".join(f"{name}={value}" for name, value in changed.items()) or "usual"


async def raw(unit: StrobeEmulator, request: bytes) -> tuple[bytes, bytes]:
    """Send bytes as they are; return head and body of the answer."""
    reader, writer = await asyncio.open_connection(unit.host, unit.port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    body = await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()
    return head, body


# The document's own examples


DEVICE_INFO_EXAMPLE = (
    b"POST /ISAPI/DeviceInfo?ID=3088 HTTP/1.1\r\n"
    b"Accept: text/plain, */*; q=0.01\r\n"
    b"X-Requested-With: XMLHttpRequest\r\n"
    b"Referer: http://192.168.0.112/BaseInforPage.html\r\n"
    b"Accept-Language: zh-CN\r\n"
    b"Accept-Encoding: gzip, deflate\r\n"
    b"User-Agent: Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) "
    b"like Gecko\r\n"
    b"Host: 192.168.0.112\r\n"
    b"Content-Length: 0\r\n"
    b"Connection: Keep-Alive\r\n"
    b"Cache-Control: no-cache\r\n\r\n"
)

ALARM_EXAMPLE = """<ApiAlarm>
<Armenable>1</Armenable>
<AlarmOutEnable>1</AlarmOutEnable>
<AlarmOutDuration>20</AlarmOutDuration>
<PlayEnable>1</PlayEnable>
<PlayFile>You are not Alone.wav</PlayFile>
<Volume>80</Volume>
<CycleMode>1</CycleMode>
<PlayTimes>3</PlayTimes>
<Interval>5</Interval>
<FrontLightEnable>1</FrontLightEnable>
<FrontLightColor1>1</FrontLightColor1>
<FrontLightColor2>2</FrontLightColor2>
<FrontLightDisplayMode>6</FrontLightDisplayMode>
<FrontLightBrightness>20</FrontLightBrightness>
<FrontLightFrequency>100</FrontLightFrequency>
<BackLightEnable>1</BackLightEnable>
<BackLightColor>1</BackLightColor>
<BackLightDisplayMode>1</BackLightDisplayMode>
<BackLightBrightness>20</BackLightBrightness>
<BackLightFrequency>100</BackLightFrequency>
<HttpMsgEnabled>0</HttpMsgEnabled>
<BroadcastEnabled>0</BroadcastEnabled>
<EmailEnabled>0</EmailEnabled>
</ApiAlarm>"""

SOUND_URL = (
    "alarmenable=1&alarmoutenable=1&alarmoutduration=20&playenable=1"
    "&playfile=You%20are%20not%20Alone.wav&volume=80&cyclemode=1&playtimes=3&interval=5"
)
FRONT_URL = (
    "alarmenable=1&alarmoutenable=1&alarmoutduration=20&flightenable=1"
    "&flightcolor1=1&flightcolor2=2&flightdisplaymode=6&flightbrightness=20"
    "&flightfrequency=100"
)
BACK_URL = (
    "alarmenable=1&alarmoutenable=1&alarmoutduration=20&blightenable=1"
    "&blightcolor=1&blightdisplaymode=1&blightbrightness=100&blightfrequency=100"
)
ALL_URL = (
    f"{SOUND_URL}&flightenable=1&flightcolor1=1&flightcolor2=2&flightdisplaymode=6"
    "&flightbrightness=20&flightfrequency=100&blightenable=1&blightcolor=1"
    "&blightdisplaymode=1&blightbrightness=100&blightfrequency=100"
    "&httpmsgenabled=0&emailenabled=0&broadcastenabled=0"
)


@with_options(StrobeOptions(first_session=3088, device_info="example"))
async def test_example_device_info(bench: Bench) -> None:
    """The first example of the document, byte for byte."""
    head, body = await raw(bench.unit, DEVICE_INFO_EXAMPLE)

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nServer: GoAhead-Webs/2.5.0\r\n" in head
    assert b"\r\nConnection: keep-alive\r\n" in head
    assert b"\r\nContent-Type: application/xml\r\n" in head
    assert body == (
        b'<?xml version="1.0" encoding="utf-8"?><DeviceInfo>'
        b"<DeviceName>StrobeSpeaker</DeviceName><DeviceID>2507150000</DeviceID>"
        b"<DeviceModel></DeviceModel><SoftwareVer>8C-1F-64-A3-6B-A9</SoftwareVer>"
        b"<FactoryInfo>StrobeSpeaker</FactoryInfo></DeviceInfo>"
    )


@with_options(StrobeOptions(first_session=3088))
async def test_example_error(bench: Bench) -> None:
    """The example of an error has exactly the length the document states."""
    bench.unit.faults.add("app_error", ENCODINGS, code=401)

    answer = await bench.caller.call("POST", ENCODINGS)

    assert answer.status == 400
    assert answer.headers["Content-Length"] == "218"
    assert answer.xml.findtext("RequestURL") == f"{ENCODINGS}?ID=3088"
    assert answer.code == 401
    assert answer.xml.findtext("StatusString") == "Invalid Channel number"


async def test_example_alarm_xml(bench: Bench) -> None:
    """The filled alarm example, with its own header lines."""
    request = (
        "POST /ISAPI/Event/ApiAlarm HTTP/1.1\r\n"
        "User-Agent: Apifox/1.0.0 (https://apifox.com)\r\n"
        "Content-Type: application/xml\r\n"
        "Authorization: Basic YWRtaW46YWRtaW4xMjM0NTY=\r\n"
        "Accept: */*\r\nHost: 192.168.1.88\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n"
        f"Content-Length: {len(ALARM_EXAMPLE)}\r\n\r\n{ALARM_EXAMPLE}"
    )

    head, _ = await raw(bench.unit, request.encode())

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    outputs = bench.unit.outputs
    assert outputs.front == RED_STROBE
    assert outputs.back == Light(color1=1, brightness=20)
    assert outputs.sound is not None
    assert (outputs.sound.file, outputs.sound.volume) == ("You are not Alone.wav", 80)
    assert outputs.sound.remaining == 3
    assert outputs.relay


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param(SOUND_URL, {"sound"}, id="example1"),
        pytest.param(FRONT_URL, {"front"}, id="example2"),
        pytest.param(BACK_URL, {"back"}, id="example3"),
        pytest.param(ALL_URL, {"front", "back", "sound"}, id="example4"),
    ],
)
async def test_example_alarm_url(
    bench: Bench, method: str, query: str, shown: set[str]
) -> None:
    """The four URL examples, with blanks as %20."""
    answer = await bench.caller.call(
        method,
        URL_ALARM,
        query=query,
        headers={"Authorization": "Basic YWRtaW46YWRtaW4xMjM0NTY="},
    )

    assert (answer.status, answer.code) == (200, 200)
    outputs = bench.unit.outputs
    assert outputs.relay
    assert {n for n in ("front", "back", "sound") if getattr(outputs, n)} == shown


async def test_example_upload(bench: Bench) -> None:
    """The upload example; its Base64 name lost a letter and is repaired here."""
    name = base64.b64encode(b"Know11111.mp3").decode()
    assert name == "S25vdzExMTExLm1wMw=="
    query = f"name={name}&offset=0&id={bench.caller.session_id}"

    first = await bench.caller.call("POST", UPLOAD, b"\xff" * PACKET, query=query)
    query = query.replace("offset=0", f"offset={PACKET}")
    second = await bench.caller.call("POST", UPLOAD, b"\xff" * 20, query=query)

    assert (first.status, second.status) == (200, 200)
    file = bench.unit.files.find("Know11111.mp3")
    assert file is not None
    assert len(file.content) == PACKET + 20


async def test_example_upload_as_printed_is_refused(bench: Bench) -> None:
    """The printed name is no Base64."""
    query = f"name=S25vdzExMTEExLm1wMw==&offset=0&id={bench.caller.session_id}"

    answer = await bench.caller.call("POST", UPLOAD, b"x", query=query)

    assert answer.code == 402


# Coverage


@pytest.mark.parametrize("route", PAIRS, ids=" ".join)
async def test_every_pair_of_the_card_is_served(route: Route) -> None:
    """A request the document allows succeeds."""
    answer = await ask(route)

    assert answer.status == 200
    assert answer.code in (None, 200)


async def test_coverage_table() -> None:
    """The table counts all of the card, and nothing else is served."""
    rows = await measure()

    assert (len(CARD), len(PAIRS)) == (38, 57)
    assert "paths           38/38" in table(rows)
    assert "method and path 57/57" in table(rows)
    assert StrobeEmulator().served == frozenset(PAIRS)


@pytest.mark.parametrize("path", sorted({path for _, path in PAIRS}))
async def test_other_verbs_are_refused(bench: Bench, path: str) -> None:
    """No path answers to a verb the document does not give it."""
    served = {method for method, other in PAIRS if other == path}

    for method in sorted({"GET", "POST", "PUT", "DELETE", "PATCH"} - served):
        assert (await bench.caller.call(method, path)).status == 405


@pytest.mark.parametrize(
    "path", ["/", "/ISAPI/System/deviceInfo", "/ISAPI/deviceinfo", "/ISAPI/Nothing"]
)
async def test_unknown_paths(bench: Bench, path: str) -> None:
    """Anything else does not exist, and case counts."""
    assert (await bench.caller.call("POST", path)).status == 404


@with_options(StrobeOptions(wrong_verb=404))
async def test_wrong_verb_as_not_found(bench: Bench) -> None:
    """Some web servers know no 405."""
    assert (await bench.caller.call("GET", DEVICE_INFO)).status == 404


def test_emulators_know_nothing_of_the_integration() -> None:
    """No emulator imports the integration or Home Assistant."""
    folder = Path(__file__).parent / "emulators"
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.split(".")[0] not in ("custom_components", "homeassistant")


# Sessions


async def test_wrong_password(bench: Bench) -> None:
    """A wrong login opens nothing."""
    answer = await bench.caller.login(password="wrong")

    assert answer.status == 401
    assert bench.unit.sessions.opened == 1


@with_options(StrobeOptions(denied="400"))
async def test_refusal_without_readable_body(bench: Bench) -> None:
    """Some firmware answers 400 where 401 is meant."""
    answer = await bench.caller.call("POST", DEVICE_INFO, query="ID=1")

    assert answer.status == 400
    assert answer.code is None


@pytest.mark.parametrize("query", ["", "ID=1", "id={sid}", "ID={sid}1"])
async def test_session_is_required(bench: Bench, query: str) -> None:
    """Only the right session counts, under its right name."""
    query = query.format(sid=bench.caller.session_id)

    assert (await bench.caller.call("POST", DEVICE_INFO, query=query)).status == 401


async def test_session_expires_in_silence(bench: Bench) -> None:
    """Half an hour without a message ends it; each message renews it."""
    bench.unit.clock.advance(1799)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 200
    bench.unit.clock.advance(1799)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 200
    bench.unit.clock.advance(1801)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401


async def test_ten_links(bench: Bench) -> None:
    """The eleventh login is refused for lack of room, until one logs out."""
    for _ in range(9):
        assert (await bench.caller.login()).status == 200
    assert (await bench.caller.login()).status == 503
    assert bench.unit.sessions.refused == 1

    session = bench.caller.session_id
    body = f"<UserCheck><SessionID>{session}</SessionID></UserCheck>"
    assert (await bench.caller.call("POST", LOGOUT, body)).code == 200
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    assert (await bench.caller.login()).status == 200
    assert bench.unit.sessions.most_open == 10


@with_options(StrobeOptions(login="challenge"), StrobeOptions(login="both"))
async def test_challenge_login(bench: Bench) -> None:
    """An empty login gets an id, and the digest over it opens the session."""
    answer = await bench.caller.call("POST", LOGIN, query="")
    session = answer.xml.findtext("SessionId", "")
    query = f"ID={session}"
    assert (await bench.caller.call("POST", DEVICE_INFO, query=query)).status == 401

    digest = challenge_digest(session, "admin", "admin123456")
    body = (
        f"<UserCheck><Username>admin</Username><Password>{digest}</Password>"
        f"<SessionId>{session}</SessionId></UserCheck>"
    )
    answer = await bench.caller.call("POST", LOGIN, body, query="")

    assert (answer.status, answer.code) == (200, 200)
    assert (await bench.caller.call("POST", DEVICE_INFO, query=query)).status == 200
    assert (await bench.caller.call("POST", LOGIN, body, query="")).status == 401


@with_options(StrobeOptions(login="challenge"))
async def test_plain_login_refused(bench: Bench) -> None:
    """A unit that wants the digest takes no plain password."""
    assert (await bench.caller.login()).status == 401


async def test_password_changed(bench: Bench) -> None:
    """A new password ends the sessions and the old login."""
    old = bench.caller.basic
    bench.unit.set_password("other")

    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    assert (await bench.caller.login(password="admin123456")).status == 401
    refused = await bench.caller.call(
        "POST", URL_ALARM, query="alarmenable=1", headers=old
    )
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    assert (await bench.caller.login()).status == 200
    bench.unit.expire_sessions()
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401


@pytest.mark.parametrize(
    ("options", "basic", "session"),
    [
        (StrobeOptions(), 200, 401),
        (StrobeOptions(alarm_auth="session"), 401, 200),
        (StrobeOptions(alarm_auth="both"), 200, 200),
    ],
    ids=["basic", "session", "both"],
)
async def test_alarm_login(bench: Bench, basic: int, session: int) -> None:
    """The alarm endpoints have a login of their own."""
    caller = bench.caller
    query = "alarmenable=1"
    by_basic = await caller.call("POST", URL_ALARM, query=query, headers=caller.basic)
    query += f"&ID={caller.session_id}"
    by_session = await caller.call("POST", URL_ALARM, query=query)

    assert (by_basic.status, by_session.status) == (basic, session)


# Errors and strictness


@with_options(StrobeOptions(errors_in_200=True))
async def test_errors_inside_200(bench: Bench) -> None:
    """An application error may come with HTTP 200."""
    answer = await bench.caller.alarm(nonsense=1)

    assert (answer.status, answer.code) == (200, 403)


@with_options(
    StrobeOptions(absent={"/OSD/OSDInfo": 501, "/Network/SIP": 404}),
)
async def test_absent_documents(bench: Bench) -> None:
    """A unit may lack a document in two ways."""
    osd = await bench.caller.call("POST", "/ISAPI/OSD/OSDInfo")
    sip = await bench.caller.call("POST", "/ISAPI/Network/SIP")

    assert (osd.status, osd.code) == (400, 501)
    assert (sip.status, sip.code) == (404, None)


@with_options(StrobeOptions(unavailable=frozenset({"/LED/IdleScheduleConfig"})))
async def test_wrong_mode(bench: Bench) -> None:
    """A document may be there and not be served right now."""
    assert (await bench.caller.call("POST", IDLE)).code == 502


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (AUDIO, "<Encoding>G711A", "<Encoding>MP3", 402),
        (AUDIO, "<AudioOutVolume>70", "<AudioOutVolume>101", 402),
        (AUDIO, "AudioOutVolume", "audioOutVolume", 403),
        (AUDIO, "<AudioConfig>", "<AudioConfig><Extra>1</Extra>", 403),
        (AUDIO, "AudioConfig>", "audioConfig>", 403),
        (AUDIO, "</AudioConfig>", "", 402),
        (AUDIO, "<PCMicEnabled>0", "<PCMicEnabled> 0", 402),
        (AUDIO, "<Bitrate>64</Bitrate>", "<Bitrate><Items>64</Items></Bitrate>", 403),
        (AUDIO, "<AudioConfig>", '<AudioConfig version="1">', 403),
        (AUDIO, "<AudioConfig>", "<AudioConfig>text", 402),
        (
            AUDIO,
            "<PCMicEnabled>0",
            "<PCMicEnabled>0</PCMicEnabled><PCMicEnabled>0",
            402,
        ),
        (ALARM, "AlarmOutInterval", "AlarmOutDuration", 403),
        (ALARM, "FrontLightcolor1", "FrontLightColor1", 403),
        (ALARM, "Siren.wav", "Missing.wav", 402),
        (ALARM, "0123456", "07", 402),
        (ALARM, "00:00:00", "24:00:00", 402),
        (ALARM, "23:59:59", "9:00:00", 402),
        (ALARM, "<ScheduleID>0</ScheduleID>", "", 402),
        (ALARM, "<ScheduleID>0", "<ScheduleID>4", 402),
        (ALARM, "<ScheduleCount>5", "<ScheduleCount>4", 402),
        (ALARM, "ScheduleCount_1>", "ScheduleCount_9>", 403),
        (IDLE, "<BeginTime>00:00:00", "<BeginTime>23:59:60", 402),
        (SENSOR, "<Enabled>1</Enabled>", "", 402),
        (SENSOR, "<AlarmInType>1", "<AlarmInType>2", 402),
        (NTP, "GMT+00:00", "UTC", 402),
        (NTP, "<IsUpdateTime>0", "<IsUpdateTime>x", 402),
        (HTTP_LINK, "<AuthMethod>0", "<AuthMethod>Bearer", 402),
        (BROADCAST_LINK, "<IpCount>0", "<IpCount>2", 402),
        ("/ISAPI/OSD/OSDInfo", "#FFFFFF", "white", 402),
        ("/ISAPI/OSD/OSDInfo", "<X>20", "<X>1001", 402),
    ],
)
async def test_bad_settings(
    bench: Bench, path: str, old: str, new: str, code: int
) -> None:
    """A document with one flaw is refused whole."""
    before = await bench.caller.call("POST", path)
    assert old in before.body.decode()

    answer = await bench.put(path, lambda text: text.replace(old, new))

    assert (answer.status, answer.code) == (400, code)
    assert (await bench.caller.call("POST", path)).body == before.body


async def test_content_type_and_empty_bodies(bench: Bench) -> None:
    """A body must be declared, and a read takes none."""
    body = "<ColorConfig><FrontBackLight>0</FrontBackLight></ColorConfig>"
    headers = {"Content-Type": "text/plain"}
    assert (await bench.caller.call("POST", COLORS, body, headers=headers)).code == 402
    assert (await bench.caller.call("POST", DEVICE_INFO, "<x/>")).code == 402


@with_options(
    StrobeOptions(spelling="table"),
    StrobeOptions(spelling="template"),
    StrobeOptions(extra_schedule_fields=(("Zone", "7"),)),
    StrobeOptions(strict_order=True),
)
@pytest.mark.parametrize("path", [IDLE, ALARM])
async def test_schedules_survive_a_round_trip(bench: Bench, path: str) -> None:
    """What the unit printed, it takes back and prints again."""
    before = await bench.caller.call("POST", path)

    answer = await bench.put(path, lambda text: text)

    assert answer.code == 200
    assert (await bench.caller.call("POST", path)).body == before.body


async def test_schedule_spellings(bench: Bench) -> None:
    """The templates' spelling differs from that of the tables."""
    names = [node.name for node in bench.unit.documents.schedules(ALARM)[0].children]

    assert "AlarmOutInterval" in names
    assert "FrontLightcolor2" in names
    assert "MQTTMsgEnabled" in names
    bench.unit.options.spelling = "table"
    bench.unit.documents.reset()
    names = [node.name for node in bench.unit.documents.schedules(ALARM)[0].children]
    assert "AlarmOutDuration" in names
    assert "HttpMsgEnabled" in names
    assert "MQTTMsgEnabled" not in names
    names = [node.name for node in bench.unit.documents.schedules(IDLE)[0].children]
    assert "FrontLighColor2" in names


@with_options(StrobeOptions(missing_fields="reset"))
async def test_left_out_fields_are_lost(bench: Bench) -> None:
    """A firmware may take a write for the whole schedule."""
    body = (
        "<AlarmScheduleConfig><ScheduleCount_1><ScheduleID>0</ScheduleID>"
        "<ScheduleEnable>1</ScheduleEnable></ScheduleCount_1></AlarmScheduleConfig>"
    )

    assert (await bench.caller.call("PUT", ALARM, body)).code == 200

    schedule = bench.unit.documents.schedules(ALARM)[0]
    assert schedule.get("ScheduleEnable") == "1"
    assert schedule.get("PlayFile") == ""


@with_options(StrobeOptions(strict_order=True))
async def test_order_of_fields(bench: Bench) -> None:
    """A firmware may read fields by position."""
    body = (
        "<AlarmConfig><AlarmInType>0</AlarmInType><Enabled>1</Enabled>"
        "<AlarmOutType>0</AlarmOutType></AlarmConfig>"
    )

    assert (await bench.caller.call("PUT", SENSOR, body)).code == 402


@pytest.mark.parametrize(
    ("options", "code"),
    [(StrobeOptions(), 200), (StrobeOptions(read_only="refuse"), 403)],
    ids=["ignore", "refuse"],
)
async def test_read_only_fields(bench: Bench, code: int) -> None:
    """Limits cannot be written; they are ignored or refused."""
    answer = await bench.put(AUDIO, lambda text: text.replace(">100<", ">50<"))

    assert answer.code == code
    assert bench.unit.documents[AUDIO].get("VolumeMax") == "100"


@with_options(StrobeOptions(overnight="accept"))
async def test_overnight_window(bench: Bench) -> None:
    """A firmware may take a window over midnight."""
    answer = await bench.put(
        ALARM, lambda text: text.replace("<BeginTime>00:00:00", "<BeginTime>23:59:59")
    )
    assert answer.code == 200
    assert not await bench.unit.trigger_probe()
    bench.unit.clock.set_wall(SATURDAY.replace(hour=23, minute=59, second=59))
    assert await bench.unit.trigger_probe()


async def test_address_list(bench: Bench) -> None:
    """The list of addresses grows and shrinks with its count."""

    def two(text: str) -> str:
        items = "<IpAddr_0>10.0.0.1</IpAddr_0><IpAddr_1>10.0.0.2</IpAddr_1>"
        return text.replace("<IpCount>0</IpCount>", f"<IpCount>2</IpCount>{items}")

    assert (await bench.put(BROADCAST_LINK, two)).code == 200
    document = bench.unit.documents[BROADCAST_LINK]
    names = [node.name for node in document.children]
    assert names[2:4] == ["IpAddr_0", "IpAddr_1"]

    answer = await bench.put(
        BROADCAST_LINK, lambda text: text.replace("<IpCount>2", "<IpCount>1")
    )

    assert answer.code == 200
    assert bench.unit.documents[BROADCAST_LINK].child("IpAddr_1") is None


async def test_dangerous_requests_are_remembered(bench: Bench) -> None:
    """A test can prove that nothing was asked that could harm the owner."""
    await bench.caller.call("POST", "/ISAPI/Network/NetworkConfig")
    assert not bench.unit.dangerous

    await bench.put("/ISAPI/Network/NetworkConfig", lambda text: text)
    await bench.caller.call("POST", "/ISAPI/UserManagement/UsrConfig")

    assert [record.label for record in bench.unit.dangerous] == [
        "PUT /ISAPI/Network/NetworkConfig",
        "POST /ISAPI/UserManagement/UsrConfig",
    ]


@pytest.mark.parametrize(
    ("options", "status", "body"),
    [
        (StrobeOptions(write_answer="empty"), 200, b""),
        (StrobeOptions(write_answer="204"), 204, b""),
    ],
    ids=["empty", "204"],
)
async def test_short_answers_to_writes(bench: Bench, status: int, body: bytes) -> None:
    """A write that succeeded may be answered with next to nothing."""
    answer = await bench.put(AUDIO, lambda text: text)

    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", LOGIN, ""),
        ("POST", LOGIN, "<UserCheck><Username>admin</Username></UserCheck>"),
        ("POST", LOGOUT, "<UserCheck><SessionID>1</SessionID></UserCheck>"),
        ("PUT", REBOOT, "<Reboot/>"),
        ("PUT", REBOOT, "<Reboot><Enabled>2</Enabled></Reboot>"),
        ("PUT", USERS + "DelUsr", "<DelUsr><UserName>admin</UserName></DelUsr>"),
        (
            "PUT",
            USERS + "AddUsr",
            "<AddUsr><UserName>admin</UserName><PassWord>x</PassWord>"
            "<Privilege>0</Privilege></AddUsr>",
        ),
        (
            "PUT",
            USERS + "AddUsr",
            f"<AddUsr><UserName>{'x' * 33}</UserName><PassWord>x</PassWord>"
            "<Privilege>0</Privilege></AddUsr>",
        ),
        (
            "PUT",
            USERS + "UsrConfig",
            "<UserManagement><UserName>nobody</UserName><Password>x</Password>"
            "<Privilege>0</Privilege></UserManagement>",
        ),
        (
            "PUT",
            RESET_PASSWORD,
            "<ResetPassword><UserName>nobody</UserName><PassWord>x</PassWord>"
            "</ResetPassword>",
        ),
        ("PUT", NTP, "<NTPStatus><IsUpdateTime>1</IsUpdateTime></NTPStatus>"),
        ("PUT", NTP, "<NTPStatus><UTCDateTime>now</UTCDateTime></NTPStatus>"),
        (
            "PUT",
            IDLE,
            "<IdleScheduleConfig><ScheduleCount>0</ScheduleCount>"
            "<ScheduleCount>0</ScheduleCount></IdleScheduleConfig>",
        ),
    ],
)
async def test_bad_requests(bench: Bench, method: str, path: str, body: str) -> None:
    """What lacks something, or asks for the impossible, is refused."""
    answer = await bench.caller.call(method, path, body)

    assert answer.code == 402
    assert bench.unit.powered


@pytest.mark.parametrize(
    ("path", "body", "query"),
    [
        (COLORS, "<ColorConfig><Side>0</Side></ColorConfig>", None),
        (DOWNLOAD, "<DownloadFile><Name>Siren.wav</Name></DownloadFile>", None),
        (UPLOAD, "x", "name=YS53YXY=&offset=0&size=1&id={sid}"),
    ],
)
async def test_unknown_names(
    bench: Bench, path: str, body: str, query: str | None
) -> None:
    """A field that the document does not know has a code of its own."""
    query = query and query.format(sid=bench.caller.session_id)

    assert (await bench.caller.call("POST", path, body, query=query)).code == 403


@pytest.mark.parametrize(
    "header", ["Basic !", "Basic /w==", "Bearer YWRtaW46YWRtaW4xMjM0NTY=", "Basic YQ=="]
)
async def test_malformed_basic_login(bench: Bench, header: str) -> None:
    """A header that says nothing lets nobody in."""
    answer = await bench.caller.call(
        "POST",
        URL_ALARM,
        query="alarmenable=1",
        headers={"Authorization": header},
    )

    assert answer.status == 401


async def test_xml_alarm_takes_no_parameters(bench: Bench) -> None:
    """The XML form and the URL form do not mix."""
    answer = await bench.caller.call(
        "POST",
        API_ALARM,
        "<ApiAlarm/>",
        query="alarmenable=1",
        headers=bench.caller.basic,
    )

    assert answer.code == 403


async def test_requests_to_switch_nothing(bench: Bench) -> None:
    """Enabled 0 is accepted and does nothing."""
    body = "<Reboot><Enabled>0</Enabled></Reboot>"
    assert (await bench.caller.call("PUT", REBOOT, body)).code == 200
    assert bench.unit.powered


@with_options(StrobeOptions(log_stop=True, wifi_connected=False))
async def test_other_small_options(bench: Bench) -> None:
    """A stop may be logged, and the unit may hang on a cable."""
    await bench.caller.alarm(alarmenable=0)
    wifi = await bench.caller.call("POST", "/ISAPI/System/WifiConfig")
    info = await bench.caller.call("POST", "/ISAPI/System/WifiInfo")

    assert [entry.kind for entry in bench.unit.alarm_log] == [1]
    assert wifi.xml.findtext("Status") == "0"
    assert info.xml.findtext("IpAddr") == ""


async def test_port_in_use(bench: Bench) -> None:
    """Two units cannot share a port."""
    other = StrobeEmulator(port=bench.unit.port)
    with pytest.raises(OSError, match="in use"):
        await other.start()
    await other.stop()


# The alarm request


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"flightEnable": 1}, 403),
        ({"ID": 1}, 403),
        ({"alarmenable": 2}, 402),
        ({"alarmenable": "on"}, 402),
        ({"alarmoutduration": 0}, 402),
        ({"volume": 101}, 402),
        ({"cyclemode": 3}, 402),
        ({"playtimes": 0}, 402),
        ({"interval": -1}, 402),
        ({"playfile": "Missing.wav"}, 402),
        ({"playfile": ""}, 402),
        ({"flightenable": 1, "flightcolor1": 0}, 402),
        ({"flightenable": 1, "flightcolor1": 8}, 402),
        ({"flightenable": 1, "flightcolor2": 8}, 402),
        ({"flightenable": 1, "flightdisplaymode": 7}, 402),
        ({"flightenable": 1, "flightbrightness": 256}, 402),
        ({"flightenable": 1, "flightcolor1": 5, "flightbrightness": 9}, 402),
        ({"flightenable": 1, "flightdisplaymode": 1, "flightfrequency": 100}, 402),
        ({"blightenable": 1, "blightdisplaymode": 3}, 402),
        ({"blightenable": 1, "blightcolor": 7, "blightbrightness": 9}, 402),
        ({"flightenable": 1, "flightcolor1": 5}, 200),
        ({"blightenable": 1, "blightfrequency": 100}, 200),
        ({"flightenable": 1, "flightcolor2": 0}, 200),
    ],
    ids=lambda value: str(value),
)
async def test_alarm_values(
    bench: Bench, fields: dict[str, str | int], code: int
) -> None:
    """Every value is checked, and a refused request changes nothing."""
    answer = await bench.caller.alarm(**fields)

    assert answer.code == code
    assert bool(bench.unit.alarm_calls) == (code == 200)
    assert bool(bench.unit.timeline) == (code == 200)


async def test_plus_is_no_blank(bench: Bench) -> None:
    """A file name with plus signs is another file."""
    query = "playenable=1&playfile=You+are+not+Alone.wav"

    answer = await bench.caller.call(
        "POST", URL_ALARM, query=query, headers=bench.caller.basic
    )

    assert answer.code == 402


async def test_repeated_parameter(bench: Bench) -> None:
    """A parameter that comes twice is refused."""
    answer = await bench.caller.call(
        "POST", URL_ALARM, query="volume=1&volume=2", headers=bench.caller.basic
    )

    assert answer.code == 402


@pytest.mark.parametrize("tag", ["AlarmEnable", "Armenable"])
@pytest.mark.parametrize(
    ("options", "accepted"),
    [
        (StrobeOptions(), {"AlarmEnable", "Armenable"}),
        (StrobeOptions(xml_alarm_tag="AlarmEnable"), {"AlarmEnable"}),
        (StrobeOptions(xml_alarm_tag="Armenable"), {"Armenable"}),
    ],
    ids=["both", "table", "example"],
)
async def test_two_spellings(bench: Bench, accepted: set[str], tag: str) -> None:
    """The XML form has two spellings of its first field."""
    body = f"<ApiAlarm><{tag}>1</{tag}></ApiAlarm>"

    answer = await bench.caller.call(
        "POST", API_ALARM, body, query="", headers=bench.caller.basic
    )

    assert answer.code == (200 if tag in accepted else 403)


@with_options(StrobeOptions(lenient_brightness=True))
async def test_lenient_brightness(bench: Bench) -> None:
    """A firmware may ignore what it cannot dim."""
    answer = await bench.caller.alarm(
        flightenable=1, flightcolor1=6, flightbrightness=9
    )

    assert answer.code == 200
    assert bench.unit.outputs.front == Light(color1=6)


@with_options(StrobeOptions(brightness_colors="all"))
async def test_brightness_of_two_colors(bench: Bench) -> None:
    """A firmware may ask for both colors to be dimmable."""
    fields = {"flightenable": 1, "flightcolor1": 1, "flightbrightness": 9}

    assert (await bench.caller.alarm(**fields, flightcolor2=2)).code == 200
    assert (await bench.caller.alarm(**fields, flightcolor2=5)).code == 402


@with_options(StrobeOptions(front_colors=(1, 4), back_colors=(), front_modes=(1,)))
async def test_a_smaller_unit(bench: Bench) -> None:
    """A unit offers, and takes, only what it has."""
    body = "<ColorConfig><FrontBackLight>{}</FrontBackLight></ColorConfig>"
    front = await bench.caller.call("POST", COLORS, body.format(0))
    back = await bench.caller.call("POST", COLORS, body.format(1))

    assert [node.tag for node in front.xml] == [
        "FrontBackLight",
        "colorCount",
        "colorType_1",
        "ColorType_2",
    ]
    assert back.xml.findtext("colorCount") == "0"
    assert (await bench.caller.alarm(flightenable=1, flightcolor1=2)).code == 402
    assert (await bench.caller.alarm(flightenable=1, flightdisplaymode=6)).code == 402


# Outputs in time: the open readings


async def test_relay_opens_after_the_duration(bench: Bench) -> None:
    """The default is sixty seconds."""
    await bench.caller.alarm(alarmoutenable=1)
    bench.unit.clock.advance(59)
    assert bench.unit.outputs.relay
    bench.unit.clock.advance(1)
    assert not bench.unit.outputs.relay
    assert [(c.time, c.event) for c in bench.unit.timeline] == [(0, "on"), (60, "off")]


@pytest.mark.parametrize(
    ("options", "lit"),
    [(StrobeOptions(), True), (StrobeOptions(missing_section="off"), False)],
    ids=["untouched", "off"],
)
async def test_reading_a_missing_section(bench: Bench, lit: bool) -> None:
    """A request for the back light alone."""
    await bench.caller.alarm(flightenable=1, playenable=1, playfile="Siren.wav")
    await bench.caller.alarm(blightenable=1)

    outputs = bench.unit.outputs
    assert (outputs.front is not None) == lit
    assert (outputs.sound is not None) == lit
    assert outputs.back is not None


@pytest.mark.parametrize(
    ("options", "lit"),
    [(StrobeOptions(), True), (StrobeOptions(duration_bounds="all"), False)],
    ids=["relay", "all"],
)
async def test_reading_b_duration(bench: Bench, lit: bool) -> None:
    """The duration ends the relay, or everything."""
    await bench.caller.alarm(
        alarmoutenable=1,
        alarmoutduration=20,
        flightenable=1,
        blightenable=1,
        playenable=1,
        playfile="Siren.wav",
        cyclemode=2,
    )
    bench.unit.clock.advance(20)

    outputs = bench.unit.outputs
    assert not outputs.relay
    assert (outputs.front is not None) == lit
    assert (outputs.back is not None) == lit
    assert (outputs.sound is not None) == lit


@pytest.mark.parametrize(
    ("options", "position", "end", "events"),
    [
        (StrobeOptions(), 0.0, 11.0, ["on", "restarted", "off"]),
        (StrobeOptions(repeated_sound="continue"), 1.0, 10.0, ["on", "off"]),
    ],
    ids=["restart", "continue"],
)
async def test_reading_c_repeated_sound(
    bench: Bench, position: float, end: float, events: list[str]
) -> None:
    """The same file again while it plays: from the start, or as if nothing was."""
    await bench.siren(interval=2, playtimes=2)
    bench.unit.clock.advance(1)
    await bench.siren(interval=2, playtimes=2)

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.position, sound.remaining) == (position, 2)
    bench.unit.clock.advance(60)
    assert [change.event for change in bench.unit.timeline] == events
    assert bench.unit.timeline[-1].time == end


@with_options(StrobeOptions(repeated_sound="continue"))
async def test_continued_sound_takes_volume_and_plays(bench: Bench) -> None:
    """Going on does not mean being deaf: plays count from the running one."""
    await bench.siren(interval=1, playtimes=3, volume=50)
    bench.unit.clock.advance(6)
    await bench.siren(interval=1, playtimes=2, volume=90)

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.volume, sound.finished, sound.remaining) == (90, 1, 2)
    assert sound.position == pytest.approx(1)
    bench.unit.clock.advance(60)
    assert bench.unit.timeline[-1].time == 14.0


@pytest.mark.parametrize(
    ("options", "lit"),
    [(StrobeOptions(), False), (StrobeOptions(alarm_disable="noop"), True)],
    ids=["stop", "noop"],
)
async def test_reading_d_alarm_disable(bench: Bench, lit: bool) -> None:
    """AlarmEnable=0 stops everything, or nothing; it is never logged."""
    await bench.caller.alarm(flightenable=1, alarmoutenable=1)
    await bench.caller.alarm(alarmenable=0, flightenable=0, alarmoutenable=0)

    outputs = bench.unit.outputs
    assert (outputs.front is not None, outputs.relay) == (lit, lit)
    assert len(bench.unit.alarm_log) == 1
    await bench.caller.alarm(alarmenable=1, flightenable=0, alarmoutenable=0)
    assert bench.unit.outputs.front is None
    assert not bench.unit.outputs.relay


@pytest.mark.parametrize(("mode", "seconds"), [(2, 20), (3, 40), (4, 50)])
async def test_reading_e_blinks_end(bench: Bench, mode: int, seconds: int) -> None:
    """Ten, or five, blinks and the light is dark."""
    await bench.caller.alarm(flightenable=1, flightdisplaymode=mode)
    bench.unit.clock.advance(seconds - 0.5)
    assert bench.unit.outputs.front is not None
    bench.unit.clock.advance(0.5)
    assert bench.unit.outputs.front is None
    assert bench.unit.timeline[-1].cause == "blink"


@with_options(StrobeOptions(blinks="endless"))
async def test_reading_e_endless(bench: Bench) -> None:
    """Or it blinks until told otherwise."""
    await bench.caller.alarm(flightenable=1, flightdisplaymode=2)
    bench.unit.clock.advance(3600)
    assert bench.unit.outputs.front is not None


@pytest.mark.parametrize(
    ("options", "color", "volume"),
    [(StrobeOptions(), 1, 80), (StrobeOptions(missing_values="last"), 3, 10)],
    ids=["factory", "last"],
)
async def test_reading_f_defaults(bench: Bench, color: int, volume: int) -> None:
    """A field that is left out has the factory's, or the last, value."""
    await bench.caller.alarm(
        flightenable=1, flightcolor1=3, playenable=1, playfile="Siren.wav", volume=10
    )
    await bench.caller.alarm(flightenable=1, playenable=1)

    outputs = bench.unit.outputs
    assert outputs.front is not None
    assert outputs.sound is not None
    assert (outputs.front.color1, outputs.sound.volume) == (color, volume)


@pytest.mark.parametrize(
    ("options", "back"),
    [(StrobeOptions(), True), (StrobeOptions(idle_returns=False), False)],
    ids=["returns", "stays-dark"],
)
async def test_reading_g_idle_schedule(bench: Bench, back: bool) -> None:
    """After an alarm the idle schedule shows again, or not."""
    idle = Light(color1=1)
    bench.configure(IDLE, "ScheduleEnable", 1)
    bench.configure(IDLE, "FrontLightEnable", 1)
    bench.unit.refresh_idle()
    assert bench.unit.outputs.front == idle

    await bench.caller.alarm(flightenable=1, flightcolor1=2)
    assert bench.unit.outputs.front == Light(color1=2)
    await bench.caller.alarm(alarmenable=0)

    assert bench.unit.outputs.front == (idle if back else None)


@with_options(StrobeOptions(max_duration=600, max_play_times=9, max_interval=60))
async def test_reading_h_limits(bench: Bench) -> None:
    """Numbers above the unit's limits are refused."""
    assert (await bench.caller.alarm(alarmoutduration=600)).code == 200
    assert (await bench.caller.alarm(alarmoutduration=601)).code == 402
    assert (await bench.caller.alarm(playtimes=10)).code == 402
    assert (await bench.caller.alarm(interval=61)).code == 402


@with_options(StrobeOptions(relay_repeat="pulse"))
async def test_relay_pulses(bench: Bench) -> None:
    """A firmware may open the relay before closing it again."""
    await bench.caller.alarm(alarmoutenable=1)
    await bench.caller.alarm(alarmoutenable=1)

    assert [change.event for change in bench.unit.timeline] == ["on", "off", "on"]


async def test_relay_is_extended(bench: Bench) -> None:
    """Usually a second request gives it more time."""
    await bench.caller.alarm(alarmoutenable=1)
    bench.unit.clock.advance(50)
    await bench.caller.alarm(alarmoutenable=1)
    bench.unit.clock.advance(50)

    assert bench.unit.outputs.relay
    assert len(bench.unit.timeline) == 1


async def test_sound_with_pauses(bench: Bench) -> None:
    """Plays and pauses follow each other; the last pause is not waited for."""
    await bench.caller.alarm(
        playenable=1, playfile="Siren.wav", cyclemode=1, playtimes=2, interval=3
    )
    bench.unit.clock.advance(5)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.position, sound.finished, sound.remaining) == (None, 1, 1)
    bench.unit.clock.advance(3)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert sound.position == 1
    bench.unit.clock.advance(10)
    assert bench.unit.timeline[-1].time == 11


async def test_sound_without_end(bench: Bench) -> None:
    """Mode 2 plays until it is told to stop."""
    await bench.caller.alarm(playenable=1, playfile="Doorbell.wav", cyclemode=2)
    bench.unit.clock.advance(100_000)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert sound.remaining is None
    await bench.caller.alarm(playenable=1, playfile="Siren.wav")
    assert bench.unit.timeline[-1].event == "changed"
    await bench.caller.alarm(playenable=0)
    assert bench.unit.outputs.sound is None


async def test_speaker_test(bench: Bench) -> None:
    """The test plays at the unit's volume and touches nothing else."""
    body = (
        "<TestPlayAudio><Enabled>{}</Enabled><FileType>{}</FileType>"
        "<FileName>{}</FileName></TestPlayAudio>"
    )
    await bench.caller.alarm(flightenable=1)
    call = bench.caller.call

    assert (await call("POST", TEST_PLAY, body.format(1, 1, "Siren.wav"))).code == 402
    assert (await call("POST", TEST_PLAY, body.format(1, 0, "None.wav"))).code == 402
    assert (await call("POST", TEST_PLAY, body.format(1, 0, "Siren.wav"))).code == 200

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.owner, sound.volume) == ("test", 70)
    assert len(bench.unit.alarm_log) == 1
    assert (await call("POST", TEST_PLAY, body.format(0, 0, ""))).code == 200
    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.front is not None


# Idle schedules


async def test_idle_schedule_follows_the_clock(bench: Bench) -> None:
    """A window opens and closes by itself, in the unit's own zone and week."""

    def evening(text: str) -> str:
        return (
            text.replace("<ScheduleEnable>0", "<ScheduleEnable>1", 1)
            .replace("<BackLightEnable>0", "<BackLightEnable>1", 1)
            .replace("<WeekDays>0123456", "<WeekDays>6", 1)
            .replace("<BeginTime>00:00:00", "<BeginTime>18:00:00", 1)
        )

    assert (await bench.put(IDLE, evening)).code == 200
    assert bench.unit.outputs.back is None
    bench.unit.clock.advance(6 * 3600)
    assert bench.unit.outputs.back == Light(color1=1)
    bench.unit.clock.advance(6 * 3600)
    assert bench.unit.outputs.back is None
    bench.unit.clock.advance(24 * 3600)
    times = [(change.event, change.time) for change in bench.unit.timeline]
    assert times == [("on", 6 * 3600), ("off", 12 * 3600)]


async def test_clock_and_zone_are_set(bench: Bench) -> None:
    """The clock moves only if the write says so; the zone moves the windows."""
    assert bench.unit.local_time.hour == 12
    await bench.put(NTP, lambda text: text.replace("GMT+00:00", "GMT-08:00"))
    assert bench.unit.local_time.hour == 4
    await bench.put(NTP, lambda text: text.replace("<DST>0", "<DST>1"))
    assert bench.unit.local_time.hour == 5
    assert bench.unit.clock.wall == SATURDAY

    def noon(text: str) -> str:
        text = text.replace("<IsUpdateTime>0", "<IsUpdateTime>1")
        return text.replace("2026-11-21T12:00:00Z", "2018-07-01T18:00:00Z")

    assert (await bench.put(NTP, noon)).code == 200
    assert bench.unit.clock.wall == datetime(2018, 7, 1, 18, tzinfo=UTC)


async def test_idle_sound(bench: Bench) -> None:
    """An endless idle sound makes way for an alarm and comes back."""
    bench.configure(IDLE, "ScheduleEnable", 1)
    bench.configure(IDLE, "PlayEnable", 1)
    bench.configure(IDLE, "CycleMode", 2)
    bench.unit.refresh_idle()
    await bench.caller.alarm(playenable=1, playfile="Siren.wav")
    bench.unit.clock.advance(4)

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert sound.owner == "idle"
    assert [change.file for change in bench.unit.timeline] == [
        "Doorbell.wav",
        "Siren.wav",
        "Doorbell.wav",
    ]


# Files


async def test_file_list(bench: Bench) -> None:
    """Names and types, numbered from one."""
    answer = await bench.caller.call("POST", FILES)

    assert answer.xml.findtext("FileCount") == "4"
    assert answer.xml.findtext("FileName_1") == "You are not Alone.wav"
    assert answer.xml.findtext("FileType_1") == "0"
    assert answer.xml.findtext("FileName_4") == "Welcome & Hello.wav"
    assert answer.xml.findtext("FileType_4") == "1"


async def test_upload_and_download(bench: Bench) -> None:
    """The bytes that went up come down, and play."""
    content = wav(4.0)
    assert (await bench.caller.upload("Grüße?>.wav", content)).code == 200
    assert bench.unit.files.packets == 4

    body = "<DownloadFile><FileName>Grüße?&gt;.wav</FileName></DownloadFile>"
    answer = await bench.caller.call("POST", DOWNLOAD, body)

    assert answer.body == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    await bench.caller.alarm(playenable=1, playfile="Grüße?>.wav")
    bench.unit.clock.advance(3.9)
    assert bench.unit.outputs.sound is not None
    bench.unit.clock.advance(0.1)
    assert bench.unit.outputs.sound is None


async def test_upload_out_of_order(bench: Bench) -> None:
    """Packets follow each other without gaps, and a short one is the last."""
    encoded = base64.b64encode(b"New.wav").decode()

    async def packet(offset: int, size: int) -> int | None:
        query = f"name={encoded}&offset={offset}&id={bench.caller.session_id}"
        answer = await bench.caller.call("POST", UPLOAD, b"x" * size, query=query)
        return answer.code

    assert await packet(PACKET, PACKET) == 402
    assert await packet(0, PACKET + 1) == 402
    assert await packet(0, PACKET) == 200
    assert await packet(2 * PACKET, 5) == 402
    assert await packet(PACKET, 5) == 200
    assert await packet(PACKET + 5, 5) == 402
    file = bench.unit.files.find("New.wav")
    assert file is not None
    assert len(file.content) == PACKET + 5


async def test_upload_name_with_plus(bench: Bench) -> None:
    """A plus in the URL becomes a blank and breaks the Base64 name."""
    encoded = base64.b64encode("ñ>>.wav".encode()).decode()
    assert "+" in encoded
    query = f"name={encoded}&offset=0&id={bench.caller.session_id}"

    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).code == 402
    query = query.replace("+", "%2B")
    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).code == 200


@pytest.mark.parametrize(
    ("options", "listed"),
    [(StrobeOptions(), False), (StrobeOptions(exact_upload="listed"), True)],
    ids=["pending", "listed"],
)
async def test_upload_of_full_packets(bench: Bench, listed: bool) -> None:
    """Without a short packet the unit cannot know the end."""
    await bench.caller.upload("Full.wav", b"x" * (2 * PACKET))

    assert ("Full.wav" in bench.unit.files.names) == listed


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (StrobeOptions(max_files=5), 400, 402),
        (StrobeOptions(max_files=5, full_error=409), 409, None),
    ],
    ids=["402", "409"],
)
async def test_upload_when_full(bench: Bench, status: int, code: int | None) -> None:
    """There is room for so many files; an old one may be replaced."""
    assert (await bench.caller.upload("One.wav", wav(0.1))).code == 200
    refused = await bench.caller.upload("Two.wav", wav(0.1))
    assert (refused.status, refused.code) == (status, code)
    assert (await bench.caller.upload("One.wav", wav(0.2))).code == 200
    assert len(bench.unit.files.files) == 5


@pytest.mark.parametrize("name", ["Siren.wav", "text.txt", "a/b.wav", ""])
async def test_upload_refused_names(bench: Bench, name: str) -> None:
    """System files stay, and only audio is taken."""
    assert (await bench.caller.upload(name, wav(0.1))).code == 402


async def test_upload_needs_the_lower_case_id(bench: Bench) -> None:
    """The upload alone spells its session id differently."""
    query = f"name=YS53YXY=&offset=0&ID={bench.caller.session_id}"

    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).status == 401
    bench.unit.options.upload_id = "both"
    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).status == 200


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Siren.wav", 402),
        ("Missing.wav", 402),
        ("Used.wav", 402),
        ("Playing.wav", 402),
        ("Free.wav", 200),
    ],
)
async def test_delete(bench: Bench, name: str, code: int) -> None:
    """Only free customer files can be deleted."""
    for new in ("Used.wav", "Playing.wav", "Free.wav"):
        bench.unit.files.add(new, wav(1))
    bench.configure(IDLE, "PlayFile", "Used.wav")
    await bench.caller.alarm(playenable=1, playfile="Playing.wav")
    body = f"<GetDelAudioFile><FileName>{name}</FileName></GetDelAudioFile>"

    assert (await bench.caller.call("PUT", FILES, body)).code == code
    assert ("Free.wav" in bench.unit.files.names) == (code == 402)


def piped(content: bytes) -> bytes:
    """Return a file as a program writes it into a pipe."""
    endless = struct.pack("<I", 0xFFFFFFFF)
    return content[:4] + endless + content[8:40] + endless + content[44:]


@pytest.mark.parametrize(
    ("options", "code"),
    [(StrobeOptions(), 200), (StrobeOptions(broken_sound="refuse"), 402)],
    ids=["silent", "refuse"],
)
@pytest.mark.parametrize(
    "content",
    [piped(wav(1)), wav(1)[:-10], wav(1, rate=44100), b"RIFF", b""],
    ids=["piped", "cut", "rate", "stub", "empty"],
)
async def test_unplayable_files(bench: Bench, content: bytes, code: int) -> None:
    """A file the unit cannot read is silence, or an error."""
    bench.unit.files.add("Bad.wav", content)

    assert (await bench.caller.alarm(playenable=1, playfile="Bad.wav")).code == code
    assert bench.unit.outputs.sound is None


def test_lengths_of_files() -> None:
    """The length follows from the bytes."""
    assert wav_seconds(wav(1.5, rate=16000)) == 1.5
    listed = b"LIST" + struct.pack("<I", 4) + b"INFO"
    body = wav(2)[8:36] + listed + wav(2)[36:]
    assert wav_seconds(b"RIFF" + struct.pack("<I", len(body)) + body) == 2
    assert mp3_seconds(b"\xff\xfb\x90\x00" + b"\0" * 15996) == 1
    assert mp3_seconds(b"ID3\x03\0\0\0\0\0\x04\0\0\0\0" + b"\0" * 16000) == 1
    assert mp3_seconds(b"") is None


# Log


def query(start: str, end: str) -> str:
    """Return the body of a log query."""
    times = f"<StartTime>{start}</StartTime><EndTime>{end}</EndTime>"
    return f"<QueryLog>{times}</QueryLog>"


DAY = query("20 November 2026 12:00:00", "22 November 2026 12:00:00")


@pytest.mark.parametrize(
    ("options", "accepted"),
    [
        (StrobeOptions(), "document"),
        (StrobeOptions(log_times="blank"), "blank"),
        (StrobeOptions(log_times="iso"), "iso"),
    ],
    ids=["document", "blank", "iso"],
)
@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("document", "1 July 2018 18:00:00"),
        ("blank", "2018-07-01 18:00:00"),
        ("iso", "2018-07-01T18:00:00Z"),
        ("none", "1 juillet 2018 18:00:00"),
        ("none", "31 June 2018 18:00:00"),
        ("none", "now"),
    ],
)
async def test_log_times(bench: Bench, accepted: str, form: str, start: str) -> None:
    """One of three ways to write a time is taken."""
    answer = await bench.caller.call("POST", QUERY_LOG, query(start, start))

    assert answer.code == (None if form == accepted else 402)


async def test_log(bench: Bench) -> None:
    """The alarms of a time, by time, with the unit's own clock."""
    await bench.caller.alarm(flightenable=1)
    bench.unit.clock.advance(5)
    await bench.unit.trigger_probe()
    await bench.unit.trigger_broadcast()
    bench.unit.add_log(0, datetime(2018, 7, 1, 18, tzinfo=UTC))

    answer = await bench.caller.call("POST", QUERY_LOG, DAY)

    assert answer.xml.findtext("AlarmCount") == "3"
    assert [
        (node.findtext("AlarmType"), node.findtext("AlarmTime"))
        for node in answer.xml[1:]
    ] == [
        ("1", "2026-11-21T12:00:00Z"),
        ("0", "2026-11-21T12:00:05Z"),
        ("2", "2026-11-21T12:00:05Z"),
    ]
    backwards = query("2 July 2018 18:00:00", "1 July 2018 18:00:00")
    assert (await bench.caller.call("POST", QUERY_LOG, backwards)).code == 402


@with_options(StrobeOptions(unclosed_log=True))
async def test_unclosed_log(bench: Bench) -> None:
    """The log as the template prints it is not well formed."""
    bench.unit.add_log(1)

    answer = await bench.caller.call("POST", QUERY_LOG, DAY)

    assert answer.body.endswith(
        b"<QueryLog><AlarmCount>1</AlarmCount><AlarmCount_1><AlarmType>1</AlarmType>"
        b"<AlarmTime>2026-11-21T12:00:00Z</AlarmTime><AlarmCount_1></QueryLog>"
    )


@with_options(StrobeOptions(log_zone="local"))
async def test_log_in_local_time(bench: Bench) -> None:
    """A firmware may print local time and call it Z."""
    await bench.put(NTP, lambda text: text.replace("GMT+00:00", "GMT+08:00"))
    bench.unit.add_log(1)

    answer = await bench.caller.call("POST", QUERY_LOG, DAY)

    assert answer.xml.findtext("AlarmCount_1/AlarmTime") == "2026-11-21T20:00:00Z"


# Probe, broadcast, push


class Receiver(Emulator):
    """A web server that takes alarm messages."""

    status = 200

    @override
    async def handle(
        self, record: RequestRecord, request: web.BaseRequest
    ) -> web.StreamResponse:
        """Answer what the test wants."""
        return web.Response(status=self.status)

    @override
    def app_error(self, record: RequestRecord, code: int) -> web.Response:
        """Answer an HTTP error."""
        return self.http_error(code)


@pytest.fixture
async def receiver(bench: Bench) -> AsyncIterator[Receiver]:
    """Run a web server and make the unit report to it."""
    async with Receiver() as server:
        bench.configure(HTTP_LINK, "Enabled", 1)
        bench.configure(HTTP_LINK, "Server", f"{server.url}/hook")
        bench.configure(ALARM, "HTTPMsgEnabled", 1)
        yield server


async def test_probe_runs_the_alarm_schedule(bench: Bench) -> None:
    """The probe lights, sounds and closes the relay for the schedule's time."""
    await bench.caller.alarm(blightenable=1)

    assert await bench.unit.trigger_probe()

    outputs = bench.unit.outputs
    assert outputs.front == Light(color1=1, mode=6, frequency=100)
    assert outputs.back is None
    assert outputs.sound is not None
    assert outputs.sound.file == "Siren.wav"
    assert outputs.relay
    bench.unit.clock.advance(60)
    assert bench.unit.outputs.front is None
    assert bench.unit.outputs.sound is None
    assert not bench.unit.outputs.relay
    assert not bench.unit.pushes


@with_options(StrobeOptions(schedule_sound="once"))
async def test_probe_sound_once(bench: Bench) -> None:
    """A firmware may play the schedule's file only once."""
    await bench.unit.trigger_probe()
    bench.unit.clock.advance(4)

    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.relay


async def test_lowest_schedule_wins(bench: Bench) -> None:
    """Of the schedules of this moment, the one with the lowest id runs."""
    schedules = bench.unit.documents.schedules(ALARM)
    schedules[0].set("WeekDays", "012345")
    for schedule in schedules[1:3]:
        schedule.set("ScheduleEnable", 1)
        schedule.set("FrontLightEnable", 1)
    schedules[1].set("FrontLightcolor1", 2)
    schedules[2].set("FrontLightcolor1", 3)

    assert await bench.unit.trigger_probe()

    front = bench.unit.outputs.front
    assert front is not None
    assert front.color1 == 2


async def test_probe_without_effect(bench: Bench) -> None:
    """No schedule of this moment, or the probe is off: nothing happens."""
    bench.configure(ALARM, "EndTime", "11:59:59")
    assert not await bench.unit.trigger_probe()
    bench.configure(ALARM, "EndTime", "12:00:00")
    bench.configure(SENSOR, "Enabled", 0)
    assert not await bench.unit.trigger_probe()
    bench.configure(BROADCAST_LINK, "IsAcceptBroadcast", 0)
    assert not await bench.unit.trigger_broadcast()
    assert not bench.unit.alarm_log
    bench.configure(SENSOR, "Enabled", 1)
    assert await bench.unit.trigger_probe()


@pytest.mark.parametrize(
    ("method", "header", "value"),
    [
        (0, "Authorization", None),
        (1, "X-Token", "secret"),
        (2, "Authorization", "Bearer secret"),
        (3, "Authorization", "Basic WC1Ub2tlbjpzZWNyZXQ="),
    ],
)
async def test_push(
    bench: Bench, receiver: Receiver, method: int, header: str, value: str | None
) -> None:
    """A probe alarm is reported with the configured login."""
    bench.configure(HTTP_LINK, "AuthMethod", method)
    bench.configure(HTTP_LINK, "AuthKey", "X-Token")
    bench.configure(HTTP_LINK, "AuthValue", "secret")

    await bench.unit.trigger_probe()

    (record,) = receiver.requests_to("/hook", "POST")
    assert record.headers.get(header) == value
    assert record.body == (
        b'<?xml version="1.0" encoding="utf-8"?><AlarmLinkMsg>'
        b"<DeviceID>2507150000</DeviceID><SoftwareVer>V1.4.0</SoftwareVer>"
        b"<MACAddress>8C-1F-64-A3-6B-A9</MACAddress><IPAddress>127.0.0.1</IPAddress>"
        b"<AlarmType>0</AlarmType><AlarmTime>2026-11-21T12:00:00Z</AlarmTime>"
        b"</AlarmLinkMsg>"
    )
    assert bench.unit.pushes[0].status == 200


@with_options(StrobeOptions(append_push_path=True))
async def test_push_with_a_path_of_its_own(bench: Bench, receiver: Receiver) -> None:
    """A firmware may add its own path to the address."""
    bench.configure(HTTP_LINK, "Server", receiver.url)

    await bench.unit.trigger_probe()

    (record,) = receiver.requests
    assert record.path == "/ISAPI/AlarmLink/AlarmLinkMsg"
    assert record.raw_query == "ID=0"


async def test_push_of_api_alarms(bench: Bench, receiver: Receiver) -> None:
    """An API alarm is reported if it asks for it."""
    await bench.caller.alarm(flightenable=1, httpmsgenabled=0)
    await bench.caller.alarm(
        alarmenable=1, httpmsgenabled=1, emailenabled=1, broadcastenabled=1
    )
    await bench.unit.settle()

    (record,) = receiver.requests
    assert b"<AlarmType>1</AlarmType>" in record.body
    assert bench.unit.emails == ["api"]
    assert bench.unit.broadcasts == ["api"]


async def test_push_that_fails(bench: Bench, receiver: Receiver) -> None:
    """What became of each message is known."""
    receiver.status = 401
    await bench.unit.trigger_probe()
    await receiver.stop()
    await bench.unit.trigger_probe()
    bench.configure(HTTP_LINK, "Server", "not an address")
    await bench.unit.trigger_probe()
    bench.configure(HTTP_LINK, "Enabled", 0)
    await bench.unit.trigger_probe()

    assert [push.status for push in bench.unit.pushes] == [401, None, None]
    assert "ClientConnectorError" in str(bench.unit.pushes[1].error)


# Power, identity


async def test_reboot_by_request(bench: Bench) -> None:
    """The answer arrives, then there is silence for a minute."""
    bench.unit.files.add("Mine.wav", wav(1))
    await bench.caller.alarm(flightenable=1, alarmoutenable=1)

    answer = await bench.caller.sample(("PUT", REBOOT))

    assert answer.code == 200
    await asyncio.sleep(0)
    assert bench.unit.outputs.front is None
    with pytest.raises(ClientError):
        await bench.caller.login()
    assert not await bench.unit.trigger_probe()
    bench.unit.clock.advance(59)
    assert not bench.unit.powered
    bench.unit.clock.advance(1)
    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    assert (await bench.caller.login()).status == 200
    assert "Mine.wav" in bench.unit.files.names
    assert (bench.unit.reboots, bench.unit.timeline[-1].cause) == (1, "reboot")


async def test_shutdown_and_boot(bench: Bench) -> None:
    """The plug can be pulled for as long as a test likes."""
    port = bench.unit.port
    bench.unit.shutdown()
    bench.unit.clock.advance(100_000)
    with pytest.raises(ClientError):
        await bench.caller.login()
    bench.unit.boot()
    assert (await bench.caller.login()).status == 200
    assert bench.unit.port == port


async def test_upload_is_lost_in_a_reboot(bench: Bench) -> None:
    """An unfinished file does not survive."""
    await bench.caller.upload("Half.wav", b"x" * PACKET)
    bench.unit.reboot(0)
    bench.unit.clock.advance(0)
    await bench.caller.login()
    query = f"name=SGFsZi53YXY=&offset={PACKET}&id={bench.caller.session_id}"

    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).code == 402


async def test_replaced_by_another_unit(bench: Bench) -> None:
    """Another unit at the same address has another identity and no sessions."""
    bench.unit.files.add("Mine.wav", wav(1))
    bench.unit.replace(mac="8C-1F-64-A3-6B-AA", name="Other")

    assert (await bench.caller.call("POST", DEVICE_INFO)).status == 401
    await bench.caller.login()
    info = (await bench.caller.call("POST", DEVICE_INFO)).xml
    network = (await bench.caller.call("POST", "/ISAPI/Network/NetworkConfig")).xml
    assert info.findtext("MACAddress") == "8C-1F-64-A3-6B-AA"
    assert network.findtext("NetLink/MACAddress") == "8C-1F-64-A3-6B-AA"
    assert info.findtext("DeviceName") == "Other"
    assert "Mine.wav" not in bench.unit.files.names


@pytest.mark.parametrize(("wait", "status"), [(30, 200), (31, 401)])
async def test_reset_password(bench: Bench, wait: int, status: int) -> None:
    """The hole in the document: no login, only a restart within 30 seconds."""
    await bench.caller.sample(("PUT", RESET_PASSWORD))
    bench.unit.clock.advance(wait)
    bench.unit.reboot(0)
    bench.unit.clock.advance(0)

    assert (await bench.caller.login(password="x")).status == status
    assert len(bench.unit.dangerous) == 1


async def test_restore_default(bench: Bench) -> None:
    """Everything but the login returns to what it was in the shop."""
    bench.unit.files.add("Mine.wav", wav(1))
    bench.configure(AUDIO, "AudioOutVolume", 5)

    answer = await bench.caller.sample(("PUT", "/ISAPI/System/RestoreDefault"))

    assert answer.code == 200
    await asyncio.sleep(0)
    assert not bench.unit.powered
    assert bench.unit.documents[AUDIO].get("AudioOutVolume") == "70"
    assert "Mine.wav" not in bench.unit.files.names


# Discovery


class Searcher(asyncio.DatagramProtocol):
    """Collect what answers to a search."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Keep an answer."""
        self.answers.put_nowait(data)


@asynccontextmanager
async def search(
    bench: Bench,
) -> AsyncIterator[tuple[asyncio.DatagramTransport, Searcher]]:
    """Open a socket to search with."""
    transport, searcher = await asyncio.get_running_loop().create_datagram_endpoint(
        Searcher, remote_addr=("127.0.0.1", bench.unit.udp_port)
    )
    yield transport, searcher
    transport.close()


@pytest.mark.parametrize(
    "request_xml",
    [b"<DiscoveryReq/>", b'<?xml version="1.0" encoding="utf-8"?>\n<DiscoveryReq/>'],
    ids=["bare", "declared"],
)
async def test_discovery(bench: Bench, request_xml: bytes) -> None:
    """A search is answered to the sender, with the port that really listens."""
    async with search(bench) as (transport, searcher):
        transport.sendto(request_xml)
        answer = Answer(200, await asyncio.wait_for(searcher.answers.get(), 5), {})

    assert answer.xml.tag == "DiscoveryRes"
    assert answer.xml.findtext("MacAddr") == "8C-1F-64-A3-6B-A9"
    assert answer.xml.findtext("HTTPPort") == str(bench.unit.port)
    assert len(answer.xml) == 15


async def test_discovery_obeys_nothing_else(bench: Bench) -> None:
    """A request to change the address is remembered and ignored."""
    discovery = bench.unit.discovery
    assert discovery is not None
    datagrams = (b"hello", b"<DiscoveryReq>x</DiscoveryReq>", b"<ModifyDeviceReq/>")
    async with search(bench) as (transport, searcher):
        for data in datagrams:
            transport.sendto(data)
        transport.sendto(b"<DiscoveryReq/>")
        await asyncio.wait_for(searcher.answers.get(), 5)

    assert (len(discovery.received), discovery.searches) == (4, 1)
    assert discovery.dangerous == [b"<ModifyDeviceReq/>"]
    assert searcher.answers.empty()


# Faults


async def executed(bench: Bench, kind: FaultKind) -> tuple[bool, Answer | None]:
    """Send an alarm into a fault; tell whether it ran, and what came back."""
    bench.unit.faults.add(kind, URL_ALARM, seconds=0.001, code=500, size=70_000)
    try:
        answer = await bench.caller.alarm(flightenable=1)
    except ClientError:
        return bool(bench.unit.alarm_calls), None
    return bool(bench.unit.alarm_calls), answer


@pytest.mark.parametrize(
    ("kind", "ran", "answered"),
    [
        (FaultKind.LATENCY, True, True),
        (FaultKind.DROP_BEFORE, False, False),
        (FaultKind.DROP_AFTER, True, False),
        (FaultKind.HTTP_STATUS, False, True),
        (FaultKind.APP_ERROR, False, True),
        (FaultKind.GARBAGE, True, True),
        (FaultKind.TRUNCATED, True, False),
        (FaultKind.CLIPPED, True, True),
        (FaultKind.HTML, True, True),
        (FaultKind.HUGE, True, True),
        (FaultKind.EMPTY, True, True),
    ],
)
async def test_faults(bench: Bench, kind: FaultKind, ran: bool, answered: bool) -> None:
    """Each fault hits once, before or after the command."""
    did_run, answer = await executed(bench, kind)

    assert did_run == ran
    assert (answer is not None) == answered
    assert (await bench.caller.alarm(flightenable=0)).code == 200


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        (FaultKind.HTTP_STATUS, 500, b"<html>"),
        (FaultKind.APP_ERROR, 400, b"<?xml"),
        (FaultKind.GARBAGE, 200, b"\x00\xff"),
        (FaultKind.CLIPPED, 200, b"<?xml"),
        (FaultKind.HTML, 200, b"<html>"),
        (FaultKind.HUGE, 200, b"<x>000"),
        (FaultKind.EMPTY, 200, b""),
    ],
)
async def test_bad_bodies(
    bench: Bench, kind: FaultKind, status: int, start: bytes
) -> None:
    """What a fault answers cannot be mistaken for the truth."""
    _, answer = await executed(bench, kind)

    assert answer is not None
    assert answer.status == status
    assert answer.body.startswith(start)
    assert answer.headers["Server"] == "GoAhead-Webs/2.5.0"
    assert answer.code in (None, 500)


@pytest.mark.parametrize(
    ("kind", "ran"), [(FaultKind.HANG, False), (FaultKind.HANG_AFTER, True)]
)
async def test_hang(bench: Bench, kind: FaultKind, ran: bool) -> None:
    """A request hangs until released, before or after its effect."""
    fault = bench.unit.faults.add(kind, count=None)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bench.caller.alarm(flightenable=1), 0.05)
    assert bool(bench.unit.alarm_calls) == ran
    assert bench.unit.parallel == 1

    bench.unit.faults.clear()
    assert (await bench.caller.alarm(flightenable=1)).code == 200
    assert bench.unit.parallel == 0
    assert fault.hits == 1


async def test_fault_selection(bench: Bench) -> None:
    """A fault can wait, repeat, and look at the request."""
    faults = bench.unit.faults
    third = faults.add("http_status", DEVICE_INFO, method="POST", count=2, skip=1)
    faults.add("app_error", match=lambda record: "x=1" in record.raw_query, code=503)
    query = f"ID={bench.caller.session_id}"

    statuses = [(await bench.caller.call("POST", DEVICE_INFO)).status for _ in range(4)]
    coded = await bench.caller.call("POST", DEVICE_INFO, query=f"{query}&x=1")

    assert statuses == [200, 503, 503, 200]
    assert coded.code == 503
    assert bench.unit.requests[-1].fault == "app_error"
    faults.remove(third)
    assert len(faults.planned) == 1


async def test_records_and_counters(bench: Bench) -> None:
    """Every request is kept as it came."""
    bench.unit.forget()
    bench.unit.clock.advance(7)
    await asyncio.gather(
        *(bench.caller.call("POST", DEVICE_INFO, query="ID=a+b%20c") for _ in range(3))
    )

    record = bench.unit.requests[0]
    assert record.query == {"ID": "a+b c"}
    assert record.raw_query == "ID=a+b%20c"
    assert (record.virtual_time, record.status) == (7, 401)
    assert record.headers["host"].startswith("127.0.0.1")
    assert bench.unit.counts == {f"POST {DEVICE_INFO}": 3}
    assert 1 <= bench.unit.max_parallel <= 3


async def test_parallel_requests_are_noticed(bench: Bench) -> None:
    """A client that does not wait for its answers is found out."""
    assert bench.unit.max_parallel == 1
    bench.unit.faults.add("latency", seconds=0.02, count=2)
    await asyncio.gather(
        bench.caller.call("POST", DEVICE_INFO), bench.caller.call("POST", DEVICE_INFO)
    )
    assert bench.unit.max_parallel == 2


# Clock, TLS, demo


def test_virtual_clock() -> None:
    """Timers fire in order at their own moments; time does not run backwards."""
    clock = VirtualClock(SATURDAY)
    seen: list[tuple[str, float]] = []
    clock.call_later(2, lambda: seen.append(("b", clock.monotonic)))
    clock.call_later(1, lambda: seen.append(("a", clock.monotonic)))
    clock.call_later(1.5, lambda: seen.append(("x", clock.monotonic))).cancel()
    clock.advance(1)
    clock.advance(5)
    clock.sync()

    assert seen == [("a", 1), ("b", 2)]
    assert clock.wall == SATURDAY.replace(second=6)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


async def test_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a demo the clock runs by itself, and can still be pushed."""
    now = 0.0
    monkeypatch.setattr("tests.emulators.clock.time.monotonic", lambda: now)
    async with StrobeEmulator(clock=VirtualClock(realtime=True)) as unit:
        async with Caller(unit) as caller:
            await caller.alarm(alarmoutenable=1, alarmoutduration=20)
        now = 10.0
        assert unit.outputs.relay
        unit.clock.advance(9)
        assert unit.outputs.relay
        now = 11.0
        assert not unit.outputs.relay


async def test_tls() -> None:
    """The unit speaks TLS with a certificate nobody knows."""
    async with (
        StrobeEmulator(tls=True, udp_port=0) as unit,
        ClientSession(connector=TCPConnector(ssl=False)) as session,
    ):
        assert unit.url.startswith("https://")
        async with session.post(f"{unit.url}{DEVICE_INFO}") as answer:
            assert answer.status == 401
        strict = TCPConnector(ssl=ssl.create_default_context())
        async with ClientSession(connector=strict) as other:
            with pytest.raises(ClientError):
                await other.post(f"{unit.url}{DEVICE_INFO}")


async def test_control_server(bench: Bench) -> None:
    """The demo's strings: look, trigger, restart, let time pass."""
    async with ControlServer(bench.unit) as control, ClientSession() as session:
        base = f"http://127.0.0.1:{control.port}"
        async with session.post(f"{base}/probe") as answer:
            assert await answer.json() == {"ran": True}
        async with session.post(f"{base}/advance?seconds=10") as answer:
            assert await answer.json() == {"time": "2026-11-21T12:00:10Z"}
        async with session.get(f"{base}/state") as answer:
            state = await answer.json()
        async with session.post(f"{base}/broadcast") as answer:
            assert await answer.json() == {"ran": True}
        async with session.post(f"{base}/reboot?seconds=5") as answer:
            assert await answer.json() == {"reboots": 1}

    assert state["outputs"]["relay"] is True
    assert state["outputs"]["sound"]["file"] == "Siren.wav"
    assert state["log"] == [{"type": 0, "time": "2026-11-21T12:00:00Z"}]
    assert state["requests"] == {f"POST {LOGIN}": 1}
    assert not bench.unit.powered


async def test_command_line() -> None:
    """The emulator runs alone, says where it is, and stops on a signal."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.emulators.strobe"),
        *("--control-port", "0", "--udp-port", "0", "--password", "demo"),
        cwd=Path(__file__).parent.parent,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().split()
    async with ClientSession() as session:
        async with session.get(f"{line[-1]}/state") as answer:
            state = await answer.json()
        async with session.post(f"{line[3]}{DEVICE_INFO}") as answer:
            assert answer.status == 401
    process.terminate()

    assert await process.wait() == 0
    assert line[:3] == ["strobe", "ready", "at"]
    assert state["address"] == line[3]
