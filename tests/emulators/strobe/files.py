"""Audio files with real bytes, and the packet-wise upload."""

import base64
import binascii
from dataclasses import dataclass, field
import math
import struct
from typing import Final, Literal
from urllib.parse import unquote_plus

from .options import StrobeOptions
from .xmldoc import RefusedError

PACKET: Final = 20480
"""Bytes of every packet of an upload but the last."""
RATES: Final = (8000, 16000)
SYSTEM: Final = 0
CUSTOMER: Final = 1
_BITRATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Kilobits per second of MPEG 1 layer III."""


class FullError(Exception):
    """No room for another file."""


def wav(seconds: float, frequency: int = 440, rate: int = 8000) -> bytes:
    """Return a tone as RIFF/WAVE: 16-bit PCM, mono."""
    count = round(seconds * rate)
    period = max(rate // frequency, 1)
    one = b"".join(
        struct.pack("<h", round(12000 * math.sin(2 * math.pi * step / period)))
        for step in range(period)
    )
    data = (one * (count // period + 1))[: count * 2]
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def wav_seconds(content: bytes) -> float | None:
    """Return the length of a file this unit can play, else None.

    The sizes in the header must be true: what a program wrote into a pipe is not.
    """
    if len(content) < 44 or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return None
    if struct.unpack_from("<I", content, 4)[0] != len(content) - 8:
        return None
    rate = 0
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        position += 8
        if position + size > len(content):
            return None
        if name == b"fmt ":
            form, channels, rate, _, _, bits = struct.unpack_from(
                "<HHIIHH", content, position
            )
            if (form, channels, bits) != (1, 1, 16) or rate not in RATES:
                return None
        elif name == b"data":
            return size / (rate * 2) if rate and size else None
        position += size + size % 2
    return None


def mp3_seconds(content: bytes) -> float | None:
    """Return the rough length of an MP3 file, taken by its first frame."""
    if not content:
        return None
    position = 0
    if content[:3] == b"ID3" and len(content) > 10:
        high, mid, low, last = content[6:10]
        position = 10 + (high << 21 | mid << 14 | low << 7 | last)
    kilobits = 128
    if len(content) >= position + 4 and content[position] == 0xFF:
        index = content[position + 2] >> 4
        kilobits = _BITRATES[index] if 0 < index < len(_BITRATES) else 128
    return (len(content) - position) * 8 / (kilobits * 1000)


@dataclass
class AudioFile:
    """One file on the unit."""

    name: str
    content: bytes
    kind: int = CUSTOMER

    @property
    def seconds(self) -> float | None:
        """Return how long it plays; None if it cannot be played."""
        if self.name.lower().endswith(".mp3"):
            return mp3_seconds(self.content)
        return wav_seconds(self.content)


def system_files() -> list[AudioFile]:
    """Return the files that the unit comes with."""
    return [
        AudioFile("You are not Alone.wav", wav(2.0, 440), SYSTEM),
        AudioFile("Siren.wav", wav(4.0, 800), SYSTEM),
        AudioFile("Doorbell.wav", wav(1.0, 600), SYSTEM),
    ]


@dataclass
class Upload:
    """A file that is on its way."""

    name: str
    content: bytearray = field(default_factory=bytearray)


@dataclass
class FileStore:
    """The files of the unit, system files first."""

    options: StrobeOptions
    files: list[AudioFile] = field(default_factory=list)
    upload: Upload | None = None
    packets: int = 0
    """Upload packets that were accepted."""

    def __post_init__(self) -> None:
        """Fill a new unit: the system files and one of the customer's."""
        if not self.files:
            self.files = [
                *system_files(),
                AudioFile("Welcome & Hello.wav", wav(1.5, 500)),
            ]

    @property
    def names(self) -> list[str]:
        """Return the names in the unit's order."""
        return [file.name for file in self.files]

    def find(self, name: str) -> AudioFile | None:
        """Return a file, by its exact name."""
        return next((file for file in self.files if file.name == name), None)

    def need(self, name: str) -> AudioFile:
        """Return a file that must be there."""
        file = self.find(name)
        if file is None:
            raise RefusedError(402, f"no file {name!r}")
        return file

    def seconds(self, name: str) -> float | None:
        """Return how long a file plays; None if it is missing or unreadable."""
        file = self.find(name)
        return None if file is None else file.seconds

    def add(
        self, name: str, content: bytes, kind: Literal[0, 1] = CUSTOMER
    ) -> AudioFile:
        """Put a file on the unit, without an upload."""
        self.discard(name)
        file = AudioFile(name, content, kind)
        if kind == SYSTEM:
            customers = (i for i, f in enumerate(self.files) if f.kind != SYSTEM)
            self.files.insert(next(customers, len(self.files)), file)
        else:
            self.files.append(file)
        return file

    def discard(self, name: str) -> None:
        """Remove a file if it is there."""
        self.files = [file for file in self.files if file.name != name]

    def delete(self, name: str, in_use: frozenset[str]) -> None:
        """Delete a customer file that nothing uses."""
        file = self.need(name)
        if file.kind == SYSTEM:
            raise RefusedError(402, f"{name!r} is a system file")
        if name in in_use and self.options.delete_in_use == "refuse":
            raise RefusedError(402, f"{name!r} is in use")
        self.discard(name)

    def reset(self) -> None:
        """Return to the files of a new unit."""
        self.files = [file for file in self.files if file.kind == SYSTEM]
        self.upload = None

    def receive(
        self, encoded_name: str, offset: int, data: bytes, playing: str | None
    ) -> None:
        """Take one packet of an upload."""
        name = file_name(encoded_name)
        if len(data) > PACKET:
            raise RefusedError(402, f"packet of {len(data)} bytes")
        if offset == 0:
            self._begin(name, playing)
        upload = self.upload
        if upload is None or upload.name != name or len(upload.content) != offset:
            raise RefusedError(402, f"offset {offset} does not follow")
        upload.content += data
        self.packets += 1
        short = len(data) < PACKET
        if short or self.options.exact_upload == "listed":
            self.add(name, bytes(upload.content))
        if short:
            self.upload = None

    def _begin(self, name: str, playing: str | None) -> None:
        """Start a new upload; an unfinished one is lost."""
        self.upload = None
        old = self.find(name)
        if old is not None and old.kind == SYSTEM:
            raise RefusedError(402, f"{name!r} is a system file")
        if old is not None and name == playing:
            raise RefusedError(402, f"{name!r} is playing")
        if old is None and len(self.files) >= self.options.max_files:
            raise FullError
        self.upload = Upload(name)


def file_name(encoded: str) -> str:
    """Decode the name parameter as it stands in the URL.

    The unit undoes percent signs and turns a plus into a blank, which breaks Base64.
    """
    try:
        name = base64.b64decode(unquote_plus(encoded), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as err:
        raise RefusedError(402, f"name {encoded!r} is not Base64") from err
    if not name or "/" in name or "\0" in name:
        raise RefusedError(402, f"bad file name {name!r}")
    if not name.lower().endswith((".wav", ".mp3")):
        raise RefusedError(402, f"bad file type {name!r}")
    return name
