"""What the name of a recorded file tells (examples of section 3.6.5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from typing import Final

from ...model.vocabulary import DetectionKind

NO_TRIGGERS: Final[frozenset[str]] = frozenset()
TIMER: Final = "timer"
"""It was recorded because of the hour, not of anything seen."""
_NAME: Final = re.compile(
    r"Rec[A-Z]([0-9A-F]{2})_(DST)?(\d{8})_(\d{6})_(\d{6})_"
    r"((?:\d{1,5}_){0,3})([0-9A-F]{7,20})_([0-9A-F]{1,15})\.[A-Z0-9]{2,4}",
    re.IGNORECASE,
)
_LENGTH: Final = 512
_DIGITS: Final = 7
"""Digits of the oldest names; newer ones have more, with other meanings, behind."""
_SEEN: Final = {
    0x400: DetectionKind.PERSON.value,
    0x200: DetectionKind.FACE.value,
    0x100: DetectionKind.VEHICLE.value,
    0x80: DetectionKind.ANIMAL.value,
}
_WHY: Final = {0x10: TIMER, 0x8: DetectionKind.MOTION.value}
_WHY_HUB: Final = {0x8: TIMER, 0x4: DetectionKind.MOTION.value}
"""Recorders that print a size of the picture in the name have these bits lower."""
_HUB_VERSION: Final = 2


@dataclass(frozen=True, kw_only=True)
class FileName:
    """The parts of a name; times are the device's own."""

    start: datetime
    end: datetime
    summer: bool
    """Whether the clock showed summer time for certain."""
    size: int
    triggers: frozenset[str]

    @classmethod
    def parse(cls, name: str) -> FileName | None:
        """Take a name apart; None if it is built in another way."""
        match = _NAME.fullmatch(name[-_LENGTH:].rpartition("/")[2])
        if match is None:
            return None
        version, dst, day, begin, until, more, bits, size = match.groups()
        try:
            start = datetime.strptime(day + begin, "%Y%m%d%H%M%S")
            end = datetime.strptime(day + until, "%Y%m%d%H%M%S")
        except ValueError:
            return None
        if end < start:
            # Only the time of day is printed.
            end += timedelta(days=1)
        hub = more.count("_") == 3 and int(version, 16) >= _HUB_VERSION
        flags = int(bits[:_DIGITS], 16)
        words = {**_SEEN, **(_WHY_HUB if hub else _WHY)}
        return cls(
            start=start,
            end=end,
            summer=dst is not None,
            size=int(size, 16),
            triggers=frozenset(word for bit, word in words.items() if flags & bit),
        )
