"""Network settings: paced, stored later, and never with their passwords."""

import pytest

from tests.emulators.bview.blocks_network import EMAIL, FTP
from tests.emulators.bview_coverage import WIFI

from .bench import Bench, full, with_options

NTP = "/System/NTP"


async def test_stored_later(bench: Bench) -> None:
    """A written value can be read some seconds later."""
    assert (await bench.change(FTP, "Mask>00", "Mask>11")).code == 0
    assert await bench.text(FTP, "TransferContentTypeMask") == "00"
    bench.unit.clock.advance(2)
    assert await bench.text(FTP, "TransferContentTypeMask") == "11"
    assert bench.unit.writes_of(FTP)[0].changes == {
        "TransferContentTypeMask": ("00", "11")
    }


@pytest.mark.parametrize(
    ("pace", "code", "stored"), [("lose", 0, 1), ("refuse", -8, 1), ("accept", 0, 2)]
)
async def test_pace(bench: Bench, pace: str, code: int, stored: int) -> None:
    """Two writes below /Network need five seconds between them."""
    match pace:
        case "refuse":
            bench.unit.options.network_pace = "refuse"
        case "accept":
            bench.unit.options.network_pace = "accept"
    assert (await bench.change(EMAIL, "<SMTPPort>25", "<SMTPPort>465")).code == 0
    bench.unit.clock.advance(4.9)
    assert (await bench.change(FTP, "Mask>00", "Mask>11")).code == code
    assert (await bench.change(NTP, "windows", "example")).code == 0
    bench.unit.clock.advance(10)

    assert len(bench.unit.writes) == stored + 1
    (violation,) = bench.unit.violations_of("network_pace")
    assert (violation.label, violation.time) == (f"PUT {FTP}", 4.9)
    assert (await bench.change(FTP, "<Port>21", "<Port>2121")).code == 0
    assert len(bench.unit.violations) == 1


async def test_passwords_are_never_printed(bench: Bench) -> None:
    """A password is kept if the tag is empty or absent."""
    for path, tag, before in (
        (EMAIL, "SenderEmailPassword", "<ReceiverList>"),
        (FTP, "Password", "<IPAddress>"),
        ("/Network/DDNS/Config", "Password", "<RefreshIntervals>"),
    ):
        for secret, kept in (("one", "one"), ("", "one"), ("two", "two")):
            bench.unit.clock.advance(5)
            tagged = f"<{tag}>{secret}</{tag}>{before}"
            assert (await bench.change(path, before, tagged)).code == 0
            bench.unit.clock.advance(2)
            assert bench.unit.settings.secrets[path, tag] == kept
            assert tag not in (await bench.get(path)).text
    assert [bool(write.secrets) for write in bench.unit.writes] == [
        True,
        False,
        True,
    ] * 3
    assert "one" not in (await bench.get("/Network")).text


@with_options(full(empty_password="erase", password_tag="required", network_gap=0))
async def test_passwords_read_otherwise(bench: Bench) -> None:
    """An empty tag may erase the password, and its absence be an error."""
    path = "/Network/DDNS/Config"
    assert (await bench.change(path, "dyndns.org", "no-ip.com")).code == -2
    erased = await bench.change(
        path, "<RefreshIntervals>", "<Password/><RefreshIntervals>"
    )
    assert erased.code == 0
    bench.unit.clock.advance(2)
    assert bench.unit.settings.secrets == {(path, "Password"): ""}


@with_options(
    full(email_paths="table"), full(email_paths="note"), full(email_paths="both")
)
async def test_two_paths_of_mail(bench: Bench) -> None:
    """The table says EMail, a note says Email; the root is Email."""
    way = bench.unit.options.email_paths
    table, note = await bench.get("/Network/EMail"), await bench.get("/Network/Email")

    assert table.root == ("ResponseStatus" if way == "note" else "Email")
    assert note.root == ("ResponseStatus" if way == "table" else "Email")
    assert {table.code, note.code} <= {None, -10}
    assert (await bench.get("/Network")).xml.find("EMail/SMTPServer") is not None


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("/Network/Port", "<HTTP>80", "<HTTP>8080"),
        ("/Network/P2P", "<Enable>true", "<Enable>false"),
    ],
)
async def test_restarting_writes(bench: Bench, path: str, old: str, new: str) -> None:
    """Ports and the cloud restart the camera, after the answer."""
    assert (await bench.change(path, old, new)).code == 0
    assert not bench.unit.powered
    assert [record.path for record in bench.unit.dangerous] == [path]
    bench.unit.clock.advance(60)
    assert new in (await bench.get(path)).text
    if path == "/Network/P2P":
        assert await bench.text(path, "Status") == "offline"


async def test_whole_network(bench: Bench) -> None:
    """What is written at the top arrives below."""
    tag = "<SecondaryDNS>"
    answer = await bench.change("/Network", f"{tag}8.8.8.8", f"{tag}9.9.9.9")
    assert answer.code == 0
    bench.unit.clock.advance(2)
    path = "/Network/Interfaces/1/IPAddress/DNS"
    assert await bench.text(path, "SecondaryDNS") == "9.9.9.9"


async def test_wireless(bench: Bench) -> None:
    """A wireless connection is tried first, then set; each takes its time."""
    points = (await bench.get("/Network/Interfaces/2/WIFIAccessPointList")).xml
    assert [node.text for node in points.iter("SSID")] == ["TestWiFi", "Guests"]
    status = "/Network/WifiParamTestStatus"
    assert await bench.text(status, "Status") == "disconnect"
    assert (await bench.put("/Network/WifiParamTest", WIFI)).code == 0
    assert await bench.text(status, "Status") == "disconnect"
    bench.unit.clock.advance(30)
    assert await bench.text(status, "Status") == "connected"
    other = WIFI.replace("TestWiFi", "Elsewhere")
    assert (await bench.put("/Network/WifiParamTest", other)).code == 0
    bench.unit.clock.advance(30)
    assert await bench.text(status, "Status") == "disconnect"

    path = "/Network/Interfaces/2/Wireless"
    assert await bench.text("/Network/Interfaces/2/WIFIStatus", "State") == "close"
    assert (await bench.change(path, "disconnected", "connected")).code == 0
    bench.unit.clock.advance(2)
    assert await bench.text("/Network/Interfaces/2/WIFIStatus", "State") == "open"
    assert not bench.unit.violations


async def test_states(bench: Bench) -> None:
    """Names, ports and file transfer tell how they are."""
    ddns, upnp = "/Network/DDNS/Status", "/Network/UPNP/Status"
    assert await bench.text(ddns, "State") == "stopped"
    assert await bench.text(upnp, "MobliePortState") == "failed"
    assert await bench.text(FTP, "Status") == "not connect"
    for path in ("/Network/DDNS/Config", "/Network/UPNP/Config", FTP):
        bench.unit.settings.set(path, "Enable", "true")
    assert await bench.text(ddns, "State") == "Registered"
    assert await bench.text(upnp, "MobliePortState") == "success"
    assert await bench.text(FTP, "Status") == "connected"
