"""Two-way audio: one session at a time, in real time (9.8)."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
import math
from typing import Final

from .errors import INVALID_OPERATION, MEMORY_OVERFLOW, PARAMETER_ERROR, RefusedError
from .options import BviewOptions

RATE: Final = 8000
BYTES_PER_SECOND: Final = {"G711U": 8000, "G711A": 8000, "G726": 4000}
"""The document does not say how many bits G.726 has; four are taken."""
_TONE: Final = 440.0
_CLIP: Final = 32635


@dataclass
class AudioSession:
    """One announcement, from Open to its end."""

    mode: str
    user: str
    opened: float
    """Real seconds, of the event loop's clock, as all times here."""
    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    closed: float | None = None
    reason: str = ""
    """close, timeout or restart."""
    most_ahead: float = 0.0
    """Seconds of sound that waited to be played, at most."""
    gaps: int = 0
    """How often nothing was left to play before more came."""

    @property
    def data(self) -> bytes:
        """Return all that was sent."""
        return b"".join(chunk for _, chunk in self.chunks)

    @property
    def seconds(self) -> float:
        """Return how long all of it sounds."""
        return len(self.data) / BYTES_PER_SECOND[self.mode]

    @property
    def samples(self) -> array[int]:
        """Return the sound as 16-bit samples; G.711 only."""
        table = ULAW if self.mode == "G711U" else ALAW
        return array("h", (table[byte] for byte in self.data))

    def ahead(self, now: float) -> float:
        """Return how many seconds of sound wait to be played."""
        end = 0.0
        for moment, chunk in self.chunks:
            end = max(end, moment) + len(chunk) / BYTES_PER_SECOND[self.mode]
        return max(end - now, 0.0)


class Intercom:
    """The loudspeaker and the microphone."""

    def __init__(self, options: BviewOptions, now: Callable[[], float]) -> None:
        """Start silent; `now` is the real time."""
        self._options = options
        self._now = now
        self.sessions: list[AudioSession] = []
        self._position = 0

    @property
    def session(self) -> AudioSession | None:
        """Return the session that is open."""
        if not self.sessions or self.sessions[-1].closed is not None:
            return None
        session = self.sessions[-1]
        limit = self._options.audio_timeout
        last = session.chunks[-1][0] if session.chunks else session.opened
        if limit is not None and self._now() - last > limit:
            self._end(session, "timeout")
            return None
        return session

    def open(self, mode: str, user: str) -> AudioSession:
        """Begin a session."""
        if mode not in self._options.voice_modes:
            raise RefusedError(PARAMETER_ERROR, f"VoiceMode {mode!r}")
        if self.session is not None:
            raise RefusedError(self._options.audio_busy, "sound is open")
        session = AudioSession(mode, user, self._now())
        self.sessions.append(session)
        return session

    def send(self, data: bytes) -> None:
        """Take sound for the loudspeaker."""
        session = self.session
        if session is None:
            raise RefusedError(INVALID_OPERATION, "sound is not open")
        if not data:
            raise RefusedError(PARAMETER_ERROR, "no sound")
        now = self._now()
        waiting = session.ahead(now)
        total = waiting + len(data) / BYTES_PER_SECOND[session.mode]
        if total > self._options.audio_buffer:
            raise RefusedError(MEMORY_OVERFLOW, f"{total} s of sound")
        if session.chunks and waiting == 0:
            session.gaps += 1
        session.most_ahead = max(session.most_ahead, total)
        session.chunks.append((now, data))

    def receive(self) -> bytes:
        """Return what the microphone heard: a steady tone."""
        session = self.session
        if session is None:
            raise RefusedError(INVALID_OPERATION, "sound is not open")
        rate = BYTES_PER_SECOND[session.mode]
        count = int(self._options.receive_seconds * rate)
        encode = encode_alaw if session.mode == "G711A" else encode_ulaw
        places = range(self._position, self._position + count)
        self._position += count
        turn = 2 * math.pi * _TONE / RATE
        return bytes(encode(int(8000 * math.sin(turn * place))) for place in places)

    def close(self) -> None:
        """End the session."""
        session = self.session
        if session is not None:
            self._end(session, "close")
        elif self._options.idle_close:
            raise RefusedError(self._options.idle_close, "sound is not open")

    def restart(self) -> None:
        """Lose the session, as a restart does."""
        if self.session is not None:
            self._end(self.sessions[-1], "restart")

    def _end(self, session: AudioSession, reason: str) -> None:
        """Note the end of a session."""
        session.closed = self._now()
        session.reason = reason


def encode_ulaw(sample: int) -> int:
    """Return a 16-bit sample in G.711 mu-law."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), _CLIP) + 0x84
    exponent = max(size.bit_length() - 8, 0)
    mantissa = (size >> (exponent + 3)) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF


def decode_ulaw(byte: int) -> int:
    """Return the sample that a byte of mu-law stands for."""
    byte = ~byte & 0xFF
    size = ((((byte & 0x0F) << 3) + 0x84) << ((byte >> 4) & 7)) - 0x84
    return -size if byte & 0x80 else size


def encode_alaw(sample: int) -> int:
    """Return a 16-bit sample in G.711 A-law."""
    sign = 0 if sample < 0 else 0x80
    size = min(abs(sample), _CLIP) >> 4
    exponent = max(size.bit_length() - 4, 0)
    mantissa = (size >> max(exponent - 1, 0)) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


def decode_alaw(byte: int) -> int:
    """Return the sample that a byte of A-law stands for."""
    byte ^= 0x55
    exponent, mantissa = (byte >> 4) & 7, byte & 0x0F
    size = (mantissa << 4) + 8
    if exponent:
        size = (size + 0x100) << (exponent - 1)
    return size if byte & 0x80 else -size


ULAW: Final = tuple(decode_ulaw(byte) for byte in range(256))
ALAW: Final = tuple(decode_alaw(byte) for byte in range(256))
