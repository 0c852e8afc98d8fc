"""The emulated camera serves all of the document, and nothing else."""

import ast
from pathlib import Path
import re

import pytest

from tests.emulators.bview import CARD, PAIRS, BviewOptions
from tests.emulators.bview.routes import OPERATOR, QUERIES, Pair, is_dangerous
from tests.emulators.bview_coverage import (
    SAMPLES,
    ask,
    concrete,
    right,
    running,
    table,
)

from .bench import Bench

EMULATORS = Path(__file__).parents[1] / "emulators"
DANGEROUS = {
    "PUT /Network",
    "PUT /Network/DDNS",
    "PUT /Network/DDNS/Config",
    "PUT /Network/UPNP",
    "PUT /Network/UPNP/Config",
    "PUT /Network/Port",
    "PUT /Network/P2P",
    "PUT /Network/Interfaces",
    "PUT /Network/Interfaces/{n}",
    "PUT /Network/Interfaces/{n}/IPAddress",
    "PUT /Network/Interfaces/{n}/IPAddress/DHCP",
    "PUT /Network/Interfaces/{n}/IPAddress/DNS",
    "PUT /Network/Interfaces/{n}/Wireless",
    "PUT /Network/WifiParamTest",
    "PUT /System/FactoryDefault",
    "PUT /System/FirmwareUpgrade",
    "PUT /System/DeviceConfigFile",
    "PUT /System/Users/1",
    "POST /System/Users/1",
    "DELETE /System/Users/1",
    "PUT /Record/Format/Call",
}


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
async def test_every_pair(pair: Pair) -> None:
    """A sample of each pair is served; the dangerous ones leave a mark."""
    answer, unit = await ask(pair)

    assert right(pair, answer), answer.body[:300]
    assert unit.requests_of(concrete(pair[1]), pair[0])
    assert bool(unit.dangerous) == (" ".join(pair) in DANGEROUS)


def test_the_card_is_whole() -> None:
    """The table has the figures of the card."""
    assert len(CARD) == 82
    assert len(PAIRS) == len(set(PAIRS)) == 130
    assert {method for method, _ in PAIRS} == {"GET", "PUT", "POST", "DELETE"}
    assert set(SAMPLES) | OPERATOR <= set(PAIRS)
    assert set(QUERIES) <= set(CARD)
    assert {" ".join(p) for p in PAIRS if is_dangerous(p[0], concrete(p[1]))} == (
        DANGEROUS
    )


def test_table() -> None:
    """The report counts what is served."""
    rows = [(pair, pair[0] == "GET") for pair in PAIRS]
    text = table(rows)
    gets = sum(good for _, good in rows)

    assert f"method and path {gets}/130" in text
    assert "NO  PUT    /Network (dangerous)" in text
    assert re.search(r"^ok +GET +/Disk$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/", -10),
        ("/System", -10),
        ("/PTZ", -10),
        ("/Alarm", -10),
        ("/Network/", -10),
        ("/network", -10),
        ("/Streams/1/5", -10),
        ("/Network/Interfaces/3", -10),
        ("/System/DeviceStatus/x", -10),
        ("/download/video", -10),
        ("/download/video/H_20160712192233_00006.avi", -10),
        ("/System/DeviceStatus/2", -4),
        ("/Images/2", -4),
        ("/Pictures/2/OSD", -4),
        ("/Streams/2/1", -4),
        ("/Snapshot/0/RemoteImageCapture", -4),
        ("/System/Users/9", -5),
        ("/Alarm/AMS/2", -3),
        ("/System/Reboot", -3),
        ("/Streams/1/1/ReceiveData", -3),
        ("/Streams/1/4/Transport", -3),
        ("/Network/Interfaces/1/Wireless", -3),
        ("/Network/Interfaces/1/WIFIStatus", -3),
        ("/Network/Interfaces/1/WIFIAccessPointList", -3),
    ],
)
async def test_what_cannot_be_read(bench: Bench, path: str, code: int) -> None:
    """Other paths, channels and streams are refused in the camera's own way."""
    answer = await bench.get(path)

    assert (answer.status, answer.code) == (200, code)
    assert answer.get("requestURL") == path


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "OPTIONS"])
async def test_wrong_methods(bench: Bench, method: str) -> None:
    """A path that is there refuses other methods."""
    assert (await bench.caller.call(method, "/System/DeviceInfo")).code == -3
    bench.unit.options.wrong_method = 405
    assert (await bench.caller.call(method, "/System/DeviceInfo")).status == 405


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/PTZ/1/ZoomIn", -3),
        ("/PTZ/1/Presets/Goto", -3),
        ("/TwowayAudio/Open", -3),
        ("/Network/WifiParamTest", -3),
    ],
)
async def test_abilities_that_are_missing(path: str, code: int) -> None:
    """A plain camera refuses what it cannot do, and says what it is."""
    async with running(BviewOptions()) as (_, caller):
        body = SAMPLES["PUT", path.replace("/1/", "/{ch}/")]
        assert (await caller.put(path, body)).code == code
        info = await caller.get("/System/DeviceInfo")
        assert info.get("TwoWayAudio") == "false"
        assert info.get("AlarmInputChannels") == "0"
        assert (await caller.get("/Network/Interfaces/2/WIFIStatus")).code == -3
        assert (await caller.get("/Network/WifiParamTestStatus")).code == -3


def test_nothing_is_imported_from_elsewhere() -> None:
    """The emulator needs neither the integration nor Home Assistant."""
    files = [*(EMULATORS / "bview").glob("*.py"), EMULATORS / "bview_coverage.py"]
    assert len(files) > 30
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in ("homeassistant", "custom_components")
