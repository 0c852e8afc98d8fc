"""The emulated server serves all of the document, and nothing else."""

import ast
from dataclasses import fields
from pathlib import Path
import re

import pytest

from tests.emulators.vserver import CARD, CGIS, Action, VserverOptions
from tests.emulators.vserver_coverage import (
    BEFORE,
    SETS,
    ask,
    dangerous,
    measure,
    right,
    table,
    target_of,
)

from .bench import Bench, plain, with_options

EMULATORS = Path(__file__).parents[1] / "emulators"
DANGEROUS = {
    "sys_set SystemInfo reset",
    "sys_set DeviceInfo",
    "sys_set RmTemplate",
    "sys_set RmSerialnum",
    "sys_set HardwareV",
    "record_set RecordDevice format",
    "net_set AddressInfo",
    "net_set DigestLoginInfo",
    "net_set KaiCong",
    "net_set DDNSInfo",
    "net_set NetProtocolInfo",
    "netport_set NetPortInfo",
    "wifi_set WifiInfo",
    "user_set AddUser",
    "user_set DeleteUser",
    "user_set ChangePassword",
}


@pytest.mark.parametrize("action", CARD, ids=str)
async def test_every_action(action: Action) -> None:
    """A sample of each action is served; the dangerous ones leave a mark."""
    answer, unit = await ask(action)

    assert right(action, answer), answer.body[:300]
    assert not unit.violations
    last = unit.requests[-1]
    assert last.dangerous == (str(action) in DANGEROUS) == dangerous(action)


def test_the_card_is_whole() -> None:
    """The table has the figures of the card."""
    assert len(CGIS) == 43
    assert len(CARD) == len(set(CARD)) == 154
    assert set(SETS) | set(BEFORE) <= {str(one) for one in CARD}
    assert {str(one) for one in CARD if dangerous(one)} == DANGEROUS


async def test_table() -> None:
    """The report counts what is served."""
    rows = await measure(CARD[:3])
    text = table([*rows, (CARD[5], False)])

    assert "actions 3/154" in text
    assert "CGIs    1/43" in text
    assert "NO  sys_set SystemInfo reboot\n" in text
    assert "ok  sys_get HardwareV\n" in text
    assert target_of(CARD[-1]) == "/mjpgstreamreq/1/image.jpg"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cgi",
        "/cgi/",
        "/cgi/sys",
        "/cgi/sys_get/",
        "/cgi/Sys_get",
        "/cgi/rs485_query",
        "/cgi/user_query",
        "/cgi-bin/sys_get",
        "/sys_get",
        "/jpgimage/1/image.jpeg",
        "/jpgimage/0/image.jpg",
        "/jpgimage/5/image.jpg",
        "/jpgimage/x/image.jpg",
        "/mjpgstreamreq/5/image.jpg",
        "/mjpgstreamreq/4/image.jpg",
    ],
)
async def test_what_is_not_there(bench: Bench, path: str) -> None:
    """Other addresses are not found."""
    answer = await bench.caller.call(path)
    assert (answer.status, answer.body) == (404, b"")
    assert bench.last_violation in ("cgi", "channel", "unsupported")


@with_options(plain())
@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("ptz_get?Channel=1&Group=SpeedInfo", 501),
        ("ptz_set?Channel=1&Group=PTZCtrlInfo&Stop=0", 501),
        ("ptz_query?Group=All", 501),
        ("rs485_get?Channel=1&Group=RS485Data", 501),
        ("wifi_get?Group=WifiInfo", 501),
        ("wifi_query", 501),
        ("alarm_get?Group=IOTrigInfo", 501),
        ("alarm_query?Group=IOAccessInfo", 501),
        ("alarm_set?Group=IOAccessInfo&IOTrigNum=1&IM=1", 501),
        ("major_stream_get?Channel=2&Group=StreamInfo", 401),
        ("alarm_query?Group=All", 200),
        ("record_get?Channel=1&Group=RecordDevice", 200),
    ],
)
async def test_abilities_that_are_missing(bench: Bench, target: str, code: int) -> None:
    """A plain camera refuses what it cannot do."""
    assert await bench.code(target) == code


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("ptz_set?Channel=2&Group=PTZCtrlInfo&Zoom=1", 200),
        ("ptz_set?Channel=2&Group=PTZCtrlInfo&Direction=1", 501),
        ("ptz_get?Channel=2&Group=SpeedInfo", 501),
        ("ptz_set?Channel=3&Group=PTZCtrlInfo&Stop=0", 501),
        ("rs485_get?Channel=2&Group=RS485Data", 501),
        ("camera_get?Channel=3&Group=BasicInfo", 501),
        ("audio_get?Channel=3&Group=AudioInfo", 501),
        ("mjpeg_get?Channel=4&Group=StreamInfo", 501),
        ("camera_set?Channel=4&Group=ExposureInfo&ICREnable=1", 501),
        ("camera_set?Channel=4&Group=ExposureInfo&ColorMode=1", 200),
    ],
)
async def test_abilities_by_channel(bench: Bench, target: str, code: int) -> None:
    """What one channel can, another cannot."""
    assert await bench.code(target) == code


def test_nothing_is_imported_from_elsewhere() -> None:
    """The emulator needs neither the integration nor Home Assistant."""
    files = [*(EMULATORS / "vserver").glob("*.py"), EMULATORS / "vserver_coverage.py"]
    assert len(files) > 25
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in ("homeassistant", "custom_components")


def test_every_option_is_tested() -> None:
    """No option is without a test that names it."""
    text = "\n".join(
        path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))
    )
    names = [one.name for one in fields(VserverOptions)]
    assert len(names) > 90
    assert [n for n in names if not re.search(rf'\b{n}=|"{n}":|\.{n} = ', text)] == []
