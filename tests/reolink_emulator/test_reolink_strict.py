"""Strictness: types, limits, fields, abilities, batches, planned misbehavior."""

import asyncio
import json
from typing import Any

import pytest

from tests.emulators.base import FaultKind
from tests.emulators.reolink import ChannelOptions, ReolinkOptions
from tests.emulators.reolink.ability import CHANNEL, UNIT
from tests.emulators.reolink_coverage import API, logged_in

pytestmark = pytest.mark.usefixtures("socket_enabled")

IMAGE = {
    "channel": 0,
    "bright": 150,
    "contrast": 150,
    "saturation": 150,
    "hue": 150,
    "sharpen": 150,
}


async def test_default_abilities_are_the_documents() -> None:
    """A camera without options can do what the document's example can."""
    async with logged_in() as (_, caller):
        ability = (await caller.value("GetAbility", {"User": {"userName": "NULL"}}))[
            "Ability"
        ]
        channels = ability.pop("abilityChn")
        assert ability == {
            name: {"permit": permit, "ver": version}
            for name, (permit, version) in UNIT.items()
        }
        assert channels == [
            {
                name: {"permit": permit, "ver": version}
                for name, (permit, version) in CHANNEL.items()
            }
        ]


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        ("SetImage", {"Image": IMAGE}, 0),
        ("SetImage", {"Image": {**IMAGE, "bright": 256}}, -4),
        ("SetImage", {"Image": {**IMAGE, "bright": "150"}}, -4),
        ("SetImage", {"Image": {**IMAGE, "bright": True}}, -4),
        ("SetImage", {"Image": {**IMAGE, "bright": 150.5}}, -4),
        ("SetImage", {"Image": {**IMAGE, "britht": 1}}, -4),
        ("SetImage", {"Image": {"channel": 0, "bright": 1}}, -4),
        ("SetImage", {"image": IMAGE}, -4),
        ("SetImage", {"Image": {**IMAGE, "channel": 1}}, -49),
        ("SetImage", {"Image": {**IMAGE, "channel": "0"}}, -4),
        ("GetImage", {}, -4),
        ("GetImage", {"channel": True}, -4),
        ("SetDevName", {"DevName": {"name": "x" * 32}}, -22),
        ("SetAutoMaint", {"AutoMaint": {"weekDay": "Someday"}}, -4),
        ("SetAutoMaint", {"AutoMaint": {"weekDay": "Everyday", "hour": 3}}, 0),
        ("SetNtp", {"Ntp": {"interval": 5}}, -4),
        ("SetNtp", {"Ntp": {"interval": 0}}, 0),
        ("SetWhiteLed", {"WhiteLed": {"channel": 0, "mode": 3}}, -4),
        ("SetWhiteLed", {"WhiteLed": {"channel": 0, "bright": 100}}, 0),
        ("SetMask", {"Mask": {"channel": 0, "enable": 1}}, -4),
        ("SetMask", {"Mask": {"channel": 0, "enable": 1, "area": []}}, 0),
        ("SetMask", {"Mask": {"channel": 0, "enable": 1, "area": [{}]}}, -4),
        ("SetIsp", {"Isp": {"channel": 0, "dayNight": "Color"}}, -4),
        ("AudioAlarmPlay", {"channel": 0, "alarm_mode": "manul"}, -4),
        ("AudioAlarmPlay", {"channel": 0, "alarm_mode": "times", "times": 0}, -4),
        ("GetAiAlarm", {"channel": 0, "ai_type": "ghost"}, -4),
        ("GetAiAlarm", {"channel": 0, "ai_type": "face"}, -9),
        ("SetAlarmArea", {"channel": 0, "ai_type": "people", "area": "1" * 80}, -4),
        ("SetNetPort", {"NetPort": {"rtspPort": 0}}, -4),
        ("SetTime", {"Time": {"hour": 3}}, -4),
        ("SetFtpV20", {"Ftp": {"autoDir": 9, "schedule": {"channel": 0}}}, -4),
        ("SetPushV20", {"Push": {"schedule": {"table": {"MD": "1"}}}}, -4),
        ("SetPushV20", {"Push": {"schedule": {"table": {"MD": "2" * 168}}}}, -4),
        ("SetPushV20", {"Push": {"schedule": {"table": {"MD": "0" * 168}}}}, 0),
        ("SetMdAlarm", {"MdAlarm": {"channel": 0, "scope": {"table": "1"}}}, -4),
        ("GetAbsurd", {}, -9),
        (" CheckFirmware", {}, -9),
    ],
)
async def test_parameters(command: str, fields: dict[str, Any], code: int) -> None:
    """What the document does not allow is refused, and nothing changes."""
    async with logged_in() as (unit, caller):
        before = unit.settings.fields("Image")
        answer = await caller.ask(command, fields)
        assert answer.code == code
        assert (unit.settings.fields("Image") == before) == (
            code != 0 or command != "SetImage"
        )


async def test_lenient_units_take_partial_writes() -> None:
    """As most real devices do, if the options say so."""
    options = ReolinkOptions(mandatory="channel", unknown_fields="ignore")
    async with logged_in(options) as (_, caller):
        fields = {"Image": {"channel": 0, "bright": 7, "extra": 1}}
        assert (await caller.ask("SetImage", fields)).code == 0
        image = (await caller.value("GetImage", {"channel": 0}))["Image"]
        assert image == {
            "channel": 0,
            "bright": 7,
            "contrast": 128,
            "hue": 128,
            "saturation": 128,
            "sharpen": 128,
        }


@pytest.mark.parametrize(
    ("command", "param"),
    [
        ("GetPtzPreset", {"channel": 0}),
        ("GetPowerLed", {"channel": 0}),
        ("GetWifi", {}),
        ("GetStitch", {}),
        ("GetCrop", {"channel": 0}),
        ("GetZoomFocus", {"channel": 0}),
        ("Getchannelstatus", {}),
        ("GetRec", {"channel": 0}),
        ("GetBuzzerAlarmV20", {"channel": 0}),
    ],
)
async def test_abilities_decide(command: str, param: dict[str, Any]) -> None:
    """A command whose ability is missing is refused."""
    async with logged_in() as (unit, caller):
        assert (await caller.ask(command, param)).code == -9
        unit.options.no_ability = -26
        assert (await caller.ask(command, param)).code in (-9, -26)


async def test_single_abilities() -> None:
    """An option can set the version of any ability."""
    camera = ChannelOptions(abilities={"snap": 0, "ptzType": 3, "newThing": 2})
    async with logged_in(ReolinkOptions(channels=[camera])) as (_, caller):
        assert (await caller.get("Snap", channel=0, rs="x")).codes == [-9]
        ability = (await caller.value("GetAbility"))["Ability"]["abilityChn"][0]
        assert ability["newThing"] == {"permit": 6, "ver": 2}


async def test_unknown_command() -> None:
    """A command that nobody knows is answered as Unknown; options may add one."""
    async with logged_in() as (unit, caller):
        answer = await caller.ask("GetEvents", {"channel": 0})
        assert answer.json == [
            {
                "cmd": "Unknown",
                "code": 1,
                "error": {"detail": "not support", "rspCode": -9},
            }
        ]
        unit.options.extra = {"GetEvents": {"channel": 0}}
        assert (await caller.value("GetEvents")) == {"channel": 0}


async def test_batches() -> None:
    """Answers keep the order; one bad command spoils no other; 35 is the most."""
    async with logged_in() as (unit, caller):
        batch = [
            {"cmd": "GetTime"},
            {"cmd": "GetNothing"},
            {"cmd": "GetImage", "action": 0, "param": {"channel": 3}},
            {"cmd": "GetMdState", "param": {"channel": 0}},
        ]
        answer = await caller.post(batch)
        assert answer.codes == [0, -9, -49, 0]
        assert [row["cmd"] for row in answer.json] == [
            "GetTime",
            "Unknown",
            "GetImage",
            "GetMdState",
        ]
        assert (await caller.post([{"cmd": "GetNtp"}] * 35)).codes == [0] * 35
        assert (await caller.post([{"cmd": "GetNtp"}] * 36)).codes == [-16]
        assert unit.commands["GetNtp"] == 71
        assert [call.code for call in unit.calls_of("GetImage")] == [-49]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", -10),
        (b"{}", "application/json", -4),
        (b"[]", "application/json", -4),
        (b'[{"cmd":1}]', "application/json", -4),
        (b'[{"cmd":"GetTime"}]', "text/plain", -10),
        (b'[{"cmd":"GetTime"}]', "application/octet-stream", 0),
        (b'[{"cmd":"GetTime"}]', "application/x-www-form-urlencoded", 0),
        (b'[{"cmd":"GetTime","action":true}]', "application/json", -4),
        (b'[{"cmd":"GetTime","action":2}]', "application/json", -4),
        (b'[{"cmd":"GetTime","param":[]}]', "application/json", -4),
    ],
)
async def test_bodies(body: bytes, kind: str, code: int) -> None:
    """A body is a JSON list of commands."""
    async with logged_in() as (_, caller):
        target = f"{API}?token={caller.token}"
        answer = await caller.call("POST", target, body, {"Content-Type": kind})
        assert answer.codes == [code]


async def test_print() -> None:
    """Answers look as the unit prints them: blanks around colons, sorted."""
    async with logged_in() as (_, caller):
        answer = await caller.ask("GetUpnp", action=1)
        assert answer.body.decode().splitlines()[:5] == [
            "[",
            "   {",
            '      "cmd" : "GetUpnp",',
            '      "code" : 0,',
            '      "initial" : {',
        ]


async def test_only_addresses_are_got() -> None:
    """GET serves four commands; other methods and paths none."""
    async with logged_in() as (_, caller):
        assert (await caller.get("GetMdState", channel=0)).value == {"state": 0}
        assert (await caller.get("GetTime")).codes == [-10]
        assert (await caller.call("PUT", API)).status == 405
        assert (await caller.call("GET", "/nothing")).status == 404
        assert (await caller.call("GET", "/")).status == 200


async def test_short_and_collapsed_batches() -> None:
    """Answers can be lost, and whole batches can fail with one error."""
    async with logged_in() as (unit, caller):
        batch = [{"cmd": "GetTime"}, {"cmd": "GetNtp"}, {"cmd": "GetUpnp"}]
        unit.plans.shorten(2)
        assert (await caller.post(batch)).codes == [0]
        unit.plans.collapse(-8)
        assert (await caller.post(batch)).codes == [-8]
        assert (await caller.post(batch)).codes == [0, 0, 0]
        unit.plans.refuse("GetNtp", -8, count=None, collapse=True)
        assert (await caller.post(batch)).codes == [-8]
        assert (await caller.post(batch[::2])).codes == [0, 0]
        unit.plans.clear()
        unit.plans.refuse("GetNtp", -12)
        assert (await caller.post(batch)).codes == [0, -12, 0]
        assert (await caller.post(batch)).codes == [0, 0, 0]
        unit.plans.refuse("Login", -505)
        assert (await caller.login()).codes == [-505]


async def test_base_faults() -> None:
    """The faults of all emulators work here, too."""
    async with logged_in() as (unit, caller):
        unit.faults.add(FaultKind.APP_ERROR, code=-17)
        assert (await caller.ask("GetTime")).codes == [-17]
        unit.faults.add(FaultKind.HTTP_STATUS, code=502)
        assert (await caller.ask("GetTime")).status == 502
        unit.faults.add(FaultKind.CLIPPED)
        with pytest.raises(json.JSONDecodeError):
            assert (await caller.ask("GetTime")).json
        unit.faults.add(FaultKind.HANG)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await caller.ask("GetTime")
        assert (await caller.ask("GetTime")).code == 0
