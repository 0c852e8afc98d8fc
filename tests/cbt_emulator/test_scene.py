"""Alarms, what they set off, the terminals, the lamps, storage and schedules."""

from datetime import timedelta
from typing import Any

import pytest

from tests.emulators.cbt import Medium
from tests.emulators.cbt.alarms import Detector
from tests.emulators.cbt.samples import AREAS, week
from tests.emulators.cbt_coverage import running

from .bench import Bench, full, with_options

RUN = {
    "alarm_handle_alarmout": 1,
    "alarm_handle_alarmout_time": 10,
    "alarm_handle_email": 1,
    "alarm_handle_snap": 1,
    "alarm_handle_snap_num": 3,
    "alarm_handle_snap_interval": 500,
    "alarm_handle_snap_email": 1,
    "alarm_handle_snap_ftp": 1,
    "alarm_handle_rec": 1,
    "alarm_handle_rec_time": 60,
    "alarm_handle_rec_email": 1,
    "alarm_handle_rec_ftp": 1,
}
PAIRS: list[tuple[Detector, str, str]] = [
    ("motion", "setMotionDetConf", "md_enable"),
    ("region", "setRegInvConf", "md_enable"),
    ("fire", "setIVSConf", "enable"),
    ("occlusion", "setODAlarmConf", "alarm_enable"),
]


@pytest.mark.parametrize(("detector", "action", "enable"), PAIRS)
async def test_linkages(
    bench: Bench, detector: Detector, action: str, enable: str
) -> None:
    """An alarm does what its settings say, and nothing while it is switched off."""
    unit = bench.unit
    assert await bench.code(action, **{enable: 0}) == 0
    assert not unit.alarms.begin(detector)
    unit.settings.set("MailConf", smtp_addr="127.0.0.1", smtp_port=9)
    unit.settings.set("PlatformServer", ftpServer="192.168.1.212")
    assert await bench.code(action, **{enable: 1}, **RUN) == 0
    assert unit.alarms.begin(detector, 5)
    assert unit.alarms.begin(detector, 5)
    assert [alarm.detector for alarm in unit.alarms.all] == [detector]
    assert unit.terminals.output_active
    assert unit.storage.recording
    unit.clock.advance(5)
    assert unit.alarms.active == set()
    unit.clock.advance(5)
    assert not unit.terminals.output_active
    unit.clock.advance(60)
    assert unit.alarms.snapshots == 3
    assert [pulse.cause for pulse in unit.terminals.pulses] == [detector]
    assert unit.door_openings == []
    (recording,) = unit.storage.recordings
    assert recording.finished
    assert (recording.cause, recording.seconds, recording.medium) == (
        detector,
        60,
        "mmcblk0p1",
    )
    assert unit.storage.media[0].remaining == 28110 - 45
    mails = [one.what for one in unit.storage.notices.of("mail")]
    assert mails == ["alarm", "snapshot", "snapshot", "snapshot", "video"]
    assert len(unit.storage.notices.of("ftp")) == 4
    assert [entry.kind for entry in unit.log.of("alarm")] == ["alarm"]


async def test_without_servers_and_media(bench: Bench) -> None:
    """Without a server and a medium nothing leaves and nothing stays."""
    unit = bench.unit
    unit.storage.media.clear()
    await bench.call("setMotionDetConf", md_enable=1, **RUN)
    assert unit.detect_motion()
    unit.clock.advance(120)
    assert unit.storage.recordings[0].medium is None
    assert unit.storage.notices.of("mail") == unit.storage.notices.of("ftp") == []
    assert len(unit.notices) == 7
    unit.end_motion()
    assert unit.alarms.active == set()
    assert len(unit.log.of("end")) == 1


@pytest.mark.parametrize(
    ("changes", "armed"),
    [
        ({}, True),
        ({"sch_start_hour": 13}, False),
        ({"sch_end_hour": 11}, False),
        ({"sch_start_hour": 22, "sch_end_hour": 12}, True),
        ({"sch_start_hour": 22, "sch_end_hour": 6}, False),
        ({"sch_start_hour": 13, "schedule_enable": 0}, True),
        ({"sch_end_hour": 12, "sch_end_min": 0}, True),
    ],
    ids=str,
)
async def test_schedules(bench: Bench, changes: dict[str, int], armed: bool) -> None:
    """A detector is armed within a window of the day, which may pass midnight."""
    await bench.call("setMotionDetConf", md_enable=1, **changes)
    assert bench.unit.local_time.hour == 12
    assert bench.unit.alarms.armed("motion") is armed
    assert bench.unit.detect_motion() is armed
    bench.unit.options.schedule_off = "never"
    off = changes.get("schedule_enable", 1) == 0
    assert bench.unit.alarms.armed("motion") is (armed and not off)


@pytest.mark.parametrize(
    ("at", "seen"), [((500, 200), True), ((300, 200), False), ((10, 10), False)]
)
async def test_areas(bench: Bench, at: tuple[int, int], seen: bool) -> None:
    """Only the first four areas count, and those without a size are none."""
    hidden = {"area_x": 0, "area_y": 0, "area_w": 20, "area_h": 20}
    areas = [*AREAS[:8], hidden]
    await bench.call("setMotionDetConf", md_enable=1, area_list=areas)
    assert bench.unit.detect_motion(at=at) is seen


async def test_a_restart_ends_alarms_and_recordings(bench: Bench) -> None:
    """After a restart nothing goes on, and no half recording is sent."""
    unit = bench.unit
    await bench.call("setMotionDetConf", md_enable=1, **RUN)
    unit.detect_motion(600)
    unit.detect_motion()
    unit.reboot()
    assert unit.alarms.active == set()
    assert unit.storage.recordings[0].finished
    unit.clock.advance(120)
    assert [one.what for one in unit.notices].count("video") == 0
    assert len(unit.log.of("end")) == 1


@with_options(
    full(boot_seconds=3.0, format_seconds=5.0, degrees=1.0, megabytes_per_minute=6)
)
async def test_how_long_things_take(bench: Bench) -> None:
    """Speeds and lengths are those of the options."""
    unit = bench.unit
    await bench.call("devsFormat", dev_type=5)
    unit.clock.advance(5)
    assert unit.storage.media[0].status == 1
    await bench.call("setPtzControl", channel=0, speed_h=10, speed_v=1, ptz_cmd=4)
    unit.clock.advance(1)
    assert unit.ptz.position.pan == pytest.approx(10)
    await bench.call("setMotionDetConf", md_enable=1, alarm_handle_rec=1)
    unit.detect_motion()
    unit.clock.advance(60)
    assert unit.storage.media[0].remaining == 30436 - 6
    unit.reboot()
    unit.clock.advance(3)
    await unit.settle()
    assert unit.powered


@pytest.mark.parametrize(
    ("ability", "action"),
    [
        ("audio", "getAencConf"),
        ("prompts", "setSmartAudioConf"),
        ("cellular", "Set4GConfig"),
        ("exposure", "getExposureInfo"),
        ("serial", "ioSendData"),
        ("wifi", "setWifiScan"),
        ("door", "openDoor"),
        ("alarm_input", "getIOAlarmIn"),
    ],
)
async def test_one_ability_less(ability: str, action: str) -> None:
    """A camera may lack one thing and have all the others."""
    async with running(full(**{ability: False})) as (_, caller):
        assert (await caller.sample(action)).code == 209
        assert (await caller.sample("getPeripheralConf")).code == (
            209 if ability == "serial" else 0
        )


async def test_people(bench: Bench) -> None:
    """A detector may look for people only."""
    await bench.call("setMotionDetConf", md_enable=1, eventType=1)
    assert not bench.unit.detect_motion()
    assert bench.unit.detect_motion(person=True)


async def test_motion_is_nowhere_to_be_read(bench: Bench) -> None:
    """No get changes while something moves."""
    await bench.call("setMotionDetConf", md_enable=1)
    before = (await bench.call("getMotionDetConf")).data
    assert bench.unit.detect_motion()
    assert (await bench.call("getMotionDetConf")).data == before
    assert await bench.get("getIOAlarmIn", "status") == 0


@with_options(full(), full(input_reading="alarm"))
async def test_alarm_input(bench: Bench) -> None:
    """The level of the contact, or whether it is an alarm."""
    unit = bench.unit
    assert await bench.get("getIOAlarmIn", "status") == 0
    unit.set_alarm_input()
    assert await bench.get("getIOAlarmIn", "status") == 1
    assert [alarm.detector for alarm in unit.alarms.all] == ["alarm_input"]
    assert [pulse.cause for pulse in unit.terminals.pulses] == ["alarm_input"]
    await bench.call("setAlarmInConf", alarm_type=1)
    assert unit.alarms.active == set()
    level = unit.options.input_reading == "level"
    assert await bench.get("getIOAlarmIn", "status") == int(level)
    unit.set_alarm_input(on=False)
    assert await bench.get("getIOAlarmIn", "status") == int(not level)
    assert len(unit.alarms.all) == 2
    unit.options.alarm_input = False
    with pytest.raises(ValueError, match="alarm input"):
        unit.set_alarm_input()


async def test_door(bench: Bench) -> None:
    """Each request opens the door once, for as long as the output lasts."""
    unit = bench.unit
    assert await bench.code("openDoor") == 0
    assert unit.terminals.output_active
    assert unit.terminals.output_closed
    unit.clock.advance(9.9)
    assert await bench.code("openDoor") == 0
    unit.clock.advance(9.9)
    assert unit.terminals.output_active
    unit.clock.advance(0.1)
    assert not unit.terminals.output_active
    assert [(one.time, one.seconds) for one in unit.door_openings] == [
        (0, 10),
        (9.9, 10),
    ]
    await bench.call("setAlarmInConf", alarm_handle_alarmout_time=3, alarm_out_type=1)
    assert unit.terminals.output_closed
    await bench.call("openDoor")
    assert unit.door_openings[-1].seconds == 3
    assert not unit.terminals.output_closed
    unit.options.door_seconds = 1.5
    await bench.call("openDoor")
    assert unit.door_openings[-1].seconds == 1.5
    unit.reboot()
    assert not unit.terminals.output_active


@pytest.mark.parametrize(
    ("sent", "dark", "light"),
    [
        ({"led_control": 0}, False, None),
        ({"led_control": 0}, True, ("ir", 255)),
        ({"led_control": 1}, False, ("ir", 255)),
        ({"led_control": 2}, True, None),
        ({"led_control": 1, "lamp_type": 1}, False, ("white", 255)),
        (
            {
                "led_control": 1,
                "lamp_type": 1,
                "led_control_mode": 1,
                "led_level": 90,
            },
            False,
            ("white", 90),
        ),
        (
            {"led_control": 1, "led_control_mode": 1, "ir_level": 7},
            False,
            ("ir", 7),
        ),
        ({"led_control": 0, "color_black": 0}, True, None),
        ({"led_control": 0, "color_black": 2}, False, ("ir", 255)),
        ({"led_control": 0, "infr_detect_mode": 1}, True, None),
        (
            {"led_control": 0, "infr_detect_mode": 1, "infr_night_h": 12},
            False,
            ("ir", 255),
        ),
    ],
    ids=str,
)
async def test_lamps(
    bench: Bench, sent: dict[str, int], dark: bool, light: object
) -> None:
    """The lamps shine as the advanced settings say."""
    bench.unit.dark = dark
    assert await bench.code("setImageAdjustmentEx", **sent) == 0
    assert bench.unit.light == light
    bench.unit.options.lamps = frozenset()
    assert bench.unit.light is None


async def test_storage(bench: Bench) -> None:
    """Media come and go; formatting erases all of one kind."""
    unit = bench.unit
    await bench.call("setMotionDetConf", md_enable=1, alarm_handle_rec=1)
    unit.detect_motion()
    unit.clock.advance(60)
    devs = await bench.get("getStorageInfo", "devs")
    assert devs[0] == {
        "id": "mmcblk0p1",
        "type": 5,
        "total_storage": 30436,
        "remaining_storage": 28065,
        "status": 1,
    }
    assert await bench.code("devsFormat", dev_type=5) == 0
    assert unit.storage.recordings == []
    assert unit.storage.ready is not None
    assert unit.storage.ready.id == "sda1"
    assert (await bench.get("getStorageInfo", "devs"))[0]["status"] == 3
    unit.clock.advance(30)
    devs = await bench.get("getStorageInfo", "devs")
    assert (devs[0]["status"], devs[0]["remaining_storage"]) == (1, 30436)
    assert await bench.code("devsFormat", dev_type=2) == 205
    assert [kind for _, kind in unit.storage.formats] == [5, 2]
    unit.storage.eject("mmcblk0p1")
    unit.storage.insert(Medium(id="nfs", type=3, status=4))
    devs = await bench.get("getStorageInfo", "devs")
    assert [dev["id"] for dev in devs] == ["sda1", "nfs"]


@pytest.mark.parametrize(
    ("days", "begin", "recording"),
    [
        ({6: (8, 12)}, "sunday", True),
        ({6: (13, 14)}, "sunday", False),
        ({5: (8, 12)}, "sunday", False),
        ({5: (8, 12)}, "monday", True),
    ],
    ids=str,
)
async def test_recording_schedule(
    bench: Bench, days: dict[int, tuple[int, int]], begin: Any, recording: bool
) -> None:
    """The camera records by the week; whose first day is nowhere said."""
    bench.unit.options.week_begin = begin
    sent = {"minor_stream": 1, "schedule_list": week(days)}
    assert await bench.code("setRecSchedule", **sent) == 0
    assert bench.unit.storage.recording is recording
    bench.unit.storage.media.clear()
    assert not bench.unit.storage.recording


async def test_snapshot_schedule(bench: Bench) -> None:
    """Pictures leave by mail and FTP, every so many milliseconds."""
    unit = bench.unit
    unit.settings.set("MailConf", smtp_addr="127.0.0.1", smtp_port=9)
    sent = {"schedule_list": week({6: (8, 12)}), "snapInterval": 5000}
    assert await bench.code("setScheSnap", saveMode=7, **sent) == 0
    unit.clock.advance(11)
    assert unit.storage.scheduled_snapshots == 2
    assert [one.way for one in unit.notices] == ["mail", "ftp"] * 2
    assert [one.sent for one in unit.notices] == [True, False] * 2
    assert await bench.code("setScheSnap", saveMode=3) == 0
    unit.clock.advance(5)
    assert [one.way for one in unit.notices[4:]] == ["mail"]
    unit.clock.advance(timedelta(hours=1).total_seconds())
    count = unit.storage.scheduled_snapshots
    unit.clock.advance(60)
    assert unit.storage.scheduled_snapshots == count
    assert await bench.code("setScheSnap", saveMode=0) == 0
    unit.wall_clock.skew = -3600
    unit.clock.advance(60)
    assert unit.storage.scheduled_snapshots == count


async def test_serial(bench: Bench) -> None:
    """Texts go out over RS485 as they are."""
    assert await bench.code("ioSendData", data='A0 0F\\ä"') == 0
    assert bench.unit.terminals.serial == ['A0 0F\\ä"']
