"""How strict the emulated strobe is with documents."""

import pytest

from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import (
    ALARM,
    AUDIO,
    BROADCAST_LINK,
    HTTP_LINK,
    IDLE,
    NETWORK,
    NTP,
    OSD,
    SENSOR,
    SIP,
    USER,
    WIFI,
)
from tests.emulators.strobe.routes import (
    ADD_USER,
    COLORS,
    DELETE_USER,
    DEVICE_INFO,
    DOWNLOAD,
    LOGIN,
    LOGOUT,
    REBOOT,
    RESET_PASSWORD,
    UPLOAD,
    WIFI_INFO,
)

from .bench import Bench, with_options


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
    osd = await bench.caller.call("POST", OSD)
    sip = await bench.caller.call("POST", SIP)

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
        (OSD, "#FFFFFF", "white", 402),
        (OSD, "<X>20", "<X>1001", 402),
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
    await bench.caller.call("POST", NETWORK)
    assert not bench.unit.dangerous

    await bench.put(NETWORK, lambda text: text)
    await bench.caller.call("POST", USER)

    assert [record.label for record in bench.unit.dangerous] == [
        f"PUT {NETWORK}",
        f"POST {USER}",
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
        ("PUT", DELETE_USER, "<DelUsr><UserName>admin</UserName></DelUsr>"),
        (
            "PUT",
            ADD_USER,
            "<AddUsr><UserName>admin</UserName><PassWord>x</PassWord>"
            "<Privilege>0</Privilege></AddUsr>",
        ),
        (
            "PUT",
            ADD_USER,
            f"<AddUsr><UserName>{'x' * 33}</UserName><PassWord>x</PassWord>"
            "<Privilege>0</Privilege></AddUsr>",
        ),
        (
            "PUT",
            USER,
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


@with_options(StrobeOptions(log_stop=True, wifi_connected=False))
async def test_other_small_options(bench: Bench) -> None:
    """A stop may be logged, and the unit may hang on a cable."""
    await bench.caller.alarm(alarmenable=0)
    wifi = await bench.caller.call("POST", WIFI)
    info = await bench.caller.call("POST", WIFI_INFO)

    assert [entry.kind for entry in bench.unit.alarm_log] == [1]
    assert wifi.xml.findtext("Status") == "0"
    assert info.xml.findtext("IpAddr") == ""
