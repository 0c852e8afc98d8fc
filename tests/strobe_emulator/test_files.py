"""The emulated strobe's audio files."""

import base64
import struct

import pytest

from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import IDLE
from tests.emulators.strobe.files import PACKET, mp3_seconds, wav, wav_seconds
from tests.emulators.strobe.routes import DOWNLOAD, FILES, UPLOAD

from .bench import Bench


def piped(content: bytes) -> bytes:
    """Return a file as a program writes it into a pipe."""
    endless = struct.pack("<I", 0xFFFFFFFF)
    return content[:4] + endless + content[8:40] + endless + content[44:]


async def test_file_list(bench: Bench) -> None:
    """Names and types, numbered from one."""
    answer = await bench.caller.call("POST", FILES)

    assert answer.xml.findtext("FileCount") == "4"
    assert answer.xml.findtext("FileName_1") == "You are not Alone.wav"
    assert answer.xml.findtext("FileType_1") == "0"
    assert answer.xml.findtext("FileName_4") == "Welcome & Hello.wav"
    assert answer.xml.findtext("FileType_4") == "1"


async def test_upload_and_download(bench: Bench) -> None:
    """The bytes that went up come down, and play."""
    content = wav(4.0)
    assert (await bench.caller.upload("Grüße?>.wav", content)).code == 200
    assert bench.unit.files.packets == 4

    body = "<DownloadFile><FileName>Grüße?&gt;.wav</FileName></DownloadFile>"
    answer = await bench.caller.call("POST", DOWNLOAD, body)

    assert answer.body == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    await bench.caller.alarm(playenable=1, playfile="Grüße?>.wav")
    bench.unit.clock.advance(3.9)
    assert bench.unit.outputs.sound is not None
    bench.unit.clock.advance(0.1)
    assert bench.unit.outputs.sound is None


async def test_upload_out_of_order(bench: Bench) -> None:
    """Packets follow each other without gaps, and a short one is the last."""
    encoded = base64.b64encode(b"New.wav").decode()

    async def packet(offset: int, size: int) -> int | None:
        return (await bench.packet(encoded, offset, b"x" * size)).code

    assert await packet(PACKET, PACKET) == 402
    assert await packet(0, PACKET + 1) == 402
    assert await packet(0, PACKET) == 200
    assert await packet(2 * PACKET, 5) == 402
    assert await packet(PACKET, 5) == 200
    assert await packet(PACKET + 5, 5) == 402
    file = bench.unit.files.find("New.wav")
    assert file is not None
    assert len(file.content) == PACKET + 5


async def test_upload_name_with_plus(bench: Bench) -> None:
    """A plus in the URL becomes a blank and breaks the Base64 name."""
    encoded = base64.b64encode("ñ>>.wav".encode()).decode()
    assert "+" in encoded

    assert (await bench.packet(encoded, 0, b"x")).code == 402
    encoded = encoded.replace("+", "%2B")
    assert (await bench.packet(encoded, 0, b"x")).code == 200


@pytest.mark.parametrize(
    ("options", "listed"),
    [(StrobeOptions(), False), (StrobeOptions(exact_upload="listed"), True)],
    ids=["pending", "listed"],
)
async def test_upload_of_full_packets(bench: Bench, listed: bool) -> None:
    """Without a short packet the unit cannot know the end."""
    await bench.caller.upload("Full.wav", b"x" * (2 * PACKET))

    assert ("Full.wav" in bench.unit.files.names) == listed


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (StrobeOptions(max_files=5), 400, 402),
        (StrobeOptions(max_files=5, full_error=409), 409, None),
    ],
    ids=["402", "409"],
)
async def test_upload_when_full(bench: Bench, status: int, code: int | None) -> None:
    """There is room for so many files; an old one may be replaced."""
    assert (await bench.caller.upload("One.wav", wav(0.1))).code == 200
    refused = await bench.caller.upload("Two.wav", wav(0.1))
    assert (refused.status, refused.code) == (status, code)
    assert (await bench.caller.upload("One.wav", wav(0.2))).code == 200
    assert len(bench.unit.files.files) == 5


@pytest.mark.parametrize("name", ["Siren.wav", "text.txt", "a/b.wav", ""])
async def test_upload_refused_names(bench: Bench, name: str) -> None:
    """System files stay, and only audio is taken."""
    assert (await bench.caller.upload(name, wav(0.1))).code == 402


async def test_upload_needs_the_lower_case_id(bench: Bench) -> None:
    """The upload alone spells its session id differently."""
    query = f"name=YS53YXY=&offset=0&ID={bench.caller.session_id}"

    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).status == 401
    bench.unit.options.upload_id = "both"
    assert (await bench.caller.call("POST", UPLOAD, b"x", query=query)).status == 200


async def test_upload_is_lost_in_a_reboot(bench: Bench) -> None:
    """An unfinished file does not survive."""
    await bench.caller.upload("Half.wav", b"x" * PACKET)
    bench.unit.reboot(0)
    bench.unit.clock.advance(0)
    await bench.caller.login()

    assert (await bench.packet("SGFsZi53YXY=", PACKET, b"x")).code == 402


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Siren.wav", 402),
        ("Missing.wav", 402),
        ("Used.wav", 402),
        ("Playing.wav", 402),
        ("Free.wav", 200),
    ],
)
async def test_delete(bench: Bench, name: str, code: int) -> None:
    """Only free customer files can be deleted."""
    for new in ("Used.wav", "Playing.wav", "Free.wav"):
        bench.unit.files.add(new, wav(1))
    bench.configure(IDLE, "PlayFile", "Used.wav")
    await bench.caller.alarm(playenable=1, playfile="Playing.wav")
    body = f"<GetDelAudioFile><FileName>{name}</FileName></GetDelAudioFile>"

    assert (await bench.caller.call("PUT", FILES, body)).code == code
    assert ("Free.wav" in bench.unit.files.names) == (code == 402)


@pytest.mark.parametrize(
    ("options", "code"),
    [(StrobeOptions(), 200), (StrobeOptions(broken_sound="refuse"), 402)],
    ids=["silent", "refuse"],
)
@pytest.mark.parametrize(
    "content",
    [piped(wav(1)), wav(1)[:-10], wav(1, rate=44100), b"RIFF", b""],
    ids=["piped", "cut", "rate", "stub", "empty"],
)
async def test_unplayable_files(bench: Bench, content: bytes, code: int) -> None:
    """A file the unit cannot read is silence, or an error."""
    bench.unit.files.add("Bad.wav", content)

    assert (await bench.caller.alarm(playenable=1, playfile="Bad.wav")).code == code
    assert bench.unit.outputs.sound is None


def test_lengths_of_files() -> None:
    """The length follows from the bytes."""
    assert wav_seconds(wav(1.5, rate=16000)) == 1.5
    listed = b"LIST" + struct.pack("<I", 4) + b"INFO"
    body = wav(2)[8:36] + listed + wav(2)[36:]
    assert wav_seconds(b"RIFF" + struct.pack("<I", len(body)) + body) == 2
    assert mp3_seconds(b"\xff\xfb\x90\x00" + b"\0" * 15996) == 1
    assert mp3_seconds(b"ID3\x03\0\0\0\0\0\x04\0\0\0\0" + b"\0" * 16000) == 1
    assert mp3_seconds(b"") is None
