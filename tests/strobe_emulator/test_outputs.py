"""What the emulated strobe shows and plays in time; the open readings."""

import pytest

from tests.emulators.strobe import Light, StrobeOptions
from tests.emulators.strobe.documents import IDLE
from tests.emulators.strobe.routes import TEST_PLAY

from .bench import Bench, with_options


async def test_relay_opens_after_the_duration(bench: Bench) -> None:
    """The default is sixty seconds."""
    await bench.caller.alarm(alarmoutenable=1)
    bench.unit.clock.advance(59)
    assert bench.unit.outputs.relay
    bench.unit.clock.advance(1)
    assert not bench.unit.outputs.relay
    assert [(c.time, c.event) for c in bench.unit.timeline] == [(0, "on"), (60, "off")]


@pytest.mark.parametrize(
    ("options", "lit"),
    [(StrobeOptions(), True), (StrobeOptions(missing_section="off"), False)],
    ids=["untouched", "off"],
)
async def test_reading_a_missing_section(bench: Bench, lit: bool) -> None:
    """A request for the back light alone."""
    await bench.caller.alarm(flightenable=1, playenable=1, playfile="Siren.wav")
    await bench.caller.alarm(blightenable=1)

    outputs = bench.unit.outputs
    assert (outputs.front is not None) == lit
    assert (outputs.sound is not None) == lit
    assert outputs.back is not None


@pytest.mark.parametrize(
    ("options", "lit"),
    [(StrobeOptions(), True), (StrobeOptions(duration_bounds="all"), False)],
    ids=["relay", "all"],
)
async def test_reading_b_duration(bench: Bench, lit: bool) -> None:
    """The duration ends the relay, or everything."""
    await bench.caller.alarm(
        alarmoutenable=1,
        alarmoutduration=20,
        flightenable=1,
        blightenable=1,
        playenable=1,
        playfile="Siren.wav",
        cyclemode=2,
    )
    bench.unit.clock.advance(20)

    outputs = bench.unit.outputs
    assert not outputs.relay
    assert (outputs.front is not None) == lit
    assert (outputs.back is not None) == lit
    assert (outputs.sound is not None) == lit


@pytest.mark.parametrize(
    ("options", "position", "end", "events"),
    [
        (StrobeOptions(), 0.0, 11.0, ["on", "restarted", "off"]),
        (StrobeOptions(repeated_sound="continue"), 1.0, 10.0, ["on", "off"]),
    ],
    ids=["restart", "continue"],
)
async def test_reading_c_repeated_sound(
    bench: Bench, position: float, end: float, events: list[str]
) -> None:
    """The same file again while it plays: from the start, or as if nothing was."""
    await bench.siren(interval=2, playtimes=2)
    bench.unit.clock.advance(1)
    await bench.siren(interval=2, playtimes=2)

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.position, sound.remaining) == (position, 2)
    bench.unit.clock.advance(60)
    assert [change.event for change in bench.unit.timeline] == events
    assert bench.unit.timeline[-1].time == end


@with_options(StrobeOptions(repeated_sound="continue"))
async def test_continued_sound_takes_volume_and_plays(bench: Bench) -> None:
    """Going on does not mean being deaf: plays count from the running one."""
    await bench.siren(interval=1, playtimes=3, volume=50)
    bench.unit.clock.advance(6)
    await bench.siren(interval=1, playtimes=2, volume=90)

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.volume, sound.finished, sound.remaining) == (90, 1, 2)
    assert sound.position == pytest.approx(1)
    bench.unit.clock.advance(60)
    assert bench.unit.timeline[-1].time == 14.0


@pytest.mark.parametrize(
    ("options", "lit"),
    [(StrobeOptions(), False), (StrobeOptions(alarm_disable="noop"), True)],
    ids=["stop", "noop"],
)
async def test_reading_d_alarm_disable(bench: Bench, lit: bool) -> None:
    """AlarmEnable=0 stops everything, or nothing; it is never logged."""
    await bench.caller.alarm(flightenable=1, alarmoutenable=1)
    await bench.caller.alarm(alarmenable=0, flightenable=0, alarmoutenable=0)

    outputs = bench.unit.outputs
    assert (outputs.front is not None, outputs.relay) == (lit, lit)
    assert len(bench.unit.alarm_log) == 1
    await bench.caller.alarm(alarmenable=1, flightenable=0, alarmoutenable=0)
    assert bench.unit.outputs.front is None
    assert not bench.unit.outputs.relay


@pytest.mark.parametrize(("mode", "seconds"), [(2, 20), (3, 40), (4, 50)])
async def test_reading_e_blinks_end(bench: Bench, mode: int, seconds: int) -> None:
    """Ten, or five, blinks and the light is dark."""
    await bench.caller.alarm(flightenable=1, flightdisplaymode=mode)
    bench.unit.clock.advance(seconds - 0.5)
    assert bench.unit.outputs.front is not None
    bench.unit.clock.advance(0.5)
    assert bench.unit.outputs.front is None
    assert bench.unit.timeline[-1].cause == "blink"


@with_options(StrobeOptions(blinks="endless"))
async def test_reading_e_endless(bench: Bench) -> None:
    """Or it blinks until told otherwise."""
    await bench.caller.alarm(flightenable=1, flightdisplaymode=2)
    bench.unit.clock.advance(3600)
    assert bench.unit.outputs.front is not None


@pytest.mark.parametrize(
    ("options", "color", "volume"),
    [(StrobeOptions(), 1, 80), (StrobeOptions(missing_values="last"), 3, 10)],
    ids=["factory", "last"],
)
async def test_reading_f_defaults(bench: Bench, color: int, volume: int) -> None:
    """A field that is left out has the factory's, or the last, value."""
    await bench.caller.alarm(
        flightenable=1, flightcolor1=3, playenable=1, playfile="Siren.wav", volume=10
    )
    await bench.caller.alarm(flightenable=1, playenable=1)

    outputs = bench.unit.outputs
    assert outputs.front is not None
    assert outputs.sound is not None
    assert (outputs.front.color1, outputs.sound.volume) == (color, volume)


@pytest.mark.parametrize(
    ("options", "back"),
    [(StrobeOptions(), True), (StrobeOptions(idle_returns=False), False)],
    ids=["returns", "stays-dark"],
)
async def test_reading_g_idle_schedule(bench: Bench, back: bool) -> None:
    """After an alarm the idle schedule shows again, or not."""
    idle = Light(color1=1)
    bench.configure(IDLE, "ScheduleEnable", 1)
    bench.configure(IDLE, "FrontLightEnable", 1)
    bench.unit.refresh_idle()
    assert bench.unit.outputs.front == idle

    await bench.caller.alarm(flightenable=1, flightcolor1=2)
    assert bench.unit.outputs.front == Light(color1=2)
    await bench.caller.alarm(alarmenable=0)

    assert bench.unit.outputs.front == (idle if back else None)


@with_options(StrobeOptions(max_duration=600, max_play_times=9, max_interval=60))
async def test_reading_h_limits(bench: Bench) -> None:
    """Numbers above the unit's limits are refused."""
    assert (await bench.caller.alarm(alarmoutduration=600)).code == 200
    assert (await bench.caller.alarm(alarmoutduration=601)).code == 402
    assert (await bench.caller.alarm(playtimes=10)).code == 402
    assert (await bench.caller.alarm(interval=61)).code == 402


@with_options(StrobeOptions(relay_repeat="pulse"))
async def test_relay_pulses(bench: Bench) -> None:
    """A firmware may open the relay before closing it again."""
    await bench.caller.alarm(alarmoutenable=1)
    await bench.caller.alarm(alarmoutenable=1)

    assert [change.event for change in bench.unit.timeline] == ["on", "off", "on"]


async def test_relay_is_extended(bench: Bench) -> None:
    """Usually a second request gives it more time."""
    await bench.caller.alarm(alarmoutenable=1)
    bench.unit.clock.advance(50)
    await bench.caller.alarm(alarmoutenable=1)
    bench.unit.clock.advance(50)

    assert bench.unit.outputs.relay
    assert len(bench.unit.timeline) == 1


async def test_sound_with_pauses(bench: Bench) -> None:
    """Plays and pauses follow each other; the last pause is not waited for."""
    await bench.siren(playtimes=2, interval=3)
    bench.unit.clock.advance(5)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.position, sound.finished, sound.remaining) == (None, 1, 1)
    bench.unit.clock.advance(3)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert sound.position == 1
    bench.unit.clock.advance(10)
    assert bench.unit.timeline[-1].time == 11


async def test_sound_without_end(bench: Bench) -> None:
    """Mode 2 plays until it is told to stop."""
    await bench.caller.alarm(playenable=1, playfile="Doorbell.wav", cyclemode=2)
    bench.unit.clock.advance(100_000)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert sound.remaining is None
    await bench.caller.alarm(playenable=1, playfile="Siren.wav")
    assert bench.unit.timeline[-1].event == "changed"
    await bench.caller.alarm(playenable=0)
    assert bench.unit.outputs.sound is None


async def test_speaker_test(bench: Bench) -> None:
    """The test plays at the unit's volume and touches nothing else."""
    body = (
        "<TestPlayAudio><Enabled>{}</Enabled><FileType>{}</FileType>"
        "<FileName>{}</FileName></TestPlayAudio>"
    )
    await bench.caller.alarm(flightenable=1)
    call = bench.caller.call

    assert (await call("POST", TEST_PLAY, body.format(1, 1, "Siren.wav"))).code == 402
    assert (await call("POST", TEST_PLAY, body.format(1, 0, "None.wav"))).code == 402
    assert (await call("POST", TEST_PLAY, body.format(1, 0, "Siren.wav"))).code == 200

    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.owner, sound.volume) == ("test", 70)
    assert len(bench.unit.alarm_log) == 1
    assert (await call("POST", TEST_PLAY, body.format(0, 0, ""))).code == 200
    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.front is not None
