"""The emulated camera serves all of the card, and nothing else."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.cbt import CARD, RESOURCES, CbtOptions
from tests.emulators.cbt.samples import SAMPLES
from tests.emulators.cbt_coverage import ask, is_dangerous, right, running, table

from .bench import Bench

EMULATORS = Path(__file__).parents[1] / "emulators"
DANGEROUS = {
    "setPasswd",
    "reset",
    "setWiredNetwork",
    "setPlatformServer",
    "Set4GConfig",
    "setWifiConfig",
    "setMailConf",
    "setGb28181",
    "setGb28181Logout",
    "setGb28181Register",
    "devsFormat",
    "getPlatformConfFile",
    "setPlatformConfFile",
    "telnet",
}
ENVELOPE = ["code", "device_mac", "deviceID", "device_id", "log", "device_ip"]
BRIEF = ["code", "message", "deviceID", "device_mac", "device_ip"]


@pytest.mark.parametrize("resource", RESOURCES)
async def test_every_resource(resource: str) -> None:
    """A sample of each is served without complaint; danger leaves a mark."""
    answer, unit = await ask(resource)

    assert right(resource, answer), answer.body[:300]
    assert unit.requests_of(resource)
    assert bool(unit.dangerous) == (resource in DANGEROUS)
    assert unit.violations == []


def test_the_card_is_whole() -> None:
    """The table has the figures of the card."""
    assert len(CARD) == 71
    assert len(RESOURCES) == len(set(RESOURCES)) == 73
    assert SAMPLES.keys() <= CARD.keys()
    assert {name for name in RESOURCES if is_dangerous(name)} == DANGEROUS
    assert {one.kind for one in CARD.values()} == {"get", "set", "do"}


def test_table() -> None:
    """The report counts what is served."""
    text = table([(name, name.startswith("get")) for name in RESOURCES])
    gets = sum(name.startswith("get") for name in RESOURCES)

    assert f"actions         {gets}/71" in text
    assert "NO  setPasswd (dangerous)" in text
    assert "ok  getSysConfig\n" in text


@pytest.mark.parametrize(
    ("action", "names"),
    [
        (
            "getSysConfig",
            [
                *("version", "ai_version", "ui_version", "pf_version", "dev_name"),
                *("language", "webPort", "dev_type", "ivs_mask", "dev_mask"),
                *("update_type", *ENVELOPE),
            ],
        ),
        (
            "getDeviceTime",
            [
                *("deviceTime", "ntp_enable", "ntpServer", "timeInterval"),
                *("timeZone", *BRIEF),
            ],
        ),
        ("getIOAlarmIn", ["status", *ENVELOPE, "sign_tby"]),
        ("getStorageInfo", ["devs", *ENVELOPE]),
        ("setSysConfig", ENVELOPE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_answers_of_the_document(action: str, names: list[str]) -> None:
    """The camera of the examples prints their keys in their order."""
    async with running(CbtOptions()) as (_, caller):
        answer = await caller.sample(action)
        assert [name for name, _ in _pairs(answer.text)] == names


async def test_names_that_stand_there_twice(bench: Bench) -> None:
    """Two answers of the document have a name in them twice."""
    both = (
        ("getGb28181", "device_id", "H0"),
        ("getImageAdjustmentEx", "led_control_avail", 1),
    )
    bench.unit.settings.set("Gb28181", device_id="34020000001320000111")
    bench.unit.options.device_id = "H0"
    for action, name, last in both:
        answer = await bench.call(action)
        assert [n for n, _ in _pairs(answer.text)].count(name) == 2
        assert answer.data[name] == last
    bench.unit.options.twice = False
    for action, name, _ in both:
        names = [n for n, _ in _pairs((await bench.call(action)).text)]
        assert names.count(name) == 1


def _pairs(text: str) -> list[tuple[str, Any]]:
    """Return the names and values of an object, in their order."""
    return list(json.loads(text, object_pairs_hook=list))


@pytest.mark.parametrize(
    "action",
    [
        *("setPtzControl", "getAlarmInConf", "getIOAlarmIn", "openDoor", "ioSendData"),
        *("getPeripheralConf", "getWifiStatus", "setWifiScan", "Get4GConfig"),
        *("getAencConf", "getSmartAudioConf", "getExposureInfo", "getRegInvConf"),
        *("getIVSConf", "getODAlarmConf"),
    ],
)
async def test_abilities_that_are_missing(action: str) -> None:
    """A bare camera does not support what it lacks."""
    async with running(CbtOptions.bare()) as (unit, caller):
        answer = await caller.sample(action)
        assert answer.code == 209
        said = answer.data["message" if CARD[action].brief else "log"]
        assert said == ("NULL" if CARD[action].brief else "not supported")
        assert unit.violations == []
        unit.options.unsupported = "error json"
        assert (await caller.sample(action)).text == "error json\r\n"
        assert (await caller.call("getMotionDetConf")).code == 0


async def test_absent_actions(bench: Bench) -> None:
    """Any action may be missing, in any way."""
    bench.unit.options.absent = {
        "get*Rule": -1,
        "getOsd*": "error json",
        "getRec*": "404",
        "cgi_images": "failed",
        "telnet": "404",
    }
    assert await bench.code("getStorageRule") == -1
    assert (await bench.call("getOsdConf")).text == "error json\r\n"
    assert (await bench.call("getRecSchedule")).status == 404
    assert (await bench.caller.sample("cgi_images")).text == "failed\r\n"
    assert (await bench.caller.sample("telnet")).status == 404
    assert not bench.unit.telnet_open


def test_nothing_is_imported_from_elsewhere() -> None:
    """The emulator needs neither the integration nor Home Assistant."""
    files = [*(EMULATORS / "cbt").glob("*.py"), EMULATORS / "cbt_coverage.py"]
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


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"sizes": [((640, 360),)]}, "1 streams"),
        ({"detectors": frozenset({"smell"})}, "smell"),
    ],
    ids=["streams", "detectors"],
)
def test_cameras_that_cannot_be(changes: dict[str, Any], text: str) -> None:
    """Options that make no camera are refused."""
    with pytest.raises(ValueError, match=text):
        CbtOptions(**changes)
