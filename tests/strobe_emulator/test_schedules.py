"""The emulated strobe's schedules, of idle times and of its probe."""

from datetime import UTC, datetime

from tests.emulators.strobe import Light, StrobeOptions
from tests.emulators.strobe.documents import ALARM, BROADCAST_LINK, IDLE, NTP, SENSOR

from .bench import SATURDAY, Bench, with_options


async def test_idle_schedule_follows_the_clock(bench: Bench) -> None:
    """A window opens and closes by itself, in the unit's own zone and week."""

    def evening(text: str) -> str:
        return (
            text.replace("<ScheduleEnable>0", "<ScheduleEnable>1", 1)
            .replace("<BackLightEnable>0", "<BackLightEnable>1", 1)
            .replace("<WeekDays>0123456", "<WeekDays>6", 1)
            .replace("<BeginTime>00:00:00", "<BeginTime>18:00:00", 1)
        )

    assert (await bench.put(IDLE, evening)).code == 200
    assert bench.unit.outputs.back is None
    bench.unit.clock.advance(6 * 3600)
    assert bench.unit.outputs.back == Light(color1=1)
    bench.unit.clock.advance(6 * 3600)
    assert bench.unit.outputs.back is None
    bench.unit.clock.advance(24 * 3600)
    times = [(change.event, change.time) for change in bench.unit.timeline]
    assert times == [("on", 6 * 3600), ("off", 12 * 3600)]


async def test_clock_and_zone_are_set(bench: Bench) -> None:
    """The clock moves only if the write says so; the zone moves the windows."""
    assert bench.unit.local_time.hour == 12
    await bench.put(NTP, lambda text: text.replace("GMT+00:00", "GMT-08:00"))
    assert bench.unit.local_time.hour == 4
    await bench.put(NTP, lambda text: text.replace("<DST>0", "<DST>1"))
    assert bench.unit.local_time.hour == 5
    assert bench.unit.clock.wall == SATURDAY

    def noon(text: str) -> str:
        text = text.replace("<IsUpdateTime>0", "<IsUpdateTime>1")
        return text.replace("2026-11-21T12:00:00Z", "2018-07-01T18:00:00Z")

    assert (await bench.put(NTP, noon)).code == 200
    assert bench.unit.clock.wall == datetime(2018, 7, 1, 18, tzinfo=UTC)


async def test_idle_sound(bench: Bench) -> None:
    """An endless idle sound makes way for an alarm and comes back."""
    bench.configure(IDLE, "ScheduleEnable", 1)
    bench.configure(IDLE, "PlayEnable", 1)
    bench.configure(IDLE, "CycleMode", 2)
    bench.unit.refresh_idle()
    await bench.caller.alarm(playenable=1, playfile="Siren.wav")
    bench.unit.clock.advance(4)

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert sound.owner == "idle"
    assert [change.file for change in bench.unit.timeline] == [
        "Doorbell.wav",
        "Siren.wav",
        "Doorbell.wav",
    ]


async def test_probe_runs_the_alarm_schedule(bench: Bench) -> None:
    """The probe lights, sounds and closes the relay for the schedule's time."""
    await bench.caller.alarm(blightenable=1)

    assert await bench.unit.trigger_probe()

    outputs = bench.unit.outputs
    assert outputs.front == Light(color1=1, mode=6, frequency=100)
    assert outputs.back is None
    assert outputs.sound is not None
    assert outputs.sound.file == "Siren.wav"
    assert outputs.relay
    bench.unit.clock.advance(60)
    assert bench.unit.outputs.front is None
    assert bench.unit.outputs.sound is None
    assert not bench.unit.outputs.relay
    assert not bench.unit.pushes


@with_options(StrobeOptions(schedule_sound="once"))
async def test_probe_sound_once(bench: Bench) -> None:
    """A firmware may play the schedule's file only once."""
    await bench.unit.trigger_probe()
    bench.unit.clock.advance(4)

    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.relay


async def test_lowest_schedule_wins(bench: Bench) -> None:
    """Of the schedules of this moment, the one with the lowest id runs."""
    schedules = bench.unit.documents.schedules(ALARM)
    schedules[0].set("WeekDays", "012345")
    for schedule in schedules[1:3]:
        schedule.set("ScheduleEnable", 1)
        schedule.set("FrontLightEnable", 1)
    schedules[1].set("FrontLightcolor1", 2)
    schedules[2].set("FrontLightcolor1", 3)

    assert await bench.unit.trigger_probe()

    front = bench.unit.outputs.front
    assert front is not None
    assert front.color1 == 2


async def test_probe_without_effect(bench: Bench) -> None:
    """No schedule of this moment, or the probe is off: nothing happens."""
    bench.configure(ALARM, "EndTime", "11:59:59")
    assert not await bench.unit.trigger_probe()
    bench.configure(ALARM, "EndTime", "12:00:00")
    bench.configure(SENSOR, "Enabled", 0)
    assert not await bench.unit.trigger_probe()
    bench.configure(BROADCAST_LINK, "IsAcceptBroadcast", 0)
    assert not await bench.unit.trigger_broadcast()
    assert not bench.unit.alarm_log
    bench.configure(SENSOR, "Enabled", 1)
    assert await bench.unit.trigger_probe()


@with_options(StrobeOptions(overnight="accept"))
async def test_overnight_window(bench: Bench) -> None:
    """A firmware may take a window over midnight."""
    answer = await bench.put(
        ALARM, lambda text: text.replace("<BeginTime>00:00:00", "<BeginTime>23:59:59")
    )
    assert answer.code == 200
    assert not await bench.unit.trigger_probe()
    bench.unit.clock.set_wall(SATURDAY.replace(hour=23, minute=59, second=59))
    assert await bench.unit.trigger_probe()
