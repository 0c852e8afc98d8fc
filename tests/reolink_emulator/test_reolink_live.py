"""What happens in time: detections, motors, siren, clock, firmware, channels."""

import asyncio
from datetime import datetime, timedelta

from aiohttp import ClientError
import pytest

from tests.emulators.reolink import ChannelOptions, ReolinkOptions
from tests.emulators.reolink_coverage import Caller, logged_in

pytestmark = pytest.mark.usefixtures("socket_enabled")

ZERO = {"channel": 0}


async def test_detections() -> None:
    """Motion and objects come, and go by themselves."""
    async with logged_in() as (unit, caller):
        unit.detect(seconds=3)
        unit.detect(0, "people")
        assert (await caller.value("GetMdState", ZERO)) == {"state": 1}
        people = (await caller.value("GetAiState", ZERO))["people"]
        assert people == {"alarm_state": 1, "support": 1}
        unit.clock.advance(4)
        assert (await caller.value("GetMdState", ZERO)) == {"state": 0}
        unit.options.ai_state = "numbers"
        assert (await caller.value("GetAiState", ZERO)) == {
            "channel": 0,
            "people": 1,
            "vehicle": 0,
            "dog_cat": 0,
        }
        unit.detect(0, "people", active=False)
        assert (await caller.value("GetAiState", ZERO))["people"] == 0
        with pytest.raises(ValueError, match="cannot detect face"):
            unit.detect(0, "face")


async def test_unknown_objects() -> None:
    """A kind that no document knows is printed like the others."""
    camera = ChannelOptions(ai=("people", "package"))
    async with logged_in(ReolinkOptions(channels=[camera])) as (unit, caller):
        unit.detect(0, "package")
        state = await caller.value("GetAiState", ZERO)
        assert state["package"] == {"alarm_state": 1, "support": 1}


async def test_moves_run_until_stopped() -> None:
    """A move has a start and, after Stop, an end."""
    async with logged_in(ReolinkOptions.full()) as (unit, caller):
        ptz = unit.cameras[0].ptz
        move = {"channel": 0, "op": "Right", "speed": 20}
        assert (await caller.ask("PtzCtrl", move)).code == 0
        unit.clock.advance(4)
        assert ptz.moving is not None
        assert ptz.position.pan == 40.0
        assert (await caller.ask("PtzCtrl", {"channel": 0, "op": "Stop"})).code == 0
        unit.clock.advance(4)
        assert ptz.moving is None
        assert ptz.position.pan == 40.0
        assert [(m.op, m.speed, m.ended) for m in ptz.moves] == [
            ("Right", 20, 4.0),
            ("Stop", 0, 4.0),
        ]
        unit.clock.advance(60)
        assert ptz.moves[-1].op == "ToGuard"
        assert ptz.position.pan == 0.0


@pytest.mark.parametrize(
    ("kind", "directions", "op", "code"),
    [
        (1, 8, "Left", -9),
        (1, 8, "ZoomInc", 0),
        (3, 8, "ZoomInc", -9),
        (2, 4, "LeftUp", -9),
        (2, 4, "Left", 0),
        (2, 8, "LeftUp", 0),
        (2, 8, "Jump", -4),
        (2, 8, "ToPos", -4),
    ],
)
async def test_what_motors_can_do(
    kind: int, directions: int, op: str, code: int
) -> None:
    """The type of the motors decides."""
    camera = ChannelOptions(ptz_type=kind, ptz_directions=4 if directions == 4 else 8)
    async with logged_in(ReolinkOptions(channels=[camera])) as (_, caller):
        assert (await caller.ask("PtzCtrl", {"channel": 0, "op": op})).code == code


async def test_presets_and_patrols() -> None:
    """Positions are stored, named, visited; patrols run until stopped."""
    async with logged_in(ReolinkOptions.full()) as (unit, caller):
        ptz = unit.cameras[0].ptz
        await caller.ask("PtzCtrl", {"channel": 0, "op": "Up", "speed": 10})
        unit.clock.advance(2)
        preset = {"channel": 0, "id": 7, "name": "gate", "enable": 1}
        assert (await caller.ask("SetPtzPreset", {"PtzPreset": preset})).code == 0
        await caller.ask("PtzCtrl", {"channel": 0, "op": "ToPos", "id": 1})
        assert ptz.position.pan == 30.0
        await caller.ask("PtzCtrl", {"channel": 0, "op": "ToPos", "id": 7})
        assert ptz.position.tilt == 10.0
        name = {"PtzPreset": {"channel": 0, "id": 7, "name": "door"}}
        assert (await caller.ask("SetPtzPreset", name)).code == 0
        rows = (await caller.value("GetPtzPreset", ZERO))["PtzPreset"]
        assert len(rows) == 64
        assert rows[6] == {"channel": 0, "id": 7, "name": "door", "enable": 1}
        start = {"channel": 0, "op": "StartPatrol", "id": 1}
        assert (await caller.ask("PtzCtrl", start)).code == 0
        patrols = (await caller.value("GetPtzPatrol", ZERO))["PtzPatrol"]
        assert [row["running"] for row in patrols] == [1, 0, 0, 0, 0, 0]
        assert (await caller.ask("PtzCtrl", {**start, "id": 2})).code == -4
        await caller.ask("PtzCtrl", {"channel": 0, "op": "StopPatrol"})
        assert ptz.patrolling is None


async def test_lens_and_calibration() -> None:
    """Zoom takes its time; a calibration is idle, doing, done."""
    async with logged_in(ReolinkOptions.full(zoom_seconds=3.0)) as (unit, caller):
        ranges = (await caller.ask("GetZoomFocus", ZERO, 1)).json[0]["range"]
        assert ranges["ZoomFocus"]["zoom"] == {"pos": {"max": 33, "min": 0}}
        goal = {"ZoomFocus": {"channel": 0, "op": "ZoomPos", "pos": 12}}
        assert (await caller.ask("StartZoomFocus", goal)).code == 0
        here = (await caller.value("GetZoomFocus", ZERO))["ZoomFocus"]
        assert here["zoom"] == {"pos": 0}
        unit.clock.advance(3)
        here = (await caller.value("GetZoomFocus", ZERO))["ZoomFocus"]
        assert here["zoom"] == {"pos": 12}
        states = [await caller.value("GetPtzCheckState", ZERO)]
        await caller.ask("PtzCheck", ZERO)
        states.append(await caller.value("GetPtzCheckState", ZERO))
        unit.clock.advance(20)
        states.append(await caller.value("GetPtzCheckState", ZERO))
        assert [state["PtzCheckState"] for state in states] == [0, 1, 2]


async def test_guard_point() -> None:
    """The guard point is set where the unit looks, and visited."""
    async with logged_in(ReolinkOptions.full()) as (unit, caller):
        ptz = unit.cameras[0].ptz
        await caller.ask("PtzCtrl", {"channel": 0, "op": "ToPos", "id": 2})
        store = {"channel": 0, "cmdStr": "setPos", "bSaveCurrentPos": 1, "benable": 0}
        assert (await caller.ask("SetPtzGuard", {"PtzGuard": store})).code == 0
        await caller.ask("PtzCtrl", {"channel": 0, "op": "ToPos", "id": 1})
        unit.clock.advance(100)
        assert ptz.position.pan == 30.0
        visit = {"channel": 0, "cmdStr": "toPos"}
        assert (await caller.ask("SetPtzGuard", {"PtzGuard": visit})).code == 0
        assert ptz.position.pan == -30.0
        slow = {"channel": 0, "cmdStr": "", "timeout": 90}
        assert (await caller.ask("SetPtzGuard", {"PtzGuard": slow})).code == -4


async def test_siren() -> None:
    """The siren sounds so many times, or until it is switched off."""
    async with logged_in() as (unit, caller):
        camera = unit.cameras[0]
        play = {"channel": 0, "alarm_mode": "times", "times": 2, "manual_switch": 0}
        assert (await caller.ask("AudioAlarmPlay", play)).code == 0
        assert camera.siren_sounds
        unit.clock.advance(10)
        assert not camera.siren_sounds
        manual = {"channel": 0, "alarm_mode": "manu", "manual_switch": 1}
        assert (await caller.ask("AudioAlarmPlay", manual)).code == 0
        unit.clock.advance(1000)
        assert camera.siren_sounds
        await caller.ask("AudioAlarmPlay", {**manual, "manual_switch": 0})
        assert not camera.siren_sounds
        assert [call.mode for call in camera.siren_calls] == ["times", "manu", "manu"]


async def test_wall_clock() -> None:
    """The zone counts seconds to the west; SetTime sets the clock."""
    async with logged_in() as (unit, caller):
        time = {"year": 2026, "mon": 7, "day": 1, "hour": 12, "min": 0, "sec": 0}
        write = {"Time": {**time, "timeZone": -3600}}
        assert (await caller.ask("SetTime", write)).code == 0
        assert unit.clock.wall.replace(tzinfo=None) == datetime(2026, 7, 1, 11)
        dst = {"enable": 1, "startWeek": 5, "endWeek": 5}
        assert (await caller.ask("SetTime", {"Dst": dst})).code == 0
        read = (await caller.value("GetTime"))["Time"]
        assert (read["hour"], read["hourFmt"], read["timeZone"]) == (13, 0, -3600)
        unit.clock.advance(timedelta(days=180).total_seconds())
        assert unit.local_time.hour == 12


async def test_firmware() -> None:
    """Nothing new, then a download with progress and a restart."""
    async with logged_in() as (unit, caller):
        assert (await caller.ask("UpgradeOnline")).code == -30
        unit.firmware.offered = "v3.1.0.1_22090600"
        assert (await caller.value("CheckFirmware")) == {"newFirmware": 1}
        assert (await caller.ask("UpgradeOnline")).code == 0
        assert (await caller.ask("UpgradeOnline")).code == -31
        unit.clock.advance(25)
        status = (await caller.value("UpgradeStatus"))["Status"]
        assert status == {"Perset": 50, "code": 0}
        unit.options.percent_key = "Persent"
        assert "Persent" in (await caller.value("UpgradeStatus"))["Status"]
        unit.clock.advance(26)
        assert not unit.powered
        with pytest.raises(ClientError):
            await caller.login()
        unit.clock.advance(60)
        await unit.settle()
        assert (await caller.ask("GetDevInfo")).code == -6
        await caller.login()
        info = (await caller.value("GetDevInfo"))["DevInfo"]
        assert info["firmVer"] == "v3.1.0.1_22090600"
        assert (await caller.ask("UpgradeOnline")).code == -30


async def test_reboot_and_restore() -> None:
    """A restart ends the logins; a reset the settings, too."""
    async with logged_in() as (unit, caller):
        led = {"IrLights": {"channel": 0, "state": "Off"}}
        await caller.ask("SetIrLights", led)
        assert (await caller.ask("Reboot")).code == 0
        assert not unit.powered
        assert unit.dangerous == []
        unit.clock.advance(61)
        await unit.settle()
        await caller.login()
        lights = (await caller.value("GetIrLights", ZERO))["IrLights"]
        assert lights == {"state": "Off"}
        assert (await caller.ask("Restore")).code == 0
        unit.clock.advance(61)
        await unit.settle()
        await caller.login()
        lights = (await caller.value("GetIrLights", ZERO))["IrLights"]
        assert lights == {"state": "Auto"}
        assert len(unit.dangerous) == 1
        assert (unit.reboots, unit.resets) == (2, 1)


async def test_channels_come_and_go() -> None:
    """A channel without a camera can do nothing, until one is plugged in."""
    async with logged_in(ReolinkOptions.nvr(3, online=2)) as (unit, caller):
        ability = (await caller.value("GetAbility"))["Ability"]["abilityChn"]
        assert [row["alarmMd"]["ver"] for row in ability] == [1, 1, 0]
        batch = [
            {"cmd": "GetMdState", "param": {"channel": number}} for number in range(4)
        ]
        assert (await caller.post(batch)).codes == [0, 0, -99, -49]
        unit.set_online(2)
        unit.set_online(0, online=False)
        assert (await caller.post(batch)).codes == [-99, 0, 0, -49]
        status = (await caller.value("Getchannelstatus"))["status"]
        assert [row["online"] for row in status] == [0, 1, 1]
        unit.options.channel_uids = True
        status = (await caller.value("Getchannelstatus"))["status"]
        assert status[1]["uid"] == "95270000SXIPOG01"


async def test_a_channel_that_hangs() -> None:
    """Requests that concern it hang; all others are answered."""
    async with logged_in(ReolinkOptions.nvr(2)) as (unit, caller):
        unit.hang_channel(1)
        assert (await caller.ask("GetMdState", ZERO)).code == 0
        batch = [
            {"cmd": "GetMdState", "param": {"channel": 0}},
            {"cmd": "GetMdState", "param": {"channel": 1}},
        ]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await caller.post(batch)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await caller.get("Snap", channel=1, rs="x")
        unit.hang_channel(1, hangs=False)
        assert (await caller.post(batch)).codes == [0, 0]


async def test_ports() -> None:
    """Switching RTMP on is harmless; touching HTTP is not. Logins are lost."""
    async with logged_in() as (unit, caller):
        ports = {"NetPort": {"rtmpEnable": 1}}
        assert (await caller.ask("SetNetPort", ports)).code == 0
        assert unit.dangerous == []
        assert (await caller.ask("GetNetPort")).code == -6
        await caller.login()
        assert (await caller.value("GetNetPort"))["NetPort"]["rtmpEnable"] == 1
        await caller.ask("SetNetPort", {"NetPort": {"httpEnable": 1}})
        assert len(unit.dangerous) == 1


async def test_records() -> None:
    """Everything that came is written down, and can be forgotten."""
    async with logged_in() as (unit, caller), Caller(unit) as stranger:
        unit.forget()
        await caller.ask("SetNtp", {"Ntp": {"interval": 0}})
        await stranger.ask("GetTime")
        assert unit.clock_syncs == 1
        assert unit.commands == {"SetNtp": 1, "GetTime": 1}
        assert [call.command for call in unit.calls] == ["SetNtp"]
        assert unit.calls[0].param == {"Ntp": {"interval": 0}}
        assert unit.max_parallel == 1
        unit.forget()
        assert not unit.calls
        assert not unit.requests
