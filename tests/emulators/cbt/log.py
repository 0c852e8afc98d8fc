"""What happened to the camera; no action reads it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    time: float
    """Seconds of the virtual clock."""
    kind: str
    """boot, restart, reset, alarm, end, output, record, snapshot, format, login ..."""
    detail: str = ""


class Log:
    """All that happened, oldest first."""

    def __init__(self) -> None:
        """Start empty."""
        self.entries: list[Entry] = []

    def add(self, time: float, kind: str, detail: str = "") -> None:
        """Write a line; a detail never holds a secret."""
        self.entries.append(Entry(time, kind, detail))

    def of(self, kind: str) -> list[Entry]:
        """Return the lines of one kind."""
        return [one for one in self.entries if one.kind == kind]
