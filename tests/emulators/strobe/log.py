"""The alarm log and its three ways to write a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
import re
from typing import Final, Literal

from .xmldoc import DECLARATION, Node, RefusedError, branch, leaf, render

PROBE: Final = 0
API: Final = 1
BROADCAST: Final = 2
CAPACITY: Final = 1000
"""Alarms the unit remembers; older ones are lost."""

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_CLOCK: Final = r"(\d{2}):(\d{2}):(\d{2})"
_DOCUMENT: Final = re.compile(rf"(\d{{1,2}}) ([A-Z][a-z]+) (\d{{4}}) {_CLOCK}")
_BLANK: Final = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}) {_CLOCK}")
_ISO: Final = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}})T{_CLOCK}Z")


@dataclass(frozen=True)
class LogEntry:
    """One alarm as the unit remembers it."""

    kind: int
    """0 probe, 1 API, 2 broadcast."""
    time: datetime
    """The unit's own clock, in the zone it prints."""


def iso(moment: datetime) -> str:
    """Print a moment the way the unit does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def document_time(moment: datetime) -> str:
    """Print a moment as in the document's example: 1 July 2018 18:00:00."""
    month = _MONTHS[moment.month - 1]
    return f"{moment.day} {month} {moment.year} {moment:%H:%M:%S}"


def parse_time(
    text: str, accepted: Literal["document", "blank", "iso", "any"]
) -> datetime:
    """Read a time in the form that this unit takes."""
    if accepted in ("document", "any") and (found := _DOCUMENT.fullmatch(text)):
        day, name, year, hour, minute, second = found.groups()
        if name in _MONTHS:
            month = _MONTHS.index(name) + 1
            return _moment(year, str(month), day, hour, minute, second)
    for form, pattern in (("blank", _BLANK), ("iso", _ISO)):
        if accepted in (form, "any") and (found := pattern.fullmatch(text)):
            return _moment(*found.groups())
    raise RefusedError(402, f"time {text!r}")


def _moment(*parts: str) -> datetime:
    """Build a moment from digits."""
    year, month, day, hour, minute, second = (int(part) for part in parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as err:
        raise RefusedError(402, str(err)) from err


def log_document(entries: list[LogEntry], *, unclosed: bool) -> bytes:
    """Print the answer of QueryLog, well formed or as in the template."""
    items = [
        branch(
            f"AlarmCount_{number}",
            leaf("AlarmType", entry.kind),
            leaf("AlarmTime", iso(entry.time)),
        )
        for number, entry in enumerate(entries, 1)
    ]
    if not unclosed:
        return render(branch("QueryLog", leaf("AlarmCount", len(entries)), *items))
    text = "".join(_unclosed(item) for item in items)
    count = f"<AlarmCount>{len(entries)}</AlarmCount>"
    return f"{DECLARATION}<QueryLog>{count}{text}</QueryLog>".encode()


def _unclosed(item: Node) -> str:
    """Print an entry that ends with another start tag."""
    inner = "".join(f"<{leaf.name}>{leaf.text}</{leaf.name}>" for leaf in item.children)
    return f"<{item.name}>{inner}<{item.name}>"
