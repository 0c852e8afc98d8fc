"""The device log (9.2.10)."""

from dataclasses import dataclass
from datetime import datetime
import re
from typing import Final

from .errors import LOG_ERROR, PARAMETER_ERROR, RefusedError
from .options import BviewOptions
from .xmldoc import Node, branch, leaf

CAPACITY: Final = 1000
GROUPS: Final = {
    1: range(8),
    2: range(100, 121),
    3: range(200, 204),
    4: range(300, 306),
    5: range(400, 404),
    6: range(500, 508),
    7: range(600, 606),
    8: range(1),
}
"""Minor types by major type; the first of each means any of them."""
ANYTHING: Final = 8

UPGRADE: Final = (1, 1)
PTZ_CONTROL: Final = (1, 2)
STARTUP: Final = (1, 5)
REMOTE_REBOOT: Final = (1, 6)
RESTORE_DEFAULTS: Final = (2, 108)
IMPORT_SETTINGS: Final = (2, 118)
EXPORT_SETTINGS: Final = (2, 119)
MANUAL_RECORD: Final = (3, 201)
AUTO_RECORD: Final = (3, 202)
RECORD_STOP: Final = (3, 203)
ADD_USER: Final = (4, 301)
DELETE_USER: Final = (4, 302)
MODIFY_USER: Final = (4, 303)
MOTION_BEGIN: Final = (5, 401)
MOTION_END: Final = (5, 402)
INPUT_ALARM: Final = (5, 403)
DISK_FULL: Final = (6, 502)
ILLEGAL_VISIT: Final = (6, 504)
SIGNAL_LOSS: Final = (6, 505)
SIGNAL_RESTORE: Final = (6, 506)
FORMAT_PARTITION: Final = (7, 601)

_SETTINGS: Final = (
    ("/Network", 104),
    ("/System/DeviceAutoMaintenance", 112),
    ("/Streams", 103),
    ("/Images", 111),
    ("/Pictures/1/Motion", 106),
    ("/Pictures", 110),
    ("/Record", 101),
    ("/Alarm", 105),
    ("/", 102),
)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def settings_type(path: str) -> tuple[int, int]:
    """Return the type of the entry that a write to a path leaves."""
    return 2, next(minor for prefix, minor in _SETTINGS if path.startswith(prefix))


@dataclass(frozen=True)
class LogEntry:
    """One line of the log."""

    number: int
    time: datetime
    """The camera's local time."""
    major: int
    minor: int
    user: str = ""
    address: str = ""
    channel: int = 0


class DeviceLog:
    """The last thousand things that happened."""

    def __init__(self, options: BviewOptions) -> None:
        """Start empty."""
        self._options = options
        self.entries: list[LogEntry] = []
        self._number = 0

    def add(
        self,
        kind: tuple[int, int],
        time: datetime,
        *,
        user: str = "",
        address: str = "",
        channel: int = 0,
    ) -> LogEntry:
        """Write a line."""
        self._number += 1
        moment = time.replace(microsecond=0)
        entry = LogEntry(self._number, moment, *kind, user, address, channel)
        self.entries.append(entry)
        del self.entries[:-CAPACITY]
        return entry

    def query(self, query: dict[str, str]) -> Node:
        """Print the lines of some kinds and of a time."""
        major, minor = _type(query)
        start, stop = _moment(query, "startTime"), _moment(query, "stopTime")
        if start > stop:
            raise RefusedError(LOG_ERROR, "startTime after stopTime")
        found = [
            entry
            for entry in self.entries
            if start <= entry.time <= stop
            and major in (ANYTHING, entry.major)
            and minor in (GROUPS[major][0], entry.minor)
        ]
        if self._options.log_order == "newest":
            found.reverse()
        return branch("LogList", *(self._printed(entry) for entry in found))

    def _printed(self, entry: LogEntry) -> Node:
        """Print one line."""
        moment = f"{entry.time:%Y-%m-%dT%H:%M:%S}{self._options.time_suffix}"
        return branch(
            "Log",
            leaf("ID", entry.number),
            leaf("time", moment),
            leaf("majorType", entry.major),
            leaf("minorType", entry.minor),
            leaf("netUser", entry.user),
            leaf("hostIPAddress", entry.address),
            leaf("channel", entry.channel),
        )


def _type(query: dict[str, str]) -> tuple[int, int]:
    """Read the types; a minor type must belong to its major type."""
    numbers = []
    for name in ("majorType", "minorType"):
        word = query.get(name, "")
        if not (word.isascii() and word.isdigit()):
            raise RefusedError(PARAMETER_ERROR, f"{name} {word!r}")
        numbers.append(int(word))
    major, minor = numbers
    if major not in GROUPS or minor not in GROUPS[major]:
        raise RefusedError(PARAMETER_ERROR, f"type {major}/{minor}")
    return major, minor


def _moment(query: dict[str, str], name: str) -> datetime:
    """Read a time in the form YYYY-MM-DDThh:mm:ss."""
    word = query.get(name, "")
    try:
        if _TIME.fullmatch(word):
            return datetime.fromisoformat(word)
    except ValueError:
        pass
    raise RefusedError(PARAMETER_ERROR, f"{name} {word!r}")
