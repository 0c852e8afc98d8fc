"""Weekly tables that the device keeps, in both generations of commands."""

from datetime import time
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import TimeRange, WeekSchedule
from custom_components.watchpost.devices.model.device import (
    ScheduleChange,
    ScheduleStore,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import ScheduleKind, Weekday
from custom_components.watchpost.devices.vendors.reolink.schedules import (
    schedule_stores,
)
from tests.emulators.reolink import ChannelOptions, ReolinkOptions

from .rig import Rig, rigged

STEMS: Final = {
    ScheduleKind.RECORDING: ("RecV20", "Rec"),
    ScheduleKind.MAIL: ("EmailV20", "Email"),
    ScheduleKind.PUSH: ("PushV20", "Push"),
    ScheduleKind.FTP: ("FtpV20", "Ftp"),
    ScheduleKind.SIREN: ("AudioAlarmV20", "AudioAlarm"),
}
WRAPPERS: Final = {
    ScheduleKind.RECORDING: "Rec",
    ScheduleKind.MAIL: "Email",
    ScheduleKind.PUSH: "Push",
    ScheduleKind.FTP: "Ftp",
    ScheduleKind.SIREN: "Audio",
}
KINDS: Final = pytest.mark.parametrize("kind", STEMS)
GENERATIONS: Final = pytest.mark.parametrize(
    "newer", [pytest.param(True, id="newer"), pytest.param(False, id="older")]
)
UNITS: Final = pytest.mark.parametrize(
    ("recorder", "channel"),
    [pytest.param(False, 0, id="camera"), pytest.param(True, 2, id="recorder")],
)
WORKDAYS: Final = {
    Weekday.MONDAY: (TimeRange(start=time(8), end=time(18)),),
    Weekday.FRIDAY: (
        TimeRange(start=time(0), end=time(6)),
        TimeRange(start=time(20), end=time(23, 59, 59)),
    ),
}
MONDAY: Final = "0" * 8 + "1" * 10 + "0" * 6
FRIDAY: Final = "1" * 6 + "0" * 14 + "1" * 4
TABLE: Final = "0" * 24 + MONDAY + "0" * 72 + FRIDAY + "0" * 24
"""The hours of the workdays, Sunday first."""


def options(*, newer: bool = True, recorder: bool = False) -> ReolinkOptions:
    """Return a unit of a generation."""
    version: Any = int(newer)
    if recorder:
        return ReolinkOptions.nvr(4, online=3, schedule_version=version)
    return ReolinkOptions(schedule_version=version)


def store(
    rig: Rig, kind: ScheduleKind = ScheduleKind.MAIL, channel: int = 0
) -> ScheduleStore:
    """Return the schedules of a camera."""
    return schedule_stores(rig.parts(channel))[kind]


def week(days: dict[Weekday, tuple[TimeRange, ...]]) -> ScheduleChange:
    """Return a change of hours."""
    return ScheduleChange(week=WeekSchedule(number=1, enabled=True, name="", week=days))


def hours(start: time, end: time) -> ScheduleChange:
    """Return a change to a range on Sunday."""
    return week({Weekday.SUNDAY: (TimeRange(start=start, end=end),)})


def written(rig: Rig, kind: ScheduleKind, *, newer: bool) -> dict[str, Any]:
    """Return what was sent last."""
    fields: dict[str, Any] = rig.unit.calls_of(f"Set{STEMS[kind][not newer]}")[
        -1
    ].param[WRAPPERS[kind]]
    return fields


# What is there


@GENERATIONS
@UNITS
async def test_kinds(
    session: ClientSession, newer: bool, recorder: bool, channel: int
) -> None:
    """All five, on every unit that has the abilities."""
    async with rigged(session, options(newer=newer, recorder=recorder)) as rig:
        assert set(schedule_stores(rig.parts(channel))) == set(STEMS)


@pytest.mark.parametrize(
    ("abilities", "channel", "missing"),
    [
        pytest.param({"email": 0}, {}, ScheduleKind.MAIL, id="mail"),
        pytest.param({"push": 0}, {}, ScheduleKind.PUSH, id="push"),
        pytest.param({}, {"ftp": 0}, ScheduleKind.FTP, id="ftp"),
        pytest.param({}, {"recCfg": 0}, ScheduleKind.RECORDING, id="recording"),
        pytest.param({"supportAudioAlarm": 0}, {}, ScheduleKind.SIREN, id="siren"),
        pytest.param({}, {"alarmAudio": 0}, ScheduleKind.SIREN, id="no siren"),
    ],
)
async def test_missing_abilities(
    session: ClientSession,
    abilities: dict[str, int],
    channel: dict[str, int],
    missing: ScheduleKind,
) -> None:
    """What a unit cannot do has no schedule."""
    unit = ReolinkOptions(
        abilities=abilities, channels=[ChannelOptions(abilities=channel)]
    )
    async with rigged(session, unit) as rig:
        assert set(schedule_stores(rig.parts())) == set(STEMS) - {missing}


# Reading


async def test_tables_in_the_order_of_the_device(session: ClientSession) -> None:
    """Each table has a number and the vocabulary's word."""
    async with rigged(session) as rig:
        found = await store(rig, ScheduleKind.RECORDING).get()
        assert [(one.number, one.name) for one in found] == [
            (1, "animal"),
            (2, "person"),
            (3, "vehicle"),
            (4, "motion"),
            (5, "timer"),
        ]
        assert all(one.enabled for one in found)
        whole_day = (TimeRange(start=time(0), end=time(23, 59, 59)),)
        assert found[0].week == dict.fromkeys(Weekday, whole_day)
        assert list(found[0].week) == list(Weekday)


async def test_single_table(session: ClientSession) -> None:
    """The older generation has one table without a name."""
    async with rigged(session, options(newer=False)) as rig:
        rig.unit.settings.change("Email", 0, schedule={"table": TABLE, "enable": 0})
        (found,) = await store(rig).get()
        assert (found.number, found.name, found.enabled) == (1, "", False)
        assert found.week == WORKDAYS


async def test_words_that_nobody_knows(session: ClientSession) -> None:
    """A table of a newer device keeps its name as a slug."""
    async with rigged(session) as rig:
        rig.unit.settings.change(
            "PushV20", 0, schedule={"table": {"VL": TABLE, "ai_face": TABLE}}
        )
        names = [one.name for one in await store(rig, ScheduleKind.PUSH).get()]
        assert names == ["animal", "person", "vehicle", "motion", "vl", "face"]


@pytest.mark.parametrize("flag", ["enable", "scheduleEnable"])
async def test_either_switch_of_a_camera(session: ClientSession, flag: str) -> None:
    """One of the two switches is enough to switch it off."""
    async with rigged(session) as rig:
        rig.unit.settings.change("EmailV20", 0, **{flag: 0})
        assert not any(one.enabled for one in await store(rig).get())


async def test_switch_of_a_channel(session: ClientSession) -> None:
    """A camera of a recorder has one of its own."""
    async with rigged(session, options(recorder=True)) as rig:
        rig.unit.settings.change("EmailV20", 1, scheduleEnable=0)
        assert not any(one.enabled for one in await store(rig, channel=1).get())
        assert all(one.enabled for one in await store(rig, channel=2).get())


@pytest.mark.parametrize(("enable", "told"), [(0, False), (1, True)], ids=["off", "on"])
async def test_recorder_with_one_switch(
    session: ClientSession, enable: int, told: bool
) -> None:
    """Where a camera has none of its own that of the recorder is told."""
    unit = ReolinkOptions.nvr(2, task_enable=False)
    async with rigged(session, unit) as rig:
        rig.unit.settings.change("EmailV20", enable=enable)
        assert {one.enabled for one in await store(rig, channel=1).get()} == {told}


@pytest.mark.parametrize(
    "schedule",
    [
        pytest.param({}, id="no table"),
        pytest.param({"table": {}}, id="no tables"),
        pytest.param({"table": {"MD": "1" * 336}}, id="half hours"),
        pytest.param({"table": {"MD": None}}, id="nothing"),
        pytest.param({"table": 7}, id="number"),
        pytest.param(None, id="no schedule"),
    ],
)
async def test_answers_without_a_table(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, schedule: Any
) -> None:
    """What is no table of a week is left away, and cannot be written."""
    async with rigged(session) as rig:
        answer = {"value": {"Email": {"enable": 1, "schedule": schedule}}}
        monkeypatch.setattr(rig.unit.settings, "read", lambda *args: answer)
        assert await store(rig).get() == ()
        with pytest.raises(DeviceRequestError) as caught:
            await store(rig).set(1, ScheduleChange(enabled=False))
        assert caught.value.reason is Reason.SCHEDULE_INVALID
        assert rig.unit.calls_of("SetEmailV20") == []


# Writing


@KINDS
@UNITS
async def test_hours(
    session: ClientSession, kind: ScheduleKind, recorder: bool, channel: int
) -> None:
    """Only the table is sent, and what is read afterwards is what was written."""
    async with rigged(session, options(recorder=recorder)) as rig:
        schedules = store(rig, kind, channel)
        await schedules.set(2, week(WORKDAYS))
        assert written(rig, kind, newer=True) == {
            "schedule": {"channel": channel, "table": {"AI_PEOPLE": TABLE}}
        }
        found = await schedules.get()
        assert found[1].week == WORKDAYS
        assert len(found[0].week) == 7
        stem = STEMS[kind][0]
        assert rig.unit.settings.fields(stem, channel)["schedule"]["table"][
            "AI_PEOPLE"
        ] == (TABLE)


@pytest.mark.parametrize(
    "kind", [kind for kind in STEMS if kind is not ScheduleKind.RECORDING]
)
@UNITS
async def test_hours_of_the_older_generation(
    session: ClientSession, kind: ScheduleKind, recorder: bool, channel: int
) -> None:
    """One table, and the channel beside it."""
    unit = options(newer=False, recorder=recorder)
    async with rigged(session, unit) as rig:
        schedules = store(rig, kind, channel)
        await schedules.set(1, week(WORKDAYS))
        assert written(rig, kind, newer=False) == {
            "schedule": {"channel": channel, "table": TABLE}
        }
        (found,) = await schedules.get()
        assert found.week == WORKDAYS


@UNITS
async def test_recording_of_the_older_generation(
    session: ClientSession, recorder: bool, channel: int
) -> None:
    """The whole document is sent, with nothing else changed."""
    unit = options(newer=False, recorder=recorder)
    async with rigged(session, unit) as rig:
        before = rig.unit.settings.fields("Rec", channel)
        await store(rig, ScheduleKind.RECORDING, channel).set(1, week(WORKDAYS))
        after = rig.unit.settings.fields("Rec", channel)
        assert after["schedule"]["table"] == TABLE
        before["schedule"]["table"] = TABLE
        assert after == before
        fields = written(rig, ScheduleKind.RECORDING, newer=False)
        assert fields["channel"] == channel


async def test_password_is_never_sent(session: ClientSession) -> None:
    """It is told with asterisks, which must not become the password."""
    async with rigged(session) as rig:
        for kind in (ScheduleKind.MAIL, ScheduleKind.FTP):
            await store(rig, kind).set(1, week({}))
        for stem in ("EmailV20", "FtpV20"):
            (call,) = rig.unit.calls_of(f"Set{stem}")
            assert "password" not in str(call.param)
            assert rig.unit.settings.fields(stem)["password"].startswith("hunter2")


@pytest.mark.parametrize(
    ("start", "end", "table"),
    [
        (time(0), time(1), "1" + "0" * 167),
        (time(22), time(23, 59), "0" * 22 + "11" + "0" * 144),
        (time(22), time(23, 59, 59), "0" * 22 + "11" + "0" * 144),
        (time(0), time.max, "1" * 24 + "0" * 144),
        (time(23), time(23, 59, 59), "0" * 23 + "1" + "0" * 144),
    ],
)
async def test_ends_of_a_day(
    session: ClientSession, start: time, end: time, table: str
) -> None:
    """A day begins with its first hour and ends in its last minute."""
    async with rigged(session) as rig:
        await store(rig).set(4, hours(start, end))
        assert rig.unit.settings.fields("EmailV20")["schedule"]["table"]["MD"] == table


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (time(8, 30), time(18)),
        (time(8), time(18, 15)),
        (time(8), time(18, 0, 1)),
        (time(23, 59), time(23, 59, 59)),
        (time(8), time(8)),
        (time(9), time(8)),
    ],
)
async def test_no_whole_hours(session: ClientSession, start: time, end: time) -> None:
    """Half an hour is refused, not rounded to what nobody wanted."""
    async with rigged(session) as rig:
        with pytest.raises(DeviceRequestError) as caught:
            await store(rig).set(1, hours(start, end))
        assert caught.value.reason is Reason.SCHEDULE_HOURS
        assert rig.unit.calls_of("SetEmailV20") == []


@GENERATIONS
@pytest.mark.parametrize("number", [0, 6, 64])
async def test_unknown_number(session: ClientSession, newer: bool, number: int) -> None:
    """Only a table that is there can be changed."""
    async with rigged(session, options(newer=newer)) as rig:
        with pytest.raises(DeviceRequestError) as caught:
            await store(rig).set(number, ScheduleChange(enabled=True))
        assert caught.value.reason is Reason.SCHEDULE_INVALID
        assert caught.value.placeholders == {"number": str(number)}


async def test_names_are_fixed(session: ClientSession) -> None:
    """A table is called after its event; the same name again is no change."""
    async with rigged(session) as rig:
        schedules = store(rig)
        with pytest.raises(DeviceRequestError) as caught:
            await schedules.set(4, ScheduleChange(name="At night"))
        assert caught.value.reason is Reason.SCHEDULE_NAME_FIXED
        await schedules.set(4, ScheduleChange(name="motion"))
        assert rig.unit.calls_of("SetEmailV20") == []


# Switches


@KINDS
async def test_switch_off_and_on(session: ClientSession, kind: ScheduleKind) -> None:
    """All tables of a camera share a switch."""
    async with rigged(session) as rig:
        schedules = store(rig, kind)
        await schedules.set(1, ScheduleChange(enabled=False))
        assert written(rig, kind, newer=True) == {
            "enable": 0,
            "schedule": {"channel": 0},
        }
        assert not any(one.enabled for one in await schedules.get())
        await schedules.set(3, ScheduleChange(enabled=True))
        assert all(one.enabled for one in await schedules.get())


async def test_switch_on_needs_both(session: ClientSession) -> None:
    """Off for all and off for the channel: both are switched on."""
    async with rigged(session) as rig:
        rig.unit.settings.change("EmailV20", 0, enable=0, scheduleEnable=0)
        await store(rig).set(1, ScheduleChange(enabled=True))
        fields = rig.unit.settings.fields("EmailV20")
        assert (fields["enable"], fields["scheduleEnable"]) == (1, 1)


@KINDS
async def test_switch_of_the_older_generation(
    session: ClientSession, kind: ScheduleKind
) -> None:
    """It is part of the schedule."""
    async with rigged(session, options(newer=False)) as rig:
        schedules = store(rig, kind)
        await schedules.set(1, ScheduleChange(enabled=False))
        (found,) = await schedules.get()
        assert not found.enabled
        await schedules.set(1, ScheduleChange(enabled=True))
        (found,) = await schedules.get()
        assert found.enabled


async def test_switch_of_one_camera(session: ClientSession) -> None:
    """The others of a recorder are left alone."""
    async with rigged(session, options(recorder=True)) as rig:
        await store(rig, channel=1).set(1, ScheduleChange(enabled=False))
        assert written(rig, ScheduleKind.MAIL, newer=True) == {
            "scheduleEnable": 0,
            "schedule": {"channel": 1},
        }
        assert all(one.enabled for one in await store(rig, channel=0).get())


async def test_no_switch_of_its_own(session: ClientSession) -> None:
    """That of the recorder would switch all its cameras; hours can be changed."""
    async with rigged(session, ReolinkOptions.nvr(2, task_enable=False)) as rig:
        with pytest.raises(DeviceUnsupportedError):
            await store(rig).set(1, ScheduleChange(enabled=False))
        assert rig.unit.calls_of("SetEmailV20") == []
        await store(rig).set(4, week(WORKDAYS))
        assert rig.unit.settings.fields("EmailV20")["schedule"]["table"]["MD"] == TABLE


async def test_hours_and_switch_at_once(session: ClientSession) -> None:
    """One command changes both."""
    async with rigged(session) as rig:
        rig.unit.settings.change("EmailV20", 0, enable=0)
        change = ScheduleChange(enabled=True, week=week(WORKDAYS).week)
        await store(rig).set(4, change)
        assert written(rig, ScheduleKind.MAIL, newer=True) == {
            "enable": 1,
            "schedule": {"channel": 0, "table": {"MD": TABLE}},
        }
        assert len(rig.unit.calls_of("SetEmailV20")) == 1


# Refusals


@pytest.mark.parametrize(
    ("command", "code", "reason"),
    [
        ("GetEmailV20", -9, Reason.UNSUPPORTED),
        ("GetEmailV20", -99, Reason.CAMERA_OFFLINE),
        ("SetEmailV20", -26, Reason.NO_PERMISSION),
        ("SetEmailV20", -13, Reason.FAILED),
    ],
)
async def test_refused(
    session: ClientSession, command: str, code: int, reason: Reason
) -> None:
    """A refusal is raised as what it is, and nothing is believed to be changed."""
    async with rigged(session) as rig:
        before = rig.unit.settings.fields("EmailV20")
        rig.unit.plans.refuse(command, code)
        with pytest.raises(DeviceError) as caught:
            await store(rig).set(4, week(WORKDAYS))
        assert caught.value.reason is reason
        assert rig.unit.settings.fields("EmailV20") == before
