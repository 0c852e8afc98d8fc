"""The loudspeaker: every sample, in time, and the session closed whatever happens."""

from array import array
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import logging
import math
import random
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.watchpost.devices.model.commands import AudioClip
from custom_components.watchpost.devices.model.device import Absent
from custom_components.watchpost.devices.model.errors import (
    DeviceAuthError,
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    DeviceUnsupportedError,
    Reason,
)
from custom_components.watchpost.devices.model.features import Speaker
from custom_components.watchpost.devices.model.vocabulary import (
    NO_REQUEST,
    AbsenceReason,
    Key,
)
from custom_components.watchpost.devices.vendors.bview import talk
from custom_components.watchpost.devices.vendors.bview.features.sound import sound
from tests.devices.bview.lens_rig import Rig, rig
from tests.emulators.base import FaultKind
from tests.emulators.bview import BviewOptions
from tests.emulators.bview.audio import AudioSession

OPEN, SEND, CLOSE = "*/Open", "*/SendData", "*/Close"
RATE = 8000
AHEAD = 1.0
"""Seconds of sound that the camera has to hold at most."""
LOST = [
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.GARBAGE,
    FaultKind.TRUNCATED,
    FaultKind.HTTP_STATUS,
]


@pytest.fixture
async def one(session: ClientSession) -> AsyncIterator[Rig]:
    """Return a camera that can do everything."""
    async with rig(session) as found:
        yield found


def tone(seconds: float, hertz: float = 440.0, level: float = 12_000.0) -> array[int]:
    """Return the samples of a steady tone."""
    turn = 2 * math.pi * hertz / RATE
    places = range(round(seconds * RATE))
    return array("h", (round(level * math.sin(turn * place)) for place in places))


def clip(seconds: float = 0.1, title: str = "Chime") -> AudioClip:
    """Return a tone to announce."""
    return AudioClip(title=title, samples=tone(seconds).tobytes())


def power(samples: array[int], hertz: float) -> float:
    """Return how strong a tone is in a sound, as the level of a sine."""
    turn = 2 * math.pi * hertz / RATE
    real = sum(s * math.cos(turn * place) for place, s in enumerate(samples))
    imaginary = sum(s * math.sin(turn * place) for place, s in enumerate(samples))
    return 2 * math.hypot(real, imaginary) / len(samples)


def closed(rig: Rig) -> bool:
    """Return whether all sessions were closed, and by us."""
    return all(one.reason == "close" for one in rig.unit.intercom.sessions)


def sent(rig: Rig, blocks: int) -> Callable[[], bool]:
    """Return whether so many blocks have arrived."""
    sessions = rig.unit.intercom.sessions
    return lambda: bool(sessions) and len(sessions[-1].chunks) >= blocks


def warnings(records: list[logging.LogRecord]) -> list[str]:
    """Return what the log warns of."""
    return [r.getMessage() for r in records if r.levelno >= logging.WARNING]


# What is heard


async def test_announcement(one: Rig) -> None:
    """All samples arrive, as they were, for as long as they sound."""
    source = tone(1.3, 487.0)
    began = one.world.clock.now()
    await one.talk.announce(AudioClip(title="Dinner", samples=source.tobytes()))
    state = one.talk.state()
    assert (state.playing, state.file, state.length) == (True, "Dinner", 1.3)
    assert state.started == began
    assert state.volume is None
    assert one.world.changes == 1
    assert one.session.closed is None
    await one.world.settle()

    assert not one.talk.state().playing
    assert one.talk.state().file is None
    assert one.world.changes == 2
    found = one.session
    assert (found.mode, found.reason, found.gaps) == ("G711U", "close", 0)
    assert found.most_ahead <= AHEAD
    assert found.closed is not None
    assert 1.3 <= found.closed - found.chunks[0][0] < 1.3 + 0.2 + 0.1
    assert [len(chunk) for _, chunk in found.chunks] == [4000, 4000, 2400]
    assert found.seconds == 1.3
    wrong = [abs(a - b) for a, b in zip(source, found.samples, strict=True)]
    assert max(wrong) <= (12_000 + 132) / 32 + 1
    assert power(found.samples, 487.0) == pytest.approx(12_000, rel=0.01)
    others = [power(found.samples, hertz) for hertz in (125, 250, 1000, 1500, 3000)]
    assert max(others) < 120
    assert one.sounds == ["Open", "SendData", "SendData", "SendData", "Close"]


@pytest.mark.parametrize(
    ("changes", "first", "later", "mode"),
    [
        ({}, ["Open"], ["Open"], "G711U"),
        ({"voice_modes": ("G711A",)}, ["Open"] * 2, ["Open"], "G711A"),
        ({"audio_open": "none"}, ["Open"] * 2, ["Open"], "G711U"),
        ({"audio_open": "both"}, ["Open"], ["Open"], "G711U"),
        ({"write_answer": "none"}, ["Open"], ["Open"], "G711U"),
        ({"auth": "digest"}, ["Open"] * 2, ["Open"], "G711U"),
    ],
)
async def test_ways_to_open(
    session: ClientSession,
    changes: dict[str, Any],
    first: list[str],
    later: list[str],
    mode: str,
) -> None:
    """What a camera does not know is tried once, and not again."""
    async with rig(session, BviewOptions.full(**changes)) as found:
        for opened in (first, later):
            found.unit.forget()
            await found.talk.announce(clip())
            await found.world.settle()
            repeated = [one for one in found.sounds if one == "Open"]
            assert repeated[: len(opened)] == opened
            assert found.session.mode == mode
            heard = found.session.samples
            assert power(heard, 440.0) == pytest.approx(12_000, rel=0.01)
        assert closed(found)


@pytest.mark.parametrize("unknown", [-10, 404])
@pytest.mark.parametrize("paths", ["example", "table", "both"])
async def test_paths(session: ClientSession, unknown: int, paths: str) -> None:
    """The spelling that the camera knows is found, and remembered."""
    options = BviewOptions.full(audio_paths=paths, unknown_url=unknown)
    async with rig(session, options) as found:
        await found.talk.announce(clip())
        await found.world.settle()
        wrong = ["SendData"] if paths == "example" else []
        right = "sendData" if paths == "example" else "SendData"
        assert found.sounds == ["Open", *wrong, right, "Close"]
        found.unit.forget()
        await found.talk.announce(clip())
        await found.world.settle()
        assert found.sounds == ["Open", right, "Close"]
        assert closed(found)


async def test_little_room(session: ClientSession) -> None:
    """A camera that holds less than a second gets all of it all the same."""
    async with rig(session, BviewOptions.full(audio_buffer=0.7)) as found:
        await found.talk.announce(clip(1.2))
        await found.world.settle()
        assert found.session.seconds == 1.2
        assert found.session.gaps == 0
        assert closed(found)


# Time


def late(found: AudioSession) -> list[float]:
    """Return by how much each block has come too late, in seconds."""
    first = found.chunks[0][0]
    return [
        moment - first - max(number - 1, 0) * 0.5
        for number, (moment, _) in enumerate(found.chunks)
    ]


async def paced(session: ClientSession, seconds: float) -> list[float]:
    """Return how late the blocks are while a camera is polled all the time."""
    async with rig(session) as found:

        async def poll() -> None:
            while True:
                await found.client.get("/System/DeviceStatus/1")
                await asyncio.sleep(0.02)

        polling = asyncio.create_task(poll())
        await found.talk.announce(clip(seconds))
        await found.world.settle()
        polling.cancel()
        assert found.session.gaps == 0
        assert found.session.most_ahead <= AHEAD
        assert found.session.seconds == seconds
        return late(found.session)


async def test_pace(session: ClientSession, capsys: pytest.CaptureFixture[str]) -> None:
    """Each block comes at its time, however much else is asked of the cameras."""
    each = await asyncio.gather(*(paced(session, 3.0) for _ in range(4)))
    lateness = sorted(delay for delays in each for delay in delays)
    p95 = lateness[round(0.95 * (len(lateness) - 1))]
    told = f"p95 {p95 * 1000:.1f} ms, most {lateness[-1] * 1000:.1f} ms"
    with capsys.disabled():
        print(f"\nA block of sound is late: {told}")  # noqa: T201
    assert len(lateness) == 24
    assert lateness[0] >= 0
    assert lateness[-1] < 0.25


@pytest.mark.parametrize(
    ("path", "seconds"), [("*/DeviceStatus/1", 0.9), (SEND, 0.35), (CLOSE, 0.3)]
)
async def test_slow_answers(one: Rig, path: str, seconds: float) -> None:
    """Neither a slow poll nor slow blocks make gaps, or too much sound at once."""
    one.unit.faults.add(FaultKind.LATENCY, path=path, seconds=seconds, count=None)
    announcing = asyncio.create_task(one.talk.announce(clip(1.7)))
    for _ in range(2):
        await one.client.get("/System/DeviceStatus/1")
    await announcing
    await one.world.settle()
    assert one.session.gaps == 0
    assert one.session.most_ahead <= AHEAD
    assert one.session.seconds == 1.7
    assert closed(one)


async def test_one_very_slow_block(one: Rig) -> None:
    """After a gap, what follows sounds later, and is still not sent too early."""
    one.unit.faults.add(FaultKind.LATENCY, path=SEND, seconds=1.3, skip=1)
    await one.talk.announce(clip(2.2))
    await one.world.settle()
    found = one.session
    assert found.gaps == 1
    assert found.most_ahead <= AHEAD
    assert found.seconds == 2.2
    assert found.closed is not None
    # The gap was 0.8 s long: all of it was heard before the session was closed.
    assert found.closed - found.chunks[0][0] >= 2.2 + 0.8


# Refusals


@pytest.mark.parametrize("busy", [-14, -12, -11])
async def test_somebody_else_talks(session: ClientSession, busy: int) -> None:
    """The caller is told, and the other one is not cut off."""
    async with rig(session, BviewOptions.full(audio_busy=busy)) as found:
        other = found.unit.intercom.open("G726", "app")
        with pytest.raises(DeviceRequestError) as caught:
            await found.talk.announce(clip())
        assert caught.value.reason is Reason.SPEAKER_IN_USE
        await found.talk.stop()
        await found.world.settle()
        assert found.sounds == ["Open"]
        assert other.closed is None
        assert not found.world.changes


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"audio": False}, DeviceUnsupportedError),
        ({"voice_modes": ("G726",)}, DeviceUnsupportedError),
        ({"password": "another"}, DeviceAuthError),
    ],
)
async def test_cannot_talk(
    session: ClientSession, changes: dict[str, Any], error: type[DeviceError]
) -> None:
    """Nothing was opened, so there is nothing to close."""
    async with rig(session, BviewOptions.full(**changes)) as found:
        found.unit.set_password(found.unit.options.password + "?" * (len(changes) - 1))
        if "password" in changes:
            found.unit.set_password("changed since")
        with pytest.raises(error):
            await found.talk.announce(clip())
        await found.world.settle()
        assert {*found.sounds} == {"Open"}
        assert not found.unit.intercom.sessions
        assert not found.world.memory.kept


@pytest.mark.parametrize("code", [-8, -9, -12])
async def test_open_fails(one: Rig, code: int) -> None:
    """A failure of the camera is told as what it is."""
    one.unit.plans.refuse(OPEN, code)
    with pytest.raises(DeviceError):
        await one.talk.announce(clip())
    assert one.sounds == ["Open"]
    await one.talk.announce(clip())
    await one.world.settle()
    assert closed(one)


@pytest.mark.parametrize("kind", LOST)
async def test_open_lost(one: Rig, kind: FaultKind) -> None:
    """What may have been opened is closed."""
    one.unit.faults.add(kind, path=OPEN, code=500)
    with pytest.raises(DeviceConnectionError):
        await one.talk.announce(clip())
    await one.world.settle()
    assert one.sounds[-1] == "Close"
    assert one.unit.intercom.session is None
    assert closed(one)
    assert not one.talk.state().playing


@pytest.mark.parametrize("code", [-8, -12, -5, -3])
async def test_first_block_refused(one: Rig, code: int) -> None:
    """The caller is told, and nothing stays open."""
    one.unit.plans.refuse("*/?endData", code)
    with pytest.raises(DeviceError):
        await one.talk.announce(clip())
    assert closed(one)
    assert not one.world.changes
    await one.world.settle()
    assert one.sounds == ["Open", "SendData", "Close"]


async def test_camera_is_off(one: Rig, records: list[logging.LogRecord]) -> None:
    """The caller is told at once, and the log is not filled."""
    one.unit.power_off()
    async with asyncio.timeout(1):
        with pytest.raises(DeviceConnectionError):
            await one.talk.announce(clip())
    await one.world.settle()
    assert not warnings(records)


async def test_nothing_to_say(one: Rig) -> None:
    """Nothing is sent for an empty sound."""
    with pytest.raises(DeviceRequestError):
        await one.talk.announce(AudioClip(title="", samples=b"\x00"))
    assert not one.unit.requests


# In the middle


@pytest.mark.parametrize("kind", [*LOST, FaultKind.APP_ERROR])
async def test_block_lost(
    one: Rig, kind: FaultKind, records: list[logging.LogRecord]
) -> None:
    """It ends, once and for all, and everybody can see it."""
    one.unit.faults.add(kind, path=SEND, skip=1, code=-8)
    await one.talk.announce(clip(3.0))
    await one.world.settle()
    assert closed(one)
    assert not one.talk.state().playing
    assert one.world.changes == 2
    assert one.sounds == ["Open", "SendData", "SendData", "Close"]
    (told,) = warnings(records)
    assert told.startswith("Camera: the sound broke off in the middle (")


async def test_block_hangs(
    one: Rig, monkeypatch: pytest.MonkeyPatch, records: list[logging.LogRecord]
) -> None:
    """A camera that does not answer is not waited for without an end."""
    monkeypatch.setattr(talk, "_BLOCK_LIMIT", 0.3)
    one.unit.faults.add(FaultKind.HANG, path=SEND, skip=1)
    await one.talk.announce(clip(3.0))
    await one.world.settle()
    assert closed(one)
    assert warnings(records) == ["Camera: the sound broke off in the middle (timeout)"]


async def test_restart_in_the_middle(one: Rig) -> None:
    """The sound is lost and not begun again; the next one is heard."""
    await one.talk.announce(clip(3.0))
    one.unit.reboot()
    one.unit.boot()
    await one.world.settle()
    assert one.session.reason == "restart"
    assert len(one.unit.intercom.sessions) == 1
    assert not one.talk.state().playing
    assert one.sounds[-1] == "Close"
    await one.talk.announce(clip())
    await one.world.settle()
    assert one.session.reason == "close"


async def test_time_out_of_the_camera(session: ClientSession) -> None:
    """What the camera has ended by itself is not opened again."""
    options = BviewOptions.full(audio_timeout=0.05, idle_close=-12)
    async with rig(session, options) as found:
        await found.talk.announce(clip(2.0))
        await found.world.settle()
        assert found.sounds.count("Open") == 1
        assert found.session.reason == "timeout"
        assert not found.talk.state().playing
        assert not found.world.memory.kept


async def test_login_refused_once(one: Rig) -> None:
    """A refusal in the middle ends the sound; the session is closed."""
    one.unit.faults.add(FaultKind.HTTP_STATUS, path=SEND, skip=1, code=401)
    await one.talk.announce(clip(2.0))
    await one.world.settle()
    assert closed(one)


async def test_password_changed_in_the_middle(
    one: Rig, records: list[logging.LogRecord]
) -> None:
    """The password is not tried again and again; the next sound closes first."""
    password = one.unit.options.password
    await one.talk.announce(clip(2.0))
    one.unit.set_password("another")
    await one.world.settle()
    assert one.sounds.count("Close") == 1
    assert one.session.closed is None
    assert len(warnings(records)) == 2
    assert not [text for text in warnings(records) if password in text]

    one.unit.set_password(password)
    one.unit.forget()
    await one.talk.announce(clip())
    await one.world.settle()
    assert one.sounds == ["Close", "Open", "SendData", "Close"]
    assert closed(one)


# Its end


@pytest.mark.parametrize("kind", LOST)
async def test_close_lost(one: Rig, kind: FaultKind) -> None:
    """It is sent again until the camera confirms it."""
    one.unit.faults.add(kind, path=CLOSE, count=2)
    await one.talk.announce(clip())
    await one.world.settle()
    assert one.sounds.count("Close") == 3
    assert closed(one)
    assert not one.world.memory.kept


async def test_close_hangs(one: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt that hangs is given up for the next one."""
    monkeypatch.setattr(talk, "_LIMIT", 0.1)
    one.unit.faults.add(FaultKind.HANG, path=CLOSE)
    await one.talk.announce(clip())
    await one.world.settle()
    assert one.sounds.count("Close") == 2
    assert closed(one)


async def test_close_much_later(
    one: Rig, monkeypatch: pytest.MonkeyPatch, records: list[logging.LogRecord]
) -> None:
    """The caller and the log are told; late attempts go on."""
    monkeypatch.setattr(talk, "_SOON", (0.0, 0.01))
    monkeypatch.setattr(talk, "_LATER", (0.05,) * 20)
    one.unit.faults.add(FaultKind.DROP_BEFORE, path=CLOSE, count=4)
    await one.talk.announce(clip(2.0))
    with pytest.raises(DeviceConnectionError):
        await one.talk.stop()
    assert not one.talk.state().playing
    await one.world.settle()
    assert closed(one)
    assert warnings(records) == [
        "Camera did not confirm the end of an announcement: nobody else may be able "
        "to talk (command_uncertain)"
    ]


@pytest.mark.parametrize("then", ["stop", "announce", "unload", "cancel"])
async def test_between_late_attempts(
    one: Rig, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """Whatever comes does not wait for the next one, and makes it needless."""
    monkeypatch.setattr(talk, "_SOON", (0.0,))
    monkeypatch.setattr(talk, "_LATER", (30.0,))
    one.unit.faults.add(FaultKind.DROP_BEFORE, path=CLOSE)
    await one.talk.announce(clip())
    with pytest.raises(DeviceConnectionError):
        await one.talk.stop()
    assert one.world.tasks
    async with asyncio.timeout(2):
        match then:
            case "stop":
                await one.talk.stop()
            case "announce":
                await one.talk.announce(clip())
            case "unload":
                await one.talk.close()
            case "cancel":
                for running in tuple(one.world.tasks):
                    running.cancel()
        await one.world.settle()
    late = {"stop": 2, "announce": 3, "unload": 1, "cancel": 1}
    assert one.sounds.count("Close") == late[then]
    assert closed(one) is (late[then] > 1)
    assert bool(one.world.memory.kept) is (late[then] == 1)


async def test_close_never(one: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is open is remembered, also over a restart of Home Assistant."""
    monkeypatch.setattr(talk, "_SOON", (0.0,))
    monkeypatch.setattr(talk, "_LATER", ())
    one.unit.faults.add(FaultKind.DROP_BEFORE, path=CLOSE, count=1)
    await one.talk.announce(clip())
    await one.world.settle()
    assert one.session.closed is None
    driver = one.another_talk()
    one.unit.forget()
    await driver.announce(clip())
    await one.world.settle()
    assert one.sounds == ["Close", "Open", "SendData", "Close"]
    assert closed(one)
    assert len(one.unit.intercom.sessions) == 2
    await one.talk.stop()
    assert one.sounds[-1] == "Close"


async def test_stop(one: Rig) -> None:
    """It is silent at once."""
    await one.talk.stop()
    assert not one.unit.requests
    await one.talk.announce(clip(3.0))
    await one.until(sent(one, 2))
    started = asyncio.get_running_loop().time()
    await one.talk.stop()
    assert asyncio.get_running_loop().time() - started < 0.25
    assert closed(one)
    assert not one.talk.state().playing
    assert one.session.seconds == 1.0
    assert one.world.changes == 2
    await one.world.settle()


async def test_stop_while_it_opens(one: Rig) -> None:
    """It is not opened after it was closed."""
    one.unit.faults.add(FaultKind.LATENCY, path=OPEN, seconds=0.2)
    announcing = asyncio.create_task(one.talk.announce(clip(3.0)))
    await one.until(lambda: one.sounds == ["Open"])
    await one.talk.stop()
    await announcing
    assert one.sounds == ["Open", "Close"]
    assert closed(one)
    assert not one.session.data
    assert not one.world.changes


async def test_newer_takes_the_place(one: Rig) -> None:
    """The one before is closed first; the new one is heard from its beginning."""
    await one.talk.announce(clip(3.0, "First"))
    await one.talk.announce(clip(0.6, "Second"))
    assert one.talk.state().file == "Second"
    await one.world.settle()
    first, second = one.unit.intercom.sessions
    assert first.closed is not None
    assert first.closed <= second.opened
    assert second.seconds == 0.6
    assert closed(one)
    assert one.world.changes == 4


async def test_many_at_once(one: Rig) -> None:
    """The last one is heard whole, and all callers are content."""
    one.unit.faults.add(FaultKind.LATENCY, path=OPEN, seconds=0.1, count=None)
    clips = [clip(0.2 + number / 10, f"{number}") for number in range(5)]
    await asyncio.gather(*(one.talk.announce(each) for each in clips))
    assert one.talk.state().file == "4"
    await one.world.settle()
    assert one.session.seconds == 0.6
    assert closed(one)
    assert len(one.unit.intercom.sessions) <= 2


async def test_cancelled_caller(one: Rig) -> None:
    """Who gives up before it sounds hears nothing."""
    one.unit.faults.add(FaultKind.LATENCY, path=OPEN, seconds=0.2)
    announcing = asyncio.create_task(one.talk.announce(clip(3.0)))
    await one.until(lambda: one.sounds == ["Open"])
    announcing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await announcing
    await one.world.settle()
    assert one.sounds == ["Open", "Close"]
    assert closed(one)


@pytest.mark.parametrize("moment", ["open", "block", "wait", "close"])
async def test_cancelled_background(one: Rig, moment: str) -> None:
    """Home Assistant cancels what runs in the background, at any moment."""
    slow = {"open": OPEN, "block": SEND, "close": CLOSE}
    if moment in slow:
        path = slow[moment]
        one.unit.faults.add(FaultKind.LATENCY, path=path, seconds=0.2, count=1)
    asking = asyncio.create_task(one.talk.announce(clip(0.3)))
    last = {"open": "Open", "block": "SendData", "wait": "SendData", "close": "Close"}
    await one.until(lambda: one.sounds[-1:] == [last[moment]])
    for _ in range(3):
        for running in tuple(one.world.tasks):
            running.cancel()
        await asyncio.sleep(0.01)
    await asyncio.wait((asking,))
    await one.talk.close()
    await one.world.settle()
    assert one.sounds.count("Open") == 1
    assert one.sounds[-1] == "Close"
    assert closed(one)
    assert not one.world.memory.kept
    assert not one.talk.state().playing


async def test_cancelled_before_its_first_step(one: Rig) -> None:
    """Nothing is sent, and the caller is told."""
    asking = asyncio.create_task(one.talk.announce(clip()))
    await asyncio.sleep(0)
    for running in tuple(one.world.tasks):
        running.cancel()
    with pytest.raises(DeviceRequestError):
        await asking
    assert not one.unit.requests


async def test_unload_in_the_middle(one: Rig) -> None:
    """Unloading closes the session, and nothing is heard from then on."""
    one.unit.faults.add(FaultKind.DROP_BEFORE, path=CLOSE)
    await one.talk.announce(clip(3.0))
    await one.talk.close()
    assert closed(one)
    assert not one.world.tasks
    with pytest.raises(DeviceRequestError):
        await one.talk.announce(clip())
    await one.talk.close()


@pytest.mark.parametrize("path", [OPEN, SEND, CLOSE])
async def test_unload_while_the_camera_hangs(
    one: Rig, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Unloading does not wait for it without an end; the session is closed."""
    monkeypatch.setattr(talk, "_CLOSE_LIMIT", 1.0)
    monkeypatch.setattr(talk, "_HURRIED_LIMIT", 0.2)
    one.unit.faults.add(FaultKind.HANG_AFTER, path=path)
    asking = asyncio.create_task(one.talk.announce(clip()))
    await one.until(lambda: any(r.fault for r in one.unit.requests))
    async with asyncio.timeout(2):
        await one.talk.close()
    await asyncio.wait((asking,))
    assert closed(one)
    assert not one.world.tasks


# Under fire


async def fire(rig: Rig, chance: random.Random) -> int:
    """Let orders and faults come in any order; return how many faults have hit."""
    callers: list[asyncio.Task[Any]] = []
    for _ in range(chance.randint(0, 3)):
        rig.unit.faults.add(
            chance.choice([*LOST, FaultKind.APP_ERROR, FaultKind.LATENCY]),
            path=chance.choice([OPEN, SEND, CLOSE]),
            skip=chance.randint(0, 2),
            code=chance.choice([-3, -5, -8]),
            seconds=chance.uniform(0.0, 0.3),
        )
    for _ in range(chance.randint(2, 6)):
        order: Awaitable[None]
        what = chance.random()
        if what < 0.6:
            order = rig.talk.announce(clip(chance.uniform(0.05, 1.2)))
            callers.append(asyncio.ensure_future(order))
        elif what < 0.8:
            callers.append(asyncio.ensure_future(rig.talk.stop()))
        elif callers:
            chance.choice(callers).cancel()
        await asyncio.sleep(chance.choice([0.0, 0.02, 0.3]))
    if chance.random() < 0.3:
        for task in tuple(rig.world.tasks):
            task.cancel()
    if chance.random() < 0.3:
        await rig.talk.close()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert not [one for one in results if not _is_expected(one)]
    await rig.world.settle()
    hits = sum(fault.hits for fault in rig.unit.faults.planned)
    rig.unit.faults.clear()
    await rig.talk.stop()
    assert rig.unit.intercom.session is None, rig.sounds
    assert closed(rig)
    assert not rig.talk.state().playing
    assert all(one.most_ahead <= AHEAD for one in rig.unit.intercom.sessions)
    return hits


def _is_expected(result: object) -> bool:
    return result is None or isinstance(result, DeviceError | asyncio.CancelledError)


async def under_fire(session: ClientSession, seed: int) -> int:
    """Put one camera under fire."""
    async with rig(session) as found:
        return await fire(found, random.Random(seed))


async def test_under_fire(session: ClientSession) -> None:
    """Whatever happens, nothing is open in the end and every caller has an answer."""
    hits = await asyncio.gather(*(under_fire(session, seed) for seed in range(40)))
    assert sum(hits) > 10


# What is offered


async def test_speaker(one: Rig) -> None:
    """The loudspeaker takes bare samples and has no files and no volume."""
    offer = one.offers[Key.SPEAKER]
    assert isinstance(offer, Speaker)
    assert offer.source == NO_REQUEST
    assert (offer.format.container, offer.format.rate) == ("pcm", RATE)
    assert (offer.files, offer.set_volume, offer.assumed) == (None, None, False)
    assert offer.announce is not None
    await offer.announce(clip())
    assert offer.read().playing
    await offer.stop()
    assert not offer.read().playing
    await one.world.settle()


async def test_no_speaker() -> None:
    """A camera without one says so."""
    (offer,) = sound(None)
    assert isinstance(offer, Absent)
    assert offer.reason is AbsenceReason.UNSUPPORTED
