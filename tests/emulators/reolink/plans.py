"""Planned misbehavior below the level of requests: refusals and short answers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(kw_only=True)
class Refusal:
    """Commands that fail with a code although they are right."""

    command: str
    code: int
    channel: int | None = None
    """Only for this channel; None is any."""
    count: int | None = 1
    """How many commands are hit; None until it is removed."""
    collapse: bool = False
    """The whole batch gets one error instead of an answer each."""
    hits: int = 0

    def applies(self, command: str, channel: int | None) -> bool:
        """Tell whether a command is hit."""
        if self.count is not None and self.hits >= self.count:
            return False
        if self.command not in ("*", command):
            return False
        return self.channel is None or self.channel == channel


@dataclass(kw_only=True)
class Shortage:
    """Batches whose last answers are missing."""

    by: int = 1
    count: int | None = 1
    least: int = 2
    """Batches with fewer commands are answered in full."""
    hits: int = 0


class Plans:
    """The planned misbehavior of one unit."""

    def __init__(self) -> None:
        """Plan nothing."""
        self.refusals: list[Refusal] = []
        self.shortages: list[Shortage] = []

    def refuse(
        self,
        command: str,
        code: int,
        *,
        channel: int | None = None,
        count: int | None = 1,
        collapse: bool = False,
    ) -> Refusal:
        """Let the next commands of one name, or `*`, fail with a code."""
        refusal = Refusal(
            command=command,
            code=code,
            channel=channel,
            count=count,
            collapse=collapse,
        )
        self.refusals.append(refusal)
        return refusal

    def collapse(self, code: int, *, count: int | None = 1) -> Refusal:
        """Let whole batches fail with one error."""
        return self.refuse("*", code, count=count, collapse=True)

    def shorten(self, by: int = 1, *, count: int | None = 1) -> Shortage:
        """Drop the last answers of the next batches."""
        shortage = Shortage(by=by, count=count)
        self.shortages.append(shortage)
        return shortage

    def clear(self) -> None:
        """Behave again."""
        self.refusals.clear()
        self.shortages.clear()

    def collapsed(self, batch: Sequence[tuple[str, int | None]]) -> int | None:
        """Return the code of a batch that fails as a whole."""
        for refusal in self.refusals:
            if refusal.collapse and any(refusal.applies(*item) for item in batch):
                refusal.hits += 1
                return refusal.code
        return None

    def refused(self, command: str, channel: int | None) -> int | None:
        """Return the code with which a single command fails."""
        for refusal in self.refusals:
            if not refusal.collapse and refusal.applies(command, channel):
                refusal.hits += 1
                return refusal.code
        return None

    def missing(self, size: int) -> int:
        """Return how many answers of a batch are lost."""
        for shortage in self.shortages:
            left = shortage.count is None or shortage.hits < shortage.count
            if left and size >= shortage.least:
                shortage.hits += 1
                return min(shortage.by, size)
        return 0
