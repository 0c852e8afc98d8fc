"""Four callers, one unit: whatever a request means to it, nobody loses his part.

The document leaves open what an alarm request does to outputs that it does not
mention (a), what its duration ends (b), whether a sound that plays starts again (c)
and whether an alarm can be switched off at all (d). One evening is played in all
sixteen readings, and in those of the lesser questions.
"""

from itertools import product
from typing import Literal

import pytest

from custom_components.watchpost.devices.model.commands import (
    AlarmCommand,
    LampCommand,
    PlayCommand,
    SoundPart,
)
from custom_components.watchpost.devices.model.vocabulary import Color, Effect, Key
from custom_components.watchpost.devices.vendors.strobe import outputs
from tests.emulators.strobe import Light, StrobeOptions

from .bench import Bench
from .conftest import MakeBench, describe, with_options

RED_HALF = LampCommand(on=True, color=Color.RED, level=0.5)
BLUE = LampCommand(on=True, color=Color.BLUE)
GREEN = LampCommand(on=True, color=Color.GREEN)
CHASE = LampCommand(on=True, effect=Effect.CHASE)
OFF = LampCommand(on=False)
SIREN_10_S = AlarmCommand(sound=SoundPart(file="Siren.wav"), duration=10)
ANNOUNCEMENT = PlayCommand(file="You are not Alone.wav")
RELAY_SECONDS = 60
"""For which the output closes unless somebody chooses otherwise."""


def reading(
    a: Literal["untouched", "off"],
    b: Literal["relay", "all"],
    c: Literal["restart", "continue"],
    d: Literal["stop", "noop"],
) -> StrobeOptions:
    """Return a unit that reads the open questions in one of sixteen ways."""
    return StrobeOptions(
        missing_section=a, duration_bounds=b, repeated_sound=c, alarm_disable=d
    )


A: tuple[Literal["untouched", "off"], ...] = ("untouched", "off")
B: tuple[Literal["relay", "all"], ...] = ("relay", "all")
C: tuple[Literal["restart", "continue"], ...] = ("restart", "continue")
D: tuple[Literal["stop", "noop"], ...] = ("stop", "noop")
READINGS = [reading(*letters) for letters in product(A, B, C, D)]
LESSER = [
    StrobeOptions(blinks="endless"),
    StrobeOptions(missing_values="last"),
    StrobeOptions(idle_returns=False),
    StrobeOptions(max_duration=600),
    StrobeOptions(max_duration=70, duration_bounds="all", blinks="endless"),
    StrobeOptions(alarm_auth="both", errors_in_200=True),
    StrobeOptions(write_answer="204", brightness_colors="all"),
]
every_reading = with_options(*READINGS, *LESSER)


def shown(bench: Bench) -> tuple[int | None, int | None, str | None, bool]:
    """Return the colors in front and at the back, what plays, and the relay."""
    now = bench.unit.outputs
    return (
        now.front.color1 if now.front else None,
        now.back.color1 if now.back else None,
        now.sound.file if now.sound else None,
        now.relay,
    )


def believed(bench: Bench) -> tuple[bool, bool, bool, bool]:
    """Return what front light, back light, siren and relay are believed to be."""
    front, back = bench.front.read(), bench.back.read()
    assert front is not None
    assert back is not None
    return front.on, back.on, bool(bench.siren.read()), bool(bench.relay.read())


def events(bench: Bench, output: str) -> list[tuple[str, float]]:
    """Return what happened at an output, with the seconds since the beginning."""
    return [
        (change.event, change.time)
        for change in bench.unit.timeline
        if change.output == output
    ]


def ended(bench: Bench, output: str) -> float:
    """Return when an output went off, as the last thing it did."""
    event, seconds = events(bench, output)[-1]
    assert event == "off"
    return seconds


@every_reading
async def test_an_evening(bench: Bench) -> None:
    """Light, siren, announcement and relay by four callers, step by step."""
    # 0 s: a scene switches everything at once; it is one request.
    requests = await bench.scene(
        bench.front.write(RED_HALF),
        bench.back.write(BLUE),
        bench.siren.start(SIREN_10_S),
        bench.relay.write(True),
    )
    assert requests == 1
    assert shown(bench) == (1, 3, "Siren.wav", True)
    assert bench.unit.outputs.front == Light(color1=1, brightness=128)
    assert believed(bench) == (True, True, True, True)

    # 3 s: another color in front leaves the siren and the relay alone.
    await bench.pass_by(3)
    assert await bench.scene(bench.front.write(GREEN)) == 1
    assert shown(bench) == (2, 3, "Siren.wav", True)

    # 9 s: the siren still sounds, though its file is over for the second time.
    await bench.pass_by(6)
    assert shown(bench) == (2, 3, "Siren.wav", True)

    # 11 s: its time is over, and nothing else is.
    await bench.pass_by(2)
    assert shown(bench) == (2, 3, None, True)
    assert believed(bench) == (True, True, False, True)
    assert ended(bench, "sound") == pytest.approx(10, abs=1)

    # 12 s: an announcement and another pattern at the back, by two callers.
    await bench.pass_by(1)
    requests = await bench.scene(bench.play(ANNOUNCEMENT), bench.back.write(CHASE))
    assert requests == 1
    assert shown(bench) == (2, 3, "You are not Alone.wav", True)
    assert bench.speaker.read().playing
    assert bench.unit.outputs.back == Light(color1=3, mode=2)

    # 16 s: it was played once.
    await bench.pass_by(4)
    assert shown(bench) == (2, 3, None, True)
    assert not bench.speaker.read().playing

    # 62 s: the relay has opened by itself, once, and at its time.
    await bench.pass_by(46)
    assert shown(bench) == (2, 3, None, False)
    assert believed(bench) == (True, True, False, False)
    assert events(bench, "relay") == [
        ("on", 0),
        ("off", pytest.approx(RELAY_SECONDS, abs=1)),
    ]

    # More than an hour later: what nobody has switched off is on, without a gap.
    await bench.pass_by(4000)
    assert shown(bench) == (2, 3, None, False)
    assert [event for event, _ in events(bench, "front")] == ["on", "changed"]
    assert [event for event, _ in events(bench, "back")] == ["on", "changed"]

    # One light off: the other stays.
    assert await bench.scene(bench.front.write(OFF)) == 1
    assert shown(bench) == (None, 3, None, False)

    # The end: everything off, even where an alarm cannot be switched off.
    await bench.press(Key.STOP_ALARM)
    assert shown(bench) == (None, None, None, False)
    assert believed(bench) == (False, False, False, False)


@every_reading
async def test_every_part_can_be_taken_away(bench: Bench) -> None:
    """Each caller ends his own part, in any order; the others never notice."""
    await bench.scene(
        bench.front.write(RED_HALF),
        bench.back.write(BLUE),
        bench.siren.start(SIREN_10_S),
        bench.relay.write(True),
    )

    await bench.siren.stop()
    assert shown(bench) == (1, 3, None, True)
    await bench.relay.write(False)
    assert shown(bench) == (1, 3, None, False)
    await bench.back.write(OFF)
    assert shown(bench) == (1, None, None, False)
    await bench.front.write(OFF)
    assert shown(bench) == (None, None, None, False)


@every_reading
async def test_siren_before_speaker(bench: Bench) -> None:
    """The siren takes the loudspeaker and does not give it back before its end."""
    await bench.play(ANNOUNCEMENT)
    await bench.siren.start(SIREN_10_S)
    assert shown(bench)[2] == "Siren.wav"
    assert not bench.speaker.read().playing

    # The player is told to stop: the siren is not his.
    await bench.speaker.stop()
    assert shown(bench)[2] == "Siren.wav"

    await bench.pass_by(11)
    assert shown(bench)[2] is None


@with_options(*READINGS, *LESSER)
async def test_blink_ends(bench: Bench) -> None:
    """Ten blinks of a second end after twenty seconds; a steady light does not."""
    blink = LampCommand(on=True, color=Color.RED, effect=Effect.BLINK_1S)
    assert await bench.scene(bench.front.write(blink), bench.back.write(BLUE)) == 1

    await bench.pass_by(15)
    assert shown(bench)[:2] == (1, 3)
    await bench.pass_by(6)
    assert shown(bench)[:2] == (None, 3)
    assert believed(bench)[:2] == (False, True)
    assert ended(bench, "front") == pytest.approx(20, abs=1)


@with_options(*READINGS)
async def test_timed_alarm(bench: Bench) -> None:
    """An action that names everything ends as a whole, after its own duration."""
    command = AlarmCommand(
        duration=30,
        sound=SoundPart(file="Doorbell.wav", volume=0.3),
        relay=True,
    )
    assert await bench.scene(bench.siren.start(command)) == 1
    await bench.pass_by(28)
    assert shown(bench) == (None, None, "Doorbell.wav", True)
    assert bench.unit.outputs.sound is not None
    assert bench.unit.outputs.sound.volume == 30

    await bench.pass_by(3)
    assert shown(bench) == (None, None, None, False)
    assert events(bench, "relay") == [("on", 0), ("off", pytest.approx(30, abs=1))]


@with_options(*READINGS)
async def test_stop_when_nothing_is_believed_on(bench: Bench) -> None:
    """Stopping works on outputs that somebody else has switched on."""
    other = Bench(bench.unit, bench.world, bench.device)
    await other.front.write(RED_HALF)
    await other.relay.write(True)
    bench.world.memory.kept.clear()
    await bench.again()
    await bench.device.connect()
    assert believed(bench) == (False, False, False, False)

    await bench.press(Key.STOP_ALARM)

    assert shown(bench) == (None, None, None, False)


async def test_figures(make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real window, a scene of four callers is one request everywhere."""
    monkeypatch.setattr(outputs, "COALESCE_WINDOW", 0.06)
    figures = {}
    for options in READINGS:
        bench = await make_bench(options)
        figures[describe(options)] = await bench.scene(
            bench.front.write(RED_HALF),
            bench.back.write(BLUE),
            bench.siren.start(SIREN_10_S),
            bench.relay.write(True),
        )
    assert figures == dict.fromkeys(figures, 1)
    assert len(figures) == 16
