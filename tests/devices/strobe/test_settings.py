"""Settings: each changes one field and nothing else; only what is due is read."""

from collections.abc import Awaitable, Callable
from datetime import time

import pytest

from custom_components.watchpost.devices.model.commands import TimeRange, WeekSchedule
from custom_components.watchpost.devices.model.device import ScheduleChange
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import (
    Choice,
    Detector,
    Level,
    Reading,
    Text,
    TimeOfDay,
    Toggle,
)
from custom_components.watchpost.devices.model.vocabulary import (
    AbsenceReason,
    Cadence,
    Key,
    ScheduleKind,
    Weekday,
)
from custom_components.watchpost.devices.vendors.strobe.const import Source
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.devices.world import World
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.documents import (
    ALARM,
    AUDIO,
    BROADCAST_LINK,
    IDLE,
    NTP,
    OSD,
    SENSOR,
)
from tests.emulators.strobe.routes import COLORS, DEVICE_INFO, LOGIN, WIFI_SCAN

from .bench import Bench, login_to
from .conftest import MakeBench, with_options


def leaves(bench: Bench) -> dict[str, str]:
    """Return every field of every document the unit holds, by its place."""
    found: dict[str, str] = {}
    for path in (ALARM, AUDIO, BROADCAST_LINK, IDLE, NTP, OSD, SENSOR):
        for number, node in enumerate(bench.unit.documents[path].walk()):
            found[f"{path} {number} {node.name}"] = node.text
    return found


type Write = Callable[[Bench], Awaitable[None]]


def toggle(key: Key, *, on: bool, slot: str | None = None) -> Write:
    """Return what switches something and looks at it."""

    async def write(bench: Bench) -> None:
        feature = bench.feature(Toggle, key, slot)
        await feature.write(on)
        assert feature.read() is on

    return write


def level(key: Key, value: float, slot: str | None = None) -> Write:
    """Return what sets a number and looks at it."""

    async def write(bench: Bench) -> None:
        feature = bench.feature(Level, key, slot)
        await feature.write(value)
        assert feature.read() == value

    return write


def choice(key: Key, slug: str) -> Write:
    """Return what chooses something and looks at it."""

    async def write(bench: Bench) -> None:
        feature = bench.feature(Choice, key)
        assert slug in feature.options()
        await feature.write(slug)
        assert feature.read() == slug
        with pytest.raises(DeviceRequestError):
            await feature.write("nonsense")

    return write


def hours(key: Key, value: time, slot: str) -> Write:
    """Return what sets a time and looks at it."""

    async def write(bench: Bench) -> None:
        feature = bench.feature(TimeOfDay, key, slot)
        await feature.write(value)
        assert feature.read() == value

    return write


async def overlay(bench: Bench) -> None:
    """Change the overlay."""
    feature = bench.feature(Text, Key.OVERLAY_TEXT)
    await feature.write("Tor <1> & ü")
    assert feature.read() == "Tor <1> & ü"
    with pytest.raises(DeviceRequestError):
        await feature.write("ü" * 16)


@pytest.mark.parametrize(
    ("write", "field", "value"),
    [
        (toggle(Key.MICROPHONE, on=False), "DevMicEnabled", "0"),
        (level(Key.SPEAKER_VOLUME, 35), "AudioOutVolume", "35"),
        (level(Key.MICROPHONE_VOLUME, 0), "AudioInVolume", "0"),
        (choice(Key.AUDIO_CODEC, "aac"), "Encoding", "AAC"),
        (toggle(Key.ALARM_INPUT_DETECTION, on=False), "Enabled", "0"),
        (choice(Key.ALARM_INPUT_TYPE, "high_level"), "AlarmInType", "0"),
        (choice(Key.ALARM_BROADCAST, "all"), "BroadcastType", "1"),
        (toggle(Key.ACCEPT_BROADCAST, on=False), "IsAcceptBroadcast", "0"),
        (toggle(Key.NETWORK_TIME, on=True), "Enabled", "1"),
        (toggle(Key.OVERLAY_TEXT_SHOWN, on=True), "Enabled", "1"),
        (overlay, "OSDText", "Tor <1> & ü"),
        (toggle(Key.IDLE_SCHEDULE, on=True, slot="5"), "ScheduleEnable", "1"),
        (toggle(Key.ALARM_SCHEDULE, on=True, slot="2"), "ScheduleEnable", "1"),
        (hours(Key.IDLE_SCHEDULE_START, time(1, 2, 3), "2"), "BeginTime", "01:02:03"),
        (hours(Key.ALARM_SCHEDULE_END, time(20), "3"), "EndTime", "20:00:00"),
        (level(Key.ALARM_SCHEDULE_DURATION, 90, "4"), "AlarmOut", "90"),
    ],
)
@with_options(
    StrobeOptions(),
    StrobeOptions(spelling="table", strict_order=True, missing_fields="reset"),
    StrobeOptions(extra_schedule_fields=(("Odd", "x&y"),), read_only="refuse"),
)
async def test_one_field(bench: Bench, write: Write, field: str, value: str) -> None:
    """Exactly one field is another, in the unit's spelling and order."""
    before = leaves(bench)
    await write(bench)
    after = leaves(bench)
    assert list(after) == list(before)
    changed = {name: text for name, text in after.items() if text != before[name]}
    changed = {name: text for name, text in changed.items() if "UTCDate" not in name}
    ((name, text),) = changed.items()
    assert field in name
    assert text == value


async def test_mail(bench: Bench) -> None:
    """One switch for all alarm schedules."""
    feature = bench.feature(Toggle, Key.EMAIL_ALERTS)
    await feature.write(True)
    assert feature.read() is True
    values = {s.get("EmailEnabled") for s in bench.unit.documents.schedules(ALARM)}
    assert values == {"1"}


@pytest.mark.parametrize(("percent", "volume"), [(0, 10), (50, 30), (100, 50)])
async def test_volume_range(bench: Bench, percent: int, volume: int) -> None:
    """Percent are scaled to what the unit calls its loudest and quietest."""
    audio = bench.unit.documents[AUDIO]
    for name, value in (
        ("VolumeMin", 10),
        ("VolumeMax", 50),
        ("AudioInVolume", 20),
        ("AudioOutVolume", 20),
    ):
        audio.set(name, value)
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    feature = bench.feature(Level, Key.SPEAKER_VOLUME)
    assert feature.read() == 25
    await feature.write(percent)
    assert bench.unit.documents[AUDIO].get("AudioOutVolume") == str(volume)


async def test_clock(bench: Bench) -> None:
    """The clock is set in UTC, whatever the zone of the unit."""
    bench.unit.documents[NTP].children[0].set("TZ", "GMT+05:30")
    right = bench.unit.clock.wall
    bench.unit.clock.set_wall(right.replace(year=2020))
    bench.unit.clock.advance(3601)
    await bench.device.refresh(Cadence.SETTINGS, None)
    (problem,) = [p for p in bench.device.problems() if p.key == "clock_wrong"]
    assert problem.fix is not None
    await problem.fix()
    assert abs((bench.unit.clock.wall - right).total_seconds() - 3601) < 1
    assert [p.key for p in bench.device.problems()] == ["default_password"]


@with_options(StrobeOptions(wifi_networks=((3, "Warehouse"), (9, "x"))))
async def test_wifi(bench: Bench) -> None:
    """The bars of our own network in percent, asked for only if wanted."""
    signal = bench.feature(Reading, Key.WIFI_SIGNAL)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert signal.read() is None
    await bench.device.refresh(Cadence.SETTINGS, frozenset({Source.WIFI_SCAN}))
    assert signal.read() == 75
    assert bench.feature(Reading, Key.WIFI_NETWORK).read() == "Warehouse"
    assert bench.feature(Detector, Key.WIFI_CONNECTED).read() is True


@with_options(StrobeOptions(wifi_connected=False, front_modes=(1,), schedule_count=2))
async def test_what_is_not_there(bench: Bench) -> None:
    """What a unit has not is not offered, and the reason is known."""
    absent = {one.key: one.reason for one in bench.device.absent}
    assert absent[Key.WIFI_SIGNAL] is AbsenceReason.NOT_CONFIGURED
    assert Key.STROBE_PERIOD not in bench.keys
    with pytest.raises(KeyError):
        bench.feature(Toggle, Key.IDLE_SCHEDULE, "3")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (StrobeOptions(absent={"/AudioInfo/AudioConfig": 404}), "unsupported"),
        (StrobeOptions(absent={"/AudioInfo/AudioConfig": 501}), "unsupported"),
        (StrobeOptions(unavailable=frozenset({"/AudioInfo/AudioConfig"})), "refused"),
    ],
    ids=["404", "501", "502"],
)
async def test_absent_document(
    make_bench: MakeBench, options: StrobeOptions, reason: str
) -> None:
    """A missing document is not asked for again; a refused one is, and comes."""
    bench = await make_bench(options)
    assert {one.reason for one in bench.device.absent if one.key is Key.MICROPHONE} == {
        AbsenceReason(reason)
    }
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert len(bench.unit.requests_to(AUDIO)) == (reason == "refused")
    options.unavailable = frozenset()
    bench.unit.clock.advance(301)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert (Key.MICROPHONE in bench.keys) is (reason == "refused")


@pytest.mark.parametrize("path", [COLORS, AUDIO])
async def test_busy_at_first(unit: StrobeEmulator, world: World, path: str) -> None:
    """What could not be read while connecting turns up later."""
    unit.faults.add("http_status", path, code=503, count=4)
    device = StrobeDevice(login_to(unit), world.surroundings)
    bench = Bench(unit, world, device)
    await device.connect()
    unknown = {one.key for one in device.absent if one.reason == "unknown"}
    assert unknown & {Key.FRONT_LIGHT, Key.MICROPHONE}
    unit.clock.advance(301)
    await device.refresh(Cadence.SETTINGS, None)
    assert not unknown & {one.key for one in device.absent}
    assert Key.FRONT_LIGHT in bench.keys
    await device.close()


async def test_due(bench: Bench) -> None:
    """Only wanted documents are read, the usual ones every five minutes."""
    wanted = frozenset({Source.AUDIO, Source.TIME})
    await bench.device.refresh(Cadence.SETTINGS, wanted)
    assert bench.unit.counts == {}
    for _ in range(13):
        bench.unit.clock.advance(300)
        await bench.device.refresh(Cadence.SETTINGS, wanted)
    assert len(bench.unit.requests_to(AUDIO)) == 13
    assert len(bench.unit.requests_to(NTP)) == 1
    assert bench.unit.requests_to(WIFI_SCAN) == []
    read = {record.path for record in bench.unit.requests}
    assert read <= {AUDIO, NTP, LOGIN, DEVICE_INFO}
    assert bench.device.interval(Cadence.SETTINGS) == 300


@pytest.mark.parametrize(
    ("kind", "code"),
    [("app_error", 502), ("app_error", 999), ("html", 0), ("http_status", 503)],
)
async def test_refused_document_recovers(bench: Bench, kind: str, code: int) -> None:
    """A document that is refused is marked; the others are read; it comes back."""
    bench.unit.clock.advance(301)
    fault = bench.unit.faults.add(kind, AUDIO, code=code, count=None)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert set(bench.device.failed) == {Source.AUDIO}
    assert len(bench.unit.requests_to(SENSOR)) == 1
    bench.unit.faults.remove(fault)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert bench.device.failed == {}


async def test_unit_away(bench: Bench) -> None:
    """A unit that is away is said to be, and back when it is back."""
    bench.unit.clock.advance(301)
    bench.unit.shutdown()
    with pytest.raises(DeviceConnectionError):
        await bench.device.refresh(Cadence.SETTINGS, None)
    online = bench.feature(Detector, Key.ONLINE)
    assert online.read() is False
    assert bench.device.units[0].online() is False
    bench.unit.boot()
    await bench.unit.settle()
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert online.read() is True
    assert bench.feature(Reading, Key.RESPONSE_TIME).read() is not None


async def test_password_changed(bench: Bench) -> None:
    """A password that was changed is asked for, wherever it is noticed."""
    bench.unit.set_password("other")
    bench.unit.clock.advance(301)
    for cadence in Cadence:
        with pytest.raises(DeviceAuthError):
            await bench.device.refresh(cadence, None)


async def test_another_unit(bench: Bench) -> None:
    """Another unit at the address is found out, and nothing is done to it."""
    bench.unit.replace(mac="8C-1F-64-00-00-01")
    with pytest.raises(DeviceConnectionError) as caught:
        await bench.device.refresh(Cadence.STATE, None)
    assert caught.value.reason is Reason.WRONG_DEVICE
    bench.unit.forget()
    results = await _try_everything(bench)
    assert set(results) == {Reason.WRONG_DEVICE}
    assert {record.path.rsplit("/", 1)[1] for record in bench.unit.requests} <= {
        "Login",
        "Logout",
        "DeviceInfo",
    }
    assert bench.unit.alarm_calls == []
    assert bench.unit.sessions.open == []


async def _try_everything(bench: Bench) -> list[Reason]:
    reasons: list[Reason] = []
    for work in (
        bench.relay.write(True),
        toggle(Key.MICROPHONE, on=False)(bench),
        bench.store.delete("Welcome & Hello.wav"),
        bench.press(Key.RESTART),
    ):
        try:
            await work
        except DeviceError as err:
            reasons.append(err.reason)
    return reasons


@with_options(StrobeOptions(device_info="example"))
async def test_identity_of_the_printed_example(bench: Bench) -> None:
    """The example prints the address as the version."""
    (box,) = bench.device.units
    assert bench.device.serial == "8c:1f:64:a3:6b:a9"
    assert (box.mac, box.sw_version) == ("8c:1f:64:a3:6b:a9", None)


@pytest.mark.parametrize(
    ("options", "serial"),
    [
        (StrobeOptions(device_info="example", mac="none"), "2507150000"),
        (StrobeOptions(device_info="example", mac="00-00-00-00-00-00"), "2507150000"),
    ],
    ids=["none", "zeros"],
)
async def test_no_address(
    make_bench: MakeBench, options: StrobeOptions, serial: str
) -> None:
    """Without any address the number of the device has to do; another is another."""
    bench = await make_bench(options)
    assert bench.device.serial == serial
    options.device_id = "1"
    bench.unit.expire_sessions()
    with pytest.raises(DeviceConnectionError):
        await bench.device.refresh(Cadence.STATE, None)


@with_options(StrobeOptions(device_info="example", mac="none", device_id=""))
async def test_nothing_to_go_by(unit: StrobeEmulator, world: World) -> None:
    """A unit without any identity cannot be used."""
    device = StrobeDevice(login_to(unit), world.surroundings)
    with pytest.raises(DeviceError) as caught:
        await device.connect()
    assert caught.value.reason is Reason.NO_IDENTITY
    await device.close()
    assert unit.sessions.open == []


WEEK = WeekSchedule(
    number=2,
    enabled=True,
    name="",
    week={
        Weekday.SUNDAY: (TimeRange(start=time(8), end=time(17, 30)),),
        Weekday.MONDAY: (TimeRange(start=time(8), end=time(17, 30)),),
        Weekday.TUESDAY: (),
    },
)


async def test_schedules(bench: Bench) -> None:
    """Schedules are read and set as a week; Sunday is the unit's first day."""
    store = bench.device.units[0].schedules[ScheduleKind.IDLE]
    await store.set(2, ScheduleChange(enabled=True, name="Work & play", week=WEEK))
    part = bench.unit.documents.schedules(IDLE)[1]
    assert part.get("WeekDays") == "01"
    assert (part.get("BeginTime"), part.get("EndTime")) == ("08:00:00", "17:30:00")
    found = (await store.get())[1]
    assert (found.number, found.enabled, found.name) == (2, True, "Work & play")
    assert set(found.week) == {Weekday.SUNDAY, Weekday.MONDAY}


NIGHT = (TimeRange(start=time(22), end=time(6)),)
DAY = (TimeRange(start=time(8), end=time(9)),)
LATER = (TimeRange(start=time(9), end=time(10)),)


@pytest.mark.parametrize(
    ("number", "week"),
    [
        (9, {}),
        (1, {Weekday.MONDAY: NIGHT}),
        (1, {Weekday.MONDAY: DAY, Weekday.FRIDAY: LATER}),
        (1, {Weekday.MONDAY: DAY + LATER}),
    ],
    ids=["no such", "over night", "different days", "two ranges"],
)
async def test_schedules_that_cannot_be(
    bench: Bench, number: int, week: dict[Weekday, tuple[TimeRange, ...]]
) -> None:
    """What the unit cannot keep is refused before anything is written."""
    before = leaves(bench)
    change = WeekSchedule(number=number, enabled=True, name="", week=week)
    with pytest.raises(DeviceRequestError) as caught:
        await (
            bench.device.units[0]
            .schedules[ScheduleKind.ALARM]
            .set(number, ScheduleChange(week=change))
        )
    assert caught.value.reason is Reason.SCHEDULE_INVALID
    assert leaves(bench) == before


async def test_dump(bench: Bench) -> None:
    """The dump tells documents and counts, and no password of ours."""
    dump = repr(bench.device.dump())
    assert "AudioConfig" in dump
    assert bench.unit.options.password not in dump
    assert len(bench.unit.requests_to(DEVICE_INFO)) == 0
    assert bench.feature(Reading, Key.AUDIO_CLIPS).read() == 4
    attributes = bench.feature(Reading, Key.AUDIO_CLIPS).attributes
    assert attributes is not None
    assert "Siren.wav" in attributes()["files"]
