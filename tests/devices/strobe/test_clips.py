"""Audio files on the unit: bytes, packets, room, rules, lengths."""

import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.watchpost.devices.model.commands import AudioUpload, PlayCommand
from custom_components.watchpost.devices.model.errors import (
    DeviceConnectionError,
    DeviceError,
    DeviceRequestError,
    Reason,
)
from custom_components.watchpost.devices.model.vocabulary import Cadence, Repeat
from custom_components.watchpost.devices.vendors.strobe.sound import (
    fit_for_upload,
    sound_length,
)
from tests.emulators.strobe import StrobeOptions
from tests.emulators.strobe.documents import ALARM
from tests.emulators.strobe.files import PACKET, wav, wav_seconds
from tests.emulators.strobe.routes import DOWNLOAD, UPLOAD

from .bench import Bench
from .conftest import with_options

LONG = wav(5.0)
"""80044 bytes: four packets."""


def streamed(data: bytes, size: int = 0xFFFFFFFF) -> bytes:
    """Return a WAV file as a program writes it to a pipe."""
    return (
        data[:4]
        + struct.pack("<I", size)
        + data[8:40]
        + struct.pack("<I", size)
        + data[44:]
    )


@pytest.mark.parametrize(
    "name", ["a.wav", "ü & + ' # %.wav", "a?b=c&d.wav", "~~~>>>???.wav", "中.mp3"]
)
async def test_upload(bench: Bench, name: str) -> None:
    """The bytes arrive as they are, in full packets, in order; and come back."""
    assert await bench.store.upload(AudioUpload(name=name, data=LONG)) == name
    sent = bench.unit.requests_to(UPLOAD)
    assert [int(record.query["offset"]) for record in sent] == [
        0,
        PACKET,
        2 * PACKET,
        3 * PACKET,
    ]
    assert b"".join(record.body for record in sent) == LONG
    assert all("+" not in record.raw_query for record in sent)
    assert await bench.store.download(name) == LONG
    await bench.play(PlayCommand(file=name))
    assert bench.unit.outputs.sound is not None
    assert bench.unit.outputs.sound.file == name


@with_options(StrobeOptions(), StrobeOptions(exact_upload="listed"))
@pytest.mark.parametrize("size", [PACKET, 2 * PACKET])
async def test_full_packets(bench: Bench, size: int) -> None:
    """A file that fills its packets gets a little silence, so that it ends."""
    data = wav((size - 44) / 16000)
    assert len(data) == size
    await bench.store.upload(AudioUpload(name="full.wav", data=data))
    stored = bench.unit.files.need("full.wav")
    assert len(stored.content) == size + 2
    assert stored.seconds == pytest.approx(wav_seconds(data), abs=0.001)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
async def test_streamed_sizes(bench: Bench, size: int) -> None:
    """Sizes that a pipe left open are put right; the unit can play it."""
    await bench.store.upload(AudioUpload(name="tts.wav", data=streamed(LONG, size)))
    assert bench.unit.files.need("tts.wav").content == LONG


def test_chunks_after_the_sound() -> None:
    """What follows the sound does not become a noise."""
    info = b"LIST" + struct.pack("<I", 4) + b"INFO"
    data = wav((PACKET - 44 - len(info)) / 16000) + info
    assert len(data) == PACKET
    fitted = fit_for_upload(data)
    assert fitted.endswith(bytes(2) + info)
    assert wav_seconds(fitted) == pytest.approx(wav_seconds(wav(1.27)), abs=0.1)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "http_status"])
async def test_fault_in_the_middle(bench: Bench, fault: str) -> None:
    """After a fault the file is sent again, once, from the beginning."""
    bench.unit.faults.add(fault, UPLOAD, skip=2, code=500)
    await bench.store.upload(AudioUpload(name="a.wav", data=LONG))
    assert bench.unit.files.need("a.wav").content == LONG
    assert len(bench.unit.requests_to(UPLOAD)) == 3 + 4


async def test_session_lost_in_the_middle(bench: Bench) -> None:
    """A new session starts the upload anew."""
    bench.unit.faults.add("http_status", UPLOAD, skip=1, code=401)
    await bench.store.upload(AudioUpload(name="a.wav", data=LONG))
    assert bench.unit.files.need("a.wav").content == LONG


@with_options(StrobeOptions(exact_upload="listed"))
async def test_unit_gone_in_the_middle(bench: Bench) -> None:
    """Half an announcement is never played as a whole, and goes away later."""
    upload = AudioUpload(name="ha_1.wav", data=LONG, managed=True)
    fault = bench.unit.faults.add("drop_before", "*", skip=3, count=None)
    with pytest.raises(DeviceConnectionError):
        await bench.store.upload(upload)
    bench.unit.faults.remove(fault)
    half = bench.unit.files.need("ha_1.wav").content
    assert len(half) < len(LONG)

    await bench.again()
    await bench.device.connect()
    await bench.store.upload(AudioUpload(name="other.wav", data=LONG))
    assert "ha_1.wav" not in bench.unit.files.names
    await bench.store.upload(upload)
    assert bench.unit.files.need("ha_1.wav").content == LONG


async def test_reboot_in_the_middle(bench: Bench) -> None:
    """A unit that restarts meanwhile: a clear error, and it works afterwards."""
    bench.unit.reboot(10)
    with pytest.raises(DeviceConnectionError) as caught:
        await bench.store.upload(AudioUpload(name="a.wav", data=LONG))
    assert caught.value.reason is Reason.UNREACHABLE
    bench.unit.clock.advance(11)
    await bench.unit.settle()
    await bench.store.upload(AudioUpload(name="a.wav", data=LONG))
    assert bench.unit.files.need("a.wav").content == LONG


async def announce(bench: Bench, number: int) -> None:
    """Bring an announcement."""
    name = f"ha_{number}.wav"
    upload = AudioUpload(name=name, data=wav(0.1), seconds=0.1, managed=True)
    assert await bench.store.upload(upload) == name


def managed(bench: Bench) -> set[int]:
    """Return the numbers of the announcements on the unit."""
    names = [name for name in bench.unit.files.names if name.startswith("ha_")]
    return {int(name[3:-4]) for name in names}


async def test_least_recently_used(bench: Bench) -> None:
    """Ten announcements stay; the one not used for longest goes, also later."""
    for number in range(10):
        await announce(bench, number)
    before = len(bench.unit.requests_to(UPLOAD))
    await announce(bench, 0)
    assert len(bench.unit.requests_to(UPLOAD)) == before
    await announce(bench, 10)
    assert managed(bench) == {0, *range(2, 11)}
    await bench.again()
    await bench.device.connect()
    await announce(bench, 11)
    assert managed(bench) == {0, *range(3, 12)}


async def test_announcement_that_plays_or_is_scheduled_stays(bench: Bench) -> None:
    """Room is made elsewhere."""
    for number in range(10):
        await announce(bench, number)
    await bench.play(PlayCommand(file="ha_0.wav", repeat=Repeat.ENDLESS))
    bench.unit.documents.schedules(ALARM)[0].set("PlayFile", "ha_1.wav")
    bench.unit.clock.advance(400)
    await bench.device.refresh(Cadence.SETTINGS, None)
    await announce(bench, 10)
    assert managed(bench) == {0, 1, *range(3, 11)}
    for name in ("ha_0.wav", "ha_1.wav"):
        with pytest.raises(DeviceRequestError) as caught:
            await bench.store.delete(name)
        assert caught.value.reason is Reason.FILE_IN_USE


async def test_full(bench: Bench) -> None:
    """Fifty files: announcements make room, then there is none; replacing works."""
    await announce(bench, 0)
    while len(bench.unit.files.files) < 50:
        bench.unit.files.add(f"f{len(bench.unit.files.files)}.wav", wav(0.1))
    await bench.store.upload(AudioUpload(name="new.wav", data=wav(0.2)))
    assert managed(bench) == set()
    with pytest.raises(DeviceRequestError) as caught:
        await bench.store.upload(AudioUpload(name="more.wav", data=wav(0.2)))
    assert caught.value.reason is Reason.FILES_FULL
    await bench.store.upload(AudioUpload(name="new.wav", data=wav(0.3)))
    assert bench.unit.files.seconds("new.wav") == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("no.wav", Reason.FILE_NOT_FOUND), ("Siren.wav", Reason.FILE_PROTECTED)],
)
async def test_delete_rules(bench: Bench, name: str, reason: Reason) -> None:
    """Only what is there and belongs to the customer can be deleted."""
    with pytest.raises(DeviceRequestError) as caught:
        await bench.store.delete(name)
    assert caught.value.reason is reason
    await bench.store.delete("Welcome & Hello.wav")
    assert [file.name for file in await bench.store.list() if file.removable] == []


async def test_too_large(bench: Bench) -> None:
    """Nothing is sent of a file that is too large."""
    data = bytes(2 * 1024 * 1024 + 1)
    with pytest.raises(DeviceRequestError) as caught:
        await bench.store.upload(AudioUpload(name="a.mp3", data=data))
    assert caught.value.reason is Reason.FILE_TOO_LARGE
    assert bench.unit.requests_to(UPLOAD) == []


async def test_upload_that_is_not_listed(bench: Bench) -> None:
    """A unit that says yes and keeps nothing is found out."""
    bench.unit.faults.add("http_status", UPLOAD, code=200, count=None)
    with pytest.raises(DeviceError) as caught:
        await bench.store.upload(AudioUpload(name="a.wav", data=LONG, managed=True))
    assert caught.value.reason is Reason.FAILED


async def test_length_while_the_unit_is_busy(bench: Bench) -> None:
    """A length that could not be read is asked for again at the next play."""
    bench.unit.faults.add("http_status", DOWNLOAD, code=503, count=4)
    for _ in range(2):
        await bench.play(PlayCommand(file="Doorbell.wav"))
        await bench.world.settle()
    assert bench.speaker.read().length == 1.0


FRAME = b"\xff\xfb\x90\x00" + bytes(413)
"""MPEG 1 layer III, 128 kbit/s, 44100 Hz: 1152 samples."""


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (wav(2.5), 2.5),
        (wav(2.5, rate=16000), 2.5),
        (streamed(wav(2.5)), 2.5),
        (FRAME * 100, 100 * 1152 / 44100),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + FRAME, 1152 / 44100),
        (b"\xff\xf3\x40\xc0" + bytes(140), 576 / 22050),
        (b"OggS" + bytes(40), None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
    ],
    ids=["8k", "16k", "streamed", "mp3", "tagged", "mpeg2", "ogg", "no sound", "empty"],
)
def test_lengths(data: bytes, seconds: float | None) -> None:
    """The length is read from the bytes."""
    assert sound_length(data) == (None if seconds is None else pytest.approx(seconds))


@given(
    st.sampled_from(
        [b"", b"RIFF0000WAVE", b"RIFF0000WAVEdata", b"ID3", b"\xff\xfb", LONG[:50]]
    ),
    st.binary(max_size=80),
)
def test_malformed_sound(start: bytes, rest: bytes) -> None:
    """Whatever the bytes are, nothing is raised, and packets can end."""
    sound_length(start + rest)
    fitted = fit_for_upload(start + rest)
    assert len(fitted) % PACKET
    assert fit_for_upload(fitted) == fitted
