"""Two-way audio: one session, real time, every byte kept."""

import asyncio
from itertools import pairwise
import math

import pytest

from tests.emulators.bview.audio import (
    Intercom,
    decode_alaw,
    decode_ulaw,
    encode_alaw,
    encode_ulaw,
)
from tests.emulators.bview.errors import RefusedError
from tests.emulators.bview_coverage import VOICE, Answer

from .bench import Bench, full, with_options

OPEN, CLOSE = "/TwowayAudio/Open", "/TwowayAudio/Close"
SEND, RECEIVE = "/TwowayAudio/SendData", "/TwowayAudio/ReceiveData"
XML = VOICE.format(mode="G711U")


async def talk(bench: Bench, data: bytes, path: str = SEND) -> Answer:
    """Send some sound."""
    return await bench.caller.call("PUT", path, data, kind="audio/basic")


async def test_announcement(bench: Bench) -> None:
    """What is sent between Open and Close is kept, and can be listened to."""
    assert (await bench.put(OPEN, VOICE.format(mode="G711A"))).code == 0
    tone = bytes(encode_alaw(round(9000 * math.sin(n / 3))) for n in range(800))
    for start in range(0, 800, 400):
        assert (await talk(bench, tone[start : start + 400])).code == 0
    assert (await bench.put(CLOSE)).code == 0

    (session,) = bench.unit.intercom.sessions
    assert (session.mode, session.user, session.reason) == ("G711A", "admin", "close")
    assert session.data == tone
    assert session.seconds == 0.1
    assert session.closed is not None
    assert len(session.chunks) == 2
    wanted = [9000 * math.sin(n / 3) for n in range(800)]
    wrong = [abs(a - b) for a, b in zip(wanted, session.samples, strict=True)]
    assert max(wrong) < 400
    assert bench.unit.intercom.session is None


@pytest.mark.parametrize("busy", [-14, -12, -11])
async def test_one_session(bench: Bench, busy: int) -> None:
    """Somebody who talks keeps others from talking."""
    match busy:
        case -12:
            bench.unit.options.audio_busy = -12
        case -11:
            bench.unit.options.audio_busy = -11
    assert (await bench.put(OPEN, XML)).code == 0
    assert (await bench.put(OPEN, XML)).code == busy
    assert (await bench.put(CLOSE)).code == 0
    assert (await bench.put(OPEN, XML)).code == 0
    assert len(bench.unit.intercom.sessions) == 2


async def test_without_a_session(bench: Bench) -> None:
    """Nothing is taken or heard before Open; Close is always possible."""
    assert (await talk(bench, b"\xff")).code == -12
    assert (await bench.get(RECEIVE)).code == -12
    assert (await bench.put(CLOSE)).code == 0
    bench.unit.options.idle_close = -12
    assert (await bench.put(CLOSE)).code == -12


async def test_too_fast(bench: Bench) -> None:
    """The camera holds ten seconds of sound and refuses more."""
    await bench.put(OPEN, XML)
    assert (await talk(bench, b"\xff" * 72000)).code == 0
    assert (await talk(bench, b"\xff" * 16000)).code == -9
    assert (await talk(bench, b"")).code == -5
    session = bench.unit.intercom.session
    assert session is not None
    assert session.seconds == 9
    assert 8.9 < session.most_ahead <= 9


@pytest.mark.parametrize(
    ("way", "with_body", "without"),
    [("xml", 0, -1), ("none", -1, 0), ("both", 0, 0)],
)
async def test_what_open_takes(
    bench: Bench, way: str, with_body: int, without: int
) -> None:
    """The table has no body, the text has one."""
    match way:
        case "none":
            bench.unit.options.audio_open = "none"
        case "both":
            bench.unit.options.audio_open = "both"
    assert (await bench.put(OPEN)).code == without
    await bench.put(CLOSE)
    assert (await bench.put(OPEN, XML)).code == with_body
    wrong = await bench.caller.call("PUT", OPEN, XML, kind="text/plain")
    assert wrong.code == -1


@pytest.mark.parametrize(
    ("way", "table", "example"),
    [("both", 0, 0), ("table", 0, -10), ("example", -10, 0)],
)
async def test_paths_of_sound(bench: Bench, way: str, table: int, example: int) -> None:
    """The table says SendData, the example sendData."""
    match way:
        case "table":
            bench.unit.options.audio_paths = "table"
        case "example":
            bench.unit.options.audio_paths = "example"
    await bench.put(OPEN, XML)
    assert (await talk(bench, b"\xff")).code == table
    assert (await talk(bench, b"\xff", "/TwowayAudio/sendData")).code == example
    assert ((await bench.get(RECEIVE)).code or 0) == table
    assert ((await bench.get("/TwowayAudio/receiveData")).code or 0) == example


@pytest.mark.parametrize(("mode", "size"), [("G711U", 4000), ("G711A", 4000)])
async def test_microphone(bench: Bench, mode: str, size: int) -> None:
    """The microphone hears a tone without seams."""
    await bench.put(OPEN, VOICE.format(mode=mode))
    blocks = [await bench.get(RECEIVE) for _ in range(2)]
    decode = decode_ulaw if mode == "G711U" else decode_alaw

    assert {block.headers["Content-Type"] for block in blocks} == {"audio/basic"}
    assert [len(block.body) for block in blocks] == [size, size]
    sound = [decode(byte) for block in blocks for byte in block.body]
    steps = [abs(b - a) for a, b in pairwise(sound)]
    assert max(sound) > 7500
    assert max(steps) < 3500
    assert blocks[0].headers["Content-Length"] == str(size)


@with_options(full(voice_modes=("G711U",)))
async def test_one_mode(bench: Bench) -> None:
    """A camera may lack some codecs."""
    assert (await bench.put(OPEN, VOICE.format(mode="G711A"))).code == -5
    assert (await bench.put(OPEN, XML)).code == 0


async def test_a_restart_ends_the_session(bench: Bench) -> None:
    """Nobody talks after a restart."""
    await bench.put(OPEN, XML)
    bench.unit.reboot()
    assert bench.unit.intercom.sessions[0].reason == "restart"
    assert bench.unit.intercom.session is None


async def test_pace() -> None:
    """Time is measured between chunks: what waits, what is missing, what is late."""
    now = 100.0
    intercom = Intercom(full(audio_timeout=5), lambda: now)
    session = intercom.open("G711U", "admin")
    intercom.send(b"\xff" * 4000)
    now = 100.25
    intercom.send(b"\xff" * 4000)
    assert session.ahead(now) == 0.75
    assert session.most_ahead == 0.75
    now = 103
    intercom.send(b"\xff" * 4000)
    assert session.gaps == 1
    now = 108.1
    assert intercom.session is None
    assert session.reason == "timeout"
    with pytest.raises(RefusedError, match="-12"):
        intercom.send(b"\xff")


@pytest.mark.parametrize("sample", [0, 1, -1, 100, -100, 8000, -8000, 32000, -32000])
async def test_codecs(sample: int) -> None:
    """Both kinds of G.711 come back nearly as they were."""
    margin = 8 + abs(sample) / 16
    assert abs(decode_ulaw(encode_ulaw(sample)) - sample) <= margin
    assert abs(decode_alaw(encode_alaw(sample)) - sample) <= margin + 8


async def test_parallel_opens(bench: Bench) -> None:
    """Of two who come at once, one gets the loudspeaker."""
    answers = await asyncio.gather(bench.put(OPEN, XML), bench.put(OPEN, XML))
    assert sorted(str(answer.code) for answer in answers) == ["-14", "0"]
