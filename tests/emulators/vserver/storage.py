"""The memory card, what is on it, and the serial ports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..clock import Timer, VirtualClock
from .errors import WRONG_MODE, RefusedError
from .options import Card, VserverOptions

OFF: Final = 0
OUT: Final = 2
FORMATTING: Final = 3
MOUNTED: Final = 4
UNMOUNTED: Final = 5
UNINITIALIZED: Final = 7
MOUNTING: Final = 8
UNMOUNTING: Final = 9
UNMOUNT: Final = 0
MOUNT: Final = 1
FORMAT: Final = 2
RATE: Final = 64
"""Kilobytes per recorded second."""


@dataclass(frozen=True)
class Recording:
    """One recorded file."""

    channel: int
    start: int
    """Seconds since 1970."""
    end: int
    kind: str
    """manual, motion or input."""

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"ch{self.channel}_{self.start}_{self.kind}.avi"

    @property
    def size(self) -> int:
        """Return kilobytes."""
        return (self.end - self.start) * RATE


class Storage:
    """One memory card for all channels."""

    def __init__(
        self, clock: VirtualClock, options: VserverOptions, now: Callable[[], int]
    ) -> None:
        """Put the card of the options in."""
        self._clock = clock
        self._options = options
        self._now = now
        self._timer: Timer | None = None
        self.card = options.card
        self.recordings: list[Recording] = []
        self.operations: list[int] = []
        """Operate values that were carried out."""
        self._manual: dict[int, int] = {}
        """Since when channels record by hand."""

    @property
    def mounted(self) -> bool:
        """Tell whether files can be written."""
        card = self.card
        return card is not None and card.status == MOUNTED and not card.protect

    @property
    def present(self) -> Card:
        """Return the card; the unit must have a slot."""
        if self.card is None:
            raise RefusedError(501, "unsupported", "no slot")
        return self.card

    def operate(self, number: int) -> None:
        """Unmount, mount or format; refused while that makes no sense."""
        card = self.present
        allowed = {
            UNMOUNT: {MOUNTED, 1, 6},
            MOUNT: {UNMOUNTED, 1},
            FORMAT: {MOUNTED, UNMOUNTED, UNINITIALIZED, 1},
        }
        if card.status not in allowed[number] or (number == FORMAT and card.protect):
            raise RefusedError(WRONG_MODE, "mode", f"card status {card.status}")
        self.operations.append(number)
        match number:
            case 0:
                self._pass(UNMOUNTING, self._options.storage_seconds, UNMOUNTED)
            case 1:
                self._pass(MOUNTING, self._options.storage_seconds, MOUNTED)
            case _:
                self._pass(FORMATTING, self._options.format_seconds, MOUNTED)
                card.used = 0
                self.recordings.clear()

    def pull(self) -> None:
        """Pull the card out."""
        self._cancel()
        self.present.status = OUT

    def insert(self, status: int = MOUNTED) -> None:
        """Put the card in."""
        self._cancel()
        self.present.status = status

    def add(
        self, channel: int, start: int, seconds: int = 60, kind: str = "motion"
    ) -> Recording:
        """Put a file on the card."""
        recording = Recording(channel, start, start + seconds, kind)
        self.recordings.append(recording)
        return recording

    def find(self, channel: int, start: int, end: int) -> list[Recording]:
        """Return the files that touch a stretch of time, oldest first."""
        found = [
            one
            for one in self.recordings
            if one.channel == channel and one.start <= end and one.end >= start
        ]
        return sorted(found, key=lambda one: one.start)

    def record(self, channel: int, *, on: bool, length: int) -> None:
        """Begin or end a recording by hand; files have a greatest length."""
        now = self._now()
        if on:
            self._manual.setdefault(channel, now)
            return
        start = self._manual.pop(channel, now)
        while self.mounted and start < now:
            end = min(start + length, now)
            self.add(channel, start, end - start, "manual")
            start = end

    def restart(self) -> None:
        """Forget what went on."""
        self._manual.clear()

    def _pass(self, during: int, seconds: float, after: int) -> None:
        """Be in one state for a while, then in another."""
        self._cancel()
        self.present.status = during

        def finish() -> None:
            """Reach the other state."""
            self.present.status = after

        self._timer = self._clock.call_later(seconds, finish)

    def _cancel(self) -> None:
        """Interrupt what goes on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class SerialPort:
    """What hangs on an RS485 port."""

    def __init__(self) -> None:
        """Start with a line on which nobody answers."""
        self.sent: list[bytes] = []
        """What was sent, in order."""
        self.answers: dict[bytes, bytes] = {}
        """What the other end answers to each message."""
        self._waiting = b""

    def send(self, data: bytes) -> None:
        """Send something; an answer may come at once."""
        self.sent.append(data)
        self._waiting += self.answers.get(data, b"")

    def receive(self, data: bytes) -> None:
        """Let the other end say something by itself."""
        self._waiting += data

    def read(self) -> bytes:
        """Return what came, once."""
        data, self._waiting = self._waiting, b""
        return data

    def answer(self, answers: Mapping[str, str]) -> None:
        """Tell the other end what to answer, in hexadecimal."""
        for question, reply in answers.items():
            self.answers[bytes.fromhex(question)] = bytes.fromhex(reply)
