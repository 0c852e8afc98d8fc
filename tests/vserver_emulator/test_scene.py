"""Motion, alarm inputs, and what they set off."""

from datetime import timedelta

import pytest

from tests.emulators.vserver import Grid

from .bench import Bench, full, post_office, started, with_options

MOTION = "alarm_set?Channel=1&Group=MDInfo&MDEnable=1"
LINK = "alarm_set?Channel=1&Group=MDAccessInfo&MDArea=1"
INPUT = "alarm_set?Group=IOAccessInfo&IOTrigNum=1"
SMTP = "net_set?Group=SMTPInfo&SMTPServerIP=127.0.0.1&SMTPPort="


async def test_motion_needs_its_settings(bench: Bench) -> None:
    """Motion is an alarm if it is enabled, strong enough and where it is watched."""
    unit = bench.unit
    assert not unit.detect_motion()
    assert await bench.code(MOTION) == 200
    assert unit.detect_motion()
    assert unit.moving == {1}
    unit.end_motion()
    assert not unit.moving
    assert not unit.detect_motion(2)
    await bench.call(f"{MOTION}&MDSensitivity=20&MDArea={Grid.of([(3, 4)]).plain}")
    assert not unit.detect_motion(strength=80)
    assert unit.detect_motion(strength=81)
    unit.end_motion()
    assert not unit.detect_motion(cells=[(4, 3)])
    assert unit.detect_motion(cells=[(0, 0), (3, 4)])
    unit.lose_video()
    assert not unit.moving
    assert not unit.detect_motion()
    unit.restore_video()
    assert unit.detect_motion(seconds=5)
    assert unit.detect_motion(seconds=10)
    unit.clock.advance(7)
    assert unit.moving == {1}
    unit.clock.advance(4)
    assert not unit.moving
    await bench.call(f"{MOTION}&MDArea={Grid.of([]).plain}")
    assert not unit.detect_motion()


async def test_outputs(bench: Bench) -> None:
    """Alarms switch their outputs, and only while they last."""
    unit = bench.unit
    await bench.call(MOTION)
    await bench.call(f"{LINK}&MO2=1")
    await bench.call(f"{INPUT}&IO1=1&IO2=1")
    unit.detect_motion()
    unit.clock.advance(3)
    assert await bench.code("alarm_set?Group=IOTrigInfo&IOTrigNum=1&IOTrig=0") == 200
    unit.set_alarm_input(1)
    assert unit.outputs == {1, 2}
    unit.end_motion()
    assert unit.outputs == {1, 2}
    unit.set_alarm_input(1, closed=False)
    assert unit.outputs == set()
    assert [(one.output, one.on) for one in unit.switchings] == [
        (2, True),
        (1, True),
        (1, False),
        (2, False),
    ]
    assert unit.switchings[1].time == 3.0
    await bench.call(f"{LINK}&MO2=0&MA=1")
    unit.detect_motion()
    assert unit.outputs == {1, 2}
    unit.end_motion()
    assert unit.detect_motion(area=2)
    assert unit.outputs == set()


@with_options(full(io_trigger="setting"))
async def test_level_of_an_input(bench: Bench) -> None:
    """IOTrig is the level that triggers: 0 grounded, 1 open."""
    unit = bench.unit
    assert (await bench.values("alarm_query?Group=IOTrigInfo"))["IOTrig"] == "0, 1"
    unit.set_alarm_input(2)
    assert not unit.alarms
    unit.set_alarm_input(2, closed=False)
    assert list(unit.alarms) == [("input", 2)]
    unit.set_alarm_input(2)
    unit.set_alarm_input(2)
    assert not unit.alarms
    with pytest.raises(ValueError, match="No alarm input 3"):
        unit.set_alarm_input(3)
    answer = await bench.call("alarm_get?Group=IOTrigInfo")
    assert [values for _, values in answer.groups] == [
        {"IOTrigNum": "1", "IOTrig": "1"},
        {"IOTrigNum": "2", "IOTrig": "1"},
    ]


@with_options(full(io_trigger="live"))
async def test_live_inputs(bench: Bench) -> None:
    """IOTrig may be what the input is now; it cannot be set then."""
    unit = bench.unit
    assert (await bench.values("alarm_query?Group=IOTrigInfo"))["IOTrig"] == ""
    assert await bench.code("alarm_set?Group=IOTrigInfo&IOTrigNum=1&IOTrig=0") == 402
    assert (await bench.values("alarm_get?Group=IOTrigInfo"))["IOTrig"] == "1"
    unit.set_alarm_input(1)
    assert (await bench.values("alarm_get?Group=IOTrigInfo"))["IOTrig"] == "0"
    assert list(unit.alarms) == [("input", 1)]


async def test_mails(bench: Bench) -> None:
    """An alarm mail really goes out, with a picture if that is wanted."""
    unit = bench.unit
    async with post_office() as office:
        assert await bench.code(f"{SMTP}{office.port}&CcMail=c@example.com") == 200
        await bench.call(MOTION)
        await bench.call(f"{LINK}&MM=1")
        unit.detect_motion()
        unit.detect_motion()
        await unit.settle()
        assert "From: ipc@domain.com" in office.mails[0]
        assert "Subject: Motion Detection Alarm: Channel 1" in office.mails[0]
        assert "image/jpeg" in office.mails[0]
        assert "RCPT TO:<c@example.com>" in office.commands
        assert not any(line.startswith("AUTH") for line in office.commands)
        await bench.call(f"{INPUT}&IM=1")
        login = "&SMTPAuth=1&SMTPUsername=a&SMTPPassword=b&SMTPSnapShot=0"
        await bench.call(f"net_set?Group=SMTPInfo{login}")
        unit.set_alarm_input(1)
        unit.set_alarm_input(1, closed=False)
        await unit.settle()
        assert "Subject: I/O Alarm: Input 1" in office.mails[1]
        assert "image/jpeg" not in office.mails[1]
        assert "AUTH PLAIN AGEAYg==" in office.commands
    assert [one.cause for one in unit.notices_of("mail")] == ["motion", "input"]
    assert all(one.sent for one in unit.notices)


@with_options(
    full(
        mail_subject="MD ch{channel}",
        mail_subject_input="IO {input}",
        mail_timeout=1.0,
    )
)
async def test_mails_that_nobody_takes(bench: Bench) -> None:
    """A server that refuses, or is not there, is no failure of the unit."""
    unit = bench.unit
    await bench.call(MOTION)
    await bench.call(f"{LINK}&MM=1")
    unit.detect_motion()
    unit.end_motion()
    assert not unit.notices
    async with post_office() as office:
        office.refuse = True
        await bench.call(f"{SMTP}{office.port}")
        unit.detect_motion()
        unit.end_motion()
        await unit.settle()
    (notice,) = unit.notices
    assert (notice.sent, notice.error) == (False, "ConnectionError")
    assert notice.picture is not None
    assert "\\xff" not in repr(notice)
    async with post_office() as office:
        await bench.call(f"{SMTP}{office.port}")
        unit.detect_motion()
        await unit.settle()
        assert "Subject: MD ch1" in office.mails[0]


async def test_other_notices(bench: Bench) -> None:
    """FTP and TCP notices are only counted, and need a server."""
    unit = bench.unit
    await bench.call(MOTION)
    await bench.call(f"{LINK}&MF=1&MT=1")
    unit.detect_motion()
    unit.end_motion()
    assert not unit.notices
    await bench.call("net_set?Group=FTPInfo&FTPServerIP=1.2.3.4")
    await bench.call("net_set?Group=AlarmServerInfo&AlarmServerIP=1.2.3.5")
    unit.detect_motion()
    assert [(one.way, one.target) for one in unit.notices] == [
        ("ftp", "1.2.3.4"),
        ("tcp", "1.2.3.5"),
    ]
    assert len(unit.notices_of("tcp")) == 1


@with_options(full(schedule_off="always"), full(schedule_off="never"))
async def test_no_schedule(bench: Bench) -> None:
    """Without any enabled day alarms are on, or off."""
    await bench.call(MOTION)
    assert bench.unit.detect_motion() == (bench.options.schedule_off == "always")


async def test_schedule(bench: Bench) -> None:
    """Two slots of each day let alarms through, in local time."""
    unit = bench.unit
    await bench.call(MOTION)
    await bench.call("sys_set?Group=TimeInfo&TimeMethod=0&TimeZone=60")
    slots = (
        "enable6=1&start6H=0&start6M=0&end6H=8&end6M=0"
        "&start14H=13&start14M=30&end14H=23&end14M=59"
    )
    target = f"alarm_set?Channel=1&Group=ScheduleInfo&{slots}"
    assert await bench.code(target) == 200
    assert unit.wall_clock.local.hour == 13
    assert not unit.armed(1)
    unit.clock.advance(timedelta(minutes=30).total_seconds())
    assert unit.armed(1)
    assert unit.armed(2)
    await bench.call("sys_set?Group=TimeInfo&TimeMethod=0&DaylightEnable=1")
    assert unit.wall_clock.local.hour == 14
    unit.clock.advance(86400)
    assert not unit.armed(1)
    assert not unit.detect_motion()
    values = await bench.values("alarm_get?Group=ScheduleInfo")
    assert (values["enable6"], values["end14M"], len(values)) == ("1", "59", 63)


@with_options(full(schedule_channel=True))
async def test_schedule_by_channel(bench: Bench) -> None:
    """A schedule may be read as it is set: with a channel."""
    assert await bench.code("alarm_get?Group=ScheduleInfo") == 401
    assert await bench.code("alarm_get?Channel=2&Group=ScheduleInfo") == 200


async def test_recordings_of_alarms(bench: Bench) -> None:
    """An alarm with a link to the card, or Event, leaves a file."""
    unit = bench.unit
    await bench.call(MOTION)
    unit.detect_motion(1, 30)
    unit.clock.advance(30)
    assert not unit.storage.recordings
    await bench.call(f"{LINK}&MS=1")
    start = unit.wall_clock.utc
    unit.detect_motion(1, 30)
    unit.clock.advance(30)
    (one,) = unit.storage.recordings
    assert (one.channel, one.start, one.end, one.kind) == (
        1,
        start,
        start + 30,
        "motion",
    )
    await bench.call(f"{LINK}&MS=0")
    await bench.call("record_set?Channel=1&Group=RecordControl&Event=1")
    unit.detect_motion(1, 30)
    unit.clock.advance(30)
    assert len(unit.storage.recordings) == 2
    unit.storage.pull()
    unit.detect_motion(1, 30)
    unit.clock.advance(30)
    assert len(unit.storage.recordings) == 2


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["IO1", "IO2", "IM", "IS2", "IF2", "IT2", "IA2"]),
        (
            {"io_names": "table"},
            ["IO21", "IO22", "IM2", "IS2", "IF2", "IT2", "IA2"],
        ),
        ({"io_names": "syntax"}, ["IO1", "IO2", "M2", "S2", "F2", "T2", "A2"]),
    ],
    ids=str,
)
async def test_names_of_links(changes: dict[str, str], names: list[str]) -> None:
    """The links of an input have three spellings in the document."""
    async with started(full(**changes)) as bench:
        answer = await bench.call("alarm_get?Group=IOAccessInfo")
        assert list(answer.groups[1][1]) == ["IOTrigNum", *names]
        sent = "&".join(f"{name}=1" for name in names)
        target = f"alarm_set?Group=IOAccessInfo&IOTrigNum=2&{sent}"
        assert await bench.code(target) == 200
        bench.unit.set_alarm_input(2)
        bench.unit.set_alarm_input(2, closed=False)
        (alarm,) = bench.unit.alarms.values()
        assert alarm.links == {"1", "2", "mail", "card", "ftp", "tcp", "all"}


@with_options(full(io_number="Channel"))
async def test_number_of_an_input(bench: Bench) -> None:
    """The example of a read calls the number of the input channel."""
    values = await bench.values("alarm_get?Group=IOAccessInfo")
    assert next(iter(values)) == "Channel"
    assert await bench.code(f"{INPUT}&IM=1") == 200


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"alarm_outputs": 0}, []),
        ({"alarm_outputs": 1}, ["MO"]),
        ({}, ["MO1", "MO2"]),
        ({"md_output": "MO"}, ["MO"]),
        ({"md_output": "MOj"}, ["MO1", "MO2"]),
        ({"md_output": "IOj"}, ["IO1", "IO2"]),
    ],
    ids=str,
)
async def test_names_of_outputs(changes: dict[str, object], names: list[str]) -> None:
    """The outputs that motion switches have three spellings, too."""
    async with started(full(**changes)) as bench:
        values = await bench.values("alarm_get?Channel=1&Group=MDAccessInfo")
        flags = ["MM", "MS", "MF", "MT", "MA"]
        assert list(values) == ["Channel", "MDArea", *names, *flags]


@with_options(full(all_outputs="12"))
async def test_values_of_all(bench: Bench) -> None:
    """IAi is 1 and 2 in the text of the table."""
    values = await bench.values("alarm_query?Group=IOAccessInfo")
    assert values["IA1"] == "1, 2"
    assert await bench.code(f"{INPUT}&IA1=0") == 402
    assert (await bench.values("alarm_get?Group=IOAccessInfo"))["IA1"] == "2"
    await bench.call(f"{INPUT}&IA1=1")
    bench.unit.set_alarm_input(1)
    bench.unit.set_alarm_input(1, closed=False)
    assert bench.unit.outputs == {1, 2}
