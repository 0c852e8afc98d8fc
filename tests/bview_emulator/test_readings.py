"""Each place where the document can be read in two ways, in both ways."""

import base64

import pytest

from tests.emulators.bview import BviewOptions, Disk
from tests.emulators.bview.xmldoc import HIKVISION, ZWCLOUD
from tests.emulators.bview_coverage import running

from .bench import Bench, full, with_options

COLOR = "/Images/1/Color"
IR_CUT = "/Images/1/IrCutFilter"
WHITE = "/Images/1/WhiteBalance"
OSD = "/Pictures/1/OSD"


async def changed(bench: Bench, path: str, **texts: str) -> int | None:
    """Change some tags of a document; return the code."""
    text = (await bench.get(path)).text
    for name, value in texts.items():
        head, _, rest = text.partition(f"<{name}>")
        text = f"{head}<{name}>{value}<{rest.partition('<')[2]}"
    return (await bench.put(path, text)).code


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("/Network", '<Network version="1.0" xmlns="">'),
        ("/Network/FTP", f'<FTP Version="1.0" xmlns="{ZWCLOUD}">'),
        ("/System/DST", f'<DST Version="1.0" xmlns="{ZWCLOUD}">'),
        ("/System/NTP", "<NTP>"),
        ("/Network/WifiParamTestStatus", '<WIFIStatusForTest Version="1.0">'),
        ("/nothing", f'<ResponseStatus Version="1.0" xmlns="{ZWCLOUD}">'),
    ],
)
async def test_attributes_of_the_document(bench: Bench, path: str, head: str) -> None:
    """Each block has the attributes that the document prints for it."""
    text = (await bench.get(path)).text
    assert text.startswith('<?xml version="1.0" encoding="UTF-8" ?>\r\n' + head)


@pytest.mark.parametrize(
    ("options", "head"),
    [
        (full(attributes="none"), b"<NTP>"),
        (full(prolog=False, pretty=False), b"<NTP><Enable>"),
        (full(bom=True, prolog=False), b"\xef\xbb\xbf<NTP>"),
        (full(prefix="n", prolog=False), f'<n:NTP xmlns:n="{ZWCLOUD}">'.encode()),
        (
            full(attributes="everywhere", version_attribute="version", prolog=False),
            f'<NTP version="1.0" xmlns="{ZWCLOUD}">'.encode(),
        ),
        (
            full(attributes="everywhere", namespace=HIKVISION, prolog=False),
            f'<NTP Version="1.0" xmlns="{HIKVISION}">'.encode(),
        ),
    ],
)
async def test_forms(options: BviewOptions, head: bytes) -> None:
    """Documents may be printed in other forms."""
    async with running(options) as (_, caller):
        body = (await caller.get("/System/NTP")).body
    if b"?>" not in head and options.prolog:
        body = body.partition(b"?>\r\n")[2]
    assert body.startswith(head)


async def test_errors_with_a_status(bench: Bench) -> None:
    """An application error may come with HTTP 400."""
    bench.unit.options.error_status = "400"
    answer = await bench.get("/Images/2")
    assert (answer.status, answer.code) == (400, -4)


@pytest.mark.parametrize(
    ("way", "status", "body"),
    [("status", 200, True), ("created", 201, True), ("empty", 200, False)],
)
async def test_answers_to_writes(
    bench: Bench, way: str, status: int, *, body: bool
) -> None:
    """A write may be answered in four ways; 204 has no body at all."""
    match way:
        case "created":
            bench.unit.options.write_answer = "created"
        case "empty":
            bench.unit.options.write_answer = "empty"
    answer = await bench.put("/System/1/RemoteForceFrame")
    assert (answer.status, bool(answer.body)) == (status, body)
    bench.unit.options.write_answer = "none"
    answer = await bench.put("/System/1/RemoteForceFrame")
    assert (answer.status, answer.body) == (204, b"")
    assert bench.unit.key_frames == 2


async def test_other_errors(bench: Bench) -> None:
    """Paths that are not there may be a 404."""
    bench.unit.options.unknown_url = 404
    assert (await bench.get("/nothing")).status == 404
    assert (await bench.get("/Streams/1/7")).status == 404


@with_options(
    full(absent={"/Images/1/Scene": -3, "/Record/Notify/*": 404, "/Disk": 501})
)
async def test_absent_resources(bench: Bench) -> None:
    """A camera may lack anything, in its own way; what contains it goes on."""
    assert (await bench.get("/Images/1/Scene")).code == -3
    assert (await bench.get("/Record/Notify/URL")).status == 404
    assert (await bench.get("/Disk")).status == 501
    image = await bench.get("/Images/1")
    assert image.xml.find("Scene") is None
    assert (await bench.put("/Images/1", image.body)).code == 0


@with_options(full(absent={"/Pictures/1/OSD": -3}))
async def test_absent_required_parts(bench: Bench) -> None:
    """A required part that the camera lacks need not be sent."""
    body = (await bench.get("/Pictures/1")).body
    assert b"<OSD>" not in body
    assert (await bench.put("/Pictures/1", body)).code == 0


@pytest.mark.parametrize(
    ("policy", "code", "left"),
    [("refuse", -2, "50"), ("keep", 0, "50"), ("blank", 0, None)],
)
async def test_missing_tags(
    bench: Bench, policy: str, code: int, left: str | None
) -> None:
    """A required tag that is not sent: an error, unchanged, or emptied."""
    match policy:
        case "keep":
            bench.unit.options.missing_tags = "keep"
        case "blank":
            bench.unit.options.missing_tags = "blank"
    body = "<Color><Mode>manual</Mode><Brightness>60</Brightness></Color>"
    assert (await bench.put(COLOR, body)).code == code
    assert (await bench.text(COLOR, "Hue") or None) == left
    assert await bench.text(COLOR, "Brightness") == ("50" if code else "60")


@pytest.mark.parametrize(("policy", "code"), [("refuse", -12), ("ignore", 0)])
async def test_automatic_brightness(bench: Bench, policy: str, code: int) -> None:
    """A new brightness fails while brightness is automatic; the old one does not."""
    if policy == "ignore":
        bench.unit.options.auto_brightness = "ignore"
    assert await changed(bench, COLOR, Mode="auto") == 0
    assert await changed(bench, COLOR, Contrast="60") == 0
    assert await changed(bench, COLOR, Brightness="60") == code
    assert await bench.text(COLOR, "Brightness") == "50"
    assert await changed(bench, COLOR, Mode="manual", Brightness="60") == 0
    assert await bench.text(COLOR, "Brightness") == "60"


@pytest.mark.parametrize(
    ("note", "mode", "kept"),
    [
        ("sensible", "initiative", "70"),
        ("sensible", "passivity", "70"),
        ("sensible", "day", "50"),
        ("literal", "initiative", "50"),
        ("literal", "day", "70"),
    ],
)
@with_options(full(ineffective="ignore", dependent_fields="always"))
async def test_day_and_night(bench: Bench, note: str, mode: str, kept: str) -> None:
    """The note on sensitivity can be read in two ways."""
    if note == "literal":
        bench.unit.options.ir_note = "literal"
    assert await changed(bench, IR_CUT, Mode=mode, Sensitivity="70") == 0
    assert await bench.text(IR_CUT, "Sensitivity") == kept
    assert await changed(bench, IR_CUT, Mode=mode, DayStartTime="06:00:00") == 0
    assert await bench.text(IR_CUT, "DayStartTime") == "07:00:00"
    assert await changed(bench, IR_CUT, Mode="time", DayStartTime="06:00:00") == 0
    assert await bench.text(IR_CUT, "DayStartTime") == "06:00:00"


@with_options(full(dependent_fields="when_valid"))
async def test_hidden_fields(bench: Bench) -> None:
    """Fields that mean nothing now may be left out by the camera."""
    assert await bench.text(WHITE, "GainRed") is None
    assert await changed(bench, WHITE, Mode="manual") == 0
    assert await bench.text(WHITE, "GainRed") == "50"
    assert await bench.text(IR_CUT, "DayStartTime") is None
    assert await bench.text(IR_CUT, "Sensitivity") == "50"
    assert await changed(bench, IR_CUT, Mode="time") == 0
    assert await bench.text(IR_CUT, "DayStartTime") == "07:00:00"
    assert await bench.text(IR_CUT, "Sensitivity") is None
    assert (await bench.get("/Images/1")).xml.find("IrCutFillter/Sensitivity") is None


@with_options(full(not_supported=frozenset({"Scene", "BLC", "FlipMode", "Color"})))
async def test_what_is_not_supported(bench: Bench) -> None:
    """Such values say so, and can only be sent back."""
    assert await bench.text("/Images/1/Scene", "Support") == "false"
    assert await changed(bench, "/Images/1/Scene", Mode="soft") == -3
    assert await bench.text("/Images/1/Basic", "BLC") == "notsupport"
    assert await changed(bench, "/Images/1/Basic", BLC="open") == -5
    assert await changed(bench, "/Images/1/Basic", WDR="strong") == 0
    assert await changed(bench, COLOR, Brightness="60") == 0
    with pytest.raises(ValueError, match="Cannot leave out"):
        BviewOptions(not_supported=frozenset({"Everything"}))


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"PosX": "300", "PosY": "540"}, 0),
        ({"PosX": "50", "PosY": "540"}, -5),
        ({"PosX": "16", "PosY": "530"}, -5),
        ({"PosX": "50", "PosY": "540", "Enable": "false"}, 0),
    ],
)
async def test_overlays(bench: Bench, texts: dict[str, str], code: int) -> None:
    """Time and name must not overlap; the document leaves that to the client."""
    assert await changed(bench, OSD, **texts) == code
    bench.unit.options.overlap = "accept"
    assert await changed(bench, OSD, **texts) == 0


@pytest.mark.parametrize(
    ("way", "code", "url"),
    [
        ("accept", 0, "http://10.0.0.1:8123/x"),
        ("ignore", 0, "http://10.0.0.1/x"),
    ],
)
async def test_port_of_the_server(way: str, code: int, url: str) -> None:
    """Whether ServerURL may hold a port is not documented."""
    options = full()
    options.server_port = "ignore" if way == "ignore" else "accept"
    async with running(options) as (unit, caller):
        assert (await caller.put("/Alarm/AMS/2", server("10.0.0.1:8123"))).code == code
        unit.settings.set("/Alarm/EventCfgList/2", "http/Message", "eA==")
        from_push = unit.motion_target()
    assert from_push == url


def server(host: str) -> str:
    """Return an AMS document."""
    coded = base64.b64encode(host.encode()).decode()
    return (
        "<AMS><Enable>true</Enable><ServerName>motionEvent</ServerName>"
        f"<ServerURL>{coded}</ServerURL></AMS>"
    )


async def test_refused_ports() -> None:
    """A camera may refuse a port in ServerURL."""
    async with running(full(server_port="refuse")) as (_, caller):
        assert (await caller.put("/Alarm/AMS/2", server("10.0.0.1:80"))).code == -5
        assert (await caller.put("/Alarm/AMS/2", server("10.0.0.1"))).code == 0


@pytest.mark.parametrize(("way", "rate"), [("fps", "25"), ("hundredfold", "2500")])
async def test_rates_of_the_capability(way: str, rate: str) -> None:
    """MaxFrameRate may be in pictures per second or in hundredths."""
    options = full(max_frame_rate=way, stream_capability=True)
    async with running(options) as (_, caller):
        root = (await caller.get("/Streams/1/CapabilityV2")).xml
        assert {node.text for node in root.iter("MaxFrameRate")} == {rate}
        assert len(root.findall("MainStreamCapabilityList/MainStreamCapability")) == 3
        stream = (await caller.get("/Streams/1")).xml
        assert stream.find("StreamCapability/ID") is not None


async def test_addresses_of_streams(bench: Bench) -> None:
    """An RTSP address is what the camera believes about itself."""
    for number, name in ((1, "main"), (2, "sub"), (3, "second")):
        url = await bench.text(f"/Streams/1/{number}/Transport", "RTSPURI")
        assert url == f"rtsp://192.168.1.46:554/live/0/{name}"


@pytest.mark.parametrize("state", ["manual", "alarm", "normal"])
async def test_state_of_an_event_recording(bench: Bench, state: str) -> None:
    """Which RecordState an HTTP event has is not documented."""
    bench.unit.options.http_record_state = state
    await bench.put("/Record/HttpEvent/Call")
    assert (await bench.status())["RecordState"] == state


async def test_two_cards() -> None:
    """Disks are the camera's own copies of what was ordered."""
    async with running(full(disks=[Disk(number=4, kind="samba")])) as (_, caller):
        root = (await caller.get("/Disk")).xml
        assert root.findtext("Disk/DiskID") == "4"
        assert root.findtext("Disk/DiskStorageType") == "samba"
