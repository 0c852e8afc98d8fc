"""The outputs over time: failures, limits, restarts, and alarms of the unit itself."""

import asyncio

import pytest

from custom_components.watchpost.devices.model.commands import (
    AlarmCommand,
    LampCommand,
    LightPart,
    PlayCommand,
    SoundPart,
)
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.features import Choice, Level, Siren
from custom_components.watchpost.devices.model.vocabulary import (
    Cadence,
    Color,
    Effect,
    Key,
    Notify,
    Repeat,
)
from custom_components.watchpost.devices.vendors.strobe.device import StrobeDevice
from tests.devices.world import World
from tests.emulators.strobe import StrobeEmulator, StrobeOptions
from tests.emulators.strobe.documents import ALARM
from tests.emulators.strobe.routes import API_ALARM, DOWNLOAD, TEST_PLAY, URL_ALARM

from .bench import Bench, login_to
from .conftest import with_options

RED = LampCommand(on=True, color=Color.RED)
BLUE = LampCommand(on=True, color=Color.BLUE)
OFF = LampCommand(on=False)
SIREN = AlarmCommand(sound=SoundPart(file="Siren.wav"), duration=20)


async def test_connecting_sends_no_alarm(unit: StrobeEmulator, world: World) -> None:
    """Neither making a device object nor connecting touches an output."""
    device = StrobeDevice(login_to(unit), world.surroundings)
    await device.connect()
    await device.refresh(Cadence.STATE, None)
    await device.refresh(Cadence.SETTINGS, None)
    await device.close()
    assert unit.alarm_calls == []
    assert unit.requests_to(TEST_PLAY) == []
    assert {record.method for record in unit.requests} == {"POST"}


async def test_light_parts(bench: Bench) -> None:
    """Brightness, second color and period go along only where they mean something."""
    second = bench.feature(Choice, Key.FRONT_LIGHT_SECOND_COLOR)
    period = bench.feature(Level, Key.STROBE_PERIOD)
    await second.write("green")
    await period.write(250)
    await bench.front.write(
        LampCommand(on=True, color=Color.RED, effect=Effect.STROBE, level=0.2)
    )
    await bench.back.write(LampCommand(on=True, color=Color.VIOLET, level=0.1))

    call = bench.unit.alarm_calls[-1]
    assert call["FrontLightFrequency"] == "250"
    assert call["FrontLightColor2"] == "2"
    assert call["FrontLightBrightness"] == "51"
    assert "BackLightBrightness" not in call
    assert "BackLightFrequency" not in call
    back = bench.back.read()
    assert back is not None
    assert back.level == 1.0

    # What is chosen while the light is on shows at once.
    await second.write("none")
    await period.write(500)
    call = bench.unit.alarm_calls[-1]
    assert (call["FrontLightColor2"], call["FrontLightFrequency"]) == ("0", "500")
    assert second.read() == "none"
    assert period.read() == 500


async def test_switched_on_as_it_was(bench: Bench) -> None:
    """A light that is only switched on looks as it did last."""
    await bench.front.write(
        LampCommand(on=True, color=Color.GREEN, level=0.4, effect=Effect.BREATHE)
    )
    await bench.back.write(LampCommand(on=True, color=Color.RED, effect=Effect.CHASE))
    await bench.front.write(OFF)
    await bench.back.write(OFF)
    await bench.again()
    await bench.device.connect()

    await bench.scene(
        bench.front.write(LampCommand(on=True)), bench.back.write(LampCommand(on=True))
    )

    front = bench.unit.outputs.front
    back = bench.unit.outputs.back
    assert front is not None
    assert back is not None
    assert (front.color1, front.brightness, front.mode) == (2, 102, 5)
    assert (back.color1, back.mode) == (1, 2)


async def test_off_lets_the_pattern_of_a_blink_be(bench: Bench) -> None:
    """A new color for a blinking light does not make it blink longer."""
    await bench.front.write(LampCommand(on=True, effect=Effect.BLINK_2S))
    await bench.pass_by(30)
    await bench.front.write(LampCommand(on=True, color=Color.RED))
    assert bench.unit.outputs.front is not None
    await bench.pass_by(11)
    assert bench.unit.outputs.front is None


async def test_failure_rolls_back(bench: Bench) -> None:
    """What the unit refuses is not shown as on; the rest stays."""
    await bench.back.write(BLUE)
    bench.unit.faults.add("app_error", URL_ALARM, code=502)

    with pytest.raises(DeviceRequestError) as caught:
        await bench.front.write(RED)

    assert caught.value.reason is Reason.NOT_NOW
    front, back = bench.front.read(), bench.back.read()
    assert front is not None
    assert back is not None
    assert (front.on, back.on) == (False, True)
    await bench.relay.write(True)
    assert bench.unit.outputs.front is None
    assert bench.unit.outputs.back is not None


async def test_all_callers_of_a_failed_scene_are_told(bench: Bench) -> None:
    """One request, one failure, as many errors as callers."""
    bench.unit.faults.add("drop_after", URL_ALARM)
    results = await asyncio.gather(
        bench.front.write(RED),
        bench.relay.write(True),
        bench.siren.start(SIREN),
        return_exceptions=True,
    )
    reasons = [err.reason for err in results if isinstance(err, DeviceError)]
    assert reasons == [Reason.COMMAND_UNCERTAIN] * 3
    assert bench.alarms == 1
    assert bench.relay.read() is False


async def test_alarm_that_may_have_arrived_is_ours(bench: Bench) -> None:
    """An alarm whose answer was lost is not told as somebody else's."""
    await bench.device.refresh(Cadence.STATE, None)
    bench.unit.faults.add("drop_after", URL_ALARM)
    with pytest.raises(DeviceConnectionError):
        await bench.front.write(RED)
    await bench.device.refresh(Cadence.STATE, None)
    assert bench.device.take_notices() == ()
    assert len(bench.unit.alarm_log) == 1


@pytest.mark.parametrize("failures", [1, 2])
async def test_stop_is_tried_three_times(bench: Bench, failures: int) -> None:
    """Silence is the one command that may be repeated."""
    await bench.front.write(RED)
    bench.unit.faults.add("http_status", URL_ALARM, code=500, count=failures)
    await bench.press(Key.STOP_ALARM)
    assert bench.unit.outputs.front is None


async def test_stop_gives_up(bench: Bench) -> None:
    """After the third failure the caller is told, and the light counts as on."""
    await bench.front.write(RED)
    bench.unit.faults.add("http_status", URL_ALARM, code=500, count=None)
    with pytest.raises(DeviceError):
        await bench.press(Key.STOP_ALARM)
    front = bench.front.read()
    assert front is not None
    assert front.on
    assert bench.alarms == 1 + 3


async def test_part_that_cannot_be_ended_is_tried_again(bench: Bench) -> None:
    """A unit that is away when a part ends is asked again until it answers."""
    await bench.back.write(BLUE)
    await bench.front.write(LampCommand(on=True, effect=Effect.BLINK_1S))
    bench.unit.faults.add("http_status", URL_ALARM, code=500, count=2)
    await bench.pass_by(35)
    assert bench.unit.faults.planned[0].hits == 2
    assert bench.unit.outputs.front is None
    front = bench.front.read()
    assert front is not None
    assert not front.on


@with_options(
    StrobeOptions(max_duration=100, duration_bounds="all"),
    StrobeOptions(max_duration=100),
)
async def test_learned_duration(bench: Bench) -> None:
    """A unit that refuses long alarms gets short ones, renewed in time."""
    await bench.front.write(RED)
    tried = bench.alarms
    assert tried > 1
    durations = [int(call["AlarmOutDuration"]) for call in bench.unit.alarm_calls]
    assert max(durations) <= 100

    # What was learned is used from now on.
    assert await bench.scene(bench.back.write(BLUE)) == 1
    await bench.pass_by(1000)
    lights = [c.event for c in bench.unit.timeline if c.output in ("front", "back")]
    assert lights == ["on", "on"]


@with_options(StrobeOptions(max_duration=100))
async def test_a_bad_value_is_not_a_long_duration(bench: Bench) -> None:
    """A refusal for another reason is told, and nothing is learned from it."""
    bench.unit.faults.add("app_error", URL_ALARM, code=402, count=20)
    with pytest.raises(DeviceRequestError):
        await bench.front.write(RED)
    bench.unit.faults.clear()
    assert bench.alarms < 10
    await bench.front.write(RED)
    assert bench.unit.alarm_calls[-1]["AlarmOutDuration"] != "30"


async def test_restart_of_the_program(bench: Bench) -> None:
    """A new device object knows what is on, sends nothing, and ends it in time."""
    await bench.front.write(RED)
    await bench.siren.start(SIREN)
    before = bench.alarms
    await bench.again()
    await bench.device.connect()

    assert bench.alarms == before
    front = bench.front.read()
    assert front is not None
    assert front.on
    assert front.color is Color.RED
    assert bench.siren.read() is True

    await bench.pass_by(21)
    assert bench.siren.read() is False
    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.front is not None


async def test_restart_after_the_hold(bench: Bench) -> None:
    """What nobody has renewed for an hour is not believed to be on."""
    await bench.front.write(RED)
    await bench.again()
    await bench.device.close()
    bench.unit.clock.advance(3700)
    await bench.again()
    await bench.device.connect()
    front = bench.front.read()
    assert front is not None
    assert not front.on


@pytest.mark.parametrize(
    "kept",
    ["[]", '{"front": {"color": "mauve"}, "hold_ends": 9e9}', '{"hold_ends": "x"}'],
    ids=["list", "color", "time"],
)
async def test_spoiled_memory(bench: Bench, kept: str) -> None:
    """What cannot be read counts as off."""
    bench.world.memory.kept.update(outputs=kept, kept=kept, clips=kept, push=kept)
    await bench.again()
    await bench.device.connect()
    front = bench.front.read()
    assert front is not None
    assert not front.on


async def test_reboot_clears(bench: Bench) -> None:
    """After a restart of the unit nothing is on, and nothing comes back."""
    await bench.front.write(RED)
    await bench.relay.write(True)
    bench.unit.reboot(30)
    with pytest.raises(DeviceConnectionError):
        await bench.device.refresh(Cadence.STATE, None)
    bench.unit.clock.advance(31)
    await bench.unit.settle()
    before = bench.alarms

    await bench.device.refresh(Cadence.STATE, None)

    assert bench.relay.read() is False
    await bench.pass_by(4000)
    assert bench.alarms == before
    assert bench.unit.outputs.front is None


async def test_first_command_after_a_reboot(bench: Bench) -> None:
    """A light that is switched on does not bring back the siren of before."""
    await bench.siren.start(
        AlarmCommand(sound=SoundPart(file="Siren.wav", repeat=Repeat.ENDLESS))
    )
    bench.unit.reboot(30)
    with pytest.raises(DeviceConnectionError):
        await bench.back.write(BLUE)
    bench.unit.clock.advance(31)
    await bench.unit.settle()

    await bench.front.write(RED)

    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.front is not None
    assert bench.siren.read() is False


async def test_restart_button(bench: Bench) -> None:
    """Restarting the unit switches everything off, for us too."""
    await bench.front.write(RED)
    await bench.press(Key.RESTART)
    front = bench.front.read()
    assert front is not None
    assert not front.on
    assert bench.unit.reboots == 1


async def probe_alarm(bench: Bench, seconds: int = 40) -> None:
    """Set off the alarm input, as an alarm schedule answers it; then look."""
    schedule = bench.unit.documents.schedules(ALARM)[0]
    schedule.set("AlarmOutInterval", seconds)
    await bench.device.refresh(Cadence.STATE, None)
    bench.world.clock.clock.advance(400)
    await bench.device.refresh(Cadence.SETTINGS, None)
    assert await bench.unit.trigger_probe()
    await bench.device.refresh(Cadence.STATE, None)


async def test_probe_alarm_interrupts(bench: Bench) -> None:
    """The unit's own alarm takes over; afterwards ours is shown again, once."""
    await bench.front.write(RED)
    await probe_alarm(bench)
    assert bench.unit.outputs.sound is not None
    before = bench.alarms

    await bench.pass_by(39)
    assert bench.alarms == before
    assert bench.unit.outputs.sound is not None
    await bench.pass_by(2)
    assert bench.alarms == before + 1
    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.front is not None
    assert bench.unit.outputs.front.mode == 1
    await bench.pass_by(300)
    assert bench.alarms == before + 1


async def test_probe_alarm_is_not_cut_short(bench: Bench) -> None:
    """A part of ours that ends meanwhile does not silence the unit's alarm."""
    await bench.front.write(LampCommand(on=True, effect=Effect.STEADY))
    duration = bench.feature(Level, Key.ALARM_OUTPUT_DURATION)
    await duration.write(420)
    await bench.relay.write(True)
    await probe_alarm(bench)
    before = bench.alarms

    await bench.pass_by(30)
    assert bench.relay.read() is False
    assert bench.alarms == before
    assert bench.unit.outputs.sound is not None

    await bench.pass_by(15)
    assert bench.alarms == before + 1
    assert bench.unit.outputs.relay is False
    assert bench.unit.outputs.front is not None


async def test_probe_alarm_with_nothing_on(bench: Bench) -> None:
    """Where nothing of ours was on, nothing is sent."""
    await probe_alarm(bench)
    await bench.pass_by(100)
    assert bench.alarms == 0


async def test_unknown_length(bench: Bench) -> None:
    """A file that cannot be measured plays on; the unit is not told to stop."""
    bench.unit.files.add("Odd.wav", b"RIFFnonsense")
    await bench.store.list()
    bench.unit.faults.add("app_error", DOWNLOAD, code=501, count=None)
    await bench.play(PlayCommand(file="Odd.wav"))
    await bench.world.settle()
    before = bench.alarms
    assert bench.speaker.read().length is None
    await bench.pass_by(32)
    assert not bench.speaker.read().playing
    assert bench.alarms == before


async def test_length_is_learned_after_the_sound_began(bench: Bench) -> None:
    """The first play measures the file; its end is then known."""
    await bench.play(PlayCommand(file="Doorbell.wav"))
    await bench.world.settle()
    state = bench.speaker.read()
    assert state.length == 1.0
    assert state.started == bench.world.clock.now()
    assert len(bench.unit.requests_to(DOWNLOAD)) == 1
    await bench.pass_by(3)
    assert not bench.speaker.read().playing
    await bench.play(PlayCommand(file="Doorbell.wav"))
    await bench.world.settle()
    assert len(bench.unit.requests_to(DOWNLOAD)) == 1


async def test_light_after_an_announcement(bench: Bench) -> None:
    """A light that comes on just after the last word does not repeat it."""
    await bench.play(PlayCommand(file="Doorbell.wav"))
    await bench.pass_by(1.5)
    await bench.front.write(RED)
    assert bench.unit.outputs.sound is None


@with_options(StrobeOptions(), StrobeOptions(repeated_sound="continue"))
async def test_plays_are_counted(bench: Bench) -> None:
    """A light in the pause between two plays does not add a play."""
    command = PlayCommand(file="Doorbell.wav", repeat=Repeat.TIMES, times=3, interval=5)
    await bench.play(command)
    await bench.pass_by(3)
    await bench.front.write(RED)
    assert bench.unit.alarm_calls[-1]["PlayTimes"] == "2"


async def test_endless_sound_and_volume(bench: Bench) -> None:
    """The volume changes while it plays; endless stays endless over the hold."""
    await bench.play(
        PlayCommand(file="Doorbell.wav", repeat=Repeat.ENDLESS, volume=0.2)
    )
    await bench.set_volume(0.55)
    assert bench.speaker.read().volume == 0.55
    await bench.pass_by(3700)
    sound = bench.unit.outputs.sound
    assert sound is not None
    assert (sound.volume, sound.remaining) == (55, None)
    await bench.speaker.stop()
    assert bench.unit.outputs.sound is None
    before = bench.alarms
    await bench.set_volume(0.1)
    assert bench.alarms == before
    assert bench.speaker.read().volume == 0.1


async def test_volume_after_the_last_word(bench: Bench) -> None:
    """A new volume does not repeat what is over."""
    await bench.play(PlayCommand(file="Doorbell.wav"))
    await bench.pass_by(1.5)
    await bench.set_volume(0.5)
    assert bench.unit.outputs.sound is None


@pytest.mark.parametrize("siren_first", [True, False])
async def test_siren_and_speaker_in_one_scene(bench: Bench, siren_first: bool) -> None:
    """In one scene the siren sounds and the player is told that it is taken."""
    siren = bench.siren.start(SIREN)
    play = bench.play(PlayCommand(file="Doorbell.wav"))
    work = [siren, play] if siren_first else [play, siren]
    results = await asyncio.gather(*work, return_exceptions=True)
    (error,) = [err for err in results if isinstance(err, DeviceError)]
    assert error.reason is Reason.SPEAKER_BUSY
    assert bench.unit.outputs.sound is not None
    assert bench.unit.outputs.sound.file == "Siren.wav"
    with pytest.raises(DeviceRequestError):
        await bench.play(PlayCommand(file="Doorbell.wav"))


@pytest.mark.parametrize(
    ("part", "plays"),
    [
        (SoundPart(file="Siren.wav", repeat=Repeat.ONCE), ("0", None)),
        (SoundPart(file="Siren.wav", repeat=Repeat.TIMES, times=4), ("1", "4")),
        (SoundPart(file="Siren.wav", repeat=Repeat.TIMES), ("0", None)),
        (SoundPart(file="Siren.wav", repeat=Repeat.ENDLESS), ("2", None)),
        (SoundPart(), ("1", "15")),
        (SoundPart(interval=6), ("1", "7")),
    ],
    ids=["once", "four", "times", "endless", "chosen", "interval"],
)
async def test_plays_of_the_siren(
    bench: Bench, part: SoundPart, plays: tuple[str, str | None]
) -> None:
    """A duration becomes plays where the length is known: 60 s of 4 s are 15."""
    await bench.siren.start(SIREN)
    await bench.world.settle()
    await bench.siren.stop()
    await bench.siren.start(AlarmCommand(sound=part))
    call = bench.unit.alarm_calls[-1]
    assert (call["CycleMode"], call.get("PlayTimes")) == plays


async def test_siren_choices(bench: Bench) -> None:
    """Tone, volume and duration are chosen once and used from then on."""
    await bench.feature(Choice, Key.SIREN_TONE).write("Doorbell.wav")
    await bench.feature(Level, Key.SIREN_VOLUME).write(35)
    await bench.feature(Level, Key.SIREN_DURATION).write(5)
    await bench.again()
    await bench.device.connect()
    await bench.siren.start(AlarmCommand(sound=SoundPart()))
    assert bench.unit.alarm_calls[-1]["PlayFile"] == "Doorbell.wav"
    assert bench.unit.alarm_calls[-1]["Volume"] == "35"
    await bench.pass_by(6)
    assert bench.unit.outputs.sound is None
    assert bench.feature(Level, Key.SIREN_VOLUME).read() == 35
    assert bench.feature(Level, Key.SIREN_DURATION).read() == 5
    assert bench.feature(Level, Key.ALARM_OUTPUT_DURATION).read() == 60
    assert bench.feature(Choice, Key.SIREN_TONE).read() == "Doorbell.wav"
    with pytest.raises(DeviceRequestError):
        await bench.feature(Choice, Key.SIREN_TONE).write("nothing.wav")


async def test_alarm_of_everything(bench: Bench) -> None:
    """One action drives all parts, silently, and tells whom it is asked to tell."""
    await bench.play(PlayCommand(file="Doorbell.wav", repeat=Repeat.ENDLESS))
    bench.unit.forget()
    command = AlarmCommand(
        duration=15,
        sound=SoundPart(silent=True),
        relay=True,
        front=LightPart(
            color=Color.RED, second_color=Color.BLUE, effect=Effect.STROBE, period=80
        ),
        back=LightPart(color=Color.GREEN, level=0.5),
        notify=frozenset({Notify.MAIL, Notify.BROADCAST}),
    )
    assert await bench.scene(bench.siren.start(command)) == 1
    assert bench.unit.emails == ["api"]
    assert bench.unit.broadcasts == ["api"]
    assert bench.unit.outputs.sound is None
    assert bench.unit.outputs.front is not None
    assert bench.unit.outputs.front.frequency == 80
    await bench.pass_by(16)
    assert bench.unit.emails == ["api"]
    now = bench.unit.outputs
    assert (now.front, now.back, now.relay) == (None, None, False)


@with_options(StrobeOptions(front_colors=(1, 4), back_colors=()))
async def test_alarm_asks_for_what_is_not_there(bench: Bench) -> None:
    """A color or a light that the unit has not is refused before anything is sent."""
    for command in (
        AlarmCommand(front=LightPart(color=Color.CYAN)),
        AlarmCommand(back=LightPart()),
        AlarmCommand(sound=SoundPart(file="nothing.wav")),
    ):
        with pytest.raises(DeviceRequestError):
            await bench.siren.start(command)
    assert bench.alarms == 0
    assert Key.BACK_LIGHT not in bench.keys


async def test_notice_without_outputs(bench: Bench) -> None:
    """A message can be sent with nothing on; it lights nothing."""
    command = AlarmCommand(notify=frozenset({Notify.MAIL}))
    await bench.siren.start(command)
    assert bench.unit.emails == ["api"]
    assert bench.unit.timeline == []


async def test_sound_test(bench: Bench) -> None:
    """The test plays the default file, and stopping ends it too."""
    await bench.press(Key.TEST_SOUND)
    assert bench.unit.outputs.sound is not None
    assert bench.unit.outputs.sound.owner == "test"
    await bench.press(Key.STOP_ALARM)
    assert bench.unit.outputs.sound is None
    assert len(bench.unit.requests_to(TEST_PLAY)) == 2


async def test_files_gone(bench: Bench) -> None:
    """Without any file there is no tone to sound."""
    bench.unit.files.files.clear()
    await bench.store.list()
    siren = bench.feature(Siren, Key.SIREN)
    with pytest.raises(DeviceRequestError):
        await siren.start(AlarmCommand(sound=SoundPart()))
    assert bench.unit.requests_to(API_ALARM) == []


async def test_close_waits_for_what_is_on_its_way(bench: Bench) -> None:
    """A light that is being switched on is on when the device has been closed."""
    work = asyncio.ensure_future(bench.front.write(RED))
    await asyncio.sleep(0)
    await bench.device.close()
    await work
    assert bench.unit.outputs.front is not None
    assert bench.world.clock.pending == {}
    assert bench.unit.sessions.open == []
